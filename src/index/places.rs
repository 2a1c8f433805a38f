//! Where the parts of a note stand, by line and column, so that most of them can be shown in an editor
//! without opening the note. Absent: what they say.
use super::packed::{Reader, Writer};
use super::{Facts, Index, NoteId};
use crate::syntax::Note;
use crate::text::{LineIndex, Position, PositionRange, Span};

/// Where a part of a note stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct LinePlace {
    /// Its first line, from 0.
    pub line: u32,
    /// Bytes before it on that line.
    pub column: u32,
    /// Its bytes, on further lines too.
    pub length: u32,
    /// Whether the line is ASCII up to its end, which is on the same line: every encoding then counts
    /// columns alike.
    pub ascii: bool,
}

impl LinePlace {
    /// The protocol's range, in any encoding; `None` where that takes the note's text.
    pub fn range(self) -> Option<PositionRange> {
        let at = |character| Position::new(self.line, character);
        self.ascii.then(|| PositionRange {
            start: at(self.column),
            end: at(self.column.saturating_add(self.length)),
        })
    }

    /// The place of `span` in `text`.
    pub fn of(span: Span, text: &str, lines: &LineIndex) -> Self {
        let line = lines.line_of(span.start());
        let body = lines.line(text, line);
        let before = text.get(body.start()..span.end());
        Self {
            line: Span::at(line).start,
            column: span.start - body.start,
            length: span.end - span.start,
            ascii: span.end() <= body.end() && before.is_some_and(str::is_ascii),
        }
    }

    /// Its bytes in the note. Of a text that has changed since it may be anything.
    pub fn span(self, text: &str, lines: &LineIndex) -> Span {
        let start = lines.line(text, self.line as usize).start() + self.column as usize;
        Span::new(start, start + self.length as usize)
    }
}

/// The lists of places of a note, in the order in which they are packed.
#[derive(Clone, Copy)]
enum List {
    Title,
    Headings,
    Blocks,
    Elements,
    VideoLinks,
    Tags,
    Links,
    Citations,
}

/// Bytes from one of the marks of a long note to the next, at least.
const MARKED: usize = 1 << 14;

/// A note with fewer bytes than so many times [`MARKED`] has no marks.
const FEWEST_MARKS: usize = 4;

/// Where the parts of a note stand. Each list is in the order of the facts' own.
#[derive(Clone, Copy, Debug)]
pub struct Places<'f> {
    /// Of a long note some lines, each with its first byte.
    marks: Reader<'f>,
    lists: Reader<'f>,
}

impl<'f> Places<'f> {
    pub(super) fn new(packed: Reader<'f>) -> Self {
        let mut lists = packed;
        lists.skip(|reader| (reader.number(), reader.number()));
        Self { marks: packed, lists }
    }

    /// Some lines of a long note, each with its first byte.
    fn marks(self) -> impl Iterator<Item = (u32, u32)> {
        let (mut line, mut byte) = (0_u32, 0_u32);
        self.marks.list(move |reader| {
            (line, byte) = (line.wrapping_add(reader.number()), byte.wrapping_add(reader.number()));
            (line, byte)
        })
    }

    /// The bytes of a part of a long note, and its first line: the lines `first` to `last` are in it and at least 16 KiB
    /// to each side, as far as there are. `None` of a note that is best read as a whole.
    pub fn part(self, first: u32, last: u32) -> Option<(Span, u32)> {
        // The mark before the last one that is not behind the lines, and the second one behind them.
        let (mut line, mut start, mut last_before) = (0, 0, (0, 0));
        let (mut end, mut behind, mut length) = (u32::MAX, 0, 0);
        for mark in self.marks() {
            length = mark.1;
            if mark.0 <= first {
                ((line, start), last_before) = (last_before, mark);
            } else if mark.0 > last {
                behind += 1;
                end = if behind == 2 { mark.1 } else { end };
            }
        }
        let is_small = end.min(length).saturating_sub(start) < length / 2;
        is_small.then_some((Span { start, end }, line))
    }

    /// The front matter's title, else the heading that is the title.
    pub fn title(self) -> Option<LinePlace> {
        self.list(List::Title).next()
    }

