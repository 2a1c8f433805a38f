use rustc_hash::FxHashMap;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::anchors::obsidian_spelling;
use super::background::offer_processor;
use super::compressed::Compressed;
use super::minutes::Moments;
use super::name::{Key, ancestry, caseless};
use super::names::Name;
use super::packed::{Reader, Writer};
use super::places;
use super::refers::{self, VideoLinkFact};
use crate::settings::Settings;
use crate::sources::{SourceId, token_of};
use crate::syntax::{FrontMatter, Heading, Note};
use crate::text::{LineIndex, Span};

/// What is kept of every note of a vault, in a run of bytes. Three parts: what the note *defines* (names,
/// headings, blocks, tags), what it *refers to* (links, moments of videos), and *where* all of that stands.
/// An edit that leaves the first part equal concerns no other note, and one that changes only the third costs
/// the index nothing.
#[derive(Clone, Default)]
pub struct Facts {
    /// The parts, one behind the other; those of notes that are [kept together](Self::together) too.
    packed: Arc<Vec<u8>>,
    /// Where the parts begin, and where the last one ends.
    parts: [u32; 4],
}

/// A heading of a note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HeadingFact<'f> {
    /// 1 to 6.
    pub level: u8,
    /// Whether it is the title of the note.
    is_title: bool,
    text: Compressed<'f>,
}

impl<'f> HeadingFact<'f> {
    /// Its rendered text.
    pub fn text(self) -> Cow<'f, str> {
        self.text.text()
    }

    /// Its text as it is kept.
    pub fn kept(self) -> Compressed<'f> {
        self.text
    }
}

impl Facts {
    /// The facts of a parsed note.
    pub fn new(text: &str, note: &Note, settings: &Settings) -> Self {
        Self::with_lines(text, note, &LineIndex::new(text), settings)
    }

    /// The same for who knows the lines of `text`.
    pub fn with_lines(text: &str, note: &Note, lines: &LineIndex, settings: &Settings) -> Self {
        let front_matter = note.front_matter.as_ref();
        let title =
            front_matter.and_then(|f| f.title.as_ref()).map(|title| (title.text.as_str(), title.span));
        let heading = || note.title_heading(text).map(|h| (h.text.as_str(), h.span));
        let is_name = |(title, _): &(&str, Span)| !title.trim().is_empty();
        let title = title.filter(is_name).or_else(heading).filter(is_name);
        let aliases = front_matter.map_or(&[][..], |f| &f.aliases).iter().map(|alias| alias.text.as_str());
        let names: Vec<&str> = title.iter().map(|(title, _)| *title).chain(aliases).collect();
        let video = front_matter.and_then(FrontMatter::source);

        let moments = Moments::of(text, note);
        let citations = note.timestamps.iter().filter(|_| video.is_some());
        let citations =
            citations.filter_map(|timestamp| Some((moments.get(text, timestamp)?, timestamp.span)));
        let (moments, cited): (Vec<u32>, Vec<Span>) = citations.unzip();

        let mut out = Writer::for_items(note.links.len() + note.headings.len() + cited.len());
        let tag_uses = write_defines(&mut out, text, note, (&names, title.is_some()), video);
        let defined = out.here();
        offer_processor();
        refers::write(&mut out, text, note, settings, &moments, &tag_uses);
        let referred = out.here();
        offer_processor();
        places::write(&mut out, (text, lines), note, title.map(|(_, span)| span), &cited);
        let mut packed = out.finish();
        packed.shrink_to_fit();
        Self { parts: [0, defined, referred, end_of(&packed)], packed: Arc::new(packed) }
    }

