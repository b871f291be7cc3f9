//! TABLE 2, the identities: one row each, in symdiff's own language, and the small matcher that applies them.
//! Deliberately has no row that permutes, expands or guesses: such a row needs a limit to end, and hides what others match.
//! Read next: `tidy.rs`.
//!
//! The laws of the table, each with its reason; `tests/rules.rs` and `rules_tests.rs` hold every row to them.
//! 1. A row holds wherever its left side is defined, as principal complex values, under its condition alone: the simplifier
//!    sees neither the values of symbols nor the branch that a reader has in mind. `log(exp(x)) -> x` is no row.
//! 2. Its right side may be defined where the left is not (`x/abs(x) -> sign(x)` at 0), never the other way round: a hole may be
//!    filled, none may be made.
//! 3. It lowers the cost: fewer special functions, or as many and fewer functions, or as many of both and a smaller size.
//!    So rewriting ends, whatever the order, and the form of an answer does not depend on who rewrote first.
//! 4. Its condition speaks of facts that are derived (`facts.rs`), never of sampled values: samples prove nothing.
//! 5. It fires on its own left side. A row behind a constructor that does the same is dead, and is taken out.
//! 6. It has a source: a row that cannot be looked up cannot be proofread.

use super::Engine;
use super::sum::Terms;
use crate::expr::{Args, Expr, Head, Node};
use crate::function::{self, Facts, Function, TABLE};
use crate::number::Number;
use crate::template::{Op, Template};
use smallvec::SmallVec;
use std::sync::OnceLock;

/// Where a row is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where {
    /// On a call whose arguments match.
    Call,
    /// On two terms of a sum that share their other factors: `k*left1 + k*left2`.
    Sum,
    /// On factors of a product, at the end only (`tidy.rs`): repeated derivatives stay in fewer functions without them.
    Product,
    /// The value of sin at the left side's multiple of pi.
    Sine,
    /// On a formal derivative.
    Slope,
}

/// How many places there are.
const PLACES: usize = 5;

/// One identity.
#[derive(Debug)]
pub struct Rule {
    /// Its name in steps and explanations.
    pub name: &'static str,
    /// Where it is tried.
    pub place: Where,
    /// What is matched; one-letter names are wildcards, two sides of a pair are separated by `;`.
    pub left: &'static str,
    /// What takes its place.
    pub right: &'static str,
    /// What must be known of the wildcard `x`.
    pub when: Facts,
    /// Where it comes from.
    pub source: &'static str,
}

const fn rule(name: &'static str, place: Where, left: &'static str, right: &'static str, when: Facts, source: &'static str) -> Rule {
    Rule { name, place, left, right, when, source }
}

const ANY: Facts = Facts::NONE;
use Where::{Call, Product, Sine, Slope, Sum};

