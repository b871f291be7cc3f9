//! How is an expression evaluated at every row of a data file? Which formats there are, and what is done with them.
//! Deliberately does no row itself: a kernel runs over chunks of columns, and files change into it and out of it below.
//! Read next: `table/chunk.rs`, what passes between them; `table/pipeline.rs`, how they overlap.

mod chunk;
mod columns;
mod csv;
mod npy;
mod npz;
pub(crate) mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod pipeline;
pub(crate) mod progress;
mod text;

use crate::arguments::Settings;
use crate::{command, interrupt, report};
use chunk::{Table, Writing};
use columns::data;
use output::Output;
use pipeline::{Stop, Task};
use progress::Progress;
use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::atomic::Ordering;
use symdiff::phrase;
use symdiff::session::{Format, Request, Session};
use symdiff::{Budget, Error, Kind};

/// An error and the source that its span points into.
type Failure = (Error, Option<String>);

/// What is asked for beside the expression.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) data: String,
    pub(crate) out: Option<String>,
    pub(crate) columns: Vec<String>,
}

/// Kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Csv,
    /// CSV whose cells are separated by tabs, where it is written.
    Tabs,
    Json,
    Npy,
    Npz,
    Parquet,
}

impl Shape {
    /// By the ending of a name; without one that is known a file is CSV.
    fn of(name: &str) -> Result<Shape, Error> {
        let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
        match &*ending {
            "tsv" | "tab" => Ok(Shape::Tabs),
            "json" | "jsonl" | "ndjson" => Ok(Shape::Json),
            "npy" => Ok(Shape::Npy),
            "npz" => Ok(Shape::Npz),
            "parquet" | "pq" => Ok(Shape::Parquet),
            "arrow" | "feather" | "xlsx" | "xls" | "ods" | "gz" | "bz2" | "xz" | "zst" | "zip" | "h5" | "mat" => Err(data(phrase!(
                "`{name}`: .{ending} is none of the formats of tables; they are .csv, .tsv, .npy, .npz and .parquet",
                name,
                ending
            ))),
            _ => Ok(Shape::Csv),
        }
    }
}

/// Evaluates; the exit code.
pub(crate) fn run(mut request: Request<'static>, files: &Files, settings: &Settings) -> Result<u8, Failure> {
    let alone = |error| (error, None);
    command::from_stdin(&mut request).map_err(alone)?;
    let written_as = output_shape(&request, files.out.as_deref()).map_err(alone)?;
    let stop = interrupt::flag();
    let budget = Budget { interrupt: Some(stop.clone()), ..settings.budget.clone() };
    let path = &*files.data;
    let table = open(path, &files.columns).map_err(alone)?;
    let mut compiled = Session::new(budget).compile(&request, table.names()).map_err(|error| {
        let source = request.source(&error).map(str::to_owned);
        (error, source)
    })?;
    // chunks are what runs side by side
    compiled.kernel = compiled.kernel.threads(1);
    let given = request.at.iter().flatten().map(|(name, _)| &**name);
    let wanted = columns::places(path, table.names(), &compiled.names, given).map_err(alone)?;
    let mut places = wanted.clone();
    places.sort_unstable();
    let order = wanted.iter().filter_map(|place| places.binary_search(place).ok()).collect();
    let task = Task { compiled, order };
    let inputs: Vec<String> = places.iter().map(|&place| table.names()[place].clone()).collect();
    let columns = table.names().to_vec();
    let mut reading = table.start(&places).map_err(alone)?;
    let copied = matches!(written_as, Shape::Csv | Shape::Tabs).then(|| reading.head.take()).flatten();
    let beside: &[String] = match written_as {
        _ if copied.is_some() => &columns,
        // these have the answers only
        Shape::Json | Shape::Npy => &[],
        _ => &inputs,
    };
    let answers = answers(path, &request, beside).map_err(alone)?;

    let name = files.out.as_deref();
    let open_failed = |error: io::Error| alone(output::failed(name.unwrap_or("stdout"), &error, None));
    let output = name.map_or_else(|| Ok(Output::stdout()), Output::file).map_err(open_failed)?;
    let written = output.written();
    let failed = |error: io::Error| match name {
        Some(name) => Err(alone(output::failed(name, &error, Some(written.load(Ordering::Relaxed))))),
        None => report::write_failed(&error).map_or(Ok(0), |error| Err(alone(error))),
    };
    let grad: Vec<String> = request.grad.iter().map(|name| name.clone().into_owned()).collect();
    let writing = match written_as {
        Shape::Csv | Shape::Tabs => text::csv(output, copied, &inputs, &answers, written_as == Shape::Tabs),
        Shape::Json => Ok(text::json(output, &grad)),
        Shape::Npy => npy::write(output, answers.len()),
        Shape::Npz => npz::write(output, &inputs, &answers),
        Shape::Parquet => write_parquet(output, &inputs, &answers),
    };
    let done = writing.map_err(Stop::Write).and_then(|writing| {
        let progress = Progress::new(reading.total, name.is_none() && io::stdout().is_terminal());
        let (done, output) = pipeline::run(path, reading, task, writing, progress, &stop)?;
        output.commit().map_err(Stop::Write)?;
        Ok(done)
    });
    match done {
        Ok(done) => {
            if done.undefined > 0 {
                let remark =
                    phrase!("rows without a finite real value: {undefined} of {rows}", undefined = done.undefined, rows = done.rows);
                report::say(&phrase!("note: {remark}", remark));
            }
            Ok(0)
        }
        Err(Stop::Interrupted) => Ok(interrupt::INTERRUPTED),
        Err(Stop::Failed(error)) => Err(alone(error)),
        Err(Stop::Write(error)) => failed(error),
    }
}

