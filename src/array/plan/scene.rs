//! What does a thread do of a step, in the memory that it shares with the others?
//! Deliberately decides nothing: how much of a step a thread does follows from its number.
//! Read next: `step.rs`; `product.rs` and `kernel/`, who do the work.
#![allow(unsafe_code)]

use super::step::{Matrix, Reader, Step};
use super::{Place, Plan};
use crate::kernel::{Kernel, Lane};
use crate::product::{self, Aligned, Element, Selection, View, Workspace};
use smallvec::SmallVec;
use std::ops::Range;

/// The floats that plans run on: `f32` and `f64`.
pub(crate) trait Float: Lane + Element + Copy + Default + Send + Sync + 'static {
    /// The float nearest to a single one.
    fn from_single(x: f32) -> Self;
}
impl Float for f32 {
    fn from_single(x: f32) -> f32 {
        x
    }
}
impl Float for f64 {
    fn from_single(x: f32) -> f64 {
        f64::from(x)
    }
}

/// Points of a map that are prepared at a time, where an input does not lie as the map runs.
const BLOCK: usize = 2048;

/// What a thread needs for itself.
#[derive(Debug)]
pub(super) struct Worker<T> {
    pub(super) scratch: Aligned<T>,
    pub(super) workspace: Workspace<T>,
    pub(super) failed: bool,
}

/// Everything that the threads of a run see.
pub(super) struct Scene<'r, T> {
    pub(super) plan: &'r Plan,
    pub(super) arena: *mut T,
    pub(super) workers: *mut Worker<T>,
    pub(super) given: &'r [&'r [T]],
    pub(super) scalars: &'r [T],
    pub(super) constants: &'r [Vec<T>],
    pub(super) moving: &'r [*mut T],
    /// A given array that comes without its zeros.
    pub(super) sparse: Option<(usize, Selection<'r, T>)>,
}

// SAFETY: threads write disjoint parts of the arena and of what moves (each the rows of its number of the buffer that a step makes), read
// only buffers that earlier steps have made, between which they meet, and of a buffer that the step itself replaces only the rows of their
// number; they use only the worker of their number.
unsafe impl<T: Send + Sync> Sync for Scene<'_, T> {}

/// How many rows and columns a map has: the loops before the last one are rows.
fn flat(sizes: &[usize]) -> (usize, usize) {
    match sizes {
        [] => (1, 1),
        [length] => (*length, 1),
        [lead @ .., last] => (lead.iter().product(), *last),
    }
}

fn block_rows(columns: usize) -> usize {
    (BLOCK / columns.max(1)).max(1)
}

impl Plan {
    /// Floats of scratch that a thread needs for a step: for inputs that do not lie as the map runs, and for results that replace inputs.
    pub(super) fn scratch(&self, step: &Step) -> usize {
        let Step::Map { sizes, inputs, outs, .. } = step else { return 0 };
        let (_, columns) = flat(sizes);
        let spread = inputs.iter().filter(|input| !input.lies(sizes)).count();
        (spread + outs.iter().filter(|&&out| self.moves(out)).count()) * (block_rows(columns) * columns)
    }
}

/// The share of a thread.
fn share(rows: usize, part: usize, parts: usize) -> Range<usize> {
    rows * part / parts..rows * (part + 1) / parts
}

