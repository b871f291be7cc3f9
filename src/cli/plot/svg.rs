//! How is a chart drawn as a picture? Paths, a grid at round numbers, a legend: SVG that stands alone.
//! Deliberately works nothing out.
//! Read next: `window.rs`, `terminal.rs` (the same with characters).

use super::sample::{Point, clip};
use super::window::marks;
use super::{Chart, Line};
use std::fmt::Write;

/// Room around the plane: left, right, below; above stands the legend.
const ROOM: (f64, f64, f64) = (64.0, 24.0, 40.0);

/// The height of a line of the legend.
const LINE: f64 = 20.0;

/// Deviations that nobody sees.
const UNSEEN: f64 = 0.05;

/// The chart as the text of an SVG file.
pub(crate) fn draw(chart: &Chart, width: usize, height: usize) -> String {
    let (width, height) = (width as f64, height as f64);
    let (left, right, top, bottom) = (ROOM.0, width - ROOM.1, 16.0 + LINE * chart.series.len() as f64, height - ROOM.2);
    let x = |value: f64| left + (right - left) * (value - chart.x.0) / (chart.x.1 - chart.x.0);
    let y = |value: f64| bottom - (bottom - top) * (value - chart.y.0) / (chart.y.1 - chart.y.0);
    let title = escaped(chart.series.first().map_or("", |series| series.name.as_str()));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>{title}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    // a String takes everything
    for (value, text) in marks(chart.x, ((right - left) / 70.0) as usize) {
        let (at, ink) = (x(value), if value == 0.0 { "#888" } else { "#e4e4e4" });
        let _ = writeln!(
            out,
            "<path d=\"M{at:.1} {top:.1}V{bottom:.1}\" stroke=\"{ink}\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#444\">{}</text>",
            bottom + 16.0,
            minus(&text)
        );
    }
    for (value, text) in marks(chart.y, ((bottom - top) / 40.0) as usize) {
        let (at, ink) = (y(value), if value == 0.0 { "#888" } else { "#e4e4e4" });
        let _ = writeln!(
            out,
            "<path d=\"M{left:.1} {at:.1}H{right:.1}\" stroke=\"{ink}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#444\">{}</text>",
            left - 8.0,
            at + 4.0,
            minus(&text)
        );
    }
    let _ = writeln!(
        out,
        "<path d=\"M{left:.1} {top:.1}H{right:.1}V{bottom:.1}H{left:.1}Z\" fill=\"none\" stroke=\"#aaa\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-style=\"italic\">{}</text>",
        f64::midpoint(left, right),
        bottom + 33.0,
        escaped(&chart.variable)
    );
    for (number, series) in chart.series.iter().enumerate().rev() {
        let (ink, dash) = ink(series.line);
        let mut path = String::new();
        for run in &series.runs {
            let inside = run.windows(2).filter_map(|pair| clip(*pair.first()?, *pair.get(1)?, chart.x, chart.y));
            trace(&mut path, inside.map(|(a, b)| ((x(a.0), y(a.1)), (x(b.0), y(b.1)))));
            if let [(px, py)] = run[..]
                && (chart.y.0..=chart.y.1).contains(&py)
            {
                let _ = write!(path, "M{:.1} {:.1}h0.1", x(px), y(py));
            }
        }
        let line = 14.0 + LINE * number as f64;
        let stroke = format!("fill=\"none\" stroke=\"{ink}\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\"{dash}");
        let _ = writeln!(
            out,
            "<path d=\"{path}\" {stroke}/>\n<path d=\"M{left:.1} {line}h28\" {stroke}/><text x=\"{:.1}\" y=\"{}\">{}</text>",
            left + 38.0,
            line + 4.0,
            escaped(&series.name)
        );
    }
    for &(px, py) in &chart.touching {
        let _ = writeln!(out, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"{}\"/>", x(px), y(py), ink(Line::Dashed).0);
    }
    out + "</svg>\n"
}

/// Colours that differ for those who see fewer of them too (Okabe and Ito), and dashes for those who see none.
fn ink(line: Line) -> (&'static str, &'static str) {
    match line {
        Line::Solid => ("#0072b2", ""),
        Line::Dotted => ("#d55e00", " stroke-dasharray=\"1 5\""),
        Line::Dashed => ("#009e73", " stroke-dasharray=\"9 5\""),
    }
}

/// Most points that one straight piece may leave out.
const LEFT_OUT: usize = 40;

/// Pieces as one path; pieces that go straight on are one.
fn trace(path: &mut String, pieces: impl Iterator<Item = (Point, Point)>) {
    // the points since the last one that was written
    let mut open: Vec<Point> = Vec::new();
    for (a, b) in pieces {
        let joined = open.last().is_some_and(|end| (end.0 - a.0).abs() < UNSEEN && (end.1 - a.1).abs() < UNSEEN);
        if !joined {
            finish(path, &open);
            // a String takes everything
            let _ = write!(path, "M{:.1} {:.1}", a.0, a.1);
            open = vec![a];
        } else if let Some(&from) = open.first()
            && (open.len() > LEFT_OUT || open.iter().any(|&point| distance(point, from, b) > UNSEEN))
        {
            finish(path, &open);
            open.drain(..open.len() - 1);
        }
        open.push(b);
    }
    finish(path, &open);
}

fn finish(path: &mut String, open: &[Point]) {
    if let [_, .., (x, y)] = open {
        // a String takes everything
        let _ = write!(path, "L{x:.1} {y:.1}");
    }
}

/// How far a point is from the line through two others.
fn distance(point: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    ((point.0 - a.0) * dy - (point.1 - a.1) * dx).abs() / dx.hypot(dy).max(1e-9)
}

/// A number with the minus sign of print.
fn minus(text: &str) -> String {
    text.replace('-', "−")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
