//! What is kept of a trained network? Its layers as texts, its numbers, what its inputs and classes are, and where training stood.
//! Deliberately no format of its own: a `.safetensors` file, whose metadata hold what is not a number.
//! Read next: `model/header.rs` (the metadata), `model/file.rs` (how a file takes its place), `model/predict.rs`.

mod file;
mod header;
mod predict;
#[cfg(test)]
mod tests;

pub use predict::{Predictor, softmax};

use super::data::Scaling;
use super::network::{Network, Tensor};
use super::train::{Plan, Position};
use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
use header::Header;
use safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, TensorView};
use std::collections::HashMap;
use std::path::Path;

/// A network with all that is needed to use it, and perhaps to train it further.
///
/// ```
/// use symdiff::net::{Layer, Model, Network};
/// let mut network = Network::new(2, vec![Layer::named("affine 3")?, Layer::named("tanh")?], Layer::loss("softmax")?)?;
/// network.initialise(None, 1);
/// let folder = tempfile::tempdir().map_err(|e| symdiff::Error::new(symdiff::Kind::Io, symdiff::Phrase::of(&e)))?;
/// let path = folder.path().join("small.safetensors");
/// let mut model = Model::of(network);
/// model.classes = ["ant", "bee", "cat"].map(String::from).to_vec();
/// model.save(&path)?;
/// let again = Model::load(&path)?;
/// assert_eq!(again.classes, model.classes);
/// assert_eq!(again.network.layers, model.network.layers);
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// Layers, loss, parameters and states.
    pub network: Network,
    /// The names of the classes; none where outputs are values.
    pub classes: Vec<String>,
    /// Rows and columns of the images that inputs are, if they are.
    pub image_shape: Option<(usize, usize)>,
    /// The names of the inputs, where they have some.
    pub names: Vec<String>,
    /// What became of the inputs before the network saw them.
    pub scaling: Scaling,
    /// Whether numbers are kept as double floats; else they are single ones.
    pub doubles: bool,
    /// How the network was trained and where that stands.
    pub training: Option<Training>,
}

/// How a network was trained, and where that stands: enough to go on as if it had never stopped.
#[derive(Clone, PartialEq, Debug)]
pub struct Training {
    /// How.
    pub plan: Plan,
    /// Where.
    pub position: Position,
}

/// The key of the metadata that hold all that is not a number.
const KEY: &str = "symdiff";

/// A tensor on its way into a file.
struct Block {
    name: String,
    dtype: Dtype,
    axes: Vec<usize>,
    bytes: Vec<u8>,
}

impl Block {
    fn new(name: impl Into<String>, axes: &[usize], values: &[f64], doubles: bool) -> Block {
        let (dtype, bytes) = if doubles {
            (Dtype::F64, values.iter().flat_map(|x| x.to_le_bytes()).collect())
        } else {
            (Dtype::F32, values.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect())
        };
        Block { name: name.into(), dtype, axes: axes.to_vec(), bytes }
    }
}

/// The name of a memory of the optimiser in a file.
fn memory_name(parameter: &str, number: usize) -> String {
    format!("memory.{parameter}.{number}")
}

/// The names of the tensors of [`Scaling`].
const MEANS: &str = "inputs.means";
const DEVIATIONS: &str = "inputs.deviations";

impl Model {
    /// A network with nothing known beside it.
    #[must_use]
    pub fn of(network: Network) -> Model {
        Model {
            network,
            classes: Vec::new(),
            image_shape: None,
            names: Vec::new(),
            scaling: Scaling::default(),
            doubles: false,
            training: None,
        }
    }

