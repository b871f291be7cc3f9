//! Which steps work out a set of array expressions? Sums of products become matrix products, the rest maps and sums along an axis.
//! Deliberately runs nothing.
//! Read next: `step.rs`.

use super::memory;
use super::replace::{Draft, Item, replace};
use super::step::{Matrix, Reader, Step};
use super::{Buffer, Place, Plan};
use crate::array::{Arrays, At, Leaf, NodeId, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Symbol};
use crate::kernel::Kernel;
use crate::number::Number;
use crate::phrase;
use crate::shape::Size;
use crate::walk;
use std::collections::HashMap;

/// A map has at most this many results.
const JOINED: usize = 4;

/// An array in a buffer, along some loops.
#[derive(Clone, Debug)]
struct Operand {
    buffer: usize,
    offset: usize,
    /// Each loop and from one entry to the next along it.
    strides: Vec<(u32, usize)>,
}

struct Builder<'a, 'p> {
    arrays: &'a mut Arrays<'p>,
    sizes: &'a HashMap<Box<str>, usize>,
    plan: Plan,
    nodes: HashMap<NodeId, usize>,
    /// The arrays that are replaced, by their number.
    moving: HashMap<NodeId, usize>,
    /// Bodies that have been worked out, in the loops 0, 1, ... in this order of sizes.
    maps: HashMap<(Expr, Vec<usize>), usize>,
    /// The maps among the steps, whose kernels are made last, when neighbours have been joined.
    drafts: Vec<Draft>,
    items: Vec<Item>,
}

/// The plan of these expressions in the loops of their axes, for these sizes.
pub(crate) fn build(arrays: &mut Arrays<'_>, roots: &[(Expr, Vec<Size>)], sizes: &HashMap<Box<str>, usize>) -> Result<Plan> {
    build_with(arrays, roots, &[], sizes)
}

/// An array of the caller's that is replaced by an expression in the loops of its axes: each array once.
pub(crate) struct Update {
    pub(crate) array: NodeId,
    pub(crate) becomes: Expr,
}

/// The same, where each run replaces some arrays. All that is asked for, the updates too, is made of what they were before; memory for
/// a second copy is needed only where two of them wait for each other, or where one is not read place by place.
pub(crate) fn build_with(
    arrays: &mut Arrays<'_>,
    roots: &[(Expr, Vec<Size>)],
    updates: &[Update],
    sizes: &HashMap<Box<str>, usize>,
) -> Result<Plan> {
    let moving = updates.iter().map(|update| update.array).zip(0..).collect();
    let plan = Plan::default();
    let (drafts, items) = (Vec::new(), Vec::new());
    let mut builder = Builder { arrays, sizes, plan, nodes: HashMap::new(), moving, maps: HashMap::new(), drafts, items };
    for (e, axes) in roots {
        let axes = builder.lengths(axes)?;
        let mut buffer = builder.dense(*e, &axes)?;
        if builder.plan.moves(buffer) {
            // what it was before it is replaced
            buffer = builder.map(*e, &axes)?;
        }
        builder.plan.outputs.push((buffer, axes));
    }
    for update in updates {
        let axes = builder.lengths(&builder.arrays.node(update.array).axes.clone())?;
        // a map of its own, even of an array that is there already: it goes to other memory
        let out = builder.node(update.array)?;
        builder.map_to(update.becomes, &axes, out)?;
    }
    let mut plan = builder.finish()?;
    share_memory(&mut plan);
    Ok(plan)
}

/// Gives every buffer that a step makes its place.
fn share_memory(plan: &mut Plan) {
    let end = plan.steps.len();
    let mut made: HashMap<usize, (usize, usize)> = HashMap::new();
    for (at, step) in plan.steps.iter().enumerate() {
        for buffer in step.reads() {
            if let Some((_, last)) = made.get_mut(&buffer) {
                *last = at;
            }
        }
        for buffer in step.outs() {
            if matches!(plan.buffers[buffer].place, Place::Arena(_)) {
                made.insert(buffer, (at, at));
            }
        }
    }
    for (buffer, _) in &plan.outputs {
        if let Some((_, last)) = made.get_mut(buffer) {
            *last = end;
        }
    }
    let mut buffers: Vec<usize> = made.keys().copied().collect();
    buffers.sort_unstable();
    let needs: Vec<(usize, usize, usize)> =
        buffers.iter().map(|buffer| (plan.buffers[*buffer].length, made[buffer].0, made[buffer].1)).collect();
    let (places, total) = memory::share(&needs);
    for (buffer, place) in buffers.into_iter().zip(places) {
        plan.buffers[buffer].place = Place::Arena(place);
    }
    plan.arena = total;
}

