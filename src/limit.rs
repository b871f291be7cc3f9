//! What does an expression do beside a point: the limits from both sides, and the slopes there?
//! Deliberately asks a series for everything, never values at points close by; where there is no series, it says nothing.
//! Read next: `limit/series.rs` (arithmetic of series), `limit/function.rs` (functions of series).

mod function;
mod series;
#[cfg(test)]
mod tests;

use crate::error::Result;
use crate::eval::{self, Complex, Digits, Many, Real};
use crate::expr::{Expr, Head, Node, Pool, Symbol};
use crate::function::Function;
use crate::number::Number;
use crate::template::{self, Op};
use crate::walk::{Memo, reachable};
use series::{EXACT, Series, Work};

/// Binary digits of coefficients; a sum that is this much smaller than its parts is 0.
const BITS: usize = 768;
const NOISE: i32 = 400;
/// The same where a value had the digits of a float only.
const ROUGH_NOISE: i32 = 36;
/// Terms that are kept for each power of h at first and at most, and how often there is another try.
const TERMS: i32 = 6;
const MOST_TERMS: i32 = 120;
const ROUNDS: u32 = 4;
/// Larger expressions have no series.
const NODES: usize = 3_000;
/// Calls of functions that one series may need.
const CALLS: u32 = 4_000;
/// The largest root.
const ROOTS: i64 = 12;

/// Where a value goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goes {
    /// To this real number.
    To(f64),
    /// To a value that is not real.
    Complex,
    /// Beyond all bounds, with this sign; 0 for none.
    Infinite(i8),
}

/// On one side of a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Side {
    /// The value close by.
    pub(crate) value: Goes,
    /// The slope, by the value's limit.
    pub(crate) slope: Goes,
    /// Whether values close by are real.
    pub(crate) real: bool,
}

/// A value that a symbol has, and how it moves: `at + direction*h^power`.
pub(crate) struct Moving {
    pub(crate) symbol: Symbol,
    pub(crate) at: Place,
    pub(crate) direction: f64,
    pub(crate) power: i32,
}

/// An exact place: a number, or a constant expression such as pi/2.
#[derive(Clone)]
pub(crate) enum Place {
    Number(Number),
    Constant(Expr),
}

/// What is found beside a point where an expression has no value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Found {
    /// The same limit on both sides.
    Limit(f64),
    /// The same limit on all ways to a point of several symbols that were tried, lines and curves.
    Near(f64),
    /// Something else on the left than on the right, or nothing finite; of one symbol.
    Sides(Goes, Goes),
    /// Different limits on different ways.
    Ways,
}

/// Ways to a point of several symbols: factors and powers of h for the symbols in turn.
const WAYS: [[(f64, i32); 3]; 9] = [
    [(1.0, 1), (0.75, 1), (1.25, 1)],
    [(1.0, 1), (-0.625, 1), (0.375, 1)],
    [(-0.875, 1), (1.0, 1), (1.5, 1)],
    [(1.0, 1), (0.75, 2), (-0.5, 1)],
    [(1.0, 1), (-1.25, 2), (0.5, 3)],
    [(0.75, 2), (1.0, 1), (1.5, 2)],
    [(-1.25, 2), (1.0, 1), (0.75, 3)],
    [(1.0, 1), (1.5, 3), (0.75, 2)],
    [(1.5, 3), (-1.0, 1), (1.0, 1)],
];
/// More symbols are not tried.
const SYMBOLS: usize = 8;

