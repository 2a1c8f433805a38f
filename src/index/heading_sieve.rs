//! Which notes may have a heading that holds what is typed, without reading the headings of all notes each time.
//!
//! Few people ever ask, so nothing is kept until somebody does: the first question reads the headings of all
//! notes, the next ones those of the notes that differ since. What was read before a question is cancelled is kept.
//! Absent: the real comparison.
use std::sync::{Mutex, PoisonError};

use super::pairs::{Letters, letters};
use super::{Facts, Index, NoteId};

/// What is kept of the notes of a vault, by their numbers: for any state of it, since each tells of what facts it is.
#[derive(Debug, Default)]
pub(super) struct HeadingSieve(Mutex<Vec<Block>>);

/// Notes of a block: a bit each in the words of [`Block::holding`].
const NOTES: usize = u64::BITS as usize;
/// Numbers that stand for runs of letters.
const RUNS: usize = 1024;

/// Some notes with numbers that follow each other. What is asked of all is kept together: a question reads a few
/// words of each block.
#[derive(Debug)]
struct Block {
    /// What it was read from; held, so that no others get their place in memory.
    facts: [Option<Facts>; NOTES],
    /// The letters of a note's headings.
    letters: [Letters; NOTES],
    /// The notes whose headings hold a run of letters, by its number.
    holding: [u64; RUNS],
}

/// Notes that may have a heading that matches what is typed, in no order that means anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WithHeadings {
    /// Those whose headings may hold the words as they are; none where no word has two letters.
    pub holding: Vec<NoteId>,
    /// Others whose headings have all the letters.
    pub lettered: Vec<NoteId>,
}

/// The runs of two and of three letters in a text, each as one of some numbers; without regard to case and accents.
fn runs(text: &str) -> impl Iterator<Item = usize> {
    let number = |run: u32| (run.wrapping_mul(0x85EB_CA6B) >> (u32::BITS - RUNS.ilog2())) as usize;
    let (mut first, mut second) = (None, None);
    letters(text).map(u32::from).flat_map(move |letter| {
        let two = second.map(|before: u32| letter.wrapping_mul(0x9E37_79B1) ^ before);
        let three = two.zip(first).map(|(two, before): (u32, u32)| two.wrapping_mul(0x9E37_79B1) ^ before);
        (first, second) = (second, Some(letter));
        [two, three].into_iter().flatten().map(number)
    })
}

impl Block {
    fn new() -> Self {
        Self { facts: [const { None }; NOTES], letters: [Letters::default(); NOTES], holding: [0; RUNS] }
    }

    /// Has the note `at` be what `facts` says.
    fn update(&mut self, at: usize, facts: &Facts) {
        let (Some(own), Some(letters)) = (self.facts.get_mut(at), self.letters.get_mut(at)) else { return };
        let bit = 1 << at;
        match own {
            Some(own) if own.is(facts) => return,
            Some(_) => self.holding.iter_mut().for_each(|notes| *notes &= !bit),
            None => {}
        }
        *own = Some(facts.clone());
        *letters = Letters::default();
        for heading in facts.headings() {
            let text = heading.text();
            *letters = letters.and(Letters::of(&text));
            for run in runs(&text) {
                self.holding.get_mut(run).into_iter().for_each(|notes| *notes |= bit);
            }
        }
    }

    /// The notes that hold all these runs.
    fn notes_with(&self, runs: &[usize]) -> u64 {
        runs.iter().fold(!0, |notes, &run| notes & self.holding.get(run).copied().unwrap_or_default())
    }
}

