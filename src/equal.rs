//! Whether two expressions are equal wherever both are defined: proved, shown by numbers, refuted by a witness, or unknown.
//! Deliberately never says `equal` because samples of pieces agree: `if(x > 0.7, if(x < 0.75, 1, 0), 0)` is not 0.
//! Read next: `simplify/mod.rs` (the proofs), `equal/numeric.rs` (evidence), `equal/witness.rs` (points that refute).

mod kind;
mod numeric;
mod shift;
#[cfg(test)]
mod tests;
mod witness;

use crate::error::{Kind, Result};
use crate::expr::{Args, Expr, Node, Pool, Symbol};
use crate::number::Number;
use crate::simplify::Engine;
use crate::walk::count;

/// The answer to "are these equal?".
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// They are the same function.
    Equal(Proof),
    /// They differ at a point: real values of the symbols, and both sides there where they are real and fit a float.
    Different {
        /// A value for each symbol.
        witness: Vec<(Symbol, f64)>,
        /// The two sides at the witness.
        values: Option<(f64, f64)>,
    },
    /// Neither was shown.
    Unknown,
}

/// How it is known that two expressions are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The difference simplifies to 0.
    Exact,
    /// Both sides have the same values at random points, real and complex, on all sheets of their logarithms and roots.
    Numeric {
        /// How many points.
        points: usize,
        /// How many decimal digits agree at each at least.
        digits: usize,
    },
}

impl Proof {
    /// What two of them prove together: the weaker.
    #[must_use]
    pub fn and(self, other: Proof) -> Proof {
        match (self, other) {
            (Proof::Exact, proof) | (proof, Proof::Exact) => proof,
            (Proof::Numeric { points, digits }, Proof::Numeric { points: p, digits: d }) => {
                Proof::Numeric { points: points.min(p), digits: digits.min(d) }
            }
        }
    }
}

impl Verdict {
    /// Whether they are equal, and that is a proof.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        matches!(self, Verdict::Equal(Proof::Exact))
    }
}

/// Compares two expressions as principal complex values at real points.
///
/// # Errors
/// Kind `limit` when a budget ends before any answer.
///
/// ```
/// use symdiff::calculus::{Proof, Verdict, equal};
/// let mut pool = symdiff::Pool::default();
/// let x = pool.symbol("x");
/// let (double, sum) = (pool.mul(&[symdiff::Expr::TWO, x]), pool.add(&[x, x]));
/// assert_eq!(equal(&mut pool, double, sum)?, Verdict::Equal(Proof::Exact));
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn equal(pool: &mut Pool, a: Expr, b: Expr) -> Result<Verdict> {
    if a == b {
        return Ok(Verdict::Equal(Proof::Exact));
    }
    let difference = {
        let mut engine = Engine::collecting(pool);
        let (left, right) = (engine.collect(a)?, engine.collect(b)?);
        let raw = engine.subtract(left, right);
        let simple = engine.simplify(raw)?;
        if engine.is_zero(simple)? { Expr::ZERO } else { engine.expand(simple) }
    };
    if difference == Expr::ZERO {
        return Ok(Verdict::Equal(Proof::Exact));
    }
    match by_numbers(pool, a, b, difference) {
        // no time for more points: that is no answer, and no error either; an interrupt is one
        Err(error) if error.kind() == Kind::Limit && !pool.meter.interrupted() => Ok(Verdict::Unknown),
        answer => answer,
    }
}

/// What points say where there is no proof.
fn by_numbers(pool: &mut Pool, a: Expr, b: Expr, difference: Expr) -> Result<Verdict> {
    // what both sides share is left out where that is most of them: equal on a larger domain is equal
    if count(pool, &[difference]) * 2 < count(pool, &[a, b]) {
        let (left, right) = sides(pool, difference);
        if witness::search(pool, left, right)?.is_none()
            && let Some(proof) = numeric::evidence(pool, left, right)?
        {
            return Ok(Verdict::Equal(proof));
        }
    }
    if let Some(refuted) = witness::search(pool, a, b)? {
        return Ok(refuted);
    }
    Ok(numeric::evidence(pool, a, b)?.map_or(Verdict::Unknown, Verdict::Equal))
}

/// A difference as two sums: the terms with a plus, and the others with their signs turned.
fn sides(pool: &mut Pool, difference: Expr) -> (Expr, Expr) {
    let Node::Add(args) = pool.node(difference) else { return (difference, Expr::ZERO) };
    let (minus, plus): (Args, Args) = Args::from_slice(args).into_iter().partition(|&term| match pool.node(term) {
        Node::Number(n) => n.is_negative(),
        Node::Mul(args) => args.first().and_then(|&first| pool.as_number(first)).is_some_and(Number::is_negative),
        _ => false,
    });
    let mut engine = Engine::collecting(pool);
    let minus: Args = minus.into_iter().map(|term| engine.negate(term)).collect();
    (engine.add(&plus), engine.add(&minus))
}
