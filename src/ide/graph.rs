//! Notes as a graph: who links to whom, and to which names that no note has.
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::Analysis;
use crate::index::{LinkFact, NoteId, Resolution, slug};
use crate::syntax::LinkKind;
use crate::text::PathText as _;

/// Notes that [`graph_around`] shows at most.
const MOST_AROUND: usize = 2_000;

/// A node of a [`Graph`].
#[derive(Serialize, Debug, PartialEq, Eq, Clone)]
pub struct Node {
    /// The path of a note; the name of a missing one behind `?`, which no path begins with.
    pub id: String,
    /// The title, else the file name without extension; the name of a missing note.
    pub title: String,
    /// Whether links name it and no note has that name.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub missing: bool,
    /// The tags, as written, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The id of the source of the front matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<String>,
}

/// The links of one note to another, or to a missing name.
#[derive(Serialize, Debug, PartialEq, Eq, Clone, Copy, PartialOrd, Ord)]
pub struct GraphEdge {
    /// The note with the links, by its place in [`Graph::nodes`].
    pub source: usize,
    /// Where they lead, likewise.
    pub target: usize,
    /// How many there are.
    pub links: u32,
}

/// Notes, and the links between them: no node is there twice, no edge either, and none leads to its own note.
#[derive(Serialize, Debug, PartialEq, Eq, Clone, Default)]
pub struct Graph {
    /// By path; missing names, by name, come last.
    pub nodes: Vec<Node>,
    /// By source, then by target.
    pub edges: Vec<GraphEdge>,
    /// Whether there are notes near enough that were left out, since there are too many.
    pub cut: bool,
}

/// Where links lead.
#[derive(PartialEq, Eq, Hash, Clone, Debug)]
enum End {
    Note(NoteId),
    /// By slug, so that the spellings of one name are one.
    Missing(String),
}

/// Where the links of one note lead, each once.
pub struct NoteEdges {
    note: NoteId,
    ends: FxHashMap<End, (u32, Option<String>)>,
}

/// Where the links of `note` lead; not those to itself, to attachments and to folders.
pub fn note_edges(analysis: &Analysis, note: NoteId) -> NoteEdges {
    edges_by(analysis, note, analysis.links(note))
}

fn edges_by<'a>(
    analysis: &Analysis,
    note: NoteId,
    links: impl Iterator<Item = (LinkFact<'a>, Resolution)>,
) -> NoteEdges {
    let mut ends: FxHashMap<End, (u32, Option<String>)> = FxHashMap::default();
    for (link, resolution) in links {
        // A definition is where the links of its label lead, and no link of its own.
        if link.kind == LinkKind::Definition {
            continue;
        }
        let (end, name) = match (resolution.note(), missing(analysis, link, &resolution)) {
            (Some(target), _) if target != note => (End::Note(target), None),
            (None, Some((slug, name))) => (End::Missing(slug), Some(name)),
            _ => continue,
        };
        ends.entry(end).or_insert((0, name)).0 += 1;
    }
    NoteEdges { note, ends }
}

/// The slug and the spelling of the missing note that a link names.
fn missing(analysis: &Analysis, link: LinkFact, resolution: &Resolution) -> Option<(String, String)> {
    if !resolution.is_broken() || resolution.names_file || link.is_own() {
        return None;
    }
    let target = link.target.text();
    let name = target.file_name();
    let name = analysis.settings().note_stem(name).unwrap_or(name);
    let slug = slug(name);
    let slug = if slug.is_empty() { name.to_owned() } else { slug.into_owned() };
    Some((slug, name.to_owned()))
}

/// All notes of the vault, by where the links of each lead.
pub fn graph(analysis: &Analysis, edges: impl IntoIterator<Item = NoteEdges>) -> Graph {
    build(analysis, analysis.index.notes().collect(), edges, false)
}

