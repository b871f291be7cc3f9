//! The innermost loops: a tile of the result that stays in registers while it runs along the inner dimension.
//! Deliberately does not choose the size of tiles; every access is checked once per column of tiles, before its loop.
//! Read next: `lanes.rs`, the words it is written in; `drive.rs`, who calls it.
#![allow(unsafe_code)]

use super::lanes::{Lanes, expect, expect_to_write};

/// A column of tiles, one below the other. Of each, entry (r, p) of A is `a[r*a_row + p*a_step]`, row p of B begins at
/// `b[p*b_step]`, entry (r, j) of the result is `out[r*out_row + j*out_column]`.
pub(super) struct Column<'a, T> {
    pub(super) tiles: usize,
    pub(super) depth: usize,
    pub(super) a: &'a [T],
    pub(super) a_row: usize,
    pub(super) a_step: usize,
    /// From the A of one tile to that of the next.
    pub(super) a_tile: usize,
    pub(super) b: &'a [T],
    pub(super) b_step: usize,
    pub(super) out: &'a mut [T],
    pub(super) out_row: usize,
    pub(super) out_column: usize,
    /// How many columns of the tiles are of the result; the others are padding.
    pub(super) columns: usize,
    pub(super) accumulate: bool,
}

impl<T> Column<'_, T> {
    /// Whether tiles of this size lie in the slices. The driver asks for no others: this is what makes the loops sound.
    fn holds(&self, rows: usize, width: usize) -> bool {
        let Some(last_tile) = self.tiles.checked_sub(1) else { return false };
        let Some(last_step) = self.depth.checked_sub(1) else { return false };
        last_tile * self.a_tile + (rows - 1) * self.a_row + last_step * self.a_step < self.a.len()
            && last_step * self.b_step + width <= self.b.len()
            && self.columns > 0
            && self.columns <= width
            && (self.tiles * rows - 1) * self.out_row + (self.columns - 1) * self.out_column < self.out.len()
    }
}

/// The most lanes of a tile's row: eight registers of sixteen.
const WIDEST: usize = 128;

/// Places of the result are announced before they are written, because they may come from far: those of the tile itself, or, where the
/// inner dimension is shorter than this and they are needed at once, those of a later one.
const LONG: usize = 32;
/// How many tiles later.
const LATER: usize = 4;

/// A column of tiles of R rows, each V registers wide.
///
/// # Safety
/// The processor has the instruction set of the lanes.
#[inline(always)]
pub(super) unsafe fn column<L: Lanes, const R: usize, const V: usize>(place: Column<'_, L::Float>) {
    let width = V * L::LANES;
    if !place.holds(R, width) {
        debug_assert!(false, "tiles outside their matrices");
        return;
    }
    let whole = place.out_column == 1 && place.columns == width;
    for t in 0..place.tiles {
        let a = place.a.as_ptr().wrapping_add(t * place.a_tile);
        let out = place.out.as_mut_ptr().wrapping_add(t * R * place.out_row);
        if whole {
            let soon = out.wrapping_add(if place.depth < LONG { LATER * R * place.out_row } else { 0 });
            for r in 0..R {
                expect_to_write(soon.wrapping_add(r * place.out_row), width);
                expect_to_write(soon.wrapping_add(r * place.out_row + width - 1), 1);
            }
        }
        // SAFETY: the caller promises the instruction set; `holds` has checked the last entries that are read.
        let sums = unsafe { sums::<L, R, V>(&place, a) };
        for (r, sums) in sums.into_iter().enumerate() {
            let out = out.wrapping_add(r * place.out_row);
            if whole {
                for (v, sum) in sums.into_iter().enumerate() {
                    // SAFETY: rows have `width` entries of the result side by side, the last of which `holds` has checked.
                    unsafe {
                        let to = out.add(v * L::LANES);
                        (if place.accumulate { L::load(to).add(sum) } else { sum }).store(to);
                    }
                }
                continue;
            }
            let mut row = [const { std::mem::MaybeUninit::<L::Float>::uninit() }; WIDEST];
            for (v, sum) in sums.into_iter().enumerate() {
                // SAFETY: `WIDEST` is at least as wide as a tile; only what was stored is read below.
                unsafe { sum.store(row.as_mut_ptr().add(v * L::LANES).cast()) };
            }
            for (j, value) in row[..place.columns].iter().enumerate() {
                // SAFETY: `columns <= width` lanes were stored; `holds` has checked the last entry of the result.
                unsafe {
                    let to = out.add(j * place.out_column);
                    let value = value.assume_init();
                    *to = if place.accumulate { L::sum(*to, value) } else { value };
                }
            }
        }
    }
}

/// The sums of one tile, whose A begins here.
///
/// # Safety
/// The processor has the instruction set of the lanes, and the tile lies in its matrices.
#[inline(always)]
unsafe fn sums<L: Lanes, const R: usize, const V: usize>(place: &Column<'_, L::Float>, a: *const L::Float) -> [[L; V]; R] {
    let &Column { depth, a_row, a_step, b, b_step, .. } = place;
    let width = V * L::LANES;
    // The optimiser may not know how the rows lie to each other, or it makes a chain of additions of their addresses, each
    // waiting for the one before: with an address of its own for each row the loop is faster by a third.
    let rows = || std::hint::black_box(std::array::from_fn(|r| a.wrapping_add(r * a_row)));
    // SAFETY: as the caller promises.
    unsafe {
        match (a_row, a_step) {
            // distances that the compiler knows: a round of several steps has no addresses to work out
            (_, 1) if b_step == width => along::<L, R, V, ROUND>(rows(), depth, 1, b.as_ptr(), width),
            (1, step) if step == R && b_step == width => {
                along::<L, R, V, ROUND>(std::array::from_fn(|r| a.wrapping_add(r)), depth, R, b.as_ptr(), width)
            }
            _ => along::<L, R, V, 1>(rows(), depth, a_step, b.as_ptr(), b_step),
        }
    }
}

