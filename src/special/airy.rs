//! How are the Airy functions worked out.
//! Deliberately real, and without their slopes.
//! Read next: `elliptic.rs`.

use super::two::{ONE, Two};
use super::two_gamma::gamma;
use std::f64::consts::FRAC_PI_4;
use std::sync::LazyLock;

/// From here on the asymptotic series reach the last digit.
const FAR: f64 = 9.5;

pub(crate) fn airyai(a: &[f64]) -> f64 {
    match a[0] {
        x if x.is_nan() || x == f64::NEG_INFINITY => f64::NAN,
        x if x.abs() < FAR => near(x).0,
        // exp(-666666) is 0 in floats
        x if x > 1e4 => 0.0,
        x if x > 0.0 => {
            let zeta = zeta(x);
            // DLMF 9.7.5
            (-zeta).exp().value() * sums(-1.0, zeta.value()) * 0.5 / (std::f64::consts::PI.sqrt() * x.sqrt().sqrt())
        }
        x => swinging(-x).0,
    }
}

pub(crate) fn airybi(a: &[f64]) -> f64 {
    match a[0] {
        x if x.is_nan() || x == f64::NEG_INFINITY => f64::NAN,
        x if x.abs() < FAR => near(x).1,
        x if x > 1e4 => f64::INFINITY,
        x if x > 0.0 => {
            let zeta = zeta(x);
            // 9.7.7, in two steps for the sake of the largest values
            let half = (zeta / Two::from(2.0)).exp().value();
            half * (sums(1.0, zeta.value()) / (std::f64::consts::PI.sqrt() * x.sqrt().sqrt())) * half
        }
        x => swinging(-x).1,
    }
}

/// Both by Maclaurin's series 9.4.1 and 9.4.3; what cancels for Ai above 0 is less than the second float of each number.
fn near(x: f64) -> (f64, f64) {
    let x = Two::from(x);
    let cube = x * x * x;
    let (mut f, mut g) = (ONE, x);
    let (mut f_term, mut g_term) = (ONE, x);
    for k in 1..120 {
        let k = f64::from(3 * k);
        f_term = f_term * cube / Two::from(k * (k - 1.0));
        g_term = g_term * cube / Two::from(k * (k + 1.0));
        f = f + f_term;
        g = g + g_term;
        if f_term.size().max(g_term.size()) < 1e-33 * f.size().min(g.size()) {
            break;
        }
    }
    let [at_zero, slope_at_zero, root] = *AT_ZERO;
    let (f, g) = (f * at_zero, g * slope_at_zero);
    ((f - g).value(), ((f + g) * root).value())
}

/// Ai(0) = 3^(-2/3)/gamma(2/3), -Ai'(0) = 3^(-1/3)/gamma(1/3), and sqrt(3) = Bi(0)/Ai(0): DLMF 9.2.3 to 9.2.5.
static AT_ZERO: LazyLock<[Two; 3]> = LazyLock::new(|| {
    let (third, three) = (ONE / Two::from(3.0), Two::from(3.0));
    let ln = three.ln();
    [(-ln * (third + third)).exp() / gamma(third + third), (-ln * third).exp() / gamma(third), three.sqrt()]
});

/// 2/3*x^(3/2), DLMF 9.7.1
fn zeta(x: f64) -> Two {
    let x = Two::from(x);
    x * x.sqrt() * (Two::from(2.0) / Two::from(3.0))
}

/// The terms u(k)/zeta^k of 9.7.2, until they grow again or no longer count.
fn terms(zeta: f64, mut each: impl FnMut(usize, f64)) {
    let mut term = 1.0;
    for k in 0..60 {
        each(k, term);
        let n = k as f64 + 1.0;
        let next = term * (6.0 * n - 5.0) * (6.0 * n - 3.0) * (6.0 * n - 1.0) / (216.0 * n * (2.0 * n - 1.0)) / zeta;
        if next >= term || next < 1e-18 {
            break;
        }
        term = next;
    }
}

fn sums(sign: f64, zeta: f64) -> f64 {
    let mut total = 0.0;
    terms(zeta, |k, term| total += if k % 2 == 1 { sign * term } else { term });
    total
}

/// Ai(-x) and Bi(-x), DLMF 9.7.9 and 9.7.11, with the angle in two floats.
fn swinging(x: f64) -> (f64, f64) {
    if x > 1e100 {
        // the angle is not known to a turn
        return (f64::NAN, f64::NAN);
    }
    let zeta = zeta(x);
    let (mut even, mut odd) = (0.0, 0.0);
    terms(zeta.value(), |k, term| match k % 4 {
        0 => even += term,
        1 => odd += term,
        2 => even -= term,
        _ => odd -= term,
    });
    let high = zeta.value();
    let low = (zeta - Two::from(high)).value();
    // the angle zeta - pi/4
    let (sin, cos) = (high.sin(), high.cos());
    let rest = low - FRAC_PI_4;
    let (sin, cos) = (sin * rest.cos() + cos * rest.sin(), cos * rest.cos() - sin * rest.sin());
    let scale = 1.0 / (std::f64::consts::PI.sqrt() * x.sqrt().sqrt());
    (scale * (cos * even + sin * odd), scale * (cos * odd - sin * even))
}
