//! How does a function become a picture? Words to a request, values to a chart, a chart to the terminal or a file.
//! Deliberately works no derivative out: the session does.
//! Read next: `plot/sample.rs` (where a curve runs), `plot/window.rs` (what is shown), `plot/terminal.rs`, `plot/svg.rs`.

mod sample;
mod svg;
mod terminal;
mod window;

use crate::arguments::{Color, Misuse, Settings, equation, outside};
use crate::table::output::write;
use crate::{command, report};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use sample::Point;
use std::io::IsTerminal;
use symdiff::phrase;
use symdiff::session::{Plotted, Request, Session, Sketch};
use symdiff::{Error, Kind};
use terminal::Paper;
use window::Range;

/// The words of `--format`.
pub(crate) const FORMATS: [&str; 2] = ["text", "svg"];

/// What is drawn, and where to.
#[derive(Debug, Default)]
pub(crate) struct Picture {
    pub(crate) sketch: Sketch,
    svg: bool,
    out: Option<String>,
    width: Option<usize>,
    height: Option<usize>,
}

/// How a curve is drawn, so that two can be told apart without colours too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line {
    Solid,
    Dotted,
    Dashed,
}

/// A curve and what the legend says of it.
#[derive(Debug)]
struct Series {
    name: String,
    line: Line,
    runs: Vec<Vec<Point>>,
}

/// What a picture shows.
#[derive(Debug)]
struct Chart {
    variable: String,
    x: Range,
    y: Range,
    series: Vec<Series>,
    touching: Vec<Point>,
}

/// The options of `plot`.
pub(crate) fn words(command: Command) -> Command {
    let valued = |name: &'static str, value: &'static str, about: &'static str| Arg::new(name).long(name).value_name(value).help(about);
    let number = |name, about| valued(name, "N", about).value_parser(clap::value_parser!(u64).range(5..=10_000));
    command
        .arg(Arg::new("RANGE").value_name("x=-3..3").num_args(0..=2).help("What is on the axis and from where to where; also y=0..5"))
        .arg(valued("at", "x=1", "The tangent there, and its equation").action(ArgAction::Append).allow_hyphen_values(true))
        .arg(Arg::new("no-derivative").long("no-derivative").action(ArgAction::SetTrue).help("Draw the function alone"))
        .arg(valued("out", "FILE", "Where the picture goes: .svg, or .txt").value_hint(ValueHint::FilePath))
        .arg(number("width", "Columns of the terminal, or pixels of the SVG [default: that of the terminal; 720]"))
        .arg(number("height", "Rows of the terminal, or pixels of the SVG [default: 20; 480]"))
}

/// The picture that the words ask for.
pub(crate) fn read(matches: &ArgMatches) -> Result<Picture, Misuse> {
    let text = |name: &str| matches.get_one::<String>(name);
    let number = |name: &str| matches.get_one::<u64>(name).and_then(|number| usize::try_from(*number).ok());
    let ranges = matches.get_many::<String>("RANGE").unwrap_or_default();
    let places = matches.get_many::<String>("at").unwrap_or_default();
    let sketch = sketch(ranges.map(String::as_str), places.map(String::as_str), !matches.get_flag("no-derivative"))?;
    let out = text("out").cloned();
    let svg = match (text("format").map(String::as_str), &out) {
        (Some(format), _) => format == "svg",
        (None, Some(file)) => is_svg(file)?,
        (None, None) => false,
    };
    Ok(Picture { sketch, svg, out, width: number("width"), height: number("height") })
}

fn is_svg(file: &str) -> Result<bool, Error> {
    match file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase().as_str() {
        "svg" => Ok(true),
        "txt" | "text" => Ok(false),
        _ => Err(Error::new(
            Kind::Request,
            phrase!("the ending of `{file}` is no format of a plot; it is .svg or .txt, or write --format", file),
        )),
    }
}

