//! Which picture goes with an exercise on a page: its computational graph with values at a friendly point, and derivatives to
//! be filled in. Deliberately derives nothing and lays nothing out: `net/graph/` does.
//! Read next: `../../net/graph.rs`.

use super::Question;
use crate::net::graph::{Drawing, Graph};
use crate::teach::Language;
use crate::teach::message::{Fragment, Message, sentence};
use crate::text;

/// Points from the friendliest on.
const POINTS: [f64; 5] = [1.0, 2.0, 0.5, 0.0, -1.0];
/// Larger graphs are too wide for a page of paper.
const MOST: usize = 9;
/// Significant digits, as many as one likes to copy.
const DIGITS: usize = 4;

/// The graph of an exercise at a point.
pub(super) struct Picture {
    graph: Graph,
    at: f64,
}

/// The picture of an exercise, if it has one that can be read, at the first of the points at which the fewest numbers must be
/// rounded.
pub(super) fn picture(question: &Question) -> Option<Picture> {
    if question.order != 1 {
        return None;
    }
    let pictures = POINTS.iter().filter_map(|&at| at_point(question, at));
    pictures.min_by_key(|(rounded, _)| *rounded).map(|(_, picture)| picture)
}

/// The picture at a point where there are values, none of them long, and a derivative other than 0; how many numbers are rounded.
fn at_point(question: &Question, at: f64) -> Option<(usize, Picture)> {
    let graph = Graph::read(&question.text, &[(super::X, at)]).ok()?;
    let rounded = graph.rounded(DIGITS)?;
    let is_flat = graph.node(super::X)?.backward.number() == Some(0.0);
    let is_readable = graph.nodes().len() <= MOST && graph.is_clear();
    (is_readable && !is_flat).then_some((rounded, Picture { graph, at }))
}

impl Picture {
    /// What is to be done with it.
    pub(super) fn ask(&self, language: Language) -> String {
        let plain = format!("{} = {}", super::X, self.at);
        let shown = format!("<math>{}</math>", text::spelled(&plain));
        sentence(Message::QuizGraph, language, &[("at", Fragment { shown, plain })])
    }

    /// The picture for a page, with or without the derivatives.
    pub(super) fn drawn(&self, is_filled: bool, language: Language) -> String {
        let output = self.graph.output().map_or("", |node| &node.expression);
        let title = sentence(Message::QuizGraphTitle, language, &[("u", Fragment::plain(output))]);
        self.graph.to_figure(&Drawing { backward: is_filled, digits: DIGITS, ..Drawing::default() }, &title)
    }
}
