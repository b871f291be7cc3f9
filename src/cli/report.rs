//! How do answers and errors reach the user? Errors go to stderr with a caret under the place, answers to stdout.
//! Deliberately knows no command. A closed pipe ends the process quietly; nothing here panics.
//! Read next: `main.rs`.

use crate::arguments::Color;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use symdiff::phrase;
use symdiff::teach::Language;
use symdiff::{Error, Kind, Phrase, Span};

/// The exit code of an error: 2 for usage and syntax, 1 for what cannot be done.
pub(crate) fn code(error: &Error) -> u8 {
    match error.kind() {
        Kind::Parse | Kind::Name | Kind::Arity | Kind::Request => 2,
        _ => 1,
    }
}

/// What a failed write means: nothing where the reader has gone, else an error.
pub(crate) fn write_failed(error: &io::Error) -> Option<Error> {
    (error.kind() != ErrorKind::BrokenPipe).then(|| Error::new(Kind::Io, phrase!("writing failed: {error}", error)))
}

/// Writes to stdout; the exit code.
pub(crate) fn answer(bytes: &[u8], color: Color) -> u8 {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => 0,
        Err(error) => write_failed(&error).map_or(0, |error| self::error(&error, None, color)),
    }
}

/// Writes to stderr; a stderr that is closed is nobody's loss.
pub(crate) fn message(text: &str) {
    let mut err = io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}

/// Whether what is said to the user is said in Korean; English until [`speak`] is called.
static KOREAN: AtomicBool = AtomicBool::new(false);

/// From now on the user is spoken to in this language.
pub(crate) fn speak(language: Language) {
    KOREAN.store(language == Language::Korean, Ordering::Relaxed);
}

/// The language in which the user is spoken to.
pub(crate) fn language() -> Language {
    if KOREAN.load(Ordering::Relaxed) { Language::Korean } else { Language::English }
}

/// A phrase as the user is told it.
pub(crate) fn said(phrase: &Phrase) -> String {
    phrase.to_text(language())
}

/// Says something on stderr, a line.
pub(crate) fn say(phrase: &Phrase) {
    message(&(said(phrase) + "\n"));
}

/// Whether to colour what goes to a terminal, or elsewhere.
pub(crate) fn is_colored(color: Color, to_terminal: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => to_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Shows an error, with its place in the source where both are known; the exit code.
pub(crate) fn error(error: &Error, source: Option<&str>, color: Color) -> u8 {
    let colored = is_colored(color, io::stderr().is_terminal());
    message(&render(error, source, colored));
    code(error)
}

/// The text of an error.
pub(crate) fn render(error: &Error, source: Option<&str>, colored: bool) -> String {
    let language = language();
    let title = match error.input() {
        Some(input) => phrase!("{message} (in `{input}`)", message = error.phrase(), input).to_text(language),
        None => error.message_in(language),
    };
    let title = plain(&title);
    let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
    let word = phrase!("error").to_text(language);
    let primary = Level::ERROR.with_name(&*word).primary_title(&*title);
    let place = error.span().and_then(|span| source.and_then(|source| window(source, span)));
    let group = match &place {
        Some((text, span)) => {
            let annotation = AnnotationKind::Primary.span(span.start..span.end);
            primary.element(Snippet::source(&**text).annotation(annotation))
        }
        None => annotate_snippets::Group::with_title(primary),
    };
    let mut text = renderer.render(&[group]);
    text.push('\n');
    if let Some(hint) = error.hint() {
        text.push_str(&plain(&hint.to_text(language)));
        text.push('\n');
    }
    text
}

/// A text that cannot steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => '\u{fffd}',
        // marks that are invisible or turn the direction of writing
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

/// Characters shown on each side of a place in a long input.
const AROUND: usize = 60;

/// The part of the source around the span, on one line and without what a terminal could misread, and the span in it.
fn window(source: &str, span: Span) -> Option<(String, Span)> {
    let floor = |mut at: usize| {
        at = at.min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(span.start), floor(span.end.max(span.start)));
    let whole = source.len() <= 200;
    let from = if whole { 0 } else { source[..start].char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at) };
    let shown_end = if whole { end } else { source[start..end].char_indices().nth(AROUND).map_or(end, |(at, _)| start + at) };
    let to =
        if whole { source.len() } else { source[shown_end..].char_indices().nth(AROUND).map_or(source.len(), |(at, _)| shown_end + at) };
    let mut text = String::new();
    if from > 0 {
        text.push_str("... ");
    }
    text.push_str(&plain(&source[from..start]));
    let first = text.len();
    text.push_str(&plain(&source[start..shown_end]));
    let last = text.len();
    text.push_str(&plain(&source[shown_end..to]));
    if to < source.len() {
        text.push_str(" ...");
    }
    if text.trim().is_empty() {
        return None;
    }
    Some((text, Span::new(first, last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place() {
        let error = Error::new(Kind::Name, Phrase::of("`sine` is not known")).at(Span::new(4, 8)).suggest("sin");
        let text = render(&error, Some("x + sine(x)"), false);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "error: `sine` is not known");
        let source = lines.iter().find(|line| line.contains("x + sine(x)")).copied().unwrap_or("");
        let caret = lines.iter().find(|line| line.contains("^^^^")).copied().unwrap_or("");
        assert_eq!(source.find("sine"), caret.find('^'), "{text}");
        assert_eq!(lines.last(), Some(&"did you mean `sin`?"));
    }

    #[test]
    fn long_and_odd_inputs_are_cut_and_cleaned() {
        let source = "é+".repeat(500) + "\n\u{202e}$" + &"+é".repeat(500);
        let at = source.find('$').unwrap_or(0);
        for span in [
            Span::new(at, at + 1),
            Span::new(0, source.len()),
            Span::new(source.len(), source.len()),
            Span::new(1, 2),
            Span::new(9_999, 99_999),
        ] {
            let text = render(&Error::new(Kind::Parse, Phrase::of("a\u{1b}[31m")).at(span), Some(&source), false);
            assert!(text.contains('^') && text.len() < 1_000 && !text.contains(['\u{202e}', '\u{1b}']), "{text}");
        }
        assert!(render(&Error::new(Kind::Parse, Phrase::of("empty")).at(Span::new(0, 0)), Some(""), false).starts_with("error: empty"));
    }
}
