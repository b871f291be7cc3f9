//! At which real points are formulas compared, and do two of them agree there?
//! Deliberately proves nothing: agreement in many digits at many points is what a grader and a printed line need beyond proofs.
//! Read next: `grade.rs` (right or wrong), `trace.rs` (lines that are checked before they are shown).

use crate::error::Result;
use crate::eval::{self, Value64};
use crate::expr::{Expr, Head, Node, Pool, Symbol};
use crate::function::{Class, Facts};
use crate::number::Number;
use crate::simplify::known;
use crate::text::comparison;
use crate::walk::{Memo, reachable, rebuild, substitute, symbols};

/// A value for each symbol: floats, and the exact numbers that they are.
pub(crate) type Point = Vec<(Symbol, f64)>;

/// Working precision, and the precision that a difference must survive (it resolves values up to e^1400).
const BITS: usize = 320;
const MORE_BITS: usize = 2048;
/// Bits of agreement that count as equal.
const AGREE: u32 = 200;
/// Bits in which a value must come out the same with more digits.
const STABLE: u32 = 100;
/// Bits of agreement after which two formulas are taken for one.
const DEEP: u32 = 1700;
/// Larger parts could lose more digits than there are.
const LARGE: f64 = 1e60;

/// Values of several signs and magnitudes, the likeliest first.
const VALUES: [f64; 36] = [
    1.6, 0.3, 2.75, 0.71, 5.2, -0.4, 1.13, -1.7, 0.05, 3.4, -3.1, 0.93, 9.5, -7.3, 0.012, 2.2, -0.86, 17.0, 0.47, -0.031, 33.0, 1.9, -12.5,
    4.4, 120.0, 0.0017, 7.1, -2.4, 64.0, -55.0, 1000.0, 0.19, -5.6, 0.0001, -400.0, 25.0,
];

/// The values of [`VALUES`] and some around the numbers inside, where pieces and poles are likely.
fn values(pool: &Pool, roots: &[Expr]) -> Vec<f64> {
    let mut constants: Vec<f64> = reachable(pool, roots)
        .into_iter()
        .filter_map(|e| pool.as_number(e).map(Number::to_f64))
        .filter(|c| c.is_finite() && c.abs() > 1e-9 && c.abs() < 1e9)
        .collect();
    constants.sort_by(f64::total_cmp);
    constants.dedup();
    constants.truncate(12);
    let mut all = VALUES.to_vec();
    for (at, &c) in constants.iter().enumerate() {
        all.extend([c + 0.37, c - 0.37, 0.43 / c, -0.43 / c, c * 0.77, -c * 1.19]);
        if let Some(&next) = constants.get(at + 1) {
            all.push(0.6 * c + 0.4 * next);
        }
    }
    all
}

fn fitting(value: f64, facts: Facts) -> f64 {
    let mut value = value;
    if facts.has(Facts::INTEGER) {
        value = (value.abs().ceil() + 1.0).min(12.0) * value.signum();
    }
    if facts.has(Facts::NONNEGATIVE) {
        value = value.abs();
    }
    if facts.has(Facts::NONPOSITIVE) {
        value = -value.abs();
    }
    value
}

