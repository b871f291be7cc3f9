//! Roots moved across the bar by their conjugates, and which zeros a form may have below the bar.
//! Deliberately offers only forms whose zeros below the bar the expression has as well. Read next: `form.rs`.
//!
//! `1/(A + B*r) = (A - B*r)/(A^2 - B^2*r^2)` for a square root r, and for an n-th root `A^n - (-B*r)^n` alike: multiplied, reduced, then
//! cancelled. The new denominator has more zeros than the old one, so `Field::keeps_domain` looks at each factor.

use super::Field;
use super::generator::Kind;
use super::product::Product;
use super::quotient::Quotient;
use crate::expr::{Expr, Node};
use crate::function::Facts;
use crate::number::Number;
use crate::polynomial::{Monomial, Polynomial};
use crate::walk::reachable;

/// How often a base is tried in a root that stands in it.
const STEPS: i64 = 3;
/// Longer sums are not moved across the bar, nor multiplied out with others.
const MOVED: usize = 12;
/// How many norms and quotients are taken to show where a factor is 0.
const DEPTH: usize = 5;

impl Field<'_, '_> {
    /// A quotient without roots below the bar, where each is a sum `A + B*r`.
    pub(super) fn rationalised(&mut self, q: &Quotient) -> Option<Quotient> {
        let mut q = q.clone();
        for r in (0..self.generators.len()).rev() {
            if !matches!(self.generators[r].kind, Kind::Radical { .. } | Kind::Absolute { .. }) || !q.denominator.has(r) {
                continue;
            }
            let conjugate = self.conjugate(&q.denominator.clone(), r)?;
            let (top, bottom) = (self.product(&q.numerator, &conjugate)?, self.product(&q.denominator, &conjugate)?);
            q = self.settled(top, bottom)?;
        }
        Some(q)
    }

    /// What `A + B*r` is multiplied by so that r goes away.
    fn conjugate(&mut self, p: &Polynomial, r: usize) -> Option<Polynomial> {
        let index = self.generators[r].relation.as_ref()?.index;
        if p.degree(r) != 1 {
            return None;
        }
        let mut parts = p.coefficients(r).into_iter();
        let (_, b) = parts.next()?;
        let a = parts.next().map_or_else(Polynomial::zero, |(_, a)| a);
        if index > 4 || a.is_zero() {
            return None;
        }
        let minus = b.neg().times_monomial(&Monomial::variable(r, 1))?;
        let mut sum = Polynomial::zero();
        for i in 0..index {
            let left = self.power_of_any(&a, u32::from(index - 1 - i))?;
            let right = self.power_of_any(&minus, u32::from(i))?;
            sum = sum.add(&self.product(&left, &right)?);
        }
        Some(sum)
    }

    fn power_of_any(&mut self, p: &Polynomial, n: u32) -> Option<Polynomial> {
        if n == 0 { Some(Polynomial::one()) } else { self.power_of(p, n) }
    }

    /// Forms without roots below the bar, and with bases that have roots inside taken into their own roots.
    pub(super) fn offer_rationalised(&mut self, e: Expr, q: &Quotient, best: &mut Expr) -> Option<()> {
        let rational = self.rationalised(q)?;
        let product = self.product_form(&rational, true)?;
        if rational != *q {
            self.offer_within(e, &product, best)?;
        }
        for v in 0..self.generators.len() {
            if q.variables() >> v & 1 == 0 || !matches!(self.generators[v].kind, Kind::Radical { .. }) {
                continue;
            }
            let Some(relation) = self.generators[v].relation.clone() else { continue };
            let nested = (0..self.generators.len())
                .any(|r| relation.base.variables() >> r & 1 == 1 && matches!(self.generators[r].kind, Kind::Radical { .. }));
            if !nested || relation.base.as_constant().is_some() {
                continue;
            }
            for sign in [1, -1] {
                let mut moved = rational.clone();
                for t in 1..=STEPS {
                    // q = (q*b^t)*b^(-t), the second factor inside the root
                    let power = self.raised(&relation.base, sign)?;
                    moved = self.multiply(&moved, &power)?;
                    moved = self.rationalised(&moved)?;
                    let mut inside = self.product_form(&moved, true)?;
                    inside.powers.0[v] -= i32::try_from(sign * t).ok()? * i32::from(relation.index);
                    let text = self.write_plain(&inside)?;
                    if self.engine.size(text) < self.engine.size(*best) && self.keeps_domain(e, &inside) {
                        *best = text;
                    }
                }
            }
        }
        Some(())
    }

