//! One step of training as one plan: forward, backward and the update of all parameters, for batches of one size.
//! Deliberately knows no epoch and no file.
//! Read next: `train.rs`, which takes the steps.

use super::compiled::{Role, axes_of, gradients, node_of, sizes};
use super::network::Network;
use super::optimizer::{Optimizer, SCALARS};
use super::random::Stream;
use crate::array::Arrays;
use crate::array::plan::{Float, Memory, Plan, Team, Update, build_with};
use crate::error::Result;
use crate::expr::{Expr, Pool};
use crate::product::{Aligned, Selection};
use smallvec::SmallVec;

/// What training moves: parameters, the optimiser's memories, what layers remember.
#[derive(Debug)]
pub(crate) struct Moving<T> {
    /// Parameters, then their memories in order, then states.
    now: Vec<Aligned<T>>,
    parameters: usize,
    memories: usize,
}

impl<T: Float> Moving<T> {
    /// As the network is; memories are 0.
    pub(crate) fn of(network: &Network, optimizer: &Optimizer) -> Moving<T> {
        let floats = |values: &[f64]| {
            let mut floats = Aligned::filled(values.len(), T::from_double(0.0));
            floats.iter_mut().zip(values).for_each(|(to, &from)| *to = T::from_double(from));
            floats
        };
        let mut now: Vec<Aligned<T>> = network.parameters.iter().map(|tensor| floats(&tensor.values)).collect();
        for tensor in &network.parameters {
            for _ in 0..optimizer.memories() {
                now.push(Aligned::filled(tensor.values.len(), T::from_double(0.0)));
            }
        }
        now.extend(network.state.iter().map(|tensor| floats(&tensor.values)));
        Moving { now, parameters: network.parameters.len(), memories: optimizer.memories() }
    }

    /// Writes parameters and states back.
    pub(crate) fn store(&self, network: &mut Network) {
        let states = self.parameters * (1 + self.memories);
        let tensors = network.parameters.iter_mut().zip(&self.now).chain(network.state.iter_mut().zip(&self.now[states..]));
        for (tensor, values) in tensors {
            tensor.values.iter_mut().zip(values.iter()).for_each(|(to, from)| *to = from.to_double());
        }
    }

    /// The memories of all parameters.
    pub(crate) fn memories(&self) -> &[Aligned<T>] {
        &self.now[self.parameters..self.parameters * (1 + self.memories)]
    }

    /// Takes memories over, of which there are as many.
    pub(crate) fn set_memories(&mut self, values: &[Vec<f64>]) {
        for (to, from) in self.now[self.parameters..].iter_mut().zip(values) {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = T::from_double(from));
        }
    }
}

/// What an array of the plan is.
#[derive(Clone, Copy, Debug)]
enum Given {
    Inputs,
    Targets,
    Noise(usize),
}

