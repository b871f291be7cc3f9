//! A point at which a layer's formulas have values: an example with few rows, and central differences there.
//! Deliberately derives nothing: it draws numbers, runs plans and compares.
//! Read next: `explain.rs` and `doctor.rs`, which ask for it.

use super::derived::{Derived, UPSTREAM, against};
use super::layer::{BATCH, Layer, WIDTH};
use super::random::Stream;
use crate::array::plan::{Memory, Team, build, values};
use crate::array::{Arrays, Dense, Environment, Indexed, Leaf};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Node, Symbol};
use crate::phrase;
use crate::shape::Size;

/// Examples that are drawn before a layer counts as one without values.
const DRAWS: u64 = 6;
/// Entries of one input that are compared with differences.
const SAMPLE: usize = 24;
/// Larger arrays are not drawn.
const LARGEST: usize = 1 << 22;

/// A point, and the names of what it gives values to, in order.
pub(crate) struct Point {
    pub(crate) given: Environment,
    pub(crate) names: Vec<(String, Dense)>,
}

/// The symbol behind a name.
pub(crate) fn symbol(arrays: &Arrays<'_>, value: &Indexed) -> Option<Symbol> {
    if let Some(Leaf::Entry(node, _)) = arrays.as_leaf(value.e)
        && let crate::array::Source::Symbol(symbol) = arrays.source(*node)
    {
        return Some(*symbol);
    }
    match arrays.engine.pool.node(value.e) {
        Node::Symbol(symbol) => Some(symbol),
        _ => None,
    }
}

/// Values for all names of a layer. Numbers have two decimals, so that an example can be read; later draws are positive, for
/// layers such as `log(x)`.
pub(crate) fn point(arrays: &mut Arrays<'_>, layer: &Layer, derived: &Derived, draw: u64) -> Result<Point> {
    let mut stream = Stream::new(draw, 3);
    let mut point = Point { given: Environment::default(), names: Vec::new() };
    let sizes = &mut point.given.sizes;
    sizes.insert(BATCH.into(), 4);
    sizes.insert(WIDTH.into(), 3);
    let upstream = derived.upstream.iter().map(|value| (UPSTREAM.to_string(), value.clone()));
    let names: Vec<_> = derived.inputs.iter().chain(&derived.given).chain(&derived.constants).cloned().chain(upstream).collect();
    for (name, value) in names {
        let mut axes = Vec::new();
        for size in &value.shape.axes {
            axes.push(match size {
                Size::Number(n) => *n,
                Size::Name(name) => {
                    // all different, so that no wrong shape fits by accident
                    let next = if sizes.len() == 2 { 2 } else { sizes.len() + 2 };
                    *sizes.entry(name.clone()).or_insert(next)
                }
            });
        }
        let count = axes.iter().try_fold(1usize, |product, &n| product.checked_mul(n)).filter(|&count| count <= LARGEST);
        let count = count.ok_or_else(|| {
            Error::new(Kind::Limit, phrase!("`{name}` is too large for an example; at most {LARGEST} numbers are drawn", name, LARGEST))
        })?;
        let constant = layer.constants.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let mask = layer.noise.iter().any(|(known, _)| *known == name);
        let mut one = || {
            if mask {
                return if stream.uniform() < 0.5 { 1.0 } else { 0.0 };
            }
            let x = if draw.is_multiple_of(3) { 0.25 + stream.uniform() } else { stream.normal() };
            let rounded = (x * 100.0).round() / 100.0;
            // 0 is where kinks are
            if rounded == 0.0 { 0.25 } else { rounded }
        };
        let data: Vec<f64> = match constant {
            Some(value) => vec![value],
            None => (0..count).map(|_| one()).collect(),
        };
        let Some(symbol) = symbol(arrays, &value) else { continue };
        if axes.is_empty() {
            point.given.numbers.insert(symbol, data[0]);
        } else {
            point.given.arrays.insert(symbol, Dense { axes: axes.clone(), data: data.clone() });
        }
        point.names.push((name, Dense { axes, data }));
    }
    let named: Vec<(Box<str>, usize)> = point.given.sizes.iter().map(|(name, n)| (name.clone(), *n)).collect();
    for (name, n) in named {
        let symbol = arrays.pool().symbol_named(&name);
        point.given.numbers.entry(symbol).or_insert(n as f64);
    }
    Ok(point)
}

