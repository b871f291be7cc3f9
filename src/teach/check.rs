//! What is said of an answer: the verdict, where it differs, and which mistake it is?
//! Deliberately decides nothing itself: `grade.rs` judges, `diagnose.rs` explains, `message.rs` has the words.
//! Read next: `grade.rs`.

use super::diagnose::diagnose;
use super::grade::{Grade, grade};
use super::message::{Fragment, Message, sentence};
use super::numeric::Point;
use super::outline::{Outline, outline};
use super::seen::{Seen, derive, is_symbol, plain_derivative, see};
use super::write::{fragment, said};
use super::{Exercise, Options};
use crate::diff;
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::matrix::Value;
use crate::phrase;
use crate::simplify::{Engine, known, map_value};
use crate::text::{Names, parse, print};
use crate::walk::{put, reachable, symbols};
use std::collections::HashMap;

/// What is asked of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Part {
    /// It is the derivative.
    #[default]
    Derivative,
    /// It is the outer function, in any letter for the inner one: `sin(u)`.
    Outer,
    /// It is the inner function.
    Inner,
    /// It is the derivative of the outer function, taken at the inner one: `cos(x^2)`; or in a letter for the inner one.
    OuterDerivative,
    /// It is the derivative of the inner function.
    InnerDerivative,
}

impl Part {
    /// The words for parts.
    pub const ALL: [(&'static str, Part); 5] = [
        ("derivative", Part::Derivative),
        ("outer", Part::Outer),
        ("inner", Part::Inner),
        ("outer-derivative", Part::OuterDerivative),
        ("inner-derivative", Part::InnerDerivative),
    ];

    /// The part of this word.
    ///
    /// # Errors
    /// Kind `request`, with the words there are.
    pub fn of(word: &str) -> Result<Part> {
        let words = Part::ALL.map(|(name, _)| name).join(", ");
        let found = Part::ALL.iter().find(|(name, _)| *name == word).map(|&(_, part)| part);
        found.ok_or_else(|| Error::new(Kind::Request, phrase!("there is no part `{word}`; there are {words}", word, words)))
    }
}

/// The three verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Equal wherever the derivative of the expression is defined over the reals.
    Right,
    /// Different at a point.
    Wrong,
    /// Neither was shown.
    Unknown,
}

impl Verdict {
    /// `right`, `wrong` or `unknown`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::Wrong => "wrong",
            Verdict::Unknown => "unknown",
        }
    }
}

/// What is said of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Right, wrong or unknown.
    pub verdict: Verdict,
    /// How a right answer is known: `exact` by a proof, `numeric` by many digits at many points.
    pub proof: Option<&'static str>,
    /// The usual mistake that gives this answer: `chain-inner-missing`, ...
    pub diagnosis: Option<&'static str>,
    /// Where a wrong answer differs: a value for each name.
    pub witness: Vec<(String, f64)>,
    /// The value of the answer there, if it has a real one, and the right value.
    pub values: Option<(Option<f64>, f64)>,
    /// A shorter form, where a right answer is far from simple.
    pub shorter: Option<String>,
    /// All of this in sentences.
    pub text: String,
}

/// Reads an answer; `y' =` or `f'(x) =` before it is passed over.
pub(crate) fn read(pool: &mut Pool, text: &str, names: &Names) -> Result<Value> {
    let start = match text.split_once('=') {
        Some((left, right)) if !right.starts_with('=') && is_name_of_answer(left) => text.len() - right.len(),
        _ => 0,
    };
    // spaces keep places in the text as they are
    let padded;
    let shown = if start == 0 {
        text
    } else {
        padded = " ".repeat(start) + text.get(start..).unwrap_or_default();
        &padded
    };
    let value = parse(pool, shown, names).map_err(|error| if error.input().is_some() { error } else { error.within("answer") })?.value;
    let open = reachable(pool, value.entries()).into_iter().any(|e| pool.as_call(e, known::D).is_some());
    if open {
        return Err(Error::new(Kind::Request, phrase!("the answer still has a D(u, x) in it; work it out")).within("answer"));
    }
    Ok(value)
}

