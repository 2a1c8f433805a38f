//! What a growing selection takes in: the word, the part of a link, the link, emphasis, the sentence, the blocks around
//! it, the sections, the note.
use std::cmp::Reverse;

use super::cursor::target_at;
use super::document_symbols::sections;
use super::{Analysis, Document, prose};
use crate::index::NoteId;
use crate::syntax::{self, BlockKind, Link};
use crate::text::Span;

/// The shape of a note, read once for any number of cursors.
struct Shape<'d> {
    document: &'d Document,
    blocks: Vec<(BlockKind, Span)>,
    inlines: Vec<Span>,
    sections: Vec<Span>,
}

/// What a selection at each of `offsets` grows to, step by step, the innermost first; each holds all of the
/// one before, and the last is the note.
pub fn selections(analysis: &Analysis, note: NoteId, offsets: &[usize]) -> Vec<Vec<Span>> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let options = analysis.settings().syntax_options();
    let blocks = syntax::blocks(&document.text, &document.note, &options);
    let inlines = syntax::inlines(&document.text, &document.note);
    let shape = Shape { document: &document, blocks, inlines, sections: sections(&document) };
    analysis.index.cancel().over(offsets.iter()).map(|&offset| shape.selection(offset)).collect()
}

impl Shape<'_> {
    fn selection(&self, offset: usize) -> Vec<Span> {
        let text = &*self.document.text;
        let note = &self.document.note;
        let around = |span: &Span| span.touches(offset);
        let mut spans: Vec<Span> = word(text, offset).into_iter().collect();
        let links = note.links.iter().filter(|link| around(&link.span));
        spans.extend(links.flat_map(parts).filter(|span| !span.is_empty()));
        spans.extend(self.inlines.iter().filter(|span| !span.is_empty()));
        let timestamps = note.timestamps.iter().filter(|timestamp| around(&timestamp.span));
        spans.extend(timestamps.flat_map(|t| [t.value, t.label].into_iter().flatten().chain([t.span])));
        spans.extend(target_at(note, offset).map(|target| target.span()));
        if let Some(front) = &note.front_matter {
            let values = front.title.iter().chain(&front.aliases).chain(&front.video);
            spans.extend(values.map(|value| value.span));
            spans.push(front.span);
        }
        let texts = self.blocks.iter().filter(|(_, span)| around(span));
        for (kind, span) in texts {
            if matches!(kind, BlockKind::Paragraph | BlockKind::Cell) {
                spans.extend(self.sentences(*span));
            }
            spans.push(*span);
        }
        spans.extend(note.headings.iter().map(|heading| heading.content));
        spans.extend(&self.sections);
        spans.push(Span::new(0, text.len()));
        spans.retain(around);
        // Of two neighbors that touch the cursor, the right one.
        spans.sort_by_key(|span| (span.len(), Reverse(span.start)));
        let mut chain: Vec<Span> = Vec::new();
        for span in spans {
            if chain.last().is_none_or(|inner| span != *inner && span.covers(*inner)) {
                chain.push(span);
            }
        }
        chain
    }

    /// The sentences of a paragraph, none of which ends within a link.
    fn sentences(&self, paragraph: Span) -> Vec<Span> {
        let text = paragraph.of(&self.document.text);
        let mut links: Vec<Span> = self.document.note.links.iter().map(|link| link.span).collect();
        links.extend(self.inlines.iter().filter(|own| own.of(&self.document.text).starts_with(['[', '!'])));
        links.retain(|link| paragraph.covers(*link));
        links.sort_unstable_by_key(|link| link.start);
        // Of one within another the outer one counts.
        let mut end = 0;
        for link in &mut links {
            end = end.max(link.end);
            link.end = end;
        }
        let in_link = |at: usize| {
            let before = links.partition_point(|link| link.start() < at);
            before.checked_sub(1).and_then(|last| links.get(last)).is_some_and(|link| at < link.end())
        };
        let mut start = 0;
        let ends = prose::sentence_ends(text).into_iter().filter(|end| !in_link(paragraph.start() + end));
        let sentences = ends.map(|end| {
            let blank = text.get(start..end).map_or(0, |rest| rest.len() - rest.trim_start().len());
            let sentence = Span::new(paragraph.start() + start + blank, paragraph.start() + end);
            start = end;
            sentence
        });
        sentences.collect()
    }
}

