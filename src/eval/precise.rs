//! Values in many digits: elementary functions only, and only where an answer comes in sensible time.
//! Deliberately has no floats inside; digits are told from noise by asking twice, the second time with twice as many.
//! Read next: `many.rs`.

use super::Value64;
use super::complex::Complex;
use super::many::{Digits, Many};
use super::node::evaluate;
use super::real::Real;
use crate::expr::{Expr, Pool, Symbol};
use crate::number::Number;

/// The principal value to some `bits` binary digits (cancellation inside the expression costs digits), not a number
/// where it is undefined; `None` if a part has no such value: special functions, unknown functions, a limit reached.
pub(crate) fn precise(pool: &mut Pool, root: Expr, at: &[(Symbol, Number)], bits: usize) -> Option<Complex<Many>> {
    let mut digits = Digits::new(bits)?;
    let of = |symbol: Symbol, c: &mut Digits| at.iter().find(|(known, _)| *known == symbol).map(|(_, n)| Many::from_number(n, c));
    let run = evaluate(pool, &[root], of, &mut digits).ok()?;
    run.root(root).ok().map(|slot| slot.value.clone())
}

#[cfg(test)]
/// a - b to some `bits` binary digits.
pub(crate) fn difference(a: &Complex<Many>, b: &Complex<Many>, bits: usize) -> Option<Complex<Many>> {
    Some(a.sub(b, &mut Digits::new(bits)?))
}

/// Whether |a - b| > 2^-k * max(|a|, |b|); `None` if a value is undefined or overflows.
pub(crate) fn differs(a: &Complex<Many>, b: &Complex<Many>, k: u32) -> Option<bool> {
    if !a.is_finite() || !b.is_finite() {
        return None;
    }
    let digits = &mut Digits::new(k as usize + 64)?;
    let gap = a.sub(b, digits).abs(digits);
    let (a, b) = (a.abs(digits), b.abs(digits));
    let size = if a.order(&b) == Some(std::cmp::Ordering::Less) { b } else { a };
    if size.is_zero() {
        return Some(false);
    }
    let bound = size.scale(-i32::try_from(k).unwrap_or(i32::MAX), digits);
    Some(gap.order(&bound) == Some(std::cmp::Ordering::Greater))
}

/// Whether a number found with few digits, then with many, is noise that shrinks with each digit.
pub(crate) fn is_noise(few: &Many, many: &Many) -> bool {
    match (few.exponent(), many.exponent()) {
        (Some(few), Some(many)) => few.saturating_sub(many) > 100,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// The binary exponent of the larger part of a - b, worked out to some `bits`; `None` if there is no difference.
pub(crate) fn gap(a: &Complex<Many>, b: &Complex<Many>, bits: usize) -> Option<i32> {
    let gap = a.sub(b, &mut Digits::new(bits)?);
    gap.re.exponent().max(gap.im.exponent())
}

const BITS: usize = 256;

/// The value in floats, found in many digits, with noise of rounding taken for the 0 that it stands for.
pub(super) fn settle(pool: &mut Pool, root: Expr, at: &[(Symbol, Number)]) -> Option<Value64> {
    let first = precise(pool, root, at, BITS)?;
    if first.is_nan() {
        return Some(Value64 { re: f64::NAN, im: f64::NAN });
    }
    let exponents = (first.re.exponent(), first.im.exponent());
    let (re, im) = (first.re.to_f64(), first.im.to_f64());
    // a part may be noise if it is small in itself or beside the other
    let small = |part: Option<i32>, other: Option<i32>| part.is_some_and(|p| p < -100 || other.is_some_and(|o| p < o.saturating_sub(100)));
    // A huge part may be a number over noise that stands for 0: tan(pi/2).
    let huge = |part: Option<i32>| part.is_some_and(|p| p > 100);
    if huge(exponents.0) || huge(exponents.1) {
        let second = precise(pool, root, at, 2 * BITS)?;
        let grows = |first: Option<i32>, second: &Many| matches!((first, second.exponent()), (Some(a), Some(b)) if b.abs_diff(a) > 100);
        if grows(exponents.0, &second.re) || grows(exponents.1, &second.im) {
            return Some(Value64 { re: f64::NAN, im: f64::NAN });
        }
    }
    if !small(exponents.0, exponents.1) && !small(exponents.1, exponents.0) {
        return Some(Value64 { re, im });
    }
    let second = precise(pool, root, at, 2 * BITS)?;
    let clean = |first: Option<i32>, second: &Many| match (first, second.exponent()) {
        (Some(first), Some(second)) if second < first.saturating_sub(100) => 0.0,
        _ => second.to_f64(),
    };
    let value = Value64 { re: clean(exponents.0, &second.re), im: clean(exponents.1, &second.im) };
    Some(if second.is_nan() { Value64 { re: f64::NAN, im: f64::NAN } } else { value })
}
