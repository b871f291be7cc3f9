//! How good is a network on examples that it has not learned from? Loss and accuracy, batch by batch.
//! Deliberately changes nothing.
//! Read next: `compiled.rs`.

use super::compiled::{Compiled, Want};
use super::network::Network;
use super::train::Examples;
use crate::array::plan::Float;
use crate::error::Result;

/// How good a network is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Score {
    /// The mean loss.
    pub loss: f64,
    /// The share of examples whose largest output is that of the right class.
    pub accuracy: f64,
}

/// Examples looked at together.
const BATCH: usize = 500;

/// Plans for scoring, made once.
#[derive(Debug)]
pub(crate) struct Evaluator<T> {
    full: Compiled<T>,
    rest: Option<(usize, Compiled<T>)>,
    threads: usize,
    inputs: Vec<T>,
    targets: Vec<T>,
}

impl<T: Float> Evaluator<T> {
    pub(crate) fn new(network: &Network, threads: usize) -> Result<Evaluator<T>> {
        let zeros = |width: usize| vec![T::from_single(0.0); width * BATCH];
        let full = Compiled::new(network, Want::LossAndOutputs, BATCH, threads)?;
        Ok(Evaluator { full, rest: None, threads, inputs: zeros(network.inputs), targets: zeros(network.outputs) })
    }

    pub(crate) fn score(&mut self, network: &Network, examples: Examples<'_>) -> Result<Score> {
        let count = examples.count(network)?;
        let (mut loss, mut right) = (0.0, 0usize);
        let mut at = 0;
        while at < count {
            let rows: Vec<u32> = (at as u32..count.min(at + BATCH) as u32).collect();
            let inputs = &mut self.inputs[..rows.len() * network.inputs];
            let targets = &mut self.targets[..rows.len() * network.outputs];
            examples.fill_inputs(&rows, network.inputs, inputs);
            examples.fill_targets(&rows, network.outputs, targets);
            let compiled = if rows.len() == BATCH {
                &mut self.full
            } else {
                if self.rest.as_ref().is_none_or(|(size, _)| *size != rows.len()) {
                    self.rest = Some((rows.len(), Compiled::new(network, Want::LossAndOutputs, rows.len(), self.threads)?));
                }
                match &mut self.rest {
                    Some((_, rest)) => rest,
                    None => &mut self.full,
                }
            };
            compiled.run(network, inputs, targets, &[])?;
            loss += compiled.output(0)[0].to_double() * rows.len() as f64;
            for (&row, outputs) in rows.iter().zip(compiled.output(1).chunks_exact(network.outputs)) {
                right += usize::from(examples.is_right(row as usize, outputs));
            }
            at += rows.len();
        }
        let all = count.max(1) as f64;
        Ok(Score { loss: loss / all, accuracy: right as f64 / all })
    }
}

/// The mean loss and the accuracy of a network on some examples, in single floats.
///
/// # Errors
/// Kind `data` for examples that do not fit the network.
pub fn score(network: &Network, examples: Examples<'_>) -> Result<Score> {
    Evaluator::<f32>::new(network, 1)?.score(network, examples)
}
