//! Notes and sections as a tree of who links to whom.
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::references::placed;
use super::{Analysis, Cursor, Occurrence, Role, Symbol, around, occurrences, symbol_at};
use crate::index::{LinePlace, NoteId};

/// Links among which callers are looked for, and notes that are called: a tree is to choose from.
const MOST: usize = 500;

/// Callers that are opened for the sentence around their link.
const MOST_SENTENCES: usize = 50;

/// Callers that are opened at once.
const OPENED_AT_ONCE: usize = 16;

/// A note that links to something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The note.
    pub note: NoteId,
    /// The sentence around the first of its links; `None` where the note's file has gone, or there are many callers.
    pub sentence: Option<String>,
    /// Its links, in order.
    pub places: Vec<LinePlace>,
}

/// A note that something links to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Called {
    /// The note.
    pub note: NoteId,
    /// The links to it, in order.
    pub places: Vec<LinePlace>,
}

/// What the hierarchy of a cursor begins with: the note or heading that it names; anything else is of its note.
pub fn hierarchy_root(analysis: &Analysis, at: Cursor) -> Symbol {
    let named = symbol_at(analysis, at).map(|named| named.symbol);
    let is_node = |symbol: &Symbol| matches!(symbol, Symbol::Note(_) | Symbol::Heading { .. });
    named.filter(is_node).unwrap_or(Symbol::Note(at.note))
}

/// The notes with links to `symbol`, by path; of a note with very many, some. The first are opened when their turn
/// comes.
pub fn incoming<'a>(analysis: &'a Analysis, symbol: &Symbol) -> impl Iterator<Item = Caller> + 'a {
    let path = |note| analysis.index.path(note);
    let mut found = match *symbol {
        Symbol::Note(note) => {
            let links = analysis.index.some_backlinks(note, MOST);
            placed(analysis, &links, |link| !link.is_own())
        }
        _ => occurrences(analysis, symbol),
    };
    found.retain(|found| matches!(found.role, Role::Link(_)));
    found.sort_by(|a, b| (path(a.note), a.place).cmp(&(path(b.note), b.place)));
    let same = |a: &Occurrence, b: &Occurrence| a.note == b.note;
    let callers = found.chunk_by(same).take(MOST).filter_map(|links| {
        Some(Caller {
            note: links.first()?.note,
            sentence: None,
            places: links.iter().map(|link| link.place).collect(),
        })
    });
    let mut callers: Vec<Caller> = callers.collect();
    let rest = callers.split_off(callers.len().min(MOST_SENTENCES));
    let sentence = |caller: &Caller| {
        analysis.index.cancel().check();
        let place = caller.places.first()?;
        let piece = analysis.around(caller.note, std::slice::from_ref(place))?;
        around::sentence(&piece, analysis.settings(), piece.span(*place))
    };
    let mut left = callers.into_iter();
    let opened = std::iter::from_fn(move || {
        let mut some: Vec<Caller> = left.by_ref().take(OPENED_AT_ONCE).collect();
        some.par_iter_mut().for_each(|caller| caller.sentence = sentence(caller));
        (!some.is_empty()).then_some(some)
    });
    opened.flatten().chain(analysis.index.cancel().over(rest.into_iter()))
}

