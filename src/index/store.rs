use std::sync::Arc;

use super::Facts;
use crate::settings::Settings;

/// A note of one vault; stays the same while the note keeps its path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NoteId(pub(super) u32);

/// What happened to a vault. Paths are relative to the vault, with `/`.
#[derive(Clone, Debug)]
pub enum Change {
    /// A note is there; what it holds is not known yet (or no longer).
    Note(Arc<str>),
    /// A note is there and holds this.
    Facts(Arc<str>, Arc<Facts>),
    /// A file that is no note is there.
    File(Arc<str>),
    /// A note or file is gone; of a folder, everything below it.
    Gone(Arc<str>),
}

/// What a change changed beyond the notes it names.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    // opaque: see `touches`
}

impl Delta {
    /// Adds what another change changed.
    pub fn merge(&mut self, other: Delta) {
        let _ = other;
    }

    /// Whether a diagnostic of `note` may come out differently now.
    pub fn touches(&self, index: &Index, note: NoteId) -> bool {
        let _ = (index, note);
        true
    }
}

/// A link to a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Backlink {
    /// The note that holds the link.
    pub from: NoteId,
    /// Index into its [`Facts::links`].
    pub link: usize,
}

/// The notes, names, links and citations of one vault. Cloning gives a snapshot.
#[derive(Clone, Debug)]
pub struct Index {
    settings: Arc<Settings>,
}

impl Index {
    /// An empty vault.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    /// A vault from nothing: what [`Self::apply`] must be equal to, whatever came before.
    pub fn from_scratch(settings: Arc<Settings>, changes: impl IntoIterator<Item = Change>) -> Self {
        let mut index = Self::new(settings);
        for change in changes {
            index.apply(change);
        }
        index
    }

    /// Takes one change over.
    pub fn apply(&mut self, change: Change) -> Delta {
        let _ = (change, &self.settings);
        Delta::default()
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Number of notes.
    pub fn len(&self) -> usize {
        0
    }

    /// Whether there is no note.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every note, by path.
    pub fn notes(&self) -> impl Iterator<Item = NoteId> + '_ {
        std::iter::empty()
    }

    /// Every file that is no note, by path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<str>> + '_ {
        std::iter::empty()
    }

    /// The note at `path`.
    pub fn note(&self, path: &str) -> Option<NoteId> {
        let _ = path;
        None
    }

    /// The path of a note, relative to the vault; empty for a note that is gone.
    pub fn path(&self, note: NoteId) -> &str {
        let _ = note;
        ""
    }

    /// The file stem of a note.
    pub fn stem(&self, note: NoteId) -> &str {
        let _ = note;
        ""
    }

    /// What a note holds; `None` while it has not been read.
    pub fn facts(&self, note: NoteId) -> Option<&Arc<Facts>> {
        let _ = note;
        None
    }

    /// The title of a note, else its stem.
    pub fn title(&self, note: NoteId) -> &str {
        self.facts(note).and_then(|facts| facts.title.as_deref()).unwrap_or_else(|| self.stem(note))
    }

    /// All links that lead to `note`, its own included, by note and place.
    pub fn backlinks(&self, note: NoteId) -> Vec<Backlink> {
        let _ = note;
        Vec::new()
    }

    /// How often `note` is linked, about: the number of notes with a link that has its name, counted
    /// up to `most`. For ranking.
    pub fn weight(&self, note: NoteId, most: usize) -> usize {
        let _ = (note, most);
        0
    }

    /// The notes whose video is `video`, by path.
    pub fn citing(&self, video: &str) -> Vec<NoteId> {
        let _ = video;
        Vec::new()
    }

    /// The notes with a markdown link to `video`, by path.
    pub fn linking_video(&self, video: &str) -> Vec<NoteId> {
        let _ = video;
        Vec::new()
    }

    /// Names that links use and no note has: the target as written most, and the number of notes
    /// that use it.
    pub fn wanted(&self) -> Vec<(String, usize)> {
        Vec::new()
    }
}
