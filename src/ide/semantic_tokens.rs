//! What links, embeds, anchors, timestamps and tags of a note are, for editors that color text by meaning.
use rustc_hash::FxHashMap;

use super::document_link::shown;
use super::{Analysis, Document};
use crate::index::{AnchorOutcome, Anchors, NoteId, Resolution, Wanted};
use crate::syntax::{Link, LinkKind, TimestampForm, is_time};
use crate::text::Span;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// The target of a link.
    Link,
    /// The target of an embed or a picture.
    Embed,
    /// What a link says behind `#`, or a block's id.
    Anchor,
    /// A time of a video.
    Timestamp,
    /// A tag.
    Tag,
}

/// What else there is to say about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenState {
    /// Nothing.
    Plain,
    /// It is where the thing is defined.
    Definition,
    /// It leads nowhere.
    Unresolved,
    /// It leads nowhere, and no note has a similar name: nobody has written it yet.
    Unwritten,
    /// It may mean several notes.
    Ambiguous,
}

/// A part of a line that means something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SemanticToken {
    /// Its bytes, on one line.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// What else there is to say about it.
    pub state: TokenState,
}

/// The tokens of a note that overlap `within`, in order, none overlapping another.
pub fn semantic_tokens(analysis: &Analysis, note: NoteId, within: Span) -> Vec<SemanticToken> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut finder = Finder::new(analysis, note, &document);
    let parsed = &document.note;
    let here = |span: Span| span.overlaps(within);
    for link in analysis.index.cancel().over(parsed.links.iter().filter(|link| here(link.span))) {
        finder.link(link);
    }
    let timestamps = parsed.timestamps.iter().filter(|timestamp| here(timestamp.span));
    for timestamp in analysis.index.cancel().over(timestamps) {
        if !matches!(timestamp.form, TimestampForm::InAlias | TimestampForm::Wikilink) {
            finder.add(shown(&document.text, timestamp), TokenKind::Timestamp, TokenState::Plain);
        }
    }
    for tag in parsed.tags.iter().filter(|tag| here(tag.span)) {
        finder.add(tag.span, TokenKind::Tag, TokenState::Plain);
    }
    for block in parsed.blocks.iter().filter(|block| here(block.span)) {
        finder.add(block.span, TokenKind::Anchor, TokenState::Definition);
    }
    let mut found = finder.found;
    found.sort_by_key(|token| token.span);
    let mut end = 0;
    found.retain(|token| {
        let apart = token.span.start >= end;
        if apart {
            end = token.span.end;
        }
        apart && here(token.span)
    });
    found
}

struct Finder<'a> {
    analysis: &'a Analysis,
    note: NoteId,
    document: &'a Document,
    /// Where targets lead, as they are written in wikilinks and in others.
    known: FxHashMap<(&'a str, bool), Resolution>,
    anchors: FxHashMap<NoteId, Anchors<'a>>,
    found: Vec<SemanticToken>,
}

impl<'a> Finder<'a> {
    fn new(analysis: &'a Analysis, note: NoteId, document: &'a Document) -> Self {
        let (known, anchors) = (FxHashMap::default(), FxHashMap::default());
        Self { analysis, note, document, known, anchors, found: Vec::new() }
    }

    fn add(&mut self, span: Span, kind: TokenKind, state: TokenState) {
        if !span.is_empty() && !span.of(&self.document.text).contains(['\n', '\r']) {
            self.found.push(SemanticToken { span, kind, state });
        }
    }