    /// Headings.
    pub fn headings(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::Headings)
    }

    /// Blocks that have an id.
    pub fn blocks(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::Blocks)
    }

    /// The tags that open HTML elements with an id.
    pub fn elements(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::Elements)
    }

    /// Markdown links to videos.
    pub fn video_links(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::VideoLinks)
    }

    /// The texts of markdown links to videos, by their bytes: to read one, its note need not be read.
    pub fn video_texts(self) -> impl Iterator<Item = Span> + use<'f> {
        let mut last = Span::default();
        self.lists.list(move |reader| {
            last = read_span(reader, last);
            last
        })
    }

    /// Every use of a tag, as [`Facts::tag_uses`] has them.
    pub fn tags(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::Tags)
    }

    /// Links.
    pub fn links(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::Links)
    }

    /// Timestamps that name a moment of the note's own video.
    pub fn citations(self) -> impl Iterator<Item = LinePlace> + use<'f> {
        self.list(List::Citations)
    }

    fn list(self, list: List) -> impl Iterator<Item = LinePlace> + use<'f> {
        let mut reader = self.lists;
        reader.skip(|reader| read_span(reader, Span::default()));
        for _ in 0..list as usize {
            let mut last = LinePlace::default();
            reader.skip(|reader| last = read(reader, last));
        }
        let mut last = LinePlace::default();
        reader.list(move |reader| {
            last = read(reader, last);
            last
        })
    }
}

/// Writes the places of `note`, whose title stands at `title`, and whose citations at `citations`.
pub(super) fn write(
    out: &mut Writer,
    (text, index): (&str, &LineIndex),
    note: &Note,
    title: Option<Span>,
    citations: &[Span],
) {
    write_marks(out, text, index);
    out.count(note.video_links.len());
    let mut last = Span::default();
    for link in &note.video_links {
        out.difference(last.end, link.text.start);
        out.count(link.text.len());
        last = link.text;
    }
    let mut lines = Lines::new(text, index);
    let mut list = |spans: &mut dyn ExactSizeIterator<Item = Span>| {
        out.count(spans.len());
        let mut last = LinePlace::default();
        for span in spans {
            let place = lines.place(span);
            put(out, last, place);
            last = place;
        }
    };
    list(&mut title.into_iter());
    list(&mut note.headings.iter().map(|heading| heading.span));
    list(&mut note.blocks.iter().map(|block| block.block));
    list(&mut note.element_ids.iter().map(|element| element.tag));
    list(&mut note.video_links.iter().map(|link| link.span));
    list(&mut note.tags.iter().map(|tag| tag.span));
    list(&mut note.links.iter().map(|link| link.span));
    list(&mut citations.iter().copied());
}

fn write_marks(out: &mut Writer, text: &str, index: &LineIndex) {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    // A file with bytes that are not UTF-8 has what follows them elsewhere.
    if text.len() >= FEWEST_MARKS * MARKED && !text.contains(char::REPLACEMENT_CHARACTER) {
        let mut next = MARKED;
        while next < text.len() {
            let line = index.line_of(next) + 1;
            let byte = index.line(text, line).start();
            marks.push((line, byte));
            next = byte + MARKED;
        }
    }
    out.count(marks.len());
    let mut last = (0, 0);
    for (line, byte) in marks {
        out.count(line - last.0);
        out.count(byte - last.1);
        last = (line, byte);
    }
}

/// Most places take two or three bytes: they stand a few lines below the one before or behind it on its line,
/// and many are as long.
fn put(out: &mut Writer, last: LinePlace, place: LinePlace) {
    let down = match place.line.checked_sub(last.line) {
        Some(down) => down,
        None => {
            // Further up: 0, and how far.
            out.number(0);
            out.number(last.line - place.line);
            0
        }
    };
    let is_as_long = place.length == last.length;
    // As headings do.
    let begins_line = place.line != last.line && place.column == 0;
    let bits =
        [begins_line, is_as_long, place.ascii].into_iter().fold(0, |bits, bit| bits << 1 | u32::from(bit));
    // Lines fit: the first bits are lost to no text below 512 MiB.
    out.number((down << 3 | bits).saturating_add(1));
    match place.line == last.line {
        true => out.difference(last.column.wrapping_add(last.length), place.column),
        false if begins_line => {}
        false => out.number(place.column),
    }
    if !is_as_long {
        out.number(place.length);
    }
}

fn read_span(reader: &mut Reader<'_>, last: Span) -> Span {
    let start = reader.difference(last.end);
    Span { start, end: start.saturating_add(reader.number()) }
}

fn read(reader: &mut Reader<'_>, last: LinePlace) -> LinePlace {
    let mut line = last.line;
    let mut first = reader.number();
    if first == 0 {
        line = line.wrapping_sub(reader.number());
        first = reader.number();
    }
    let first = first.wrapping_sub(1);
    line = line.wrapping_add(first >> 3);
    let column = match line == last.line {
        true => reader.difference(last.column.wrapping_add(last.length)),
        false if first & 4 != 0 => 0,
        false => reader.number(),
    };
    let length = if first & 2 == 0 { reader.number() } else { last.length };
    LinePlace { line, column, length, ascii: first & 1 == 1 }
}

