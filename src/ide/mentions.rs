//! Unlinked mentions: names of notes in the plain text of another.
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::actions::{link_mentions, link_to};
use super::completion::Style;
use super::{Analysis, Document, SourceChange};
use crate::index::{Mentions, NameSieve, NoteId};
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
    let names = analysis.mentions();
    names.map_or_else(Vec::new, |names| mentions_by(names, analysis, note, document, span))
}

fn mentions_by(
    names: &Mentions,
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    span: Span,
) -> Vec<Mention> {
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

/// The unlinked mentions of a note in another one.
#[derive(Clone, Debug)]
pub struct MentionedIn {
    /// The other note.
    pub note: NoteId,
    /// Its text.
    pub document: Arc<Document>,
    /// Where it mentions the note, in order.
    pub spans: Vec<Span>,
}

/// The unlinked mentions of `note` in all others, by path. Opens each of them, and reads those that may mention it;
/// where the names of the vault are not known, looks for them first.
pub fn mentions_of(analysis: &Analysis, note: NoteId) -> impl Iterator<Item = MentionedIn> {
    mentioning(analysis, note).map(|(other, document, found)| {
        let spans = found.iter().map(|mention| mention.span).collect();
        MentionedIn { note: other, document, spans }
    })
}

/// Makes links of the unlinked mentions of `note` in other notes. Takes as much as [`mentions_of`].
pub fn link_mentions_of(analysis: &Analysis, note: NoteId) -> SourceChange {
    let changes = mentioning(analysis, note)
        .flat_map(|(other, document, found)| link_mentions(analysis, other, &document, &found).edits)
        .filter(|(_, edits)| !edits.is_empty());
    SourceChange { edits: changes.collect(), ..SourceChange::default() }
}

/// Makes a link of the unlinked mention that `span` is in `note`.
pub fn link_mention_at(analysis: &Analysis, note: NoteId, span: Span) -> SourceChange {
    let Some(document) = analysis.document(note) else { return SourceChange::default() };
    let made;
    let names = match analysis.mentions() {
        Some(names) => Some(names),
        None => {
            made = Mentions::of(&analysis.index);
            made.as_ref()
        }
    };
    let mut found = names.map_or_else(Vec::new, |names| mentions_by(names, analysis, note, &document, span));
    found.retain(|mention| mention.span == span);
    link_mentions(analysis, note, &document, &found)
}

/// The notes that mention `note`, each with its text and these mentions.
fn mentioning(
    analysis: &Analysis,
    note: NoteId,
) -> impl Iterator<Item = (NoteId, Arc<Document>, Vec<Mention>)> {
    let index = &analysis.index;
    let titles = index.facts(note).into_iter().flat_map(|facts| facts.names());
    let sieve = NameSieve::of(std::iter::once(index.stem(note)).chain(titles));
    let made = if sieve.is_some() && analysis.mentions().is_none() { Mentions::of(index) } else { None };
    let mut others: Vec<_> = index.notes().filter(|other| sieve.is_some() && *other != note).collect();
    others.sort_unstable_by_key(|&other| index.path(other));
    index.cancel().over(others.into_iter()).filter_map(move |other| {
        let text = analysis.text(other)?;
        if !sieve.as_ref()?.may_be_in(&text) {
            return None;
        }
        let document = match analysis.is_open(other) {
            true => analysis.document(other)?,
            false => Arc::new(Document::new(text, analysis.settings())),
        };
        let names = analysis.mentions().or(made.as_ref())?;
        let all = Span::new(0, document.text.len());
        let mut found = mentions_by(names, analysis, other, &document, all);
        found.retain(|mention| mention.note == note);
        (!found.is_empty()).then_some((other, document, found))
    })
}

/// Words that stand in several lines, in one.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VAULT: &str = "
        //- big_topic.md
        ---
        title: The big topic
        aliases: [Grand theme]
        ---
        A big topic is not mentioned by itself.
        //- big_topic_two.md
        //- a.md
        Of the big topic, and of the Grand Theme.
           ^^^^^^^^^^^^^
                                     ^^^^^^^^^^^
        Of [[big_topic|big topic]], `big topic` and big topic two.
        //- b/c.md
        # A big topic
        grand
        ^^^^^…
        theme
        //- none.md
        Nothing big. No topic.
    ";

    #[test]
    fn a_note_is_mentioned_in_the_text_of_others() {
        let fixture = Fixture::new(VAULT);
        let found: Vec<_> = mentions_of(&fixture.analysis, fixture.note("big_topic.md")).collect();
        let drawn = |note| {
            let own = found.iter().filter(move |own| own.note == note);
            own.flat_map(|own| &own.spans).map(|span| (*span, String::new())).collect()
        };
        fixture.check(drawn);
        // By path.
        let paths: Vec<_> = found.iter().map(|own| fixture.analysis.index.path(own.note)).collect();
        assert_eq!(paths, ["a.md", "b/c.md"]);
        assert_eq!(mentions_of(&fixture.analysis, fixture.note("none.md")).count(), 0);
    }

    /// Where nobody has asked for mentions before.
    #[test]
    fn names_are_looked_for_where_they_are_not_known() {
        let fixture = Fixture::new(VAULT);
        let note = fixture.note("big_topic.md");
        let unasked = fixture.analysis.clone().with_mentions(crate::index::MentionsSlot::default());
        assert_eq!(mentions_of(&unasked, note).map(|own| own.spans.len()).sum::<usize>(), 3);
        let span = mentions_of(&unasked, note).next().unwrap().spans[0];
        assert_eq!(link_mention_at(&unasked, fixture.note("a.md"), span).edits[0].1.len(), 1);
    }

    #[test]
    fn all_mentions_of_a_note_become_links_or_one() {
        let fixture = Fixture::new(VAULT);
        let note = fixture.note("big_topic.md");
        assert_eq!(
            fixture.after(&link_mentions_of(&fixture.analysis, note)),
            "\
//- a.md
Of [[big_topic | the big topic]], and of the [[big_topic | Grand Theme]].
Of [[big_topic|big topic]], `big topic` and big topic two.
//- b/c.md
# A big topic
[[big_topic | grand theme]]
"
        );
        let a = fixture.note("a.md");
        let span = Span::new("Of ".len(), "Of the big topic".len());
        let one = fixture.after(&link_mention_at(&fixture.analysis, a, span));
        assert!(
            one.starts_with("//- a.md\nOf [[big_topic | the big topic]], and of the Grand Theme.\n"),
            "{one}"
        );
        // What is no mention any more is left alone.
        assert!(
            link_mention_at(&fixture.analysis, a, Span::new(0, 2)).edits.iter().all(|(_, e)| e.is_empty())
        );
    }
}
