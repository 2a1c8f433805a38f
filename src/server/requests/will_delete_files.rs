//! `workspace/willDeleteFiles`: what the deletion will break is said; nothing is changed.
use std::path::PathBuf;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::request::WillDeleteFiles as Protocol;
use tower_lsp_server::ls_types::{DeleteFilesParams, ServerCapabilities, WorkspaceEdit};

use super::{OwnerRequest, Request, VaultView, Workspace};
use crate::ide;
use crate::index::NoteId;
use crate::lsp::{Client, file_path};
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::text::VaultPath;

pub(in crate::server) struct WillDeleteFiles;

impl Request for WillDeleteFiles {
    type Protocol = Protocol;

    /// What is told of file operations says it.
    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl OwnerRequest for WillDeleteFiles {
    async fn answer(queue: &Queue, params: DeleteFilesParams) -> Result<Option<WorkspaceEdit>> {
        let paths: Vec<PathBuf> =
            params.files.iter().filter_map(|file| file_path(&file.uri.parse().ok()?)).collect();
        let broken = ask_when(queue, Needs::ALL_READ, About::Workspace, move |workspace: Workspace| {
            let of_vault = |vault: &VaultView| {
                let (notes, files) = deleted(vault, &paths);
                ide::broken_without(&vault.analysis, &notes, &files)
            };
            workspace.vaults.iter().map(of_vault).fold((0, 0), |all, some| (all.0 + some.0, all.1 + some.1))
        });
        if let Some(links) = counted(broken.await?) {
            queue.post(Event::ShowMessage(format!("Deleting this breaks {links}")));
        }
        Ok(None)
    }
}

/// How many links break, and in how many notes, in words; `None` where none does.
pub(super) fn counted((links, notes): (usize, usize)) -> Option<String> {
    let counted = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    (links > 0).then(|| format!("{} in {}", counted(links, "link"), counted(notes, "note")))
}

/// The notes of a vault and its other files among `paths`, and those in folders of that name.
pub(super) fn deleted(vault: &VaultView, paths: &[PathBuf]) -> (Vec<NoteId>, Vec<VaultPath>) {
    let index = &vault.analysis.index;
    let (mut notes, mut files) = (Vec::new(), Vec::new());
    let inside = paths.iter().filter_map(|path| vault.root.relative(path)).filter(|path| !path.is_empty());
    for path in inside {
        notes.extend(index.note(&path).into_iter().chain(index.below(&path)));
        files.extend(index.files_below(&path).cloned());
        files.extend(index.has_file(&path).then_some(path));
    }
    (notes, files)
}
