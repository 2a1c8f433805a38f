//! Searching a text again and again in linear time altogether.

use memchr::memmem;

/// Where a needle comes next. Asked at growing offsets, all searches together read the text once.
#[derive(Clone, Debug)]
pub(super) struct Next {
    needle: &'static str,
    /// The last question, and its answer.
    asked: Option<(usize, Option<usize>)>,
}

impl Next {
    pub(super) fn new(needle: &'static str) -> Self {
        Self { needle, asked: None }
    }

    /// The first byte of the needle at or behind `from`.
    pub(super) fn find(&mut self, text: &str, from: usize) -> Option<usize> {
        if let Some((asked, answer)) = self.asked
            && asked <= from
            && answer.is_none_or(|found| from <= found)
        {
            return answer;
        }
        let answer = text
            .as_bytes()
            .get(from..)
            .and_then(|rest| memmem::find(rest, self.needle.as_bytes()))
            .map(|at| from + at);
        self.asked = Some((from, answer));
        answer
    }
}

/// Where one of three bytes comes next; as [`Next`] is asked.
#[derive(Clone, Debug)]
pub(super) struct NextOf {
    bytes: [u8; 3],
    /// The last question, and its answer.
    asked: Option<(usize, usize)>,
}

impl NextOf {
    pub(super) fn new(bytes: [u8; 3]) -> Self {
        Self { bytes, asked: None }
    }

    /// The first of the bytes at or behind `from`, or the end of the text.
    pub(super) fn find(&mut self, text: &str, from: usize) -> usize {
        if let Some((asked, answer)) = self.asked
            && asked <= from
            && from <= answer
        {
            return answer;
        }
        let [a, b, c] = self.bytes;
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        let answer = memchr::memchr3(a, b, c, rest).map_or(text.len(), |at| from + at);
        self.asked = Some((from, answer));
        answer
    }
}

/// The line that was asked for last. Asked at growing offsets, all searches together read the text once.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(Option<crate::text::Span>);

impl Line {
    /// The line that holds `at`, without its line end.
    pub(super) fn around(&mut self, text: &str, at: usize) -> crate::text::Span {
        if let Some(known) = self.0.filter(|line| line.touches(at)) {
            return known;
        }
        let line = crate::text::Span::new(line_start(text, at), line_end(text, at));
        self.0 = Some(line);
        line
    }
}

/// The end of the line that holds `at`: its `\n` or `\r`, or the end of the text.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    memchr::memchr2(b'\n', b'\r', rest).map_or(text.len(), |found| at + found)
}

/// The start of the line that holds `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    memchr::memrchr2(b'\n', b'\r', before).map_or(0, |found| found + 1)
}

/// Behind the line end that stands at `at`, if one does.
pub(super) fn behind_line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    match rest.as_bytes() {
        [b'\r', b'\n', ..] => at + 2,
        [b'\r' | b'\n', ..] => at + 1,
        _ => at,
    }
}

/// `start..end` without blanks and line ends around it.
pub(super) fn trim(text: &str, start: usize, end: usize) -> crate::text::Span {
    let body = text.get(start..end).unwrap_or_default();
    let left = body.trim_start();
    let start = start + body.len() - left.len();
    crate::text::Span::new(start, start + left.trim_end().len())
}
