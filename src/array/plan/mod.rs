//! A set of array expressions as steps over buffers: matrix products, fused maps, reductions; made once, run many times.
//! Deliberately knows no derivative and no network.
//! Read next: `build.rs` (which steps), `replace.rs` (when an array is replaced), `run.rs` (how they are carried out), `scene.rs` (what a thread does).

mod build;
mod memory;
mod replace;
mod run;
mod scene;
mod step;
mod team;
#[cfg(test)]
mod tests;

pub(crate) use build::{Update, build, build_with};
pub(crate) use run::Memory;
pub(crate) use scene::Float;
pub(crate) use team::Team;

use super::{Arrays, Dense, Environment};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Symbol};
use crate::phrase;
use crate::shape::Size;
use step::Step;

/// Steps over buffers.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    steps: Vec<Step>,
    /// Floating point operations of each step, about: known once, asked for in each run.
    works: Vec<usize>,
    buffers: Vec<Buffer>,
    /// The declared arrays that must be given, in this order.
    pub(crate) arrays: Vec<Symbol>,
    /// The scalar symbols that must be given, in this order.
    pub(crate) scalars: Vec<Symbol>,
    /// Where each root is when all steps are done, and its axes.
    outputs: Vec<(usize, Vec<usize>)>,
    /// Floats of the memory for buffers.
    arena: usize,
}

/// Where the floats of a buffer are.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// The array of this number is given by the caller.
    Given(usize),
    /// The scalar of this number is given by the caller.
    Scalar(usize),
    /// Ones on the diagonal of a square.
    Identity(usize),
    /// From here on in the arena, once memory has been shared out.
    Arena(usize),
    /// The array of this number is the caller's, and is replaced by each run.
    Moving(usize),
}

#[derive(Clone, Debug)]
struct Buffer {
    place: Place,
    length: usize,
}

impl Plan {
    /// Whether a buffer is an array of the caller's that the plan replaces.
    fn moves(&self, buffer: usize) -> bool {
        matches!(self.buffers[buffer].place, Place::Moving(_))
    }

    /// Floating point operations of a run, about.
    pub(crate) fn work(&self) -> usize {
        self.works.iter().sum()
    }
}

/// The values of expressions in the loops of these axes, in doubles.
///
/// # Errors
/// Kind `domain`: something has no value; kind `shape`, `limit`.
pub(crate) fn values(arrays: &mut Arrays<'_>, roots: &[(Expr, Vec<Size>)], given: &Environment) -> Result<Vec<Dense>> {
    let plan = build(arrays, roots, &given.sizes)?;
    let missing = |arrays: &Arrays<'_>, symbol| {
        let name = arrays.engine.pool.symbol_name(symbol);
        Error::new(Kind::Name, phrase!("no value is given for {name}", name))
    };
    let mut data: Vec<&[f64]> = Vec::with_capacity(plan.arrays.len());
    for &symbol in &plan.arrays {
        data.push(&given.arrays.get(&symbol).ok_or_else(|| missing(arrays, symbol))?.data);
    }
    let mut scalars = Vec::with_capacity(plan.scalars.len());
    for &symbol in &plan.scalars {
        scalars.push(*given.numbers.get(&symbol).ok_or_else(|| missing(arrays, symbol))?);
    }
    let mut memory = Memory::new(&plan, 1);
    plan.run(&mut memory, &mut Team::new(1), &data, &scalars, &mut [])?;
    arrays.engine.pool.meter.look()?;
    Ok((0..roots.len())
        .map(|root| Dense { axes: plan.axes(root).to_vec(), data: plan.output(&memory, root, &data, &scalars).to_vec() })
        .collect())
}
