//! `textDocument/documentHighlight`: where else in the note that is named which the cursor is on.
use tower_lsp_server::ls_types::request::DocumentHighlightRequest;
use tower_lsp_server::ls_types::{
    self as lsp, DocumentHighlightKind, DocumentHighlightParams, OneOf, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Role};
use crate::lsp::Client;

pub(in crate::server) struct DocumentHighlight;

impl Request for DocumentHighlight {
    type Protocol = DocumentHighlightRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.document_highlight_provider = Some(OneOf::Left(true));
    }
}

impl NoteRequest for DocumentHighlight {
    fn uri(params: &DocumentHighlightParams) -> Option<Uri> {
        Some(params.text_document_position_params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: DocumentHighlightParams) -> Option<Vec<lsp::DocumentHighlight>> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let found = ide::highlights(&view.analysis, cursor).into_iter();
        let highlights = found.map(|found| lsp::DocumentHighlight {
            range: view.answers().range(&document, document.span(found.place)),
            kind: Some(match found.role {
                Role::Declaration => DocumentHighlightKind::WRITE,
                _ => DocumentHighlightKind::READ,
            }),
        });
        Some(highlights.collect())
    }
}
