//! Which headings may hold what is typed, without reading those of all notes each time.
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
use super::{Facts, HeadingFact, Index, NoteId};

/// What is kept of the notes of a vault, by their numbers: for any state of it, since each tells of what facts it is.
#[derive(Debug, Default)]
pub(super) struct HeadingSieve(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    groups: Vec<Group>,
    /// The state of the vault that they are right for, if they are for one.
    state: Option<Numbered<Option<Entry>>>,
}

/// Notes that are read together, with numbers that follow each other: when one of them has changed, all of them.
const GROUP: usize = u128::BITS as usize;
/// Groups that one thread takes at a time.
const GROUPS_PER_JOB: usize = 4;
/// Headings in a slice. In many more, nearly any letters are.
const SLICE: usize = 8;
/// Numbers that stand for runs of two letters, and those behind them for runs of three and of four.
const PAIRS: usize = 128;
const LONGER: usize = 1024;
const RUNS: usize = PAIRS + LONGER;

/// What is known of a group.
#[derive(Debug, Default)]
struct Group {
    /// What it was read from; held, so that no others get their place in memory.
    facts: Vec<Option<Facts>>,
    /// The notes that are there in the state of the vault that is looked at: a bit each.
    there: u128,
    /// The note, and which of its slices, that each bit of the rows is of, in order.
    slices: Vec<(usize, u32)>,
    /// Rows for as many slices at a time as share one.
    rows: Vec<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    /// The letters of headings.
    letters: BitRows<{ Letters::KINDS }>,
    /// The runs of letters in them.
    runs: BitRows<RUNS>,
}

/// A few headings of a note that follow each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HeadingSlice {
    /// The note.
    pub note: NoteId,
    number: u32,
}

impl HeadingSlice {
    /// The slice that a heading of a note is in.
    pub fn with(note: NoteId, heading: usize) -> Self {
        Self { note, number: slice_of(heading) }
    }
}

/// Which of the slices of its note a heading is in.
fn slice_of(heading: usize) -> u32 {
    u32::try_from(heading / SLICE).unwrap_or(u32::MAX)
}

/// Slices of headings with one beside titles that may match what is typed, each sort in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HeadingsLike {
    /// Those that may hold the words as they are; none where no word has two letters.
    pub holding: Vec<HeadingSlice>,
    /// Others with all the letters.
    pub lettered: Vec<HeadingSlice>,
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

impl Group {
    /// Has the notes be what `facts` says of each.
    fn update(&mut self, facts: &[Option<&Facts>]) {
        self.there = 0;
        self.facts.resize(self.facts.len().max(facts.len()), None);
        let mut is_read = true;
        for (at, (own, facts)) in self.facts.iter_mut().zip(facts).enumerate() {
            let Some(facts) = *facts else { continue };
            self.there |= 1 << at;
            if own.as_ref().is_none_or(|own| !own.is(facts)) {
                *own = Some(facts.clone());
                is_read = false;
            }
        }
        if !is_read {
            self.read();
        }
    }

    fn read(&mut self) {
        self.slices.clear();
        self.rows.clear();
        for (at, facts) in self.facts.iter().enumerate() {
            for (number, heading) in facts.iter().flat_map(Facts::headings_but_title) {
                let slice = (at, slice_of(number));
                if self.slices.last() != Some(&slice) {
                    if self.slices.len().is_multiple_of(NOTES) {
                        self.rows.push(Rows::default());
                    }
                    self.slices.push(slice);
                }
                let Some(rows) = self.rows.last_mut() else { continue };
                let (bit, text) = ((self.slices.len() - 1) % NOTES, heading.text());
                rows.letters.add(bit, Letters::of(&text).numbers());
                rows.runs.add(bit, runs(&text));
            }
        }
        self.slices.shrink_to_fit();
        self.rows.shrink_to_fit();
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
        let groups = facts.len().div_ceil(GROUP);
        self.groups.resize_with(groups.max(self.groups.len()), Group::default);
        self.groups.iter_mut().skip(groups).for_each(|group| group.there = 0);
        let jobs = self.groups.par_iter_mut().zip(facts.par_chunks(GROUP)).with_min_len(GROUPS_PER_JOB);
        jobs.for_each(|(group, facts)| {
            index.cancel().check();
            group.update(facts);
        });
        self.state = Some(index.entries().clone());
    }
}

