//! What one step of a plan does, and to which buffers.
//! Deliberately does nothing.
//! Read next: `run.rs`.

use crate::kernel::Kernel;

/// Entries of a buffer along the loops of a step.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reader {
    pub(super) buffer: usize,
    pub(super) offset: usize,
    /// From one entry to the next, for each loop.
    pub(super) strides: Vec<usize>,
}

impl Reader {
    /// Whether its entries lie one behind the other as the map runs.
    pub(super) fn lies(&self, sizes: &[usize]) -> bool {
        let mut stride = 1;
        self.strides.iter().zip(sizes).rev().all(|(&own, &size)| {
            let right = own == stride;
            stride *= size;
            right
        })
    }

    /// Whether all rows are the same.
    pub(super) fn repeats(&self, sizes: &[usize]) -> bool {
        let lead = if sizes.len() > 1 { sizes.len() - 1 } else { sizes.len() };
        self.strides[..lead].iter().all(|&stride| stride == 0)
    }
}

/// A matrix in a buffer.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    pub(super) buffer: usize,
    pub(super) offset: usize,
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

#[derive(Debug)]
pub(super) enum Step {
    /// Functions of the entries, for each place of the loops.
    Map {
        kernel: Box<Kernel>,
        sizes: Vec<usize>,
        inputs: Vec<Reader>,
        outs: Vec<usize>,
    },
    /// A matrix product.
    Product {
        a: Matrix,
        b: Matrix,
        out: usize,
    },
    /// `out[o,i] = sum over l of from[o,l,i]`
    Total {
        from: usize,
        outer: usize,
        length: usize,
        inner: usize,
        out: usize,
    },
    /// The largest or smallest along the middle one.
    Extreme {
        from: usize,
        outer: usize,
        length: usize,
        inner: usize,
        largest: bool,
        out: usize,
    },
    Inverse {
        from: usize,
        size: usize,
        out: usize,
    },
    Determinant {
        from: usize,
        size: usize,
        log: bool,
        out: usize,
    },
    /// Arrays of one number put side by side.
    Stack {
        from: Vec<usize>,
        out: usize,
    },
    /// The same entries in another buffer.
    Copy {
        from: usize,
        length: usize,
        out: usize,
    },
}

impl Step {
    /// The buffers that are made.
    pub(super) fn outs(&self) -> Vec<usize> {
        match self {
            Step::Map { outs, .. } => outs.clone(),
            Step::Product { out, .. }
            | Step::Total { out, .. }
            | Step::Extreme { out, .. }
            | Step::Inverse { out, .. }
            | Step::Determinant { out, .. }
            | Step::Stack { out, .. }
            | Step::Copy { out, .. } => vec![*out],
        }
    }

    /// The buffers that are read.
    pub(super) fn reads(&self) -> Vec<usize> {
        match self {
            Step::Map { inputs, .. } => inputs.iter().map(|input| input.buffer).collect(),
            Step::Product { a, b, .. } => vec![a.buffer, b.buffer],
            Step::Total { from, .. }
            | Step::Extreme { from, .. }
            | Step::Inverse { from, .. }
            | Step::Determinant { from, .. }
            | Step::Copy { from, .. } => vec![*from],
            Step::Stack { from, .. } => from.clone(),
        }
    }

    /// Floating point operations, about.
    pub(super) fn work(&self) -> usize {
        match self {
            // a function counts as some ten operations
            Step::Map { kernel, sizes, .. } => sizes.iter().product::<usize>() * (2 + 4 * kernel.operations()),
            Step::Product { a, b, .. } => 2 * a.rows * a.columns * b.columns,
            Step::Total { outer, length, inner, .. } | Step::Extreme { outer, length, inner, .. } => outer * length * inner,
            Step::Inverse { size, .. } | Step::Determinant { size, .. } => size * size * size * 2,
            Step::Stack { from, .. } => from.len(),
            Step::Copy { length, .. } => *length,
        }
    }

    /// How many rows can be shared out among threads.
    pub(super) fn rows(&self) -> usize {
        match self {
            Step::Map { sizes, .. } => match sizes.as_slice() {
                [] => 1,
                [length] => *length,
                [lead @ .., _] => lead.iter().product(),
            },
            Step::Product { a, .. } => a.rows,
            Step::Copy { length, .. } => *length,
            Step::Total { outer: 1, inner, .. } => *inner,
            Step::Total { outer, .. } => *outer,
            _ => 1,
        }
    }
}
