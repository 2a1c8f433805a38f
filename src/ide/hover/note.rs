//! Previews of notes and of their parts.
use std::borrow::Cow;
use std::sync::Arc;

use super::excerpt::{self, Block, BlockKind};
use super::{Analysis, Document, Markdown, counted, grouped, lines, link_to};
use crate::ide::{definition, video};
use crate::index::NoteId;
use crate::syntax::ProblemKind;
use crate::text::Span;

/// Characters of a first paragraph, about.
const PARAGRAPH: usize = 320;

/// Characters of a section or a block, about.
const SECTION: usize = 640;

/// Bytes of a long note that hold its front matter and first paragraph.
const BEGINNING: usize = 8 * 1024;

/// Bytes that a character has at most.
const MOST_CHARACTER: usize = 4;

/// Headings of an outline.
const OUTLINE: usize = 8;

/// Backlinks that are counted; of more it is said that they are more.
pub(super) const MOST_BACKLINKS: usize = 1000;

/// A note: title, channel, first paragraph, outline, source video, backlinks.
pub(crate) fn preview(analysis: &Analysis, note: NoteId) -> Markdown {
    let heading = heading(analysis, note);
    let Some(document) = beginning(analysis, note) else {
        let unread = Markdown::new().code(analysis.index.path(note)).text(" cannot be read.");
        return Markdown::paragraphs([heading, unread]);
    };
    let unfenced = unfenced(analysis, &document);
    let shown = unfenced.as_ref().unwrap_or(&document);
    let headings: Vec<(u8, Cow<str>)> = match analysis.index.facts(note) {
        // The facts know the headings behind the beginning, too.
        Some(facts) if unfenced.is_none() => {
            facts.headings().map(|heading| (heading.level, heading.text())).collect()
        }
        _ => shown.note.headings.iter().map(|h| (h.level, Cow::Borrowed(&*h.text))).collect(),
    };
    let outline = outline(&headings, analysis.index.title(note));
    let lead = excerpt::markdown(lead(shown), PARAGRAPH);
    Markdown::paragraphs([heading, lead, outline, footer(analysis, note, &document)])
}

/// The note, or as much of a long one as holds its front matter and first paragraph.
fn beginning(analysis: &Analysis, note: NoteId) -> Option<Arc<Document>> {
    if analysis.is_open(note) {
        return analysis.document(note);
    }
    let begun = analysis.part(note, Span::new(0, BEGINNING))?;
    // Where there is more, the last line is not all of one.
    let cut = if begun.len() + MOST_CHARACTER > BEGINNING { begun.rfind('\n') } else { None };
    let lines = begun.get(..cut.unwrap_or(begun.len()))?;
    Some(Arc::new(Document::new(lines.into(), analysis.settings())))
}

/// The section under a heading.
pub(super) fn section(analysis: &Analysis, note: NoteId, heading: usize) -> Option<Markdown> {
    let facts = analysis.index.facts(note)?;
    let text = facts.headings().nth(heading)?.text();
    let document = analysis.document(note)?;
    let (focus, section) = definition::section(facts, heading, &document)?;
    let body = Span { start: focus.end, end: section.end };
    let title = Markdown::new().bold(&text).text(" · ").text(analysis.index.title(note));
    Some(Markdown::paragraphs([title, excerpt::markdown(excerpt::blocks(&document, body), SECTION)]))
}

/// What follows the HTML element that has an id, up to the next heading.
pub(super) fn element(analysis: &Analysis, note: NoteId, element: usize) -> Option<Markdown> {
    let facts = analysis.index.facts(note)?;
    let id = facts.element_ids().nth(element)?;
    let document = analysis.document(note)?;
    let tag = document.span(facts.places().elements().nth(element)?);
    let headings = facts.places().headings().map(|place| document.span(place).start());
    let next = { headings }.find(|&start| start > tag.start());
    let body = Span::new(tag.start(), next.unwrap_or(document.text.len()));
    let title = Markdown::new().bold(id).text(" · ").text(analysis.index.title(note));
    Some(Markdown::paragraphs([title, excerpt::markdown(excerpt::blocks(&document, body), SECTION)]))
}

/// The block that has an id.
pub(super) fn block(analysis: &Analysis, note: NoteId, block: usize) -> Option<Markdown> {
    let facts = analysis.index.facts(note)?;
    let id = facts.blocks().nth(block)?;
    let document = analysis.document(note)?;
    let span = document.span(facts.places().blocks().nth(block)?);
    let title = Markdown::new().bold(&format!("^{id}")).text(" · ").text(analysis.index.title(note));
    Some(Markdown::paragraphs([title, excerpt::markdown(excerpt::blocks(&document, span), SECTION)]))
}

/// Title and channel; the title leads to the note.
fn heading(analysis: &Analysis, note: NoteId) -> Markdown {
    let title = Markdown::new().enclosed("**", link_to(analysis, note, Markdown::new()));
    match video::channel(analysis, note) {
        Some(channel) => title.text(" · ").text(&channel),
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
fn outline(headings: &[(u8, Cow<str>)], title: &str) -> Markdown {
    let headings = headings.iter().filter(|(_, text)| !text.is_empty() && *text != title);
    let Some(top) = headings.clone().map(|(level, _)| *level).min() else { return Markdown::new() };
    let within = |depth: u8| headings.clone().filter(move |(level, _)| *level < top + depth);
    let depth = (1..=3).rev().find(|&depth| within(depth).count() <= OUTLINE).unwrap_or(1);
    let count = within(depth).count();
    let shown = if count == OUTLINE + 1 { count } else { count.min(OUTLINE) };
    let line = |(level, text): &(u8, Cow<str>)| (usize::from(level - top), Markdown::new().text(text));
    let more =
        (count > shown).then(|| (0, Markdown::new().text(&format!("… and {} more sections", count - shown))));
    lines(within(depth).take(shown).map(line).chain(more))
}

/// Source video and backlinks.
fn footer(analysis: &Analysis, note: NoteId, document: &Document) -> Markdown {
    let play = document.video().and_then(|id| {
        let title = video::title(analysis, note, id);
        let url = video::url(analysis, id, 0)?;
        Some(Markdown::new().text("▶ ").link(title.as_deref().unwrap_or("Video"), &url))
    });
    let backlinks = match analysis.index.linking(note, MOST_BACKLINKS + 1).len() {
        0 if analysis.complete => "No backlinks".to_owned(),
        0 => String::new(),
        count if count > MOST_BACKLINKS => format!("{}+ backlinks", grouped(MOST_BACKLINKS)),
        count => counted(count, "backlink", "backlinks"),
    };
    // Counted in the background, where somebody wants to know.
    let mentions = match analysis.mention_counts.of(analysis.index.path(note)) {
        None | Some(0) => None,
        Some(count) => Some(counted(count, "unlinked mention", "unlinked mentions")),
    };
    let mentions = mentions.map(|mentions| Markdown::new().text(&mentions));
    let parts = play.into_iter().chain([Markdown::new().text(&backlinks)]).chain(mentions);
    Markdown::joined(parts, &Markdown::new().line_break())
}
