//! How much work a command may do: nodes, digits, output, time, and the user's interrupt.
//! Deliberately knows nothing of what is counted; whoever loops over user-sized data calls `Meter::check`.
//! Read next: `expr.rs`, whose `Pool` owns the meter.

use crate::error::{Error, Kind, Result};
use crate::message::Phrase;
use crate::phrase;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The limits of one command or batch line.
///
/// ```
/// let budget = symdiff::Budget { nodes: 1_000, ..symdiff::Budget::default() };
/// assert_eq!(budget.digits, 1_000_000);
/// ```
#[derive(Clone, Debug)]
pub struct Budget {
    /// Nodes that may be made.
    pub nodes: usize,
    /// Decimal digits of one exact number.
    pub digits: usize,
    /// Characters of one printed answer.
    pub output: usize,
    /// Wall time from the start of the command; `None` is no limit.
    pub time: Option<Duration>,
    /// Set by Ctrl-C: the work ends at the next check.
    pub interrupt: Option<Arc<AtomicBool>>,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { nodes: 10_000_000, digits: 1_000_000, output: 1_000_000, time: Some(Duration::from_secs(5)), interrupt: None }
    }
}

/// Counts work against a [`Budget`]. Once a limit is passed it stays passed, so constructors need no `Result`:
/// they call [`Meter::exceed`], and the loop around them fails at its next [`Meter::check`].
#[derive(Debug)]
pub(crate) struct Meter {
    pub(crate) budget: Budget,
    started: Instant,
    deadline: Option<Instant>,
    ticks: u32,
    failure: Option<Error>,
}

/// Checks between two looks at the clock.
const TICKS: u32 = 256;

impl Meter {
    pub(crate) fn new(budget: Budget) -> Meter {
        let started = Instant::now();
        let deadline = budget.time.and_then(|time| started.checked_add(time));
        Meter { budget, started, deadline, ticks: 0, failure: None }
    }

    /// Starts the clock anew; what was exceeded is forgotten.
    pub(crate) fn restart(&mut self) {
        self.started = Instant::now();
        self.deadline = self.budget.time.and_then(|time| self.started.checked_add(time));
        self.failure = None;
        self.ticks = 0;
    }

    /// Fails if a limit has been passed, the time is up or the user has interrupted.
    #[inline]
    pub(crate) fn check(&mut self) -> Result<()> {
        self.ticks += 1;
        if self.ticks >= TICKS || self.failure.is_some() {
            return self.look();
        }
        Ok(())
    }

    /// `check` that looks at the clock at once.
    #[cold]
    pub(crate) fn look(&mut self) -> Result<()> {
        self.ticks = 0;
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        if self.budget.interrupt.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            self.failure = Some(Error::new(Kind::Limit, phrase!("interrupted")));
        } else if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            let seconds = self.budget.time.unwrap_or_default().as_secs_f64();
            self.failure = Some(limit(phrase!("time"), phrase!("{seconds} s", seconds), "--timeout"));
        }
        self.failure.clone().map_or(Ok(()), Err)
    }

    /// Whether the user has interrupted.
    pub(crate) fn interrupted(&self) -> bool {
        self.budget.interrupt.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Notes that a limit is passed; the next `check` fails with it.
    #[cold]
    pub(crate) fn exceed(&mut self, what: Phrase, bound: Phrase, option: &str) {
        if self.failure.is_none() {
            self.failure = Some(limit(what, bound, option));
        }
    }
}

/// The one sentence of every `limit` error.
pub(crate) fn limit(what: Phrase, bound: Phrase, option: &str) -> Error {
    let raise = if option.starts_with("--") { phrase!("raise it with {option}", option) } else { phrase!("no option raises it") };
    Error::new(Kind::Limit, phrase!("the {what} limit of {bound} is reached; {raise}", what, bound, raise))
}
