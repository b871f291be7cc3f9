//! A polynomial as a sum with the least text: term by term, common factors of some terms before brackets, even powers of a
//! cosine as sines.
//! Deliberately splits no polynomial into factors. Read next: `write.rs`.

use super::Field;
use super::generator::Kind;
use super::write::Powers;
use crate::expr::{Args, Expr};
use crate::number::Number;
use crate::polynomial::{Monomial, Polynomial, square_free};

/// Longer sums are written term by term.
const GROUPED: usize = 24;

impl Field<'_, '_> {
    /// The shortest text of a polynomial as a sum.
    pub(super) fn write_short_sum(&mut self, p: &Polynomial) -> Option<Expr> {
        if let Some(known) = self.sums.get(p) {
            return Some(*known);
        }
        let mut best = self.grouped(p)?;
        for v in 0..self.generators.len() {
            if matches!(self.generators[v].kind, Kind::Cosine { .. }) && p.degree(v) >= 2 {
                let swapped = self.in_sines(p, v)?;
                let text = self.grouped(&swapped)?;
                if self.engine.size(text) < self.engine.size(best) {
                    best = text;
                }
            }
        }
        self.sums.insert(p.clone(), best);
        Some(best)
    }

    /// `c^2 = 1 - sigma*s^2` everywhere.
    pub(super) fn in_sines(&mut self, p: &Polynomial, cosine: usize) -> Option<Polynomial> {
        let Kind::Cosine { circle, .. } = self.generators[cosine].kind else { return None };
        let square = Polynomial::one().sub(&Polynomial::term(Monomial::variable(cosine + 1, 2), circle.sigma()));
        let mut sum = Polynomial::zero();
        for (exponent, coefficient) in p.coefficients(cosine) {
            let power = self.power_of(&square, u32::from(exponent / 2))?;
            let rest = coefficient.times_monomial(&Monomial::variable(cosine, exponent % 2))?;
            sum = sum.add(&self.product(&power, &rest)?);
        }
        Some(sum)
    }

    /// Common factors of some terms before brackets, the largest saving first.
    fn grouped(&mut self, p: &Polynomial) -> Option<Expr> {
        let open = self.write_sum(p)?;
        if p.len() < 3 || p.len() > GROUPED {
            return Some(open);
        }
        let mut left = p.clone();
        let mut parts = Args::new();
        while left.len() >= 3 {
            let Some(common) = self.best_common(&left)? else { break };
            let (inside, outside): (Vec<_>, Vec<_>) = left.terms().iter().cloned().partition(|(m, _)| m.over(&common).is_some());
            let inside = inside.into_iter().map(|(m, c)| Some((m.over(&common)?, c))).collect::<Option<Vec<_>>>()?;
            let inner = Polynomial::from_terms(inside);
            let (content, factors) = square_free(&inner, &mut self.work);
            let mut others = Args::new();
            for (factor, times) in factors {
                let text = if factor.len() < inner.len() || times > 1 { self.write_short_sum(&factor)? } else { self.grouped(&factor)? };
                let exponent = self.engine.pool.integer(i64::from(times));
                others.push(if times == 1 { text } else { self.engine.pool.pow(text, exponent) });
            }
            parts.push(self.write_term(&content, &Powers::of(&common), &others)?);
            left = Polynomial::from_terms(outside);
        }
        if parts.is_empty() {
            return Some(open);
        }
        for (monomial, c) in left.terms() {
            parts.push(self.write_term(c, &Powers::of(monomial), &[])?);
        }
        let grouped = match parts.as_slice() {
            [one] => *one,
            _ => self.engine.pool.add(&parts),
        };
        Some(if self.engine.size(grouped) < self.engine.size(open) { grouped } else { open })
    }

    /// The monomial that stands in some terms, not in all alike, and saves the most when it is written once.
    fn best_common(&mut self, p: &Polynomial) -> Option<Option<Monomial>> {
        let mut seen: Vec<Monomial> = Vec::new();
        let mut best: Option<(u32, Monomial)> = None;
        for (at, (a, _)) in p.terms().iter().enumerate() {
            for (b, _) in &p.terms()[at + 1..] {
                let common = a.gcd(b);
                if common == Monomial::ONE || seen.contains(&common) {
                    continue;
                }
                seen.push(common);
                let times = p.terms().iter().filter(|(m, _)| m.over(&common).is_some()).count();
                let text = self.write_term(&Number::ONE, &Powers::of(&common), &[])?;
                let saved = (times as u32 - 1) * (self.engine.size(text) + 1);
                if best.is_none_or(|(known, _)| saved > known) {
                    best = Some((saved, common));
                }
            }
        }
        Some(best.map(|(_, common)| common))
    }
}
