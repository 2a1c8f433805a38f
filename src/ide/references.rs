//! Where something is named: every link that leads to it, by resolution and not by spelling, every use of a
//! tag, a footnote, a label, a moment.
//! Absent: the notes' texts, but for footnotes and labels, which are a matter of one note.
use super::source::Source;
use super::symbol::definition_label;
use super::symbol::{
    Named, Part, Symbol, footnote_symbol, label_symbol, reference_label, symbol_of_anchor, tag_name,
};
use super::{Analysis, Document};
use rustc_hash::FxHashMap;

use crate::index::{
    AnchorOutcome, Anchors, Backlink, LinePlace, LinkFact, NoteId, Resolution, Wanted, slug, squash,
};
use crate::sources::SourceId;
use crate::syntax::LinkKind;
use crate::text::{PathText, Span};

/// A place where something is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Occurrence {
    /// The note.
    pub note: NoteId,
    /// Where it stands: all of the link, heading, block, tag, timestamp.
    pub place: LinePlace,
    /// What it is there.
    pub role: Role,
}

/// What a place where something is named is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// What is named: the title of a note or its beginning, the heading, the block, the definition.
    Declaration,
    /// The link with this index in [`Facts::links`](crate::index::Facts::links).
    Link(usize),
    /// The tag with this index in [`Facts::tag_uses`](crate::index::Facts::tag_uses).
    Tag(usize),
    /// A use that is no link of the vault: a timestamp, a footnote, a label.
    Use,
}

/// All places where `symbol` is named, by path and place, with what declares it. A link into its own note without
/// a target names a place of the note, and not the note.
pub fn occurrences(analysis: &Analysis, symbol: &Symbol) -> Vec<Occurrence> {
    find(analysis, symbol, None)
}

/// All places where what `named` says is named. A heading that is the title of its note is named by the links to
/// the note and by those to the heading.
pub fn occurrences_of(analysis: &Analysis, named: &Named) -> Vec<Occurrence> {
    of_named(analysis, named, None)
}

/// The same in the note `only`: no other one is looked at.
pub(super) fn occurrences_of_in(analysis: &Analysis, named: &Named, only: NoteId) -> Vec<Occurrence> {
    of_named(analysis, named, Some(only))
}

fn of_named(analysis: &Analysis, named: &Named, only: Option<NoteId>) -> Vec<Occurrence> {
    let mut found = find(analysis, &named.symbol, only);
    if let (Symbol::Note(note), Part::Name) = (&named.symbol, named.part)
        && let Some(document) = analysis.document(*note)
        && let Some(index) =
            document.note.headings.iter().position(|own| own.name(&document.text) == named.span)
    {
        // The links of other notes are there already.
        let links = find(analysis, &Symbol::Heading { note: *note, index }, Some(*note));
        found.extend(links.into_iter().filter(|own| matches!(own.role, Role::Link(_))));
        sort(analysis, &mut found);
        found.dedup();
    }
    found
}

fn find(analysis: &Analysis, symbol: &Symbol, only: Option<NoteId>) -> Vec<Occurrence> {
    let mut found = match symbol {
        Symbol::Note(note) => of_note(analysis, *note, only),
        Symbol::Heading { note, .. } | Symbol::Block { note, .. } | Symbol::Element { note, .. } => {
            of_anchor(analysis, *note, symbol, only)
        }
        Symbol::Tag(tag) => of_tag(analysis, tag, only),
        Symbol::Footnote { note, .. } => of_footnote(analysis, *note, symbol),
        Symbol::Label { note, .. } => of_label(analysis, *note, symbol),
        Symbol::Moment { kind, video, seconds } => {
            of_moment(analysis, SourceId { kind: *kind, id: video }, *seconds, only)
        }
        Symbol::Attachment(path) => of_file(analysis, path, only),
        Symbol::Missing(target) => of_missing(analysis, target, only),
    };
    found.retain(|found| only.is_none_or(|only| found.note == only));
    sort(analysis, &mut found);
    found
}

/// By path and place.
fn sort(analysis: &Analysis, found: &mut [Occurrence]) {
    let path = |found: &Occurrence| analysis.index.path(found.note);
    found.sort_by(|a, b| (path(a), a.place, a.role).cmp(&(path(b), b.place, b.role)));
}

