//! The stages of a network as a Rust file: loops over slices, in doubles.
//! Deliberately plain: no crate (`libm` for special functions alone), nothing unsafe.
//! Read next: `kernel/export/`, which writes the statements of maps.

use super::stages::{Made, Stage, View};
use crate::array::At;
use crate::error::Result;
use crate::expr::Pool;
use crate::kernel::{Language, Statements, statements};
use crate::net::model::Model;
use crate::shape::Size;
use std::fmt::Write;

/// How long an axis is, in Rust.
fn length(size: &Size) -> String {
    match size {
        Size::Number(n) => n.to_string(),
        Size::Name(_) => "n".into(),
    }
}

/// Where an entry lies, row by row.
fn place(axes: &[Size], at: &[At]) -> String {
    let mut text = String::new();
    for (size, at) in axes.iter().zip(at) {
        let step = match at {
            At::Loop(number) => format!("i{number}"),
            At::Fixed(entry) => entry.to_string(),
        };
        text = match &*text {
            "" => step,
            before if before.contains(' ') => format!("({before})*{} + {step}", length(size)),
            before => format!("{before}*{} + {step}", length(size)),
        };
    }
    if text.is_empty() { "0".into() } else { text }
}

struct Writer<'a> {
    stages: &'a [Stage],
    names: Vec<String>,
    held: String,
    body: String,
}

impl Writer<'_> {
    /// The entry of a view.
    fn entry(&self, view: &View) -> String {
        let name = &self.names[view.stage];
        match &self.stages[view.stage].made {
            Made::Count => name.clone(),
            _ => format!("{name}[{}]", place(&self.stages[view.stage].axes, &view.place)),
        }
    }

    /// A new array, filled by loops in this order around these lines.
    fn array(&mut self, name: &str, stage: &Stage, start: &str, order: &[(usize, String)], lines: &[String]) {
        let lengths: Vec<String> = stage.axes.iter().map(length).collect();
        let whole = if lengths.is_empty() { "1".to_string() } else { lengths.join("*") };
        let _ = writeln!(self.body, "    let mut {name} = vec![{start}; {whole}];");
        let mut indent = "    ".to_string();
        for (number, length) in order {
            let _ = writeln!(self.body, "{indent}for i{number} in 0..{length} {{");
            indent += "    ";
        }
        for line in lines {
            let _ = writeln!(self.body, "{indent}{line}");
        }
        for _ in order {
            indent.truncate(indent.len() - 4);
            let _ = writeln!(self.body, "{indent}}}");
        }
    }
}

