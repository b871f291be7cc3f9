//! Which column of a table is which symbol?
//! Deliberately knows names only, in whatever spelling: `theta`, `θ` and `\theta` are one.
//! Read next: `table.rs`.

use symdiff::phrase;
use symdiff::session::canonical;
use symdiff::{Error, Kind, Phrase};

/// An error of the data.
pub(crate) fn data(phrase: Phrase) -> Error {
    Error::new(Kind::Data, phrase)
}

/// A text of a file, as it can stand in a message.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
}

/// At most twenty names.
pub(crate) fn listed(names: &[String]) -> Phrase {
    let known: Vec<String> = names.iter().take(20).map(|name| quoted(name)).collect();
    let first = known.join(", ");
    match names.len() - known.len() {
        0 => Phrase::of(&first),
        more => phrase!("{first}, {more} more", first, more),
    }
}

/// Where the columns of the symbols stand; `given` have their value already.
pub(crate) fn places<'a>(
    path: &str,
    columns: &[String],
    symbols: &[String],
    given: impl Iterator<Item = &'a str>,
) -> Result<Vec<usize>, Error> {
    let keys: Vec<String> = columns.iter().map(|name| canonical(name)).collect();
    for name in given {
        let key = canonical(name);
        if keys.contains(&key) {
            return Err(data(phrase!("`{name}` is given with --at and is a column of `{path}` too", name, path)));
        }
    }
    let find = |name: &String| {
        let key = canonical(name);
        let mut found = keys.iter().enumerate().filter(|(_, known)| **known == key).map(|(at, _)| at);
        match (found.next(), found.next()) {
            (Some(at), None) => Ok(at),
            (Some(at), Some(other)) => {
                let (a, b) = (at + 1, other + 1);
                Err(data(phrase!("`{path}` has two columns for `{name}`: columns {a} and {b}", path, name, a, b)))
            }
            (None, _) => {
                Err(data(phrase!("`{path}` has no column `{name}`; its columns are {columns}", path, name, columns = listed(columns))))
            }
        }
    };
    symbols.iter().map(find).collect()
}
