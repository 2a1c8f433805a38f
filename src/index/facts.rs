use rustc_hash::FxHashMap;

use super::Name;
use super::anchors::obsidian_spelling;
use super::minutes::Moments;
use super::name::{Key, ancestry, caseless};
use super::names::intern;
use super::packed::{Reader, Writer};
use super::places;
use super::refers::{self, VideoLinkFact};
use crate::settings::Settings;
use crate::syntax::{Heading, Note};
use crate::text::Span;

/// What is kept of every note of a vault, in three allocations. Three parts: what the note *defines* (names,
/// headings, blocks, tags), what it *refers to* (links, moments of videos), and *where* all of that stands.
/// An edit that leaves the first part equal concerns no other note, and one that changes only the third costs
/// the index nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// The title if there is one, the aliases, the distinct targets of links, and what
    /// [`refers`] says of their spelling before percent-decoding.
    names: Box<[Name]>,
    /// The three parts, one behind the other.
    packed: Box<str>,
    /// Where the second part begins, and the third.
    parts: [u32; 2],
}

/// A heading of a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeadingFact<'f> {
    /// 1 to 6.
    pub level: u8,
    /// Its rendered text.
    pub text: &'f str,
}

impl Facts {
    /// The facts of a parsed note.
    pub fn new(text: &str, note: &Note, settings: &Settings) -> Self {
        let front_matter = note.front_matter.as_ref();
        let title =
            front_matter.and_then(|f| f.title.as_ref()).map(|title| (title.text.as_str(), title.span));
        let heading = || note.title_heading(text).map(|h| (h.text.as_str(), h.span));
        let is_name = |(title, _): &(&str, Span)| !title.trim().is_empty();
        let title = title.filter(is_name).or_else(heading).filter(is_name);
        let aliases = front_matter.map_or(&[][..], |f| &f.aliases).iter().map(|alias| alias.text.as_str());
        let mut names: Vec<Name> = title.iter().map(|(title, _)| *title).chain(aliases).map(intern).collect();
        let video = front_matter.and_then(|f| f.video.as_ref()).map_or("", |video| video.text.as_str());

        let moments = Moments::of(text, note);
        let citations = note.timestamps.iter().filter(|_| !video.is_empty());
        let citations =
            citations.filter_map(|timestamp| Some((moments.get(text, timestamp)?, timestamp.span)));
        let (moments, cited): (Vec<u32>, Vec<Span>) = citations.unzip();

        let mut out = Writer::default();
        let tag_uses = write_defines(&mut out, text, note, (names.len(), title.is_some()), video);
        let defined = out.here();
        refers::write(&mut out, &mut names, text, note, settings, &moments, &tag_uses);
        let referred = out.here();
        places::write(&mut out, text, note, title.map(|(_, span)| span), &cited);
        Self { names: names.into(), packed: out.finish(), parts: [defined, referred] }
    }

