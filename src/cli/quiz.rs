//! How is a quiz held? Words to exercises, answers to verdicts, hints and a score; or a sheet, or a file for a course.
//! Deliberately knows no mathematics and has no sentence of its own: `symdiff::teach` has both.
//! Read next: `src/teach/quiz.rs`.

use crate::arguments::Settings;
use crate::report;
use crate::table::output;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use std::io::{BufRead, IsTerminal, Write};
use std::time::{SystemTime, UNIX_EPOCH};
use symdiff::Error;
use symdiff::teach::{Fragment, Language, Markup, Message, Options, Part, Question, Quiz, Topic, Verdict, Worked, check_part, sentence};

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

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Order {
    quiz: Quiz,
    language: Language,
    /// A sheet in place of the dialogue.
    sheet: Option<Paper>,
    out: Option<String>,
}

/// Wrong answers to an exercise until the solution is shown.
const TRIES: usize = 3;

/// The words of parts of the chain rule's work in Korean; those in English are the library's.
const PARTS: [(&str, Part); 4] =
    [("겉함수", Part::Outer), ("속함수", Part::Inner), ("겉미분", Part::OuterDerivative), ("속미분", Part::InnerDerivative)];

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
        count: count.unwrap_or(if is_sheet { 10 } else { 5 }),
    };
    Ok(Order { quiz, language: report::language(), sheet: is_sheet.then_some(named.unwrap_or(Paper::Page(Markup::Markdown))), out })
}

/// A short number that is easily typed again.
fn any_seed() -> u64 {
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
        Paper::Page(markup) => order.quiz.sheet(order.language, markup)?,
        Paper::Moodle => order.quiz.moodle(order.language)?,
    };
    match &order.out {
        Some(file) => output::write(file, text.as_bytes()).map(|()| 0),
        None => Ok(report::answer(text.as_bytes(), settings.color)),
    }
}

/// Asks on stdout and reads answers from stdin, line by line.
fn dialogue(order: &Order, settings: &Settings) -> Result<u8, Error> {
    let questions = order.quiz.questions()?;
    let (title, seed) = order.quiz.title(order.language);
    let mut talk = Talk {
        answers: std::io::stdin().lock(),
        out: std::io::stdout().lock(),
        options: Options { language: order.language, ..Options::default() },
        prompt: if std::io::stdin().is_terminal() { "> " } else { "" },
        colored: report::is_colored(settings.color, std::io::stdout().is_terminal()),
    };
    match talk.hold(&questions, &format!("{title} ({seed})")) {
        Ok(()) => Ok(0),
        // a reader that has gone is nobody's loss
        Err(Ended::Writing(error)) => report::write_failed(&error).map_or(Ok(0), Err),
        Err(Ended::Mathematics(error)) => Err(error),
    }
}

/// Why a dialogue breaks off.
enum Ended {
    Writing(std::io::Error),
    Mathematics(Error),
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Ended {
        Ended::Writing(error)
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Ended {
        Ended::Mathematics(error)
    }
}

/// How an exercise ended.
#[derive(PartialEq, Eq)]
enum Outcome {
    /// Right, at the first try and without a hint.
    Alone,
    Right,
    Shown,
    /// There are no more answers.
    Left,
}

struct Talk<R, W> {
    answers: R,
    out: W,
    options: Options,
    prompt: &'static str,
    colored: bool,
}

impl<R: BufRead, W: Write> Talk<R, W> {
    fn said(&self, message: Message, parts: &[(&str, &str)]) -> String {
        let parts: Vec<(&str, Fragment)> = parts.iter().map(|&(name, text)| (name, Fragment::plain(text))).collect();
        sentence(message, self.options.language, &parts)
    }

