//! `textDocument/selectionRange`: what growing selections take in.
use tower_lsp_server::ls_types::request::SelectionRangeRequest;
use tower_lsp_server::ls_types::{
    self as lsp, SelectionRangeParams, SelectionRangeProviderCapability, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct SelectionRange;

impl Request for SelectionRange {
    type Protocol = SelectionRangeRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.selection_range_provider = Some(SelectionRangeProviderCapability::Simple(true));
    }
}

impl NoteRequest for SelectionRange {
    fn uri(params: &SelectionRangeParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: SelectionRangeParams) -> Option<Vec<lsp::SelectionRange>> {
        let view = view?;
        let document = view.document()?;
        let at = |&position: &lsp::Position| view.cursor(&document, position).offset;
        let offsets: Vec<usize> = params.positions.iter().map(at).collect();
        let found = ide::selections(&view.analysis, view.note, &offsets).into_iter().map(|spans| {
            let ranges = spans.into_iter().map(|span| view.answers().range(&document, span));
            let outermost_first = ranges.collect::<Vec<_>>().into_iter().rev();
            let chain = outermost_first.fold(None, |parent, range| {
                Some(lsp::SelectionRange { range, parent: parent.map(Box::new) })
            });
            chain.unwrap_or_default()
        });
        Some(found.collect())
    }
}
