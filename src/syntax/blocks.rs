//! The blocks of a note, for who asks for its shape: folding, selecting. [`super::parse`] goes through the
//! same events without keeping them, since nothing else needs them.

use std::cmp::Reverse;

use pulldown_cmark::{Event, Parser, Tag as Start};

use super::{Note, Options, document, find, nesting};
use crate::text::Span;

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BlockKind {
    /// A quote or a callout.
    Quote,
    /// A list.
    List,
    /// An item of a list.
    Item,
    /// A code block.
    Code,
    /// A table.
    Table,
    /// A row of a table.
    Row,
    /// A cell of a table.
    Cell,
    /// HTML, but for comments.
    Html,
    /// The definition of a footnote.
    Footnote,
    /// `<!-- … -->` or `%% … %%`.
    Comment,
    /// A heading.
    Heading,
    /// A paragraph, or the text of an item that has none.
    Paragraph,
}

/// The blocks of `text`, which reads as `note` by `options`, each with its bytes but for blanks at its end:
/// in order, the outer one first.
pub fn blocks(text: &str, note: &Note, options: &Options) -> Vec<(BlockKind, Span)> {
    let body = note.parts.body as usize;
    let bounded = nesting::bounded(text.get(body..).unwrap_or_default());
    let mut found = Vec::new();
    // The text of a tight item, which is no block of the parser's.
    let mut loose: Option<Span> = None;
    let mut in_leaf = 0usize;
    for (event, range) in Parser::new_ext(&bounded, document::MARKDOWN).into_offset_iter() {
        let span = Span::new(body + range.start, body + range.end);
        let kind = match &event {
            Event::Start(start) => kind(start, span.of(text)),
            _ => None,
        };
        let ends_block = match &event {
            Event::End(end) => is_leaf_end(*end),
            _ => None,
        };
        if kind.is_some() || ends_block.is_some() {
            found.extend(loose.take().map(|span| (BlockKind::Paragraph, span)));
        } else if in_leaf == 0 && is_inline(&event) {
            let first = *loose.get_or_insert(span);
            loose = Some(Span { start: first.start, end: first.end.max(span.end) });
        }
        if let Event::InlineHtml(_) = &event
            && span.of(text).starts_with("<!--")
        {
            found.push((BlockKind::Comment, span));
        }
        if let Some(kind) = kind {
            in_leaf += usize::from(is_leaf(kind));
            found.push((kind, span));
        }
        if ends_block == Some(true) {
            in_leaf = in_leaf.saturating_sub(1);
        }
    }
    found.extend(loose.map(|span| (BlockKind::Paragraph, span)));
    if memchr::memmem::find(text.as_bytes(), b"%%").is_some() {
        let excluded = document::excluded(text, options).into_iter();
        let comments = excluded.filter(|span| span.of(text).starts_with("%%"));
        found.extend(comments.map(|span| (BlockKind::Comment, span)));
    }
    for (_, span) in &mut found {
        *span = find::trim(text, span.start(), span.end());
    }
    found.retain(|(_, span)| !span.is_empty());
    found.sort_by_key(|(kind, span)| (span.start, Reverse(span.end), *kind));
    found
}

fn kind(start: &Start<'_>, text: &str) -> Option<BlockKind> {
    Some(match start {
        Start::Paragraph => BlockKind::Paragraph,
        Start::Heading { .. } => BlockKind::Heading,
        Start::BlockQuote(_) => BlockKind::Quote,
        Start::CodeBlock(_) => BlockKind::Code,
        Start::HtmlBlock if text.trim_start().starts_with("<!--") => BlockKind::Comment,
        Start::HtmlBlock => BlockKind::Html,
        Start::List(_) => BlockKind::List,
        Start::Item => BlockKind::Item,
        Start::FootnoteDefinition(_) => BlockKind::Footnote,
        Start::Table(_) => BlockKind::Table,
        Start::TableHead | Start::TableRow => BlockKind::Row,
        Start::TableCell => BlockKind::Cell,
        _ => return None,
    })
}

/// Whether text in such a block is its own.
fn is_leaf(kind: BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::Paragraph
            | BlockKind::Heading
            | BlockKind::Code
            | BlockKind::Html
            | BlockKind::Comment
            | BlockKind::Cell
    )
}

/// Whether what ends is a block that holds text of its own; `None` where it is no block.
fn is_leaf_end(end: pulldown_cmark::TagEnd) -> Option<bool> {
    use pulldown_cmark::TagEnd;
    match end {
        TagEnd::Paragraph
        | TagEnd::Heading(_)
        | TagEnd::CodeBlock
        | TagEnd::HtmlBlock
        | TagEnd::TableCell => Some(true),
        TagEnd::BlockQuote(_)
        | TagEnd::List(_)
        | TagEnd::Item
        | TagEnd::FootnoteDefinition
        | TagEnd::Table
        | TagEnd::TableHead
        | TagEnd::TableRow => Some(false),
        _ => None,
    }
}

fn is_inline(event: &Event<'_>) -> bool {
    !matches!(event, Event::End(_) | Event::Html(_) | Event::Rule | Event::TaskListMarker(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each block with its kind, indented by what it is in.
    fn drawn(text: &str) -> String {
        let options = Options::default();
        let note = super::super::parse(text, &options);
        let mut open: Vec<Span> = Vec::new();
        let mut out = String::new();
        for (kind, span) in blocks(text, &note, &options) {
            while open.last().is_some_and(|outer| outer.end <= span.start) {
                open.pop();
            }
            out.push_str(&format!("{}{kind:?} {:?}\n", " ".repeat(open.len()), span.of(text)));
            open.push(span);
        }
        out
    }

    #[test]
    fn blocks_lie_in_one_another() {
        assert_eq!(
            drawn(
                "---\ntitle: A\n---\n# A\n\n- one *two*\n  - three\n\n> quote\n> - four\n\n```\ncode\n```\n"
            ),
            r##"Heading "# A"
List "- one *two*\n  - three"
 Item "- one *two*\n  - three"
  Paragraph "one *two*"
  List "- three"
   Item "- three"
    Paragraph "three"
Quote "> quote\n> - four"
 Paragraph "quote"
 List "- four"
  Item "- four"
   Paragraph "four"
Code "```\ncode\n```"
"##
        );
        assert_eq!(
            drawn(
                "| a | b |\n| - | - |\n| c | d |\n\n<!-- x\n-->\n\ny <!-- z --> %% w %%\n\n%%\n\n- v\n\n%%\n"
            ),
            r##"Table "| a | b |\n| - | - |\n| c | d |"
 Row "| a | b |"
  Cell "a"
  Cell "b"
 Row "| c | d |"
  Cell "c"
  Cell "d"
Comment "<!-- x\n-->"
Paragraph "y <!-- z --> %% w %%"
 Comment "<!-- z -->"
 Comment "%% w %%"
Comment "%%\n\n- v\n\n%%"
 Paragraph "%%"
 List "- v"
  Item "- v"
   Paragraph "v"
 Paragraph "%%"
"##
        );
    }
}