    /// The same facts in one piece of memory: with less of it around them, and none in between that is lost
    /// to what is smaller. It is freed once none of them is used any more.
    pub fn together(facts: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut facts: Vec<Self> = facts.into_iter().collect();
        let mut all = Vec::with_capacity(facts.iter().map(|facts| facts.bytes().len()).sum());
        for one in &mut facts {
            let [start, ..] = one.parts;
            let moved = end_of(&all).wrapping_sub(start);
            all.extend_from_slice(one.bytes());
            one.parts = one.parts.map(|at| at.wrapping_add(moved));
        }
        let all = Arc::new(all);
        facts.iter_mut().for_each(|one| one.packed = Arc::clone(&all));
        facts
    }

    /// The parts one behind the other, and how many bytes each of them has: for who keeps them elsewhere.
    pub(crate) fn packed(&self) -> (&[u8], [u32; 3]) {
        let [start, defined, referred, end] = self.parts;
        (
            self.bytes(),
            [defined.wrapping_sub(start), referred.wrapping_sub(defined), end.wrapping_sub(referred)],
        )
    }

    /// Facts that were [packed](Self::packed), in one piece of memory like those that are [together](Self::together):
    /// those of one note behind those of another, as many bytes of each as are said.
    pub(crate) fn unpack(packed: Vec<u8>, notes: impl IntoIterator<Item = [u32; 3]>) -> Vec<Self> {
        let (packed, mut end) = (Arc::new(packed), 0_u32);
        let mut next = |length: u32| {
            end = end.saturating_add(length);
            end
        };
        let mut start = 0;
        let mut facts = |[defines, refers, places]: [u32; 3]| {
            let parts = [start, next(defines), next(refers), next(places)];
            [.., start] = parts;
            Self { packed: Arc::clone(&packed), parts }
        };
        notes.into_iter().map(&mut facts).collect()
    }

