//! What a LaTeX command means as a token.
//! Deliberately knows nothing of precedence; `\frac` and `\sqrt` take their arguments in `parse.rs`.
//! Read next: `token.rs`, which calls this at each backslash.

use super::token::{Bracket, Environment, Kind, Lexer, letters};
use super::{greek, name};
use crate::error::{Error, Kind as ErrorKind, Result, Span};
use crate::key;
use crate::message::Phrase;
use crate::phrase;

/// Commands that are one token.
#[rustfmt::skip]
const COMMANDS: &[(&str, Kind)] = &[
    ("cdot", Kind::Star), ("times", Kind::Star), ("ast", Kind::Star), ("div", Kind::Slash),
    ("le", Kind::LessEqual), ("leq", Kind::LessEqual), ("leqslant", Kind::LessEqual), ("lt", Kind::Less),
    ("ge", Kind::GreaterEqual), ("geq", Kind::GreaterEqual), ("geqslant", Kind::GreaterEqual), ("gt", Kind::Greater),
    ("ne", Kind::Differs), ("neq", Kind::Differs),
    ("frac", Kind::Fraction), ("dfrac", Kind::Fraction), ("tfrac", Kind::Fraction), ("cfrac", Kind::Fraction),
    ("binom", Kind::Binomial), ("dbinom", Kind::Binomial), ("tbinom", Kind::Binomial),
    ("sqrt", Kind::Sqrt), ("prime", Kind::Prime),
    ("lvert", Kind::LeftBar), ("rvert", Kind::RightBar), ("vert", Kind::Bar),
    ("lfloor", Kind::Open(Bracket::Floor)), ("rfloor", Kind::Close(Bracket::Floor)),
    ("lceil", Kind::Open(Bracket::Ceil)), ("rceil", Kind::Close(Bracket::Ceil)),
    ("lbrace", Kind::Open(Bracket::Curly)), ("rbrace", Kind::Close(Bracket::Curly)),
    ("lbrack", Kind::Open(Bracket::Square)), ("rbrack", Kind::Close(Bracket::Square)),
];

/// Commands that only shape the print.
#[rustfmt::skip]
const SPACES: &[&str] = &["quad", "qquad", "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "thinspace", "enspace", "mathstrut",
    "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr"];

/// Commands whose braces hold one name.
const FONTS: &[&str] =
    &["operatorname", "mathrm", "mathit", "mathbf", "mathsf", "mathtt", "text", "textrm", "textit", "textbf", "boldsymbol", "bm"];

/// Commands that are known and not read, with the reason.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("sum", key!("sums over an index are not read; write the terms out")), ("prod", key!("products over an index are not read; write the factors out")),
    ("int", key!("integrals are not read; give the expression itself")), ("iint", key!("integrals are not read; give the expression itself")),
    ("oint", key!("integrals are not read; give the expression itself")), ("lim", key!("limits are not read; give the expression itself")),
    ("partial", key!("partial signs are not read; give the expression and name the variable separately")),
    ("nabla", key!("the nabla is not read; ask for a gradient of the expression")), ("infty", key!("infinity is not a number that can be worked with")),
    ("ldots", key!("dots are not read; write the terms out")), ("cdots", key!("dots are not read; write the terms out")), ("dots", key!("dots are not read; write the terms out")),
    ("pm", key!("plus-minus stands for two values; write one of them")), ("mp", key!("minus-plus stands for two values; write one of them")),
    ("to", key!("arrows are not read")), ("rightarrow", key!("arrows are not read")), ("circ", key!("degrees and compositions are not read; write x*pi/180")),
    ("mid", key!("`\\mid` is not read")), ("in", key!("sets are not read")),
];

/// `\right|` and what may stand after `\left` and `\right`.
fn delimiter(rest: &str) -> Option<(Bracket, usize)> {
    #[rustfmt::skip]
    const DELIMITERS: &[(&str, Bracket)] = &[
        ("(", Bracket::Round), (")", Bracket::Round), ("[", Bracket::Square), ("]", Bracket::Square), ("\\{", Bracket::Curly), ("\\}", Bracket::Curly),
        ("\\lbrace", Bracket::Curly), ("\\rbrace", Bracket::Curly), ("{", Bracket::Curly), ("}", Bracket::Curly),
        ("\\lvert", Bracket::Bar), ("\\rvert", Bracket::Bar), ("\\vert", Bracket::Bar), ("|", Bracket::Bar), (".", Bracket::Any),
        ("\\lfloor", Bracket::Floor), ("\\rfloor", Bracket::Floor), ("\\lceil", Bracket::Ceil), ("\\rceil", Bracket::Ceil),
    ];
    let trimmed = rest.trim_start();
    DELIMITERS.iter().find(|row| trimmed.starts_with(row.0)).map(|row| (row.1, rest.len() - trimmed.len() + row.0.len()))
}