/// The text of the file.
pub(super) fn write(model: &Model, pool: &mut Pool, stages: &[Stage]) -> Result<String> {
    let mut writer = Writer { stages, names: Vec::new(), held: String::new(), body: String::new() };
    for (at, stage) in stages.iter().enumerate() {
        let mut name = format!("v{at}");
        let own: Vec<At> = (0..stage.axes.len() as u32).map(At::Loop).collect();
        let out = format!("{name}[{}]", place(&stage.axes, &own));
        let loops: Vec<(usize, String)> = stage.axes.iter().map(length).enumerate().collect();
        match &stage.made {
            Made::Inputs => name = "inputs".into(),
            Made::Count => {
                let _ = writeln!(writer.body, "    let {name} = n as f64;");
            }
            Made::Held { name: own, values } => {
                name = super::identifier("param", own, at);
                // a single float is written as short as it reads back
                let numbers: Vec<String> =
                    values.iter().map(|&x| if model.doubles { format!("{x:?}") } else { format!("{:?}", x as f32) }).collect();
                let numbers: Vec<&str> = numbers.iter().map(|text| spelled(text)).collect();
                let _ = writeln!(writer.held, "static {name}: [f64; {}] = [{}];", values.len(), numbers.join(", "));
            }
            Made::Map { body, inputs } => {
                let symbols: Vec<_> = inputs.iter().map(|(symbol, _)| *symbol).collect();
                let texts: Vec<String> = (0..inputs.len()).map(|number| format!("x{number}")).collect();
                let mut lines: Vec<String> =
                    inputs.iter().enumerate().map(|(number, (_, view))| format!("let x{number} = {};", writer.entry(view))).collect();
                let Statements { locals, outputs, .. } = statements(pool, &[*body], &symbols, Some(&texts), "f", Language::Rust)?;
                let value = outputs.into_iter().next().unwrap_or_default();
                lines.extend(locals);
                lines.push(format!("{out} = {value};"));
                writer.array(&name, stage, "0.0_f64", &loops, &lines);
            }
            Made::Sum { of, sizes } => {
                let factors: Vec<String> = of.iter().map(|view| writer.entry(view)).collect();
                let line = format!("{out} += {};", factors.join("*"));
                // the last axis innermost: its entries lie side by side
                let mut order: Vec<(usize, String)> = sizes.iter().map(length).enumerate().collect();
                if let Some(last) = stage.axes.len().checked_sub(1) {
                    let last = order.remove(last);
                    order.push(last);
                }
                writer.array(&name, stage, "0.0_f64", &order, &[line]);
            }
            Made::Extreme { of, axis, largest } => {
                let axes = &writer.stages[*of].axes;
                let number = |at: usize| {
                    if at < *axis {
                        at
                    } else if at == *axis {
                        stage.axes.len()
                    } else {
                        at - 1
                    }
                };
                let view = View { stage: *of, place: (0..axes.len()).map(|at| At::Loop(number(at) as u32)).collect() };
                let (start, pick) = if *largest { ("f64::NEG_INFINITY", "max") } else { ("f64::INFINITY", "min") };
                let line = format!("{out} = {out}.{pick}({});", writer.entry(&view));
                let order = [loops, vec![(stage.axes.len(), length(&axes[*axis]))]].concat();
                writer.array(&name, stage, start, &order, &[line]);
            }
        }
        writer.names.push(name);
    }
    let last = writer.names.last().cloned().unwrap_or_default();
    let network = &model.network;
    let mut out = super::about(model).iter().fold(String::new(), |out, line| out + "//! " + line + "\n");
    out += "#![allow(clippy::all, clippy::pedantic, unused_parens, non_upper_case_globals)]\n\n";
    let _ = writeln!(
        out,
        "/// Numbers in an example.\npub const INPUTS: usize = {};\n/// Numbers that the network gives for an example.\npub const OUTPUTS: usize = {};",
        network.inputs, network.outputs
    );
    if !model.classes.is_empty() {
        let _ = writeln!(out, "/// The names of the classes.\npub const CLASSES: [&str; {}] = {:?};", model.classes.len(), model.classes);
    }
    let _ = write!(out, "\n{}\n", writer.held);
    let _ = writeln!(
        out,
        "/// The outputs for examples, row by row.\npub fn predict(inputs: &[f64]) -> Vec<f64> {{\n    let n = inputs.len()/INPUTS;\n{}    {last}\n}}",
        writer.body
    );
    if model.has_probabilities() {
        out += PROBABILITIES;
    }
    Ok(out)
}

const PROBABILITIES: &str = "
/// The probability of each class for examples, row by row.
pub fn probabilities(inputs: &[f64]) -> Vec<f64> {
    let mut outputs = predict(inputs);
    for row in outputs.chunks_mut(OUTPUTS) {
        let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        row.iter_mut().for_each(|x| *x = (*x - top).exp());
        let sum: f64 = row.iter().sum();
        row.iter_mut().for_each(|x| *x /= sum);
    }
    outputs
}
";

/// A float as Rust writes it.
fn spelled(text: &str) -> &str {
    match text {
        "NaN" => "f64::NAN",
        "inf" => "f64::INFINITY",
        "-inf" => "f64::NEG_INFINITY",
        text => text,
    }
}
