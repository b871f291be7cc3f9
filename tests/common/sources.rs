//! Where do the sources lie? For the tests that read them.
//! Deliberately looks into none.
//! Read next: `../house.rs`, `../messages.rs`.

use std::fs;
use std::path::PathBuf;

/// All files of `src`, sorted.
pub(crate) fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut pending = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
