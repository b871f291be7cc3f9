//! Which mistake explains a wrong answer?
//! Deliberately names one only if what it gives equals the answer at every point that is tried: a guess would mislead.
//! Read next: `slips.rs` (the mistakes).

use super::message::Message;
use super::numeric::{self, Compared, Point};
use super::outline::Outline;
use super::seen::plain_derivative;
use super::slips::{Candidate, SLIPS, candidates};
use super::trace::{Piece, Said};
use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Pool, Symbol};
use crate::simplify::Engine;
use crate::walk::{substitute, symbols};

/// The mistake behind an answer.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) name: &'static str,
    pub(crate) said: Said,
}

impl Found {
    fn new(name: &'static str, message: Message, pieces: Vec<(&'static str, Piece)>) -> Found {
        Found { name, said: Said { message, pieces } }
    }
}

/// Points at which a mistake must give the answer.
const POINTS: usize = 5;
/// A relative difference that rounding of floats may make.
const ROUNDING: f64 = 1e-8;

/// Whether two expressions agree at all points in floats, and in many digits at one of them.
fn agree(pool: &mut Pool, a: Expr, b: Expr, points: &[Point]) -> bool {
    !points.is_empty() && points.iter().all(|point| near(pool, a, b, point)) && confirmed(pool, a, b, points)
}

fn near(pool: &mut Pool, a: Expr, b: Expr, point: &Point) -> bool {
    let Ok(found) = eval::values_quick(pool, &[a, b], point) else { return false };
    let [a, b] = found[..] else { return false };
    let size = a.re.abs().max(a.im.abs()).max(b.re.abs()).max(b.im.abs());
    a.is_finite() && b.is_finite() && (a.re - b.re).abs().max((a.im - b.im).abs()) <= ROUNDING * size
}

fn confirmed(pool: &mut Pool, a: Expr, b: Expr, points: &[Point]) -> bool {
    points.first().is_some_and(|point| matches!(numeric::compare(pool, a, b, point), Compared::Agree | Compared::FloatsOnly))
}

