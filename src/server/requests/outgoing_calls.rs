//! `callHierarchy/outgoingCalls`: the notes that the links of a note or section lead to.
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tower_lsp_server::ls_types::{CallHierarchyOutgoingCallsParams, Range, ServerCapabilities, Uri, request};

use super::prepare_call_hierarchy::{Item, item, offer, symbol_of};
use super::{NoteRequest, Request, View, written};
use crate::ide::{self, Symbol};
use crate::lsp::Client;

pub(in crate::server) struct OutgoingCalls;

written!(request::CallHierarchyOutgoingCalls, CallHierarchyOutgoingCallsParams);

/// What is called, as the protocol writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call<'v> {
    to: Item<'v>,
    from_ranges: Vec<Range>,
}

impl Request for OutgoingCalls {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        offer(capabilities);
    }
}

impl NoteRequest for OutgoingCalls {
    const WAITS: bool = true;

    fn uri(params: &CallHierarchyOutgoingCallsParams) -> Option<Uri> {
        Some(params.item.uri.clone())
    }

    fn answer(view: Option<&View>, params: CallHierarchyOutgoingCallsParams) -> Option<Box<RawValue>> {
        let view = view?;
        let symbol = symbol_of(view, &params.item);
        let called = ide::outgoing(&view.analysis, &symbol).into_iter();
        let calls = called.filter_map(|called| {
            let places = called.places.iter().map(|place| (view.note, *place));
            Some(Call {
                to: item(view, &Symbol::Note(called.note), None)?,
                from_ranges: view.answers().ranges(places).collect(),
            })
        });
        let calls = view.partial.stream(params.partial_result_params.partial_result_token, calls);
        to_raw_value(&calls).ok()
    }
}
