//! How does a tape become bytes? Parts, schedule, registers, bodies for columns and for one point, constants before them.
//! Deliberately does not run anything.
//! Read next: `program.rs`, `schedule.rs`, `registers.rs`, `body.rs`: the four steps.

use super::assembler::{Assembler, Width};
use super::body::{Body, Pool, Shape};
use super::fold::Precision;
use super::program::{Call, Program};
use super::{chains, registers, schedule};
use crate::kernel::tape::Tape;
use crate::vector::Level;

/// The code of a part: where its functions start, and the calls that follow.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) columns: usize,
    pub(super) point: usize,
    pub(super) calls: Vec<Call>,
}

/// A program in bytes.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) bytes: Vec<u8>,
    pub(super) runs: Vec<Run>,
    pub(super) slots: u32,
}

/// The level's registers: their width and number.
pub(super) fn vectors(level: Level) -> Option<(Width, usize)> {
    match level {
        Level::Baseline => None,
        Level::Avx2 => Some((Width::Ymm, 16)),
        Level::Avx512 => Some((Width::Zmm, 32)),
    }
}

/// The bytes of the tape's code. None where it cannot be made.
pub(super) fn compile(tape: &Tape, precision: Precision, level: Level) -> Option<Image> {
    let (width, registers) = vectors(level)?;
    let program = Program::build(tape, precision, level == Level::Avx2)?;
    let mut pool = Pool::new();
    // Constants lie before the code, and the code must know how far: so all code is laid out before any is written.
    let mut planned = Vec::new();
    for part in &program.parts {
        let code = chains::shorten(&part.code);
        let nodes = &code.nodes;
        // On AVX-512 one register of the point's 16 is kept for masks.
        let few = if width == Width::Zmm { 15 } else { 16 };
        let order = schedule::schedule(nodes, registers);
        let columns = registers::allocate(nodes, &order, registers, true);
        let order = if width == Width::Zmm { schedule::schedule(nodes, few) } else { order };
        let point = registers::allocate(nodes, &order, few, false);
        let stride = if width == Width::Zmm { precision.bytes() } else { 32 };
        let wide = pool.place(nodes, &columns, precision, stride);
        // Pools of 32 bytes serve both.
        let narrow = if width == Width::Zmm {
            pool.place(nodes, &point, precision, 16)
        } else {
            pool.extend(wide.clone(), nodes, &point, precision, 32)
        };
        planned.push((columns, wide, point, narrow));
    }
    let origin = (pool.bytes.len() as u32).next_multiple_of(64);
    let mut assembler = Assembler::new(origin);
    let mut runs = Vec::new();
    let ends = (tape.inputs.len() as u32, tape.outputs.len() as u32);
    for ((columns, wide, point, narrow), part) in planned.iter().zip(program.parts) {
        let body = Body { allocation: columns, offsets: wide, precision, width, shape: Shape::Loop };
        let columns = body.write(&mut assembler)?;
        let shape = Shape::Point(ends.0, ends.1);
        let body = Body { allocation: point, offsets: narrow, precision, width: Width::Xmm, shape };
        let point = body.write(&mut assembler)?;
        let origin = origin as usize;
        runs.push(Run { columns: origin + columns, point: origin + point, calls: part.calls });
    }
    let mut bytes = pool.bytes;
    bytes.resize(origin as usize, 0);
    bytes.extend_from_slice(&assembler.bytes);
    Some(Image { bytes, runs, slots: program.slots })
}
