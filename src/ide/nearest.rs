//! The names nearest to one that is not there: "did you mean".
//!
//! A first pass keeps the names that share the most pairs of letters. Only these are compared in
//! full: by letters (a maximum edit distance) and by words (a note renamed, its words in another order).
//! Absent: what is done with the names.
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rapidfuzz::distance::osa;
use rustc_hash::FxHashMap;

use super::Analysis;
use crate::index::{NoteId, Pairs, slug};
use crate::text::{PathText, VaultPath};

/// Names that the full comparison sees.
const KEPT: usize = 150;
/// Files whose names are compared by their letters.
const MOST_FILES: usize = 20_000;
/// Characters of a name that are compared.
const LONGEST: usize = 120;
/// Likeness, in thousandths, below which a name is no help.
const LEAST: u32 = 400;
/// Likeness from which on a name is likely the same one with a slip. Below it are names about the same things.
const SLIP: u32 = 750;
/// Letters for each edit that a similar name may be away.
const LETTERS_PER_EDIT: usize = 5;
/// Number of names at which a word's weight halves.
const COMMON_WORD_NOTES: f32 = 4.0;
/// What a note in the folder of the one that asks is better by.
const SAME_FOLDER_BONUS: u32 = 40;

/// The notes with the names nearest to `target`, at most `limit`, best first. Of equally near ones
/// those in the folder of `from` come first.
pub(super) fn notes(analysis: &Analysis, from: NoteId, target: &str, limit: usize) -> Vec<NoteId> {
    let near = ranked(analysis, analysis.index.path(from).folder(), target).into_iter();
    near.map(|(note, _)| note).take(limit).collect()
}

/// The note that `target` likely names with a slip, in a link of a note in `own_folder`: the first of [`notes`], if it is
/// as near as that.
pub(super) fn slip(analysis: &Analysis, own_folder: &str, target: &str) -> Option<NoteId> {
    let (note, likeness) = ranked(analysis, own_folder, target).into_iter().next()?;
    (likeness >= SLIP).then_some(note)
}

/// The notes with near names, best first, each with its likeness; that in the own folder is a little more.
fn ranked(analysis: &Analysis, own_folder: &str, target: &str) -> Vec<(NoteId, u32)> {
    let index = &analysis.index;
    let settings = analysis.settings();
    let bare = settings.note_stem(target).unwrap_or(target);
    let name = bare.file_name();
    let pairs = Pairs::of(name);
    let names = index.alike(pairs, KEPT).into_iter().flat_map(|note| {
        let names = index.facts(note).into_iter().flat_map(|facts| facts.names());
        std::iter::once(index.stem(note)).chain(names).map(move |name| (index.path(note), name))
    });
    let mut near = nearest(name, names, KEPT);
    for (path, likeness) in &mut near {
        if path.folder() == own_folder {
            *likeness += SAME_FOLDER_BONUS;
        }
    }
    near.sort_by_key(|&(path, likeness)| (Reverse(likeness), path));
    near.into_iter().filter_map(|(path, likeness)| Some((index.note(path)?, likeness))).collect()
}

/// The paths of the files, not notes, whose names are nearest to that of the path `target`, nearest first.
/// Of a great many, those around the note `from` are compared.
pub(super) fn files<'a>(analysis: &'a Analysis, from: NoteId, target: &str, limit: usize) -> Vec<&'a str> {
    let name = |path: &str| path.file_name().len();
    let wanted = target.get(target.len() - name(target)..).unwrap_or(target);
    let files = files_around(analysis, from)
        .map(|path| (&**path, path.get(path.len() - name(path)..).unwrap_or(path)));
    nearest(wanted, files, limit).into_iter().map(|(path, _)| path).collect()
}

/// The files that are no notes, those around the note `from` first; of a great many, not all.
pub(super) fn files_around(analysis: &Analysis, from: NoteId) -> impl Iterator<Item = &VaultPath> {
    let own_folder = analysis.index.path(from).folder();
    let others = analysis.index.files().filter(|path| path.below(own_folder).is_none());
    analysis.index.files_below(own_folder).chain(others).take(MOST_FILES)
}

