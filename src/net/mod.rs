//! What stands between expressions and the networks of a course: graphs that are drawn.
//! Deliberately no calculus of its own: derivatives come from the rules below.
//! Read next: `graph.rs`.

pub mod graph;

pub use graph::Graph;
