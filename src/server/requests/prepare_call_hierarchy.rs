//! `textDocument/prepareCallHierarchy`: the note or heading with which a tree of links begins.
use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use tower_lsp_server::ls_types::{
    CallHierarchyItem, CallHierarchyPrepareParams, CallHierarchyServerCapability, Range, ServerCapabilities,
    SymbolKind, Uri, request,
};

use super::{NoteRequest, Request, View, written};
use crate::ide::{self, Symbol};
use crate::lsp::{Client, WrittenLocation, as_text};
use crate::text::visible;

pub(in crate::server) struct PrepareCallHierarchy;

written!(request::CallHierarchyPrepare, CallHierarchyPrepareParams);

/// What comes back with an item.
#[derive(Serialize, Deserialize, Default)]
struct Data {
    /// The heading, by its number.
    heading: Option<usize>,
}

impl Request for PrepareCallHierarchy {
    type Protocol = Protocol;

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

    fn answer(view: Option<&View>, params: CallHierarchyPrepareParams) -> Option<Box<RawValue>> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let root = ide::hierarchy_root(&view.analysis, cursor);
        to_raw_value(&[item(view, &root, None)?]).ok()
    }
}

/// A note or heading in a tree, as the protocol writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item<'v> {
    name: Cow<'v, str>,
    kind: SymbolKind,
    detail: String,
    #[serde(serialize_with = "as_text")]
    uri: Arc<str>,
    range: Range,
    selection_range: Range,
    data: Data,
}

/// A note or heading in a tree; `detail`, or its path, is shown behind its name.
pub(super) fn item<'v>(view: &'v View, symbol: &Symbol, detail: Option<&str>) -> Option<Item<'v>> {
    let index = &view.analysis.index;
    let (note, heading) = match *symbol {
        Symbol::Note(note) => (note, None),
        Symbol::Heading { note, index } => (note, Some(index)),
        _ => return None,
    };
    let name = match heading {
        Some(heading) => index.facts(note)?.headings().nth(heading)?.text(),
        None => index.title(note).into(),
    };
    let place = ide::declaration(&view.analysis, symbol)?;
    let WrittenLocation { uri, range } = view.answers().written_locations([(note, place)]).next()?;
    // A note is what stands through its title.
    let start = if heading.is_some() { range.start } else { Default::default() };
    Some(Item {
        name: visible(&name).into_owned().into(),
        kind: if heading.is_some() { SymbolKind::STRING } else { SymbolKind::FILE },
        detail: visible(detail.unwrap_or_else(|| index.path(note))).into_owned(),
        uri,
        range: Range { start, end: range.end },
        selection_range: range,
        data: Data { heading },
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
