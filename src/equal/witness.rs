//! A point at which two expressions differ.
//! Deliberately looks at real points only, and believes a difference only where many digits, or floats by a wide margin, show it.
//! Read next: `numeric.rs`, which collects evidence that there is no such point.

use super::Verdict;
use super::kind::{Kind, kind};
use crate::error::Result;
use crate::eval;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::function::Facts;
use crate::number::Number;
use crate::template;
use crate::walk::{reachable, symbols};

/// Points that are tried in floats.
const POINTS: usize = 300;
/// Points that are tried in many digits although floats agree there.
const CLOSE_POINTS: usize = 24;
/// Working precisions for many digits, and how many bits of agreement count as equal. A difference must be the same in two
/// of them; the larger ones resolve cancellation of values up to e^1400.
const PRECISIONS: [usize; 3] = [320, 2048, 4096];
const AGREE: u32 = 200;
/// Where both sides are smaller than this, cancellation could have taken the larger parts; such points refute nothing.
const TINY: f64 = 1e-30;
/// A relative difference of floats that no rounding explains, for functions that have no other evaluation.
const FLOAT_DIFFERENCE: f64 = 1e-6;
/// Points close by at which such a difference must be the same.
const CLOSE_BY: u8 = 6;

/// A point where they differ, if one is found; it keeps to what is assumed of the symbols.
pub(super) fn search(pool: &mut Pool, a: Expr, b: Expr) -> Result<Option<Verdict>> {
    let names = symbols(pool, &[a, b]);
    let values = interesting(pool, &[a, b]);
    let count = if names.is_empty() { 1 } else { POINTS.min(values.len() * if names.len() == 1 { 1 } else { 6 }) };
    let mut close = Vec::new();
    for at in 0..count {
        pool.check()?;
        // A different stride for each symbol walks through the combinations without repeating them soon.
        let point: Vec<(Symbol, f64)> = names
            .iter()
            .enumerate()
            .map(|(i, &s)| {
                let value = values[(at * (2 * i + 1) + at / values.len() * (i + 1) + i * i) % values.len()];
                (s, allowed(value, pool.symbol_facts(s)))
            })
            .collect();
        let Ok(both) = eval::values_quick(pool, &[a, b], &point) else {
            // A part without numbers (an unknown function): nothing can be refuted.
            return Ok(None);
        };
        let (x, y) = (both[0], both[1]);
        let size = x.re.abs().max(x.im.abs()).max(y.re.abs()).max(y.im.abs());
        let gap = (x.re - y.re).abs().max((x.im - y.im).abs());
        if !size.is_finite() || !gap.is_finite() || size < TINY {
            continue;
        }
        if gap > FLOAT_DIFFERENCE * size {
            match differs(pool, a, b, &point) {
                Some(true) => return found(pool, a, b, point).map(Some),
                Some(false) => {}
                // Only floats: the difference must be large, and no noise.
                None if far_apart(pool, a, b, &point)? => return found(pool, a, b, point).map(Some),
                None => {}
            }
        } else if close.len() < CLOSE_POINTS {
            close.push(point);
        }
    }
    for point in close {
        pool.check()?;
        match differs(pool, a, b, &point) {
            Some(true) => return found(pool, a, b, point).map(Some),
            Some(false) => {}
            None => break,
        }
    }
    Ok(None)
}

