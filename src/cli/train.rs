//! How is a network trained on the command line? Data and options in, a bar and a line of figures while it learns, a summary out.
//! Deliberately knows nothing of derivatives; `net::train` does the work.
//! Read next: `net/train.rs`.

use crate::arguments::{Misuse, Settings};
use crate::table::output::write;
use crate::{curve, interrupt, report};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use symdiff::Phrase;
use symdiff::net::data::{Dataset, Options, Part, Targets};
use symdiff::net::{
    Description, Examples, Initial, Layer, Model, Network, Next, Observer, Optimizer, Position, Progress, Schedule, Training, TrainingPlan,
    Wanted, score, train,
};
use symdiff::phrase;
use symdiff::{Error, Kind, Result};

/// What is to be trained, and how.
#[derive(Debug)]
pub(crate) struct Order {
    data: String,
    options: Options,
    standardise: bool,
    description: Source,
    weights: Option<Initial>,
    plan: TrainingPlan,
    json: bool,
    curve: Option<String>,
    save: Option<String>,
    every: Duration,
    resume: bool,
}

/// Where the network is written down.
#[derive(Debug)]
enum Source {
    Sizes(String, String, Option<String>, f64),
    File(String),
}

fn valued(name: &'static str, value: &'static str, about: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(about)
}

