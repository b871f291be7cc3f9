//! How are the steps of a plan carried out, alone or by a team, without new memory?
//! Deliberately decides nothing: what is done is in the steps, how much of it a thread does follows from its number.
//! Read next: `step.rs`, `team.rs`.
#![allow(unsafe_code)]

use super::step::{Matrix, Reader, Step};
use super::team::Team;
use super::{Place, Plan};
use crate::error::{Error, Kind, Result};
use crate::kernel::{Kernel, Lane};
use crate::phrase;
use crate::product::{self, Element, Selection, View, Workspace};
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

/// Steps of less work than this are done by one thread: to meet costs more.
const WORTH_SHARING: usize = 60_000;

/// From so many columns for each thread on a product is shared out by columns.
const COLUMNS: usize = 64;
/// Floats between which threads share columns: a cache line of single floats.
const LINE: usize = 16;

/// The memory of a plan: made once, used by every run.
#[derive(Debug)]
pub(crate) struct Memory<T> {
    arena: Vec<T>,
    constants: Vec<Vec<T>>,
    workers: Vec<Worker<T>>,
}

/// What a thread needs for itself.
#[derive(Debug)]
struct Worker<T> {
    scratch: Vec<T>,
    workspace: Workspace<T>,
    failed: bool,
}

/// Everything that the threads of a run see.
struct Scene<'r, T> {
    plan: &'r Plan,
    arena: *mut T,
    workers: *mut Worker<T>,
    given: &'r [&'r [T]],
    scalars: &'r [T],
    constants: &'r [Vec<T>],
    moving: &'r [*mut T],
    /// A given array that comes without its zeros.
    sparse: Option<(usize, Selection<'r, T>)>,
}

// SAFETY: threads write disjoint parts of the arena and of what moves (each rows or columns of its own of the buffer that a step makes), read
// only buffers that earlier steps have made, between which they meet, and of a buffer that the step itself replaces only the rows of their
// number; they use only the worker of their number.
unsafe impl<T: Send + Sync> Sync for Scene<'_, T> {}

impl<T: Float> Memory<T> {
    /// The memory that a plan needs, for this many threads.
    pub(crate) fn new(plan: &Plan, threads: usize) -> Memory<T> {
        let constant = |place: &Place| match *place {
            Place::Identity(size) => {
                let mut matrix = vec![T::from_double(0.0); size * size];
                matrix.iter_mut().step_by(size + 1).for_each(|entry| *entry = T::from_double(1.0));
                matrix
            }
            Place::Given(_) | Place::Scalar(_) | Place::Arena(_) | Place::Moving(_) => Vec::new(),
        };
        let scratch = plan.steps.iter().map(|step| plan.scratch(step)).max().unwrap_or(0);
        let worker = || Worker { scratch: vec![T::from_double(0.0); scratch], workspace: Workspace::default(), failed: false };
        Memory {
            arena: vec![T::from_double(0.0); plan.arena],
            constants: plan.buffers.iter().map(|buffer| constant(&buffer.place)).collect(),
            workers: (0..threads.max(1)).map(|_| worker()).collect(),
        }
    }
}

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

impl Reader {
    /// Whether its entries lie one behind the other as the map runs.
    pub(super) fn lies(&self, sizes: &[usize]) -> bool {
        let mut stride = 1;
        self.strides.iter().zip(sizes).rev().all(|(&own, &size)| {
            let right = own == stride;
            stride *= size;
            right
        })
    }

    /// Whether all rows are the same.
    fn repeats(&self, sizes: &[usize]) -> bool {
        let lead = if sizes.len() > 1 { sizes.len() - 1 } else { sizes.len() };
        self.strides[..lead].iter().all(|&stride| stride == 0)
    }
}

impl Plan {
    /// Floats of scratch that a thread needs for a step: for inputs that do not lie as the map runs, and for results that replace inputs.
    fn scratch(&self, step: &Step) -> usize {
        let Step::Map { sizes, inputs, outs, .. } = step else { return 0 };
        let (_, columns) = flat(sizes);
        let spread = inputs.iter().filter(|input| !input.lies(sizes)).count();
        (spread + outs.iter().filter(|&&out| self.moves(out)).count()) * (block_rows(columns) * columns)
    }

