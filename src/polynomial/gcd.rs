//! What is the greatest common divisor of two polynomials?
//! Deliberately knows nothing of factors beyond it.
//! Read next: `square_free.rs`, which asks for it of a polynomial and its derivative.

use super::sparse::{bounds, by_images};
use super::{Monomial, Polynomial, Work};
use crate::number::Number;

/// The greatest common divisor, with whole coefficients without a common divisor and a positive leading one. When the
/// budget ends it is 1, which divides both as well.
pub(crate) fn gcd(a: &Polynomial, b: &Polynomial, work: &mut Work) -> Polynomial {
    find(a, b, work).unwrap_or_else(Polynomial::one)
}

/// The same, but `None` when the budget ends. It calls itself for polynomials with fewer variables in common only, so that
/// the depth of calls is bounded by their number.
pub(super) fn find(a: &Polynomial, b: &Polynomial, work: &mut Work) -> Option<Polynomial> {
    if a.is_zero() {
        return Some(b.primitive().1);
    }
    if b.is_zero() || a == b {
        return Some(a.primitive().1);
    }
    if !work.spend((a.len() + b.len()) as u64) {
        return None;
    }
    let (m, n) = (a.monomial_content(), b.monomial_content());
    let common = m.gcd(&n);
    if a.len() == 1 || b.len() == 1 {
        return Some(Polynomial::term(common, Number::ONE));
    }
    let rest = |p: &Polynomial, m: Monomial| {
        let primitive = p.primitive().1;
        if m == Monomial::ONE { Some(primitive) } else { primitive.over_monomial(&m) }
    };
    let (a, b) = (rest(a, m)?, rest(b, n)?);
    let divisor = without_monomials(a, b, work)?;
    if common == Monomial::ONE { Some(divisor) } else { divisor.times_monomial(&common) }
}

/// For primitive polynomials that no variable divides.
fn without_monomials(a: Polynomial, b: Polynomial, work: &mut Work) -> Option<Polynomial> {
    if a == b {
        return Some(a);
    }
    let (in_a, in_b) = (a.variables(), b.variables());
    if in_a & in_b == 0 {
        return Some(Polynomial::one());
    }
    let bounds = bounds(&a, &b, in_a & in_b, work)?;
    let kept = bounds.variables();
    if kept == 0 {
        return Some(Polynomial::one());
    }
    if (in_a | in_b) & !kept != 0 {
        let mut parts = groups(&a, !kept);
        parts.extend(groups(&b, !kept));
        return of_all(parts, work);
    }
    let (high_a, high_b) = (a.degrees(), b.degrees());
    if bounds == high_a && b.divide(&a, work).is_some() {
        return Some(a);
    }
    if bounds == high_b && a.divide(&b, work).is_some() {
        return Some(b);
    }
    for (v, bound) in bounds.powers() {
        // A divisor that is as high in `v` as `a` is `a` without its content, but for a factor of the content.
        for (p, q, high) in [(&a, &b, high_a), (&b, &a, high_b)] {
            if bound < high.exponent(v) {
                continue;
            }
            let (content, primitive) = split_content(p, v, work)?;
            let primitive = primitive.primitive().1;
            if let Some(rest) = q.divide(&primitive, work) {
                let more = find(&content, &rest, work)?;
                return if more.is_one() { Some(primitive) } else { Some(primitive.mul(&more, work)?.primitive().1) };
            }
        }
    }
    match by_images(&a, &b, &bounds, work) {
        Some(divisor) => Some(divisor),
        None if work.ended() => None,
        None => euclid(&a, &b, in_a.trailing_zeros() as usize, work),
    }
}

/// The coefficients of a polynomial in the variables of a mask: what it is a sum of, times different monomials in them.
fn groups(p: &Polynomial, mask: u32) -> Vec<Polynomial> {
    let mut found: Vec<(Monomial, Polynomial)> = Vec::new();
    for (m, c) in &p.terms {
        let (mut outside, mut inside) = (Monomial::ONE, *m);
        for (v, exponent) in m.powers().filter(|(v, _)| mask >> v & 1 == 1) {
            outside = outside.with(v, exponent);
            inside = inside.with(v, 0);
        }
        // Within a group the order of the terms stays.
        match found.binary_search_by(|(n, _)| n.cmp(&outside)) {
            Ok(at) => found[at].1.terms.push((inside, c.clone())),
            Err(at) => found.insert(at, (outside, Polynomial { terms: vec![(inside, c.clone())] })),
        }
    }
    found.into_iter().map(|(_, part)| part).collect()
}

/// The greatest common divisor of many: of the shortest with one after the other.
fn of_all(mut parts: Vec<Polynomial>, work: &mut Work) -> Option<Polynomial> {
    parts.sort_by_key(Polynomial::len);
    let mut divisor = Polynomial::zero();
    for (at, part) in parts.iter().enumerate() {
        // What divides the first two most often divides all.
        if at < 2 || part.divide(&divisor, work).is_none() {
            divisor = find(&divisor, part, work)?;
        }
        if divisor.is_one() {
            break;
        }
    }
    Some(divisor)
}

/// The common divisor of the coefficients of the powers of `v`, and the quotient by it.
pub(super) fn split_content(a: &Polynomial, v: usize, work: &mut Work) -> Option<(Polynomial, Polynomial)> {
    let content = of_all(groups(a, 1 << v), work)?;
    if content.is_one() {
        return Some((content, a.clone()));
    }
    let rest = a.divide(&content, work)?;
    Some((content, rest))
}

/// Euclid's algorithm on primitive parts (D. E. Knuth, "The Art of Computer Programming", vol. 2, 4.6.1, algorithm E).
fn euclid(a: &Polynomial, b: &Polynomial, v: usize, work: &mut Work) -> Option<Polynomial> {
    let (content_a, mut a) = split_content(a, v, work)?;
    let (content_b, mut b) = split_content(b, v, work)?;
    let content = find(&content_a, &content_b, work)?;
    if a.degree(v) < b.degree(v) {
        std::mem::swap(&mut a, &mut b);
    }
    loop {
        if b.is_zero() {
            return Some(a.mul(&content, work)?.primitive().1);
        }
        if b.degree(v) == 0 {
            return Some(content);
        }
        let rest = remainder(a, &b, v, work)?;
        a = b;
        b = if rest.is_zero() { rest } else { split_content(&rest, v, work)?.1.primitive().1 };
    }
}

/// What a division in `v` leaves, after as many multiplications by the leading coefficient of `b` as it takes.
fn remainder(mut a: Polynomial, b: &Polynomial, v: usize, work: &mut Work) -> Option<Polynomial> {
    let mut by = b.coefficients(v);
    let degree = b.degree(v);
    let lead = by.drain(..1).next()?.1;
    loop {
        let coefficients = a.coefficients(v);
        let Some((exponent, head)) = coefficients.first() else { return Some(a) };
        let Some(shift) = exponent.checked_sub(degree) else { return Some(a) };
        let factor = head.times_monomial(&Monomial::variable(v, shift))?;
        a = a.mul(&lead, work)?.sub(&b.mul(&factor, work)?);
    }
}
