//! Random tapes and points, and the value of a tape by plain scalar steps.
//! Deliberately knows no machine code.
//! Read next: `differential.rs`.

use crate::kernel::native::Lane;
use crate::kernel::tape::{Step, Tape, Value};
use crate::vector::Compare;

/// Numbers that look random (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// A float, now and then a special one.
    pub(super) fn float(&mut self) -> f64 {
        match self.below(40) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            2 => f64::NEG_INFINITY,
            3 => -0.0,
            4 => 1e-310,
            5 => 1.0,
            _ => self.next() as f64 / (1_u64 << 61) as f64 - 4.0,
        }
    }

    fn compare(&mut self) -> Compare {
        [Compare::Less, Compare::LessEqual, Compare::Equal, Compare::NotEqual][self.below(4)]
    }

    /// A tape with so many inputs, steps and outputs. `reach`: how far back operands mostly lie; a long reach needs
    /// many registers.
    pub(super) fn tape(&mut self, inputs: usize, steps: usize, outputs: usize, reach: usize) -> Tape {
        let mut all: Vec<Step> = (0..inputs).map(|i| Step::Input(i as u32)).collect();
        all.push(Step::Constant(0.75));
        while all.len() < steps {
            let length = all.len();
            let mut v = || -> Value {
                let back = if self.below(8) == 0 { length } else { reach.min(length) };
                (length - 1 - self.below(back)) as Value
            };
            let (a, b, c, d) = (v(), v(), v(), v());
            all.push(match self.below(22) {
                0 => Step::Constant(self.float()),
                1 => Step::Input(self.below(inputs) as u32),
                2 | 3 => Step::Add(a, b),
                4 | 5 => Step::Sub(a, b),
                6 | 7 => Step::Mul(a, b),
                8 => Step::Div(a, b),
                9 => Step::Neg(a),
                10 | 11 => Step::MulAdd(a, b, c),
                12 => Step::MulSub(a, b, c),
                13 => Step::NegMulAdd(a, b, c),
                14 => Step::Abs(a),
                15 => Step::Sqrt(a),
                16 => Step::Floor(a),
                17 => Step::Ceil(a),
                18 => Step::Min(a, b),
                19 => Step::Max(a, b),
                _ => Step::Select { compare: self.compare(), a, b, then: c, otherwise: d },
            });
        }
        let outputs = (0..outputs)
            .map(|i| if i < 3 { self.below(all.len()) } else { all.len() - 1 - self.below(reach.min(all.len())) } as Value)
            .collect();
        Tape { steps: all, inputs: (0..inputs).map(|i| format!("x{i}")).collect(), outputs }
    }
}

macro_rules! evaluator {
    ($name:ident, $float:ty) => {
        /// The outputs of the tape for one point, step by step.
        pub(super) fn $name(tape: &Tape, inputs: &[$float]) -> Vec<$float> {
            let mut values: Vec<$float> = Vec::new();
            for step in &tape.steps {
                let v = |at: &Value| values[*at as usize];
                values.push(match step {
                    Step::Constant(x) => *x as $float,
                    Step::Input(i) => inputs[*i as usize],
                    Step::Add(a, b) => v(a) + v(b),
                    Step::Sub(a, b) => v(a) - v(b),
                    Step::Mul(a, b) => v(a) * v(b),
                    Step::Div(a, b) => v(a) / v(b),
                    Step::Neg(a) => -v(a),
                    Step::MulAdd(a, b, c) => v(a).mul_add(v(b), v(c)),
                    Step::MulSub(a, b, c) => v(a).mul_add(v(b), -v(c)),
                    Step::NegMulAdd(a, b, c) => (-v(a)).mul_add(v(b), v(c)),
                    Step::Abs(a) => v(a).abs(),
                    Step::Sqrt(a) => v(a).sqrt(),
                    Step::Floor(a) => v(a).floor(),
                    Step::Ceil(a) => v(a).ceil(),
                    Step::Min(a, b) if v(a).is_nan() || v(b).is_nan() => <$float>::NAN,
                    Step::Min(a, b) => {
                        if v(a) < v(b) {
                            v(a)
                        } else {
                            v(b)
                        }
                    }
                    Step::Max(a, b) if v(a).is_nan() || v(b).is_nan() => <$float>::NAN,
                    Step::Max(a, b) => {
                        if v(a) > v(b) {
                            v(a)
                        } else {
                            v(b)
                        }
                    }
                    Step::Power(a, b) => f64::from(v(a)).powf(f64::from(v(b))) as $float,
                    Step::Call(function, arguments) => {
                        let arguments: Vec<f64> = arguments.iter().map(|a| f64::from(v(a))).collect();
                        function.row().float.map_or(f64::NAN, |float| float(&arguments)) as $float
                    }
                    Step::Select { compare, a, b, then, otherwise } => {
                        let holds = match compare {
                            Compare::Less => v(a) < v(b),
                            Compare::LessEqual => v(a) <= v(b),
                            Compare::Equal => v(a) == v(b),
                            Compare::NotEqual => v(a) != v(b),
                        };
                        if holds { v(then) } else { v(otherwise) }
                    }
                });
            }
            tape.outputs.iter().map(|&o| values[o as usize]).collect()
        }
    };
}

evaluator!(doubles, f64);
evaluator!(singles, f32);

/// A float with a reference evaluation.
pub(super) trait Reference: Lane + PartialEq + std::fmt::Debug {
    fn reference(tape: &Tape, inputs: &[Self]) -> Vec<Self>;
}

impl Reference for f64 {
    fn reference(tape: &Tape, inputs: &[f64]) -> Vec<f64> {
        doubles(tape, inputs)
    }
}

impl Reference for f32 {
    fn reference(tape: &Tape, inputs: &[f32]) -> Vec<f32> {
        singles(tape, inputs)
    }
}
