//! The links of a whole note, or of all notes, as wikilinks or as markdown links.
use super::Actions;
use super::kept::MOST_READINGS;
use super::kind::Wish;
use super::links::Form;
use crate::ide::completion::Style;
use crate::ide::{Analysis, Document, Reason, SourceChange};
use crate::index::{Cancel, NoteId};
use crate::syntax::LinkKind;
use crate::text::Span;

/// How often a note is read again: of a whole vault, what cannot be converted is searched for with more care than in a
/// menu.
const READINGS: usize = 16 * MOST_READINGS;

/// A form of links.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkForm {
    /// `[text](note.md)`.
    Markdown,
    /// `[[note]]`.
    Wiki,
}

impl LinkForm {
    /// Whether a link of `kind` has the other form.
    fn is_other(self, kind: LinkKind) -> bool {
        matches!(kind, LinkKind::Wiki | LinkKind::Embed) == (self == Self::Markdown)
    }
}

/// What converting links comes to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Converted {
    /// The edits, one for each link that is converted.
    pub change: SourceChange,
    /// Links that are converted.
    pub links: usize,
    /// Links that stay in the other form: they lead nowhere, or no link of the wanted form would say the same.
    pub left: usize,
}

/// The edits that give the links of `note` the form: each leads where it led, and nothing else of the note is read in
/// another way. Also how many links keep the other form.
pub fn convert_links(
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    form: LinkForm,
) -> (Vec<(Span, String)>, usize) {
    let wish = Wish::default();
    let actions = Actions::new(analysis, note, document, Span::at(0), &wish);
    let wanted = match form {
        LinkForm::Markdown => Form::Markdown,
        LinkForm::Wiki => Form::Wiki,
    };
    let rewrites = actions.all_rewritten(&Style::of(analysis), wanted);
    let kept = actions.kept_among(&rewrites, &mut { READINGS }).into_iter();
    let edits: Vec<_> = kept.flat_map(|rewrite| rewrite.edits).collect();
    let others = document.note.links.iter().filter(|link| form.is_other(link.kind)).count();
    let left = others - edits.len().min(others);
    (edits, left)
}

/// The same of `notes`, or of all. `progress` is told of how many notes how many are done.
pub fn convert_vault(
    analysis: &Analysis,
    notes: Option<&[NoteId]>,
    form: LinkForm,
    mut progress: impl FnMut(usize, usize),
) -> Converted {
    let index = &analysis.index;
    // What has no link of the other form need not be read.
    let has_others = |&note: &NoteId| {
        index.facts(note).is_some_and(|facts| facts.links().any(|link| form.is_other(link.kind)))
    };
    let mut notes = match notes {
        Some(notes) => notes.to_vec(),
        None => index.notes().filter(has_others).collect(),
    };
    notes.sort_unstable_by_key(|&note| index.path(note));
    let total = notes.len();
    let cancel: &Cancel = index.cancel();
    let mut converted = Converted::default();
    for (done, note) in cancel.over(notes.into_iter()).enumerate() {
        progress(done, total);
        let Some(document) = analysis.document(note) else { continue };
        let (edits, left) = convert_links(analysis, note, &document, form);
        converted.left += left;
        if !edits.is_empty() {
            converted.links += edits.len();
            converted.change.edits.push((note, crate::ide::change::with_reason(edits, Reason::Form)));
        }
    }
    let stay = match converted.left {
        0 => return converted,
        1 => "1 link is unchanged: it is broken".to_owned(),
        left => format!("{left} links are unchanged: they are broken"),
    };
    converted.change.warnings.push(format!("{stay}, or cannot be written in the other form"));
    converted
}
