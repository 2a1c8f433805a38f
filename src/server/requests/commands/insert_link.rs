//! `slugline.insertLink`: writes a link to a note, with the selected words as its text.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Range, Uri};

use super::{Command, apply, refused};
use crate::ide;
use crate::lsp::range as positions;
use crate::server::backend::ask_when;
use crate::server::events::{About, Needs, Queue};
use crate::server::requests::Workspace;
use crate::server::requests::rename::note;

pub(super) struct InsertLink;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// The note.
    uri: Uri,
    /// What is selected, or where the cursor is.
    range: Range,
    /// The note that the link leads to.
    to: Uri,
}

impl Command for InsertLink {
    const NAME: &'static str = "slugline.insertLink";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, range, to }: Arguments) -> Result<Option<Value>> {
        let edit = ask_when(queue, Needs::ALL_READ, About::Workspace, move |workspace: Workspace| {
            let client = &workspace.client;
            let (vault, from) = note(&workspace, &uri).ok_or("this document is not a note")?;
            let analysis = &vault.analysis;
            let to = note(&workspace, &to).filter(|(other, _)| std::ptr::eq(*other, vault));
            let (_, to) = to.ok_or("the link would lead out of the vault")?;
            let document = analysis.document(from).ok_or("this note cannot be read")?;
            let span = document.lines.span(&document.text, positions(range), client.encoding);
            let (change, text) = ide::insert_link(analysis, from, span, to)?;
            Ok((vault.answers(client).workspace_edit(&change)?, text))
        });
        let (edit, text) = edit.await?.map_err(|why: String| refused(&why))?;
        apply(queue, edit, json!({"text": text})).await
    }
}
