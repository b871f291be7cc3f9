//! Which stages work out the outputs of a network? Maps entry by entry, sums of products, largest entries.
//! Deliberately knows no target; sizes stay numbers, but for that of the batch.
//! Read next: `onnx.rs`, `python.rs`, `rust.rs`.

use super::formless;
use crate::array::{Arrays, At, Leaf, NodeId, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Pool, Symbol};
use crate::net::compiled::{Role, role};
use crate::net::layer::{BATCH, whole};
use crate::net::model::Model;
use crate::net::network::Formula;
use crate::phrase;
use crate::shape::Size;
use std::collections::HashMap;

/// An array on the way from the inputs to the outputs.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) axes: Vec<Size>,
    pub(super) made: Made,
}

/// What an array is made of. Loops 0, 1, ... are its axes.
#[derive(Debug)]
pub(super) enum Made {
    /// What the network is given.
    Inputs,
    /// How many examples there are, a number.
    Count,
    /// Numbers of the network.
    Held { name: String, values: Vec<f64> },
    /// An expression whose symbols are entries of arrays.
    Map { body: Expr, inputs: Vec<(Symbol, View)> },
    /// The sum of the product of these over all loops that are no axes; `sizes` are those of all loops.
    Sum { of: Vec<View>, sizes: Vec<Size> },
    /// The largest (or smallest) entry along an axis.
    Extreme { of: usize, axis: usize, largest: bool },
}

/// Entries of an array: which loop each of its axes runs with.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) stage: usize,
    pub(super) place: Vec<At>,
}

struct Builder<'a, 'p> {
    arrays: &'a mut Arrays<'p>,
    model: &'a Model,
    formula: &'a Formula,
    stages: Vec<Stage>,
    nodes: HashMap<NodeId, usize>,
    /// Numbers that belong to no network: how inputs are scaled.
    held: HashMap<Symbol, Vec<f64>>,
}

/// The stages in order; the last one gives the outputs.
pub(super) fn of(model: &Model, pool: &mut Pool) -> Result<Vec<Stage>> {
    let network = &model.network;
    let mut arrays = Arrays::new(pool);
    let formula = network.formula(&mut arrays, network.layers.len(), false)?;
    let axes = formula.logits.shape.axes.clone();
    let mut builder =
        Builder { arrays: &mut arrays, model, formula: &formula, stages: Vec::new(), nodes: HashMap::new(), held: HashMap::new() };
    builder.inputs()?;
    let last = builder.dense(formula.logits.e, &axes)?;
    if last + 1 != builder.stages.len() {
        // the outputs are what was given, or a stage that others follow
        let place = vec![At::Loop(0), At::Loop(1)];
        let symbol = builder.arrays.pool().symbol_named("·last");
        let body = builder.arrays.pool().symbol_expr(symbol);
        builder.push(axes, Made::Map { body, inputs: vec![(symbol, View { stage: last, place })] });
    }
    Ok(builder.stages)
}

impl Builder<'_, '_> {
    fn push(&mut self, axes: Vec<Size>, made: Made) -> usize {
        self.stages.push(Stage { axes, made });
        self.stages.len() - 1
    }

