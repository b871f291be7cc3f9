//! How are asin, acos, atan, atan2 and the inverses of sec, csc, cot worked out.
//! Deliberately real: not a number outside [-1, 1]; zeros of atan2 and acot have no sign, as in TABLE 1.
//! Read next: `hyperbolic.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, sign};
use super::machine::{Compare, Machine};
use super::precision::Precision;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// asin(s) = s + tail with s up to 1/2.
struct Arc<V> {
    s: V,
    tail: V,
}

/// A comparison a < b that is used more than once.
type Near<V> = (V, V);

/// s is `t` where `limit` < `at`, elsewhere the root of `half`: asin(t) = pi/2 - 2*asin(sqrt((1 - t)/2)), DLMF 4.24.
#[inline(always)]
fn arc<M: Machine + ?Sized>(m: &mut M, p: &Precision, near: Near<M::Value>, t: M::Value, half: M::Value) -> Arc<M::Value> {
    let (a, b) = near;
    let square = lanes!(m; (select Less a b (mul t t) half));
    let s = lanes!(m; (select Less a b t (sqrt half)));
    let series = polynomial(m, square, p.asin);
    let tail = lanes!(m; (mul (mul s square) series));
    Arc { s, tail }
}

/// The arc itself where a < b, elsewhere pi/2 less twice the arc.
#[inline(always)]
fn sine_side<M: Machine + ?Sized>(m: &mut M, p: &Precision, (a, b): Near<M::Value>, arc: &Arc<M::Value>) -> M::Value {
    let Arc { s, tail } = *arc;
    let small = m.add(s, tail);
    let high = lanes!(m; (neg_mul_add s 2.0 {FRAC_PI_2}));
    let low = lanes!(m; (neg_mul_add tail 2.0 {p.pi_low / 2.0}));
    lanes!(m; (select Less a b small (add high low)))
}

/// pi/2 less the arc where a < b, elsewhere twice the arc, or pi less that for negative x.
#[inline(always)]
fn cosine_side<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, (a, b): Near<M::Value>, arc: &Arc<M::Value>) -> M::Value {
    let sign = sign(m, p, x);
    let (s, tail) = (m.xor(arc.s, sign), m.xor(arc.tail, sign));
    let times = lanes!(m; (select Less a b {-1.0} 2.0));
    let high = lanes!(m; (select Less x 0.0 {PI} 0.0));
    let high = lanes!(m; (select Less a b {FRAC_PI_2} high));
    let low = lanes!(m; (select Less x 0.0 {p.pi_low} 0.0));
    let low = lanes!(m; (select Less a b {p.pi_low / 2.0} low));
    lanes!(m; (add (mul_add s times high) (mul_add tail times low)))
}

#[inline(always)]
pub(super) fn asin<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let near = (size, m.constant(0.5));
    let half = lanes!(m; (mul (sub 1.0 size) 0.5));
    let arc = arc(m, p, near, size, half);
    let y = sine_side(m, p, near, &arc);
    m.xor(y, sign)
}

#[inline(always)]
pub(super) fn acos<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let near = (size, m.constant(0.5));
    let half = lanes!(m; (mul (sub 1.0 size) 0.5));
    let arc = arc(m, p, near, size, half);
    cosine_side(m, p, x, near, &arc)
}

/// The parts for t = 1/|x|: (1 - t)/2 = (|x| - 1)/(2*|x|) keeps what 1/|x| would lose near 1.
#[inline(always)]
fn arc_of_inverse<M: Machine + ?Sized>(m: &mut M, p: &Precision, size: M::Value) -> (Near<M::Value>, Arc<M::Value>) {
    let near = (m.constant(2.0), size);
    let t = lanes!(m; (div 1.0 size));
    let half = lanes!(m; (mul (mul (sub size 1.0) 0.5) t));
    let arc = arc(m, p, near, t, half);
    (near, arc)
}

/// acsc(x) = asin(1/x)
#[inline(always)]
pub(super) fn acsc<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let (near, arc) = arc_of_inverse(m, p, size);
    let y = sine_side(m, p, near, &arc);
    m.xor(y, sign)
}

/// asec(x) = acos(1/x)
#[inline(always)]
pub(super) fn asec<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let (near, arc) = arc_of_inverse(m, p, size);
    cosine_side(m, p, x, near, &arc)
}

