//! The cost that the simplifier lowers: how much a person has to read, as the printer will write it.
//! Numbers, names, operators, minus signs and calls count 1 each; brackets are free; `b^(-q)` is read below the bar.
//! Deliberately makes no text. Read next: `tidy.rs`.

use super::sum::Terms;
use super::{Engine, known, parts_first};
use crate::expr::{Expr, Head, Node};
use crate::number::Number;

impl Engine<'_> {
    /// The cost of an expression; saturates.
    pub(crate) fn size(&mut self, e: Expr) -> u32 {
        if let Some(known) = self.sizes.get(e) {
            return known;
        }
        parts_first(
            self,
            e,
            |engine, e| engine.sizes.get(e).is_some(),
            |engine, e| {
                let size = engine.size_of_node(e);
                engine.sizes.set(e, size);
            },
        );
        self.sizes.get(e).unwrap_or(u32::MAX)
    }

    fn part(&self, e: Expr) -> u32 {
        self.sizes.get(e).unwrap_or(1)
    }

    fn size_of_node(&self, e: Expr) -> u32 {
        match self.pool.node(e) {
            Node::Number(n) => number_size(n) + u32::from(n.is_negative()),
            Node::Symbol(_) => 1,
            Node::Add(args) => {
                let mut signs = 0;
                let mut total = args.len() as u32 - 1;
                for &arg in args {
                    let negative = self.is_negative_term(arg);
                    signs += usize::from(negative);
                    total = total.saturating_add(self.part(arg) - u32::from(negative));
                }
                total + u32::from(signs == args.len())
            }
            Node::Mul(args) => self.size_of_product(args),
            Node::Pow(base, exponent) => {
                let (size, below) = self.size_of_power(base, exponent);
                if below { size.saturating_add(2) } else { size }
            }
            Node::Call(Head::Function(f), [arg]) if f == known::EXP && *arg == Expr::ONE => 1,
            Node::Call(_, args) => args.iter().fold(1, |sum: u32, &arg| sum.saturating_add(self.part(arg))),
        }
    }

    fn is_negative_term(&self, e: Expr) -> bool {
        match self.pool.node(e) {
            Node::Number(n) => n.is_negative(),
            Node::Mul(args) => self.pool.as_number(args[0]).is_some_and(Number::is_negative),
            _ => false,
        }
    }

    /// The size of the power as it is written above or below the bar, and which.
    fn size_of_power(&self, base: Expr, exponent: Expr) -> (u32, bool) {
        let b = self.part(base);
        match self.pool.node(exponent) {
            Node::Number(n) => {
                let size = n.abs();
                let text = if size.is_one() {
                    b
                } else if size == Number::HALF {
                    b.saturating_add(1)
                } else {
                    b.saturating_add(1 + number_size(&size))
                };
                (text, n.is_negative())
            }
            Node::Mul(args) if self.pool.as_number(args[0]).is_some_and(Number::is_negative) => {
                (b.saturating_add(self.part(exponent)), true)
            }
            _ => (b.saturating_add(1).saturating_add(self.part(exponent)), false),
        }
    }

    fn size_of_product(&self, args: &[Expr]) -> u32 {
        let (mut above, mut below) = (0u32, 0u32);
        let (mut ups, mut downs) = (0u32, 0u32);
        let mut sign = 0;
        for &arg in args {
            match self.pool.node(arg) {
                Node::Number(n) => {
                    sign = u32::from(n.is_negative());
                    if !n.numerator().abs().is_one() {
                        above += 1;
                        ups += 1;
                    }
                    if !n.is_integer() {
                        below += 1;
                        downs += 1;
                    }
                }
                Node::Pow(base, exponent) => {
                    let (size, down) = self.size_of_power(base, exponent);
                    if down {
                        below = below.saturating_add(size);
                        downs += 1;
                    } else {
                        above = above.saturating_add(size);
                        ups += 1;
                    }
                }
                _ => {
                    above = above.saturating_add(self.part(arg));
                    ups += 1;
                }
            }
        }
        let top = if ups == 0 { 1 } else { above.saturating_add(ups - 1) };
        let bottom = if downs == 0 { 0 } else { below.saturating_add(downs) };
        top.saturating_add(bottom).saturating_add(sign)
    }

    /// The size of a sum of these terms, without making it.
    pub(super) fn terms_size(&mut self, list: &Terms) -> u32 {
        let mut total = (list.len() as u32).saturating_sub(1);
        for (rest, c) in list {
            let term = self.scale(c, *rest);
            let size = self.size(term);
            total = total.saturating_add(size - u32::from(c.is_negative()));
        }
        total
    }
}

fn number_size(n: &Number) -> u32 {
    if n.is_integer() { 1 } else { 3 }
}
