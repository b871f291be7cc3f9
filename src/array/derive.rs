//! Derivatives of arrays: adjoints for the gradient of a number, tangents for the Jacobian of anything.
//! Deliberately has one rule: the scalar slope of a body by an entry, times the adjoint, summed over the loops that the entry lacks.
//! Read next: `primitive.rs` for the few arrays that are no sums.

use super::{Arrays, At, Leaf, NodeId, Source};
use crate::error::Result;
use crate::expr::{Args, Expr, Symbol};
use crate::gradient::adjoint_sweep;
use crate::shape::Size;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// By what a derivative is taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum By {
    /// An array.
    Array(NodeId),
    /// A scalar symbol.
    Scalar(Symbol),
}

/// The loops of the array that a Jacobian is taken by, until they follow the axes of the result.
const PARAMETER: u32 = 500;

impl Arrays<'_> {
    /// The derivatives of a number by each array, in the loops of its axes: every array receives the sum of what its users pass down
    /// (reverse mode; Griewank and Walther, Evaluating Derivatives, 3.2).
    pub(crate) fn gradient(&mut self, e: Expr, by: &[By]) -> Result<Vec<Expr>> {
        let order = self.needed(&[e]);
        let active = self.active(&order, by);
        let mut pending: HashMap<By, Args> = HashMap::new();
        self.pass_down(e, Expr::ONE, &[], &[], by, &active, &mut pending)?;
        for &node in order.iter().rev() {
            self.engine.pool.check()?;
            if !active[node.index()] || by.contains(&By::Array(node)) {
                continue;
            }
            let Some(parts) = pending.remove(&By::Array(node)) else { continue };
            let adjoint = self.engine.add(&parts);
            if adjoint == Expr::ZERO {
                continue;
            }
            let axes = self.node(node).axes.clone();
            match self.source(node).clone() {
                Source::Symbol(_) => {}
                Source::Sum { body, bound } => self.pass_down(body, adjoint, &axes, &bound, by, &active, &mut pending)?,
                Source::Stack(entries) => {
                    for (at, entry) in entries.into_iter().enumerate() {
                        let own = self.rename(adjoint, &|number| if number == 0 { At::Fixed(at as u32) } else { At::Loop(number) })?;
                        self.pass_down(entry, own, &[], &[], by, &active, &mut pending)?;
                    }
                }
                _ => {
                    let (out, sizes) = self.fresh_loops(&axes);
                    let own = self.rename(adjoint, &|number| out.get(number as usize).copied().unwrap_or(At::Loop(number)))?;
                    let at: Vec<At> = (0..4).map(At::Loop).collect();
                    if let Some((of, slope)) = self.slope_at(node, &out, &at) {
                        let product = self.engine.mul(&[own, slope]);
                        let value = self.sum(product, sizes)?;
                        pending.entry(By::Array(of)).or_default().push(value);
                    }
                }
            }
        }
        by.iter()
            .map(|by| {
                let parts = pending.remove(by).unwrap_or_default();
                let sum = self.engine.add(&parts);
                self.engine.pool.check()?;
                Ok(sum)
            })
            .collect()
    }

    /// The slope of a primitive at the axes of the array inside that there are.
    fn slope_at(&mut self, node: NodeId, out: &[At], at: &[At]) -> Option<(NodeId, Expr)> {
        let inside = self.source(node).inside()?;
        let rank = self.node(inside).axes.len();
        self.primitive_slope(node, out, &at[..rank])
    }

    /// Fresh loops for these axes, and what a sum over them needs.
    fn fresh_loops(&mut self, axes: &[Size]) -> (Vec<At>, Vec<(u32, Size)>) {
        let mut loops = Vec::with_capacity(axes.len());
        let mut bound = Vec::with_capacity(axes.len());
        for size in axes {
            let fresh = self.fresh();
            loops.push(At::Loop(fresh));
            bound.push((fresh, size.clone()));
        }
        (loops, bound)
    }

    /// Which arrays depend on one of `by`.
    fn active(&self, order: &[NodeId], by: &[By]) -> Vec<bool> {
        let mut active = vec![false; self.len()];
        for &node in order {
            let depends = |e: Expr, active: &[bool]| !self.reached(e, by, active).is_empty();
            active[node.index()] = by.contains(&By::Array(node))
                || match self.source(node) {
                    Source::Symbol(_) => false,
                    Source::Sum { body, .. } => depends(*body, &active),
                    Source::Stack(entries) => entries.iter().any(|&e| depends(e, &active)),
                    primitive => primitive.inside().is_some_and(|of| active[of.index()]),
                };
        }
        active
    }

    /// The symbols of a body that a derivative reaches.
    fn reached(&self, body: Expr, by: &[By], active: &[bool]) -> Vec<Symbol> {
        let mut found = crate::walk::symbols(self.engine.pool, &[body]);
        found.retain(|&symbol| match self.leaf_of(symbol) {
            Some(Leaf::Entry(node, _)) => active[node.index()],
            Some(Leaf::Delta(..)) => false,
            None => by.contains(&By::Scalar(symbol)),
        });
        found
    }

    /// What a body passes down to the entries inside: adjoint times slope, summed over the loops that the entry lacks.
    #[expect(clippy::too_many_arguments, reason = "the parts of one sum and where they go")]
    fn pass_down(
        &mut self,
        body: Expr,
        adjoint: Expr,
        axes: &[Size],
        bound: &[Size],
        by: &[By],
        active: &[bool],
        pending: &mut HashMap<By, Args>,
    ) -> Result<()> {
        let reached = self.reached(body, by, active);
        let slopes = adjoint_sweep(&mut self.engine, body, &reached)?;
        let sizes: Vec<Size> = axes.iter().chain(bound).cloned().collect();
        for (symbol, slope) in reached.into_iter().zip(slopes) {
            let (to, place) = match self.leaf_of(symbol) {
                Some(Leaf::Entry(node, place)) => (By::Array(*node), place.to_vec()),
                _ => (By::Scalar(symbol), Vec::new()),
            };
            let term = self.engine.mul(&[adjoint, slope]);
            if term == Expr::ZERO {
                continue;
            }
            let mut rename: HashMap<u32, At> = HashMap::new();
            let mut deltas: Vec<(At, At, Size)> = Vec::new();
            let node_axes = if let By::Array(node) = to { self.node(node).axes.clone() } else { Vec::new() };
            for (axis, &at) in place.iter().enumerate() {
                let here = At::Loop(axis as u32);
                match at {
                    At::Loop(number) => match rename.get(&number) {
                        Some(&first) => deltas.push((first, here, node_axes[axis].clone())),
                        None => {
                            rename.insert(number, here);
                        }
                    },
                    At::Fixed(_) => deltas.push((here, at, node_axes[axis].clone())),
                }
            }
            let mut summed = Vec::new();
            for (number, size) in (0..).zip(&sizes) {
                if let Entry::Vacant(place) = rename.entry(number) {
                    self.fresh += 1;
                    place.insert(At::Loop(self.fresh));
                    summed.push((self.fresh, size.clone()));
                }
            }
            let mut factors = Args::new();
            factors.push(self.rename(term, &|number| rename.get(&number).copied().unwrap_or(At::Loop(number)))?);
            for (a, b, size) in deltas {
                factors.push(self.leaf(Leaf::Delta(a, b, size)));
            }
            let product = self.engine.mul(&factors);
            let value = self.sum(product, summed)?;
            pending.entry(to).or_default().push(value);
        }
        Ok(())
    }

    /// The derivative of each entry by each entry of an array: the loops of the result's `rank` axes first, then those of the array.
    pub(crate) fn jacobian(&mut self, e: Expr, rank: usize, by: By) -> Result<Expr> {
        let order = self.needed(&[e]);
        let active = self.active(&order, &[by]);
        let mut tangents: HashMap<NodeId, Expr> = HashMap::new();
        for &node in &order {
            self.engine.pool.check()?;
            if !active[node.index()] {
                continue;
            }
            if by == By::Array(node) {
                let axes = self.node(node).axes.clone();
                let mut deltas = Args::new();
                for (axis, size) in (0..).zip(axes) {
                    deltas.push(self.leaf(Leaf::Delta(At::Loop(axis), At::Loop(PARAMETER + axis), size)));
                }
                let identity = self.engine.mul(&deltas);
                tangents.insert(node, identity);
                continue;
            }
            let axes = self.node(node).axes.clone();
            let tangent = match self.source(node).clone() {
                Source::Symbol(_) => Expr::ZERO,
                Source::Sum { body, bound } => {
                    let (loops, sizes) = self.fresh_loops(&bound);
                    let lead = axes.len() as u32;
                    let own = self.rename(body, &|number| {
                        number.checked_sub(lead).and_then(|at| loops.get(at as usize).copied()).unwrap_or(At::Loop(number))
                    })?;
                    let derivative = self.tangent(own, by, &active, &tangents)?;
                    self.sum(derivative, sizes)?
                }
                Source::Stack(entries) => {
                    let mut terms = Args::new();
                    for (at, entry) in entries.into_iter().enumerate() {
                        let value = self.tangent(entry, by, &active, &tangents)?;
                        let here = self.leaf(Leaf::Delta(At::Loop(0), At::Fixed(at as u32), axes[0].clone()));
                        terms.push(self.engine.mul(&[value, here]));
                    }
                    self.engine.add(&terms)
                }
                _ => {
                    let out: Vec<At> = (0..axes.len() as u32).map(At::Loop).collect();
                    let inner: Vec<At> = (0..4).map(|_| At::Loop(self.fresh())).collect();
                    match self.slope_at(node, &out, &inner) {
                        Some((of, slope)) => {
                            let inside = tangents.get(&of).copied().unwrap_or(Expr::ZERO);
                            let moved = self.rename(inside, &|number| inner.get(number as usize).copied().unwrap_or(At::Loop(number)))?;
                            let product = self.engine.mul(&[slope, moved]);
                            let sizes = self.node(of).axes.clone();
                            let bound = inner.iter().zip(sizes).filter_map(|(at, size)| match at {
                                At::Loop(number) => Some((*number, size)),
                                At::Fixed(_) => None,
                            });
                            let bound = bound.collect();
                            self.sum(product, bound)?
                        }
                        None => Expr::ZERO,
                    }
                }
            };
            tangents.insert(node, tangent);
        }
        let derivative = self.tangent(e, by, &active, &tangents)?;
        self.rename(derivative, &|number| {
            if (PARAMETER..super::FRESH).contains(&number) { At::Loop(number - PARAMETER + rank as u32) } else { At::Loop(number) }
        })
    }

    /// The derivative of a body, from those of the arrays that its entries belong to.
    fn tangent(&mut self, body: Expr, by: By, active: &[bool], tangents: &HashMap<NodeId, Expr>) -> Result<Expr> {
        let reached = self.reached(body, &[by], active);
        let slopes = adjoint_sweep(&mut self.engine, body, &reached)?;
        let mut terms = Args::new();
        for (symbol, slope) in reached.into_iter().zip(slopes) {
            let moved = match self.leaf_of(symbol).cloned() {
                Some(Leaf::Entry(node, place)) => {
                    let inside = tangents.get(&node).copied().unwrap_or(Expr::ZERO);
                    self.rename(inside, &|number| place.get(number as usize).copied().unwrap_or(At::Loop(number)))?
                }
                _ => Expr::ONE,
            };
            terms.push(self.engine.mul(&[slope, moved]));
        }
        let sum = self.engine.add(&terms);
        self.engine.pool.check()?;
        Ok(sum)
    }
}
