//! Where names and links are filed: by key, within it by spelling, within that by folder. So what one folder
//! has of a name is one range, and the links and the notes of one name are met folder by folder.
use super::NoteId;
use super::folders::FolderId;
use super::name::{Key, caseless};
use super::names::hash;
use super::sorted::{Hashed, Sorted};

/// A name without regard to case, as a hash; [`Self::PATH`] for a link by a path. In its last bits, what is known
/// of all links that are filed so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Spelling(u32);

impl Spelling {
    /// What links by a path are filed under.
    pub(super) const PATH: Self = Self(0);
    const LAST: Self = Self(u32::MAX);

    /// Where they lead, the names of notes alone say: no file, and no other reading of the target.
    const PLAIN: u32 = 1;
    /// Some name a place in the note.
    const ANCHORED: u32 = 2;
    const BITS: u32 = 2;

    /// The spelling of a name.
    pub(super) fn of(name: &str) -> Self {
        Self((hash(&caseless(name)) >> Self::BITS).max(1) << Self::BITS)
    }

    /// The same of links.
    pub(super) fn of_links(self, plain: bool, anchored: bool) -> Self {
        let bits = [(plain, Self::PLAIN), (anchored, Self::ANCHORED)];
        Self(bits.into_iter().filter(|(is_set, _)| *is_set).fold(self.0, |set, (_, bit)| set | bit))
    }

    /// As names are filed.
    pub(super) fn of_names(self) -> Self {
        Self(self.0 >> Self::BITS << Self::BITS)
    }

    pub(super) fn is_path(self) -> bool {
        self.of_names() == Self::PATH
    }

    pub(super) fn is_plain(self) -> bool {
        self.0 & Self::PLAIN != 0
    }

    pub(super) fn is_anchored(self) -> bool {
        self.0 & Self::ANCHORED != 0
    }

    /// The spelling of a name or path.
    pub(super) fn of_target(bare: &str) -> Self {
        if bare.contains('/') { Self::PATH } else { Self::of(bare) }
    }

    fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// A name of a note, or a target of a link in it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Posting {
    pub(super) key: Key,
    pub(super) spelling: Spelling,
    /// The note's folder.
    pub(super) folder: FolderId,
    pub(super) note: NoteId,
}

impl Hashed for Posting {
    fn hash(&self) -> u32 {
        self.key.number()
    }
}

/// Sixteen bytes for each name, or each target of a note.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings(Sorted<Posting>);

impl Postings {
    /// Whether both are the same, since nobody touched them.
    #[cfg(test)]
    pub(super) fn ptr_eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }

    pub(super) fn insert(&mut self, posting: Posting) {
        self.0.insert(posting);
    }

    /// Has the second stand in the place of the first, both sorted: what is in both is not touched.
    pub(super) fn refile(&mut self, [old, new]: [Vec<Posting>; 2]) {
        for posting in old.iter().filter(|posting| new.binary_search(posting).is_err()) {
            self.remove(posting);
        }
        for posting in new.into_iter().filter(|posting| old.binary_search(posting).is_err()) {
            self.insert(posting);
        }
    }

    pub(super) fn remove(&mut self, posting: &Posting) {
        self.0.remove(posting);
    }

    /// All, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Posting> + '_ {
        self.0.iter()
    }

    /// What is filed under `key`.
    pub(super) fn with_key(&self, key: Key) -> impl Iterator<Item = Posting> + '_ {
        self.range((key, Spelling::PATH, FolderId::FIRST), (key, Spelling::LAST, FolderId::LAST))
    }

    /// What is filed under `key` in one spelling, by folder.
    pub(super) fn spelt(&self, key: Key, spelling: Spelling) -> impl Iterator<Item = Posting> + '_ {
        self.range((key, spelling, FolderId::FIRST), (key, spelling, FolderId::LAST))
    }

    /// What one folder has of it.
    pub(super) fn in_folder(
        &self,
        key: Key,
        spelling: Spelling,
        folder: FolderId,
    ) -> impl Iterator<Item = Posting> + '_ {
        self.range((key, spelling, folder), (key, spelling, folder))
    }

    /// The spellings under `key`: a look-up for each.
    pub(super) fn spellings(&self, key: Key) -> impl Iterator<Item = Spelling> + '_ {
        let mut next = Some(Spelling::PATH);
        std::iter::from_fn(move || {
            let from = (key, next?, FolderId::FIRST);
            let found = self.range(from, (key, Spelling::LAST, FolderId::LAST)).next()?.spelling;
            next = found.next();
            Some(found)
        })
    }

    fn range(
        &self,
        from: (Key, Spelling, FolderId),
        to: (Key, Spelling, FolderId),
    ) -> impl Iterator<Item = Posting> + '_ {
        let bound = |(key, spelling, folder), note| Posting { key, spelling, folder, note };
        self.0.range(bound(from, NoteId::FIRST)..=bound(to, NoteId::LAST))
    }
}

impl From<Vec<Posting>> for Postings {
    fn from(postings: Vec<Posting>) -> Self {
        Self(postings.into())
    }
}

/// `sorted` in an order in which inserting it leaves the nodes of a B-tree nearly full. In its own order
/// they are left half full: a full node is split, and nothing comes between what it holds any more. So
/// four of seven go first, and then the others between them.
pub(super) fn packing<T: Clone>(sorted: &[T]) -> impl Iterator<Item = T> + '_ {
    let round = |first: bool| {
        let of_round = move |&(at, _): &(usize, &T)| (at % 7 % 2 == 0) == first;
        sorted.iter().enumerate().filter(of_round).map(|(_, item)| item.clone())
    };
    round(true).chain(round(false))
}

#[cfg(test)]
mod tests {
    use imbl::OrdSet;

    use super::*;

    #[test]
    fn packing_leaves_nothing_out() {
        assert_eq!(packing(&[1, 2, 3, 4, 5, 6, 7, 8, 9]).collect::<Vec<_>>(), [1, 3, 5, 7, 8, 2, 4, 6, 9]);
        let sorted: Vec<u32> = (0..1000).collect();
        assert!(packing(&sorted).collect::<OrdSet<u32>>().into_iter().eq(sorted));
    }
}
