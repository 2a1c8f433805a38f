//! The threads that answer requests, read texts and compute diagnostics.
//!
//! - A more urgent job is started first, and each less urgent class leaves one thread more to those above
//!   it: however long diagnostics or a text take, a request finds a thread.
//! - Of one key only the newest job is wanted: it takes the place of the queued one and cancels the one that
//!   runs.
//! - A job that is cancelled before it starts is never started. One that runs stops as [`catch`] says.
//! - All of it ends with the session: what is queued is dropped, what runs is cancelled.
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::index::{Cancel, catch};

/// How urgent a job is, the most urgent first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    /// Somebody looks at the cursor and waits.
    Request,
    /// Reading the text of an open document: requests about it wait for that.
    Reading,
    /// Nobody waits for it.
    Diagnostics,
}

impl Class {
    const ALL: [Self; 3] = [Self::Request, Self::Reading, Self::Diagnostics];

    /// How many of `threads` this class and the less urgent ones may have together.
    fn share(self, threads: usize) -> usize {
        let left_free = match self {
            Self::Request => 0,
            Self::Reading => 1,
            Self::Diagnostics => 2,
        };
        threads.saturating_sub(left_free).max(1)
    }
}

/// Work for a thread of the pool.
pub(super) struct Job {
    /// How urgent it is.
    pub(super) class: Class,
    /// What it is about, where a newer job about the same replaces it.
    pub(super) key: Option<String>,
    /// Stops it.
    pub(super) cancel: Cancel,
    /// Does it. What a panic means to those who wait for it, it has to tell them itself.
    pub(super) work: Box<dyn FnOnce() + Send>,
}

/// The threads. Dropping it ends them, each after the job that it has.
pub(super) struct Pool {
    shared: Arc<Shared>,
    #[cfg(test)]
    threads: Vec<std::thread::JoinHandle<()>>,
}

struct Shared {
    jobs: Mutex<Jobs>,
    changed: Condvar,
    threads: usize,
}

#[derive(Default)]
struct Jobs {
    /// By class, in the order in which they came.
    queued: [VecDeque<Job>; 3],
    running: Vec<Running>,
    started: u64,
    over: bool,
}

struct Running {
    number: u64,
    class: Class,
    key: Option<String>,
    cancel: Cancel,
}

impl Pool {
    /// A pool of as many threads as the machine has processors, but so many that the classes are kept apart
    /// and that a slow disk holds up some of them only.
    pub(super) fn of_machine() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, usize::from).max(4))
    }

    /// A pool of so many threads; it takes three to keep the classes apart.
    pub(super) fn new(threads: usize) -> Self {
        let shared = Arc::new(Shared { jobs: Mutex::default(), changed: Condvar::new(), threads });
        let handles = (0..threads).map(|_| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || while shared.run_next() {})
        });
        #[cfg(test)]
        let threads = handles.collect();
        #[cfg(not(test))]
        handles.for_each(drop);
        Self {
            shared,
            #[cfg(test)]
            threads,
        }
    }

    /// Has a job done.
    pub(super) fn run(&self, job: Job) {
        let mut jobs = self.shared.jobs();
        let class = job.class;
        if job.key.is_some() {
            for running in jobs.running.iter().filter(|running| running.key == job.key) {
                running.cancel.cancel();
            }
        }
        let queued = jobs.queued(class);
        match queued.iter_mut().find(|queued| queued.key.is_some() && queued.key == job.key) {
            Some(older) => *older = job,
            None => {
                // What is cancelled would hold its state until a thread gets to it.
                queued.retain(|queued| !queued.cancel.is_cancelled());
                queued.push_back(job);
            }
        }
        drop(jobs);
        self.shared.changed.notify_one();
    }

    /// The number of jobs of a class that wait for a thread.
    pub(super) fn queued(&self, class: Class) -> usize {
        self.shared.jobs().queued(class).iter().filter(|job| !job.cancel.is_cancelled()).count()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut jobs = self.shared.jobs();
        jobs.over = true;
        jobs.running.iter().for_each(|running| running.cancel.cancel());
        let queued = std::mem::take(&mut jobs.queued);
        drop(jobs);
        self.shared.changed.notify_all();
        drop(queued);
    }
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a job and does it; whether there may be another one.
    fn run_next(&self) -> bool {
        let mut jobs = self.jobs();
        let (number, work) = loop {
            if jobs.over {
                return false;
            }
            if let Some(job) = jobs.next(self.threads) {
                jobs.started += 1;
                let Job { class, key, cancel, work } = job;
                let number = jobs.started;
                jobs.running.push(Running { number, class, key, cancel });
                break (number, work);
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        };
        drop(jobs);
        // The hook of panics has written where it was.
        if catch_unwind(AssertUnwindSafe(|| catch(work))).is_err() {
            tracing::error!("a job of the pool failed");
        }
        self.jobs().running.retain(|running| running.number != number);
        // A class that had its share may have another thread now.
        self.changed.notify_all();
        true
    }
}

impl Jobs {
    fn queued(&mut self, class: Class) -> &mut VecDeque<Job> {
        let [requests, readings, diagnostics] = &mut self.queued;
        match class {
            Class::Request => requests,
            Class::Reading => readings,
            Class::Diagnostics => diagnostics,
        }
    }

