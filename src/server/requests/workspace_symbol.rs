//! `workspace/symbol`: notes, headings and tags of all vaults by what somebody types.
use std::borrow::Cow;
use std::cmp::Reverse;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{self as lsp, OneOf, ServerCapabilities, WorkspaceSymbolParams, request};

use super::{Request, VaultView, Workspace, WorkspaceRequest, written};
use crate::ide::{self, SymbolKind};
use crate::lsp::{Client, WrittenLocation, to_range};
use crate::text::{PathText, Position, PositionRange, visible};

/// Symbols of one answer.
const MOST_SYMBOLS: usize = 256;

pub(in crate::server) struct WorkspaceSymbol;

written!(request::WorkspaceSymbolRequest, WorkspaceSymbolParams);

impl Request for WorkspaceSymbol {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.workspace_symbol_provider = Some(OneOf::Left(true));
    }
}

impl WorkspaceRequest for WorkspaceSymbol {
    fn answer(workspace: &Workspace, params: WorkspaceSymbolParams) -> Result<Option<Box<RawValue>>> {
        let mut found = Vec::new();
        for vault in &workspace.vaults {
            let symbols = ide::workspace_symbols(&vault.analysis, &params.query, MOST_SYMBOLS);
            found.extend(symbols.into_iter().map(|symbol| (vault, symbol)));
        }
        found.sort_by_key(|(_, symbol)| Reverse(symbol.score));
        found.truncate(MOST_SYMBOLS);
        let found = found.iter().filter_map(|(vault, symbol)| information(vault, &workspace.client, symbol));
        Ok(to_raw_value(&found.collect::<Vec<_>>()).ok())
    }
}

/// A symbol, as the protocol writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Information<'v> {
    name: Cow<'v, str>,
    kind: lsp::SymbolKind,
    location: WrittenLocation,
    #[serde(skip_serializing_if = "str::is_empty")]
    container_name: Cow<'v, str>,
}

fn information<'v>(
    vault: &'v VaultView,
    client: &Client,
    symbol: &'v ide::WorkspaceSymbol,
) -> Option<Information<'v>> {
    let answers = vault.answers(client);
    let place = symbol.place;
    let location = if symbol.kind == SymbolKind::Tag || place.ascii {
        answers.written_locations([(symbol.note, place)]).next()?
    } else {
        // Nothing but markers of ASCII stands before a title or a heading: where it begins is known without the
        // text, and that is where the cursor goes.
        let start = Position::new(place.line, place.column);
        let range = to_range(PositionRange { start, end: start });
        WrittenLocation { uri: answers.written_uri(symbol.note), range }
    };
    let path = vault.analysis.index.path(symbol.note);
    let container = if symbol.kind == SymbolKind::Note { path.folder() } else { path };
    Some(Information {
        name: visible(&symbol.name),
        kind: match symbol.kind {
            SymbolKind::Note | SymbolKind::Alias => lsp::SymbolKind::FILE,
            SymbolKind::Heading => lsp::SymbolKind::STRING,
            SymbolKind::Tag => lsp::SymbolKind::KEY,
        },
        location,
        container_name: visible(container),
    })
}
