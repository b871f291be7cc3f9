//! Roots of values whose parts are known better than their sum: squares under a square root, numbers with roots inside.
//! Deliberately splits nothing whose sign is not known. Read next: `convert.rs`, which asks here first.
//!
//! Laws, for real u and positive numbers: `sqrt(u^2*w) = |u|*sqrt(w)`; `sqrt(A + B*sqrt(d)) = sqrt((A + s)/2) +- sqrt((A - s)/2)` where
//! `s^2 = A^2 - B^2*d` (Euclid, Elements X.54; R. Zippel, "Simplification of expressions involving radicals", 1985);
//! `u^e*v^e = (u*v)^e`.

use super::Field;
use super::generator::Kind;
use super::quotient::Quotient;
use crate::expr::Expr;
use crate::function::Facts;
use crate::number::Number;
use crate::polynomial::{Polynomial, factor};

impl Field<'_, '_> {
    /// Whether a base has factors that can stand outside a q-th root.
    pub(super) fn has_known_factors(&mut self, base: &Quotient, q: i64) -> bool {
        let factors: Vec<_> = [&base.numerator, &base.denominator].into_iter().map(|side| factor(side, &mut self.work).1).collect();
        let several = factors[0].len() + factors[1].len() > 1;
        factors.into_iter().flatten().any(|(factor, times)| {
            (times > 1 && q == 2)
                || (several && self.write(&Quotient::of(factor)).is_some_and(|text| self.engine.facts(text).has(Facts::NONNEGATIVE)))
        })
    }

    /// `base^(p/q)` with the factors outside the root that are known not to be negative, and the squares of real ones for a square
    /// root: what stands outside, and the base that is left; `None` if there is none.
    pub(super) fn known_factors_outside(&mut self, base: &Quotient, p: i64, q: i64) -> Option<(Quotient, Quotient)> {
        let mut outside = Quotient::constant(Number::ONE);
        let mut inside = Quotient::constant(Number::ONE);
        let mut parts = Vec::new();
        for (side, sign) in [(&base.numerator, 1), (&base.denominator, -1)] {
            let (content, factors) = factor(side, &mut self.work);
            inside = inside.scale(&content);
            parts.extend(factors.into_iter().map(|(factor, times)| (factor, i64::from(times), sign)));
        }
        let alone = parts.len() == 1;
        for (factor, times, sign) in parts {
            let value = Quotient::of(factor);
            let text = self.write(&value)?;
            let facts = self.engine.facts(text);
            let mut left = times;
            if facts.has(Facts::NONNEGATIVE) && !(alone && times == 1 && inside.is_one()) {
                // f^(times*p/q) as a root of its own
                let root = self.root_of_factor(&value, times * p * sign, q, text)?;
                outside = self.multiply(&outside, &root)?;
                left = 0;
            } else if q == 2 && times > 1 && facts.has(Facts::REAL) {
                let square = self.multiply(&value, &value)?;
                let size = Quotient::variable(self.absolute(text, value.clone(), square)?);
                let power = self.raised(&size, times / 2 * p * sign)?;
                outside = self.multiply(&outside, &power)?;
                left = times % 2;
            }
            let rest = self.raised(&value, left * sign)?;
            inside = self.multiply(&inside, &rest)?;
        }
        (!outside.is_one()).then_some((outside, inside))
    }

    fn root_of_factor(&mut self, value: &Quotient, p: i64, q: i64, text: Expr) -> Option<Quotient> {
        let common = num_integer::gcd(p, q);
        if common == q { self.raised(value, p / q) } else { self.root(value.clone(), p / common, q / common, text, Number::ONE) }
    }

    /// `u^(p/q)` of a positive number `u = A + B*sqrt(d)` in roots that are simpler or there already.
    pub(super) fn root_of_surd(&mut self, u: &Quotient, p: i64, q: i64) -> Option<Quotient> {
        let (a, b, root, d) = self.surd(u)?;
        let norm = a.mul(&a).sub(&b.mul(&b).mul(&d));
        let positive = if norm.is_positive() { a.is_positive() } else { b.is_positive() };
        if !positive || norm.is_zero() {
            return None;
        }
        if q == 2
            && norm.is_positive()
            && let Some(s) = norm.root(2)
        {
            let first = self.number_root(&a.add(&s).mul(&Number::HALF), 1, 2)?;
            let second = self.number_root(&a.sub(&s).mul(&Number::HALF), 1, 2)?;
            let second = if b.is_negative() { second.neg() } else { second };
            let sum = self.add(&first, &second)?;
            return self.raised(&sum, p);
        }
        // the mirrored number, made positive: u*mirrored = |norm|
        let mirrored = Polynomial::constant(a).sub(&root.scale(&b));
        let mirrored = Quotient::of(if norm.is_positive() { mirrored } else { mirrored.neg() });
        let (content, key) = self.without_content(&mirrored)?;
        let known = self
            .generators
            .iter()
            .any(|g| matches!(g.kind, Kind::Radical { .. }) && g.relation.as_ref().is_some_and(|relation| relation.base == key));
        if !known {
            return None;
        }
        let text = self.write(&key)?;
        let other = self.root(key, -p, q, text, Number::ONE)?;
        let number = self.number_root(&norm.abs().div(&content)?, p, q)?;
        self.multiply(&number, &other)
    }

    /// A, B, sqrt(d) and d of a number `A + B*sqrt(d)` with d > 0.
    fn surd(&mut self, u: &Quotient) -> Option<(Number, Number, Polynomial, Number)> {
        if !u.denominator.is_one() || u.numerator.len() > 2 {
            return None;
        }
        let (mut a, mut b, mut root) = (Number::ZERO, Number::ZERO, None);
        for (monomial, coefficient) in u.numerator.terms() {
            let term = Polynomial::term(*monomial, Number::ONE);
            match term.as_constant() {
                Some(_) => a = coefficient.clone(),
                None if root.is_none() => (root, b) = (Some(term), coefficient.clone()),
                None => return None,
            }
        }
        let root = root?;
        let roots_of_numbers = (0..self.generators.len()).filter(|&v| root.has(v)).all(|v| {
            let relation = self.generators[v].relation.as_ref();
            let base = relation.and_then(|relation| relation.base.as_constant());
            matches!(self.generators[v].kind, Kind::Radical { .. }) && base.is_some_and(|base| base.is_positive())
        });
        if !roots_of_numbers {
            return None;
        }
        let value = Quotient::of(root.clone());
        let square = self.multiply(&value, &value)?.as_constant()?;
        Some((a, b, root, square))
    }
}
