//! How is the polylogarithm worked out: which formula serves which order and argument.
//! Deliberately real: above 1 only for the orders 0, -1, -2, ..., where it is a fraction of polynomials.
//! Read next: `fermi_dirac.rs` for arguments below -1.

use super::two::{ONE, Two, ZERO};
use super::two_gamma::{gamma as gamma_in_two, ln_gamma, zeta as zeta_in_two};
use super::{fermi_dirac, gamma, is_whole};

/// A sum in floats may be this much smaller than its largest term; then two floats are taken.
const LOST: f64 = 50.0;
/// And in two floats.
const LOST_IN_TWO: f64 = 1e16;
/// Closer than this to a whole number an order is moved by four times as much, to both sides.
const CLOSE: f64 = 2.5e-11;

/// DLMF 25.12.10, for real s and x < 1, or x = 1 and s > 1, or whole s < 1.
pub(crate) fn polylog(a: &[f64]) -> f64 {
    let (s, x) = (a[0], a[1]);
    let fraction = is_whole(s) && s <= 0.0;
    if s.is_nan() || s.abs() > 1e6 || !x.is_finite() || (x > 1.0 && !fraction) || (x == 1.0 && s <= 1.0) {
        return f64::NAN;
    }
    if x == 0.0 {
        return 0.0;
    }
    if s == 1.0 {
        return -(-x).ln_1p();
    }
    if fraction && s >= -30.0 {
        // beyond 1 by 1/x, which turns the sign of x*d/dx and takes x/(1 - x) to -1 - x/(1 - x)
        return match x.abs() > 1.0 && s < 0.0 {
            true if s % 2.0 == 0.0 => -rational(-s, x.recip()),
            true => rational(-s, x.recip()),
            false => rational(-s, x),
        };
    }
    if x == 1.0 {
        return gamma::zeta(&[s]);
    }
    match () {
        () if x > 1.0 => near_one_in_two(Two::from(s), x),
        () if x < -1.0 && is_whole(s) && s > 0.0 => inverted(s, -x),
        () if x < -1.0 && s < 0.5 => fermi_dirac::by_hurwitz(s, -x),
        () if x < -1.0 => fermi_dirac::by_quadrature(s, -x),
        () if s > 40.0 || (x.abs() <= 0.5 && (x > 0.0 || s > 0.0)) => plain(s, x),
        () if x < 0.0 && s > 0.0 => alternating(s, -x),
        () if x < 0.0 && -x <= 0.5 => Some(plain_in_two(s, x)).filter(|y| !y.is_nan()).unwrap_or_else(|| fermi_dirac::by_hurwitz(s, -x)),
        () if x < 0.0 => fermi_dirac::by_hurwitz(s, -x),
        () if x <= 0.5 => plain(s, x),
        () => near_one(s, x),
    }
}

/// The sum of x^k/k^s.
fn plain(s: f64, x: f64) -> f64 {
    let (mut sum, mut power) = (0.0, 1.0);
    for k in 1..10_000 {
        let k = f64::from(k);
        power *= x;
        let term = power * k.powf(-s);
        sum += term;
        if term.abs() < 1e-17 * sum.abs() && k > -2.0 * s {
            return sum;
        }
    }
    f64::NAN
}

/// The same where terms of both signs first grow.
fn plain_in_two(s: f64, x: f64) -> f64 {
    if s < -300.0 {
        return f64::NAN;
    }
    let (order, x) = (Two::from(-s), Two::from(x));
    let (mut sum, mut power, mut size) = (ZERO, ONE, 0.0_f64);
    for k in 1..2000 {
        let k = f64::from(k);
        power = power * x;
        let term = power * (order * Two::from(k).ln()).exp();
        sum = sum + term;
        size = size.max(term.size());
        if term.size() < 1e-20 * sum.size() && k > -2.0 * s {
            break;
        }
    }
    if size <= LOST_IN_TWO * sum.size() { sum.value() } else { f64::NAN }
}

/// The sum of (-y)^k/k^s for s > 0 and 0 < y <= 1: algorithm 1 of Cohen, Rodriguez Villegas and Zagier, "Convergence
/// acceleration of alternating series", Experimental Mathematics 9 (2000); the error falls like 5.8^-n.
fn alternating(s: f64, y: f64) -> f64 {
    const N: i32 = 24;
    let n = f64::from(N);
    let d = (3.0 + 8f64.sqrt()).powi(N);
    let d = (d + 1.0 / d) / 2.0;
    let (mut b, mut c, mut sum, mut power) = (-1.0, -d, 0.0, 1.0);
    for k in 0..N {
        let k = f64::from(k);
        power *= y;
        c = b - c;
        sum += c * power * (k + 1.0).powf(-s);
        b *= (k + n) * (k - n) / ((k + 0.5) * (k + 1.0));
    }
    -sum / d
}

