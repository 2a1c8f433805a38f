//! `textDocument/definition`: where a link, a footnote or a tag leads.
use tower_lsp_server::ls_types::request::GotoDefinition;
use tower_lsp_server::ls_types::{
    GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, OneOf, Position, Range,
    ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Destination, Document, Target};
use crate::lsp::{Client, to_range};

pub(in crate::server) struct Definition;

impl Request for Definition {
    type Protocol = GotoDefinition;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.definition_provider = Some(OneOf::Left(true));
    }
}

impl NoteRequest for Definition {
    fn uri(params: &GotoDefinitionParams) -> Option<Uri> {
        Some(params.text_document_position_params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
        let view = view?;
        let document = view.document()?;
        let cursor = view.cursor(&document, params.text_document_position_params.position);
        let targets = ide::definition(&view.analysis, cursor);
        jumps(view, &document, targets, view.client.definition_links)
    }
}

fn line_start(line: u32) -> Range {
    let start = Position::new(line, 0);
    Range::new(start, start)
}

/// Places to jump to, as links with the range they start from where the client takes these.
pub(super) fn jumps(
    view: &View,
    document: &Document,
    targets: Vec<Target>,
    as_links: bool,
) -> Option<GotoDefinitionResponse> {
    let answers = view.answers();
    let links: Vec<_> = targets
        .into_iter()
        .filter_map(|target| {
            let (uri, [full, focus]) = match target.to {
                Destination::Note { note, full, focus } => answers.place(note, [full, focus])?,
                Destination::Lines { note, full, focus } => {
                    (answers.uri(view.analysis.index.path(note))?, [full, focus].map(to_range))
                }
                Destination::Captions(uri, line) => (uri.parse().ok()?, [line_start(line); 2]),
                Destination::File(path) => (answers.uri(&path)?, [Range::default(); 2]),
            };
            Some(LocationLink {
                origin_selection_range: Some(answers.range(document, target.origin)),
                target_uri: uri,
                target_range: full,
                target_selection_range: focus,
            })
        })
        .collect();
    if links.is_empty() {
        return None;
    }
    Some(if as_links {
        GotoDefinitionResponse::Link(links)
    } else {
        let location = |link: LocationLink| Location::new(link.target_uri, link.target_selection_range);
        GotoDefinitionResponse::Array(links.into_iter().map(location).collect())
    })
}
