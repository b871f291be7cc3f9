//! What are the logarithm of gamma and Riemann's zeta in numbers of two floats.
//! Deliberately knows only what series of other functions ask for; poles are the caller's.
//! Read next: `hypergeometric.rs`.

use super::two::{ONE, PI, Two, ZERO};
use std::sync::LazyLock;

/// Bernoulli's numbers B2, B4, ... B24, as fractions: DLMF 24.2(iv).
const BERNOULLI: [(f64, f64); 12] = [
    (1.0, 6.0),
    (-1.0, 30.0),
    (1.0, 42.0),
    (-1.0, 30.0),
    (5.0, 66.0),
    (-691.0, 2730.0),
    (7.0, 6.0),
    (-3617.0, 510.0),
    (43867.0, 798.0),
    (-174_611.0, 330.0),
    (854_513.0, 138.0),
    (-236_364_091.0, 2730.0),
];

/// What the series divide again and again.
struct Known {
    bernoulli: [Two; 12],
    /// B(2k)/(2k*(2k - 1)), of Stirling's series.
    stirling: [Two; 12],
    ln_pi: Two,
    half_ln_two_pi: Two,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let bernoulli = BERNOULLI.map(|(above, below)| Two::from(above) / Two::from(below));
    let mut stirling = bernoulli;
    for (k, term) in stirling.iter_mut().enumerate() {
        let twice = 2.0 * (k as f64 + 1.0);
        *term = *term / Two::from(twice * (twice - 1.0));
    }
    Known { bernoulli, stirling, ln_pi: PI.ln(), half_ln_two_pi: (PI + PI).ln() / Two::from(2.0) }
});

/// sin(pi*x)
pub(super) fn sin_pi(x: Two) -> Two {
    let near = x.round();
    let sin = (PI * (x - Two::from(near))).sin();
    if near % 2.0 == 0.0 { sin } else { -sin }
}

/// log|gamma(x)| and the sign of gamma(x): Stirling's series DLMF 5.11.1 from 32 on, the recurrence 5.5.1 below, and
/// the reflection 5.5.3 below 1/2. Not at the poles.
pub(super) fn ln_gamma(x: Two) -> (Two, f64) {
    if x.value() < 0.5 {
        let sin = sin_pi(x);
        let sign = if sin.is_negative() { -1.0 } else { 1.0 };
        return (KNOWN.ln_pi - sin.abs().ln() - ln_gamma(ONE - x).0, sign);
    }
    let (mut at, mut factors) = (x, ONE);
    while at.value() < 32.0 {
        factors = factors * at;
        at = at + ONE;
    }
    let flat = ONE / at;
    let square = flat * flat;
    let mut tail = ZERO;
    for &term in KNOWN.stirling.iter().rev() {
        tail = tail * square + term;
    }
    let ln = (at - Two::from(0.5)) * at.ln() - at + KNOWN.half_ln_two_pi + tail * flat;
    (if factors.value() == 1.0 { ln } else { ln - factors.ln() }, 1.0)
}

/// gamma(x), not at its poles.
pub(super) fn gamma(x: Two) -> Two {
    let (ln, sign) = ln_gamma(x);
    ln.exp() * Two::from(sign)
}

/// exp(ln) times the product of gamma over the first list divided by that over the second; 0 for poles of the second.
pub(super) fn gammas_times_exp(above: &[Two], below: &[Two], mut ln: Two) -> Two {
    if below.iter().any(|x| x.value() <= 0.0 && x.is_whole()) {
        return ZERO;
    }
    let mut sign = 1.0;
    for &x in above {
        let part = ln_gamma(x);
        ln = ln + part.0;
        sign *= part.1;
    }
    for &x in below {
        let part = ln_gamma(x);
        ln = ln - part.0;
        sign *= part.1;
    }
    ln.exp() * Two::from(sign)
}

/// The same without another factor.
pub(super) fn gammas(above: &[Two], below: &[Two]) -> Two {
    gammas_times_exp(above, below, ZERO)
}

/// zeta(s): Euler and Maclaurin's sum DLMF 25.2.9 with 30 terms, the functional equation 25.4.1 below 0. Not at 1.
pub(super) fn zeta(s: Two) -> Two {
    if s.is_negative() {
        let half = s / Two::from(2.0);
        if half.is_whole() {
            return ZERO;
        }
        let other = ONE - s;
        let (ln, sign) = ln_gamma(other);
        let factor = (ln - other * Two::from(2.0) * KNOWN.half_ln_two_pi).exp() * Two::from(2.0 * sign);
        return factor * sin_pi(half) * zeta(other);
    }
    const N: f64 = 30.0;
    let n = Two::from(N);
    let mut total = ONE;
    for k in 2..30 {
        let term = (-s * Two::from(f64::from(k)).ln()).exp();
        total = total + term;
        if term.value() < 1e-33 {
            return total;
        }
    }
    let power = (-s * n.ln()).exp();
    total = total + power * n / (s - ONE) + power / Two::from(2.0);
    let mut factor = power * s / n / Two::from(2.0);
    for (k, &bernoulli) in KNOWN.bernoulli.iter().enumerate() {
        total = total + factor * bernoulli;
        let twice = 2.0 * (k as f64 + 1.0);
        let more = (s + Two::from(twice - 1.0)) * (s + Two::from(twice));
        factor = factor * more / Two::from((twice + 1.0) * (twice + 2.0) * N * N);
    }
    total
}
