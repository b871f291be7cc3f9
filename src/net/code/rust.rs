//! A layer in Rust: functions of numbers, or loops over slices that follow the index notation.
//! Deliberately plain loops, one for each array in the making: to read and to test against, not to be fast.
//! Read next: `../../array/mod.rs` (what index notation is), `../../kernel/export/pieces.rs` (the statements inside).

use super::Source;
use crate::array::{Arrays, At, Leaf, NodeId, Source as Made};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Node, Symbol};
use crate::kernel::{Language, statements};
use crate::net::derived::{Named, UPSTREAM};
use crate::net::layer::words;
use crate::phrase;
use crate::shape::Size;
use crate::walk;
use std::collections::HashMap;
use std::fmt::Write;

pub(super) fn write(arrays: &mut Arrays<'_>, source: &Source<'_>) -> Result<String> {
    if source.derived.scalar { numbers(arrays, source) } else { loops(arrays, source) }
}

/// `(f64, f64)`, or one type alone.
fn tuple(texts: &[String]) -> String {
    match texts {
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    }
}

// ---- numbers

fn numbers(arrays: &mut Arrays<'_>, source: &Source<'_>) -> Result<String> {
    let derived = &source.derived;
    let shown = (derived.output.clone(), derived.shown.clone());
    let upstream = derived.upstream.iter().map(|value| (UPSTREAM.to_string(), value.clone()));
    let named: Vec<Named> =
        derived.inputs.iter().cloned().chain([shown]).chain(upstream).chain(derived.constants.iter().cloned()).collect();
    let mut symbols: Vec<Symbol> = Vec::new();
    for (_, value) in &named {
        if let Node::Symbol(symbol) = arrays.engine.pool.node(value.e) {
            symbols.push(symbol);
        }
    }
    let name = &source.name;
    let mut function = |title: &str, about: &str, exprs: &[Expr]| -> Result<String> {
        let written = statements(arrays.pool(), exprs, &symbols, None, title, Language::Rust)?;
        let uses = |own: &str| written.locals.iter().chain(&written.outputs).any(|text| words(text).any(|word| word == own));
        let constant = |name: &str| source.layer.constants.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        let (mut arguments, mut lines) = (Vec::new(), Vec::new());
        for ((name, _), own) in named.iter().zip(&written.inputs).filter(|(_, own)| uses(own)) {
            match constant(name) {
                Some(value) => lines.push(format!("let {own} = {value:?}_f64;")),
                None => arguments.push(format!("{own}: f64")),
            }
        }
        lines.extend(written.locals.iter().cloned());
        let types = vec!["f64".to_string(); exprs.len()];
        let body = lines.iter().fold(String::new(), |out, line| out + "    " + line + "\n");
        let arguments = arguments.join(", ");
        Ok(format!("/// {about}\npub fn {title}({arguments}) -> {} {{\n{body}    {}\n}}\n", tuple(&types), tuple(&written.outputs)))
    };
    let forward = function(name, &format!("`{} = {}`", derived.output, source.layer.train), &[derived.forward.e])?;
    let all: Vec<String> = derived.inputs.iter().map(|(name, _)| format!("`{name}`")).collect();
    let about = format!("What is passed back: the derivative by {}, where `{UPSTREAM}` is that by the output.", all.join(", "));
    let backward = function(&format!("{name}_backward"), &about, &source.adjoints)?;
    Ok(format!("{forward}\n{backward}").trim_end().to_string())
}

// ---- loops

/// Writes loops; knows how arrays and sizes are called.
struct Loops<'a, 'p> {
    arrays: &'a mut Arrays<'p>,
    names: HashMap<NodeId, String>,
    /// Numbers: constants and sizes.
    numbers: HashMap<Symbol, String>,
    out: String,
    made: usize,
}

