//! Statements without a function around them, for those who write the function: layers as classes, loops over arrays.
//! Deliberately derives nothing: every output is written as it is given, in its careful form.
//! Read next: `body.rs` (from a tape to statements), `../../net/code/mod.rs` (who asks).

use super::{Language, body, names, portable, syntax};
use crate::error::Result;
use crate::expr::{Expr, Pool, Symbol};
use crate::kernel::tape::{Step, Tape};
use crate::kernel::{build, careful};
use crate::vector::Compare;

/// Shared parts as locals, and the text of each output.
pub(crate) struct Statements {
    /// How each input is called in the language.
    pub(crate) inputs: Vec<String>,
    /// Whole lines, such as `t1 = exp(x)`.
    pub(crate) locals: Vec<String>,
    pub(crate) outputs: Vec<String>,
}

/// The statements of some outputs. Inputs are called by their names as the language allows, or as `called` says.
///
/// # Errors
/// Kind `domain` where the language has no function for a part; kind `name` where it does not take the name of the function.
pub(crate) fn statements(
    pool: &mut Pool,
    outputs: &[Expr],
    inputs: &[Symbol],
    called: Option<&[String]>,
    function: &str,
    language: Language,
) -> Result<Statements> {
    let syntax = syntax::of(language);
    names::check(function, syntax)?;
    let careful = careful::careful(pool, outputs)?;
    let portable = portable::portable(pool, &careful, syntax)?;
    let mut tape = build::build_as_given(pool, &portable, inputs)?;
    two_ways(&mut tape);
    let mut names = names::of(pool, inputs, function, syntax);
    if let Some(called) = called {
        names.inputs = called.to_vec();
    }
    let body = body::write(&tape, &names, syntax)?;
    let (before, after) = syntax.local;
    let locals = body.locals.into_iter().map(|(name, text)| format!("{before}{name} = {text}{after}")).collect();
    Ok(Statements { inputs: names.inputs, locals, outputs: body.outputs })
}

/// A choice whose other case is spelled out, so that an undefined condition gives none of both, as two ways: people write a layer
/// so, and a value that is undefined has been passed on by the forward pass.
fn two_ways(tape: &mut Tape) {
    for at in 0..tape.steps.len() {
        let Step::Select { compare, a, b, then, otherwise } = tape.steps[at] else { continue };
        let Step::Select { compare: other, a: c, b: d, then: second, otherwise: neither } = tape.steps[otherwise as usize] else {
            continue;
        };
        let turned =
            matches!((compare, other), (Compare::Less, Compare::LessEqual) | (Compare::LessEqual, Compare::Less)) && (c, d) == (b, a);
        let undefined = matches!(tape.steps[neither as usize], Step::Constant(value) if value.is_nan());
        if turned && undefined {
            tape.steps[at] = Step::Select { compare, a, b, then, otherwise: second };
        }
    }
}

/// A function of TABLE 1 of these arguments in a language, where it has one by a plain name.
pub(crate) fn call(function: crate::function::Function, arguments: &[String], language: Language) -> Option<String> {
    let syntax = syntax::of(language);
    let name = portable::code(function, syntax)?;
    if name.contains('#') {
        let filled =
            arguments.iter().enumerate().fold(name.to_string(), |text, (at, argument)| text.replace(&format!("#{}", at + 1), argument));
        return Some(filled);
    }
    let bare = !name.contains(['.', ':']);
    Some(format!("{}{name}({})", if bare { syntax.prefix } else { "" }, arguments.join(", ")))
}
