//! How are the inverse hyperbolic functions worked out: each as a logarithm of 1 + v with an accurate v.
//! Deliberately real: not a number outside the real domain.
//! Read next: `power.rs`.

use super::arithmetic::{lanes, magnitude, sign, sum};
use super::log::{log_of_sum, log1p_inside};
use super::machine::{Compare, Machine};
use super::precision::Precision;

/// log(1 + v), or log(2x) for large x; infinity stays.
#[inline(always)]
fn log_or_large<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, v: M::Value) -> M::Value {
    let large = m.constant(p.inverse_range.1);
    let one = m.constant(1.0);
    let (u, lost) = sum(m, one, v);
    let u = lanes!(m; (select Less large x x u));
    let lost = lanes!(m; (select Less large x 0.0 lost));
    let more = lanes!(m; (select Less large x 1.0 0.0));
    let y = log_of_sum(m, p, u, lost, Some(more));
    lanes!(m; (select Less x {f64::INFINITY} y x))
}

/// asinh(x) = log(1 + x + x^2/(1 + sqrt(1 + x^2))) for x >= 0, from DLMF 4.37.16
#[inline(always)]
pub(super) fn asinh<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let square = m.mul(size, size);
    let v = lanes!(m; (add size (div square (add (sqrt (add square 1.0)) 1.0))));
    let y = log_or_large(m, p, size, v);
    m.xor(y, sign)
}

/// acosh(x) = log(1 + t + sqrt(t*(t + 2))) with t = x - 1, from DLMF 4.37.19
#[inline(always)]
pub(super) fn acosh<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let t = lanes!(m; (sub x 1.0));
    let v = lanes!(m; (add t (sqrt (mul t (add t 2.0)))));
    let y = log_or_large(m, p, x, v);
    lanes!(m; (select Less x 1.0 {f64::NAN} y))
}

/// atanh(x) = log(1 + 2x/(1 - x))/2 for x >= 0, DLMF 4.37.24
#[inline(always)]
pub(super) fn atanh<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let v = lanes!(m; (div (add size size) (sub 1.0 size)));
    let y = log1p_inside(m, p, v);
    let outside = lanes!(m; (select Equal size 1.0 {f64::INFINITY} {f64::NAN}));
    lanes!(m; (xor (select Less size 1.0 (mul y 0.5) outside) sign))
}

/// acoth(x) = log(1 + 2/(x - 1))/2 for x >= 1
#[inline(always)]
pub(super) fn acoth<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let v = lanes!(m; (div 2.0 (sub size 1.0)));
    let y = log1p_inside(m, p, v);
    let outside = lanes!(m; (select Equal size 1.0 {f64::INFINITY} {f64::NAN}));
    lanes!(m; (xor (select Less 1.0 size (mul y 0.5) outside) sign))
}

/// asech(x) = log(1 + (1 - x + sqrt((1 - x)*(1 + x)))/x), acosh(1/x) without 1/x
#[inline(always)]
pub(super) fn asech<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let least = m.constant(p.inverse_range.0);
    m.rare(Compare::Less, x, least);
    let t = lanes!(m; (sub 1.0 x));
    let v = lanes!(m; (div (add t (sqrt (mul t (add x 1.0)))) x));
    log1p_inside(m, p, v)
}

/// acsch(x) = log(1 + (1 + 1/(x + sqrt(x^2 + 1)))/x) for x > 0, asinh(1/x) without 1/x
#[inline(always)]
pub(super) fn acsch<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let least = m.constant(p.inverse_range.0);
    m.rare(Compare::Less, size, least);
    let root = lanes!(m; (sqrt (mul_add size size 1.0)));
    let v = lanes!(m; (div (add (div 1.0 (add size root)) 1.0) size));
    let y = log1p_inside(m, p, v);
    m.xor(y, sign)
}
