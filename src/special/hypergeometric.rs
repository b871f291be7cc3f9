//! How is Gauss's hypergeometric function worked out for real arguments.
//! Deliberately real; refuses (not a number) parameters beyond 10000 and sums that lose more than two floats can hold.
//! Read next: `polylog.rs`.

use super::is_whole;
use super::two::{ONE, Two, ZERO};
use super::two_gamma::{gammas, gammas_times_exp};

/// A sum may be this much smaller than its largest term before its value, of some 31 digits, is refused.
const LOST: f64 = 1e16;
/// Closer than this to a whole number an exponent is moved by four times as much, to both sides.
const CLOSE: f64 = 2.5e-11;

fn ends(x: Two) -> bool {
    x.value() <= 0.0 && x.is_whole()
}

/// DLMF 15.2.1 for z < 1 (at 1 where c > a + b), by 15.8.1 below -1/2 and by 15.8.4 near 1; above 1 where it is a
/// polynomial, or one over a power of 1 - z.
pub(crate) fn hyp2f1(args: &[f64]) -> f64 {
    let [a, b, c, z] = *args else { return f64::NAN };
    if args.iter().any(|x| !x.is_finite()) || a.abs().max(b.abs()).max(c.abs()) > 1e4 {
        return f64::NAN;
    }
    if z == 0.0 && !(c <= 0.0 && is_whole(c)) {
        return 1.0;
    }
    let (a, b, c, z) = (Two::from(a), Two::from(b), Two::from(c), Two::from(z));
    let degree = match (ends(a), ends(b)) {
        (true, true) => Some(a.value().max(b.value())),
        (true, false) => Some(a.value()),
        (false, true) => Some(b.value()),
        (false, false) => None,
    };
    if ends(c) && degree.is_none_or(|degree| degree < c.value()) {
        return f64::NAN;
    }
    if degree.is_some() {
        return kept(series(a, b, c, z));
    }
    let rest = c - a - b;
    if z.value() == 1.0 {
        // 15.4.20
        return if rest.value() > 0.0 { gammas(&[c, rest], &[c - a, c - b]).value() } else { f64::NAN };
    }
    let from_one = ONE - z;
    if z.value() > 1.0 {
        // 15.8.1, the last form: a whole power of 1 - z times a polynomial
        let polynomial = ends(c - a) || ends(c - b);
        if !polynomial || !rest.is_whole() {
            return f64::NAN;
        }
        return kept(series(c - a, c - b, c, z)) * from_one.value().powi(rest.value() as i32);
    }
    // 15.8.1, the first form and the second; where z is far below 0 that with the smaller parameter comes first
    let over_power = |a: Two, b: Two| times_exp(below_one_quickly(a, c - b, c, -z / from_one, ONE / from_one), -a * from_one.ln());
    let (near, far) = if (c - b).size() < (c - a).size() { (a, b) } else { (b, a) };
    if z.value() < -0.5 {
        return known(over_power(near, far), || over_power(far, near));
    }
    known(below_one_quickly(a, b, c, z, from_one), || {
        if z.is_negative() { known(over_power(near, far), || over_power(far, near)) } else { f64::NAN }
    })
}

/// factor*exp(ln), where exp(ln) alone may overflow; not a number where the factor did.
fn times_exp(factor: f64, ln: Two) -> f64 {
    if !factor.is_finite() {
        return f64::NAN;
    }
    if ln.size() < 600.0 || factor == 0.0 {
        return factor * ln.exp().value();
    }
    factor.signum() * (ln + Two::from(factor.abs()).ln()).exp().value()
}

/// The value, or another way to it where too many digits were lost.
fn known(value: f64, other: impl FnOnce() -> f64) -> f64 {
    if value.is_nan() { other() } else { value }
}

/// A sum that has digits left.
fn kept((total, size): (Two, f64)) -> f64 {
    if size <= LOST * total.size() { total.value() } else { f64::NAN }
}

/// In floats where next to nothing cancels, else in two.
fn below_one_quickly(a: Two, b: Two, c: Two, z: Two, w: Two) -> f64 {
    let quick = if z.value() <= 0.75 {
        series_of_floats(a.value(), b.value(), c.value(), z.value())
    } else {
        let slowly = || if z.value() <= 0.95 { series_of_floats(a.value(), b.value(), c.value(), z.value()) } else { None };
        connected_of_floats(a, b, c, w.value()).or_else(slowly)
    };
    quick.unwrap_or_else(|| {
        // or by the last form of 15.8.1, whose terms may all have one sign
        let euler = || times_exp(kept(below_one(c - a, c - b, c, z, w)), (c - a - b) * w.ln());
        known(kept(below_one(a, b, c, z, w)), euler)
    })
}

