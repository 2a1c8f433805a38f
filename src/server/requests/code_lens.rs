//! `textDocument/codeLens`: who links to a note and to its headings.
use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::request::CodeLensRequest;
use tower_lsp_server::ls_types::{self as lsp, CodeLensOptions, CodeLensParams, ServerCapabilities, Uri};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Symbol};
use crate::lsp::Client;

pub(in crate::server) struct CodeLens;

/// What comes back when a lens is shown.
#[derive(Serialize, Deserialize)]
pub(super) struct Data {
    /// The note.
    pub(super) uri: Uri,
    /// The heading, by its number.
    pub(super) heading: Option<usize>,
}

impl Request for CodeLens {
    type Protocol = CodeLensRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.code_lens_provider = Some(CodeLensOptions { resolve_provider: Some(true) });
    }
}

impl NoteRequest for CodeLens {
    const WAITS: bool = true;

    fn uri(params: &CodeLensParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: CodeLensParams) -> Option<Vec<lsp::CodeLens>> {
        let view = view?;
        let lenses = ide::code_lenses(&view.analysis, view.note).into_iter().filter_map(|lens| {
            let range = view.answers().location(view.note, lens.place)?.range;
            let heading = if let Symbol::Heading { index, .. } = lens.symbol { Some(index) } else { None };
            let data = Data { uri: params.text_document.uri.clone(), heading };
            // One line: some clients show a lens above each line of its range.
            let range = lsp::Range {
                end: if range.end.line == range.start.line { range.end } else { range.start },
                ..range
            };
            Some(lsp::CodeLens { range, command: None, data: serde_json::to_value(data).ok() })
        });
        Some(lenses.collect())
    }
}
