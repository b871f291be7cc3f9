//! The stages of a network as nodes of ONNX, opset 17, in single floats.
//! Deliberately one node for each step of a map: runtimes join them as suits their machine.
//! Read next: `schema.rs`, the messages of the format.

use super::formless;
use super::schema::{self, Attribute, Node, Tensor};
use super::stages::{Made, Stage, View};
use crate::array::At;
use crate::error::Result;
use crate::expr::Pool;
use crate::function::Function;
use crate::kernel::portable_tape;
use crate::kernel::tape::{Step, Value};
use crate::net::model::Model;
use crate::phrase;
use crate::shape::Size;
use crate::vector::Compare;
use prost::Message;
use std::collections::HashMap;

/// What ONNX calls functions of one argument.
const OPERATORS: &[(&str, &str)] = &[
    ("exp", "Exp"),
    ("log", "Log"),
    ("sin", "Sin"),
    ("cos", "Cos"),
    ("tan", "Tan"),
    ("asin", "Asin"),
    ("acos", "Acos"),
    ("atan", "Atan"),
    ("sinh", "Sinh"),
    ("cosh", "Cosh"),
    ("tanh", "Tanh"),
    ("asinh", "Asinh"),
    ("acosh", "Acosh"),
    ("atanh", "Atanh"),
    ("erf", "Erf"),
    ("sigmoid", "Sigmoid"),
    ("softplus", "Softplus"),
];

fn operator(function: Function) -> Option<&'static str> {
    let row = function.row();
    (row.parameters.len() == 1).then(|| OPERATORS.iter().find(|(name, _)| *name == row.name).map(|(_, operator)| *operator)).flatten()
}

/// The bytes of the file.
pub(super) fn write(model: &Model, pool: &mut Pool, stages: &[Stage]) -> Result<Vec<u8>> {
    let mut writer =
        Writer { pool, nodes: Vec::new(), held: Vec::new(), names: Vec::new(), constants: HashMap::new(), views: HashMap::new() };
    for (at, stage) in stages.iter().enumerate() {
        let name = writer.stage(at, stage)?;
        writer.names.push(name);
    }
    let last = writer.names.last().cloned().unwrap_or_default();
    writer.nodes.push(node("Identity", &[&last], "outputs"));
    let network = &model.network;
    let mut output = vec![value("outputs", network.outputs)];
    if model.has_probabilities() {
        writer.nodes.push(with(
            node("Softmax", &["outputs"], "probabilities"),
            Attribute { name: "axis".into(), i: Some(-1), kind: 2, ..Attribute::default() },
        ));
        output.push(value("probabilities", network.outputs));
    }
    let entry = |key: &str, value: String| schema::Entry { key: key.into(), value };
    let mut metadata_props = Vec::new();
    if !model.classes.is_empty() {
        metadata_props.push(entry("classes", serde_json::Value::from(model.classes.clone()).to_string()));
    }
    if !model.names.is_empty() {
        metadata_props.push(entry("inputs", serde_json::Value::from(model.names.clone()).to_string()));
    }
    let file = schema::Model {
        ir_version: 8,
        opset_import: vec![schema::OperatorSet { domain: String::new(), version: 17 }],
        producer_name: "symdiff".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(schema::Graph {
            node: writer.nodes,
            name: "network".into(),
            initializer: writer.held,
            input: vec![value("inputs", network.inputs)],
            output,
        }),
        metadata_props,
    };
    Ok(file.encode_to_vec())
}

/// A matrix with a row for each example.
fn value(name: &str, width: usize) -> schema::ValueInfo {
    let dim = vec![
        schema::Dimension { name: Some("N".into()), value: None },
        schema::Dimension { value: Some(i64::try_from(width).unwrap_or(i64::MAX)), name: None },
    ];
    let tensor = schema::TensorType { element: schema::FLOAT, shape: Some(schema::TensorShape { dim }) };
    schema::ValueInfo { name: name.into(), kind: Some(schema::Type { tensor: Some(tensor) }) }
}

fn node(operator: &str, inputs: &[&str], output: &str) -> Node {
    let input = inputs.iter().map(|name| (*name).to_string()).collect();
    Node { input, output: vec![output.into()], op_type: operator.into(), attribute: Vec::new() }
}

fn with(node: Node, attribute: Attribute) -> Node {
    Node { attribute: vec![attribute], ..node }
}

fn whole(name: &str, i: i64) -> Attribute {
    Attribute { name: name.into(), i: Some(i), kind: 2, ..Attribute::default() }
}

fn list(name: &str, ints: Vec<i64>) -> Attribute {
    Attribute { name: name.into(), ints, kind: 7, ..Attribute::default() }
}

struct Writer<'a> {
    pool: &'a mut Pool,
    nodes: Vec<Node>,
    held: Vec<Tensor>,
    /// The name of each stage's result.
    names: Vec<String>,
    /// Numbers that are held already.
    constants: HashMap<u32, String>,
    /// Arrays that were turned for their place in a map already.
    views: HashMap<(usize, Vec<At>, usize), String>,
}

