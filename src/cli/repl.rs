//! How does line by line work? Definitions are kept as text, and every command has a pool of its own, so that the same
//! input prints the same as on the command line. Deliberately knows no mathematics; `entry.rs` reads the lines.
//! Read next: `entry.rs`.

use crate::arguments::{Color, Settings};
use crate::entry::{self, Entry};
use crate::{command, help, interrupt, report};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Editor, Helper};
use std::borrow::Cow;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use symdiff::session::{self, Answer, Format, Numbers, Op, Request, Session};
use symdiff::{Budget, Error, Kind, Shape, read_shapes};

const HELP: &str = "\
  x^2*y + 1                 an expression: simplified, and kept as `ans`
  f(x) = x^2, a = 3         definitions (one a line); clear, clear f
  diff EXPR x [x]           the derivative; also diff EXPR, x, 2
  gradient EXPR x y         also jacobian, hessian
  steps EXPR x              the derivative, step by step
  check EXPR x answer TEXT  whether an answer is the derivative, and if not, why
  simplify EXPR             equal A, B
  eval EXPR at x=1, y=pi/2  the value
  shape X: n×m, w: m        arrays; then X*w is the matrix product and X' the transpose
  layer FORWARD             the backward pass of a layer; also layer FORWARD backward dx = ...
  graph EXPR at x=1, y=2    its computational graph, with values and derivatives
  assume x>0                also x>=0, x<0, x<=0, x!=0, n integer
  help NAME                 a function or command
  quit, Ctrl-D              the end; Ctrl-C stops a long computation
";

/// Runs until `quit` or the end of the input; the exit code.
pub(crate) fn run(settings: Settings) -> u8 {
    let stop = interrupt::flag();
    let budget = Budget { interrupt: Some(Arc::clone(&stop)), ..settings.budget };
    let state = Repl {
        session: Session::new(budget),
        lets: Vec::new(),
        assume: Vec::new(),
        shapes: Vec::new(),
        stop,
        color: settings.color,
        echo: false,
    };
    if io::stdin().is_terminal() { state.on_terminal() } else { state.on_lines() }
}

