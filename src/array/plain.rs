//! The value of arrays the plain way: each array of a request in turn, its body over all its loops. The reference for plans.
//! Deliberately slow and simple, any sum whatever its form.
//! Read next: `plan/tests.rs`, which compares.

use super::linear::{inverse_of, pivots};
use super::value::{Dense, Environment};
use super::{Arrays, At, Leaf, NodeId, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Symbol};
use crate::kernel::Kernel;
use crate::phrase;
use crate::shape::Size;
use std::collections::HashMap;

/// Points worked out at a time.
const CHUNK: usize = 1024;

/// More entries than this in one array, or more terms of one sum, are refused.
const LARGEST: usize = 1 << 31;

impl Environment {
    fn size(&self, size: &Size) -> Result<usize> {
        match size {
            Size::Number(n) => Ok(*n),
            Size::Name(name) => {
                self.sizes.get(name).copied().ok_or_else(|| Error::new(Kind::Domain, phrase!("the size `{name}` has no value", name)))
            }
        }
    }

    fn axes(&self, axes: &[Size]) -> Result<Vec<usize>> {
        axes.iter().map(|size| self.size(size)).collect()
    }
}

impl Arrays<'_> {
    /// The values of expressions in the loops of these axes.
    pub(crate) fn values(&mut self, roots: &[(Expr, Vec<Size>)], given: &Environment) -> Result<Vec<Dense>> {
        let exprs: Vec<Expr> = roots.iter().map(|(e, _)| *e).collect();
        let mut known: HashMap<NodeId, Dense> = HashMap::new();
        for node in self.needed(&exprs) {
            self.engine.pool.meter.look()?;
            let value = self.array_value(node, given, &known)?;
            known.insert(node, value);
        }
        roots.iter().map(|(e, axes)| self.loop_over(*e, axes, &[], given, &known)).collect()
    }

    fn array_value(&mut self, node: NodeId, given: &Environment, known: &HashMap<NodeId, Dense>) -> Result<Dense> {
        let axes = self.node(node).axes.clone();
        let inside = |of: NodeId| known.get(&of).ok_or_else(|| Error::new(Kind::Domain, phrase!("an array has no value")));
        match self.source(node).clone() {
            Source::Symbol(symbol) => {
                let name = self.engine.pool.symbol_name(symbol).to_string();
                given.arrays.get(&symbol).cloned().ok_or_else(|| Error::new(Kind::Domain, phrase!("`{name}` has no value", name)))
            }
            Source::Sum { body, bound } => self.loop_over(body, &axes, &bound, given, known),
            Source::Stack(entries) => {
                let mut data = Vec::with_capacity(entries.len());
                for entry in entries {
                    data.extend(self.loop_over(entry, &[], &[], given, known)?.data);
                }
                Ok(Dense { axes: vec![data.len()], data })
            }
            Source::Inverse(of) => inverse(inside(of)?),
            Source::Determinant(of) => Ok(number(square_pivots(inside(of)?).iter().product())),
            Source::LogDeterminant(of) => Ok(number(square_pivots(inside(of)?).iter().map(|pivot| pivot.abs().ln()).sum())),
            Source::LogSumExp(of) => Ok(reduce(inside(of)?, None, |row| {
                let top = row.clone().fold(f64::NEG_INFINITY, f64::max);
                if top == f64::NEG_INFINITY { top } else { top + row.map(|x| (x - top).exp()).sum::<f64>().ln() }
            })),
            Source::Extreme { of, axis, largest } => Ok(reduce(inside(of)?, Some(axis), |row| {
                // NaN anywhere is the answer
                let pick = |a: f64, b: f64| if a.is_nan() || (if largest { a > b } else { a < b }) { a } else { b };
                row.reduce(pick).unwrap_or(f64::NAN)
            })),
        }
    }

    /// The sums over the bound loops of a body, for each place of the axes.
    fn loop_over(
        &mut self,
        body: Expr,
        axes: &[Size],
        bound: &[Size],
        given: &Environment,
        known: &HashMap<NodeId, Dense>,
    ) -> Result<Dense> {
        let out = given.axes(axes)?;
        let all: Vec<usize> = out.iter().copied().chain(given.axes(bound)?).collect();
        let count = all.iter().try_fold(1usize, |product, &n| product.checked_mul(n)).filter(|&count| count <= LARGEST);
        let count = count.ok_or_else(|| crate::budget::limit(phrase!("size"), phrase!("2^31 entries"), "no option"))?;
        let entries: usize = out.iter().product();
        let inner = count / entries.max(1);
        let symbols = crate::walk::symbols(self.engine.pool, &[body]);
        let kernel = Kernel::of(self.engine.pool, &[body], &symbols)?;
        let mut readers = Vec::with_capacity(symbols.len());
        for &symbol in &symbols {
            readers.push(self.reader(symbol, given, known)?);
        }
        let mut result = vec![0.0; entries];
        let mut columns = vec![vec![0.0; CHUNK]; symbols.len()];
        let mut values = vec![0.0; CHUNK];
        let mut place = vec![0usize; all.len()];
        let mut at = 0;
        while at < count {
            self.engine.pool.meter.look()?;
            let points = CHUNK.min(count - at);
            for point in 0..points {
                for (column, reader) in columns.iter_mut().zip(&readers) {
                    column[point] = reader.at(&place);
                }
                for (digit, &size) in place.iter_mut().zip(&all).rev() {
                    *digit += 1;
                    if *digit < size {
                        break;
                    }
                    *digit = 0;
                }
            }
            if symbols.is_empty() {
                kernel.eval(&[], &mut values[..1])?;
                let value = values[0];
                values[..points].fill(value);
            } else {
                let views: Vec<&[f64]> = columns.iter().map(|column| &column[..points]).collect();
                kernel.eval_columns(&views, &mut [&mut values[..points]])?;
            }
            for (point, value) in values[..points].iter().enumerate() {
                result[(at + point) / inner] += value;
            }
            at += points;
        }
        Ok(Dense { axes: out, data: result })
    }

    /// Where the values of a symbol are.
    fn reader<'d>(&self, symbol: Symbol, given: &Environment, known: &'d HashMap<NodeId, Dense>) -> Result<Reader<'d>> {
        let Some(leaf) = self.leaf_of(symbol) else {
            let name = self.engine.pool.symbol_name(symbol);
            let size = given.sizes.get(self.engine.pool.symbol_key(symbol)).map(|&n| n as f64);
            let value = given.numbers.get(&symbol).copied().or(size);
            return value.map(Reader::Number).ok_or_else(|| Error::new(Kind::Domain, phrase!("`{name}` has no value", name)));
        };
        match leaf {
            Leaf::Delta(a, b, _) => Ok(Reader::Delta(*a, *b)),
            Leaf::Entry(node, place) => {
                let array = known.get(node).ok_or_else(|| Error::new(Kind::Domain, phrase!("an array has no value")))?;
                let (mut offset, mut strides, mut stride) = (0, Vec::new(), 1);
                for (axis, at) in place.iter().enumerate().rev() {
                    match at {
                        At::Loop(number) => strides.push((*number as usize, stride)),
                        At::Fixed(fixed) => offset += *fixed as usize * stride,
                    }
                    stride *= array.axes[axis];
                }
                Ok(Reader::Entry { data: &array.data, offset, strides })
            }
        }
    }
}

