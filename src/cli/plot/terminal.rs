//! How is a chart drawn with characters? Curves of braille dots, eight in each character, between axes with round numbers.
//! Deliberately works nothing out. The crates for this draw lines across gaps and have no round numbers at their axes.
//! Read next: `window.rs`.

use super::sample::clip;
use super::window::marks;
use super::{Chart, Line};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The size in characters, and whether there are colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paper {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    pub(crate) colors: bool,
}

/// The smallest picture, and columns that the numbers at the left are thought to take.
const LEAST: (usize, usize) = (20, 5);
const GUTTER: usize = 8;

impl Paper {
    /// Columns of dots, at most.
    pub(crate) fn dots(&self) -> usize {
        self.columns.max(LEAST.0) * 2
    }

    /// How many numbers fit beside the axes.
    pub(crate) fn marks(&self) -> (usize, usize) {
        ((self.columns.saturating_sub(GUTTER) / 10).max(2), (self.rows / 3).max(2))
    }
}

/// The dot of a braille character: two columns of four.
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Of each series: its dots, character by character.
struct Canvas {
    columns: usize,
    rows: usize,
    layers: Vec<Vec<u8>>,
}

impl Canvas {
    fn dot(&mut self, layer: usize, x: usize, y: usize) {
        let at = (y / 4) * self.columns + x / 2;
        if let (Some(cell), Some(bit)) = (
            self.layers.get_mut(layer).and_then(|layer| layer.get_mut(at)).filter(|_| x / 2 < self.columns && y / 4 < self.rows),
            DOTS.get(y % 4).and_then(|row| row.get(x % 2)),
        ) {
            *cell |= bit;
        }
    }

    /// The character of a cell and the topmost series in it.
    fn cell(&self, at: usize) -> Option<(char, usize)> {
        let bits = |layer: &Vec<u8>| layer.get(at).copied().unwrap_or(0);
        let all = self.layers.iter().map(bits).fold(0, |all, bits| all | bits);
        let top = self.layers.iter().position(|layer| bits(layer) != 0)?;
        Some((char::from_u32(0x2800 + u32::from(all))?, top))
    }
}

/// Whether a dot of a line is drawn, so many dots after its start.
fn is_drawn(line: Line, at: usize) -> bool {
    match line {
        Line::Solid => true,
        Line::Dotted => at.is_multiple_of(3),
        Line::Dashed => at % 8 < 5,
    }
}

fn color(line: Line) -> &'static str {
    match line {
        Line::Solid => "\u{1b}[36m",
        Line::Dotted => "\u{1b}[33m",
        Line::Dashed => "\u{1b}[35m",
    }
}

const PLAIN: &str = "\u{1b}[0m";
const DIM: &str = "\u{1b}[2m";

/// The chart and its legend.
pub(crate) fn draw(chart: &Chart, paper: Paper) -> String {
    let (across, up) = paper.marks();
    let numbers = marks(chart.y, up);
    let gutter = numbers.iter().map(|(_, text)| text.len() + 2).fold(GUTTER, usize::max);
    // the name of the axis stands at its right end
    let taken = gutter + chart.variable.width() + 1;
    let (columns, rows) = (paper.columns.saturating_sub(taken).max(LEAST.0 - GUTTER), paper.rows.max(LEAST.1));
    let canvas = curves(chart, columns, rows);
    let column = |x: f64| place(x, chart.x, columns * 2) / 2;
    let row = |y: f64| (rows * 4 - 1).saturating_sub(place(y, chart.y, rows * 4)) / 4;
    let at_left: Vec<(usize, String)> = numbers.into_iter().map(|(y, text)| (row(y), text)).collect();
    let zero = |range: (f64, f64)| (range.0 < 0.0 && range.1 > 0.0).then_some(0.0);
    let (axis_row, axis_column) = (zero(chart.y).map(row), zero(chart.x).map(column));
    let touching: Vec<(usize, usize)> = chart.touching.iter().map(|&(x, y)| (column(x), row(y))).collect();
    let mut out = legend(chart, paper);
    for y in 0..rows {
        let number = at_left.iter().find(|(at, _)| *at == y).map(|(_, text)| text.as_str());
        out.push_str(&format!("{:>1$} {2}", number.unwrap_or(""), gutter - 2, if number.is_some() { '┤' } else { '│' }));
        let mut inked = "";
        let mut line = String::new();
        for x in 0..columns {
            let axis = match (axis_row == Some(y), axis_column == Some(x)) {
                (true, true) => '┼',
                (true, false) => '─',
                (false, true) => '│',
                (false, false) => ' ',
            };
            let (c, ink) = match canvas.cell(y * columns + x) {
                _ if touching.contains(&(x, y)) => ('●', color(Line::Dashed)),
                Some((c, top)) => (c, chart.series.get(top).map_or("", |series| color(series.line))),
                None if axis == ' ' => (' ', ""),
                None => (axis, DIM),
            };
            if paper.colors && ink != inked {
                line.push_str(if inked.is_empty() { "" } else { PLAIN });
                line.push_str(ink);
                inked = ink;
            }
            line.push(c);
        }
        if !inked.is_empty() && paper.colors {
            line.push_str(PLAIN);
        }
        out.push_str(line.trim_end_matches(' '));
        out.push('\n');
    }
    out + &bottom(chart, (gutter, columns), across, column)
}

