//! The files of a vault as the disk shows them, and what has changed among them when it is looked at again.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use icu_normalizer::ComposingNormalizerBorrowed;

use super::cache::CacheFile;
use super::ignore_files::is_ignore_file;
use super::read::Stamp;
use super::rules::Rules;
use super::{Cache, Content, Depth, FileReader, Limits, ReadError, Root, walk};
use crate::index::{Change, Facts, Index};
use crate::settings::Settings;
use crate::syntax;
use crate::text::{PathText, VaultPath};

mod load;

use load::Cached;
pub use load::{Loaded, load};

/// What reading a vault brings, in this order: names, [`Step::Named`], contents.
#[derive(Debug)]
pub enum Step {
    /// Changes for [`Index::apply`], in order.
    Changes(Vec<Change>),
    /// All names have been given; this many notes will be read.
    Named(usize),
    /// Something is left out, as a sentence for the user.
    Trouble(String),
    /// Of a first reading ([`Tree::load`]): all that is known by now, in place of what was known before.
    Index(Box<Index>),
    /// Of a first reading: this many more notes have been read.
    Read(usize),
}

/// Where the steps go; called by several threads at once.
pub type Sink<'s> = &'s (dyn Fn(Step) + Sync);

/// The files of one vault as the disk showed them last.
pub struct Tree {
    root: Arc<Root>,
    settings: Arc<Settings>,
    limits: Limits,
    rules: Rules,
    refused: Vec<String>,
    /// Every file, with the stamp of a note that has been read.
    known: BTreeMap<VaultPath, Option<Stamp>>,
    /// What has been said of notes that cannot be read, so as not to say it at each look; with the stamp of
    /// those that need not be tried again before it differs.
    unreadable: BTreeMap<VaultPath, (String, Option<Stamp>)>,
    /// The same of folders and of rules.
    troubles: BTreeSet<String>,
    /// What is kept between runs.
    cache: Option<CacheFile>,
    cached: Cached,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("root", &self.root).field("known", &self.known.len()).finish()
    }
}

/// Notes in a batch of contents: a turn of the server's loop takes one.
const BATCH: usize = 32;

/// Bytes of contents that are kept together at a first reading: so many that they have pages of their own, and
/// leave no gaps between what else is kept.
const BLOCK: usize = 256 << 10;

impl Tree {
    /// The vault at `root`, not read yet.
    pub fn new(root: Arc<Root>, settings: Arc<Settings>, limits: Limits) -> Self {
        let (rules, refused) = Rules::new(&root, &settings, &limits);
        Self {
            root,
            settings,
            limits,
            rules,
            refused,
            known: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            troubles: BTreeSet::new(),
            cache: None,
            cached: Cached::default(),
        }
    }

    /// The same with what is kept of an earlier run.
    #[must_use]
    pub fn with_cache(self, cache: &Cache) -> Self {
        Self { cache: cache.of_vault(&self.root, &self.settings, &self.limits), ..self }
    }

    /// The folder of the vault.
    pub fn root(&self) -> &Arc<Root> {
        &self.root
    }

    /// How deep the vault goes.
    pub fn depth(&self) -> Depth {
        self.limits.depth
    }

    /// Reads the vault: all of it the first time, what has changed when asked again. Gives up soon
    /// after `cancelled` is set.
    pub fn scan(&mut self, cancelled: &AtomicBool, sink: Sink<'_>) {
        for refused in self.refused.drain(..) {
            sink(Step::Trouble(refused));
        }
        self.rules.forget();
        let found = Mutex::new(Vec::new());
        let known = &self.known;
        let (settings, limits) = (&*self.settings, &self.limits);
        let mut troubles = walk::walk(&self.root, &self.rules, cancelled, &|paths| {
            let new = paths.iter().filter(|path| !known.contains_key(*path));
            let new: Vec<_> = new.map(|path| name(settings, limits, path)).collect();
            if !new.is_empty() {
                sink(Step::Changes(new));
            }
            lock(&found).extend(paths);
        });
        if cancelled.load(Ordering::Relaxed) {
            return;
        }
        troubles.extend(self.rules.troubles());
        // They are read again where single paths are asked about, which need not be all.
        self.rules.forget();
        let before = std::mem::take(&mut self.troubles);
        self.troubles.extend(troubles);
        for trouble in self.troubles.difference(&before) {
            sink(Step::Trouble(trouble.clone()));
        }
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.replace_below("", found, cancelled, sink);
    }

