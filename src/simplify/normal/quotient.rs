//! Quotients of polynomials over generators, kept reduced by the generators' relations and in lowest terms.
//! Deliberately knows no function: a relation says `g^n = N/D` and nothing more.
//! Read next: `convert.rs`, what becomes a quotient.
//!
//! A relation holds wherever the generator is defined, so reducing changes no value. Cancelling fills removable holes
//! and adds no pole.

use super::Field;
use crate::number::Number;
use crate::polynomial::{Monomial, Polynomial, gcd};

/// More terms than this in one polynomial end the work on an expression.
pub(super) const TERMS: usize = 400;
/// Longer coefficients end it too: nothing that a person reads needs them, and arithmetic with them is slow.
const COEFFICIENT_BITS: u64 = 512;
/// The largest whole power that is multiplied out.
const POWER: u32 = 64;

/// `numerator/denominator`: the denominator primitive with a positive leading coefficient.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Quotient {
    pub(super) numerator: Polynomial,
    pub(super) denominator: Polynomial,
}

impl Quotient {
    pub(super) fn of(numerator: Polynomial) -> Quotient {
        Quotient { numerator, denominator: Polynomial::one() }
    }

    pub(super) fn constant(n: Number) -> Quotient {
        Quotient::of(Polynomial::constant(n))
    }

    pub(super) fn variable(v: usize) -> Quotient {
        Quotient::of(Polynomial::variable(v))
    }

    /// The number that it is, if it is one.
    pub(super) fn as_constant(&self) -> Option<Number> {
        if self.denominator.is_one() { self.numerator.as_constant() } else { None }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    pub(super) fn is_one(&self) -> bool {
        self.numerator.is_one() && self.denominator.is_one()
    }

    pub(super) fn scale(&self, by: &Number) -> Quotient {
        if by.is_zero() {
            return Quotient::constant(Number::ZERO);
        }
        Quotient { numerator: self.numerator.scale(by), denominator: self.denominator.clone() }
    }

    pub(super) fn neg(&self) -> Quotient {
        Quotient { numerator: self.numerator.neg(), denominator: self.denominator.clone() }
    }

    /// Which generators occur, one bit each.
    pub(super) fn variables(&self) -> u32 {
        self.numerator.variables() | self.denominator.variables()
    }
}

impl Field<'_, '_> {
    /// The product of two polynomials, within the bounds.
    pub(super) fn product(&mut self, a: &Polynomial, b: &Polynomial) -> Option<Polynomial> {
        if a.is_one() {
            return Some(b.clone());
        }
        if b.is_one() {
            return Some(a.clone());
        }
        if a.len() * b.len() > TERMS * 40 {
            return None;
        }
        let product = a.mul(b, &mut self.work)?;
        (product.len() <= TERMS && product.terms().iter().all(|(_, c)| c.small().is_some() || c.bits() <= COEFFICIENT_BITS))
            .then_some(product)
    }

    pub(super) fn power_of(&mut self, p: &Polynomial, n: u32) -> Option<Polynomial> {
        if n == 1 {
            return Some(p.clone());
        }
        if p.len() > 1 && n > POWER {
            return None;
        }
        // a sum of t terms to the power n has at most (n + t - 1 choose n) terms
        let mut bound = 1usize;
        for k in 1..p.len() {
            bound = bound.saturating_mul(n as usize + k) / k;
            if bound > TERMS * 8 {
                return None;
            }
        }
        let power = p.pow(n, &mut self.work)?;
        (power.len() <= TERMS).then_some(power)
    }

    /// In lowest terms, the denominator primitive.
    pub(super) fn cancelled(&mut self, numerator: Polynomial, denominator: Polynomial) -> Option<Quotient> {
        if denominator.is_zero() || self.work.ended() {
            return None;
        }
        if numerator.is_zero() {
            return Some(Quotient::of(numerator));
        }
        let common = gcd(&numerator, &denominator, &mut self.work);
        let Quotient { numerator, denominator } = self.without(numerator, denominator, &common)?;
        let (content, denominator) = denominator.primitive();
        let numerator = if content.is_one() { numerator } else { numerator.scale(&content.recip()?) };
        Some(Quotient { numerator, denominator })
    }

