//! Functions that are integrals: error functions, exponential, sine, cosine and Fresnel integrals.
//! Deliberately real: where the principal value is complex the answer is not a number.
//! Read next: `bessel.rs`.

use spec_math::cephes64 as cephes;
use std::f64::consts::PI;

const EULER: f64 = 0.577_215_664_901_532_9;

pub(crate) fn erf(a: &[f64]) -> f64 {
    libm::erf(a[0])
}

pub(crate) fn erfc(a: &[f64]) -> f64 {
    libm::erfc(a[0])
}

/// DLMF 7.5.1: 2/sqrt(pi)*exp(x^2)*F(x) with Dawson's F.
pub(crate) fn erfi(a: &[f64]) -> f64 {
    let x = a[0];
    let square = x * x;
    if square > 720.0 {
        return f64::INFINITY.copysign(x);
    }
    let rest = x.mul_add(x, -square);
    std::f64::consts::FRAC_2_SQRT_PI * (square.exp() * rest.exp()) * cephes::dawsn(x)
}

pub(crate) fn si(a: &[f64]) -> f64 {
    cephes::sici(a[0]).0
}

/// For x > 0.
pub(crate) fn ci(a: &[f64]) -> f64 {
    if a[0] > 0.0 { cephes::sici(a[0]).1 } else { f64::NAN }
}

pub(crate) fn shi(a: &[f64]) -> f64 {
    let x = a[0];
    if x.abs() > 40.0 { ei_far(x.abs()).copysign(x) / 2.0 } else { cephes::shichi(x).0 }
}

/// For x > 0.
pub(crate) fn chi(a: &[f64]) -> f64 {
    match a[0] {
        x if x > 40.0 => ei_far(x) / 2.0,
        x if x > 0.0 => cephes::shichi(x).1,
        _ => f64::NAN,
    }
}

/// DLMF 6.2.5; Ei(x) = -E1(-x) below 0.
pub(crate) fn ei(a: &[f64]) -> f64 {
    let x = a[0];
    if x == 0.0 || x.is_nan() {
        f64::NAN
    } else if x < 0.0 {
        -cephes::expn(1, -x)
    } else if x < 0.1 {
        // euler + log(x) + sum of x^k/(k*k!), DLMF 6.6.1
        let (mut sum, mut term) = (EULER + x.ln(), 1.0);
        for k in 1..20 {
            term *= x / f64::from(k);
            sum += term / f64::from(k);
        }
        sum
    } else if x < 3.0 {
        // near its zero the two large parts cancel, and only there
        const ZERO: f64 = 0.372_507_410_781_366_6;
        const ZERO_REST: f64 = 1.345_394_892_594_486_4e-17;
        // Ei(x) - Ei(z) = log(x/z) + sum of (x^k - z^k)/(k*k!)
        let gap = (x - ZERO) - ZERO_REST;
        let (mut sum, mut power_at_zero, mut difference) = ((gap / ZERO).ln_1p(), 1.0, 0.0);
        let mut factor = 1.0;
        for k in 1..30 {
            // x^k - z^k = x*(x^(k - 1) - z^(k - 1)) + (x - z)*z^(k - 1)
            difference = x * difference + gap * power_at_zero;
            power_at_zero *= ZERO;
            factor /= f64::from(k);
            sum += difference * factor / f64::from(k);
        }
        sum
    } else if x <= 40.0 {
        let (shi, chi) = cephes::shichi(x);
        shi + chi
    } else {
        ei_far(x)
    }
}

/// exp(x)/x times the sum of k!/x^k, DLMF 6.12.2, for x above 40.
fn ei_far(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..40 {
        let next = term * f64::from(k) / x;
        if next >= term || next < 1e-17 {
            break;
        }
        term = next;
        sum += term;
    }
    if x > 700.0 { (x / 2.0).exp() / x * sum * (x / 2.0).exp() } else { x.exp() / x * sum }
}

/// DLMF 6.2.8: Ei(log(x)) for x >= 0; the pole is at 1.
pub(crate) fn li(a: &[f64]) -> f64 {
    match a[0] {
        0.0 => 0.0,
        x if x > 0.0 => ei(&[x.ln()]),
        _ => f64::NAN,
    }
}

pub(crate) fn fresnels(a: &[f64]) -> f64 {
    let x = a[0];
    if x.abs() < 6.0 {
        return cephes::fresnl(x).0;
    }
    let (f, g, sin, cos) = fresnel_far(x.abs());
    (0.5 - f * cos - g * sin).copysign(x)
}

pub(crate) fn fresnelc(a: &[f64]) -> f64 {
    let x = a[0];
    if x.abs() < 6.0 {
        return cephes::fresnl(x).1;
    }
    let (f, g, sin, cos) = fresnel_far(x.abs());
    (0.5 + f * sin - g * cos).copysign(x)
}

/// f, g of DLMF 7.12.2, 7.12.3 and sine and cosine of pi*x^2/2, for x of 6 and above.
fn fresnel_far(x: f64) -> (f64, f64, f64, f64) {
    if x > 1e17 {
        let tail = 1.0 / (PI * x);
        // below a last digit of 1/2
        return (tail, 0.0, 0.0, 0.0);
    }
    let t = PI * x * x;
    let w = 1.0 / (t * t);
    let (mut f, mut g, mut term) = (0.0, 0.0, 1.0);
    for k in 0..8 {
        let k = f64::from(4 * k);
        f += term;
        g += term * (k + 1.0);
        term *= -(k + 1.0) * (k + 3.0) * w;
        // g's next term has one odd factor more than f's
        if term.abs() < 1e-18 {
            break;
        }
    }
    let square = x * x;
    let angle = PI / 2.0 * (square % 4.0 + x.mul_add(x, -square));
    (f / (PI * x), g / (PI * x * t), angle.sin(), angle.cos())
}
