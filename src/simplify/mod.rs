//! The simplifier's first engine: constructors that collect, each keeping what it is given simplified.
//! Deliberately chooses no final form: that is `tidy.rs`. Identities are rows of `rules.rs`.
//! Read next: `sum.rs`, `product.rs`, `power.rs`, `call.rs` (the four constructors), then `tidy.rs`.

mod call;
mod cost;
mod exact;
mod expand;
mod facts;
mod normal;
mod power;
mod product;
mod rules;
mod sum;
mod tidy;

use crate::error::Result;
use crate::expr::{Expr, Head, Node, Pool};
use crate::form::Form;
use crate::function::{Facts, Function};
use crate::matrix::{Matrix, Value};
use crate::number::Number;
use crate::template::Maker;
use crate::walk::{Memo, each_child, reachable_where};

pub(crate) use exact::exact_parts;
pub use rules::{RULES, Rule, Where};

/// Nested sums and products are gathered into one up to this many parts; longer ones stay nested, so that a
/// derivative of n factors keeps its n shared prefixes instead of n^2 handles.
pub(super) const GATHER: usize = 16;

/// A simplifier at work on one pool. Its constructors take simplified parts and give simplified results.
pub(crate) struct Engine<'p> {
    pub(crate) pool: &'p mut Pool,
    simplified: Memo<Expr>,
    tidied: Memo<Expr>,
    facts: Memo<Facts>,
    sizes: Memo<u32>,
    /// Whether further derivatives follow: then products of many factors keep the blocks that their derivatives share.
    pub(crate) keeps_blocks: bool,
    /// Whether such blocks were made; they are gathered by one more `collect`.
    has_blocks: bool,
    /// The form of answers.
    pub(crate) form: Form,
}

/// Rows of TABLE 1 that the constructors have to tell apart.
pub(crate) mod known {
    use crate::function::Function;
    pub(crate) const EXP: Function = Function::named("exp", 1);
    pub(crate) const LOG: Function = Function::named("log", 1);
    pub(crate) const I: Function = Function::named("I", 0);
    pub(crate) const PI: Function = Function::named("pi", 0);
    pub(crate) const ABS: Function = Function::named("abs", 1);
    pub(crate) const SIGN: Function = Function::named("sign", 1);
    pub(crate) const IF: Function = Function::named("if", 3);
    pub(crate) const LESS: Function = Function::named("less", 2);
    pub(crate) const LESS_EQUAL: Function = Function::named("lessequal", 2);
    pub(crate) const SAME: Function = Function::named("same", 2);
    pub(crate) const DIFFERS: Function = Function::named("differs", 2);
    pub(crate) const D: Function = Function::named("D", 2);
    pub(crate) const SIN: Function = Function::named("sin", 1);
    pub(crate) const COS: Function = Function::named("cos", 1);
    pub(crate) const TAN: Function = Function::named("tan", 1);
    pub(crate) const COT: Function = Function::named("cot", 1);
    pub(crate) const SEC: Function = Function::named("sec", 1);
    pub(crate) const CSC: Function = Function::named("csc", 1);
    pub(crate) const GAMMA: Function = Function::named("gamma", 1);
    pub(crate) const FACTORIAL: Function = Function::named("factorial", 1);
    pub(crate) const FLOOR: Function = Function::named("floor", 1);
    pub(crate) const CEIL: Function = Function::named("ceil", 1);
    pub(crate) const HEAVISIDE: Function = Function::named("heaviside", 1);
    pub(crate) const MAX: Function = Function::named("max", 2);
    pub(crate) const MIN: Function = Function::named("min", 2);
    pub(crate) const RE: Function = Function::named("re", 1);
    pub(crate) const IM: Function = Function::named("im", 1);
    pub(crate) const CONJUGATE: Function = Function::named("conjugate", 1);
    pub(crate) const ACOS: Function = Function::named("acos", 1);
}

