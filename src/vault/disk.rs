use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::settings::Settings;
use crate::text::VaultPath;
use crate::vfs::{CONFIG_FILE, Cache, CacheUse, Depth, Limits, Present, Root, Step, Tree, Watcher, watch};

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
/// How often the vault's folder itself is looked for: nothing tells that it is there again.
const ROOT: Duration = Duration::from_secs(1);
/// Looking takes at most this part of the time.
const SHARE: u32 = 20;

/// What the thread that follows a vault's disk says.
#[derive(Debug)]
pub enum DiskEvent {
    /// Something was read.
    Step(Step),
    /// The first reading has ended.
    Complete,
    /// What it had of an earlier run.
    Kept(CacheUse),
    /// From now on the system tells of changes: what was asked of the disk before may be different since.
    Watched,
    /// The vault's own settings may have changed.
    Config,
    /// The vault's files cannot be watched; why not, as a sentence for the user.
    Unwatched(String),
    /// The path of the vault's folder leads to another place than before; nothing more is said.
    Moved,
    /// The thread has ended by a bug.
    Failed,
}

/// Who notices that a vault's files change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Watching {
    /// The client, which says so.
    Client,
    /// We do, told by the system.
    System,
    /// We do, looking again and again.
    Polls,
}

/// The thread that reads one vault and follows its disk. Dropping it ends the thread.
#[derive(Debug)]
pub struct Disk {
    paths: mpsc::Sender<VaultPath>,
    cancelled: Arc<AtomicBool>,
}

impl Disk {
    /// Starts to read the vault; `sink` hears of it, by several threads. `watching`: who notices
    /// changes by other programs.
    pub fn start(
        root: Arc<Root>,
        settings: Arc<Settings>,
        limits: Limits,
        cache: Cache,
        watching: Watching,
        sink: impl Fn(DiskEvent) + Send + Sync + 'static,
    ) -> Self {
        let depth = limits.depth;
        let (names, tree) = (Arc::clone(&root), move || Tree::new(root, settings, limits).with_cache(&cache));
        Self::spawn(names, depth, tree, watching, sink)
    }

    /// The same for a vault that has been read: only what has changed since is said.
    pub fn go_on(tree: Tree, watching: Watching, sink: impl Fn(DiskEvent) + Send + Sync + 'static) -> Self {
        Self::spawn(Arc::clone(tree.root()), tree.depth(), || tree, watching, sink)
    }

    fn spawn(
        root: Arc<Root>,
        depth: Depth,
        tree: impl FnOnce() -> Tree + Send + 'static,
        watching: Watching,
        sink: impl Fn(DiskEvent) + Send + Sync + 'static,
    ) -> Self {
        let (sender, receiver) = mpsc::channel();
        let cancelled = Arc::new(AtomicBool::new(false));
        let disk = Self { paths: sender.clone(), cancelled: Arc::clone(&cancelled) };
        std::thread::spawn(move || {
            let watch = (watching == Watching::System).then_some((root, depth, sender));
            let polls = (watching == Watching::Polls).then_some(POLL);
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                Follower::new(tree(), cancelled, &sink, watch, polls).run(&receiver);
            }));
            if outcome.is_err() {
                sink(DiskEvent::Failed);
            }
        });
        disk
    }

    /// Looks at `path` (relative to the vault) again; an empty path is all of it.
    pub fn look(&self, path: VaultPath) {
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
    /// What to watch.
    watch: Option<Watch>,
    watcher: Option<Watcher>,
    /// How often the whole vault is looked at, unless that takes long.
    polls: Option<Duration>,
    /// How long the last look at the whole vault took.
    took: Duration,
    /// The folder that has been looked at.
    present: Option<Present>,
}

/// What has become of the vault's folder.
enum Sought {
    Same,
    /// It is gone, or another one is at its place.
    Other,
    /// Its path leads elsewhere now.
    Moved,
}

type Watch = (Arc<Root>, Depth, mpsc::Sender<VaultPath>);

impl<S: Fn(DiskEvent) + Sync> Follower<S> {
    fn new(
        tree: Tree,
        cancelled: Arc<AtomicBool>,
        sink: S,
        watch: Option<Watch>,
        polls: Option<Duration>,
    ) -> Self {
        let present = tree.root().present();
        Self { tree, cancelled, sink, watch, watcher: None, polls, took: Duration::ZERO, present }
    }

