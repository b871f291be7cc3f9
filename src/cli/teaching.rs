//! Where do the lines of the REPL reach what teaches: derivations step by step, and the language of words?
//! Deliberately two functions, so that there is one place to connect.
//! Read next: `repl.rs`.

use crate::preferences::Language;
use symdiff::session::{Request, Session};
use symdiff::{Error, Kind};

/// The steps of a derivative, in words of this language.
pub(crate) fn steps(_session: &mut Session, _request: &Request<'_>, _language: Language) -> Result<String, Error> {
    Err(Error::new(Kind::Request, "steps are not in this build"))
}

/// The language of this name.
pub(crate) fn language(name: &str) -> Result<Language, Error> {
    match name {
        "en" | "english" => Ok(Language::English),
        _ => Err(Error::new(Kind::Request, format!("the language `{name}` is not in this build; there is en"))),
    }
}
