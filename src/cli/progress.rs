//! How far a long piece of work is, on a terminal.

use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::context::Context;
use super::output::complain;

/// Nobody waits for the first report of progress before this.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two reports of progress.
const PACE: Duration = Duration::from_millis(100);

/// Says how far the work is, on a terminal, where it takes long.
pub struct Progress {
    what: &'static str,
    start: Instant,
    shown: bool,
    /// Milliseconds after the start at which the next report is due.
    due: AtomicU64,
}

impl Progress {
    /// Begins a piece of work, such as `Searching`.
    pub fn start(cx: &Context, what: &'static str) -> Self {
        Self {
            what,
            start: Instant::now(),
            shown: !cx.globals.json && std::io::stderr().is_terminal(),
            due: AtomicU64::new(millis(PATIENCE)),
        }
    }

    /// So much of it is done; any thread may say so.
    pub fn report(&self, done: usize, all: usize) {
        let now = millis(self.start.elapsed());
        let due = self.due.load(Ordering::Relaxed);
        let next = now + millis(PACE);
        let order = Ordering::Relaxed;
        if self.shown && now >= due && self.due.compare_exchange(due, next, order, order).is_ok() {
            complain(&format!("\r{}: {done} of {all}", self.what));
        }
    }

    /// Ends it, and takes its line away.
    pub fn finish(self) {
        if self.shown && self.due.into_inner() > millis(PATIENCE) {
            complain("\r\u{1b}[K");
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
