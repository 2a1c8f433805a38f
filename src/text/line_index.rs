use memchr::memchr2_iter;

use super::{Encoding, Span};

/// A place in a text as the protocol counts it: line and column from 0, the column in units of the
/// negotiated [`Encoding`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position {
    /// Line, from 0.
    pub line: u32,
    /// Column in code units, from 0.
    pub character: u32,
}

impl Position {
    /// Line and column, both from 0.
    pub fn new(line: u32, character: u32) -> Self {
        Self { line, character }
    }
}

/// Two [`Position`]s, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct PositionRange {
    /// First place.
    pub start: Position,
    /// Place behind the last one.
    pub end: Position,
}

/// Where the lines of a text begin. A line ends with `\n`, `\r\n` or a lone `\r`: what the LSP
/// counts as a line end, and nothing else (no U+2028).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineIndex {
    /// First byte of each line; always begins with 0.
    starts: Vec<u32>,
    /// Columns inside of long lines, in order, so that finding one never reads such a line from its start.
    marks: Vec<Mark>,
}

/// The column of one byte of a long line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Mark {
    at: u32,
    utf8: u32,
    utf16: u32,
    utf32: u32,
}

impl Mark {
    fn units(self, encoding: Encoding) -> usize {
        let units = match encoding {
            Encoding::Utf8 => self.utf8,
            Encoding::Utf16 => self.utf16,
            Encoding::Utf32 => self.utf32,
        };
        units as usize
    }
}

/// Bytes between two marks of a line. Lines of ordinary notes are shorter than two of these.
const STRIDE: usize = 1024;

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr2_iter(b'\n', b'\r', bytes) {
            // The `\r` of `\r\n` ends nothing: its `\n` does.
            if bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(Span::at(at + 1).start);
        }
        let mut marks = Vec::new();
        let ends = starts.iter().skip(1).map(|&next| next as usize).chain([text.len()]);
        for (&start, end) in starts.iter().zip(ends) {
            if end - start as usize >= 2 * STRIDE {
                add_marks(&mut marks, text, start as usize, end);
            }
        }
        Self { starts, marks }
    }

    /// Number of lines; a text that ends with a line end has an empty last one.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, that holds the byte at `offset`.
    pub fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    /// The same for who has just asked about line `near`, above which little is asked.
    pub(crate) fn line_of_near(&self, offset: usize, near: usize) -> usize {
        let is_before = |line: usize| self.starts.get(line).is_some_and(|&start| start as usize <= offset);
        if !is_before(near) {
            return self.line_of(offset);
        }
        let (mut line, mut step) = (near, 1);
        while is_before(line + step) {
            line += step;
            step *= 2;
        }
        let below = self.starts.get(line..(line + step).min(self.starts.len())).unwrap_or_default();
        line + below.partition_point(|&start| start as usize <= offset).saturating_sub(1)
    }

    /// The bytes of `line` (from 0) in `text` without its line end; empty at the end of the text
    /// for a line that is not there.
    pub fn line(&self, text: &str, line: usize) -> Span {
        let Some(&start) = self.starts.get(line) else { return Span::at(text.len()) };
        let start = start as usize;
        let next = self.starts.get(line + 1).map_or(text.len(), |&next| next as usize);
        let body = text.get(start..next).unwrap_or("");
        let body = body.strip_suffix('\n').unwrap_or(body);
        let body = body.strip_suffix('\r').unwrap_or(body);
        Span::new(start, start + body.len())
    }

    /// The byte at `position`, clamped as the LSP says: a column past the end of a line is its end,
    /// a line past the end of the text is the end of the text.
    pub fn offset(&self, text: &str, position: Position, encoding: Encoding) -> usize {
        let line = self.line(text, position.line as usize);
        let units = position.character as usize;
        let marks = self.marks_of(line);
        let before = marks.partition_point(|mark| mark.units(encoding) <= units);
        let (start, known) = match before.checked_sub(1).and_then(|last| marks.get(last)) {
            Some(mark) => (mark.at as usize, mark.units(encoding)),
            None => (line.start(), 0),
        };
        let rest = text.get(start..line.end()).unwrap_or("");
        start + encoding.bytes_before(rest.chars(), units - known)
    }

    /// The marks inside of a line.
    fn marks_of(&self, line: Span) -> &[Mark] {
        let from = self.marks.partition_point(|mark| mark.at < line.start);
        let to = self.marks.partition_point(|mark| mark.at <= line.end);
        self.marks.get(from..to).unwrap_or_default()
    }

    /// The position of the byte at `offset`; an offset inside a character counts as its start, one
    /// inside a line end as the end of the line.
    pub fn position(&self, text: &str, offset: usize, encoding: Encoding) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.line_of(offset);
        let body = self.line(text, line);
        let offset = offset.min(body.end());
        let marks = self.marks_of(Span::new(body.start(), offset));
        let (start, known) = match marks.last() {
            Some(mark) => (mark.at as usize, mark.units(encoding)),
            None => (body.start(), 0),
        };
        let units = known + encoding.measure(text.get(start..offset).unwrap_or(""));
        Position { line: Span::at(line).start, character: Span::at(units).start }
    }

    /// Both ends of `span`.
    pub fn range(&self, text: &str, span: Span, encoding: Encoding) -> PositionRange {
        PositionRange {
            start: self.position(text, span.start(), encoding),
            end: self.position(text, span.end(), encoding),
        }
    }

    /// The bytes between the two ends of `range`.
    pub fn span(&self, text: &str, range: PositionRange, encoding: Encoding) -> Span {
        Span::new(self.offset(text, range.start, encoding), self.offset(text, range.end, encoding))
    }
}

