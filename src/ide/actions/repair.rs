//! All certain fixes of a note together: as editors take them on saving, and `check --fix`.
use std::sync::Arc;

use super::kept::{MOST_READINGS, Rewrite, Then};
use super::{Actions, Wish, inexact, link_of, links_by_place};
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
/// leave none to be made. A fix after which a link that leads somewhere would lead elsewhere is left out.
pub fn repair(analysis: &Analysis, note: NoteId, document: &Document, found: &[Diagnostic]) -> Repair {
    let wish = Wish::default();
    let fixes = |analysis: &Analysis, document: &Document, found: &[Diagnostic], readings: &mut usize| {
        let actions = Actions::new(analysis, note, document, Span::at(0), &wish);
        actions.kept_fixes(&actions.certain(found.iter()), usize::MAX, readings)
    };
    let mut patch = Patch::new(document.text.len());
    let (mut fixed, mut readings) = (0, MOST_READINGS);
    let mut step = fixes(analysis, document, found, &mut readings);
    for _ in 0..MOST_ROUNDS {
        if step.is_empty() {
            break;
        }
        fixed += step.len();
        patch.apply(&step.into_iter().flat_map(|rewrite| rewrite.edits).collect::<Vec<_>>());
        let document = Arc::new(Document::new(patch.text(&document.text).into(), analysis.settings()));
        let analysis = analysis.with_document(note, &document);
        step = fixes(&analysis, &document, &diagnostics_of(&analysis, note, &document, None), &mut readings);
    }
    Repair { edits: patch.edits(&document.text), fixed }
}

impl Actions<'_> {
    /// The certain fixes of `findings`, which are in order of place.
    pub(super) fn certain<'f>(&self, findings: impl Iterator<Item = &'f Diagnostic>) -> Vec<Rewrite> {
        let links = links_by_place(self.document);
        let certain = findings.filter_map(|finding| {
            let fix = finding.fixes.first().filter(|fix| fix.certain)?;
            inexact(finding, fix, link_of(&links, finding)).or_else(|| Rewrite::mended(&fix.edits))
        });
        certain.collect()
    }

    /// Those of some fixes, of which each overlaps none before it, that can be made together: with a link that is
    /// written anew the note says the same, and with the others every link leads where it did.
    pub(super) fn kept_fixes(
        &self,
        all: &[Rewrite],
        most_edits: usize,
        readings: &mut usize,
    ) -> Vec<Rewrite> {
        let (mut behind, mut edits) = (0, 0);
        let fit = all.iter().filter(|rewrite| {
            let [Some(first), Some(last)] = [rewrite.edits.first(), rewrite.edits.last()] else {
                return false;
            };
            let fits = first.0.start >= behind && edits + rewrite.edits.len() <= most_edits;
            if fits {
                (behind, edits) = (last.0.end, edits + rewrite.edits.len());
            }
            fits
        });
        let (links, others): (Vec<_>, Vec<_>) = fit.cloned().partition(|rewrite| rewrite.then == Then::Same);
        let mut kept = self.kept_among(&links, readings);
        if !others.is_empty() {
            kept.extend(others);
            kept.sort_by_key(|rewrite| rewrite.edits.first().map(|(span, _)| span.start));
            kept = self.kept_among(&kept, readings);
        }
        kept
    }
}
