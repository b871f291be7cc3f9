//! From expressions to a tape: which steps work the outputs out.
//! Deliberately takes no derivative; careful forms come before (`careful.rs`), fused steps after (`optimise.rs`).
//! Read next: `lower.rs`, calls and branches; `steps.rs`, where equal steps meet.

use super::scalar::runs;
use super::steps::Steps;
use super::tape::{Step, Tape, Value};
use super::{careful, optimise, order};
use crate::error::{Error, Kind, Result};
use crate::eval;
use crate::expr::{Expr, Node, Pool, Symbol};
use crate::function::Function;
use crate::phrase;
use crate::simplify::known::EXP;
use crate::walk::{Memo, each_child, reachable};
use smallvec::SmallVec;

const CBRT: Function = Function::named("cbrt", 1);

/// Integer powers up to this one are products: their error, at most one rounding for each doubling of the exponent's bits
/// times what later squarings make of it, stays below n/2 units in the last place. Larger ones are general powers.
const LARGEST_POWER: u64 = 64;

/// More divisors than this are not gathered below one line: their product could overflow where the quotient does not.
const DIVISORS: u8 = 3;

/// The tape of several outputs. Parts that are written down twice are worked out once.
///
/// # Errors
/// Kind `name`: a symbol is no input, or an input is named twice. Kind `domain`: a part has no numeric value. Kind
/// `derivative`: a derivative is not carried out. Kind `limit`.
pub(crate) fn build(pool: &mut Pool, outputs: &[Expr], inputs: &[Symbol]) -> Result<Tape> {
    let roots = careful::careful(pool, outputs)?;
    build_as_given(pool, &roots, inputs)
}

/// As [`build`], for expressions that are in careful forms already.
pub(crate) fn build_as_given(pool: &mut Pool, outputs: &[Expr], inputs: &[Symbol]) -> Result<Tape> {
    let mut input_of = vec![None; pool.symbol_count()];
    for (at, symbol) in inputs.iter().enumerate() {
        let place = &mut input_of[symbol.0 as usize];
        if place.is_some() {
            return Err(Error::new(Kind::Name, phrase!("the input `{symbol}` is named twice", symbol = pool.symbol_name(*symbol))));
        }
        *place = Some(at as u32);
    }
    let nodes = reachable(pool, outputs);
    let mut uses: Memo<u32> = Memo::new();
    for &e in &nodes {
        each_child(pool, e, |part| uses.set(part, uses.get(part).unwrap_or(0) + 1));
    }
    for &e in outputs {
        uses.set(e, uses.get(e).unwrap_or(0) + 1);
    }
    let constants = constants(pool, &nodes);
    let mut builder = Builder { steps: Steps::with_capacity(3 * nodes.len()), terms: Memo::new(), uses, input_of };
    // for `optimise`: -a*b is 0 - a*b
    builder.steps.constant(0.0);
    for &e in &nodes {
        pool.check()?;
        match constants.get(e) {
            Some(value) => builder.terms.set(e, Term::constant(value)),
            None => builder.lower(pool, e)?,
        }
    }
    let outputs = outputs.iter().map(|&e| builder.value_of(e)).collect();
    let inputs = inputs.iter().map(|&symbol| pool.symbol_name(symbol).to_string()).collect();
    let mut tape = Tape { steps: builder.steps.list, inputs, outputs };
    optimise::optimise(&mut tape);
    order::order(&mut tape);
    Ok(tape)
}

/// The values of the parts without symbols, each rounded once: by floats alone `sqrt(sin(pi))` would be 1e-8.
fn constants(pool: &mut Pool, nodes: &[Expr]) -> Memo<f64> {
    let is_one = |e: Expr| !pool.has_symbols(e) && !matches!(pool.node(e), Node::Number(_));
    let parts: Vec<Expr> = nodes.iter().copied().filter(|&e| is_one(e)).collect();
    let mut found = Memo::new();
    if parts.is_empty() {
        return found;
    }
    // what has no value here is told of, or becomes NaN, where it is lowered
    let values = eval::real_values(pool, &parts, &[]).unwrap_or_default();
    for (e, value) in parts.into_iter().zip(values) {
        if let Some(value) = value {
            found.set(e, value);
        }
    }
    found
}

/// A value on its way into a larger one: `factor * above / below`. Constant factors, signs and divisors wait here until
/// they can join a sum, a product or another division.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) factor: f64,
    above: Option<Value>,
    below: Option<Value>,
    /// How many divisors were gathered.
    divisors: u8,
}

impl Term {
    pub(super) fn constant(c: f64) -> Term {
        Term { factor: c, above: None, below: None, divisors: 0 }
    }

    pub(super) fn of(value: Value) -> Term {
        Term { factor: 1.0, above: Some(value), below: None, divisors: 0 }
    }

    pub(super) fn signed(value: Value, negative: bool) -> Term {
        Term { factor: if negative { -1.0 } else { 1.0 }, ..Term::of(value) }
    }

    fn is_constant(&self) -> bool {
        self.above.is_none() && self.below.is_none()
    }
}

