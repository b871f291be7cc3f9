//! Text: what is read and what is printed.
//! Deliberately knows no mathematics.
//! Read next: `print.rs`.

mod order;
mod print;
mod product;
mod shared;
mod typeset;

pub(crate) use print::{print, print_expr};
pub(crate) use shared::{print_where, size};
pub(crate) use typeset::{latex, unicode};

#[cfg(test)]
mod tests;
