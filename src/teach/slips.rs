//! Which mistakes do students make, and what comes out if one of them is made at one node and all else is done rightly?
//! Deliberately judges nothing: it writes what each mistake gives, `diagnose.rs` compares.
//! Read next: `diagnose.rs`.

use super::message::Message;
use super::outline::{Noted, Outline};
use super::seen::{Seen, derive, is_symbol, other_views, plain_derivative, see};
use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::number::Number;
use crate::simplify::Engine;
use crate::template::Template;
use crate::view;
use crate::walk::substitute;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The kinds of node that mistakes are made at, and the names that their formulas use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shape {
    /// `s`, the right derivative, and `c`, a constant term.
    Sum,
    /// `k`, what is left of the constant; `c`, all of it; `du`.
    Scaled,
    /// `f`, `g`, `df`, `dg`
    Product,
    /// `f`, `g`, `df`, `dg`
    Quotient,
    /// `u`, `n`, `du`
    Power,
    /// `b`, `u`, `du`
    Exponential,
    /// `u`, `v`, `du`, `dv`
    General,
    /// `o`, the outer derivative at the inner function; `i`, at the inner derivative; `p`, the right derivative.
    Function,
}

impl Shape {
    fn names(self) -> &'static [&'static str] {
        match self {
            Shape::Sum => &["s", "c"],
            Shape::Scaled => &["k", "c", "du"],
            Shape::Product | Shape::Quotient => &["f", "g", "df", "dg"],
            Shape::Power => &["u", "n", "du"],
            Shape::Exponential => &["b", "u", "du"],
            Shape::General => &["u", "v", "du", "dv"],
            Shape::Function => &["o", "i", "p"],
        }
    }
}

/// When a formula is a mistake of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum When {
    Always,
    /// A constant, an exponent or a slope in front of which stands a minus.
    Negative,
    /// No minus stands there, and students put one: the slopes of sin, cosh, exp.
    Tempting,
    /// No minus stands there.
    Positive,
    /// An exponent that is negative or broken.
    Unusual,
    /// A base other than e.
    HasBase,
}

/// A mistake: its name, what is said of it, where it is made, and what it makes of the derivative.
#[derive(Debug)]
pub(crate) struct Slip {
    pub(crate) name: &'static str,
    pub(crate) message: Message,
    on: Shape,
    when: When,
    formula: &'static str,
}

