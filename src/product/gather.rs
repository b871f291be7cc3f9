//! The inner loops of sparse products, a block of columns and of places after the other, so that what is read or written at the places
//! of entries stays in the innermost cache.
//! Deliberately does not check sizes: `sparse.rs` does.
//! Read next: `lanes.rs`, the words the loops are written in.
#![allow(unsafe_code, clippy::needless_range_loop)] // registers are counted, so that each stays one

use super::Workspace;
use super::aligned::LINE;
use super::drive::{even, pieces, room};
use super::lanes::{Lanes, expect};
use super::level::Run;
use super::sparse::{Entry, Selection};
use std::ops::Range;

/// A product whose sizes fit: row i of the result is the sum, over the entries of the selected row i, of the entry times the row of `b` at
/// its place. With the selected rows `turned`, places are rows and rows are places: row k of the result is that of place
/// `range.start + k`. Rows of `out` and `b` have `columns` entries.
pub struct Job<'a, T> {
    pub(super) turned: bool,
    pub(super) out: &'a mut [T],
    pub(super) a: Selection<'a, T>,
    /// The places that count: all of them if the rows are not turned.
    pub(super) range: Range<usize>,
    pub(super) b: &'a [T],
    pub(super) columns: usize,
}

/// The most registers of columns in a block, of sixteen: a few are needed for other things.
const REGISTERS: usize = 12;
/// The same where a register is a whole line: as many as keep both of the units that multiply at work.
const LONG_REGISTERS: usize = 8;
/// Bytes of a block of places: a usual innermost cache. With less, rows are taken up more often, which costs more.
const BYTES: usize = 32 << 10;
/// The same where a register is a whole line: the innermost cache of most processors that have such registers is larger.
const LONG_BYTES: usize = 48 << 10;
/// From so many blocks of columns on entries are put in the order of their places, where places are rows of the result: that a row of it
/// stays in registers then gains more than the order costs.
const SORTED: usize = 3;
/// From so many bytes on, what is to be copied is asked for before: less lies in a second-level cache.
const FAR: usize = 1 << 18;
/// How many rows before they are needed the next entries of a row are asked for, and how many of them.
const AHEAD: usize = 2;
const NEXT: usize = 24;
/// How many entries before it is written a line of turned entries is asked for.
const LATER: usize = 8;

/// The entries of a row that are still to come.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Cursor {
    next: usize,
    end: usize,
}

/// Memory that sparse products use again.
#[derive(Debug, Default)]
pub(super) struct Rows<T> {
    /// Where the entries of each row are.
    spans: Vec<Cursor>,
    /// How far the rows have come.
    cursors: Vec<Cursor>,
    /// The entries of selected rows, turned.
    turned: Vec<Entry<T>>,
}

/// Carries a job out.
///
/// # Safety
/// The processor has the instruction set of the lanes.
#[inline(always)]
unsafe fn carry_out<L: Lanes<Float: Run>>(job: Job<'_, L::Float>, workspace: &mut Workspace<L::Float>) {
    let Job { turned, out, a, range, b, columns } = job;
    let Workspace { a: sums, b: packed, rows: Rows { spans, cursors, turned: memory } } = workspace;
    let (out_rows, b_rows) = if turned { (range.len(), a.rows.len()) } else { (a.rows.len(), range.len()) };
    if columns == 0 || out.len() != out_rows * columns || b.len() != b_rows * columns {
        return;
    }
    if out_rows == 0 || b_rows == 0 {
        return out.fill(L::Float::ZERO);
    }
    // chosen rows lie anywhere in a large memory: all are asked for before the first is looked at
    for &row in a.rows {
        let entries = &a.matrix.entries()[a.matrix.span(row)];
        expect(entries.as_ptr(), entries.len());
    }
    spans.clear();
    spans.extend(a.rows.iter().map(|&row| a.matrix.part(row, &range)).map(|span| Cursor { next: span.start, end: span.end }));
    let (registers, bytes) = if size_of::<L>() < LINE { (REGISTERS, BYTES) } else { (LONG_REGISTERS, LONG_BYTES) };
    let most = even(columns.div_ceil(L::LANES), registers);
    let sorted = turned && columns > (SORTED - 1) * most * L::LANES;
    let to_places = turned && !sorted;
    let (entries, begin) = if sorted {
        turn(a.matrix.entries(), spans, &range, cursors, memory);
        std::mem::swap(spans, cursors);
        (&memory[..], 0)
    } else {
        (a.matrix.entries(), range.start)
    };
    let (rows, places) = if to_places { (b_rows, out_rows) } else { (out_rows, b_rows) };
    let far = size_of_val(b).max(size_of_val(out)) >= FAR;
    let out = out.as_mut_ptr();
    for start in (0..columns).step_by(most * L::LANES) {
        let registers = (columns - start).div_ceil(L::LANES).min(most);
        let padded = registers * L::LANES;
        let width = padded.min(columns - start);
        let (out, b) = (out.wrapping_add(start), b.as_ptr().wrapping_add(start));
        cursors.clone_from(spans);
        // rows of whole registers are added up where they belong, others in memory of their own
        let own = to_places || width < padded;
        let (of_rows, row) = if own { (room(sums, rows * padded).as_mut_ptr(), padded) } else { (out, columns) };
        let most_places = (bytes / size_of::<L::Float>() / padded).max(1);
        let block = room(packed, places.min(most_places) * padded);
        // SAFETY: as the caller promises; `b` and the result have so many rows of that width from here on, the memory of rows and of places has
        // so many registers for each, and entries stand in the order of their places, of which those before a block have been passed.
        unsafe {
            if to_places {
                copy_rows::<L>(of_rows, row, b, columns, rows, width);
            }
            for (first, depth) in pieces(places, most_places) {
                if to_places {
                    block[..depth * padded].fill(L::Float::ZERO);
                }
                let of_places = block.as_mut_ptr();
                let place = |number: usize| (if to_places { out.cast_const() } else { b }).wrapping_add(number * columns);
                // what is copied next: from the block to the result, or to the next block
                let soon = place(if to_places { first } else { first + depth });
                let soon = far.then_some(soon);
                let work =
                    Block { entries, cursors, of_rows, row, of_places, first: begin + first, depth, fresh: first == 0, soon, columns };
                if to_places {
                    work.choose::<L, false>(registers);
                    copy_rows::<L>(out.wrapping_add(first * columns), columns, of_places, padded, depth, width);
                } else {
                    copy_rows::<L>(of_places, padded, place(first), columns, depth, width);
                    work.choose::<L, true>(registers);
                }
            }
            if own && !to_places {
                copy_rows::<L>(out, columns, of_rows, padded, rows, width);
            }
        }
    }
}

