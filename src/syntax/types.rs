use std::borrow::Cow;
use std::sync::Arc;

use super::parts::Parts;
use super::placeholder::is_template;
use crate::sources::{SourceId, SourceKinds};
use crate::text::Span;

/// What the reader of a note may set (the settings `sources.keys`, `sources.url` and `sources.kinds`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// The kinds of sources that notes cite.
    pub kinds: Arc<SourceKinds>,
}

/// All that one note's text says. Each list is in the order of the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Note {
    /// The `---` or `+++` block at offset 0, if there is one.
    pub front_matter: Option<FrontMatter>,
    /// ATX and setext headings.
    pub headings: Vec<Heading>,
    /// Wikilinks, embeds, and markdown links to places in the vault (never to a URL with a scheme).
    pub links: Vec<Link>,
    /// Index into `links`: the first wikilink of a line that begins with `From:`.
    pub channel: Option<usize>,
    /// Timestamps in every form of docs/diagnostics.md.
    pub timestamps: Vec<Timestamp>,
    /// Markdown links to a video on the web.
    pub video_links: Vec<VideoLink>,
    /// Links and pictures that name a definition, wherever that leads.
    pub references: Vec<Reference>,
    /// `#tag`s of the body and the front matter's `tags`.
    pub tags: Vec<Tag>,
    /// `^block-id`s at a block's end.
    pub blocks: Vec<Block>,
    /// Ids and names of HTML elements.
    pub element_ids: Vec<ElementId>,
    /// Footnote definitions and references.
    pub footnotes: Vec<Footnote>,
    /// `slugline: allow …` comments.
    pub suppressions: Vec<Suppression>,
    /// What is wrong by this text alone, except for timestamps, which carry their own.
    pub problems: Vec<Problem>,
    /// Where it can be cut.
    pub(crate) parts: Parts,
}

impl Note {
    /// Puts in order what was not found in the order of the text.
    pub(super) fn sort(&mut self) {
        let by_start = |link: &Link| link.span.start;
        self.channel =
            self.parts.channel.and_then(|start| self.links.binary_search_by_key(&start, by_start).ok());
        self.problems.sort_by_key(|problem| problem.span.start);
        self.footnotes.sort_by_key(|footnote| footnote.span.start);
        self.suppressions.sort_by_key(|suppression| match suppression.scope {
            Scope::Note => 0,
            Scope::Lines(lines) => lines.start,
        });
    }

    /// The level-1 heading that the note begins with, but for HTML comments: it is a name of the note.
    pub fn title_heading(&self, text: &str) -> Option<&Heading> {
        let heading = self.headings.first().filter(|heading| heading.level == 1)?;
        let body = self.front_matter.as_ref().map_or(0, |front| front.span.end());
        let mut before = text.get(body..heading.span.start())?.trim_start_matches('\u{feff}').trim_start();
        while let Some(comment) = before.strip_prefix("<!--") {
            before = comment.get(comment.find("-->")? + "-->".len()..)?.trim_start();
        }
        (before.is_empty() && !is_template(&heading.text)).then_some(heading)
    }
}

/// The YAML or TOML block at offset 0.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FrontMatter {
    /// From the first `---` or `+++` to behind the closing one (without its line end).
    pub span: Span,
    /// `title`, as written.
    pub title: Option<Value>,
    /// `aliases` and `alias`, list or string with commas.
    pub aliases: Vec<Value>,
    /// The note's source, by the first key of [`Options::kinds`] that holds an id, else that is there.
    pub video: Option<Value>,
    /// The kind of source that it is; `None` where the value has the form of no id.
    pub kind: Option<u8>,
    /// `lang` or `language`: that of the note.
    pub language: Option<Value>,
}

impl FrontMatter {
    /// The source that the note is about.
    pub fn source(&self) -> Option<SourceId<'_>> {
        Some(SourceId { kind: self.kind?, id: &self.video.as_ref()?.text })
    }
}

/// A scalar of the front matter.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Value {
    /// As written, quotes and escapes resolved: `title: 1984` is the text `1984`.
    pub text: String,
    /// Its bytes in the note, quotes included.
    pub span: Span,
}

/// A heading.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The heading's lines without the last line end.
    pub span: Span,
    /// Its content: behind the `#`s and blanks, before a block id and closing `#`s.
    pub content: Span,
    /// Its rendered text: wikilinks by their display text, timestamps and ids removed, blanks collapsed.
    pub text: String,
    /// Its explicit id: `setup` of `Set up {#setup}`.
    pub id: Option<Span>,
}

impl Heading {
    /// Its content without an explicit id and the braces around that.
    pub fn name(&self, text: &str) -> Span {
        let before = self.id.and_then(|id| text.get(self.content.start()..id.start()));
        let words = before.and_then(|before| before.get(..before.rfind('{')?));
        let length = words.map_or(self.content.len(), |words| words.trim_end().len());
        Span::new(self.content.start(), self.content.start() + length)
    }
}

