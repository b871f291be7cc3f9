//! How are Bessel's functions and Lambert's W worked out: by crates of others, with the limits that they leave out.
//! Deliberately real: where the principal value is complex the answer is not a number.
//! Read next: `airy.rs`.

use super::is_whole;
use super::two::{ONE, Two, ZERO};
use super::two_gamma::ln_gamma;
use complex_bessel::Error;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// An order or argument beyond this is refused.
const FAR: f64 = 1e6;

/// -1 for odd whole numbers.
fn parity(n: f64) -> f64 {
    if is_whole(n) && n % 2.0 != 0.0 { -1.0 } else { 1.0 }
}

/// J or I at 0.
fn at_zero(n: f64) -> f64 {
    match () {
        () if n == 0.0 => 1.0,
        () if n > 0.0 || is_whole(n) => 0.0,
        () => f64::NAN,
    }
}

/// Order, |x| and the sign of J(n, x) or I(n, x) beside the one of x > 0, or the value where no series is asked. Below 0
/// the sign is (-1)^n for whole n, and others are not real.
fn regular(a: &[f64]) -> Result<(f64, f64, f64), f64> {
    let (n, x) = (a[0], a[1]);
    if n.is_nan() || n.abs() > FAR || !x.is_finite() || (x < 0.0 && !is_whole(n)) {
        return Err(f64::NAN);
    }
    if x == 0.0 {
        return Err(at_zero(n));
    }
    Ok((n, x.abs(), if x < 0.0 { parity(n) } else { 1.0 }))
}

/// (x/2)^n times the sum of (square/4)^k/(k!*gamma(n + k + 1)), DLMF 10.2.2 and 10.25.2 with square = -x^2 and x^2, for
/// orders that are not -1, -2, ... and so large beside x that a recurrence would overflow on its way.
fn by_series(n: f64, x: f64, square: f64) -> f64 {
    if x * x > 16.0 * (n.abs() + 1.0) {
        return f64::NAN;
    }
    let (order, quarter) = (Two::from(n), Two::from(x) * Two::from(x) * Two::from(square.signum() / 4.0));
    let (mut sum, mut term, mut size) = (ONE, ONE, 1.0_f64);
    for k in 1..2000 {
        let k = Two::from(f64::from(k));
        term = term * quarter / (k * (order + k));
        sum = sum + term;
        size = size.max(term.size());
        if term.size() < 1e-20 * sum.size() && (n > 0.0 || k.value() > -n) || term.size() < 1e-200 {
            break;
        }
    }
    let (ln, sign) = ln_gamma(order + ONE);
    let power = (order * (Two::from(x) / Two::from(2.0)).ln() - ln).exp().value();
    if size < 1e16 * sum.size() { sign * power * sum.value() } else { f64::NAN }
}

pub(crate) fn besselj(a: &[f64]) -> f64 {
    let (n, x, sign) = match regular(a) {
        Ok(regular) => regular,
        Err(value) => return value,
    };
    // 10.4.1
    let (n, sign) = if n < 0.0 && is_whole(n) { (-n, sign * parity(n)) } else { (n, sign) };
    if is_far(n, x) {
        return sign * far(n, x, 0.0);
    }
    sign * complex_bessel::besselj(n, x.into()).map_or_else(|_| by_series(n, x, -1.0), |z| z.re)
}

/// For x > 0.
pub(crate) fn bessely(a: &[f64]) -> f64 {
    let (n, x) = (a[0], a[1]);
    if n.is_nan() || n.abs() > FAR || !x.is_finite() || x <= 0.0 {
        return f64::NAN;
    }
    if is_far(n, x) {
        return far(n, x, FRAC_PI_2);
    }
    match complex_bessel::bessely(n, x.into()) {
        Ok(z) => z.re,
        Err(Error::Overflow) if n >= 0.0 => f64::NEG_INFINITY,
        // Y(-n) = cos(n*pi)*Y(n) + sin(n*pi)*J(n), from 10.2.3
        Err(Error::Overflow) => match cos_pi(n) {
            0.0 => cos_pi(-n - 0.5) * besselj(&[-n, x]),
            cos => -cos * f64::INFINITY,
        },
        Err(_) => f64::NAN,
    }
}

