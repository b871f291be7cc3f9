//! A layer as source code: forward, and the derived backward, as classes and functions of the languages that train networks.
//! Deliberately derives nothing; scalar statements come from `kernel/export/`, formulas of matrices from `matrix.rs`.
//! Read next: `python.rs` (NumPy, PyTorch, JAX), `rust.rs` (loops over slices).

mod matrix;
mod python;
mod rust;

use super::derived::Derived;
use super::explain::adjoints;
use super::layer::Layer;
use crate::array::Arrays;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool};
use crate::kernel::Language;
use crate::phrase;
use crate::shape::Shape;

/// The languages a layer is written in.
const LANGUAGES: &str = "rust, numpy, pytorch, jax";

/// A layer with what a writer of code needs.
struct Source<'a> {
    layer: &'a Layer,
    derived: Derived,
    /// The adjoints in their short form, which may name the output.
    adjoints: Vec<Expr>,
    /// The name of the function, such as `affine`.
    name: String,
}

impl Layer {
    /// Source code of the layer, forward and backward. Without a name it is called as the layer is, or `layer`.
    ///
    /// # Errors
    /// What is wrong with the layer; kind `request` for a language that layers are not written in; kind `domain` where it has no
    /// function for a part.
    ///
    /// ```
    /// use symdiff::Language;
    /// use symdiff::net::Layer;
    /// let code = Layer::named("sigmoid")?.code(Language::Numpy, None)?;
    /// assert!(code.contains("class Sigmoid:"));
    /// assert!(code.contains("dx = (1.0 - y)*(y*dout)"));
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn code(&self, to: Language, name: Option<&str>) -> Result<String> {
        self.code_in(&mut Pool::default(), &[], to, name)
    }

    pub(crate) fn code_in(&self, pool: &mut Pool, shapes: &[(String, Shape)], to: Language, name: Option<&str>) -> Result<String> {
        let mut arrays = Arrays::new(pool);
        let derived = Derived::new(&mut arrays, self, shapes)?;
        let adjoints = adjoints(&mut arrays, &derived)?;
        let own = self.name.split_whitespace().next().unwrap_or_default();
        let own =
            if own.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && own.len() > 1 && own != self.train { own } else { "layer" };
        let source = Source { layer: self, derived, adjoints, name: name.unwrap_or(own).to_string() };
        match to {
            Language::Numpy | Language::Pytorch | Language::Jax => python::write(&mut arrays, &source, to),
            Language::Rust => rust::write(&mut arrays, &source),
            _ => Err(Error::new(
                Kind::Request,
                phrase!("a layer is not written in {name}; the languages are {LANGUAGES}", name = to.name(), LANGUAGES),
            )),
        }
    }
}

/// The language of a word, for layers.
///
/// # Errors
/// Kind `request`, with the languages there are.
pub(crate) fn language(word: &str) -> Result<Language> {
    Language::find(word)
        .ok_or_else(|| Error::new(Kind::Request, phrase!("there is no `{word}`; a layer is written in {LANGUAGES}", word, LANGUAGES)))
}

/// `two_words` as `TwoWords`.
fn capitals(name: &str) -> String {
    let word = |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>();
    name.split('_').map(word).collect()
}
