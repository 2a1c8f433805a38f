//! What a feature changes in a vault: a rename, a code action, a command.
use super::Piece;
use crate::index::NoteId;
use crate::text::{PositionRange, Span, VaultPath};

/// A change of files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceChange {
    /// Files to make, each with its text; paths relative to the vault. Never one that exists.
    pub create: Vec<(String, String)>,
    /// Edits by note, by path before the moves; in order of place, none overlapping.
    pub edits: Vec<(NoteId, Vec<Edit>)>,
    /// Files that get another path.
    pub moves: Vec<Move>,
    /// What the user should know, as sentences without a final stop.
    pub warnings: Vec<String>,
}

/// An edit of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// The same as the protocol has it in every encoding, where that is known without another look at the note.
    pub range: Option<PositionRange>,
    /// By this.
    pub text: String,
    /// Why.
    pub reason: Reason,
}

/// Why a note is edited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// It is what was asked for, at that place.
    Asked,
    /// It is what is renamed.
    Name,
    /// It is a link to what changes, or a use of it.
    Link,
    /// It would mean something else with the new name, and goes on meaning what it did.
    Kept,
    /// It is a link that gets another form, one of many that somebody should look at first.
    Form,
}

/// A file that gets another path. Both are relative to the vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// Where it is.
    pub from: VaultPath,
    /// Where it will be.
    pub to: VaultPath,
}

impl Edit {
    pub(super) fn new(span: Span, text: String, reason: Reason) -> Self {
        Self { span, range: None, text, reason }
    }

    /// The same in a note of which the text around `span` is at hand.
    pub(super) fn of(piece: &Piece, span: Span, text: String, reason: Reason) -> Self {
        Self { span: piece.in_note(span), range: piece.place(span).range(), text, reason }
    }
}

impl SourceChange {
    /// Edits of one note, where they were asked for.
    pub(super) fn edit(note: NoteId, edits: Vec<(Span, String)>) -> Self {
        Self { edits: vec![(note, with_reason(edits, Reason::Asked))], ..Self::default() }
    }

    /// A file that is made.
    pub(super) fn create(path: String, text: String) -> Self {
        Self { create: vec![(path, text)], ..Self::default() }
    }
}

/// What each of the `edits` is for.
pub(super) fn with_reason(edits: Vec<(Span, String)>, reason: Reason) -> Vec<Edit> {
    edits.into_iter().map(|(span, text)| Edit::new(span, text, reason)).collect()
}
