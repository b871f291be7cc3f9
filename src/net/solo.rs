//! One layer run alone on slices: forward, then backward with what comes from above.
//! Deliberately keeps no parameters: the caller hands in every array, as in the classes of a course.
//! Read next: `derived.rs` (the formulas), `network.rs` (layers in a row).

use super::derived::{Derived, UPSTREAM};
use super::layer::{BATCH, Layer, WIDTH};
use super::network::Tensor;
use super::trial::symbol;
use crate::array::plan::{Memory, Plan, Team, build};
use crate::array::{Arrays, Indexed};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool};
use crate::phrase;
use crate::shape::{Shape, Size};
use std::collections::HashMap;

/// A layer that runs alone.
///
/// ```
/// use symdiff::net::{Layer, Solo};
/// let mut mul = Solo::new(Layer::read("mul")?)?;
/// assert_eq!(mul.forward(&[&[100.0], &[2.0]])?, [200.0]);
/// let gradient = mul.backward(&[1.1])?;
/// assert_eq!((gradient[0].name.as_str(), gradient[0].values[0]), ("x", 2.2));
/// assert_eq!((gradient[1].name.as_str(), gradient[1].values[0]), ("y", 110.00000000000001));
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Debug)]
pub struct Solo {
    layer: Layer,
    sizes: HashMap<Box<str>, usize>,
    /// What the last forward pass was given, and the derivatives for inputs of these lengths.
    last: Option<Last>,
}

/// What forward leaves for backward.
#[derive(Debug)]
struct Last {
    given: Vec<Vec<f64>>,
    backward: Ready,
    /// Numbers in the output.
    output: usize,
}

/// A plan, and where its arrays come from.
#[derive(Debug)]
struct Ready {
    plan: Plan,
    /// What each array and each scalar of the plan is.
    arrays: Vec<From>,
    scalars: Vec<From>,
    /// Name and sizes of each root.
    roots: Vec<(String, Vec<usize>)>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
enum From {
    Given(usize),
    Above,
    Number(f64),
}

impl Solo {
    /// A layer alone; sizes are found from the lengths of what `forward` is given.
    ///
    /// # Errors
    /// What is wrong with the layer's text.
    pub fn new(layer: Layer) -> Result<Solo> {
        Solo::with_sizes(layer, &[])
    }

    /// The same, where sizes with names cannot be found from lengths: `m` for a layer of X alone.
    ///
    /// # Errors
    /// What is wrong with the layer's text.
    pub fn with_sizes(layer: Layer, sizes: &[(&str, usize)]) -> Result<Solo> {
        let mut pool = Pool::default();
        Derived::new(&mut Arrays::new(&mut pool), &layer, &[])?;
        let sizes = sizes.iter().map(|(name, n)| ((*name).into(), *n)).collect();
        Ok(Solo { layer, sizes, last: None })
    }

    /// The names of what `forward` takes, in order: inputs and parameters, then masks and targets.
    ///
    /// # Errors
    /// As for [`Solo::new`].
    pub fn inputs(&self) -> Result<Vec<String>> {
        let mut pool = Pool::default();
        let derived = Derived::new(&mut Arrays::new(&mut pool), &self.layer, &[])?;
        Ok(derived.inputs.iter().chain(&derived.given).map(|(name, _)| name.clone()).collect())
    }

    /// The output for these arrays, one slice for each name of [`Solo::inputs`]. A formula of each entry takes slices of one length;
    /// a batch of N examples stands row by row, and one example alone is a batch of one.
    ///
    /// # Errors
    /// Kind `shape`: a slice too many or too few, or of a length that does not fit.
    pub fn forward(&mut self, given: &[&[f64]]) -> Result<Vec<f64>> {
        let mut pool = Pool::default();
        let mut arrays = Arrays::new(&mut pool);
        let alone = Derived::new(&mut arrays, &self.layer, &[])?;
        let names: Vec<&String> = alone.inputs.iter().chain(&alone.given).map(|(name, _)| name).collect();
        if names.len() != given.len() {
            let all: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let message = phrase!(
                "the layer `{name}` takes {all}: {count} arrays, not {given}",
                name = self.layer.name,
                all = all.join(", "),
                count = all.len(),
                given = given.len()
            );
            return Err(Error::new(Kind::Shape, message));
        }
        // a formula of each entry runs over all entries as one vector
        let derived = if alone.scalar { entrywise(&mut arrays, &alone)? } else { alone };
        let mut sizes = self.sizes.clone();
        fit(&derived, given, &mut sizes)?;
        let value = (derived.forward.e, derived.forward.shape.axes.clone());
        let mut forward = ready(&mut arrays, &self.layer, &derived, &[(derived.output.clone(), value)], &sizes)?;
        let owned: Vec<Vec<f64>> = given.iter().map(|slice| slice.to_vec()).collect();
        let output = forward.run(&owned, &[])?.pop().map(|tensor| tensor.values).unwrap_or_default();
        let roots: Vec<(String, (Expr, Vec<Size>))> = derived
            .inputs
            .iter()
            .zip(&derived.adjoints)
            .map(|((name, value), &adjoint)| (name.clone(), (adjoint, value.shape.axes.clone())))
            .collect();
        let backward = ready(&mut arrays, &self.layer, &derived, &roots, &sizes)?;
        self.last = Some(Last { given: owned, backward, output: output.len() });
        Ok(output)
    }

