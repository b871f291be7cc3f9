//! What do the names of a request mean: which are symbols, which are defined, what is assumed of them?
//! Deliberately reads no expression itself: bodies of definitions go through `text::parse`.
//! Read next: `session/evaluate.rs`.

use super::Request;
use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Expr, Pool, Symbol};
use crate::function::{self, Facts};
use crate::matrix::Value;
use crate::message::Phrase;
use crate::phrase;
use crate::text::{self, Definition, Names};
use crate::walk;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

type Lets<'a> = [(Cow<'a, str>, Cow<'a, str>)];

/// The names of a request: those of `wrt`, `at`, `grad` and `assume` are symbols, those of `lets` are defined.
pub(super) fn declared(pool: &mut Pool, request: &Request<'_>) -> Result<Names> {
    let mut names = Names::default();
    let at = request.at.iter().flatten().map(|(name, _)| name);
    let named = request.wrt.iter().map(|(name, _)| name).chain(at).chain(&request.grad);
    for name in named {
        declare(&mut names, name)?;
    }
    for text in &request.assume {
        for (name, _) in assumption(text)? {
            declare(&mut names, name)?;
        }
    }
    for (name, shape) in &request.shapes {
        declare(&mut names, name)?;
        if !shape.is_number() {
            names.shapes.push((text::canonical_symbol(name), shape.clone()));
        }
    }
    define(pool, &mut names, &request.lets)?;
    Ok(names)
}

fn declare(names: &mut Names, name: &str) -> Result<()> {
    if !is_name(name) {
        return Err(Error::new(Kind::Request, phrase!("`{name}` is not the name of a symbol", name = short(name))));
    }
    let key = text::canonical_symbol(name);
    if names.symbols.len() > 32 || !names.symbols.contains(&key) {
        names.symbols.push(key);
    }
    Ok(())
}

/// A letter of any script, then letters, digits, `_`; LaTeX spellings such as `\theta` and `x_{1}` too.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '\\')
        && chars
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '{' | '}' | '\\') || (!c.is_ascii() && !c.is_whitespace() && !c.is_control()))
}

fn short(text: &str) -> String {
    if text.chars().count() <= 40 { text.to_owned() } else { text.chars().take(40).chain(['…']).collect() }
}

/// `z(x, y)` into the name and its parameters.
fn head(key: &str) -> Result<(String, Vec<String>)> {
    let bad = || Error::new(Kind::Request, phrase!("`{key}` cannot be defined; write a name such as `a`, or `z(x)`", key = short(key)));
    let key = key.trim();
    let (name, parameters) = match key.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.strip_suffix(')').ok_or_else(bad)?.split(',').map(str::trim).collect()),
        None => (key, Vec::new()),
    };
    if !is_name(name) || !parameters.iter().all(|parameter| is_name(parameter)) {
        return Err(bad());
    }
    if !parameters.is_empty() && function::rows(name).any(|f| !f.row().parameters.is_empty()) {
        return Err(Error::new(Kind::Name, phrase!("`{name}` is a function that symdiff knows; it cannot be defined anew", name)));
    }
    let parameters: Vec<String> = parameters.into_iter().map(text::canonical_symbol).collect();
    if (1..parameters.len()).any(|i| parameters[..i].contains(&parameters[i])) {
        return Err(bad());
    }
    Ok((text::canonical_symbol(name), parameters))
}

/// The words of a body that could be names.
fn words(body: &str) -> impl Iterator<Item = &str> {
    body.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .map(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()))
        .filter(|word| !word.is_empty())
}

/// Reads all definitions, each after those that it refers to, whatever their order.
fn define(pool: &mut Pool, names: &mut Names, lets: &Lets<'_>) -> Result<()> {
    if lets.is_empty() {
        return Ok(());
    }
    let mut heads = Vec::with_capacity(lets.len());
    let mut places: HashMap<String, usize> = HashMap::new();
    let symbols: HashSet<&String> = names.symbols.iter().collect();
    for (at, (key, _)) in lets.iter().enumerate() {
        let (name, parameters) = head(key)?;
        if symbols.contains(&name) {
            return Err(Error::new(Kind::Request, phrase!("`{name}` is defined, so it cannot be a variable or have another value", name)));
        }
        if places.insert(name.clone(), at).is_some() {
            return Err(Error::new(Kind::Request, phrase!("`{name}` is defined twice", name)));
        }
        heads.push((name, parameters));
    }
    for at in in_order(lets, &heads, &places)? {
        let (name, parameters) = std::mem::take(&mut heads[at]);
        let definition = body(pool, &lets[at].0, &lets[at].1, name, parameters, names)?;
        names.definitions.push(definition);
        pool.meter.look()?;
    }
    Ok(())
}