fn loops(arrays: &mut Arrays<'_>, source: &Source<'_>) -> Result<String> {
    let derived = &source.derived;
    let mut taken: Vec<String> = Vec::new();
    let mut own = |name: &str| {
        let mut own = name.to_lowercase();
        while taken.contains(&own)
            || ["in", "as", "fn", "let", "mut", "ref", "move", "type", "use", "where", "loop", "match", "box"].contains(&own.as_str())
        {
            own.push('_');
        }
        taken.push(own.clone());
        own
    };
    let mut given: Vec<(Named, String)> = Vec::new();
    for named in derived.inputs.iter().chain(&derived.given) {
        given.push((named.clone(), own(&named.0)));
    }
    let upstream = derived.upstream.clone().map(|value| ((UPSTREAM.to_string(), value), own(UPSTREAM)));
    let mut sizes: Vec<(String, String)> = Vec::new();
    for ((_, value), _) in &given {
        for size in &value.shape.axes {
            if let Size::Name(name) = size
                && !sizes.iter().any(|(known, _)| **known == **name)
            {
                sizes.push((name.to_string(), own(name)));
            }
        }
    }
    let size_of = |size: &Size| match size {
        Size::Number(n) => n.to_string(),
        Size::Name(name) => sizes.iter().find(|(known, _)| **known == **name).map_or(name.to_string(), |(_, own)| own.clone()),
    };
    let mut numbers: HashMap<Symbol, String> = HashMap::new();
    for ((_, value), (_, number)) in derived.constants.iter().zip(&source.layer.constants) {
        if let Node::Symbol(symbol) = arrays.engine.pool.node(value.e) {
            numbers.insert(symbol, format!("{number:?}_f64"));
        }
    }
    for (name, own) in &sizes {
        let symbol = arrays.pool().symbol_named(name);
        numbers.insert(symbol, format!("({own} as f64)"));
    }
    let mut called: HashMap<NodeId, String> = HashMap::new();
    for ((_, value), own) in given.iter().chain(&upstream) {
        if let Some(Leaf::Entry(node, _)) = arrays.as_leaf(value.e) {
            called.insert(*node, own.clone());
        }
    }
    let adjoints = &derived.adjoints;
    let length = sizes.iter().map(|(_, own)| format!("{own}: usize"));
    let slices = |with: bool| {
        let arrays = given.iter().chain(upstream.iter().filter(|_| with)).map(|(_, own)| format!("{own}: &[f64]"));
        arrays.chain(length.clone()).collect::<Vec<_>>().join(", ")
    };
    let name = &source.name;
    let mut text = format!("/// `{} = {}`; arrays stand row by row.\n", derived.output, source.layer.train);
    let result = |axes: &[Size]| if axes.is_empty() { "f64" } else { "Vec<f64>" };
    let mut writer = Loops { arrays, names: called.clone(), numbers: numbers.clone(), out: String::new(), made: 0 };
    let value = writer.root(derived.forward.e, &derived.forward.shape.axes, &size_of)?;
    let _ = write!(text, "pub fn {name}({}) -> {} {{\n{}    {value}\n}}\n", slices(false), result(&derived.forward.shape.axes), writer.out);
    let mut writer = Loops { arrays: writer.arrays, names: called, numbers, out: String::new(), made: 0 };
    let (mut values, mut types) = (Vec::new(), Vec::new());
    for (&adjoint, (_, input)) in adjoints.iter().zip(&derived.inputs) {
        values.push(writer.root(adjoint, &input.shape.axes, &size_of)?);
        types.push(result(&input.shape.axes).to_string());
    }
    let all: Vec<String> = derived.inputs.iter().map(|(name, _)| format!("`{name}`")).collect();
    let _ = write!(text, "\n/// What is passed back: the derivative by {}.\n", all.join(", "));
    let _ = write!(text, "pub fn {name}_backward({}) -> {} {{\n{}    {}\n}}", slices(true), tuple(&types), writer.out, tuple(&values));
    Ok(format!("#![allow(unused_variables, clippy::all)]\n\n{text}"))
}

impl Loops<'_, '_> {
    /// The name of a new array with the values of an expression, after the arrays that it needs.
    fn root(&mut self, e: Expr, axes: &[Size], size: &dyn Fn(&Size) -> String) -> Result<String> {
        for node in self.arrays.needed(&[e]) {
            if self.names.contains_key(&node) {
                continue;
            }
            let array = self.arrays.node(node).clone();
            let name = match array.source {
                Made::Sum { body, bound } => self.array(body, &array.axes, &bound, size)?,
                Made::LogSumExp(of) => self.log_sum_exp(of, size)?,
                Made::Symbol(symbol) => return Err(super::super::compiled::unknown(self.arrays.engine.pool.symbol_key(symbol))),
                _ => {
                    let message = phrase!(
                        "a layer with inverses, determinants, lists or extremes along an axis is not written in rust; numpy, pytorch and jax have them"
                    );
                    return Err(Error::new(Kind::Domain, message));
                }
            };
            self.names.insert(node, name);
        }
        // an array that is made already is the answer as it stands
        if let Some(Leaf::Entry(node, place)) = self.arrays.as_leaf(e)
            && place.iter().enumerate().all(|(axis, &at)| at == At::Loop(axis as u32))
            && place.len() == axes.len()
            && !matches!(self.arrays.source(*node), Made::Symbol(_))
            && let Some(name) = self.names.get(node)
        {
            return Ok(name.clone());
        }
        self.array(e, axes, &[], size)
    }

    fn fresh(&mut self) -> String {
        self.made += 1;
        format!("s{}", self.made)
    }

