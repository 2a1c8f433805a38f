//! `textDocument/documentLink`: a timestamp opens its video at that second.
use tower_lsp_server::ls_types::request::DocumentLinkRequest;
use tower_lsp_server::ls_types::{
    self as lsp, DocumentLinkOptions, DocumentLinkParams, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct DocumentLink;

impl Request for DocumentLink {
    type Protocol = DocumentLinkRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.document_link_provider = Some(DocumentLinkOptions {
            resolve_provider: Some(false),
            work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
        });
    }
}

impl NoteRequest for DocumentLink {
    fn uri(params: &DocumentLinkParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, _: DocumentLinkParams) -> Option<Vec<lsp::DocumentLink>> {
        let view = view?;
        let document = view.document()?;
        let links = ide::document_links(&view.analysis, view.note).into_iter().filter_map(|link| {
            Some(lsp::DocumentLink {
                range: view.answers().range(&document, link.span),
                target: Some(link.url.parse().ok()?),
                tooltip: view.client.link_tooltips.then_some(link.tooltip),
                data: None,
            })
        });
        Some(links.collect())
    }
}