    /// Whether both are one, and not only equal.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.packed, &other.packed) && self.parts == other.parts
    }

    /// The bytes that it takes beside itself.
    pub(crate) fn len(&self) -> usize {
        self.bytes().len()
    }

    fn part(&self, start: u32, end: u32) -> &[u8] {
        self.packed.get(start as usize..end as usize).unwrap_or_default()
    }

    /// All parts.
    fn bytes(&self) -> &[u8] {
        let [start, .., end] = self.parts;
        self.part(start, end)
    }

    /// What the note defines, packed.
    fn defines(&self) -> Reader<'_> {
        let [start, end, ..] = self.parts;
        Reader::new(self.part(start, end))
    }

    /// What the note refers to, packed.
    pub(super) fn refers(&self) -> Reader<'_> {
        let [_, start, end, _] = self.parts;
        Reader::new(self.part(start, end))
    }

    /// Where all of it stands, packed.
    pub(super) fn packed_places(&self) -> &[u8] {
        let [.., start, end] = self.parts;
        self.part(start, end)
    }

    /// Whether both define and refer to the same, wherever that stands.
    pub(super) fn says_what(&self, other: &Self) -> bool {
        let defines = |facts: &Self| facts.defines().rest().len();
        let says = |facts: &Self| {
            let [start, _, end, _] = facts.parts;
            (start, end)
        };
        let ((start, end), (other_start, other_end)) = (says(self), says(other));
        defines(self) == defines(other) && self.part(start, end) == other.part(other_start, other_end)
    }

    /// The front-matter title, else a level-1 heading that the note begins with.
    pub fn title(&self) -> Option<&str> {
        self.own_names().next().filter(|_| self.has_title()).map(Name::as_str)
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
        self.own_names().map(Name::as_str)
    }

    /// The title and the aliases.
    pub(super) fn own_names(&self) -> impl Iterator<Item = Name<'_>> {
        let mut reader = self.defines();
        let count = reader.count() >> 1;
        (0..count).map(move |_| Name::read(&mut reader))
    }

    /// What stands behind the names, packed.
    fn behind_names(&self) -> Reader<'_> {
        let mut reader = self.defines();
        for _ in 0..reader.count() >> 1 {
            Name::skip(&mut reader);
        }
        reader
    }

    /// The note's source.
    pub fn video(&self) -> Option<SourceId<'_>> {
        read_source(&mut self.behind_names())
    }

    /// Distinct tags without `#`, in order of appearance.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let mut reader = self.behind_names();
        read_source(&mut reader);
        reader.list(Reader::text)
    }

    /// What links into the note can name, packed.
    fn anchors(&self) -> Reader<'_> {
        let mut reader = self.behind_names();
        read_source(&mut reader);
        reader.skip(Reader::bytes);
        reader
    }

    /// Headings, in order.
    pub fn headings(&self) -> impl Iterator<Item = HeadingFact<'_>> {
        let title = self.title();
        self.anchors().list(move |reader| read_heading(reader, title))
    }

    /// Those that are not the title, each with which of the headings it is: quicker, since the title is not read.
    pub fn headings_but_title(&self) -> impl Iterator<Item = (usize, HeadingFact<'_>)> {
        let headings = self.anchors().list(|reader| read_heading(reader, None));
        headings.enumerate().filter(|(_, heading)| !heading.is_title)
    }

    /// Behind the headings, `lists` lists further.
    fn after_headings(&self, lists: usize) -> Reader<'_> {
        let mut reader = self.anchors();
        reader.skip(skip_heading);
        if lists > 0 {
            reader.skip(read_heading_name);
        }
        if lists > 1 {
            reader.skip(Spelling::read);
        }
        if lists > 2 {
            reader.skip(Reader::bytes);
        }
        reader
    }

    /// Explicit ids of headings, each with the heading's index.
    pub(super) fn heading_ids(&self) -> impl Iterator<Item = (usize, &str)> {
        self.after_headings(0).list(read_heading_name)
    }

    /// Other texts that Obsidian takes headings to have, each with the heading's index.
    pub(super) fn heading_spellings(&self) -> impl Iterator<Item = (usize, String)> {
        let mut headings = self.headings().enumerate();
        self.after_headings(1).list(Spelling::read).filter_map(move |(at, spelling)| {
            let (_, heading) = headings.find(|(own, _)| *own == at)?;
            Some((at, spelling.of(&obsidian_spelling(&heading.text()))))
        })
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
        // A heading that is the title is not written twice.
        let is_same_title = || self.title() == other.title() || self.headings().eq(other.headings());
        self.anchors().rest() == other.anchors().rest() && is_same_title()
    }

    /// Videos that the note cites or links to; sorted, distinct.
    pub(super) fn video_keys(&self) -> Vec<Key> {
        let linked = self.video_links().map(|VideoLinkFact { video, .. }| video);
        sorted(self.video().into_iter().chain(linked).map(|source| video_key(source.id)).collect())
    }

    /// Tags in the form in which they are compared; sorted, distinct.
    pub(super) fn tag_keys(&self) -> Vec<Key> {
        // A note with `a/b` has the tag `a` too: tags are a hierarchy.
        let all = self.tags().flat_map(|tag| tag_ancestry(&caseless(tag)).collect::<Vec<_>>());
        sorted(all.collect())
    }
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.says_what(other) && self.packed_places() == other.packed_places()
    }
}

