//! How does line by line work? Definitions are kept as text, and every command has a pool of its own, so that the same
//! input prints the same as on the command line. Deliberately knows no mathematics; `entry.rs` reads the lines.
//! Read next: `entry.rs`, `repl/terminal.rs` (the line that is typed), `repl/transcript.rs` (what is saved).

mod assist;
mod terminal;
mod transcript;
pub(crate) mod words;

use crate::arguments::{Color, Settings};
use crate::entry::{self, Entry};
use crate::preferences::{self, Preferences};
use crate::quiz::dialogue::Dialogue;
use crate::table::output::write;
use crate::{command, help, interrupt, plot, report};
use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use symdiff::phrase;
use symdiff::session::{self, Answer, Format, Numbers, Op, Request, Response, Session};
use symdiff::teach::Language;
use symdiff::{Budget, Error, Kind, Shape, read_shapes};
use transcript::{Page, Turn};
use unicode_width::UnicodeWidthStr;

/// Answers that took longer are not worked out again for two dimensions.
const AT_ONCE: Duration = Duration::from_millis(500);

/// Longer outputs are not kept for `:save`.
const KEPT: usize = 20_000;

/// Runs until `quit` or the end of the input; the exit code.
pub(crate) fn run(settings: Settings, plain: bool) -> u8 {
    let stop = interrupt::flag();
    let budget = Budget { interrupt: Some(Arc::clone(&stop)), ..settings.budget };
    let on_terminal = io::stdin().is_terminal();
    let mut preferences = Preferences { typeset: false, ..Preferences::default() };
    let mut color = settings.color;
    if on_terminal {
        let (found, problem) = preferences::load();
        preferences = found;
        if let (None, Some(language)) = (settings.language, preferences.language) {
            report::speak(language);
        }
        if color == Color::Auto {
            color = preferences.color.unwrap_or(color);
        }
        if let Some(error) = problem {
            report::error(&error, None, color);
        }
    }
    preferences.typeset &= !plain && io::stdout().is_terminal();
    let state = Repl {
        session: Session::new(budget),
        lets: Vec::new(),
        assume: Vec::new(),
        shapes: Vec::new(),
        stop,
        color,
        echo: false,
        preferences,
        last: None,
        past: Vec::new(),
        loading: false,
        quiz: None,
    };
    if on_terminal { state.on_terminal() } else { state.on_lines() }
}

struct Repl {
    session: Session,
    lets: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    assume: Vec<Cow<'static, str>>,
    shapes: Vec<(Cow<'static, str>, Shape)>,
    stop: Arc<AtomicBool>,
    color: Color,
    echo: bool,
    preferences: Preferences,
    /// The last request that had an answer.
    last: Option<Request<'static>>,
    /// What has been asked and answered.
    past: Vec<Past>,
    /// Whether the lines come from a file.
    loading: bool,
    /// The quiz that is held.
    quiz: Option<Dialogue>,
}

/// A line, its answer, and the request behind it if that was a formula.
struct Past {
    turn: Turn,
    request: Option<Request<'static>>,
    /// Whether the answer came at once.
    quick: bool,
}

/// Whether to go on after a line, and what it said.
enum After {
    Go(u8),
    End(u8),
}

impl Repl {
    fn on_lines(mut self) -> u8 {
        let mut worst = 0;
        let mut input = io::stdin().lock();
        let mut text = String::new();
        loop {
            let mut line = Vec::new();
            let read = input.by_ref().take(1 << 28).read_until(b'\n', &mut line);
            match read {
                Ok(0) if text.trim().is_empty() => {
                    let score = self.end_quiz().unwrap_or_default();
                    return worst.max(report::answer(score.as_bytes(), self.color));
                }
                Ok(_) => {}
                Err(error) => {
                    return report::error(&Error::new(Kind::Io, phrase!("stdin cannot be read: {error}", error)), None, self.color);
                }
            }
            let (end, blank) = (line.is_empty(), line.trim_ascii().is_empty());
            let Ok(line) = String::from_utf8(line) else {
                worst = worst.max(report::error(&Error::new(Kind::Parse, phrase!("the line is not UTF-8")), None, self.color));
                text.clear();
                continue;
            };
            text.push_str(&line);
            if entry::open_brackets(&text) > 0 && !blank && !end && self.quiz.is_none() {
                continue;
            }
            match self.line(std::mem::take(&mut text).trim_start_matches('\u{feff}')) {
                After::Go(code) => worst = worst.max(code),
                After::End(code) => return worst.max(code),
            }
        }
    }

