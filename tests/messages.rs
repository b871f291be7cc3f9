//! Is everything that is said to a user said in both languages? The sources are searched for what they say, and what is found
//! is held against the catalogue.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that fails must say so

#[path = "common/sources.rs"]
mod sources;

use sources::sources;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use symdiff::session::{array_functions, catalogue};
use symdiff::teach::Language;
use symdiff::{Phrase, phrase};

/// A template of the sources: where it stands, its text, and the names that it is given.
struct Said {
    place: String,
    template: String,
    given: BTreeSet<String>,
}

/// The end of a string literal that begins here, and its value.
fn literal(text: &str) -> (usize, String) {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (at + 1, value),
            '\\' => match chars.next().map(|(_, c)| c) {
                Some('n') => value.push('\n'),
                Some('\n') => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some(c) => value.push(c),
                None => break,
            },
            c => value.push(c),
        }
    }
    panic!("a literal does not end: {}", text.chars().take(80).collect::<String>());
}

/// The arguments of a call whose bracket has just opened.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut at, mut found) = (0, 0, 0, Vec::new());
    let bytes = text.as_bytes();
    loop {
        match bytes[at] {
            b'"' => at += literal(&text[at..]).0 - 1,
            b'\'' if bytes[at + 2] == b'\'' => at += 2,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b',' | b')' if depth == 0 => {
                found.push(text[from..at].trim());
                from = at + 1;
                if bytes[at] == b')' {
                    found.retain(|argument| !argument.is_empty());
                    return found;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// All templates, those of `phrase!` and of tables.
fn said() -> Vec<Said> {
    let mut found = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        for (at, call) in text.match_indices("phrase!(").chain(text.match_indices("key!(")) {
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            if text[line..at].trim_start().starts_with("//") {
                continue;
            }
            let arguments = arguments(&text[at + call.len()..]);
            let Some(first) = arguments.first().filter(|first| first.starts_with('"')) else { continue };
            let name = |argument: &&str| argument.split('=').next().unwrap_or_default().trim().to_owned();
            found.push(Said {
                place: format!("{}:{}", path.display(), text[..at].matches('\n').count() + 1),
                template: literal(first).1,
                given: arguments[1..].iter().map(name).collect(),
            });
        }
    }
    assert!(found.len() > 500, "the search finds what is said");
    found
}

/// The names in braces; what is no name is no place.
fn places(template: &str) -> BTreeSet<String> {
    let inside = template.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(inside, _)| inside);
    let names = inside.map(|inside| inside.split_once(':').map_or(inside, |(name, _)| name));
    names.filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')).map(str::to_owned).collect()
}

fn hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

#[test]
fn what_is_said_is_in_the_catalogue_and_what_is_there_is_said() {
    let rows: BTreeMap<&str, &str> = catalogue().collect();
    assert_eq!(rows.len(), catalogue().count(), "a template has two rows");
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut wrong = Vec::new();
    for Said { place, template, given } in said() {
        if !rows.contains_key(&*template) {
            wrong.push(format!("{place}: no row for {template:?}"));
        }
        // `\frac{d}{dx}` has no places
        if given != places(&template) && !given.is_empty() {
            wrong.push(format!("{place}: the places of {template:?} are not {given:?}"));
        }
        used.insert(template);
    }
    used.extend(symdiff::functions().iter().map(|row| row.about.to_owned()));
    used.extend(array_functions().map(|(_, meaning)| meaning.to_owned()));
    wrong.extend(used.iter().filter(|used| !rows.contains_key(&***used)).map(|used| format!("no row for {used:?}")));
    wrong.extend(rows.keys().filter(|key| !used.contains(**key)).map(|key| format!("nobody says {key:?}")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn both_sides_of_a_row_have_the_same_places() {
    for (english, korean) in catalogue() {
        assert_eq!(places(english), places(korean), "{english:?}, {korean:?}");
        assert_eq!(english.matches('`').count() % 2, 0, "{english}");
        assert_eq!(korean.matches('`').count() % 2, 0, "{korean}");
        assert_eq!(english.contains('\n'), korean.contains('\n'), "{english}");
        let mut outside = english.to_owned();
        for name in places(english) {
            outside = outside.replace(&format!("{{{name}}}"), "");
        }
        let words = outside.split('`').step_by(2).any(|words| words.contains(char::is_alphabetic));
        assert!(hangul(korean) || !words || english == korean, "{english:?} is not translated: {korean:?}");
        for both in ["은(는)", "을(를)", "이(가)", "와(과)", "(으)로"] {
            assert!(!korean.contains(both), "{korean}");
        }
    }
}

#[test]
fn particles_stand_behind_places_and_have_a_form_for_each_sound() {
    for (_, korean) in catalogue() {
        for piece in korean.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(inside, _)| inside) {
            let Some((_, asked)) = piece.split_once(':') else { continue };
            if hangul(asked) {
                let forms = ["이라는", "이어야", "은", "을", "이", "와", "으로"];
                assert!(forms.contains(&asked), "{korean}: {asked}");
            }
        }
        // a particle written out behind a place would be wrong for some of what can stand there
        for particle in ["은 ", "는 ", "을 ", "를 ", "이 ", "가 ", "과 ", "와 ", "으로 "] {
            for end in ["}", "}`"] {
                assert!(!korean.contains(&format!("{end}{particle}")), "{korean}");
            }
        }
    }
}

#[test]
fn phrases_fill_their_places() {
    let inner = phrase!("a value is not finite");
    let said = phrase!("line {number}: {problem}", number = 3, problem = inner);
    assert_eq!(said.to_text(Language::English), "line 3: a value is not finite");
    let said = phrase!("`{word}` is no number", word = "3");
    assert_eq!(said.to_text(Language::Korean), "`3`은 수가 아닙니다");
    let said = phrase!("`{word}` is no number", word = "x");
    assert_eq!(said.to_text(Language::Korean), "`x`는 수가 아닙니다");
    // what is given is never read as a template
    let said = phrase!("`{word}` is no number", word = "{word} {:은}");
    assert_eq!(said.to_text(Language::English), "`{word} {:은}` is no number");
    assert_eq!(Phrase::of("the value").to_text(Language::Korean), "the value");
    assert_eq!(Phrase::key("the sine").to_text(Language::Korean), "사인");
    let both = Phrase::List(vec![Phrase::key("the sine"), Phrase::of("x")], "; ");
    assert_eq!(both.to_text(Language::Korean), "사인; x");
}
