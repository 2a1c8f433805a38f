//! Which notes may have a heading that holds what is typed, without reading the headings of all notes each time.
//!
//! Few people ever ask, so nothing is kept until somebody does: the first question reads the headings of all
//! notes, the next ones those of the notes that differ since. What was read before a question is cancelled is kept.
//! Absent: the real comparison.
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::bit_rows::{BitRows, NOTES, ones};
use super::numbered::Numbered;
use super::pairs::{Letters, letters};
use super::store::Entry;
use super::{Facts, Index, NoteId};

/// What is kept of the notes of a vault, by their numbers: for any state of it, since each tells of what facts it is.
#[derive(Debug, Default)]
pub(super) struct HeadingSieve(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    blocks: Vec<Block>,
    /// The state of the vault that they are right for, if they are for one.
    state: Option<Numbered<Option<Entry>>>,
}

/// Blocks that one thread takes at a time.
const BLOCKS_PER_JOB: usize = 8;
/// Numbers that stand for runs of two letters, and those behind them for runs of three and of four.
const PAIRS: usize = 128;
const LONGER: usize = 1024;
const RUNS: usize = PAIRS + LONGER;

/// Some notes with numbers that follow each other.
#[derive(Debug)]
struct Block {
    /// What it was read from; held, so that no others get their place in memory.
    facts: [Option<Facts>; NOTES],
    /// The notes that are there in the state of the vault that is looked at.
    there: u64,
    /// The letters of their headings.
    letters: BitRows<{ Letters::KINDS }>,
    /// The runs of letters in them.
    runs: BitRows<RUNS>,
}

/// Notes that may have a heading beside their title that matches what is typed, each sort by their numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WithHeadings {
    /// Those whose headings may hold the words as they are; none where no word has two letters.
    pub holding: Vec<NoteId>,
    /// Others whose headings have all the letters.
    pub lettered: Vec<NoteId>,
}

/// The runs of two, three and four letters in a text, each as one of some numbers; without regard to case and accents.
fn runs(text: &str) -> impl Iterator<Item = usize> {
    let (mut last, mut length) = ([0_u32; 3], 0);
    letters(text).map(u32::from).flat_map(move |letter| {
        let mut run = letter;
        let runs = [0, 1, 2].map(|before| {
            let own = last.get(before).copied().unwrap_or_default();
            run = run.wrapping_mul(0x9E37_79B1) ^ own;
            (before < length).then(|| match before {
                0 => number(run, PAIRS),
                _ => PAIRS + number(run, LONGER),
            })
        });
        last = [letter, last[0], last[1]];
        length += 1;
        runs.into_iter().flatten()
    })
}

/// One of so many numbers, a power of two, for a run.
fn number(run: u32, of: usize) -> usize {
    (run.wrapping_mul(0x85EB_CA6B) >> (u32::BITS - of.ilog2())) as usize
}

/// The runs that a text with the words `typed` has: of a word with longer ones not the pairs, which most texts have.
fn wanted(typed: &str) -> Vec<usize> {
    let words = typed.split(|c: char| !c.is_alphanumeric());
    let of_word = |word| {
        let (pairs, longer): (Vec<usize>, Vec<usize>) = runs(word).partition(|&run| run < PAIRS);
        if longer.is_empty() { pairs } else { longer }
    };
    words.flat_map(of_word).collect()
}

impl Block {
    fn new() -> Self {
        let facts = [const { None }; NOTES];
        Self { facts, there: 0, letters: BitRows::default(), runs: BitRows::default() }
    }

    /// Has the notes be what `facts` says of each.
    fn update(&mut self, facts: &[Option<&Facts>]) {
        self.there = 0;
        for (at, facts) in facts.iter().enumerate() {
            let Some(facts) = facts else { continue };
            self.there |= 1 << at;
            self.update_one(at, facts);
        }
    }

    fn update_one(&mut self, at: usize, facts: &Facts) {
        let Some(own) = self.facts.get_mut(at) else { return };
        if own.as_ref().is_some_and(|own| own.is(facts)) {
            return;
        }
        if own.take().is_some() {
            self.letters.clear(at);
            self.runs.clear(at);
        }
        let mut letters = Letters::default();
        for (_, heading) in facts.headings_but_title() {
            let text = heading.text();
            letters = letters.and(Letters::of(&text));
            self.runs.add(at, runs(&text));
        }
        self.letters.add(at, letters.numbers());
        *own = Some(facts.clone());
    }
}

