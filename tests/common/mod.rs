//! How is the program run in a test? Words and bytes in; exit code, stdout and stderr out.
//! Deliberately knows no command: the tests that share it do.
//! Read next: `../cli.rs`.

use std::io::Write;
use std::process::{Command, Stdio};

/// Exit code, stdout, stderr.
pub(crate) type Ended = (i32, String, String);

/// Runs the program with these words and this input.
pub(crate) fn run_with(words: &[&str], stdin: &[u8]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_symdiff"))
        .args(words)
        // English, whoever runs the tests; `--lang` names another
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        // a program that does not read its input closes the pipe
        let _ = input.write_all(&bytes);
    });
    let done = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap_or(-1), text(done.stdout), text(done.stderr))
}