fn of_note(analysis: &Analysis, note: NoteId, only: Option<NoteId>) -> Vec<Occurrence> {
    let mut found = match only {
        Some(only) => {
            let links = analysis.index.links_between(only, note);
            placed(analysis, &links, |link| !link.is_own())
        }
        None => {
            let links = analysis.index.named_backlinks(note);
            let same = analysis.index.cancel().over(links.chunk_by(|a, b| a.from == b.from));
            let same = same.filter_map(|same| Some((same.first()?.from, same)));
            same.flat_map(|(note, same)| places_of(analysis, note, same.iter().map(|link| link.link)))
                .collect()
        }
    };
    found.push(Occurrence { note, place: place_of_note(analysis, note), role: Role::Declaration });
    found
}

/// Where a note, a heading, a block or an element stands; of a note its title, else its beginning.
pub fn declaration(analysis: &Analysis, symbol: &Symbol) -> Option<LinePlace> {
    let places = |note| Some(analysis.index.facts(note)?.places());
    match *symbol {
        Symbol::Note(note) => Some(place_of_note(analysis, note)),
        Symbol::Heading { note, index } => places(note)?.headings().nth(index),
        Symbol::Block { note, index } => places(note)?.blocks().nth(index),
        Symbol::Element { note, index } => places(note)?.elements().nth(index),
        _ => None,
    }
}

/// The title of a note, else its beginning.
pub(super) fn place_of_note(analysis: &Analysis, note: NoteId) -> LinePlace {
    let title = analysis.index.facts(note).and_then(|facts| facts.places().title());
    // The beginning of a note is where it is, whatever stands there.
    title.unwrap_or(LinePlace { ascii: true, ..LinePlace::default() })
}

/// The links that lead to a heading, a block or an element of `note`, and where that stands.
fn of_anchor(analysis: &Analysis, note: NoteId, symbol: &Symbol, only: Option<NoteId>) -> Vec<Occurrence> {
    let Some(facts) = analysis.index.facts(note) else { return Vec::new() };
    let anchors = Anchors::new(facts);
    let links = match only {
        Some(only) => analysis.index.links_between(only, note),
        None => analysis.index.anchored_backlinks(note, &[(facts, vec![outcome_of(symbol)])]),
    };
    let mut found =
        placed(analysis, &links, |link| anchored(&anchors, note, link).is_some_and(|lead| lead == *symbol));
    let place = declaration(analysis, symbol);
    found.extend(place.map(|place| Occurrence { note, place, role: Role::Declaration }));
    found
}

/// A heading, a block or an element as what anchors lead to.
pub(super) fn outcome_of(symbol: &Symbol) -> AnchorOutcome {
    match *symbol {
        Symbol::Heading { index, .. } => AnchorOutcome::Heading(index),
        Symbol::Block { index, .. } => AnchorOutcome::Block(index),
        Symbol::Element { index, .. } => AnchorOutcome::Element(index),
        _ => AnchorOutcome::Missing,
    }
}

/// What the anchor of a link into `note` leads to, if it has one.
pub(super) fn anchored(anchors: &Anchors, note: NoteId, link: &LinkFact) -> Option<Symbol> {
    let (anchor, block) = link.anchor?;
    let is_wiki = matches!(link.kind, LinkKind::Wiki | LinkKind::Embed);
    Some(symbol_of_anchor(note, anchors.resolve(anchor, block, !is_wiki)))
}

/// Where those of `links` stand that are `wanted`. They are in order.
pub(super) fn placed(
    analysis: &Analysis,
    links: &[Backlink],
    wanted: impl Fn(&LinkFact) -> bool,
) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for same in analysis.index.cancel().over(links.chunk_by(|a, b| a.from == b.from)) {
        let Some(note) = same.first().map(|link| link.from) else { continue };
        let Some(facts) = analysis.index.facts(note) else { continue };
        let links = items_at(facts.links(), same.iter().map(|own| own.link));
        let wanted = links.filter(|(_, link)| wanted(link)).map(|(at, _)| at);
        found.extend(places_of(analysis, note, wanted));
    }
    found
}

