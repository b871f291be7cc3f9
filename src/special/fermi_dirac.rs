//! How is the polylogarithm of -exp(mu) worked out for mu >= 0: Fermi and Dirac's integral, DLMF 25.12.16.
//! Deliberately knows two ways only: Hurwitz's zeta for small and negative orders, quadrature for others.
//! Read next: `two.rs`.

use super::gamma;
use super::polygamma::FACTORS;
use std::f64::consts::{FRAC_PI_2, PI};

/// A complex number of floats.
type Pair = (f64, f64);

/// z^power for a real power.
fn powered(z: Pair, power: f64) -> Pair {
    let (size, angle) = (z.0.hypot(z.1).powf(power), z.1.atan2(z.0) * power);
    (size * angle.cos(), size * angle.sin())
}

/// Li(s, -y) for s < 1/2 and y >= 1/2, by Jonquière's formula, DLMF 25.13.2 for complex x:
/// 2*gamma(1 - s)*(2*pi)^(s - 1)*re(i^(1 - s)*zeta(1 - s, 1/2 - i*log(y)/(2*pi))).
pub(super) fn by_hurwitz(s: f64, y: f64) -> f64 {
    if s < -160.0 {
        return f64::NAN;
    }
    let (value, size) = hurwitz(s, (0.5, -y.ln() / (2.0 * PI)));
    // i^(1 - s); near s = 0 the first part is small where zeta has its pole, so its relative error counts
    let quarter = FRAC_PI_2 * (s % 4.0);
    let (re, im) = (quarter.sin(), quarter.cos());
    let real = re * value.0 - im * value.1;
    if re.abs() * size.0 + im.abs() * size.1 > 1e2 * real.abs() {
        return f64::NAN;
    }
    2.0 * gamma::gamma(&[1.0 - s]) * (2.0 * PI).powf(s - 1.0) * real
}

/// zeta(1 - s, q) by Euler and Maclaurin's sum, DLMF 25.11.7, and the size of the largest term of either part.
fn hurwitz(s: f64, q: Pair) -> (Pair, Pair) {
    let order = 1.0 - s;
    let (mut sum, mut size) = ((0.0, 0.0), (0.0_f64, 0.0_f64));
    let mut add = |term: Pair, factor: f64| {
        let term = (factor * term.0, factor * term.1);
        sum = (sum.0 + term.0, sum.1 + term.1);
        size = (size.0.max(term.0.abs()), size.1.max(term.1.abs()));
    };
    let mut at = q;
    while at.0.hypot(at.1) < 0.5 * order + 12.0 {
        add(powered(at, -order), 1.0);
        at.0 += 1.0;
    }
    add(powered(at, s), -1.0 / s);
    add(powered(at, -order), 0.5);
    let mut rising = order;
    for (k, factor) in FACTORS.iter().enumerate() {
        let twice = 2.0 * (k as f64 + 1.0);
        add(powered(at, s - twice), factor * rising);
        rising *= (order + twice - 1.0) * (order + twice);
    }
    (sum, size)
}

/// Li(s, -exp(mu)) for s >= 1/2: -1/gamma(s) times the integral of t^(s - 1)/(1 + exp(t - mu)), which is
/// mu^s/s + the integral of (mu + v)^(s - 1)/(1 + exp(v)) over v > 0 - that of (mu - v)^(s - 1)/(1 + exp(v)) up to mu.
pub(super) fn by_quadrature(s: f64, y: f64) -> f64 {
    if s > 100.0 {
        return f64::NAN;
    }
    let mu = y.ln();
    let end = 45.0 + 3.0 * s;
    // high powers make a narrow peak
    let steps = if s < 4.0 { 16 } else { 32 };
    let weight = |v: f64| (-v).exp() / (1.0 + (-v).exp());
    let above = doubly_exponential(steps, end, |v, _| (mu + v).powf(s - 1.0) * weight(v));
    let below = if mu <= end {
        doubly_exponential(steps, mu, |v, left| left.powf(s - 1.0) * weight(v))
    } else {
        doubly_exponential(steps, end, |v, _| (mu - v).powf(s - 1.0) * weight(v))
    };
    -(mu.powf(s) / s + (above - below)) / gamma::gamma(&[s])
}

/// The integral from 0 to `end` of f(v, end - v), which may have a root's pole at the end: v = end/(1 + exp(-pi*sinh(t)))
/// and the trapezoidal rule (Takahasi and Mori, Publ. RIMS 9, 1974).
fn doubly_exponential(steps: i32, end: f64, f: impl Fn(f64, f64) -> f64) -> f64 {
    let step = f64::from(steps).recip();
    let mut total = 0.0;
    for k in -4 * steps - 4..=4 * steps + 4 {
        let t = f64::from(k) * step;
        let e = (-PI * t.sinh()).exp();
        let (v, left) = (end / (1.0 + e), end / (1.0 + 1.0 / e));
        let weight = PI * t.cosh() * v * left / end;
        if weight > 1e-300 && left > 0.0 {
            total += weight * f(v, left);
        }
    }
    total * step
}
