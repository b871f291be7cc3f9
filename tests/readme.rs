//! Does README.md show what the program really prints, and code that is really tested?
//! Deliberately holds no example of its own: the commands of the README are the cases.
//! Read next: `README.md`.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The code blocks of this kind: the line of README.md where each begins, and its lines.
fn blocks(kind: &str) -> Vec<(usize, Vec<String>)> {
    let text = fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    let mut found = Vec::new();
    let mut block: Option<(&str, usize, Vec<String>)> = None;
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), block.as_mut()) {
            (Some(fence), None) => block = Some((fence.trim(), at + 2, Vec::new())),
            (Some(_), Some(_)) => {
                if let Some((name, begins, lines)) = block.take()
                    && name == kind
                {
                    found.push((begins, lines));
                }
            }
            (None, Some((_, _, lines))) => lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    assert!(block.is_none(), "a code block of README.md is not closed");
    found
}

/// What a shell prints, both streams in one, where `symdiff` is the program under test.
fn shell(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_symdiff"));
    let path = std::env::var("PATH").unwrap();
    let script = format!("exec 2>&1\n{}", command.replace("cargo run --release --", "symdiff"));
    let done = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .output()
        .unwrap();
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn commands_print_what_is_shown() {
    let folder = std::env::temp_dir().join(format!("symdiff-readme-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (mut count, mut wrong) = (0, 0);
    for (begins, lines) in blocks("console") {
        assert!(lines[0].starts_with("$ "), "README.md:{begins}: a console block begins with a command");
        let mut at = 0;
        while at < lines.len() {
            let command = &lines[at][2..];
            let shown: Vec<&str> = lines[at + 1..].iter().take_while(|line| !line.starts_with("$ ")).map(|line| line.trim_end()).collect();
            let printed = shell(command, &folder);
            let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
            if printed != shown {
                println!(
                    "README.md:{}: {command}\n  shows   {}\n  prints  {}",
                    begins + at,
                    shown.join("\n          "),
                    printed.join("\n          ")
                );
                wrong += 1;
            }
            count += 1;
            at += 1 + shown.len();
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    assert!(count > 20, "only {count} commands were found in README.md");
    assert_eq!(wrong, 0, "{wrong} of {count} commands print something else");
}

/// The documentation comments of a file of `src`, without their marks and without lines that rustdoc hides.
fn documentation(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(str::trim_start).filter_map(|line| line.strip_prefix("//!").or_else(|| line.strip_prefix("///")));
    let shown = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).filter(|line| !line.starts_with("# "));
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn library_examples_are_doc_tests() {
    let tested: Vec<String> =
        ["src/lib.rs", "src/expression.rs", "src/line.rs"].iter().map(|file| documentation(&Path::new(ROOT).join(file))).collect();
    let examples = blocks("rust");
    assert!(!examples.is_empty(), "README.md has no example in Rust");
    for (begins, lines) in examples {
        let example = lines.join("\n");
        assert!(tested.iter().any(|text| text.contains(&example)), "README.md:{begins}: this example is not a doc-test of the library");
    }
}
