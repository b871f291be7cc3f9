//! The stages of a network as a Python file that needs nothing beside NumPy (SciPy for special functions) or PyTorch.
//! Deliberately holds the numbers as hexadecimal bytes: exact, short, and one file.
//! Read next: `kernel/export/`, which writes the statements of maps.

use super::formless;
use super::stages::{Made, Stage, View};
use crate::array::At;
use crate::error::Result;
use crate::expr::Pool;
use crate::kernel::{Language, Statements, statements};
use crate::net::model::Model;
use crate::phrase;
use crate::shape::Size;
use std::fmt::Write;

/// How a library says what stages do.
pub(super) struct Library {
    language: Language,
    /// Its name, as it is imported.
    name: &'static str,
    /// Numbers from hexadecimal bytes; `#` is the type.
    numbers: &'static str,
    /// Inputs as rows.
    rows: &'static str,
    axis: &'static str,
    largest: (&'static str, &'static str),
    turn: &'static str,
    /// From logits to probabilities.
    softmax: &'static str,
}

pub(super) const NUMPY: Library = Library {
    language: Language::Numpy,
    name: "numpy",
    numbers: "numpy.frombuffer(bytes.fromhex(text), dtype=numpy.dtype(numpy.#).newbyteorder(\"<\"))",
    rows: "numpy.asarray(inputs, dtype=numpy.#)",
    axis: "axis",
    largest: ("numpy.max", "numpy.min"),
    turn: "transpose",
    softmax: "powers = numpy.exp(outputs - numpy.max(outputs, axis=1, keepdims=True))\n    return powers/numpy.sum(powers, axis=1, keepdims=True)",
};

pub(super) const PYTORCH: Library = Library {
    language: Language::Pytorch,
    name: "torch",
    numbers: "torch.frombuffer(bytearray.fromhex(text), dtype=torch.#)",
    rows: "torch.as_tensor(inputs, dtype=torch.#)",
    axis: "dim",
    largest: ("torch.amax", "torch.amin"),
    turn: "permute",
    softmax: "return torch.softmax(outputs, dim=1)",
};

/// The text of the file.
pub(super) fn write(model: &Model, pool: &mut Pool, stages: &[Stage], library: &Library) -> Result<String> {
    let float = if model.doubles { "float64" } else { "float32" };
    let (mut held, mut body) = (String::new(), String::new());
    let mut names: Vec<String> = Vec::with_capacity(stages.len());
    for (at, stage) in stages.iter().enumerate() {
        let mut name = format!("v{at}");
        match &stage.made {
            Made::Inputs => {
                let rows = library.rows.replace('#', float);
                let _ = writeln!(body, "    {name} = {rows}.reshape(-1, {})", model.network.inputs);
            }
            Made::Count => {
                let _ = writeln!(body, "    {name} = {}.shape[0]", names[0]);
            }
            Made::Held { name: own, values } => {
                name = super::identifier("param", own, at);
                let sizes: Vec<String> = stage.axes.iter().map(Size::to_string).collect();
                let _ = writeln!(held, "{name} = _numbers(\"{}\", {})", hexadecimal(values, model.doubles), sizes.join(", "));
            }
            Made::Map { body: e, inputs } => {
                let symbols: Vec<_> = inputs.iter().map(|(symbol, _)| *symbol).collect();
                let mut texts = Vec::with_capacity(inputs.len());
                for (_, view) in inputs {
                    texts.push(aligned(view, stage.axes.len(), &names, library)?);
                }
                let Statements { locals, outputs, .. } = statements(pool, &[*e], &symbols, Some(&texts), "f", library.language)?;
                let value = outputs.into_iter().next().unwrap_or_default();
                locals.iter().for_each(|line| body += &format!("    {line}\n"));
                let _ = writeln!(body, "    {name} = {value}");
            }
            Made::Sum { of, sizes } => {
                let text = sum(of, sizes.len(), stage.axes.len(), &names, library)?;
                let _ = writeln!(body, "    {name} = {text}");
            }
            Made::Extreme { of, axis, largest } => {
                let call = if *largest { library.largest.0 } else { library.largest.1 };
                let _ = writeln!(body, "    {name} = {call}({}, {}={axis})", names[*of], library.axis);
            }
        }
        names.push(name);
    }
    let last = names.last().cloned().unwrap_or_default();
    let mut out = super::about(model).iter().fold("\"\"\"".to_string(), |out, line| out + line + "\n") + "\"\"\"\n\n";
    let _ = writeln!(out, "import {}", library.name);
    if body.contains("scipy.special.") {
        out += "import scipy.special\n";
    }
    let _ = write!(out, "\n\ndef _numbers(text, *shape):\n    return {}.reshape(shape)\n\n\n{held}", library.numbers.replace('#', float));
    if !model.classes.is_empty() {
        // text in JSON is text in Python
        let _ = writeln!(out, "CLASSES = {}", serde_json::Value::from(model.classes.clone()));
    }
    let _ = write!(
        out,
        "\n\ndef predict(inputs):\n    \"\"\"The outputs for rows of {} inputs.\"\"\"\n{body}    return {last}\n",
        model.network.inputs
    );
    if model.has_probabilities() {
        let softmax = library.softmax;
        let _ = write!(
            out,
            "\n\ndef probabilities(inputs):\n    \"\"\"The probability of each class for rows of inputs.\"\"\"\n    outputs = predict(inputs)\n    {softmax}\n"
        );
    }
    Ok(out)
}