    /// Forms with one sum `A + B*r` moved across the bar: `f^k = (norm/conjugate)^k`.
    pub(super) fn offer_conjugates(&mut self, e: Expr, product: &Product, best: &mut Expr) -> Option<()> {
        for at in 0..product.sums.len() {
            let (sum, times) = product.sums[at].clone();
            for r in (0..self.generators.len()).rev() {
                let square = self.generators[r].relation.as_ref().is_some_and(|relation| relation.index == 2);
                if !square || sum.len() > MOVED || !sum.has(r) || !matches!(self.generators[r].kind, Kind::Radical { .. }) {
                    continue;
                }
                let Some(conjugate) = self.conjugate(&sum, r) else { continue };
                let norm = self.product(&sum, &conjugate)?;
                let norm = self.settled(norm, Polynomial::one())?;
                if norm.is_zero() {
                    continue;
                }
                let mut moved = product.clone();
                moved.sums.remove(at);
                let above = self.product_form(&norm, true)?;
                let below = self.product_form(&Quotient::of(conjugate), true)?;
                moved.multiply(&above, times)?;
                moved.multiply(&below, -times)?;
                self.offer_within(e, &moved, best)?;
                // what stands together on one side may be a shorter product
                if let Some(joined) = self.multiplied(&moved) {
                    self.offer_within(e, &joined, best)?;
                }
            }
        }
        Some(())
    }

    /// Offers a product if its zeros below the bar are the expression's; asked only where it is shorter, since that costs more than writing.
    pub(super) fn offer_within(&mut self, e: Expr, product: &Product, best: &mut Expr) -> Option<()> {
        let mut mine = *best;
        self.offer_product(product, &mut mine)?;
        if mine != *best && self.keeps_domain(e, product) {
            *best = mine;
        }
        Some(())
    }

    /// A product with its sums multiplied out, reduced, and split anew.
    fn multiplied(&mut self, product: &Product) -> Option<Product> {
        let (mut top, mut bottom) = (Polynomial::one(), Polynomial::one());
        if product.sums.iter().any(|(sum, _)| sum.len() > MOVED) {
            return None;
        }
        for (sum, times) in &product.sums {
            let power = self.power_of(sum, times.unsigned_abs())?;
            let side = if *times > 0 { &mut top } else { &mut bottom };
            *side = self.product(side, &power)?;
        }
        let q = self.settled(top, bottom)?;
        let mut form = self.product_form(&q, true)?;
        form.multiply(&Product { sums: Vec::new(), ..product.clone() }, 1)?;
        Some(form)
    }

    /// Whether each factor below the bar is 0 only where something below a bar of `e` is.
    pub(super) fn keeps_domain(&mut self, e: Expr, product: &Product) -> bool {
        if self.below.is_none() {
            self.below = Some(self.factors_below(e));
        }
        let Some(below) = self.below.clone() else { return false };
        self.stays_above(product, &below)
    }

    /// Whether each factor below the bar is 0 only where one of `below` is.
    pub(super) fn stays_above(&mut self, product: &Product, below: &[Polynomial]) -> bool {
        let sums: Vec<&Polynomial> = product.sums.iter().filter(|(_, times)| *times < 0).map(|(sum, _)| sum).collect();
        let mut powers = Vec::new();
        for v in (0..self.generators.len()).filter(|&v| product.powers.0[v] < 0) {
            // a root below the bar is 0 where its base is
            match (&self.generators[v].kind, &self.generators[v].relation) {
                (Kind::Radical { .. } | Kind::Absolute { .. }, Some(relation)) => {
                    let base = Quotient::of(relation.base.numerator.clone());
                    let Some(base) = self.product_form(&base, true) else { return false };
                    powers.extend(base.factors(|k| k > 0));
                }
                _ => powers.push(Polynomial::variable(v)),
            }
        }
        sums.into_iter().chain(&powers).all(|p| self.is_below(p, below, 0))
    }