#[rustfmt::skip] // a table: one row, one line
/// TABLE 2.
pub static RULES: &[Rule] = &[
    // inverse functions
    rule("sine of its inverse", Call, "sin(asin(x))", "x", ANY, "DLMF 4.23(ii)"),
    rule("cosine of its inverse", Call, "cos(acos(x))", "x", ANY, "DLMF 4.23(ii)"),
    rule("tangent of its inverse", Call, "tan(atan(x))", "x", ANY, "DLMF 4.23(ii)"),
    rule("cosine of arcsine", Call, "cos(asin(x))", "sqrt(1 - x^2)", ANY, "DLMF 4.23.16"),
    rule("sine of arccosine", Call, "sin(acos(x))", "sqrt(1 - x^2)", ANY, "DLMF 4.23.16"),
    rule("cosine of arctangent", Call, "cos(atan(x))", "1/sqrt(1 + x^2)", ANY, "DLMF 4.23(ii); atan maps to Re > 0 halves"),
    rule("sine of arctangent", Call, "sin(atan(x))", "x/sqrt(1 + x^2)", ANY, "DLMF 4.23(ii)"),
    rule("tangent of arcsine", Call, "tan(asin(x))", "x/sqrt(1 - x^2)", ANY, "quotient of the two above"),
    rule("hyperbolic sine of its inverse", Call, "sinh(asinh(x))", "x", ANY, "DLMF 4.37(ii)"),
    rule("hyperbolic cosine of its inverse", Call, "cosh(acosh(x))", "x", ANY, "DLMF 4.37(ii)"),
    rule("hyperbolic tangent of its inverse", Call, "tanh(atanh(x))", "x", ANY, "DLMF 4.37(ii)"),
    rule("hyperbolic cosine of arsinh", Call, "cosh(asinh(x))", "sqrt(1 + x^2)", ANY, "DLMF 4.37(ii)"),
    rule("hyperbolic sine of arcosh", Call, "sinh(acosh(x))", "sqrt(x - 1)*sqrt(x + 1)", ANY, "DLMF 4.37(ii)"),
    rule("arsinh of hyperbolic sine", Call, "asinh(sinh(x))", "x", Facts::REAL, "sinh is one to one on the reals"),
    rule("artanh of hyperbolic tangent", Call, "atanh(tanh(x))", "x", Facts::REAL, "tanh is one to one on the reals"),
    rule("arcosh of hyperbolic cosine", Call, "acosh(cosh(x))", "abs(x)", Facts::REAL, "cosh is even and one to one on x >= 0"),
    // values at simple points
    rule("arcsine of 0", Call, "asin(0)", "0", ANY, "DLMF 4.23"),
    rule("arcsine of 1", Call, "asin(1)", "pi/2", ANY, "DLMF 4.23"),
    rule("arcsine of a half", Call, "asin(1/2)", "pi/6", ANY, "DLMF 4.17.1"),
    rule("arccosine of 0", Call, "acos(0)", "pi/2", ANY, "DLMF 4.23"),
    rule("arccosine of 1", Call, "acos(1)", "0", ANY, "DLMF 4.23"),
    rule("arccosine of a half", Call, "acos(1/2)", "pi/3", ANY, "DLMF 4.17.1"),
    rule("arctangent of 0", Call, "atan(0)", "0", ANY, "DLMF 4.23"),
    rule("arctangent of 1", Call, "atan(1)", "pi/4", ANY, "DLMF 4.17.1"),
    rule("arctangent of sqrt(3)", Call, "atan(sqrt(3))", "pi/3", ANY, "DLMF 4.17.1"),
    rule("hyperbolic sine of 0", Call, "sinh(0)", "0", ANY, "DLMF 4.28"),
    rule("hyperbolic cosine of 0", Call, "cosh(0)", "1", ANY, "DLMF 4.28"),
    rule("hyperbolic tangent of 0", Call, "tanh(0)", "0", ANY, "DLMF 4.28"),
    rule("arsinh of 0", Call, "asinh(0)", "0", ANY, "DLMF 4.37"),
    rule("arcosh of 1", Call, "acosh(1)", "0", ANY, "DLMF 4.37"),
    rule("artanh of 0", Call, "atanh(0)", "0", ANY, "DLMF 4.37"),
    rule("erf of 0", Call, "erf(0)", "0", ANY, "DLMF 7.2.1"),
    rule("erfc of 0", Call, "erfc(0)", "1", ANY, "DLMF 7.2.2"),
    rule("erfi of 0", Call, "erfi(0)", "0", ANY, "DLMF 7.2.1"),
    rule("Si of 0", Call, "Si(0)", "0", ANY, "DLMF 6.2.9"),
    rule("Shi of 0", Call, "Shi(0)", "0", ANY, "DLMF 6.2.15"),
    rule("Fresnel S of 0", Call, "fresnels(0)", "0", ANY, "DLMF 7.2.8"),
    rule("Fresnel C of 0", Call, "fresnelc(0)", "0", ANY, "DLMF 7.2.7"),
    rule("Lambert W of 0", Call, "lambertw(0)", "0", ANY, "DLMF 4.13"),
    rule("Lambert W of e", Call, "lambertw(e)", "1", ANY, "DLMF 4.13.1"),
    rule("sigmoid of 0", Call, "sigmoid(0)", "1/2", ANY, "definition"),
    rule("sinc of 0", Call, "sinc(0)", "1", ANY, "definition"),
    rule("expm1 of 0", Call, "expm1(0)", "0", ANY, "definition"),
    rule("log1p of 0", Call, "log1p(0)", "0", ANY, "definition"),
    rule("zeta of 2", Call, "zeta(2)", "pi^2/6", ANY, "DLMF 25.6.1"),
    rule("zeta of 0", Call, "zeta(0)", "-1/2", ANY, "DLMF 25.6.1"),
    rule("K of 0", Call, "elliptic_k(0)", "pi/2", ANY, "DLMF 19.6.1"),
    rule("E of 0", Call, "elliptic_e(0)", "pi/2", ANY, "DLMF 19.6.1"),
    rule("E of 1", Call, "elliptic_e(1)", "1", ANY, "DLMF 19.6.1"),
    rule("E at angle 0", Call, "elliptic_e(0, x)", "0", ANY, "DLMF 19.6.8"),
    rule("polylogarithm of order 1", Call, "polylog(1, x)", "-log(1 - x)", ANY, "DLMF 25.12.10 at s = 1, 4.6.1"),
    rule("polylogarithm of order 0", Call, "polylog(0, x)", "x/(1 - x)", ANY, "the geometric series"),
    rule("F at angle 0", Call, "elliptic_f(0, x)", "0", ANY, "DLMF 19.6.8"),
    // pieces
    rule("absolute value of a conjugate", Call, "abs(conjugate(x))", "abs(x)", ANY, "DLMF 1.9.9"),
    rule("conjugate twice", Call, "conjugate(conjugate(x))", "x", ANY, "definition"),
    rule("sign of a sign", Call, "sign(sign(x))", "sign(x)", Facts::REAL, "definition"),
    rule("angle of a positive number", Call, "arg(x)", "0", Facts::POSITIVE, "DLMF 1.9.5"),
    rule("angle of a negative number", Call, "arg(x)", "pi", Facts::NEGATIVE, "DLMF 1.9.5"),
    rule("relu of a value that is not negative", Call, "relu(x)", "x", Facts::NONNEGATIVE, "definition"),
    rule("hypot with 0", Call, "hypot(x, 0)", "abs(x)", Facts::REAL, "definition"),
    // sums
    rule("sine and cosine squared", Sum, "sin(x)^2; cos(x)^2", "1", ANY, "DLMF 4.21.12"),
    rule("one minus sine squared", Sum, "1; -sin(x)^2", "cos(x)^2", ANY, "DLMF 4.21.12"),
    rule("one minus cosine squared", Sum, "1; -cos(x)^2", "sin(x)^2", ANY, "DLMF 4.21.12"),
    rule("secant squared minus tangent squared", Sum, "sec(x)^2; -tan(x)^2", "1", ANY, "DLMF 4.21.13"),
    rule("cosecant squared minus cotangent squared", Sum, "csc(x)^2; -cot(x)^2", "1", ANY, "DLMF 4.21.14"),
    rule("hyperbolic cosine squared minus sine squared", Sum, "cosh(x)^2; -sinh(x)^2", "1", ANY, "DLMF 4.35.11"),
    rule("one plus hyperbolic sine squared", Sum, "1; sinh(x)^2", "cosh(x)^2", ANY, "DLMF 4.35.11"),
    rule("hyperbolic cosine squared minus one", Sum, "-1; cosh(x)^2", "sinh(x)^2", ANY, "DLMF 4.35.11"),
    rule("hyperbolic secant and tangent squared", Sum, "sech(x)^2; tanh(x)^2", "1", ANY, "DLMF 4.35.12"),
    rule("hyperbolic cotangent squared minus cosecant squared", Sum, "coth(x)^2; -csch(x)^2", "1", ANY, "DLMF 4.35.13"),
    rule("error function and its complement", Sum, "erf(x); erfc(x)", "1", ANY, "DLMF 7.2.2"),
    rule("arcsine and arccosine", Sum, "asin(x); acos(x)", "pi/2", ANY, "DLMF 4.23.19"),
    rule("sigmoid and its mirror", Sum, "sigmoid(x); sigmoid(-x)", "1", ANY, "definition"),
    // products
    rule("tangent times cosine", Product, "tan(x); cos(x)", "sin(x)", ANY, "DLMF 4.14.4"),
    rule("cotangent times sine", Product, "cot(x); sin(x)", "cos(x)", ANY, "DLMF 4.14.7"),
    rule("secant times cosine", Product, "sec(x); cos(x)", "1", ANY, "DLMF 4.14.6"),
    rule("cosecant times sine", Product, "csc(x); sin(x)", "1", ANY, "DLMF 4.14.5"),
    rule("tangent times cotangent", Product, "tan(x); cot(x)", "1", ANY, "DLMF 4.14.7"),
    rule("sine over cosine", Product, "sin(x); 1/cos(x)", "tan(x)", ANY, "DLMF 4.14.4"),
    rule("cosine over sine", Product, "cos(x); 1/sin(x)", "cot(x)", ANY, "DLMF 4.14.7"),
    rule("hyperbolic sine over cosine", Product, "sinh(x); 1/cosh(x)", "tanh(x)", ANY, "DLMF 4.28.4"),
    rule("hyperbolic cosine over sine", Product, "cosh(x); 1/sinh(x)", "coth(x)", ANY, "DLMF 4.28.7"),
    rule("hyperbolic tangent times cosine", Product, "tanh(x); cosh(x)", "sinh(x)", ANY, "DLMF 4.28.4"),
    rule("hyperbolic secant times cosine", Product, "sech(x); cosh(x)", "1", ANY, "DLMF 4.28.6"),
    rule("hyperbolic cosecant times sine", Product, "csch(x); sinh(x)", "1", ANY, "DLMF 4.28.5"),
    rule("sign over the absolute value", Product, "sign(x); 1/abs(x)", "1/x", Facts::REAL, "definition; neither side is defined at 0"),
    rule("sign times absolute value", Product, "sign(x); abs(x)", "x", Facts::REAL, "definition"),
    rule("sign times the number", Product, "sign(x); x", "abs(x)", Facts::REAL, "definition"),
    rule("number over its absolute value", Product, "x; 1/abs(x)", "sign(x)", Facts::REAL, "definition"),
    rule("absolute value over the number", Product, "abs(x); 1/x", "sign(x)", Facts::REAL, "definition"),
    rule("double angle", Product, "2; sin(x); cos(x)", "sin(2*x)", ANY, "DLMF 4.21.27"),
    rule("hyperbolic double angle", Product, "2; sinh(x); cosh(x)", "sinh(2*x)", ANY, "DLMF 4.35.26"),
    // sin at multiples of pi between 0 and 1/2
    rule("sine of 0", Sine, "0", "0", ANY, "DLMF 4.17.1"),
    rule("sine of pi/12", Sine, "1/12", "(sqrt(6) - sqrt(2))/4", ANY, "DLMF 4.17.1"),
    rule("sine of pi/10", Sine, "1/10", "(sqrt(5) - 1)/4", ANY, "DLMF 4.17.1"),
    rule("sine of pi/8", Sine, "1/8", "sqrt(2 - sqrt(2))/2", ANY, "half angle of pi/4, DLMF 4.21.21"),
    rule("sine of pi/6", Sine, "1/6", "1/2", ANY, "DLMF 4.17.1"),
    rule("sine of pi/5", Sine, "1/5", "sqrt(10 - 2*sqrt(5))/4", ANY, "DLMF 4.17.1"),
    rule("sine of pi/4", Sine, "1/4", "sqrt(2)/2", ANY, "DLMF 4.17.1"),
    rule("sine of 3*pi/10", Sine, "3/10", "(sqrt(5) + 1)/4", ANY, "DLMF 4.17.1"),
    rule("sine of pi/3", Sine, "1/3", "sqrt(3)/2", ANY, "DLMF 4.17.1"),
    rule("sine of 3*pi/8", Sine, "3/8", "sqrt(2 + sqrt(2))/2", ANY, "half angle of 3*pi/4, DLMF 4.21.21"),
    rule("sine of 2*pi/5", Sine, "2/5", "sqrt(10 + 2*sqrt(5))/4", ANY, "DLMF 4.17.1"),
    rule("sine of 5*pi/12", Sine, "5/12", "(sqrt(6) + sqrt(2))/4", ANY, "DLMF 4.17.1"),
    rule("sine of pi/2", Sine, "1/2", "1", ANY, "DLMF 4.17.1"),
    // formal derivatives
    rule("Airy's equation for Ai", Slope, "airyai''(x)", "x*airyai(x)", ANY, "DLMF 9.2.1"),
    rule("Airy's equation for Bi", Slope, "airybi''(x)", "x*airybi(x)", ANY, "DLMF 9.2.1"),
];

