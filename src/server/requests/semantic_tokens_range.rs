//! `textDocument/semanticTokens/range`: the tokens of a part of a note.
use tower_lsp_server::ls_types::request::SemanticTokensRangeRequest;
use tower_lsp_server::ls_types::{
    SemanticTokens as Tokens, SemanticTokensRangeParams, SemanticTokensRangeResult, ServerCapabilities, Uri,
};

use super::semantic_tokens::{options, tokens};
use super::{NoteRequest, Request, View};
use crate::lsp::{Client, range};

pub(in crate::server) struct SemanticTokensRange;

impl Request for SemanticTokensRange {
    type Protocol = SemanticTokensRangeRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        options(capabilities).range = Some(true);
    }
}

impl NoteRequest for SemanticTokensRange {
    fn uri(params: &SemanticTokensRangeParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: SemanticTokensRangeParams) -> Option<SemanticTokensRangeResult> {
        let view = view?;
        let document = view.document()?;
        let within = document.lines.span(&document.text, range(params.range), view.client.encoding);
        let data = tokens(view, &document, Some(within));
        Some(SemanticTokensRangeResult::Tokens(Tokens { result_id: None, data }))
    }
}
