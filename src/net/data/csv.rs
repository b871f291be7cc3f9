//! How is a table of text read: which cell is a feature, which is the target, and what is wrong in which row?
//! Deliberately reads a whole file at once: what does not fit in memory cannot be trained on here.
//! Read next: `classes.rs`, what the column of targets becomes.

use super::classes::Column;
use super::{Raw, data, io};
use crate::error::Result;
use crate::message::Phrase;
use crate::phrase;
use std::path::Path;

/// What a column is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The feature of this number.
    Feature(usize),
    Target,
    /// Nobody's.
    Other,
}

/// A table as it was read.
pub(super) struct Table {
    pub(super) inputs: Vec<f32>,
    /// The cells of the target, where there is one.
    pub(super) words: Vec<String>,
    /// The names of the columns; none where the first line has numbers.
    pub(super) names: Vec<String>,
}

/// Reads a table whose last column, or the one of this name, is the target.
pub(super) fn read(path: &Path, label: Option<&str>) -> Result<Raw> {
    let mut target = 0;
    let table = table(path, |names, headed| {
        if names.len() < 2 {
            return Err(data(path, phrase!("has a single column; one of features and one of targets are the least")));
        }
        target = self::target(path, label, names, headed)?;
        let place = |at: usize| if at == target { Place::Target } else { Place::Feature(at - usize::from(at > target)) };
        Ok((0..names.len()).map(place).collect())
    })?;
    let words = table.words;
    let numbers: Option<Vec<f64>> = words.iter().map(|word| word.parse::<f64>().ok()).collect();
    let column = match numbers {
        Some(numbers) => match numbers.iter().position(|x| !x.is_finite()) {
            Some(row) => {
                return Err(data(
                    path,
                    phrase!("has the target `{target}` in row {row}; targets are finite", target = words[row], row = row + 1),
                ));
            }
            None => Column::Numbers(numbers),
        },
        None => Column::Words(words),
    };
    let features = table.inputs.len() / column.len().max(1);
    let mut names = table.names;
    if !names.is_empty() {
        names.remove(target);
    }
    let image_shape = image(&names);
    Ok(Raw { train: (table.inputs, column), test: None, features, names, image_shape, bytes: false })
}

/// Which column is the target: the one of this name, or the last.
pub(super) fn target(path: &Path, label: Option<&str>, names: &[String], headed: bool) -> Result<usize> {
    let Some(label) = label else { return Ok(names.len() - 1) };
    names.iter().position(|name| name == label).ok_or_else(|| {
        let known =
            if headed { phrase!("its columns are {names}", names = names.join(", ")) } else { phrase!("its first line names no columns") };
        data(path, phrase!("has no column `{label}`: {known}", label, known))
    })
}

/// Reads a table; what each column is, is told by its names, or its number of columns where it has none.
pub(super) fn table(path: &Path, places: impl FnOnce(&[String], bool) -> Result<Vec<Place>>) -> Result<Table> {
    let bytes = std::fs::read(path).map_err(|error| io(path, &error))?;
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        data(path, phrase!("is no text in UTF-8: see line {line}", line))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()).peekable();
    let Some(&(first, _)) = lines.peek() else { return Err(data(path, phrase!("is empty"))) };
    let separator = [',', '\t', ';'].into_iter().max_by_key(|&s| (first.matches(s).count(), s == ',')).unwrap_or(',');
    let head: Vec<String> = cells(first, separator);
    // a row of names has no number; where it is missing, columns are named by their place
    let headed = head.iter().all(|cell| cell.parse::<f64>().is_err());
    if headed {
        lines.next();
    }
    let names: Vec<String> = if headed { head.clone() } else { (1..=head.len()).map(|at| format!("x{at}")).collect() };
    let places = places(&names, headed)?;
    let target = places.iter().position(|&place| place == Place::Target);
    let features = places.iter().filter(|place| matches!(place, Place::Feature(_))).count();
    let mut rows = 0usize;
    let (mut inputs, mut words) = (Vec::new(), Vec::new());
    let quoted = text.contains('"');
    let mut kept = Vec::new();
    for (line, number) in lines {
        let start = inputs.len();
        inputs.resize(start + features, 0.0);
        rows += 1;
        // without quotes the cells lie in the line as they are
        let mut row: Box<dyn Iterator<Item = &str>> = if quoted {
            kept = cells(line, separator);
            Box::new(kept.iter().map(String::as_str))
        } else {
            Box::new(line.split(separator).map(str::trim))
        };
        let mut count = 0;
        for (at, cell) in row.by_ref().enumerate() {
            count += 1;
            let place = match places.get(at) {
                Some(Place::Feature(place)) => start + place,
                Some(Place::Target) => {
                    words.push(cell.to_owned());
                    continue;
                }
                _ => continue,
            };
            let name = names.get(at).map_or("", String::as_str);
            match cell.parse::<f32>() {
                Ok(value) if value.is_finite() => inputs[place] = value,
                _ => {
                    let what = if cell.is_empty() { phrase!("an empty cell") } else { Phrase::of(&format!("`{cell}`")) };
                    return Err(data(
                        path,
                        phrase!(
                            "has {what} in line {number}, column {column} ({name}), where a number should be",
                            what,
                            number,
                            column = at + 1,
                            name
                        ),
                    ));
                }
            }
        }
        if count != names.len() {
            return Err(data(
                path,
                phrase!("has {count} cells in line {number}, not {names} as in its first line", count, number, names = names.len()),
            ));
        }
        if let Some(target) = target.filter(|_| words.last().is_some_and(|word| word.is_empty())) {
            return Err(data(
                path,
                phrase!(
                    "has no target in line {number}: column {column} ({name}) is empty",
                    number,
                    column = target + 1,
                    name = names[target]
                ),
            ));
        }
    }
    drop(kept);
    if rows == 0 {
        return Err(data(path, phrase!("has names of columns and no rows")));
    }
    Ok(Table { inputs, words, names: if headed { names } else { Vec::new() } })
}

/// The cells of a line, which may stand in quotes, a quote in them doubled.
fn cells(line: &str, separator: char) -> Vec<String> {
    let (mut found, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '"' && quoted && letters.peek() == Some(&'"') {
            letters.next();
            cell.push('"');
        } else if letter == '"' {
            quoted = !quoted;
        } else if letter == separator && !quoted {
            found.push(std::mem::take(&mut cell).trim().to_owned());
        } else {
            cell.push(letter);
        }
    }
    found.push(cell.trim().to_owned());
    found
}

/// The size of an image, if the names say that each row is one: `p00`, `p01`... by row and column, one digit each.
fn image(names: &[String]) -> Option<(usize, usize)> {
    let place = |name: &String| {
        let digits = name.strip_prefix('p')?.as_bytes();
        let [row @ b'0'..=b'9', column @ b'0'..=b'9'] = digits else { return None };
        Some((usize::from(row - b'0'), usize::from(column - b'0')))
    };
    let (row, column) = place(names.last()?)?;
    let (rows, columns) = (row + 1, column + 1);
    let whole = rows * columns == names.len();
    let in_order = names.iter().enumerate().all(|(at, name)| place(name) == Some((at / columns, at % columns)));
    (whole && in_order).then_some((rows, columns))
}
