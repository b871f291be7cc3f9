//! How are gamma, the logarithm of gamma and digamma worked out for x > 0.
//! Deliberately leaves x <= 0 of gamma and digamma to the slow path, where reflection needs the sine of pi*x.
//! Read next: `block.rs`.

use super::arithmetic::{lanes, ordered_sum, polynomial, product, residual, sum};
use super::exp::exp_times;
use super::log::{log, log_in_two};
use super::machine::{Compare, Machine};
use super::precision::Precision;

/// Stirling's series in the exponent, DLMF 5.11.1, of y = x, or of y = x + 4 for x < 4 with
/// gamma(x) = gamma(x + 4)/(x*(x + 1)*(x + 2)*(x + 3)); all that decides the exponent's last bits goes in two doubles.
#[inline(always)]
pub(super) fn gamma<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    // where 1/x is far from overflow: splitting it multiplies it
    let least = m.constant(p.inverse_range.0 * 1e4);
    m.rare(Compare::Less, x, least);
    let x = lanes!(m; (min {p.gamma_limit} x));
    let four = m.constant(4.0);
    let (up, lost) = sum(m, x, four);
    let y = lanes!(m; (select Less x four up x));
    let y_low = lanes!(m; (select Less x four lost 0.0));
    // x*(x + 3) = w, (x + 1)*(x + 2) = w + 2
    let three = m.constant(3.0);
    let (other, other_low) = sum(m, x, three);
    let (w, lost) = product(m, p, x, other);
    let w_low = m.mul_add(x, other_low, lost);
    let two = m.constant(2.0);
    let (v, lost) = sum(m, w, two);
    let v_low = m.add(lost, w_low);
    let (below, lost) = product(m, p, w, v);
    let below_low = lanes!(m; (mul_add w v_low (mul_add w_low v lost)));
    let below = lanes!(m; (select Less x four below 1.0));
    let below_low = lanes!(m; (select Less x four below_low 0.0));
    // 1/(below + below_low) = inverse*(1 + correction)
    let one = m.constant(1.0);
    let inverse = m.div(one, below);
    let rest = residual(m, p, inverse, below, one);
    let correction = m.neg_mul_add(below_low, inverse, rest);
    // (y - 1/2)*log(y) - y + log(2*pi)/2 + S(1/y^2)/y
    let (high, low) = log_in_two(m, p, y);
    let less = lanes!(m; (sub y 0.5));
    let (main, lost_1) = product(m, p, high, less);
    let lost_1 = m.mul_add(low, less, lost_1);
    let (main, lost_2) = ordered_difference(m, main, y);
    let root = m.constant(p.log_root.0);
    let (main, lost_3) = sum(m, main, root);
    let flat = m.div(one, y);
    let series = polynomial_of_square(m, flat, p.stirling);
    let slope = lanes!(m; (neg_mul_add flat 0.5 high));
    let small = lanes!(m; (mul_add series flat (mul_add y_low slope correction)));
    let lost = lanes!(m; (add (add lost_1 lost_2) (add lost_3 {p.log_root.1})));
    let small = m.add(small, lost);
    let (main, small) = ordered_sum(m, main, small);
    exp_times(m, p, inverse, main, small)
}

/// a - b and what its rounding lost, |a| >= |b|.
#[inline(always)]
fn ordered_difference<M: Machine + ?Sized>(m: &mut M, a: M::Value, b: M::Value) -> (M::Value, M::Value) {
    let difference = m.sub(a, b);
    let lost = lanes!(m; (sub (sub a difference) b));
    (difference, lost)
}

#[inline(always)]
fn polynomial_of_square<M: Machine + ?Sized>(m: &mut M, x: M::Value, coefficients: &[f64]) -> M::Value {
    let square = m.mul(x, x);
    polynomial(m, square, coefficients)
}

/// log(gamma(x)) for x > 0. From 7.5 on Stirling's series; below, with a whole n near x and d = x - n from -3/4 to 1/2:
/// log(gamma(2 + d)) = d*L(d), and the logarithm of the factors between 2 + d and x, DLMF 5.5.1.
#[inline(always)]
pub(super) fn lgamma<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (zero, one) = (m.constant(0.0), m.constant(1.0));
    let n = lanes!(m; (max 2.0 (round x)));
    let n = lanes!(m; (select Less x 1.25 one n));
    let n = lanes!(m; (select Less x 0.25 zero n));
    let d = m.sub(x, n);
    let factors = lanes!(m; (select Less x 1.25 x one));
    let mut factors = lanes!(m; (mul factors (select Less x 0.25 (add x one) one)));
    for step in [1.0, 2.0, 3.0, 4.0, 5.0] {
        factors = lanes!(m; (mul factors (select Less {step + 1.5} n (sub x {step}) one)));
    }
    let factors = lanes!(m; (select Less x 7.5 factors x));
    let log = log(m, p, factors);
    let series = polynomial(m, d, p.lgamma);
    let log_signed = lanes!(m; (select Less x 1.25 (sub zero log) log));
    let near = m.mul_add(d, series, log_signed);
    // (x - 1/2)*(log(x) - 1) + log(2*pi)/2 - 1/2 + S(1/x^2)/x
    let flat = m.div(one, x);
    let series = polynomial_of_square(m, flat, p.stirling_far);
    let small = lanes!(m; (mul_add series flat {p.log_root.0 - 0.5}));
    let far = lanes!(m; (mul_add (sub x 0.5) (sub log one) small));
    let y = lanes!(m; (select Less x 7.5 near far));
    lanes!(m; (select Less x zero {f64::NAN} y))
}

/// digamma(x) for x > 0. From 6.2 on its asymptotic series, DLMF 5.11.2; below, digamma(z) = (z - root)*D(z - 8/5) for
/// z = x less a whole number with z from 1 to 2.2, and the sum of 1/(x - i), DLMF 5.5.2, as one fraction.
#[inline(always)]
pub(super) fn digamma<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (zero, one) = (m.constant(0.0), m.constant(1.0));
    m.rare(Compare::LessEqual, x, zero);
    let mut above = lanes!(m; (select Less x one {-1.0} zero));
    let mut below = lanes!(m; (select Less x one x one));
    let mut z = lanes!(m; (select Less x one (add x one) x));
    for step in [1.0, 2.0, 3.0, 4.0] {
        let less = lanes!(m; (sub x {step}));
        let limit = m.constant(1.2 + step);
        let above_next = m.mul_add(above, less, below);
        let below_next = m.mul(below, less);
        above = lanes!(m; (select Less limit x above_next above));
        below = lanes!(m; (select Less limit x below_next below));
        z = lanes!(m; (select Less limit x less z));
    }
    let series = lanes!(m; (sub z 1.6));
    let series = polynomial(m, series, p.digamma);
    let from_root = lanes!(m; (sub (sub z {p.digamma_root.0}) {p.digamma_root.1}));
    let near = lanes!(m; (mul_add from_root series (div above below)));
    let log = log(m, p, x);
    let flat = m.div(one, x);
    let square = m.mul(flat, flat);
    let series = polynomial(m, square, p.digamma_far);
    let small = lanes!(m; (mul_add square series (mul flat 0.5)));
    let far = m.sub(log, small);
    lanes!(m; (select Less x 6.2 near far))
}