    /// `out[i0, i1] = sum over i2 of body`
    fn array(&mut self, body: Expr, axes: &[Size], bound: &[Size], size: &dyn Fn(&Size) -> String) -> Result<String> {
        let name = self.fresh();
        let leaves = walk::symbols(self.arrays.engine.pool, &[body]);
        let mut texts = Vec::with_capacity(leaves.len());
        for &symbol in &leaves {
            texts.push(self.leaf(symbol, size)?);
        }
        let written = statements(self.arrays.pool(), &[body], &leaves, Some(&texts), "layer", Language::Rust)?;
        let mut indent = "    ".to_string();
        let length = if axes.is_empty() { "1".to_string() } else { axes.iter().map(size).collect::<Vec<_>>().join(" * ") };
        let number = axes.is_empty();
        if number && bound.is_empty() {
            for line in &written.locals {
                let _ = writeln!(self.out, "    {line}");
            }
            let _ = writeln!(self.out, "    let {name} = {};", written.outputs.join(""));
            return Ok(name);
        }
        let _ =
            writeln!(self.out, "    let mut {name} = {};", if number { "0.0_f64".to_string() } else { format!("vec![0.0_f64; {length}]") });
        for (at, axis) in axes.iter().chain(bound).enumerate() {
            let _ = writeln!(self.out, "{indent}for i{at} in 0..{} {{", size(axis));
            indent += "    ";
        }
        for line in &written.locals {
            let _ = writeln!(self.out, "{indent}{line}");
        }
        let place: Vec<At> = (0..axes.len() as u32).map(At::Loop).collect();
        let target = if number { name.clone() } else { format!("{name}[{}]", offset(&place, axes, size)) };
        let sign = if bound.is_empty() { "=" } else { "+=" };
        let _ = writeln!(self.out, "{indent}{target} {sign} {};", written.outputs.join(""));
        for _ in axes.iter().chain(bound) {
            indent.truncate(indent.len() - 4);
            let _ = writeln!(self.out, "{indent}}}");
        }
        Ok(name)
    }

    /// `log(sum(exp(a)))` along the last axis, the largest entry taken out.
    fn log_sum_exp(&mut self, of: NodeId, size: &dyn Fn(&Size) -> String) -> Result<String> {
        let axes = self.arrays.node(of).axes.clone();
        let name = self.fresh();
        let Some((last, lead)) = axes.split_last() else {
            return Err(Error::new(Kind::Shape, phrase!("logsumexp takes an array")));
        };
        let inside = self.names.get(&of).cloned().unwrap_or_default();
        let rows = if lead.is_empty() { "1".to_string() } else { lead.iter().map(size).collect::<Vec<_>>().join(" * ") };
        let value = "most + row.iter().map(|x| (x - most).exp()).sum::<f64>().ln()";
        let most = "let most = row.iter().fold(f64::NEG_INFINITY, |most, x| most.max(*x));";
        if lead.is_empty() {
            let _ = writeln!(self.out, "    let row = &{inside}[..];\n    {most}\n    let {name} = {value};");
        } else {
            let _ = writeln!(
                self.out,
                "    let mut {name} = vec![0.0_f64; {rows}];\n    for i0 in 0..{rows} {{\n        let row = &{inside}[i0 * {width}..(i0 + 1) * {width}];\n        {most}\n        {name}[i0] = {value};\n    }}",
                width = size(last)
            );
        }
        Ok(name)
    }

    /// How a leaf of a body is read.
    fn leaf(&self, symbol: Symbol, size: &dyn Fn(&Size) -> String) -> Result<String> {
        let at = |at: &At| match at {
            At::Loop(number) => format!("i{number}"),
            At::Fixed(number) => number.to_string(),
        };
        match self.arrays.leaf_of(symbol) {
            None => self
                .numbers
                .get(&symbol)
                .cloned()
                .ok_or_else(|| super::super::compiled::unknown(self.arrays.engine.pool.symbol_key(symbol))),
            Some(Leaf::Delta(a, b, _)) => Ok(format!("(if {} == {} {{ 1.0_f64 }} else {{ 0.0_f64 }})", at(a), at(b))),
            Some(Leaf::Entry(node, place)) => {
                let name = self.names.get(node).cloned().unwrap_or_default();
                let axes = &self.arrays.node(*node).axes;
                Ok(if axes.is_empty() { name } else { format!("{name}[{}]", offset(place, axes, size)) })
            }
        }
    }
}

/// `i0 * m + i1`
fn offset(place: &[At], axes: &[Size], size: &dyn Fn(&Size) -> String) -> String {
    let mut text = String::new();
    for (at, axis) in place.iter().zip(axes) {
        let index = match at {
            At::Loop(number) => format!("i{number}"),
            At::Fixed(number) => number.to_string(),
        };
        text = if text.is_empty() {
            index
        } else if text.contains('+') {
            format!("({text}) * {} + {index}", size(axis))
        } else {
            format!("{text} * {} + {index}", size(axis))
        };
    }
    text
}
