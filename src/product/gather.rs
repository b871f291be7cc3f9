//! The inner loops of sparse products, a block of columns and of places after the other, so that what is read or written at the places
//! of entries stays in the innermost cache.
//! Deliberately does not check sizes: `sparse.rs` does.
//! Read next: `lanes.rs`, the words the loops are written in.
#![allow(unsafe_code, clippy::needless_range_loop)] // registers are counted, so that each stays one

use super::Workspace;
use super::drive::{even, pieces, room};
use super::lanes::Lanes;
use super::level::Run;
use super::sparse::{Entry, Selection};
use std::ops::Range;

/// Which product.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Row i of the result is the sum, over the entries of the selected row i, of the entry times the row of `b` at its place.
    Rows,
    /// Row k of the result is the sum, over the entries at place `range.start + k` of the selected rows i, of the entry times row i of `b`.
    Turned,
}

/// A product whose sizes fit. Rows of `out` and `b` have `columns` entries.
pub struct Job<'a, T> {
    pub(super) kind: Kind,
    pub(super) out: &'a mut [T],
    pub(super) a: Selection<'a, T>,
    /// The places that count: all of them for `Rows`.
    pub(super) range: Range<usize>,
    pub(super) b: &'a [T],
    pub(super) columns: usize,
}

/// The most registers of columns in a block: a processor has sixteen, and a few are needed for other things.
const REGISTERS: usize = 12;
/// Bytes of a block of places: a usual innermost cache. With less, rows are taken up more often, which costs more.
const BYTES: usize = 1 << 15;
/// Bytes of a cache line.
const LINE: usize = 64;

/// The entries of a selected row that are still to come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    next: usize,
    end: usize,
}

/// Carries a job out.
///
/// # Safety
/// The processor has the instruction set of the lanes.
#[inline(always)]
unsafe fn carry_out<L: Lanes<Float: Run>>(job: Job<'_, L::Float>, workspace: &mut Workspace<L::Float>) {
    let Job { kind, out, a, range, b, columns } = job;
    let Workspace { a: sums, b: packed, cursors } = workspace;
    let entries = a.matrix.entries();
    let (rows, places) = (a.rows.len(), range.len());
    let (out_rows, b_rows) = if kind == Kind::Rows { (rows, places) } else { (places, rows) };
    if columns == 0 || out.len() != out_rows * columns || b.len() != b_rows * columns {
        return;
    }
    if rows == 0 || places == 0 {
        return out.fill(L::Float::ZERO);
    }
    // chosen rows lie anywhere in a large memory: all are asked for before the first is needed
    for &row in a.rows {
        let span = &entries[a.matrix.span(row, 0)];
        for line in (0..size_of_val(span)).step_by(LINE) {
            L::expect(span.as_ptr().cast::<u8>().wrapping_add(line).cast());
        }
    }
    let most = even(columns.div_ceil(L::LANES), REGISTERS);
    for start in (0..columns).step_by(most * L::LANES) {
        let registers = (columns - start).div_ceil(L::LANES).min(most);
        let padded = registers * L::LANES;
        let width = padded.min(columns - start);
        cursors.clear();
        cursors.extend(a.rows.iter().map(|&row| a.matrix.span(row, range.start)).map(|span| Cursor { next: span.start, end: span.end }));
        let part = |first: usize| b[first * columns + start..].as_ptr();
        // the side of the rows: what is added to for `Rows`, what is added for `Turned`
        let of_rows = if kind == Kind::Rows { &mut *sums } else { &mut *packed };
        let of_rows = &mut room(of_rows, rows * padded)[..rows * padded];
        match kind {
            Kind::Rows => of_rows.fill(L::Float::ZERO),
            // SAFETY: as the caller promises; both have so many rows of that width.
            Kind::Turned => unsafe { copy_rows::<L>(of_rows.as_mut_ptr(), padded, part(0), columns, rows, width) },
        }
        let of_rows = of_rows.as_mut_ptr();
        for (first, depth) in pieces(places, (BYTES / size_of::<L::Float>() / padded).max(1)) {
            let of_places = if kind == Kind::Rows { &mut *packed } else { &mut *sums };
            let of_places = &mut room(of_places, depth * padded)[..depth * padded];
            match kind {
                // SAFETY: as above.
                Kind::Rows => unsafe { copy_rows::<L>(of_places.as_mut_ptr(), padded, part(first), columns, depth, width) },
                Kind::Turned => of_places.fill(L::Float::ZERO),
            }
            let begin = range.start + first;
            let block = Block { entries, cursors, of_rows, of_places: of_places.as_mut_ptr(), begin, end: begin + depth };
            // SAFETY: as the caller promises; both sides have so many registers for each row and each place of the block, and entries stand
            // in the order of their places, of which those before the block have been passed.
            unsafe {
                match kind {
                    Kind::Rows => block.choose::<L, true>(registers),
                    Kind::Turned => block.choose::<L, false>(registers),
                }
            }
            if kind == Kind::Turned {
                let to = out[first * columns + start..].as_mut_ptr();
                // SAFETY: as above.
                unsafe { copy_rows::<L>(to, columns, of_places.as_ptr(), padded, depth, width) };
            }
        }
        if kind == Kind::Rows {
            // SAFETY: as above.
            unsafe { copy_rows::<L>(out[start..].as_mut_ptr(), columns, of_rows, padded, rows, width) };
        }
    }
}

