//! Which tokens a text is made of, each with its place in the original text.
//! Deliberately knows no meaning of names and no brackets that fit: it never looks further than one token.
//! Read next: `latex.rs` for the tokens that start with a backslash, `parse.rs` for what is made of them.

use super::{greek, latex};
use crate::error::{Error, Kind as ErrorKind, Result, Span};
use crate::phrase;
use nom::branch::alt;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::{char as mark, digit1, one_of};
use nom::combinator::{not, opt, recognize};
use nom::{IResult, Parser};

/// The kinds of brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bracket {
    Round,
    Square,
    Curly,
    Floor,
    Ceil,
    /// `\left.` and `\right.`: fits all.
    Any,
    /// `|`, never a token of its own: see `Kind::Bar`.
    Bar,
    /// Between `\begin` and `\end`.
    Environment,
}

/// The environments of LaTeX that are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Environment {
    Matrix,
    Determinant,
    Cases,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Number,
    /// A name as it stands in the text.
    Name,
    /// A name whose text was made from LaTeX: an index into [`Tokens::made`].
    Made(u32),
    /// Superscript digits.
    Superscript,
    Plus,
    Minus,
    Star,
    Slash,
    Caret,
    DotStar,
    DotSlash,
    DotCaret,
    Bang,
    Prime,
    Comma,
    Open(Bracket),
    Close(Bracket),
    Bar,
    LeftBar,
    RightBar,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Same,
    Differs,
    /// `=` after `axis`
    Axis,
    /// `√`, `∛`, `∜`, with the index.
    Root(u8),
    /// `\sqrt`
    Sqrt,
    Fraction,
    Binomial,
    /// `_` after a function, as in `\log_2`.
    Subscript,
    Ampersand,
    RowEnd,
    Begin(Environment),
    EndOf(Environment),
    /// `\text{otherwise}`
    Otherwise,
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// A text as tokens; the last one is `End`.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    pub(super) list: Vec<Token>,
    pub(super) made: Vec<String>,
    pub(super) latex: bool,
}

/// Splits a text into tokens.
pub(super) fn tokens(text: &str) -> Result<Tokens> {
    let body = text.trim_end_matches(['\r', '\n']);
    let mut lexer = Lexer {
        text: body,
        at: if body.starts_with('\u{feff}') { 3 } else { 0 },
        latex: body.contains('\\'),
        list: Vec::with_capacity(text.len() / 2 + 1),
        made: Vec::new(),
    };
    lexer.skip_spaces();
    let mut end = Span::new(body.len(), body.len());
    if lexer.rest().starts_with('$') {
        let inner = body.trim_end();
        let dollars = if lexer.rest().starts_with("$$") { 2 } else { 1 };
        let whole = Span::new(lexer.at, inner.len());
        lexer.latex = true;
        lexer.at += dollars;
        if whole.end - whole.start <= dollars {
            return Err(Error::new(ErrorKind::Parse, phrase!("the formula between the dollar signs is empty")).at(whole));
        }
        if !inner.ends_with(&"$$"[..dollars]) {
            return Err(Error::new(ErrorKind::Parse, phrase!("expected a closing {dollars}", dollars = &"$$"[..dollars])).at(end));
        }
        if inner.len() < lexer.at + dollars {
            return Err(
                Error::new(ErrorKind::Parse, phrase!("the formula between the dollar signs is empty")).at(Span::new(lexer.at, inner.len()))
            );
        }
        end = Span::new(inner.len() - dollars, inner.len());
        lexer.text = &body[..end.start];
    } else {
        for (open, close) in [("\\(", "\\)"), ("\\[", "\\]")] {
            let inner = body.trim_end();
            if lexer.rest().starts_with(open) && inner.ends_with(close) && inner.len() >= lexer.at + 4 {
                lexer.at += 2;
                end = Span::new(inner.len() - 2, inner.len());
                lexer.text = &body[..end.start];
                break;
            }
        }
    }
    while let Some(c) = lexer.rest().chars().next() {
        lexer.one(c)?;
    }
    lexer.push(Kind::End, end);
    Ok(Tokens { list: lexer.list, made: lexer.made, latex: lexer.latex })
}

