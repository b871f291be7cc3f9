//! What does a model say of new inputs? Outputs, classes, probabilities.
//! Deliberately scales inputs as those were that the network learned from, so that nobody has to remember.
//! Read next: `compiled.rs`.

use super::Model;
use crate::array::plan::Float;
use crate::error::{Error, Kind, Result};
use crate::net::compiled::{Compiled, Want};
use crate::net::layer::Layer;
use crate::net::network::{Network, largest};
use crate::phrase;

/// Examples looked at together.
const BATCH: usize = 256;

/// A model made ready for many examples.
#[derive(Debug)]
pub struct Predictor<'m> {
    model: &'m Model,
    plans: Plans,
    /// The rows of a batch, scaled.
    scaled: Vec<f32>,
}

#[derive(Debug)]
enum Plans {
    Single(Ready<f32>),
    Double(Ready<f64>),
}

/// Plans for whole batches and for the last one.
#[derive(Debug, Default)]
struct Ready<T> {
    plans: Vec<(usize, Compiled<T>)>,
    inputs: Vec<T>,
}

impl<T: Float> Ready<T> {
    fn outputs(&mut self, network: &Network, rows: &[f32], out: &mut Vec<f64>) -> Result<()> {
        let count = rows.len() / network.inputs;
        let at = match self.plans.iter().position(|(size, _)| *size == count) {
            Some(at) => at,
            None => {
                self.plans.retain(|(size, _)| *size == BATCH);
                self.plans.push((count, Compiled::new(network, Want::Outputs, count, 1)?));
                self.plans.len() - 1
            }
        };
        self.inputs.clear();
        self.inputs.extend(rows.iter().map(|&x| T::from_single(x)));
        let plan = &mut self.plans[at].1;
        plan.run(network, &self.inputs, &[], &[])?;
        out.extend(plan.output(0).iter().map(|x| x.to_double()));
        Ok(())
    }
}

impl Predictor<'_> {
    /// Adds the outputs for rows of inputs, row by row, to `out`.
    ///
    /// # Errors
    /// Kind `shape`: the numbers are no whole rows.
    pub fn outputs(&mut self, rows: &[f32], out: &mut Vec<f64>) -> Result<()> {
        let network = &self.model.network;
        if !rows.len().is_multiple_of(network.inputs) {
            return Err(Error::new(
                Kind::Shape,
                phrase!("{rows} numbers are no whole rows; an example has {inputs} of them", rows = rows.len(), inputs = network.inputs),
            ));
        }
        for batch in rows.chunks(BATCH * network.inputs) {
            self.scaled.clear();
            self.scaled.extend_from_slice(batch);
            self.model.scaling.standardise(&mut self.scaled);
            match &mut self.plans {
                Plans::Single(ready) => ready.outputs(network, &self.scaled, out)?,
                Plans::Double(ready) => ready.outputs(network, &self.scaled, out)?,
            }
        }
        Ok(())
    }
}

impl Model {
    /// The model made ready for many examples.
    #[must_use]
    pub fn predictor(&self) -> Predictor<'_> {
        let plans = if self.doubles { Plans::Double(Ready::default()) } else { Plans::Single(Ready::default()) };
        Predictor { model: self, plans, scaled: Vec::new() }
    }

    /// What the last layer gives for rows of inputs, row by row. Inputs are as they are read (bytes from 0 to 1): they are standardised here.
    ///
    /// # Errors
    /// Kind `shape`: the numbers are no whole rows.
    ///
    /// ```
    /// use symdiff::net::{Layer, Model, Network};
    /// let mut network = Network::new(2, vec![Layer::named("affine 1")?], Layer::loss("mse")?)?;
    /// network.parameters[0].values = vec![2.0, -1.0];
    /// let model = Model::of(network);
    /// assert_eq!(model.predict(&[1.0, 1.0, 0.5, 3.0])?, [1.0, -2.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn predict(&self, rows: &[f32]) -> Result<Vec<f64>> {
        let mut out = Vec::with_capacity(rows.len() / self.network.inputs * self.network.outputs);
        self.predictor().outputs(rows, &mut out)?;
        Ok(out)
    }

    /// The number of the class of each row: where its output is largest.
    ///
    /// # Errors
    /// As for [`Model::predict`].
    pub fn classify(&self, rows: &[f32]) -> Result<Vec<usize>> {
        Ok(self.predict(rows)?.chunks(self.network.outputs).map(largest).collect())
    }

    /// Whether the outputs are logarithms of probabilities up to a number, as softmax with cross entropy takes them.
    #[must_use]
    pub fn has_probabilities(&self) -> bool {
        Layer::loss("softmax").is_ok_and(|softmax| softmax.train == self.network.loss.train)
    }

    /// Whether an example belongs to one of several classes.
    #[must_use]
    pub fn classifies(&self) -> bool {
        !self.classes.is_empty() || self.has_probabilities()
    }

    /// The name of a class, or its number where it has none.
    #[must_use]
    pub fn class_name(&self, class: usize) -> String {
        self.classes.get(class).cloned().unwrap_or_else(|| class.to_string())
    }
}

/// A row of outputs as probabilities: `exp(x)/sum(exp(x))`, so that nothing overflows.
///
/// ```
/// let mut row = [1000.0, 1000.0];
/// symdiff::net::softmax(&mut row);
/// assert_eq!(row, [0.5, 0.5]);
/// ```
pub fn softmax(row: &mut [f64]) {
    let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    row.iter_mut().for_each(|x| *x = (*x - top).exp());
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= sum);
}
