//! `callHierarchy/outgoingCalls`: the notes that the links of a note or section lead to.
use tower_lsp_server::ls_types::request::CallHierarchyOutgoingCalls;
use tower_lsp_server::ls_types::{
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, ServerCapabilities, Uri,
};

use super::prepare_call_hierarchy::{item, offer, symbol_of};
use super::{NoteRequest, Request, View};
use crate::ide::{self, Symbol};
use crate::lsp::Client;

pub(in crate::server) struct OutgoingCalls;

impl Request for OutgoingCalls {
    type Protocol = CallHierarchyOutgoingCalls;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        offer(capabilities);
    }
}

impl NoteRequest for OutgoingCalls {
    const WAITS: bool = true;

    fn uri(params: &CallHierarchyOutgoingCallsParams) -> Option<Uri> {
        Some(params.item.uri.clone())
    }

    fn answer(
        view: Option<&View>,
        params: CallHierarchyOutgoingCallsParams,
    ) -> Option<Vec<CallHierarchyOutgoingCall>> {
        let view = view?;
        let symbol = symbol_of(view, &params.item);
        let called = ide::outgoing(&view.analysis, &symbol).into_iter();
        let calls = called.filter_map(|called| {
            let places = called.places.iter().map(|place| (view.note, *place));
            Some(CallHierarchyOutgoingCall {
                to: item(view, &Symbol::Note(called.note), None)?,
                from_ranges: view.answers().locations(places).map(|location| location.range).collect(),
            })
        });
        Some(view.partial.stream(params.partial_result_params.partial_result_token, calls))
    }
}
