//! A vault as a whole, for whoever serves one: the server, the command line, tests, other programs.
//!
//! A [`Vault`] is the index of the notes, those that are open, the files behind them and the settings, kept
//! up to date by [`open`](Vault::open), [`edit`](Vault::edit), [`close`](Vault::close) and what the disk
//! shows ([`apply`](Vault::apply)). A [`snapshot`](Vault::snapshot) is what the features of
//! [`ide`](crate::ide) are asked about. A [`Folder`] is where it is on the disk: it is read at once
//! ([`Folder::load`]), or by a thread that follows the disk from then on ([`Disk`]); a [`Watch`] is a vault
//! that such a thread keeps up to date.
//! Absent from this layer: how a feature works, the protocol.

mod disk;
mod folder;
mod watch;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use self::disk::{Disk, DiskEvent, Watching};
pub use self::folder::{Folder, Loaded};
pub use self::watch::Watch;
use crate::ide::{Analysis, Document, Library, MemoryTexts, MentionCounts, NearNames, Search, Texts};
use crate::index::{Change, Delta, Facts, Index, Mentions, MentionsSlot, NoteId};
use crate::settings::Settings;
use crate::text::{Buffer, Edit, EditError, Encoding, PathText, VaultPath};
#[doc(inline)]
pub use crate::vfs::{Cache, CacheUse, Config, Depth, Limits, Root, RootError, Step};

/// How many notes count as recently opened.
const RECENT: usize = 50;

/// The state of one vault. A clone is another vault with the same contents, and costs nothing.
#[derive(Clone)]
pub struct Vault {
    index: Index,
    open: imbl::OrdMap<NoteId, Arc<Document>>,
    /// Open notes by path, last opened first.
    recent: Vec<VaultPath>,
    texts: Arc<dyn Texts>,
    library: Arc<Library>,
    complete: bool,
    mentions: MentionsSlot,
    near: NearNames,
    mention_counts: MentionCounts,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("notes", &self.index.len()).field("open", &self.open.len()).finish()
    }
}

impl Vault {
    /// A vault of which nothing is known yet, over these files.
    pub fn new(settings: Arc<Settings>, texts: Arc<dyn Texts>) -> Self {
        Self::of(Index::new(settings), texts, false)
    }

    /// A vault whose files are all in memory.
    pub fn in_memory(settings: Settings, files: MemoryTexts) -> Self {
        let settings = Arc::new(settings);
        let (mut notes, mut others) = (Vec::new(), Vec::new());
        for (path, text) in &files.0 {
            let path = VaultPath::from(path.as_str());
            if settings.is_note(path.file_name()) {
                let (_, facts) = read(Arc::clone(text), &settings);
                notes.push((path, Some(facts)));
            } else {
                others.push(path);
            }
        }
        Self::of(Index::from_scratch(settings, notes, others), Arc::new(files), true)
    }

    fn of(index: Index, texts: Arc<dyn Texts>, complete: bool) -> Self {
        let (open, recent, mentions) = (imbl::OrdMap::new(), Vec::new(), MentionsSlot::default());
        let (library, near, mention_counts) =
            (Arc::default(), NearNames::default(), MentionCounts::default());
        Self { index, open, recent, texts, library, complete, mentions, near, mention_counts }
    }

    /// Forgets all but which notes were opened last, to be read anew: with these settings, over these files.
    pub fn reset(&mut self, settings: Arc<Settings>, texts: Arc<dyn Texts>) {
        let (recent, library) = (std::mem::take(&mut self.recent), Arc::clone(&self.library));
        let near = NearNames::new(self.near.search());
        *self = Self { recent, library, near, ..Self::new(settings, texts) };
    }

    /// Names, links, citations.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The settings that hold.
    pub fn settings(&self) -> &Arc<Settings> {
        self.index.settings()
    }

    /// Has other settings hold, under which the vault [is read alike](Settings::reads_like).
    pub fn set_settings(&mut self, settings: Arc<Settings>) {
        self.index.set_settings(settings);
    }

    /// Whether every note has been read: before that, nothing is called missing.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Says whether every note has been read.
    pub fn set_complete(&mut self, complete: bool) {
        self.complete = complete;
    }

