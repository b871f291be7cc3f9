//! How are the derivatives of digamma worked out.
//! Deliberately for whole orders only: there is more than one way to go between them.
//! Read next: `incomplete.rs`.

use super::two::Two;
use super::two_gamma::ln_gamma;
use super::{gamma::digamma, is_whole};

/// DLMF 5.15.1: (-1)^(n + 1)*n!*zeta(n + 1, x), for n = 0, 1, 2, ...; poles at x = 0, -1, -2, ...
pub(crate) fn polygamma(args: &[f64]) -> f64 {
    let (n, x) = (args[0], args[1]);
    if n == 0.0 {
        return digamma(&[x]);
    }
    if !(1.0..=1e4).contains(&n) || !is_whole(n) || x.is_nan() {
        return f64::NAN;
    }
    let sign = if n % 2.0 == 1.0 { 1.0 } else { -1.0 };
    if x > 0.0 {
        return if x.is_infinite() { 0.0 } else { sign * from(n, x) };
    }
    if is_whole(x) || x.is_infinite() {
        return f64::NAN;
    }
    // the terms of the sum below 0 are those of z, z + 1, ..., -x, with y = 1 - z the first above 0
    let (y, z) = (x - x.floor(), x.ceil() - x);
    // for even n the first two cancel at halves, and must meet first
    (sign * from(n, y) + from(n, z)) - from(n, 1.0 - x)
}

/// B(2k)/(2k)! for k = 1, 2, ...: DLMF 24.2(iv).
pub(super) const FACTORS: [f64; 10] = [
    1.0 / 12.0,
    -1.0 / 720.0,
    1.0 / 30_240.0,
    -1.0 / 1_209_600.0,
    1.0 / 47_900_160.0,
    -691.0 / 1_307_674_368_000.0,
    1.0 / 74_724_249_600.0,
    -3617.0 / 10_670_622_842_880_000.0,
    43_867.0 / 5_109_094_217_170_944_000.0,
    -174_611.0 / 802_857_662_698_291_200_000.0,
];

/// n!*zeta(n + 1, x) for x > 0: terms up to n/2 + 12, then 5.15.8 for the rest; all over the first term, which may be
/// far out of the floats' range.
fn from(n: f64, x: f64) -> f64 {
    let s = n + 1.0;
    let power = |y: f64| (-s * ((y - x) / x).ln_1p()).exp();
    let (mut total, mut at) = (0.0, x);
    while at < 0.5 * n + 12.0 {
        let term = power(at);
        total += term;
        at += 1.0;
        if term < 1e-18 * total {
            break;
        }
    }
    let mut series = at / n + 0.5;
    let mut term = s / at;
    for (k, factor) in FACTORS.iter().enumerate() {
        series += factor * term;
        let twice = 2.0 * (k as f64 + 1.0);
        term *= (s + twice - 1.0) * (s + twice) / (at * at);
    }
    total += power(at) * series;
    let (factorial, power) = (libm::tgamma(s), x.powf(-s));
    if n < 150.0 && (1e-150..1e150).contains(&power) && factorial < 1e150 {
        return factorial * power * total;
    }
    let first = ln_gamma(Two::from(s)).0 - Two::from(s) * Two::from(x).ln();
    (first + Two::from(total).ln()).exp().value()
}
