//! `textDocument/documentLink`: a timestamp opens its video at that second, a wikilink to an attachment the file.
use serde_json::json;
use tower_lsp_server::ls_types::request::DocumentLinkRequest;
use tower_lsp_server::ls_types::{
    self as lsp, DocumentLinkOptions, DocumentLinkParams, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Opens};
use crate::lsp::Client;
use crate::text::visible;

pub(in crate::server) struct DocumentLink;

impl Request for DocumentLink {
    type Protocol = DocumentLinkRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        options(capabilities);
    }
}

/// What the client is told of both requests for links.
pub(super) fn options(capabilities: &mut ServerCapabilities) {
    capabilities.document_link_provider = Some(DocumentLinkOptions {
        resolve_provider: Some(true),
        work_done_progress_options: lsp::WorkDoneProgressOptions::default(),
    });
}

impl NoteRequest for DocumentLink {
    fn uri(params: &DocumentLinkParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: DocumentLinkParams) -> Option<Vec<lsp::DocumentLink>> {
        let view = view?;
        let document = view.document()?;
        let links = ide::document_links(&view.analysis, view.note).into_iter().filter_map(|link| {
            // Where a file is comes when the link is looked at.
            let (target, data) = match link.opens {
                Opens::Url(url) => (Some(url.parse().ok()?), None),
                Opens::Attachment(target) => {
                    (None, Some(json!({"uri": params.text_document.uri, "target": target})))
                }
            };
            Some(lsp::DocumentLink {
                range: view.answers().range(&document, link.span),
                target,
                tooltip: view.client.link_tooltips.then(|| visible(&link.tooltip).into_owned()),
                data,
            })
        });
        Some(links.collect())
    }
}