impl Index {
    /// The slices with headings that may match what is `typed`, of each sort at most `most`. Not for a thread of
    /// rayon's pool, which might wait for itself: others read what is not known yet, and meanwhile nobody else asks.
    pub fn headings_like(&self, typed: &str, most: usize) -> HeadingsLike {
        let letters = Letters::of(typed);
        let wanted = wanted(typed);
        let mut known = self.headings.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.update(self);
        let mut found = HeadingsLike::default();
        let groups = known.groups.iter().zip((0u32..).step_by(GROUP));
        let rows = groups.flat_map(|(group, first)| {
            group.rows.iter().zip(group.slices.chunks(NOTES)).map(move |rows| (group, first, rows))
        });
        for (group, first, (rows, slices)) in rows {
            if found.holding.len() >= most {
                break;
            }
            let holding = if wanted.is_empty() { 0 } else { rows.runs.with_all(wanted.iter().copied()) };
            // No more of the others than are wanted.
            let sought = if found.lettered.len() < most { !0 } else { holding };
            if sought == 0 {
                continue;
            }
            for bit in ones(rows.letters.with_all(letters.numbers()) & sought) {
                // Bits behind the last slice are set where nothing is wanted.
                let Some(&(at, number)) = slices.get(bit) else { break };
                if group.there >> at & 1 == 1 {
                    let list =
                        if holding & (1 << bit) != 0 { &mut found.holding } else { &mut found.lettered };
                    list.push(HeadingSlice { note: NoteId(first + at as u32), number });
                }
            }
        }
        found.holding.truncate(most);
        found.lettered.truncate(most);
        found
    }

    /// The slices of a note with headings beside its title.
    pub fn heading_slices(&self, note: NoteId) -> Vec<HeadingSlice> {
        let headings = self.facts(note).into_iter().flat_map(Facts::headings_but_title);
        let mut all: Vec<_> = headings.map(|(number, _)| HeadingSlice::with(note, number)).collect();
        all.dedup();
        all
    }

    /// The headings in these slices that are not the title of their note, each with its note and which of its headings
    /// it is. The slices of a note that stand together, in order, are read in one go.
    pub fn headings_in<'i>(
        &'i self,
        slices: &[HeadingSlice],
    ) -> impl Iterator<Item = (NoteId, usize, HeadingFact<'i>)> {
        let by_note = slices.chunk_by(|a, b| a.note == b.note);
        by_note.filter_map(|same| Some((same, *same.last()?))).flat_map(move |(same, last)| {
            let headings = self.facts(last.note).into_iter().flat_map(Facts::headings_but_title);
            let headings =
                headings.map(move |(at, heading)| (HeadingSlice::with(last.note, at), at, heading));
            let headings = headings.take_while(move |(slice, ..)| *slice <= last);
            let headings = headings.filter(|(slice, ..)| same.binary_search(slice).is_ok());
            headings.map(|(slice, at, heading)| (slice.note, at, heading))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::index::{Cancel, Change, catch};

    fn found(index: &Index, typed: &str) -> Vec<String> {
        let found = index.headings_like(typed, 100).holding.into_iter();
        found.map(|slice| index.path(slice.note).to_owned()).collect()
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
        let lettered = |typed| index.headings_like(typed, 100).lettered.len();
        assert_eq!((lettered("sprts"), lettered("sxt"), lettered("spring")), (1, 0, 0));
        assert_eq!(index.headings_like("ti", 0), HeadingsLike::default());
    }

    /// Slices are told from the others of their note.
    #[test]
    fn a_heading_is_found_among_many() {
        let mut index = Index::new(Arc::default());
        let headings =
            |from: char| (from..='z').map(|c| format!("## {c}{c}{c} spring\n")).collect::<String>();
        index.apply(Change::note("a.md", &format!("# Bbb spring\n{}", headings('a'))));
        index.apply(Change::note("b.md", &headings('y')));
        let shown = |typed: &str| {
            let found = index.headings_like(typed, 100).holding;
            let headings = index
                .headings_in(&found)
                .map(|(note, number, heading)| format!("{}:{number} {}", index.path(note), heading.text()));
            headings.filter(|heading| heading.contains(typed)).collect::<Vec<_>>()
        };
        assert_eq!(shown("bbb"), ["a.md:2 bbb spring"]);
        assert_eq!(shown("zzz"), ["a.md:26 zzz spring", "b.md:1 zzz spring"]);
        assert_eq!(shown("spring").len(), 28);
        let (few, all) = (index.headings_like("bbb", 100).holding, NoteId(0));
        assert_eq!(index.headings_in(&few).count(), SLICE - 1);
        assert_eq!(index.headings_in(&index.heading_slices(all)).count(), 26);
    }

    /// However soon enough are found.
    #[test]
    fn the_first_question_reads_heading_slices() {
        let mut index = Index::new(Arc::default());
        for path in ["a.md", "b.md", "c.md"] {
            index.apply(Change::note(path, "## Spring\n"));
        }
        assert_eq!(index.headings_like("spring", 1).holding.len(), 1);
        let known = index.headings.0.lock().unwrap();
        assert_eq!(known.groups.iter().flat_map(|group| &group.facts).flatten().count(), 3);
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
        assert!(catch(|| index.clone().with_cancel(cancel).headings_like("spring", 9)).is_err());
        assert_eq!(found(&index, "spring"), ["a.md"]);
    }
}
