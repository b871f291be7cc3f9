//! What is around the instructions? Entry, frame, loop, addresses of columns, constants, and the answer about rare lanes.
//! Deliberately knows neither tapes nor how registers were chosen.
//! Read next: `operation.rs`, the vector instructions; `memory.rs`, where the code goes.

use super::assembler::{Address, Assembler, Operand, Operands, Width};
use super::fold::Precision;
use super::instruction::{Code, Instruction, Place};
use super::operation::Vectors;
use super::recorder::{Kind, NONE, Name, Node, SECOND};
use super::registers::Allocation;

/// Integer registers by number, as the System V convention has them.
const RAX: u8 = 0;
const RDX: u8 = 2;
const RSP: u8 = 4;
const RSI: u8 = 6;
const RDI: u8 = 7;
const R10: u8 = 10;

/// Registers for addresses of columns: first those that a function need not save.
const ADDRESSES: [u8; 9] = [1, 8, 9, 11, 3, 12, 13, 14, 15];
/// How many of them need no saving.
const FREE_ADDRESSES: usize = 4;

/// The largest frame in bytes: stacks of threads are small.
const MAX_FRAME: u32 = 512 * 1024;

/// The register for masks where masks are vectors and comparisons were recorded with their use.
const MASK: u8 = 15;

/// How many bytes before they are written lines are asked for: a page, at whose end what processors guess themselves stops.
const AHEAD: i32 = 4096;

/// What a function runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Columns: a pointer to the array of their pointers, the byte offset of the first points, that of the last ones.
    /// The last ones may overlap those before. So many vectors of points at a time.
    Loop(u32),
    /// One point: pointers to the inputs, to the outputs, to the slots. So many inputs and outputs.
    Point(u32, u32),
}

/// The constants of a program, in memory before its code.
pub(super) struct Pool {
    pub(super) bytes: Vec<u8>,
}

impl Pool {
    pub(super) fn new() -> Pool {
        Pool { bytes: Vec::new() }
    }

    /// Places the constants that the instructions read, each repeated over so many bytes: their offsets by name.
    pub(super) fn place(&mut self, nodes: &[Node], allocation: &Allocation, precision: Precision, stride: u32) -> Vec<u32> {
        let mut offsets = vec![NONE; nodes.len()];
        let read = allocation.instructions.iter().filter_map(|i| match i.second {
            Place::Constant(name) => Some(name),
            _ => None,
        });
        let pinned = allocation.pinned.iter().map(|&(_, name)| name);
        let lane = precision.bytes() as usize;
        while !self.bytes.len().is_multiple_of(stride as usize) {
            self.bytes.push(0);
        }
        for name in read.chain(pinned) {
            let offset = &mut offsets[name as usize];
            if *offset == NONE {
                *offset = self.bytes.len() as u32;
                let bits = nodes[name as usize].bits().to_le_bytes();
                for _ in 0..stride as usize / lane {
                    self.bytes.extend_from_slice(&bits[..lane]);
                }
            }
        }
        offsets
    }
}

/// What a body is made from.
pub(super) struct Body<'a> {
    pub(super) allocation: &'a Allocation,
    /// Where each constant lies, by name.
    pub(super) offsets: &'a [u32],
    pub(super) precision: Precision,
    pub(super) width: Width,
    pub(super) shape: Shape,
    /// Whether the lines that will be written are asked for before.
    pub(super) announces: bool,
}

struct Writer<'a> {
    body: &'a Body<'a>,
    vectors: Vectors<'a>,
    /// The register with the address of each column, where it has one.
    pinned: Vec<u8>,
}

