//! What helps while a line is typed: completion of names and Greek letters, hints, more lines while brackets are open.
//! Deliberately reads no expression: it looks at the word before the cursor and the call around it.
//! Read next: `words.rs`, `../repl.rs`.

use super::words::WORDS;
use crate::{entry, report};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::highlight::{CmdKind, Highlighter, MatchingBracketHighlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};
use std::borrow::Cow;
use symdiff::{Phrase, session};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The prompt, whose width hints must know.
pub(crate) const PROMPT: &str = "> ";

/// A name that can be typed.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    /// What follows the name, `(n, x)` or ` EXPR x`.
    signature: String,
    about: String,
}

/// What rustyline asks.
pub(crate) struct Assist {
    known: Vec<Known>,
    hints: bool,
    colors: bool,
    brackets: MatchingBracketHighlighter,
    files: FilenameCompleter,
}

impl Assist {
    /// Help with the functions, the commands and these definitions.
    pub(crate) fn new(definitions: &[(Cow<'_, str>, Cow<'_, str>)], hints: bool, colors: bool) -> Assist {
        let mut known = Vec::new();
        for (key, body) in definitions.iter().rev() {
            let name = key.split('(').next().unwrap_or(key).trim();
            let signature = key.get(name.len()..).unwrap_or("").trim().to_owned();
            known.push(Known { name: name.to_owned(), signature, about: format!("= {body}") });
        }
        for row in session::rows().iter().filter(|row| row.class != symdiff::Class::Form) {
            let signature = if row.parameters.is_empty() { String::new() } else { format!("({})", row.parameters.join(", ")) };
            known.push(Known { name: row.name.to_owned(), signature, about: report::said(&Phrase::key(row.about)) });
        }
        for word in &WORDS {
            let signature = format!(" {}", word.arguments).trim_end().to_owned();
            known.push(Known { name: word.name.to_owned(), signature, about: report::said(&Phrase::key(word.meaning)) });
        }
        Assist { known, hints, colors, brackets: MatchingBracketHighlighter::new(), files: FilenameCompleter::new() }
    }

    /// Names that begin so, a definition before a function of the same name.
    fn beginning(&self, word: &str) -> Vec<&Known> {
        let mut found: Vec<&Known> = self.known.iter().filter(|known| known.name.starts_with(word)).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.dedup_by(|a, b| a.name == b.name);
        found
    }

    fn suggestion(&self, line: &str) -> Option<Suggestion> {
        let start = word_start(line);
        let word = line.get(start..)?;
        let at_start = line.get(..start)?.trim().is_empty();
        if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
            return self.inside(line);
        }
        if let Some(letter) = word.strip_prefix('\\') {
            let (_, shown) = session::greek_letters().find(|(name, _)| *name == letter)?;
            return Some(Suggestion { shown: format!("  Tab: {shown}"), complete: 0 });
        }
        // a command is one at the start of a line only
        let fits = |known: &&Known| known.signature.starts_with(' ') == (at_start && known.signature.starts_with(' '));
        let exact = self.known.iter().find(|known| known.name == word && fits(known));
        if let Some(known) = exact {
            return Some(Suggestion {
                shown: known.signature.clone() + &about(known),
                complete: usize::from(known.signature.starts_with('(')),
            });
        }
        if word.chars().count() < 2 {
            return self.inside(line);
        }
        // what the user has defined, then the shortest
        let rank = |known: &&Known| (!known.about.starts_with('='), known.name.len());
        let Some(known) = self.beginning(word).into_iter().filter(fits).min_by_key(rank) else { return self.inside(line) };
        let rest = known.name.get(word.len()..)?;
        let complete = rest.len() + usize::from(known.signature.starts_with('('));
        Some(Suggestion { shown: format!("{rest}{}{}", known.signature, about(known)), complete })
    }

    /// The call in whose brackets the line ends, or the command that it begins with.
    fn inside(&self, line: &str) -> Option<Suggestion> {
        let mut open = Vec::new();
        for (at, c) in line.char_indices() {
            match c {
                '(' | '[' | '{' => open.push((at, c)),
                ')' | ']' | '}' => {
                    open.pop();
                }
                _ => {}
            }
        }
        if let Some(&(at, '(')) = open.last() {
            let before = line.get(..at)?;
            let name = before.get(word_start(before)..)?.trim_start_matches('\\');
            let known = self.known.iter().find(|known| known.name == name && known.signature.starts_with('('))?;
            return Some(Suggestion { shown: format!("   {name}{}{}", known.signature, about(known)), complete: 0 });
        }
        let word = line.trim_start().strip_suffix(' ')?;
        let known = self.known.iter().find(|known| known.name == word && known.signature.starts_with(' '))?;
        Some(Suggestion { shown: known.signature.trim_start().to_owned() + &about(known), complete: 0 })
    }
}

