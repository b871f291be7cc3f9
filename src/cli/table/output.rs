//! Where does a table go? To stdout, or to a temporary file beside its place that takes the place at the end.
//! Deliberately knows no format. A device or a pipe cannot be replaced, so it is written to as it is.
//! Read next: `table.rs`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use symdiff::{Error, Kind};
use tempfile::NamedTempFile;

enum Target {
    Stdout,
    Device(File),
    /// The file, and what it will be called.
    Beside(NamedTempFile, PathBuf),
}

/// Where bytes go; counts them. Dropped without `commit`, it leaves nothing behind.
pub(crate) struct Output {
    target: Target,
    written: Arc<AtomicU64>,
}

/// What to say when writing to `name` fails.
pub(crate) fn failed(name: &str, error: &io::Error, written: Option<u64>) -> Error {
    let how_far = written.map_or_else(String::new, |bytes| format!("; {bytes} bytes had been written"));
    Error::new(Kind::Io, format!("`{name}` cannot be written: {error}{how_far}"))
}

impl Output {
    pub(crate) fn stdout() -> Output {
        Output { target: Target::Stdout, written: Arc::default() }
    }

    pub(crate) fn file(name: &str) -> io::Result<Output> {
        // a link stays a link to the file that is replaced
        let path = fs::canonicalize(name).unwrap_or_else(|_| PathBuf::from(name));
        let target = match fs::metadata(&path) {
            Ok(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(known) if !known.is_file() => Target::Device(OpenOptions::new().write(true).open(&path)?),
            _ => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                Target::Beside(beside(folder, &path)?, path)
            }
        };
        Ok(Output { target, written: Arc::default() })
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
            Target::Beside(_, path) => tempfile::tempfile_in(path.parent().unwrap_or(Path::new("."))),
            _ => tempfile::tempfile(),
        }
    }

    /// All is written: the file takes its place.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.target {
            Target::Stdout => io::stdout().lock().flush(),
            Target::Device(mut file) => file.flush(),
            Target::Beside(file, path) => {
                if let Ok(known) = fs::metadata(&path) {
                    fs::set_permissions(file.path(), known.permissions())?;
                }
                file.as_file().sync_all()?;
                file.persist(&path).map(drop).map_err(|error| error.error)
            }
        }
    }
}

/// A new file with the rights that a new file has.
fn beside(folder: &Path, path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // the error that comes back names the temporary file, which tells the user nothing
    let mut cause = None;
    let made = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".tmp").make_in(folder, |path| {
        let opened = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        opened.inspect_err(|error| cause = error.raw_os_error())
    });
    made.map_err(|error| cause.map_or(error, io::Error::from_raw_os_error))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = match &mut self.target {
            Target::Stdout => io::stdout().lock().write(bytes)?,
            Target::Device(file) => file.write(bytes)?,
            Target::Beside(file, _) => file.as_file_mut().write(bytes)?,
        };
        self.written.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout => io::stdout().lock().flush(),
            Target::Device(_) | Target::Beside(..) => Ok(()),
        }
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.target {
            Target::Stdout => Err(io::ErrorKind::NotSeekable.into()),
            Target::Device(file) => file.seek(to),
            Target::Beside(file, _) => file.as_file_mut().seek(to),
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
