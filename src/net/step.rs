//! One step of training as one plan: forward, backward and the update of all parameters, for batches of one size.
//! Deliberately knows no epoch and no file.
//! Read next: `train.rs`, which takes the steps.

use super::compiled::{Role, axes_of, gradients, sizes};
use super::network::Network;
use super::optimizer::{Optimizer, SCALARS};
use super::random::Stream;
use crate::array::Arrays;
use crate::array::plan::{Float, Memory, Plan, Team, build_with};
use crate::error::Result;
use crate::expr::{Expr, Pool};
use crate::product::Selection;
use crate::shape::Size;
use smallvec::SmallVec;

/// What training moves: parameters, the optimiser's memories, what layers remember; as it is, and room for what it becomes.
#[derive(Debug)]
pub(crate) struct Moving<T> {
    /// Parameters, then their memories in order, then states.
    pub(crate) now: Vec<Vec<T>>,
    next: Vec<Vec<T>>,
    parameters: usize,
    memories: usize,
}

impl<T: Float> Moving<T> {
    /// As the network is; memories are 0.
    pub(crate) fn of(network: &Network, optimizer: &Optimizer) -> Moving<T> {
        let floats = |values: &[f64]| values.iter().map(|&x| T::from_double(x)).collect::<Vec<T>>();
        let mut now: Vec<Vec<T>> = network.parameters.iter().map(|tensor| floats(&tensor.values)).collect();
        for tensor in &network.parameters {
            for _ in 0..optimizer.memories() {
                now.push(vec![T::from_double(0.0); tensor.values.len()]);
            }
        }
        now.extend(network.state.iter().map(|tensor| floats(&tensor.values)));
        Moving { next: now.clone(), now, parameters: network.parameters.len(), memories: optimizer.memories() }
    }

    /// Writes parameters and states back.
    pub(crate) fn store(&self, network: &mut Network) {
        let states = self.parameters * (1 + self.memories);
        let tensors = network.parameters.iter_mut().zip(&self.now).chain(network.state.iter_mut().zip(&self.now[states..]));
        for (tensor, values) in tensors {
            tensor.values.iter_mut().zip(values).for_each(|(to, from)| *to = from.to_double());
        }
    }

    /// The memories of all parameters.
    pub(crate) fn memories(&self) -> &[Vec<T>] {
        &self.now[self.parameters..self.parameters * (1 + self.memories)]
    }

    /// Gives up the room for what it becomes: there are no more steps.
    pub(crate) fn finish(&mut self) {
        self.next = Vec::new();
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
    Moving(usize),
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
    /// What each result that is taken away becomes part of.
    taken: Vec<usize>,
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
        let mut taken: Vec<(Expr, Vec<Size>)> = Vec::new();
        let mut places = Vec::new();
        let mut slots = Vec::new();
        for (at, (array, slope)) in formula.parameters.iter().zip(slopes).enumerate() {
            let axes = axes_of(&network.parameters[at].axes);
            let mut memories = Vec::new();
            for number in 0..optimizer.memories() {
                let name = format!("·{}·{number}", network.parameters[at].name);
                memories.push(super::layer::whole(&mut arrays, &name, axes.clone()).e);
                slots.push(name);
            }
            let updates = optimizer.update(&mut arrays, array.e, slope, &memories)?;
            for (number, e) in updates.into_iter().enumerate() {
                places.push(if number < optimizer.memories() { parameters + at * optimizer.memories() + number } else { at });
                taken.push((e, axes.clone()));
            }
        }
        let states = parameters * (1 + optimizer.memories());
        for (at, update) in formula.updates.iter().enumerate() {
            places.push(states + at);
            taken.push((update.e, axes_of(&network.state[at].axes)));
        }
        let plan = build_with(&mut arrays, &[(formula.loss, Vec::new())], &taken, &sizes(examples))?;
        let mut given = Vec::with_capacity(plan.arrays.len());
        for &symbol in &plan.arrays {
            let key = arrays.engine.pool.symbol_key(symbol);
            if let Some(slot) = slots.iter().position(|name| name == key) {
                given.push(Given::Moving(parameters + slot));
                continue;
            }
            given.push(match super::compiled::role(&arrays, symbol, network, &formula)? {
                Role::Inputs => Given::Inputs,
                Role::Targets => Given::Targets,
                Role::Parameter(at) => Given::Moving(at),
                Role::State(at) => Given::Moving(states + at),
                Role::Noise(at) => Given::Noise(at),
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
        Ok(Step { memory: Memory::new(&plan, threads), plan, inputs, given, scalars, taken: places, masks, keeps, examples })
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
        let loss = self.carry_out(moving, team, inputs, targets, scalars)?;
        std::mem::swap(&mut moving.now, &mut moving.next);
        Ok(loss)
    }

    fn carry_out(&mut self, moving: &mut Moving<T>, team: &mut Team, inputs: Inputs<'_, T>, targets: &[T], scalars: [f64; 3]) -> Result<T> {
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
                Given::Moving(at) => &*moving.now[at],
                Given::Noise(at) => &*self.masks[at],
            })
            .collect();
        let numbers: SmallVec<[T; 4]> = self.scalars.iter().map(|&at| T::from_double(scalars[at])).collect();
        // every part of what moves is the result of exactly one formula
        let mut room: SmallVec<[Option<&mut [T]>; 128]> = moving.next.iter_mut().map(|values| Some(values.as_mut_slice())).collect();
        let mut taken: SmallVec<[&mut [T]; 128]> = SmallVec::new();
        for &at in &self.taken {
            if let Some(values) = room[at].take() {
                taken.push(values);
            }
        }
        self.plan.run_sparse(&mut self.memory, team, &given, rows, &numbers, &mut taken)?;
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
