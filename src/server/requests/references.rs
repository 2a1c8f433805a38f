//! `textDocument/references`: every place that names what the cursor is on.
use tower_lsp_server::ls_types::request::References as ReferencesRequest;
use tower_lsp_server::ls_types::{Location, OneOf, ReferenceParams, ServerCapabilities, Uri};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Role};
use crate::lsp::Client;

pub(in crate::server) struct References;

impl Request for References {
    type Protocol = ReferencesRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.references_provider = Some(OneOf::Left(true));
    }
}

impl NoteRequest for References {
    const WAITS: bool = true;

    fn uri(params: &ReferenceParams) -> Option<Uri> {
        Some(params.text_document_position.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: ReferenceParams) -> Option<Vec<Location>> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position.position);
        let named = ide::symbol_at(&view.analysis, cursor)?;
        let mut found = ide::occurrences(&view.analysis, &named.symbol);
        found.retain(|found| params.context.include_declaration || found.role != Role::Declaration);
        let answers = view.answers();
        let locations = answers.locations(found.into_iter().map(|found| (found.note, found.place)));
        Some(view.partial.stream(params.partial_result_params.partial_result_token, locations))
    }
}
