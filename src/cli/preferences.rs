//! What does the user want of the REPL, and where do its files lie? A TOML file in the usual folder, read once.
//! Deliberately knows no command.
//! Read next: `repl.rs`.

use crate::arguments::Color;
use etcetera::BaseStrategy;
use serde::Deserialize;
use std::path::PathBuf;
use symdiff::phrase;
use symdiff::teach::Language;
use symdiff::{Error, Kind};

/// What the user wants.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Preferences {
    pub(crate) vi: bool,
    pub(crate) hints: bool,
    /// Answers in two dimensions where they fit.
    pub(crate) typeset: bool,
    /// In place of that of the locale.
    pub(crate) language: Option<Language>,
    pub(crate) color: Option<Color>,
}

impl Default for Preferences {
    fn default() -> Preferences {
        Preferences { vi: false, hints: true, typeset: true, language: None, color: None }
    }
}

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    keys: Option<Keys>,
    hints: Option<bool>,
    typeset: Option<bool>,
    language: Option<String>,
    color: Option<When>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Keys {
    Emacs,
    Vi,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    Auto,
    Always,
    Never,
}

/// Where the file of preferences lies: `~/.config/symdiff/config.toml`, or where the platform has it.
pub(crate) fn config_file() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("symdiff").join("config.toml"))
}

/// Where the history is kept: the user's folder for state, or for data where there is none.
pub(crate) fn history_file() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir()).join("symdiff");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

/// The preferences, and what is wrong with their file.
pub(crate) fn load() -> (Preferences, Option<Error>) {
    let Some(path) = config_file() else { return (Preferences::default(), None) };
    match std::fs::read_to_string(&path) {
        Ok(text) => read(&text, &path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Preferences::default(), None),
        Err(error) => {
            let error = Error::new(
                Kind::Io,
                phrase!(
                    "the preferences in `{path}` cannot be read: {error}",
                    path = path.display(),
                    error = symdiff::Phrase::of_system(&error)
                ),
            );
            (Preferences::default(), Some(error))
        }
    }
}

fn read(text: &str, name: &str) -> (Preferences, Option<Error>) {
    let mut preferences = Preferences::default();
    let written: Written = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            let message = error.message().trim_end().replace('\n', ", ");
            let error =
                Error::new(Kind::Request, phrase!("the preferences in `{name}` are not used: line {line}: {message}", name, line, message));
            return (preferences, Some(error));
        }
    };
    preferences.vi = matches!(written.keys, Some(Keys::Vi));
    preferences.hints = written.hints.unwrap_or(preferences.hints);
    preferences.typeset = written.typeset.unwrap_or(preferences.typeset);
    preferences.color = written.color.map(|color| match color {
        When::Auto => Color::Auto,
        When::Always => Color::Always,
        When::Never => Color::Never,
    });
    let mut problem = None;
    if let Some(name) = &written.language {
        match Language::of(name) {
            Ok(language) => preferences.language = Some(language),
            Err(error) => problem = Some(error),
        }
    }
    (preferences, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_are_read_and_slips_told() {
        assert_eq!(read("", "f"), (Preferences::default(), None));
        let (found, problem) = read("keys = \"vi\"\nhints = false\ntypeset = false\ncolor = \"never\"\nlanguage = \"en\"\n", "f");
        let wanted = Preferences { vi: true, hints: false, typeset: false, color: Some(Color::Never), language: Some(Language::English) };
        assert_eq!((found, problem), (wanted, None));
        for (text, told) in [("\nkey = 1", "line 2"), ("hints = 3", "line 1"), ("keys = \"nano\"", "emacs"), ("[", "line 1")] {
            let (found, problem) = read(text, "f");
            assert_eq!(found, Preferences::default(), "{text}");
            assert!(problem.as_ref().is_some_and(|error| error.message().contains(told)), "{text}: {problem:?}");
        }
        assert!(read("language = \"tlh\"\nhints = false", "f").1.is_some());
        assert!(!read("language = \"tlh\"\nhints = false", "f").0.hints, "the rest of the file counts");
    }
}
