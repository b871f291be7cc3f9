//! What a name means where it stands: symbol, constant, function, definition, product of letters, or a mistake.
//! Deliberately knows no precedence.
//! Read next: `call.rs`, which carries calls out.

use super::parse::{Application, Callee, Op, Parser, Role};
use super::token::{Bracket, Kind, Token};
use super::{Names, build::Item, greek};
use crate::error::{Error, Kind as ErrorKind, Result, Span};
use crate::expr::Expr;
use crate::function::{self, Class, Function};
use crate::matrix::Value;
use crate::message::Phrase;
use crate::number::Number;
use crate::operation::{self, Operation};
use crate::phrase;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Functions of matrices; they are not in TABLE 1.
pub(super) const MATRIX_FUNCTIONS: &[&str] = &["det", "inv", "tr", "trace", "transpose"];

/// Names up to this length are looked up among functions.
const LONGEST: usize = 40;

/// The declared names, ready to be looked up.
#[derive(Default)]
pub(super) struct Known {
    symbols: HashSet<String>,
    functions: HashSet<String>,
    definitions: HashMap<String, usize>,
    longest: usize,
}

impl Known {
    pub(super) fn new(names: &Names) -> Known {
        let mut known = Known::default();
        let mut note = |name: &str| {
            let key = greek::canonical_symbol(name);
            known.longest = known.longest.max(key.len()).max(name.len());
            key
        };
        let symbols: Vec<String> = names.symbols.iter().map(|name| note(name)).collect();
        let functions: Vec<String> = names.functions.iter().map(|name| note(name)).collect();
        let definitions: Vec<String> = names.definitions.iter().map(|definition| note(&definition.name)).collect();
        known.symbols.extend(symbols);
        known.functions.extend(functions);
        known.definitions.extend(definitions.into_iter().enumerate().map(|(at, key)| (key, at)));
        known
    }

    /// Whether one of these names is a declared symbol.
    pub(super) fn declares(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.is_symbol(name))
    }

    fn is_symbol(&self, key: &str) -> bool {
        key.len() <= self.longest && self.symbols.contains(key)
    }
}

/// Whether a name, as `\log` or `log`, is a function that is called by brackets or by standing before its argument.
pub(super) fn is_function(name: &str) -> bool {
    !is_letter_function(name) && (MATRIX_FUNCTIONS.contains(&name) || name == "if" || callable(name).is_some())
}

/// Names of letters that are functions before a bracket and symbols elsewhere.
fn is_letter_function(name: &str) -> bool {
    greek::is_letter(name)
}

/// The row's own spelling of a function name that can be called.
fn callable(name: &str) -> Option<&'static str> {
    if name.len() > LONGEST {
        return None;
    }
    let row = function::rows(name).map(Function::row).find(|row| !matches!(row.class, Class::Constant | Class::Form))?;
    row.aliases.iter().copied().chain([row.name]).find(|known| *known == name)
}

/// The same for a Greek letter too: `Γ(x)`, `β(x, y)`.
fn called(text: &str, key: &str) -> Option<&'static str> {
    callable(text).or_else(|| callable(key))
}

/// A name cut to a length that a message can carry.
pub(super) fn short(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &name[..at]),
        None => name.to_string(),
    }
}

/// The known name that is nearest to a misspelt one.
pub(super) fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let length = name.chars().count();
    let allowed = match length {
        0..=3 => 1,
        4..=6 => 2,
        _ => 3,
    };
    known
        .filter(|candidate| candidate.chars().count() > 1)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            let prefix = lower.chars().zip(candidate.chars()).take_while(|(a, b)| a == b).count();
            let suffix = lower.chars().rev().zip(candidate.chars().rev()).take_while(|(a, b)| a == b).count();
            let slip = letters(&lower) == letters(candidate) || doubled(&lower, candidate);
            (distance, !slip, usize::MAX - prefix - suffix, candidate.chars().count().abs_diff(length), candidate)
        })
        .filter(|row| row.0 <= allowed && row.0 < length)
        .min_by_key(|row| (row.0, row.1, row.2, row.3))
        .map(|row| row.4.to_string())
}

