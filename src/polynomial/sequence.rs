//! Of which geometric sequences is a sequence the sum?
//! Deliberately knows nothing of what the sequences stand for.
//! Read next: `sparse.rs`, where each one is a term of a polynomial.

use super::dense::{Dense, multiply};
use super::field::Field;

/// The shortest linear recurrence of a growing sequence: J. L. Massey, "Shift-register synthesis and BCH decoding", IEEE
/// Transactions on Information Theory 15 (1969), 122-127.
pub(super) struct Recurrence {
    pub(super) values: Vec<u64>,
    /// Coefficients of the connection polynomial, the first of which is 1.
    connection: Dense,
    pub(super) order: usize,
    earlier: Dense,
    /// Reciprocal of the discrepancy at which `earlier` failed.
    inverse: u64,
    gap: usize,
}

impl Recurrence {
    pub(super) fn new(field: &Field) -> Recurrence {
        let one = vec![field.one];
        Recurrence { values: Vec::new(), connection: one.clone(), order: 0, earlier: one, inverse: field.one, gap: 1 }
    }

    pub(super) fn push(&mut self, field: &Field, value: u64) {
        self.values.push(value);
        let newest_first = self.values.iter().rev();
        let discrepancy = newest_first.zip(&self.connection).fold(0, |sum, (y, c)| field.add(sum, field.mul(*y, *c)));
        if discrepancy == 0 {
            self.gap += 1;
            return;
        }
        let before = self.connection.clone();
        let factor = field.mul(discrepancy, self.inverse);
        self.connection.resize(before.len().max(self.earlier.len() + self.gap), 0);
        let shifted = self.connection.iter_mut().skip(self.gap).zip(&self.earlier);
        shifted.for_each(|(c, e)| *c = field.sub(*c, field.mul(factor, *e)));
        if 2 * self.order < self.values.len() {
            self.order = self.values.len() - self.order;
            self.earlier = before;
            self.inverse = field.invert(discrepancy);
            self.gap = 1;
        } else {
            self.gap += 1;
        }
    }

    /// Whether more values came than the recurrence could have been made for.
    pub(super) fn settled(&self) -> bool {
        self.values.len() > 2 * self.order
    }

    /// The monic polynomial whose roots are the ratios of the geometric sequences.
    pub(super) fn characteristic(&self) -> Dense {
        let at = |i: usize| self.connection.get(i).copied().unwrap_or(0);
        (0..=self.order).rev().map(at).collect()
    }
}

/// The first values of geometric sequences with these ratios, from the values of their sum: a transposed Vandermonde
/// system, solved as R. Zippel does it, "Interpolating polynomials from their values", Journal of Symbolic Computation 9
/// (1990), 375-403.
pub(super) fn first_values(field: &Field, ratios: &[u64], sums: &[u64]) -> Vec<u64> {
    let product = ratios.iter().fold(vec![field.one], |product, r| multiply(field, &product, &[field.sub(0, *r), field.one]));
    let solve = |ratio: &u64| {
        // By Horner's scheme: the quotient by z - ratio, its value there, and its product with the sums.
        let (mut coefficient, mut value, mut sum) = (0, 0, 0);
        for (k, c) in product.iter().enumerate().skip(1).rev() {
            coefficient = field.add(field.mul(coefficient, *ratio), *c);
            value = field.add(field.mul(value, *ratio), coefficient);
            sum = field.add(sum, field.mul(coefficient, sums.get(k - 1).copied().unwrap_or(0)));
        }
        field.mul(sum, field.invert(value))
    };
    ratios.iter().map(solve).collect()
}