/// Points at which all parts of `whole` are real, and all of `also` are real numbers, with a value for each symbol of these and
/// of `other`; at most `count`.
pub(crate) fn real_points(pool: &mut Pool, whole: &[Expr], also: &[Expr], other: &[Expr], count: usize) -> Result<Vec<Point>> {
    let mut watched: Vec<Expr> = reachable(pool, whole)
        .into_iter()
        .filter(|&e| match pool.node(e) {
            Node::Call(head, _) => comparison(head).is_none() && head != Head::Function(known::I),
            Node::Number(_) => false,
            _ => true,
        })
        .collect();
    watched.extend(whole);
    watched.extend(also);
    let all: Vec<Expr> = watched.iter().chain(other).copied().collect();
    let (names, values) = (symbols(pool, &all), values(pool, &all));
    let rounds = if names.len() < 2 { values.len() } else { values.len() * 4 };
    let mut points = Vec::new();
    for at in 0..rounds {
        pool.check()?;
        let point: Point = names
            .iter()
            .enumerate()
            .map(|(i, &symbol)| {
                // a different stride for each symbol
                let value = values.get((at * (2 * i + 1) + at / values.len() * (i + 1) + i * (i + 2)) % values.len().max(1)).copied();
                (symbol, fitting(value.unwrap_or(1.3), pool.symbol_facts(symbol)))
            })
            .collect();
        let Ok(found) = eval::values_quick(pool, &watched, &point) else { continue };
        if found.iter().all(|value| value.is_finite() && value.im == 0.0 && value.re.abs() < 1e200) {
            points.push(point);
        }
        if points.len() >= count || names.is_empty() {
            break;
        }
    }
    Ok(points)
}

fn exact(point: &Point) -> Option<Vec<(Symbol, Number)>> {
    point.iter().map(|&(symbol, value)| Some((symbol, Number::from_f64(value)?))).collect()
}

/// How two values compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compared {
    Agree,
    Differ,
    /// A side has no value there, or rounding hides the answer.
    Unclear,
    /// A function inside has no value in many digits.
    FloatsOnly,
}

/// Compares two expressions at a point, in many digits. They differ only if more digits give both the same values again, and no
/// part is so large that its digits could all cancel.
pub(crate) fn compare(pool: &mut Pool, a: Expr, b: Expr, point: &Point) -> Compared {
    let Some(at) = exact(point) else { return Compared::Unclear };
    let mut before = None;
    for bits in [BITS, MORE_BITS] {
        let (Some(x), Some(y)) = (eval::precise(pool, a, &at, bits), eval::precise(pool, b, &at, bits)) else {
            return Compared::FloatsOnly;
        };
        match eval::differs(&x, &y, AGREE) {
            None => return Compared::Unclear,
            Some(false) => return Compared::Agree,
            Some(true) => {}
        }
        let Some((first, second)) = before.replace((x.clone(), y.clone())) else { continue };
        // two roundings of one 0 differ by all of their size
        if eval::differs(&first, &x, STABLE) != Some(false) || eval::differs(&second, &y, STABLE) != Some(false) {
            return Compared::Unclear;
        }
    }
    if is_moderate(pool, &[a, b], point) { Compared::Differ } else { Compared::Unclear }
}

/// Whether no part is so large or so small that what is left of it after a cancellation could be noise.
pub(crate) fn is_moderate(pool: &mut Pool, roots: &[Expr], point: &Point) -> bool {
    let parts = reachable(pool, roots);
    let Ok(values) = eval::values_quick(pool, &parts, point) else { return false };
    parts.iter().zip(values).all(|(&part, value)| {
        let size = value.re.abs().max(value.im.abs());
        // a power or a call that is 0 has underflowed
        let may_be_small = !matches!(pool.node(part), Node::Pow(..) | Node::Call(..) | Node::Number(_));
        value.is_nan() || (size < LARGE && (may_be_small || size > 1.0 / LARGE || part == Expr::ZERO))
    })
}

/// Whether two expressions agree at a point so far that no summand can hide in what is left, whatever its size.
pub(crate) fn agree_deeply(pool: &mut Pool, a: Expr, b: Expr, point: &Point) -> bool {
    let Some(at) = exact(point).filter(|_| is_moderate(pool, &[a, b], point)) else { return false };
    let (Some(x), Some(y)) = (eval::precise(pool, a, &at, MORE_BITS), eval::precise(pool, b, &at, MORE_BITS)) else { return false };
    eval::differs(&x, &y, DEEP) == Some(false)
}

/// Whether floats are enough to tell values apart that differ by a hundred thousandth: no part is large.
pub(crate) fn floats_suffice(pool: &mut Pool, roots: &[Expr], point: &Point) -> bool {
    let parts = reachable(pool, roots);
    let Ok(values) = eval::values_quick(pool, &parts, point) else { return false };
    values.iter().all(|value| value.re.abs() < 1e4 && value.im.abs() < 1e4)
}

