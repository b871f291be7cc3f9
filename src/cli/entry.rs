//! What does a line of the REPL ask for?
//! Deliberately reads no expression: it only finds which words are the expression and which the variables.
//! Read next: `repl.rs`.

use crate::arguments::{equation, outside, point, steps};
use crate::quiz::{EXERCISES, any_seed};
use crate::repl::words::WORDS;
use std::borrow::Cow;
use symdiff::phrase;
use symdiff::session::{self, Op, Request};
use symdiff::teach::{Quiz, Topic};
use symdiff::{Error, Function, Kind, Phrase};

/// What a line asks for.
#[derive(Debug)]
pub(crate) enum Entry {
    Blank,
    Quit,
    Help(Option<String>),
    Clear(Option<String>),
    Assume(String),
    /// `shape X: 3×2`
    Shape(String),
    /// `plot x^2 x=-3..3`
    Plot(String),
    /// `quiz chain 2`
    Quiz(Quiz),
    /// `:steps EXPR x`, or of the last derivative.
    Steps(Option<Box<Request<'static>>>),
    /// `:latex EXPR`, or of the last answer.
    Latex(Option<String>),
    Language(Option<String>),
    Save(String),
    Load(String),
    Define {
        key: String,
        body: String,
    },
    Ask(Box<Request<'static>>),
}

fn usage(phrase: Phrase) -> Error {
    Error::new(Kind::Request, phrase)
}

/// How many brackets are open at the end.
pub(crate) fn open_brackets(text: &str) -> i64 {
    text.chars().fold(0, |open, c| match c {
        '(' | '[' | '{' => open + 1,
        ')' | ']' | '}' => open - 1,
        _ => open,
    })
}

/// Reads a line, or several while brackets were open.
pub(crate) fn read(line: &str) -> Result<Entry, Error> {
    let line = line.trim();
    if let Some(command) = line.strip_prefix(':') {
        return with_colon(command);
    }
    let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    let named = (!rest.is_empty()).then(|| rest.to_owned());
    match word {
        "" => return Ok(Entry::Blank),
        _ if word.starts_with('#') => return Ok(Entry::Blank),
        "quit" | "exit" if rest.is_empty() => return Ok(Entry::Quit),
        "help" | "?" => return Ok(Entry::Help(named)),
        "clear" => return Ok(Entry::Clear(named)),
        "assume" => {
            return named.map(Entry::Assume).ok_or_else(|| usage(phrase!("what is assumed? write assume x>0")));
        }
        "shape" if !rest.starts_with(['=', '*', '+', '-', '/', '^']) => {
            return named.map(Entry::Shape).ok_or_else(|| usage(phrase!("which shape? write shape X: 3×2, w: 2")));
        }
        "plot" if !rest.starts_with(['=', '*', '+', '-', '/', '^']) => {
            return named.map(Entry::Plot).ok_or_else(|| usage(phrase!("of which expression? write plot x^2 x=-3..3")));
        }
        "quiz" if !rest.starts_with(['=', '*', '+', '-', '/', '^']) => return quiz(rest).map(Entry::Quiz),
        _ => {}
    }
    if let Some((_, op)) = Op::ALL.iter().find(|(name, op)| *name == word && *op != Op::Quiz)
        && !rest.starts_with('=')
    {
        if rest.is_empty() {
            return Err(usage(phrase!("of which expression? help {word} shows examples", word)));
        }
        return ask(*op, rest).map(Box::new).map(Entry::Ask);
    }
    if let Some((key, body)) = definition(line) {
        return Ok(Entry::Define { key: key.to_owned(), body: body.to_owned() });
    }
    if let Some(found) = session::prompt(line) {
        let (expression, variables) = found?;
        let wrt = variables.into_iter().map(|name| (name.into(), 1)).collect();
        return Ok(Entry::Ask(Box::new(Request {
            op: Some(Op::Diff),
            expr: Some(expression.to_owned().into()),
            wrt,
            ..Request::default()
        })));
    }
    Ok(Entry::Ask(Box::new(Request { op: Some(Op::Simplify), expr: Some(line.to_owned().into()), ..Request::default() })))
}

/// A line that is a command, whatever its word.
fn with_colon(line: &str) -> Result<Entry, Error> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(word, rest)| (word, rest.trim()));
    let named = (!rest.is_empty()).then(|| rest.to_owned());
    let file = || named.clone().ok_or_else(|| usage(phrase!("which file? write :save session.md or :load session.md")));
    match word {
        "steps" if rest.is_empty() => Ok(Entry::Steps(None)),
        "steps" => ask(Op::Diff, rest).map(Box::new).map(Some).map(Entry::Steps),
        "latex" => Ok(Entry::Latex(named)),
        "lang" => Ok(Entry::Language(named)),
        "save" => file().map(Entry::Save),
        "load" => file().map(Entry::Load),
        "q" => Ok(Entry::Quit),
        "h" => Ok(Entry::Help(named)),
        _ if WORDS.iter().any(|known| known.name == word) => read(line),
        _ => {
            let names = WORDS.iter().map(|known| known.name.trim_start_matches(':'));
            let near = names.map(|name| (strsim::damerau_levenshtein(name, word), name)).min().filter(|(distance, _)| *distance <= 2);
            let error = usage(phrase!("there is no command `:{word}`; :help shows them", word));
            Err(near.map_or(error.clone(), |(_, name)| error.suggest(format!(":{name}"))))
        }
    }
}

