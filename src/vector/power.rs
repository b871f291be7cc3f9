//! How are powers with real exponents, the cube root, the square root and hypot worked out.
//! Deliberately real: not a number where the principal value is not.
//! Read next: `error_function.rs`.

use super::arithmetic::{lanes, magnitude, polynomial, product, sign, undefined_where};
use super::exp::exp_of_sum;
use super::log::{log_in_two, parts};
use super::machine::{Compare, Machine};
use super::precision::Precision;

/// a^b = e^(b*log|a|) with the logarithm and the product in two floats; negative where a is and b is odd.
#[inline(always)]
pub(super) fn power<M: Machine + ?Sized>(m: &mut M, p: &Precision, a: M::Value, b: M::Value) -> M::Value {
    let (size, sign) = (magnitude(m, p, a), sign(m, p, a));
    let (zero, normal) = (m.constant(0.0), m.constant(p.normal.0));
    // 0^b for b <= 0, subnormal a; then infinite a or b and NaN, for which 0*a + 0*b is NaN
    let edge = lanes!(m; (select Equal size zero b size));
    m.rare(Compare::Less, edge, normal);
    let finite = lanes!(m; (mul_add a zero (mul b zero)));
    m.rare(Compare::NotEqual, finite, zero);
    let inside = lanes!(m; (max {-p.power_range.0} (min {p.power_range.0} b)));
    let (high, low) = log_in_two(m, p, size);
    let (whole, lost) = product(m, p, high, inside);
    let rest = m.mul_add(low, inside, lost);
    let y = exp_of_sum(m, p, whole, rest);
    let y = lanes!(m; (select Equal size zero zero y));
    let half = lanes!(m; (mul b 0.5));
    let signed = m.xor(y, sign);
    let signed = lanes!(m; (select Equal half (floor half) y signed));
    let unsigned = lanes!(m; (select Less a zero {f64::NAN} y));
    lanes!(m; (select Equal b (floor b) signed unsigned))
}

/// x^(1/3) for x >= 0: x = 2^(3q)*y, a polynomial for a start at the root of y, and one step of Halley's method.
#[inline(always)]
pub(super) fn cbrt<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value) -> M::Value {
    let (k, fraction) = parts(m, p, x);
    let thirds = lanes!(m; (mul_add k {1.0 / 3.0} {p.magic}));
    // k - 3q is -1, 0 or 1 and goes back into the fraction
    let left = lanes!(m; (neg_mul_add (sub thirds {p.magic}) 3.0 k));
    let left_bits = lanes!(m; (add left {p.magic}));
    let left_bits = m.shift_left(left_bits, p.mantissa);
    let y = m.integer_add(fraction, left_bits);
    let factor = lanes!(m; (select Less left 0.0 {0.793_700_525_984_099_7} 1.0));
    let factor = lanes!(m; (select Less 0.0 left {1.259_921_049_894_873_2} factor));
    let start = polynomial(m, fraction, p.cbrt);
    let start = m.mul(start, factor);
    let cube = lanes!(m; (mul (mul start start) start));
    let step = lanes!(m; (div (sub y cube) (add (add cube cube) y)));
    let root = m.mul_add(start, step, start);
    let shift = m.shift_left(thirds, p.mantissa);
    let root = m.integer_add(root, shift);
    let root = lanes!(m; (select Less 0.0 x root x));
    let root = lanes!(m; (select Less x {f64::INFINITY} root x));
    undefined_where(m, Compare::Less, x, 0.0, root)
}

/// The square root.
#[inline(always)]
pub(super) fn sqrt<M: Machine + ?Sized>(m: &mut M, _: &Precision, x: M::Value) -> M::Value {
    m.sqrt(x)
}

/// sqrt(x^2 + y^2), where neither square overflows and the larger one is no subnormal number.
#[inline(always)]
pub(super) fn hypot<M: Machine + ?Sized>(m: &mut M, p: &Precision, x: M::Value, y: M::Value) -> M::Value {
    let sum = lanes!(m; (mul_add x x (mul y y)));
    let (least, largest) = (m.constant(p.square_range.0), m.constant(p.square_range.1));
    m.rare(Compare::Less, sum, least);
    m.rare(Compare::Less, largest, sum);
    // infinity with NaN is infinity
    m.rare(Compare::NotEqual, sum, sum);
    m.sqrt(sum)
}
