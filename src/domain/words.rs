//! How is it said what happens at a point?
//! Deliberately decides nothing; it is told what was found.
//! Read next: `domain.rs`.

use super::solve::Root;
use super::{Found, Spot, SpotKind};
use crate::error::Result;
use crate::expr::{Expr, Pool, Symbol};
use crate::limit::{Goes, Side};
use crate::matrix::Value;
use crate::message::Language;
use crate::message::Phrase;
use crate::phrase;
use crate::simplify::Engine;
use crate::text;

/// An expression as text.
fn shown(pool: &Pool, e: Expr) -> Result<String> {
    text::print(pool, &Value::Scalar(e), pool.meter.budget.output)
}

/// `x = 1/2`
pub(super) fn point(pool: &Pool, x: Symbol, e: Expr) -> Result<Phrase> {
    Ok(Phrase::of(&format!("{} = {}", pool.symbol_name(x), shown(pool, e)?)))
}

/// `x = 1.167303978261418 (approximately)`
pub(super) fn near(pool: &Pool, x: Symbol, at: f64) -> Phrase {
    phrase!("{x} = {number} (approximately)", x = pool.symbol_name(x), number = number(at))
}

/// The end of an interval.
pub(super) fn place(pool: &Pool, root: Root, at: f64) -> Result<String> {
    match root {
        Root::Point(e) => shown(pool, e),
        _ => Ok(number(at).to_text(Language::English)),
    }
}

/// `x = pi*k + pi/2 for every integer k`, with a letter that the formula does not use.
pub(super) fn family(pool: &mut Pool, x: Symbol, at: Expr, step: Expr) -> Result<Phrase> {
    let letter = if pool.symbol_name(x) == "k" { "m" } else { "k" };
    let mut engine = Engine::new(pool);
    let k = engine.pool.symbol(letter);
    let moved = engine.mul(&[step, k]);
    let all = engine.add(&[at, moved]);
    let all = engine.simplify(all)?;
    Ok(phrase!("{x} = {all} for every integer {letter}", x = pool.symbol_name(x), all = shown(pool, all)?, letter))
}

/// A seam that other symbols decide about.
pub(super) fn condition(pool: &Pool, seam: Expr, kind: Option<SpotKind>) -> Result<Phrase> {
    let seam = shown(pool, seam)?;
    Ok(match kind {
        Some(SpotKind::Kink) => phrase!("not differentiable where {seam} = 0", seam),
        Some(SpotKind::Jump) => phrase!("not continuous where {seam} = 0", seam),
        Some(SpotKind::Pole | SpotKind::Hole) => phrase!("not defined where {seam} = 0", seam),
        Some(SpotKind::Edge) => phrase!("real on one side only where {seam} = 0", seam),
        Some(SpotKind::Unknown) | None => phrase!("perhaps not differentiable where {seam} = 0", seam),
    })
}

fn number(value: f64) -> Phrase {
    match value {
        f64::INFINITY => phrase!("infinity"),
        f64::NEG_INFINITY => phrase!("-infinity"),
        value if value == 0.0 || (1e-5..1e16).contains(&value.abs()) => Phrase::of(&(value + 0.0)),
        value => Phrase::of(&format!("{value:e}")),
    }
}

