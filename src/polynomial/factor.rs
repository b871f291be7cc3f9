//! Into which factors does a polynomial split, as far as that is cheap to find?
//! Deliberately knows nothing of the general factorization in several variables.
//! Read next: `univariate.rs`, which knows it for one variable.

use super::gcd::split_content;
use super::root::{nth_root, square_root};
use super::square_free::square_free;
use super::{GENERATORS, Monomial, Polynomial, Work};
use crate::number::Number;

/// The content and primitive factors with multiplicities, split further than [`square_free`] does it: what is linear in a
/// variable is irreducible, what is quadratic in one splits where the discriminant is a square, sums and differences of
/// powers split, and so does what is a polynomial of one monomial. Each split has been proved by a division.
pub(crate) fn factor(p: &Polynomial, work: &mut Work) -> (Number, Vec<(Polynomial, u32)>) {
    let (number, parts) = square_free(p, work);
    let mut factors = Vec::new();
    for (part, multiplicity) in parts {
        let mut pending = vec![part];
        while let Some(part) = pending.pop() {
            match split(&part, work) {
                Some((one, other)) => pending.extend([other, one]),
                None => factors.push((part, multiplicity)),
            }
        }
    }
    (number, factors)
}

/// Two factors of a polynomial that is square-free and has no content in any variable.
fn split(p: &Polynomial, work: &mut Work) -> Option<(Polynomial, Polynomial)> {
    let degrees = p.degrees();
    let occurring = (0..GENERATORS).filter(|v| degrees.exponent(*v) > 0);
    let v = occurring.min_by_key(|v| degrees.exponent(*v))?;
    let found = match degrees.exponent(v) {
        0 | 1 => return None,
        2 => quadratic(p, v, work)?,
        _ => powers(p, &degrees, work)?,
    };
    let rest = p.divide(&found, work)?;
    (found.as_constant().is_none() && rest.as_constant().is_none()).then_some((found, rest))
}

/// `a*v^2 + b*v + c` has the factor `2*a*v + b - sqrt(b^2 - 4*a*c)`, but for a content.
fn quadratic(p: &Polynomial, v: usize, work: &mut Work) -> Option<Polynomial> {
    let (mut a, mut b, mut c) = (Polynomial::zero(), Polynomial::zero(), Polynomial::zero());
    for (exponent, coefficient) in p.coefficients(v) {
        match exponent {
            2 => a = coefficient,
            1 => b = coefficient,
            _ => c = coefficient,
        }
    }
    let discriminant = b.mul(&b, work)?.sub(&a.mul(&c, work)?.scale(&Number::integer(4)));
    let root = square_root(&discriminant, work)?;
    let factor = a.scale(&Number::integer(2)).times_monomial(&Monomial::variable(v, 1))?.add(&b.sub(&root));
    Some(split_content(&factor, v, work)?.1.primitive().1)
}

/// `a*v^k + c = r^k*v^k + s^k` for odd prime `k` has the factor `r*v + s`, and `r^2*v^(2*m) - s^2` the factor `r*v^m - s`.
fn powers(p: &Polynomial, degrees: &Monomial, work: &mut Work) -> Option<Polynomial> {
    for v in (0..GENERATORS).filter(|v| degrees.exponent(*v) > 0) {
        let coefficients = p.coefficients(v);
        let [(high, a), (0, c)] = coefficients.as_slice() else { continue };
        for k in [2, 3, 5, 7].into_iter().filter(|k| high % k == 0) {
            let (a, c) = match k {
                2 if a.content().is_negative() => (&a.neg(), c.clone()),
                2 => (a, c.neg()),
                _ => (a, c.clone()),
            };
            if let (Some(r), Some(s)) = (nth_root(a, k, work), nth_root(&c, k, work)) {
                let power = r.times_monomial(&Monomial::variable(v, high / k))?;
                let factor = if k == 2 { power.sub(&s) } else { power.add(&s) };
                return Some(factor.primitive().1);
            }
        }
    }
    None
}
