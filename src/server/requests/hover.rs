//! `textDocument/hover`: what a link leads to, a timestamp cites, a tag is used for.
use tower_lsp_server::ls_types::request::HoverRequest;
use tower_lsp_server::ls_types::{
    self as lsp, HoverParams, HoverProviderCapability, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct Hover;

impl Request for Hover {
    type Protocol = HoverRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.hover_provider = Some(HoverProviderCapability::Simple(true));
    }
}

impl NoteRequest for Hover {
    fn uri(params: &HoverParams) -> Option<Uri> {
        Some(params.text_document_position_params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: HoverParams) -> Option<lsp::Hover> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let hover = ide::hover(&view.analysis, cursor)?;
        let answers = view.answers();
        let contents = answers.markup(&hover.markdown, view.client.hover_markdown);
        Some(lsp::Hover {
            range: Some(answers.range(&document, hover.span)),
            contents: lsp::HoverContents::Markup(contents),
        })
    }
}
