//! The trace of a derivative: one rule after the other from the outside in, `D(u, x)` for what is still to be derived, then the
//! simplification, each line checked by numbers before it is given out.
//! Deliberately knows no rule (`seen.rs`, `diff.rs`) and no wording (`message.rs`); it chooses the grain.
//! Read next: `write.rs` (how a trace is shown).

use super::message::Message;
use super::numeric;
use super::seen::{Seen, derive, is_symbol, pending, plain_derivative, see};
use crate::diff;
use crate::error::{Error, Kind, Result};
use crate::expr::{Args, Expr, Pool, Symbol};
use crate::matrix::{Matrix, Value};
use crate::phrase;
use crate::simplify::{Engine, known};
use crate::text::print;
use crate::walk::{reachable, substitute};

/// How fine the steps are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// Products, quotients, chains; what needs one rule only is done on the way.
    Brief,
    /// One rule at a time; constants and the variable itself are done on the way.
    #[default]
    Normal,
    /// Every rule, constants too.
    Full,
}

impl Level {
    /// The level of `brief`, `normal` or `full`.
    ///
    /// # Errors
    /// Kind `request`.
    pub fn of(word: &str) -> Result<Level> {
        match word {
            "brief" => Ok(Level::Brief),
            "normal" => Ok(Level::Normal),
            "full" => Ok(Level::Full),
            _ => Err(Error::new(Kind::Request, phrase!("there is no level `{word}`; there are brief, normal and full", word))),
        }
    }
}

/// What stands in a place of a message.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Expr(Expr),
    /// `du/dx`
    Slope(String, Symbol),
    Count(usize),
}

/// A sentence that is not written yet.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) message: Message,
    pub(crate) pieces: Vec<(&'static str, Piece)>,
}

/// One step: a whole line, what it becomes, and why.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) rule: &'static str,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) said: Vec<Said>,
}

/// A whole derivation.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) start: Value,
    pub(crate) moves: Vec<Move>,
    pub(crate) result: Value,
}

/// Longer derivations are not shown.
const MOVES: usize = 400;

/// The derivation of a value by symbols in turn.
pub(crate) fn trace(pool: &mut Pool, value: &Value, by: &[Symbol], level: Level) -> Result<Trace> {
    let result = diff::diff(pool, value, by)?;
    let mut engine = Engine::new(pool);
    let entries = value.entries().iter().map(|&e| diff::carry_out(&mut engine, e)).collect::<Result<Vec<_>>>()?;
    let mut work = Work {
        engine: &mut engine,
        like: value,
        by,
        at: 0,
        level,
        line: entries.clone(),
        named: Vec::new(),
        moves: Vec::new(),
        prefix: Vec::new(),
    };
    let start = work.whole(&entries, 0);
    for at in 0..by.len() {
        work.pass(at)?;
        if at + 1 < by.len() {
            let collected = work.line.clone().into_iter().map(|e| work.engine.collect(e)).collect::<Result<Vec<_>>>()?;
            work.simplified(collected, Message::Collect)?;
            let pieces = vec![("k", Piece::Count(at + 1)), ("x", Piece::Expr(work.engine.pool.symbol_expr(by[at + 1])))];
            work.prefix = vec![Said { message: Message::Again, pieces }];
        }
    }
    let collected = work.line.clone().into_iter().map(|e| work.engine.collect(e)).collect::<Result<Vec<_>>>()?;
    if !work.same(&collected, result.entries())? {
        work.simplified(collected, Message::Collect)?;
    }
    work.simplified(result.entries().to_vec(), Message::Tidy)?;
    let moves = work.moves;
    let mut trace = Trace { start, moves, result };
    if let Some(only) = trace.moves.last_mut() {
        only.after = trace.result.clone();
    }
    check(engine.pool, &trace, value, by.len())?;
    Ok(trace)
}

/// A derivation at work.
pub(super) struct Work<'w, 'e, 'p> {
    pub(super) engine: &'w mut Engine<'p>,
    pub(super) like: &'e Value,
    pub(super) by: &'e [Symbol],
    /// Which derivative is being taken.
    pub(super) at: usize,
    pub(super) level: Level,
    /// The entries, without the derivatives that come later.
    pub(super) line: Vec<Expr>,
    /// Inner functions and their letters.
    pub(super) named: Vec<(Expr, String)>,
    pub(super) moves: Vec<Move>,
    /// What is to be said before the next step.
    pub(super) prefix: Vec<Said>,
}

