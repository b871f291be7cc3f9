//! Functions worked out by their series: the polylogarithm and Gauss's hypergeometric function.
//! Deliberately refuses (not a number) where the series cancels or converges too slowly; each function states its region.
//! Read next: `src/function/table.rs`, whose rows name these functions.

use super::{gamma, is_whole};

/// DLMF 25.12.10, for real s and x < 1, or x = 1 and s > 1; below -1 for whole s only.
pub(crate) fn polylog(a: &[f64]) -> f64 {
    let (s, x) = (a[0], a[1]);
    if s.is_nan() || s.abs() > 1e6 || x.is_nan() || x > 1.0 || x.is_infinite() {
        return f64::NAN;
    }
    if x == 0.0 {
        return 0.0;
    }
    if is_whole(s) && s <= 1.0 {
        return if x == 1.0 { f64::NAN } else { rational(-s, x) };
    }
    if x == 1.0 {
        return if s > 1.0 { gamma::zeta(&[s]) } else { f64::NAN };
    }
    if x < -1.0 {
        return if is_whole(s) { inverted(s, -x) } else { f64::NAN };
    }
    if x.abs() <= 0.5 || s > 40.0 {
        return plain(s, x);
    }
    if x < 0.0 {
        return if is_whole(s) {
            // Li(s, x) + Li(s, -x) = 2^(1 - s)*Li(s, x^2)
            2f64.powf(1.0 - s) * polylog(&[s, x * x]) - polylog(&[s, -x])
        } else {
            near_minus_one(s, -x)
        };
    }
    near_one(s, x)
}

/// The sum of x^k/k^s.
fn plain(s: f64, x: f64) -> f64 {
    let (mut sum, mut power) = (0.0, 1.0);
    for k in 1..4000 {
        power *= x;
        let term = power * f64::from(k).powf(-s);
        sum += term;
        if term.abs() < 1e-17 * sum.abs() && f64::from(k) > -2.0 * s {
            return sum;
        }
    }
    if s < -100.0 { f64::NAN } else { sum }
}

/// Orders 1, 0, -1, -2, ... by (x*d/dx)^n of x/(1 - x), as a polynomial in w = x/(1 - x): L -> (w + w^2)*dL/dw.
fn rational(n: f64, x: f64) -> f64 {
    if n == -1.0 {
        return -(-x).ln_1p();
    }
    if n > 30.0 {
        return f64::NAN;
    }
    let mut coefficients = vec![0.0, 1.0];
    for _ in 0..n as usize {
        let mut next = vec![0.0; coefficients.len() + 1];
        for (k, &c) in coefficients.iter().enumerate() {
            next[k] += k as f64 * c;
            next[k + 1] += k as f64 * c;
        }
        coefficients = next;
    }
    let w = x / (1.0 - x);
    let (mut sum, mut size) = (0.0, 0.0);
    for &c in coefficients.iter().rev() {
        sum = sum * w + c;
        size = size * w.abs() + c;
    }
    if size > 1e4 * sum.abs() { f64::NAN } else { sum }
}

