//! `codeLens/resolve`: how many link to a note or heading, and what shows them.
use serde::Deserialize;
use serde_json::json;
use tower_lsp_server::ls_types::request::CodeLensResolve as CodeLensResolveRequest;
use tower_lsp_server::ls_types::{CodeLens, CodeLensOptions, Command, ServerCapabilities, Uri};

use super::code_lens::Data;
use super::{NoteRequest, Request, View, commands};
use crate::ide::{self, Symbol};
use crate::lsp::{Client, SHOW_REFERENCES};

pub(in crate::server) struct CodeLensResolve;

fn data(lens: &CodeLens) -> Option<Data> {
    Data::deserialize(lens.data.as_ref()?).ok()
}

impl Request for CodeLensResolve {
    type Protocol = CodeLensResolveRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.code_lens_provider = Some(CodeLensOptions { resolve_provider: Some(true) });
    }
}

impl NoteRequest for CodeLensResolve {
    const WAITS: bool = true;

    fn uri(lens: &CodeLens) -> Option<Uri> {
        Some(data(lens)?.uri)
    }

    fn answer(view: Option<&View>, mut lens: CodeLens) -> CodeLens {
        let Some((view, Data { uri, heading })) = view.zip(data(&lens)) else { return lens };
        let symbol =
            heading.map_or(Symbol::Note(view.note), |index| Symbol::Heading { note: view.note, index });
        let found = ide::backlinks(&view.analysis, &symbol);
        let (title, position) = (ide::backlink_count(&found), lens.range.start);
        lens.command = Some(if view.client.shows_references {
            let places = found.iter().map(|found| (found.note, found.place));
            let locations: Vec<_> = view.answers().locations(places).collect();
            let arguments = vec![json!(uri), json!(position), json!(locations)];
            Command::new(title, SHOW_REFERENCES.to_owned(), Some(arguments))
        } else {
            let arguments = vec![json!({"uri": uri, "position": position})];
            Command::new(title, commands::BACKLINKS.to_owned(), Some(arguments))
        });
        lens
    }
}
