//! Matrices of expressions: the data and its arithmetic, entry by entry or by textbook formulas.
//! Deliberately knows nothing of array symbols with shapes, and simplifies nothing.
//! Read next: `gradient.rs`, which makes Jacobians and Hessians.

use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Node, Pool};
use crate::key;
use crate::message::Phrase;
use crate::number::Number;
use crate::phrase;

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

/// Up to this many rows a determinant of symbols is expanded; it makes `2^n` minors.
const EXPANDED: usize = 12;

/// Parts of a sum or product that are spliced into a larger one instead of being nested.
const SPLICED: usize = 16;

impl Matrix {
    /// A vector of these entries.
    #[must_use]
    pub fn column(entries: Vec<Expr>) -> Matrix {
        Matrix { rows: entries.len(), columns: 1, entries, vector: true }
    }

    /// How its shape is named in messages: `2×3`.
    #[must_use]
    pub fn shape(&self) -> String {
        format!("{}×{}", self.rows, self.columns)
    }

    /// The entry of this row and column, counted from 0.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> Expr {
        self.entries[row * self.columns + column]
    }

    /// Each entry mapped by a function.
    pub(crate) fn map(&self, pool: &mut Pool, mut f: impl FnMut(&mut Pool, Expr) -> Result<Expr>) -> Result<Matrix> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for &entry in &self.entries {
            pool.check()?;
            entries.push(f(pool, entry)?);
        }
        Ok(Matrix { entries, ..*self })
    }

    /// Entries of both by pairs. A row, a column or a vector stretches as in NumPy: a vector is added to each row.
    pub(crate) fn zip(
        &self,
        pool: &mut Pool,
        other: &Matrix,
        what: &'static str,
        mut f: impl FnMut(&mut Pool, Expr, Expr) -> Result<Expr>,
    ) -> Result<Matrix> {
        let view = |one: &Matrix, two: &Matrix| {
            let as_row = one.vector && !two.vector && one.rows == two.columns && (two.rows != one.rows || two.columns != 1);
            if as_row { (1, one.rows) } else { (one.rows, one.columns) }
        };
        let ((rows_a, columns_a), (rows_b, columns_b)) = (view(self, other), view(other, self));
        let fits = |a: usize, b: usize| a == b || a == 1 || b == 1;
        if !fits(rows_a, rows_b) || !fits(columns_a, columns_b) || (self.vector && other.vector && self.rows != other.rows) {
            return Err(misfit(self, other, what));
        }
        let (rows, columns) = (rows_a.max(rows_b), columns_a.max(columns_b));
        let mut entries = Vec::with_capacity(rows * columns);
        for row in 0..rows {
            for column in 0..columns {
                pool.check()?;
                let a = self.entries[(row % rows_a) * columns_a + column % columns_a];
                let b = other.entries[(row % rows_b) * columns_b + column % columns_b];
                entries.push(f(pool, a, b)?);
            }
        }
        Ok(Matrix { rows, columns, entries, vector: columns == 1 && (self.vector || other.vector) })
    }

    /// The sum, entry by entry.
    pub(crate) fn add(&self, pool: &mut Pool, other: &Matrix) -> Result<Matrix> {
        self.zip(pool, other, key!("a sum"), |pool, a, b| Ok(plus(pool, &[a, b])))
    }

    /// The difference, entry by entry.
    pub(crate) fn sub(&self, pool: &mut Pool, other: &Matrix) -> Result<Matrix> {
        self.zip(pool, other, key!("a difference"), |pool, a, b| {
            let b = times(pool, &[Expr::MINUS_ONE, b]);
            Ok(plus(pool, &[a, b]))
        })
    }

    /// Each entry times a scalar.
    pub(crate) fn scale(&self, pool: &mut Pool, factor: Expr) -> Result<Matrix> {
        self.map(pool, |pool, entry| Ok(times(pool, &[factor, entry])))
    }

    /// The matrix product: c_ik = sum over j of a_ij*b_jk. A row times a vector is a number.
    pub(crate) fn mul(&self, pool: &mut Pool, other: &Matrix) -> Result<Value> {
        if self.columns != other.rows {
            return Err(misfit(self, other, key!("a product")));
        }
        let mut entries = Vec::with_capacity(self.rows * other.columns);
        let mut terms = Vec::with_capacity(self.columns);
        for row in 0..self.rows {
            for column in 0..other.columns {
                terms.clear();
                for j in 0..self.columns {
                    pool.check()?;
                    terms.push(times(pool, &[self.at(row, j), other.at(j, column)]));
                }
                entries.push(plus(pool, &terms));
            }
        }
        if other.vector && entries.len() == 1 {
            return Ok(Value::Scalar(entries[0]));
        }
        Ok(Value::Matrix(Matrix { rows: self.rows, columns: other.columns, entries, vector: other.vector }))
    }

    /// Rows and columns exchanged.
    #[must_use]
    pub fn transpose(&self) -> Matrix {
        let mut entries = Vec::with_capacity(self.entries.len());
        for column in 0..self.columns {
            entries.extend((0..self.rows).map(|row| self.at(row, column)));
        }
        Matrix { rows: self.columns, columns: self.rows, entries, vector: false }
    }

    fn square(&self, what: &'static str) -> Result<usize> {
        if self.rows != self.columns {
            return Err(Error::new(
                Kind::Shape,
                phrase!("{what} needs a square matrix, this one is {shape}", what = Phrase::key(what), shape = self.shape()),
            ));
        }
        Ok(self.rows)
    }

    /// The sum of the diagonal.
    pub(crate) fn trace(&self, pool: &mut Pool) -> Result<Expr> {
        let n = self.square(key!("the trace"))?;
        let diagonal: Vec<Expr> = (0..n).map(|i| self.at(i, i)).collect();
        Ok(plus(pool, &diagonal))
    }

    /// The determinant: by elimination if all entries are numbers, else expanded by rows, each minor once.
    pub(crate) fn determinant(&self, pool: &mut Pool) -> Result<Expr> {
        let n = self.square(key!("the determinant"))?;
        if let Some(numbers) = self.numbers(pool) {
            let determinant = eliminate(pool, numbers, n, &mut [])?;
            return Ok(pool.number(determinant));
        }
        if n > EXPANDED {
            return Err(crate::budget::limit(
                phrase!("matrix size"),
                phrase!("{EXPANDED} rows for a determinant of symbols", EXPANDED),
                "no option",
            ));
        }
        let rows: Vec<usize> = (0..n).collect();
        self.minor(pool, &rows, (1u32 << n) - 1)
    }

    /// det of the rows given and the columns in the mask: sum over j of ±a_1j * (the minor without row 1 and column j).
    fn minor(&self, pool: &mut Pool, rows: &[usize], columns: u32) -> Result<Expr> {
        let n = self.columns;
        let mut minors: Vec<Option<Expr>> = vec![None; 1 << n];
        minors[0] = Some(Expr::ONE);
        // all sets of columns by their size; a set of size k belongs to the last k rows
        for (depth, &row) in rows.iter().rev().enumerate() {
            let size = depth as u32 + 1;
            for set in 1..1u32 << n {
                if set.count_ones() != size || set & !columns != 0 {
                    continue;
                }
                let mut terms = Vec::with_capacity(size as usize);
                let mut sign = Expr::ONE;
                for column in (0..n).filter(|column| set >> column & 1 == 1) {
                    pool.check()?;
                    let below = minors[(set & !(1 << column)) as usize].unwrap_or(Expr::ZERO);
                    let entry = self.at(row, column);
                    if entry != Expr::ZERO && below != Expr::ZERO {
                        terms.push(times(pool, &[sign, entry, below]));
                    }
                    sign = if sign == Expr::ONE { Expr::MINUS_ONE } else { Expr::ONE };
                }
                minors[set as usize] = Some(plus(pool, &terms));
            }
        }
        Ok(minors[columns as usize].unwrap_or(Expr::ONE))
    }

    /// The inverse: adjugate/det.
    pub(crate) fn inverse(&self, pool: &mut Pool) -> Result<Matrix> {
        let n = self.square(key!("the inverse"))?;
        let none = || Error::new(Kind::Domain, phrase!("the matrix has no inverse: its determinant is 0"));
        if let Some(numbers) = self.numbers(pool) {
            let mut inverse: Vec<Number> = (0..n * n).map(|at| if at % (n + 1) == 0 { Number::ONE } else { Number::ZERO }).collect();
            if eliminate(pool, numbers, n, &mut inverse)?.is_zero() {
                return Err(none());
            }
            let entries = inverse.into_iter().map(|number| pool.number(number)).collect();
            return Ok(Matrix { entries, ..*self });
        }
        let determinant = self.determinant(pool)?;
        if determinant == Expr::ZERO {
            return Err(none());
        }
        let over = pool.recip(determinant);
        let mut entries = Vec::with_capacity(n * n);
        for row in 0..n {
            for column in 0..n {
                // the cofactor of the transposed place
                let rows: Vec<usize> = (0..n).filter(|&r| r != column).collect();
                let minor = self.minor(pool, &rows, ((1u32 << n) - 1) & !(1 << row))?;
                let sign = if (row + column) % 2 == 0 { Expr::ONE } else { Expr::MINUS_ONE };
                entries.push(times(pool, &[sign, minor, over]));
            }
        }
        Ok(Matrix { entries, ..*self })
    }

    /// The `n`-th power by repeated squaring; negative powers are those of the inverse.
    pub(crate) fn power(&self, pool: &mut Pool, n: i64) -> Result<Matrix> {
        let size = self.square(key!("a power"))?;
        let mut square = if n < 0 { self.inverse(pool)? } else { Matrix { vector: false, ..self.clone() } };
        let mut left = n.unsigned_abs();
        let mut result: Option<Matrix> = None;
        while left > 0 {
            if left & 1 == 1 {
                result = Some(match result {
                    None => square.clone(),
                    Some(result) => result.times(pool, &square)?,
                });
            }
            left >>= 1;
            if left > 0 {
                square = square.times(pool, &square.clone())?;
            }
        }
        Ok(result.unwrap_or_else(|| {
            let entries = (0..size * size).map(|at| if at % (size + 1) == 0 { Expr::ONE } else { Expr::ZERO }).collect();
            Matrix { rows: size, columns: size, entries, vector: false }
        }))
    }

    /// The product of square matrices of one size.
    fn times(&self, pool: &mut Pool, other: &Matrix) -> Result<Matrix> {
        match self.mul(pool, other)? {
            Value::Matrix(matrix) => Ok(matrix),
            Value::Scalar(e) => Ok(Matrix { rows: 1, columns: 1, entries: vec![e], vector: false }),
        }
    }

    fn numbers(&self, pool: &Pool) -> Option<Vec<Number>> {
        self.entries.iter().map(|&entry| pool.as_number(entry).cloned()).collect()
    }
}

