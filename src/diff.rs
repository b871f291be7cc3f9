//! The idea: the derivative of one node in terms of the derivatives of its parts. Four rules, and the rows of TABLE 1.
//! Deliberately knows no function by name and simplifies nothing itself: the constructors it is given do.
//! Read next: `gradient.rs` (the same rules, swept backwards), `simplify/mod.rs` (the constructors).

mod chain;
mod formal;

use chain::Chain;
pub(crate) use formal::{carried_out, carry_out, may_be_pending};

use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::{Engine, known, map_value};
use crate::template::{Maker, ReadySlope, Template, slopes};
use crate::walk::{Memo, reachable_where, shared};

/// Products of more factors than this are derived through shared blocks of factors, so that n factors make some n nodes, not n^2.
const FACTORS: usize = 12;

/// What the rules build with: the simplifier's constructors where a derivative is worked out, plain ones where a reader is to see
/// what a rule alone has done.
pub(crate) trait Constructors: Maker + Sized {
    fn pool(&mut self) -> &mut Pool;

    fn call(&mut self, head: Head, args: &[Expr]) -> Expr;

    /// The contribution of an argument where it is no product with the argument's derivative.
    fn whole(&mut self, contribution: &Template, args: &[Expr]) -> Expr {
        contribution.instantiate(self, args)
    }

    /// The derivative of a product of more than [`FACTORS`] factors that depend on the variable, if there is a shorter way.
    fn derive_long(&mut self, _factors: &[Expr], _d: &dyn Fn(Expr) -> Expr) -> Option<Expr> {
        None
    }
}

impl Constructors for Engine<'_> {
    fn pool(&mut self) -> &mut Pool {
        self.pool
    }

    fn call(&mut self, head: Head, args: &[Expr]) -> Expr {
        Engine::call(self, head, args)
    }

    fn derive_long(&mut self, factors: &[Expr], d: &dyn Fn(Expr) -> Expr) -> Option<Expr> {
        let (mut all, moving): (Args, Args) = factors.iter().copied().partition(|&factor| d(factor) == Expr::ZERO);
        let terms = products_without_one(self, &moving, d);
        all.push(self.add(&terms));
        Some(self.mul(&all))
    }
}

/// The derivative of one node, given the derivatives `d` of its parts: known ones, or `D(u, x)` that are still to be carried out.
///
/// - sum: `(u + v)' = u' + v'`
/// - product: `(u*v)' = u'*v + u*v'`
/// - power: `(u^n)' = n*u^(n-1)*u'`, and in general `(u^v)' = u^v*(v'*log(u) + v*u'/u)`
/// - chain: `f(u, ..)' = f_1(u, ..)*u' + ..`, each slope from its row of TABLE 1
pub(crate) fn derive_node<M: Constructors>(maker: &mut M, e: Expr, d: &dyn Fn(Expr) -> Expr) -> Result<Expr> {
    match maker.pool().node(e) {
        Node::Number(_) | Node::Symbol(_) => Ok(Expr::ZERO),
        Node::Add(terms) => {
            let terms: Args = terms.iter().map(|&term| d(term)).filter(|&t| t != Expr::ZERO).collect();
            Ok(maker.add(&terms))
        }
        Node::Mul(factors) => {
            let factors = Args::from_slice(factors);
            Ok(derive_product(maker, &factors, d))
        }
        Node::Pow(base, exponent) => Ok(derive_power(maker, e, base, exponent, d)),
        Node::Call(head, args) => {
            let args = Args::from_slice(args);
            derive_call(maker, head, &args, d)
        }
    }
}

pub(crate) fn derive_product<M: Constructors>(maker: &mut M, factors: &[Expr], d: &dyn Fn(Expr) -> Expr) -> Expr {
    let moving = factors.iter().filter(|&&factor| d(factor) != Expr::ZERO).count();
    if moving > FACTORS
        && let Some(derived) = maker.derive_long(factors, d)
    {
        return derived;
    }
    let mut terms = Args::new();
    for (at, &factor) in factors.iter().enumerate() {
        let slope = d(factor);
        if slope == Expr::ZERO {
            continue;
        }
        let mut term = Args::from_slice(&factors[..at]);
        term.extend_from_slice(&factors[at + 1..]);
        term.push(slope);
        terms.push(maker.mul(&term));
    }
    maker.add(&terms)
}

/// As many factors are written side by side before a product is nested, and as many slopes of a chain are multiplied at once.
const BLOCK: usize = 16;

