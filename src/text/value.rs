//! What stands on the reader's value stack: runs of terms and factors that are gathered once, matrices, conditions.
//! Deliberately knows no token. Read next: `parse.rs`.

use crate::error::{Error, Kind, Result, Span};
use crate::expr::{Args, Expr, Pool};
use crate::function::Function;
use crate::matrix::{Matrix, Value};

/// An operand.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    One(Expr),
    /// Terms of a sum not yet made.
    Sum(Vec<Expr>),
    /// Factors of a product not yet made.
    Product(Vec<Expr>),
    Matrix(Box<Matrix>),
    /// A comparison; good only as the first argument of `if`.
    Condition(Expr),
}

use Operand::{Condition, One, Product, Sum};

fn needs_value(span: Span) -> Error {
    Error::new(Kind::Parse, "a comparison can only stand as the condition of if(condition, a, b)").at(span)
}

/// Joins two lists, the shorter into the longer: order does not matter, the constructors sort.
fn joined(mut a: Vec<Expr>, mut b: Vec<Expr>) -> Vec<Expr> {
    if a.len() < b.len() {
        std::mem::swap(&mut a, &mut b);
    }
    a.append(&mut b);
    a
}

impl Operand {
    /// The node of a scalar operand.
    pub(super) fn scalar(self, pool: &mut Pool, span: Span) -> Result<Expr> {
        match self {
            One(e) => Ok(e),
            Sum(terms) => Ok(pool.add(&terms)),
            Product(factors) => Ok(pool.mul(&factors)),
            Operand::Matrix(m) => Err(Error::new(Kind::Shape, format!("a {} stands where one value is expected", shape(&m))).at(span)),
            Condition(_) => Err(needs_value(span)),
        }
    }

    pub(super) fn value(self, pool: &mut Pool, span: Span) -> Result<Value> {
        match self {
            Operand::Matrix(m) => Ok(Value::Matrix(*m)),
            other => Ok(Value::Scalar(other.scalar(pool, span)?)),
        }
    }

    fn terms(self, pool: &mut Pool, span: Span) -> Result<Vec<Expr>> {
        match self {
            Sum(terms) => Ok(terms),
            other => Ok(vec![other.scalar(pool, span)?]),
        }
    }

    fn factors(self, pool: &mut Pool, span: Span) -> Result<Vec<Expr>> {
        match self {
            Product(factors) => Ok(factors),
            other => Ok(vec![other.scalar(pool, span)?]),
        }
    }

    pub(super) fn is_matrix(&self) -> bool {
        matches!(self, Operand::Matrix(_))
    }
}

pub(super) fn shape(m: &Matrix) -> String {
    if m.vector { format!("vector of {}", m.rows) } else { format!("{}×{} matrix", m.rows, m.columns) }
}

pub(super) fn negated(pool: &mut Pool, a: Operand, span: Span) -> Result<Operand> {
    match a {
        Product(mut factors) => {
            factors.push(Expr::MINUS_ONE);
            Ok(Product(factors))
        }
        Operand::Matrix(m) => Ok(Operand::Matrix(Box::new(m.map(|e| pool.neg(e))))),
        other => {
            let e = other.scalar(pool, span)?;
            // A number takes the sign itself.
            if pool.as_number(e).is_some() { Ok(One(pool.neg(e))) } else { Ok(Product(vec![Expr::MINUS_ONE, e])) }
        }
    }
}

/// a + b
pub(super) fn added(pool: &mut Pool, a: Operand, b: Operand, span: Span) -> Result<Operand> {
    match (a, b) {
        (Operand::Matrix(a), Operand::Matrix(b)) => Ok(Operand::Matrix(Box::new(a.add(&b, pool).map_err(|e| e.at(span))?))),
        (Operand::Matrix(m), other) | (other, Operand::Matrix(m)) => {
            let e = other.scalar(pool, span)?;
            Ok(Operand::Matrix(Box::new(m.map(|entry| pool.add(&[entry, e])))))
        }
        (a, b) => {
            let (a, b) = (a.terms(pool, span)?, b.terms(pool, span)?);
            Ok(Sum(joined(a, b)))
        }
    }
}

