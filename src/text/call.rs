//! Names and calls: which name is a symbol, a constant, a function, and what its arguments make of it.
//! Deliberately knows no derivative. Read next: `function/table.rs`, whose names are read here.

use super::greek;
use super::parse::{Definition, Names, Reader, parse};
use super::suggest::nearest;
use super::token::Mark;
use super::value::{Operand, power, scalars};
use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Expr, Head, Node};
use crate::function::{self, Function};
use crate::matrix::Value;
use crate::number::Number;
use crate::walk::substitute;

/// A call whose arguments are still being read.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// Where the name stands.
    pub(super) span: Span,
    meaning: Meaning,
    /// `sin^2 x`: the power of the whole call.
    power: Option<Expr>,
}

#[derive(Clone, Debug)]
enum Meaning {
    /// Rows of TABLE 1 by name; how many arguments tells which.
    Function,
    /// An unknown function or a formal derivative.
    Head(Head),
    /// `sin'` and `D[1](besselj)`: the slots of a function of TABLE 1.
    Slope(Vec<u8>),
    /// A definition, by its place.
    Defined(usize),
    /// `D(u, x)`; with one argument `D` is a symbol.
    Derivative,
    /// det, inv, tr, transpose
    Matrix,
    /// The logarithm to this base.
    LogBase(Expr),
}

const MATRIX: [&str; 5] = ["det", "inv", "tr", "trace", "transpose"];

/// Functions whose name may be glued to its argument by a slip: `sinx`.
const GLUED: [&str; 12] = ["sin", "cos", "tan", "cot", "sec", "csc", "exp", "log", "ln", "sqrt", "sinh", "cosh"];

/// sin^-1 is the inverse function for these.
fn has_inverse(name: &str) -> bool {
    Function::find(&format!("a{name}"), 1).is_some()
}

/// Comparisons are written with their signs; their rows' names are ordinary names to the reader.
fn is_function(name: &str) -> bool {
    name == "if" || function::rows(name).any(|f| !f.row().parameters.is_empty() && f.row().class != function::Class::Form)
}

