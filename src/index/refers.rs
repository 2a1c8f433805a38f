//! What a note refers to: links, moments of videos, uses of tags.
use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::anchors::anchor_keys;
use super::compressed::Compressed;
use super::facts::{read_source, write_source};
use super::name::{Key, Slug};
use super::names::Keys;
use super::packed::{Reader, Writer};
use super::postings::Spelling;
use super::resolve::shortened;
use super::store::file_key;
use super::{Facts, Wanted};
use crate::settings::Settings;
use crate::sources::SourceId;
use crate::syntax::{Link, LinkKind, Note, is_time};
use crate::text::PathText;

/// A link of a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkFact<'f> {
    /// How it is written.
    pub kind: LinkKind,
    /// Its target as a name, decoded; empty for a link into its own note.
    pub target: Compressed<'f>,
    /// Decoded text behind `#`, and whether it names a block.
    pub anchor: Option<(&'f str, bool)>,
    /// Which of the distinct targets of the note that is.
    pub number: usize,
}

/// A markdown link to a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VideoLinkFact<'f> {
    /// The video.
    pub video: SourceId<'f>,
    /// Seconds from the video's start, where the link names them.
    pub moment: Option<u32>,
}

/// A target that links of a note have.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetFact<'f> {
    pub(super) name: Compressed<'f>,
    /// Whether markdown links have it, and not wikilinks.
    pub(super) markdown: bool,
    /// Where the index files it.
    pub(super) keys: TargetKeys,
    /// Whether it is a name that is compared as it is written, and not by its slug.
    exact: bool,
    /// Whether a link with it names a place in the note.
    anchored: bool,
    /// The same before percent-decoding, where that changes something.
    written: Option<&'f str>,
}

/// What tells a target from those that are written otherwise.
pub(super) type Written<'f> = (Compressed<'f>, bool);

/// Where the index files a target: the names that could answer to it are filed there too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
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

    /// The same, and whether `target` is a name alone that is compared as it is written.
    fn of_kept(target: &str, settings: &Settings) -> (Self, bool) {
        if target.contains('/') || settings.note_stem(target).is_some() {
            return (Self::of(target, settings), false);
        }
        let keys = Keys::of(target);
        (Self { name: (!target.is_empty()).then_some(keys.key), ..Self::default() }, !keys.is_folded())
    }

    /// All.
    pub(super) fn iter(self) -> impl Iterator<Item = Key> {
        self.name.into_iter().chain(self.whole).chain(self.other)
    }
}

/// What is kept of a target beside its name and the key of it.
#[derive(Clone, Copy, Default)]
struct OddTarget<'f> {
    target: usize,
    markdown: bool,
    exact: bool,
    anchored: bool,
    whole: Option<Key>,
    other: Option<Key>,
    written: Option<&'f str>,
}

impl<'f> OddTarget<'f> {
    fn write(&self, out: &mut Writer) {
        out.count(self.target);
        let Self { markdown, exact, anchored, whole, other, written, .. } = self;
        let flags = [*markdown, *exact, whole.is_some(), other.is_some(), written.is_some(), *anchored];
        out.number(flags.into_iter().zip(0..).map(|(flag, bit)| u32::from(flag) << bit).sum());
        [whole, other].into_iter().flatten().for_each(|key| out.hash(key.number()));
        written.iter().for_each(|written| out.text(written));
    }

    fn read(reader: &mut Reader<'f>) -> Self {
        let (target, flags) = (reader.count(), reader.number());
        let flag = |bit: u32| flags >> bit & 1 == 1;
        let mut key = |bit| flag(bit).then(|| Key::from_number(reader.hash()));
        let (whole, other) = (key(2), key(3));
        let written = flag(4).then(|| reader.text());
        Self { target, markdown: flag(0), exact: flag(1), anchored: flag(5), whole, other, written }
    }
}

