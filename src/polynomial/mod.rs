//! Polynomials in several variables with rational coefficients: which terms does one have, and what does it look like
//! from one variable?
//! Deliberately knows nothing of expressions: whoever asks says which variable stands for what.
//! Read next: `arithmetic.rs` (products and quotients), `gcd.rs`, `square_free.rs`, `factor.rs`.

mod arithmetic;
mod dense;
mod factor;
mod field;
mod gcd;
mod key;
mod monomial;
mod root;
mod sequence;
mod sparse;
mod square_free;
#[cfg(test)]
mod tests;
mod univariate;
mod work;

use crate::number::Number;
pub(crate) use factor::factor;
pub(crate) use gcd::gcd;
pub(crate) use monomial::{GENERATORS, Monomial};
pub(crate) use square_free::square_free;
use std::cmp::Reverse;
pub(crate) use work::Work;

/// A sum of monomials with rational coefficients, only the terms that are not 0 being kept.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Polynomial {
    /// The largest monomial first, no coefficient 0.
    terms: Vec<(Monomial, Number)>,
}

impl Polynomial {
    /// 0
    pub(crate) fn zero() -> Polynomial {
        Polynomial { terms: Vec::new() }
    }

    /// 1
    pub(crate) fn one() -> Polynomial {
        Polynomial::constant(Number::ONE)
    }

    /// A number.
    pub(crate) fn constant(value: Number) -> Polynomial {
        Polynomial::term(Monomial::ONE, value)
    }

    /// One variable.
    pub(crate) fn variable(v: usize) -> Polynomial {
        Polynomial::term(Monomial::variable(v, 1), Number::ONE)
    }

    /// One term.
    pub(crate) fn term(monomial: Monomial, coefficient: Number) -> Polynomial {
        if coefficient.is_zero() { Polynomial::zero() } else { Polynomial { terms: vec![(monomial, coefficient)] } }
    }

    /// The sum of terms in any order.
    pub(crate) fn from_terms(mut terms: Vec<(Monomial, Number)>) -> Polynomial {
        terms.sort_unstable_by_key(|(m, _)| Reverse(*m));
        terms.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = kept.1.add(&later.1);
            }
            same
        });
        terms.retain(|(_, c)| !c.is_zero());
        Polynomial { terms }
    }

    /// The terms, the largest monomial first.
    pub(crate) fn terms(&self) -> &[(Monomial, Number)] {
        &self.terms
    }

    /// How many terms there are.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    pub(crate) fn is_one(&self) -> bool {
        matches!(self.terms.as_slice(), [(m, c)] if *m == Monomial::ONE && c.is_one())
    }

    /// The value, if no variable occurs.
    pub(crate) fn as_constant(&self) -> Option<Number> {
        match self.terms.as_slice() {
            [] => Some(Number::ZERO),
            [(m, c)] if *m == Monomial::ONE => Some(c.clone()),
            _ => None,
        }
    }

    /// The term with the largest monomial.
    pub(crate) fn leading(&self) -> Option<&(Monomial, Number)> {
        self.terms.first()
    }

    /// The highest exponent of a variable; 0 for the polynomial 0.
    pub(crate) fn degree(&self, v: usize) -> u16 {
        self.terms.iter().map(|(m, _)| m.exponent(v)).max().unwrap_or(0)
    }

    /// The highest sum of exponents in a term.
    pub(crate) fn total_degree(&self) -> u32 {
        self.terms.iter().map(|(m, _)| m.total()).max().unwrap_or(0)
    }

    /// The highest exponent of each variable.
    pub(super) fn degrees(&self) -> Monomial {
        self.terms.iter().fold(Monomial::ONE, |high, (m, _)| high.lcm(m))
    }

    /// A bit for each variable that occurs.
    pub(crate) fn variables(&self) -> u32 {
        self.degrees().variables()
    }

    /// Whether a variable occurs.
    pub(crate) fn has(&self, v: usize) -> bool {
        self.terms.iter().any(|(m, _)| m.exponent(v) > 0)
    }

    /// The greatest common divisor of the numerators over the least common multiple of the denominators, with the sign of
    /// the leading coefficient: divided by it, the polynomial has whole coefficients without a common divisor and a
    /// positive leading one. 0 for 0.
    pub(crate) fn content(&self) -> Number {
        let Some((_, first)) = self.terms.first() else { return Number::ZERO };
        let size = match self.whole_content() {
            Some(size) => Number::integer(size),
            None => self.terms.iter().fold(Number::ZERO, |g, (_, c)| g.gcd(c)),
        };
        if first.is_negative() { size.neg() } else { size }
    }

    /// The greatest common divisor of coefficients that are small whole numbers.
    fn whole_content(&self) -> Option<i64> {
        let mut size = 0;
        for (_, c) in &self.terms {
            let n = c.as_i64()?;
            if size != 1 {
                size = num_integer::gcd(size, n);
            }
        }
        Some(size)
    }

    /// The content and what is left when it is taken out.
    pub(crate) fn primitive(&self) -> (Number, Polynomial) {
        let content = self.content();
        match content.recip() {
            Some(inverse) if !content.is_one() => (content, self.scale(&inverse)),
            _ => (content, self.clone()),
        }
    }

    /// The largest monomial that divides all terms.
    pub(crate) fn monomial_content(&self) -> Monomial {
        let mut terms = self.terms.iter();
        let Some((first, _)) = terms.next() else { return Monomial::ONE };
        terms.fold(*first, |g, (m, _)| if g == Monomial::ONE { g } else { g.gcd(m) })
    }

    /// As a polynomial in `v`: exponents, the highest first, and the coefficients, in which `v` does not occur.
    pub(crate) fn coefficients(&self, v: usize) -> Vec<(u16, Polynomial)> {
        let mut found: Vec<(u16, Polynomial)> = Vec::new();
        for (m, c) in &self.terms {
            // Terms of the same exponent keep their order without `v`.
            let term = (m.with(v, 0), c.clone());
            let exponent = m.exponent(v);
            match found.binary_search_by(|(e, _)| exponent.cmp(e)) {
                Ok(at) => {
                    if let Some((_, p)) = found.get_mut(at) {
                        p.terms.push(term);
                    }
                }
                Err(at) => found.insert(at, (exponent, Polynomial { terms: vec![term] })),
            }
        }
        found
    }

    /// The derivative by `v`.
    pub(crate) fn derivative(&self, v: usize) -> Polynomial {
        let lowered = self.terms.iter().filter_map(|(m, c)| {
            let exponent = m.exponent(v);
            Some((m.with(v, exponent.checked_sub(1)?), c.mul(&Number::integer(i64::from(exponent)))))
        });
        Polynomial { terms: lowered.collect() }
    }
}