impl<'p> Engine<'p> {
    pub(crate) fn new(pool: &'p mut Pool) -> Engine<'p> {
        Engine {
            form: pool.form,
            pool,
            simplified: Memo::new(),
            tidied: Memo::new(),
            facts: Memo::new(),
            sizes: Memo::new(),
            keeps_blocks: false,
            has_blocks: false,
        }
    }

    /// An engine that tries no forms of the second one: whoever weighs forms of a whole wants its parts as they are.
    pub(crate) fn collecting(pool: &'p mut Pool) -> Engine<'p> {
        let mut engine = Engine::new(pool);
        engine.form = Form::Collected;
        engine
    }

    /// The collected form of an expression: every node remade by the collecting constructors, parts first.
    pub(crate) fn collect(&mut self, root: Expr) -> Result<Expr> {
        if let Some(done) = self.simplified.get(root) {
            return Ok(done);
        }
        let simplified = &self.simplified;
        for e in reachable_where(self.pool, &[root], |e| simplified.get(e).is_none()) {
            self.pool.check()?;
            let new = self.remake(e);
            self.note(e, new);
        }
        self.pool.check()?;
        Ok(self.simplified.get(root).unwrap_or(root))
    }

    fn note(&mut self, e: Expr, simplified: Expr) {
        self.simplified.set(e, simplified);
        self.simplified.set(simplified, simplified);
    }

    /// Notes that a derivative came out of the collecting constructors: unless it has blocks, collecting it once more
    /// would change nothing.
    pub(crate) fn note_collected(&mut self, e: Expr) {
        if !self.has_blocks {
            self.simplified.set(e, e);
        }
    }

    fn remake(&mut self, e: Expr) -> Expr {
        let mut parts = self.pool.children(e);
        for part in &mut parts {
            *part = self.simplified.get(*part).unwrap_or(*part);
        }
        self.made_of(e, &parts)
    }

    /// The node of `e`'s kind with other parts, by the collecting constructors.
    fn made_of(&mut self, e: Expr, parts: &[Expr]) -> Expr {
        match self.pool.node(e) {
            Node::Number(_) | Node::Symbol(_) => e,
            Node::Add(_) => self.add(parts),
            Node::Mul(_) => self.mul(parts),
            Node::Pow(..) => self.pow(parts[0], parts[1]),
            Node::Call(head, args) if args == parts => self.call_rewritten(head, parts).unwrap_or(e),
            Node::Call(head, _) => self.call(head, parts),
        }
    }

    /// The answer's form: collected, then each sum in the cheapest of a few forms.
    pub(crate) fn simplify(&mut self, root: Expr) -> Result<Expr> {
        Ok(self.simplify_all(&[root])?[0])
    }

    /// [`Engine::simplify`] of many expressions, in one pass over what they share.
    pub(crate) fn simplify_all(&mut self, roots: &[Expr]) -> Result<Vec<Expr>> {
        let mut all = roots.iter().map(|&root| self.collect(root)).collect::<Result<Vec<_>>>()?;
        if self.form == Form::AsDerived {
            return Ok(all);
        }
        self.tidy(&all)?;
        for e in &mut all {
            *e = self.tidied.get(*e).unwrap_or(*e);
            if self.form != Form::Collected {
                *e = self.shortest(*e);
                self.pool.check()?;
            }
        }
        Ok(all)
    }

    pub(crate) fn negate(&mut self, e: Expr) -> Expr {
        self.mul(&[Expr::MINUS_ONE, e])
    }

    pub(crate) fn subtract(&mut self, a: Expr, b: Expr) -> Expr {
        let b = self.negate(b);
        self.add(&[a, b])
    }

    pub(crate) fn apply(&mut self, function: Function, args: &[Expr]) -> Expr {
        self.call(Head::Function(function), args)
    }

    pub(crate) fn number(&mut self, n: Number) -> Expr {
        self.pool.number(n)
    }
}

impl Maker for Engine<'_> {
    fn number(&mut self, n: &Number) -> Expr {
        self.pool.number(n.clone())
    }
    fn add(&mut self, terms: &[Expr]) -> Expr {
        Engine::add(self, terms)
    }
    fn mul(&mut self, factors: &[Expr]) -> Expr {
        Engine::mul(self, factors)
    }
    fn pow(&mut self, base: Expr, exponent: Expr) -> Expr {
        Engine::pow(self, base, exponent)
    }
    fn function(&mut self, function: Function, args: &[Expr]) -> Expr {
        self.apply(function, args)
    }
    fn slope(&mut self, function: Function, slots: &[u8], args: &[Expr]) -> Expr {
        let head = slots.iter().fold(Head::Function(function), |head, &slot| self.pool.slope(head, slot));
        self.call(head, args)
    }
}

/// Works out something for an expression, its parts first, where it is not known yet; on an explicit stack.
fn parts_first(engine: &mut Engine<'_>, e: Expr, known: impl Fn(&Engine<'_>, Expr) -> bool, mut work: impl FnMut(&mut Engine<'_>, Expr)) {
    let mut stack = vec![e];
    while let Some(&top) = stack.last() {
        let before = stack.len();
        each_child(engine.pool, top, |child| {
            if !known(engine, child) {
                stack.push(child);
            }
        });
        if stack.len() == before {
            work(engine, top);
            stack.pop();
        }
    }
}

/// An expression in its simplest form that the first engine finds: sound for every real value of the symbols at which
/// the input is defined.
///
/// # Errors
/// Kind `limit` when a budget ends.
pub fn simplify(pool: &mut Pool, e: Expr) -> Result<Expr> {
    Engine::new(pool).simplify(e)
}

/// [`simplify`] of each entry.
///
/// # Errors
/// Kind `limit` when a budget ends.
pub fn simplify_value(pool: &mut Pool, value: &Value) -> Result<Value> {
    let mut engine = Engine::new(pool);
    map_value(value, |e| engine.simplify(e))
}

/// A value with each entry replaced.
pub(crate) fn map_value(value: &Value, mut of: impl FnMut(Expr) -> Result<Expr>) -> Result<Value> {
    Ok(match value {
        Value::Scalar(e) => Value::Scalar(of(*e)?),
        Value::Matrix(matrix) => {
            let entries = matrix.entries.iter().map(|&e| of(e)).collect::<Result<Vec<_>>>()?;
            Value::Matrix(Matrix { entries, ..matrix.clone() })
        }
    })
}