/// The notes that are at most `hops` links from `center`, in either direction, and the links between them; the nearest
/// 2,000 where there are more.
pub fn graph_around(analysis: &Analysis, center: NoteId, hops: usize) -> Graph {
    let index = &analysis.index;
    let mut near = FxHashSet::from_iter([center]);
    let mut edges = Vec::new();
    let mut last = vec![center];
    let mut cut = false;
    for _ in 0..hops {
        let mut next = Vec::new();
        for note in std::mem::take(&mut last) {
            index.cancel().check();
            if cut {
                break;
            }
            let own = note_edges(analysis, note);
            let outgoing = own.ends.keys().filter_map(|end| match end {
                End::Note(target) => Some(*target),
                End::Missing(_) => None,
            });
            let mut found: Vec<NoteId> = outgoing.chain(index.linking(note, MOST_AROUND + 1)).collect();
            edges.push(own);
            found.sort_unstable();
            found.dedup();
            for found in found {
                if near.contains(&found) {
                    continue;
                }
                if near.len() >= MOST_AROUND {
                    cut = true;
                    break;
                }
                near.insert(found);
                next.push(found);
            }
        }
        last = next;
    }
    // What the outermost notes lead to is a hop further, but for what is here already.
    let names = index.name_keys(near.iter().copied());
    for note in last {
        let mut own = edges_by(analysis, note, index.links_to_names(note, &names));
        own.ends.retain(|end, _| matches!(end, End::Note(_)));
        edges.push(own);
    }
    build(analysis, near.into_iter().collect(), edges, cut)
}

