//! Symbols of the vault: titles, file names and aliases of notes, headings, tags.
use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

mod headings;

use self::headings::Search;
use super::Analysis;
use super::completion::candidates::{Candidate, ENOUGH_WHOLE_WORDS, EXACT_BONUS, candidates, query_of};
use super::completion::fuzzy::{MatchKind, Query};
use crate::index::{Facts, HeadingSlice, HeadingsLike, LinePlace, NoteId};

/// Slices of headings that may hold what is typed, or have its letters, beyond which none is looked at.
const MOST_READ: usize = 4096;

/// Headings that hold the words, beyond which none is sought.
const MOST_HEADINGS: usize = 1024;

/// Letters from which on headings and tags are sought: fewer are in nearly all of them.
const FEWEST_LETTERS: usize = 2;

/// What a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SymbolKind {
    /// A note, by its title or file name.
    Note,
    /// A note, by an alias.
    Alias,
    /// A heading.
    Heading,
    /// A tag, in the first note that has it.
    Tag,
}

/// A symbol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WorkspaceSymbol {
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its note.
    pub note: NoteId,
    /// Where it stands there.
    pub place: LinePlace,
    /// How well it matches: the higher, the better. Symbols of several vaults compare by it.
    pub score: i64,
}

/// The symbols that `typed` may mean, best first, at most `most`: notes as completion ranks them, headings and
/// tags. Headings that have its letters only as a subsequence are sought where few hold its words. A `#` before it
/// leaves out the notes.
pub fn workspace_symbols(analysis: &Analysis, typed: &str, most: usize) -> Vec<WorkspaceSymbol> {
    let typed = typed.trim();
    let bare = typed.trim_start_matches('#').trim_start();
    // A single letter is in nearly all headings and tags.
    let is_enough = bare.chars().filter(|c| c.is_alphanumeric()).count() >= FEWEST_LETTERS;
    let (query, mut notes) = (query_of(bare), Vec::new());
    let (what, like) = ((bare, &query), OnceLock::new());
    let (named, lettered) = (OnceLock::new(), OnceLock::new());
    // Headings are sought beside the notes, and by both threads when these are found.
    let mut found = rayon::in_place_scope(|scope| {
        scope.spawn(|_| {
            notes = candidates(analysis, None, bare, &query, most);
            [&named, &lettered].into_iter().filter_map(OnceLock::get).for_each(Search::help);
        });
        if !is_enough {
            return Vec::new();
        }
        let like: &HeadingsLike = like.get_or_init(|| analysis.index.headings_like(bare, MOST_READ));
        let named = named
            .get_or_init(|| Search::new(analysis, &like.holding, what, MatchKind::Substring, MOST_HEADINGS));
        (2..rayon::current_num_threads()).for_each(|_| scope.spawn(|_| named.help()));
        let tags = tags(analysis, bare, query.clone());
        named.help();
        if named.count() < ENOUGH_WHOLE_WORDS {
            let search = || Search::new(analysis, &like.lettered, what, MatchKind::Fuzzy, most);
            lettered.get_or_init(search).help();
        }
        tags
    });
    if let (Some(like), Some(named)) = (like.get(), named.into_inner()) {
        let mut seen = FxHashSet::default();
        let near = notes.iter().map(|candidate| candidate.note).chain(analysis.recent.iter().copied());
        let near: Vec<NoteId> = near.filter(|&note| seen.insert(note)).collect();
        found.extend(headings(analysis, &near, what, like, named, lettered.into_inner()));
    }
    if typed.len() == bare.len() {
        found.extend(notes.into_iter().map(|Candidate { score, note, name, is_alias }| {
            let kind = if is_alias { SymbolKind::Alias } else { SymbolKind::Note };
            Found { name: name.into(), kind, note, number: 0, score }
        }));
    }
    let coarse = |found: &Found| (Reverse(found.score), found.kind);
    if let Some(last) = most.checked_sub(1).filter(|&last| last < found.len()) {
        // Where a symbol stands is asked of those alone that may be among the best.
        let (_, worst, _) = found.select_nth_unstable_by_key(last, coarse);
        let worst = coarse(worst);
        found.retain(|found| coarse(found) <= worst);
    }
    let mut found: Vec<_> = found.into_iter().map(|found| found.placed(analysis)).collect();
    let by_rank = |a: &WorkspaceSymbol, b: &WorkspaceSymbol| {
        let key = |symbol: &WorkspaceSymbol| (Reverse(symbol.score), symbol.kind, symbol.place.line);
        let path = |symbol: &WorkspaceSymbol| analysis.index.path(symbol.note);
        key(a).cmp(&key(b)).then_with(|| (&a.name, path(a)).cmp(&(&b.name, path(b))))
    };
    found.sort_by(by_rank);
    found.truncate(most);
    found
}

