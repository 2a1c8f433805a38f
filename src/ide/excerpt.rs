//! Parts of notes as hovers show them: text for a reader, in which nothing of the note is live.
//!
//! Wikilinks and markdown links appear by their text; timestamps, images, HTML and comments not at
//! all; emphasis, lists, tables and code stay. Absent: which part to show.
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::Document;
use super::prose;
use crate::syntax::LinkKind;
use crate::text::Span;

/// Bytes of a note that an excerpt is made of at most: far more than it shows.
const MOST_BYTES: usize = 4 * 1024;

/// Lines of a code block, rows of a table that an excerpt shows.
const MOST_LINES: usize = 10;

/// What begins a cell.
const CELL: &str = "| ";

/// A paragraph, a heading, an item, a code block or a table of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    /// What it is.
    pub(super) kind: BlockKind,
    /// What its lines begin with: of quotes and list items around it.
    prefix: String,
    /// The same for lines behind the first.
    indent: String,
    runs: Vec<Run>,
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
    /// A code block or a table: its only run is CommonMark already.
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
        self.runs.iter().map(|run| &*run.text).collect()
    }

    /// Keeps `length` bytes of [`Self::plain`].
    fn truncate(&mut self, mut length: usize) {
        for run in &mut self.runs {
            let kept = run.text.floor_char_boundary(length.min(run.text.len()));
            length -= kept;
            run.text.truncate(kept);
        }
    }

    fn markdown(&self) -> String {
        let text = match self.kind {
            BlockKind::Heading => format!("**{}**", escape(&self.plain())),
            BlockKind::Verbatim => self.plain().replace('\n', &format!("\n{}", self.indent)),
            BlockKind::Paragraph | BlockKind::Item => {
                let mut line = String::new();
                for run in &self.runs {
                    push_run(&mut line, run);
                }
                escape_start(line)
            }
        };
        format!("{}{text}", self.prefix)
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

/// Blocks as CommonMark of about `length` characters: cut behind a sentence or a word, with `…` where
/// something is left out.
pub(super) fn markdown(blocks: Vec<Block>, length: usize) -> String {
    let mut out = String::new();
    let (mut left, mut last) = (length, None);
    for mut block in blocks {
        let together = last == Some(BlockKind::Item) && block.kind == BlockKind::Item;
        if left == 0 || left < length / 8 && block.kind == BlockKind::Heading {
            out.push_str(if together { "\n" } else { "\n\n" });
            out.push('…');
            return out;
        }
        let plain = block.plain();
        let cut = if block.kind == BlockKind::Verbatim { None } else { prose::cut(&plain, left) };
        if let Some(cut) = cut {
            block.truncate(cut);
        }
        if last.is_some() {
            out.push_str(if together { "\n" } else { "\n\n" });
        }
        out.push_str(&block.markdown());
        if cut.is_some() {
            out.push_str(" …");
            return out;
        }
        left = left.saturating_sub(plain.chars().count());
        last = Some(block.kind);
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
            LinkKind::Wiki => cuts.push((link.span, Some(display(link)))),
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

/// The part of a wikilink that a reader sees.
fn display(link: &crate::syntax::Link) -> Span {
    let shown = match &link.anchor {
        Some(anchor) if link.target.is_empty() => anchor.span,
        Some(anchor) => Span { start: link.target.start, end: anchor.span.end },
        None => link.target,
    };
    link.alias.unwrap_or(shown)
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
    let mut reader = Reader::default();
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
    /// The marker, and whether a block has shown it.
    Item(String, bool),
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    containers: Vec<Container>,
    runs: Vec<Run>,
    style: Style,
    /// Depth of images, whose text is not shown.
    hidden: usize,
    /// The language and text of the code block that is being read.
    code: Option<(String, String)>,
    /// The rows of the table that is being read, and how many there are.
    table: (String, usize),
}

impl Reader {
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
                let marker = match self.containers.last_mut() {
                    Some(Container::List(Some(number))) => {
                        *number += 1;
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                };
                self.containers.push(Container::Item(marker, false));
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
                let columns = self.table.0.matches(CELL).count();
                self.table.0.push_str("|\n");
                self.table.0.push_str(&"| --- ".repeat(columns));
                self.end_of_row();
            }
            TagEnd::TableRow => self.end_of_row(),
            TagEnd::Table => {
                let (table, rows) = std::mem::take(&mut self.table);
                self.runs = vec![Run { text: table.trim_end().to_owned(), style: Style::default() }];
                self.flush(BlockKind::Verbatim);
                if let Some(rest) = rows.checked_sub(MOST_LINES + 1).filter(|rest| *rest > 0) {
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
        let fence = "`".repeat(longest_fence(&code).max(2) + 1);
        let mut lines: Vec<&str> = code.trim_end().lines().collect();
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push("…");
        }
        let shown = |c: &char| matches!(c, '\n' | '\t') || !is_invisible(*c);
        let code: String = lines.join("\n").chars().filter(shown).collect();
        self.runs =
            vec![Run { text: format!("{fence}{language}\n{code}\n{fence}"), style: Style::default() }];
        self.flush(BlockKind::Verbatim);
    }

    fn end_of_cell(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        if self.table.1 > MOST_LINES {
            return;
        }
        let mut cell = String::new();
        for run in &runs {
            push_run(&mut cell, run);
        }
        self.table.0.push_str(CELL);
        self.table.0.push_str(&cell.trim().replace('|', "\\|"));
        self.table.0.push(' ');
    }

    fn end_of_row(&mut self) {
        if self.table.1 <= MOST_LINES {
            self.table.0.push_str("|\n");
        }
        self.table.1 += 1;
    }

    /// Ends the block.
    fn flush(&mut self, kind: BlockKind) {
        let mut runs = std::mem::take(&mut self.runs);
        if matches!(self.containers.last(), Some(Container::Quote)) {
            // `[!info] Title` begins a callout; its kind is a colour elsewhere.
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
        let (mut prefix, mut indent) = (String::new(), String::new());
        for container in &mut self.containers {
            match container {
                Container::Quote => {
                    prefix.push_str("> ");
                    indent.push_str("> ");
                }
                Container::List(_) => {}
                Container::Item(marker, shown) => {
                    let blanks = " ".repeat(marker.len());
                    prefix.push_str(if *shown { &blanks } else { marker });
                    indent.push_str(&blanks);
                    *shown = true;
                }
            }
        }
        self.blocks.push(Block { kind, prefix, indent, runs });
    }
}

/// Whether a character would be seen by no reader, or would turn the text around.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
            && c != '\u{200D}'
            && c != '\u{200C}'
}

/// Adds a run in its style; blanks at its ends go outside of the marks, which need a word beside them.
fn push_run(out: &mut String, run: &Run) {
    let (text, style) = (&run.text, run.style);
    let core = text.trim();
    if core.is_empty() {
        out.push_str(text);
        return;
    }
    let lead = text.len() - text.trim_start().len();
    out.push_str(text.get(..lead).unwrap_or(""));
    let marks = [(style.bold, "**"), (style.italic, "*"), (style.struck, "~~")];
    let marks: String = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark).collect();
    out.push_str(&marks);
    if style.code {
        out.push_str(&code_span(core));
    } else {
        push_escaped(out, core);
    }
    out.push_str(&marks.chars().rev().collect::<String>());
    out.push_str(text.get(lead + core.len()..).unwrap_or(""));
}

/// Text as code.
pub(super) fn code_span(text: &str) -> String {
    let longest = longest_fence(text);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace(['\n', '\r'], " "))
}

/// A link of CommonMark with `text` as it is. The address is ours: a file of the vault, or the
/// setting for videos.
pub(super) fn link(text: &str, url: &str) -> String {
    let mut address = String::with_capacity(url.len());
    for c in url.chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '\\' | '"' | '`' | '|')
        {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|b| address.push_str(&format!("%{b:02X}")));
        } else {
            address.push(c);
        }
    }
    format!("[{}]({address})", escape(text))
}

