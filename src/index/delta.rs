//! What changes of a vault are, and which notes see them.

use rustc_hash::FxHashSet;

use super::facts::video_key;
use super::name::{Key, Slug};
use super::refers::TargetFact;
use super::store::{file_key, sidecar_keys};
use super::{Facts, Index, NoteId, Wanted};
use crate::settings::Settings;
use crate::text::{PathText, VaultPath};

/// What happened to a vault. Paths are relative to the vault, with `/`.
#[derive(Clone, Debug)]
pub enum Change {
    /// A note is there; what it holds is not known yet (or no longer).
    Note(VaultPath),
    /// A note is there and holds this.
    Facts(VaultPath, Facts),
    /// A file that is no note is there.
    File(VaultPath),
    /// A note or file is gone; of a folder, everything below it. Of a path that is not known, as that of an
    /// ignored file: it may have come, changed or gone.
    Gone(VaultPath),
}

#[cfg(test)]
impl Change {
    /// The note at `path` holds `text`.
    pub(super) fn note(path: &str, text: &str) -> Self {
        Self::Facts(path.into(), Facts::of_text(text))
    }
}

/// What changed that other notes can see.
#[derive(Clone, Debug, Default)]
pub struct Delta {
    /// Keys of names that came, went or changed.
    pub(super) names: FxHashSet<Key>,
    /// Keys of names of notes whose headings or blocks changed.
    pub(super) anchors: FxHashSet<Key>,
    /// Keys of files that are no notes, and of folders, that came or went.
    files: FxHashSet<Key>,
    /// Their names.
    file_names: Vec<VaultPath>,
    /// Whether a note says something else than before: it may link to others.
    pub(super) says_else: bool,
    /// Keys of the videos whose captions or metadata may have changed, or how far notes cite them.
    videos: FxHashSet<Key>,
}

impl Delta {
    /// Adds what another change changed.
    pub fn merge(&mut self, other: Delta) {
        self.names.extend(other.names);
        self.anchors.extend(other.anchors);
        self.files.extend(other.files);
        self.file_names.extend(other.file_names);
        self.videos.extend(other.videos);
        self.says_else |= other.says_else;
    }

    /// Whether another note may have other backlinks.
    pub fn touches_backlinks(&self) -> bool {
        self.says_else || !self.is_empty()
    }

    /// Whether nothing changed that another note can see.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.anchors.is_empty() && self.files.is_empty() && self.videos.is_empty()
    }

    /// Whether names of notes came, went or changed.
    pub fn changes_names(&self) -> bool {
        !self.names.is_empty()
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
        if !self.videos.is_empty()
            && facts.video().is_some_and(|own| self.videos.contains(&video_key(own.id)))
        {
            return true;
        }
        facts.targets().any(|target| self.concerns(target, &index.settings))
    }

    /// Whether links with a target may lead elsewhere now.
    fn concerns(&self, target: TargetFact, settings: &Settings) -> bool {
        let is_named = |key: Key| self.names.contains(&key) || self.anchors.contains(&key);
        target.may_be_filed(is_named) && target.filed(settings).any(|(key, _)| is_named(key))
            || !self.files.is_empty() && target.file_keys().any(|key| self.files.contains(&key))
    }

    /// What the links of a note say of the places they lead to, each once, with its [`super::LinkFact::number`]; only
    /// of those that may lead elsewhere now, if not of `all`.
    pub fn targets<'f>(
        &self,
        index: &Index,
        facts: &'f Facts,
        all: bool,
    ) -> impl Iterator<Item = (usize, Wanted<'f>)> {
        let targets = facts.targets().enumerate();
        let targets = targets.filter(move |(_, target)| all || self.concerns(*target, &index.settings));
        targets.map(|(number, target)| (number, target.wanted()))
    }

    /// The notes of which [`Self::touches`] is true: found by what they are filed under, so that the work
    /// follows their number, and not that of the vault.
    pub fn dependents(&self, index: &Index) -> FxHashSet<NoteId> {
        self.candidates(index).filter(|&note| self.touches(index, note)).collect()
    }

    /// Those of `notes` of which [`Self::touches`] is true; the work follows the fewer of them and of the
    /// dependents.
    pub fn dependents_among(&self, index: &Index, notes: &FxHashSet<NoteId>) -> FxHashSet<NoteId> {
        let some: Vec<_> = self.candidates(index).take(notes.len() + 1).collect();
        let are_all = some.len() <= notes.len();
        let touched = |note: &NoteId| self.touches(index, *note);
        if are_all {
            some.into_iter().filter(|note| notes.contains(note) && touched(note)).collect()
        } else {
            notes.iter().copied().filter(touched).collect()
        }
    }

    /// All dependents, some more than once, and few others.
    fn candidates<'d>(&'d self, index: &'d Index) -> impl Iterator<Item = NoteId> + 'd {
        let named = self.names.iter().flat_map(|&key| index.named(key));
        // A file is filed by its name alone, links by the slug of theirs, or by both.
        let of_file = |name: &'d VaultPath| {
            let stem = index.settings.note_stem(name).unwrap_or(name);
            [Slug::of(name).key(), Slug::of(stem).key(), file_key(name)]
        };
        let files = self.file_names.iter().flat_map(of_file);
        let keys = self.names.iter().chain(&self.anchors).copied().chain(files);
        let citing = self.videos.iter().flat_map(|&key| index.filed(&index.videos, key));
        let named = named.chain(citing);
        named.chain(keys.flat_map(|key| index.cancel.over(index.links.with_key(key))).map(|link| link.note))
    }

    /// Notes that a file may be of another content now, if it can be a sidecar.
    pub(super) fn sidecar(&mut self, path: &str) {
        self.videos.extend(sidecar_keys(path));
    }

    /// Notes that videos are cited further or less far than before.
    pub(super) fn cited(&mut self, videos: impl Iterator<Item = Key>) {
        self.videos.extend(videos);
    }

    /// Notes that a file came or went, and the folders around it.
    pub(super) fn file(&mut self, path: &str) {
        self.sidecar(path);
        path.segments().for_each(|name| self.file_called(name));
    }

    /// Notes that the folder at `path` came or went.
    pub(super) fn folder(&mut self, path: &str) {
        self.file_called(path.file_name());
    }

    fn file_called(&mut self, name: &str) {
        if self.files.insert(file_key(name)) {
            self.file_names.push(name.into());
        }
    }
}