/// A point at which all these are finite, with their values there; the drawing starts at `from`.
pub(crate) fn settled(
    arrays: &mut Arrays<'_>,
    layer: &Layer,
    derived: &Derived,
    roots: &[(Expr, Vec<Size>)],
    from: u64,
) -> Result<Option<(Point, Vec<Dense>)>> {
    for draw in from..from + DRAWS {
        let point = point(arrays, layer, derived, draw)?;
        let found = values(arrays, roots, &point.given)?;
        if found.iter().all(|dense| dense.data.iter().all(|x| x.is_finite())) {
            return Ok(Some((point, found)));
        }
    }
    Ok(None)
}

/// What comparing derivatives with central differences found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Compared {
    /// Entries that were compared.
    pub entries: usize,
    /// The largest difference, over the larger of the two and 1/1000 of the largest of its input.
    pub worst: f64,
}

/// The derived adjoints against central differences; `None` where no point with values was found.
pub(crate) fn compare(arrays: &mut Arrays<'_>, layer: &Layer, derived: &Derived) -> Result<Option<Compared>> {
    let root = match &derived.upstream {
        Some(upstream) => against(arrays, upstream, &derived.forward)?,
        None => derived.forward.e,
    };
    let mut roots = vec![(root, Vec::new())];
    roots.extend(derived.adjoints.iter().zip(&derived.inputs).map(|(&e, (_, value))| (e, value.shape.axes.clone())));
    let Some((point, found)) = settled(arrays, layer, derived, &roots, 1)? else { return Ok(None) };
    let plan = build(arrays, &roots[..1], &point.given.sizes)?;
    let missing = || Error::new(Kind::Name, phrase!("a layer uses a name that is neither an input nor one of its roles"));
    let mut data: Vec<Vec<f64>> = Vec::new();
    for symbol in &plan.arrays {
        data.push(point.given.arrays.get(symbol).ok_or_else(missing)?.data.clone());
    }
    let mut scalars = Vec::new();
    for symbol in &plan.scalars {
        scalars.push(*point.given.numbers.get(symbol).ok_or_else(missing)?);
    }
    let (mut memory, mut team) = (Memory::<f64>::new(&plan, 1), Team::new(1));
    let mut value = |data: &[Vec<f64>], scalars: &[f64]| -> Result<f64> {
        let views: Vec<&[f64]> = data.iter().map(Vec::as_slice).collect();
        plan.run(&mut memory, &mut team, &views, scalars, &mut [])?;
        Ok(plan.output(&memory, 0, &views, scalars)[0])
    };
    let mut stream = Stream::new(5, 5);
    let mut compared = Compared { entries: 0, worst: 0.0 };
    for ((_, input), adjoint) in derived.inputs.iter().zip(&found[1..]) {
        let Some(symbol) = symbol(arrays, input) else { continue };
        let array = plan.arrays.iter().position(|&known| known == symbol);
        let scalar = plan.scalars.iter().position(|&known| known == symbol);
        let count = adjoint.data.len();
        let entries: Vec<usize> = if count <= SAMPLE { (0..count).collect() } else { (0..SAMPLE).map(|_| stream.below(count)).collect() };
        let largest = adjoint.data.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        for entry in entries {
            let mut moved = |by: f64| -> Result<f64> {
                let cell = match (array, scalar) {
                    (Some(at), _) => &mut data[at][entry],
                    (_, Some(at)) => &mut scalars[at],
                    _ => return Ok(0.0),
                };
                let before = *cell;
                *cell += by;
                let found = value(&data, &scalars);
                match (array, scalar) {
                    (Some(at), _) => data[at][entry] = before,
                    (_, Some(at)) => scalars[at] = before,
                    _ => {}
                }
                found
            };
            // four points: the error falls with the fourth power of the step
            let step = 1e-3;
            let (near, far) = (moved(step)? - moved(-step)?, moved(2.0 * step)? - moved(-2.0 * step)?);
            let numerical = (8.0 * near - far) / (12.0 * step);
            let own = adjoint.data[entry];
            let scale = own.abs().max(numerical.abs()).max(1e-3 * largest).max(1e-9);
            compared.entries += 1;
            compared.worst = compared.worst.max((own - numerical).abs() / scale);
        }
    }
    Ok(Some(compared))
}