/// The table of mistakes, the surest first: where two explain an answer, the earlier one is named.
#[rustfmt::skip]
pub(crate) static SLIPS: &[Slip] = &[
    Slip { name: "chain-inner-missing",               message: Message::ChainInnerMissing,             on: Shape::Function,    when: When::Always,   formula: "o" },
    Slip { name: "chain-derivative-inside",           message: Message::ChainDerivativeInside,         on: Shape::Function,    when: When::Always,   formula: "i" },
    Slip { name: "product-of-derivatives",            message: Message::ProductOfDerivatives,          on: Shape::Product,     when: When::Always,   formula: "df*dg" },
    Slip { name: "product-mispaired",                 message: Message::ProductMispaired,              on: Shape::Product,     when: When::Always,   formula: "f*df + g*dg" },
    Slip { name: "product-term-missing",              message: Message::ProductTermMissing,            on: Shape::Product,     when: When::Always,   formula: "df*g" },
    Slip { name: "product-sign",                      message: Message::ProductSign,                   on: Shape::Product,     when: When::Always,   formula: "df*g - f*dg" },
    Slip { name: "quotient-sign",                     message: Message::QuotientSign,                  on: Shape::Quotient,    when: When::Always,   formula: "(df*g + f*dg)/g^2" },
    Slip { name: "quotient-swapped",                  message: Message::QuotientSwapped,               on: Shape::Quotient,    when: When::Always,   formula: "(f*dg - df*g)/g^2" },
    Slip { name: "quotient-of-derivatives",           message: Message::QuotientOfDerivatives,         on: Shape::Quotient,    when: When::Always,   formula: "df/dg" },
    Slip { name: "quotient-denominator-not-squared",  message: Message::QuotientDenominatorNotSquared, on: Shape::Quotient,    when: When::Always,   formula: "(df*g - f*dg)/g" },
    Slip { name: "power-exponent-lost",               message: Message::PowerExponentLost,             on: Shape::Power,       when: When::Always,   formula: "u^(n - 1)*du" },
    Slip { name: "power-not-reduced",                 message: Message::PowerNotReduced,               on: Shape::Power,       when: When::Always,   formula: "n*u^n*du" },
    Slip { name: "power-raised",                      message: Message::PowerRaised,                   on: Shape::Power,       when: When::Unusual,  formula: "n*u^(n + 1)*du" },
    Slip { name: "exponential-as-power",              message: Message::ExponentialAsPower,            on: Shape::Exponential, when: When::Always,   formula: "u*b^(u - 1)*du" },
    Slip { name: "base-log-missing",                  message: Message::BaseLogMissing,                on: Shape::Exponential, when: When::HasBase,  formula: "b^u*du" },
    Slip { name: "variable-exponent-as-power",        message: Message::VariableExponentAsPower,       on: Shape::General,     when: When::Always,   formula: "v*u^(v - 1)*du" },
    Slip { name: "variable-exponent-as-exponential",  message: Message::VariableExponentAsExponential, on: Shape::General,     when: When::Always,   formula: "u^v*log(u)*dv" },
    Slip { name: "constant-kept",                     message: Message::ConstantKept,                  on: Shape::Sum,         when: When::Always,   formula: "s + c" },
    Slip { name: "constant-factor-lost",              message: Message::ConstantFactorLost,            on: Shape::Scaled,      when: When::Always,   formula: "k*du" },
    Slip { name: "sign-lost",                         message: Message::SignLost,                      on: Shape::Scaled,      when: When::Negative, formula: "-c*du" },
    Slip { name: "sign-lost",                         message: Message::SignLost,                      on: Shape::Function,    when: When::Negative, formula: "-p" },
    Slip { name: "sign-added",                        message: Message::SignAdded,                     on: Shape::Function,    when: When::Tempting, formula: "-p" },
    Slip { name: "product-sign",                      message: Message::ProductSign,                   on: Shape::Product,     when: When::Always,   formula: "f*dg - df*g" },
    Slip { name: "product-term-missing",              message: Message::ProductTermMissing,            on: Shape::Product,     when: When::Always,   formula: "f*dg" },
    Slip { name: "sign-lost",                         message: Message::SignLost,                      on: Shape::Power,       when: When::Negative, formula: "-n*u^(n - 1)*du" },
    Slip { name: "power-not-reduced",                 message: Message::PowerNotReduced,               on: Shape::Power,       when: When::Unusual,  formula: "u^n*du" },
    Slip { name: "sign-added",                        message: Message::SignAdded,                     on: Shape::Function,    when: When::Positive, formula: "-p" },
];

/// The formula of a row, read at its first use; a test reads them all.
fn template(at: usize) -> Option<&'static Template> {
    static READY: OnceLock<Vec<Option<Template>>> = OnceLock::new();
    READY.get_or_init(|| SLIPS.iter().map(|slip| Template::read(slip.formula, slip.on.names()).ok()).collect()).get(at)?.as_ref()
}

/// What an answer would be after one mistake.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// The place in [`SLIPS`].
    pub(crate) slip: usize,
    /// The derivative of the whole expression.
    pub(crate) answer: Expr,
    /// The node at which the mistake was made.
    pub(crate) node: Expr,
    /// Its inner function and that one's derivative, where it has one.
    pub(crate) inner: Option<(Expr, Expr)>,
    /// Whether a node on the way was seen otherwise than it is written first of all.
    pub(crate) is_other_view: bool,
}

/// A node in its place: the way up decides what a mistake there makes of the whole.
struct Place {
    seen: Seen,
    /// The notes of its parts, if it stands as it was written.
    parts: Vec<usize>,
    /// The place around it, and which of its parts this is.
    parent: Option<(usize, Expr)>,
    is_other_view: bool,
}

/// More places are not tried; exercises have some ten.
const PLACES: usize = 300;

/// All that one mistake can make of the derivative of an expression.
pub(crate) fn candidates(engine: &mut Engine<'_>, root: Expr, by: Symbol, outline: (&Outline, Option<usize>)) -> Result<Vec<Candidate>> {
    let mut work = Work { engine, by, slopes: HashMap::new(), places: Vec::new(), found: Vec::new() };
    work.grow(root, outline.0, outline.1)?;
    for at in 0..work.places.len() {
        work.engine.pool.check()?;
        work.mistakes_at(at)?;
    }
    Ok(work.found)
}

