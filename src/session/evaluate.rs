//! What are the numbers of a request: the point, the value there, and why there may be none?
//! Deliberately does no arithmetic; `eval.rs` does. Not finite or not real is no error here but a note.
//! Read next: `eval.rs`.

use super::names::listed;
use super::{Answer, Given, Request, scalar, within};
use crate::domain;
use crate::error::{Error, Kind, Result};
use crate::eval as numeric;
use crate::expr::{Expr, Pool, Symbol};
use crate::key;
use crate::limit::{self, Found, Goes};
use crate::matrix::Value;
use crate::message::Phrase;
use crate::number::Number;
use crate::phrase;
use crate::simplify::{exact_parts, map_value};
use crate::text::{self, Names};
use crate::{gradient, walk};

/// Values in the shape of what they are values of; `None` where there is none.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Of one expression.
    One(Option<f64>),
    /// Of a vector.
    List(Vec<Option<f64>>),
    /// Of a matrix, row by row.
    Rows(Vec<Vec<Option<f64>>>),
    /// Of an array with more axes: these, and its entries, the last axis running fastest.
    Nested(Vec<usize>, Vec<Option<f64>>),
}

impl Numbers {
    /// All of them in one list.
    #[must_use]
    pub fn into_list(self) -> Vec<Option<f64>> {
        match self {
            Numbers::One(value) => vec![value],
            Numbers::List(values) => values,
            Numbers::Rows(rows) => rows.concat(),
            Numbers::Nested(_, values) => values,
        }
    }

    /// As the command line writes them.
    #[must_use]
    pub fn to_text(&self) -> String {
        let list = |values: &Vec<Option<f64>>| format!("[{}]", values.iter().map(|&value| maybe(value)).collect::<Vec<_>>().join(", "));
        match self {
            Numbers::One(value) => maybe(*value),
            Numbers::List(values) => list(values),
            Numbers::Rows(rows) => {
                format!("[{}]", rows.iter().map(list).collect::<Vec<_>>().join(", "))
            }
            Numbers::Nested(axes, values) => nested(axes, values),
        }
    }
}

/// Lists of lists, from the last axis outwards.
fn nested(axes: &[usize], values: &[Option<f64>]) -> String {
    let mut texts: Vec<String> = values.iter().map(|&value| maybe(value)).collect();
    for &size in axes.iter().rev() {
        texts = texts.chunks(size.max(1)).map(|chunk| format!("[{}]", chunk.join(", "))).collect();
    }
    texts.concat()
}

fn maybe(value: Option<f64>) -> String {
    value.map_or_else(|| "undefined".to_owned(), number_text)
}

