//! `slugline.linkMentions`: makes links of the unlinked mentions of a note in others: of all, or of the one at a place.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Location, Range, Uri, WorkspaceEdit};

use super::{Command, apply, refused};
use crate::ide;
use crate::server::backend::ask_when;
use crate::server::events::{About, Needs, Queue};
use crate::server::requests::View;
use crate::text::Span;

pub(super) struct LinkMentions;

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Arguments {
    /// One, as `slugline.mentions` has it.
    At { place: Location },
    /// All of a note.
    Of { uri: Uri },
}

impl Command for LinkMentions {
    const NAME: &'static str = "slugline.linkMentions";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, arguments: Arguments) -> Result<Option<Value>> {
        let (uri, at) = match arguments {
            Arguments::At { place } => (place.uri, Some(place.range)),
            Arguments::Of { uri } => (uri, None),
        };
        let about = |answer| About::Document(uri, answer);
        let needs = Needs { open_notes: true, ..Needs::ALL_READ };
        let change = move |view: Option<View>| change(&view.ok_or("this document is not a note")?, at);
        let (edit, linked) = ask_when(queue, needs, about, change).await?.map_err(|why| refused(&why))?;
        apply(queue, edit, json!({"linked": linked})).await
    }
}

/// The edit, and how many mentions it makes links of.
fn change(view: &View, at: Option<Range>) -> std::result::Result<(WorkspaceEdit, usize), String> {
    let analysis = &view.analysis;
    let change = match at {
        Some(Range { start, end }) => {
            let document = view.document().ok_or("this note cannot be read")?;
            let [start, end] = [start, end].map(|place| view.cursor(&document, place).offset);
            ide::link_mention_at(analysis, view.note, Span::new(start, end.max(start)))
        }
        None => ide::link_mentions_of(analysis, view.note),
    };
    let linked = change.edits.iter().map(|(_, edits)| edits.len()).sum();
    if linked == 0 {
        return Err("no mention here can become a link".to_owned());
    }
    Ok((view.answers().workspace_edit(&change)?, linked))
}
