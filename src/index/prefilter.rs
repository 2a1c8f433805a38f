//! One scan through the names of all notes, over a compact array: which of them may hold what is typed, and
//! which may be like a name. The few that it keeps are compared in full elsewhere.
//! Absent: the real comparison.
use crate::text::PathText;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};

use super::pairs::{Letters, Pairs, Start};
use super::{Facts, Index, NoteId};

/// What a scan reads of a note: of its file stem, and of its title and aliases together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct NameBits {
    stem: Pairs,
    names: Pairs,
    letters: Letters,
    /// Of the stem, and of the first other name.
    starts: [Start; 2],
    folder: u32,
}

impl NameBits {
    pub(super) fn new(path: &str, stem: &str, facts: Option<&Facts>) -> Self {
        let mut bits = Self {
            stem: Pairs::of(stem),
            names: Pairs::default(),
            letters: Letters::of(stem),
            starts: [Start::of(stem); 2],
            folder: hash(path.folder()),
        };
        for (number, name) in facts.into_iter().flat_map(Facts::names).enumerate() {
            bits.names = bits.names.and(Pairs::of(name));
            bits.letters = bits.letters.and(Letters::of(name));
            if number == 0 {
                bits.starts = [Start::of(stem), Start::of(name)];
            }
        }
        bits
    }

    /// For the order of notes that are equally good; the same whatever the order in which they were read.
    fn tie(&self) -> u32 {
        hash((self.stem.bits(), self.folder))
    }
}

fn hash(value: impl std::hash::Hash) -> u32 {
    (BuildHasherDefault::<FxHasher>::default().hash_one(value) >> 32) as u32
}

/// What someone types, for a scan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TypedName {
    pairs: Pairs,
    letters: Letters,
    start: Start,
    /// The same of the folders before the name, where there are some.
    folders: Option<(Pairs, Letters)>,
}

impl TypedName {
    /// What is typed of a name, in words, or of a path.
    pub fn new(typed: &str) -> Self {
        let (folders, name) = typed.rsplit_once('/').map_or((None, typed), |(a, b)| (Some(a), b));
        Self {
            pairs: Pairs::inside(name),
            letters: Letters::of(name),
            start: Start::of(name),
            folders: folders.map(|folders| (Pairs::inside(folders), Letters::of(folders))),
        }
    }

    /// Whether `name` may hold the words as they are; a single letter, begin with it.
    pub fn may_be_in(&self, name: &str) -> bool {
        Pairs::of(name).hold(self.pairs)
            && (!self.pairs.is_empty() || Start::of(name).begins_with(self.start))
    }
}

impl Index {
    /// The notes with a name that may hold the words `typed` as they are, at most `most`, best first: those
    /// with a name that begins so, those of the folder `near`, and those with the shortest names, of which
    /// less is left to type. For a single letter only those that begin with it.
    pub fn holding(&self, typed: &TypedName, near: &str, most: usize) -> Vec<NoteId> {
        let near = hash(near);
        let rank = |bits: &NameBits| {
            let begins = bits.starts.iter().any(|start| start.begins_with(typed.start));
            if typed.pairs.is_empty() && !begins {
                return None;
            }
            let names = [bits.stem, bits.names].into_iter().filter(|own| own.hold(typed.pairs));
            let size = names.map(Pairs::count).min()?;
            Some(u32::from(!begins) << 16 | u32::from(bits.folder != near) << 8 | size)
        };
        let holds = |folder: &str, (pairs, letters)| {
            Letters::of(folder).hold(letters) && Pairs::of(folder).hold(pairs)
        };
        self.least(most, rank, typed.folders.map(|folders| move |folder: &str| holds(folder, folders)))
    }

    /// The notes whose names have all letters of `typed`, at most `most`, best first: those that begin with
    /// the same letter, those of the folder `near`, and those with the shortest names.
    pub fn lettered(&self, typed: &TypedName, near: &str, most: usize) -> Vec<NoteId> {
        let near = hash(near);
        let rank = |bits: &NameBits| {
            let begins = bits.starts.iter().any(|start| start.shares_letter(typed.start));
            let far = u32::from(bits.folder != near);
            let rank = u32::from(!begins) << 16 | far << 8 | bits.stem.count().max(bits.names.count());
            bits.letters.hold(typed.letters).then_some(rank)
        };
        let holds = |folder: &str, (_, letters)| Letters::of(folder).hold(letters);
        self.least(most, rank, typed.folders.map(|folders| move |folder: &str| holds(folder, folders)))
    }

    /// The notes with a name that may be like `wanted`, at most `most`, best first: those that share the
    /// most pairs of letters with it.
    pub fn alike(&self, wanted: Pairs, most: usize) -> Vec<NoteId> {
        let rank = |bits: &NameBits| {
            let alike = wanted.alike(bits.stem).max(wanted.alike(bits.names));
            (alike > 0).then_some(1000 - alike)
        };
        self.least(most, rank, None::<fn(&str) -> bool>)
    }

