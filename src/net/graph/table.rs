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

/// Labels beside one rule, at most so many characters.
const LABELS: usize = 20;

/// The rules of the nodes that occur, each once behind the labels that it is of; then the sums that had no room in the picture.
pub(super) fn rules(graph: &Graph, drawing: &Drawing) -> Vec<(String, String)> {
    let mut found: Vec<(Vec<&str>, &str)> = Vec::new();
    for node in graph.nodes.iter().filter(|node| !node.rule.is_empty()) {
        match found.iter_mut().find(|(_, rule)| *rule == node.rule) {
            Some((labels, _)) if labels.contains(&&*node.label) => {}
            Some((labels, _)) => labels.push(&node.label),
            None => found.push((vec![&node.label], &node.rule)),
        }
    }
    let mut lines: Vec<(String, String)> = Vec::with_capacity(found.len());
    for (labels, rule) in found {
        let mut text = String::new();
        for label in labels {
            if !text.is_empty() && width(&text) + width(label) > LABELS {
                text += ", …";
                break;
            }
            text += if text.is_empty() { "" } else { ", " };
            text += label;
        }
        lines.push((text, rule.to_owned()));
    }
    for (node, uses) in graph.nodes.iter().zip(uses(graph)) {
        lines.extend(number::long_sum(node, &uses, drawing).map(|sum| (node.label.clone(), sum)));
    }
    lines
}

/// What the legend says of its letters.
pub(super) const LEGEND: &str = "Backward: d comes from the right; y is a node's output, x (or a, b) its input";

pub(super) fn legend(graph: &Graph, drawing: &Drawing) -> String {
    let rules = rules(graph, drawing);
    let Some(wide) = rules.iter().map(|(label, _)| width(label)).max() else { return String::new() };
    let mut out = format!("\n{LEGEND}\n");
    for (label, rule) in rules {
        out += &format!("  {label}{}  {rule}\n", " ".repeat(wide - width(&label)));
    }
    out
}