/// Writes what `note` refers to.
pub(super) fn write(
    out: &mut Writer,
    text: &str,
    note: &Note,
    settings: &Settings,
    citations: &[u32],
    tag_uses: &[usize],
) {
    out.count(note.video_links.len());
    for link in &note.video_links {
        write_source(out, Some(link.source(text)));
        out.number(link.moment.map_or(0, |moment| moment.saturating_add(1)));
    }
    out.count(citations.len());
    let mut last = 0;
    for &moment in citations {
        out.difference(last, moment);
        last = moment;
    }
    out.count(tag_uses.len());
    tag_uses.iter().for_each(|tag| out.count(*tag));

    let (mut targets, mut odd): (Vec<(Cow<str>, u32)>, Vec<OddTarget>) = Default::default();
    let with_anchor = note.links.iter().filter(|link| link.anchor.is_some());
    let with_anchor: FxHashSet<(&str, bool)> = with_anchor.map(|link| written(link, text)).collect();
    let (mut links, mut anchors) = (Vec::with_capacity(note.links.len()), Vec::new());
    let mut spellings = Vec::new();
    // As they are written: one target in two spellings may be two.
    let mut seen: FxHashMap<(&str, bool), usize> = FxHashMap::default();
    for link in &note.links {
        // A link's anchor is kept for every link, its target once: notes repeat targets.
        let target = *seen.entry(written(link, text)).or_insert_with(|| {
            let wanted = Wanted::of(link, text);
            let other = wanted.written.as_deref().or_else(|| wanted.shortened());
            let other = other.and_then(|other| TargetKeys::of(other, settings).name);
            let (keys, exact) = TargetKeys::of_kept(&wanted.name, settings);
            let (target, markdown) = (targets.len(), wanted.markdown);
            let anchored = !with_anchor.is_empty() && with_anchor.contains(&written(link, text));
            if markdown || exact || anchored || keys.whole.is_some() || other.is_some() {
                let whole = keys.whole;
                odd.push(OddTarget { target, markdown, exact, anchored, whole, other, written: None });
                spellings.push(wanted.written);
            }
            targets.push((wanted.name, keys.name.map_or(0, Key::number)));
            target
        });
        let anchor = link.anchor.as_ref().zip(link.anchor_text(text));
        anchors.extend(anchor.map(|(anchor, text)| (links.len(), anchor.block, text)));
        links.push((link.kind, target));
    }
    out.count(odd.len());
    for (odd, written) in odd.into_iter().zip(&spellings) {
        OddTarget { written: written.as_deref(), ..odd }.write(out);
    }
    out.count(targets.len());
    for (name, key) in &targets {
        out.compressed(name);
        out.hash(*key);
    }
    out.count(note.channel.and_then(|channel| links.get(channel)).map_or(0, |&(_, target)| target + 1));
    out.count(links.len());
    for (kind, target) in links {
        let kind = KINDS.iter().position(|known| *known == kind).unwrap_or_default();
        out.count(target * KINDS.len() + kind);
    }
    out.count(anchors.len());
    for (link, block, text) in anchors {
        out.count(link);
        out.count(usize::from(block));
        out.text(&text);
    }
}

/// The target of a link as it is written, and in which brackets.
fn written<'t>(link: &Link, text: &'t str) -> (&'t str, bool) {
    (link.target.of(text), link.is_wiki())
}

/// The kinds of links, by the numbers that stand for them.
const KINDS: [LinkKind; 5] =
    [LinkKind::Wiki, LinkKind::Embed, LinkKind::Markdown, LinkKind::Image, LinkKind::Definition];

/// The number of its target, and how it is written.
fn read_link(reader: &mut Reader<'_>) -> (usize, LinkKind) {
    let packed = reader.count();
    (packed / KINDS.len(), KINDS.get(packed % KINDS.len()).copied().unwrap_or(LinkKind::Wiki))
}

fn read_target<'f>(reader: &mut Reader<'f>) -> (Compressed<'f>, Key) {
    (reader.compressed(), Key::from_number(reader.hash()))
}

fn read_anchor<'f>(reader: &mut Reader<'f>) -> (usize, bool, &'f str) {
    (reader.count(), reader.number() == 1, reader.text())
}

fn read_video_link<'f>(reader: &mut Reader<'f>) -> VideoLinkFact<'f> {
    let video = read_source(reader).unwrap_or(SourceId { kind: u8::MAX, id: "" });
    VideoLinkFact { video, moment: reader.number().checked_sub(1) }
}