    /// The `most` notes of the least rank, least first, of all folders or of those that `in_folder` takes. Equal
    /// ones are ordered by their names, never by when they were read.
    fn least<F: Fn(&str) -> bool>(
        &self,
        most: usize,
        rank: impl Fn(&NameBits) -> Option<u32>,
        in_folder: Option<F>,
    ) -> Vec<NoteId> {
        let by_rank = |a: &(u64, NoteId), b: &(u64, NoteId)| {
            a.0.cmp(&b.0).then_with(|| self.path(a.1).cmp(self.path(b.1)))
        };
        let mut folders: FxHashMap<u32, bool> = FxHashMap::default();
        let room = 2 * most.max(1);
        let mut kept: Vec<(u64, NoteId)> = Vec::with_capacity(room);
        let mut limit = u64::MAX;
        for (note, bits) in self.name_bits() {
            let Some(rank) = rank(bits).filter(|&rank| u64::from(rank) <= limit >> 32) else { continue };
            let rank = u64::from(rank) << 32 | u64::from(bits.tie());
            let mut is_in =
                |is_in: &F| *folders.entry(bits.folder).or_insert_with(|| is_in(self.path(note).folder()));
            if rank > limit || !in_folder.as_ref().is_none_or(&mut is_in) {
                continue;
            }
            if kept.len() == room {
                kept.select_nth_unstable_by(most, by_rank);
                kept.truncate(most);
                limit = kept.iter().map(|&(rank, _)| rank).max().unwrap_or(limit);
            }
            kept.push((rank, note));
        }
        kept.sort_unstable_by(by_rank);
        let notes = kept.into_iter().map(|(_, note)| note).take(most);
        notes.filter(|&note| self.entry(note).is_some()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::index::Change;
    use crate::settings::Settings;

    fn vault<'p>(paths: impl IntoIterator<Item = &'p str>) -> Index {
        let mut index = Index::new(Arc::new(Settings::default()));
        paths.into_iter().for_each(|path| drop(index.apply(Change::Note(path.into()))));
        index
    }

    const PATHS: [&str; 8] = [
        "a/tide.md",
        "b/tide.md",
        "b/low tide.md",
        "b/Tidal waves.md",
        "c/the tides of the moon.md",
        "c/Été.md",
        "c/time and tide.md",
        "c/moon.md",
    ];

    #[test]
    fn names_that_begin_so_come_first_then_the_folder_then_short_ones() {
        let index = vault(PATHS);
        for (typed, near, found) in [
            ("tid", "b", "b/tide b/Tidal waves a/tide b/low tide c/time and tide c/the tides of the moon"),
            ("tide", "c", "b/tide a/tide c/time and tide c/the tides of the moon b/low tide"),
            ("moon tides", "", "c/the tides of the moon"),
            ("m", "", "c/moon"),
            ("b/tid", "", "b/tide b/Tidal waves b/low tide"),
            ("ete", "", "c/Été"),
        ] {
            let notes = index.holding(&TypedName::new(typed), near, 100);
            let notes: Vec<_> = notes.iter().map(|&note| index.path(note).trim_end_matches(".md")).collect();
            assert_eq!(notes.join(" "), found, "{typed} near {near}");
        }
        let lettered = index.lettered(&TypedName::new("tmd"), "", 100);
        let lettered: Vec<_> = lettered.iter().map(|&note| index.path(note)).collect();
        assert_eq!(lettered, ["c/time and tide.md", "c/the tides of the moon.md"]);
    }

    /// What is cut off depends on the names, not on the order in which they were read.
    #[test]
    fn the_same_notes_are_kept_whatever_came_first() {
        let paths: Vec<String> = (0..600).map(|n| format!("f{}/tide {}.md", n % 7, n % 90)).collect();
        let forth = vault(paths.iter().map(String::as_str));
        let back = vault(paths.iter().rev().map(String::as_str));
        let typed = TypedName::new("tide");
        for most in [1, 5, 50, 150] {
            let paths = |index: &Index, notes: Vec<NoteId>| -> Vec<String> {
                notes.iter().map(|&note| index.path(note).to_owned()).collect()
            };
            let all = |index: &Index| {
                [
                    paths(index, index.holding(&typed, "f3", most)),
                    paths(index, index.lettered(&typed, "f3", most)),
                    paths(index, index.alike(Pairs::of("tide_1"), most)),
                ]
            };
            assert_eq!(all(&forth), all(&back), "{most}");
        }
    }

    #[test]
    fn a_note_that_is_gone_is_not_found() {
        let mut index = vault(PATHS);
        index.apply(Change::Gone("b".into()));
        for typed in ["+", "tid", "b/"] {
            for note in index.holding(&TypedName::new(typed), "", 100) {
                assert!(!index.path(note).is_empty() && !index.path(note).starts_with("b/"), "{typed}");
            }
        }
    }
}
