//! Stopping work that nobody waits for any more, in a way that no feature can forget.
//!
//! An [`Index`](super::Index) carries the flag of the request that it is asked for. Whatever goes through notes
//! in this layer, and every resolution, looks at it, and unwinds to [`catch`] where the request began. It is
//! no panic: no hook runs, nothing is logged.
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::background;

/// The work was stopped before its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

/// The flag that stops some work. Clones share it; the default one is never set.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Option<Arc<AtomicBool>>);

impl Cancel {
    /// A flag that can be set.
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// Sets it: the work stops at its next step.
    pub fn cancel(&self) {
        if let Some(flag) = &self.0 {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it is set.
    pub fn is_cancelled(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Unwinds to [`catch`] where it is set.
    #[inline]
    pub fn check(&self) {
        background::step();
        self.go_on();
    }

    #[inline]
    fn go_on(&self) {
        #[cfg(test)]
        STEPS.set(STEPS.get() + 1);
        if self.is_cancelled() {
            stop();
        }
    }

    /// Checks at every step of `steps`.
    #[inline]
    pub fn over<'c, I: Iterator + 'c>(&'c self, steps: I) -> impl Iterator<Item = I::Item> + 'c {
        // Counted here: it takes less.
        let mut turn = background::Turn::default();
        steps.inspect(move |_| {
            turn.step();
            self.go_on();
        })
    }
}

#[cold]
#[inline(never)]
fn stop() -> ! {
    resume_unwind(Box::new(Cancelled));
}

#[cfg(test)]
std::thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// How many steps `work` takes: how often it asks whether it is cancelled.
#[cfg(test)]
pub(crate) fn steps<T>(work: impl FnOnce() -> T) -> usize {
    let before = STEPS.get();
    work();
    STEPS.get() - before
}

/// Does `work` until it is cancelled. Every other panic goes on.
///
/// # Errors
/// When it was cancelled.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Cancelled> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| match payload.downcast::<Cancelled>() {
        Ok(cancelled) => *cancelled,
        Err(panic) => resume_unwind(panic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_stops_at_the_step_at_which_it_is_cancelled() {
        let cancel = Cancel::new();
        let mut done = 0;
        let stopped = catch(|| {
            for step in cancel.over(0..) {
                done = step;
                if step == 3 {
                    cancel.clone().cancel();
                }
            }
        });
        assert_eq!((stopped, done), (Err(Cancelled), 3));
        assert_eq!(catch(|| Cancel::default().over(0..4).count()), Ok(4));
    }

    #[test]
    fn a_bug_is_not_taken_for_a_cancellation() {
        let bug = catch_unwind(|| catch(|| panic!("a bug")));
        assert_eq!(bug.unwrap_err().downcast_ref(), Some(&"a bug"));
    }
}
