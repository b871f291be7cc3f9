//! Where can a formula be not smooth, or not defined? Expressions that are 0 there.
//! Deliberately structural and generous: a seam may turn out to be smooth (`x*abs(x)`), which a series decides.
//! Read next: `solve.rs` (the points), `domain.rs` (what happens there).

use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::simplify::Engine;
use crate::template;
use crate::walk::reachable_where;

/// What is 0 at the seams of all parts that the symbol is in: those of functions from their rows of TABLE 1, and the bases of
/// powers that are not whole and positive.
pub(crate) fn seams(pool: &mut Pool, root: Expr, by: Symbol) -> Result<Vec<Expr>> {
    let mut found: Vec<Expr> = Vec::new();
    for e in reachable_where(pool, &[root], |e| pool.may_contain(e, by)) {
        pool.check()?;
        match pool.node(e) {
            Node::Pow(base, exponent) => {
                let smooth = pool.as_number(exponent).is_some_and(|w| w.is_integer() && w.is_positive());
                if !smooth {
                    found.push(base);
                }
            }
            Node::Call(Head::Function(f), args) => {
                let args = Args::from_slice(args);
                for seam in template::seams(f) {
                    found.push(seam.instantiate(pool, &args));
                }
            }
            _ => {}
        }
    }
    let mut engine = Engine::new(pool);
    let mut seams: Vec<Expr> = Vec::with_capacity(found.len());
    for e in found {
        let e = engine.collect(e)?;
        if contains(engine.pool, e, by) && !seams.contains(&e) {
            seams.push(e);
        }
    }
    Ok(seams)
}

/// Whether a symbol is in an expression.
pub(crate) fn contains(pool: &Pool, e: Expr, symbol: Symbol) -> bool {
    pool.may_contain(e, symbol) && crate::walk::symbols(pool, &[e]).contains(&symbol)
}
