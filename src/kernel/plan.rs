//! Where each value of a tape is kept, and which steps run as one instruction of the block interpreter.
//! Deliberately runs nothing, and knows no kind of float.
//! Read next: `interpret.rs`, which runs it.

use super::tape::{Step, Tape, Value};
use crate::function::Function;
use crate::vector::Compare;
use smallvec::SmallVec;

/// The first half of an instruction: a value f of its operands a, b, c.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// a
    Value,
    Add,
    Sub,
    Mul,
    MulAdd,
    MulSub,
    NegMulAdd,
}

/// The second half: what is done with f and the operands d, e.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// f
    Value,
    /// f + d
    Add,
    /// f - d
    Sub,
    /// d - f
    From,
    /// f * d
    Mul,
    /// f / d
    Over,
    /// d / f
    Under,
    /// f * f
    Square,
    /// f*d + e
    MulAdd,
    /// f*d - e
    MulSub,
    /// e - f*d
    NegMulAdd,
    /// d*e + f
    AddProduct,
    /// d*e - f
    ProductMinus,
    /// f - d*e
    SubProduct,
    /// f*f + d
    SquareAdd,
    /// d - f*f
    FromSquare,
    Neg,
    Sqrt,
    Abs,
    Floor,
    Ceil,
    Min,
    Max,
    Power,
    /// e where f compares with d, else b
    Select(Compare),
    /// The call whose number stands at a.
    Call,
}

/// One instruction: places of operands a, b, c, d, e and of the result, which is none of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) first: First,
    pub(super) then: Then,
    pub(super) to: u32,
    pub(super) from: [u32; 5],
}

/// A call: the function and the places of its arguments.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) function: Function,
    pub(super) arguments: SmallVec<[u32; 2]>,
}

/// Instructions over places: first the columns of the inputs, then those of the outputs, the constants, the temporaries.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    pub(super) instructions: Vec<Instruction>,
    pub(super) calls: Vec<Call>,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) constants: Vec<f64>,
    pub(super) temporaries: usize,
}

/// Not a value.
const NONE: Value = Value::MAX;

impl Plan {
    pub(super) fn new(tape: &Tape) -> Plan {
        let absorbed = pair(tape);
        let mut plan = Plan { inputs: tape.inputs.len(), outputs: tape.outputs.len(), ..Plan::default() };
        let mut gone = vec![false; tape.steps.len()];
        absorbed.iter().filter(|&&v| v != NONE).for_each(|&v| gone[v as usize] = true);
        // operands are values at first
        for (at, step) in tape.steps.iter().enumerate() {
            if gone[at] || matches!(step, Step::Constant(_) | Step::Input(_)) {
                continue;
            }
            let producer = absorbed[at];
            let mut instruction = if producer == NONE { plan.single(step) } else { joined(step, producer, &tape.steps[producer as usize]) };
            instruction.to = at as Value;
            plan.instructions.push(instruction);
        }
        plan.place(tape);
        plan
    }

