//! LaTeX rewritten into the plain tokens of the language, each keeping its place: `\frac{a}{b}` becomes `((a)/(b))`.
//! Deliberately builds no expression, so that there is one grammar. No recursion: open groups stand on a stack.
//! Read next: `parse.rs`.

use super::greek;
use super::parse::Names;
use super::suggest::nearest;
use super::token::{Mark, Token};
use crate::error::{Error, Kind, Result, Span};
use crate::function;

/// Whether a text is LaTeX: it begins with `$` or has a backslash command.
pub(super) fn is_latex(tokens: &[Token<'_>]) -> bool {
    matches!(tokens[0].mark, Mark::Dollar) || tokens.iter().any(|t| matches!(t.mark, Mark::Command(_)))
}

/// What has to be written when a group ends.
enum Group {
    /// A bracket of the text; what closes it.
    Plain(char),
    /// The numerator of a fraction; its denominator follows.
    Above,
    /// The last part of a fraction or root: closers to write.
    Last { tokens: &'static [Mark<'static>] },
    /// The radicand of `\sqrt[n]{..}`.
    Root { index: (usize, usize) },
    /// A matrix; how many rows it has so far is not needed, its end is `\end{..}`.
    Matrix,
    /// `\lfloor`, `\lceil`: a call that ends at `\rfloor`, `\rceil`.
    Call(&'static str),
    /// A group that is written without brackets: `\text{..}`.
    Bare,
}

const SYMBOLS: &[(&str, Mark<'static>)] = &[
    ("cdot", Mark::Times),
    ("times", Mark::Times),
    ("ast", Mark::Times),
    ("div", Mark::Divide),
    ("le", Mark::Compare("<=")),
    ("leq", Mark::Compare("<=")),
    ("leqslant", Mark::Compare("<=")),
    ("ge", Mark::Compare(">=")),
    ("geq", Mark::Compare(">=")),
    ("geqslant", Mark::Compare(">=")),
    ("lt", Mark::Compare("<")),
    ("gt", Mark::Compare(">")),
    ("ne", Mark::Compare("!=")),
    ("neq", Mark::Compare("!=")),
    ("lvert", Mark::Bar),
    ("rvert", Mark::Bar),
    ("vert", Mark::Bar),
    ("mid", Mark::Bar),
    ("lbrace", Mark::Open('(')),
    ("rbrace", Mark::Close(')')),
    ("lbrack", Mark::Open('(')),
    ("rbrack", Mark::Close(')')),
    ("prime", Mark::Prime),
];

const SPACES: &[&str] = &[
    "quad",
    "qquad",
    "displaystyle",
    "textstyle",
    "limits",
    "nolimits",
    "left",
    "right",
    "big",
    "Big",
    "bigl",
    "bigr",
    "Bigl",
    "Bigr",
    "bigg",
    "Bigg",
    "biggl",
    "biggr",
    "Biggl",
    "Biggr",
    "middle",
    "thinspace",
];

const STYLES: &[&str] = &["mathrm", "mathbf", "mathit", "mathsf", "boldsymbol", "operatorname", "text", "textrm", "textbf", "mathop", "bm"];

/// Commands that are formulas, but of another kind than this language has.
const REFUSED: &[(&str, &str)] = &[
    ("int", "an integral"),
    ("iint", "an integral"),
    ("oint", "an integral"),
    ("sum", "a sum over an index"),
    ("prod", "a product over an index"),
    ("lim", "a limit"),
    ("infty", "infinity"),
    ("partial", "a derivative written out"),
    ("nabla", "a gradient written out"),
    ("ldots", "dots"),
    ("cdots", "dots"),
    ("dots", "dots"),
    ("pm", "a choice of signs"),
    ("mp", "a choice of signs"),
    ("binom", "a binomial coefficient; write binomial(n, k)"),
    ("to", "an arrow"),
    ("rightarrow", "an arrow"),
    ("in", "a set membership"),
];

/// Rewrites the tokens.
pub(super) fn rewrite<'a>(tokens: &[Token<'a>], names: &Names) -> Result<Vec<Token<'a>>> {
    let mut out: Vec<Token<'a>> = Vec::with_capacity(tokens.len() * 2);
    let mut groups: Vec<(Group, Span)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        let span = token.span;
        let mut put = |mark: Mark<'a>| out.push(Token { mark, span });
        at += 1;
        match &token.mark {
            Mark::Dollar => {}
            Mark::Command(word) => at = command(word, span, tokens, at, names, &mut out, &mut groups)?,
            Mark::Open(c) => {
                // A square bracket is a bracket in LaTeX.
                put(Mark::Open('('));
                groups.push((Group::Plain(*c), span));
            }
            Mark::Close(c) => {
                // `\left[ x \right)` is allowed by LaTeX; a brace must meet a brace.
                match groups.pop() {
                    None => return Err(Error::new(Kind::Parse, format!("`{c}` closes nothing")).at(span)),
                    Some((Group::Plain(open), _)) => {
                        if (open == '{') != (*c == '}') {
                            return Err(Error::new(Kind::Parse, format!("`{c}` does not close `{open}`")).at(span));
                        }
                        put(Mark::Close(')'));
                    }
                    Some((_, _)) if *c != '}' => return Err(Error::new(Kind::Parse, format!("`{c}` does not close `{{`")).at(span)),
                    Some((Group::Above, opened)) => {
                        put(Mark::Close(')'));
                        put(Mark::Divide);
                        at = argument(
                            tokens,
                            at,
                            opened,
                            names,
                            &mut out,
                            &mut groups,
                            Group::Last { tokens: &[Mark::Close(')'), Mark::Close(')')] },
                        )?;
                    }
                    Some((Group::Last { tokens: closers }, _)) => closers.iter().for_each(|mark| put(mark.clone())),
                    Some((Group::Root { index }, _)) => {
                        put(Mark::Close(')'));
                        root_index(tokens, index, span, &mut out);
                    }
                    Some((Group::Bare, _)) => {}
                    Some((Group::Matrix | Group::Call(_), opened)) => {
                        return Err(Error::new(Kind::Parse, format!("`{c}` comes before the end of what begins here")).at(opened));
                    }
                }
            }
            Mark::Ampersand if groups.iter().any(|(g, _)| matches!(g, Group::Matrix)) => put(Mark::Comma),
            Mark::Row if groups.iter().any(|(g, _)| matches!(g, Group::Matrix)) => {
                // A `\\` before `\end` begins no row.
                if !matches!(tokens.get(at).map(|t| &t.mark), Some(Mark::Command("end"))) {
                    put(Mark::Close(']'));
                    put(Mark::Comma);
                    put(Mark::Open('['));
                }
            }
            Mark::Underscore => at = subscript(tokens, at, span, &mut out)?,
            Mark::Name(name) => letters(name, span, names, &mut out),
            mark => put(mark.clone()),
        }
    }
    if let Some((_, opened)) = groups.last()
        && !matches!(groups.last(), Some((Group::Plain('(' | '['), _)))
    {
        return Err(Error::new(Kind::Parse, "this group is not closed").at(*opened));
    }
    Ok(out)
}

