//! `textDocument/linkedEditingRange`: what changes together while somebody types.
use tower_lsp_server::ls_types::request::LinkedEditingRange as Protocol;
use tower_lsp_server::ls_types::{
    LinkedEditingRangeParams, LinkedEditingRangeServerCapabilities, LinkedEditingRanges, ServerCapabilities,
    Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, TIME_PATTERN};
use crate::lsp::Client;

pub(in crate::server) struct LinkedEditingRange;

impl Request for LinkedEditingRange {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.linked_editing_range_provider = Some(LinkedEditingRangeServerCapabilities::Simple(true));
    }
}

impl NoteRequest for LinkedEditingRange {
    fn uri(params: &LinkedEditingRangeParams) -> Option<Uri> {
        Some(params.text_document_position_params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: LinkedEditingRangeParams) -> Option<LinkedEditingRanges> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let found = ide::linked_editing(&view.analysis, cursor).into_iter();
        let ranges: Vec<_> = found.map(|span| view.answers().range(&document, span)).collect();
        (!ranges.is_empty())
            .then(|| LinkedEditingRanges { ranges, word_pattern: Some(TIME_PATTERN.to_owned()) })
    }
}