    /// What leaves the file or folder at `path` out of the vault, as a sentence without its end.
    pub fn why_left_out(&self, path: &str) -> Option<String> {
        let is_dir = self.is_folder(path);
        self.rules.why(path, is_dir)
    }

    /// Whether a folder of the vault is at `path`.
    pub fn is_folder(&self, path: &str) -> bool {
        self.root.existing(path).is_some_and(|place| place.is_dir())
    }

    /// Looks again at `paths`, files or folders, whatever was said to have happened to them.
    /// Returns those of them that are not there: who saves by renaming lets a file vanish for a
    /// moment, so the caller asks again a little later, with `gone`.
    pub fn refresh(
        &mut self,
        paths: impl IntoIterator<Item = VaultPath>,
        gone: bool,
        cancelled: &AtomicBool,
        sink: Sink<'_>,
    ) -> Vec<VaultPath> {
        let paths: BTreeSet<VaultPath> = paths.into_iter().collect();
        if paths.iter().any(|path| path.is_empty() || is_ignore_file(path.file_name())) {
            self.scan(cancelled, sink);
        }
        let (mut missing, mut changed) = (Vec::new(), Vec::new());
        let mut seen = paths.clone();
        let mut paths = paths;
        while let Some(path) = paths.pop_first() {
            let place = self.root.existing(&path);
            let metadata = place.as_ref().and_then(|place| place.metadata().ok());
            let real = metadata.is_some().then(|| self.root.join(&path)).flatten();
            let real = real.and_then(|place| self.root.relative_real(&place));
            // On a disk without regard to case, a file is there by its old spelling too.
            let respelled = real.as_ref().is_some_and(|real| {
                **real != *path && self.known.contains_key(real) || is_respelled(&path, real)
            });
            if let Some(real) = real.filter(|real| is_respelled(&path, real) && !seen.contains(real)) {
                // It was told of by the other spelling alone.
                seen.insert(real.clone());
                paths.insert(real);
            }
            match metadata {
                _ if path.is_empty() => {}
                Some(metadata) if metadata.is_dir() && !respelled => {
                    if self.known.remove(&path).is_some() {
                        // A file was there.
                        sink(Step::Changes(vec![Change::Gone(path.clone())]));
                    }
                    // It may have come with rules of its own.
                    self.rules.forget();
                    let found = if self.rules.allow(&path, true) {
                        let known = |real: &str| !real.is_within(&path) && self.known.contains_key(real);
                        walk::below(&self.root, &self.rules, &path, &known)
                    } else {
                        // Links by their paths may lead to ignored folders.
                        sink(Step::Changes(vec![Change::Gone(path.clone())]));
                        Vec::new()
                    };
                    let new = found.iter().filter(|path| !self.known.contains_key(*path));
                    let new: Vec<_> = new.map(|path| name(&self.settings, &self.limits, path)).collect();
                    if !new.is_empty() {
                        sink(Step::Changes(new));
                    }
                    self.replace_below(&path, found, cancelled, sink);
                }
                Some(metadata) if metadata.is_file() && !respelled && self.rules.allow(&path, false) => {
                    if self.below(&path).next().is_some() {
                        // A folder was there.
                        self.drop_below(&path, sink);
                    }
                    let is_new = self.known.insert(path.clone(), None).is_none();
                    let is_note = is_note(&self.settings, &self.limits, &path);
                    if is_new || !is_note {
                        sink(Step::Changes(vec![name(&self.settings, &self.limits, &path)]));
                    }
                    if is_note {
                        changed.push(path);
                    }
                }
                None if !gone => missing.push(path),
                _ => self.drop_below(&path, sink),
            }
        }
        for trouble in self.rules.troubles() {
            if self.troubles.insert(trouble.clone()) {
                sink(Step::Trouble(trouble));
            }
        }
        self.read(changed, 0, cancelled, sink);
        missing
    }

