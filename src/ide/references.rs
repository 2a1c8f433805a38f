//! Where something is named: every link that leads to it, by resolution and not by spelling, every use of a
//! tag, a footnote, a label, a moment.
//! Absent: the notes' texts, but for footnotes and labels, which are a matter of one note.
use super::symbol::definition_label;
use super::symbol::{Symbol, footnote_symbol, label_symbol, reference_label, symbol_of_anchor, tag_name};
use super::{Analysis, Document};
use rustc_hash::FxHashMap;

use crate::index::{Anchors, Backlink, LinePlace, LinkFact, NoteId, Resolution, Wanted, slug, squash};
use crate::syntax::LinkKind;
use crate::text::{PathText, Span};

/// Citations of a video that are so near, in seconds, are of one moment.
const SAME_MOMENT: u32 = 10;

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
    let mut found = match symbol {
        Symbol::Note(note) => of_note(analysis, *note),
        Symbol::Heading { note, .. } | Symbol::Block { note, .. } | Symbol::Element { note, .. } => {
            of_anchor(analysis, *note, symbol)
        }
        Symbol::Tag(tag) => of_tag(analysis, tag),
        Symbol::Footnote { note, .. } => of_footnote(analysis, *note, symbol),
        Symbol::Label { note, .. } => of_label(analysis, *note, symbol),
        Symbol::Moment { video, seconds } => of_moment(analysis, video, *seconds),
        Symbol::Attachment(path) => of_file(analysis, path),
        Symbol::Missing(target) => of_missing(analysis, target),
    };
    let path = |found: &Occurrence| analysis.index.path(found.note);
    found.sort_by(|a, b| (path(a), a.place, a.role).cmp(&(path(b), b.place, b.role)));
    found
}

fn of_note(analysis: &Analysis, note: NoteId) -> Vec<Occurrence> {
    let links = analysis.index.backlinks(note);
    let mut found = placed(analysis, &links, |link| !link.target.is_empty());
    let title = analysis.index.facts(note).and_then(|facts| facts.places().title());
    // The beginning of a note is where it is, whatever stands there.
    let place = title.unwrap_or(LinePlace { ascii: true, ..LinePlace::default() });
    found.push(Occurrence { note, place, role: Role::Declaration });
    found
}

/// The links that lead to a heading, a block or an element of `note`, and where that stands.
fn of_anchor(analysis: &Analysis, note: NoteId, symbol: &Symbol) -> Vec<Occurrence> {
    let Some(facts) = analysis.index.facts(note) else { return Vec::new() };
    let anchors = Anchors::new(facts);
    let links = analysis.index.backlinks(note);
    let mut found =
        placed(analysis, &links, |link| anchored(&anchors, note, link).is_some_and(|lead| lead == *symbol));
    let place = match *symbol {
        Symbol::Heading { index, .. } => facts.places().headings().nth(index),
        Symbol::Block { index, .. } => facts.places().blocks().nth(index),
        Symbol::Element { index, .. } => facts.places().elements().nth(index),
        _ => None,
    };
    found.extend(place.map(|place| Occurrence { note, place, role: Role::Declaration }));
    found
}

/// What the anchor of a link into `note` leads to, if it has one.
pub(super) fn anchored(anchors: &Anchors, note: NoteId, link: &LinkFact) -> Option<Symbol> {
    let (anchor, block) = link.anchor?;
    let is_wiki = matches!(link.kind, LinkKind::Wiki | LinkKind::Embed);
    Some(symbol_of_anchor(note, anchors.resolve(anchor, block, !is_wiki)))
}

/// Where those of `links` stand that are `wanted`. They are in order.
fn placed(analysis: &Analysis, links: &[Backlink], wanted: impl Fn(&LinkFact) -> bool) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for same in analysis.index.cancel().over(links.chunk_by(|a, b| a.from == b.from)) {
        let Some(note) = same.first().map(|link| link.from) else { continue };
        let Some(facts) = analysis.index.facts(note) else { continue };
        let mut same = same.iter().peekable();
        let mut links =
            facts.links().enumerate().filter(|(at, _)| same.next_if(|own| own.link == *at).is_some());
        let wanted: Vec<usize> = links.by_ref().filter(|(_, link)| wanted(link)).map(|(at, _)| at).collect();
        let mut places = facts.places().links().enumerate();
        found.extend(wanted.into_iter().filter_map(|link| {
            let (_, place) = places.find(|(at, _)| *at == link)?;
            Some(Occurrence { note, place, role: Role::Link(link) })
        }));
    }
    found
}

/// The uses of a tag and of those below it.
fn of_tag(analysis: &Analysis, tag: &str) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for note in analysis.index.tagged(tag) {
        analysis.index.cancel().check();
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

fn of_moment(analysis: &Analysis, video: &str, seconds: u32) -> Vec<Occurrence> {
    let range = seconds.saturating_sub(SAME_MOMENT)..=seconds.saturating_add(SAME_MOMENT);
    let citations = analysis.index.citations(video, range).into_iter();
    citations
        .map(|citation| Occurrence { note: citation.note, place: citation.place, role: Role::Use })
        .collect()
}

/// The links that lead to a file that is no note.
fn of_file(analysis: &Analysis, path: &str) -> Vec<Occurrence> {
    named(analysis, path, |found, _| found.attachment.as_deref() == Some(path))
}

/// The links that want the name `target`, which no note has.
fn of_missing(analysis: &Analysis, target: &str) -> Vec<Occurrence> {
    let name = |target: &str| {
        let bare = analysis.settings().note_stem(target).unwrap_or(target);
        squash(&slug(bare)).into_owned()
    };
    let wanted = name(target);
    named(analysis, target, |found, own| found.is_broken() && name(own) == wanted)
}

/// The links with the name of `target` that lead where they should.
fn named(analysis: &Analysis, target: &str, wanted: impl Fn(&Resolution, &str) -> bool) -> Vec<Occurrence> {
    let mut links = analysis.index.links_named(target);
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
    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::symbol_at;
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
}
