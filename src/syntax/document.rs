//! The walk over CommonMark's events: which bytes are which block, and what in them is hidden.

use pulldown_cmark::{Event, LinkType, Options as Markdown, Parser, RefDefs, Tag as Start, TagEnd};

use super::block_ids::{self, Around};
use super::fence::NoteFence;
use super::find::{Line, trim};
use super::headings::{self, Piece};
use super::inline::Scan;
use super::leaf::{Content, Leaf, LeafKind};
use super::markdown_links::{self, Written};
use super::parts::{self, Change, TightList, Window};
use super::plain::{self, Blocks, ListItem};
use super::prose::{self, Prose};
use super::timestamps::Surroundings;
use super::{ElementId, Footnote, Heading, Note, Options, front_matter, html, nesting, suppression};
use crate::text::Span;

/// Wikilinks, math and metadata blocks are read here, by the product's own rules; smart punctuation,
/// heading attributes and alerts change nothing that is asked for.
pub(super) const MARKDOWN: Markdown = Markdown::ENABLE_TABLES
    .union(Markdown::ENABLE_FOOTNOTES)
    .union(Markdown::ENABLE_STRIKETHROUGH)
    .union(Markdown::ENABLE_TASKLISTS);

/// What the inline scan of a note leaves out: math and comments. By another reading, since only few ask.
pub(super) fn excluded(text: &str, options: &Options) -> Vec<Span> {
    let mut note = Note::default();
    let body = front_matter::read(text, options, &mut note, false);
    let mut reader = NoteParser::new(text, options, body, note, false);
    reader.excluded = Some(Vec::new());
    reader.markdown(Span::new(body, text.len()));
    reader.close_implicit();
    reader.excluded.unwrap_or_default()
}

/// The plain words of a note, likewise.
pub(super) fn prose(text: &str, options: &Options) -> Vec<Prose> {
    let mut note = Note::default();
    let body = front_matter::read(text, options, &mut note, false);
    let has_source = note.front_matter.as_ref().is_some_and(|front| front.video.is_some());
    let mut reader = NoteParser::new(text, options, body, note, has_source);
    reader.prose = Some(Vec::new());
    reader.markdown(Span::new(body, text.len()));
    reader.close_implicit();
    reader.prose.unwrap_or_default()
}

/// Reads one note; all of it by the parsers of markdown and YAML where `by_markdown` is set, which only takes longer.
pub(super) fn read(text: &str, options: &Options, by_markdown: bool) -> Note {
    let mut note = Note::default();
    // Spans count in 32 bits; the vault's `max_file_size` lies far below.
    if u32::try_from(text.len()).is_err() {
        return note;
    }
    let body = front_matter::read(text, options, &mut note, by_markdown);
    note.parts.body = Span::at(body).start;
    let has_source = note.front_matter.as_ref().is_some_and(|front| front.video.is_some());
    let mut reader = NoteParser::new(text, options, body, note, has_source);
    for block in Blocks::new(text, body, by_markdown) {
        match block {
            plain::Block::Markdown(span) => reader.markdown(span),
            plain::Block::Heading(level, span) => reader.plain_heading(level, span),
            plain::Block::Paragraph(span) => reader.plain_paragraph(span),
            plain::Block::List(span) => reader.plain_list(span),
        }
    }
    reader.finish(text.len())
}

/// Reads the note `old` of `old_text` anew where `text` differs; `None` where that may concern all of it.
pub(super) fn read_change(old_text: &str, old: &Note, text: &str, options: &Options) -> Option<Note> {
    let change = Change::between(old_text, text);
    if old.parts.whole
        || u32::try_from(text.len()).is_err()
        || !front_matter::stays(old_text, old, text, change.start)
    {
        return None;
    }
    let in_list = old.parts.window_in_list(old_text, text, change);
    in_list
        .and_then(|window| read_window(old, text, options, window))
        .or_else(|| read_window(old, text, options, old.parts.window(old_text, change)))
}