/// a*b, or entry by entry
pub(super) fn multiplied(pool: &mut Pool, a: Operand, b: Operand, entrywise: bool, span: Span) -> Result<Operand> {
    match (a, b) {
        (Operand::Matrix(a), Operand::Matrix(b)) => {
            let product = if entrywise { a.entrywise(&b, |x, y| pool.mul(&[x, y])) } else { a.mul(&b, pool) };
            Ok(Operand::Matrix(Box::new(product.map_err(|e| e.at(span))?)))
        }
        (Operand::Matrix(m), other) | (other, Operand::Matrix(m)) => {
            let e = other.scalar(pool, span)?;
            Ok(Operand::Matrix(Box::new(m.map(|entry| pool.mul(&[entry, e])))))
        }
        (a, b) => {
            let (a, b) = (a.factors(pool, span)?, b.factors(pool, span)?);
            Ok(Product(joined(a, b)))
        }
    }
}

/// a/b
pub(super) fn divided(pool: &mut Pool, a: Operand, b: Operand, entrywise: bool, span: Span) -> Result<Operand> {
    let inverse = match b {
        Product(factors) => Product(factors.into_iter().map(|f| pool.recip(f)).collect()),
        Operand::Matrix(b) if entrywise => Operand::Matrix(Box::new(b.map(|e| pool.recip(e)))),
        Operand::Matrix(m) => {
            return Err(Error::new(
                Kind::Shape,
                format!("nothing can be divided by a {}; write *inv(..), or ./ for each entry", shape(&m)),
            )
            .at(span));
        }
        other => {
            let e = other.scalar(pool, span)?;
            One(pool.recip(e))
        }
    };
    multiplied(pool, a, inverse, entrywise, span)
}

/// a^b
pub(super) fn raised(pool: &mut Pool, a: Operand, b: Operand, entrywise: bool, span: Span) -> Result<Operand> {
    let exponent = b.scalar(pool, span)?;
    match a {
        Operand::Matrix(m) if entrywise => Ok(Operand::Matrix(Box::new(m.map(|e| power(pool, e, exponent))))),
        Operand::Matrix(m) => match pool.as_i64(exponent) {
            Some(n) => Ok(Operand::Matrix(Box::new(m.pow(n, pool).map_err(|e| e.at(span))?))),
            None => Err(Error::new(Kind::Shape, "a matrix can be raised to a whole number only; .^ raises each entry").at(span)),
        },
        other => {
            let base = other.scalar(pool, span)?;
            Ok(One(power(pool, base, exponent)))
        }
    }
}

/// b^e, where e^u is exp(u)
pub(super) fn power(pool: &mut Pool, base: Expr, exponent: Expr) -> Expr {
    const EXP: Function = Function::named("exp", 1);
    if pool.as_call(base, EXP).is_some_and(|args| args[0] == Expr::ONE) {
        return pool.apply(EXP, &[exponent]);
    }
    // What is printed below the bar is read so: one way to write a reciprocal.
    if exponent == Expr::MINUS_ONE { pool.recip(base) } else { pool.pow(base, exponent) }
}

/// `[a, b]` and `[[a, b], [c, d]]` from their parts.
pub(super) fn listed(pool: &mut Pool, parts: Vec<Operand>, span: Span) -> Result<Operand> {
    if parts.iter().any(Operand::is_matrix) {
        let mut entries = Vec::new();
        let mut columns = None;
        let rows = parts.len();
        for part in parts {
            let Operand::Matrix(row) = part else {
                return Err(Error::new(Kind::Shape, "rows and single values are mixed in this matrix").at(span));
            };
            if !row.vector || *columns.get_or_insert(row.entries.len()) != row.entries.len() {
                return Err(Error::new(Kind::Shape, "the rows of this matrix have different lengths").at(span));
            }
            entries.extend(row.entries);
        }
        return Ok(Operand::Matrix(Box::new(Matrix { rows, columns: columns.unwrap_or(0), entries, vector: false })));
    }
    let mut entries = Vec::with_capacity(parts.len());
    for part in parts {
        entries.push(part.scalar(pool, span)?);
    }
    Ok(Operand::Matrix(Box::new(Matrix { rows: entries.len(), columns: 1, entries, vector: true })))
}

/// The arguments of a call as nodes.
pub(super) fn scalars(pool: &mut Pool, parts: Vec<Operand>, span: Span) -> Result<Args> {
    parts.into_iter().map(|part| part.scalar(pool, span)).collect()
}
