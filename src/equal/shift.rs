//! Functions without digits at arguments that differ by whole numbers, written through one of them: gamma(x + 1) by gamma(x).
//! Deliberately no rules of the simplifier: such a step makes a formula longer, and only a comparison is helped by it.
//! Read next: `numeric.rs`.

use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool};
use crate::function::Function;
use crate::number::Number;
use crate::template::Template;
use crate::walk::{self, Memo, reachable};
use std::sync::OnceLock;

/// f at an argument that is larger by 1, by f itself.
struct Recurrence {
    name: &'static str,
    parameters: &'static [&'static str],
    /// Which argument is larger by 1.
    slot: usize,
    /// Over the parameters, unshifted.
    text: &'static str,
    /// Where it comes from.
    #[allow(dead_code)] // for those who proofread
    source: &'static str,
}

#[rustfmt::skip] // a table: one row, one line
static RECURRENCES: [Recurrence; 6] = [
    Recurrence { name: "gamma", parameters: &["x"], slot: 0, text: "x*gamma(x)", source: "DLMF 5.5.1" },
    Recurrence { name: "factorial", parameters: &["x"], slot: 0, text: "(x + 1)*factorial(x)", source: "DLMF 5.5.1" },
    Recurrence { name: "digamma", parameters: &["x"], slot: 0, text: "digamma(x) + 1/x", source: "DLMF 5.5.2" },
    Recurrence { name: "uppergamma", parameters: &["a", "x"], slot: 0, text: "a*uppergamma(a, x) + x^a*exp(-x)", source: "DLMF 8.8.2" },
    Recurrence { name: "lowergamma", parameters: &["a", "x"], slot: 0, text: "a*lowergamma(a, x) - x^a*exp(-x)", source: "DLMF 8.8.1" },
    Recurrence { name: "expint", parameters: &["n", "x"], slot: 0, text: "(exp(-x) - x*expint(n, x))/n", source: "DLMF 8.19.12" },
];

/// How many steps one call may take.
const STEPS: i64 = 12;

fn ready() -> &'static [(Function, usize, Template)] {
    static READY: OnceLock<Vec<(Function, usize, Template)>> = OnceLock::new();
    READY.get_or_init(|| {
        let read = |row: &Recurrence| {
            let f = Function::find(row.name, row.parameters.len())?;
            Some((f, row.slot, Template::read(row.text, row.parameters).ok()?))
        };
        RECURRENCES.iter().filter_map(read).collect()
    })
}

/// An argument as what is left of it, and the number that is added.
fn split(pool: &mut Pool, e: Expr) -> (Expr, Number) {
    if let Node::Add(terms) = pool.node(e) {
        let terms = Args::from_slice(terms);
        if let Some((place, number)) = terms.iter().enumerate().find_map(|(at, &term)| Some((at, pool.as_number(term)?.clone()))) {
            let rest: Args = terms.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, &term)| term).collect();
            return (pool.add(&rest), number);
        }
    }
    (e, Number::ZERO)
}

/// All sides with each such call written through the one of the least argument.
pub(super) fn aligned(pool: &mut Pool, sides: [Expr; 2]) -> Result<[Expr; 2]> {
    // function, the arguments without the number, and the number
    let mut lowest: Vec<(usize, Args, Number)> = Vec::new();
    for e in reachable(pool, &sides) {
        if let Some((row, rest, number)) = shifted(pool, e) {
            match lowest.iter_mut().find(|(known, args, least)| *known == row && *args == rest && number.sub(least).is_integer()) {
                Some((_, _, least)) if number < *least => *least = number,
                Some(_) => {}
                None => lowest.push((row, rest, number)),
            }
        }
    }
    let mut done = Memo::new();
    for e in reachable(pool, &sides) {
        pool.check()?;
        let mut new = walk::rebuild(pool, e, |part| done.get(part).unwrap_or(part));
        if let Some((row, rest, number)) = shifted(pool, e) {
            let gap = |(known, args, least): &&(usize, Args, Number)| *known == row && *args == rest && number.sub(least).is_integer();
            let steps = lowest.iter().find(gap).and_then(|(_, _, least)| number.sub(least).as_i64()).unwrap_or(0);
            if (1..=STEPS).contains(&steps) {
                new = stepped(pool, row, &rest, &number, steps);
            }
        }
        done.set(e, new);
    }
    Ok(sides.map(|side| done.get(side).unwrap_or(side)))
}

/// Which recurrence a call has, its arguments without the number, and the number.
fn shifted(pool: &mut Pool, e: Expr) -> Option<(usize, Args, Number)> {
    let Node::Call(Head::Function(f), args) = pool.node(e) else { return None };
    let mut args = Args::from_slice(args);
    let row = ready().iter().position(|(known, ..)| *known == f)?;
    let slot = ready().get(row)?.1;
    let (rest, number) = split(pool, *args.get(slot)?);
    if !pool.has_symbols(rest) {
        return None;
    }
    *args.get_mut(slot)? = rest;
    Some((row, args, number))
}

/// f(rest + number) by f(rest + number - steps): from below upwards, the call inside each text replaced by what is known of it.
fn stepped(pool: &mut Pool, row: usize, rest: &Args, number: &Number, steps: i64) -> Expr {
    let Some((f, slot, text)) = ready().get(row) else { return Expr::ZERO };
    let at = |pool: &mut Pool, down: i64| {
        let moved = pool.number(number.sub(&Number::from(down)));
        let mut args = rest.clone();
        if let (Some(place), Some(&rest)) = (args.get_mut(*slot), rest.get(*slot)) {
            *place = pool.add(&[rest, moved]);
        }
        args
    };
    let base = at(pool, steps);
    let mut known = pool.apply(*f, &base);
    for down in (1..=steps).rev() {
        let args = at(pool, down);
        let call = pool.apply(*f, &args);
        let written = text.instantiate(pool, &args);
        let replaced = walk::substitute(pool, written, |_, e| (e == call).then_some(known));
        known = replaced.unwrap_or(written);
    }
    known
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test that fails must say so
mod tests {
    use super::*;
    use crate::eval;

    /// Both sides of each row are worked out by the functions of floats.
    #[test]
    fn recurrences_hold_for_numbers() {
        assert_eq!(ready().len(), RECURRENCES.len());
        for (f, slot, text) in ready() {
            for (a, b) in [(0.7, 1.3), (2.3, 0.6), (1.9, 2.4), (3.6, 4.1)] {
                let mut pool = Pool::default();
                let args: Args = [a, b].iter().take(f.row().parameters.len()).map(|&x| pool.number(Number::from_f64(x).unwrap())).collect();
                let mut higher = args.clone();
                higher[*slot] = pool.add(&[higher[*slot], Expr::ONE]);
                let (left, right) = (pool.apply(*f, &higher), text.instantiate(&mut pool, &args));
                let value = |e, pool: &mut Pool| eval::real_value(pool, e, &[]).unwrap();
                let (want, got) = (value(left, &mut pool), value(right, &mut pool));
                assert!((want - got).abs() <= 1e-10 * want.abs(), "{}: {want} and {got}", f.row().name);
            }
        }
    }
}
