//! The threads that answer requests, read texts and compute diagnostics.
//!
//! - A more urgent job is started first, and each less urgent class leaves one thread more to those above
//!   it: however long diagnostics or a text take, a request finds a thread.
//! - What is no request leaves one processor free, so that a request does not wait for its turn on one
//!   either. A job that takes long may be waiting for the disk, and does not count. It also has threads of its
//!   own: these run at a lower priority, where the system can, and offer their processor to others at every few
//!   steps. What answers a request does not wait until the turn of such a thread is over, which is longer than
//!   most answers take.
//! - Of one key only the newest job is wanted: it takes the place of the queued one and cancels the one that
//!   runs.
//! - A job that is cancelled before it starts is never started. One that runs stops as [`catch`] says.
//! - All of it ends with the session: what is queued is dropped, what runs is cancelled.
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::index::{Cancel, catch, work_in_background};

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

/// How long a job is taken to use a processor: reading or checking a note of some megabytes is over by then.
const AT_WORK: Duration = Duration::from_millis(25);

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
    /// For the threads that wait, by what they do: see [`Shared::changed`].
    changed: [Condvar; 2],
    /// How many threads there are for requests, and fewer for the rest; if so few that these are the same,
    /// [`Worker::All`].
    threads: usize,
    /// How many jobs that are no requests may be at work at a time.
    at_work: usize,
    /// How long one counts as such.
    patience: Duration,
}

/// What a thread does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Worker {
    /// Requests and the rest.
    All,
    /// Requests.
    Requests,
    /// All else.
    Others,
}

impl Worker {
    fn does(self, class: Class) -> bool {
        match self {
            Self::All => true,
            Self::Requests => class == Class::Request,
            Self::Others => class != Class::Request,
        }
    }
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
    since: Instant,
}

