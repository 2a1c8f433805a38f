//! `slugline graph`: the notes and their links, as data or as a page that draws them.
use std::io::{self, Write};

use serde::Serialize;

use super::args::{GraphArgs, GraphFormat};
use super::place::Place;
use super::progress::Progress;
use super::{Failure, Outcome, each, print};
use crate::ide::{self, Analysis, Graph, GraphColumns};
use crate::text::visible;

/// The page without a graph in it; `editors/graph` has its sources.
const PAGE: &str = include_str!("../../editors/graph/page.html");

/// Where the graph goes in [`PAGE`].
const DATA: &str = "{{data}}";

/// What `--format json` prints.
#[derive(Serialize)]
struct Printed<'a> {
    version: u32,
    vault: &'a str,
    #[serde(flatten)]
    graph: &'a Graph,
}

/// `slugline graph`.
pub(super) fn run(args: &GraphArgs) -> Result<Outcome, Failure> {
    for place in Place::all(std::slice::from_ref(&args.folder.path))? {
        let analysis = place.load_whole(&args.folder.vault)?.snapshot();
        let graph = match &args.note {
            Some(name) => {
                ide::graph_around(&analysis, place.note_named(&analysis, name)?, usize::from(args.hops))
            }
            None => whole(&analysis, args.folder.vault.quiet),
        };
        let vault = place.root().to_string_lossy();
        let mut text = Vec::new();
        write(args.format, &graph, &vault, &mut text).map_err(|error| Failure::new(error.to_string()))?;
        match &args.output {
            Some(file) => std::fs::write(file, &text)
                .map_err(|error| Failure::new(format!("cannot write {}: {error}", file.display())))?,
            None => print(|out| out.write_all(&text))?,
        }
    }
    Ok(Outcome::Clean)
}

fn whole(analysis: &Analysis, quiet: bool) -> Graph {
    let notes: Vec<_> = analysis.index.notes().collect();
    let progress = Progress::new("following links", quiet);
    ide::graph(analysis, each(&notes, &progress, |note| ide::note_edges(analysis, note)))
}

fn write(format: GraphFormat, graph: &Graph, vault: &str, out: &mut dyn Write) -> io::Result<()> {
    match format {
        GraphFormat::Json => {
            serde_json::to_writer(&mut *out, &Printed { version: 1, vault, graph })?;
            writeln!(out)
        }
        GraphFormat::Html => {
            // Nothing in it may end the element that it stands in.
            let data = serde_json::to_string(&GraphColumns::new(graph))?.replace('<', "\\u003c");
            let (before, after) = PAGE.split_once(DATA).unwrap_or((PAGE, ""));
            write!(out, "{before}{data}{after}")
        }
        GraphFormat::Dot => dot(graph, out),
        GraphFormat::Graphml => graphml(graph, out),
    }
}

/// The language of Graphviz.
fn dot(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    // A quoted string of it has no escape but that of the quote; `\` before other characters means something in labels.
    let quoted = |text: &str| format!("\"{}\"", visible(text).replace('\\', "\\\\").replace('"', "\\\""));
    writeln!(out, "digraph notes {{")?;
    for node in &graph.nodes {
        let style = if node.missing { ", style=dashed" } else { "" };
        writeln!(out, "  {} [label={}{style}];", quoted(&node.id), quoted(&node.title))?;
    }
    for edge in &graph.edges {
        if let (Some(source), Some(target)) = (graph.nodes.get(edge.source), graph.nodes.get(edge.target)) {
            writeln!(out, "  {} -> {} [weight={}];", quoted(&source.id), quoted(&target.id), edge.links)?;
        }
    }
    writeln!(out, "}}")
}

/// The XML that Gephi, yEd and NetworkX read.
fn graphml(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    // Control characters are no XML, escaped or not.
    let escaped = |text: &str| html_escape::encode_double_quoted_attribute(&visible(text)).into_owned();
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">"
    )?;
    for (id, of, kind) in [
        ("title", "node", "string"),
        ("missing", "node", "boolean"),
        ("tags", "node", "string"),
        ("video", "node", "string"),
        ("links", "edge", "int"),
    ] {
        writeln!(out, "  <key id=\"{id}\" for=\"{of}\" attr.name=\"{id}\" attr.type=\"{kind}\"/>")?;
    }
    writeln!(out, "  <graph edgedefault=\"directed\">")?;
    for node in &graph.nodes {
        write!(
            out,
            "    <node id=\"{}\"><data key=\"title\">{}</data>",
            escaped(&node.id),
            escaped(&node.title)
        )?;
        if node.missing {
            write!(out, "<data key=\"missing\">true</data>")?;
        }
        if !node.tags.is_empty() {
            write!(out, "<data key=\"tags\">{}</data>", escaped(&node.tags.join(" ")))?;
        }
        if let Some(video) = &node.video {
            write!(out, "<data key=\"video\">{}</data>", escaped(video))?;
        }
        writeln!(out, "</node>")?;
    }
    for edge in &graph.edges {
        if let (Some(source), Some(target)) = (graph.nodes.get(edge.source), graph.nodes.get(edge.target)) {
            writeln!(
                out,
                "    <edge source=\"{}\" target=\"{}\"><data key=\"links\">{}</data></edge>",
                escaped(&source.id),
                escaped(&target.id),
                edge.links
            )?;
        }
    }
    writeln!(out, "  </graph>\n</graphml>")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ide::{GraphEdge, Node};

    fn node(id: &str, title: &str, missing: bool) -> Node {
        Node { id: id.to_owned(), title: title.to_owned(), missing, tags: Vec::new(), video: None }
    }

    fn written(format: GraphFormat) -> String {
        let graph = Graph {
            nodes: vec![
                Node {
                    tags: vec!["a/b".to_owned()],
                    video: Some("v".to_owned()),
                    ..node("a.md", "A \"b\" <c> & \\d", false)
                },
                node("?x\u{1}", "</script>", true),
            ],
            edges: vec![GraphEdge { source: 0, target: 1, links: 2 }],
            cut: false,
        };
        let mut out = Vec::new();
        write(format, &graph, "/notes", &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_of_notes_is_text_in_every_format() {
        let json: Value = serde_json::from_str(&written(GraphFormat::Json)).unwrap();
        assert_eq!(json["nodes"][1]["title"], json!("</script>"));
        assert_eq!(json["edges"], json!([{"source": 0, "target": 1, "links": 2}]));
        assert_eq!(
            (&json["version"], &json["vault"], &json["cut"]),
            (&json!(1), &json!("/notes"), &json!(false))
        );

        let html = written(GraphFormat::Html);
        assert_eq!(html.matches("</script>").count(), PAGE.matches("</script>").count());
        let data = html.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!((&data["missing"], &data["targets"]), (&json!(["</script>"]), &json!([1])));

        assert_eq!(
            written(GraphFormat::Dot),
            "digraph notes {\n  \"a.md\" [label=\"A \\\"b\\\" <c> & \\\\d\"];\n  \
             \"?x\\\\u{1}\" [label=\"</script>\", style=dashed];\n  \"a.md\" -> \"?x\\\\u{1}\" [weight=2];\n}\n"
        );
        let graphml = written(GraphFormat::Graphml);
        assert!(graphml.contains(
            "<node id=\"a.md\"><data key=\"title\">A &quot;b&quot; &lt;c&gt; &amp; \\d</data>\
             <data key=\"tags\">a/b</data><data key=\"video\">v</data></node>"
        ));
        assert!(graphml.contains("<data key=\"missing\">true</data>"));
    }
}
