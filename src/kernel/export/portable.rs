//! What a language has no function for, through functions that it has.
//! Deliberately knows no function: TABLE 1 says how each is called, and how it is made of others.
//! Read next: `body.rs`.

use super::syntax::Syntax;
use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool};
use crate::function::{Function, Row};
use crate::template::portable as template_of;
use crate::walk::{Memo, reachable, rebuild};

/// A definition may use functions that have to be replaced in turn, as deep as this.
const DEPTH: usize = 4;

/// The expressions with each function that the language lacks replaced by its portable form or its definition.
pub(super) fn portable(pool: &mut Pool, roots: &[Expr], syntax: &Syntax) -> Result<Vec<Expr>> {
    portable_to(pool, roots, &|function| super::body::writes(function, syntax))
}

/// The same for what has these functions.
pub(super) fn portable_to(pool: &mut Pool, roots: &[Expr], has: &dyn Fn(Function) -> bool) -> Result<Vec<Expr>> {
    let mut roots = roots.to_vec();
    for _ in 0..DEPTH {
        let mut memo: Memo<Expr> = Memo::new();
        let mut changed = false;
        for e in reachable(pool, &roots) {
            pool.check()?;
            let mut new = rebuild(pool, e, |part| memo.get(part).unwrap_or(part));
            if let Node::Call(Head::Function(f), args) = pool.node(new)
                && !args.is_empty()
                && !has(f)
                && let Some(template) = template_of(f)
            {
                let args = Args::from_slice(args);
                new = template.instantiate(pool, &args);
                changed = true;
            }
            memo.set(e, new);
        }
        if !changed {
            break;
        }
        for root in &mut roots {
            *root = memo.get(*root).unwrap_or(*root);
        }
    }
    Ok(roots)
}

/// The name or template of a function in a language.
pub(super) fn code(function: Function, syntax: &Syntax) -> Option<&'static str> {
    row_code(function.row(), syntax)
}

/// The same of a row, as TABLE 1 says: the first entry of `code` is the name everywhere, `-` is none, and entries such as
/// `rust ln` are exceptions.
pub(super) fn row_code(row: &Row, syntax: &Syntax) -> Option<&'static str> {
    let mut entries = row.code.split(';').map(str::trim);
    let general = entries.next().unwrap_or("-");
    let own = entries.find_map(|entry| entry.strip_prefix(syntax.name)?.strip_prefix(' '));
    Some(own.unwrap_or(general)).filter(|name| *name != "-")
}