/// How a link is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LinkKind {
    /// `[[target]]`.
    Wiki,
    /// `![[target]]`.
    Embed,
    /// `[text](destination)`, full, collapsed and shortcut references included.
    Markdown,
    /// `![text](destination)`.
    Image,
    /// `[label]: destination`: the definition itself.
    Definition,
}

/// A link to a note, an attachment, or a place in this note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// How it is written.
    pub kind: LinkKind,
    /// All of it, brackets and `!` included.
    pub span: Span,
    /// The target as written, without blanks around it, before any `#`; empty for `[[#Heading]]`.
    /// For a markdown link the path part of the destination, without `<>`, still percent-encoded;
    /// that of `[text][label]` stands in the definition, outside `span`.
    pub target: Span,
    /// What follows the first `#`.
    pub anchor: Option<Anchor>,
    /// The alias or link text without blanks around it; `None` where there is no pipe.
    pub alias: Option<Span>,
    /// Whether it stands in a table cell, where a pipe is written `\|`.
    pub in_table: bool,
}

impl Link {
    /// Whether it is `[[…]]` or `![[…]]`.
    pub fn is_wiki(&self) -> bool {
        matches!(self.kind, LinkKind::Wiki | LinkKind::Embed)
    }

    /// The target as a name: as written for a wikilink, percent-decoded (and backslash escapes and
    /// character references resolved) for a markdown link.
    pub fn target_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let raw = self.target.of(text);
        if self.is_wiki() { Cow::Borrowed(raw) } else { decode_destination(raw) }
    }

    /// The target of a markdown link before percent-decoding, where it has something to decode.
    pub fn written_target<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let raw = self.target.of(text);
        (!self.is_wiki() && raw.contains('%')).then(|| unescape(raw))
    }

    /// The anchor as a name, without its `#`; decoded as [`Self::target_text`] is.
    pub fn anchor_text<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let raw = self.anchor.as_ref()?.span.of(text);
        Some(if self.is_wiki() { Cow::Borrowed(raw) } else { decode_destination(raw) })
    }

    /// The part that a reader sees: the alias, else target and anchor; of `[[#Heading]]` the heading.
    pub fn shown(&self) -> Span {
        let named = match &self.anchor {
            Some(anchor) if self.target.is_empty() => anchor.span,
            Some(anchor) => Span { start: self.target.start, end: anchor.span.end },
            None => self.target,
        };
        self.alias.unwrap_or(named)
    }

    /// What a reader sees: the alias, else target and anchor as written.
    pub fn display<'t>(&self, text: &'t str) -> &'t str {
        match (self.alias, &self.anchor) {
            (Some(alias), _) => alias.of(text),
            (None, Some(anchor)) => Span { start: self.target.start, end: anchor.span.end }.of(text),
            (None, None) => self.target.of(text),
        }
    }
}

/// Resolves backslash escapes, character references and percent-encoding of a link destination.
pub(crate) fn decode_destination(raw: &str) -> Cow<'_, str> {
    let unescaped = unescape(raw);
    if !unescaped.contains('%') {
        return unescaped;
    }
    match percent_encoding::percent_decode_str(&unescaped).decode_utf8() {
        Ok(decoded) => Cow::Owned(decoded.into_owned()),
        Err(_) => unescaped,
    }
}

/// Resolves backslash escapes and character references.
fn unescape(raw: &str) -> Cow<'_, str> {
    /// No named reference is longer.
    const LONGEST: usize = 34;
    if !raw.contains(['\\', '&']) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['\\', '&']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let mut chars = from.chars();
        let first = chars.next();
        let escaped = chars.next().filter(|next| first == Some('\\') && next.is_ascii_punctuation());
        let end = from.bytes().take(LONGEST).position(|b| b == b';').filter(|_| first == Some('&'));
        let reference = end.and_then(|end| from.get(..=end)).and_then(|reference| {
            let character = html_escape::decode_html_entities(reference);
            (character != reference).then_some((reference.len(), character))
        });
        let taken = match (escaped, reference) {
            (Some(escaped), _) => {
                out.push(escaped);
                1 + escaped.len_utf8()
            }
            (None, Some((length, character))) => {
                out.push_str(&character);
                length
            }
            (None, None) => {
                out.extend(first);
                1
            }
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What a link says behind its first `#`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// Behind the `#`, to the pipe or the end, without blanks around it; with the `^` of a block id.
    /// May be empty (`[[a#]]`).
    pub span: Span,
    /// Whether it names a block (`#^id`) and not a heading (`#H1#H2`).
    pub block: bool,
}

/// The form in which a timestamp is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimestampForm {
    /// A tag `<a …>` that means a timestamp, valid HTML or not, with or without label and `</a>`.
    Anchor,
    /// `[00:04:32]`, and each time of a list `[a, b]`.
    Bare,
    /// `[00:01:06](#00:01:06)` and its kin.
    Link,
    /// `[[00:01:06]]`, which is in [`Note::links`] too: a timestamp where no note has that name.
    Wikilink,
    /// A time inside a wikilink's alias.
    InAlias,
}

