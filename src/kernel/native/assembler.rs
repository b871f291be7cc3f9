//! How is an instruction written in bytes? The VEX and EVEX forms of x86-64, and the few integer instructions of a loop.
//! Deliberately knows no program: it writes what it is told; `operation.rs` knows which opcode does what.
//! Read next: `operation.rs`; the form of the prefixes is in the Intel manual, volume 2, chapter 2.

/// An address: a register, an index register where there is one, and a distance. Registers by number: 0 is rax, 4 rsp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) base: u8,
    pub(super) index: Option<u8>,
    pub(super) displacement: i32,
}

/// The last operand of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// A register.
    Register(u8),
    /// Memory by registers.
    Memory(Address),
    /// Memory at this offset from the start of the code's pages.
    Pool(u32),
}

/// The width of the vector registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// 16 bytes, VEX.
    Xmm,
    /// 32 bytes, VEX.
    Ymm,
    /// 64 bytes, EVEX.
    Zmm,
}

impl Width {
    /// Bytes in a register.
    pub(super) fn bytes(self) -> u32 {
        match self {
            Width::Xmm => 16,
            Width::Ymm => 32,
            Width::Zmm => 64,
        }
    }
}

/// What the prefix says beside the registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opcode {
    /// 1 for 66, 2 for F3, 3 for F2.
    pub(super) prefix: u8,
    /// 1 for 0F, 2 for 0F38, 3 for 0F3A.
    pub(super) map: u8,
    pub(super) wide: bool,
    pub(super) byte: u8,
}

/// The registers of an instruction in the order of its encoding: ModRM.reg, vvvv, ModRM.rm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operands {
    pub(super) reg: u8,
    pub(super) first: u8,
    pub(super) second: Operand,
    pub(super) immediate: Option<u8>,
}

/// Bytes of code.
pub(super) struct Assembler {
    pub(super) bytes: Vec<u8>,
    /// Where the code begins in its pages: the pool lies before it.
    pub(super) origin: u32,
}

