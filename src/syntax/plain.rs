//! Blocks that can be read without a markdown parser: headings of words, paragraphs and lists, also in one
//! another, in which nothing but wikilinks, timestamps and emphasis may mean something.
//!
//! They make up most of a wiki, and the parser most of the time that reading takes. [`Blocks`] goes over a
//! body line by line and hands out such blocks; where it is not sure of one, it hands out a stretch for the
//! parser, up to a place where nothing can be open. The tests hold both ways to the same note.

use super::find::Next;
use super::inline::Skip;
use super::links::is_escaped;
use crate::text::Span;

/// What stands next in a body.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Block {
    /// Something for the markdown parser, which reads it as if nothing else were there.
    Markdown(Span),
    /// A heading of that level, with one line.
    Heading(u8, Span),
    /// A paragraph.
    Paragraph(Span),
    /// A tight list whose items, and those of the lists in it, are one line each.
    List(Span),
}

/// The blocks of a body, in order.
#[derive(Debug)]
pub(super) struct Blocks<'t> {
    text: &'t str,
    at: usize,
    /// What follows a stretch for the parser, where that is known already.
    ready: Option<Block>,
    /// Whether all the rest is for the parser.
    unsure: bool,
    ticks: Next,
    angles: Next,
    destinations: Next,
}

impl<'t> Blocks<'t> {
    /// The blocks of `text` from `body` on; all of it is one for the parser if `by_markdown` is set.
    pub(super) fn new(text: &'t str, body: usize, by_markdown: bool) -> Self {
        let rest = text.as_bytes().get(body..).unwrap_or_default();
        // A definition makes links of brackets anywhere; other line ends are rare.
        let unsure = by_markdown || memchr::memchr(b'\r', rest).is_some() || may_define(rest);
        Self {
            text,
            at: body,
            ready: None,
            unsure,
            ticks: Next::new("`"),
            angles: Next::new("<"),
            destinations: Next::new("]("),
        }
    }

