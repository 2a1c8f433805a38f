//! Names that many notes share (`index`, `README`, the title of every daily note): kept in such an order that
//! the nearest of them is found from any folder without a look at the others.
//!
//! The notes of one name fall into groups that are spelt the same: one answers a target as the others do. A
//! note stands in the list of each folder around it, and each list is in order of segments, length and path.
//! From a folder, the nearest `n` notes of a group are among the first `n` of the lists of this folder and of
//! those around it: of the notes that are reached by way of one of these folders, fewer segments are fewer
//! hops, and a note that is nearer than the list makes it look is in the list of a folder further in.
use crate::text::{PathText, VaultPath};
use std::hash::Hasher;

use imbl::{OrdMap, OrdSet};
use rustc_hash::FxHasher;

use super::NoteId;
use super::name::{Key, caseless, nfc};
use super::names::Name;
use super::store::Entry;

/// More notes than this with one key are a crowd.
pub(super) const MANY: usize = 32;

/// As few are none any more.
pub(super) const FEW: usize = 16;

/// What groups are found by: a key, or a key and the folder that the notes are directly in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Shelf(u64);

/// Notes that are spelt the same under a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Group(u64);

/// A group as seen from a folder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct List(u64);

/// A note in a list, in its order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Place {
    list: List,
    segments: u16,
    characters: u16,
    path: VaultPath,
    note: NoteId,
}

/// The crowds of a vault.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowds {
    /// The groups of each shelf, each with its number of notes.
    groups: OrdMap<(Shelf, Group), u32>,
    lists: OrdSet<Place>,
}

impl Crowds {
    /// The groups of the names under `key`; none where few notes share it.
    pub(super) fn groups(&self, key: Key) -> Vec<Group> {
        self.on(shelf(key))
    }

    /// The groups of the file names under `key` in folders that are called `parent` but for the case.
    pub(super) fn groups_in(&self, key: Key, parent: &str) -> Vec<Group> {
        self.on(shelf_in(key, parent))
    }

    fn on(&self, shelf: Shelf) -> Vec<Group> {
        let bounds = (shelf, Group(0))..=(shelf, Group(u64::MAX));
        self.groups.range(bounds).map(|(&(_, group), _)| group).collect()
    }

    /// Whether many notes share `key`.
    pub(super) fn holds(&self, key: Key) -> bool {
        let shelf = shelf(key);
        self.groups.range((shelf, Group(0))..=(shelf, Group(u64::MAX))).next().is_some()
    }

    /// The number of notes under `key`.
    pub(super) fn len(&self, key: Key) -> usize {
        let shelf = shelf(key);
        let groups = self.groups.range((shelf, Group(0))..=(shelf, Group(u64::MAX)));
        groups.map(|(_, &notes)| notes as usize).sum()
    }

    /// The notes of a group that stand first in the list of the folder `from`; with the empty one, any note
    /// is in it.
    pub(super) fn first(&self, group: Group, from: &str) -> impl Iterator<Item = NoteId> + '_ {
        let list = list(group, from);
        let first =
            Place { list, segments: 0, characters: 0, path: VaultPath::default(), note: NoteId::FIRST };
        self.lists.range(first..).take_while(move |place| place.list == list).map(|place| place.note)
    }

    /// The notes that may be among the nearest `most` of `groups` from the folder `from`, each once.
    pub(super) fn near<'c>(
        &'c self,
        groups: &'c [Group],
        from: &'c str,
        most: usize,
    ) -> impl Iterator<Item = NoteId> + 'c {
        let lists = groups.iter().flat_map(move |&group| around(from).map(move |folder| (group, folder)));
        lists.flat_map(move |(group, folder)| self.first(group, folder).take(most))
    }

    /// Files a note under `key`.
    pub(super) fn insert(&mut self, key: Key, note: NoteId, entry: &Entry) {
        for (shelf, group) in groups_of(key, entry) {
            *self.groups.entry((shelf, group)).or_insert(0) += 1;
            for folder in around(entry.folder()) {
                self.lists.insert(place(list(group, folder), note, &entry.path));
            }
        }
    }

    /// Takes a note away from under `key`.
    pub(super) fn remove(&mut self, key: Key, note: NoteId, entry: &Entry) {
        for (shelf, group) in groups_of(key, entry) {
            if let Some(notes) = self.groups.get_mut(&(shelf, group)) {
                *notes -= 1;
                if *notes == 0 {
                    self.groups.remove(&(shelf, group));
                }
            }
            for folder in around(entry.folder()) {
                self.lists.remove(&place(list(group, folder), note, &entry.path));
            }
        }
    }

    /// The number of notes of a group of names under `key`.
    pub(super) fn size(&self, key: Key, group: Group) -> usize {
        self.groups.get(&(shelf(key), group)).map_or(0, |&notes| notes as usize)
    }

    /// The number of notes of a group of [`Self::groups_in`].
    pub(super) fn size_in(&self, key: Key, parent: &str, group: Group) -> usize {
        self.groups.get(&(shelf_in(key, parent), group)).map_or(0, |&notes| notes as usize)
    }
}

/// The group of a note among those with `key`.
pub(super) fn group(key: Key, entry: &Entry) -> Group {
    let mut names: Vec<&str> =
        entry.names().skip(1).filter(|name| name.key() == key).map(Name::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let stem = Some(entry.stem()).filter(|_| entry.name().key() == key);
    Group(hash(shelf(key).0, stem.into_iter().chain(["/"]).chain(names)))
}

/// Where a note stands under `key`.
fn groups_of(key: Key, entry: &Entry) -> impl Iterator<Item = (Shelf, Group)> {
    let parent = Some(entry.folder().file_name()).filter(|parent| !parent.is_empty());
    let by_path = parent.filter(|_| entry.name().key() == key).map(|parent| {
        let shelf = shelf_in(key, parent);
        (shelf, Group(hash(shelf.0, [&*nfc(parent), &*nfc(entry.stem())])))
    });
    [(shelf(key), group(key, entry))].into_iter().chain(by_path)
}

fn shelf(key: Key) -> Shelf {
    Shelf(u64::from(key.number()))
}

fn shelf_in(key: Key, parent: &str) -> Shelf {
    Shelf(hash(u64::from(key.number()), [&*caseless(parent)]))
}

fn list(group: Group, folder: &str) -> List {
    List(hash(group.0, [folder]))
}

fn place(list: List, note: NoteId, path: &VaultPath) -> Place {
    let number = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let (segments, characters) = (number(path.matches('/').count()), number(path.chars().count()));
    Place { list, segments, characters, path: path.clone(), note }
}

/// A folder and those around it, the vault's root last.
pub(super) fn around(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| Some(path.folder()).filter(|_| !path.is_empty()))
}

fn hash<'t>(seed: u64, texts: impl IntoIterator<Item = &'t str>) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(seed);
    for text in texts {
        hasher.write(text.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}
