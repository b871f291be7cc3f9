//! What does a formula do at a point: by series from both sides, or, where the point is known in floats only, by values close by?
//! Deliberately says nothing in words.
//! Read next: `family.rs` (the same at periodic points).

use super::solve::constant;
use super::{Found, GROWS, SpotKind, Target, close, words};
use crate::diff::derivative;
use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Pool};
use crate::limit::{self, Goes, Moving, Place, Side};
use crate::simplify::Engine;
use crate::walk::{self, Memo};
use std::collections::HashMap;

impl Target {
    /// What the formula does at an exact point; nothing where it has a derivative, or is not real on either side.
    pub(super) fn look(self, pool: &mut Pool, at: Expr) -> Result<Option<Found>> {
        let value = self.value_at(pool, at)?;
        let mut beside =
            |direction: f64| limit::side(pool, self.f, &[Moving { symbol: self.x, at: Place::Constant(at), direction, power: 1 }]);
        let (left, right) = (beside(-1.0)?, beside(1.0)?);
        let real = value.filter(|value| value.is_finite() && value.im == 0.0).map(|value| value.re);
        let found = |kind| Some(Found { kind, value: real, left: left.map(turned), right });
        let (Some(l), Some(r)) = (left, right) else {
            return Ok(if self.is_real_beside(pool, at)? { found(SpotKind::Unknown) } else { None });
        };
        if !l.real && !r.real {
            return Ok(None);
        }
        if l.real != r.real {
            return Ok(found(SpotKind::Edge));
        }
        Ok(match (l.value, r.value) {
            (Goes::To(a), Goes::To(b)) => match real {
                _ if !close(a, b) => found(SpotKind::Jump),
                None => found(SpotKind::Hole),
                Some(value) if !close(a, value) => found(SpotKind::Jump),
                Some(_) => match (turned(l).slope, r.slope) {
                    (Goes::To(a), Goes::To(b)) if close(a, b) => None,
                    _ => found(SpotKind::Kink),
                },
            },
            _ => found(SpotKind::Pole),
        })
    }

    /// The value at an exact point, if there is one.
    fn value_at(self, pool: &mut Pool, at: Expr) -> Result<Option<eval::Value64>> {
        let first = |values: Result<Vec<eval::Value64>>| values.ok().and_then(|values| values.first().copied());
        if let Some(number) = pool.as_number(at).cloned() {
            return Ok(first(eval::values_exact(pool, &[self.f], &[(self.x, number)])));
        }
        let there = walk::put(pool, self.f, &HashMap::from([(self.x, at)]))?;
        let plain = first(eval::values(pool, &[there], &[])).filter(|value| value.is_finite());
        // where it has a value, known ones such as sin(pi) are exact when collected
        let collected = Engine::new(pool).collect(there)?;
        Ok(match plain {
            Some(_) => first(eval::values(pool, &[collected], &[])),
            None => None,
        })
    }

    /// Whether there are real values in floats close to a point.
    fn is_real_beside(self, pool: &mut Pool, at: Expr) -> Result<bool> {
        let Some(at) = constant(pool, at) else { return Ok(true) };
        for step in [-1e-6, 1e-6] {
            let values = eval::values(pool, &[self.f], &[(self.x, at + step * (1.0 + at.abs()))])?;
            if values.first().is_some_and(|value| value.im == 0.0 && !value.is_nan()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same about a point that is known in floats only, by values and slopes close by.
    pub(super) fn look_near(self, pool: &mut Pool, at: f64) -> Result<Option<Found>> {
        let slope = {
            let mut engine = Engine::new(pool);
            let collected = engine.collect(self.f)?;
            derivative(&mut engine, collected, self.x, &mut Memo::new())?
        };
        let step = 1e-5 * (1.0 + at.abs());
        let mut side = |direction: f64| -> Option<Side> {
            let mut close = |steps: f64| eval::values(pool, &[self.f, slope], &[(self.x, at + direction * steps * step)]).ok();
            let (near, far) = (close(1.0)?, close(2.0)?);
            // at two places, so that what grows like the distance cancels
            let goes = |place: usize| {
                let (near, far) = (near.get(place)?, far.get(place)?);
                Some(match 2.0 * near.re - far.re {
                    value if !near.is_finite() || near.re.abs() > GROWS * far.re.abs() => Goes::Infinite(if value < 0.0 { -1 } else { 1 }),
                    _ if near.im != 0.0 => Goes::Complex,
                    value => Goes::To(words::rounded(value)),
                })
            };
            Some(Side { value: goes(0)?, slope: goes(1)?, real: near.first()?.im == 0.0 })
        };
        let (Some(l), Some(r)) = (side(-1.0), side(1.0)) else { return Ok(None) };
        let apart = |a: f64, b: f64| (a - b).abs() > 1e-3 * (1.0 + a.abs().max(b.abs()));
        let found = |kind| Some(Found { kind, value: None, left: Some(l), right: Some(r) });
        Ok(match (l.value, r.value) {
            _ if !l.real && !r.real => None,
            _ if l.real != r.real => found(SpotKind::Edge),
            (Goes::Infinite(_), _) | (_, Goes::Infinite(_)) => found(SpotKind::Pole),
            (Goes::To(a), Goes::To(b)) if apart(a, b) => found(SpotKind::Jump),
            _ => match (l.slope, r.slope) {
                (Goes::To(a), Goes::To(b)) if !apart(a, b) => None,
                _ => found(SpotKind::Kink),
            },
        })
    }
}

/// A side whose slope is by x, not by the way to the left.
pub(super) fn turned(side: Side) -> Side {
    let slope = match side.slope {
        Goes::To(slope) => Goes::To(0.0 - slope),
        Goes::Infinite(sign) => Goes::Infinite(-sign),
        Goes::Complex => Goes::Complex,
    };
    Side { slope, ..side }
}
