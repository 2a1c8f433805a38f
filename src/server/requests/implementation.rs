//! `textDocument/implementation`: every note that an ambiguous link may mean.
use tower_lsp_server::ls_types::request::{
    GotoImplementation, GotoImplementationParams, GotoImplementationResponse,
};
use tower_lsp_server::ls_types::{ImplementationProviderCapability, ServerCapabilities, Uri};

use super::definition::jumps;
use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct Implementation;

impl Request for Implementation {
    type Protocol = GotoImplementation;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.implementation_provider = Some(ImplementationProviderCapability::Simple(true));
    }
}

impl NoteRequest for Implementation {
    fn uri(params: &GotoImplementationParams) -> Option<Uri> {
        Some(params.text_document_position_params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: GotoImplementationParams) -> Option<GotoImplementationResponse> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let targets = ide::implementation(&view.analysis, cursor);
        jumps(view, &document, targets, view.client.implementation_links)
    }
}
