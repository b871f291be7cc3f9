//! What does a model's file say beside its tensors? One JSON text: layers as texts, classes, inputs, training.
//! Deliberately no numbers of the network. Floats are texts of their own, as a reader of JSON may round them.
//! Read next: `model.rs`.

use super::{Model, Training, data};
use crate::error::{Error, Kind, Result};
use crate::net::data::Scaling;
use crate::net::layer::Layer;
use crate::net::network::Network;
use crate::net::optimizer::{Optimizer, Schedule};
use crate::net::train::{Plan, Position};
use crate::phrase;
use serde::{Deserialize, Serialize};

/// The version of this format.
const VERSION: u32 = 1;

/// A float that reads back to itself.
#[derive(Serialize, Deserialize)]
struct Exact(String);

impl Exact {
    fn of(value: f64) -> Exact {
        Exact(value.to_string())
    }

    fn value(&self) -> Result<f64> {
        self.0.parse().map_err(|_| data(phrase!("is damaged: `{value}` is no number", value = self.0)))
    }
}

/// A layer or a loss.
#[derive(Serialize, Deserialize)]
struct Text {
    name: String,
    text: String,
}

impl Text {
    /// The text of a layer, if it says all there is.
    fn of(layer: &Layer) -> Result<Text> {
        let text = Text { name: layer.name.clone(), text: layer.to_text() };
        match text.layer() {
            Ok(again) if again == *layer => Ok(text),
            _ => Err(Error::new(
                Kind::Data,
                phrase!(
                    "the layer `{name}` cannot be saved: its text `{text}` does not say all of it",
                    name = layer.name,
                    text = text.text
                ),
            )),
        }
    }

    fn layer(&self) -> Result<Layer> {
        Ok(Layer { name: self.name.clone(), ..Layer::from_text(&self.text)? })
    }
}

/// All of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    version: u32,
    inputs: usize,
    layers: Vec<Text>,
    loss: Text,
    decay: Exact,
    classes: Vec<String>,
    image_shape: Option<(usize, usize)>,
    names: Vec<String>,
    /// Whether inputs were bytes that were divided by 255.
    bytes: bool,
    /// Whether means and deviations of the inputs are among the tensors.
    standardised: bool,
    training: Option<TrainingText>,
}

#[derive(Serialize, Deserialize)]
struct TrainingText {
    optimizer: String,
    rate: Exact,
    schedule: String,
    momentum: Exact,
    beta1: Exact,
    beta2: Exact,
    decay: Exact,
    tiny: Exact,
    batch_size: usize,
    epochs: usize,
    seed: u64,
    threads: usize,
    patience: Option<usize>,
    doubles: bool,
    epoch: usize,
    batch: usize,
    step: u64,
    loss: Exact,
    best: Option<(Exact, usize)>,
    /// Whether memories of the optimiser are among the tensors.
    memories: bool,
}

impl Header {
    pub(super) fn of(model: &Model) -> Result<Header> {
        let network = &model.network;
        if let Some((means, deviations)) = &model.scaling.standard
            && [means, deviations].iter().any(|list| list.len() != network.inputs)
        {
            return Err(Error::new(
                Kind::Data,
                phrase!("a mean and a deviation are needed for each of the {inputs} inputs", inputs = network.inputs),
            ));
        }
        Ok(Header {
            version: VERSION,
            inputs: network.inputs,
            layers: network.layers.iter().map(Text::of).collect::<Result<_>>()?,
            loss: Text::of(&network.loss)?,
            decay: Exact::of(network.decay),
            classes: model.classes.clone(),
            image_shape: model.image_shape,
            names: model.names.clone(),
            bytes: model.scaling.bytes,
            standardised: model.scaling.standard.is_some(),
            training: model.training.as_ref().map(|training| TrainingText::of(training, network)).transpose()?,
        })
    }