    /// The instruction of one step alone.
    fn single(&mut self, step: &Step) -> Instruction {
        let make = |then, a: Value, b: Value, d: Value, e: Value| Instruction { first: First::Value, then, to: 0, from: [a, b, a, d, e] };
        match step {
            Step::Constant(_) | Step::Input(_) => make(Then::Value, 0, 0, 0, 0),
            Step::Add(a, b) => make(Then::Add, *a, *a, *b, *a),
            Step::Sub(a, b) => make(Then::Sub, *a, *a, *b, *a),
            Step::Mul(a, b) if a == b => make(Then::Square, *a, *a, *a, *a),
            Step::Mul(a, b) => make(Then::Mul, *a, *a, *b, *a),
            Step::Div(a, b) => make(Then::Over, *a, *a, *b, *a),
            Step::Neg(a) => make(Then::Neg, *a, *a, *a, *a),
            Step::MulAdd(a, b, c) if a == b => make(Then::SquareAdd, *a, *a, *c, *a),
            Step::MulAdd(a, b, c) => make(Then::MulAdd, *a, *a, *b, *c),
            Step::MulSub(a, b, c) => make(Then::MulSub, *a, *a, *b, *c),
            Step::NegMulAdd(a, b, c) if a == b => make(Then::FromSquare, *a, *a, *c, *a),
            Step::NegMulAdd(a, b, c) => make(Then::NegMulAdd, *a, *a, *b, *c),
            Step::Abs(a) => make(Then::Abs, *a, *a, *a, *a),
            Step::Sqrt(a) => make(Then::Sqrt, *a, *a, *a, *a),
            Step::Floor(a) => make(Then::Floor, *a, *a, *a, *a),
            Step::Ceil(a) => make(Then::Ceil, *a, *a, *a, *a),
            Step::Min(a, b) => make(Then::Min, *a, *a, *b, *a),
            Step::Max(a, b) => make(Then::Max, *a, *a, *b, *a),
            Step::Power(a, b) => make(Then::Power, *a, *a, *b, *a),
            Step::Select { compare, a, b, then, otherwise } => make(Then::Select(*compare), *a, *otherwise, *b, *then),
            Step::Call(function, arguments) => {
                self.calls.push(Call { function: *function, arguments: arguments.clone() });
                let number = self.calls.len() as u32 - 1;
                make(Then::Call, number, number, number, number)
            }
        }
    }

    /// Turns values into places: a value takes a place when it is made and leaves it after its last use. The place of a
    /// result is taken before those of the operands are free, so that it is none of them.
    fn place(&mut self, tape: &Tape) {
        let mut places = vec![NONE; tape.steps.len()];
        let first_constant = (self.inputs + self.outputs) as u32;
        for (at, step) in tape.steps.iter().enumerate() {
            match step {
                Step::Input(input) => places[at] = *input,
                Step::Constant(c) => {
                    places[at] = first_constant + self.constants.len() as u32;
                    self.constants.push(*c);
                }
                _ => {}
            }
        }
        let mut copies: Vec<(Value, u32)> = Vec::new();
        for (output, &v) in tape.outputs.iter().enumerate() {
            let column = (self.inputs + output) as u32;
            if places[v as usize] == NONE {
                places[v as usize] = column;
            } else {
                copies.push((v, column));
            }
        }
        let first_temporary = first_constant + self.constants.len() as u32;
        let mut last = vec![0u32; tape.steps.len()];
        for (at, instruction) in self.instructions.iter().enumerate() {
            self.operands(instruction).iter().for_each(|&v| last[v as usize] = at as u32);
        }
        let mut free: Vec<u32> = Vec::new();
        for at in 0..self.instructions.len() {
            let mut instruction = self.instructions[at];
            let to = instruction.to as usize;
            if places[to] == NONE {
                places[to] = free.pop().unwrap_or_else(|| {
                    self.temporaries += 1;
                    first_temporary + self.temporaries as u32 - 1
                });
            }
            for v in self.operands(&instruction) {
                if last[v as usize] == at as u32 && places[v as usize] >= first_temporary && last[v as usize] != NONE {
                    free.push(places[v as usize]);
                    last[v as usize] = NONE;
                }
            }
            instruction.to = places[to];
            if instruction.then == Then::Call {
                self.calls[instruction.from[0] as usize].arguments.iter_mut().for_each(|v| *v = places[*v as usize]);
            } else {
                instruction.from = instruction.from.map(|v| places[v as usize]);
            }
            self.instructions[at] = instruction;
        }
        for (v, column) in copies {
            let from = [places[v as usize]; 5];
            self.instructions.push(Instruction { first: First::Value, then: Then::Value, to: column, from });
        }
    }

    fn operands(&self, instruction: &Instruction) -> SmallVec<[Value; 5]> {
        if instruction.then == Then::Call {
            return SmallVec::from_slice(&self.calls[instruction.from[0] as usize].arguments);
        }
        SmallVec::from_slice(&instruction.from)
    }
}

