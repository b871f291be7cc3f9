//! How is a long chain of calls derived without a product of each length on the way?
//! Deliberately knows no rule: slopes come from the rows of TABLE 1.
//! Read next: `../diff.rs`, which asks it first.

use super::BLOCK;
use crate::expr::{Args, Expr, Head, Node};
use crate::simplify::Engine;
use crate::template::{ReadySlope, slopes};
use crate::walk::{Marks, Memo};

/// A long chain `f(g(h(u)))` whose derivative is multiplied a block of slopes at a time: products of which each has one factor more
/// would be made to be copied once. The links inside a block have no user but the next.
#[derive(Default)]
pub(super) struct Chain {
    /// The outermost call so far.
    pub(super) tip: Option<Expr>,
    /// The slopes of the links that are not yet multiplied, and what these are links around.
    slopes: Args,
    inner: Option<Expr>,
}

impl Chain {
    /// Takes `e` as the next link, if it is one.
    pub(super) fn takes(&mut self, engine: &mut Engine<'_>, e: Expr, shared: &Marks, memo: &mut Memo<Expr>) -> bool {
        let Node::Call(Head::Function(function), &[argument]) = engine.pool.node(e) else { return false };
        let [ReadySlope::Factor(slope)] = slopes(function) else { return false };
        if self.tip != Some(argument) {
            return false;
        }
        if self.slopes.len() == BLOCK || shared.contains(argument) {
            self.multiply(engine, memo);
        }
        if self.slopes.is_empty() {
            if memo.get(argument).is_none_or(|du| du == Expr::ZERO) {
                return false;
            }
            self.inner = Some(argument);
        }
        self.slopes.push(slope.instantiate(engine, &[argument]));
        self.tip = Some(e);
        true
    }

    /// Notes the derivative of the tip.
    pub(super) fn multiply(&mut self, engine: &mut Engine<'_>, memo: &mut Memo<Expr>) {
        if let (Some(tip), Some(du)) = (self.tip, self.inner.take().and_then(|inner| memo.get(inner))) {
            self.slopes.push(du);
            memo.set(tip, engine.mul(&self.slopes));
            self.slopes.clear();
        }
    }
}
