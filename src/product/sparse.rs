//! Products with a matrix most of whose entries are 0, such as images: its zeros are left out of memory and of the work.
//! Deliberately only what networks need: some rows of it times a matrix, and the same rows turned times a matrix.
//! Read next: `lanes.rs`, the words the loops are written in.
#![allow(unsafe_code, clippy::needless_range_loop)] // registers are counted, so that each stays one

use super::lanes::{self, Lanes};
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
    /// The column of each entry, in order within a row.
    places: Vec<u32>,
    values: Vec<T>,
}

impl<T: Run + PartialEq> Sparse<T> {
    /// A matrix of no rows and this many columns.
    #[must_use]
    pub fn new(columns: usize) -> Sparse<T> {
        Sparse { columns, starts: vec![0], places: Vec::new(), values: Vec::new() }
    }

    /// Appends a row; entries beyond the columns are left out.
    pub fn push(&mut self, row: &[T]) {
        for (place, &value) in (0..self.columns as u32).zip(row) {
            if value != T::ZERO {
                self.places.push(place);
                self.values.push(value);
            }
        }
        self.starts.push(self.values.len());
    }

    /// How many rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many entries are not 0.
    #[must_use]
    pub fn filled(&self) -> usize {
        self.values.len()
    }

    /// The entries of a row: columns and values. A row that is not there has none.
    fn row(&self, row: u32) -> (&[u32], &[T]) {
        match self.starts.get(row as usize..row as usize + 2) {
            Some(&[start, end]) => (&self.places[start..end], &self.values[start..end]),
            _ => (&[], &[]),
        }
    }
}

/// Registers of columns that are worked out together.
const BLOCK: usize = 8;

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
/// use symdiff::product::{Selection, Sparse, multiply_rows};
/// let mut matrix = Sparse::new(2);
/// matrix.push(&[0.0_f32, 2.0]);
/// let mut out = [0.0; 3];
/// multiply_rows(&mut out, Selection { matrix: &matrix, rows: &[0] }, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3)?;
/// assert_eq!(out, [8.0, 10.0, 12.0]);
/// # Ok::<(), symdiff::Error>(())
/// ```
///
/// # Errors
/// Sizes that do not fit are an error of kind `shape`.
pub fn multiply_rows<T: Run + PartialEq>(out: &mut [T], a: Selection<'_, T>, b: &[T], columns: usize) -> Result<()> {
    if b.len() != a.matrix.columns * columns || out.len() != a.rows.len() * columns {
        return Err(Error::new(Kind::Shape, phrase!("the sizes of a sparse product do not fit")));
    }
    T::sparse(Level::best(), Job::Rows { out, a, b, columns });
    Ok(())
}

/// Writes to `out` some rows of the product of the selected rows turned and `b`: those of the columns `range` of the sparse matrix. `b`
/// has a row of `columns` entries for each selected row.
///
/// # Errors
/// Sizes that do not fit are an error of kind `shape`.
pub fn multiply_turned<T: Run + PartialEq>(out: &mut [T], a: Selection<'_, T>, range: Range<usize>, b: &[T], columns: usize) -> Result<()> {
    if b.len() != a.rows.len() * columns || out.len() != range.len() * columns || range.end > a.matrix.columns {
        return Err(Error::new(Kind::Shape, phrase!("the sizes of a sparse product do not fit")));
    }
    out.fill(T::ZERO);
    T::sparse(Level::best(), Job::Turned { out, a, range, b, columns });
    Ok(())
}

