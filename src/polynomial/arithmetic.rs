//! What are the sum, the product and the exact quotient of two polynomials?
//! Deliberately knows nothing of common divisors.
//! Read next: `gcd.rs`.

use super::key::{Key, Radix};
use super::{Monomial, Polynomial, Work};
use crate::number::Number;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Bits that a power of a coefficient may have.
const POWER_BITS: u64 = 1 << 16;
/// Products of terms that are sorted at once.
const MOST_PRODUCTS: usize = 1 << 18;

type Term = (Monomial, Number);

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
        if short.is_zero() {
            return Some(Polynomial::zero());
        }
        if let [(m, c)] = short.terms.as_slice() {
            return if *m == Monomial::ONE { Some(long.scale(c)) } else { long.scale(c).times_monomial(m) };
        }
        // The highest powers of a variable meet in the product, so that no other product of monomials grows too large.
        let high = short.degrees().times(&long.degrees())?;
        let radix = Radix::new(&high);
        let product = |rows: &[Term]| match &radix {
            Some(radix) => products(rows, &long.terms, |m| radix.number(m)),
            None => products(rows, &long.terms, |m| *m),
        };
        let mut sum: Option<Polynomial> = None;
        for rows in short.terms.chunks((MOST_PRODUCTS / long.len()).max(1)) {
            let part = Polynomial { terms: product(rows)? };
            sum = Some(match sum {
                Some(sum) => sum.add(&part),
                None => part,
            });
        }
        sum
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
        let high = self.degrees();
        let bounds = high.over(&other.degrees())?;
        let terms = match Radix::new(&high) {
            Some(radix) => quotient(self, other, &bounds, |m| radix.number(m), work),
            None => quotient(self, other, &bounds, |m| *m, work),
        };
        Some(Polynomial { terms: terms? })
    }
}

/// All products of terms, sorted and like ones joined.
fn products<K: Key>(a: &[Term], b: &[Term], key: impl Fn(&Monomial) -> K) -> Option<Vec<Term>> {
    let keys: Vec<K> = b.iter().map(|(n, _)| key(n)).collect();
    let mut pairs = Vec::with_capacity(a.len() * b.len());
    for (left, (m, _)) in (0u32..).zip(a) {
        let first = key(m);
        for (right, second) in (0u32..).zip(&keys) {
            pairs.push((first.and(*second)?, left, right));
        }
    }
    pairs.sort_unstable_by(|(first, ..), (second, ..)| second.cmp(first));
    let mut terms = Vec::with_capacity(pairs.len().min(4 * (a.len() + b.len())));
    for like in pairs.chunk_by(|(first, ..), (second, ..)| first == second) {
        let (mut monomial, mut sum) = (None, Number::ZERO);
        for (_, left, right) in like {
            let ((m, c), (n, d)) = (a.get(*left as usize)?, b.get(*right as usize)?);
            sum = sum.add(&c.mul(d));
            monomial = monomial.or_else(|| m.times(n));
        }
        if !sum.is_zero() {
            terms.push((monomial?, sum));
        }
    }
    Some(terms)
}

/// The terms of an exact quotient. Products of its terms with those of the divisor wait in a heap until their monomial has
/// its turn: S. C. Johnson, "Sparse polynomial arithmetic", ACM SIGSAM Bulletin 8 (1974), 63-71.
fn quotient<K: Key>(a: &Polynomial, b: &Polynomial, bounds: &Monomial, key: impl Fn(&Monomial) -> K, work: &mut Work) -> Option<Vec<Term>> {
    let (lead, head) = b.leading()?;
    let inverse = head.recip()?;
    let keys: Vec<K> = b.terms.iter().map(|(m, _)| key(m)).collect();
    let (first, second) = (*keys.first()?, *keys.get(1)?);
    let mut dividend = a.terms.iter().map(|(m, c)| (key(m), m, c)).peekable();
    let mut waiting: BinaryHeap<(K, usize, usize)> = BinaryHeap::new();
    let mut found: Vec<Term> = Vec::new();
    let mut positions: Vec<K> = Vec::new();
    loop {
        let next = match (dividend.peek(), waiting.peek()) {
            (Some((k, ..)), Some((l, ..))) => *k.max(l),
            (Some((k, ..)), None) | (None, Some((k, ..))) => *k,
            (None, None) => return Some(found),
        };
        let (mut monomial, mut rest) = match dividend.next_if(|(k, ..)| *k == next) {
            Some((_, m, c)) => (Some(*m), c.clone()),
            None => (None, Number::ZERO),
        };
        let mut steps = 1;
        while let Some(mut top) = waiting.peek_mut().filter(|top| top.0 == next) {
            let (_, at, by) = *top;
            let ((m, c), (n, d)) = (found.get(at)?, b.terms.get(by)?);
            rest = rest.sub(&c.mul(d));
            if monomial.is_none() {
                monomial = Some(m.times(n)?);
            }
            steps += 1;
            match keys.get(by + 1) {
                Some(further) => *top = (positions.get(at)?.and(*further)?, at, by + 1),
                None => drop(PeekMut::pop(top)),
            }
        }
        if !work.spend(steps * (1 + rest.bits() / 128)) {
            return None;
        }
        if rest.is_zero() {
            continue;
        }
        let monomial = monomial?.over(lead)?;
        bounds.over(&monomial)?;
        let position = next.without(first)?;
        waiting.push((position.and(second)?, found.len(), 1));
        positions.push(position);
        found.push((monomial, rest.mul(&inverse)));
    }
}
