//! `textDocument/prepareCallHierarchy`: the note or heading with which a tree of links begins.
use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::request::CallHierarchyPrepare;
use tower_lsp_server::ls_types::{
    CallHierarchyItem, CallHierarchyPrepareParams, CallHierarchyServerCapability, Range, ServerCapabilities,
    SymbolKind, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Symbol};
use crate::lsp::Client;
use crate::text::visible;

pub(in crate::server) struct PrepareCallHierarchy;

/// What comes back with an item.
#[derive(Serialize, Deserialize, Default)]
struct Data {
    /// The heading, by its number.
    heading: Option<usize>,
}

impl Request for PrepareCallHierarchy {
    type Protocol = CallHierarchyPrepare;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        offer(capabilities);
    }
}

/// What the client is told of all three requests.
pub(super) fn offer(capabilities: &mut ServerCapabilities) {
    capabilities.call_hierarchy_provider = Some(CallHierarchyServerCapability::Simple(true));
}

impl NoteRequest for PrepareCallHierarchy {
    const WAITS: bool = true;

    fn uri(params: &CallHierarchyPrepareParams) -> Option<Uri> {
        Some(params.text_document_position_params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: CallHierarchyPrepareParams) -> Option<Vec<CallHierarchyItem>> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let root = ide::hierarchy_root(&view.analysis, cursor);
        Some(vec![item(view, &root, None)?])
    }
}

/// A note or heading in a tree; `detail`, or its path, is shown behind its name.
pub(super) fn item(view: &View, symbol: &Symbol, detail: Option<&str>) -> Option<CallHierarchyItem> {
    let index = &view.analysis.index;
    let (note, heading) = match *symbol {
        Symbol::Note(note) => (note, None),
        Symbol::Heading { note, index } => (note, Some(index)),
        _ => return None,
    };
    let name = match heading {
        Some(heading) => index.facts(note)?.headings().nth(heading)?.text,
        None => index.title(note),
    };
    let location = view.answers().location(note, ide::declaration(&view.analysis, symbol)?)?;
    // A note is what stands through its title.
    let start = if heading.is_some() { location.range.start } else { Default::default() };
    Some(CallHierarchyItem {
        name: visible(name).into_owned(),
        kind: if heading.is_some() { SymbolKind::STRING } else { SymbolKind::FILE },
        tags: None,
        detail: Some(visible(detail.unwrap_or_else(|| index.path(note))).into_owned()),
        uri: location.uri,
        range: Range { start, end: location.range.end },
        selection_range: location.range,
        data: serde_json::to_value(Data { heading }).ok(),
    })
}

/// What an item that comes back is.
pub(super) fn symbol_of(view: &View, item: &CallHierarchyItem) -> Symbol {
    let data = item.data.as_ref().and_then(|data| Data::deserialize(data).ok()).unwrap_or_default();
    match data.heading {
        Some(index) => Symbol::Heading { note: view.note, index },
        None => Symbol::Note(view.note),
    }
}