    fn link(&mut self, link: &Link) {
        // A reference's target stands in its definition, which is a link of its own.
        if !link.span.covers(link.target) {
            return;
        }
        let (analysis, text): (&'a Analysis, &'a str) = (self.analysis, &self.document.text);
        let resolve = || analysis.resolve_wanted(self.note, &Wanted::of(link, text));
        let found = self.known.entry((link.target.of(text), link.is_wiki())).or_insert_with(resolve).clone();
        let is_time = || link.is_wiki() && link.anchor.is_none() && is_time(&link.target_text(text));
        if found.is_broken() && is_time() {
            return self.add(link.target, TokenKind::Timestamp, TokenState::Plain);
        }
        let kind = match link.kind {
            LinkKind::Embed | LinkKind::Image => TokenKind::Embed,
            LinkKind::Wiki | LinkKind::Markdown | LinkKind::Definition => TokenKind::Link,
        };
        // A note that is not read yet may answer to the target.
        let is_unwritten =
            || !found.names_file && analysis.near(self.note, &link.target_text(text)) == Some(None);
        let state = match found.is_broken() && analysis.complete {
            true if is_unwritten() => TokenState::Unwritten,
            true => TokenState::Unresolved,
            false if found.ambiguous => TokenState::Ambiguous,
            false => TokenState::Plain,
        };
        self.add(link.target, kind, state);
        if let (Some(anchor), Some(name)) = (&link.anchor, link.anchor_text(text)) {
            let facts = found.note().and_then(|note| Some((note, analysis.index.facts(note)?)));
            let is_missing = facts.is_some_and(|(note, facts)| {
                let anchors = self.anchors.entry(note).or_insert_with(|| Anchors::new(facts));
                anchors.resolve(&name, anchor.block, !link.is_wiki()) == AnchorOutcome::Missing
            });
            let state = if is_missing { TokenState::Unresolved } else { TokenState::Plain };
            self.add(anchor.span, TokenKind::Anchor, state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    fn show(token: SemanticToken) -> (Span, String) {
        let state = match token.state {
            TokenState::Plain => String::new(),
            // Which it is, too.
            TokenState::Unwritten => " Unresolved, unwritten".to_owned(),
            state => format!(" {state:?}"),
        };
        (token.span, format!("{:?}{state}", token.kind))
    }

    #[track_caller]
    fn check(vault: &str) {
        let fixture = Fixture::new(vault);
        fixture.check(|note| {
            let all = Span::new(0, usize::MAX);
            semantic_tokens(&fixture.analysis, note, all).into_iter().map(show).collect()
        });
    }

    #[test]
    fn tokens_tell_where_links_lead() {
        check(
            "
            [[a]] [[a#Known|text]] ![[a]] [x](a.md#nothing) [[gone]]
              ^ Link
                    ^ Link
                      ^^^^^ Anchor
                                      ^ Embed
                                              ^^^^ Link
                                                   ^^^^^^^ Anchor Unresolved
                                                              ^^^^ Link Unresolved
            [[twin]] [[#^id]] text ^id
              ^^^^ Link Ambiguous
                        ^^^ Anchor
                                   ^^^ Anchor Definition
            //- a.md
            ## Known
            //- x/twin.md
            //- y/twin.md
            ",
        );
    }

    #[test]
    fn a_slip_is_not_a_note_that_nobody_has_written() {
        check(
            "
            [[big_topick]] ![[Big topics]] [[entirely else]] [x](nothing.md) [[photo.png]]
              ^^^^^^^^^^ Link Unresolved
                              ^^^^^^^^^^ Embed Unresolved
                                             ^^^^^^^^^^^^^ Link Unresolved, unwritten
                                                                 ^^^^^^^^^^ Link Unresolved, unwritten
                                                                               ^^^^^^^^^ Link Unresolved
            //- big_topic.md
            ",
        );
    }

    #[test]
    fn times_and_tags_are_tokens() {
        check(
            "
            ---
            videoId: dQw4w9WgXcQ
            tags: [sea]
                   ^^^ Tag
            ---
            [00:05] [[00:06]] <a data-t=\"00:07\">[00:07]</a> #sea/tide `[[code]]`
            ^^^^^^^ Timestamp
                      ^^^^^ Timestamp
                                                ^^^^^^^ Timestamp
                                                            ^^^^^^^^^ Tag
            ",
        );
    }

    /// A name that is not known yet need not be missing.
    #[test]
    fn nothing_is_called_unresolved_before_all_is_read() {
        let mut fixture = Fixture::new("[[gone]]\n");
        fixture.analysis.complete = false;
        let all = semantic_tokens(&fixture.analysis, fixture.note("note.md"), Span::new(0, 100));
        assert_eq!(all.into_iter().map(show).collect::<Vec<_>>(), [(Span::new(2, 6), "Link".to_owned())]);
    }

    #[test]
    fn only_what_is_asked_for_is_looked_at() {
        let fixture = Fixture::new("[[one]]\n[[two]]\n[[three]]\n");
        let some = semantic_tokens(&fixture.analysis, fixture.note("note.md"), Span::new(8, 15));
        assert_eq!(some.iter().map(|token| token.span).collect::<Vec<_>>(), [Span::new(10, 13)]);
    }
}