impl<'a> Reader<'a, '_> {
    /// Whether the next token begins a function that would be applied.
    pub(super) fn begins_function(&self) -> bool {
        match self.mark(0) {
            Mark::Name(name) => {
                !self.names.is_symbol(name) && is_function(name) && !(greek::is_greek(name) && *self.mark(1) != Mark::Open('('))
            }
            Mark::LogBase(_) => true,
            _ => false,
        }
    }

    /// A name where an operand is due; whether one is still due after it.
    pub(super) fn name(&mut self, name: &'a str, span: Span) -> Result<bool> {
        self.at += 1;
        let mut primes = 0;
        while *self.mark(primes) == Mark::Prime {
            primes += 1;
        }
        let called = matches!(self.mark(primes), Mark::Open('('));
        let declared = self.names.is_symbol(name);
        if primes > 0
            && called
            && !declared
            && !self.names.definitions.iter().any(|d| d.name == name && !matches!(d.body, Value::Scalar(_)))
        {
            self.at += primes;
            let meaning = if is_function(name) {
                Meaning::Slope(vec![1; primes])
            } else {
                let head = self.pool.unknown(name);
                Meaning::Head((0..primes).fold(head, |head, _| self.pool.slope(head, 1)))
            };
            return self.begin(name, span, meaning);
        }
        if let Some(at) = self.names.definitions.iter().position(|d| d.name == name || d.name == greek::canonical(name)) {
            let definition = &self.names.definitions[at];
            if definition.parameters.is_empty() {
                let operand = operand_of(&definition.body);
                self.push(operand, span);
                return Ok(false);
            }
            if called {
                return self.begin(name, span, Meaning::Defined(at));
            }
        }
        if !declared {
            if called && (self.names.functions.iter().any(|f| f == name) || matches!(name, "f" | "g" | "h")) {
                let head = self.pool.unknown(name);
                return self.begin(name, span, Meaning::Head(head));
            }
            if name == "D" && *self.mark(0) == Mark::Open('[') {
                return self.formal(span);
            }
            if name == "D" && called {
                return self.begin(name, span, Meaning::Derivative);
            }
            if called && MATRIX.contains(&name) {
                return self.begin(name, span, Meaning::Matrix);
            }
            if let Some(constant) = self.constant(name) {
                self.push(Operand::One(constant), span);
                return Ok(false);
            }
            if is_function(name) && (called || !greek::is_greek(name)) {
                return self.function(name, span);
            }
            if !called || greek::is_greek(name) || name.chars().count() == 1 {
                if let Some(fixed) = glued(name) {
                    return Err(Error::new(Kind::Name, format!("`{name}` is not known")).at(span).suggest(fixed));
                }
            } else {
                let error = Error::new(Kind::Name, format!("the function `{name}` is not known")).at(span);
                return Err(match nearest(name, function::names().chain(MATRIX)) {
                    Some(known) => error.suggest(known),
                    None => error,
                });
            }
        }
        if called {
            self.surprise(span);
        }
        let e = self.symbol(name);
        self.push(Operand::One(e), span);
        Ok(false)
    }

    fn constant(&mut self, name: &str) -> Option<Expr> {
        let name = if name == "π" { "pi" } else { name };
        if name == "e" {
            return Some(self.pool.apply(const { Function::named("exp", 1) }, &[Expr::ONE]));
        }
        let function = Function::find(name, 0)?;
        Some(self.pool.apply(function, &[]))
    }

    fn begin(&mut self, name: &str, span: Span, meaning: Meaning) -> Result<bool> {
        let open = self.tokens[self.at].span;
        self.at += 1;
        self.open('(', open, Some(Call { name: name.to_string(), span, meaning, power: None }));
        Ok(true)
    }

    /// A function of TABLE 1: called, or applied as textbooks write it.
    fn function(&mut self, name: &str, span: Span) -> Result<bool> {
        let mut call = Call { name: name.to_string(), span, meaning: Meaning::Function, power: None };
        if let Some(exponent) = self.exponent_of_name() {
            let minus_one = self.pool.as_number(exponent).is_some_and(Number::is_minus_one);
            if minus_one && has_inverse(name) {
                call.name = format!("a{name}");
                self.surprise(span);
            } else {
                call.power = Some(exponent);
            }
        }
        self.argument(call, span)
    }

    fn argument(&mut self, call: Call, span: Span) -> Result<bool> {
        if let Mark::Open(open @ ('(' | '{')) = *self.mark(0) {
            let place = self.tokens[self.at].span;
            self.at += 1;
            self.open(open, place, Some(call));
            return Ok(true);
        }
        let begins = matches!(
            self.mark(0),
            Mark::Number(_)
                | Mark::Name(_)
                | Mark::Indexed(_)
                | Mark::LogBase(_)
                | Mark::Root(_)
                | Mark::Minus
                | Mark::Bar
                | Mark::Open('[')
        );
        if !begins {
            return Err(Error::new(Kind::Arity, format!("`{}` needs an argument", call.name)).at(span));
        }
        self.wait_for_argument(call, span);
        Ok(true)
    }

    /// `\log_{10} x`
    pub(super) fn log_base(&mut self, base: &'a str, span: Span) -> Result<bool> {
        self.at += 1;
        let base = match Number::from_decimal(base, 1000) {
            Some(n) => self.pool.number(n),
            None => match self.constant(base) {
                Some(constant) => constant,
                None => self.symbol(base),
            },
        };
        let mut call = Call { name: "log".into(), span, meaning: Meaning::LogBase(base), power: None };
        call.power = self.exponent_of_name();
        self.argument(call, span)
    }

    /// The exponent in `sin^2 x`, `sin² x`, `sin^{-1} x`, taken from the tokens if it is a plain number or name.
    fn exponent_of_name(&mut self) -> Option<Expr> {
        if let Mark::Superscript(n) = *self.mark(0) {
            self.at += 1;
            return Some(self.pool.integer(n));
        }
        if *self.mark(0) != Mark::Power {
            return None;
        }
        let bracket = matches!(self.mark(1), Mark::Open('(' | '{'));
        let at = 1 + usize::from(bracket);
        let minus = *self.mark(at) == Mark::Minus;
        let at = at + usize::from(minus);
        let value = match *self.mark(at) {
            Mark::Number(digits) => {
                let n = Number::from_decimal(digits, 1000)?;
                self.pool.number(n)
            }
            Mark::Name(name) if name.chars().count() == 1 => self.symbol(name),
            _ => return None,
        };
        if bracket && !matches!(self.mark(at + 1), Mark::Close(_)) {
            return None;
        }
        self.at += at + 1 + usize::from(bracket);
        Some(if minus { self.pool.neg(value) } else { value })
    }

    /// `D[1,2](f)(x, y)`, `D[1](D[2](f))(x, y)`, from the `[` on: the head is read by a loop, its brackets counted.
    fn formal(&mut self, start: Span) -> Result<bool> {
        let wrong =
            |reader: &Self| Error::new(Kind::Parse, "a formal derivative is written D[1](f)(x, y)").at(reader.tokens[reader.at].span);
        let mut slots: Vec<u8> = Vec::new();
        let mut open = 0usize;
        let name = loop {
            self.pool.check()?;
            match *self.mark(0) {
                Mark::Open('[') => {
                    self.at += 1;
                    loop {
                        let Mark::Number(digits) = *self.mark(0) else { return Err(wrong(self)) };
                        match digits.parse::<u8>() {
                            Ok(slot) if slot > 0 => slots.push(slot),
                            _ => return Err(wrong(self)),
                        }
                        self.at += 1;
                        match *self.mark(0) {
                            Mark::Comma => self.at += 1,
                            Mark::Close(']') => break,
                            _ => return Err(wrong(self)),
                        }
                    }
                    self.at += 1;
                    if *self.mark(0) != Mark::Open('(') {
                        return Err(wrong(self));
                    }
                    self.at += 1;
                    open += 1;
                }
                Mark::Name("D") if *self.mark(1) == Mark::Open('[') => self.at += 1,
                Mark::Name(name) => {
                    self.at += 1;
                    while *self.mark(0) == Mark::Prime {
                        self.at += 1;
                        slots.push(1);
                    }
                    break name;
                }
                _ => return Err(wrong(self)),
            }
        };
        for _ in 0..open {
            if *self.mark(0) != Mark::Close(')') {
                return Err(wrong(self));
            }
            self.at += 1;
        }
        if *self.mark(0) != Mark::Open('(') {
            return Err(wrong(self));
        }
        slots.sort_unstable();
        let span = start.to(self.tokens[self.at - 1].span);
        let meaning = if is_function(name) {
            Meaning::Slope(slots)
        } else {
            let head = self.pool.unknown(name);
            Meaning::Head(slots.iter().fold(head, |head, &slot| self.pool.slope(head, slot)))
        };
        self.begin(name, span, meaning)
    }

    /// The value of a call whose arguments are read.
    pub(super) fn finish(&mut self, call: Call, items: Vec<Operand>, place: Span) -> Result<Operand> {
        // Too many or too few arguments are shown at the name.
        let made = self.called(&call, items, place).map_err(|e| if e.kind() == Kind::Arity { e.at(call.span) } else { e })?;
        match call.power {
            Some(exponent) => {
                let base = made.scalar(self.pool, place)?;
                Ok(Operand::One(power(self.pool, base, exponent)))
            }
            None => Ok(made),
        }
    }

    fn called(&mut self, call: &Call, mut items: Vec<Operand>, place: Span) -> Result<Operand> {
        match &call.meaning {
            Meaning::Function => self.function_of(call, items, place),
            Meaning::LogBase(base) => {
                let args = scalars(self.pool, items, place)?;
                let [x] = args[..] else { return Err(arity(&call.name, "1", args.len(), place)) };
                let log = const { Function::named("log", 1) };
                let (above, below) = (self.pool.apply(log, &[x]), self.pool.apply(log, &[*base]));
                Ok(Operand::One(self.pool.div(above, below)))
            }
            Meaning::Head(head) => {
                let args = scalars(self.pool, items, place)?;
                if let Head::Slope(id) = head
                    && self.pool.slope_head(*id).slots.iter().any(|&slot| usize::from(slot) > args.len())
                {
                    return Err(Error::new(Kind::Arity, format!("`{}` has fewer arguments than D names", call.name)).at(place));
                }
                Ok(Operand::One(self.pool.call(*head, &args)))
            }
            Meaning::Slope(slots) => {
                let args = scalars(self.pool, items, place)?;
                let Some(f) = Function::find(&call.name, args.len()) else { return Err(self.wrong_arity(&call.name, args.len(), place)) };
                if slots.iter().any(|&slot| usize::from(slot) > args.len()) {
                    return Err(Error::new(Kind::Arity, format!("`{}` has fewer arguments than D names", call.name)).at(place));
                }
                let head = slots.iter().fold(Head::Function(f), |head, &slot| self.pool.slope(head, slot));
                Ok(Operand::One(self.pool.call(head, &args)))
            }
            Meaning::Defined(at) => {
                let definition = &self.names.definitions[*at];
                let args = scalars(self.pool, items, place)?;
                if args.len() != definition.parameters.len() {
                    return Err(arity(&call.name, &definition.parameters.len().to_string(), args.len(), place));
                }
                self.put_in(definition, &args)
            }
            Meaning::Derivative => {
                if items.len() == 1 {
                    let d = self.symbol("D");
                    let Some(factor) = items.pop() else { return Ok(Operand::One(d)) };
                    return super::value::multiplied(self.pool, Operand::One(d), factor, false, place);
                }
                let args = scalars(self.pool, items, place)?;
                let mut e = args[0];
                for &by in &args[1..] {
                    if !matches!(self.pool.node(by), Node::Symbol(_)) {
                        return Err(Error::new(Kind::Parse, "D(u, x) needs a symbol as its second argument").at(place));
                    }
                    e = self.pool.apply(const { Function::named("D", 2) }, &[e, by]);
                }
                Ok(Operand::One(e))
            }
            Meaning::Matrix => {
                let found = items.len();
                let (Some(operand), 1) = (items.pop(), found) else { return Err(arity(&call.name, "1", found, place)) };
                let Operand::Matrix(m) = operand else {
                    return Err(Error::new(Kind::Shape, format!("`{}` needs a matrix", call.name)).at(place));
                };
                let made = match call.name.as_str() {
                    "det" => m.determinant(self.pool).map(Operand::One),
                    "inv" => m.inverse(self.pool).map(|m| Operand::Matrix(Box::new(m))),
                    "transpose" => Ok(Operand::Matrix(Box::new(m.transpose()))),
                    _ => m.trace(self.pool).map(Operand::One),
                };
                made.map_err(|e| e.at(place))
            }
        }
    }

    fn function_of(&mut self, call: &Call, mut items: Vec<Operand>, place: Span) -> Result<Operand> {
        let name = call.name.as_str();
        if let [Operand::Matrix(m)] = items.as_slice() {
            let Some(f) = Function::find(name, 1) else { return Err(self.wrong_arity(name, 1, place)) };
            let m = (**m).clone();
            let mut entries = Vec::with_capacity(m.entries.len());
            for &e in &m.entries {
                let value = self.apply(f, &[e])?;
                entries.push(value);
            }
            return Ok(Operand::Matrix(Box::new(crate::matrix::Matrix { entries, ..m })));
        }
        if name == "if" {
            let found = items.len();
            if found != 3 {
                return Err(arity(name, "3", found, place));
            }
            let condition = match items.remove(0) {
                Operand::Condition(c) => c,
                _ => {
                    return Err(
                        Error::new(Kind::Parse, "the first argument of if(condition, a, b) is a comparison such as x < 0").at(place)
                    );
                }
            };
            let branches = scalars(self.pool, items, place)?;
            let e = self.pool.apply(const { Function::named("if", 3) }, &[condition, branches[0], branches[1]]);
            return Ok(Operand::One(e));
        }
        let args = scalars(self.pool, items, place)?;
        if let Some(f) = Function::find(name, args.len()) {
            let e = self.apply(f, &args)?;
            return Ok(Operand::One(e));
        }
        // max and min of several: nested, from the right
        if matches!(name, "max" | "min")
            && let (Some(f), [rest @ .., last]) = (Function::find(name, 2), &args[..])
            && !rest.is_empty()
        {
            let e = rest.iter().rev().fold(*last, |all, &arg| self.pool.apply(f, &[arg, all]));
            return Ok(Operand::One(e));
        }
        Err(self.wrong_arity(name, args.len(), place))
    }

    fn wrong_arity(&self, name: &str, found: usize, place: Span) -> Error {
        let mut wanted: Vec<usize> = function::rows(name).map(|f| f.row().parameters.len()).collect();
        wanted.sort_unstable();
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        arity(name, &wanted.join(" or "), found, place)
    }

    /// A call of a row, or what the row says that it reads as.
    fn apply(&mut self, f: Function, args: &[Expr]) -> Result<Expr> {
        let row = f.row();
        let Some(text) = row.reads_as else { return Ok(self.pool.apply(f, args)) };
        // Roots are frequent: x^(1/n) needs no reading.
        if let Some(index) = text.strip_prefix("x^(1/").and_then(|rest| rest.strip_suffix(')')).and_then(|n| n.parse().ok()) {
            let exponent = self.pool.number(Number::new(1, index));
            return Ok(self.pool.pow(args[0], exponent));
        }
        let definitions = row
            .parameters
            .iter()
            .zip(args)
            .map(|(name, &arg)| Definition { name: (*name).to_string(), parameters: Vec::new(), body: Value::Scalar(arg) })
            .collect();
        let names = Names { definitions, ..Names::default() };
        // The texts of TABLE 1 are short and none reads as itself, so this does not go deep.
        let parsed = parse(self.pool, text, &names)?;
        Ok(parsed.value.entries().first().copied().unwrap_or(Expr::ZERO))
    }

    /// A definition with its parameters replaced.
    fn put_in(&mut self, definition: &Definition, args: &[Expr]) -> Result<Operand> {
        let pairs: Vec<(Expr, Expr)> = definition.parameters.iter().zip(args).map(|(name, &arg)| (self.pool.symbol(name), arg)).collect();
        let mut of = |e: Expr| substitute(self.pool, e, |_, e| pairs.iter().find(|(symbol, _)| *symbol == e).map(|(_, arg)| *arg));
        Ok(match &definition.body {
            Value::Scalar(e) => Operand::One(of(*e)?),
            Value::Matrix(m) => {
                let entries = m.entries.iter().map(|&e| of(e)).collect::<Result<Vec<_>>>()?;
                Operand::Matrix(Box::new(crate::matrix::Matrix { entries, ..m.clone() }))
            }
        })
    }
}

fn arity(name: &str, wanted: &str, found: usize, place: Span) -> Error {
    let s = if wanted == "1" { "" } else { "s" };
    Error::new(Kind::Arity, format!("`{name}` takes {wanted} argument{s}, found {found}")).at(place)
}

fn operand_of(value: &Value) -> Operand {
    match value {
        Value::Scalar(e) => Operand::One(*e),
        Value::Matrix(m) => Operand::Matrix(Box::new(m.clone())),
    }
}

/// `sin(x)` for `sinx`.
fn glued(name: &str) -> Option<String> {
    GLUED
        .iter()
        .filter_map(|f| Some((f, name.strip_prefix(f)?)))
        .find(|(_, rest)| matches!(*rest, "x" | "y" | "z" | "theta" | "θ"))
        .map(|(f, rest)| format!("{f}({rest})"))
}