    fn line(&self, start: usize) -> &'t [u8] {
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        rest.get(..memchr::memchr(b'\n', rest).unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The start of the line behind that of `length` bytes at `start`.
    fn behind(&self, start: usize, length: usize) -> usize {
        (start + length + 1).min(self.text.len())
    }

    /// Behind the blank lines at `at`.
    fn skip_blank(&self, mut at: usize) -> usize {
        while at < self.text.len() {
            let line = self.line(at);
            if !is_blank(line) {
                break;
            }
            at = self.behind(at, line.len());
        }
        at
    }

    /// The block that begins with the line at `at`, where nothing is open, if it can do without the parser.
    fn plain(&mut self, at: usize) -> Option<Block> {
        let line = self.line(at);
        if let Some(level) = heading(line) {
            let span = Span::new(at, at + line.len());
            let words = line.get(level..).unwrap_or_default();
            let is_words = words.iter().all(|&b| b >= b' ' && !b"`<\\&*~".contains(&b))
                && underscores_join(words)
                && !words.trim_ascii().is_empty()
                && !words.trim_ascii_end().ends_with(b"#")
                && self.destinations.find(self.text, at).is_none_or(|found| found >= span.end());
            return is_words.then_some(Block::Heading(u8::try_from(level).unwrap_or_default(), span));
        }
        let block = match indented_item(line) {
            Some(first) => self.list(at, first)?,
            None => self.paragraph(at)?,
        };
        let (Block::Paragraph(span) | Block::List(span)) = block else { return None };
        self.is_simple(span).then_some(block)
    }

    /// The paragraph that begins at `at`, as far as its lines show.
    fn paragraph(&self, at: usize) -> Option<Block> {
        let mut end = at;
        while end < self.text.len() {
            let line = self.line(end);
            if is_blank(line) {
                break;
            }
            // These begin something else within a paragraph too.
            let interrupts =
                heading(line).is_some() || indented_item(line).is_some_and(|item| item.interrupts);
            if end > at && interrupts {
                break;
            }
            if !is_words(line) {
                return None;
            }
            end = self.behind(end, line.len());
        }
        Some(Block::Paragraph(Span::new(at, end)))
    }

    /// The list that begins at `at`, as far as its lines show.
    fn list(&self, at: usize, first: Item) -> Option<Block> {
        let (mut end, mut levels) = (at, Levels::default());
        loop {
            let line = self.line(end);
            if is_blank(line) {
                let next = self.skip_blank(end);
                let line = self.line(next);
                let ends = line.first().is_none_or(|&b| b > b' ') && marker(line) != Some(first.mark);
                return ends.then_some(Block::List(Span::new(at, end)));
            }
            let content = line.get(levels.enter(line)?.content..)?;
            let is_task = matches!(content, [b'[', _, b']', ..]);
            if is_task || !is_words(content) {
                return None;
            }
            end = self.behind(end, line.len());
        }
    }

    /// Whether nothing at `span` is markup that the parser has to find.
    fn is_simple(&mut self, span: Span) -> bool {
        let (start, end) = (span.start(), span.end());
        let within = |found: Option<usize>| found.is_some_and(|found| found < end);
        if within(self.destinations.find(self.text, start)) {
            return false;
        }
        let code = within(self.ticks.find(self.text, start));
        // An escaped tick begins no code.
        if code && memchr::memchr(b'\\', span.of(self.text).as_bytes()).is_some() {
            return false;
        }
        if !code && !within(self.angles.find(self.text, start)) {
            return true;
        }
        let mut at = start;
        while let Some(mark) = Mark::next(self.text, at, end) {
            match mark {
                Mark::Code(code) => at = code.end(),
                Mark::Tag(tag) => match behind_timestamp(self.text, tag.start()) {
                    Some(behind) => at = behind,
                    None if is_break(self.text, tag) || is_half_timestamp(self.text, tag) => at = tag.end(),
                    None => return false,
                },
                Mark::Other => return false,
            }
        }
        true
    }

    /// The end of the stretch for the parser that begins at `at`: a place where nothing is open and a plain
    /// block may begin; `None` where that is not sure.
    fn stretch(&self, at: usize) -> Option<usize> {
        let (mut at, mut blank, mut html, mut listed) = (at, false, false, false);
        while at < self.text.len() {
            let line = self.line(at);
            let next = self.behind(at, line.len());
            if is_blank(line) {
                (at, blank, html) = (next, true, false);
                continue;
            }
            // An item goes on with a list before it.
            if blank && (heading(line).is_some() || is_words(line) || !listed && item(line).is_some()) {
                return Some(at);
            }
            let content = line.iter().position(|b| !b" \t>*+-0123456789.)".contains(b)).unwrap_or(line.len());
            let marked = line.get(content..).unwrap_or_default();
            listed |= content > 0;
            if marked.starts_with(b"```") || marked.starts_with(b"~~~") {
                if content > 0 || html {
                    return None;
                }
                at = self.behind_fence(at, line)?;
                blank = true;
                continue;
            }
            if marked.starts_with(b"<") {
                html = true;
                if is_long_html(marked) {
                    return None;
                }
            }
            // Nothing goes on behind a heading.
            let closes = !html && heading(line).is_some();
            (at, blank, listed) = (next, closes, listed && !closes);
        }
        Some(at)
    }

    /// Behind the code block whose first line, not indented, is `line` at `at`.
    fn behind_fence(&self, at: usize, line: &[u8]) -> Option<usize> {
        let mark = *line.first()?;
        let length = line.iter().take_while(|&&b| b == mark).count();
        if mark == b'`' && line.get(length..)?.contains(&b'`') {
            return None;
        }
        let mut at = self.behind(at, line.len());
        while at < self.text.len() {
            let line = self.line(at);
            at = self.behind(at, line.len());
            let indent = line.iter().take_while(|&&b| b == b' ').count();
            let marks = line.iter().skip(indent).take_while(|&&b| b == mark).count();
            if indent < 4 && marks >= length && is_blank(line.get(indent + marks..)?) {
                break;
            }
        }
        Some(at)
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if let Some(block) = self.ready.take() {
            return Some(block);
        }
        let end = self.text.len();
        let start = if self.unsure { self.at } else { self.skip_blank(self.at) };
        if start >= end {
            return None;
        }
        let mut at = start;
        while !self.unsure {
            let first = self.skip_blank(at);
            if first >= end {
                break;
            }
            if let Some(block) = self.plain(first) {
                let (Block::Markdown(span)
                | Block::Heading(_, span)
                | Block::Paragraph(span)
                | Block::List(span)) = block;
                self.at = span.end();
                if first == start {
                    return Some(block);
                }
                self.ready = Some(block);
                return Some(Block::Markdown(Span::new(start, first)));
            }
            match self.stretch(first) {
                Some(behind) => at = behind,
                None => self.unsure = true,
            }
        }
        self.at = end;
        Some(Block::Markdown(Span::new(start, end)))
    }
}

/// An item of a list that [`Blocks`] has found.
pub(super) struct ListItem {
    /// How many items it is in.
    pub(super) depth: usize,
    /// All of it, with the items in it.
    pub(super) span: Span,
    /// The text of its own.
    pub(super) content: Span,
}

/// The items of a list that [`Blocks`] has found, and those of the lists in it.
pub(super) fn items(text: &str, list: Span) -> Vec<ListItem> {
    let (mut levels, mut at) = (Levels::default(), list.start());
    let (mut items, mut around) = (Vec::<ListItem>::new(), Vec::new());
    for line in list.of(text).split_inclusive('\n') {
        let Some(item) = levels.enter(line.as_bytes()) else { break };
        let (start, content, end) = (at + item.indent, at + item.content, at + line.len());
        let depth = levels.depth();
        around.truncate(depth);
        around.push(items.len());
        let words = text.get(content..end).unwrap_or_default().trim_ascii_end();
        let content = Span::new(content, content + words.len());
        items.push(ListItem { depth, span: Span::new(start, end), content });
        for &outer in &around {
            if let Some(outer) = items.get_mut(outer) {
                outer.span = Span::new(outer.span.start(), end);
            }
        }
        at = end;
    }
    items
}

/// The item of the last line of a list, and those around it, the outermost first.
#[derive(Default)]
struct Levels(Vec<Item>);

/// Lists in one another beyond which the parser is asked.
const DEEPEST: usize = 8;

impl Levels {
    /// Takes in the next line of the list. `None` where it is not sure that it begins an item, and one of which list:
    /// those of one list stand below one another here.
    fn enter(&mut self, line: &[u8]) -> Option<Item> {
        let indent = line.iter().take_while(|&&b| b == b' ').count();
        let item = item(line.get(indent..)?)?;
        let item = Item { indent, content: indent + item.content, ..item };
        let depth = self.0.iter().take_while(|outer| outer.content <= indent).count();
        let begin = depth.checked_sub(1).and_then(|outer| self.0.get(outer)).map_or(0, |outer| outer.content);
        let fits = match self.0.get(depth) {
            Some(before) => before.indent == indent && before.mark == item.mark,
            // The first one of a list: where it has more blanks before it, it is text of the item above.
            None => indent - begin < 4 && depth < DEEPEST && (depth == 0 || item.interrupts),
        };
        self.0.truncate(depth);
        self.0.push(item);
        fits.then_some(item)
    }