fn letters(name: &str) -> Vec<char> {
    let mut letters: Vec<char> = name.chars().collect();
    letters.sort_unstable();
    letters
}

/// Whether a name is another one with one letter typed twice.
fn doubled(name: &str, other: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    (1..letters.len()).any(|at| letters[at] == letters[at - 1] && letters[..at].iter().chain(&letters[at + 1..]).copied().eq(other.chars()))
}

fn closest_function(name: &str) -> Option<String> {
    // a letter before a function: xsin(x)
    let mut chars = name.chars();
    if let Some(first) = chars.next()
        && elementary(chars.as_str())
        && !name.starts_with('a')
    {
        return Some(format!("{first}*{}", chars.as_str()));
    }
    closest(name, function::names().chain(MATRIX_FUNCTIONS.iter().copied()).chain(["if"]))
}

fn elementary(name: &str) -> bool {
    callable(name).is_some()
        && !is_letter_function(name)
        && function::rows(name).any(|f| f.row().class == Class::Elementary && f.row().parameters.len() == 1)
}

/// `sin(x)` of `sinx`, `sin(2x)cos(x)` of `sin2xcosx`: a name made of functions each glued to one letter.
fn glued(name: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = name;
    while !rest.is_empty() {
        let ends = rest.char_indices().map(|(at, _)| at).take(12).skip(2);
        let end = ends.filter(|&at| elementary(&rest[..at])).last()?;
        let after = &rest[end..];
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let letter = after[digits..].chars().next().filter(|c| c.is_alphabetic())?;
        let length = digits + letter.len_utf8();
        out.push_str(&format!("{}({})", &rest[..end], &after[..length]));
        rest = &after[length..];
    }
    (!out.is_empty()).then_some(out)
}

impl<'a> Parser<'a> {
    /// The text of a name token.
    pub(super) fn name_text(&self, token: Token) -> &str {
        match token.kind {
            Kind::Made(index) => self.tokens.made.get(index as usize).map_or("", String::as_str),
            _ => &self.text[token.span.start..token.span.end],
        }
    }

    pub(super) fn peek(&self, ahead: usize) -> Kind {
        self.tokens.list.get(self.at + ahead).map_or(Kind::End, |token| token.kind)
    }

    pub(super) fn opens_call(&self, kind: Kind) -> bool {
        match kind {
            Kind::Open(Bracket::Round | Bracket::Curly | Bracket::Any) => true,
            Kind::Open(Bracket::Square) => self.tokens.latex,
            _ => false,
        }
    }

    /// Whether a token starts a function of its own, which ends the argument of a function without brackets.
    pub(super) fn starts_function(&self, token: Token) -> bool {
        if !matches!(token.kind, Kind::Name | Kind::Made(_)) {
            return false;
        }
        let text = self.name_text(token);
        let bracket = self.peek(1) == Kind::Open(Bracket::Round);
        let primed = self.peek(1) == Kind::Prime;
        if text.len() > LONGEST.max(self.known.longest) || self.bindings.iter().any(|row| row.0 == text) {
            return false;
        }
        if is_function(text) {
            let next = self.peek(1);
            return !self.known.is_symbol(&greek::canonical(text)) || self.opens_call(next);
        }
        let key = greek::canonical(text);
        if self.known.is_symbol(&key) {
            return false;
        }
        (bracket && (self.is_unknown_function(&key) || called(text, &key).is_some() || self.known.definitions.contains_key(&*key)))
            || (primed && self.is_unknown_function(&key))
            || text.starts_with("log_")
    }

    fn is_unknown_function(&self, key: &str) -> bool {
        matches!(key, "f" | "g" | "h") || (key.len() <= self.known.longest && self.known.functions.contains(key))
    }

