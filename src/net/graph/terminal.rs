//! How does a graph look on a terminal? Lines of box-drawing characters, a value above each, a derivative below.
//! Deliberately gives up where the picture would be too wide or its lines would run into each other: `table.rs` takes over.
//! Read next: `layout.rs`.

use super::layout::{Layout, Spot, layout};
use super::number::{self, Backward};
use super::{Drawing, Graph, uses};
use unicode_width::UnicodeWidthChar;

/// Pictures of more lines are no help.
const MOST_LINES: i64 = 80;

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;

#[derive(Clone, Copy, PartialEq)]
enum Cell {
    Blank,
    /// Part of the line of a net.
    Line(u8, usize),
    Text(char),
    /// The right half of a wide character.
    Covered,
}

/// A grid of characters.
struct Canvas {
    width: usize,
    cells: Vec<Cell>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, cells: vec![Cell::Blank; width * height] }
    }

    fn cell(&mut self, column: usize, row: usize) -> Option<&mut Cell> {
        if column < self.width { self.cells.get_mut(row * self.width + column) } else { None }
    }

    fn text(&mut self, column: usize, row: usize, text: &str) {
        let mut column = column;
        for c in text.chars() {
            if let Some(cell) = self.cell(column, row) {
                *cell = Cell::Text(c);
            }
            if width_of(c) == 2
                && let Some(cell) = self.cell(column + 1, row)
            {
                *cell = Cell::Covered;
            }
            column += width_of(c);
        }
    }

    /// Adds directions to a cell; where two nets cross, the upright one is drawn.
    fn line(&mut self, column: usize, row: usize, directions: u8, net: usize) {
        let Some(cell) = self.cell(column, row) else { return };
        *cell = match *cell {
            Cell::Line(old, same) if same == net => Cell::Line(old | directions, net),
            Cell::Line(old, other) if old & (UP | DOWN) != 0 => Cell::Line(old, other),
            _ => Cell::Line(directions, net),
        };
    }

    fn across(&mut self, from: usize, to: usize, row: usize, net: usize) {
        for column in from..=to {
            self.line(column, row, if column > from { LEFT } else { 0 } | if column < to { RIGHT } else { 0 }, net);
        }
    }

    fn upright(&mut self, column: usize, from: usize, to: usize, net: usize) {
        for row in from..=to {
            self.line(column, row, if row > from { UP } else { 0 } | if row < to { DOWN } else { 0 }, net);
        }
    }

    fn lines(&self) -> String {
        let mut out = String::new();
        for row in self.cells.chunks(self.width.max(1)) {
            let line: String = row.iter().filter(|cell| **cell != Cell::Covered).map(|cell| glyph(*cell)).collect();
            out += line.trim_end();
            out.push('\n');
        }
        out
    }
}

fn glyph(cell: Cell) -> char {
    match cell {
        Cell::Blank | Cell::Covered => ' ',
        Cell::Text(c) => c,
        Cell::Line(directions, _) => match directions {
            0 => ' ',
            d if d & (UP | DOWN) == 0 => '─',
            d if d & (LEFT | RIGHT) == 0 => '│',
            d if d == LEFT | UP => '┘',
            d if d == LEFT | DOWN => '┐',
            d if d == RIGHT | UP => '└',
            d if d == RIGHT | DOWN => '┌',
            d if d == LEFT | RIGHT | UP => '┴',
            d if d == LEFT | RIGHT | DOWN => '┬',
            d if d == LEFT | UP | DOWN => '┤',
            d if d == RIGHT | UP | DOWN => '├',
            _ => '┼',
        },
    }
}

/// Columns of a character on a terminal: Hangul, Han and kana take two. One that takes none gets a column of its own here.
fn width_of(c: char) -> usize {
    c.width().unwrap_or(1).max(1)
}

pub(super) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// A line that leaves a spot and must change its row: in which column it does.
struct Bend {
    from: usize,
    top: i64,
    bottom: i64,
    column: usize,
}

/// The space right of a layer: numbers, then bends.
struct Channel {
    numbers: usize,
    bends: Vec<Bend>,
}

/// The picture, or nothing where it does not fit.
pub(super) fn picture(graph: &Graph, drawing: &Drawing) -> Option<String> {
    if graph.nodes.len() > drawing.width {
        return None;
    }
    let layout = layout(graph);
    let uses = uses(graph);
    let forward: Vec<String> = graph.nodes.iter().map(|node| number::forward(node, drawing)).collect();
    let backward: Vec<Backward> = graph.nodes.iter().zip(&uses).map(|(node, uses)| number::backward(node, uses, drawing)).collect();
    let wide = |spot: &Spot| match (spot.passes, &backward[spot.node]) {
        (true, _) => 0,
        (false, back) => width(&forward[spot.node]).max(width(&back.sum)).max(back.total.as_deref().map_or(0, width)),
    };
    let mut channels = Vec::with_capacity(layout.layers.len());
    for (at, layer) in layout.layers.iter().enumerate() {
        let next: &[Spot] = layout.layers.get(at + 1).map_or(&[], Vec::as_slice);
        channels.push(Channel { numbers: layer.iter().map(wide).max().unwrap_or(0) + 2, bends: bends(layer, next)? });
    }
    let bottom = layout.layers.iter().flatten().map(|spot| spot.row.max(spot.ports.last().map_or(0, |port| port.row))).max()?;
    if bottom > MOST_LINES {
        return None;
    }
    let canvas = draw(graph, &layout, &channels, &forward, &backward, usize::try_from(bottom).ok()? + 4)?;
    let lines = canvas.lines().trim_end().to_owned() + "\n";
    lines.lines().all(|line| width(line) <= drawing.width).then_some(lines)
}