/// Those of `items` that stand at `wanted`, which is in order, each with its place: no more of them are made.
pub(super) fn items_at<T>(
    items: impl Iterator<Item = T>,
    wanted: impl IntoIterator<Item = usize>,
) -> impl Iterator<Item = (usize, T)> {
    let mut items = items.enumerate();
    wanted.into_iter().filter_map(move |wanted| items.find(|(at, _)| *at == wanted))
}

/// Where some links of a note stand, which are in order.
fn places_of(
    analysis: &Analysis,
    note: NoteId,
    links: impl IntoIterator<Item = usize>,
) -> impl Iterator<Item = Occurrence> {
    let places = analysis.index.facts(note).into_iter().flat_map(|facts| facts.places().links());
    items_at(places, links).map(move |(link, place)| Occurrence { note, place, role: Role::Link(link) })
}

/// The uses of a tag and of those below it.
fn of_tag(analysis: &Analysis, tag: &str, only: Option<NoteId>) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let tagged = only.map_or_else(|| analysis.index.tagged(tag), |only| vec![only]);
    for note in analysis.index.cancel().over(tagged.into_iter()) {
        let Some(facts) = analysis.index.facts(note) else { continue };
        let is_within: Vec<bool> = facts.tags().map(|own| tag_name(own).is_within(tag)).collect();
        let uses = facts.tag_uses().zip(facts.places().tags()).enumerate();
        let uses = uses.filter(|(_, (tag, _))| is_within.get(*tag) == Some(&true));
        found.extend(uses.map(|(at, (_, place))| Occurrence { note, place, role: Role::Tag(at) }));
    }
    found
}

fn of_footnote(analysis: &Analysis, note: NoteId, symbol: &Symbol) -> Vec<Occurrence> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let mut defined = false;
    let own = document.note.footnotes.iter();
    let own = own.filter(|footnote| footnote_symbol(note, &document.text, footnote) == *symbol);
    own.map(|footnote| {
        // Of several definitions the first counts.
        let declares = footnote.definition && !std::mem::replace(&mut defined, true);
        let role = if declares { Role::Declaration } else { Role::Use };
        Occurrence { note, place: place(&document, footnote.span), role }
    })
    .collect()
}

fn of_label(analysis: &Analysis, note: NoteId, symbol: &Symbol) -> Vec<Occurrence> {
    let Some(document) = analysis.document(note) else { return Vec::new() };
    let text = &document.text;
    let is_own = |definition| label_symbol(note, text, definition) == *symbol;
    let references = document.note.references.iter().filter(|reference| is_own(reference.definition));
    let mut found: Vec<_> = references
        .clone()
        .map(|reference| {
            let place = place(&document, reference_label(text, reference));
            Occurrence { note, place, role: Role::Use }
        })
        .collect();
    let used = references.map(|reference| reference.definition).next();
    let links = document.note.links.iter().filter(|link| link.kind == LinkKind::Definition);
    let definition = used.or_else(|| links.map(|link| link.span).find(|span| is_own(*span)));
    let label = definition.and_then(|definition| definition_label(text, definition));
    found.extend(label.map(|label| Occurrence {
        note,
        place: place(&document, label),
        role: Role::Declaration,
    }));
    found
}

fn place(document: &Document, span: Span) -> LinePlace {
    LinePlace::of(span, &document.text, &document.lines)
}

/// The citations of a moment of a video: of the same cue, or not far from it.
fn of_moment(
    analysis: &Analysis,
    video: SourceId<'_>,
    seconds: u32,
    only: Option<NoteId>,
) -> Vec<Occurrence> {
    let range = Source::of(analysis, video, None).same_moment(seconds);
    let citations = match only {
        Some(note) => analysis.index.citations_in(note, video, &range),
        None => analysis.index.citations(video, range),
    };
    citations
        .into_iter()
        .map(|citation| Occurrence { note: citation.note, place: citation.place, role: Role::Use })
        .collect()
}

/// The links that lead to a file that is no note.
fn of_file(analysis: &Analysis, path: &str, only: Option<NoteId>) -> Vec<Occurrence> {
    named(analysis, path, only, |found, _| found.attachment.as_deref() == Some(path))
}

