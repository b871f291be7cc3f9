//! How are the hyperbolic functions, sigmoid and softplus worked out from the parts of `exp.rs` and `log.rs`.
//! Deliberately knows no inverse ones.
//! Read next: `inverse_hyperbolic.rs`.

use super::arithmetic::{below_zero, lanes, magnitude, sign};
use super::exp::{exp_below, less_one, power_of_two, reduce};
use super::log::log1p_of_unit;
use super::machine::{Compare, Machine};
use super::precision::Precision;

/// sinh(|x|) = u + u/(2u + 1) with u = (e^|x| - 1)/2; the quotient from u/2, as u may be infinite
#[inline(always)]
fn sinh_of_size<M: Machine + ?Sized>(m: &mut M, p: &Precision, size: M::Value) -> M::Value {
    let inside = lanes!(m; (min {p.sinh_range.0} size));
    let quarter = less_one(m, p, inside, -2);
    let u = m.add(quarter, quarter);
    let y = lanes!(m; (add u (div quarter (mul_add quarter 2.0 0.5))));
    // a quarter of a subnormal number would be rounded
    lanes!(m; (select Less size {p.sinh_range.1} size y))
}

/// sinh(x), DLMF 4.28.1
#[inline(always)]
pub(super) fn sinh<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let y = sinh_of_size(m, p, size);
    m.xor(y, sign)
}

/// cosh(x) = h + 1/(4h) with h = e^|x|/2, DLMF 4.28.2
#[inline(always)]
pub(super) fn cosh<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let inside = lanes!(m; (min {p.sinh_range.0} size));
    let reduced = reduce(m, p, inside);
    let curve = super::exp::curve(m, p, &reduced);
    let rest = reduced.rest;
    let power = power_of_two(m, p, reduced.exponent, -2);
    let quarter = lanes!(m; (mul (add (add rest curve) 1.0) power));
    let half = m.add(quarter, quarter);
    lanes!(m; (add half (div 0.25 half)))
}

/// tanh(x) = E/(E + 2) with E = e^(2|x|) - 1
#[inline(always)]
pub(super) fn tanh<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let inside = lanes!(m; (min {p.far.1} size));
    let twice = m.add(inside, inside);
    let e = less_one(m, p, twice, 0);
    lanes!(m; (xor (div e (add e 2.0)) sign))
}

/// coth(x) = (E + 2)/E
#[inline(always)]
pub(super) fn coth<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let inside = lanes!(m; (min {p.far.1} size));
    let twice = m.add(inside, inside);
    let e = less_one(m, p, twice, 0);
    lanes!(m; (xor (div (add e 2.0) e) sign))
}

/// sech(x) = 2q/(1 + q^2) with q = e^-|x|
#[inline(always)]
pub(super) fn sech<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let below = below_zero(m, p, x);
    let q = exp_below(m, p, below);
    lanes!(m; (div (add q q) (mul_add q q 1.0)))
}

/// csch(x) = 1/sinh(x); beyond its overflow the slow path finds the subnormal values.
#[inline(always)]
pub(super) fn csch<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let limit = m.constant(p.sinh_range.0 - 1.0);
    m.rare(Compare::Less, limit, size);
    let y = sinh_of_size(m, p, size);
    lanes!(m; (xor (div 1.0 y) sign))
}

/// sigmoid(x) = 1/(1 + q) for x >= 0, q/(1 + q) below, with q = e^-|x|
#[inline(always)]
pub(super) fn sigmoid<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let below = below_zero(m, p, x);
    let q = exp_below(m, p, below);
    lanes!(m; (div (select Less x 0.0 q 1.0) (add q 1.0)))
}

/// softplus(x) = max(x, 0) + log(1 + e^-|x|)
#[inline(always)]
pub(super) fn softplus<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let below = below_zero(m, p, x);
    let q = exp_below(m, p, below);
    let y = log1p_of_unit(m, p, q);
    lanes!(m; (add (max x 0.0) y))
}
