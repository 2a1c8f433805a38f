//! `textDocument/inlayHint`: the title behind a bare slug, the chapter behind a timestamp.
use serde_json::json;
use tower_lsp_server::ls_types::request::InlayHintRequest;
use tower_lsp_server::ls_types::{
    self as lsp, InlayHintLabel, InlayHintOptions, InlayHintParams, InlayHintServerCapabilities, OneOf,
    ServerCapabilities, TextEdit, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::{Client, range};
use crate::text::{Span, visible};

pub(in crate::server) struct InlayHint;

impl Request for InlayHint {
    type Protocol = InlayHintRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        options(capabilities);
    }
}

/// What the client is told of both requests for hints.
pub(super) fn options(capabilities: &mut ServerCapabilities) {
    let options = InlayHintOptions { resolve_provider: Some(true), ..InlayHintOptions::default() };
    capabilities.inlay_hint_provider = Some(OneOf::Right(InlayHintServerCapabilities::Options(options)));
}

impl NoteRequest for InlayHint {
    fn uri(params: &InlayHintParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: InlayHintParams) -> Option<Vec<lsp::InlayHint>> {
        let view = view?;
        let document = view.document()?;
        let within = document.lines.span(&document.text, range(params.range), view.client.encoding);
        let hints = ide::inlay_hints(&view.analysis, view.note, within).into_iter().map(|hint| {
            let range = view.answers().range(&document, Span::at(hint.at));
            let path = hint.note.map(|note| view.analysis.index.path(note));
            lsp::InlayHint {
                position: range.start,
                label: InlayHintLabel::String(visible(&hint.label).into_owned()),
                kind: None,
                text_edits: hint.insert.map(|insert| vec![TextEdit::new(range, insert)]),
                tooltip: None,
                padding_left: path.is_none().then_some(true),
                padding_right: None,
                // Comes back when somebody looks at it.
                data: path.map(|path| json!({"uri": params.text_document.uri, "note": path})),
            }
        });
        Some(hints.collect())
    }
}