/// The argument of a command: a braced group, which is pushed, or a single token.
fn argument<'a>(
    tokens: &[Token<'a>],
    at: usize,
    opened: Span,
    names: &Names,
    out: &mut Vec<Token<'a>>,
    groups: &mut Vec<(Group, Span)>,
    group: Group,
) -> Result<usize> {
    let Some(token) = tokens.get(at) else { return Ok(at) };
    let span = token.span;
    out.push(Token { mark: Mark::Open('('), span });
    match &token.mark {
        Mark::Open('{') => {
            groups.push((group, span));
            return Ok(at + 1);
        }
        Mark::End | Mark::Close(_) | Mark::Dollar => return Err(Error::new(Kind::Parse, "a part of the formula is missing here").at(span)),
        Mark::Number(digits) if digits.len() > 1 => {
            // \frac12 is 1/2: the argument is one digit. Only the first group of a fraction can be so.
            return Err(Error::new(Kind::Parse, "use braces around a number of several digits").at(opened.to(span)));
        }
        Mark::Command(word) if greek::letter(word).is_some() || *word == "pi" => {
            out.push(Token { mark: Mark::Name(greek::letter(word).unwrap_or("pi")), span });
        }
        Mark::Command(_) => return Err(Error::new(Kind::Parse, "use braces around this part").at(span)),
        Mark::Name(name) => letters(name, span, names, out),
        mark => out.push(Token { mark: mark.clone(), span }),
    }
    match group {
        Group::Last { tokens: closers } => closers.iter().for_each(|mark| out.push(Token { mark: mark.clone(), span })),
        Group::Root { index } => {
            out.push(Token { mark: Mark::Close(')'), span });
            root_index(tokens, index, span, out);
        }
        Group::Above => {
            out.push(Token { mark: Mark::Close(')'), span });
            out.push(Token { mark: Mark::Divide, span });
            return argument(tokens, at + 1, opened, names, out, groups, Group::Last { tokens: &[Mark::Close(')'), Mark::Close(')')] });
        }
        _ => {}
    }
    Ok(at + 1)
}

