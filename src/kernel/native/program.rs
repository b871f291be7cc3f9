//! How does a tape become parts: runs of micro-operations, and between them the functions that cannot be recorded?
//! Deliberately knows no machine code. Columns are numbered: inputs, then outputs, then slots of a block of points.
//! Read next: `recorder.rs`, which the steps are told to; `mod.rs`, which runs the parts.

use super::fold::Precision;
use super::recorder::{Kind, NONE, Name, Recorder};
use crate::function::Function;
use crate::kernel::tape::{Step, Tape, Value};
use crate::vector::{self, Machine, VectorFunction};

/// What a call between two runs of code works out.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// A function of TABLE 1.
    Function(Function),
    /// a^b
    Power,
}

impl Target {
    /// The vector function, where there is one.
    pub(super) fn vector(self) -> Option<&'static dyn VectorFunction> {
        match self {
            Target::Function(function) => function.row().vector,
            Target::Power => Some(&vector::POWER),
        }
    }
}

/// A function over a block of points.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) target: Target,
    /// The columns of its arguments.
    pub(super) arguments: Vec<u32>,
    /// The column of its value.
    pub(super) result: u32,
}

/// A run of micro-operations, and the calls that follow it.
pub(super) struct Part {
    pub(super) code: Recorder,
    pub(super) calls: Vec<Call>,
}

/// The parts of a tape, in the order in which they run.
pub(super) struct Program {
    pub(super) parts: Vec<Part>,
    /// How many columns are slots.
    pub(super) slots: u32,
}

struct Builder<'a> {
    tape: &'a Tape,
    parts: Vec<Part>,
    /// For each step, the part whose code makes it; for a call the part that may load it.
    stage: Vec<u32>,
    /// For each step, its name in the code of its part; NONE for a call between parts.
    name: Vec<Name>,
    /// For each step, its slot; NONE where it has none.
    slot: Vec<u32>,
    slots: u32,
    precision: Precision,
    masks: bool,
}

impl Program {
    /// The parts of the tape. `masks`: whether masks are vectors, as AVX2 has them. None for a malformed tape.
    pub(super) fn build(tape: &Tape, precision: Precision, masks: bool) -> Option<Program> {
        let steps = tape.steps.len();
        let mut builder = Builder {
            tape,
            parts: Vec::new(),
            stage: vec![0; steps],
            name: vec![NONE; steps],
            slot: vec![NONE; steps],
            slots: 0,
            precision,
            masks,
        };
        let live = live(tape)?;
        for (at, step) in tape.steps.iter().enumerate() {
            if live[at] {
                builder.step(at, step)?;
            }
        }
        for (number, &value) in tape.outputs.iter().enumerate() {
            let stage = *builder.stage.get(value as usize)?;
            let name = builder.fetch(stage, value)?;
            let column = (tape.inputs.len() + number) as u32;
            builder.code(stage).store(column, name);
        }
        Some(Program { parts: builder.parts, slots: builder.slots })
    }
}

/// Which steps the outputs need.
fn live(tape: &Tape) -> Option<Vec<bool>> {
    let mut live = vec![false; tape.steps.len()];
    for &value in &tape.outputs {
        *live.get_mut(value as usize)? = true;
    }
    for at in (0..tape.steps.len()).rev() {
        if live[at] {
            for operand in tape.steps[at].operands() {
                if operand as usize >= at {
                    return None;
                }
                live[operand as usize] = true;
            }
        }
    }
    Some(live)
}