/// Reads `window` anew; `None` where more than it may have changed.
pub(super) fn read_window(old: &Note, text: &str, options: &Options, window: Window) -> Option<Note> {
    let mut part = nesting::bounded(text.get(window.start..window.end)?).into_owned();
    // It is what it would be by itself only if nothing is open.
    part.push_str(window.next.unwrap_or_default());
    let has_source = old.front_matter.as_ref().is_some_and(|front| front.video.is_some());
    let mut reader = NoteParser::new(text, options, window.start, Note::default(), has_source);
    let mut events = Parser::new_ext(&part, MARKDOWN).into_offset_iter();
    let mut closed = window.next.is_none();
    while let Some((event, range)) = events.next() {
        let span = Span::new(window.start + range.start, window.start + range.end);
        if window.next.is_some() && span.start() >= window.end {
            closed = match event {
                Event::Start(Start::Paragraph) => reader.depth == 0 && !window.in_list,
                Event::Start(Start::Item) => {
                    reader.depth == 1 && window.in_list && reader.is_tight(window.start)
                }
                _ => false,
            };
            break;
        }
        reader.event(&event, span, events.reference_definitions());
    }
    reader.define(events.reference_definitions());
    closed &= window.next.is_none() || reader.scan.excluded_until <= window.end;
    reader.close_list();
    let read = reader.finish(window.end);
    window.put_into(old, read).filter(|_| closed)
}

struct NoteParser<'t> {
    text: &'t str,
    /// Where the body begins, or the part of it that is read.
    base: usize,
    /// Where the stretch begins that the markdown parser reads: what it counts from.
    stretch: usize,
    /// The definitions of references.
    definitions: Vec<Span>,
    note: Note,
    /// Blocks and inline elements that are open.
    depth: usize,
    scan: Scan<'t>,
    /// Of comments.
    line: Line,
    html: html::Scanner,
    leaf: Option<Leaf>,
    /// The list in no other block that is being read, as long as it can be cut.
    list: Option<TightList>,
    /// Blocks and rules so far that are in no other block.
    outermost: usize,
    /// Where the last block ended whose bytes were looked at.
    covered: usize,
    content: Content<'t>,
    around: Around,
    in_code: bool,
    fence: NoteFence,
    /// Math and comments, where they are asked for.
    excluded: Option<Vec<Span>>,
    /// Plain words, where they are asked for.
    prose: Option<Vec<Prose>>,
}

impl<'t> NoteParser<'t> {
    fn new(text: &'t str, options: &'t Options, base: usize, note: Note, has_source: bool) -> Self {
        Self {
            text,
            base,
            stretch: base,
            definitions: Vec::new(),
            note,
            depth: 0,
            scan: Scan::new(text, &options.kinds, has_source),
            line: Line::default(),
            html: html::Scanner::new(),
            leaf: None,
            list: None,
            outermost: 0,
            covered: base,
            content: Content::default(),
            around: Around::default(),
            in_code: false,
            fence: NoteFence::default(),
            excluded: None,
            prose: None,
        }
    }

    /// Has the markdown parser read a stretch of the text, at whose ends nothing is open.
    fn markdown(&mut self, stretch: Span) {
        let text: &'t str = self.text;
        let bounded = nesting::bounded(text.get(stretch.range()).unwrap_or_default());
        let mut events = Parser::new_ext(&bounded, MARKDOWN).into_offset_iter();
        self.stretch = stretch.start();
        while let Some((event, range)) = events.next() {
            let span = Span::new(stretch.start() + range.start, stretch.start() + range.end);
            self.event(&event, span, events.reference_definitions());
        }
        self.define(events.reference_definitions());
    }

    fn define(&mut self, definitions: &RefDefs<'_>) {
        let definitions = definitions.iter().map(|(_, definition)| self.in_stretch(&definition.span));
        self.definitions.extend(definitions.collect::<Vec<_>>());
    }

    fn in_stretch(&self, range: &std::ops::Range<usize>) -> Span {
        Span::new(self.stretch + range.start, self.stretch + range.end)
    }

    fn plain_paragraph(&mut self, span: Span) {
        self.cut_before(span.start());
        self.open(LeafKind::Paragraph, span);
        self.content.skips.extend(plain::skips(self.text, span));
        self.end(TagEnd::Paragraph, span);
    }