impl Builder<'_, '_> {
    fn length(&self, size: &Size) -> Result<usize> {
        match size {
            Size::Number(n) => Ok(*n),
            Size::Name(name) => {
                self.sizes.get(name).copied().ok_or_else(|| Error::new(Kind::Domain, phrase!("the size `{name}` has no value", name)))
            }
        }
    }

    fn lengths(&self, axes: &[Size]) -> Result<Vec<usize>> {
        axes.iter().map(|size| self.length(size)).collect()
    }

    fn buffer(&mut self, place: Place, length: usize) -> usize {
        self.plan.buffers.push(Buffer { place, length });
        self.plan.buffers.len() - 1
    }

    /// A buffer that a step will fill.
    fn made(&mut self, axes: &[usize]) -> Result<usize> {
        let length = axes.iter().try_fold(1usize, |product, &n| product.checked_mul(n)).filter(|&length| length < 1 << 31);
        let length = length.ok_or_else(|| crate::budget::limit(phrase!("size"), phrase!("2^31 entries of an array"), "no option"))?;
        Ok(self.buffer(Place::Arena(0), length))
    }

    fn place(&mut self, place: Place, length: usize) -> usize {
        match self.plan.buffers.iter().position(|buffer| buffer.place == place && !matches!(place, Place::Arena(_))) {
            Some(known) => known,
            None => self.buffer(place, length),
        }
    }

    /// A buffer with an expression in the loops 0, 1, ..., row by row.
    fn dense(&mut self, e: Expr, axes: &[usize]) -> Result<usize> {
        if let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(e).cloned()
            && place.len() == axes.len()
            && place.iter().enumerate().all(|(axis, &at)| at == At::Loop(axis as u32))
        {
            return self.node(node);
        }
        self.map(e, axes)
    }

    /// The buffer of an array.
    fn node(&mut self, node: NodeId) -> Result<usize> {
        if let Some(&known) = self.nodes.get(&node) {
            return Ok(known);
        }
        self.arrays.engine.pool.check()?;
        let array = self.arrays.node(node).clone();
        let axes = self.lengths(&array.axes)?;
        let buffer = match array.source {
            Source::Symbol(symbol) => {
                let place = match self.moving.get(&node) {
                    Some(&number) => Place::Moving(number),
                    None => {
                        self.plan.arrays.push(symbol);
                        Place::Given(self.plan.arrays.len() - 1)
                    }
                };
                self.buffer(place, axes.iter().product())
            }
            Source::Sum { body, bound } if bound.is_empty() => self.dense(body, &axes)?,
            Source::Sum { body, bound } => self.contraction(body, &array.axes, &bound)?,
            Source::LogSumExp(of) => {
                let (body, _) = self.arrays.log_sum_exp_body(of);
                self.map(body, &axes)?
            }
            Source::Extreme { of, axis, largest } => {
                let (from, all) = (self.node(of)?, self.lengths(&self.arrays.node(of).axes.clone())?);
                let (outer, length, inner) = split(&all, axis);
                let out = self.made(&axes)?;
                self.step(Step::Extreme { from, outer, length, inner, largest, out });
                out
            }
            Source::Inverse(of) => {
                let (from, out) = (self.node(of)?, self.made(&axes)?);
                self.step(Step::Inverse { from, size: axes[0], out });
                out
            }
            Source::Determinant(of) | Source::LogDeterminant(of) => {
                let size = self.length(&self.arrays.node(of).axes[0].clone())?;
                let (from, out) = (self.node(of)?, self.made(&[])?);
                let log = matches!(self.arrays.source(node), Source::LogDeterminant(_));
                self.step(Step::Determinant { from, size, log, out });
                out
            }
            Source::Stack(entries) => {
                let mut from = Vec::with_capacity(entries.len());
                for entry in entries {
                    from.push(self.dense(entry, &[])?);
                }
                let out = self.made(&axes)?;
                self.step(Step::Stack { from, out });
                out
            }
        };
        self.nodes.insert(node, buffer);
        Ok(buffer)
    }

