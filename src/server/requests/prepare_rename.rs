//! `textDocument/prepareRename`: what a rename at the cursor would rename.
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::request::PrepareRenameRequest;
use tower_lsp_server::ls_types::{PrepareRenameResponse, ServerCapabilities, TextDocumentPositionParams};

use super::commands::refused;
use super::rename::cursor;
use super::{Request, Workspace, WorkspaceRequest};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct PrepareRename;

impl Request for PrepareRename {
    type Protocol = PrepareRenameRequest;

    /// What is told of `textDocument/rename` says it.
    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl WorkspaceRequest for PrepareRename {
    const WAITS: bool = true;

    fn answer(
        workspace: &Workspace,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        let Some((vault, at)) = cursor(workspace, &params.text_document.uri, params.position) else {
            return Ok(None);
        };
        let prepared = ide::prepare_rename(&vault.analysis, at).map_err(|why| refused(&why))?;
        let answers = vault.answers(&workspace.client);
        Ok(prepared.zip(vault.analysis.document(at.note)).map(|(own, document)| {
            let range = answers.range(&document, own.span);
            PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: own.name }
        }))
    }
}
