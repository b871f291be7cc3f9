//! The last look: each sum in the cheapest of a few forms - as collected, common factors taken out, over one
//! denominator, multiplied out - and product identities that shorten.
//! Deliberately runs once, after all derivatives: factored forms would hide like terms from the next derivative.
//! Read next: `cost.rs`, what is lowered.
//!
//! A common factor `b^m` with m the least of the terms' exponents (0 where b does not occur) comes out by
//! `b^e = b^m*b^(e - m)`, which holds for every b but 0; at b = 0 with m < 0 the sum itself is undefined, and m >= 0 adds
//! no pole. So no form has a zero in a denominator that the sum did not have.

use super::expand::{Base, Split};
use super::sum::Terms;
use super::{Engine, rules};
use crate::error::Result;
use crate::expr::{Args, Expr, Node};
use crate::number::Number;
use crate::walk::{each_child, reachable_where, rebuild};
use smallvec::SmallVec;

/// Longer sums are left as they are.
const TIDIED: usize = 64;

impl Engine<'_> {
    /// Works out the tidy form of everything that the roots are made of; what holds no sum and no product is tidy.
    pub(super) fn tidy(&mut self, roots: &[Expr]) -> Result<()> {
        let (tidied, pool) = (&self.tidied, &*self.pool);
        for e in reachable_where(pool, roots, |e| pool.joins(e) && tidied.get(e).is_none()) {
            self.pool.check()?;
            let tidied = &self.tidied;
            let mut new = e;
            let mut changed = false;
            each_child(self.pool, e, |part| changed |= tidied.get(part).is_some_and(|t| t != part));
            if changed {
                // Through the collecting constructors, so that what becomes equal meets.
                let parts: Args = self.pool.children(e).iter().map(|part| self.tidied.get(*part).unwrap_or(*part)).collect();
                new = self.made_of(e, &parts);
                let plain = {
                    let tidied = &self.tidied;
                    rebuild(self.pool, e, |part| tidied.get(part).unwrap_or(part))
                };
                if self.size(plain) < self.size(new) {
                    new = plain;
                }
            }
            new = self.tidy_node(new);
            self.tidied.set(e, new);
            self.tidied.set(new, new);
        }
        self.pool.check()
    }

    fn tidy_node(&mut self, e: Expr) -> Expr {
        match self.pool.node(e) {
            Node::Add(_) => self.tidy_sum(e),
            Node::Mul(_) => {
                let mut e = e;
                while let Some(shorter) = rules::join_factors(self, e) {
                    e = shorter;
                }
                self.radical_below(e)
            }
            _ => e,
        }
    }

    /// `sqrt(2)*x/2` is shorter as `x/sqrt(2)`.
    pub(super) fn radical_below(&mut self, e: Expr) -> Expr {
        let Node::Mul(args) = self.pool.node(e) else { return e };
        let Some(c) = self.pool.as_number(args[0]).cloned() else { return e };
        if c.is_integer() {
            return e;
        }
        let mut parts = Args::from_slice(args);
        for at in 1..parts.len() {
            let Node::Pow(base, exponent) = self.pool.node(parts[at]) else { continue };
            let (Some(b), Some(f)) = (self.pool.as_number(base).cloned(), self.pool.as_number(exponent).cloned()) else { continue };
            if b.is_integer() && b.is_positive() && f.is_positive() && c.denominator().div(&b).is_some_and(|q| q.is_integer()) {
                parts[0] = self.pool.number(c.mul(&b));
                let lower = self.pool.number(f.sub(&Number::ONE));
                parts[at] = self.pool.pow(base, lower);
                let new = self.pool.mul(&parts);
                return if self.size(new) < self.size(e) { new } else { e };
            }
        }
        e
    }

    fn tidy_sum(&mut self, e: Expr) -> Expr {
        let joined = self.join_pairs(e);
        let shorter = joined != e && self.size(joined) < self.size(e);
        self.tidy_sum_of(if shorter { joined } else { e })
    }

    /// A sum with the pairs joined that a row of TABLE 2 joins.
    fn join_pairs(&mut self, e: Expr) -> Expr {
        let Node::Add(args) = self.pool.node(e) else { return e };
        if args.len() > TIDIED {
            return e;
        }
        let args = Args::from_slice(args);
        let mut list: Terms = args.iter().map(|&arg| self.split(arg)).map(|(c, rest)| (rest, c)).collect();
        let mut joined = false;
        while list.len() > 1 && rules::join_pair(self, &mut list) {
            joined = true;
            self.merge(&mut list);
        }
        if joined { self.sum_of(&list) } else { e }
    }

    fn tidy_sum_of(&mut self, e: Expr) -> Expr {
        let Node::Add(args) = self.pool.node(e) else { return e };
        if args.len() > TIDIED {
            return e;
        }
        let args = Args::from_slice(args);
        let terms: Vec<Split> = args.iter().map(|&arg| self.bases(arg)).collect();
        let mut best = e;
        let mut cost = self.size(e);
        let has_sums = terms
            .iter()
            .any(|(_, bases)| bases.iter().any(|(b, n)| n.is_integer() && n.is_positive() && matches!(self.pool.node(*b), Node::Add(_))));
        let mut common = self.common(&terms);
        let below = common.iter().any(|(_, n)| n.is_negative());
        if below && self.take(&terms, &common, true, &mut best, &mut cost) {
            return best;
        }
        if below {
            common.retain(|(b, n)| n.is_positive() || terms.iter().all(|(_, bases)| bases.iter().any(|(x, m)| x == b && m.is_negative())));
        }
        if !common.is_empty() {
            self.take(&terms, &common, has_sums || below, &mut best, &mut cost);
        }
        // With a common monomial in front, what is left was multiplied out above, and is shorter so.
        let monomial = !common.is_empty() && common.iter().all(|(base, _)| !matches!(self.pool.node(*base), Node::Add(_)));
        if has_sums
            && !monomial
            && let Some(open) = self.multiplied_out(&terms)
            && self.polynomial_size(&open) < cost
        {
            let open = self.polynomial_sum(&open);
            if self.size(open) < cost {
                cost = self.size(open);
                best = open;
            }
        }
        self.content(best, cost)
    }

    /// A sum with its common number in front, if that is shorter.
    fn content(&mut self, e: Expr, cost: u32) -> Expr {
        let content = self.content_of(e).abs();
        let Some(by) = content.recip().filter(|_| !content.is_one()) else { return e };
        let primitive = self.distribute(&by, e);
        let c = self.pool.number(content);
        let new = self.pool.mul(&[c, primitive]);
        if self.size(new) < cost { new } else { e }
    }

    /// For each base the least exponent over all terms, those with 0 left out.
    fn common(&self, terms: &[Split]) -> SmallVec<[Base; 8]> {
        let Some(((_, first), others)) = terms.split_first() else { return SmallVec::new() };
        // Base, least exponent, in how many terms it occurs.
        let mut least: SmallVec<[(Expr, Number, usize); 16]> = first.iter().map(|(base, n)| (*base, n.clone(), 1)).collect();
        for (_, bases) in others {
            for (base, n) in bases {
                match least.iter_mut().find(|(b, ..)| b == base) {
                    Some((_, m, times)) => {
                        *times += 1;
                        if n < m {
                            *m = n.clone();
                        }
                    }
                    // What is missing in the first term comes out only from below the bar.
                    None if n.is_negative() => least.push((*base, n.clone(), 1)),
                    None => {}
                }
            }
        }
        least.into_iter().filter(|(_, n, times)| n.is_negative() || *times == terms.len()).map(|(b, n, _)| (b, n)).collect()
    }

    /// Tries `common * (sum of what is left)`, the sum as it is and multiplied out; whether something got shorter.
    fn take(&mut self, terms: &[Split], common: &[Base], expand: bool, best: &mut Expr, cost: &mut u32) -> bool {
        let mut left: Vec<Split> = Vec::with_capacity(terms.len());
        for (c, bases) in terms {
            let mut rest: SmallVec<[Base; 6]> = SmallVec::new();
            for (base, n) in bases {
                let m = common.iter().find(|(b, _)| b == base).map(|(_, m)| m);
                let e = m.map_or_else(|| n.clone(), |m| n.sub(m));
                if !e.is_zero() {
                    rest.push((*base, e));
                }
            }
            for (base, m) in common {
                if !bases.iter().any(|(b, _)| b == base) {
                    rest.push((*base, m.neg()));
                }
            }
            left.push((c.clone(), rest));
        }
        let before = *cost;
        let mut outer = Args::new();
        for (base, m) in common {
            let m = self.pool.number(m.clone());
            outer.push(self.pow(*base, m));
        }
        let outer_size = {
            let product = self.mul(&outer);
            self.size(product)
        };
        if outer_size > before {
            return false;
        }
        let mut plain = (left.len() as u32) - 1;
        for (_, bases) in &left {
            for (base, e) in bases {
                plain = plain.saturating_add(self.size(*base)).saturating_add(if e.is_one() { 0 } else { 1 });
            }
        }
        if plain.saturating_add(outer_size) <= before {
            let mut parts = Args::new();
            for (c, bases) in &left {
                let mut factors = Args::new();
                factors.push(self.pool.number(c.clone()));
                for (base, e) in bases {
                    let e = self.pool.number(e.clone());
                    factors.push(self.pow(*base, e));
                }
                parts.push(self.mul(&factors));
            }
            let inner = self.add(&parts);
            self.offer(&outer, inner, best, cost);
        }
        if expand
            && let Some(open) = self.multiplied_out(&left)
            && self.polynomial_size(&open).saturating_add(outer_size) <= *cost
        {
            let open = self.polynomial_sum(&open);
            self.offer(&outer, open, best, cost);
        }
        *cost < before
    }

    fn offer(&mut self, outer: &[Expr], inner: Expr, best: &mut Expr, cost: &mut u32) {
        let inner = {
            let size = self.size(inner);
            self.content(inner, size)
        };
        let mut all = Args::from_slice(outer);
        all.push(inner);
        let candidate = self.mul(&all);
        let size = self.size(candidate);
        if size < *cost {
            *best = candidate;
            *cost = size;
        }
    }
}
