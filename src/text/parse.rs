//! The reader: tokens to expressions, operators and brackets on one explicit stack.
//! Deliberately simplifies nothing and recurses nowhere on the input; names and calls are in `call.rs`.
//! Read next: `call.rs`, then `value.rs`. `grammar.md` is the specification.

use super::call::Call;
use super::latex;
use super::token::{Mark, Token, tokens};
use super::value::{Operand, added, divided, listed, multiplied, negated, raised};
use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Expr, Pool};
use crate::function::Function;
use crate::matrix::Value;
use crate::number::Number;

/// What the caller declares about names.
#[derive(Default, Clone, Debug)]
pub(crate) struct Names {
    /// Canonical names of symbols; they override `e`, `I`, `pi`, `D` and functions.
    pub(crate) symbols: Vec<String>,
    /// Unknown functions besides `f`, `g`, `h`.
    pub(crate) functions: Vec<String>,
    /// Names with a meaning of their own.
    pub(crate) definitions: Vec<Definition>,
}

/// `name(parameters) = body`; without parameters a plain name.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// Canonical names of symbols of the pool that the body is in.
    pub(crate) parameters: Vec<String>,
    pub(crate) body: Value,
}

impl Names {
    pub(super) fn declares(&self, name: &str) -> bool {
        let canonical = super::greek::canonical(name);
        self.symbols.iter().any(|s| *s == canonical)
            || self.functions.iter().any(|f| f == name)
            || self.definitions.iter().any(|d| d.name == name || d.name == canonical)
    }

    pub(super) fn is_symbol(&self, name: &str) -> bool {
        !self.symbols.is_empty() && {
            let canonical = super::greek::canonical(name);
            self.symbols.iter().any(|s| *s == canonical)
        }
    }
}

/// What a text says.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    /// Where the reading could surprise: `1/2x`, `x(x+1)`, `sin 2x cos x`.
    pub(crate) surprises: Vec<Span>,
}

/// An operator that waits for what comes after it.
#[derive(Debug, Clone, Copy)]
enum Waiting {
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `.*` and `./`
    EachMultiply,
    EachDivide,
    /// Multiplication by standing together inside the argument of a function without brackets.
    Beside,
    Raise,
    EachRaise,
    Negate,
    /// √ and its kin, by index.
    Root(i64),
    Compare(&'static str),
    /// A function without brackets; the number names it in `bare`.
    Bare(u32),
    /// A bracket; the number names it in `brackets`.
    Bracket,
}

impl Waiting {
    /// How tightly it holds what comes before it; a bracket holds everything.
    fn binds(self) -> u8 {
        match self {
            Waiting::Bracket => 0,
            Waiting::Compare(_) => 1,
            Waiting::Add | Waiting::Subtract => 2,
            Waiting::Multiply | Waiting::Divide | Waiting::EachMultiply | Waiting::EachDivide => 3,
            Waiting::Bare(_) => 4,
            Waiting::Beside => 5,
            Waiting::Negate => 6,
            Waiting::Root(_) => 7,
            Waiting::Raise | Waiting::EachRaise => 8,
        }
    }
}

/// An open bracket.
pub(super) struct Bracket {
    pub(super) open: char,
    pub(super) span: Span,
    /// Whose arguments it holds, if anyone's.
    pub(super) call: Option<Box<Call>>,
    pub(super) items: Vec<Operand>,
}

pub(super) struct Reader<'a, 'p> {
    pub(super) pool: &'p mut Pool,
    pub(super) names: &'a Names,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) at: usize,
    values: Vec<(Operand, Span)>,
    waiting: Vec<(Waiting, Span)>,
    brackets: Vec<Bracket>,
    bare: Vec<Call>,
    surprises: Vec<Span>,
    /// How many quotients have been made.
    divisions: usize,
}

/// Reads a text.
///
/// # Errors
/// Kinds `parse`, `name`, `arity`, `shape` with the place; `limit` when a budget ends.
pub(crate) fn parse(pool: &mut Pool, text: &str, names: &Names) -> Result<Parsed> {
    let found = tokens(text, || pool.check())?;
    let found = if latex::is_latex(&found) { latex::rewrite(&found, names)? } else { found };
    let mut reader = Reader {
        pool,
        names,
        tokens: found,
        at: 0,
        values: Vec::new(),
        waiting: Vec::new(),
        brackets: Vec::new(),
        bare: Vec::new(),
        surprises: Vec::new(),
        divisions: 0,
    };
    reader.read(text)
}

impl<'a> Reader<'a, '_> {
    fn read(&mut self, text: &str) -> Result<Parsed> {
        if self.tokens.len() == 1 {
            return Err(Error::new(Kind::Parse, "the formula is empty").at(Span::new(0, text.len().min(1))));
        }
        let mut operand_due = true;
        loop {
            self.pool.check()?;
            let token = self.tokens[self.at].clone();
            if token.mark == Mark::End {
                break;
            }
            operand_due = if operand_due { self.operand(token)? } else { self.operator(token)? };
        }
        let end = self.tokens[self.at].span;
        if operand_due {
            return Err(self.missing(end));
        }
        self.reduce(1)?;
        if let Some(bracket) = self.brackets.last() {
            let what = bracket.open;
            return Err(Error::new(Kind::Parse, format!("this `{what}` is not closed")).at(bracket.span));
        }
        let (operand, span) = self.pop(end)?;
        Ok(Parsed { value: operand.value(self.pool, span)?, surprises: std::mem::take(&mut self.surprises) })
    }

