//! How does a tape become bytes? Parts, schedule, registers, bodies for columns and for one point, constants before them.
//! Deliberately does not run anything.
//! Read next: `program.rs`, `chains.rs`, `schedule.rs`, `registers.rs`, `body.rs`: the steps in order.

use super::assembler::{Assembler, Width};
use super::body::{Body, Pool, Shape};
use super::fold::Precision;
use super::program::{Call, Program};
use super::recorder::{Kind, Name, Node, Recorder};
use super::registers::{self, Allocation};
use super::{chains, schedule};
use crate::kernel::tape::Tape;
use crate::vector::Level;

/// Programs with more nodes than this fill the processor with one vector at a time.
const TWICE: usize = 200;

/// Two vectors at a time pay while at most one operation in so many has a place in the frame.
const FRAME_SHARE: usize = 4;

/// A program ready for its registers: runs of code, and the calls that follow each.
#[derive(Debug)]
pub(super) struct Prepared {
    codes: Vec<Recorder>,
    pub(super) calls: Vec<Vec<Call>>,
    /// How many columns are slots.
    pub(super) slots: u32,
    precision: Precision,
    width: Width,
    ends: (u32, u32),
}

/// A program in bytes.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) bytes: Vec<u8>,
    /// Where the code of each part starts.
    pub(super) starts: Vec<usize>,
    /// Points of one round of the loop.
    pub(super) points: usize,
}

/// A body that has its registers.
struct Planned {
    allocation: Allocation,
    /// Where its constants lie.
    offsets: Vec<u32>,
}

impl Prepared {
    /// The operations of the tape. None where code for it cannot be made.
    pub(super) fn new(tape: &Tape, precision: Precision, level: Level) -> Option<Prepared> {
        let width = match level {
            Level::Baseline => return None,
            Level::Avx2 => Width::Ymm,
            Level::Avx512 => Width::Zmm,
        };
        let program = Program::build(tape, precision, level == Level::Avx2)?;
        let (codes, calls) = program.parts.into_iter().map(|part| (chains::shorten(&part.code), part.calls)).unzip();
        let ends = (tape.inputs.len() as u32, tape.outputs.len() as u32);
        Some(Prepared { codes, calls, slots: program.slots, precision, width, ends })
    }

    /// The code for columns. None where a frame would be too large.
    pub(super) fn columns(&self) -> Option<Image> {
        self.loops(false)
    }

    /// The code for columns of which outputs may be inputs: of each point everything is read before anything is written, and no point is
    /// done twice, as long as they fill the registers. None where functions are called, where the interpreter may have to do points
    /// again, and where an input is stored as it is.
    pub(super) fn in_place(&self) -> Option<Image> {
        let [code] = self.codes.as_slice() else { return None };
        let fits = code.nodes.iter().all(|node| match node.kind {
            Kind::Rare | Kind::RareMask => false,
            Kind::Store => code.nodes[node.operands[0] as usize].kind != Kind::Load,
            _ => true,
        });
        if self.slots > 0 || !fits { None } else { self.loops(true) }
    }

    /// The code for columns, to be written in place or not.
    fn loops(&self, in_place: bool) -> Option<Image> {
        let order = if in_place { schedule::stores_last } else { schedule::schedule };
        // AVX-512 reads one lane of a constant for all; AVX2 wants all lanes in memory.
        let (registers, stride) = if self.width == Width::Zmm { (32, self.precision.bytes()) } else { (16, 32) };
        let twice = match self.codes.as_slice() {
            [code] if code.nodes.len() <= TWICE => two_vectors(code, registers, order),
            _ => None,
        };
        let vectors = if twice.is_some() { 2 } else { 1 };
        let mut pool = Pool::new();
        let mut planned = Vec::new();
        if let Some((code, allocation)) = twice {
            let offsets = pool.place(&code.nodes, &allocation, self.precision, stride);
            planned.push(Planned { allocation, offsets });
        } else {
            for code in &self.codes {
                let order = order(&code.nodes, registers);
                let allocation = registers::allocate(&code.nodes, &order, registers, true);
                let offsets = pool.place(&code.nodes, &allocation, self.precision, stride);
                planned.push(Planned { allocation, offsets });
            }
        }
        self.image(pool, &planned, self.width, Shape::Loop(vectors), in_place)
    }

    /// The code for one point: instructions on xmm registers, which wait least.
    pub(super) fn point(&self) -> Option<Image> {
        // Where comparisons were recorded with their use, one register of 16 is kept for masks.
        let registers = if self.width == Width::Zmm { 15 } else { 16 };
        let mut pool = Pool::new();
        let mut planned = Vec::new();
        for code in &self.codes {
            let order = schedule::schedule(&code.nodes, registers);
            let allocation = registers::allocate(&code.nodes, &order, registers, false);
            let offsets = pool.place(&code.nodes, &allocation, self.precision, 16);
            planned.push(Planned { allocation, offsets });
        }
        self.image(pool, &planned, Width::Xmm, Shape::Point(self.ends.0, self.ends.1), false)
    }

    /// Constants, then code, which must know how far away they are.
    fn image(&self, pool: Pool, planned: &[Planned], width: Width, shape: Shape, in_place: bool) -> Option<Image> {
        let mut bytes = pool.bytes;
        let origin = bytes.len().next_multiple_of(64);
        bytes.resize(origin, 0);
        let mut assembler = Assembler::new(origin as u32);
        let mut starts = Vec::new();
        for Planned { allocation, offsets } in planned {
            let body = Body { allocation, offsets, precision: self.precision, width, shape, announces: in_place };
            starts.push(origin + body.write(&mut assembler)?);
        }
        bytes.extend_from_slice(&assembler.bytes);
        let vectors = if let Shape::Loop(vectors) = shape { vectors } else { 1 };
        let points = (vectors * width.bytes() / self.precision.bytes()) as usize;
        Some(Image { bytes, starts, points })
    }
}

/// The code for two vectors of points at a time: twice as much to do while results are waited for.
fn two_vectors(code: &Recorder, registers: usize, order: fn(&[Node], usize) -> Vec<Name>) -> Option<(Recorder, Allocation)> {
    let code = code.twice();
    let order = order(&code.nodes, registers);
    let allocation = registers::allocate(&code.nodes, &order, registers, true);
    (allocation.frame as usize <= order.len() / FRAME_SHARE).then_some((code, allocation))
}