/// A row, read.
#[derive(Debug)]
struct Ready {
    left: Vec<Template>,
    right: Template,
    /// The first call in the left side: what a candidate must be.
    head: Option<Function>,
}

fn ready(at: usize) -> Option<&'static Ready> {
    static CELLS: OnceLock<Vec<OnceLock<Option<Ready>>>> = OnceLock::new();
    CELLS.get_or_init(|| RULES.iter().map(|_| OnceLock::new()).collect())[at]
        .get_or_init(|| {
            let rule = &RULES[at];
            let left =
                rule.left.split(';').map(|text| Template::read(text.trim(), &["x"])).collect::<crate::error::Result<Vec<_>>>().ok()?;
            let right = Template::read(rule.right, &["x"]).ok()?;
            let head = left.iter().find_map(head_of);
            Some(Ready { left, right, head })
        })
        .as_ref()
}

/// The outermost call of a template, looking through a power and a factor.
fn head_of(template: &Template) -> Option<Function> {
    template.ops.iter().rev().find_map(|op| match op {
        Op::Call(f, args) if !args.is_empty() => Some(*f),
        Op::Slope(f, ..) => Some(*f),
        _ => None,
    })
}

/// Which rows of a place concern a function, without reading their texts: by the name before the first bracket.
fn rows(place: Where, function: Function) -> &'static [usize] {
    static ROWS: OnceLock<Vec<Vec<usize>>> = OnceLock::new();
    let rows = ROWS.get_or_init(|| {
        let mut rows = vec![Vec::new(); PLACES * TABLE.len()];
        for (at, rule) in RULES.iter().enumerate() {
            for side in rule.left.split(';') {
                let name = side.trim().trim_start_matches(['-', '1', '/']).split(['(', '\'']).next().unwrap_or("");
                for function in function::rows(name) {
                    let rows: &mut Vec<usize> = &mut rows[rule.place as usize * TABLE.len() + function.0 as usize];
                    if !rows.contains(&at) {
                        rows.push(at);
                    }
                }
                if rule.place == Where::Call {
                    break;
                }
            }
        }
        rows
    });
    rows.get(place as usize * TABLE.len() + function.0 as usize).map_or(&[], Vec::as_slice)
}

