//! How does a tape run as fast as compiled C? As machine code of its own, functions and arithmetic in one loop.
//! Deliberately knows no expression, and no machine but x86-64 under Linux and macOS: elsewhere `compile` answers None.
//! Read next: `compile.rs`, from a tape to bytes; `memory.rs`, the pages they lie in.

mod assembler;
mod body;
mod chains;
mod compile;
mod fold;
mod instruction;
mod memory;
mod operation;
mod program;
mod recorder;
mod registers;
mod schedule;
#[cfg(test)]
mod tests;
mod trust;
mod words;

use super::tape::Tape;
use crate::vector::{Level, VectorFunction};
use compile::{Image, Prepared};
use fold::Precision;
use memory::Pages;
use program::{Call, Target};
use smallvec::SmallVec;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::OnceLock;

/// Points for which slots are kept, and the grain at which rare lanes are reported.
const BLOCK: usize = 256;

/// Points of one call where there are no slots: long, since each call of a loop costs its start.
const STRETCH: usize = 16 * BLOCK;

/// The floats of a kernel.
pub(crate) trait Lane: Copy + Default + 'static {
    /// Which they are.
    const DOUBLE: bool;
    /// Rounded from a double.
    fn of_double(x: f64) -> Self;
    /// As a double.
    fn to_double(self) -> f64;
    /// Runs a vector function.
    fn vector(function: &dyn VectorFunction, level: Level, arguments: &[&[Self]], out: &mut [Self]);
}

impl Lane for f64 {
    const DOUBLE: bool = true;
    fn of_double(x: f64) -> f64 {
        x
    }
    fn to_double(self) -> f64 {
        self
    }
    fn vector(function: &dyn VectorFunction, level: Level, arguments: &[&[f64]], out: &mut [f64]) {
        function.doubles(level, arguments, out);
    }
}

impl Lane for f32 {
    const DOUBLE: bool = false;
    fn of_double(x: f64) -> f32 {
        x as f32
    }
    fn to_double(self) -> f64 {
        f64::from(self)
    }
    fn vector(function: &dyn VectorFunction, level: Level, arguments: &[&[f32]], out: &mut [f32]) {
        function.singles(level, arguments, out);
    }
}

/// The codes of a kernel in both precisions, each made when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    doubles: OnceLock<Option<Native<f64>>>,
    singles: OnceLock<Option<Native<f32>>>,
}

impl Codes {
    /// The code for doubles. None where the machine has none.
    pub(super) fn doubles(&self, tape: &Tape, level: Level) -> Option<&Native<f64>> {
        self.doubles.get_or_init(|| Native::compile(tape, level)).as_ref()
    }

    /// The code for singles. None where the machine has none.
    pub(super) fn singles(&self, tape: &Tape, level: Level) -> Option<&Native<f32>> {
        self.singles.get_or_init(|| Native::compile(tape, level)).as_ref()
    }
}

/// Code in its pages, and where each part of it starts.
#[derive(Debug)]
struct Code {
    pages: Pages,
    starts: Vec<usize>,
    /// Points of one round of the loop.
    lanes: usize,
}

impl Code {
    fn new(image: &Image) -> Option<Code> {
        Some(Code { pages: Pages::new(&image.bytes)?, starts: image.starts.clone(), lanes: image.points })
    }
}

/// Machine code of a tape.
#[derive(Debug)]
pub(crate) struct Native<F> {
    prepared: Prepared,
    /// The code for columns and the code for one point, each made when it is first run.
    columns: OnceLock<Option<Code>>,
    point: OnceLock<Option<Code>>,
    /// The code for columns that are written where they are read.
    in_place: OnceLock<Option<Code>>,
    level: Level,
    inputs: usize,
    outputs: usize,
    slots: usize,
    floats: PhantomData<F>,
}

/// Where outputs are not right; few, so that no memory is asked for.
pub(crate) type Rare = SmallVec<[Range<usize>; 8]>;

impl<F: Lane> Native<F> {
    /// The code of the tape for this level. None where the machine has not got the level, or the tape does not fit.
    pub(crate) fn compile(tape: &Tape, level: Level) -> Option<Native<F>> {
        if !memory::runs(level) || !trust::trusted(level) {
            return None;
        }
        Native::made(tape, level)
    }

    /// The code for a level that the machine has.
    fn made(tape: &Tape, level: Level) -> Option<Native<F>> {
        let precision = if F::DOUBLE { Precision::Double } else { Precision::Single };
        let prepared = Prepared::new(tape, precision, level)?;
        Some(Native {
            columns: OnceLock::new(),
            point: OnceLock::new(),
            in_place: OnceLock::new(),
            level,
            inputs: tape.inputs.len(),
            outputs: tape.outputs.len(),
            slots: prepared.slots as usize,
            prepared,
            floats: PhantomData,
        })
    }

