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
    /// How many steps this thread takes until its next offer; none where it does not work in the background.
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

/// Has this thread work in the background from now on.
pub(crate) fn work_in_background() {
    LEFT.set(STEPS);
}

/// Offers the processor to other threads, where this one works in the background.
pub(crate) fn offer_processor() {
    if LEFT.get() > 0 {
        offer();
    }
}

/// One of many steps of some work.
#[inline]
pub(super) fn step() {
    match LEFT.get() {
        0 => {}
        1 => {
            LEFT.set(STEPS);
            offer();
        }
        left => LEFT.set(left - 1),
    }
}

#[cold]
fn offer() {
    #[cfg(test)]
    OFFERS.set(OFFERS.get() + 1);
    yield_now();
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
            Cancel::new().over(0..10 * STEPS).for_each(drop);
        };
        assert_eq!(offers(work), 0);
        let in_background = move || {
            work_in_background();
            work();
        };
        assert_eq!(offers(in_background), 11);
    }
}