/// Matches an expression against a template whose only wildcard is `x`; patterns are small, so this recursion is bounded
/// by the table, never by the input.
fn matches(engine: &Engine<'_>, template: &Template, at: usize, e: Expr, x: &mut Option<Expr>) -> bool {
    match (&template.ops[at], engine.pool.node(e)) {
        (Op::Parameter(_), _) => *x.get_or_insert(e) == e,
        (Op::Number(a), Node::Number(b)) => a == b,
        (Op::Call(f, parts), Node::Call(Head::Function(g), args)) => {
            *f == g
                && parts.len() == args.len()
                && parts.iter().zip(args).all(|(part, arg)| matches(engine, template, *part as usize, *arg, x))
        }
        (Op::Pow(base, exponent), Node::Pow(b, e)) => {
            matches(engine, template, *base as usize, b, x) && matches(engine, template, *exponent as usize, e, x)
        }
        (Op::Mul(parts), Node::Mul(args)) | (Op::Add(parts), Node::Add(args)) => {
            parts.len() == args.len() && parts.iter().zip(args).all(|(part, arg)| matches(engine, template, *part as usize, *arg, x))
        }
        _ => false,
    }
}

fn known_enough(engine: &mut Engine<'_>, rule: &Rule, x: Option<Expr>) -> bool {
    rule.when == Facts::NONE || x.is_some_and(|x| engine.facts(x).has(rule.when))
}