pub(super) struct Builder {
    pub(super) steps: Steps,
    terms: Memo<Term>,
    uses: Memo<u32>,
    input_of: Vec<Option<u32>>,
}

type Values = SmallVec<[Value; 8]>;

impl Builder {
    fn lower(&mut self, pool: &Pool, e: Expr) -> Result<()> {
        let term = match pool.node(e) {
            Node::Number(n) => Term::constant(n.to_f64()),
            Node::Symbol(symbol) => match self.input_of[symbol.0 as usize] {
                Some(at) => Term::of(self.steps.make(Step::Input(at))),
                None => {
                    let name = pool.symbol_name(symbol);
                    return Err(Error::new(Kind::Name, phrase!("`{name}` is not among the inputs of the kernel", name)));
                }
            },
            Node::Add(parts) => {
                let terms: SmallVec<[Term; 8]> = parts.iter().map(|&part| self.term(part)).collect();
                let term = self.sum(&terms);
                self.settled(e, term)
            }
            Node::Mul(factors) => {
                let terms = self.factors(pool, factors);
                let term = self.product(&terms);
                self.settled(e, term)
            }
            Node::Pow(base, exponent) => self.power(pool, base, exponent),
            Node::Call(head, args) => self.call(pool, head, args)?,
        };
        let term = match term.above.and_then(|value| self.steps.as_constant(value)) {
            Some(c) => Term { factor: term.factor * c, above: None, ..term },
            None => term,
        };
        self.terms.set(e, term);
        Ok(())
    }

    /// What is known of a part: parts come before wholes.
    pub(super) fn term(&self, e: Expr) -> Term {
        self.terms.get(e).unwrap_or(Term::constant(f64::NAN))
    }

    fn used_once(&self, e: Expr) -> bool {
        self.uses.get(e) == Some(1)
    }

    /// A part with several users is one value, up to its sign; a part with one user may leave its factor to it.
    fn settled(&mut self, e: Expr, term: Term) -> Term {
        if (self.used_once(e) && term.divisors <= DIVISORS) || term.is_constant() {
            return term;
        }
        let (value, negative) = self.split(term);
        Term::signed(value, negative)
    }

    /// The value of a term up to its sign, and whether it has to be negated.
    pub(super) fn split(&mut self, term: Term) -> (Value, bool) {
        if term.is_constant() {
            return (self.steps.constant(term.factor), false);
        }
        let factor = self.steps.constant(term.factor.abs());
        let above = term.above.map_or(factor, |value| self.steps.mul(factor, value));
        (term.below.map_or(above, |below| self.steps.div(above, below)), term.factor < 0.0)
    }

    pub(super) fn value(&mut self, term: Term) -> Value {
        let (value, negative) = self.split(term);
        if negative { self.steps.neg(value) } else { value }
    }

    pub(super) fn value_of(&mut self, e: Expr) -> Value {
        self.value(self.term(e))
    }

    /// A sum. It starts with its constant or with a term that is no product, so that each product can be fused into it later.
    fn sum(&mut self, terms: &[Term]) -> Term {
        let mut constant = 0.0;
        let mut rest: SmallVec<[Term; 8]> = SmallVec::new();
        for term in terms {
            if term.is_constant() {
                constant += term.factor;
            } else {
                rest.push(*term);
            }
        }
        if rest.iter().any(|term| term.below.is_some() || term.factor.abs() != 1.0) {
            rest = self.grouped(rest);
            // k*(a + b) may leave its factor to the user
            if let [term] = rest[..]
                && constant == 0.0
            {
                return term;
            }
        }
        let mut common = 1.0;
        let (mut plus, mut minus): (Values, Values) = (Values::new(), Values::new());
        for term in rest {
            let (value, negative) = self.split(term);
            if negative { minus.push(value) } else { plus.push(value) }
        }
        if plus.is_empty() && constant <= 0.0 {
            std::mem::swap(&mut plus, &mut minus);
            constant = -constant;
            common = -common;
        }
        if plus.is_empty() && minus.is_empty() {
            return Term::constant(constant * common);
        }
        plus.sort_by_key(|&v| self.steps.is_product(v));
        let mut waiting = plus.into_iter().map(|v| (v, false)).collect::<SmallVec<[_; 8]>>();
        let mut total = if constant == 0.0 { waiting.remove(0).0 } else { self.steps.constant(constant) };
        waiting.extend(minus.into_iter().map(|v| (v, true)));
        waiting.sort_by_key(|&(v, _)| self.steps.is_product(v));
        for (value, negative) in waiting {
            total = if negative { self.steps.sub(total, value) } else { self.steps.add(total, value) };
        }
        Term { factor: common, ..Term::of(total) }
    }

