//! The steps of a tape while it is built: equal steps are one, constants are worked out, powers are chains of products.
//! Deliberately knows no expression; simplifications here look at one step and its operands only.
//! Read next: `build.rs`, which turns expressions into these steps.

use super::scalar::step_value;
use super::tape::{Step, Value};
use crate::function::Function;
use hashbrown::{HashMap, HashTable};
use smallvec::SmallVec;
use std::hash::BuildHasherDefault;

/// Steps, each made once; operands stand before their users.
#[derive(Default)]
pub(super) struct Steps {
    pub(super) list: Vec<Step>,
    table: HashTable<Value>,
    powers: HashMap<(Value, u32), Value, BuildHasherDefault<Folded>>,
}

impl Steps {
    /// Room for about so many steps.
    pub(super) fn with_capacity(steps: usize) -> Steps {
        Steps { list: Vec::with_capacity(steps), table: HashTable::with_capacity(steps), powers: HashMap::default() }
    }

    /// The value of this step: that of an equal one before, or of a new one. A step of constants is a constant.
    pub(super) fn make(&mut self, step: Step) -> Value {
        if !matches!(step, Step::Constant(_) | Step::Input(_)) {
            let operands = step.operands();
            if operands.iter().all(|&v| matches!(self.list[v as usize], Step::Constant(_))) {
                let value = step_value(&step, |_| f64::NAN, |v| self.as_constant(v).unwrap_or(f64::NAN));
                return self.constant(value);
            }
        }
        let hash = hash(&step);
        if let Some(&found) = self.table.find(hash, |&v| same(&self.list[v as usize], &step)) {
            return found;
        }
        let value = self.list.len() as Value;
        self.list.push(step);
        let list = &self.list;
        self.table.insert_unique(hash, value, |&v| self::hash(&list[v as usize]));
        value
    }

    pub(super) fn constant(&mut self, c: f64) -> Value {
        self.make(Step::Constant(c))
    }

    pub(super) fn as_constant(&self, v: Value) -> Option<f64> {
        match self.list[v as usize] {
            Step::Constant(c) => Some(c),
            _ => None,
        }
    }

    pub(super) fn is_product(&self, v: Value) -> bool {
        matches!(self.list[v as usize], Step::Mul(..))
    }

    pub(super) fn add(&mut self, a: Value, b: Value) -> Value {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(0.0), None) => b,
            (None, Some(0.0)) => a,
            _ => self.make(Step::Add(a.min(b), a.max(b))),
        }
    }

    pub(super) fn sub(&mut self, a: Value, b: Value) -> Value {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(0.0), None) => self.neg(b),
            (None, Some(0.0)) => a,
            _ => self.make(Step::Sub(a, b)),
        }
    }

    pub(super) fn mul(&mut self, a: Value, b: Value) -> Value {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(1.0), _) => b,
            (_, Some(1.0)) => a,
            _ => self.make(Step::Mul(a.min(b), a.max(b))),
        }
    }

    /// a / b. The reciprocal of b is made before it, so that later it can be shared by many divisions; unused steps go.
    pub(super) fn div(&mut self, a: Value, b: Value) -> Value {
        let one = self.constant(1.0);
        self.make(Step::Div(one, b));
        self.make(Step::Div(a, b))
    }

    pub(super) fn neg(&mut self, a: Value) -> Value {
        match self.list[a as usize] {
            Step::Neg(b) => b,
            Step::Sub(b, c) => self.make(Step::Sub(c, b)),
            _ => self.make(Step::Neg(a)),
        }
    }

    pub(super) fn call(&mut self, function: Function, arguments: &[Value]) -> Value {
        self.make(Step::Call(function, SmallVec::from_slice(arguments)))
    }

    /// `base^n` for n >= 1 by products; powers of one base share theirs.
    pub(super) fn power(&mut self, base: Value, n: u32) -> Value {
        let mut pending: SmallVec<[u32; 16]> = SmallVec::from_slice(&[n]);
        let mut last = base;
        while let Some(&n) = pending.last() {
            if let Some(done) = self.known_power(base, n) {
                last = done;
                pending.pop();
                continue;
            }
            let (a, b) = self.parts_of_power(base, n);
            match (self.known_power(base, a), self.known_power(base, b)) {
                (Some(x), Some(y)) => {
                    last = self.mul(x, y);
                    self.powers.insert((base, n), last);
                    pending.pop();
                }
                (None, _) => pending.push(a),
                (_, None) => pending.push(b),
            }
        }
        last
    }

    fn known_power(&self, base: Value, n: u32) -> Option<Value> {
        if n <= 1 { Some(base) } else { self.powers.get(&(base, n)).copied() }
    }

    /// Two exponents that add up to n: known ones if there are, else halves, else thirds (x^15 is a cube), else n - 1 and 1.
    fn parts_of_power(&self, base: Value, n: u32) -> (u32, u32) {
        let known = |m: u32| self.known_power(base, m).is_some();
        if let Some(m) = (n / 2..n).find(|&m| known(m) && known(n - m)) {
            return (m, n - m);
        }
        match n {
            _ if n.is_multiple_of(2) => (n / 2, n / 2),
            _ if n.is_multiple_of(3) => (2 * (n / 3), n / 3),
            _ => (n - 1, 1),
        }
    }
}

/// Equal steps; constants are compared by their bits, so that 0 and -0 stay apart and NaN meets itself.
fn same(a: &Step, b: &Step) -> bool {
    match (a, b) {
        (Step::Constant(a), Step::Constant(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}

fn hash(step: &Step) -> u64 {
    let (tag, a, b, c) = match step {
        Step::Constant(c) => return mix(mix(0, 1), c.to_bits()),
        Step::Input(a) => (2, *a, 0, 0),
        Step::Add(a, b) => (3, *a, *b, 0),
        Step::Sub(a, b) => (4, *a, *b, 0),
        Step::Mul(a, b) => (5, *a, *b, 0),
        Step::Div(a, b) => (6, *a, *b, 0),
        Step::Neg(a) => (7, *a, 0, 0),
        Step::MulAdd(a, b, c) => (8, *a, *b, *c),
        Step::MulSub(a, b, c) => (9, *a, *b, *c),
        Step::NegMulAdd(a, b, c) => (10, *a, *b, *c),
        Step::Abs(a) => (11, *a, 0, 0),
        Step::Sqrt(a) => (12, *a, 0, 0),
        Step::Floor(a) => (13, *a, 0, 0),
        Step::Ceil(a) => (14, *a, 0, 0),
        Step::Min(a, b) => (15, *a, *b, 0),
        Step::Max(a, b) => (16, *a, *b, 0),
        Step::Power(a, b) => (17, *a, *b, 0),
        Step::Call(f, arguments) => {
            return arguments.iter().fold(mix(18, u64::from(f.0)), |hash, &v| mix(hash, u64::from(v)));
        }
        Step::Select { compare, a, b, then, otherwise } => {
            let of = mix(mix(19 + *compare as u64, u64::from(*a) << 32 | u64::from(*b)), u64::from(*then));
            return mix(of, u64::from(*otherwise));
        }
    };
    mix(mix(tag, u64::from(a) << 32 | u64::from(b)), u64::from(c))
}

/// The folded multiply, as in `expr.rs`.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b.rotate_left(23) ^ 0xd6e8_feb8_6659_fd93);
    (product as u64) ^ ((product >> 64) as u64)
}

#[derive(Default)]
struct Folded(u64);

impl std::hash::Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = mix(self.0, u64::from(byte)));
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = mix(self.0, u64::from(n));
    }
    fn finish(&self) -> u64 {
        self.0
    }
}