/// Of `names` those nearest to `wanted`, each with its likeness in thousandths; best first, at most
/// `limit`, equally near ones in their own order. Something with several names counts by the nearest.
pub(super) fn nearest<'n, T: Copy + Ord>(
    wanted: &str,
    names: impl Iterator<Item = (T, &'n str)>,
    limit: usize,
) -> Vec<(T, u32)> {
    let wanted = comparable(wanted);
    let pairs = Pairs::of(&wanted);
    let mut kept = BinaryHeap::with_capacity(KEPT + 1);
    let mut least = 0;
    for (thing, name) in names {
        let shared = pairs.alike(Pairs::of(name));
        if shared == 0 || shared < least {
            continue;
        }
        // Of those that share as much the first are kept, in whatever order they come.
        kept.push((Reverse(shared), thing, name));
        if kept.len() > KEPT {
            kept.pop();
            least = kept.peek().map_or(0, |(Reverse(shared), ..)| *shared);
        }
    }
    // Folders repeat names: each is compared once, and counts once for how common its words are.
    let mut named: FxHashMap<Cow<str>, Vec<T>> = FxHashMap::default();
    for (_, thing, name) in kept {
        named.entry(comparable(name)).or_default().push(thing);
    }
    let mut common = FxHashMap::default();
    for word in named.keys().flat_map(|name| words(name)) {
        *common.entry(word).or_insert(0) += 1;
    }
    let wanted = Words::of(&wanted, &common);
    let mut near: Vec<(T, u32)> = named
        .iter()
        .map(|(name, things)| (things, wanted.likeness(&Words::of(name, &common))))
        .filter(|&(_, likeness)| likeness >= LEAST)
        .flat_map(|(things, likeness)| things.iter().map(move |&thing| (thing, likeness)))
        .collect();
    near.sort_by_key(|&(thing, likeness)| (thing, Reverse(likeness)));
    near.dedup_by_key(|(thing, _)| *thing);
    near.sort_by_key(|&(thing, likeness)| (Reverse(likeness), thing));
    near.truncate(limit);
    near
}

/// The slug of a name; the name itself where the slug is empty.
fn comparable(name: &str) -> Cow<'_, str> {
    let name = name.char_indices().nth(LONGEST).map_or(name, |(cut, _)| name.get(..cut).unwrap_or(name));
    let slug = slug(name);
    if slug.is_empty() { Cow::Borrowed(name) } else { slug }
}

/// The words of a slug.
fn words(slug: &str) -> impl Iterator<Item = &str> {
    slug.split('_').filter(|word| !word.is_empty())
}

/// A name for the full comparison.
struct Words<'s> {
    letters: Vec<char>,
    /// Each with what it says.
    words: Vec<(&'s str, f32)>,
}

impl<'s> Words<'s> {
    /// `common`: how many of the names that are compared have a word. Long words say more than short
    /// ones, and those that few names have more than those of every second one.
    fn of(slug: &'s str, common: &FxHashMap<&str, usize>) -> Self {
        let weight = |word: &str| {
            let names = common.get(word).copied().unwrap_or(0) as f32;
            word.chars().count() as f32 * COMMON_WORD_NOTES / (COMMON_WORD_NOTES + names)
        };
        Self {
            letters: slug.chars().collect(),
            words: words(slug).map(|word| (word, weight(word))).collect(),
        }
    }

    /// From 0 to 1000.
    fn likeness(&self, other: &Self) -> u32 {
        self.by_letters(other).max(self.by_words(other))
    }

    /// How small the edit distance is; 0 where it is more than a few.
    fn by_letters(&self, other: &Self) -> u32 {
        let longest = self.letters.len().max(other.letters.len());
        // Insertions, deletions, replacements, and swaps of neighbors.
        let most = osa::Args::default().score_cutoff(longest.div_ceil(LETTERS_PER_EDIT));
        let edits =
            osa::distance_with_args(self.letters.iter().copied(), other.letters.iter().copied(), &most);
        edits.map_or(0, |edits| u32::try_from(1000 * (longest - edits) / longest.max(1)).unwrap_or(0))
    }