/// `^(1/n))` behind a radicand, the index copied from where it was written.
fn root_index<'a>(tokens: &[Token<'a>], (from, to): (usize, usize), span: Span, out: &mut Vec<Token<'a>>) {
    for mark in [Mark::Power, Mark::Open('('), Mark::Number("1"), Mark::Divide, Mark::Open('(')] {
        out.push(Token { mark, span });
    }
    out.extend(tokens[from..to].iter().cloned());
    for mark in [Mark::Close(')'), Mark::Close(')'), Mark::Close(')')] {
        out.push(Token { mark, span });
    }
}

/// A name in LaTeX: letters stand for themselves unless the whole is a function, a Greek name or declared.
fn letters<'a>(name: &'a str, span: Span, names: &Names, out: &mut Vec<Token<'a>>) {
    let known = name.chars().count() < 2
        || name.contains('_')
        || !name.is_ascii()
        || greek::is_greek(name)
        || function::rows(name).next().is_some()
        || names.declares(name);
    if known {
        out.push(Token { mark: Mark::Name(name), span });
        return;
    }
    let digits = name.find(|c: char| c.is_ascii_digit()).unwrap_or(name.len());
    for (i, _) in name[..digits].char_indices() {
        // Digits stay with the last letter: x1.
        let end = if i + 1 == digits { name.len() } else { i + 1 };
        out.push(Token { mark: Mark::Name(&name[i..end]), span: Span::new(span.start + i, span.start + end) });
    }
}

/// `x_{12}`, `\rho_1`, `\log_{10}`: an index joins the name before it.
fn subscript<'a>(tokens: &[Token<'a>], mut at: usize, span: Span, out: &mut Vec<Token<'a>>) -> Result<usize> {
    let braced = matches!(tokens.get(at).map(|t| &t.mark), Some(Mark::Open('{')));
    at += usize::from(braced);
    let mut index = String::new();
    let mut only: Option<&'a str> = None;
    while let Some(token) = tokens.get(at) {
        match &token.mark {
            Mark::Number(n) | Mark::Name(n) => {
                index.push_str(n);
                only = Some(n);
            }
            Mark::Command(c) if greek::letter(c).is_some() => index.push_str(c),
            Mark::Comma if braced => index.push('_'),
            Mark::Close('}') if braced => {
                at += 1;
                break;
            }
            _ => return Err(Error::new(Kind::Parse, "an index is a number or a name").at(token.span)),
        }
        at += 1;
        if !braced {
            break;
        }
    }
    match out.last_mut() {
        Some(Token { mark: mark @ Mark::Name("log"), .. }) => {
            *mark = Mark::LogBase(only.unwrap_or("e"));
            Ok(at)
        }
        Some(Token { mark: Mark::Name(name), span: place }) if !index.is_empty() => {
            let joined = format!("{name}_{index}");
            *place = place.to(Span::new(span.start, tokens.get(at.saturating_sub(1)).map_or(span.end, |t| t.span.end)));
            if let Some(last) = out.last_mut() {
                last.mark = Mark::Indexed(joined);
            }
            Ok(at)
        }
        _ => Err(Error::new(Kind::Parse, "an index needs a name before it").at(span)),
    }
}