fn build(
    analysis: &Analysis,
    mut notes: Vec<NoteId>,
    edges: impl IntoIterator<Item = NoteEdges>,
    cut: bool,
) -> Graph {
    let index = &analysis.index;
    notes.sort_by_key(|&note| index.path(note));
    let places: FxHashMap<NoteId, usize> = notes.iter().enumerate().map(|(at, &note)| (note, at)).collect();
    let mut graph = Graph { cut, ..Graph::default() };
    for &note in &notes {
        let facts = index.facts(note);
        let mut tags: Vec<String> =
            facts.into_iter().flat_map(|facts| facts.tags()).map(str::to_owned).collect();
        tags.sort();
        tags.dedup();
        graph.nodes.push(Node {
            id: index.path(note).to_owned(),
            title: index.title(note).to_owned(),
            missing: false,
            tags,
            video: facts.and_then(|facts| facts.video()).map(|source| source.id.to_owned()),
        });
    }
    // Missing names by slug: the least spelling, and the links.
    let mut missing: FxHashMap<String, (String, Vec<(usize, u32)>)> = FxHashMap::default();
    for NoteEdges { note, ends } in edges {
        let Some(&source) = places.get(&note) else { continue };
        for (end, (links, name)) in ends {
            match end {
                End::Note(target) => {
                    if let Some(&target) = places.get(&target) {
                        graph.edges.push(GraphEdge { source, target, links });
                    }
                }
                End::Missing(slug) => {
                    let name = name.unwrap_or_default();
                    let (least, from) = missing.entry(slug).or_insert_with(|| (name.clone(), Vec::new()));
                    if name < *least {
                        *least = name;
                    }
                    from.push((source, links));
                }
            }
        }
    }
    let mut missing: Vec<_> = missing.into_values().collect();
    missing.sort();
    for (name, from) in missing {
        let target = graph.nodes.len();
        graph.edges.extend(from.into_iter().map(|(source, links)| GraphEdge { source, target, links }));
        let id = format!("?{name}");
        graph.nodes.push(Node { id, title: name, missing: true, tags: Vec::new(), video: None });
    }
    graph.edges.sort_unstable();
    graph
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ide::fixture::Fixture;

    const VAULT: &str = "
//- a.md
---
title: The first
videoId: PdiSU9-Fge4
---
[[b]] [[B#part]] [[a]] [[gone thing]] ![[photo.png]] [[00:10]] #x/y #x
//- sub/b.md
[[Gone_Thing]] [c](../c.md) [no](../nothing.md)
//- c.md
[[d]]
//- d.md
alone
//- e.md
[[d]]
//- photo.png
";

    fn show(graph: &Graph) -> String {
        let name = |at: usize| graph.nodes[at].id.as_str();
        let edges = graph
            .edges
            .iter()
            .map(|edge| format!("{} -> {} {}", name(edge.source), name(edge.target), edge.links));
        edges.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_note_and_missing_name_is_there_once() {
        let fixture = Fixture::new(VAULT);
        let analysis = &fixture.analysis;
        let graph = graph(analysis, analysis.index.notes().map(|note| note_edges(analysis, note)));
        let ids: Vec<_> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["a.md", "c.md", "d.md", "e.md", "sub/b.md", "?Gone_Thing", "?nothing"]);
        assert_eq!(graph.nodes[0].title, "The first");
        assert_eq!(graph.nodes[0].tags, ["x", "x/y"]);
        assert_eq!(graph.nodes[0].video.as_deref(), Some("PdiSU9-Fge4"));
        assert_eq!(
            show(&graph),
            "a.md -> sub/b.md 2\na.md -> ?Gone_Thing 1\nc.md -> d.md 1\ne.md -> d.md 1\n\
             sub/b.md -> c.md 1\nsub/b.md -> ?Gone_Thing 1\nsub/b.md -> ?nothing 1"
        );
    }

    #[test]
    fn around_a_note() {
        let fixture = Fixture::new(VAULT);
        let around = |path, hops| show(&graph_around(&fixture.analysis, fixture.note(path), hops));
        assert_eq!(around("c.md", 0), "");
        assert_eq!(around("c.md", 1), "c.md -> d.md 1\nsub/b.md -> c.md 1");
        assert_eq!(
            around("c.md", 2),
            "a.md -> sub/b.md 2\nc.md -> d.md 1\ne.md -> d.md 1\nsub/b.md -> c.md 1\n\
             sub/b.md -> ?Gone_Thing 1\nsub/b.md -> ?nothing 1"
        );
    }

    /// Of the outermost notes only the links to what is near are looked at: they are those of the whole vault.
    #[test]
    fn links_among_the_outermost_are_those_of_the_whole_vault() {
        let fixture = Fixture::new(
            "
//- a.md
[[Bé b]] [[other]] [c](sub/c%20c.md) [[sub/d|d]] [[folder/]]
//- sub/b.md
---
title: Bé b
aliases: [other]
---
[[c c]] [[../a]] [[D]] [[x.y]] [[gone]] [a](../a.md#x)
//- sub/c c.md
[[/sub/b.md]] [[be b]] [[bé_b#x]] ![[sub/d]]
//- sub/d.md
[[sub/c c.md]] [x](<../x.y.md>) [[folder/folder]]
//- x.y.md
[[a]] [[a.md]] [[BÉ B]]
//- folder/folder.md
[[Other]]
",
        );
        let analysis = &fixture.analysis;
        let whole = graph(analysis, analysis.index.notes().map(|note| note_edges(analysis, note)));
        let lines = |graph: &Graph, of: &Graph| {
            let is_here =
                |at: usize| of.nodes.iter().any(|node| !node.missing && node.id == graph.nodes[at].id);
            let mut graph = graph.clone();
            graph.edges.retain(|edge| is_here(edge.source) && is_here(edge.target));
            show(&graph)
        };
        for path in ["a.md", "sub/b.md", "sub/c c.md", "sub/d.md", "x.y.md", "folder/folder.md"] {
            let around = graph_around(analysis, fixture.note(path), 1);
            assert!(around.edges.len() > 2, "{path}");
            assert_eq!(lines(&around, &around), lines(&whole, &around), "{path}");
        }
    }
}
