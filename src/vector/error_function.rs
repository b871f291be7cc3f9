//! How are erf and erfc worked out, with relative accuracy in the tails.
//! Deliberately real.
//! Read next: `gamma.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, product, sign};
use super::exp::exp_of_sum;
use super::machine::Machine;
use super::precision::Precision;

/// erfc(x) for x >= 0: e^(-x^2)/(1 + 2x)*R((x - K)/(x + K)), K = 15/4 (Shepherd and Laframboise, Math. Comp. 36, 1981),
/// x^2 in two floats.
#[inline(always)]
fn tail<M: Machine + ?Sized>(m: &mut M, p: &Precision, size: M::Value) -> M::Value {
    let inside = lanes!(m; (min {if p.mantissa == 52 { 28.0 } else { 11.0 }} size));
    let t = lanes!(m; (div (sub inside 3.75) (add inside 3.75)));
    let series = polynomial(m, t, p.erfc);
    let (square, lost) = product(m, p, inside, inside);
    let zero = m.constant(0.0);
    let (square, lost) = (m.sub(zero, square), m.sub(zero, lost));
    let e = exp_of_sum(m, p, square, lost);
    lanes!(m; (mul e (div series (mul_add inside 2.0 1.0))))
}

/// erf(x) = x + x*E(x^2) below 1, else 1 - erfc(x)
#[inline(always)]
pub(super) fn erf<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let square = m.mul(size, size);
    let series = polynomial(m, square, p.erf);
    let near = m.mul_add(size, series, size);
    let tail = tail(m, p, size);
    lanes!(m; (xor (select Less size 1.0 near (sub 1.0 tail)) sign))
}

/// erfc(x), and erfc(-x) = 2 - erfc(x), DLMF 7.4.2
#[inline(always)]
pub(super) fn erfc<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let tail = tail(m, p, size);
    lanes!(m; (select Less x 0.0 (sub 2.0 tail) tail))
}
