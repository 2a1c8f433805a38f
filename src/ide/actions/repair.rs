//! All certain fixes of a note together: as editors take them on saving, and `check --fix`.
use std::sync::Arc;

use super::Fixes;
use crate::ide::{Analysis, Diagnostic, Document, diagnostics_of};
use crate::index::NoteId;
use crate::text::{Patch, Span};

/// Times that the fixed text is looked at again: a fix can bring to light what another one fixes, as the
/// mended head of a table does with the pipes in its rows.
const MOST_ROUNDS: usize = 8;

/// All certain fixes of a note.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Repair {
    /// The changes of its text, in order, none overlapping.
    pub edits: Vec<(Span, String)>,
    /// How many problems they fix.
    pub fixed: usize,
}

/// The certain fixes of `note`, whose text is that of `document` and whose findings are `found`. Made once, they
/// leave none to be made.
pub fn repair(analysis: &Analysis, note: NoteId, document: &Document, found: &[Diagnostic]) -> Repair {
    let certain = |found: &[Diagnostic]| Fixes::of(Fixes::certain(found.iter()), usize::MAX);
    let mut fixes = certain(found);
    let mut patch = Patch::new(document.text.len());
    let mut fixed = 0;
    for _ in 0..MOST_ROUNDS {
        if fixes.count == 0 {
            break;
        }
        fixed += fixes.count;
        patch.apply(&fixes.edits);
        let document = Arc::new(Document::new(patch.text(&document.text).into(), analysis.settings()));
        let analysis = analysis.with_document(note, &document);
        fixes = certain(&diagnostics_of(&analysis, note, &document, None));
    }
    Repair { edits: patch.edits(&document.text), fixed }
}