/// The inputs of a batch: its numbers, or rows of a matrix without zeros.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inputs<'a, T> {
    Dense(&'a [T]),
    Sparse(Selection<'a, T>),
}

/// The plan of a step for batches of one size.
#[derive(Debug)]
pub(crate) struct Step<T> {
    plan: Plan,
    memory: Memory<T>,
    given: Vec<Given>,
    /// Which of the three scalars the plan wants, in its order.
    scalars: Vec<usize>,
    /// What the plan replaces, in its order: places in what moves.
    moving: Vec<usize>,
    masks: Vec<Vec<T>>,
    keeps: Vec<f64>,
    /// Which of the given arrays the inputs are, where they are only multiplied.
    inputs: Option<usize>,
    pub(crate) examples: usize,
}

impl<T: Float> Step<T> {
    pub(crate) fn new(network: &Network, optimizer: &Optimizer, examples: usize, threads: usize) -> Result<Step<T>> {
        let mut pool = Pool::default();
        let mut arrays = Arrays::new(&mut pool);
        let formula = network.formula(&mut arrays, network.layers.len(), true)?;
        let slopes = gradients(&mut arrays, &formula)?;
        let parameters = network.parameters.len();
        let mut updates = Vec::new();
        let mut moving = Vec::new();
        // The backward pass comes to the last layer first: what it has just made is still near when that layer's parameters need it. Of a layer,
        // weights come before biases: what a bias's gradient sums is a part of what the gradient of the weights makes in any case.
        let mut order: Vec<(usize, Expr)> = slopes.into_iter().enumerate().collect();
        order.sort_by_key(|&(at, _)| std::cmp::Reverse((network.layer_of(at), network.parameters[at].axes.len())));
        for (at, slope) in order {
            let tensor = &network.parameters[at];
            let parameter = formula.parameters[at].e;
            let memories: Vec<Expr> = (0..optimizer.memories())
                .map(|number| super::layer::whole(&mut arrays, &format!("·{}·{number}", tensor.name), axes_of(&tensor.axes)).e)
                .collect();
            let becomes = optimizer.update(&mut arrays, parameter, slope, &memories)?;
            let places = (0..optimizer.memories()).map(|number| parameters + at * optimizer.memories() + number).chain([at]);
            for ((array, becomes), place) in memories.into_iter().chain([parameter]).zip(becomes).zip(places) {
                updates.push(Update { array: node_of(&arrays, array)?, becomes });
                moving.push(place);
            }
        }
        let states = parameters * (1 + optimizer.memories());
        for ((at, becomes), tensor) in formula.updates.iter().enumerate().zip(&network.state) {
            let array = super::layer::whole(&mut arrays, &format!("·{}", tensor.name), axes_of(&tensor.axes)).e;
            updates.push(Update { array: node_of(&arrays, array)?, becomes: becomes.e });
            moving.push(states + at);
        }
        let plan = build_with(&mut arrays, &[(formula.loss, Vec::new())], &updates, &sizes(examples))?;
        let mut given = Vec::with_capacity(plan.arrays.len());
        for &symbol in &plan.arrays {
            given.push(match super::compiled::role(&arrays, symbol, network, &formula)? {
                Role::Inputs => Given::Inputs,
                Role::Targets => Given::Targets,
                Role::Noise(at) => Given::Noise(at),
                // each of them is replaced
                Role::Parameter(_) | Role::State(_) => return Err(super::compiled::unknown(arrays.engine.pool.symbol_key(symbol))),
            });
        }
        let mut scalars = Vec::with_capacity(plan.scalars.len());
        for &symbol in &plan.scalars {
            let key = arrays.engine.pool.symbol_key(symbol);
            match SCALARS.iter().position(|name| *name == key) {
                Some(at) => scalars.push(at),
                None => return Err(super::compiled::unknown(key)),
            }
        }
        let masks = formula.noise.iter().map(|(_, width, _)| vec![T::from_double(1.0); width * examples]).collect();
        let keeps = formula.noise.iter().map(|(_, _, keep)| *keep).collect();
        let inputs = given.iter().position(|given| matches!(given, Given::Inputs)).filter(|&at| plan.is_only_multiplied(at));
        Ok(Step { memory: Memory::new(&plan, threads), plan, inputs, given, scalars, moving, masks, keeps, examples })
    }

    /// Takes the step and answers with the loss before it. Nothing is allocated.
    pub(crate) fn take(
        &mut self,
        moving: &mut Moving<T>,
        team: &mut Team,
        inputs: Inputs<'_, T>,
        targets: &[T],
        scalars: [f64; 3],
        noise: &mut Stream,
    ) -> Result<T> {
        let (one, zero) = (T::from_double(1.0), T::from_double(0.0));
        for (mask, &keep) in self.masks.iter_mut().zip(&self.keeps) {
            noise.mask(mask, keep, one, zero);
        }
        let (dense, rows) = match inputs {
            Inputs::Dense(inputs) => (inputs, None),
            Inputs::Sparse(rows) => (&[][..], self.inputs.map(|at| (at, rows))),
        };
        let given: SmallVec<[&[T]; 128]> = self
            .given
            .iter()
            .map(|given| match *given {
                Given::Inputs => dense,
                Given::Targets => targets,
                Given::Noise(at) => &*self.masks[at],
            })
            .collect();
        let numbers: SmallVec<[T; 4]> = self.scalars.iter().map(|&at| T::from_double(scalars[at])).collect();
        // every part of what moves is replaced by exactly one formula
        let mut parts: SmallVec<[Option<&mut [T]>; 128]> = moving.now.iter_mut().map(|values| Some(&mut **values)).collect();
        let mut moving: SmallVec<[&mut [T]; 128]> = self.moving.iter().filter_map(|&at| parts[at].take()).collect();
        self.plan.run_sparse(&mut self.memory, team, &given, rows, &numbers, &mut moving)?;
        Ok(self.plan.output(&self.memory, 0, &given, &[])[0])
    }

    /// Whether the inputs may come without their zeros.
    pub(crate) fn takes_sparse(&self) -> bool {
        self.inputs.is_some()
    }

    /// Floating point operations, about.
    pub(crate) fn work(&self) -> usize {
        self.plan.work()
    }
}

#[cfg(test)]
mod tests {
    use super::Step;
    use crate::net::{Layer, Network, Optimizer};

    #[test]
    fn a_step_takes_as_long_whichever_parameter_is_declared_first() -> Result<(), crate::Error> {
        let work = |text: &str| {
            let hidden = || Layer::from_text(text);
            let layers = vec![hidden()?, Layer::named("relu")?, hidden()?, Layer::named("relu")?, Layer::named("affine 10")?];
            let network = Network::new(80, layers, Layer::loss("softmax")?)?;
            Ok::<_, crate::Error>(Step::<f32>::new(&network, &Optimizer::named("sgd", 0.1)?, 30, 1)?.work())
        };
        let usual = work("X*W + b where W: m×60 ~ weights, b: 60 ~ zeros")?;
        assert_eq!(work("X*W + b where b: 60 ~ zeros, W: m×60 ~ weights")?, usual);
        Ok(())
    }
}
