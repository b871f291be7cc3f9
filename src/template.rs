//! Texts of the two tables, made ready: a formula over numbered parameters that can be put into any pool.
//! Deliberately knows no rule and no function; it reads each text once, with the ordinary parser.
//! Read next: `diff.rs` (slopes), `simplify/rules.rs` (identities).

use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::function::{Function, Slope, TABLE};
use crate::number::Number;
use crate::text::{Names, parse};
use crate::walk::reachable;
use smallvec::SmallVec;
use std::sync::OnceLock;

/// The places of operands among the operations before.
pub(crate) type Places = SmallVec<[u16; 4]>;

/// One operation of a template; operands are places of earlier operations.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Number(Number),
    Parameter(u8),
    Add(Places),
    Mul(Places),
    Pow(u16, u16),
    Call(Function, Places),
    /// The formal derivative of a function by the given slots.
    Slope(Function, SmallVec<[u8; 2]>, Places),
}

/// A formula; the last operation is its value.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) ops: Vec<Op>,
}

/// What makes nodes out of a template: the plain constructors, or the simplifier's.
pub(crate) trait Maker {
    fn number(&mut self, n: &Number) -> Expr;
    fn add(&mut self, terms: &[Expr]) -> Expr;
    fn mul(&mut self, factors: &[Expr]) -> Expr;
    fn pow(&mut self, base: Expr, exponent: Expr) -> Expr;
    fn function(&mut self, function: Function, args: &[Expr]) -> Expr;
    fn slope(&mut self, function: Function, slots: &[u8], args: &[Expr]) -> Expr;
}

impl Maker for Pool {
    fn number(&mut self, n: &Number) -> Expr {
        Pool::number(self, n.clone())
    }
    fn add(&mut self, terms: &[Expr]) -> Expr {
        Pool::add(self, terms)
    }
    fn mul(&mut self, factors: &[Expr]) -> Expr {
        Pool::mul(self, factors)
    }
    fn pow(&mut self, base: Expr, exponent: Expr) -> Expr {
        Pool::pow(self, base, exponent)
    }
    fn function(&mut self, function: Function, args: &[Expr]) -> Expr {
        self.apply(function, args)
    }
    fn slope(&mut self, function: Function, slots: &[u8], args: &[Expr]) -> Expr {
        let head = slots.iter().fold(Head::Function(function), |head, &slot| Pool::slope(self, head, slot));
        self.call(head, args)
    }
}

impl Template {
    /// The formula of `root` with `parameters` as its holes.
    pub(crate) fn from_expr(pool: &Pool, root: Expr, parameters: &[Symbol]) -> Template {
        let order = reachable(pool, &[root]);
        let place = |e: &Expr| order.binary_search(e).map_or(0, |at| at as u16);
        let places = |args: &[Expr]| args.iter().map(place).collect::<Places>();
        let ops = order
            .iter()
            .map(|&e| match pool.node(e) {
                Node::Number(n) => Op::Number(n.clone()),
                Node::Symbol(s) => Op::Parameter(parameters.iter().position(|p| *p == s).map_or(u8::MAX, |at| at as u8)),
                Node::Add(args) => Op::Add(places(args)),
                Node::Mul(args) => Op::Mul(places(args)),
                Node::Pow(base, exponent) => Op::Pow(place(&base), place(&exponent)),
                Node::Call(Head::Function(f), args) => Op::Call(f, places(args)),
                Node::Call(Head::Slope(id), args) => match pool.slope_head(id).of {
                    Head::Function(f) => Op::Slope(f, pool.slope_head(id).slots.iter().copied().collect(), places(args)),
                    _ => Op::Number(Number::ZERO),
                },
                Node::Call(Head::Unknown(_), _) => Op::Number(Number::ZERO),
            })
            .collect();
        Template { ops }
    }

    /// Reads a text over the given parameter names.
    pub(crate) fn read(text: &str, parameters: &[&str]) -> Result<Template> {
        let mut pool = Pool::default();
        let names = Names { symbols: parameters.iter().map(|p| (*p).to_string()).collect(), ..Names::default() };
        let symbols: Vec<Symbol> = parameters.iter().map(|p| pool.symbol_named(p)).collect();
        let parsed = parse(&mut pool, text, &names)?;
        let root = parsed.value.entries().first().copied().unwrap_or(Expr::ZERO);
        Ok(Template::from_expr(&pool, root, &symbols))
    }

