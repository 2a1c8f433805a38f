//! Names and headings in little more than half their bytes: a piece of words that is frequent in them takes one.
//! Absent: which texts are kept so.
use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::pairs::Letters;

/// The pieces, by their first two bytes, the longest first: those that save most in the names and headings of real
/// notes in English. Other languages in Latin letters gain less; a text that gains nothing is kept as it is.
const PIECES: &str = concat!(
    " A| C| P| S| and | of | |&|'|(|)|,|-|.|/|0|1|2|3|4|5|6|7|8|9|:|?|A|B|Challeng|Con|C|De|D|E|F|G|",
    "H|In|I|J|K|L|M|N|O|P|Q|Re|R|S|The |T|U|V|W|X|Y|Z|_and_|_c|_in_|_of_|_|act|ac|al |al_|al|and |",
    "and_|and|an|ar|as|ation |ation_|ations|ation|ati|at|a|bility|bilit|b|cal|ca|ce|challeng|ch|ci|",
    "con|co|ction|ct|c|d |der|de|din|di|d|e |e_|eatures|eature|eatur|ea|ec|ence|ent|en|ers|er|",
    "es_and_|es |es_|es|et|e|f_|feren|fi|forma|for |for|f|gen|ge|gi|g|ha|hi|hone|h|ical|ic|ie|",
    "impact_o|im|ing |ing_|in |in_|int|in|ion|is|it|i|j|k|la|le|li|lo|l|ma|ments|ment|me|mi|mp|m|na|",
    "nce|nd|ne|ng |ng_|ni|no|ns|nt|n|odel|ode|of |of_|of|olution|ol|om|on_|ons|on|or|o|pa|per|pe|pl|",
    "po|pplicati|pr|p|q|ra|re|ri|ro|r|s and |s |s_and_|s_in_|s_|sch|se|si|so|ss|st|s|t |ta|ter|te|",
    "the |the_|th|tion |tion_|tions|ting|tion|ti|to|tra|ts|t|ua|uc|ul|um|un|ur|us|uture|ut|u|va|ver|",
    "ve|vi|v|with|w|x|y and |y |y_and_|y_|y|z",
);

/// What parts them.
const BETWEEN: char = '|';

/// Stands before a byte that is no piece.
const ESCAPE: u8 = u8::MAX;

/// Bytes of the longest piece.
const LONGEST: usize = size_of::<u64>();

struct Piece {
    /// Its bytes, the first one lowest, and zeros behind them.
    word: u64,
    /// Which bits of a word it takes.
    mask: u64,
    length: usize,
}

struct Table {
    /// By the bytes that stand for them.
    pieces: Vec<Piece>,
    /// The first of those that begin with two bytes of ASCII; they stand together.
    longer: Vec<u8>,
    /// The one that is a byte of ASCII alone.
    single: [u8; ASCII],
    /// The pieces as they are read: their bytes and their lengths.
    expansions: [(u64, usize); 1 << u8::BITS],
    /// The same in lower case.
    lowered: [(u64, usize); 1 << u8::BITS],
    /// The letters of each.
    letters: [Letters; 1 << u8::BITS],
}

/// The number of bytes of ASCII.
const ASCII: usize = 1 << 7;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (mut longer, mut single) = (vec![ESCAPE; ASCII * ASCII], [ESCAPE; ASCII]);
    for (piece, code) in PIECES.split(BETWEEN).zip(0..) {
        let slot = match *piece.as_bytes() {
            [one] => single.get_mut(usize::from(one)),
            [one, two, ..] => longer.get_mut(pair(one, two)).filter(|first| **first == ESCAPE),
            [] => None,
        };
        slot.into_iter().for_each(|slot| *slot = code);
    }
    let piece = |text: &str| {
        let bits = text.bytes().map(|_| u8::BITS).sum::<u32>();
        let mask = u64::MAX.checked_shr(u64::BITS.saturating_sub(bits)).unwrap_or(0);
        Piece { word: first_bytes(text.as_bytes()), length: text.len(), mask }
    };
    let pieces: Vec<Piece> = PIECES.split(BETWEEN).map(piece).collect();
    let (mut expansions, mut lowered) = ([(0, 0); 1 << u8::BITS], [(0, 0); 1 << u8::BITS]);
    for ((to, lower), piece) in expansions.iter_mut().zip(&mut lowered).zip(&pieces) {
        *to = (piece.word, piece.length);
        *lower = (
            u64::from_le_bytes(piece.word.to_le_bytes().map(|byte| byte.to_ascii_lowercase())),
            piece.length,
        );
    }
    // What is no piece may be any letter.
    let mut letters = [Letters::ALL; 1 << u8::BITS];
    letters.iter_mut().zip(PIECES.split(BETWEEN)).for_each(|(to, piece)| *to = Letters::of(piece));
    Table { pieces, longer, single, expansions, lowered, letters }
});