fn command<'a>(
    word: &'a str,
    span: Span,
    tokens: &[Token<'a>],
    at: usize,
    names: &Names,
    out: &mut Vec<Token<'a>>,
    groups: &mut Vec<(Group, Span)>,
) -> Result<usize> {
    let next = tokens.get(at).map(|t| &t.mark);
    if let Some((_, mark)) = SYMBOLS.iter().find(|(name, _)| *name == word) {
        // f^{\prime} and f^\prime are f'
        if *mark == Mark::Prime && matches!(out.last().map(|t| &t.mark), Some(Mark::Power)) {
            out.pop();
        }
        out.push(Token { mark: mark.clone(), span });
        return Ok(at);
    }
    if SPACES.contains(&word) {
        // `\left(` leaves its bracket to the next token
        return Ok(at);
    }
    if let Some(letter) = greek::letter(word) {
        let mark = if word == "pi" { Mark::Name("pi") } else { Mark::Name(letter) };
        out.push(Token { mark, span });
        return Ok(at);
    }
    if let Some((_, what)) = REFUSED.iter().find(|(name, _)| *name == word) {
        return Err(Error::new(Kind::Parse, format!("`\\{word}` is {what}, which this language does not read")).at(span));
    }
    match word {
        "frac" | "dfrac" | "tfrac" | "cfrac" => fraction(tokens, at, span, names, out, groups),
        "sqrt" => root(tokens, at, span, names, out, groups),
        "lfloor" | "lceil" => {
            let name = if word == "lfloor" { "floor" } else { "ceil" };
            out.push(Token { mark: Mark::Name(name), span });
            out.push(Token { mark: Mark::Open('('), span });
            groups.push((Group::Call(name), span));
            Ok(at)
        }
        "rfloor" | "rceil" => match groups.pop() {
            Some((Group::Call(name), _)) if word.ends_with(name) => {
                out.push(Token { mark: Mark::Close(')'), span });
                Ok(at)
            }
            _ => Err(Error::new(Kind::Parse, format!("`\\{word}` closes nothing")).at(span)),
        },
        "begin" | "end" => environment(word == "begin", tokens, at, span, out, groups),
        _ if STYLES.contains(&word) => {
            if matches!(next, Some(Mark::Open('{'))) {
                groups.push((Group::Bare, span));
                // A styled name is one name: \mathrm{sech}.
                if let (Some(Mark::Name(name)), Some(Mark::Close('}'))) =
                    (tokens.get(at + 1).map(|t| &t.mark), tokens.get(at + 2).map(|t| &t.mark))
                {
                    groups.pop();
                    out.push(Token { mark: Mark::Name(name), span: tokens[at + 1].span });
                    return Ok(at + 3);
                }
                return Ok(at + 1);
            }
            Ok(at)
        }
        _ if function::rows(word).next().is_some() => {
            out.push(Token { mark: Mark::Name(word), span });
            Ok(at)
        }
        _ => {
            if let Some(end) = (2..word.len()).rev().find(|&end| is_command(&word[..end])) {
                let (known, rest) = word.split_at(end);
                let place = Span::new(span.start + 1 + end, span.end);
                return Err(Error::new(Kind::Name, format!("the command `\\{word}` is not known; a space ends `\\{known}`"))
                    .at(place)
                    .suggest(format!("\\{known} {rest}")));
            }
            let known =
                function::names().chain(greek::GREEK.iter().map(|(name, _)| *name)).chain(["frac", "sqrt", "left", "right", "cdot"]);
            let error = Error::new(Kind::Name, format!("the command `\\{word}` is not known")).at(span);
            Err(match nearest(word, known) {
                Some(name) => error.suggest(format!("\\{name}")),
                None => error,
            })
        }
    }
}

fn is_command(word: &str) -> bool {
    SPACES.contains(&word)
        || greek::letter(word).is_some()
        || SYMBOLS.iter().any(|(name, _)| *name == word)
        || matches!(word, "frac" | "sqrt")
        || function::rows(word).next().is_some()
}

