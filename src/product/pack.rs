//! How are parts of a matrix laid out so that a tile reads them one after the other?
//! Deliberately does not choose which parts: `drive.rs` does.
//! Read next: `tile.rs`, the reader.

use super::View;
use super::aligned::LINE;
use super::lanes::expect;

/// A part of a matrix: entry (p, j) is `data[p*along + j*across]`; p runs along the inner dimension of the product.
#[derive(Clone, Copy)]
pub(super) struct Part<'a, T> {
    pub(super) data: &'a [T],
    pub(super) depth: usize,
    pub(super) width: usize,
    pub(super) along: usize,
    pub(super) across: usize,
}

impl<'a, T> Part<'a, T> {
    /// All of the matrix, its rows along the inner dimension.
    pub(super) fn of(view: View<'a, T>) -> Part<'a, T> {
        let View { data, rows, columns, row_stride, column_stride } = view;
        Part { data, depth: rows, width: columns, along: row_stride, across: column_stride }
    }
}

/// How many rows before they are read they are asked for: rows that lie far apart are no stream that a processor recognises.
const AHEAD: usize = 8;

/// Writes the part's entries (0, 0), (0, 1)... (0, width - 1), padding up to `padded`, (1, 0)... to `to`.
pub(super) fn pack<T: Turn>(to: &mut [T], from: Part<'_, T>, padded: usize, zero: T) {
    let Part { data, depth, width, along, across } = from;
    if width < padded {
        to.chunks_exact_mut(padded).take(depth).for_each(|row| row[width..].fill(zero));
    }
    if across == 1 {
        let rows = to.chunks_exact_mut(padded).take(depth).enumerate();
        return rows.for_each(|(p, row)| row[..width].copy_from_slice(&data[p * along..][..width]));
    }
    let (whole_depth, whole_width) = if along == 1 { (depth - depth % SIDE, width - width % SIDE) } else { (0, 0) };
    // a line of each row after the other: each is read once, and what is written stays near
    let line = LINE / size_of::<T>();
    for start in (0..whole_depth).step_by(line) {
        for j in (0..whole_width).step_by(SIDE) {
            (0..SIDE).for_each(|row| expect(data.as_ptr().wrapping_add((j + row).wrapping_mul(across).wrapping_add(start + line)), 1));
            for p in (start..whole_depth.min(start + line)).step_by(SIDE) {
                T::turn(&data[j * across + p..], across, &mut to[p * padded + j..], padded);
            }
        }
    }
    let mut one_by_one = |depths: std::ops::Range<usize>, widths: std::ops::Range<usize>| {
        for j in widths {
            depths.clone().for_each(|p| to[p * padded + j] = data[p * along + j * across]);
        }
    };
    one_by_one(whole_depth..depth, 0..whole_width);
    one_by_one(0..depth, whole_width..width);
}

/// Packs panels of that width one behind the other. Of several panels all are whole, and entries of a row stand side by side.
pub(super) fn pack_panels<T: Turn>(to: &mut [T], from: Part<'_, T>, panel: usize, zero: T) {
    if from.across != 1 || !from.width.is_multiple_of(panel) {
        debug_assert!(from.width <= panel, "several panels that are not whole");
        return pack(to, from, panel, zero);
    }
    // widths that tiles often have are known to the compiler: no call for each row
    match panel {
        2 => whole_panels::<T, 2>(to, from),
        3 => whole_panels::<T, 3>(to, from),
        4 => whole_panels::<T, 4>(to, from),
        5 => whole_panels::<T, 5>(to, from),
        6 => whole_panels::<T, 6>(to, from),
        7 => whole_panels::<T, 7>(to, from),
        8 => whole_panels::<T, 8>(to, from),
        16 => whole_panels::<T, 16>(to, from),
        24 => whole_panels::<T, 24>(to, from),
        32 => whole_panels::<T, 32>(to, from),
        _ => {
            for number in 0..from.width / panel {
                let data = &from.data[number * panel..];
                pack(&mut to[number * panel * from.depth..], Part { data, width: panel, ..from }, panel, zero);
            }
        }
    }
}

/// Packs panels that are W wide, a row of all of them after the other.
fn whole_panels<T: Copy, const W: usize>(to: &mut [T], from: Part<'_, T>) {
    let Part { data, depth, width, along, .. } = from;
    for p in 0..depth {
        expect(data.as_ptr().wrapping_add((p + AHEAD).wrapping_mul(along)), width);
        for (number, part) in data[p * along..][..width].chunks_exact(W).enumerate() {
            to[(number * depth + p) * W..][..W].copy_from_slice(&part[..W]);
        }
    }
}

/// Tiles that are packed at a time, if their columns lie in one piece: then a line is read once, not for each tile that has a part of it.
const TILES: usize = 8;

/// Lays tiles of so many rows of A out one behind the other, each as its rows are read together; the last may be lower.
pub(super) fn pack_tiles<T: Turn>(to: &mut [T], a: View<'_, T>, tall: usize, zero: T) {
    let together = if a.row_stride == 1 { TILES * tall } else { tall };
    for row in (0..a.rows).step_by(together) {
        let rows = together.min(a.rows - row);
        let whole = rows - rows % tall;
        for (row, rows, tall) in [(row, whole, tall), (row + whole, rows - whole, rows - whole)] {
            if rows > 0 {
                pack_panels(&mut to[row * a.columns..], Part::of(a.part(row, rows, 0, a.columns).transposed()), tall, zero);
            }
        }
    }
}

/// The side of the squares that are turned at once.
pub(super) const SIDE: usize = 4;

/// Floats of which a square can be turned.
pub trait Turn: Copy {
    /// Writes row i of the square at `from` as column i of that at `to`; both have rows of four, that far apart.
    fn turn(from: &[Self], from_row: usize, to: &mut [Self], to_row: usize);
}

impl Turn for f32 {
    #[inline(always)]
    #[cfg(target_arch = "x86_64")]
    #[allow(unsafe_code)]
    fn turn(from: &[f32], from_row: usize, to: &mut [f32], to_row: usize) {
        use std::arch::x86_64::{_mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_storeu_ps, _mm_unpackhi_ps, _mm_unpacklo_ps};
        if 3 * from_row + SIDE > from.len() || 3 * to_row + SIDE > to.len() {
            debug_assert!(false, "a square outside its matrix");
            return;
        }
        // SAFETY: every processor of the architecture has these instructions; the last of the places was checked.
        unsafe {
            let row = |i: usize| _mm_loadu_ps(from.as_ptr().add(i * from_row));
            let (a, b, c, d) = (row(0), row(1), row(2), row(3));
            let (low, high) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let (low_2, high_2) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            let columns = [_mm_movelh_ps(low, low_2), _mm_movehl_ps(low_2, low), _mm_movelh_ps(high, high_2), _mm_movehl_ps(high_2, high)];
            for (i, column) in columns.into_iter().enumerate() {
                _mm_storeu_ps(to.as_mut_ptr().add(i * to_row), column);
            }
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    fn turn(from: &[f32], from_row: usize, to: &mut [f32], to_row: usize) {
        turn(from, from_row, to, to_row);
    }
}

impl Turn for f64 {
    #[inline(always)]
    fn turn(from: &[f64], from_row: usize, to: &mut [f64], to_row: usize) {
        turn(from, from_row, to, to_row);
    }
}

#[inline(always)]
fn turn<T: Copy>(from: &[T], from_row: usize, to: &mut [T], to_row: usize) {
    for i in 0..SIDE {
        for (j, &value) in from[i * from_row..][..SIDE].iter().enumerate() {
            to[j * to_row + i] = value;
        }
    }
}
