//! Which factors `exp(a - logsumexp(a))` stand in an exponential of a sum?
//! Deliberately only takes apart: the pool joins exponentials again, so this is asked where factors are looked at.
//! Read next: `contract.rs` and `recover.rs`, which ask.

use super::{Arrays, At, Leaf, Source};
use crate::error::Result;
use crate::expr::{Args, Expr, Node};
use crate::simplify::known;

impl Arrays<'_> {
    /// `exp(a[i] + a[j] - 2*logsumexp(a))` as its factors: the softmax at i, the one at j, and what is left. Nothing else is taken apart.
    pub(super) fn softmax_factors(&mut self, e: Expr) -> Result<Args> {
        let mut found = Args::new();
        let Some(&[mut exponent]) = self.engine.pool.as_call(e, known::EXP) else { return Ok(Args::from_slice(&[e])) };
        exponent = self.multiplied(exponent);
        while let Some((pair, rest)) = self.softmax_pair(exponent)? {
            found.push(self.engine.apply(known::EXP, &[pair]));
            exponent = rest;
        }
        if found.is_empty() {
            return Ok(Args::from_slice(&[e]));
        }
        if exponent != Expr::ZERO {
            found.push(self.engine.apply(known::EXP, &[exponent]));
        }
        Ok(found)
    }

    /// Factors, with the exponentials among them taken apart.
    pub(super) fn fine_factors(&mut self, e: Expr) -> Result<Args> {
        let mut found = Args::new();
        for factor in self.factors(e) {
            found.extend(self.softmax_factors(factor)?);
        }
        Ok(found)
    }

    /// Whether it is a softmax that sums to 1 over this loop.
    pub(super) fn is_softmax_along(&mut self, e: Expr, along: u32) -> Result<bool> {
        let Some(&[exponent]) = self.engine.pool.as_call(e, known::EXP) else { return Ok(false) };
        let exponent = self.multiplied(exponent);
        let Some((pair, Expr::ZERO)) = self.softmax_pair(exponent)? else { return Ok(false) };
        let Node::Add(terms) = self.engine.pool.node(pair) else { return Ok(false) };
        // the logarithm is what does not depend on the loop
        let terms = Args::from_slice(terms);
        Ok(terms.into_iter().any(|term| !self.loops(term).contains(&along)) && self.loops(pair).contains(&along))
    }

    /// `a - logsumexp(a)` inside an exponent, and the rest of it.
    fn softmax_pair(&mut self, exponent: Expr) -> Result<Option<(Expr, Expr)>> {
        let Node::Add(terms) = self.engine.pool.node(exponent) else { return Ok(None) };
        let (terms, count) = (Args::from_slice(terms), terms.len());
        let loops = self.loops(exponent);
        for term in terms {
            let Some((log, of, place)) = self.negative_log(term) else { continue };
            let own = match self.source(of).clone() {
                Source::Sum { body, bound } if bound.is_empty() => body,
                _ => self.whole(of),
            };
            for &last in loops.iter().filter(|&&number| !place.contains(&At::Loop(number))) {
                let moved = self.rename(own, &|number| place.get(number as usize).copied().unwrap_or(At::Loop(last)))?;
                // all terms of `a` are there already, if adding it makes no new one
                let twice = self.engine.add(&[exponent, moved]);
                let (pair, known) = (self.engine.subtract(moved, log), self.term_count(twice) == count);
                let rest = self.engine.subtract(exponent, pair);
                if known && self.term_count(rest) <= count {
                    return Ok(Some((pair, rest)));
                }
            }
        }
        Ok(None)
    }

    /// `2*(a + b)` as `2*a + 2*b`
    fn multiplied(&mut self, e: Expr) -> Expr {
        let Node::Mul(&[number, sum]) = self.engine.pool.node(e) else { return e };
        let (Some(_), Node::Add(terms)) = (self.engine.pool.as_number(number), self.engine.pool.node(sum)) else { return e };
        let mut products = Args::new();
        for term in Args::from_slice(terms) {
            products.push(self.engine.mul(&[number, term]));
        }
        self.engine.add(&products)
    }

    fn term_count(&self, e: Expr) -> usize {
        match self.engine.pool.node(e) {
            Node::Add(terms) => terms.len(),
            _ => usize::from(e != Expr::ZERO),
        }
    }

    /// The logarithm in `-n*logsumexp(a)` with a whole n, what it is of, and where it stands.
    fn negative_log(&mut self, term: Expr) -> Option<(Expr, super::NodeId, super::Place)> {
        let factors = self.factors(term);
        let [number, log] = *factors else { return None };
        let (number, log) = if self.engine.pool.as_number(number).is_some() { (number, log) } else { (log, number) };
        self.engine.pool.as_i64(number).filter(|&n| n < 0)?;
        let Some(Leaf::Entry(node, place)) = self.as_leaf(log).cloned() else { return None };
        let Source::LogSumExp(of) = *self.source(node) else { return None };
        Some((log, of, place))
    }
}
