//! How does a request for source code become a text? Names of languages, which symbols are inputs, LaTeX.
//! Deliberately writes no code itself: `kernel/export/` does.
//! Read next: `kernel/export/mod.rs`.

use super::{Request, names};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::kernel::{Export, Language, export};
use crate::matrix::Value;
use crate::phrase;
use crate::{gradient, text, walk};

/// The source code of an expression with its partial derivatives: by `wrt` in its order, or by all symbols. The inputs of the
/// function are `wrt` and then the other symbols, by name.
pub(super) fn source(pool: &mut Pool, e: Expr, request: &Request<'_>) -> Result<String> {
    let name = request.name.as_deref().unwrap_or("f");
    let to = request.to.as_deref().ok_or_else(|| {
        Error::new(Kind::Request, phrase!("to which language? write --to with one of {languages}", languages = languages()))
    })?;
    if let Some((repeated, _)) = request.wrt.iter().find(|(_, count)| *count != 1) {
        let message = phrase!("an export has first derivatives only; for `{repeated}` derive the expression first", repeated);
        return Err(Error::new(Kind::Request, message));
    }
    let found = walk::symbols(pool, &[e]);
    let by: Vec<Symbol> = match request.wrt.is_empty() {
        true => found.clone(),
        false => names::differentiated(pool, &[e], request.wrt.iter().map(|(name, _)| &**name))?,
    };
    if let Some(at) = (1..by.len()).find(|&at| by[..at].contains(&by[at])) {
        return Err(Error::new(
            Kind::Request,
            phrase!("`{at}` stands twice in wrt; an export has one partial derivative for each name", at = pool.symbol_name(by[at])),
        ));
    }
    let mut inputs = by.clone();
    inputs.extend(found.into_iter().filter(|symbol| !by.contains(symbol)));
    if to.eq_ignore_ascii_case("latex") || to.eq_ignore_ascii_case("tex") {
        if request.test {
            return Err(Error::new(Kind::Request, phrase!("formulas in LaTeX have no self-test")));
        }
        return latex(pool, e, name, &inputs, &by);
    }
    let language = Language::find(to).ok_or_else(|| unknown(to))?;
    if request.test && language == Language::Glsl {
        return Err(Error::new(Kind::Request, phrase!("there is no self-test in glsl: a shader prints nothing")));
    }
    let source = export(pool, e, &inputs, &by, &Export { to: language, name, test: request.test })?;
    Ok(source.trim_end().to_string())
}

/// The names of all languages.
#[must_use]
pub fn languages() -> String {
    let names: Vec<&str> = Language::ALL.iter().map(|language| language.name()).chain(["latex"]).collect();
    names.join(", ")
}

fn unknown(to: &str) -> Error {
    let error =
        Error::new(Kind::Request, phrase!("there is no export to `{to}`; the languages are {languages}", to, languages = languages()));
    let near =
        Language::ALL.iter().map(|language| language.name()).chain(["latex"]).find(|name| strsim::damerau_levenshtein(name, to) <= 2);
    near.map_or(error.clone(), |name| error.suggest(name))
}

/// The formula and its partial derivatives as aligned equations.
fn latex(pool: &mut Pool, e: Expr, name: &str, inputs: &[Symbol], by: &[Symbol]) -> Result<String> {
    let limit = pool.meter.budget.output;
    let written = |pool: &mut Pool, e: Expr| text::latex(pool, &Value::Scalar(e), limit);
    let mut arguments = Vec::with_capacity(inputs.len());
    for &input in inputs {
        let input = pool.symbol_expr(input);
        arguments.push(written(pool, input)?);
    }
    let partials = gradient::gradient(pool, e, by)?;
    let mut lines = vec![format!("{name}({}) &= {}", arguments.join(", "), written(pool, e)?)];
    for (variable, &partial) in arguments.iter().zip(&partials) {
        lines.push(format!("\\frac{{\\partial {name}}}{{\\partial {variable}}} &= {}", written(pool, partial)?));
    }
    Ok(format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", lines.join(" \\\\\n")))
}
