//! How are the incomplete gamma functions and the generalised exponential integral worked out, for every real order.
//! Deliberately real: below 0 only where the power x^a is, for whole orders.
//! Read next: `integral.rs`.

use super::two::{ONE, Two, ZERO};
use super::two_gamma::{gamma as gamma_in_two, ln_gamma};
use super::{gamma, is_whole};
use spec_math::cephes64 as cephes;

/// From here on the continued fraction converges for every order up to 1.
const FRACTION: f64 = 1.5;
/// Closer than this to a whole number an order is moved by four times as much, to both sides.
const CLOSE: f64 = 2.5e-11;
/// The largest argument of gamma in floats.
const GAMMA_END: f64 = 170.0;

/// DLMF 8.2.2: for x > 0, x = 0 where a > 0, and x < 0 for a = 1, 2, 3, ...
pub(crate) fn uppergamma(args: &[f64]) -> f64 {
    let (a, x) = (args[0], args[1]);
    if !a.is_finite() || x.is_nan() {
        return f64::NAN;
    }
    if x < 0.0 {
        // the two parts have one sign, or the value is near a zero
        return if a > 0.0 && is_whole(a) { gamma::gamma(&[a]) - lower_below(a, x) } else { f64::NAN };
    }
    if x == 0.0 {
        return if a > 0.0 { gamma::gamma(&[a]) } else { f64::NAN };
    }
    if x.is_infinite() {
        return 0.0;
    }
    if a > 0.0 {
        let q = cephes::igamc(a, x);
        return if a < GAMMA_END { libm::tgamma(a) * q } else { times_gamma(q, a, ZERO) };
    }
    if x >= FRACTION {
        let power = Two::from(a) * Two::from(x).ln() - Two::from(x);
        return power.exp().value() * fraction(a, x);
    }
    let power = if a > -10.0 { x.powf(a) } else { (Two::from(a) * Two::from(x).ln()).exp().value() };
    power * upper_over_power(a, x)
}

/// factor*gamma(a)*exp(power), where gamma(a) itself may overflow.
fn times_gamma(factor: f64, a: f64, power: Two) -> f64 {
    if factor <= 0.0 {
        return factor;
    }
    (ln_gamma(Two::from(a)).0 + power + Two::from(factor).ln()).exp().value()
}

/// The continued fraction DLMF 8.9.2 without its factor x^a*exp(-x), by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
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
    h
}

/// Gamma(a, x)/x^a for x below `FRACTION` and any real a: DLMF 8.7.3, whose two parts cancel near a = 0, -1, -2, ...;
/// there as the mean over two orders close by, for Gamma(a, x) is entire in a.
fn upper_over_power(a: f64, x: f64) -> f64 {
    if is_whole(a) && (-1e6..=0.0).contains(&a) {
        // E(1 - a, x)/x, DLMF 8.19.1
        return cephes::expn(1 - a as i32, x);
    }
    if (a - a.round()).abs() > 0.05 && a > -20.0 {
        let (gamma, series) = (libm::tgamma(a) * x.powf(-a), lower_series_of_floats(a, x));
        if gamma.abs().max(series.abs()) < 30.0 * (gamma - series).abs() {
            return gamma - series;
        }
    }
    let x = Two::from(x);
    let at = |a: Two| gamma_in_two(a) * (-a * x.ln()).exp() - lower_series_alternating(a, x);
    let exact = Two::from(a);
    if a > 0.5 || (a - a.round()).abs() >= CLOSE {
        return at(exact).value();
    }
    let step = Two::from(4.0 * CLOSE);
    // x^(-step) differs between the two
    let turn = (step * x.ln()).exp();
    ((at(exact + step) * turn + at(exact - step) / turn) / Two::from(2.0)).value()
}

/// The sum of (-x)^k/(k!*(a + k)), DLMF 8.7.1, where a is no whole number below 1.
fn lower_series_of_floats(a: f64, x: f64) -> f64 {
    let (mut total, mut power) = (1.0 / a, 1.0);
    for k in 1..40 {
        let k = f64::from(k);
        power *= -x / k;
        total += power / (a + k);
    }
    total
}

