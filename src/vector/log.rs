//! How are log and log1p worked out, and the logarithm in two floats that powers need.
//! Deliberately real: not a number below the domain; log(0) is -infinity.
//! Read next: `trigonometric.rs`.

use super::arithmetic::{lanes, magnitude, ordered_sum, polynomial, product, residual, sum};
use super::machine::Machine;
use super::precision::Precision;

/// x = 2^k*y with y between the square roots of 1/2 and 2, for normal x > 0.
pub(super) struct Split<V> {
    /// The exponent field that k has, as a whole number.
    pub(super) field: V,
    /// y
    pub(super) fraction: V,
}

#[inline(always)]
pub(super) fn split<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> Split<M::Value> {
    let offset = m.bits((p.bias << p.mantissa) - p.root_half);
    let shifted = m.integer_add(x, offset);
    let field = m.shift_right(shifted, p.mantissa);
    let (mask, root_half) = (m.bits((1 << p.mantissa) - 1), m.bits(p.root_half));
    let fraction = m.and(shifted, mask);
    let fraction = m.integer_add(fraction, root_half);
    Split { field, fraction }
}

/// The float k of an exponent field, less `more`.
#[inline(always)]
pub(super) fn exponent<M: Machine + ?Sized>(m: &mut M, p: &Precision, field: M::Value) -> M::Value {
    let unit = m.bits(p.unit.0);
    let float = m.or(field, unit);
    lanes!(m; (sub float {p.unit.1 + p.bias as f64}))
}

/// k*log(2) + log(1 + f) with s = f/(2 + f): log(1 + f) = f - f^2/2 + s*(f^2/2 + s^2*L(s^2)), DLMF 4.6.4 rearranged so
/// that f, which is exact, is added last.
#[inline(always)]
pub(super) fn log_of<M: Machine + ?Sized>(m: &mut M, p: &Precision, k: M::Value, f: M::Value) -> M::Value {
    let s = lanes!(m; (div f (add f 2.0)));
    let square = m.mul(s, s);
    let series = polynomial(m, square, p.log);
    let half = lanes!(m; (mul (mul f 0.5) f));
    let tail = lanes!(m; (mul_add s (mul_add square series half) (mul k {p.log_2.1})));
    lanes!(m; (mul_sub k {p.log_2.0} (sub (sub half tail) f)))
}

/// k as a float and y of x = 2^k*y for all finite x > 0, subnormal ones too.
#[inline(always)]
pub(super) fn parts<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> (M::Value, M::Value) {
    let (normal, up, steps) = p.normal;
    let scaled = lanes!(m; (mul x {up}));
    let inside = lanes!(m; (select Less x {normal} scaled x));
    let less = lanes!(m; (select Less x {normal} {steps} 0.0));
    let Split { field, fraction } = split(m, p, inside);
    let k = exponent(m, p, field);
    (m.sub(k, less), fraction)
}

/// log(x); subnormal x are first made normal.
#[inline(always)]
pub(super) fn log<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (k, fraction) = parts(m, p, x);
    let f = lanes!(m; (sub fraction 1.0));
    let y = log_of(m, p, k, f);
    ends(m, x, 0.0, y)
}

/// The values of a logarithm with its pole at `pole`: at the pole, below it, at infinity and NaN.
#[inline(always)]
fn ends<M: Machine + ?Sized>(m: &mut M, x: M::Value, pole: f64, y: M::Value) -> M::Value {
    let outside = lanes!(m; (select Equal x {pole} {f64::NEG_INFINITY} {f64::NAN}));
    let y = lanes!(m; (select Less {pole} x y outside));
    lanes!(m; (select Less x {f64::INFINITY} y x))
}

/// log(1 + x): u = 1 + x rounded, and what that lost goes into f, which for small x then is x itself.
#[inline(always)]
pub(super) fn log1p<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let y = log1p_inside(m, p, x);
    let y = ends(m, x, -1.0, y);
    let size = magnitude(m, p, x);
    // also keeps the sign of zero
    lanes!(m; (select Less size {p.tiny} x y))
}

