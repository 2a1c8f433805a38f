//! `documentLink/resolve`: where the file is that a link opens.
use serde_json::Value;
use tower_lsp_server::ls_types::request::DocumentLinkResolve as Protocol;
use tower_lsp_server::ls_types::{DocumentLink, ServerCapabilities, Uri};

use super::{NoteRequest, Request, View, document_link};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct DocumentLinkResolve;

impl Request for DocumentLinkResolve {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        document_link::options(capabilities);
    }
}

impl NoteRequest for DocumentLinkResolve {
    fn uri(link: &DocumentLink) -> Option<Uri> {
        data(link, "uri")?.parse().ok()
    }

    fn answer(view: Option<&View>, mut link: DocumentLink) -> DocumentLink {
        let Some(view) = view else { return link };
        let file =
            data(&link, "target").and_then(|target| ide::attachment(&view.analysis, view.note, target));
        link.target = file.and_then(|path| view.answers().uri(&path)).or(link.target);
        link
    }
}

/// What the request for links has put into this one.
fn data<'l>(link: &'l DocumentLink, key: &str) -> Option<&'l str> {
    link.data.as_ref()?.get(key).and_then(Value::as_str)
}