    /// Works the outputs out for each point. All columns have the length of the first output. The answer: where
    /// outputs are not right, since a lane was outside what the code does; the interpreter must do these points.
    pub(crate) fn run(&self, inputs: &[&[F]], outputs: &mut [&mut [F]]) -> Rare {
        let Some(points) = outputs.first().map(|o| o.len()) else { return Rare::new() };
        let mut rare = Rare::new();
        let fits = inputs.len() == self.inputs && outputs.len() == self.outputs;
        if !fits || inputs.iter().any(|c| c.len() != points) || outputs.iter().any(|c| c.len() != points) {
            rare.push(0..points);
            return rare;
        }
        match self.columns.get_or_init(|| Code::new(&self.prepared.columns()?)) {
            None => rare.push(0..points),
            Some(code) if points < code.lanes => self.few(inputs, outputs, points, &mut rare),
            Some(code) => self.many(code, inputs, outputs, points, &mut rare),
        }
        rare
    }

    /// Works the outputs out for so many points, where outputs may be inputs. False, and nothing is done, where there is no code for that.
    ///
    /// # Safety
    /// Every column has that many floats, which nobody else uses meanwhile. An output overlaps only inputs that begin where it begins, and
    /// no other output.
    #[allow(unsafe_code)]
    pub(crate) unsafe fn replace(&self, inputs: &[*const F], outputs: &[*mut F], points: usize) -> bool {
        let Some(code) = self.in_place.get_or_init(|| Code::new(&self.prepared.in_place()?)) else { return false };
        let fits = inputs.len() == self.inputs && outputs.len() == self.outputs;
        // the last round must not do points again that have been replaced
        if !fits || points == 0 || !points.is_multiple_of(code.lanes) {
            return false;
        }
        let mut pointers: SmallVec<[*mut u8; 64]> = inputs.iter().map(|column| column.cast_mut().cast()).collect();
        pointers.extend(outputs.iter().map(|column| column.cast::<u8>()));
        stretch::<F>(code, &pointers, 0..points);
        true
    }

    /// Works the outputs out for one point; but for the first time, without allocation. False where the interpreter must do it.
    pub(crate) fn point(&self, inputs: &[F], outputs: &mut [F]) -> bool {
        if inputs.len() != self.inputs || outputs.len() != self.outputs {
            return false;
        }
        let Some(code) = self.point.get_or_init(|| Code::new(&self.prepared.point()?)) else { return false };
        if self.slots > 0 {
            return self.point_with_calls(code, inputs, outputs);
        }
        code.starts.iter().fold(true, |right, &start| right & !self.part(code, start, inputs, outputs, &mut []))
    }

    /// Runs a part of the code for one point; whether it was rare. There are as many slots as the tape needs.
    #[inline]
    fn part(&self, code: &Code, start: usize, inputs: &[F], outputs: &mut [F], slots: &mut [F]) -> bool {
        // SAFETY: the offset is the one that `Prepared::point` gave for this precision, at a level that `compile` of this
        // type found on the machine; `point` has checked that there are as many floats as the tape has ends.
        #[allow(unsafe_code)]
        unsafe {
            code.pages.point(start, inputs.as_ptr().cast(), outputs.as_mut_ptr().cast(), slots.as_mut_ptr().cast())
        }
    }

    /// One point where calls run between the parts.
    #[inline(never)]
    fn point_with_calls(&self, code: &Code, inputs: &[F], outputs: &mut [F]) -> bool {
        let mut slots: SmallVec<[F; 64]> = SmallVec::from_elem(F::default(), self.slots);
        let mut rare = false;
        for (&start, calls) in code.starts.iter().zip(&self.prepared.calls) {
            rare |= self.part(code, start, inputs, outputs, &mut slots);
            for call in calls {
                let argument = |&column: &u32| {
                    let column = column as usize;
                    inputs.get(column).or_else(|| slots.get(column - self.inputs - self.outputs)).copied().unwrap_or_default()
                };
                let arguments: SmallVec<[F; 4]> = call.arguments.iter().map(argument).collect();
                let value = scalar(call, self.level, &arguments);
                if let Some(slot) = slots.get_mut(call.result as usize - self.inputs - self.outputs) {
                    *slot = value;
                }
            }
        }
        !rare
    }

    /// Fewer points than a register has.
    fn few(&self, inputs: &[&[F]], outputs: &mut [&mut [F]], points: usize, rare: &mut Rare) {
        let mut ins: SmallVec<[F; 32]> = SmallVec::from_elem(F::default(), self.inputs);
        let mut outs: SmallVec<[F; 32]> = SmallVec::from_elem(F::default(), self.outputs);
        let mut right = true;
        for at in 0..points {
            for (x, column) in ins.iter_mut().zip(inputs) {
                *x = column[at];
            }
            right &= self.point(&ins, &mut outs);
            for (y, column) in outs.iter().zip(outputs.iter_mut()) {
                column[at] = *y;
            }
        }
        if !right {
            rare.push(0..points);
        }
    }

