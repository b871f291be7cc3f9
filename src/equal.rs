//! Whether two expressions are equal wherever both are defined: proved, refuted by a witness, or unknown.
//! Deliberately never says `equal` because samples agree: `if(x > 0.7, if(x < 0.75, 1, 0), 0)` is not 0.
//! Read next: `simplify/mod.rs` (the proofs), `eval/` (the witnesses).

use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Node, Pool, Symbol};
use crate::number::Number;
use crate::simplify::Engine;
use crate::walk::{reachable, symbols};

/// The answer to "are these equal?".
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The difference simplifies to 0.
    Equal,
    /// They differ at a point: real values of the symbols, and both sides there where they are real and fit a float.
    Different {
        /// A value for each symbol.
        witness: Vec<(Symbol, f64)>,
        /// The two sides at the witness.
        values: Option<(f64, f64)>,
    },
    /// Neither was shown.
    Unknown,
}

/// Points that are tried in floats.
const POINTS: usize = 300;
/// Points that are tried in many digits although floats agree there.
const CLOSE_POINTS: usize = 24;
/// Working precision for many digits, and how many bits of agreement count as equal.
const BITS: usize = 320;
const AGREE: u32 = 200;
/// The precision that a difference must survive: it resolves cancellation of values up to e^1400.
const MORE_BITS: usize = 2048;
/// Where both sides are smaller than this, cancellation could have taken the larger parts; such points refute nothing.
const TINY: f64 = 1e-30;
/// A relative difference of floats that no rounding explains, for functions that have no other evaluation.
const FLOAT_DIFFERENCE: f64 = 1e-6;

/// Compares two expressions as principal complex values at real points.
///
/// # Errors
/// Kind `limit` when a budget ends before any answer.
pub fn equal(pool: &mut Pool, a: Expr, b: Expr) -> Result<Verdict> {
    if a == b {
        return Ok(Verdict::Equal);
    }
    let difference = {
        let mut engine = Engine::new(pool);
        let (left, right) = (engine.collect(a)?, engine.collect(b)?);
        let raw = engine.subtract(left, right);
        let simple = engine.simplify(raw)?;
        if simple == Expr::ZERO { simple } else { engine.expand(simple) }
    };
    if difference == Expr::ZERO {
        return Ok(Verdict::Equal);
    }
    Ok(search(pool, a, b)?.unwrap_or(Verdict::Unknown))
}

fn search(pool: &mut Pool, a: Expr, b: Expr) -> Result<Option<Verdict>> {
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
            .map(|(i, &s)| (s, values[(at * (2 * i + 1) + at / values.len() * (i + 1) + i * i) % values.len()]))
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
                Some(true) => return Ok(Some(found(point, x, y))),
                Some(false) => {}
                // Only floats: the difference must be large and no accident of one point near a pole.
                None => {
                    let both = eval::values(pool, &[a, b], &point)?;
                    let (x, y) = (both[0], both[1]);
                    let gap = (x.re - y.re).abs().max((x.im - y.im).abs());
                    if gap > 1e-4 * size && size > 1e-6 {
                        return Ok(Some(found(point, x, y)));
                    }
                }
            }
        } else if close.len() < CLOSE_POINTS {
            close.push((point, x, y));
        }
    }
    for (point, x, y) in close {
        pool.check()?;
        match differs(pool, a, b, &point) {
            Some(true) => return Ok(Some(found(point, x, y))),
            Some(false) => {}
            None => break,
        }
    }
    Ok(None)
}

fn found(witness: Vec<(Symbol, f64)>, x: eval::Value64, y: eval::Value64) -> Verdict {
    let values = (x.im == 0.0 && y.im == 0.0).then_some((x.re, y.re));
    Verdict::Different { witness, values }
}

/// Whether many digits tell the sides apart; `None` if a function has none.
fn differs(pool: &mut Pool, a: Expr, b: Expr, point: &[(Symbol, f64)]) -> Option<bool> {
    let at: Vec<(Symbol, Number)> = point.iter().map(|&(s, v)| Some((s, Number::from_f64(v)?))).collect::<Option<_>>()?;
    for bits in [BITS, MORE_BITS] {
        let x = eval::precise(pool, a, &at, bits)?;
        let y = eval::precise(pool, b, &at, bits)?;
        if x.is_nan() || y.is_nan() || !eval::differs(&x, &y, AGREE)? {
            return Some(false);
        }
    }
    Some(true)
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
