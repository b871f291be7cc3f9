//! How are gamma, its logarithm, digamma, beta and zeta worked out.
//! Deliberately real: where the principal value is complex the answer is not a number.
//! Read next: `polygamma.rs`, `incomplete.rs`.

use super::is_whole;
use super::two::Two;
use super::two_gamma::gammas;
use spec_math::cephes64 as cephes;
use std::f64::consts::PI;

/// DLMF 5.2.1; poles at 0, -1, -2, ...
pub(crate) fn gamma(a: &[f64]) -> f64 {
    let x = a[0];
    if x <= 0.0 && (is_whole(x) || x.is_infinite()) {
        return f64::NAN;
    }
    libm::tgamma(x)
}

pub(crate) fn factorial(a: &[f64]) -> f64 {
    gamma(&[a[0] + 1.0])
}

/// For x > 0; log(gamma) is complex below 0.
pub(crate) fn lgamma(a: &[f64]) -> f64 {
    if a[0] > 0.0 { libm::lgamma(a[0]) } else { f64::NAN }
}

/// DLMF 5.2.2; below 0 by reflection, 5.5.4.
pub(crate) fn digamma(a: &[f64]) -> f64 {
    let x = a[0];
    if x > 0.0 {
        if x.is_infinite() { x } else { cephes::psi(x) }
    } else if !x.is_finite() || is_whole(x) {
        f64::NAN
    } else {
        // psi(x) = psi(1 - x) - pi/tan(pi*x)
        digamma(&[1.0 - x]) - PI / (PI * (x - x.round())).tan()
    }
}

/// DLMF 25.2.1; the pole is at 1.
pub(crate) fn zeta(a: &[f64]) -> f64 {
    let s = a[0];
    if s == 1.0 || s.is_nan() || s < -1e4 {
        return f64::NAN;
    }
    if s < 0.0 && s % 2.0 == 0.0 {
        return 0.0;
    }
    cephes::riemann_zeta(s)
}

/// DLMF 5.12.1: gamma(a)*gamma(b)/gamma(a + b), through logarithms of 31 digits where gamma overflows or a + b is rounded;
/// not at whole numbers below 1.
pub(crate) fn beta(args: &[f64]) -> f64 {
    let (a, b) = if args[0] >= args[1] { (args[0], args[1]) } else { (args[1], args[0]) };
    let pole = |x: f64| x <= 0.0 && is_whole(x);
    if !a.is_finite() || !b.is_finite() || pole(a) || pole(b) {
        return f64::NAN;
    }
    if b > 0.0 && a + b < 30.0 {
        return libm::tgamma(a) * (libm::tgamma(b) / libm::tgamma(a + b));
    }
    let (a, b) = (Two::from(a), Two::from(b));
    gammas(&[a, b], &[a + b]).value()
}
