//! Where does a derivative not exist, and where is the function itself not defined?
//! Deliberately decides by series from both sides at each seam, never by how the formula looks; what is found in floats is
//! said to be approximate, and what is not solved is said as a condition.
//! Read next: `domain/seam.rs` (where to look), `domain/solve.rs` (the points), `domain/words.rs` (how it is said).

mod polynomial;
mod seam;
mod solve;
#[cfg(test)]
mod tests;
mod words;

use crate::diff::derivative;
use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Pool, Symbol};
use crate::limit::{self, Goes, Moving, Place, Side};
use crate::number::Number;
use crate::simplify::Engine;
use crate::walk::{self, Memo};
use solve::{RANGE, Root, constant};
use std::collections::HashMap;

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotKind {
    /// The slopes of the two sides differ, or are infinite.
    Kink,
    /// The value jumps.
    Jump,
    /// The value goes beyond all bounds.
    Pole,
    /// There is no value, though both sides have the same limit.
    Hole,
    /// The value is real on one side only.
    Edge,
    /// Nothing is known of it.
    Unknown,
}

/// A point, or points, without a derivative.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// `x = pi/2 + pi*k for every integer k`.
    pub at: String,
    /// The point in floats, if it is one.
    pub x: Option<f64>,
    /// Whether the point was found exactly.
    pub exact: bool,
    /// What happens.
    pub kind: SpotKind,
    /// The slopes from the left and from the right, or the values where these jump; infinite where they are, none where
    /// there is none.
    pub sides: [Option<f64>; 2],
    /// All of it, in a sentence.
    pub text: String,
}

/// Where a formula and its derivative are not what they are elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Domain {
    /// Points.
    pub spots: Vec<Spot>,
    /// Intervals in which there is no real value: `x < 0`.
    pub outside: Vec<String>,
    /// What was not solved, because other symbols decide it: sentences with a condition.
    pub conditions: Vec<String>,
    /// The range in which roots were searched in floats, if they were.
    pub searched: Option<(f64, f64)>,
}

/// A point, and what the formula does there.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Found {
    kind: SpotKind,
    value: Option<f64>,
    left: Option<Side>,
    right: Option<Side>,
}

/// What grows by this factor where the distance to a point that is not known exactly is halved is called infinite: an inverse
/// root grows by 1.41, a logarithm hardly.
const GROWS: f64 = 1.3;
/// Integers k at which a family is looked at.
const LOOKED: std::ops::RangeInclusive<i64> = -3..=4;
/// Values for other symbols, to see what kind of seam there is.
const SAMPLES: [[(i64, i64); 4]; 2] = [[(13, 7), (17, 9), (23, 11), (8, 7)], [(29, 12), (5, 3), (31, 19), (19, 7)]];

/// Where the derivative of `root` by `x` does not exist, and where `root` itself does not.
///
/// # Errors
/// SpotKind `limit` when a budget ends.
pub fn domain(pool: &mut Pool, root: Expr, x: Symbol) -> Result<Domain> {
    let mut symbols = walk::symbols(pool, &[root]);
    symbols.retain(|&symbol| symbol != x);
    let seams = seam::seams(pool, root, x)?;
    if symbols.is_empty() { of_one_symbol(pool, root, x, &seams) } else { with_parameters(pool, root, x, &seams, &symbols) }
}

/// The formula that is looked at, and its symbol.
#[derive(Clone, Copy)]
struct Target {
    f: Expr,
    x: Symbol,
}