    fn line(&mut self, line: &str) -> After {
        if let Some(quiz) = self.quiz.as_mut().filter(|_| !line.trim_start().starts_with(':')) {
            let said = quiz.answer(line);
            self.quiz.take_if(|quiz| quiz.is_over());
            return self.told(said.map(String::into_bytes).map_err(|error| (error, None)));
        }
        self.stop.store(false, Ordering::Relaxed);
        let before = self.last.take();
        let started = Instant::now();
        let done = entry::read(line).map_err(|error| (error, None)).and_then(|entry| self.carry_out(entry, before.as_ref()));
        let output = match &done {
            Ok(None) => return After::End(0),
            Ok(Some(text)) => String::from_utf8_lossy(text).into_owned(),
            Err((error, source)) => report::render(error, source.as_deref(), false),
        };
        let (request, quick) = (self.last.clone(), started.elapsed() < AT_ONCE);
        if self.last.is_none() {
            self.last = before;
        }
        let after = match done {
            Ok(None) => After::End(0),
            Ok(Some(text)) => self.told(Ok(text)),
            Err(error) => self.told(Err(error)),
        };
        let is_session = [":save", ":load", ":help", "help", "?"].iter().any(|word| line.trim_start().starts_with(word));
        if !line.trim().is_empty() && !is_session && line.len() + output.len() <= KEPT {
            self.past.push(Past { turn: Turn { input: line.trim().to_owned(), output, latex: None }, request, quick });
        }
        after
    }

    /// Shows an answer or an error with its source.
    fn told(&self, done: Result<Vec<u8>, (Error, Option<String>)>) -> After {
        match done {
            Ok(text) if text.is_empty() => After::Go(0),
            Ok(text) => match report::answer(&text, self.color) {
                0 => After::Go(0),
                code => After::End(code),
            },
            Err((error, source)) => After::Go(report::error(&error, source.as_deref(), self.color)),
        }
    }

    /// The end of a quiz, and its score; nothing without one.
    fn end_quiz(&mut self) -> Option<String> {
        self.quiz.take().map(|quiz| quiz.score())
    }

