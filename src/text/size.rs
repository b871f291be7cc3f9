//! How large the text of an expression is: worked out from the printer's own view of terms, to hold the simplifier's cost against.
//! Deliberately only in tests; the simplifier keeps its sizes beside its nodes.
//! Read next: `simplify/cost.rs`.

use super::order;
use crate::expr::{Expr, Node, Pool};
use crate::number::Number;
use crate::view::{self, Exponent, Factor};
use crate::walk::Memo;

/// How many numbers, names, operators and calls the text of an expression has; brackets are free.
pub(crate) fn size(pool: &Pool, e: Expr) -> u64 {
    Sizes::new(pool).of(e)
}

/// The sizes of texts, each worked out once.
struct Sizes<'a> {
    pool: &'a Pool,
    memo: Memo<u64>,
    pending: Vec<Expr>,
}

impl<'a> Sizes<'a> {
    fn new(pool: &'a Pool) -> Sizes<'a> {
        Sizes { pool, memo: Memo::new(), pending: Vec::new() }
    }

    fn of(&mut self, e: Expr) -> u64 {
        self.pending.push(e);
        while let Some(&e) = self.pending.last() {
            let before = self.pending.len();
            if self.memo.get(e).is_none() {
                let size = self.node(e);
                if self.pending.len() > before {
                    continue;
                }
                self.memo.set(e, size);
            }
            self.pending.pop();
        }
        self.memo.get(e).unwrap_or(0)
    }

    /// The size of a part; one that is not known is put on the stack.
    fn part(&mut self, e: Expr) -> u64 {
        match self.pool.node(e) {
            Node::Symbol(_) => 1,
            Node::Number(n) => number(n) + u64::from(n.is_negative()),
            _ => self.memo.get(e).unwrap_or_else(|| {
                self.pending.push(e);
                0
            }),
        }
    }

    fn node(&mut self, e: Expr) -> u64 {
        let pool = self.pool;
        match pool.node(e) {
            Node::Number(_) | Node::Symbol(_) => self.part(e),
            Node::Add(_) => {
                let terms = view::terms(pool, e, |_| false);
                let (mut total, mut all_negative) = (terms.len() as u64 - 1, true);
                for term in terms {
                    let (size, negative) = self.term(term);
                    total = total.saturating_add(size);
                    all_negative &= negative;
                }
                total.saturating_add(u64::from(all_negative))
            }
            Node::Mul(_) | Node::Pow(..) => {
                let (size, negative) = self.term(e);
                size.saturating_add(u64::from(negative))
            }
            Node::Call(head, args) if order::is_e(head, args) => 1,
            Node::Call(_, args) => args.iter().fold(1, |total: u64, &arg| total.saturating_add(self.part(arg))),
        }
    }

    /// The size of a term without its sign, and whether it has one.
    fn term(&mut self, e: Expr) -> (u64, bool) {
        match self.pool.node(e) {
            Node::Number(n) => return (number(n), n.is_negative()),
            Node::Mul(_) | Node::Pow(..) => {}
            _ => return (self.part(e), false),
        }
        let quotient = view::as_quotient(self.pool, e);
        let n = &quotient.coefficient;
        let above_one = n.numerator().abs().is_one() && !quotient.above.is_empty();
        let above = self.product(&quotient.above, !above_one);
        let below = self.product(&quotient.below, !n.is_integer());
        let size = if below == 0 { above } else { above.saturating_add(1).saturating_add(below) };
        (size, n.is_negative())
    }

    /// The factors with `*` between, and perhaps a number in front.
    fn product(&mut self, factors: &[Factor], number: bool) -> u64 {
        let count = factors.len() as u64 + u64::from(number);
        let operators = count.saturating_sub(1) + u64::from(number);
        factors.iter().fold(operators, |total, &factor| total.saturating_add(self.factor(factor)))
    }

    fn factor(&mut self, factor: Factor) -> u64 {
        let spelled_out = matches!(self.pool.node(factor.base), Node::Call(head, args) if order::is_e(head, args));
        let base = self.part(factor.base);
        let exponent = match factor.exponent {
            Exponent::One => return base,
            _ if factor.exponent.small(self.pool) == Some((1, 2)) => return base.saturating_add(1),
            Exponent::Is(e) => self.part(e),
            Exponent::Negated(e) => {
                let negative = view::split(self.pool, e, |_| false, |_, _| {}).is_negative();
                if negative { self.part(e).saturating_sub(1) } else { self.part(e).saturating_add(1) }
            }
        };
        base.saturating_add(1 + u64::from(spelled_out)).saturating_add(exponent)
    }
}

fn number(n: &Number) -> u64 {
    if n.is_integer() { 1 } else { 3 }
}
