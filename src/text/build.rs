//! What the reader keeps of an operand until its run of terms or factors has ended, and how runs become expressions.
//! Deliberately knows nothing of tokens, and simplifies nothing.
//! Read next: `parse.rs`, which decides when a run ends.

use super::name::EXP;
use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Args, Expr, Node, Pool, Symbol};
use crate::matrix::{Matrix, Value};
use crate::number::Number;
use crate::phrase;
use crate::walk::{Memo, rebuild};
use crate::written::{Operation, Step};
use smallvec::{SmallVec, smallvec};

/// An operand. Sums and products stay lists, so that brackets around a sum in a sum dissolve.
#[derive(Debug)]
pub(super) enum Item {
    One(Expr),
    Sum(Run),
    Product(Factors),
    Matrix(Box<Matrix>),
    /// A comparison, which may only stand in `if`, and its operator.
    Condition(Expr, Span),
    /// `\text{otherwise}`
    Otherwise(Span),
    /// `axis=1` and `keep`, which stand only in functions of arrays.
    Axis(usize),
    Keep,
}

/// `up/down`
#[derive(Debug, Default)]
pub(super) struct Factors {
    up: Run,
    down: Run,
}

/// The parts of a sum or product; most are short.
type Run = SmallVec<[Expr; 4]>;

/// Runs with more numbers than this are folded in halves, so that large numbers meet large ones.
const FEW: usize = 8;

/// The parts of a definition that are spliced into the run around it.
const SPLICED: usize = 16;

impl Item {
    pub(super) fn from_value(pool: &Pool, value: &Value) -> Item {
        match value {
            Value::Matrix(matrix) => Item::Matrix(Box::new(matrix.clone())),
            Value::Scalar(e) if pool.keeps_order() => Item::One(*e),
            Value::Scalar(e) => match pool.node(*e) {
                Node::Add(terms) if terms.len() <= SPLICED => Item::Sum(Run::from_slice(terms)),
                Node::Mul(factors) if factors.len() <= SPLICED => Item::Product(Factors { up: Run::from_slice(factors), down: Run::new() }),
                _ => Item::One(*e),
            },
        }
    }

    pub(super) fn is_matrix(&self) -> bool {
        matches!(self, Item::Matrix(_))
    }

    /// The expression; a matrix or comparison at this place is an error.
    pub(super) fn scalar(self, pool: &mut Pool, span: Span) -> Result<Expr> {
        match self {
            Item::One(e) => Ok(e),
            Item::Sum(mut terms) => {
                fold(pool, &mut terms, Number::add)?;
                Ok(pool.add(&terms))
            }
            Item::Product(factors) => factors.finish(pool),
            Item::Matrix(matrix) => {
                Err(Error::new(Kind::Shape, phrase!("a matrix of shape {shape} cannot stand here", shape = matrix.shape())).at(span))
            }
            Item::Condition(_, place) => {
                Err(Error::new(Kind::Parse, phrase!("a comparison can only be the first argument of if(c, a, b)")).at(place))
            }
            Item::Axis(_) | Item::Keep => {
                Err(Error::new(Kind::Parse, phrase!("`axis=` and `keep` stand only in sum, mean, max and min of an array")).at(span))
            }
            Item::Otherwise(place) => Err(Error::new(Kind::Parse, phrase!("`otherwise` can only be a condition of cases")).at(place)),
        }
    }

    pub(super) fn value(self, pool: &mut Pool, span: Span) -> Result<Value> {
        match self {
            Item::Matrix(matrix) => Ok(Value::Matrix(*matrix)),
            other => other.scalar(pool, span).map(Value::Scalar),
        }
    }

    fn terms(self, pool: &mut Pool, span: Span) -> Result<Run> {
        match self {
            Item::Sum(terms) => Ok(terms),
            other => Ok(smallvec![other.scalar(pool, span)?]),
        }
    }

    fn factors(self, pool: &mut Pool, span: Span) -> Result<Factors> {
        match self {
            Item::Product(factors) => Ok(factors),
            other => Ok(Factors { up: smallvec![other.scalar(pool, span)?], down: Run::new() }),
        }
    }
}