    /// The most urgent job that a thread may take.
    fn next(&mut self, threads: usize) -> Option<Job> {
        for class in Class::ALL {
            let busy = self.running.iter().filter(|running| running.class >= class).count();
            if busy >= class.share(threads) {
                continue;
            }
            while let Some(job) = self.queued(class).pop_front() {
                if !job.cancel.is_cancelled() {
                    return Some(job);
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A pool whose jobs say when they begin, and end when they are let go.
    struct Watched {
        pool: Pool,
        begun: (Sender<&'static str>, Receiver<&'static str>),
    }

    impl Watched {
        fn new(threads: usize) -> Self {
            Self { pool: Pool::new(threads), begun: channel() }
        }

        fn run(&self, class: Class, name: &'static str) -> Cancel {
            self.run_keyed(class, None, name, || {})
        }

        fn run_keyed(
            &self,
            class: Class,
            key: Option<&str>,
            name: &'static str,
            then: impl FnOnce() + Send + 'static,
        ) -> Cancel {
            let (cancel, begun) = (Cancel::new(), self.begun.0.clone());
            let work = Box::new(move || {
                begun.send(name).unwrap();
                then();
            });
            self.pool.run(Job { class, key: key.map(str::to_owned), cancel: cancel.clone(), work });
            cancel
        }

        /// Has a thread taken until the sender is dropped.
        fn hold(&self, class: Class, key: Option<&str>, name: &'static str) -> (Cancel, Sender<()>) {
            let (let_go, held) = channel::<()>();
            let cancel = self.run_keyed(class, key, name, move || {
                let _ = held.recv();
            });
            (cancel, let_go)
        }

        fn next(&self) -> &'static str {
            self.begun.1.recv().unwrap()
        }
    }

    #[test]
    fn the_more_urgent_job_goes_first() {
        let watched = Watched::new(1);
        let (_, let_go) = watched.hold(Class::Request, None, "held");
        assert_eq!(watched.next(), "held");
        watched.run(Class::Diagnostics, "diagnostics");
        watched.run(Class::Reading, "reading");
        watched.run(Class::Request, "request");
        drop(let_go);
        assert_eq!([watched.next(), watched.next(), watched.next()], ["request", "reading", "diagnostics"]);
    }

    #[test]
    fn a_request_finds_a_thread_however_long_the_rest_takes() {
        let watched = Watched::new(4);
        let diagnostics: Vec<_> =
            (0..5).map(|_| watched.hold(Class::Diagnostics, None, "diagnostics")).collect();
        assert_eq!([watched.next(), watched.next()], ["diagnostics"; 2]);
        let readings: Vec<_> = (0..5).map(|_| watched.hold(Class::Reading, None, "reading")).collect();
        assert_eq!(watched.next(), "reading");
        for _ in 0..5 {
            watched.run(Class::Request, "request");
            assert_eq!(watched.next(), "request");
        }
        drop(readings);
        assert_eq!([watched.next(), watched.next(), watched.next(), watched.next()], ["reading"; 4]);
        drop(diagnostics);
        assert_eq!([watched.next(), watched.next(), watched.next()], ["diagnostics"; 3]);
    }

    #[test]
    fn a_newer_job_replaces_the_one_of_its_key() {
        let watched = Watched::new(3);
        let (first, let_go) = watched.hold(Class::Diagnostics, Some("a.md"), "first");
        assert_eq!(watched.next(), "first");
        watched.run_keyed(Class::Diagnostics, Some("a.md"), "second", || {});
        watched.run_keyed(Class::Diagnostics, Some("b.md"), "other", || {});
        assert!(first.is_cancelled());
        watched.run_keyed(Class::Diagnostics, Some("a.md"), "third", || {});
        assert_eq!(watched.pool.queued(Class::Diagnostics), 2);
        drop(let_go);
        assert_eq!([watched.next(), watched.next()], ["third", "other"]);
    }

    #[test]
    fn what_is_cancelled_is_not_started() {
        let watched = Watched::new(1);
        let (_, let_go) = watched.hold(Class::Request, None, "held");
        assert_eq!(watched.next(), "held");
        let dead: Vec<_> = (0..10).map(|_| watched.run(Class::Request, "dead")).collect();
        dead.iter().for_each(Cancel::cancel);
        watched.run(Class::Request, "last");
        // Nor does it take room.
        assert_eq!(watched.pool.queued(Class::Request), 1);
        drop(let_go);
        assert_eq!(watched.next(), "last");
    }

    #[test]
    fn a_panic_costs_no_thread() {
        let watched = Watched::new(1);
        watched.run_keyed(Class::Request, None, "bug", || panic!("a bug"));
        watched.run(Class::Request, "next");
        assert_eq!([watched.next(), watched.next()], ["bug", "next"]);
    }

    #[test]
    fn all_ends_with_the_session() {
        let mut watched = Watched::new(1);
        let (running, let_go) = watched.hold(Class::Request, None, "running");
        assert_eq!(watched.next(), "running");
        watched.run(Class::Request, "queued");
        let threads = std::mem::take(&mut watched.pool.threads);
        let Watched { pool, begun: (sender, begun) } = watched;
        drop((pool, sender));
        assert!(running.is_cancelled());
        drop(let_go);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        // Every job has been dropped, and none was started.
        assert!(begun.recv().is_err());
    }
}
