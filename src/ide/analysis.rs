use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::index::{Index, NoteId, Probe};
use crate::settings::Settings;
use crate::syntax;
use crate::text::{LineIndex, Span};

/// The text of one note with all that is read off it.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub text: Arc<str>,
    /// What it says.
    pub note: syntax::Note,
    /// Its lines.
    pub lines: LineIndex,
}

impl Document {
    /// Reads `text`.
    pub fn new(text: Arc<str>, settings: &Settings) -> Self {
        let note = syntax::parse(&text, &settings.syntax_options());
        let lines = LineIndex::new(&text);
        Self { text, note, lines }
    }

    /// `text` of which nothing is known but its lines.
    pub fn unread(text: Arc<str>) -> Self {
        let lines = LineIndex::new(&text);
        Self { text, note: syntax::Note::default(), lines }
    }

    /// The id of the video that the note's timestamps mean.
    pub fn video(&self) -> Option<&str> {
        let video = self.note.front_matter.as_ref()?.video.as_ref()?;
        Some(&*video.text).filter(|id| !id.is_empty())
    }
}

/// The files of a vault as the features see them; the disk, or [`MemoryTexts`] in tests. Paths are
/// relative to the vault, with `/`.
pub trait Texts: Probe {
    /// The text of a file; `None` where it cannot be read. Bytes that are not UTF-8 become U+FFFD.
    fn read(&self, path: &str) -> Option<Arc<str>>;

    /// The URI of a file, for links in hovers.
    fn uri(&self, path: &str) -> String;

    /// Whether a file may be made at `path`: nothing is there, and no folder on the way leads out of
    /// the vault.
    fn creatable(&self, path: &str) -> bool;
}

/// A vault in memory, for tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryTexts(pub BTreeMap<String, Arc<str>>);

impl Probe for MemoryTexts {
    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        self.0.range(folder.clone()..).next().is_some_and(|(first, _)| first.starts_with(&folder))
    }
}

impl Texts for MemoryTexts {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.get(path).cloned()
    }

    fn uri(&self, path: &str) -> String {
        format!("file:///vault/{path}")
    }

    fn creatable(&self, path: &str) -> bool {
        !self.exists(path)
    }
}

/// A request was cancelled; its work stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

/// A place in a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The note.
    pub note: NoteId,
    /// Its bytes.
    pub span: Span,
}

/// Where the user is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// The note.
    pub note: NoteId,
    /// The byte that the cursor stands before.
    pub offset: usize,
}

/// One consistent state of one vault: the index, the open notes, the files behind it.
#[derive(Clone)]
pub struct Analysis {
    /// Names, links, citations.
    pub index: Index,
    /// Whether every note has been read: before that, nothing may be called missing.
    pub complete: bool,
    /// Notes in the order in which they were opened, last first; for ranking.
    pub recent: Arc<[NoteId]>,
    open: imbl::OrdMap<NoteId, Arc<Document>>,
    texts: Arc<dyn Texts>,
    cancelled: Arc<AtomicBool>,
}

impl fmt::Debug for Analysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Analysis").field("notes", &self.index.len()).field("open", &self.open.len()).finish()
    }
}

impl Analysis {
    /// A state with these open notes over these files.
    pub fn new(index: Index, open: imbl::OrdMap<NoteId, Arc<Document>>, texts: Arc<dyn Texts>) -> Self {
        let index = index.with_probe(Arc::<dyn Texts>::clone(&texts));
        Self { index, complete: true, recent: Arc::from([]), open, texts, cancelled: Arc::default() }
    }

    /// The settings of the vault.
    pub fn settings(&self) -> &Settings {
        self.index.settings()
    }

    /// The files behind it.
    pub fn texts(&self) -> &dyn Texts {
        &*self.texts
    }

    /// A note with its text: the open buffer, else what the file holds now. `None` where the file
    /// is gone, cannot be read or is too large.
    pub fn document(&self, note: NoteId) -> Option<Arc<Document>> {
        if let Some(open) = self.open.get(&note) {
            return Some(Arc::clone(open));
        }
        let text = self.texts.read(self.index.path(note))?;
        Some(Arc::new(Document::new(text, self.settings())))
    }

    /// The text of a note alone, as [`Self::document`] has it.
    pub fn text(&self, note: NoteId) -> Option<Arc<str>> {
        match self.open.get(&note) {
            Some(open) => Some(Arc::clone(&open.text)),
            None => self.texts.read(self.index.path(note)),
        }
    }

    /// Whether the note is open in an editor.
    pub fn is_open(&self, note: NoteId) -> bool {
        self.open.contains_key(&note)
    }

    /// The flag that stops the work on this state when the request behind it is cancelled.
    pub fn cancel_flag(&self) -> &Arc<AtomicBool> {
        &self.cancelled
    }

    /// The same state with a cancel flag of its own.
    pub fn with_cancel_flag(&self, cancelled: Arc<AtomicBool>) -> Self {
        Self { cancelled, ..self.clone() }
    }

    /// Long loops ask this now and then.
    ///
    /// # Errors
    /// When the request was cancelled.
    pub fn check_cancelled(&self) -> Result<(), Cancelled> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }
}
