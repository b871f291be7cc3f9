//! Source code: an expression and its partial derivatives as a function in the languages people use.
//! Deliberately knows no function and no syntax: names of functions are in TABLE 1 (`code`), syntax is in `syntax.rs`.
//! Read next: `syntax.rs`, one row per language; `body.rs`, from a tape to statements; `source.rs`, the functions around them.

mod body;
mod names;
mod pieces;
mod portable;
mod source;
mod syntax;
#[cfg(test)]
mod tests;

#[cfg(feature = "data")]
use super::tape::Tape;
use super::{Kernel, adjoint, build, careful};
use crate::diff::carry_out;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
#[cfg(feature = "data")]
use crate::function::Function;
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::Engine;
use crate::text::print;

#[cfg(feature = "data")]
pub(crate) use pieces::Statements;
pub(crate) use pieces::{call, statements};

/// The languages in which source code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust; special functions from the crate `libm`.
    Rust,
    /// C99, with a function over columns that compilers vectorise.
    C,
    /// C++17.
    Cpp,
    /// Python's own `math`.
    Python,
    /// NumPy, for arrays of points; special functions from SciPy.
    Numpy,
    /// JAX, with the derivative made known to `jax.grad`.
    Jax,
    /// PyTorch, with the derivative made known to `backward`.
    Pytorch,
    /// Julia; special functions from SpecialFunctions.jl.
    Julia,
    /// JavaScript, an ES module.
    Javascript,
    /// Fortran 2008.
    Fortran,
    /// GLSL, in single precision.
    Glsl,
}

impl Language {
    /// All of them, in the order of `--help`.
    pub const ALL: [Language; 11] = [
        Language::Rust,
        Language::C,
        Language::Cpp,
        Language::Python,
        Language::Numpy,
        Language::Jax,
        Language::Pytorch,
        Language::Julia,
        Language::Javascript,
        Language::Fortran,
        Language::Glsl,
    ];

    /// The name on the command line.
    ///
    /// ```
    /// assert_eq!(symdiff::Language::Cpp.name(), "cpp");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        syntax::of(self).name
    }

    /// The language of a name, which may be one of its usual short forms (`js`, `c++`, `torch`, `rs`).
    ///
    /// ```
    /// use symdiff::Language;
    /// assert_eq!(Language::find("c++"), Some(Language::Cpp));
    /// assert_eq!(Language::find("cobol"), None);
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<Language> {
        let name = name.to_lowercase();
        Language::ALL.into_iter().find(|&language| syntax::of(language).name == name || syntax::of(language).aliases.contains(&&*name))
    }
}

/// What is exported besides the formula itself.
#[derive(Clone, Debug)]
pub struct Export<'a> {
    /// The language.
    pub to: Language,
    /// The name of the function.
    pub name: &'a str,
    /// Whether a self-test with inputs and expected values is added.
    pub test: bool,
}

/// The source code of a function of `inputs` with the value of `e` and its partial derivatives by `by`. Shared parts are
/// locals, worked out once.
///
/// # Errors
/// As of a kernel's; and of kind `domain` where the language has no function for a part, of kind `name` where the name of the
/// function is none of the language.
pub(crate) fn export(pool: &mut Pool, e: Expr, inputs: &[Symbol], by: &[Symbol], how: &Export<'_>) -> Result<String> {
    let syntax = syntax::of(how.to);
    names::check(how.name, syntax)?;
    let e = carry_out(&mut Engine::new(pool), e)?;
    let formula = print(pool, &Value::Scalar(e), LONGEST_FORMULA).unwrap_or_else(|_| "(a formula too long to be printed here)".to_string());
    let careful = careful::careful(pool, &[e])?.first().copied().unwrap_or(e);
    let mut outputs = vec![careful];
    outputs.extend(adjoint::adjoints(pool, careful, by)?);
    let portable = portable::portable(pool, &outputs, syntax)?;
    let tape = build::build_as_given(pool, &portable, inputs)?;
    let names = names::of(pool, inputs, how.name, syntax);
    let body = body::write(&tape, &names, syntax)?;
    let by: Vec<usize> = by.iter().filter_map(|s| inputs.iter().position(|input| input == s)).collect();
    let points = if how.test { points(&Kernel::run(build::build_as_given(pool, &outputs, inputs)?))? } else { Vec::new() };
    Ok(source::write(
        &source::Parts { name: how.name, formula: &formula, inputs: &names.inputs, by: &by, body: &body, points: &points },
        how.to,
    ))
}

/// The tape of one expression with these functions and the steps of a tape alone; other functions are put together of them where they can be.
#[cfg(feature = "data")]
pub(crate) fn portable_tape(pool: &mut Pool, e: Expr, inputs: &[Symbol], has: &dyn Fn(Function) -> bool) -> Result<Tape> {
    let careful = careful::careful(pool, &[e])?;
    let steps = |function| body::is_step(function) || has(function);
    let portable = portable::portable_to(pool, &careful, &steps)?;
    build::build_as_given(pool, &portable, inputs)
}

/// Longer formulas are left out of the documentation.
const LONGEST_FORMULA: usize = 4_000;

/// A point and the outputs there.
pub(super) type Sample = (Vec<f64>, Vec<f64>);

/// As many points stand in a self-test.
const POINTS: usize = 3;

/// Some points at which all outputs are finite.
fn points(kernel: &Kernel) -> Result<Vec<Sample>> {
    let mut found = Vec::new();
    let (width, height) = (kernel.inputs().len(), kernel.outputs());
    for attempt in 0..400u32 {
        let (low, size) = [(0.3, 1.4), (-1.5, 3.0), (1.0, 3.0), (0.05, 0.4)][attempt as usize % 4];
        // multiples of the golden ratio spread evenly
        let point: Vec<f64> = (0..width)
            .map(|at| low + size * (f64::from(attempt + 1) * 0.618_034 + at as f64 * 0.381_966).fract())
            .map(|x| (x * 64.0).round() / 64.0)
            .collect();
        let mut out = vec![0.0; height];
        kernel.eval(&point, &mut out)?;
        if out.iter().all(|x| x.is_finite() && x.abs() < 1e12) {
            found.push((point, out));
            if found.len() == POINTS {
                return Ok(found);
            }
        }
    }
    match found.is_empty() {
        true => Err(Error::new(
            Kind::Domain,
            phrase!("no point for a self-test was found at which the value and all partial derivatives are real"),
        )),
        false => Ok(found),
    }
}
