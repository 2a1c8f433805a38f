//! `slugline.missingNote`: the note that the link at a position wants and that is not there, with the notes that have
//! similar names; `null` where there is no such link. A client that follows such links asks what to do about it.
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Position;

use super::{AtCursor, Command};
use crate::ide;
use crate::server::backend::ask_when;
use crate::server::events::{About, Needs, Queue};
use crate::server::requests::View;

pub(super) struct MissingNote;

impl Command for MissingNote {
    const NAME: &'static str = "slugline.missingNote";
    type Arguments = AtCursor;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, AtCursor { uri, position }: AtCursor) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        ask_when(queue, Needs::ALL_READ, about, move |view: Option<View>| find(&view?, position)).await
    }
}

fn find(view: &View, position: Position) -> Option<Value> {
    let analysis = &view.analysis;
    let document = view.document()?;
    let missing = ide::missing_note(analysis, view.cursor(&document, position))?;
    let near = missing.near.iter().filter_map(|&note| {
        let (path, title) = (analysis.index.path(note), analysis.index.title(note));
        Some(json!({"uri": view.answers().uri_of(note)?, "path": path, "title": title}))
    });
    let near: Vec<_> = near.collect();
    let range = view.answers().range(&document, missing.span);
    Some(json!({"name": missing.name, "range": range, "near": near}))
}