/// Gauss and Jordan: the determinant of `a` (n×n); `inverse`, if not empty, becomes what solves `a*inverse = inverse`.
fn eliminate(pool: &mut Pool, mut a: Vec<Number>, n: usize, inverse: &mut [Number]) -> Result<Number> {
    let mut determinant = Number::ONE;
    for pivot in 0..n {
        let Some(found) = (pivot..n).find(|&row| !a[row * n + pivot].is_zero()) else { return Ok(Number::ZERO) };
        let swap = found != pivot;
        for column in 0..if swap { n } else { 0 } {
            a.swap(found * n + column, pivot * n + column);
            if !inverse.is_empty() {
                inverse.swap(found * n + column, pivot * n + column);
            }
        }
        let head = a[pivot * n + pivot].clone();
        determinant = determinant.mul(&head);
        if swap {
            determinant = determinant.neg();
        }
        let over = head.recip().unwrap_or(Number::ONE);
        for column in 0..n {
            a[pivot * n + column] = a[pivot * n + column].mul(&over);
            if !inverse.is_empty() {
                inverse[pivot * n + column] = inverse[pivot * n + column].mul(&over);
            }
        }
        for row in 0..n {
            let factor = a[row * n + pivot].clone();
            if row == pivot || factor.is_zero() || (row < pivot && inverse.is_empty()) {
                continue;
            }
            for column in 0..n {
                pool.check()?;
                a[row * n + column] = a[row * n + column].sub(&factor.mul(&a[pivot * n + column]));
                if !inverse.is_empty() {
                    inverse[row * n + column] = inverse[row * n + column].sub(&factor.mul(&inverse[pivot * n + column]));
                }
            }
        }
    }
    Ok(determinant)
}

