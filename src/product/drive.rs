//! In which order do tiles fill the result, and which parts of the operands are packed before?
//! Deliberately has no arithmetic; sizes of blocks come from caches, sizes of tiles from registers.
//! Read next: `tile.rs`, the tiles; `pack.rs`, the packing.
#![allow(unsafe_code)]

use super::aligned::{self, LINE};
use super::lanes::Lanes;
use super::level::{Run, Tiles};
use super::pack::{Part, pack, pack_panels, pack_tiles};
use super::tile::{Column, Dots};
use super::{View, Workspace};

/// A product: `out[i*out_row + j*out_column]` takes entry (i, j). All sizes fit and none is 0.
pub struct Problem<'a, T> {
    pub(super) out: &'a mut [T],
    pub(super) out_row: usize,
    pub(super) out_column: usize,
    pub(super) a: View<'a, T>,
    pub(super) b: View<'a, T>,
    pub(super) accumulate: bool,
}

/// Bytes of a column of A in a block. A panel of B that deep just fills a usual innermost cache; with less, the result is
/// read and written more often, which costs more.
const DEPTH_BYTES: usize = 2048;
/// Rows of A in a block: what a second-level cache holds, with some to spare.
const ROWS: usize = 512;
/// From this many columns on an A whose rows do not lie in one piece is packed.
const PACK_A: usize = 128;
/// From this many rows on B is packed even where its rows lie in one piece.
const PACK_B: usize = 32;
/// Panels of B that are packed at a time, if its rows lie in one piece: then more of a row is read while it is near.
const PANELS: usize = 4;
/// Results of at most so many registers of columns are narrow.
const NARROW: usize = 2;
/// The registers of a tile of one row.
const WIDE: usize = 8;
/// Columns of B that are multiplied at a time with lanes along the inner dimension, and rows of A.
const DOT_COLUMNS: usize = 2;
const DOT_ROWS: usize = 4;

/// `total` in as few pieces of at most `most` as there can be, all of about one size.
pub(super) fn pieces(total: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let size = even(total, most);
    (0..total).step_by(size).map(move |start| (start, size.min(total - start)))
}

/// The size of the pieces.
pub(super) fn even(total: usize, most: usize) -> usize {
    total.div_ceil(total.div_ceil(most).max(1)).max(1)
}

impl<T: Copy> View<'_, T> {
    /// The part from this row and column on, that large; it has at least one entry.
    pub(super) fn part(self, row: usize, rows: usize, column: usize, columns: usize) -> Self {
        let data = &self.data[row * self.row_stride + column * self.column_stride..];
        View { data, rows, columns, ..self }
    }
}

/// Works the product out.
///
/// # Safety
/// The processor has the instruction set of the lanes.
pub(super) unsafe fn drive<L: Tiles<Float: Run>>(problem: Problem<'_, L::Float>, workspace: &mut Workspace<L::Float>) {
    let Problem { out, out_row, out_column, a, b, accumulate } = problem;
    let along_depth = a.column_stride == 1 && a.columns >= 2 * L::LANES;
    let along_rows = a.row_stride == 1 && a.rows >= L::LANES;
    // What is left of the columns when the full registers are taken: if that is little, lanes along another dimension waste less.
    // Narrow results of a turned A have all their lanes along the rows: A is then read once, in longer pieces.
    let narrow = along_rows && !along_depth && b.columns <= NARROW * L::LANES;
    let rest = if narrow { b.columns } else { b.columns % L::LANES };
    let full = b.columns - rest;
    // Lanes along the inner dimension have to be added up in the end, and steps beyond the last whole register are taken one by one.
    let brief = along_depth && rest * (a.columns / L::LANES + L::LANES / 2 + a.columns % L::LANES) >= a.columns;
    if rest == 0 || (full > 0 && 4 * rest > 3 * L::LANES) || brief || !(along_depth || along_rows) {
        // SAFETY: as the caller promises.
        return unsafe { tiled::<L>(Problem { out, out_row, out_column, a, b, accumulate }, workspace) };
    }
    if full > 0 {
        let b = b.part(0, b.rows, 0, full);
        // SAFETY: as the caller promises.
        unsafe { tiled::<L>(Problem { out: &mut *out, out_row, out_column, a, b, accumulate }, workspace) };
    }
    let (out, b) = (&mut out[full * out_column..], b.part(0, b.rows, full, rest));
    // SAFETY: as the caller promises.
    unsafe {
        if along_depth {
            dotted::<L>(Problem { out, out_row, out_column, a, b, accumulate }, workspace);
        } else {
            let (a, b) = (b.transposed(), a.transposed());
            tiled::<L>(Problem { out, out_row: out_column, out_column: out_row, a, b, accumulate }, workspace);
        }
    }
}

