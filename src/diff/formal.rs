//! Derivatives that were written down as such, `D(u, x)` and `sin''(u)`: carried out before anything else is done.
//! Deliberately leaves those that no row of TABLE 1 tells, `f'(x)` and a Bessel function's by its order.
//! Read next: `../diff.rs`.

use super::derivative;
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node, Pool, SlopeHead, Symbol};
use crate::function::Facts;
use crate::matrix::Value;
use crate::number::Number;
use crate::phrase;
use crate::simplify::{Engine, known, map_value};
use crate::template::{ReadySlope, slopes};
use crate::walk::{Memo, reachable, rebuild};

/// Whether some derivative may be written down that `carry_out` would carry out.
pub(crate) fn may_be_pending(pool: &Pool) -> bool {
    pool.has_pending || pool.slope_heads().any(has_slopes)
}

/// Carries out each `D(u, x)` inside, and each formal derivative `sin''(u)` of a known function that has slopes.
pub(crate) fn carry_out(engine: &mut Engine<'_>, root: Expr) -> Result<Expr> {
    if !may_be_pending(engine.pool) {
        return Ok(root);
    }
    let mut done: Memo<Expr> = Memo::new();
    for e in reachable(engine.pool, &[root]) {
        engine.pool.check()?;
        let mut new = rebuild(engine.pool, e, |part| done.get(part).unwrap_or(part));
        if let Some(&[u, x]) = engine.pool.as_call(e, known::D) {
            let Node::Symbol(symbol) = engine.pool.node(x) else {
                return Err(Error::new(Kind::Derivative, phrase!("D(u, x) needs a symbol as its second argument")));
            };
            new = derivative_for_more(engine, done.get(u).unwrap_or(u), symbol, &mut Memo::new())?;
        } else if let Node::Call(Head::Slope(id), args) = engine.pool.node(new)
            && has_slopes(engine.pool.slope_head(id))
        {
            let (head, args) = (engine.pool.slope_head(id).clone(), Args::from_slice(args));
            new = slope_at(engine, &head, &args)?.unwrap_or(new);
        }
        done.set(e, new);
    }
    Ok(done.get(root).unwrap_or(root))
}

/// A derivative of which more derivatives may be taken.
fn derivative_for_more(engine: &mut Engine<'_>, e: Expr, by: Symbol, memo: &mut Memo<Expr>) -> Result<Expr> {
    let collected = engine.collect(e)?;
    engine.keeps_blocks = true;
    let derived = derivative(engine, collected, by, memo);
    engine.keeps_blocks = false;
    derived
}

/// Whether the row of the function says all of these derivatives.
fn has_slopes(head: &SlopeHead) -> bool {
    let Head::Function(function) = head.of else { return false };
    let slopes = slopes(function);
    let slope = |slot: u8| usize::from(slot).checked_sub(1).and_then(|at| slopes.get(at));
    head.slots.iter().all(|&slot| slope(slot).is_some_and(|slope| !matches!(slope, ReadySlope::Formal)))
}

/// The formal derivative of a function at these arguments: taken by symbols of which nothing is known, the arguments then put in
/// their places. None where one of them makes a denominator 0: `D[1](hypot)(0, 0)` has no value, and 0*(1/0) would be 0.
fn slope_at(engine: &mut Engine<'_>, head: &SlopeHead, args: &[Expr]) -> Result<Option<Expr>> {
    let places: Vec<Symbol> = (1..=args.len()).map(|slot| engine.pool.symbol_named(&format!("·{slot}"))).collect();
    places.iter().for_each(|&place| engine.pool.assume(place, Facts::NONE));
    let symbols: Args = places.iter().map(|&place| engine.pool.symbol_expr(place)).collect();
    let mut e = engine.pool.call(head.of, &symbols);
    // slots are in order: those that are alike share what is known
    for alike in head.slots.chunk_by(|a, b| a == b) {
        let Some(&place) = places.get(usize::from(alike[0]) - 1) else { return Ok(None) };
        let mut memo = Memo::new();
        for _ in alike {
            e = derivative_for_more(engine, e, place, &mut memo)?;
        }
    }
    let mut placed: Memo<Expr> = Memo::new();
    for part in reachable(engine.pool, &[e]) {
        engine.pool.check()?;
        let new = match engine.pool.node(part) {
            Node::Symbol(symbol) => places.iter().position(|&place| place == symbol).map_or(part, |at| args[at]),
            _ => rebuild(engine.pool, part, |inner| placed.get(inner).unwrap_or(inner)),
        };
        let new = engine.collect(new)?;
        if let Node::Pow(base, exponent) = engine.pool.node(part)
            && placed.get(base) == Some(Expr::ZERO)
            && engine.pool.as_number(exponent).is_some_and(Number::is_negative)
        {
            return Ok(None);
        }
        placed.set(part, new);
    }
    Ok(placed.get(e))
}

/// [`carry_out`] of each entry.
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when a budget ends.
pub(crate) fn carried_out(pool: &mut Pool, value: &Value) -> Result<Value> {
    let mut engine = Engine::new(pool);
    map_value(value, |e| carry_out(&mut engine, e))
}