    // ---- maps

    /// A map over loops 0, 1, ..., row by row.
    fn map(&mut self, body: Expr, axes: &[usize]) -> Result<usize> {
        let key = (body, axes.to_vec());
        if let Some(&known) = self.maps.get(&key) {
            return Ok(known);
        }
        let out = self.made(axes)?;
        self.map_to(body, axes, out)?;
        self.maps.insert(key, out);
        Ok(out)
    }

    fn map_to(&mut self, body: Expr, axes: &[usize], out: usize) -> Result<()> {
        let body = self.with_sizes(body)?;
        let symbols = walk::symbols(self.arrays.engine.pool, &[body]);
        let mut inputs = Vec::with_capacity(symbols.len());
        for &symbol in &symbols {
            inputs.push(self.reader(symbol, axes)?);
        }
        self.draft(Draft { bodies: vec![body], symbols, sizes: axes.to_vec(), inputs, outs: vec![out] });
        Ok(())
    }

    fn step(&mut self, step: Step) {
        self.items.push(Item::Step(step));
    }

    /// A map joins the one before it if both run over the same loops and neither needs the other.
    fn draft(&mut self, draft: Draft) {
        if let Some(Item::Draft(last)) = self.items.last() {
            let last = &mut self.drafts[*last];
            // of an array that is replaced, all maps read what it was before; they may move behind others, what makes something else may not
            let moves = |buffer: usize| self.plan.moves(buffer);
            let apart = moves(last.outs[0]) != moves(draft.outs[0]);
            let needs = apart || draft.inputs.iter().any(|input| last.outs.contains(&input.buffer) && !moves(input.buffer));
            if last.sizes == draft.sizes && !needs && last.outs.len() < JOINED {
                for (symbol, input) in draft.symbols.into_iter().zip(draft.inputs) {
                    if !last.symbols.contains(&symbol) {
                        last.symbols.push(symbol);
                        last.inputs.push(input);
                    }
                }
                last.bodies.extend(draft.bodies);
                last.outs.extend(draft.outs);
                return;
            }
        }
        self.items.push(Item::Draft(self.drafts.len()));
        self.drafts.push(draft);
    }

    /// The plan with all kernels made.
    fn finish(self) -> Result<Plan> {
        let Builder { mut plan, mut drafts, mut items, .. } = self;
        replace(&mut items, &mut drafts, &mut plan.buffers);
        let mut drafts: Vec<Option<Draft>> = drafts.into_iter().map(Some).collect();
        for item in items {
            let step = match item {
                Item::Step(step) => step,
                Item::Draft(at) => {
                    let Some(Draft { bodies, symbols, sizes, inputs, outs }) = drafts[at].take() else { continue };
                    let kernel = Kernel::of(self.arrays.engine.pool, &bodies, &symbols)?.threads(1);
                    Step::Map { kernel: Box::new(kernel), sizes, inputs, outs }
                }
            };
            plan.works.push(step.work());
            plan.steps.push(step);
        }
        Ok(plan)
    }

    /// Names of sizes become their numbers.
    fn with_sizes(&mut self, body: Expr) -> Result<Expr> {
        let mut known: HashMap<Symbol, Expr> = HashMap::new();
        for symbol in walk::symbols(self.arrays.engine.pool, &[body]) {
            if self.arrays.leaf_of(symbol).is_none()
                && let Some(&size) = self.sizes.get(self.arrays.engine.pool.symbol_key(symbol))
            {
                let number = self.arrays.engine.pool.number(Number::from(i64::try_from(size).unwrap_or(i64::MAX)));
                known.insert(symbol, number);
            }
        }
        walk::put(self.arrays.engine.pool, body, &known)
    }

