//! `slugline.dailyNote`: shows the note of today or another day, made where it is not there.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, apply, in_vault, refused, show};
use crate::ide::{self, NewNote};
use crate::lsp::Answers;
use crate::server::events::Queue;

pub(super) struct DailyNote;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault.
    uri: Option<Uri>,
    /// The day, as `2026-03-07`; without it, today.
    date: Option<String>,
}

impl Command for DailyNote {
    const NAME: &'static str = "slugline.dailyNote";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, date }: Arguments) -> Result<Option<Value>> {
        let found = in_vault(queue, uri, move |analysis, client| {
            let answers = Answers { analysis, client, open: &[] };
            let (path, edit) = match ide::daily_note(analysis, date.as_deref())? {
                NewNote::Known(note) => (analysis.index.path(note).to_owned(), None),
                NewNote::New(path, change) => {
                    if !client.applies_edits {
                        return Err("this editor does not support edits by a language server".into());
                    }
                    (path, Some(answers.workspace_edit(&change)?))
                }
            };
            Ok((answers.uri(&path).ok_or("the path of the note has no address")?, edit))
        });
        let (uri, edit) = found.await?.map_err(|why: String| refused(&why))?;
        if let Some(edit) = edit {
            apply(queue, edit, json!({"uri": uri})).await?;
        }
        show(queue, uri).await
    }
}
