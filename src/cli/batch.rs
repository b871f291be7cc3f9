//! How are JSON lines answered on all cores, in order, in bounded memory, and at once when the input pauses?
//! Deliberately knows no field of a line: `session/json.rs` does. A reader thread cuts the input into chunks of lines,
//! workers answer them, this thread writes. Read next: `session/json.rs`.

use crate::arguments::Settings;
use crate::{interrupt, report};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use symdiff::phrase;
use symdiff::session::{self, Session};
use symdiff::{Budget, Error, Kind};

/// A chunk ends after this many lines or bytes; a longer line is a chunk of its own.
const CHUNK_LINES: usize = 64;
const CHUNK_BYTES: usize = 1 << 15;
/// Replies are handed on when there is this much, or when this much time has passed.
const PIECE_BYTES: usize = 1 << 18;
const PIECE_TIME: Duration = Duration::from_millis(20);
/// How often a waiting writer looks whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(100);
/// Stack of a worker; nothing recurses on input, so this is plenty.
const STACK: usize = 8 << 20;

/// Lines to answer, and where their replies go, piece by piece.
struct Job {
    lines: Vec<u8>,
    replies: SyncSender<Vec<u8>>,
}

/// What the writer waits for, in the order of the input.
enum Next {
    Replies(Receiver<Vec<u8>>),
    Failed(Error),
}

/// Answers the lines of a file, or of stdin; the exit code.
pub(crate) fn run(file: Option<&str>, settings: Settings) -> u8 {
    let input: Box<dyn Read + Send> = match file {
        None | Some("-") => Box::new(io::stdin()),
        Some(path) => match File::open(path) {
            Ok(file) => Box::new(file),
            Err(error) => {
                return report::error(
                    &Error::new(Kind::Io, phrase!("`{path}` cannot be opened: {error}", path, error = symdiff::Phrase::of_system(&error))),
                    None,
                    settings.color,
                );
            }
        },
    };
    let stop = interrupt::flag();
    let budget = Budget { interrupt: Some(Arc::clone(&stop)), ..settings.budget };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (order, ordered) = sync_channel(4 * cores);
    let reader = thread::Builder::new().spawn(move || {
        let mut dispatch = Dispatch::new(order, budget, cores);
        if let Err(error) = cut(input, &mut dispatch) {
            // a writer that is gone needs no news
            let _ = dispatch.order.send(Next::Failed(error));
        }
    });
    if let Err(error) = reader {
        return report::error(&Error::new(Kind::Io, phrase!("no thread: {error}", error)), None, settings.color);
    }
    match write(&ordered, &stop) {
        Ok(code) => code,
        Err(error) => report::error(&error, None, settings.color),
    }
}

/// Hands chunks to workers, and their places to the writer. Workers are started as they are needed.
struct Dispatch {
    order: SyncSender<Next>,
    work: SyncSender<Job>,
    queue: Arc<Mutex<Receiver<Job>>>,
    budget: Budget,
    cores: usize,
    workers: usize,
}

impl Dispatch {
    fn new(order: SyncSender<Next>, budget: Budget, cores: usize) -> Dispatch {
        let (work, queue) = sync_channel(2 * cores);
        Dispatch { order, work, queue: Arc::new(Mutex::new(queue)), budget, cores, workers: 0 }
    }

    fn send(&mut self, lines: Vec<u8>) -> Result<(), Error> {
        if self.workers < self.cores {
            let (queue, budget) = (Arc::clone(&self.queue), self.budget.clone());
            match thread::Builder::new().stack_size(STACK).spawn(move || worker(&queue, budget)) {
                Ok(_) => self.workers += 1,
                Err(_) if self.workers > 0 => self.cores = self.workers,
                Err(error) => return Err(Error::new(Kind::Io, phrase!("no thread: {error}", error))),
            }
        }
        let (replies, answered) = sync_channel(1);
        let gone = |_| Error::new(Kind::Io, phrase!("the writer has ended"));
        self.work.send(Job { lines, replies }).map_err(|_| gone(()))?;
        self.order.send(Next::Replies(answered)).map_err(|_| gone(()))
    }
}

/// Cuts the input into chunks of whole lines; what has come is sent on before more is waited for.
fn cut(mut input: impl Read, dispatch: &mut Dispatch) -> Result<(), Error> {
    let mut block = vec![0u8; 1 << 17];
    let mut pending: Vec<u8> = Vec::new();
    let mut first = true;
    loop {
        let read = match input.read(&mut block) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                flush(pending, dispatch)?;
                return Err(Error::new(Kind::Io, phrase!("reading failed: {error}", error)));
            }
        };
        if read == 0 {
            return flush(pending, dispatch);
        }
        let mut new = &block[..read];
        if std::mem::take(&mut first) {
            new = new.strip_prefix(b"\xef\xbb\xbf").unwrap_or(new);
        }
        let (mut start, mut lines) = (0, 0);
        for (at, byte) in new.iter().enumerate() {
            if *byte == b'\n' {
                lines += 1;
                if lines == CHUNK_LINES || pending.len() + at - start > CHUNK_BYTES {
                    pending.extend_from_slice(&new[start..=at]);
                    flush(std::mem::take(&mut pending), dispatch)?;
                    (start, lines) = (at + 1, 0);
                }
            }
        }
        let end = new.iter().rposition(|byte| *byte == b'\n').map_or(start, |at| at + 1).max(start);
        if end > start {
            pending.extend_from_slice(&new[start..end]);
            flush(std::mem::take(&mut pending), dispatch)?;
        }
        pending.extend_from_slice(&new[end..]);
    }
}

