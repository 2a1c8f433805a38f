//! Which letters, and pairs of them, a name has: sieves for completion and "did you mean" that cost next
//! to nothing per name.
//! Absent: the real comparison.
use super::{Facts, Index, NoteId};

/// Characters of a name that count.
const LONGEST: usize = 120;

/// The pairs of neighbouring letters of a name, each as one of 128 bits; without regard to ASCII case
/// and to what joins words. Names that are alike share most of them; two that share most need not be
/// alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pairs([u64; 2]);

impl Pairs {
    /// The pairs of `name`.
    pub fn of(name: &str) -> Self {
        let mut bits = [0; 2];
        let mut last = 0u32;
        for letter in name.bytes().take(LONGEST) {
            if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
                continue;
            }
            let letter = u32::from(letter.to_ascii_lowercase());
            set(&mut bits, last, letter);
            last = letter;
        }
        Self(bits)
    }

    /// The pairs inside the words of what someone types: a name that holds these words has them all,
    /// wherever they stand in it. Only ASCII counts, for other letters have more than one form.
    pub fn inside(typed: &str) -> Self {
        let words = typed.split(|c: char| !c.is_ascii_alphanumeric());
        let pairs = words.flat_map(|word| word.as_bytes().windows(2)).filter_map(|pair| match pair {
            &[last, letter] => Some((u32::from(last.to_ascii_lowercase()), letter)),
            _ => None,
        });
        let mut bits = [0; 2];
        for (last, letter) in pairs {
            set(&mut bits, last, u32::from(letter.to_ascii_lowercase()));
        }
        Self(bits)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether all of `other` are among them.
    fn hold(self, other: Self) -> bool {
        let ([a, b], [c, d]) = (self.0, other.0);
        a & c == c && b & d == d
    }

    /// How many there are.
    fn count(self) -> u32 {
        self.0.iter().map(|half| half.count_ones()).sum()
    }

    /// How much of what two names have is shared, in thousandths; 0 where one has nothing.
    pub fn alike(self, other: Self) -> u32 {
        let ones = |bits: [u64; 2]| bits.iter().map(|half| half.count_ones()).sum::<u32>();
        let ([a, b], [c, d]) = (self.0, other.0);
        2000 * ones([a & c, b & d]) / (ones(self.0) + ones(other.0)).max(1)
    }
}

/// The letters (caseless) and digits of ASCII in a name, a bit each. What is typed can only match a
/// name that has all of its letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Letters(u64);

impl Letters {
    /// Set for a name with letters beyond ASCII: they may match by their base letter, so it is not
    /// judged.
    const OTHERS: u64 = 1 << 63;

    /// The letters of `text`.
    pub fn of(text: &str) -> Self {
        let bit = |byte: u8| LETTERS.get(usize::from(byte)).copied().unwrap_or(0);
        Self(text.bytes().fold(0, |set, byte| set | bit(byte)))
    }

    /// Whether a name with these letters may hold the letters of what is typed.
    pub fn hold(self, typed: Self) -> bool {
        let needed = typed.0 & !Self::OTHERS;
        self.0 & needed == needed || self.0 & Self::OTHERS != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The bit of each byte.
const LETTERS: [u64; 256] = {
    let mut bits = [0; 256];
    let mut at = 0;
    while at < 26 {
        bits[b'a' as usize + at] = 1 << at;
        bits[b'A' as usize + at] = 1 << at;
        at += 1;
    }
    while at < 36 {
        bits[b'0' as usize + at - 26] = 1 << at;
        at += 1;
    }
    at = 128;
    while at < 256 {
        bits[at] = Letters::OTHERS;
        at += 1;
    }
    bits
};

/// Sets the bit of two neighbouring letters.
fn set(bits: &mut [u64; 2], last: u32, letter: u32) {
    let bit = (last * 31 + letter).wrapping_mul(0x9E37_79B1) >> 25;
    let [low, high] = bits;
    *(if bit < 64 { low } else { high }) |= 1 << (bit % 64);
}

/// The pairs of a note's names, of its file stem and of its title and aliases together, and the letters
/// of all. Kept beside its path so that a scan reads nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct NamePairs {
    stem: Pairs,
    names: Pairs,
    letters: Letters,
}

impl NamePairs {
    pub(super) fn new(stem: &str, facts: Option<&Facts>) -> Self {
        let (mut names, mut letters) = (Pairs::default(), Letters::of(stem));
        for name in facts.into_iter().flat_map(Facts::names) {
            let Pairs([low, high]) = Pairs::of(name);
            names = Pairs([names.0[0] | low, names.0[1] | high]);
            letters = letters.and(Letters::of(name));
        }
        Self { stem: Pairs::of(stem), names, letters }
    }
}

impl Index {
    /// The notes with a name that may hold what has the pairs `wanted`, at most `most`, in no order:
    /// those of the folder `near`, and those with the shortest names, of which less is left to type.
    pub fn holding(&self, wanted: Pairs, near: &str, most: usize) -> Vec<NoteId> {
        let size = |pairs: NamePairs| {
            let names = [pairs.stem, pairs.names].into_iter().filter(|own| own.hold(wanted));
            names.map(Pairs::count).min()
        };
        let mut kept: Vec<_> =
            self.name_pairs().filter_map(|(note, pairs)| Some((size(pairs)?, note))).collect();
        if kept.len() > most {
            let far = |note| self.entry(note).is_none_or(|entry| entry.folder() != near);
            kept.select_nth_unstable_by_key(most, |&(size, note)| (far(note), size, note));
            kept.truncate(most);
        }
        kept.into_iter().map(|(_, note)| note).collect()
    }

    /// The notes whose names have all these letters, in no order.
    pub fn lettered(&self, typed: Letters) -> Vec<NoteId> {
        self.name_pairs().filter(|(_, pairs)| pairs.letters.hold(typed)).map(|(note, _)| note).collect()
    }

    /// The notes with a name that may be like `wanted`, at most `most`, in no order: those that share
    /// the most pairs of letters with it. For a few, the work of a scan that reads 40 bytes a note.
    pub fn alike(&self, wanted: Pairs, most: usize) -> Vec<NoteId> {
        let mut kept: Vec<(u32, NoteId)> = Vec::with_capacity(2 * most + 1);
        let mut least = 0;
        for (note, pairs) in self.name_pairs() {
            let alike = wanted.alike(pairs.stem).max(wanted.alike(pairs.names));
            if alike <= least {
                continue;
            }
            kept.push((alike, note));
            if kept.len() > 2 * most {
                kept.sort_unstable_by(|a, b| b.cmp(a));
                kept.truncate(most);
                least = kept.last().map_or(0, |&(alike, _)| alike);
            }
        }
        kept.sort_unstable_by(|a, b| b.cmp(a));
        kept.into_iter().take(most).map(|(_, note)| note).collect()
    }
}
