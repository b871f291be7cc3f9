//! How does a network learn? Epochs of mini-batches in random order, each a step of the plan; the same seed and number of threads give the same numbers.
//! Deliberately reads and writes no file, and prints nothing: whoever trains is told of each step and decides whether to go on.
//! Read next: `step.rs` (one step), `evaluate.rs` (how good it is).

use super::evaluate::{Evaluator, Score};
use super::network::{Network, largest};
use super::optimizer::Optimizer;
use super::random::Stream;
use super::step::{Inputs, Moving, Step};
use crate::array::plan::{Float, Team};
use crate::error::{Error, Kind, Result};
use crate::phrase;
use crate::product::{Selection, Sparse};
use std::time::{Duration, Instant};

/// Examples, and what a network should give for them.
#[derive(Clone, Copy, Debug)]
pub struct Examples<'a> {
    /// One row of numbers after the other.
    pub inputs: &'a [f32],
    /// What belongs to each row.
    pub targets: Wanted<'a>,
}

/// What a network should give.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// The number of the right class, for each example.
    Labels(&'a [u32]),
    /// A row of numbers for each example.
    Rows(&'a [f32]),
}

impl Examples<'_> {
    /// How many there are; an error if inputs and targets do not fit the network.
    pub(crate) fn count(&self, network: &Network) -> Result<usize> {
        let (inputs, outputs) = (network.inputs, network.outputs);
        if !self.inputs.len().is_multiple_of(inputs) {
            return Err(Error::new(
                Kind::Data,
                phrase!("{numbers} numbers are no whole rows of {inputs}", numbers = self.inputs.len(), inputs),
            ));
        }
        let count = self.inputs.len() / inputs;
        match self.targets {
            Wanted::Labels(labels) => {
                if labels.len() != count {
                    return Err(Error::new(
                        Kind::Data,
                        phrase!("there are {labels} labels for {count} examples", labels = labels.len(), count),
                    ));
                }
                if let Some((at, label)) = labels.iter().enumerate().find(|(_, label)| **label as usize >= outputs) {
                    let message = phrase!(
                        "example {at} has the label {label}, but the network gives {outputs} classes, counted from 0",
                        at,
                        label,
                        outputs
                    );
                    return Err(Error::new(Kind::Data, message));
                }
            }
            Wanted::Rows(rows) => {
                if rows.len() != count * outputs {
                    return Err(Error::new(
                        Kind::Data,
                        phrase!(
                            "the targets are {rows} numbers; {count} examples of {outputs} need {needed}",
                            rows = rows.len(),
                            count,
                            outputs,
                            needed = count * outputs
                        ),
                    ));
                }
            }
        }
        Ok(count)
    }

    /// Writes some rows of inputs.
    pub(crate) fn fill_inputs<T: Float>(&self, rows: &[u32], width: usize, to: &mut [T]) {
        for (to, &row) in to.chunks_exact_mut(width).zip(rows) {
            let from = &self.inputs[row as usize * width..][..width];
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = T::from_single(from));
        }
    }

    /// Writes some rows of targets, labels as rows with a 1.
    pub(crate) fn fill_targets<T: Float>(&self, rows: &[u32], width: usize, to: &mut [T]) {
        for (to, &row) in to.chunks_exact_mut(width).zip(rows) {
            match self.targets {
                Wanted::Labels(labels) => {
                    to.fill(T::from_single(0.0));
                    to[labels[row as usize] as usize] = T::from_single(1.0);
                }
                Wanted::Rows(all) => {
                    let from = &all[row as usize * width..][..width];
                    to.iter_mut().zip(from).for_each(|(to, &from)| *to = T::from_single(from));
                }
            }
        }
    }

    /// Whether a row of outputs is largest where it should be.
    pub(crate) fn is_right<T: Float>(&self, row: usize, outputs: &[T]) -> bool {
        match self.targets {
            Wanted::Labels(labels) => largest(outputs) == labels[row] as usize,
            Wanted::Rows(all) => largest(outputs) == largest(&all[row * outputs.len()..][..outputs.len()]),
        }
    }
}