/// For each factor of a collected product the product of all others, times `by` that factor: the blocks before, the
/// rest of its block, the blocks after; prefixes and suffixes are nested and shared, so that n factors cost n small
/// products. Nothing is divided, so a factor may be 0; and blocks join nothing, since factors of a collected product have
/// nothing to join.
pub(crate) fn products_without_one(engine: &mut Engine<'_>, factors: &[Expr], by: &dyn Fn(Expr) -> Expr) -> Vec<Expr> {
    // Where nothing is multiplied in and no derivative follows, these are final: short blocks are gathered at once.
    let last = !engine.keeps_blocks && factors.iter().all(|&factor| by(factor) == Expr::ONE);
    let product = if last { Engine::mul_apart } else { Engine::mul_blocks };
    let blocks: Vec<Expr> = factors.chunks(BLOCK).map(|block| engine.pool.mul(block)).collect();
    let mut after = vec![Expr::ONE; blocks.len()];
    for at in (1..blocks.len()).rev() {
        after[at - 1] = product(engine, &[blocks[at], after[at]]);
    }
    let mut without = Vec::with_capacity(factors.len());
    let mut before = Expr::ONE;
    for (at, block) in factors.chunks(BLOCK).enumerate() {
        for (one, &factor) in block.iter().enumerate() {
            let mut others = Args::with_capacity(block.len() + 1);
            others.push(before);
            others.extend_from_slice(&block[..one]);
            others.extend_from_slice(&block[one + 1..]);
            others.push(after[at]);
            let others = product(engine, &others);
            without.push(engine.mul(&[others, by(factor)]));
        }
        before = product(engine, &[before, blocks[at]]);
    }
    without
}

fn derive_power<M: Constructors>(maker: &mut M, e: Expr, base: Expr, exponent: Expr, d: &dyn Fn(Expr) -> Expr) -> Expr {
    let (du, dv) = (d(base), d(exponent));
    if dv == Expr::ZERO {
        if du == Expr::ZERO {
            return Expr::ZERO;
        }
        let lower = maker.add(&[exponent, Expr::MINUS_ONE]);
        let power = maker.pow(base, lower);
        return maker.mul(&[exponent, power, du]);
    }
    // The power stays one factor: multiplied into both terms it would grow with every further derivative.
    let log = maker.function(known::LOG, &[base]);
    let mut slope = maker.mul(&[dv, log]);
    if du != Expr::ZERO {
        let inverse = maker.pow(base, Expr::MINUS_ONE);
        let other = maker.mul(&[exponent, inverse, du]);
        slope = maker.add(&[slope, other]);
    }
    maker.mul(&[e, slope])
}

fn derive_call<M: Constructors>(maker: &mut M, head: Head, args: &[Expr], d: &dyn Fn(Expr) -> Expr) -> Result<Expr> {
    if let (Head::Function(known::IF), &[condition, yes, no]) = (head, args) {
        let (yes, no) = (d(yes), d(no));
        return Ok(maker.function(known::IF, &[condition, yes, no]));
    }
    if matches!(head, Head::Function(known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS)) {
        // A condition is constant on each piece.
        return Ok(Expr::ZERO);
    }
    let mut terms = Args::new();
    for (at, &arg) in args.iter().enumerate() {
        let du = d(arg);
        if du != Expr::ZERO {
            terms.push(contribution(maker, head, args, at, du)?);
        }
    }
    Ok(maker.add(&terms))
}

/// What the argument `at` contributes to the derivative of a call: its slope times `du`.
pub(crate) fn contribution<M: Constructors>(maker: &mut M, head: Head, args: &[Expr], at: usize, du: Expr) -> Result<Expr> {
    if let Head::Function(function) = head {
        if function == known::D {
            return Err(Error::new(Kind::Derivative, phrase!("a derivative D(u, x) inside has to be carried out first")));
        }
        match slopes(function).get(at) {
            Some(ReadySlope::Factor(factor)) => {
                let slope = factor.instantiate(maker, args);
                return Ok(maker.mul(&[slope, du]));
            }
            Some(ReadySlope::WithDu(whole)) => {
                let mut with_du = Args::from_slice(args);
                with_du.push(du);
                return Ok(maker.whole(whole, &with_du));
            }
            Some(ReadySlope::Formal) => {}
            None => {
                let name = function.row().name;
                return Err(Error::new(Kind::Derivative, phrase!("`{name}` has no derivative", name)));
            }
        }
    }
    let slot = u8::try_from(at + 1)
        .map_err(|_| Error::new(Kind::Derivative, phrase!("a function of more than 255 arguments has no formal derivative")))?;
    let slope = maker.pool().slope(head, slot);
    let slope = maker.call(slope, args);
    Ok(maker.mul(&[slope, du]))
}

