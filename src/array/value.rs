//! Arrays of floats, and what the symbols and sizes of a request are.
//! Deliberately works nothing out: `plan/` does.
//! Read next: `plan/mod.rs`.

use crate::expr::Symbol;
use std::collections::HashMap;

/// An array of floats, the last axis running fastest.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Dense {
    pub(crate) axes: Vec<usize>,
    pub(crate) data: Vec<f64>,
}

/// What the symbols and the sizes are.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) arrays: HashMap<Symbol, Dense>,
    pub(crate) numbers: HashMap<Symbol, f64>,
    pub(crate) sizes: HashMap<Box<str>, usize>,
}
