//! How does the course of a training look? A line of bars for a terminal, a picture as SVG.
//! Deliberately knows only the figures of each epoch.
//! Read next: `train.rs`.

use crate::report;
use std::fmt::Write;
use symdiff::net::Score;
use symdiff::{Phrase, phrase};

/// The figures of an epoch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Point {
    pub(crate) loss: f64,
    /// The loss on the test examples.
    pub(crate) test: Option<f64>,
    /// The share of test examples whose class is found, where there are classes.
    pub(crate) accuracy: Option<f64>,
}

impl Point {
    pub(crate) fn of(loss: f64, score: Option<Score>, classes: bool) -> Point {
        Point { loss, test: score.map(|score| score.loss), accuracy: score.filter(|_| classes).map(|score| score.accuracy) }
    }
}

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// At most so many bars.
const WIDTH: usize = 60;

/// Loss and accuracy as bars, an epoch each.
pub(crate) fn text(history: &[Point]) -> String {
    let mut out = String::new();
    let mut line = |named: fn(String, String, String) -> Phrase, values: Vec<f64>, factor: f64| {
        let (least, most) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &x| (a.min(x), b.max(x)));
        let every = values.len().div_ceil(WIDTH).max(1);
        let bars: String = values
            .chunks(every)
            .map(|chunk| {
                let mean = chunk.iter().sum::<f64>() / chunk.len() as f64;
                let share = if most > least { (mean - least) / (most - least) } else { 0.0 };
                BARS[((share * 7.0).round() as usize).min(7)]
            })
            .collect();
        let (first, last) = (values.first().copied().unwrap_or(0.0) * factor, values.last().copied().unwrap_or(0.0) * factor);
        // a String takes everything
        let said = named(bars, format!("{first:.4}"), format!("{last:.4}"));
        let _ = writeln!(out, "{}", report::said(&said));
    };
    line(
        |bars, first, last| phrase!("loss      {bars}  {first} to {last}", bars, first, last),
        history.iter().map(|point| point.loss).collect(),
        1.0,
    );
    let tests: Vec<f64> = history.iter().filter_map(|point| point.test).collect();
    if !tests.is_empty() {
        line(|bars, first, last| phrase!("test loss {bars}  {first} to {last}", bars, first, last), tests, 1.0);
    }
    let accuracies: Vec<f64> = history.iter().filter_map(|point| point.accuracy).collect();
    if !accuracies.is_empty() {
        line(|bars, first, last| phrase!("accuracy  {bars}  {first} % to {last} %", bars, first, last), accuracies, 100.0);
    }
    out
}

/// Loss and accuracy over the epochs as a picture.
pub(crate) fn svg(history: &[Point]) -> String {
    let (width, height, left, top) = (640.0, 360.0, 56.0, 24.0);
    let (right, bottom) = (width - 56.0, height - 44.0);
    let most = history.iter().flat_map(|point| [point.loss, point.test.unwrap_or(0.0)]).fold(1e-12, f64::max);
    let last = history.len().max(2) as f64 - 1.0;
    let x = |at: usize| left + (right - left) * at as f64 / last;
    let y = |share: f64| bottom - (bottom - top) * share.clamp(0.0, 1.0);
    let path = |values: Vec<Option<f64>>| {
        let points: Vec<String> = values.iter().enumerate().filter_map(|(at, v)| v.map(|v| format!("{:.1},{:.1}", x(at), y(v)))).collect();
        points.join(" ")
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n\
         <path d=\"M{left} {top}V{bottom}H{right}V{top}\" fill=\"none\" stroke=\"#999\"/>\n"
    );
    let classes = history.iter().any(|point| point.accuracy.is_some());
    for step in 0..=4 {
        let share = f64::from(step) / 4.0;
        let (loss, base) = (most * share, y(share) + 4.0);
        let percent = if classes {
            format!("<text x=\"{:.1}\" y=\"{base:.1}\" fill=\"#26a\">{:.0} %</text>", right + 6.0, share * 100.0)
        } else {
            String::new()
        };
        // a String takes everything
        let _ = writeln!(out, "<text x=\"{:.1}\" y=\"{base:.1}\" text-anchor=\"end\" fill=\"#b33\">{loss:.3}</text>{percent}", left - 6.0);
    }
    let lines = [
        ("#b33", "", history.iter().map(|point| Some(point.loss / most)).collect::<Vec<_>>(), "training loss"),
        ("#b33", "5 4", history.iter().map(|point| point.test.map(|loss| loss / most)).collect(), "test loss"),
        ("#26a", "", history.iter().map(|point| point.accuracy).collect(), "test accuracy"),
    ];
    let lines = lines.into_iter().filter(|(_, _, values, _)| values.iter().any(Option::is_some));
    for (number, (colour, dash, values, name)) in lines.enumerate() {
        let at = left + 10.0 + 150.0 * number as f64;
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/>\
             <path d=\"M{at} {line}h24\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dash}\"/><text x=\"{text}\" y=\"{base}\">{name}</text>",
            path(values),
            line = height - 15.0,
            text = at + 30.0,
            base = height - 11.0
        );
    }
    out += &format!(
        "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">epochs 1 to {}</text>\n</svg>\n",
        (left + right) / 2.0,
        bottom + 16.0,
        history.len()
    );
    out
}
