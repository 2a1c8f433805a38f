//! Diagnostics of one note (SPEC section 5): for an open note as it is typed, and for `check`.
use super::{Analysis, Place};
use crate::index::NoteId;
use crate::settings::{Code, Severity};
use crate::syntax::Fix;
use crate::text::Span;

/// A finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// What it is about.
    pub code: Code,
    /// How grave it is; never [`Severity::Off`].
    pub severity: Severity,
    /// What is underlined.
    pub span: Span,
    /// What is wrong, without a final stop.
    pub message: String,
    /// Other places that belong to it, each with a remark.
    pub related: Vec<(Place, String)>,
    /// Mends within this note, best first.
    pub fixes: Vec<Fix>,
}

/// The findings of `note`, by place; severities, folders and suppressions applied.
///
/// While the vault is not read to the end ([`Analysis::complete`]), only findings that no other note
/// could withdraw. `typing`: where the last edit was, so that a link still being typed is not yet
/// called unclosed or empty.
pub fn diagnostics(analysis: &Analysis, note: NoteId, typing: Option<usize>) -> Vec<Diagnostic> {
    let _ = (analysis, note, typing);
    Vec::new()
}
