//! The gamma function and its relatives: digamma, polygamma, beta, incomplete gammas, zeta.
//! Deliberately real: where the principal value is complex the answer is not a number.
//! Read next: `integral.rs`.

use super::is_whole;
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

/// DLMF 5.15.1: (-1)^(n + 1)*n!*zeta(n + 1, x), for whole n up to 170; x above -10000.
pub(crate) fn polygamma(a: &[f64]) -> f64 {
    let (n, x) = (a[0], a[1]);
    if n == 0.0 {
        return digamma(&[x]);
    }
    if !(1.0..=170.0).contains(&n) || !is_whole(n) {
        return f64::NAN;
    }
    let sign = if n % 2.0 == 1.0 { 1.0 } else { -1.0 };
    sign * factorial(&[n]) * hurwitz(n + 1.0, x)
}

/// Hurwitz's zeta of a whole s > 1, with the first terms taken off below 1.
fn hurwitz(s: f64, q: f64) -> f64 {
    if q > 0.0 {
        return if q.is_infinite() { 0.0 } else { cephes::zeta(s, q) };
    }
    if q.is_nan() || q <= -1e4 || is_whole(q) {
        return f64::NAN;
    }
    let (mut sum, mut at) = (0.0, q);
    while at < 1.0 {
        sum += at.powi(-(s as i32));
        at += 1.0;
    }
    sum + cephes::zeta(s, at)
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

/// DLMF 5.12.1; not at whole numbers below 1.
pub(crate) fn beta(args: &[f64]) -> f64 {
    let (a, b) = if args[0] >= args[1] { (args[0], args[1]) } else { (args[1], args[0]) };
    if !a.is_finite() || !b.is_finite() || (a <= 0.0 && is_whole(a)) || (b <= 0.0 && is_whole(b)) {
        return f64::NAN;
    }
    let sum = a + b;
    if sum <= 0.0 && is_whole(sum) {
        return 0.0;
    }
    if a < 15.0 && b > -100.0 && sum > -100.0 {
        return libm::tgamma(a) * (libm::tgamma(b) / libm::tgamma(sum));
    }
    if b <= -0.5 * a {
        return f64::NAN;
    }
    // log gamma(x) = (x - 1/2)*log(x) - x + log(2*pi)/2 + tail(x), DLMF 5.11.1
    if b < 15.0 {
        // gamma(b)*gamma(a)/gamma(a + b)
        let ratio = -(a - 0.5) * (b / a).ln_1p() - b * sum.ln() + b + stirling_tail(a) - stirling_tail(sum);
        return libm::tgamma(b) * ratio.exp();
    }
    let log = 0.5 * (2.0 * PI / b).ln() + b * (b / sum).ln() - (a - 0.5) * (b / a).ln_1p();
    (log + stirling_tail(a) + stirling_tail(b) - stirling_tail(sum)).exp()
}

/// The terms of Stirling's series, DLMF 5.11.1, for x of 7 and above.
fn stirling_tail(x: f64) -> f64 {
    let w = 1.0 / (x * x);
    let sum = 1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w * (1.0 / 1188.0 - w * 691.0 / 360_360.0))));
    sum / x
}

/// DLMF 8.2.2: for x > 0 (or x = 0 and a > 0), a above -50 where x is below 1.5.
pub(crate) fn uppergamma(args: &[f64]) -> f64 {
    let (a, x) = (args[0], args[1]);
    if !a.is_finite() || x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return if a > 0.0 { gamma(&[a]) } else { f64::NAN };
    }
    if x.is_infinite() {
        return 0.0;
    }
    if a > 0.0 {
        let q = cephes::igamc(a, x);
        return if a < 170.0 { libm::tgamma(a) * q } else { (libm::lgamma(a) + q.ln()).exp() };
    }
    if x >= 1.5 {
        return upper_fraction(a, x);
    }
    if a < -50.0 {
        return f64::NAN;
    }
    // Gamma(a, x) = (Gamma(a + 1, x) - x^a*exp(-x))/a, DLMF 8.8.2, from a start at 0 or in (0, 1)
    let steps = if is_whole(a) { -a } else { -a.floor() };
    let mut at = a + steps;
    let mut value = if is_whole(a) { cephes::expn(1, x) } else { libm::tgamma(at) * cephes::igamc(at, x) };
    while at > a + 0.5 {
        at -= 1.0;
        value = (value - x.powf(at) * (-x).exp()) / at;
    }
    value
}

/// The continued fraction DLMF 8.9.2 by Lentz's method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..10_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d == 0.0 { TINY } else { d };
        c = b + an / c;
        c = if c == 0.0 { TINY } else { c };
        h *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (a * x.ln() - x).exp() * h
}

/// DLMF 8.2.1: for x >= 0 and a > 0, or by its series for other a that are not whole and x up to 30.
pub(crate) fn lowergamma(args: &[f64]) -> f64 {
    let (a, x) = (args[0], args[1]);
    if !a.is_finite() || x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if a > 0.0 {
        let p = cephes::igam(a, x);
        if p < 1e-290 && a < 1e4 {
            return lower_series(a, x);
        }
        return if a < 170.0 { gamma(&[a]) * p } else { (libm::lgamma(a) + p.ln()).exp() };
    }
    if is_whole(a) || x == 0.0 || x > 30.0 || a < -1e3 {
        return f64::NAN;
    }
    lower_series(a, x)
}

fn lower_series(a: f64, x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    // x^a*exp(-x)*sum of x^n/(a*(a + 1)*...*(a + n)), DLMF 8.7.1
    let (mut term, mut sum, mut at) = (1.0 / a, 1.0 / a, a);
    for _ in 0..10_000 {
        at += 1.0;
        term *= x / at;
        sum += term;
        if at > 0.0 && term.abs() < 1e-17 * sum.abs() {
            break;
        }
    }
    (a * x.ln() - x).exp() * sum
}
