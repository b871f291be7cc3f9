//! How is a request for worked steps, or for a verdict on an answer, answered?
//! Deliberately derives and judges nothing: `teach/` does.
//! Read next: `teach/mod.rs`.

use super::{Answer, Format, Op, Request, Response, field, names, read};
use crate::error::{Error, Kind, Result};
use crate::expr::Pool;
use crate::phrase;
use crate::teach::{
    Checked, Exercise, Level, Markup, Options, Part, Question, Quiz, Topic, Worked, checked, no_level, read_answer, worked,
};
use crate::text::Names;

/// The words of `lang`, `level` and `format`.
fn options(request: &Request<'_>) -> Result<Options> {
    Ok(Options {
        language: request.language()?,
        level: request.level.as_deref().map_or(Ok(Level::default()), Level::of)?,
        markup: match request.format {
            Format::Text | Format::Json => Markup::Text,
            Format::Unicode | Format::Pretty => Markup::Unicode,
            Format::Latex => Markup::Latex,
            Format::Markdown => Markup::Markdown,
            Format::Html => Markup::Html,
        },
    })
}

/// Worked steps, or a verdict.
pub(super) fn taught(pool: &mut Pool, request: &Request<'_>, names: &Names) -> Result<Response> {
    let is_check = request.op == Some(Op::Check);
    let options = options(request)?;
    if !names.shapes.is_empty() {
        let what = if is_check { "check" } else { "steps" };
        return Err(Error::new(Kind::Request, phrase!("{what} works on expressions of numbers, not on arrays with shapes", what)));
    }
    if is_check && matches!(request.format, Format::Html) {
        return Err(Error::new(Kind::Request, phrase!("a verdict is written as text, unicode, latex, markdown or json")));
    }
    let text = field(request.expr.as_ref(), "expr")?;
    let (value, read_as) = read(pool, text, names, request)?;
    let by = names::variables(pool, &value, request)?;
    if by.iter().map(|&(_, count)| u64::from(count)).sum::<u64>() > 100 {
        return Err(Error::new(Kind::Request, phrase!("more than 100 derivatives are not shown step by step")));
    }
    let by: Vec<_> = by.iter().flat_map(|&(symbol, count)| std::iter::repeat_n(symbol, count as usize)).collect();
    if !is_check {
        let worked = worked(pool, &value, &by, &options)?;
        return Ok(Response { answer: Answer::Worked(Box::new(worked)), read_as });
    }
    let answer = read_answer(pool, field(request.answer.as_ref(), "answer")?, names)?;
    let part = request.part.as_deref().map_or(Ok(Part::default()), Part::of)?;
    let checked = checked(pool, &Exercise { text, names, value: &value, by: &by }, &answer, part, &options)?;
    Ok(Response { answer: Answer::Checked(Box::new(checked)), read_as })
}

/// A question of a quiz, and the sentence that asks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The expression, its derivative, and what it is about.
    pub question: Question,
    /// What is to be done.
    pub sentence: String,
}

/// Exercises with their answers.
pub(super) fn quizzed(request: &Request<'_>) -> Result<Response> {
    let level = request.level.as_deref().unwrap_or("1");
    let quiz = Quiz {
        topic: request.topic.as_deref().map_or(Ok(Topic::Mixed), Topic::of)?,
        level: level.parse().map_err(|_| no_level(level))?,
        seed: request.seed.unwrap_or(1),
        count: request.count.unwrap_or(5),
    };
    let language = request.language()?;
    let asked = |question: Question| Ok(Asked { sentence: question.ask(language, Markup::Text)?, question });
    let exercises = quiz.questions()?.into_iter().map(asked).collect::<Result<_>>()?;
    Ok(Response { answer: Answer::Quiz(exercises), read_as: None })
}

/// Exercises as the fields of a JSON object.
pub(super) fn quiz_json(exercises: &[Asked]) -> serde_json::Value {
    let one = |Asked { question, sentence }: &Asked| {
        serde_json::json!({
            "ask": sentence, "expr": question.text, "wrt": question.by(), "answer": question.answer, "topic": question.topic.word()
        })
    };
    serde_json::json!({"exercises": exercises.iter().map(one).collect::<Vec<_>>()})
}

/// Steps as the fields of a JSON object.
pub(super) fn worked_json(worked: &Worked) -> serde_json::Value {
    let step =
        |step: &crate::teach::Step| serde_json::json!({"rule": step.rule, "before": step.before, "after": step.after, "text": step.text});
    serde_json::json!({"steps": worked.steps.iter().map(step).collect::<Vec<_>>(), "result": worked.result})
}

/// A verdict as the fields of a JSON object.
pub(super) fn checked_json(checked: &Checked) -> serde_json::Value {
    let mut object = serde_json::json!({"verdict": checked.verdict.word()});
    for (name, text) in [("proof", checked.proof), ("diagnosis", checked.diagnosis), ("shorter", checked.shorter.as_deref())] {
        if let Some(text) = text {
            object[name] = text.into();
        }
    }
    if !checked.witness.is_empty() {
        object["witness"] = checked.witness.iter().map(|(name, value)| (name.clone(), serde_json::Value::from(*value))).collect();
    }
    if let Some((given, right)) = checked.values {
        object["values"] = serde_json::json!([given, right]);
    }
    object["text"] = checked.text.clone().into();
    object
}
