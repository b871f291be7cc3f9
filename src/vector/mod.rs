//! Functions over vectors of floats, written once in the operations that every instruction set has.
//! Deliberately knows no expression; which function of the language each one is stands in TABLE 1.
//! Read next: `machine.rs`, those operations.

mod arithmetic;
mod block;
mod coefficients;
mod error_function;
mod exp;
mod functions;
mod gamma;
mod hyperbolic;
mod inverse;
mod inverse_hyperbolic;
mod log;
mod machine;
mod plain;
mod power;
mod precision;
mod reduction;
mod trigonometric;

#[cfg(test)]
mod tests;

pub(crate) use functions::*;
pub(crate) use machine::{Compare, Machine};

/// A function that runs over blocks of lanes and can be recorded into native code: what a row of TABLE 1 points to.
pub(crate) trait VectorFunction: Sync + std::fmt::Debug {
    /// Works the function out for each lane, at the machine's level; rare lanes are right too.
    /// All slices have the length of `out`.
    fn doubles(&self, level: Level, arguments: &[&[f64]], out: &mut [f64]);
    /// The same in single precision.
    fn singles(&self, level: Level, arguments: &[&[f32]], out: &mut [f32]);
    /// Writes the operations of the double-precision function down; lanes marked `rare` are then wrong.
    /// Nothing where the function cannot be recorded.
    fn record_doubles(&self, machine: &mut dyn Machine<Value = u32>, arguments: &[u32]) -> Option<u32>;
    /// Writes the operations of the single-precision function down; constants are to be rounded to single precision.
    fn record_singles(&self, machine: &mut dyn Machine<Value = u32>, arguments: &[u32]) -> Option<u32>;
}

/// The instruction sets for which loops over lanes are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What every machine of the architecture has: SSE2 on x86-64, NEON on aarch64.
    Baseline,
    /// AVX2 with FMA.
    Avx2,
    /// AVX-512F. Wider AVX-512 sets are left alone: rustc 1.95 compiles loops for them wrongly (rust-lang/rust#158622).
    Avx512,
}
