//! For which real values of a symbol is an expression 0?
//! Deliberately exact where the equation is linear, quadratic or undone by a known inverse; polynomials have all their roots;
//! the rest is searched in floats over a stated range. Read next: `polynomial.rs`.

use super::polynomial::{RealRoot, real_roots};
use super::seam::contains;
use crate::diff::derivative;
use crate::error::Result;
use crate::eval;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::function::{Facts, Function};
use crate::number::Number;
use crate::simplify::{Engine, known};
use crate::walk::{self, Memo};
use std::collections::HashMap;

/// Some of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Root {
    /// This one.
    Point(Expr),
    /// `at + step*k` for every integer k.
    Family { at: Expr, step: Expr },
    /// About this one.
    Near(f64),
    /// Those at which this is 0, which is not solved.
    Where(Expr),
    /// No value: some were searched in floats, and others may lie outside the range.
    Searched,
}

/// The range that is searched in floats, and in how many steps.
pub(crate) const RANGE: f64 = 100.0;
const STEPS: u32 = 4_000;
/// Polynomials of a higher degree are searched in floats.
const DEGREE: usize = 24;
/// How deep functions are undone.
const DEPTH: u32 = 8;

/// The real roots of an expression in one symbol, each once.
pub(crate) fn roots(pool: &mut Pool, e: Expr, x: Symbol) -> Result<Vec<Root>> {
    let mut engine = Engine::new(pool);
    let mut found: Vec<Root> = Vec::new();
    for root in solve(&mut engine, e, x, DEPTH)? {
        if !found.contains(&root) {
            found.push(root);
        }
    }
    Ok(found)
}

fn solve(engine: &mut Engine<'_>, e: Expr, x: Symbol, depth: u32) -> Result<Vec<Root>> {
    let e = engine.collect(e)?;
    engine.pool.check()?;
    if !contains(engine.pool, e, x) || engine.facts(e).has(Facts::NONZERO) {
        return Ok(Vec::new());
    }
    match engine.pool.node(e) {
        Node::Mul(factors) => {
            let factors = Args::from_slice(factors);
            let mut all = Vec::new();
            for factor in factors {
                all.extend(solve(engine, factor, x, depth)?);
            }
            return Ok(all);
        }
        Node::Pow(base, exponent) if engine.pool.as_number(exponent).is_none_or(Number::is_positive) => {
            return solve(engine, base, x, depth);
        }
        Node::Pow(..) => return Ok(Vec::new()),
        _ => {}
    }
    if let Some(found) = polynomial(engine, e, x)? {
        return Ok(found);
    }
    if depth > 0
        && let Some(found) = undone(engine, e, x, depth)?
    {
        return Ok(found);
    }
    if walk::symbols(engine.pool, &[e]).len() > 1 {
        return Ok(vec![Root::Where(e)]);
    }
    search(engine.pool, e, x)
}

/// The real value of an expression without symbols.
pub(crate) fn constant(pool: &mut Pool, e: Expr) -> Option<f64> {
    if pool.has_symbols(e) {
        return None;
    }
    let value = eval::values(pool, &[e], &[]).ok()?.first().copied()?;
    (value.is_finite() && value.im == 0.0).then_some(value.re)
}

fn at_zero(engine: &mut Engine<'_>, e: Expr, x: Symbol) -> Result<Expr> {
    let put = walk::put(engine.pool, e, &HashMap::from([(x, Expr::ZERO)]))?;
    engine.collect(put)
}

fn quotient(engine: &mut Engine<'_>, a: Expr, b: Expr) -> Result<Expr> {
    let inverse = engine.pow(b, Expr::MINUS_ONE);
    let product = engine.mul(&[a, inverse]);
    engine.simplify(product)
}

