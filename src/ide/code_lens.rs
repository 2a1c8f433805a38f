//! Who links to a note and to its headings, above them.
use rustc_hash::FxHashSet;

use super::references::{anchored, place_of_note};
use super::{Analysis, Occurrence, Role, Symbol, occurrences};
use crate::index::{Anchors, LinePlace, NoteId};

/// Links among which headings are looked for that have some: a list of lenses is asked for at every change.
const MOST_LINKS: usize = 1000;

/// A note or heading that others link to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLens {
    /// The note or heading.
    pub symbol: Symbol,
    /// Where it is shown.
    pub place: LinePlace,
}

/// The note, and those of its headings, that other notes link to; none where the setting says so. Of a note with
/// very many backlinks only some are looked at for its headings.
pub fn code_lenses(analysis: &Analysis, note: NoteId) -> Vec<CodeLens> {
    let index = &analysis.index;
    let Some(facts) = index.facts(note).filter(|_| analysis.settings().code_lens) else { return Vec::new() };
    if index.linking(note, 1).is_empty() {
        return Vec::new();
    }
    let backlinks = index.some_anchored_backlinks(note, MOST_LINKS);
    let anchors = Anchors::new(facts);
    let mut linked: FxHashSet<usize> = FxHashSet::default();
    for same in index.cancel().over(backlinks.chunk_by(|a, b| a.from == b.from)) {
        let Some(from) = same.first().and_then(|link| index.facts(link.from)) else { continue };
        let mut same = same.iter().peekable();
        let links = from.links().enumerate().filter(|(at, _)| same.next_if(|own| own.link == *at).is_some());
        linked.extend(links.filter_map(|(_, link)| match anchored(&anchors, note, &link)? {
            Symbol::Heading { index, .. } => Some(index),
            _ => None,
        }));
    }
    let place = place_of_note(analysis, note);
    let whole = CodeLens { symbol: Symbol::Note(note), place };
    let headings = facts.places().headings().enumerate();
    let headings = headings.filter(move |(index, own)| linked.contains(index) && *own != place);
    let headings = headings.map(|(index, place)| CodeLens { symbol: Symbol::Heading { note, index }, place });
    [whole].into_iter().chain(headings).collect()
}

/// The links of other notes to a note, or to a heading, by path and place.
pub fn backlinks(analysis: &Analysis, symbol: &Symbol) -> Vec<Occurrence> {
    let (Symbol::Note(own) | Symbol::Heading { note: own, .. }) = *symbol else { return Vec::new() };
    let mut found = occurrences(analysis, symbol);
    found.retain(|found| found.note != own && matches!(found.role, Role::Link(_)));
    found
}

/// How a number of backlinks is shown: that of the notes with one, as hovers count.
pub fn backlink_count(found: &[Occurrence]) -> String {
    match found.chunk_by(|a, b| a.note == b.note).count() {
        1 => "1 backlink".to_owned(),
        count => format!("{count} backlinks"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    #[track_caller]
    fn check(source: &str) {
        let fixture = Fixture::new(source);
        let own = fixture.note("note.md");
        let document = fixture.analysis.document(own).unwrap();
        let found = code_lenses(&fixture.analysis, own);
        fixture.check(|note| {
            let own = found.iter().filter(|_| note == own);
            own.map(|lens| {
                let links = backlinks(&fixture.analysis, &lens.symbol);
                (document.span(lens.place), backlink_count(&links))
            })
            .collect()
        });
    }

    #[test]
    fn backlinks_above_the_note_and_its_headings() {
        check(
            "
            # Title
            ^^^^^^^ 3 backlinks
            [[#One]] [[note]]
            ## One
            ^^^^^^ 2 backlinks
            ## Two
            //- a.md
            [[note]] [[note#One]] [x](note.md#one)
            //- b.md
            [[Title#One]]
            //- c.md
            [[note#Title]]
            ",
        );
        // However many others link to the note.
        let others: String = (0..MOST_LINKS).map(|n| format!("//- {n}.md\n[[note]]\n")).collect();
        check(&format!(
            "# Title\n^^^^^^^ 1001 backlinks\n## One\n^^^^^^ 1 backlink\n{others}//- z.md\n[[Note#One]]\n"
        ));
        check("text\n^ 1 backlink\n//- a.md\n[[note]]\n");
        check("# Alone\n[[note]]\n//- a.md\n[[other]]\n");
        check("# Off\n//- a.md\n[[note]]\n//- .slugline.toml\ncode_lens = false\n");
    }
}
