//! How an expression is written: one walk that decides the structure, for plain text, LaTeX and Unicode.
//! Deliberately knows no order of terms (`order.rs`) and no spelling of LaTeX or Unicode (`typeset.rs`).
//! Read next: `typeset.rs`; `shared.rs` for text whose shared parts have names.

use super::order::{EXP, Order, Term};
use super::typeset;
use crate::budget;
use crate::error::Result;
use crate::expr::{Expr, Head, Node, Pool};
use crate::function::Function;
use crate::matrix::Value;
use crate::number::Number;
use crate::phrase;
use crate::view::{self, Exponent, Factor};
use crate::walk::least_letters;
use std::fmt::Write;

/// In what an expression is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// `2*x^2`
    Text,
    /// `2 x^{2}`
    Latex,
    /// `2·x²`
    Unicode,
}

/// The text of a value, which reads back to the same handles; an error once it would pass `limit` characters.
pub(crate) fn print(pool: &Pool, value: &Value, limit: usize) -> Result<String> {
    write(pool, value, limit, Style::Text)
}

/// The text of one expression.
#[cfg(test)]
pub(crate) fn print_expr(pool: &Pool, e: Expr, limit: usize) -> Result<String> {
    let mut writer = Writer::new(pool, limit, Style::Text);
    writer.write(e)?;
    Ok(writer.out)
}

pub(crate) fn write(pool: &Pool, value: &Value, limit: usize, style: Style) -> Result<String> {
    let mut writer = Writer::new(pool, limit, style);
    writer.value(value)?;
    Ok(writer.out)
}

/// What stands around an expression; a place of a higher level needs brackets around what binds less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    /// Brackets or nothing.
    Any,
    /// A side of a comparison.
    Sum,
    /// A term of a sum, its sign written.
    Term,
    /// A factor of a product.
    Factor,
    /// A base or an exponent.
    Atom,
}

/// What is still to be written; the stack in the place of recursion.
#[derive(Clone, Copy)]
pub(super) enum Task {
    Text(&'static str),
    Expr(Expr, Level),
    /// A term without its sign.
    Term(u32, Level),
    /// The number below a term.
    Divisor(u32),
    Factor(Factor, Level),
    /// An exponent with its sign taken off.
    Magnitude(Expr, Level),
}

pub(super) struct Writer<'a> {
    pub(super) pool: &'a Pool,
    pub(super) out: String,
    limit: usize,
    pub(super) style: Style,
    /// LaTeX: whether products are written with dots, not side by side.
    pub(super) dots: bool,
    pub(super) stack: Vec<Task>,
    /// How high the stack was when the present task was taken: as long as it is so, text goes straight out.
    mark: usize,
    pub(super) terms: Vec<Term>,
    pub(super) order: Order<'a>,
    /// The names of named parts.
    pub(super) labels: &'a [String],
}

const COMPARISONS: [(Function, &str); 4] = [
    (Function::named("less", 2), " < "),
    (Function::named("lessequal", 2), " <= "),
    (Function::named("same", 2), " == "),
    (Function::named("differs", 2), " != "),
];

/// The sign of a comparison.
pub(crate) fn comparison(head: Head) -> Option<&'static str> {
    COMPARISONS.iter().find(|(f, _)| head == Head::Function(*f)).map(|&(_, sign)| sign)
}

