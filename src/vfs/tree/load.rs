//! The first reading of a vault: what an earlier run has kept is taken over, the rest is read, and an index is built
//! of all at once.
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::super::cache::{self, CacheFile};
use super::super::read::Stamp;
use super::super::{Cache, CacheUse, DiskTexts, Limits, Root};
use super::{Sink, Step, Tree, lock, on_threads};
use crate::index::{Change, Facts, Index};
use crate::settings::Settings;
use crate::text::VaultPath;

/// What a first reading had of the cache, and would have in it.
#[derive(Default)]
pub(super) struct Cached {
    /// Notes that the cache had.
    of: usize,
    /// Those of them that were taken from it.
    taken: usize,
    /// When the reading began.
    began: Option<SystemTime>,
    /// What it found, until that is kept.
    found: Option<Index>,
}

impl Tree {
    /// Reads the vault for the first time. Instead of changes, `sink` is given whole indexes, which this thread
    /// builds by sorting: one with the names, before [`Step::Named`], one with a quarter of the contents
    /// where there are many, and at the end one with all. So whoever keeps the vault files nothing by itself.
    pub fn load(&mut self, cancelled: &AtomicBool, sink: Sink<'_>) {
        if !self.known.is_empty() {
            return self.scan(cancelled, sink);
        }
        self.cached = Cached { began: Some(SystemTime::now()), ..Cached::default() };
        let gathered = Gathered::new(Arc::clone(&self.settings));
        self.scan(cancelled, &|step| match step {
            Step::Changes(changes) => {
                let (read, is_due) = gathered.add(changes);
                if read > 0 {
                    sink(Step::Read(read));
                }
                if is_due {
                    sink(Step::Index(Box::new(gathered.index())));
                }
            }
            Step::Named(notes) => {
                sink(Step::Index(Box::new(gathered.name(notes))));
                sink(Step::Named(notes));
            }
            step => sink(step),
        });
        if !cancelled.load(Ordering::Relaxed) {
            let index = gathered.into_index();
            self.cached.found = self.cache.is_some().then(|| index.clone());
            sink(Step::Index(Box::new(index)));
        }
    }

    /// Keeps what a [first reading](Self::load) has found for the next run, where enough of it is news to the cache.
    /// Whoever waits for the vault need not wait for that; but whatever is read of it later is too late.
    pub fn keep(&mut self) -> CacheUse {
        let Cached { of, taken, began, found } = std::mem::take(&mut self.cached);
        let (Some(file), Some(index), Some(began)) = (&self.cache, found, began) else {
            return CacheUse::Off;
        };
        let read: Vec<_> = index.notes().filter(|&note| index.facts(note).is_some()).collect();
        if read.len() < cache::FEWEST_NOTES {
            return CacheUse::Small;
        }
        let outcome = CacheUse::Read { place: file.place().to_owned(), taken, of: read.len() };
        let wrong = read.len().abs_diff(taken) + of.abs_diff(taken);
        if wrong <= cache::FEW_NOTES + read.len() / cache::SHARE {
            return outcome;
        }
        let notes = read.into_iter().filter_map(|note| {
            let path = index.path(note);
            let stamp = self.known.get(path).copied().flatten()?;
            let metadata = self.root.join(path)?.metadata().ok()?;
            let is_settled = metadata.modified().ok()?.checked_add(cache::FRESH).is_some_and(|at| at < began);
            (is_settled && Stamp::new(&metadata) == stamp).then_some((path, stamp.get(), index.facts(note)?))
        });
        file.write(notes).map_or_else(
            |error| CacheUse::Unwritable(format!("cannot write {}: {error}", file.place().display())),
            |()| outcome,
        )
    }

    /// Takes over what the cache has of `notes`, which are in order, as far as their files are as they were then.
    /// Returns the others.
    pub(super) fn take_cached(
        &mut self,
        notes: Vec<VaultPath>,
        cancelled: &AtomicBool,
        sink: Sink<'_>,
    ) -> Vec<VaultPath> {
        if notes.len() < cache::FEWEST_NOTES {
            return notes;
        }
        let Some(blocks) = self.cache.as_ref().and_then(CacheFile::read) else { return notes };
        let root = &self.root;
        let as_it_was = |kept: &cache::Kept<'_>| {
            let note = notes.binary_search_by(|note| (**note).cmp(kept.path)).ok()?;
            let stamp = Stamp::new(&root.join(kept.path)?.metadata().ok()?);
            (stamp.get() == kept.stamp).then_some((note, stamp))
        };
        let work = || {
            let (mut of, mut taken, mut frame) = (0, Vec::new(), Vec::new());
            while !cancelled.load(Ordering::Relaxed) && blocks.next(&mut frame).is_some() {
                let block = cache::block(&frame);
                let (mut packed, mut parts) = (Vec::with_capacity(block.facts.len()), Vec::new());
                let (mut found, mut rest) = (Vec::new(), block.facts);
                of += block.notes.len();
                for kept in &block.notes {
                    let length =
                        kept.parts.iter().fold(0, |sum: usize, &part| sum.saturating_add(part as usize));
                    let Some((facts, behind)) = rest.split_at_checked(length) else { break };
                    rest = behind;
                    if let Some(note) = as_it_was(kept) {
                        packed.extend_from_slice(facts);
                        parts.push(kept.parts);
                        found.push(note);
                    }
                }
                taken.extend(found.into_iter().zip(Facts::unpack(packed, parts)));
            }
            (of, taken)
        };
        let mut changes = Vec::new();
        let mut is_taken = vec![false; notes.len()];
        for (of, taken) in on_threads(usize::MAX, work) {
            self.cached.of += of;
            for ((note, stamp), facts) in taken {
                let (Some(path), Some(is_taken)) = (notes.get(note), is_taken.get_mut(note)) else {
                    continue;
                };
                if !std::mem::replace(is_taken, true) {
                    self.known.insert(path.clone(), Some(stamp));
                    changes.push(Change::Facts(path.clone(), facts));
                }
            }
        }
        self.cached.taken = changes.len();
        if !changes.is_empty() {
            sink(Step::Changes(changes));
        }
        let others = notes.into_iter().zip(is_taken).filter(|(_, is_taken)| !is_taken);
        others.map(|(note, _)| note).collect()
    }
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
    /// What was kept of an earlier run.
    pub cache: CacheUse,
    /// What the disk showed, to be looked at again.
    pub tree: Tree,
}

