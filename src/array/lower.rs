//! What does each operator and function of arrays mean in index notation?
//! Deliberately checks no shape: the reader has done so.
//! Read next: `contract.rs`.

use super::{Arrays, At, Indexed, Leaf, Source};
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Node, Symbol};
use crate::key;
use crate::operation::Operation;
use crate::phrase;
use crate::shape::{Shape, Size};
use crate::simplify::known;
use crate::text::size_expr;
use crate::walk;
use std::collections::{BTreeMap, HashMap};

/// An expression as it was read, with the shapes of its arrays, in index notation.
pub(crate) fn lower(arrays: &mut Arrays<'_>, root: Expr, shapes: &HashMap<Expr, Shape>) -> Result<Indexed> {
    lower_with(arrays, root, shapes, &HashMap::new())
}

/// The same, where some symbols stand for what has been lowered before.
pub(crate) fn lower_with(
    arrays: &mut Arrays<'_>,
    root: Expr,
    shapes: &HashMap<Expr, Shape>,
    bindings: &HashMap<Symbol, Indexed>,
) -> Result<Indexed> {
    let mut done: HashMap<Expr, Indexed> = HashMap::new();
    let mut free: HashMap<Expr, Free> = HashMap::new();
    for e in walk::reachable(arrays.engine.pool, &[root]) {
        arrays.engine.pool.check()?;
        if let Node::Symbol(symbol) = arrays.engine.pool.node(e)
            && let Some(value) = bindings.get(&symbol)
        {
            done.insert(e, value.clone());
            continue;
        }
        let shape = match shapes.get(&e) {
            Some(shape) => shape.clone(),
            None => of_parts(arrays, e, &done)?,
        };
        let written = free_of(arrays, e, &done, &free)?;
        let lowered = match arrays.engine.pool.node(e) {
            Node::Call(head, args) if Operation::of(arrays.engine.pool, head) == Some(Operation::Over) => {
                let args: Vec<Expr> = args.to_vec();
                over(arrays, &args, &done, &free)?
            }
            _ => one(arrays, e, &shape, &done)?,
        };
        if !written.is_empty() {
            free.insert(e, written);
        }
        done.insert(e, Indexed { shape, e: lowered });
    }
    let result = done.remove(&root).ok_or_else(|| Error::new(Kind::Shape, phrase!("there is nothing to read")))?;
    let result = Indexed { e: arrays.engine.collect(result.e)?, ..result };
    let free = free.remove(&root).unwrap_or_default();
    if free.is_empty() {
        return Ok(result);
    }
    if !result.shape.is_number() {
        let message = phrase!(
            "an index is free in an array of shape {shape}; a formula is in indices or in matrices, not in both",
            shape = result.shape
        );
        return Err(Error::new(Kind::Shape, message));
    }
    // free indices in their order are the axes
    let order: Vec<u32> = free.keys().copied().collect();
    let e = arrays.rename(result.e, &|number| At::Loop(order.iter().position(|&known| known == number).map_or(number, |at| at as u32)))?;
    Ok(Indexed { shape: Shape::of(free.into_values().collect()), e })
}

/// Indices that are written in a formula are loops from here on, in their order.
const WRITTEN: u32 = 600;

/// Written indices that are free in an expression, and how long the axes are that they run over.
type Free = BTreeMap<u32, Size>;

/// Where an index stands: a number is an entry, -1, -2, ... are loops.
fn index(arrays: &Arrays<'_>, code: Expr) -> At {
    match arrays.engine.pool.as_i64(code) {
        Some(loops @ ..=-1) => At::Loop(WRITTEN + u32::try_from(-1 - loops).unwrap_or(0)),
        entry => At::Fixed(entry.and_then(|entry| u32::try_from(entry).ok()).unwrap_or(0)),
    }
}