/// An answer in which names that only stand side by side are products: `2xy` where the exercise speaks of x and y.
fn apart(pool: &mut Pool, exercise: &Exercise<'_>, answer: &Value) -> Result<Value> {
    let mut own = symbols(pool, exercise.value.entries());
    own.extend(exercise.by);
    let letters: Vec<(char, Symbol)> = own
        .iter()
        .filter_map(|&symbol| {
            let mut name = pool.symbol_name(symbol).chars();
            name.next().filter(|_| name.next().is_none()).map(|letter| (letter, symbol))
        })
        .collect();
    let mut places = HashMap::new();
    for symbol in symbols(pool, answer.entries()).into_iter().filter(|symbol| !own.contains(symbol)) {
        let letter = |c: char| letters.iter().find(|(letter, _)| *letter == c).map(|&(_, symbol)| symbol);
        let found: Option<Vec<Symbol>> = pool.symbol_name(symbol).chars().map(letter).collect();
        if let Some(found) = found {
            let factors: Vec<Expr> = found.into_iter().map(|symbol| pool.symbol_expr(symbol)).collect();
            let product = pool.mul(&factors);
            places.insert(symbol, product);
        }
    }
    map_value(answer, |e| put(pool, e, &places))
}

/// `y'`, `f'(x)`, `dy/dx`, `df/dx`
fn is_name_of_answer(text: &str) -> bool {
    let text = text.trim();
    let slope = text.strip_prefix('d').and_then(|rest| rest.split_once('/')).is_some_and(|(_, below)| below.starts_with('d'));
    let primed = text.split_once('\'').is_some_and(|(name, _)| name.chars().all(char::is_alphanumeric));
    slope || primed
}

/// The verdict on an answer.
pub(crate) fn checked(pool: &mut Pool, exercise: &Exercise<'_>, answer: &Value, part: Part, options: &Options) -> Result<Checked> {
    let Exercise { value, by, .. } = *exercise;
    let shape = |value: &Value| match value {
        Value::Scalar(_) => None,
        Value::Matrix(matrix) => Some((matrix.rows, matrix.columns)),
    };
    let answer = &apart(pool, exercise, answer)?;
    if part != Part::Derivative {
        return chain_part(pool, value, by, answer, part, options);
    }
    if shape(value) != shape(answer) {
        return Err(Error::new(Kind::Shape, phrase!("the answer has another shape than the derivative")).within("answer"));
    }
    let right = diff::diff(pool, value, by)?;
    let entries = value.entries().iter().map(|&e| diff::carry_out(&mut Engine::new(pool), e)).collect::<Result<Vec<_>>>()?;
    let (mut proof, mut unknown) = ("exact", false);
    for (place, ((&e, &right), &answer)) in entries.iter().zip(right.entries()).zip(answer.entries()).enumerate() {
        let mut plain = e;
        for &symbol in by {
            plain = plain_derivative(&mut Engine::new(pool), plain, symbol)?;
        }
        match grade(pool, &[e], (right, plain), answer)? {
            Grade::Right(how) => {
                if how != "exact" {
                    proof = how;
                }
            }
            Grade::Unknown => unknown = true,
            Grade::Wrong(point, given, wanted) => {
                let outline = match by.first() {
                    Some(&first) => outline(pool, exercise.text, exercise.names, first)?,
                    None => Outline::default(),
                };
                let found = diagnose(pool, e, by, right, answer, (&outline, outline.roots.get(place).copied()))?;
                return wrong(pool, &point, (given, wanted), Message::Witness, found, options);
            }
        }
    }
    if unknown {
        return Ok(plain(Verdict::Unknown, Message::Unknown, options));
    }
    let mut checked = plain(Verdict::Right, Message::Right, options);
    checked.proof = Some(proof);
    let limit = pool.meter.budget.output;
    let (given, short) = (print(pool, answer, limit)?, print(pool, &right, limit)?);
    if given.len() > 2 * short.len() + 6 {
        if let &[only] = right.entries() {
            checked.text = sentence(Message::RightLong, options.language, &[("result", fragment(pool, only, options.markup)?)]);
        }
        checked.shorter = Some(short);
    }
    Ok(checked)
}

fn plain(verdict: Verdict, message: Message, options: &Options) -> Checked {
    let text = message.template(options.language).to_owned();
    Checked { verdict, proof: None, diagnosis: None, witness: Vec::new(), values: None, shorter: None, text }
}

