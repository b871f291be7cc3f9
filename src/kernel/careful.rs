//! Forms that lose digits or overflow in floats, replaced by functions that do not: `exp(x) - 1` is `expm1(x)`.
//! Deliberately makes nothing shorter or simpler; it runs before derivatives are taken, so that these are careful too.
//! Read next: `build.rs`, from expressions to steps.
//!
//! `sqrt(x^2 + y^2)` stays: `hypot` costs several times as much and helps only where a square overflows or vanishes.

use super::scalar::runs;
use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool};
use crate::function::Function;
use crate::simplify::exact_parts;
use crate::simplify::known::{EXP, LOG};
use crate::template::definition;
use crate::walk::{Memo, reachable, rebuild};

const EXPM1: Function = Function::named("expm1", 1);
const LOG1P: Function = Function::named("log1p", 1);
const SIGMOID: Function = Function::named("sigmoid", 1);
const SOFTPLUS: Function = Function::named("softplus", 1);
const ERF: Function = Function::named("erf", 1);
const ERFC: Function = Function::named("erfc", 1);

/// The roots in careful forms.
pub(super) fn careful(pool: &mut Pool, roots: &[Expr]) -> Result<Vec<Expr>> {
    let roots = exact_parts(pool, roots)?;
    let mut memo: Memo<Expr> = Memo::new();
    for e in reachable(pool, &roots) {
        pool.check()?;
        let same = rebuild(pool, e, |part| memo.get(part).unwrap_or(part));
        let new = rewrite(pool, same);
        memo.set(e, new);
    }
    pool.check()?;
    Ok(roots.iter().map(|&root| memo.get(root).unwrap_or(root)).collect())
}

/// One node, its parts being careful already.
fn rewrite(pool: &mut Pool, e: Expr) -> Expr {
    match pool.node(e) {
        Node::Add(&[number, term]) => rewrite_sum(pool, number, term).unwrap_or(e),
        Node::Mul(factors) if factors.len() > 1 => rewrite_product(pool, e),
        Node::Pow(base, exponent) => rewrite_power(pool, base, exponent).unwrap_or(e),
        Node::Call(Head::Function(LOG), &[inside]) => rewrite_log(pool, inside).unwrap_or(e),
        Node::Call(Head::Function(EXP), &[inside]) => rewrite_exp(pool, inside).unwrap_or(e),
        Node::Call(Head::Function(f), args) if !args.is_empty() && !runs(f) => match definition(f) {
            Some(template) => {
                let args = Args::from_slice(args);
                template.instantiate(pool, &args)
            }
            None => e,
        },
        _ => e,
    }
}

/// The argument of a call of one argument, and whether the call stands under a minus sign.
fn signed_call(pool: &Pool, e: Expr, function: Function) -> Option<(Expr, bool)> {
    match pool.node(e) {
        Node::Call(Head::Function(f), &[u]) if f == function => Some((u, false)),
        Node::Mul(&[Expr::MINUS_ONE, call]) => pool.as_call(call, function).and_then(|args| args.first()).map(|&u| (u, true)),
        _ => None,
    }
}

/// - exp(u) - 1 = expm1(u), 1 - exp(u) = -expm1(u)
/// - 1 + erf(u) = erfc(-u), 1 - erf(u) = erfc(u)
fn rewrite_sum(pool: &mut Pool, number: Expr, term: Expr) -> Option<Expr> {
    if let Some((u, minus)) = signed_call(pool, term, EXP) {
        return match (number, minus) {
            (Expr::MINUS_ONE, false) => Some(pool.apply(EXPM1, &[u])),
            (Expr::ONE, true) => {
                let call = pool.apply(EXPM1, &[u]);
                Some(pool.neg(call))
            }
            _ => None,
        };
    }
    let (u, minus) = signed_call(pool, term, ERF).filter(|_| number == Expr::ONE)?;
    let argument = if minus { u } else { pool.neg(u) };
    Some(pool.apply(ERFC, &[argument]))
}

