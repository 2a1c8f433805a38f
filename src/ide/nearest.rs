//! The names nearest to one that is not there: "did you mean".
//!
//! A first pass over all names costs a few operations each and keeps those that share the most pairs
//! of letters; only these are compared in full, by letters (slips of the pen) and by words (a note
//! renamed, its words in another order).
//! Absent: what is done with the names.
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Analysis;
use crate::index::{NoteId, folder, slug};

/// Names that the full comparison sees.
const KEPT: usize = 200;
/// Characters of a name that are compared.
const LONGEST: usize = 120;
/// Likeness, in thousandths, below which a name is no help.
const LEAST: u32 = 550;
/// What a note in the folder of the one that asks is better by.
const OWN_FOLDER: u32 = 40;

/// The notes with the names nearest to `target`, at most `limit`, best first. Of equally near ones
/// those in the folder of `from` come first. Empty when the request was cancelled.
pub(super) fn notes(analysis: &Analysis, from: NoteId, target: &str, limit: usize) -> Vec<NoteId> {
    let index = &analysis.index;
    let settings = analysis.settings();
    let own_folder = folder(index.path(from));
    let bare = settings.note_stem(target).unwrap_or(target);
    let name = bare.rsplit('/').next().unwrap_or(bare);
    let names =
        index.scan().take_while(|_| analysis.check_cancelled().is_ok()).flat_map(|(note, path, facts)| {
            let file = path.rsplit('/').next().unwrap_or(path);
            let stem = settings.note_stem(file).unwrap_or(file);
            let names = facts.into_iter().flat_map(|facts| facts.names());
            std::iter::once(stem).chain(names).map(move |name| (note, name))
        });
    let mut near = nearest(name, names, KEPT);
    if analysis.check_cancelled().is_err() {
        return Vec::new();
    }
    for (note, likeness) in &mut near {
        if folder(index.path(*note)) == own_folder {
            *likeness += OWN_FOLDER;
        }
    }
    near.sort_by_key(|&(note, likeness)| (Reverse(likeness), index.path(note)));
    near.into_iter().map(|(note, _)| note).filter(|&note| note != from).take(limit).collect()
}

/// Of `names` those nearest to `wanted`, each with its likeness in thousandths; best first, at most
/// `limit`. Something with several names counts by the nearest.
pub(super) fn nearest<'n, T: Copy + Ord>(
    wanted: &str,
    names: impl Iterator<Item = (T, &'n str)>,
    limit: usize,
) -> Vec<(T, u32)> {
    let wanted = comparable(wanted);
    let pairs = Pairs::of(&wanted);
    let mut kept = BinaryHeap::with_capacity(KEPT + 1);
    for (thing, name) in names {
        kept.push(Reverse((pairs.shared(Pairs::of(name)), thing, name)));
        if kept.len() > KEPT {
            kept.pop();
        }
    }
    let wanted = Words::of(&wanted);
    let mut near: Vec<(T, u32)> = Vec::new();
    for Reverse((_, thing, name)) in kept {
        let likeness = wanted.likeness(&Words::of(&comparable(name)));
        if likeness >= LEAST {
            near.push((thing, likeness));
        }
    }
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

/// Which pairs of neighbouring letters a name has, each pair as one of 128 bits; without regard to
/// ASCII case and to what joins words.
#[derive(Clone, Copy)]
struct Pairs(u128);

impl Pairs {
    fn of(name: &str) -> Self {
        let letters = name.bytes().take(LONGEST).filter(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
        let (mut bits, mut last) = (0, 0u32);
        for letter in letters {
            let letter = u32::from(letter.to_ascii_lowercase());
            bits |= 1u128 << ((last * 31 + letter).wrapping_mul(0x9E37_79B1) >> 25);
            last = letter;
        }
        Self(bits)
    }

    /// How alike two names can be, in thousandths.
    fn shared(self, other: Self) -> u32 {
        let shared = (self.0 & other.0).count_ones();
        let all = self.0.count_ones() + other.0.count_ones();
        2000 * shared / all.max(1)
    }
}

/// A name for the full comparison.
struct Words {
    letters: Vec<char>,
    words: Vec<Vec<char>>,
}

impl Words {
    fn of(slug: &str) -> Self {
        let letters: Vec<char> = slug.chars().collect();
        let words = letters.split(|c| *c == '_').filter(|word| !word.is_empty()).map(<[_]>::to_vec);
        Self { words: words.collect(), letters }
    }

    /// From 0 to 1000.
    fn likeness(&self, other: &Self) -> u32 {
        self.by_letters(other).max(self.by_words(other) * 95 / 100)
    }

    fn by_letters(&self, other: &Self) -> u32 {
        let longest = self.letters.len().max(other.letters.len()).max(1);
        let far = longest * (1000 - LEAST as usize) / 1000;
        let edits = edits(&self.letters, &other.letters, far).unwrap_or(longest);
        per_mille(longest - edits.min(longest), longest)
    }

    /// The part of all letters that stands in words which both have, in any order. Long words count
    /// for more: they say more than `of` and `the`.
    fn by_words(&self, other: &Self) -> u32 {
        let mut free: Vec<&[char]> = other.words.iter().map(Vec::as_slice).collect();
        let mut shared = 0;
        for word in &self.words {
            let best = (0..free.len()).max_by_key(|&at| free.get(at).map_or(0, |own| in_common(word, own)));
            if let Some(at) = best {
                let common = free.get(at).map_or(0, |own| in_common(word, own));
                if common > 0 {
                    shared += common;
                    free.swap_remove(at);
                }
            }
        }
        let all = |words: &[Vec<char>]| words.iter().map(|word| word.len()).sum::<usize>();
        per_mille(2 * shared, (all(&self.words) + all(&other.words)).max(1))
    }
}

fn per_mille(part: usize, whole: usize) -> u32 {
    u32::try_from(1000 * part / whole.max(1)).unwrap_or(1000).min(1000)
}

/// Letters that two words have in common: all where they are equal, the stem where one is a form of
/// the other (`conflict`, `conflicts`), else none.
fn in_common(a: &[char], b: &[char]) -> usize {
    let stem = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let longest = a.len().max(b.len());
    if stem == longest || stem >= 4 && longest - stem <= 3 { stem } else { 0 }
}

/// Letters to insert, drop, replace or swap with their neighbour to make `b` of `a`; `None` where it
/// takes more than `most`.
fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &own) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &other) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut cost =
                (at(&last, j) + usize::from(own != other)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(&other) && b.get(j - 1) == Some(&own);
            if swapped {
                cost = cost.min(at(&before, j - 1) + 1);
            }
            row.push(cost);
        }
        if row.iter().min().is_some_and(|&least| least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|&edits| edits <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

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

    #[test]
    fn edits_are_counted() {
        for (a, b, expected) in
            [("abc", "abc", Some(0)), ("abc", "acb", Some(1)), ("", "ab", Some(2)), ("abcd", "wxyz", None)]
        {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            assert_eq!(edits(&letters(a), &letters(b), 3), expected, "{a} {b}");
        }
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
