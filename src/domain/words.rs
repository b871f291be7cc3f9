//! How is it said what happens at a point?
//! Deliberately decides nothing; it is told what was found.
//! Read next: `domain.rs`.

use super::solve::Root;
use super::{Found, Spot, SpotKind};
use crate::error::Result;
use crate::expr::{Expr, Pool, Symbol};
use crate::limit::{Goes, Side};
use crate::matrix::Value;
use crate::simplify::Engine;
use crate::text;

/// An expression as text.
fn shown(pool: &Pool, e: Expr) -> Result<String> {
    text::print(pool, &Value::Scalar(e), pool.meter.budget.output)
}

/// `x = 1/2`
pub(super) fn point(pool: &Pool, x: Symbol, e: Expr) -> Result<String> {
    Ok(format!("{} = {}", pool.symbol_name(x), shown(pool, e)?))
}

/// `x = 1.167303978261418 (approximately)`
pub(super) fn near(pool: &Pool, x: Symbol, at: f64) -> String {
    format!("{} = {} (approximately)", pool.symbol_name(x), number(at))
}

/// The end of an interval.
pub(super) fn place(pool: &Pool, root: Root, at: f64) -> Result<String> {
    match root {
        Root::Point(e) => shown(pool, e),
        _ => Ok(number(at)),
    }
}

/// `x = pi*k + pi/2 for every integer k`, with a letter that the formula does not use.
pub(super) fn family(pool: &mut Pool, x: Symbol, at: Expr, step: Expr) -> Result<String> {
    let letter = if pool.symbol_name(x) == "k" { "m" } else { "k" };
    let mut engine = Engine::new(pool);
    let k = engine.pool.symbol(letter);
    let moved = engine.mul(&[step, k]);
    let all = engine.add(&[at, moved]);
    let all = engine.simplify(all)?;
    Ok(format!("{} = {} for every integer {letter}", pool.symbol_name(x), shown(pool, all)?))
}

/// A seam that other symbols decide about.
pub(super) fn condition(pool: &Pool, seam: Expr, kind: Option<SpotKind>) -> Result<String> {
    let what = match kind {
        Some(SpotKind::Kink) => "not differentiable",
        Some(SpotKind::Jump) => "not continuous",
        Some(SpotKind::Pole | SpotKind::Hole) => "not defined",
        Some(SpotKind::Edge) => "real on one side only",
        Some(SpotKind::Unknown) | None => "perhaps not differentiable",
    };
    Ok(format!("{what} where {} = 0", shown(pool, seam)?))
}

fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "infinity".to_owned(),
        f64::NEG_INFINITY => "-infinity".to_owned(),
        value if value == 0.0 || (1e-5..1e16).contains(&value.abs()) => format!("{}", value + 0.0),
        value => format!("{value:e}"),
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
pub(super) fn spot(found: Found, at: String, x: Option<f64>, exact: bool) -> Spot {
    let sides = sides(&found);
    let both = |what: &str| match sides {
        [Some(left), Some(right)] => format!(": {what}{} from the left, {} from the right", number(left), number(right)),
        _ => String::new(),
    };
    let text = match found.kind {
        SpotKind::Kink => format!("not differentiable at {at}{}", both("slope ")),
        SpotKind::Jump => {
            let there = found.value.map_or(String::new(), |value| format!(", {} there", number(value)));
            let told = both("");
            format!("not continuous at {at}{told}{}", if told.is_empty() { "" } else { &there })
        }
        SpotKind::Pole => format!("not defined at {at}{}", both("it goes to ")),
        SpotKind::Hole => match sides {
            [Some(limit), _] => format!("not defined at {at}: the limit is {}", number(limit)),
            _ => format!("not defined at {at}"),
        },
        SpotKind::Edge => {
            let on = |name: &str, side: Option<Side>, slope: f64| {
                let grows = side.is_some_and(|side| matches!(side.value, Goes::Infinite(_)));
                let what = if grows { "it goes to" } else { "slope" };
                format!("real on the {name} only at {at}: {what} {} there", number(slope))
            };
            match sides {
                [Some(slope), None] => on("left", found.left, slope),
                [None, Some(slope)] => on("right", found.right, slope),
                _ => format!("real on one side only at {at}"),
            }
        }
        SpotKind::Unknown if found.value.is_none() => format!("not defined at {at}"),
        SpotKind::Unknown => format!("perhaps not differentiable at {at}"),
    };
    Spot { at, x, exact, kind: found.kind, sides, text }
}

impl super::Domain {
    /// A sentence a line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.spots.iter().map(|spot| spot.text.clone()).collect();
        lines.extend(self.outside.iter().map(|interval| format!("not real for {interval}")));
        lines.extend(self.conditions.iter().cloned());
        if let Some((low, high)) = self.searched {
            lines.push(format!("some points were searched in floats, from {} to {}", number(low), number(high)));
        }
        let nothing = self.spots.is_empty() && self.outside.is_empty() && self.conditions.is_empty();
        if nothing {
            lines.insert(0, "differentiable wherever it is defined".to_owned());
        }
        lines
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
