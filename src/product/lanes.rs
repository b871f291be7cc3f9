//! What do tiles need of an instruction set: lanes that are loaded, stored, filled with one number, multiplied and added.
//! Deliberately has no loop over matrices, and does not choose the set: `level.rs` does.
//! Read next: `tile.rs`, written in these words.
#![allow(unsafe_code)]

use super::aligned::LINE;

/// Says that so many entries from this place on will be needed soon: memory is asked for them, and nobody waits.
#[inline(always)]
pub(super) fn expect<T>(from: *const T, entries: usize) {
    for place in lines(from, entries) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: every processor of the architecture has the instruction, and it may name any address.
        unsafe {
            std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(place.cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = place;
    }
}

/// The same for entries that will be written: other processors give up what they have of them.
#[inline(always)]
pub(super) fn expect_to_write<T>(from: *const T, entries: usize) {
    for place in lines(from, entries) {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the instruction may name any address and changes nothing that a program can see; processors of the architecture that do not
        // have it do nothing (Intel manual, volume 2, PREFETCHW).
        unsafe {
            std::arch::asm!("prefetchw [{}]", in(reg) place, options(nostack, preserves_flags, readonly));
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = place;
    }
}

/// A place in each cache line of the entries, if the first begins one.
#[inline(always)]
fn lines<T>(from: *const T, entries: usize) -> impl Iterator<Item = *const T> {
    (0..entries).step_by((LINE / size_of::<T>()).max(1)).map(move |at| from.wrapping_add(at))
}

/// A register of floats.
///
/// # Safety
/// Every function asks that the processor has the instruction set of the type; loads and stores that all lanes lie in memory.
pub(super) trait Lanes: Copy {
    /// One lane.
    type Float: Copy;
    /// How many lanes.
    const LANES: usize;
    /// How many rows a tile has whose rows are one, two or three registers wide: as many as the registers hold.
    const ROWS: [usize; 3];
    /// Zero in every lane.
    unsafe fn zero() -> Self;
    /// The floats from here on.
    unsafe fn load(from: *const Self::Float) -> Self;
    /// Writes the lanes from here on.
    unsafe fn store(self, to: *mut Self::Float);
    /// This float in every lane.
    unsafe fn fill(with: Self::Float) -> Self;
    /// `self + a*b`.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    /// `self + a`.
    unsafe fn add(self, a: Self) -> Self;
    /// The sum of all lanes.
    #[inline(always)]
    unsafe fn total(self) -> Self::Float {
        let mut lanes = [const { std::mem::MaybeUninit::<Self::Float>::uninit() }; 16];
        // SAFETY: no register has more than sixteen lanes; only what was stored is read.
        unsafe {
            self.store(lanes.as_mut_ptr().cast());
            let mut half = Self::LANES / 2;
            while half > 0 {
                for i in 0..half {
                    let sum = Self::sum(lanes[i].assume_init(), lanes[i + half].assume_init());
                    lanes[i].write(sum);
                }
                half /= 2;
            }
            lanes[0].assume_init()
        }
    }
    /// The product of two floats.
    fn product(a: Self::Float, b: Self::Float) -> Self::Float;
    /// The sum of two floats.
    fn sum(a: Self::Float, b: Self::Float) -> Self::Float;
}

#[cfg(target_arch = "x86_64")]
macro_rules! x86 {
    ($name:ident, $register:ident, $float:ident, $lanes:expr, $rows:expr,
     $zero:ident, $load:ident, $store:ident, $fill:ident, $add_product:ident, $add:ident) => {
        #[derive(Clone, Copy)]
        pub(super) struct $name(std::arch::x86_64::$register);

        impl Lanes for $name {
            type Float = $float;
            const LANES: usize = $lanes;
            const ROWS: [usize; 3] = $rows;
            #[inline(always)]
            unsafe fn zero() -> Self {
                // SAFETY: the caller promises the instruction set.
                $name(unsafe { std::arch::x86_64::$zero() })
            }
            #[inline(always)]
            unsafe fn load(from: *const $float) -> Self {
                // SAFETY: the caller promises the instruction set and that the lanes lie in memory; no alignment is asked.
                $name(unsafe { std::arch::x86_64::$load(from) })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $float) {
                // SAFETY: as for `load`.
                unsafe { std::arch::x86_64::$store(to, self.0) }
            }
            #[inline(always)]
            unsafe fn fill(with: $float) -> Self {
                // SAFETY: the caller promises the instruction set.
                $name(unsafe { std::arch::x86_64::$fill(with) })
            }
            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                // SAFETY: the caller promises the instruction set.
                $name(unsafe { std::arch::x86_64::$add_product(a.0, b.0, self.0) })
            }
            #[inline(always)]
            unsafe fn add(self, a: Self) -> Self {
                // SAFETY: the caller promises the instruction set.
                $name(unsafe { std::arch::x86_64::$add(self.0, a.0) })
            }
            #[inline(always)]
            fn product(a: $float, b: $float) -> $float {
                a * b
            }
            #[inline(always)]
            fn sum(a: $float, b: $float) -> $float {
                a + b
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
x86!(Avx2Singles, __m256, f32, 8, [8, 6, 3], _mm256_setzero_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_set1_ps, _mm256_fmadd_ps, _mm256_add_ps);
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
x86!(Avx2Doubles, __m256d, f64, 4, [8, 6, 3], _mm256_setzero_pd, _mm256_loadu_pd, _mm256_storeu_pd, _mm256_set1_pd, _mm256_fmadd_pd, _mm256_add_pd);
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
x86!(Avx512Singles, __m512, f32, 16, [8, 8, 8], _mm512_setzero_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_set1_ps, _mm512_fmadd_ps, _mm512_add_ps);
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
x86!(Avx512Doubles, __m512d, f64, 8, [8, 8, 8], _mm512_setzero_pd, _mm512_loadu_pd, _mm512_storeu_pd, _mm512_set1_pd, _mm512_fmadd_pd, _mm512_add_pd);

/// Lanes in a plain array: what the compiler makes of them is what every machine of the architecture has.
#[derive(Clone, Copy)]
pub(super) struct Plain<T, const N: usize>([T; N]);

macro_rules! plain {
    ($float:ident, $lanes:expr) => {
        impl Lanes for Plain<$float, $lanes> {
            type Float = $float;
            const LANES: usize = $lanes;
            const ROWS: [usize; 3] = [8, 4, 3];
            #[inline(always)]
            unsafe fn zero() -> Self {
                Plain([0.0; $lanes])
            }
            #[inline(always)]
            unsafe fn load(from: *const $float) -> Self {
                // SAFETY: the caller promises that the lanes lie in memory; an array is aligned as its floats are.
                Plain(unsafe { *from.cast() })
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $float) {
                // SAFETY: as for `load`.
                unsafe { *to.cast() = self.0 }
            }
            #[inline(always)]
            unsafe fn fill(with: $float) -> Self {
                Plain([with; $lanes])
            }
            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                // one rounding only where the architecture does it in one instruction; elsewhere it would be a slow call
                let fused = cfg!(target_arch = "aarch64");
                let one = |i: usize| if fused { a.0[i].mul_add(b.0[i], self.0[i]) } else { a.0[i] * b.0[i] + self.0[i] };
                Plain(std::array::from_fn(one))
            }
            #[inline(always)]
            unsafe fn add(self, a: Self) -> Self {
                Plain(std::array::from_fn(|i| self.0[i] + a.0[i]))
            }
            #[inline(always)]
            fn product(a: $float, b: $float) -> $float {
                a * b
            }
            #[inline(always)]
            fn sum(a: $float, b: $float) -> $float {
                a + b
            }
        }
    };
}

plain!(f32, 4);
plain!(f64, 2);
