//! Text: what is read (plain, LaTeX, Korean requests) and what is printed.
//! Deliberately knows nothing of calculus and simplifies nothing.
//! Read next: `token.rs`, `parse.rs`, `name.rs` in the order in which a text passes them; then `print.rs`.

mod array;
mod boxes;
mod build;
mod call;
mod greek;
mod index;
mod korean;
mod latex;
mod layout;
mod mathml;
mod name;
mod order;
mod parse;
mod print;
#[cfg(test)]
mod print_tests;
mod product;
mod shared;
#[cfg(test)]
mod size;
mod token;
mod typeset;

#[cfg(test)]
mod tests;

pub(crate) use array::size_expr;
pub(crate) use greek::{canonical_symbol, is_letter, shown_symbol};
pub(crate) use korean::prompt;
pub(crate) use layout::{layout, pretty};
pub(crate) use mathml::{escaped, mathml, spelled};
pub(crate) use order::{Order, Placed};
#[cfg(test)]
pub(crate) use print::print_expr;
pub(crate) use print::{Style, comparison, print};
pub(crate) use shared::print_where;
#[cfg(test)]
pub(crate) use size::size;
pub(crate) use typeset::{greek_letters, latex, latex_name, unicode, unicode_name, unicode_symbol};

use crate::error::{Result, Span};
use crate::expr::{Expr, Pool};
use crate::matrix::Value;
use crate::shape::Shape;
use std::borrow::Cow;
use std::collections::HashMap;

/// What the caller has declared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Symbols by their canonical keys; they override `e`, `I`, `pi` and `D` and are never split.
    pub(crate) symbols: Vec<String>,
    /// Names of unknown functions besides f, g and h.
    pub(crate) functions: Vec<String>,
    /// What the user has defined.
    pub(crate) definitions: Vec<Definition>,
    /// Arrays by their canonical keys, which are among `symbols` too.
    pub(crate) shapes: Vec<(String, Shape)>,
}

/// A name that the user has given to an expression.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// The name.
    pub(crate) name: String,
    /// Canonical keys of the parameters; without parameters the name alone stands for the body.
    pub(crate) parameters: Vec<String>,
    /// The body, in the pool that the text is read into.
    pub(crate) body: Value,
    /// The shapes of the arrays inside.
    pub(crate) shapes: HashMap<Expr, Shape>,
}

/// A text that has been read.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// What it stands for.
    pub(crate) value: Value,
    /// Places whose reading could surprise: `1/2x`, `sin x cos x`, `sin^-1 x`, `x(x+1)`.
    pub(crate) surprises: Vec<Span>,
    /// The shapes of all arrays inside: a scalar `value` that stands here is an array.
    pub(crate) shapes: HashMap<Expr, Shape>,
}

/// Reads a text.
pub(crate) fn parse(pool: &mut Pool, text: &str, names: &Names) -> Result<Parsed> {
    read(pool, text, names).map_err(|error| match error.span() {
        Some(span) if too_wide(span, text) => {
            let mut end = span.start + (text.len() * 3 / 4).saturating_sub(1);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            error.at(Span::new(span.start, end.max(span.start)))
        }
        _ => error,
    })
}

fn read(pool: &mut Pool, text: &str, names: &Names) -> Result<Parsed> {
    let tokens = token::tokens(text)?;
    let known = name::Known::new(names);
    let end = Span::new(text.len(), text.len());
    let mut parser = parse::Parser::new(pool, text, Cow::Owned(tokens), &known, names, &[]);
    if !names.shapes.is_empty() {
        let declared = names.shapes.iter().cloned().collect();
        parser.arrays = Some(array::Arrays { declared, ..array::Arrays::default() });
    }
    let item = parser.run()?;
    let surprises = std::mem::take(&mut parser.surprises);
    let shapes = parser.arrays.take().map(|arrays| arrays.shapes).unwrap_or_default();
    let value = item.value(pool, end)?;
    pool.check()?;
    Ok(Parsed { value, surprises, shapes })
}

/// Whether a place covers so much of a longer text that it says nothing.
fn too_wide(span: Span, text: &str) -> bool {
    text.len() > 8 && (span.end - span.start) * 4 > text.len() * 3
}
