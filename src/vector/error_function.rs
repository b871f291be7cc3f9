//! How are erf and erfc worked out, with relative accuracy in the tails.
//! Deliberately real.
//! Read next: `gamma.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, residual, sign};
use super::exp::{exp_below, exp_below_times};
use super::machine::Machine;
use super::precision::Precision;

/// In erfc(x) = e^(-x^2)/(1 + 2x)*R((x - K)/(x + K)) for x >= 0 with a polynomial R (Shepherd and Laframboise,
/// Math. Comp. 36, 1981).
const K: f64 = 3.75;

/// x + x*E(x^2), DLMF 7.6.1, for |x| <= 1
#[inline(always)]
fn near<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let square = m.mul(x, x);
    let series = polynomial(m, square, p.erf);
    m.mul_add(x, series, x)
}

/// x^2 and -x^2, as others write it, who then share its exponential: the slopes of both functions hold e^(-x^2).
#[inline(always)]
fn squares<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> (M::Value, M::Value) {
    let (square, sign) = (m.mul(x, x), m.bits(p.sign));
    (square, m.xor(square, sign))
}

/// erf(x) = near(x) below 1, else 1 - erfc(x), of which only the leading digits matter.
#[inline(always)]
pub(super) fn erf<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, x), sign(m, p, x));
    let near = near(m, p, size);
    let inside = lanes!(m; (min {p.erf_end.0} size));
    // one division for both denominators, x + K and 1 + 2x
    let (first, second) = (lanes!(m; (add inside {K})), lanes!(m; (mul_add inside 2.0 1.0)));
    let inverse = lanes!(m; (div 1.0 (mul first second)));
    let t = lanes!(m; (mul (sub inside {K}) (mul second inverse)));
    let series = polynomial(m, t, p.erf_far);
    let (_, below) = squares(m, p, x);
    let e = exp_below(m, p, below);
    let factor = lanes!(m; (mul series (mul first inverse)));
    let far = lanes!(m; (neg_mul_add e factor 1.0));
    lanes!(m; (xor (select Less size 1.0 near far) sign))
}

/// erfc(x) = 1 - erf(x) up to 1/2, then by R with x^2 in two floats, and erfc(-x) = 2 - erfc(x), DLMF 7.4.2
#[inline(always)]
pub(super) fn erfc<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let size = magnitude(m, p, x);
    let inside = lanes!(m; (min {p.erf_end.1} size));
    let t = lanes!(m; (div (sub inside {K}) (add inside {K})));
    // the first coefficient is large, and its rounding would be the largest error of all
    let series = polynomial(m, t, &p.erfc[1..]);
    let series = lanes!(m; (add (mul_add series t {p.erfc_low}) {p.erfc[0]}));
    let (square, below) = squares(m, p, x);
    let whole = lanes!(m; (min {p.erf_end.1 * p.erf_end.1} square));
    let lost = residual(m, p, inside, inside, whole);
    // this division waits for nothing but x
    let inverse = lanes!(m; (div 1.0 (mul_add inside 2.0 1.0)));
    // e^(lost - square) = e^(-square)*(1 + lost): lost is below 1e-13
    let factor = m.mul(series, inverse);
    let factor = m.mul_add(factor, lost, factor);
    let tail = exp_below_times(m, p, factor, below);
    let near = near(m, p, x);
    let far = lanes!(m; (select Less x 0.0 (sub 2.0 tail) tail));
    lanes!(m; (select Less size 0.5 (sub 1.0 near) far))
}