    /// Takes `found` for all that is there below `folder`: what was known besides is gone, and what
    /// has another stamp than before is read.
    fn replace_below(
        &mut self,
        folder: &str,
        mut found: Vec<VaultPath>,
        cancelled: &AtomicBool,
        sink: Sink<'_>,
    ) {
        if folder.is_empty() && self.known.is_empty() {
            // The first time: who waits for the names hears of them before they are noted here.
            let notes = |found: &[VaultPath]| -> Vec<VaultPath> {
                let notes = found.iter().filter(|path| is_note(&self.settings, &self.limits, path));
                notes.cloned().collect()
            };
            sink(Step::Named(notes(&found).len()));
            found.sort_unstable();
            let notes = notes(&found);
            self.known = found.into_iter().map(|path| (path, None)).collect();
            let notes = self.take_cached(notes, cancelled, sink);
            self.read(notes, BLOCK, cancelled, sink);
            return;
        }
        let before: BTreeMap<VaultPath, Option<Stamp>> = if folder.is_empty() {
            std::mem::take(&mut self.known)
        } else {
            let below: Vec<_> = self.below(folder).cloned().collect();
            below.into_iter().filter_map(|path| self.known.remove_entry(&path)).collect()
        };
        let mut notes = Vec::new();
        for path in found {
            let stamp = before.get(&path).copied().flatten();
            if is_note(&self.settings, &self.limits, &path) {
                let metadata = || self.root.join(&path)?.metadata().ok();
                let denied = self.unreadable.get(&path).and_then(|(_, denied)| *denied);
                let is_as_before = match (stamp, denied) {
                    (Some(_), _) => metadata().map(|metadata| Stamp::new(&metadata)) == stamp,
                    (None, Some(_)) => metadata().and_then(|metadata| Stamp::of_rights(&metadata)) == denied,
                    (None, None) => false,
                };
                if !is_as_before {
                    notes.push(path.clone());
                }
            }
            self.known.insert(path, stamp);
        }
        let gone = before.into_keys().filter(|path| !self.known.contains_key(path));
        let gone: Vec<_> = gone.collect();
        // Where a folder has come in a file's place, it would go along with the file.
        let below = gone.iter().flat_map(|gone| self.below(gone));
        let again: Vec<_> = below.map(|path| name(&self.settings, &self.limits, path)).collect();
        if !gone.is_empty() {
            sink(Step::Changes(gone.into_iter().map(Change::Gone).chain(again).collect()));
        }
        if folder.is_empty() {
            sink(Step::Named(notes.len()));
        }
        self.read(notes, 0, cancelled, sink);
    }

    /// What is known below `folder`.
    fn below(&self, folder: &str) -> impl Iterator<Item = &VaultPath> {
        self.known.range(VaultPath::range_below(folder)).map(|(path, _)| path)
    }

    /// Forgets `path`, a file or a folder, and says so.
    fn drop_below(&mut self, path: &VaultPath, sink: Sink<'_>) {
        let below: Vec<_> = self.below(path).cloned().collect();
        for below in &below {
            self.known.remove(below);
        }
        self.known.remove(path);
        sink(Step::Changes(vec![Change::Gone(path.clone())]));
    }

    /// Reads and parses `notes` on all cores. `sink` is given what they hold by batches, or by as many of these
    /// as have `block` bytes.
    fn read(&mut self, notes: Vec<VaultPath>, block: usize, cancelled: &AtomicBool, sink: Sink<'_>) {
        let next = AtomicUsize::new(0);
        let (this, notes) = (&*self, &notes);
        let work = || {
            let mut worker = Worker::new(this);
            let (mut changes, mut read, mut bytes) = (Vec::new(), Vec::new(), 0);
            while !cancelled.load(Ordering::Relaxed) {
                let start = next.fetch_add(BATCH, Ordering::Relaxed);
                let batch = notes.get(start..notes.len().min(start + BATCH)).unwrap_or_default();
                for path in batch {
                    match worker.note(path, sink) {
                        Noted::Read(facts) => {
                            bytes += facts.len();
                            read.push((path.clone(), facts));
                        }
                        Noted::Unread(change) => changes.push(change),
                    }
                }
                if bytes >= block || batch.is_empty() {
                    let (paths, facts): (Vec<_>, Vec<_>) = std::mem::take(&mut read).into_iter().unzip();
                    let together = paths.into_iter().zip(Facts::together(facts));
                    changes.extend(together.map(|(path, facts)| Change::Facts(path, facts)));
                    bytes = 0;
                    if !changes.is_empty() {
                        sink(Step::Changes(std::mem::take(&mut changes)));
                    }
                }
                if batch.is_empty() {
                    break;
                }
            }
            (worker.read, worker.unread)
        };
        let (read, unread): (Vec<_>, Vec<_>) = on_threads(notes.len(), work).into_iter().unzip();
        for (path, stamp) in read.into_iter().flatten() {
            if !self.unreadable.is_empty() {
                self.unreadable.remove(&path);
            }
            self.known.insert(path, Some(stamp));
        }
        for (path, outcome) in unread.into_iter().flatten() {
            match outcome {
                Outcome::Gone => {
                    self.unreadable.remove(&path);
                    self.known.remove(&path);
                }
                Outcome::Unreadable(why, denied) => {
                    self.known.insert(path.clone(), None);
                    self.unreadable.insert(path, (why, denied));
                }
            }
        }
    }
}

