//! Symbols eliminated for a time: a root or a sum becomes free, and the greatest common divisor finds what the relation hid.
//! Deliberately decides no form: each factor is written with or without the symbol, as is shorter.
//! Read next: `product.rs`.
//!
//! `r^n = N/D` is linear in most cases in some symbol, `v = -C/A`; with v gone there is no relation left, so factors such as
//! `(a + r)^3` show themselves. Putting `r^n = N/D` back restores v.

use super::Field;
use super::generator::{Kind, Relation};
use super::product::Product;
use super::quotient::Quotient;
use crate::expr::{Expr, Node};
use crate::number::Number;
use crate::polynomial::{Monomial, Polynomial};
use crate::walk::{each_child, reachable};

/// Sums that are tried as generators.
const SUMS: usize = 3;

impl Field<'_, '_> {
    /// Forms with a symbol per root eliminated.
    pub(super) fn offer_eliminated(&mut self, e: Expr, q: &Quotient, best: &mut Expr) -> Option<()> {
        let kept: Vec<Option<Relation>> = self.generators.iter().map(|g| g.relation.clone()).collect();
        let eliminated = self.eliminate(q).and_then(|(gone, q)| Some((gone, self.product_form(&q, true)?)));
        let free = self.exchange_relations(kept);
        let (gone, product) = eliminated?;
        let written = self.put_back(&product, |field, p| field.settled(p.clone(), Polynomial::one()))?;
        let mut mine = *best;
        self.offer_product(&written, &mut mine)?;
        let _ = self.offer_conjugates(e, &written, &mut mine);
        if mine != *best {
            let below = self.factors_below(e);
            let kept = self.exchange_relations(free);
            let keeps = self.stays_above_without(&product, below, &gone);
            self.exchange_relations(kept);
            if keeps == Some(true) {
                *best = mine;
            }
        }
        Some(())
    }

    fn exchange_relations(&mut self, relations: Vec<Option<Relation>>) -> Vec<Option<Relation>> {
        self.generators
            .iter_mut()
            .zip(relations)
            .map(|(generator, relation)| std::mem::replace(&mut generator.relation, relation))
            .collect()
    }

    /// Whether a product has only zeros below the bar that `below` has, with the same symbols eliminated there.
    fn stays_above_without(&mut self, product: &Product, below: Vec<Polynomial>, gone: &[(usize, Quotient)]) -> Option<bool> {
        let mut factors = Vec::new();
        for p in below {
            let moved = gone.iter().try_fold(Quotient::of(p), |p, (v, value)| self.put(&p, *v, value))?;
            let moved = self.product_form(&moved, true)?;
            factors.extend(moved.factors(|k| k != 0));
        }
        Some(self.stays_above(product, &factors))
    }

    /// The quotient with a symbol eliminated for each root that has one, and which; the relations are gone afterwards. `None` if there
    /// is none.
    fn eliminate(&mut self, q: &Quotient) -> Option<(Vec<(usize, Quotient)>, Quotient)> {
        let mut q = q.clone();
        let mut gone: Vec<(usize, Quotient)> = Vec::new();
        for r in 0..self.generators.len() {
            if !matches!(self.generators[r].kind, Kind::Radical { .. }) || q.variables() >> r & 1 == 0 {
                continue;
            }
            let Some(relation) = &self.generators[r].relation else { continue };
            let power = Polynomial::term(Monomial::variable(r, relation.index), Number::ONE);
            let base = relation.base.clone();
            // r^n*D - N = 0
            let equation = self.product(&power, &base.denominator)?.sub(&base.numerator);
            let bits = gone.iter().fold(0, |bits: u32, (v, _)| bits | 1 << v);
            let Some((v, value)) = self.solved(&equation, r, bits) else { continue };
            self.generators[r].relation = None;
            q = self.put(&q, v, &value)?;
            for other in 0..self.generators.len() {
                if let Some(relation) = &self.generators[other].relation
                    && relation.base.variables() >> v & 1 == 1
                {
                    let base = relation.base.clone();
                    let base = self.put(&base, v, &value)?;
                    if let Some(relation) = &mut self.generators[other].relation {
                        relation.base = base;
                    }
                }
            }
            gone.push((v, value));
        }
        (!gone.is_empty()).then_some((gone, q))
    }

    /// A symbol that occurs linearly in an equation, and its value; one with a number in front if there is one.
    fn solved(&mut self, equation: &Polynomial, root: usize, gone: u32) -> Option<(usize, Quotient)> {
        let mut best: Option<(usize, usize, Polynomial, Polynomial)> = None;
        for v in 0..self.generators.len() {
            let Kind::Plain(text) = self.generators[v].kind else { continue };
            let symbol = matches!(self.engine.pool.node(text), Node::Symbol(_));
            if v == root || !symbol || gone >> v & 1 == 1 || equation.degree(v) != 1 {
                continue;
            }
            let mut parts = equation.coefficients(v).into_iter();
            let (_, leading) = parts.next()?;
            let rest = parts.next().map_or_else(Polynomial::zero, |(_, rest)| rest);
            let cost = leading.len() * 4 + usize::from(leading.as_constant().is_none()) + rest.len();
            if best.as_ref().is_none_or(|(known, ..)| cost < *known) {
                best = Some((cost, v, leading, rest));
            }
        }
        let (_, v, leading, rest) = best?;
        Some((v, self.cancelled(rest.neg(), leading)?))
    }