    fn plain_heading(&mut self, level: u8, span: Span) {
        self.cut_before(span.start());
        self.open(LeafKind::Heading(level), span);
        // As the parser cuts it.
        let mut at = headings::content(self.text, span).start();
        while at < span.end() {
            let rest = self.text.as_bytes().get(at + 1..span.end()).unwrap_or_default();
            let end = memchr::memchr(b'[', rest).map_or(span.end(), |found| at + 1 + found);
            let piece = Span::new(at, end);
            self.content.pieces.push(Piece::Text(piece, piece.of(self.text).into()));
            at = end;
        }
        self.close();
        self.around.end(span);
    }

    fn plain_list(&mut self, list: Span) {
        self.open_list();
        self.open_container(list);
        let mut around: Vec<Span> = Vec::new();
        for ListItem { depth, span, content } in plain::items(self.text, list) {
            if depth == 0 {
                self.end_items(&mut around, 0);
                self.cut_list(span.start());
            } else if depth == around.len() {
                // The first one of a list in an item.
                self.open_container(span);
            } else {
                self.end_items(&mut around, depth);
            }
            around.push(span);
            self.open_item(span);
            self.inline(content);
            self.content.skips.extend(plain::skips(self.text, content));
        }
        self.end_items(&mut around, 0);
        self.end(TagEnd::List(false), list);
        self.end_list();
    }

    /// Ends the innermost items of `around` until so many are left, and the lists that they are the last ones of.
    fn end_items(&mut self, around: &mut Vec<Span>, left: usize) {
        while around.len() > left
            && let Some(item) = around.pop()
        {
            self.end(TagEnd::Item, item);
            if around.len() > left {
                self.end(TagEnd::List(false), item);
            }
        }
    }

    /// A list in no other block has ended.
    fn end_list(&mut self) {
        self.list = self.list.take().filter(TightList::is_long);
        self.close_list();
    }

    /// A list in no other block begins.
    fn open_list(&mut self) {
        self.list = Some(TightList::default());
    }

    /// Notes that the list can be cut before the item at `at`, if it can.
    fn cut_list(&mut self, at: usize) {
        let begins_line = at == self.base || self.text.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\n');
        if self.scan.excluded_until > at {
            self.list = None;
        } else if let Some(list) = self.list.as_mut().filter(|_| begins_line) {
            list.items.push(Span::at(at).start);
        }
    }

    /// Keeps what is known of the list.
    fn close_list(&mut self) {
        self.note.parts.lists.extend(self.list.take());
    }

    /// Whether all that was read is a part of one tight list, which begins at `start`.
    fn is_tight(&self, start: usize) -> bool {
        let first = self.list.as_ref().and_then(|list| list.items.first());
        self.outermost == 1 && first.is_some_and(|&first| first as usize == start)
    }

