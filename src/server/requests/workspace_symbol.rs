//! `workspace/symbol`: notes, headings and tags of all vaults by what somebody types.
use std::cmp::Reverse;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::request::WorkspaceSymbolRequest;
use tower_lsp_server::ls_types::{
    self as lsp, OneOf, ServerCapabilities, SymbolInformation, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::{Request, VaultView, Workspace, WorkspaceRequest};
use crate::ide::{self, SymbolKind};
use crate::lsp::{Client, to_range};
use crate::text::{PathText, Position, PositionRange, visible};

/// Symbols of one answer.
const MOST_SYMBOLS: usize = 256;

pub(in crate::server) struct WorkspaceSymbol;

impl Request for WorkspaceSymbol {
    type Protocol = WorkspaceSymbolRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.workspace_symbol_provider = Some(OneOf::Left(true));
    }
}

impl WorkspaceRequest for WorkspaceSymbol {
    fn answer(
        workspace: &Workspace,
        params: WorkspaceSymbolParams,
    ) -> Result<Option<WorkspaceSymbolResponse>> {
        let mut found = Vec::new();
        for vault in &workspace.vaults {
            let symbols = ide::workspace_symbols(&vault.analysis, &params.query, MOST_SYMBOLS);
            found.extend(symbols.into_iter().map(|symbol| (vault, symbol)));
        }
        found.sort_by_key(|(_, symbol)| Reverse(symbol.score));
        found.truncate(MOST_SYMBOLS);
        let found = found.into_iter();
        let found = found.filter_map(|(vault, symbol)| information(vault, &workspace.client, symbol));
        Ok(Some(WorkspaceSymbolResponse::Flat(found.collect())))
    }
}

#[allow(deprecated, reason = "a field that the protocol's type has")]
fn information(
    vault: &VaultView,
    client: &Client,
    symbol: ide::WorkspaceSymbol,
) -> Option<SymbolInformation> {
    let answers = vault.answers(client);
    let place = symbol.place;
    let location = if symbol.kind == SymbolKind::Tag || place.ascii {
        answers.location(symbol.note, place)?
    } else {
        // Nothing but markers of ASCII stands before a title or a heading: where it begins is known without the
        // text, and that is where the cursor goes.
        let start = Position::new(place.line, place.column);
        lsp::Location::new(answers.uri_of(symbol.note)?, to_range(PositionRange { start, end: start }))
    };
    let path = vault.analysis.index.path(symbol.note);
    let container = if symbol.kind == SymbolKind::Note { path.folder() } else { path };
    Some(SymbolInformation {
        name: visible(&symbol.name).into_owned(),
        kind: match symbol.kind {
            SymbolKind::Note | SymbolKind::Alias => lsp::SymbolKind::FILE,
            SymbolKind::Heading => lsp::SymbolKind::STRING,
            SymbolKind::Tag => lsp::SymbolKind::KEY,
        },
        tags: None,
        deprecated: None,
        location,
        container_name: Some(visible(container).into_owned()).filter(|container| !container.is_empty()),
    })
}
