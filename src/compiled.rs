//! The easy face of kernels: made of expressions that own themselves, inputs by name.
//! Deliberately does no work of its own: it loads expressions into a pool and hands them down.
//! Read next: `kernel/mod.rs`, what a kernel can do.

use crate::error::Result;
use crate::expr::{Expr, Pool, Symbol};
use crate::expression::{Expression, load, named};
use crate::kernel::{Kernel, Wanted};

impl Kernel {
    /// The kernel of several outputs; `inputs` names the symbols in the order of the columns. A symbol that does not occur is
    /// allowed: its column is not read.
    ///
    /// # Errors
    /// Kind `name`: a symbol is no input, or an input is named twice. Kind `domain`: a part has no numeric value (an unknown
    /// function, a formal derivative, I). Kind `derivative`: a `D(u, x)` inside cannot be carried out. Kind `limit`.
    ///
    /// ```
    /// use symdiff::Kernel;
    /// let kernel = Kernel::new(&["sin(x)^2".parse()?, "cos(x)^2".parse()?], &["x"])?;
    /// let mut out = [0.0; 2];
    /// kernel.eval(&[0.5], &mut out)?;
    /// assert!((out[0] + out[1] - 1.0).abs() < 1e-15);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn new(outputs: &[Expression], inputs: &[&str]) -> Result<Kernel> {
        let (mut pool, es, inputs) = loaded(outputs, inputs);
        Kernel::of(&mut pool, &es, &inputs)
    }

    /// The kernel of the partial derivatives by each symbol of `by`, by one reverse sweep; its cost is a small multiple of the
    /// function's, however many there are. Other inputs are parameters.
    ///
    /// # Errors
    /// As [`Kernel::new`], and of kind `derivative` where a function has no derivative with a numeric value.
    ///
    /// ```
    /// use symdiff::Kernel;
    /// let kernel = Kernel::gradient(&"x^2*y".parse()?, &["x", "y"], &["x", "y"])?;
    /// let mut out = [0.0; 2];
    /// kernel.eval(&[3.0, 2.0], &mut out)?;
    /// assert_eq!(out, [12.0, 9.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn gradient(of: &Expression, inputs: &[&str], by: &[&str]) -> Result<Kernel> {
        derived(of, inputs, by, Wanted::Gradient)
    }

    /// As [`Kernel::gradient`], with the value as the first output.
    ///
    /// # Errors
    /// As [`Kernel::gradient`].
    ///
    /// ```
    /// use symdiff::Kernel;
    /// let kernel = Kernel::value_and_gradient(&"a*exp(b*t)".parse()?, &["a", "b", "t"], &["a", "b"])?;
    /// let mut out = [0.0; 3];
    /// kernel.eval(&[2.0, 0.0, 5.0], &mut out)?;
    /// assert_eq!(out, [2.0, 1.0, 10.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn value_and_gradient(of: &Expression, inputs: &[&str], by: &[&str]) -> Result<Kernel> {
        derived(of, inputs, by, Wanted::ValueAndGradient)
    }

    /// The kernel of the derivatives of each expression by each symbol of `by`, row by row: output `i*by.len() + j` is that of
    /// expression i by symbol j.
    ///
    /// # Errors
    /// As [`Kernel::gradient`].
    ///
    /// ```
    /// use symdiff::Kernel;
    /// let kernel = Kernel::jacobian(&["x*y".parse()?, "x + y".parse()?], &["x", "y"], &["x", "y"])?;
    /// let mut out = [0.0; 4];
    /// kernel.eval(&[3.0, 2.0], &mut out)?;
    /// assert_eq!(out, [2.0, 3.0, 1.0, 1.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn jacobian(of: &[Expression], inputs: &[&str], by: &[&str]) -> Result<Kernel> {
        let (mut pool, es, inputs) = loaded(of, inputs);
        let by = named(&mut pool, by);
        Kernel::rows(&mut pool, &es, &inputs, &by)
    }

    /// The kernel of the second derivatives by all pairs of symbols of `by`, row by row.
    ///
    /// # Errors
    /// As [`Kernel::gradient`].
    ///
    /// ```
    /// use symdiff::Kernel;
    /// let kernel = Kernel::hessian(&"x^2*y".parse()?, &["x", "y"], &["x", "y"])?;
    /// let mut out = [0.0; 4];
    /// kernel.eval(&[3.0, 2.0], &mut out)?;
    /// assert_eq!(out, [4.0, 6.0, 6.0, 0.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn hessian(of: &Expression, inputs: &[&str], by: &[&str]) -> Result<Kernel> {
        derived(of, inputs, by, Wanted::Hessian)
    }
}

fn loaded(outputs: &[Expression], inputs: &[&str]) -> (Pool, Vec<Expr>, Vec<Symbol>) {
    let mut pool = Pool::default();
    let es = load(&mut pool, &outputs.iter().collect::<Vec<_>>());
    let inputs = named(&mut pool, inputs);
    (pool, es, inputs)
}

fn derived(of: &Expression, inputs: &[&str], by: &[&str], wanted: Wanted) -> Result<Kernel> {
    let (mut pool, es, inputs) = loaded(std::slice::from_ref(of), inputs);
    let by = named(&mut pool, by);
    Kernel::derived(&mut pool, es.first().copied().unwrap_or(Expr::ZERO), &inputs, &by, wanted)
}
