//! Parts of notes as hovers show them: text for a reader, in which nothing of the note is live.
//!
//! Wikilinks and markdown links appear by their text; timestamps, images, HTML and comments not at
//! all; emphasis, lists, tables and code stay. Absent: which part to show.
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::markdown::{Markdown, Prefix};
use super::{Document, prose};
use crate::syntax::LinkKind;
use crate::text::Span;

/// Bytes of a note that an excerpt is made of at most: far more than it shows.
const MOST_BYTES: usize = 4 * 1024;

/// Lines of a code block, rows of a table that an excerpt shows.
const MOST_LINES: usize = 10;

/// A paragraph, a heading, an item, a code block or a table of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    /// What it is.
    pub(super) kind: BlockKind,
    /// The quotes and list items around it.
    prefix: Prefix,
    runs: Vec<Run>,
    /// What a [`BlockKind::Verbatim`] is, instead of runs.
    verbatim: Markdown,
}

/// What a block of a note is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BlockKind {
    /// A paragraph outside of lists.
    Paragraph,
    /// A heading.
    Heading,
    /// A paragraph in a list item.
    Item,
    /// A code block or a table. It is shown outside of the lists around it, whose indentation
    /// renderers do not agree on: what is no longer inside of its fence would be live.
    Verbatim,
}

/// Text of one style.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Run {
    text: String,
    style: Style,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Style {
    bold: bool,
    italic: bool,
    struck: bool,
    code: bool,
}

impl Block {
    /// Its text, without any markup.
    pub(super) fn plain(&self) -> String {
        match self.kind {
            BlockKind::Verbatim => self.verbatim.to_plain_text(),
            _ => self.runs.iter().map(|run| &*run.text).collect(),
        }
    }

    /// Keeps `length` bytes of [`Self::plain`].
    fn truncate(&mut self, mut length: usize) {
        for run in &mut self.runs {
            let kept = run.text.floor_char_boundary(length.min(run.text.len()));
            length -= kept;
            run.text.truncate(kept);
        }
    }

    fn markdown(self) -> Markdown {
        let line = Markdown::new().line(self.prefix);
        match self.kind {
            BlockKind::Verbatim => self.verbatim,
            BlockKind::Heading => line.bold(&self.runs.iter().map(|run| &*run.text).collect::<String>()),
            BlockKind::Paragraph | BlockKind::Item => with_runs(line, &self.runs),
        }
    }
}

/// A part of a note as plain text on one line.
pub(super) fn plain(document: &Document, span: Span) -> String {
    plain_text(&source(document, span))
}

/// Markdown, of a link's text say, as plain text on one line.
pub(super) fn plain_text(markdown: &str) -> String {
    read(markdown).iter().map(Block::plain).collect::<Vec<_>>().join(" ")
}

/// The blocks of a part of a note; of its first [`MOST_BYTES`] where it is longer.
pub(super) fn blocks(document: &Document, span: Span) -> Vec<Block> {
    let end = document.text.floor_char_boundary(span.end().min(span.start() + MOST_BYTES));
    let mut blocks = read(&source(document, Span::new(span.start(), end)));
    // What the limit cut in two is not shown.
    if end < span.end() && blocks.len() > 1 {
        blocks.pop();
    }
    blocks
}

/// Blocks as markdown of about `length` characters: cut behind a sentence or a word, with `…` where
/// something is left out.
pub(super) fn markdown(blocks: Vec<Block>, length: usize) -> Markdown {
    let mut out = Markdown::new();
    let (mut left, mut last) = (length, None);
    for mut block in blocks {
        let together = last == Some(BlockKind::Item) && block.kind == BlockKind::Item;
        if last.is_some() {
            out = if together { out.markup("\n", "\n") } else { out.markup("\n\n", "\n\n") };
        }
        if left == 0 || left < length / 8 && block.kind == BlockKind::Heading {
            return out.text("…");
        }
        let (kind, plain) = (block.kind, block.plain());
        let cut = if kind == BlockKind::Verbatim { None } else { prose::cut(&plain, left) };
        if let Some(cut) = cut {
            block.truncate(cut);
        }
        out = out.then(block.markdown());
        if cut.is_some() {
            return out.text(" …");
        }
        left = left.saturating_sub(plain.chars().count());
        last = Some(kind);
    }
    out
}

