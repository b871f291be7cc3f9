//! How a term and a power are written: signs, fractions, products, roots, brackets.
//! Deliberately knows no order (`order.rs`) and no spelling of LaTeX or Unicode (`typeset.rs`).
//! Read next: `print.rs`, which walks.

use super::order;
use super::print::{Level, Style, Task, Writer, integer};
use super::typeset;
use crate::error::Result;
use crate::expr::{Expr, Node};
use crate::view::{Exponent, Factor};

impl Writer<'_> {
    pub(super) fn term(&mut self, at: u32, level: Level, signed: bool) -> Result<()> {
        let term = &self.terms[at as usize];
        let negative = signed && term.coefficient.is_negative();
        if !negative && term.is_one_factor() {
            return self.factor(self.order.factors[term.start as usize].factor, level);
        }
        let lone_number = term.start == term.end && term.coefficient.is_integer();
        let brackets = level > Level::Term && (negative || !lone_number);
        self.open(brackets);
        if negative {
            self.text("-");
        }
        if self.style == Style::Latex {
            self.fraction(at)?
        } else {
            self.quotient(at)?
        }
        self.close(brackets);
        Ok(())
    }

    /// `2*x/(3*y)`
    fn quotient(&mut self, at: u32) -> Result<()> {
        let term = &self.terms[at as usize];
        let (middle, end) = (term.middle, term.end);
        let divided = !term.coefficient.is_integer();
        self.above(at)?;
        let below = (end - middle) as usize + usize::from(divided);
        if below > 0 {
            self.text(if below > 1 { "/(" } else { "/" });
            self.below(at, divided, Level::Factor)?;
            if below > 1 {
                self.text(")");
            }
        }
        Ok(())
    }

    /// `\frac{2 x}{3 y}`
    fn fraction(&mut self, at: u32) -> Result<()> {
        let term = &self.terms[at as usize];
        let (start, middle, end) = (term.start, term.middle, term.end);
        let divided = !term.coefficient.is_integer();
        if !divided && middle == end {
            return self.above(at);
        }
        let lone_factor = middle - start == 1 && term.coefficient.numerator().abs().is_one();
        self.text(r"\frac{");
        if lone_factor {
            self.next_factor(self.order.factors[start as usize].factor, Level::Sum)?;
        } else {
            self.above(at)?;
        }
        self.text("}{");
        self.below(at, divided, if end - middle == 1 && !divided { Level::Sum } else { Level::Factor })?;
        self.text("}");
        Ok(())
    }

    /// The number above and the factors above. It stands first, so the number goes straight out.
    fn above(&mut self, at: u32) -> Result<()> {
        let term = &self.terms[at as usize];
        let (start, middle) = (term.start, term.middle);
        let mut first = true;
        match term.coefficient.small() {
            Some((1 | -1, _)) if start < middle => {}
            Some((n, _)) => {
                integer(&mut self.out, n.unsigned_abs());
                first = false;
            }
            None => {
                let n = term.coefficient.numerator().abs();
                if !(n.is_one() && start < middle) {
                    self.big(&n)?;
                    first = false;
                }
            }
        }
        self.product(start, middle, first, Level::Factor)
    }

    fn below(&mut self, at: u32, divided: bool, level: Level) -> Result<()> {
        let term = &self.terms[at as usize];
        let (middle, end) = (term.middle, term.end);
        if divided {
            if self.direct() {
                self.number(&self.terms[at as usize].coefficient.denominator(), Level::Factor)?;
            } else {
                self.stack.push(Task::Divisor(at));
            }
        }
        self.product(middle, end, !divided, level)
    }

    fn product(&mut self, start: u32, end: u32, mut first: bool, level: Level) -> Result<()> {
        for at in start..end {
            let factor = self.order.factors[at as usize].factor;
            if !first {
                let root = matches!(factor.exponent.small(self.pool), Some((1, 2..=9)));
                let digit =
                    self.dots || self.style == Style::Latex && !root && self.pool.as_number(factor.base).is_some_and(|n| !n.is_negative());
                self.text(match self.style {
                    Style::Text => "*",
                    Style::Unicode => "·",
                    Style::Latex if digit => r" \cdot ",
                    Style::Latex => " ",
                });
            }
            first = false;
            self.next_factor(factor, level)?;
        }
        Ok(())
    }

    fn next_factor(&mut self, factor: Factor, level: Level) -> Result<()> {
        if self.direct() {
            return self.factor(factor, level);
        }
        self.stack.push(Task::Factor(factor, level));
        Ok(())
    }

    pub(super) fn factor(&mut self, factor: Factor, level: Level) -> Result<()> {
        let (exponent, negated) = match factor.exponent {
            Exponent::One => return self.next(factor.base, level),
            Exponent::Is(e) => (e, false),
            Exponent::Negated(e) => (e, true),
        };
        let base = factor.base;
        let small = if self.order.name(exponent).is_some() { None } else { factor.exponent.small(self.pool) };
        match (self.style, small) {
            (Style::Text, Some((1, 2))) => {
                self.text("sqrt(");
                self.next(base, Level::Any)?;
                self.text(")");
                return Ok(());
            }
            (Style::Unicode, Some((1, 2))) => return self.root_sign(base, level),
            (Style::Latex, Some((1, n @ 2..=9))) => {
                self.text(typeset::LATEX_ROOTS[n as usize - 2]);
                self.next(base, Level::Any)?;
                self.text("}");
                return Ok(());
            }
            _ => {}
        }
        self.open(level > Level::Factor);
        match self.pool.node(base) {
            Node::Call(..) if self.style == Style::Latex && self.power_of_call(base, small)? => {}
            Node::Call(head, args) if self.style != Style::Latex && order::is_e(head, args) => self.text("exp(1)"),
            _ => self.next(base, Level::Atom)?,
        }
        match (self.style, small) {
            (Style::Unicode, Some((n @ 0..=99, 1))) => {
                if n > 9 {
                    self.text(typeset::SUPERSCRIPTS[n as usize / 10]);
                }
                self.text(typeset::SUPERSCRIPTS[n as usize % 10]);
            }
            (Style::Latex, Some((2.., 1))) if self.is_raised_call(base) => {}
            (Style::Latex, _) => {
                self.text("^{");
                self.raise(exponent, negated, Level::Any)?;
                self.text("}");
            }
            _ => {
                self.text("^");
                self.raise(exponent, negated, Level::Atom)?;
            }
        }
        self.close(level > Level::Factor);
        Ok(())
    }

    fn raise(&mut self, exponent: Expr, negated: bool, level: Level) -> Result<()> {
        if !negated {
            return self.next(exponent, level);
        }
        if self.direct() && self.pool.as_number(exponent).is_some() {
            return self.magnitude(exponent, level);
        }
        self.stack.push(Task::Magnitude(exponent, level));
        Ok(())
    }

    pub(super) fn magnitude(&mut self, e: Expr, level: Level) -> Result<()> {
        if let Some(n) = self.pool.as_number(e) {
            return self.number(&n.abs(), level);
        }
        let mut term = self.order.term(e);
        term.coefficient = term.coefficient.neg();
        self.terms.push(term);
        self.term(self.terms.len() as u32 - 1, level, true)
    }
}