/// A moment of the note's video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Timestamp {
    /// How it is written.
    pub form: TimestampForm,
    /// All of it.
    pub span: Span,
    /// Seconds from the video's start; `None` where the table of docs/diagnostics.md says that
    /// it names none.
    pub moment: Option<u32>,
    /// The attribute's value, between its quotes; `None` where there is none.
    pub value: Option<Span>,
    /// The label's time without its brackets; `None` where there is no label.
    pub label: Option<Span>,
    /// What is wrong with it.
    pub problem: Option<TimestampProblem>,
    /// Changes on offer where nothing is wrong: the canonical form, brackets moved inside.
    pub actions: Vec<Fix>,
}

/// A time with hours, which may be minutes written as hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hours {
    /// The hours.
    pub first: u32,
    /// Seconds as it is written.
    pub written: u32,
    /// Seconds where its hours are minutes and its minutes seconds; `None` where they cannot be.
    pub as_minutes: Option<u32>,
    /// Whether it ends in `:00`.
    pub zeros: bool,
    /// Whether its last group is above 59, and so is no seconds.
    pub overflow: bool,
}

/// Which code a faulty timestamp gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimestampFault {
    /// `malformed-timestamp`.
    Malformed,
    /// `minutes-as-hours`, by the label alone.
    MinutesAsHours,
    /// `mismatched-timestamp`.
    Mismatched,
    /// `bare-timestamp`.
    Bare,
}

/// What is wrong with a timestamp, and what would mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimestampProblem {
    /// Its code.
    pub fault: TimestampFault,
    /// The range that the diagnostic underlines.
    pub span: Span,
    /// What is wrong, as a sentence without a final stop.
    pub message: String,
    /// Mends, best first.
    pub fixes: Vec<Fix>,
}

/// A change of this note that mends a problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as an editor's menu shows it.
    pub title: String,
    /// Replacements, in order, none overlapping.
    pub edits: Vec<(Span, String)>,
    /// Whether it is certain, so that "fix all" and `check --fix` may apply it.
    pub certain: bool,
}

/// A markdown link to a source on the web (`https://youtu.be/ID?t=62`, `watch?v=ID&t=1m2s`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VideoLink {
    /// All of it.
    pub span: Span,
    /// The kind of source.
    pub kind: u8,
    /// The video's id.
    pub video: Span,
    /// Seconds from the video's start, where the link names them.
    pub moment: Option<u32>,
    /// The link's text.
    pub text: Span,
}

impl VideoLink {
    /// The source that it leads to.
    pub fn source<'t>(&self, text: &'t str) -> SourceId<'t> {
        SourceId { kind: self.kind, id: self.video.of(text) }
    }
}

/// `[text][label]`, `[label][]` or `[label]`, or a picture of that form, with a definition of that label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// All of it.
    pub span: Span,
    /// Where its text ends, behind the `]`: what follows is its label.
    pub text_end: u32,
    /// The first definition of its label.
    pub definition: Span,
}

/// A tag: Obsidian's `#a/b`, or an entry of the front matter's `tags`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag {
    /// With its `#` in the body.
    pub span: Span,
    /// The name, without `#`.
    pub name: Span,
}

/// A block id.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The id with its `^`.
    pub span: Span,
    /// The id, without `^`.
    pub id: Span,
    /// The block that it names, its id included: for a hover's preview.
    pub block: Span,
}

/// The `id` or `name` of an HTML element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementId {
    /// The tag that opens the element.
    pub tag: Span,
    /// The id, without quotes.
    pub id: Span,
}

/// A footnote's definition (`[^1]: …`) or a reference to it (`[^1]`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Footnote {
    /// `[^label]`.
    pub span: Span,
    /// The label, without `[^` and `]`.
    pub label: Span,
    /// Whether this is the definition.
    pub definition: bool,
}

/// Where a suppression holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The lines that begin in this span of bytes.
    Lines(Span),
    /// The whole note.
    Note,
}

/// A `slugline: allow CODE, CODE` comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suppression {
    /// Where it holds.
    pub scope: Scope,
    /// The codes, each with its place; not yet checked to exist.
    pub codes: Vec<Span>,
}

/// Which code a problem gets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// `unclosed-link`.
    UnclosedLink,
    /// `empty-link`.
    EmptyLink,
    /// `unescaped-pipe`.
    UnescapedPipe,
    /// `front-matter`.
    FrontMatter,
    /// `fenced-note`.
    FencedNote,
}

/// What is wrong by the text alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Its code.
    pub kind: ProblemKind,
    /// The range that the diagnostic underlines.
    pub span: Span,
    /// What is wrong, as a sentence without a final stop.
    pub message: String,
    /// Mends, best first.
    pub fixes: Vec<Fix>,
}
