//! Which nodes has a graph, and what does each take? One operation a node, in the order of the text.
//! Deliberately works out no value and no derivative, and draws nothing.
//! Read next: `../../written.rs` (how the order is known), `rules.rs` (what a node does on the way back), `sweep.rs`.

use super::MOST_NODES;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::expr::{Expr, Head, Node, Pool};
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::{Engine, known};
use crate::text::{Names, parse, print};
use crate::walk::{self, Memo};
use crate::written::{Operation, Step};
use smallvec::SmallVec;

/// What a part does with its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Symbol,
    Number,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Power,
    Call(Head),
}

/// An operand: another part, or a constant that stands in the label.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Part(usize),
    Fixed(Expr, String),
}

/// A node to be.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) kind: Kind,
    /// The expression, with numbers as numbers.
    pub(super) e: Expr,
    pub(super) operands: SmallVec<[Operand; 2]>,
    /// How a number is spelt.
    pub(super) text: String,
}

/// Constants of more characters are drawn as nodes.
const FIXED: usize = 12;

fn too_many() -> Error {
    let message = phrase!(
        "the graph has more than {MOST_NODES} nodes; draw a part of the expression, or get the numbers from symdiff eval EXPR --at ... --grad ...",
        MOST_NODES
    );
    Error::new(ErrorKind::Limit, message)
}

/// The same expression, read from its own text so that the order in which it prints is its order.
pub(crate) fn spelled(pool: &mut Pool, root: Expr) -> Result<Expr> {
    pool.written = None;
    let root = crate::diff::carry_out(&mut Engine::new(pool), root)?;
    if walk::count(pool, &[root]) > 10 * MOST_NODES {
        return Err(too_many());
    }
    let limit = pool.meter.budget.output;
    let text = print(pool, &Value::Scalar(root), limit)?;
    let symbols = walk::symbols(pool, &[root]).into_iter().map(|symbol| pool.symbol_key(symbol).to_owned()).collect();
    pool.keep_order();
    match parse(pool, &text, &Names { symbols, ..Names::default() })?.value {
        Value::Scalar(e) => Ok(e),
        Value::Matrix(_) => Ok(root),
    }
}

/// The parts of an expression that was read with its order kept, each after its operands; the last is the whole.
pub(super) fn plan(pool: &mut Pool, mut root: Expr) -> Result<Vec<Part>> {
    if walk::count(pool, &[root]) > 10 * MOST_NODES {
        return Err(too_many());
    }
    let mut order = pool.operands_first(root);
    let unordered = |pool: &Pool, e: Expr| matches!(pool.node(e), Node::Add(_) | Node::Mul(_)) && pool.step(e).is_none();
    if crate::diff::may_be_pending(pool) || order.iter().any(|&e| unordered(pool, e)) {
        // what came from a definition or a table has no order of its own
        let clean = cleaned(pool, &order)?.get(root).unwrap_or(root);
        root = spelled(pool, clean)?;
        order = pool.operands_first(root);
    }
    let clean = cleaned(pool, &order)?;
    let mut planner = Planner { pool, clean, parts: Vec::new(), place: Memo::new() };
    for &e in &order {
        planner.pool.check()?;
        planner.part(e)?;
    }
    let last = planner.place.get(root).map_or(0, |at| at as usize);
    let parts = in_order_of_text(planner.parts, last);
    if parts.len() > MOST_NODES { Err(too_many()) } else { Ok(parts) }
}

/// All operands, and what they are made of: of `a/b` the pool has no part `b`.
fn cleaned(pool: &mut Pool, order: &[Expr]) -> Result<Memo<Expr>> {
    let mut clean = Memo::new();
    let all = walk::reachable(pool, order);
    pool.without_literals(&all, &mut clean)?;
    Ok(clean)
}

struct Planner<'p> {
    pool: &'p mut Pool,
    clean: Memo<Expr>,
    parts: Vec<Part>,
    /// Where the part of an expression is.
    place: Memo<u32>,
}

