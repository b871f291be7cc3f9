//! What does Ctrl-C do? The first sets a flag that budgets look at, the second ends the process.
//! Deliberately installed only where something waits for it: the handler needs a thread.
//! Read next: `batch.rs`, `repl.rs`, `table.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a process that Ctrl-C has ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// The flag, set by Ctrl-C from now on.
pub(crate) fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    // without a handler Ctrl-C ends the process as usual
    let _ = ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    });
    flag
}
