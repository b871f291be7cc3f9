//! What do the words of the command line ask for?
//! Deliberately does nothing but read them: no expression is looked into, nothing is printed or opened.
//! Read next: `command.rs` (what is then done), `help.rs` (the words of `--help`).

use crate::graph::{self, Picture};
use crate::help;
use crate::table::Files;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::time::Duration;
use symdiff::phrase;
use symdiff::session::{self, Format, Given, Op, Request};
use symdiff::teach::{Language, Part};
use symdiff::{Budget, Error, Form, Kind, Phrase, read_shapes};

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}

/// What holds for every command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) budget: Budget,
    pub(crate) color: Color,
    /// The language that `--lang` names.
    pub(crate) language: Option<Language>,
}

/// What is asked for.
#[derive(Debug)]
pub(crate) enum Task {
    /// One request, one answer.
    Answer(Request<'static>),
    /// `eval` over the rows of a file.
    Table { request: Request<'static>, files: Files },
    /// A computational graph, drawn.
    Graph { request: Request<'static>, picture: Picture },
    /// A function and its derivative, drawn.
    Plot { request: Request<'static>, picture: crate::plot::Picture },
    /// A network is trained.
    Train(Box<crate::train::Order>),
    /// One request, the answer to a file.
    File { request: Request<'static>, out: String },
    /// A trained network as source code or in another format.
    Export(crate::model::Order),
    /// A trained network is asked about data.
    Predict(crate::predict::Order),
    /// Exercises: a dialogue or a sheet.
    Quiz(crate::quiz::Order),
    /// JSON lines, from a file or stdin.
    Batch(Option<String>),
    /// Line by line; plain answers stand on one line each.
    Repl { plain: bool },
    /// A text for stdout.
    Text(String),
    /// No words at all: the REPL on a terminal.
    Nothing,
}

/// What is wrong with the words: clap's own message, or ours.
#[derive(Debug)]
pub(crate) enum Misuse {
    Clap(clap::Error),
    Ours(Error),
}

impl From<Error> for Misuse {
    fn from(error: Error) -> Misuse {
        Misuse::Ours(error)
    }
}

impl From<clap::Error> for Misuse {
    fn from(error: clap::Error) -> Misuse {
        Misuse::Clap(error)
    }
}

fn usage(phrase: Phrase) -> Error {
    Error::new(Kind::Request, phrase)
}

/// Options that take a value and may stand before the command.
const VALUED: [&str; 12] = [
    "--lang",
    "--level",
    "--shape",
    "--format",
    "--form",
    "--let",
    "--assume",
    "--timeout",
    "--max-nodes",
    "--max-digits",
    "--max-output",
    "--color",
];

/// What the words, without the program's name, ask for.
pub(crate) fn read(mut words: Vec<String>) -> Result<(Task, Settings), Misuse> {
    if words.is_empty() {
        return Ok((Task::Nothing, Settings::default()));
    }
    let flag = |word: &String| word.starts_with("--") || word == "-h" || word == "-V";
    let command = command_at(&words);
    if command.is_none() && !words.iter().any(flag) {
        // the plain form needs no clap
        return Ok((Task::Answer(plain(words)?), Settings::default()));
    }
    let name = command.map_or("symdiff", |(at, name)| {
        words.remove(at);
        name
    });
    if name == "help" {
        return Ok((Task::Text(help::page(words.first().map(String::as_str))?), Settings::default()));
    }
    if name == "symdiff" && words.iter().any(|word| matches!(&**word, "-h" | "--help")) {
        return Ok((Task::Text(help::page(None)?), Settings::default()));
    }
    let escaped = words.iter().any(|word| word == "--");
    let matches = grammar(name).no_binary_name(true).try_get_matches_from(words)?;
    // an expression may begin with a minus, but two are an option that was meant
    let mut texts = ["EXPR", "A", "B"].into_iter().filter_map(|text| one(&matches, text));
    if let Some(word) = texts.find(|text| text.starts_with("--") && !escaped) {
        return Err(usage(phrase!("there is no option `{word}`; an expression that begins so stands behind --", word)).into());
    }
    let settings = settings(&matches)?;
    if name == "train" {
        return Ok((Task::Train(Box::new(crate::train::read(&matches)?)), settings));
    }
    if name == "export"
        && let Some(order) = crate::model::read(&matches)?
    {
        return Ok((Task::Export(order), settings));
    }
    if name == "plot" {
        let picture = crate::plot::read(&matches)?;
        let request = Request { expr: one(&matches, "EXPR").map(|text| text.to_owned().into()), ..given(&matches, Request::default())? };
        return Ok((Task::Plot { request, picture }, settings));
    }
    if name == "predict" {
        return Ok((Task::Predict(crate::predict::read(&matches)?), settings));
    }
    if name == "quiz" {
        return Ok((Task::Quiz(crate::quiz::read(&matches)?), settings));
    }
    Ok((task(name, &matches)?, settings))
}

/// Where the name of a command stands, if the first word that is no option is one.
fn command_at(words: &[String]) -> Option<(usize, &'static str)> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == "--" {
            return None;
        }
        if !word.starts_with("--") {
            return help::COMMANDS.iter().find(|command| command.name == word).map(|command| (at, command.name));
        }
        at += if VALUED.contains(&&**word) { 2 } else { 1 };
    }
    None
}

/// `EXPR VAR [COUNT]...`, or a prompt in Korean as the only word.
fn plain(mut words: Vec<String>) -> Result<Request<'static>, Error> {
    if words.is_empty() {
        return Err(usage(phrase!("which expression? write symdiff EXPR VAR")));
    }
    let lang = Some(crate::report::language().word().into());
    if let [text] = &words[..]
        && let Some(found) = session::prompt(text)
    {
        let (expression, variables) = found?;
        let wrt = variables.into_iter().map(|name| (name.into(), 1)).collect();
        return Ok(Request { op: Some(Op::Diff), expr: Some(expression.to_owned().into()), wrt, lang, ..Request::default() });
    }
    let expr = words.remove(0);
    Ok(Request { op: Some(Op::Diff), expr: Some(expr.into()), wrt: steps(words)?, lang, ..Request::default() })
}

/// `x 2 y` into x twice, y once.
pub(crate) fn steps(words: Vec<String>) -> Result<Vec<(std::borrow::Cow<'static, str>, u32)>, Error> {
    let mut steps: Vec<(std::borrow::Cow<'static, str>, u32)> = Vec::with_capacity(words.len());
    let mut open = false;
    for word in words {
        if !word.starts_with(|c: char| c.is_ascii_digit()) {
            steps.push((word.into(), 1));
            open = true;
            continue;
        }
        let last = steps.last_mut().filter(|_| open);
        let Some((_, count)) = last else {
            return Err(usage(phrase!("the count `{word}` must follow a variable: EXPR VAR [COUNT]...", word)));
        };
        *count = match word.parse() {
            Ok(0) => return Err(usage(phrase!("a count is at least 1"))),
            Ok(number) => number,
            Err(_) => {
                return Err(usage(phrase!("the count `{word}` is not a whole number up to {max}", word, max = u32::MAX)));
            }
        };
        open = false;
    }
    Ok(steps)
}

// ---- clap

fn valued(name: &'static str, value: &'static str, about: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(about)
}

fn positional(name: &'static str, about: &'static str) -> Arg {
    Arg::new(name).value_name(name).help(about).required(true).allow_hyphen_values(true)
}

fn remarks() -> [Arg; 3] {
    let flag = |name: &'static str, help: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue).help(help);
    [
        flag("explain", "Say why no shorter form was taken, and what to assume for it"),
        flag("conditions", "Say where the answer has a value though the input has none"),
        flag("complex", "Symbols may be complex; only what holds for them is simplified"),
    ]
}

fn domain() -> Arg {
    Arg::new("domain")
        .long("domain")
        .action(ArgAction::SetTrue)
        .help("Say where the derivative does not exist, and the slopes of both sides there")
}

fn variables() -> Arg {
    Arg::new("VAR").value_name("VAR [COUNT]").num_args(0..).help("By what, and how many times; may be left out where there is one symbol")
}

/// The words after the expression of `check`, each a place of its own, so that each may begin with a minus and options may follow.
const WORDS: [&str; 8] = ["WORD1", "WORD2", "WORD3", "WORD4", "WORD5", "WORD6", "WORD7", "WORD8"];

fn tongue() -> Arg {
    valued("lang", "LANGUAGE", "The language of sentences [default: that of the locale, or en]").value_parser(["en", "ko"])
}

/// The language that `--lang` among these words names, or that of the locale.
pub(crate) fn language_of(words: &[String]) -> Language {
    let after = words.iter().position(|word| word == "--lang").and_then(|at| words.get(at + 1)).map(String::as_str);
    let named = words.iter().find_map(|word| word.strip_prefix("--lang=")).or(after);
    named.and_then(|word| Language::of(word).ok()).unwrap_or_else(language)
}

/// The language of the locale.
fn language() -> Language {
    let set = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default();
    Language::of_locale(&locale)
}

/// The grammar of one command; `symdiff` is the plain form.
pub(crate) fn grammar(name: &'static str) -> Command {
    let (about, examples) = help::COMMANDS.iter().find(|command| command.name == name).map_or(("", ""), |c| (c.about, c.examples));
    let command = Command::new(name).about(about).after_help(examples).version(env!("CARGO_PKG_VERSION"));
    let expr = || positional("EXPR", "The expression; - reads it from stdin");
    let command = match name {
        "symdiff" => command.arg(expr()).arg(variables()).arg(domain()).args(remarks()),
        "diff" | "gradient" | "jacobian" | "hessian" => {
            let command = command.bin_name(format!("symdiff {name}")).arg(expr()).arg(variables()).arg(
                valued("at", "X=[[1,2],[3,4]]", "With --shape: the value there as well, after the formula")
                    .action(ArgAction::Append)
                    .allow_hyphen_values(true),
            );
            if name == "diff" { command.arg(domain()).args(remarks()) } else { command.args(remarks()) }
        }
        "steps" => command
            .bin_name("symdiff steps")
            .arg(expr())
            .arg(variables())
            .arg(valued("level", "LEVEL", "How fine the steps are [default: normal]").value_parser(["brief", "normal", "full"])),
        "check" => {
            let command = command
                .bin_name("symdiff check")
                .override_usage("symdiff check EXPR [VAR [COUNT]]... ANSWER [OPTIONS]")
                .arg(expr())
                .arg(positional("WORD1", "By what, as for diff, and then the answer").value_name("[VAR [COUNT]]... ANSWER"));
            let more = WORDS.into_iter().skip(1).map(|name| Arg::new(name).hide(true).allow_hyphen_values(true));
            let parts = Part::ALL.map(|(name, _)| name);
            command.args(more).arg(
                valued("part", "PART", "What is asked: the derivative, or a part of the chain rule's work [default: derivative]")
                    .value_parser(parts),
            )
        }
        "simplify" => command.bin_name("symdiff simplify").arg(expr()).args(remarks()),
        "equal" => {
            command.bin_name("symdiff equal").arg(positional("A", "One side; - reads it from stdin")).arg(positional("B", "The other side"))
        }
        "eval" => command
            .bin_name("symdiff eval")
            .arg(expr())
            .arg(
                valued("at", "x=1,y=2", "Values: numbers, constants such as pi/2, arrays such as X=[[1,2],[3,4]]")
                    .action(ArgAction::Append)
                    .allow_hyphen_values(true),
            )
            .arg(valued("grad", "x,y", "Partial derivatives as well").action(ArgAction::Append))
            .arg(
                valued("data", "FILE", "Evaluate at every row of .csv, .npy, .npz, .parquet; - is CSV from stdin")
                    .value_hint(ValueHint::FilePath),
            )
            .arg(valued("columns", "x,y", "Names for the columns of a .npy that has none").action(ArgAction::Append).requires("data"))
            .arg(
                valued("out", "FILE", "Where the table goes, in the format of its ending; without it, CSV to stdout")
                    .requires("data")
                    .value_hint(ValueHint::FilePath),
            ),
        "export" => command
            .bin_name("symdiff export")
            .arg(positional("EXPR", "The expression; - reads it from stdin; or a trained network, MODEL.safetensors"))
            .arg(valued("out", "FILE", "Where the source goes; without it, to stdout").value_hint(ValueHint::FilePath))
            .arg(valued("to", "LANGUAGE", "").help(session::languages()))
            .arg(valued("wrt", "x,y", "Partial derivatives by these, in this order; without it, by all symbols").action(ArgAction::Append))
            .arg(valued("name", "NAME", "The name of the function [default: f]"))
            .arg(Arg::new("test").long("test").action(ArgAction::SetTrue).help("Add a self-test with inputs and expected values")),
        "graph" => command
            .bin_name("symdiff graph")
            .arg(expr())
            .arg(
                valued("at", "x=1,y=2", "Values: numbers, or constants such as pi/2; without them, expressions")
                    .action(ArgAction::Append)
                    .allow_hyphen_values(true),
            )
            .arg(
                valued("out", "FILE", "Where the picture goes, in the format of its ending: .svg, .dot, .mmd, .json, .txt")
                    .value_hint(ValueHint::FilePath),
            )
            .arg(valued("blank", "WHICH", "Leave numbers out, as an exercise").value_parser(["forward", "backward", "both"]))
            .arg(
                valued("digits", "N", "Significant digits of long numbers [default: 5]")
                    .value_parser(clap::value_parser!(u64).range(1..=17)),
            ),
        "layer" => command
            .bin_name("symdiff layer")
            .arg(positional(
                "EXPR",
                "A text such as \"1/(1+exp(-x))\" or \"X*W + b where W: m×k ~ he, b: k ~ zeros\", or a name; - reads it from stdin",
            ))
            .arg(Arg::new("NUMBER").value_name("NUMBER").help("What follows a name, as in: affine 50"))
            .arg(valued("backward", "FORMULAS", "A backward pass to be judged: \"dx = dout*y*(1-y)\", several separated by , or ;"))
            .arg(valued("to", "LANGUAGE", "Code, forward and backward: rust, numpy, pytorch, jax"))
            .arg(valued("name", "NAME", "The name in the code")),
        "plot" => crate::plot::words(command.bin_name("symdiff plot").arg(expr())),
        "train" => crate::train::words(command),
        "predict" => crate::predict::words(command),
        "quiz" => crate::quiz::words(command),
        "batch" => command.bin_name("symdiff batch").arg(Arg::new("FILE").help("JSON lines; without it, stdin")),
        "repl" => command
            .bin_name("symdiff repl")
            .arg(Arg::new("plain").long("plain").action(ArgAction::SetTrue).help("Answers on one line each, as text that reads back")),
        "completions" => {
            let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
            command.bin_name("symdiff completions").arg(Arg::new("SHELL").required(true).value_parser(shells))
        }
        _ => command.bin_name(format!("symdiff {name}")),
    };
    if name == "completions" {
        return command;
    }
    if matches!(name, "train" | "predict") {
        return command.arg(tongue());
    }
    let command = command.next_help_heading("Options for all commands");
    let number = |name, about| valued(name, "N", about).value_parser(clap::value_parser!(usize));
    let command = command.args([
        valued("timeout", "SECONDS", "Time for an answer; 0 is no limit [default: 5]"),
        number("max-nodes", "Expression nodes [default: 10000000]"),
        number("max-digits", "Digits of an exact number [default: 1000000]"),
        number("max-output", "Characters of an answer [default: 1000000]"),
        valued("color", "WHEN", "Colour of messages").value_parser(["auto", "always", "never"]),
        tongue(),
    ]);
    if matches!(name, "batch" | "repl" | "quiz" | "help") {
        // their lines say the rest; a quiz has formats of its own
        return command;
    }
    let formats: &[&str] = match name {
        "graph" => &graph::FORMATS,
        "plot" => &crate::plot::FORMATS,
        "steps" => &["text", "latex", "unicode", "pretty", "json", "markdown", "html"],
        _ => &["text", "latex", "unicode", "pretty", "json"],
    };
    let command = command.args([
        valued("format", "FORMAT", "How answers are written").value_parser(clap::builder::PossibleValuesParser::new(formats)),
        valued("form", "FORM", "Which form an answer takes; auto is the shortest found")
            .value_parser(clap::builder::PossibleValuesParser::new(Form::NAMES.map(|(name, _)| name))),
        valued("let", "DEFINITION", "Define a name: \"z(x)=1+x\", \"a=3\"").action(ArgAction::Append),
        valued("shape", "SHAPES", "Arrays: \"X: n×m, w: m, y: n\"; then * is the matrix product").action(ArgAction::Append),
        valued("assume", "FACT", "What holds of a symbol: \"x>0\", \"n integer\"").action(ArgAction::Append),
    ]);
    if matches!(name, "graph" | "plot") {
        return command;
    }
    command.arg(Arg::new("where").long("where").action(ArgAction::SetTrue).help("Name shared parts instead of repeating them"))
}

/// The grammar of all commands, for completion scripts.
pub(crate) fn whole() -> Command {
    let commands = help::COMMANDS.iter().filter(|command| command.name != "help").map(|command| grammar(command.name));
    grammar("symdiff").subcommand_negates_reqs(true).subcommands(commands)
}

fn settings(matches: &ArgMatches) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    let number = |name: &str| matches.try_get_one::<usize>(name).ok().flatten().copied();
    let budget = &mut settings.budget;
    budget.nodes = number("max-nodes").unwrap_or(budget.nodes);
    budget.digits = number("max-digits").unwrap_or(budget.digits);
    budget.output = number("max-output").unwrap_or(budget.output);
    if let Some(text) = one(matches, "timeout") {
        let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let seconds = seconds.ok_or_else(|| usage(phrase!("--timeout takes seconds, not `{text}`", text)))?;
        budget.time = (!seconds.is_zero()).then_some(seconds);
    }
    settings.language = one(matches, "lang").map(Language::of).transpose()?;
    settings.color = match one(matches, "color") {
        Some("always") => Color::Always,
        Some("never") => Color::Never,
        _ => Color::Auto,
    };
    Ok(settings)
}

fn one<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.try_get_one::<String>(name).ok().flatten().map(String::as_str)
}

fn all<'m>(matches: &'m ArgMatches, name: &str) -> impl Iterator<Item = &'m String> {
    matches.try_get_many::<String>(name).ok().flatten().unwrap_or_default()
}