/// The headings that were found, `lettered` only where few hold the words, and those of the notes in `near`, which are
/// not left out for the others.
fn headings<'i>(
    analysis: &'i Analysis,
    near: &[NoteId],
    what: (&str, &Query),
    like: &HeadingsLike,
    named: Search<'_, 'i>,
    lettered: Option<Search<'_, 'i>>,
) -> Vec<Found<'i>> {
    let search = |slices: &[HeadingSlice], kind| Search::new(analysis, slices, what, kind, usize::MAX).run();
    let (mut named, read) = named.found();
    let more = near_slices(analysis, near, &[&like.holding], read);
    named.extend(search(&more, MatchKind::Substring));
    if let Some(lettered) = lettered.filter(|_| named.len() < ENOUGH_WHOLE_WORDS) {
        let (lettered, read) = lettered.found();
        let more = near_slices(analysis, near, &[&like.holding, &like.lettered], read);
        // Their headings may match otherwise too.
        let again = FxHashSet::from_iter(more.iter().copied());
        named.retain(|found| !again.contains(&HeadingSlice::with(found.note, found.number)));
        named.extend(search(&more, MatchKind::Fuzzy));
        named.extend(lettered);
    }
    named
}

/// The slices of some notes that are in these lists, of notes behind the end of one that is full all, but for those
/// that are read already, which are in order.
fn near_slices(
    analysis: &Analysis,
    notes: &[NoteId],
    lists: &[&[HeadingSlice]],
    read: &[HeadingSlice],
) -> Vec<HeadingSlice> {
    let full = lists.iter().filter(|list| list.len() >= MOST_READ);
    let end = full.filter_map(|list| list.last()).map(|last| last.note).min();
    let mut found = Vec::new();
    for &note in notes {
        if end.is_some_and(|end| end <= note) {
            found.extend(analysis.index.heading_slices(note));
            continue;
        }
        let start = found.len();
        for list in lists {
            let from = list.partition_point(|slice| slice.note < note);
            found.extend(list.iter().skip(from).take_while(|slice| slice.note == note));
        }
        // What is of one note is read in its order.
        found.get_mut(start..).into_iter().for_each(<[HeadingSlice]>::sort_unstable);
    }
    found.retain(|slice| read.binary_search(slice).is_err());
    found
}

/// A symbol that matches, without its place.
struct Found<'i> {
    /// Its name; of a tag, without `#`.
    name: Cow<'i, str>,
    kind: SymbolKind,
    note: NoteId,
    /// Of a heading, which of its note.
    number: usize,
    score: i64,
}

impl Found<'_> {
    fn placed(self, analysis: &Analysis) -> WorkspaceSymbol {
        let Self { name, kind, note, number, score } = self;
        let facts = analysis.index.facts(note);
        let place = facts.and_then(|facts| match kind {
            SymbolKind::Note | SymbolKind::Alias => facts.places().title(),
            SymbolKind::Heading => facts.places().headings().nth(number),
            SymbolKind::Tag => place_of_tag(facts, &name),
        });
        let name = if kind == SymbolKind::Tag { format!("#{name}") } else { name.into_owned() };
        WorkspaceSymbol { name, kind, note, place: place.unwrap_or_default(), score }
    }
}

