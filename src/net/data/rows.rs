//! Which rows is a network asked about? Those of a file, whose columns are found by the names that the network knows; targets may be missing.
//! Deliberately finds no classes: targets stay the words that they are.
//! Read next: `net/model/predict.rs`.

use super::csv::{self, Place};
use super::{Dataset, Options, Targets, data, numpy};
use crate::error::Result;
use crate::phrase;
use std::path::Path;

/// Rows of features, perhaps with what belongs to each.
///
/// ```
/// use symdiff::net::data::Rows;
/// let iris = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/iris.csv");
/// let rows = Rows::read(iris, 4, &[], None)?;
/// assert_eq!((rows.inputs.len(), rows.targets.map(|words| words[0].clone())), (600, Some("setosa".to_string())));
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// One row of features after the other.
    pub inputs: Vec<f32>,
    /// The target of each row as it is written, where the file has some.
    pub targets: Option<Vec<String>>,
    /// Whether features were bytes, which are divided by 255.
    pub bytes: bool,
}

impl Rows {
    /// Reads what [`Dataset::read`] reads, a `.csv` that may lack the target, or a `.npy` of features alone. Where the data say which rows to
    /// test on, these are taken. Columns of a `.csv` are found by `names`, in any order, or else by their place; the target is the column
    /// `label`, or the only one that is no feature.
    ///
    /// # Errors
    /// As for [`Dataset::read`]; kind `data` too where there are not so many features.
    pub fn read(path: impl AsRef<Path>, features: usize, names: &[String], label: Option<&str>) -> Result<Rows> {
        let path = path.as_ref();
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let (rows, found) = match &*ending {
            "csv" | "tsv" | "txt" if path.is_file() => return table(path, features, names, label),
            "npy" if path.is_file() => {
                let (inputs, count, bytes) = numpy::rows(path)?;
                let width = inputs.len() / count.max(1);
                (Rows { inputs, targets: None, bytes }, width)
            }
            _ => {
                let dataset = Dataset::read(path, &Options { test_share: 0.0, ..Options::default() })?;
                let part = if dataset.test.targets.is_empty() { dataset.train } else { dataset.test };
                let targets = match part.targets {
                    Targets::Labels(labels) => {
                        labels.iter().map(|&label| dataset.classes.get(label as usize).cloned().unwrap_or_default()).collect()
                    }
                    Targets::Values(values) => values.iter().map(f32::to_string).collect(),
                };
                (Rows { inputs: part.inputs, targets: Some(targets), bytes: dataset.scaling.bytes }, dataset.features)
            }
        };
        if found != features {
            return Err(data(path, phrase!("has {found} numbers in each row; the network takes {features}", found, features)));
        }
        Ok(rows)
    }
}

fn table(path: &Path, features: usize, names: &[String], label: Option<&str>) -> Result<Rows> {
    let mut targeted = false;
    let table = csv::table(path, |columns, headed| {
        let mut places = vec![Place::Other; columns.len()];
        if headed && !names.is_empty() {
            for (number, name) in names.iter().enumerate() {
                let missing = || {
                    data(
                        path,
                        phrase!(
                            "has no column `{name}`, which the network takes; its columns are {columns}",
                            name,
                            columns = columns.join(", ")
                        ),
                    )
                };
                places[columns.iter().position(|column| column == name).ok_or_else(missing)?] = Place::Feature(number);
            }
            let mut others = (0..columns.len()).filter(|&at| places[at] == Place::Other);
            let only = others.next().filter(|_| others.next().is_none());
            let target = label.map(|label| csv::target(path, Some(label), columns, headed)).transpose()?.or(only);
            if let Some(target) = target {
                places[target] = Place::Target;
            }
        } else if columns.len() == features || columns.len() == features + 1 {
            let target = if columns.len() > features { Some(csv::target(path, label, columns, headed)?) } else { None };
            let mut number = 0;
            for (at, place) in places.iter_mut().enumerate() {
                *place = if target == Some(at) { Place::Target } else { Place::Feature(number) };
                number += usize::from(target != Some(at));
            }
        } else {
            return Err(data(
                path,
                phrase!(
                    "has {columns} columns; the network takes {features}, and one more may be the target",
                    columns = columns.len(),
                    features
                ),
            ));
        }
        targeted = places.contains(&Place::Target);
        Ok(places)
    })?;
    Ok(Rows { inputs: table.inputs, targets: targeted.then_some(table.words), bytes: false })
}
