//! Random tapes as machine code against the scalar reference, on every level that this machine has.
//! Deliberately leaves accuracy of functions to `vector`: here only calls between parts appear.
//! Read next: `random.rs`.

use super::random::{Random, Reference};
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
    let inputs: Vec<Vec<F>> = tape.inputs.iter().map(|_| (0..points).map(|_| F::from_double(random.float())).collect()).collect();
    let mut outputs = vec![vec![F::default(); points]; tape.outputs.len()];
    let ins: Vec<&[F]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outs: Vec<&mut [F]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    assert_eq!(native.run(&ins, &mut outs), Vec::new());
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
    // sum of steps with calls that depend on each other, one of a constant, one of a pair.
    let f = crate::function::Function(0);
    let row = f.row();
    assert!(row.float.is_some(), "{row:?}");
    let steps = vec![
        Step::Input(0),
        Step::Input(1),
        Step::Mul(0, 1),
        Step::Power(2, 1),
        Step::Add(3, 0),
        Step::Constant(1.5),
        Step::Power(5, 4),
        Step::Power(0, 1),
        Step::Sub(6, 2),
        Step::MulAdd(8, 7, 3),
        Step::Abs(9),
        Step::Power(10, 5),
    ];
    let tape = Tape { steps, inputs: vec!["x".into(), "y".into()], outputs: vec![11, 3, 0, 5, 9, 3] };
    let mut random = Random(4);
    for points in [0, 1, 3, 4, 5, 17, 255, 256, 257, 259, 260, 300, 1000] {
        compare_all(&tape, points, &mut random);
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
        assert_eq!(native.run(&[&[1.0; 8]], &mut [&mut out]), vec![0..9]);
        assert_eq!(native.run(&[], &mut [&mut out]), vec![0..9]);
        assert!(!native.point(&[], &mut out));
    }
    let wrong = Tape { steps: vec![Step::Input(3)], inputs: vec!["x".into()], outputs: vec![0] };
    assert!(Native::<f64>::compile(&wrong, Level::Avx2).is_none());
    let wrong = Tape { steps: vec![Step::Input(0)], inputs: vec!["x".into()], outputs: vec![1] };
    assert!(Native::<f64>::compile(&wrong, Level::Avx2).is_none());
}
