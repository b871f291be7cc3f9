//! Is a polynomial the square, the cube, or another power of one?
//! Deliberately knows nothing of other factors.
//! Read next: `factor.rs`, which splits by roots of discriminants.

use super::field::Field;
use super::sparse::{POINT, values};
use super::{GENERATORS, Monomial, Polynomial, Work};
use crate::number::Number;

/// The square root with a positive leading coefficient, if the polynomial is a square; `None` also when the budget ends.
pub(crate) fn square_root(p: &Polynomial, work: &mut Work) -> Option<Polynomial> {
    nth_root(p, 2, work)
}

/// The root of order `n`, found term by term from the largest, as long division finds a quotient.
pub(super) fn nth_root(p: &Polynomial, n: u16, work: &mut Work) -> Option<Polynomial> {
    let Some((highest, head)) = p.leading() else { return Some(Polynomial::zero()) };
    let lowest = share(&p.terms().last()?.0, n)?;
    let bounds = share(&p.degrees(), n)?;
    let lead = (share(highest, n)?, number_root(head, n)?);
    number_root(&p.terms().last()?.1, n)?;
    if n == 2 && no_square(p) {
        return None;
    }
    let mut root = Polynomial::term(lead.0, lead.1.clone());
    let below = root.pow(u32::from(n) - 1, work)?;
    let (low, factor) = below.leading().cloned()?;
    let inverse = factor.mul(&Number::integer(i64::from(n))).recip()?;
    let mut rest = p.sub(&below.mul(&root, work)?);
    while let Some((m, c)) = rest.leading() {
        let next = m.over(&low)?;
        bounds.over(&next)?;
        if next < lowest || !work.spend(rest.len() as u64) {
            return None;
        }
        let term = Polynomial::term(next, c.mul(&inverse));
        if n == 2 {
            // (r + t)^2 = r^2 + (2r + t)*t
            let change = root.scale(&Number::integer(2)).add(&term).mul(&term, work)?;
            root = root.add(&term);
            rest = rest.sub(&change);
        } else {
            root = root.add(&term);
            rest = p.sub(&root.pow(u32::from(n), work)?);
        }
    }
    Some(root)
}

/// Whether the value at some point is no square in a field, by Euler's criterion.
fn no_square(p: &Polynomial) -> bool {
    let field = Field::FIRST;
    let value = values(&field, p, &POINT).map(|values| values.iter().fold(0, |sum, value| field.add(sum, *value)));
    value.is_some_and(|value| value != 0 && field.pow(value, field.prime / 2) != field.one)
}

/// All exponents divided by `n`, if they can be.
fn share(m: &Monomial, n: u16) -> Option<Monomial> {
    let mut shared = Monomial::ONE;
    for v in (0..GENERATORS).filter(|v| m.exponent(*v) > 0) {
        let exponent = m.exponent(v);
        if !exponent.is_multiple_of(n) {
            return None;
        }
        shared = shared.with(v, exponent / n);
    }
    Some(shared)
}

fn number_root(c: &Number, n: u16) -> Option<Number> {
    match (c.is_negative(), n % 2) {
        (true, 0) => None,
        (true, _) => c.neg().root(u32::from(n)).map(|r| r.neg()),
        _ => c.root(u32::from(n)),
    }
}
