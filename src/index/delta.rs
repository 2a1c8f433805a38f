//! What changes of a vault are, and which notes see them.
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::name::Key;
use super::store::file_key;
use super::{Facts, Index, NoteId};

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

/// What changed that other notes can see.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// Keys of names that came, went or changed.
    pub(super) names: FxHashSet<Key>,
    /// Keys of names of notes whose headings or blocks changed.
    pub(super) anchors: FxHashSet<Key>,
    /// Keys of files that are no notes, and of folders, that came or went.
    pub(super) files: FxHashSet<Key>,
}

impl Delta {
    /// Adds what another change changed.
    pub fn merge(&mut self, other: Delta) {
        self.names.extend(other.names);
        self.anchors.extend(other.anchors);
        self.files.extend(other.files);
    }

    /// Whether nothing changed that another note can see.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.anchors.is_empty() && self.files.is_empty()
    }

    /// Whether a diagnostic of `note` may come out differently now: it shares a name with what
    /// changed, or has a link that does.
    pub fn touches(&self, index: &Index, note: NoteId) -> bool {
        if self.is_empty() {
            return false;
        }
        let Some(entry) = index.entry(note) else { return false };
        if entry.name_keys().iter().any(|key| self.names.contains(key)) {
            return true;
        }
        let Some(facts) = &entry.facts else { return false };
        let file_keys = |target: usize, text: &str| {
            let wanted = facts.wanted_by(target);
            let last = |path: &str| file_key(path.trim_end_matches('/'));
            let others = [wanted.written.as_deref().map(last), wanted.shortened().map(last)];
            [Some(last(text))].into_iter().chain(others).flatten()
        };
        facts.targets().any(|(target, text, keys)| {
            keys.iter().any(|key| self.names.contains(&key) || self.anchors.contains(&key))
                || !self.files.is_empty() && file_keys(target, text).any(|key| self.files.contains(&key))
        })
    }
}