/// cos(n*pi), exact where it is a whole number or 0.
fn cos_pi(n: f64) -> f64 {
    let near = n.round();
    if (n - near).abs() == 0.5 { 0.0 } else { parity(near) * (PI * (n - near)).cos() }
}

/// Where the asymptotic series serves, though its terms may first grow to exp(n^2/(2x)): it knows the phase better than
/// a recurrence does.
fn is_far(n: f64, x: f64) -> bool {
    x > 100.0 && n * n < 60.0 * x
}

/// sqrt(2/(pi*x))*(cos(w)*P - sin(w)*Q) with w = x - n*pi/2 - pi/4 - turn, DLMF 10.17.3.
fn far(n: f64, x: f64, turn: f64) -> f64 {
    let (even, odd) = if n * n < 8.0 * x { parts_in_floats(n, x) } else { parts_in_two(n, x) };
    let phase = (n % 4.0) * FRAC_PI_2 + FRAC_PI_4 + turn;
    let (sin, cos) = (x.sin() * phase.cos() - x.cos() * phase.sin(), x.cos() * phase.cos() + x.sin() * phase.sin());
    (2.0 / PI / x).sqrt() * (cos * even - sin * odd)
}

/// P and Q, the sums of 10.17.3 over even and odd terms; the terms by 10.17.1.
fn parts_in_floats(n: f64, x: f64) -> (f64, f64) {
    let (mut parts, mut term) = ([0.0, 0.0], 1.0);
    for k in 0..60_u32 {
        parts[k as usize % 2] += if k % 4 < 2 { term } else { -term };
        let step = f64::from(2 * k + 1);
        term *= (4.0 * n * n - step * step) / (8.0 * f64::from(k + 1) * x);
        if term.abs() < 1e-18 {
            break;
        }
    }
    (parts[0], parts[1])
}

/// The same in two floats, for the terms that grow to exp(30).
fn parts_in_two(n: f64, x: f64) -> (f64, f64) {
    let (mut parts, mut term) = ([ZERO, ZERO], ONE);
    let (order, x) = (Two::from(2.0 * n), Two::from(8.0 * x));
    for k in 0..200_u32 {
        let part = &mut parts[k as usize % 2];
        *part = *part + if k % 4 < 2 { term } else { -term };
        let step = Two::from(f64::from(2 * k + 1));
        term = term * (order - step) * (order + step) / (x * Two::from(f64::from(k + 1)));
        if term.size() < 1e-18 {
            return (parts[0].value(), parts[1].value());
        }
    }
    (f64::NAN, f64::NAN)
}

pub(crate) fn besseli(a: &[f64]) -> f64 {
    let (n, x, sign) = match regular(a) {
        Ok(regular) => regular,
        Err(value) => return value,
    };
    // 10.27.1
    let n = if is_whole(n) { n.abs() } else { n };
    match complex_bessel::besseli(n, x.into()) {
        Ok(z) => sign * z.re,
        // exp(x) decides
        Err(_) if x > 800.0 && x > 2.0 * n.abs() => sign * f64::INFINITY,
        Err(Error::Overflow) if n >= 0.0 => sign * f64::INFINITY,
        Err(_) => sign * by_series(n, x, 1.0),
    }
}

/// For x > 0.
pub(crate) fn besselk(a: &[f64]) -> f64 {
    let (n, x) = (a[0].abs(), a[1]);
    if n.is_nan() || n > FAR || !x.is_finite() || x <= 0.0 {
        return f64::NAN;
    }
    if x > 1e4 && n < 0.1 * x {
        // exp(-9000) is 0 in floats
        return 0.0;
    }
    match complex_bessel::besselk(n, x.into()) {
        Ok(z) => z.re,
        Err(Error::Overflow) => f64::INFINITY,
        Err(_) => f64::NAN,
    }
}

/// W0 for x >= -1/e.
pub(crate) fn lambertw(a: &[f64]) -> f64 {
    match a[0] {
        x if x.is_infinite() && x > 0.0 => x,
        0.0 => 0.0,
        x => lambert_w::lambert_w0(x),
    }
}
