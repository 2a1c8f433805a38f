use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::anchors::obsidian_spelling;
use super::minutes::Moments;
use super::name::{Key, Slug, ancestry, caseless};
use super::names::intern;
use super::postings::Spelling;
use super::resolve::shortened;
use super::store::file_key;
use super::{Name, Wanted};
use crate::settings::Settings;
use crate::syntax::{LinkKind, Note};
use crate::text::{PathText, Span};

/// What one note defines and refers to, small enough to keep for every note of a vault, and
/// comparable: an edit that leaves the facts equal concerns no other note.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// The front-matter title, else a level-1 heading that the note begins with.
    title: Option<Arc<Name>>,
    /// Where the title stands: the front matter's value, else the heading. Empty without a title.
    pub title_span: Span,
    /// The front-matter aliases.
    aliases: Box<[Arc<Name>]>,
    /// The id of the note's video.
    pub video: Option<Box<str>>,
    /// Index into `links` of the channel link.
    pub channel: Option<usize>,
    /// Headings, in order.
    pub headings: Box<[HeadingFact]>,
    /// Explicit ids of headings, each with the heading's index in `headings`; in order.
    heading_ids: Box<[HeadingName]>,
    /// What Obsidian takes for the text of a heading, where it is not only its rendered text; in order.
    heading_spellings: Box<[HeadingName]>,
    /// Ids and names of HTML elements, in order.
    pub element_ids: Box<[ElementIdFact]>,
    /// Block ids without `^`, in order, each with the block that it names.
    pub blocks: Box<[(Box<str>, Span)]>,
    /// Distinct tags without `#`, in order of appearance.
    pub tags: Box<[Box<str>]>,
    /// Links, in order.
    pub links: Box<[LinkFact]>,
    /// Timestamps that name a moment of the note's own video, in order.
    pub citations: Box<[Citation]>,
    /// Markdown links to videos, in order.
    pub video_links: Box<[VideoLinkFact]>,
    /// The distinct targets of the links.
    targets: Box<[TargetFact]>,
    /// The anchors of the links, in order.
    anchors: Box<[AnchorFact]>,
    /// Texts of headings, anchors and video ids, one behind the other.
    strings: Box<str>,
}

/// A heading of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeadingFact {
    /// 1 to 6.
    pub level: u8,
    /// Its bytes in the note.
    pub span: Span,
    /// Its rendered text in `Facts::strings`.
    text: Span,
}

/// Another name of a heading.
#[derive(Clone, PartialEq, Eq, Debug)]
struct HeadingName {
    /// Index into [`Facts::headings`].
    heading: u32,
    /// Its bytes in `Facts::strings`.
    text: Span,
}

/// The id or name of an HTML element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ElementIdFact {
    /// The tag that opens the element, in bytes.
    pub tag: Span,
    /// Its bytes in `Facts::strings`.
    text: Span,
}

/// A link of a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkFact {
    /// How it is written.
    pub kind: LinkKind,
    /// All of it, in bytes.
    pub span: Span,
    /// Index into `Facts::targets`.
    target: u32,
}

/// The anchor of a link; few links have one.
#[derive(Clone, PartialEq, Eq, Debug)]
struct AnchorFact {
    /// Index into `Facts::links`.
    link: u32,
    /// Its bytes in `Facts::strings`.
    text: Span,
    /// Whether it names a block.
    block: bool,
}

/// A target that links of a note have.
#[derive(Clone, PartialEq, Eq, Debug)]
struct TargetFact {
    name: Arc<Name>,
    /// The same before percent-decoding, where that changes something.
    written: Option<Arc<Name>>,
    /// Whether markdown links have it, and not wikilinks.
    markdown: bool,
    /// Where the index files it.
    keys: TargetKeys,
}

impl TargetFact {
    /// What it says: as it is decoded, before that, and shorter.
    fn readings(&self) -> impl Iterator<Item = &str> {
        let shortened = shortened(&self.name, self.markdown);
        [Some(self.name.as_str()), self.written.as_deref().map(Name::as_str), shortened].into_iter().flatten()
    }

    /// Where the index files it: in each reading, by its name and as a title with a `/` in it.
    fn filed(&self, settings: &Settings) -> impl Iterator<Item = (Key, Spelling)> {
        let is_plain = self.keys.other.is_none() && self.keys.whole.is_none() && self.name.is_folded();
        let is_plain = is_plain && settings.note_stem(&self.name).is_none();
        let plain = self.keys.name.filter(|_| is_plain).map(|key| (key, Spelling::of(&self.name)));
        let others = self.readings().filter(move |_| !is_plain).flat_map(|reading| {
            let keys = TargetKeys::of(reading, settings);
            let bare = settings.note_stem(reading).unwrap_or(reading);
            let name = keys.name.map(|key| (key, Spelling::of_target(bare)));
            // The slug would not find a file by it: it is empty, or regards case.
            let is_file = keys.name.is_some() && !matches!(Slug::of(bare.file_name()), Slug::Folded(_));
            let file = is_file.then(|| (file_key(last_segment(reading)), Spelling::PATH));
            [name, keys.whole.map(|key| (key, Spelling::PATH)), file]
        });
        plain.into_iter().chain(others.flatten())
    }
}

