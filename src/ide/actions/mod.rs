//! Code actions: mends of diagnostics, and "create note".
use super::{Analysis, Diagnostic};
use crate::index::NoteId;
use crate::text::Span;

/// A change of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceChange {
    /// Files to make, each with its text; paths relative to the vault. Never one that exists.
    pub create: Vec<(String, String)>,
    /// Edits by note, in order of place, none overlapping.
    pub edits: Vec<(NoteId, Vec<(Span, String)>)>,
}

/// Something an editor offers to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, as a menu shows it.
    pub title: String,
    /// Whether it is the one to take without asking.
    pub preferred: bool,
    /// The finding that it mends.
    pub mends: Option<Diagnostic>,
    /// The change.
    pub change: SourceChange,
}

/// What can be done about the part of `note` in `span`.
pub fn code_actions(analysis: &Analysis, note: NoteId, span: Span) -> Vec<Action> {
    let _ = (analysis, note, span);
    Vec::new()
}