/// In which order the lines between two layers bend, so that none runs into another: a line that leaves in the row in which
/// another arrives bends first.
fn bends(layer: &[Spot], next: &[Spot]) -> Option<Vec<Bend>> {
    let mut bends: Vec<Bend> = Vec::new();
    for (from, spot) in layer.iter().enumerate() {
        let rows = || next.iter().flat_map(|to| &to.ports).filter(|port| port.from == from).map(|port| port.row);
        let (Some(top), Some(bottom)) = (rows().min(), rows().max()) else { continue };
        if (top, bottom) != (spot.row, spot.row) {
            bends.push(Bend { from, top: top.min(spot.row), bottom: bottom.max(spot.row), column: 0 });
        }
    }
    let arrives = |row: i64| next.iter().flat_map(|to| &to.ports).find(|port| port.row == row).map(|port| port.from);
    let mut ordered = 0;
    while ordered < bends.len() {
        // the next column is for a line that no other must precede
        let rows: Vec<(usize, i64)> = bends[ordered..].iter().map(|bend| (bend.from, layer[bend.from].row)).collect();
        let free = (ordered..bends.len())
            .find(|&at| !rows.iter().any(|&(from, row)| from != bends[at].from && arrives(row) == Some(bends[at].from)))?;
        bends[ordered..=free].rotate_right(1);
        bends[ordered].column = ordered;
        ordered += 1;
    }
    Some(bends)
}

fn draw(graph: &Graph, layout: &Layout, channels: &[Channel], forward: &[String], backward: &[Backward], height: usize) -> Option<Canvas> {
    let label_width =
        |layer: &Vec<Spot>| layer.iter().filter(|spot| !spot.passes).map(|spot| width(&graph.nodes[spot.node].label)).max().unwrap_or(0);
    let joins = |layer: &Vec<Spot>| layer.iter().any(|spot| spot.ports.len() > 1);
    let across: usize = layout
        .layers
        .iter()
        .zip(channels)
        .map(|(layer, channel)| label_width(layer) + 5 + channel.numbers + 2 * channel.bends.len() + usize::from(joins(layer)))
        .sum();
    if across > 4_000 {
        return None;
    }
    let mut canvas = Canvas::new(across + 4, height);
    // a row for the value above the first line
    let row = |row: i64| usize::try_from(row + 1).unwrap_or(0);
    let mut left = 0;
    for (at, (layer, channel)) in layout.layers.iter().zip(channels).enumerate() {
        // the node's own column, where its inputs meet
        let (join, inner) = (left, left + if at > 0 { 2 + usize::from(joins(layer)) } else { 0 });
        let labels = label_width(layer);
        let right = inner + labels + 1;
        let end = right + channel.numbers;
        for (place, spot) in layer.iter().enumerate() {
            let net = at * 100_000 + place + 1;
            let line = row(spot.row);
            if spot.passes {
                canvas.across(join, end, line, net);
            } else {
                let label = &graph.nodes[spot.node].label;
                let start = if at == 0 { inner } else { inner + (labels - width(label)) / 2 };
                if at > 0 {
                    for port in &spot.ports {
                        canvas.across(join.saturating_sub(1), join, row(port.row), net);
                    }
                    if let [first, .., last] = &spot.ports[..] {
                        canvas.upright(join, row(first.row), row(last.row), net);
                    }
                    if start >= join + 2 {
                        canvas.across(join, start - 2, line, net);
                    }
                }
                canvas.text(start, line, label);
                let begin = start + width(label) + 1;
                canvas.across(begin, end, line, net);
                // the numbers of the inputs stand in one column
                let begin = if at == 0 { right } else { begin };
                let centred = |text: &str| begin + (end - begin).saturating_sub(width(text)).div_ceil(2);
                let back = &backward[spot.node];
                canvas.text(centred(&forward[spot.node]), line - 1, &forward[spot.node]);
                canvas.text(centred(&back.sum), line + 1, &back.sum);
                if let Some(total) = &back.total {
                    canvas.text(centred(total), line + 2, total);
                }
            }
        }
        let Some(next) = layout.layers.get(at + 1) else {
            if let Some(last) = layer.last() {
                canvas.text(end, row(last.row), "→");
            }
            break;
        };
        let stop = end + 2 * channel.bends.len();
        for (place, spot) in layer.iter().enumerate() {
            let net = at * 100_000 + place + 1;
            let bend = channel.bends.iter().find(|bend| bend.from == place);
            let turn = bend.map_or(stop, |bend| end + 2 * bend.column + 1);
            canvas.across(end, turn, row(spot.row), net);
            if let Some(bend) = bend {
                canvas.upright(turn, row(bend.top), row(bend.bottom), net);
            }
            for port in next.iter().flat_map(|to| &to.ports).filter(|port| port.from == place) {
                canvas.across(turn, stop, row(port.row), net);
            }
        }
        left = stop + 1;
    }
    Some(canvas)
}
