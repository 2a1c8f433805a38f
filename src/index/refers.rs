//! What a note refers to: links, moments of videos, uses of tags.
use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::name::{Key, Slug};
use super::names::intern;
use super::packed::{Reader, Writer};
use super::postings::Spelling;
use super::resolve::shortened;
use super::store::file_key;
use super::{Facts, Name, Wanted};
use crate::settings::Settings;
use crate::syntax::{LinkKind, Note, is_time};
use crate::text::PathText;

/// A link of a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkFact<'f> {
    /// How it is written.
    pub kind: LinkKind,
    /// Its target as a name, decoded; empty for a link into its own note.
    pub target: &'f str,
    /// Decoded text behind `#`, and whether it names a block.
    pub anchor: Option<(&'f str, bool)>,
    /// Which of the distinct targets of the note that is.
    pub(super) number: usize,
}

/// A markdown link to a video.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VideoLinkFact<'f> {
    /// The video's id.
    pub video: &'f str,
    /// Seconds from the video's start, where the link names them.
    pub moment: Option<u32>,
}

/// A target that links of a note have.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetFact<'f> {
    pub(super) name: &'f Name,
    /// The same before percent-decoding, where that changes something.
    pub(super) written: Option<&'f Name>,
    /// Whether markdown links have it, and not wikilinks.
    pub(super) markdown: bool,
    /// Where the index files it.
    pub(super) keys: TargetKeys,
}

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

    /// Those of a target that is kept, which mostly has them already.
    fn of_kept(target: &Name, settings: &Settings) -> Self {
        match target.contains('/') || settings.note_stem(target).is_some() {
            true => Self::of(target, settings),
            false => Self::of_name(target),
        }
    }

    /// The keys of most targets: a name alone.
    fn of_name(name: &Name) -> Self {
        Self { name: (!name.is_empty()).then(|| name.key()), whole: None, other: None }
    }

    /// All.
    pub(super) fn iter(self) -> impl Iterator<Item = Key> {
        self.name.into_iter().chain(self.whole).chain(self.other)
    }
}

/// A target of which more is kept than its name.
#[derive(Default)]
struct OddTarget {
    target: usize,
    keys: TargetKeys,
    markdown: bool,
    /// Whether it has another spelling: the next of those that stand behind the targets.
    written: bool,
}

impl OddTarget {
    fn write(&self, out: &mut Writer) {
        out.count(self.target);
        let keys = [self.keys.name, self.keys.whole, self.keys.other];
        let flags = [self.markdown, self.written].into_iter().chain(keys.iter().map(Option::is_some));
        out.number(flags.zip(0..).map(|(flag, bit)| u32::from(flag) << bit).sum());
        keys.into_iter().flatten().for_each(|key| out.number(key.number()));
    }

    fn read(reader: &mut Reader<'_>) -> Self {
        let (target, flags) = (reader.count(), reader.number());
        let flag = |bit: u32| flags >> bit & 1 == 1;
        let mut key = |bit| flag(bit).then(|| Key::from_number(reader.number()));
        let keys = TargetKeys { name: key(2), whole: key(3), other: key(4) };
        Self { target, keys, markdown: flag(0), written: flag(1) }
    }
}