impl<T: Float> Scene<'_, T> {
    fn read(&self, buffer: usize) -> &[T] {
        self.read_part(buffer, 0..self.plan.buffers[buffer].length)
    }

    /// Some entries of a buffer.
    fn read_part(&self, buffer: usize, range: Range<usize>) -> &[T] {
        let all: &[T] = match self.plan.buffers[buffer].place {
            Place::Given(at) => self.given[at],
            Place::Scalar(at) => std::slice::from_ref(&self.scalars[at]),
            Place::Identity(_) => &self.constants[buffer],
            Place::Arena(_) | Place::Moving(_) => {
                let range = self.within(buffer, range);
                // SAFETY: the part lies in the buffer; the step that made it is done, and no step writes to it while it is needed
                // (`memory::share`, `replace`). A step that replaces what it reads asks each thread for its own rows only.
                return unsafe { std::slice::from_raw_parts(self.start(buffer).wrapping_add(range.start), range.len()) };
            }
        };
        all.get(range).unwrap_or(&[])
    }

    /// Where a buffer that a step writes begins.
    fn start(&self, buffer: usize) -> *mut T {
        match self.plan.buffers[buffer].place {
            // the arena has room for every buffer of the plan
            Place::Arena(at) => self.arena.wrapping_add(at),
            Place::Moving(number) => self.moving[number],
            Place::Given(_) | Place::Scalar(_) | Place::Identity(_) => std::ptr::null_mut(),
        }
    }

    /// The part of a range that lies in a buffer.
    fn within(&self, buffer: usize, range: Range<usize>) -> Range<usize> {
        let end = range.end.min(self.plan.buffers[buffer].length);
        range.start.min(end)..end
    }

    /// The part of a buffer that this thread makes.
    #[expect(clippy::mut_from_ref, reason = "threads write disjoint parts, as said at `Scene`")]
    fn write(&self, buffer: usize, range: Range<usize>) -> &mut [T] {
        let (start, range) = (self.start(buffer), self.within(buffer, range));
        if start.is_null() {
            return &mut [];
        }
        // SAFETY: the part lies in the buffer, whose length `run` has checked where it is the caller's; the ranges of the threads are
        // disjoint, and nothing reads this part before all have met.
        unsafe { std::slice::from_raw_parts_mut(start.wrapping_add(range.start), range.len()) }
    }

    /// What thread `part` of `parts` does of a step.
    pub(super) fn part(&self, step: &Step, part: usize, parts: usize) {
        // SAFETY: there is a worker for each part, and a thread takes only that of its number.
        let worker = unsafe { &mut *self.workers.add(part) };
        let rows = share(step.rows(), part, parts);
        match step {
            Step::Map { kernel, sizes, inputs, outs } => self.map(kernel, sizes, inputs, outs, rows, worker),
            Step::Product { a, b, out } => self.product(a, b, *out, rows, worker),
            Step::Total { from, outer, length, inner, out } => {
                let (outer, columns) = if *outer == 1 { (0..1, rows) } else { (rows, 0..*inner) };
                self.total(*from, outer, *length, *inner, columns, *out);
            }
            Step::Copy { from, out, .. } => self.write(*out, rows.clone()).copy_from_slice(self.read_part(*from, rows)),
            _ if part > 0 => {}
            Step::Extreme { from, outer, length, inner, largest, out } => self.extreme(*from, *outer, *length, *inner, *largest, *out),
            Step::Stack { from, out } => {
                let to = self.write(*out, 0..from.len());
                for (to, &buffer) in to.iter_mut().zip(from) {
                    *to = self.read(buffer)[0];
                }
            }
            Step::Inverse { from, size, out } => {
                let to = self.write(*out, 0..size * size);
                worker.failed |= !inverse(self.read(*from), to, *size);
            }
            Step::Determinant { from, size, log, out } => {
                let to = self.write(*out, 0..1);
                to[0] = T::from_double(determinant(self.read(*from), *size, *log));
            }
        }
    }

    fn product(&self, a: &Matrix, b: &Matrix, out: usize, rows: Range<usize>, worker: &mut Worker<T>) {
        if rows.is_empty() {
            return;
        }
        let to = self.write(out, rows.start * b.columns..rows.end * b.columns);
        let (workspace, other) = (&mut worker.workspace, self.read(b.buffer));
        let view = |matrix: &Matrix, data, rows| View {
            data,
            rows,
            columns: matrix.columns,
            row_stride: matrix.row_stride,
            column_stride: matrix.column_stride,
        };
        let done = match self.sparse {
            Some((place, selection)) if self.plan.buffers[a.buffer].place == Place::Given(place) => {
                if a.column_stride == 1 {
                    let selection = Selection { rows: &selection.rows[rows], ..selection };
                    product::multiply_rows(workspace, to, selection, other, b.columns)
                } else {
                    product::multiply_turned(workspace, to, selection, rows, other, b.columns)
                }
            }
            _ => {
                let a = view(a, &self.read(a.buffer)[a.offset + rows.start * a.row_stride..], rows.len());
                product::multiply(workspace, to, a, view(b, &other[b.offset..], b.rows), false)
            }
        };
        worker.failed |= done.is_err();
    }

    fn map(&self, kernel: &Kernel, sizes: &[usize], inputs: &[Reader], outs: &[usize], rows: Range<usize>, worker: &mut Worker<T>) {
        let (_, columns) = flat(sizes);
        let (start, end) = (rows.start * columns, rows.end * columns);
        if start == end {
            return;
        }
        if inputs.iter().all(|input| input.lies(sizes)) && !outs.iter().any(|&out| self.plan.moves(out)) {
            let ins: SmallVec<[&[T]; 16]> =
                inputs.iter().map(|input| self.read_part(input.buffer, input.offset + start..input.offset + end)).collect();
            let mut to: SmallVec<[&mut [T]; 4]> = outs.iter().map(|&out| self.write(out, start..end)).collect();
            kernel.here(&ins, &mut to);
            return;
        }
        let most = block_rows(columns);
        let mut at = rows.start;
        while at < rows.end {
            let here = at..rows.end.min(at + most);
            let points = here.len() * columns;
            let range = here.start * columns..here.end * columns;
            let mut ins: SmallVec<[&[T]; 16]> = SmallVec::new();
            let mut rest = &mut worker.scratch[..];
            let mut room = || {
                let (mine, others) = std::mem::take(&mut rest).split_at_mut(most * columns);
                rest = others;
                &mut mine[..points]
            };
            for input in inputs {
                if input.lies(sizes) {
                    ins.push(self.read_part(input.buffer, input.offset + range.start..input.offset + range.end));
                    continue;
                }
                let mine = room();
                // rows that are all the same stand there since the first block
                if at == rows.start || !input.repeats(sizes) {
                    self.expand(input, sizes, here.clone(), columns, mine);
                }
                ins.push(mine);
            }
            // what replaces an input is written in its place if the kernel can, else it is copied when all is read; results that replace
            // nothing may go the same way
            let from: SmallVec<[*const T; 16]> = ins.iter().map(|input| input.as_ptr()).collect();
            let places: SmallVec<[*mut T; 4]> = outs.iter().map(|&out| self.start(out).wrapping_add(range.start)).collect();
            let fit = ins.iter().all(|input| input.len() == points)
                && outs.iter().all(|&out| !self.start(out).is_null() && range.end <= self.plan.buffers[out].length);
            // SAFETY: all columns have the points of the block, as was just looked at. What an output replaces is read place by place
            // (`replace`), so from the same entry on, and by nobody but this thread; no two outputs are one buffer, and other inputs lie in
            // other buffers or in the scratch.
            if fit && unsafe { kernel.replace(&from, &places, points) } {
                at = here.end;
                continue;
            }
            let mut to: SmallVec<[&mut [T]; 4]> =
                outs.iter().map(|&out| if self.plan.moves(out) { room() } else { self.write(out, range.clone()) }).collect();
            kernel.here(&ins, &mut to);
            for (&out, made) in outs.iter().zip(to).filter(|(out, _)| self.plan.moves(**out)) {
                self.write(out, range.clone()).copy_from_slice(made);
            }
            at = here.end;
        }
    }

    /// Writes the entries of some rows one behind the other.
    fn expand(&self, input: &Reader, sizes: &[usize], rows: Range<usize>, columns: usize, to: &mut [T]) {
        let data = self.read(input.buffer);
        if input.strides.iter().all(|&stride| stride == 0) {
            return to.fill(data[input.offset]);
        }
        let lead = if sizes.len() > 1 { sizes.len() - 1 } else { sizes.len() };
        let last = if sizes.len() > 1 { input.strides[lead] } else { 0 };
        for (row, to) in rows.zip(to.chunks_exact_mut(columns)) {
            let (mut from, mut rest) = (input.offset, row);
            for (&size, &stride) in sizes[..lead].iter().zip(&input.strides).rev() {
                from += rest % size * stride;
                rest /= size;
            }
            match last {
                0 => to.fill(data[from]),
                1 => to.copy_from_slice(&data[from..from + columns]),
                _ => to.iter_mut().zip(data[from..].iter().step_by(last)).for_each(|(to, &from)| *to = from),
            }
        }
    }

    fn total(&self, from: usize, outer: Range<usize>, length: usize, inner: usize, columns: Range<usize>, out: usize) {
        let data = self.read(from);
        if inner == 1 {
            let to = self.write(out, outer.clone());
            for (to, o) in to.iter_mut().zip(outer) {
                *to = sum(&data[o * length..(o + 1) * length]);
            }
            return;
        }
        for o in outer {
            let to = self.write(out, o * inner + columns.start..o * inner + columns.end);
            to.fill(T::from_double(0.0));
            for l in 0..length {
                let row = &data[(o * length + l) * inner..][columns.clone()];
                to.iter_mut().zip(row).for_each(|(to, &from)| *to = *to + from);
            }
        }
    }

    fn extreme(&self, from: usize, outer: usize, length: usize, inner: usize, largest: bool, out: usize) {
        let data = self.read(from);
        let to = self.write(out, 0..outer * inner);
        if length == 0 || to.is_empty() {
            return to.fill(T::from_double(f64::NAN));
        }
        let worst = T::from_double(if largest { f64::NEG_INFINITY } else { f64::INFINITY });
        // no branch depends on the entries, and entries of several rows are compared side by side: one does not wait for the other
        if inner == 1 {
            const ROWS: usize = 8;
            for (to, rows) in to.chunks_mut(ROWS).zip(data.chunks(ROWS * length)) {
                let mut best = [worst; ROWS];
                for l in 0..length {
                    best.iter_mut().zip(rows[l..].iter().step_by(length)).for_each(|(best, &x)| *best = further(*best, x, largest));
                }
                to.copy_from_slice(&best[..to.len()]);
            }
            return;
        }
        for (to, rows) in to.chunks_exact_mut(inner).zip(data.chunks_exact(length * inner)) {
            to.fill(worst);
            for row in rows.chunks_exact(inner) {
                to.iter_mut().zip(row).for_each(|(to, &x)| *to = further(*to, x, largest));
            }
        }
    }
}