/// How well `name` matches.
fn score(query: &mut Query, name: &str, typed: &str, kind: MatchKind) -> Option<i64> {
    let score = i64::from(query.score_of(kind, name)?);
    let exact = if name.eq_ignore_ascii_case(typed) { EXACT_BONUS } else { 0 };
    let length = i64::try_from(name.len() / 8).unwrap_or(i64::MAX).min(12);
    Some(score + exact - length)
}

/// The tags of the vault that match, those above them among them, each in the first note that has it.
fn tags(analysis: &Analysis, typed: &str, mut query: Query) -> Vec<Found<'static>> {
    let names = analysis.index.tag_names();
    let matching = names.iter().filter_map(|(tag, note)| {
        let score = score(&mut query, tag, typed, MatchKind::Fuzzy)?;
        Some(Found { name: tag.to_owned().into(), kind: SymbolKind::Tag, note, number: 0, score })
    });
    matching.collect()
}

/// Where a note uses `tag`, or one below it, first.
fn place_of_tag(facts: &Facts, tag: &str) -> Option<LinePlace> {
    let tags: Vec<&str> = facts.tags().collect();
    let is_it = |at: usize| {
        let rest = tags.get(at).and_then(|own| own.strip_prefix(tag));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let at = facts.tag_uses().position(is_it)?;
    facts.places().tags().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    /// What `typed` finds, best first: each symbol with its kind, note and line.
    fn found(fixture: &Fixture, typed: &str) -> Vec<String> {
        let index = &fixture.analysis.index;
        let symbols = workspace_symbols(&fixture.analysis, typed, 256).into_iter();
        let show = |symbol: WorkspaceSymbol| {
            let (path, line) = (index.path(symbol.note), symbol.place.line + 1);
            format!("{:?} {} ({path}:{line})", symbol.kind, symbol.name)
        };
        symbols.map(show).collect()
    }

    const VAULT: &str = "
        //- sea/tides.md
        ---
        title: How tides work
        aliases: [Ebb and flow]
        tags: [sea/tide]
        ---
        # Spring tides
        ## Neap tides
        //- sea/moon.md
        # The moon
        ## Tidal lock
        #moon #sea/moon/phase
    ";

    #[test]
    fn notes_headings_and_tags_are_found() {
        let fixture = Fixture::new(VAULT);
        for (typed, expected) in [
            ("neap", vec!["Heading Neap tides (sea/tides.md:7)"]),
            ("ebb", vec!["Alias Ebb and flow (sea/tides.md:2)"]),
            ("hwtds", vec!["Note How tides work (sea/tides.md:2)"]),
            (
                "#sea",
                vec![
                    "Tag #sea (sea/tides.md:4)",
                    "Tag #sea/moon (sea/moon.md:3)",
                    "Tag #sea/moon/phase (sea/moon.md:3)",
                    "Tag #sea/tide (sea/tides.md:4)",
                ],
            ),
            ("#/sea/moon/p", vec!["Tag #sea/moon/phase (sea/moon.md:3)"]),
            ("#tidal lo", vec!["Heading Tidal lock (sea/moon.md:2)"]),
            ("tides spring", vec!["Heading Spring tides (sea/tides.md:6)"]),
            ("#nptds", vec!["Heading Neap tides (sea/tides.md:7)"]),
            ("nothing of it", vec![]),
        ] {
            assert_eq!(found(&fixture, typed), expected, "{typed}");
        }
    }

    /// The heading that is a note's title is the note, and is not said twice.
    #[test]
    fn a_title_is_found_once() {
        let fixture = Fixture::new("//- a.md\n# Tide tables\n## Tide tables of 1866\n");
        assert_eq!(
            found(&fixture, "tide tables"),
            ["Note Tide tables (a.md:1)", "Heading Tide tables of 1866 (a.md:2)"]
        );
    }

    #[test]
    fn at_most_as_many_as_are_asked_for() {
        let fixture = Fixture::new("//- a.md\n## Tide one\n## Tide two\n//- tide.md\n");
        let found = workspace_symbols(&fixture.analysis, "tide", 2);
        assert_eq!(found.iter().map(|symbol| &*symbol.name).collect::<Vec<_>>(), ["tide", "Tide one"]);
    }
}