/// The lines of a text, and up to where each is ASCII.
struct Lines<'t> {
    text: &'t str,
    index: &'t LineIndex,
    is_ascii: bool,
    /// The line looked at last, its bytes, and the first byte of it that is not ASCII.
    line: (usize, Span, usize),
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, index: &'t LineIndex) -> Self {
        let mut lines = Self { text, index, is_ascii: text.is_ascii(), line: (0, Span::default(), 0) };
        lines.look_at(0);
        lines
    }

    fn look_at(&mut self, line: usize) {
        let span = self.index.line(self.text, line);
        let odd = match self.is_ascii {
            true => None,
            // Lines of a note in another script are mostly ASCII too, which is seen faster than where one is not.
            false => Some(span.of(self.text))
                .filter(|line| !line.is_ascii())
                .and_then(|line| line.bytes().position(|byte| !byte.is_ascii())),
        };
        self.line = (line, span, odd.map_or(span.end(), |odd| span.start() + odd));
    }

    fn place(&mut self, span: Span) -> LinePlace {
        // Mostly on the same line as the one before, or little below.
        let line = self.index.line_of_near(span.start(), self.line.0);
        if line != self.line.0 {
            self.look_at(line);
        }
        let (_, body, ascii) = self.line;
        LinePlace {
            line: Span::at(line).start,
            column: span.start - body.start,
            length: span.end - span.start,
            ascii: span.end() <= ascii,
        }
    }
}

impl Index {
    /// Where link `index` of `note` stands.
    pub fn place_of_link(&self, note: NoteId, index: usize) -> Option<LinePlace> {
        self.facts(note)?.places().links().nth(index)
    }
}