    /// A quotient with another in the place of a generator.
    fn put(&mut self, q: &Quotient, v: usize, value: &Quotient) -> Option<Quotient> {
        let (top, top_times) = self.put_in(&q.numerator, v, value)?;
        let (bottom, bottom_times) = self.put_in(&q.denominator, v, value)?;
        let common = top_times.min(bottom_times);
        let up = self.power_of(&value.denominator, bottom_times - common)?;
        let down = self.power_of(&value.denominator, top_times - common)?;
        let (top, bottom) = (self.product(&top, &up)?, self.product(&bottom, &down)?);
        self.settled(top, bottom)
    }

    /// `p(v = A/B)*B^k`, and k.
    fn put_in(&mut self, p: &Polynomial, v: usize, value: &Quotient) -> Option<(Polynomial, u32)> {
        let degree = u32::from(p.degree(v));
        let mut sum = Polynomial::zero();
        for (exponent, coefficient) in p.coefficients(v) {
            let exponent = u32::from(exponent);
            let top = self.power_of(&value.numerator, exponent)?;
            let bottom = self.power_of(&value.denominator, degree - exponent)?;
            let term = self.product(&coefficient, &top)?;
            sum = sum.add(&self.product(&term, &bottom)?);
        }
        Some((sum, degree))
    }

    /// A product whose sums are written with what was eliminated put back, each where that is shorter.
    fn put_back(&mut self, product: &Product, back: impl Fn(&mut Self, &Polynomial) -> Option<Quotient>) -> Option<Product> {
        let mut result = Product { sums: Vec::new(), ..product.clone() };
        for (sum, times) in &product.sums {
            let as_it_is = self.write_short_sum(sum)?;
            let with = back(self, sum)?;
            let form = self.product_form(&with, true)?;
            let text = self.write_product(&form)?.0;
            if self.engine.size(text) <= self.engine.size(as_it_is) {
                result.multiply(&form, *times)?;
            } else {
                result.multiply(&Product { sums: vec![(sum.clone(), 1)], ..Product::one() }, *times)?;
            }
        }
        Some(result)
    }

    /// Forms with a sum that occurs in `e` kept as a generator: `(d + x)^4 + (d + x)^2`.
    pub(super) fn offer_kept_sums(&mut self, e: Expr, q: &Quotient, best: &mut Expr) -> Option<()> {
        for sum in self.sums_in(e, q) {
            let Some(value) = self.value(sum) else { continue };
            let y = self.new_generator(Kind::Plain(sum), None)?;
            let equation = Polynomial::variable(y).sub(&value.numerator);
            if let Some((v, solution)) = self.solved(&equation, y, 0).filter(|(_, solution)| solution.denominator.is_one())
                && let Some(kept) = self.put(q, v, &solution)
                && let Some(product) = self.product_form(&kept, true)
                && let Some(product) = self.put_back(&product, |field, p| field.put(&Quotient::of(p.clone()), y, &value))
            {
                let _ = self.offer_product(&product, best);
            }
            self.generators.pop();
            self.forget_texts();
        }
        Some(())
    }

    /// Short sums that occur more than once or as bases of powers, those that occur most first.
    fn sums_in(&self, e: Expr, q: &Quotient) -> Vec<Expr> {
        let pool = &self.engine.pool;
        let mut found: Vec<(usize, Expr)> = Vec::new();
        for part in reachable(pool, &[e]) {
            let power = matches!(pool.node(part), Node::Pow(..));
            each_child(pool, part, |child| {
                if matches!(pool.node(child), Node::Add(args) if args.len() <= 4) {
                    let weight = 1 + usize::from(power);
                    match found.iter_mut().find(|(_, known)| *known == child) {
                        Some((times, _)) => *times += weight,
                        None => found.push((weight, child)),
                    }
                }
            });
        }
        found.retain(|(times, sum)| {
            let value = self.value_of.get(*sum).and_then(|at| self.values.get(at));
            *times > 1 && value.is_some_and(|value| value.denominator.is_one() && value.numerator.variables() & !q.variables() == 0)
        });
        found.sort_by_key(|(times, _)| std::cmp::Reverse(*times));
        found.into_iter().take(SUMS).map(|(_, sum)| sum).collect()
    }

    /// A form with each cosine's even powers as sines, where factors may show that the relation hid: `(a + s)^2`.
    pub(super) fn offer_in_sines(&mut self, q: &Quotient, best: &mut Expr) -> Option<()> {
        let mut swapped = q.clone();
        for v in 0..self.generators.len() {
            if matches!(self.generators[v].kind, Kind::Cosine { .. }) {
                for p in [&mut swapped.numerator, &mut swapped.denominator] {
                    if p.degree(v) >= 2 && p.has(v + 1) {
                        *p = self.in_sines(p, v)?;
                    }
                }
            }
        }
        if swapped == *q {
            return Some(());
        }
        let product = self.product_form(&swapped, true)?;
        self.offer_product(&product, best)
    }
}
