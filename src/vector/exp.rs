//! How are exp and expm1 worked out, and what they lend to others: the reduced argument and the powers of two.
//! Deliberately knows nothing of sums of exponentials: they are in `hyperbolic.rs`.
//! Read next: `log.rs`.

use super::arithmetic::{lanes, magnitude, ordered_sum, polynomial};
use super::machine::Machine;
use super::precision::Precision;

/// An argument x = k*log(2) + r + low with whole k and |r| <= log(2)/2 (Cody and Waite, 1980, chapter 6).
pub(super) struct Reduced<V> {
    /// k in the low bits.
    pub(super) exponent: V,
    /// r
    pub(super) rest: V,
    /// What r lost to rounding.
    pub(super) low: V,
}

/// Reduces an argument of such a size that k has no more than 11 bits (8 in single precision).
#[inline(always)]
pub(super) fn reduce<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> Reduced<M::Value> {
    let exponent = lanes!(m; (mul_add x {std::f64::consts::LOG2_E} {p.magic}));
    let k = lanes!(m; (sub exponent {p.magic}));
    let high = lanes!(m; (neg_mul_add k {p.log_2.0} x));
    let rest = lanes!(m; (neg_mul_add k {p.log_2.1} high));
    let low = lanes!(m; (neg_mul_add k {p.log_2.1} (sub high rest)));
    Reduced { exponent, rest, low }
}

/// e^(r + low) - 1 - r, by its Taylor-like polynomial (`EXP` in `coefficients.rs`).
#[inline(always)]
pub(super) fn curve<M: Machine + ?Sized>(m: &mut M, p: &Precision, reduced: &Reduced<M::Value>) -> M::Value {
    let Reduced { rest, low, .. } = *reduced;
    let series = polynomial(m, rest, p.exp);
    lanes!(m; (mul_add (mul rest rest) series low))
}

/// 2^(k + more), while that is a normal float.
#[inline(always)]
pub(super) fn power_of_two<M: Machine + ?Sized>(m: &mut M, p: &Precision, exponent: M::Value, more: i64) -> M::Value {
    let shifted = m.shift_left(exponent, p.mantissa);
    let one = m.bits(p.bias.wrapping_add_signed(more) << p.mantissa);
    m.integer_add(shifted, one)
}

/// y*2^k for all k of floats, in two steps, of which the last one alone rounds: subnormal results are right.
#[inline(always)]
fn scale<M: Machine + ?Sized>(m: &mut M, p: &Precision, y: M::Value, exponent: M::Value) -> M::Value {
    let half = m.shift_right(exponent, 1);
    let other = m.integer_sub(exponent, half);
    let first = power_of_two(m, p, half, 0);
    let second = power_of_two(m, p, other, 0);
    lanes!(m; (mul (mul y first) second))
}

/// y*2^k for k <= 0: 2^(k + 64) is normal, and the last product alone rounds.
#[inline(always)]
fn scale_down<M: Machine + ?Sized>(m: &mut M, p: &Precision, y: M::Value, exponent: M::Value) -> M::Value {
    let power = power_of_two(m, p, exponent, 64);
    lanes!(m; (mul (mul y power) {2f64.powi(-64)}))
}

/// A limit between which exp is neither 0 nor infinite; keeps NaN.
#[inline(always)]
fn limited<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (least, largest) = p.exp_range;
    lanes!(m; (max {least} (min {largest} x)))
}

/// e^x = 2^k*(1 + r*(1 + r*(...)))
#[inline(always)]
pub(super) fn exp<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let x = limited(m, p, x);
    let (slope, rest, exponent) = secant(m, p, x);
    let y = lanes!(m; (mul_add slope rest 1.0));
    scale(m, p, y, exponent)
}

/// e^x for x <= 0.
#[inline(always)]
pub(super) fn exp_below<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let x = lanes!(m; (max {p.exp_range.0} x));
    let (slope, rest, exponent) = secant(m, p, x);
    let y = lanes!(m; (mul_add slope rest 1.0));
    scale_down(m, p, y, exponent)
}

/// (e^r - 1)/r, r and k of x = k*log(2) + r.
#[inline(always)]
fn secant<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> (M::Value, M::Value, M::Value) {
    let Reduced { rest, exponent, .. } = reduce(m, p, x);
    let series = polynomial(m, rest, p.exp);
    (lanes!(m; (mul_add series rest 1.0)), rest, exponent)
}

/// factor*e^x for x <= 0, with one rounding less than the product.
#[inline(always)]
pub(super) fn exp_below_times<M: Machine + ?Sized>(m: &mut M, p: &Precision, factor: M::Value, x: M::Value) -> M::Value {
    let x = lanes!(m; (max {p.exp_range.0} x));
    let (slope, rest, exponent) = secant(m, p, x);
    let curve = m.mul(slope, rest);
    let y = m.mul_add(factor, curve, factor);
    scale_down(m, p, y, exponent)
}

/// e^(x + low), low far below x.
#[inline(always)]
pub(super) fn exp_of_sum<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, low: M::Value) -> M::Value {
    let (curve, exponent) = curve_of_sum(m, p, x, low);
    let y = lanes!(m; (add curve 1.0));
    scale(m, p, y, exponent)
}

/// factor*e^(x + low), with one rounding less than the product.
#[inline(always)]
pub(super) fn exp_times<M: Machine + ?Sized>(m: &mut M, p: &Precision, factor: M::Value, x: M::Value, low: M::Value) -> M::Value {
    let (curve, exponent) = curve_of_sum(m, p, x, low);
    let y = m.mul_add(factor, curve, factor);
    scale(m, p, y, exponent)
}

/// e^(x + low)/2^k - 1, and k.
#[inline(always)]
fn curve_of_sum<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, low: M::Value) -> (M::Value, M::Value) {
    let x = limited(m, p, x);
    // where x was limited the low part may be anything
    let low = lanes!(m; (max {-p.power_range.1} (min {p.power_range.1} low)));
    let reduced = reduce(m, p, x);
    // low may be too large for e^(r + low) = e^r + low: as much as fits goes into r
    let low = m.add(reduced.low, low);
    let (rest, low) = ordered_sum(m, reduced.rest, low);
    let reduced = Reduced { rest, low, ..reduced };
    let curve = curve(m, p, &reduced);
    let curve = m.add(rest, curve);
    (curve, reduced.exponent)
}

/// (e^x - 1)*2^more = 2^(k + more)*(r + curve) + (2^(k + more) - 2^more), while the powers are normal.
#[inline(always)]
pub(super) fn less_one<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, more: i64) -> M::Value {
    let reduced = reduce(m, p, x);
    let curve = curve(m, p, &reduced);
    let power = power_of_two(m, p, reduced.exponent, more);
    let unit = 2f64.powi(more as i32);
    let rest = reduced.rest;
    // the large part first: each step rounds once
    let high = lanes!(m; (mul_add power rest (sub power {unit})));
    m.mul_add(power, curve, high)
}

/// e^x - 1, halved until the end so that it overflows only where it should.
#[inline(always)]
pub(super) fn expm1<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let inside = lanes!(m; (max {p.far.0} (min {p.exp_range.1} x)));
    let half = less_one(m, p, inside, -1);
    let y = m.add(half, half);
    let size = magnitude(m, p, x);
    // also keeps the sign of zero
    lanes!(m; (select Less size {p.tiny} x y))
}