/// The markdown of `span` with every wikilink as its display text and without timestamps, embeds,
/// block ids, footnote marks and `%%` comments.
fn source(document: &Document, span: Span) -> String {
    let (text, note) = (&*document.text, &document.note);
    let mut cuts: Vec<(Span, Option<Span>)> = Vec::new();
    for link in note.links.iter().filter(|link| span.covers(link.span)) {
        match link.kind {
            LinkKind::Wiki => cuts.push((link.span, Some(link.shown()))),
            LinkKind::Embed => cuts.push((link.span, None)),
            LinkKind::Markdown | LinkKind::Image | LinkKind::Definition => {}
        }
    }
    let timestamps = note.timestamps.iter().map(|timestamp| timestamp.span);
    let blocks = note.blocks.iter().map(|block| block.span);
    let footnotes = note.footnotes.iter().filter(|f| !f.definition).map(|f| f.span);
    cuts.extend(timestamps.chain(blocks).chain(footnotes).filter(|s| span.overlaps(*s)).map(|s| (s, None)));
    cuts.sort_by_key(|(cut, _)| (cut.start, std::cmp::Reverse(cut.end)));
    let mut out = String::with_capacity(span.len());
    copy(text, span, &cuts, &mut out);
    without_comments(out)
}

/// Copies `span`, with `cuts` left out or replaced by a part of themselves; that part may hold cuts.
fn copy(text: &str, span: Span, cuts: &[(Span, Option<Span>)], out: &mut String) {
    let mut at = span.start;
    for (index, (cut, replacement)) in cuts.iter().enumerate() {
        if cut.start < at || cut.start >= span.end {
            continue;
        }
        out.push_str(Span { start: at, end: cut.start }.of(text));
        at = cut.end;
        match replacement {
            Some(part) => copy(text, *part, cuts.get(index + 1..).unwrap_or(&[]), out),
            // Two words stay two, and a full stop moves up to its sentence.
            None => {
                let next = text.get(cut.end()..).and_then(|rest| rest.chars().next());
                let kept = out.trim_end_matches([' ', '\t']).len();
                let blank = kept < out.len();
                if next.is_none_or(|next| !next.is_alphanumeric()) && !ends_a_marker(out) {
                    out.truncate(kept);
                } else if !blank && out.ends_with(char::is_alphanumeric) {
                    out.push(' ');
                }
            }
        }
    }
    if at < span.end {
        out.push_str(Span { start: at, end: span.end }.of(text));
    }
}

/// Whether the last line is only a list marker: without its blank it would be none.
fn ends_a_marker(out: &str) -> bool {
    let line = out.rsplit('\n').next().unwrap_or("").trim();
    let ordinal =
        line.strip_suffix(['.', ')']).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    matches!(line, "-" | "*" | "+" | ">") || ordinal
}

/// `source` without `%%` comments; an unclosed one is text.
fn without_comments(source: String) -> String {
    if !source.contains("%%") {
        return source;
    }
    let mut parts = source.split("%%");
    let mut out = parts.next().unwrap_or("").to_owned();
    while let Some(inside) = parts.next() {
        match parts.next() {
            Some(outside) => out.push_str(outside),
            None => {
                out.push_str("%%");
                out.push_str(inside);
            }
        }
    }
    out
}

/// The blocks of markdown.
fn read(markdown: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let mut reader = ExcerptParser::default();
    for event in TextMergeStream::new(Parser::new_ext(markdown, options)) {
        reader.event(event);
    }
    reader.flush(BlockKind::Paragraph);
    reader.blocks
}

/// What encloses a block.
enum Container {
    Quote,
    List(Option<u64>),
    /// The number in an ordered list, and whether a block has shown the marker.
    Item(Option<u64>, bool),
}

#[derive(Default)]
struct ExcerptParser {
    blocks: Vec<Block>,
    containers: Vec<Container>,
    runs: Vec<Run>,
    style: Style,
    /// Depth of images, whose text is not shown.
    hidden: usize,
    /// The language and text of the code block that is being read.
    code: Option<(String, String)>,
    /// The rows of the table that is being read, and how many there are.
    table: (Vec<Markdown>, usize),
    /// The row that is being read, and how many cells it has.
    row: (Markdown, usize),
}

