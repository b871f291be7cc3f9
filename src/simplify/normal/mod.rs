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
use crate::expr::{Args, Expr};
use crate::form::Form;
use crate::number::Number;
use crate::polynomial::{GENERATORS, Polynomial, Work, gcd};
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
    /// Whether a form counts only where its zeros below the bar are the expression's.
    strict: bool,
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

impl Engine<'_> {
    /// The shortest form of an expression that the second engine finds; `e` itself where there is none shorter.
    pub(super) fn shortest(&mut self, e: Expr) -> Expr {
        if self.form != Form::Auto {
            return self.in_form(e);
        }
        let signs: Vec<Expr> =
            reachable(self.pool, &[e]).into_iter().filter_map(|part| Some(self.pool.as_call(part, known::SIGN)?[0])).collect();
        let opens_signs = !signs.is_empty() && self.signs_may_open(e, &signs);
        let (mut best, closed) = self.shortest_with(e, e, opens_signs, false);
        if closed {
            best = self.shortest_with(e, best, opens_signs, true).0;
        }
        best
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

    /// Whether `sign(u) = |u|/u` puts no zero below the bar that was not there: u divides the denominator only where it does already
    /// with `sign(u)` as it stands.
    fn signs_may_open(&mut self, e: Expr, signs: &[Expr]) -> bool {
        let mut below = Vec::new();
        for opens_signs in [false, true] {
            let mut field = Field::new(self);
            field.opens_signs = opens_signs;
            let Some(quotient) = field.quotient(e) else { return false };
            let mut zeros = Vec::new();
            for &u in signs {
                let Some(u) = field.quotient(u) else { return false };
                zeros.push(!gcd(&u.numerator, &quotient.denominator, &mut field.work).is_one());
            }
            below.push(zeros);
        }
        below[0].iter().zip(&below[1]).all(|(before, after)| *before || !*after)
    }

    /// Whether an expression is 0 wherever it is defined: `true` is a proof.
    pub(crate) fn is_zero(&mut self, e: Expr) -> Result<bool> {
        if e == Expr::ZERO {
            return Ok(true);
        }
        // signs stay closed: sign(u) = |u|/u does not hold at u = 0
        for opens in [false, true] {
            let mut field = Field::new(self);
            field.opens = opens;
            let zero = field.quotient(e).is_some_and(|q| q.is_zero());
            let again = field.met_closed;
            self.pool.check()?;
            if zero || !again {
                return Ok(zero);
            }
        }
        Ok(false)
    }
}
