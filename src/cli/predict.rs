//! What does a trained network say of new data? A model and rows in, a table of predictions out, and how many are right.
//! Deliberately trains nothing; `net::Model` does the work.
//! Read next: `net/model/predict.rs`, `net/data/rows.rs`.

use crate::arguments::{Misuse, Settings};
use crate::report;
use crate::table::output::{Output, failed};
use crate::table::progress::Progress;
use clap::{Arg, ArgMatches, Command, ValueHint};
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use symdiff::Phrase;
use symdiff::net::data::Rows;
use symdiff::net::{Model, softmax};
use symdiff::phrase;
use symdiff::{Error, Kind, Result};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Order {
    model: String,
    from: From,
    label: Option<String>,
    out: Option<String>,
    json: bool,
}

#[derive(Debug)]
enum From {
    Data(String),
    At(String),
}

/// Rows between two looks at the progress.
const CHUNK: usize = 4096;

/// The words of the command.
pub(crate) fn words(command: Command) -> Command {
    let valued = |name: &'static str, value: &'static str, about: &'static str| Arg::new(name).long(name).value_name(value).help(about);
    command
        .bin_name("symdiff predict")
        .arg(
            Arg::new("MODEL")
                .value_name("MODEL")
                .help("A .safetensors file that train has written")
                .required(true)
                .value_hint(ValueHint::FilePath),
        )
        .arg(valued("data", "FILE", "A .csv, .npy or .npz, or a folder as for train").value_hint(ValueHint::AnyPath))
        .arg(valued("at", "5.1,3.5,...", "One example").allow_hyphen_values(true).conflicts_with("data"))
        .arg(valued("label", "COLUMN", "The column of a CSV with the right answers [default: the one that is no input]"))
        .arg(valued("out", "FILE", "Where the predictions go as CSV; without it, to stdout").value_hint(ValueHint::FilePath))
        .arg(valued("format", "FORMAT", "json gives one JSON object").value_parser(["text", "json"]))
}

/// What the words ask for.
pub(crate) fn read(matches: &ArgMatches) -> std::result::Result<Order, Misuse> {
    let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten().cloned();
    let from = match (text("data"), text("at")) {
        (Some(data), _) => From::Data(data),
        (None, Some(at)) => From::At(at),
        (None, None) => return Err(Error::new(Kind::Request, phrase!("of which data? write --data FILE or --at 5.1,3.5,...")).into()),
    };
    let json = text("format").as_deref() == Some("json");
    Ok(Order { model: text("MODEL").unwrap_or_default(), from, label: text("label"), out: text("out"), json })
}

/// Predicts; the exit code.
pub(crate) fn run(order: &Order, settings: &Settings) -> u8 {
    match carry_out(order, settings) {
        Ok(code) => code,
        Err(error) => report::error(&error, None, settings.color),
    }
}

fn rows(order: &Order, model: &Model) -> Result<Rows> {
    let mut rows = match &order.from {
        From::Data(file) => Rows::read(file, model.network.inputs, &model.names, order.label.as_deref())?,
        From::At(text) => {
            let numbers: Vec<f32> = text
                .split([',', ' '])
                .filter(|word| !word.is_empty())
                .map(|word| {
                    word.parse()
                        .ok()
                        .filter(|x: &f32| x.is_finite())
                        .ok_or_else(|| Error::new(Kind::Request, phrase!("`{word}` is no number", word)))
                })
                .collect::<Result<_>>()?;
            if numbers.len() != model.network.inputs {
                let names = if model.names.is_empty() { Phrase::of("") } else { phrase!(": {names}", names = model.names.join(", ")) };
                let message = phrase!(
                    "an example of this model is {inputs} numbers{names}; --at has {numbers}",
                    inputs = model.network.inputs,
                    names,
                    numbers = numbers.len()
                );
                return Err(Error::new(Kind::Shape, message));
            }
            Rows { inputs: numbers, targets: None, bytes: false }
        }
    };
    // a network of bytes learned from numbers up to 1; a text that has larger ones has bytes as they are
    if model.scaling.bytes && !rows.bytes && rows.inputs.iter().any(|&x| x > 1.0) {
        rows.inputs.iter_mut().for_each(|x| *x /= 255.0);
    }
    Ok(rows)
}

/// What the model says of one row.
struct Answer {
    text: String,
    numbers: Vec<f64>,
}

fn answer(model: &Model, outputs: &[f64]) -> Answer {
    if !model.classifies() {
        return Answer { text: single(outputs[0], model), numbers: outputs[1..].to_vec() };
    }
    let mut best = 0;
    for (at, x) in outputs.iter().enumerate() {
        best = if *x > outputs[best] { at } else { best };
    }
    let mut numbers = outputs.to_vec();
    if model.has_probabilities() {
        softmax(&mut numbers);
    }
    Answer { text: model.class_name(best), numbers }
}

/// A number as the model keeps numbers.
fn single(x: f64, model: &Model) -> String {
    if model.doubles { x.to_string() } else { (x as f32).to_string() }
}

