//! Are the targets classes or values, and which number has each class?
//! Deliberately knows no file: it gets a column of whole numbers, of numbers or of words.
//! Read next: `order.rs`, who tests and who trains.

use super::{Options, Targets, data};
use crate::error::Result;
use crate::phrase;
use std::collections::BTreeSet;
use std::path::Path;

/// A column of targets as it was read.
pub(super) enum Column {
    /// Numbers of classes, from 0 on; classes without rows keep their number.
    Whole(Vec<i64>),
    /// Numbers that may be values or names of classes.
    Numbers(Vec<f64>),
    /// Names of classes.
    Words(Vec<String>),
}

impl Column {
    /// How many rows.
    pub(super) fn len(&self) -> usize {
        match self {
            Column::Whole(labels) => labels.len(),
            Column::Numbers(numbers) => numbers.len(),
            Column::Words(words) => words.len(),
        }
    }
}

/// More different whole numbers than this are values, not classes, where nothing is said.
const MANY: usize = 100;

/// The targets and the names of their classes; those of the test rows must be among the `known` ones.
pub(super) fn targets(
    path: &Path,
    column: Column,
    options: &Options,
    known: Option<(&Targets, &[String])>,
) -> Result<(Targets, Vec<String>)> {
    let numbers = match column {
        Column::Whole(labels) => return counted(path, &labels, options, known),
        Column::Words(words) => {
            if options.classify == Some(false) {
                let word = words.iter().find(|word| word.parse::<f64>().is_err());
                return Err(data(
                    path,
                    phrase!("has words such as `{word}` where values are wanted", word = word.map_or("", String::as_str)),
                ));
            }
            let all: BTreeSet<&String> = words.iter().collect();
            let names = known.map_or_else(|| all.into_iter().cloned().collect(), |(_, names)| names.to_vec());
            return named(path, &words, names, options);
        }
        Column::Numbers(numbers) => numbers,
    };
    let classify = match known {
        Some((targets, _)) => matches!(targets, Targets::Labels(_)),
        None => options.classify.unwrap_or_else(|| {
            let different: BTreeSet<i64> = numbers.iter().map(|&x| x as i64).collect();
            numbers.iter().all(|x| x.fract() == 0.0) && different.len() <= MANY && 2 * different.len() <= numbers.len()
        }),
    };
    if !classify {
        return Ok((Targets::Values(numbers.into_iter().map(|x| x as f32).collect()), Vec::new()));
    }
    if let Some(odd) = numbers.iter().find(|x| x.fract() != 0.0) {
        return Err(data(path, phrase!("has the label {odd}, which is no whole number", odd)));
    }
    let all: BTreeSet<i64> = numbers.iter().map(|&x| x as i64).collect();
    let names = known.map_or_else(|| all.iter().map(i64::to_string).collect(), |(_, names)| names.to_vec());
    let words: Vec<String> = numbers.iter().map(|&x| (x as i64).to_string()).collect();
    named(path, &words, names, options)
}

/// Classes by their names.
fn named(path: &Path, words: &[String], names: Vec<String>, options: &Options) -> Result<(Targets, Vec<String>)> {
    if let Some(most) = options.classes.filter(|&most| names.len() > most) {
        return Err(data(path, phrase!("has {names} classes, more than the {most} that are asked for", names = names.len(), most)));
    }
    let places: std::collections::HashMap<&str, u32> = names.iter().zip(0..).map(|(name, at)| (name.as_str(), at)).collect();
    let mut labels = Vec::with_capacity(words.len());
    for (row, word) in words.iter().enumerate() {
        let Some(&label) = places.get(word.as_str()) else {
            return Err(data(
                path,
                phrase!("has the label `{word}` in row {row} to test on, which no row to train on has", word, row = row + 1),
            ));
        };
        labels.push(label);
    }
    Ok((Targets::Labels(labels), names))
}

/// Classes that are numbered in the file.
fn counted(path: &Path, labels: &[i64], options: &Options, known: Option<(&Targets, &[String])>) -> Result<(Targets, Vec<String>)> {
    let limit = known.map(|(_, names)| names.len()).or(options.classes);
    let mut found = Vec::with_capacity(labels.len());
    for (row, &label) in labels.iter().enumerate() {
        match u32::try_from(label) {
            Ok(label) if limit.is_none_or(|limit| (label as usize) < limit) => found.push(label),
            _ => {
                let most = limit.unwrap_or(1 << 32).saturating_sub(1);
                return Err(data(
                    path,
                    phrase!("has the label {label} in row {row}, which is not from 0 to {most}", label, row = row + 1, most),
                ));
            }
        }
    }
    let count = limit.unwrap_or_else(|| found.iter().max().map_or(0, |&most| most as usize + 1));
    if known.is_none() && count > (1 << 16) {
        return Err(data(
            path,
            phrase!("has the label {label}; classes are numbered from 0 to {most}", label = count - 1, most = (1 << 16) - 1),
        ));
    }
    Ok((Targets::Labels(found), (0..count).map(|class| class.to_string()).collect()))
}