fn number(value: f64) -> String {
    // six digits tell two values apart, unless they are close
    let short = format!("{value:.6}");
    let short = if short.contains('.') { short.trim_end_matches('0').trim_end_matches('.').to_owned() } else { short };
    let short = if short == "-0" { "0".to_owned() } else { short };
    let is_fair = value == 0.0 || (value.abs() >= 1e-3 && value.abs() < 1e9);
    if is_fair { short } else { format!("{value:.5e}") }
}

fn wrong(
    pool: &mut Pool,
    point: &Point,
    (given, wanted): (f64, f64),
    message: Message,
    found: Option<super::diagnose::Found>,
    options: &Options,
) -> Result<Checked> {
    let mut checked = plain(Verdict::Wrong, Message::Wrong, options);
    let places: Vec<String> = point.iter().map(|&(symbol, value)| format!("{} = {}", pool.symbol_name(symbol), value)).collect();
    if !wanted.is_nan() {
        let (mut shown, mut right) = (number(given), number(wanted));
        if shown == right {
            (shown, right) = (given.to_string(), wanted.to_string());
        }
        let message = if given.is_nan() { Message::WitnessUndefined } else { message };
        let parts = [("at", Fragment::plain(&places.join(", "))), ("given", Fragment::plain(&shown)), ("value", Fragment::plain(&right))];
        if !places.is_empty() {
            checked.text += " ";
            checked.text += &sentence(message, options.language, &parts);
        }
        checked.values = Some(((!given.is_nan()).then_some(given), wanted));
    }
    if let Some(found) = found {
        checked.diagnosis = Some(found.name);
        checked.text += " ";
        checked.text += &said(pool, &[found.said], options.language, options.markup)?;
    }
    checked.witness = point.iter().map(|&(symbol, value)| (pool.symbol_name(symbol).to_owned(), value)).collect();
    Ok(checked)
}

/// The verdict on a part of the chain rule's work.
fn chain_part(pool: &mut Pool, value: &Value, by: &[Symbol], answer: &Value, part: Part, options: &Options) -> Result<Checked> {
    let (&Value::Scalar(e), &Value::Scalar(answer), &[by]) = (value, answer, by) else {
        return Err(Error::new(Kind::Request, phrase!("parts of the chain rule are checked for one expression and one variable")));
    };
    let mut engine = Engine::new(pool);
    let mut seen = see(engine.pool, e, by);
    // a constant factor is not what the chain rule is about
    while let Seen::Scaled(_, rest) = seen {
        seen = see(engine.pool, rest, by);
    }
    let as_power = match seen {
        Seen::Quotient(Expr::ONE, below) => Seen::Power(below, Expr::MINUS_ONE),
        seen => seen,
    };
    let inner = as_power.inner(engine.pool, by).filter(|&inner| !is_symbol(engine.pool, inner, by));
    let Some(inner) = inner else {
        return Err(Error::new(
            Kind::Request,
            phrase!("the expression is no function of an inner function, so the chain rule has nothing to do"),
        ));
    };
    // the letter of the student's: what is neither in the expression nor the variable
    let own = symbols(engine.pool, &[e]);
    let letter = symbols(engine.pool, &[answer]).into_iter().find(|symbol| !own.contains(symbol) && *symbol != by);
    let at = letter.map_or(inner, |letter| engine.pool.symbol_expr(letter));
    let outer = as_power.with_inner(inner, at);
    let outer_slope = derive(&mut engine, &outer, &|part| if part == at { Expr::ONE } else { Expr::ZERO })?;
    let outer_node = outer.node(engine.pool);
    let (whole, right) = match part {
        Part::Derivative => (e, plain_derivative(&mut engine, e, by)?),
        Part::Inner => (inner, inner),
        Part::InnerDerivative => (inner, plain_derivative(&mut engine, inner, by)?),
        Part::Outer => (outer_node, outer_node),
        Part::OuterDerivative => (outer_node, outer_slope),
    };
    Ok(match grade(pool, &[whole], (right, right), answer)? {
        Grade::Right(how) => Checked { proof: Some(how), ..plain(Verdict::Right, Message::Right, options) },
        Grade::Unknown => plain(Verdict::Unknown, Message::Unknown, options),
        Grade::Wrong(point, given, wanted) => wrong(pool, &point, (given, wanted), Message::WitnessPart, None, options)?,
    })
}