/// To the ten digits that a value found close to a point may have.
pub(super) fn rounded(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

fn float(goes: Goes) -> Option<f64> {
    match goes {
        Goes::To(value) => Some(value),
        Goes::Infinite(1) => Some(f64::INFINITY),
        Goes::Infinite(-1) => Some(f64::NEG_INFINITY),
        Goes::Infinite(_) | Goes::Complex => None,
    }
}

/// What is told of the two sides: slopes, or values where these are what is different.
pub(super) fn sides(found: &Found) -> [Option<f64>; 2] {
    let slopes = matches!(found.kind, SpotKind::Kink | SpotKind::Edge);
    let told = |side: Option<Side>| {
        let side = side.filter(|side| side.real)?;
        let grows = matches!(side.value, Goes::Infinite(_));
        float(if slopes && !grows { side.slope } else { side.value })
    };
    [told(found.left), told(found.right)]
}

/// The point with its sentence.
pub(super) fn spot(found: Found, at: Phrase, x: Option<f64>, exact: bool) -> Spot {
    let sides = sides(&found);
    let both = if let [Some(left), Some(right)] = sides { Some((number(left), number(right))) } else { None };
    let text = match (found.kind, both) {
        (SpotKind::Kink, Some((left, right))) => {
            phrase!("not differentiable at {at}: slope {left} from the left, {right} from the right", at, left, right)
        }
        (SpotKind::Kink, None) => phrase!("not differentiable at {at}", at),
        (SpotKind::Jump, Some((left, right))) => match found.value {
            Some(there) => phrase!(
                "not continuous at {at}: {left} from the left, {right} from the right, {there} there",
                at,
                left,
                right,
                there = number(there)
            ),
            None => phrase!("not continuous at {at}: {left} from the left, {right} from the right", at, left, right),
        },
        (SpotKind::Jump, None) => phrase!("not continuous at {at}", at),
        (SpotKind::Pole, Some((left, right))) => {
            phrase!("not defined at {at}: it goes to {left} from the left, {right} from the right", at, left, right)
        }
        (SpotKind::Hole, _) => match sides[0] {
            Some(limit) => phrase!("not defined at {at}: the limit is {limit}", at, limit = number(limit)),
            None => phrase!("not defined at {at}", at),
        },
        (SpotKind::Pole, None) => phrase!("not defined at {at}", at),
        (SpotKind::Edge, _) => {
            let grows = |side: Option<Side>| side.is_some_and(|side| matches!(side.value, Goes::Infinite(_)));
            match sides {
                [Some(to), None] if grows(found.left) => {
                    phrase!("real on the left only at {at}: it goes to {to} there", at, to = number(to))
                }
                [Some(slope), None] => phrase!("real on the left only at {at}: slope {slope} there", at, slope = number(slope)),
                [None, Some(to)] if grows(found.right) => {
                    phrase!("real on the right only at {at}: it goes to {to} there", at, to = number(to))
                }
                [None, Some(slope)] => phrase!("real on the right only at {at}: slope {slope} there", at, slope = number(slope)),
                _ => phrase!("real on one side only at {at}", at),
            }
        }
        (SpotKind::Unknown, _) if found.value.is_none() => phrase!("not defined at {at}", at),
        (SpotKind::Unknown, _) => phrase!("perhaps not differentiable at {at}", at),
    };
    Spot { at: at.to_text(Language::English), x, exact, kind: found.kind, sides, text }
}

impl super::Domain {
    /// A sentence a line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines_in(Language::English)
    }

    /// The same in a language.
    #[must_use]
    pub fn lines_in(&self, language: Language) -> Vec<String> {
        let mut lines: Vec<Phrase> = self.spots.iter().map(|spot| spot.text.clone()).collect();
        lines.extend(self.outside.iter().map(|interval| phrase!("not real for {interval}", interval)));
        lines.extend(self.conditions.iter().cloned());
        if let Some((low, high)) = self.searched {
            let (low, high) = (number(low), number(high));
            lines.push(phrase!("some points were searched in floats, from {low} to {high}", low, high));
        }
        let nothing = self.spots.is_empty() && self.outside.is_empty() && self.conditions.is_empty();
        if nothing {
            lines.insert(0, phrase!("differentiable wherever it is defined"));
        }
        lines.iter().map(|line| line.to_text(language)).collect()
    }
}

impl SpotKind {
    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SpotKind::Kink => "kink",
            SpotKind::Jump => "jump",
            SpotKind::Pole => "pole",
            SpotKind::Hole => "hole",
            SpotKind::Edge => "edge",
            SpotKind::Unknown => "unknown",
        }
    }
}