    /// What it takes beside itself, but for the names, which notes share.
    #[cfg(test)]
    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.names) + self.packed.len()
    }

    /// What the note defines, packed.
    fn defines(&self) -> Reader<'_> {
        let [end, _] = self.parts;
        Reader::new(self.packed.get(..end as usize).unwrap_or(""))
    }

    /// What the note refers to, packed.
    pub(super) fn refers(&self) -> Reader<'_> {
        let [start, end] = self.parts;
        Reader::new(self.packed.get(start as usize..end as usize).unwrap_or(""))
    }

    /// Where all of it stands, packed.
    pub(super) fn packed_places(&self) -> &str {
        let [_, start] = self.parts;
        self.packed.get(start as usize..).unwrap_or("")
    }

    /// Whether both define and refer to the same, wherever that stands.
    pub(super) fn says_what(&self, other: &Self) -> bool {
        let says = |facts: &Self| -> usize {
            let [_, end] = facts.parts;
            end as usize
        };
        self.parts == other.parts
            && self.packed.get(..says(self)) == other.packed.get(..says(other))
            && self.names == other.names
    }

    /// The title, the aliases and the targets, as they are kept.
    pub(super) fn all_names(&self) -> (&[Name], &[Name]) {
        self.names.split_at_checked(self.defines().count() >> 1).unwrap_or_default()
    }

    /// The front-matter title, else a level-1 heading that the note begins with.
    pub fn title(&self) -> Option<&str> {
        self.names.first().filter(|_| self.has_title()).map(Name::as_str)
    }

    fn has_title(&self) -> bool {
        self.defines().count() & 1 == 1
    }

    /// The front-matter aliases.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.names().skip(usize::from(self.has_title()))
    }

    /// The title and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.interned_names().map(|name| name.as_str())
    }

    /// The title and the aliases.
    pub(super) fn interned_names(&self) -> impl Iterator<Item = &Name> {
        self.all_names().0.iter()
    }

    /// The id of the note's video.
    pub fn video(&self) -> Option<&str> {
        let mut reader = self.defines();
        reader.count();
        Some(reader.text()).filter(|video| !video.is_empty())
    }

    /// Distinct tags without `#`, in order of appearance.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let mut reader = self.defines();
        reader.count();
        reader.text();
        reader.list(Reader::text)
    }

    /// What links into the note can name, packed.
    fn anchors(&self) -> Reader<'_> {
        let mut reader = self.defines();
        reader.count();
        reader.text();
        reader.skip(Reader::text);
        reader
    }

    /// Headings, in order.
    pub fn headings(&self) -> impl Iterator<Item = HeadingFact<'_>> {
        self.anchors().list(read_heading)
    }

    /// Behind the headings, `lists` lists further.
    fn after_headings(&self, lists: usize) -> Reader<'_> {
        let mut reader = self.anchors();
        reader.skip(read_heading);
        for _ in 0..lists.min(2) {
            reader.skip(read_heading_name);
        }
        if lists > 2 {
            reader.skip(Reader::text);
        }
        reader
    }

    /// Explicit ids of headings, each with the heading's index.
    pub(super) fn heading_ids(&self) -> impl Iterator<Item = (usize, &str)> {
        self.after_headings(0).list(read_heading_name)
    }

    /// Other texts that Obsidian takes headings to have, each with the heading's index.
    pub(super) fn heading_spellings(&self) -> impl Iterator<Item = (usize, &str)> {
        self.after_headings(1).list(read_heading_name)
    }

    /// Ids and names of HTML elements, in order.
    pub fn element_ids(&self) -> impl Iterator<Item = &str> {
        self.after_headings(2).list(Reader::text)
    }

    /// Block ids without `^`, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        self.after_headings(3).list(Reader::text)
    }

    /// Whether links lead to the same places of the note as they do with the facts `other`.
    pub(super) fn has_anchors_of(&self, other: &Self) -> bool {
        self.anchors().rest() == other.anchors().rest()
    }

    /// Videos that the note cites or links to; sorted, distinct.
    pub(super) fn video_keys(&self) -> Vec<Key> {
        let linked = self.video_links().map(|VideoLinkFact { video, .. }| video);
        sorted(self.video().into_iter().chain(linked).map(video_key).collect())
    }

    /// Tags in the form in which they are compared; sorted, distinct.
    pub(super) fn tag_keys(&self) -> Vec<Key> {
        // A note with `a/b` has the tag `a` too: tags are a hierarchy.
        let all = self.tags().flat_map(|tag| ancestry(TAG, &caseless(tag)).collect::<Vec<_>>());
        sorted(all.collect())
    }
}

/// Writes what a note defines; of its names only how many there are, and whether the first is a title. Returns for every use of a tag the tag's index.
fn write_defines(
    out: &mut Writer,
    text: &str,
    note: &Note,
    (names, titled): (usize, bool),
    video: &str,
) -> Vec<usize> {
    out.count(names << 1 | usize::from(titled));
    out.text(video);
    let mut tags: FxHashMap<&str, usize> = FxHashMap::default();
    let mut distinct = Vec::new();
    let uses = note.tags.iter().map(|tag| tag.name.of(text)).map(|tag| {
        *tags.entry(tag).or_insert_with(|| {
            distinct.push(tag);
            distinct.len() - 1
        })
    });
    let uses = uses.collect();
    write_texts(out, &distinct);
    out.count(note.headings.len());
    for heading in &note.headings {
        out.number(u32::from(heading.level));
        out.text(&heading.text);
    }
    let ids = note.headings.iter().enumerate().filter_map(|(at, heading)| Some((at, heading.id?.of(text))));
    write_heading_names(out, &ids.collect::<Vec<_>>());
    let spellings = note.headings.iter().enumerate();
    let spellings = spellings.filter_map(|(at, heading)| Some((at, other_spelling(heading, text)?)));
    write_heading_names(out, &spellings.collect::<Vec<_>>());
    write_texts(out, &note.element_ids.iter().map(|element| element.id.of(text)).collect::<Vec<_>>());
    write_texts(out, &note.blocks.iter().map(|block| block.id.of(text)).collect::<Vec<_>>());
    uses
}

fn write_texts(out: &mut Writer, texts: &[&str]) {
    out.count(texts.len());
    texts.iter().for_each(|text| out.text(text));
}

fn write_heading_names(out: &mut Writer, names: &[(usize, impl AsRef<str>)]) {
    out.count(names.len());
    for (heading, name) in names {
        out.count(*heading);
        out.text(name.as_ref());
    }
}

/// What Obsidian takes for the text of a heading, where it is not only its rendered text.
fn other_spelling(heading: &Heading, text: &str) -> Option<String> {
    let raw = heading.content.of(text);
    let spelling = (raw != heading.text).then(|| obsidian_spelling(raw))?;
    (!spelling.is_empty() && spelling != obsidian_spelling(&heading.text)).then_some(spelling)
}

fn read_heading<'f>(reader: &mut Reader<'f>) -> HeadingFact<'f> {
    HeadingFact { level: u8::try_from(reader.number()).unwrap_or(u8::MAX), text: reader.text() }
}

fn read_heading_name<'f>(reader: &mut Reader<'f>) -> (usize, &'f str) {
    (reader.count(), reader.text())
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
