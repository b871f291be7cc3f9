//! Text: what is read and what is printed.
//! Deliberately knows no mathematics beyond names and precedence.
//! Read next: `parse.rs`, `print.rs`; `grammar.md` is the specification.

mod call;
mod greek;
mod korean;
mod latex;
mod order;
mod parse;
mod print;
mod product;
mod shared;
#[cfg(test)]
mod size;
mod suggest;
mod token;
mod typeset;
mod value;

pub(crate) use greek::{canonical_symbol, shown_symbol};
pub(crate) use korean::prompt;
pub(crate) use parse::{Definition, Names, parse};
pub(crate) use print::print;
#[cfg(test)]
pub(crate) use print::print_expr;
pub(crate) use shared::print_where;
#[cfg(test)]
pub(crate) use size::size;
pub(crate) use typeset::{latex, unicode};

#[cfg(test)]
mod tests;