/// Orders 0, -1, -2, ... by (x*d/dx)^n of x/(1 - x), as a polynomial in w = x/(1 - x): L -> (w + w^2)*dL/dw.
fn rational(n: f64, x: f64) -> f64 {
    let mut coefficients = vec![ZERO, ONE];
    for _ in 0..n as usize {
        let mut next = vec![ZERO; coefficients.len() + 1];
        for (k, &c) in coefficients.iter().enumerate() {
            let more = c * Two::from(k as f64);
            next[k] = next[k] + more;
            next[k + 1] = next[k + 1] + more;
        }
        coefficients = next;
    }
    let w = Two::from(x) / (ONE - Two::from(x));
    let (mut sum, mut size) = (ZERO, 0.0);
    for &c in coefficients.iter().rev() {
        sum = sum * w + c;
        size = size * w.size() + c.size();
    }
    if size <= LOST_IN_TWO * sum.size() { sum.value() } else { f64::NAN }
}

/// DLMF 25.12.12 and, for whole s, its limit: powers of u = log(x), for 1/2 < x < 1.
fn near_one(s: f64, x: f64) -> f64 {
    let u = x.ln();
    let nearest = s.round();
    let whole = s == nearest;
    let close = !whole && (s - nearest).abs() < 0.02 && nearest >= 1.0;
    if close && x < 0.97 {
        return plain(s, x);
    }
    if s < -20.0 || close {
        return near_one_in_two(Two::from(s), x);
    }
    let (mut sum, mut size, mut power) = (0.0, 0.0, 1.0);
    for k in 0..60 {
        let k = f64::from(k);
        if k > 0.0 {
            power *= u / k;
        }
        let term = if whole && k == s - 1.0 {
            let harmonic: f64 = (1..s as u32).map(|j| 1.0 / f64::from(j)).sum();
            (harmonic - (-u).ln()) * power
        } else {
            gamma::zeta(&[s - k]) * power
        };
        sum += term;
        size = f64::max(size, term.abs());
    }
    if !whole {
        let pole = gamma::gamma(&[1.0 - s]) * (-u).powf(s - 1.0);
        sum += pole;
        size = size.max(pole.abs());
    }
    if size <= LOST * sum.abs() { sum } else { near_one_in_two(Two::from(s), x) }
}

/// The same in two floats, for |log(x)| < 2*pi; near s = 1, 2, ... as the mean over two orders, for the pole of gamma
/// and that of zeta cancel, and the function has none in s.
fn near_one_in_two(s: Two, x: f64) -> f64 {
    let nearest = s.round();
    let off = (s - Two::from(nearest)).size();
    let (value, size) = if nearest >= 1.0 && off < CLOSE {
        let step = Two::from(4.0 * CLOSE);
        let (above, below) = (powers_of_log(s + step, x), powers_of_log(s - step, x));
        ((above.0 + below.0) / Two::from(2.0), above.1)
    } else {
        powers_of_log(s, x)
    };
    if size <= LOST_IN_TWO * value.size() { value.value() } else { f64::NAN }
}

fn powers_of_log(s: Two, x: f64) -> (Two, f64) {
    let u = Two::from(x).ln();
    if u.size() > 5.5 {
        // the powers fall too slowly towards 2*pi
        return (ZERO, f64::INFINITY);
    }
    let (mut sum, mut size, mut power) = (ZERO, 0.0_f64, ONE);
    for k in 0..200 {
        let k = Two::from(f64::from(k));
        if !k.is_zero() {
            power = power * u / k;
        }
        let term = zeta_in_two(s - k) * power;
        sum = sum + term;
        size = size.max(term.size());
        if power.size() < 1e-300 || (!term.is_zero() && term.size() < 1e-32 * sum.size() && k.value() > 4.0) {
            break;
        }
    }
    let rest = ONE - s;
    let pole = if x > 1.0 {
        // the order is whole, and so is the power
        let sign = if rest.value() % 2.0 == 0.0 { 1.0 } else { -1.0 };
        gamma_in_two(rest) * (-rest * u.ln()).exp() * Two::from(sign)
    } else {
        let (ln, sign) = ln_gamma(rest);
        (ln - rest * (-u).ln()).exp() * Two::from(sign)
    };
    (sum + pole, size.max(pole.size()))
}

/// Li(n, -y) for y > 1 and a whole n > 1, by Li(n, -1/y) and even zetas: DLMF 25.12.4 in general.
fn inverted(n: f64, y: f64) -> f64 {
    if n > 100.0 {
        return f64::NAN;
    }
    let log = y.ln();
    let term = |k: f64| log.powf(k) / gamma::factorial(&[k]);
    let mut sum = -term(n);
    let mut r = 1.0;
    while 2.0 * r <= n {
        let eta = (1.0 - 2f64.powf(1.0 - 2.0 * r)) * gamma::zeta(&[2.0 * r]);
        sum -= 2.0 * term(n - 2.0 * r) * eta;
        r += 1.0;
    }
    let other = polylog(&[n, -1.0 / y]);
    if n % 2.0 == 0.0 { sum - other } else { sum + other }
}
