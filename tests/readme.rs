//! Does README.md show what the program really prints, and code that is really tested?
//! Deliberately holds no example of its own: the commands of the README are the cases.
//! Read next: `README.md`.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "common/console.rs"]
mod console;

use std::fs;
use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn commands_print_what_is_shown() {
    let (commands, wrong) = console::run("README.md");
    assert!(commands.len() > 20, "only {} commands were found in README.md", commands.len());
    assert_eq!(wrong, 0, "{wrong} of {} commands print something else", commands.len());
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
    let examples = console::blocks("README.md", "rust");
    assert!(!examples.is_empty(), "README.md has no example in Rust");
    for (begins, lines) in examples {
        let example = lines.join("\n");
        assert!(tested.iter().any(|text| text.contains(&example)), "README.md:{begins}: this example is not a doc-test of the library");
    }
}
