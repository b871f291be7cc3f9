//! What is needed to draw a function of one symbol: it and its derivative, compiled, and its tangents.
//! Deliberately draws nothing and chooses no range: doors do.
//! Read next: `cli/plot.rs`, `kernel/mod.rs`.

use super::{Request, Session, evaluate, field, names, read, scalar, within};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::kernel::{Kernel, Wanted};
use crate::key;
use crate::matrix::Value;
use crate::message::Phrase;
use crate::phrase;
use crate::text::{self, Names};
use crate::{diff, simplify, walk};
use std::borrow::Cow;
use std::collections::HashMap;

/// What is to be drawn beside the expression of a request.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// The symbol on the axis; without it, the only one of the expression.
    pub variable: Option<String>,
    /// From where to where, as constant expressions.
    pub range: Option<(String, String)>,
    /// The same for the other axis.
    pub height: Option<(String, String)>,
    /// Where tangents touch, as constant expressions.
    pub touching: Vec<String>,
    /// Whether the derivative is drawn too.
    pub derivative: bool,
}

/// A function of one symbol, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Plotted {
    /// The symbol.
    pub variable: String,
    /// The expression as it was read.
    pub text: String,
    /// Its derivative.
    pub derivative: Option<String>,
    /// From where to where, if that was given.
    pub range: Option<(f64, f64)>,
    /// The same for the other axis.
    pub height: Option<(f64, f64)>,
    /// The tangents.
    pub tangents: Vec<Tangent>,
    kernel: Kernel,
}

/// A line that touches.
#[derive(Clone, Debug, PartialEq)]
pub struct Tangent {
    /// Where, as it was given.
    pub place: String,
    /// Where.
    pub at: f64,
    /// The value there.
    pub value: f64,
    /// The slope there.
    pub slope: f64,
    /// `y = 2·x - 1`, with `≈` where the numbers are rounded.
    pub equation: String,
}

/// Longer equations are shown with rounded numbers.
const LONG: usize = 36;

impl Plotted {
    /// The value of the expression, NaN where it is not a finite real number.
    #[must_use]
    pub fn value(&self, x: f64) -> f64 {
        output(&self.kernel, x, 0)
    }

    /// The value of the derivative, NaN where it is not a finite real number.
    #[must_use]
    pub fn slope(&self, x: f64) -> f64 {
        output(&self.kernel, x, 1)
    }
}

fn output(kernel: &Kernel, x: f64, at: usize) -> f64 {
    let mut out = [f64::NAN; 2];
    let Some(slots) = out.get_mut(..kernel.outputs()) else { return f64::NAN };
    if kernel.eval(&[x], slots).is_err() {
        return f64::NAN;
    }
    out.get(at).copied().filter(|y| y.is_finite()).unwrap_or(f64::NAN)
}

/// Whether the slopes from the left and from the right stay apart as the points come closer: the derivative of `abs` at 0 is 0
/// by convention, but no line touches there.
fn has_corner(f: impl Fn(f64) -> f64, tangent: &Tangent) -> bool {
    let scale = tangent.at.abs().max(1.0);
    let gap = |step: f64| {
        let (left, right) = (f(tangent.at - step), f(tangent.at + step));
        ((right - tangent.value) - (tangent.value - left)).abs() / step
    };
    let (wide, close) = (1e-3 * scale, 1e-6 * scale);
    let noise = 8.0 * f64::EPSILON * tangent.value.abs() / close;
    gap(close) > 1e-3 * (1.0 + tangent.slope.abs()) + noise && gap(close) > gap(wide) / 3.0
}

impl Session {
    /// Makes the expression of a request ready to be drawn.
    ///
    /// # Errors
    /// As [`Session::answer`]; of kind `name` where more than one symbol is left, of kind `domain` where there is no tangent.
    pub fn plot(&mut self, request: &Request<'_>, sketch: &Sketch) -> Result<Plotted> {
        self.pool.clear();
        let pool = &mut self.pool;
        let wrt = sketch.variable.iter().map(|name| (Cow::Borrowed(name.as_str()), 1)).collect();
        let names = names::declared(pool, &Request { wrt, at: None, ..request.clone() })?;
        if !names.shapes.is_empty() {
            return Err(Error::new(Kind::Shape, phrase!("plot draws a number against a number; arrays have no place in it")));
        }
        let (value, _) = read(pool, field(request.expr.as_ref(), "expr")?, &names, request)?;
        let root = scalar(&diff::carried_out(pool, &value)?, "plot")?;
        let symbol = variable(pool, root, sketch)?;
        let limit = pool.meter.budget.output;
        let text = text::unicode(pool, &value, limit)?;
        let mut derivative = None;
        if sketch.derivative || !sketch.touching.is_empty() {
            derivative = Some(derived(pool, root, symbol)?);
        }
        let kernel = if sketch.derivative {
            Kernel::derived(pool, root, &[symbol], &[symbol], Wanted::ValueAndGradient)?
        } else {
            Kernel::of(pool, &[root], &[symbol])?
        };
        let mut tangents = Vec::new();
        for place in &sketch.touching {
            let slope = derivative.unwrap_or(Expr::ZERO);
            let tangent = tangent(pool, &names, (root, slope), symbol, place)?;
            if has_corner(|x| output(&kernel, x, 0), &tangent) {
                let message = phrase!("there is no tangent at {place}, where the function has a corner or a jump", place);
                return Err(Error::new(Kind::Domain, message));
            }
            tangents.push(tangent);
        }
        let shown = derivative.filter(|_| sketch.derivative).map(|e| text::unicode(pool, &Value::Scalar(e), limit));
        let range = sketch.range.as_ref().map(|range| stretch(pool, &names, range)).transpose()?;
        let height = sketch.height.as_ref().map(|range| stretch(pool, &names, range)).transpose()?;
        pool.meter.look()?;
        let mut variable = String::new();
        text::unicode_name(&mut variable, pool.symbol_name(symbol));
        Ok(Plotted { variable, text, derivative: shown.transpose()?, range, height, tangents, kernel })
    }
}

