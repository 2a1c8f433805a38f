//! `workspace/willRenameFiles`: links follow the files and folders that somebody moves in the editor.
use std::path::PathBuf;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::request::WillRenameFiles as Protocol;
use tower_lsp_server::ls_types::{FileRename, RenameFilesParams, ServerCapabilities, WorkspaceEdit};

use super::commands::refused;
use super::{Request, VaultView, Workspace, WorkspaceRequest};
use crate::ide::{self, Move};
use crate::lsp::{Client, file_path};
use crate::text::PathText;

pub(in crate::server) struct WillRenameFiles;

impl Request for WillRenameFiles {
    type Protocol = Protocol;

    /// What is told of file operations says it.
    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl WorkspaceRequest for WillRenameFiles {
    const WAITS: bool = true;

    fn answer(workspace: &Workspace, params: RenameFilesParams) -> Result<Option<WorkspaceEdit>> {
        for vault in &workspace.vaults {
            let moves: Vec<Move> =
                params.files.iter().filter_map(|file| moves(vault, file)).flatten().collect();
            if moves.is_empty() {
                continue;
            }
            let renamed = ide::move_files(&vault.analysis, &moves);
            let edit = || vault.answers(&workspace.client).workspace_edit(&renamed).map_err(refused);
            return (!renamed.edits.is_empty()).then(edit).transpose();
        }
        Ok(None)
    }
}

/// The files of a vault that a rename moves: the file itself, or all that lie in the folder.
fn moves(vault: &VaultView, file: &FileRename) -> Option<Vec<Move>> {
    let path = |uri: &str| -> Option<PathBuf> { file_path(&uri.parse().ok()?) };
    let inside = |uri: &str| vault.root.relative(&path(uri)?).filter(|path| !path.is_empty());
    let (from, to) = (inside(&file.old_uri)?, inside(&file.new_uri)?);
    let index = &vault.analysis.index;
    if index.note(&from).is_some() || index.has_file(&from) {
        return Some(vec![Move { from, to }]);
    }
    let notes = index.below(&from).map(|note| index.path(note));
    let files = index.files_below(&from).map(|path| &**path);
    let moved = notes.chain(files).filter_map(|path| {
        let to = to.join(path.below(&from)?)?;
        Some(Move { from: path.into(), to: to.into() })
    });
    Some(moved.collect())
}
