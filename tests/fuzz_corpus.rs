//! Does every stored input of the fuzzer still get a sound reply: no panic, valid JSON, results that read back?
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use std::fs;

#[path = "../fuzz/src/check.rs"]
mod check;

#[test]
fn stored_inputs_get_sound_replies() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus");
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut session = check::session();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        count += 1;
        let found = fs::read(entry.path()).map_err(|error| error.to_string()).and_then(|input| check::check(&mut session, &input));
        if let Err(found) = found {
            wrong.push(format!("{}: {found}", entry.file_name().display()));
        }
    }
    assert!(count > 0, "there is no corpus in {folder}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
