use std::fmt;
use std::sync::{Arc, Mutex};

use ropey::Rope;

use super::{Encoding, Position, PositionRange, Span};

/// One change as `textDocument/didChange` sends it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; the whole text where it is `None`.
    pub range: Option<PositionRange>,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that cannot be applied: its range ends before it starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EditError {
    /// The refused range.
    pub range: PositionRange,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PositionRange { start, end } = self.range;
        write!(
            f,
            "the change at {}:{} ends before it starts ({}:{}); it was ignored",
            start.line, start.character, end.line, end.character
        )
    }
}

impl std::error::Error for EditError {}

/// The text of an open note while it is edited: an edit costs the logarithm of its length.
#[derive(Clone, Debug, Default)]
pub struct Buffer {
    rope: Rope,
    /// Where its text is put together, each time in the same memory: what is new takes the system as long as
    /// writing the text of a long note does.
    whole: Arc<Mutex<String>>,
}

impl Buffer {
    /// A buffer that holds `text`.
    pub fn new(text: &str) -> Self {
        Self { rope: Rope::from_str(text), whole: Arc::default() }
    }

    /// Replaces the edit's range by its text and returns the bytes that are new. Positions outside
    /// the text are clamped as the LSP says.
    ///
    /// # Errors
    /// When the range ends before it starts; the buffer is then unchanged.
    pub fn apply(&mut self, edit: &Edit, encoding: Encoding) -> Result<Span, EditError> {
        let Some(range) = edit.range else {
            self.rope = Rope::from_str(&edit.text);
            return Ok(Span::new(0, edit.text.len()));
        };
        let (start, end) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
        if end < start {
            return Err(EditError { range });
        }
        let (from, to) = (self.rope.byte_to_char(start), self.rope.byte_to_char(end));
        self.rope.remove(from..to);
        self.rope.insert(from, &edit.text);
        Ok(Span::new(start, start + edit.text.len()))
    }

    /// All of the text.
    pub fn text(&self) -> Arc<str> {
        let mut own = String::new();
        let mut shared = self.whole.try_lock();
        let whole = shared.as_deref_mut().unwrap_or(&mut own);
        whole.clear();
        whole.reserve(self.len());
        self.rope.chunks().for_each(|chunk| whole.push_str(chunk));
        Arc::from(whole.as_str())
    }

    /// The byte at `position`, clamped as [`super::LineIndex::offset`] does.
    fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_bytes();
        }
        let body = self.rope.line(line).chars().take_while(|&c| c != '\n' && c != '\r');
        self.rope.line_to_byte(line) + encoding.bytes_before(body, position.character as usize)
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.rope.len_bytes()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Display for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rope.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::LineIndex;

    fn edit(start: (u32, u32), end: (u32, u32), text: &str) -> Edit {
        let range =
            PositionRange { start: Position::new(start.0, start.1), end: Position::new(end.0, end.1) };
        Edit { range: Some(range), text: text.to_owned() }
    }

    #[test]
    fn edits_replace_what_they_name() {
        let mut buffer = Buffer::new("one\r\ntwo 😀\n");
        assert_eq!(buffer.apply(&edit((1, 4), (1, 6), "[["), Encoding::Utf16), Ok(Span::new(9, 11)));
        assert_eq!(buffer.to_string(), "one\r\ntwo [[\n");
        assert!(buffer.apply(&edit((1, 2), (1, 1), "x"), Encoding::Utf16).is_err());
        assert_eq!(buffer.to_string(), "one\r\ntwo [[\n", "a refused edit changes nothing");
        buffer.apply(&edit((7, 7), (9, 9), "end"), Encoding::Utf16).unwrap();
        assert_eq!(buffer.to_string(), "one\r\ntwo [[\nend");
        buffer.apply(&Edit { range: None, text: "new".into() }, Encoding::Utf16).unwrap();
        assert_eq!(buffer.to_string(), "new");
    }

    proptest! {
        /// The rope and the line index are two views of one rule.
        #[test]
        fn rope_and_line_index_agree(
            text in "[ab\u{301}é😀\r\n\u{2028}]{0,30}",
            line in 0u32..8, character in 0u32..12,
            end_line in 0u32..8, end_character in 0u32..12,
            new in "[x😀\r\n]{0,3}",
        ) {
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let mut buffer = Buffer::new(&text);
                let range = PositionRange { start: Position::new(line, character), end: Position::new(end_line, end_character) };
                let index = LineIndex::new(&text);
                let (start, end) = (index.offset(&text, range.start, encoding), index.offset(&text, range.end, encoding));
                let result = buffer.apply(&Edit { range: Some(range), text: new.clone() }, encoding);
                if end < start {
                    prop_assert!(result.is_err());
                } else {
                    let mut expected = text.clone();
                    expected.replace_range(start..end, &new);
                    prop_assert_eq!(buffer.to_string(), expected.as_str());
                    prop_assert_eq!(&*buffer.text(), expected.as_str());
                    // Another state of it while its memory is in use.
                    let _used = buffer.whole.lock();
                    prop_assert_eq!(&*buffer.clone().text(), expected.as_str());
                }
            }
        }
    }
}
