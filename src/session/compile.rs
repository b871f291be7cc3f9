//! How does a request for values become a kernel that runs over the rows of a table?
//! Deliberately knows nothing of files: columns are matched by whoever reads them.
//! Read next: `kernel/mod.rs`.

use super::{Request, Session, evaluate, field, names, read, scalar};
use crate::error::Result;
use crate::expr::Symbol;
use crate::kernel::{Kernel, Wanted};
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
    /// Compiles the expression of a request, and its partial derivatives by `grad`.
    ///
    /// # Errors
    /// As [`Session::answer`], and of kind `domain` where a part has no numeric value as a kernel.
    pub fn compile(&mut self, request: &Request<'_>) -> Result<Compiled> {
        self.pool.clear();
        let pool = &mut self.pool;
        let names = names::declared(pool, request)?;
        let (value, _) = read(pool, field(request.expr.as_ref(), "expr")?, &names, request)?;
        let root = scalar(&value, "a table")?;
        let by = names::symbols(pool, request.grad.iter().map(|name| &**name));
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
