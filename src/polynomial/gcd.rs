//! What is the greatest common divisor of two polynomials?
//! Deliberately knows nothing of factors beyond it.
//! Read next: `square_free.rs`, which asks for it of a polynomial and its derivative.

use super::{Monomial, Polynomial, Work};

/// The greatest common divisor, with whole coefficients without a common divisor and a positive leading one. When the
/// budget ends it is 1, which divides both as well.
pub(crate) fn gcd(a: &Polynomial, b: &Polynomial, work: &mut Work) -> Polynomial {
    find(a, b, work).unwrap_or_else(Polynomial::one)
}

/// The same, but `None` when the budget ends. It calls itself with fewer variables only.
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
    let (a, b) = (a.over_monomial(&m)?.primitive().1, b.over_monomial(&n)?.primitive().1);
    let (in_a, in_b) = (a.variables(), b.variables());
    let divisor = if in_a & in_b == 0 {
        Polynomial::one()
    } else if in_a & !in_b != 0 {
        of_coefficients(&a, in_a & !in_b, b, work)?
    } else if in_b & !in_a != 0 {
        of_coefficients(&b, in_b & !in_a, a, work)?
    } else {
        euclid(&a, &b, in_a.trailing_zeros() as usize, work)?
    };
    if common == Monomial::ONE { Some(divisor) } else { divisor.times_monomial(&common) }
}

/// A divisor in which some variables of `a` do not occur divides the coefficients of their powers.
fn of_coefficients(a: &Polynomial, mask: u32, start: Polynomial, work: &mut Work) -> Option<Polynomial> {
    let v = mask.trailing_zeros() as usize;
    let mut divisor = start;
    let mut coefficients = a.coefficients(v);
    coefficients.sort_by_key(|(_, c)| c.len());
    for (_, c) in &coefficients {
        if divisor.is_one() {
            break;
        }
        divisor = find(&divisor, c, work)?;
    }
    Some(divisor)
}

/// The common divisor of the coefficients of the powers of `v`, and the quotient by it.
pub(super) fn split_content(a: &Polynomial, v: usize, work: &mut Work) -> Option<(Polynomial, Polynomial)> {
    let content = of_coefficients(a, 1 << v, Polynomial::zero(), work)?;
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
