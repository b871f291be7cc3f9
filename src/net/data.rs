//! What does a network learn from: which files are read, and what do they become?
//! Deliberately trains nothing; rows are floats, classes are numbers from 0 on with names.
//! Read next: `data/idx.rs`, `data/csv.rs` and `data/numpy.rs`, the formats; `data/order.rs`, splits and batches.

mod classes;
mod csv;
mod idx;
mod numpy;
mod order;
mod rows;
mod scaling;
#[cfg(test)]
mod tests;

use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
pub use order::Batches;
pub use rows::Rows;
pub use scaling::Scaling;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is to be learned of each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets {
    /// The number of its class.
    Labels(Vec<u32>),
    /// A number.
    Values(Vec<f32>),
}

impl Targets {
    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Targets::Labels(labels) => labels.len(),
            Targets::Values(values) => values.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rows to train or to test on.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// One row of features after the other.
    pub inputs: Vec<f32>,
    /// What belongs to each row.
    pub targets: Targets,
}

/// Data that a network learns from, and others that it is tested on.
///
/// ```
/// use symdiff::net::data::{Dataset, Options};
/// let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");
/// let mut iris = Dataset::read(format!("{folder}/iris.csv"), &Options::default())?;
/// assert_eq!((iris.features, iris.train.targets.len(), iris.test.targets.len()), (4, 120, 30));
/// assert_eq!(iris.classes, ["setosa", "versicolor", "virginica"]);
/// iris.standardise();
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// The rows to train on.
    pub train: Part,
    /// The rows to test on.
    pub test: Part,
    /// Floats in each row.
    pub features: usize,
    /// The names of the features, where the file has some.
    pub names: Vec<String>,
    /// The names of the classes; empty where targets are values.
    pub classes: Vec<String>,
    /// Rows and columns of the images that rows are, if they are.
    pub image_shape: Option<(usize, usize)>,
    /// What has become of the rows since they were in their file.
    pub scaling: Scaling,
}

/// How data are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The column of a CSV that is to be learned; the last one where none is named.
    pub label: Option<String>,
    /// Whether targets are classes, or values; found out from them where nothing is said.
    pub classify: Option<bool>,
    /// How many classes there may be at most, where that is known.
    pub classes: Option<usize>,
    /// The share of the rows to test on, where the files do not say which.
    pub test_share: f64,
    /// The seed of that split.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { label: None, classify: None, classes: None, test_share: 0.2, seed: 1 }
    }
}

/// What a format has read, before classes are found and rows are split.
struct Raw {
    train: (Vec<f32>, classes::Column),
    test: Option<(Vec<f32>, classes::Column)>,
    features: usize,
    names: Vec<String>,
    image_shape: Option<(usize, usize)>,
    /// Whether inputs were bytes.
    bytes: bool,
}

impl Dataset {
    /// Reads a folder with the four files of MNIST or of a set like it (plain or as `.gz`), a folder with `x_train.npy`,
    /// `y_train.npy` and their like for testing, a `.npz` with such arrays, or a `.csv`. Bytes become floats from 0 to 1.
    /// Where the files do not say which rows to test on, these are drawn.
    ///
    /// # Errors
    /// Files that cannot be read are errors of kind `io`; those that hold something else than they should, of kind `data`.
    pub fn read(path: impl AsRef<Path>, options: &Options) -> Result<Dataset> {
        let path = path.as_ref();
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let raw = if path.is_dir() {
            if numpy::stands_in(path) { numpy::folder(path)? } else { idx::folder(path)? }
        } else {
            match ending.as_str() {
                "csv" | "tsv" | "txt" => csv::read(path, options.label.as_deref())?,
                "npz" => numpy::npz(path)?,
                _ => {
                    let known = phrase!("a .csv, a .npz, or a folder with files of MNIST or with x_train.npy and y_train.npy");
                    return Err(if path.exists() {
                        data(path, phrase!("is not read: give {known}", known))
                    } else {
                        Error::new(Kind::Io, phrase!("there is no `{path}`; give {known}", path = path.display(), known))
                    });
                }
            }
        };
        let scaling = Scaling { bytes: raw.bytes, standard: None };
        let (train, classes) = classes::targets(path, raw.train.1, options, None)?;
        let train = Part { inputs: raw.train.0, targets: train };
        let (train, test) = match raw.test {
            Some((inputs, column)) => {
                let (targets, _) = classes::targets(path, column, options, Some((&train.targets, &classes)))?;
                (train, Part { inputs, targets })
            }
            None => order::split(path, train, raw.features, options)?,
        };
        Ok(Dataset { train, test, features: raw.features, names: raw.names, classes, image_shape: raw.image_shape, scaling })
    }

