//! What one step is, on floats: the meaning that every other way to run a tape has to keep.
//! Deliberately knows no order of steps and no blocks.
//! Read next: `interpret.rs`, the same over blocks of points.

use super::tape::{Step, Value};
use crate::function::Function;
use crate::vector::{Compare, Level};
use smallvec::SmallVec;

/// The value of a step, given the values of its operands and of the inputs.
#[inline]
pub(super) fn step_value(step: &Step, input: impl Fn(u32) -> f64, of: impl Fn(Value) -> f64) -> f64 {
    match step {
        Step::Constant(c) => *c,
        Step::Input(at) => input(*at),
        Step::Add(a, b) => of(*a) + of(*b),
        Step::Sub(a, b) => of(*a) - of(*b),
        Step::Mul(a, b) => of(*a) * of(*b),
        Step::Div(a, b) => of(*a) / of(*b),
        Step::Neg(a) => -of(*a),
        // Without a fused instruction `mul_add` is a slow call; one rounding more is within every bound that is promised.
        Step::MulAdd(a, b, c) => of(*a) * of(*b) + of(*c),
        Step::MulSub(a, b, c) => of(*a) * of(*b) - of(*c),
        Step::NegMulAdd(a, b, c) => of(*c) - of(*a) * of(*b),
        Step::Abs(a) => of(*a).abs(),
        Step::Sqrt(a) => of(*a).sqrt(),
        Step::Floor(a) => of(*a).floor(),
        Step::Ceil(a) => of(*a).ceil(),
        Step::Min(a, b) => minimum(of(*a), of(*b)),
        Step::Max(a, b) => maximum(of(*a), of(*b)),
        Step::Power(a, b) => power(of(*a), of(*b)),
        Step::Call(function, arguments) => {
            if let (&[a], Some(float)) = (&arguments[..], function.row().float) {
                return float(&[of(a)]);
            }
            let values: SmallVec<[f64; 4]> = arguments.iter().map(|&argument| of(argument)).collect();
            call(*function, &values)
        }
        Step::Select { compare, a, b, then, otherwise } => {
            if holds(*compare, of(*a), of(*b)) {
                of(*then)
            } else {
                of(*otherwise)
            }
        }
    }
}

/// The smaller; NaN where one is NaN.
#[inline(always)]
fn minimum(a: f64, b: f64) -> f64 {
    let least = if a < b { a } else { b };
    if a.is_nan() { a } else { least }
}

/// The larger; NaN where one is NaN.
#[inline(always)]
fn maximum(a: f64, b: f64) -> f64 {
    let most = if a > b { a } else { b };
    if a.is_nan() { a } else { most }
}

/// a^b; NaN where one is NaN, also NaN^0 and 1^NaN, which IEEE 754 calls 1.
#[inline]
pub(super) fn power(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.powf(b) }
}

#[inline(always)]
fn holds(compare: Compare, a: f64, b: f64) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
    }
}

/// A function of TABLE 1 on floats: its row's own float function, else its vector function on one lane.
pub(super) fn call(function: Function, arguments: &[f64]) -> f64 {
    let row = function.row();
    if let Some(float) = row.float {
        return float(arguments);
    }
    let mut out = [f64::NAN];
    if let Some(vector) = row.vector {
        let lanes: SmallVec<[&[f64]; 4]> = arguments.chunks(1).collect();
        vector.doubles(Level::Baseline, &lanes, &mut out);
    }
    out[0]
}

/// Whether calls of this function can be run.
pub(super) fn runs(function: Function) -> bool {
    function.row().float.is_some() || function.row().vector.is_some()
}