impl Body<'_> {
    /// Writes the function; its start. None where the frame would be too large.
    pub(super) fn write(&self, assembler: &mut Assembler) -> Option<usize> {
        let frame = self.allocation.frame.checked_mul(self.width.bytes())?;
        if frame > MAX_FRAME {
            return None;
        }
        let pins = self.pins();
        let saved: Vec<u8> = ADDRESSES.into_iter().skip(FREE_ADDRESSES).filter(|r| pins.contains(r)).collect();
        assembler.align();
        let start = assembler.here();
        if frame > 0 || !saved.is_empty() {
            // push rbp; mov rbp, rsp
            assembler.put(&[0x55, 0x48, 0x89, 0xe5]);
            for &register in &saved {
                push(assembler, register);
            }
        }
        if frame > 0 {
            // Each page of the stack is touched in order, as the guard page wants it: or dword [rsp - distance], 0.
            for page in 1..=frame / 4096 {
                assembler.put(&[0x83, 0x8c, 0x24]);
                assembler.put(&(-((page * 4096) as i32)).to_le_bytes());
                assembler.put(&[0]);
            }
            // sub rsp, frame; and rsp, -64
            assembler.put(&[0x48, 0x81, 0xec]);
            assembler.put(&(frame as i32).to_le_bytes());
            assembler.put(&[0x48, 0x83, 0xe4, 0xc0]);
        }
        let vectors = Vectors { assembler, width: self.width, precision: self.precision };
        let mut writer = Writer { body: self, vectors, pinned: pins };
        writer.run();
        let assembler = writer.vectors.assembler;
        if frame > 0 || !saved.is_empty() {
            // lea rsp, [rbp - saved]
            let displacement = -8 * saved.len() as i32;
            assembler.integer(0x8d, RSP, Operand::Memory(Address { base: 5, index: None, displacement }));
            for &register in saved.iter().rev() {
                pop(assembler, register);
            }
            assembler.put(&[0x5d]);
        }
        if self.width != Width::Xmm {
            // vzeroupper: what follows may use the old instructions, which wait for the upper halves otherwise.
            assembler.put(&[0xc5, 0xf8, 0x77]);
        }
        // ret
        assembler.put(&[0xc3]);
        Some(start)
    }

    /// The registers that hold addresses of columns over the loop: the columns used most.
    fn pins(&self) -> Vec<u8> {
        let columns = self.allocation.instructions.iter().filter_map(|i| match i.second {
            Place::Column(column) => Some((column & !SECOND) as usize),
            _ => None,
        });
        let mut count: Vec<u32> = Vec::new();
        for column in columns {
            if count.len() <= column {
                count.resize(column + 1, 0);
            }
            count[column] += 1;
        }
        let mut pins = vec![u8::MAX; count.len()];
        if matches!(self.shape, Shape::Loop(_)) {
            let mut most: Vec<usize> = (0..count.len()).filter(|&c| count[c] > 0).collect();
            most.sort_by_key(|&c| (std::cmp::Reverse(count[c]), c));
            for (column, register) in most.into_iter().zip(ADDRESSES) {
                pins[column] = register;
            }
        }
        pins
    }
}

/// push register
fn push(assembler: &mut Assembler, register: u8) {
    if register >= 8 {
        assembler.put(&[0x41]);
    }
    assembler.put(&[0x50 | register & 7]);
}

/// pop register
fn pop(assembler: &mut Assembler, register: u8) {
    if register >= 8 {
        assembler.put(&[0x41]);
    }
    assembler.put(&[0x58 | register & 7]);
}

