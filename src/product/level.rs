//! Which instruction set works a product out: the one of the level, if the processor has it.
//! Deliberately has no loop: `drive.rs` has, compiled once for each set.
//! Read next: `drive.rs`; `vector/block.rs`, how levels are found.
#![allow(unsafe_code)]

use super::Workspace;
use super::drive::{Problem, drive};
use super::gather::{self, Job};
use super::lanes::{self, Lanes};
use super::pack::Turn;
use super::tile::{self, Column, Dots};
use crate::vector::Level;

/// Lanes whose tiles are compiled for their instruction set.
pub(super) trait Tiles: Lanes {
    /// A column of tiles of R rows, each V registers wide.
    ///
    /// # Safety
    /// The processor has the instruction set of the lanes.
    unsafe fn column<const R: usize, const V: usize>(place: Column<'_, Self::Float>);
    /// A column of tiles of R rows and C columns, lanes along the inner dimension.
    ///
    /// # Safety
    /// As above.
    unsafe fn dots<const R: usize, const C: usize>(place: Dots<'_, Self::Float>);
}

macro_rules! tiles {
    ($column:ident, $dots:ident, [$($feature:literal)?], $($lanes:ty),+) => {
        $(#[target_feature(enable = $feature)])?
        unsafe fn $column<L: Lanes, const R: usize, const V: usize>(place: Column<'_, L::Float>) {
            // SAFETY: as the caller promises.
            unsafe { tile::column::<L, R, V>(place) }
        }
        $(#[target_feature(enable = $feature)])?
        unsafe fn $dots<L: Lanes, const R: usize, const C: usize>(place: Dots<'_, L::Float>) {
            // SAFETY: as the caller promises.
            unsafe { tile::dots::<L, R, C>(place) }
        }
        $(impl Tiles for $lanes {
            #[inline(always)]
            unsafe fn column<const R: usize, const V: usize>(place: Column<'_, Self::Float>) {
                // SAFETY: as the caller promises.
                unsafe { $column::<Self, R, V>(place) }
            }
            #[inline(always)]
            unsafe fn dots<const R: usize, const C: usize>(place: Dots<'_, Self::Float>) {
                // SAFETY: as the caller promises.
                unsafe { $dots::<Self, R, C>(place) }
            }
        })+
    };
}

tiles!(plain_column, plain_dots, [], lanes::Plain<f32, 4>, lanes::Plain<f64, 2>);
#[cfg(target_arch = "x86_64")]
tiles!(avx2_column, avx2_dots, ["avx2,fma"], lanes::Avx2Singles, lanes::Avx2Doubles);
#[cfg(target_arch = "x86_64")]
tiles!(avx512_column, avx512_dots, ["avx512f"], lanes::Avx512Singles, lanes::Avx512Doubles);

/// What a float of either size does. Public in name only: no other crate can reach it, so that none can add floats.
pub trait Run: Turn + Default + PartialEq + Send + Sync + std::fmt::Debug + 'static {
    /// 0.
    const ZERO: Self;
    #[doc(hidden)]
    #[allow(private_interfaces)]
    fn run(level: Level, problem: Problem<'_, Self>, workspace: &mut Workspace<Self>);
    #[doc(hidden)]
    fn sparse(level: Level, job: Job<'_, Self>, workspace: &mut Workspace<Self>);
}

/// The call for a level, or for the machine's highest if that is lower: the one for the baseline, for AVX2 or for AVX-512.
macro_rules! at {
    ($level:expr, $plain:expr, $avx2:expr, $avx512:expr) => {{
        #[cfg(target_arch = "x86_64")]
        match $level.min(Level::highest()) {
            // SAFETY: the level is at most the highest one that this processor was found to have.
            Level::Avx512 => return unsafe { $avx512 },
            // SAFETY: as above.
            Level::Avx2 => return unsafe { $avx2 },
            Level::Baseline => {}
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = $level;
        // SAFETY: every processor of the architecture has the baseline.
        unsafe { $plain }
    }};
}

macro_rules! run {
    ($float:ident, $plain:ty, $avx2:ident, $avx512:ident) => {
        impl Run for $float {
            const ZERO: Self = 0.0;
            #[allow(private_interfaces)]
            fn run(level: Level, problem: Problem<'_, Self>, workspace: &mut Workspace<Self>) {
                at!(
                    level,
                    drive::<$plain>(problem, workspace),
                    drive::<lanes::$avx2>(problem, workspace),
                    drive::<lanes::$avx512>(problem, workspace)
                )
            }
            fn sparse(level: Level, job: Job<'_, Self>, workspace: &mut Workspace<Self>) {
                at!(
                    level,
                    gather::plain::<$plain>(job, workspace),
                    gather::avx2::<lanes::$avx2>(job, workspace),
                    gather::avx512::<lanes::$avx512>(job, workspace)
                )
            }
        }
    };
}

run!(f32, lanes::Plain<f32, 4>, Avx2Singles, Avx512Singles);
run!(f64, lanes::Plain<f64, 2>, Avx2Doubles, Avx512Doubles);