impl Eq for Facts {}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("names", &self.names().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

fn end_of(packed: &[u8]) -> u32 {
    u32::try_from(packed.len()).unwrap_or(u32::MAX)
}

/// Writes what a note defines, and whether the first of its names is a title. Returns for every use of a tag
/// the tag's index.
fn write_defines(
    out: &mut Writer,
    text: &str,
    note: &Note,
    (names, titled): (&[&str], bool),
    video: Option<SourceId<'_>>,
) -> Vec<usize> {
    out.count(names.len() << 1 | usize::from(titled));
    names.iter().for_each(|name| Name::new(name).write(out));
    write_source(out, video);
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
    let title = names.first().filter(|_| titled);
    for heading in &note.headings {
        let is_title = title.is_some_and(|title| *title == heading.text);
        out.number(u32::from(heading.level) | if is_title { IS_TITLE } else { 0 });
        if !is_title {
            out.compressed(&heading.text);
        }
    }
    let ids = note.headings.iter().enumerate().filter_map(|(at, heading)| Some((at, heading.id?.of(text))));
    let ids: Vec<_> = ids.collect();
    out.count(ids.len());
    for (heading, id) in ids {
        out.count(heading);
        out.text(id);
    }
    let spellings = note.headings.iter().enumerate();
    let spellings = spellings.filter_map(|(at, heading)| Some((at, other_spelling(heading, text)?)));
    let spellings: Vec<_> = spellings.collect();
    out.count(spellings.len());
    for (heading, (usual, other)) in &spellings {
        out.count(*heading);
        Spelling::new(usual, other).write(out);
    }
    write_texts(out, &note.element_ids.iter().map(|element| element.id.of(text)).collect::<Vec<_>>());
    write_texts(out, &note.blocks.iter().map(|block| block.id.of(text)).collect::<Vec<_>>());
    uses
}

fn write_texts(out: &mut Writer, texts: &[&str]) {
    out.count(texts.len());
    texts.iter().for_each(|text| out.text(text));
}

/// The spelling of a heading's rendered text, and what Obsidian also takes for its text, where that differs.
fn other_spelling(heading: &Heading, text: &str) -> Option<(String, String)> {
    let raw = heading.content.of(text);
    let spelling = (raw != heading.text).then(|| obsidian_spelling(raw))?;
    let usual = obsidian_spelling(&heading.text);
    (!spelling.is_empty() && spelling != usual).then_some((usual, spelling))
}

/// A spelling as far as it differs from the usual one.
struct Spelling<'f> {
    /// Bytes that both begin with, and end with.
    shared: [usize; 2],
    /// What stands between these.
    between: Compressed<'f>,
}

impl<'f> Spelling<'f> {
    fn new(usual: &str, other: &'f str) -> Self {
        let length = |pairs: &mut dyn Iterator<Item = (char, char)>| {
            pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>()
        };
        let start = length(&mut usual.chars().zip(other.chars()));
        let rest = |text: &'_ str| text.len() - start;
        let end = length(&mut usual.chars().rev().zip(other.chars().rev()));
        let end = if end <= rest(usual).min(rest(other)) { end } else { 0 };
        let between = other.get(start..other.len() - end).unwrap_or_default();
        Self { shared: [start, end], between: Compressed::plain(between) }
    }

    fn of(&self, usual: &str) -> String {
        let [start, end] = self.shared;
        let start = usual.get(..start).unwrap_or_default();
        let end = usual.get(usual.len().saturating_sub(end)..).unwrap_or_default();
        [start, &*self.between.text(), end].concat()
    }

    fn write(&self, out: &mut Writer) {
        self.shared.iter().for_each(|shared| out.count(*shared));
        out.compressed(&self.between.text());
    }

    /// With the index of the heading that it is of.
    fn read(reader: &mut Reader<'f>) -> (usize, Self) {
        let (heading, start, end) = (reader.count(), reader.count(), reader.count());
        (heading, Self { shared: [start, end], between: reader.compressed() })
    }
}

/// Beside the level of a heading: its text is the title.
const IS_TITLE: u32 = 8;

fn skip_heading(reader: &mut Reader<'_>) {
    if reader.number() & IS_TITLE == 0 {
        reader.compressed();
    }
}

fn read_heading<'f>(reader: &mut Reader<'f>, title: Option<&'f str>) -> HeadingFact<'f> {
    let level = reader.number();
    let is_title = level & IS_TITLE != 0;
    let text = if is_title { Compressed::plain(title.unwrap_or_default()) } else { reader.compressed() };
    HeadingFact { level: u8::try_from(level & (IS_TITLE - 1)).unwrap_or(u8::MAX), is_title, text }
}

fn read_heading_name<'f>(reader: &mut Reader<'f>) -> (usize, &'f str) {
    (reader.count(), reader.text())
}

/// The kind of keys that tags have.
const TAG: u8 = 3;

