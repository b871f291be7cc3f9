//! How does a function run over a block: a loop for each instruction set, and rare lanes once more by the slow path.
//! Deliberately knows no function. The one place of `vector` with unsafe code: the calls into loops compiled for a
//! wider instruction set than the baseline, each after a check that the processor has it.
//! Read next: `functions.rs`.

use super::machine::Machine;
use super::plain::{BASELINE_FUSES, Doubles, Singles};
use super::precision::{DOUBLE, Precision, SINGLE};
use super::{Level, VectorFunction};
use std::fmt::Debug;

/// A function of N arguments in the words of a machine.
pub(super) trait Formula<const N: usize>: Sync + Debug {
    /// The formula, for lanes of the given precision.
    fn apply<M: Machine + ?Sized>(m: &mut M, p: &Precision, arguments: [M::Value; N]) -> M::Value;
    /// The value for rare arguments.
    fn slow(arguments: [f64; N]) -> f64;
}

/// A formula as a vector function.
#[derive(Debug)]
pub(crate) struct Vector<F, const N: usize>(pub(super) F);

/// Lanes per round: the marks of rare lanes stay on the stack, in the innermost cache.
const LANES: usize = 256;

/// The arguments of one round, all as long as its output.
#[inline(always)]
fn part<'a, T, const N: usize>(arguments: &[&'a [T]; N], start: usize, length: usize) -> [&'a [T]; N] {
    std::array::from_fn(|i| &arguments[i][start..][..length])
}

macro_rules! loops {
    ($rounds:ident, $machine:ident, $float:ident, $bits:ident, $precision:ident, $wide:ident, $wider:ident, $run:ident) => {
        #[inline(always)]
        fn $rounds<F: Formula<N>, const N: usize, const FUSED: bool>(arguments: [&[$float]; N], out: &mut [$float]) {
            let mut marks: [$bits; LANES] = [0; LANES];
            let mut start = 0;
            for block in out.chunks_mut(LANES) {
                let sources = part(&arguments, start, block.len());
                start += block.len();
                let mut any = 0;
                for ((i, y), mark) in block.iter_mut().enumerate().zip(&mut marks) {
                    let mut machine = $machine::<FUSED>::default();
                    *y = F::apply(&mut machine, &$precision, std::array::from_fn(|n| sources[n][i]));
                    *mark = machine.rare;
                    any |= machine.rare;
                }
                if any != 0 {
                    for ((i, y), mark) in block.iter_mut().enumerate().zip(&marks) {
                        if *mark != 0 {
                            *y = F::slow(std::array::from_fn(|n| f64::from(sources[n][i]))) as $float;
                        }
                    }
                }
            }
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn $wide<F: Formula<N>, const N: usize>(arguments: [&[$float]; N], out: &mut [$float]) {
            $rounds::<F, N, true>(arguments, out);
        }

        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f")]
        fn $wider<F: Formula<N>, const N: usize>(arguments: [&[$float]; N], out: &mut [$float]) {
            $rounds::<F, N, true>(arguments, out);
        }

        #[allow(unsafe_code)]
        fn $run<F: Formula<N>, const N: usize>(level: Level, arguments: [&[$float]; N], out: &mut [$float]) {
            #[cfg(target_arch = "x86_64")]
            match level.min(Level::highest()) {
                // SAFETY: the level is at most the highest one that this processor was found to have.
                Level::Avx512 => return unsafe { $wider::<F, N>(arguments, out) },
                // SAFETY: as above; a processor with AVX-512 has AVX2 and FMA.
                Level::Avx2 => return unsafe { $wide::<F, N>(arguments, out) },
                Level::Baseline => {}
            }
            #[cfg(not(target_arch = "x86_64"))]
            let _ = level;
            $rounds::<F, N, BASELINE_FUSES>(arguments, out);
        }
    };
}

loops!(double_rounds, Doubles, f64, u64, DOUBLE, double_wide, double_wider, run_doubles);
loops!(single_rounds, Singles, f32, u32, SINGLE, single_wide, single_wider, run_singles);

impl<F: Formula<N>, const N: usize> VectorFunction for Vector<F, N> {
    fn doubles(&self, level: Level, arguments: &[&[f64]], out: &mut [f64]) {
        run_doubles::<F, N>(level, std::array::from_fn(|n| arguments[n]), out);
    }

    fn singles(&self, level: Level, arguments: &[&[f32]], out: &mut [f32]) {
        run_singles::<F, N>(level, std::array::from_fn(|n| arguments[n]), out);
    }

    fn record_doubles(&self, machine: &mut dyn Machine<Value = u32>, arguments: &[u32]) -> Option<u32> {
        let arguments: [u32; N] = arguments.try_into().ok()?;
        Some(F::apply(machine, &DOUBLE, arguments))
    }

    fn record_singles(&self, machine: &mut dyn Machine<Value = u32>, arguments: &[u32]) -> Option<u32> {
        let arguments: [u32; N] = arguments.try_into().ok()?;
        Some(F::apply(machine, &SINGLE, arguments))
    }
}

impl Level {
    /// The widest instruction set of this processor.
    #[must_use]
    pub fn highest() -> Level {
        #[cfg(target_arch = "x86_64")]
        {
            static FOUND: std::sync::OnceLock<Level> = std::sync::OnceLock::new();
            *FOUND.get_or_init(|| {
                if !(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")) {
                    Level::Baseline
                } else if is_x86_feature_detected!("avx512f") {
                    Level::Avx512
                } else {
                    Level::Avx2
                }
            })
        }
        #[cfg(not(target_arch = "x86_64"))]
        Level::Baseline
    }

    /// The level to run at: the highest, or the one that the environment variable SYMDIFF_SIMD asks for (baseline,
    /// avx2, avx512), if this processor has it. Read once.
    #[must_use]
    pub fn best() -> Level {
        static BEST: std::sync::OnceLock<Level> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| {
            let asked = match std::env::var("SYMDIFF_SIMD").as_deref() {
                Ok("baseline") => Level::Baseline,
                Ok("avx2") => Level::Avx2,
                _ => Level::Avx512,
            };
            asked.min(Level::highest())
        })
    }
}