    /// The state as it is now. It stays as it is.
    pub fn snapshot(&self) -> Analysis {
        let analysis = Analysis::new(self.index.clone(), self.open.clone(), Arc::clone(&self.texts));
        let mut analysis = analysis.with_mentions(self.mentions.clone()).with_near_names(self.near.clone());
        analysis.complete = self.complete;
        analysis.library = Arc::clone(&self.library);
        analysis.mention_counts = self.mention_counts.clone();
        analysis.recent = self.recent.iter().filter_map(|path| self.index.note(path)).collect();
        analysis
    }

    /// What finds names of notes in plain text.
    pub fn mentions(&self) -> &MentionsSlot {
        &self.mentions
    }

    /// Takes over what was made of [`Self::index`] to find names in plain text.
    pub fn set_mentions(&mut self, mentions: Option<Arc<Mentions>>) {
        self.mentions.set(mentions);
    }

    /// Makes what finds names of notes in plain text, as they are now: takes time and memory with the vault.
    /// Without it there are no unlinked mentions.
    pub fn find_mentions(&mut self) {
        self.mentions.set(Mentions::of(&self.index).map(Arc::new));
    }

    /// What is known of names that no note has: whether they are near to one that some note has.
    pub fn near_names(&self) -> &NearNames {
        &self.near
    }

    /// Says how that is found; it is not where nobody says so.
    pub fn search_near_names(&mut self, search: Search) {
        self.near = NearNames::new(search);
    }

    /// Takes over how often notes are mentioned without a link.
    pub fn set_mention_counts(&mut self, counts: MentionCounts) {
        self.mention_counts = counts;
    }

    /// The captions and metadata that have been read.
    pub fn library(&self) -> &Library {
        &self.library
    }

    // --- open notes

    /// The note at `path`, which need not be there, is open and holds `text`, whatever its file does.
    pub fn open(&mut self, path: &str, text: &str) -> Delta {
        let path = VaultPath::from(path);
        self.opened(&path);
        self.read_open(&path, text)
    }

    /// Changes the text of a note. One that is not open is opened with what its file holds. Returns what
    /// the edits mean for others; all of them, or none, are made.
    ///
    /// # Errors
    /// When an edit ends before it starts.
    pub fn edit(&mut self, path: &str, edits: &[Edit], encoding: Encoding) -> Result<Delta, EditError> {
        let open = self.document(path).map(|document| Arc::clone(&document.text));
        let text = open.or_else(|| self.texts.read(path));
        let mut buffer = Buffer::new(text.as_deref().unwrap_or_default());
        for edit in edits {
            buffer.apply(edit, encoding)?;
        }
        Ok(self.read_open(&VaultPath::from(path), &buffer.to_string()))
    }

    /// The note at `path` is open no longer: it is what its file holds.
    pub fn close(&mut self, path: &str) -> Delta {
        self.drop_open(path);
        let (path, settings) = (VaultPath::from(path), Arc::clone(self.settings()));
        let mut delta = Delta::default();
        let (is_there, is_note) = (self.texts.exists(&path), settings.is_note(path.file_name()));
        if !is_there || !is_note {
            delta.merge(self.index.apply(Change::Gone(path.clone())));
        }
        if is_there {
            let text = self.texts.read(&path).filter(|_| is_note);
            delta.merge(self.index.apply(match text {
                Some(text) => Change::Facts(path, read(text, &settings).1),
                None if is_note => Change::Note(path),
                None => Change::File(path),
            }));
        }
        delta
    }

    fn read_open(&mut self, path: &VaultPath, text: &str) -> Delta {
        let (document, facts) = read(text.into(), self.settings());
        self.put(path, Arc::new(document), facts)
    }

    /// An open note has this text now: [`open`](Self::open) and [`edit`](Self::edit) for who reads texts
    /// elsewhere.
    pub fn put(&mut self, path: &VaultPath, document: Arc<Document>, facts: Facts) -> Delta {
        let delta = self.index.apply(Change::Facts(path.clone(), facts));
        self.names_may_differ(&delta);
        if let Some(note) = self.index.note(path) {
            self.open.insert(note, document);
        }
        delta
    }

