//! What can go wrong, and where in the input.
//! Deliberately knows nothing of terminals: doors draw the caret, this file only names the place.
//! Read next: `budget.rs` (the errors of kind `limit`), `text/parse.rs` (most of the others).

use crate::message::{Language, Phrase};
use crate::phrase;
use std::fmt;

/// A half-open range of byte offsets into the input text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// The kinds of error, as batch replies spell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The text is not of the language.
    Parse,
    /// A name that is not known here.
    Name,
    /// A function with the wrong number of arguments.
    Arity,
    /// Matrices whose shapes do not fit.
    Shape,
    /// A value that does not exist: a pole, a logarithm of zero, a number that is not real.
    Domain,
    /// A derivative that cannot be taken.
    Derivative,
    /// A size or time budget has ended; the message names it and the option that raises it.
    Limit,
    /// A request that is not well formed: bad JSON, a missing field.
    Request,
    /// Data that cannot be used: a missing column, a bad cell.
    Data,
    /// Reading or writing failed.
    Io,
}

impl Kind {
    /// The word that batch replies use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Parse => "parse",
            Kind::Name => "name",
            Kind::Arity => "arity",
            Kind::Shape => "shape",
            Kind::Domain => "domain",
            Kind::Derivative => "derivative",
            Kind::Limit => "limit",
            Kind::Request => "request",
            Kind::Data => "data",
            Kind::Io => "io",
        }
    }
}

/// An error: its kind, one sentence, and where it is known the place in the input.
///
/// ```
/// let error = symdiff::diff("x^", "x").unwrap_err();
/// assert_eq!(error.kind(), symdiff::Kind::Parse);
/// assert!(error.span().is_some());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: Kind,
    phrase: Phrase,
    /// The phrase in English.
    message: String,
    span: Option<Span>,
    input: Option<String>,
    suggestion: Option<String>,
}

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error without a place.
    ///
    /// ```
    /// use symdiff::{Error, Kind, phrase};
    /// let error = Error::new(Kind::Domain, phrase!("a value is not finite"));
    /// assert_eq!(error.message(), "a value is not finite");
    /// ```
    #[must_use]
    pub fn new(kind: Kind, phrase: Phrase) -> Error {
        let message = phrase.to_text(Language::English);
        Error(Box::new(Inner { kind, phrase, message, span: None, input: None, suggestion: None }))
    }

    /// The same error at a place of the input.
    #[must_use]
    pub fn at(mut self, span: Span) -> Error {
        self.0.span = Some(span);
        self
    }

    /// The same error, belonging to the input of this name (`"a"`, `"b"`, `"let"`, ...).
    #[must_use]
    pub fn within(mut self, input: impl Into<String>) -> Error {
        self.0.input = Some(input.into());
        self
    }

    /// The same error with a word that was probably meant.
    #[must_use]
    pub fn suggest(mut self, word: impl Into<String>) -> Error {
        self.0.suggestion = Some(word.into());
        self
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// One sentence, in English: what was found, what was expected.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The same sentence in a language.
    ///
    /// ```
    /// use symdiff::teach::Language;
    /// let error = symdiff::diff("x^", "x").unwrap_err();
    /// assert!(error.message().starts_with("found the end, expected an operand"));
    /// assert!(error.message_in(Language::Korean).ends_with("와야 하는데 끝이 나왔습니다"));
    /// ```
    #[must_use]
    pub fn message_in(&self, language: Language) -> String {
        self.0.phrase.to_text(language)
    }

    /// The same sentence, to be put into another.
    #[must_use]
    pub fn phrase(&self) -> &Phrase {
        &self.0.phrase
    }

    /// The place in the input, where it is known.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// The name of the input that the place is in, if it is not the expression itself.
    #[must_use]
    pub fn input(&self) -> Option<&str> {
        self.0.input.as_deref()
    }

    /// A word that was probably meant.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.0.suggestion.as_deref()
    }

    /// The question whether that word was meant.
    #[must_use]
    pub fn hint(&self) -> Option<Phrase> {
        self.suggestion().map(|word| phrase!("did you mean `{word}`?", word))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.message)?;
        match self.hint() {
            Some(hint) => write!(f, "; {}", hint.to_text(Language::English)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
