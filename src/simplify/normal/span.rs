//! Exponents and angles as vectors: which of them are rational combinations of others.
//! Deliberately knows nothing of exp or sin. Read next: `generator.rs`, whose powers and angles are such combinations.

use super::Field;
use super::quotient::Quotient;
use crate::number::Number;
use crate::polynomial::{Monomial, Polynomial};

/// A quotient as sum of coefficients times atoms: quotients of monomials, and fractions that are none.
pub(super) type Vector = Vec<(Quotient, Number)>;

impl Field<'_, '_> {
    /// A quotient over its atoms: what the denominator divides term by term, and the rest over the denominator.
    pub(super) fn vector(&mut self, q: &Quotient) -> Option<Vector> {
        let mut vector = Vector::new();
        if let [(bottom, _)] = q.denominator.terms() {
            for (top, coefficient) in q.numerator.terms() {
                vector.push((laurent(top, bottom)?, coefficient.clone()));
            }
            return Some(vector);
        }
        let (leading, by) = q.denominator.leading()?.clone();
        let mut left = q.numerator.clone();
        let mut rest = Polynomial::zero();
        while let Some((monomial, coefficient)) = left.leading().cloned() {
            if !self.work.spend(left.len() as u64 + q.denominator.len() as u64) {
                return None;
            }
            if let Some(over) = monomial.over(&leading) {
                let factor = coefficient.div(&by)?;
                left = left.sub(&q.denominator.scale(&factor).times_monomial(&over)?);
                vector.push((Quotient::of(Polynomial::term(over, Number::ONE)), factor));
            } else {
                let term = Polynomial::term(monomial, coefficient);
                left = left.sub(&term);
                rest = rest.add(&term);
            }
        }
        if !rest.is_zero() {
            let fraction = self.cancelled(rest, q.denominator.clone())?;
            let (content, primitive) = fraction.numerator.primitive();
            vector.push((Quotient { numerator: primitive, denominator: fraction.denominator }, content));
        }
        Some(vector)
    }
}

/// A monomial over another, in lowest terms.
fn laurent(top: &Monomial, bottom: &Monomial) -> Option<Quotient> {
    let common = top.gcd(bottom);
    Some(Quotient {
        numerator: Polynomial::term(top.over(&common)?, Number::ONE),
        denominator: Polynomial::term(bottom.over(&common)?, Number::ONE),
    })
}

/// The coefficients with which `wanted` is a combination of the `basis`, which is independent; `None` if it is none.
pub(super) fn combination(basis: &[&Vector], wanted: &Vector) -> Option<Vec<Number>> {
    // rows: atoms; columns: the basis, then what is wanted; Gauss elimination over the rationals
    let mut atoms: Vec<&Quotient> = Vec::new();
    for (atom, _) in basis.iter().flat_map(|vector| vector.iter()).chain(wanted) {
        if !atoms.contains(&atom) {
            atoms.push(atom);
        }
    }
    let columns = basis.len();
    let entry = |vector: &Vector, atom: &Quotient| vector.iter().find(|(a, _)| a == atom).map_or(Number::ZERO, |(_, c)| c.clone());
    let mut rows: Vec<Vec<Number>> =
        atoms.iter().map(|atom| basis.iter().map(|vector| entry(vector, atom)).chain([entry(wanted, atom)]).collect()).collect();
    for column in 0..columns {
        let pivot = (column..rows.len()).find(|&row| !rows[row][column].is_zero())?;
        rows.swap(column, pivot);
        let by = rows[column][column].recip()?;
        let leading: Vec<Number> = rows[column].iter().map(|n| n.mul(&by)).collect();
        for (at, row) in rows.iter_mut().enumerate() {
            if at == column {
                row.clone_from(&leading);
            } else if !row[column].is_zero() {
                let factor = row[column].clone();
                for (n, l) in row.iter_mut().zip(&leading) {
                    *n = n.sub(&l.mul(&factor));
                }
            }
        }
    }
    let solved = rows[columns..].iter().all(|row| row[columns].is_zero());
    solved.then(|| rows[..columns].iter().map(|row| row[columns].clone()).collect())
}

/// The least common multiple of the denominators.
pub(super) fn common_denominator(numbers: &[Number]) -> Option<i64> {
    let mut common = 1i64;
    for n in numbers {
        let d = n.denominator().as_i64()?;
        common = num_integer::lcm(common, d);
        if common > 1 << 20 {
            return None;
        }
    }
    Some(common)
}