impl<'a> Writer<'a> {
    pub(super) fn new(pool: &'a Pool, limit: usize, style: Style) -> Writer<'a> {
        Writer {
            pool,
            out: String::with_capacity(64),
            limit,
            style,
            dots: false,
            stack: Vec::with_capacity(32),
            mark: 0,
            terms: Vec::new(),
            order: Order::new(pool),
            labels: &[],
        }
    }

    pub(super) fn value(&mut self, value: &Value) -> Result<()> {
        // A long sum of long products takes longer to put in order (at most nodes times nodes) than to be found too long.
        let takes_long = self.pool.len().saturating_mul(self.pool.len()) > self.limit;
        if takes_long && self.labels.is_empty() && least_letters(self.pool, value.entries()) > self.limit {
            return self.full();
        }
        let matrix = match value {
            Value::Scalar(e) => return self.write(*e),
            Value::Matrix(matrix) => matrix,
        };
        let latex = self.style == Style::Latex;
        let rows = if latex || !matrix.vector { matrix.columns.max(1) } else { matrix.entries.len().max(1) };
        let nested = !latex && !matrix.vector;
        self.out.push_str(if latex { "\\begin{pmatrix} " } else { "[" });
        for (i, row) in matrix.entries.chunks(rows).enumerate() {
            if i > 0 {
                self.out.push_str(if latex { r" \\ " } else { ", " });
            }
            if nested {
                self.out.push('[');
            }
            for (j, &entry) in row.iter().enumerate() {
                if j > 0 {
                    self.out.push_str(if latex { " & " } else { ", " });
                }
                self.write(entry)?;
            }
            if nested {
                self.out.push(']');
            }
        }
        self.out.push_str(if latex { r" \end{pmatrix}" } else { "]" });
        self.check()
    }

    fn check(&self) -> Result<()> {
        if self.out.len() > self.limit { self.full() } else { Ok(()) }
    }

    #[cold]
    fn full(&self) -> Result<()> {
        Err(budget::limit(phrase!("output"), phrase!("{limit} characters", limit = self.limit), "--max-output"))
    }

    /// Writes an expression after what is already written.
    pub(super) fn write(&mut self, e: Expr) -> Result<()> {
        self.stack.push(Task::Expr(e, Level::Any));
        while let Some(task) = self.stack.pop() {
            self.mark = self.stack.len();
            match task {
                Task::Text(text) => self.out.push_str(text),
                Task::Expr(e, level) => self.expr(e, level)?,
                Task::Term(at, level) => self.term(at, level, false)?,
                Task::Divisor(at) => self.number(&self.terms[at as usize].coefficient.denominator(), Level::Factor)?,
                Task::Factor(factor, level) => self.factor(factor, level)?,
                Task::Magnitude(e, level) => self.magnitude(e, level)?,
            }
            self.stack[self.mark..].reverse();
            self.check()?;
        }
        Ok(())
    }

    // ---- what comes next: straight out as long as nothing waits before it

    pub(super) fn direct(&self) -> bool {
        self.stack.len() == self.mark
    }

    pub(super) fn text(&mut self, text: &'static str) {
        if self.direct() { self.out.push_str(text) } else { self.stack.push(Task::Text(text)) }
    }

    pub(super) fn next(&mut self, e: Expr, level: Level) -> Result<()> {
        if self.direct() && matches!(self.pool.node(e), Node::Symbol(_) | Node::Number(_)) {
            return self.expr(e, level);
        }
        self.stack.push(Task::Expr(e, level));
        Ok(())
    }

    pub(super) fn open(&mut self, needed: bool) {
        if needed {
            self.text(if self.style == Style::Latex { r"\left(" } else { "(" });
        }
    }

    pub(super) fn close(&mut self, needed: bool) {
        if needed {
            self.text(if self.style == Style::Latex { r"\right)" } else { ")" });
        }
    }

    // ---- the kinds of nodes

    fn expr(&mut self, e: Expr, level: Level) -> Result<()> {
        if let Some(name) = self.order.name(e) {
            let (label, latex) = (&self.labels[name as usize], self.style == Style::Latex);
            if latex {
                typeset::latex_name(&mut self.out, label)
            } else {
                self.out.push_str(label)
            }
            return Ok(());
        }
        match self.pool.node(e) {
            Node::Number(n) => self.number(n, level),
            Node::Symbol(symbol) => {
                match self.style {
                    Style::Text => self.out.push_str(self.pool.symbol_name(symbol)),
                    Style::Latex => typeset::latex_name(&mut self.out, self.pool.symbol_key(symbol)),
                    Style::Unicode => typeset::unicode_name(&mut self.out, self.pool.symbol_name(symbol)),
                }
                Ok(())
            }
            Node::Add(_) => {
                self.open(level > Level::Sum);
                self.sum(e)?;
                self.close(level > Level::Sum);
                Ok(())
            }
            Node::Pow(base, exponent) if !self.stands_below(exponent) => {
                self.factor(Factor { base, exponent: Exponent::Is(exponent) }, level)
            }
            Node::Mul(_) | Node::Pow(..) => {
                let term = self.order.term(e);
                self.terms.push(term);
                self.term(self.terms.len() as u32 - 1, level, true)
            }
            Node::Call(head, args) => self.call(head, args, level),
        }
    }

    fn stands_below(&self, exponent: Expr) -> bool {
        self.order.name(exponent).is_none() && view::is_negative(self.pool, exponent)
    }

    fn sum(&mut self, e: Expr) -> Result<()> {
        let start = self.terms.len();
        self.order.sum(e, &mut self.terms);
        for at in start..self.terms.len() {
            let negative = self.terms[at].coefficient.is_negative();
            match (at > start, negative) {
                (true, true) => self.text(" - "),
                (true, false) => self.text(" + "),
                (false, true) => self.text("-"),
                (false, false) => {}
            }
            if self.direct() { self.term(at as u32, Level::Term, false)? } else { self.stack.push(Task::Term(at as u32, Level::Term)) }
        }
        Ok(())
    }

    fn call(&mut self, head: Head, args: &[Expr], level: Level) -> Result<()> {
        if self.style == Style::Latex {
            return self.latex_call(head, args, level);
        }
        if let (Some(sign), [a, b]) = (comparison(head), args) {
            self.open(level > Level::Any);
            self.next(*a, Level::Sum)?;
            self.text(sign);
            self.next(*b, Level::Sum)?;
            self.close(level > Level::Any);
            return Ok(());
        }
        if head == Head::Function(EXP) && args[0] == Expr::ONE && self.pool.find_symbol("e").is_none() {
            self.text("e");
            return Ok(());
        }
        match head {
            Head::Function(f) if self.style == Style::Unicode => typeset::unicode_name(&mut self.out, f.row().name),
            _ => self.head(head, args.len()),
        }
        if args.is_empty() && matches!(head, Head::Function(_)) {
            return Ok(());
        }
        self.text("(");
        self.arguments(args)?;
        self.text(")");
        Ok(())
    }

    pub(super) fn arguments(&mut self, args: &[Expr]) -> Result<()> {
        for (at, &arg) in args.iter().enumerate() {
            if at > 0 {
                self.text(", ");
            }
            self.next(arg, Level::Any)?;
        }
        Ok(())
    }

    /// `f`, `f''`, `D[1,2](f)`
    fn head(&mut self, head: Head, arity: usize) {
        let pool = self.pool;
        let name = |of: Head| match of {
            Head::Function(f) => f.row().name,
            Head::Unknown(id) | Head::Slope(id) => pool.unknown_name(id),
        };
        let Head::Slope(id) = head else {
            self.out.push_str(name(head));
            return;
        };
        let slope = pool.slope_head(id);
        if arity == 1 {
            self.out.push_str(name(slope.of));
            self.out.extend(slope.slots.iter().map(|_| '\''));
            return;
        }
        self.out.push_str("D[");
        for (at, &slot) in slope.slots.iter().enumerate() {
            if at > 0 {
                self.out.push(',');
            }
            integer(&mut self.out, u64::from(slot));
        }
        self.out.push_str("](");
        self.out.push_str(name(slope.of));
        self.out.push(')');
    }

    /// A number that stands first.
    pub(super) fn number(&mut self, n: &Number, level: Level) -> Result<()> {
        let brackets = level > Level::Term && (n.is_negative() || !n.is_integer());
        let latex = self.style == Style::Latex;
        if brackets {
            self.out.push_str(if latex { r"\left(" } else { "(" });
        }
        if n.is_negative() {
            self.out.push('-');
        }
        if latex && !n.is_integer() {
            self.out.push_str(r"\frac{");
        }
        match n.small() {
            Some((above, _)) => integer(&mut self.out, above.unsigned_abs()),
            None => self.big(&n.numerator().abs())?,
        }
        if !n.is_integer() {
            self.out.push_str(if latex { "}{" } else { "/" });
            match n.small() {
                Some((_, below)) => integer(&mut self.out, below.unsigned_abs()),
                None => self.big(&n.denominator())?,
            }
            if latex {
                self.out.push('}');
            }
        }
        if brackets {
            self.out.push_str(if latex { r"\right)" } else { ")" });
        }
        Ok(())
    }

    /// Checks first that the digits have room: to make them all can take long.
    pub(super) fn big(&mut self, n: &Number) -> Result<()> {
        if n.bits() as f64 * std::f64::consts::LOG10_2 > self.limit as f64 + 2.0 {
            return self.full();
        }
        write!(self.out, "{n}").or_else(|_| self.full())
    }
}

/// Writes a small integer.
pub(super) fn integer(out: &mut String, mut n: u64) {
    if n < 10 {
        out.push(char::from(b'0' + n as u8));
        return;
    }
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    while n > 0 {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
    }
    out.extend(digits[at..].iter().map(|&digit| char::from(digit)));
}
