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
pub(super) struct HeadingSieve(Mutex<Vec<Option<Sifted>>>);

#[derive(Debug)]
struct Sifted {
    /// What it was read from; held, so that no others get their place in memory.
    facts: Facts,
    held: Held,
}

/// What the headings of a note have together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Held {
    grams: Grams,
    letters: Letters,
}

/// Notes that may have a heading that matches what is typed, in no order that means anything.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WithHeadings {
    /// Those whose headings may hold the words as they are; none where no word has two letters.
    pub holding: Vec<NoteId>,
    /// Others whose headings have all the letters.
    pub lettered: Vec<NoteId>,
}

/// The runs of two, three and four letters of some texts, each as one of 512 bits; without regard to case and accents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Grams([u64; 8]);

impl Grams {
    fn add(&mut self, text: &str) {
        let mut last = [None; 3];
        for letter in letters(text).map(u32::from) {
            let mut run = letter;
            for before in last.into_iter().map_while(|before: Option<u32>| before) {
                run = run.wrapping_mul(0x9E37_79B1) ^ before;
                self.set(run);
            }
            let [one, two, _] = last;
            last = [Some(letter), one, two];
        }
    }

    fn set(&mut self, run: u32) {
        let hash = run.wrapping_mul(0x85EB_CA6B) >> 23;
        if let Some(bits) = self.0.get_mut(hash as usize / 64) {
            *bits |= 1 << (hash % 64);
        }
    }

    /// Those inside the words of what someone types.
    fn inside(typed: &str) -> Self {
        let mut grams = Self::default();
        typed.split(|c: char| !c.is_alphanumeric()).for_each(|word| grams.add(word));
        grams
    }

    fn hold(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own & other == *other)
    }
}

impl Held {
    fn of(facts: &Facts) -> Self {
        let mut held = Self::default();
        for heading in facts.headings() {
            let text = heading.text();
            held.grams.add(&text);
            held.letters = held.letters.and(Letters::of(&text));
        }
        held
    }
}

impl Index {
    /// The notes with headings that may match what is `typed`, of each sort at most `most`.
    pub fn with_headings_like(&self, typed: &str, most: usize) -> WithHeadings {
        let (wanted, letters) = (Grams::inside(typed), Letters::of(typed));
        let has_words = wanted != Grams::default();
        let mut known = self.headings.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The first question reads them all, so that no later one has to go on with it.
        let reads_all = known.is_empty();
        let mut found = WithHeadings::default();
        let mut first = 0;
        for run in self.facts_in_runs() {
            let mut end = first;
            for (facts, number) in run.zip(first..) {
                end = number + 1;
                if known.len() <= number {
                    known.resize_with(end, || None);
                }
                let (Some(facts), Some(slot)) = (facts, known.get_mut(number)) else { continue };
                if slot.as_ref().is_none_or(|sifted| !sifted.facts.is(facts)) {
                    *slot = Some(Sifted { facts: facts.clone(), held: Held::of(facts) });
                }
                let Some(Sifted { held, .. }) = slot else { continue };
                if found.holding.len() >= most || !held.letters.hold(letters) {
                    continue;
                }
                let holds = has_words && held.grams.hold(&wanted);
                let list = if holds { &mut found.holding } else { &mut found.lettered };
                if list.len() < most {
                    list.extend(u32::try_from(number).map(NoteId));
                }
            }
            if found.holding.len() >= most && !reads_all {
                break;
            }
            first = end;
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
        assert_eq!(index.headings.0.lock().unwrap().len(), 3);
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