    /// How many items the last one is in.
    fn depth(&self) -> usize {
        self.0.len().saturating_sub(1)
    }
}

/// Markup of a simple block.
enum Mark {
    /// Code between single ticks on one line.
    Code(Span),
    /// A tag, it seems.
    Tag(Span),
    /// Other ticks or no tag.
    Other,
}

impl Mark {
    /// The first one of `at..end`.
    fn next(text: &str, at: usize, end: usize) -> Option<Self> {
        let bytes = text.as_bytes().get(..end)?;
        let start = at + memchr::memchr2(b'<', b'`', bytes.get(at..)?)?;
        let rest = bytes.get(start + 1..)?;
        let mark = if bytes.get(start) == Some(&b'<') {
            memchr::memchr(b'>', rest).map(|length| Self::Tag(Span::new(start, start + length + 2)))
        } else {
            // Not a tick, a text and another tick: two in a row are another mark.
            let length = memchr::memchr2(b'`', b'\n', rest).filter(|&length| length > 0);
            let single =
                |&length: &usize| rest.get(length) == Some(&b'`') && rest.get(length + 1) != Some(&b'`');
            length.filter(single).map(|length| Self::Code(Span::new(start, start + length + 2)))
        };
        Some(mark.unwrap_or(Self::Other))
    }
}

/// What is hidden in the simple block at `span`: its code and the tags of its timestamps.
pub(super) fn skips(text: &str, span: Span) -> impl Iterator<Item = Skip> {
    let mut at = span.start();
    std::iter::from_fn(move || {
        let (span, tag) = match Mark::next(text, at, span.end())? {
            Mark::Code(code) => (code, false),
            Mark::Tag(tag) => (tag, true),
            Mark::Other => return None,
        };
        at = span.end();
        Some(Skip { span, tag })
    })
}

/// Whether there may be a definition, which is `[label]:` without brackets in the label.
fn may_define(rest: &[u8]) -> bool {
    memchr::memmem::find_iter(rest, b"]:")
        .any(|at| !matches!(rest.get(..at), Some([.., b, b']'] | [b, b']']) if *b != b'\\'))
}

/// Behind the timestamp at `at`, if it is of the form that the parser takes for two tags and a text.
fn behind_timestamp(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix("<a class=\"yt-timestamp\" data-t=\"")?;
    let value = rest.get(..8)?;
    let behind = rest.get(8..)?.strip_prefix("\">[")?.strip_prefix(value)?.strip_prefix("]</a>")?;
    let is_time = value.bytes().all(|b| b.is_ascii_digit() || b == b':');
    (is_time && !is_escaped(text, at)).then_some(text.len() - behind.len())
}

/// Whether a tag is one of the two of a timestamp, whatever is between them, or without the other one; behind
/// words of its line, so that it begins no block.
fn is_half_timestamp(text: &str, tag: Span) -> bool {
    let opens = |tag: &str| {
        let value =
            tag.strip_prefix("<a class=\"yt-timestamp\" data-t=\"").and_then(|tag| tag.strip_suffix("\">"));
        value.is_some_and(|value| value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':' || b == b'.'))
    };
    let written = tag.of(text);
    let before = text.as_bytes().get(..tag.start()).unwrap_or_default();
    let line = before.get(memchr::memrchr(b'\n', before).map_or(0, |end| end + 1)..).unwrap_or_default();
    let has_words = || line.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80 || *b == b'[');
    (written == "</a>" || opens(written)) && has_words() && !is_escaped(text, tag.start())
}

