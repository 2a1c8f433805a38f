//! `textDocument/codeAction`: quick fixes.
use serde_json::json;
use tower_lsp_server::ls_types::request::CodeActionRequest;
use tower_lsp_server::ls_types::{
    self as lsp, CodeActionKind, CodeActionOptions, CodeActionOrCommand, CodeActionParams,
    CodeActionProviderCapability, CodeActionResponse, Command, ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Action, Document};
use crate::lsp::{Client, OPEN_NOTE, range};
use crate::text::visible;

pub(in crate::server) struct CodeAction;

impl Request for CodeAction {
    type Protocol = CodeActionRequest;

    fn offer(capabilities: &mut ServerCapabilities, client: &Client) {
        capabilities.code_action_provider = client.code_actions.then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                ..CodeActionOptions::default()
            })
        });
    }
}

impl NoteRequest for CodeAction {
    fn uri(params: &CodeActionParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: CodeActionParams) -> Option<CodeActionResponse> {
        let view = view?;
        // A kind stands for all below it: `quickfix` for `quickfix.link`, the empty one for all.
        let is_wanted = |kind: &CodeActionKind| matches!(kind.as_str(), "" | "quickfix");
        let wanted = params.context.only.is_none_or(|only| only.iter().any(is_wanted));
        if !wanted || !view.client.code_actions {
            return None;
        }
        let document = view.document()?;
        let span = document.lines.span(&document.text, range(params.range), view.client.encoding);
        let actions = ide::code_actions(&view.analysis, view.note, span).into_iter();
        let actions = actions.filter_map(|found| action(view, &document, found));
        Some(actions.map(CodeActionOrCommand::CodeAction).collect())
    }
}

/// An action on `document`; `None` where the client cannot do what it needs.
fn action(view: &View, document: &Document, found: Action) -> Option<lsp::CodeAction> {
    let answers = view.answers();
    let mends = found.mends.as_ref().map(|mended| vec![answers.diagnostic(document, mended)]);
    let made = found.change.create.first().filter(|_| view.client.opens_notes);
    let command = made.and_then(|(path, _)| {
        let note = json!({"uri": answers.uri(path)?});
        Some(Command::new("Open the note".into(), OPEN_NOTE.into(), Some(vec![note])))
    });
    Some(lsp::CodeAction {
        command,
        title: visible(&found.title).into_owned(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: mends,
        edit: Some(answers.workspace_edit(found.change)?),
        is_preferred: (found.preferred && view.client.preferred_actions).then_some(true),
        ..lsp::CodeAction::default()
    })
}
