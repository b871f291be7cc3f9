//! Matrices of expressions: the data. Their arithmetic and derivatives are entrywise or textbook formulas.
//! Deliberately knows nothing of array symbols with shapes.
//! Read next: `gradient.rs`, which makes Jacobians and Hessians.

use crate::expr::Expr;

/// A matrix of expressions of one pool, row by row. A vector is a column that prints as a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// How many rows.
    pub rows: usize,
    /// How many columns.
    pub columns: usize,
    /// `rows * columns` entries, row by row.
    pub entries: Vec<Expr>,
    /// Written as `[a, b]`, not as `[[a], [b]]`.
    pub vector: bool,
}

/// What a text stands for: one expression, or a matrix of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One expression.
    Scalar(Expr),
    /// A matrix or vector of expressions.
    Matrix(Matrix),
}

impl Value {
    /// All expressions inside.
    #[must_use]
    pub fn entries(&self) -> &[Expr] {
        match self {
            Value::Scalar(e) => std::slice::from_ref(e),
            Value::Matrix(matrix) => &matrix.entries,
        }
    }
}
