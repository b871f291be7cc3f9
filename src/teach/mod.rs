//! How is a derivative worked out step by step, and is a student's answer right, or which mistake is it?
//! Deliberately has no differentiator of its own: steps and mistakes are `diff.rs`'s rules, left open or replaced at one place.
//! Read next: `seen.rs` (nodes as a reader sees them), `trace.rs` (steps), `grade.rs` (answers), `message.rs` (what is said).

mod check;
mod diagnose;
mod grade;
mod message;
mod numeric;
mod outline;
mod quiz;
mod rule;
mod seen;
mod slips;
mod trace;
mod write;

pub use crate::message::Language;
pub use check::{Checked, Part, Verdict};
pub(crate) use check::{checked, read as read_answer};
pub use message::{Fragment, Message, sentence};
pub(crate) use quiz::no_level;
pub use quiz::{Mistake, Question, Quiz, Topic};
pub use trace::Level;
pub use write::{Markup, Step, Worked};

use crate::error::{Error, Kind, Result};
use crate::expr::{Pool, Symbol};
use crate::matrix::Value;
use crate::phrase;
use crate::text::{Names, canonical_symbol, parse};

/// How steps and verdicts are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Options {
    /// The language of sentences.
    pub language: Language,
    /// How fine the steps are.
    pub level: Level,
    /// How formulas are written.
    pub markup: Markup,
}

/// The derivative of a text by symbols in turn, step by step: which rule, on which part, and why; each line is checked
/// against the result by numbers.
///
/// # Errors
/// Those of reading and deriving; kind `derivative` if a line did not pass its check.
///
/// ```
/// use symdiff::teach::{Language, Options, steps};
/// let worked = steps("exp(x^2 + 2*x + 3)", &["x"], &Options::default())?;
/// let rules: Vec<&str> = worked.steps.iter().map(|step| step.rule).collect();
/// assert_eq!(rules, ["chain", "sum"]);
/// assert_eq!(worked.steps[0].after, "exp(x^2 + 2*x + 3)*D(x^2 + 2*x + 3, x)");
/// assert_eq!(worked.result, symdiff::diff("exp(x^2 + 2*x + 3)", "x")?);
/// let korean = steps("x^2", &["x"], &Options { language: Language::Korean, ..Options::default() })?;
/// assert_eq!(korean.steps[0].text, "거듭제곱의 미분법: 지수 2를 앞에 곱하고 지수를 1만큼 줄입니다.");
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn steps(text: &str, by: &[&str], options: &Options) -> Result<Worked> {
    let mut pool = Pool::default();
    let names = declared(by);
    let value = parse(&mut pool, text, &names)?.value;
    let by = symbols(&mut pool, by);
    worked(&mut pool, &value, &by, options)
}

/// What is asked: an expression, as it was written and as it was read, and by what to differentiate it.
#[derive(Clone, Copy)]
pub(crate) struct Exercise<'a> {
    pub(crate) text: &'a str,
    pub(crate) names: &'a Names,
    pub(crate) value: &'a Value,
    pub(crate) by: &'a [Symbol],
}

fn declared(by: &[&str]) -> Names {
    Names { symbols: by.iter().map(|name| canonical_symbol(name)).collect(), ..Names::default() }
}

fn symbols(pool: &mut Pool, by: &[&str]) -> Vec<Symbol> {
    by.iter().map(|name| pool.symbol_shown(&canonical_symbol(name), name)).collect()
}

/// [`steps`] of a value that has been read.
pub(crate) fn worked(pool: &mut Pool, value: &Value, by: &[Symbol], options: &Options) -> Result<Worked> {
    let Some(&first) = by.first() else { return Err(Error::new(Kind::Request, phrase!("by which variable?"))) };
    let trace = trace::trace(pool, value, by, options.level)?;
    let by = pool.symbol_expr(first);
    write::write(pool, &trace, by, options.language, options.markup)
}

/// Whether a text is the derivative of another by symbols in turn: right in any form, wrong with a point where it differs and
/// the mistake behind it if there is a usual one.
///
/// # Errors
/// Those of reading and deriving; kind `shape` where the answer has another shape than the derivative.
///
/// ```
/// use symdiff::teach::{Options, Verdict, check};
/// let options = Options::default();
/// assert_eq!(check("sin(x)^2", &["x"], "sin(2x)", &options)?.verdict, Verdict::Right);
/// let wrong = check("sin(x^2)", &["x"], "cos(x^2)", &options)?;
/// assert_eq!(wrong.verdict, Verdict::Wrong);
/// assert_eq!(wrong.diagnosis, Some("chain-inner-missing"));
/// assert!(wrong.text.ends_with("You left out the inner derivative 2*x at sin(x^2)."));
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn check(text: &str, by: &[&str], answer: &str, options: &Options) -> Result<Checked> {
    check_part(text, by, answer, Part::Derivative, options)
}

/// Whether a text is a part of the chain rule's work: the outer function of an expression, the inner one, or the derivative of
/// either.
///
/// # Errors
/// As [`check`]; kind `request` where the expression is no function of an inner function.
///
/// ```
/// use symdiff::teach::{Options, Part, Verdict, check_part};
/// let inner = check_part("3*sin(x^2)", &["x"], "x^2", Part::Inner, &Options::default())?;
/// assert_eq!(inner.verdict, Verdict::Right);
/// let slope = check_part("3*sin(x^2)", &["x"], "cos(x^2)", Part::OuterDerivative, &Options::default())?;
/// assert_eq!(slope.verdict, Verdict::Right);
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn check_part(text: &str, by: &[&str], answer: &str, part: Part, options: &Options) -> Result<Checked> {
    let mut pool = Pool::default();
    let names = declared(by);
    let value = parse(&mut pool, text, &names)?.value;
    let answer = check::read(&mut pool, answer, &names)?;
    let by = symbols(&mut pool, by);
    check::checked(&mut pool, &Exercise { text, names: &names, value: &value, by: &by }, &answer, part, options)
}
