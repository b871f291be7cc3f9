//! How far is the work? A bar on a terminal, once it has taken a second; nothing anywhere else.
//! Deliberately does not know what is counted: bytes or rows.
//! Read next: `pipeline.rs`.

use crate::report;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};
use symdiff::phrase;

/// Shorter work shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

pub(crate) struct Progress {
    since: Instant,
    total: Option<u64>,
    done: u64,
    wanted: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `quiet`: stdout is a terminal that the table itself goes to.
    pub(crate) fn new(total: Option<u64>, quiet: bool) -> Progress {
        Progress { since: Instant::now(), total, done: 0, wanted: !quiet && std::io::stderr().is_terminal(), bar: None }
    }

    /// This much more is done, in all this many rows.
    pub(crate) fn more(&mut self, size: u64, rows: u64) {
        self.done += size;
        if !self.wanted || (self.bar.is_none() && self.since.elapsed() < PATIENCE) {
            return;
        }
        let total = self.total;
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(10));
            let template = match total {
                Some(_) => "{wide_bar} {percent:>3}% {msg} {eta} left",
                None => "{spinner} {msg} {elapsed}",
            };
            // a template that cannot be read leaves the default
            ProgressStyle::with_template(template).map_or(bar.clone(), |style| bar.with_style(style)).with_elapsed(PATIENCE)
        });
        bar.set_message(report::said(&phrase!("{rows} rows", rows)));
        bar.set_position(self.done.min(total.unwrap_or(self.done)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
