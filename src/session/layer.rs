//! How is a request about a layer answered: its backward pass, verdicts about one that was written, or code?
//! Deliberately derives nothing and proves nothing: `net/explain.rs`, `net/doctor.rs` and `net/code/` do.
//! Read next: `net/explain.rs`.

use super::{Answer, Format, Request, Response, field};
use crate::error::{Error, Result, Span};
use crate::expr::Pool;
use crate::message::Language;
use crate::net::{Diagnosis, Explanation, Formula, Layer, layer_language as language};
use crate::phrase;
use crate::shape::Shape;

/// What is said about a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerAnswer {
    /// Forward, backward, check.
    pub explanation: Explanation,
    /// One verdict for each formula that was given.
    pub diagnoses: Vec<Diagnosis>,
    format: Format,
}

/// The answer about a layer.
pub(super) fn explained(pool: &mut Pool, request: &Request<'_>) -> Result<Response> {
    let text = field(request.expr.as_ref(), "expr")?;
    let layer = Layer::read(text)?;
    let shapes: Vec<(String, Shape)> = request.shapes.iter().map(|(name, shape)| (name.to_string(), shape.clone())).collect();
    if let Some(to) = &request.to {
        let code =
            layer.code_in(pool, &shapes, language(to)?, request.name.as_deref()).map_err(|error| placed(error, text, &layer.train))?;
        return Ok(Response {
            answer: Answer::Text { result: code, value: None, note: None, domain: None, remarks: Vec::new() },
            read_as: None,
        });
    }
    let explanation = layer.explain_in(pool, &shapes).map_err(|error| placed(error, text, &layer.train))?;
    let diagnoses = match &request.backward {
        Some(text) => {
            pool.clear();
            layer.diagnose_in(pool, text, &shapes)?
        }
        None => Vec::new(),
    };
    let answer = LayerAnswer { explanation, diagnoses, format: request.format };
    Ok(Response { answer: Answer::Layer(Box::new(answer)), read_as: None })
}

/// An error in the layer's text, at its place in the request.
fn placed(error: Error, text: &str, train: &str) -> Error {
    let Some(start) = text.find(train) else { return error };
    let mut own = Error::new(error.kind(), error.phrase().clone());
    if let Some(span) = error.span() {
        own = own.at(Span::new(span.start + start, span.end + start));
    }
    error.suggestion().map_or(own.clone(), |word| own.suggest(word))
}

impl LayerAnswer {
    /// As the command line shows it.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        let all = || std::iter::once(&self.explanation.forward).chain(&self.explanation.backward);
        let mut out = match self.format {
            Format::Latex | Format::Markdown => {
                let lines: Vec<&str> = all().map(|formula| formula.latex.as_str()).collect();
                return format!("\\begin{{aligned}}\n{}\n\\end{{aligned}}", lines.join(" \\\\\n"));
            }
            Format::Unicode => all().map(|formula| formula.unicode.clone()).collect::<Vec<_>>().join("\n"),
            Format::Pretty => {
                let set = |formula: &Formula| crate::text::layout(&formula.latex, formula.latex.len() * 64 + 4096);
                // what is too large to be set is shown on one line
                all().map(|formula| set(formula).unwrap_or_else(|_| formula.unicode.clone())).collect::<Vec<_>>().join("\n\n")
            }
            Format::Text | Format::Json | Format::Html => {
                all().map(|Formula { name, text, .. }| format!("{name} = {text}")).collect::<Vec<_>>().join("\n")
            }
        };
        out += "\n";
        out += &match &self.explanation.check {
            Some(check) => {
                let count = if check.entries == 1 { phrase!("1 entry") } else { phrase!("{n} entries", n = check.entries) };
                let worst = format!("{:.0e}", check.worst);
                phrase!("check: {count} against central differences, largest relative difference {worst}", count, worst)
            }
            None => phrase!("check: no example was found at which the layer has values"),
        }
        .to_text(language);
        for diagnosis in &self.diagnoses {
            out += "\n\n";
            out += &diagnosis.to_text_in(language);
        }
        out
    }

    /// As a JSON object.
    #[must_use]
    pub fn to_json(&self, language: Language) -> serde_json::Value {
        let backward: serde_json::Map<String, serde_json::Value> =
            self.explanation.backward.iter().map(|formula| (formula.name.clone(), formula.text.clone().into())).collect();
        let check =
            self.explanation.check.map(|check| serde_json::json!({"entries": check.entries, "largest_relative_difference": check.worst}));
        let forward = &self.explanation.forward;
        let mut object = serde_json::json!({"forward": {forward.name.clone(): forward.text}, "backward": backward, "check": check});
        if !self.diagnoses.is_empty() {
            object["verdicts"] = self.diagnoses.iter().map(|diagnosis| verdict(diagnosis, language)).collect();
        }
        object
    }
}

fn verdict(diagnosis: &Diagnosis, language: Language) -> serde_json::Value {
    let mut object = serde_json::json!({"name": diagnosis.name, "given": diagnosis.given, "verdict": diagnosis.verdict});
    if let Some(how) = diagnosis.how {
        object["proof"] = if how == "proved" { "exact" } else { how }.into();
    }
    if let Some(example) = &diagnosis.example {
        let at: serde_json::Map<String, serde_json::Value> =
            example.at.iter().map(|(name, value)| (name.clone(), (*value).into())).collect();
        object["example"] = serde_json::json!({"at": at, "entry": example.entry, "given": example.given, "derived": example.derived});
    }
    for (name, text) in [("problem", &diagnosis.problem), ("slip", &diagnosis.slip)] {
        if let Some(text) = text {
            object[name] = text.to_text(language).into();
        }
    }
    object
}