/// The token of the command at the current backslash.
pub(super) fn command(lexer: &mut Lexer<'_>) -> Result<()> {
    let start = lexer.at;
    lexer.at += 1;
    let word = lexer.take(letters);
    if word.is_empty() {
        return symbol(lexer, start);
    }
    let span = Span::new(start, lexer.at);
    if let "left" | "right" = word {
        return match delimiter(lexer.rest()) {
            Some((bracket, length)) => {
                lexer.at += length;
                let left = word == "left";
                let kind = match bracket {
                    Bracket::Bar if left => Kind::LeftBar,
                    Bracket::Bar => Kind::RightBar,
                    bracket if left => Kind::Open(bracket),
                    bracket => Kind::Close(bracket),
                };
                lexer.push(kind, Span::new(start, lexer.at));
                Ok(())
            }
            None => Err(Error::new(ErrorKind::Parse, phrase!("expected a bracket after \\{word}", word)).at(span)),
        };
    }
    if let Some(row) = COMMANDS.iter().find(|row| row.0 == word) {
        lexer.push(row.1, span);
        return Ok(());
    }
    if SPACES.contains(&word) {
        return Ok(());
    }
    if FONTS.contains(&word) {
        return font(lexer, start, word);
    }
    if let "begin" | "end" = word {
        return environment(lexer, start, word == "begin");
    }
    if let Some(row) = REFUSED.iter().find(|row| row.0 == word) {
        return Err(Error::new(ErrorKind::Parse, phrase!("`\\{word}`: {why}", word, why = Phrase::key(row.1))).at(span));
    }
    if let Some(letter) = greek::letter(word) {
        lexer.push_made(letter.to_string(), span);
        return lexer.subscripts(start);
    }
    let function = match word {
        "Re" => "re",
        "Im" => "im",
        word => word,
    };
    if name::is_function(function) {
        lexer.push_made(function.to_string(), span);
        return lexer.subscripts(start);
    }
    let error = Error::new(ErrorKind::Name, phrase!("`\\{word}` is not a command that is known here", word = name::short(word))).at(span);
    Err(match closest(word) {
        Some(known) => error.suggest(format!("\\{known}")),
        None => error,
    })
}

/// A backslash before a mark.
fn symbol(lexer: &mut Lexer<'_>, start: usize) -> Result<()> {
    let c = lexer.rest().chars().next();
    let length = c.map_or(0, char::len_utf8);
    lexer.at += length;
    let span = Span::new(start, lexer.at);
    let kind = match c {
        Some(',' | ';' | ':' | '!' | '>' | ' ' | '\n' | '\t') => return Ok(()),
        Some('{') => Kind::Open(Bracket::Curly),
        Some('}') => Kind::Close(Bracket::Curly),
        Some('|') => Kind::Bar,
        Some('\\') => Kind::RowEnd,
        _ => return Err(Error::new(ErrorKind::Parse, phrase!("a backslash starts the name of a LaTeX command")).at(span)),
    };
    lexer.push(kind, span);
    Ok(())
}

/// The text in the braces that must follow.
fn braces<'a>(lexer: &mut Lexer<'a>, start: usize, word: &str) -> Result<&'a str> {
    lexer.skip_spaces();
    let rest = lexer.rest();
    let close = rest.find(['{', '}', '$']).filter(|_| rest.starts_with('{')).and_then(|_| rest[1..].find(['{', '}', '$'])).map(|at| at + 1);
    match close {
        Some(at) if rest[at..].starts_with('}') => {
            lexer.at += at + 1;
            Ok(&rest[1..at])
        }
        _ => Err(Error::new(ErrorKind::Parse, phrase!("expected a word in braces after \\{word}", word)).at(Span::new(start, lexer.at))),
    }
}

