//! What does a program read of a graph? Nodes and edges as JSON, floats in full.
//! Deliberately rounds nothing: a value that does not exist is null, an expression is a text.
//! Read next: `../graph.rs`.

use super::{Drawing, Graph, Quantity, Role};
use serde_json::{Map, Value, json};

fn value(quantity: &Quantity) -> Value {
    match quantity {
        Quantity::Number(number) => json!(number),
        Quantity::Text(text) => json!(text),
        Quantity::Long | Quantity::Undefined => Value::Null,
    }
}

pub(super) fn json(graph: &Graph, drawing: &Drawing) -> String {
    let mut nodes = Vec::with_capacity(graph.nodes.len());
    for (at, node) in graph.nodes.iter().enumerate() {
        let mut object = Map::new();
        let role = match node.role {
            Role::Symbol => "symbol",
            Role::Number => "number",
            Role::Operation => "operation",
        };
        let inputs: Vec<usize> = node.inputs.iter().map(|input| input + 1).collect();
        object.insert("id".into(), json!(at + 1));
        object.insert("role".into(), json!(role));
        object.insert("label".into(), json!(node.label));
        object.insert("expr".into(), json!(node.expression));
        object.insert("inputs".into(), json!(inputs));
        if drawing.forward {
            object.insert("forward".into(), value(&node.forward));
        }
        if drawing.backward {
            object.insert("backward".into(), value(&node.backward));
        }
        if !node.rule.is_empty() {
            object.insert("rule".into(), json!(node.rule));
        }
        nodes.push(Value::Object(object));
    }
    let edges = graph.edges.iter().map(|edge| {
        let mut object = Map::new();
        object.insert("from".into(), json!(edge.from + 1));
        object.insert("to".into(), json!(edge.to + 1));
        if drawing.backward {
            object.insert("backward".into(), value(&edge.backward));
        }
        Value::Object(object)
    });
    json!({ "nodes": nodes, "edges": edges.collect::<Vec<_>>() }).to_string()
}