/// By tiles with the lanes along the columns.
///
/// # Safety
/// As for `drive`.
unsafe fn tiled<L: Tiles<Float: Run>>(problem: Problem<'_, L::Float>, workspace: &mut Workspace<L::Float>) {
    let Problem { out, out_row, out_column, a, b, accumulate } = problem;
    let pack_a = a.column_stride != 1 && b.columns >= PACK_A;
    for (top, rows) in pieces(a.rows, ROWS) {
        for (start, depth) in pieces(a.columns, DEPTH_BYTES / size_of::<L::Float>()) {
            let a = a.part(top, rows, start, depth);
            let mut packed_for = 0;
            // the columns of B whose panels are packed
            let mut packed = 0..0;
            let mut column = 0;
            while column < b.columns {
                let v = registers((b.columns - column).div_ceil(L::LANES), a.rows);
                let columns = (v * L::LANES).min(b.columns - column);
                let tall = even(rows, L::ROWS.get(v - 1).map_or(1, |&tall| tall));
                if pack_a && packed_for != tall {
                    packed_for = tall;
                    pack_tiles(room(&mut workspace.a, rows * depth), a, tall, L::Float::ZERO);
                }
                let (a_data, a_row, a_step) =
                    if pack_a { (&*room(&mut workspace.a, rows * depth), 1, tall) } else { (a.data, a.row_stride, a.column_stride) };
                let width = v * L::LANES;
                // where rows lie in one piece and few rows of A need them, they stay as they are
                let as_it_is = b.column_stride == 1 && columns == width && rows < PACK_B;
                let (b_data, b_step) = if as_it_is {
                    (b.part(start, depth, column, columns).data, b.row_stride)
                } else {
                    if !packed.contains(&column) {
                        let panels = alike::<L>(b, column, a.rows);
                        packed = column..b.columns.min(column + panels * width);
                        let part = Part::of(b.part(start, depth, column, packed.len()));
                        pack_panels(room(&mut workspace.b, panels * depth * width), part, width, L::Float::ZERO);
                    }
                    let before = (column - packed.start) * depth;
                    (&room(&mut workspace.b, before + depth * width)[before..], width)
                };
                let a_tile = if pack_a { tall * depth } else { tall * a_row };
                let out = &mut out[top * out_row + column * out_column..];
                let accumulate = accumulate || start > 0;
                let tiles = rows / tall;
                let place = Column {
                    tiles,
                    depth,
                    a: a_data,
                    a_row,
                    a_step,
                    a_tile,
                    b: b_data,
                    b_step,
                    out,
                    out_row,
                    out_column,
                    columns,
                    accumulate,
                };
                // SAFETY: as the caller promises.
                unsafe { tiles_below::<L>(place, rows, tall, v, pack_a) };
                column += columns;
            }
        }
    }
}

/// How many panels of B from this column on are packed together: those that are as wide as the first, if rows lie in one piece.
fn alike<L: Lanes>(b: View<'_, L::Float>, column: usize, rows: usize) -> usize {
    let wide = |left: usize| registers(left.div_ceil(L::LANES), rows);
    let left = b.columns - column;
    let width = wide(left) * L::LANES;
    if b.column_stride != 1 {
        return 1;
    }
    1 + (1..PANELS).take_while(|panel| left >= (panel + 1) * width && wide(left - panel * width) * L::LANES == width).count()
}

/// How many registers wide the next tiles are, of those that are left. Two are best; three where one would be left over; and a
/// single row has as many as there are sums to go on with while others wait.
fn registers(left: usize, rows: usize) -> usize {
    match left {
        many if many >= WIDE && rows == 1 => WIDE,
        1 | 3 => left,
        _ => 2,
    }
}

