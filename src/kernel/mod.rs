//! Kernels: expressions compiled to straight-line numeric programs that run over columns of points.
//! Deliberately knows no rule of calculus beyond the sweep of `adjoint.rs`; the easy face with its documentation is `compiled.rs`.
//! Read next: `tape.rs`, the program; `build.rs`, how it is made; `interpret.rs` and `native/`, how it runs.

mod adjoint;
mod build;
mod careful;
mod export;
mod interpret;
mod lane;
mod lower;
mod native;
mod optimise;
mod order;
mod plan;
mod scalar;
mod steps;
pub(crate) mod tape;
#[cfg(test)]
mod tests;

use crate::diff::carry_out;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::key;
use crate::matrix::Matrix;
use crate::message::Phrase;
use crate::phrase;
use crate::simplify::Engine;
use crate::vector::Level;
use crate::walk::symbols;
pub(crate) use lane::Lane;
use plan::Plan;
use std::cell::Cell;
use std::sync::{Arc, Mutex, PoisonError};
use tape::{Step, Tape};

pub use export::{Export, Language};
#[cfg(feature = "data")]
pub(crate) use export::{Statements, portable_tape};
pub(crate) use export::{call, export, statements};

/// Expressions compiled for numbers: several outputs of several inputs, whose common parts are worked out once.
///
/// All values are real; where an expression has no real value the result is NaN (at a pole it may be infinite). Results
/// agree with exact arithmetic up to the rounding of each operation, a few units in the last place for each of them.
///
/// A kernel is `Send + Sync`: one kernel serves many threads.
///
/// ```
/// use symdiff::Kernel;
/// let kernel = Kernel::new(&["exp(x)*y".parse()?], &["x", "y"])?;
/// let mut products = [0.0; 3];
/// kernel.eval_columns(&[&[0.0, 0.0, 0.0], &[1.0, 2.0, 3.0]], &mut [&mut products])?;
/// assert_eq!(products, [1.0, 2.0, 3.0]);
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Kernel {
    tape: Tape,
    plan: Plan,
    level: Level,
    /// `None`: as many as the machine has, where that pays.
    threads: Option<usize>,
    /// Machine code, for machines that have it; clones share it.
    code: Arc<native::Codes>,
}

/// What a kernel works out of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The partial derivatives.
    Gradient,
    /// The value, then the partial derivatives.
    ValueAndGradient,
    /// The second derivatives, row by row.
    Hessian,
}

/// Fewer points are interpreted: machine code takes as long to make as some hundred of them.
const WORTH_CODE: usize = 64;

/// Operations times points that a thread should have at least: starting one takes as long as some 10^5 of them.
const WORTH_A_THREAD: usize = 1 << 21;
/// Into so many shares the points of a thread are cut.
const SHARES_OF_A_THREAD: usize = 8;

thread_local! {
    /// The values of all steps at one point; kept so that `eval` allocates nothing after the first time.
    static SCRATCH: Cell<Vec<f64>> = const { Cell::new(Vec::new()) };
}

