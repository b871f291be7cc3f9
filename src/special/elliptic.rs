//! How are Legendre's elliptic integrals worked out: Carlson's symmetric ones, with the limits and principal values.
//! Deliberately real, with parameters m = k^2 and n = alpha^2.
//! Read next: `hypergeometric.rs`.

use std::f64::consts::{FRAC_PI_2, PI};

/// An amplitude beyond this is refused.
const FAR: f64 = 1e6;
/// What pi has below its last digit as a float.
const PI_REST: f64 = 1.224_646_799_147_353_2e-16;

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

/// Where the integrand is real all the way.
fn amplitude(phi: f64, m: f64) -> bool {
    phi.abs() <= FAR && m.is_finite() && m * phi.sin().powi(2) < 1.0 && (m < 1.0 || phi.abs() < FRAC_PI_2)
}

/// DLMF 19.2.4, for m*sin(phi)^2 < 1; beyond |phi| = pi/2 for m < 1.
pub(crate) fn elliptic_f(a: &[f64]) -> f64 {
    let (phi, m) = (a[0], a[1]);
    if amplitude(phi, m) { ellip::ellipf(phi, m).unwrap_or(f64::NAN) } else { f64::NAN }
}

/// DLMF 19.2.5, for m*sin(phi)^2 <= 1; beyond |phi| = pi/2 for m <= 1.
pub(crate) fn elliptic_e_incomplete(a: &[f64]) -> f64 {
    let (phi, m) = (a[0], a[1]);
    if m == 1.0 && phi.abs() <= FAR {
        // the integral of |cos(phi)|
        let (turns, rest) = reduced(phi);
        return 2.0 * turns + rest.sin();
    }
    if amplitude(phi, m) { ellip::ellipeinc(phi, m).unwrap_or(f64::NAN) } else { f64::NAN }
}

/// phi = turns*pi + rest with |rest| <= pi/2
fn reduced(phi: f64) -> (f64, f64) {
    let turns = (phi / PI).round();
    (turns, turns.mul_add(-PI, phi) - turns * PI_REST)
}

/// DLMF 19.2.7 at pi/2, for m < 1 and n other than 1; Cauchy's principal value for n > 1.
pub(crate) fn elliptic_pi(a: &[f64]) -> f64 {
    let (n, m) = (a[0], a[1]);
    if m < 1.0 && m.is_finite() && n.is_finite() && n != 1.0 { third(n, 1.0, 0.0, m) } else { f64::NAN }
}

/// DLMF 19.2.7, for m*sin(phi)^2 < 1; Cauchy's principal value where n*sin(phi)^2 > 1; beyond |phi| = pi/2 for m < 1.
pub(crate) fn elliptic_pi_incomplete(a: &[f64]) -> f64 {
    let (n, phi, m) = (a[0], a[1], a[2]);
    if !amplitude(phi, m) || !n.is_finite() {
        return f64::NAN;
    }
    let (turns, rest) = reduced(phi);
    let part = third(n, rest.sin(), rest.cos(), m);
    if turns == 0.0 { part } else { part + 2.0 * turns * elliptic_pi(&[n, m]) }
}

/// The third integral up to the angle of this sine and cosine. Where n < 0 its two parts by 19.25.14 would cancel, and
/// where n*s^2 > 1 there is a pole: then by 19.21.12, which exchanges n for m/n.
fn third(n: f64, s: f64, c: f64, m: f64) -> f64 {
    if s == 0.0 {
        return 0.0;
    }
    let square = s * s;
    // 1 - k*s^2 without cancellation
    let less = |k: f64| if k > 0.5 { c * c + (1.0 - k) * square } else { 1.0 - k * square };
    let (x, y, p) = (c * c, less(m), less(n));
    if p == 0.0 {
        return f64::NAN;
    }
    let rf = |x, y| ellip::elliprf(x, y, 1.0).unwrap_or(f64::NAN);
    let rj = |x, y, p| ellip::elliprj(x, y, 1.0, p).unwrap_or(f64::NAN);
    let exchanged = p < 0.0 || n < 0.0 && m.min(0.0) * square > 0.5 * n;
    if !exchanged {
        return if n == 0.0 { s * rf(x, y) } else { s * (rf(x, y) + n * square / 3.0 * rj(x, y, p)) };
    }
    let q = less(m / n);
    let product = p * q;
    // R_C(0, product) of a negative product is 0, and pi/2/sqrt(product) else: 19.6.15
    let rc = match (x == 0.0, product < 0.0) {
        (true, true) => 0.0,
        (true, false) => FRAC_PI_2 / product.sqrt(),
        // 19.2.20
        (false, true) => (x * y / (x * y - product)).sqrt() * ellip::elliprc(x * y - product, -product).unwrap_or(f64::NAN),
        (false, false) => ellip::elliprc(x * y, product).unwrap_or(f64::NAN),
    };
    if m == 0.0 { s * rc } else { s * (rc - m / n * square / 3.0 * rj(x, y, q)) }
}
