//! Unlinked mentions: names of notes in the plain text of another.
use rustc_hash::FxHashMap;

use super::actions::link_to;
use super::completion::Style;
use super::{Analysis, Document};
use crate::index::NoteId;
use crate::syntax;
use crate::text::Span;

/// A name of another note where a link could be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mention {
    pub(super) span: Span,
    /// The note that a link of these words leads to.
    pub(super) note: NoteId,
    in_table: bool,
}

impl Mention {
    /// The mention as a link; `None` where no link can say it.
    pub(super) fn link(
        &self,
        analysis: &Analysis,
        from: NoteId,
        document: &Document,
        style: &Style,
    ) -> Option<String> {
        let words = words(self.span.of(&document.text));
        link_to(analysis, from, style, self.note, &words, self.in_table)
    }
}

/// The mentions in `note` of other notes, of those in its plain text that overlap or touch `span`; none while
/// the names are not known.
pub(super) fn mentions(analysis: &Analysis, note: NoteId, document: &Document, span: Span) -> Vec<Mention> {
    let Some(names) = analysis.mentions() else { return Vec::new() };
    let text = &*document.text;
    let prose = syntax::prose(text, &analysis.settings().syntax_options());
    let near = |part: Span| part.start <= span.end && span.start <= part.end;
    let parts: Vec<_> = prose.into_iter().filter(|part| near(part.span)).collect();
    let found = names.find(text, parts.iter().map(|part| part.span));
    let mut notes: FxHashMap<String, Option<NoteId>> = FxHashMap::default();
    let mentions = analysis.index.cancel().over(found.into_iter()).filter_map(|span| {
        let leads = notes.entry(words(span.of(text))).or_insert_with_key(|words| {
            let found = analysis.resolve(note, words);
            found.note().filter(|other| *other != note && !found.ambiguous)
        });
        let at = parts.partition_point(|part| part.span.end < span.end);
        Some(Mention { span, note: (*leads)?, in_table: parts.get(at)?.in_table })
    });
    mentions.collect()
}

/// Words that stand in several lines, in one.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