/// Rows on calls.
pub(super) fn rewrite_call(engine: &mut Engine<'_>, function: Function, args: &[Expr]) -> Option<Expr> {
    for &at in rows(Call, function) {
        let Some(ready) = ready(at) else { continue };
        let Some(Op::Call(f, parts)) = ready.left[0].ops.last() else { continue };
        let mut x = None;
        if *f == function
            && parts.iter().zip(args).all(|(part, arg)| matches(engine, &ready.left[0], *part as usize, *arg, &mut x))
            && known_enough(engine, &RULES[at], x)
        {
            return Some(ready.right.instantiate(engine, &[x.unwrap_or(Expr::ZERO)]));
        }
    }
    None
}

/// Rows on formal derivatives; further derivatives of the same call are left to the next round.
pub(super) fn rewrite_slope(engine: &mut Engine<'_>, function: Function, slots: &[u8], args: &[Expr]) -> Option<Expr> {
    for &at in rows(Slope, function) {
        let Some(ready) = ready(at) else { continue };
        if let Some(Op::Slope(f, wanted, _)) = ready.left[0].ops.last()
            && *f == function
            && wanted.as_slice() == slots
        {
            return Some(ready.right.instantiate(engine, args));
        }
    }
    None
}

/// The value of sin(turns*pi) where a row has it.
pub(super) fn sine_of_turns(engine: &mut Engine<'_>, turns: &Number) -> Option<Expr> {
    let text = turns.to_string();
    let at = RULES.iter().position(|rule| rule.place == Sine && rule.left == text)?;
    Some(ready(at)?.right.instantiate(engine, &[]))
}