impl Facts {
    /// Markdown links to videos, in order.
    pub fn video_links(&self) -> impl Iterator<Item = VideoLinkFact<'_>> {
        self.refers().list(read_video_link)
    }

    /// The seconds of the timestamps that name a moment of the note's own video, in order.
    pub fn citations(&self) -> impl Iterator<Item = u32> {
        let mut reader = self.refers();
        reader.skip(read_video_link);
        let mut last = 0;
        reader.list(move |reader| {
            last = reader.difference(last);
            last
        })
    }

    /// For every use of a tag, in order, its index in [`Facts::tags`].
    pub fn tag_uses(&self) -> impl Iterator<Item = usize> {
        let mut reader = self.refers();
        reader.skip(read_video_link);
        reader.skip(Reader::number);
        reader.list(Reader::count)
    }

    /// What is kept of some targets beside their names, and all behind it.
    fn packed_targets(&self) -> Reader<'_> {
        let mut reader = self.refers();
        reader.skip(read_video_link);
        reader.skip(Reader::number);
        reader.skip(Reader::number);
        reader
    }

    /// The distinct targets of the links, in order of appearance.
    pub(super) fn targets(&self) -> impl Iterator<Item = TargetFact<'_>> {
        let mut targets = Targets::new(self);
        std::iter::from_fn(move || targets.next())
    }

    /// The links with the targets that `wanted` takes, in one walk through what is kept of them; nothing where it
    /// takes none.
    pub(super) fn with_targets<'f>(
        &'f self,
        mut wanted: impl FnMut(TargetFact<'f>) -> bool,
    ) -> Option<WithTargets<'f>> {
        let (mut targets, mut numbers) = (Targets::new(self), Vec::new());
        let mut number = 0;
        while let Some(target) = targets.next() {
            if wanted(target) {
                numbers.push(number);
            }
            number += 1;
        }
        (!numbers.is_empty()).then_some(WithTargets { numbers, behind: targets.reader })
    }

    /// The distinct targets of the links, in order of appearance.
    pub fn distinct_targets(&self) -> impl Iterator<Item = Compressed<'_>> {
        let mut reader = self.packed_targets();
        reader.skip(OddTarget::read);
        reader.list(|reader| read_target(reader).0)
    }

    /// The target of the channel link, and all behind it.
    fn packed_links(&self) -> (Option<usize>, Reader<'_>) {
        let mut reader = self.packed_targets();
        reader.skip(OddTarget::read);
        reader.skip(read_target);
        (reader.count().checked_sub(1), reader)
    }

    /// The target of the channel link.
    pub fn channel_target(&self) -> Option<Cow<'_, str>> {
        let name = self.distinct_targets().nth(self.packed_links().0?)?;
        (!name.is_empty()).then(|| name.text())
    }

    /// The number of links.
    pub fn link_count(&self) -> usize {
        self.packed_links().1.count()
    }

    /// Links, in order.
    pub fn links(&self) -> impl Iterator<Item = LinkFact<'_>> {
        let links = self.packed_links().1;
        let mut behind = links;
        behind.skip(Reader::number);
        let mut anchors = behind.list(read_anchor).peekable();
        // A target is numbered where it appears first.
        let mut targets = self.distinct_targets();
        let mut names = Vec::with_capacity(targets.size_hint().0);
        links.list(read_link).enumerate().map(move |(at, (number, kind))| {
            while names.len() <= number
                && let Some(name) = targets.next()
            {
                names.push(name);
            }
            let anchor = anchors.next_if(|(link, ..)| *link == at);
            LinkFact {
                kind,
                target: names.get(number).copied().unwrap_or(Compressed::plain("")),
                anchor: anchor.map(|(_, block, text)| (text, block)),
                number,
            }
        })
    }

    /// The links with some of the targets, told by their numbers, each with which of the [links](Self::links) it is.
    pub fn links_to(&self, is_wanted: impl Fn(usize) -> bool) -> impl Iterator<Item = (usize, LinkFact<'_>)> {
        let links = self.packed_links().1;
        let mut behind = links;
        behind.skip(Reader::number);
        let mut anchors = behind.list(read_anchor).peekable();
        let targets = self.distinct_targets().enumerate().filter(|(number, _)| is_wanted(*number));
        let targets: FxHashMap<usize, Compressed<'_>> = targets.collect();
        links.list(read_link).enumerate().filter_map(move |(at, (number, kind))| {
            let target = *targets.get(&number)?;
            while anchors.next_if(|(link, ..)| *link < at).is_some() {}
            let anchor = anchors.next_if(|(link, ..)| *link == at);
            Some((
                at,
                LinkFact { kind, target, anchor: anchor.map(|(_, block, text)| (text, block)), number },
            ))
        })
    }

    /// The anchors of links to notes by name: the target, the text behind `#`, whether that names a block, and
    /// whether the link is a markdown link.
    fn anchored(&self) -> impl Iterator<Item = (usize, &str, bool, bool)> {
        let links = self.packed_links().1;
        let mut behind = links;
        behind.skip(Reader::number);
        let mut links = links.list(read_link).enumerate();
        behind.list(read_anchor).filter_map(move |(at, block, text)| {
            let (_, (target, kind)) = links.find(|(own, _)| *own == at)?;
            Some((target, text, block, !matches!(kind, LinkKind::Wiki | LinkKind::Embed)))
        })
    }

    /// Where the index files the anchors of this note's links to others: as the links, and by the anchor.
    pub(super) fn filed_anchors(&self, settings: &Settings) -> Vec<(Key, Spelling)> {
        let mut anchored = self.anchored().peekable();
        if anchored.peek().is_none() {
            return Vec::new();
        }
        let targets: Vec<TargetFact> = self.targets().collect();
        let filed = anchored.filter_map(|(target, text, block, markdown)| {
            let target = targets.get(target).filter(|target| !target.name.is_empty())?;
            let keys = anchor_keys(text, block, markdown).into_iter();
            Some(keys.flat_map(|anchor| {
                target.filed(settings).map(move |(key, spelling)| (key.with(anchor), spelling))
            }))
        });
        filed.flatten().collect()
    }

    /// What link `index` says of the place it leads to.
    pub fn wanted(&self, index: usize) -> Wanted<'_> {
        let link = self.packed_links().1.list(read_link).nth(index);
        let target = link.and_then(|(number, _)| self.targets().nth(number));
        target.map_or_else(|| Wanted::wiki(""), TargetFact::wanted)
    }

    /// Where the index files this note's links.
    pub(super) fn filed_links(&self, settings: &Settings) -> impl Iterator<Item = (Key, Spelling)> {
        self.targets().flat_map(|target| target.filed(settings))
    }
}