/// The u of 1 + exp(u).
fn one_plus_exp(pool: &Pool, e: Expr) -> Option<Expr> {
    match pool.node(e) {
        Node::Add(&[Expr::ONE, term]) => pool.as_call(term, EXP).and_then(|args| args.first()).copied(),
        _ => None,
    }
}

/// (1 + exp(u))^-n = sigmoid(-u)^n
fn rewrite_power(pool: &mut Pool, base: Expr, exponent: Expr) -> Option<Expr> {
    let n = pool.as_i64(exponent).filter(|&n| n < 0)?;
    let u = one_plus_exp(pool, base)?;
    let minus = pool.neg(u);
    let call = pool.apply(SIGMOID, &[minus]);
    let n = pool.integer(n.checked_neg()?);
    Some(pool.pow(call, n))
}

/// With s = sigmoid(-u): exp(u)*s = sigmoid(u), exp(u)*s^n = s^(n-1)*(1 - s). The exponential would overflow.
fn rewrite_product(pool: &mut Pool, e: Expr) -> Expr {
    let Node::Mul(factors) = pool.node(e) else { return e };
    let is_exp = |&f: &Expr| pool.as_call(f, EXP).is_some();
    if !factors.iter().any(is_exp) {
        return e;
    }
    let mut factors = Args::from_slice(factors);
    let mut changed = false;
    for at in 0..factors.len() {
        let Some(&[u]) = pool.as_call(factors[at], EXP) else { continue };
        let minus = pool.neg(u);
        let call = pool.apply(SIGMOID, &[minus]);
        let power_of_call = |pool: &Pool, f: Expr| match pool.node(f) {
            Node::Pow(base, n) if base == call => pool.as_i64(n).filter(|&n| n > 1),
            _ => (f == call).then_some(1),
        };
        let found = factors.iter().enumerate().find_map(|(place, &f)| Some((place, power_of_call(pool, f)?)));
        let Some((place, n)) = found else { continue };
        changed = true;
        if n == 1 {
            factors[at] = pool.apply(SIGMOID, &[u]);
            factors[place] = Expr::ONE;
        } else {
            factors[at] = pool.sub(Expr::ONE, call);
            let n = pool.integer(n - 1);
            factors[place] = pool.pow(call, n);
        }
    }
    if changed { pool.mul(&factors) } else { e }
}

/// - log(exp(u)) = u for real u, log(1 + exp(u)) = softplus(u), log(1 + u) = log1p(u)
/// - log(sigmoid(u)) = -softplus(-u), log(1 - sigmoid(u)) = -softplus(u)
fn rewrite_log(pool: &mut Pool, inside: Expr) -> Option<Expr> {
    if let Some(&[u]) = pool.as_call(inside, EXP) {
        return Some(u);
    }
    if let Some(&[u]) = pool.as_call(inside, SIGMOID) {
        let minus = pool.neg(u);
        let call = pool.apply(SOFTPLUS, &[minus]);
        return Some(pool.neg(call));
    }
    if let Some(u) = one_plus_exp(pool, inside) {
        return Some(pool.apply(SOFTPLUS, &[u]));
    }
    let rest = match pool.node(inside) {
        Node::Add(terms) if terms[0] == Expr::ONE => Args::from_slice(&terms[1..]),
        _ => return None,
    };
    if let Some((u, true)) = rest.first().filter(|_| rest.len() == 1).and_then(|&term| signed_call(pool, term, SIGMOID)) {
        let call = pool.apply(SOFTPLUS, &[u]);
        return Some(pool.neg(call));
    }
    let rest = pool.add(&rest);
    Some(pool.apply(LOG1P, &[rest]))
}

/// exp(log(u)) = u and exp(c*log(u)) = u^c: the definition of the power, so the value is the same wherever log(u) has one.
fn rewrite_exp(pool: &mut Pool, inside: Expr) -> Option<Expr> {
    match pool.node(inside) {
        Node::Call(Head::Function(LOG), &[u]) => Some(u),
        Node::Mul(&[c, log]) if pool.as_number(c).is_some() => {
            let u = pool.as_call(log, LOG)?.first().copied()?;
            Some(pool.pow(u, c))
        }
        _ => None,
    }
}