/// `NAME = BODY` or `NAME(x, y) = BODY`.
fn definition(line: &str) -> Option<(&str, &str)> {
    let (key, body) = equation(line)?;
    let (name, parameters) = key.split_once('(').map_or((key, ""), |(name, rest)| (name, rest));
    let word = |text: &str| {
        text.trim().starts_with(|c: char| c.is_alphabetic() || c == '\\') && !text.trim().contains(['+', '-', '*', '/', '^', ' ', '('])
    };
    (word(name) && (parameters.is_empty() || parameters.ends_with(')'))).then_some((key, body))
}

fn ask(op: Op, rest: &str) -> Result<Request<'static>, Error> {
    let own = |text: &str| Some(Cow::Owned(unquoted(text).to_owned()));
    let mut request = Request { op: Some(op), vector: true, ..Request::default() };
    match op {
        Op::Simplify => request.expr = own(rest),
        Op::Equal => {
            let mut sides = outside(rest, ",");
            if sides.len() != 2 {
                sides = outside(rest, "==");
            }
            let [a, b] = sides[..] else {
                return Err(usage(phrase!("which two? write equal A, B")));
            };
            (request.a, request.b) = (own(a), own(b));
        }
        Op::Eval => {
            let pieces = outside(rest, " at ");
            request.at = Some(pieces.get(1).map_or(Ok(Vec::new()), |text| point(text))?);
            request.expr = own(pieces.first().copied().unwrap_or(rest));
        }
        Op::Graph => {
            let pieces = outside(rest, " at ");
            request.at = pieces.get(1).map(|text| point(text)).transpose()?;
            request.expr = own(pieces.first().copied().unwrap_or(rest));
        }
        Op::Layer => {
            let (rest, to) = match &outside(rest, " to ")[..] {
                [rest, to] => (*rest, own(to.trim())),
                _ => (rest, None),
            };
            let pieces = outside(rest, " backward ");
            (request.to, request.backward) = (to, pieces.get(1).and_then(|text| own(text)));
            request.expr = own(pieces.first().copied().unwrap_or(rest));
        }
        Op::Export => {
            let pieces = outside(rest, " to ");
            let [expr, to] = pieces[..] else {
                return Err(usage(phrase!("to which language? write export EXPR to rust")));
            };
            (request.expr, request.to) = (own(expr), own(to.trim()));
        }
        Op::Check => {
            let pieces = outside(rest, " answer ");
            let [rest, answer] = pieces[..] else {
                return Err(usage(phrase!("which answer? write check EXPR x answer ANSWER")));
            };
            let (expr, words) = split(rest);
            request.expr = own(expr);
            request.wrt = steps(words.into_iter().map(str::to_owned).collect())?;
            request.answer = own(answer.trim());
        }
        // read before
        Op::Quiz => {}
        Op::Diff | Op::Gradient | Op::Jacobian | Op::Hessian | Op::Steps => {
            let (expr, words) = split(rest);
            request.expr = own(expr);
            request.wrt = steps(words.into_iter().map(str::to_owned).collect())?;
        }
    }
    Ok(request)
}

/// A topic, a level, both or neither.
fn quiz(rest: &str) -> Result<Quiz, Error> {
    let mut quiz = Quiz { topic: Topic::Mixed, level: 1, seed: any_seed(), count: EXERCISES };
    for word in rest.split_whitespace() {
        match word.parse() {
            Ok(level) => quiz.level = level,
            Err(_) => quiz.topic = Topic::of(word)?,
        }
    }
    Ok(quiz)
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '\\') && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '\\'))
}

