//! TABLE 3: the functions and operators of arrays, a row each, with the shape of what they give.
//! Deliberately knows neither derivatives nor values: `array/lower.rs` says in index notation what each one means.
//! Read next: `text/array.rs`, which checks shapes while reading.

use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Head, Pool};
use crate::message::Phrase;
use crate::phrase;
use crate::shape::{Shape, Size};

/// A function or operator of arrays. In the pool each is a call of a function with a name that cannot be typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Operation {
    /// The matrix product.
    Times,
    Transpose,
    /// A power of a square matrix; the exponent is the second argument.
    Power,
    /// Reductions: what, the axis or -1 for all, and 1 where the axis is kept with length 1.
    Sum,
    Mean,
    Max,
    Min,
    Trace,
    Det,
    LogDet,
    Inv,
    Norm,
    Diag,
    Softmax,
    LogSumExp,
    /// The identity; its size is the argument.
    Eye,
    /// An array whose entries are all the first argument; then its sizes.
    Fill,
    /// A vector of numbers.
    Stack,
    /// An entry of an array: its indices follow, a number for an entry and -1, -2, ... for a loop.
    Entry,
    /// A sum over loops, which follow as in `Entry`.
    Over,
}

/// Letters for indices, in the order of the axes.
pub(crate) const INDICES: [&str; 14] = ["i", "j", "k", "l", "p", "q", "r", "s", "t", "u", "v", "a", "b", "c"];

/// The place of an index in the order of all: i, j, ..., c, i1, j1, ...
pub(crate) fn index_number(name: &str) -> Option<u32> {
    let (letter, round) = name.split_at_checked(1)?;
    let at = INDICES.iter().position(|known| *known == letter)?;
    let round: usize = if round.is_empty() { 0 } else { round.parse().ok().filter(|&round| round > 0)? };
    u32::try_from(at + INDICES.len() * round).ok().filter(|&number| number < 300)
}

/// One row: the operation, the names it is typed as, and its meaning for help.
pub(crate) struct Row {
    pub(crate) operation: Operation,
    pub(crate) names: &'static [&'static str],
    pub(crate) meaning: &'static str,
}

const fn row(operation: Operation, names: &'static [&'static str], meaning: &'static str) -> Row {
    Row { operation, names, meaning }
}

/// All functions of arrays. Operators have no name to type.
pub(crate) const TABLE: &[Row] = &[
    row(Operation::Sum, &["sum"], "the sum of all entries; sum(X, axis=0) along an axis, sum(X, axis=1, keep) as n×1"),
    row(Operation::Mean, &["mean"], "the mean of all entries, or along an axis"),
    row(Operation::Max, &["max"], "max(X) the largest entry, max(X, axis=1) along an axis; max(X, 0) is entry by entry"),
    row(Operation::Min, &["min"], "the smallest entry, or along an axis"),
    row(Operation::Trace, &["tr", "trace"], "the sum of the diagonal of a square matrix"),
    row(Operation::Det, &["det"], "the determinant of a square matrix"),
    row(Operation::LogDet, &["logdet"], "the logarithm of the determinant's absolute value"),
    row(Operation::Inv, &["inv"], "the inverse of a square matrix"),
    row(Operation::Transpose, &["transpose"], "the transpose, also X'"),
    row(Operation::Norm, &["norm"], "the square root of the sum of squares (Frobenius)"),
    row(Operation::Diag, &["diag"], "the diagonal of a matrix, or the diagonal matrix of a vector"),
    row(Operation::Softmax, &["softmax"], "exp(X) over its sum, for each row"),
    row(Operation::LogSumExp, &["logsumexp"], "log(sum(exp(X))) for each row, kept as n×1"),
    row(Operation::Eye, &["eye"], "the identity matrix of this size"),
    row(Operation::Fill, &["zeros", "ones"], "an array of zeros or ones of these sizes"),
    row(Operation::Times, &[], "the matrix product"),
    row(Operation::Power, &[], "the power of a square matrix"),
    row(Operation::Stack, &[], "a vector of numbers"),
    row(Operation::Entry, &[], "an entry, A[i,k]; free indices in the order i, j, k, l, p, ... are the axes"),
    row(Operation::Over, &[], "a sum over indices, sum[k](A[i,k]*B[k,j])"),
];

impl Operation {
    /// Whether it reduces along an axis or all of an array.
    pub(crate) fn is_reduction(self) -> bool {
        matches!(self, Operation::Sum | Operation::Mean | Operation::Max | Operation::Min)
    }

    /// The name under which it stands in a pool; a `·` in front, so that no text can name it.
    fn key(self) -> String {
        format!("·{self:?}")
    }

    /// The head of a call of it.
    pub(crate) fn head(self, pool: &mut Pool) -> Head {
        pool.unknown(&self.key())
    }

    /// The operation that a head stands for.
    pub(crate) fn of(pool: &Pool, head: Head) -> Option<Operation> {
        let Head::Unknown(id) = head else { return None };
        let name = pool.unknown_name(id);
        name.starts_with('·').then(|| TABLE.iter().map(|row| row.operation).find(|operation| operation.key() == name)).flatten()
    }

    /// A call of it.
    pub(crate) fn call(self, pool: &mut Pool, args: &[Expr]) -> Expr {
        let head = self.head(pool);
        pool.call(head, args)
    }

    /// The shape of a function of one array.
    pub(crate) fn shape(self, name: &str, of: &Shape) -> Result<Shape> {
        match self {
            Operation::Softmax | Operation::LogSumExp if of.is_number() => {
                Err(Error::new(Kind::Shape, phrase!("{name} takes a vector or a matrix, not a number", name)))
            }
            Operation::Trace | Operation::Det | Operation::LogDet => of.square(&Phrase::of(name)).map(|_| Shape::number()),
            Operation::Inv => of.square(&Phrase::of(name)).map(|_| of.clone()),
            Operation::Transpose => of.transposed(),
            Operation::Norm => Ok(Shape::number()),
            Operation::Softmax => Ok(of.clone()),
            Operation::LogSumExp => Ok(match &*of.axes {
                [rows, _] => Shape::of(vec![rows.clone(), Size::Number(1)]),
                _ => Shape::number(),
            }),
            Operation::Diag => match &*of.axes {
                [n] => Ok(Shape::of(vec![n.clone(), n.clone()])),
                [a, b] if a == b => Ok(Shape::of(vec![a.clone()])),
                _ => {
                    Err(Error::new(Kind::Shape, phrase!("{name} takes a vector or a square matrix, not an array of shape {of}", name, of)))
                }
            },
            _ => Ok(of.clone()),
        }
    }
}
