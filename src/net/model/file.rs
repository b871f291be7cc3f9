//! How does a file get its bytes, and give them? A new one takes the place of the old one only when it is whole and on the disk.
//! Deliberately knows nothing of what the bytes mean, but for the length that a `.safetensors` file claims.
//! Read next: `model.rs`.

use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
use crate::replace::Replacement;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Replaces a file, so that whoever looks sees the old bytes or the new ones.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    put(path, bytes).map_err(|error| {
        Error::new(Kind::Io, phrase!("`{path}` cannot be written: {error}", path = path.display(), error = Phrase::of_system(&error)))
    })
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut place = Replacement::of(path)?;
    place.file().write_all(bytes)?;
    place.commit()
}

/// All bytes of a file whose first eight claim a length that it has.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let io = |error: io::Error| {
        Error::new(Kind::Io, phrase!("`{path}` cannot be read: {error}", path = path.display(), error = Phrase::of_system(&error)))
    };
    let mut file = File::open(path).map_err(io)?;
    let about = file.metadata().map_err(io)?;
    let bad = |what: Phrase| Error::new(Kind::Data, phrase!("`{path}` is no .safetensors file: {what}", path = path.display(), what));
    if !about.is_file() {
        return Err(bad(phrase!("it is no file")));
    }
    let mut first = [0; 8];
    if about.len() < first.len() as u64 {
        return Err(bad(phrase!("it is too short for one")));
    }
    file.read_exact(&mut first).map_err(io)?;
    let rest = about.len() - first.len() as u64;
    if u64::from_le_bytes(first) > rest {
        return Err(bad(phrase!("its header would be longer than the file, which may be cut short")));
    }
    let mut bytes = first.to_vec();
    file.take(rest).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}
