//! Completion of notes and headings inside a wikilink.
use super::{Analysis, Cancelled, Cursor};
use crate::index::NoteId;
use crate::text::Span;

/// What to offer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completions {
    /// At most 100, best first.
    pub items: Vec<Completion>,
    /// Whether more typing may bring other items.
    pub incomplete: bool,
}

/// What kind of thing an item inserts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A note that is there.
    Note,
    /// A name that links use and no note has yet.
    Wanted,
    /// A heading.
    Heading,
    /// A block.
    Block,
    /// The text behind a pipe.
    Alias,
}

/// An item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion {
    /// What the list shows.
    pub label: String,
    /// What the list shows beside it, dimmed: the title, the folder.
    pub detail: String,
    /// Its kind.
    pub kind: CompletionKind,
    /// What the client matches the typed text against: begins as the replaced text does.
    pub filter: String,
    /// What is replaced. On one line, and the cursor is in it.
    pub replace: Span,
    /// What is inserted.
    pub insert: String,
    /// The note it is about, for [`resolve`].
    pub note: Option<NoteId>,
}

/// What to offer at the cursor; `limit` items at most.
///
/// # Errors
/// When the request was cancelled.
pub fn completion(analysis: &Analysis, at: Cursor, limit: usize) -> Result<Completions, Cancelled> {
    let _ = (analysis, at, limit);
    Ok(Completions::default())
}

/// The documentation of an item about `note`, in CommonMark: what a hover over a link to it shows.
pub fn resolve(analysis: &Analysis, note: NoteId) -> Option<String> {
    let _ = (analysis, note);
    None
}