/// Whether a tag is a mere line break.
fn is_break(text: &str, tag: Span) -> bool {
    matches!(tag.of(text), "<br>" | "<br/>" | "<br />") && !is_escaped(text, tag.start())
}

/// Whether every `_` stands within a word, as in the names of notes: there it is no emphasis.
fn underscores_join(words: &[u8]) -> bool {
    let joins = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    memchr::memchr_iter(b'_', words)
        .all(|at| joins(at.checked_sub(1).and_then(|before| words.get(before))) && joins(words.get(at + 1)))
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| matches!(b, b' ' | b'\t'))
}

/// The level of the heading that a line is.
fn heading(line: &[u8]) -> Option<usize> {
    let level = line.iter().take_while(|&&b| b == b'#').count();
    ((1..=6).contains(&level) && line.get(level) == Some(&b' ')).then_some(level)
}

/// An item of a list, at the start of a line.
#[derive(Clone, Copy)]
struct Item {
    mark: u8,
    /// Blanks before it.
    indent: usize,
    /// Bytes of its line before its text.
    content: usize,
    /// Whether it ends a paragraph above it.
    interrupts: bool,
}

/// The item that a line begins, if there is a text on it.
fn item(line: &[u8]) -> Option<Item> {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let mark = *line.get(digits)?;
    let is_mark = if digits == 0 {
        matches!(mark, b'-' | b'*' | b'+')
    } else {
        digits < 10 && matches!(mark, b'.' | b')')
    };
    let blanks = line.get(digits + 1..)?.iter().take_while(|&&b| b == b' ').count();
    let content = digits + 1 + blanks;
    let begins = line.get(content).is_some_and(|&b| {
        b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'[' | b'*' | b'_' | b'"' | b'<' | b'(')
    });
    (is_mark && (1..=4).contains(&blanks) && begins).then(|| Item {
        mark,
        indent: 0,
        content,
        interrupts: digits == 0 || line.starts_with(b"1") && digits == 1,
    })
}

/// The same behind as many blanks as a block may have before it.
fn indented_item(line: &[u8]) -> Option<Item> {
    let indent = line.iter().take_while(|&&b| b == b' ').count();
    line.get(indent..).filter(|_| indent < 4).and_then(item)
}

/// The mark of the item that a line begins, with a text or without.
fn marker(line: &[u8]) -> Option<u8> {
    let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
    let mark = *line.get(digits)?;
    let is_mark = matches!((digits, mark), (0, b'-' | b'*' | b'+') | (1.., b'.' | b')'));
    (is_mark && matches!(line.get(digits + 1), None | Some(b' ' | b'\t'))).then_some(mark)
}

/// Whether a line, or the text of an item, is text by the way it begins, whatever stands around it.
fn is_words(line: &[u8]) -> bool {
    match line {
        [b'0'..=b'9', ..] => {
            let digits = line.iter().take_while(|b| b.is_ascii_digit()).count();
            !matches!(line.get(digits), Some(b'.' | b')'))
        }
        [b'a'..=b'z' | b'A'..=b'Z' | 0x80.., ..] => true,
        [b'[' | b'"' | b'\'' | b'(' | b'$' | b'%' | b'&' | b'!' | b'/' | b'@' | b'{', ..] => true,
        [b'*', b'*', b, ..] | [b'*' | b'_', b, ..] => {
            b.is_ascii_alphanumeric() || *b >= 0x80 || matches!(b, b'[' | b'"' | b'\'' | b'(')
        }
        // The timestamp that alone passes for simple is followed by its label.
        [b'<', b'a', b' ', ..] => true,
        _ => false,
    }
}

/// Whether `rest` begins a block of HTML that a blank line does not end.
fn is_long_html(rest: &[u8]) -> bool {
    let name = rest.get(1..).unwrap_or_default();
    let begins = |tag: &&[u8]| name.get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag));
    [&b"!"[..], b"?", b"pre", b"script", b"style", b"textarea"].iter().any(begins)
}
