//! How do reading, computing and writing overlap, in order and in bounded memory?
//! Deliberately knows no format and no mathematics. One thread reads, workers decode, compute and encode, this thread writes;
//! there is a fixed number of chunks, each of which goes round. Read next: `chunk.rs`.

use super::chunk::{Bad, Chunk, Decode, Encode, Reading, Sink, Source, Writing};
use super::columns::data;
use super::output::Output;
use super::progress::Progress;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use symdiff::phrase;
use symdiff::session::Compiled;
use symdiff::{Error, Kind};

/// More would wait for the one reader and the one writer.
const WORKERS: usize = 16;
/// How often a waiting writer looks whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(100);

/// Why rows end early.
pub(crate) enum Stop {
    Interrupted,
    Failed(Error),
    Write(io::Error),
}

/// What is worked out of the columns.
pub(crate) struct Task {
    pub(crate) compiled: Compiled,
    /// Which of the columns that are read, in the order of the file, each symbol is.
    pub(crate) order: Vec<usize>,
}

/// What has been done.
#[derive(Clone, Copy, Default)]
pub(crate) struct Done {
    pub(crate) rows: u64,
    /// Rows of finite numbers without a finite real value.
    pub(crate) undefined: u64,
}

/// What workers do with a chunk.
struct Work {
    decode: Arc<dyn Decode>,
    task: Task,
    encode: Arc<dyn Encode>,
}

enum Message {
    Chunk(u64, Box<Chunk>, Result<(), Bad>),
    /// The reader has handed out this many chunks and has ended, well or not.
    End(u64, Result<(), Error>),
}

/// Runs all rows from the reader to the writer. Threads that still wait when it returns are left to the end of the process.
pub(crate) fn run(
    path: &str,
    reading: Reading,
    task: Task,
    writing: Writing,
    mut progress: Progress,
    stop: &AtomicBool,
) -> Result<(Done, Output), Stop> {
    let Writing { encode, mut sink } = writing;
    let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
    let inputs = task.order.len();
    let (free, freed) = channel();
    for _ in 0..2 * workers + 2 {
        let _ = free.send(Box::new(Chunk { inputs: vec![Vec::new(); inputs], ..Chunk::default() }));
    }
    let (work, queue) = channel();
    let (done, results) = channel();
    let source = reading.source;
    let no_thread = |error: io::Error| Stop::Failed(Error::new(Kind::Io, phrase!("no thread: {error}", error)));
    let ended = done.clone();
    thread::Builder::new().spawn(move || read(source, &freed, &work, &ended)).map_err(no_thread)?;
    let queue = Arc::new(Mutex::new(queue));
    let shared = Arc::new(Work { decode: reading.decode, task, encode });
    for _ in 0..workers {
        let (queue, shared, done) = (Arc::clone(&queue), Arc::clone(&shared), done.clone());
        thread::Builder::new().spawn(move || worker(&queue, &shared, &done)).map_err(no_thread)?;
    }
    drop(done);
    let total = write(path, &results, &free, &mut *sink, &mut progress, stop)?;
    drop(progress);
    let output = sink.finish(total.rows).map_err(Stop::Write)?;
    Ok((total, output))
}

fn read(mut source: Box<dyn Source>, freed: &Receiver<Box<Chunk>>, work: &Sender<(u64, Box<Chunk>)>, ended: &Sender<Message>) {
    let mut count = 0;
    let end = loop {
        // a writer or workers that are gone need no more rows
        let Ok(mut chunk) = freed.recv() else { return };
        chunk.clear();
        match source.fill(&mut chunk) {
            Ok(false) => break Ok(()),
            Err(error) => break Err(error),
            Ok(true) => {}
        }
        if work.send((count, chunk)).is_err() {
            return;
        }
        count += 1;
    };
    let _ = ended.send(Message::End(count, end));
}

