//! Is the code for an instruction set right on this processor? AVX-512 is tried once, before it is used: machines that have it
//! are rarer than those this is developed on, and a wrong lane would be silent.
//! Deliberately asks about every function and kind of step, on a few points; `tests/` ask about many.
//! Read next: `mod.rs`.

use super::Native;
use crate::function::{Function, TABLE};
use crate::kernel::scalar::step_value;
use crate::kernel::tape::{Step, Tape};
use crate::vector::{Compare, Level};
use smallvec::SmallVec;
use std::sync::OnceLock;

/// Points of the trial: vectors in full and in part.
const POINTS: usize = 83;

/// Whether code for this level may run here.
pub(super) fn trusted(level: Level) -> bool {
    static TRIED: OnceLock<bool> = OnceLock::new();
    level != Level::Avx512 || *TRIED.get_or_init(|| disagreement(level).is_none())
}

/// The inputs of a trial are x and y.
fn tape(steps: impl IntoIterator<Item = Step>) -> Tape {
    let mut all = vec![Step::Input(0), Step::Input(1), Step::Constant(0.75)];
    all.extend(steps);
    let outputs = (3..all.len() as u32).collect();
    Tape { steps: all, inputs: vec!["x".into(), "y".into()], outputs }
}

/// All kinds of steps but calls in one tape, and each vector function in one of its own.
fn trials() -> Vec<Tape> {
    let (x, y, c) = (0, 1, 2);
    let mut steps = vec![Step::Add(x, c), Step::Sub(c, y), Step::Mul(x, y), Step::Div(x, y), Step::Neg(x), Step::Abs(x), Step::Sqrt(y)];
    steps.extend([Step::MulAdd(x, y, c), Step::MulSub(c, y, x), Step::NegMulAdd(x, y, c)]);
    steps.extend([Step::Floor(y), Step::Ceil(y), Step::Min(x, c), Step::Max(y, c)]);
    for compare in [Compare::Less, Compare::LessEqual, Compare::Equal, Compare::NotEqual] {
        steps.push(Step::Select { compare, a: x, b: c, then: y, otherwise: x });
    }
    let mut trials = vec![tape(steps), tape([Step::Power(y, x)])];
    for (at, row) in TABLE.iter().enumerate().filter(|(_, row)| row.vector.is_some()) {
        let arguments: SmallVec<[u32; 2]> = [x, y].into_iter().take(row.parameters.len()).collect();
        trials.push(tape([Step::Call(Function(at as u16), arguments)]));
    }
    trials
}

/// What a trial says.
enum Seen {
    Right,
    /// Points were left to the interpreter: nothing is known.
    Nothing,
    Wrong(String),
}

/// Where the code at `level` does not agree with the steps worked out one by one on the baseline.
pub(super) fn disagreement(level: Level) -> Option<String> {
    let trials = trials();
    for tape in &trials {
        // some functions leave negative arguments to the interpreter
        let mut seen = 0;
        for start in [[0.3, -0.7, 1.4, -2.5], [0.3, 0.7, 1.4, 2.5], [0.1, 0.15, 0.2, 0.25]] {
            match compare(tape, start, level) {
                Seen::Right => seen += 1,
                Seen::Nothing => {}
                Seen::Wrong(what) => return Some(what),
            }
        }
        if seen == 0 {
            return Some(format!("{:?} is never done", tape.steps.last()));
        }
    }
    None
}

fn compare(tape: &Tape, start: [f64; 4], level: Level) -> Seen {
    let Some(native) = Native::<f64>::made(tape, level) else { return Seen::Wrong("no code".into()) };
    let x: Vec<f64> = (0..POINTS).map(|at| start[at % 4] + at as f64 / 128.0).collect();
    let y: Vec<f64> = (0..POINTS).map(|at| 0.4 + at as f64 / 32.0).collect();
    let mut columns = vec![vec![0.0; POINTS]; tape.outputs.len()];
    let mut outputs: Vec<&mut [f64]> = columns.iter_mut().map(Vec::as_mut_slice).collect();
    if !native.run(&[&x, &y], &mut outputs).is_empty() {
        return Seen::Nothing;
    }
    let mut values = vec![0.0; tape.steps.len()];
    for at in 0..POINTS {
        for (step, made) in tape.steps.iter().enumerate() {
            values[step] = match made {
                Step::Call(function, arguments) => baseline(*function, arguments, &values),
                step => step_value(step, |input| if input == 0 { x[at] } else { y[at] }, |v| values[v as usize]),
            };
        }
        for (&output, column) in tape.outputs.iter().zip(&columns) {
            let (got, wanted) = (column[at], values[output as usize]);
            // some roundings, of values near a zero too
            let close = got == wanted || (got.is_nan() && wanted.is_nan()) || (got - wanted).abs() <= 1e-11 * (wanted.abs() + 0.01);
            if !close {
                return Seen::Wrong(format!("{:?} at {} and {}: {got} for {wanted}", tape.steps[output as usize], x[at], y[at]));
            }
        }
    }
    Seen::Right
}

fn baseline(function: Function, arguments: &[u32], values: &[f64]) -> f64 {
    let mut out = [f64::NAN];
    let inputs: SmallVec<[[f64; 1]; 2]> = arguments.iter().map(|&v| [values[v as usize]]).collect();
    let lanes: SmallVec<[&[f64]; 2]> = inputs.iter().map(|input| &input[..]).collect();
    if let Some(vector) = function.row().vector {
        vector.doubles(Level::Baseline, &lanes, &mut out);
    }
    out[0]
}
