//! `slugline.templates`: the templates that a new note can begin with.
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;

use super::{Command, OfVault, in_vault, some_of};
use crate::ide;
use crate::server::events::{Event, Queue};

pub(super) struct Templates;

impl Command for Templates {
    const NAME: &'static str = "slugline.templates";
    type Arguments = OfVault;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, OfVault { uri }: OfVault) -> Result<Option<Value>> {
        let found =
            in_vault(queue, uri, |analysis, client| (ide::templates(analysis), client.shows_references));
        let (templates, shows) = found.await?;
        if !shows {
            queue.post(Event::ShowMessage(match templates.len() {
                0 => "no templates; the setting templates.folder names their folder".to_owned(),
                total => some_of(templates.iter().cloned(), total),
            }));
        }
        Ok(Some(json!(templates)))
    }
}