/// Coefficient by coefficient, by derivatives at 0; `None` if it is no polynomial, or one that is not solved.
fn polynomial(engine: &mut Engine<'_>, e: Expr, x: Symbol) -> Result<Option<Vec<Root>>> {
    let mut coefficients = Vec::new();
    let mut slope = e;
    let mut factorial = Number::ONE;
    loop {
        let has_x = contains(engine.pool, slope, x);
        let value = if has_x { at_zero(engine, slope, x)? } else { slope };
        let scale = engine.number(factorial.recip().unwrap_or(Number::ONE));
        coefficients.push(engine.mul(&[scale, value]));
        if !has_x {
            break;
        }
        if coefficients.len() > DEGREE || !only_powers(engine.pool, slope, x) {
            return Ok(None);
        }
        factorial = factorial.mul(&Number::from(i64::try_from(coefficients.len()).unwrap_or(1)));
        slope = derivative(engine, slope, x, &mut Memo::new())?;
    }
    match coefficients[..] {
        [b, a] => {
            let b = engine.negate(b);
            Ok(Some(if constant(engine.pool, a).is_some() { vec![Root::Point(quotient(engine, b, a)?)] } else { vec![Root::Where(e)] }))
        }
        [c, b, a] => quadratic(engine, [a, b, c]),
        // a power alone is undone
        [_, ref between @ .., _] if between.iter().all(|&c| c == Expr::ZERO) => Ok(None),
        _ => {
            let numbers: Option<Vec<Number>> = coefficients.iter().map(|&c| engine.pool.as_number(c).cloned()).collect();
            let Some(roots) = numbers.and_then(real_roots) else { return Ok(None) };
            let point = |root| match root {
                RealRoot::Exact(n) => Root::Point(engine.number(n)),
                RealRoot::Near(x) => Root::Near(x),
            };
            Ok(Some(roots.into_iter().map(point).collect()))
        }
    }
}

/// Whether the symbol stands in sums, products and whole positive powers only.
fn only_powers(pool: &Pool, e: Expr, x: Symbol) -> bool {
    walk::reachable_where(pool, &[e], |e| pool.may_contain(e, x)).into_iter().all(|e| match pool.node(e) {
        Node::Call(_, args) => !args.iter().any(|&arg| contains(pool, arg, x)),
        Node::Pow(base, exponent) => {
            !contains(pool, exponent, x)
                && (!contains(pool, base, x) || pool.as_number(exponent).is_some_and(|n| n.is_integer() && n.is_positive()))
        }
        _ => true,
    })
}

/// (-b -+ sqrt(b^2 - 4*a*c))/(2*a)
fn quadratic(engine: &mut Engine<'_>, [a, b, c]: [Expr; 3]) -> Result<Option<Vec<Root>>> {
    let square = engine.pow(b, Expr::TWO);
    let minus_four = engine.number(Number::from(-4));
    let product = engine.mul(&[minus_four, a, c]);
    let discriminant = engine.add(&[square, product]);
    let discriminant = engine.simplify(discriminant)?;
    let Some(size) = constant(engine.pool, discriminant) else { return Ok(None) };
    if constant(engine.pool, a).is_none() {
        return Ok(None);
    }
    if size < 0.0 {
        return Ok(Some(Vec::new()));
    }
    let (minus_b, double) = (engine.negate(b), engine.mul(&[Expr::TWO, a]));
    let root = engine.pow(discriminant, Expr::HALF);
    let minus_root = engine.negate(root);
    let mut found = Vec::new();
    for root in if size == 0.0 { vec![Expr::ZERO] } else { vec![minus_root, root] } {
        let above = engine.add(&[minus_b, root]);
        found.push(Root::Point(quotient(engine, above, double)?));
    }
    Ok(Some(found))
}

const SINH: Function = Function::named("sinh", 1);
const ASINH: Function = Function::named("asinh", 1);
const TANH: Function = Function::named("tanh", 1);
const ATANH: Function = Function::named("atanh", 1);
const ATAN: Function = Function::named("atan", 1);
const ASIN: Function = Function::named("asin", 1);