/// The mistake that explains `answer` for the derivative of `e` by the symbols in turn, `right` being the right one.
pub(crate) fn diagnose(
    pool: &mut Pool,
    e: Expr,
    by: &[Symbol],
    right: Expr,
    answer: Expr,
    outline: (&Outline, Option<usize>),
) -> Result<Option<Found>> {
    let (Some(&first), Some(&last)) = (by.first(), by.last()) else { return Ok(None) };
    if let Some(found) = other_letter(pool, e, by, right, answer)? {
        return Ok(Some(found));
    }
    let points = numeric::real_points(pool, &[e], &[right, answer], &[], POINTS)?;
    if points.is_empty() {
        return Ok(None);
    }
    let mut engine = Engine::new(pool);
    // derivatives of lower and higher order
    let mut orders = vec![e];
    for &symbol in by.iter().chain([&last]) {
        let before = orders.last().copied().unwrap_or(e);
        let slope = plain_derivative(&mut engine, before, symbol)?;
        orders.push(slope);
    }
    for (order, &derivative) in orders.iter().enumerate() {
        if order != by.len() && agree(engine.pool, derivative, answer, &points) {
            let found = match order {
                0 => Found::new("not-differentiated", Message::NotDifferentiated, Vec::new()),
                order if order > by.len() => Found::new("differentiated-too-often", Message::DifferentiatedTooOften, Vec::new()),
                _ => Found::new("differentiated-once", Message::DifferentiatedOnce, vec![("k", Piece::Count(by.len()))]),
            };
            return Ok(Some(found));
        }
    }
    let slope = plain_derivative(&mut engine, answer, first)?;
    if slope != Expr::ZERO && agree(engine.pool, slope, e, &points) {
        return Ok(Some(Found::new("integrated", Message::Integrated, Vec::new())));
    }
    let later = by.get(1..).unwrap_or_default();
    let all = candidates(&mut engine, e, first, outline)?;
    if let Some(found) = best(&mut engine, all, later, answer, &points)? {
        return Ok(Some(found));
    }
    // The mistake may have been made in a later derivative, from what the earlier ones rightly gave.
    for (at, &symbol) in by.iter().enumerate().skip(1) {
        let Some(&before) = orders.get(at) else { break };
        let collected = engine.collect(before)?;
        let mut all = candidates(&mut engine, collected, symbol, (&Outline::default(), None))?;
        // nobody lets a power rise whose derivative was right before: a slip of the pen is likelier
        all.retain(|candidate| SLIPS.get(candidate.slip).is_some_and(|slip| slip.name != "power-raised"));
        if let Some(found) = best(&mut engine, all, by.get(at + 1..).unwrap_or_default(), answer, &points)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The first candidate that gives the answer.
fn best(engine: &mut Engine<'_>, all: Vec<Candidate>, later: &[Symbol], answer: Expr, points: &[Point]) -> Result<Option<Found>> {
    let Some(first) = points.first() else { return Ok(None) };
    let mut wholes = Vec::with_capacity(all.len());
    let mut all = all;
    all.sort_by_key(|candidate| (candidate.is_other_view, candidate.slip));
    for candidate in &all {
        engine.pool.check()?;
        let mut whole = candidate.answer;
        for &symbol in later {
            whole = plain_derivative(engine, whole, symbol)?;
        }
        wholes.push(whole);
    }
    // one sweep over all of them leaves few
    let mut roots = wholes.clone();
    roots.push(answer);
    let values: Vec<Option<eval::Value64>> = match eval::values_quick(engine.pool, &roots, first) {
        Ok(values) => values.into_iter().map(Some).collect(),
        Err(_) => vec![None; roots.len()],
    };
    let Some(wanted) = values.last().copied().flatten() else {
        return one_by_one(engine, &all, &wholes, answer, points);
    };
    let likely = |value: Option<eval::Value64>| {
        value.is_some_and(|value| {
            let gap = (value.re - wanted.re).abs().max((value.im - wanted.im).abs());
            gap <= ROUNDING * 100.0 * value.re.abs().max(wanted.re.abs()) || gap < 1e-12
        })
    };
    let kept: Vec<usize> = (0..all.len()).filter(|&at| likely(values.get(at).copied().flatten())).collect();
    let pick = |at: &usize| (all.get(*at).cloned(), wholes.get(*at).copied());
    let (some, few): (Vec<_>, Vec<_>) = kept.iter().map(pick).unzip();
    let (some, few): (Vec<Candidate>, Vec<Expr>) = (some.into_iter().flatten().collect(), few.into_iter().flatten().collect());
    one_by_one(engine, &some, &few, answer, points)
}

fn one_by_one(engine: &mut Engine<'_>, all: &[Candidate], wholes: &[Expr], answer: Expr, points: &[Point]) -> Result<Option<Found>> {
    for (candidate, &whole) in all.iter().zip(wholes) {
        engine.pool.check()?;
        if agree(engine.pool, whole, answer, points) {
            let Some(slip) = SLIPS.get(candidate.slip) else { continue };
            let mut pieces = vec![("u", Piece::Expr(candidate.node))];
            if let Some((inner, slope)) = candidate.inner {
                let slope = engine.collect(slope)?;
                pieces.extend([("inner", Piece::Expr(inner)), ("du", Piece::Expr(slope))]);
            }
            return Ok(Some(Found::new(slip.name, slip.message, pieces)));
        }
    }
    Ok(None)
}

/// The right answer with another letter in the place of the variable.
fn other_letter(pool: &mut Pool, e: Expr, by: &[Symbol], right: Expr, answer: Expr) -> Result<Option<Found>> {
    let own = symbols(pool, &[e]);
    let strange: Vec<Symbol> =
        symbols(pool, &[answer]).into_iter().filter(|symbol| !own.contains(symbol) && !by.contains(symbol)).collect();
    let ([strange], Some(&first)) = (&strange[..], by.first()) else { return Ok(None) };
    let (x, y) = (pool.symbol_expr(first), pool.symbol_expr(*strange));
    let renamed = substitute(pool, answer, |_, part| (part == y).then_some(x))?;
    let points = numeric::real_points(pool, &[e], &[right, renamed], &[], POINTS)?;
    let is_right = agree(pool, right, renamed, &points);
    Ok(is_right.then(|| Found::new("wrong-variable", Message::WrongVariable, vec![("x", Piece::Expr(x)), ("y", Piece::Expr(y))])))
}
