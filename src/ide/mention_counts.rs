//! How often each note is mentioned in others without a link: kept note by note, so that a hover can tell without reading
//! a text. [`mentions_of`](super::mentions_of) finds them from nothing.
use std::sync::Arc;

use super::Analysis;
use super::mentions::mentions;
use crate::index::NoteId;
use crate::text::{Span, VaultPath};

/// What a note mentions: the paths of other notes, each with how often.
pub type Mentioned = Arc<[(VaultPath, usize)]>;

/// The unlinked mentions of a vault, counted. A clone is a snapshot and costs nothing.
#[derive(Clone, Debug, Default)]
pub struct MentionCounts {
    /// By the note that mentions others.
    by: imbl::OrdMap<VaultPath, Mentioned>,
    /// How often a note is mentioned.
    of: imbl::OrdMap<VaultPath, usize>,
    /// Whether all notes were looked through since something last concerned all.
    complete: bool,
}

impl MentionCounts {
    /// The note at `path` mentions these.
    pub fn set(&mut self, path: VaultPath, mentioned: Mentioned) {
        let before = match mentioned.is_empty() {
            true => self.by.remove(&path),
            false => self.by.insert(path, Arc::clone(&mentioned)),
        };
        for (other, count) in before.iter().flat_map(|before| before.iter()) {
            let left = self.of.get(other).copied().unwrap_or(0).saturating_sub(*count);
            match left {
                0 => drop(self.of.remove(other)),
                left => drop(self.of.insert(other.clone(), left)),
            }
        }
        for (other, count) in mentioned.iter() {
            *self.of.entry(other.clone()).or_insert(0) += count;
        }
    }

    /// Says whether all notes are looked through.
    pub fn set_complete(&mut self, complete: bool) {
        self.complete = complete;
    }

    /// The notes that mention others.
    pub fn mentioning(&self) -> impl Iterator<Item = &VaultPath> {
        self.by.keys()
    }

    /// Those of them at `path` or below it.
    pub fn mentioning_below(&self, path: &str) -> impl Iterator<Item = &VaultPath> {
        self.by.range(VaultPath::range_below(path)).map(|(path, _)| path)
    }

    /// How often the note at `path` is mentioned; `None` while that is not known.
    pub fn of(&self, path: &str) -> Option<usize> {
        self.complete.then(|| self.of.get(path).copied().unwrap_or(0))
    }
}

/// What `note` mentions, by its text now: nothing where the names of the vault are not known.
pub fn mentioned(analysis: &Analysis, note: NoteId) -> Mentioned {
    let Some(document) = analysis.document(note) else { return Arc::from([]) };
    let found = mentions(analysis, note, &document, Span::new(0, document.text.len()));
    let mut notes: Vec<NoteId> = found.iter().map(|mention| mention.note).collect();
    notes.sort_unstable();
    let counted = notes.chunk_by(|a, b| a == b).filter_map(|same| Some((*same.first()?, same.len())));
    counted.map(|(note, count)| (analysis.index.path(note).into(), count)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::ide::{MemoryTexts, mentions_of};
    use crate::settings::Settings;
    use crate::vault::Vault;

    const NAMES: [&str; 4] = ["spring tide", "neap tide", "Low water", "tide"];

    /// A text that mentions some of the names, links others, and has code and headings.
    fn texts() -> impl Strategy<Value = String> {
        let name = prop::sample::select(&NAMES[..]);
        let part = (name, 0..5).prop_map(|(name, form)| match form {
            0 => format!("Of the {name} here.\n\n"),
            1 => format!("A [[{name}]] there.\n\n"),
            2 => format!("`{name}` in code, {name} too.\n\n"),
            3 => format!("# The {name}\n\n"),
            _ => format!("{name}, {name} and\n{name}.\n\n"),
        });
        prop::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Kept by changes of single notes, they are what is found from nothing.
        #[test]
        fn counts_are_kept_note_by_note(
            first in prop::collection::vec(texts(), 4),
            changes in prop::collection::vec((0..4usize, texts(), any::<bool>()), 0..8),
        ) {
            let files: BTreeMap<_, _> =
                NAMES.iter().zip(&first).map(|(name, text)| (format!("{name}.md"), text.clone())).collect();
            let mut vault = Vault::in_memory(Settings::default(), MemoryTexts::from_iter(files));
            vault.find_mentions();
            let mut counts = MentionCounts::default();
            let look = |vault: &Vault, counts: &mut MentionCounts, path: &str| {
                let analysis = vault.snapshot();
                let note = analysis.index.note(path);
                counts.set(path.into(), note.map_or_else(|| Arc::from([]), |note| mentioned(&analysis, note)));
            };
            let all = |vault: &Vault, counts: &mut MentionCounts| {
                let known: Vec<_> = counts.mentioning().cloned().collect();
                known.iter().for_each(|path| look(vault, counts, path));
                NAMES.iter().for_each(|name| look(vault, counts, &format!("{name}.md")));
            };
            all(&vault, &mut counts);
            for (which, text, goes) in changes {
                let path = format!("{}.md", NAMES[which]);
                let delta = match goes {
                    true => vault.apply([crate::index::Change::Gone(path.as_str().into())]),
                    false => vault.open(&path, &text),
                };
                match delta.changes_names() {
                    true => {
                        vault.find_mentions();
                        all(&vault, &mut counts);
                    }
                    false => look(&vault, &mut counts, &path),
                }
                counts.set_complete(true);
                let analysis = vault.snapshot();
                for note in analysis.index.notes() {
                    let found: usize = mentions_of(&analysis, note).map(|own| own.spans.len()).sum();
                    prop_assert_eq!(counts.of(analysis.index.path(note)), Some(found), "{}", analysis.index.path(note));
                }
            }
        }
    }
}