    /// What is to be printed; `None` ends the REPL.
    fn carry_out(&mut self, entry: Entry, last: Option<&Request<'static>>) -> Result<Option<Vec<u8>>, (Error, Option<String>)> {
        let alone = |error| (error, None);
        let nothing = |phrase| (Error::new(Kind::Request, phrase), None);
        match entry {
            Entry::Blank => {}
            Entry::Quit => return Ok(self.end_quiz().map(String::into_bytes)),
            Entry::Quiz(quiz) => {
                let colored = report::is_colored(self.color, io::stdout().is_terminal());
                let (dialogue, opening) = Dialogue::open(quiz, report::language(), colored).map_err(alone)?;
                self.quiz = Some(dialogue);
                return Ok(Some(opening.into_bytes()));
            }
            Entry::Help(None) => {
                return Ok(Some((words::help() + &help::shelves()).into_bytes()));
            }
            Entry::Help(Some(name)) => {
                let page = help::function(&name).map_or_else(|| help::page(Some(&name)), Ok).map_err(alone)?;
                return Ok(Some(page.into_bytes()));
            }
            Entry::Clear(None) => {
                self.lets.clear();
                self.assume.clear();
                self.shapes.clear();
            }
            Entry::Clear(Some(name)) => {
                let before = self.lets.len();
                self.lets.retain(|(key, _)| name_of(key) != name_of(&name));
                if self.lets.len() == before {
                    return Err((Error::new(Kind::Name, phrase!("`{name}` is not defined", name)), None));
                }
            }
            Entry::Assume(text) => {
                self.assume.push(text.into());
                let test = Request { op: Some(Op::Simplify), expr: Some("0".into()), assume: self.assume.clone(), ..Request::default() };
                if let Err(error) = self.session.answer(&test) {
                    let text = self.assume.pop();
                    return Err((error, text.map(Cow::into_owned)));
                }
            }
            Entry::Shape(text) => {
                for (name, shape) in read_shapes(&text).map_err(alone)? {
                    self.shapes.retain(|(known, _)| *known != name);
                    self.shapes.push((name.into(), shape));
                }
            }
            Entry::Define { key, body } => {
                let lets: Vec<_> = self.lets.iter().filter(|(known, _)| used(known, &body)).cloned().collect();
                let text = self.session.define(&key, &body, &lets).map_err(|error| (error, Some(body)))?;
                let kept = self.lets.clone();
                self.set(key, text);
                if let Err(error) = self.session.define("ans", "0", &self.lets) {
                    self.lets = kept;
                    return Err((error, None));
                }
            }
            Entry::Ask(request) => return self.ask(*request).map(Some),
            Entry::Plot(text) => {
                let (expr, picture) = plot::entry(&text).map_err(alone)?;
                let request = self.prepared(Request { expr: Some(expr.into()), ..Request::default() });
                let drawn = plot::drawn(&mut self.session, &request, &picture, self.color).map_err(|error| sourced(&request, error))?;
                return picture.kept(drawn).map(|text| Some(text.into_bytes())).map_err(alone);
            }
            Entry::Steps(request) => {
                let asked = self.past.iter().rev().filter_map(|past| past.request.as_ref());
                let last = asked.into_iter().find(|request| request.op == Some(Op::Diff)).cloned();
                let request = match (request, last) {
                    (Some(request), _) => *request,
                    (None, Some(last)) => last,
                    (None, None) => return Err(nothing(phrase!("there is no derivative yet"))),
                };
                return self.ask(Request { op: Some(Op::Steps), ..request }).map(Some);
            }
            Entry::Latex(text) => {
                let request = match (text, last) {
                    (Some(text), _) => self.prepared(Request { op: Some(Op::Simplify), expr: Some(text.into()), ..Request::default() }),
                    (None, Some(last)) => last.clone(),
                    (None, None) => return Err(nothing(phrase!("there is no answer yet"))),
                };
                self.last = Some(request.clone());
                let request = Request { format: Format::Latex, echo: false, ..request };
                let response = self.session.answer(&request).map_err(|error| sourced(&request, error))?;
                return Ok(Some(command::shown(&response.answer, &request)));
            }
            Entry::Language(None) => return Ok(Some(format!("{}\n", report::language().word()).into_bytes())),
            Entry::Language(Some(name)) => report::speak(Language::of(&name).map_err(alone)?),
            Entry::Save(file) => {
                let page = Page::of(&file).map_err(alone)?;
                let text = transcript::write(&self.transcript(), page);
                write(&file, text.as_bytes()).map_err(alone)?;
                let said = report::said(&phrase!("{count} entries saved in {file}", count = self.past.len(), file));
                return Ok(Some((said + "\n").into_bytes()));
            }
            Entry::Load(file) => return self.load(&file).map_err(alone),
        }
        Ok(Some(Vec::new()))
    }

