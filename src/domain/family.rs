//! What does a formula do at a periodic set of points, told as shortly as it can be?
//! Deliberately looks at a few members on both sides of 0 and tells the pattern that all of them have.
//! Read next: `look.rs`, `words.rs`.

use super::solve::constant;
use super::{Domain, Found, LOOKED, Spot, SpotKind, Target, close, words};
use crate::error::Result;
use crate::expr::{Expr, Pool};
use crate::message::Phrase;
use crate::number::Number;
use crate::phrase;
use crate::simplify::Engine;

impl Target {
    /// A periodic set of points: told as one where the formula does the same at all that are looked at, or at every second.
    pub(super) fn family(self, pool: &mut Pool, domain: &mut Domain, at: Expr, step: Expr) -> Result<()> {
        let mut found: Vec<(i64, Expr, Option<Found>)> = Vec::new();
        for k in LOOKED {
            let place = member(pool, at, step, k)?;
            found.push((k, place, self.look(pool, place)?));
        }
        let same = |of: &[&(i64, Expr, Option<Found>)]| of.windows(2).all(|pair| alike(pair[0].2.as_ref(), pair[1].2.as_ref()));
        let all: Vec<_> = found.iter().collect();
        let (even, odd): (Vec<_>, Vec<_>) = found.iter().partition(|(k, ..)| k % 2 == 0);
        let groups: Vec<(Expr, Expr, Option<Found>)> = if same(&all) {
            vec![(at, step, found[0].2)]
        } else if same(&even) && same(&odd) {
            let double = Engine::new(pool).mul(&[Expr::TWO, step]);
            let other = member(pool, at, step, 1)?;
            vec![(at, double, even[0].2), (other, double, odd[0].2)]
        } else {
            Vec::new()
        };
        if groups.is_empty()
            && let Some((kind, bound)) = one_kind(&found)
        {
            let text = Phrase::List(vec![words::family(pool, self.x, at, step)?, bound], "");
            let some: Vec<&Found> = found.iter().filter_map(|(_, _, found)| found.as_ref()).collect();
            let told = some.windows(2).all(|pair| alike(Some(pair[0]), Some(pair[1])));
            let unsaid = Found { kind, value: None, left: None, right: None };
            let found = some.first().filter(|_| told).map_or(unsaid, |found| **found);
            domain.spots.push(words::spot(found, text, None, true));
            return Ok(());
        }
        for (at, step, found) in &groups {
            if let Some(found) = found {
                let text = words::family(pool, self.x, *at, *step)?;
                domain.spots.push(words::spot(*found, text, None, true));
            }
        }
        if groups.is_empty() {
            // no pattern: those that were looked at
            for (_, place, found) in found {
                let x = constant(pool, place);
                let told = |spot: &Spot| matches!((spot.x, x), (Some(a), Some(b)) if close(a, b));
                if let Some(found) = found.filter(|_| !domain.spots.iter().any(told)) {
                    domain.spots.push(words::spot(found, words::point(pool, self.x, place)?, x, true));
                }
            }
            let all = words::family(pool, self.x, at, step)?;
            domain.conditions.push(phrase!("more of these points may be among {all}", all));
        }
        Ok(())
    }
}

/// at + step*k
fn member(pool: &mut Pool, at: Expr, step: Expr, k: i64) -> Result<Expr> {
    let mut engine = Engine::new(pool);
    let k = engine.number(Number::from(k));
    let moved = engine.mul(&[k, step]);
    let place = engine.add(&[at, moved]);
    engine.simplify(place)
}

/// Whether the same sentence tells both.
fn alike(a: Option<&Found>, b: Option<&Found>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            a.kind == b.kind
                && words::sides(a).iter().zip(words::sides(b)).all(|(a, b)| match (a, b) {
                    (Some(a), Some(b)) => *a == b || close(*a, b),
                    (a, b) => a.is_none() && b.is_none(),
                })
        }
        _ => false,
    }
}

/// The kind of all members, or of all up to some k or from some k on; and the words for which.
fn one_kind(found: &[(i64, Expr, Option<Found>)]) -> Option<(SpotKind, Phrase)> {
    let mut some = found.iter().filter_map(|(k, _, found)| found.map(|found| (*k, found.kind)));
    let (first, kind) = some.next()?;
    let (mut last, mut count) = (first, 1);
    for (k, other) in some {
        if other != kind {
            return None;
        }
        last = k;
        count += 1;
    }
    let (low, high) = (*LOOKED.start(), *LOOKED.end());
    let bound = match (first == low, last == high) {
        _ if last - first + 1 != count => return None,
        (true, true) => Phrase::of(""),
        (true, false) => phrase!(" up to {last}", last),
        (false, true) => phrase!(" from {first} on", first),
        (false, false) => return None,
    };
    Some((kind, bound))
}
