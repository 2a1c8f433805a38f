//! `textDocument/documentLink`: a timestamp opens its video at that second, a wikilink to an attachment the file.
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use tower_lsp_server::ls_types::request::DocumentLinkRequest;
use tower_lsp_server::ls_types::{
    self as lsp, DocumentLinkOptions, DocumentLinkParams, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Document, Opens};
use crate::lsp::{Client, FOLLOW_MISSING};
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
        let mut links: Vec<_> = links.collect();
        if view.client.follows_missing {
            links.extend(missing(view, &document, &params.text_document.uri));
        }
        Some(links)
    }
}

/// Links to notes that are not there: the client asks what to do about each.
fn missing<'v>(
    view: &'v View,
    document: &'v Document,
    uri: &'v Uri,
) -> impl Iterator<Item = lsp::DocumentLink> + 'v {
    ide::missing_links(&view.analysis, view.note).into_iter().filter_map(move |(span, name)| {
        let range = view.answers().range(document, span);
        let argument = json!([{"uri": uri, "position": range.start}]).to_string();
        let argument = utf8_percent_encode(&argument, NON_ALPHANUMERIC);
        let tooltip = format!("Note not found: {name}");
        Some(lsp::DocumentLink {
            range,
            target: Some(format!("command:{FOLLOW_MISSING}?{argument}").parse().ok()?),
            tooltip: view.client.link_tooltips.then(|| visible(&tooltip).into_owned()),
            data: None,
        })
    })
}