/// Writes what `note` refers to, and adds the targets of its links to `names`.
pub(super) fn write(
    out: &mut Writer,
    names: &mut Vec<Name>,
    text: &str,
    note: &Note,
    settings: &Settings,
    citations: &[u32],
    tag_uses: &[usize],
) {
    out.count(note.video_links.len());
    for link in &note.video_links {
        out.text(link.video.of(text));
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

    let (mut targets, mut spellings, mut odd): (usize, Vec<Name>, Vec<OddTarget>) = Default::default();
    let (mut links, mut anchors) = (Vec::with_capacity(note.links.len()), Vec::new());
    // As they are written: one target in two spellings may be two.
    let mut seen: FxHashMap<(&str, bool), usize> = FxHashMap::default();
    for link in &note.links {
        // A link's anchor is kept for every link, its target once: notes repeat targets.
        let target = *seen.entry((link.target.of(text), link.is_wiki())).or_insert_with(|| {
            let wanted = Wanted::of(link, text);
            let name = intern(&wanted.name);
            let other = wanted.written.as_deref().or_else(|| wanted.shortened());
            let other = other.and_then(|other| TargetKeys::of(other, settings).name);
            let keys = TargetKeys { other, ..TargetKeys::of_kept(&name, settings) };
            let written = wanted.written.as_deref().map(intern);
            if wanted.markdown || written.is_some() || keys != TargetKeys::of_name(&name) {
                odd.push(OddTarget {
                    target: targets,
                    keys,
                    markdown: wanted.markdown,
                    written: written.is_some(),
                });
            }
            spellings.extend(written);
            names.push(name);
            targets += 1;
            targets - 1
        });
        let anchor = link.anchor.as_ref().zip(link.anchor_text(text));
        anchors.extend(anchor.map(|(anchor, text)| (links.len(), anchor.block, text)));
        links.push((link.kind, target));
    }
    names.append(&mut spellings);
    out.count(targets);
    out.count(odd.len());
    odd.iter().for_each(|odd| odd.write(out));
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

/// The kinds of links, by the numbers that stand for them.
const KINDS: [LinkKind; 5] =
    [LinkKind::Wiki, LinkKind::Embed, LinkKind::Markdown, LinkKind::Image, LinkKind::Definition];

fn read_anchor<'f>(reader: &mut Reader<'f>) -> (usize, bool, &'f str) {
    (reader.count(), reader.number() == 1, reader.text())
}

fn read_video_link<'f>(reader: &mut Reader<'f>) -> VideoLinkFact<'f> {
    VideoLinkFact { video: reader.text(), moment: reader.number().checked_sub(1) }
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

    /// The number of targets, and all behind it.
    fn packed_targets(&self) -> (usize, Reader<'_>) {
        let mut reader = self.refers();
        reader.skip(read_video_link);
        reader.skip(Reader::number);
        reader.skip(Reader::number);
        (reader.count(), reader)
    }

    /// The distinct targets of the links, in order of appearance.
    pub(super) fn targets(&self) -> impl Iterator<Item = TargetFact<'_>> {
        let (count, reader) = self.packed_targets();
        let (targets, spellings) = self.all_names().1.split_at_checked(count).unwrap_or_default();
        let mut odd = reader.list(OddTarget::read).peekable();
        let mut spellings = spellings.iter();
        targets.iter().enumerate().map(move |(at, name)| match odd.next_if(|odd| odd.target == at) {
            Some(OddTarget { keys, markdown, written, .. }) => {
                let written = if written { spellings.next() } else { None };
                TargetFact { name, written, markdown, keys }
            }
            None => TargetFact { name, written: None, markdown: false, keys: TargetKeys::of_name(name) },
        })
    }

    /// The distinct targets of the links, in order of appearance.
    pub fn distinct_targets(&self) -> impl Iterator<Item = &str> {
        let (count, _) = self.packed_targets();
        self.all_names().1.iter().take(count).map(|name| name.as_str())
    }

    /// The target of the channel link, and all behind it.
    fn packed_links(&self) -> (Option<usize>, Reader<'_>) {
        let (_, mut reader) = self.packed_targets();
        reader.skip(OddTarget::read);
        (reader.count().checked_sub(1), reader)
    }

    /// The target of the channel link.
    pub fn channel_target(&self) -> Option<&str> {
        let name = self.all_names().1.get(self.packed_links().0?)?;
        Some(name.as_str()).filter(|target| !target.is_empty())
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
        let names = self.all_names().1;
        links.list(Reader::count).enumerate().map(move |(at, packed)| {
            let (number, kind) = (packed / KINDS.len(), packed % KINDS.len());
            let anchor = anchors.next_if(|(link, ..)| *link == at);
            LinkFact {
                kind: KINDS.get(kind).copied().unwrap_or(LinkKind::Wiki),
                target: names.get(number).map_or("", |name| name.as_str()),
                anchor: anchor.map(|(_, block, text)| (text, block)),
                number,
            }
        })
    }

    /// What link `index` says of the place it leads to.
    pub fn wanted(&self, index: usize) -> Wanted<'_> {
        let target = self.links().nth(index).and_then(|link| self.targets().nth(link.number));
        target.map_or_else(|| Wanted::wiki(""), TargetFact::wanted)
    }

    /// The links with a distinct target, by index.
    pub(super) fn links_to(&self, target: usize) -> impl Iterator<Item = usize> {
        self.links().enumerate().filter(move |(_, link)| link.number == target).map(|(at, _)| at)
    }

    /// The distinct targets that the index files under `key` in one spelling, by index.
    pub(super) fn targets_filed(
        &self,
        key: Key,
        spelling: Spelling,
        settings: &Settings,
    ) -> impl Iterator<Item = (usize, TargetFact<'_>)> {
        let may_be = move |target: &TargetFact| {
            target.keys.other.is_some() || target.keys.iter().any(|own| own == key)
        };
        let is_filed = move |target: &TargetFact| target.filed(settings).any(|own| own == (key, spelling));
        self.targets().enumerate().filter(move |(_, target)| may_be(target) && is_filed(target))
    }

    /// The names of files that the links may name.
    pub(super) fn file_names(&self) -> impl Iterator<Item = &str> {
        self.targets().flat_map(TargetFact::readings).map(last_segment)
    }

    /// Where the index files this note's links.
    pub(super) fn filed_links(&self, settings: &Settings) -> impl Iterator<Item = (Key, Spelling)> {
        self.targets().flat_map(|target| target.filed(settings))
    }
}

impl LinkFact<'_> {
    /// Whether it is a time in the brackets of a wikilink: no link where no note has that name.
    pub fn may_be_time(&self) -> bool {
        matches!(self.kind, LinkKind::Wiki | LinkKind::Embed) && self.anchor.is_none() && is_time(self.target)
    }
}

impl<'f> TargetFact<'f> {
    /// What it says: as it is decoded, before that, and shorter.
    fn readings(self) -> impl Iterator<Item = &'f str> {
        let shortened = shortened(self.name, self.markdown);
        [Some(self.name.as_str()), self.written.map(|name| name.as_str()), shortened].into_iter().flatten()
    }

    /// Where the index files it: in each reading, by its name and as a title with a `/` in it.
    fn filed(self, settings: &Settings) -> impl Iterator<Item = (Key, Spelling)> {
        let is_plain = self.keys.other.is_none() && self.keys.whole.is_none() && self.name.is_folded();
        let is_plain = is_plain && settings.note_stem(self.name).is_none();
        let plain = self.keys.name.filter(|_| is_plain).map(|key| (key, Spelling::of(self.name)));
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

    /// What links with it say of the place they lead to.
    pub(super) fn wanted(self) -> Wanted<'f> {
        Wanted {
            name: Cow::Borrowed(self.name),
            written: self.written.map(|written| Cow::Borrowed(written.as_str())),
            markdown: self.markdown,
        }
    }

    /// As it is written.
    pub(super) fn as_written(self) -> &'f str {
        self.written.unwrap_or(self.name)
    }
}

/// The last segment of a target, also where a `/` stands behind it.
fn last_segment(target: &str) -> &str {
    target.trim_end_matches('/').file_name()
}