/// How to train.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// How parameters move.
    pub optimizer: Optimizer,
    /// Examples of a step.
    pub batch: usize,
    /// How often all examples are seen.
    pub epochs: usize,
    /// Of the order of examples and of masks.
    pub seed: u64,
    /// Threads that work on a step together.
    pub threads: usize,
    /// Ends after so many epochs without a lower test loss.
    pub patience: Option<usize>,
    /// Trains in doubles instead of single floats.
    pub doubles: bool,
}

/// Where a training stands between two steps: enough to go on from there as if it had never stopped.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Position {
    /// Epochs that are done.
    pub epoch: usize,
    /// Steps of the present epoch that are done.
    pub batch: usize,
    /// Steps that are done in all.
    pub step: u64,
    /// The sum of the losses of this epoch's steps.
    pub loss: f64,
    /// The lowest test loss, and how many epochs ago that was.
    pub best: Option<(f64, usize)>,
    /// What the optimiser remembers of each parameter, parameter by parameter.
    pub memories: Vec<Vec<f64>>,
}

/// What is known after a step or an epoch.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Progress {
    /// Epochs that are done.
    pub epoch: usize,
    /// Steps of the epoch that are done, and how many it has.
    pub batch: (usize, usize),
    /// The mean loss of this epoch's steps so far.
    pub loss: f64,
    /// At the end of an epoch how good the network is on the test examples.
    pub test: Option<Score>,
    /// Examples trained on in this run, and how long that took, tests left out.
    pub trained: (u64, Duration),
}

/// What is to be done after a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// Go on.
    Go,
    /// Hand out the network and the position, then go on.
    Save,
    /// End here.
    Stop,
}

/// Who is told how training goes.
pub trait Observer {
    /// After each step, and once more after each epoch, then with `test`.
    fn step(&mut self, progress: &Progress) -> Next;
    /// The network and where training stands, when [`Next::Save`] has asked for it.
    ///
    /// # Errors
    /// Those of keeping it; they end the training.
    fn save(&mut self, network: &Network, position: &Position) -> Result<()>;
}

/// An observer that only lets training run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Observer for Quiet {
    fn step(&mut self, _: &Progress) -> Next {
        Next::Go
    }
    fn save(&mut self, _: &Network, _: &Position) -> Result<()> {
        Ok(())
    }
}

/// Trains a network from a position on. The answer is where training stands at its end.
///
/// # Errors
/// Kind `data` for examples that do not fit, kind `domain` when the loss is no number any more.
///
/// ```
/// use symdiff::net::{Examples, Layer, Network, Optimizer, Position, Quiet, TrainingPlan, Wanted, train};
/// // which of two numbers is the larger?
/// let inputs: Vec<f32> = (0..200).flat_map(|i| [(i * 37 % 100) as f32 / 100.0, (i * 61 % 97) as f32 / 97.0]).collect();
/// let labels: Vec<u32> = inputs.chunks(2).map(|pair| u32::from(pair[1] > pair[0])).collect();
/// let examples = Examples { inputs: &inputs, targets: Wanted::Labels(&labels) };
/// let mut net = Network::new(2, vec![Layer::named("affine 8")?, Layer::named("tanh")?, Layer::named("affine 2")?], Layer::loss("softmax")?)?;
/// net.initialise(None, 1);
/// let plan = TrainingPlan { batch: 20, epochs: 60, ..TrainingPlan::new(Optimizer::named("adam", 0.02)?) };
/// train(&mut net, examples, Some(examples), &plan, Position::default(), &mut Quiet)?;
/// let doubles: Vec<f64> = inputs.iter().map(|&x| f64::from(x)).collect();
/// assert!(net.accuracy(&doubles, symdiff::net::Targets::Labels(&labels))? > 0.95);
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn train(
    network: &mut Network,
    examples: Examples<'_>,
    test: Option<Examples<'_>>,
    plan: &Plan,
    from: Position,
    observer: &mut dyn Observer,
) -> Result<Position> {
    if plan.doubles {
        Trainer::<f64>::new(network, examples, test, plan, from)?.run(network, observer)
    } else {
        Trainer::<f32>::new(network, examples, test, plan, from)?.run(network, observer)
    }
}

impl Plan {
    /// This optimiser, batches of 100, 10 epochs, seed 1, one thread.
    #[must_use]
    pub fn new(optimizer: Optimizer) -> Plan {
        Plan { optimizer, batch: 100, epochs: 10, seed: 1, threads: 1, patience: None, doubles: false }
    }
}