/// The free indices of an expression, from those of its parts.
fn free_of(arrays: &Arrays<'_>, e: Expr, done: &HashMap<Expr, Indexed>, known: &HashMap<Expr, Free>) -> Result<Free> {
    let mut found = Free::new();
    let mut note = |number: u32, size: &Size| match found.insert(number, size.clone()) {
        Some(other) if other != *size => {
            Err(Error::new(Kind::Shape, phrase!("an index runs over axes of the lengths {other} and {size}", other, size)))
        }
        _ => Ok(()),
    };
    for part in arrays.engine.pool.children(e) {
        for (&number, size) in known.get(&part).into_iter().flatten() {
            note(number, size)?;
        }
    }
    let Node::Call(head, args) = arrays.engine.pool.node(e) else { return Ok(found) };
    match Operation::of(arrays.engine.pool, head) {
        Some(Operation::Entry) => {
            let axes = args.first().and_then(|array| done.get(array)).map(|array| array.shape.axes.clone()).unwrap_or_default();
            for (&code, size) in args.iter().skip(1).zip(&axes) {
                if let At::Loop(number) = index(arrays, code) {
                    note(number, size)?;
                }
            }
        }
        Some(Operation::Over) => {
            for &code in args.iter().skip(1) {
                let At::Loop(number) = index(arrays, code) else { continue };
                if found.remove(&number).is_none() {
                    return Err(Error::new(Kind::Shape, phrase!("an index of a sum does not occur in what is summed")));
                }
            }
        }
        _ => {}
    }
    Ok(found)
}

/// The shape of a part that an operator made on its way, such as the negative in a difference.
fn of_parts(arrays: &Arrays<'_>, e: Expr, done: &HashMap<Expr, Indexed>) -> Result<Shape> {
    let mut shape = Shape::number();
    let is_operation = matches!(arrays.engine.pool.node(e), Node::Call(head, _) if Operation::of(arrays.engine.pool, head).is_some());
    if !is_operation {
        for part in arrays.engine.pool.children(e) {
            if let Some(part) = done.get(&part) {
                shape = shape.broadcast(&part.shape, key!("an operation"))?;
            }
        }
    }
    Ok(shape)
}

fn one(arrays: &mut Arrays<'_>, e: Expr, shape: &Shape, done: &HashMap<Expr, Indexed>) -> Result<Expr> {
    match arrays.engine.pool.node(e) {
        Node::Number(_) => return Ok(e),
        Node::Symbol(symbol) => {
            if shape.is_number() {
                return Ok(e);
            }
            let node = arrays.declared(symbol, shape);
            return Ok(arrays.whole(node));
        }
        Node::Call(head, args) => {
            if let Some(operation) = Operation::of(arrays.engine.pool, head) {
                let args: Vec<Expr> = args.to_vec();
                return apply(arrays, operation, &args, shape, done);
            }
        }
        _ => {}
    }
    let mut new: HashMap<Expr, Expr> = HashMap::new();
    for part in arrays.engine.pool.children(e) {
        if let Some(part_value) = done.get(&part) {
            let aligned = align(arrays, part_value, shape)?;
            new.insert(part, aligned);
        }
    }
    let rebuilt = walk::rebuild(arrays.engine.pool, e, |part| new.get(&part).copied().unwrap_or(part));
    arrays.engine.collect(rebuilt)
}

/// An operand seen along the axes of the result, as NumPy broadcasts: from the last axis on, axes of length 1 stretched.
fn align(arrays: &mut Arrays<'_>, value: &Indexed, to: &Shape) -> Result<Expr> {
    if value.shape.is_number() || value.shape == *to {
        return Ok(value.e);
    }
    let (own, target) = (value.shape.full(), to.full());
    let (own_lead, target_lead) = (usize::from(value.shape.row), usize::from(to.row));
    let mut places = Vec::with_capacity(value.shape.rank());
    for axis in 0..value.shape.rank() {
        let full = axis + own_lead + target.len() - own.len();
        let stretched = own[axis + own_lead] == Size::Number(1) && target[full] != Size::Number(1);
        places.push(if stretched { At::Fixed(0) } else { At::Loop((full - target_lead) as u32) });
    }
    arrays.rename(value.e, &|number| places.get(number as usize).copied().unwrap_or(At::Loop(number)))
}