/// The larger or the smaller of two, NaN if one is; the second if they are equal.
fn further<T: Float>(best: T, x: T, largest: bool) -> T {
    let better = if largest { x >= best } else { x <= best };
    if better || x.is_nan() { x } else { best }
}

/// The sum of a slice, in lanes that the compiler keeps in registers.
fn sum<T: Float>(data: &[T]) -> T {
    const LANES: usize = 16;
    let mut lanes = [T::from_double(0.0); LANES];
    let chunks = data.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = *lane + x;
        }
    }
    for (lane, &x) in lanes.iter_mut().zip(rest) {
        *lane = *lane + x;
    }
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for at in 0..width {
            lanes[at] = lanes[at] + lanes[at + width];
        }
    }
    lanes[0]
}

/// Gauss-Jordan elimination with row exchanges, in doubles (Golub and Van Loan, Matrix Computations, 3.4). False if it is singular.
fn inverse<T: Float>(from: &[T], to: &mut [T], n: usize) -> bool {
    let doubles: Vec<f64> = from.iter().map(|&x| x.to_double()).collect();
    let found = crate::array::linear::inverse_of(&doubles, n);
    match found {
        Some(found) => {
            to.iter_mut().zip(found).for_each(|(to, x)| *to = T::from_double(x));
            true
        }
        None => false,
    }
}

fn determinant<T: Float>(from: &[T], n: usize, log: bool) -> f64 {
    let doubles: Vec<f64> = from.iter().map(|&x| x.to_double()).collect();
    let pivots = crate::array::linear::pivots(&doubles, n);
    if log { pivots.iter().map(|pivot| pivot.abs().ln()).sum() } else { pivots.iter().product() }
}
