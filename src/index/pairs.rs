//! Which letters, and pairs of them, a name has: sieves for completion and "did you mean" that cost next
//! to nothing per name. Letters count without regard to case and to accents, as the fuzzy matcher has it.
//! Absent: the real comparison, and the scan through all names ([`super::prefilter`]).
use nucleo_matcher::chars;

use super::bit_rows::ones;

/// Characters of a name that count.
const LONGEST: usize = 120;

/// The letters and digits of `text`, without regard to case and accents.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric()).map(folded)
}

fn folded(letter: char) -> char {
    if letter.is_ascii() {
        letter.to_ascii_lowercase()
    } else {
        chars::to_lower_case(chars::normalize(letter))
    }
}

/// The pairs of neighbouring letters of a name, each as one of 128 bits; without regard to what joins words.
/// Names that are alike share most of them; two that share most need not be alike.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pairs([u64; 2]);

impl Pairs {
    /// How many kinds of them are told apart.
    pub(super) const KINDS: usize = 128;

    /// The pairs of `name`.
    pub fn of(name: &str) -> Self {
        let (mut bits, mut last) = ([0; 2], 0);
        let mut add = |letter: u32| {
            set(&mut bits, last, letter);
            last = letter;
        };
        if name.is_ascii() {
            let letters = name.bytes().filter(u8::is_ascii_alphanumeric).take(LONGEST);
            letters.for_each(|letter| add(letter.to_ascii_lowercase().into()));
        } else {
            letters(name).take(LONGEST).for_each(|letter| add(letter.into()));
        }
        Self(bits)
    }

    /// The pairs inside the words of what someone types: a name that holds these words has them all,
    /// wherever they stand in it.
    pub fn inside(typed: &str) -> Self {
        let mut bits = [0; 2];
        for word in typed.split(|c: char| !c.is_alphanumeric()) {
            let pairs = letters(word).zip(letters(word).skip(1));
            pairs.for_each(|(last, letter)| set(&mut bits, last.into(), letter.into()));
        }
        Self(bits)
    }

    /// The pairs of both.
    pub(super) fn and(self, other: Self) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self([a | c, b | d])
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether all of `other` are among them.
    pub(super) fn hold(self, other: Self) -> bool {
        let ([a, b], [c, d]) = (self.0, other.0);
        a & c == c && b & d == d
    }

    pub(super) fn bits(self) -> [u64; 2] {
        self.0
    }

    /// They by their numbers, below [`Self::KINDS`].
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        let [low, high] = self.0;
        ones(low).chain(ones(high).map(|bit| u64::BITS as usize + bit))
    }

    /// How many there are.
    pub(super) fn count(self) -> u32 {
        self.0.iter().map(|half| half.count_ones()).sum()
    }

    /// How much of what two names have is shared, in thousandths; 0 where one has nothing.
    pub fn alike(self, other: Self) -> u32 {
        let ([a, b], [c, d]) = (self.0, other.0);
        self.alike_by(Self([a & c, b & d]).count(), other.count())
    }

    /// The same for a name with `size` pairs that shares so many.
    pub(super) fn alike_by(self, shared: u32, size: u32) -> u32 {
        2000 * shared / (self.count() + size).max(1)
    }

    /// How many a name shares at least that is `alike` in thousandths: it has no fewer than that itself.
    pub(super) fn least_shared(self, alike: u32) -> u32 {
        (alike * self.count()).div_ceil(2000 - alike.min(1000))
    }
}

/// The letters and digits of a name: a bit for each of ASCII, and one of a few for each of the others.
/// What is typed can only match a name that has all of its letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Letters(u64);

impl Letters {
    /// Bits of the letters and digits of ASCII; the bits above are for other letters.
    const ASCII: u32 = 36;

    /// How many are told apart.
    pub(super) const KINDS: usize = u64::BITS as usize;

    /// Those of a name that may have any.
    pub(super) const ALL: Self = Self(u64::MAX);

    /// The letters of `text`.
    pub fn of(text: &str) -> Self {
        if text.is_ascii() {
            let bit = |byte: u8| LETTERS.get(usize::from(byte)).copied().unwrap_or(0);
            return Self(text.bytes().fold(0, |set, byte| set | bit(byte)));
        }
        let bit = |letter: char| match u8::try_from(letter) {
            Ok(byte) if byte.is_ascii() => LETTERS.get(usize::from(byte)).copied().unwrap_or(0),
            _ => 1 << (Self::ASCII + u32::from(letter) % (u64::BITS - Self::ASCII)),
        };
        Self(letters(text).fold(0, |set, letter| set | bit(letter)))
    }

    /// Whether a name with these letters may hold the letters of what is typed.
    pub fn hold(self, typed: Self) -> bool {
        self.0 & typed.0 == typed.0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// They by their numbers, below [`Self::KINDS`].
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        ones(self.0)
    }
}

/// The first letters of a name, as many as fit: a byte each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Start(u32);

impl Start {
    pub(super) fn of(name: &str) -> Self {
        let byte = |letter: char| match u8::try_from(letter) {
            Ok(byte) if byte.is_ascii() => byte,
            _ => 0x80 | (u32::from(letter) % 0x80) as u8,
        };
        let mut bytes = [0; 4];
        bytes.iter_mut().zip(letters(name)).for_each(|(to, letter)| *to = byte(letter));
        Self(u32::from_be_bytes(bytes))
    }

    /// Whether a name that starts so may begin with `typed`.
    pub(super) fn begins_with(self, typed: Self) -> bool {
        self.first(typed.len()) == typed.0
    }

    /// Whether both begin with the same letter.
    pub(super) fn shares_letter(self, other: Self) -> bool {
        self.first(1) == other.first(1)
    }

    fn len(self) -> u32 {
        4 - self.0.trailing_zeros().min(u32::BITS) / 8
    }

    fn first(self, letters: u32) -> u32 {
        self.0 & u32::MAX.checked_shl(8 * (4 - letters)).unwrap_or(0)
    }
}

/// The bit of each byte of ASCII.
const LETTERS: [u64; 128] = {
    let mut bits = [0; 128];
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
    bits
};

/// Sets the bit of two neighbouring letters.
fn set(bits: &mut [u64; 2], last: u32, letter: u32) {
    let bit = (last * 31 + letter).wrapping_mul(0x9E37_79B1) >> 25;
    let [low, high] = bits;
    *(if bit < 64 { low } else { high }) |= 1 << (bit % 64);
}
