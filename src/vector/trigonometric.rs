//! How are sin, cos, tan, cot, sec, csc and sinc worked out.
//! Deliberately knows no degrees and no angle above the limit of `reduction.rs`.
//! Read next: `reduction.rs`; `inverse.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, sign};
use super::machine::Machine;
use super::precision::Precision;
use super::reduction::{Angle, reduce};

/// The sine and the cosine of r + low for x = k*pi/2 + r + low >= 0, and k. Both, sin(x) and cos(x), need all of it: who
/// asks for both of one argument pays once.
struct Parts<V> {
    sine: V,
    cosine: V,
    /// k in the low bits of the magic number.
    turns: V,
}

/// sin(r + low) = r + (r^3*S(r^2) + low), cos(r + low) = 1 - (r^2/2 - (r^4*C(r^2) - r*low))
#[inline(always)]
fn parts<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> Parts<M::Value> {
    let Angle { turns, rest, low } = reduce(m, p, x);
    let square = m.mul(rest, rest);
    let series = polynomial(m, square, p.sin);
    let sine = lanes!(m; (add rest (mul_add (mul square rest) series low)));
    let series = polynomial(m, square, p.cos);
    let tail = lanes!(m; (mul_sub (mul square square) series (mul rest low)));
    let cosine = lanes!(m; (sub 1.0 (mul_sub square 0.5 tail)));
    Parts { sine, cosine, turns }
}

/// `even` where k is even, elsewhere `odd`.
#[inline(always)]
fn by_parity<M: Machine + ?Sized>(m: &mut M, p: &Precision, turns: M::Value, even: M::Value, odd: M::Value) -> M::Value {
    // k >= 0: `turns` has the bits of the magic number, and those of k below them
    let magic = if p.mantissa == 52 { p.magic.to_bits() } else { u64::from((p.magic as f32).to_bits()) };
    let mask = m.bits(magic | 1);
    let parity = m.and(turns, mask);
    lanes!(m; (select Equal parity {p.magic} even odd))
}

/// The bit of k for 2 as a sign.
#[inline(always)]
fn second_bit<M: Machine + ?Sized>(m: &mut M, p: &Precision, turns: M::Value) -> M::Value {
    let shifted = m.shift_left(turns, p.top - 1);
    sign(m, p, shifted)
}

/// sin(r + k*pi/2) is sin(r), cos(r), -sin(r), -cos(r) for k = 0, 1, 2, 3, DLMF 4.21
#[inline(always)]
pub(super) fn sin<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let Parts { sine, cosine, turns } = parts(m, p, size);
    let y = by_parity(m, p, turns, sine, cosine);
    let turn = second_bit(m, p, turns);
    lanes!(m; (xor (xor y turn) sign))
}

/// cos(r + k*pi/2) is cos(r), -sin(r), -cos(r), sin(r) for k = 0, 1, 2, 3
#[inline(always)]
pub(super) fn cos<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let Parts { sine, cosine, turns } = parts(m, p, size);
    let y = by_parity(m, p, turns, cosine, sine);
    let one = m.bits(1);
    let next = m.integer_add(turns, one);
    let turn = second_bit(m, p, next);
    m.xor(y, turn)
}

/// Numerator and denominator of tan(x) for x = k*pi/2 + r >= 0, and whether its sign turns: tan(x) is tan(r) where k is
/// even, elsewhere -1/tan(r).
#[inline(always)]
fn pair<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> (M::Value, M::Value, M::Value) {
    let Parts { sine, cosine, turns } = parts(m, p, x);
    let first = by_parity(m, p, turns, sine, cosine);
    let second = by_parity(m, p, turns, cosine, sine);
    let flip = m.shift_left(turns, p.top);
    (first, second, flip)
}

/// tan(x), the sign apart so that zero keeps it.
#[inline(always)]
pub(super) fn tan<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let (first, second, flip) = pair(m, p, size);
    lanes!(m; (xor (xor (div first second) flip) sign))
}

/// cot(x) = 1/tan(x)
#[inline(always)]
pub(super) fn cot<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let (first, second, flip) = pair(m, p, size);
    lanes!(m; (xor (xor (div second first) flip) sign))
}

/// 1/cos(x)
#[inline(always)]
pub(super) fn sec<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let y = cos(m, p, x);
    lanes!(m; (div 1.0 y))
}

/// 1/sin(x)
#[inline(always)]
pub(super) fn csc<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let y = sin(m, p, x);
    lanes!(m; (div 1.0 y))
}

/// sin(x)/x, and 1 at 0
#[inline(always)]
pub(super) fn sinc<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let y = sin(m, p, x);
    let y = m.div(y, x);
    lanes!(m; (select Equal x 0.0 1.0 y))
}
