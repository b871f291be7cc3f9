//! How is a quiz held? Words to exercises, and those to a dialogue, a sheet, or a file for a course.
//! Deliberately knows no mathematics and has no sentence of its own: `symdiff::teach` has both.
//! Read next: `quiz/dialogue.rs` (answers to verdicts, hints and a score), `src/teach/quiz.rs`.

pub(crate) mod dialogue;

use crate::arguments::Settings;
use crate::report;
use crate::table::output;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use dialogue::Dialogue;
use std::io::{BufRead, IsTerminal, Write};
use std::time::{SystemTime, UNIX_EPOCH};
use symdiff::Error;
use symdiff::teach::{Language, Markup, Quiz, Topic};

/// In what a sheet is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Paper {
    Page(Markup),
    Moodle,
}

const PAPERS: [(&str, Paper); 4] = [
    ("markdown", Paper::Page(Markup::Markdown)),
    ("latex", Paper::Page(Markup::Latex)),
    ("html", Paper::Page(Markup::Html)),
    ("moodle", Paper::Moodle),
];

/// Exercises of a dialogue.
pub(crate) const EXERCISES: usize = 5;

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Order {
    quiz: Quiz,
    language: Language,
    /// A sheet in place of the dialogue.
    sheet: Option<Paper>,
    out: Option<String>,
    /// Whether a sheet has pictures.
    graphs: bool,
}

/// The options of `quiz`.
pub(crate) fn words(command: Command) -> Command {
    let valued = |name: &'static str, value: &'static str, about: &'static str| Arg::new(name).long(name).value_name(value).help(about);
    command
        .bin_name("symdiff quiz")
        .arg(
            valued("topic", "TOPIC", "What the exercises are about [default: mixed]")
                .value_parser(clap::builder::PossibleValuesParser::new(Topic::WORDS)),
        )
        .arg(valued("level", "LEVEL", "How hard they are, 1 to 5 [default: 1]").value_parser(["1", "2", "3", "4", "5"]))
        .arg(
            valued("seed", "N", "The same seed gives the same exercises; without it, others each time")
                .value_parser(clap::value_parser!(u64)),
        )
        .arg(valued("count", "N", "How many exercises [default: 5; on sheets 10]").value_parser(clap::value_parser!(u64).range(1..=200)))
        .arg(Arg::new("sheet").long("sheet").action(ArgAction::SetTrue).help("A sheet with its key, in place of the dialogue"))
        .arg(
            valued("format", "FORMAT", "How a sheet is written [default: markdown]")
                .value_parser(clap::builder::PossibleValuesParser::new(PAPERS.map(|(name, _)| name))),
        )
        .arg(Arg::new("no-graphs").long("no-graphs").action(ArgAction::SetTrue).help("HTML without computational graphs to be filled in"))
        .arg(valued("out", "FILE", "Where the sheet goes; without it, to stdout").value_hint(ValueHint::FilePath))
}

/// What the words ask for.
pub(crate) fn read(matches: &ArgMatches) -> Result<Order, Error> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let number = |name: &str| matches.get_one::<u64>(name).copied();
    let out = text("out").map(str::to_owned);
    let named = text("format").and_then(|word| PAPERS.iter().find(|(name, _)| *name == word)).map(|&(_, paper)| paper);
    let is_sheet = matches.get_flag("sheet") || named.is_some() || out.is_some();
    let count = number("count").and_then(|count| usize::try_from(count).ok());
    let quiz = Quiz {
        topic: text("topic").map_or(Ok(Topic::Mixed), Topic::of)?,
        level: text("level").and_then(|level| level.parse().ok()).unwrap_or(1),
        seed: number("seed").unwrap_or_else(any_seed),
        count: count.unwrap_or(if is_sheet { 10 } else { EXERCISES }),
    };
    let sheet = is_sheet.then_some(named.unwrap_or(Paper::Page(Markup::Markdown)));
    Ok(Order { quiz, language: report::language(), sheet, out, graphs: !matches.get_flag("no-graphs") })
}

/// A short number that is easily typed again.
pub(crate) fn any_seed() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| u64::from(time.subsec_nanos()) / 1_000 % 100_000)
}

/// Holds the quiz or writes the sheet; the exit code.
pub(crate) fn run(order: &Order, settings: &Settings) -> u8 {
    let done = match order.sheet {
        Some(paper) => sheet(order, paper, settings),
        None => dialogue(order, settings),
    };
    done.unwrap_or_else(|error| report::error(&error, None, settings.color))
}

fn sheet(order: &Order, paper: Paper, settings: &Settings) -> Result<u8, Error> {
    let text = match paper {
        Paper::Page(markup) => order.quiz.sheet(order.language, markup, order.graphs)?,
        Paper::Moodle => order.quiz.moodle(order.language)?,
    };
    match &order.out {
        Some(file) => output::write(file, text.as_bytes()).map(|()| 0),
        None => Ok(report::answer(text.as_bytes(), settings.color)),
    }
}

/// Asks on stdout and reads answers from stdin, line by line.
fn dialogue(order: &Order, settings: &Settings) -> Result<u8, Error> {
    let colored = report::is_colored(settings.color, std::io::stdout().is_terminal());
    let (mut dialogue, opening) = Dialogue::open(order.quiz, order.language, colored)?;
    let (mut answers, mut out) = (std::io::stdin().lock(), std::io::stdout().lock());
    let prompt = if std::io::stdin().is_terminal() { "> " } else { "" };
    let mut talk = || -> std::io::Result<Result<(), Error>> {
        out.write_all(opening.as_bytes())?;
        while !dialogue.is_over() {
            out.write_all(prompt.as_bytes())?;
            out.flush()?;
            let mut bytes = Vec::new();
            if answers.read_until(b'\n', &mut bytes)? == 0 {
                out.write_all(dialogue.score().as_bytes())?;
                break;
            }
            // what is not UTF-8 is no formula, and is told as such
            match dialogue.answer(&String::from_utf8_lossy(&bytes)) {
                Ok(said) => out.write_all(said.as_bytes())?,
                Err(error) => return Ok(Err(error)),
            }
        }
        out.flush()?;
        Ok(Ok(()))
    };
    match talk() {
        Ok(done) => done.map(|()| 0),
        // a reader that has gone is nobody's loss
        Err(error) => report::write_failed(&error).map_or(Ok(0), Err),
    }
}
