//! In which other forms can an expression be written, so that the shortest one is shown?
//! Deliberately changes no value and picks none: every form is equal, and the caller weighs them as printed.
//! Read next: `recover.rs`.

use super::{Arrays, At, Leaf, NodeId, Source};
use crate::error::Result;
use crate::expr::Symbol;
use crate::expr::{Args, Expr, Node};
use crate::walk;
use std::collections::HashMap;

/// What is done with the sums inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Their bodies are simplified.
    Tidy,
    /// A sum of terms becomes terms that are sums, with products multiplied out.
    Spread,
}

/// A sum is spread into this many terms at most.
const TERMS: usize = 32;

impl Arrays<'_> {
    /// The same expression with the sums inside in another form.
    pub(crate) fn reformed(&mut self, e: Expr, form: Form) -> Result<Expr> {
        let mut new: HashMap<NodeId, Expr> = HashMap::new();
        let needed = self.needed(&[e]);
        // an entry is compared with the largest one: rounded in two forms they would differ
        let compared: Vec<NodeId> =
            needed.iter().filter_map(|&node| if let Source::Extreme { of, .. } = *self.source(node) { Some(of) } else { None }).collect();
        for node in needed {
            self.engine.pool.check()?;
            if compared.contains(&node) {
                continue;
            }
            let Source::Sum { body, bound } = self.source(node).clone() else { continue };
            let mut body = self.replaced(body, &new)?;
            if form == Form::Tidy {
                body = self.engine.simplify(body)?;
            }
            let lead = self.node(node).axes.len() as u32;
            let mut sizes = Vec::with_capacity(bound.len());
            let mut to: HashMap<u32, At> = HashMap::new();
            for (number, size) in (lead..).zip(bound) {
                let fresh = self.fresh();
                to.insert(number, At::Loop(fresh));
                sizes.push((fresh, size));
            }
            let body = self.rename(body, &|number| to.get(&number).copied().unwrap_or(At::Loop(number)))?;
            let value = match form {
                _ if sizes.is_empty() => body,
                Form::Tidy => self.sum(body, sizes)?,
                Form::Spread => {
                    let mut terms = Args::new();
                    for term in self.multiplied_out(body) {
                        terms.push(self.sum(term, sizes.clone())?);
                    }
                    self.engine.add(&terms)
                }
            };
            new.insert(node, value);
        }
        let replaced = self.replaced(e, &new)?;
        if form == Form::Spread {
            let terms = self.multiplied_out(replaced);
            return Ok(self.engine.add(&terms));
        }
        Ok(replaced)
    }

    /// An expression with the arrays in it put in as what they are in their own loops.
    fn replaced(&mut self, e: Expr, by: &HashMap<NodeId, Expr>) -> Result<Expr> {
        let mut new: HashMap<Symbol, Expr> = HashMap::new();
        for symbol in self.leaves(e) {
            let Some(Leaf::Entry(node, place)) = self.leaf_of(symbol).cloned() else { continue };
            let Some(&value) = by.get(&node) else { continue };
            let moved = self.rename(value, &|number| place.get(number as usize).copied().unwrap_or(At::Loop(number)))?;
            new.insert(symbol, moved);
        }
        if new.is_empty() {
            return Ok(e);
        }
        let replaced = walk::put(self.engine.pool, e, &new)?;
        self.engine.collect(replaced)
    }

    /// The terms of a product of sums, as far as they are few.
    fn multiplied_out(&mut self, e: Expr) -> Vec<Expr> {
        let (mut pending, mut done) = (vec![e], Vec::new());
        while let Some(e) = pending.pop() {
            if let Node::Add(terms) = self.engine.pool.node(e)
                && pending.len() + done.len() + terms.len() <= TERMS
            {
                pending.extend(terms.iter().rev());
                continue;
            }
            let factors = self.factors(e);
            let sum = factors.iter().position(|&factor| matches!(self.engine.pool.node(factor), Node::Add(_)));
            let Some((at, terms)) = sum.and_then(|at| match self.engine.pool.node(factors[at]) {
                Node::Add(terms) if factors.len() > 1 && pending.len() + done.len() + terms.len() <= TERMS => {
                    Some((at, Args::from_slice(terms)))
                }
                _ => None,
            }) else {
                done.push(e);
                continue;
            };
            for term in terms {
                let mut product = factors.clone();
                product[at] = term;
                pending.push(self.engine.mul(&product));
            }
        }
        done
    }
}