    /// Both divided by what they have in common.
    fn without(&mut self, numerator: Polynomial, denominator: Polynomial, common: &Polynomial) -> Option<Quotient> {
        if common.is_one() {
            return Some(Quotient { numerator, denominator });
        }
        Some(Quotient { numerator: numerator.divide(common, &mut self.work)?, denominator: denominator.divide(common, &mut self.work)? })
    }

    /// `numerator/denominator`, reduced and in lowest terms.
    pub(super) fn settled(&mut self, numerator: Polynomial, denominator: Polynomial) -> Option<Quotient> {
        let (numerator, denominator, _) = self.reduced(numerator, denominator)?;
        let q = self.cancelled(numerator, denominator)?;
        self.without_roots_below(q)
    }

    /// The same, where before a relation is used every common divisor of the two divides `shared`, and the denominator is
    /// primitive: a search in the small polynomial spares the one in the large ones.
    fn settled_sharing(&mut self, numerator: Polynomial, denominator: Polynomial, shared: &Polynomial) -> Option<Quotient> {
        let (numerator, denominator, changed) = self.reduced(numerator, denominator)?;
        let q = if changed || numerator.is_zero() || denominator.is_zero() {
            self.cancelled(numerator, denominator)?
        } else {
            let common = gcd(&numerator, shared, &mut self.work);
            self.without(numerator, denominator, &common)?
        };
        self.without_roots_below(q)
    }

    /// The two with every generator below its index, both times the same, and whether that changed them.
    fn reduced(&mut self, numerator: Polynomial, denominator: Polynomial) -> Option<(Polynomial, Polynomial, bool)> {
        let (mut n, mut d, mut changed) = (numerator, denominator, false);
        for v in (0..self.generators.len()).rev() {
            let Some(relation) = &self.generators[v].relation else { continue };
            let index = relation.index;
            if n.degree(v) < index && d.degree(v) < index {
                continue;
            }
            let base = relation.base.clone();
            let (top, top_times) = self.lowered(&n, v, index, &base)?;
            let (bottom, bottom_times) = self.lowered(&d, v, index, &base)?;
            // n = top/D^a, d = bottom/D^b
            let common = top_times.min(bottom_times);
            let up = self.power_of(&base.denominator, bottom_times - common)?;
            let down = self.power_of(&base.denominator, top_times - common)?;
            n = self.product(&top, &up)?;
            d = self.product(&bottom, &down)?;
            changed = true;
        }
        Some((n, d, changed))
    }

    /// With no root as a factor below the bar: `1/g^k = g^(n - k)/b` where `g^n = b`, which has the same zeros below the bar;
    /// so `x/sqrt(x)` is `sqrt(x)`.
    fn without_roots_below(&mut self, q: Quotient) -> Option<Quotient> {
        let mut q = q;
        let roots = q.denominator.monomial_content();
        if roots == Monomial::ONE {
            return Some(q);
        }
        for v in (0..self.generators.len()).rev() {
            let k = q.denominator.monomial_content().exponent(v);
            let Some(relation) = &self.generators[v].relation else { continue };
            if k == 0 {
                continue;
            }
            let missing = relation.index - k % relation.index;
            let factor = Monomial::variable(v, missing);
            q = self.settled(q.numerator.times_monomial(&factor)?, q.denominator.times_monomial(&factor)?)?;
        }
        Some(q)
    }

    /// A polynomial with `g^index` replaced by N/D, times `D^k`, and k.
    fn lowered(&mut self, p: &Polynomial, v: usize, index: u16, base: &Quotient) -> Option<(Polynomial, u32)> {
        let highest = p.degree(v) / index;
        if highest == 0 {
            return Some((p.clone(), 0));
        }
        let times = if base.denominator.is_one() { 0 } else { u32::from(highest) };
        let mut sum = Polynomial::zero();
        let mut groups: Vec<(u16, Polynomial)> = Vec::new();
        for (exponent, coefficient) in p.coefficients(v) {
            let rest = coefficient.times_monomial(&Monomial::variable(v, exponent % index))?;
            match groups.iter_mut().find(|(k, _)| *k == exponent / index) {
                Some((_, group)) => *group = group.add(&rest),
                None => groups.push((exponent / index, rest)),
            }
        }
        for (k, group) in groups {
            let top = self.power_of(&base.numerator, u32::from(k))?;
            let mut term = self.product(&group, &top)?;
            if times > 0 {
                let bottom = self.power_of(&base.denominator, times - u32::from(k))?;
                term = self.product(&term, &bottom)?;
            }
            sum = sum.add(&term);
        }
        (sum.len() <= TERMS).then_some((sum, times))
    }

