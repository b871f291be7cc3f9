//! How is a network written down? As sizes with an activation between, or as a file with a layer on each line.
//! Deliberately knows no layer: `definitions.rs` does.
//! Read next: `definitions.rs`.

use super::layer::Layer;
use crate::error::{Error, Kind, Result};
use crate::phrase;

/// Layers, loss and the penalty of weights, as they are written down.
#[derive(Clone, PartialEq, Debug)]
pub struct Description {
    /// The inputs, where they are written.
    pub inputs: Option<usize>,
    /// The layers.
    pub layers: Vec<Layer>,
    /// The loss.
    pub loss: Layer,
    /// The penalty of weights.
    pub decay: f64,
}

impl Description {
    /// `784-50-10`: affine layers of these sizes with an activation after each but the last, and softmax with cross entropy.
    ///
    /// # Errors
    /// Kind `request`.
    ///
    /// ```
    /// use symdiff::net::Description;
    /// let description = Description::sizes("784-50-10", "relu")?;
    /// let names: Vec<&str> = description.layers.iter().map(|layer| layer.name.as_str()).collect();
    /// assert_eq!(names, ["affine 50", "relu", "affine 10"]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn sizes(text: &str, activation: &str) -> Result<Description> {
        let bad = || Error::new(Kind::Request, phrase!("`{text}` does not name a network; write the sizes as 784-50-10", text));
        let sizes: Vec<usize> =
            text.split('-').map(|size| size.trim().parse().ok().filter(|&size| size > 0)).collect::<Option<_>>().ok_or_else(bad)?;
        let [inputs, widths @ ..] = &*sizes else { return Err(bad()) };
        if widths.is_empty() {
            return Err(bad());
        }
        let mut layers = Vec::new();
        for (at, width) in widths.iter().enumerate() {
            layers.push(Layer::named(&format!("affine {width}"))?);
            if at + 1 < widths.len() {
                layers.push(Layer::named(activation)?);
            }
        }
        Ok(Description { inputs: Some(*inputs), layers, loss: Layer::loss("softmax")?, decay: 0.0 })
    }

    /// A file: on each line a layer (`affine 50`, `relu`, `= X*W + b where W: m×10 ~ he, b: 10 ~ zeros`), and perhaps `inputs 784`,
    /// `loss mse` or `loss = TEXT`, `l2 0.0001`. What follows a `#` is a remark.
    ///
    /// # Errors
    /// Kind `request`, naming the line.
    pub fn read(text: &str) -> Result<Description> {
        let mut found = Description { inputs: None, layers: Vec::new(), loss: Layer::loss("softmax")?, decay: 0.0 };
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let here =
                |error: Error| Error::new(error.kind(), phrase!("line {number}: {problem}", number = number + 1, problem = error.phrase()));
            let number_of = |rest: &str| {
                rest.trim().parse::<f64>().map_err(|_| {
                    Error::new(Kind::Request, phrase!("line {number}: `{rest}` is no number", number = number + 1, rest = rest.trim()))
                })
            };
            match line.split_once(char::is_whitespace).unwrap_or((line, "")) {
                ("", _) => {}
                ("inputs", rest) => found.inputs = Some(number_of(rest)? as usize),
                ("loss", rest) => found.loss = Layer::loss(rest).map_err(here)?,
                ("l2", rest) => found.decay = number_of(rest)?,
                _ => found.layers.push(Layer::named(line).map_err(here)?),
            }
        }
        if found.layers.is_empty() {
            return Err(Error::new(Kind::Request, phrase!("the file names no layer; write one on each line, such as `affine 10`")));
        }
        Ok(found)
    }
}
