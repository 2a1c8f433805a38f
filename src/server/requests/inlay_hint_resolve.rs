//! `inlayHint/resolve`: a preview of the note that a hint is about.
use serde_json::Value;
use tower_lsp_server::ls_types::request::InlayHintResolveRequest;
use tower_lsp_server::ls_types::{InlayHint, InlayHintTooltip, ServerCapabilities, Uri};

use super::{NoteRequest, Request, View, inlay_hint};
use crate::ide;
use crate::lsp::Client;

pub(in crate::server) struct InlayHintResolve;

impl Request for InlayHintResolve {
    type Protocol = InlayHintResolveRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        inlay_hint::options(capabilities);
    }
}

impl NoteRequest for InlayHintResolve {
    fn uri(hint: &InlayHint) -> Option<Uri> {
        data(hint, "uri")?.parse().ok()
    }

    fn answer(view: Option<&View>, mut hint: InlayHint) -> InlayHint {
        let Some(view) = view else { return hint };
        let note = data(&hint, "note").and_then(|path| view.analysis.index.note(path));
        let markdown = note.and_then(|note| ide::resolve_completion(&view.analysis, note));
        hint.tooltip = markdown.map(|markdown| {
            InlayHintTooltip::MarkupContent(view.answers().markup(&markdown, view.client.hover_markdown))
        });
        hint
    }
}

/// What the request for hints has put into this one.
fn data<'h>(hint: &'h InlayHint, key: &str) -> Option<&'h str> {
    hint.data.as_ref()?.get(key).and_then(Value::as_str)
}