    /// A request with all that is defined, assumed and declared.
    fn prepared(&self, mut request: Request<'static>) -> Request<'static> {
        request.assume.clone_from(&self.assume);
        request.shapes.clone_from(&self.shapes);
        request.lang = Some(report::language().word().into());
        request.echo = self.echo;
        let texts = [&request.expr, &request.a, &request.b].map(|text| text.clone().unwrap_or_default());
        // `ans` may be long: it is read only where it is named
        let named = |key: &str| key != "ans" || texts.iter().any(|text| used(key, text));
        request.lets = self.lets.iter().filter(|(key, _)| named(key)).cloned().collect();
        request
    }

    fn ask(&mut self, request: Request<'static>) -> Result<Vec<u8>, (Error, Option<String>)> {
        let request = self.prepared(request);
        let started = Instant::now();
        let response = self.session.answer(&request).map_err(|error| sourced(&request, error))?;
        if let Some(read_as) = &response.read_as {
            report::say(&phrase!("read as {read_as}", read_as));
        }
        if let Some(error) = command::failure(&response.answer) {
            return Err((error, None));
        }
        if let Some(remark) = response.answer.remark() {
            report::say(&phrase!("note: {remark}", remark));
        }
        match &response.answer {
            // code is no expression
            Answer::Text { result, .. } if !matches!(request.op, Some(Op::Export | Op::Layer)) => self.set("ans".into(), result.clone()),
            Answer::Value { value: Numbers::One(Some(value)), .. } => self.set("ans".into(), session::number_text(*value)),
            _ => {}
        }
        let set = (started.elapsed() < AT_ONCE).then(|| self.typeset(&request, &response)).flatten();
        let shown = set.unwrap_or_else(|| command::shown(&response.answer, &request));
        self.last = is_formula(&response.answer, request.op).then_some(request);
        Ok(shown)
    }

    /// The same answer in two dimensions, where it fits: worked out again, as an answer is kept as text.
    fn typeset(&mut self, request: &Request<'static>, response: &Response) -> Option<Vec<u8>> {
        let formula = is_formula(&response.answer, request.op) || matches!(response.answer, Answer::Layer(_)) && request.to.is_none();
        if !self.preferences.typeset || !formula {
            return None;
        }
        let columns = terminal_size::terminal_size().map_or(80, |(columns, _)| usize::from(columns.0));
        let request = Request { format: Format::Pretty, echo: false, ..request.clone() };
        let set = command::shown(&self.session.answer(&request).ok()?.answer, &request);
        String::from_utf8_lossy(&set).lines().all(|line| line.width() <= columns).then_some(set)
    }

    /// All turns; formulas have their LaTeX unless they would take long again.
    fn transcript(&mut self) -> Vec<Turn> {
        let mut turns = Vec::with_capacity(self.past.len());
        for Past { turn, request, quick } in &self.past {
            let latex = request.as_ref().filter(|_| *quick).and_then(|request| {
                let request = Request { format: Format::Latex, echo: false, ..request.clone() };
                match self.session.answer(&request).ok()?.answer {
                    Answer::Text { result, value: None, .. } => Some(result),
                    _ => None,
                }
            });
            turns.push(Turn { latex, ..turn.clone() });
        }
        turns
    }

    /// Carries out the lines of a file, each shown before its answer.
    fn load(&mut self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        if self.loading {
            return Err(Error::new(Kind::Request, phrase!("a file that is loaded loads no other")));
        }
        let text = std::fs::read_to_string(file).map_err(|error| {
            Error::new(Kind::Io, phrase!("`{file}` cannot be read: {error}", file, error = symdiff::Phrase::of_system(&error)))
        })?;
        self.loading = true;
        let mut failed = 0;
        let mut ended = false;
        for entry in transcript::entries(text.trim_start_matches('\u{feff}')) {
            if report::answer(format!("> {entry}\n").as_bytes(), self.color) != 0 {
                break;
            }
            match self.line(&entry) {
                After::Go(0) => {}
                After::Go(_) if self.stop.load(Ordering::Relaxed) => break,
                After::Go(_) => failed += 1,
                After::End(_) => {
                    ended = true;
                    break;
                }
            }
        }
        self.loading = false;
        match failed {
            _ if ended => Ok(None),
            0 => Ok(Some(Vec::new())),
            _ => Err(Error::new(Kind::Request, phrase!("{failed} of the lines of `{file}` failed", failed, file))),
        }
    }

    fn set(&mut self, key: String, text: String) {
        self.lets.retain(|(known, _)| name_of(known) != name_of(&key));
        self.lets.push((key.into(), text.into()));
    }
}

/// An error with the text that it points into.
fn sourced(request: &Request<'_>, error: Error) -> (Error, Option<String>) {
    let source = request.source(&error).map(str::to_owned);
    (error, source)
}

/// Whether an answer is a formula, not code or words.
fn is_formula(answer: &Answer, op: Option<Op>) -> bool {
    matches!(answer, Answer::Text { .. } | Answer::Entries { .. }) && !matches!(op, Some(Op::Export | Op::Layer))
}

fn name_of(key: &str) -> &str {
    key.split('(').next().unwrap_or(key).trim()
}

fn used(key: &str, body: &str) -> bool {
    body.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()) == name_of(key))
        || !key.is_ascii()
}