struct Trainer<'a, T> {
    plan: &'a Plan,
    examples: Examples<'a>,
    test: Option<(Examples<'a>, Evaluator<T>)>,
    moving: Moving<T>,
    full: Step<T>,
    /// The step of an epoch's last batch, where that is smaller.
    rest: Option<Step<T>>,
    team: Team,
    inputs: Vec<T>,
    /// All inputs without their zeros, where most are 0.
    sparse: Option<Sparse<T>>,
    targets: Vec<T>,
    order: Vec<u32>,
    position: Position,
    trained: (u64, Duration),
}

impl<'a, T: Float> Trainer<'a, T> {
    fn new(
        network: &Network,
        examples: Examples<'a>,
        test: Option<Examples<'a>>,
        plan: &'a Plan,
        from: Position,
    ) -> Result<Trainer<'a, T>> {
        let count = examples.count(network)?;
        if count == 0 {
            return Err(Error::new(Kind::Data, phrase!("there are no examples to train on")));
        }
        if plan.batch == 0 {
            return Err(Error::new(Kind::Request, phrase!("a batch has at least one example")));
        }
        let batch = plan.batch.min(count);
        let full = Step::new(network, &plan.optimizer, batch, plan.threads)?;
        let rest = if count.is_multiple_of(batch) { None } else { Some(Step::new(network, &plan.optimizer, count % batch, plan.threads)?) };
        let mut moving = Moving::of(network, &plan.optimizer);
        if !from.memories.is_empty() {
            let fits = from.memories.len() == moving.memories().len()
                && from.memories.iter().zip(moving.memories()).all(|(a, b)| a.len() == b.len());
            if !fits {
                return Err(Error::new(Kind::Data, phrase!("what the optimiser remembered does not belong to this network and optimiser")));
            }
            moving.set_memories(&from.memories);
        }
        let order =
            (0..u32::try_from(count).map_err(|_| crate::budget::limit(phrase!("size"), phrase!("2^32 examples"), "no option"))?).collect();
        let threads = if full.work() < WORTH_A_TEAM { 1 } else { plan.threads };
        let test = match test {
            Some(examples) => {
                examples.count(network)?;
                Some((examples, Evaluator::new(network, threads)?))
            }
            None => None,
        };
        let takes = full.takes_sparse() && rest.as_ref().is_none_or(Step::takes_sparse);
        let sparse = if takes { sparse(examples.inputs, network.inputs) } else { None };
        Ok(Trainer {
            plan,
            sparse,
            examples,
            test,
            moving,
            full,
            rest,
            team: Team::new(threads),
            inputs: vec![T::from_single(0.0); batch * network.inputs],
            targets: vec![T::from_single(0.0); batch * network.outputs],
            order,
            position: from,
            trained: (0, Duration::ZERO),
        })
    }

    fn run(mut self, network: &mut Network, observer: &mut dyn Observer) -> Result<Position> {
        let mut go = self.position.epoch < self.plan.epochs;
        while go {
            go = self.epoch(network, observer)? && self.position.epoch < self.plan.epochs;
        }
        self.moving.store(network);
        Ok(self.position())
    }

    /// Where training stands, with the optimiser's memories.
    fn position(&self) -> Position {
        let memories = self.moving.memories().iter().map(|values| values.iter().map(|x| x.to_double()).collect()).collect();
        Position { memories, ..self.position.clone() }
    }

    /// What is left of an epoch; whether to go on.
    fn epoch(&mut self, network: &mut Network, observer: &mut dyn Observer) -> Result<bool> {
        let epoch = self.position.epoch;
        self.order.iter_mut().zip(0..).for_each(|(row, number)| *row = number);
        Stream::new(self.plan.seed, ORDERS + epoch as u64).shuffle(&mut self.order);
        let batch = self.full.examples;
        let batches = self.order.len().div_ceil(batch);
        while self.position.batch < batches {
            let started = Instant::now();
            let rows = batch.min(self.order.len() - self.position.batch * batch);
            let loss = self.step(network, epoch)?;
            self.trained.0 += rows as u64;
            self.trained.1 += started.elapsed();
            self.position.batch += 1;
            self.position.step += 1;
            self.position.loss += loss;
            if !loss.is_finite() {
                let message = phrase!(
                    "the loss is no number any more after {step} steps; a smaller learning rate may help",
                    step = self.position.step
                );
                return Err(Error::new(Kind::Domain, message));
            }
            let progress = self.progress(batches, None);
            if self.told(network, observer, &progress)? {
                return Ok(false);
            }
        }
        self.moving.store(network);
        let score = match &mut self.test {
            Some((examples, evaluator)) => Some(evaluator.score(network, *examples)?),
            None => None,
        };
        let progress = Progress { epoch: epoch + 1, ..self.progress(batches, score) };
        self.position = Position { epoch: epoch + 1, batch: 0, loss: 0.0, ..std::mem::take(&mut self.position) };
        let mut patient = true;
        if let Some(score) = score {
            self.position.best = match self.position.best {
                Some((best, ago)) if score.loss >= best => Some((best, ago + 1)),
                _ => Some((score.loss, 0)),
            };
            patient = self.plan.patience.is_none_or(|patience| self.position.best.is_none_or(|(_, ago)| ago < patience));
        }
        Ok(!self.told(network, observer, &progress)? && patient)
    }

    fn progress(&self, batches: usize, test: Option<Score>) -> Progress {
        let done = self.position.batch.max(1);
        Progress {
            epoch: self.position.epoch,
            batch: (self.position.batch, batches),
            loss: self.position.loss / done as f64,
            test,
            trained: self.trained,
        }
    }

    /// Tells the observer, saves if it asks for that; whether it wants to stop.
    fn told(&mut self, network: &mut Network, observer: &mut dyn Observer, progress: &Progress) -> Result<bool> {
        match observer.step(progress) {
            Next::Go => Ok(false),
            Next::Stop => Ok(true),
            Next::Save => {
                self.moving.store(network);
                observer.save(network, &self.position())?;
                Ok(false)
            }
        }
    }

    /// One step on the next batch.
    fn step(&mut self, network: &Network, epoch: usize) -> Result<f64> {
        let batch = self.full.examples;
        let start = self.position.batch * batch;
        let rows = &self.order[start..self.order.len().min(start + batch)];
        let (width, wide) = (network.inputs, network.outputs);
        let inputs = &mut self.inputs[..rows.len() * width];
        let targets = &mut self.targets[..rows.len() * wide];
        let inputs = match &self.sparse {
            Some(matrix) => Inputs::Sparse(Selection { matrix, rows }),
            None => {
                self.examples.fill_inputs(rows, width, inputs);
                Inputs::Dense(inputs)
            }
        };
        self.examples.fill_targets(rows, wide, targets);
        let step = match &mut self.rest {
            Some(rest) if rows.len() < batch => rest,
            _ => &mut self.full,
        };
        let scalars = self.plan.optimizer.scalars(epoch, self.plan.epochs, self.position.step + 1);
        let mut noise = Stream::new(self.plan.seed, MASKS + self.position.step);
        step.take(&mut self.moving, &mut self.team, inputs, targets, scalars, &mut noise).map(|loss| loss.to_double())
    }
}

/// Numbers of random streams: orders of epochs, masks of steps.
const ORDERS: u64 = 1 << 20;
const MASKS: u64 = 1 << 40;

/// Steps of less work than this are taken by one thread alone.
const WORTH_A_TEAM: usize = 2_000_000;

/// Inputs of which a larger share is not 0 are multiplied as they are.
const SPARSE: f64 = 0.35;

/// The inputs without their zeros, if most of them are 0: then products with them take that much less work.
fn sparse<T: Float>(inputs: &[f32], width: usize) -> Option<Sparse<T>> {
    let filled = inputs.iter().filter(|x| **x != 0.0).count();
    if filled as f64 > SPARSE * inputs.len() as f64 {
        return None;
    }
    let mut matrix = Sparse::new(width);
    let mut floats = vec![T::from_single(0.0); width];
    for row in inputs.chunks_exact(width) {
        floats.iter_mut().zip(row).for_each(|(to, &from)| *to = T::from_single(from));
        matrix.push(&floats);
    }
    Some(matrix)
}
