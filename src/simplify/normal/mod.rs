//! The simplifier's second engine: an expression as a quotient of polynomials over generators that satisfy relations.
//! Deliberately derives nothing and knows no identity but those of `generator.rs` and `circle.rs`.
//! Read next: `quotient.rs`, `convert.rs`, then `form.rs`, which writes quotients in several ways.
//!
//! Sources: K. O. Geddes, S. R. Czapor, G. Labahn, "Algorithms for Computer Algebra", ch. 3 (normal forms); B. F. Caviness,
//! R. J. Fateman, "Simplification of radical expressions", SYMSAC 1976.

mod circle;
mod conjugate;
mod convert;
mod double;
mod eliminate;
mod form;
mod generator;
mod open;
mod product;
mod quotient;
mod span;
mod sum;
mod surd;
#[cfg(test)]
mod tests;
mod write;

use super::{Engine, known};
use crate::error::Result;
use crate::expr::{Args, Expr, Node};
use crate::form::Form;
use crate::number::Number;
use crate::polynomial::{GENERATORS, Polynomial, Work};
use crate::walk::{Memo, reachable};
use circle::Circle;
use generator::{Direction, Family, Generator, Opaque};
use quotient::Quotient;
use std::collections::HashMap;

/// Units of work (coefficient operations) for one expression.
const WORK: u64 = 3_000_000;

/// A field of quotients at work on one expression.
pub(super) struct Field<'e, 'p> {
    engine: &'e mut Engine<'p>,
    generators: Vec<Generator>,
    families: Vec<Family>,
    angles: Vec<(&'static Circle, Direction)>,
    opaques: Vec<Opaque>,
    values: Vec<Quotient>,
    value_of: Memo<usize>,
    /// For the first text of an angle, the divisor of its unit.
    hints: Vec<(Expr, i64)>,
    /// Whether a hint came up: the conversion begins again.
    restart: bool,
    /// Whether a generator was made finer.
    rescaled: bool,
    /// Whether `sign(u)` is `|u|/u`.
    opens_signs: bool,
    /// Whether closed forms and factors of roots are opened, and whether there were any.
    opens: bool,
    met_closed: bool,
    /// Whether a form counts only where its zeros below the bar are those of `root`: an exponent `n - 1` was taken apart, or `1/z`
    /// came up.
    strict: bool,
    root: Expr,
    /// Bases of roots whose factors stand outside, with their texts.
    roots_seen: Vec<(Quotient, Expr)>,
    /// Texts of radicals' bases and of sums, once they are chosen.
    radical_texts: [Option<Expr>; GENERATORS],
    sums: HashMap<Polynomial, Expr>,
    circles: HashMap<(usize, i32, i32), Args>,
    factored: HashMap<Polynomial, (Number, Vec<(Polynomial, u32)>)>,
    /// The factors below the bars of the expression, once they are known.
    below: Option<Vec<Polynomial>>,
    work: Work,
}

impl<'e, 'p> Field<'e, 'p> {
    fn new(engine: &'e mut Engine<'p>) -> Field<'e, 'p> {
        Field {
            engine,
            generators: Vec::new(),
            families: Vec::new(),
            angles: Vec::new(),
            opaques: Vec::new(),
            values: Vec::new(),
            value_of: Memo::new(),
            hints: Vec::new(),
            restart: false,
            rescaled: false,
            opens_signs: false,
            opens: false,
            met_closed: false,
            strict: false,
            root: Expr::ZERO,
            roots_seen: Vec::new(),
            radical_texts: [None; GENERATORS],
            sums: HashMap::new(),
            circles: HashMap::new(),
            factored: HashMap::new(),
            below: None,
            work: Work::new(WORK),
        }
    }

    fn begin_again(&mut self) {
        self.generators.clear();
        self.families.clear();
        self.angles.clear();
        self.opaques.clear();
        self.values.clear();
        self.value_of.clear();
        self.roots_seen.clear();
        self.forget_texts();
    }

