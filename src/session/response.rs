//! What does a request get back, and how does the command line write it?
//! Deliberately holds texts and floats only: a response outlives the pool that it came from.
//! Read next: `session/json.rs` (how batch writes it).

use super::{Asked, LayerAnswer, Numbers, number_text};
use crate::domain::Domain;
use crate::equal::Proof;
use crate::message::Language;
use crate::message::Phrase;
use crate::net::graph::{Drawing, Graph};
use crate::teach::{Checked, Worked};

/// What a request gets back.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The answer.
    pub answer: Answer,
    /// How the expression was read, if `echo` was asked for and the reading could surprise.
    pub read_as: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// An expression or matrix, and its value where `at` was given.
    Text {
        /// It.
        result: String,
        /// Its value.
        value: Option<Numbers>,
        /// Why a value is not a number.
        note: Option<Phrase>,
        /// Where the derivative does not exist, if that was asked for.
        domain: Option<Box<Domain>>,
        /// Why no shorter form was taken, and which holes are filled, if that was asked for.
        remarks: Vec<Phrase>,
    },
    /// A gradient: name, derivative, and its value where `at` was given.
    Entries {
        /// In the order of `wrt`.
        entries: Vec<(String, String)>,
        /// Their values.
        values: Option<Vec<Numbers>>,
        /// Why a value is not a number.
        note: Option<Phrase>,
    },
    /// A value and partial derivatives.
    Value {
        /// The value.
        value: Numbers,
        /// Why it is not a number, or what is to be known of it.
        note: Option<Phrase>,
        /// Name and partial derivative.
        grad: Vec<(String, Option<f64>)>,
    },
    /// Whether two expressions are equal.
    Verdict {
        /// `equal`, `different` or `unknown`.
        verdict: &'static str,
        /// How it is known that they are equal.
        proof: Option<Proof>,
        /// Where they differ.
        witness: Vec<(String, f64)>,
        /// What the two are there.
        values: Option<(f64, f64)>,
    },
    /// A computational graph.
    Graph(Box<Graph>),
    /// A layer's backward pass.
    Layer(Box<LayerAnswer>),
    /// A derivative, step by step.
    Worked(Box<Worked>),
    /// A verdict on an answer.
    Checked(Box<Checked>),
    /// Exercises.
    Quiz(Vec<Asked>),
}

impl Answer {
    /// What is to be known of a value that there is: that it is a limit, or that a slope is that of one side.
    #[must_use]
    pub fn remark(&self) -> Option<&Phrase> {
        match self {
            Answer::Value { value: Numbers::One(Some(_)), note, .. } => note.as_ref(),
            _ => None,
        }
    }

    /// The answer as the command line writes it.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        match self {
            Answer::Text { result, value, domain, remarks, .. } => {
                let mut lines = vec![result.clone()];
                lines.extend(value.as_ref().map(|value| format!("= {}", value.to_text())));
                lines.extend(domain.iter().flat_map(|domain| domain.lines_in(language)));
                lines.extend(remarks.iter().map(|remark| remark.to_text(language)));
                lines.join("\n")
            }
            Answer::Entries { entries, values, .. } => {
                let mut lines = Vec::with_capacity(entries.len());
                for (at, (name, text)) in entries.iter().enumerate() {
                    // what stands in several rows begins on a row of its own
                    let gap = if text.contains('\n') { "\n" } else { " " };
                    lines.push(format!("d/d{name} ={gap}{text}"));
                    // the value under the formula
                    if let Some(value) = values.as_ref().and_then(|values| values.get(at)) {
                        lines.push(format!("{:>1$} {2}", "=", name.chars().count() + 5, value.to_text()));
                    }
                }
                lines.join("\n")
            }
            Answer::Value { value, grad, .. } => {
                let partial =
                    |(name, value): &(String, Option<f64>)| format!("\nd/d{name} = {}", value.map_or("undefined".into(), number_text));
                value.to_text() + &grad.iter().map(partial).collect::<String>()
            }
            Answer::Graph(graph) => graph.to_text(&Drawing::default()).trim_end().to_owned(),
            Answer::Layer(layer) => layer.to_text(language),
            Answer::Worked(worked) => worked.to_text(),
            Answer::Checked(checked) => checked.text.clone(),
            Answer::Quiz(exercises) => {
                let lines: Vec<String> =
                    exercises.iter().map(|Asked { question, sentence }| format!("{sentence} {}", question.answer)).collect();
                lines.join("\n")
            }
            Answer::Verdict { verdict, proof, witness, values } => {
                let mut out = (*verdict).to_owned();
                if let Some(Proof::Numeric { points, digits }) = proof {
                    out += &format!(" (by numbers: {digits} digits at {points} points)");
                }
                if !witness.is_empty() {
                    let places: Vec<String> = witness.iter().map(|(name, value)| format!("{name} = {}", number_text(*value))).collect();
                    out += &format!(" at {}", places.join(", "));
                }
                if let Some((a, b)) = values {
                    out += &format!(": {} and {}", number_text(*a), number_text(*b));
                }
                out
            }
        }
    }
}