/// The bytes of numbers, little end first.
fn hexadecimal(values: &[f64], doubles: bool) -> String {
    let mut out = String::with_capacity(values.len() * 8);
    let mut write = |bytes: &[u8]| {
        for byte in bytes {
            // writing to a text cannot fail
            let _ = write!(out, "{byte:02x}");
        }
    };
    for &x in values {
        if doubles { write(&x.to_le_bytes()) } else { write(&(x as f32).to_le_bytes()) }
    }
    out
}

/// An array with its fixed axes gone, and the loops of the others.
fn entries(view: &View, names: &[String]) -> Result<(String, Vec<usize>)> {
    let mut loops = Vec::new();
    let mut index = Vec::new();
    for at in &view.place {
        match at {
            At::Loop(number) if loops.contains(&(*number as usize)) => return Err(formless(phrase!("a diagonal"))),
            At::Loop(number) => {
                loops.push(*number as usize);
                index.push(":".to_string());
            }
            At::Fixed(entry) => index.push(entry.to_string()),
        }
    }
    let name = &names[view.stage];
    Ok((if index.iter().all(|part| part == ":") { name.clone() } else { format!("{name}[{}]", index.join(", ")) }, loops))
}

/// An array with its axes in the order of loops, and axes of length 1 for those that it does not have.
fn aligned(view: &View, rank: usize, names: &[String], library: &Library) -> Result<String> {
    let (mut text, loops) = entries(view, names)?;
    let mut order: Vec<usize> = (0..loops.len()).collect();
    order.sort_by_key(|&at| loops[at]);
    if !order.is_sorted() {
        let order: Vec<String> = order.iter().map(usize::to_string).collect();
        text += &format!(".{}({})", library.turn, order.join(", "));
    }
    let first = loops.iter().min().copied().unwrap_or(rank);
    if (first..rank).any(|number| !loops.contains(&number)) {
        let index: Vec<&str> = (first..rank).map(|number| if loops.contains(&number) { ":" } else { "None" }).collect();
        text += &format!("[{}]", index.join(", "));
    }
    Ok(text)
}

fn sum(of: &[View], loops: usize, rank: usize, names: &[String], library: &Library) -> Result<String> {
    let parts: Vec<(String, Vec<usize>)> = of.iter().map(|view| entries(view, names)).collect::<Result<_>>()?;
    match &*parts {
        [(a, left), (b, right)] | [(b, right), (a, left)] if **left == [0, 2] && **right == [2, 1] && loops == 3 => {
            return Ok(format!("{a} @ {b}"));
        }
        [(a, own)] if own.iter().filter(|&&number| number < rank).is_sorted() => {
            let bound: Vec<String> = (0..own.len()).filter(|&at| own[at] >= rank).map(|at| at.to_string()).collect();
            return Ok(format!("{}.sum({a}, {}=({},))", library.name, library.axis, bound.join(", ")));
        }
        _ => {}
    }
    let letter = |number: &usize| char::from(b'a' + u8::try_from(*number).unwrap_or(25).min(25));
    let left: Vec<String> = parts.iter().map(|(_, loops)| loops.iter().map(letter).collect()).collect();
    let right: String = (0..rank).map(|number| letter(&number)).collect();
    let arrays: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    Ok(format!("{}.einsum(\"{}->{right}\", {})", library.name, left.join(","), arrays.join(", ")))
}