impl Factors {
    fn finish(self, pool: &mut Pool) -> Result<Expr> {
        let Factors { mut up, down } = self;
        if down.contains(&Expr::ZERO) {
            up.retain(|factor| *factor != Expr::ZERO); // 0/0 is not 0
        }
        up.reserve(down.len());
        for factor in down {
            pool.check()?;
            up.push(recip(pool, factor));
        }
        fold(pool, &mut up, Number::mul)?;
        Ok(pool.mul(&up))
    }
}

/// Folds many numbers of a run into one, in halves.
fn fold(pool: &mut Pool, parts: &mut Run, combine: fn(&Number, &Number) -> Number) -> Result<()> {
    if parts.len() <= FEW || parts.iter().filter(|&&part| pool.as_number(part).is_some()).count() <= FEW {
        return Ok(());
    }
    let mut numbers: Vec<Number> = parts.iter().filter_map(|&part| pool.as_number(part).cloned()).collect();
    parts.retain(|part| pool.as_number(*part).is_none());
    let digits = pool.meter.budget.digits;
    while numbers.len() > 1 {
        let mut half = Vec::with_capacity(numbers.len().div_ceil(2));
        for pair in numbers.chunks(2) {
            pool.check()?;
            let number = match pair {
                [a, b] => combine(a, b),
                rest => rest.first().cloned().unwrap_or(Number::ZERO),
            };
            if number.bits() > 4096 {
                pool.meter.look()?;
                if number.bits() as f64 > digits as f64 * std::f64::consts::LOG2_10 * 2.0 {
                    return Err(crate::budget::limit(phrase!("size"), phrase!("{digits} digits", digits), "--max-digits"));
                }
            }
            half.push(number);
        }
        numbers = half;
    }
    for number in numbers {
        parts.push(pool.number(number));
    }
    Ok(())
}

/// Appends the shorter list to the longer one.
fn join(mut a: Run, mut b: Run) -> Run {
    if a.len() < b.len() {
        std::mem::swap(&mut a, &mut b);
    }
    a.extend_from_slice(&b);
    a
}

/// -e, where -1 joins the factors of a product.
fn negative(pool: &mut Pool, e: Expr) -> Expr {
    match pool.node(e) {
        Node::Mul(factors) => {
            let mut factors = Args::from_slice(factors);
            factors.push(Expr::MINUS_ONE);
            pool.mul(&factors)
        }
        _ => pool.neg(e),
    }
}

/// 1/e; 1/b^e is b^(-e).
fn recip(pool: &mut Pool, e: Expr) -> Expr {
    match pool.node(e) {
        Node::Pow(base, exponent) => {
            let exponent = negative(pool, exponent);
            pool.pow(base, exponent)
        }
        _ => pool.recip(e),
    }
}

/// An operation where the order of writing is kept: it makes its node at once, so that nothing dissolves.
fn as_written(pool: &mut Pool, operation: Operation, a: Item, b: Item, span: Span) -> Result<Item> {
    let (a, b) = (a.scalar(pool, span)?, b.scalar(pool, span)?);
    Ok(Item::One(noted(pool, operation, a, b)))
}

fn noted(pool: &mut Pool, operation: Operation, a: Expr, b: Expr) -> Expr {
    let e = match operation {
        Operation::Add => pool.add(&[a, b]),
        Operation::Multiply => pool.mul(&[a, b]),
        Operation::Divide => {
            let over = recip(pool, b);
            pool.mul(&[a, over])
        }
        Operation::Subtract | Operation::Negate => {
            let minus = negative(pool, b);
            if operation == Operation::Negate { minus } else { pool.add(&[a, minus]) }
        }
    };
    pool.note(e, operation, a, b);
    e
}

/// A body with arguments in the places of its parameters, its operations in the order of the body.
pub(super) fn put_in(pool: &mut Pool, body: Expr, places: &[(Symbol, Expr)]) -> Result<Expr> {
    let mut done: Memo<Expr> = Memo::new();
    for e in pool.operands_first(body) {
        pool.check()?;
        let of = |part: Expr| done.get(part).unwrap_or(part);
        let argument = match pool.node(e) {
            Node::Symbol(symbol) => places.iter().find(|place| place.0 == symbol).map(|place| place.1),
            _ => None,
        };
        let new = match (argument, pool.step(e)) {
            (Some(argument), _) => argument,
            (None, Some(Step { operation, a, b })) => noted(pool, operation, of(a), of(b)),
            (None, None) => rebuild(pool, e, of),
        };
        done.set(e, new);
    }
    Ok(done.get(body).unwrap_or(body))
}

