//! How is a request with array symbols answered: gradients, Jacobians, Hessians, values, and their formulas?
//! Deliberately derives nothing itself: `array/` does.
//! Read next: `array/mod.rs`.

use super::{Answer, Given, Numbers, Op, Request, Response, field, names, within};
use crate::array::{Arrays, By, Dense, Environment, Form, Indexed, Recover, Tree, lower, plan};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Pool, Symbol};
use crate::key;
use crate::matrix::Value;
use crate::message::Phrase;
use crate::net::random::Stream;
use crate::operation::Operation;
use crate::phrase;
use crate::shape::{Shape, Size};
use crate::text::{self, Names, Style};
use crate::walk;
use std::collections::HashMap;

/// An answer in the making: the name of what it is a derivative by, the expression, and its axes.
struct Part {
    name: String,
    e: Expr,
    axes: Vec<Size>,
}

/// The answer to a request that declares shapes.
pub(super) fn answer(pool: &mut Pool, request: &Request<'_>, names: &Names) -> Result<Response> {
    let op = request.op.unwrap_or(Op::Diff);
    if op == Op::Graph {
        return Err(Error::new(Kind::Request, phrase!("a graph shows numbers; array symbols are not drawn in this version")));
    }
    let none = |answer| Response { answer, read_as: None };
    if op == Op::Export {
        return Err(Error::new(Kind::Request, phrase!("array formulas are not exported in this version; `layer` writes code of layers")));
    }
    let given = environment(pool, request, names)?;
    let mut arrays = Arrays::new(pool);
    if op == Op::Equal {
        let a = read(&mut arrays, field(request.a.as_ref(), "a")?, names).map_err(|e| within(e, "a"))?;
        let b = read(&mut arrays, field(request.b.as_ref(), "b")?, names).map_err(|e| within(e, "b"))?;
        return equal(&mut arrays, &a, &b).map(none);
    }
    let value = read(&mut arrays, field(request.expr.as_ref(), "expr")?, names)?;
    names::assume(arrays.pool(), request)?;
    let by = variables(&mut arrays, request, names)?;
    let parts = match op {
        Op::Eval | Op::Simplify => vec![Part { name: String::new(), e: value.e, axes: value.shape.axes.clone() }],
        Op::Gradient => {
            number(&value, "gradient", key!("; for an array use jacobian"))?;
            derivatives(&mut arrays, &value, &by)?
        }
        Op::Jacobian => jacobians(&mut arrays, &value, &by)?,
        Op::Hessian => {
            number(&value, "hessian", "")?;
            let first = derivatives(&mut arrays, &value, &by)?;
            let mut blocks = Vec::with_capacity(by.len());
            for (part, one) in first.into_iter().zip(&by) {
                let gradient = Indexed { shape: Shape::of(part.axes), e: part.e };
                blocks.extend(jacobians(&mut arrays, &gradient, std::slice::from_ref(one))?);
            }
            blocks
        }
        Op::Diff => vec![repeated(&mut arrays, &value, &by)?],
        Op::Equal | Op::Export | Op::Graph | Op::Layer | Op::Steps | Op::Check | Op::Quiz => Vec::new(),
    };
    if op == Op::Eval {
        return evaluated(&mut arrays, request, &value, &given).map(none);
    }
    finish(&mut arrays, request, op, parts, &given).map(none)
}

/// Reads a text and puts it in index notation.
fn read(arrays: &mut Arrays<'_>, text: &str, names: &Names) -> Result<Indexed> {
    let mut parsed = text::parse(arrays.pool(), text, names)?;
    let e = match parsed.value {
        Value::Scalar(e) => e,
        Value::Matrix(matrix) if matrix.vector => {
            let e = Operation::Stack.call(arrays.pool(), &matrix.entries);
            parsed.shapes.insert(e, Shape::of(vec![Size::Number(matrix.rows)]));
            e
        }
        Value::Matrix(_) => {
            return Err(Error::new(Kind::Shape, phrase!("a matrix of expressions does not mix with array symbols; a vector [a, b] does")));
        }
    };
    lower(arrays, e, &parsed.shapes)
}

fn number(value: &Indexed, op: &str, hint: &'static str) -> Result<()> {
    if value.shape.is_number() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Shape,
        phrase!("{op} takes a number, this is an array of shape {shape}{hint}", op, shape = value.shape, hint = Phrase::key(hint)),
    ))
}

/// The name of a variable, the array or symbol, its axes, and how many times.
type Variable = (String, By, Vec<Size>, u32);