/// The links that want the name `target`, which no note has.
fn of_missing(analysis: &Analysis, target: &str, only: Option<NoteId>) -> Vec<Occurrence> {
    let name = |target: &str| {
        let bare = analysis.settings().note_stem(target).unwrap_or(target);
        squash(&slug(bare)).into_owned()
    };
    let wanted = name(target);
    named(analysis, target, only, |found, own| found.is_broken() && name(own) == wanted)
}

/// The links with the name of `target` that lead where they should.
fn named(
    analysis: &Analysis,
    target: &str,
    only: Option<NoteId>,
    wanted: impl Fn(&Resolution, &str) -> bool,
) -> Vec<Occurrence> {
    let mut links = analysis.index.links_named(target, only);
    // Links of one folder that have the same target lead to the same.
    let mut outcomes: FxHashMap<(&str, Wanted), bool> = FxHashMap::default();
    links.retain(|link| {
        let Some(facts) = analysis.index.facts(link.from) else { return false };
        let own = facts.wanted(link.link);
        let folder = analysis.index.path(link.from).folder();
        let found = || analysis.resolve_wanted(link.from, &own);
        let key = (folder, own.clone());
        *outcomes.entry(key).or_insert_with(|| wanted(&found(), &own.name))
    });
    placed(analysis, &links, |link| !link.may_be_time())
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::symbol_at;
    use crate::index::{Index, resolve_anchor};
    use crate::text::{LineIndex, Span};

    /// Draws the places where what is under the cursor is named.
    #[track_caller]
    fn check(source: &str) {
        let fixture = Fixture::new(source);
        let named = symbol_at(&fixture.analysis, fixture.cursor()).expect("the cursor names something");
        let found = occurrences(&fixture.analysis, &named.symbol);
        fixture.check(|note| {
            let text = fixture.text(fixture.analysis.index.path(note));
            let lines = LineIndex::new(text);
            let own = found.iter().filter(|found| found.note == note);
            own.map(|found| {
                let role = match found.role {
                    Role::Declaration => "declared",
                    Role::Link(_) => "link",
                    Role::Tag(_) | Role::Use => "use",
                };
                (found.place.span(text, &lines), role.to_owned())
            })
            .collect::<Vec<(Span, String)>>()
        });
    }

    #[test]
    fn links_of_a_note_in_every_spelling() {
        let vault = |cursor: &str| {
            format!(
                "
//- channel/big_topic.md
---
title: The big topic
       ^^^^^^^^^^^^^ declared
aliases: [Huge]
---
[[#Part]] is of the note
## Part
//- channel/note.md
é [[Big Topic]] and [x](big_topic.md#part) and [[huge|it]]
  ^^^^^^^^^^^^^ link
                    ^^^^^^^^^^^^^^^^^^^^^^ link
                                               ^^^^^^^^^^^ link
[[channel/big_topic#Part]] `[[big_topic]]` [[topic]]
^^^^^^^^^^^^^^^^^^^^^^^^^^ link
//- other.md
{cursor}[[the-big-topic]]
^^^^^^^^^^^^^^^^^ link
"
            )
        };
        check(&vault("$0"));
        for (from, to) in [("The big", "The b$0ig"), ("[Huge]", "[Hu$0ge]"), ("---\ntitle", "-$0--\ntitle")] {
            check(&vault("").replacen(from, to, 1));
        }
        for (from, to) in [("[[Big T", "[[B$0ig T"), ("(big_", "(b$0ig_"), ("[[channel/b", "[[channel$0/b")] {
            check(&vault("").replacen(from, to, 1));
        }
    }

    #[test]
    fn anchors_of_a_heading() {
        check(
            "
            # Title
            ## Part
            ### Two words
            ^^^^^^^^^^^^^ declared
            [[#Part#two$0 words]] [[#Two Words]] [[#Part]]
            ^^^^^^^^^^^^^^^^^^^ link
                                ^^^^^^^^^^^^^^ link
            [x](#two-words) [y](note.md#two-words) [[other#Two Words]]
            ^^^^^^^^^^^^^^^ link
                            ^^^^^^^^^^^^^^^^^^^^^^ link
            ## Two words
            //- other.md
            # Two words
            [[note#Two_words|x]] [[note#Two words 2]] [z](note.md#two-words-1)
            ^^^^^^^^^^^^^^^^^^^^ link
            ",
        );
        check(
            "## One\n## O$0ne\n^^^^^^ declared\n[a](#one) [b](#one-1) [[#One]]\n          ^^^^^^^^^^^ link\n",
        );
        // The title is the note, its anchor is the heading.
        let title = "# Title\n^^^^^^^ declared\n[[#Title$0]]\n^^^^^^^^^^ link\n//- other.md\n[[note#title]] [[note]]\n^^^^^^^^^^^^^^ link\n";
        check(title);
        check("# Title$0\n^^^^^^^ declared\n[[#Title]]\n//- other.md\n[[note#title]]\n^^^^^^^^^^^^^^ link\n");
    }

    #[test]
    fn blocks_and_elements() {
        check(
            "text ^a-b$0\n^^^^^^^^^ declared\n\n[[#^a-b]]\n^^^^^^^^^ link\n//- other.md\n[[note#^A-B]] [[note#^a]] [x](note.md#^a-b)\n^^^^^^^^^^^^^ link\n                          ^^^^^^^^^^^^^^^^^ link\n",
        );
        check(
            "<a id=\"box$0\"></a> text\n^^^^^^^^^^^^ declared\n//- other.md\n[[note#box]] [x](note.md#box)\n^^^^^^^^^^^^ link\n             ^^^^^^^^^^^^^^^^ link\n",
        );
    }

    #[test]
    fn tags_with_those_below() {
        check(
            "
            ---
            tags: [Topic, other]
                   ^^^^^ use
            ---
            #topic/sub #top$0ic #topical `#topic`
            ^^^^^^^^^^ use
                       ^^^^^^ use
            //- other.md
            #TOPIC
            ^^^^^^ use
            ",
        );
    }

    #[test]
    fn footnotes_and_labels_of_one_note() {
        check(
            "a[^n] b[^N$0]\n ^^^^ use\n       ^^^^ use\n\n[^n]: c\n^^^^ declared\n//- other.md\na[^n]\n\n[^n]: d\n",
        );
        check(
            "[a][The  label$0] [the label] [b]\n    ^^^^^^^^^^ use\n                 ^^^^^^^^^ use\n\n[the label]: https://a.b\n ^^^^^^^^^ declared\n",
        );
        check("[a][l] [l]\n    ^ use\n        ^ use\n\n[l$0]: other.md\n ^ declared\n//- other.md\n");
    }

    #[test]
    fn the_same_moment_in_all_notes() {
        check(
            "
            ---
            videoId: dQw4w9WgXcQ
            ---
            [00:$007] and [00:30]
            ^^^^^^^ use
            //- other.md
            [x](https://youtu.be/dQw4w9WgXcQ?t=16) [y](https://youtu.be/aaaaaaaaaaa?t=7)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ use
            //- third.md
            ---
            videoId: dQw4w9WgXcQ
            ---
            [[00:08]] [[00:18]]
            ^^^^^^^^^ use
            ",
        );
    }

    #[test]
    fn citations_of_one_cue_are_of_one_moment() {
        check(
            "
            ---
            videoId: dQw4w9WgXcQ
            ---
            [00:$007] and [00:29] and [00:31]
            ^^^^^^^ use
                        ^^^^^^^ use
            //- dQw4w9WgXcQ.srt
            1
            00:00:05,000 --> 00:00:30,000
            A long one.

            2
            00:00:30,000 --> 00:00:33,000
            The next.
            ",
        );
    }

    #[test]
    fn files_and_missing_names() {
        check(
            "
            ![[photo.png$0]] [x](img/photo.png) [[Photo.PNG]] [[other.png]]
            ^^^^^^^^^^^^^^ link
                           ^^^^^^^^^^^^^^^^^^ link
                                              ^^^^^^^^^^^^^ link
            //- img/photo.png
            //- b/note2.md
            [y](photo.png) [z](../img/photo.png)
            ^^^^^^^^^^^^^^ link
                           ^^^^^^^^^^^^^^^^^^^^^ link
            ",
        );
        check(
            "[[Not there$0]] [x](not_there.md) [[not]]\n^^^^^^^^^^^^^ link\n              ^^^^^^^^^^^^^^^^^ link\n//- other.md\n[[not-there|a]]\n^^^^^^^^^^^^^^^ link\n",
        );
    }

    #[test]
    fn what_names_nothing() {
        let at = |source: &str| {
            let fixture = Fixture::new(source);
            symbol_at(&fixture.analysis, fixture.cursor())
        };
        assert_eq!(at("first\nplain$0 text\n"), None);
        assert_eq!(at("first\n`[[co$0de]]`\n"), None);
    }

    fn vaults() -> impl Strategy<Value = String> {
        let piece = proptest::sample::select(
            &[
                "[[a]] ",
                "[[A|x]] ",
                "[[x/a#One]] ",
                "[[#one]] ",
                "[y](a.md#one) ",
                "[z](../a.md) ",
                "[[Tide]] ",
                "[[b c#Two#One]] ",
                "[[b_c#^id]] ",
                "![[p.png]] ",
                "[q](p.png) ",
                "[r](x/p.png) ",
                "[[00:07]] ",
                "[[gone]] ",
                "[[Gone#One]] ",
                "[l][l]\n\n[l]: b%20c.md#box\n\n",
                "\n# One\n",
                "\n## Two\n",
                "\n### one\n",
                "text ^id\n\n",
                "<a id=\"box\"></a> ",
                "\u{e9} ",
                "`[[a]]` ",
                "#tag ",
            ][..],
        );
        let text = proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat());
        let paths = ["note.md", "a.md", "x/a.md", "x/b c.md", "y/Tide.md", "x/y/a.md"];
        proptest::collection::vec(text, paths.len()).prop_map(move |texts| {
            let notes = paths.iter().zip(texts).map(|(path, text)| format!("//- {path}\n{text}\n"));
            notes.collect::<String>() + "//- p.png\n//- x/p.png\n"
        })
    }

    /// The links of the vault by what they lead to: each note, heading, block, element and file.
    fn by_resolution(index: &Index) -> BTreeMap<Symbol, BTreeSet<(NoteId, usize)>> {
        let mut all: BTreeMap<Symbol, BTreeSet<(NoteId, usize)>> = BTreeMap::new();
        for note in index.notes() {
            let facts = index.facts(note).unwrap();
            let headings = (0..facts.headings().count()).map(|index| Symbol::Heading { note, index });
            let blocks = (0..facts.blocks().count()).map(|index| Symbol::Block { note, index });
            let elements = (0..facts.element_ids().count()).map(|index| Symbol::Element { note, index });
            let own = [Symbol::Note(note)].into_iter().chain(headings).chain(blocks).chain(elements);
            all.extend(own.map(|symbol| (symbol, BTreeSet::new())));
        }
        for note in index.notes() {
            for (at, link) in index.facts(note).unwrap().links().enumerate() {
                let found = index.resolve_link(note, at);
                if let Some(file) = &found.attachment {
                    all.entry(Symbol::Attachment(file.clone())).or_default().insert((note, at));
                }
                let Some(to) = found.note() else { continue };
                if !link.is_own() {
                    all.entry(Symbol::Note(to)).or_default().insert((note, at));
                }
                let Some((anchor, block)) = link.anchor else { continue };
                let is_wiki = matches!(link.kind, LinkKind::Wiki | LinkKind::Embed);
                let lead = resolve_anchor(index.facts(to).unwrap(), anchor, block, !is_wiki);
                let symbol = symbol_of_anchor(to, lead);
                if !matches!(symbol, Symbol::Note(_)) {
                    all.entry(symbol).or_default().insert((note, at));
                }
            }
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// What is found for a symbol is what there is when every link of every note is resolved.
        #[test]
        fn all_links_are_found_and_no_others(source in vaults()) {
            let fixture = Fixture::new(&source);
            let analysis = &fixture.analysis;
            for (symbol, expected) in by_resolution(&analysis.index) {
                let found = occurrences(analysis, &symbol);
                let links = found.iter().filter_map(|found| match found.role {
                    Role::Link(link) => Some((found.note, link)),
                    _ => None,
                });
                prop_assert_eq!(links.collect::<BTreeSet<_>>(), expected, "{:?}", symbol);
                for note in analysis.index.notes() {
                    let own: Vec<_> = found.iter().filter(|found| found.note == note).copied().collect();
                    prop_assert_eq!(find(analysis, &symbol, Some(note)), own, "{:?}", symbol);
                }
            }
        }
    }
}
