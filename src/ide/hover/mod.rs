//! Hover: what a link leads to, why a link is broken, what is cited at a timestamp.
//!
//! What stands in a note is shown as text: no HTML, no images, no links of the note's own making.
//! The links of a hover lead to notes of the vault, or play a video by the setting for that.
use super::cursor::{Thing, thing_at};
use super::excerpt::{escape, link};
use super::{Analysis, Cursor, Document, definition, excerpt};
use crate::index::NoteId;
use crate::text::Span;

mod moment;
mod note;
mod target;
#[cfg(test)]
mod tests;

pub(super) use note::preview as note_preview;

/// Notes that a list names before it says how many more there are.
const MOST_LISTED: usize = 10;

/// What to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// CommonMark. No HTML, no `command:` links, whatever the notes hold.
    pub markdown: String,
}

/// What to show for the thing under the cursor.
pub fn hover(analysis: &Analysis, at: Cursor) -> Option<Hover> {
    let document = analysis.document(at.note)?;
    let thing = thing_at(&document.note, at.offset)?;
    let markdown = match thing {
        Thing::Link(_, link) => target::of_link(analysis, &document, at.note, link)?,
        Thing::Timestamp(timestamp) => moment::of_timestamp(analysis, &document, at.note, timestamp),
        Thing::Video(video) => moment::of_video_link(analysis, &document, at.note, video),
        Thing::Tag(tag) => of_tag(analysis, tag.name.of(&document.text)),
        Thing::Footnote(footnote) => {
            let definition = definition::definition_of_footnote(&document, footnote)?;
            of_footnote(&document, definition)
        }
    };
    Some(Hover { span: thing.span(), markdown })
}

/// The notes of a tag.
fn of_tag(analysis: &Analysis, tag: &str) -> String {
    let notes = analysis.index.tagged(tag);
    let heading = format!("**#{}** · {}", escape(tag), counted(notes.len(), "note", "notes"));
    join([heading, list_of_notes(analysis, &notes)])
}

/// What a footnote says.
fn of_footnote(document: &Document, definition: Span) -> String {
    let rest = document.text.get(definition.start()..).unwrap_or("");
    let next = document.note.footnotes.iter().find(|f| f.definition && f.span.start > definition.start);
    let end = rest.find("\n\n").map_or(document.text.len(), |length| definition.start() + length);
    let end = next.map_or(end, |next| end.min(next.span.start()));
    let blocks = excerpt::blocks(document, Span::new(definition.start(), end));
    excerpt::markdown(blocks, 600)
}

/// Notes as a list of links; at most [`MOST_LISTED`].
fn list_of_notes(analysis: &Analysis, notes: &[NoteId]) -> String {
    let items = notes.iter().map(|&note| link_to(analysis, note));
    list(items, notes.len(), MOST_LISTED)
}

/// A list of the first `most` of `count` items.
fn list(items: impl Iterator<Item = String>, count: usize, most: usize) -> String {
    // “and 1 more” takes the place of the one.
    let shown = if count == most + 1 { count } else { count.min(most) };
    let mut lines: Vec<String> = items.take(shown).map(|item| format!("- {item}")).collect();
    if count > shown {
        lines.push(format!("- and {} more", count - shown));
    }
    lines.join("\n")
}

/// A link to a note by its title.
fn link_to(analysis: &Analysis, note: NoteId) -> String {
    let index = &analysis.index;
    link(index.title(note), &analysis.texts().uri(index.path(note)))
}

/// `1 note`, `2 notes`, `1,878 notes`.
fn counted(count: usize, one: &str, many: &str) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { one } else { many })
}

/// Paragraphs, empty ones left out.
fn join(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