impl Work<'_, '_, '_> {
    /// The line as it is shown: later derivatives stand around it.
    fn whole(&mut self, entries: &[Expr], from: usize) -> Value {
        let mut entries = entries.to_vec();
        for &by in self.by.get(from..).unwrap_or_default() {
            for e in &mut entries {
                *e = pending(self.engine.pool, *e, by);
            }
        }
        match self.like {
            Value::Scalar(e) => Value::Scalar(entries.first().copied().unwrap_or(*e)),
            Value::Matrix(matrix) => Value::Matrix(Matrix { entries, ..matrix.clone() }),
        }
    }

    fn text(&self, e: Expr) -> Result<String> {
        print(self.engine.pool, &Value::Scalar(e), self.engine.pool.meter.budget.output)
    }

    fn same(&self, a: &[Expr], b: &[Expr]) -> Result<bool> {
        for (&a, &b) in a.iter().zip(b) {
            if a != b && self.text(a)? != self.text(b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Goes on to a new line; a step that would show no change is none.
    fn go(&mut self, rule: &'static str, new: Vec<Expr>, said: Vec<Said>) -> Result<()> {
        if !self.same(&self.line, &new)? {
            let line = std::mem::take(&mut self.line);
            let (before, after) = (self.whole(&line, self.at + 1), self.whole(&new, self.at + 1));
            let mut all = std::mem::take(&mut self.prefix);
            all.extend(said);
            self.moves.push(Move { rule, before, after, said: all });
            if self.moves.len() > MOVES {
                return Err(crate::budget::limit(phrase!("step"), phrase!("{MOVES} steps", MOVES), "no option"));
            }
        }
        self.line = new;
        Ok(())
    }

    fn simplified(&mut self, new: Vec<Expr>, message: Message) -> Result<()> {
        self.go("simplify", new, vec![Said { message, pieces: Vec::new() }])
    }

    /// One derivative of all entries.
    fn pass(&mut self, at: usize) -> Result<()> {
        self.at = at;
        let by = self.by[at];
        self.named.clear();
        let wholes = self.line.clone();
        for e in &mut self.line {
            *e = pending(self.engine.pool, *e, by);
        }
        while let Some((place, open)) = self.next()? {
            self.engine.pool.check()?;
            let Some(&[u, _]) = self.engine.pool.as_call(open, known::D) else { break };
            let is_whole = wholes.contains(&u);
            let (rule, new, mut said) = self.step(u, by, is_whole)?;
            if self.line.len() > 1 {
                let columns = if let Value::Matrix(matrix) = self.like { matrix.columns.max(1) } else { 1 };
                let pieces = vec![("i", Piece::Count(place / columns + 1)), ("j", Piece::Count(place % columns + 1))];
                said.insert(0, Said { message: Message::Entry, pieces });
                if self.moves.is_empty() {
                    said.insert(0, Said { message: Message::Entries, pieces: Vec::new() });
                }
            }
            let mut line = self.line.clone();
            for e in &mut line {
                *e = substitute(self.engine.pool, *e, |_, part| (part == open).then_some(new))?;
            }
            self.go(rule, line, said)?;
        }
        Ok(())
    }

    /// The first open derivative, as one reads.
    fn next(&self) -> Result<Option<(usize, Expr)>> {
        let pool = &*self.engine.pool;
        for (place, &e) in self.line.iter().enumerate() {
            let open: Vec<Expr> = reachable(pool, &[e]).into_iter().filter(|&part| pool.as_call(part, known::D).is_some()).collect();
            match open[..] {
                [] => continue,
                [only] => return Ok(Some((place, only))),
                _ => {}
            }
            let line = self.text(e)?;
            let mut first = (usize::MAX, e);
            for part in open {
                let found = line.find(&self.text(part)?).unwrap_or(usize::MAX - 1);
                if found < first.0 {
                    first = (found, part);
                }
            }
            return Ok(Some((place, first.1)));
        }
        Ok(None)
    }

    /// One rule on one part.
    fn step(&mut self, u: Expr, by: Symbol, is_whole: bool) -> Result<(&'static str, Expr, Vec<Said>)> {
        let seen = see(self.engine.pool, u, by);
        let mut slopes: Vec<(Expr, Expr)> = Vec::new();
        for part in seen.parts() {
            let slope = self.part(part, &seen, by, is_whole)?;
            slopes.push((part, slope));
        }
        // What would be done at once still shows which parts are derived, if it is all that there is to show.
        if is_whole
            && self.level > Level::Brief
            && matches!(seen, Seen::Sum(_) | Seen::Product(_) | Seen::Quotient(..) | Seen::General(..))
            && !slopes.iter().any(|&(_, slope)| self.is_open(slope))
        {
            for (part, slope) in &mut slopes {
                if *slope != Expr::ZERO {
                    *slope = pending(self.engine.pool, *part, by);
                }
            }
        }
        let of = |part: Expr| slopes.iter().find(|(known, _)| *known == part).map_or(Expr::ZERO, |&(_, slope)| slope);
        let new = derive(self.engine, &seen, &of)?;
        let (rule, mut first) = self.rule(u, &seen, by)?;
        let x = self.engine.pool.symbol_expr(by);
        first.pieces.extend([("u", Piece::Expr(u)), ("x", Piece::Expr(x)), ("new", Piece::Expr(new))]);
        let mut said = vec![first];
        if !self.is_open(new)
            && let Some((_, letter)) = self.named.iter().find(|(inner, _)| *inner == u)
        {
            let pieces = vec![("dv", Piece::Slope(letter.clone(), by)), ("new", Piece::Expr(new))];
            said.push(Said { message: Message::Inner, pieces });
        }
        Ok((rule, new, said))
    }

    fn is_open(&self, e: Expr) -> bool {
        let pool = &*self.engine.pool;
        reachable(pool, &[e]).into_iter().any(|part| pool.as_call(part, known::D).is_some())
    }

    /// The derivative of a part of the node at hand: open, or done on the way.
    fn part(&mut self, part: Expr, whole: &Seen, by: Symbol, is_whole: bool) -> Result<Expr> {
        let sum = matches!(whole, Seen::Sum(_));
        if !self.engine.pool.may_contain(part, by) {
            return Ok(if sum && self.level == Level::Full { pending(self.engine.pool, part, by) } else { Expr::ZERO });
        }
        let at_once = match self.level {
            Level::Full => false,
            _ if is_symbol(self.engine.pool, part, by) => true,
            Level::Brief => self.is_easy(part, by, true),
            Level::Normal => match whole {
                Seen::Sum(_) | Seen::Scaled(..) => !is_whole && self.is_easy(part, by, false),
                _ => false,
            },
        };
        if at_once { self.done(part, by) } else { Ok(pending(self.engine.pool, part, by)) }
    }

    /// The derivative in one go.
    fn done(&mut self, part: Expr, by: Symbol) -> Result<Expr> {
        let slope = plain_derivative(self.engine, part, by)?;
        // `4*x^3*3` is one number: what was done on the way may be shown collected
        self.engine.collect(slope)
    }

    /// Whether one rule (or a constant and one rule) is enough; with `sums`, also for sums of such parts.
    fn is_easy(&mut self, part: Expr, by: Symbol, sums: bool) -> bool {
        let mut stack = Args::from_slice(&[part]);
        while let Some(e) = stack.pop() {
            let basic = |pool: &Pool, u: Expr| is_symbol(pool, u, by);
            match see(self.engine.pool, e, by) {
                Seen::Constant | Seen::Variable => {}
                Seen::Scaled(_, rest) => stack.push(rest),
                Seen::Sum(terms) if sums => stack.extend(terms),
                Seen::Power(u, _) | Seen::Exponential(_, u) if basic(self.engine.pool, u) => {}
                seen @ Seen::Call(..) if seen.inner(self.engine.pool, by).is_some_and(|u| basic(self.engine.pool, u)) => {}
                _ => return false,
            }
        }
        true
    }
}

/// Points at which each line must hold; one for each line of a long derivation.
const POINTS: usize = 2;
const LONG: usize = 20;

/// Every line against the result, by numbers; an error of kind `derivative` if one is not true.
fn check(pool: &mut Pool, trace: &Trace, value: &Value, order: usize) -> Result<()> {
    let count = if trace.moves.len() > LONG { 1 } else { POINTS };
    for (place, (&e, &result)) in value.entries().iter().zip(trace.result.entries()).enumerate() {
        let points = numeric::real_points(pool, &[e], &[result], &[], count)?;
        let mut last = None;
        let lines = std::iter::once(&trace.start).chain(trace.moves.iter().map(|step| &step.after));
        for line in lines {
            let Some(&line) = line.entries().get(place) else { continue };
            if last == Some(line) {
                continue;
            }
            last = Some(line);
            for point in &points {
                pool.meter.look()?;
                if numeric::line_holds(pool, line, result, point, order)? == Some(false) {
                    let limit = pool.meter.budget.output;
                    let text = print(pool, &Value::Scalar(line), limit)?;
                    return Err(Error::new(Kind::Derivative, phrase!("a step did not pass its check and is not shown: {text}", text)));
                }
            }
        }
    }
    Ok(())
}