/// DLMF 25.12.12 and, for whole s, its limit: powers of u = log(x).
fn near_one(s: f64, x: f64) -> f64 {
    let u = x.ln();
    let nearest = s.round();
    let whole = s == nearest;
    if !whole && (s - nearest).abs() < 1e-3 && nearest >= 1.0 {
        // the two poles would cancel
        return if x < 0.99 { plain(s, x) } else { f64::NAN };
    }
    if s < -20.0 {
        return f64::NAN;
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
    if size > 1e4 * sum.abs() { f64::NAN } else { sum }
}

/// Li(s, -y) by DLMF 25.12.12 with u = log(y) + I*pi, of which the real part is taken; s is not whole.
fn near_minus_one(s: f64, y: f64) -> f64 {
    if s < -20.0 {
        return f64::NAN;
    }
    let u = (y.ln(), std::f64::consts::PI);
    let (mut sum, mut size, mut power) = (0.0, 0.0, (1.0, 0.0));
    for k in 0..80 {
        let k = f64::from(k);
        if k > 0.0 {
            power = ((power.0 * u.0 - power.1 * u.1) / k, (power.0 * u.1 + power.1 * u.0) / k);
        }
        let zeta = gamma::zeta(&[s - k]);
        sum += zeta * power.0;
        size = f64::max(size, (zeta * power.0).abs());
    }
    // (-u)^(s - 1)
    let angle = (s - 1.0) * (-u.1).atan2(-u.0);
    let pole = gamma::gamma(&[1.0 - s]) * u.0.hypot(u.1).powf(s - 1.0) * angle.cos();
    let total = sum + pole;
    if size.max(pole.abs()) > 1e4 * total.abs() { f64::NAN } else { total }
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

/// DLMF 15.2.1 for z < 1 (at 1 where c > a + b), by 15.8.1 below -1/2 and by 15.8.4 near 1.
pub(crate) fn hyp2f1(args: &[f64]) -> f64 {
    let (a, b, c, z) = (args[0], args[1], args[2], args[3]);
    if args.iter().any(|x| !x.is_finite()) || a.abs().max(b.abs()).max(c.abs()) > 1e4 {
        return f64::NAN;
    }
    let ends = |x: f64| x <= 0.0 && is_whole(x);
    let degree = match (ends(a), ends(b)) {
        (true, true) => Some(a.max(b)),
        (true, false) => Some(a),
        (false, true) => Some(b),
        (false, false) => None,
    };
    if ends(c) && degree.is_none_or(|degree| degree < c) {
        return f64::NAN;
    }
    if z == 0.0 {
        return 1.0;
    }
    if degree.is_some() {
        return gauss(a, b, c, z, 20_000);
    }
    if z == 1.0 {
        // 15.4.20
        let d = c - a - b;
        return if d > 0.0 {
            gamma::gamma(&[c]) * gamma::gamma(&[d]) * reciprocal_gamma(c - a) * reciprocal_gamma(c - b)
        } else {
            f64::NAN
        };
    }
    if z > 1.0 {
        return f64::NAN;
    }
    if z < -0.5 {
        // 15.8.1
        let (a, b) = if (c - b).abs() < (c - a).abs() { (a, b) } else { (b, a) };
        let inner = below_one(a, c - b, c, z / (z - 1.0));
        return (1.0 - z).powf(-a) * inner;
    }
    below_one(a, b, c, z)
}

fn below_one(a: f64, b: f64, c: f64, z: f64) -> f64 {
    let ends = |x: f64| x <= 0.0 && is_whole(x);
    if z <= 0.9 || ends(a) || ends(b) {
        return gauss(a, b, c, z, 20_000);
    }
    let d = c - a - b;
    if (d - d.round()).abs() < 0.01 {
        return if z < 0.999 { gauss(a, b, c, z, 100_000) } else { f64::NAN };
    }
    // 15.8.4
    let w = 1.0 - z;
    let g = |x: f64| gamma::gamma(&[x]);
    let one = g(c) * g(d) * reciprocal_gamma(c - a) * reciprocal_gamma(c - b) * gauss(a, b, 1.0 - d, w, 20_000);
    let two = w.powf(d) * g(c) * g(-d) * reciprocal_gamma(a) * reciprocal_gamma(b) * gauss(c - a, c - b, 1.0 + d, w, 20_000);
    let sum = one + two;
    if one.abs().max(two.abs()) > 1e4 * sum.abs() { f64::NAN } else { sum }
}

fn reciprocal_gamma(x: f64) -> f64 {
    if x <= 0.0 && is_whole(x) { 0.0 } else { 1.0 / libm::tgamma(x) }
}

/// The series itself.
fn gauss(a: f64, b: f64, c: f64, z: f64, limit: u32) -> f64 {
    let (mut term, mut sum, mut size) = (1.0, 1.0, 1.0_f64);
    for n in 0..limit {
        let n = f64::from(n);
        term *= (a + n) * (b + n) / ((c + n) * (n + 1.0)) * z;
        sum += term;
        size = size.max(term.abs());
        // far from the zeros of the factors the terms fall like z^n
        if term == 0.0 || (term.abs() * 0.5 < 1e-17 * sum.abs() * (1.0 - z.abs().min(0.999)) && n > 2.0 * a.abs().max(b.abs()).max(c.abs()))
        {
            return if size > 1e4 * sum.abs() { f64::NAN } else { sum };
        }
    }
    f64::NAN
}