struct Work<'w, 'p> {
    engine: &'w mut Engine<'p>,
    by: Symbol,
    slopes: HashMap<Expr, Expr>,
    places: Vec<Place>,
    found: Vec<Candidate>,
}

impl Work<'_, '_> {
    fn slope(&mut self, e: Expr) -> Result<Expr> {
        if let Some(&known) = self.slopes.get(&e) {
            return Ok(known);
        }
        let slope = plain_derivative(self.engine, e, self.by)?;
        self.slopes.insert(e, slope);
        Ok(slope)
    }

    fn moves(&self, e: Expr) -> bool {
        self.engine.pool.may_contain(e, self.by)
    }

    /// The tree of places: first as it was written, then under other views.
    fn grow(&mut self, root: Expr, outline: &Outline, at: Option<usize>) -> Result<()> {
        self.seat(root, at, outline, None);
        let mut at = 0;
        while at < self.places.len() && self.places.len() < PLACES {
            self.engine.pool.check()?;
            let (parts, notes) = self.places.get(at).map(|place| (place.seen.parts(), place.parts.clone())).unwrap_or_default();
            let mut done = Args::new();
            for (number, part) in parts.into_iter().enumerate() {
                if self.moves(part) && !done.contains(&part) {
                    done.push(part);
                    self.seat(part, notes.get(number).copied(), outline, Some((at, part)));
                }
            }
            at += 1;
        }
        Ok(())
    }

    fn seat(&mut self, e: Expr, note: Option<usize>, outline: &Outline, parent: Option<(usize, Expr)>) {
        let inherited = parent.and_then(|(above, _)| self.places.get(above)).is_some_and(|place| place.is_other_view);
        let note = note.and_then(|note| outline.nodes.get(note));
        if let Some(Noted { seen, parts, .. }) = note {
            self.places.push(Place { seen: seen.clone(), parts: parts.clone(), parent, is_other_view: inherited });
        }
        let seen = see(self.engine.pool, e, self.by);
        // below another view one view is enough, and what was written needs no guesses at how it may be read
        let others = if inherited || note.is_some() { Vec::new() } else { other_views(self.engine.pool, e, &seen, self.by) };
        let place = |seen, is_other_view| Place { seen, parts: Vec::new(), parent, is_other_view };
        if note.is_none_or(|note| note.seen != seen) {
            self.places.push(place(seen, inherited || note.is_some()));
        }
        self.places.extend(others.into_iter().map(|seen| place(seen, true)));
    }

    /// The whole derivative if the node in this place had this one.
    fn carried_up(&mut self, at: usize, slope: Expr) -> Result<Option<Expr>> {
        let (mut slope, mut parent) = (slope, self.places.get(at).and_then(|place| place.parent));
        while let Some((above, part)) = parent {
            let Some(Place { seen, parent: next, .. }) = self.places.get(above) else { return Ok(None) };
            let (seen, next) = (seen.clone(), *next);
            let mut slopes: Vec<(Expr, Expr)> = Vec::new();
            for other in seen.parts() {
                let right = self.slope(other)?;
                slopes.push((other, if other == part { slope } else { right }));
            }
            let of = |part: Expr| slopes.iter().find(|(known, _)| *known == part).map_or(Expr::ZERO, |&(_, slope)| slope);
            slope = derive(self.engine, &seen, &of)?;
            let times = slopes.iter().filter(|&&(other, _)| other == part).count();
            if times > 1 {
                slope = self.once(&seen, slope, times)?;
            }
            parent = next;
        }
        Ok(Some(slope))
    }

    /// The derivative of a sum or product in which equal parts stand, with the mistake in one of them: the slopes of parts enter
    /// linearly and alike, so the change that one makes is a share of the change that all make.
    fn once(&mut self, seen: &Seen, all: Expr, times: usize) -> Result<Expr> {
        let node = seen.node(self.engine.pool);
        let right = self.slope(node)?;
        let pool = &mut *self.engine.pool;
        let change = pool.sub(all, right);
        let times = pool.integer(i64::try_from(times).unwrap_or(1));
        let share = pool.div(change, times);
        Ok(pool.add(&[right, share]))
    }

