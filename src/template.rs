//! A formula over parameters, kept apart from any pool: definitions, slopes and rules of the tables in a form that can run.
//! Deliberately knows neither what a formula is for nor how numbers of any kind are worked out.
//! Read next: `eval/call.rs`, which runs templates over numbers.

mod stand_in;

use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::function::{Function, TABLE};
use crate::number::Number;
use crate::walk::{self, Memo};
use std::sync::OnceLock;

/// A straight-line program: operands are earlier operations, the last one is the result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    pub(crate) ops: Vec<Op>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    Number(Number),
    Parameter(u8),
    /// A symbol that is no parameter, by its canonical name.
    Symbol(Box<str>),
    Add(Vec<u16>),
    Mul(Vec<u16>),
    Pow(u16, u16),
    Call(Callee, Vec<u16>),
}

/// What is called, by names that every pool understands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Callee {
    Function(Function),
    Unknown(Box<str>),
    /// The derivative of a function or unknown by these arguments.
    Slope(Box<Callee>, Vec<u8>),
}

impl Template {
    /// The formula of `root` over these parameters.
    pub(crate) fn from_expr(pool: &Pool, root: Expr, parameters: &[Symbol]) -> Template {
        let mut place: Memo<u16> = Memo::new();
        let mut ops = Vec::new();
        for e in walk::reachable(pool, &[root]) {
            let places = |args: &[Expr]| args.iter().map(|&arg| place.get(arg).unwrap_or(u16::MAX)).collect::<Vec<u16>>();
            let op = match pool.node(e) {
                Node::Number(n) => Op::Number(n.clone()),
                Node::Symbol(symbol) => match parameters.iter().position(|&p| p == symbol) {
                    Some(at) => Op::Parameter(u8::try_from(at).unwrap_or(u8::MAX)),
                    None => Op::Symbol(pool.symbol_key(symbol).into()),
                },
                Node::Add(args) => Op::Add(places(args)),
                Node::Mul(args) => Op::Mul(places(args)),
                Node::Pow(base, exponent) => {
                    let both = places(&[base, exponent]);
                    Op::Pow(both[0], both[1])
                }
                Node::Call(head, args) => Op::Call(callee(pool, head), places(args)),
            };
            place.set(e, u16::try_from(ops.len()).unwrap_or(u16::MAX));
            ops.push(op);
        }
        Template { ops }
    }

    /// The formula with these arguments for its parameters, made by plain constructors.
    pub(crate) fn instantiate(&self, pool: &mut Pool, args: &[Expr]) -> Expr {
        let mut made: Vec<Expr> = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            let part = |at: u16| made.get(usize::from(at)).copied().unwrap_or(Expr::ZERO);
            let parts = |places: &[u16]| places.iter().map(|&at| part(at)).collect::<Args>();
            let e = match op {
                Op::Number(n) => pool.number(n.clone()),
                Op::Parameter(at) => args.get(usize::from(*at)).copied().unwrap_or(Expr::ZERO),
                Op::Symbol(key) => pool.symbol(key),
                Op::Add(terms) => pool.add(&parts(terms)),
                Op::Mul(factors) => pool.mul(&parts(factors)),
                Op::Pow(base, exponent) => pool.pow(part(*base), part(*exponent)),
                Op::Call(callee, args) => {
                    let args = parts(args);
                    let head = head(pool, callee);
                    pool.call(head, &args)
                }
            };
            made.push(e);
        }
        made.pop().unwrap_or(Expr::ZERO)
    }
}

fn callee(pool: &Pool, head: Head) -> Callee {
    match head {
        Head::Function(f) => Callee::Function(f),
        Head::Unknown(id) => Callee::Unknown(pool.unknown_name(id).into()),
        Head::Slope(id) => {
            let slope = pool.slope_head(id);
            let of = match slope.of {
                Head::Function(f) => Callee::Function(f),
                Head::Unknown(id) | Head::Slope(id) => Callee::Unknown(pool.unknown_name(id).into()),
            };
            Callee::Slope(Box::new(of), slope.slots.clone())
        }
    }
}

fn head(pool: &mut Pool, callee: &Callee) -> Head {
    match callee {
        Callee::Function(f) => Head::Function(*f),
        Callee::Unknown(name) => pool.unknown(name),
        Callee::Slope(of, slots) => {
            // `of` is never a slope itself, so this goes one level deep
            let of = head(pool, of);
            slots.iter().fold(of, |head, &slot| pool.slope(head, slot))
        }
    }
}

/// The definition of a function through simpler ones, if its row has one.
pub(crate) fn definition(f: Function) -> Option<&'static Template> {
    static DEFINITIONS: OnceLock<Vec<OnceLock<Option<Template>>>> = OnceLock::new();
    let all = DEFINITIONS.get_or_init(|| TABLE.iter().map(|_| OnceLock::new()).collect());
    let text = f.row().definition?;
    all.get(f.0 as usize)?.get_or_init(|| of_text(text, f.row().parameters)).as_ref()
}

/// The formula that a text of the tables stands for, over these parameters.
pub(crate) fn of_text(text: &str, parameters: &[&str]) -> Option<Template> {
    let mut pool = Pool::default();
    let symbols: Vec<Symbol> = parameters.iter().map(|name| pool.symbol_named(name)).collect();
    let root = read(text, &mut pool)?;
    Some(Template::from_expr(&pool, root, &symbols))
}

/// The one place that reads a text of the tables. TODO at the merge with the parser: call `text::parse`, drop `stand_in.rs`.
pub(crate) fn read(text: &str, pool: &mut Pool) -> Option<Expr> {
    stand_in::read(text, pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_the_tables_is_read() {
        for row in TABLE {
            for text in row.definition.iter().chain(&row.reads_as) {
                assert!(of_text(text, row.parameters).is_some(), "{}: {text}", row.name);
            }
        }
    }

    #[test]
    fn a_template_makes_what_it_was_made_from() {
        let mut pool = Pool::default();
        let (f, x) = (pool.unknown("f"), pool.symbol("x"));
        let slope = pool.slope(f, 1);
        let slope = pool.slope(slope, 1);
        let call = pool.call(slope, &[x]);
        let root = read("3*x^2 + sin(x*y)/(1 + x)", &mut pool).map(|e| pool.mul(&[e, call]));
        let (Some(root), Some(symbol)) = (root, pool.find_symbol("x")) else { return assert!(root.is_some(), "not read") };
        let template = Template::from_expr(&pool, root, &[symbol]);
        assert_eq!(template.instantiate(&mut pool, &[x]), root);
        let mut other = Pool::default();
        let t = other.symbol("t");
        let made = template.instantiate(&mut other, &[t]);
        let t = other.find_symbol("t").into_iter().collect::<Vec<_>>();
        assert_eq!(Template::from_expr(&other, made, &t).ops.len(), template.ops.len());
    }
}