/// The symbol on the axis.
fn variable(pool: &mut Pool, root: Expr, sketch: &Sketch) -> Result<Symbol> {
    let found = walk::symbols(pool, &[root]);
    let symbol = match (&sketch.variable, &found[..]) {
        (Some(name), _) => names::differentiated(pool, &[root], std::iter::once(name.as_str()))?.first().copied(),
        (None, [only]) => Some(*only),
        (None, []) => Some(pool.symbol_named("x")),
        _ => None,
    };
    let others: Vec<Symbol> = found.iter().copied().filter(|other| Some(*other) != symbol).collect();
    match symbol {
        Some(symbol) if others.is_empty() => Ok(symbol),
        Some(_) => {
            let listed = names::listed(pool, &others);
            Err(Error::new(Kind::Name, phrase!("a plot has one symbol on its axis; {listed} needs a value, as in --let a=2", listed)))
        }
        None => {
            let message = phrase!(
                "which of {others} is on the axis? write x=-3..3, and give the others values as in --let a=2",
                others = names::listed(pool, &others)
            );
            Err(Error::new(Kind::Name, message))
        }
    }
}

fn derived(pool: &mut Pool, root: Expr, symbol: Symbol) -> Result<Expr> {
    let value = diff::diff(pool, &Value::Scalar(root), &[symbol])?;
    scalar(&value, "plot")
}

fn stretch(pool: &mut Pool, names: &Names, (from, to): &(String, String)) -> Result<(f64, f64)> {
    let from = evaluate::constant(pool, from, names).map_err(|error| within(error, "range"))?;
    let to = evaluate::constant(pool, to, names).map_err(|error| within(error, "range"))?;
    if from < to && (to - from).is_finite() && to - from > 1e-12 * from.abs().max(to.abs()) {
        return Ok((from, to));
    }
    Err(Error::new(Kind::Request, phrase!("a range goes from a smaller number to a larger one, as in x=-3..3")))
}

/// The line that touches at a place, with exact numbers as long as they are short.
fn tangent(pool: &mut Pool, names: &Names, (root, slope): (Expr, Expr), symbol: Symbol, place: &str) -> Result<Tangent> {
    let at = evaluate::constant(pool, place, names).map_err(|error| within(error, "at"))?;
    let sorted = [(symbol, at)];
    let mut numbers = [0.0; 2];
    for (number, (e, what)) in numbers.iter_mut().zip([(root, key!("value")), (slope, key!("slope"))]) {
        let (found, note) = evaluate::number(pool, e, &sorted)?;
        if let Some(note) = note {
            return Err(Error::new(
                Kind::Domain,
                phrase!("there is no tangent at {place}, where the {what} is not a number: {note}", place, what = Phrase::key(what), note),
            ));
        }
        *number = found;
    }
    let [value, steepness] = numbers;
    let equation = exact(pool, names, (root, slope), symbol, place)?.unwrap_or_else(|| rounded(pool, symbol, (at, value, steepness)));
    Ok(Tangent { place: place.trim().to_owned(), at, value, slope: steepness, equation })
}

/// `y = 2·x - 1`
fn exact(pool: &mut Pool, names: &Names, (root, slope): (Expr, Expr), symbol: Symbol, place: &str) -> Result<Option<String>> {
    let place = scalar(&text::parse(pool, place, names)?.value, key!("a value"))?;
    let places = HashMap::from([(symbol, place)]);
    let (value, slope) = (walk::put(pool, root, &places)?, walk::put(pool, slope, &places)?);
    let slope = simplify::simplify(pool, slope)?;
    let fall = pool.mul(&[slope, place]);
    let start = pool.sub(value, fall);
    let start = simplify::simplify(pool, start)?;
    let x = pool.symbol_expr(symbol);
    let rise = pool.mul(&[slope, x]);
    let line = pool.add(&[rise, start]);
    let shown = text::unicode(pool, &Value::Scalar(line), pool.meter.budget.output)?;
    Ok((shown.chars().count() <= LONG).then(|| format!("y = {shown}")))
}

/// `y ≈ 0.5403·x + 0.3012`
fn rounded(pool: &Pool, symbol: Symbol, (at, value, slope): (f64, f64, f64)) -> String {
    let short = |number: f64| evaluate::number_text(format!("{number:.4e}").parse().unwrap_or(number));
    let start = value - slope * at;
    let sign = if start < 0.0 { '-' } else { '+' };
    let mut name = String::new();
    text::unicode_name(&mut name, pool.symbol_name(symbol));
    format!("y ≈ {}·{name} {sign} {}", short(slope), short(start.abs()))
}
