//! What shape does an array have, and what becomes of shapes under the operators?
//! Deliberately knows no expression: only sizes, which are numbers or names.
//! Read next: `operation.rs` (functions of arrays), `text/array.rs` (where shapes are checked while reading).

use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
use std::fmt;

/// The length of one axis.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Size {
    /// A known length.
    Number(usize),
    /// A length with a name, such as `n`; equal names are equal lengths.
    Name(Box<str>),
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Size::Number(n) => write!(f, "{n}"),
            Size::Name(name) => f.write_str(name),
        }
    }
}

impl Size {
    /// The size of a word: digits, or a name.
    fn read(word: &str) -> Option<Size> {
        let word = word.trim();
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return word.parse().ok().filter(|&n| n > 0).map(Size::Number);
        }
        let is_name = word.starts_with(char::is_alphabetic) && word.chars().all(|c| c.is_alphanumeric() || c == '_');
        is_name.then(|| Size::Name(word.into()))
    }

    fn is_one(&self) -> bool {
        *self == Size::Number(1)
    }
}

/// The lengths of the axes of an array. A number has none, a vector one; a transposed vector is a row.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Shape {
    /// One for each axis.
    pub axes: Vec<Size>,
    /// The transpose of a vector, which has one axis.
    pub row: bool,
}

impl fmt::Display for Shape {
    /// `3×2`, `3`, `1×3` for a row, `a number`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.axes.is_empty() {
            return f.write_str("a number");
        }
        if self.row {
            f.write_str("1×")?;
        }
        let sizes: Vec<String> = self.axes.iter().map(Size::to_string).collect();
        f.write_str(&sizes.join("×"))
    }
}

impl Shape {
    /// The shape of a number.
    #[must_use]
    pub fn number() -> Shape {
        Shape::default()
    }

    /// An array with these axes.
    #[must_use]
    pub fn of(axes: Vec<Size>) -> Shape {
        Shape { axes, row: false }
    }

    /// How many axes.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.axes.len()
    }

    /// Whether it is that of a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.axes.is_empty()
    }

    /// The axes as NumPy counts them: a row has two.
    #[must_use]
    pub fn full(&self) -> Vec<Size> {
        let lead = self.row.then_some(Size::Number(1));
        lead.into_iter().chain(self.axes.iter().cloned()).collect()
    }

    /// Both sizes of a square matrix.
    pub(crate) fn square(&self, what: &Phrase) -> Result<&Size> {
        match &*self.axes {
            [rows, columns] if rows == columns => Ok(rows),
            _ => Err(Error::new(Kind::Shape, phrase!("{what} needs a square matrix, not one of shape {shape}", what, shape = self))),
        }
    }

    /// The shape of sums and of products entry by entry: as NumPy broadcasts, from the last axis on.
    pub(crate) fn broadcast(&self, other: &Shape, what: &'static str) -> Result<Shape> {
        if (self.row || self.is_number()) && (other.row || other.is_number()) && (self.row || other.row) {
            let (Some(a), b) = (self.axes.first().or(other.axes.first()), other.axes.first()) else { return Ok(Shape::number()) };
            return match b {
                Some(b) if a != b => Err(misfit(self, other, what)),
                _ => Ok(Shape { axes: vec![a.clone()], row: true }),
            };
        }
        let (a, b) = (self.full(), other.full());
        let rank = a.len().max(b.len());
        let mut axes = Vec::with_capacity(rank);
        for at in 0..rank {
            let size = |axes: &[Size]| (at + axes.len()).checked_sub(rank).and_then(|at| axes.get(at).cloned());
            axes.push(match (size(&a), size(&b)) {
                (Some(a), Some(b)) if a == b || b.is_one() => a,
                (Some(a), Some(b)) if a.is_one() => b,
                (Some(_), Some(_)) => return Err(misfit(self, other, what)),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => Size::Number(1),
            });
        }
        Ok(Shape::of(axes))
    }

    /// The shape of the matrix product.
    pub(crate) fn times(&self, other: &Shape) -> Result<Shape> {
        let bad =
            |hint: Phrase| Err(Error::new(Kind::Shape, phrase!("{a} times {b} is no matrix product{hint}", a = self, b = other, hint)));
        if self.is_number() {
            return Ok(other.clone());
        }
        if other.is_number() {
            return Ok(self.clone());
        }
        match (&*self.axes, &*other.axes) {
            _ if self.row && other.row => bad(phrase!(": both are rows")),
            ([a], [b]) if self.row && a == b => Ok(Shape::number()),
            ([a], [b, c]) if self.row && a == b => Ok(Shape { axes: vec![c.clone()], row: true }),
            ([_], _) if self.row => bad(Phrase::of("")),
            ([a], [b]) if other.row => Ok(Shape::of(vec![a.clone(), b.clone()])),
            ([a, one], [b]) if other.row && one.is_one() => Ok(Shape::of(vec![a.clone(), b.clone()])),
            ([_, _], [_]) if other.row => bad(Phrase::of("")),
            ([_], [_]) => bad(phrase!(": both are columns; write x'*y for a number, x*y' for a matrix, x.*y for entry by entry")),
            ([a], [one, b]) if one.is_one() => Ok(Shape::of(vec![a.clone(), b.clone()])),
            ([a, b], [c]) if b == c => Ok(Shape::of(vec![a.clone()])),
            ([a, b], [c, d]) if b == c => Ok(Shape::of(vec![a.clone(), d.clone()])),
            _ => bad(Phrase::of("")),
        }
    }

    /// The shape of the transpose.
    pub(crate) fn transposed(&self) -> Result<Shape> {
        match &*self.axes {
            [] => Ok(self.clone()),
            [_] => Ok(Shape { row: !self.row, ..self.clone() }),
            [a, b] => Ok(Shape::of(vec![b.clone(), a.clone()])),
            _ => Err(Error::new(Kind::Shape, phrase!("an array of shape {shape} has no transpose", shape = self))),
        }
    }

    /// What is left after a sum or another reduction: along an axis, or all of it.
    pub(crate) fn reduced(&self, axis: Option<usize>, keep: bool) -> Result<Shape> {
        let Some(axis) = axis else { return Ok(Shape::number()) };
        if axis >= self.rank() {
            return Err(Error::new(
                Kind::Shape,
                phrase!("there is no axis {axis} in the shape {shape}; axes count from 0", axis, shape = self),
            ));
        }
        let mut axes = self.axes.clone();
        if keep {
            axes[axis] = Size::Number(1);
        } else {
            axes.remove(axis);
        }
        Ok(Shape::of(axes))
    }
}