    /// All exercises, and the score.
    fn hold(&mut self, questions: &[Question], title: &str) -> Result<(), Ended> {
        writeln!(self.out, "{title}\n{}", self.said(Message::QuizHow, &[]))?;
        if questions.iter().any(|question| question.topic == Topic::Chain) {
            writeln!(self.out, "{}", self.said(Message::QuizParts, &[]))?;
        }
        let (mut right, mut alone) = (0, 0);
        for (at, question) in questions.iter().enumerate() {
            let asked = question.ask(self.options.language, self.options.markup)?;
            writeln!(self.out, "\n{}/{}. {asked}", at + 1, questions.len())?;
            match self.one(question)? {
                Outcome::Alone => (right, alone) = (right + 1, alone + 1),
                Outcome::Right => right += 1,
                Outcome::Shown => {}
                Outcome::Left => break,
            }
        }
        let [right, alone, all] = [right, alone, questions.len()].map(|count: usize| count.to_string());
        writeln!(self.out, "\n{}", self.said(Message::QuizScore, &[("right", &right), ("alone", &alone), ("n", &all)]))?;
        Ok(())
    }

    /// The next line; `None` at the end.
    fn line(&mut self) -> Result<Option<String>, Ended> {
        write!(self.out, "{}", self.prompt)?;
        self.out.flush()?;
        let mut bytes = Vec::new();
        if self.answers.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        // what is not UTF-8 is no formula, and is told as such
        Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned()))
    }

    /// One exercise until it is right, shown or left.
    fn one(&mut self, question: &Question) -> Result<Outcome, Ended> {
        let (mut wrong, mut hints) = (0, 0);
        let worked = question.solution(&self.options)?;
        while let Some(line) = self.line()? {
            match &*line {
                "" | "?" => {
                    self.hint(&worked, hints)?;
                    hints += 1;
                    continue;
                }
                "!" => {
                    self.solution(&worked)?;
                    return Ok(Outcome::Shown);
                }
                _ => {}
            }
            let (part, answer) = part(&line);
            let checked = match check_part(&question.text, &question.by(), answer, part, &self.options) {
                Ok(checked) => checked,
                Err(error) => {
                    // a slip of the pen is no try
                    write!(self.out, "{}", report::render(&error, Some(answer), self.colored))?;
                    continue;
                }
            };
            writeln!(self.out, "{}", checked.text)?;
            match (part, checked.verdict) {
                (Part::Derivative, Verdict::Right) if wrong + hints == 0 => return Ok(Outcome::Alone),
                (Part::Derivative, Verdict::Right) => return Ok(Outcome::Right),
                (Part::Derivative, Verdict::Wrong) => wrong += 1,
                _ => continue,
            }
            if wrong == TRIES {
                self.solution(&worked)?;
                return Ok(Outcome::Shown);
            }
            writeln!(self.out, "{}", self.said(Message::QuizAgain, &[("n", &(TRIES - wrong).to_string())]))?;
        }
        Ok(Outcome::Left)
    }

    /// The next step; the last line is the answer and is kept back.
    fn hint(&mut self, worked: &Worked, at: usize) -> Result<(), Ended> {
        let all = worked.steps.len();
        let Some(step) = worked.steps.get(at) else {
            writeln!(self.out, "{}", self.said(Message::QuizNoHint, &[]))?;
            return Ok(());
        };
        let (k, n) = ((at + 1).to_string(), all.to_string());
        writeln!(self.out, "{}", self.said(Message::QuizHint, &[("k", &k), ("n", &n), ("text", &step.text)]))?;
        if step.after.contains("D(") {
            writeln!(self.out, "   = {}", step.after)?;
        }
        Ok(())
    }

    fn solution(&mut self, worked: &Worked) -> Result<(), Ended> {
        writeln!(self.out, "{}\n{}", self.said(Message::QuizSolution, &[]), worked.to_text())?;
        Ok(())
    }
}

/// The part that a line speaks of, and what it says of it: `inner: x^2`.
fn part(line: &str) -> (Part, &str) {
    let found = line.split_once(':').and_then(|(word, rest)| {
        let all = Part::ALL.iter().chain(&PARTS);
        all.into_iter().find(|(name, _)| *name == word.trim()).map(|&(_, part)| (part, rest.trim()))
    });
    found.unwrap_or((Part::Derivative, line))
}