enum Reader<'d> {
    Number(f64),
    Delta(At, At),
    Entry { data: &'d [f64], offset: usize, strides: Vec<(usize, usize)> },
}

impl Reader<'_> {
    fn at(&self, place: &[usize]) -> f64 {
        let position = |at: At| match at {
            At::Loop(number) => place.get(number as usize).copied().unwrap_or(0),
            At::Fixed(fixed) => fixed as usize,
        };
        match self {
            Reader::Number(value) => *value,
            Reader::Delta(a, b) => f64::from(u8::from(position(*a) == position(*b))),
            Reader::Entry { data, offset, strides } => {
                let at = offset + strides.iter().map(|&(number, stride)| place.get(number).copied().unwrap_or(0) * stride).sum::<usize>();
                data.get(at).copied().unwrap_or(f64::NAN)
            }
        }
    }
}

fn number(value: f64) -> Dense {
    Dense { axes: Vec::new(), data: vec![value] }
}

/// A function of the entries along an axis (the last one without a number), for each place of the others.
fn reduce(array: &Dense, axis: Option<usize>, f: impl Fn(std::iter::StepBy<std::iter::Copied<std::slice::Iter<'_, f64>>>) -> f64) -> Dense {
    let axis = axis.unwrap_or(array.axes.len().saturating_sub(1));
    let length = array.axes.get(axis).copied().unwrap_or(1).max(1);
    let inner: usize = array.axes.iter().skip(axis + 1).product();
    let mut data = Vec::with_capacity(array.data.len() / length);
    for block in array.data.chunks(length * inner) {
        for start in 0..inner {
            let end = start + (length - 1) * inner + 1;
            data.push(f(block[start..end.min(block.len())].iter().copied().step_by(inner)));
        }
    }
    let mut axes = array.axes.clone();
    if axis < axes.len() {
        axes.remove(axis);
    }
    Dense { axes, data }
}

fn square_pivots(matrix: &Dense) -> Vec<f64> {
    pivots(&matrix.data, matrix.axes.first().copied().unwrap_or(0))
}

fn inverse(matrix: &Dense) -> Result<Dense> {
    let n = matrix.axes.first().copied().unwrap_or(0);
    let data = inverse_of(&matrix.data, n).ok_or_else(|| Error::new(Kind::Domain, phrase!("the matrix is singular; it has no inverse")))?;
    Ok(Dense { axes: vec![n, n], data })
}