/// Whether a character can start a name.
pub(super) fn starts_name(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (!c.is_ascii() && (c.is_alphabetic() || c == '∆'))
            && !matches!(c, 'ⁿ' | 'ⁱ' | 'ª' | 'º' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Whether a character can stand inside a name. `π` never does, so that `πr` is a product.
fn continues_name(c: char) -> bool {
    c.is_ascii_digit() || c == '_' || (starts_name(c) && c != 'π')
}

fn is_superscript(c: char) -> bool {
    matches!(c, '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁺' | '⁻' | 'ⁿ')
}

/// `12`, `0.5`, `.5`, `1e-3`; the dot of `2.*x` belongs to the operator.
fn number(input: &str) -> IResult<&str, &str> {
    let fraction = (mark('.'), not(one_of("*/^")), take_while(|c: char| c.is_ascii_digit()));
    let exponent = (one_of("eE"), opt(one_of("+-")), digit1);
    recognize((alt((recognize((digit1, opt(fraction))), recognize((mark('.'), digit1)))), opt(exponent))).parse(input)
}

fn spaces(input: &str) -> IResult<&str, &str> {
    take_while(char::is_whitespace).parse(input)
}

fn name(input: &str) -> IResult<&str, &str> {
    alt((recognize((mark('π'), opt((mark('_'), take_while(continues_name))))), take_while1(continues_name))).parse(input)
}

/// A name in LaTeX: letters, or one letter with digits; `_` starts a subscript.
fn latex_name(input: &str) -> IResult<&str, &str> {
    alt((recognize(mark('π')), take_while1(|c| c != '_' && continues_name(c)))).parse(input)
}

pub(super) fn letters(input: &str) -> IResult<&str, &str> {
    take_while(|c: char| c.is_ascii_alphabetic()).parse(input)
}

pub(super) struct Lexer<'a> {
    /// Up to where tokens are read.
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) latex: bool,
    pub(super) list: Vec<Token>,
    pub(super) made: Vec<String>,
}