/// Rows on sums: joins one pair of terms of the list; whether it did.
pub(super) fn join_pair(engine: &mut Engine<'_>, list: &mut Terms) -> bool {
    for first in 0..list.len() {
        let (rest, coefficient) = list[first].clone();
        let factors = match engine.pool.node(rest) {
            Node::Mul(args) => Args::from_slice(args),
            _ => Args::from_slice(&[rest]),
        };
        for (at, &factor) in factors.iter().enumerate() {
            // The factor may be a power above what the row has; `sin(x)^2` is what the rows have.
            let function = match engine.pool.node(factor) {
                Node::Pow(base, e) if e == Expr::TWO => match engine.pool.node(base) {
                    Node::Call(Head::Function(f), _) => f,
                    _ => continue,
                },
                Node::Call(Head::Function(f), [_]) => f,
                _ => continue,
            };
            for &row in rows(Sum, function) {
                if let Some((second, joined)) = try_pair(engine, row, list, first, &factors, at, &coefficient) {
                    let (c, rest) = engine.split(joined);
                    list[first] = (rest, c);
                    list.remove(second);
                    return true;
                }
            }
        }
    }
    false
}

/// One row on the term `first`, whose factor `at` may be either side of the row.
fn try_pair(
    engine: &mut Engine<'_>,
    row: usize,
    list: &Terms,
    first: usize,
    factors: &Args,
    at: usize,
    coefficient: &Number,
) -> Option<(usize, Expr)> {
    let ready = ready(row)?;
    for (this, that) in [(0, 1), (1, 0)] {
        let (sign, template, top) = signed(&ready.left[this]);
        let mut x = None;
        if ready.left[this].ops.iter().all(|op| matches!(op, Op::Number(_))) || !matches(engine, template, top, factors[at], &mut x) {
            continue;
        }
        let Some(wildcard) = x else { continue };
        if !known_enough(engine, &RULES[row], x) {
            continue;
        }
        // k is what is left of the first term: number and factors.
        let k_number = if sign { coefficient.neg() } else { coefficient.clone() };
        let mut others: Args = factors.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, &f)| f).collect();
        let partner = ready.left[that].instantiate(engine, &[wildcard]);
        others.push(partner);
        let wanted = engine.mul(&others);
        others.pop();
        let (c, wanted) = engine.split(wanted);
        let c = c.mul(&k_number);
        let Some(second) = list.iter().position(|(rest, k)| *rest == wanted && *k == c) else { continue };
        if second == first {
            continue;
        }
        let value = ready.right.instantiate(engine, &[wildcard]);
        others.push(value);
        others.push(engine.number(k_number));
        return Some((second, engine.mul(&others)));
    }
    None
}

