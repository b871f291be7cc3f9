//! The steps of one call: functions, their signs, and branches.
//! Deliberately knows few functions: those whose steps are not calls. The others are rows of TABLE 1.
//! Read next: `optimise.rs`, what becomes of the steps.

use super::build::{Builder, Term};
use super::scalar::runs;
use super::tape::{Step, Value};
use crate::error::{Error, Kind, Result};
use crate::eval::slope_error;
use crate::expr::{Expr, Head, Node, Pool};
use crate::function::{Function, Parity};
use crate::phrase;
use crate::simplify::known;
use crate::vector::Compare;
use smallvec::SmallVec;

const RELU: Function = Function::named("relu", 1);
const ARG: Function = Function::named("arg", 1);

impl Builder {
    /// A call with real arguments.
    pub(super) fn call(&mut self, pool: &Pool, head: Head, args: &[Expr]) -> Result<Term> {
        let function = match head {
            Head::Function(function) => function,
            Head::Unknown(id) => {
                let name = pool.unknown_name(id);
                return Err(Error::new(Kind::Domain, phrase!("`{name}` has no numeric value: it is an unknown function", name)));
            }
            Head::Slope(id) => return Err(slope_error(pool, id)),
        };
        let value = match (function, args) {
            (known::D, _) => {
                return Err(Error::new(Kind::Derivative, phrase!("a derivative `D(u, x)` has no numeric value before it is carried out")));
            }
            (known::I, _) => return Err(Error::new(Kind::Domain, phrase!("`I` has no real value, and kernels work with real numbers"))),
            // real arguments are their own real parts
            (known::RE | known::CONJUGATE, &[x]) => return Ok(self.term(x)),
            (known::IM, _) => return Ok(Term::constant(0.0)),
            (known::IF, &[condition, then, otherwise]) => {
                let (then, otherwise) = (self.value_of(then), self.value_of(otherwise));
                self.branch(pool, condition, then, otherwise)
            }
            (known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS, &[a, b]) => {
                let (one, zero) = (self.steps.constant(1.0), self.steps.constant(0.0));
                self.comparison(function, a, b, one, zero)
            }
            (known::ABS, &[x]) => {
                let (value, _) = self.split(self.term(x));
                self.steps.make(Step::Abs(value))
            }
            // floor(-x) = -ceil(x)
            (known::FLOOR | known::CEIL, &[x]) => {
                let (value, negative) = self.split(self.term(x));
                let down = (function == known::FLOOR) != negative;
                let step = if down { Step::Floor(value) } else { Step::Ceil(value) };
                return Ok(Term::signed(self.steps.make(step), negative));
            }
            (known::MAX, &[a, b]) => {
                let (a, b) = (self.value_of(a), self.value_of(b));
                self.steps.make(Step::Max(a.min(b), a.max(b)))
            }
            (known::MIN, &[a, b]) => {
                let (a, b) = (self.value_of(a), self.value_of(b));
                self.steps.make(Step::Min(a.min(b), a.max(b)))
            }
            (RELU, &[x]) => {
                let (x, zero) = (self.value_of(x), self.steps.constant(0.0));
                self.steps.make(Step::Max(x, zero))
            }
            (known::SIGN, &[x]) => {
                let (x, negative) = self.split(self.term(x));
                let sign = self.pieces(x, -1.0, x, 1.0);
                return Ok(Term::signed(sign, negative));
            }
            (known::HEAVISIDE, &[x]) => {
                let (x, one) = (self.value_of(x), self.steps.constant(1.0));
                self.pieces(x, 0.0, one, 1.0)
            }
            (ARG, &[x]) => {
                let (x, none) = (self.value_of(x), self.steps.constant(f64::NAN));
                self.pieces(x, std::f64::consts::PI, none, 0.0)
            }
            _ => return self.row(function, args),
        };
        Ok(Term::of(value))
    }

    /// A call of a row of TABLE 1; a minus sign comes out of odd functions and vanishes in even ones.
    fn row(&mut self, function: Function, args: &[Expr]) -> Result<Term> {
        let row = function.row();
        if !runs(function) {
            return Err(Error::new(Kind::Domain, phrase!("`{name}` has no numeric value here", name = row.name)));
        }
        if let (&[x], Parity::Odd | Parity::Even) = (args, row.parity) {
            let (value, negative) = self.split(self.term(x));
            return Ok(Term::signed(self.steps.call(function, &[value]), negative && row.parity == Parity::Odd));
        }
        let values: SmallVec<[Value; 4]> = args.iter().map(|&arg| self.value_of(arg)).collect();
        Ok(Term::of(self.steps.call(function, &values)))
    }

    /// One value below 0, one at 0, one above it; NaN (x itself) stays NaN.
    fn pieces(&mut self, x: Value, below: f64, at: Value, above: f64) -> Value {
        let zero = self.steps.constant(0.0);
        let (below, above) = (self.steps.constant(below), self.steps.constant(above));
        let at_zero =
            if at == x { x } else { self.steps.make(Step::Select { compare: Compare::Equal, a: x, b: zero, then: at, otherwise: x }) };
        let not_above = self.steps.make(Step::Select { compare: Compare::Less, a: x, b: zero, then: below, otherwise: at_zero });
        self.steps.make(Step::Select { compare: Compare::Less, a: zero, b: x, then: above, otherwise: not_above })
    }

    /// `then` where the condition holds, `otherwise` where it does not, NaN where it is not known.
    fn branch(&mut self, pool: &Pool, condition: Expr, then: Value, otherwise: Value) -> Value {
        if let Node::Call(Head::Function(f @ (known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS)), &[a, b]) =
            pool.node(condition)
        {
            return self.comparison(f, a, b, then, otherwise);
        }
        // a condition that is a number holds unless it is 0
        let (condition, zero) = (self.value_of(condition), self.steps.constant(0.0));
        self.equality(condition, zero, otherwise, then)
    }

    fn comparison(&mut self, function: Function, a: Expr, b: Expr, then: Value, otherwise: Value) -> Value {
        let (a, b) = (self.value_of(a), self.value_of(b));
        match function {
            known::LESS => self.select(Compare::Less, a, b, then, Compare::LessEqual, otherwise),
            known::LESS_EQUAL => self.select(Compare::LessEqual, a, b, then, Compare::Less, otherwise),
            known::SAME => self.equality(a, b, then, otherwise),
            _ => self.equality(a, b, otherwise, then),
        }
    }

    /// a `compare` b, and where it does not hold b `converse` a, which fails for NaN only.
    fn select(&mut self, compare: Compare, a: Value, b: Value, then: Value, converse: Compare, otherwise: Value) -> Value {
        if let (Some(x), Some(y)) = (self.steps.as_constant(a), self.steps.as_constant(b)) {
            let holds = if compare == Compare::Less { x < y } else { x <= y };
            return if holds { then } else { otherwise };
        }
        let none = self.steps.constant(f64::NAN);
        let otherwise = self.steps.make(Step::Select { compare: converse, a: b, b: a, then: otherwise, otherwise: none });
        self.steps.make(Step::Select { compare, a, b, then, otherwise })
    }

    fn equality(&mut self, a: Value, b: Value, then: Value, otherwise: Value) -> Value {
        let none = self.steps.constant(f64::NAN);
        // NaN is not equal to itself
        let mut known = otherwise;
        for v in [a, b] {
            if self.steps.as_constant(v).is_none() {
                known = self.steps.make(Step::Select { compare: Compare::Equal, a: v, b: v, then: known, otherwise: none });
            }
        }
        self.steps.make(Step::Select { compare: Compare::Equal, a, b, then, otherwise: known })
    }
}