/// The last segment of a target, also where a `/` stands behind it.
fn last_segment(target: &str) -> &str {
    target.trim_end_matches('/').file_name()
}

/// Where the index files a target: the names that could answer to it are filed there too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TargetKeys {
    /// Of the name: for a path, of its last segment. `None` for a link into the note itself.
    pub(super) name: Option<Key>,
    /// Of a path taken as a title (`TCP/IP`).
    pub(super) whole: Option<Key>,
    /// Of the name in another reading: before percent-decoding, or without the `#` of `C#`.
    pub(super) other: Option<Key>,
}

impl TargetKeys {
    /// The keys of `target`, a name or path.
    pub(super) fn of(target: &str, settings: &Settings) -> Self {
        let bare = settings.note_stem(target).unwrap_or(target);
        let key = |name: &str| (!target.is_empty()).then(|| Slug::of(name).key());
        match bare.rsplit_once('/') {
            Some((_, name)) => Self { name: key(name), whole: key(bare), other: None },
            None => Self { name: key(bare), whole: None, other: None },
        }
    }

    /// The keys of the target `name`.
    fn of_name(name: &Name, settings: &Settings) -> Self {
        if name.is_empty() || name.contains('/') || settings.note_stem(name).is_some() {
            return Self::of(name, settings);
        }
        Self { name: Some(name.key()), whole: None, other: None }
    }

    /// All.
    pub(super) fn iter(self) -> impl Iterator<Item = Key> {
        self.name.into_iter().chain(self.whole).chain(self.other)
    }
}

/// A timestamp of a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Citation {
    /// Seconds from the video's start.
    pub moment: u32,
    /// First byte of the timestamp.
    pub offset: u32,
}

/// A markdown link to a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VideoLinkFact {
    /// Bytes of the link's text in the note.
    pub text: Span,
    /// Seconds from the video's start, where the link names them.
    pub moment: Option<u32>,
    /// The id's bytes in `Facts::strings`.
    video: Span,
}

/// Texts one behind the other in one allocation.
#[derive(Default)]
struct Strings(String);

impl Strings {
    fn push(&mut self, text: &str) -> Span {
        let start = self.0.len();
        self.0.push_str(text);
        Span::new(start, self.0.len())
    }
}

