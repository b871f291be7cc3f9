//! Is an answer the derivative, wherever the derivative is defined over the reals?
//! Deliberately says `right` only by a proof or by many digits at many points of functions without pieces, and `wrong` only with
//! a point at which many digits tell the two apart.
//! Read next: `diagnose.rs` (why an answer is wrong), `equal.rs` (proofs).

use super::numeric::{self, Compared, Point};
use crate::equal;
use crate::error::Result;
use crate::eval::Value64;
use crate::expr::{Expr, Pool};
use crate::simplify::Engine;
use crate::walk::count;

/// What is known of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Grade {
    /// Proved (`exact`), or in agreement at many points in many digits (`numeric`).
    Right(&'static str),
    /// A point, and the value of the answer there (not a number where it has none) and of what is right.
    Wrong(Point, f64, f64),
    Unknown,
}

/// Points that are tried in floats, and in many digits.
const POINTS: usize = 40;
const CLOSE_POINTS: usize = 12;
/// Fewer points in many digits are no certainty.
const CERTAIN: usize = 8;
/// Points that are tried in very many digits.
const DEEP_POINTS: usize = 2;
/// A relative difference of floats that is looked into.
const GAP: f64 = 1e-9;
/// A relative difference that no rounding explains, for functions that have no other evaluation.
const FLOAT_DIFFERENCE: f64 = 1e-5;
/// Larger differences are not simplified for the sake of the word `exact`.
const PROVED: usize = 1500;

/// Compares an answer with what is right, at points where all parts of `whole` are real. `plain` is what is right as the rules
/// give it: it has pieces only if the exercise has, while a simplified form may have an `abs`.
pub(crate) fn grade(pool: &mut Pool, whole: &[Expr], (right, plain): (Expr, Expr), answer: Expr) -> Result<Grade> {
    if right == answer {
        return Ok(Grade::Right("exact"));
    }
    let mut points = numeric::real_points(pool, whole, &[right], &[answer], POINTS)?;
    // points of moderate values are quicker and surer; others are kept where there are few
    let moderate: Vec<Point> = points.iter().filter(|point| numeric::is_moderate(pool, &[right, answer], point)).cloned().collect();
    if moderate.len() >= CLOSE_POINTS {
        points = moderate;
    }
    let mut close: Vec<&Point> = Vec::new();
    let (mut undefined, mut doubtful): (Vec<&Point>, Vec<(&Point, f64, f64)>) = (Vec::new(), Vec::new());
    for point in &points {
        pool.meter.look()?;
        // a part without numbers, such as an unknown function: nothing is refuted
        let Some((y, x)) = numeric::floats(pool, answer, right, point) else { continue };
        if !y.is_finite() {
            undefined.push(point);
            continue;
        }
        let size = x.re.abs().max(y.re.abs()).max(y.im.abs());
        if (x.re - y.re).abs().max(y.im.abs()) <= GAP * size {
            close.push(point);
            continue;
        }
        match numeric::compare(pool, answer, right, point) {
            Compared::Differ => return Ok(wrong(point, y, x)),
            Compared::Agree => close.push(point),
            Compared::Unclear => {}
            Compared::FloatsOnly => {
                let gap = (x.re - y.re).abs().max(y.im.abs());
                if gap > FLOAT_DIFFERENCE * size.max(1.0) && numeric::floats_suffice(pool, &[right, answer], point) {
                    doubtful.push((point, real(y), x.re));
                }
            }
        }
    }
    let mut certain = 0;
    // the likeliest values stand first; some of every magnitude are wanted
    let stride = close.len().div_ceil(CLOSE_POINTS).max(1);
    for &point in close.iter().step_by(stride) {
        pool.meter.look()?;
        match numeric::compare(pool, answer, right, point) {
            Compared::Differ => {
                if let Some((y, x)) = numeric::floats(pool, answer, right, point) {
                    return Ok(wrong(point, y, x));
                }
            }
            Compared::Agree => certain += 1,
            // a function without many digits, or one point that would need too many
            Compared::Unclear | Compared::FloatsOnly => {}
        }
    }
    // one accident near a pole is no proof
    if let ([(point, y, x), _, ..], 0) = (&doubtful[..], certain) {
        return Ok(Grade::Wrong((*point).clone(), *y, *x));
    }
    // an answer that has no value where the derivative has one is not the derivative
    if let (Some(&point), true) = (undefined.first(), certain == 0 && close.is_empty() && undefined.len() == points.len()) {
        let value = crate::eval::values(pool, &[right], point)?.first().map_or(f64::NAN, |value| value.re);
        return Ok(Grade::Wrong(point.clone(), f64::NAN, value));
    }
    let constant = points.first().is_some_and(Vec::is_empty);
    let mut deep = 0;
    for &point in &close {
        pool.meter.look()?;
        if deep < DEEP_POINTS && certain > 0 && numeric::agree_deeply(pool, right, answer, point) {
            deep += 1;
        }
    }
    let enough = (certain >= CERTAIN && deep >= DEEP_POINTS) || (constant && deep > 0);
    if enough && !numeric::has_pieces(pool, &[plain, answer]) {
        let exact = count(pool, &[right, answer]) < PROVED && vanishes(pool, right, answer)?;
        return Ok(Grade::Right(if exact { "exact" } else { "numeric" }));
    }
    Ok(match equal::equal(pool, right, answer)? {
        equal::Verdict::Equal(equal::Proof::Exact) => Grade::Right("exact"),
        equal::Verdict::Equal(equal::Proof::Numeric { .. }) => Grade::Right("numeric"),
        // complex values count only where nothing is real
        equal::Verdict::Different { witness, values } if points.is_empty() => {
            let (x, y) = values.unwrap_or((f64::NAN, f64::NAN));
            Grade::Wrong(witness, y, x)
        }
        _ => Grade::Unknown,
    })
}

fn real(value: Value64) -> f64 {
    if value.im == 0.0 { value.re } else { f64::NAN }
}

fn wrong(point: &Point, answer: Value64, right: Value64) -> Grade {
    Grade::Wrong(point.clone(), real(answer), right.re)
}

fn vanishes(pool: &mut Pool, a: Expr, b: Expr) -> Result<bool> {
    let mut engine = Engine::collecting(pool);
    let (a, b) = (engine.collect(a)?, engine.collect(b)?);
    let difference = engine.subtract(a, b);
    engine.is_zero(difference)
}