    fn run(mut self, paths: &mpsc::Receiver<VaultPath>) {
        self.load();
        if self.cancelled() {
            return;
        }
        (self.sink)(DiskEvent::Complete);
        (self.sink)(DiskEvent::Kept(self.tree.keep()));
        self.watch();
        // What changed between its being read and its being watched.
        (self.sink)(DiskEvent::Config);
        let start = Instant::now();
        self.scan();
        self.took = start.elapsed();
        let (mut absent, mut again) =
            (BTreeMap::<VaultPath, Instant>::new(), Vec::<(Instant, VaultPath)>::new());
        let (mut polled, mut sought) = (Instant::now(), Instant::now());
        while !self.cancelled() {
            let poll = self.polls.map(|every| polled + self.pause(every));
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
            let lost = self.watcher.as_ref().is_some_and(Watcher::is_lost);
            if lost || sought + self.pause(ROOT) <= now {
                match self.seek_root(lost) {
                    Sought::Same => {}
                    Sought::Other => drop(look.insert("".into())),
                    Sought::Moved => return (self.sink)(DiskEvent::Moved),
                }
                sought = Instant::now();
            }
            if poll.is_some_and(|at| at <= now) {
                look.insert("".into());
            }
            let whole = look.contains("");
            let seen_again: Vec<_> =
                again.extract_if(.., |(at, _)| *at <= now).map(|(_, path)| path).collect();
            again.extend(
                look.iter()
                    .filter(|path| !path.is_empty() && self.tree.is_folder(path))
                    .map(|path| (now + AGAIN, path.clone())),
            );
            look.extend(seen_again);
            let due: Vec<_> = absent.extract_if(.., |_, at| *at <= now).map(|(path, _)| path).collect();
            for path in self.refresh(look, false) {
                absent.entry(path).or_insert(now + VANISHED);
            }
            if whole {
                polled = Instant::now();
                self.took = polled.saturating_duration_since(now);
            }
            self.refresh(due, true);
        }
    }

    /// The time between two looks that are wanted each `least`.
    fn pause(&self, least: Duration) -> Duration {
        least.max(self.took * SHARE)
    }