    /// Every row that fits the place, with every choice of its names.
    fn mistakes_at(&mut self, at: usize) -> Result<()> {
        let Some((seen, is_other_view)) = self.places.get(at).map(|place| (place.seen.clone(), place.is_other_view)) else { return Ok(()) };
        let node = seen.node(self.engine.pool);
        for (shape, choices) in self.choices(&seen, node)? {
            for (row, slip) in SLIPS.iter().enumerate().filter(|(_, slip)| slip.on == shape) {
                if !self.fits(slip.when, shape, &seen, &choices)? {
                    continue;
                }
                for names in &choices {
                    let Some(template) = template(row) else { continue };
                    // rows of one shape use the same names
                    let wrong = template.instantiate(self.engine.pool, names);
                    let Some(answer) = self.carried_up(at, wrong)? else { continue };
                    let inner = match seen.inner(self.engine.pool, self.by) {
                        Some(inner) => Some((inner, self.slope(inner)?)),
                        None => None,
                    };
                    self.found.push(Candidate { slip: row, answer, node, inner, is_other_view });
                }
            }
        }
        Ok(())
    }

    fn fits(&mut self, when: When, shape: Shape, seen: &Seen, choices: &[Args]) -> Result<bool> {
        let negative = |pool: &Pool, e: Expr| match pool.node(e) {
            Node::Add(terms) => terms.iter().all(|&term| view::is_negative(pool, term)),
            _ => view::is_negative(pool, e),
        };
        // what the sign is asked of: the constant, the exponent, or the outer derivative
        let place = usize::from(matches!(shape, Shape::Scaled | Shape::Power));
        let asked = choices.first().and_then(|names| names.get(place)).copied();
        let has_minus = asked.is_some_and(|e| negative(self.engine.pool, e));
        Ok(match when {
            When::Always => true,
            // that of an exponent has a row of its own
            When::Negative => has_minus && (shape != Shape::Function || !matches!(seen, Seen::Power(..))),
            When::Positive => !has_minus,
            When::Tempting => {
                let tempting = match seen {
                    Seen::Call(Head::Function(function), _) => matches!(function.row().name, "sin" | "sinh" | "cosh" | "exp"),
                    Seen::Exponential(..) => true,
                    _ => false,
                };
                tempting && !has_minus
            }
            When::Unusual => match seen {
                Seen::Power(_, n) => self.engine.pool.as_number(*n).is_none_or(|n| n.is_negative() || !n.is_integer()),
                _ => false,
            },
            When::HasBase => matches!(seen, Seen::Exponential(..)),
        })
    }

    /// The shapes that a node has, and what the names of each may stand for.
    fn choices(&mut self, seen: &Seen, node: Expr) -> Result<Vec<(Shape, Vec<Args>)>> {
        let mut all: Vec<(Shape, Vec<Args>)> = Vec::new();
        match seen {
            Seen::Constant | Seen::Variable => {}
            Seen::Sum(terms) => {
                let right = self.slope(node)?;
                let constants: Args = terms.iter().copied().filter(|&term| !self.moves(term)).collect();
                let mut kept: Vec<Expr> = constants.to_vec();
                if constants.len() > 1 {
                    kept.push(self.engine.pool.add(&constants));
                }
                all.push((Shape::Sum, kept.into_iter().map(|c| Args::from_slice(&[right, c])).collect()));
            }
            Seen::Scaled(constant, rest) => {
                let du = self.slope(*rest)?;
                let left = lost(self.engine.pool, *constant);
                all.push((Shape::Scaled, left.into_iter().map(|k| Args::from_slice(&[k, *constant, du])).collect()));
            }
            Seen::Product(factors) => all.push((Shape::Product, self.splits(factors)?)),
            Seen::Quotient(f, g) => {
                let (df, dg) = (self.slope(*f)?, self.slope(*g)?);
                all.push((Shape::Quotient, vec![Args::from_slice(&[*f, *g, df, dg])]));
                if !self.moves(*f) {
                    let over = self.engine.pool.recip(*g);
                    let du = self.slope(over)?;
                    let left = lost(self.engine.pool, *f);
                    all.push((Shape::Scaled, left.into_iter().map(|k| Args::from_slice(&[k, *f, du])).collect()));
                }
            }
            Seen::General(u, v) => {
                let (du, dv) = (self.slope(*u)?, self.slope(*v)?);
                all.push((Shape::General, vec![Args::from_slice(&[*u, *v, du, dv])]));
            }
            Seen::Power(u, n) => {
                let du = self.slope(*u)?;
                all.push((Shape::Power, vec![Args::from_slice(&[*u, *n, du])]));
            }
            Seen::Exponential(b, u) => {
                let du = self.slope(*u)?;
                all.push((Shape::Exponential, vec![Args::from_slice(&[*b, *u, du])]));
            }
            Seen::Call(head, args) => {
                if let (Head::Function(crate::simplify::known::EXP), &[u]) = (head, args.as_slice()) {
                    let e = self.engine.pool.apply(crate::simplify::known::EXP, &[Expr::ONE]);
                    let du = self.slope(u)?;
                    all.push((Shape::Exponential, vec![Args::from_slice(&[e, u, du])]));
                }
            }
        }
        if let Some(inner) = seen.inner(self.engine.pool, self.by) {
            let right = self.slope(node)?;
            let du = self.slope(inner)?;
            let one = |part: Expr, at: Expr| if part == at { Expr::ONE } else { Expr::ZERO };
            let outer = derive(self.engine, seen, &|part| one(part, inner))?;
            let mut names = Args::from_slice(&[outer, outer, right]);
            if !is_symbol(self.engine.pool, inner, self.by) {
                // a symbol that no text can name holds the place, as an inner derivative may be a number
                let hole = self.engine.pool.symbol("\u{1}");
                let outer = seen.with_inner(inner, hole);
                let inside = derive(self.engine, &outer, &|part| one(part, hole))?;
                names[1] = substitute(self.engine.pool, inside, |_, part| (part == hole).then_some(du))?;
            }
            all.push((Shape::Function, vec![names]));
        }
        Ok(all)
    }