/// Copies the first `width` floats of so many rows, which are so far apart. What stands behind them stays as it is.
///
/// # Safety
/// The processor has the instruction set of the lanes; the rows are there.
#[inline(always)]
unsafe fn copy_rows<L: Lanes>(to: *mut L::Float, to_row: usize, from: *const L::Float, from_row: usize, rows: usize, width: usize) {
    for i in 0..rows {
        // SAFETY: as the caller promises; the last register overlaps the one before it where the width is no multiple of its lanes.
        unsafe {
            let (to, from) = (to.add(i * to_row), from.add(i * from_row));
            if width < L::LANES {
                (0..width).for_each(|at| *to.add(at) = *from.add(at));
                continue;
            }
            for at in (0..width - L::LANES).step_by(L::LANES) {
                L::load(from.add(at)).store(to.add(at));
            }
            let last = width - L::LANES;
            L::load(from.add(last)).store(to.add(last));
        }
    }
}

/// The entries whose places lie from `begin` to before `end`, and memory of V registers for each row and for each of those places.
struct Block<'a, T> {
    entries: &'a [Entry<T>],
    cursors: &'a mut [Cursor],
    of_rows: *mut T,
    of_places: *mut T,
    begin: usize,
    end: usize,
}

impl<T: Run> Block<'_, T> {
    /// Adds up with so many registers.
    ///
    /// # Safety
    /// As for `run`.
    #[inline(always)]
    unsafe fn choose<L: Lanes<Float = T>, const TO_ROWS: bool>(self, registers: usize) {
        // SAFETY: as the caller promises.
        unsafe {
            match registers {
                1 => self.run::<L, 1, TO_ROWS>(),
                2 => self.run::<L, 2, TO_ROWS>(),
                3 => self.run::<L, 3, TO_ROWS>(),
                4 => self.run::<L, 4, TO_ROWS>(),
                5 => self.run::<L, 5, TO_ROWS>(),
                6 => self.run::<L, 6, TO_ROWS>(),
                7 => self.run::<L, 7, TO_ROWS>(),
                8 => self.run::<L, 8, TO_ROWS>(),
                9 => self.run::<L, 9, TO_ROWS>(),
                10 => self.run::<L, 10, TO_ROWS>(),
                11 => self.run::<L, 11, TO_ROWS>(),
                _ => self.run::<L, REGISTERS, TO_ROWS>(),
            }
        }
    }

    /// Adds up, to the memory of the rows or to that of the places, and moves the cursors to the end of the block.
    ///
    /// # Safety
    /// The processor has the instruction set of the lanes; the memory is there; the next entry of each cursor does not lie before the block.
    #[inline(always)]
    unsafe fn run<L: Lanes<Float = T>, const V: usize, const TO_ROWS: bool>(self) {
        let width = V * L::LANES;
        let of_places = self.of_places.wrapping_sub(self.begin * width);
        for (i, cursor) in self.cursors.iter_mut().enumerate() {
            let entries = &self.entries[cursor.next..cursor.end];
            let mut done = 0;
            // SAFETY: as the caller promises; an entry is used only if its place lies before the end of the block.
            unsafe {
                let row = self.of_rows.add(i * width);
                let mut lanes: [L; V] = std::array::from_fn(|v| L::load(row.add(v * L::LANES)));
                for entry in entries {
                    if entry.place as usize >= self.end {
                        break;
                    }
                    done += 1;
                    let place = of_places.wrapping_add(entry.place as usize * width);
                    let x = L::fill(entry.value);
                    for v in 0..V {
                        let place = place.add(v * L::LANES);
                        if TO_ROWS {
                            lanes[v] = lanes[v].add_product(x, L::load(place));
                        } else {
                            L::load(place).add_product(x, lanes[v]).store(place);
                        }
                    }
                }
                if TO_ROWS {
                    for v in 0..V {
                        lanes[v].store(row.add(v * L::LANES));
                    }
                }
            }
            cursor.next += done;
        }
    }
}

macro_rules! sets {
    ($name:ident, [$($feature:literal)?]) => {
        /// Carries a job out with the instructions of this set.
        ///
        /// # Safety
        /// The processor has them.
        $(#[target_feature(enable = $feature)])?
        pub(super) unsafe fn $name<L: Lanes<Float: Run>>(job: Job<'_, L::Float>, workspace: &mut Workspace<L::Float>) {
            // SAFETY: as the caller promises.
            unsafe { carry_out::<L>(job, workspace) }
        }
    };
}

sets!(plain, []);
#[cfg(target_arch = "x86_64")]
sets!(avx2, ["avx2,fma"]);
#[cfg(target_arch = "x86_64")]
sets!(avx512, ["avx512f"]);