fn apply(arrays: &mut Arrays<'_>, operation: Operation, args: &[Expr], shape: &Shape, done: &HashMap<Expr, Indexed>) -> Result<Expr> {
    let operand = |at: usize| {
        args.get(at).and_then(|arg| done.get(arg)).cloned().ok_or_else(|| Error::new(Kind::Shape, phrase!("an operand is missing")))
    };
    let x = operand(0)?;
    match operation {
        Operation::Entry => {
            let place: Vec<At> = args[1..].iter().map(|&code| index(arrays, code)).collect();
            arrays.rename(x.e, &|number| place.get(number as usize).copied().unwrap_or(At::Loop(number)))
        }
        Operation::Over => Ok(x.e),
        Operation::Times => times(arrays, &x, &operand(1)?),
        Operation::Transpose => match x.shape.rank() {
            2 => arrays.rename(x.e, &|number| At::Loop(1 - number.min(1))),
            _ => Ok(x.e),
        },
        Operation::Power => power(arrays, &x, args.get(1).and_then(|&n| arrays.engine.pool.as_i64(n)).unwrap_or(1)),
        Operation::Sum | Operation::Mean => {
            let (axis, keep) = options(arrays, args);
            let sum = total(arrays, &x, axis, keep)?;
            if operation == Operation::Sum {
                return Ok(sum);
            }
            let mut factors = Args::from_slice(&[sum]);
            for (at, size) in x.shape.axes.iter().enumerate() {
                if axis.is_none_or(|axis| axis == at) {
                    let size = size_expr(arrays.engine.pool, size);
                    let over = arrays.engine.pow(size, Expr::MINUS_ONE);
                    factors.push(over);
                }
            }
            Ok(arrays.engine.mul(&factors))
        }
        Operation::Max | Operation::Min => {
            let (axis, keep) = options(arrays, args);
            arrays.extreme(&x, axis, keep, operation == Operation::Max)
        }
        Operation::Trace => {
            let (k, size) = (arrays.fresh(), x.shape.axes[0].clone());
            let diagonal = arrays.rename(x.e, &|_| At::Loop(k))?;
            arrays.sum(diagonal, vec![(k, size)])
        }
        Operation::Det | Operation::LogDet => Ok(arrays.determinant(&x, operation == Operation::LogDet)),
        Operation::Inv => Ok(arrays.inverse(&x)),
        Operation::Norm => {
            let square = arrays.engine.pow(x.e, Expr::TWO);
            let sum = total(arrays, &Indexed { e: square, ..x }, None, false)?;
            Ok(arrays.engine.pow(sum, Expr::HALF))
        }
        Operation::Diag => match &*x.shape.axes {
            [size] => {
                let delta = arrays.leaf(Leaf::Delta(At::Loop(0), At::Loop(1), size.clone()));
                Ok(arrays.engine.mul(&[x.e, delta]))
            }
            _ => arrays.rename(x.e, &|_| At::Loop(0)),
        },
        Operation::Softmax => {
            let log = arrays.log_sum_exp(&x);
            let exponent = arrays.engine.subtract(x.e, log);
            Ok(arrays.engine.apply(known::EXP, &[exponent]))
        }
        Operation::LogSumExp => Ok(arrays.log_sum_exp(&x)),
        Operation::Eye => Ok(arrays.leaf(Leaf::Delta(At::Loop(0), At::Loop(1), shape.axes[0].clone()))),
        Operation::Fill => Ok(x.e),
        Operation::Stack => {
            let mut entries = Vec::with_capacity(args.len());
            for at in 0..args.len() {
                entries.push(operand(at)?.e);
            }
            let node = arrays.make(Source::Stack(entries), shape.axes.clone());
            Ok(arrays.whole(node))
        }
    }
}

