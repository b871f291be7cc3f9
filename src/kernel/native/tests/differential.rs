//! Random tapes as machine code against the scalar reference, on every level that this machine has.
//! Deliberately leaves accuracy of functions to `vector`: here only calls between parts appear.
//! Read next: `random.rs`.

use super::random::{Random, Reference, doubles};
use crate::function::{Function, TABLE};
use crate::kernel::native::{Native, memory::runs};
use crate::kernel::tape::{Step, Tape};
use crate::vector::{Compare, Level};

const LEVELS: [Level; 2] = [Level::Avx2, Level::Avx512];

fn same<F: Reference>(a: F, b: F) -> bool {
    a == b || (a.to_double().is_nan() && b.to_double().is_nan())
}

fn compare<F: Reference>(tape: &Tape, level: Level, points: usize, random: &mut Random) {
    let Some(native) = Native::<F>::compile(tape, level) else {
        assert!(!runs(level));
        return;
    };
    let inputs: Vec<Vec<F>> = tape.inputs.iter().map(|_| (0..points).map(|_| F::of_double(random.float())).collect()).collect();
    let mut outputs = vec![vec![F::default(); points]; tape.outputs.len()];
    let ins: Vec<&[F]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outs: Vec<&mut [F]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    assert!(native.run(&ins, &mut outs).is_empty());
    let mut one = vec![F::default(); tape.outputs.len()];
    for at in 0..points {
        let point: Vec<F> = inputs.iter().map(|c| c[at]).collect();
        let expected = F::reference(tape, &point);
        assert!(native.point(&point, &mut one));
        for (k, &y) in expected.iter().enumerate() {
            assert!(same(outputs[k][at], y), "{level:?}, point {at}, output {k}: {:?} for {y:?}", outputs[k][at]);
            assert!(same(one[k], y), "{level:?}, single point {at}, output {k}: {:?} for {y:?}", one[k]);
        }
    }
}

/// Whether the outputs, written over the inputs as far as there are any, are those that have memory of their own.
#[allow(unsafe_code)]
fn in_place<F: Reference>(tape: &Tape, level: Level, points: usize, random: &mut Random) -> bool {
    let Some(native) = Native::<F>::compile(tape, level) else { return false };
    let mut inputs: Vec<Vec<F>> = tape.inputs.iter().map(|_| (0..points).map(|_| F::of_double(random.float())).collect()).collect();
    let mut outputs = vec![vec![F::default(); points]; tape.outputs.len()];
    let ins: Vec<&[F]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outs: Vec<&mut [F]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    assert!(native.run(&ins, &mut outs).is_empty());
    let before = inputs.clone();
    let mut rest = vec![vec![F::default(); points]; tape.outputs.len().saturating_sub(inputs.len())];
    let columns: Vec<*mut F> = inputs.iter_mut().chain(&mut rest).map(|column| column.as_mut_ptr()).collect();
    let from: Vec<*const F> = columns[..tape.inputs.len()].iter().map(|column| column.cast_const()).collect();
    // SAFETY: every column has so many points, and they are different vectors.
    let done = unsafe { native.replace(&from, &columns[..tape.outputs.len()], points) };
    let known = inputs.iter().chain(&rest);
    let expected = if done { &outputs } else { &before };
    for (number, (column, expected)) in known.zip(expected).enumerate() {
        let alike = column.iter().zip(expected).all(|(&a, &b)| same(a, b));
        assert!(alike, "{level:?}, {points} points, column {number}, replaced: {done}");
    }
    done
}

#[test]
fn outputs_may_be_written_where_inputs_are_read() {
    let mut random = Random(7);
    let mut done = 0;
    for round in 0..300 {
        let (inputs, steps) = (1 + random.below(6), 8 + random.below(120));
        let tape = random.tape(inputs, steps, 1 + round % 4, 12);
        for points in [64, 2048, 2047, 40] {
            for level in LEVELS {
                done += usize::from(in_place::<f64>(&tape, level, points, &mut random));
                done += usize::from(in_place::<f32>(&tape, level, points, &mut random));
            }
        }
    }
    assert!(done > 300 || !runs(Level::Avx2), "only {done} of them");
}

fn compare_all(tape: &Tape, points: usize, random: &mut Random) {
    for level in LEVELS {
        compare::<f64>(tape, level, points, random);
        compare::<f32>(tape, level, points, random);
    }
}

#[test]
fn small_tapes() {
    let mut random = Random(1);
    for round in 0..400 {
        let (inputs, steps) = (1 + random.below(4), 6 + random.below(60));
        let tape = random.tape(inputs, steps, 1 + round % 5, 10);
        let points = 1 + random.below(40);
        compare_all(&tape, points, &mut random);
    }
}

#[test]
fn large_tapes_that_need_the_frame() {
    let mut random = Random(2);
    for round in 0..30 {
        let tape = random.tape(30, 3000, 40, 20 + 10 * round);
        compare_all(&tape, 19, &mut random);
    }
}