/// Where the index files a tag, caseless as it is compared.
pub(super) fn tag_key(tag: &str) -> Option<Key> {
    tag_ancestry(tag).last()
}

/// Where it files the tags above `tag`, and last itself.
pub(super) fn tag_ancestry(tag: &str) -> impl Iterator<Item = Key> {
    ancestry(TAG, tag)
}

/// Writes the source of a note or of a link: how its kind is counted, and its id.
pub(super) fn write_source(out: &mut Writer, source: Option<SourceId<'_>>) {
    out.number(source.map_or(0, |source| u32::from(source.kind) + 1));
    if let Some(source) = source {
        out.text(source.id);
    }
}

/// Reads what [`write_source`] wrote.
pub(super) fn read_source<'p>(reader: &mut Reader<'p>) -> Option<SourceId<'p>> {
    let kind = reader.number().checked_sub(1)?;
    Some(SourceId { kind: u8::try_from(kind).unwrap_or(u8::MAX), id: reader.text() })
}

/// Where the index files a source, and the sidecars that may be of it: by its id.
pub(super) fn video_key(video: &str) -> Key {
    Key::new(2, token_of(video))
}

pub(super) fn sorted(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
impl Facts {
    /// The facts of a note with the default settings.
    pub(super) fn of_text(text: &str) -> Self {
        let settings = Settings::default();
        Self::new(text, &crate::syntax::parse(text, &settings.syntax_options()), &settings)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn facts_that_are_kept_together_are_the_same() {
        let texts = ["# One\n[[two]] #tag\n", "", "---\ntitle: Three\naliases: [3]\n---\n## Part ^id\n"];
        let apart = texts.map(Facts::of_text);
        assert_eq!(Facts::together(apart.clone()), apart);
        assert_eq!(Facts::together(Facts::together(apart.clone()).into_iter().rev()).last(), Some(&apart[0]));
        assert!(
            Facts::together(apart).iter().zip(texts).all(|(one, text)| one.says_what(&Facts::of_text(text)))
        );
    }

    #[test]
    fn links_to_some_targets_are_those_of_all_links() {
        let text = "[[a]] [[b#P|x]] [[a#^q]] ![[c]] [d](<b.md#p>) [[#Own]] [[b]] [[a#P]] [[e#^f]]\n";
        let facts = Facts::of_text(text);
        let count = facts.distinct_targets().count();
        assert_eq!((count, facts.links().count()), (6, 9));
        for set in 0..1 << count {
            let is_wanted = |number: usize| set >> number & 1 == 1;
            let all = facts.links().enumerate();
            let expected: Vec<_> = all.filter(|(_, link)| is_wanted(link.number)).collect();
            assert_eq!(facts.links_to(is_wanted).collect::<Vec<_>>(), expected, "{set:b}");
        }
    }

    #[test]
    fn a_heading_that_is_the_title_changes_with_it() {
        let (one, two) = (Facts::of_text("# One\n## Part\n"), Facts::of_text("# Two\n## Part\n"));
        let texts =
            |facts: &Facts| facts.headings().map(|heading| heading.text().into_owned()).collect::<Vec<_>>();
        assert_eq!((texts(&one).join(" "), texts(&two).join(" ")), ("One Part".into(), "Two Part".into()));
        assert!(!one.has_anchors_of(&two));
        let titled = |title: &str| Facts::of_text(&format!("---\ntitle: {title}\n---\n## Part\n"));
        assert!(titled("One").has_anchors_of(&titled("Two")));
    }

    proptest! {
        #[test]
        fn a_spelling_is_kept_by_what_differs(usual in "[abé]{0,6}", other in "[abé]{0,6}") {
            let mut out = Writer::default();
            out.count(3);
            Spelling::new(&usual, &other).write(&mut out);
            let packed = out.finish();
            let (heading, spelling) = Spelling::read(&mut Reader::new(&packed));
            prop_assert_eq!((heading, spelling.of(&usual)), (3, other));
        }
    }
}
