//! How did the exercise's author write the expression: which factor first, `1/x^2` or `x^-2`, where the brackets?
//! Deliberately keeps no notes beside the pool afterwards; without an outline, `seen.rs` sees the sorted nodes.
//! Read next: `slips.rs`, where mistakes are made at the places of the outline.

use super::seen::{Seen, is_symbol};
use crate::error::Result;
use crate::expr::{Args, Expr, Node, Pool, Symbol};
use crate::matrix::Value;
use crate::text::{Names, parse};
use crate::walk::{Memo, reachable};
use crate::written::{Operation, Step};

/// A node as it was written, and the places of the parts whose derivatives its rule asks for.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    pub(crate) seen: Seen,
    pub(crate) parts: Vec<usize>,
}

/// A text as it was written: nodes, parts before wholes, and the roots.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    pub(crate) nodes: Vec<Noted>,
    pub(crate) roots: Vec<usize>,
}

/// Longer texts are no exercises.
const LONGEST: usize = 2_000;

/// The outline of a text that has been read before; empty where it has none.
pub(crate) fn outline(pool: &mut Pool, text: &str, names: &Names, by: Symbol) -> Result<Outline> {
    if text.len() > LONGEST || pool.has_pending {
        return Ok(Outline::default());
    }
    pool.keep_order();
    let found = match parse(pool, text, names) {
        Ok(parsed) => noted(pool, &parsed.value, by),
        // it was read without notes, so it has a meaning; only its order is not known
        Err(_) => Ok(Outline::default()),
    };
    pool.written = None;
    found
}

fn noted(pool: &mut Pool, value: &Value, by: Symbol) -> Result<Outline> {
    let mut outline = Outline::default();
    let mut place: Memo<usize> = Memo::new();
    for &root in value.entries() {
        let order = pool.operands_first(root);
        let all = reachable(pool, &order);
        let mut clean: Memo<Expr> = Memo::new();
        pool.without_literals(&all, &mut clean)?;
        for &e in &order {
            if place.get(e).is_none() {
                let at = node(pool, &mut outline, &place, &clean, e, by);
                place.set(e, at);
            }
        }
        outline.roots.extend(place.get(root));
    }
    pool.check()?;
    Ok(outline)
}

/// Adds a node whose operands are there already; its place.
fn node(pool: &mut Pool, outline: &mut Outline, place: &Memo<usize>, clean: &Memo<Expr>, written: Expr, by: Symbol) -> usize {
    let of = |e: Expr| clean.get(e).unwrap_or(e);
    let at = |e: Expr| place.get(e).unwrap_or(0);
    let e = of(written);
    let moves = |pool: &Pool, e: Expr| pool.may_contain(e, by);
    let mut add = |seen: Seen, parts: Vec<usize>| {
        outline.nodes.push(Noted { seen, parts });
        outline.nodes.len() - 1
    };
    if !moves(pool, e) {
        return add(Seen::Constant, Vec::new());
    }
    if is_symbol(pool, e, by) {
        return add(Seen::Variable, Vec::new());
    }
    if let Some(Step { operation, a, b }) = pool.step(written) {
        let (first, second) = (of(a), of(b));
        return match operation {
            Operation::Add => add(Seen::Sum(Args::from_slice(&[first, second])), vec![at(a), at(b)]),
            Operation::Subtract => {
                let minus = pool.neg(second);
                if !moves(pool, second) {
                    let fixed = add(Seen::Constant, Vec::new());
                    return add(Seen::Sum(Args::from_slice(&[first, minus])), vec![at(a), fixed]);
                }
                let turned = add(Seen::Scaled(Expr::MINUS_ONE, second), vec![at(b)]);
                add(Seen::Sum(Args::from_slice(&[first, minus])), vec![at(a), turned])
            }
            Operation::Negate => add(Seen::Scaled(Expr::MINUS_ONE, first), vec![at(a)]),
            Operation::Multiply => match (moves(pool, first), moves(pool, second)) {
                (false, _) => add(Seen::Scaled(first, second), vec![at(b)]),
                (_, false) => add(Seen::Scaled(second, first), vec![at(a)]),
                _ => add(Seen::Product(Args::from_slice(&[first, second])), vec![at(a), at(b)]),
            },
            Operation::Divide if !moves(pool, second) => {
                let constant = pool.recip(second);
                add(Seen::Scaled(constant, first), vec![at(a)])
            }
            Operation::Divide => add(Seen::Quotient(first, second), vec![at(a), at(b)]),
        };
    }
    match pool.node(written) {
        Node::Pow(base, exponent) => {
            let (u, v) = (of(base), of(exponent));
            match (moves(pool, u), moves(pool, v)) {
                (true, true) => add(Seen::General(u, v), vec![at(base), at(exponent)]),
                (true, false) => add(Seen::Power(u, v), vec![at(base)]),
                _ => add(Seen::Exponential(u, v), vec![at(exponent)]),
            }
        }
        Node::Call(head, args) => {
            let parts = args.iter().map(|&arg| at(arg)).collect();
            let args = args.iter().map(|&arg| of(arg)).collect();
            add(Seen::Call(head, args), parts)
        }
        // what came from a definition or a table has no order of its own
        Node::Add(_) | Node::Mul(_) | Node::Number(_) | Node::Symbol(_) => {
            let seen = super::seen::see(pool, e, by);
            outline.nodes.push(Noted { seen, parts: Vec::new() });
            outline.nodes.len() - 1
        }
    }
}
