//! `slugline/timestamps`, a request of our own: the timestamps of a part of a note, for editors that show the label
//! of a tag alone.
use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::request::Request as ProtocolRequest;
use tower_lsp_server::ls_types::{Range, ServerCapabilities, TextDocumentIdentifier, Uri};

use super::{NoteRequest, Request, View};
use crate::ide;
use crate::lsp::{Client, range};
use crate::text::Span;

pub(in crate::server) enum Timestamps {}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::server) struct TimestampsParams {
    text_document: TextDocumentIdentifier,
    /// The part; without it, all of the note.
    range: Option<Range>,
}

/// A timestamp.
#[derive(Deserialize, Serialize)]
pub(in crate::server) struct Timestamp {
    /// All of it.
    range: Range,
    /// What a reader needs to see of it.
    label: Range,
    /// Whether the rest may be hidden.
    conceal: bool,
}

impl ProtocolRequest for Timestamps {
    type Params = TimestampsParams;
    type Result = Vec<Timestamp>;
    const METHOD: &'static str = "slugline/timestamps";
}

impl Request for Timestamps {
    type Protocol = Self;

    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl NoteRequest for Timestamps {
    fn uri(params: &TimestampsParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: TimestampsParams) -> Vec<Timestamp> {
        let found = view.and_then(|view| {
            let document = view.document()?;
            let within = params.range.map_or(Span::new(0, document.text.len()), |part| {
                document.lines.span(&document.text, range(part), view.client.encoding)
            });
            let found = ide::timestamps(&view.analysis, view.note, within).into_iter();
            let place = |span| view.answers().range(&document, span);
            let told = |it: ide::WrittenTimestamp| Timestamp {
                range: place(it.span),
                label: place(it.shown),
                conceal: it.conceals,
            };
            Some(found.map(told).collect())
        });
        found.unwrap_or_default()
    }
}
