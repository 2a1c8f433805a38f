//! `textDocument/completion`: what may be written at the cursor.
use serde_json::{Value, json};
use tower_lsp_server::ls_types::{
    self as lsp, CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList,
    CompletionOptionsCompletionItem, CompletionParams, CompletionResponse, CompletionTextEdit,
    InsertTextFormat, ServerCapabilities, TextEdit, Uri, request,
};

use super::commands::add_block_id::AddBlockId;
use super::{NoteRequest, Request, View};
use crate::ide::{self, CompletionKind, Document};
use crate::lsp::Client;
use crate::text::visible;

/// Items of one completion.
const MOST_ITEMS: usize = 100;

/// What a time has in it. Nothing but a link or a timestamp is offered for it by itself.
const TIME: &str = ":";

pub(in crate::server) struct Completion;

impl Request for Completion {
    type Protocol = request::Completion;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        let options = capabilities.completion_provider.get_or_insert_default();
        // `!` begins a callout, `"` a value of the front matter or the time of an anchor, `@` a timestamp, and
        // `:` is in a time.
        options.trigger_characters =
            Some(["[", "#", "^", "|", "(", "/", "!", "\"", "@", TIME].map(str::to_owned).to_vec());
        options.completion_item = Some(CompletionOptionsCompletionItem { label_details_support: Some(true) });
    }
}

impl NoteRequest for Completion {
    fn uri(params: &CompletionParams) -> Option<Uri> {
        Some(params.text_document_position.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: CompletionParams) -> Option<CompletionResponse> {
        let view = view?;
        let document = view.document()?;
        let lsp::TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let found = ide::completion(&view.analysis, view.cursor(&document, position), MOST_ITEMS);
        let typed = params.context.and_then(|context| context.trigger_character);
        let unasked =
            |kind| matches!(kind, CompletionKind::Key | CompletionKind::Value | CompletionKind::Tag);
        if typed.as_deref() == Some(TIME) && found.items.first().is_some_and(|first| unasked(first.kind)) {
            return None;
        }
        // What no change of another note goes with would be a broken link.
        let applies = |found: &ide::Completion| found.block.is_none() || view.client.applies_edits;
        let items = found.items.into_iter().filter(applies).enumerate().map(|(rank, mut found)| {
            let command = found.block.take().map(|(note, id)| {
                AddBlockId::after(text_document.uri.clone(), view.analysis.index.path(note), id)
            });
            // Comes back when the item is resolved.
            let uri = &text_document.uri;
            let note = found.note.map(|note| json!({"uri": uri, "note": view.analysis.index.path(note)}));
            let moment = found.moment.take();
            let data = note.or_else(|| {
                moment.map(|m| json!({"uri": uri, "kind": m.kind, "video": m.video, "second": m.second}))
            });
            CompletionItem { command, ..item(view, &document, found, rank, data) }
        });
        let items = items.collect();
        Some(CompletionResponse::List(CompletionList { is_incomplete: found.incomplete, items }))
    }
}

/// An item of a completion in `document`, the `rank`th.
fn item(
    view: &View,
    document: &Document,
    found: ide::Completion,
    rank: usize,
    data: Option<Value>,
) -> CompletionItem {
    let (answers, client) = (view.answers(), &view.client);
    let detail = (!found.detail.is_empty()).then(|| visible(&found.detail).into_owned());
    let (label_details, detail) = if client.label_details {
        (Some(CompletionItemLabelDetails { detail: None, description: detail }), None)
    } else {
        (None, detail)
    };
    // Neovim 0.11 cuts a plain text at its first blank, a snippet it inserts whole. And it keeps a snippet in its
    // list by the filter, a text only by itself.
    let as_a_whole = found.insert.contains(char::is_whitespace) || found.kind == CompletionKind::Moment;
    let (insert, format) = match found.snippet.filter(|_| client.snippets) {
        Some(snippet) => (snippet, InsertTextFormat::SNIPPET),
        None if client.snippets && as_a_whole => (as_snippet(&found.insert), InsertTextFormat::SNIPPET),
        None => (found.insert, InsertTextFormat::PLAIN_TEXT),
    };
    let commit = (client.commit_characters && !found.commit.is_empty()).then_some(found.commit);
    let edit = |span, text| TextEdit::new(answers.range(document, span), text);
    CompletionItem {
        label: visible(&found.label).into_owned(),
        label_details,
        detail,
        kind: Some(match found.kind {
            CompletionKind::Note | CompletionKind::File => CompletionItemKind::FILE,
            CompletionKind::Tag => CompletionItemKind::KEYWORD,
            CompletionKind::Key => CompletionItemKind::PROPERTY,
            CompletionKind::Value => CompletionItemKind::VALUE,
            // Only a word so far: every other name has the icon of a file.
            CompletionKind::Wanted => CompletionItemKind::TEXT,
            CompletionKind::Heading => CompletionItemKind::CLASS,
            CompletionKind::Block => CompletionItemKind::REFERENCE,
            CompletionKind::Alias => CompletionItemKind::TEXT,
            CompletionKind::Footnote | CompletionKind::Label => CompletionItemKind::REFERENCE,
            CompletionKind::Callout => CompletionItemKind::ENUM_MEMBER,
            CompletionKind::Moment => CompletionItemKind::EVENT,
            CompletionKind::Snippet => CompletionItemKind::SNIPPET,
        }),
        // Clients sort by this; they would take the labels else.
        sort_text: Some(format!("{rank:05}")),
        filter_text: Some(found.filter),
        text_edit: Some(CompletionTextEdit::Edit(edit(found.replace, insert))),
        insert_text_format: Some(format),
        commit_characters: commit.map(|characters| characters.iter().map(|&c| c.to_owned()).collect()),
        additional_text_edits: found.also.map(|(span, text)| vec![edit(span, text)]),
        data,
        ..CompletionItem::default()
    }
}

/// `text` as a snippet that inserts just that.
fn as_snippet(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '$' | '}') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_inserts_what_it_is_made_of() {
        for (text, snippet) in
            [("plain text]]", "plain text]]"), ("cost $5 {a} \\b", "cost \\$5 {a\\} \\\\b"), ("", "")]
        {
            assert_eq!(as_snippet(text), snippet);
        }
    }
}