/// The parts of a link, and all of it.
fn parts(link: &Link) -> impl Iterator<Item = Span> + use<> {
    let anchor = link.anchor.as_ref().map(|anchor| anchor.span);
    let target = link.span.covers(link.target).then_some(link.target);
    let whole = target.zip(anchor).map(|(target, anchor)| Span { start: target.start, end: anchor.end });
    [target, anchor, whole, link.alias, Some(link.span)].into_iter().flatten()
}

/// The word at `offset`, in whose middle or at whose end it is.
fn word(text: &str, offset: usize) -> Option<Span> {
    let (before, after) = text.split_at_checked(offset)?;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '\'' | '’');
    let start =
        before.len() - before.chars().rev().take_while(|&c| is_word(c)).map(char::len_utf8).sum::<usize>();
    let end = offset + after.chars().take_while(|&c| is_word(c)).map(char::len_utf8).sum::<usize>();
    (start < end).then(|| Span::new(start, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// What the selection at the cursor grows to.
    fn grown(vault: &str) -> Vec<String> {
        let fixture = Fixture::new(vault);
        let at = fixture.cursor();
        let found = selections(&fixture.analysis, at.note, &[at.offset]);
        let text = fixture.analysis.text(at.note).unwrap();
        found[0].iter().map(|span| span.of(&text).to_owned()).collect()
    }

    #[test]
    fn a_selection_grows_from_the_word_to_the_note() {
        assert_eq!(
            grown("# A\n\nOne. See [[dr. who#first name|the do$0ctor]] here. Three.\n\n## B\n"),
            [
                "doctor",
                "the doctor",
                "[[dr. who#first name|the doctor]]",
                "See [[dr. who#first name|the doctor]] here.",
                "One. See [[dr. who#first name|the doctor]] here. Three.",
                "# A\n\nOne. See [[dr. who#first name|the doctor]] here. Three.\n\n## B",
                "# A\n\nOne. See [[dr. who#first name|the doctor]] here. Three.\n\n## B\n",
            ]
        );
    }

    #[test]
    fn it_grows_through_emphasis_code_and_links_on_the_web() {
        for (line, steps) in [
            ("a **b$0c d** e", ["bc", "bc d", "**bc d**"].as_slice()),
            ("a *b **c$0 d** e* f", &["c", "c d", "**c d**", "b **c d** e", "*b **c d** e*"]),
            ("a ~~b$0 c~~ ``d e``", &["b", "b c", "~~b c~~"]),
            ("a `` b$0 c `` d", &["b", "b c", "`` b c ``"]),
            ("a [b$0 c](https://x.y/z) d", &["b", "b c", "[b c](https://x.y/z)"]),
            ("a [b c](https://x$0.y/z) d", &["x", "https://x.y/z", "[b c](https://x.y/z)"]),
            ("![b$0 c][d e] f\n\n[d e]: https://x.y", &["b", "b c][d e", "![b c][d e]"]),
            (
                "[![b](c.p$0ng)](https://x.y) f",
                &["png", "c.png", "![b](c.png)", "[![b](c.png)](https://x.y)"],
            ),
        ] {
            assert_eq!(grown(line)[..steps.len()], *steps, "{line}");
        }
    }

    #[test]
    fn it_grows_through_lists_and_quotes() {
        assert_eq!(
            grown("> - one\n>   - tw$0o\n> - three\n"),
            [
                "two",
                "- two",
                "- one\n>   - two",
                "- one\n>   - two\n> - three",
                "> - one\n>   - two\n> - three",
                "> - one\n>   - two\n> - three\n"
            ]
        );
        assert_eq!(
            grown("| a | b$0 c |\n| - | - |\n"),
            ["b", "b c", "| a | b c |", "| a | b c |\n| - | - |", "| a | b c |\n| - | - |\n"]
        );
    }

    #[test]
    fn it_grows_through_the_front_matter_and_sections() {
        assert_eq!(
            grown("---\ntitle: Big to$0pic\n---\ntext\n"),
            ["topic", "Big topic", "---\ntitle: Big topic\n---", "---\ntitle: Big topic\n---\ntext\n"]
        );
        assert_eq!(grown("# A\n## B$0\n## C\n"), ["B", "## B", "# A\n## B\n## C", "# A\n## B\n## C\n"]);
        assert_eq!(grown("$0"), [""]);
    }
}
