//! What is an instruction before it has bytes? An operation, registers by number, and one operand that may lie in memory.
//! Deliberately knows no width of registers: the same instructions become zmm, ymm or xmm code.
//! Read next: `body.rs`, which gives them bytes.

use super::recorder::{Kind, Name};

/// Where the last operand of an instruction lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A vector register.
    Register(u8),
    /// The constant of this name.
    Constant(Name),
    /// The current points of a column.
    Column(u32),
    /// A place in the frame of the function.
    Frame(u32),
}

/// The operation of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// to = second
    Move,
    /// second = first
    Store,
    /// to = first (kind) second; operations of one operand leave `first` out.
    Plain(Kind),
    /// to = the product form of to, first and second: 132, 213 or 231, as the instruction set numbers them.
    Product(Kind, u16),
    /// The mask register `to` = the comparison of first and second (AVX-512).
    Compare,
    /// Marks the lanes where the comparison of first and second holds (AVX-512).
    RareCompare,
    /// Marks the lanes of the mask `first` (AVX2).
    RareMask,
}

/// What the result of a product replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The number added.
    Addend,
    /// One of the two factors.
    Factor,
}

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) code: Code,
    pub(super) to: u8,
    pub(super) first: u8,
    pub(super) second: Place,
    /// The number of a comparison, the bits of a shift, or the mask register of a blend.
    pub(super) immediate: u8,
}