fn about(known: &Known) -> String {
    if known.about.starts_with('=') { format!(" {}", known.about) } else { format!("  {}", known.about) }
}

/// Where the last word of a text begins; a backslash or a colon is a part of it.
fn word_start(text: &str) -> usize {
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || c == '_'));
    let start = start.map_or(0, |at| at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let before = text.get(..start).unwrap_or_default();
    let lone_colon = before.ends_with(':') && before.trim() == ":";
    if before.ends_with('\\') || lone_colon { start - 1 } else { start }
}

/// A hint, and how many of its bytes are typed when it is accepted.
#[derive(Debug)]
pub(crate) struct Suggestion {
    shown: String,
    complete: usize,
}

impl Hint for Suggestion {
    fn display(&self) -> &str {
        &self.shown
    }

    fn completion(&self) -> Option<&str> {
        self.shown.get(..self.complete).filter(|text| !text.is_empty())
    }
}

impl Hinter for Assist {
    type Hint = Suggestion;

    fn hint(&self, line: &str, at: usize, _: &Context<'_>) -> Option<Suggestion> {
        if !self.hints || at < line.len() || line.trim().is_empty() {
            return None;
        }
        let columns = terminal_size::terminal_size().map_or(80, |(columns, _)| usize::from(columns.0));
        let last = line.rsplit('\n').next().unwrap_or(line);
        let used = last.width() + if last.len() == line.len() { PROMPT.len() } else { 0 };
        let hint = self.suggestion(line)?;
        let shown = cut(&hint.shown, columns.checked_sub(used + 1)?)?;
        Some(Suggestion { complete: hint.complete.min(shown.len()), shown })
    }
}