/// The dot in which a value falls.
fn place(value: f64, (low, high): (f64, f64), dots: usize) -> usize {
    (((value - low) / (high - low)) * (dots - 1) as f64).round().clamp(0.0, (dots - 1) as f64) as usize
}

fn curves(chart: &Chart, columns: usize, rows: usize) -> Canvas {
    let mut canvas = Canvas { columns, rows, layers: vec![vec![0; columns * rows]; chart.series.len()] };
    let (wide, tall) = (columns * 2, rows * 4);
    for (layer, series) in chart.series.iter().enumerate() {
        for run in &series.runs {
            let mut drawn = 0;
            let single = [run.first().copied().unwrap_or_default(); 2];
            let run = if run.len() == 1 { &single[..] } else { &run[..] };
            for pair in run.windows(2) {
                let &[a, b] = pair else { continue };
                let Some((a, b)) = clip(a, b, chart.x, chart.y) else { continue };
                let dot = |point: (f64, f64)| (place(point.0, chart.x, wide) as f64, place(point.1, chart.y, tall) as f64);
                let (a, b) = (dot(a), dot(b));
                let steps = (b.0 - a.0).abs().max((b.1 - a.1).abs()) as usize;
                // the first dot of a piece is the last of the piece before
                for step in usize::from(drawn > 0).min(steps)..=steps {
                    let share = if steps == 0 { 0.0 } else { step as f64 / steps as f64 };
                    let (x, y) = ((a.0 + (b.0 - a.0) * share).round(), (a.1 + (b.1 - a.1) * share).round());
                    if is_drawn(series.line, drawn) {
                        canvas.dot(layer, x as usize, (tall - 1).saturating_sub(y as usize));
                    }
                    drawn += usize::from(steps > 0);
                }
            }
        }
    }
    canvas
}

/// The axis below, its numbers under their marks as far as they have room.
fn bottom(chart: &Chart, (gutter, columns): (usize, usize), count: usize, column: impl Fn(f64) -> usize) -> String {
    let (mut axis, mut numbers) = (vec!['─'; columns], String::new());
    for (x, text) in marks(chart.x, count) {
        let at = column(x);
        if let Some(cell) = axis.get_mut(at) {
            *cell = '┬';
        }
        // a minus sign is no part of the middle
        let start = (gutter + at).saturating_sub(text.trim_start_matches('-').len() / 2 + usize::from(text.starts_with('-')));
        if start > numbers.len() || numbers.is_empty() {
            numbers.push_str(&" ".repeat(start - numbers.len()));
            numbers.push_str(&text);
        }
    }
    let axis: String = axis.into_iter().collect();
    format!("{}└{axis} {}\n{numbers}\n", " ".repeat(gutter - 1), chart.variable)
}

fn legend(chart: &Chart, paper: Paper) -> String {
    let mut out = String::new();
    for series in &chart.series {
        let sample = match series.line {
            Line::Solid => "⠤⠤⠤⠤",
            Line::Dotted => "⠄⠠⠀⠄",
            Line::Dashed => "⠤⠄⠤⠄",
        };
        let (ink, plain) = if paper.colors { (color(series.line), PLAIN) } else { ("", "") };
        let name = shortened(&series.name, paper.columns.max(LEAST.0).saturating_sub(6));
        out.push_str(&format!("{ink}{sample}{plain}  {name}\n"));
    }
    out
}

/// A text cut to so many columns.
fn shortened(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut room = columns.saturating_sub(1);
    let mut out = String::new();
    for c in text.chars() {
        let width = c.width().unwrap_or(0);
        if width > room {
            break;
        }
        room -= width;
        out.push(c);
    }
    out + "…"
}
