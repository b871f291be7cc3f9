//! How are Bessel's functions and Lambert's W worked out: by crates of others, with the limits that they leave out.
//! Deliberately real: where the principal value is complex the answer is not a number.
//! Read next: `airy.rs`.

use super::is_whole;
use complex_bessel::Error;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// An order or argument beyond this is refused.
const FAR: f64 = 1e6;

/// The sign of f(-x) beside f(x) for J and I: (-1)^n for whole n; not real for others.
fn mirrored(n: f64, x: f64) -> Option<f64> {
    match () {
        () if x > 0.0 => Some(1.0),
        () if !is_whole(n) => None,
        () => Some(if n % 2.0 == 0.0 { 1.0 } else { -1.0 }),
    }
}

/// J or I at 0.
fn at_zero(n: f64) -> f64 {
    match () {
        () if n == 0.0 => 1.0,
        () if n > 0.0 || is_whole(n) => 0.0,
        () => f64::NAN,
    }
}

/// Order, argument and the sign of mirroring for J and I, or their value where no series is asked.
fn regular(a: &[f64]) -> Result<(f64, f64, f64), f64> {
    let (n, x) = (a[0], a[1]);
    if n.is_nan() || n.abs() > FAR || !x.is_finite() {
        return Err(f64::NAN);
    }
    if x == 0.0 {
        return Err(at_zero(n));
    }
    mirrored(n, x).map(|sign| (n, x, sign)).ok_or(f64::NAN)
}

pub(crate) fn besselj(a: &[f64]) -> f64 {
    let (n, x, sign) = match regular(a) {
        Ok(regular) => regular,
        Err(value) => return value,
    };
    let x = x.abs();
    if is_far(n, x) {
        return sign * far(n, x, 0.0);
    }
    complex_bessel::besselj(n, x.into()).map_or(f64::NAN, |z| sign * z.re)
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
        Err(_) => f64::NAN,
    }
}

/// Where the asymptotic series cancels by exp(4) at most; there it knows the phase better than a recurrence does.
fn is_far(n: f64, x: f64) -> bool {
    x > 100.0 && n * n < 8.0 * x
}

/// sqrt(2/(pi*x))*(cos(w)*P - sin(w)*Q) with w = x - n*pi/2 - pi/4 - turn, DLMF 10.17.3.
fn far(n: f64, x: f64, turn: f64) -> f64 {
    let (mut even, mut odd, mut term) = (0.0, 0.0, 1.0);
    for k in 0..60_u32 {
        match k % 4 {
            0 => even += term,
            1 => odd += term,
            2 => even -= term,
            _ => odd -= term,
        }
        // 10.17.1
        let step = f64::from(2 * k + 1);
        term *= (4.0 * n * n - step * step) / (8.0 * f64::from(k + 1) * x);
        if term.abs() < 1e-18 {
            break;
        }
    }
    let phase = (n % 4.0) * FRAC_PI_2 + FRAC_PI_4 + turn;
    let (sin, cos) = (x.sin() * phase.cos() - x.cos() * phase.sin(), x.cos() * phase.cos() + x.sin() * phase.sin());
    (2.0 / PI / x).sqrt() * (cos * even - sin * odd)
}

pub(crate) fn besseli(a: &[f64]) -> f64 {
    let (n, x, sign) = match regular(a) {
        Ok(regular) => regular,
        Err(value) => return value,
    };
    match complex_bessel::besseli(n, x.abs().into()) {
        Ok(z) => sign * z.re,
        Err(Error::Overflow) if n >= 0.0 => sign * f64::INFINITY,
        Err(_) => f64::NAN,
    }
}

/// For x > 0.
pub(crate) fn besselk(a: &[f64]) -> f64 {
    let (n, x) = (a[0].abs(), a[1]);
    if n.is_nan() || n > FAR || !x.is_finite() || x <= 0.0 {
        return f64::NAN;
    }
    if x > 1e4 && n < 1e2 {
        // exp(-10000) is 0 in floats
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
