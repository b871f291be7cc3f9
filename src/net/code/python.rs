//! A layer in Python: a class for NumPy, as in a course from scratch; `autograd.Function` for PyTorch; `custom_vjp` for JAX.
//! Deliberately holds frames only: the formulas inside are written by `matrix.rs` and `kernel/export/`.
//! Read next: `matrix.rs`.

use super::matrix::Matrix;
use super::{Source, capitals};
use crate::array::{Arrays, Recover};
use crate::error::Result;
use crate::expr::{Expr, Node, Symbol};
use crate::kernel::{Language, statements};
use crate::net::derived::{Named, UPSTREAM};
use crate::net::layer::words;
use crate::shape::Size;
use std::collections::HashMap;
use std::fmt::Write;

/// One pass: lines, and what they end in.
struct Pass {
    lines: Vec<String>,
    outputs: Vec<String>,
}

impl Pass {
    fn uses(&self, name: &str) -> bool {
        self.lines.iter().chain(&self.outputs).any(|text| words(text).any(|word| word == name))
    }
}

/// Everything that a frame is made of.
struct Frame<'a> {
    source: &'a Source<'a>,
    forward: Pass,
    backward: Pass,
    /// How names are called in Python.
    called: HashMap<String, String>,
    module: &'static str,
}

pub(super) fn write(arrays: &mut Arrays<'_>, source: &Source<'_>, to: Language) -> Result<String> {
    let derived = &source.derived;
    let mut called: HashMap<String, String> = HashMap::new();
    let mut pass = |arrays: &mut Arrays<'_>, outputs: &[(Expr, Vec<Size>)]| -> Result<Pass> {
        if derived.scalar { scalar(arrays, source, outputs, to, &mut called) } else { matrices(arrays, source, outputs, to) }
    };
    let forward = pass(arrays, &[(derived.forward.e, derived.forward.shape.axes.clone())])?;
    let adjoints: Vec<(Expr, Vec<Size>)> =
        source.adjoints.iter().zip(&derived.inputs).map(|(&e, (_, value))| (e, value.shape.axes.clone())).collect();
    let backward = pass(arrays, &adjoints)?;
    let module = match to {
        Language::Pytorch => "torch",
        Language::Jax => "jnp",
        _ => "numpy",
    };
    let frame = Frame { source, forward, backward, called, module };
    let text = match to {
        Language::Pytorch => frame.pytorch(),
        Language::Jax => frame.jax(),
        _ => frame.numpy(),
    };
    let needs = |word: &str| words(&text).any(|known| known == word);
    let mut head = String::new();
    for (word, line) in
        [("jax", "import jax\n"), ("jnp", "import jax.numpy as jnp\n"), ("math", "import math\n"), ("numpy", "import numpy\n")]
    {
        if needs(word) {
            head += line;
        }
    }
    if text.contains("scipy.") {
        head += "import scipy.special\n";
    }
    if needs("torch") {
        head += "import torch\n";
    }
    Ok(format!("{head}\n\n{}", text.trim_end()))
}

/// Statements of numbers, which NumPy and its kin run over arrays entry by entry.
fn scalar(
    arrays: &mut Arrays<'_>,
    source: &Source<'_>,
    outputs: &[(Expr, Vec<Size>)],
    to: Language,
    called: &mut HashMap<String, String>,
) -> Result<Pass> {
    let derived = &source.derived;
    let shown = (derived.output.clone(), derived.shown.clone());
    let upstream = derived.upstream.iter().map(|value| (UPSTREAM.to_string(), value.clone()));
    let named: Vec<Named> = derived.inputs.iter().chain(&derived.constants).cloned().chain(upstream).chain([shown]).collect();
    let mut symbols: Vec<Symbol> = Vec::new();
    for (_, value) in &named {
        if let Node::Symbol(symbol) = arrays.engine.pool.node(value.e) {
            symbols.push(symbol);
        }
    }
    let exprs: Vec<Expr> = outputs.iter().map(|(e, _)| *e).collect();
    let written = statements(arrays.pool(), &exprs, &symbols, None, &source.name, to)?;
    for ((name, _), own) in named.iter().zip(&written.inputs) {
        called.insert(name.clone(), own.clone());
    }
    Ok(Pass { lines: written.locals, outputs: written.outputs })
}