/// The expression and the variables after it: behind commas, behind a closing quote, or the last words that can be names.
fn split(rest: &str) -> (&str, Vec<&str>) {
    if let Some((expr, words)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        return (expr, words.split([' ', ',']).filter(|word| !word.is_empty()).collect());
    }
    let pieces = outside(rest, ",");
    if let [expr, words @ ..] = &pieces[..]
        && !words.is_empty()
    {
        return (expr, words.iter().flat_map(|word| word.split_whitespace()).collect());
    }
    let mut expr = rest.trim_end();
    let mut words: Vec<&str> = Vec::new();
    let mut counts: Vec<&str> = Vec::new();
    while let Some((before, word)) = expr.rsplit_once(char::is_whitespace) {
        let before = before.trim_end();
        if word.bytes().all(|byte| byte.is_ascii_digit()) && counts.is_empty() {
            counts.push(word);
            expr = before;
            continue;
        }
        let last = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\\')).next().unwrap_or("");
        let function = Function::find(last.trim_start_matches('\\'), 1).is_some();
        let operator = before.ends_with(['+', '-', '*', '/', '^', '(', '=', '<', '>', '·', '×', '÷']);
        if !is_name(word) || before.is_empty() || operator || function {
            break;
        }
        words.append(&mut counts);
        words.push(word);
        expr = before;
    }
    if let Some(count) = counts.pop() {
        // a number without a variable before it belongs to the expression
        let end = count.as_ptr() as usize - rest.as_ptr() as usize + count.len();
        expr = &rest[..end];
    }
    words.reverse();
    (expr, words)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_variables_part() {
        for (line, expr, words) in [
            ("x^2 x", "x^2", "x"),
            ("x^2 x x", "x^2", "x x"),
            ("x^3*y^2 x 2 y", "x^3*y^2", "x 2 y"),
            ("x^2 + y x", "x^2 + y", "x"),
            ("sin x x", "sin x", "x"),
            ("sin x", "sin x", ""),
            ("sin(x y) x", "sin(x y)", "x"),
            ("x^2 + 2", "x^2 + 2", ""),
            ("x + y, x, 2", "x + y", "x 2"),
            ("[x*y, x] x y", "[x*y, x]", "x y"),
            ("\"x + y\" x y", "x + y", "x y"),
            ("x", "x", ""),
        ] {
            assert_eq!(split(line), (expr, words.split_whitespace().collect()), "{line}");
        }
    }

    #[test]
    fn lines_are_told_apart() {
        for (line, shape) in [
            ("", "Blank"),
            ("  # note", "Blank"),
            ("quit", "Quit"),
            ("help sin", "Help"),
            ("clear", "Clear"),
            ("assume x > 0", "Assume"),
            ("f(x, y) = x*y", "Define"),
            ("a = 3", "Define"),
            ("eval = 3", "Define"),
            ("x + a", "Ask"),
            ("if(x == 1, 2, 3)", "Ask"),
            ("x <= 2", "Ask"),
            ("eval x^2 at x = 3, y=1", "Ask"),
            ("equal x + x == 2*x", "Ask"),
            ("equal (x, y), 2", "Ask"),
            ("plot x^2 x=-1..1", "Plot"),
            ("plot = 3", "Define"),
            ("plot*2", "Ask"),
            (":plot x^2", "Plot"),
            (":steps", "Steps(None)"),
            (":steps x^2 x", "Steps(Some"),
            (":latex", "Latex(None)"),
            (":lang ko", "Language"),
            ("quiz", "Quiz"),
            (":quiz chain 2", "Quiz(Quiz { topic: Chain, level: 2"),
            ("quiz 3 sum", "Quiz(Quiz { topic: Sum, level: 3"),
            ("quiz = 3", "Define"),
            (":save a.md", "Save"),
            (":load a.md", "Load"),
            (":quit", "Quit"),
            (":q", "Quit"),
            (":help sin", "Help"),
            (":diff x^2 x", "Ask"),
            ("save x", "Ask"),
        ] {
            assert!(format!("{:?}", read(line).unwrap()).starts_with(shape), "{line}");
        }
        for line in
            ["diff", "assume", "equal x", "eval x at 3", "diff x, x 2 3", ":save", ":load", "plot", ":frobnicate", ":x^2", ":", "quiz sums"]
        {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
