//! `textDocument/foldingRange`: what can be folded.
use tower_lsp_server::ls_types::request::FoldingRangeRequest;
use tower_lsp_server::ls_types::{
    self as lsp, FoldingRangeKind, FoldingRangeParams, FoldingRangeProviderCapability, ServerCapabilities,
    Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, FoldingKind};
use crate::lsp::Client;
use crate::text::Span;

/// Ranges of one answer, where the client does not say how many it wants: as many as VS Code takes.
const MOST: usize = 5000;

pub(in crate::server) struct FoldingRange;

impl Request for FoldingRange {
    type Protocol = FoldingRangeRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.folding_range_provider = Some(FoldingRangeProviderCapability::Simple(true));
    }
}

impl NoteRequest for FoldingRange {
    fn uri(params: &FoldingRangeParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, _: FoldingRangeParams) -> Option<Vec<lsp::FoldingRange>> {
        let view = view?;
        let document = view.document()?;
        let most = view.client.most_foldings.unwrap_or(MOST);
        let foldings = ide::foldings(&view.analysis, view.note, most).into_iter().map(|folding| {
            // From the end of the first line: that is what stays.
            let first = document.lines.line(&document.text, document.lines.line_of(folding.span.start()));
            let folded = Span { start: first.end, end: folding.span.end };
            let range = view.answers().range(&document, folded);
            let column = |column| (!view.client.folds_lines).then_some(column);
            lsp::FoldingRange {
                start_line: range.start.line,
                start_character: column(range.start.character),
                end_line: range.end.line,
                end_character: column(range.end.character),
                kind: match folding.kind {
                    FoldingKind::Part => None,
                    FoldingKind::Comment => Some(FoldingRangeKind::Comment),
                    FoldingKind::Region => Some(FoldingRangeKind::Region),
                },
                collapsed_text: None,
            }
        });
        Some(foldings.collect())
    }
}
