//! Previews of notes and of their parts.
use super::excerpt::{self, Block, BlockKind, escape, link};
use super::{Analysis, Document, counted, join};
use crate::ide::{definition, video};
use crate::index::NoteId;
use crate::syntax::{Heading, ProblemKind};
use crate::text::Span;

/// Characters of a first paragraph, about.
const PARAGRAPH: usize = 320;

/// Characters of a section or a block, about.
const SECTION: usize = 640;

/// Headings of an outline.
const OUTLINE: usize = 8;

/// A note: title, channel, first paragraph, outline, source video, backlinks.
pub(crate) fn preview(analysis: &Analysis, note: NoteId) -> String {
    let heading = heading(analysis, note);
    let Some(document) = analysis.document(note) else {
        return join([
            heading,
            format!("{} could not be read.", excerpt::code_span(analysis.index.path(note))),
        ]);
    };
    let unfenced = unfenced(analysis, &document);
    let document = unfenced.as_ref().unwrap_or(&document);
    let lead = excerpt::markdown(lead(document), PARAGRAPH);
    join([heading, lead, outline(document, analysis.index.title(note)), footer(analysis, note, document)])
}

/// The section under a heading.
pub(super) fn section(analysis: &Analysis, note: NoteId, heading: usize) -> Option<String> {
    let facts = analysis.index.facts(note)?;
    let first = facts.headings.get(heading)?;
    let document = analysis.document(note)?;
    let span = definition::section(facts, heading, document.text.len());
    let body = Span { start: first.span.end, end: span.end };
    let title = format!("**{}** · {}", escape(facts.heading_text(first)), escape(analysis.index.title(note)));
    Some(join([title, excerpt::markdown(excerpt::blocks(&document, body), SECTION)]))
}

/// The block that has an id.
pub(super) fn block(analysis: &Analysis, note: NoteId, block: usize) -> Option<String> {
    let facts = analysis.index.facts(note)?;
    let (id, span) = facts.blocks.get(block)?;
    let document = analysis.document(note)?;
    let title = format!("**^{}** · {}", escape(id), escape(analysis.index.title(note)));
    Some(join([title, excerpt::markdown(excerpt::blocks(&document, *span), SECTION)]))
}

/// Title and channel.
fn heading(analysis: &Analysis, note: NoteId) -> String {
    let title = format!("**{}**", escape(analysis.index.title(note)));
    match video::channel(analysis, note) {
        Some(channel) => format!("{title} · {}", escape(&channel)),
        None => title,
    }
}

/// The note as it would be without the code fence around all of it, where there is one.
fn unfenced(analysis: &Analysis, document: &Document) -> Option<Document> {
    let fence = document.note.problems.iter().find(|problem| problem.kind == ProblemKind::FencedNote)?;
    let text = &*document.text;
    let inside = fence.span.end() + text.get(fence.span.end()..)?.find('\n')?;
    let closing = text.rfind("\n```").or_else(|| text.rfind("\n~~~")).filter(|&at| at >= inside);
    let body = text.get(inside..closing.unwrap_or(text.len()))?;
    Some(Document::new(format!("{}{body}", text.get(..fence.span.start())?).into(), analysis.settings()))
}

/// What the note begins with: its first paragraph that stands in no list and is no `From:` line.
fn lead(document: &Document) -> Vec<Block> {
    let note = &document.note;
    let start = note.front_matter.as_ref().map_or(0, |front_matter| front_matter.span.end());
    // The `From:` line is in the heading of the preview already.
    let channel = note.channel.and_then(|link| note.links.get(link)).map(|link| link.span.end());
    let start = channel.filter(|&end| end > start).map_or(start, |end| {
        let rest = document.text.get(end..).unwrap_or("");
        end + rest.find(['\n', '\r']).unwrap_or(rest.len())
    });
    let mut blocks = excerpt::blocks(document, Span::new(start, document.text.len()));
    let first = blocks.iter().position(|block| block.kind == BlockKind::Paragraph);
    first.map(|at| vec![blocks.swap_remove(at)]).unwrap_or_default()
}

/// The headings as a nested list; only those of the highest level where there are many.
fn outline(document: &Document, title: &str) -> String {
    let headings = document.note.headings.iter().filter(|h| !h.text.is_empty() && h.text != title);
    let headings: Vec<&Heading> = headings.collect();
    let Some(top) = headings.iter().map(|h| h.level).min() else { return String::new() };
    let most_of = |depth: u8| headings.iter().filter(move |h| h.level < top + depth);
    let depth = (1..=3).rev().find(|&depth| most_of(depth).count() <= OUTLINE).unwrap_or(1);
    let count = most_of(depth).count();
    let shown = if count == OUTLINE + 1 { count } else { count.min(OUTLINE) };
    let line = |h: &&&Heading| {
        let indent = "  ".repeat(usize::from(h.level - top));
        format!("{indent}- {}", excerpt::escape_line(&h.text))
    };
    let mut lines: Vec<String> = most_of(depth).take(shown).map(|h| line(&h)).collect();
    if count > shown {
        lines.push(format!("- … and {} more sections", count - shown));
    }
    lines.join("\n")
}

/// Source video and backlinks.
fn footer(analysis: &Analysis, note: NoteId, document: &Document) -> String {
    let play = document.video().map(|id| {
        let title = video::title(analysis, note, id);
        format!("▶ {}", link(title.as_deref().unwrap_or("Video"), &video::url(analysis, id, 0)))
    });
    let backlinks = match analysis.index.linking(note).len() {
        0 if analysis.complete => "No other note links here".to_owned(),
        0 => String::new(),
        count => counted(count, "other note links here", "other notes link here"),
    };
    [play.unwrap_or_default(), backlinks]
        .iter()
        .filter(|s| !s.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join("  \n")
}
