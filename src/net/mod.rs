//! What stands between expressions and the networks of a course: here the data that networks learn from.
//! Deliberately no calculus of its own: derivatives come from the rules below.
//! Read next: `data.rs`.

#[cfg(feature = "data")]
pub mod data;
