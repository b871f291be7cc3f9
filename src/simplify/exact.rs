//! Which parts of an expression are exact numbers though they are written as functions, such as sin(pi)?
//! Deliberately no simplifier: everything else stays as it is written.
//! Read next: `mod.rs`, what collecting a part does.

use super::Engine;
use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Node, Pool};
use crate::walk::{Memo, each_child, reachable, rebuild};

/// The expressions with parts that are exact numbers replaced by them. In digits, however many, `sin(pi)` is not 0, so that
/// `floor(sin(pi))` would be -1 and `1/sin(pi)` a large number.
///
/// # Errors
/// Kind `limit` when a budget ends.
pub(crate) fn exact_parts(pool: &mut Pool, roots: &[Expr]) -> Result<Vec<Expr>> {
    // one engine for all: it remembers what it has collected, so that nested parts cost no more than the whole
    let mut engine = Engine::collecting(pool);
    let mut done: Memo<Expr> = Memo::new();
    let mut without_value: Memo<()> = Memo::new();
    for e in reachable(engine.pool, roots) {
        engine.pool.check()?;
        // beside a factor 0 another that has no value would not be seen any more
        let product = matches!(engine.pool.node(e), Node::Mul(_));
        let mut new = rebuild(engine.pool, e, |part| done.get(part).filter(|&new| !(product && new == Expr::ZERO)).unwrap_or(part));
        if !engine.pool.has_symbols(new) && engine.pool.as_number(new).is_none() {
            let mut has_value = true;
            each_child(engine.pool, e, |part| has_value &= without_value.get(part).is_none());
            let collected = if has_value { engine.collect(new)? } else { new };
            if engine.pool.as_number(collected).is_some() {
                has_value = eval::values_quick(engine.pool, &[new], &[]).is_ok_and(|values| values.iter().all(|value| value.is_finite()));
                new = if has_value { collected } else { new };
            }
            if !has_value {
                without_value.set(e, ());
            }
        }
        done.set(e, new);
    }
    Ok(roots.iter().map(|&root| done.get(root).unwrap_or(root)).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::exact_parts;
    use crate::expr::Pool;
    use crate::text::{Names, parse, print};

    fn exact(text: &str) -> String {
        let mut pool = Pool::default();
        let value = parse(&mut pool, text, &Names::default()).unwrap().value;
        let parts = exact_parts(&mut pool, value.entries()).unwrap();
        print(&pool, &crate::matrix::Value::Scalar(parts[0]), 1_000_000).unwrap()
    }

    #[test]
    fn numbers_written_as_functions_are_numbers() {
        assert_eq!(exact("floor(sin(pi))"), "0");
        assert_eq!(exact("x + cos(pi/2)"), "x");
        assert_eq!(exact("sign(x + log(e))"), "sign(x + 1)");
        assert_eq!(exact("sqrt(8)*x"), "sqrt(8)*x"); // no number, and not simplified
    }

    #[test]
    fn deep_parts_without_symbols_cost_no_more_than_their_nodes() {
        // quadratic work would end at the default time
        for inside in ["1", "sin(pi)*log(0)"] {
            let depth = 20_000;
            let text = format!("{}{inside}{}", "sin(".repeat(depth), ")".repeat(depth));
            exact(&text);
        }
    }

    #[test]
    fn what_has_no_value_keeps_having_none() {
        for text in ["1/sin(pi)", "sin(pi)*log(0)", "sin(pi)*log(x)", "sin(1/sin(pi))"] {
            let kept = exact(text);
            assert!(kept != "0" && kept != "sin(0)", "{text}: {kept}");
        }
    }
}
