//! How does Graphviz read a graph? Nodes with their labels, edges with the value and the derivative.
//! Deliberately lays nothing out: `dot -Tsvg` does.
//! Read next: `mermaid.rs`.

use super::number::{forward, share};
use super::{Drawing, Graph, Role};

/// A text between double quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub(super) fn dot(graph: &Graph, drawing: &Drawing) -> String {
    let mut out = "digraph {\n  rankdir=LR;\n  node [shape=circle, fontname=\"sans-serif\"];\n".to_owned();
    for (at, node) in graph.nodes.iter().enumerate() {
        let shape = if node.role == Role::Operation { "" } else { ", shape=box, style=rounded" };
        out += &format!("  n{} [label={}{shape}];\n", at + 1, quoted(&node.label));
    }
    out += "  output [label=\"\", shape=none];\n  edge [fontname=\"sans-serif\"];\n";
    for edge in &graph.edges {
        let label = format!("{}\\n{}", escaped(&forward(&graph.nodes[edge.from], drawing)), escaped(&share(edge, drawing)));
        out += &format!("  n{} -> n{} [label=\"{label}\"];\n", edge.from + 1, edge.to + 1);
    }
    if let Some(last) = graph.nodes.last() {
        let one = if drawing.backward { "1" } else { "____" };
        out += &format!("  n{} -> output [label=\"{}\\n{one}\"];\n", graph.nodes.len(), escaped(&forward(last, drawing)));
    }
    out + "}\n"
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