    /// Writes the model to a `.safetensors` file. The file is written beside its place and then takes it, so that at any moment there is the
    /// old one or the new one, whole.
    ///
    /// # Errors
    /// Kind `io`; kind `data` for a network that could not be read back, such as one whose layers' fields were set to what no text says.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        file::replace(path.as_ref(), &self.to_bytes()?)
    }

    /// The bytes of a `.safetensors` file.
    ///
    /// # Errors
    /// As for [`Model::save`].
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let text = Header::of(self)?.to_text()?;
        let mut blocks: Vec<Block> = Vec::new();
        for tensor in self.network.parameters.iter().chain(&self.network.state) {
            blocks.push(Block::new(&tensor.name, &tensor.axes, &tensor.values, self.doubles));
        }
        if let Some(training) = self.training.as_ref().filter(|training| !training.position.memories.is_empty()) {
            let each = training.plan.optimizer.memories();
            let slots = self.network.parameters.iter().flat_map(|tensor| (0..each).map(move |number| (tensor, number)));
            for ((tensor, number), values) in slots.zip(&training.position.memories) {
                blocks.push(Block::new(memory_name(&tensor.name, number), &tensor.axes, values, self.doubles));
            }
        }
        if let Some((means, deviations)) = &self.scaling.standard {
            blocks.push(Block::new(MEANS, &[means.len()], means, true));
            blocks.push(Block::new(DEVIATIONS, &[deviations.len()], deviations, true));
        }
        let mut names: Vec<&str> = blocks.iter().map(|block| block.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::new(
                Kind::Data,
                phrase!("the model cannot be written: two of its arrays are called `{pair}`", pair = pair[0]),
            ));
        }
        let views: Vec<(&str, TensorView<'_>)> = blocks
            .iter()
            .map(|block| Ok((block.name.as_str(), TensorView::new(block.dtype, block.axes.clone(), &block.bytes)?)))
            .collect::<std::result::Result<_, SafeTensorError>>()
            .map_err(|error| Error::new(Kind::Data, phrase!("the model cannot be written: {error}", error)))?;
        // one key: the order of several would change from run to run
        let metadata = HashMap::from([(KEY.to_string(), text)]);
        safetensors::serialize(views, Some(metadata))
            .map_err(|error| Error::new(Kind::Data, phrase!("the model cannot be written: {error}", error)))
    }

    /// Reads a model from a `.safetensors` file.
    ///
    /// # Errors
    /// Kind `io` where the file cannot be read; kind `data` where it is none that [`Model::save`] has written, or is damaged.
    pub fn load(path: impl AsRef<Path>) -> Result<Model> {
        let path = path.as_ref();
        let bytes = file::read(path)?;
        Model::from_bytes(&bytes)
            .map_err(|error| Error::new(Kind::Data, phrase!("`{path}` {what}", path = path.display(), what = error.phrase())))
    }

    /// Reads a model from the bytes of a `.safetensors` file.
    ///
    /// # Errors
    /// Kind `data`; the message goes on where the name of the file ends.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(damage)?;
        let text = metadata
            .metadata()
            .as_ref()
            .and_then(|known| known.get(KEY))
            .ok_or_else(|| data(phrase!("holds tensors, but no network of symdiff")))?;
        let header = Header::read(text)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(damage)?;
        let mut rest = Tensors { tensors: &tensors, used: 0 };
        // no more room than the file's own numbers need
        let mut model = header.model(bytes.len() / 4)?;
        for tensor in model.network.parameters.iter_mut().chain(&mut model.network.state) {
            let (values, doubles) = rest.take(&tensor.name, &tensor.axes)?;
            tensor.values = values;
            model.doubles |= doubles;
        }
        if let Some(training) = &mut model.training {
            let each = if header.remembers() { training.plan.optimizer.memories() } else { 0 };
            for Tensor { name, axes, .. } in &model.network.parameters {
                for number in 0..each {
                    training.position.memories.push(rest.take(&memory_name(name, number), axes)?.0);
                }
            }
        }
        if header.standardised() {
            let axes = [model.network.inputs];
            model.scaling.standard = Some((rest.take(MEANS, &axes)?.0, rest.take(DEVIATIONS, &axes)?.0));
        }
        if rest.used != tensors.len() {
            return Err(data(phrase!(
                "has {tensors} tensors, but its network and training need {used}",
                tensors = tensors.len(),
                used = rest.used
            )));
        }
        Ok(model)
    }
}

/// The tensors of a file, and how many of them have found their place.
struct Tensors<'a> {
    tensors: &'a SafeTensors<'a>,
    used: usize,
}

impl Tensors<'_> {
    /// The numbers of a tensor that must have these sizes, and whether they are doubles.
    fn take(&mut self, name: &str, axes: &[usize]) -> Result<(Vec<f64>, bool)> {
        let tensor = self.tensors.tensor(name).map_err(|_| data(phrase!("lacks the tensor `{name}`", name)))?;
        if tensor.shape() != axes {
            return Err(data(phrase!(
                "has the tensor `{name}` with the sizes {sizes}; its layers need {axes}",
                name,
                sizes = format!("{:?}", tensor.shape()),
                axes = format!("{axes:?}")
            )));
        }
        self.used += 1;
        let bytes = tensor.data();
        match tensor.dtype() {
            Dtype::F32 => Ok((bytes.as_chunks().0.iter().map(|&four| f64::from(f32::from_le_bytes(four))).collect(), false)),
            Dtype::F64 => Ok((bytes.as_chunks().0.iter().map(|&eight| f64::from_le_bytes(eight)).collect(), true)),
            other => Err(data(phrase!("has the tensor `{name}` of type {other}; there are F32 and F64", name, other))),
        }
    }
}

/// What is wrong with a file, without its name.
fn data(what: Phrase) -> Error {
    Error::new(Kind::Data, what)
}

fn damage(error: SafeTensorError) -> Error {
    match error {
        SafeTensorError::HeaderTooSmall => data(phrase!("is no .safetensors file: it is too short for one")),
        SafeTensorError::InvalidHeaderLength => data(phrase!("is no .safetensors file, or it is cut short")),
        SafeTensorError::MetadataIncompleteBuffer => data(phrase!("is damaged: its tensors do not fill it; it may be cut short")),
        error => data(phrase!("is no .safetensors file, or it is damaged: {error}", error)),
    }
}