/// The words of the command.
pub(crate) fn words(command: Command) -> Command {
    let number = |name, about| valued(name, "N", about).value_parser(clap::value_parser!(usize));
    let float = |name, value, about| valued(name, value, about).value_parser(clap::value_parser!(f64));
    command
        .bin_name("symdiff train")
        .arg(valued("data", "FOLDER", "A folder with MNIST's files, a .csv, a .npz").required(true).value_hint(ValueHint::AnyPath))
        .arg(valued("layers", "784-50-10", "Sizes of affine layers, the inputs first"))
        .arg(valued("net", "FILE", "A file with a layer on each line instead").conflicts_with("layers").value_hint(ValueHint::FilePath))
        .arg(valued("activation", "LAYER", "Between the affine layers: relu sigmoid tanh softplus gelu silu [default: relu]"))
        .arg(valued("loss", "LOSS", "softmax (with cross entropy), mse, or = TEXT in X and T [default: softmax]"))
        .arg(valued("optimizer", "NAME", "sgd momentum nesterov adagrad rmsprop adam adamw [default: sgd]"))
        .arg(float("lr", "RATE", "The learning rate [default: 0.1; 0.001 for adam, adamw and rmsprop]"))
        .arg(valued("schedule", "TEXT", "constant, cosine, \"step 5 0.5\", \"exponential 0.95\" [default: constant]"))
        .arg(float("momentum", "M", "Of momentum and nesterov [default: 0.9]"))
        .arg(float("l2", "DECAY", "Adds DECAY/2 times the squares of all weights to the loss"))
        .arg(valued("init", "HOW", "he, xavier, or a standard deviation [default: he before relu, else xavier]"))
        .arg(number("batch", "Examples of a step [default: 100]"))
        .arg(number("epochs", "How often all examples are seen [default: 10]"))
        .arg(valued("seed", "N", "Of the start, the order and the masks [default: 1]").value_parser(clap::value_parser!(u64)))
        .arg(number("threads", "Threads that work on a step together [default: all cores]"))
        .arg(number("patience", "Ends after so many epochs without a lower test loss"))
        .arg(valued("precision", "KIND", "f32 or f64 [default: f32]").value_parser(["f32", "f64"]))
        .arg(valued("label", "COLUMN", "The column of a CSV that is learned [default: the last]"))
        .arg(float("test-share", "SHARE", "Of the rows, to test on, where the files do not say [default: 0.2]"))
        .arg(Arg::new("standardise").long("standardise").action(ArgAction::SetTrue).help("Scale each input to mean 0 and deviation 1"))
        .arg(
            valued("save", "FILE", "Keep the network in a .safetensors file: after each epoch, every --save-every seconds, and at the end")
                .value_hint(ValueHint::FilePath),
        )
        .arg(float("save-every", "SECONDS", "How often at most [default: 30; 0 after each step]"))
        .arg(Arg::new("resume").long("resume").action(ArgAction::SetTrue).requires("save").help("Go on where the file of --save stands"))
        .arg(valued("curve", "FILE", "Draw loss and accuracy to an SVG file").value_hint(ValueHint::FilePath))
        .arg(valued("format", "FORMAT", "json ends with one line of JSON").value_parser(["text", "json"]))
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

/// What the words ask for.
pub(crate) fn read(matches: &ArgMatches) -> std::result::Result<Order, Misuse> {
    let number = |name: &str| matches.try_get_one::<usize>(name).ok().flatten().copied();
    let float = |name: &str| matches.try_get_one::<f64>(name).ok().flatten().copied();
    let seed = matches.try_get_one::<u64>("seed").ok().flatten().copied().unwrap_or(1);
    let description = match (text(matches, "layers"), text(matches, "net")) {
        (Some(sizes), _) => Source::Sizes(
            sizes.into(),
            text(matches, "activation").unwrap_or("relu").into(),
            text(matches, "loss").map(str::to_owned),
            float("l2").unwrap_or(0.0),
        ),
        (None, Some(file)) => Source::File(file.into()),
        (None, None) => return Err(Error::new(Kind::Request, phrase!("which network? write --layers 784-50-10 or --net FILE")).into()),
    };
    let name = text(matches, "optimizer").unwrap_or("sgd");
    let usual = if matches!(name, "adam" | "adamw" | "rmsprop") { 0.001 } else { 0.1 };
    let mut optimizer = Optimizer::named(name, float("lr").unwrap_or(usual))?;
    optimizer.momentum = float("momentum").unwrap_or(optimizer.momentum);
    optimizer.schedule = text(matches, "schedule").map_or(Ok(Schedule::Constant), Schedule::read)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = TrainingPlan {
        batch: number("batch").unwrap_or(100),
        epochs: number("epochs").unwrap_or(10),
        seed,
        threads: number("threads").unwrap_or(cores).max(1),
        patience: number("patience"),
        doubles: text(matches, "precision") == Some("f64"),
        ..TrainingPlan::new(optimizer)
    };
    Ok(Order {
        data: text(matches, "data").unwrap_or_default().into(),
        options: Options {
            label: text(matches, "label").map(str::to_owned),
            test_share: float("test-share").unwrap_or(0.2),
            seed,
            ..Options::default()
        },
        standardise: matches.get_flag("standardise"),
        description,
        weights: text(matches, "init").map(Initial::read).transpose()?,
        plan,
        json: text(matches, "format") == Some("json"),
        curve: text(matches, "curve").map(str::to_owned),
        save: text(matches, "save").map(str::to_owned),
        every: Duration::try_from_secs_f64(float("save-every").unwrap_or(30.0))
            .map_err(|_| Error::new(Kind::Request, phrase!("--save-every takes seconds, 0 or more")))?,
        resume: matches.get_flag("resume"),
    })
}

/// Trains; the exit code.
pub(crate) fn run(order: &Order, settings: &Settings) -> u8 {
    match carry_out(order) {
        Ok(text) => report::answer(text.as_bytes(), settings.color),
        Err(error) => report::error(&error, None, settings.color),
    }
}

/// Rows with targets as the network wants them.
struct Rows<'d> {
    part: &'d Part,
}

impl Rows<'_> {
    fn examples(&self) -> Examples<'_> {
        let targets = match &self.part.targets {
            Targets::Labels(labels) => Wanted::Labels(labels),
            Targets::Values(values) => Wanted::Rows(values),
        };
        Examples { inputs: &self.part.inputs, targets }
    }
}

