//! `callHierarchy/incomingCalls`: the notes that link to a note or heading, each with the sentence around its
//! first link.
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tower_lsp_server::ls_types::{CallHierarchyIncomingCallsParams, Range, ServerCapabilities, Uri, request};

use super::prepare_call_hierarchy::{Item, item, offer, symbol_of};
use super::{NoteRequest, Request, View, written};
use crate::ide::{self, Symbol};
use crate::lsp::Client;

pub(in crate::server) struct IncomingCalls;

written!(request::CallHierarchyIncomingCalls, CallHierarchyIncomingCallsParams);

/// A caller, as the protocol writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Call<'v> {
    from: Item<'v>,
    from_ranges: Vec<Range>,
}

impl Request for IncomingCalls {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        offer(capabilities);
    }
}

impl NoteRequest for IncomingCalls {
    const WAITS: bool = true;

    fn uri(params: &CallHierarchyIncomingCallsParams) -> Option<Uri> {
        Some(params.item.uri.clone())
    }

    fn answer(view: Option<&View>, params: CallHierarchyIncomingCallsParams) -> Option<Box<RawValue>> {
        let view = view?;
        let symbol = symbol_of(view, &params.item);
        let calls = ide::incoming(&view.analysis, &symbol).filter_map(|caller| {
            let places = caller.places.iter().map(|place| (caller.note, *place));
            Some(Call {
                from: item(view, &Symbol::Note(caller.note), caller.sentence.as_deref())?,
                from_ranges: view.answers().ranges(places).collect(),
            })
        });
        let calls = view.partial.stream(params.partial_result_params.partial_result_token, calls);
        to_raw_value(&calls).ok()
    }
}