    /// Whether a buffer is an array of the caller's that the plan replaces.
    fn moves(&self, buffer: usize) -> bool {
        matches!(self.buffers[buffer].place, Place::Moving(_))
    }

    /// Runs all steps. `given` are the arrays and `scalars` the numbers in the order that the plan names them; `moving` are the arrays that
    /// it replaces, in the order of their updates. After an error they may be neither what they were nor what they were to be.
    ///
    /// # Errors
    /// Kind `shape`: an array has another length. Kind `domain`: a matrix has no inverse.
    pub(crate) fn run<T: Float>(
        &self,
        memory: &mut Memory<T>,
        team: &mut Team,
        given: &[&[T]],
        scalars: &[T],
        moving: &mut [&mut [T]],
    ) -> Result<()> {
        self.run_sparse(memory, team, given, None, scalars, moving)
    }

    /// The same, where a given array that is only multiplied ([`Plan::is_only_multiplied`]) comes as some rows of a sparse matrix.
    pub(crate) fn run_sparse<T: Float>(
        &self,
        memory: &mut Memory<T>,
        team: &mut Team,
        given: &[&[T]],
        sparse: Option<(usize, Selection<'_, T>)>,
        scalars: &[T],
        moving: &mut [&mut [T]],
    ) -> Result<()> {
        if given.len() != self.arrays.len() || scalars.len() != self.scalars.len() || memory.arena.len() < self.arena {
            return Err(Error::new(Kind::Shape, phrase!("a plan was given another number of arrays or scalars")));
        }
        for buffer in &self.buffers {
            if let Place::Given(at) = buffer.place
                && given[at].len() != buffer.length
                && sparse.is_none_or(|(place, _)| place != at)
            {
                let message = phrase!(
                    "an array of {given} entries was given where {length} are needed",
                    given = given[at].len(),
                    length = buffer.length
                );
                return Err(Error::new(Kind::Shape, message));
            }
            if let Place::Moving(at) = buffer.place
                && moving.get(at).map(|memory| memory.len()) != Some(buffer.length)
            {
                return Err(Error::new(
                    Kind::Shape,
                    phrase!("the array {at} that a plan replaces must have {length} entries", at, length = buffer.length),
                ));
            }
        }
        let moving: SmallVec<[*mut T; 128]> = moving.iter_mut().map(|memory| memory.as_mut_ptr()).collect();
        let parts = team.members().min(memory.workers.len());
        let scene = Scene {
            plan: self,
            arena: memory.arena.as_mut_ptr(),
            workers: memory.workers.as_mut_ptr(),
            given,
            scalars,
            constants: &memory.constants,
            moving: &moving,
            sparse,
        };
        if parts == 1 || self.work() < WORTH_SHARING {
            self.steps.iter().for_each(|step| scene.part(step, 0, 1));
        } else {
            let meeting = team.meeting();
            let members = team.members();
            let fine = team.run(&|number| {
                for (step, &work) in self.steps.iter().zip(&self.works) {
                    if work >= WORTH_SHARING && number < parts {
                        scene.part(step, number, parts);
                    } else if number == 0 {
                        scene.part(step, 0, 1);
                    }
                    if members > 1 {
                        meeting.wait();
                    }
                }
            });
            if !fine {
                return Err(Error::new(Kind::Domain, phrase!("a thread of the plan has failed")));
            }
        }
        match memory.workers.iter_mut().any(|worker| std::mem::take(&mut worker.failed)) {
            true => Err(Error::new(Kind::Domain, phrase!("a matrix is singular: it has no inverse"))),
            false => Ok(()),
        }
    }

    /// The entries of a root, after a run.
    pub(crate) fn output<'m, T: Float>(&self, memory: &'m Memory<T>, root: usize, given: &[&'m [T]], scalars: &'m [T]) -> &'m [T] {
        let (buffer, _) = self.outputs[root];
        let Buffer { place, length } = &self.buffers[buffer];
        match *place {
            Place::Arena(at) => &memory.arena[at..at + length],
            Place::Given(at) => given[at],
            Place::Scalar(at) => std::slice::from_ref(&scalars[at]),
            Place::Identity(_) | Place::Moving(_) => &memory.constants[buffer],
        }
    }

