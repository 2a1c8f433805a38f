//! `slugline.statistics`: what `slugline stats` counts, of the vault of a note.
use serde_json::Value;
use tower_lsp_server::jsonrpc::Result;

use super::{Command, OfVault, failed, in_vault};
use crate::ide;
use crate::server::events::{Event, Queue};

pub(super) struct VaultStatistics;

impl Command for VaultStatistics {
    const NAME: &'static str = "slugline.statistics";
    type Arguments = OfVault;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, OfVault { uri }: OfVault) -> Result<Option<Value>> {
        let counted = in_vault(queue, uri, |analysis, _| {
            let links = analysis.index.notes().map(|note| ide::note_links(analysis, note));
            let counted = ide::statistics(analysis, links);
            (counted.summary(), serde_json::to_value(counted))
        });
        let (summary, counted) = counted.await?;
        queue.post(Event::ShowMessage(summary));
        counted.map(Some).map_err(|_| failed())
    }
}
