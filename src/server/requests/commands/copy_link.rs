//! `slugline.copyLink`: the link that leads to the note, heading, block or moment at a position. A block without an
//! id gets one first. A client without [`SHOW_REFERENCES`](crate::lsp::SHOW_REFERENCES) is shown the link.
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;

use super::{AtCursor, Command, apply, refused};
use crate::ide;
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::requests::View;

pub(super) struct CopyLink;

impl Command for CopyLink {
    const NAME: &'static str = "slugline.copyLink";
    type Arguments = AtCursor;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, AtCursor { uri, position }: AtCursor) -> Result<Option<Value>> {
        let about = |answer| About::Document(uri, answer);
        let needs = Needs { all_read: true, open_notes: true };
        let copied = ask_when(queue, needs, about, move |view: Option<View>| {
            let view = view.ok_or("this document is not a note")?;
            let document = view.document().ok_or("this note cannot be read")?;
            let at = view.cursor(&document, position);
            let copied = ide::copy_link(&view.analysis, at, view.client.applies_edits)?;
            let edit = copied.change.map(|change| view.answers().workspace_edit(&change)).transpose()?;
            Ok((copied.text, edit, view.client.shows_references))
        });
        let (text, edit, shows) = copied.await?.map_err(|why: String| refused(&why))?;
        if !shows {
            queue.post(Event::ShowMessage(text.clone()));
        }
        let result = json!({"text": text});
        match edit {
            Some(edit) => apply(queue, edit, result).await,
            None => Ok(Some(result)),
        }
    }
}