    fn reader(&mut self, symbol: Symbol, axes: &[usize]) -> Result<Reader> {
        let strides = |operand: &Operand| {
            (0..axes.len() as u32)
                .map(|number| operand.strides.iter().filter(|(known, _)| *known == number).map(|(_, stride)| stride).sum())
                .collect()
        };
        match self.arrays.leaf_of(symbol).cloned() {
            None => {
                let at = self.plan.scalars.iter().position(|known| *known == symbol).unwrap_or_else(|| {
                    self.plan.scalars.push(symbol);
                    self.plan.scalars.len() - 1
                });
                let buffer = self.place(Place::Scalar(at), 1);
                Ok(Reader { buffer, offset: 0, strides: vec![0; axes.len()] })
            }
            Some(Leaf::Entry(node, place)) => {
                let operand = self.entry(node, &place)?;
                Ok(Reader { buffer: operand.buffer, offset: operand.offset, strides: strides(&operand) })
            }
            Some(Leaf::Delta(a, b, size)) => {
                let size = self.length(&size)?;
                let buffer = self.place(Place::Identity(size), size * size);
                let mut operand = Operand { buffer, offset: 0, strides: Vec::new() };
                for (at, stride) in [(a, size), (b, 1)] {
                    match at {
                        At::Loop(number) => operand.strides.push((number, stride)),
                        At::Fixed(fixed) => operand.offset += fixed as usize * stride,
                    }
                }
                Ok(Reader { buffer, offset: operand.offset, strides: strides(&operand) })
            }
        }
    }

    /// An entry of an array as an operand; no entry is moved.
    fn entry(&mut self, node: NodeId, place: &[At]) -> Result<Operand> {
        let buffer = self.node(node)?;
        let all = self.lengths(&self.arrays.node(node).axes.clone())?;
        let mut operand = Operand { buffer, offset: 0, strides: Vec::new() };
        for (&at, stride) in place.iter().zip(row_major(&all)) {
            match at {
                // both axes of a diagonal run with one loop
                At::Loop(number) => match operand.strides.iter_mut().find(|(known, _)| *known == number) {
                    Some((_, sum)) => *sum += stride,
                    None => operand.strides.push((number, stride)),
                },
                At::Fixed(fixed) => operand.offset += fixed as usize * stride,
            }
        }
        Ok(operand)
    }

    // ---- sums of products

