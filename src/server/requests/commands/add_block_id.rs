//! `slugline.addBlockId`: gives a block of another note the id that a completed link names.
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{self as lsp, Uri};

use super::{Command, apply, refused};
use crate::ide;
use crate::server::backend::ask;
use crate::server::events::{About, Queue};
use crate::server::requests::View;

pub(in crate::server::requests) struct AddBlockId;

#[derive(Deserialize, Serialize)]
pub(in crate::server::requests) struct Arguments {
    /// The document with the link.
    uri: Uri,
    /// The path of the note with the block.
    note: String,
    id: String,
}

impl AddBlockId {
    /// What an item of a completion does, beside what it inserts.
    pub(in crate::server::requests) fn after(uri: Uri, note: &str, id: String) -> lsp::Command {
        let arguments = Arguments { uri, note: note.to_owned(), id };
        let arguments = serde_json::to_value(arguments).ok().map(|arguments| vec![arguments]);
        lsp::Command::new("Add the block ID".to_owned(), Self::NAME.to_owned(), arguments)
    }
}

impl Command for AddBlockId {
    const NAME: &'static str = "slugline.addBlockId";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, note, id }: Arguments) -> Result<Option<Value>> {
        let edit = ask(
            queue,
            |answer| About::Document(uri, answer),
            move |view: Option<View>| {
                let view = view.ok_or("this document is not a note")?;
                let found = view.analysis.index.note(&note).ok_or("the note no longer exists")?;
                let change = ide::give_block_id(&view.analysis, found, &id)?;
                Ok(change.map(|change| view.answers().workspace_edit(&change)).transpose()?)
            },
        );
        match edit.await?.map_err(|why: String| refused(&why))? {
            Some(edit) => apply(queue, edit, json!({})).await,
            None => Ok(None),
        }
    }
}
