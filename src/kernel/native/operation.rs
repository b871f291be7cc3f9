//! Which opcode does what? The vector instructions of AVX2 with FMA and of AVX-512F by kind and precision.
//! Deliberately knows no addresses and no order: operands come ready.
//! Read next: `assembler.rs`, the bytes; `body.rs`, whole functions.

use super::assembler::{Assembler, Opcode, Operand, Operands, Width};
use super::fold::Precision;
use super::recorder::Kind;

/// Writes vector instructions of one width and precision.
pub(super) struct Vectors<'a> {
    pub(super) assembler: &'a mut Assembler,
    pub(super) width: Width,
    pub(super) precision: Precision,
}

/// What is special about an opcode.
const fn opcode(prefix: u8, map: u8, wide: bool, byte: u8) -> Opcode {
    Opcode { prefix, map, wide, byte }
}

impl Vectors<'_> {
    fn is_double(&self) -> bool {
        self.precision == Precision::Double
    }

    /// The packed form: prefix 66 for doubles, none for singles.
    fn packed(&self) -> u8 {
        u8::from(self.is_double())
    }

    fn is_wide(&self) -> bool {
        // VEX ignores the bit here, and the short prefix needs it clear.
        self.width == Width::Zmm && self.is_double()
    }

    fn write(&mut self, opcode: Opcode, mask: u8, operands: Operands) {
        match self.width {
            Width::Zmm => {
                // The pool holds one lane of each constant.
                let broadcast = matches!(operands.second, Operand::Pool(_));
                self.assembler.evex(opcode, broadcast, 64, mask, operands);
            }
            width => self.assembler.vex(opcode, width == Width::Ymm, operands),
        }
    }

    fn three(&mut self, opcode: Opcode, to: u8, first: u8, second: Operand) {
        self.write(opcode, 0, Operands { reg: to, first, second, immediate: None });
    }

    /// to = second, a whole register or a constant of the pool
    pub(super) fn load(&mut self, to: u8, second: Operand) {
        let (packed, wide) = (self.packed(), self.is_wide());
        match second {
            Operand::Register(from) if from == to => {}
            // The form of a store lets the short prefix reach a high register.
            Operand::Register(from) if self.width != Width::Zmm && from >= 8 && to < 8 => {
                self.three(opcode(packed, 1, wide, 0x29), from, 0, Operand::Register(to));
            }
            Operand::Register(_) => self.three(opcode(packed, 1, wide, 0x28), to, 0, second),
            Operand::Pool(_) if self.width == Width::Zmm => {
                let byte = if self.is_double() { 0x19 } else { 0x18 };
                let operands = Operands { reg: to, first: 0, second, immediate: None };
                self.assembler.evex(opcode(1, 2, wide, byte), false, 1, 0, operands);
            }
            _ => self.three(opcode(packed, 1, wide, 0x10), to, 0, second),
        }
    }

    /// memory = from
    pub(super) fn store(&mut self, from: u8, memory: Operand) {
        self.three(opcode(self.packed(), 1, self.is_wide(), 0x11), from, 0, memory);
    }

    /// Each lane of the xmm register = one float in memory.
    pub(super) fn load_one(&mut self, to: u8, second: Operand) {
        let opcode = if self.is_double() { opcode(3, 1, false, 0x12) } else { opcode(1, 2, false, 0x18) };
        self.three(opcode, to, 0, second);
    }

    /// One float in memory = the lowest lane.
    pub(super) fn store_one(&mut self, from: u8, memory: Operand) {
        let prefix = if self.is_double() { 3 } else { 2 };
        self.three(opcode(prefix, 1, false, 0x11), from, 0, memory);
    }

    /// to = first (kind) second
    pub(super) fn plain(&mut self, kind: Kind, to: u8, first: u8, second: Operand, immediate: u8) {
        let (double, packed, wide, zmm) = (self.is_double(), self.packed(), self.is_wide(), self.width == Width::Zmm);
        let by_lane = |single: u8, double_byte: u8| if double { double_byte } else { single };
        // Bitwise operations on floats came to AVX-512 with a later set than F; the integer ones do the same.
        let bitwise = |float: u8, integer: u8| if zmm { opcode(1, 1, wide, integer) } else { opcode(packed, 1, false, float) };
        let code = match kind {
            Kind::Add => opcode(packed, 1, wide, 0x58),
            Kind::Mul => opcode(packed, 1, wide, 0x59),
            Kind::Sub => opcode(packed, 1, wide, 0x5c),
            Kind::Min => opcode(packed, 1, wide, 0x5d),
            Kind::Div => opcode(packed, 1, wide, 0x5e),
            Kind::Max => opcode(packed, 1, wide, 0x5f),
            Kind::And => bitwise(0x54, 0xdb),
            Kind::Or => bitwise(0x56, 0xeb),
            Kind::Xor => bitwise(0x57, 0xef),
            Kind::IntegerAdd => opcode(1, 1, wide, by_lane(0xfe, 0xd4)),
            Kind::IntegerSub => opcode(1, 1, wide, by_lane(0xfa, 0xfb)),
            Kind::Sqrt => return self.three(opcode(packed, 1, wide, 0x51), to, 0, second),
            Kind::Round | Kind::Floor | Kind::Ceil => {
                // Bit 3: no exception for being inexact.
                let mode = match kind {
                    Kind::Round => 8,
                    Kind::Floor => 9,
                    _ => 10,
                };
                let operands = Operands { reg: to, first: 0, second, immediate: Some(mode) };
                return self.write(opcode(1, 3, wide, by_lane(0x08, 0x09)), 0, operands);
            }
            Kind::ShiftLeft | Kind::ShiftRight => {
                let digit = if kind == Kind::ShiftLeft { 6 } else { 2 };
                let operands = Operands { reg: digit, first: to, second, immediate: Some(immediate) };
                return self.write(opcode(1, 1, wide, by_lane(0x72, 0x73)), 0, operands);
            }
            Kind::Mask => {
                let operands = Operands { reg: to, first, second, immediate: Some(predicate(immediate)) };
                return self.write(opcode(packed, 1, wide, 0xc2), 0, operands);
            }
            // The mask: a register number in the immediate (VEX) or a mask register (EVEX).
            Kind::Blend | Kind::Select if !zmm => {
                let operands = Operands { reg: to, first, second, immediate: Some(immediate << 4) };
                return self.write(opcode(1, 3, false, by_lane(0x4a, 0x4b)), 0, operands);
            }
            _ => {
                let operands = Operands { reg: to, first, second, immediate: None };
                return self.write(opcode(1, 2, wide, 0x65), immediate, operands);
            }
        };
        self.three(code, to, first, second);
    }

    /// A product form: 132, 213 or 231.
    pub(super) fn product(&mut self, kind: Kind, form: u16, to: u8, first: u8, second: Operand) {
        let row = match form {
            132 => 0x90,
            213 => 0xa0,
            _ => 0xb0,
        };
        let column = match kind {
            Kind::MulAdd => 0x8,
            Kind::MulSub => 0xa,
            _ => 0xc,
        };
        self.three(opcode(1, 2, self.is_double(), row | column), to, first, second);
    }

    /// The lanes' highest bits in the integer register `to` (not zmm).
    pub(super) fn signs(&mut self, to: u8, from: u8) {
        self.three(opcode(self.packed(), 1, false, 0x50), to, 0, Operand::Register(from));
    }
}

/// The predicates of comparisons, quiet: less, at most, equal, not equal or unordered.
fn predicate(compare: u8) -> u8 {
    match compare {
        0 => 17,
        1 => 18,
        2 => 0,
        _ => 4,
    }
}