impl Index {
    /// The notes with headings that may match what is `typed`, of each sort at most `most`.
    pub fn with_headings_like(&self, typed: &str, most: usize) -> WithHeadings {
        let mut known = self.headings.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Of each block the notes that are there in this state.
        let mut present: Vec<u64> = Vec::new();
        let mut first = 0;
        for run in self.facts_in_runs() {
            let mut end = first;
            for (facts, number) in run.zip(first..) {
                end = number + 1;
                let (block, at) = (number / NOTES, number % NOTES);
                if present.len() <= block {
                    present.resize(block + 1, 0);
                }
                if known.len() <= block {
                    known.resize_with(block + 1, Block::new);
                }
                if let (Some(facts), Some(known), Some(there)) =
                    (facts, known.get_mut(block), present.get_mut(block))
                {
                    known.update(at, facts);
                    *there |= 1 << at;
                }
            }
            first = end;
        }
        let letters = Letters::of(typed);
        let wanted: Vec<usize> = typed.split(|c: char| !c.is_alphanumeric()).flat_map(runs).collect();
        let mut found = WithHeadings::default();
        for (number, (block, there)) in known.iter().zip(present).enumerate() {
            if found.holding.len() >= most {
                break;
            }
            let holding = if wanted.is_empty() { 0 } else { there & block.notes_with(&wanted) };
            for (at, own) in block.letters.iter().enumerate() {
                let is_in = |notes: u64| notes & (1 << at) != 0;
                let list = if is_in(holding) { &mut found.holding } else { &mut found.lettered };
                if is_in(there) && own.hold(letters) && list.len() < most {
                    list.extend(u32::try_from(number * NOTES + at).map(NoteId));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::index::{Cancel, Change, catch};
    use crate::settings::Settings;
    use crate::syntax::parse;

    fn put(index: &mut Index, path: &str, text: &str) {
        let settings = Settings::default();
        let note = parse(text, &settings.syntax_options());
        index.apply(Change::Facts(path.into(), Facts::new(text, &note, &settings)));
    }

    fn found(index: &Index, typed: &str) -> Vec<String> {
        let notes = index.with_headings_like(typed, 100).holding.into_iter();
        notes.map(|note| index.path(note).to_owned()).collect()
    }

    #[test]
    fn a_note_is_found_by_the_words_in_its_headings() {
        let mut index = Index::new(Arc::default());
        put(&mut index, "a.md", "# Spring tides\n## The Café\n");
        put(&mut index, "b.md", "text of the tides\n");
        for typed in ["tide", "TIDES spring", "pri", "cafe", "é ti", "ti"] {
            assert_eq!(found(&index, typed), ["a.md"], "{typed}");
        }
        for typed in ["moon", "tides moon", "", "a", "a b"] {
            assert_eq!(found(&index, typed), [""; 0], "{typed}");
        }
        let lettered = |typed| index.with_headings_like(typed, 100).lettered.len();
        assert_eq!((lettered("sprts"), lettered("sxt"), lettered("spring")), (1, 0, 0));
        assert_eq!(index.with_headings_like("ti", 0), WithHeadings::default());
    }

    /// However soon enough are found.
    #[test]
    fn the_first_question_reads_all_headings() {
        let mut index = Index::new(Arc::default());
        for path in ["a.md", "b.md", "c.md"] {
            put(&mut index, path, "# Spring\n");
        }
        assert_eq!(index.with_headings_like("spring", 1).holding.len(), 1);
        let known = index.headings.0.lock().unwrap();
        assert_eq!(known.iter().flat_map(|block| &block.facts).flatten().count(), 3);
    }

    /// Each state of the vault has its own answer, whichever was asked before.
    #[test]
    fn it_is_what_the_headings_are_now() {
        let mut index = Index::new(Arc::default());
        put(&mut index, "a.md", "# Spring\n");
        let before = index.clone();
        assert_eq!(found(&index, "spring"), ["a.md"]);
        put(&mut index, "a.md", "# Autumn\n");
        put(&mut index, "b.md", "# Spring\n");
        assert_eq!(
            (found(&index, "spring"), found(&index, "autumn")),
            (vec!["b.md".into()], vec!["a.md".into()])
        );
        assert_eq!((found(&before, "spring"), found(&before, "autumn")), (vec!["a.md".into()], vec![]));
        index.apply(Change::Gone("b.md".into()));
        assert_eq!(found(&index, "spring"), [""; 0]);
    }

    #[test]
    fn a_question_that_is_cancelled_leaves_the_next_one_right() {
        let mut index = Index::new(Arc::default());
        put(&mut index, "a.md", "# Spring\n");
        let cancel = Cancel::new();
        cancel.cancel();
        assert!(catch(|| index.clone().with_cancel(cancel).with_headings_like("spring", 9)).is_err());
        assert_eq!(found(&index, "spring"), ["a.md"]);
    }
}
