//! How tokens become expressions: operators and brackets on a stack, so that depth costs memory and no recursion.
//! Deliberately knows no names and no functions.
//! Read next: `name.rs` for names, `build.rs` for what operators make.

use super::Names;
use super::array::Arrays;
use super::build::{self, Item};
use super::name::Known;
use super::token::{Bracket, Environment, Kind, Token, Tokens};
use crate::error::{Error, Kind as ErrorKind, Result, Span};
use crate::expr::{Expr, Head, Pool};
use crate::function::Function;
use crate::matrix::Matrix;
use crate::message::Phrase;
use crate::number::Number;
use crate::operation::Operation;
use crate::phrase;
use std::borrow::Cow;

const LESS: Function = Function::named("less", 2);
const LESS_EQUAL: Function = Function::named("lessequal", 2);
const SAME: Function = Function::named("same", 2);
const DIFFERS: Function = Function::named("differs", 2);
const ABS: Function = Function::named("abs", 1);
const FLOOR: Function = Function::named("floor", 1);
const CEIL: Function = Function::named("ceil", 1);
const FACTORIAL: Function = Function::named("factorial", 1);

/// What stands on the stack: operators that wait for their right side, and open brackets.
#[derive(Debug)]
pub(super) enum Op {
    /// The operator of a token.
    Binary(Kind, Span),
    /// A product by standing side by side, inside the argument of a function without brackets.
    Run,
    Negative,
    /// `√x`; for `\sqrt[n]x` the index is a value.
    Root(Option<u8>),
    Apply(Box<Application>),
    Open(Frame),
}