/// Adds the marks of the line `start..end`.
fn add_marks(marks: &mut Vec<Mark>, text: &str, start: usize, end: usize) {
    let (mut at, mut utf16, mut utf32) = (start, 0, 0);
    while end - at >= 2 * STRIDE {
        let next = text.floor_char_boundary(at + STRIDE);
        let stretch = text.get(at..next).unwrap_or("");
        utf16 += Encoding::Utf16.measure(stretch);
        utf32 += Encoding::Utf32.measure(stretch);
        at = next;
        let as_u32 = |n: usize| Span::at(n).start;
        marks.push(Mark {
            at: as_u32(at),
            utf8: as_u32(at - start),
            utf16: as_u32(utf16),
            utf32: as_u32(utf32),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_the_protocol_says() {
        for (text, lines) in [
            ("", vec![""]),
            ("a", vec!["a"]),
            ("a\nb", vec!["a", "b"]),
            ("a\r\nb\rc\n", vec!["a", "b", "c", ""]),
            ("\r\r\n\n", vec!["", "", "", ""]),
            ("a\u{2028}b\u{85}c\u{b}d", vec!["a\u{2028}b\u{85}c\u{b}d"]),
        ] {
            let index = LineIndex::new(text);
            let found: Vec<_> = (0..index.lines()).map(|line| index.line(text, line).of(text)).collect();
            assert_eq!(found, lines, "{text:?}");
        }
    }

    #[test]
    fn columns_in_every_encoding() {
        let text = "a😀é\r\ne\u{301}x";
        let index = LineIndex::new(text);
        for (offset, utf8, utf16, utf32) in [
            (0, (0, 0), (0, 0), (0, 0)),
            (5, (0, 5), (0, 3), (0, 2)),
            (7, (0, 7), (0, 4), (0, 3)),
            (12, (1, 3), (1, 2), (1, 2)),
        ] {
            for (encoding, (line, character)) in
                [(Encoding::Utf8, utf8), (Encoding::Utf16, utf16), (Encoding::Utf32, utf32)]
            {
                let position = Position::new(line, character);
                assert_eq!(index.position(text, offset, encoding), position, "{offset} in {encoding:?}");
                assert_eq!(index.offset(text, position, encoding), offset, "{position:?} in {encoding:?}");
            }
        }
    }

    /// A long line is not read from its start, and its columns are those that this would give.
    #[test]
    fn columns_of_long_lines() {
        let line = "[[x]] é😀 e\u{301} ".repeat(400);
        let text = format!("short\n{line}\r\n{}\nshort é", "x".repeat(5 * STRIDE));
        let index = LineIndex::new(&text);
        assert!(index.marks.len() > 8);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let mut position = Position::default();
            for (at, c) in text.char_indices() {
                if !matches!(c, '\r' | '\n') {
                    assert_eq!(index.position(&text, at, encoding), position, "{at} in {encoding:?}");
                    assert_eq!(index.offset(&text, position, encoding), at, "{position:?} in {encoding:?}");
                }
                position.character += u32::try_from(encoding.width(c)).unwrap();
                if c == '\n' {
                    position = Position::new(position.line + 1, 0);
                }
            }
            assert_eq!(index.offset(&text, Position::new(1, u32::MAX), encoding), 6 + line.len());
        }
    }

    #[test]
    fn positions_outside_the_text_are_clamped() {
        let text = "ab\r\n😀";
        let index = LineIndex::new(text);
        let at = |line, character| index.offset(text, Position::new(line, character), Encoding::Utf16);
        assert_eq!(at(0, 99), 2, "past the end of a line is its end, before the line end");
        assert_eq!(at(9, 0), text.len(), "past the last line is the end of the text");
        assert_eq!(at(1, 1), 4, "inside a surrogate pair is its start");
        assert_eq!(at(u32::MAX, u32::MAX), text.len());
        assert_eq!(index.position(text, 3, Encoding::Utf16), Position::new(0, 2), "inside a line end");
    }
}