/// The targets of a note, one behind the other.
struct Targets<'f> {
    odd: Reader<'f>,
    /// Of these, how many are left, and the next.
    odd_left: usize,
    next_odd: Option<OddTarget<'f>>,
    /// At the next target; behind the last one, at the links.
    reader: Reader<'f>,
    at: usize,
    count: usize,
}

impl<'f> Targets<'f> {
    fn new(facts: &'f Facts) -> Self {
        let mut odd = facts.packed_targets();
        let mut reader = odd;
        reader.skip(OddTarget::read);
        let mut targets =
            Self { odd_left: odd.count(), odd, next_odd: None, at: 0, count: reader.count(), reader };
        targets.read_odd();
        targets
    }

    fn read_odd(&mut self) {
        let left = self.odd_left.checked_sub(1);
        self.odd_left = left.unwrap_or(0);
        self.next_odd = left.map(|_| OddTarget::read(&mut self.odd));
    }

    fn next(&mut self) -> Option<TargetFact<'f>> {
        if self.at == self.count {
            return None;
        }
        let (name, key) = read_target(&mut self.reader);
        let odd = self.next_odd.filter(|odd| odd.target == self.at);
        if odd.is_some() {
            self.read_odd();
        }
        self.at += 1;
        let key = (!name.is_empty()).then_some(key);
        let OddTarget { markdown, exact, anchored, whole, other, written, .. } = odd.unwrap_or_default();
        let keys = TargetKeys { name: key, whole, other };
        Some(TargetFact { name, markdown, keys, exact, anchored, written })
    }
}

/// Links with some of the targets of a note.
pub(super) struct WithTargets<'f> {
    /// The targets, by number.
    numbers: Vec<usize>,
    /// What is kept behind the targets.
    behind: Reader<'f>,
}