/// Steps of a round.
const ROUND: usize = 4;

/// Runs along the inner dimension, U steps a round.
///
/// # Safety
/// As for `sums`.
#[inline(always)]
unsafe fn along<L: Lanes, const R: usize, const V: usize, const U: usize>(
    rows: [*const L::Float; R],
    depth: usize,
    a_step: usize,
    mut b: *const L::Float,
    b_step: usize,
) -> [[L; V]; R] {
    let (mut at, mut left) = (0_usize, depth);
    // SAFETY: as the caller promises; `wrapping_add` needs no promise for the places after the last round.
    unsafe {
        let mut sums = [[L::zero(); V]; R];
        while left >= U {
            for u in 0..U {
                step(&mut sums, &rows, at.wrapping_add(u * a_step), b.wrapping_add(u * b_step));
            }
            if U == 1 {
                // rows of a B that was not packed lie apart: what stands beside is the next panel's
                expect(b.wrapping_add(V * L::LANES), 1);
            }
            at = at.wrapping_add(U * a_step);
            b = b.wrapping_add(U * b_step);
            left -= U;
        }
        while left > 0 {
            step(&mut sums, &rows, at, b);
            at = at.wrapping_add(a_step);
            b = b.wrapping_add(b_step);
            left -= 1;
        }
        sums
    }
}

/// Adds the products of one step.
///
/// # Safety
/// As for `sums`.
#[inline(always)]
unsafe fn step<L: Lanes, const R: usize, const V: usize>(
    sums: &mut [[L; V]; R],
    rows: &[*const L::Float; R],
    at: usize,
    b: *const L::Float,
) {
    // SAFETY: as the caller promises.
    unsafe {
        let row: [L; V] = std::array::from_fn(|v| L::load(b.add(v * L::LANES)));
        for (sums, a) in sums.iter_mut().zip(rows) {
            let x = L::fill(*a.add(at));
            for (sum, &y) in sums.iter_mut().zip(&row) {
                *sum = sum.add_product(x, y);
            }
        }
    }
}

/// Products of rows of A with rows of B (columns that lie in one piece): entry (r, p) of A is `a[r*a_row + p]`, entry (p, j) of
/// B is `b[j*b_column + p]`.
pub(super) struct Dots<'a, T> {
    pub(super) tiles: usize,
    pub(super) depth: usize,
    pub(super) a: &'a [T],
    pub(super) a_row: usize,
    pub(super) b: &'a [T],
    pub(super) b_column: usize,
    pub(super) out: &'a mut [T],
    pub(super) out_row: usize,
    pub(super) out_column: usize,
    pub(super) accumulate: bool,
}

impl<T> Dots<'_, T> {
    /// As for tiles.
    fn holds(&self, rows: usize, columns: usize) -> bool {
        let Some(last_row) = (self.tiles * rows).checked_sub(1) else { return false };
        last_row * self.a_row + self.depth <= self.a.len()
            && (columns - 1) * self.b_column + self.depth <= self.b.len()
            && last_row * self.out_row + (columns - 1) * self.out_column < self.out.len()
    }
}

/// A column of tiles of R rows and C columns, with the lanes along the inner dimension.
///
/// # Safety
/// The processor has the instruction set of the lanes.
#[inline(always)]
pub(super) unsafe fn dots<L: Lanes, const R: usize, const C: usize>(place: Dots<'_, L::Float>) {
    if !place.holds(R, C) {
        debug_assert!(false, "products outside their matrices");
        return;
    }
    let whole = place.depth - place.depth % L::LANES;
    for t in 0..place.tiles {
        let rows: [*const L::Float; R] =
            std::hint::black_box(std::array::from_fn(|r| place.a.as_ptr().wrapping_add((t * R + r) * place.a_row)));
        let columns: [*const L::Float; C] =
            std::hint::black_box(std::array::from_fn(|j| place.b.as_ptr().wrapping_add(j * place.b_column)));
        // SAFETY: the caller promises the instruction set; `holds` has checked the last entry of every row and column.
        unsafe {
            let mut sums = [[L::zero(); C]; R];
            let mut at = 0;
            while at < whole {
                let y: [L; C] = std::array::from_fn(|j| L::load(columns[j].add(at)));
                for (sums, row) in sums.iter_mut().zip(rows) {
                    let x = L::load(row.add(at));
                    for (sum, &y) in sums.iter_mut().zip(&y) {
                        *sum = sum.add_product(x, y);
                    }
                }
                at += L::LANES;
            }
            for (r, sums) in sums.into_iter().enumerate() {
                for (j, sum) in sums.into_iter().enumerate() {
                    let mut value = sum.total();
                    for p in whole..place.depth {
                        value = L::sum(value, L::product(*rows[r].add(p), *columns[j].add(p)));
                    }
                    let to = place.out.as_mut_ptr().add((t * R + r) * place.out_row + j * place.out_column);
                    *to = if place.accumulate { L::sum(*to, value) } else { value };
                }
            }
        }
    }
}
