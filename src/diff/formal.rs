//! Derivatives that were written down as such, `D(u, x)` and `sin''(u)`: carried out before anything else is done.
//! Deliberately leaves those that no row of TABLE 1 tells, `f'(x)` and a Bessel function's by its order.
//! Read next: `../diff.rs`.

use super::derivative;
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node, Pool, SlopeHead, Symbol};
use crate::function::Facts;
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::{Engine, known, map_value};
use crate::template::{ReadySlope, slopes};
use crate::walk::{Memo, put, reachable, rebuild};

/// Carries out each `D(u, x)` inside, and each formal derivative `sin''(u)` of a known function that has slopes.
pub(crate) fn carry_out(engine: &mut Engine<'_>, root: Expr) -> Result<Expr> {
    if !engine.pool.has_pending && !engine.pool.slope_heads().any(has_slopes) {
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
            new = derivative_for_more(engine, done.get(u).unwrap_or(u), symbol)?;
        } else if let Node::Call(Head::Slope(id), args) = engine.pool.node(new)
            && has_slopes(engine.pool.slope_head(id))
        {
            let (head, args) = (engine.pool.slope_head(id).clone(), Args::from_slice(args));
            new = slope_at(engine, &head, &args)?;
        }
        done.set(e, new);
    }
    Ok(done.get(root).unwrap_or(root))
}

/// A derivative of which more derivatives may be taken.
fn derivative_for_more(engine: &mut Engine<'_>, e: Expr, by: Symbol) -> Result<Expr> {
    let collected = engine.collect(e)?;
    engine.keeps_blocks = true;
    let derived = derivative(engine, collected, by, &mut Memo::new());
    engine.keeps_blocks = false;
    derived
}

/// Whether the row of the function says all of these derivatives.
fn has_slopes(head: &SlopeHead) -> bool {
    let Head::Function(function) = head.of else { return false };
    let slopes = slopes(function);
    head.slots.iter().all(|&slot| slopes.get(usize::from(slot) - 1).is_some_and(|slope| !matches!(slope, ReadySlope::Formal)))
}

/// The formal derivative of a function at these arguments, by symbols of which nothing is known in their places.
fn slope_at(engine: &mut Engine<'_>, head: &SlopeHead, args: &[Expr]) -> Result<Expr> {
    let places: Vec<Symbol> = (1..=args.len()).map(|slot| engine.pool.symbol_named(&format!("·{slot}"))).collect();
    places.iter().for_each(|&place| engine.pool.assume(place, Facts::NONE));
    let symbols: Args = places.iter().map(|&place| engine.pool.symbol_expr(place)).collect();
    let mut e = engine.pool.call(head.of, &symbols);
    for &slot in &head.slots {
        e = derivative_for_more(engine, e, places[usize::from(slot) - 1])?;
    }
    put(engine.pool, e, &places.into_iter().zip(args.iter().copied()).collect())
}

/// [`carry_out`] of each entry.
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when a budget ends.
pub(crate) fn carried_out(pool: &mut Pool, value: &Value) -> Result<Value> {
    let mut engine = Engine::new(pool);
    map_value(value, |e| carry_out(&mut engine, e))
}
