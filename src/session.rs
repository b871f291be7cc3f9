//! What does a request ask for, and what is its answer? The command line, batch and REPL all call `Session::answer`.
//! Deliberately prints nothing, reads no stream and never ends the process; how a text is read or a derivative taken
//! is not known here. Read next: `session/names.rs` (what names mean), `session/json.rs` (batch lines), `cli/main.rs`.

mod array;
mod compile;
mod evaluate;
mod explain;
mod export;
mod graph;
mod json;
mod layer;
mod names;
mod plot;
mod response;
mod teach;

pub use compile::{Compiled, canonical};
pub use evaluate::{Numbers, number_text, write_number};
pub use export::languages;
pub use json::{read_language, read_request, write_error, write_reply};
pub use layer::LayerAnswer;
pub use plot::{Plotted, Sketch, Tangent};
pub use response::{Answer, Response};
pub use teach::Asked;

use crate::budget::Budget;
use crate::domain::{self, Domain};
use crate::equal::{Proof, Verdict};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::form::Form;
use crate::function::{self, Row};
use crate::matrix::{Matrix, Value};
use crate::message::Language;
use crate::message::Phrase;
use crate::phrase;
use crate::shape::Shape;
use crate::text::{self, Names};
use crate::{diff, equal, gradient, simplify};
use std::borrow::Cow;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// The derivative by `wrt`, one after the other.
    Diff,
    /// One derivative for each name of `wrt`.
    Gradient,
    /// The matrix of first derivatives of a vector.
    Jacobian,
    /// The matrix of second derivatives.
    Hessian,
    /// The same expression, shorter.
    Simplify,
    /// Whether `a` and `b` are the same function.
    Equal,
    /// The value at a point.
    Eval,
    /// Source code with the value and the partial derivatives.
    Export,
    /// The computational graph, with numbers where `at` is given.
    Graph,
    /// The backward pass of a layer, and whether one that was written is right.
    Layer,
    /// The derivative, step by step.
    Steps,
    /// Whether an answer is the derivative, and if not, which mistake it is.
    Check,
    /// Exercises with their answers.
    Quiz,
}

