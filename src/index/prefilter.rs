//! One scan through the names of all notes: which of them may hold what is typed, and which may be like a name. The few
//! that it keeps are compared in full elsewhere. It reads a few words for every [`NOTES`] notes, and then only those notes
//! that have all that is asked for.
//! Absent: the real comparison.
use std::cmp::Ordering;
use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::{FxHashMap, FxHasher};

use super::bit_rows::{BitRows, NOTES, ones};
use super::compressed::Compressed;
use super::numbered::Numbered;
use super::pairs::{Letters, Pairs, Start};
use super::store::Entry;
use super::{Index, NoteId};
use crate::text::PathText;

/// What scans read of the names of all notes.
#[derive(Clone, Debug, Default)]
pub(super) struct NameRows(Numbered<Block>);

/// The names of some notes with numbers that follow each other: of the file stem, and of the title and the aliases
/// together.
#[derive(Clone, Debug)]
struct Block {
    stems: BitRows<{ Pairs::KINDS }>,
    names: BitRows<{ Pairs::KINDS }>,
    letters: BitRows<{ Letters::KINDS }>,
    /// The notes that are there.
    there: u64,
    /// The rest of each note.
    notes: [Rest; NOTES],
}

/// What is read of a note that has what is asked for.
#[derive(Clone, Copy, Debug, Default)]
struct Rest {
    /// How many pairs the stem has, and the other names.
    sizes: [u8; 2],
    /// Of the stem, and of the first other name.
    starts: [Start; 2],
    folder: u32,
    /// For the order of notes that are equally good; the same whatever the order in which they were read.
    tie: u32,
}

impl NameRows {
    /// Those of these notes, by number.
    pub(super) fn of(entries: &[Option<Entry>]) -> Self {
        let blocks = entries.chunks(NOTES).map(|entries| {
            let mut block = Block::default();
            entries.iter().enumerate().for_each(|(at, entry)| block.add(at, entry.as_ref()));
            block
        });
        Self(blocks.collect::<Vec<_>>().into())
    }

    /// Has the note `id` be this one, or be gone.
    pub(super) fn set(&mut self, id: NoteId, entry: Option<&Entry>) {
        let (number, at) = (id.0 as usize / NOTES, id.0 as usize % NOTES);
        while self.0.len() <= number {
            self.0.push(Block::default());
        }
        if let Some(block) = self.0.get(number) {
            let mut block = block.clone();
            block.clear(at);
            block.add(at, entry);
            self.0.set(number, block);
        }
    }

    /// Leaves out what is kept behind so many notes.
    pub(super) fn truncate(&mut self, notes: usize) {
        while self.0.len() > notes.div_ceil(NOTES) {
            self.0.pop();
        }
    }
}

impl Default for Block {
    fn default() -> Self {
        Self {
            stems: BitRows::default(),
            names: BitRows::default(),
            letters: BitRows::default(),
            there: 0,
            notes: [Rest::default(); NOTES],
        }
    }
}

impl Block {
    /// Takes the note `at` out.
    fn clear(&mut self, at: usize) {
        self.stems.clear(at);
        self.names.clear(at);
        self.letters.clear(at);
        self.there &= !(1 << at);
    }