/// A pattern as sign and the operation below it: `-sin(x)^2` is a minus and `sin(x)^2`.
fn signed(template: &Template) -> (bool, &Template, usize) {
    let top = template.ops.len() - 1;
    if let Op::Mul(parts) = &template.ops[top]
        && parts.len() == 2
        && let Op::Number(n) = &template.ops[parts[0] as usize]
        && n.is_minus_one()
    {
        return (true, template, parts[1] as usize);
    }
    (false, template, top)
}

/// Rows on products: the factors of one product with the first row applied that lowers the size.
pub(super) fn join_factors(engine: &mut Engine<'_>, product: Expr) -> Option<Expr> {
    let Node::Mul(args) = engine.pool.node(product) else { return None };
    if args.len() > super::GATHER {
        return None;
    }
    let is_call =
        |e: Expr| matches!(engine.pool.node(base_of(engine, e)), Node::Call(Head::Function(f), [_]) if !rows(Product, f).is_empty());
    if !args.iter().any(|&arg| is_call(arg)) {
        return None;
    }
    let args = Args::from_slice(args);
    let shapes: SmallVec<[Shape; 16]> = args.iter().map(|&arg| Shape::of(engine, arg)).collect();
    for (at, shape) in shapes.iter().enumerate() {
        let Some((f, x)) = shape.call else { continue };
        // Each row has two sides with the same x, and they are different factors.
        if !shapes.iter().enumerate().any(|(other, shape)| other != at && shape.concerns(x)) {
            continue;
        }
        for &row in rows(Product, f) {
            let Some(ready) = ready(row) else { continue };
            if ready.head.is_none()
                || !ready.left.iter().all(|side| has_side(engine, &args, side, x))
                || !known_enough(engine, &RULES[row], Some(x))
            {
                continue;
            }
            // Multiply by right/left: the constructor cancels what is there; keep it if that got shorter.
            let right = ready.right.instantiate(engine, &[x]);
            let mut all = args.clone();
            all.push(right);
            for side in &ready.left {
                let part = side.instantiate(engine, &[x]);
                let inverse = engine.pow(part, Expr::MINUS_ONE);
                all.push(inverse);
            }
            let joined = engine.mul(&all);
            if engine.size(joined) < engine.size(product) {
                return Some(joined);
            }
        }
    }
    None
}

/// What rows on products ask first of a factor: its base, and function and argument where that is a call.
struct Shape {
    base: Expr,
    call: Option<(Function, Expr)>,
}

impl Shape {
    fn of(engine: &Engine<'_>, factor: Expr) -> Shape {
        let base = base_of(engine, factor);
        let call = match engine.pool.node(base) {
            Node::Call(Head::Function(f), [x]) => Some((f, *x)),
            _ => None,
        };
        Shape { base, call }
    }

    /// Whether the factor is a power of x or of a function of x.
    fn concerns(&self, x: Expr) -> bool {
        self.base == x || self.call.is_some_and(|(_, argument)| argument == x)
    }
}

fn base_of(engine: &Engine<'_>, e: Expr) -> Expr {
    match engine.pool.node(e) {
        Node::Pow(base, _) => base,
        _ => e,
    }
}

/// Whether a side of a product row is a factor, to at least its power: nothing new comes below the bar. A number in front
/// must be divided by the row's without a remainder.
fn has_side(engine: &Engine<'_>, args: &[Expr], side: &Template, x: Expr) -> bool {
    let top = side.ops.len() - 1;
    let (below, inner) = match &side.ops[top] {
        Op::Number(n) => return engine.pool.as_number(args[0]).and_then(|front| front.div(n)).is_some_and(|q| q.is_integer()),
        Op::Pow(base, _) => (true, &side.ops[*base as usize]),
        other => (false, other),
    };
    args.iter().any(|&arg| {
        let (base, exponent) = match engine.pool.node(arg) {
            Node::Pow(base, e) => (base, engine.pool.as_number(e)),
            _ => (arg, Some(&Number::ONE)),
        };
        let Some(exponent) = exponent else { return false };
        let same = match (inner, engine.pool.node(base)) {
            (Op::Parameter(_), _) => base == x,
            (Op::Call(f, _), Node::Call(Head::Function(g), [arg])) => *f == g && *arg == x,
            _ => false,
        };
        same && if below { *exponent <= Number::MINUS_ONE } else { *exponent >= Number::ONE }
    })
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