/// The shortest decimal that reads back to the same float.
#[must_use]
pub fn number_text(value: f64) -> String {
    let mut out = Vec::new();
    write_number(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends what [`number_text`] gives.
pub fn write_number(out: &mut Vec<u8>, value: f64) {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) {
        let mut buffer = zmij::Buffer::new();
        // 0.0 is added so that -0 is 0
        let text = buffer.format_finite(value + 0.0);
        out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
    } else if value.is_nan() {
        out.extend_from_slice(b"nan");
    } else {
        out.extend_from_slice(format!("{value:e}").as_bytes());
    }
}

/// The values of `at`: floats, or constant expressions.
pub(super) fn point(pool: &mut Pool, request: &Request<'_>, names: &Names) -> Result<Vec<(Symbol, f64)>> {
    let mut point: Vec<(Symbol, f64)> = Vec::new();
    for (name, given) in request.at.iter().flatten() {
        let value = match given {
            Given::Number(value) => *value,
            Given::Array(..) => {
                return Err(Error::new(Kind::Shape, phrase!("the value of `{name}` is an array; declare its shape", name)));
            }
            Given::Text(text) => constant(pool, text, names).map_err(|error| within(error, &format!("at {name}")))?,
        };
        let symbol = pool.symbol_shown(&text::canonical_symbol(name), name);
        point.push((symbol, value));
    }
    // sorted, so that it can be searched; the last value of a name counts
    point.reverse();
    point.sort_by_key(|(symbol, _)| *symbol);
    point.dedup_by_key(|(symbol, _)| *symbol);
    Ok(point)
}

pub(super) fn constant(pool: &mut Pool, text: &str, names: &Names) -> Result<f64> {
    if let Ok(value) = text.parse::<f64>()
        && value.is_finite()
    {
        return Ok(value);
    }
    let value = text::parse(pool, text, names)?.value;
    let root = scalar(&value, key!("a value"))?;
    given(pool, &[root], &[])?;
    match number(pool, root, &[])? {
        (value, None) => Ok(value),
        (_, Some(note)) => Err(Error::new(Kind::Domain, phrase!("`{text}` has no finite real value: {note}", text, note))),
    }
}

/// Fails if a symbol has no value; the point is sorted.
fn given(pool: &Pool, roots: &[Expr], at: &[(Symbol, f64)]) -> Result<()> {
    let mut missing = walk::symbols(pool, roots);
    missing.retain(|symbol| at.binary_search_by_key(symbol, |(known, _)| *known).is_err());
    match missing.len() {
        0 => Ok(()),
        1 => Err(Error::new(Kind::Name, phrase!("no value is given for {missing}", missing = listed(pool, &missing)))),
        _ => Err(Error::new(Kind::Name, phrase!("no values are given for {missing}", missing = listed(pool, &missing)))),
    }
}

/// The value, or NaN with the reason.
pub(super) fn number(pool: &mut Pool, root: Expr, at: &[(Symbol, f64)]) -> Result<(f64, Option<Phrase>)> {
    settled(numeric::real_value(pool, root, at))
}

/// [`number`] at the decimal that each float is written as: `10*x - 1` at 0.1 is 0.
fn number_exact(pool: &mut Pool, root: Expr, at: &[(Symbol, f64)]) -> Result<(f64, Option<Phrase>)> {
    let exact: Option<Vec<(Symbol, Number)>> = at.iter().map(|&(symbol, value)| Some((symbol, Number::from_shortest(value)?))).collect();
    let Some(exact) = exact else { return number(pool, root, at) };
    match settled(numeric::real_value_exact(pool, root, &exact))? {
        (value, Some(reason)) if value.is_nan() => beside_point(pool, root, &exact, reason),
        answer => Ok(answer),
    }
}

/// The limit where there is no value but a limit, with a note that says so; else what is known of both sides in the note.
fn beside_point(pool: &mut Pool, root: Expr, at: &[(Symbol, Number)], reason: Phrase) -> Result<(f64, Option<Phrase>)> {
    // a value that is not real, or overflows, is a value
    if !numeric::values_exact(pool, &[root], at)?.first().is_some_and(|value| value.is_nan()) {
        return Ok((f64::NAN, Some(reason)));
    }
    let why = reason.argument("why").cloned().unwrap_or_else(|| phrase!("no value"));
    Ok(match limit::beside(pool, root, at)? {
        Some(Found::Limit(value)) => (value, Some(phrase!("limit: the formula itself has no value there ({why})", why))),
        Some(Found::Sides(left, right)) => {
            let (left, right) = (going(left), going(right));
            (f64::NAN, Some(phrase!("{reason}; from the left it goes to {left}, from the right to {right}", reason, left, right)))
        }
        Some(Found::Near(value)) => {
            (value, Some(phrase!("limit on all ways that were tried: the formula itself has no value there ({why})", why)))
        }
        Some(Found::Ways) => (f64::NAN, Some(phrase!("{reason}; its limit depends on the way to the point", reason))),
        None => (f64::NAN, Some(reason)),
    })
}

fn going(to: Goes) -> Phrase {
    match to {
        Goes::To(value) => Phrase::of(&number_text(value)),
        Goes::Complex => phrase!("no real value"),
        Goes::Infinite(1) => phrase!("infinity"),
        Goes::Infinite(-1) => phrase!("-infinity"),
        Goes::Infinite(_) => phrase!("complex infinity"),
    }
}

fn settled(value: Result<f64>) -> Result<(f64, Option<Phrase>)> {
    match value {
        Ok(value) if value.is_finite() => Ok((value + 0.0, None)),
        Ok(value) if value.is_nan() => Ok((value, Some(phrase!("the value is not defined here")))),
        Ok(value) => Ok((value, Some(phrase!("the value is infinite, or too large for a float")))),
        Err(error) if error.kind() == Kind::Domain => Ok((f64::NAN, Some(error.phrase().clone()))),
        Err(error) => Err(error),
    }
}

fn numbers(pool: &mut Pool, value: &Value, at: &[(Symbol, f64)]) -> Result<(Numbers, Option<Phrase>)> {
    given(pool, value.entries(), at)?;
    let mut note = None;
    let mut list = Vec::with_capacity(value.entries().len());
    for &root in value.entries() {
        let (number, reason) = number_exact(pool, root, at)?;
        list.push(number.is_finite().then_some(number));
        note = note.or(reason);
    }
    let shaped = match value {
        Value::Scalar(_) => Numbers::One(list.first().copied().flatten()),
        Value::Matrix(m) if m.vector => Numbers::List(list),
        Value::Matrix(m) => Numbers::Rows(list.chunks(m.columns.max(1)).map(<[_]>::to_vec).collect()),
    };
    Ok((shaped, note))
}

/// The value of a result, where `at` is given.
pub(super) fn beside(pool: &mut Pool, result: &Value, request: &Request<'_>, names: &Names) -> Result<(Option<Numbers>, Option<Phrase>)> {
    if request.at.is_none() {
        return Ok((None, None));
    }
    let at = point(pool, request, names)?;
    let (value, note) = numbers(pool, result, &at)?;
    Ok((Some(value), note))
}

/// The value of the expression and its partial derivatives by `grad`.
pub(super) fn eval(pool: &mut Pool, value: &Value, request: &Request<'_>, names: &Names) -> Result<Answer> {
    let at = point(pool, request, names)?;
    let value = &map_value(value, |e| Ok(exact_parts(pool, &[e])?[0]))?;
    let (result, mut note) = numbers(pool, value, &at)?;
    let mut grad = Vec::with_capacity(request.grad.len());
    if !request.grad.is_empty() {
        let by = super::names::differentiated(pool, value.entries(), request.grad.iter().map(|name| &**name))?;
        let partials = gradient::gradient(pool, scalar(value, "gradient")?, &by)?;
        for (symbol, root) in by.into_iter().zip(partials) {
            let (mut number, reason) = number(pool, root, &at)?;
            let name = pool.symbol_name(symbol).to_owned();
            match slopes_at(pool, value, symbol, &at)? {
                Some([Goes::To(left), Goes::To(right)]) if left == right => number = left,
                Some([left, right]) => {
                    let (left, right) = (going(left), going(right));
                    let kink = phrase!(
                        "not differentiable by {name} there: slope {left} from the left, {right} from the right",
                        name,
                        left,
                        right
                    );
                    note = Some(match note {
                        Some(note) => Phrase::List(vec![note, kink], "; "),
                        None => kink,
                    });
                }
                None if reason.is_some() => number = f64::NAN,
                None => {}
            }
            grad.push((name, number.is_finite().then_some(number)));
        }
    }
    Ok(Answer::Value { value: result, note, grad })
}

/// The slopes of both sides where the point lies on a seam of the formula.
fn slopes_at(pool: &mut Pool, value: &Value, symbol: Symbol, at: &[(Symbol, f64)]) -> Result<Option<[Goes; 2]>> {
    let exact: Option<Vec<(Symbol, Number)>> = at.iter().map(|&(symbol, value)| Some((symbol, Number::from_shortest(value)?))).collect();
    match exact {
        Some(exact) => domain::slopes_at(pool, scalar(value, "gradient")?, symbol, &exact),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn floats_are_short_and_read_back() {
        for (value, text) in
            [(18.0, "18"), (0.1, "0.1"), (-0.0, "0"), (1e300, "1e300"), (1e-7, "1e-7"), (f64::INFINITY, "inf"), (f64::NAN, "nan")]
        {
            assert_eq!(number_text(value), text);
        }
        // plain from 1e-5 to 1e16, as people write, with an exponent beyond
        for value in (-30..30).flat_map(|e| [1.0, 1.5, -123.456, 0.1 + 0.2].map(|m| m * 10f64.powi(e))) {
            let plain = (1e-5..1e16).contains(&value.abs());
            assert_eq!(number_text(value), if plain { format!("{value}") } else { format!("{value:e}") });
        }
    }
}