/// What `work` gives to each of as many threads as there are processors, and at most `most`.
fn on_threads<T: Send>(most: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(most);
    if threads <= 1 {
        return (0..threads).map(|_| work()).collect();
    }
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        let outcomes = workers.into_iter().map(|worker| worker.join());
        // A panic goes on to who can tell of it.
        outcomes.map(|outcome| outcome.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// One of the threads that read and parse.
struct Worker<'t> {
    tree: &'t Tree,
    reader: FileReader,
    read: Vec<(VaultPath, Stamp)>,
    unread: Vec<(VaultPath, Outcome)>,
}

/// What has become of a note that was not read.
enum Outcome {
    /// There is no such file in the vault.
    Gone,
    /// Why, and the stamp of one that the system refuses for good.
    Unreadable(String, Option<Stamp>),
}

/// What is known of a note now.
enum Noted {
    /// What it holds.
    Read(Facts),
    /// That it is there, or gone.
    Unread(Change),
}

impl<'t> Worker<'t> {
    fn new(tree: &'t Tree) -> Self {
        Self { tree, reader: FileReader::of_many(&tree.root), read: Vec::new(), unread: Vec::new() }
    }

    fn note(&mut self, path: &VaultPath, sink: Sink<'_>) -> Noted {
        let settings = &*self.tree.settings;
        match self.reader.read_stamped(&self.tree.root, path, settings.max_file_size) {
            Ok((Content::Text(text), stamp)) => {
                self.read.push((path.clone(), stamp));
                let facts = catch_unwind(AssertUnwindSafe(|| {
                    let note = syntax::parse(&text, &settings.syntax_options());
                    Facts::new(&text, &note, settings)
                }));
                facts.map_or_else(
                    |_| {
                        let text = format!("{path}: only its name is indexed: reading it failed (a bug)");
                        sink(Step::Trouble(text));
                        Noted::Unread(Change::Note(path.clone()))
                    },
                    Noted::Read,
                )
            }
            Ok((Content::TooLarge(len), stamp)) => {
                self.read.push((path.clone(), stamp));
                sink(Step::Trouble(format!(
                    "{path} is known by its name only: its {len} bytes are more than the setting max_file_size \
                     ({}) allows",
                    settings.max_file_size
                )));
                Noted::Unread(Change::Note(path.clone()))
            }
            // It went while we were on our way to it, or has become something else.
            Err(ReadError::Gone | ReadError::Irregular | ReadError::Outside) => {
                self.unread.push((path.clone(), Outcome::Gone));
                Noted::Unread(Change::Gone(path.clone()))
            }
            Err(ReadError::Refused(error)) => {
                let why = format!("cannot read {path}; only its name is indexed: {error}");
                if self.tree.unreadable.get(path).is_none_or(|(said, _)| *said != why) {
                    sink(Step::Trouble(why.clone()));
                }
                let metadata = || self.tree.root.join(path)?.metadata().ok();
                let denied = error.kind() == std::io::ErrorKind::PermissionDenied;
                let denied = denied.then(metadata).flatten().and_then(|metadata| Stamp::of_rights(&metadata));
                self.unread.push((path.clone(), Outcome::Unreadable(why, denied)));
                Noted::Unread(Change::Note(path.clone()))
            }
        }
    }
}

fn is_note(settings: &Settings, limits: &Limits, path: &str) -> bool {
    settings.is_note(path.file_name()) || limits.named.iter().any(|named| **named == *path)
}

fn name(settings: &Settings, limits: &Limits, path: &VaultPath) -> Change {
    if is_note(settings, limits, path) { Change::Note(path.clone()) } else { Change::File(path.clone()) }
}

/// Whether both may name one file of a disk that has no regard to case, or to how accents are encoded.
fn is_respelled(path: &str, real: &str) -> bool {
    let nfc = ComposingNormalizerBorrowed::new_nfc();
    path != real && nfc.normalize(&path.to_lowercase()) == nfc.normalize(&real.to_lowercase())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
