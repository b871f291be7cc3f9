//! How do layers become one formula, and its gradient a plan? Forward, loss, and whatever the engine derives from them.
//! Deliberately holds parameters and texts only; plans are made when they are asked for.
//! Read next: `layer.rs`, `compiled.rs` (plans of a network), `train.rs`.

use super::compiled::{Compiled, Want, axes_of};
use super::layer::{BATCH, Initial, Layer, sized, whole};
use super::random::Stream;
use crate::array::{Arrays, Indexed};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool};
use crate::phrase;
use crate::shape::{Shape, Size};
use std::collections::HashMap;

/// A named array of numbers: a parameter, a gradient, a state.
#[derive(Clone, PartialEq, Debug)]
pub struct Tensor {
    /// Its name in the network, such as `W1`.
    pub name: String,
    /// Its sizes.
    pub axes: Vec<usize>,
    /// Its entries, the last axis running fastest.
    pub values: Vec<f64>,
}

/// What a network should have given.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Targets<'a> {
    /// The number of the right class for each example, counted from 0.
    Labels(&'a [u32]),
    /// A row of numbers for each example, such as one-hot rows.
    Rows(&'a [f64]),
}

impl Targets<'_> {
    /// As rows of this width.
    pub(crate) fn rows(&self, width: usize, examples: usize) -> Result<Vec<f64>> {
        match self {
            Targets::Rows(rows) if rows.len() == width * examples => Ok(rows.to_vec()),
            Targets::Rows(rows) => Err(Error::new(
                Kind::Shape,
                phrase!(
                    "the targets have {rows} numbers; {examples} examples of {width} need {needed}",
                    rows = rows.len(),
                    examples,
                    width,
                    needed = width * examples
                ),
            )),
            Targets::Labels(labels) if labels.len() == examples => {
                let mut rows = vec![0.0; width * examples];
                for (at, &label) in labels.iter().enumerate() {
                    let label = label as usize;
                    if label >= width {
                        return Err(Error::new(
                            Kind::Data,
                            phrase!("label {label} of example {at} is no class: there are {width}, counted from 0", label, at, width),
                        ));
                    }
                    rows[at * width + label] = 1.0;
                }
                Ok(rows)
            }
            Targets::Labels(labels) => {
                Err(Error::new(Kind::Shape, phrase!("there are {labels} labels for {examples} examples", labels = labels.len(), examples)))
            }
        }
    }

    /// The class of each example: the label, or where the row is largest.
    fn classes(&self, width: usize) -> Vec<usize> {
        match self {
            Targets::Labels(labels) => labels.iter().map(|&label| label as usize).collect(),
            Targets::Rows(rows) => rows.chunks(width.max(1)).map(largest).collect(),
        }
    }
}

/// Where a row is largest.
pub(crate) fn largest<T: PartialOrd>(row: &[T]) -> usize {
    let mut best = 0;
    for (at, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = at;
        }
    }
    best
}

/// Layers one after the other, and a loss. The backward pass is what the engine derives from them.
///
/// ```
/// use symdiff::net::{Layer, Network, Targets};
/// let mut net = Network::new(2, vec![Layer::named("affine 3")?, Layer::named("relu")?, Layer::named("affine 2")?], Layer::loss("softmax")?)?;
/// net.initialise(None, 1);
/// let (x, t) = ([0.5, -1.0, 2.0, 0.1], Targets::Labels(&[0, 1]));
/// let gradient = net.gradient(&x, t)?;
/// assert_eq!(gradient.iter().map(|g| g.name.as_str()).collect::<Vec<_>>(), ["W1", "b1", "W2", "b2"]);
/// let numerical = net.numerical_gradient(&x, t)?;
/// for (a, b) in gradient.iter().zip(&numerical) {
///     for (a, b) in a.values.iter().zip(&b.values) {
///         assert!((a - b).abs() < 1e-7);
///     }
/// }
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Network {
    /// Numbers in an example.
    pub inputs: usize,
    /// Numbers that the last layer gives.
    pub outputs: usize,
    /// The layers, the first one first.
    pub layers: Vec<Layer>,
    /// The loss, a number, of what the last layer gives.
    pub loss: Layer,
    /// `decay/2` times the sum of the squares of all weights (parameters with two axes) is added to the loss.
    pub decay: f64,
    /// What is learnt.
    pub parameters: Vec<Tensor>,
    /// What layers remember.
    pub state: Vec<Tensor>,
    /// Which layer each parameter belongs to, and its number among the layer's own.
    owners: Vec<(usize, usize)>,
}