impl WithTargets<'_> {
    /// The links, by index.
    pub(super) fn links(&self) -> impl Iterator<Item = usize> {
        let mut behind = self.behind;
        behind.count(); // the channel
        let links = behind.list(read_link).enumerate();
        links.filter(|(_, (number, _))| self.numbers.contains(number)).map(|(at, _)| at)
    }
}

impl LinkFact<'_> {
    /// Whether it is a link into its own note.
    pub fn is_own(self) -> bool {
        self.target.is_empty()
    }

    /// Whether it is a time in the brackets of a wikilink: no link where no note has that name.
    pub fn may_be_time(&self) -> bool {
        matches!(self.kind, LinkKind::Wiki | LinkKind::Embed)
            && self.anchor.is_none()
            && is_time(&self.target.text())
    }
}

impl<'f> TargetFact<'f> {
    /// It as a name, decoded; empty for a link into its own note.
    pub(super) fn name(self) -> Cow<'f, str> {
        self.name.text()
    }

    /// What it says: as it is decoded, before that, and shorter.
    fn readings(self) -> impl Iterator<Item = Cow<'f, str>> {
        let name = self.name();
        let shortened = shortened(&name, self.markdown).map(|name| Cow::Owned(name.to_owned()));
        [Some(name), self.written.map(Cow::Borrowed), shortened].into_iter().flatten()
    }

    /// The keys of files that it may be.
    pub(super) fn file_keys(self) -> impl Iterator<Item = Key> {
        self.readings().map(|reading| file_key(last_segment(&reading)))
    }

    /// Whether the index may file it under such a key of a name: seen without a look at the target.
    pub(super) fn may_be_filed(self, is_wanted: impl FnMut(Key) -> bool) -> bool {
        self.keys.other.is_some() || self.keys.iter().any(is_wanted)
    }

    /// Whether the index files it under `key` in one spelling.
    pub(super) fn is_filed(self, key: Key, spelling: Spelling, settings: &Settings) -> bool {
        self.may_be_filed(|own| own == key) && self.filed(settings).any(|own| own == (key, spelling))
    }

    /// Where the index files it: in each reading, by its name and as a title with a `/` in it.
    pub(super) fn filed(self, settings: &Settings) -> impl Iterator<Item = (Key, Spelling)> {
        let is_plain = self.keys.other.is_none() && self.keys.whole.is_none() && !self.exact;
        let name = self.name();
        let is_plain = is_plain && settings.note_stem(&name).is_none();
        let plain = self.keys.name.filter(|_| is_plain).map(|key| (key, Spelling::of(&name)));
        // A target with an extension may lead to a file.
        let names_only_notes = is_plain && !self.markdown && !name.contains('.');
        let others = (!is_plain).then(|| self.readings()).into_iter().flatten();
        let others = others.flat_map(|reading| {
            let keys = TargetKeys::of(&reading, settings);
            let bare = settings.note_stem(&reading).unwrap_or(&reading);
            let name = keys.name.map(|key| (key, Spelling::of_target(bare)));
            // The slug would not find a file by it: it is empty, or regards case.
            let is_file = keys.name.is_some() && !matches!(Slug::of(bare.file_name()), Slug::Folded(_));
            let file = is_file.then(|| (file_key(last_segment(&reading)), Spelling::PATH));
            [name, keys.whole.map(|key| (key, Spelling::PATH)), file]
        });
        let filed = plain.into_iter().chain(others.flatten());
        filed.map(move |(key, spelling)| (key, spelling.of_links(names_only_notes, self.anchored)))
    }

    /// What links with it say of the place they lead to.
    pub(super) fn wanted(self) -> Wanted<'f> {
        Wanted { name: self.name(), written: self.written.map(Cow::Borrowed), markdown: self.markdown }
    }

    /// How it is written.
    pub(super) fn as_written(self) -> Written<'f> {
        (self.written.map_or(self.name, Compressed::plain), self.markdown)
    }
}

/// The last segment of a target, also where a `/` stands behind it.
fn last_segment(target: &str) -> &str {
    target.trim_end_matches('/').file_name()
}