/// log(1 + x) for finite x > -1.
#[inline(always)]
pub(super) fn log1p_inside<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let one = m.constant(1.0);
    let (u, lost) = sum(m, one, x);
    log_of_sum(m, p, u, lost, None)
}

/// log(u + lost) + more*log(2) for normal u > 0, lost below its last bit. NaN stays only in `lost`.
#[inline(always)]
pub(super) fn log_of_sum<M: Machine + ?Sized>(m: &mut M, p: &Precision, u: M::Value, lost: M::Value, more: Option<M::Value>) -> M::Value {
    let Split { field, fraction } = split(m, p, u);
    let k = exponent(m, p, field);
    let k = more.map_or(k, |more| m.add(k, more));
    // 2^-k
    let top = m.bits(2 * p.bias);
    let shrink = m.integer_sub(top, field);
    let shrink = m.shift_left(shrink, p.mantissa);
    // k may be one above the exponents of floats, where the bits say -infinity
    let shrink = lanes!(m; (max shrink 0.0));
    let f = lanes!(m; (mul_add lost shrink (sub fraction 1.0)));
    log_of(m, p, k, f)
}

/// log(1 + q) for q from 0 to 1: q itself below sqrt(2) - 1, else log(2) + log(1 + (q - 1)/2).
#[inline(always)]
pub(super) fn log1p_of_unit<M: Machine + ?Sized>(m: &mut M, p: &Precision, q: M::Value) -> M::Value {
    let upper = lanes!(m; (mul (sub q 1.0) 0.5));
    let f = lanes!(m; (select Less q 0.414 q upper));
    let k = lanes!(m; (select Less q 0.414 0.0 1.0));
    log_of(m, p, k, f)
}

/// log(x) in two floats with an error near 2^-64 of it (2^-32 in single precision), for normal x > 0:
/// 2*s + s^3*(2/3 + s^2*...) with s in two floats.
#[inline(always)]
pub(super) fn log_in_two<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> (M::Value, M::Value) {
    let Split { field, fraction } = split(m, p, x);
    let k = exponent(m, p, field);
    let f = lanes!(m; (sub fraction 1.0));
    // s + s_low = f/(2 + f)
    let below = lanes!(m; (add f 2.0));
    let below_low = lanes!(m; (sub f (sub below 2.0)));
    let inverse = lanes!(m; (div 1.0 below));
    let s = m.mul(f, inverse);
    let rest = residual(m, p, s, below, f);
    let s_low = lanes!(m; (mul (neg_mul_add s below_low rest) inverse));
    // s^2, s^3
    let (square, lost) = product(m, p, s, s);
    let square_low = lanes!(m; (mul_add (add s s) s_low lost));
    let (cube, lost) = product(m, p, square, s);
    let cube_low = lanes!(m; (mul_add square s_low (mul_add square_low s lost)));
    // 2/3 + s^2*...
    let tail = polynomial(m, square, p.log_tail);
    let tail = m.mul(tail, square);
    let two_thirds = m.constant(p.two_thirds.0);
    let (factor, lost) = ordered_sum(m, two_thirds, tail);
    let factor_low = lanes!(m; (add lost {p.two_thirds.1}));
    let (curve, lost) = product(m, p, cube, factor);
    let curve_low = lanes!(m; (mul_add cube factor_low (mul_add cube_low factor lost)));
    // k*log(2) + 2*s + curve
    let exact = lanes!(m; (mul k {p.log_2.0}));
    let twice = m.add(s, s);
    let (high, lost_1) = ordered_sum(m, exact, twice);
    let (high, lost_2) = ordered_sum(m, high, curve);
    let low = lanes!(m; (mul_add k {p.log_2.1} (add (add s_low s_low) curve_low)));
    let low = lanes!(m; (add (add lost_1 lost_2) low));
    ordered_sum(m, high, low)
}
