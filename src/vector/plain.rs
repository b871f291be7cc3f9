//! The machine whose lanes are floats of this computer, one at a time: a loop around it is what the compiler vectorises.
//! Deliberately knows no function, and writes without branches only.
//! Read next: `block.rs`, the loops.

use super::machine::{Compare, Machine};

/// Whether the architecture's baseline has fused operations and rounding instructions.
pub(super) const BASELINE_FUSES: bool = cfg!(target_arch = "aarch64");

macro_rules! plain {
    ($(#[$about:meta])* $name:ident, $float:ident, $bits:ident, $unit:expr) => {
        $(#[$about])*
        #[derive(Debug, Default)]
        pub(super) struct $name<const FUSED: bool> {
            /// All ones where a rare case was met.
            pub(super) rare: $bits,
        }

        impl<const FUSED: bool> $name<FUSED> {
            #[inline(always)]
            fn holds(compare: Compare, a: $float, b: $float) -> bool {
                match compare {
                    Compare::Less => a < b,
                    Compare::LessEqual => a <= b,
                    Compare::Equal => a == b,
                    Compare::NotEqual => a != b,
                }
            }
        }

        impl<const FUSED: bool> Machine for $name<FUSED> {
            type Value = $float;
            #[inline(always)]
            fn fused(&self) -> bool {
                FUSED
            }
            #[inline(always)]
            fn constant(&mut self, x: f64) -> $float {
                x as $float
            }
            #[inline(always)]
            fn bits(&mut self, bits: u64) -> $float {
                $float::from_bits(bits as $bits)
            }
            #[inline(always)]
            fn add(&mut self, a: $float, b: $float) -> $float {
                a + b
            }
            #[inline(always)]
            fn sub(&mut self, a: $float, b: $float) -> $float {
                a - b
            }
            #[inline(always)]
            fn mul(&mut self, a: $float, b: $float) -> $float {
                a * b
            }
            #[inline(always)]
            fn div(&mut self, a: $float, b: $float) -> $float {
                a / b
            }
            #[inline(always)]
            fn mul_add(&mut self, a: $float, b: $float, c: $float) -> $float {
                if FUSED { a.mul_add(b, c) } else { a * b + c }
            }
            #[inline(always)]
            fn mul_sub(&mut self, a: $float, b: $float, c: $float) -> $float {
                if FUSED { a.mul_add(b, -c) } else { a * b - c }
            }
            #[inline(always)]
            fn neg_mul_add(&mut self, a: $float, b: $float, c: $float) -> $float {
                if FUSED { (-a).mul_add(b, c) } else { c - a * b }
            }
            #[inline(always)]
            fn sqrt(&mut self, a: $float) -> $float {
                a.sqrt()
            }
            #[inline(always)]
            fn round(&mut self, a: $float) -> $float {
                if FUSED {
                    return a.round_ties_even();
                }
                // without the instruction: a sum with 2^mantissa rounds, and larger floats are whole
                let size = a.abs();
                let rounded = (size + $unit) - $unit;
                (if size < $unit { rounded } else { size }).copysign(a)
            }
            #[inline(always)]
            fn floor(&mut self, a: $float) -> $float {
                if FUSED {
                    return a.floor();
                }
                let rounded = self.round(a);
                (if rounded > a { rounded - 1.0 } else { rounded }).copysign(a)
            }
            #[inline(always)]
            fn ceil(&mut self, a: $float) -> $float {
                if FUSED {
                    return a.ceil();
                }
                let rounded = self.round(a);
                (if rounded < a { rounded + 1.0 } else { rounded }).copysign(a)
            }
            #[inline(always)]
            fn min(&mut self, a: $float, b: $float) -> $float {
                if a < b { a } else { b }
            }
            #[inline(always)]
            fn max(&mut self, a: $float, b: $float) -> $float {
                if a > b { a } else { b }
            }
            #[inline(always)]
            fn and(&mut self, a: $float, b: $float) -> $float {
                $float::from_bits(a.to_bits() & b.to_bits())
            }
            #[inline(always)]
            fn or(&mut self, a: $float, b: $float) -> $float {
                $float::from_bits(a.to_bits() | b.to_bits())
            }
            #[inline(always)]
            fn xor(&mut self, a: $float, b: $float) -> $float {
                $float::from_bits(a.to_bits() ^ b.to_bits())
            }
            #[inline(always)]
            fn integer_add(&mut self, a: $float, b: $float) -> $float {
                $float::from_bits(a.to_bits().wrapping_add(b.to_bits()))
            }
            #[inline(always)]
            fn integer_sub(&mut self, a: $float, b: $float) -> $float {
                $float::from_bits(a.to_bits().wrapping_sub(b.to_bits()))
            }
            #[inline(always)]
            fn shift_left(&mut self, a: $float, by: u8) -> $float {
                $float::from_bits(a.to_bits() << by)
            }
            #[inline(always)]
            fn shift_right(&mut self, a: $float, by: u8) -> $float {
                $float::from_bits(a.to_bits() >> by)
            }
            #[inline(always)]
            fn select(&mut self, compare: Compare, a: $float, b: $float, then: $float, otherwise: $float) -> $float {
                if Self::holds(compare, a, b) { then } else { otherwise }
            }
            #[inline(always)]
            fn rare(&mut self, compare: Compare, a: $float, b: $float) {
                self.rare |= if Self::holds(compare, a, b) { $bits::MAX } else { 0 };
            }
        }
    };
}

plain!(
    /// One lane of 64 bits.
    Doubles, f64, u64, 4_503_599_627_370_496.0
);
plain!(
    /// One lane of 32 bits.
    Singles, f32, u32, 8_388_608.0
);