    pub(super) fn add(&mut self, a: &Quotient, b: &Quotient) -> Option<Quotient> {
        if a.is_zero() {
            return Some(b.clone());
        }
        if b.is_zero() {
            return Some(a.clone());
        }
        if a.denominator == b.denominator {
            let sum = a.numerator.add(&b.numerator);
            return if a.denominator.is_one() { Some(Quotient::of(sum)) } else { self.cancelled(sum, a.denominator.clone()) };
        }
        let common = gcd(&a.denominator, &b.denominator, &mut self.work);
        let left = a.denominator.divide(&common, &mut self.work)?;
        let right = b.denominator.divide(&common, &mut self.work)?;
        let top = self.product(&a.numerator, &right)?.add(&self.product(&b.numerator, &left)?);
        let bottom = self.product(&a.denominator, &right)?;
        (top.len() <= TERMS).then_some(())?;
        // P. Henrici (D. E. Knuth, "The Art of Computer Programming", vol. 2, 4.5.1): the rest of each denominator is prime to the sum
        self.settled_sharing(top, bottom, &common)
    }

    pub(super) fn multiply(&mut self, a: &Quotient, b: &Quotient) -> Option<Quotient> {
        if a.is_zero() || b.is_zero() {
            return Some(Quotient::constant(Number::ZERO));
        }
        if a.is_one() {
            return Some(b.clone());
        }
        if b.is_one() {
            return Some(a.clone());
        }
        // what cancels crosswise is smaller before the product than after it
        let first = self.cancelled(a.numerator.clone(), b.denominator.clone())?;
        let second = self.cancelled(b.numerator.clone(), a.denominator.clone())?;
        let top = self.product(&first.numerator, &second.numerator)?;
        let bottom = self.product(&first.denominator, &second.denominator)?;
        self.settled_sharing(top, bottom, &Polynomial::one())
    }

    pub(super) fn inverse(&mut self, q: &Quotient) -> Option<Quotient> {
        if q.is_zero() {
            return None;
        }
        let (content, denominator) = q.numerator.primitive();
        let numerator = q.denominator.scale(&content.recip()?);
        if denominator.monomial_content() == Monomial::ONE {
            return Some(Quotient { numerator, denominator });
        }
        self.without_roots_below(Quotient { numerator, denominator })
    }

    pub(super) fn raised(&mut self, q: &Quotient, n: i64) -> Option<Quotient> {
        let q = if n < 0 { self.inverse(q)? } else { q.clone() };
        let n = u32::try_from(n.unsigned_abs()).ok()?;
        if n == 0 {
            return Some(Quotient::constant(Number::ONE));
        }
        if n == 1 {
            return Some(q);
        }
        let top = self.power_of(&q.numerator, n)?;
        let bottom = self.power_of(&q.denominator, n)?;
        self.settled_sharing(top, bottom, &Polynomial::one())
    }

    /// The sum of many: those over one denominator first.
    pub(super) fn sum(&mut self, terms: Vec<Quotient>) -> Option<Quotient> {
        let mut groups: Vec<(Polynomial, Polynomial)> = Vec::new();
        for term in terms {
            match groups.iter_mut().find(|(denominator, _)| *denominator == term.denominator) {
                Some((_, sum)) => *sum = sum.add(&term.numerator),
                None => groups.push((term.denominator, term.numerator)),
            }
        }
        groups.sort_by_key(|(denominator, _)| denominator.len());
        let mut total = Quotient::constant(Number::ZERO);
        for (denominator, numerator) in groups {
            (numerator.len() <= TERMS).then_some(())?;
            let part = self.cancelled(numerator, denominator)?;
            total = self.add(&total, &part)?;
        }
        Some(total)
    }
}