/// The places of the definitions, each after those that it refers to: depth first, on a stack of our own.
fn in_order(lets: &Lets<'_>, heads: &[(String, Vec<String>)], places: &HashMap<String, usize>) -> Result<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; lets.len()];
    let mut order = Vec::with_capacity(lets.len());
    for start in 0..lets.len() {
        let mut stack = vec![start];
        while let Some(&at) = stack.last() {
            if states[at] != State::New {
                stack.pop();
                if std::mem::replace(&mut states[at], State::Done) == State::Open {
                    order.push(at);
                }
                continue;
            }
            states[at] = State::Open;
            for word in words(&lets[at].1).map(text::canonical_symbol) {
                let Some(&need) = places.get(&word).filter(|_| !heads[at].1.contains(&word)) else { continue };
                match states[need] {
                    State::New => stack.push(need),
                    State::Done => {}
                    State::Open => {
                        let message = phrase!("the definition of `{word}` refers to itself", word);
                        return Err(Error::new(Kind::Name, message).within(format!("let {}", lets[need].0)));
                    }
                }
            }
        }
    }
    Ok(order)
}

/// Reads one body; its parameters hide what else bears their names.
fn body(pool: &mut Pool, key: &str, body: &str, name: String, parameters: Vec<String>, names: &mut Names) -> Result<Definition> {
    let symbols = names.symbols.len();
    names.symbols.extend(parameters.iter().cloned());
    let mut hidden: Vec<Definition> = Vec::new();
    if !parameters.is_empty() {
        let all = std::mem::take(&mut names.definitions);
        (hidden, names.definitions) = all.into_iter().partition(|definition| parameters.contains(&definition.name));
    }
    let parsed = text::parse(pool, body, names);
    names.symbols.truncate(symbols);
    names.definitions.append(&mut hidden);
    let parsed = parsed.map_err(|error| super::within(error, &format!("let {key}")))?;
    Ok(Definition { name, parameters, body: parsed.value, shapes: parsed.shapes })
}

/// One definition over others that are closed (their bodies refer to none): the REPL's.
pub(super) fn definition(pool: &mut Pool, key: &str, text: &str, lets: &Lets<'_>) -> Result<Definition> {
    let (name, parameters) = head(key)?;
    let mut names = Names::default();
    define(pool, &mut names, lets)?;
    body(pool, key, text, name, parameters, &mut names)
}

/// The symbols of these names.
pub(super) fn symbols<'a>(pool: &mut Pool, names: impl Iterator<Item = &'a str>) -> Vec<Symbol> {
    names.map(|name| pool.symbol_shown(&text::canonical_symbol(name), name.trim_start_matches('\\'))).collect()
}

/// The symbols of these names, by which the roots are to be differentiated or over which they are drawn: a function is none of them.
pub(super) fn differentiated<'a>(pool: &mut Pool, roots: &[Expr], names: impl Iterator<Item = &'a str> + Clone) -> Result<Vec<Symbol>> {
    let symbols = symbols(pool, names.clone());
    for (&symbol, name) in symbols.iter().zip(names) {
        let key = pool.symbol_key(symbol);
        // Greek letters and single letters are variables as often as functions
        if function::rows(key).next().is_some() && !text::is_letter(key) && !roots.iter().any(|&e| pool.may_contain(e, symbol)) {
            return Err(Error::new(Kind::Name, phrase!("`{name}` is a function, and no variable of the expression", name)));
        }
    }
    Ok(symbols)
}

/// By what to differentiate: `wrt`, or the only symbol there is.
pub(super) fn variables(pool: &mut Pool, value: &Value, request: &Request<'_>) -> Result<Vec<(Symbol, u32)>> {
    if !request.wrt.is_empty() {
        let symbols = differentiated(pool, value.entries(), request.wrt.iter().map(|(name, _)| &**name))?;
        return Ok(symbols.into_iter().zip(request.wrt.iter().map(|(_, count)| *count)).collect());
    }
    let found = walk::symbols(pool, value.entries());
    if let [only] = found[..] {
        return Ok(vec![(only, 1)]);
    }
    if found.is_empty() {
        return Err(Error::new(Kind::Request, phrase!("by which variable? the expression has no symbol")));
    }
    Err(Error::new(Kind::Request, phrase!("by which variable? the expression has {found}", found = listed(pool, &found))))
}

/// `x, y and z`, at most ten of them.
pub(super) fn listed(pool: &Pool, symbols: &[Symbol]) -> Phrase {
    let mut names: Vec<&str> = symbols.iter().map(|&symbol| pool.symbol_name(symbol)).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(10);
    names.truncate(10);
    match (more, names.split_last()) {
        (0, Some((last, rest))) if !rest.is_empty() => phrase!("{first} and {last}", first = rest.join(", "), last),
        (0, _) => Phrase::of(&names.join("")),
        _ => phrase!("{first} and {more} more", first = names.join(", "), more),
    }
}