    /// Moves and scales every feature so that it has the mean 0 and the deviation 1 over the rows to train on; the rows to
    /// test on get the same change. A feature that never changes becomes 0.
    pub fn standardise(&mut self) {
        let features = self.features.max(1);
        let rows = (self.train.inputs.len() / features).max(1) as f64;
        let (mut means, mut squares) = (vec![0.0; features], vec![0.0; features]);
        for row in self.train.inputs.chunks_exact(features) {
            means.iter_mut().zip(row).for_each(|(mean, &x)| *mean += f64::from(x) / rows);
        }
        // around the mean: sums of squares would cancel where the mean is large
        for row in self.train.inputs.chunks_exact(features) {
            for ((square, mean), &x) in squares.iter_mut().zip(&means).zip(row) {
                *square += (f64::from(x) - mean).powi(2) / rows;
            }
        }
        self.scaling.standard = Some((means, squares.into_iter().map(f64::sqrt).collect()));
        for part in [&mut self.train, &mut self.test] {
            self.scaling.standardise(&mut part.inputs);
        }
    }
}

/// Writes a row for each label: 1 at the place of its class, 0 elsewhere. Labels beyond the classes get no 1.
///
/// ```
/// let mut rows = [9.0; 6];
/// symdiff::net::data::one_hot(&[2, 0], 3, &mut rows);
/// assert_eq!(rows, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
/// ```
pub fn one_hot(labels: &[u32], classes: usize, out: &mut [f32]) {
    out.fill(0.0);
    for (row, &label) in out.chunks_exact_mut(classes.max(1)).zip(labels) {
        if let Some(place) = row.get_mut(label as usize) {
            *place = 1.0;
        }
    }
}

/// An error of what a file holds.
fn data(path: &Path, what: Phrase) -> Error {
    Error::new(Kind::Data, phrase!("`{path}` {what}", path = path.display(), what))
}

/// An error of the reading itself.
fn io(path: &Path, error: &std::io::Error) -> Error {
    Error::new(Kind::Io, phrase!("`{path}` cannot be read: {error}", path = path.display(), error = Phrase::of_system(error)))
}

fn open(path: &Path) -> Result<(File, u64)> {
    let opened = File::open(path).and_then(|file| file.metadata().map(|about| (file, about.len())));
    opened.map_err(|error| io(path, &error))
}

/// Reads exactly so many bytes, which must be all that are left. Memory grows with what arrives, never with what a header says.
fn rest(path: &Path, input: impl Read, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = input.take(length.saturating_add(1)).read_to_end(&mut bytes);
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(data(path, phrase!("is cut short: its compressed bytes end too early; fetch it again")))
        }
        Err(error) if matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput) => {
            Err(data(path, phrase!("is damaged: {error}; fetch it again", error)))
        }
        Err(error) => Err(io(path, &error)),
        Ok(read) if (read as u64) < length => Err(data(
            path,
            phrase!("is cut short: {length} bytes should follow its header, there are {read}; fetch it again", length, read),
        )),
        Ok(read) if read as u64 > length => {
            Err(data(path, phrase!("has more than the {length} bytes that should follow its header", length)))
        }
        Ok(_) => Ok(bytes),
    }
}

/// The first of these that is a file of the folder.
fn first_of(folder: &Path, names: &[String]) -> Option<PathBuf> {
    names.iter().map(|name| folder.join(name)).find(|path| path.is_file())
}