/// Undoes the outermost function where x stands in one term only: k*g(u) + rest = 0.
fn undone(engine: &mut Engine<'_>, e: Expr, x: Symbol, depth: u32) -> Result<Option<Vec<Root>>> {
    let terms = match engine.pool.node(e) {
        Node::Add(terms) => Args::from_slice(terms),
        _ => Args::from_slice(&[e]),
    };
    let (with, without): (Vec<Expr>, Vec<Expr>) = terms.iter().partition(|&&term| contains(engine.pool, term, x));
    let &[term] = &with[..] else { return Ok(None) };
    let factors = match engine.pool.node(term) {
        Node::Mul(factors) => Args::from_slice(factors),
        _ => Args::from_slice(&[term]),
    };
    let (moving, fixed): (Vec<Expr>, Vec<Expr>) = factors.iter().partition(|&&factor| contains(engine.pool, factor, x));
    let &[g] = &moving[..] else { return Ok(None) };
    let rest = engine.add(&without);
    let rest = engine.negate(rest);
    let fixed = engine.mul(&fixed);
    // g = t
    let t = quotient(engine, rest, fixed)?;
    let Some(size) = constant(engine.pool, t) else { return Ok(None) };
    let inside: Option<(Expr, Vec<Expr>)> = match engine.pool.node(g) {
        Node::Pow(u, w) => {
            let Some(w) = engine.pool.as_number(w).cloned() else { return Ok(None) };
            let Some(inverse) = w.recip() else { return Ok(None) };
            let inverse = engine.number(inverse);
            if w.is_integer() && !w.is_even() && size < 0.0 {
                let minus = engine.negate(t);
                let root = engine.pow(minus, inverse);
                Some((u, vec![engine.negate(root)]))
            } else if size < 0.0 || (size == 0.0 && w.is_negative()) {
                Some((u, Vec::new()))
            } else {
                let root = engine.pow(t, inverse);
                let other = engine.negate(root);
                Some((u, if w.is_integer() && w.is_even() && size != 0.0 { vec![other, root] } else { vec![root] }))
            }
        }
        Node::Call(Head::Function(f), &[u]) => {
            let mut one = |f: Function, holds: bool| if holds { vec![engine.apply(f, &[t])] } else { Vec::new() };
            match f {
                known::EXP => Some((u, one(known::LOG, size > 0.0))),
                known::LOG => Some((u, one(known::EXP, true))),
                SINH => Some((u, one(ASINH, true))),
                ASINH => Some((u, one(SINH, true))),
                TANH => Some((u, one(ATANH, size.abs() < 1.0))),
                ATANH => Some((u, one(TANH, true))),
                ATAN => Some((u, one(known::TAN, size.abs() < std::f64::consts::FRAC_PI_2))),
                ASIN => Some((u, one(known::SIN, size.abs() <= std::f64::consts::FRAC_PI_2))),
                known::ABS if size > 0.0 => {
                    let minus = engine.negate(t);
                    Some((u, vec![minus, t]))
                }
                known::ABS => Some((u, if size == 0.0 { vec![Expr::ZERO] } else { Vec::new() })),
                known::SIN | known::COS | known::TAN => return periodic(engine, f, u, t, size, x),
                _ => None,
            }
        }
        _ => None,
    };
    let Some((u, values)) = inside else { return Ok(None) };
    let mut found = Vec::new();
    for value in values {
        let equation = engine.subtract(u, value);
        found.extend(solve(engine, equation, x, depth - 1)?);
    }
    Ok(Some(found))
}