    /// How much of what the words of both say is said by both, in any order.
    fn by_words(&self, other: &Self) -> u32 {
        let mut free = other.words.clone();
        let mut shared = 0.0;
        for &(word, weight) in &self.words {
            let best = free
                .iter()
                .enumerate()
                .map(|(at, &(own, own_weight))| (in_common(word, own) * (weight + own_weight), at))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((gain, at)) = best.filter(|&(gain, _)| gain > 0.0) {
                shared += gain;
                free.swap_remove(at);
            }
        }
        let all: f32 = self.words.iter().chain(&other.words).map(|(_, weight)| weight).sum();
        // An order of its own makes a name a little less alike than a slip of the pen.
        (950.0 * shared / all.max(1.0)) as u32
    }
}

/// The part of two words that they have in common: all where they are equal, most where one is a form
/// of the other (`conflict`, `conflicts`) or a slip of the pen, else none.
fn in_common(a: &str, b: &str) -> f32 {
    if a == b {
        return 1.0;
    }
    let same = |(a, b): &(char, char)| a == b;
    let stem = a.chars().zip(b.chars()).take_while(same).count();
    let longest = a.chars().count().max(b.chars().count());
    let tail = || a.chars().rev().zip(b.chars().rev()).take_while(same).count();
    let form = stem >= 4 && longest - stem <= 3;
    // What one letter or two that are swapped leave alike, at both ends.
    let slip = longest >= 5 && stem + 2 >= longest.saturating_sub(tail());
    if form {
        stem as f32 / longest as f32
    } else if slip {
        0.8
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ide::MemoryTexts;
    use crate::ide::fixture::Fixture;
    use crate::index::{Change, Index};

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        let names = [
            "russia_ukraine_war",
            "history_of_ukraine",
            "deep_learning_and_neural_networks",
            "antiaging_research",
            "quantum_computing",
            "the_role_of_the_state",
            "c++",
        ];
        for (wanted, expected) in [
            ("russia_ukriane_war", Some("russia_ukraine_war")),
            ("Russia-Ukraine conflict", Some("russia_ukraine_war")),
            ("ukraine_history", Some("history_of_ukraine")),
            ("neural_networks_and_deep_learning", Some("deep_learning_and_neural_networks")),
            ("anti_aging_researches", Some("antiaging_research")),
            ("quantum computers", Some("quantum_computing")),
            ("potato_soup_of_the_day", None),
            ("entirely_different", None),
            ("", None),
        ] {
            let near = nearest(wanted, names.iter().map(|&name| (name, name)), 3);
            assert_eq!(near.first().map(|&(name, _)| name), expected, "{wanted}: {near:?}");
        }
    }

    /// Equally near names come in one order, whichever was read first.
    #[test]
    fn the_order_of_reading_changes_nothing() {
        let paths: Vec<String> = (0..400).map(|n| format!("f{}/tide table {}.md", n % 5, n % 80)).collect();
        let near = |paths: &mut dyn Iterator<Item = &String>| {
            let mut index = Index::new(Arc::default());
            for path in paths {
                index.apply(Change::Note(path.as_str().into()));
                index.apply(Change::File(format!("{path}.pdf").into()));
            }
            index.apply(Change::Note("from.md".into()));
            let from = index.note("from.md").unwrap();
            let analysis = Analysis::new(index, imbl::OrdMap::new(), Arc::new(MemoryTexts::default()));
            let notes = notes(&analysis, from, "tide_tabel", 10);
            let notes: Vec<_> = notes.iter().map(|&note| analysis.index.path(note).to_owned()).collect();
            let files = files(&analysis, from, "x/tide tabel.md.pdf", 10);
            (notes, files.iter().map(|&path| path.to_owned()).collect::<Vec<_>>())
        };
        let forth = near(&mut paths.iter());
        assert_eq!(forth, near(&mut paths.iter().rev()));
        assert_eq!((forth.0.len(), forth.1.len()), (10, 10));
    }

    #[test]
    fn the_own_folder_comes_first_and_titles_count() {
        let fixture = Fixture::new(
            "
            //- b/big_topic.md
            //- a/big_topic.md
            //- a/from.md
            //- c/x.md
            # Big tropics
            ",
        );
        let near = notes(&fixture.analysis, fixture.note("a/from.md"), "big_topick", 5);
        let paths: Vec<_> = near.iter().map(|&note| fixture.analysis.index.path(note)).collect();
        assert_eq!(paths, ["a/big_topic.md", "b/big_topic.md", "c/x.md"]);
    }
}