/// For each step the operand that it absorbs: one that no other step and no output needs. Last steps choose first.
fn pair(tape: &Tape) -> Vec<Value> {
    let mut uses = vec![0u32; tape.steps.len()];
    tape.outputs.iter().for_each(|&v| uses[v as usize] += 1);
    for step in &tape.steps {
        step.operands().iter().for_each(|&v| uses[v as usize] += 1);
    }
    let mut absorbed = vec![NONE; tape.steps.len()];
    let mut gone = vec![false; tape.steps.len()];
    for at in (0..tape.steps.len()).rev() {
        if gone[at] {
            continue;
        }
        let is_first = |v: Value| first(&tape.steps[v as usize]).is_some();
        let single = |v: &Value| uses[*v as usize] == 1 && is_first(*v);
        let square = |v: Value| uses[v as usize] == 2 && is_first(v);
        let producer = match tape.steps[at] {
            Step::Mul(a, b) | Step::MulAdd(a, b, _) | Step::NegMulAdd(a, b, _) if a == b && square(a) => Some(a),
            Step::Add(a, b) | Step::Sub(a, b) | Step::Mul(a, b) | Step::Div(a, b) => [a, b].into_iter().find(single),
            Step::MulAdd(a, b, c) | Step::MulSub(a, b, c) | Step::NegMulAdd(a, b, c) => [a, b, c].into_iter().find(single),
            Step::Sqrt(a) | Step::Neg(a) => Some(a).filter(single),
            _ => None,
        };
        if let Some(v) = producer {
            absorbed[at] = v;
            gone[v as usize] = true;
        }
    }
    absorbed
}

/// The step as the first half of an instruction.
fn first(step: &Step) -> Option<(First, [Value; 3])> {
    Some(match *step {
        Step::Add(a, b) => (First::Add, [a, b, a]),
        Step::Sub(a, b) => (First::Sub, [a, b, a]),
        Step::Mul(a, b) => (First::Mul, [a, b, a]),
        Step::MulAdd(a, b, c) => (First::MulAdd, [a, b, c]),
        Step::MulSub(a, b, c) => (First::MulSub, [a, b, c]),
        Step::NegMulAdd(a, b, c) => (First::NegMulAdd, [a, b, c]),
        _ => return None,
    })
}

/// The instruction of a step and the operand f that it absorbs.
fn joined(step: &Step, f: Value, producer: &Step) -> Instruction {
    let (first, [a, b, c]) = first(producer).unwrap_or((First::Value, [f, f, f]));
    let (then, d, e) = match *step {
        Step::Add(p, q) => (Then::Add, if p == f { q } else { p }, a),
        Step::Sub(p, q) => {
            if p == f {
                (Then::Sub, q, a)
            } else {
                (Then::From, p, a)
            }
        }
        Step::Mul(p, q) if p == q => (Then::Square, a, a),
        Step::Mul(p, q) => (Then::Mul, if p == f { q } else { p }, a),
        Step::Div(p, q) => {
            if p == f {
                (Then::Over, q, a)
            } else {
                (Then::Under, p, a)
            }
        }
        Step::MulAdd(p, q, r) if p == q && p == f => (Then::SquareAdd, r, a),
        Step::MulAdd(p, q, r) if p == f || q == f => (Then::MulAdd, if p == f { q } else { p }, r),
        Step::MulAdd(p, q, _) => (Then::AddProduct, p, q),
        Step::MulSub(p, q, r) if p == f || q == f => (Then::MulSub, if p == f { q } else { p }, r),
        Step::MulSub(p, q, _) => (Then::ProductMinus, p, q),
        Step::NegMulAdd(p, q, r) if p == q && p == f => (Then::FromSquare, r, a),
        Step::NegMulAdd(p, q, r) if p == f || q == f => (Then::NegMulAdd, if p == f { q } else { p }, r),
        Step::NegMulAdd(p, q, _) => (Then::SubProduct, p, q),
        Step::Sqrt(_) => (Then::Sqrt, a, a),
        Step::Neg(_) => (Then::Neg, a, a),
        // `pair` absorbs into no other step
        _ => (Then::Value, a, a),
    };
    Instruction { first, then, to: 0, from: [a, b, c, d, e] }
}
