//! Bessel and Airy functions, elliptic integrals, Lambert's W: crates of others, with the limits that they leave out.
//! Deliberately real: where the principal value is complex the answer is not a number.
//! Read next: `series.rs`.

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
    if x > 1e9 {
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
    if x > 1e9 {
        return far(n, x, FRAC_PI_2);
    }
    match complex_bessel::bessely(n, x.into()) {
        Ok(z) => z.re,
        Err(Error::Overflow) if n >= 0.0 => f64::NEG_INFINITY,
        Err(_) => f64::NAN,
    }
}

/// sqrt(2/(pi*x))*(cos(w) - (4n^2 - 1)/(8x)*sin(w)) with w = x - n*pi/2 - pi/4 - turn: DLMF 10.17.3 for small orders.
fn far(n: f64, x: f64, turn: f64) -> f64 {
    if n.abs() > 30.0 {
        return f64::NAN;
    }
    let phase = (n % 4.0) * FRAC_PI_2 + FRAC_PI_4 + turn;
    let (sin, cos) = (x.sin() * phase.cos() - x.cos() * phase.sin(), x.cos() * phase.cos() + x.sin() * phase.sin());
    (2.0 / PI / x).sqrt() * (cos - (4.0 * n * n - 1.0) / 8.0 / x * sin)
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

pub(crate) fn airyai(a: &[f64]) -> f64 {
    match a[0] {
        x if x > 1e4 => 0.0,
        x if x.is_finite() => complex_bessel::airy(x.into()).map_or(f64::NAN, |z| z.re),
        _ => f64::NAN,
    }
}

pub(crate) fn airybi(a: &[f64]) -> f64 {
    match a[0] {
        x if x > 1e4 => f64::INFINITY,
        x if x.is_finite() => match complex_bessel::biry(x.into()) {
            Ok(z) => z.re,
            Err(Error::Overflow) if x > 0.0 => f64::INFINITY,
            Err(_) => f64::NAN,
        },
        _ => f64::NAN,
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

/// DLMF 19.2.8, parameter m < 1.
pub(crate) fn elliptic_k(a: &[f64]) -> f64 {
    let m = a[0];
    if m < 1.0 && m.is_finite() { ellip::ellipk(m).unwrap_or(f64::NAN) } else { f64::NAN }
}

/// DLMF 19.2.8, parameter m <= 1.
pub(crate) fn elliptic_e(a: &[f64]) -> f64 {
    let m = a[0];
    if m <= 1.0 && m.is_finite() { ellip::ellipe(m).unwrap_or(f64::NAN) } else { f64::NAN }
}

fn amplitude(phi: f64, m: f64) -> bool {
    phi.abs() <= FAR && m.is_finite() && m * phi.sin().powi(2) < 1.0 && (m < 1.0 || phi.abs() < FRAC_PI_2)
}

pub(crate) fn elliptic_f(a: &[f64]) -> f64 {
    let (phi, m) = (a[0], a[1]);
    if amplitude(phi, m) { ellip::ellipf(phi, m).unwrap_or(f64::NAN) } else { f64::NAN }
}

pub(crate) fn elliptic_e_incomplete(a: &[f64]) -> f64 {
    let (phi, m) = (a[0], a[1]);
    if amplitude(phi, m) { ellip::ellipeinc(phi, m).unwrap_or(f64::NAN) } else { f64::NAN }
}

/// For n < 1 and m < 1.
pub(crate) fn elliptic_pi(a: &[f64]) -> f64 {
    let (n, m) = (a[0], a[1]);
    if n < 1.0 && m < 1.0 && n.is_finite() && m.is_finite() { ellip::ellippi(n, m).unwrap_or(f64::NAN) } else { f64::NAN }
}

/// For n*sin(phi)^2 < 1; beyond |phi| = pi/2 for n < 1.
pub(crate) fn elliptic_pi_incomplete(a: &[f64]) -> f64 {
    let (n, phi, m) = (a[0], a[1], a[2]);
    if amplitude(phi, m) && n.is_finite() && n * phi.sin().powi(2) < 1.0 && (n < 1.0 || phi.abs() < FRAC_PI_2) {
        ellip::ellippiinc(phi, n, m).unwrap_or(f64::NAN)
    } else {
        f64::NAN
    }
}
