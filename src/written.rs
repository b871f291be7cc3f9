//! How was an expression written: which operation first, in which order its operands?
//! Deliberately changes no expression: it is a note beside the pool, which sorts arguments and has no differences or quotients.
//! Read next: `text/build.rs`, which takes the notes; `net/graph/plan.rs`, which draws what they say.

use crate::expr::{Args, Expr, Node, Pool};
use crate::number::Number;
use crate::walk::{Memo, rebuild};

/// What was written between two operands, or before one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
}

/// One operation as it was written; `b` is `a` where there is one operand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) operation: Operation,
    pub(crate) a: Expr,
    pub(crate) b: Expr,
}

/// The notes of a text. Its numbers are symbols until [`Pool::without_literals`], so that `2*3` stays two factors.
#[derive(Debug)]
pub(crate) struct Written {
    steps: Memo<Step>,
    literals: Memo<u32>,
    numbers: Vec<(Number, String)>,
}

impl Pool {
    /// From now on operations are noted as they are read.
    pub(crate) fn keep_order(&mut self) {
        self.written = Some(Box::new(Written { steps: Memo::new(), literals: Memo::new(), numbers: Vec::new() }));
    }

    /// Whether operations are noted.
    pub(crate) fn keeps_order(&self) -> bool {
        self.written.is_some()
    }

    /// Notes how `e` was written, unless it was written before or is no more than one of its operands.
    pub(crate) fn note(&mut self, e: Expr, operation: Operation, a: Expr, b: Expr) {
        let made = matches!(self.node(e), Node::Add(_) | Node::Mul(_)) && a < e && b < e;
        if let Some(written) = &mut self.written
            && made
            && written.steps.get(e).is_none()
        {
            written.steps.set(e, Step { operation, a, b });
        }
    }

    /// A number of the text, with its spelling, as a symbol; no name of a symbol begins with a digit or a sign.
    pub(crate) fn literal(&mut self, number: Number, text: &str) -> Expr {
        let e = self.symbol(&number.to_string());
        if let Some(written) = &mut self.written
            && written.literals.get(e).is_none()
        {
            written.literals.set(e, u32::try_from(written.numbers.len()).unwrap_or(u32::MAX));
            written.numbers.push((number, text.to_owned()));
        }
        e
    }

    /// The number that this symbol stands for, and its spelling.
    pub(crate) fn as_literal(&self, e: Expr) -> Option<(&Number, &str)> {
        let written = self.written.as_ref()?;
        let (number, text) = written.numbers.get(written.literals.get(e)? as usize)?;
        Some((number, text))
    }

    /// How it was written, if it was noted.
    pub(crate) fn step(&self, e: Expr) -> Option<Step> {
        self.written.as_ref()?.steps.get(e)
    }

    /// The operands of an expression as it was written.
    pub(crate) fn operands(&self, e: Expr) -> Args {
        match self.step(e) {
            Some(Step { operation: Operation::Negate, a, .. }) => Args::from_slice(&[a]),
            Some(Step { a, b, .. }) => Args::from_slice(&[a, b]),
            None => self.children(e),
        }
    }

    /// All expressions that the root is made of as it was written, operands first: they are older than what is made of them.
    pub(crate) fn operands_first(&self, root: Expr) -> Vec<Expr> {
        let mut seen = Memo::new();
        seen.set(root, ());
        let mut found = vec![root];
        let mut at = 0;
        while at < found.len() {
            for part in self.operands(found[at]) {
                if seen.get(part).is_none() {
                    seen.set(part, ());
                    found.push(part);
                }
            }
            at += 1;
        }
        found.sort_unstable();
        found
    }

    /// Each of these, parts before wholes, with numbers in the place of the symbols that stood for them.
    pub(crate) fn without_literals(&mut self, order: &[Expr], into: &mut Memo<Expr>) -> crate::error::Result<()> {
        for &e in order {
            self.check()?;
            let number = self.as_literal(e).map(|(number, _)| number.clone());
            let new = match number {
                Some(number) => self.number(number),
                None => rebuild(self, e, |part| into.get(part).unwrap_or(part)),
            };
            into.set(e, new);
        }
        self.check()
    }
}