impl ExcerptParser {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ if self.hidden > 0 => {}
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.style.code = true;
                self.text(&text);
                self.style.code = false;
            }
            Event::InlineMath(text) => self.text(&format!("${text}$")),
            Event::DisplayMath(text) => self.text(&format!("$${text}$$")),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::InlineHtml(tag) if tag.get(..3).is_some_and(|t| t.eq_ignore_ascii_case("<br")) => {
                self.text(" ");
            }
            Event::TaskListMarker(done) => self.text(if done { "☑ " } else { "☐ " }),
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) | Event::Rule => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::BlockQuote(_) => self.containers.push(Container::Quote),
            Tag::List(first) => {
                self.flush(BlockKind::Item);
                self.containers.push(Container::List(first));
            }
            Tag::Item => {
                let number = match self.containers.last_mut() {
                    Some(Container::List(Some(next))) => {
                        let number = *next;
                        *next = next.saturating_add(1);
                        Some(number)
                    }
                    _ => None,
                };
                self.containers.push(Container::Item(number, false));
            }
            Tag::CodeBlock(kind) => {
                self.flush(BlockKind::Paragraph);
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split(|c: char| !c.is_alphanumeric()).next().map(str::to_owned)
                    }
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language.unwrap_or_default(), String::new()));
            }
            Tag::Emphasis => self.style.italic = true,
            Tag::Strong => self.style.bold = true,
            Tag::Strikethrough => self.style.struck = true,
            Tag::Image { .. } => self.hidden += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::HtmlBlock | TagEnd::FootnoteDefinition => {
                self.flush(BlockKind::Paragraph)
            }
            TagEnd::Heading(_) => self.flush(BlockKind::Heading),
            TagEnd::Item => {
                self.flush(BlockKind::Item);
                self.containers.pop();
            }
            TagEnd::List(_) => drop(self.containers.pop()),
            TagEnd::BlockQuote(_) => {
                self.flush(BlockKind::Paragraph);
                self.containers.pop();
            }
            TagEnd::CodeBlock => self.end_of_code(),
            TagEnd::TableCell => self.end_of_cell(),
            TagEnd::TableHead => {
                let columns = self.row.1;
                self.end_of_row();
                let line = (0..columns).fold(Markdown::new(), |line, _| line.markup("| --- ", ""));
                self.table.0.push(line.markup("|", ""));
            }
            TagEnd::TableRow => self.end_of_row(),
            TagEnd::Table => {
                let (rows, count) = std::mem::take(&mut self.table);
                self.verbatim(Markdown::joined(rows, &Markdown::new().markup("\n", "\n")));
                if let Some(rest) = count.checked_sub(MOST_LINES + 1).filter(|rest| *rest > 0) {
                    self.runs = vec![Run { text: format!("… {rest} more rows"), style: Style::default() }];
                    self.flush(BlockKind::Paragraph);
                }
            }
            TagEnd::Emphasis => self.style.italic = false,
            TagEnd::Strong => self.style.bold = false,
            TagEnd::Strikethrough => self.style.struck = false,
            TagEnd::Image => self.hidden = self.hidden.saturating_sub(1),
            _ => {}
        }
    }

    /// Adds text to the block; blanks collapse.
    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        let mut blank = self.runs.last().is_none_or(|run| run.text.ends_with(' '));
        let mut clean = String::with_capacity(text.len());
        for c in text.chars().filter(|&c| !is_invisible(c)) {
            if !c.is_whitespace() {
                clean.push(c);
            } else if !blank {
                clean.push(' ');
            }
            blank = c.is_whitespace();
        }
        match self.runs.last_mut() {
            _ if clean.is_empty() => {}
            Some(run) if run.style == self.style => run.text.push_str(&clean),
            _ => self.runs.push(Run { text: clean, style: self.style }),
        }
    }

    fn end_of_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        let mut lines: Vec<&str> = code.trim_end().lines().collect();
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push("…");
        }
        self.verbatim(Markdown::new().code_block(&language, &lines.join("\n")));
    }

    fn end_of_cell(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        // A pipe in code would end the cell.
        for run in runs.iter_mut().filter(|run| run.text.contains('|')) {
            run.style.code = false;
        }
        let (row, cells) = std::mem::take(&mut self.row);
        let row = row.markup("| ", if cells == 0 { "" } else { "| " });
        self.row = (with_runs(row, &runs).markup(" ", " "), cells + 1);
    }

    fn end_of_row(&mut self) {
        let (row, _) = std::mem::take(&mut self.row);
        if self.table.1 <= MOST_LINES {
            self.table.0.push(row.markup("|", ""));
        }
        self.table.1 += 1;
    }

    /// Adds a block that is no text.
    fn verbatim(&mut self, verbatim: Markdown) {
        let prefix = Prefix::default();
        self.blocks.push(Block { kind: BlockKind::Verbatim, prefix, runs: Vec::new(), verbatim });
    }

    /// Ends the block.
    fn flush(&mut self, kind: BlockKind) {
        let mut runs = std::mem::take(&mut self.runs);
        if matches!(self.containers.last(), Some(Container::Quote)) {
            // `[!info] Title` begins a callout; its kind is a color elsewhere.
            let first = runs.first_mut().filter(|run| run.text.starts_with("[!"));
            if let Some((run, end)) = first.and_then(|run| run.text.find(']').map(|end| (run, end + 1))) {
                run.text = run.text.get(end..).unwrap_or("").trim_start_matches(['+', '-', ' ']).to_owned();
            }
        }
        if let Some(last) = runs.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        if runs.iter().all(|run| run.text.is_empty()) {
            return;
        }
        let in_item = self.containers.iter().any(|container| matches!(container, Container::Item(..)));
        let kind = if in_item && kind == BlockKind::Paragraph { BlockKind::Item } else { kind };
        let mut prefix = Prefix::default();
        for container in &mut self.containers {
            match container {
                Container::Quote => prefix.quote(),
                Container::List(_) => {}
                Container::Item(number, shown) => {
                    let before = prefix.len();
                    let mut marked = prefix.clone();
                    marked.item(*number);
                    if *shown {
                        prefix.blanks(marked.len() - before);
                    } else {
                        prefix = marked;
                    }
                    *shown = true;
                }
            }
        }
        self.blocks.push(Block { kind, prefix, runs, verbatim: Markdown::new() });
    }
}