impl Facts {
    /// The facts of a parsed note.
    pub fn new(text: &str, note: &Note, settings: &Settings) -> Self {
        let mut strings = Strings::default();
        let mut targets: Vec<TargetFact> = Vec::new();
        let mut links = Vec::with_capacity(note.links.len());
        let mut anchors = Vec::new();
        // As they are written: one target in two spellings may be two.
        let mut seen: FxHashMap<(&str, bool), usize> = FxHashMap::default();
        for link in &note.links {
            // A link's anchor is kept for every link, its target once: notes repeat targets.
            let target = *seen.entry((link.target.of(text), link.is_wiki())).or_insert_with(|| {
                let wanted = Wanted::of(link, text);
                let other = wanted.written.as_deref().or_else(|| wanted.shortened());
                let other = other.and_then(|other| TargetKeys::of(other, settings).name);
                let name = intern(&wanted.name);
                let keys = TargetKeys { other, ..TargetKeys::of_name(&name, settings) };
                let written = wanted.written.as_deref().map(intern);
                targets.push(TargetFact { name, written, markdown: wanted.markdown, keys });
                targets.len() - 1
            });
            let anchor = link.anchor.as_ref().zip(link.anchor_text(text));
            anchors.extend(anchor.map(|(anchor, anchor_text)| AnchorFact {
                link: Span::at(links.len()).start,
                text: strings.push(&anchor_text),
                block: anchor.block,
            }));
            links.push(LinkFact { kind: link.kind, span: link.span, target: Span::at(target).start });
        }
        let front_matter = note.front_matter.as_ref();
        let title =
            front_matter.and_then(|f| f.title.as_ref()).map(|title| (title.text.as_str(), title.span));
        let heading = || note.title_heading(text).map(|h| (h.text.as_str(), h.span));
        let is_name = |(title, _): &(&str, Span)| !title.trim().is_empty();
        let title = title.filter(is_name).or_else(heading).filter(is_name);
        let video = front_matter.and_then(|f| f.video.as_ref()).map(|video| video.text.as_str());
        let moments = Moments::of(text, note);
        let citations = note.timestamps.iter().filter(|_| video.is_some()).filter_map(|timestamp| {
            Some(Citation { moment: moments.get(text, timestamp)?, offset: timestamp.span.start })
        });
        let mut seen_tags = FxHashSet::default();
        let tags = note.tags.iter().map(|tag| tag.name.of(text)).filter(|tag| seen_tags.insert(*tag));
        let tags: Box<[Box<str>]> = tags.map(Into::into).collect();
        let headings: Box<[HeadingFact]> = note
            .headings
            .iter()
            .map(|h| HeadingFact { level: h.level, span: h.span, text: strings.push(&h.text) })
            .collect();
        let (mut heading_ids, mut heading_spellings) = (Vec::new(), Vec::new());
        for (heading, at) in note.headings.iter().zip(0..) {
            let mut name = |text: &str| HeadingName { heading: at, text: strings.push(text) };
            heading_ids.extend(heading.id.map(|id| name(id.of(text))));
            let raw = heading.content.of(text);
            if raw != heading.text {
                let spelling = obsidian_spelling(raw);
                let differs = !spelling.is_empty() && spelling != obsidian_spelling(&heading.text);
                heading_spellings.extend(differs.then(|| name(&spelling)));
            }
        }
        let element_ids: Vec<_> = note
            .element_ids
            .iter()
            .map(|element| ElementIdFact { tag: element.tag, text: strings.push(element.id.of(text)) })
            .collect();
        let video_links = note.video_links.iter().map(|link| VideoLinkFact {
            text: link.text,
            moment: link.moment,
            video: strings.push(link.video.of(text)),
        });
        Self {
            title: title.map(|(title, _)| intern(title)),
            title_span: title.map(|(_, span)| span).unwrap_or_default(),
            aliases: front_matter
                .map_or(&[][..], |f| &f.aliases)
                .iter()
                .map(|alias| intern(&alias.text))
                .collect(),
            video: video.filter(|video| !video.is_empty()).map(Into::into),
            channel: note.channel,
            headings,
            heading_ids: heading_ids.into(),
            heading_spellings: heading_spellings.into(),
            element_ids: element_ids.into(),
            blocks: note.blocks.iter().map(|b| (b.id.of(text).into(), b.block)).collect(),
            tags,
            links: links.into(),
            citations: citations.collect(),
            video_links: video_links.collect(),
            targets: targets.into(),
            anchors: anchors.into(),
            strings: strings.0.into(),
        }
    }

    /// The target of link `index` as a name, decoded; empty for a link into this note.
    pub fn target(&self, index: usize) -> &str {
        self.links.get(index).map_or("", |link| self.target_at(link.target as usize))
    }

    /// The anchor of link `index`: decoded text behind `#`, and whether it names a block.
    pub fn anchor(&self, index: usize) -> Option<(&str, bool)> {
        let at = self.anchors.binary_search_by_key(&index, |anchor| anchor.link as usize).ok()?;
        let anchor = self.anchors.get(at)?;
        Some((anchor.text.of(&self.strings), anchor.block))
    }

    /// The target of the channel link.
    pub fn channel_target(&self) -> Option<&str> {
        self.channel.map(|link| self.target(link)).filter(|target| !target.is_empty())
    }

    /// The rendered text of a heading of this note.
    pub fn heading_text(&self, heading: &HeadingFact) -> &str {
        heading.text.of(&self.strings)
    }

    /// The id of an HTML element of this note.
    pub fn element_id(&self, index: usize) -> &str {
        self.element_ids.get(index).map_or("", |element| element.text.of(&self.strings))
    }

    /// Explicit ids of headings, each with the heading's index.
    pub(super) fn heading_ids(&self) -> impl Iterator<Item = (usize, &str)> {
        self.heading_ids.iter().map(|name| (name.heading as usize, name.text.of(&self.strings)))
    }

    /// Other texts that Obsidian takes headings to have, each with the heading's index.
    pub(super) fn heading_spellings(&self) -> impl Iterator<Item = (usize, &str)> {
        self.heading_spellings.iter().map(|name| (name.heading as usize, name.text.of(&self.strings)))
    }

    /// Ids and names of HTML elements, in order.
    pub(super) fn element_ids(&self) -> impl Iterator<Item = &str> {
        (0..self.element_ids.len()).map(|index| self.element_id(index))
    }

