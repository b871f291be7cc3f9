//! Where does a derivative not exist, and where is the function itself not defined?
//! Deliberately decides by series from both sides at each seam, never by how the formula looks; what is found in floats is
//! said to be approximate, and what is not solved is said as a condition.
//! Read next: `domain/seam.rs` (where to look), `domain/solve.rs` (the points), `domain/words.rs` (how it is said).

mod family;
mod look;
mod polynomial;
mod seam;
mod solve;
#[cfg(test)]
mod tests;
mod words;

use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Pool, Symbol};
use crate::limit::{self, Goes, Moving, Place, Side};
use crate::message::Phrase;
use crate::number::Number;
use crate::phrase;
use crate::walk;
use look::turned;
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
    pub text: Phrase,
}

/// Where a formula and its derivative are not what they are elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Domain {
    /// Points.
    pub spots: Vec<Spot>,
    /// Intervals in which there is no real value: `x < 0`.
    pub outside: Vec<Phrase>,
    /// What was not solved, because other symbols decide it: sentences with a condition.
    pub conditions: Vec<Phrase>,
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
/// Kind `limit` when a budget ends.
///
/// ```
/// use symdiff::calculus::domain;
/// let mut pool = symdiff::Pool::default();
/// let (x, symbol) = (pool.symbol("x"), pool.symbol_named("x"));
/// let root = pool.pow(x, symdiff::Expr::HALF);
/// let found = domain(&mut pool, root, symbol)?;
/// assert_eq!(found.lines(), ["real on the right only at x = 0: slope infinity there", "not real for x < 0"]);
/// # Ok::<(), symdiff::Error>(())
/// ```
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
    /// Intervals between the points in which there is no real value.
    fn outside(self, pool: &mut Pool, points: &[(f64, Root)]) -> Result<Vec<Phrase>> {
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
                (Some(a), Some(b)) => Phrase::of(&format!("{a} < {name} < {b}")),
                (Some(a), None) => Phrase::of(&format!("{name} > {a}")),
                (None, Some(b)) => Phrase::of(&format!("{name} < {b}")),
                (None, None) => phrase!("any {name}", name),
            })
            .collect())
    }

    fn is_real_at(self, pool: &mut Pool, edges: &[(f64, String)], at: Option<usize>) -> Result<bool> {
        let Some((x, _)) = at.and_then(|at| edges.get(at)) else { return Ok(false) };
        Ok(eval::values(pool, &[self.f], &[(self.x, *x)])?.first().is_some_and(|value| value.is_finite() && value.im == 0.0))
    }
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
/// Kind `limit`.
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