/// 15.8.4 in floats, for small parameters and exponents away from whole numbers.
fn connected_of_floats(a: Two, b: Two, c: Two, w: f64) -> Option<f64> {
    // differences of parameters that are differences already
    let (rest, less_a, less_b) = ((c - a - b).value(), (c - a).value(), (c - b).value());
    let (a, b, c) = (a.value(), b.value(), c.value());
    if a.abs().max(b.abs()).max(c.abs()) > 12.0 || (rest - rest.round()).abs() < 0.1 {
        return None;
    }
    let reciprocal = |x: f64| if x <= 0.0 && is_whole(x) { 0.0 } else { 1.0 / libm::tgamma(x) };
    let gamma_c = libm::tgamma(c);
    let one = libm::tgamma(rest) * reciprocal(less_a) * reciprocal(less_b);
    let two = libm::tgamma(-rest) * reciprocal(a) * reciprocal(b) * w.powf(rest);
    let one = gamma_c * one * series_of_floats(a, b, 1.0 - rest, w)?;
    let two = gamma_c * two * series_of_floats(less_a, less_b, 1.0 + rest, w)?;
    let sum = one + two;
    (one.abs().max(two.abs()) < 10.0 * sum.abs() && sum.is_finite()).then_some(sum)
}

/// For 0 < z < 1 and w = 1 - z.
fn below_one(a: Two, b: Two, c: Two, z: Two, w: Two) -> (Two, f64) {
    if z.value() <= 0.75 || ends(a) || ends(b) {
        return series(a, b, c, z);
    }
    let rest = c - a - b;
    let off = (rest - Two::from(rest.round())).size();
    if off >= CLOSE {
        return connected(a, b, c, w);
    }
    // the two parts have poles that cancel; the function has none in a, and its mean is off by the step's square
    let step = Two::from(4.0 * CLOSE);
    let (above, below) = (connected(a + step, b, c, w), connected(a - step, b, c, w));
    ((above.0 + below.0) / Two::from(2.0), above.1.max(below.1))
}

/// 15.8.4
fn connected(a: Two, b: Two, c: Two, w: Two) -> (Two, f64) {
    let rest = c - a - b;
    let (first, first_size) = series(a, b, ONE - rest, w);
    let (second, second_size) = series(c - a, c - b, ONE + rest, w);
    let one = gammas(&[c, rest], &[c - a, c - b]);
    let two = gammas_times_exp(&[c, -rest], &[a, b], rest * w.ln());
    (one * first + two * second, (one.size() * first_size).max(two.size() * second_size))
}

/// The series 15.2.1 and the size of its largest term; 0 of endless size where it takes too long.
fn series(a: Two, b: Two, c: Two, z: Two) -> (Two, f64) {
    let (mut term, mut total, mut size) = (ONE, ONE, 1.0_f64);
    let settled = 2.0 * a.size().max(b.size()).max(c.size());
    for n in 0..50_000 {
        let k = Two::from(f64::from(n));
        let above = (a + k) * (b + k);
        if above.is_zero() {
            return (total, size);
        }
        term = term * above / ((c + k) * (k + ONE)) * z;
        total = total + term;
        size = size.max(term.size());
        // far from the zeros of the factors the terms fall like z^n, and z is 3/4 at most
        if term.size() <= 1e-33 * total.size() && f64::from(n) > settled {
            return (total, size);
        }
    }
    (ZERO, f64::INFINITY)
}

/// The same in floats, where next to nothing cancels.
fn series_of_floats(a: f64, b: f64, c: f64, z: f64) -> Option<f64> {
    let (mut term, mut total, mut size) = (1.0, 1.0, 1.0_f64);
    let settled = 2.0 * a.abs().max(b.abs()).max(c.abs());
    if settled > 100.0 {
        return None;
    }
    for n in 0..1000 {
        let k = f64::from(n);
        term *= (a + k) * (b + k) / ((c + k) * (k + 1.0)) * z;
        total += term;
        size = size.max(term.abs());
        if term.abs() < 1e-18 * total.abs() && k > settled {
            return (size < 10.0 * total.abs()).then_some(total);
        }
    }
    None
}
