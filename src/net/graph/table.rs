//! How is a graph written where a picture has no room: node by node; and which rules do its nodes follow?
//! Deliberately lays nothing out. Read next: `terminal.rs`, the picture.

use super::number;
use super::terminal::width;
use super::{Drawing, Graph, uses};

/// One line for each node, inputs before users.
pub(super) fn table(graph: &Graph, drawing: &Drawing) -> String {
    let uses = uses(graph);
    let mut rows: Vec<[String; 5]> = vec![["node", "operation", "inputs", "value", "d output/d node"].map(str::to_owned)];
    for (at, (node, uses)) in graph.nodes.iter().zip(&uses).enumerate() {
        let inputs: Vec<String> = node.inputs.iter().map(|input| (input + 1).to_string()).collect();
        let (forward, backward) = (number::forward(node, drawing), number::backward(node, uses, drawing).line());
        rows.push([(at + 1).to_string(), node.label.clone(), inputs.join(", "), forward, backward]);
    }
    let mut widths = [0; 5];
    for row in &rows {
        for (width_so_far, cell) in widths.iter_mut().zip(row) {
            *width_so_far = width(cell).max(*width_so_far);
        }
    }
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, &wide) in row.iter().zip(&widths) {
            line += cell;
            line += &" ".repeat(wide - width(cell) + 2);
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// The rules of the nodes that occur, each once.
pub(super) fn rules(graph: &Graph) -> Vec<(&str, &str)> {
    let mut rules: Vec<(&str, &str)> = Vec::new();
    for node in &graph.nodes {
        let rule = (&*node.label, &*node.rule);
        if !node.rule.is_empty() && !rules.contains(&rule) {
            rules.push(rule);
        }
    }
    rules
}

/// What the legend says of `d` and `y`.
pub(super) const LEGEND: &str = "On the way back: d comes from the right, y is the node's output, x (or a and b) what it takes";

pub(super) fn legend(graph: &Graph) -> String {
    let rules = rules(graph);
    let Some(wide) = rules.iter().map(|(label, _)| width(label)).max() else { return String::new() };
    let mut out = format!("\n{LEGEND}\n");
    for (label, rule) in rules {
        out += &format!("  {label}{}  {rule}\n", " ".repeat(wide - width(label)));
    }
    out
}
