//! Work in the background, which lets other threads have its processor.
//!
//! A system lets a thread go on until its turn of some milliseconds is over, though a more urgent one waits for the
//! same processor; Linux does so however low the thread's priority is, and though another processor has nothing to
//! do. So a thread that works in the background offers its processor to others at every few of its steps, and
//! between those that take long.
use std::cell::Cell;
use std::thread::yield_now;

/// Steps from one offer to the next. Most take some microseconds.
const STEPS: u32 = 64;

thread_local! {
    static IN_BACKGROUND: Cell<bool> = const { Cell::new(false) };
    static TURN: Cell<Turn> = const { Cell::new(Turn(STEPS)) };
}

/// Has this thread work in the background from now on.
pub(crate) fn work_in_background() {
    IN_BACKGROUND.set(true);
}

/// Offers the processor to other threads, where this one works in the background.
pub(crate) fn offer_processor() {
    if IN_BACKGROUND.get() {
        #[cfg(test)]
        OFFERS.set(OFFERS.get() + 1);
        yield_now();
    }
}

/// How many steps are left until the next offer.
#[derive(Clone, Copy)]
pub(super) struct Turn(u32);

impl Default for Turn {
    fn default() -> Self {
        Self(STEPS)
    }
}

impl Turn {
    /// One of many steps of some work.
    #[inline]
    pub(super) fn step(&mut self) {
        // Counted where nothing is offered, too: that is what takes least.
        self.0 = self.0.wrapping_sub(1);
        if self.0 == 0 {
            self.begin_anew();
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_anew(&mut self) {
        *self = Self::default();
        offer_processor();
    }
}

/// A step of work that has no turn of its own.
#[inline]
pub(super) fn step() {
    let mut turn = TURN.get();
    turn.step();
    TURN.set(turn);
}

#[cfg(test)]
thread_local! {
    static OFFERS: Cell<u32> = const { Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Cancel;

    fn offers(work: impl FnOnce() + Send + 'static) -> u32 {
        let counted = move || {
            work();
            OFFERS.get()
        };
        std::thread::spawn(counted).join().unwrap()
    }

    #[test]
    fn only_work_in_the_background_offers_its_processor() {
        let work = || {
            offer_processor();
            let cancel = Cancel::new();
            cancel.over(0..10 * STEPS).for_each(drop);
            (0..10 * STEPS).for_each(|_| cancel.check());
        };
        assert_eq!(offers(work), 0);
        let in_background = move || {
            work_in_background();
            work();
        };
        assert_eq!(offers(in_background), 21);
    }
}