/// `x>0, n integer` into names and facts.
fn assumption(text: &str) -> Result<Vec<(&str, Facts)>> {
    text.split(',').map(|part| one_assumption(part).ok_or_else(|| not_an_assumption(text, part))).collect()
}

fn not_an_assumption(text: &str, part: &str) -> Error {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    let known = "x>0, x>=0, x<0, x<=0, x!=0, n integer";
    Error::new(Kind::Request, phrase!("`{part}` is not an assumption; those that are read are {known}", part = short(part.trim()), known))
        .at(Span::new(start, start + part.len()))
        .within("assume")
}

fn one_assumption(part: &str) -> Option<(&str, Facts)> {
    let part = part.trim();
    if let Some((name, what)) = part.split_once(char::is_whitespace)
        && let "integer" | "real" | "positive" | "negative" | "nonnegative" | "nonzero" = what.trim().trim_start_matches("is ").trim()
    {
        let facts = match what.trim().trim_start_matches("is ").trim() {
            "integer" => Facts::INTEGER,
            "positive" => Facts::POSITIVE,
            "negative" => Facts::NEGATIVE,
            "nonnegative" => Facts::NONNEGATIVE,
            "nonzero" => Facts::REAL.and(Facts::NONZERO),
            _ => Facts::REAL,
        };
        return Some((name, facts));
    }
    let start = part.find(['<', '>', '=', '!', '≥', '≤', '≠'])?;
    let end = start + part[start..].find(|c: char| !matches!(c, '<' | '>' | '=' | '!' | '≥' | '≤' | '≠'))?;
    let (left, sign, right) = (part[..start].trim(), &part[start..end], part[end..].trim());
    let zero = |text: &str| text.parse::<f64>().is_ok_and(|number| number == 0.0);
    let (name, turned) = if zero(right) {
        (left, false)
    } else if zero(left) {
        (right, true)
    } else {
        return None;
    };
    let facts = match (sign, turned) {
        (">", false) | ("<", true) => Facts::POSITIVE,
        (">=" | "≥", false) | ("<=" | "≤", true) => Facts::NONNEGATIVE,
        ("<", false) | (">", true) => Facts::NEGATIVE,
        ("<=" | "≤", false) | (">=" | "≥", true) => Facts::NONPOSITIVE,
        ("!=" | "≠", _) => Facts::REAL.and(Facts::NONZERO),
        _ => return None,
    };
    is_name(name).then_some((name, facts))
}

/// Tells the pool what is assumed.
pub(super) fn assume(pool: &mut Pool, request: &Request<'_>) -> Result<()> {
    for text in &request.assume {
        for (name, facts) in assumption(text)? {
            let symbol = pool.symbol_shown(&text::canonical_symbol(name), name);
            let known = pool.symbol_facts(symbol);
            pool.assume(symbol, known.and(facts));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assumptions_are_read_from_both_sides() {
        let facts =
            |text| assumption(text).map(|found| found.into_iter().map(|(name, facts)| (name.to_owned(), facts)).collect::<Vec<_>>());
        assert_eq!(facts("x>0"), Ok(vec![("x".to_owned(), Facts::POSITIVE)]));
        assert_eq!(facts("0 <= x, n integer"), Ok(vec![("x".to_owned(), Facts::NONNEGATIVE), ("n".to_owned(), Facts::INTEGER)]));
        assert_eq!(facts("x ≠ 0"), Ok(vec![("x".to_owned(), Facts::REAL.and(Facts::NONZERO))]));
        for bad in ["", "x", "x>", ">0", "x > y", "x ? 0", "n prime", "2x > 0"] {
            assert_eq!(facts(bad).map_err(|e| e.kind()), Err(Kind::Request), "{bad}");
        }
    }

    #[test]
    fn heads_of_definitions() {
        assert_eq!(head("z(x)"), Ok(("z".into(), vec!["x".into()])));
        assert_eq!(head(" f( x , y ) "), Ok(("f".into(), vec!["x".into(), "y".into()])));
        assert_eq!(head("a"), Ok(("a".into(), vec![])));
        for bad in ["", "2", "f(", "f()", "f(x,x)", "f(2)", "f(x)y", "a b"] {
            assert_eq!(head(bad).map_err(|e| e.kind()), Err(Kind::Request), "{bad}");
        }
        assert_eq!(head("sin(x)").map_err(|e| e.kind()), Err(Kind::Name));
    }
}