#[test]
fn all_lengths() {
    let mut random = Random(3);
    let tape = random.tape(3, 40, 4, 10);
    for points in (0..70).chain([255, 256, 257, 263, 264, 265, 4095, 4096, 4099, 4103, 4104, 4105, 9001]) {
        compare_all(&tape, points, &mut random);
    }
}

#[test]
fn calls_between_parts() {
    // Calls that depend on each other, one of a constant, one of a pair; Bessel functions cannot be recorded.
    let bessel = Function::named("besselj", 2);
    assert!(bessel.row().vector.is_none());
    let call = |a: u32, b: u32| Step::Call(bessel, [a, b].into_iter().collect());
    let steps = vec![
        Step::Input(0),
        Step::Input(1),
        Step::Constant(2.0),
        Step::Mul(0, 1),
        call(2, 3),
        Step::Add(4, 0),
        call(2, 5),
        call(2, 0),
        Step::Sub(6, 3),
        Step::MulAdd(8, 7, 4),
        Step::Abs(9),
        call(2, 10),
        call(2, 2),
    ];
    let tape = Tape { steps, inputs: vec!["x".into(), "y".into()], outputs: vec![11, 4, 0, 2, 9, 4, 12] };
    let mut random = Random(4);
    for points in [0, 1, 3, 4, 5, 17, 255, 256, 257, 259, 260, 300, 1000] {
        compare_all(&tape, points, &mut random);
    }
}

#[test]
fn long_sums_of_whole_numbers() {
    // Whole numbers have no rounding: every order of a sum is right.
    let mut random = Random(8);
    for terms in 2..60 {
        let mut steps: Vec<Step> = (0..5).map(Step::Input).collect();
        let mut sum = 0;
        for _ in 0..terms {
            let mut v = || random.below(5) as u32;
            let (a, b) = (v(), v());
            steps.push(match random.below(6) {
                0 => Step::Add(sum, a),
                1 => Step::Add(a, sum),
                2 => Step::Sub(sum, a),
                3 => Step::NegMulAdd(a, b, sum),
                _ => Step::MulAdd(a, b, sum),
            });
            sum = steps.len() as u32 - 1;
        }
        let tape = Tape { steps, inputs: (0..5).map(|i| format!("x{i}")).collect(), outputs: vec![sum] };
        for level in LEVELS {
            let Some(native) = Native::<f64>::compile(&tape, level) else { continue };
            let columns: Vec<Vec<f64>> = (0..5).map(|_| (0..40).map(|_| random.below(100) as f64 - 50.0).collect()).collect();
            let inputs: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let mut out = [0.0; 40];
            assert!(native.run(&inputs, &mut [&mut out]).is_empty());
            for (at, &y) in out.iter().enumerate() {
                let point: Vec<f64> = columns.iter().map(|c| c[at]).collect();
                let mut one = [0.0];
                assert!(native.point(&point, &mut one));
                assert_eq!([y, one[0]], [doubles(&tape, &point)[0]; 2], "{terms} terms");
            }
        }
    }
}

/// |a - b| in units of the last place of b, where both are finite.
fn apart(a: f64, b: f64) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) { 0.0 } else { (a - b).abs() / (b.abs() * f64::EPSILON).max(f64::MIN_POSITIVE) }
}

#[test]
fn recorded_functions_are_those_that_run_in_loops() {
    // The polynomials inside are rounded in another order: some units in the last place.
    for (number, row) in TABLE.iter().enumerate() {
        let Some(vector) = row.vector else { continue };
        if row.interval.is_empty() {
            continue;
        }
        let arity = row.parameters.len() as u32;
        let mut steps: Vec<Step> = (0..arity).map(Step::Input).collect();
        steps.push(Step::Call(Function(number as u16), (0..arity).collect()));
        let tape = Tape { steps, inputs: (0..arity).map(|i| format!("x{i}")).collect(), outputs: vec![arity] };
        let mut random = Random(number as u64);
        for level in LEVELS {
            let Some(native) = Native::<f64>::compile(&tape, level) else { continue };
            let special = [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 1e300, -1e300, 700.0, -700.0];
            let value = |(low, high): &(f64, f64), at: usize, random: &mut Random| match special.get(at) {
                Some(&x) => x,
                None => low + (high - low) * (random.next() >> 11) as f64 / (1_u64 << 53) as f64,
            };
            let columns: Vec<Vec<f64>> = row.interval.iter().map(|i| (0..700).map(|at| value(i, at, &mut random)).collect()).collect();
            let inputs: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let (mut out, mut expected) = (vec![0.0; 700], vec![0.0; 700]);
            let rare = native.run(&inputs, &mut [&mut out]);
            vector.doubles(level, &inputs, &mut expected);
            for at in 0..700 {
                let point: Vec<f64> = columns.iter().map(|c| c[at]).collect();
                let mut one = [0.0];
                let right = native.point(&point, &mut one);
                if rare.iter().any(|r| r.contains(&at)) {
                    assert!(at < 512, "{}: special values stand at the start", row.name);
                } else {
                    assert!(right, "{} of {point:?}", row.name);
                    assert!(apart(out[at], expected[at]) <= 8.0, "{} of {point:?}: {} for {}", row.name, out[at], expected[at]);
                }
                assert!(!right || apart(one[0], expected[at]) <= 8.0, "{} of {point:?}: {} for {}", row.name, one[0], expected[at]);
            }
        }
    }
}