fn worker(queue: &Mutex<Receiver<(u64, Box<Chunk>)>>, work: &Work, done: &Sender<Message>) {
    let mut constants = Vec::new();
    loop {
        let job = match queue.lock() {
            Ok(queue) => queue.recv(),
            Err(poisoned) => poisoned.into_inner().recv(),
        };
        let Ok((number, mut chunk)) = job else { return };
        let result = work.decode.decode(&mut chunk).and_then(|()| {
            compute(&work.task, &mut chunk, &mut constants)?;
            work.encode.encode(&mut chunk);
            Ok(())
        });
        if done.send(Message::Chunk(number, chunk, result)).is_err() {
            return;
        }
    }
}

/// The outputs of a chunk; `constants` keeps the columns of the values that hold for all rows.
fn compute(task: &Task, chunk: &mut Chunk, constants: &mut Vec<Vec<f64>>) -> Result<(), Bad> {
    let Task { compiled, order } = task;
    let rows = chunk.rows;
    if constants.first().is_none_or(|column| column.len() < rows) {
        *constants = compiled.fixed.iter().map(|&value| vec![value; rows]).collect();
    }
    chunk.outputs.resize_with(compiled.kernel.outputs(), Vec::new);
    chunk.outputs.iter_mut().for_each(|column| column.resize(rows, 0.0));
    let given = constants.iter().map(|column| &column[..rows]);
    let inputs: Vec<&[f64]> = given.chain(order.iter().map(|&at| &*chunk.inputs[at])).collect();
    let mut outputs: Vec<&mut [f64]> = chunk.outputs.iter_mut().map(|column| &mut column[..]).collect();
    compiled.kernel.eval_columns(&inputs, &mut outputs).map_err(|error| Bad { row: 0, what: error.phrase().clone() })?;
    let finite = |columns: &[Vec<f64>]| columns.iter().all(|column| column.iter().all(|value| value.is_finite()));
    if !finite(&chunk.outputs) {
        let finite = |columns: &[Vec<f64>], row: usize| columns.iter().all(|column| column[row].is_finite());
        let undefined = (0..rows).filter(|&row| !finite(&chunk.outputs, row) && finite(&chunk.inputs, row)).count();
        chunk.undefined = undefined as u64;
    }
    Ok(())
}

/// Writes the chunks in their order.
fn write(
    path: &str,
    results: &Receiver<Message>,
    free: &Sender<Box<Chunk>>,
    sink: &mut dyn Sink,
    progress: &mut Progress,
    stop: &AtomicBool,
) -> Result<Done, Stop> {
    let mut waiting = BTreeMap::new();
    let mut end = None;
    let (mut next, mut done) = (0, Done::default());
    loop {
        while let Some((chunk, result)) = waiting.remove(&next) {
            let chunk: Box<Chunk> = chunk;
            if let Err(Bad { row, what }) = result {
                let row = done.rows + row as u64 + 1;
                return Err(Stop::Failed(data(phrase!("`{path}`, row {row}{what}", path, row, what))));
            }
            sink.write(&chunk).map_err(Stop::Write)?;
            next += 1;
            done.rows += chunk.rows as u64;
            done.undefined += chunk.undefined;
            progress.more(chunk.size, done.rows);
            // a reader that has ended wants no chunk back
            let _ = free.send(chunk);
        }
        if let Some((_, result)) = end.take_if(|(count, _)| *count == next) {
            let result: Result<(), Error> = result;
            return result.map(|()| done).map_err(Stop::Failed);
        }
        if stop.load(Ordering::Relaxed) {
            return Err(Stop::Interrupted);
        }
        match results.recv_timeout(LOOK) {
            Ok(Message::Chunk(number, chunk, result)) => drop(waiting.insert(number, (chunk, result))),
            Ok(Message::End(count, result)) => end = Some((count, result)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Stop::Failed(Error::new(
                    Kind::Limit,
                    phrase!("internal error: this is a defect of symdiff, please report it"),
                )));
            }
        }
    }
}