/// The limit of an expression at a point where it has no value, if it can be said.
///
/// # Errors
/// Kind `limit`.
pub(crate) fn beside(pool: &mut Pool, root: Expr, at: &[(Symbol, Number)]) -> Result<Option<Found>> {
    let symbols = crate::walk::symbols(pool, &[root]);
    if symbols.is_empty() || symbols.len() > SYMBOLS {
        return Ok(None);
    }
    let way = |pool: &mut Pool, step: &dyn Fn(usize) -> (f64, i32)| -> Result<Option<Goes>> {
        let moving: Option<Vec<Moving>> = symbols
            .iter()
            .enumerate()
            .map(|(place, &symbol)| {
                let (_, number) = at.iter().find(|(known, _)| *known == symbol)?;
                let (direction, power) = step(place);
                Some(Moving { symbol, at: Place::Number(number.clone()), direction, power })
            })
            .collect();
        let Some(moving) = moving else { return Ok(None) };
        Ok(side(pool, root, &moving)?.map(|side| side.value))
    };
    if symbols.len() == 1 {
        let (Some(left), Some(right)) = (way(pool, &|_| (-1.0, 1))?, way(pool, &|_| (1.0, 1))?) else { return Ok(None) };
        return Ok(Some(match (left, right) {
            (Goes::To(a), Goes::To(b)) if close(a, b) => Found::Limit(b),
            _ => Found::Sides(left, right),
        }));
    }
    let mut limit: Option<f64> = None;
    for steps in &WAYS {
        for sign in [-1.0, 1.0] {
            let step = |place: usize| {
                let (factor, power) = steps[place % steps.len()];
                (sign * factor, power)
            };
            let Some(Goes::To(value)) = way(pool, &step)? else { return Ok(None) };
            if !close(*limit.get_or_insert(value), value) {
                return Ok(Some(Found::Ways));
            }
        }
    }
    Ok(limit.map(Found::Near))
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
}

/// What an expression does where all symbols move as they say, for small positive h; `None` where that is not known.
///
/// # Errors
/// Kind `limit`.
pub(crate) fn side(pool: &mut Pool, root: Expr, moving: &[Moving]) -> Result<Option<Side>> {
    let order = reachable(pool, &[root]);
    if order.len() > NODES {
        return Ok(None);
    }
    let Some(roots) = roots(pool, &order) else { return Ok(None) };
    let mut noise = NOISE;
    let mut terms = TERMS * i32::try_from(roots).unwrap_or(1);
    for _ in 0..ROUNDS {
        let Some((series, rough)) = expand(pool, &order, moving, roots, terms, noise)? else { return Ok(None) };
        if rough && noise == NOISE {
            // once more, with less taken for digits
            noise = ROUGH_NOISE;
        } else if let Some(side) = read(&series, roots) {
            return Ok(Some(side));
        } else {
            terms = (4 * terms).min(MOST_TERMS);
        }
    }
    Ok(None)
}

/// The least common multiple of the roots inside: h = s^that.
fn roots(pool: &Pool, order: &[Expr]) -> Option<i64> {
    let mut common = 1;
    for &e in order {
        let denominator = match pool.node(e) {
            Node::Pow(_, exponent) => pool.as_number(exponent).filter(|w| !w.is_integer()).map(|w| w.denominator().as_i64()),
            Node::Call(Head::Function(f), _) if defined_by_roots(f, 4) => Some(Some(2)),
            _ => None,
        };
        if let Some(denominator) = denominator {
            common = num_integer::lcm(common, denominator?);
            if common > ROOTS {
                return None;
            }
        }
    }
    Some(common)
}

/// Whether a definition, or one inside it, has square roots.
fn defined_by_roots(f: Function, depth: u32) -> bool {
    template::definition(f).is_some_and(|definition| {
        definition.ops.iter().any(|op| match op {
            Op::Pow(_, exponent) => matches!(definition.ops.get(usize::from(*exponent)), Some(Op::Number(w)) if !w.is_integer()),
            Op::Call(g, _) => depth > 0 && *g != f && defined_by_roots(*g, depth - 1),
            _ => false,
        })
    })
}