    /// A sum over bound loops: matrix products and sums along an axis, one bound loop after the other, the cheapest first.
    fn contraction(&mut self, body: Expr, axes: &[Size], bound: &[Size]) -> Result<usize> {
        let lengths = self.lengths(axes)?;
        let inner = self.lengths(bound)?;
        let rank = axes.len() as u32;
        let size = |number: u32| if number < rank { lengths[number as usize] } else { inner[(number - rank) as usize] };
        let mut pieces = self.pieces(body);
        let left: Vec<u32> = (rank..rank + bound.len() as u32).collect();
        // what one step does
        match (&*pieces, &*left) {
            ([(e, loops)], _) if axes.is_empty() || left.len() == 1 => return self.total(*e, loops, &lengths, &left, &size),
            ([(a, left_loops), (b, right_loops)], [k]) if links(left_loops, right_loops, *k) => {
                let out = self.made(&lengths)?;
                return self.product((*a, left_loops), (*b, right_loops), *k, rank, out, &size).map(|()| out);
            }
            _ => {}
        }
        // one bound loop becomes a sum of its own; one that others have asked for is there already
        let mut best: Option<(usize, u32, Expr)> = None;
        for &k in &left {
            let touching: Vec<&(Expr, Vec<u32>)> = pieces.iter().filter(|(_, loops)| loops.contains(&k)).collect();
            let cost = match *touching {
                [(_, loops)] => loops.iter().map(|&number| size(number)).product::<usize>(),
                [(_, a), (_, b)] if links(a, b, k) => {
                    a.iter().chain(b).filter(|&&number| number != k).map(|&number| size(number)).product::<usize>() * size(k)
                }
                _ => continue,
            };
            let factors: Args = touching.iter().map(|(e, _)| *e).collect();
            let product = self.arrays.engine.mul(&factors);
            let sum = self.arrays.sum_node(product, vec![(k, bound[(k - rank) as usize].clone())])?;
            let cost = if self.is_made(sum) { 0 } else { cost };
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, k, sum));
            }
        }
        let Some((_, k, sum)) = best else { return self.by_all_loops(body, &lengths, &inner) };
        pieces.retain(|(_, loops)| !loops.contains(&k));
        let mut factors: Args = pieces.iter().map(|(e, _)| *e).collect();
        factors.push(sum);
        let rest = self.arrays.engine.mul(&factors);
        // the loops after k move down
        let rest =
            self.arrays.rename(rest, &|number| At::Loop(if number > k && number < super::super::FRESH { number - 1 } else { number }))?;
        let bound: Vec<Size> = bound.iter().enumerate().filter(|(at, _)| *at as u32 + rank != k).map(|(_, size)| size.clone()).collect();
        if bound.is_empty() {
            return self.dense(rest, &lengths);
        }
        self.contraction(rest, axes, &bound)
    }

    /// Whether an entry is of an array that has a buffer.
    fn is_made(&self, entry: Expr) -> bool {
        matches!(self.arrays.as_leaf(entry), Some(Leaf::Entry(node, _)) if self.nodes.contains_key(node))
    }

    /// The factors by the loops that they run with; what runs with one loop joins a matrix that does.
    fn pieces(&mut self, body: Expr) -> Vec<(Expr, Vec<u32>)> {
        let mut pieces: Vec<(Expr, Vec<u32>)> = Vec::new();
        for factor in self.arrays.factors(body) {
            let loops = self.arrays.loops(factor);
            match pieces.iter_mut().find(|(_, known)| *known == loops) {
                Some((e, _)) => *e = self.arrays.engine.mul(&[*e, factor]),
                None => pieces.push((factor, loops)),
            }
        }
        // a vector between two matrices scales one of them
        loop {
            let found = pieces.iter().enumerate().find_map(|(at, (_, loops))| {
                let [one] = **loops else { return None };
                let mut matrices = pieces.iter().enumerate().filter(|(other, (_, loops))| *other != at && loops.contains(&one));
                let first = matrices.next()?.0;
                matrices.next().map(|_| (at, first))
            });
            let Some((vector, matrix)) = found else { return pieces };
            let scale = pieces[vector].0;
            pieces[matrix].0 = self.arrays.engine.mul(&[pieces[matrix].0, scale]);
            pieces.remove(vector);
        }
    }

    /// A piece as an operand along its loops: an entry as it lies, anything else worked out.
    fn operand(&mut self, e: Expr, loops: &[u32], size: &dyn Fn(u32) -> usize) -> Result<Operand> {
        if let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(e).cloned() {
            return self.entry(node, &place);
        }
        // in the order in which the first array inside lies, so that most are read as they lie
        let mut order = loops.to_vec();
        for symbol in self.arrays.leaves(e) {
            if let Some(Leaf::Entry(_, place)) = self.arrays.leaf_of(symbol) {
                let own: Vec<u32> = place.iter().filter_map(|at| if let At::Loop(number) = at { Some(*number) } else { None }).collect();
                if own.len() == loops.len() && loops.iter().all(|number| own.contains(number)) {
                    order = own;
                    break;
                }
            }
        }
        let position: HashMap<u32, u32> = order.iter().copied().zip(0..).collect();
        let renamed = self.arrays.rename(e, &|number| At::Loop(position.get(&number).copied().unwrap_or(number)))?;
        let axes: Vec<usize> = order.iter().map(|&number| size(number)).collect();
        let buffer = self.dense(renamed, &axes)?;
        Ok(Operand { buffer, offset: 0, strides: order.into_iter().zip(row_major(&axes)).collect() })
    }

    /// The sum of one piece over its bound loops.
    fn total(&mut self, e: Expr, loops: &[u32], lengths: &[usize], bound: &[u32], size: &dyn Fn(u32) -> usize) -> Result<usize> {
        if lengths.len() + bound.len() != loops.len() {
            return self.by_all_loops(e, lengths, &bound.iter().map(|&number| size(number)).collect::<Vec<_>>());
        }
        let operand = self.operand(e, loops, size)?;
        let mut order = operand.strides.clone();
        order.sort_by_key(|&(_, stride)| std::cmp::Reverse(stride));
        let sizes: Vec<usize> = order.iter().map(|&(number, _)| size(number)).collect();
        let dense = operand.offset == 0 && order.iter().map(|&(_, stride)| stride).eq(row_major(&sizes));
        let free: Vec<u32> = order.iter().map(|&(number, _)| number).filter(|number| !bound.contains(number)).collect();
        let sorted = free.is_sorted();
        let out = self.made(lengths)?;
        if dense && sorted && bound.len() == loops.len() {
            self.step(Step::Total { from: operand.buffer, outer: 1, length: sizes.iter().product(), inner: 1, out });
        } else if dense
            && sorted
            && let [k] = *bound
        {
            let axis = order.iter().position(|&(number, _)| number == k).unwrap_or(0);
            let (outer, length, inner) = split(&sizes, axis);
            self.step(Step::Total { from: operand.buffer, outer, length, inner, out });
        } else {
            return self.by_all_loops(e, lengths, &bound.iter().map(|&number| size(number)).collect::<Vec<_>>());
        }
        Ok(out)
    }

    /// The product of two pieces over the loop k.
    fn product(&mut self, a: (Expr, &[u32]), b: (Expr, &[u32]), k: u32, rank: u32, out: usize, size: &dyn Fn(u32) -> usize) -> Result<()> {
        let free = |loops: &[u32]| loops.iter().copied().find(|&number| number != k);
        // the rows of the result run with its first axis
        let (a, b) = if rank > 0 && free(a.1) != Some(0) && (free(b.1) == Some(0)) { (b, a) } else { (a, b) };
        let (left, right) = (self.operand(a.0, a.1, size)?, self.operand(b.0, b.1, size)?);
        let matrix = |operand: &Operand, row: Option<u32>, column: Option<u32>| {
            let stride = |number: Option<u32>| {
                operand.strides.iter().filter(|(known, _)| Some(*known) == number).map(|(_, stride)| *stride).sum::<usize>()
            };
            Matrix {
                buffer: operand.buffer,
                offset: operand.offset,
                rows: row.map_or(1, size),
                columns: column.map_or(1, size),
                row_stride: stride(row),
                column_stride: stride(column),
            }
        };
        let (i, j) = (free(a.1), free(b.1));
        let step = Step::Product { a: matrix(&left, i, Some(k)), b: matrix(&right, Some(k), j), out };
        self.step(step);
        Ok(())
    }

    /// The body worked out at all places of all loops, then summed: for sums that are no chain.
    fn by_all_loops(&mut self, body: Expr, lengths: &[usize], bound: &[usize]) -> Result<usize> {
        let all: Vec<usize> = lengths.iter().chain(bound).copied().collect();
        let from = self.map(body, &all)?;
        let out = self.made(lengths)?;
        let (outer, length) = (lengths.iter().product(), bound.iter().product());
        self.step(Step::Total { from, outer, length, inner: 1, out });
        Ok(out)
    }
}

/// Whether two pieces meet in the loop k alone, each with at most one other.
fn links(a: &[u32], b: &[u32], k: u32) -> bool {
    a.len() <= 2 && b.len() <= 2 && a.contains(&k) && b.contains(&k) && a.iter().filter(|number| b.contains(number)).count() == 1
}

/// From one entry to the next along each axis, the last one running fastest.
pub(super) fn row_major(axes: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; axes.len()];
    for at in (1..axes.len()).rev() {
        strides[at - 1] = strides[at] * axes[at];
    }
    strides
}

/// How many entries there are before an axis, along it, and after it.
fn split(axes: &[usize], axis: usize) -> (usize, usize, usize) {
    (axes[..axis].iter().product(), axes[axis], axes[axis + 1..].iter().product())
}