/// The values of both in floats that digits were spent on where needed.
pub(crate) fn floats(pool: &mut Pool, a: Expr, b: Expr, point: &Point) -> Option<(Value64, Value64)> {
    match eval::values(pool, &[a, b], point).ok()?[..] {
        [a, b] => Some((a, b)),
        _ => None,
    }
}

/// Whether a function inside has pieces, so that points say nothing about what lies between them.
pub(crate) fn has_pieces(pool: &Pool, roots: &[Expr]) -> bool {
    reachable(pool, roots).into_iter().any(|e| match pool.node(e) {
        Node::Call(Head::Function(function), _) => {
            matches!(function.row().class, Class::Pieces | Class::Form) || matches!(function.row().name, "relu" | "sinc" | "hypot")
        }
        Node::Call(Head::Unknown(_) | Head::Slope(_), _) => true,
        _ => false,
    })
}

/// The step of a difference quotient: its error is far below what is compared, and its cancellation leaves digits enough.
const STEP_BITS: i64 = 48;
const FLOAT_STEP_BITS: i64 = 14;

/// Each `D(u, x)` as the difference quotient `(u(x + h) - u(x - h))/(2*h)`: what a derivative is, by no rule.
fn with_quotients(pool: &mut Pool, root: Expr, bits: i64) -> Result<Expr> {
    let mut memo: Memo<Expr> = Memo::new();
    let Some(step) = Number::HALF.pow(bits, 1 << 12) else { return Ok(root) };
    for e in reachable(pool, &[root]) {
        pool.check()?;
        let mut new = rebuild(pool, e, |part| memo.get(part).unwrap_or(part));
        if let Some(&[u, x]) = pool.as_call(new, known::D) {
            let h = pool.number(step.clone());
            let (after, back) = (pool.add(&[x, h]), pool.sub(x, h));
            let high = substitute(pool, u, |_, part| (part == x).then_some(after))?;
            let low = substitute(pool, u, |_, part| (part == x).then_some(back))?;
            let difference = pool.sub(high, low);
            let twice = pool.mul(&[Expr::TWO, h]);
            new = pool.div(difference, twice);
        }
        memo.set(e, new);
    }
    Ok(memo.get(root).unwrap_or(root))
}

/// Whether a line with open derivatives has the value of `result` at a point; `None` if that cannot be worked out.
/// Each of the `order` derivatives costs the digits of its step.
pub(crate) fn line_holds(pool: &mut Pool, line: Expr, result: Expr, point: &Point, order: usize) -> Result<Option<bool>> {
    let bits = 128 + STEP_BITS as usize * (order + 1);
    let fine = with_quotients(pool, line, STEP_BITS)?;
    let precise = exact(point).and_then(|at| {
        let (a, b) = (eval::precise(pool, fine, &at, bits)?, eval::precise(pool, result, &at, bits)?);
        Some([a.re.to_f64(), a.im.to_f64(), b.re.to_f64(), b.im.to_f64()])
    });
    if let Some(found) = precise {
        return Ok(near(found, 1e-12));
    }
    let coarse = with_quotients(pool, line, FLOAT_STEP_BITS)?;
    let Ok(found) = eval::values_quick(pool, &[coarse, result], point) else { return Ok(None) };
    match found[..] {
        [a, b] => Ok(near([a.re, a.im, b.re, b.im], 1e-4)),
        _ => Ok(None),
    }
}

fn near(found: [f64; 4], tolerance: f64) -> Option<bool> {
    let [a, ai, b, bi] = found;
    if found.iter().any(|part| !part.is_finite()) {
        return None;
    }
    let size = a.abs().max(b.abs()).max(ai.abs()).max(bi.abs());
    Some((a - b).abs().max((ai - bi).abs()) <= tolerance * size + tolerance * 1e-5)
}