#[test]
fn rare_lanes_are_reported() {
    let steps = vec![Step::Input(0), Step::Call(Function::named("sin", 1), [0].into_iter().collect())];
    let tape = Tape { steps, inputs: vec!["x".into()], outputs: vec![1] };
    for level in LEVELS {
        let Some(native) = Native::<f64>::compile(&tape, level) else { continue };
        let mut x = vec![1.0; 10_000];
        let mut y = vec![0.0; 10_000];
        assert!(native.run(&[&x], &mut [&mut y]).is_empty());
        for at in [0, 700, 701, 9_999] {
            x[at] = 1e15;
        }
        let rare = native.run(&[&x], &mut [&mut y]);
        for at in [0, 700, 701, 9_999] {
            assert!(rare.iter().any(|r| r.contains(&at)));
        }
        assert!(rare.iter().map(std::iter::ExactSizeIterator::len).sum::<usize>() < 1_000);
        assert!((0..10_000).all(|at| rare.iter().any(|r| r.contains(&at)) || (y[at] - 1_f64.sin()).abs() < 1e-15));
        assert!(native.point(&[1.0], &mut y[..1]));
        assert!(!native.point(&[1e15], &mut y[..1]));
    }
}

#[test]
fn outputs_that_are_inputs_and_constants() {
    let steps = vec![Step::Input(1), Step::Constant(2.5), Step::Input(0), Step::Sub(1, 0)];
    let tape = Tape { steps, inputs: vec!["x".into(), "y".into()], outputs: vec![0, 1, 2, 1, 3, 3] };
    compare_all(&tape, 21, &mut Random(5));
}

#[test]
fn extremes_of_nan() {
    let steps =
        vec![Step::Input(0), Step::Input(1), Step::Min(0, 1), Step::Max(0, 1), Step::Constant(1.0), Step::Min(4, 0), Step::Max(0, 4)];
    let tape = Tape { steps, inputs: vec!["x".into(), "y".into()], outputs: vec![2, 3, 5, 6] };
    compare_all(&tape, 4000, &mut Random(6));
}

#[test]
fn comparisons() {
    let compares = [Compare::Less, Compare::LessEqual, Compare::Equal, Compare::NotEqual];
    let mut steps = vec![Step::Input(0), Step::Input(1), Step::Constant(1.0), Step::Constant(0.0)];
    for compare in compares {
        for (a, b) in [(0, 1), (0, 2), (2, 0), (0, 0), (2, 2)] {
            steps.push(Step::Select { compare, a, b, then: 0, otherwise: 1 });
            steps.push(Step::Select { compare, a, b, then: 2, otherwise: 3 });
            steps.push(Step::Select { compare, a, b, then: 3, otherwise: 0 });
        }
    }
    let outputs = (4..steps.len() as u32).collect();
    let tape = Tape { steps, inputs: vec!["x".into(), "y".into()], outputs };
    compare_all(&tape, 3000, &mut Random(7));
}

#[test]
fn wrong_shapes_are_left_to_the_interpreter() {
    let tape = Tape { steps: vec![Step::Input(0)], inputs: vec!["x".into()], outputs: vec![0] };
    if let Some(native) = Native::<f64>::compile(&tape, Level::Avx2) {
        let mut out = [0.0; 9];
        assert_eq!(native.run(&[&[1.0; 8]], &mut [&mut out]).to_vec(), vec![0..9]);
        assert_eq!(native.run(&[], &mut [&mut out]).to_vec(), vec![0..9]);
        assert!(!native.point(&[], &mut out));
    }
    let wrong = Tape { steps: vec![Step::Input(3)], inputs: vec!["x".into()], outputs: vec![0] };
    assert!(Native::<f64>::compile(&wrong, Level::Avx2).is_none());
    let wrong = Tape { steps: vec![Step::Input(0)], inputs: vec!["x".into()], outputs: vec![1] };
    assert!(Native::<f64>::compile(&wrong, Level::Avx2).is_none());
}

/// The trial that AVX-512 must pass before it is used is one that right code passes.
#[test]
fn the_trial_passes_where_code_runs() {
    for level in LEVELS.into_iter().filter(|&level| runs(level)) {
        assert_eq!(crate::kernel::native::trust::disagreement(level), None, "{level:?}");
    }
}
