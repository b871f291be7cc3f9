//! How are formulas written for a machine of lanes: nested operations, polynomials, sums and products in two floats.
//! Deliberately knows no function.
//! Read next: `precision.rs`, the constants of doubles and singles; `exp.rs`, a function in these words.

use super::machine::{Compare, Machine};
use super::precision::Precision;

/// Nested operations: `lanes!(m; (add (mul a b) 1.0))` is a*b + 1. A name is a value, a literal or `{expression}` a constant.
macro_rules! lanes {
    ($m:ident; $value:ident) => { $value };
    ($m:ident; $constant:literal) => { $m.constant($constant) };
    ($m:ident; {$constant:expr}) => { $m.constant($constant) };
    ($m:ident; ($operation:ident $a:tt)) => {{ let a = lanes!($m; $a); $m.$operation(a) }};
    ($m:ident; ($operation:ident $a:tt $b:tt)) => {{
        let a = lanes!($m; $a);
        let b = lanes!($m; $b);
        $m.$operation(a, b)
    }};
    ($m:ident; ($operation:ident $a:tt $b:tt $c:tt)) => {{
        let a = lanes!($m; $a);
        let b = lanes!($m; $b);
        let c = lanes!($m; $c);
        $m.$operation(a, b, c)
    }};
    ($m:ident; ($operation:ident $compare:ident $a:tt $b:tt $c:tt $d:tt)) => {{
        let a = lanes!($m; $a);
        let b = lanes!($m; $b);
        let c = lanes!($m; $c);
        let d = lanes!($m; $d);
        $m.$operation($crate::vector::Compare::$compare, a, b, c, d)
    }};
}
pub(super) use lanes;

/// c0 + c1*x + c2*x^2 + ..., by Horner's rule.
#[inline(always)]
pub(super) fn polynomial<M: Machine + ?Sized>(m: &mut M, x: M::Value, coefficients: &[f64]) -> M::Value {
    let mut sum = m.constant(coefficients[coefficients.len() - 1]);
    for c in coefficients[..coefficients.len() - 1].iter().rev() {
        sum = lanes!(m; (mul_add sum x {*c}));
    }
    sum
}

/// |x|
#[inline(always)]
pub(super) fn magnitude<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let mask = m.bits(p.sign - 1);
    m.and(x, mask)
}

/// The sign bit alone.
#[inline(always)]
pub(super) fn sign<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let mask = m.bits(p.sign);
    m.and(x, mask)
}

/// -|x|
#[inline(always)]
pub(super) fn below_zero<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let mask = m.bits(p.sign);
    m.or(x, mask)
}

/// Not a number where the comparison of a and b holds, elsewhere `otherwise`.
#[inline(always)]
pub(super) fn undefined_where<M: Machine + ?Sized>(m: &mut M, compare: Compare, a: M::Value, b: f64, otherwise: M::Value) -> M::Value {
    let (b, nan) = (m.constant(b), m.constant(f64::NAN));
    m.select(compare, a, b, nan, otherwise)
}

/// a + b rounded, and what the rounding lost: Knuth, TAOCP 2, 4.2.2, theorem B.
#[inline(always)]
pub(super) fn sum<M: Machine + ?Sized>(m: &mut M, a: M::Value, b: M::Value) -> (M::Value, M::Value) {
    let s = m.add(a, b);
    let part = m.sub(s, a);
    let lost = lanes!(m; (add (sub a (sub s part)) (sub b part)));
    (s, lost)
}

/// The same where |a| >= |b| or a = 0: Dekker, Numerische Mathematik 18 (1971).
#[inline(always)]
pub(super) fn ordered_sum<M: Machine + ?Sized>(m: &mut M, a: M::Value, b: M::Value) -> (M::Value, M::Value) {
    let s = m.add(a, b);
    let lost = lanes!(m; (sub b (sub s a)));
    (s, lost)
}

/// a*b rounded, and what the rounding lost; without fused operations by Veltkamp's splitting, Dekker (1971).
#[inline(always)]
pub(super) fn product<M: Machine + ?Sized>(m: &mut M, p: &Precision, a: M::Value, b: M::Value) -> (M::Value, M::Value) {
    let whole = m.mul(a, b);
    if m.fused() {
        let lost = m.mul_sub(a, b, whole);
        return (whole, lost);
    }
    let (a_high, a_low) = halves(m, p, a);
    let (b_high, b_low) = halves(m, p, b);
    let lost = lanes!(m; (sub (mul a_high b_high) whole));
    let lost = lanes!(m; (add (mul a_low b_high) (add (mul a_high b_low) lost)));
    let lost = lanes!(m; (add (mul a_low b_low) lost));
    (whole, lost)
}

#[inline(always)]
fn halves<M: Machine + ?Sized>(m: &mut M, p: &Precision, a: M::Value) -> (M::Value, M::Value) {
    let scaled = lanes!(m; (mul a {p.splitter}));
    let high = lanes!(m; (sub scaled (sub scaled a)));
    let low = m.sub(a, high);
    (high, low)
}

/// c - a*b where the difference is small: exact with fused operations, nearly so without.
#[inline(always)]
pub(super) fn residual<M: Machine + ?Sized>(m: &mut M, p: &Precision, a: M::Value, b: M::Value, c: M::Value) -> M::Value {
    if m.fused() {
        return m.neg_mul_add(a, b, c);
    }
    let (whole, lost) = product(m, p, a, b);
    lanes!(m; (sub (sub c whole) lost))
}