/// The series of the last of the parts, and whether floats were met.
fn expand(pool: &mut Pool, order: &[Expr], moving: &[Moving], roots: i64, terms: i32, noise: i32) -> Result<Option<(Series, bool)>> {
    let Some(digits) = Digits::new(BITS) else { return Ok(None) };
    let mut work = Work { digits, terms, noise, met_floats: false, left: CALLS };
    let mut places: Vec<(Symbol, Series)> = Vec::with_capacity(moving.len());
    for Moving { symbol, at, direction, power } in moving {
        let at = match at {
            Place::Number(number) => Complex::real(Many::from_number(number, &mut work.digits)),
            Place::Constant(e) => match eval::precise(pool, *e, &[], BITS) {
                Some(value) if value.is_finite() => value,
                _ => return Ok(None),
            },
        };
        let step = Complex::real(Many::from_f64(*direction, &mut work.digits));
        let step = Series::monomial(step, i32::try_from(roots).unwrap_or(1).saturating_mul(*power));
        places.push((*symbol, Series::sum(&mut work, &[Series::constant(at), step])));
    }
    let mut place: Memo<u32> = Memo::new();
    let mut values: Vec<Option<Series>> = Vec::with_capacity(order.len());
    for &e in order {
        pool.check()?;
        let part = |part: Expr| place.get(part).and_then(|at| values.get(at as usize)).and_then(Option::as_ref);
        let value = match pool.node(e) {
            Node::Number(n) => Some(Series::constant(Complex::real(Many::from_number(n, &mut work.digits)))),
            Node::Symbol(symbol) => places.iter().find(|(known, _)| *known == symbol).map(|(_, series)| series.clone()),
            Node::Add(parts) => {
                let parts: Option<Vec<Series>> = parts.iter().map(|&e| part(e).cloned()).collect();
                parts.map(|parts| Series::sum(&mut work, &parts))
            }
            Node::Mul(parts) => {
                let parts: Option<Vec<&Series>> = parts.iter().map(|&e| part(e)).collect();
                parts.map(|parts| {
                    let one = Series::constant(work.number(1));
                    parts.into_iter().fold(one, |product, factor| product.mul(factor, &mut work))
                })
            }
            Node::Pow(base, exponent) => match (part(base), part(exponent)) {
                (Some(u), Some(w)) => function::power(&mut work, u, w, pool.as_number(exponent)),
                _ => None,
            },
            Node::Call(Head::Function(f), args) => called(&mut work, f, args, &part),
            Node::Call(..) => None,
        };
        if Many::gave_up(&mut work.digits) {
            return Ok(None);
        }
        place.set(e, u32::try_from(values.len()).unwrap_or(u32::MAX));
        values.push(value);
    }
    Ok(values.pop().flatten().map(|series| (series, work.met_floats)))
}

fn called<'v>(work: &mut Work, f: Function, args: &[Expr], part: &impl Fn(Expr) -> Option<&'v Series>) -> Option<Series> {
    use crate::simplify::known;
    if let (known::IF, &[condition, yes, no]) = (f, args) {
        // what is not taken spoils nothing
        let taken = if part(condition)?.is_exact_zero() { no } else { yes };
        return part(taken).cloned();
    }
    let args: Option<Vec<Series>> = args.iter().map(|&arg| part(arg).cloned()).collect();
    let terms = work.terms;
    function::call(work, f, &args?, terms)
}

/// What the series says of the value and the slope; `None` where its known terms do not reach so far.
fn read(series: &Series, roots: i64) -> Option<Side> {
    let roots = i32::try_from(roots).ok()?;
    let real = series.terms.iter().all(|term| term.iter().all(negligible_imaginary));
    let value = goes(series, 0)?;
    let slope = match value {
        Goes::Infinite(sign) => Goes::Infinite(sign),
        _ => {
            let mut rest = series.clone();
            if rest.first == 0 && !rest.terms.is_empty() {
                rest.terms.remove(0);
                rest.first = 1;
                while rest.terms.first().is_some_and(|term| term.is_empty()) {
                    rest.terms.remove(0);
                    rest.first += 1;
                }
            }
            goes(&rest, roots)?
        }
    };
    Some(Side { value, slope, real })
}

fn negligible_imaginary(z: &Complex<Many>) -> bool {
    match (z.im.exponent(), z.re.exponent()) {
        (None, _) => true,
        (Some(im), Some(re)) => im < re - NOISE / 2,
        (Some(im), None) => im < -NOISE,
    }
}

/// Where series/s^power goes.
fn goes(series: &Series, power: i32) -> Option<Goes> {
    let Some(leading) = series.leading() else {
        return (series.end > power || series.end == EXACT).then_some(Goes::To(0.0));
    };
    if series.first > power {
        return Some(Goes::To(0.0));
    }
    let last = leading.last()?;
    if series.first == power && leading.len() == 1 {
        return Some(if negligible_imaginary(last) { Goes::To(last.re.to_f64() + 0.0) } else { Goes::Complex });
    }
    if !negligible_imaginary(last) {
        return Some(Goes::Infinite(0));
    }
    // log(s) is below 0
    let negative = last.re.is_negative() != (leading.len() % 2 == 0);
    Some(Goes::Infinite(if negative { -1 } else { 1 }))
}
