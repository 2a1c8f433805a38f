//! The names of the vault's tags, one behind the other: for a search, which compares them with what is typed at every
//! key, while the vault stays as it is. Nothing is kept until somebody searches.
use std::sync::{Arc, Mutex, PoisonError};

use super::numbered::Numbered;
use super::store::Entry;
use super::{Index, NoteId};

/// Tags that are kept.
const MOST: usize = 4096;

/// The tags of the state of a vault that was asked about last.
#[derive(Debug, Default)]
pub(super) struct KnownTags(Mutex<Option<Known>>);

#[derive(Debug)]
struct Known {
    state: Numbered<Option<Entry>>,
    names: Arc<TagNames>,
}

/// Tags and those above them, in no order that means anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TagNames {
    /// Their names without `#`, without anything between them.
    names: String,
    /// Where each name ends, and a note with the tag or one below it.
    tags: Vec<(usize, NoteId)>,
}

impl TagNames {
    fn of(index: &Index) -> Self {
        let mut all = Self::default();
        for (name, note, _) in index.distinct_tags().take(MOST) {
            all.names.push_str(name);
            all.tags.push((all.names.len(), note));
        }
        all
    }

    /// Each as the note with it writes it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, NoteId)> {
        let mut start = 0;
        self.tags.iter().map(move |&(end, note)| {
            let name = self.names.get(start..end).unwrap_or_default();
            start = end;
            (name, note)
        })
    }
}

impl Index {
    /// The tags of the vault and those above them, of very many some.
    pub fn tag_names(&self) -> Arc<TagNames> {
        let known = || self.known_tags.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*known()
            && known.state.ptr_eq(self.entries())
        {
            return Arc::clone(&known.names);
        }
        // Nobody waits for another: two that ask at once both read them.
        let names = Arc::new(TagNames::of(self));
        *known() = Some(Known { state: self.entries().clone(), names: Arc::clone(&names) });
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Change;

    fn names(index: &Index) -> Vec<String> {
        let tags = index.tag_names();
        let mut names: Vec<_> =
            tags.iter().map(|(name, note)| format!("{name} {}", index.path(note))).collect();
        names.sort();
        names
    }

    /// Each state of the vault has its own, whichever was asked before.
    #[test]
    fn they_are_what_the_tags_are_now() {
        let mut index = Index::new(Arc::default());
        index.apply(Change::note("a.md", "#sea/Tide #moon"));
        let before = index.clone();
        assert_eq!(names(&index), ["moon a.md", "sea a.md", "sea/Tide a.md"]);
        assert!(Arc::ptr_eq(&index.tag_names(), &index.clone().tag_names()));
        index.apply(Change::note("a.md", "#sea/tide"));
        index.apply(Change::note("b.md", "#Café"));
        assert_eq!(names(&index), ["Café b.md", "sea a.md", "sea/tide a.md"]);
        assert_eq!(names(&before), ["moon a.md", "sea a.md", "sea/Tide a.md"]);
        index.apply(Change::Gone("b.md".into()));
        assert_eq!(names(&index), ["sea a.md", "sea/tide a.md"]);
    }
}