    /// Terms with one factor or one divisor become one: k*a + k*b = k*(a + b), a/d + b/d = (a + b)/d.
    fn grouped(&mut self, mut terms: SmallVec<[Term; 8]>) -> SmallVec<[Term; 8]> {
        terms.sort_by_key(|term| (term.below, term.factor.abs().to_bits()));
        let mut by_factor: SmallVec<[Term; 8]> = SmallVec::new();
        for run in terms.chunk_by(|a, b| a.below == b.below && a.factor.abs() == b.factor.abs()) {
            if run.len() == 1 || run[0].factor.abs() == 1.0 {
                by_factor.extend_from_slice(run);
                continue;
            }
            let parts: SmallVec<[Term; 8]> = run.iter().map(|term| Term { factor: term.factor.signum(), below: None, ..*term }).collect();
            let sum = self.sum(&parts);
            by_factor.push(Term { factor: sum.factor * run[0].factor.abs(), above: sum.above, ..run[0] });
        }
        let mut by_divisor: SmallVec<[Term; 8]> = SmallVec::new();
        for run in by_factor.chunk_by(|a, b| a.below == b.below) {
            if run.len() == 1 || run[0].below.is_none() {
                by_divisor.extend_from_slice(run);
                continue;
            }
            let parts: SmallVec<[Term; 8]> = run.iter().map(|term| Term { below: None, divisors: 0, ..*term }).collect();
            let sum = self.sum(&parts);
            by_divisor.push(Term { factor: sum.factor, above: sum.above, ..run[0] });
        }
        by_divisor
    }

    /// The factors of a product; exponentials that nobody else uses become one: exp(a)*exp(b) = exp(a + b).
    fn factors(&mut self, pool: &Pool, factors: &[Expr]) -> SmallVec<[Term; 8]> {
        let is_exp = |&&f: &&Expr| pool.as_call(f, EXP).is_some() && self.used_once(f);
        if factors.iter().filter(is_exp).count() < 2 {
            return factors.iter().map(|&f| self.term(f)).collect();
        }
        let (exps, others): (Vec<Expr>, Vec<Expr>) = factors.iter().partition(is_exp);
        let arguments: Vec<Term> = exps.iter().filter_map(|&f| pool.as_call(f, EXP)).map(|args| self.term(args[0])).collect();
        let argument = self.sum(&arguments);
        let argument = self.value(argument);
        let exp = self.steps.call(EXP, &[argument]);
        others.iter().map(|&f| self.term(f)).chain([Term::of(exp)]).collect()
    }

    /// A product: constants joined, all divisors below one line.
    pub(super) fn product(&mut self, terms: &[Term]) -> Term {
        let mut factor = 1.0;
        let (mut above, mut below, mut divisors) = (Values::new(), Values::new(), 0u8);
        for term in terms {
            factor *= term.factor;
            above.extend(term.above);
            below.extend(term.below);
            divisors = divisors.saturating_add(term.divisors);
        }
        let above = self.multiply(above);
        let below = self.multiply(below);
        Term { factor, above, below, divisors }
    }

    fn multiply(&mut self, mut values: Values) -> Option<Value> {
        values.sort_unstable();
        let mut total: Option<Value> = None;
        let mut at = 0;
        while at < values.len() {
            let value = values[at];
            let count = values[at..].iter().take_while(|&&v| v == value).count();
            at += count;
            let power = self.steps.power(value, count as u32);
            total = Some(total.map_or(power, |total| self.steps.mul(total, power)));
        }
        total
    }

    fn power(&mut self, pool: &Pool, base: Expr, exponent: Expr) -> Term {
        let term = self.term(base);
        let number = pool.as_number(exponent);
        if let (Some(n), Some(&[u])) = (number, pool.as_call(base, EXP))
            && self.used_once(base)
        {
            // exp(u)^n = exp(n*u)
            let u = self.term(u);
            let argument = self.value(Term { factor: u.factor * n.to_f64(), ..u });
            return Term::of(self.steps.call(EXP, &[argument]));
        }
        let Some((n, parts)) = number.and_then(|n| n.small()).filter(|&(n, parts)| n.unsigned_abs() <= LARGEST_POWER && parts <= 3) else {
            let (base, exponent) = (self.value(term), self.value_of(exponent));
            return Term::of(self.steps.make(Step::Power(base, exponent)));
        };
        // (1/u)^n = u^-n
        let (term, n) = match term {
            Term { factor: 1.0, above: None, below: Some(below), .. } => (Term::of(below), -n),
            _ => (term, n),
        };
        let times = n.unsigned_abs() as u32;
        let (value, negative) = match parts {
            1 => {
                let (value, negative) = self.split(term);
                (self.steps.power(value, times), negative && times % 2 == 1)
            }
            2 => {
                let value = self.value(term);
                let root = self.steps.make(Step::Sqrt(value));
                let whole = if times > 1 { Some(self.steps.power(value, times / 2)) } else { None };
                (whole.map_or(root, |whole| self.steps.mul(root, whole)), false)
            }
            _ => {
                let value = self.value(term);
                if times == 1 && runs(CBRT) {
                    (self.steps.call(CBRT, &[value]), false)
                } else {
                    let exponent = self.steps.constant(f64::from(times) / 3.0);
                    (self.steps.make(Step::Power(value, exponent)), false)
                }
            }
        };
        if n > 0 {
            return Term::signed(value, negative);
        }
        if let Some(c) = self.steps.as_constant(value) {
            return Term::constant(if negative { -1.0 / c } else { 1.0 / c });
        }
        Term { factor: if negative { -1.0 } else { 1.0 }, above: None, below: Some(value), divisors: 1 }
    }
}
