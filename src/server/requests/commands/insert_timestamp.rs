//! `slugline.insertTimestamp`: inserts a timestamp of a given time, else of what is said next.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Position, Uri};

use super::{Command, Named, apply, refused};
use crate::server::backend::ask;
use crate::server::events::{About, Queue};
use crate::server::requests::View;
use crate::{ide, syntax};

pub(super) struct InsertTimestamp;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// The note.
    uri: Uri,
    /// Where the cursor is.
    position: Position,
    /// Seconds from the video's start.
    seconds: Option<u32>,
    /// The same as it is typed: `4:32`.
    time: Option<String>,
    /// The source, as an earlier answer names it; else that of the note.
    source: Option<Named>,
}

impl Command for InsertTimestamp {
    const NAME: &'static str = "slugline.insertTimestamp";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(
        queue: &Queue,
        Arguments { uri, position, seconds, time, source }: Arguments,
    ) -> Result<Option<Value>> {
        let typed = time.map(|time| {
            let not_a_time = || refused(&format!("`{time}` is not a time: write it as 4:32 or 1:02:14"));
            syntax::seconds(&time).ok_or_else(not_a_time)
        });
        let second = seconds.map(Ok).or(typed).transpose()?;
        let source = source.map(ide::SourceKey::from);
        let edit = ask(
            queue,
            |answer| About::Document(uri, answer),
            move |view: Option<View>| {
                let view = view.ok_or("this document is not a note")?;
                let document = view.document().ok_or("this note cannot be read")?;
                let at = view.cursor(&document, position);
                let new = ide::insert_timestamp(&view.analysis, at, second, source.as_ref())?;
                let result = json!({"seconds": new.second, "text": new.text});
                let edit = view.answers().workspace_edit(&new.change(at));
                Ok((edit?, result))
            },
        );
        let (edit, result) = edit.await?.map_err(|why: String| refused(&why))?;
        apply(queue, edit, result).await
    }
}
