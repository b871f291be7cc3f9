//! How is a slope written through the output? `exp(-x)/(1 + exp(-x))^2` is `y*(1 - y)` where y = 1/(1 + exp(-x)).
//! Deliberately finds candidates by turning the formula around at one part, and believes none that is not proved equal.
//! Read next: `explain.rs`.

use super::proof::{into_branches, vanishes};
use crate::equal::equal;
use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Symbol};
use crate::simplify::{Engine, known};
use crate::{text, walk};

/// Formulas with more parts than this are not turned around.
const PARTS: usize = 200;

/// The adjoint of `x` in `f`, which is `upstream` times the slope, in terms of the output `y` if that is shorter. Otherwise in its
/// shortest form.
pub(crate) fn through(engine: &mut Engine<'_>, f: Expr, adjoint: Expr, upstream: Expr, x: Symbol, y: Expr) -> Result<Expr> {
    let slope = put(engine, adjoint, upstream, Expr::ONE)?;
    let whole = engine.mul(&[upstream, slope]);
    if !vanishes(engine, whole, adjoint)? {
        // more than a formula of each entry
        return Ok(adjoint);
    }
    let slope = in_output(engine, f, slope, x, y)?;
    let product = engine.mul(&[upstream, slope]);
    let inside = into_branches(engine, product)?;
    Ok(if length(engine, inside) < length(engine, product) { inside } else { product })
}

/// The derivative `slope` of `f` by `x` in terms of `y` if that is shorter.
fn in_output(engine: &mut Engine<'_>, f: Expr, slope: Expr, x: Symbol, y: Expr) -> Result<Expr> {
    let mut best = shortest(engine, slope, None)?;
    // the output as it stands in the slope, whatever else does
    let plain = put(engine, slope, f, y)?;
    if length(engine, plain) < length(engine, best) {
        best = plain;
    }
    let parts = walk::reachable(engine.pool, &[f]);
    if parts.len() > PARTS || !names(engine, slope, x) {
        return Ok(best);
    }
    for part in parts {
        if !names(engine, part, x) {
            continue;
        }
        let stand_in = engine.pool.symbol_named("·part");
        let t = engine.pool.symbol_expr(stand_in);
        let (outer, inside) = (put(engine, f, part, t)?, put(engine, slope, part, t)?);
        if names(engine, outer, x) || names(engine, inside, x) {
            continue;
        }
        let Some(value) = solved(engine, outer, stand_in, y)? else { continue };
        let raw = put(engine, inside, t, value)?;
        let candidate = shortest(engine, raw, Some(y))?;
        if length(engine, candidate) >= length(engine, best) {
            continue;
        }
        let back = put(engine, candidate, y, f)?;
        if vanishes(engine, back, slope)? || equal(engine.pool, back, slope)?.is_proved() {
            best = candidate;
        }
    }
    Ok(best)
}

fn names(engine: &Engine<'_>, e: Expr, symbol: Symbol) -> bool {
    walk::symbols(engine.pool, &[e]).contains(&symbol)
}

/// The same expression with one part in the place of another, collected.
fn put(engine: &mut Engine<'_>, e: Expr, part: Expr, by: Expr) -> Result<Expr> {
    let new = walk::substitute(engine.pool, e, |_, here| (here == part).then_some(by))?;
    engine.collect(new)
}

/// The value of the symbol for which `f` is `y`, where `f` names it once and every step back is unique.
fn solved(engine: &mut Engine<'_>, mut f: Expr, symbol: Symbol, y: Expr) -> Result<Option<Expr>> {
    let mut value = y;
    loop {
        match engine.pool.node(f) {
            Node::Symbol(here) if here == symbol => return Ok(Some(engine.collect(value)?)),
            Node::Number(_) | Node::Symbol(_) => return Ok(None),
            Node::Add(parts) | Node::Mul(parts) => {
                let sum = matches!(engine.pool.node(f), Node::Add(_));
                let parts = Args::from_slice(parts);
                let (with, without): (Vec<Expr>, Vec<Expr>) = parts.iter().partition(|&&part| names(engine, part, symbol));
                let [one] = *with else { return Ok(None) };
                value = if sum {
                    let rest = engine.add(&without);
                    engine.subtract(value, rest)
                } else {
                    let rest = engine.mul(&without);
                    let over = engine.pow(rest, Expr::MINUS_ONE);
                    engine.mul(&[value, over])
                };
                f = one;
            }
            Node::Pow(base, exponent) => {
                // roots turn around to powers; squares do not, as two bases have one square
                let Some(number) = engine.pool.as_number(exponent) else { return Ok(None) };
                let Some(turned) = crate::number::Number::ONE.div(number).filter(|n| n.is_integer()) else { return Ok(None) };
                let turned = engine.number(turned);
                value = engine.pow(value, turned);
                f = base;
            }
            Node::Call(Head::Function(function), &[inside]) => {
                let inverse = if function == known::EXP {
                    known::LOG
                } else if function == known::LOG {
                    known::EXP
                } else {
                    return Ok(None);
                };
                value = engine.apply(inverse, &[value]);
                f = inside;
            }
            Node::Call(..) => return Ok(None),
        }
    }
}

/// As it is, multiplied out, or with `factor` taken out of a sum: what reads shortest. It is going to be a factor itself.
fn shortest(engine: &mut Engine<'_>, e: Expr, factor: Option<Expr>) -> Result<Expr> {
    let simple = engine.simplify(e)?;
    let mut forms = vec![simple];
    let expanded = engine.expand(simple);
    forms.push(engine.simplify(expanded)?);
    if let Some(factor) = factor {
        let over = engine.pow(factor, Expr::MINUS_ONE);
        let quotient = engine.mul(&[expanded, over]);
        let quotient = engine.expand(quotient);
        let quotient = engine.simplify(quotient)?;
        forms.push(engine.mul(&[factor, quotient]));
    }
    let mut best = simple;
    for form in forms {
        if length(engine, form) <= length(engine, best) {
            best = form;
        }
    }
    Ok(best)
}

/// How long it reads as a factor: a sum has brackets.
fn length(engine: &Engine<'_>, e: Expr) -> usize {
    let brackets = if matches!(engine.pool.node(e), Node::Add(_)) { 2 } else { 0 };
    text::print(engine.pool, &crate::matrix::Value::Scalar(e), 100_000).map_or(usize::MAX, |text| text.chars().count() + brackets)
}
