//! How does a graph look on a page? Circles for operations, arrows between them, a value above each line, a derivative below.
//! Deliberately self-contained: no script, no font and no colour of the page is needed; every text is escaped.
//! Read next: `layout.rs`.

use super::layout::{Layout, Spot, layout};
use super::number::{self, Backward};
use super::table::{LEGEND, rules};
use super::terminal::width;
use super::{Drawing, Graph, Role, uses};
use std::fmt::Write;

/// Pixels: of a row of the layout, of a letter, of a circle's radius, of the space in which lines bend, around all.
const ROW: f64 = 17.0;
const LETTER: f64 = 8.6;
const RADIUS: f64 = 21.0;
const BEND: f64 = 54.0;
const MARGIN: f64 = 24.0;
const LINE: f64 = 20.0;

/// Greys that can be read on white, and on black; a page may have classes of the same names.
const LIGHT: &str = "\
    .graph { font: 14px \"DejaVu Sans\", Verdana, Arial, sans-serif; }
    .graph .page { fill: #ffffff; }
    .graph .line { fill: none; stroke: #5b6673; stroke-width: 1.6; }
    .graph .tip { fill: #5b6673; }
    .graph .node { fill: #f4f6f8; stroke: #39434e; stroke-width: 1.6; }
    .graph .label { fill: #14181d; text-anchor: middle; }
    .graph .forward { fill: #14181d; text-anchor: middle; }
    .graph .backward { fill: #b3261e; text-anchor: middle; }
    .graph .rule { fill: #39434e; font-size: 12.5px; }
";
const DARK: &str = "\
    @media (prefers-color-scheme: dark) {
      .graph .page { fill: #16191d; }
      .graph .line { stroke: #9aa5b1; }
      .graph .tip { fill: #9aa5b1; }
      .graph .node { fill: #262b31; stroke: #b8c1cb; }
      .graph .label, .graph .forward { fill: #eef1f4; }
      .graph .backward { fill: #ff8a80; }
      .graph .rule { fill: #b8c1cb; }
    }
";

/// A text of SVG; characters that XML does not allow become a mark.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Signs as they are printed in a book.
fn printed(label: &str) -> String {
    match (label.strip_prefix(['*', '-']), label.strip_suffix('-')) {
        (Some(rest), _) if label.starts_with('*') => format!("×{rest}"),
        (Some(rest), _) => format!("−{rest}"),
        (None, Some(rest)) => format!("{rest}−"),
        (None, None) => label.to_owned(),
    }
}

/// Where the nodes of a layer stand, and where their numbers end.
struct Column {
    centre: f64,
    half: f64,
    numbers: f64,
}

/// The space in which lines bend: more where they bend far.
fn bend(layer: &[Spot], next: Option<&Vec<Spot>>) -> f64 {
    let Some(next) = next else { return 0.0 };
    let ports = next.iter().flat_map(|to| &to.ports);
    let far = ports.filter_map(|port| Some((layer.get(port.from)?.row - port.row).abs())).max().unwrap_or(0);
    BEND + (far as f64 * ROW * 0.15).min(80.0)
}

fn half(graph: &Graph, spot: &Spot) -> f64 {
    let node = &graph.nodes[spot.node];
    let text = width(&node.label) as f64 * LETTER / 2.0;
    if node.role == Role::Operation { RADIUS.max(text + 9.0) } else { text + 11.0 }
}

/// A file of its own, with the rules of its nodes.
pub(super) fn svg(graph: &Graph, drawing: &Drawing) -> String {
    let title = format!("The computational graph of {}", graph.nodes.last().map_or("", |node| &node.expression));
    let style = format!("  <style>\n{LIGHT}{DARK}  </style>\n");
    picture(graph, drawing, &title, &style, rules(graph, drawing))
}

/// A part of a page, which has [`figure_style`] once; a page is white.
pub(super) fn figure(graph: &Graph, drawing: &Drawing, title: &str) -> String {
    picture(graph, drawing, title, "", Vec::new())
}

/// What the style of a page with figures has: they are never wider than the page, and are not cut when it is printed.
pub(super) fn figure_style() -> String {
    format!("{LIGHT}    svg.graph {{ display: block; max-width: 100%; height: auto; break-inside: avoid; }}\n")
}

fn picture(graph: &Graph, drawing: &Drawing, title: &str, style: &str, rules: Vec<(String, String)>) -> String {
    let layout = layout(graph);
    let uses = uses(graph);
    let forward: Vec<String> = graph.nodes.iter().map(|node| number::forward(node, drawing)).collect();
    let backward: Vec<Backward> = graph.nodes.iter().zip(&uses).map(|(node, uses)| number::backward(node, uses, drawing)).collect();
    let wide = |spot: &Spot| {
        let back = &backward[spot.node];
        let letters = width(&forward[spot.node]).max(width(&back.sum)).max(back.total.as_deref().map_or(0, width));
        letters as f64 * LETTER + 14.0
    };
    let mut left = MARGIN;
    let mut columns: Vec<Column> = Vec::with_capacity(layout.layers.len());
    for (at, layer) in layout.layers.iter().enumerate() {
        let nodes = || layer.iter().filter(|spot| !spot.passes);
        let half = nodes().map(|spot| half(graph, spot)).fold(0.0, f64::max);
        let numbers = nodes().map(wide).fold(40.0, f64::max);
        columns.push(Column { centre: left + half, half, numbers: left + 2.0 * half + numbers });
        left += 2.0 * half + numbers + bend(layer, layout.layers.get(at + 1));
    }
    let across = left + MARGIN + 10.0;
    let rows = layout.layers.iter().flatten().map(|spot| spot.row).max().unwrap_or(0);
    let top = MARGIN + 1.5 * LINE;
    let bottom = top + rows as f64 * ROW + 2.5 * LINE;
    let legend = if rules.is_empty() { 0.0 } else { (rules.len() as f64 + 1.0) * LINE };
    let longest = rules.iter().map(|(label, rule)| width(label) + width(rule) + 4).chain([width(LEGEND)]).max().unwrap_or(0) as f64;
    let across = if rules.is_empty() { across } else { across.max(longest * 7.2 + 2.0 * MARGIN) };
    let height = bottom + legend + MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" viewBox=\"0 0 {across:.0} {height:.0}\" width=\"{across:.0}\" height=\"{height:.0}\" role=\"img\">\n  <title>{}</title>\n{style}  <rect class=\"page\" width=\"100%\" height=\"100%\"/>\n",
        escaped(title)
    );
    let y = |row: i64| top + row as f64 * ROW;
    lines(&mut out, graph, &layout, &columns, &y);
    for (layer, column) in layout.layers.iter().zip(&columns) {
        for spot in layer.iter().filter(|spot| !spot.passes) {
            node(&mut out, graph, spot, column, y(spot.row));
            let x = (column.centre + half(graph, spot) + column.numbers) / 2.0;
            let back = &backward[spot.node];
            let mut number = |class: &str, text: &str, y: f64| {
                let _ = writeln!(out, "  <text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(text));
            };
            number("forward", &forward[spot.node], y(spot.row) - 7.0);
            number("backward", &back.sum, y(spot.row) + 18.0);
            if let Some(total) = &back.total {
                number("backward", total, y(spot.row) + 35.0);
            }
        }
    }
    if !rules.is_empty() {
        let _ = writeln!(out, "  <text class=\"rule\" x=\"{MARGIN}\" y=\"{:.1}\">{}</text>", bottom + LINE, escaped(LEGEND));
        let indent = MARGIN + 24.0 + rules.iter().map(|(label, _)| width(label)).max().unwrap_or(0) as f64 * LETTER;
        for (at, (label, rule)) in rules.into_iter().enumerate() {
            let y = bottom + (at as f64 + 2.0) * LINE;
            let _ = writeln!(
                out,
                "  <text class=\"rule\" x=\"{:.1}\" y=\"{y:.1}\">{}</text>",
                MARGIN + 10.0,
                escaped(&label.split(", ").map(printed).collect::<Vec<_>>().join(", "))
            );
            let _ = writeln!(out, "  <text class=\"rule\" x=\"{indent:.1}\" y=\"{y:.1}\">{}</text>", escaped(&rule));
        }
    }
    out + "</svg>\n"
}

/// The lines from each spot to the ports of the next layer, and out of the last one.
fn lines(out: &mut String, graph: &Graph, layout: &Layout, columns: &[Column], y: &dyn Fn(i64) -> f64) {
    for (at, (layer, column)) in layout.layers.iter().zip(columns).enumerate() {
        for (place, spot) in layer.iter().enumerate() {
            // a line that passes begins where its column does
            let begin = if spot.passes { column.centre - column.half } else { column.centre + half(graph, spot) };
            let (from, end) = (y(spot.row), column.numbers);
            let Some((next, to)) = layout.layers.get(at + 1).zip(columns.get(at + 1)) else {
                let stop = end + 10.0;
                let _ = writeln!(out, "  <path class=\"line\" d=\"M{begin:.1} {from:.1} H{stop:.1}\"/>");
                tip(out, stop, from);
                continue;
            };
            for user in next {
                for port in user.ports.iter().filter(|port| port.from == place) {
                    let (x, row) = if user.passes {
                        (to.centre - to.half, y(user.row))
                    } else {
                        let (dx, dy) = touch(graph, user, port.row, y);
                        (to.centre - dx, y(user.row) + dy)
                    };
                    let middle = (end + x) / 2.0;
                    let _ = writeln!(
                        out,
                        "  <path class=\"line\" d=\"M{begin:.1} {from:.1} H{end:.1} C{middle:.1} {from:.1} {middle:.1} {row:.1} {x:.1} {row:.1}\"/>"
                    );
                    if !user.passes {
                        tip(out, x, row);
                    }
                }
            }
        }
    }
}

/// The head of an arrow that points here, as every line arrives from the left: no marker, whose name pictures of one page would share.
fn tip(out: &mut String, x: f64, y: f64) {
    let (back, above, below) = (x - 10.0, y - 5.6, y + 5.6);
    let _ = writeln!(out, "  <path class=\"tip\" d=\"M{back:.1} {above:.1} L{:.1} {y:.1} L{back:.1} {below:.1} z\"/>", x + 1.1);
}

/// Where a line from this row touches the outline of a node: to its left, and above or below its centre.
fn touch(graph: &Graph, spot: &Spot, row: i64, y: &dyn Fn(i64) -> f64) -> (f64, f64) {
    let half = half(graph, spot);
    let up = (y(row) - y(spot.row)).clamp(-0.5 * RADIUS, 0.5 * RADIUS);
    let corner = (RADIUS * RADIUS - up * up).sqrt() - RADIUS;
    (half + corner, up)
}

fn node(out: &mut String, graph: &Graph, spot: &Spot, column: &Column, y: f64) {
    let (node, half) = (&graph.nodes[spot.node], half(graph, spot));
    let high = if node.role == Role::Operation { RADIUS } else { 15.0 };
    let round = if node.role == Role::Operation { RADIUS } else { 5.0 };
    let _ = writeln!(
        out,
        "  <rect class=\"node\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{round}\"/>",
        column.centre - half,
        y - high,
        2.0 * half,
        2.0 * high
    );
    let label = escaped(&printed(&node.label));
    let _ = writeln!(out, "  <text class=\"label\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>", column.centre, y + 5.0);
}