/// A function that waits for its argument.
#[derive(Debug)]
pub(super) struct Application {
    pub(super) callee: Callee,
    /// `sin^2`
    pub(super) power: Option<Expr>,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum Callee {
    /// Rows of TABLE 1 of this name.
    Table(&'static str),
    /// A logarithm to this base.
    Log(Expr),
    Matrix(&'static str),
    /// The sum over these indices.
    Over(Vec<Expr>),
    /// A function of TABLE 3, with the name it was typed as.
    Array(Operation, &'static str),
    Unknown(Head),
    /// The derivative of a function by these arguments.
    Slope(String, Vec<u8>),
    /// A definition of the user's, by its place.
    Defined(usize),
    Derivative,
    If,
}

/// An open bracket.
#[derive(Debug)]
pub(super) struct Frame {
    bracket: Bracket,
    pub(super) role: Role,
    span: Span,
    /// How many values there were before it.
    start: usize,
}

/// What a bracket is for.
#[derive(Debug)]
pub(super) enum Role {
    Group,
    Call(Box<Application>),
    CallOfBars(Box<Application>),
    List,
    /// The exponent in `sin^{n} x`.
    Exponent(Box<Application>),
    /// The base in `\log_{2} x`.
    Base(Box<Application>),
    /// The first or second argument of `\frac` (true) or `\binom`.
    First(bool),
    Second(bool),
    Index,
    /// What is under the root, with its index as a value before it.
    Radicand,
    /// Between `\begin` and `\end`, with where each finished row ends.
    Cells(Environment, Vec<usize>),
}

/// How tightly an operator binds.
const COMPARE: u8 = 0;
const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const APPLY: u8 = 3;
const RUN: u8 = 4;
const SIGN: u8 = 5;
const POWER: u8 = 6;

impl Op {
    fn binds(&self) -> Option<u8> {
        Some(match self {
            Op::Binary(kind, _) => binds(*kind)?,
            Op::Run => RUN,
            Op::Negative | Op::Root(_) => SIGN,
            Op::Apply(_) => APPLY,
            Op::Open(_) => return None,
        })
    }
}

fn binds(kind: Kind) -> Option<u8> {
    Some(match kind {
        Kind::Less | Kind::LessEqual | Kind::Greater | Kind::GreaterEqual | Kind::Same | Kind::Differs => COMPARE,
        Kind::Plus | Kind::Minus => SUM,
        Kind::Star | Kind::Slash | Kind::DotStar | Kind::DotSlash => PRODUCT,
        Kind::Caret | Kind::DotCaret => POWER,
        _ => return None,
    })
}

pub(super) struct Parser<'a> {
    pub(super) pool: &'a mut Pool,
    pub(super) text: &'a str,
    pub(super) tokens: Cow<'a, Tokens>,
    pub(super) at: usize,
    pub(super) known: &'a Known,
    pub(super) names: &'a Names,
    /// Names that stand for expressions: the parameters of a text of TABLE 1.
    pub(super) bindings: &'a [(&'static str, Expr)],
    pub(super) ops: Vec<Op>,
    pub(super) values: Vec<Item>,
    /// Where in `ops` the open brackets are.
    frames: Vec<usize>,
    /// Whether an operand must come next.
    pub(super) due: bool,
    pub(super) surprises: Vec<Span>,
    /// The shapes of arrays, where any are declared.
    pub(super) arrays: Option<Arrays>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(
        pool: &'a mut Pool,
        text: &'a str,
        tokens: Cow<'a, Tokens>,
        known: &'a Known,
        names: &'a Names,
        bindings: &'a [(&'static str, Expr)],
    ) -> Parser<'a> {
        Parser {
            pool,
            text,
            tokens,
            at: 0,
            known,
            names,
            bindings,
            ops: Vec::with_capacity(16),
            values: Vec::with_capacity(16),
            frames: Vec::with_capacity(8),
            due: true,
            surprises: Vec::new(),
            arrays: None,
        }
    }

    /// Reads all tokens.
    pub(super) fn run(&mut self) -> Result<Item> {
        loop {
            self.pool.check()?;
            let token = self.tokens.list[self.at];
            if self.due {
                self.operand(token)?;
            } else if token.kind == Kind::End {
                self.reduce(COMPARE)?;
                if let Some(Op::Open(frame)) = self.ops.last() {
                    return Err(self.unclosed(frame, token));
                }
                return self.pop(token.span);
            } else {
                self.operator(token)?;
            }
        }
    }

    // ---- where an operand must come

    fn operand(&mut self, token: Token) -> Result<()> {
        match token.kind {
            Kind::Number => {
                let mut number = self.number(token)?;
                if self.pool.keeps_order()
                    && let Some(exact) = self.pool.as_number(number).cloned()
                {
                    number = self.pool.literal(exact, &self.text[token.span.start..token.span.end]);
                }
                return self.atom(Item::One(number));
            }
            Kind::Name | Kind::Made(_) => return self.name(token),
            Kind::Otherwise => return self.atom(Item::Otherwise(token.span)),
            Kind::Minus => self.ops.push(Op::Negative),
            Kind::Plus => {}
            Kind::Open(Bracket::Square) => self.open(Bracket::Square, Role::List, token.span),
            Kind::Open(bracket) => self.open(bracket, Role::Group, token.span),
            Kind::Bar | Kind::LeftBar => self.open(Bracket::Bar, Role::Group, token.span),
            Kind::Begin(environment) => self.open(Bracket::Environment, Role::Cells(environment, Vec::new()), token.span),
            Kind::Root(index) => return self.radical(index, token),
            Kind::Sqrt => {
                if self.peek(1) == Kind::Open(Bracket::Square) {
                    self.at += 1;
                    self.open(Bracket::Square, Role::Index, self.tokens.list[self.at].span);
                } else {
                    return self.radical(2, token);
                }
            }
            Kind::Fraction | Kind::Binomial => {
                self.at += 1;
                return self.argument(Role::First(token.kind == Kind::Fraction));
            }
            Kind::EndOf(_) | Kind::RowEnd if self.row_is_empty() => return self.cell_mark(token),
            Kind::Ampersand | Kind::EndOf(_) | Kind::RowEnd if self.comma_before() => return self.cell_mark(token),
            _ => return Err(self.no_operand(token)),
        }
        self.at += 1;
        Ok(())
    }

    /// `√(x + 1)` is a call; `√x` and `√2x` take the next operand.
    fn radical(&mut self, index: u8, token: Token) -> Result<()> {
        self.at += 1;
        let next = self.tokens.list[self.at];
        if let Kind::Open(bracket @ (Bracket::Round | Bracket::Curly)) = next.kind {
            let index = self.pool.integer(i64::from(index));
            self.values.push(Item::One(index));
            self.at += 1;
            self.open(bracket, Role::Radicand, token.span.to(next.span));
            return Ok(());
        }
        self.ops.push(Op::Root(Some(index)));
        Ok(())
    }

    /// An argument of `\frac` or `\binom`: in braces, or one token.
    fn argument(&mut self, role: Role) -> Result<()> {
        let token = self.tokens.list[self.at];
        if token.kind == Kind::Open(Bracket::Curly) {
            if let Role::First(true) = role {
                self.no_leibniz(token)?;
            }
            self.at += 1;
            self.open(Bracket::Curly, role, token.span);
            return Ok(());
        }
        match self.single()? {
            Some(e) => {
                self.values.push(Item::One(e));
                self.fill(role, token.span)
            }
            None => Err(self.unexpected(token, phrase!("an argument in braces"))),
        }
    }

    /// `\frac{d}{dx}` and `\frac{dy}{dx}` are no quotients.
    fn no_leibniz(&self, token: Token) -> Result<()> {
        let word = |at: usize| {
            let token = self.tokens.list.get(self.at + at)?;
            matches!(token.kind, Kind::Name | Kind::Made(_)).then(|| self.name_text(*token))
        };
        let Some(top) = word(1).filter(|top| top.starts_with('d') && (*top == "d" || top.len() == 2)) else { return Ok(()) };
        if let Some(close) = (2..6).find(|&at| self.peek(at) == Kind::Close(Bracket::Curly))
            && self.peek(close + 1) == Kind::Open(Bracket::Curly)
            && let Some(below) = word(close + 2)
            && below.starts_with('d')
            && ((below.len() == 2 && top.len() <= 2) || (below == "d" && word(close + 3).is_some()))
            && !self.known.declares(&["d", top, below])
        {
            let message =
                phrase!("a derivative written as \\frac{d}{dx} is not read; give the expression, and name the variable separately");
            return Err(Error::new(ErrorKind::Parse, message).at(token.span));
        }
        Ok(())
    }

    /// A bracket opens; the caller moves on.
    pub(super) fn open(&mut self, bracket: Bracket, role: Role, span: Span) {
        self.frames.push(self.ops.len());
        self.ops.push(Op::Open(Frame { bracket, role, span, start: self.values.len() }));
        self.due = true;
    }

    pub(super) fn number(&mut self, token: Token) -> Result<Expr> {
        let text = &self.text[token.span.start..token.span.end];
        match Number::from_decimal(text, self.pool.meter.budget.digits) {
            Some(number) => Ok(self.pool.number(number)),
            None => Err(self.too_long().at(Span::new(token.span.start, token.span.end.min(token.span.start + 20)))),
        }
    }

    pub(super) fn too_long(&self) -> Error {
        crate::budget::limit(phrase!("size"), phrase!("{digits} digits", digits = self.pool.meter.budget.digits), "--max-digits")
    }

    /// The number in superscript digits: `²`, `⁻¹`, `¹⁰`, `ⁿ`.
    pub(super) fn superscript(&mut self, token: Token) -> Result<Expr> {
        let text = &self.text[token.span.start..token.span.end];
        let (minus, digits) = match text.strip_prefix('⁻') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('⁺').unwrap_or(text)),
        };
        let plain = |c: char| match c {
            '¹' => Some('1'),
            '²' => Some('2'),
            '³' => Some('3'),
            c => u32::from(c).checked_sub(0x2070).and_then(|digit| char::from_digit(digit, 10)),
        };
        let value = if digits == "ⁿ" {
            Some(self.pool.symbol("n"))
        } else {
            let digits: Option<String> = digits.chars().map(plain).collect();
            let number =
                digits.filter(|digits| !digits.is_empty()).and_then(|digits| Number::from_decimal(&digits, self.pool.meter.budget.digits));
            number.map(|number| self.pool.number(number))
        };
        match value {
            Some(value) if minus => Ok(self.pool.neg(value)),
            Some(value) => Ok(value),
            None => {
                Err(Error::new(ErrorKind::Parse, phrase!("`{text}` is not an exponent", text = super::name::short(text))).at(token.span))
            }
        }
    }

    // ---- where an operator may come

    fn operator(&mut self, token: Token) -> Result<()> {
        match token.kind {
            Kind::Bang => {
                let item = self.pop(token.span)?;
                let result = self.each(FACTORIAL, item, token.span)?;
                self.values.push(result);
            }
            Kind::Prime => {
                let item = match self.pop(token.span)? {
                    vector @ Item::Matrix(_) if self.is_stack(&vector) => self.array_transpose(vector, token.span)?,
                    Item::Matrix(matrix) => Item::Matrix(Box::new(matrix.transpose())),
                    array if self.is_array(&array) => self.array_transpose(array, token.span)?,
                    scalar => {
                        self.surprises.push(token.span);
                        scalar
                    }
                };
                self.values.push(item);
            }
            Kind::Superscript => {
                let exponent = self.superscript(token)?;
                let item = self.pop(token.span)?;
                let result = self.operation(Kind::Caret, item, Item::One(exponent), token.span)?;
                self.values.push(result);
            }
            Kind::Open(Bracket::Square) if self.is_indexed(self.values.last()) => return self.entry(token),
            Kind::Comma => return self.comma(token),
            Kind::Close(bracket) => return self.close(bracket, token),
            Kind::RightBar => return self.close(Bracket::Bar, token),
            Kind::Bar if self.innermost().is_some_and(|frame| frame.bracket == Bracket::Bar) => return self.close(Bracket::Bar, token),
            Kind::Ampersand | Kind::RowEnd | Kind::EndOf(_) => return self.cell_mark(token),
            kind => match binds(kind) {
                Some(tightness) => return self.binary(tightness, token),
                None => return self.side_by_side(token),
            },
        }
        self.at += 1;
        Ok(())
    }

    fn binary(&mut self, tightness: u8, token: Token) -> Result<()> {
        if tightness < POWER {
            self.reduce(tightness.max(SUM))?;
        }
        if tightness == COMPARE
            && (matches!(self.ops.last(), Some(Op::Binary(kind, _)) if binds(*kind) == Some(COMPARE))
                || matches!(self.values.last(), Some(Item::Condition(..))))
        {
            let message = phrase!("comparisons cannot be chained; write if(a < b, if(b < c, ...), ...)");
            return Err(Error::new(ErrorKind::Parse, message).at(token.span));
        }
        self.ops.push(Op::Binary(token.kind, token.span));
        self.due = true;
        self.at += 1;
        Ok(())
    }

    /// An operand right after an operand: a product.
    fn side_by_side(&mut self, token: Token) -> Result<()> {
        let before = self.tokens.list[self.at.max(1) - 1];
        match token.kind {
            Kind::Number if before.kind == Kind::Number => {
                return Err(
                    Error::new(ErrorKind::Parse, phrase!("two numbers side by side; write an operator between them")).at(token.span)
                );
            }
            Kind::Subscript | Kind::Otherwise => return Err(self.unexpected(token, phrase!("an operator"))),
            _ => {}
        }
        self.reduce(RUN)?;
        match self.ops.last() {
            Some(Op::Apply(_)) if !self.starts_function(token) => self.ops.push(Op::Run),
            last => {
                match last {
                    Some(Op::Binary(Kind::Slash, place)) => self.surprises.push(place.to(token.span)),
                    Some(Op::Apply(application)) => self.surprises.push(application.span.to(token.span)),
                    _ => {}
                }
                self.reduce(PRODUCT)?;
                self.ops.push(Op::Binary(Kind::Star, Span::new(before.span.end, token.span.start)));
            }
        }
        self.due = true;
        Ok(())
    }

    pub(super) fn innermost(&self) -> Option<&Frame> {
        match self.ops.get(*self.frames.last()?) {
            Some(Op::Open(frame)) => Some(frame),
            _ => None,
        }
    }

    // ---- working off the stack

    pub(super) fn pop(&mut self, span: Span) -> Result<Item> {
        self.values.pop().ok_or_else(|| Error::new(ErrorKind::Parse, phrase!("an operand is missing")).at(span))
    }

    /// Carries out the operators that bind at least this tightly, down to the innermost bracket.
    fn reduce(&mut self, tightness: u8) -> Result<()> {
        while self.ops.last().and_then(Op::binds).is_some_and(|binds| binds >= tightness) {
            self.pool.check()?;
            if let Some(op) = self.ops.pop() {
                self.carry_out(op)?;
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, op: Op) -> Result<()> {
        let result = match op {
            Op::Binary(kind, span) => {
                let b = self.pop(span)?;
                let a = self.pop(span)?;
                self.operation(kind, a, b, span)?
            }
            Op::Run => {
                let b = self.pop(Span::default())?;
                let a = self.pop(Span::default())?;
                self.operation(Kind::Star, a, b, Span::default())?
            }
            Op::Negative => {
                let item = self.pop(Span::default())?;
                if self.is_array(&item) {
                    let result = self.array_negative(item, Span::default())?;
                    self.values.push(result);
                    return Ok(());
                }
                build::negate(self.pool, item, Span::default())?
            }
            Op::Root(index) => {
                let item = self.pop(Span::default())?;
                let index = match index {
                    Some(index) => self.pool.integer(i64::from(index)),
                    None => self.pop(Span::default())?.scalar(self.pool, Span::default())?,
                };
                self.root(item, index, Span::default())?
            }
            Op::Apply(application) => {
                let item = self.pop(application.span)?;
                self.apply(&application, vec![item], application.span)?
            }
            Op::Open(_) => return Ok(()),
        };
        self.values.push(result);
        Ok(())
    }

    fn operation(&mut self, kind: Kind, a: Item, b: Item, span: Span) -> Result<Item> {
        if self.arrays.is_some() && (self.is_array(&a) || self.is_array(&b)) {
            return self.array_operation(kind, a, b, span);
        }
        match kind {
            Kind::Plus => return build::add(self.pool, a, b, false, span),
            Kind::Minus => return build::add(self.pool, a, b, true, span),
            Kind::Star => return build::mul(self.pool, a, b, span),
            Kind::Slash => return build::div(self.pool, a, b, span),
            Kind::Caret => return build::pow(self.pool, a, b, span),
            Kind::DotStar => return build::elementwise(self.pool, a, b, '*', span),
            Kind::DotSlash => return build::elementwise(self.pool, a, b, '/', span),
            Kind::DotCaret => return build::elementwise(self.pool, a, b, '^', span),
            _ => {}
        }
        let (a, b) = (a.scalar(self.pool, span)?, b.scalar(self.pool, span)?);
        Ok(self.comparison(kind, a, b, span))
    }

    pub(super) fn comparison(&mut self, kind: Kind, a: Expr, b: Expr, span: Span) -> Item {
        let (function, swap) = match kind {
            Kind::Less => (LESS, false),
            Kind::LessEqual => (LESS_EQUAL, false),
            Kind::Greater => (LESS, true),
            Kind::GreaterEqual => (LESS_EQUAL, true),
            Kind::Same => (SAME, false),
            _ => (DIFFERS, false),
        };
        let args = if swap { [b, a] } else { [a, b] };
        Item::Condition(self.pool.apply(function, &args), span)
    }

    fn root(&mut self, item: Item, index: Expr, span: Span) -> Result<Item> {
        if self.is_array(&item) { self.array_root(item, index, span) } else { build::root(self.pool, item, index, span) }
    }

    /// A function of one argument, entry by entry.
    fn each(&mut self, function: Function, item: Item, span: Span) -> Result<Item> {
        if let Item::Matrix(matrix) = item {
            let matrix: Matrix = matrix.map(self.pool, |pool, entry| Ok(pool.apply(function, &[entry])))?;
            return Ok(Item::Matrix(Box::new(matrix)));
        }
        if self.is_array(&item) {
            return self.array_each(function, vec![item], span);
        }
        let arg = item.scalar(self.pool, span)?;
        Ok(Item::One(self.pool.apply(function, &[arg])))
    }

    // ---- brackets

    fn comma(&mut self, token: Token) -> Result<()> {
        self.reduce(COMPARE)?;
        let allowed = match self.ops.last() {
            Some(Op::Open(frame)) => {
                matches!(frame.role, Role::Call(_) | Role::List)
                    || (matches!(frame.role, Role::Cells(..)) && matches!(self.peek(1), Kind::Ampersand | Kind::RowEnd | Kind::EndOf(_)))
            }
            _ => false,
        };
        if !allowed {
            return Err(
                Error::new(ErrorKind::Parse, phrase!("unexpected `,`; it separates only arguments and entries of a list")).at(token.span)
            );
        }
        self.at += 1;
        self.due = true;
        Ok(())
    }

    fn close(&mut self, bracket: Bracket, token: Token) -> Result<()> {
        self.reduce(COMPARE)?;
        let frame = match self.ops.pop() {
            Some(Op::Open(frame)) => frame,
            _ => {
                return Err(Error::new(ErrorKind::Parse, phrase!("unmatched {token}: nothing is open here", token = self.found(token)))
                    .at(token.span));
            }
        };
        if frame.bracket != bracket && frame.bracket != Bracket::Any && bracket != Bracket::Any {
            let message = phrase!(
                "{token} does not close the {open} that is open",
                token = self.found(token),
                open = self.found(Token { kind: token.kind, span: frame.span })
            );
            return Err(Error::new(ErrorKind::Parse, message).at(token.span));
        }
        self.frames.pop();
        self.at += 1;
        let result = match frame.role {
            Role::Group => {
                let item = self.pop(token.span)?;
                match frame.bracket {
                    Bracket::Bar => self.each(ABS, item, token.span)?,
                    Bracket::Floor => self.each(FLOOR, item, token.span)?,
                    Bracket::Ceil => self.each(CEIL, item, token.span)?,
                    _ => item,
                }
            }
            Role::Call(application) => {
                let args = self.values.split_off(frame.start);
                self.apply(&application, args, application.span.to(token.span))?
            }
            Role::CallOfBars(application) => {
                let item = self.pop(token.span)?;
                let item = self.each(ABS, item, token.span)?;
                self.apply(&application, vec![item], application.span.to(token.span))?
            }
            Role::List => {
                let mut items = self.values.split_off(frame.start);
                match items.pop() {
                    // in LaTeX [x + 1] is a bracket
                    Some(item) if items.is_empty() && self.tokens.latex && !item.is_matrix() => item,
                    Some(item) => {
                        items.push(item);
                        if items.iter().any(|item| self.is_array(item)) {
                            return Err(Error::new(ErrorKind::Shape, phrase!("the entries of a list are numbers, not arrays"))
                                .at(frame.span.to(token.span)));
                        }
                        build::list(self.pool, items, frame.span)?
                    }
                    None => return Err(self.unexpected(token, phrase!("an entry of the list"))),
                }
            }
            Role::Exponent(application) => {
                let power = self.pop(token.span)?.scalar(self.pool, token.span)?;
                return self.powered(application, power);
            }
            Role::Base(application) => {
                let base = self.pop(token.span)?.scalar(self.pool, token.span)?;
                return self.based(application, base);
            }
            role @ (Role::First(_) | Role::Second(_)) => return self.fill(role, token.span),
            Role::Index => {
                self.due = true;
                if self.peek(0) == Kind::Open(Bracket::Curly) {
                    let span = self.tokens.list[self.at].span;
                    self.at += 1;
                    self.open(Bracket::Curly, Role::Radicand, span);
                } else {
                    self.ops.push(Op::Root(None));
                }
                return Ok(());
            }
            Role::Radicand => {
                let item = self.pop(token.span)?;
                let index = self.pop(token.span)?.scalar(self.pool, token.span)?;
                self.root(item, index, token.span)?
            }
            Role::Cells(..) => return Err(self.unexpected(token, phrase!("\\end"))),
        };
        self.values.push(result);
        self.due = false;
        Ok(())
    }

    /// An argument of `\frac` or `\binom` is complete: it is the last value.
    fn fill(&mut self, role: Role, span: Span) -> Result<()> {
        let fraction = match role {
            Role::First(fraction) => {
                self.due = true;
                return self.argument(Role::Second(fraction));
            }
            Role::Second(fraction) => fraction,
            _ => false,
        };
        let below = self.pop(span)?;
        let above = self.pop(span)?;
        let result = if fraction {
            self.operation(Kind::Slash, above, below, span)?
        } else {
            let binomial = Application { callee: Callee::Table("binomial"), power: None, span };
            self.apply(&binomial, vec![above, below], span)?
        };
        self.values.push(result);
        self.due = false;
        Ok(())
    }

    // ---- environments

    fn row_is_empty(&self) -> bool {
        matches!(self.ops.last(), Some(Op::Open(Frame { role: Role::Cells(_, rows), start, .. }))
            if self.values.len() > *start && rows.last() == Some(&self.values.len()))
    }

    fn comma_before(&self) -> bool {
        self.at > 0
            && self.tokens.list[self.at - 1].kind == Kind::Comma
            && matches!(self.ops.last(), Some(Op::Open(Frame { role: Role::Cells(..), .. })))
    }

    /// `&`, `\\` or `\end{..}`
    fn cell_mark(&mut self, token: Token) -> Result<()> {
        self.reduce(COMPARE)?;
        let values = self.values.len();
        let Some(Op::Open(Frame { role: Role::Cells(environment, rows), span, .. })) = self.ops.last_mut() else {
            return Err(Error::new(ErrorKind::Parse, phrase!("{token} stands only between \\begin and \\end", token = self.found(token)))
                .at(token.span));
        };
        let (environment, opened) = (*environment, *span);
        if token.kind != Kind::Ampersand && rows.last() != Some(&values) {
            rows.push(values);
        }
        match token.kind {
            Kind::EndOf(end) if end != environment => {
                return Err(self.unexpected(token, phrase!("the \\end of the environment that is open")));
            }
            Kind::EndOf(_) => {}
            _ => {
                self.at += 1;
                self.due = true;
                return Ok(());
            }
        }
        let Some(Op::Open(Frame { role: Role::Cells(_, ends), start, .. })) = self.ops.pop() else { return Ok(()) };
        self.frames.pop();
        let mut cells = self.values.split_off(start).into_iter();
        let mut rows: Vec<Vec<Item>> = Vec::with_capacity(ends.len());
        let mut before = start;
        for end in ends {
            rows.push(cells.by_ref().take(end - before).collect());
            before = end;
        }
        let result = if environment == Environment::Cases { self.cases(rows, opened)? } else { self.cells(rows, opened, environment)? };
        self.values.push(result);
        self.due = false;
        self.at += 1;
        Ok(())
    }

    fn cells(&mut self, rows: Vec<Vec<Item>>, span: Span, environment: Environment) -> Result<Item> {
        let columns = rows.first().map_or(0, Vec::len);
        let mut entries = Vec::new();
        let count = rows.len();
        for row in rows {
            if row.len() != columns {
                return Err(Error::new(
                    ErrorKind::Shape,
                    phrase!("the rows of a matrix have {columns} and {row} entries", columns, row = row.len()),
                )
                .at(span));
            }
            for item in row {
                entries.push(item.scalar(self.pool, span)?);
            }
        }
        let matrix = Matrix { rows: count, columns, entries, vector: columns == 1 && count > 1 };
        if environment == Environment::Determinant {
            return Ok(Item::One(matrix.determinant(self.pool).map_err(|e| e.at(span))?));
        }
        Ok(Item::Matrix(Box::new(matrix)))
    }

    // ---- errors

    /// How a token is named in a message.
    fn found(&self, token: Token) -> Phrase {
        let text = &self.text[token.span.start..token.span.end];
        match token.kind {
            Kind::End if text.is_empty() => phrase!("the end"),
            _ => Phrase::of(&format!("`{}`", super::name::short(text))),
        }
    }

    pub(super) fn unexpected(&self, token: Token, expected: Phrase) -> Error {
        Error::new(ErrorKind::Parse, phrase!("found {token}, expected {expected}", token = self.found(token), expected)).at(token.span)
    }

    fn no_operand(&self, token: Token) -> Error {
        if self.ops.is_empty() && self.values.is_empty() && token.kind == Kind::End {
            return Error::new(ErrorKind::Parse, phrase!("the text is empty; expected an expression")).at(token.span);
        }
        if let (Some(Op::Open(Frame { role: Role::Call(application), start, .. })), Kind::Close(_)) = (self.ops.last(), token.kind)
            && self.values.len() == *start
        {
            return self.nothing_to_apply(application.callee.shown()).at(application.span.to(token.span));
        }
        if token.kind == Kind::End
            && let Some(frame) = self.innermost()
            && matches!(self.ops.last(), Some(Op::Open(_)))
        {
            return self.unclosed(frame, token);
        }
        self.unexpected(token, phrase!("an operand: a number, a name or a bracket"))
    }

    fn unclosed(&self, frame: &Frame, end: Token) -> Error {
        let open = self.found(Token { kind: Kind::Plus, span: frame.span });
        Error::new(
            ErrorKind::Parse,
            phrase!("{open} at character {at} is not closed", open, at = self.text[..frame.span.start].chars().count() + 1),
        )
        .at(end.span)
    }
}
