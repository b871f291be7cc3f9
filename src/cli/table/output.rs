//! Where does a table go? To stdout, or to a temporary file beside its place that takes the place at the end.
//! Deliberately knows no format; how a file takes its place is said in `replace.rs`.
//! Read next: `table.rs`.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symdiff::Phrase;
use symdiff::phrase;
use symdiff::replace::Replacement;
use symdiff::{Error, Kind};

enum Target {
    Stdout,
    File(Replacement),
}

/// Where bytes go; counts them. Dropped without `commit`, it leaves nothing behind.
pub(crate) struct Output {
    target: Target,
    written: Arc<AtomicU64>,
}

/// What to say when writing to `name` fails.
pub(crate) fn failed(name: &str, error: &io::Error, written: Option<u64>) -> Error {
    let how_far = written.map_or_else(|| Phrase::of(""), |bytes| phrase!("; {bytes} bytes had been written", bytes));
    Error::new(Kind::Io, phrase!("`{name}` cannot be written: {error}{how_far}", name, error = Phrase::of_system(error), how_far))
}

impl Output {
    pub(crate) fn stdout() -> Output {
        Output { target: Target::Stdout, written: Arc::default() }
    }

    pub(crate) fn file(name: &str) -> io::Result<Output> {
        Ok(Output { target: Target::File(Replacement::of(Path::new(name))?), written: Arc::default() })
    }

    /// How many bytes have been written, also when the output itself is gone.
    pub(crate) fn written(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.written)
    }

    /// Counts bytes that went to a file of `aside`.
    pub(crate) fn also_written(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A file without a name in the same place, for what cannot be written in order.
    pub(crate) fn aside(&self) -> io::Result<File> {
        match &self.target {
            Target::File(place) => place.folder().map_or_else(tempfile::tempfile, tempfile::tempfile_in),
            Target::Stdout => tempfile::tempfile(),
        }
    }

    /// All is written: the file takes its place.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.target {
            Target::Stdout => io::stdout().lock().flush(),
            Target::File(place) => place.commit(),
        }
    }
}

/// Writes a file that takes its place when it is whole.
pub(crate) fn write(name: &str, bytes: &[u8]) -> Result<(), Error> {
    let writing = |error: io::Error| failed(name, &error, None);
    let mut out = Output::file(name).map_err(writing)?;
    out.write_all(bytes).map_err(writing)?;
    out.commit().map_err(writing)
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = match &mut self.target {
            Target::Stdout => io::stdout().lock().write(bytes)?,
            Target::File(place) => place.file().write(bytes)?,
        };
        self.written.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout => io::stdout().lock().flush(),
            Target::File(_) => Ok(()),
        }
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.target {
            Target::Stdout => Err(io::ErrorKind::NotSeekable.into()),
            Target::File(place) => place.file().seek(to),
        }
    }
}

/// Copies a file from its beginning.
pub(crate) fn copy_all(mut from: File, to: &mut impl Write) -> io::Result<()> {
    from.seek(SeekFrom::Start(0))?;
    let mut block = vec![0; 1 << 18];
    loop {
        match from.read(&mut block)? {
            0 => return Ok(()),
            n => to.write_all(&block[..n])?,
        }
    }
}
