//! For some notes with numbers that follow each other, which of them have a trait: a row of bits for each trait. Who
//! seeks the notes with a few traits reads the words of these rows, and nothing of each note.

/// Notes that share a row: a bit each.
pub(super) const NOTES: usize = u64::BITS as usize;

/// The rows of `ROWS` traits.
#[derive(Clone, Debug)]
pub(super) struct BitRows<const ROWS: usize>([u64; ROWS]);

impl<const ROWS: usize> Default for BitRows<ROWS> {
    fn default() -> Self {
        Self([0; ROWS])
    }
}

impl<const ROWS: usize> BitRows<ROWS> {
    /// Gives the note `at` traits by their numbers, beside those that it has.
    pub(super) fn add(&mut self, at: usize, traits: impl IntoIterator<Item = usize>) {
        for row in traits {
            self.0.get_mut(row).into_iter().for_each(|row| *row |= 1 << at);
        }
    }

    /// Takes all traits from the note `at`.
    pub(super) fn clear(&mut self, at: usize) {
        self.0.iter_mut().for_each(|row| *row &= !(1 << at));
    }

    /// The notes that have all these traits: a bit each.
    pub(super) fn with_all(&self, traits: impl IntoIterator<Item = usize>) -> u64 {
        traits.into_iter().fold(!0, |notes, row| notes & self.row(row))
    }

    /// How many of these traits each note has.
    pub(super) fn counts(&self, traits: impl IntoIterator<Item = usize>) -> Counts {
        let mut counts = Counts::default();
        traits.into_iter().for_each(|row| counts.add(self.row(row)));
        counts
    }

    fn row(&self, row: usize) -> u64 {
        self.0.get(row).copied().unwrap_or_default()
    }
}

/// A number for each note, of at most 255: the first word has the lowest bit of each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts([u64; 8]);

impl Counts {
    fn add(&mut self, notes: u64) {
        let mut carry = notes;
        for bits in &mut self.0 {
            if carry == 0 {
                break;
            }
            (*bits, carry) = (*bits ^ carry, *bits & carry);
        }
    }

    /// The number of the note `at`.
    pub(super) fn of(&self, at: usize) -> u32 {
        self.0.iter().rev().fold(0, |number, bits| number << 1 | u32::from(bits >> at & 1 == 1))
    }

    /// The notes with at least the number `least`: a bit each.
    pub(super) fn at_least(&self, least: u32) -> u64 {
        if least > u8::MAX.into() {
            return 0;
        }
        let (mut more, mut same) = (0, !0);
        for (bit, &bits) in self.0.iter().enumerate().rev() {
            if least >> bit & 1 == 1 {
                same &= bits;
            } else {
                more |= same & bits;
                same &= !bits;
            }
        }
        more | same
    }
}

/// The numbers of the bits that are set in `word`, upwards.
pub(super) fn ones(word: u64) -> impl Iterator<Item = usize> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let at = rest.trailing_zeros() as usize;
        let found = rest != 0;
        rest &= rest.wrapping_sub(1);
        found.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set_of_traits_for_each_note(
            given in proptest::collection::vec((0..NOTES, any::<bool>(), 0..70usize), 0..600),
            asked in proptest::collection::btree_set(0..70usize, 0..70),
            least in 0..300u32,
        ) {
            let (mut rows, mut plain) = (BitRows::<70>::default(), vec![BTreeSet::new(); NOTES]);
            for (at, is_new, number) in given {
                if is_new {
                    rows.add(at, [number]);
                    plain[at].insert(number);
                } else {
                    rows.clear(at);
                    plain[at].clear();
                }
            }
            let counts = rows.counts(asked.iter().copied());
            let (all, enough) = (rows.with_all(asked.iter().copied()), counts.at_least(least));
            for (at, own) in plain.iter().enumerate() {
                let shared = own.intersection(&asked).count();
                prop_assert_eq!(counts.of(at) as usize, shared);
                prop_assert_eq!(all >> at & 1 == 1, shared == asked.len());
                prop_assert_eq!(enough >> at & 1 == 1, shared >= least as usize);
            }
            prop_assert_eq!(ones(all).fold(0, |word, at| word | 1 << at), all);
        }
    }
}