fn task(name: &str, matches: &ArgMatches) -> Result<Task, Error> {
    let words = || all(matches, "EXPR").chain(all(matches, "VAR")).cloned().collect::<Vec<String>>();
    let mut request = match name {
        "batch" => return Ok(Task::Batch(one(matches, "FILE").map(str::to_owned))),
        "repl" => return Ok(Task::Repl { plain: matches.get_flag("plain") }),
        "completions" => {
            return Ok(Task::Text(help::completions(one(matches, "SHELL").unwrap_or_default())?));
        }
        "symdiff" => plain(words())?,
        _ => {
            let text = |name: &str| one(matches, name).map(|text| text.to_owned().into());
            let mut words: Vec<String> = all(matches, "VAR").cloned().collect();
            words.extend(WORDS.into_iter().filter_map(|name| one(matches, name)).map(str::to_owned));
            let answer = if name == "check" { words.pop().map(Into::into) } else { None };
            let wrt = steps(words)?;
            let (expr, a, b) = (text("EXPR"), text("A"), text("B"));
            let (part, level) = (text("part"), text("level"));
            Request { op: Some(Op::of(name)?), expr, a, b, wrt, answer, part, level, vector: true, ..Request::default() }
        }
    };
    if name != "graph" {
        request.format = one(matches, "format").map_or(Ok(Format::Text), Format::of)?;
    }
    request.vector &= request.format != Format::Json;
    let flag = |name: &str| matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false);
    (request.explain, request.conditions, request.complex) = (flag("explain"), flag("conditions"), flag("complex"));
    request.domain = matches.try_get_one::<bool>("domain").ok().flatten().copied().unwrap_or(false);
    request.shared = matches.try_get_one::<bool>("where").ok().flatten().copied().unwrap_or(false);
    if request.shared && matches!(request.format, Format::Latex | Format::Unicode | Format::Pretty) {
        return Err(usage(phrase!("--where is for the formats text and json")));
    }
    request = given(matches, request)?;
    if name == "export" {
        request.to = one(matches, "to").map(|to| to.to_owned().into());
        request.name = one(matches, "name").map(|name| name.to_owned().into());
        request.test = matches.get_flag("test");
        let names = all(matches, "wrt").flat_map(|text| text.split(',')).map(str::trim).filter(|name| !name.is_empty());
        request.wrt = names.map(|name| (name.to_owned().into(), 1)).collect();
        if let Some(out) = one(matches, "out") {
            return Ok(Task::File { request, out: out.to_owned() });
        }
    }
    // what programs read is in English unless they ask for something else
    let for_people = request.format != Format::Json || matches!(name, "steps" | "check") || one(matches, "lang").is_some();
    request.lang = for_people.then(|| crate::report::language().word().into());
    if name == "layer" {
        if let (Some(name), Some(number)) = (&request.expr, one(matches, "NUMBER")) {
            request.expr = Some(format!("{name} {number}").into());
        }
        request.backward = one(matches, "backward").map(|text| text.to_owned().into());
        request.to = one(matches, "to").map(|to| to.to_owned().into());
        request.name = one(matches, "name").map(|name| name.to_owned().into());
    }
    if name == "graph" {
        let at = points(matches)?;
        request.at = matches.contains_id("at").then_some(at);
        let digits = matches.get_one::<u64>("digits").and_then(|digits| usize::try_from(*digits).ok());
        let picture = graph::picture(one(matches, "format"), one(matches, "out"), one(matches, "blank"), digits)?;
        return Ok(Task::Graph { request, picture });
    }
    if matches!(name, "diff" | "gradient" | "jacobian" | "hessian") && matches.contains_id("at") {
        if request.shapes.is_empty() {
            return Err(usage(phrase!(
                "--at gives values of array formulas, which have --shape; for others write symdiff eval EXPR --at x=1,y=2 --grad x,y",
            )));
        }
        request.at = Some(points(matches)?);
    }
    if name == "eval" {
        request.at = Some(points(matches)?);
        request.grad = all(matches, "grad").flat_map(|text| text.split(',')).map(|name| name.trim().to_owned().into()).collect();
        if let Some(data) = one(matches, "data") {
            let columns = all(matches, "columns").flat_map(|text| text.split(',')).map(|name| name.trim().to_owned()).collect();
            let files = Files { data: data.to_owned(), out: one(matches, "out").map(str::to_owned), columns };
            return Ok(Task::Table { request, files });
        }
    }
    Ok(Task::Answer(request))
}