    /// At least as many points as a register has.
    fn many(&self, code: &Code, inputs: &[&[F]], outputs: &mut [&mut [F]], points: usize, rare: &mut Rare) {
        let mut pointers: SmallVec<[*mut u8; 64]> = SmallVec::new();
        pointers.extend(inputs.iter().map(|c| c.as_ptr().cast_mut().cast::<u8>()));
        pointers.extend(outputs.iter_mut().map(|c| c.as_mut_ptr().cast::<u8>()));
        if self.slots == 0 {
            for long in blocks(0..points, STRETCH, code.lanes) {
                if !stretch::<F>(code, &pointers, long.clone()) {
                    continue;
                }
                for block in blocks(long, BLOCK, code.lanes) {
                    if stretch::<F>(code, &pointers, block.clone()) {
                        mark(rare, block);
                    }
                }
            }
            return;
        }
        // A little more than a block: the last one takes up what would not fill a register.
        let mut slots = vec![vec![F::default(); BLOCK + code.lanes]; self.slots];
        let ends = pointers.len();
        for block in blocks(0..points, BLOCK, code.lanes) {
            let mut flag = false;
            for (&start, calls) in code.starts.iter().zip(&self.prepared.calls) {
                pointers.truncate(ends);
                // The code counts from the first point of the columns.
                let back = block.start * size_of::<F>();
                pointers.extend(slots.iter_mut().map(|s| s.as_mut_ptr().cast::<u8>().wrapping_sub(back)));
                flag |= part::<F>(code, start, &pointers, block.clone());
                for call in calls {
                    self.call(call, inputs, &mut slots, block.clone());
                }
            }
            if flag {
                mark(rare, block);
            }
        }
    }

    /// A function over the block, from columns and slots into a slot.
    fn call(&self, call: &Call, inputs: &[&[F]], slots: &mut [Vec<F>], block: Range<usize>) {
        let ends = self.inputs + self.outputs;
        let length = block.len();
        let Some(slot) = slots.get_mut(call.result as usize - ends) else { return };
        let mut out = std::mem::take(slot);
        {
            let column = |&c: &u32| match inputs.get(c as usize) {
                Some(column) => &column[block.clone()],
                None => &slots[c as usize - ends][..length],
            };
            let arguments: SmallVec<[&[F]; 4]> = call.arguments.iter().map(column).collect();
            match call.target.vector() {
                Some(function) => F::vector(function, self.level, &arguments, &mut out[..length]),
                None => {
                    let mut one: SmallVec<[F; 4]> = SmallVec::from_elem(F::default(), arguments.len());
                    for (at, y) in out[..length].iter_mut().enumerate() {
                        for (x, column) in one.iter_mut().zip(&arguments) {
                            *x = column[at];
                        }
                        *y = scalar(call, self.level, &one);
                    }
                }
            }
        }
        if let Some(slot) = slots.get_mut(call.result as usize - ends) {
            *slot = out;
        }
    }
}

/// Runs all code over these points, without calls between; whether a lane was rare.
fn stretch<F: Lane>(code: &Code, pointers: &[*mut u8], points: Range<usize>) -> bool {
    code.starts.iter().fold(false, |flag, &start| flag | part::<F>(code, start, pointers, points.clone()))
}

/// Runs a part of the code over these points, which `many` or `replace` gives; whether a lane was rare.
fn part<F: Lane>(code: &Code, start: usize, pointers: &[*mut u8], points: Range<usize>) -> bool {
    let size = size_of::<F>();
    // SAFETY: the offset is the one that `Prepared::columns` or `in_place` gave for this precision, at a level found on the
    // machine. `run` has checked that all columns have the points of the range, which are at least as many as one round of
    // the loop takes, and slots have as many; outputs and slots came from exclusive references. For `replace` its caller
    // vouches for the columns, and it has looked that they fill whole rounds.
    #[allow(unsafe_code)]
    unsafe {
        code.pages.columns(start, pointers, points.start * size, (points.end - code.lanes) * size)
    }
}

/// The value of a call for one point.
fn scalar<F: Lane>(call: &Call, level: Level, arguments: &[F]) -> F {
    let doubles: SmallVec<[f64; 4]> = arguments.iter().map(|x| x.to_double()).collect();
    match (call.target, doubles.as_slice()) {
        (Target::Power, &[a, b]) => F::of_double(a.powf(b)),
        (Target::Function(function), all) => match (function.row().float, call.target.vector()) {
            (Some(float), _) => F::of_double(float(all)),
            (None, Some(vector)) => {
                let columns: SmallVec<[&[F]; 4]> = arguments.iter().map(std::slice::from_ref).collect();
                let mut out = [F::default()];
                F::vector(vector, level, &columns, &mut out);
                out[0]
            }
            (None, None) => F::of_double(f64::NAN),
        },
        _ => F::of_double(f64::NAN),
    }
}

/// The range in blocks of this size, of which the last also takes what would not fill a register.
fn blocks(range: Range<usize>, size: usize, lanes: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    std::iter::from_fn(move || {
        if start >= range.end {
            return None;
        }
        let end = if range.end - start < size + lanes { range.end } else { start + size };
        let block = start..end;
        start = end;
        Some(block)
    })
}

/// Adds a block to the marked ones.
fn mark(rare: &mut Rare, block: Range<usize>) {
    match rare.last_mut() {
        Some(last) if last.end == block.start => last.end = block.end,
        _ => rare.push(block),
    }
}
