//! Hover: what a link leads to, why a link is broken, what is cited at a timestamp.
//!
//! What stands in a note is shown as text: no HTML, no images, no links of the note's own making.
//! The links of a hover lead to notes of the vault, or play a video by the setting for that.
use super::cursor::{CursorTarget, target_at};
use super::markdown::Prefix;
use super::{Analysis, Cursor, Document, Markdown, definition, excerpt};
use crate::index::NoteId;
use crate::text::Span;

mod moment;
mod note;
mod target;
#[cfg(test)]
mod tests;

pub(super) use moment::preview as moment_preview;
pub(super) use note::preview as note_preview;

/// Notes that a list names before it says how many more there are.
const MOST_LISTED: usize = 10;

/// What to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// What it says.
    pub markdown: Markdown,
}

/// What to show for the target under the cursor.
pub fn hover(analysis: &Analysis, at: Cursor) -> Option<Hover> {
    let document = analysis.document(at.note)?;
    let target = target_at(&document.note, at.offset)?;
    let markdown = match target {
        CursorTarget::Link(_, link) => target::of_link(analysis, &document, at.note, link)?,
        CursorTarget::Timestamp(timestamp) => moment::of_timestamp(analysis, &document, at.note, timestamp),
        CursorTarget::Video(video) => moment::of_video_link(analysis, &document, at.note, video),
        CursorTarget::Tag(tag) => of_tag(analysis, tag.name.of(&document.text)),
        CursorTarget::Footnote(footnote) => {
            let definition = definition::definition_of_footnote(&document, footnote)?;
            of_footnote(&document, definition)
        }
    };
    Some(Hover { span: target.span(), markdown })
}

/// The notes of a tag.
fn of_tag(analysis: &Analysis, tag: &str) -> Markdown {
    let notes = analysis.index.tagged(tag);
    let count = counted(notes.len(), "note", "notes");
    let heading = Markdown::new().bold(&format!("#{tag}")).text(" · ").text(&count);
    Markdown::paragraphs([heading, list_of_notes(analysis, &notes)])
}

/// What a footnote says.
fn of_footnote(document: &Document, definition: Span) -> Markdown {
    excerpt::markdown(excerpt::blocks(document, footnote_text(document, definition)), 600)
}

/// All of the footnote that is defined at `definition`, to its first empty line.
pub(super) fn footnote_text(document: &Document, definition: Span) -> Span {
    let rest = document.text.get(definition.start()..).unwrap_or("");
    let next = document.note.footnotes.iter().find(|f| f.definition && f.span.start > definition.start);
    let end = rest.find("\n\n").map_or(document.text.len(), |length| definition.start() + length);
    Span::new(definition.start(), next.map_or(end, |next| end.min(next.span.start())))
}

/// Notes as a list of links; at most [`MOST_LISTED`].
fn list_of_notes(analysis: &Analysis, notes: &[NoteId]) -> Markdown {
    let items = notes.iter().map(|&note| link_to(analysis, note, Markdown::new()));
    list(items, notes.len(), MOST_LISTED)
}

/// A list of the first `most` of `count` items.
fn list(items: impl Iterator<Item = Markdown>, count: usize, most: usize) -> Markdown {
    // “and 1 more” takes the place of the one.
    let shown = if count == most + 1 { count } else { count.min(most) };
    let more = (count > shown).then(|| Markdown::new().text(&format!("and {} more", count - shown)));
    lines(items.take(shown).chain(more).map(|item| (0, item)))
}

/// List items, each with how deep it is.
fn lines(items: impl Iterator<Item = (usize, Markdown)>) -> Markdown {
    let items = items.map(|(depth, item)| {
        let mut prefix = Prefix::default();
        prefix.blanks(2 * depth);
        prefix.item(None);
        Markdown::new().line(prefix).then(item)
    });
    Markdown::joined(items, &Markdown::new().markup("\n", "\n"))
}

/// `out` with a link to a note by its title.
fn link_to(analysis: &Analysis, note: NoteId, out: Markdown) -> Markdown {
    let index = &analysis.index;
    out.link(index.title(note), &analysis.texts().uri(index.path(note)))
}

/// `1 note`, `2 notes`, `1,878 notes`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `7`, `1,878`.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
