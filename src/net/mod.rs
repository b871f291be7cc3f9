//! Between expressions and the networks of a course: graphs that are drawn, layers as texts, networks that train.
//! Deliberately no calculus of its own: every backward pass is derived by `array/`.
//! Read next: `layer.rs`, `network.rs`, `train.rs`; `graph.rs` for pictures.

mod check;
mod compiled;
#[cfg(feature = "data")]
pub mod data;
mod definitions;
mod description;
mod evaluate;
pub mod graph;
mod layer;
mod network;
mod optimizer;
mod random;
mod step;
mod train;

pub use check::Check;
pub use description::Description;
pub use evaluate::{Score, score};
pub use graph::Graph;
pub use layer::{Initial, Layer, Parameter, State};
pub use network::{Network, Targets, Tensor};
pub use optimizer::{Optimizer, Schedule};
pub use train::{Examples, Next, Observer, Plan as TrainingPlan, Position, Progress, Quiet, Wanted, train};