/// `\operatorname{sech}`, `\mathrm{e}`, `\text{otherwise}`
fn font(lexer: &mut Lexer<'_>, start: usize, word: &str) -> Result<()> {
    let inside = braces(lexer, start, word)?.trim();
    let span = Span::new(start, lexer.at);
    if word.starts_with("text") {
        match inside.trim_end_matches([',', '.']) {
            "" | "if" | "for" | "when" | "where" | "and" => return Ok(()),
            "otherwise" | "else" => {
                lexer.push(Kind::Otherwise, span);
                return Ok(());
            }
            _ => {}
        }
    }
    let inside = inside.replace(r"\_", "_");
    let inside = greek::shown_symbol(&inside);
    if inside.starts_with(super::token::starts_name) && inside.chars().all(|c| c.is_alphanumeric() || c == '_') {
        lexer.push_made(inside, span);
        return lexer.subscripts(start);
    }
    Err(Error::new(ErrorKind::Parse, phrase!("expected a name in the braces of \\{word}", word)).at(span))
}

fn environment(lexer: &mut Lexer<'_>, start: usize, begins: bool) -> Result<()> {
    let word = braces(lexer, start, if begins { "begin" } else { "end" })?;
    let span = Span::new(start, lexer.at);
    let environment = match word.trim().trim_end_matches('*') {
        "matrix" | "pmatrix" | "bmatrix" | "Bmatrix" | "smallmatrix" => Environment::Matrix,
        "vmatrix" => Environment::Determinant,
        "cases" | "dcases" => Environment::Cases,
        other => {
            return Err(Error::new(ErrorKind::Parse, phrase!("the environment `{other}` is not read", other = name::short(other))).at(span));
        }
    };
    lexer.push(if begins { Kind::Begin(environment) } else { Kind::EndOf(environment) }, span);
    Ok(())
}

/// `^{\prime}`, `^\prime` and `^\top` after a name or matrix are primes. Says whether one was there.
pub(super) fn prime(lexer: &mut Lexer<'_>) -> bool {
    let start = lexer.at;
    let rest = lexer.rest()[1..].trim_start();
    let (mut inside, braced) = match rest.strip_prefix('{') {
        Some(inside) => (inside.trim_start(), true),
        None => (rest, false),
    };
    let mut count = 0;
    while let Some(after) = ["\\prime", "\\top", "\\intercal"].iter().find_map(|word| inside.strip_prefix(word)) {
        if after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return false;
        }
        count += 1;
        inside = after.trim_start();
        if !braced {
            break;
        }
    }
    if count == 0 {
        return false;
    }
    if braced {
        match inside.strip_prefix('}') {
            Some(after) => inside = after,
            None => return false,
        }
    }
    lexer.at = lexer.text.len() - inside.len();
    for _ in 0..count {
        lexer.push(Kind::Prime, Span::new(start, lexer.at));
    }
    true
}

/// What stands after the `_` of a name: `{ij}`, `1`, `i`, `\theta`; added to `made`.
pub(super) fn subscript(lexer: &mut Lexer<'_>, made: &mut String) -> Result<()> {
    let start = lexer.at;
    let rest = lexer.rest();
    let error = |end| Error::new(ErrorKind::Parse, phrase!("expected letters or digits as a subscript")).at(Span::new(start, end));
    if rest.starts_with('{') {
        let Some(close) = rest.find('}') else { return Err(error(start)) };
        let inside = greek::shown_symbol(&rest[1..close]).replace([',', ' '], "");
        if inside.is_empty() || !inside.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return Err(error(start + close + 1));
        }
        made.push_str(&inside);
        lexer.at += close + 1;
        return Ok(());
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let length = match rest.chars().next() {
        Some(_) if digits > 0 => digits,
        Some('\\') => {
            let word = &rest[1..];
            let end = word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len());
            let Some(letter) = greek::letter(&word[..end]) else { return Err(error(start + 1 + end)) };
            made.push(letter);
            lexer.at += 1 + end;
            return Ok(());
        }
        Some(c) if super::token::starts_name(c) => c.len_utf8(),
        c => return Err(error(start + c.map_or(0, char::len_utf8))),
    };
    made.push_str(&rest[..length]);
    lexer.at += length;
    Ok(())
}

/// The known command that was probably meant.
fn closest(word: &str) -> Option<String> {
    let known: Vec<&'static str> = COMMANDS
        .iter()
        .map(|row| row.0)
        .chain(greek::names())
        .chain(crate::function::names())
        .chain(["left", "right", "begin", "operatorname"])
        .collect();
    let glued = known.iter().filter(|name| name.len() > 1 && name.is_ascii() && word.starts_with(**name)).max_by_key(|name| name.len());
    match (glued, name::closest(word, known.iter().copied())) {
        (_, Some(near)) if strsim::damerau_levenshtein(word, &near) <= 1 => Some(near),
        (Some(glued), _) if word.len() <= 40 => Some(format!("{glued} {}", &word[glued.len()..])),
        (_, near) => near,
    }
}