fn carry_out(order: &Order) -> Result<String> {
    let mut description = match &order.description {
        Source::Sizes(sizes, activation, loss, decay) => {
            let mut description = Description::sizes(sizes, activation)?;
            description.decay = *decay;
            if let Some(loss) = loss {
                description.loss = Layer::loss(loss)?;
            }
            description
        }
        Source::File(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| {
                Error::new(Kind::Io, phrase!("`{file}` cannot be read: {error}", file, error = symdiff::Phrase::of_system(&error)))
            })?;
            Description::read(&text)?
        }
    };
    let mut data = Dataset::read(&order.data, &order.options)?;
    if order.standardise {
        data.standardise();
    }
    let inputs = description.inputs.take().unwrap_or(data.features);
    if inputs != data.features {
        let message =
            phrase!("the network takes {inputs} inputs, but the data have {features} in each row", inputs, features = data.features);
        return Err(Error::new(Kind::Shape, message));
    }
    let mut network = Network::new(inputs, description.layers, description.loss)?;
    network.decay = description.decay;
    network.initialise(order.weights, order.plan.seed);
    let wanted = if data.classes.is_empty() { 1 } else { data.classes.len() };
    if network.outputs < wanted || (data.classes.is_empty() && network.outputs != 1) {
        let message = phrase!(
            "the network gives {outputs} outputs, but the data have {wanted} {what}",
            outputs = network.outputs,
            wanted,
            what = if data.classes.is_empty() { phrase!("value for each row") } else { phrase!("classes") }
        );
        return Err(Error::new(Kind::Shape, message));
    }
    let (train_rows, test_rows) = (Rows { part: &data.train }, Rows { part: &data.test });
    let test = (!data.test.targets.is_empty()).then(|| test_rows.examples());
    let mut model = Model::of(network);
    model.classes.clone_from(&data.classes);
    model.image_shape = data.image_shape;
    model.names.clone_from(&data.names);
    model.scaling.clone_from(&data.scaling);
    model.doubles = order.plan.doubles;
    let mut position = Position::default();
    if let (Some(file), true) = (&order.save, order.resume) {
        match resumed(file, &model, &order.plan)? {
            Some((network, from)) => (model.network, position) = (network, from),
            None => report::say(&phrase!("there is no `{file}` yet: training starts from the beginning", file)),
        }
    }
    let size = model.network.size();
    let mut network = model.network.clone();
    let mut watch = Watch::new(order, model);
    watch.classes = !data.classes.is_empty();
    watch.before = position.epoch;
    let end = train(&mut network, train_rows.examples(), test, &order.plan, position, &mut watch)?;
    watch.end();
    watch.keep(&network, &end)?;
    if let Some(file) = &order.curve {
        write(file, curve::svg(&watch.history).as_bytes())?;
    }
    // a training that had ended before, or was stopped in its first epoch, has a network to speak of all the same
    let last = match (watch.history.last(), test) {
        (Some(point), _) => *point,
        (None, Some(test)) => curve::Point::of(0.0, Some(score(&network, test)?), watch.classes),
        (None, None) => curve::Point::default(),
    };
    Ok(watch.summary(last, order.json, size))
}

/// What a file says of an earlier part of the same training; `None` if there is no file.
fn resumed(file: &str, model: &Model, plan: &TrainingPlan) -> Result<Option<(Network, Position)>> {
    if !std::path::Path::new(file).exists() {
        return Ok(None);
    }
    let found = Model::load(file)?;
    let Some(Training { plan: before, position }) = found.training else {
        return Err(Error::new(Kind::Data, phrase!("`{file}` says nothing of a training that could go on", file)));
    };
    // how long, and by how many threads, may change
    let same = TrainingPlan { epochs: plan.epochs, threads: plan.threads, patience: plan.patience, ..before } == *plan;
    let shape = |network: &Network| (network.inputs, network.layers.clone(), network.loss.clone(), network.decay.to_bits());
    if !same || shape(&found.network) != shape(&model.network) || found.classes != model.classes || found.scaling != model.scaling {
        let message =
            phrase!("`{file}` was trained with other layers, data or options; give the same ones, or another file to --save", file);
        return Err(Error::new(Kind::Data, message));
    }
    Ok(Some((found.network, position)))
}

/// Shows how training goes, and keeps the network.
struct Watch {
    bar: Option<ProgressBar>,
    lines: bool,
    epochs: usize,
    history: Vec<curve::Point>,
    trained: (u64, Duration),
    stop: Arc<AtomicBool>,
    classes: bool,
    stopped: bool,
    /// What is kept, without the network as it stands.
    model: Model,
    plan: TrainingPlan,
    file: Option<String>,
    every: Duration,
    kept: Instant,
    /// Epochs that an earlier run has done.
    before: usize,
}

