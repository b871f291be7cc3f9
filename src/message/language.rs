//! Which languages are there, and which does a locale mean?
//! Deliberately holds no sentence.
//! Read next: `../message.rs`.

use crate::error::{Error, Kind, Result};
use crate::phrase;

/// The languages that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

impl Language {
    /// The language of `en` or `ko`.
    ///
    /// # Errors
    /// Kind `request`.
    ///
    /// ```
    /// use symdiff::teach::Language;
    /// assert_eq!(Language::of("ko")?, Language::Korean);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn of(word: &str) -> Result<Language> {
        match word {
            "en" => Ok(Language::English),
            "ko" => Ok(Language::Korean),
            _ => Err(Error::new(Kind::Request, phrase!("there is no language `{word}`; there are en and ko", word))),
        }
    }

    /// The word that names it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Korean => "ko",
        }
    }

    /// The language of a locale such as `ko_KR.UTF-8`; English unless it is Korean.
    ///
    /// ```
    /// use symdiff::teach::Language;
    /// assert_eq!(Language::of_locale("ko_KR.UTF-8"), Language::Korean);
    /// assert_eq!(Language::of_locale("C"), Language::English);
    /// ```
    #[must_use]
    pub fn of_locale(locale: &str) -> Language {
        let korean = locale == "ko" || locale.starts_with("ko_") || locale.starts_with("ko.") || locale.starts_with("ko-");
        if korean { Language::Korean } else { Language::English }
    }
}
