//! Derivatives as they are worked out, not as they are read: one reverse sweep whose adjoints stay nested and shared.
//! Deliberately collects and simplifies nothing, since a sum that is multiplied out shares less; slopes are TABLE 1's.
//! Read next: `build.rs`, from these expressions to steps; `gradient.rs`, the sweep for people who read.

use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::number::Number;
use crate::phrase;
use crate::simplify::known;
use crate::template::{ReadySlope, slopes};
use crate::walk::{Memo, each_child, reachable_where};
use smallvec::SmallVec;

/// The derivatives of an expression by each symbol, for real arguments.
///
/// Quotients are taken as wholes: with q = n/(u*v) and its adjoint a, t = a/(u*v) is the one division; n receives t, u
/// receives -t*q*v and v receives -t*q*u.
///
/// # Errors
/// Kind `derivative` where a function has none. Kind `limit`.
pub(super) fn adjoints(pool: &mut Pool, root: Expr, by: &[Symbol]) -> Result<Vec<Expr>> {
    let order = reachable_where(pool, &[root], |e| pool.has_symbols(e));
    let mut wanted = vec![false; pool.symbol_count()];
    by.iter().for_each(|symbol| wanted[symbol.0 as usize] = true);
    // the nodes in which a symbol of `by` occurs
    let mut place: Memo<u32> = Memo::new();
    let mut active: Vec<Expr> = Vec::with_capacity(order.len());
    for e in order {
        let mut moves = matches!(pool.node(e), Node::Symbol(symbol) if wanted[symbol.0 as usize]);
        each_child(pool, e, |part| moves |= place.get(part).is_some());
        if moves {
            place.set(e, active.len() as u32);
            active.push(e);
        }
    }
    let mut sweep = Sweep { pending: vec![Args::new(); active.len()], place, guards: Guards::new() };
    sweep.pass(pool, root, Expr::ONE);
    let mut found: Memo<Expr> = Memo::new();
    for (at, &e) in active.iter().enumerate().rev() {
        pool.check()?;
        let parts = std::mem::take(&mut sweep.pending[at]);
        if let Node::Symbol(_) = pool.node(e) {
            let sum = pool.add(&parts);
            found.set(e, sum);
            continue;
        }
        for adjoint in joined(pool, &parts) {
            if adjoint != Expr::ZERO {
                sweep.node(pool, e, adjoint)?;
            }
        }
    }
    pool.check()?;
    Ok(by
        .iter()
        .map(|&symbol| {
            let e = pool.symbol_expr(symbol);
            found.get(e).unwrap_or(Expr::ZERO)
        })
        .collect())
}

/// Conditions under which an adjoint counts, outermost first: whether they have to hold or to fail.
type Guards = SmallVec<[(Expr, bool); 2]>;

/// An adjoint that counts only on one side of a condition: `if(c, a, 0)` or `if(c, 0, a)`.
fn guarded(pool: &Pool, e: Expr) -> Option<((Expr, bool), Expr)> {
    match pool.node(e) {
        Node::Call(Head::Function(known::IF), &[c, a, Expr::ZERO]) => Some(((c, true), a)),
        Node::Call(Head::Function(known::IF), &[c, Expr::ZERO, a]) => Some(((c, false), a)),
        _ => None,
    }
}

fn guard(pool: &mut Pool, (condition, holds): (Expr, bool), e: Expr) -> Expr {
    if e == Expr::ZERO {
        return e;
    }
    pool.apply(known::IF, &if holds { [condition, e, Expr::ZERO] } else { [condition, Expr::ZERO, e] })
}