impl Assembler {
    pub(super) fn new(origin: u32) -> Assembler {
        Assembler { bytes: Vec::with_capacity(1024), origin }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// ModRM, SIB and displacement. A displacement of one byte counts in units of `unit` (1 but for EVEX).
    fn address(&mut self, reg: u8, operand: Operand, unit: i32, immediate: bool) {
        let reg = (reg & 7) << 3;
        match operand {
            Operand::Register(register) => self.bytes.push(0xc0 | reg | register & 7),
            Operand::Pool(offset) => {
                self.bytes.push(reg | 5);
                let after = self.origin as i64 + self.bytes.len() as i64 + 4 + i64::from(immediate);
                let distance = (i64::from(offset) - after) as i32;
                self.put(&distance.to_le_bytes());
            }
            Operand::Memory(Address { base, index, displacement }) => {
                let low = base & 7;
                let short = displacement % unit == 0 && (-128..128).contains(&(displacement / unit));
                // Without a displacement, rbp and r13 would mean another form.
                let form = if displacement == 0 && low != 5 {
                    0
                } else if short {
                    0x40
                } else {
                    0x80
                };
                match index {
                    Some(index) => self.put(&[form | reg | 4, (index & 7) << 3 | low]),
                    None if low == 4 => self.put(&[form | reg | 4, 0x24]),
                    None => self.bytes.push(form | reg | low),
                }
                match form {
                    0x40 => self.bytes.push((displacement / unit) as u8),
                    0x80 => self.put(&displacement.to_le_bytes()),
                    _ => {}
                }
            }
        }
    }

    /// The high bits of the registers in ModRM.rm and SIB, as the prefixes have them: set bits mean low registers.
    fn high(operand: Operand) -> (bool, bool) {
        match operand {
            Operand::Register(register) => (register & 16 == 0, register & 8 == 0),
            Operand::Memory(address) => (address.index.unwrap_or(0) & 8 == 0, address.base & 8 == 0),
            Operand::Pool(_) => (true, true),
        }
    }

    /// An instruction with a VEX prefix, over registers of 16 or 32 bytes.
    pub(super) fn vex(&mut self, opcode: Opcode, long: bool, operands: Operands) {
        let Operands { reg, first, second, immediate } = operands;
        let (x, b) = Assembler::high(second);
        let x = x || matches!(second, Operand::Register(_));
        let r = u8::from(reg & 8 == 0) << 7;
        let rest = (!first & 15) << 3 | u8::from(long) << 2 | opcode.prefix;
        if x && b && opcode.map == 1 && !opcode.wide {
            self.put(&[0xc5, r | rest]);
        } else {
            let second_byte = r | u8::from(x) << 6 | u8::from(b) << 5 | opcode.map;
            self.put(&[0xc4, second_byte, u8::from(opcode.wide) << 7 | rest]);
        }
        self.bytes.push(opcode.byte);
        self.address(reg, second, 1, immediate.is_some());
        self.bytes.extend(immediate);
    }

    /// An instruction with an EVEX prefix, over registers of 64 bytes. `broadcast`: the memory operand is one lane;
    /// `unit`: the bytes of the memory operand; `mask`: the number of the mask register, 0 for none.
    pub(super) fn evex(&mut self, opcode: Opcode, broadcast: bool, unit: i32, mask: u8, operands: Operands) {
        let Operands { reg, first, second, immediate } = operands;
        let (x, b) = Assembler::high(second);
        let bit = |set: bool, at: u8| u8::from(set) << at;
        self.put(&[
            0x62,
            bit(reg & 8 == 0, 7) | bit(x, 6) | bit(b, 5) | bit(reg & 16 == 0, 4) | opcode.map,
            bit(opcode.wide, 7) | (!first & 15) << 3 | 4 | opcode.prefix,
            0x40 | bit(broadcast, 4) | bit(first & 16 == 0, 3) | mask,
            opcode.byte,
        ]);
        self.address(reg, second, unit, immediate.is_some());
        self.bytes.extend(immediate);
    }

    /// An instruction on 64-bit integer registers with a REX prefix: `opcode reg, operand`.
    pub(super) fn integer(&mut self, opcode: u8, reg: u8, operand: Operand) {
        let (x, b) = Assembler::high(operand);
        let x = x || matches!(operand, Operand::Register(_));
        self.put(&[0x48 | (reg >> 3 & 1) << 2 | u8::from(!x) << 1 | u8::from(!b), opcode]);
        self.address(reg, operand, 1, false);
    }

    /// prefetchw: says that the line so many bytes after the operand will be written, and nobody waits. Processors without the instruction do
    /// nothing (Intel manual, volume 2, PREFETCHW).
    pub(super) fn expect_to_write(&mut self, operand: Operand, ahead: i32) {
        let Operand::Memory(address) = operand else { return };
        let operand = Operand::Memory(Address { displacement: address.displacement + ahead, ..address });
        let (x, b) = Assembler::high(operand);
        self.put(&[0x40 | u8::from(!x) << 1 | u8::from(!b), 0x0f, 0x0d]);
        self.address(1, operand, 1, false);
    }

    /// Where the next byte goes.
    pub(super) fn here(&self) -> usize {
        self.bytes.len()
    }

    /// Fills with no-operations until the next instruction starts at a multiple of 32.
    pub(super) fn align(&mut self) {
        const NOTHING: [&[u8]; 9] = [
            &[0x90],
            &[0x66, 0x90],
            &[0x0f, 0x1f, 0x00],
            &[0x0f, 0x1f, 0x40, 0x00],
            &[0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
            &[0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
            &[0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
            &[0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
        ];
        loop {
            let missing = (32 - (self.origin as usize + self.bytes.len()) % 32) % 32;
            match NOTHING.get(missing.min(9).wrapping_sub(1)) {
                Some(nothing) => self.put(nothing),
                None => return,
            }
        }
    }

    /// A jump to an earlier place, if the condition holds: `condition` is the low half of the opcode.
    pub(super) fn jump_back(&mut self, condition: u8, to: usize) {
        let distance = to as i64 - (self.bytes.len() as i64 + 6);
        self.put(&[0x0f, 0x80 | condition]);
        self.put(&(distance as i32).to_le_bytes());
    }
}