impl Writer<'_> {
    fn is_zmm(&self) -> bool {
        self.body.width == Width::Zmm
    }

    /// Mask registers take part in an operation of theirs, which VEX encodes.
    fn masks(&mut self, byte: u8, long: bool, to: u8, first: u8, second: u8) {
        let opcode = super::assembler::Opcode { prefix: 0, map: 1, wide: false, byte };
        let operands = Operands { reg: to, first, second: Operand::Register(second), immediate: None };
        self.vectors.assembler.vex(opcode, long, operands);
    }

    fn run(&mut self) {
        if self.is_zmm() {
            // kxorw k7, k7, k7
            self.masks(0x47, true, 7, 7, 7);
        } else {
            // xor r10d, r10d
            self.vectors.assembler.put(&[0x45, 0x31, 0xd2]);
        }
        for column in 0..self.pinned.len() {
            let register = self.pinned[column];
            if register != u8::MAX {
                self.pointer(register, column as u32);
            }
        }
        for &(register, name) in &self.body.allocation.pinned {
            let constant = self.constant(name);
            self.vectors.load(register, constant);
        }
        if let Shape::Loop(_) = self.body.shape {
            self.vectors.assembler.align();
        }
        let top = self.vectors.assembler.here();
        for instruction in &self.body.allocation.instructions {
            self.instruction(instruction);
        }
        let assembler = &mut *self.vectors.assembler;
        if let Shape::Loop(vectors) = self.body.shape {
            let width = vectors * self.body.width.bytes();
            // add rsi, width; cmp rsi, rdx; jbe top
            assembler.put(&[0x48, 0x81, 0xc6]);
            assembler.put(&width.to_le_bytes());
            assembler.integer(0x39, RDX, Operand::Register(RSI));
            assembler.jump_back(6, top);
            // The points that do not fill a register: once more, ending with the last point.
            // lea rax, [rdx + width]; cmp rsi, rax; mov rsi, rdx; jne top
            assembler.integer(0x8d, RAX, Operand::Memory(Address { base: RDX, index: None, displacement: width as i32 }));
            assembler.integer(0x39, RAX, Operand::Register(RSI));
            assembler.integer(0x89, RDX, Operand::Register(RSI));
            assembler.jump_back(5, top);
        }
        if self.is_zmm() {
            // kortestw k7, k7; mov eax, 0; setnz al
            self.masks(0x98, false, 7, 0, 7);
            self.vectors.assembler.put(&[0xb8, 0, 0, 0, 0, 0x0f, 0x95, 0xc0]);
        } else {
            // mov eax, r10d
            self.vectors.assembler.put(&[0x44, 0x89, 0xd0]);
        }
    }

    /// The pointer to a column goes to an integer register.
    fn pointer(&mut self, to: u8, column: u32) {
        let operand = Operand::Memory(Address { base: RDI, index: None, displacement: column as i32 * 8 });
        self.vectors.assembler.integer(0x8b, to, operand);
    }

    fn constant(&self, name: Name) -> Operand {
        Operand::Pool(self.body.offsets[name as usize])
    }

    fn operand(&mut self, place: Place) -> Operand {
        match place {
            Place::Register(register) => Operand::Register(register),
            Place::Constant(name) => self.constant(name),
            Place::Frame(slot) => {
                let displacement = (slot * self.body.width.bytes()) as i32;
                Operand::Memory(Address { base: RSP, index: None, displacement })
            }
            Place::Column(column) => match self.body.shape {
                Shape::Loop(_) => {
                    let displacement = if column & SECOND == 0 { 0 } else { self.body.width.bytes() as i32 };
                    let column = column & !SECOND;
                    let mut base = self.pinned[column as usize];
                    if base == u8::MAX {
                        base = RAX;
                        self.pointer(RAX, column);
                    }
                    Operand::Memory(Address { base, index: Some(RSI), displacement })
                }
                Shape::Point(inputs, outputs) => {
                    let (base, at) = if column < inputs {
                        (RDI, column)
                    } else if column < inputs + outputs {
                        (RSI, column - inputs)
                    } else {
                        (RDX, column - inputs - outputs)
                    };
                    let displacement = (at * self.body.precision.bytes()) as i32;
                    Operand::Memory(Address { base, index: None, displacement })
                }
            },
        }
    }

    fn instruction(&mut self, instruction: &Instruction) {
        let &Instruction { code, to, first, second, immediate } = instruction;
        let is_one = matches!((self.body.shape, second), (Shape::Point(..), Place::Column(_)));
        let operand = self.operand(second);
        match code {
            Code::Move if is_one => self.vectors.load_one(to, operand),
            Code::Move => self.vectors.load(to, operand),
            Code::Store if is_one => self.vectors.store_one(first, operand),
            Code::Store => {
                self.vectors.store(first, operand);
                if self.body.announces && matches!(second, Place::Column(_)) {
                    self.vectors.assembler.expect_to_write(operand, AHEAD);
                }
            }
            Code::Plain(Kind::Select) if !self.is_zmm() => self.vectors.plain(Kind::Select, to, first, operand, MASK),
            Code::Plain(Kind::Select) => self.vectors.plain(Kind::Select, to, first, operand, 1),
            Code::Plain(kind) => self.vectors.plain(kind, to, first, operand, immediate),
            Code::Product(kind, form) => self.vectors.product(kind, form, to, first, operand),
            Code::Compare if !self.is_zmm() => self.vectors.plain(Kind::Mask, MASK, first, operand, immediate),
            Code::Compare => self.vectors.plain(Kind::Mask, 1, first, operand, immediate),
            Code::RareCompare if self.is_zmm() => {
                self.vectors.plain(Kind::Mask, 1, first, operand, immediate);
                // korw k7, k7, k1
                self.masks(0x45, true, 7, 7, 1);
            }
            Code::RareCompare => {
                self.vectors.plain(Kind::Mask, MASK, first, operand, immediate);
                self.rare(MASK);
            }
            Code::RareMask => self.rare(first),
        }
    }

    /// Notes the lanes of a mask in r10.
    fn rare(&mut self, mask: u8) {
        self.vectors.signs(RAX, mask);
        self.vectors.assembler.integer(0x09, RAX, Operand::Register(R10));
    }
}
