//! Tokens of the language, each with its place in the text.
//! Deliberately knows no grammar and no names. Read next: `latex.rs`, which rewrites LaTeX into these tokens.

use crate::error::{Error, Kind, Result, Span};
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{char, digit0, digit1, one_of};
use nom::combinator::{opt, recognize};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark<'a> {
    Number(&'a str),
    Name(&'a str),
    /// A name with an index that LaTeX writes apart: `x_{1}`.
    Indexed(String),
    /// A LaTeX command without its backslash.
    Command(&'a str),
    /// `⁻²` as -2.
    Superscript(i64),
    /// `√`, `∛`, `∜` by their index.
    Root(i64),
    Plus,
    Minus,
    Times,
    Divide,
    Power,
    /// `.*`, `./`, `.^` by the operator behind the point.
    Dot(char),
    Factorial,
    Comma,
    Semicolon,
    Prime,
    Underscore,
    Ampersand,
    Dollar,
    /// `\\`, a new row of a LaTeX matrix.
    Row,
    Open(char),
    Close(char),
    Bar,
    Equals,
    Compare(&'static str),
    /// A logarithm to a base that LaTeX writes below: `\log_{10}`.
    LogBase(&'a str),
    /// A LaTeX space.
    Blank,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) mark: Mark<'a>,
    pub(super) span: Span,
}

fn number(text: &str) -> IResult<&str, &str> {
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    let (rest, _) = recognize((digit0, opt(point), digit0)).parse(text)?;
    let mantissa = &text[..text.len() - rest.len()];
    if !mantissa.bytes().any(|b| b.is_ascii_digit()) {
        return Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Digit)));
    }
    let (rest, _) = opt(recognize(exponent)).parse(rest)?;
    Ok((rest, &text[..text.len() - rest.len()]))
}

/// A point belongs to the number unless it begins `.*`, `./` or `.^`.
fn point(text: &str) -> IResult<&str, char> {
    let (rest, c) = char('.').parse(text)?;
    if rest.starts_with(['*', '/', '^']) {
        return Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Char)));
    }
    Ok((rest, c))
}

/// A letter of any script; with digits and `_` after the first. Superscript digits and modifier letters are not names.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, 'ⁿ' | 'ª' | 'º') && !('\u{2070}'..='\u{209f}').contains(&c)
}

fn name(text: &str) -> IResult<&str, &str> {
    take_while1(is_letter).parse(text)?;
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if is_letter(c) || (at > 0 && c.is_ascii_digit()) {
            end = next;
        } else if c == '_' && text[next..].starts_with(|n: char| is_letter(n) || n.is_ascii_digit()) {
            continue;
        } else {
            break;
        }
    }
    Ok((&text[end..], &text[..end]))
}

fn command(text: &str) -> IResult<&str, &str> {
    preceded(char('\\'), take_while1(|c: char| c.is_ascii_alphabetic())).parse(text)
}

const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

fn superscript(text: &str) -> IResult<&str, i64> {
    let (rest, sign) = opt(one_of("⁻⁺")).parse(text)?;
    let (rest, digits) = take_while1(|c| SUPERSCRIPTS.contains(&c)).parse(rest)?;
    let value = digits
        .chars()
        .filter_map(|c| SUPERSCRIPTS.iter().position(|s| *s == c))
        .try_fold(0i64, |n, d| n.checked_mul(10)?.checked_add(d as i64));
    match value {
        Some(value) => Ok((rest, if sign == Some('⁻') { -value } else { value })),
        None => Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::TooLarge))),
    }
}

/// Tokens of one ASCII character that begin no longer one, unless `*` or `=` follows.
fn single(byte: u8) -> Option<Mark<'static>> {
    Some(match byte {
        b'(' | b'[' | b'{' => Mark::Open(char::from(byte)),
        b')' | b']' | b'}' => Mark::Close(char::from(byte)),
        b'+' => Mark::Plus,
        b'-' => Mark::Minus,
        b'*' => Mark::Times,
        b'/' => Mark::Divide,
        b'^' => Mark::Power,
        b',' => Mark::Comma,
        _ => return None,
    })
}