/// Whether floats differ by so much, at the point and at some close by, that neither rounding nor cancellation explains it:
/// noise is another one at each.
fn far_apart(pool: &mut Pool, a: Expr, b: Expr, point: &[(Symbol, f64)]) -> Result<bool> {
    let mut first: Option<(f64, f64)> = None;
    for step in 0..CLOSE_BY {
        let near: Vec<(Symbol, f64)> =
            point.iter().enumerate().map(|(i, &(s, v))| (s, v * (1.0 + f64::from(step) * (1.0 + i as f64 / 7.0) * 1e-13))).collect();
        let both = eval::values(pool, &[a, b], &near)?;
        let (x, y) = (both[0], both[1]);
        let size = x.re.abs().max(x.im.abs()).max(y.re.abs()).max(y.im.abs());
        let gap = (x.re - y.re, x.im - y.im);
        let length = gap.0.abs().max(gap.1.abs());
        let (re, im) = *first.get_or_insert(gap);
        let steady = (gap.0 - re).abs().max((gap.1 - im).abs()) < length / 1000.0;
        if !(length.is_finite() && length > 1e-4 * size && size > 1e-6 && steady) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A value near this one that has the facts assumed of its symbol.
fn allowed(value: f64, facts: Facts) -> f64 {
    let mut value = if facts.has(Facts::INTEGER) { value.round() } else { value };
    if facts.has(Facts::NONNEGATIVE) {
        value = value.abs();
    } else if facts.has(Facts::NONPOSITIVE) {
        value = -value.abs();
    }
    match value == 0.0 && facts.has(Facts::NONZERO) {
        true if facts.has(Facts::NONPOSITIVE) => -1.0,
        true => 1.0,
        false => value,
    }
}

fn found(pool: &mut Pool, a: Expr, b: Expr, witness: Vec<(Symbol, f64)>) -> Result<Verdict> {
    let both = eval::values(pool, &[a, b], &witness)?;
    let real = both.iter().all(|value| value.im == 0.0 && value.re.is_finite());
    Ok(Verdict::Different { witness, values: real.then(|| (both[0].re, both[1].re)) })
}

/// Whether many digits tell the sides apart; `None` if a function has none. What cancels leaves noise, which shrinks with
/// every digit more; a difference stays.
fn differs(pool: &mut Pool, a: Expr, b: Expr, point: &[(Symbol, f64)]) -> Option<bool> {
    let at: Vec<(Symbol, Number)> = point.iter().map(|&(s, v)| Some((s, Number::from_f64(v)?))).collect::<Option<_>>()?;
    let mut before: Option<i32> = None;
    for bits in PRECISIONS {
        let x = eval::precise(pool, a, &at, bits)?;
        let y = eval::precise(pool, b, &at, bits)?;
        if x.is_nan() || y.is_nan() || !eval::differs(&x, &y, AGREE)? {
            return Some(false);
        }
        let gap = eval::gap(&x, &y, bits)?;
        if before.is_some_and(|before| before.abs_diff(gap) <= 1) {
            return Some(!undecided(pool, &[a, b], &at));
        }
        before = Some(gap);
    }
    Some(false)
}

/// Whether something jumps where noise stands for 0: which side a `floor` or a branch cut takes is then an accident, and its
/// two values are no difference.
fn undecided(pool: &mut Pool, roots: &[Expr], at: &[(Symbol, Number)]) -> bool {
    let mut jumps: Vec<(Expr, bool)> = Vec::new();
    for e in reachable(pool, roots) {
        match pool.node(e) {
            Node::Pow(base, w) if !pool.as_number(w).is_some_and(Number::is_integer) => jumps.push((base, true)),
            Node::Call(Head::Function(f), args) => match kind(f) {
                Kind::Pieces => {
                    let args = Args::from_slice(args);
                    jumps.extend(template::seams(f).iter().map(|seam| (seam.instantiate(pool, &args), false)));
                }
                Kind::Logarithm | Kind::Branches => jumps.extend(args.iter().map(|&arg| (arg, true))),
                Kind::Analytic | Kind::Free => {}
            },
            _ => {}
        }
    }
    jumps.retain(|&(e, _)| !matches!(pool.node(e), Node::Number(_) | Node::Symbol(_)));
    jumps.into_iter().any(|(e, cut)| {
        let [few, many, _] = PRECISIONS;
        match (eval::precise(pool, e, at, few), eval::precise(pool, e, at, many)) {
            // a cut lies along the real numbers
            (Some(x), Some(y)) => eval::is_noise(&x.im, &y.im) || (!cut && eval::is_noise(&x.re, &y.re)),
            _ => false,
        }
    })
}

/// Values at which two formulas are likely to show that they differ: around the numbers that occur in them (where pieces
/// meet), between those, and a fixed spread of signs and magnitudes.
fn interesting(pool: &Pool, roots: &[Expr]) -> Vec<f64> {
    let mut constants: Vec<f64> = reachable(pool, roots)
        .into_iter()
        .filter_map(|e| match pool.node(e) {
            Node::Number(n) => Some(n.to_f64()),
            _ => None,
        })
        .filter(|c| c.is_finite() && c.abs() > 1e-30 && c.abs() < 1e15)
        .collect();
    constants.sort_by(f64::total_cmp);
    constants.dedup();
    constants.truncate(24);
    let mut values =
        vec![1.6, -1.7, 0.3, -0.4, 2.75, -3.0, 0.5, 5.2, -7.3, 1.0, -1.0, 2.0, 0.0, 9.5, 0.01, -0.01, 60.0, -60.0, 1e-4, 1000.0, -1000.0];
    for (at, &c) in constants.iter().enumerate() {
        let root = c.abs().sqrt();
        values.extend([c, c + 0.5, c - 0.5, 2.0 * c, c / 2.0, -c, root / 2.0, -root / 2.0, 1.0 / c]);
        if let Some(&next) = constants.get(at + 1) {
            values.push((c + next) / 2.0);
        }
    }
    values.retain(|v| v.is_finite());
    let mut seen = Vec::new();
    values.retain(|v| {
        let new = !seen.contains(&v.to_bits());
        seen.push(v.to_bits());
        new
    });
    values
}