fn flush(lines: Vec<u8>, dispatch: &mut Dispatch) -> Result<(), Error> {
    if lines.is_empty() { Ok(()) } else { dispatch.send(lines) }
}

fn worker(queue: &Mutex<Receiver<Job>>, budget: Budget) {
    let mut session = Session::new(budget.clone());
    loop {
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(poisoned) => poisoned.into_inner().recv(),
        };
        let Ok(job) = job else { return };
        let mut out = Vec::with_capacity(job.lines.len());
        let mut since = Instant::now();
        for line in job.lines.split(|byte| *byte == b'\n') {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            let kept = out.len();
            if catch_unwind(AssertUnwindSafe(|| reply(&mut session, line, &mut out))).is_err() {
                out.truncate(kept);
                session = Session::new(budget.clone());
                let error = Error::new(Kind::Request, phrase!("internal error: this is a defect of symdiff, please report it"));
                session::write_error(&mut out, Some(&session::read_request(line).0), &error, session::read_language(line));
            }
            out.push(b'\n');
            if out.len() > PIECE_BYTES || since.elapsed() > PIECE_TIME {
                if job.replies.send(std::mem::take(&mut out)).is_err() {
                    return;
                }
                since = Instant::now();
            }
        }
        if job.replies.send(out).is_err() {
            return;
        }
    }
}

fn reply(session: &mut Session, line: &[u8], out: &mut Vec<u8>) {
    let (id, request) = session::read_request(line);
    let language = request.as_ref().ok().and_then(|request| request.language().ok());
    match request.and_then(|request| session.answer(&request)) {
        Ok(response) => session::write_reply(out, Some(&id), &response.answer, language.unwrap_or_default()),
        Err(error) => session::write_error(out, Some(&id), &error, language.unwrap_or_else(|| session::read_language(line))),
    }
}

/// What comes next from a channel; before waiting for it, what is written so far goes out. `None` at the end or on Ctrl-C.
fn next<T>(channel: &Receiver<T>, out: &mut impl Write, stop: &AtomicBool) -> io::Result<Option<T>> {
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    match channel.try_recv() {
        Ok(item) => return Ok(Some(item)),
        Err(TryRecvError::Disconnected) => return Ok(None),
        Err(TryRecvError::Empty) => out.flush()?,
    }
    loop {
        match channel.recv_timeout(LOOK) {
            Ok(item) => return Ok(Some(item)),
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
            Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => return Ok(None),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Writes replies in the order of the input.
fn write(ordered: &Receiver<Next>, stop: &AtomicBool) -> Result<u8, Error> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut all = || -> io::Result<Option<Error>> {
        while let Some(item) = next(ordered, &mut out, stop)? {
            match item {
                Next::Failed(error) => {
                    out.flush()?;
                    return Ok(Some(error));
                }
                Next::Replies(replies) => {
                    while let Some(piece) = next(&replies, &mut out, stop)? {
                        out.write_all(&piece)?;
                    }
                }
            }
        }
        out.flush()?;
        Ok(None)
    };
    let done = all();
    if done.is_err() {
        // dropping the buffer would try to write once more
        let _ = out.into_parts();
    }
    match done {
        Ok(None) if stop.load(Ordering::Relaxed) => Ok(interrupt::INTERRUPTED),
        Ok(None) => Ok(0),
        Ok(Some(error)) => Err(error),
        Err(error) => report::write_failed(&error).map_or(Ok(0), Err),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    /// Gives its bytes in blocks of a few bytes.
    struct Drip(Vec<u8>, usize, usize);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let n = self.2.min(self.0.len() - self.1).min(out.len());
            out[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
            self.1 += n;
            Ok(n)
        }
    }

    #[test]
    fn every_line_is_answered_once_and_in_order() {
        let mut text = Vec::new();
        for i in 0..500 {
            text.extend_from_slice(format!("{{\"id\": {i}}}\r\n\n").as_bytes());
        }
        text.truncate(text.len() - 3); // no end of the last line
        for step in [7, 1000, 1 << 20] {
            let (order, ordered) = sync_channel(8);
            let input = Drip(text.clone(), 0, step);
            let reader = thread::spawn(move || cut(input, &mut Dispatch::new(order, Budget::default(), 3)));
            let mut out = Vec::new();
            while let Ok(Next::Replies(replies)) = ordered.recv() {
                out.extend(replies.iter().flatten());
            }
            assert!(reader.join().unwrap().is_ok());
            let text = String::from_utf8(out).unwrap();
            let ids: Vec<String> = text.lines().map(|line| line.split([':', ',']).nth(1).unwrap_or("").trim().to_owned()).collect();
            assert_eq!(ids, (0..500).map(|i| i.to_string()).collect::<Vec<_>>());
        }
    }
}
