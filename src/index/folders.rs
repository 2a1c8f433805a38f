//! The folders that hold notes, numbered: what is filed by folder is filed by number.

use imbl::{OrdMap, OrdSet, Vector};

use super::name::caseless;
use super::names::hash;
use crate::text::VaultPath;

/// A folder that holds notes. The number is used again once the folder holds none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct FolderId(u32);

impl FolderId {
    pub(super) const FIRST: Self = Self(0);
    pub(super) const LAST: Self = Self(u32::MAX);
}

/// The folders of a vault that notes are in; those with notes further down only are not among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Folders {
    /// By path, with the number of notes in it.
    by_path: OrdMap<VaultPath, (FolderId, u32)>,
    /// By a hash of the path without its case.
    caseless: OrdSet<(u32, FolderId)>,
    /// Numbers that are free again.
    free: Vector<FolderId>,
}

impl Folders {
    /// Counts one more note in the folder at `path`.
    pub(super) fn enter(&mut self, path: &str) -> FolderId {
        if let Some((id, notes)) = self.by_path.get_mut(path) {
            *notes += 1;
            return *id;
        }
        let next = u32::try_from(self.by_path.len()).unwrap_or(u32::MAX);
        let id = self.free.pop_back().unwrap_or(FolderId(next));
        self.by_path.insert(path.into(), (id, 1));
        self.caseless.insert((caseless_hash(path), id));
        id
    }

    /// Counts one note less in the folder at `path`.
    pub(super) fn leave(&mut self, path: &str) {
        let Some((id, notes)) = self.by_path.get_mut(path) else { return };
        *notes -= 1;
        if *notes == 0 {
            let id = *id;
            self.by_path.remove(path);
            self.caseless.remove(&(caseless_hash(path), id));
            self.free.push_back(id);
        }
    }

    /// The folder at `path`.
    pub(super) fn get(&self, path: &str) -> Option<FolderId> {
        self.by_path.get(path).map(|&(id, _)| id)
    }

    /// Every folder whose path is `path` but for its case, and few others.
    pub(super) fn like(&self, path: &str) -> impl Iterator<Item = FolderId> + '_ {
        let hash = caseless_hash(path);
        self.caseless.range((hash, FolderId::FIRST)..=(hash, FolderId::LAST)).map(|&(_, id)| id)
    }

    /// The folder at `path` and those below it, by path.
    pub(super) fn below(&self, path: &str) -> impl Iterator<Item = FolderId> + '_ {
        let inside = self.by_path.range(VaultPath::range_below(path));
        let own = if path.is_empty() { None } else { self.get(path) };
        own.into_iter().chain(inside.map(|(_, &(id, _))| id))
    }
}

fn caseless_hash(path: &str) -> u32 {
    hash(&caseless(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_its_number_while_a_note_is_in_it() {
        let mut folders = Folders::default();
        let [root, a] = ["", "a"].map(|path| folders.enter(path));
        assert_eq!(folders.enter("a"), a);
        folders.leave("a");
        assert_eq!(folders.get("a"), Some(a));
        folders.leave("a");
        assert_eq!(folders.get("a"), None);
        let [b, deep] = ["a b", "A/b"].map(|path| folders.enter(path));
        assert_eq!(b, a, "the number is used again");
        assert_eq!(folders.like("a/B").collect::<Vec<_>>(), [deep]);
        assert_eq!(folders.below("").collect::<Vec<_>>(), [root, deep, b]);
        assert_eq!(folders.below("A").collect::<Vec<_>>(), [deep], "not `A` itself, which holds no note");
        assert_eq!(folders.below("A/b").collect::<Vec<_>>(), [deep]);
        assert_eq!(folders.below("a").count(), 0);
    }
}