/// The longest run of backticks.
fn longest_fence(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Text as CommonMark that shows it as it is, wherever in a line it stands.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text);
    out
}

/// Text as a paragraph of CommonMark that shows it as it is.
pub(super) fn escape_line(text: &str) -> String {
    escape_start(escape(text))
}

/// Adds `text`, with a backslash before what CommonMark, or an editor that makes links of bare
/// addresses, would take for more than text. Only there: some editors show a hover's source.
fn push_escaped(out: &mut String, text: &str) {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let rest = text.get(at..).unwrap_or("");
        let in_word = out.ends_with(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
        let needed = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' => true,
            '_' | '@' => (c == '@') == in_word,
            '~' => next == Some('~') || out.ends_with('~'),
            '&' => next.is_some_and(|next| next == '#' || next.is_alphanumeric()),
            ':' => rest.starts_with("://"),
            '.' => out.len() >= 3 && out.get(out.len() - 3..).is_some_and(|w| w.eq_ignore_ascii_case("www")),
            _ => false,
        };
        if needed {
            out.push('\\');
        }
        out.push(if c == '\n' || c == '\r' { ' ' } else { c });
    }
}

/// A line of CommonMark that begins no heading, quote, list, rule or fence.
fn escape_start(line: String) -> String {
    let line = line.trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    let ordinal = (1..=9).contains(&digits) && rest.starts_with(['.', ')']);
    if ordinal {
        return format!("{}\\{rest}", line.get(..digits).unwrap_or(""));
    }
    let marks = line.starts_with(['#', '>', '+', '-', '=', '~']) && !line.starts_with("~~");
    if marks { format!("\\{line}") } else { line.to_owned() }
}
