//! `slugline/preview`, a request of our own: the changes that make a note markdown which every renderer shows, with
//! wikilinks, embeds and timestamps as HTML.
use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::request::Request as ProtocolRequest;
use tower_lsp_server::ls_types::{ServerCapabilities, TextDocumentIdentifier, TextEdit, Uri};

use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) enum Preview {}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::server) struct PreviewParams {
    text_document: TextDocumentIdentifier,
}

impl ProtocolRequest for Preview {
    type Params = PreviewParams;
    type Result = Vec<TextEdit>;
    const METHOD: &'static str = "slugline/preview";
}

impl Request for Preview {
    type Protocol = Self;

    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl NoteRequest for Preview {
    fn uri(params: &PreviewParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, _: PreviewParams) -> Vec<TextEdit> {
        let found = view.and_then(|view| {
            let document = view.document()?;
            let edits = ide::preview(&view.analysis, view.note, &document).into_iter();
            let answers = view.answers();
            Some(edits.map(|(span, text)| TextEdit::new(answers.range(&document, span), text)).collect())
        });
        found.unwrap_or_default()
    }
}