/// Reads a whole vault. `progress` hears how many notes have been read, of how many; by several
/// threads.
pub fn load(
    root: &Arc<Root>,
    settings: Arc<Settings>,
    limits: Limits,
    cache: &Cache,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Loaded {
    let texts = Arc::new(DiskTexts::new(Arc::clone(root), settings.max_file_size));
    let troubles = Mutex::new(Vec::new());
    let index = Mutex::new(Index::new(Arc::clone(&settings)));
    let (done, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut tree = Tree::new(Arc::clone(root), settings, limits).with_cache(cache);
    tree.load(&AtomicBool::new(false), &|step| match step {
        Step::Named(notes) => {
            total.store(notes, Ordering::Relaxed);
            progress(0, notes);
        }
        Step::Trouble(trouble) => lock(&troubles).push(trouble),
        Step::Index(known) => *lock(&index) = *known,
        Step::Read(read) => {
            progress(done.fetch_add(read, Ordering::Relaxed) + read, total.load(Ordering::Relaxed));
        }
        Step::Changes(_) => {}
    });
    let cache = tree.keep();
    let index = index.into_inner().unwrap_or_else(PoisonError::into_inner);
    let troubles = troubles.into_inner().unwrap_or_else(PoisonError::into_inner);
    Loaded { index, texts, troubles, cache, tree }
}

/// What a first reading has brought so far.
struct Gathered {
    settings: Arc<Settings>,
    /// Names, and later what became of notes that could not be read.
    changes: Mutex<Vec<Change>>,
    contents: Mutex<Vec<(VaultPath, Facts)>>,
    /// The index with the names, and how many notes will be read.
    named: Mutex<(Index, usize)>,
}

/// A first reading of fewer notes is over too soon for an index of a part of them.
const MANY: usize = if cfg!(test) { 40 } else { 32_768 };

/// So many at once come from the cache, and the rest comes soon: no thread that reads has as many in a
/// [`BLOCK`](super::BLOCK).
const MOST_READ: usize = 8192;

impl Gathered {
    fn new(settings: Arc<Settings>) -> Self {
        let named = Mutex::new((Index::new(Arc::clone(&settings)), 0));
        Self { settings, changes: Mutex::default(), contents: Mutex::default(), named }
    }

    /// Takes changes in. Returns how many notes have been read with them, and whether that makes it worth an
    /// index: at a quarter of many.
    fn add(&self, changes: Vec<Change>) -> (usize, bool) {
        let (mut others, mut read) = (Vec::new(), Vec::new());
        for change in changes {
            match change {
                Change::Facts(path, facts) => read.push((path, facts)),
                change => others.push(change),
            }
        }
        lock(&self.changes).extend(others);
        let count = read.len();
        if count == 0 {
            return (0, false);
        }
        let total = lock(&self.named).1;
        let mut contents = lock(&self.contents);
        let before = contents.len();
        contents.extend(read);
        let is_due = total >= MANY && before < total / 4 && before + count >= total / 4;
        (count, is_due && count <= MOST_READ)
    }

    /// All names are there, and `total` notes will be read.
    fn name(&self, total: usize) -> Index {
        let (mut notes, mut files) = (Vec::new(), Vec::new());
        for change in lock(&self.changes).drain(..) {
            match change {
                Change::File(path) => files.push(path),
                Change::Note(path) => notes.push((path, None)),
                Change::Facts(..) | Change::Gone(_) => {}
            }
        }
        let index = Index::from_scratch(Arc::clone(&self.settings), notes, files);
        *lock(&self.named) = (index.clone(), total);
        index
    }

    /// What is known by now.
    fn index(&self) -> Index {
        let names = lock(&self.named).0.clone();
        // A copy, since reading goes on meanwhile.
        let contents = lock(&self.contents).clone();
        names.with_contents(contents)
    }

    /// What is known at the end.
    fn into_index(self) -> Index {
        fn whole<T>(mutex: Mutex<T>) -> T {
            mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
        }
        let (names, _) = whole(self.named);
        let mut index = names.with_contents(whole(self.contents));
        index.apply_all(whole(self.changes));
        index
    }
}
