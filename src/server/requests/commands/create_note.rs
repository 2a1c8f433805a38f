//! `slugline.createNote`: makes a note where a link to it would want it.
use serde::Deserialize;
use serde_json::Value;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, posted, which};
use crate::server::backend::ask;
use crate::server::events::{About, Event, Queue, Wanted};
use crate::server::requests::Workspace;

pub(super) struct CreateNote;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// What it is to be called.
    name: String,
    /// The note from which it is made, or the address of its vault.
    uri: Option<Uri>,
    /// Its template, a file relative to the vault; without one that of every new note.
    template: Option<String>,
}

impl Command for CreateNote {
    const NAME: &'static str = "slugline.createNote";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { name, uri, template }: Arguments) -> Result<Option<Value>> {
        if uri.is_none() {
            // Of several vaults, one must be named.
            let one = |workspace: Workspace| match workspace.vaults.is_empty() {
                true => Ok(()),
                false => which(&workspace, None).map(|_| ()),
            };
            ask(queue, About::Workspace, one).await??;
        }
        let note = Wanted { name, template };
        posted(queue, |reply| Event::CreateNote { note, uri, reply }).await
    }
}
