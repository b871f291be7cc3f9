//! symdiff: exact derivatives of expressions, in short text that it reads back.
//!
//! Four ways in, from easy to close to the metal:
//!
//! ```
//! // 1. Text in, text out.
//! assert_eq!(symdiff::diff("exp(x^2+2x+3)", "x")?, "(2*x + 2)*exp(x^2 + 2*x + 3)");
//!
//! // 2. Expressions that own themselves: operators, `Display`, `FromStr`, `Send + Sync`.
//! use symdiff::Expression;
//! let x = Expression::symbol("x");
//! let f = x.sin() * &x;
//! assert_eq!(f.diff("x")?.to_string(), "x*cos(x) + sin(x)");
//! assert_eq!(f.eval(&[("x", 0.0)])?, 0.0);
//! // `diff` collects, in time linear in the graph; `simplify` looks for the shortest form, as the command line and the strings above do.
//! let f: Expression = "log(x + sqrt(x^2 + 1))".parse()?;
//! assert_eq!(f.diff("x")?.simplify()?.to_string(), "1/sqrt(x^2 + 1)");
//!
//! // 3. The pool below: hash-consed nodes, `Copy` handles, work bounded by a budget.
//! use symdiff::{Budget, Pool};
//! let mut pool = Pool::new(Budget { nodes: 1_000, ..Budget::default() });
//! let x = pool.symbol("x");
//! let square = pool.mul(&[x, x]);
//! assert_eq!(square, pool.mul(&[x, x])); // equal expressions are equal handles
//!
//! // 4. Numbers: a kernel works the value and its exact partial derivatives out over whole columns.
//! use symdiff::Kernel;
//! let kernel = Kernel::value_and_gradient(&"x*y + sin(y)".parse()?, &["x", "y"], &["x", "y"])?;
//! let (mut value, mut by_x, mut by_y) = ([0.0; 2], [0.0; 2], [0.0; 2]);
//! kernel.eval_columns(&[&[1.0, 2.0], &[0.0, 0.0]], &mut [&mut value, &mut by_x, &mut by_y])?;
//! assert_eq!((value, by_x, by_y), ([0.0, 0.0], [0.0, 0.0], [2.0, 3.0]));
//! # Ok::<(), symdiff::Error>(())
//! ```
//!
//! Symbols are real. A simplification is made only where it holds for every real value of the symbols at which the
//! input is defined: `sqrt(x^2)` is `abs(x)`.

mod array;
mod budget;
mod compiled;
mod diff;
mod domain;
mod equal;
mod error;
mod eval;
mod expr;
mod expression;
mod form;
mod function;
mod gradient;
mod kernel;
mod limit;
mod line;
mod matrix;
mod message;
pub mod net;
mod number;
mod operation;
mod polynomial;
pub mod product;
#[cfg(feature = "data")]
#[doc(hidden)]
pub mod replace;
#[doc(hidden)]
pub mod session;
mod shape;
mod simplify;
mod special;
pub mod teach;
mod template;
mod text;
#[allow(dead_code)]
mod vector;
mod view;
mod walk;
mod written;

/// The verbs on handles of a [`Pool`], for those who keep many expressions and share work between them.
///
/// ```
/// use symdiff::{Pool, Value, calculus};
/// let mut pool = Pool::default();
/// let x = pool.symbol("x");
/// let square = pool.pow(x, symdiff::Expr::TWO);
/// let by = [pool.symbol_named("x")];
/// let derived = calculus::diff(&mut pool, &Value::Scalar(square), &by)?;
/// let twice = pool.mul(&[symdiff::Expr::TWO, x]);
/// assert_eq!(derived, Value::Scalar(twice));
/// # Ok::<(), symdiff::Error>(())
/// ```
pub mod calculus {
    pub use crate::diff::diff;
    pub use crate::domain::{Domain, Spot, SpotKind, domain};
    pub use crate::equal::{Proof, Verdict, equal};
    pub use crate::gradient::{gradient, hessian, jacobian};
    pub use crate::simplify::{simplify, simplify_value};
}

pub use budget::Budget;
pub use error::{Error, Kind, Result, Span};
pub use expr::{Expr, Head, Node, Pool, SlopeHead, Symbol};
pub use expression::{Expression, jacobian};
pub use form::Form;
pub use function::{Class, Facts, Function, Parity, RealOn, Row, Slope, functions};
pub use kernel::{Export, Kernel, Language};
pub use line::{diff, eval, gradient, hessian, simplify};
pub use matrix::{Matrix, Value};
pub use message::Phrase;
pub use number::Number;
pub use shape::{Shape, Size, read_shapes};
pub use simplify::{RULES, Rule, Where};
pub use vector::Level;