/// By what to derive, with its name and axes.
fn variables(arrays: &mut Arrays<'_>, request: &Request<'_>, names: &Names) -> Result<Vec<Variable>> {
    let op = request.op.unwrap_or(Op::Diff);
    let mut wanted: Vec<(String, u32)> = match op {
        Op::Eval => request.grad.iter().map(|name| (name.to_string(), 1)).collect(),
        Op::Simplify | Op::Equal | Op::Export | Op::Graph | Op::Layer | Op::Steps | Op::Check | Op::Quiz => Vec::new(),
        _ => request.wrt.iter().map(|(name, count)| (name.to_string(), *count)).collect(),
    };
    if wanted.is_empty() && matches!(op, Op::Diff | Op::Gradient | Op::Jacobian | Op::Hessian) {
        match &*names.shapes {
            [(only, _)] => wanted.push((only.clone(), 1)),
            all => {
                let listed: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
                return Err(Error::new(Kind::Request, phrase!("by which variable? the arrays are {names}", names = listed.join(", "))));
            }
        }
    }
    let mut found = Vec::with_capacity(wanted.len());
    for (name, count) in wanted {
        let key = text::canonical_symbol(&name);
        let symbol = arrays.pool().symbol_named(&key);
        let shape = names.shapes.iter().find(|(known, _)| *known == key).map(|(_, shape)| shape);
        let (by, axes) = match shape {
            Some(shape) => (By::Array(arrays.declared(symbol, shape)), shape.axes.clone()),
            None => (By::Scalar(symbol), Vec::new()),
        };
        if found.iter().any(|(_, known, _, _)| *known == by) && op != Op::Diff {
            return Err(Error::new(Kind::Request, phrase!("`{name}` stands twice in wrt; there is one entry for each name", name)));
        }
        found.push((name, by, axes, count));
    }
    Ok(found)
}

fn derivatives(arrays: &mut Arrays<'_>, value: &Indexed, by: &[Variable]) -> Result<Vec<Part>> {
    let all: Vec<By> = by.iter().map(|(_, by, _, _)| *by).collect();
    let gradients = arrays.gradient(value.e, &all)?;
    by.iter().zip(gradients).map(|((name, _, axes, _), e)| Ok(Part { name: name.clone(), e, axes: axes.clone() })).collect()
}

fn jacobians(arrays: &mut Arrays<'_>, value: &Indexed, by: &[Variable]) -> Result<Vec<Part>> {
    by.iter()
        .map(|(name, by, axes, _)| {
            let e = arrays.jacobian(value.e, value.shape.rank(), *by)?;
            let all = value.shape.axes.iter().chain(axes).cloned().collect();
            Ok(Part { name: name.clone(), e, axes: all })
        })
        .collect()
}

/// One derivative after the other.
fn repeated(arrays: &mut Arrays<'_>, value: &Indexed, by: &[Variable]) -> Result<Part> {
    let mut value = value.clone();
    for variable in by {
        for _ in 0..variable.3 {
            let one = std::slice::from_ref(variable);
            let parts = if value.shape.is_number() { derivatives(arrays, &value, one)? } else { jacobians(arrays, &value, one)? };
            let part = parts.into_iter().next().ok_or_else(|| Error::new(Kind::Derivative, phrase!("there is no derivative")))?;
            value = Indexed { shape: Shape::of(part.axes), e: part.e };
            if value.shape.rank() > 8 {
                return Err(crate::budget::limit(phrase!("rank"), phrase!("8 axes"), "no option"));
            }
        }
    }
    Ok(Part { name: by.iter().map(|(name, ..)| name.as_str()).collect(), e: value.e, axes: value.shape.axes })
}

/// The formulas of the parts, and their values where `at` is given.
fn finish(arrays: &mut Arrays<'_>, request: &Request<'_>, op: Op, parts: Vec<Part>, given: &Environment) -> Result<Answer> {
    let style = match request.format {
        super::Format::Latex | super::Format::Pretty => Style::Latex,
        super::Format::Unicode => Style::Unicode,
        _ => Style::Text,
    };
    let limit = arrays.pool().meter.budget.output;
    let mut entries = Vec::with_capacity(parts.len());
    for part in &parts {
        let mut text = shortest(arrays, part)?.write(style);
        if request.format == super::Format::Pretty {
            text = crate::text::layout(&text, limit)?;
        }
        if text.len() > limit {
            return Err(crate::budget::limit(phrase!("output"), phrase!("{limit} characters", limit), "--max-output"));
        }
        entries.push((part.name.clone(), text));
    }
    let (mut values, mut note) = (None, None);
    if request.at.is_some() {
        let roots: Vec<(Expr, Vec<Size>)> = parts.iter().map(|part| (part.e, part.axes.clone())).collect();
        let found = plan::values(arrays, &roots, given)?;
        let mut list = Vec::with_capacity(found.len());
        for dense in found {
            list.push(shown(dense, &mut note));
        }
        values = Some(list);
    }
    let single = matches!(op, Op::Simplify | Op::Diff) || (request.vector && entries.len() == 1);
    if single && let Some((_, result)) = entries.pop() {
        return Ok(Answer::Text { result, value: values.and_then(|mut values| values.pop()), note, domain: None, remarks: Vec::new() });
    }
    Ok(Answer::Entries { entries, values, note })
}