    // By reference: an event is large, and most are only looked at.
    fn event(&mut self, event: &Event<'_>, span: Span, definitions: &RefDefs<'_>) {
        match event {
            Event::Start(start) => {
                if self.depth == 0 {
                    self.outermost(start, span.start());
                }
                match (self.depth, start) {
                    (1, Start::Item) => self.cut_list(span.start()),
                    // The list is loose.
                    (2, Start::Paragraph) => self.list = None,
                    _ => {}
                }
                self.depth += 1;
                self.start(start, span, definitions);
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(*end, span);
                if self.depth == 0 && matches!(end, TagEnd::List(_)) {
                    self.end_list();
                }
            }
            Event::Text(words) => {
                self.inline(span);
                if self.in_heading() {
                    self.content.pieces.push(Piece::Text(span, words.clone().into_static()));
                }
            }
            Event::Code(words) => {
                self.inline(span);
                self.content.hide(span);
                if self.in_heading() {
                    self.content.pieces.push(Piece::Text(span, words.clone().into_static()));
                }
            }
            Event::InlineHtml(_) => {
                self.inline(span);
                self.inline_html(span);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.inline(span);
                if self.in_heading() {
                    self.content.pieces.push(Piece::Blank(span));
                }
            }
            Event::FootnoteReference(_) => self.inline(span),
            Event::Rule => {
                self.outermost += usize::from(self.depth == 0);
                self.close_implicit();
            }
            Event::Html(_) | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    /// A block in no other one begins.
    fn outermost(&mut self, start: &Start<'_>, at: usize) {
        let cuts = matches!(
            start,
            Start::Paragraph
                | Start::Heading { .. }
                | Start::HtmlBlock
                | Start::CodeBlock(_)
                | Start::Table(_)
        );
        self.outermost += 1;
        if cuts {
            self.cut_before(at);
        }
        if matches!(start, Start::List(_)) {
            self.open_list();
        }
    }

    /// Notes that the text can be cut before the block at `at`, in no other one, if it can.
    fn cut_before(&mut self, at: usize) {
        if self.scan.excluded_until <= at && parts::may_cut(self.text, self.base, at) {
            self.note.parts.cuts.push(Span::at(at).start);
        }
    }

    fn start(&mut self, start: &Start<'_>, span: Span, definitions: &RefDefs<'_>) {
        match start {
            Start::Paragraph => self.open(LeafKind::Paragraph, span),
            Start::Heading { level, .. } => {
                self.open(LeafKind::Heading(*level as u8), span);
            }
            Start::TableHead | Start::TableRow => {
                self.open(LeafKind::Row, span);
                self.content.cells_end = span.start();
            }
            Start::HtmlBlock => self.open(LeafKind::Html, span),
            Start::CodeBlock(kind) => {
                self.close_implicit();
                self.gap(span.start());
                self.covered = span.end();
                self.in_code = true;
                self.around.fill_item();
                self.fence.code(self.text, kind, span);
            }
            Start::Item => self.open_item(span),
            Start::FootnoteDefinition(_) => {
                self.note.parts.whole = true;
                self.close_implicit();
                self.around.leave_item();
                let label = self.text.get(span.start() + 2..span.end()).and_then(|rest| rest.find(']'));
                if let Some(length) = label.filter(|_| span.start() >= self.scan.excluded_until) {
                    let start = span.start();
                    self.note.footnotes.push(Footnote {
                        span: Span::new(start, start + 2 + length + 1),
                        label: Span::new(start + 2, start + 2 + length),
                        definition: true,
                    });
                }
            }
            Start::BlockQuote(_) | Start::List(_) | Start::Table(_) => self.open_container(span),
            Start::Link { link_type, id, .. } => self.open_link(false, *link_type, id, span, definitions),
            Start::Image { link_type, id, .. } => self.open_link(true, *link_type, id, span, definitions),
            Start::Emphasis | Start::Strong | Start::Strikethrough => self.inline(span),
            _ => {}
        }
    }

    fn open_container(&mut self, span: Span) {
        self.close_implicit();
        self.around.open(span);
    }

    fn open_item(&mut self, span: Span) {
        self.close_implicit();
        self.around.open_item(span);
    }

    fn end(&mut self, end: TagEnd, span: Span) {
        match end {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::HtmlBlock => {
                self.close();
                self.around.end(span);
            }
            TagEnd::TableCell if !span.is_empty() => self.content.cells_end = span.end(),
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.around.leave_item();
                self.around.end(span);
            }
            TagEnd::Item => {
                self.close_implicit();
                self.around.close_item(span);
            }
            TagEnd::FootnoteDefinition => {
                self.close_implicit();
                self.around.leave_item();
                self.around.end(span);
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Table => {
                self.close_implicit();
                self.around.close(span);
            }
            TagEnd::Link | TagEnd::Image => self.content.close_link(),
            _ => {}
        }
    }

    fn open(&mut self, kind: LeafKind, span: Span) {
        self.close_implicit();
        self.gap(span.start());
        self.leaf = Some(Leaf { kind, span, implicit: false });
    }

    /// Bytes between blocks: marks of containers, and reference definitions, which CommonMark takes
    /// out of the text. `[source]: [[note]]` holds the wikilink, as a markdown link does.
    fn gap(&mut self, end: usize) {
        let gap = Span::new(self.covered, end);
        if gap.of(self.text).contains("[[") {
            self.scan.block(gap, &[], false);
            self.scan.decide(&Surroundings::default());
            self.take_over();
        }
    }

    /// Text, or what stands where text may: the start of a tight item's text, or more of it.
    fn inline(&mut self, span: Span) {
        if self.in_code {
            return;
        }
        match &mut self.leaf {
            Some(leaf) if leaf.implicit => leaf.span.end = leaf.span.end.max(span.end),
            Some(_) => {}
            None => {
                self.gap(span.start());
                // The text of `\[` begins behind its backslash.
                let before = self.text.get(self.covered..span.start()).unwrap_or_default();
                let start = span.start() - usize::from(before.ends_with('\\'));
                let span = Span::new(start, span.end());
                self.leaf = Some(Leaf { kind: LeafKind::Paragraph, span, implicit: true });
            }
        }
        self.content.extend_link(span.end());
    }

    fn open_link(&mut self, image: bool, kind: LinkType, id: &str, span: Span, definitions: &RefDefs<'_>) {
        // The parser takes `[label][]` to end with its first `]`.
        let empty_label = kind == LinkType::Collapsed
            && self.text.get(span.end()..).is_some_and(|behind| behind.starts_with("[]"));
        let span = if empty_label { Span::new(span.start(), span.end() + 2) } else { span };
        self.inline(span);
        if matches!(kind, LinkType::Autolink | LinkType::Email) {
            self.content.hide(span);
        }
        let definition = match kind {
            LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut => {
                definitions.get(id).map(|definition| self.in_stretch(&definition.span))
            }
            _ => None,
        };
        let text_start = span.start() + 1 + usize::from(image);
        let inline = kind == LinkType::Inline;
        self.content.open_link(Written { image, inline, definition, span, text_end: text_start });
    }

    fn inline_html(&mut self, span: Span) {
        let tag = span.of(self.text);
        if let Some(words) = tag.strip_prefix("<!--") {
            let words_start = span.start() + 4;
            let words_end = words_start + words.strip_suffix("-->").map_or(words.len(), str::len);
            self.comment(span, Span::new(words_start, words_end));
        }
        self.content.inline_html(self.text, span);
    }

    fn comment(&mut self, span: Span, words: Span) {
        if span.start() >= self.scan.excluded_until {
            self.note.suppressions.extend(suppression::read(self.text, span, words, &mut self.line));
        }
    }

    fn close_implicit(&mut self) {
        if self.leaf.is_some_and(|leaf| leaf.implicit) {
            self.close();
        }
    }

    /// The end of a block's content: the scan, and what it found taken over.
    fn close(&mut self) {
        let Some(leaf) = self.leaf.take() else { return };
        self.covered = leaf.span.end();
        let mut content = trim(self.text, leaf.span.start(), leaf.span.end());
        if let LeafKind::Heading(_) = leaf.kind {
            content = headings::content(self.text, content);
        }
        match leaf.kind {
            LeafKind::Html => self.html_block(leaf.span),
            LeafKind::Row => self.content.excess_cells(self.text, leaf.span),
            _ => {}
        }
        if !content.of(self.text).starts_with("From:") {
            self.fence.text(Span::new(leaf.span.start(), leaf.span.start() + content.len()));
        }
        let from = self.scan.excluded_until;
        let hidden_before = from > leaf.span.start();
        self.scan.block(content, &self.content.skips, leaf.kind == LeafKind::Row);
        let links = self.prose.as_ref().map(|_| self.content.links.iter().map(|link| link.span).collect());
        let around = markdown_links::merge(
            self.text,
            self.scan.kinds,
            from,
            &mut self.content.links,
            &mut self.scan.found,
        );
        self.scan.decide(&around);
        if let LeafKind::Heading(level) = leaf.kind
            && !hidden_before
            && self.scan.excluded_until <= content.end()
        {
            self.heading(level, leaf, content);
        }
        self.element_ids(from);
        if let Some(links) = links {
            let start = content.start().max(from);
            self.words(leaf.kind, Span::new(start, content.end()), links);
        }
        let may_be_named = memchr::memchr(b'^', content.of(self.text).as_bytes()).is_some();
        if may_be_named && leaf.kind != LeafKind::Html && !hidden_before {
            let from = self.scan.excluded_until;
            let ids = self.around.ids(self.text, leaf, content).into_iter().flatten();
            self.note.blocks.extend(ids.filter(|block| block.span.start() >= from));
        }
        self.around.fill_item();
        self.take_over();
        self.content.clear();
    }

    /// Keeps the plain words of a block that was scanned.
    fn words(&mut self, kind: LeafKind, block: Span, mut holes: Vec<Span>) {
        let (found, Some(prose)) = (&self.scan.found, &mut self.prose) else { return };
        if !matches!(kind, LeafKind::Paragraph | LeafKind::Row) {
            return;
        }
        holes.extend(self.content.skips.iter().map(|skip| skip.span));
        holes.extend(found.links.iter().map(|link| link.span));
        holes.extend(&found.excluded);
        holes.extend(found.decided.timestamps.iter().map(|time| time.span));
        holes.extend(found.tags.iter().map(|tag| tag.span));
        holes.extend(found.footnotes.iter().map(|footnote| footnote.span));
        prose::add(prose, block, kind == LeafKind::Row, &mut holes);
    }

    fn in_heading(&self) -> bool {
        self.leaf.is_some_and(|leaf| matches!(leaf.kind, LeafKind::Heading(_)))
    }

    fn take_over(&mut self) {
        let found = &mut self.scan.found;
        if self.note.parts.channel.is_none() {
            self.note.parts.channel = found.channel;
        }
        append(&mut self.note.links, &mut found.links);
        append(&mut self.note.timestamps, &mut found.decided.timestamps);
        append(&mut self.note.video_links, &mut found.video_links);
        append(&mut self.note.references, &mut found.references);
        append(&mut self.note.tags, &mut found.tags);
        append(&mut self.note.footnotes, &mut found.footnotes);
        append(&mut self.note.suppressions, &mut found.suppressions);
        append(&mut self.note.problems, &mut found.problems);
        if let Some(excluded) = &mut self.excluded {
            excluded.extend_from_slice(&found.excluded);
        }
        found.clear();
    }

    fn heading(&mut self, level: u8, leaf: Leaf, mut content: Span) {
        let found = &mut self.scan.found;
        // Neither id is text of the heading.
        let block_id = block_ids::at_end(self.text, content);
        if let Some(id) = block_id {
            content = trim(self.text, content.start(), id.start());
        }
        let explicit = headings::explicit_id(self.text, content);
        let mut hidden = found.decided.hidden.clone();
        hidden.extend(explicit.map(|(braces, _)| braces));
        hidden.extend(block_id);
        let text = headings::text(self.text, &self.content.pieces, &found.links, &hidden);
        let span = trim(self.text, leaf.span.start(), leaf.span.end());
        self.note.headings.push(Heading { level, span, content, text, id: explicit.map(|(_, id)| id) });
    }

    /// The ids that the tags of the block, from byte `from` on, give to their elements.
    fn element_ids(&mut self, from: usize) {
        let excluded = &self.scan.found.excluded;
        for &tag in &self.content.tags {
            let next = excluded.partition_point(|excluded| excluded.end <= tag.start);
            let commented = excluded.get(next).is_some_and(|excluded| excluded.overlaps(tag));
            if !commented && tag.start() >= from {
                let ids = html::ids(self.text, tag);
                self.note.element_ids.extend(ids.map(|id| ElementId { tag, id }));
            }
        }
    }

    /// An HTML block, whose content CommonMark leaves to the reader.
    fn html_block(&mut self, block: Span) {
        let found = self.html.block(self.text, block, self.scan.excluded_until);
        for &(comment, words) in &found.comments {
            self.comment(comment, words);
        }
        self.content.html_block(&found);
        self.note.parts.whole |= found.unclosed;
        self.scan.excluded_until = self.scan.excluded_until.max(found.hidden_until);
    }

    /// What was read, up to `end`.
    fn finish(mut self, end: usize) -> Note {
        self.close_implicit();
        self.gap(end);
        self.note.problems.extend(self.fence.problem(self.text));
        self.note.parts.first_text = self.fence.first_text;
        self.note.parts.whole |=
            self.scan.open_ended || self.fence.is_found() || !self.definitions.is_empty();
        let before = self.note.links.len();
        let definitions = self.definitions.iter();
        self.note.links.extend(definitions.filter_map(|&span| markdown_links::definition(self.text, span)));
        if self.note.links.len() > before {
            self.note.links.sort_unstable_by_key(|link| link.span.start);
        }
        self.note.sort();
        self.note
    }
}

/// Most blocks have nothing of most kinds.
fn append<T>(all: &mut Vec<T>, found: &mut Vec<T>) {
    if !found.is_empty() {
        all.append(found);
    }
}