struct Repl {
    session: Session,
    lets: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    assume: Vec<Cow<'static, str>>,
    shapes: Vec<(Cow<'static, str>, Shape)>,
    stop: Arc<AtomicBool>,
    color: Color,
    echo: bool,
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
                Ok(0) if text.trim().is_empty() => return worst,
                Ok(_) => {}
                Err(error) => {
                    return report::error(&Error::new(Kind::Io, format!("stdin cannot be read: {error}")), None, self.color);
                }
            }
            let (end, blank) = (line.is_empty(), line.trim_ascii().is_empty());
            let Ok(line) = String::from_utf8(line) else {
                worst = worst.max(report::error(&Error::new(Kind::Parse, "the line is not UTF-8"), None, self.color));
                text.clear();
                continue;
            };
            text.push_str(&line);
            if entry::open_brackets(&text) > 0 && !blank && !end {
                continue;
            }
            match self.line(std::mem::take(&mut text).trim_start_matches('\u{feff}')) {
                After::Go(code) => worst = worst.max(code),
                After::End(code) => return worst.max(code),
            }
        }
    }

    fn on_terminal(mut self) -> u8 {
        self.echo = true;
        let mut editor: Editor<Names, FileHistory> = match Editor::new() {
            Ok(editor) => editor,
            Err(error) => {
                return report::error(&Error::new(Kind::Io, format!("the terminal cannot be used: {error}")), None, self.color);
            }
        };
        let history = history();
        if let Some(path) = &history {
            // without a history there is still a REPL
            let _ = editor.load_history(path);
        }
        report::message("symdiff: help shows what can be done, Ctrl-D ends\n");
        let mut code = 0;
        loop {
            editor.set_helper(Some(self.names()));
            match editor.readline("> ") {
                Ok(line) => {
                    if !line.trim().is_empty() {
                        let _ = editor.add_history_entry(&*line);
                    }
                    if let After::End(end) = self.line(&line) {
                        code = end;
                        break;
                    }
                }
                Err(ReadlineError::Interrupted) => {}
                Err(ReadlineError::Eof) => break,
                Err(error) => {
                    code = report::error(&Error::new(Kind::Io, format!("the terminal cannot be read: {error}")), None, self.color);
                    break;
                }
            }
        }
        if let Some(path) = &history {
            let _ = editor.save_history(path);
        }
        code
    }

    fn line(&mut self, line: &str) -> After {
        self.stop.store(false, Ordering::Relaxed);
        let done = entry::read(line).map_err(|error| (error, None)).and_then(|entry| self.carry_out(entry));
        match done {
            Ok(None) => After::End(0),
            Ok(Some(text)) if text.is_empty() => After::Go(0),
            Ok(Some(text)) => match report::answer(&text, self.color) {
                0 => After::Go(0),
                code => After::End(code),
            },
            Err((error, source)) => After::Go(report::error(&error, source.as_deref(), self.color)),
        }
    }

    /// What is to be printed; `None` ends the REPL.
    fn carry_out(&mut self, entry: Entry) -> Result<Option<Vec<u8>>, (Error, Option<String>)> {
        let alone = |error| (error, None);
        match entry {
            Entry::Blank => {}
            Entry::Quit => return Ok(None),
            Entry::Help(None) => {
                return Ok(Some((HELP.to_owned() + &help::shelves()).into_bytes()));
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
                    return Err((Error::new(Kind::Name, format!("`{name}` is not defined")), None));
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
        }
        Ok(Some(Vec::new()))
    }

    fn ask(&mut self, mut request: Request<'static>) -> Result<Vec<u8>, (Error, Option<String>)> {
        request.assume.clone_from(&self.assume);
        request.shapes.clone_from(&self.shapes);
        request.echo = self.echo;
        let texts = [&request.expr, &request.a, &request.b].map(|text| text.clone().unwrap_or_default());
        // `ans` may be long: it is read only where it is named
        let named = |key: &str| key != "ans" || texts.iter().any(|text| used(key, text));
        request.lets = self.lets.iter().filter(|(key, _)| named(key)).cloned().collect();
        let response = self.session.answer(&request).map_err(|error| {
            let source = request.source(&error).map(str::to_owned);
            (error, source)
        })?;
        if let Some(read_as) = &response.read_as {
            report::message(&format!("read as {read_as}\n"));
        }
        if let Some(error) = command::failure(&response.answer) {
            return Err((error, None));
        }
        match &response.answer {
            // code is no expression
            Answer::Text { result, .. } if !matches!(request.op, Some(Op::Export | Op::Layer)) => self.set("ans".into(), result.clone()),
            Answer::Value { value: Numbers::One(Some(value)), .. } => self.set("ans".into(), session::number_text(*value)),
            _ => {}
        }
        Ok(command::shown(&response.answer, Format::Text))
    }

    fn set(&mut self, key: String, text: String) {
        self.lets.retain(|(known, _)| name_of(known) != name_of(&key));
        self.lets.push((key.into(), text.into()));
    }

    /// All that can be completed now.
    fn names(&self) -> Names {
        let mut names: Vec<String> =
            session::rows().iter().filter(|row| row.class != symdiff::Class::Form).map(|row| row.name.to_owned()).collect();
        names.extend(self.lets.iter().map(|(key, _)| name_of(key).to_owned()));
        names.extend(Op::ALL.iter().map(|(name, _)| (*name).to_owned()));
        names.extend(entry::WORDS.iter().map(|word| (*word).to_owned()));
        names.sort();
        names.dedup();
        Names(names)
    }
}

fn name_of(key: &str) -> &str {
    key.split('(').next().unwrap_or(key).trim()
}

fn used(key: &str, body: &str) -> bool {
    body.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| word.trim_start_matches(|c: char| c.is_ascii_digit()) == name_of(key))
        || !key.is_ascii()
}

/// Where the history is kept: the user's folder for state.
fn history() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    let folder = state.join("symdiff");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("history"))
}

/// What rustyline asks for: completion of these names, and more lines while brackets are open.
struct Names(Vec<String>);

impl Completer for Names {
    type Candidate = Pair;
    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = line.get(..at).unwrap_or(line);
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
        let word = &before[start..];
        if word.is_empty() {
            return Ok((start, Vec::new()));
        }
        let pair = |name: &String| Pair { display: name.clone(), replacement: name.clone() };
        Ok((start, self.0.iter().filter(|name| name.starts_with(word)).map(pair).collect()))
    }
}

impl Validator for Names {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        // an empty line ends an input whose brackets will not close
        let open = entry::open_brackets(text) > 0 && !text.ends_with('\n');
        Ok(if open { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Hinter for Names {
    type Hint = String;
}
impl Highlighter for Names {}
impl Helper for Names {}
