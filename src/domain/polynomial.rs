//! The real roots of a polynomial with rational coefficients: how many there are, and where.
//! Deliberately exact: Sturm's theorem counts, bisection in rational numbers parts; floats only write the answer.
//! Read next: `solve.rs`.

use crate::number::Number;

/// A root: exact where it is rational and of few digits, else the float next to it.
pub(super) enum RealRoot {
    Exact(Number),
    Near(f64),
}

/// Coefficients from degree 0, the last not 0.
type Polynomial = Vec<Number>;

fn trimmed(mut p: Polynomial) -> Polynomial {
    while p.last().is_some_and(Number::is_zero) {
        p.pop();
    }
    p
}

fn derivative(p: &Polynomial) -> Polynomial {
    p.iter().enumerate().skip(1).map(|(k, c)| c.mul(&Number::from(i64::try_from(k).unwrap_or(0)))).collect()
}

/// Quotient and remainder; the divisor is not 0.
fn divided(p: &Polynomial, by: &Polynomial) -> Option<(Polynomial, Polynomial)> {
    let lead = by.last()?.recip()?;
    let mut rest = trimmed(p.clone());
    let mut quotient = vec![Number::ZERO; rest.len().saturating_sub(by.len()) + 1];
    while rest.len() >= by.len() {
        let shift = rest.len() - by.len();
        let factor = rest.last()?.mul(&lead);
        for (slot, c) in rest.iter_mut().skip(shift).zip(by) {
            *slot = slot.sub(&c.mul(&factor));
        }
        rest.pop();
        rest = trimmed(rest);
        if let Some(slot) = quotient.get_mut(shift) {
            *slot = factor;
        }
    }
    Some((trimmed(quotient), rest))
}

fn value(p: &Polynomial, x: &Number) -> Number {
    p.iter().rev().fold(Number::ZERO, |sum, c| sum.mul(x).add(c))
}

/// Sturm's chain of a square-free polynomial: each further one is minus the remainder of the two before.
fn chain(p: &Polynomial) -> Option<Vec<Polynomial>> {
    let mut chain = vec![p.clone(), derivative(p)];
    while let [.., a, b] = &chain[..] {
        if b.len() < 2 {
            break;
        }
        let (_, rest) = divided(a, b)?;
        if rest.is_empty() {
            break;
        }
        chain.push(rest.iter().map(Number::neg).collect());
    }
    Some(chain)
}

/// Changes of sign along the chain; between two places they differ by the number of roots.
fn changes(chain: &[Polynomial], x: &Number) -> usize {
    let signs: Vec<bool> = chain.iter().map(|p| value(p, x)).filter(|v| !v.is_zero()).map(|v| v.is_negative()).collect();
    signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
}

/// All real roots, in order, each once; `None` for the polynomial 0.
pub(super) fn real_roots(coefficients: Polynomial) -> Option<Vec<RealRoot>> {
    let p = trimmed(coefficients);
    let lead = p.last()?.abs();
    if p.len() == 1 {
        return Some(Vec::new());
    }
    // without multiple roots: p over the common divisor of p and p'
    let (mut a, mut b) = (p.clone(), derivative(&p));
    while !b.is_empty() {
        let (_, rest) = divided(&a, &b)?;
        (a, b) = (b, rest);
    }
    let (p, _) = divided(&p, &a)?;
    let chain = chain(&p)?;
    // Cauchy: no root is larger in size than 1 + max |c_k/c_n|
    let largest =
        p.iter().map(|c| c.abs().div(&p.last().map_or(lead.clone(), Number::abs)).unwrap_or(Number::ONE)).max().unwrap_or(Number::ONE);
    let bound = largest.add(&Number::ONE).floor().add(&Number::ONE);
    let mut pending = vec![(bound.neg(), bound)];
    let mut roots = Vec::new();
    while let Some((low, high)) = pending.pop() {
        // roots in (low, high]
        let count = changes(&chain, &low).checked_sub(changes(&chain, &high))?;
        if count == 1 {
            roots.push(refined(&p, low, high));
        } else if count > 1 {
            let middle = low.add(&high).mul(&Number::HALF);
            pending.push((middle.clone(), high));
            pending.push((low, middle));
        }
        if roots.len() + pending.len() > 4 * p.len() + 8 {
            return None;
        }
    }
    Some(roots)
}

/// Halves the interval (low, high] with one root until floats cannot tell its ends apart.
fn refined(p: &Polynomial, mut low: Number, mut high: Number) -> RealRoot {
    for _ in 0..1_100 {
        if value(p, &high).is_zero() {
            return RealRoot::Exact(high);
        }
        let (a, b) = (low.to_f64(), high.to_f64());
        if (b - a).abs() <= f64::EPSILON * a.abs().max(b.abs()) {
            break;
        }
        let middle = low.add(&high).mul(&Number::HALF);
        let at = value(p, &middle);
        if at.is_zero() {
            return RealRoot::Exact(middle);
        }
        if at.is_negative() == value(p, &high).is_negative() {
            high = middle;
        } else {
            low = middle;
        }
    }
    let near = low.to_f64();
    match simple(near) {
        Some(exact) if value(p, &exact).is_zero() => RealRoot::Exact(exact),
        _ => RealRoot::Near(high.to_f64()),
    }
}

/// The fraction of a small denominator that a float is close to.
fn simple(x: f64) -> Option<Number> {
    (1..=360i64).find_map(|d| {
        let n = (x * d as f64).round();
        ((n / d as f64 - x).abs() <= 4.0 * f64::EPSILON * x.abs() && n.abs() < 1e15).then(|| Number::new(n as i64, d))
    })
}

#[cfg(test)]
#[allow(clippy::panic)] // a test that fails must say so
mod tests {
    use super::*;

    fn shown(coefficients: &[i64]) -> Vec<String> {
        let p = coefficients.iter().map(|&c| Number::from(c)).collect();
        let Some(roots) = real_roots(p) else { panic!("no polynomial") };
        roots
            .into_iter()
            .map(|root| match root {
                RealRoot::Exact(n) => n.to_string(),
                RealRoot::Near(x) => format!("~{x:.12}"),
            })
            .collect()
    }

    #[test]
    fn all_real_roots_are_found() {
        assert_eq!(shown(&[0, -1, 0, 1]), ["-1", "0", "1"]);
        assert_eq!(shown(&[1, 0, 1]), Vec::<String>::new());
        // (x - 1)^2*(3*x + 1)
        assert_eq!(shown(&[1, 1, -5, 3]), ["-1/3", "1"]);
        assert_eq!(shown(&[-2, 0, 0, 1]), ["~1.259921049895"]);
        // Wilkinson's of degree 6
        assert_eq!(shown(&[720, -1764, 1624, -735, 175, -21, 1]), ["1", "2", "3", "4", "5", "6"]);
        assert_eq!(shown(&[-1, -1, 0, 0, 0, 1]), ["~1.167303978261"]);
    }
}
