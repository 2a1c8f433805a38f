//! What the cursor stands on: the one classification that jumps, hovers and actions share.
//! Absent: what becomes of it.
use super::{Analysis, Document};
use crate::index::NoteId;
use crate::syntax::{Footnote, Link, Note, Tag, Timestamp, TimestampForm, VideoLink};
use crate::text::Span;

/// A part of a note that means something to a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CursorTarget<'n> {
    /// A link, with its index in [`Note::links`].
    Link(usize, &'n Link),
    /// A moment of the note's own video.
    Timestamp(&'n Timestamp),
    /// A link to a video on the web.
    Video(&'n VideoLink),
    /// A tag.
    Tag(&'n Tag),
    /// A footnote's definition or a reference to it.
    Footnote(&'n Footnote),
}

impl CursorTarget<'_> {
    /// All of it.
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Link(_, link) => link.span,
            Self::Timestamp(timestamp) => timestamp.span,
            Self::Video(video) => video.span,
            Self::Tag(tag) => tag.span,
            Self::Footnote(footnote) => footnote.span,
        }
    }
}

/// Whether a timestamp of `note` is a wikilink that leads to a note: then it is no timestamp.
pub(super) fn names_note(
    analysis: &Analysis,
    document: &Document,
    note: NoteId,
    timestamp: &Timestamp,
) -> bool {
    let target = timestamp.label.filter(|_| timestamp.form == TimestampForm::Wikilink);
    target.is_some_and(|target| analysis.resolve(note, target.of(&document.text)).tier.is_some())
}

/// The timestamp that a wikilink is, if no note has its name.
pub(super) fn timestamp_of<'d>(document: &'d Document, link: &Link) -> Option<&'d Timestamp> {
    let timestamps = &document.note.timestamps;
    let at = timestamps.partition_point(|timestamp| timestamp.span.start < link.span.start);
    timestamps.get(at).filter(|t| t.form == TimestampForm::Wikilink && t.span.start == link.span.start)
}

/// What a cursor before the byte at `offset` stands on, from its first byte through its end. Between
/// two neighbors the right one wins, and of two that are nested the inner one (docs/links.md).
pub(super) fn target_at(note: &Note, offset: usize) -> Option<CursorTarget<'_>> {
    // A time in a wikilink is part of it: a cursor there is on the link.
    let in_link = |t: &Timestamp| matches!(t.form, TimestampForm::InAlias | TimestampForm::Wikilink);
    let timestamps = note.timestamps.iter().filter(|timestamp| !in_link(timestamp));
    let links = note.links.iter().enumerate().map(|(index, link)| CursorTarget::Link(index, link));
    links
        .chain(note.video_links.iter().map(CursorTarget::Video))
        .chain(note.tags.iter().map(CursorTarget::Tag))
        .chain(note.footnotes.iter().map(CursorTarget::Footnote))
        .chain(timestamps.map(CursorTarget::Timestamp))
        .filter(|target| target.span().touches(offset))
        .max_by_key(|target| {
            let span = target.span();
            (span.contains(offset), span.start, std::cmp::Reverse(span.end))
        })
}