fn misfit(a: &Shape, b: &Shape, what: &'static str) -> Error {
    Error::new(Kind::Shape, phrase!("the shapes {a} and {b} do not fit in {what}", a, b, what = Phrase::key(what)))
}

/// The shapes of a declaration such as `X: n×m, w: m, y: n`; sizes are written `n×m`, `n x m`, `3x2` or `[n, m]`.
///
/// # Errors
/// Kind `shape` where it is not of that form.
pub fn read_shapes(text: &str) -> Result<Vec<(String, Shape)>> {
    let mut found: Vec<(String, Shape)> = Vec::new();
    let mut depth = 0usize;
    let parts = text.split(|c: char| {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        matches!(c, ',' | ';') && depth == 0
    });
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let bad = || Error::new(Kind::Shape, phrase!("`{part}` does not declare a shape; write it as X: n×m, w: m, y: 3", part));
        let (name, sizes) = part.split_once(':').ok_or_else(bad)?;
        let shape = Shape::of(read_sizes(sizes).ok_or_else(bad)?);
        let name = name.trim().to_string();
        if Size::read(&name).is_none_or(|size| matches!(size, Size::Number(_))) {
            return Err(bad());
        }
        if found.iter().any(|(known, _)| *known == name) {
            return Err(Error::new(Kind::Shape, phrase!("`{name}` has two shapes", name)));
        }
        found.push((name, shape));
    }
    Ok(found)
}

/// `n×m`, `n x m`, `3x2`, `[n, m]`, `n`
fn read_sizes(text: &str) -> Option<Vec<Size>> {
    let text = text.trim();
    if let Some(list) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return if list.trim().is_empty() { Some(Vec::new()) } else { list.split(',').map(Size::read).collect() };
    }
    let text = text.replace(" x ", "×").replace(['*', 'X'], "×");
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
        out.push(if c == 'x' && digit(at.checked_sub(1)) && digit(Some(at + 1)) { '×' } else { c });
    }
    out.split('×').map(Size::read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_in_every_spelling() {
        let shapes = read_shapes("X: n×m, w: m; A: 3x2, B: [n, 4], C: n x k").unwrap_or_default();
        let shown: Vec<String> = shapes.iter().map(|(name, shape)| format!("{name} {shape}")).collect();
        assert_eq!(shown, ["X n×m", "w m", "A 3×2", "B n×4", "C n×k"]);
        for bad in ["X", "X: ", "X: 0", "3: n", "X: n, X: m", "X: n×"] {
            assert!(read_shapes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn shapes_of_products_and_sums() {
        let size = |n: &str| Size::read(n).unwrap_or(Size::Number(1));
        let matrix = |a, b| Shape::of(vec![size(a), size(b)]);
        let vector = |a| Shape::of(vec![size(a)]);
        let shown = |shape: Result<Shape>| shape.map_or_else(|error| error.message().to_string(), |shape| shape.to_string());
        assert_eq!(shown(matrix("n", "m").times(&vector("m"))), "n");
        assert_eq!(shown(matrix("n", "m").times(&vector("n"))), "n×m times n is no matrix product");
        assert_eq!(shown(vector("m").transposed().and_then(|row| row.times(&vector("m")))), "a number");
        assert_eq!(shown(matrix("n", "m").broadcast(&vector("m"), "a sum")), "n×m");
        assert_eq!(shown(matrix("n", "m").broadcast(&matrix("n", "1"), "a sum")), "n×m");
        assert_eq!(shown(matrix("n", "m").broadcast(&vector("n"), "a sum")), "the shapes n×m and n do not fit in a sum");
        assert_eq!(shown(matrix("n", "m").reduced(Some(0), false)), "m");
    }
}