/// The format of the output: `--format json`, or by the name of the file.
fn output_shape(request: &Request<'_>, out: Option<&str>) -> Result<Shape, Error> {
    let named = out.map(Shape::of).transpose()?;
    if named == Some(Shape::Parquet) && !cfg!(feature = "parquet") {
        return Err(data(phrase!("this build writes no Parquet: build with --features parquet")));
    }
    match (request.format, named) {
        (Format::Latex | Format::Unicode | Format::Pretty | Format::Markdown | Format::Html, _) => {
            Err(Error::new(Kind::Request, phrase!("a table is written as text or json")))
        }
        (Format::Json, None | Some(Shape::Json)) => Ok(Shape::Json),
        (Format::Json, Some(_)) if out.is_some_and(|out| Path::new(out).extension().is_some_and(|ending| ending != "txt")) => {
            Err(Error::new(Kind::Request, phrase!("--format json and the ending of `{out}` do not agree", out = out.unwrap_or_default())))
        }
        (Format::Json, Some(_)) => Ok(Shape::Json),
        (Format::Text, named) => Ok(named.unwrap_or(Shape::Csv)),
    }
}

/// The names of the columns of answers, which must be new.
fn answers(path: &str, request: &Request<'_>, known: &[String]) -> Result<Vec<String>, Error> {
    let partials = request.grad.iter().map(|name| format!("d/d{name}"));
    let names: Vec<String> = std::iter::once("value".to_owned()).chain(partials).collect();
    for (at, name) in names.iter().enumerate() {
        if known.contains(name) {
            return Err(data(phrase!("`{path}` has a column `{name}` already, which the answer would be called", path, name)));
        }
        if names[..at].contains(name) {
            return Err(Error::new(Kind::Request, phrase!("`{name}` stands twice in --grad", name = &name[3..])));
        }
    }
    Ok(names)
}

fn open(path: &str, columns: &[String]) -> Result<Box<dyn Table>, Error> {
    let shape = if path == "-" { Shape::Csv } else { Shape::of(path)? };
    match shape {
        Shape::Json => return Err(data(phrase!("`{path}`: JSON is not read as a table; symdiff batch reads JSON lines", path))),
        Shape::Csv | Shape::Tabs | Shape::Parquet if !columns.is_empty() => return Err(npy::named(path)),
        _ => {}
    }
    if path == "-" {
        return Ok(Box::new(csv::Csv::open("stdin", Box::new(io::stdin()), None)?));
    }
    let failed = |error: io::Error| {
        Error::new(Kind::Io, phrase!("`{path}` cannot be opened: {error}", path, error = symdiff::Phrase::of_system(&error)))
    };
    let file = File::open(path).map_err(failed)?;
    let known = file.metadata().map_err(failed)?;
    if known.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    Ok(match shape {
        Shape::Npy => Box::new(npy::Npy::open(path, file, columns)?),
        Shape::Npz => Box::new(npz::Npz::open(path, file, columns)?),
        Shape::Parquet => open_parquet(path, file)?,
        _ => Box::new(csv::Csv::open(path, Box::new(file), known.is_file().then_some(known.len()))?),
    })
}

#[cfg(feature = "parquet")]
fn open_parquet(path: &str, file: File) -> Result<Box<dyn Table>, Error> {
    Ok(Box::new(parquet::Parquet::open(path, file)?))
}

#[cfg(feature = "parquet")]
fn write_parquet(output: Output, inputs: &[String], answers: &[String]) -> io::Result<Writing> {
    parquet::write(output, inputs, answers)
}

#[cfg(not(feature = "parquet"))]
fn open_parquet(_: &str, _: File) -> Result<Box<dyn Table>, Error> {
    Err(data(phrase!("this build reads no Parquet: build with --features parquet")))
}

#[cfg(not(feature = "parquet"))]
fn write_parquet(_: Output, _: &[String], _: &[String]) -> io::Result<Writing> {
    // refused before anything was opened
    Err(io::ErrorKind::Unsupported.into())
}