pub(super) fn negate(pool: &mut Pool, item: Item, span: Span) -> Result<Item> {
    if let Item::Matrix(matrix) = item {
        return Ok(Item::Matrix(Box::new(matrix.scale(pool, Expr::MINUS_ONE)?)));
    }
    if pool.keeps_order() {
        let e = item.scalar(pool, span)?;
        return match pool.as_literal(e).map(|(number, text)| (number.neg(), format!("-{text}"))) {
            Some((number, text)) if !text.starts_with("--") => Ok(Item::One(pool.literal(number, &text))),
            _ => as_written(pool, Operation::Negate, Item::One(e), Item::One(e), span),
        };
    }
    if let Item::One(e) = item
        && pool.as_number(e).is_some()
    {
        return Ok(Item::One(pool.neg(e)));
    }
    let mut factors = item.factors(pool, span)?;
    factors.up.push(Expr::MINUS_ONE);
    Ok(Item::Product(factors))
}

pub(super) fn add(pool: &mut Pool, a: Item, b: Item, minus: bool, span: Span) -> Result<Item> {
    if a.is_matrix() || b.is_matrix() {
        let operation = if minus { Matrix::sub } else { Matrix::add };
        let (a, b) = (as_matrix(pool, a, span)?, as_matrix(pool, b, span)?);
        return Ok(Item::Matrix(Box::new(operation(&a, pool, &b).map_err(|e| e.at(span))?)));
    }
    if pool.keeps_order() {
        return as_written(pool, if minus { Operation::Subtract } else { Operation::Add }, a, b, span);
    }
    let b = if minus { Item::One(negate(pool, b, span)?.scalar(pool, span)?) } else { b };
    let (a, b) = (a.terms(pool, span)?, b.terms(pool, span)?);
    Ok(Item::Sum(join(a, b)))
}

/// A scalar stretches to any shape.
fn as_matrix(pool: &mut Pool, item: Item, span: Span) -> Result<Matrix> {
    match item {
        Item::Matrix(matrix) => Ok(*matrix),
        other => Ok(Matrix { rows: 1, columns: 1, entries: vec![other.scalar(pool, span)?], vector: false }),
    }
}

fn from_matrix(value: Value) -> Item {
    match value {
        Value::Scalar(e) => Item::One(e),
        Value::Matrix(matrix) => Item::Matrix(Box::new(matrix)),
    }
}

pub(super) fn mul(pool: &mut Pool, a: Item, b: Item, span: Span) -> Result<Item> {
    match (a, b) {
        (Item::Matrix(a), Item::Matrix(b)) => Ok(from_matrix(a.mul(pool, &b).map_err(|e| e.at(span))?)),
        (Item::Matrix(matrix), scalar) | (scalar, Item::Matrix(matrix)) => {
            let factor = scalar.scalar(pool, span)?;
            Ok(Item::Matrix(Box::new(matrix.scale(pool, factor)?)))
        }
        (a, b) if pool.keeps_order() => as_written(pool, Operation::Multiply, a, b, span),
        (a, b) => {
            let (mut a, b) = (a.factors(pool, span)?, b.factors(pool, span)?);
            a.up = join(std::mem::take(&mut a.up), b.up);
            a.down = join(std::mem::take(&mut a.down), b.down);
            Ok(Item::Product(a))
        }
    }
}

pub(super) fn div(pool: &mut Pool, a: Item, b: Item, span: Span) -> Result<Item> {
    if let Item::Matrix(matrix) = &b {
        let message = phrase!("division by a matrix of shape {shape}; write A*inv(B), or ./ for entry by entry", shape = matrix.shape());
        return Err(Error::new(Kind::Shape, message).at(span));
    }
    if let Item::Matrix(matrix) = a {
        let factor = b.scalar(pool, span)?;
        let over = recip(pool, factor);
        return Ok(Item::Matrix(Box::new(matrix.scale(pool, over)?)));
    }
    if pool.keeps_order() {
        return as_written(pool, Operation::Divide, a, b, span);
    }
    let (mut a, b) = (a.factors(pool, span)?, b.factors(pool, span)?);
    a.up = join(std::mem::take(&mut a.up), b.down);
    a.down = join(std::mem::take(&mut a.down), b.up);
    Ok(Item::Product(a))
}

