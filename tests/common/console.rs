//! Do the commands of a page print what it shows? Its `console` blocks are run by a shell that has the program in its path.
//! Deliberately knows no page: the tests that share it do.
//! Read next: `../readme.rs`, `../lessons.rs`.

use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The code blocks of a page of this kind: the line where each begins, and its lines.
pub(crate) fn blocks(page: &str, kind: &str) -> Vec<(usize, Vec<String>)> {
    let text = fs::read_to_string(format!("{ROOT}/{page}")).unwrap();
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
    assert!(block.is_none(), "a code block of {page} is not closed");
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
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .output()
        .unwrap();
    String::from_utf8(done.stdout).unwrap()
}

/// Runs the commands of a page; the commands, and how many print something else than is shown.
pub(crate) fn run(page: &str) -> (Vec<String>, usize) {
    let name: String = page.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let folder = std::env::temp_dir().join(format!("symdiff-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (mut commands, mut wrong) = (Vec::new(), 0);
    for (begins, lines) in blocks(page, "console") {
        assert!(lines[0].starts_with("$ "), "{page}:{begins}: a console block begins with a command");
        let mut at = 0;
        while at < lines.len() {
            let command = &lines[at][2..];
            let shown: Vec<&str> = lines[at + 1..].iter().take_while(|line| !line.starts_with("$ ")).map(|line| line.trim_end()).collect();
            let printed = shell(command, &folder);
            let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
            if printed != shown {
                println!(
                    "{page}:{}: {command}\n  shows   {}\n  prints  {}",
                    begins + at,
                    shown.join("\n          "),
                    printed.join("\n          ")
                );
                wrong += 1;
            }
            commands.push(command.to_owned());
            at += 1 + shown.len();
        }
    }
    fs::remove_dir_all(&folder).unwrap();
    (commands, wrong)
}
