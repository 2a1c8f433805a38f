//! `slugline.graph`: the notes around a note, or all of the vault, and the links between them.
use serde::{Deserialize, Serialize};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, failed, in_vault, refused};
use crate::ide::{self, Graph, GraphColumns};
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::requests::View;

pub(super) struct GraphOfNotes;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Option<Uri>,
    /// How many links around that note; without it, the whole vault.
    hops: Option<u8>,
    /// Whether the answer is a text for the page that draws it.
    #[serde(default)]
    page: bool,
}

/// The graph, and the address below which the paths of the notes are.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Graph {
        #[serde(flatten)]
        graph: Graph,
        root: String,
    },
    Page {
        page: String,
        root: String,
    },
}

impl Command for GraphOfNotes {
    const NAME: &'static str = "slugline.graph";
    type Arguments = Arguments;
    type Answer = Answer;

    async fn run(queue: &Queue, Arguments { uri, hops, page }: Arguments) -> Result<Answer> {
        let (graph, root, shows) = match (uri, hops) {
            (Some(uri), Some(hops)) => {
                let about = |answer| About::Document(uri, answer);
                let around = move |view: Option<View>| {
                    let View { analysis, client, note, .. } = view?;
                    let graph = ide::graph_around(&analysis, note, usize::from(hops));
                    Some((graph, analysis.texts().uri(""), client.shows_references))
                };
                ask_when(queue, Needs::ALL_READ, about, around)
                    .await?
                    .ok_or_else(|| refused("this document is not a note"))?
            }
            (uri, _) => {
                let all = in_vault(queue, uri, |analysis, client| {
                    // On one processor: a completion is found on all, and would wait for this.
                    let edges = analysis.index.notes().map(|note| ide::note_edges(analysis, note));
                    (ide::graph(analysis, edges), analysis.texts().uri(""), client.shows_references)
                });
                all.await?
            }
        };
        if !shows {
            queue.post(Event::ShowMessage(message(&graph)));
        }
        if page {
            // A text: whoever passes it on need not look into it.
            let page = serde_json::to_string(&GraphColumns::new(&graph)).map_err(|_| failed())?;
            return Ok(Answer::Page { page, root });
        }
        Ok(Answer::Graph { graph, root })
    }
}

/// What a client without a picture of it shows.
fn message(Graph { nodes, edges, .. }: &Graph) -> String {
    let notes = nodes.iter().filter(|node| !node.missing).count();
    format!("{notes} notes, {} pairs of linked notes; `slugline graph --format html` draws them", edges.len())
}
