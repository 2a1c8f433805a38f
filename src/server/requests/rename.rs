//! `textDocument/rename`: what the cursor is on, everywhere it is named.
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::request;
use tower_lsp_server::ls_types::{
    OneOf, Position, RenameOptions, RenameParams, ServerCapabilities, Uri, WorkDoneProgressOptions,
    WorkspaceEdit,
};

use super::commands::refused;
use super::{Request, VaultView, Workspace, WorkspaceRequest};
use crate::ide::{self, Cursor};
use crate::index::NoteId;
use crate::lsp::{Client, file_path, position};

pub(in crate::server) struct Rename;

impl Request for Rename {
    type Protocol = request::Rename;

    fn offer(capabilities: &mut ServerCapabilities, client: &Client) {
        capabilities.rename_provider = Some(match client.prepares_rename {
            true => OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            false => OneOf::Left(true),
        });
    }
}

impl WorkspaceRequest for Rename {
    const WAITS: bool = true;

    fn answer(workspace: &Workspace, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let at = &params.text_document_position;
        let Some((vault, cursor)) = cursor(workspace, &at.text_document.uri, at.position) else {
            return Ok(None);
        };
        let renamed = ide::rename(&vault.analysis, cursor, &params.new_name).map_err(|why| refused(&why))?;
        let Some(renamed) = renamed else { return Ok(None) };
        vault.answers(&workspace.client).workspace_edit(&renamed).map(Some).map_err(refused)
    }
}

/// The place in a note of one of the vaults that the client means.
pub(super) fn cursor<'w>(
    workspace: &'w Workspace,
    uri: &Uri,
    at: Position,
) -> Option<(&'w VaultView, Cursor)> {
    let (vault, note) = note(workspace, uri)?;
    let document = vault.analysis.document(note)?;
    let offset = document.lines.offset(&document.text, position(at), workspace.client.encoding);
    Some((vault, Cursor { note, offset }))
}

/// The note that the client means.
pub(super) fn note<'w>(workspace: &'w Workspace, uri: &Uri) -> Option<(&'w VaultView, NoteId)> {
    let open = |vault: &'w VaultView| {
        let own = vault.open.iter().find(|open| open.uri.as_str() == uri.as_str())?;
        Some((vault, own.note))
    };
    let path = file_path(uri);
    let known = |vault: &'w VaultView| {
        let path = vault.root.relative(path.as_deref()?)?;
        Some((vault, vault.analysis.index.note(&path)?))
    };
    workspace.vaults.iter().find_map(open).or_else(|| workspace.vaults.iter().find_map(known))
}