    fn is_below(&mut self, p: &Polynomial, below: &[Polynomial], depth: usize) -> bool {
        if p.as_constant().is_some() || below.contains(p) {
            return true;
        }
        // u is 0 where |u| is
        let sizes = (0..self.generators.len())
            .find(|&v| matches!(&self.generators[v].kind, Kind::Absolute { of, .. } if of.denominator.is_one() && of.numerator == *p));
        if sizes.is_some_and(|v| below.contains(&Polynomial::variable(v))) {
            return true;
        }
        let Some(text) = self.write_short_sum(p) else { return false };
        if self.engine.facts(text).has(Facts::NONZERO) {
            return true;
        }
        depth < DEPTH && (self.norm_is_below(p, below, depth).unwrap_or(false) || self.divides_below(p, below, depth).unwrap_or(false))
    }

    /// `p` is 0 only where its norm is.
    fn norm_is_below(&mut self, p: &Polynomial, below: &[Polynomial], depth: usize) -> Option<bool> {
        let r = (0..self.generators.len()).rev().find(|&r| p.degree(r) == 1 && matches!(self.generators[r].kind, Kind::Radical { .. }))?;
        let conjugate = self.conjugate(p, r)?;
        let norm = self.product(p, &conjugate)?;
        let norm = self.settled(norm, Polynomial::one())?;
        self.all_below(&norm, below, depth)
    }

    /// `p` is a product with one of `below`, in the field though not among polynomials.
    fn divides_below(&mut self, p: &Polynomial, below: &[Polynomial], depth: usize) -> Option<bool> {
        for factor in below {
            let roots = (0..self.generators.len()).any(|r| factor.has(r) && matches!(self.generators[r].kind, Kind::Radical { .. }));
            if !roots || factor.len() < 2 {
                continue;
            }
            let quotient = self.cancelled(p.clone(), factor.clone())?;
            let Some(quotient) = self.rationalised(&quotient) else { continue };
            if quotient.denominator.is_one() && quotient.numerator.total_degree() < p.total_degree() {
                return self.all_below(&quotient, below, depth);
            }
        }
        Some(false)
    }

    fn all_below(&mut self, q: &Quotient, below: &[Polynomial], depth: usize) -> Option<bool> {
        if q.is_zero() {
            return Some(false);
        }
        let product = self.product_form(q, true)?;
        Some(product.factors(|k| k > 0).iter().all(|factor| self.is_below(factor, below, depth + 1)))
    }

    /// The factors of all bases of negative powers in `e`.
    pub(super) fn factors_below(&mut self, e: Expr) -> Vec<Polynomial> {
        let mut factors: Vec<Polynomial> = Vec::new();
        for part in reachable(self.engine.pool, &[e]) {
            let Node::Pow(base, exponent) = self.engine.pool.node(part) else { continue };
            if self.engine.pool.as_number(exponent).is_none() {
                // b^(-n): what its own value has below the bar, but for whole powers that were taken out of the exponent
                let Some(product) = self.value(part).and_then(|value| self.product_form(&value, true)) else { continue };
                let powers = |v: &usize| product.powers.0[*v] < 0 && matches!(self.generators[*v].kind, Kind::Power { .. });
                factors.extend((0..self.generators.len()).filter(powers).map(Polynomial::variable));
                continue;
            }
            let below = self.engine.pool.as_number(exponent).is_some_and(Number::is_negative);
            let Some(value) = self.value(base).filter(|_| below) else { continue };
            let Some(product) = self.product_form(&value, true) else { continue };
            factors.extend(product.factors(|k| k != 0));
        }
        factors
    }
}
