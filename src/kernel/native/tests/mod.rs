//! Does machine code do what the tape says?
//! Deliberately compares with evaluations of its own, not with the interpreter: this room stands alone.
//! Read next: `differential.rs`, random tapes; `encoding.rs`, bytes against those of an assembler.

mod differential;
mod encoding;
mod pages;
mod random;
