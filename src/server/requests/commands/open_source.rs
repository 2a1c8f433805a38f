//! `slugline.openSource`: opens the video of a note, at the moment of the timestamp at a position.
use serde::Deserialize;
use serde_json::Value;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Position, Uri};

use super::{Command, NO_VIDEO, open, refused};
use crate::ide;
use crate::server::backend::ask;
use crate::server::events::{About, Queue};
use crate::server::requests::View;

pub(super) struct OpenSource;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// The note.
    uri: Uri,
    /// Where the cursor is.
    #[serde(default)]
    position: Position,
}

impl Command for OpenSource {
    const NAME: &'static str = "slugline.openSource";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, Arguments { uri, position }: Arguments) -> Result<Option<Value>> {
        let found = ask(
            queue,
            |answer| About::Document(uri, answer),
            move |view: Option<View>| {
                let view = view?;
                let document = view.document()?;
                ide::source_at(&view.analysis, view.cursor(&document, position))
            },
        );
        let address = found.await?.ok_or_else(|| refused(NO_VIDEO))?;
        let address = address.parse().map_err(|_| refused("the address of the video is not valid"))?;
        open(queue, address).await
    }
}