impl Writer<'_> {
    /// Adds a node; the name of its result.
    fn add(&mut self, operator: &str, inputs: &[&str], attribute: Option<Attribute>) -> String {
        let name = format!("v{}", self.nodes.len());
        let made = node(operator, inputs, &name);
        self.nodes.push(attribute.map_or(made.clone(), |attribute| with(made, attribute)));
        name
    }

    fn hold(&mut self, name: String, dims: &[usize], data_type: i32, raw_data: Vec<u8>) -> String {
        let dims = dims.iter().map(|&size| i64::try_from(size).unwrap_or(i64::MAX)).collect();
        self.held.push(Tensor { dims, data_type, name: name.clone(), raw_data });
        name
    }

    fn number(&mut self, x: f64) -> String {
        let x = x as f32;
        if let Some(known) = self.constants.get(&x.to_bits()) {
            return known.clone();
        }
        let name = self.hold(format!("c{}", self.held.len()), &[], schema::FLOAT, x.to_le_bytes().to_vec());
        self.constants.insert(x.to_bits(), name.clone());
        name
    }

    /// Whole numbers, such as axes.
    fn wholes(&mut self, numbers: &[i64], scalar: bool) -> String {
        let dims: &[usize] = if scalar { &[] } else { &[numbers.len()] };
        self.hold(format!("c{}", self.held.len()), dims, schema::INT64, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
    }

    fn stage(&mut self, at: usize, stage: &Stage) -> Result<String> {
        match &stage.made {
            Made::Inputs => Ok("inputs".into()),
            Made::Count => {
                let shape = self.add("Shape", &["inputs"], None);
                let first = self.wholes(&[0], true);
                let count = self.add("Gather", &[&shape, &first], None);
                Ok(self.add("Cast", &[&count], Some(whole("to", i64::from(schema::FLOAT)))))
            }
            Made::Held { name, values } => {
                let dims: Vec<usize> = stage.axes.iter().map(|size| if let Size::Number(n) = size { *n } else { 0 }).collect();
                let bytes = values.iter().flat_map(|&x| (x as f32).to_le_bytes()).collect();
                Ok(self.hold(format!("{name}.{at}"), &dims, schema::FLOAT, bytes))
            }
            Made::Map { body, inputs } => {
                let symbols: Vec<_> = inputs.iter().map(|(symbol, _)| *symbol).collect();
                let tape = portable_tape(self.pool, *body, &symbols, &|function| operator(function).is_some())?;
                let mut views = Vec::with_capacity(inputs.len());
                for (_, view) in inputs {
                    views.push(self.aligned(view, stage.axes.len())?);
                }
                let mut used = vec![false; tape.steps.len()];
                tape.outputs.iter().for_each(|&v| used[v as usize] = true);
                for at in (0..tape.steps.len()).rev() {
                    if used[at] {
                        tape.steps[at].operands().iter().for_each(|&v| used[v as usize] = true);
                    }
                }
                let mut names: Vec<String> = Vec::with_capacity(tape.steps.len());
                for (step, used) in tape.steps.iter().zip(used) {
                    let name = if used { self.step(step, &names, &views)? } else { String::new() };
                    names.push(name);
                }
                Ok(tape.outputs.first().map(|&v| names[v as usize].clone()).unwrap_or_default())
            }
            Made::Sum { of, sizes } => self.sum(of, sizes.len(), stage.axes.len()),
            Made::Extreme { of, axis, largest } => {
                let operator = if *largest { "ReduceMax" } else { "ReduceMin" };
                let from = self.names[*of].clone();
                let mut made = node(operator, &[&from], &format!("v{}", self.nodes.len()));
                made.attribute = vec![list("axes", vec![*axis as i64]), whole("keepdims", 0)];
                let name = made.output[0].clone();
                self.nodes.push(made);
                Ok(name)
            }
        }
    }

    /// An array with its fixed axes gone; the loops of the others, in the order of its axes.
    fn entries(&mut self, view: &View) -> Result<(String, Vec<usize>)> {
        let mut name = self.names[view.stage].clone();
        let mut loops = Vec::new();
        for at in &view.place {
            match at {
                At::Loop(number) if loops.contains(&(*number as usize)) => return Err(formless(phrase!("a diagonal"))),
                At::Loop(number) => loops.push(*number as usize),
                At::Fixed(entry) => {
                    let index = self.wholes(&[i64::from(*entry)], true);
                    name = self.add("Gather", &[&name, &index], Some(whole("axis", loops.len() as i64)));
                }
            }
        }
        Ok((name, loops))
    }

    /// An array with its axes in the order of loops, and axes of length 1 for those that it does not have.
    fn aligned(&mut self, view: &View, rank: usize) -> Result<String> {
        let key = (view.stage, view.place.clone(), rank);
        if let Some(known) = self.views.get(&key) {
            return Ok(known.clone());
        }
        let (mut name, loops) = self.entries(view)?;
        let mut order: Vec<usize> = (0..loops.len()).collect();
        order.sort_by_key(|&at| loops[at]);
        if !order.is_sorted() {
            name = self.add("Transpose", &[&name], Some(list("perm", order.iter().map(|&at| at as i64).collect())));
        }
        let first = loops.iter().min().copied().unwrap_or(rank);
        let missing: Vec<i64> = (first..rank).filter(|number| !loops.contains(number)).map(|number| (number - first) as i64).collect();
        if !missing.is_empty() {
            let axes = self.wholes(&missing, false);
            name = self.add("Unsqueeze", &[&name, &axes], None);
        }
        self.views.insert(key, name.clone());
        Ok(name)
    }

    fn sum(&mut self, of: &[View], loops: usize, rank: usize) -> Result<String> {
        let mut parts = Vec::with_capacity(of.len());
        for view in of {
            parts.push(self.entries(view)?);
        }
        match &*parts {
            [(a, left), (b, right)] if **left == [0, 2] && **right == [2, 1] && loops == 3 => return Ok(self.add("MatMul", &[a, b], None)),
            [(b, right), (a, left)] if **left == [0, 2] && **right == [2, 1] && loops == 3 => return Ok(self.add("MatMul", &[a, b], None)),
            [(a, own)] if own.iter().filter(|&&number| number < rank).is_sorted() => {
                let bound: Vec<i64> = (0..own.len()).filter(|&at| own[at] >= rank).map(|at| at as i64).collect();
                let axes = self.wholes(&bound, false);
                return Ok(self.add("ReduceSum", &[a, &axes], Some(whole("keepdims", 0))));
            }
            _ => {}
        }
        let letter = |number: &usize| char::from(b'a' + u8::try_from(*number).unwrap_or(25).min(25));
        let word = |loops: &[usize]| loops.iter().map(letter).collect::<String>();
        let left: Vec<String> = parts.iter().map(|(_, loops)| word(loops)).collect();
        let equation = format!("{}->{}", left.join(","), word(&(0..rank).collect::<Vec<_>>()));
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        let attribute = Attribute { name: "equation".into(), s: Some(equation.into_bytes()), kind: 3, ..Attribute::default() };
        Ok(self.add("Einsum", &names, Some(attribute)))
    }

    fn step(&mut self, step: &Step, names: &[String], views: &[String]) -> Result<String> {
        let name = |v: &Value| names[*v as usize].as_str();
        let (operator, inputs): (&str, Vec<&str>) = match step {
            Step::Constant(x) => return Ok(self.number(*x)),
            Step::Input(at) => return Ok(views[*at as usize].clone()),
            Step::Add(a, b) => ("Add", vec![name(a), name(b)]),
            Step::Sub(a, b) => ("Sub", vec![name(a), name(b)]),
            Step::Mul(a, b) => ("Mul", vec![name(a), name(b)]),
            Step::Div(a, b) => ("Div", vec![name(a), name(b)]),
            Step::Neg(a) => ("Neg", vec![name(a)]),
            Step::MulAdd(a, b, c) | Step::MulSub(a, b, c) | Step::NegMulAdd(a, b, c) => {
                let product = self.add("Mul", &[name(a), name(b)], None);
                return Ok(match step {
                    Step::MulAdd(..) => self.add("Add", &[&product, name(c)], None),
                    Step::MulSub(..) => self.add("Sub", &[&product, name(c)], None),
                    _ => self.add("Sub", &[name(c), &product], None),
                });
            }
            Step::Abs(a) => ("Abs", vec![name(a)]),
            Step::Sqrt(a) => ("Sqrt", vec![name(a)]),
            Step::Floor(a) => ("Floor", vec![name(a)]),
            Step::Ceil(a) => ("Ceil", vec![name(a)]),
            Step::Min(a, b) => ("Min", vec![name(a), name(b)]),
            Step::Max(a, b) => ("Max", vec![name(a), name(b)]),
            Step::Power(a, b) => ("Pow", vec![name(a), name(b)]),
            Step::Call(function, arguments) => match (operator(*function), &**arguments) {
                (Some(operator), [a]) => (operator, vec![name(a)]),
                (None, [a]) if function.row().name == "cbrt" => {
                    let third = self.number(1.0 / 3.0);
                    return Ok(self.add("Pow", &[name(a), &third], None));
                }
                (None, [a]) if function.row().name == "erfc" => {
                    let (one, erf) = (self.number(1.0), self.add("Erf", &[name(a)], None));
                    return Ok(self.add("Sub", &[&one, &erf], None));
                }
                _ => return Err(formless(phrase!("`{name}`, which ONNX has no operator for", name = function.row().name))),
            },
            Step::Select { compare, a, b, then, otherwise } => {
                let (operator, turned) = match compare {
                    Compare::Less => ("Less", false),
                    Compare::LessEqual => ("LessOrEqual", false),
                    Compare::Equal => ("Equal", false),
                    Compare::NotEqual => ("Equal", true),
                };
                let condition = self.add(operator, &[name(a), name(b)], None);
                let (then, otherwise) = if turned { (otherwise, then) } else { (then, otherwise) };
                return Ok(self.add("Where", &[&condition, name(then), name(otherwise)], None));
            }
        };
        Ok(self.add(operator, &inputs, None))
    }
}