impl Watch {
    fn new(order: &Order, model: Model) -> Watch {
        let terminal = std::io::stderr().is_terminal();
        let bar = terminal.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            // a template that cannot be read leaves the default
            ProgressStyle::with_template("{bar:20} {msg}").map_or(bar.clone(), |style| bar.with_style(style))
        });
        Watch {
            bar,
            lines: !terminal && !order.json,
            epochs: order.plan.epochs,
            history: Vec::new(),
            trained: (0, Duration::ZERO),
            stop: interrupt::flag(),
            classes: true,
            stopped: false,
            model,
            plan: order.plan.clone(),
            file: order.save.clone(),
            every: order.every,
            kept: Instant::now(),
            before: 0,
        }
    }

    /// Writes the file of `--save`, if there is one.
    fn keep(&mut self, network: &Network, position: &Position) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        self.model.network.clone_from(network);
        self.model.training = Some(Training { plan: self.plan.clone(), position: position.clone() });
        self.model.save(file)?;
        self.kept = Instant::now();
        Ok(())
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn rate(&self) -> f64 {
        self.trained.0 as f64 / self.trained.1.as_secs_f64().max(1e-9)
    }

    fn summary(&self, last: curve::Point, json: bool, size: usize) -> String {
        if json {
            let [test, accuracy] = [last.test, last.accuracy].map(|value| value.map_or("null".into(), |value| format!("{value}")));
            return format!(
                "{{\"test_accuracy\": {accuracy}, \"test_loss\": {test}, \"images_per_second\": {:.1}, \"epochs\": {}}}\n",
                self.rate(),
                self.before + self.history.len()
            );
        }
        let mut out = String::new();
        if self.history.len() > 1 {
            out += &curve::text(&self.history);
        }
        let mut said = vec![phrase!("{size} parameters, {epochs} epochs", size, epochs = self.before + self.history.len())];
        if !self.history.is_empty() {
            let (rate, loss) = (format!("{:.0}", self.rate()), format!("{:.4}", last.loss));
            said.push(phrase!("{rate} examples/s, training loss {loss}", rate, loss));
        }
        if let Some(loss) = last.test {
            said.push(phrase!("test loss {loss}", loss = format!("{loss:.4}")));
        }
        if let Some(accuracy) = last.accuracy {
            said.push(phrase!("test accuracy {percent} %", percent = format!("{:.2}", accuracy * 100.0)));
        }
        out += &report::said(&Phrase::List(said, ", "));
        if self.stopped {
            out += "\n";
            out += &report::said(&phrase!("stopped before the end"));
        }
        out + "\n"
    }
}

impl Observer for Watch {
    fn step(&mut self, progress: &Progress) -> Next {
        self.trained = progress.trained;
        if self.stop.load(Ordering::Relaxed) {
            self.stopped = true;
            return Next::Stop;
        }
        let (done, all) = progress.batch;
        let ends = done == all && progress.epoch > self.before + self.history.len();
        if ends {
            self.history.push(curve::Point::of(progress.loss, progress.test, self.classes));
        }
        let line = || {
            let test = self.history.last().and_then(|point| Some((point.test?, point.accuracy))).map(|(loss, accuracy)| {
                let accuracy = accuracy.map_or(String::new(), |accuracy| format!(" {:.2} %", accuracy * 100.0));
                phrase!("  test {loss}{accuracy}", loss = format!("{loss:.4}"), accuracy)
            });
            let epoch = if ends { progress.epoch } else { progress.epoch + 1 };
            let (loss, rate) = (format!("{:.4}", progress.loss), format!("{:.0}", self.rate()));
            let test = test.unwrap_or_else(|| Phrase::of(""));
            report::said(&phrase!("epoch {epoch}/{epochs}  loss {loss}{test}  {rate}/s", epoch, epochs = self.epochs, loss, test, rate))
        };
        if let Some(bar) = &self.bar {
            if ends || done.is_multiple_of(16) {
                bar.set_length((all * self.epochs) as u64);
                bar.set_position((if ends { progress.epoch * all } else { progress.epoch * all + done }) as u64);
                bar.set_message(line());
            }
        } else if self.lines && ends {
            report::message(&(line() + "\n"));
        }
        if self.file.is_some() && (ends || self.kept.elapsed() >= self.every) { Next::Save } else { Next::Go }
    }

    fn save(&mut self, network: &Network, position: &Position) -> Result<()> {
        self.keep(network, position)
    }
}