/// A request with the definitions, shapes and assumptions of the options.
fn given(matches: &ArgMatches, mut request: Request<'static>) -> Result<Request<'static>, Error> {
    for text in all(matches, "shape") {
        request.shapes.extend(read_shapes(text)?.into_iter().map(|(name, shape)| (name.into(), shape)));
    }
    if let Some(word) = one(matches, "form") {
        request.form = Form::of(word)?;
    }
    request.assume = all(matches, "assume").cloned().map(Into::into).collect();
    for text in all(matches, "let") {
        let (key, body) = equation(text).ok_or_else(|| usage(phrase!("--let takes NAME=BODY or NAME(x)=BODY, not `{text}`", text)))?;
        request.lets.push((key.to_owned().into(), body.to_owned().into()));
    }
    Ok(request)
}

/// `NAME = BODY` at its first `=` that is no comparison.
pub(crate) fn equation(text: &str) -> Option<(&str, &str)> {
    let at = text.find('=')?;
    let (key, body) = (text[..at].trim(), text[at + 1..].trim());
    let sound = !body.starts_with('=') && !key.ends_with(['<', '>', '!']) && !key.is_empty() && !body.is_empty();
    sound.then_some((key, body))
}

/// The values of all `--at`.
fn points(matches: &ArgMatches) -> Result<Vec<(std::borrow::Cow<'static, str>, Given<'static>)>, Error> {
    let mut at = Vec::new();
    for text in all(matches, "at") {
        at.extend(point(text)?);
    }
    Ok(at)
}

/// `x=1, y=pi/2`, split at commas outside brackets.
pub(crate) fn point(text: &str) -> Result<Vec<(std::borrow::Cow<'static, str>, Given<'static>)>, Error> {
    let parts = outside(text, ",");
    let pairs = parts.into_iter().map(|part| {
        let (name, value) = equation(part)
            .ok_or_else(|| usage(phrase!("values are given as x=1,y=2; `{part}` is not a name and a value", part = part.trim())))?;
        Ok((name.to_owned().into(), Given::Text(value.to_owned().into())))
    });
    pairs.collect()
}

/// The pieces between separators that stand outside all brackets.
pub(crate) fn outside<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let (mut pieces, mut start, mut depth) = (Vec::new(), 0, 0i64);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ if depth <= 0 && text[at..].starts_with(separator) => {
                pieces.push(&text[start..at]);
                at += separator.len();
                start = at;
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn request(text: &str) -> Request<'static> {
        match read(words(text)).unwrap() {
            (Task::Answer(request), _) => request,
            (task, _) => panic!("{task:?}"),
        }
    }

    #[test]
    fn the_plain_form_and_clap_agree() {
        for text in ["x^3*y^2 x 2 y", "-x^2 x", "diff -x x 3", "--format text -x^2 x"] {
            let long = request(&format!("{text} --color never"));
            let short = request(text);
            assert_eq!((short.expr, short.wrt), (long.expr, long.wrt), "{text}");
        }
    }

    #[test]
    fn counts_follow_variables() {
        assert_eq!(steps(words("x 2 y")).unwrap(), vec![("x".into(), 2), ("y".into(), 1)]);
        for bad in ["2", "x 2 3", "x 0", "x 100000000000000000000", "x 2.5", "x 4294967296"] {
            assert!(steps(words(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn options_stand_anywhere() {
        let request = request("--format latex eval -x --at x=-1,y=atan2(1,2) --let a=3 --grad x,y");
        assert_eq!(request.op, Some(Op::Eval));
        assert_eq!(request.at.as_ref().map(Vec::len), Some(2));
        assert_eq!((request.format, request.grad.len(), request.lets.len()), (Format::Latex, 2, 1));
    }

    #[test]
    fn misuse_is_told() {
        for bad in [
            "x^2 x --frobnicate",
            "--frobnicate",
            "eval x --at x",
            "diff",
            "equal x",
            "x x --max-nodes -3",
            "x x --timeout soon",
            "x --let 3",
            "eval x --out f",
        ] {
            assert!(read(words(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn grammar_is_sound() {
        whole().debug_assert();
        for command in help::COMMANDS {
            grammar(command.name).debug_assert();
        }
    }
}
