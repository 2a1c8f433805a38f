//! `textDocument/documentSymbol`: the outline of a note.
use tower_lsp_server::ls_types::request::DocumentSymbolRequest;
use tower_lsp_server::ls_types::{
    self as lsp, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, ServerCapabilities,
    SymbolInformation, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Document, DocumentSymbolKind};
use crate::lsp::Client;
use crate::text::visible;

pub(in crate::server) struct DocumentSymbol;

impl Request for DocumentSymbol {
    type Protocol = DocumentSymbolRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.document_symbol_provider = Some(OneOf::Left(true));
    }
}

impl NoteRequest for DocumentSymbol {
    fn uri(params: &DocumentSymbolParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: DocumentSymbolParams) -> Option<DocumentSymbolResponse> {
        let view = view?;
        let document = view.document()?;
        let symbols = ide::document_symbols(&view.analysis, view.note);
        Some(if view.client.nested_symbols {
            let symbols = symbols.into_iter().map(|symbol| nested(view, &document, symbol));
            DocumentSymbolResponse::Nested(symbols.collect())
        } else {
            let mut list = Vec::new();
            flat(view, &document, &params.text_document.uri, symbols, None, &mut list);
            DocumentSymbolResponse::Flat(list)
        })
    }
}

fn kind(kind: DocumentSymbolKind) -> lsp::SymbolKind {
    match kind {
        DocumentSymbolKind::Title => lsp::SymbolKind::FILE,
        DocumentSymbolKind::Heading => lsp::SymbolKind::STRING,
        DocumentSymbolKind::Block => lsp::SymbolKind::KEY,
    }
}

#[allow(deprecated, reason = "a field that the protocol's type has")]
fn nested(view: &View, document: &Document, symbol: ide::DocumentSymbol) -> lsp::DocumentSymbol {
    let children: Vec<_> = symbol.children.into_iter().map(|child| nested(view, document, child)).collect();
    lsp::DocumentSymbol {
        name: visible(&symbol.name).into_owned(),
        detail: None,
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: view.answers().range(document, symbol.span),
        selection_range: view.answers().range(document, symbol.focus),
        children: (!children.is_empty()).then_some(children),
    }
}

#[allow(deprecated, reason = "a field that the protocol's type has")]
fn flat(
    view: &View,
    document: &Document,
    uri: &Uri,
    symbols: Vec<ide::DocumentSymbol>,
    container: Option<&str>,
    list: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        let name = visible(&symbol.name).into_owned();
        list.push(SymbolInformation {
            name: name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location::new(uri.clone(), view.answers().range(document, symbol.span)),
            container_name: container.map(str::to_owned),
        });
        flat(view, document, uri, symbol.children, Some(&name), list);
    }
}
