//! A stand-in for the parser: reads the short texts of the tables until `text::parse` is merged; then this file goes.
//! Deliberately knows only numbers, names, + - * / ^, brackets, calls and comparisons, and recurses (texts are short).
//! Read next: `../template.rs`, whose `read` is the only caller.

use super::Template;
use crate::expr::{Expr, Pool};
use crate::function::Function;
use crate::number::Number;

/// The expression that a text stands for.
pub(super) fn read(text: &str, pool: &mut Pool) -> Option<Expr> {
    let mut reader = Reader { rest: text, pool };
    let e = reader.comparison()?;
    reader.rest.trim_start().is_empty().then_some(e)
}

struct Reader<'a> {
    rest: &'a str,
    pool: &'a mut Pool,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|ch| !belongs(ch)).unwrap_or(text.len());
        self.rest = &text[end..];
        &text[..end]
    }

    fn comparison(&mut self) -> Option<Expr> {
        let a = self.sum()?;
        for (sign, name, swap) in [
            ("<=", "lessequal", false),
            (">=", "lessequal", true),
            ("==", "same", false),
            ("!=", "differs", false),
            ("<", "less", false),
            (">", "less", true),
        ] {
            if self.eat(sign) {
                let b = self.sum()?;
                let f = Function::find(name, 2)?;
                return Some(if swap { self.pool.apply(f, &[b, a]) } else { self.pool.apply(f, &[a, b]) });
            }
        }
        Some(a)
    }

    fn sum(&mut self) -> Option<Expr> {
        let mut terms = vec![self.product()?];
        loop {
            if self.eat("+") {
                terms.push(self.product()?);
            } else if self.eat("-") {
                let term = self.product()?;
                terms.push(self.pool.neg(term));
            } else {
                return Some(self.pool.add(&terms));
            }
        }
    }

    fn product(&mut self) -> Option<Expr> {
        if self.eat("-") {
            let e = self.product()?;
            return Some(self.pool.neg(e));
        }
        let mut factors = vec![self.power()?];
        loop {
            if self.eat("*") {
                factors.push(self.power()?);
            } else if self.eat("/") {
                let e = self.power()?;
                factors.push(self.pool.recip(e));
            } else {
                return Some(self.pool.mul(&factors));
            }
        }
    }

    fn power(&mut self) -> Option<Expr> {
        let base = self.atom()?;
        if !self.eat("^") {
            return Some(base);
        }
        let exponent = if self.eat("-") {
            let e = self.power()?;
            self.pool.neg(e)
        } else {
            self.power()?
        };
        Some(self.pool.pow(base, exponent))
    }

    fn atom(&mut self) -> Option<Expr> {
        if self.eat("(") {
            let e = self.comparison()?;
            return self.eat(")").then_some(e);
        }
        if self.rest.trim_start().starts_with(|ch: char| ch.is_ascii_digit()) {
            let text = self.word(|ch| ch.is_ascii_digit() || ch == '.');
            return Some(self.pool.number(Number::from_decimal(text, 5_000)?));
        }
        let name = self.word(|ch| ch.is_alphanumeric() || ch == '_');
        if name.is_empty() {
            return None;
        }
        if !self.eat("(") {
            return Some(match Function::find(name, 0) {
                Some(constant) => self.pool.apply(constant, &[]),
                None => self.pool.symbol(name),
            });
        }
        let mut args = vec![self.comparison()?];
        while self.eat(",") {
            args.push(self.comparison()?);
        }
        if !self.eat(")") {
            return None;
        }
        let f = Function::find(name, args.len())?;
        match f.row().reads_as {
            Some(text) => {
                let template: Template = super::of_text(text, f.row().parameters)?;
                Some(template.instantiate(self.pool, &args))
            }
            None => Some(self.pool.apply(f, &args)),
        }
    }
}
