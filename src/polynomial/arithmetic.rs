//! What are the sum, the product and the exact quotient of two polynomials?
//! Deliberately knows nothing of common divisors.
//! Read next: `gcd.rs`.

use super::{Monomial, Polynomial, Work};
use crate::number::Number;
use std::cmp::Ordering;

/// Bits that a power of a coefficient may have.
const POWER_BITS: u64 = 1 << 16;

impl Polynomial {
    /// The negative.
    pub(crate) fn neg(&self) -> Polynomial {
        Polynomial { terms: self.terms.iter().map(|(m, c)| (*m, c.neg())).collect() }
    }

    /// The sum.
    pub(crate) fn add(&self, other: &Polynomial) -> Polynomial {
        self.merge(other, Number::clone, Number::add)
    }

    /// The difference.
    pub(crate) fn sub(&self, other: &Polynomial) -> Polynomial {
        self.merge(other, Number::neg, Number::sub)
    }

    fn merge(&self, other: &Polynomial, alone: impl Fn(&Number) -> Number, both: impl Fn(&Number, &Number) -> Number) -> Polynomial {
        let mut terms = Vec::with_capacity(self.len() + other.len());
        let (mut left, mut right) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        while let (Some((m, c)), Some((n, d))) = (left.peek(), right.peek()) {
            match m.cmp(n) {
                Ordering::Greater => {
                    terms.push((*m, c.clone()));
                    left.next();
                }
                Ordering::Less => {
                    terms.push((*n, alone(d)));
                    right.next();
                }
                Ordering::Equal => {
                    let sum = both(c, d);
                    if !sum.is_zero() {
                        terms.push((*m, sum));
                    }
                    left.next();
                    right.next();
                }
            }
        }
        terms.extend(left.cloned());
        terms.extend(right.map(|(n, d)| (*n, alone(d))));
        Polynomial { terms }
    }

    /// The product with a number.
    pub(crate) fn scale(&self, factor: &Number) -> Polynomial {
        if factor.is_zero() {
            return Polynomial::zero();
        }
        if factor.is_one() {
            return self.clone();
        }
        Polynomial { terms: self.terms.iter().map(|(m, c)| (*m, c.mul(factor))).collect() }
    }

    /// The product with a monomial, unless an exponent grows too large.
    pub(crate) fn times_monomial(&self, monomial: &Monomial) -> Option<Polynomial> {
        let terms: Option<_> = self.terms.iter().map(|(m, c)| Some((m.times(monomial)?, c.clone()))).collect();
        terms.map(|terms| Polynomial { terms })
    }

    /// The quotient by a monomial, if it divides all terms.
    pub(super) fn over_monomial(&self, monomial: &Monomial) -> Option<Polynomial> {
        let terms: Option<_> = self.terms.iter().map(|(m, c)| Some((m.over(monomial)?, c.clone()))).collect();
        terms.map(|terms| Polynomial { terms })
    }

    /// Words of the largest coefficient: what an operation with it costs.
    fn words(&self) -> u64 {
        self.terms.iter().map(|(_, c)| c.bits()).max().map_or(1, |bits| 1 + bits / 128)
    }

    /// The product; `None` when the budget ends or an exponent grows too large.
    pub(crate) fn mul(&self, other: &Polynomial, work: &mut Work) -> Option<Polynomial> {
        let (short, long) = if self.len() <= other.len() { (self, other) } else { (other, self) };
        if !work.spend((short.len() * long.len()) as u64 * short.words() * long.words()) {
            return None;
        }
        if let [(m, c)] = short.terms.as_slice() {
            return if *m == Monomial::ONE { Some(long.scale(c)) } else { long.scale(c).times_monomial(m) };
        }
        let mut terms = Vec::with_capacity(short.len() * long.len());
        for (m, c) in &short.terms {
            for (n, d) in &long.terms {
                terms.push((m.times(n)?, c.mul(d)));
            }
        }
        Some(Polynomial::from_terms(terms))
    }

    /// A power; `None` as for products.
    pub(crate) fn pow(&self, exponent: u32, work: &mut Work) -> Option<Polynomial> {
        match (exponent, self.terms.as_slice()) {
            (0, _) => return Some(Polynomial::one()),
            (_, []) => return Some(Polynomial::zero()),
            (_, [(m, c)]) => {
                let power = c.pow(i64::from(exponent), POWER_BITS)?;
                let mut monomial = Monomial::ONE;
                for v in (0..super::GENERATORS).filter(|v| m.exponent(*v) > 0) {
                    monomial = monomial.with(v, u16::try_from(u32::from(m.exponent(v)).checked_mul(exponent)?).ok()?);
                }
                return work.spend(1).then(|| Polynomial::term(monomial, power));
            }
            _ => {}
        }
        // Sparse polynomials grow so fast that one factor after the other beats squaring: R. J. Fateman, "On the
        // computation of powers of sparse polynomials", Studies in Applied Mathematics 53 (1974), 145-155.
        let mut power = self.clone();
        for _ in 1..exponent {
            power = power.mul(self, work)?;
        }
        Some(power)
    }

    /// The quotient, if the division leaves nothing; `None` also when the budget ends.
    pub(crate) fn divide(&self, other: &Polynomial, work: &mut Work) -> Option<Polynomial> {
        let ((lead, head), rest) = other.terms.split_first()?;
        let inverse = head.recip()?;
        if rest.is_empty() {
            return work.spend(self.len() as u64).then(|| self.scale(&inverse).over_monomial(lead))?;
        }
        let (Some((highest, _)), Some((lowest, _)), Some((low, _))) = (self.terms.first(), self.terms.last(), rest.last()) else {
            return Some(Polynomial::zero());
        };
        // Highest and lowest terms of factors multiply, and so do the highest powers of each variable.
        highest.over(lead)?;
        lowest.over(low)?;
        self.degrees().over(&other.degrees())?;
        let cost = other.len() as u64 * other.words();
        let mut left = self.clone();
        let mut quotient = Vec::new();
        while let Some((m, c)) = left.terms.first() {
            let factor = (m.over(lead)?, c.mul(&inverse));
            if !work.spend(cost + left.len() as u64) {
                return None;
            }
            left = left.sub(&other.times_monomial(&factor.0)?.scale(&factor.1));
            quotient.push(factor);
        }
        Some(Polynomial { terms: quotient })
    }
}