    /// The derivative by each input and parameter, for `dout` the derivative by each number of the output. A loss takes `[1.0]`.
    ///
    /// # Errors
    /// Kind `request` before any `forward`; kind `shape` if `dout` is not as long as the output.
    pub fn backward(&mut self, above: &[f64]) -> Result<Vec<Tensor>> {
        let Some(last) = &mut self.last else {
            return Err(Error::new(Kind::Request, phrase!("backward comes after forward, which keeps what it was given")));
        };
        if above.len() != last.output {
            let message = phrase!(
                "{UPSTREAM} has {above} numbers and the output {output}: pass the derivative that comes from above, not the output",
                UPSTREAM,
                above = above.len(),
                output = last.output
            );
            return Err(Error::new(Kind::Shape, message));
        }
        let mut found = last.backward.run(&last.given, above)?;
        if last.output == 1 && !last.backward.uses_above() {
            // a loss is the last layer: what comes from above is a factor
            found.iter_mut().flat_map(|tensor| &mut tensor.values).for_each(|value| *value *= above[0]);
        }
        Ok(found)
    }
}

/// The formulas of a scalar layer over vectors of one length.
fn entrywise(arrays: &mut Arrays<'_>, derived: &Derived) -> Result<Derived> {
    let axes = vec![Size::Name(BATCH.into())];
    let spread = |arrays: &mut Arrays<'_>, name: &str| super::layer::whole(arrays, &format!("·{name}"), axes.clone());
    let mut names: Vec<(Expr, Expr)> = Vec::new();
    let mut inputs = Vec::new();
    for (name, value) in &derived.inputs {
        let array = spread(arrays, name);
        names.push((value.e, array.e));
        inputs.push((name.clone(), array));
    }
    let upstream = match &derived.upstream {
        Some(value) => {
            let array = spread(arrays, UPSTREAM);
            names.push((value.e, array.e));
            Some(array)
        }
        None => None,
    };
    let mut put = |e: Expr| -> Result<Expr> {
        let new = crate::walk::substitute(arrays.pool(), e, |_, here| names.iter().find(|(from, _)| *from == here).map(|(_, to)| *to))?;
        arrays.engine.collect(new)
    };
    let forward = Indexed { shape: Shape::of(axes.clone()), e: put(derived.forward.e)? };
    let adjoints = derived.adjoints.iter().map(|&e| put(e)).collect::<Result<_>>()?;
    Ok(Derived {
        scalar: true,
        output: derived.output.clone(),
        inputs,
        given: Vec::new(),
        constants: derived.constants.clone(),
        shown: forward.clone(),
        forward,
        upstream,
        adjoints,
    })
}

/// Finds the sizes with names from the lengths of the arrays, one unknown size of an array at a time.
fn fit(derived: &Derived, given: &[&[f64]], sizes: &mut HashMap<Box<str>, usize>) -> Result<()> {
    let all: Vec<_> = derived.inputs.iter().chain(&derived.given).zip(given).collect();
    for _ in 0..=all.len() {
        for ((name, value), slice) in &all {
            let mut product = 1usize;
            let mut open: Vec<&str> = Vec::new();
            for size in &value.shape.axes {
                match size {
                    Size::Number(n) => product = product.saturating_mul(*n),
                    Size::Name(size) => match sizes.get(size) {
                        Some(n) => product = product.saturating_mul(*n),
                        None => open.push(size),
                    },
                }
            }
            match *open {
                [] if product != slice.len() => {
                    return Err(Error::new(
                        Kind::Shape,
                        phrase!(
                            "`{name}` has {slice} numbers; its shape {shape} needs {product}",
                            name,
                            slice = slice.len(),
                            shape = value.shape,
                            product
                        ),
                    ));
                }
                [size] => {
                    if product == 0 || slice.is_empty() || !slice.len().is_multiple_of(product) {
                        return Err(Error::new(
                            Kind::Shape,
                            phrase!(
                                "`{name}` has {slice} numbers, which is no array {shape}",
                                name,
                                slice = slice.len(),
                                shape = value.shape
                            ),
                        ));
                    }
                    sizes.insert(size.into(), slice.len() / product);
                }
                _ => {}
            }
        }
    }
    // a batch of which nothing else is known is one example
    if let Some((((_, value), slice), true)) = all.first().map(|first| (*first, !sizes.contains_key(BATCH) && !sizes.contains_key(WIDTH)))
        && value.shape.rank() == 2
    {
        sizes.insert(BATCH.into(), 1);
        sizes.insert(WIDTH.into(), slice.len());
        return fit(derived, given, sizes);
    }
    Ok(())
}

fn ready(
    arrays: &mut Arrays<'_>,
    layer: &Layer,
    derived: &Derived,
    roots: &[(String, (Expr, Vec<Size>))],
    sizes: &HashMap<Box<str>, usize>,
) -> Result<Ready> {
    let plain: Vec<(Expr, Vec<Size>)> = roots.iter().map(|(_, root)| root.clone()).collect();
    let plan = build(arrays, &plain, sizes)?;
    let mut of: HashMap<crate::expr::Symbol, From> = HashMap::new();
    for (at, (_, value)) in derived.inputs.iter().chain(&derived.given).enumerate() {
        of.extend(symbol(arrays, value).map(|symbol| (symbol, From::Given(at))));
    }
    if let Some(value) = &derived.upstream {
        of.extend(symbol(arrays, value).map(|symbol| (symbol, From::Above)));
    }
    for ((_, value), (_, number)) in derived.constants.iter().zip(&layer.constants) {
        of.extend(symbol(arrays, value).map(|symbol| (symbol, From::Number(*number))));
    }
    for (name, n) in sizes {
        let symbol = arrays.pool().symbol_named(name);
        of.entry(symbol).or_insert(From::Number(*n as f64));
    }
    let find = |symbol: &crate::expr::Symbol| {
        of.get(symbol).copied().ok_or_else(|| super::compiled::unknown(arrays.engine.pool.symbol_key(*symbol)))
    };
    let from_arrays = plan.arrays.iter().map(find).collect::<Result<_>>()?;
    let from_scalars = plan.scalars.iter().map(find).collect::<Result<_>>()?;
    let roots = roots.iter().enumerate().map(|(at, (name, _))| (name.clone(), plan.axes(at).to_vec())).collect();
    Ok(Ready { plan, arrays: from_arrays, scalars: from_scalars, roots })
}

impl Ready {
    fn uses_above(&self) -> bool {
        self.arrays.iter().chain(&self.scalars).any(|from| matches!(from, From::Above))
    }

    fn run(&mut self, given: &[Vec<f64>], above: &[f64]) -> Result<Vec<Tensor>> {
        let slice = |from: &From| match *from {
            From::Given(at) => given.get(at).map_or(&[][..], Vec::as_slice),
            From::Above => above,
            From::Number(_) => &[],
        };
        let data: Vec<&[f64]> = self.arrays.iter().map(slice).collect();
        let scalars: Vec<f64> = self
            .scalars
            .iter()
            .map(|from| match from {
                From::Number(value) => *value,
                other => slice(other).first().copied().unwrap_or(0.0),
            })
            .collect();
        let mut memory = Memory::<f64>::new(&self.plan, 1);
        self.plan.run(&mut memory, &mut Team::new(1), &data, &scalars, &mut [])?;
        let tensor = |(at, (name, axes)): (usize, &(String, Vec<usize>))| Tensor {
            name: name.clone(),
            axes: axes.clone(),
            values: self.plan.output(&memory, at, &data, &scalars).to_vec(),
        };
        Ok(self.roots.iter().enumerate().map(tensor).collect())
    }
}
