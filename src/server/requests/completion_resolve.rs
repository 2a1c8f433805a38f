//! `completionItem/resolve`: what stands beside the item of a completion that is looked at.
use serde_json::Value;
use tower_lsp_server::ls_types::request::ResolveCompletionItem;
use tower_lsp_server::ls_types::{CompletionItem, Documentation, ServerCapabilities, Uri};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Moment};
use crate::lsp::Client;

pub(in crate::server) struct CompletionResolve;

impl Request for CompletionResolve {
    type Protocol = ResolveCompletionItem;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.completion_provider.get_or_insert_default().resolve_provider = Some(true);
    }
}

impl NoteRequest for CompletionResolve {
    fn uri(item: &CompletionItem) -> Option<Uri> {
        data(item, "uri")?.parse().ok()
    }

    fn answer(view: Option<&View>, mut item: CompletionItem) -> CompletionItem {
        let Some(view) = view else { return item };
        let note = data(&item, "note").and_then(|path| view.analysis.index.note(path));
        let markdown = match (note, moment(&item)) {
            (Some(note), _) => ide::resolve_completion(&view.analysis, note),
            (None, Some(moment)) => ide::resolve_moment(&view.analysis, view.note, &moment),
            (None, None) => None,
        };
        item.documentation = markdown.map(|markdown| match view.client.completion_markdown {
            true => Documentation::MarkupContent(view.answers().markup(&markdown, true)),
            // A client that names no format takes a text all the same.
            false => Documentation::String(markdown.to_plain_text()),
        });
        item
    }
}

/// What the completion has put into its item.
fn data<'i>(item: &'i CompletionItem, key: &str) -> Option<&'i str> {
    item.data.as_ref()?.get(key).and_then(Value::as_str)
}

fn moment(item: &CompletionItem) -> Option<Moment> {
    let second = item.data.as_ref()?.get("second").and_then(Value::as_u64)?;
    let kind = item.data.as_ref()?.get("kind")?.as_u64()?;
    Some(Moment {
        kind: u8::try_from(kind).ok()?,
        video: data(item, "video")?.to_owned(),
        second: u32::try_from(second).ok()?,
    })
}
