//! Threads for questions to the disk that may never be answered: a folder on a network that hangs must stop
//! nobody but those who ask for what is in it.
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Folders that are asked at once. Of more that hang, the later ones wait.
const MAX_THREADS: usize = 32;

type Work = Box<dyn FnOnce() + Send>;

/// A lane for each folder: what is asked of one is done in its order, and holds up no other folder. A
/// thread ends when nothing is left to ask; what is not begun when this is dropped is not done.
#[derive(Default)]
pub(super) struct Lanes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// By folder, for those that a thread has or that wait for one.
    work: HashMap<PathBuf, VecDeque<Work>>,
    /// The folders that wait for a thread.
    waiting: VecDeque<PathBuf>,
    threads: usize,
}

impl Lanes {
    /// Does `work`, which asks the disk about `folder`.
    pub(super) fn run(&self, folder: PathBuf, work: impl FnOnce() + Send + 'static) {
        let mut state = lock(&self.0);
        if let Some(lane) = state.work.get_mut(&folder) {
            lane.push_back(Box::new(work));
            return;
        }
        let mut lane = VecDeque::new();
        lane.push_back(Box::new(work) as Work);
        state.work.insert(folder.clone(), lane);
        state.waiting.push_back(folder);
        if state.threads < MAX_THREADS {
            state.threads += 1;
            let shared = Arc::clone(&self.0);
            std::thread::spawn(move || serve(&shared));
        }
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        let mut state = lock(&self.0);
        let left = (std::mem::take(&mut state.work), std::mem::take(&mut state.waiting));
        drop(state);
        drop(left);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(shared: &Mutex<State>) {
    let mut state = lock(shared);
    while let Some(folder) = state.waiting.pop_front() {
        while let Some(work) = state.work.get_mut(&folder).and_then(VecDeque::pop_front) {
            drop(state);
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                tracing::error!("asking the disk about {} failed", folder.display());
            }
            state = lock(shared);
        }
        state.work.remove(&folder);
    }
    state.threads -= 1;
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_folder_that_hangs_stops_only_what_is_asked_of_it() {
        let lanes = Lanes::default();
        let (let_go, hangs) = channel::<()>();
        let (done, told) = channel();
        let tell = |folder: &'static str, n: usize| {
            let done = done.clone();
            lanes.run(folder.into(), move || done.send((folder, n)).unwrap());
        };
        lanes.run("hung".into(), move || {
            let _ = hangs.recv();
        });
        tell("hung", 1);
        tell("other", 1);
        tell("other", 2);
        assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [("other", 1), ("other", 2)]);
        tell("hung", 2);
        drop(let_go);
        assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [("hung", 1), ("hung", 2)]);
    }

    #[test]
    fn what_fails_stops_nothing() {
        let lanes = Lanes::default();
        let (done, told) = channel();
        lanes.run("folder".into(), || panic!("a bug"));
        lanes.run("folder".into(), move || done.send(()).unwrap());
        assert_eq!(told.recv(), Ok(()));
    }

    #[test]
    fn what_is_not_begun_ends_with_the_session() {
        let lanes = Lanes::default();
        let (let_go, hangs) = channel::<()>();
        let (begun, begins) = channel();
        lanes.run("hung".into(), move || {
            begun.send(()).unwrap();
            let _ = hangs.recv();
        });
        begins.recv().unwrap();
        let (done, told) = channel::<()>();
        lanes.run("hung".into(), move || done.send(()).unwrap());
        drop(lanes);
        drop(let_go);
        assert!(told.recv().is_err());
    }
}