fn pair(one: u8, two: u8) -> usize {
    usize::from(one) * ASCII + usize::from(two)
}

/// The first bytes of `text`, as many as a piece may have, with zeros behind the end.
fn first_bytes(text: &[u8]) -> u64 {
    u64::from_le_bytes(text.first_chunk().copied().unwrap_or_else(|| {
        let mut bytes = [0; LONGEST];
        bytes.iter_mut().zip(text).for_each(|(to, byte)| *to = *byte);
        bytes
    }))
}

impl Table {
    /// The longest piece that `text` begins with: what stands for it, and its length.
    fn longest(&self, text: &[u8]) -> Option<(u8, usize)> {
        let one = *text.first()?;
        let two = text.get(1).copied().filter(u8::is_ascii).unwrap_or(0);
        let first = self.longer.get(pair(one, two)).copied().unwrap_or(ESCAPE);
        if first != ESCAPE {
            let word = first_bytes(text);
            for (piece, code) in self.pieces.get(usize::from(first)..)?.iter().zip(first..) {
                let differs = piece.word ^ word;
                if differs & piece.mask == 0 {
                    return Some((code, piece.length));
                }
                if differs & u64::from(u16::MAX) != 0 {
                    break;
                }
            }
        }
        let code = self.single.get(usize::from(one)).copied().filter(|&code| code != ESCAPE)?;
        Some((code, 1))
    }
}

