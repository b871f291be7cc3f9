//! Products with a matrix most of whose entries are 0, such as images: its zeros are left out of memory and of the work.
//! Deliberately only what networks need: some rows of it times a matrix, and the same rows turned times a matrix.
//! Read next: `gather.rs`, the loops of both.

use super::Workspace;
use super::gather::Job;
use super::level::Run;
use crate::error::{Error, Kind, Result};
use crate::phrase;
use crate::vector::Level;
use std::ops::Range;

/// The rows of a matrix without their zeros.
///
/// ```
/// use symdiff::product::Sparse;
/// let mut matrix = Sparse::new(3);
/// matrix.push(&[0.0_f32, 2.0, 0.0]);
/// matrix.push(&[1.0, 0.0, 3.0]);
/// assert_eq!((matrix.rows(), matrix.filled()), (2, 3));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sparse<T> {
    columns: usize,
    /// Where the entries of each row begin; one more than there are rows.
    starts: Vec<usize>,
    /// Column and value, by columns within a row.
    entries: Vec<Entry<T>>,
}

/// An entry that is not 0: its column, and its value. The two stand side by side, because they are always needed together.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub(super) struct Entry<T> {
    pub(super) place: u32,
    pub(super) value: T,
}

impl<T: Run + PartialEq> Sparse<T> {
    /// A matrix of no rows and this many columns.
    #[must_use]
    pub fn new(columns: usize) -> Sparse<T> {
        Sparse { columns, starts: vec![0], entries: Vec::new() }
    }

    /// Appends a row; entries beyond the columns are left out.
    pub fn push(&mut self, row: &[T]) {
        for (place, &value) in (0..self.columns as u32).zip(row) {
            if value != T::ZERO {
                self.entries.push(Entry { place, value });
            }
        }
        self.starts.push(self.entries.len());
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many entries are not 0.
    #[must_use]
    pub fn filled(&self) -> usize {
        self.entries.len()
    }

    /// Where the entries of a row are.
    pub(super) fn span(&self, row: u32) -> Range<usize> {
        match self.starts.get(row as usize..row as usize + 2) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// Where those of them are that lie in these columns.
    pub(super) fn part(&self, row: u32, columns: &Range<usize>) -> Range<usize> {
        let span = self.span(row);
        let before = |column: usize| span.start + self.entries[span.clone()].partition_point(|entry| (entry.place as usize) < column);
        let start = if columns.start == 0 { span.start } else { before(columns.start) };
        let end = if columns.end >= self.columns { span.end } else { before(columns.end) };
        start..end
    }

    /// All entries, row by row.
    pub(super) fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }
}

/// Some rows of a sparse matrix, in this order.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a, T> {
    /// The matrix.
    pub matrix: &'a Sparse<T>,
    /// Which rows of it.
    pub rows: &'a [u32],
}

/// Writes to `out` the product of the selected rows and `b`, whose rows of `columns` entries lie one behind the other.
///
/// ```
/// use symdiff::product::{Selection, Sparse, Workspace, multiply_rows};
/// let mut matrix = Sparse::new(2);
/// matrix.push(&[0.0_f32, 2.0]);
/// let (mut workspace, mut out) = (Workspace::default(), [0.0; 3]);
/// let b = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// multiply_rows(&mut workspace, &mut out, Selection { matrix: &matrix, rows: &[0] }, &b, 3)?;
/// assert_eq!(out, [8.0, 10.0, 12.0]);
/// # Ok::<(), symdiff::Error>(())
/// ```
///
/// # Errors
/// Sizes that do not fit are an error of kind `shape`.
pub fn multiply_rows<T: Run>(workspace: &mut Workspace<T>, out: &mut [T], a: Selection<'_, T>, b: &[T], columns: usize) -> Result<()> {
    if b.len() != a.matrix.columns * columns || out.len() != a.rows.len() * columns {
        return Err(Error::new(Kind::Shape, phrase!("the sizes of a sparse product do not fit")));
    }
    T::sparse(Level::best(), Job { turned: false, out, a, range: 0..a.matrix.columns, b, columns }, workspace);
    Ok(())
}

/// Writes to `out` some rows of the product of the selected rows turned and `b`: those of the columns `range` of the sparse matrix. `b`
/// has a row of `columns` entries for each selected row.
///
/// # Errors
/// Sizes that do not fit are an error of kind `shape`.
pub fn multiply_turned<T: Run>(
    workspace: &mut Workspace<T>,
    out: &mut [T],
    a: Selection<'_, T>,
    range: Range<usize>,
    b: &[T],
    columns: usize,
) -> Result<()> {
    if b.len() != a.rows.len() * columns || out.len() != range.len() * columns || range.end > a.matrix.columns {
        return Err(Error::new(Kind::Shape, phrase!("the sizes of a sparse product do not fit")));
    }
    T::sparse(Level::best(), Job { turned: true, out, a, range, b, columns }, workspace);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Selection, Sparse};
    use crate::product::Workspace;
    use crate::product::gather::Job;
    use crate::product::level::Run;
    use crate::vector::Level;

    #[test]
    fn sparse_products_are_those_of_plain_loops_on_every_level() {
        let mut state = 3u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize
        };
        let mut workspace: Workspace<f64> = Workspace::default();
        for (rows, columns, width) in [(1, 1, 1), (5, 7, 3), (4, 20, 8), (6, 30, 50), (9, 13, 10), (3, 40, 131), (2, 5, 64), (7, 900, 73)] {
            let dense: Vec<f64> = (0..rows * columns).map(|_| if next() % 3 == 0 { next() as f64 % 17.0 - 8.0 } else { 0.0 }).collect();
            let mut matrix = Sparse::new(columns);
            dense.chunks(columns).for_each(|row| matrix.push(row));
            let chosen: Vec<u32> = (0..rows + 2).map(|_| (next() % rows) as u32).collect();
            let a = Selection { matrix: &matrix, rows: &chosen };
            let b: Vec<f64> = (0..columns * width).map(|_| next() as f64 % 11.0 - 5.0).collect();
            let g: Vec<f64> = (0..chosen.len() * width).map(|_| next() as f64 % 11.0 - 5.0).collect();
            for level in [Level::Baseline, Level::Avx2, Level::Avx512] {
                let mut out = vec![f64::NAN; chosen.len() * width];
                f64::sparse(level, Job { turned: false, out: &mut out, a, range: 0..columns, b: &b, columns: width }, &mut workspace);
                for (at, &row) in chosen.iter().enumerate() {
                    for j in 0..width {
                        let sum: f64 = (0..columns).map(|k| dense[row as usize * columns + k] * b[k * width + j]).sum();
                        // whole numbers: every order of the sum gives the same
                        assert_eq!(out[at * width + j].to_bits(), (sum + 0.0).to_bits());
                    }
                }
                for range in [0..columns, columns / 3..columns / 2 + 1, columns - 1..columns] {
                    let range = range.start..range.end.min(columns);
                    let mut out = vec![f64::NAN; range.len() * width];
                    let job = Job { turned: true, out: &mut out, a, range: range.clone(), b: &g, columns: width };
                    f64::sparse(level, job, &mut workspace);
                    for k in range.clone() {
                        for j in 0..width {
                            let sum: f64 =
                                chosen.iter().enumerate().map(|(at, &row)| dense[row as usize * columns + k] * g[at * width + j]).sum();
                            assert_eq!(out[(k - range.start) * width + j].to_bits(), (sum + 0.0).to_bits());
                        }
                    }
                }
            }
        }
    }
}