/// Tiles so tall as long as the rows last, and a lower one for what is left.
///
/// # Safety
/// As for `drive`.
unsafe fn tiles_below<L: Tiles>(place: Column<'_, L::Float>, rows: usize, tall: usize, registers: usize, packed: bool) {
    let (tiles, left) = (rows / tall, rows % tall);
    // SAFETY: as the caller promises.
    unsafe { tiles_of::<L>(Column { out: &mut *place.out, ..place }, tall, registers) };
    if left > 0 {
        let out = &mut place.out[tiles * tall * place.out_row..];
        let a_step = if packed { left } else { place.a_step };
        let place = Column { tiles: 1, a: &place.a[tiles * place.a_tile..], a_step, out, ..place };
        // SAFETY: as the caller promises.
        unsafe { tiles_of::<L>(place, left, registers) };
    }
}

/// By products of rows with columns, with the lanes along both.
///
/// # Safety
/// As for `drive`.
unsafe fn dotted<L: Tiles<Float: Run>>(problem: Problem<'_, L::Float>, workspace: &mut Workspace<L::Float>) {
    let Problem { out, out_row, out_column, a, b, accumulate } = problem;
    let depth = a.columns;
    let (b_data, b_column) = if b.row_stride == 1 {
        (b.data, b.column_stride)
    } else {
        let columns = room(&mut workspace.b, depth * b.columns);
        pack(columns, Part::of(b.transposed()), depth, L::Float::ZERO);
        (&*columns, depth)
    };
    let below = a.rows - a.rows % DOT_ROWS;
    for (column, columns) in pieces(b.columns, DOT_COLUMNS) {
        let b = &b_data[column * b_column..];
        for (top, tiles, rows) in [(0, below / DOT_ROWS, DOT_ROWS), (below, a.rows - below, 1)] {
            if tiles == 0 {
                continue;
            }
            let (a, out) = (a.part(top, tiles * rows, 0, depth), &mut out[top * out_row + column * out_column..]);
            let place = Dots { tiles, depth, a: a.data, a_row: a.row_stride, b, b_column, out, out_row, out_column, accumulate };
            // SAFETY: as the caller promises.
            unsafe { dots_of::<L>(place, rows, columns) };
        }
    }
}

/// So much of the memory, from the beginning of a cache line on.
pub(super) fn room<T: Run>(memory: &mut Vec<T>, length: usize) -> &mut [T] {
    let wanted = length + LINE / size_of::<T>();
    if memory.len() < wanted {
        memory.resize(wanted, T::ZERO);
    }
    let start = aligned::start(memory, length);
    &mut memory[start..]
}

/// A column of tiles of that many rows and registers.
///
/// # Safety
/// The processor has the instruction set of the lanes.
unsafe fn tiles_of<L: Tiles>(place: Column<'_, L::Float>, rows: usize, registers: usize) {
    macro_rules! choose {
        ($($r:literal)+) => {
            match (rows, registers) {
                // SAFETY: as the caller promises.
                $(($r, 1) if $r <= L::ROWS[0] => unsafe { L::column::<$r, 1>(place) },
                ($r, 2) if $r <= L::ROWS[1] => unsafe { L::column::<$r, 2>(place) },
                ($r, 3) if $r <= L::ROWS[2] => unsafe { L::column::<$r, 3>(place) },)+
                // SAFETY: as the caller promises.
                (1, WIDE) => unsafe { L::column::<1, WIDE>(place) },
                _ => debug_assert!(false, "no such tile"),
            }
        };
    }
    choose!(1 2 3 4 5 6 7 8);
}

/// The same with the lanes along the inner dimension.
///
/// # Safety
/// The processor has the instruction set of the lanes.
unsafe fn dots_of<L: Tiles>(place: Dots<'_, L::Float>, rows: usize, columns: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        match (rows, columns) {
            (DOT_ROWS, 1) => L::dots::<DOT_ROWS, 1>(place),
            (DOT_ROWS, _) => L::dots::<DOT_ROWS, 2>(place),
            (_, 1) => L::dots::<1, 1>(place),
            _ => L::dots::<1, 2>(place),
        }
    }
}
