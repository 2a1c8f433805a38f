//! `textDocument/semanticTokens/full/delta`: what of the tokens differs from the last answer.
use tower_lsp_server::ls_types::request::SemanticTokensFullDeltaRequest;
use tower_lsp_server::ls_types::{
    SemanticTokens as Tokens, SemanticTokensDeltaParams, SemanticTokensFullDeltaResult,
    SemanticTokensFullOptions, ServerCapabilities, Uri,
};

use super::semantic_tokens::{options, tokens};
use super::{NoteRequest, Request, View};
use crate::lsp::Client;

pub(in crate::server) struct SemanticTokensDelta;

impl Request for SemanticTokensDelta {
    type Protocol = SemanticTokensFullDeltaRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        options(capabilities).full = Some(SemanticTokensFullOptions::Delta { delta: Some(true) });
    }
}

impl NoteRequest for SemanticTokensDelta {
    fn uri(params: &SemanticTokensDeltaParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(
        view: Option<&View>,
        params: SemanticTokensDeltaParams,
    ) -> Option<SemanticTokensFullDeltaResult> {
        let view = view?;
        let data = tokens(view, &*view.document()?, None);
        Some(match &view.tokens {
            Some(last) => last.update(&params.previous_result_id, data),
            None => SemanticTokensFullDeltaResult::Tokens(Tokens { result_id: None, data }),
        })
    }
}
