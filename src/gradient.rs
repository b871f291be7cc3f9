//! Many derivatives at once: gradients by one reverse sweep of adjoints, sparse Jacobians and Hessians.
//! Deliberately has no rule of its own: each adjoint is what `diff.rs` says a part contributes.
//! Read next: `diff.rs`.

use crate::diff::{carry_out, contribution, derivative, products_without_one};
use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::matrix::Matrix;
use crate::simplify::{Engine, known};
use crate::template::{ReadySlope, slopes};
use crate::walk::{Memo, reachable_where, symbols};

/// Rows with fewer symbols than this are derived forwards, symbol by symbol.
const FORWARD: usize = 4;

/// The derivatives of a collected expression by each symbol, collected: every node receives the sum of what its users
/// pass down, users first (reverse mode; Griewank and Walther, Evaluating Derivatives, 3.2). The cost is a small multiple of the graph.
pub(crate) fn adjoint_sweep(engine: &mut Engine<'_>, root: Expr, by: &[Symbol]) -> Result<Vec<Expr>> {
    if by.len() < FORWARD || !runs_backwards(engine, root) {
        return by.iter().map(|&symbol| derivative(engine, root, symbol, &mut Memo::new())).collect();
    }
    let order = reachable_where(engine.pool, &[root], |e| engine.pool.has_symbols(e));
    let mut place: Memo<u32> = Memo::new();
    for (at, &e) in order.iter().enumerate() {
        place.set(e, at as u32);
    }
    let mut pending: Vec<Args> = vec![Args::new(); order.len()];
    if let Some(last) = pending.last_mut() {
        last.push(Expr::ONE);
    }
    let mut found: Memo<Expr> = Memo::new();
    for at in (0..order.len()).rev() {
        engine.pool.check()?;
        let e = order[at];
        let parts = std::mem::take(&mut pending[at]);
        let adjoint = engine.add(&parts);
        if adjoint == Expr::ZERO {
            continue;
        }
        let mut pass = |part: Expr, value: Expr| {
            if let Some(to) = place.get(part) {
                pending[to as usize].push(value);
            }
        };
        match engine.pool.node(e) {
            Node::Number(_) => {}
            Node::Symbol(_) => {
                engine.note_collected(adjoint);
                found.set(e, adjoint);
            }
            Node::Add(terms) => terms.iter().for_each(|&term| pass(term, adjoint)),
            Node::Mul(factors) => {
                let factors = Args::from_slice(factors);
                if factors.len() <= FORWARD {
                    for &factor in &factors {
                        let mut others: Args = factors.iter().copied().filter(|&f| f != factor).collect();
                        others.push(adjoint);
                        let value = if engine.pool.has_symbols(factor) { engine.mul(&others) } else { Expr::ZERO };
                        pass(factor, value);
                    }
                } else {
                    let (moving, mut fixed): (Args, Args) = factors.into_iter().partition(|&factor| engine.pool.has_symbols(factor));
                    fixed.push(adjoint);
                    let adjoint = engine.mul(&fixed);
                    let values = products_without_one(engine, &moving, &|_| adjoint);
                    for (&factor, value) in moving.iter().zip(values) {
                        pass(factor, value);
                    }
                }
            }
            Node::Pow(base, exponent) => {
                if engine.pool.has_symbols(base) {
                    let lower = engine.subtract(exponent, Expr::ONE);
                    let power = engine.pow(base, lower);
                    let value = engine.mul(&[adjoint, exponent, power]);
                    pass(base, value);
                }
                if engine.pool.has_symbols(exponent) {
                    let log = engine.apply(known::LOG, &[base]);
                    let value = engine.mul(&[adjoint, e, log]);
                    pass(exponent, value);
                }
            }
            Node::Call(Head::Function(known::IF), &[condition, yes, no]) => {
                let to_yes = engine.apply(known::IF, &[condition, adjoint, Expr::ZERO]);
                let to_no = engine.apply(known::IF, &[condition, Expr::ZERO, adjoint]);
                pass(yes, to_yes);
                pass(no, to_no);
            }
            Node::Call(Head::Function(known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS), _) => {}
            Node::Call(head, args) => {
                let args = Args::from_slice(args);
                for (slot, &arg) in args.iter().enumerate() {
                    if place.get(arg).is_some() {
                        let value = contribution(engine, head, &args, slot, adjoint)?;
                        pass(arg, value);
                    }
                }
            }
        }
    }
    engine.pool.check()?;
    Ok(by
        .iter()
        .map(|&symbol| {
            let e = engine.pool.symbol_expr(symbol);
            found.get(e).unwrap_or(Expr::ZERO)
        })
        .collect())
}

