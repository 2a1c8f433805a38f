//! Links of notes, read where the index has them: of a note that is not open, no more is read than those links.

use crate::ide::references::items_at;
use crate::ide::{Analysis, Piece};
use crate::index::{LinePlace, LinkFact, NoteId};
use crate::syntax::{self, Anchor, Link};
use crate::text::Span;

/// The text of a note around those of its links that stand at `wanted` in [`Facts::links`](crate::index::Facts::links),
/// in order, and these, but for whether they stand in a table; without one that a file which has changed since does not
/// have any more. `None` where the note cannot be read.
pub(super) fn links_in(
    analysis: &Analysis,
    note: NoteId,
    wanted: &[usize],
) -> Option<(Piece, Vec<Option<Link>>)> {
    let links = analysis.index.facts(note).into_iter().flat_map(|facts| facts.links());
    known_links_in(analysis, note, items_at(links, wanted.iter().copied()).collect())
}

/// The same where the index has been asked for them.
pub(super) fn known_links_in(
    analysis: &Analysis,
    note: NoteId,
    known: Vec<(usize, LinkFact)>,
) -> Option<(Piece, Vec<Option<Link>>)> {
    let wanted: Vec<usize> = known.iter().map(|(at, _)| *at).collect();
    if !analysis.is_open(note)
        && let Some(facts) = analysis.index.facts(note)
    {
        let places = items_at(facts.places().links(), wanted.iter().copied());
        let places: Vec<LinePlace> = places.map(|(_, place)| place).collect();
        let piece = analysis.around(note, &places)?;
        let found =
            known.into_iter().zip(places).map(|((_, fact), place)| link_at(analysis, &piece, fact, place));
        let found: Vec<Option<Link>> = found.collect();
        if found.len() == wanted.len() && found.iter().all(Option::is_some) {
            return Some((piece, found));
        }
        // One takes more than its own bytes, or the file is another one.
    }
    let document = analysis.document(note)?;
    let found = wanted.iter().map(|&at| document.note.links.get(at).cloned()).collect();
    Some((Piece::whole(document), found))
}

/// The link at a place, where it reads there as the index has it, and all of it stands there; not whether it stands in a
/// table.
fn link_at(analysis: &Analysis, piece: &Piece, fact: LinkFact, place: LinePlace) -> Option<Link> {
    let span = piece.span(place);
    // In a table a pipe is written so, and elsewhere it is part of the target.
    let source = piece.text.get(span.range()).filter(|source| !source.contains("\\|"))?;
    let note = syntax::parse(source, &analysis.settings().syntax_options());
    let [link] = <[Link; 1]>::try_from(note.links).ok()?;
    let is_it = link.span == Span::new(0, source.len())
        && link.kind == fact.kind
        && link.target_text(source) == fact.target.text()
        && link.anchor_text(source).as_deref() == fact.anchor.map(|(anchor, _)| anchor);
    let moved = |own: Span| Span::new(span.start() + own.start(), span.start() + own.end());
    is_it.then(|| Link {
        span,
        target: moved(link.target),
        anchor: link.anchor.map(|anchor| Anchor { span: moved(anchor.span), ..anchor }),
        alias: link.alias.map(moved),
        ..link
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Edit, Reason};
    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::{Document, around};

    /// Each line is a note, and what of its links is read without the rest of it.
    const LINES: &[(&str, usize)] = &[
        ("See [[a]] and ![[b#Part|the b]].", 2),
        ("\u{1f30a} [[a|\u{e9}t\u{e9}]] [x](b.md) [[#Own]]", 3),
        ("> - [text *of* `it`](<b c.md#part> \"title\") ![p](p.png)", 2),
        ("## [[a]] of\t[[ b | c ]]", 2),
        ("[text][label]\n\n[label]: b.md", 1),
        ("| a |\n| --- |\n| [[a\\|x]] [y](b.md) [[c]] |", 2),
        ("a | [[b]]", 1),
        ("[on two\nlines](b.md)", 1),
        ("> [on two\n> lines](b.md)", 0),
        ("[[a%20b]] [q](a%20b.md?x#y)", 2),
        ("`[[a]]` [[a]] <!-- [[b]] -->", 1),
        ("[[a[b]] [![[p.png]]](b.md)", 1),
    ];

    /// And the sentence around it, and where an edit of it stands.
    #[test]
    fn of_a_long_note_a_part_is_read() {
        let paragraph =
            |n: usize| format!("{} \u{e9} the [[n {n}|w]]. So.\n\n", "Some words. ".repeat(n % 40));
        let text: String = (0..2000).map(paragraph).collect();
        let fixture = Fixture::new(&format!("//- a.md\n$0\n//- long.md\n{text}"));
        let (analysis, note) = (&fixture.analysis, fixture.note("long.md"));
        let whole = analysis.document(note).unwrap();
        let places: Vec<LinePlace> = analysis.index.facts(note).unwrap().places().links().collect();
        for at in (0..places.len()).step_by(37).chain([places.len() - 1]) {
            let (piece, links) = links_in(analysis, note, &[at]).unwrap();
            assert!(piece.text.len() < 100_000 && whole.text.len() > 400_000, "{}", piece.text.len());
            let [link, own] = [links[0].as_ref().unwrap(), &whole.note.links[at]];
            assert_eq!((piece.in_note(link.span), piece.place(link.span)), (own.span, places[at]));
            let edit = |piece: &Piece, link: &Link| Edit::of(piece, link.target, "x".into(), Reason::Link);
            assert_eq!(edit(&piece, link), edit(&Piece::whole(Arc::clone(&whole)), own));
            let sentence = |piece: &Document, span| around::sentence(piece, analysis.settings(), span);
            assert_eq!(sentence(&piece, link.span), sentence(&whole, own.span));
        }
        let (piece, _) = links_in(analysis, note, &[0, places.len() - 1]).unwrap();
        assert_eq!(piece.text, whole.text, "where they are far apart, all of it");
    }

    #[test]
    fn a_link_alone_is_the_link_of_its_note() {
        let notes = LINES.iter().enumerate();
        let notes: String = notes.map(|(at, (text, _))| format!("//- {at}.md\n{text}\n")).collect();
        let fixture = Fixture::new(&format!("//- note.md\n$0\n{notes}"));
        let analysis = &fixture.analysis;
        for (number, (text, alone)) in LINES.iter().enumerate() {
            let note = fixture.note(&format!("{number}.md"));
            let whole = analysis.document(note).unwrap();
            let wanted: Vec<usize> = (0..whole.note.links.len()).collect();
            let (document, found) = links_in(analysis, note, &wanted).unwrap();
            let same = |link: &Link| Link { in_table: false, ..link.clone() };
            let links: Vec<Link> = found.into_iter().map(|link| same(&link.unwrap())).collect();
            let expected: Vec<Link> = whole.note.links.iter().map(same).collect();
            assert_eq!((&*document.text, links), (&*whole.text, expected), "{text}");
            let facts = analysis.index.facts(note).unwrap();
            let places = facts.links().zip(facts.places().links());
            let read = places.filter_map(|(fact, place)| link_at(analysis, &document, fact, place));
            assert_eq!(read.count(), *alone, "{text}");
        }
    }
}
