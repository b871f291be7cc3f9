//! How does a file get its bytes? A new one beside it takes its place when it is whole and on the disk.
//! Deliberately knows nothing of what the bytes mean. A device or a pipe cannot be replaced, so it is written to as it is.
//! Read next: `net/model.rs` and `cli/table/output.rs`, who write so.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// A file on its way to its place. Dropped without `commit`, it leaves nothing behind.
#[derive(Debug)]
pub struct Replacement(Target);

#[derive(Debug)]
enum Target {
    Device(File),
    /// The file, and what it will be called.
    Beside(NamedTempFile, PathBuf),
}

impl Replacement {
    /// A file that will have this name.
    ///
    /// # Errors
    /// Those of the system, which do not name the temporary file.
    pub fn of(path: &Path) -> io::Result<Replacement> {
        // a link stays a link to the file that is replaced
        let path = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        Ok(Replacement(match fs::metadata(&path) {
            Ok(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(known) if !known.is_file() => Target::Device(OpenOptions::new().write(true).open(&path)?),
            _ => Target::Beside(beside(&path)?, path),
        }))
    }

    /// The file to write to.
    pub fn file(&mut self) -> &mut File {
        match &mut self.0 {
            Target::Device(file) => file,
            Target::Beside(file, _) => file.as_file_mut(),
        }
    }

    /// The folder of the place, unless it is a device.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.0 {
            Target::Device(_) => None,
            Target::Beside(_, path) => Some(folder(path)),
        }
    }

    /// All is written: the file takes its place.
    ///
    /// # Errors
    /// Those of the system; then the old file is still there.
    pub fn commit(self) -> io::Result<()> {
        let (file, path) = match self.0 {
            Target::Device(mut file) => return io::Write::flush(&mut file),
            Target::Beside(file, path) => (file, path),
        };
        if let Ok(known) = fs::metadata(&path) {
            fs::set_permissions(file.path(), known.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        // the new name is on the disk when its folder is; where folders cannot be opened, the system sees to it
        File::open(folder(&path)).and_then(|folder| folder.sync_all()).or(Ok(()))
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A new file with the rights that a new file has.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // the error that comes back names the temporary file, which tells the user nothing
    let mut cause = None;
    let made = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".tmp").make_in(folder(path), |path| {
        let opened = OpenOptions::new().read(true).write(true).create_new(true).open(path);
        opened.inspect_err(|error| cause = error.raw_os_error())
    });
    made.map_err(|error| cause.map_or(error, io::Error::from_raw_os_error))
}
