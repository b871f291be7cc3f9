//! The numeric value of expressions: principal complex values in floats, checked in many digits where floats lose too much.
//! Deliberately knows no function: `call.rs` asks the rows of TABLE 1.
//! Read next: `node.rs` (one node), `call.rs` (one call), `precise.rs` (many digits).

mod call;
mod complex;
mod many;
mod node;
mod power;
mod precise;
mod real;
mod reason;
mod sheet;
#[cfg(test)]
mod tests;

pub(crate) use call::{call_at, run_at};
pub(crate) use complex::Complex;
pub(crate) use many::{Digits, Many};
#[cfg(test)]
pub(crate) use precise::difference;
pub(crate) use precise::{differs, gap, is_noise, precise};
pub(crate) use real::Real;
pub(crate) use sheet::{Chosen, Parts, Ratio, contributions, distance, has_digits, on_sheet, ratio};

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::number::Number;
use crate::phrase;
pub(crate) use node::slope_error;
use node::{Run, evaluate};

/// A principal value in floats. Not a number where the expression is undefined, infinite where it overflows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Value64 {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Value64 {
    pub(crate) fn is_nan(self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }
    pub(crate) fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }
}

impl From<&Complex<f64>> for Value64 {
    fn from(z: &Complex<f64>) -> Value64 {
        // a zero has no sign
        if z.is_nan() { Value64 { re: f64::NAN, im: f64::NAN } } else { Value64 { re: z.re + 0.0, im: z.im + 0.0 } }
    }
}

/// The principal value of an expression at a point.
///
/// # Errors
/// Kind `name`: a symbol has no value. Kind `domain`: a function has no numeric value. Kind `derivative`: a derivative
/// is not carried out. Kind `limit`.
pub(crate) fn value(pool: &mut Pool, root: Expr, at: &[(Symbol, f64)]) -> Result<Value64> {
    let values = values(pool, &[root], at)?;
    Ok(values.first().copied().unwrap_or(Value64 { re: f64::NAN, im: f64::NAN }))
}

/// The principal values of several expressions at a point; shared parts are worked out once.
///
/// # Errors
/// As of [`value`].
pub(crate) fn values(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, f64)]) -> Result<Vec<Value64>> {
    let run = floats(pool, roots, at)?;
    settled(pool, &run, roots, || at.iter().map(|&(symbol, x)| Some((symbol, Number::from_f64(x)?))).collect())
}

/// The real values of several expressions at a point of exact numbers; `None` where there is none, or none in floats.
///
/// # Errors
/// As of [`value`], of kind `domain` only where that stops all of them.
pub(crate) fn real_values(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, Number)]) -> Result<Vec<Option<f64>>> {
    let real = |value: Value64| (value.is_finite() && value.im.abs() <= NOISE * value.re.abs()).then_some(value.re);
    Ok(values_exact(pool, roots, at)?.into_iter().map(real).collect())
}

/// As [`values`], at a point of exact numbers: `10*x - 1` at 1/10 is 0.
///
/// # Errors
/// As of [`value`].
pub(crate) fn values_exact(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, Number)]) -> Result<Vec<Value64>> {
    let rounded: Vec<(Symbol, f64)> = at.iter().map(|(symbol, n)| (*symbol, n.to_f64())).collect();
    let run = floats(pool, roots, &rounded)?;
    settled(pool, &run, roots, || Some(at.to_vec()))
}

/// As [`values`], by floats alone: faster, and wrong where they cancel.
///
/// # Errors
/// As of [`value`].
pub(crate) fn values_quick(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, f64)]) -> Result<Vec<Value64>> {
    let run = floats(pool, roots, at)?;
    roots.iter().map(|&root| run.root(root).map(|slot| Value64::from(&slot.value))).collect()
}

/// The real value of an expression at a point.
///
/// # Errors
/// As of [`value`], and of kind `domain` with the reason where the value is not real, overflows or does not exist.
pub(crate) fn real_value(pool: &mut Pool, root: Expr, at: &[(Symbol, f64)]) -> Result<f64> {
    let value = value(pool, root, at)?;
    real_part(pool, root, at, value)
}

/// As [`real_value`], at a point of exact numbers.
///
/// # Errors
/// As of [`real_value`].
pub(crate) fn real_value_exact(pool: &mut Pool, root: Expr, at: &[(Symbol, Number)]) -> Result<f64> {
    let value = values_exact(pool, &[root], at)?.first().copied().unwrap_or(Value64 { re: f64::NAN, im: f64::NAN });
    let rounded: Vec<(Symbol, f64)> = at.iter().map(|(symbol, n)| (*symbol, n.to_f64())).collect();
    real_part(pool, root, &rounded, value)
}

/// Of a value found by floats alone, an imaginary part this small beside the real part is rounding noise: some hundred
/// operations of 2^-53 each. Values found in many digits have no noise left.
const NOISE: f64 = 1e-13;

fn real_part(pool: &mut Pool, root: Expr, at: &[(Symbol, f64)], value: Value64) -> Result<f64> {
    if value.is_nan() {
        let run = floats(pool, &[root], at)?;
        return Err(Error::new(Kind::Domain, reason::undefined(pool, &run, root)));
    }
    if !value.is_finite() {
        return Err(Error::new(Kind::Domain, phrase!("the value overflows: it is beyond 1.8e308 in size")));
    }
    if value.im.abs() > NOISE * value.re.abs() {
        let sign = if value.im < 0.0 { '-' } else { '+' };
        let text = phrase!("the value is not real: {re} {sign} {abs}*I", re = value.re, sign, abs = value.im.abs());
        return Err(Error::new(Kind::Domain, text));
    }
    Ok(value.re)
}

fn floats(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, f64)]) -> Result<Run<f64>> {
    evaluate(pool, roots, |symbol, (): &mut ()| at.iter().find(|(known, _)| *known == symbol).map(|&(_, x)| x), &mut ())
}

/// Larger expressions are not worked out in many digits unless that is asked for.
const SETTLE_NODES: usize = 5_000;

/// The values of a run; those that floats may have got wrong are worked out in many digits where that can be done.
fn settled(pool: &mut Pool, run: &Run<f64>, roots: &[Expr], exact: impl Fn() -> Option<Vec<(Symbol, Number)>>) -> Result<Vec<Value64>> {
    let mut results = Vec::with_capacity(roots.len());
    let mut point: Option<Option<Vec<(Symbol, Number)>>> = None;
    for &root in roots {
        let slot = run.root(root)?;
        let plain = Value64::from(&slot.value);
        let doubtful = slot.doubt || !plain.is_finite() || plain.im != 0.0;
        let mut result = plain;
        if doubtful
            && run.len() <= SETTLE_NODES
            && let Some(point) = point.get_or_insert_with(&exact)
        {
            let better = precise::settle(pool, root, point);
            pool.check()?;
            result = better.unwrap_or(plain);
        }
        results.push(result);
    }
    Ok(results)
}
