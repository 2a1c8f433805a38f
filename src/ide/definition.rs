//! Go to definition: from a link to its note, heading, block or attachment; from a tag, a footnote
//! or a reference to what defines it.
use super::{Analysis, Cursor};
use crate::index::NoteId;
use crate::text::Span;

/// A place to jump to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// What under the cursor leads there.
    pub origin: Span,
    /// Where to.
    pub to: Destination,
}

/// Where a jump ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// In a note: the whole of what is shown (a section) and what the cursor goes to (its heading).
    Note {
        /// The note.
        note: NoteId,
        /// The section or block; the whole note.
        full: Span,
        /// The heading, block id or first line.
        focus: Span,
    },
    /// A file that is no note, relative to the vault.
    File(String),
}

/// Everything the thing under the cursor leads to, best first.
pub fn definition(analysis: &Analysis, at: Cursor) -> Vec<Target> {
    let _ = (analysis, at);
    Vec::new()
}
