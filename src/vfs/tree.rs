use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dashmap::{DashMap, DashSet};

use super::read::Stamp;
use super::rules::Rules;
use super::{Content, DiskTexts, Limits, Reader, Root, walk};
use crate::index::{Change, Facts, Index, Probe};
use crate::settings::Settings;
use crate::syntax;

/// What reading a vault brings, in this order: names, [`Step::Named`], contents.
#[derive(Debug)]
pub enum Step {
    /// Changes for [`Index::apply`], in order.
    Changes(Vec<Change>),
    /// All names have been given; this many notes will be read.
    Named(usize),
    /// Something is left out, as a sentence for the user.
    Trouble(String),
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
    known: BTreeMap<Arc<str>, Option<Stamp>>,
}

/// Notes in a batch of contents: a turn of the server's loop takes one.
const BATCH: usize = 32;

impl Tree {
    /// The vault at `root`, not read yet.
    pub fn new(root: Arc<Root>, settings: Arc<Settings>, limits: Limits) -> Self {
        let (rules, refused) = Rules::new(&root, &settings, &limits);
        Self { root, settings, limits, rules, refused, known: BTreeMap::new() }
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
        let troubles = walk::walk(&self.root, &mut self.rules, cancelled, &|paths| {
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
        for trouble in troubles {
            sink(Step::Trouble(trouble));
        }
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.replace_below("", found, cancelled, sink);
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
        paths: impl IntoIterator<Item = Arc<str>>,
        gone: bool,
        cancelled: &AtomicBool,
        sink: Sink<'_>,
    ) -> Vec<Arc<str>> {
        let paths: BTreeSet<Arc<str>> = paths.into_iter().collect();
        if paths.iter().any(|path| path.is_empty() || is_ignore_file(path)) {
            self.scan(cancelled, sink);
        }
        let (mut missing, mut changed) = (Vec::new(), Vec::new());
        for path in paths {
            let place = self.root.existing(&path);
            let metadata = place.as_ref().and_then(|place| place.metadata().ok());
            let real = metadata.is_some().then(|| self.root.join(&path)).flatten();
            let real = real.and_then(|place| self.root.relative_real(&place));
            // On a disk without regard to case, a file is there by its old spelling too.
            let respelled = real.as_ref().is_some_and(|real| {
                **real != *path && self.known.contains_key(real) || is_respelled(&path, real)
            });
            match metadata {
                _ if path.is_empty() => {}
                Some(metadata) if metadata.is_dir() && !respelled => {
                    let found = if self.rules.allow(&path, true) {
                        let known = self.known.keys().filter(|known| !is_below(known, &path)).cloned();
                        walk::below(&self.root, &mut self.rules, &path, known.collect())
                    } else {
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
                    let is_new = self.known.insert(Arc::clone(&path), None).is_none();
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
        self.read(changed, cancelled, sink);
        missing
    }

    /// Takes `found` for all that is there below `folder`: what was known besides is gone, and what
    /// has another stamp than before is read.
    fn replace_below(
        &mut self,
        folder: &str,
        mut found: Vec<Arc<str>>,
        cancelled: &AtomicBool,
        sink: Sink<'_>,
    ) {
        if folder.is_empty() && self.known.is_empty() {
            // The first time: who waits for the names hears of them before they are noted here.
            let notes = found.iter().filter(|path| is_note(&self.settings, &self.limits, path));
            let notes: Vec<_> = notes.cloned().collect();
            sink(Step::Named(notes.len()));
            found.sort_unstable();
            self.known = found.into_iter().map(|path| (path, None)).collect();
            self.read(notes, cancelled, sink);
            return;
        }
        let before: BTreeMap<Arc<str>, Option<Stamp>> = if folder.is_empty() {
            std::mem::take(&mut self.known)
        } else {
            let below: Vec<_> = self.below(folder).cloned().collect();
            below.into_iter().filter_map(|path| self.known.remove_entry(&path)).collect()
        };
        let mut notes = Vec::new();
        for path in found {
            let stamp = before.get(&path).copied().flatten();
            if is_note(&self.settings, &self.limits, &path) {
                let now = stamp.and_then(|_| Some(Stamp::new(&self.root.join(&path)?.metadata().ok()?)));
                if now.is_none() || now != stamp {
                    notes.push(Arc::clone(&path));
                }
            }
            self.known.insert(path, stamp);
        }
        let gone = before.into_keys().filter(|path| !self.known.contains_key(path));
        let gone: Vec<_> = gone.map(Change::Gone).collect();
        if !gone.is_empty() {
            sink(Step::Changes(gone));
        }
        if folder.is_empty() {
            sink(Step::Named(notes.len()));
        }
        self.read(notes, cancelled, sink);
    }

    /// What is known below `folder`.
    fn below(&self, folder: &str) -> impl Iterator<Item = &Arc<str>> {
        // `0` is the character behind `/`.
        let bounds = Arc::<str>::from(format!("{folder}/"))..Arc::<str>::from(format!("{folder}0"));
        self.known.range(bounds).map(|(path, _)| path)
    }

    /// Forgets `path`, a file or a folder, and says so.
    fn drop_below(&mut self, path: &Arc<str>, sink: Sink<'_>) {
        let below: Vec<_> = self.below(path).cloned().collect();
        for below in &below {
            self.known.remove(below);
        }
        self.known.remove(path);
        sink(Step::Changes(vec![Change::Gone(Arc::clone(path))]));
    }

    /// Reads and parses `notes` on all cores.
    fn read(&mut self, notes: Vec<Arc<str>>, cancelled: &AtomicBool, sink: Sink<'_>) {
        let next = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(notes.len());
        let (this, notes) = (&*self, &notes);
        let work = || {
            let mut worker = Worker { tree: this, reader: Reader::new(), stamps: Vec::new() };
            while !cancelled.load(Ordering::Relaxed) {
                let start = next.fetch_add(BATCH, Ordering::Relaxed);
                let Some(batch) = notes.get(start..notes.len().min(start + BATCH)) else { break };
                if batch.is_empty() {
                    break;
                }
                let changes: Vec<_> = batch.iter().filter_map(|path| worker.note(path, sink)).collect();
                sink(Step::Changes(changes));
            }
            worker.stamps
        };
        let stamps: Vec<_> = match threads {
            0 => return,
            1 => work(),
            _ => std::thread::scope(|scope| {
                let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
            }),
        };
        for (path, stamp) in stamps {
            self.known.insert(path, Some(stamp));
        }
    }
}

/// One of the threads that read and parse.
struct Worker<'t> {
    tree: &'t Tree,
    reader: Reader,
    stamps: Vec<(Arc<str>, Stamp)>,
}

impl Worker<'_> {
    fn note(&mut self, path: &Arc<str>, sink: Sink<'_>) -> Option<Change> {
        let settings = &*self.tree.settings;
        let place = self.tree.root.join(path)?;
        match self.reader.read_stamped(&place, settings.max_file_size) {
            Ok((Content::Text(text), stamp)) => {
                self.stamps.push((Arc::clone(path), stamp));
                let facts = catch_unwind(AssertUnwindSafe(|| {
                    let note = syntax::parse(&text, &settings.syntax_options());
                    Facts::new(&text, &note, settings)
                }));
                if facts.is_err() {
                    sink(Step::Trouble(format!(
                        "{path} is known by its name only: reading it failed (a bug)"
                    )));
                }
                facts.ok().map(|facts| Change::Facts(Arc::clone(path), Arc::new(facts)))
            }
            Ok((Content::TooLarge(len), stamp)) => {
                self.stamps.push((Arc::clone(path), stamp));
                sink(Step::Trouble(format!(
                    "{path} is known by its name only: its {len} bytes are more than the setting max_file_size \
                     ({}) allows",
                    settings.max_file_size
                )));
                Some(Change::Note(Arc::clone(path)))
            }
            // It went while we were on our way to it.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Some(Change::Gone(Arc::clone(path)))
            }
            Err(error) => {
                sink(Step::Trouble(format!("{path} is known by its name only: {error}")));
                Some(Change::Note(Arc::clone(path)))
            }
        }
    }
}

fn is_note(settings: &Settings, limits: &Limits, path: &str) -> bool {
    settings.is_note(path.rsplit('/').next().unwrap_or(path))
        || limits.named.iter().any(|named| **named == *path)
}

fn name(settings: &Settings, limits: &Limits, path: &Arc<str>) -> Change {
    if is_note(settings, limits, path) {
        Change::Note(Arc::clone(path))
    } else {
        Change::File(Arc::clone(path))
    }
}

/// Whether `path` is `folder` or below it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || folder.is_empty() || rest.starts_with('/'))
}

fn is_respelled(path: &str, real: &str) -> bool {
    path != real && path.to_lowercase() == real.to_lowercase()
}

fn is_ignore_file(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some(".gitignore" | ".ignore"))
}

/// A vault that has been read to the end.
#[derive(Debug)]
pub struct Loaded {
    /// Its index.
    pub index: Index,
    /// Its files.
    pub texts: Arc<DiskTexts>,
    /// What is left out, each as a sentence for the user.
    pub troubles: Vec<String>,
}

/// Reads a whole vault. `progress` hears how many notes have been read, of how many; by several
/// threads.
pub fn load(
    root: &Arc<Root>,
    settings: Arc<Settings>,
    limits: Limits,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Loaded {
    let texts = Arc::new(DiskTexts::new(Arc::clone(root), settings.max_file_size));
    let (notes, files) = (DashMap::new(), DashSet::new());
    let troubles = Mutex::new(Vec::new());
    let (done, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut tree = Tree::new(Arc::clone(root), Arc::clone(&settings), limits);
    tree.scan(&AtomicBool::new(false), &|step| match step {
        Step::Named(notes) => {
            total.store(notes, Ordering::Relaxed);
            progress(0, notes);
        }
        Step::Trouble(trouble) => lock(&troubles).push(trouble),
        Step::Changes(changes) => {
            let mut read = 0;
            for change in changes {
                match change {
                    Change::Note(path) => drop(notes.insert(path, None)),
                    Change::Facts(path, facts) => {
                        read += 1;
                        notes.insert(path, Some(facts));
                    }
                    Change::File(path) => drop(files.insert(path)),
                    Change::Gone(path) => drop(notes.remove(&path)),
                }
            }
            if read > 0 {
                progress(done.fetch_add(read, Ordering::Relaxed) + read, total.load(Ordering::Relaxed));
            }
        }
    });
    let index = Index::from_scratch(settings, notes, files).with_probe(Arc::clone(&texts) as Arc<dyn Probe>);
    Loaded { index, texts, troubles: troubles.into_inner().unwrap_or_else(PoisonError::into_inner) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
