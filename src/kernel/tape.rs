//! The tape: a straight-line program in which each shared part of the outputs is worked out once.
//! Deliberately knows neither expressions (`build.rs` makes tapes of them) nor machines (`interpret.rs`, `native/`).
//! Read next: `build.rs`, from expressions to a tape; `interpret.rs`, which runs it.

use crate::function::Function;
use crate::vector::Compare;
use smallvec::SmallVec;

/// A value of the tape: the number of the step that makes it. Steps use only earlier values.
pub(crate) type Value = u32;

/// One step. All values are real floats of the tape's precision.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// A number known when the tape is built.
    Constant(f64),
    /// The input of this number.
    Input(u32),
    /// a + b
    Add(Value, Value),
    /// a - b
    Sub(Value, Value),
    /// a * b
    Mul(Value, Value),
    /// a / b
    Div(Value, Value),
    /// -a
    Neg(Value),
    /// a*b + c
    MulAdd(Value, Value, Value),
    /// a*b - c
    MulSub(Value, Value, Value),
    /// c - a*b
    NegMulAdd(Value, Value, Value),
    /// |a|
    Abs(Value),
    /// The square root; NaN below 0.
    Sqrt(Value),
    /// The largest whole number not above a.
    Floor(Value),
    /// The smallest whole number not below a.
    Ceil(Value),
    /// The smaller; NaN where one is NaN.
    Min(Value, Value),
    /// The larger; NaN where one is NaN.
    Max(Value, Value),
    /// a^b for real a and b; NaN where the principal value is not real.
    Power(Value, Value),
    /// A function of TABLE 1.
    Call(Function, SmallVec<[Value; 2]>),
    /// `then` where the comparison of a and b holds, `otherwise` elsewhere; the side not taken has no influence.
    Select {
        /// Which comparison.
        compare: Compare,
        /// Its left side.
        a: Value,
        /// Its right side.
        b: Value,
        /// The value where it holds.
        then: Value,
        /// The value elsewhere, also where a or b is NaN (except for `NotEqual`).
        otherwise: Value,
    },
}

/// A straight-line program from inputs to outputs.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    /// In an order in which each step follows what it uses.
    pub(crate) steps: Vec<Step>,
    /// The names of the inputs.
    pub(crate) inputs: Vec<String>,
    /// The values that are asked for; one may be asked for twice, and may be an input or a constant.
    pub(crate) outputs: Vec<Value>,
}

impl Step {
    /// The values that the step uses.
    pub(crate) fn operands(&self) -> SmallVec<[Value; 4]> {
        match self {
            Step::Constant(_) | Step::Input(_) => SmallVec::new(),
            Step::Neg(a) | Step::Abs(a) | Step::Sqrt(a) | Step::Floor(a) | Step::Ceil(a) => SmallVec::from_slice(&[*a]),
            Step::Add(a, b)
            | Step::Sub(a, b)
            | Step::Mul(a, b)
            | Step::Div(a, b)
            | Step::Min(a, b)
            | Step::Max(a, b)
            | Step::Power(a, b) => SmallVec::from_slice(&[*a, *b]),
            Step::MulAdd(a, b, c) | Step::MulSub(a, b, c) | Step::NegMulAdd(a, b, c) => SmallVec::from_slice(&[*a, *b, *c]),
            Step::Call(_, arguments) => SmallVec::from_slice(arguments),
            Step::Select { a, b, then, otherwise, .. } => SmallVec::from_slice(&[*a, *b, *then, *otherwise]),
        }
    }

    /// Calls `visit` on each value that the step uses, to renumber it.
    pub(crate) fn each_operand(&mut self, mut visit: impl FnMut(&mut Value)) {
        match self {
            Step::Constant(_) | Step::Input(_) => {}
            Step::Neg(a) | Step::Abs(a) | Step::Sqrt(a) | Step::Floor(a) | Step::Ceil(a) => visit(a),
            Step::Add(a, b)
            | Step::Sub(a, b)
            | Step::Mul(a, b)
            | Step::Div(a, b)
            | Step::Min(a, b)
            | Step::Max(a, b)
            | Step::Power(a, b) => [a, b].into_iter().for_each(visit),
            Step::MulAdd(a, b, c) | Step::MulSub(a, b, c) | Step::NegMulAdd(a, b, c) => [a, b, c].into_iter().for_each(visit),
            Step::Call(_, arguments) => arguments.iter_mut().for_each(visit),
            Step::Select { a, b, then, otherwise, .. } => [a, b, then, otherwise].into_iter().for_each(visit),
        }
    }
}