/// The notes that links of `symbol`, a note or the section of a heading, lead to, in the order of the first
/// links; of very many, the first.
pub fn outgoing(analysis: &Analysis, symbol: &Symbol) -> Vec<Called> {
    let (note, heading) = match *symbol {
        Symbol::Note(note) => (note, None),
        Symbol::Heading { note, index } => (note, Some(index)),
        _ => return Vec::new(),
    };
    let Some(facts) = analysis.index.facts(note) else { return Vec::new() };
    let (mut from, mut to) = (0, u32::MAX);
    if let Some(heading) = heading {
        let mut headings = facts.headings().zip(facts.places().headings()).skip(heading);
        let Some((first, place)) = headings.next() else { return Vec::new() };
        let next = headings.find(|(next, _)| next.level <= first.level);
        (from, to) = (place.line, next.map_or(u32::MAX, |(_, next)| next.line));
    }
    let mut found: Vec<Called> = Vec::new();
    let mut known: FxHashMap<NoteId, usize> = FxHashMap::default();
    let mut resolved = analysis.links(note).peekable();
    for (link, place) in facts.links().zip(facts.places().links()) {
        // A time in brackets is no link.
        let Some((_, lead)) = resolved.next_if(|(own, _)| *own == link) else { continue };
        let Some(lead) = lead.note().filter(|_| !link.is_own()) else { continue };
        if !(from..to).contains(&place.line) {
            continue;
        }
        if found.len() == MOST && !known.contains_key(&lead) {
            break;
        }
        let at = *known.entry(lead).or_insert_with(|| {
            found.push(Called { note: lead, places: Vec::new() });
            found.len() - 1
        });
        if let Some(called) = found.get_mut(at) {
            called.places.push(place);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VAULT: &str = "
//- hub.md
# Hub
[[a]] and [[b]]
## Part
[[#Part]] [[A]] [[p.png]] [[gone]] [[00:05]]
# Other
[[b]]
//- a.md
One. Two links to [[hub]]. Three to [[Hub#Part]].
//- b.md
[[hub|the hub]]
//- p.png
";

    fn show(found: &[(NoteId, Vec<LinePlace>)], fixture: &Fixture) -> String {
        let show = |(note, places): &(NoteId, Vec<LinePlace>)| {
            let places: Vec<_> = places.iter().map(|at| format!("{}:{}", at.line, at.column)).collect();
            format!("{} {}", fixture.analysis.index.path(*note), places.join(" "))
        };
        found.iter().map(show).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn backlinks_come_by_note_with_their_sentence() {
        let fixture = Fixture::new(VAULT);
        let hub = fixture.note("hub.md");
        let of = |symbol| {
            let found = incoming(&fixture.analysis, &symbol);
            let show = |caller: Caller| {
                let places = show(&[(caller.note, caller.places)], &fixture);
                format!("{places} {}", caller.sentence.unwrap())
            };
            found.map(show).collect::<Vec<_>>()
        };
        assert_eq!(of(Symbol::Note(hub)), ["a.md 0:18 0:36 Two links to hub.", "b.md 0:0 the hub"]);
        assert_eq!(
            of(Symbol::Heading { note: hub, index: 1 }),
            ["a.md 0:36 Three to Hub#Part.", "hub.md 3:0 Part A p.png gone 00:05"]
        );
    }

    #[test]
    fn of_very_many_only_some_are_shown_and_opened() {
        let (links, others): (String, String) =
            (0..MOST + 9).map(|n| (format!("[[{n}]]\n"), format!("//- {n}.md\nSee [[hub]].\n"))).unzip();
        let fixture = Fixture::new(&format!("{others}//- a.md\n[[hub#Part]]\n//- hub.md\n# Part\n{links}"));
        let hub = fixture.note("hub.md");
        let callers: Vec<Caller> = incoming(&fixture.analysis, &Symbol::Note(hub)).collect();
        let opened = callers.iter().filter(|caller| caller.sentence.is_some());
        assert_eq!((callers.len(), opened.count()), (MOST, MOST_SENTENCES));
        let of_part = Symbol::Heading { note: hub, index: 0 };
        assert_eq!(incoming(&fixture.analysis, &of_part).count(), 1);
        assert_eq!(outgoing(&fixture.analysis, &Symbol::Note(hub)).len(), MOST);
    }

    #[test]
    fn links_of_a_note_and_of_a_section() {
        let fixture = Fixture::new(VAULT);
        let hub = fixture.note("hub.md");
        let of = |symbol| {
            let found = outgoing(&fixture.analysis, &symbol).into_iter();
            show(&found.map(|called| (called.note, called.places)).collect::<Vec<_>>(), &fixture)
        };
        assert_eq!(of(Symbol::Note(hub)), "a.md 1:0 3:10, b.md 1:10 5:0");
        assert_eq!(of(Symbol::Heading { note: hub, index: 0 }), "a.md 1:0 3:10, b.md 1:10");
        assert_eq!(of(Symbol::Heading { note: hub, index: 1 }), "a.md 3:10");
    }

    #[test]
    fn a_hierarchy_begins_with_a_note_or_a_heading() {
        let root = |source: &str| {
            let fixture = Fixture::new(source);
            match hierarchy_root(&fixture.analysis, fixture.cursor()) {
                Symbol::Note(note) => fixture.analysis.index.path(note).to_owned(),
                Symbol::Heading { note, index } => format!("{}#{index}", fixture.analysis.index.path(note)),
                other => panic!("{other:?}"),
            }
        };
        let other = "\n//- other.md\n## Part\n";
        assert_eq!(root(&format!("# One\n\nplain$0{other}")), "note.md");
        assert_eq!(root(&format!("[[oth$0er]]{other}")), "other.md");
        assert_eq!(root(&format!("[[other#pa$0rt]]{other}")), "other.md#0");
        assert_eq!(root(&format!("x\n## Ow$0n{other}")), "note.md#0");
    }
}
