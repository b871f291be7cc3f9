//! Are two formulas of a layer equal? Their difference is simplified, and multiplied by its denominators until none is left.
//! Deliberately finds no counterexample: `doctor.rs` does.
//! Read next: `doctor.rs`, `through.rs`.

use crate::array::Arrays;
use crate::equal::equal;
use crate::error::Result;
use crate::expr::{Args, Expr, Node};
use crate::simplify::{Engine, known};
use crate::walk;

/// Denominators that are multiplied away, one after the other.
const ROUNDS: usize = 8;

/// Whether two numbers, or two arrays in the loops of the same axes, are proved equal.
pub(crate) fn proved(arrays: &mut Arrays<'_>, a: Expr, b: Expr) -> Result<bool> {
    if vanishes(&mut arrays.engine, a, b)? {
        return Ok(true);
    }
    let (left, right) = (into_branches(&mut arrays.engine, a)?, into_branches(&mut arrays.engine, b)?);
    if (left, right) != (a, b) && vanishes(&mut arrays.engine, left, right)? {
        return Ok(true);
    }
    let scalar = arrays.leaves(a).is_empty() && arrays.leaves(b).is_empty();
    Ok(scalar && equal(arrays.pool(), a, b)?.is_proved())
}

/// Whether the difference is 0 wherever both are defined: there no denominator is 0, so that multiplying by it loses nothing.
pub(crate) fn vanishes(engine: &mut Engine<'_>, a: Expr, b: Expr) -> Result<bool> {
    let difference = engine.subtract(a, b);
    let mut rest = engine.simplify(difference)?;
    for _ in 0..ROUNDS {
        if rest == Expr::ZERO {
            return Ok(true);
        }
        rest = engine.expand(rest);
        engine.pool.check()?;
        let Some(below) = denominator(engine, rest) else { break };
        let terms = match engine.pool.node(rest) {
            Node::Add(terms) => Args::from_slice(terms),
            _ => Args::from_slice(&[rest]),
        };
        let products: Vec<Expr> = terms.iter().map(|&term| engine.mul(&[term, below])).collect();
        let products: Vec<Expr> = products.into_iter().map(|product| engine.expand(product)).collect();
        rest = engine.add(&products);
    }
    Ok(engine.simplify(rest)? == Expr::ZERO)
}

/// A factor with a negative power of one of the terms, its sign turned: the highest power of its base.
fn denominator(engine: &mut Engine<'_>, sum: Expr) -> Option<Expr> {
    let mut found: Option<(Expr, i64)> = None;
    let terms = match engine.pool.node(sum) {
        Node::Add(terms) => Args::from_slice(terms),
        _ => Args::from_slice(&[sum]),
    };
    for term in terms {
        let factors = match engine.pool.node(term) {
            Node::Mul(factors) => Args::from_slice(factors),
            _ => Args::from_slice(&[term]),
        };
        for factor in factors {
            let Node::Pow(base, exponent) = engine.pool.node(factor) else { continue };
            let Some(power) = engine.pool.as_i64(exponent).filter(|power| (-64..0).contains(power)) else { continue };
            if walk::symbols(engine.pool, &[base]).is_empty() {
                continue;
            }
            match found {
                None => found = Some((base, power)),
                Some((known, lowest)) if known == base && power < lowest => found = Some((base, power)),
                Some(_) => {}
            }
        }
    }
    let (base, power) = found?;
    let exponent = engine.pool.integer(-power);
    Some(engine.pow(base, exponent))
}

/// `a*if(c, 1, 0)` as `if(c, a, 0)`, and `if(a <= b, u, v)` as `if(b < a, v, u)`; anything else as it is.
pub(crate) fn into_branches(engine: &mut Engine<'_>, e: Expr) -> Result<Expr> {
    if let Some(&[condition, then, otherwise]) = engine.pool.as_call(e, known::IF)
        && let Some(&[a, b]) = engine.pool.as_call(condition, known::LESS_EQUAL)
    {
        // of two numbers either a <= b or b < a
        let turned = engine.apply(known::LESS, &[b, a]);
        let whole = engine.apply(known::IF, &[turned, otherwise, then]);
        return engine.simplify(whole);
    }
    let Node::Mul(factors) = engine.pool.node(e) else { return Ok(e) };
    let factors = Args::from_slice(factors);
    let choice = factors.iter().find_map(|&factor| engine.pool.as_call(factor, known::IF).map(|args| (factor, Args::from_slice(args))));
    let Some((choice, args)) = choice else { return Ok(e) };
    let rest: Vec<Expr> = factors.into_iter().filter(|&factor| factor != choice).collect();
    let mut branch = |value: Expr| {
        let mut all = rest.clone();
        all.push(value);
        engine.mul(&all)
    };
    let (then, otherwise) = (branch(args[1]), branch(args[2]));
    let whole = engine.apply(known::IF, &[args[0], then, otherwise]);
    engine.simplify(whole)
}