/// A network as formulas, for a batch of N examples.
pub(crate) struct Formula {
    pub(crate) logits: Indexed,
    pub(crate) loss: Expr,
    /// Each parameter in the order of the network's.
    pub(crate) parameters: Vec<Indexed>,
    /// What each state becomes.
    pub(crate) updates: Vec<Indexed>,
    /// The names of the masks, their width, and the probability of a 1.
    pub(crate) noise: Vec<(String, usize, f64)>,
}

impl Network {
    /// A network for examples of this many numbers. Its parameters are 0 until [`Network::initialise`].
    ///
    /// # Errors
    /// What is wrong with a layer's text, a shape that does not fit (kind `shape`), a loss that is no number.
    pub fn new(inputs: usize, layers: Vec<Layer>, loss: Layer) -> Result<Network> {
        Network::bounded(inputs, layers, loss, usize::MAX)
    }

    /// The same where parameters and states may have at most so many numbers in all, which is checked before there is room for them.
    pub(crate) fn bounded(inputs: usize, layers: Vec<Layer>, loss: Layer, mut most: usize) -> Result<Network> {
        let mut room = |axes: &[usize]| {
            let length = axes.iter().try_fold(1usize, |length, &size| length.checked_mul(size)).filter(|&length| length <= most);
            most -= length.unwrap_or(0);
            length.ok_or_else(|| {
                Error::new(Kind::Shape, phrase!("there is no room for an array of the sizes {axes}", axes = format!("{axes:?}")))
            })
        };
        let mut network =
            Network { inputs, outputs: inputs, layers, loss, decay: 0.0, parameters: Vec::new(), state: Vec::new(), owners: Vec::new() };
        if inputs == 0 {
            return Err(Error::new(Kind::Shape, phrase!("a network has at least one input")));
        }
        // widths come from the formulas themselves, layer by layer
        let mut pool = Pool::default();
        let mut arrays = Arrays::new(&mut pool);
        let (mut counts, mut width): (HashMap<String, usize>, usize) = (HashMap::new(), inputs);
        for at in 0..network.layers.len() {
            let layer = network.layers[at].clone();
            for (number, parameter) in layer.parameters.iter().enumerate() {
                let count = counts.entry(parameter.name.clone()).and_modify(|count| *count += 1).or_insert(1);
                let axes = sized(&parameter.shape, width)?;
                let values = vec![0.0; room(&axes)?];
                network.parameters.push(Tensor { name: format!("{}{count}", parameter.name), axes, values });
                network.owners.push((at, number));
            }
            for state in &layer.state {
                let count = counts.entry(state.name.clone()).and_modify(|count| *count += 1).or_insert(1);
                let axes = sized(&state.shape, width)?;
                let start = if state.initial == Initial::Ones { 1.0 } else { 0.0 };
                let values = vec![start; room(&axes)?];
                network.state.push(Tensor { name: format!("{}{count}", state.name), axes, values });
            }
            let formula = network.formula(&mut arrays, at + 1, true)?;
            width = match &*formula.logits.shape.axes {
                [Size::Name(batch), Size::Number(width)] if **batch == *BATCH => *width,
                _ => {
                    let shape = &formula.logits.shape;
                    return Err(Error::new(
                        Kind::Shape,
                        phrase!("the layer `{name}` gives the shape {shape}, not one row for each of N examples", name = layer.name, shape),
                    ));
                }
            };
            network.outputs = width;
        }
        let formula = network.formula(&mut arrays, network.layers.len(), true)?;
        if formula.loss == Expr::ZERO && network.layers.is_empty() {
            return Err(Error::new(Kind::Shape, phrase!("a network has at least one layer")));
        }
        Ok(network)
    }