    pub(super) fn to_text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::new(Kind::Data, phrase!("the model cannot be written: {error}", error)))
    }

    pub(super) fn read(text: &str) -> Result<Header> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        // the version first: what is written in another one need not have these fields
        let Version { version } =
            serde_json::from_str(text).map_err(|error| data(phrase!("is damaged: its metadata cannot be read: {error}", error)))?;
        if version != VERSION {
            return Err(data(phrase!("has the version {version} of this format; this program reads version {VERSION}", version, VERSION)));
        }
        serde_json::from_str(text).map_err(|error| data(phrase!("is damaged: its metadata cannot be read: {error}", error)))
    }

    pub(super) fn standardised(&self) -> bool {
        self.standardised
    }

    pub(super) fn remembers(&self) -> bool {
        self.training.as_ref().is_some_and(|training| training.memories)
    }

    /// The model without its numbers; parameters and states may have so many in all.
    pub(super) fn model(&self, most: usize) -> Result<Model> {
        let layers = self.layers.iter().map(Text::layer).collect::<Result<_>>().map_err(within)?;
        let loss = self.loss.layer().map_err(within)?;
        let mut network = Network::bounded(self.inputs, layers, loss, most).map_err(within)?;
        network.decay = self.decay.value()?;
        if !(network.decay.is_finite() && network.decay >= 0.0) {
            return Err(data(phrase!("is damaged: the decay {decay} is no penalty", decay = network.decay)));
        }
        if !self.classes.is_empty() && self.classes.len() > network.outputs {
            return Err(data(phrase!(
                "names {classes} classes, but its network gives {outputs} outputs",
                classes = self.classes.len(),
                outputs = network.outputs
            )));
        }
        if !self.names.is_empty() && self.names.len() != self.inputs {
            return Err(data(phrase!(
                "names {names} inputs, but its network takes {inputs}",
                names = self.names.len(),
                inputs = self.inputs
            )));
        }
        if self.image_shape.is_some_and(|(rows, columns)| rows.checked_mul(columns) != Some(self.inputs)) {
            return Err(data(phrase!("speaks of images that are not of its network's {inputs} inputs", inputs = self.inputs)));
        }
        Ok(Model {
            network,
            classes: self.classes.clone(),
            image_shape: self.image_shape,
            names: self.names.clone(),
            scaling: Scaling { bytes: self.bytes, standard: None },
            doubles: false,
            training: self.training.as_ref().map(TrainingText::training).transpose()?,
        })
    }
}

impl TrainingText {
    fn of(training: &Training, network: &Network) -> Result<TrainingText> {
        let Training { plan, position } = training;
        let optimizer = &plan.optimizer;
        let lengths = network.parameters.iter().flat_map(|tensor| (0..optimizer.memories()).map(|_| tensor.values.len()));
        if !position.memories.is_empty() && !position.memories.iter().map(Vec::len).eq(lengths) {
            return Err(Error::new(Kind::Data, phrase!("what the optimiser remembered does not belong to this network and optimiser")));
        }
        Ok(TrainingText {
            optimizer: optimizer.name.clone(),
            rate: Exact::of(optimizer.rate),
            schedule: optimizer.schedule.to_string(),
            momentum: Exact::of(optimizer.momentum),
            beta1: Exact::of(optimizer.beta1),
            beta2: Exact::of(optimizer.beta2),
            decay: Exact::of(optimizer.decay),
            tiny: Exact::of(optimizer.tiny),
            batch_size: plan.batch,
            epochs: plan.epochs,
            seed: plan.seed,
            threads: plan.threads,
            patience: plan.patience,
            doubles: plan.doubles,
            epoch: position.epoch,
            batch: position.batch,
            step: position.step,
            loss: Exact::of(position.loss),
            best: position.best.map(|(loss, ago)| (Exact::of(loss), ago)),
            memories: !position.memories.is_empty(),
        })
    }

    fn training(&self) -> Result<Training> {
        let optimizer = Optimizer {
            schedule: Schedule::read(&self.schedule).map_err(within)?,
            momentum: self.momentum.value()?,
            beta1: self.beta1.value()?,
            beta2: self.beta2.value()?,
            decay: self.decay.value()?,
            tiny: self.tiny.value()?,
            ..Optimizer::named(&self.optimizer, self.rate.value()?).map_err(within)?
        };
        let plan = Plan {
            optimizer,
            batch: self.batch_size,
            epochs: self.epochs,
            seed: self.seed,
            threads: self.threads,
            patience: self.patience,
            doubles: self.doubles,
        };
        let best = self.best.as_ref().map(|(loss, ago)| Ok((loss.value()?, *ago))).transpose()?;
        let position =
            Position { epoch: self.epoch, batch: self.batch, step: self.step, loss: self.loss.value()?, best, memories: Vec::new() };
        Ok(Training { plan, position })
    }
}

/// What a text in the file does not say well.
fn within(error: Error) -> Error {
    data(phrase!("is damaged: {problem}", problem = error.phrase()))
}