/// Whether a character would be seen by no reader, or would turn the text around.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
            && c != '\u{200D}'
            && c != '\u{200C}'
}

/// `out` with runs, each in its style; blanks at a run's ends go outside of the marks, which need a word
/// beside them.
fn with_runs(mut out: Markdown, runs: &[Run]) -> Markdown {
    for (at, run) in runs.iter().enumerate() {
        let (text, style) = (&run.text, run.style);
        let core = text.trim();
        if core.is_empty() {
            out = out.text(text);
            continue;
        }
        let lead = text.len() - text.trim_start().len();
        let (before, behind) = (text.get(..lead).unwrap_or(""), text.get(lead + core.len()..).unwrap_or(""));
        let previous = at.checked_sub(1).and_then(|at| runs.get(at)).filter(|_| before.is_empty());
        let next = runs.get(at + 1).filter(|_| behind.is_empty());
        let holds = holds_mark(run, core.chars().next(), previous, |text| text.chars().next_back())
            && holds_mark(run, core.chars().next_back(), next, |text| text.chars().next());
        let inner = if style.code { Markdown::new().code(core) } else { Markdown::new().text(core) };
        let marks = [(style.struck, "~~"), (style.italic, "*"), (style.bold, "**")];
        let inner = marks
            .into_iter()
            .filter(|(on, _)| *on && holds)
            .fold(inner, |inner, (_, marks)| Markdown::new().enclosed(marks, inner));
        out = out.text(before).then(inner).text(behind);
    }
    out
}

/// Whether marks of emphasis are ones between the `edge` of `run` and `beside`, if that is right beside
/// it; `facing` is the end of its text that is. Else readers would see the marks themselves.
fn holds_mark(
    run: &Run,
    edge: Option<char>,
    beside: Option<&Run>,
    facing: impl Fn(&str) -> Option<char>,
) -> bool {
    let Some((beside, facing)) = beside.and_then(|beside| Some((beside, facing(&beside.text)?))) else {
        return true;
    };
    let Style { bold, italic, struck, .. } = beside.style;
    // Code may be written with its own marks or without.
    let is_word = !run.style.code && edge.is_some_and(char::is_alphanumeric);
    facing.is_whitespace() || !bold && !italic && !struck && (is_word || !facing.is_alphanumeric())
}
