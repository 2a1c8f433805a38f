use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use super::events::DiskEvent;
use crate::settings::Settings;
use crate::vfs::{CONFIG_FILE, Limits, Root, Step, Tree, Watcher, watch};

/// How long events are gathered: a program that writes several files, or one in several steps,
/// causes one look.
const GATHER: Duration = Duration::from_millis(20);
/// The longest that a look is put off by further events.
const GATHER_MOST: Duration = Duration::from_millis(200);
/// How long a file may be away before it counts as gone: saving by renaming takes less.
const VANISHED: Duration = Duration::from_millis(100);
/// When a folder is looked at once more: files may be made in it before it is watched.
const AGAIN: Duration = Duration::from_millis(500);
/// How often a vault that cannot be watched is looked at.
const POLL: Duration = Duration::from_secs(3);

/// Who notices that a vault's files change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Watching {
    /// The client, which says so.
    Client,
    /// We do, told by the system.
    System,
    /// We do, looking again and again.
    Polls,
}

/// The thread that reads one vault and follows its disk. Dropping it ends the thread.
#[derive(Debug)]
pub(super) struct Disk {
    paths: mpsc::Sender<Arc<str>>,
    cancelled: Arc<AtomicBool>,
}

impl Disk {
    /// Starts to read the vault; `sink` hears of it, by several threads. `watching`: who notices
    /// changes by other programs.
    pub(super) fn start(
        root: Arc<Root>,
        settings: Arc<Settings>,
        limits: Limits,
        watching: Watching,
        sink: impl Fn(DiskEvent) + Send + Sync + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel();
        let cancelled = Arc::new(AtomicBool::new(false));
        let disk = Self { paths: sender.clone(), cancelled: Arc::clone(&cancelled) };
        std::thread::spawn(move || {
            let depth = limits.depth;
            let watcher = (watching == Watching::System).then(|| (Arc::clone(&root), depth, sender));
            let polls = (watching == Watching::Polls).then_some(POLL);
            let tree = Tree::new(root, settings, limits);
            Follower { tree, cancelled, sink, watcher: None, polls }.run(&receiver, watcher);
        });
        disk
    }

    /// Looks at `path` (relative to the vault) again; an empty path is all of it.
    pub(super) fn look(&self, path: Arc<str>) {
        // The thread ends only with this handle, or by a bug that it has reported.
        let _ = self.paths.send(path);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        // It need not wait until it looks at the flag by itself.
        self.look("".into());
    }
}

struct Follower<S> {
    tree: Tree,
    cancelled: Arc<AtomicBool>,
    sink: S,
    watcher: Option<Watcher>,
    /// How often the whole vault is looked at.
    polls: Option<Duration>,
}

type Watch = (Arc<Root>, crate::vfs::Depth, mpsc::Sender<Arc<str>>);

impl<S: Fn(DiskEvent) + Sync> Follower<S> {
    fn run(mut self, paths: &mpsc::Receiver<Arc<str>>, watch: Option<Watch>) {
        self.scan();
        if self.cancelled() {
            return;
        }
        (self.sink)(DiskEvent::Complete);
        if let Some(watch) = watch {
            self.watch(watch);
        }
        // What changed between its being read and its being watched.
        (self.sink)(DiskEvent::Config);
        self.scan();
        let (mut absent, mut again) =
            (BTreeMap::<Arc<str>, Instant>::new(), Vec::<(Instant, Arc<str>)>::new());
        let mut polled = Instant::now();
        while !self.cancelled() {
            let poll = self.polls.map(|every| polled + every);
            let next = absent.values().chain(again.iter().map(|(at, _)| at)).copied().chain(poll).min();
            let wait = next.map_or(Duration::from_secs(1), |at| at.saturating_duration_since(Instant::now()));
            let mut look = BTreeSet::new();
            // Not longer than a second, to see soon that it is cancelled: the watcher holds a sender.
            match paths.recv_timeout(wait.min(Duration::from_secs(1))) {
                Ok(path) if !self.cancelled() => {
                    look.insert(path);
                    let until = Instant::now() + GATHER_MOST;
                    while let Ok(path) = paths.recv_timeout(GATHER) {
                        look.insert(path);
                        if Instant::now() >= until {
                            break;
                        }
                    }
                }
                Ok(_) | Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
            }
            if self.cancelled() {
                return;
            }
            if look.remove(CONFIG_FILE) {
                (self.sink)(DiskEvent::Config);
            }
            let now = Instant::now();
            if poll.is_some_and(|at| at <= now) {
                look.insert("".into());
                polled = now;
            }
            let seen_again: Vec<_> =
                again.extract_if(.., |(at, _)| *at <= now).map(|(_, path)| path).collect();
            again.extend(
                look.iter()
                    .filter(|path| !path.is_empty() && self.tree.is_folder(path))
                    .map(|path| (now + AGAIN, Arc::clone(path))),
            );
            look.extend(seen_again);
            let due: Vec<_> = absent.extract_if(.., |_, at| *at <= now).map(|(path, _)| path).collect();
            for path in self.refresh(look, false) {
                absent.entry(path).or_insert(now + VANISHED);
            }
            self.refresh(due, true);
        }
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn scan(&mut self) {
        let sink = &self.sink;
        self.tree.scan(&self.cancelled, &|step: Step| sink(DiskEvent::Step(step)));
    }

    fn refresh(&mut self, paths: impl IntoIterator<Item = Arc<str>>, gone: bool) -> Vec<Arc<str>> {
        let sink = &self.sink;
        self.tree.refresh(paths, gone, &self.cancelled, &|step: Step| sink(DiskEvent::Step(step)))
    }

    fn watch(&mut self, (root, depth, paths): Watch) {
        let names = Arc::clone(&root);
        let watched = watch(&root, depth, move |places| {
            for place in places {
                if let Some(path) = names.relative(&place) {
                    // The other end is gone only when nobody wants to know.
                    let _ = paths.send(path);
                }
            }
        });
        match watched {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) => {
                self.polls = Some(POLL);
                (self.sink)(DiskEvent::Unwatched(error.to_string()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Change;

    /// Where the system refuses to watch, changes are noticed all the same.
    #[test]
    fn a_vault_that_cannot_be_watched_is_looked_at() {
        let dir = tempfile::tempdir().unwrap();
        let root = Arc::new(Root::new(dir.path()).unwrap());
        let (events, told) = mpsc::channel();
        let cancelled = Arc::new(AtomicBool::new(false));
        let follower = Follower {
            tree: Tree::new(root, Arc::default(), Limits::default()),
            cancelled: Arc::clone(&cancelled),
            sink: move |event| drop(events.send(event)),
            watcher: None,
            polls: Some(Duration::from_millis(1)),
        };
        let (_paths, receiver) = mpsc::channel();
        let thread = std::thread::spawn(move || follower.run(&receiver, None));
        while !matches!(told.recv().unwrap(), DiskEvent::Complete) {}
        let change = |is_it: fn(&Change) -> bool| {
            while !matches!(told.recv().unwrap(), DiskEvent::Step(Step::Changes(changes)) if changes.iter().any(is_it))
            {
            }
        };
        std::fs::write(dir.path().join("new.md"), "x").unwrap();
        change(|change| matches!(change, Change::Facts(..)));
        std::fs::remove_file(dir.path().join("new.md")).unwrap();
        change(|change| matches!(change, Change::Gone(path) if **path == *"new.md"));
        cancelled.store(true, Ordering::Relaxed);
        // It may still have something to say to the end that goes with this test.
        drop(thread);
    }
}