/// Formulas of matrices.
fn matrices(arrays: &mut Arrays<'_>, source: &Source<'_>, outputs: &[(Expr, Vec<Size>)], to: Language) -> Result<Pass> {
    let derived = &source.derived;
    let mut ranks: HashMap<String, usize> = derived
        .inputs
        .iter()
        .chain(&derived.given)
        .chain(&derived.constants)
        .map(|(name, value)| (name.clone(), value.shape.rank()))
        .collect();
    ranks.insert(derived.output.clone(), derived.forward.shape.rank());
    ranks.insert(UPSTREAM.into(), derived.forward.shape.rank());
    let mut texts = Vec::with_capacity(outputs.len());
    for (e, axes) in outputs {
        let tree = Recover::new(arrays).formula(*e, axes)?;
        texts.push(Matrix { language: to, ranks: &ranks }.write(&tree)?);
    }
    Ok(Pass { lines: Vec::new(), outputs: texts })
}

impl Frame<'_> {
    fn called<'n>(&'n self, name: &'n str) -> &'n str {
        self.called.get(name).map_or(name, String::as_str)
    }

    /// What `forward` takes: inputs that are no parameters, and targets.
    fn arguments(&self) -> Vec<&str> {
        let derived = &self.source.derived;
        let parameter = |name: &str| self.source.layer.parameters.iter().any(|parameter| parameter.name == name);
        let mask = |name: &str| self.masks().any(|(mask, _)| mask == name);
        let all = derived.inputs.iter().filter(|(name, _)| !parameter(name)).chain(derived.given.iter().filter(|(name, _)| !mask(name)));
        all.map(|(name, _)| self.called(name)).collect()
    }

    fn parameters(&self) -> Vec<&str> {
        self.source.layer.parameters.iter().map(|parameter| self.called(&parameter.name)).collect()
    }

    fn masks(&self) -> impl Iterator<Item = (&str, f64)> {
        self.source.layer.noise.iter().map(|(name, keep)| (name.as_str(), *keep))
    }

    /// Names that the backward pass uses and the forward pass leaves: inputs, targets, masks and the output.
    fn saved(&self) -> Vec<&str> {
        let derived = &self.source.derived;
        let all = derived.inputs.iter().chain(&derived.given).map(|(name, _)| name.as_str()).chain([derived.output.as_str()]);
        let mut found: Vec<&str> = all.map(|name| self.called(name)).filter(|name| self.backward.uses(name)).collect();
        for size in self.sizes(&self.backward) {
            // a size that dout does not have is read off an input
            if !self.above(&size.0) && !found.contains(&self.called(&size.1)) {
                found.extend(derived.inputs.iter().map(|(name, _)| name.as_str()).find(|name| *name == size.1));
            }
        }
        found
    }

    fn above(&self, size: &str) -> bool {
        let is = |axis: &Size| matches!(axis, Size::Name(name) if **name == *size);
        self.source.derived.upstream.as_ref().is_some_and(|value| value.shape.axes.iter().any(is))
    }

    /// Sizes that a pass uses: the name, and an array and an axis that has it.
    fn sizes(&self, pass: &Pass) -> Vec<(String, String, usize)> {
        let mut found: Vec<(String, String, usize)> = Vec::new();
        for (name, value) in self.source.derived.inputs.iter().chain(&self.source.derived.given) {
            for (axis, size) in value.shape.axes.iter().enumerate() {
                if let Size::Name(size) = size
                    && pass.uses(size)
                    && !found.iter().any(|(known, ..)| **known == **size)
                {
                    found.push((size.to_string(), name.clone(), axis));
                }
            }
        }
        found
    }

    /// Lines that give sizes and constants their values.
    fn values(&self, pass: &Pass, backward: bool, constants: bool) -> Vec<String> {
        let mut lines = Vec::new();
        for (size, name, axis) in self.sizes(pass) {
            let is = |known: &Size| matches!(known, Size::Name(known) if **known == *size);
            let above = self.source.derived.upstream.as_ref().and_then(|value| value.shape.axes.iter().position(is)).filter(|_| backward);
            lines.push(match above {
                Some(axis) => format!("{size} = {UPSTREAM}.shape[{axis}]"),
                None => format!("{size} = {name}.shape[{axis}]"),
            });
        }
        for (name, value) in self.source.layer.constants.iter().filter(|_| constants) {
            let name = self.called(name);
            if pass.uses(name) {
                lines.push(format!("{name} = {value:?}"));
            }
        }
        lines
    }

    fn output(&self) -> &str {
        self.called(&self.source.derived.output)
    }

    /// `dX = ...` for each input.
    fn adjoints(&self) -> Vec<(String, String)> {
        let loss = self.source.derived.upstream.is_none();
        let names = self.source.derived.inputs.iter().map(|(name, _)| format!("d{}", self.called(name)));
        names
            .zip(&self.backward.outputs)
            .map(|(name, text)| (name, if loss { format!("{UPSTREAM}*({text})") } else { text.clone() }))
            .collect()
    }

    fn docstring(&self) -> String {
        let text = format!("{} = {}", self.source.derived.output, self.source.layer.train).replace('\\', "\\\\").replace('"', "'");
        let entry = if self.source.derived.scalar { ", entry by entry" } else { "" };
        format!("\"\"\"{text}{entry}; the backward pass is derived from it.\"\"\"")
    }

    fn numpy(&self) -> String {
        let (parameters, constants) = (self.parameters(), &self.source.layer.constants);
        let mut init: Vec<String> = parameters.iter().map(|name| (*name).to_string()).collect();
        init.extend(constants.iter().map(|(name, value)| format!("{}={value:?}", self.called(name))));
        let mut out = format!("class {}:\n    {}\n\n", capitals(&self.source.name), self.docstring());
        let owned: Vec<&str> = parameters.iter().copied().chain(constants.iter().map(|(name, _)| self.called(name))).collect();
        if !owned.is_empty() {
            let _ = writeln!(out, "    def __init__(self, {}):", init.join(", "));
            for name in &owned {
                let _ = writeln!(out, "        self.{name} = {name}");
            }
            for name in &parameters {
                let _ = writeln!(out, "        self.d{name} = None");
            }
            out.push('\n');
        }
        let saved = self.saved();
        let unpacked = |pass: &Pass, extra: &[&str]| -> String {
            let names: Vec<&str> = extra
                .iter()
                .copied()
                .chain(owned.iter().copied().filter(|name| !extra.contains(name)))
                .filter(|name| pass.uses(name) || extra.contains(name))
                .collect();
            if names.is_empty() {
                return String::new();
            }
            let own: Vec<String> = names.iter().map(|name| format!("self.{name}")).collect();
            format!("        {} = {}\n", names.join(", "), own.join(", "))
        };
        let _ = writeln!(out, "    def forward(self, {}):", self.arguments().join(", "));
        out += &unpacked(&self.forward, &[]);
        for (mask, keep) in self.masks() {
            let _ = writeln!(out, "        {mask} = (numpy.random.random(X.shape) < {keep:?})*1.0");
        }
        for line in self.values(&self.forward, false, false).iter().chain(&self.forward.lines) {
            let _ = writeln!(out, "        {line}");
        }
        let _ = writeln!(out, "        {} = {}", self.output(), self.forward.outputs.join(""));
        for name in saved.iter().filter(|name| !owned.contains(*name)) {
            let _ = writeln!(out, "        self.{name} = {name}");
        }
        let above = if self.source.derived.upstream.is_some() { UPSTREAM.to_string() } else { format!("{UPSTREAM}=1.0") };
        let _ = write!(out, "        return {}\n\n    def backward(self, {above}):\n", self.output());
        out += &unpacked(&self.backward, &saved);
        for line in self.values(&self.backward, true, false).iter().chain(&self.backward.lines) {
            let _ = writeln!(out, "        {line}");
        }
        let mut returned = Vec::new();
        for (name, text) in self.adjoints() {
            if parameters.iter().any(|parameter| name == format!("d{parameter}")) {
                let _ = writeln!(out, "        self.{name} = {text}");
            } else {
                let _ = writeln!(out, "        {name} = {text}");
                returned.push(name);
            }
        }
        let _ = writeln!(out, "        return {}", returned.join(", "));
        out
    }

    /// All that the function takes, in the order of the gradients that it returns.
    fn all(&self) -> (Vec<&str>, Vec<&str>) {
        let derived = &self.source.derived;
        (
            derived.inputs.iter().map(|(name, _)| self.called(name)).collect(),
            derived.given.iter().map(|(name, _)| self.called(name)).collect(),
        )
    }

    /// The lines of a pass at this indentation.
    fn body(&self, pass: &Pass, backward: bool, indent: &str) -> String {
        self.values(pass, backward, true).iter().chain(&pass.lines).fold(String::new(), |out, line| out + indent + line + "\n")
    }

    fn pytorch(&self) -> String {
        let (inputs, given) = self.all();
        let all = [inputs, given.clone()].concat().join(", ");
        let (name, class) = (&self.source.name, format!("{}Function", capitals(&self.source.name)));
        let (output, saved) = (self.output(), self.saved().join(", "));
        let mut out = format!("class {class}(torch.autograd.Function):\n    {}\n\n", self.docstring());
        let _ = write!(out, "    @staticmethod\n    def forward(ctx, {all}):\n{}", self.body(&self.forward, false, "        "));
        let _ = writeln!(out, "        {output} = {}", self.forward.outputs.join(""));
        if !saved.is_empty() {
            let _ = writeln!(out, "        ctx.save_for_backward({saved})");
        }
        let _ = write!(out, "        return {output}\n\n    @staticmethod\n    def backward(ctx, {UPSTREAM}):\n");
        if !saved.is_empty() {
            let comma = if saved.contains(',') { "" } else { "," };
            let _ = writeln!(out, "        {saved}{comma} = ctx.saved_tensors");
        }
        out += &self.body(&self.backward, true, "        ");
        let mut returned = Vec::new();
        for (name, text) in self.adjoints() {
            let _ = writeln!(out, "        {name} = {text}");
            returned.push(name);
        }
        returned.extend(given.iter().map(|_| "None".to_string()));
        let _ = write!(out, "        return {}\n\n\n", returned.join(", "));
        let outside: Vec<&str> = self.arguments().into_iter().chain(self.parameters()).collect();
        let _ = writeln!(out, "def {name}({}):", outside.join(", "));
        for (mask, keep) in self.masks() {
            let _ = writeln!(out, "    {mask} = (torch.rand_like(X) < {keep:?}).to(X.dtype)");
        }
        let _ = writeln!(out, "    return {class}.apply({all})");
        out
    }

    fn jax(&self) -> String {
        let (inputs, given) = self.all();
        let all = [inputs, given.clone()].concat().join(", ");
        let (name, output) = (&self.source.name, self.output());
        let mut saved = self.saved();
        saved.extend(given.iter().filter(|name| !self.backward.uses(name)));
        let comma = if saved.len() == 1 { "," } else { "" };
        let saved = format!("({}{comma})", saved.join(", "));
        let body = self.body(&self.forward, false, "    ");
        let value = self.forward.outputs.join("");
        let mut out = format!("@jax.custom_vjp\ndef {name}({all}):\n    {}\n{body}    return {value}\n\n\n", self.docstring());
        let _ = write!(out, "def _{name}_forward({all}):\n{body}    {output} = {value}\n    return {output}, {saved}\n\n\n");
        let _ = write!(out, "def _{name}_backward(saved, {UPSTREAM}):\n    {saved} = saved\n{}", self.body(&self.backward, true, "    "));
        let mut returned = Vec::new();
        for (name, text) in self.adjoints() {
            let _ = writeln!(out, "    {name} = {text}");
            returned.push(name);
        }
        returned.extend(given.iter().map(|name| format!("{}.zeros_like({name})", self.module)));
        let comma = if returned.len() == 1 { "," } else { "" };
        let _ = write!(out, "    return {}{comma}\n\n\n{name}.defvjp(_{name}_forward, _{name}_backward)\n", returned.join(", "));
        out
    }
}
