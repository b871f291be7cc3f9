//! How is an angle reduced: to its distance from the nearest multiple of pi/2, in two floats.
//! Deliberately only up to a size at which products with the pieces of pi are exact; larger angles are marked rare.
//! Read next: `trigonometric.rs`.

use super::arithmetic::lanes;
use super::machine::{Compare, Machine};
use super::precision::Precision;

/// An angle x = k*pi/2 + r + low.
pub(super) struct Angle<V> {
    /// k in the low bits.
    pub(super) turns: V,
    /// r, at most pi/4.
    pub(super) rest: V,
    /// What r lost to rounding.
    pub(super) low: V,
}

/// x - k*pi/2 for x >= 0. The products with all pieces but the last are exact. The differences are exact too; where
/// the last but one cancels it also is, and elsewhere `low` has what it lost.
#[inline(always)]
pub(super) fn reduce<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> Angle<M::Value> {
    let limit = m.constant(p.angle);
    m.rare(Compare::Less, limit, x);
    let turns = lanes!(m; (mul_add x {std::f64::consts::FRAC_2_PI} {p.magic}));
    let k = lanes!(m; (sub turns {p.magic}));
    let (exact, last) = p.half_pi.split_at(p.half_pi.len() - 2);
    let mut high = x;
    for piece in exact {
        high = lanes!(m; (neg_mul_add k {*piece} high));
    }
    let rest = lanes!(m; (neg_mul_add k {last[0]} high));
    let low = lanes!(m; (neg_mul_add k {last[0]} (sub high rest)));
    let low = lanes!(m; (neg_mul_add k {last[1]} low));
    Angle { turns, rest, low }
}
