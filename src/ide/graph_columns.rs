//! A graph by columns, as the page that draws it reads it: of tens of thousands of notes and links, writing and reading
//! an object of each takes longer than to find them.
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::graph::{Graph, Node};
use crate::text::PathText as _;

/// A [`Graph`] by columns, without the number of links between two notes. Nodes have their numbers from it, and what
/// many nodes have in common is there once.
#[derive(Serialize, Debug, PartialEq, Eq)]
pub struct GraphColumns<'g> {
    /// Names of folders, tags and videos, which the notes have by their places in these lists.
    folders: Vec<&'g str>,
    tags: Vec<&'g str>,
    videos: Vec<&'g str>,
    notes: Notes<'g>,
    /// The names of the nodes behind the notes, which no note has.
    missing: Vec<&'g str>,
    /// How many links each note has, to how many nodes.
    counts: Vec<usize>,
    /// To which, in the order of the notes.
    targets: Vec<usize>,
    cut: bool,
}

/// The columns of the notes.
#[derive(Serialize, Debug, PartialEq, Eq, Default)]
struct Notes<'g> {
    folder: Vec<usize>,
    /// The file.
    name: Vec<&'g str>,
    /// None where it is the name of the file without extension.
    title: Vec<Option<&'g str>>,
    tags: Vec<Vec<usize>>,
    video: Vec<Option<usize>>,
}

impl<'g> GraphColumns<'g> {
    /// The columns of `graph`.
    pub fn new(graph: &'g Graph) -> Self {
        let (mut folders, mut tags, mut videos) = (Names::default(), Names::default(), Names::default());
        let mut notes = Notes::default();
        let (missing, there): (Vec<_>, Vec<_>) = graph.nodes.iter().partition(|node| node.missing);
        for Node { id, title, tags: own, video, .. } in there {
            let name = id.file_name();
            notes.folder.push(folders.place(id.folder()));
            notes.name.push(name);
            notes.title.push(Some(title.as_str()).filter(|title| *title != id.file_stem()));
            notes.tags.push(own.iter().map(|tag| tags.place(tag)).collect());
            notes.video.push(video.as_deref().map(|video| videos.place(video)));
        }
        let mut counts = vec![0; notes.name.len()];
        for edge in &graph.edges {
            if let Some(count) = counts.get_mut(edge.source) {
                *count += 1;
            }
        }
        Self {
            folders: folders.names,
            tags: tags.names,
            videos: videos.names,
            notes,
            missing: missing.iter().map(|node| node.title.as_str()).collect(),
            counts,
            targets: graph.edges.iter().map(|edge| edge.target).collect(),
            cut: graph.cut,
        }
    }
}

/// Names, each once, in the order in which they came.
#[derive(Default)]
struct Names<'g> {
    names: Vec<&'g str>,
    places: FxHashMap<&'g str, usize>,
}

impl<'g> Names<'g> {
    fn place(&mut self, name: &'g str) -> usize {
        *self.places.entry(name).or_insert_with(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ide::fixture::Fixture;
    use crate::ide::{graph, note_edges};

    #[test]
    fn what_notes_have_in_common_is_there_once() {
        let fixture = Fixture::new(
            "
//- a.md
---
title: The first
videoId: PdiSU9-Fge4
---
[[b]] [[b]] [[c]] [[gone]] #x/y #x
//- sub/b.md
[[gone]] #x
//- sub/c.md
---
videoId: PdiSU9-Fge4
---
",
        );
        let analysis = &fixture.analysis;
        let graph = graph(analysis, analysis.index.notes().map(|note| note_edges(analysis, note)));
        let expected = json!({
            "folders": ["", "sub"],
            "tags": ["x", "x/y"],
            "videos": ["PdiSU9-Fge4"],
            "notes": {
                "folder": [0, 1, 1],
                "name": ["a.md", "b.md", "c.md"],
                "title": ["The first", null, null],
                "tags": [[0, 1], [0], []],
                "video": [0, null, 0],
            },
            "missing": ["gone"],
            "counts": [3, 1, 0],
            "targets": [1, 2, 3, 3],
            "cut": false,
        });
        assert_eq!(serde_json::to_value(GraphColumns::new(&graph)).unwrap(), expected);
    }
}