    /// The error where an operand is due and none comes.
    fn missing(&self, end: Span) -> Error {
        match self.waiting.last() {
            Some((Waiting::Bare(at), span)) => {
                let name = &self.bare[*at as usize].name;
                Error::new(Kind::Arity, format!("`{name}` needs an argument")).at(*span)
            }
            _ => Error::new(Kind::Parse, "the formula ends where a number, a name or a bracket is expected").at(end),
        }
    }

    pub(super) fn mark(&self, ahead: usize) -> &Mark<'a> {
        self.tokens.get(self.at + ahead).map_or(&Mark::End, |t| &t.mark)
    }

    pub(super) fn push(&mut self, operand: Operand, span: Span) {
        self.values.push((operand, span));
    }

    pub(super) fn surprise(&mut self, span: Span) {
        if self.surprises.len() < 16 {
            self.surprises.push(span);
        }
    }

    fn pop(&mut self, near: Span) -> Result<(Operand, Span)> {
        self.values.pop().ok_or_else(|| Error::new(Kind::Parse, "something is missing here").at(near))
    }

    pub(super) fn open(&mut self, open: char, span: Span, call: Option<Call>) {
        self.waiting.push((Waiting::Bracket, span));
        self.brackets.push(Bracket { open, span, call: call.map(Box::new), items: Vec::new() });
    }

    pub(super) fn wait_for_argument(&mut self, call: Call, span: Span) {
        let at = self.bare.len() as u32;
        self.bare.push(call);
        self.waiting.push((Waiting::Bare(at), span));
    }

    /// A token where an operand is due; whether one is still due after it.
    fn operand(&mut self, token: Token<'a>) -> Result<bool> {
        let span = token.span;
        match token.mark {
            Mark::Number(digits) => {
                self.at += 1;
                let Some(value) = Number::from_decimal(digits, self.pool.meter.budget.digits) else {
                    let bound = format!("{} digits", self.pool.meter.budget.digits);
                    return Err(crate::budget::limit("size", &bound, "--max-digits").at(span));
                };
                let number = self.pool.number(value);
                self.push(Operand::One(number), span);
                Ok(false)
            }
            Mark::Name(name) => self.name(name, span),
            Mark::Indexed(name) => {
                self.at += 1;
                let e = self.symbol(&name);
                self.push(Operand::One(e), span);
                Ok(false)
            }
            Mark::LogBase(base) => self.log_base(base, span),
            Mark::Minus => {
                self.at += 1;
                self.waiting.push((Waiting::Negate, span));
                Ok(true)
            }
            Mark::Plus => {
                self.at += 1;
                // A sign without effect; two operators in a row are more likely a slip.
                if matches!(self.mark(0), Mark::Plus | Mark::Times | Mark::Divide | Mark::Power) {
                    return Err(self.unexpected(self.at));
                }
                Ok(true)
            }
            Mark::Root(index) => {
                self.at += 1;
                self.waiting.push((Waiting::Root(index), span));
                Ok(true)
            }
            Mark::Open(open) => {
                self.at += 1;
                self.open(open, span, None);
                Ok(true)
            }
            Mark::Bar => {
                self.at += 1;
                self.open('|', span, None);
                Ok(true)
            }
            Mark::Close(_) | Mark::Comma if matches!(self.waiting.last(), Some((Waiting::Bare(_), _))) => Err(self.missing(span)),
            Mark::Close(close) => match self.brackets.last() {
                Some(bracket) if matches!(self.waiting.last(), Some((Waiting::Bracket, _))) => {
                    let what = format!("{}{close}", bracket.open);
                    Err(Error::new(Kind::Parse, format!("nothing stands in `{what}`")).at(bracket.span.to(span)))
                }
                _ => Err(self.unexpected(self.at)),
            },
            _ => Err(self.unexpected(self.at)),
        }
    }

    /// The error of a token that cannot stand where it stands.
    fn unexpected(&self, at: usize) -> Error {
        let token = &self.tokens[at];
        let what = match &token.mark {
            Mark::End => "the end of the formula".to_string(),
            Mark::Number(n) | Mark::Name(n) => format!("`{n}`"),
            Mark::Open(c) | Mark::Close(c) => format!("`{c}`"),
            Mark::Plus => "`+`".into(),
            Mark::Minus => "`-`".into(),
            Mark::Times => "`*`".into(),
            Mark::Divide => "`/`".into(),
            Mark::Power => "`^`".into(),
            Mark::Comma => "`,`".into(),
            Mark::Semicolon => "`;`".into(),
            Mark::Factorial => "`!`".into(),
            Mark::Prime => "`'`".into(),
            Mark::Bar => "`|`".into(),
            Mark::Compare(c) => format!("`{c}`"),
            Mark::Equals => "`=`".into(),
            Mark::Underscore => "`_`".into(),
            Mark::Superscript(_) => "a superscript".into(),
            Mark::Dot(c) => format!("`.{c}`"),
            _ => "this".into(),
        };
        Error::new(Kind::Parse, format!("found {what} where a number, a name or a bracket is expected")).at(token.span)
    }

    /// A token after an operand; whether an operand is due after it.
    fn operator(&mut self, token: Token<'a>) -> Result<bool> {
        let span = token.span;
        let plain = |waiting| Some(waiting);
        let waiting = match token.mark {
            Mark::Plus => plain(Waiting::Add),
            Mark::Minus => plain(Waiting::Subtract),
            Mark::Times => plain(Waiting::Multiply),
            Mark::Divide => plain(Waiting::Divide),
            Mark::Power => plain(Waiting::Raise),
            Mark::Dot('*') => plain(Waiting::EachMultiply),
            Mark::Dot('/') => plain(Waiting::EachDivide),
            Mark::Dot(_) => plain(Waiting::EachRaise),
            Mark::Compare(c) => plain(Waiting::Compare(c)),
            _ => None,
        };
        if let Some(waiting) = waiting {
            self.at += 1;
            let right = matches!(waiting, Waiting::Raise | Waiting::EachRaise);
            self.reduce(waiting.binds() + u8::from(right))?;
            self.waiting.push((waiting, span));
            return Ok(true);
        }
        match token.mark {
            Mark::Factorial => {
                self.at += 1;
                let (operand, place) = self.pop(span)?;
                let e = operand.scalar(self.pool, place)?;
                let call = self.pool.apply(const { Function::named("factorial", 1) }, &[e]);
                self.push(Operand::One(call), place.to(span));
                Ok(false)
            }
            Mark::Superscript(n) => {
                self.at += 1;
                let (operand, place) = self.pop(span)?;
                let n = self.pool.integer(n);
                let power = raised(self.pool, operand, Operand::One(n), false, place.to(span))?;
                self.push(power, place.to(span));
                Ok(false)
            }
            Mark::Prime => {
                self.at += 1;
                if let Some((Operand::Matrix(m), _)) = self.values.last_mut() {
                    **m = m.transpose();
                }
                Ok(false)
            }
            Mark::Comma | Mark::Semicolon => {
                self.reduce(1)?;
                if !self.brackets.last().is_some_and(|b| b.call.is_some() || b.open == '[') || token.mark == Mark::Semicolon {
                    return Err(Error::new(Kind::Parse, "a comma stands only between arguments or entries").at(span));
                }
                self.at += 1;
                let (operand, _) = self.pop(span)?;
                if let Some(bracket) = self.brackets.last_mut() {
                    bracket.items.push(operand);
                }
                Ok(true)
            }
            Mark::Close(close) => {
                self.at += 1;
                self.close(close, span)
            }
            Mark::Bar if self.brackets.last().is_some_and(|b| b.open == '|') => {
                self.at += 1;
                self.close('|', span)
            }
            Mark::Equals => {
                Err(Error::new(Kind::Parse, "`=` is not part of an expression; compare with ==, or ask `symdiff equal A B`").at(span))
            }
            Mark::Number(n) if matches!(self.tokens.get(self.at.wrapping_sub(1)).map(|t| &t.mark), Some(Mark::Number(_))) => {
                Err(Error::new(Kind::Parse, format!("two numbers stand side by side; write an operator before `{n}`")).at(span))
            }
            Mark::Number(_) | Mark::Name(_) | Mark::Indexed(_) | Mark::LogBase(_) | Mark::Root(_) | Mark::Bar | Mark::Open('(' | '{') => {
                self.beside(span)?;
                Ok(true)
            }
            _ => {
                let error = self.unexpected(self.at);
                Err(error)
            }
        }
    }

    /// Multiplication by standing together: as tight as `*`, tighter inside the argument of a function without brackets.
    fn beside(&mut self, span: Span) -> Result<()> {
        self.reduce(Waiting::Beside.binds())?;
        let inside = matches!(self.waiting.last(), Some((Waiting::Bare(_) | Waiting::Beside, _)));
        if inside && !self.begins_function() {
            self.waiting.push((Waiting::Beside, span));
            return Ok(());
        }
        if inside {
            self.surprise(span);
        }
        let divisions = self.divisions;
        self.reduce(Waiting::Multiply.binds())?;
        if self.divisions > divisions {
            // 1/2x is (1/2)*x
            self.surprise(span);
        }
        self.waiting.push((Waiting::Multiply, span));
        Ok(())
    }

    /// Makes what binds at least as tightly as `least`, down to the innermost bracket.
    fn reduce(&mut self, least: u8) -> Result<()> {
        while let Some(&(waiting, span)) = self.waiting.last() {
            if matches!(waiting, Waiting::Bracket) || waiting.binds() < least {
                return Ok(());
            }
            self.pool.check()?;
            self.waiting.pop();
            let (b, right) = self.pop(span)?;
            let made = match waiting {
                Waiting::Negate => (negated(self.pool, b, right)?, span.to(right)),
                Waiting::Root(index) => {
                    let exponent = self.pool.number(Number::new(1, index));
                    (raised(self.pool, b, Operand::One(exponent), true, right)?, span.to(right))
                }
                Waiting::Bare(at) => {
                    let call = self.bare[at as usize].clone();
                    (self.finish(call, vec![b], span.to(right))?, span.to(right))
                }
                _ => {
                    let (a, left) = self.pop(span)?;
                    let place = left.to(right);
                    let made = match waiting {
                        Waiting::Add => added(self.pool, a, b, place)?,
                        Waiting::Subtract => {
                            let b = negated(self.pool, b, right)?;
                            added(self.pool, a, b, place)?
                        }
                        Waiting::Multiply | Waiting::Beside => multiplied(self.pool, a, b, false, place)?,
                        Waiting::EachMultiply => multiplied(self.pool, a, b, true, place)?,
                        Waiting::Divide => {
                            self.divisions += 1;
                            divided(self.pool, a, b, false, place)?
                        }
                        Waiting::EachDivide => divided(self.pool, a, b, true, place)?,
                        Waiting::Raise => raised(self.pool, a, b, false, place)?,
                        Waiting::EachRaise => raised(self.pool, a, b, true, place)?,
                        Waiting::Compare(c) => self.compared(c, a, b, span, place)?,
                        _ => a,
                    };
                    (made, place)
                }
            };
            self.values.push(made);
        }
        Ok(())
    }

    fn compared(&mut self, c: &str, a: Operand, b: Operand, span: Span, place: Span) -> Result<Operand> {
        if matches!(a, Operand::Condition(_)) || matches!(b, Operand::Condition(_)) {
            return Err(Error::new(Kind::Parse, "comparisons cannot be chained; nest if(..) instead").at(span));
        }
        let (a, b) = (a.scalar(self.pool, place)?, b.scalar(self.pool, place)?);
        let (function, args) = match c {
            "<" => (const { Function::named("less", 2) }, [a, b]),
            ">" => (const { Function::named("less", 2) }, [b, a]),
            "<=" => (const { Function::named("lessequal", 2) }, [a, b]),
            ">=" => (const { Function::named("lessequal", 2) }, [b, a]),
            "==" => (const { Function::named("same", 2) }, [a, b]),
            _ => (const { Function::named("differs", 2) }, [a, b]),
        };
        Ok(Operand::Condition(self.pool.apply(function, &args)))
    }

    fn close(&mut self, close: char, span: Span) -> Result<bool> {
        self.reduce(1)?;
        let Some(bracket) = self.brackets.pop() else {
            return Err(Error::new(Kind::Parse, format!("`{close}` closes nothing")).at(span));
        };
        let wanted = match bracket.open {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            other => other,
        };
        if close != wanted {
            return Err(Error::new(Kind::Parse, format!("found `{close}` where `{wanted}` closes the `{}` before", bracket.open)).at(span));
        }
        self.waiting.pop();
        let (operand, _) = self.pop(span)?;
        let place = bracket.span.to(span);
        let mut items = bracket.items;
        if let Some(call) = bracket.call {
            items.push(operand);
            let place = call.span.to(span);
            let made = self.finish(*call, items, place)?;
            self.push(made, place);
            return Ok(false);
        }
        let made = match bracket.open {
            '[' => {
                items.push(operand);
                listed(self.pool, items, place)?
            }
            '|' => {
                let absolute = const { Function::named("abs", 1) };
                match operand {
                    Operand::Matrix(m) => Operand::Matrix(Box::new(m.map(|e| self.pool.apply(absolute, &[e])))),
                    other => {
                        let e = other.scalar(self.pool, place)?;
                        Operand::One(self.pool.apply(absolute, &[e]))
                    }
                }
            }
            _ => operand,
        };
        self.push(made, place);
        Ok(false)
    }

    pub(super) fn symbol(&mut self, name: &str) -> Expr {
        let key = super::greek::canonical(name);
        let symbol = self.pool.symbol_shown(&key, name);
        self.pool.symbol_expr(symbol)
    }
}
