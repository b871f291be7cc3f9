//! Do the lessons show what the program really prints, and do both languages have the same commands and links that lead somewhere?
//! Deliberately holds no example of its own: the commands of the lessons are the cases.
//! Read next: `docs/lessons/README.md`.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "common/console.rs"]
mod console;

use std::fs;

const FOLDER: &str = "docs/lessons";

/// The files of a language, in order.
fn lessons(language: &str) -> Vec<String> {
    let folder = format!("{}/{FOLDER}/{language}", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn commands_print_what_is_shown_in_both_languages() {
    let (korean, english) = (lessons("ko"), lessons("en"));
    assert_eq!(korean, english);
    assert_eq!(korean.len(), 6);
    let mut wrong = 0;
    for name in korean {
        let (korean, failed) = console::run(&format!("{FOLDER}/ko/{name}"));
        wrong += failed;
        let (english, failed) = console::run(&format!("{FOLDER}/en/{name}"));
        wrong += failed;
        assert!(english.len() >= 4, "{name} has {} commands", english.len());
        // a prompt in Korean has no counterpart
        let shared = korean.iter().filter(|command| !command.chars().any(|c| ('가'..='힣').contains(&c)));
        // sentences are in the language of the page
        let shared: Vec<String> = shared.map(|command| command.replace("--lang ko", "--lang en")).collect();
        assert_eq!(shared, english, "{name}");
    }
    assert_eq!(wrong, 0, "{wrong} commands print something else");
}

#[test]
fn links_lead_somewhere() {
    let root = format!("{}/{FOLDER}", env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec!["README.md".to_owned()];
    for language in ["ko", "en"] {
        pages.extend(lessons(language).into_iter().map(|name| format!("{language}/{name}")));
    }
    for page in pages {
        let text = fs::read_to_string(format!("{root}/{page}")).unwrap();
        let folder = page.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            assert!(fs::exists(format!("{root}/{folder}{link}")).unwrap(), "{page} leads to {link}, which is not there");
        }
    }
}