    /// Looks whether the vault's folder is there, and is the same as before. `lost`: the watcher has
    /// seen it go.
    fn seek_root(&mut self, lost: bool) -> Sought {
        let present = self.tree.root().present();
        if present == self.present && !lost {
            return Sought::Same;
        }
        self.watcher = None;
        self.present = present;
        match &self.present {
            Some(present) if !self.tree.root().leads_to(present) => return Sought::Moved,
            Some(_) => {
                self.watch();
                (self.sink)(DiskEvent::Config);
            }
            None => {}
        }
        Sought::Other
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn load(&mut self) {
        let sink = &self.sink;
        self.tree.load(&self.cancelled, &|step: Step| sink(DiskEvent::Step(step)));
    }

    fn scan(&mut self) {
        let sink = &self.sink;
        self.tree.scan(&self.cancelled, &|step: Step| sink(DiskEvent::Step(step)));
    }

    fn refresh(&mut self, paths: impl IntoIterator<Item = VaultPath>, gone: bool) -> Vec<VaultPath> {
        let sink = &self.sink;
        self.tree.refresh(paths, gone, &self.cancelled, &|step: Step| sink(DiskEvent::Step(step)))
    }

    fn watch(&mut self) {
        let Some((root, depth, paths)) = self.watch.clone() else { return };
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
            Ok(watcher) => {
                self.watcher = Some(watcher);
                (self.sink)(DiskEvent::Watched);
            }
            // The next look for it finds it there, or not.
            Err(error) if error.is_gone() => self.present = None,
            Err(error) => {
                self.watch = None;
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
        let (tree, stop) = (Tree::new(root, Arc::default(), Limits::default()), Arc::clone(&cancelled));
        let sink = move |event| drop(events.send(event));
        let follower = Follower::new(tree, stop, sink, None, Some(Duration::from_millis(1)));
        let (_paths, receiver) = mpsc::channel();
        let thread = std::thread::spawn(move || follower.run(&receiver));
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

    /// A vault that is followed, and what is said of it.
    struct Followed {
        dir: tempfile::TempDir,
        told: mpsc::Receiver<DiskEvent>,
        _disk: Disk,
    }

    impl Followed {
        fn new(watching: Watching) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let vault = dir.path().join("vault");
            std::fs::create_dir(&vault).unwrap();
            std::fs::write(vault.join("a.md"), "x").unwrap();
            Self::at(dir, &vault, watching)
        }

        fn at(dir: tempfile::TempDir, vault: &std::path::Path, watching: Watching) -> Self {
            let (events, told) = mpsc::channel();
            let root = Arc::new(Root::new(vault).unwrap());
            let sink = move |event| drop(events.send(event));
            let disk = Disk::start(root, Arc::default(), Limits::default(), Cache::default(), watching, sink);
            Self { dir, told, _disk: disk }
        }

        /// Waits until `line` is said of a note.
        fn until(&self, line: &str) {
            let said = |event| {
                let DiskEvent::Step(Step::Changes(changes)) = event else { return false };
                changes.into_iter().any(|change| match change {
                    Change::Facts(path, _) => line == format!("read {path}"),
                    Change::Gone(path) => line == format!("gone {path}"),
                    Change::Note(_) | Change::File(_) => false,
                })
            };
            while !said(self.told.recv().unwrap()) {}
        }
    }

    #[test]
    fn a_vault_that_is_made_again_is_followed_again() {
        std::thread::scope(|scope| {
            for watching in [Watching::System, Watching::Polls, Watching::Client] {
                scope.spawn(move || make_again(watching));
            }
        });
    }

    fn make_again(watching: Watching) {
        let followed = Followed::new(watching);
        let (vault, aside) = (followed.dir.path().join("vault"), followed.dir.path().join("aside"));
        let make = |note: &str| {
            std::fs::create_dir(&vault).unwrap();
            std::fs::write(vault.join(note), "x").unwrap();
        };
        while !matches!(followed.told.recv().unwrap(), DiskEvent::Config) {}
        // Deleted, and made again at once.
        std::fs::remove_dir_all(&vault).unwrap();
        make("b.md");
        followed.until("read b.md");
        // Moved away, and another one put there.
        std::fs::rename(&vault, &aside).unwrap();
        followed.until("gone b.md");
        make("c.md");
        followed.until("read c.md");
        // Exchanged for the one that was there before.
        std::fs::rename(&vault, followed.dir.path().join("away")).unwrap();
        std::fs::rename(&aside, &vault).unwrap();
        followed.until("read b.md");
        if watching == Watching::System {
            // The folder that is watched is the one that is there.
            std::fs::write(vault.join("d.md"), "x").unwrap();
            followed.until("read d.md");
        }
    }

    /// Nothing under a path that leads elsewhere is in the vault as it was opened.
    #[cfg(unix)]
    #[test]
    fn a_vault_whose_path_leads_elsewhere_is_told_of() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["one", "two"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let link = dir.path().join("vault");
        std::os::unix::fs::symlink("one", &link).unwrap();
        let followed = Followed::at(dir, &link, Watching::System);
        while !matches!(followed.told.recv().unwrap(), DiskEvent::Config) {}
        std::os::unix::fs::symlink("two", followed.dir.path().join("new")).unwrap();
        std::fs::rename(followed.dir.path().join("new"), &link).unwrap();
        while !matches!(followed.told.recv().unwrap(), DiskEvent::Moved) {}
    }

    /// A bug in reading must not leave a session that waits for the end of it.
    #[test]
    fn a_panic_of_the_thread_is_told_of() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.md"), "x").unwrap();
        let (events, told) = mpsc::channel();
        let sink = move |event| match event {
            DiskEvent::Complete => panic!("a bug"),
            event => drop(events.send(event)),
        };
        let root = Arc::new(Root::new(dir.path()).unwrap());
        let _disk =
            Disk::start(root, Arc::default(), Limits::default(), Cache::default(), Watching::Client, sink);
        while !matches!(told.recv().unwrap(), DiskEvent::Failed) {}
    }

    /// Looking at a large vault again and again would be all that the machine does.
    #[test]
    fn a_vault_that_takes_long_to_look_at_is_looked_at_less_often() {
        let dir = tempfile::tempdir().unwrap();
        let tree = Tree::new(Arc::new(Root::new(dir.path()).unwrap()), Arc::default(), Limits::default());
        let mut follower = Follower::new(tree, Arc::default(), drop, None, Some(POLL));
        assert_eq!(follower.pause(POLL), POLL);
        follower.took = Duration::from_secs(2);
        assert_eq!(follower.pause(POLL), Duration::from_secs(40));
    }
}
