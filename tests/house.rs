//! The house rules that a machine can check: floors, file heads, file sizes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

#[path = "common/sources.rs"]
mod sources;

use sources::sources;
use std::fs;
use std::path::Path;

/// From the ground up, as in ARCHITECTURE.md; a file imports from its own floor or from lower ones.
const FLOORS: &[&[&str]] = &[
    &["message", "error", "budget", "form", "number", "special", "vector", "function", "replace"],
    &["expr", "matrix", "walk", "view", "written", "shape", "operation"],
    &["text"],
    &["template", "eval"],
    &["simplify", "diff", "gradient", "equal", "limit", "domain", "polynomial"],
    &["kernel", "product"],
    &["array"],
    &["expression", "line", "compiled"],
    &["net", "teach"],
    &["session"],
];

fn room(path: &Path) -> String {
    let inside = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_string()
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    for path in sources() {
        let room = room(&path);
        let Some(mine) = floor(&room) else { continue };
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for piece in line.split("crate::").skip(1) {
                let name: String = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if floor(&name).is_some_and(|theirs| theirs > mine) {
                    wrong.push(format!("{}:{}: {room} imports {name}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_has_a_floor() {
    for path in sources() {
        let room = room(&path);
        assert!(room == "lib" || room == "cli" || floor(&room).is_some(), "{room} stands on no floor");
    }
}

#[test]
fn every_file_says_what_it_answers() {
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not open with what it answers", path.display());
    }
}

#[test]
fn no_function_is_named_twice_in_the_tables() {
    let mut seen = std::collections::HashSet::new();
    for row in symdiff::functions() {
        for name in row.aliases.iter().chain([&row.name]) {
            assert!(seen.insert((*name, row.parameters.len())), "`{name}` with {} arguments has two rows", row.parameters.len());
        }
    }
}