/// Puts `text` into `out`, in pieces. Returns whether it takes less room so; where it does not, not all of it is there.
pub(super) fn compress(text: &str, out: &mut Vec<u8>) -> bool {
    let table = &*TABLE;
    out.clear();
    let mut rest = text.as_bytes();
    while let Some(&first) = rest.first() {
        if out.len() >= text.len() {
            return false;
        }
        let length = match table.longest(rest) {
            Some((code, length)) => {
                out.push(code);
                length
            }
            None => {
                out.extend([ESCAPE, first]);
                1
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out.len() < text.len()
}

fn decompress(packed: &[u8]) -> String {
    /// What is put together at a time, in one place: a copy of a fixed length is one instruction.
    const PART: usize = 64;
    let table = &*TABLE;
    let mut out = Vec::new();
    let (mut part, mut end) = ([0; PART], 0);
    let mut packed = packed.iter();
    while let Some(&code) = packed.next() {
        if end > PART - LONGEST {
            out.extend_from_slice(part.get(..end).unwrap_or_default());
            end = 0;
        }
        let (word, length) = match code {
            ESCAPE => (packed.next().copied().map_or(0, u64::from), 1),
            _ => table.expansions.get(usize::from(code)).copied().unwrap_or_default(),
        };
        if let Some(slot) = part.get_mut(end..end + LONGEST) {
            slot.copy_from_slice(&word.to_le_bytes());
        }
        end += length;
    }
    let last = part.get(..end).unwrap_or_default();
    if out.is_empty() {
        return std::str::from_utf8(last).unwrap_or_default().to_owned();
    }
    out.extend_from_slice(last);
    String::from_utf8(out).unwrap_or_default()
}

/// Words that are sought in many texts, without regard to case.
#[derive(Clone, Debug)]
pub struct Needles(Vec<Finder<'static>>);

impl Needles {
    /// Those of `words` that are ASCII; of the others every text is taken to hold them.
    pub fn new(words: &str) -> Self {
        let words =
            words.split_whitespace().filter(|word| word.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        Self(words.map(|word| Finder::new(&word.to_ascii_lowercase()).into_owned()).collect())
    }
}

/// A text as it is kept. Two are equal that are the same text and kept in the same way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Compressed<'p> {
    bytes: &'p [u8],
    /// Whether these stand for pieces, and not for themselves.
    in_pieces: bool,
}

impl<'p> Compressed<'p> {
    pub(super) fn new(bytes: &'p [u8], in_pieces: bool) -> Self {
        Self { bytes, in_pieces }
    }

    /// `text` as it is.
    pub(super) fn plain(text: &'p str) -> Self {
        Self { bytes: text.as_bytes(), in_pieces: false }
    }

    /// The text.
    pub fn text(self) -> Cow<'p, str> {
        match self.in_pieces {
            true => Cow::Owned(decompress(self.bytes)),
            false => Cow::Borrowed(std::str::from_utf8(self.bytes).unwrap_or_default()),
        }
    }

    /// The letters of the text, and perhaps others: told without putting it together.
    pub fn letters(self) -> Letters {
        if !self.in_pieces {
            return std::str::from_utf8(self.bytes).map_or(Letters::ALL, Letters::of);
        }
        let table = &*TABLE;
        let letters = |code: &u8| table.letters.get(usize::from(*code)).copied().unwrap_or(Letters::ALL);
        self.bytes.iter().map(letters).fold(Letters::default(), Letters::and)
    }

    /// Whether the text may hold all these words as they are: of most that do not, told without putting them together.
    pub fn may_hold(self, words: &Needles) -> bool {
        /// Longer ones are said to.
        const MOST: usize = 256;
        /// Shorter ones are searched with the zeros behind them: that many bytes are looked at at once.
        const LEAST: usize = 64;
        if !self.in_pieces {
            return true;
        }
        let table = &*TABLE;
        let (mut text, mut end) = ([0; MOST], 0);
        for &code in self.bytes {
            let (word, length) = table.lowered.get(usize::from(code)).copied().unwrap_or_default();
            match text.get_mut(end..end + LONGEST) {
                // What is no ASCII may be a letter with an accent, which a letter without one finds.
                Some(slot) if code != ESCAPE => slot.copy_from_slice(&word.to_le_bytes()),
                _ => return true,
            }
            end += length;
        }
        let text = text.get(..end.max(LEAST)).unwrap_or_default();
        words.0.iter().all(|word| word.find(text).is_some())
    }

    /// The bytes of the text.
    pub fn len(self) -> usize {
        if !self.in_pieces {
            return self.bytes.len();
        }
        let (table, mut packed) = (&*TABLE, self.bytes.iter());
        let mut length = 0;
        while let Some(&code) = packed.next() {
            length += match code {
                ESCAPE => packed.next().map_or(0, |_| 1),
                _ => table.expansions.get(usize::from(code)).map_or(0, |(_, length)| *length),
            };
        }
        length
    }

    /// Whether it is empty.
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::packed::{Reader, Writer};
    use super::*;

    fn kept(text: &str) -> (Vec<u8>, String) {
        let mut out = Writer::default();
        out.compressed(text);
        let packed = out.finish();
        let kept = Reader::new(&packed).compressed();
        let text = kept.text().into_owned();
        assert_eq!(kept.len(), text.len());
        (packed, text)
    }

    #[test]
    fn the_pieces_are_as_they_are_looked_for() {
        let pieces: Vec<&str> = PIECES.split(BETWEEN).collect();
        assert_eq!(pieces.len(), usize::from(ESCAPE));
        assert!(pieces.iter().all(|piece| (1..=LONGEST).contains(&piece.len())));
        let order = |piece: &&str| {
            (
                piece.as_bytes()[0],
                piece.len() == 1,
                piece.as_bytes().get(1).copied(),
                std::cmp::Reverse(piece.len()),
            )
        };
        assert!(pieces.is_sorted_by_key(order));
    }

    #[test]
    fn what_a_text_cannot_hold_is_told() {
        let (packed, _) = kept("The Impact of the Internet");
        let heading = Reader::new(&packed).compressed();
        for (words, may) in [
            ("impact", true),
            ("inter IMP", true),
            ("pact of", true),
            ("impair", false),
            ("impact moon", false),
            ("é", true),
        ] {
            assert_eq!(heading.may_hold(&Needles::new(words)), may, "{words}");
        }
        assert!(heading.letters().hold(Letters::of("pint")));
        assert!(!heading.letters().hold(Letters::of("quay")));
    }

    #[test]
    fn names_take_little_more_than_half() {
        for (text, bytes) in [
            ("the_impact_of_artificial_intelligence_on_healthcare", 23),
            ("Challenges and Opportunities", 13),
            ("Die Geschichte der Wissenschaft", 21),
            ("日本語ノート", 19),
            ("", 1),
        ] {
            let (packed, read) = kept(text);
            assert_eq!((packed.len(), read.as_str()), (bytes, text));
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read(text in "([a-z_ ]{0,9}|\\PC{0,3}|[\\x00-\\x7f]{0,3}|and |tion|The ){0,8}") {
            let (packed, read) = kept(&text);
            prop_assert!(Reader::new(&packed).compressed().letters().hold(Letters::of(&text)));
            let words = text.split_whitespace().filter(|word| word.is_ascii());
            for word in words.flat_map(|word| [word.to_owned(), word.to_ascii_uppercase()]) {
                prop_assert!(Reader::new(&packed).compressed().may_hold(&Needles::new(&word)));
            }
            prop_assert_eq!(read, text);
        }
    }
}
