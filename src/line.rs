//! One-line functions on strings: text in, text out.
//! Deliberately keeps nothing between calls. Read next: `expression.rs` for expressions that stay.

use crate::budget::Budget;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::matrix::Value;
use crate::phrase;
use crate::text::{Names, canonical_symbol, parse, print};

fn read(pool: &mut Pool, text: &str, declared: &[&str]) -> Result<(Value, Vec<Symbol>)> {
    let symbols: Vec<String> = declared.iter().map(|name| canonical_symbol(name)).collect();
    let names = Names { symbols: symbols.clone(), ..Names::default() };
    let value = parse(pool, text, &names)?.value;
    let symbols = symbols.iter().map(|key| pool.symbol_named(key)).collect();
    Ok((value, symbols))
}

fn scalar(value: &Value) -> Result<Expr> {
    match value {
        Value::Scalar(e) => Ok(*e),
        Value::Matrix(_) => Err(Error::new(Kind::Shape, phrase!("expected one expression, found a matrix"))),
    }
}

fn written(pool: &Pool, value: &Value) -> Result<String> {
    print(pool, value, Budget::default().output)
}

/// The derivative of a text by a symbol, simplified; a matrix is derived entry by entry.
///
/// # Errors
/// Those of reading, of deriving and of the default [`Budget`].
///
/// ```
/// assert_eq!(symdiff::diff("exp(x^2+2x+3)", "x")?, "(2*x + 2)*exp(x^2 + 2*x + 3)");
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn diff(text: &str, by: &str) -> Result<String> {
    let mut pool = Pool::default();
    let (value, by) = read(&mut pool, text, &[by])?;
    let derived = crate::diff::diff(&mut pool, &value, &by)?;
    written(&pool, &derived)
}

/// The derivatives of a text by each symbol.
///
/// # Errors
/// As [`diff`].
///
/// ```
/// assert_eq!(symdiff::gradient("x^2*w", &["x", "w"])?, ["2*w*x", "x^2"]);
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn gradient(text: &str, by: &[&str]) -> Result<Vec<String>> {
    let mut pool = Pool::default();
    let (value, by) = read(&mut pool, text, by)?;
    let e = scalar(&value)?;
    let partials = crate::gradient::gradient(&mut pool, e, &by)?;
    partials.into_iter().map(|partial| written(&pool, &Value::Scalar(partial))).collect()
}

/// The matrix of second derivatives of a text.
///
/// # Errors
/// As [`diff`].
///
/// ```
/// assert_eq!(symdiff::hessian("x^2*w", &["x", "w"])?, "[[2*w, 2*x], [2*x, 0]]");
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn hessian(text: &str, by: &[&str]) -> Result<String> {
    let mut pool = Pool::default();
    let (value, by) = read(&mut pool, text, by)?;
    let e = scalar(&value)?;
    let matrix = crate::gradient::hessian(&mut pool, e, &by)?;
    written(&pool, &Value::Matrix(matrix))
}

/// The simplest form of a text that has its value wherever it is defined.
///
/// # Errors
/// Those of reading and of the default [`Budget`].
///
/// ```
/// assert_eq!(symdiff::simplify("sin(x)^2 + cos(x)^2 + sqrt(x^2)")?, "abs(x) + 1");
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn simplify(text: &str) -> Result<String> {
    let mut pool = Pool::default();
    let (value, _) = read(&mut pool, text, &[])?;
    let value = crate::diff::carried_out(&mut pool, &value)?;
    let simple = crate::simplify::simplify_value(&mut pool, &value)?;
    written(&pool, &simple)
}

/// The value of a text at a point.
///
/// # Errors
/// Those of reading; kind `name` for a symbol without a value, `domain` where the value is not real or not finite.
///
/// ```
/// assert_eq!(symdiff::eval("x^2*w", &[("x", 3.0), ("w", 2.0)])?, 18.0);
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn eval(text: &str, at: &[(&str, f64)]) -> Result<f64> {
    let mut pool = Pool::default();
    let names: Vec<&str> = at.iter().map(|(name, _)| *name).collect();
    let (value, symbols) = read(&mut pool, text, &names)?;
    let e = scalar(&value)?;
    let at: Vec<(Symbol, f64)> = symbols.into_iter().zip(at.iter().map(|(_, value)| *value)).collect();
    crate::expression::value_at(&mut pool, e, &at)
}
