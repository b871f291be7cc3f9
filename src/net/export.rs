//! How does a trained network leave symdiff? As an ONNX file, or as source code that holds its numbers.
//! Deliberately knows no layer: what is exported is the formula of the outputs in index notation, stage by stage.
//! Read next: `export/stages.rs`, from the formula to stages; then a writer: `onnx.rs`, `python.rs`, `rust.rs`.

mod onnx;
mod python;
mod rust;
mod schema;
mod stages;

use super::model::Model;
use crate::error::{Error, Kind, Result};
use crate::expr::Pool;
use crate::message::Phrase;
use crate::phrase;

/// What a network can be exported to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// An ONNX file, opset 17, with `inputs`, `outputs` and perhaps `probabilities`.
    Onnx,
    /// A Python file with NumPy.
    Numpy,
    /// A Python file with PyTorch.
    Pytorch,
    /// A Rust file.
    Rust,
}

impl Target {
    /// `onnx`, `numpy`, `pytorch` or `rust`, or one of their usual short forms.
    ///
    /// # Errors
    /// Kind `request`.
    ///
    /// ```
    /// use symdiff::net::ExportTarget;
    /// assert_eq!(ExportTarget::find("torch")?, ExportTarget::Pytorch);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn find(name: &str) -> Result<Target> {
        match name {
            "onnx" => Ok(Target::Onnx),
            "numpy" | "np" => Ok(Target::Numpy),
            "pytorch" | "torch" => Ok(Target::Pytorch),
            "rust" | "rs" => Ok(Target::Rust),
            _ => Err(Error::new(
                Kind::Request,
                phrase!("a network is not exported to `{name}`; there are onnx, numpy, pytorch and rust", name),
            )),
        }
    }
}

impl Model {
    /// The network as a file of its own. Its inputs are as they are read, bytes from 0 to 1; where training has standardised them, so does what
    /// is exported.
    ///
    /// # Errors
    /// Kind `domain`: a layer uses what the target has no form for.
    ///
    /// ```
    /// use symdiff::net::{ExportTarget, Layer, Model, Network};
    /// let model = Model::of(Network::new(2, vec![Layer::named("affine 3")?, Layer::named("tanh")?], Layer::loss("softmax")?)?);
    /// let source = String::from_utf8(model.export(ExportTarget::Numpy)?).unwrap_or_default();
    /// assert!(source.contains("numpy.tanh(") && source.contains("def probabilities("));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn export(&self, to: Target) -> Result<Vec<u8>> {
        let mut pool = Pool::default();
        let stages = stages::of(self, &mut pool)?;
        match to {
            Target::Onnx => onnx::write(self, &mut pool, &stages),
            Target::Numpy => python::write(self, &mut pool, &stages, &python::NUMPY).map(String::into_bytes),
            Target::Pytorch => python::write(self, &mut pool, &stages, &python::PYTORCH).map(String::into_bytes),
            Target::Rust => rust::write(self, &mut pool, &stages).map(String::into_bytes),
        }
    }
}

/// What no target has a form for.
fn formless(what: Phrase) -> Error {
    Error::new(Kind::Domain, phrase!("the network cannot be exported: it uses {what}", what))
}

/// What a file of source code says of itself.
fn about(model: &Model) -> Vec<String> {
    let network = &model.network;
    let mut lines = vec![
        format!("A network of {} inputs and {} outputs, written by symdiff.", network.inputs, network.outputs),
        String::new(),
        format!("Layers: {}.", network.layers.iter().map(|layer| layer.name.as_str()).collect::<Vec<_>>().join(", ")),
    ];
    if !model.names.is_empty() {
        lines.push(format!("Inputs: {}.", model.names.join(", ")));
    }
    if model.scaling.bytes {
        lines.push("Inputs are bytes divided by 255.".to_string());
    }
    // names are anybody's texts: none may end a comment or a text
    lines.iter().map(|line| line.replace(['\n', '\r', '\\', '"'], " ")).collect()
}

/// A name that every language takes and no other array has.
fn identifier(head: &str, name: &str, number: usize) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric());
    if plain { format!("{head}_{name}") } else { format!("{head}{number}") }
}
