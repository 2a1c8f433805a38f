//! `slugline.reindex`: reads all vaults again.
use serde_json::Value;
use tower_lsp_server::jsonrpc::Result;

use super::{Command, Nothing};
use crate::server::events::{Event, Queue};

pub(super) struct Reindex;

impl Command for Reindex {
    const NAME: &'static str = "slugline.reindex";
    type Arguments = Nothing;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, _: Nothing) -> Result<Option<Value>> {
        queue.post(Event::Reindex);
        Ok(None)
    }
}
