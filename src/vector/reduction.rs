//! How is an angle reduced: to its distance from the nearest multiple of pi (or pi/2), in two floats.
//! Deliberately only up to a size at which products with the pieces of pi are exact; larger angles are marked rare.
//! Read next: `trigonometric.rs`.

use super::arithmetic::{lanes, magnitude};
use super::machine::{Compare, Machine};
use super::precision::Precision;

/// An angle x = k*step + r + low.
pub(super) struct Angle<V> {
    /// k in the low bits.
    pub(super) turns: V,
    /// r, at most half a step.
    pub(super) rest: V,
    /// What r lost to rounding.
    pub(super) low: V,
}

/// Marks angles that are too large for the reduction, and infinite ones.
#[inline(always)]
fn mark_large<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) {
    let size = magnitude(m, p, x);
    let limit = m.constant(p.angle);
    m.rare(Compare::Less, limit, size);
}

/// Takes k steps off: x - k*first is exact, the rest of the step goes in two floats.
#[inline(always)]
fn take_off<M: Machine + ?Sized>(m: &mut M, pieces: &[f64], k: M::Value, high: M::Value) -> (M::Value, M::Value) {
    let rest = lanes!(m; (neg_mul_add k {pieces[1]} high));
    let mut low = lanes!(m; (neg_mul_add k {pieces[1]} (sub high rest)));
    for piece in &pieces[2..] {
        low = lanes!(m; (neg_mul_add k {*piece} low));
    }
    // without fused operations the third piece may be larger than the last bit of a small rest
    if m.fused() {
        return (rest, low);
    }
    let whole = m.add(rest, low);
    let low = lanes!(m; (add (sub rest whole) low));
    (whole, low)
}

/// By whole multiples of the step whose pieces are given; `turns_of_one` is 1/step.
#[inline(always)]
pub(super) fn reduce<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, half: bool) -> Angle<M::Value> {
    mark_large(m, p, x);
    let (step, per_step) =
        if half { (p.half_pi, std::f64::consts::FRAC_2_PI) } else { (p.pi, std::f64::consts::FRAC_1_PI) };
    let pieces = if m.fused() { step.0 } else { step.1 };
    let turns = lanes!(m; (mul_add x {per_step} {p.magic}));
    let k = lanes!(m; (sub turns {p.magic}));
    let high = lanes!(m; (neg_mul_add k {pieces[0]} x));
    let (rest, low) = take_off(m, pieces, k, high);
    Angle { turns, rest, low }
}

/// By multiples k - 1/2 of pi. Here small x lose bits in the first step, which are kept.
#[inline(always)]
pub(super) fn reduce_between<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> Angle<M::Value> {
    mark_large(m, p, x);
    let pieces = if m.fused() { p.pi.0 } else { p.pi.1 };
    let shifted = lanes!(m; (mul_add x {std::f64::consts::FRAC_1_PI} 0.5));
    let turns = lanes!(m; (add shifted {p.magic}));
    let k = lanes!(m; (sub (sub turns {p.magic}) 0.5));
    let away = lanes!(m; (mul k {-pieces[0]}));
    let high = m.add(x, away);
    let lost = lanes!(m; (sub x (sub high away)));
    let (rest, low) = take_off(m, pieces, k, high);
    let low = m.add(low, lost);
    Angle { turns, rest, low }
}