    /// A product of two: every way to part the factors, the first one in front, as brackets may stand anywhere.
    fn splits(&mut self, factors: &[Expr]) -> Result<Vec<Args>> {
        let many = factors.len().min(5);
        let mut all = Vec::new();
        for choice in (1..(1u32 << many) - 1).step_by(2) {
            let side = |first: bool| -> Args {
                let chosen = |at: usize| at < many && choice >> at & 1 == 1;
                factors.iter().enumerate().filter(|(at, _)| chosen(*at) == first).map(|(_, &factor)| factor).collect()
            };
            let (f, g) = (self.engine.pool.mul(&side(true)), self.engine.pool.mul(&side(false)));
            let (df, dg) = (self.slope(f)?, self.slope(g)?);
            all.push(Args::from_slice(&[f, g, df, dg]));
        }
        Ok(all)
    }
}

/// What may be left of a constant when a part of it is lost: its sign stays first.
fn lost(pool: &mut Pool, constant: Expr) -> Vec<Expr> {
    let (number, others): (Number, Args) = match pool.node(constant) {
        Node::Number(n) => (n.clone(), Args::new()),
        Node::Mul(factors) => {
            let (numbers, others): (Args, Args) = factors.iter().copied().partition(|&factor| pool.as_number(factor).is_some());
            (numbers.first().and_then(|&n| pool.as_number(n)).cloned().unwrap_or(Number::ONE), others)
        }
        _ => (Number::ONE, Args::from_slice(&[constant])),
    };
    let sign = if number.is_negative() { Number::MINUS_ONE } else { Number::ONE };
    let above = number.numerator();
    let below = number.denominator().recip().unwrap_or(Number::ONE).mul(&sign);
    let mut left = Vec::new();
    for number in [sign.clone(), below, above] {
        let number = pool.number(number);
        let mut all = others.clone();
        all.push(number);
        left.push(pool.mul(&all));
    }
    let whole = pool.number(number);
    for at in 0..others.len() {
        let mut all: Args = others.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, &factor)| factor).collect();
        all.push(whole);
        left.push(pool.mul(&all));
    }
    left.push(pool.number(sign));
    left.push(Expr::ONE);
    left.sort_unstable();
    left.dedup();
    // the sign alone is another mistake
    let turned = pool.neg(constant);
    left.retain(|&k| k != constant && k != turned);
    // what speaks of the whole constant needs one entry
    left.push(constant);
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_formula_is_read() {
        for (at, slip) in SLIPS.iter().enumerate() {
            assert!(template(at).is_some(), "{}: {}", slip.name, slip.formula);
        }
    }
}
