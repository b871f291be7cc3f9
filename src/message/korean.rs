//! The catalogue: for each English template the Korean one, a row each, in files by what the templates are about.
//! Deliberately has no code but the look-up. A place is `{name}`; `{name:을}` is the place with the particle that fits it, and
//! `{:을}` the particle that fits the place before, as in `{name}`{:을}.
//! Read next: `particle.rs`.

mod arrays;
mod calculus;
mod doors;
mod functions;
mod networks;
mod reading;
mod requests;

use std::collections::HashMap;
use std::sync::LazyLock;

/// English, Korean.
type Rows = &'static [(&'static str, &'static str)];

/// By what they are about.
const ALL: [Rows; 7] = [reading::ROWS, calculus::ROWS, arrays::ROWS, networks::ROWS, requests::ROWS, doors::ROWS, functions::ROWS];

/// All rows.
pub(super) fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.into_iter().flatten().copied()
}

static TEMPLATES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| rows().collect());

/// The Korean template.
pub(super) fn template(english: &str) -> Option<&'static str> {
    TEMPLATES.get(english).copied()
}
