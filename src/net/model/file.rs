//! How does a file get its bytes, and give them? A new one takes the place of the old one only when it is whole and on the disk.
//! Deliberately knows nothing of what the bytes mean, but for the length that a `.safetensors` file claims.
//! Read next: `model.rs`.

use crate::error::{Error, Kind, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Replaces a file, so that whoever looks sees the old bytes or the new ones.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes).map_err(|error| Error::new(Kind::Io, format!("`{}` cannot be written: {error}", path.display())))
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // a link stays a link to the file that is replaced
    let place = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    let known = fs::metadata(&place).ok();
    match &known {
        Some(known) if known.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // a device or a pipe cannot be replaced
        Some(known) if !known.is_file() => return OpenOptions::new().write(true).open(&place)?.write_all(bytes),
        _ => {}
    }
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    // opened by ourselves, so that it has the rights of any new file, and an error that does not name the temporary one
    let mut cause = None;
    let made = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".tmp").make_in(folder, |path| {
        let opened = OpenOptions::new().write(true).create_new(true).open(path);
        opened.inspect_err(|error| cause = error.raw_os_error())
    });
    let mut file = made.map_err(|error| cause.map_or(error, io::Error::from_raw_os_error))?;
    file.as_file_mut().write_all(bytes)?;
    if let Some(known) = known {
        fs::set_permissions(file.path(), known.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&place).map_err(|error| error.error)?;
    // the new name is on the disk when its folder is; where folders cannot be opened, the system sees to it
    File::open(folder).and_then(|folder| folder.sync_all()).or(Ok(()))
}

/// All bytes of a file whose first eight claim a length that it has.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let io = |error: io::Error| Error::new(Kind::Io, format!("`{}` cannot be read: {error}", path.display()));
    let mut file = File::open(path).map_err(io)?;
    let about = file.metadata().map_err(io)?;
    let bad = |what: &str| Error::new(Kind::Data, format!("`{}` is no .safetensors file: {what}", path.display()));
    if !about.is_file() {
        return Err(bad("it is no file"));
    }
    let mut first = [0; 8];
    if about.len() < first.len() as u64 {
        return Err(bad("it is too short for one"));
    }
    file.read_exact(&mut first).map_err(io)?;
    let rest = about.len() - first.len() as u64;
    if u64::from_le_bytes(first) > rest {
        return Err(bad("its header would be longer than the file, which may be cut short"));
    }
    let mut bytes = first.to_vec();
    file.take(rest).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}