/// Whether every slope is a factor of the adjoint. Parts of complex values (`re(u)` of a complex u) are linear over the
/// reals only, and those run forwards.
fn runs_backwards(engine: &mut Engine<'_>, root: Expr) -> bool {
    let order = reachable_where(engine.pool, &[root], |e| engine.pool.has_symbols(e));
    order.into_iter().all(|e| match engine.pool.node(e) {
        Node::Call(Head::Function(f), args) if slopes(f).iter().any(|s| matches!(s, ReadySlope::WithDu(_))) => {
            let args = Args::from_slice(args);
            args.iter().all(|&arg| engine.is_real(arg))
        }
        _ => true,
    })
}

/// The gradient: one derivative for each symbol of `by`, simplified.
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when a budget ends.
pub fn gradient(pool: &mut Pool, e: Expr, by: &[Symbol]) -> Result<Vec<Expr>> {
    let mut engine = Engine::new(pool);
    let e = carry_out(&mut engine, e)?;
    let e = engine.collect(e)?;
    let partials = adjoint_sweep(&mut engine, e, by)?;
    engine.simplify_all(&partials)
}

/// The Jacobian: a row for each expression, a column for each symbol, simplified.
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when a budget ends.
pub fn jacobian(pool: &mut Pool, es: &[Expr], by: &[Symbol]) -> Result<Matrix> {
    let mut engine = Engine::new(pool);
    let mut entries = Vec::with_capacity(es.len().saturating_mul(by.len()));
    for &e in es {
        let e = carry_out(&mut engine, e)?;
        let e = engine.collect(e)?;
        entries.extend(sparse_row(&mut engine, e, by)?);
    }
    let entries = engine.simplify_all(&entries)?;
    Ok(Matrix { rows: es.len(), columns: by.len(), entries, vector: false })
}

/// The derivatives of one row, only those by symbols that occur in it worked out.
fn sparse_row(engine: &mut Engine<'_>, e: Expr, by: &[Symbol]) -> Result<Vec<Expr>> {
    let mut inside = symbols(engine.pool, &[e]);
    inside.retain(|symbol| by.contains(symbol));
    let partials = adjoint_sweep(engine, e, &inside)?;
    Ok(by.iter().map(|symbol| inside.iter().position(|s| s == symbol).map_or(Expr::ZERO, |at| partials[at])).collect())
}

/// The Hessian: the Jacobian of the gradient; each entry is worked out once, and only where both symbols occur.
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when a budget ends.
pub fn hessian(pool: &mut Pool, e: Expr, by: &[Symbol]) -> Result<Matrix> {
    let mut engine = Engine::new(pool);
    let e = carry_out(&mut engine, e)?;
    let e = engine.collect(e)?;
    engine.keeps_blocks = true;
    let partials = adjoint_sweep(&mut engine, e, by)?;
    engine.keeps_blocks = false;
    let n = by.len();
    let mut place = hashbrown::HashMap::<Symbol, usize, std::hash::BuildHasherDefault<std::hash::DefaultHasher>>::default();
    for (at, &symbol) in by.iter().enumerate() {
        place.insert(symbol, at);
    }
    let (mut places, mut found) = (Vec::new(), Vec::new());
    for (row, &partial) in partials.iter().enumerate() {
        let mut inside = symbols(engine.pool, &[partial]);
        inside.retain(|symbol| place.get(symbol).is_some_and(|&column| column >= row));
        let seconds = adjoint_sweep(&mut engine, partial, &inside)?;
        for (symbol, second) in inside.iter().zip(seconds) {
            places.push((row, place.get(symbol).copied().unwrap_or(row)));
            found.push(second);
        }
    }
    let mut entries = vec![Expr::ZERO; n * n];
    for ((row, column), entry) in places.into_iter().zip(engine.simplify_all(&found)?) {
        entries[row * n + column] = entry;
        entries[column * n + row] = entry;
    }
    Ok(Matrix { rows: n, columns: n, entries, vector: false })
}