/// The same in two floats.
fn lower_series_alternating(a: Two, x: Two) -> Two {
    let (mut total, mut power) = (ZERO, ONE);
    for k in 0..200 {
        let at = Two::from(f64::from(k));
        if k > 0 {
            power = power * -x / at;
        }
        let term = power / (a + at);
        total = total + term;
        if power.size() < 1e-33 * total.size() && f64::from(k) > -a.value() {
            break;
        }
        if power.size() < 1e-300 {
            break;
        }
    }
    total
}

/// DLMF 8.2.1 and, for negative a, its continuation: for x >= 0 and a other than 0, -1, -2, ...; x < 0 for a = 1, 2, 3, ...
pub(crate) fn lowergamma(args: &[f64]) -> f64 {
    let (a, x) = (args[0], args[1]);
    if !a.is_finite() || x.is_nan() || (a <= 0.0 && is_whole(a)) {
        return f64::NAN;
    }
    if x < 0.0 {
        return if is_whole(a) { lower_below(a, x) } else { f64::NAN };
    }
    if a > 0.0 {
        let p = cephes::igam(a, x);
        if p < 1e-290 && a < 1e4 {
            return lower_series(a, x);
        }
        return if a < GAMMA_END { gamma::gamma(&[a]) * p } else { times_gamma(p, a, ZERO) };
    }
    if x == 0.0 {
        return f64::NAN;
    }
    if x >= FRACTION {
        // gamma of a below -170 is 0 in floats
        return gamma::gamma(&[a]) - uppergamma(&[a, x]);
    }
    let power = Two::from(a) * Two::from(x).ln();
    (power.exp() * lower_series_alternating(Two::from(a), Two::from(x))).value()
}

/// The lower function of a whole a > 0 below 0: x^a times the sum of |x|^k/(k!*(a + k)), DLMF 8.7.1.
fn lower_below(a: f64, x: f64) -> f64 {
    let size = -x;
    if size > 800.0 {
        return if a % 2.0 == 0.0 { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    let (mut total, mut power) = (1.0 / a, 1.0);
    for k in 1..5000 {
        let k = f64::from(k);
        power *= size / k;
        let term = power / (a + k);
        total += term;
        if k > size && term < 1e-18 * total {
            break;
        }
    }
    let factor = (Two::from(a) * Two::from(size).ln()).exp().value();
    if a % 2.0 == 0.0 { factor * total } else { -factor * total }
}

/// x^a*exp(-x) times the sum of x^n/(a*(a + 1)*...*(a + n)), DLMF 8.7.1 in its second form.
fn lower_series(a: f64, x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let (mut term, mut sum, mut at) = (1.0 / a, 1.0 / a, a);
    for _ in 0..10_000 {
        at += 1.0;
        term *= x / at;
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    let power = Two::from(a) * Two::from(x).ln() - Two::from(x);
    power.exp().value() * sum
}

/// DLMF 8.19.1: x^(n - 1)*Gamma(1 - n, x), for x > 0, x = 0 where n > 1, and x < 0 for n = 0, -1, -2, ...
pub(crate) fn expint(args: &[f64]) -> f64 {
    let (n, x) = (args[0], args[1]);
    if !n.is_finite() || x.is_nan() {
        return f64::NAN;
    }
    if x == 0.0 {
        return if n > 1.0 { 1.0 / (n - 1.0) } else { f64::NAN };
    }
    if x < 0.0 && !(n <= 0.0 && is_whole(n)) {
        return f64::NAN;
    }
    if n == 0.0 {
        return (-x).exp() / x;
    }
    if x.is_infinite() {
        return if x > 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    if (1.0..1e9).contains(&n) && is_whole(n) {
        return cephes::expn(n as i32, x);
    }
    let a = 1.0 - n;
    if n < 0.0 {
        if x < 0.0 {
            let value = uppergamma(&[a, x]);
            return if n > -300.0 { value * x.powi(n as i32 - 1) } else { f64::NAN };
        }
        return times_gamma(cephes::igamc(a, x), a, Two::from(-a) * Two::from(x).ln());
    }
    if x >= FRACTION || n > 40.0 {
        return (-x).exp() * fraction(a, x);
    }
    upper_over_power(a, x)
}