fn fraction<'a>(
    tokens: &[Token<'a>],
    at: usize,
    span: Span,
    names: &Names,
    out: &mut Vec<Token<'a>>,
    groups: &mut Vec<(Group, Span)>,
) -> Result<usize> {
    let mark = |i: usize| tokens.get(at + i).map(|t| &t.mark);
    // \frac{d}{dx} and \frac{d}{d x}
    if let (Some(Mark::Open('{')), Some(Mark::Name("d")), Some(Mark::Close('}')), Some(Mark::Open('{')), Some(Mark::Name(below))) =
        (mark(0), mark(1), mark(2), mark(3), mark(4))
        && below.starts_with('d')
        && !names.declares("d")
    {
        return Err(Error::new(Kind::Parse, "a derivative is asked for beside the formula: symdiff EXPR x, or D(EXPR, x)").at(span));
    }
    out.push(Token { mark: Mark::Open('('), span });
    // \frac12: a run of digits is a digit for each part
    if let Some(Mark::Number(digits)) = mark(0)
        && digits.len() > 1
        && digits.bytes().all(|b| b.is_ascii_digit())
    {
        let place = tokens[at].span;
        let split =
            |i: usize, end: usize| Token { mark: Mark::Number(&digits[i..end]), span: Span::new(place.start + i, place.start + end) };
        out.extend([split(0, 1), Token { mark: Mark::Divide, span: place }, split(1, 2), Token { mark: Mark::Close(')'), span: place }]);
        if digits.len() > 2 {
            out.push(Token { mark: Mark::Times, span: place });
            out.push(split(2, digits.len()));
        }
        return Ok(at + 1);
    }
    argument(tokens, at, span, names, out, groups, Group::Above)
}

fn root<'a>(
    tokens: &[Token<'a>],
    at: usize,
    span: Span,
    names: &Names,
    out: &mut Vec<Token<'a>>,
    groups: &mut Vec<(Group, Span)>,
) -> Result<usize> {
    if matches!(tokens.get(at).map(|t| &t.mark), Some(Mark::Open('['))) {
        let from = at + 1;
        let Some(length) = tokens[from..].iter().take(64).position(|t| t.mark == Mark::Close(']')) else {
            return Err(Error::new(Kind::Parse, "the index of this root is not closed").at(span.to(tokens[at].span)));
        };
        out.push(Token { mark: Mark::Open('('), span });
        return argument(tokens, from + length + 1, span, names, out, groups, Group::Root { index: (from, from + length) });
    }
    if matches!(tokens.get(at).map(|t| &t.mark), Some(Mark::Open('{'))) {
        out.push(Token { mark: Mark::Name("sqrt"), span });
        return argument(tokens, at, span, names, out, groups, Group::Last { tokens: &[Mark::Close(')')] });
    }
    out.push(Token { mark: Mark::Root(2), span });
    Ok(at)
}

fn environment<'a>(
    begins: bool,
    tokens: &[Token<'a>],
    at: usize,
    span: Span,
    out: &mut Vec<Token<'a>>,
    groups: &mut Vec<(Group, Span)>,
) -> Result<usize> {
    let name = match (tokens.get(at).map(|t| &t.mark), tokens.get(at + 1).map(|t| &t.mark), tokens.get(at + 2).map(|t| &t.mark)) {
        (Some(Mark::Open('{')), Some(Mark::Name(name)), Some(Mark::Close('}'))) => *name,
        _ => return Err(Error::new(Kind::Parse, "an environment needs its name in braces").at(span)),
    };
    if !name.ends_with("matrix") {
        return Err(Error::new(Kind::Parse, format!("the environment `{name}` is not read; matrices are")).at(tokens[at + 1].span));
    }
    if begins {
        groups.push((Group::Matrix, span));
        out.push(Token { mark: Mark::Open('['), span });
        out.push(Token { mark: Mark::Open('['), span });
    } else {
        if !matches!(groups.pop(), Some((Group::Matrix, _))) {
            return Err(Error::new(Kind::Parse, "`\\end` without its `\\begin`").at(span));
        }
        out.push(Token { mark: Mark::Close(']'), span });
        out.push(Token { mark: Mark::Close(']'), span });
    }
    Ok(at + 3)
}