/// A product whose sizes fit.
pub enum Job<'a, T> {
    #[doc(hidden)]
    Rows { out: &'a mut [T], a: Selection<'a, T>, b: &'a [T], columns: usize },
    #[doc(hidden)]
    Turned { out: &'a mut [T], a: Selection<'a, T>, range: Range<usize>, b: &'a [T], columns: usize },
}

/// Carries a job out.
///
/// # Safety
/// The processor has the instruction set of the lanes.
#[inline(always)]
unsafe fn carry_out<L: Lanes>(job: Job<'_, L::Float>)
where
    L::Float: Run + PartialEq,
{
    let columns = match &job {
        Job::Rows { columns, .. } | Job::Turned { columns, .. } => *columns,
    };
    let mut job = job;
    let mut start = 0;
    while start < columns {
        let left = columns - start;
        let registers = (left / L::LANES).min(BLOCK);
        let width = registers * L::LANES;
        // what is too little for a register goes along with the last block
        let tail = if left - width < L::LANES { left - width } else { 0 };
        // SAFETY: as the caller promises; the columns from `start` on are at least `width + tail`.
        unsafe {
            match registers {
                0 => block::<L, 0>(&mut job, start, tail),
                1 => block::<L, 1>(&mut job, start, tail),
                2 => block::<L, 2>(&mut job, start, tail),
                3 => block::<L, 3>(&mut job, start, tail),
                4 => block::<L, 4>(&mut job, start, tail),
                5 => block::<L, 5>(&mut job, start, tail),
                6 => block::<L, 6>(&mut job, start, tail),
                7 => block::<L, 7>(&mut job, start, tail),
                _ => block::<L, BLOCK>(&mut job, start, tail),
            }
        }
        start += width + tail;
    }
}

/// V registers of columns from `start` on, and some single ones behind them.
///
/// # Safety
/// The processor has the instruction set, and there are that many columns.
#[inline(always)]
unsafe fn block<L: Lanes, const V: usize>(job: &mut Job<'_, L::Float>, start: usize, tail: usize)
where
    L::Float: Run + PartialEq,
{
    let behind = V * L::LANES;
    match job {
        Job::Rows { out, a, b, columns } => {
            for (number, &row) in a.rows.iter().enumerate() {
                let (places, values) = a.matrix.row(row);
                // SAFETY: places are below the matrix's columns, b has a row of `columns` entries for each of them, and out one for
                // each selected row; `start`, V registers and `tail` lie in a row; `tail` is less than a register, of which none has
                // more than sixteen lanes.
                unsafe {
                    let mut sums = [L::zero(); V];
                    let mut single = [L::Float::ZERO; 16];
                    let b = b.as_ptr().add(start);
                    for at in 0..places.len() {
                        let (place, value) = (*places.get_unchecked(at), *values.get_unchecked(at));
                        let from = b.add(place as usize * *columns);
                        let x = L::fill(value);
                        for v in 0..V {
                            sums[v] = sums[v].add_product(x, L::load(from.add(v * L::LANES)));
                        }
                        for t in 0..tail {
                            let one = single.get_unchecked_mut(t);
                            *one = L::sum(*one, L::product(value, *from.add(behind + t)));
                        }
                    }
                    let to = out.as_mut_ptr().add(number * *columns + start);
                    for v in 0..V {
                        sums[v].store(to.add(v * L::LANES));
                    }
                    for t in 0..tail {
                        *to.add(behind + t) = single[t];
                    }
                }
            }
        }
        Job::Turned { out, a, range, b, columns } => {
            for (number, &row) in a.rows.iter().enumerate() {
                let (places, values) = within(a.matrix.row(row), range);
                // SAFETY: b has a row of `columns` entries for each selected row; places lie in the range, for each of which out has
                // such a row; `start`, V registers and `tail` lie in a row.
                unsafe {
                    let from = b.as_ptr().add(number * *columns + start);
                    let mut slopes = [L::zero(); V];
                    for v in 0..V {
                        slopes[v] = L::load(from.add(v * L::LANES));
                    }
                    let out = out.as_mut_ptr().add(start);
                    for at in 0..places.len() {
                        let (place, value) = (*places.get_unchecked(at), *values.get_unchecked(at));
                        let to = out.add((place as usize - range.start) * *columns);
                        let x = L::fill(value);
                        for v in 0..V {
                            let to = to.add(v * L::LANES);
                            L::load(to).add_product(x, slopes[v]).store(to);
                        }
                        for t in behind..behind + tail {
                            *to.add(t) = L::sum(*to.add(t), L::product(value, *from.add(t)));
                        }
                    }
                }
            }
        }
    }
}

/// The entries of a row whose places lie in a range.
fn within<'a, T>((places, values): (&'a [u32], &'a [T]), range: &Range<usize>) -> (&'a [u32], &'a [T]) {
    let start = places.partition_point(|&place| (place as usize) < range.start);
    let end = places.partition_point(|&place| (place as usize) < range.end);
    (&places[start..end], &values[start..end])
}

macro_rules! sets {
    ($name:ident, [$($feature:literal)?]) => {
        $(#[target_feature(enable = $feature)])?
        unsafe fn $name<L: Lanes>(job: Job<'_, L::Float>)
        where
            L::Float: Run + PartialEq,
        {
            // SAFETY: as the caller promises.
            unsafe { carry_out::<L>(job) }
        }
    };
}

sets!(plain, []);
#[cfg(target_arch = "x86_64")]
sets!(avx2, ["avx2,fma"]);
#[cfg(target_arch = "x86_64")]
sets!(avx512, ["avx512f"]);

macro_rules! run {
    ($name:ident, $float:ident, $plain:ty, $avx2:ident, $avx512:ident) => {
        /// The job with the instructions of a level, or of the machine's highest if that is lower.
        pub(super) fn $name(level: Level, job: Job<'_, $float>) {
            #[cfg(target_arch = "x86_64")]
            match level.min(Level::highest()) {
                // SAFETY: the level is at most the highest one that this processor was found to have.
                Level::Avx512 => return unsafe { avx512::<lanes::$avx512>(job) },
                // SAFETY: as above.
                Level::Avx2 => return unsafe { avx2::<lanes::$avx2>(job) },
                Level::Baseline => {}
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = level;
            // SAFETY: every processor of the architecture has the baseline.
            unsafe { plain::<$plain>(job) }
        }
    };
}

run!(singles, f32, lanes::Plain<f32, 4>, Avx2Singles, Avx512Singles);
run!(doubles, f64, lanes::Plain<f64, 2>, Avx2Doubles, Avx512Doubles);

#[cfg(test)]
mod tests {
    use super::{Job, Selection, Sparse};
    use crate::product::level::Run;
    use crate::vector::Level;

    #[test]
    fn sparse_products_are_those_of_plain_loops_on_every_level() {
        let mut state = 3u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize
        };
        for (rows, columns, width) in [(1, 1, 1), (5, 7, 3), (4, 20, 8), (6, 30, 50), (9, 13, 10), (3, 40, 131), (2, 5, 64), (7, 9, 73)] {
            let dense: Vec<f64> = (0..rows * columns).map(|_| if next() % 3 == 0 { next() as f64 % 17.0 - 8.0 } else { 0.0 }).collect();
            let mut matrix = Sparse::new(columns);
            dense.chunks(columns).for_each(|row| matrix.push(row));
            let chosen: Vec<u32> = (0..rows + 2).map(|_| (next() % rows) as u32).collect();
            let a = Selection { matrix: &matrix, rows: &chosen };
            let b: Vec<f64> = (0..columns * width).map(|_| next() as f64 % 11.0 - 5.0).collect();
            let g: Vec<f64> = (0..chosen.len() * width).map(|_| next() as f64 % 11.0 - 5.0).collect();
            for level in [Level::Baseline, Level::Avx2, Level::Avx512] {
                let mut out = vec![f64::NAN; chosen.len() * width];
                f64::sparse(level, Job::Rows { out: &mut out, a, b: &b, columns: width });
                for (at, &row) in chosen.iter().enumerate() {
                    for j in 0..width {
                        let sum: f64 = (0..columns).map(|k| dense[row as usize * columns + k] * b[k * width + j]).sum();
                        // whole numbers: every order of the sum gives the same
                        assert_eq!(out[at * width + j].to_bits(), (sum + 0.0).to_bits());
                    }
                }
                for range in [0..columns, columns / 3..columns / 2 + 1] {
                    let range = range.start..range.end.min(columns);
                    let mut out = vec![0.0; range.len() * width];
                    f64::sparse(level, Job::Turned { out: &mut out, a, range: range.clone(), b: &g, columns: width });
                    for k in range.clone() {
                        for j in 0..width {
                            let sum: f64 =
                                chosen.iter().enumerate().map(|(at, &row)| dense[row as usize * columns + k] * g[at * width + j]).sum();
                            approx::assert_abs_diff_eq!(out[(k - range.start) * width + j], sum);
                        }
                    }
                }
            }
        }
    }
}