/// The entries of rows that lie at these places, place by place: where each place has its own, with the row in the place of the place.
fn turn<T: Run>(entries: &[Entry<T>], rows: &[Cursor], range: &Range<usize>, places: &mut Vec<Cursor>, turned: &mut Vec<Entry<T>>) {
    let of = |row: &Cursor| &entries[row.next..row.end];
    let mut count = 0;
    places.clear();
    places.resize(range.len(), Cursor::default());
    for own in rows.iter().map(of) {
        count += own.len();
        own.iter().for_each(|entry| places[entry.place as usize - range.start].end += 1);
    }
    // counting sort: each place begins where the one before it ends (Knuth, The Art of Computer Programming 3, 5.2)
    let mut next = 0;
    for span in &mut *places {
        let length = span.end;
        *span = Cursor { next, end: next };
        next += length;
    }
    if turned.len() < count {
        turned.resize(count, Entry { place: 0, value: T::ZERO });
    }
    for (number, own) in (0..).zip(rows.iter().map(of)) {
        for entry in own {
            let span = &mut places[entry.place as usize - range.start];
            // what comes next at a place lies in a line of its own
            expect(turned.as_ptr().wrapping_add(span.end + LATER), 1);
            turned[span.end] = Entry { place: number, value: entry.value };
            span.end += 1;
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

/// The entries whose places lie in a block, and memory of V registers for each row and for each place of the block.
struct Block<'a, T> {
    entries: &'a [Entry<T>],
    cursors: &'a mut [Cursor],
    of_rows: *mut T,
    /// From one row to the next.
    row: usize,
    of_places: *mut T,
    first: usize,
    depth: usize,
    /// Whether nothing has been added up yet.
    fresh: bool,
    /// What will be copied next, if it is far: rows that are `columns` apart.
    soon: Option<*const T>,
    columns: usize,
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
        let of_places = self.of_places.wrapping_sub(self.first * width);
        let (end, rows) = (self.first + self.depth, self.cursors.len());
        let mut asked = 0;
        for i in 0..rows {
            if let Some(later) = self.cursors.get(i + AHEAD) {
                expect(self.entries.as_ptr().wrapping_add(later.next), NEXT);
            }
            let cursor = &mut self.cursors[i];
            // asked for bit by bit, while this block is worked on
            if let Some(soon) = self.soon {
                while asked * rows < (i + 1) * self.depth {
                    expect(soon.wrapping_add(asked * self.columns), width);
                    asked += 1;
                }
            }
            let entries = &self.entries[cursor.next..cursor.end];
            let mut done = 0;
            // SAFETY: as the caller promises; an entry is used only if its place lies before the end of the block.
            unsafe {
                let row = self.of_rows.wrapping_add(i * self.row);
                if TO_ROWS && self.soon.is_some() {
                    expect(row.wrapping_add(self.row), width);
                }
                let mut lanes: [L; V] =
                    if TO_ROWS && self.fresh { [L::zero(); V] } else { std::array::from_fn(|v| L::load(row.add(v * L::LANES))) };
                for entry in entries {
                    if entry.place as usize >= end {
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
