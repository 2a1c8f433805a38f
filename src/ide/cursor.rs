//! What the cursor stands on: the one classification that jumps, hovers and actions share.
//! Absent: what becomes of it.
use crate::syntax::{Footnote, Link, Note, Tag, Timestamp, TimestampForm, VideoLink};
use crate::text::Span;

/// A part of a note that means something to a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Thing<'n> {
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

impl Thing<'_> {
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

/// What a cursor before the byte at `offset` stands on, from its first byte through its end. Between
/// two neighbours the right one wins, and of two that are nested the inner one (docs/links.md).
pub(super) fn thing_at(note: &Note, offset: usize) -> Option<Thing<'_>> {
    // A time in an alias is part of its link: a cursor there is on the link.
    let timestamps = note.timestamps.iter().filter(|timestamp| timestamp.form != TimestampForm::InAlias);
    let links = note.links.iter().enumerate().map(|(index, link)| Thing::Link(index, link));
    links
        .chain(note.video_links.iter().map(Thing::Video))
        .chain(note.tags.iter().map(Thing::Tag))
        .chain(note.footnotes.iter().map(Thing::Footnote))
        .chain(timestamps.map(Thing::Timestamp))
        .filter(|thing| thing.span().touches(offset))
        .max_by_key(|thing| {
            let span = thing.span();
            (span.contains(offset), span.start, std::cmp::Reverse(span.end))
        })
}