/// `sum[k](..)`
fn over(arrays: &mut Arrays<'_>, args: &[Expr], done: &HashMap<Expr, Indexed>, free: &HashMap<Expr, Free>) -> Result<Expr> {
    let Some((body, value)) = args.first().and_then(|body| Some((body, done.get(body)?))) else { return Ok(Expr::ZERO) };
    let (mut to, mut bound) = (HashMap::new(), Vec::new());
    for &code in &args[1..] {
        if let At::Loop(number) = index(arrays, code)
            && let Some(size) = free.get(body).and_then(|free| free.get(&number))
        {
            let fresh = arrays.fresh();
            to.insert(number, At::Loop(fresh));
            bound.push((fresh, size.clone()));
        }
    }
    let body = arrays.rename(value.e, &|number| to.get(&number).copied().unwrap_or(At::Loop(number)))?;
    arrays.sum(body, bound)
}

/// The axis of a reduction, and whether it is kept.
fn options(arrays: &Arrays<'_>, args: &[Expr]) -> (Option<usize>, bool) {
    let axis = args.get(1).and_then(|&axis| arrays.engine.pool.as_i64(axis)).and_then(|axis| usize::try_from(axis).ok());
    (axis, args.get(2) == Some(&Expr::ONE))
}

/// The sum of all entries, or along an axis. Without `keep` the axes after it move down.
fn total(arrays: &mut Arrays<'_>, x: &Indexed, axis: Option<usize>, keep: bool) -> Result<Expr> {
    let rank = x.shape.rank();
    let summed: Vec<usize> = (0..rank).filter(|&at| axis.is_none_or(|axis| axis == at)).collect();
    let mut to: HashMap<u32, At> = HashMap::new();
    let mut bound = Vec::new();
    let mut next = 0;
    for at in 0..rank {
        if summed.contains(&at) {
            let fresh = arrays.fresh();
            to.insert(at as u32, At::Loop(fresh));
            bound.push((fresh, x.shape.axes[at].clone()));
        } else {
            to.insert(at as u32, At::Loop(if keep { at as u32 } else { next }));
            next += 1;
        }
    }
    let body = arrays.rename(x.e, &|number| to.get(&number).copied().unwrap_or(At::Loop(number)))?;
    arrays.sum(body, bound)
}

/// The matrix product. Whatever the shapes, the last axis of the left side runs with the first one of the right side.
fn times(arrays: &mut Arrays<'_>, a: &Indexed, b: &Indexed) -> Result<Expr> {
    let k = arrays.fresh();
    let outer = |arrays: &mut Arrays<'_>, left: &dyn Fn(u32) -> At, right: &dyn Fn(u32) -> At| -> Result<Expr> {
        let (left, right) = (arrays.rename(a.e, left)?, arrays.rename(b.e, right)?);
        Ok(arrays.engine.mul(&[left, right]))
    };
    let second = |_| At::Loop(1);
    match (a.shape.rank(), b.shape.rank()) {
        // a column times a row
        (1, 1) if !a.shape.row => outer(arrays, &At::Loop, &second),
        (2, 1) if b.shape.row => outer(arrays, &|number| if number == 1 { At::Fixed(0) } else { At::Loop(number) }, &second),
        (1, 2) if !a.shape.row => outer(arrays, &At::Loop, &|number| if number == 0 { At::Fixed(0) } else { At::Loop(1) }),
        (left, right) => {
            let last = left as u32 - 1;
            let free = last;
            let product = outer(arrays, &|number| if number == last { At::Loop(k) } else { At::Loop(number) }, &|number| {
                if number == 0 { At::Loop(k) } else { At::Loop(free + number - 1) }
            })?;
            let size = if right > 0 { b.shape.axes[0].clone() } else { Size::Number(1) };
            arrays.sum(product, vec![(k, size)])
        }
    }
}

fn power(arrays: &mut Arrays<'_>, x: &Indexed, n: i64) -> Result<Expr> {
    let base = if n < 0 { Indexed { e: arrays.inverse(x), ..x.clone() } } else { x.clone() };
    if n == 0 {
        return Ok(arrays.leaf(Leaf::Delta(At::Loop(0), At::Loop(1), x.shape.axes[0].clone())));
    }
    let mut product = base.clone();
    for _ in 1..n.unsigned_abs() {
        product.e = times(arrays, &product, &base)?;
    }
    Ok(product.e)
}
