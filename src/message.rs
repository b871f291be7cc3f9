//! How is something said in two languages? A phrase is an English template and what stands in its places; the template is the
//! key under which the catalogue has the Korean one.
//! Deliberately knows no mathematics, and not who asks: errors and notes keep phrases, doors say in which language they speak.
//! Read next: `message/korean.rs` (the catalogue), `message/particle.rs`.

mod korean;
mod language;
mod particle;

pub use language::Language;

use particle::particle;
use std::borrow::Cow;
use std::fmt::Display;

/// A sentence or a part of one, in all languages at once.
///
/// ```
/// use symdiff::{phrase, teach::Language};
/// let name = "x";
/// let said = phrase!("no value is given for {name}", name);
/// assert_eq!(said.to_text(Language::English), "no value is given for x");
/// assert_eq!(said.to_text(Language::Korean), "x의 값이 없습니다");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// A text of somebody else's, the same in every language.
    Verbatim(String),
    /// An English template, and what stands in its places.
    Template(&'static str, Vec<(&'static str, Phrase)>),
    /// One after the other, with a template between them.
    List(Vec<Phrase>, &'static str),
}

/// A [`Phrase`]: an English template, and for each of its places a value, which may itself be a phrase.
///
/// ```
/// use symdiff::{phrase, teach::Language};
/// let path = std::path::Path::new("a.csv");
/// let said = phrase!("there is no `{path}`; give {known}", path = path.display(), known = "one");
/// assert_eq!(said.to_text(Language::English), "there is no `a.csv`; give one");
/// ```
#[macro_export]
macro_rules! phrase {
    (@ $name:ident) => { $crate::Phrase::of(&$name) };
    (@ $name:ident = $value:expr) => { $crate::Phrase::of(&$value) };
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::Phrase::Template($template, vec![$((stringify!($name), $crate::phrase!(@ $name $(= $value)?))),*])
    };
}

/// A text of a table that is a template without places. It stays a text; the name is what the catalogue's test looks for.
///
/// ```
/// assert_eq!(symdiff::key!("the value"), "the value");
/// ```
#[macro_export]
macro_rules! key {
    ($text:literal) => {
        $text
    };
}

/// What can stand in a place.
pub trait Argument {
    /// As a phrase.
    fn phrase(&self) -> Phrase;
}

impl<T: Display + ?Sized> Argument for T {
    fn phrase(&self) -> Phrase {
        Phrase::Verbatim(self.to_string())
    }
}

impl Argument for Phrase {
    fn phrase(&self) -> Phrase {
        self.clone()
    }
}

impl Argument for &Phrase {
    fn phrase(&self) -> Phrase {
        (*self).clone()
    }
}

impl Phrase {
    /// What stands in a place: a phrase, or what can be written and is the same in every language.
    #[must_use]
    pub fn of(value: &(impl Argument + ?Sized)) -> Phrase {
        value.phrase()
    }

    /// What the system says of a failure; what it often says is translated.
    ///
    /// ```
    /// use symdiff::{Phrase, teach::Language};
    /// let said = Phrase::of_system(&std::io::ErrorKind::IsADirectory.into());
    /// assert_eq!(said.to_text(Language::English), "is a directory");
    /// assert_eq!(said.to_text(Language::Korean), "폴더입니다");
    /// ```
    #[must_use]
    pub fn of_system(error: &std::io::Error) -> Phrase {
        const OFTEN: [&str; 6] = [
            key!("No such file or directory (os error 2)"),
            key!("Permission denied (os error 13)"),
            key!("Not a directory (os error 20)"),
            key!("Is a directory (os error 21)"),
            key!("is a directory"),
            key!("No space left on device (os error 28)"),
        ];
        let text = error.to_string();
        OFTEN.into_iter().find(|often| *often == text).map_or(Phrase::Verbatim(text), Phrase::key)
    }

    /// The phrase of a text in a table.
    #[must_use]
    pub fn key(text: &'static str) -> Phrase {
        Phrase::Template(text, Vec::new())
    }

    /// What stands in the place of this name.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Phrase> {
        match self {
            Phrase::Template(_, arguments) => arguments.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument),
            Phrase::Verbatim(_) | Phrase::List(..) => None,
        }
    }

    /// The text in a language.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        match self {
            Phrase::Verbatim(text) => text.clone(),
            Phrase::List(phrases, between) => {
                let texts: Vec<String> = phrases.iter().map(|phrase| phrase.to_text(language)).collect();
                texts.join(in_language(between, language))
            }
            Phrase::Template(template, _) => {
                let place = |name: &str| {
                    let text = self.argument(name)?.to_text(language);
                    Some(Place { plain: text.clone().into(), shown: text.into() })
                };
                let mut out = String::new();
                fill(&mut out, in_language(template, language), place);
                out
            }
        }
    }
}

/// The rows of the catalogue: English, Korean.
pub(crate) fn catalogue() -> impl Iterator<Item = (&'static str, &'static str)> {
    korean::rows()
}

/// The template in a language; what the catalogue lacks stays as it is.
fn in_language(template: &'static str, language: Language) -> &'static str {
    match language {
        Language::English => template,
        Language::Korean => korean::template(template).unwrap_or(template),
    }
}

/// What stands in a place: as it is shown, and as plain text, by whose end its particle is chosen.
pub(crate) struct Place<'a> {
    pub(crate) shown: Cow<'a, str>,
    pub(crate) plain: Cow<'a, str>,
}

/// Appends a template with its places filled: `{u}`, `{u:을}` with the particle that fits its last sound, and `{:을}`, the particle
/// alone, which fits the place before it. What is no place stays as it is.
pub(crate) fn fill<'a>(out: &mut String, template: &str, place: impl Fn(&str) -> Option<Place<'a>>) {
    let mut rest = template;
    let mut last = Cow::Borrowed("");
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let (name, asked) = inside.split_once(':').unwrap_or((inside, ""));
        let found = place(name);
        if found.is_none() && (!name.is_empty() || asked.is_empty()) {
            out.push('{');
            rest = after;
            continue;
        }
        if let Some(found) = found {
            out.push_str(&found.shown);
            last = found.plain;
        }
        if !asked.is_empty() {
            out.push_str(&particle(&last, asked));
        }
        rest = behind;
    }
    out.push_str(rest);
}