    /// The network up to a number of layers as formulas; with all of them, the loss too.
    pub(crate) fn formula(&self, arrays: &mut Arrays<'_>, layers: usize, training: bool) -> Result<Formula> {
        let batch = Size::Name(BATCH.into());
        let mut value = whole(arrays, "X", vec![batch, Size::Number(self.inputs)]);
        let (mut parameters, mut updates, mut noise) = (Vec::new(), Vec::new(), Vec::new());
        let (mut next_parameter, mut next_state) = (0, 0);
        for (at, layer) in self.layers.iter().take(layers).enumerate() {
            let mut known: HashMap<String, Indexed> = HashMap::new();
            for parameter in &layer.parameters {
                let tensor = &self.parameters[next_parameter];
                next_parameter += 1;
                let array = whole(arrays, &format!("·{}", tensor.name), axes_of(&tensor.axes));
                parameters.push(array.clone());
                known.insert(parameter.name.clone(), array);
            }
            for state in &layer.state {
                let tensor = &self.state[next_state];
                next_state += 1;
                known.insert(state.name.clone(), whole(arrays, &format!("·{}", tensor.name), axes_of(&tensor.axes)));
            }
            for (name, keep) in &layer.noise {
                let mask = format!("·{name}{at}");
                let Some(Size::Number(width)) = value.shape.axes.get(1).cloned() else { continue };
                known.insert(name.clone(), whole(arrays, &mask, value.shape.axes.clone()));
                noise.push((mask, width, *keep));
            }
            known.insert("X".into(), value.clone());
            for state in &layer.state {
                updates.push(layer.lower(arrays, &state.update, &known)?);
            }
            value = layer.lower(arrays, layer.text(training), &known)?;
        }
        let mut loss = Expr::ZERO;
        if layers == self.layers.len() {
            let mut known: HashMap<String, Indexed> = HashMap::new();
            known.insert("X".into(), value.clone());
            known.insert("T".into(), whole(arrays, "T", value.shape.axes.clone()));
            let found = self.loss.lower(arrays, self.loss.text(training), &known)?;
            if !found.shape.is_number() {
                return Err(Error::new(
                    Kind::Shape,
                    phrase!("the loss `{name}` gives the shape {found}, not a number", name = self.loss.name, found = found.shape),
                ));
            }
            loss = found.e;
            if self.decay > 0.0 {
                let penalty = Layer { constants: vec![("decay".into(), self.decay)], ..Layer::from_text("decay*sum(W.^2)/2")? };
                for (array, tensor) in parameters.iter().zip(&self.parameters) {
                    if tensor.axes.len() == 2 {
                        let known = [("W".to_string(), array.clone())].into();
                        let term = penalty.lower(arrays, &penalty.train, &known)?;
                        loss = arrays.engine.add(&[loss, term.e]);
                    }
                }
            }
        }
        Ok(Formula { logits: value, loss, parameters, updates, noise })
    }

    /// The layer that a parameter is of.
    pub(crate) fn layer_of(&self, parameter: usize) -> usize {
        self.owners[parameter].0
    }

    /// Starts all parameters, weights as `weights` says where their layer does not; `None` chooses He before a ReLU-like layer, else
    /// Xavier. The same seed gives the same numbers.
    pub fn initialise(&mut self, weights: Option<Initial>, seed: u64) {
        let mut stream = Stream::new(seed, 0);
        for (tensor, &(layer, number)) in self.parameters.iter_mut().zip(&self.owners) {
            let inputs = tensor.axes.first().copied().unwrap_or(1).max(1) as f64;
            let rectified =
                self.layers.get(layer + 1).is_some_and(|next| ["relu", "gelu", "silu", "softplus"].contains(&next.name.as_str()));
            let chosen =
                self.layers[layer].parameters[number].initial.or(weights).unwrap_or(if rectified { Initial::He } else { Initial::Xavier });
            let deviation = match chosen {
                Initial::Zeros | Initial::Ones => 0.0,
                Initial::Normal(deviation) => deviation,
                Initial::Xavier => (1.0 / inputs).sqrt(),
                Initial::He => (2.0 / inputs).sqrt(),
            };
            let start = if chosen == Initial::Ones { 1.0 } else { 0.0 };
            for value in &mut tensor.values {
                *value = if deviation > 0.0 { stream.normal() * deviation } else { start };
            }
        }
    }

    /// How many numbers are learnt.
    #[must_use]
    pub fn size(&self) -> usize {
        self.parameters.iter().map(|tensor| tensor.values.len()).sum()
    }