fn misfit(a: &Matrix, b: &Matrix, what: &'static str) -> Error {
    Error::new(Kind::Shape, phrase!("the shapes {a} and {b} do not fit in {what}", a = a.shape(), b = b.shape(), what = Phrase::key(what)))
}

/// A product, with short products inside it spliced in.
pub(crate) fn times(pool: &mut Pool, factors: &[Expr]) -> Expr {
    let mut flat = Args::new();
    for &factor in factors {
        match pool.node(factor) {
            Node::Mul(inside) if inside.len() <= SPLICED => flat.extend_from_slice(inside),
            _ => flat.push(factor),
        }
    }
    pool.mul(&flat)
}

/// A sum, with short sums inside it spliced in.
pub(crate) fn plus(pool: &mut Pool, terms: &[Expr]) -> Expr {
    let mut flat = Args::new();
    for &term in terms {
        match pool.node(term) {
            Node::Add(inside) if inside.len() <= SPLICED => flat.extend_from_slice(inside),
            _ => flat.push(term),
        }
    }
    pool.add(&flat)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(pool: &mut Pool, rows: usize, entries: &[i64]) -> Matrix {
        let entries: Vec<Expr> = entries.iter().map(|&n| pool.integer(n)).collect();
        Matrix { rows, columns: entries.len() / rows, entries, vector: false }
    }

    #[test]
    fn numbers_by_elimination_and_symbols_by_expansion_agree() -> Result<()> {
        let mut pool = Pool::default();
        let a = matrix(&mut pool, 3, &[2, 0, 1, 1, 3, 2, 0, 1, 4]);
        assert_eq!(a.determinant(&mut pool)?, pool.integer(21));
        let rows = [0, 1, 2];
        assert_eq!(a.minor(&mut pool, &rows, 7)?, pool.integer(21));
        let inverse = a.inverse(&mut pool)?;
        assert_eq!(a.times(&mut pool, &inverse)?, a.power(&mut pool, 0)?);
        assert_eq!(a.power(&mut pool, -1)?, inverse);
        let singular = matrix(&mut pool, 2, &[1, 2, 2, 4]);
        assert_eq!(singular.inverse(&mut pool).map_err(|e| e.kind()), Err(Kind::Domain));
        Ok(())
    }

    #[test]
    fn symbols() -> Result<()> {
        let mut pool = Pool::default();
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| pool.symbol(name));
        let m = Matrix { rows: 2, columns: 2, entries: vec![a, b, c, d], vector: false };
        let (ad, bc) = (pool.mul(&[a, d]), pool.mul(&[Expr::MINUS_ONE, b, c]));
        let determinant = pool.add(&[ad, bc]);
        assert_eq!(m.determinant(&mut pool)?, determinant);
        let over = pool.recip(determinant);
        let inverse = m.inverse(&mut pool)?;
        assert_eq!(inverse.at(0, 1), pool.mul(&[Expr::MINUS_ONE, b, over]));
        assert_eq!(m.trace(&mut pool)?, pool.add(&[a, d]));
        Ok(())
    }

    #[test]
    fn shapes_stretch_or_are_named() -> Result<()> {
        let mut pool = Pool::default();
        let a = matrix(&mut pool, 2, &[1, 2, 3, 4, 5, 6]);
        let error = a.mul(&mut pool, &a).map_err(|e| (e.kind(), e.message().to_string()));
        assert_eq!(error, Err((Kind::Shape, "the shapes 2×3 and 2×3 do not fit in a product".to_string())));
        let v = Matrix::column(vec![Expr::ONE, Expr::TWO, Expr::ZERO]);
        assert_eq!(a.add(&mut pool, &v)?, matrix(&mut pool, 2, &[2, 4, 3, 5, 7, 6]));
        let dot = v.transpose().mul(&mut pool, &v)?;
        assert_eq!(dot, Value::Scalar(pool.integer(5)));
        Ok(())
    }
}