    /// The formula with `args` in its holes.
    pub(crate) fn instantiate(&self, maker: &mut impl Maker, args: &[Expr]) -> Expr {
        let mut made = Args::new();
        for op in &self.ops {
            let pick = |places: &Places| places.iter().map(|&at| made[at as usize]).collect::<Args>();
            let e = match op {
                Op::Number(n) => maker.number(n),
                Op::Parameter(at) => args.get(*at as usize).copied().unwrap_or(Expr::ZERO),
                Op::Add(places) => maker.add(&pick(places)),
                Op::Mul(places) => maker.mul(&pick(places)),
                Op::Pow(base, exponent) => maker.pow(made[*base as usize], made[*exponent as usize]),
                Op::Call(function, places) => maker.function(*function, &pick(places)),
                Op::Slope(function, slots, places) => maker.slope(*function, slots, &pick(places)),
            };
            made.push(e);
        }
        made.last().copied().unwrap_or(Expr::ZERO)
    }
}

/// What a row of TABLE 1 says, ready for use.
#[derive(Debug)]
pub(crate) enum ReadySlope {
    /// The factor of the argument's derivative; `zero` if it is 0.
    Factor(Template),
    /// The whole contribution; the parameter after the function's own is `du`.
    WithDu(Template),
    Formal,
}

#[derive(Debug, Default)]
struct Cell {
    slopes: OnceLock<Vec<ReadySlope>>,
    definition: OnceLock<Option<Template>>,
    seams: OnceLock<Vec<Template>>,
    portable: OnceLock<Option<Template>>,
}

fn cell(function: Function) -> &'static Cell {
    static CELLS: OnceLock<Vec<Cell>> = OnceLock::new();
    &CELLS.get_or_init(|| TABLE.iter().map(|_| Cell::default()).collect())[function.0 as usize]
}

/// The slopes of a row, read at their first use. A text that cannot be read counts as formal; a test reads them all.
pub(crate) fn slopes(function: Function) -> &'static [ReadySlope] {
    cell(function).slopes.get_or_init(|| {
        let row = function.row();
        let mut with_du = row.parameters.to_vec();
        with_du.push("du");
        let ready = |slope: &Slope| match slope {
            Slope::Text(text) => Template::read(text, row.parameters).map_or(ReadySlope::Formal, ReadySlope::Factor),
            Slope::WithDu(text) => Template::read(text, &with_du).map_or(ReadySlope::Formal, ReadySlope::WithDu),
            Slope::Formal => ReadySlope::Formal,
        };
        row.slopes.iter().map(ready).collect()
    })
}

/// The portable form of a row, or else its definition, read at its first use.
pub(crate) fn portable(function: Function) -> Option<&'static Template> {
    let row = function.row();
    let read = || row.portable.or(row.reads_as).or(row.definition).and_then(|text| Template::read(text, row.parameters).ok());
    cell(function).portable.get_or_init(read).as_ref()
}

/// The definition of a row, read at its first use.
pub(crate) fn definition(function: Function) -> Option<&'static Template> {
    let row = function.row();
    cell(function).definition.get_or_init(|| row.definition.and_then(|text| Template::read(text, row.parameters).ok())).as_ref()
}

/// What is 0 where a row's function may be not smooth, read at its first use.
pub(crate) fn seams(function: Function) -> &'static [Template] {
    let row = function.row();
    let read = || row.seams.split(';').filter_map(|text| Template::read(text.trim(), row.parameters).ok()).collect();
    cell(function).seams.get_or_init(read)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that fails must say so
mod tests {
    use super::*;

    #[test]
    fn every_seam_is_read() {
        for (at, row) in TABLE.iter().enumerate().filter(|(_, row)| !row.seams.is_empty()) {
            let written = row.seams.split(';').count();
            assert_eq!(seams(Function(u16::try_from(at).unwrap())).len(), written, "{}", row.name);
        }
    }
}