impl<'a> Lexer<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn push(&mut self, kind: Kind, span: Span) {
        self.list.push(Token { kind, span });
    }

    /// Runs a parser of this file at the current place and moves past what it took.
    pub(super) fn take(&mut self, parser: fn(&str) -> IResult<&str, &str>) -> &'a str {
        let taken = parser(self.rest()).map_or(0, |(_, taken)| taken.len());
        let out = &self.text[self.at..self.at + taken];
        self.at += taken;
        out
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take(spaces);
    }

    /// A name whose text is not that of its place.
    pub(super) fn push_made(&mut self, text: String, span: Span) {
        let index = u32::try_from(self.made.len()).unwrap_or(u32::MAX);
        self.made.push(text);
        self.push(Kind::Made(index), span);
    }

    /// Whether the token before is the word `axis`, as in `sum(X, axis=0)`.
    fn after_axis(&self) -> bool {
        self.list.last().is_some_and(|token| token.kind == Kind::Name && &self.text[token.span.start..token.span.end] == "axis")
    }

    fn one(&mut self, c: char) -> Result<()> {
        let start = self.at;
        if c.is_whitespace() {
            self.skip_spaces();
            return Ok(());
        }
        if c.is_ascii_digit() || (c == '.' && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit())) {
            self.take(number);
            self.push(Kind::Number, Span::new(start, self.at));
            return Ok(());
        }
        if starts_name(c) {
            self.name(start);
            return self.subscripts(start);
        }
        if is_superscript(c) {
            self.take(|input| take_while(is_superscript).parse(input));
            self.push(Kind::Superscript, Span::new(start, self.at));
            return Ok(());
        }
        if c == '\\' {
            return latex::command(self);
        }
        if self.latex && c == '^' && latex::prime(self) {
            return Ok(());
        }
        let (kind, length) = self.operator(c)?;
        self.at += length;
        self.push(kind, Span::new(start, self.at));
        Ok(())
    }

    fn name(&mut self, start: usize) {
        self.take(if self.latex { latex_name } else { name });
        self.push(Kind::Name, Span::new(start, self.at));
    }

    /// Reads `_{1}`, `₁` and in LaTeX `_1` after a name that is no function, and makes them part of it.
    pub(super) fn subscripts(&mut self, start: usize) -> Result<()> {
        let Some(&last) = self.list.last() else { return Ok(()) };
        let base = match last.kind {
            Kind::Name => &self.text[last.span.start..last.span.end],
            Kind::Made(index) => self.made.get(index as usize).map_or("", String::as_str),
            _ => return Ok(()),
        };
        let rest = self.rest();
        let mut made = String::new();
        if base.ends_with('_') && rest.starts_with('{') {
            made.push_str(base);
        } else if self.latex && rest.starts_with('_') {
            if base.len() <= 20 && super::name::is_function(base) {
                self.push(Kind::Subscript, Span::new(self.at, self.at + 1));
                self.at += 1;
                return Ok(());
            }
            made.push_str(base);
            made.push('_');
            self.at += 1;
        } else if rest.chars().next().and_then(greek::subscript).is_some() {
            made.push_str(base);
            made.push('_');
            while let Some((c, digit)) = self.rest().chars().next().and_then(|c| Some((c, greek::subscript(c)?))) {
                made.push(digit);
                self.at += c.len_utf8();
            }
            self.list.pop();
            self.push_made(made, Span::new(start, self.at));
            return Ok(());
        } else {
            return Ok(());
        }
        latex::subscript(self, &mut made)?;
        self.list.pop();
        self.push_made(made, Span::new(start, self.at));
        Ok(())
    }

    /// The operator or bracket at the current place, and its length.
    fn operator(&self, c: char) -> Result<(Kind, usize)> {
        let next = self.rest()[c.len_utf8()..].chars().next();
        let long = |kind| Ok((kind, 2));
        let kind = match (c, next) {
            ('*', Some('*')) => return long(Kind::Caret),
            ('<', Some('=')) => return long(Kind::LessEqual),
            ('>', Some('=')) => return long(Kind::GreaterEqual),
            ('=', Some('=')) => return long(Kind::Same),
            ('!', Some('=')) => return long(Kind::Differs),
            ('.', Some('*')) => return long(Kind::DotStar),
            ('.', Some('/')) => return long(Kind::DotSlash),
            ('.', Some('^')) => return long(Kind::DotCaret),
            ('+', _) => Kind::Plus,
            ('-' | '−' | '–', _) => Kind::Minus,
            ('*' | '·' | '⋅' | '∙' | '×' | '∗', _) => Kind::Star,
            ('/' | '÷' | '∕' | '⁄', _) => Kind::Slash,
            ('^', _) => Kind::Caret,
            ('!', _) => Kind::Bang,
            ('\'' | '′', _) => Kind::Prime,
            (',', _) => Kind::Comma,
            ('(', _) => Kind::Open(Bracket::Round),
            (')', _) => Kind::Close(Bracket::Round),
            ('[', _) => Kind::Open(Bracket::Square),
            (']', _) => Kind::Close(Bracket::Square),
            ('{', _) => Kind::Open(Bracket::Curly),
            ('}', _) => Kind::Close(Bracket::Curly),
            ('⌊', _) => Kind::Open(Bracket::Floor),
            ('⌋', _) => Kind::Close(Bracket::Floor),
            ('⌈', _) => Kind::Open(Bracket::Ceil),
            ('⌉', _) => Kind::Close(Bracket::Ceil),
            ('|', _) => Kind::Bar,
            ('<', _) => Kind::Less,
            ('>', _) => Kind::Greater,
            ('=', _) if self.after_axis() => Kind::Axis,
            ('≤', _) => Kind::LessEqual,
            ('≥', _) => Kind::GreaterEqual,
            ('≠', _) => Kind::Differs,
            ('√', _) => Kind::Root(2),
            ('∛', _) => Kind::Root(3),
            ('∜', _) => Kind::Root(4),
            ('&', _) if self.latex => Kind::Ampersand,
            _ => return Err(stranger(c).at(Span::new(self.at, self.at + c.len_utf8()))),
        };
        Ok((kind, c.len_utf8()))
    }
}

/// What to say of a character that is not of the language.
fn stranger(c: char) -> Error {
    let message = match c {
        '=' => phrase!("a single `=` has no meaning here; write `==` to compare, inside if(...)"),
        '$' => phrase!("`$` stands only around a whole formula"),
        '∞' => phrase!("infinity is not a number that can be worked with"),
        '∑' | '∏' | '∫' | '∂' | '∮' => {
            phrase!("`{c}`: sums, products, integrals and partial signs are not read; write out the expression", c)
        }
        ';' => phrase!("unexpected `;`; arguments are separated by `,`"),
        '.' => phrase!("unexpected `.`; a decimal point stands between digits"),
        '_' => phrase!("a name starts with a letter, not with `_`"),
        '%' => phrase!("`%` is not an operator here"),
        '"' | '“' | '”' | '‘' | '’' | '`' => {
            phrase!("unexpected quote {quote}; a formula is written without quotes", quote = format!("{c:?}"))
        }
        c if c.is_control() || is_invisible(c) => {
            phrase!("an invisible character U+{code} stands here", code = format!("{:04X}", u32::from(c)))
        }
        '\u{fffd}' => phrase!("a byte that is not valid text stands here"),
        c => phrase!("unexpected character `{c}`", c),
    };
    Error::new(ErrorKind::Parse, message)
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0xad | 0x115f | 0x1160 | 0x3164 | 0xffa0 | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}