/// The sum of what a node has received. Where all of it is guarded, each guard is kept apart: in a branch that is not taken
/// slopes may be infinite, and 0 times infinity would spoil the sum.
fn joined(pool: &mut Pool, parts: &[Expr]) -> Args {
    if parts.is_empty() {
        return Args::new();
    }
    let mut guarded_parts: SmallVec<[((Expr, bool), Expr); 4]> = SmallVec::new();
    for &part in parts {
        let Some(found) = guarded(pool, part) else { return Args::from_slice(&[pool.add(parts)]) };
        guarded_parts.push(found);
    }
    guarded_parts.sort_by_key(|&(key, _)| key);
    let mut sums: SmallVec<[((Expr, bool), Expr); 2]> = SmallVec::new();
    for group in guarded_parts.chunk_by(|a, b| a.0 == b.0) {
        let inner: Args = group.iter().map(|&(_, e)| e).collect();
        sums.push((group[0].0, pool.add(&inner)));
    }
    if let [((c, first), a), ((d, second), b)] = sums[..]
        && c == d
        && first != second
    {
        // both sides of one condition
        let (then, otherwise) = if first { (a, b) } else { (b, a) };
        return Args::from_slice(&[pool.apply(known::IF, &[c, then, otherwise])]);
    }
    sums.into_iter().map(|(key, sum)| guard(pool, key, sum)).collect()
}

/// What the parts have received so far.
struct Sweep {
    pending: Vec<Args>,
    place: Memo<u32>,
    /// Of the adjoint that is being passed on.
    guards: Guards,
}

impl Sweep {
    fn moves(&self, e: Expr) -> bool {
        self.place.get(e).is_some()
    }

    fn pass(&mut self, pool: &mut Pool, part: Expr, value: Expr) {
        if let Some(to) = self.place.get(part)
            && value != Expr::ZERO
        {
            let value = self.guards.iter().rev().fold(value, |value, &key| guard(pool, key, value));
            self.pending[to as usize].push(value);
        }
    }

    /// Passes the adjoint of a node on to its parts.
    fn node(&mut self, pool: &mut Pool, e: Expr, mut adjoint: Expr) -> Result<()> {
        self.guards.clear();
        while let Some((key, inner)) = guarded(pool, adjoint) {
            self.guards.push(key);
            adjoint = inner;
        }
        match pool.node(e) {
            Node::Number(_) | Node::Symbol(_) => {}
            Node::Add(terms) => Args::from_slice(terms).iter().for_each(|&term| self.pass(pool, term, adjoint)),
            Node::Mul(factors) => {
                let factors = Args::from_slice(factors);
                self.product(pool, e, &factors, adjoint);
            }
            Node::Pow(base, exponent) => self.power(pool, e, base, exponent, adjoint),
            Node::Call(head, args) => {
                let args = Args::from_slice(args);
                self.call(pool, head, &args, adjoint)?;
            }
        }
        Ok(())
    }

    fn product(&mut self, pool: &mut Pool, e: Expr, factors: &[Expr], adjoint: Expr) {
        let divisor = |pool: &Pool, f: Expr| match pool.node(f) {
            Node::Pow(base, k) if pool.has_symbols(base) => pool.as_number(k).filter(|k| k.is_negative()).map(|k| (base, k.neg())),
            _ => None,
        };
        let mut still = Args::new();
        let mut moving = Args::new();
        let mut over = Args::from_slice(&[adjoint]);
        let mut below: Vec<(Expr, Number)> = Vec::new();
        for &factor in factors {
            match divisor(pool, factor) {
                Some(found) => {
                    over.push(factor);
                    below.push(found);
                }
                None if self.moves(factor) => moving.push(factor),
                None => still.push(factor),
            }
        }
        // the adjoint below all divisors: the only division
        let over = pool.mul(&over);
        if below.iter().any(|(base, _)| self.moves(*base)) {
            let shared = pool.mul(&[over, e]);
            for (at, (base, k)) in below.iter().enumerate() {
                if !self.moves(*base) {
                    continue;
                }
                let minus = pool.number(k.neg());
                let mut value = Args::from_slice(&[minus, shared]);
                for (other, (base, k)) in below.iter().enumerate() {
                    let k = if other == at { k.sub(&Number::ONE) } else { k.clone() };
                    let k = pool.number(k);
                    value.push(pool.pow(*base, k));
                }
                let value = pool.mul(&value);
                self.pass(pool, *base, value);
            }
        }
        still.push(over);
        let t = pool.mul(&still);
        // steps multiply in this order too, so that products of the first factors are there already
        moving.sort_unstable();
        // from the last factor to the first: it receives t times the product of those before it
        let mut before = Args::new();
        let mut product = Expr::ONE;
        for &factor in &moving {
            before.push(product);
            product = pool.mul(&[product, factor]);
        }
        let mut t = t;
        for (&factor, &before) in moving.iter().zip(&before).rev() {
            let value = pool.mul(&[t, before]);
            self.pass(pool, factor, value);
            t = pool.mul(&[t, factor]);
        }
    }