    /// The state as it would be with this text of an open note.
    pub fn snapshot_with(&self, path: &VaultPath, document: Arc<Document>, facts: Facts) -> Analysis {
        let mut other = self.clone();
        other.put(path, document, facts);
        other.snapshot()
    }

    /// The open note at `path`, as it was last read.
    pub fn document(&self, path: &str) -> Option<Arc<Document>> {
        self.open.get(&self.index.note(path)?).cloned()
    }

    /// A note was opened, for the ranking.
    pub fn opened(&mut self, path: &VaultPath) {
        self.recent.retain(|recent| recent != path);
        self.recent.insert(0, path.clone());
        self.recent.truncate(RECENT);
    }

    /// [`close`](Self::close) for who looks at the file elsewhere: what the note holds stays known until
    /// that is [applied](Self::apply).
    pub fn drop_open(&mut self, path: &str) {
        if let Some(note) = self.index.note(path) {
            self.open.remove(&note);
        }
    }

    /// Whether a note is open.
    pub fn is_open(&self, path: &str) -> bool {
        self.index.note(path).is_some_and(|note| self.open.contains_key(&note))
    }

    /// The open notes with their texts, last opened last.
    pub fn open_notes(&self) -> Vec<(VaultPath, Arc<str>)> {
        let since = |path: &str| self.recent.iter().position(|recent| **recent == *path);
        let mut open: Vec<_> = self
            .open
            .iter()
            .map(|(&note, document)| (VaultPath::from(self.index.path(note)), Arc::clone(&document.text)))
            .collect();
        open.sort_by_key(|(path, _)| std::cmp::Reverse(since(path)));
        open
    }

    // --- the disk

    /// Takes over all that the first reading of the disk has shown by now, but for the notes that are open.
    /// Whatever was said of a note before may be different. The settings stay: they may have changed since the
    /// reading began.
    pub fn adopt(&mut self, index: Index) {
        let open = self.take_open_within("");
        let settings = Arc::clone(self.settings());
        self.index = index;
        self.index.set_settings(settings);
        for (path, document, facts) in open {
            self.put(&path, document, facts);
        }
    }

    /// Takes over what the disk shows, but for the notes that are open.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) -> Delta {
        let (mut delta, mut together) = (Delta::default(), Vec::new());
        for change in changes {
            match &change {
                Change::Note(path) | Change::File(path) | Change::Facts(path, _) if self.is_open(path) => {}
                Change::Gone(path) if self.open_within(path).next().is_some() => {
                    delta.merge(self.index.apply_all(together.drain(..)));
                    // What is open stays a note. Ids end with their notes: they are not to be found again.
                    let open = self.take_open_within(path);
                    delta.merge(self.index.apply(change));
                    for (path, document, facts) in open {
                        delta.merge(self.put(&path, document, facts));
                    }
                }
                _ => together.push(change),
            }
        }
        delta.merge(self.index.apply_all(together));
        self.names_may_differ(&delta);
        delta
    }

    /// Who finds near names later says when.
    fn names_may_differ(&self, delta: &Delta) {
        if delta.changes_names() && self.near.search() == Search::AtOnce {
            self.near.names_changed();
        }
    }

    /// The open notes at `path` or below it.
    fn open_within(&self, path: &str) -> impl Iterator<Item = NoteId> {
        self.open.keys().copied().filter(move |&note| self.index.path(note).is_within(path))
    }

    /// Takes out the open notes at `path` or below it.
    fn take_open_within(&mut self, path: &str) -> Vec<(VaultPath, Arc<Document>, Facts)> {
        let notes: Vec<_> = self.open_within(path).collect();
        notes
            .into_iter()
            .filter_map(|note| {
                let document = self.open.remove(&note)?;
                let facts = self.index.facts(note)?;
                Some((VaultPath::from(self.index.path(note)), document, facts.clone()))
            })
            .collect()
    }
}

/// Reads a text.
fn read(text: Arc<str>, settings: &Settings) -> (Document, Facts) {
    let document = Document::new(text, settings);
    let facts = Facts::new(&document.text, &document.note, settings);
    (document, facts)
}
