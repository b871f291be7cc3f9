//! How is a long chain of calls derived without a product of each length on the way?
//! Deliberately knows no rule: slopes come from the rows of TABLE 1.
//! Read next: `../diff.rs`, which asks it first.

use super::BLOCK;
use crate::expr::{Args, Expr, Head, Node};
use crate::simplify::Engine;
use crate::template::{ReadySlope, slopes};
use crate::walk::{Marks, Memo};

/// A long chain `f(g(h(u)))` whose derivative is multiplied a block of slopes at a time: products of which each has one factor more
/// would be made to be copied once. A link inside a block has no derivative of its own, and so no user but the next link; nobody
/// asks before the block is multiplied, since whatever is no further link ends it.
#[derive(Default)]
pub(super) struct Chain {
    /// The outermost call so far, or whatever was derived last.
    pub(super) tip: Option<Expr>,
    /// The slopes of the links that are not yet multiplied, after the derivative of what they are links around.
    factors: Args,
}

impl Chain {
    /// Takes `e` as the next link, if it is one.
    pub(super) fn takes(&mut self, engine: &mut Engine<'_>, e: Expr, shared: &Marks, memo: &mut Memo<Expr>) -> bool {
        let Node::Call(Head::Function(function), &[argument]) = engine.pool.node(e) else { return false };
        let [ReadySlope::Factor(slope)] = slopes(function) else { return false };
        if self.tip != Some(argument) {
            return false;
        }
        if self.factors.len() > BLOCK || shared.contains(argument) {
            self.multiply(engine, memo);
        }
        if self.factors.is_empty() {
            let Some(du) = memo.get(argument).filter(|&du| du != Expr::ZERO) else { return false };
            self.factors.push(du);
        }
        self.factors.push(slope.instantiate(engine, &[argument]));
        self.tip = Some(e);
        true
    }

    /// Notes the derivative of the tip.
    pub(super) fn multiply(&mut self, engine: &mut Engine<'_>, memo: &mut Memo<Expr>) {
        if let Some(tip) = self.tip
            && !self.factors.is_empty()
        {
            memo.set(tip, engine.mul(&self.factors));
            self.factors.clear();
        }
    }
}
