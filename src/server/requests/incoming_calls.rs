//! `callHierarchy/incomingCalls`: the notes that link to a note or heading, each with the sentence around its
//! first link.
use tower_lsp_server::ls_types::request::CallHierarchyIncomingCalls;
use tower_lsp_server::ls_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, ServerCapabilities, Uri,
};

use super::prepare_call_hierarchy::{item, offer, symbol_of};
use super::{NoteRequest, Request, View};
use crate::ide::{self, Symbol};
use crate::lsp::Client;

pub(in crate::server) struct IncomingCalls;

impl Request for IncomingCalls {
    type Protocol = CallHierarchyIncomingCalls;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        offer(capabilities);
    }
}

impl NoteRequest for IncomingCalls {
    const WAITS: bool = true;

    fn uri(params: &CallHierarchyIncomingCallsParams) -> Option<Uri> {
        Some(params.item.uri.clone())
    }

    fn answer(
        view: Option<&View>,
        params: CallHierarchyIncomingCallsParams,
    ) -> Option<Vec<CallHierarchyIncomingCall>> {
        let view = view?;
        let symbol = symbol_of(view, &params.item);
        let calls = ide::incoming(&view.analysis, &symbol).filter_map(|caller| {
            let places = caller.places.iter().map(|place| (caller.note, *place));
            Some(CallHierarchyIncomingCall {
                from: item(view, &Symbol::Note(caller.note), caller.sentence.as_deref())?,
                from_ranges: view.answers().locations(places).map(|location| location.range).collect(),
            })
        });
        Some(view.partial.stream(params.partial_result_params.partial_result_token, calls))
    }
}