impl Kernel {
    /// The kernel of expressions of a pool.
    ///
    /// # Errors
    /// Kind `name`: a symbol is no input, or an input is named twice. Kind `domain`: a part has no numeric value (an unknown
    /// function, a formal derivative, I). Kind `derivative`: a `D(u, x)` inside cannot be carried out. Kind `limit`.
    ///
    /// ```
    /// use symdiff::{Expr, Kernel, Pool};
    /// let mut pool = Pool::default();
    /// let x = pool.symbol("x");
    /// let square = pool.pow(x, Expr::TWO);
    /// let symbol = pool.symbol_named("x");
    /// let kernel = Kernel::of(&mut pool, &[square], &[symbol])?;
    /// let mut out = [0.0];
    /// kernel.eval(&[3.0], &mut out)?;
    /// assert_eq!(out, [9.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn of(pool: &mut Pool, outputs: &[Expr], inputs: &[Symbol]) -> Result<Kernel> {
        let outputs = outputs.iter().map(|&e| carry_out(&mut Engine::new(pool), e)).collect::<Result<Vec<_>>>()?;
        Ok(Kernel::run(build::build(pool, &outputs, inputs)?))
    }

    /// The kernel of derivatives of one expression by some of the inputs.
    pub(crate) fn derived(pool: &mut Pool, e: Expr, inputs: &[Symbol], by: &[Symbol], wanted: Wanted) -> Result<Kernel> {
        let e = carry_out(&mut Engine::new(pool), e)?;
        let careful = careful::careful(pool, &[e])?;
        let e = careful.first().copied().unwrap_or(e);
        let partials = adjoint::adjoints(pool, e, by)?;
        let outputs = match wanted {
            Wanted::Gradient => partials,
            Wanted::ValueAndGradient => [vec![e], partials].concat(),
            Wanted::Hessian => second(pool, &partials, by)?.entries,
        };
        Ok(Kernel::run(build::build_as_given(pool, &outputs, inputs)?))
    }

    /// The kernel of the derivatives of each expression, row by row.
    pub(crate) fn rows(pool: &mut Pool, es: &[Expr], inputs: &[Symbol], by: &[Symbol]) -> Result<Kernel> {
        let es = es.iter().map(|&e| carry_out(&mut Engine::new(pool), e)).collect::<Result<Vec<_>>>()?;
        let mut outputs = Vec::with_capacity(es.len() * by.len());
        for e in careful::careful(pool, &es)? {
            outputs.extend(adjoint::adjoints(pool, e, by)?);
        }
        Ok(Kernel::run(build::build_as_given(pool, &outputs, inputs)?))
    }

    /// Makes a tape ready to run.
    fn run(tape: Tape) -> Kernel {
        let plan = Plan::new(&tape);
        Kernel { tape, plan, level: Level::best(), threads: None, code: Arc::default() }
    }

    /// The same kernel with another number of threads for large columns; 1 keeps to the calling thread.
    /// Without this, there are as many as the machine has cores, where that pays.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Kernel {
        self.threads = Some(threads.max(1));
        self
    }

    /// The same kernel held to an instruction set; one that the machine does not have counts as its best.
    #[must_use]
    pub fn level(mut self, level: Level) -> Kernel {
        self.level = level.min(Level::highest());
        self.code = Arc::default();
        self
    }

    /// The names of the inputs, in the order of the columns.
    ///
    /// ```
    /// let kernel = symdiff::Kernel::new(&["a*b".parse()?], &["b", "a"])?;
    /// assert_eq!(kernel.inputs(), ["b", "a"]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    #[must_use]
    pub fn inputs(&self) -> &[String] {
        &self.tape.inputs
    }

    /// How many outputs there are.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.tape.outputs.len()
    }

    /// How many operations a point takes: constants and inputs are none, `a*b + c` is one, a function is one.
    ///
    /// ```
    /// let kernel = symdiff::Kernel::new(&["x^4".parse()?], &["x"])?;
    /// assert_eq!(kernel.operations(), 2);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    #[must_use]
    pub fn operations(&self) -> usize {
        self.tape.steps.iter().filter(|step| !matches!(step, Step::Constant(_) | Step::Input(_))).count()
    }

    /// The outputs at one point: `point` has a number for each input, `out` receives one for each output.
    /// Nothing is allocated after the first call of a thread.
    ///
    /// # Errors
    /// Kind `shape`: `point` or `out` has another length.
    ///
    /// ```
    /// let kernel = symdiff::Kernel::new(&["x + y".parse()?, "x*y".parse()?], &["x", "y"])?;
    /// let mut out = [0.0; 2];
    /// kernel.eval(&[2.0, 3.0], &mut out)?;
    /// assert_eq!(out, [5.0, 6.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn eval(&self, point: &[f64], out: &mut [f64]) -> Result<()> {
        expect(key!("the point"), point.len(), self.tape.inputs.len(), key!("inputs"))?;
        expect(key!("`out`"), out.len(), self.tape.outputs.len(), key!("outputs"))?;
        if self.code.doubles(&self.tape, self.level).is_some_and(|native| native.point(point, out)) {
            return Ok(());
        }
        SCRATCH.with(|scratch| {
            let mut values = scratch.take();
            values.resize(self.tape.steps.len(), 0.0);
            for (at, step) in self.tape.steps.iter().enumerate() {
                values[at] = scalar::step_value(step, |at| point[at as usize], |v| values[v as usize]);
            }
            for (out, &v) in out.iter_mut().zip(&self.tape.outputs) {
                *out = values[v as usize];
            }
            scratch.set(values);
        });
        Ok(())
    }

    /// The outputs at many points: a column of numbers for each input and for each output, all of one length.
    ///
    /// # Errors
    /// Kind `shape`: another number of columns, or columns of different lengths.
    ///
    /// ```
    /// let kernel = symdiff::Kernel::new(&["sqrt(x)".parse()?], &["x"])?;
    /// let mut roots = [0.0; 3];
    /// kernel.eval_columns(&[&[4.0, 9.0, -1.0]], &mut [&mut roots])?;
    /// assert_eq!(roots[..2], [2.0, 3.0]);
    /// assert!(roots[2].is_nan());
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn eval_columns(&self, columns: &[&[f64]], outputs: &mut [&mut [f64]]) -> Result<()> {
        self.run_columns(columns, outputs)
    }

    /// As [`Kernel::eval_columns`], in single precision.
    ///
    /// # Errors
    /// As [`Kernel::eval_columns`].
    ///
    /// ```
    /// let kernel = symdiff::Kernel::new(&["x^2".parse()?], &["x"])?;
    /// let mut squares = [0.0f32; 2];
    /// kernel.eval_columns_f32(&[&[1.5, 2.0]], &mut [&mut squares])?;
    /// assert_eq!(squares, [2.25, 4.0]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn eval_columns_f32(&self, columns: &[&[f32]], outputs: &mut [&mut [f32]]) -> Result<()> {
        self.run_columns(columns, outputs)
    }

    fn run_columns<T: Lane>(&self, columns: &[&[T]], outputs: &mut [&mut [T]]) -> Result<()> {
        expect(key!("the list of columns"), columns.len(), self.tape.inputs.len(), key!("inputs"))?;
        expect(key!("the list of outputs"), outputs.len(), self.tape.outputs.len(), key!("outputs"))?;
        let lengths = || columns.iter().map(|column| column.len()).chain(outputs.iter().map(|column| column.len()));
        let points = lengths().next().unwrap_or(0);
        if let Some(other) = lengths().find(|&length| length != points) {
            return Err(Error::new(Kind::Shape, phrase!("the columns have different lengths: {points} and {other}", points, other)));
        }
        let threads = self.threads_for(points);
        if threads <= 1 {
            self.run_share(columns, outputs, points);
            return Ok(());
        }
        // whole cache lines for each share; more shares than threads, so that none waits long for another that was held up
        let length = points.div_ceil(threads * SHARES_OF_A_THREAD).next_multiple_of(64);
        let mut rest: Vec<&mut [T]> = outputs.iter_mut().map(|column| &mut **column).collect();
        let mut shares = Vec::with_capacity(threads * SHARES_OF_A_THREAD);
        for at in (0..points).step_by(length) {
            let length = length.min(points - at);
            let inputs: Vec<&[T]> = columns.iter().map(|column| &column[at..at + length]).collect();
            let mut outputs = Vec::with_capacity(rest.len());
            for column in &mut rest {
                let (first, others) = std::mem::take(column).split_at_mut(length);
                outputs.push(first);
                *column = others;
            }
            shares.push((length, inputs, outputs));
        }
        let shares = Mutex::new(shares.into_iter());
        let work = || {
            loop {
                let next = shares.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some((length, inputs, mut outputs)) = next else { return };
                self.run_share(&inputs, &mut outputs, length);
            }
        };
        std::thread::scope(|scope| {
            (1..threads).for_each(|_| drop(scope.spawn(work)));
            work();
        });
        Ok(())
    }

    /// What one thread does. This is the one place that runs a tape over columns; native code joins here, made of
    /// `&self.tape`, with the interpreter as reference and for machines that have none.
    fn run_share<T: Lane>(&self, columns: &[&[T]], outputs: &mut [&mut [T]], points: usize) {
        let native = if points < WORTH_CODE { None } else { T::native(&self.code, &self.tape, self.level) };
        let Some(native) = native else {
            return interpret::run(&self.plan, self.level, columns, outputs, points);
        };
        // Where a function's argument is outside what the code can do, the interpreter does the block again.
        for rare in native.run(columns, outputs) {
            let inputs: Vec<&[T]> = columns.iter().map(|column| &column[rare.clone()]).collect();
            let mut mine: Vec<&mut [T]> = outputs.iter_mut().map(|column| &mut column[rare.clone()]).collect();
            interpret::run(&self.plan, self.level, &inputs, &mut mine, rare.len());
        }
    }

    /// Works the outputs out on the calling thread; all columns have one length, which is not looked at again.
    pub(crate) fn here<T: Lane>(&self, columns: &[&[T]], outputs: &mut [&mut [T]]) {
        let points = outputs.first().map_or(0, |column| column.len());
        self.run_share(columns, outputs, points);
    }

    /// The same where outputs may be inputs. False, and nothing is done, where that cannot be: then outputs need memory of their own.
    ///
    /// # Safety
    /// As for `Native::replace`.
    #[allow(unsafe_code)]
    pub(crate) unsafe fn replace<T: Lane>(&self, inputs: &[*const T], outputs: &[*mut T], points: usize) -> bool {
        let native = if points < WORTH_CODE { None } else { T::native(&self.code, &self.tape, self.level) };
        // SAFETY: as the caller promises.
        native.is_some_and(|native| unsafe { native.replace(inputs, outputs, points) })
    }

    fn threads_for(&self, points: usize) -> usize {
        let worth = points.saturating_mul(self.tape.steps.len()) / WORTH_A_THREAD;
        if worth <= 1 {
            return 1;
        }
        let allowed = self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        allowed.min(worth)
    }
}