    /// Puts a note in where none is.
    fn add(&mut self, at: usize, entry: Option<&Entry>) {
        let Some(entry) = entry else { return };
        let stem = entry.stem();
        let own = Pairs::of(stem);
        let (mut names, mut letters, mut starts) =
            (Pairs::default(), Letters::of(stem), [Start::of(stem); 2]);
        for (number, name) in entry.facts.iter().flat_map(|facts| facts.names()).enumerate() {
            names = names.and(Pairs::of(name));
            letters = letters.and(Letters::of(name));
            if number == 0 {
                starts = [Start::of(stem), Start::of(name)];
            }
        }
        self.stems.add(at, own.numbers());
        self.names.add(at, names.numbers());
        self.letters.add(at, letters.numbers());
        self.there |= 1 << at;
        let folder = hash(entry.folder());
        if let Some(rest) = self.notes.get_mut(at) {
            let sizes = [own, names].map(|pairs| u8::try_from(pairs.count()).unwrap_or(u8::MAX));
            *rest = Rest { sizes, starts, folder, tie: hash((own.bits(), folder)) };
        }
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

    /// Whether the target of a link may hold them, told by how it is kept: most are spared being put together.
    pub fn may_be_in_target(&self, target: Compressed<'_>) -> bool {
        target.letters().hold(self.letters)
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
        let holds = |folder: &str, (pairs, letters)| {
            Letters::of(folder).hold(letters) && Pairs::of(folder).hold(pairs)
        };
        let in_folder = typed.folders.map(|folders| move |folder: &str| holds(folder, folders));
        let mut best = Best::new(self, most, in_folder);
        for (block, first) in self.name_blocks() {
            let found =
                [&block.stems, &block.names].map(|rows| rows.with_all(typed.pairs.numbers()) & block.there);
            let [stems, names] = found;
            for at in ones(stems | names) {
                let Some(rest) = block.notes.get(at) else { continue };
                let begins = rest.starts.iter().any(|start| start.begins_with(typed.start));
                if typed.pairs.is_empty() && !begins {
                    continue;
                }
                let sizes = rest.sizes.into_iter().zip(found).filter(|(_, found)| found >> at & 1 == 1);
                let size = sizes.map(|(size, _)| size).min().unwrap_or_default();
                let rank = u32::from(!begins) << 16 | u32::from(rest.folder != near) << 8 | u32::from(size);
                best.offer(NoteId(first + at as u32), rest, rank);
            }
        }
        best.notes()
    }

    /// The notes whose names have all letters of `typed`, at most `most`, best first: those that begin with
    /// the same letter, those of the folder `near`, and those with the shortest names.
    pub fn lettered(&self, typed: &TypedName, near: &str, most: usize) -> Vec<NoteId> {
        let near = hash(near);
        let holds = |folder: &str, (_, letters)| Letters::of(folder).hold(letters);
        let in_folder = typed.folders.map(|folders| move |folder: &str| holds(folder, folders));
        let mut best = Best::new(self, most, in_folder);
        for (block, first) in self.name_blocks() {
            for at in ones(block.letters.with_all(typed.letters.numbers()) & block.there) {
                let Some(rest) = block.notes.get(at) else { continue };
                let begins = rest.starts.iter().any(|start| start.shares_letter(typed.start));
                let [stem, names] = rest.sizes;
                let (far, size) = (u32::from(rest.folder != near), u32::from(stem.max(names)));
                best.offer(NoteId(first + at as u32), rest, u32::from(!begins) << 16 | far << 8 | size);
            }
        }
        best.notes()
    }

    /// The notes with a name that may be like `wanted`, at most `most`, best first: those that share the
    /// most pairs of letters with it.
    pub fn alike(&self, wanted: Pairs, most: usize) -> Vec<NoteId> {
        let mut best = Best::new(self, most, None::<fn(&str) -> bool>);
        for (block, first) in self.name_blocks() {
            let shared = [&block.stems, &block.names].map(|rows| rows.counts(wanted.numbers()));
            let least = wanted.least_shared(ALIKE.saturating_sub(best.most_rank())).max(1);
            let [stems, names] = shared.each_ref().map(|shared| shared.at_least(least));
            for at in ones((stems | names) & block.there) {
                let Some(rest) = block.notes.get(at) else { continue };
                let sizes = rest.sizes.into_iter().zip(&shared);
                let alike = sizes.map(|(size, shared)| wanted.alike_by(shared.of(at), size.into()));
                let alike = alike.max().unwrap_or_default();
                if alike > 0 {
                    best.offer(NoteId(first + at as u32), rest, ALIKE.saturating_sub(alike));
                }
            }
        }
        best.notes()
    }

    /// What scans read of the notes, in no order that means anything, each time with the number of the first one.
    fn name_blocks(&self) -> impl Iterator<Item = (&Block, u32)> {
        self.cancel.over(self.name_rows.0.iter()).zip((0..).step_by(NOTES))
    }
}

/// The likeness of equal names.
const ALIKE: u32 = 1000;

/// The notes of the least rank that a scan has found, of all folders or of those that it takes. Equal ones are ordered by
/// their names, never by when they were read.
struct Best<'i, F> {
    index: &'i Index,
    most: usize,
    in_folder: Option<F>,
    /// What that says of folders.
    folders: FxHashMap<u32, bool>,
    kept: Vec<(u64, NoteId)>,
    /// None of a higher rank is among the best.
    limit: u64,
}

impl<'i, F: Fn(&str) -> bool> Best<'i, F> {
    fn new(index: &'i Index, most: usize, in_folder: Option<F>) -> Self {
        let kept = Vec::with_capacity(2 * most.max(1));
        Self { index, most, in_folder, folders: FxHashMap::default(), kept, limit: u64::MAX }
    }

    /// The rank beyond which none is among the best.
    fn most_rank(&self) -> u32 {
        (self.limit >> 32) as u32
    }

    fn offer(&mut self, note: NoteId, rest: &Rest, rank: u32) {
        let rank = u64::from(rank) << 32 | u64::from(rest.tie);
        if rank > self.limit {
            return;
        }
        if let Some(in_folder) = &self.in_folder {
            let is_in = self.folders.entry(rest.folder);
            if !*is_in.or_insert_with(|| in_folder(self.index.path(note).folder())) {
                return;
            }
        }
        if self.kept.len() == self.kept.capacity() {
            let index = self.index;
            self.kept.select_nth_unstable_by(self.most, |a, b| by_rank(index, a, b));
            self.kept.truncate(self.most);
            self.limit = self.kept.iter().map(|&(rank, _)| rank).max().unwrap_or(self.limit);
        }
        self.kept.push((rank, note));
    }

    /// They, the best first.
    fn notes(mut self) -> Vec<NoteId> {
        let index = self.index;
        self.kept.sort_unstable_by(|a, b| by_rank(index, a, b));
        self.kept.into_iter().map(|(_, note)| note).take(self.most).collect()
    }
}

fn by_rank(index: &Index, a: &(u64, NoteId), b: &(u64, NoteId)) -> Ordering {
    a.0.cmp(&b.0).then_with(|| index.path(a.1).cmp(index.path(b.1)))
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