fn of_one_symbol(pool: &mut Pool, f: Expr, x: Symbol, seams: &[Expr]) -> Result<Domain> {
    let target = Target { f, x };
    let mut domain = Domain::default();
    let mut points: Vec<(f64, Root)> = Vec::new();
    let mut families: Vec<(Expr, Expr)> = Vec::new();
    for &seam in seams {
        for root in solve::roots(pool, seam, x)? {
            match root {
                Root::Point(e) => {
                    if let Some(at) = constant(pool, e) {
                        // found exactly counts more than found in floats
                        points.retain(|(known, root)| !(close(*known, at) && matches!(root, Root::Near(_))));
                        if !points.iter().any(|(known, _)| close(*known, at)) {
                            points.push((at, root));
                        }
                    }
                }
                Root::Searched => domain.searched = Some((-RANGE, RANGE)),
                Root::Near(at) => {
                    if !points.iter().any(|(known, _)| close(*known, at)) {
                        points.push((at, root));
                    }
                }
                Root::Family { at, step } => {
                    if !families.contains(&(at, step)) {
                        families.push((at, step));
                    }
                }
                Root::Where(condition) => domain.conditions.push(words::condition(pool, condition, None)?),
            }
        }
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    for &(at, root) in &points {
        let (found, text, exact) = match root {
            Root::Point(e) => (target.look(pool, e)?, words::point(pool, x, e)?, true),
            _ => (target.look_near(pool, at)?, words::near(pool, x, at), false),
        };
        if let Some(found) = found {
            domain.spots.push(words::spot(found, text, Some(at), exact));
        }
    }
    for &(at, step) in &families {
        target.family(pool, &mut domain, at, step)?;
    }
    if families.is_empty() && domain.conditions.is_empty() {
        domain.outside = target.outside(pool, &points)?;
    }
    Ok(domain)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

impl Target {
    /// What the formula does at an exact point; nothing where it has a derivative, or is not real on either side.
    fn look(self, pool: &mut Pool, at: Expr) -> Result<Option<Found>> {
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
    fn look_near(self, pool: &mut Pool, at: f64) -> Result<Option<Found>> {
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

    /// A periodic set of points: told as one where the formula does the same at all that are looked at, or at every second.
    fn family(self, pool: &mut Pool, domain: &mut Domain, at: Expr, step: Expr) -> Result<()> {
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
            let text = words::family(pool, self.x, at, step)? + &bound;
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
            domain.conditions.push(format!("more of these points may be among {all}"));
        }
        Ok(())
    }

    /// Intervals between the points in which there is no real value.
    fn outside(self, pool: &mut Pool, points: &[(f64, Root)]) -> Result<Vec<String>> {
        let name = pool.symbol_name(self.x).to_owned();
        let mut edges: Vec<(f64, String)> = Vec::with_capacity(points.len());
        for &(at, root) in points {
            edges.push((at, words::place(pool, root, at)?));
        }
        let mut outside: Vec<(Option<usize>, Option<usize>)> = Vec::new();
        for gap in 0..=edges.len() {
            let (low, high) = (gap.checked_sub(1).and_then(|at| edges.get(at)), edges.get(gap));
            // not in the middle, where there may be a point of another kind
            let inside = match (low, high) {
                (Some((a, _)), Some((b, _))) => a + (b - a) * 0.618_033_988_7,
                (Some((a, _)), None) => a + 0.732_050_8 * (1.0 + a.abs()),
                (None, Some((b, _))) => b - 0.732_050_8 * (1.0 + b.abs()),
                (None, None) => 0.732_050_8,
            };
            let Ok(values) = eval::values(pool, &[self.f], &[(self.x, inside)]) else { return Ok(Vec::new()) };
            if values.first().is_some_and(|value| value.is_nan() || value.im != 0.0) {
                let (low, high) = (gap.checked_sub(1), (gap < edges.len()).then_some(gap));
                match outside.last_mut() {
                    Some((_, end)) if *end == low && low.is_some() && !self.is_real_at(pool, &edges, low)? => *end = high,
                    _ => outside.push((low, high)),
                }
            }
        }
        let text = |at: Option<usize>| at.and_then(|at| edges.get(at)).map(|(_, text)| text.as_str());
        Ok(outside
            .into_iter()
            .map(|(low, high)| match (text(low), text(high)) {
                (Some(a), Some(b)) => format!("{a} < {name} < {b}"),
                (Some(a), None) => format!("{name} > {a}"),
                (None, Some(b)) => format!("{name} < {b}"),
                (None, None) => format!("any {name}"),
            })
            .collect())
    }

    fn is_real_at(self, pool: &mut Pool, edges: &[(f64, String)], at: Option<usize>) -> Result<bool> {
        let Some((x, _)) = at.and_then(|at| edges.get(at)) else { return Ok(false) };
        Ok(eval::values(pool, &[self.f], &[(self.x, *x)])?.first().is_some_and(|value| value.is_finite() && value.im == 0.0))
    }
}

/// A side whose slope is by x, not by the way to the left.
fn turned(side: Side) -> Side {
    let slope = match side.slope {
        Goes::To(slope) => Goes::To(0.0 - slope),
        Goes::Infinite(sign) => Goes::Infinite(-sign),
        Goes::Complex => Goes::Complex,
    };
    Side { slope, ..side }
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
fn one_kind(found: &[(i64, Expr, Option<Found>)]) -> Option<(SpotKind, String)> {
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
        (true, true) => String::new(),
        (true, false) => format!(" up to {last}"),
        (false, true) => format!(" from {first} on"),
        (false, false) => return None,
    };
    Some((kind, bound))
}

/// Where other symbols decide: each seam as a condition, with what happens there at some values of theirs.
fn with_parameters(pool: &mut Pool, f: Expr, x: Symbol, seams: &[Expr], parameters: &[Symbol]) -> Result<Domain> {
    let mut domain = Domain::default();
    for &seam in seams {
        let (mut kinds, mut roots): (Vec<SpotKind>, bool) = (Vec::new(), false);
        for sample in &SAMPLES {
            let mut values: HashMap<Symbol, Expr> = HashMap::new();
            for (at, &symbol) in parameters.iter().enumerate() {
                let (n, d) = sample[at % sample.len()];
                let sign = if pool.symbol_facts(symbol).has(crate::function::Facts::NONPOSITIVE) { -1 } else { 1 };
                let number = pool.number(Number::new(sign * n, d));
                values.insert(symbol, number);
            }
            let (f, seam) = (walk::put(pool, f, &values)?, walk::put(pool, seam, &values)?);
            roots |= !solve::roots(pool, seam, x)?.is_empty();
            let found = of_one_symbol(pool, f, x, &[seam])?;
            kinds.extend(found.spots.iter().map(|spot| spot.kind));
        }
        if roots && kinds.is_empty() {
            continue;
        }
        let kind = kinds.first().copied().filter(|first| kinds.iter().all(|kind| kind == first));
        let text = words::condition(pool, seam, kind)?;
        if !domain.conditions.contains(&text) {
            domain.conditions.push(text);
        }
    }
    Ok(domain)
}

/// What an evaluated partial derivative keeps silent about: the slopes of both sides at the point, where they differ or
/// the derivative has no value there.
///
/// # Errors
/// SpotKind `limit`.
pub(crate) fn slopes_at(pool: &mut Pool, f: Expr, x: Symbol, at: &[(Symbol, Number)]) -> Result<Option<[Goes; 2]>> {
    let seams = seam::seams(pool, f, x)?;
    if seams.is_empty() {
        return Ok(None);
    }
    let values = eval::values_exact(pool, &seams, at)?;
    if values.iter().all(|value| value.is_finite() && (value.re != 0.0 || value.im != 0.0)) {
        return Ok(None);
    }
    let mut beside = |direction: f64| {
        let moving: Vec<Moving> = at
            .iter()
            .map(|(symbol, number)| Moving {
                symbol: *symbol,
                at: Place::Number(number.clone()),
                direction: if *symbol == x { direction } else { 0.0 },
                power: 1,
            })
            .collect();
        limit::side(pool, f, &moving)
    };
    let (Some(left), Some(right)) = (beside(-1.0)?, beside(1.0)?) else { return Ok(None) };
    Ok(Some([turned(left), right].map(|side| if side.real { side.slope } else { Goes::Complex })))
}
