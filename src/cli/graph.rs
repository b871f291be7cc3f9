//! How does a computational graph reach a terminal or a file, and in which format?
//! Deliberately lays nothing out and works nothing out: `net/graph/` does.
//! Read next: `../net/graph.rs`.

use crate::arguments::Settings;
use crate::table::output::write;
use crate::{command, report};
use std::io::IsTerminal;
use symdiff::net::graph::{Drawing, Graph};
use symdiff::phrase;
use symdiff::session::{Answer, Request, Session};
use symdiff::{Error, Kind};

/// The words of `--format`.
pub(crate) const FORMATS: [&str; 5] = ["text", "svg", "dot", "mermaid", "json"];

/// What is drawn, and where to.
#[derive(Debug)]
pub(crate) struct Picture {
    format: &'static str,
    out: Option<String>,
    drawing: Drawing,
}

/// The picture that these options ask for; without a format, the ending of the file says it.
pub(crate) fn picture(format: Option<&str>, out: Option<&str>, blank: Option<&str>, digits: Option<usize>) -> Result<Picture, Error> {
    let named = format.and_then(|format| FORMATS.into_iter().find(|name| *name == format));
    let format = match (named, out) {
        (Some(format), _) => format,
        (None, Some(file)) => by_ending(file)?,
        (None, None) => "text",
    };
    let mut drawing = Drawing { digits: digits.unwrap_or(Drawing::default().digits), ..Drawing::default() };
    drawing.forward = !matches!(blank, Some("forward" | "both"));
    drawing.backward = !matches!(blank, Some("backward" | "both"));
    if out.is_none()
        && std::io::stdout().is_terminal()
        && let Some((terminal_size::Width(columns), _)) = terminal_size::terminal_size()
    {
        drawing.width = usize::from(columns).max(40);
    }
    Ok(Picture { format, out: out.map(str::to_owned), drawing })
}

fn by_ending(file: &str) -> Result<&'static str, Error> {
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match &*ending {
        "svg" => Ok("svg"),
        "dot" | "gv" => Ok("dot"),
        "mmd" | "mermaid" => Ok("mermaid"),
        "json" => Ok("json"),
        "txt" | "text" => Ok("text"),
        _ => {
            let message =
                phrase!("the ending of `{file}` is no format of a graph; it is .svg, .dot, .mmd, .json or .txt, or write --format", file);
            Err(Error::new(Kind::Request, message))
        }
    }
}

fn drawn(graph: &Graph, picture: &Picture) -> String {
    let drawing = &picture.drawing;
    match picture.format {
        "svg" => graph.to_svg(drawing),
        "dot" => graph.to_dot(drawing),
        "mermaid" => graph.to_mermaid(drawing),
        "json" => graph.to_json(drawing) + "\n",
        _ => graph.to_text(drawing),
    }
}

/// Draws on stdout or into a file; the exit code.
pub(crate) fn run(mut request: Request<'static>, picture: &Picture, settings: Settings) -> u8 {
    let color = settings.color;
    if let Err(error) = command::from_stdin(&mut request) {
        return report::error(&error, None, color);
    }
    request.echo = std::io::stdout().is_terminal();
    let response = match Session::new(settings.budget).answer(&request) {
        Ok(response) => response,
        Err(error) => return report::error(&error, request.source(&error), color),
    };
    if let Some(read_as) = &response.read_as {
        report::say(&phrase!("read as {read_as}", read_as));
    }
    let Answer::Graph(graph) = &response.answer else { return 0 };
    let text = drawn(graph, picture);
    let Some(file) = &picture.out else { return report::answer(text.as_bytes(), color) };
    match write(file, text.as_bytes()) {
        Ok(()) => 0,
        Err(error) => report::error(&error, None, color),
    }
}