impl Planner<'_> {
    fn clean(&self, e: Expr) -> Expr {
        self.clean.get(e).unwrap_or(e)
    }

    fn varies(&self, e: Expr) -> bool {
        self.pool.has_symbols(self.clean(e))
    }

    fn push(&mut self, kind: Kind, e: Expr, operands: SmallVec<[Operand; 2]>, text: String) -> usize {
        self.parts.push(Part { kind, e, operands, text });
        self.parts.len() - 1
    }

    fn part(&mut self, e: Expr) -> Result<()> {
        let (kind, operands) = match (self.pool.step(e), self.pool.node(e)) {
            (Some(Step { operation, .. }), _) => {
                let kind = match operation {
                    Operation::Add => Kind::Add,
                    Operation::Subtract => Kind::Subtract,
                    Operation::Multiply => Kind::Multiply,
                    Operation::Divide => Kind::Divide,
                    Operation::Negate => Kind::Negate,
                };
                (kind, self.pool.operands(e))
            }
            (None, Node::Symbol(_)) if self.pool.as_literal(e).is_none() => (Kind::Symbol, self.pool.children(e)),
            (None, Node::Symbol(_) | Node::Number(_)) => (Kind::Number, self.pool.children(e)),
            (None, Node::Pow(..)) => (Kind::Power, self.pool.children(e)),
            (None, Node::Call(head, _)) => (Kind::Call(head), self.pool.children(e)),
            (None, Node::Add(_)) => (Kind::Add, self.pool.children(e)),
            (None, Node::Mul(_)) => (Kind::Multiply, self.pool.children(e)),
        };
        let clean = self.clean(e);
        let text = if kind == Kind::Number { self.spelling(e)? } else { String::new() };
        let varies = operands.iter().any(|&operand| self.varies(operand));
        let mut list: SmallVec<[Operand; 2]> = SmallVec::new();
        for (slot, &operand) in operands.iter().enumerate() {
            // which branch is taken must be known of a node
            let condition = slot == 0 && kind == Kind::Call(Head::Function(known::IF));
            let made = self.operand(operand, !condition && (varies || (kind == Kind::Power && slot == 1)))?;
            list.push(made);
        }
        if matches!(kind, Kind::Add | Kind::Multiply) && list.len() > 2 {
            return self.chain(e, kind, &operands, list);
        }
        let at = self.push(kind, clean, list, text);
        self.place.set(e, at as u32);
        Ok(())
    }

    /// A sum or product without an order of its own, from left to right.
    fn chain(&mut self, e: Expr, kind: Kind, operands: &[Expr], list: SmallVec<[Operand; 2]>) -> Result<()> {
        let mut list = list.into_iter();
        let Some(mut before) = list.next() else { return Ok(()) };
        let mut done = operands.first().map_or(Expr::ZERO, |&first| self.clean(first));
        let mut at = 0;
        for (&operand, next) in operands.iter().skip(1).zip(list) {
            let both = [done, self.clean(operand)];
            done = if kind == Kind::Add { self.pool.add(&both) } else { self.pool.mul(&both) };
            at = self.push(kind, done, SmallVec::from_vec(vec![before, next]), String::new());
            before = Operand::Part(at);
        }
        self.place.set(e, at as u32);
        self.pool.check()
    }

    /// A short constant beside something that varies stands in the label.
    fn operand(&mut self, e: Expr, may_be_fixed: bool) -> Result<Operand> {
        if may_be_fixed && !self.varies(e) {
            let text = self.spelling(e)?;
            if text.chars().count() <= FIXED {
                return Ok(Operand::Fixed(self.clean(e), text));
            }
        }
        // operands come first, so it has a place
        Ok(Operand::Part(self.place.get(e).map_or(0, |at| at as usize)))
    }

    fn spelling(&mut self, e: Expr) -> Result<String> {
        if let Some((_, text)) = self.pool.as_literal(e) {
            return Ok(text.to_owned());
        }
        let limit = self.pool.meter.budget.output;
        print(self.pool, &Value::Scalar(self.clean(e)), limit)
    }
}

/// The parts that the last one needs, in the order in which the text names them.
fn in_order_of_text(parts: Vec<Part>, last: usize) -> Vec<Part> {
    let mut place: Vec<Option<usize>> = vec![None; parts.len()];
    let mut ordered: Vec<Part> = Vec::new();
    let mut pending = vec![(last, false)];
    while let Some((at, ready)) = pending.pop() {
        if place.get(at).is_none_or(Option::is_some) {
            continue;
        }
        let needs = parts[at].operands.iter().filter_map(|operand| if let Operand::Part(part) = operand { Some(*part) } else { None });
        if !ready {
            pending.push((at, true));
            let before = pending.len();
            pending.extend(needs.map(|part| (part, false)));
            pending[before..].reverse();
            continue;
        }
        let mut part = parts[at].clone();
        for operand in &mut part.operands {
            if let Operand::Part(old) = operand {
                *old = place[*old].unwrap_or(0);
            }
        }
        place[at] = Some(ordered.len());
        ordered.push(part);
    }
    ordered
}
