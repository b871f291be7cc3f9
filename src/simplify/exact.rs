//! Which parts of an expression are exact numbers though they are written as functions, such as sin(pi)?
//! Deliberately no simplifier: everything else stays as it is written.
//! Read next: `mod.rs`, what collecting a part does.

use super::Engine;
use crate::error::Result;
use crate::eval;
use crate::expr::{Expr, Node, Pool};
use crate::walk::{Memo, reachable, rebuild};

/// The expressions with parts that are exact numbers replaced by them. In digits, however many, `sin(pi)` is not 0, so that
/// `floor(sin(pi))` would be -1 and `1/sin(pi)` a large number.
///
/// # Errors
/// Kind `limit` when a budget ends.
pub(crate) fn exact_parts(pool: &mut Pool, roots: &[Expr]) -> Result<Vec<Expr>> {
    let mut done: Memo<Expr> = Memo::new();
    for e in reachable(pool, roots) {
        pool.check()?;
        // beside a factor 0 another that has no value would not be seen any more
        let product = matches!(pool.node(e), Node::Mul(_));
        let new = rebuild(pool, e, |part| done.get(part).filter(|&new| !(product && new == Expr::ZERO)).unwrap_or(part));
        let number = if pool.has_symbols(new) || pool.as_number(new).is_some() { None } else { number_of(pool, new)? };
        done.set(e, number.unwrap_or(new));
    }
    Ok(roots.iter().map(|&root| done.get(root).unwrap_or(root)).collect())
}

/// The number that a part without symbols is, if it has a value and that is known exactly.
fn number_of(pool: &mut Pool, part: Expr) -> Result<Option<Expr>> {
    let collected = Engine::collecting(pool).collect(part)?;
    if pool.as_number(collected).is_none() {
        return Ok(None);
    }
    let has_value = eval::values_quick(pool, &[part], &[]).is_ok_and(|values| values.iter().all(|value| value.is_finite()));
    Ok(has_value.then_some(collected))
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
        print(&pool, &crate::matrix::Value::Scalar(parts[0]), 1000).unwrap()
    }

    #[test]
    fn numbers_written_as_functions_are_numbers() {
        assert_eq!(exact("floor(sin(pi))"), "0");
        assert_eq!(exact("x + cos(pi/2)"), "x");
        assert_eq!(exact("sign(x + log(e))"), "sign(x + 1)");
        assert_eq!(exact("sqrt(8)*x"), "sqrt(8)*x"); // no number, and not simplified
    }

    #[test]
    fn what_has_no_value_keeps_having_none() {
        for text in ["1/sin(pi)", "sin(pi)*log(0)", "sin(pi)*log(x)", "sin(1/sin(pi))"] {
            let kept = exact(text);
            assert!(kept != "0" && kept != "sin(0)", "{text}: {kept}");
        }
    }
}
