//! How does a request for values become a kernel that runs over the rows of a table?
//! Deliberately knows nothing of files: columns are matched by whoever reads them.
//! Read next: `kernel/mod.rs`.

use super::{Request, Session, evaluate, field, names, read, scalar};
use crate::diff;
use crate::error::Result;
use crate::expr::Symbol;
use crate::function;
use crate::kernel::{Kernel, Wanted};
use crate::key;
use crate::{text, walk};

/// An expression and its partial derivatives, compiled for many points.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// Its inputs are those with a value of `at`, then those of `names`; its outputs the value, then the derivatives by `grad`.
    pub kernel: Kernel,
    /// The values of `at`.
    pub fixed: Vec<f64>,
    /// The symbols that each point must give.
    pub names: Vec<String>,
}

/// The one key of all spellings of a symbol: `theta` of `θ` and `\theta`.
#[must_use]
pub fn canonical(name: &str) -> String {
    text::canonical_symbol(name)
}

impl Session {
    /// Compiles the expression of a request, and its partial derivatives by `grad`. `columns` are names that a table has: `cost`
    /// is read as one of them, not as a slip for `cos(t)`.
    ///
    /// # Errors
    /// As [`Session::answer`], and of kind `domain` where a part has no numeric value as a kernel.
    pub fn compile(&mut self, request: &Request<'_>, columns: &[String]) -> Result<Compiled> {
        self.pool.clear();
        let pool = &mut self.pool;
        // a letter is a symbol anyway, or a constant that stays one, as functions stay what they are
        let is_symbol = |name: &&String| {
            let known = function::rows(name).next().is_some() || request.lets.iter().any(|(key, _)| key == *name);
            name.chars().nth(1).is_some() && names::is_name(name) && !known
        };
        let wrt = columns.iter().filter(is_symbol).map(|name| (name.clone().into(), 1)).collect();
        let names = names::declared(pool, &Request { wrt, ..request.clone() })?;
        let (value, _) = read(pool, field(request.expr.as_ref(), "expr")?, &names, request)?;
        let root = scalar(&diff::carried_out(pool, &value)?, key!("a table"))?;
        let by = names::differentiated(pool, &[root], request.grad.iter().map(|name| &**name))?;
        let fixed = evaluate::point(pool, request, &names)?;
        let free: Vec<Symbol> =
            walk::symbols(pool, &[root]).into_iter().filter(|symbol| !fixed.iter().any(|(known, _)| known == symbol)).collect();
        let inputs: Vec<Symbol> = fixed.iter().map(|(symbol, _)| *symbol).chain(free.iter().copied()).collect();
        let kernel = Kernel::derived(pool, root, &inputs, &by, Wanted::ValueAndGradient)?;
        pool.meter.look()?;
        let names = free.iter().map(|&symbol| pool.symbol_name(symbol).to_owned()).collect();
        Ok(Compiled { kernel, fixed: fixed.into_iter().map(|(_, value)| value).collect(), names })
    }
}
