//! The arrays that no sum of products makes: inverse, determinant, extremes along an axis, logsumexp; and their slopes.
//! Deliberately a short list: everything else is a definition in `lower.rs`.
//! Read next: `derive.rs`, which asks for the slopes.

use super::{Arrays, At, Indexed, NodeId, Source};
use crate::error::Result;
use crate::expr::{Args, Expr};
use crate::shape::Size;
use crate::simplify::known;

impl Arrays<'_> {
    /// `inv(A)`; `inv(A')` is `inv(A)'` and `inv(inv(A))` is A.
    pub(super) fn inverse(&mut self, x: &Indexed) -> Expr {
        let (node, transposed) = self.array_of(x.e, &x.shape.axes);
        let (row, column) = if transposed { (1, 0) } else { (0, 1) };
        self.inverse_entry(node, At::Loop(row), At::Loop(column))
    }

    /// An entry of the inverse. That of a product of square matrices is the product of their inverses, so that they meet what they cancel.
    fn inverse_entry(&mut self, node: NodeId, row: At, column: At) -> Expr {
        if let Ok(Some(product)) = self.inverse_of_product(node, row, column) {
            return product;
        }
        let inverse = self.inverse_of(node);
        self.entry(inverse, [row, column])
    }

    fn inverse_of_product(&mut self, node: NodeId, row: At, column: At) -> Result<Option<Expr>> {
        let Source::Sum { body, bound } = self.source(node).clone() else { return Ok(None) };
        let axes = self.node(node).axes.clone();
        let (mut product, mut links) = (Args::new(), Vec::new());
        for factor in self.factors(body) {
            match self.as_leaf(factor).cloned() {
                Some(super::Leaf::Entry(of, place)) if place.len() == 2 && place[0] != place[1] && self.node(of).axes == axes => {
                    links.push((of, place[0], place[1]));
                }
                _ if self.loops(factor).is_empty() => product.push(self.engine.pow(factor, Expr::MINUS_ONE)),
                _ => return Ok(None),
            }
        }
        if links.len() != bound.len() + 1 || (links.len() == 1 && product.is_empty()) {
            return Ok(None);
        }
        // the links from the first axis to the second one
        let (mut here, mut path) = (At::Loop(0), Vec::with_capacity(links.len()));
        while let Some(at) = links.iter().position(|&(_, a, b)| a == here || b == here) {
            let (of, a, b) = links.remove(at);
            path.push((of, a != here));
            here = if a == here { b } else { a };
        }
        if !links.is_empty() || here != At::Loop(1) {
            return Ok(None);
        }
        let (mut at, mut sizes) = (row, Vec::new());
        for (place, &(of, turned)) in path.iter().enumerate().rev() {
            let next = if place == 0 {
                column
            } else {
                let fresh = self.fresh();
                sizes.push((fresh, axes[0].clone()));
                At::Loop(fresh)
            };
            let inverse = self.inverse_of(of);
            product.push(self.entry(inverse, if turned { [next, at] } else { [at, next] }));
            at = next;
        }
        let product = self.engine.mul(&product);
        self.sum(product, sizes).map(Some)
    }

    pub(super) fn inverse_of(&mut self, node: NodeId) -> NodeId {
        if let Source::Inverse(of) = *self.source(node) {
            return of;
        }
        let axes = self.node(node).axes.clone();
        self.make(Source::Inverse(node), axes)
    }

    /// `det(A)` or `logdet(A)`, which are the same for the transpose.
    pub(super) fn determinant(&mut self, x: &Indexed, log: bool) -> Expr {
        let (node, _) = self.array_of(x.e, &x.shape.axes);
        let node = self.make(if log { Source::LogDeterminant(node) } else { Source::Determinant(node) }, Vec::new());
        self.entry(node, [])
    }

    /// The largest or smallest entry along an axis, or of all.
    pub(super) fn extreme(&mut self, x: &Indexed, axis: Option<usize>, keep: bool, largest: bool) -> Result<Expr> {
        let Some(axis) = axis else {
            let mut value = x.clone();
            while value.shape.rank() > 0 {
                let last = value.shape.rank() - 1;
                value.e = self.extreme(&value, Some(last), false, largest)?;
                value.shape.axes.pop();
                value.shape.row = false;
            }
            return Ok(value.e);
        };
        let (of, transposed) = self.array_of(x.e, &x.shape.axes);
        // a kept axis in front leaves the loop of the other one where it is
        let shift = u32::from(keep && axis == 0);
        let axis = if transposed { 1 - axis } else { axis };
        let mut axes = self.node(of).axes.clone();
        axes.remove(axis);
        let rank = axes.len() as u32;
        let node = self.make(Source::Extreme { of, axis, largest }, axes);
        Ok(self.entry(node, (0..rank).map(|number| At::Loop(number + shift))))
    }

    /// `logsumexp` along the last axis.
    pub(super) fn log_sum_exp(&mut self, x: &Indexed) -> Expr {
        if x.shape.is_number() {
            // log(exp(a)) of one number
            return x.e;
        }
        let straight = match self.array_of(x.e, &x.shape.axes) {
            (node, false) => node,
            (_, true) => self.make(Source::Sum { body: x.e, bound: Vec::new() }, x.shape.axes.clone()),
        };
        let mut axes = self.node(straight).axes.clone();
        axes.pop();
        let rank = axes.len() as u32;
        let node = self.make(Source::LogSumExp(straight), axes);
        self.entry(node, (0..rank).map(At::Loop))
    }

    /// `m + log(sum(exp(a - m)))` with the largest entry m along the last axis, so that nothing overflows: how a `LogSumExp` of this array is
    /// worked out, and the axes that it has.
    pub(crate) fn log_sum_exp_body(&mut self, of: NodeId) -> (Expr, Vec<Size>) {
        let mut lead = self.node(of).axes.clone();
        let last = lead.pop().unwrap_or(Size::Number(1));
        let top = self.make(Source::Extreme { of, axis: lead.len(), largest: true }, lead.clone());
        let (entry, largest) = (self.whole(of), self.whole(top));
        let shifted = self.engine.subtract(entry, largest);
        let power = self.engine.apply(known::EXP, &[shifted]);
        let total = self.make(Source::Sum { body: power, bound: vec![last] }, lead.clone());
        let total = self.whole(total);
        let log = self.pool().apply(known::LOG, &[total]);
        (self.pool().add(&[log, largest]), lead)
    }

    /// The derivative of a primitive by the array that it is made of: both in terms of loops, `out` of the primitive's axes, `at` of
    /// the array's. `None` if it is no primitive.
    pub(super) fn primitive_slope(&mut self, node: NodeId, out: &[At], at: &[At]) -> Option<(NodeId, Expr)> {
        match self.source(node).clone() {
            // d inv(A)[i,j] / d A[p,q] = -inv(A)[i,p]*inv(A)[q,j]  (Petersen and Pedersen, The Matrix Cookbook, 60)
            Source::Inverse(of) => {
                let (left, right) = (self.entry(node, [out[0], at[0]]), self.entry(node, [at[1], out[1]]));
                Some((of, self.engine.mul(&[Expr::MINUS_ONE, left, right])))
            }
            // d det(A) / d A = det(A)*inv(A)'  (The Matrix Cookbook, 49)
            Source::Determinant(of) => {
                let (det, entry) = (self.entry(node, []), self.inverse_entry(of, at[1], at[0]));
                Some((of, self.engine.mul(&[det, entry])))
            }
            // d logdet(A) / d A = inv(A)'  (The Matrix Cookbook, 57)
            Source::LogDeterminant(of) => Some((of, self.inverse_entry(of, at[1], at[0]))),
            // d logsumexp(a)[i] / d a[i,j] = exp(a[i,j] - logsumexp(a)[i])
            Source::LogSumExp(of) => {
                let (last, lead) = at.split_last()?;
                let (entry, log) = (self.entry(of, lead.iter().copied().chain([*last])), self.entry(node, lead.iter().copied()));
                let exponent = self.engine.subtract(entry, log);
                let value = self.engine.apply(known::EXP, &[exponent]);
                let same = self.deltas(of, out, lead);
                Some((of, self.engine.mul(&[value, same])))
            }
            // 1 where the entry is the largest, else 0; at a tie 1 for each of them, none of which is a derivative
            Source::Extreme { of, axis, .. } => {
                let mut rest: Vec<At> = at.to_vec();
                rest.remove(axis);
                let (entry, extreme) = (self.entry(of, at.iter().copied()), self.entry(node, rest.iter().copied()));
                let condition = self.engine.apply(known::SAME, &[entry, extreme]);
                let value = self.engine.apply(known::IF, &[condition, Expr::ONE, Expr::ZERO]);
                let mut factors = Args::from_slice(&[value]);
                for (position, (&a, &b)) in out.iter().zip(&rest).enumerate() {
                    let size = self.node(node).axes[position].clone();
                    factors.push(self.leaf(super::Leaf::Delta(a, b, size)));
                }
                Some((of, self.engine.mul(&factors)))
            }
            Source::Symbol(_) | Source::Sum { .. } | Source::Stack(_) => None,
        }
    }

    /// 1 where the loops `a` and `b` along the first axes of an array are equal.
    fn deltas(&mut self, of: NodeId, a: &[At], b: &[At]) -> Expr {
        let mut product = Expr::ONE;
        for (axis, (&a, &b)) in a.iter().zip(b).enumerate() {
            let size: Size = self.node(of).axes[axis].clone();
            let delta = self.leaf(super::Leaf::Delta(a, b, size));
            product = self.engine.mul(&[product, delta]);
        }
        product
    }
}