/// sin(u) = t: u = asin(t) + 2*pi*k and pi - asin(t) + 2*pi*k; cos(u) = t: u = acos(t) + 2*pi*k and -acos(t) + 2*pi*k;
/// tan(u) = t: u = atan(t) + pi*k. For a u that is linear in x.
fn periodic(engine: &mut Engine<'_>, f: Function, u: Expr, t: Expr, size: f64, x: Symbol) -> Result<Option<Vec<Root>>> {
    let slope = derivative(engine, u, x, &mut Memo::new())?;
    if contains(engine.pool, slope, x) || constant(engine.pool, slope).is_none() {
        return Ok(None);
    }
    let start = at_zero(engine, u, x)?;
    if constant(engine.pool, start).is_none() {
        return Ok(None);
    }
    if f != known::TAN && size.abs() > 1.0 {
        return Ok(Some(Vec::new()));
    }
    let pi = engine.apply(known::PI, &[]);
    let turn = engine.mul(&[Expr::TWO, pi]);
    let inverse = match f {
        known::SIN => ASIN,
        known::COS => known::ACOS,
        _ => ATAN,
    };
    let first = engine.apply(inverse, &[t]);
    let minus = engine.negate(first);
    let (places, step) = match f {
        known::TAN => (vec![first], pi),
        // both families are one
        _ if size == 0.0 => (vec![first], pi),
        _ if size.abs() == 1.0 => (vec![first], turn),
        known::SIN => (vec![first, engine.add(&[pi, minus])], turn),
        _ => (vec![first, minus], turn),
    };
    let step = quotient(engine, step, slope)?;
    let step = if constant(engine.pool, step).is_some_and(|size| size < 0.0) { engine.negate(step) } else { step };
    let mut found = Vec::new();
    for place in places {
        let moved = engine.subtract(place, start);
        found.push(Root::Family { at: quotient(engine, moved, slope)?, step });
    }
    Ok(Some(found))
}

/// Changes of sign, and places where it touches 0, in the range.
fn search(pool: &mut Pool, e: Expr, x: Symbol) -> Result<Vec<Root>> {
    let mut found = vec![Root::Searched];
    let mut before: [Option<(f64, f64)>; 2] = [None, None];
    for step in 0..=STEPS {
        pool.check()?;
        // not symmetric about 0, so that no root of a round number is a sample alone
        let at = -RANGE + 2.0 * RANGE * f64::from(step) / f64::from(STEPS);
        let here = value(pool, e, x, at).map(|value| (at, value));
        match (before[0], before[1], here) {
            (_, _, Some((at, 0.0))) => found.push(Root::Near(at)),
            (_, Some((a, u)), Some((b, v))) if u != 0.0 && (u < 0.0) != (v < 0.0) => {
                if let Some(root) = bisected(pool, e, x, (a, u), (b, v)) {
                    found.push(Root::Near(root));
                }
            }
            (Some((a, u)), Some((_, v)), Some((b, w))) if v != 0.0 && v.abs() < u.abs() && v.abs() < w.abs() && v.abs() < 0.1 => {
                if let Some(root) = touching(pool, e, x, a, b) {
                    found.push(Root::Near(root));
                }
            }
            _ => {}
        }
        before = [before[1], here];
    }
    Ok(found)
}

fn value(pool: &mut Pool, e: Expr, x: Symbol, at: f64) -> Option<f64> {
    let value = eval::values_quick(pool, &[e], &[(x, at)]).ok()?.first().copied()?;
    (value.is_finite() && value.im == 0.0).then_some(value.re)
}

fn bisected(pool: &mut Pool, e: Expr, x: Symbol, low: (f64, f64), high: (f64, f64)) -> Option<f64> {
    let ((mut a, u), (mut b, v)) = (low, high);
    for _ in 0..80 {
        let middle = a + (b - a) / 2.0;
        let w = value(pool, e, x, middle)?;
        if w == 0.0 {
            return Some(middle);
        }
        if (w < 0.0) == (u < 0.0) { a = middle } else { b = middle }
    }
    // a pole and a jump change the sign too
    (value(pool, e, x, a)?.abs() <= 1e-6 * u.abs().max(v.abs())).then_some(a)
}

/// The place of the least size, if it is 0 there but for rounding.
fn touching(pool: &mut Pool, e: Expr, x: Symbol, mut a: f64, mut b: f64) -> Option<f64> {
    for _ in 0..100 {
        let (p, q) = (a + (b - a) / 3.0, b - (b - a) / 3.0);
        if value(pool, e, x, p)?.abs() < value(pool, e, x, q)?.abs() { b = q } else { a = p }
    }
    (value(pool, e, x, a)?.abs() < 1e-13).then_some(a)
}
