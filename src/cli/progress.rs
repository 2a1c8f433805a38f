//! A progress bar for whoever waits at a terminal, and for nobody else.
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What ends sooner shows no bar: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(500);

/// Fewer notes are soon done.
const FEW: usize = 500;

/// How far some work has come. The bar is on standard error, and goes when this is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    began: Instant,
    /// Whether there may be a bar; false once there is one.
    waiting: AtomicBool,
}

impl Progress {
    /// Nothing is shown yet. Nor is it later where the output goes through a pipe, to a pager say, which
    /// the bar would write over.
    pub(super) fn new(what: &'static str, quiet: bool) -> Self {
        let seen = std::io::stderr().is_terminal() && std::io::stdout().is_terminal();
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} notes") {
            bar.set_style(style);
        }
        Self { bar, began: Instant::now(), waiting: AtomicBool::new(seen && !quiet) }
    }

    /// `done` notes of `total` are done.
    pub(super) fn at(&self, done: usize, total: usize) {
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
        let due = total >= FEW && done < total && self.began.elapsed() >= PATIENCE;
        if due && self.waiting.swap(false, Ordering::Relaxed) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