/// Longer formulas are shown in the first form that they have.
const LONG: usize = 200;

/// The shortest of the forms of an answer, matrices before indices.
fn shortest(arrays: &mut Arrays<'_>, part: &Part) -> Result<Tree> {
    let mut tried = Vec::new();
    let mut best: Option<(bool, usize, Tree)> = None;
    let mut failed = None;
    for form in [None, Some(Form::Tidy), Some(Form::Spread)] {
        let e = match form {
            None => part.e,
            Some(form) => arrays.reformed(part.e, form)?,
        };
        for e in [e, arrays.engine.simplify(e)?] {
            if tried.contains(&e) {
                continue;
            }
            tried.push(e);
            match Recover::new(arrays).formula(e, &part.axes) {
                Ok(tree) => {
                    let rank = (tree.is_indexed(), tree.size());
                    if best.as_ref().is_none_or(|(indexed, size, _)| rank < (*indexed, *size)) {
                        best = Some((rank.0, rank.1, tree));
                    }
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if best.as_ref().is_some_and(|(_, size, _)| *size > LONG) {
            break;
        }
    }
    match (best, failed) {
        (Some((_, _, tree)), _) => Ok(tree),
        (None, Some(error)) => Err(error),
        (None, None) => Err(Error::new(Kind::Derivative, phrase!("the answer has no text"))),
    }
}

/// The value, and the partial derivatives by `grad`.
fn evaluated(arrays: &mut Arrays<'_>, request: &Request<'_>, value: &Indexed, given: &Environment) -> Result<Answer> {
    if !request.grad.is_empty() {
        let message =
            phrase!("eval of array formulas gives the value alone; for derivatives write gradient EXPR NAME --shape ... --at ...");
        return Err(Error::new(Kind::Request, message));
    }
    let dense = plan::values(arrays, &[(value.e, value.shape.axes.clone())], given)?.pop().unwrap_or_default();
    let mut note = None;
    let value = shown(dense, &mut note);
    Ok(Answer::Value { value, note, grad: Vec::new() })
}

/// Numbers in the shape of their array.
fn shown(dense: Dense, note: &mut Option<Phrase>) -> Numbers {
    let list: Vec<Option<f64>> = dense.data.iter().map(|value| value.is_finite().then_some(value + 0.0)).collect();
    if list.contains(&None) && note.is_none() {
        *note = Some(phrase!("an entry is not defined here, or not finite"));
    }
    match &*dense.axes {
        [] => Numbers::One(list.first().copied().flatten()),
        [_] => Numbers::List(list),
        [_, columns] => Numbers::Rows(list.chunks((*columns).max(1)).map(<[_]>::to_vec).collect()),
        axes => Numbers::Nested(axes.to_vec(), list),
    }
}

/// Points tried by `equal`.
const POINTS: u64 = 3;

/// Equal where the difference simplifies to 0; different where values at some point are.
fn equal(arrays: &mut Arrays<'_>, a: &Indexed, b: &Indexed) -> Result<Answer> {
    if a.shape != b.shape {
        return Err(Error::new(Kind::Shape, phrase!("the two sides have the shapes {a} and {b}", a = a.shape, b = b.shape)));
    }
    let verdict = |verdict, proof| Answer::Verdict { verdict, proof, witness: Vec::new(), values: None };
    let difference = arrays.engine.subtract(a.e, b.e);
    if arrays.engine.simplify(difference)? == Expr::ZERO {
        return Ok(verdict("equal", Some(crate::equal::Proof::Exact)));
    }
    for seed in 1..=POINTS {
        let given = random_point(arrays, &[a.e, b.e], seed);
        let roots = [(a.e, a.shape.axes.clone()), (b.e, b.shape.axes.clone())];
        let found = plan::values(arrays, &roots, &given)?;
        let differs = |(x, y): (&f64, &f64)| x.is_finite() && y.is_finite() && (x - y).abs() > 1e-6 * (1.0 + x.abs().max(y.abs()));
        if found[0].data.iter().zip(&found[1].data).any(differs) {
            return Ok(verdict("different", None));
        }
    }
    Ok(verdict("unknown", None))
}

/// Arrays of numbers between 1/2 and 3/2; sizes with names are 2, 3, ...
fn random_point(arrays: &mut Arrays<'_>, roots: &[Expr], seed: u64) -> Environment {
    let mut given = Environment::default();
    let mut stream = Stream::new(seed, 0);
    let mut next = || 0.5 + stream.uniform();
    let declared = arrays.symbols(roots);
    for (symbol, axes) in declared {
        let mut sizes = Vec::new();
        for size in axes {
            sizes.push(match size {
                Size::Number(n) => n,
                Size::Name(name) => {
                    let fallback = given.sizes.len() + 2;
                    *given.sizes.entry(name).or_insert(fallback)
                }
            });
        }
        let data: Vec<f64> = (0..sizes.iter().product::<usize>().min(1 << 20)).map(|_| next()).collect();
        given.arrays.insert(symbol, Dense { axes: sizes, data });
    }
    for symbol in arrays.scalars(roots) {
        let size = given.sizes.get(arrays.pool().symbol_key(symbol)).copied();
        given.numbers.insert(symbol, size.map_or_else(&mut next, |n| n as f64));
    }
    given
}

/// The values of `at`, checked against the declared shapes, which give sizes with names their numbers.
fn environment(pool: &mut Pool, request: &Request<'_>, names: &Names) -> Result<Environment> {
    let mut given = Environment::default();
    let shapes: HashMap<&str, &Shape> = names.shapes.iter().map(|(name, shape)| (name.as_str(), shape)).collect();
    for (name, value) in request.at.iter().flatten() {
        let key = text::canonical_symbol(name);
        let symbol = pool.symbol_shown(&key, name);
        let Some(shape) = shapes.get(&*key) else {
            let value = match value {
                Given::Number(value) => *value,
                Given::Text(text) => super::evaluate::constant(pool, text, names).map_err(|error| within(error, &format!("at {name}")))?,
                Given::Array(..) => {
                    return Err(Error::new(
                        Kind::Shape,
                        phrase!("`{name}` is a number, but its value is an array; declare its shape", name),
                    ));
                }
            };
            given.numbers.insert(symbol, value);
            continue;
        };
        let dense = match value {
            Given::Array(axes, data) => Dense { axes: axes.clone(), data: data.clone() },
            Given::Number(value) => Dense { axes: Vec::new(), data: vec![*value] },
            Given::Text(text) => written(pool, text).map_err(|error| within(error, &format!("at {name}")))?,
        };
        fits(name, shape, &dense, &mut given)?;
        given.arrays.insert(symbol, dense);
    }
    Ok(given)
}

/// `[[1, 2], [3, 4]]`
fn written(pool: &mut Pool, text: &str) -> Result<Dense> {
    let value = text::parse(pool, text, &Names::default())?.value;
    let mut data = Vec::with_capacity(value.entries().len());
    for &entry in value.entries() {
        if !walk::symbols(pool, &[entry]).is_empty() {
            return Err(Error::new(Kind::Domain, phrase!("the entries of an array are numbers")));
        }
        data.push(crate::eval::real_value(pool, entry, &[])?);
    }
    let axes = match &value {
        Value::Scalar(_) => Vec::new(),
        Value::Matrix(m) if m.vector => vec![m.rows],
        Value::Matrix(m) => vec![m.rows, m.columns],
    };
    Ok(Dense { axes, data })
}

/// Whether a value has the declared shape; sizes with names take their numbers from it.
fn fits(name: &str, shape: &Shape, dense: &Dense, given: &mut Environment) -> Result<()> {
    let shown = |axes: &[usize]| {
        if axes.is_empty() { "a number".to_string() } else { axes.iter().map(usize::to_string).collect::<Vec<_>>().join("×") }
    };
    let misfit = || {
        Error::new(
            Kind::Shape,
            phrase!("`{name}` has the shape {shape}, but its value has the shape {axes}", name, shape, axes = shown(&dense.axes)),
        )
    };
    if shape.rank() != dense.axes.len() {
        return Err(misfit());
    }
    for (size, &actual) in shape.axes.iter().zip(&dense.axes) {
        match size {
            Size::Number(n) if *n == actual => {}
            Size::Number(_) => return Err(misfit()),
            Size::Name(size) => {
                let known = *given.sizes.entry(size.clone()).or_insert(actual);
                if known != actual {
                    return Err(Error::new(
                        Kind::Shape,
                        phrase!("the size {size} is {known} in one array and {actual} in `{name}`", size, known, actual, name),
                    ));
                }
            }
        }
    }
    Ok(())
}

impl Arrays<'_> {
    /// The declared arrays that expressions need, and their axes.
    fn symbols(&self, roots: &[Expr]) -> Vec<(Symbol, Vec<Size>)> {
        let declared = |node| match self.source(node) {
            crate::array::Source::Symbol(symbol) => Some((*symbol, self.node(node).axes.clone())),
            _ => None,
        };
        self.needed(roots).into_iter().filter_map(declared).collect()
    }
}

#[cfg(test)]
#[path = "array_tests.rs"]
#[allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]
mod tests;