impl Builder<'_> {
    fn code(&mut self, stage: u32) -> &mut Recorder {
        while self.parts.len() <= stage as usize {
            self.parts.push(Part { code: Recorder::new(self.precision, self.masks), calls: Vec::new() });
        }
        &mut self.parts[stage as usize].code
    }

    /// The column of the value's slot; its part stores it there.
    fn column(&mut self, value: Value) -> u32 {
        let at = value as usize;
        let first = (self.tape.inputs.len() + self.tape.outputs.len()) as u32;
        if self.slot[at] == NONE {
            self.slot[at] = self.slots;
            self.slots += 1;
            let (stage, name) = (self.stage[at], self.name[at]);
            let column = first + self.slot[at];
            if name != NONE {
                self.code(stage).store(column, name);
            }
        }
        first + self.slot[at]
    }

    /// The value's name in the code of this part.
    fn fetch(&mut self, stage: u32, value: Value) -> Option<Name> {
        let at = value as usize;
        match self.tape.steps.get(at)? {
            Step::Constant(x) => Some(self.code(stage).constant(*x)),
            Step::Input(input) if (*input as usize) < self.tape.inputs.len() => Some(self.code(stage).load(*input)),
            Step::Input(_) => None,
            _ if self.stage[at] == stage && self.name[at] != NONE => Some(self.name[at]),
            _ => {
                let column = self.column(value);
                Some(self.code(stage).load(column))
            }
        }
    }

    fn step(&mut self, at: usize, step: &Step) -> Option<()> {
        if let Step::Constant(_) | Step::Input(_) = step {
            return Some(());
        }
        let operands = step.operands();
        let stage = operands.iter().map(|&v| self.stage[v as usize]).max().unwrap_or(0);
        let mut names = [NONE; 4];
        let mut more = Vec::new();
        for (i, &operand) in operands.iter().enumerate() {
            let name = self.fetch(stage, operand)?;
            match names.get_mut(i) {
                Some(place) => *place = name,
                None => more.push(name),
            }
        }
        let [a, b, c, d] = names;
        self.stage[at] = stage;
        let code = self.code(stage);
        let name = match step {
            Step::Constant(_) | Step::Input(_) => return Some(()),
            Step::Add(..) => code.add(a, b),
            Step::Sub(..) => code.sub(a, b),
            Step::Mul(..) => code.mul(a, b),
            Step::Div(..) => code.div(a, b),
            Step::Neg(_) => code.neg(a),
            Step::MulAdd(..) => code.mul_add(a, b, c),
            Step::MulSub(..) => code.mul_sub(a, b, c),
            Step::NegMulAdd(..) => code.neg_mul_add(a, b, c),
            Step::Abs(_) => code.abs(a),
            Step::Sqrt(_) => code.sqrt(a),
            Step::Floor(_) => code.floor(a),
            Step::Ceil(_) => code.ceil(a),
            Step::Min(..) => code.extreme(Kind::Min, a, b),
            Step::Max(..) => code.extreme(Kind::Max, a, b),
            Step::Select { compare, .. } => code.select(*compare, a, b, c, d),
            Step::Power(..) => match self.record(stage, Target::Power, &names[..2]) {
                Some(name) => name,
                None => return self.call(at, stage, Target::Power, &operands),
            },
            Step::Call(function, _) => {
                let mut all: Vec<Name> = names.iter().copied().take(operands.len()).collect();
                all.extend(more);
                match self.record(stage, Target::Function(*function), &all) {
                    Some(name) => name,
                    None => return self.call(at, stage, Target::Function(*function), &operands),
                }
            }
        };
        self.name[at] = name;
        Some(())
    }

    /// The function written into the code, where it can be.
    fn record(&mut self, stage: u32, target: Target, arguments: &[Name]) -> Option<Name> {
        let vector = target.vector()?;
        let precision = self.precision;
        let code = self.code(stage);
        let mark = code.mark();
        code.in_formula = true;
        let name = match precision {
            Precision::Double => vector.record_doubles(code, arguments),
            Precision::Single => vector.record_singles(code, arguments),
        };
        code.in_formula = false;
        if name.is_none() {
            code.forget(mark);
        }
        name
    }

    /// The function runs after the code of this part; later parts load its value.
    fn call(&mut self, at: usize, stage: u32, target: Target, operands: &[Value]) -> Option<()> {
        if let Target::Function(function) = target
            && function.row().vector.is_none()
            && function.row().float.is_none()
        {
            return None;
        }
        let mut arguments = Vec::with_capacity(operands.len());
        for &operand in operands {
            arguments.push(self.argument(stage, operand)?);
        }
        self.stage[at] = stage + 1;
        self.code(stage + 1);
        let result = self.column(at as Value);
        self.parts[stage as usize].calls.push(Call { target, arguments, result });
        Some(())
    }

    fn argument(&mut self, stage: u32, value: Value) -> Option<u32> {
        match self.tape.steps.get(value as usize)? {
            Step::Input(input) => Some(*input),
            Step::Constant(x) => {
                // A column of one number, made by this part's code.
                let x = *x;
                let name = self.code(stage).constant(x);
                let column = (self.tape.inputs.len() + self.tape.outputs.len()) as u32 + self.slots;
                self.slots += 1;
                self.code(stage).store(column, name);
                Some(column)
            }
            _ => Some(self.column(value)),
        }
    }
}