    fn power(&mut self, pool: &mut Pool, e: Expr, base: Expr, exponent: Expr, adjoint: Expr) {
        if self.moves(base) {
            let number = pool.as_number(exponent).cloned();
            let value = match number.as_ref().and_then(Number::small) {
                // (1/u)' = -(1/u)^2, (1/sqrt(u))' = -(1/sqrt(u))^3/2: no new division
                Some((-1, parts @ (1 | 2))) => {
                    let power = if parts == 1 { Expr::TWO } else { pool.integer(3) };
                    let power = pool.pow(e, power);
                    pool.mul(&[adjoint, exponent, power])
                }
                // a general power again would cost far more than a division
                _ if number.as_ref().is_none_or(|n| n.small().is_none_or(|(_, parts)| parts > 2) && *n < Number::ONE)
                    && (number.is_some() || self.moves(exponent)) =>
                {
                    let inverse = pool.pow(base, Expr::MINUS_ONE);
                    pool.mul(&[adjoint, exponent, e, inverse])
                }
                _ => {
                    let lower = pool.add(&[exponent, Expr::MINUS_ONE]);
                    let power = pool.pow(base, lower);
                    pool.mul(&[adjoint, exponent, power])
                }
            };
            self.pass(pool, base, value);
        }
        if self.moves(exponent) {
            let log = pool.apply(known::LOG, &[base]);
            let value = pool.mul(&[adjoint, e, log]);
            self.pass(pool, exponent, value);
        }
    }

    fn call(&mut self, pool: &mut Pool, head: Head, args: &[Expr], adjoint: Expr) -> Result<()> {
        match (head, args) {
            (Head::Function(known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS), _) => return Ok(()),
            (Head::Function(known::IF), &[condition, yes, no]) => {
                for (part, then, otherwise) in [(yes, adjoint, Expr::ZERO), (no, Expr::ZERO, adjoint)] {
                    if self.moves(part) {
                        let value = pool.apply(known::IF, &[condition, then, otherwise]);
                        self.pass(pool, part, value);
                    }
                }
                return Ok(());
            }
            _ => {}
        }
        for (slot, &arg) in args.iter().enumerate() {
            if !self.moves(arg) {
                continue;
            }
            let slope = match head {
                Head::Function(function) => slopes(function).get(slot).map(|slope| (function, slope)),
                _ => None,
            };
            let value = match slope {
                Some((_, ReadySlope::Factor(factor))) => {
                    let slope = factor.instantiate(pool, args);
                    match guarded(pool, slope) {
                        Some((key, slope)) => {
                            let value = pool.mul(&[slope, adjoint]);
                            guard(pool, key, value)
                        }
                        None => pool.mul(&[slope, adjoint]),
                    }
                }
                Some((_, ReadySlope::WithDu(whole))) => {
                    let mut with_du = Args::from_slice(args);
                    with_du.push(adjoint);
                    whole.instantiate(pool, &with_du)
                }
                Some((function, ReadySlope::Formal)) => {
                    let name = function.row().name;
                    let message = phrase!("the derivative of `{name}` by argument {slot} has no numeric value", name, slot = slot + 1);
                    return Err(Error::new(Kind::Derivative, message));
                }
                None => {
                    let name = match head {
                        Head::Function(function) => function.row().name,
                        Head::Unknown(id) => pool.unknown_name(id),
                        Head::Slope(_) => "a formal derivative",
                    };
                    return Err(Error::new(Kind::Derivative, phrase!("`{name}` has no derivative with a numeric value", name)));
                }
            };
            self.pass(pool, arg, value);
        }
        Ok(())
    }
}