/// `x=-3..3`, `y=0..5`, tangents at `x=1` or `1`.
fn sketch<'t>(ranges: impl Iterator<Item = &'t str>, places: impl Iterator<Item = &'t str>, derivative: bool) -> Result<Sketch, Error> {
    let usage = |text: &str| Error::new(Kind::Request, phrase!("`{text}` is no range; write x=-3..3", text = text.trim()));
    let mut sketch = Sketch { derivative, ..Sketch::default() };
    let mut given: Vec<(&str, Option<(String, String)>)> = Vec::new();
    for text in ranges {
        let (name, range) = match equation(text) {
            Some((name, range)) => {
                let (from, to) = range.split_once("..").ok_or_else(|| usage(text))?;
                (name, Some((from.trim().to_owned(), to.trim().to_owned())))
            }
            None if text.contains(['.', '=']) => return Err(usage(text)),
            None => (text.trim(), None),
        };
        given.push((name, range));
    }
    for text in places.flat_map(|text| outside(text, ",")) {
        match equation(text) {
            Some((name, place)) => {
                let known = sketch.variable.get_or_insert_with(|| name.to_owned());
                if known != name {
                    return Err(Error::new(
                        Kind::Request,
                        phrase!("a plot has one axis, but tangents are asked for at {known} and {name}", known, name),
                    ));
                }
                sketch.touching.push(place.to_owned());
            }
            None => sketch.touching.push(text.trim().to_owned()),
        }
    }
    // two ranges: that of the axis, and that of the values
    let axis = given.iter().position(|(name, _)| sketch.variable.as_deref().map_or(*name != "y", |known| known == *name));
    match (given.len(), axis) {
        (0, _) => {}
        (1, Some(_)) | (2, None) => axis_and_height(&mut sketch, given, 0),
        (1, None) if sketch.variable.is_none() || given.iter().all(|(name, _)| *name == "y") => {
            // `y=0..5` alone is the height, unless nothing else can be on the axis; the session says so
            if let Some((_, range)) = given.pop() {
                sketch.height = range;
            }
        }
        (1, None) => {
            let known = sketch.variable.unwrap_or_default();
            return Err(Error::new(
                Kind::Request,
                phrase!("the tangent is asked for at {known}, but the range is of something else", known),
            ));
        }
        (_, Some(at)) => axis_and_height(&mut sketch, given, at),
        (_, None) => {}
    }
    Ok(sketch)
}

fn axis_and_height(sketch: &mut Sketch, given: Vec<(&str, Option<(String, String)>)>, axis: usize) {
    for (at, (name, range)) in given.into_iter().enumerate() {
        if at == axis {
            sketch.variable = Some(name.to_owned());
            sketch.range = range;
        } else {
            sketch.height = range;
        }
    }
}

/// What `plot` asks for in the REPL: `EXPR x=-3..3 at x=1 to curve.svg`.
pub(crate) fn entry(rest: &str) -> Result<(String, Picture), Error> {
    let (rest, out) = rest.rsplit_once(" to ").map_or((rest, None), |(rest, file)| (rest, Some(file.trim().to_owned())));
    let pieces = outside(rest, " at ");
    let mut expr = pieces.first().copied().unwrap_or(rest).trim();
    let mut ranges = Vec::new();
    while let Some((before, word)) = expr.rsplit_once([' ', ',']).filter(|(_, word)| word.contains("..")) {
        ranges.insert(0, word);
        expr = before.trim_end_matches([' ', ',']);
    }
    let sketch = sketch(ranges.into_iter(), pieces.get(1).copied().into_iter(), true)?;
    let svg = out.as_deref().map_or(Ok(false), is_svg)?;
    Ok((expr.to_owned(), Picture { sketch, svg, out, ..Picture::default() }))
}

impl Picture {
    /// Writes the drawn picture into its file, if it has one; what is left to be shown.
    pub(crate) fn kept(&self, text: String) -> Result<String, Error> {
        match &self.out {
            Some(file) => write(file, text.as_bytes()).map(|()| String::new()),
            None => Ok(text),
        }
    }
}