impl Pool {
    /// A pool of as many threads as the machine has processors, but so many that the classes are kept apart
    /// and that a slow disk holds up some of them only.
    pub(super) fn of_machine() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self::new(processors.max(4), processors, AT_WORK)
    }

    /// A pool of so many threads on so many processors; it takes three threads to keep the classes apart.
    fn new(threads: usize, processors: usize, patience: Duration) -> Self {
        let at_work = processors.saturating_sub(1).max(1);
        let (jobs, changed) = (Mutex::default(), Default::default());
        let shared = Arc::new(Shared { jobs, changed, threads, at_work, patience });
        let workers = match shared.are_apart() {
            true => {
                let others = Class::Reading.share(threads);
                [vec![Worker::Requests; threads], vec![Worker::Others; others]].concat()
            }
            false => vec![Worker::All; threads],
        };
        let handles = workers.into_iter().map(|worker| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || {
                if worker == Worker::Others {
                    lower_priority();
                    work_in_background();
                }
                while shared.run_next(worker) {}
            })
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
        self.shared.changed(class).notify_one();
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
        self.shared.changed.iter().for_each(Condvar::notify_all);
        drop(queued);
    }
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether requests and the rest have threads of their own: it takes three to keep the classes apart.
    fn are_apart(&self) -> bool {
        self.threads >= Class::ALL.len()
    }

    /// What the threads wait for that do the jobs of a class.
    fn changed(&self, class: Class) -> &Condvar {
        let [requests, others] = &self.changed;
        if class == Class::Request || !self.are_apart() { requests } else { others }
    }

    /// Waits for a job and does it; whether there may be another one.
    fn run_next(&self, worker: Worker) -> bool {
        let changed = self.changed(if worker == Worker::Others { Class::Reading } else { Class::Request });
        let mut jobs = self.jobs();
        let (number, work) = loop {
            if jobs.over {
                return false;
            }
            let now = Instant::now();
            let at_work = jobs.at_work(now, self.patience);
            if let Some(job) = jobs.next(worker, self.threads, at_work.len() < self.at_work) {
                jobs.started += 1;
                let Job { class, key, cancel, work } = job;
                let number = jobs.started;
                jobs.running.push(Running { number, class, key, cancel, since: now });
                break (number, work);
            }
            // Where something waits for a processor, it waits no longer than until others no longer count.
            let next = at_work.into_iter().min().filter(|_| worker != Worker::Requests && jobs.holds_back());
            jobs = match next {
                Some(left) => changed.wait_timeout(jobs, left).map_or_else(|e| e.into_inner().0, |w| w.0),
                None => changed.wait(jobs).unwrap_or_else(PoisonError::into_inner),
            };
        };
        if worker != Worker::Requests && jobs.holds_back() {
            // Another thread sees to it that what waits does not wait too long.
            changed.notify_one();
        }
        drop(jobs);
        // The hook of panics has written where it was.
        if catch_unwind(AssertUnwindSafe(|| catch(work))).is_err() {
            tracing::error!("a job of the pool failed");
        }
        self.jobs().running.retain(|running| running.number != number);
        // A class that had its share may have another thread now.
        if worker != Worker::Requests {
            changed.notify_all();
        }
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

    /// Of every job that is no request and takes a processor, how much longer it counts as such.
    fn at_work(&self, now: Instant, patience: Duration) -> Vec<Duration> {
        let others = self.running.iter().filter(|running| running.class != Class::Request);
        let left =
            others.map(|running| patience.saturating_sub(now.saturating_duration_since(running.since)));
        left.filter(|left| !left.is_zero()).collect()
    }

    /// Whether a job that is no request waits.
    fn holds_back(&self) -> bool {
        let [_, others @ ..] = &self.queued;
        others.iter().any(|queued| !queued.is_empty())
    }

    /// The most urgent job that a thread may take. `others`: whether it may be other than a request.
    fn next(&mut self, worker: Worker, threads: usize, others: bool) -> Option<Job> {
        for class in Class::ALL.into_iter().filter(|&class| worker.does(class)) {
            let busy = self.running.iter().filter(|running| running.class >= class).count();
            if class != Class::Request && (busy >= class.share(threads) || !others) {
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

/// What a job finds that has to say that it is over: nothing where it was cancelled, or after a bug, which the log has.
pub(super) fn outcome<T: Default>(find: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(|| catch(find))).ok().and_then(Result::ok).unwrap_or_default()
}

/// Has what else wants a processor go before this thread. Elsewhere such a call concerns the whole process.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICER) {
        tracing::debug!("the priority of a thread cannot be lowered: {error}");
    }
}

/// By so much: enough for Linux to prefer a request when these threads offer their processor, and to leave a tenth
/// of it to them where something else wants all of it.
#[cfg(target_os = "linux")]
const NICER: i32 = 10;

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
            Self::on(threads, threads, Duration::MAX)
        }

        fn on(threads: usize, processors: usize, patience: Duration) -> Self {
            Self { pool: Pool::new(threads, processors, patience), begun: channel() }
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
    fn one_processor_is_left_to_requests() {
        let watched = Watched::on(4, 2, Duration::MAX);
        let (_, diagnostics) = watched.hold(Class::Diagnostics, None, "diagnostics");
        assert_eq!(watched.next(), "diagnostics");
        watched.run(Class::Diagnostics, "more diagnostics");
        watched.run(Class::Reading, "reading");
        for _ in 0..5 {
            watched.run(Class::Request, "request");
            assert_eq!(watched.next(), "request");
        }
        drop(diagnostics);
        assert_eq!([watched.next(), watched.next()], ["reading", "more diagnostics"]);
    }

    #[test]
    fn what_waits_for_the_disk_takes_no_processor() {
        let watched = Watched::on(4, 2, Duration::ZERO);
        let (_, _diagnostics) = watched.hold(Class::Diagnostics, None, "diagnostics");
        let (_, _reading) = watched.hold(Class::Reading, None, "reading");
        let mut begun = [watched.next(), watched.next()];
        begun.sort_unstable();
        assert_eq!(begun, ["diagnostics", "reading"]);
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