    fn forget_texts(&mut self) {
        self.radical_texts = [None; GENERATORS];
        self.sums.clear();
        self.circles.clear();
    }
}

impl Field<'_, '_> {
    fn sign_may_open(&mut self, e: Expr, u: Expr) -> Option<bool> {
        let q = self.quotient(e)?;
        let value = self.quotient(u)?;
        if value.numerator.as_constant().is_some() {
            return Some(true);
        }
        let call = self.engine.apply(known::SIGN, &[u]);
        // no sign at all where it was simplified away
        let Some(sign) = self.quotient(call)?.variables().checked_ilog2().map(|v| v as usize) else { return Some(true) };
        // where e has no value at u = 0 anything may be put there
        let below = self.factors_below(e);
        let inverse = self.inverse(&value)?;
        let inverse = self.product_form(&inverse, true)?;
        if self.stays_above(&inverse, &below) {
            return Some(true);
        }
        if q.denominator.has(sign) {
            return Some(false);
        }
        let size = self.engine.apply(known::ABS, &[u]);
        let size = self.quotient(size)?;
        for (exponent, coefficient) in q.numerator.coefficients(sign) {
            let vanishes = coefficient.divide(&value.numerator, &mut self.work).is_some()
                || coefficient.divide(&size.numerator, &mut self.work).is_some();
            if exponent > 0 && !vanishes {
                return Some(false);
            }
        }
        Some(true)
    }
}

impl Engine<'_> {
    /// The shortest form of an expression that the second engine finds; `e` itself where there is none shorter.
    pub(super) fn shortest(&mut self, e: Expr) -> Expr {
        if self.form != Form::Auto {
            return self.in_form(e);
        }
        let signs = self.signs_in(e);
        let opens_signs = !signs.is_empty() && self.signs_may_open(e, &signs);
        let (mut best, closed) = self.shortest_with(e, e, opens_signs, false);
        if closed {
            best = self.shortest_with(e, best, opens_signs, true).0;
        }
        self.minus_taken_in(best)
    }

    /// `-a/(b - c)` is shorter as `a/(c - b)`. Which of the two sums a normal form has depends on which symbol came first.
    fn minus_taken_in(&mut self, e: Expr) -> Expr {
        let Node::Mul(args) = self.pool.node(e) else { return e };
        let Some(c) = self.pool.as_number(args[0]).filter(|c| c.is_negative()).map(Number::neg) else { return e };
        let mut parts = Args::from_slice(args);
        for at in 1..parts.len() {
            let Node::Pow(base, exponent) = self.pool.node(parts[at]) else { continue };
            let below = self.pool.as_i64(exponent).is_some_and(|n| n < 0 && n % 2 != 0);
            if below && matches!(self.pool.node(base), Node::Add(_)) {
                let turned = self.distribute(&Number::MINUS_ONE, base);
                parts[0] = self.pool.number(c);
                parts[at] = self.pool.pow(turned, exponent);
                let new = self.pool.mul(&parts);
                return if self.size(new) < self.size(e) { new } else { e };
            }
        }
        e
    }

    /// What the signs in an expression are of.
    fn signs_in(&self, e: Expr) -> Vec<Expr> {
        reachable(self.pool, &[e]).into_iter().filter_map(|part| Some(self.pool.as_call(part, known::SIGN)?[0])).collect()
    }

    /// The form that was asked for; `e` itself where the expression has no normal form within the bounds.
    fn in_form(&mut self, e: Expr) -> Expr {
        let form = self.form;
        let mut field = Field::new(self);
        let Some(quotient) = field.quotient(e) else { return e };
        field.forget_texts();
        field.written_as(&quotient, form).unwrap_or(e)
    }

    /// The shortest form, and whether there was anything to open.
    fn shortest_with(&mut self, e: Expr, best: Expr, opens_signs: bool, opens: bool) -> (Expr, bool) {
        let mut field = Field::new(self);
        field.opens_signs = opens_signs;
        field.opens = opens;
        let Some(quotient) = field.quotient(e) else { return (best, field.met_closed) };
        field.forget_texts();
        (field.shortest(e, &quotient, best).unwrap_or(best), field.met_closed)
    }

    /// Whether `sign(u) = |u|/u` gives the right value at u = 0 too, where sign(u) is 0: what a sign is multiplied with is 0 there as well,
    /// and no sign stands below the bar.
    fn signs_may_open(&mut self, e: Expr, signs: &[Expr]) -> bool {
        let mut field = Field::new(self);
        signs.iter().all(|&u| field.sign_may_open(e, u).unwrap_or(false))
    }

    /// Whether an expression is 0 wherever it is defined: `true` is a proof.
    pub(crate) fn is_zero(&mut self, e: Expr) -> Result<bool> {
        if e == Expr::ZERO {
            return Ok(true);
        }
        let signs = self.signs_in(e);
        for opens_signs in [false, true] {
            // sign(u) = |u|/u counts only where it holds at u = 0 too
            if opens_signs && (signs.is_empty() || !self.signs_may_open(e, &signs)) {
                break;
            }
            for opens in [false, true] {
                let mut field = Field::new(self);
                field.opens = opens;
                field.opens_signs = opens_signs;
                let zero = field.quotient(e).is_some_and(|q| q.is_zero());
                let again = field.met_closed;
                self.pool.check()?;
                if zero {
                    return Ok(true);
                }
                if !again {
                    break;
                }
            }
        }
        Ok(false)
    }
}