/// The first line: a class, and a column for each class; or values.
fn head(model: &Model) -> Vec<String> {
    let outputs = model.network.outputs;
    let rest = if model.classifies() {
        (0..outputs).map(|at| model.class_name(at)).collect()
    } else {
        (2..=outputs).map(|at| format!("prediction{at}")).collect()
    };
    [vec!["prediction".to_string()], rest].concat()
}

/// A cell of a CSV.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// How well predictions meet targets.
#[derive(Default)]
struct Tally {
    rows: usize,
    right: usize,
    squares: f64,
}

impl Tally {
    fn count(&mut self, model: &Model, answer: &Answer, outputs: &[f64], target: &str, row: usize) -> Result<()> {
        self.rows += 1;
        if model.classifies() {
            // labels may be written as numbers with a point
            let whole = target.parse::<f64>().ok().filter(|x| x.fract() == 0.0).map(|x| (x as i64).to_string());
            self.right += usize::from(answer.text == target || whole.is_some_and(|whole| whole == answer.text));
            return Ok(());
        }
        let value: f64 = target
            .parse()
            .map_err(|_| Error::new(Kind::Data, phrase!("the target `{target}` of row {row} is no number", target, row = row + 1)))?;
        self.squares += (value - outputs[0]).powi(2);
        Ok(())
    }

    /// Its name, and the number.
    fn figure(&self, model: &Model) -> Option<(&'static str, f64)> {
        let rows = self.rows as f64;
        (self.rows > 0)
            .then(|| if model.classifies() { ("accuracy", self.right as f64 / rows) } else { ("error", (self.squares / rows).sqrt()) })
    }
}

fn carry_out(order: &Order, settings: &Settings) -> Result<u8> {
    let model = Model::load(&order.model)?;
    let rows = rows(order, &model)?;
    let (width, wide) = (model.network.inputs, model.network.outputs);
    let count = rows.inputs.len() / width;
    let to_stdout = order.out.is_none() && !order.json;
    let writing = |error: std::io::Error| failed(order.out.as_deref().unwrap_or("stdout"), &error, None);
    let mut out = match &order.out {
        Some(file) => Some(Output::file(file).map_err(writing)?),
        None => to_stdout.then(Output::stdout),
    };
    let head = head(&model);
    let mut text = head.iter().map(|name| cell(name)).collect::<Vec<_>>().join(",") + "\n";
    let (mut predictions, mut numbers) = (Vec::new(), Vec::new());
    let mut progress = Progress::new(Some(count as u64), to_stdout && std::io::stdout().is_terminal());
    let (mut predictor, mut outputs, mut tally) = (model.predictor(), Vec::new(), Tally::default());
    let mut row = 0;
    for chunk in rows.inputs.chunks(CHUNK * width) {
        outputs.clear();
        predictor.outputs(chunk, &mut outputs)?;
        for outputs in outputs.chunks(wide) {
            let answer = answer(&model, outputs);
            if let Some(target) = rows.targets.as_ref().and_then(|targets| targets.get(row)) {
                tally.count(&model, &answer, outputs, target, row)?;
            }
            row += 1;
            if out.is_some() {
                text += &cell(&answer.text);
                answer.numbers.iter().for_each(|x| {
                    // writing to a text cannot fail
                    let _ = write!(text, ",{}", single(*x, &model));
                });
                text.push('\n');
            } else {
                predictions.push(answer.text);
                numbers.push(answer.numbers);
            }
        }
        if let Some(out) = &mut out {
            match out.write_all(text.as_bytes()) {
                Ok(()) => {}
                // whoever read the output has gone
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(0),
                Err(error) => return Err(writing(error)),
            }
            text.clear();
        }
        progress.more((outputs.len() / wide) as u64, row as u64);
    }
    drop(progress);
    if let Some(out) = out {
        out.commit().map_err(writing)?;
    }
    let figure = tally.figure(&model);
    if order.json {
        let mut object = serde_json::Map::new();
        object.insert("rows".into(), count.into());
        if let Some((name, value)) = figure {
            object.insert(name.into(), value.into());
        }
        if order.out.is_none() {
            let values = |texts: &[String]| -> Vec<serde_json::Value> {
                texts
                    .iter()
                    .map(|text| {
                        if model.classifies() {
                            text.as_str().into()
                        } else {
                            text.parse::<f64>().map_or_else(|_| text.as_str().into(), Into::into)
                        }
                    })
                    .collect()
            };
            object.insert("predictions".into(), values(&predictions).into());
            if model.classifies() {
                object.insert("classes".into(), head[1..].to_vec().into());
                object.insert(if model.has_probabilities() { "probabilities" } else { "outputs" }.into(), numbers.into());
            }
        }
        return Ok(report::answer((serde_json::Value::Object(object).to_string() + "\n").as_bytes(), settings.color));
    }
    let Some((name, value)) = figure else { return Ok(0) };
    let line = if name == "accuracy" {
        phrase!("accuracy {percent} % of {count} rows", percent = format!("{:.2}", value * 100.0), count)
    } else {
        phrase!("root mean square error {error} over {count} rows", error = format!("{value:.6}"), count)
    };
    let line = report::said(&line) + "\n";
    if to_stdout {
        report::message(&line);
        return Ok(0);
    }
    Ok(report::answer(line.as_bytes(), settings.color))
}
