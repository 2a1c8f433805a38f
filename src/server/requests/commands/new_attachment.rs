//! `slugline.newAttachment`: where a picture goes that is pasted into a note, and what embeds it there. The client makes
//! the file.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, refused};
use crate::ide;
use crate::server::backend::ask_when;
use crate::server::events::{About, Needs, Queue};
use crate::server::requests::View;

pub(super) struct NewAttachment;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// The note.
    uri: Uri,
    /// The extension of the file, without a dot.
    extension: String,
    /// How many are pasted before it at once.
    #[serde(default)]
    number: usize,
}

impl Command for NewAttachment {
    const NAME: &'static str = "slugline.newAttachment";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, extension, number }: Arguments) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        let found = ask_when(queue, Needs::ALL_READ, about, move |view: Option<View>| {
            let view = view.ok_or("this document is not a note")?;
            let made = ide::new_attachment(&view.analysis, view.note, &extension, number)?;
            let uri = view.answers().uri(&made.path).ok_or("the path of the file has no address")?;
            Ok(json!({"uri": uri, "embed": made.embed}))
        });
        found.await?.map(Some).map_err(|why: String| refused(&why))
    }
}