    fn examples(&self, inputs: &[f64]) -> Result<usize> {
        if inputs.is_empty() || !inputs.len().is_multiple_of(self.inputs) {
            let message =
                phrase!("{numbers} numbers are no batch: an example has {inputs} of them", numbers = inputs.len(), inputs = self.inputs);
            return Err(Error::new(Kind::Shape, message));
        }
        Ok(inputs.len() / self.inputs)
    }

    /// What the last layer gives for each example, row by row. One example alone is a batch of one.
    ///
    /// # Errors
    /// Kind `shape`: the inputs are not whole examples.
    pub fn predict(&self, inputs: &[f64]) -> Result<Vec<f64>> {
        let mut compiled = Compiled::<f64>::new(self, Want::Outputs, self.examples(inputs)?, 1)?;
        compiled.run(self, inputs, &[], &[])?;
        Ok(compiled.output(0).to_vec())
    }

    /// The loss over a batch, as in prediction.
    ///
    /// # Errors
    /// Kind `shape`, or `data` for a label that is no class.
    pub fn loss(&self, inputs: &[f64], targets: Targets<'_>) -> Result<f64> {
        self.loss_in(inputs, targets, false)
    }

    fn loss_in(&self, inputs: &[f64], targets: Targets<'_>, training: bool) -> Result<f64> {
        let examples = self.examples(inputs)?;
        let rows = targets.rows(self.outputs, examples)?;
        let want = if training { Want::TrainingLoss } else { Want::Loss };
        let mut compiled = Compiled::<f64>::new(self, want, examples, 1)?;
        compiled.run(self, inputs, &rows, &[])?;
        Ok(compiled.output(0)[0])
    }

    /// The share of examples whose largest output is that of the right class.
    ///
    /// # Errors
    /// As for [`Network::loss`].
    pub fn accuracy(&self, inputs: &[f64], targets: Targets<'_>) -> Result<f64> {
        let examples = self.examples(inputs)?;
        targets.rows(self.outputs, examples)?;
        let outputs = self.predict(inputs)?;
        let right = outputs.chunks(self.outputs).map(largest).zip(targets.classes(self.outputs)).filter(|(a, b)| a == b).count();
        Ok(right as f64 / examples as f64)
    }

    /// The derivative of the loss by each parameter, as in training, masks all 1: derived by the engine, worked out in doubles.
    ///
    /// # Errors
    /// As for [`Network::loss`].
    pub fn gradient(&self, inputs: &[f64], targets: Targets<'_>) -> Result<Vec<Tensor>> {
        let examples = self.examples(inputs)?;
        let rows = targets.rows(self.outputs, examples)?;
        let mut compiled = Compiled::<f64>::new(self, Want::Gradient, examples, 1)?;
        compiled.run(self, inputs, &rows, &[])?;
        Ok(self
            .parameters
            .iter()
            .enumerate()
            .map(|(at, tensor)| Tensor { values: compiled.output(at).to_vec(), ..tensor.clone() })
            .collect())
    }

    /// The same by central differences of the loss, parameter by parameter: slow, and independent of the engine.
    ///
    /// # Errors
    /// As for [`Network::loss`].
    pub fn numerical_gradient(&self, inputs: &[f64], targets: Targets<'_>) -> Result<Vec<Tensor>> {
        let mut slopes = super::check::Slopes::new(self, inputs, targets)?;
        let mut found = self.parameters.clone();
        for (at, tensor) in found.iter_mut().enumerate() {
            for entry in 0..tensor.values.len() {
                tensor.values[entry] = slopes.central(at, entry)?;
            }
        }
        Ok(found)
    }

    /// The formulas of the network in symdiff's language: each layer's text and the shape that it gives.
    ///
    /// # Errors
    /// As for [`Network::new`].
    pub fn summary(&self) -> Result<Vec<(String, Shape, usize)>> {
        let mut pool = Pool::default();
        let mut arrays = Arrays::new(&mut pool);
        let mut rows = Vec::with_capacity(self.layers.len());
        for (at, layer) in self.layers.iter().enumerate() {
            let shape = self.formula(&mut arrays, at + 1, true)?.logits.shape;
            let own = self
                .owners
                .iter()
                .zip(&self.parameters)
                .filter(|((owner, _), _)| *owner == at)
                .map(|(_, tensor)| tensor.values.len())
                .sum();
            rows.push((layer.name.clone(), shape, own));
        }
        Ok(rows)
    }
}

