//! symdiff
mod budget;
mod error;
mod expr;
mod function;
mod matrix;
mod number;
mod text;
mod view;
mod walk;

pub use budget::Budget;
pub use error::{Error, Kind, Result, Span};
pub use expr::{Expr, Head, Node, Pool, SlopeHead, Symbol};
pub use function::{Class, Facts, Function, Parity, RealOn, Row, Slope};
pub use matrix::{Matrix, Value};
pub use number::Number;