/// base + atan(t), |t| up to tan(pi/8) = sqrt(2) - 1: t + t^3*T(t^2)
#[inline(always)]
fn atan_of<M: Machine + ?Sized>(m: &mut M, p: &Precision, t: M::Value, base: M::Value, base_low: M::Value) -> M::Value {
    let square = m.mul(t, t);
    let series = polynomial(m, square, p.atan);
    let tail = lanes!(m; (mul_add (mul t square) series base_low));
    lanes!(m; (add base (add t tail)))
}

/// atan(x) = pi/4 + atan((x - 1)/(x + 1)) = pi/2 - atan(1/x), DLMF 4.24.15 and 4.24.17; one division for all ranges.
#[inline(always)]
pub(super) fn atan<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let (low, high) = (m.constant(std::f64::consts::SQRT_2 - 1.0), m.constant(std::f64::consts::SQRT_2 + 1.0));
    let above = lanes!(m; (select Less low size (sub size 1.0) size));
    let above = lanes!(m; (select Less high size {-1.0} above));
    let below = lanes!(m; (select Less low size (add size 1.0) 1.0));
    let below = lanes!(m; (select Less high size size below));
    let base = lanes!(m; (select Less low size {FRAC_PI_4} 0.0));
    let base = lanes!(m; (select Less high size {FRAC_PI_2} base));
    let base_low = lanes!(m; (select Less low size {p.pi_low / 4.0} 0.0));
    let base_low = lanes!(m; (select Less high size {p.pi_low / 2.0} base_low));
    let t = m.div(above, below);
    let y = atan_of(m, p, t, base, base_low);
    m.xor(y, sign)
}

/// acot(x) = atan(1/x), with pi/2 at both zeros
#[inline(always)]
pub(super) fn acot<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let x = lanes!(m; (add x 0.0));
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let (low, high) = (m.constant(std::f64::consts::SQRT_2 - 1.0), m.constant(std::f64::consts::SQRT_2 + 1.0));
    // below `low`: pi/2 - atan(x); between: pi/4 - atan((x - 1)/(x + 1)); above `high`: atan(1/x)
    let above = lanes!(m; (select Less low size (sub 1.0 size) (sub 0.0 size)));
    let above = lanes!(m; (select Less high size 1.0 above));
    let below = lanes!(m; (select Less low size (add size 1.0) 1.0));
    let below = lanes!(m; (select Less high size size below));
    let base = lanes!(m; (select Less low size {FRAC_PI_4} {FRAC_PI_2}));
    let base = lanes!(m; (select Less high size 0.0 base));
    let base_low = lanes!(m; (select Less low size {p.pi_low / 4.0} {p.pi_low / 2.0}));
    let base_low = lanes!(m; (select Less high size 0.0 base_low));
    let t = m.div(above, below);
    let y = atan_of(m, p, t, base, base_low);
    m.xor(y, sign)
}

/// The angle of (x, y) from the quotient of the smaller by the larger side, then by reflections.
#[inline(always)]
pub(super) fn atan2<M: Machine + ?Sized>(m: &mut M, p: &Precision, y: M::Value, x: M::Value) -> M::Value {
    let (x, y) = (lanes!(m; (add x 0.0)), lanes!(m; (add y 0.0)));
    let (wide, tall, sign) = (magnitude(m, p, x), magnitude(m, p, y), sign(m, p, y));
    // a NaN on either side stays on one of the two
    let large = lanes!(m; (select Less wide tall tall wide));
    let small = lanes!(m; (select Less wide tall wide tall));
    let (zero, huge) = (m.constant(0.0), m.constant(p.sum_limit));
    m.rare(Compare::Equal, large, zero);
    m.rare(Compare::Less, huge, large);
    let limit = lanes!(m; (mul large {std::f64::consts::SQRT_2 - 1.0}));
    let above = lanes!(m; (select Less limit small (sub small large) small));
    let below = lanes!(m; (select Less limit small (add small large) large));
    let t = m.div(above, below);
    let base = lanes!(m; (select Less limit small {FRAC_PI_4} 0.0));
    let base_low = lanes!(m; (select Less limit small {p.pi_low / 4.0} 0.0));
    let base = lanes!(m; (select Less wide tall (sub {FRAC_PI_2} base) base));
    let base_low = lanes!(m; (select Less wide tall (sub {p.pi_low / 2.0} base_low) base_low));
    let t = lanes!(m; (select Less wide tall (sub zero t) t));
    let angle = atan_of(m, p, t, base, base_low);
    let angle = lanes!(m; (select Less x zero (add (sub {PI} angle) {p.pi_low}) angle));
    m.xor(angle, sign)
}
