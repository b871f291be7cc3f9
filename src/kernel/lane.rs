//! What the block interpreter asks of a float: doubles and singles.
//! Deliberately has only what is not an operator; loops stand in `interpret.rs`.
//! Read next: `interpret.rs`.

use super::native::{self, Codes, Native};
use super::scalar;
use super::tape::Tape;
use crate::function::Function;
use crate::vector::{self, Level, VectorFunction};
use smallvec::SmallVec;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A float of a lane.
pub(crate) trait Lane:
    native::Lane
    + Send
    + Sync
    + PartialOrd
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    fn from_double(x: f64) -> Self;
    /// The machine code for this float, where the machine has any.
    fn native<'a>(codes: &'a Codes, tape: &Tape, level: Level) -> Option<&'a Native<Self>>;
    /// a*b + c, rounded once where the level has an instruction for it: without one, `mul_add` is a slow call.
    fn mul_add<const FUSED: bool>(a: Self, b: Self, c: Self) -> Self;
    fn sqrt(self) -> Self;
    fn floor(self) -> Self;
    fn ceil(self) -> Self;
    fn abs(self) -> Self;
    /// Powers over a block.
    fn powers(level: Level, bases: &[Self], exponents: &[Self], out: &mut [Self]);
    fn is_nan(self) -> bool;
    /// A function of TABLE 1 over a block.
    fn call(function: Function, level: Level, arguments: &[&[Self]], out: &mut [Self]);
}

macro_rules! lane {
    ($float:ident, $vector:ident) => {
        impl Lane for $float {
            #[inline(always)]
            fn from_double(x: f64) -> $float {
                x as $float
            }
            fn native<'a>(codes: &'a Codes, tape: &Tape, level: Level) -> Option<&'a Native<$float>> {
                codes.$vector(tape, level)
            }
            #[inline(always)]
            fn mul_add<const FUSED: bool>(a: $float, b: $float, c: $float) -> $float {
                if FUSED { a.mul_add(b, c) } else { a * b + c }
            }
            #[inline(always)]
            fn sqrt(self) -> $float {
                self.sqrt()
            }
            #[inline(always)]
            fn floor(self) -> $float {
                self.floor()
            }
            #[inline(always)]
            fn ceil(self) -> $float {
                self.ceil()
            }
            #[inline(always)]
            fn abs(self) -> $float {
                self.abs()
            }
            fn powers(level: Level, bases: &[$float], exponents: &[$float], out: &mut [$float]) {
                vector::POWER.$vector(level, &[bases, exponents], out);
            }
            #[inline(always)]
            fn is_nan(self) -> bool {
                self.is_nan()
            }
            fn call(function: Function, level: Level, arguments: &[&[$float]], out: &mut [$float]) {
                if let Some(vector) = function.row().vector {
                    return vector.$vector(level, arguments, out);
                }
                if let (&[a], Some(float)) = (arguments, function.row().float) {
                    out.iter_mut().zip(a).for_each(|(out, &a)| *out = float(&[f64::from(a)]) as $float);
                    return;
                }
                for (at, out) in out.iter_mut().enumerate() {
                    let values: SmallVec<[f64; 4]> = arguments.iter().map(|column| f64::from(column[at])).collect();
                    *out = scalar::call(function, &values) as $float;
                }
            }
        }
    };
}

lane!(f64, doubles);
lane!(f32, singles);
