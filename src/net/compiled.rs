//! A network's formulas as a plan for batches of one size: outputs, loss, gradient.
//! Deliberately without training: `train.rs` adds the update of the parameters to the same plan.
//! Read next: `array/plan/mod.rs`.

use super::layer::BATCH;
use super::network::{Formula, Network, Tensor};
use crate::array::plan::{Float, Memory, Plan, Team, build};
use crate::array::{Arrays, By, Leaf, NodeId};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::phrase;
use crate::shape::Size;
use std::collections::HashMap;

/// What is to be worked out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Want {
    /// What the last layer gives, in prediction.
    Outputs,
    /// The loss, in prediction.
    Loss,
    /// Loss and outputs, in prediction.
    LossAndOutputs,
    /// The loss, in training.
    TrainingLoss,
    /// The derivative of the loss by each parameter, in training.
    Gradient,
}

/// What an array of a plan is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Inputs,
    Targets,
    Parameter(usize),
    State(usize),
    Noise(usize),
}

/// A plan with its memory.
#[derive(Debug)]
pub(crate) struct Compiled<T> {
    plan: Plan,
    memory: Memory<T>,
    team: Team,
    roles: Vec<Role>,
    /// Parameters and states as floats of this kind, and masks.
    held: Vec<Vec<T>>,
}

impl<T: Float> Compiled<T> {
    /// The plan for batches of this many examples.
    pub(crate) fn new(network: &Network, want: Want, examples: usize, threads: usize) -> Result<Compiled<T>> {
        let mut pool = Pool::default();
        let mut arrays = Arrays::new(&mut pool);
        let training = matches!(want, Want::TrainingLoss | Want::Gradient);
        let formula = network.formula(&mut arrays, network.layers.len(), training)?;
        let outputs = (formula.logits.e, formula.logits.shape.axes.clone());
        let roots = match want {
            Want::Outputs => vec![outputs],
            Want::Loss | Want::TrainingLoss => vec![(formula.loss, Vec::new())],
            Want::LossAndOutputs => vec![(formula.loss, Vec::new()), outputs],
            Want::Gradient => {
                let gradients = gradients(&mut arrays, &formula)?;
                gradients.into_iter().zip(&formula.parameters).map(|(e, array)| (e, array.shape.axes.clone())).collect()
            }
        };
        let plan = build(&mut arrays, &roots, &sizes(examples))?;
        let roles = roles(&arrays, &plan, network, &formula)?;
        let held = roles.iter().map(|role| hold(*role, network, &formula, examples)).collect();
        let memory = Memory::new(&plan, threads);
        Ok(Compiled { plan, memory, team: Team::new(threads), roles, held })
    }

    /// Runs the plan for a batch; parameters are those of the network, or these.
    pub(crate) fn run(&mut self, network: &Network, inputs: &[T], targets: &[T], parameters: &[&[T]]) -> Result<()> {
        for (role, held) in self.roles.iter().zip(&mut self.held) {
            match *role {
                Role::Parameter(at) if parameters.is_empty() => fill(held, &network.parameters[at].values),
                Role::State(at) => fill(held, &network.state[at].values),
                _ => {}
            }
        }
        let given: Vec<&[T]> = self
            .roles
            .iter()
            .zip(&self.held)
            .map(|(role, held)| match *role {
                Role::Inputs => inputs,
                Role::Targets => targets,
                Role::Parameter(at) if !parameters.is_empty() => parameters[at],
                _ => held,
            })
            .collect();
        self.plan.run(&mut self.memory, &mut self.team, &given, &[], &mut [])
    }

    /// A result, after a run.
    pub(crate) fn output(&self, root: usize) -> &[T] {
        self.plan.output(&self.memory, root, &[], &[])
    }
}

fn fill<T: Float>(to: &mut [T], from: &[f64]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = T::from_double(from));
}

/// The derivatives of the loss by all parameters.
pub(crate) fn gradients(arrays: &mut Arrays<'_>, formula: &Formula) -> Result<Vec<Expr>> {
    let by: Vec<By> = formula.parameters.iter().map(|array| Ok(By::Array(node_of(arrays, array.e)?))).collect::<Result<_>>()?;
    arrays.gradient(formula.loss, &by)
}

/// The array that layers learn or remember: it is no plain number.
pub(crate) fn node_of(arrays: &Arrays<'_>, whole: Expr) -> Result<NodeId> {
    match arrays.as_leaf(whole) {
        Some(Leaf::Entry(node, _)) => Ok(*node),
        _ => Err(Error::new(Kind::Shape, phrase!("a parameter is an array with at least one axis"))),
    }
}

/// The number behind each name of a size.
pub(crate) fn sizes(examples: usize) -> HashMap<Box<str>, usize> {
    [(BATCH.into(), examples)].into()
}

/// What each array is that a plan must be given.
fn roles(arrays: &Arrays<'_>, plan: &Plan, network: &Network, formula: &Formula) -> Result<Vec<Role>> {
    if let Some(&symbol) = plan.scalars.first() {
        return Err(unknown(arrays.engine.pool.symbol_key(symbol)));
    }
    plan.arrays.iter().map(|&symbol| role(arrays, symbol, network, formula)).collect()
}

/// What an array of a network's formulas is.
pub(crate) fn role(arrays: &Arrays<'_>, symbol: Symbol, network: &Network, formula: &Formula) -> Result<Role> {
    let key = arrays.engine.pool.symbol_key(symbol);
    let own = key.strip_prefix('·').unwrap_or(key);
    let position = |list: &[Tensor]| list.iter().position(|tensor| tensor.name == own);
    match key {
        "X" => Ok(Role::Inputs),
        "T" => Ok(Role::Targets),
        key => position(&network.parameters)
            .map(Role::Parameter)
            .or_else(|| position(&network.state).map(Role::State))
            .or_else(|| formula.noise.iter().position(|(mask, ..)| mask == key).map(Role::Noise))
            .ok_or_else(|| unknown(key)),
    }
}

/// A name in a layer that nothing stands for.
pub(crate) fn unknown(key: &str) -> Error {
    Error::new(Kind::Name, phrase!("a layer uses `{key}`, which is neither X nor one of its roles", key))
}

/// Memory for an array that the plan keeps.
fn hold<T: Float>(role: Role, network: &Network, formula: &Formula, examples: usize) -> Vec<T> {
    let length = match role {
        Role::Inputs | Role::Targets => 0,
        Role::Parameter(at) => network.parameters[at].values.len(),
        Role::State(at) => network.state[at].values.len(),
        Role::Noise(at) => formula.noise[at].1 * examples,
    };
    // masks are all 1 where nothing is drawn
    vec![T::from_double(1.0); length]
}

/// The sizes of an array as axes.
pub(crate) fn axes_of(lengths: &[usize]) -> Vec<Size> {
    lengths.iter().map(|&n| Size::Number(n)).collect()
}
