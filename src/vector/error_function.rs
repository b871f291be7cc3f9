//! How are erf and erfc worked out, with relative accuracy in the tails.
//! Deliberately real.
//! Read next: `gamma.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, product, sign};
use super::coefficients::ERFC_LOW;
use super::exp::exp_times;
use super::machine::Machine;
use super::precision::Precision;

/// erfc(x) for x >= 0: e^(-x^2)/(1 + 2x)*R((x - K)/(x + K)), K = 15/4 (Shepherd and Laframboise, Math. Comp. 36, 1981),
/// x^2 in two floats.
#[inline(always)]
fn tail<M: Machine + ?Sized>(m: &mut M, p: &Precision, size: M::Value) -> M::Value {
    let inside = lanes!(m; (min {if p.mantissa == 52 { 28.0 } else { 11.0 }} size));
    let t = lanes!(m; (div (sub inside 3.75) (add inside 3.75)));
    // the first coefficient is large, and its rounding would be the largest error of all
    let series = polynomial(m, t, &p.erfc[1..]);
    let low = if p.mantissa == 52 { ERFC_LOW } else { 0.0 };
    let series = lanes!(m; (add (mul_add series t {low}) {p.erfc[0]}));
    let (square, lost) = product(m, p, inside, inside);
    let zero = m.constant(0.0);
    let (square, lost) = (m.sub(zero, square), m.sub(zero, lost));
    let factor = lanes!(m; (div series (mul_add inside 2.0 1.0)));
    exp_times(m, p, factor, square, lost)
}

/// x + x*E(x^2), DLMF 7.6.1, for |x| <= 1
#[inline(always)]
fn near<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let square = m.mul(x, x);
    let series = polynomial(m, square, p.erf);
    m.mul_add(x, series, x)
}

/// erf(x) = near(x) below 1, else 1 - erfc(x)
#[inline(always)]
pub(super) fn erf<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let near = near(m, p, size);
    let tail = tail(m, p, size);
    lanes!(m; (xor (select Less size 1.0 near (sub 1.0 tail)) sign))
}

/// erfc(x) = 1 - erf(x) up to 1/2, and erfc(-x) = 2 - erfc(x), DLMF 7.4.2
#[inline(always)]
pub(super) fn erfc<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let tail = tail(m, p, size);
    let near = near(m, p, x);
    let far = lanes!(m; (select Less x 0.0 (sub 2.0 tail) tail));
    lanes!(m; (select Less size 0.5 (sub 1.0 near) far))
}
