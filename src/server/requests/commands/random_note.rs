//! `slugline.randomNote`: shows a note by chance.
use serde_json::Value;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::Uri;

use super::{Command, OfVault, refused, show};
use crate::server::backend::ask;
use crate::server::events::{About, Queue};
use crate::server::requests::Workspace;

/// How often another note is drawn where it is the one that is shown.
const MOST_DRAWS: usize = 16;

pub(super) struct RandomNote;

impl Command for RandomNote {
    const NAME: &'static str = "slugline.randomNote";
    type Arguments = OfVault;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, OfVault { uri }: OfVault) -> Result<Option<Value>> {
        let drawn = ask(queue, About::Workspace, move |workspace: Workspace| {
            let draws = (0..MOST_DRAWS).filter_map(|_| draw(&workspace));
            let mut last = None;
            for drawn in draws {
                if Some(&drawn) != uri.as_ref() {
                    return Some(drawn);
                }
                last = Some(drawn);
            }
            last
        });
        show(queue, drawn.await?.ok_or_else(|| refused("there are no notes in the folders that are open"))?)
            .await
    }
}

/// A note of any vault, each as likely as the others.
fn draw(workspace: &Workspace) -> Option<Uri> {
    let all: usize = workspace.vaults.iter().map(|vault| vault.analysis.index.len()).sum();
    if all == 0 {
        return None;
    }
    let mut number = fastrand::usize(..all);
    let vault = workspace.vaults.iter().find(|vault| {
        let notes = vault.analysis.index.len();
        let is_it = number < notes;
        number -= if is_it { 0 } else { notes };
        is_it
    })?;
    let note = vault.analysis.index.any(fastrand::usize(..))?;
    vault.answers(&workspace.client).uri_of(note)
}