    /// Whether a given array is only multiplied from the left, as it lies or turned, by matrices that lie row by row.
    pub(crate) fn is_only_multiplied(&self, given: usize) -> bool {
        let is_it = |buffer: usize| self.buffers[buffer].place == Place::Given(given);
        let whole = |b: &Matrix| b.offset == 0 && b.column_stride == 1 && b.row_stride == b.columns;
        self.outputs.iter().all(|(buffer, _)| !is_it(*buffer))
            && self.steps.iter().all(|step| match step {
                Step::Product { a, b, .. } if is_it(a.buffer) => {
                    let straight = a.column_stride == 1 && a.row_stride == a.columns;
                    let turned = a.row_stride == 1 && a.column_stride == a.rows;
                    a.offset == 0 && (straight || turned) && !is_it(b.buffer) && whole(b)
                }
                step => step.reads().into_iter().all(|buffer| !is_it(buffer)),
            })
    }

    /// The axes of a root.
    pub(crate) fn axes(&self, root: usize) -> &[usize] {
        &self.outputs[root].1
    }
}

use super::Buffer;

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
    fn part(&self, step: &Step, part: usize, parts: usize) {
        // SAFETY: there is a worker for each part, and a thread takes only that of its number.
        let worker = unsafe { &mut *self.workers.add(part) };
        let rows = share(step.rows(), part, parts);
        match step {
            Step::Map { kernel, sizes, inputs, outs } => self.map(kernel, sizes, inputs, outs, rows, worker),
            Step::Product { a, b, out } => self.product(a, b, *out, (part, parts), worker),
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

    /// The share of a thread in a product: some of its columns, so that each packs its own part of B; of narrow ones some of its rows.
    fn product(&self, a: &Matrix, b: &Matrix, out: usize, (part, parts): (usize, usize), worker: &mut Worker<T>) {
        let all = self.plan.buffers[out].length;
        let by_columns = b.columns >= parts * COLUMNS;
        let columns = if by_columns {
            let pieces = share(b.columns.div_ceil(LINE), part, parts);
            pieces.start * LINE..b.columns.min(pieces.end * LINE)
        } else {
            0..b.columns
        };
        let rows = if by_columns { 0..a.rows } else { share(a.rows, part, parts) };
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let straight = a.column_stride == 1;
        let other = self.read(b.buffer);
        let view = |matrix: &Matrix, data, rows: usize| View {
            data,
            rows,
            columns: matrix.columns,
            row_stride: matrix.row_stride,
            column_stride: matrix.column_stride,
        };
        let sparse =
            self.sparse.filter(|(place, _)| self.plan.buffers[a.buffer].place == Place::Given(*place)).map(|(_, selection)| selection);
        let workspace = &mut worker.workspace;
        let done = if by_columns {
            let to = (self.start(out), all);
            // SAFETY: the buffer has that length; threads have disjoint columns, and nothing reads them before all have met.
            unsafe {
                match sparse {
                    Some(selection) => product::multiply_sparse_columns(workspace, to, selection, !straight, (other, b.columns), columns),
                    None => {
                        let a = view(a, &self.read(a.buffer)[a.offset..], a.rows);
                        product::multiply_columns(workspace, to, a, view(b, &other[b.offset..], b.rows), columns)
                    }
                }
            }
        } else {
            let to = self.write(out, rows.start * b.columns..rows.end * b.columns);
            match sparse {
                Some(selection) if straight => {
                    let selection = Selection { rows: &selection.rows[rows], ..selection };
                    product::multiply_rows(workspace, to, selection, other, b.columns)
                }
                Some(selection) => product::multiply_turned(workspace, to, selection, rows, other, b.columns),
                None => {
                    let a = view(a, &self.read(a.buffer)[a.offset + rows.start * a.row_stride..], rows.len());
                    product::multiply(workspace, to, a, view(b, &other[b.offset..], b.rows), false)
                }
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
            // kernels read and write in their own order: what replaces an input is copied when all is read
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
        for o in 0..outer {
            for i in 0..inner {
                let mut best = data[o * length * inner + i];
                for l in 1..length {
                    let x = data[(o * length + l) * inner + i];
                    // NaN anywhere is the answer
                    if x.is_nan() || (if largest { x > best } else { x < best }) {
                        best = x;
                    }
                    if best.is_nan() {
                        break;
                    }
                }
                to[o * inner + i] = best;
            }
        }
    }
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
