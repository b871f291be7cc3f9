//! Into which factors does a polynomial split, as far as that is cheap to find?
//! Deliberately knows nothing of the general factorization in several variables.
//! Read next: `univariate.rs`, which knows it for one variable.

use super::gcd::split_content;
use super::root::{nth_root, square_root};
use super::square_free::square_free;
use super::univariate::irreducible;
use super::{Monomial, Polynomial, Work};
use crate::number::Number;

/// The content and primitive factors with multiplicities, split further than [`square_free`] does it: what is linear in a
/// variable is irreducible, what is quadratic in one splits where the discriminant is a square, sums and differences of
/// powers split, and so does what is a polynomial in one quotient of monomials. Each split is proved by a division.
pub(crate) fn factor(p: &Polynomial, work: &mut Work) -> (Number, Vec<(Polynomial, u32)>) {
    let (number, parts) = square_free(p, work);
    let mut factors = Vec::new();
    for (part, multiplicity) in parts {
        let mut pending = vec![part];
        while let Some(part) = pending.pop() {
            match split(&part, work) {
                Split::In(one, other) => pending.extend([other, one]),
                Split::Into(irreducible) => factors.extend(irreducible.into_iter().map(|part| (part, multiplicity))),
                Split::No => factors.push((part, multiplicity)),
            }
        }
    }
    (number, factors)
}

enum Split {
    No,
    /// Factors that may split further.
    In(Polynomial, Polynomial),
    /// Factors that do not split.
    Into(Vec<Polynomial>),
}

/// Splits a polynomial that is square-free and has no content in any variable.
fn split(p: &Polynomial, work: &mut Work) -> Split {
    let degrees = p.degrees();
    let Some((v, degree)) = degrees.powers().min_by_key(|(_, degree)| *degree) else { return Split::No };
    let found = match degree {
        1 => None,
        2 => quadratic(p, v, 2, work),
        _ => match segment(p, work) {
            Some(factors) => return Split::Into(factors),
            None => degrees.powers().find_map(|(v, degree)| quadratic(p, v, degree, work).or_else(|| powers(p, v, work))),
        },
    };
    let proved = found.and_then(|found| Some((p.divide(&found, work)?, found)));
    match proved.filter(|(rest, found)| rest.as_constant().is_none() && found.as_constant().is_none()) {
        Some((rest, found)) => Split::In(found, rest),
        None => Split::No,
    }
}

/// `a*w^2 + b*w + c`, where `w` is a power of `v`, has the factor `2*a*w + b - sqrt(b^2 - 4*a*c)`, but for a content. With
/// `a = r^2` and `c = s^2` it is `(r*w + s)^2 - (2*r*s - b)*w` as well.
fn quadratic(p: &Polynomial, v: usize, degree: u16, work: &mut Work) -> Option<Polynomial> {
    let (mut a, mut b, mut c) = (Polynomial::zero(), Polynomial::zero(), Polynomial::zero());
    for (exponent, coefficient) in p.coefficients(v) {
        match exponent {
            0 => c = coefficient,
            _ if exponent == degree => a = coefficient,
            _ if 2 * u32::from(exponent) == u32::from(degree) => b = coefficient,
            _ => return None,
        }
    }
    if !degree.is_multiple_of(2) {
        return None;
    }
    let half = degree / 2;
    let times = |p: &Polynomial, exponent: u16| p.times_monomial(&Monomial::variable(v, exponent));
    let discriminant = b.mul(&b, work)?.sub(&a.mul(&c, work)?.scale(&Number::integer(4)));
    if let Some(root) = square_root(&discriminant, work) {
        let factor = times(&a, half)?.scale(&Number::integer(2)).add(&b.sub(&root));
        return Some(split_content(&factor, v, work)?.1.primitive().1);
    }
    if !half.is_multiple_of(2) {
        return None;
    }
    let (r, s) = (square_root(&a, work)?, square_root(&c, work)?);
    let between = r.mul(&s, work)?.scale(&Number::integer(2));
    for (s, between) in [(s.neg(), between.neg()), (s, between)] {
        if let Some(root) = square_root(&between.sub(&b), work) {
            return Some(times(&r, half)?.add(&times(&root, half / 2)?).add(&s).primitive().1);
        }
    }
    None
}

/// `r^k*v^(k*m) + s^k` has the factor `r*v^m + s` for odd `k`.
fn powers(p: &Polynomial, v: usize, work: &mut Work) -> Option<Polynomial> {
    let coefficients = p.coefficients(v);
    let [(high, a), (0, c)] = coefficients.as_slice() else { return None };
    [3, 5, 7].into_iter().filter(|k| high % k == 0).find_map(|k| {
        let (r, s) = (nth_root(a, k, work)?, nth_root(c, k, work)?);
        Some(r.times_monomial(&Monomial::variable(v, high / k))?.add(&s).primitive().1)
    })
}

/// The irreducible factors of a polynomial whose exponents lie on a line: it is one in `t`, the quotient of two monomials,
/// times a power of the lower one, and so are its factors. `None` for other polynomials.
fn segment(p: &Polynomial, work: &mut Work) -> Option<Vec<Polynomial>> {
    let ((highest, _), (lowest, _)) = (p.terms().first()?, p.terms().last()?);
    let common = highest.gcd(lowest);
    let (above, below) = (highest.over(&common)?, lowest.over(&common)?);
    let steps = above.powers().chain(below.powers()).fold(0, |g, (_, exponent)| num_integer::gcd(g, exponent));
    let share = |m: Monomial| m.powers().fold(Monomial::ONE, |part, (v, exponent)| part.with(v, exponent / steps.max(1)));
    let (above, below) = (share(above), share(below));
    let power = |m: &Monomial, n: u16| m.powers().try_fold(Monomial::ONE, |all, (v, e)| Some(all.with(v, e.checked_mul(n)?)));
    let mut terms = Vec::with_capacity(p.len());
    let (first, exponent) = above.powers().next()?;
    for (m, c) in p.terms() {
        let step = (m.exponent(first).checked_sub(lowest.exponent(first))?) / exponent;
        let expected = power(&above, step)?.times(&power(&below, steps.checked_sub(step)?)?)?.times(&common)?;
        if *m != expected {
            return None;
        }
        terms.push((Monomial::variable(0, step), c.clone()));
    }
    let factors = irreducible(&Polynomial::from_terms(terms), work);
    let back = |f: &Polynomial| {
        let degree = f.degree(0);
        let terms = f.terms().iter().map(|(m, c)| {
            let step = m.exponent(0);
            Some((power(&above, step)?.times(&power(&below, degree - step)?)?, c.clone()))
        });
        Some(Polynomial::from_terms(terms.collect::<Option<_>>()?))
    };
    factors.iter().map(back).collect()
}
