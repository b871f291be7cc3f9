//! How are two matrices multiplied, whatever their strides, at the speed of the machine and without new memory?
//! Deliberately knows no expression, no network and no threads: who has several threads gives each its rows.
//! Read next: `product/drive.rs`, the loops around the tiles; `product/tile.rs`, the tiles.

mod aligned;
mod drive;
mod gather;
mod lanes;
mod level;
mod pack;
mod sparse;
#[cfg(test)]
mod tests;
mod tile;

use crate::error::{Error, Kind, Result};
use crate::key;
use crate::message::Phrase;
use crate::phrase;
use crate::vector::Level;
pub(crate) use aligned::Aligned;
use drive::Problem;
pub use sparse::{Selection, Sparse, multiply_rows, multiply_turned};

/// The floats that matrices are made of: `f32` and `f64`.
pub trait Element: level::Run {}

impl Element for f32 {}
impl Element for f64 {}

/// A matrix in someone else's memory: the entry at row i, column j is `data[i*row_stride + j*column_stride]`.
///
/// ```
/// use symdiff::product::View;
/// let data = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let rows = View::row_major(&data, 2, 3);
/// let turned = rows.transposed(); // only the strides change place
/// assert_eq!((turned.rows, turned.columns, turned.row_stride, turned.column_stride), (3, 2, 1, 3));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    /// The entries, and perhaps others between them.
    pub data: &'a [T],
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// From one row to the next.
    pub row_stride: usize,
    /// From one column to the next.
    pub column_stride: usize,
}

impl<'a, T> View<'a, T> {
    /// A matrix whose rows lie one behind the other.
    #[must_use]
    pub fn row_major(data: &'a [T], rows: usize, columns: usize) -> View<'a, T> {
        View { data, rows, columns, row_stride: columns, column_stride: 1 }
    }

    /// The same entries with rows and columns exchanged: nothing is moved.
    #[must_use]
    pub fn transposed(self) -> View<'a, T> {
        View { data: self.data, rows: self.columns, columns: self.rows, row_stride: self.column_stride, column_stride: self.row_stride }
    }

    /// Whether every entry lies in the data.
    fn fits(&self) -> bool {
        if self.rows == 0 || self.columns == 0 {
            return true;
        }
        let down = (self.rows - 1).checked_mul(self.row_stride);
        let across = (self.columns - 1).checked_mul(self.column_stride);
        let last = down.zip(across).and_then(|(down, across)| down.checked_add(across));
        last.is_some_and(|last| last < self.data.len())
    }
}

/// Memory for packed parts of matrices. It grows to what the largest product needs and is then used again, so that a loop of
/// products takes no new memory after its first round: fresh pages would cost more than packing itself.
#[derive(Debug, Default)]
pub struct Workspace<T> {
    a: Vec<T>,
    b: Vec<T>,
    /// What sparse products need besides.
    rows: gather::Rows<T>,
}

/// Writes the product of `a` and `b` to `out`, row by row; with `accumulate`, adds it to what is there.
///
/// ```
/// use symdiff::product::{View, Workspace, multiply};
/// let a = [1.0_f32, 2.0, 3.0, 4.0];
/// let b = [1.0, 0.0, 1.0, 1.0];
/// let mut out = [0.0; 4];
/// let mut workspace = Workspace::default();
/// multiply(&mut workspace, &mut out, View::row_major(&a, 2, 2), View::row_major(&b, 2, 2), false)?;
/// assert_eq!(out, [3.0, 2.0, 7.0, 4.0]);
/// multiply(&mut workspace, &mut out, View::row_major(&a, 2, 2).transposed(), View::row_major(&b, 2, 2), true)?;
/// assert_eq!(out, [7.0, 5.0, 13.0, 8.0]);
/// # Ok::<(), symdiff::Error>(())
/// ```
///
/// # Errors
/// Sizes that do not fit each other or the data are an error of kind `shape`.
pub fn multiply<T: Element>(workspace: &mut Workspace<T>, out: &mut [T], a: View<'_, T>, b: View<'_, T>, accumulate: bool) -> Result<()> {
    multiply_at(Level::best(), workspace, out, a, b, accumulate)
}

/// The same with the instructions of the given level, or of the highest level of the machine if that is lower.
///
/// # Errors
/// As for [`multiply`].
pub fn multiply_at<T: Element>(
    level: Level,
    workspace: &mut Workspace<T>,
    out: &mut [T],
    a: View<'_, T>,
    b: View<'_, T>,
    accumulate: bool,
) -> Result<()> {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    if b.rows != k {
        let said =
            phrase!("a matrix of {m} x {k} cannot be multiplied by one of {rows} x {n}: {k} columns, {rows} rows", m, k, rows = b.rows, n);
        return Err(Error::new(Kind::Shape, said));
    }
    if m.checked_mul(n) != Some(out.len()) {
        return Err(Error::new(
            Kind::Shape,
            phrase!("the product has {m} x {n} entries, the result has room for {out}", m, n, out = out.len()),
        ));
    }
    for (name, view) in [(key!("left"), a), (key!("right"), b)] {
        if !view.fits() {
            let View { data, rows, columns, row_stride, column_stride } = view;
            let size = data.len();
            let strides = phrase!("strides {row_stride} and {column_stride}", row_stride, column_stride);
            let said = phrase!(
                "the {name} matrix of {rows} x {columns} with {strides} does not lie in its {size} numbers",
                name = Phrase::key(name),
                rows,
                columns,
                strides,
                size
            );
            return Err(Error::new(Kind::Shape, said));
        }
    }
    if !accumulate && k == 0 {
        out.fill(T::ZERO);
    }
    if m == 0 || n == 0 || k == 0 {
        return Ok(());
    }
    T::run(level, Problem { out, out_row: n, out_column: 1, a, b, accumulate }, workspace);
    Ok(())
}
