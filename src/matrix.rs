//! Matrices of expressions: the data. Their arithmetic and derivatives are entrywise or textbook formulas.
//! Deliberately knows nothing of array symbols with shapes.
//! Read next: `gradient.rs`, which makes Jacobians and Hessians.

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool};

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

impl Matrix {
    /// Each entry replaced.
    #[must_use]
    pub fn map(&self, of: impl FnMut(Expr) -> Expr) -> Matrix {
        Matrix { entries: self.entries.iter().copied().map(of).collect(), ..self.clone() }
    }

    fn shape(&self) -> String {
        if self.vector { format!("vector of {}", self.rows) } else { format!("{}×{} matrix", self.rows, self.columns) }
    }

    fn misfit(&self, what: &str, other: &Matrix) -> Error {
        Error::new(Kind::Shape, format!("a {} and a {} cannot be {what}", self.shape(), other.shape()))
    }

    fn square(&self, what: &str) -> Result<usize> {
        if self.rows == self.columns {
            Ok(self.rows)
        } else {
            Err(Error::new(Kind::Shape, format!("{what} needs a square matrix, this is a {}", self.shape())))
        }
    }

    /// Entry by entry with another of the same shape.
    ///
    /// # Errors
    /// Kind `shape`, naming both shapes.
    pub fn entrywise(&self, other: &Matrix, mut of: impl FnMut(Expr, Expr) -> Expr) -> Result<Matrix> {
        if (self.rows, self.columns) != (other.rows, other.columns) {
            return Err(self.misfit("joined entry by entry", other));
        }
        let entries = self.entries.iter().zip(&other.entries).map(|(&a, &b)| of(a, b)).collect();
        Ok(Matrix { entries, ..self.clone() })
    }

    /// The sum.
    ///
    /// # Errors
    /// Kind `shape`, naming both shapes.
    pub fn add(&self, other: &Matrix, pool: &mut Pool) -> Result<Matrix> {
        if (self.rows, self.columns) != (other.rows, other.columns) {
            return Err(self.misfit("added", other));
        }
        self.entrywise(other, |a, b| pool.add(&[a, b]))
    }

    /// The matrix product; entry (i, j) is the sum over k of a(i, k)*b(k, j).
    ///
    /// # Errors
    /// Kind `shape`, naming both shapes.
    pub fn mul(&self, other: &Matrix, pool: &mut Pool) -> Result<Matrix> {
        if self.columns != other.rows {
            return Err(self.misfit("multiplied", other));
        }
        let mut entries = Vec::with_capacity(self.rows * other.columns);
        for i in 0..self.rows {
            for j in 0..other.columns {
                pool.check()?;
                let terms: Vec<Expr> = (0..self.columns)
                    .map(|k| pool.mul(&[self.entries[i * self.columns + k], other.entries[k * other.columns + j]]))
                    .collect();
                entries.push(pool.add(&terms));
            }
        }
        Ok(Matrix { rows: self.rows, columns: other.columns, entries, vector: other.vector && other.columns == 1 })
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub fn transpose(&self) -> Matrix {
        let entries =
            (0..self.columns).flat_map(|j| (0..self.rows).map(move |i| (i, j))).map(|(i, j)| self.entries[i * self.columns + j]).collect();
        Matrix { rows: self.columns, columns: self.rows, entries, vector: self.rows == 1 && !self.vector }
    }

    /// The sum of the diagonal.
    ///
    /// # Errors
    /// Kind `shape` if it is not square.
    pub fn trace(&self, pool: &mut Pool) -> Result<Expr> {
        let n = self.square("the trace")?;
        let diagonal: Vec<Expr> = (0..n).map(|i| self.entries[i * n + i]).collect();
        Ok(pool.add(&diagonal))
    }

    /// The determinant by minors of the first rows, each set of columns once: 2^n*n products (Laplace's expansion).
    ///
    /// # Errors
    /// Kind `shape` if it is not square, `limit` above 12 rows.
    pub fn determinant(&self, pool: &mut Pool) -> Result<Expr> {
        let n = self.square("the determinant")?;
        if n > 12 {
            return Err(Error::new(
                Kind::Limit,
                format!("the determinant of a {n}×{n} matrix of expressions has too many terms; 12×12 is the limit"),
            ));
        }
        // minors[set] is the determinant of the last rows and the columns in the set.
        let mut minors = vec![Expr::ZERO; 1 << n];
        minors[0] = Expr::ONE;
        for set in 1usize..1 << n {
            pool.check()?;
            let row = n - set.count_ones() as usize;
            let mut terms = Vec::new();
            let mut sign = Expr::ONE;
            for column in (0..n).filter(|c| set >> c & 1 == 1) {
                terms.push(pool.mul(&[sign, self.entries[row * n + column], minors[set & !(1 << column)]]));
                sign = if sign == Expr::ONE { Expr::MINUS_ONE } else { Expr::ONE };
            }
            minors[set] = pool.add(&terms);
        }
        Ok(minors[(1 << n) - 1])
    }

    /// The inverse: the adjugate over the determinant.
    ///
    /// # Errors
    /// Kind `shape` if it is not square, `limit` above 8 rows, `domain` if the determinant is 0.
    pub fn inverse(&self, pool: &mut Pool) -> Result<Matrix> {
        let n = self.square("the inverse")?;
        if n > 8 {
            return Err(Error::new(
                Kind::Limit,
                format!("the inverse of a {n}×{n} matrix of expressions has too many terms; 8×8 is the limit"),
            ));
        }
        let determinant = self.determinant(pool)?;
        if determinant == Expr::ZERO {
            return Err(Error::new(Kind::Domain, "the determinant of this matrix is 0, so it has no inverse"));
        }
        let over = pool.recip(determinant);
        let mut entries = Vec::with_capacity(n * n);
        for i in 0..n {
            for j in 0..n {
                // The cofactor of (j, i).
                let minor = Matrix {
                    rows: n - 1,
                    columns: n - 1,
                    entries: (0..n * n).filter(|at| at / n != j && at % n != i).map(|at| self.entries[at]).collect(),
                    vector: false,
                };
                let cofactor = minor.determinant(pool)?;
                let sign = if (i + j) % 2 == 0 { Expr::ONE } else { Expr::MINUS_ONE };
                entries.push(pool.mul(&[sign, cofactor, over]));
            }
        }
        Ok(Matrix { rows: n, columns: n, entries, vector: false })
    }

    /// A whole power.
    ///
    /// # Errors
    /// Those of [`Matrix::mul`] and [`Matrix::inverse`]; kind `limit` above 1000.
    pub fn pow(&self, n: i64, pool: &mut Pool) -> Result<Matrix> {
        let size = self.square("a power")?;
        if n.unsigned_abs() > 1000 {
            return Err(Error::new(Kind::Limit, "a matrix can be raised to at most the 1000th power"));
        }
        let base = if n < 0 { self.inverse(pool)? } else { self.clone() };
        let entries = (0..size * size).map(|at| if at / size == at % size { Expr::ONE } else { Expr::ZERO }).collect();
        let mut result = Matrix { rows: size, columns: size, entries, vector: false };
        for _ in 0..n.unsigned_abs() {
            result = result.mul(&base, pool)?;
        }
        Ok(result)
    }
}