fn mark(text: &str) -> IResult<&str, Mark<'_>> {
    // By the first byte, so that most tokens are tried as one thing only.
    let first = text.as_bytes().first().copied().unwrap_or(0);
    if let Some(mark) = single(first)
        && !matches!(text.as_bytes().get(1), Some(b'*' | b'='))
    {
        return Ok((&text[1..], mark));
    }
    if (first.is_ascii_digit() || first == b'.')
        && let Ok((rest, n)) = number(text)
    {
        return Ok((rest, Mark::Number(n)));
    }
    if (first.is_ascii_alphabetic() || !first.is_ascii())
        && let Ok((rest, n)) = name(text)
    {
        return Ok((rest, Mark::Name(n)));
    }
    if let Ok((rest, _)) = tag::<_, _, nom::error::Error<&str>>("\\\\").parse(text) {
        return Ok((rest, Mark::Row));
    }
    if let Ok((rest, n)) = superscript(text) {
        return Ok((rest, Mark::Superscript(n)));
    }
    const LONG: &[(&str, Mark<'static>)] = &[
        ("**", Mark::Power),
        ("<=", Mark::Compare("<=")),
        (">=", Mark::Compare(">=")),
        ("==", Mark::Compare("==")),
        ("!=", Mark::Compare("!=")),
        (".*", Mark::Dot('*')),
        ("./", Mark::Dot('/')),
        (".^", Mark::Dot('^')),
        ("\\{", Mark::Open('(')),
        ("\\}", Mark::Close(')')),
        ("\\|", Mark::Bar),
        ("\\,", Mark::Blank),
        ("\\;", Mark::Blank),
        ("\\:", Mark::Blank),
        ("\\!", Mark::Blank),
        ("\\ ", Mark::Blank),
        ("\\left.", Mark::Blank),
        ("\\right.", Mark::Blank),
        ("\\left\\|", Mark::Bar),
    ];
    for (word, mark) in LONG {
        if let Some(rest) = text.strip_prefix(word) {
            return Ok((rest, mark.clone()));
        }
    }
    if let Ok((rest, n)) = command(text) {
        return Ok((rest, Mark::Command(n)));
    }
    let (rest, c) = nom::character::complete::anychar(text)?;
    let mark = match c {
        '+' => Mark::Plus,
        '-' | '−' | '–' => Mark::Minus,
        '*' | '·' | '×' | '⋅' | '∗' => Mark::Times,
        '/' | '÷' | '∕' => Mark::Divide,
        '^' => Mark::Power,
        '!' => Mark::Factorial,
        ',' => Mark::Comma,
        ';' => Mark::Semicolon,
        '\'' | '′' => Mark::Prime,
        '_' => Mark::Underscore,
        '&' => Mark::Ampersand,
        '$' => Mark::Dollar,
        '(' | '[' | '{' => Mark::Open(c),
        ')' | ']' | '}' => Mark::Close(c),
        '|' => Mark::Bar,
        '=' => Mark::Equals,
        '<' => Mark::Compare("<"),
        '>' => Mark::Compare(">"),
        '≤' => Mark::Compare("<="),
        '≥' => Mark::Compare(">="),
        '≠' => Mark::Compare("!="),
        '√' => Mark::Root(2),
        '∛' => Mark::Root(3),
        '∜' => Mark::Root(4),
        _ => return Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Char))),
    };
    Ok((rest, mark))
}

/// What may stand between tokens. Invisible direction marks are not among it: they would make a text read otherwise than it looks.
fn blank(text: &str) -> IResult<&str, &str> {
    take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{3000}' | '\u{2009}' | '\u{202f}')).parse(text)
}

/// All tokens of a text, with an `End` behind them.
pub(super) fn tokens(text: &str, mut check: impl FnMut() -> Result<()>) -> Result<Vec<Token<'_>>> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut rest = &text[start..];
    let mut found = Vec::new();
    loop {
        check()?;
        rest = blank(rest).map_or(rest, |(rest, _)| rest);
        let at = text.len() - rest.len();
        let Some(c) = rest.chars().next() else {
            found.push(Token { mark: Mark::End, span: Span::new(at, at) });
            return Ok(found);
        };
        match mark(rest) {
            Ok((next, Mark::Blank)) => rest = next,
            Ok((next, mark)) => {
                found.push(Token { mark, span: Span::new(at, text.len() - next.len()) });
                rest = next;
            }
            Err(_) => {
                let what = if c.is_control()
                    || ('\u{200b}'..='\u{200f}').contains(&c)
                    || ('\u{202a}'..='\u{202e}').contains(&c)
                    || ('\u{2060}'..='\u{206f}').contains(&c)
                {
                    format!("the invisible character U+{:04X}", c as u32)
                } else {
                    format!("`{c}`")
                };
                return Err(Error::new(Kind::Parse, format!("{what} is not part of the language")).at(Span::new(at, at + c.len_utf8())));
            }
        }
    }
}