#[cfg(test)]
#[allow(clippy::panic)] // a test that fails must say at what
mod tests {
    use super::{Network, Targets};
    use crate::net::Layer;

    fn network(layers: &[&str], loss: &str) -> Network {
        let layers = layers.iter().map(|text| Layer::named(text).unwrap_or_else(|e| panic!("{text}: {}", e.message()))).collect();
        let loss = Layer::loss(loss).unwrap_or_else(|e| panic!("{}", e.message()));
        let mut network = Network::new(3, layers, loss).unwrap_or_else(|e| panic!("{:?} {}", e.input(), e.message()));
        network.initialise(None, 11);
        network
    }

    const INPUTS: [f64; 12] = [0.3, -0.7, 1.1, 0.9, 0.2, -0.4, -1.2, 0.6, 0.5, 0.1, -0.3, 0.8];

    #[test]
    fn every_layer_and_loss_has_the_gradient_of_differences() {
        for layer in [
            "relu",
            "sigmoid",
            "tanh",
            "softplus",
            "gelu",
            "silu",
            "mul 3",
            "add 2",
            "dropout 0.3",
            "batchnorm",
            "= X.*sigmoid(c*X) where c = 1.5",
            "= sin(x) + x^2",
        ] {
            for loss in ["softmax", "mse", "= sum(abs(X - T).^3)/N"] {
                let mut net = network(&["affine 4", layer, "affine 2"], loss);
                net.decay = 0.01;
                let check =
                    net.check(&INPUTS, Targets::Labels(&[0, 1, 1, 0])).unwrap_or_else(|e| panic!("{layer} {loss}: {}", e.message()));
                assert!(check.agrees(), "{layer} {loss}: {check:?}");
                assert!(check.compared > 20, "{layer} {loss}: {check:?}");
            }
        }
    }

    #[test]
    fn slips_are_named() {
        let net = network(&["affine 3", "tanh", "affine 2"], "softmax");
        let targets = Targets::Labels(&[0, 1, 1, 0]);
        let right = net.gradient(&INPUTS, targets).unwrap_or_default();
        let slip = |change: &dyn Fn(usize, f64) -> f64| {
            let mut given = right.clone();
            let values = given[0].values.clone();
            for (at, value) in given[0].values.iter_mut().enumerate() {
                *value = change(at, values[at]);
            }
            let check = net.check_gradient(&given, &INPUTS, targets).unwrap_or_else(|e| panic!("{}", e.message()));
            check.slips.first().and_then(|(name, slip)| slip.map(|slip| (name.clone(), slip)))
        };
        let first = right[0].values.clone();
        assert_eq!(slip(&|_, x| x * 4.0), Some(("W1".into(), "scaled by N: divide by the number of examples")));
        assert_eq!(slip(&|_, x| -x), Some(("W1".into(), "the sign is turned")));
        assert_eq!(slip(&|at, _| first[(at % 3) * 3 + at / 3]), Some(("W1".into(), "transposed")));
    }

    #[test]
    fn one_example_is_a_batch_of_one_and_mistakes_are_named() {
        let net = network(&["affine 2"], "softmax");
        let one = net.predict(&INPUTS[..3]).unwrap_or_default();
        let all = net.predict(&INPUTS).unwrap_or_default();
        assert_eq!(one, all[..2]);
        let said = |result: crate::error::Result<f64>| result.map_or_else(|e| e.message().to_string(), |x| x.to_string());
        assert_eq!(said(net.loss(&INPUTS[..3], Targets::Labels(&[2]))), "label 2 of example 0 is no class: there are 2, counted from 0");
        assert_eq!(said(net.loss(&INPUTS[..3], Targets::Labels(&[0, 1]))), "there are 2 labels for 1 examples");
        let bad = Network::new(
            3,
            vec![Layer::from_text("X*W where W: 4×2 ~ he").unwrap_or_else(|e| panic!("{}", e.message()))],
            Layer::loss("mse").unwrap_or_else(|e| panic!("{}", e.message())),
        );
        assert_eq!(bad.map_or_else(|e| e.message().to_string(), |_| String::new()), "N×3 times 4×2 is no matrix product");
    }
}
