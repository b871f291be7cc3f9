//! Between expressions and the networks of a course: graphs that are drawn, layers as texts, networks that train.
//! Deliberately no calculus of its own: every backward pass is derived by `array/`.
//! Read next: `layer.rs`, `network.rs`, `train.rs`; `graph.rs` for pictures.

mod check;
mod code;
mod compiled;
#[cfg(feature = "data")]
pub mod data;
mod definitions;
mod derived;
mod description;
mod doctor;
mod evaluate;
mod explain;
#[cfg(feature = "data")]
mod export;
pub mod graph;
mod layer;
#[cfg(feature = "data")]
mod model;
mod network;
mod optimizer;
mod proof;
pub(crate) mod random;
mod slip;
mod solo;
mod step;
mod through;
mod train;
mod trial;

pub use check::Check;
pub(crate) use code::language as layer_language;
pub use description::Description;
pub use doctor::{Diagnosis, Example};
pub use evaluate::{Score, score};
pub use explain::{Explanation, Formula};
#[cfg(feature = "data")]
pub use export::Target as ExportTarget;
pub use graph::Graph;
pub use layer::{Initial, Layer, Parameter, State};
#[cfg(feature = "data")]
pub use model::{Model, Predictor, Training, softmax};
pub use network::{Network, Targets, Tensor};
pub use optimizer::{Optimizer, Schedule};
pub use solo::Solo;
pub use train::{Examples, Next, Observer, Plan as TrainingPlan, Position, Progress, Quiet, Wanted, train};
pub use trial::Compared;