    /// Whether links lead to the same places of the note as they do with the facts `other`.
    pub(super) fn has_anchors_of(&self, other: &Self) -> bool {
        fn outline(facts: &Facts) -> impl Iterator<Item = (u8, &str)> {
            facts.headings.iter().map(|heading| (heading.level, facts.heading_text(heading)))
        }
        outline(self).eq(outline(other))
            && self.heading_ids().eq(other.heading_ids())
            && self.heading_spellings().eq(other.heading_spellings())
            && self.element_ids().eq(other.element_ids())
            && self.blocks.iter().map(|block| &block.0).eq(other.blocks.iter().map(|block| &block.0))
    }

    /// The id of the video that a link leads to.
    pub fn video_of(&self, link: &VideoLinkFact) -> &str {
        link.video.of(&self.strings)
    }

    /// Distinct targets, by index.
    pub(super) fn targets(&self) -> impl Iterator<Item = (usize, &str, TargetKeys)> {
        self.targets.iter().enumerate().map(|(i, target)| (i, target.name.as_str(), target.keys))
    }

    /// The distinct targets that the index files under `key` in one spelling, by index. Which of two that are
    /// written the same are those of markdown links is said behind each.
    pub(super) fn targets_filed(
        &self,
        key: Key,
        spelling: Spelling,
        settings: &Settings,
    ) -> impl Iterator<Item = (usize, &str, bool)> {
        let may_be = move |target: &TargetFact| {
            target.keys.other.is_some() || target.keys.iter().any(|own| own == key)
        };
        let is_filed = move |target: &TargetFact| target.filed(settings).any(|own| own == (key, spelling));
        let filed = self.targets.iter().enumerate().filter(move |(_, t)| may_be(t) && is_filed(t));
        filed
            .map(|(i, target)| (i, target.written.as_ref().unwrap_or(&target.name).as_str(), target.markdown))
    }

    /// What a distinct target, by index, says of the place it leads to.
    pub(super) fn wanted_by(&self, target: usize) -> Wanted<'_> {
        let Some(target) = self.targets.get(target) else { return Wanted::wiki("") };
        Wanted {
            name: Cow::Borrowed(&target.name),
            written: target.written.as_ref().map(|written| Cow::Borrowed(written.as_str())),
            markdown: target.markdown,
        }
    }

    /// What link `index` says of the place it leads to.
    pub fn wanted(&self, index: usize) -> Wanted<'_> {
        self.links.get(index).map_or_else(|| Wanted::wiki(""), |link| self.wanted_by(link.target as usize))
    }

    /// The distinct targets of the links, in order of appearance.
    pub fn distinct_targets(&self) -> impl Iterator<Item = &str> {
        self.targets.iter().map(|target| target.name.as_str())
    }

    /// The links with a distinct target, by index.
    pub(super) fn links_to(&self, target: usize) -> impl Iterator<Item = usize> {
        self.links.iter().enumerate().filter(move |(_, link)| link.target as usize == target).map(|(i, _)| i)
    }

    fn target_at(&self, target: usize) -> &str {
        self.targets.get(target).map_or("", |target| target.name.as_str())
    }

    /// The names of files that the links may name.
    pub(super) fn file_names(&self) -> impl Iterator<Item = &str> {
        self.targets.iter().flat_map(TargetFact::readings).map(last_segment)
    }

    /// Where the index files this note's links.
    pub(super) fn filed_links(&self, settings: &Settings) -> impl Iterator<Item = (Key, Spelling)> {
        self.targets.iter().flat_map(|target| target.filed(settings))
    }

    /// The title.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref().map(Name::as_str)
    }

    /// The aliases.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.iter().map(|name| name.as_str())
    }

    /// The title and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.interned_names().map(|name| name.as_str())
    }

    /// The title and the aliases.
    pub(super) fn interned_names(&self) -> impl Iterator<Item = &Arc<Name>> {
        self.title.iter().chain(&self.aliases)
    }

    /// Videos that the note cites or links to; sorted, distinct.
    pub(super) fn video_keys(&self) -> Vec<Key> {
        let linked = self.video_links.iter().map(|link| self.video_of(link));
        sorted(self.video.iter().map(|video| &**video).chain(linked).map(video_key).collect())
    }

    /// Tags in the form in which they are compared; sorted, distinct.
    pub(super) fn tag_keys(&self) -> Vec<Key> {
        // A note with `a/b` has the tag `a` too: tags are a hierarchy.
        let all = self.tags.iter().flat_map(|tag| ancestry(TAG, &caseless(tag)).collect::<Vec<_>>());
        sorted(all.collect())
    }
}

/// The kind of keys that tags have.
const TAG: u8 = 3;

/// Where the index files a tag, caseless as it is compared.
pub(super) fn tag_key(tag: &str) -> Option<Key> {
    ancestry(TAG, tag).last()
}

/// Where the index files a video.
pub(super) fn video_key(video: &str) -> Key {
    Key::new(2, video)
}

pub(super) fn sorted(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_unstable();
    keys.dedup();
    keys
}
