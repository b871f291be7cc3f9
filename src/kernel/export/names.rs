//! How inputs, locals and the function itself are called in a language.
//! Deliberately knows no language: `syntax.rs` says which words are taken and which letters allowed.
//! Read next: `body.rs`.

use super::syntax::Syntax;
use crate::error::{Error, Kind, Result};
use crate::expr::{Pool, Symbol};
use crate::phrase;

/// The names of a function's inputs, and how its locals begin.
pub(super) struct Names {
    pub(super) inputs: Vec<String>,
    pub(super) local: &'static str,
}

/// What names that are made of a function's or an input's add to it at most: `_module`, or marks against collisions.
const AROUND: usize = 8;

/// Whether `name` can be a function's name in the language.
pub(super) fn check(name: &str, syntax: &Syntax) -> Result<()> {
    let first = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let spelled = syntax.respelled.iter().all(|(from, _)| !name.contains(from)) && name.len() <= syntax.longest.saturating_sub(AROUND);
    if first && letters && spelled && !syntax.refuses(name) {
        return Ok(());
    }
    let message =
        phrase!("`{name}` cannot be the name of a function in {language}; take letters, digits and `_`", name, language = syntax.name);
    Err(Error::new(Kind::Name, message))
}

/// Names for the inputs that are no words of the language, differ from each other and from the function's.
pub(super) fn of(pool: &Pool, inputs: &[Symbol], function: &str, syntax: &Syntax) -> Names {
    let same = |a: &str, b: &str| syntax.same(a, b);
    let mut names: Vec<String> = Vec::with_capacity(inputs.len());
    for &input in inputs {
        let mut name = spelled(pool.symbol_key(input), syntax);
        while syntax.reserves(&name) || same(&name, function) || names.iter().any(|other| same(other, &name)) {
            name.push(if name.ends_with('_') { 'x' } else { '_' });
        }
        names.push(name);
    }
    let taken = |prefix: &str| {
        let numbered = |name: &str| {
            let head = name.get(..prefix.len()).is_some_and(|head| same(head, prefix));
            head && name[prefix.len()..].chars().all(|c| c.is_ascii_digit()) && name.len() > prefix.len()
        };
        names.iter().any(|name| numbered(name)) || numbered(function)
    };
    let local = ["t", "s", "r", "part", "shared_part"].into_iter().find(|prefix| !taken(prefix)).unwrap_or("shared_part_");
    Names { inputs: names, local }
}

/// A symbol in the letters of the language: others become `u` and their code.
fn spelled(key: &str, syntax: &Syntax) -> String {
    let mut name = String::new();
    for c in key.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' || (syntax.unicode && c.is_alphabetic()) => name.push(c),
            c => name.push_str(&format!("u{:04x}", u32::from(c))),
        }
    }
    for (from, to) in syntax.respelled.iter().chain(syntax.made) {
        while name.contains(from) {
            name = name.replace(from, to);
        }
    }
    name.chars().take(syntax.longest.saturating_sub(AROUND)).collect()
}