/// The derivative of a collected expression by one symbol, collected: bottom-up over the nodes that the symbol is in.
pub(crate) fn derivative(engine: &mut Engine<'_>, root: Expr, by: Symbol, memo: &mut Memo<Expr>) -> Result<Expr> {
    let order = reachable_where(engine.pool, &[root], |e| memo.get(e).is_none() && engine.pool.may_contain(e, by));
    let shared = (order.len() > BLOCK).then(|| shared(engine.pool, &order));
    let mut chain = Chain::default();
    for e in order {
        engine.pool.check()?;
        if shared.as_ref().is_some_and(|shared| chain.takes(engine, e, shared, memo)) {
            continue;
        }
        chain.multiply(engine, memo);
        let new = if matches!(engine.pool.node(e), Node::Symbol(s) if s == by) {
            Expr::ONE
        } else {
            derive_node(engine, e, &|part| memo.get(part).unwrap_or(Expr::ZERO))?
        };
        memo.set(e, new);
        chain.tip = Some(e);
    }
    chain.multiply(engine, memo);
    engine.pool.check()?;
    let result = memo.get(root).unwrap_or(Expr::ZERO);
    engine.note_collected(result);
    Ok(result)
}

/// The derivative by several symbols in turn, tidied at the end.
pub(crate) fn derivatives(engine: &mut Engine<'_>, root: Expr, by: &[Symbol]) -> Result<Expr> {
    let root = carry_out(engine, root)?;
    let mut e = engine.collect(root)?;
    let mut memo = Memo::new();
    for (at, &symbol) in by.iter().enumerate() {
        if at > 0 && by[at - 1] != symbol {
            memo.clear();
        }
        engine.keeps_blocks = at + 1 < by.len();
        e = derivative(engine, e, symbol, &mut memo)?;
        if e == Expr::ZERO {
            break;
        }
    }
    engine.simplify(e)
}

/// The derivative of an expression, or of each entry of a matrix, by several symbols in turn, simplified.
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when a budget ends.
pub fn diff(pool: &mut Pool, value: &Value, by: &[Symbol]) -> Result<Value> {
    let mut engine = Engine::new(pool);
    map_value(value, |e| derivatives(&mut engine, e, by))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that fails must say so
mod tests {
    use super::*;
    use crate::text::{Names, parse};

    /// Chains around the length of a block, links that others use too, a link without a slope: as the adjoint sweep has them, twice.
    #[test]
    fn chains_are_derived_as_by_the_adjoint_sweep() {
        let chain = |n: usize, inner: &str| (0..n).fold(inner.to_string(), |u, at| format!("{}({u})", ["sin", "exp", "atan"][at % 3]));
        let mut texts: Vec<String> = [15, 16, 17, 33, 34].iter().map(|&n| chain(n, "x*y + 1")).collect();
        let (low, high) = (chain(8, "x^2"), chain(20, "x"));
        texts.push(chain(12, &low) + "*" + &low);
        texts.push(format!("{high} + {}*x", chain(18, &high)));
        texts.push(chain(20, &format!("floor({})", chain(20, "x"))));
        for text in texts {
            let mut pool = Pool::default();
            let root = parse(&mut pool, &text, &Names::default()).unwrap().value.entries()[0];
            let x = pool.symbol_named("x");
            let y = pool.symbol_named("y");
            let mut engine = Engine::new(&mut pool);
            engine.form = crate::form::Form::AsDerived;
            let mut root = engine.collect(root).unwrap();
            let mut memo = Memo::new();
            for _ in 0..2 {
                let swept = crate::gradient::adjoint_sweep(&mut engine, root, &[x]).unwrap()[0];
                root = derivative(&mut engine, root, x, &mut memo).unwrap();
                let at = [(x, 0.3), (y, 0.7)];
                let [one, other] = [root, swept].map(|e| crate::eval::real_value(engine.pool, e, &at).unwrap());
                // both are sums of the same products in other orders
                approx::assert_relative_eq!(one, other, max_relative = 1e-12);
            }
        }
    }

    /// What the constructors give is not collected again, so nothing may be left to collect in it.
    #[test]
    fn a_derivative_is_collected() {
        let many = |n: usize, part: &dyn Fn(usize) -> String| (1..=n).map(part).collect::<Vec<_>>().join("*");
        let texts = [
            "x^x*sin(x)^2/cos(x)".to_string(),
            "sqrt(2*x)*exp(-x/3)*log(x)/(2*x + 4)".into(),
            "abs(x)*sign(x) + atan(x/a)*(1 - x^2)^(3/2)".into(),
            many(10, &|i| format!("sin({i}*x)")),
            many(40, &|i| format!("(x + {i})")),
            many(40, &|i| format!("sin({i}*x)")),
        ];
        for text in texts {
            let mut pool = Pool::default();
            let root = parse(&mut pool, &text, &Names::default()).unwrap().value.entries()[0];
            let x = pool.symbol_named("x");
            let mut engine = Engine::new(&mut pool);
            let root = engine.collect(root).unwrap();
            let slope = derivative(&mut engine, root, x, &mut Memo::new()).unwrap();
            let slope = engine.collect(slope).unwrap();
            assert_eq!(Engine::new(&mut pool).collect(slope).unwrap(), slope, "{text}");
        }
    }
}
