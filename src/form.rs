//! Which form of an answer is wanted, and the words for it.
//! Deliberately knows nothing of how a form is made. Read next: `simplify/normal/form.rs`.

use crate::error::{Error, Kind, Result};
use crate::phrase;

/// Which form of an answer is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Form {
    /// The shortest of all that are tried.
    #[default]
    Auto,
    /// A product of powers of factors.
    Factored,
    /// Multiplied out: a sum of terms, above one bar if there is a denominator.
    Expanded,
    /// Like terms together and common factors in front, nothing more.
    Collected,
    /// One fraction of two sums.
    Quotient,
    /// As the rules of differentiation give it, like terms together.
    AsDerived,
}

impl Form {
    /// All forms with the words that name them.
    pub const NAMES: [(&'static str, Form); 6] = [
        ("auto", Form::Auto),
        ("factored", Form::Factored),
        ("expanded", Form::Expanded),
        ("collected", Form::Collected),
        ("quotient", Form::Quotient),
        ("as-derived", Form::AsDerived),
    ];

    /// The form that a word names.
    ///
    /// # Errors
    /// Kind `request`, with the words that there are.
    pub fn of(word: &str) -> Result<Form> {
        Form::NAMES.iter().find(|(name, _)| *name == word).map(|&(_, form)| form).ok_or_else(|| {
            let names: Vec<&str> = Form::NAMES.iter().map(|(name, _)| *name).collect();
            Error::new(Kind::Request, phrase!("there is no form `{word}`; the forms are {names}", word, names = names.join(", ")))
        })
    }
}