    /// Reads the name at the current place, which starts an operand.
    pub(super) fn name(&mut self, token: Token) -> Result<()> {
        let text = self.name_text(token);
        if let Some(row) = self.bindings.iter().find(|row| row.0 == text) {
            let value = row.1;
            return self.atom(Item::One(value));
        }
        // A long product of letters is split here, before its text is copied; the rest of one that is being split is not
        // looked through again.
        if self.tokens.latex
            && text.len() > LONGEST.max(self.known.longest)
            && token.kind == Kind::Name
            && (self.surprises.last().is_some_and(|last| last.end == token.span.end) || splits(text))
        {
            return self.first_letter(token);
        }
        let text: Cow<'a, str> = match token.kind {
            Kind::Made(_) => Cow::Owned(text.to_string()),
            _ => Cow::Borrowed(&self.text[token.span.start..token.span.end]),
        };
        let key = greek::canonical(&text);
        let next = self.peek(1);
        let call = next == Kind::Open(Bracket::Round);
        if self.arrays.is_some()
            && let Some(read) = self.array_word(&text, token, call)
        {
            return read;
        }
        let called = if call { called(&text, &key) } else { None };
        if self.known.is_symbol(&key) && called.is_none() {
            return self.symbol(&text, &key);
        }
        if key.len() <= self.known.longest
            && let Some(&at) = self.known.definitions.get(&*key)
        {
            return self.defined(at, token, call, next);
        }
        if text == "D" && (call || next == Kind::Open(Bracket::Square)) {
            return if call { self.begin_call(Callee::Derivative, token) } else { self.slope(token) };
        }
        let primes = (1..).take_while(|&ahead| self.peek(ahead) == Kind::Prime).count();
        let primed = primes > 0 && self.peek(primes + 1) == Kind::Open(Bracket::Round);
        if self.is_unknown_function(&key) {
            if call {
                let head = self.pool.unknown(&text);
                return self.begin_call(Callee::Unknown(head), token);
            }
            return if primed { self.primed(&text, primes, token) } else { self.symbol(&text, &key) };
        }
        match &*key {
            "e" => {
                let e = self.pool.apply(EXP, &[Expr::ONE]);
                self.surprise_if(call, token);
                return self.atom(Item::One(e));
            }
            "pi" | "I" | "eulergamma" => {
                let function = Function::find(&key, 0).unwrap_or(PI);
                let constant = self.pool.apply(function, &[]);
                self.surprise_if(call, token);
                return self.atom(Item::One(constant));
            }
            _ => {}
        }
        if called.is_some() || is_function(&text) {
            return self.function(&text, &key, token, primes);
        }
        if let Some(base) = text.strip_prefix("log_").filter(|base| !base.is_empty()) {
            let base = self.log_base(base, token)?;
            self.at += 1;
            return self.begin_application(Box::new(Application { callee: Callee::Log(base), power: None, span: token.span }));
        }
        if primed && !(self.tokens.latex && splits(&text)) {
            return self.primed(&text, primes, token);
        }
        if greek::is_letter(&text) {
            self.surprise_if(call, token);
            return self.symbol(&text, &key);
        }
        if token.kind == Kind::Name {
            if !call && let Some(meant) = glued(&text) {
                return Err(Error::new(ErrorKind::Name, phrase!("`{text}` is not a name that is known here", text = short(&text)))
                    .at(token.span)
                    .suggest(meant));
            }
            if self.tokens.latex && splits(&text) {
                return self.first_letter(token);
            }
        }
        if call && !multiplies(&text) {
            let error =
                Error::new(ErrorKind::Name, phrase!("`{text}` is not a function that is known here", text = short(&text))).at(token.span);
            return Err(match closest_function(&text) {
                Some(known) => error.suggest(known),
                None => error,
            });
        }
        if !text.is_ascii() && token.kind == Kind::Name && self.declared_letters(&text) {
            return self.first_letter(token);
        }
        self.surprise_if(call, token);
        self.symbol(&text, &key)
    }

    /// Whether a name such as `αx` is a product of letters that are all declared.
    fn declared_letters(&self, text: &str) -> bool {
        let mut small = [0; 4];
        text.chars().all(|c| self.known.is_symbol(&greek::canonical_symbol(c.encode_utf8(&mut small))))
    }

    fn surprise_if(&mut self, surprising: bool, token: Token) {
        if surprising {
            self.surprises.push(token.span);
        }
    }

    pub(super) fn atom(&mut self, item: Item) -> Result<()> {
        self.values.push(item);
        self.due = false;
        self.at += 1;
        Ok(())
    }

    fn symbol(&mut self, text: &str, key: &str) -> Result<()> {
        let symbol = self.pool.symbol_shown(key, text);
        let e = self.pool.symbol_expr(symbol);
        if let Some(arrays) = &mut self.arrays
            && let Some(shape) = arrays.declared.get(key)
        {
            arrays.shapes.insert(e, shape.clone());
        }
        self.atom(Item::One(e))
    }

    /// Takes the first letter of a name as a symbol and leaves the rest of the token where it is.
    pub(super) fn first_letter(&mut self, token: Token) -> Result<()> {
        let e = self.split_letter(token);
        self.values.push(Item::One(e));
        self.due = false;
        Ok(())
    }

    /// The symbol or constant of a token's first letter; the token keeps the rest.
    fn split_letter(&mut self, token: Token) -> Expr {
        let text = &self.text[token.span.start..token.span.end];
        let length = text.chars().next().map_or(1, char::len_utf8);
        let letter = &text[..length];
        if length == text.len() {
            self.at += 1;
        } else {
            if self.surprises.last().is_none_or(|last| last.end != token.span.end) {
                self.surprises.push(token.span);
            }
            self.tokens.to_mut().list[self.at].span.start += length;
        }
        let key = greek::canonical_symbol(letter);
        if self.known.is_symbol(&key) || !matches!(&*key, "e" | "I" | "pi") {
            let symbol = self.pool.symbol_shown(&key, letter);
            return self.pool.symbol_expr(symbol);
        }
        match Function::find(&key, 0) {
            Some(constant) => self.pool.apply(constant, &[]),
            None => self.pool.apply(EXP, &[Expr::ONE]),
        }
    }

    /// One token of LaTeX without braces: a digit, a letter, a Greek letter. `None` if there is none here.
    pub(super) fn single(&mut self) -> Result<Option<Expr>> {
        let token = self.tokens.list[self.at];
        match token.kind {
            Kind::Number => {
                let digit = self.text[token.span.start..].bytes().next().filter(u8::is_ascii_digit);
                let Some(digit) = digit else { return Ok(None) };
                if token.span.end - token.span.start == 1 {
                    self.at += 1;
                } else {
                    self.tokens.to_mut().list[self.at].span.start += 1;
                }
                Ok(Some(self.pool.integer(i64::from(digit - b'0'))))
            }
            Kind::Name => Ok(Some(self.split_letter(token))),
            Kind::Made(_) if !is_function(self.name_text(token)) => {
                let depth = self.ops.len();
                self.name(token)?;
                match self.values.pop() {
                    Some(Item::One(e)) if self.ops.len() == depth && !self.due => {
                        self.due = true;
                        Ok(Some(e))
                    }
                    _ => Err(self.unexpected(token, phrase!("an argument in braces"))),
                }
            }
            _ => Ok(None),
        }
    }

    /// A function of TABLE 3, or one of the words `axis=1` and `keep` in the brackets of one.
    fn array_word(&mut self, text: &str, token: Token, call: bool) -> Option<Result<()>> {
        if call {
            let row = operation::TABLE.iter().find(|row| row.names.contains(&text))?;
            if matches!(row.operation, Operation::Max | Operation::Min) || self.known.is_symbol(text) {
                return None;
            }
            let name = row.names.iter().copied().find(|name| *name == text)?;
            return Some(self.begin_call(Callee::Array(row.operation, name), token));
        }
        if text == "sum" && self.peek(1) == Kind::Open(Bracket::Square) {
            return Some(self.sum_over(token));
        }
        let inside = self.innermost().is_some_and(|frame| match &frame.role {
            Role::Call(application) => matches!(application.callee, Callee::Array(..) | Callee::Table("max" | "min")),
            _ => false,
        });
        if !inside {
            return None;
        }
        if text == "keep" && self.peek(1) == Kind::Close(Bracket::Round) {
            return Some(self.atom(Item::Keep));
        }
        if text == "axis" && self.peek(1) == Kind::Axis {
            let number = self.tokens.list[self.at + 2];
            let axis = self.text.get(number.span.start..number.span.end).and_then(|digits| digits.parse().ok());
            let Some(axis) = axis.filter(|_| number.kind == Kind::Number) else {
                return Some(Err(Error::new(ErrorKind::Parse, phrase!("an axis is a whole number, as in axis=0")).at(number.span)));
            };
            self.at += 2;
            return Some(self.atom(Item::Axis(axis)));
        }
        None
    }

    fn log_base(&mut self, base: &str, token: Token) -> Result<Expr> {
        if base.bytes().all(|b| b.is_ascii_digit()) {
            return match Number::from_decimal(base, self.pool.meter.budget.digits) {
                Some(number) => Ok(self.pool.number(number)),
                None => Err(self.too_long().at(token.span)),
            };
        }
        if !base.starts_with(char::is_alphabetic) {
            return Err(self.unexpected(token, phrase!("the base of the logarithm, a number or a name")));
        }
        let key = greek::canonical_symbol(base);
        let symbol = self.pool.symbol_shown(&key, base);
        Ok(self.pool.symbol_expr(symbol))
    }

    pub(super) fn begin_call(&mut self, callee: Callee, token: Token) -> Result<()> {
        self.at += 1;
        let open = self.tokens.list[self.at];
        self.at += 1;
        self.open(Bracket::Round, Role::Call(Box::new(Application { callee, power: None, span: token.span })), open.span);
        Ok(())
    }

    fn defined(&mut self, at: usize, token: Token, call: bool, next: Kind) -> Result<()> {
        let names = self.names;
        let definition = &names.definitions[at];
        if definition.parameters.is_empty() {
            self.surprise_if(call, token);
            if !definition.shapes.is_empty() {
                self.know(&definition.shapes);
                if let Value::Scalar(e) = definition.body {
                    return self.atom(Item::One(e));
                }
            }
            let item = Item::from_value(self.pool, &definition.body);
            return self.atom(item);
        }
        if call {
            return self.begin_call(Callee::Defined(at), token);
        }
        if next == Kind::Prime {
            let message = phrase!("`{name}'` of a defined function is not read; write D({name}(x), x)", name = definition.name);
            return Err(Error::new(ErrorKind::Derivative, message).at(token.span));
        }
        let message = phrase!(
            "`{name}` is a function of {count} and needs its arguments",
            name = definition.name,
            count = count(definition.parameters.len())
        );
        Err(Error::new(ErrorKind::Arity, message).at(token.span))
    }

    /// `f'(x)`, `sin''(x)`
    fn primed(&mut self, text: &str, primes: usize, token: Token) -> Result<()> {
        let span = token.span.to(self.tokens.list[self.at + primes].span);
        if primes > 255 {
            return Err(crate::budget::limit(phrase!("order"), phrase!("255 primes"), "no option").at(token.span));
        }
        self.at += primes;
        self.begin_call(Callee::Slope(text.to_string(), vec![1; primes]), Token { span, ..token })
    }

    /// A known function: `sin(x)`, `sin x`, `sin^2 x`, `sin'(x)`, `log_2 x`.
    fn function(&mut self, text: &str, key: &str, token: Token, primes: usize) -> Result<()> {
        if primes > 0 {
            if self.peek(primes + 1) != Kind::Open(Bracket::Round) {
                return Err(self.nothing_to_apply(text).at(token.span));
            }
            return self.primed(text, primes, token);
        }
        let callee = match called(text, key) {
            _ if text == "if" => Callee::If,
            Some(name) => Callee::Table(name),
            None => Callee::Matrix(MATRIX_FUNCTIONS.iter().copied().find(|name| *name == text).unwrap_or("det")),
        };
        self.at += 1;
        let application = Box::new(Application { callee, power: None, span: token.span });
        let next = self.tokens.list[self.at];
        match next.kind {
            Kind::Caret => self.function_power(application),
            Kind::Superscript => {
                let power = self.superscript(next)?;
                self.at += 1;
                self.powered(application, power)
            }
            Kind::Subscript if matches!(text, "log" | "ln" | "lg") => {
                self.at += 1;
                let open = self.tokens.list[self.at];
                if open.kind == Kind::Open(Bracket::Curly) {
                    self.at += 1;
                    self.open(Bracket::Curly, Role::Base(application), open.span);
                    return Ok(());
                }
                match self.log_single()? {
                    Some(base) => self.based(application, base),
                    None => Err(self.unexpected(open, phrase!("the base of the logarithm"))),
                }
            }
            _ => self.begin_application(application),
        }
    }

    /// The base in `\log_2`, `\log_10`, `\log_b`.
    fn log_single(&mut self) -> Result<Option<Expr>> {
        let token = self.tokens.list[self.at];
        if token.kind != Kind::Number {
            return self.single();
        }
        self.at += 1;
        let text = self.text;
        self.log_base(&text[token.span.start..token.span.end], token).map(Some)
    }

    /// After a logarithm's base, maybe a power.
    pub(super) fn based(&mut self, mut application: Box<Application>, base: Expr) -> Result<()> {
        application.callee = Callee::Log(base);
        match self.peek(0) {
            Kind::Caret => self.function_power(application),
            _ => self.begin_application(application),
        }
    }

    /// The exponent in `sin^2 x`, `sin^{-1} x`, `sin^n x`.
    fn function_power(&mut self, application: Box<Application>) -> Result<()> {
        self.at += 1;
        let token = self.tokens.list[self.at];
        let minus = token.kind == Kind::Minus && self.peek(1) == Kind::Number;
        match token.kind {
            Kind::Open(bracket @ (Bracket::Curly | Bracket::Round)) => {
                self.at += 1;
                self.open(bracket, Role::Exponent(application), token.span);
                Ok(())
            }
            Kind::Number => {
                let power = self.number(token)?;
                self.at += 1;
                self.powered(application, power)
            }
            _ if minus => {
                let power = self.number(self.tokens.list[self.at + 1])?;
                let power = self.pool.neg(power);
                self.at += 2;
                self.powered(application, power)
            }
            Kind::Name | Kind::Made(_) if !self.starts_function(token) => {
                let power = if self.tokens.latex {
                    self.single()?
                } else {
                    self.name(token)?;
                    match self.values.pop() {
                        Some(Item::One(e)) => Some(e),
                        _ => None,
                    }
                };
                match power {
                    Some(power) => self.powered(application, power),
                    None => Err(self.unexpected(token, phrase!("an exponent"))),
                }
            }
            _ => Err(self.unexpected(token, phrase!("an exponent"))),
        }
    }

    /// `sin^p` before its argument; -1 is the inverse function.
    pub(super) fn powered(&mut self, mut application: Box<Application>, power: Expr) -> Result<()> {
        self.due = true;
        let inverse = match application.callee {
            Callee::Table(name) if power == Expr::MINUS_ONE && !name.starts_with('a') => inverse(name),
            _ => None,
        };
        if power == Expr::MINUS_ONE {
            self.surprises.push(application.span);
        }
        match inverse {
            Some(inverse) => application.callee = Callee::Table(inverse),
            None => application.power = Some(power),
        }
        self.begin_application(application)
    }

    /// Before the argument of a function: a bracket makes a call, anything else is applied as textbooks do.
    pub(super) fn begin_application(&mut self, application: Box<Application>) -> Result<()> {
        self.due = true;
        let next = self.tokens.list[self.at];
        match next.kind {
            Kind::Open(bracket) if self.opens_call(next.kind) => {
                self.at += 1;
                self.open(bracket, Role::Call(application), next.span);
                return Ok(());
            }
            Kind::Bar | Kind::LeftBar => {
                self.at += 1;
                self.open(Bracket::Bar, Role::CallOfBars(application), next.span);
                return Ok(());
            }
            Kind::Number
            | Kind::Name
            | Kind::Made(_)
            | Kind::Open(_)
            | Kind::Root(_)
            | Kind::Sqrt
            | Kind::Fraction
            | Kind::Binomial
            | Kind::Begin(_)
            | Kind::Minus => {}
            _ => {
                let text = application.callee.shown();
                return Err(self.nothing_to_apply(text).at(application.span));
            }
        }
        let unary = match application.callee {
            Callee::Table(name) => function::rows(name).any(|f| f.row().parameters.len() == 1),
            Callee::If => false,
            _ => true,
        };
        if !unary {
            let text = application.callee.shown();
            return Err(Error::new(ErrorKind::Arity, phrase!("`{text}` takes more than one argument; write them in brackets", text))
                .at(application.span));
        }
        self.ops.push(Op::Apply(application));
        Ok(())
    }

    pub(super) fn nothing_to_apply(&self, text: &str) -> Error {
        Error::new(ErrorKind::Arity, phrase!("the function `{text}` has nothing to apply to; write {text}(x)", text))
    }

    /// `D[1,2](f)(`, `D[1](D[2](f))(`
    fn slope(&mut self, token: Token) -> Result<()> {
        let mut slots: Vec<u8> = Vec::new();
        let mut depth = 0usize;
        let name = loop {
            self.pool.check()?;
            let here = self.tokens.list[self.at];
            if here.kind == Kind::Name && self.name_text(here) == "D" && self.peek(1) == Kind::Open(Bracket::Square) {
                self.at += 2;
                loop {
                    let slot = self.tokens.list[self.at];
                    let value = (slot.kind == Kind::Number).then(|| self.text[slot.span.start..slot.span.end].parse::<u8>().ok()).flatten();
                    match value {
                        Some(value) if value > 0 && slots.len() < 255 => slots.push(value),
                        _ => return Err(self.unexpected(slot, phrase!("the number of an argument"))),
                    }
                    self.at += 1;
                    let after = self.tokens.list[self.at];
                    self.at += 1;
                    match after.kind {
                        Kind::Comma => {}
                        Kind::Close(Bracket::Square) => break,
                        _ => return Err(self.unexpected(after, phrase!("`,` or `]`"))),
                    }
                }
                self.expect(Kind::Open(Bracket::Round), phrase!("`(` and the function"))?;
                depth += 1;
            } else if matches!(here.kind, Kind::Name | Kind::Made(_)) {
                self.at += 1;
                break self.name_text(here).to_string();
            } else {
                return Err(self.unexpected(here, phrase!("the name of a function")));
            }
        };
        for _ in 0..depth {
            self.expect(Kind::Close(Bracket::Round), phrase!("`)`"))?;
        }
        let span = token.span.to(self.tokens.list[self.at - 1].span);
        if self.peek(0) != Kind::Open(Bracket::Round) {
            return Err(self.unexpected(self.tokens.list[self.at], phrase!("`(` and the arguments of the derivative")));
        }
        self.at -= 1;
        self.begin_call(Callee::Slope(name, slots), Token { span, ..token })
    }

    fn expect(&mut self, kind: Kind, what: Phrase) -> Result<Span> {
        let token = self.tokens.list[self.at];
        if token.kind != kind {
            return Err(self.unexpected(token, what));
        }
        self.at += 1;
        Ok(token.span)
    }

    /// What a slope or a prime is the derivative of.
    pub(super) fn is_known_function(&self, text: &str) -> bool {
        callable(text).is_some()
    }
}

pub(super) const EXP: Function = Function::named("exp", 1);
const PI: Function = Function::named("pi", 0);

/// `2 arguments`
pub(super) fn count(n: usize) -> Phrase {
    if n == 1 { phrase!("1 argument") } else { phrase!("{n} arguments", n) }
}

/// Whether LaTeX means a product of letters by this name.
fn splits(text: &str) -> bool {
    text.len() > 1 && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Whether a longer name before a bracket is a symbol with an index, not a misspelt function.
fn multiplies(text: &str) -> bool {
    let base = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = base.split('_').next().unwrap_or(base);
    greek::is_letter(base) && !matches!(base, "f" | "g" | "h" | "F" | "G" | "H" | "J" | "Y" | "I" | "K" | "P" | "T" | "U" | "L" | "j" | "y")
}

/// The inverse of a trigonometric or hyperbolic function.
fn inverse(name: &'static str) -> Option<&'static str> {
    let own = function::rows(name).next()?.row().name;
    const DIRECT: &[&str] = &["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech", "csch"];
    DIRECT.contains(&own).then(|| callable(&format!("a{own}"))).flatten()
}
