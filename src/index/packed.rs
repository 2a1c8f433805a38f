//! Numbers and texts one behind the other in one run of bytes: all that is kept of a note.
//! Absent: what they mean.
use super::compressed::{Compressed, compress};

/// Bits of a number that one byte holds; the highest says that more follow.
const BITS: u32 = 7;
const MORE: u8 = 1 << BITS;

/// Writes what a [`Reader`] reads, in the same order.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Where a text is compressed, each time in the same memory.
    pieces: Vec<u8>,
}

impl Writer {
    /// A writer that need not grow often for so many items.
    pub(super) fn for_items(count: usize) -> Self {
        Self { bytes: Vec::with_capacity(128 + 32 * count), pieces: Vec::new() }
    }

    /// Numbers below 128 take one byte, those below 16,384 two.
    pub(super) fn number(&mut self, mut number: u32) {
        loop {
            let [low, ..] = (number & u32::from(MORE - 1)).to_le_bytes();
            number >>= BITS;
            if number == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | MORE);
        }
    }

    /// A number that may be negative and is mostly near 0.
    pub(super) fn difference(&mut self, from: u32, to: u32) {
        let apart = to.wrapping_sub(from).cast_signed();
        self.number((apart << 1 ^ apart >> 31).cast_unsigned());
    }

    /// How many items follow, or where in a list something stands.
    pub(super) fn count(&mut self, count: usize) {
        self.number(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// A number that is as often great as small: four bytes.
    pub(super) fn hash(&mut self, hash: u32) {
        self.bytes.extend_from_slice(&hash.to_le_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A text that takes [less room](super::compressed) than its own bytes, where that can be.
    pub(super) fn compressed(&mut self, text: &str) {
        let in_pieces = compress(text, &mut self.pieces);
        let length = if in_pieces { self.pieces.len() } else { text.len() };
        self.count(length << 1 | usize::from(in_pieces));
        self.bytes.extend_from_slice(if in_pieces { &self.pieces } else { text.as_bytes() });
    }

    /// Where what is written next will stand.
    pub(super) fn here(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads what a [`Writer`] wrote.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'p> {
    rest: &'p [u8],
}

impl<'p> Reader<'p> {
    pub(super) fn new(packed: &'p [u8]) -> Self {
        Self { rest: packed }
    }

    /// 0 behind the end.
    pub(super) fn number(&mut self) -> u32 {
        let (mut number, mut shift) = (0, 0);
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            number |= u32::from(byte & (MORE - 1)).checked_shl(shift).unwrap_or(0);
            shift += BITS;
            if byte & MORE == 0 {
                break;
            }
        }
        number
    }

    pub(super) fn difference(&mut self, from: u32) -> u32 {
        let zigzag = self.number();
        from.wrapping_add(zigzag >> 1 ^ (zigzag & 1).wrapping_neg())
    }

    pub(super) fn count(&mut self) -> usize {
        self.number() as usize
    }

    pub(super) fn hash(&mut self) -> u32 {
        let (hash, rest) = self.rest.split_first_chunk().unwrap_or((&[0; 4], &[]));
        self.rest = rest;
        u32::from_le_bytes(*hash)
    }

    pub(super) fn text(&mut self) -> &'p str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// A text that need not be looked at.
    pub(super) fn bytes(&mut self) -> &'p [u8] {
        let length = self.count();
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or_default();
        self.rest = rest;
        text
    }

    /// What [`Writer::compressed`] wrote.
    pub(super) fn compressed(&mut self) -> Compressed<'p> {
        let packed = self.count();
        let (bytes, rest) = self.rest.split_at_checked(packed >> 1).unwrap_or_default();
        self.rest = rest;
        Compressed::new(bytes, packed & 1 == 1)
    }

    /// What is left.
    pub(super) fn rest(self) -> &'p [u8] {
        self.rest
    }

    /// A list: its length, then its items.
    pub(super) fn list<T, F: FnMut(&mut Self) -> T>(
        mut self,
        mut item: F,
    ) -> impl Iterator<Item = T> + use<'p, T, F> {
        let count = self.count();
        (0..count).map(move |_| item(&mut self))
    }

    /// Goes past a list.
    pub(super) fn skip<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) {
        for _ in 0..self.count() {
            item(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(numbers: Vec<u32>, pairs: Vec<(u32, u32)>, texts: Vec<String>) {
            let mut out = Writer::default();
            numbers.iter().for_each(|&number| out.number(number));
            pairs.iter().for_each(|&(from, to)| out.difference(from, to));
            out.count(texts.len());
            texts.iter().for_each(|text| out.text(text));
            numbers.iter().for_each(|&number| out.hash(number));
            let packed = out.finish();
            let mut reader = Reader::new(&packed);
            for &number in &numbers {
                prop_assert_eq!(reader.number(), number);
            }
            for (from, to) in pairs {
                prop_assert_eq!(reader.difference(from), to);
            }
            prop_assert_eq!(reader.list(Reader::text).collect::<Vec<_>>(), texts);
            reader.skip(Reader::bytes);
            for number in numbers {
                prop_assert_eq!(reader.hash(), number);
            }
            prop_assert_eq!((reader.rest(), reader.number(), reader.text(), reader.hash()), (&[][..], 0, "", 0));
        }
    }
}