    /// The inputs, and what they become before the first layer sees them.
    fn inputs(&mut self) -> Result<()> {
        let axes = vec![Size::Name(BATCH.into()), Size::Number(self.model.network.inputs)];
        let given = self.push(axes.clone(), Made::Inputs);
        let array = |arrays: &mut Arrays<'_>, name: &str, axes: &[Size]| {
            let e = whole(arrays, name, axes.to_vec()).e;
            match arrays.as_leaf(e) {
                Some(Leaf::Entry(node, _)) => Ok(*node),
                _ => Err(Error::new(Kind::Shape, phrase!("an array has at least one axis"))),
            }
        };
        let inputs = array(self.arrays, "X", &axes)?;
        let Some((means, deviations)) = &self.model.scaling.standard else {
            self.nodes.insert(inputs, given);
            return Ok(());
        };
        let raw = array(self.arrays, "·inputs", &axes)?;
        self.nodes.insert(raw, given);
        // an input that never changes becomes 0
        let factors: Vec<f64> = deviations.iter().map(|&x| if x > 0.0 { 1.0 / x } else { 0.0 }).collect();
        let mut vectors = Vec::new();
        for (name, values) in [("·means", means.clone()), ("·factors", factors)] {
            let node = array(self.arrays, name, &axes[1..])?;
            let symbol = self.arrays.pool().symbol_named(name);
            self.held.insert(symbol, values);
            vectors.push(self.arrays.entry(node, [At::Loop(1)]));
        }
        let entry = self.arrays.whole(raw);
        let difference = self.arrays.engine.subtract(entry, vectors[0]);
        let scaled = self.arrays.pool().mul(&[difference, vectors[1]]);
        let stage = self.map(scaled, &axes)?;
        self.nodes.insert(inputs, stage);
        Ok(())
    }

    /// The stage of an expression in the loops of these axes.
    fn dense(&mut self, e: Expr, axes: &[Size]) -> Result<usize> {
        if let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(e).cloned()
            && place.len() == axes.len()
            && place.iter().zip(0..).all(|(at, axis)| *at == At::Loop(axis))
        {
            return self.node(node);
        }
        self.map(e, axes)
    }

    fn map(&mut self, body: Expr, axes: &[Size]) -> Result<usize> {
        let mut inputs = Vec::new();
        let mut runs = vec![false; axes.len()];
        for symbol in crate::walk::symbols(self.arrays.engine.pool, &[body]) {
            let view = match self.arrays.leaf_of(symbol).cloned() {
                Some(Leaf::Entry(node, place)) => View { stage: self.node(node)?, place: place.to_vec() },
                Some(Leaf::Delta(..)) => return Err(formless(phrase!("an identity matrix"))),
                None if self.arrays.engine.pool.symbol_key(symbol) == BATCH => View { stage: self.count(), place: Vec::new() },
                None => return Err(crate::net::compiled::unknown(self.arrays.engine.pool.symbol_key(symbol))),
            };
            for at in &view.place {
                if let At::Loop(number) = at {
                    runs[*number as usize] = true;
                }
            }
            inputs.push((symbol, view));
        }
        if runs.contains(&false) {
            return Err(formless(phrase!("an array that is the same along an axis")));
        }
        Ok(self.push(axes.to_vec(), Made::Map { body, inputs }))
    }

    fn count(&mut self) -> usize {
        match self.stages.iter().position(|stage| matches!(stage.made, Made::Count)) {
            Some(known) => known,
            None => self.push(Vec::new(), Made::Count),
        }
    }

    fn node(&mut self, node: NodeId) -> Result<usize> {
        if let Some(&known) = self.nodes.get(&node) {
            return Ok(known);
        }
        self.arrays.engine.pool.check()?;
        let array = self.arrays.node(node).clone();
        let stage = match array.source {
            Source::Symbol(symbol) => self.symbol(symbol, array.axes)?,
            Source::Sum { body, bound } if bound.is_empty() => self.dense(body, &array.axes)?,
            Source::Sum { body, bound } => self.sum(body, array.axes, &bound)?,
            Source::Extreme { of, axis, largest } => {
                let of = self.node(of)?;
                self.push(array.axes, Made::Extreme { of, axis, largest })
            }
            Source::LogSumExp(of) => {
                let (body, lead) = self.arrays.log_sum_exp_body(of);
                self.map(body, &lead)?
            }
            Source::Inverse(_) => return Err(formless(phrase!("the inverse of a matrix"))),
            Source::Determinant(_) | Source::LogDeterminant(_) => return Err(formless(phrase!("a determinant"))),
            Source::Stack(_) => return Err(formless(phrase!("a vector that is written out"))),
        };
        self.nodes.insert(node, stage);
        Ok(stage)
    }

    fn symbol(&mut self, symbol: Symbol, axes: Vec<Size>) -> Result<usize> {
        if let Some(values) = self.held.get(&symbol).cloned() {
            let name = self.arrays.engine.pool.symbol_key(symbol).trim_start_matches('·').to_string();
            return Ok(self.push(axes, Made::Held { name, values }));
        }
        let network = &self.model.network;
        let tensor = match role(self.arrays, symbol, network, self.formula)? {
            Role::Parameter(at) => &network.parameters[at],
            Role::State(at) => &network.state[at],
            Role::Inputs => return Ok(0),
            Role::Targets | Role::Noise(_) => return Err(formless(phrase!("noise or targets in prediction"))),
        };
        Ok(self.push(axes, Made::Held { name: tensor.name.clone(), values: tensor.values.clone() }))
    }

    /// A sum over bound loops of a product.
    fn sum(&mut self, body: Expr, axes: Vec<Size>, bound: &[Size]) -> Result<usize> {
        let sizes = [axes.clone(), bound.to_vec()].concat();
        let mut pieces: Vec<(Vec<u32>, Args)> = Vec::new();
        for factor in self.arrays.factors(body) {
            let loops = self.arrays.loops(factor);
            match pieces.iter_mut().find(|(known, _)| *known == loops) {
                Some((_, factors)) => factors.push(factor),
                None => pieces.push((loops, Args::from_slice(&[factor]))),
            }
        }
        let mut of = Vec::with_capacity(pieces.len());
        for (loops, factors) in pieces {
            let e = self.arrays.engine.mul(&factors);
            if let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(e).cloned() {
                of.push(View { stage: self.node(node)?, place: place.to_vec() });
                continue;
            }
            let own = |number: u32| loops.iter().position(|&known| known == number).map_or(number, |at| at as u32);
            let renamed = self.arrays.rename(e, &|number| At::Loop(own(number)))?;
            let own_axes: Vec<Size> = loops.iter().map(|&number| sizes[number as usize].clone()).collect();
            of.push(View { stage: self.map(renamed, &own_axes)?, place: loops.into_iter().map(At::Loop).collect() });
        }
        let runs = |number: u32| of.iter().any(|view| view.place.contains(&At::Loop(number)));
        if !(0..sizes.len() as u32).all(runs) {
            return Err(formless(phrase!("an array that is the same along an axis")));
        }
        Ok(self.push(axes, Made::Sum { of, sizes }))
    }
}