impl Facts {
    /// Where its parts stand.
    pub fn places(&self) -> Places<'_> {
        Places::new(Reader::new(self.packed_places()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::index::Change;
    use crate::settings::Settings;
    use crate::syntax::parse;
    use crate::text::Encoding;

    fn facts(text: &str) -> (Note, Facts) {
        let settings = Settings::default();
        let note = parse(text, &settings.syntax_options());
        let facts = Facts::new(text, &note, &settings);
        (note, facts)
    }

    #[test]
    fn places_are_lines_and_columns() {
        let (_, facts) = facts(
            "---\ntitle: Tides\nvideoId: dQw4w9WgXcQ\n---\n## One\n\u{e9} [[a]] [00:05]\n[[b]] [[c\n#tag]]\n^id\n",
        );
        let places = facts.places();
        let show = |place: LinePlace| {
            let LinePlace { line, column, length, ascii } = place;
            format!("{line}:{column}+{length}{}", if ascii { "" } else { "?" })
        };
        let links: Vec<_> = places.links().map(show).collect();
        assert_eq!(links, ["5:3+5?", "6:0+5"]);
        assert_eq!(places.title().map(show).as_deref(), Some("1:7+5"));
        assert_eq!(places.headings().map(show).collect::<Vec<_>>(), ["4:0+6"]);
        assert_eq!(places.citations().map(show).collect::<Vec<_>>(), ["5:9+7?"]);
        assert_eq!(places.tags().map(show).collect::<Vec<_>>(), ["7:0+4"]);
    }

    /// What a key above the links does: everything stands one line further down.
    #[test]
    fn a_key_that_moves_text_files_nothing_anew() {
        let text = "# A\n[[b]] and [c](c.md#x) #tag ^block\n";
        let mut index = Index::new(Arc::default());
        let put = |index: &mut Index, text: &str| index.apply(Change::Facts("a.md".into(), facts(text).1));
        assert!(!put(&mut index, text).is_empty());
        let before = index.clone();
        assert!(put(&mut index, &format!("\n{text}")).is_empty());
        assert!(index.files_the_same_as(&before));
        let line =
            |index: &Index| index.place_of_link(index.note("a.md").unwrap(), 1).map(|place| place.line);
        assert_eq!((line(&before), line(&index)), (Some(1), Some(2)));
        // Unlike a key in a target or in a heading.
        assert!(put(&mut index, &format!("\n{}", text.replace("[[b", "[[bb"))).is_empty());
        assert!(!index.files_the_same_as(&before));
        assert!(!put(&mut index, &text.replace("# A", "# AA")).is_empty());
    }

    fn texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => proptest::sample::select(&["\n", "\r\n", "\r", "\n\n", " ", "word ", "\u{e9} ", "\u{1f30a} ", "# ", "## "][..]),
            4 => proptest::sample::select(&["[[a]] ", "![[b#c|d]] ", "[e](f%20g.md) ", "[two\nlines](h.md) ", "[i]\n\n[i]: j.md\n"][..]),
            2 => proptest::sample::select(&["[00:05] ", "[v](https://youtu.be/dQw4w9WgXcQ?t=62) ", "#tag ", " ^id\n", "<a id=\"k\"></a> "][..]),
        ];
        let body = proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat());
        (proptest::sample::select(&["", "---\ntitle: \"T\u{e9}\"\nvideoId: dQw4w9WgXcQ\n---\n"][..]), body)
            .prop_map(|(front, body)| format!("{front}{body}"))
    }

    /// However long the lines are; and of a note that is short, or has lost bytes that are not UTF-8, there is none.
    #[test]
    fn a_part_of_a_long_note_reaches_beyond_its_lines() {
        let line = |n: usize| format!("{}[[n{n}]]\n", "word ".repeat(n * 7919 % 1000));
        let text: String = (0..400).map(line).collect();
        let (lines, places) = (LineIndex::new(&text), facts(&text).1);
        let places = places.places();
        for first in 0..400 {
            for last in [first, first + 3, 399] {
                let Some((part, line)) = places.part(first, last) else { continue };
                let end = part.end().min(text.len());
                let [from, to] = [first, last].map(|line| lines.line(&text, line as usize));
                assert_eq!(lines.line(&text, line as usize).start(), part.start());
                assert!(part.start() == 0 || part.start() + MARKED <= from.start());
                assert!(end == text.len() || to.end() + MARKED <= end);
                assert!(end - part.start() < text.len() / 2 + 2 * MARKED);
            }
            assert!(places.part(first, first).is_some() && places.part(0, 399).is_none());
        }
        for text in [&text[..3 * MARKED], &text.replacen("word", "\u{fffd}", 1), &"word ".repeat(40_000)] {
            assert_eq!(facts(text).1.places().part(0, 0), None);
        }
    }

    proptest! {
        #[test]
        fn places_agree_with_the_line_index(text in texts()) {
            let (note, facts) = facts(&text);
            let places = facts.places();
            let lines = LineIndex::new(&text);
            let citations = note.timestamps.iter().filter(|timestamp| facts.video().is_some() && timestamp.moment.is_some());
            let video_texts: Vec<_> = note.video_links.iter().map(|link| link.text).collect();
            prop_assert_eq!(places.video_texts().collect::<Vec<_>>(), video_texts);
            let lists: [(Vec<LinePlace>, Vec<Span>); 7] = [
                (places.links().collect(), note.links.iter().map(|link| link.span).collect()),
                (places.headings().collect(), note.headings.iter().map(|heading| heading.span).collect()),
                (places.blocks().collect(), note.blocks.iter().map(|block| block.block).collect()),
                (places.elements().collect(), note.element_ids.iter().map(|element| element.tag).collect()),
                (places.video_links().collect(), note.video_links.iter().map(|link| link.span).collect()),
                (places.tags().collect(), note.tags.iter().map(|tag| tag.span).collect()),
                (places.citations().collect(), citations.map(|timestamp| timestamp.span).collect()),
            ];
            for (places, spans) in lists {
                prop_assert_eq!(places.len(), spans.len());
                for (place, span) in places.into_iter().zip(spans) {
                    prop_assert_eq!(place.span(&text, &lines), span);
                    prop_assert_eq!(LinePlace::of(span, &text, &lines), place);
                    let line = lines.line(&text, lines.line_of(span.start()));
                    let is_ascii = span.end() <= line.end() && text[line.start()..span.end()].is_ascii();
                    prop_assert_eq!(place.range().is_some(), is_ascii);
                    for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                        let known = place.range().unwrap_or_else(|| lines.range(&text, span, encoding));
                        prop_assert_eq!(known, lines.range(&text, span, encoding));
                    }
                }
            }
            prop_assert_eq!(facts.links().count(), note.links.len());
            for (at, (link, own)) in facts.links().zip(&note.links).enumerate() {
                prop_assert_eq!(link.kind, own.kind);
                prop_assert_eq!(link.target.text(), own.target_text(&text));
                let anchor = own.anchor.as_ref().zip(own.anchor_text(&text));
                prop_assert_eq!(link.anchor.map(|(text, block)| (text.to_owned(), block)), anchor.map(|(own, text)| (text.into_owned(), own.block)));
                prop_assert_eq!(facts.wanted(at), super::super::Wanted::of(own, &text));
            }
            let tags: Vec<&str> = facts.tags().collect();
            let uses: Vec<&str> = facts.tag_uses().map(|at| tags[at]).collect();
            prop_assert_eq!(uses, note.tags.iter().map(|tag| tag.name.of(&text)).collect::<Vec<_>>());
        }
    }
}
