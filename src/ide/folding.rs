//! What can be folded: sections, front matter, blocks of several lines, comments, and what stands between
//! `<!-- #region -->` and `<!-- #endregion -->`.
use std::cmp::Reverse;

use super::document_symbols::sections;
use super::{Analysis, Document};
use crate::index::NoteId;
use crate::syntax::{self, BlockKind};
use crate::text::Span;

/// Why something is folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FoldingKind {
    /// It is a part of the note.
    Part,
    /// It is a comment.
    Comment,
    /// Somebody has marked it.
    Region,
}

/// Lines that can be folded into the first of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Folding {
    /// From the first line to the last, which is another one.
    pub span: Span,
    /// Why.
    pub kind: FoldingKind,
}

/// What can be folded in a note, in order; no two begin on the same line. At most `most`, the largest.
pub fn foldings(analysis: &Analysis, note: NoteId, most: usize) -> Vec<Folding> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let options = analysis.settings().syntax_options();
    let blocks = syntax::blocks(&document.text, &document.note, &options);
    let front = document.note.front_matter.iter().map(|front| (front.span, FoldingKind::Part));
    let parts = front.chain(sections(&document).into_iter().map(|span| (span, FoldingKind::Part)));
    let mut found: Vec<(Span, FoldingKind)> = parts.collect();
    for &(kind, span) in analysis.index.cancel().over(blocks.iter()) {
        match kind {
            BlockKind::Comment => found.push((span, FoldingKind::Comment)),
            BlockKind::Paragraph | BlockKind::Heading | BlockKind::Row | BlockKind::Cell => {}
            _ => found.push((span, FoldingKind::Part)),
        }
    }
    found.extend(regions(&document, &blocks).into_iter().map(|span| (span, FoldingKind::Region)));
    let line = |at: u32| document.lines.line_of(at as usize);
    let mut found: Vec<_> = found
        .into_iter()
        .map(|(span, kind)| (line(span.start), line(span.end), Folding { span, kind }))
        .filter(|(first, last, _)| first < last)
        .collect();
    // Editors fold one range a line: the largest, since what is in it can be folded there.
    found.sort_by_key(|(first, last, _)| (*first, Reverse(*last)));
    found.dedup_by_key(|(first, ..)| *first);
    if found.len() > most {
        found.sort_by_key(|(first, last, _)| (Reverse(last - first), *first));
        found.truncate(most);
        found.sort_by_key(|(first, ..)| *first);
    }
    found.into_iter().map(|(.., folding)| folding).collect()
}

/// What stands between a comment that begins a region and the one that ends it.
fn regions(document: &Document, blocks: &[(BlockKind, Span)]) -> Vec<Span> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for (_, span) in blocks.iter().filter(|(kind, _)| *kind == BlockKind::Comment) {
        let words = span.of(&document.text).trim_start_matches("<!--").trim_start_matches("%%").trim_start();
        if words.starts_with("#region") {
            open.push(span.start());
        } else if words.starts_with("#endregion") {
            found.extend(open.pop().map(|start| Span::new(start, span.end())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// What is folded, by lines.
    fn folded(text: &str, most: usize) -> Vec<String> {
        let fixture = Fixture::new(text);
        let note = fixture.note("note.md");
        let document = fixture.analysis.document(note).unwrap();
        let line = |at: usize| document.lines.line_of(at) + 1;
        let foldings = foldings(&fixture.analysis, note, most).into_iter();
        foldings
            .map(|folding| {
                let (first, last) = (line(folding.span.start()), line(folding.span.end()));
                let text = folding.span.of(&document.text).lines().next().unwrap_or_default();
                format!("{first}-{last} {:?} {text}", folding.kind)
            })
            .collect()
    }

    const NOTE: &str = "\
---
title: A
---
# One

- item
  more
- last

## Two
```
code
```
<!-- a
comment -->
%%
hidden
%%
> [!note]
> callout

| a |
| - |

# Three
<!-- #region -->
text
<!-- #endregion -->
";

    #[test]
    fn sections_blocks_and_comments_are_folded() {
        assert_eq!(
            folded(NOTE, 100),
            [
                "1-3 Part ---",
                "4-23 Part # One",
                "6-8 Part - item",
                "10-23 Part ## Two",
                "11-13 Part ```",
                "14-15 Comment <!-- a",
                "16-18 Comment %%",
                "19-20 Part > [!note]",
                "22-23 Part | a |",
                "25-28 Part # Three",
                "26-28 Region <!-- #region -->",
            ]
        );
        assert_eq!(folded(NOTE, 2), ["4-23 Part # One", "10-23 Part ## Two"]);
    }

    #[test]
    fn an_item_is_folded_that_is_not_the_first() {
        assert_eq!(folded("- one\n- two\n  more\n- three\n", 100), ["1-4 Part - one", "2-3 Part - two"]);
        assert_eq!(folded("one line\n", 100), Vec::<String>::new());
    }
}