impl Known {
    /// Reads what it does not know of the state `index`.
    fn update(&mut self, index: &Index) {
        if self.state.as_ref().is_some_and(|state| state.ptr_eq(index.entries())) {
            return;
        }
        self.state = None;
        let notes = index.cancel().over(index.entries().runs()).flatten();
        let facts: Vec<Option<&Facts>> = notes.map(|entry| entry.as_ref()?.facts.as_ref()).collect();
        let blocks = facts.len().div_ceil(NOTES);
        self.blocks.resize_with(blocks.max(self.blocks.len()), Block::new);
        self.blocks.iter_mut().skip(blocks).for_each(|block| block.there = 0);
        let jobs = self.blocks.par_iter_mut().zip(facts.par_chunks(NOTES)).with_min_len(BLOCKS_PER_JOB);
        jobs.for_each(|(block, facts)| {
            index.cancel().check();
            block.update(facts);
        });
        self.state = Some(index.entries().clone());
    }
}

impl Index {
    /// The notes with headings that may match what is `typed`, of each sort at most `most`. Not for a thread of
    /// rayon's pool, which might wait for itself: others read what is not known yet, and meanwhile nobody else asks.
    pub fn with_headings_like(&self, typed: &str, most: usize) -> WithHeadings {
        let letters = Letters::of(typed);
        let wanted = wanted(typed);
        let mut known = self.headings.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.update(self);
        let mut found = WithHeadings::default();
        for (block, first) in known.blocks.iter().zip((0u32..).step_by(NOTES)) {
            if found.holding.len() >= most {
                break;
            }
            let holding =
                if wanted.is_empty() { 0 } else { block.there & block.runs.with_all(wanted.iter().copied()) };
            // No more of the others than are wanted.
            let sought = if found.lettered.len() < most { block.there } else { holding };
            for at in ones(block.letters.with_all(letters.numbers()) & sought) {
                let list = if holding & (1 << at) != 0 { &mut found.holding } else { &mut found.lettered };
                list.push(NoteId(first + at as u32));
            }
        }
        found.holding.truncate(most);
        found.lettered.truncate(most);
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::index::{Cancel, Change, catch};

    fn found(index: &Index, typed: &str) -> Vec<String> {
        let notes = index.with_headings_like(typed, 100).holding.into_iter();
        notes.map(|note| index.path(note).to_owned()).collect()
    }

    #[test]
    fn a_note_is_found_by_the_words_in_its_headings() {
        let mut index = Index::new(Arc::default());
        index.apply(Change::note("a.md", "# Neap\n## Spring tides\n## The Café\n"));
        index.apply(Change::note("b.md", "text of the tides\n"));
        for typed in ["tide", "TIDES spring", "pri", "cafe", "é ti", "ti"] {
            assert_eq!(found(&index, typed), ["a.md"], "{typed}");
        }
        for typed in ["moon", "tides moon", "neap", "", "a", "a b"] {
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
            index.apply(Change::note(path, "## Spring\n"));
        }
        assert_eq!(index.with_headings_like("spring", 1).holding.len(), 1);
        let known = index.headings.0.lock().unwrap();
        assert_eq!(known.blocks.iter().flat_map(|block| &block.facts).flatten().count(), 3);
    }

    /// Each state of the vault has its own answer, whichever was asked before.
    #[test]
    fn it_is_what_the_headings_are_now() {
        let mut index = Index::new(Arc::default());
        index.apply(Change::note("a.md", "## Spring\n"));
        let before = index.clone();
        assert_eq!(found(&index, "spring"), ["a.md"]);
        index.apply(Change::note("a.md", "## Autumn\n"));
        index.apply(Change::note("b.md", "## Spring\n"));
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
        index.apply(Change::note("a.md", "## Spring\n"));
        let cancel = Cancel::new();
        cancel.cancel();
        assert!(catch(|| index.clone().with_cancel(cancel).with_headings_like("spring", 9)).is_err());
        assert_eq!(found(&index, "spring"), ["a.md"]);
    }
}
