//! How does Mermaid (Markdown pages, notebooks) read a graph?
//! Deliberately lays nothing out.
//! Read next: `dot.rs`.

use super::number::{forward, share};
use super::{Drawing, Graph, Role};

/// A text in quotes, what Mermaid reads as its own language or as Markdown written as entities.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '&' | '<' | '>' | '*' | '#' | '`' | '+' | '-' | '\\' | '[' | ']' | '{' | '}' | '|' | '~' => {
                out += &format!("#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

pub(super) fn mermaid(graph: &Graph, drawing: &Drawing) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (at, node) in graph.nodes.iter().enumerate() {
        let label = quoted(&node.label);
        let (open, close) = if node.role == Role::Operation { ("((", "))") } else { ("[", "]") };
        out += &format!("  n{}{open}{label}{close}\n", at + 1);
    }
    for edge in &graph.edges {
        let label = quoted(&format!("{} / {}", forward(&graph.nodes[edge.from], drawing), share(edge, drawing)));
        out += &format!("  n{} -->|{label}| n{}\n", edge.from + 1, edge.to + 1);
    }
    if let Some(last) = graph.nodes.last() {
        let label = quoted(&format!("{} / {}", forward(last, drawing), if drawing.backward { "1" } else { "____" }));
        out += &format!("  n{} -->|{label}| output[\" \"]\n", graph.nodes.len());
    }
    out
}