/// As much of a text as has room, `None` where that is next to nothing.
fn cut(text: &str, room: usize) -> Option<String> {
    if text.width() <= room {
        return Some(text.to_owned());
    }
    let mut left = room.checked_sub(8)? + 7;
    let fits = text.chars().take_while(|c| {
        let width = c.width().unwrap_or(0);
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    Some(fits.collect::<String>() + "…")
}

impl Completer for Assist {
    type Candidate = Pair;

    fn complete(&self, line: &str, at: usize, context: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = line.get(..at).unwrap_or(line);
        if before.trim_start().starts_with(":save ") || before.trim_start().starts_with(":load ") {
            return self.files.complete(line, at, context);
        }
        let start = word_start(before);
        let word = before.get(start..).unwrap_or_default();
        if let Some(letters) = word.strip_prefix('\\') {
            let found = session::greek_letters().filter(|(name, _)| name.starts_with(letters));
            let mut pairs: Vec<Pair> =
                found.map(|(name, letter)| Pair { display: format!("{letter} \\{name}"), replacement: letter.to_owned() }).collect();
            if let Some(exact) = pairs.iter().position(|pair| pair.display.ends_with(&format!("\\{letters}"))) {
                pairs = vec![pairs.swap_remove(exact)];
            }
            return Ok((start, pairs));
        }
        if word.is_empty() {
            return Ok((start, Vec::new()));
        }
        let called = line.get(at..).is_some_and(|rest| rest.starts_with('('));
        let pair = |known: &Known| {
            let end = match known.signature.chars().next() {
                Some('(') if !called => "(",
                Some(' ') => " ",
                _ => "",
            };
            Pair { display: known.name.clone(), replacement: known.name.clone() + end }
        };
        let found = self.beginning(word);
        // a whole name is completed to its call, even where longer names begin so
        let exact = found.iter().find(|known| known.name == word && !known.signature.is_empty());
        Ok((start, exact.map_or_else(|| found.iter().map(|known| pair(known)).collect(), |known| vec![pair(known)])))
    }
}

impl Validator for Assist {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        // an empty line ends an input whose brackets will not close
        let open = entry::open_brackets(text) > 0 && !text.ends_with('\n');
        Ok(if open { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Highlighter for Assist {
    fn highlight<'l>(&self, line: &'l str, at: usize) -> Cow<'l, str> {
        if self.colors { self.brackets.highlight(line, at) } else { Cow::Borrowed(line) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.colors { Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_char(&self, line: &str, at: usize, kind: CmdKind) -> bool {
        self.colors && self.brackets.highlight_char(line, at, kind)
    }
}

impl Helper for Assist {}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use rustyline::history::MemHistory;

    fn assist() -> Assist {
        let definitions = [("f(x)".into(), "x^2".into()), ("area".into(), "a*b".into())];
        Assist::new(&definitions, true, false)
    }

    fn completed(line: &str) -> Vec<String> {
        let history = MemHistory::new();
        let (start, pairs) = assist().complete(line, line.len(), &Context::new(&history)).unwrap();
        pairs.into_iter().map(|pair| format!("{}{}", &line[..start], pair.replacement)).collect()
    }

    fn hinted(line: &str) -> (String, String) {
        let hint = assist().suggestion(line).map(|hint| (hint.shown.clone(), hint.completion().unwrap_or("").to_owned()));
        hint.unwrap_or_default()
    }

    #[test]
    fn tab_completes_names_and_greek_letters() {
        assert_eq!(completed("2*\\alpha"), ["2*α"]);
        assert_eq!(completed("\\om"), ["ω"]);
        assert_eq!(completed("\\eta"), ["η"], "not \\theta");
        assert_eq!(completed("x + sin"), ["x + sin("]);
        assert_eq!(completed("3*are"), ["3*area"]);
        assert_eq!(completed("f"), ["f("]);
        assert!(completed("si").contains(&"sinh(".to_owned()));
        assert_eq!(completed("dif"), ["diff "]);
        assert_eq!(completed(":la"), [":lang ", ":latex "]);
        assert_eq!(completed("x + "), [""; 0]);
        assert_eq!(completed("길이"), [""; 0]);
        let history = MemHistory::new();
        let (_, pairs) = assist().complete("sin(x)", 3, &Context::new(&history)).unwrap();
        assert_eq!(pairs[0].replacement, "sin", "the bracket is there");
    }

    #[test]
    fn hints_show_what_may_follow() {
        assert_eq!(hinted("2*sin"), ("(x)  the sine".into(), "(".into()));
        assert_eq!(hinted("besselj(n"), ("   besselj(n, x)  the Bessel function J of order n".into(), String::new()));
        assert_eq!(hinted("f"), ("(x) = x^2".into(), "(".into()));
        assert_eq!(hinted("ar").1, "ea");
        assert_eq!(hinted("2*si"), ("n(x)  the sine".into(), "n(".into()));
        assert_eq!(hinted("area"), (" = a*b".into(), String::new()));
        assert!(hinted("diff ").0.starts_with("EXPR x [x]"));
        assert!(hinted("diff").0.starts_with(" EXPR x [x]"));
        assert!(hinted("x + dif").0.is_empty(), "a command is one at the start only");
        assert_eq!(hinted("\\alpha").0, "  Tab: α");
        assert_eq!(hinted("x^2 + 3"), Default::default());
        assert_eq!(hinted("max(1, 2"), ("   max(x, y)  the largest".into(), String::new()));
    }

    #[test]
    fn hints_fit_beside_what_is_typed() {
        assert_eq!(cut("(x)  the sine", 20).as_deref(), Some("(x)  the sine"));
        assert_eq!(cut("(x)  the sine", 9).as_deref(), Some("(x)  the…"));
        assert_eq!(cut("(x)  the sine", 7), None);
    }
}
