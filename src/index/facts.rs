use crate::settings::Settings;
use crate::syntax;
use crate::text::Span;

/// What one note defines and refers to, small enough to keep for every note of a vault, and
/// comparable: an edit that leaves the facts equal concerns no other note.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// The front-matter title, else the first level-1 heading.
    pub title: Option<Box<str>>,
    /// The front-matter aliases.
    pub aliases: Box<[Box<str>]>,
    /// The id of the note's video.
    pub video: Option<Box<str>>,
    /// The target of the channel link, as written.
    pub channel: Option<Box<str>>,
    /// Headings, in order.
    pub headings: Box<[HeadingFact]>,
    /// Block ids without `^`, in order.
    pub blocks: Box<[(Box<str>, Span)]>,
    /// Distinct tags without `#`, in order of appearance.
    pub tags: Box<[Box<str>]>,
    /// Links, in order.
    pub links: Box<[LinkFact]>,
    /// Timestamps of the note's own video that name a moment, in order.
    pub citations: Box<[Citation]>,
    /// Markdown links to videos: id, and the span of the link's text.
    pub video_links: Box<[(Box<str>, Span)]>,
}

/// A heading of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadingFact {
    /// 1 to 6.
    pub level: u8,
    /// Rendered text.
    pub text: Box<str>,
    /// Its bytes in the note.
    pub span: Span,
}

/// A link of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkFact {
    /// How it is written.
    pub kind: syntax::LinkKind,
    /// All of it, in bytes.
    pub span: Span,
    // target and anchor: see `Facts::target`, `Facts::anchor`
}

/// A timestamp of a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Citation {
    /// Seconds from the video's start.
    pub moment: u32,
    /// First byte of the timestamp.
    pub offset: u32,
}

impl Facts {
    /// The facts of a parsed note.
    pub fn new(text: &str, note: &syntax::Note, settings: &Settings) -> Self {
        let _ = (text, note, settings);
        Self::default()
    }

    /// The target of link `index` as a name, decoded; empty for a link into this note.
    pub fn target(&self, index: usize) -> &str {
        let _ = index;
        ""
    }

    /// The anchor of link `index`: decoded text behind `#`, and whether it names a block.
    pub fn anchor(&self, index: usize) -> Option<(&str, bool)> {
        let _ = index;
        None
    }
}