impl Op {
    /// The words of batch lines and of the command line, which are the same.
    pub const ALL: [(&'static str, Op); 13] = [
        ("diff", Op::Diff),
        ("gradient", Op::Gradient),
        ("jacobian", Op::Jacobian),
        ("hessian", Op::Hessian),
        ("simplify", Op::Simplify),
        ("equal", Op::Equal),
        ("eval", Op::Eval),
        ("export", Op::Export),
        ("graph", Op::Graph),
        ("layer", Op::Layer),
        ("steps", Op::Steps),
        ("check", Op::Check),
        ("quiz", Op::Quiz),
    ];

    /// The operation of this word.
    ///
    /// # Errors
    /// Kind `request`, with the words there are.
    pub fn of(word: &str) -> Result<Op> {
        if let Some((_, op)) = Op::ALL.iter().find(|(name, _)| *name == word) {
            return Ok(*op);
        }
        let words = Op::ALL.map(|(name, _)| name);
        let near = words.iter().find(|name| strsim::damerau_levenshtein(name, word) <= 2);
        let error = Error::new(Kind::Request, phrase!("there is no op `{word}`; the ops are {words}", word, words = words.join(", ")));
        Err(near.map_or(error.clone(), |name| error.suggest(*name)))
    }
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Format {
    /// Text that reads back.
    #[default]
    Text,
    /// LaTeX.
    Latex,
    /// x², √, ·
    Unicode,
    /// In two dimensions, for people: fractions with bars, tall brackets. It does not read back.
    Pretty,
    /// The reply of batch, with `Text` inside.
    Json,
    /// `steps`: Markdown, formulas in LaTeX.
    Markdown,
    /// `steps`: a page with MathML.
    Html,
}

impl Format {
    /// The format of this word.
    ///
    /// # Errors
    /// Kind `request`.
    pub fn of(word: &str) -> Result<Format> {
        match word {
            "text" => Ok(Format::Text),
            "latex" => Ok(Format::Latex),
            "unicode" => Ok(Format::Unicode),
            "pretty" => Ok(Format::Pretty),
            "json" => Ok(Format::Json),
            "markdown" => Ok(Format::Markdown),
            "html" => Ok(Format::Html),
            _ => Err(Error::new(
                Kind::Request,
                phrase!(
                    "there is no format `{word}`; the formats are text, latex, unicode, pretty, json, and for steps markdown, html",
                    word
                ),
            )),
        }
    }
}

/// The value of a symbol.
#[derive(Clone, Debug, PartialEq)]
pub enum Given<'a> {
    /// A float.
    Number(f64),
    /// A constant expression such as `pi/2`.
    Text(Cow<'a, str>),
    /// An array: its axes, and its entries, the last axis running fastest.
    Array(Vec<usize>, Vec<f64>),
}

/// One job. Fields that an op does not use are ignored.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// What to do; `None` is a derivative.
    pub op: Option<Op>,
    /// The expression.
    pub expr: Option<Cow<'a, str>>,
    /// The left side of `equal`.
    pub a: Option<Cow<'a, str>>,
    /// The right side of `equal`.
    pub b: Option<Cow<'a, str>>,
    /// By what, and how many times.
    pub wrt: Vec<(Cow<'a, str>, u32)>,
    /// Where.
    pub at: Option<Vec<(Cow<'a, str>, Given<'a>)>>,
    /// `eval`: partial derivatives wanted beside the value.
    pub grad: Vec<Cow<'a, str>>,
    /// `layer`: a backward pass, `dx = ...`, to be judged.
    pub backward: Option<Cow<'a, str>>,
    /// `check`: the answer to be judged.
    pub answer: Option<Cow<'a, str>>,
    /// `check`: what it answers; `derivative` without it.
    pub part: Option<Cow<'a, str>>,
    /// Of notes, errors and lessons: `en` or `ko`; English without it.
    pub lang: Option<Cow<'a, str>>,
    /// `steps`: `brief`, `normal` or `full`; `quiz`: `1` to `5`.
    pub level: Option<Cow<'a, str>>,
    /// `quiz`: what the exercises are about; mixed without it.
    pub topic: Option<Cow<'a, str>>,
    /// `quiz`: the same seed gives the same exercises; 1 without it.
    pub seed: Option<u64>,
    /// `quiz`: how many exercises; 5 without it.
    pub count: Option<usize>,
    /// `export`: the language.
    pub to: Option<Cow<'a, str>>,
    /// `export`: the name of the function; `f` without it.
    pub name: Option<Cow<'a, str>>,
    /// `export`: whether a self-test is added.
    pub test: bool,
    /// Definitions: `z(x)` or `a`, and the body.
    pub lets: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Names of arrays and their shapes.
    pub shapes: Vec<(Cow<'a, str>, Shape)>,
    /// `x>0`, `n integer`, ...
    pub assume: Vec<Cow<'a, str>>,
    /// How the answer is written.
    pub format: Format,
    /// The form of the answer.
    pub form: Form,
    /// Say why no shorter form was taken.
    pub explain: bool,
    /// Say which holes of the input the answer fills.
    pub conditions: bool,
    /// Symbols may be complex.
    pub complex: bool,
    /// Name shared parts instead of repeating them.
    pub shared: bool,
    /// Give a gradient as one vector instead of one entry for each name.
    pub vector: bool,
    /// `diff`: say where the derivative does not exist.
    pub domain: bool,
    /// Say how the expression was read where that could surprise.
    pub echo: bool,
}

impl Request<'_> {
    /// The language of what is said.
    ///
    /// # Errors
    /// Kind `request` where there is no such language.
    pub fn language(&self) -> Result<Language> {
        self.lang.as_deref().map_or(Ok(Language::default()), Language::of)
    }

    /// The text that an error's span points into.
    #[must_use]
    pub fn source(&self, error: &Error) -> Option<&str> {
        match error.input() {
            None => self.expr.as_deref(),
            Some("a") => self.a.as_deref(),
            Some("b") => self.b.as_deref(),
            Some("backward") => self.backward.as_deref(),
            Some("answer") => self.answer.as_deref(),
            Some(input) => {
                let body = |key: &str| self.lets.iter().find(|(name, _)| name == key).map(|(_, body)| &**body);
                let value = |key: &str| {
                    self.at.iter().flatten().find(|(name, _)| name == key).and_then(|(_, given)| match given {
                        Given::Text(text) => Some(&**text),
                        Given::Number(_) | Given::Array(..) => None,
                    })
                };
                input.strip_prefix("let ").and_then(body).or_else(|| input.strip_prefix("at ").and_then(value))
            }
        }
    }
}

/// Answers requests one after the other, in one pool whose memory is used again.
#[derive(Debug)]
pub struct Session {
    pool: Pool,
}

impl Session {
    /// A session in which every request has this budget.
    #[must_use]
    pub fn new(budget: Budget) -> Session {
        Session { pool: Pool::new(budget) }
    }

    /// The answer to one request; the clock of the budget starts now.
    ///
    /// # Errors
    /// What is wrong with the request, or why there is no answer.
    pub fn answer(&mut self, request: &Request<'_>) -> Result<Response> {
        self.pool.clear();
        let answer = answer(&mut self.pool, request)?;
        self.pool.meter.look()?;
        Ok(answer)
    }

    /// The body of a definition with what it refers to put in, as text.
    ///
    /// # Errors
    /// The body cannot be read.
    pub fn define(&mut self, key: &str, body: &str, lets: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<String> {
        self.pool.clear();
        let definition = names::definition(&mut self.pool, key, body, lets)?;
        let limit = self.pool.meter.budget.output;
        text::print(&self.pool, &definition.body, limit)
    }
}

/// The functions of arrays: their names and what they mean.
pub fn array_functions() -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
    crate::operation::TABLE.iter().filter(|row| !row.names.is_empty()).map(|row| (row.names, row.meaning))
}

/// The catalogue of what is said, English and Korean: for its test.
pub fn catalogue() -> impl Iterator<Item = (&'static str, &'static str)> {
    crate::message::catalogue()
}

/// The names of Greek letters and the letters, as `\\alpha` is read.
pub fn greek_letters() -> impl Iterator<Item = (&'static str, &'static str)> {
    text::greek_letters()
}

/// All rows of TABLE 1, for `help`.
#[must_use]
pub fn rows() -> &'static [Row] {
    function::TABLE
}

/// The expression of a text that is a prompt in Korean, and what to differentiate by.
///
/// # Errors
/// The prompt has no expression or no variable.
#[must_use]
pub fn prompt(text: &str) -> Option<Result<(&str, Vec<String>)>> {
    let found = text::prompt(text)?;
    Some(found.and_then(|prompt| match text.get(prompt.expression.clone()) {
        Some(expression) => Ok((expression, prompt.variables)),
        None => Err(Error::new(Kind::Parse, phrase!("the prompt has no expression"))),
    }))
}

fn field<'a>(text: Option<&'a Cow<'_, str>>, name: &str) -> Result<&'a str> {
    text.map(|text| &**text).ok_or_else(|| Error::new(Kind::Request, phrase!("the field `{name}` is missing", name)))
}

/// Reads the expression, declares what is assumed, and says how it was read if that could surprise.
fn read(pool: &mut Pool, expr: &str, names: &Names, request: &Request<'_>) -> Result<(Value, Option<String>)> {
    let parsed = text::parse(pool, expr, names)?;
    names::assume(pool, request)?;
    if request.echo && !parsed.surprises.is_empty() {
        let limit = pool.meter.budget.output;
        let shown = text::print(pool, &parsed.value, limit)?;
        return Ok((parsed.value, Some(shown)));
    }
    Ok((parsed.value, None))
}

fn scalar(value: &Value, op: &'static str) -> Result<Expr> {
    match value {
        Value::Scalar(e) => Ok(*e),
        Value::Matrix(m) => {
            let shape = if m.vector {
                phrase!("a vector of {n} entries", n = m.entries.len())
            } else {
                phrase!("a {rows}×{columns} matrix", rows = m.rows, columns = m.columns)
            };
            let hint = if op == "gradient" { phrase!("; for a vector use jacobian") } else { Phrase::of("") };
            Err(Error::new(Kind::Shape, phrase!("{op} takes one expression, this is {shape}{hint}", op = Phrase::key(op), shape, hint)))
        }
    }
}

fn written(pool: &mut Pool, value: &Value, request: &Request<'_>) -> Result<String> {
    let limit = pool.meter.budget.output;
    match request.format {
        Format::Latex | Format::Markdown => text::latex(pool, value, limit),
        Format::Html => text::mathml(pool, value, true, limit),
        Format::Unicode => text::unicode(pool, value, limit),
        Format::Pretty => text::pretty(pool, value, limit),
        Format::Text | Format::Json if request.shared => text::print_where(pool, value, limit),
        Format::Text | Format::Json => text::print(pool, value, limit),
    }
}

/// How many derivatives are taken between two looks whether the rest is 0.
const STRIDE: usize = 100;

/// The derivative by each name as often as it says; once all is 0, it stays 0.
fn derivative(pool: &mut Pool, value: Value, by: &[(Symbol, u32)]) -> Result<Value> {
    let mut value = value;
    let mut order = by.iter().flat_map(|&(symbol, count)| std::iter::repeat_n(symbol, count as usize));
    loop {
        let next: Vec<Symbol> = order.by_ref().take(STRIDE).collect();
        if next.is_empty() {
            return Ok(value);
        }
        value = diff::diff(pool, &value, &next)?;
        if value.entries().iter().all(|&e| e == Expr::ZERO) {
            return Ok(value);
        }
        pool.meter.look()?;
    }
}

fn answer(pool: &mut Pool, request: &Request<'_>) -> Result<Response> {
    request.language()?;
    if request.op == Some(Op::Graph) {
        return graph::drawn(pool, request);
    }
    if request.op == Some(Op::Layer) {
        return layer::explained(pool, request);
    }
    if request.op == Some(Op::Quiz) {
        return teach::quizzed(request);
    }
    pool.form = request.form;
    let names = names::declared(pool, request)?;
    let op = request.op.unwrap_or(Op::Diff);
    if matches!(op, Op::Steps | Op::Check) {
        return teach::taught(pool, request, &names);
    }
    if !names.shapes.is_empty() {
        return array::answer(pool, request, &names);
    }
    if op == Op::Equal {
        let a = text::parse(pool, field(request.a.as_ref(), "a")?, &names).map_err(|e| within(e, "a"))?.value;
        let b = text::parse(pool, field(request.b.as_ref(), "b")?, &names).map_err(|e| within(e, "b"))?.value;
        names::assume(pool, request)?;
        let (a, b) = (diff::carried_out(pool, &a)?, diff::carried_out(pool, &b)?);
        return Ok(Response { answer: verdict(pool, &a, &b)?, read_as: None });
    }
    let (value, read_as) = read(pool, field(request.expr.as_ref(), "expr")?, &names, request)?;
    if request.complex {
        explain::forget_reals(pool, &value, request)?;
    }
    let value = diff::carried_out(pool, &value)?;
    if op == Op::Export {
        let result = export::source(pool, scalar(&value, "export")?, request)?;
        return Ok(Response { answer: Answer::Text { result, value: None, note: None, domain: None, remarks: Vec::new() }, read_as });
    }
    let by = match op {
        Op::Eval | Op::Simplify | Op::Equal | Op::Export | Op::Graph | Op::Layer | Op::Steps | Op::Check | Op::Quiz => Vec::new(),
        _ => names::variables(pool, &value, request)?,
    };
    let each: Vec<Symbol> = by.iter().flat_map(|&(symbol, count)| std::iter::repeat_n(symbol, (count as usize).min(STRIDE))).collect();
    let domain = if request.domain && op == Op::Diff { Some(Box::new(domain_of(pool, &value, &by)?)) } else { None };
    let mut inputs = value.entries().to_vec();
    if request.conditions && op == Op::Diff {
        pool.form = Form::AsDerived;
        inputs.extend_from_slice(derivative(pool, value.clone(), &by)?.entries());
        pool.form = request.form;
    }
    let result = match op {
        Op::Eval | Op::Equal | Op::Export | Op::Graph | Op::Layer | Op::Steps | Op::Check | Op::Quiz => {
            return Ok(Response { answer: evaluate::eval(pool, &value, request, &names)?, read_as });
        }
        Op::Simplify => simplify::simplify_value(pool, &value)?,
        Op::Diff => derivative(pool, value, &by)?,
        Op::Gradient => {
            let entries = gradient::gradient(pool, scalar(&value, "gradient")?, &each)?;
            Value::Matrix(Matrix { rows: entries.len(), columns: 1, entries, vector: true })
        }
        Op::Jacobian => {
            if matches!(&value, Value::Matrix(m) if m.rows != 1 && m.columns != 1) {
                return Err(Error::new(Kind::Shape, phrase!("jacobian takes a vector such as [f, g], this is a matrix")));
            }
            Value::Matrix(gradient::jacobian(pool, value.entries(), &each)?)
        }
        Op::Hessian => Value::Matrix(gradient::hessian(pool, scalar(&value, "hessian")?, &each)?),
    };
    let mut remarks = if request.explain { explain::shorter_if(pool, &result)? } else { Vec::new() };
    if request.conditions {
        remarks.extend(explain::filled(pool, &inputs, &result)?);
    }
    let (value, note) = evaluate::beside(pool, &result, request, &names)?;
    if op == Op::Gradient && !request.vector {
        let mut entries: Vec<(String, String)> = Vec::with_capacity(each.len());
        let mut length = 0;
        for (symbol, &entry) in each.iter().zip(result.entries()) {
            let name = pool.symbol_name(*symbol).to_owned();
            if entries.iter().any(|(known, _)| *known == name) {
                return Err(Error::new(
                    Kind::Request,
                    phrase!("`{name}` stands twice in wrt; a gradient has one entry for each name", name),
                ));
            }
            let text = written(pool, &Value::Scalar(entry), request)?;
            length += text.len();
            if length > pool.meter.budget.output {
                return Err(crate::budget::limit(
                    phrase!("output"),
                    phrase!("{output} characters", output = pool.meter.budget.output),
                    "--max-output",
                ));
            }
            entries.push((name, text));
        }
        return Ok(Response {
            answer: Answer::Entries { entries, values: value.map(|value| value.into_list().into_iter().map(Numbers::One).collect()), note },
            read_as,
        });
    }
    let result = written(pool, &result, request)?;
    Ok(Response { answer: Answer::Text { result, value, note, domain, remarks }, read_as })
}

/// Where the derivative by one symbol does not exist; of a higher derivative, where the last of its steps fails.
fn domain_of(pool: &mut Pool, value: &Value, by: &[(Symbol, u32)]) -> Result<Domain> {
    let &[(symbol, count)] = by else {
        return Err(Error::new(Kind::Request, phrase!("a domain is told of a derivative by one variable")));
    };
    let mut root = scalar(value, "domain")?;
    if count > 1 {
        root = scalar(&derivative(pool, Value::Scalar(root), &[(symbol, count - 1)])?, "domain")?;
    }
    domain::domain(pool, root, symbol)
}

/// The same error, belonging to this input unless it already belongs to another (a definition).
fn within(error: Error, input: &str) -> Error {
    if error.input().is_some() { error } else { error.within(input) }
}

/// Entry by entry: different if one is, unknown if one is.
fn verdict(pool: &mut Pool, a: &Value, b: &Value) -> Result<Answer> {
    let shape = |value: &Value| match value {
        Value::Scalar(_) => (0, 0),
        Value::Matrix(m) => (m.rows, m.columns),
    };
    if shape(a) != shape(b) {
        return Err(Error::new(Kind::Shape, phrase!("the two sides have different shapes")));
    }
    let mut known = Some(Proof::Exact);
    for (&a, &b) in a.entries().iter().zip(b.entries()) {
        match equal::equal(pool, a, b)? {
            Verdict::Equal(proof) => known = known.map(|known| known.and(proof)),
            Verdict::Unknown => known = None,
            Verdict::Different { witness, values } => {
                let witness = witness.into_iter().map(|(symbol, value)| (pool.symbol_name(symbol).to_owned(), value)).collect();
                return Ok(Answer::Verdict { verdict: "different", proof: None, witness, values });
            }
        }
    }
    let verdict = if known.is_some() { "equal" } else { "unknown" };
    Ok(Answer::Verdict { verdict, proof: known, witness: Vec::new(), values: None })
}
