//! `workspace/willRenameFiles`: links follow the files and folders that somebody moves in the editor.
use std::path::PathBuf;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::request::WillRenameFiles as Protocol;
use tower_lsp_server::ls_types::{FileRename, RenameFilesParams, ServerCapabilities, WorkspaceEdit};

use super::commands::refused;
use super::will_delete_files::{counted, deleted};
use super::{OwnerRequest, Request, VaultView, Workspace};
use crate::ide::{self, Move};
use crate::lsp::{Client, file_path};
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::text::VaultPath;

pub(in crate::server) struct WillRenameFiles;

impl Request for WillRenameFiles {
    type Protocol = Protocol;

    /// What is told of file operations says it.
    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl OwnerRequest for WillRenameFiles {
    async fn answer(queue: &Queue, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        let found = ask_when(queue, Needs::ALL_READ, About::Workspace, move |workspace: Workspace| {
            let edits = workspace.vaults.iter().map(|vault| edit(&workspace, vault, &params.files));
            let edit = edits.collect::<Result<Vec<_>>>().map(|edits| edits.into_iter().flatten().next());
            let left = workspace.vaults.iter().map(|vault| left_behind(vault, &params.files));
            (edit, left.fold((0, 0), |all, some| (all.0 + some.0, all.1 + some.1)))
        });
        let (edit, broken) = found.await?;
        if let Some(links) = counted(broken) {
            queue.post(Event::ShowMessage(format!("Moving this out of the vault breaks {links}")));
        }
        edit
    }
}

/// The edit by which the links of a vault follow what moves in it.
fn edit(workspace: &Workspace, vault: &VaultView, files: &[FileRename]) -> Result<Option<WorkspaceEdit>> {
    let moves = files.iter().filter_map(|file| {
        let (from, to) = (inside(vault, &file.old_uri)?, inside(vault, &file.new_uri)?);
        Some(ide::moves_of(&vault.analysis, &from, &to))
    });
    let moves: Vec<Move> = moves.flatten().collect();
    if moves.is_empty() {
        return Ok(None);
    }
    let renamed = ide::move_files(&vault.analysis, &moves);
    let edit = || vault.answers(&workspace.client).workspace_edit(&renamed).map_err(refused);
    (!renamed.edits.is_empty()).then(edit).transpose()
}

/// How many links, and in how many notes, lead to what is moved out of a vault.
fn left_behind(vault: &VaultView, files: &[FileRename]) -> (usize, usize) {
    let leaves = |file: &&FileRename| inside(vault, &file.new_uri).is_none();
    let paths = files.iter().filter(leaves).filter_map(|file| path(&file.old_uri));
    let (notes, files) = deleted(vault, &paths.collect::<Vec<_>>());
    ide::broken_without(&vault.analysis, &notes, &files)
}

fn path(uri: &str) -> Option<PathBuf> {
    file_path(&uri.parse().ok()?)
}

/// Where a file of the vault is; not the vault itself.
fn inside(vault: &VaultView, uri: &str) -> Option<VaultPath> {
    vault.root.relative(&path(uri)?).filter(|path| !path.is_empty())
}