/// Powers of Euler's number are the exponential function.
fn power(pool: &mut Pool, base: Expr, exponent: Expr) -> Expr {
    if pool.as_call(base, EXP).is_some_and(|args| args == [Expr::ONE]) {
        return pool.apply(EXP, &[exponent]);
    }
    pool.pow(base, exponent)
}

pub(super) fn pow(pool: &mut Pool, a: Item, b: Item, span: Span) -> Result<Item> {
    if b.is_matrix() {
        return Err(Error::new(Kind::Shape, phrase!("an exponent is a number, not a matrix; write .^ for entry by entry")).at(span));
    }
    let exponent = b.scalar(pool, span)?;
    if let Item::Matrix(matrix) = a {
        let Some(n) = pool.as_i64(exponent) else {
            return Err(Error::new(Kind::Shape, phrase!("the power of a matrix is a whole number; write .^ for entry by entry")).at(span));
        };
        return Ok(Item::Matrix(Box::new(matrix.power(pool, n).map_err(|e| e.at(span))?)));
    }
    let base = a.scalar(pool, span)?;
    Ok(Item::One(power(pool, base, exponent)))
}

/// `a .* b`, `a ./ b`, `a .^ b`
pub(super) fn elementwise(pool: &mut Pool, a: Item, b: Item, what: char, span: Span) -> Result<Item> {
    if !a.is_matrix() && !b.is_matrix() {
        return match what {
            '*' => mul(pool, a, b, span),
            '/' => div(pool, a, b, span),
            _ => pow(pool, a, b, span),
        };
    }
    let (a, b) = (as_matrix(pool, a, span)?, as_matrix(pool, b, span)?);
    let name = match what {
        '*' => ".*",
        '/' => "./",
        _ => ".^",
    };
    let matrix = a.zip(pool, &b, name, |pool, a, b| {
        Ok(match what {
            '*' => crate::matrix::times(pool, &[a, b]),
            '/' => {
                let over = recip(pool, b);
                crate::matrix::times(pool, &[a, over])
            }
            _ => power(pool, a, b),
        })
    });
    Ok(Item::Matrix(Box::new(matrix.map_err(|e| e.at(span))?)))
}

/// u^(1/n)
pub(super) fn root(pool: &mut Pool, item: Item, index: Expr, span: Span) -> Result<Item> {
    let exponent = recip(pool, index);
    if let Item::Matrix(matrix) = item {
        return Ok(Item::Matrix(Box::new(matrix.map(pool, |pool, entry| Ok(pool.pow(entry, exponent)))?)));
    }
    let base = item.scalar(pool, span)?;
    Ok(Item::One(power(pool, base, exponent)))
}

/// `[a, b]` is a vector; a list of vectors is a matrix by its rows.
pub(super) fn list(pool: &mut Pool, items: Vec<Item>, span: Span) -> Result<Item> {
    if items.iter().all(|item| !item.is_matrix()) {
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            entries.push(item.scalar(pool, span)?);
        }
        return Ok(Item::Matrix(Box::new(Matrix::column(entries))));
    }
    let rows = items.len();
    let mut entries = Vec::new();
    let mut columns = None;
    for item in items {
        match item {
            Item::Matrix(row) if row.vector => {
                let width = *columns.get_or_insert(row.rows);
                if width != row.rows {
                    return Err(Error::new(
                        Kind::Shape,
                        phrase!("the rows of a matrix have {width} and {rows} entries", width, rows = row.rows),
                    )
                    .at(span));
                }
                entries.extend_from_slice(&row.entries);
            }
            _ => return Err(Error::new(Kind::Shape, phrase!("a matrix is a list of rows: [[a, b], [c, d]]")).at(span)),
        }
    }
    Ok(Item::Matrix(Box::new(Matrix { rows, columns: columns.unwrap_or(0), entries, vector: false })))
}
