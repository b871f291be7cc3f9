//! The laws of TABLE 2 that need to look inside: each row lowers the cost and fires; that it is sound is held by `tests/rules.rs`.
//! Deliberately goes through all rows: a new one is held to the laws without a new test.
//! Read next: `rules.rs`.
#![allow(clippy::unwrap_used)] // a test that fails must say so

use super::*;
use crate::expr::Pool;
use crate::function::Class;
use crate::walk::reachable;

/// A wildcard of which the row's condition is known.
fn wildcard(engine: &mut Engine<'_>, when: Facts) -> Expr {
    let symbol = engine.pool.symbol_named("x");
    engine.pool.assume(symbol, when);
    engine.pool.symbol_expr(symbol)
}

/// The sides of a row as one expression, by the plain constructors.
fn left_of(engine: &mut Engine<'_>, at: usize, x: Expr) -> Expr {
    let sides: Vec<Expr> = ready(at).unwrap().left.iter().map(|side| side.instantiate(engine.pool, &[x])).collect();
    match RULES[at].place {
        Sum => engine.pool.add(&sides),
        Product => engine.pool.mul(&sides),
        Sine => {
            let pi = engine.pool.apply(crate::simplify::known::PI, &[]);
            let angle = engine.pool.mul(&[sides[0], pi]);
            engine.pool.apply(crate::simplify::known::SIN, &[angle])
        }
        Call | Slope => sides[0],
    }
}

/// Special functions and slopes, all functions, size: in this order, the first that differs decides.
fn cost(engine: &mut Engine<'_>, e: Expr) -> (usize, usize, u32) {
    let calls: Vec<(bool, usize)> = reachable(engine.pool, &[e])
        .into_iter()
        .filter_map(|e| match engine.pool.node(e) {
            Node::Call(Head::Function(f), args) if !args.is_empty() => Some((f.row().class == Class::Special, 0)),
            Node::Call(Head::Slope(id), _) => Some((true, engine.pool.slope_head(id).slots.len())),
            _ => None,
        })
        .collect();
    let special = calls.iter().filter(|(special, _)| *special).count() + calls.iter().map(|(_, slopes)| slopes).sum::<usize>();
    (special, calls.len(), engine.size(e))
}

#[test]
fn every_row_lowers_the_cost() {
    for (at, rule) in RULES.iter().enumerate() {
        let mut pool = Pool::default();
        let engine = &mut Engine::new(&mut pool);
        let x = wildcard(engine, rule.when);
        let left = left_of(engine, at, x);
        let right = ready(at).unwrap().right.instantiate(engine.pool, &[x]);
        let (before, after) = (cost(engine, left), cost(engine, right));
        assert!(after < before, "{}: {before:?} to {after:?}", rule.name);
    }
}

#[test]
fn every_row_fires() {
    for (at, rule) in RULES.iter().enumerate() {
        let mut pool = Pool::default();
        let engine = &mut Engine::new(&mut pool);
        let x = wildcard(engine, rule.when);
        let left = left_of(engine, at, x);
        let right = ready(at).unwrap().right.instantiate(engine, &[x]);
        let name = rule.name;
        // the matcher itself
        let direct = match rule.place {
            Call => match engine.pool.node(left) {
                Node::Call(Head::Function(f), args) => {
                    let args = Args::from_slice(args);
                    rewrite_call(engine, f, &args)
                }
                _ => None,
            },
            Product => {
                let collected = engine.collect(left).unwrap();
                join_factors(engine, collected)
            }
            Sine => sine_of_turns(engine, &turns(rule.left)),
            Slope => match engine.pool.node(left) {
                Node::Call(Head::Slope(id), args) => {
                    let args = Args::from_slice(args);
                    let slots = engine.pool.slope_head(id).slots.clone();
                    rewrite_slope(engine, Function::find(name_of(rule.left), 1).unwrap(), &slots, &args)
                }
                _ => None,
            },
            Sum => Some(right),
        };
        assert_eq!(direct, Some(right), "{name}");
        // and the simplifier as a whole
        let (left, right) = (engine.simplify(left).unwrap(), engine.simplify(right).unwrap());
        assert_eq!(left, right, "{name}");
    }
}

/// `3/10` as a number.
fn turns(text: &str) -> Number {
    let (n, d) = text.split_once('/').unwrap_or((text, "1"));
    Number::new(n.parse().unwrap(), d.parse().unwrap())
}

fn name_of(text: &str) -> &str {
    text.split(['(', '\'']).next().unwrap_or("")
}

/// `join_factors` passes over calls whose argument no other factor concerns.
#[test]
fn rows_on_products_have_two_sides_with_x() {
    for (at, rule) in RULES.iter().enumerate().filter(|(_, rule)| rule.place == Product) {
        let left = ready(at).map_or(&[][..], |ready| &ready.left);
        let sides = left.iter().filter(|side| side.ops.iter().any(|op| matches!(op, Op::Parameter(_)))).count();
        assert!(sides >= 2, "{}", rule.name);
    }
}