/// Draws on stdout or into a file; the exit code.
pub(crate) fn run(mut request: Request<'static>, picture: &Picture, settings: Settings) -> u8 {
    let color = settings.color;
    if let Err(error) = command::from_stdin(&mut request) {
        return report::error(&error, None, color);
    }
    let text = match drawn(&mut Session::new(settings.budget), &request, picture, color) {
        Ok(text) => text,
        Err(error) => return report::error(&error, request.source(&error), color),
    };
    match picture.kept(text) {
        Ok(text) if text.is_empty() => 0,
        Ok(text) => report::answer(text.as_bytes(), color),
        Err(error) => report::error(&error, None, color),
    }
}

/// The text of the picture.
pub(crate) fn drawn(session: &mut Session, request: &Request<'_>, picture: &Picture, color: Color) -> Result<String, Error> {
    let plotted = match session.plot(request, &picture.sketch) {
        Ok(plotted) => plotted,
        Err(error) => {
            let alone = Sketch { derivative: false, ..picture.sketch.clone() };
            let helps = picture.sketch.derivative && matches!(error.kind(), Kind::Domain | Kind::Derivative);
            return Err(if helps && session.plot(request, &alone).is_ok() {
                Error::new(error.kind(), phrase!("{problem}; --no-derivative draws the function alone", problem = error.phrase()))
            } else {
                error
            });
        }
    };
    if picture.svg {
        let (width, height) = (picture.width.unwrap_or(720).max(200), picture.height.unwrap_or(480).max(160));
        let chart = chart(&plotted, width * 2, (width / 90, height / 60));
        return Ok(svg::draw(&chart, width, height));
    }
    let terminal = picture.out.is_none() && std::io::stdout().is_terminal();
    let size = terminal_size::terminal_size().filter(|_| terminal);
    let columns = size.map_or(80, |(terminal_size::Width(columns), _)| usize::from(columns).clamp(40, 160));
    let rows = size.map_or(20, |(_, terminal_size::Height(rows))| usize::from(rows).saturating_sub(8).clamp(10, 24));
    let colors = report::is_colored(color, terminal);
    let paper = Paper { columns: picture.width.unwrap_or(columns), rows: picture.height.unwrap_or(rows), colors };
    let chart = chart(&plotted, paper.dots() * 4, paper.marks());
    Ok(terminal::draw(&chart, paper))
}

/// The curves of a function over its range, with `steps` values of each.
fn chart(plotted: &Plotted, steps: usize, marks: (usize, usize)) -> Chart {
    let value = |x: f64| plotted.value(x);
    let slope = |x: f64| plotted.slope(x);
    let touching: Vec<f64> = plotted.tangents.iter().map(|tangent| tangent.at).collect();
    let x = plotted.range.unwrap_or_else(|| window::usual(value, &touching));
    let function = sample::values(value, x, steps);
    let derivative = if plotted.derivative.is_some() { sample::values(slope, x, steps) } else { Vec::new() };
    let touched: Vec<f64> = plotted.tangents.iter().map(|tangent| tangent.value).collect();
    let y = plotted.height.unwrap_or_else(|| window::rounded(window::height(&function, &derivative, &touched), marks.1));
    let name = &plotted.variable;
    let mut series =
        vec![Series { name: format!("f({name}) = {}", plotted.text), line: Line::Solid, runs: sample::runs(value, &function, y.1 - y.0) }];
    if let Some(text) = &plotted.derivative {
        let runs = sample::runs(slope, &derivative, y.1 - y.0);
        series.push(Series { name: format!("f′({name}) = {text}"), line: Line::Dotted, runs });
    }
    for tangent in &plotted.tangents {
        let line = |x: f64| tangent.value + tangent.slope * (x - tangent.at);
        let runs = vec![vec![(x.0, line(x.0)), (x.1, line(x.1))]];
        let said = phrase!("tangent at {name} = {place}: {line}", name, place = tangent.place, line = tangent.equation);
        series.push(Series { name: report::said(&said), line: Line::Dashed, runs });
    }
    let touching = plotted.tangents.iter().map(|tangent| (tangent.at, tangent.value));
    let touching = touching.filter(|point| (x.0..=x.1).contains(&point.0) && (y.0..=y.1).contains(&point.1)).collect();
    Chart { variable: name.clone(), x, y, series, touching }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
