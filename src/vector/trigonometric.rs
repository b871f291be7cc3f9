//! How are sin, cos, tan, cot, sec, csc and sinc worked out.
//! Deliberately knows no degrees and no angle above the limit of `reduction.rs`.
//! Read next: `reduction.rs`; `inverse.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, sign};
use super::coefficients::{COS_QUARTER, SIN_QUARTER};
use super::machine::Machine;
use super::precision::{DOUBLE, Precision};
use super::reduction::{Angle, reduce, reduce_between};

/// sin(r + low) = r + (r^3*S(r^2) + low)
#[inline(always)]
fn sine_of<M: Machine + ?Sized>(m: &mut M, angle: &Angle<M::Value>, coefficients: &[f64]) -> M::Value {
    let Angle { rest, low, .. } = *angle;
    let square = m.mul(rest, rest);
    let series = polynomial(m, square, coefficients);
    lanes!(m; (add rest (mul_add (mul square rest) series low)))
}

/// cos(r + low) = 1 - r^2/2 + (r^4*C(r^2) - r*low); 1 - r^2/2 with what its rounding loses.
#[inline(always)]
fn cosine_of<M: Machine + ?Sized>(m: &mut M, angle: &Angle<M::Value>) -> M::Value {
    let Angle { rest, low, .. } = *angle;
    let square = m.mul(rest, rest);
    let series = polynomial(m, square, COS_QUARTER);
    let half = lanes!(m; (mul square 0.5));
    let high = lanes!(m; (sub 1.0 half));
    let lost = lanes!(m; (sub (sub 1.0 high) half));
    let tail = lanes!(m; (neg_mul_add rest low lost));
    lanes!(m; (add high (mul_add (mul square square) series tail)))
}

/// Turns the sign where k is odd.
#[inline(always)]
fn turned<M: Machine + ?Sized>(m: &mut M, p: &Precision, turns: M::Value, y: M::Value) -> M::Value {
    let odd = m.shift_left(turns, if p.mantissa == 52 { 63 } else { 31 });
    m.xor(y, odd)
}

/// sin(k*pi + r) = (-1)^k*sin(r). One polynomial up to pi/2 costs less than two up to pi/4 and a choice.
#[inline(always)]
pub(super) fn sin<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let angle = reduce(m, p, size, false);
    let y = sine_of(m, &angle, p.sin);
    let y = turned(m, p, angle.turns, y);
    m.xor(y, sign)
}

/// cos((k - 1/2)*pi + r) = (-1)^k*sin(r)
#[inline(always)]
pub(super) fn cos<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let angle = reduce_between(m, p, size);
    let y = sine_of(m, &angle, p.sin);
    turned(m, p, angle.turns, y)
}

/// Numerator and denominator of tan(x) for x = k*pi/2 + r >= 0, and whether its sign turns: tan(x) is tan(r) where k is
/// even, elsewhere -1/tan(r).
#[inline(always)]
fn pair<M: Machine + ?Sized>(m: &mut M, x: M::Value) -> (M::Value, M::Value, M::Value) {
    let angle = reduce(m, &DOUBLE, x, true);
    let (sine, cosine) = (sine_of(m, &angle, SIN_QUARTER), cosine_of(m, &angle));
    // k >= 0, hence `turns` has the bits of the magic number, and those of k below them
    let mask = m.bits(DOUBLE.magic.to_bits() | 1);
    let parity = m.and(angle.turns, mask);
    let first = lanes!(m; (select Equal parity {DOUBLE.magic} sine cosine));
    let second = lanes!(m; (select Equal parity {DOUBLE.magic} cosine sine));
    let flip = m.shift_left(angle.turns, 63);
    (first, second, flip)
}

/// tan(x), the sign apart so that zero keeps it.
#[inline(always)]
pub(super) fn tan<M: Machine + ?Sized>(m: &mut M, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, &DOUBLE, x), sign(m, &DOUBLE, x));
    let (first, second, flip) = pair(m, size);
    lanes!(m; (xor (xor (div first second) flip) sign))
}

/// cot(x) = 1/tan(x)
#[inline(always)]
pub(super) fn cot<M: Machine + ?Sized>(m: &mut M, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, &DOUBLE, x), sign(m, &DOUBLE, x));
    let (first, second, flip) = pair(m, size);
    lanes!(m; (xor (xor (div second first) flip) sign))
}

/// 1/cos(x)
#[inline(always)]
pub(super) fn sec<M: Machine + ?Sized>(m: &mut M, x: M::Value) -> M::Value {
    let y = cos(m, &DOUBLE, x);
    lanes!(m; (div 1.0 y))
}

/// 1/sin(x)
#[inline(always)]
pub(super) fn csc<M: Machine + ?Sized>(m: &mut M, x: M::Value) -> M::Value {
    let y = sin(m, &DOUBLE, x);
    lanes!(m; (div 1.0 y))
}

/// sin(x)/x, and 1 at 0
#[inline(always)]
pub(super) fn sinc<M: Machine + ?Sized>(m: &mut M, x: M::Value) -> M::Value {
    let y = sin(m, &DOUBLE, x);
    let y = m.div(y, x);
    lanes!(m; (select Equal x 0.0 1.0 y))
}