fn expect(what: &'static str, given: usize, wanted: usize, of: &'static str) -> Result<()> {
    if given == wanted {
        return Ok(());
    }
    Err(Error::new(
        Kind::Shape,
        phrase!(
            "{what} has length {given}, and the kernel has {wanted} {of}",
            what = Phrase::key(what),
            given,
            wanted,
            of = Phrase::key(of)
        ),
    ))
}

/// The second derivatives; each is worked out once, and only where both symbols occur.
fn second(pool: &mut Pool, partials: &[Expr], by: &[Symbol]) -> Result<Matrix> {
    let n = by.len();
    let mut entries = vec![Expr::ZERO; n * n];
    for (row, &partial) in partials.iter().enumerate() {
        let mut inside = vec![false; pool.symbol_count()];
        symbols(pool, &[partial]).iter().for_each(|symbol| inside[symbol.0 as usize] = true);
        let columns: Vec<usize> = (row..n).filter(|&column| inside[by[column].0 as usize]).collect();
        let wanted: Vec<Symbol> = columns.iter().map(|&column| by[column]).collect();
        for (&column, second) in columns.iter().zip(adjoint::adjoints(pool, partial, &wanted)?) {
            entries[row * n + column] = second;
            entries[column * n + row] = second;
        }
    }
    Ok(Matrix { rows: n, columns: n, entries, vector: false })
}
