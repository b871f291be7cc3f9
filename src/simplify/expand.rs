//! Multiplying out, within a bound.
//! Deliberately decides nothing: `tidy.rs` weighs the result.
//! Read next: `tidy.rs`.

use super::Engine;
use super::sum::Terms;
use crate::expr::{Args, Expr, Node};
use crate::number::Number;

/// More terms than this are not multiplied out.
pub(super) const EXPANDED: usize = 200;

impl Engine<'_> {
    /// The terms of an expression with products and whole powers of sums multiplied out, like terms collected;
    /// `None` if there would be too many.
    pub(super) fn expanded(&mut self, e: Expr) -> Option<Terms> {
        let mut list = Terms::new();
        let parts = match self.pool.node(e) {
            Node::Add(args) => Args::from_slice(args),
            _ => Args::from_slice(&[e]),
        };
        for part in parts {
            let terms = self.expanded_term(part)?;
            list.extend(terms);
            if list.len() > EXPANDED {
                self.merge(&mut list);
                if list.len() > EXPANDED {
                    return None;
                }
            }
        }
        self.merge(&mut list);
        Some(list)
    }

    fn expanded_term(&mut self, term: Expr) -> Option<Terms> {
        let factors = match self.pool.node(term) {
            Node::Mul(args) => Args::from_slice(args),
            Node::Pow(..) | Node::Add(_) => Args::from_slice(&[term]),
            _ => {
                let (c, rest) = self.split(term);
                return Some(Terms::from_iter([(rest, c)]));
            }
        };
        let mut plain = Args::new();
        let mut sums: Vec<(Terms, u32)> = Vec::new();
        for factor in factors {
            let (base, times) = match self.pool.node(factor) {
                Node::Add(_) => (factor, 1),
                Node::Pow(base, exponent) if matches!(self.pool.node(base), Node::Add(_)) => match self.pool.as_i64(exponent) {
                    Some(n @ 2..=16) => (base, n as u32),
                    _ => {
                        plain.push(factor);
                        continue;
                    }
                },
                _ => {
                    plain.push(factor);
                    continue;
                }
            };
            let Node::Add(args) = self.pool.node(base) else { continue };
            let args = Args::from_slice(args);
            let terms: Terms = args.iter().map(|&arg| self.split(arg)).map(|(c, r)| (r, c)).collect();
            sums.push((terms, times));
        }
        let plain = self.mul(&plain);
        let (c, rest) = self.split(plain);
        let mut product = Terms::from_iter([(rest, c)]);
        for (terms, times) in sums {
            for _ in 0..times {
                if product.len() * terms.len() > EXPANDED {
                    return None;
                }
                product = self.product_of_terms(&product, &terms);
            }
        }
        Some(product)
    }

    fn product_of_terms(&mut self, a: &Terms, b: &Terms) -> Terms {
        let mut out = Terms::with_capacity(a.len() * b.len());
        for (x, m) in a {
            for (y, n) in b {
                let product = self.mul(&[*x, *y]);
                // Joining powers may give a number (sqrt(2)*sqrt(2)) or a sum (sqrt(u)*sqrt(u)).
                let (k, rest) = self.split(product);
                let c: Number = m.mul(n).mul(&k);
                match self.pool.node(rest) {
                    Node::Add(args) => {
                        for part in Args::from_slice(args) {
                            let (k, r) = self.split(part);
                            out.push((r, c.mul(&k)));
                        }
                    }
                    _ => out.push((rest, c)),
                }
            }
        }
        self.merge(&mut out);
        out
    }
}

/// For tests and `--form expanded`: the multiplied-out form, or the input if it would be too long.
impl Engine<'_> {
    pub(crate) fn expand(&mut self, e: Expr) -> Expr {
        match self.expanded(e) {
            Some(terms) => {
                let parts: Args = terms.iter().map(|(rest, c)| self.scale(c, *rest)).collect();
                self.add(&parts)
            }
            None => e,
        }
    }
}
