//! `textDocument/codeAction`: quick fixes and refactorings.
use serde_json::json;
use tower_lsp_server::ls_types::request::CodeActionRequest;
use tower_lsp_server::ls_types::{
    self as lsp, CodeActionDisabled, CodeActionKind, CodeActionOptions, CodeActionOrCommand,
    CodeActionParams, CodeActionProviderCapability, CodeActionResponse, CodeActionTriggerKind, Command,
    ServerCapabilities, Uri,
};

use super::{NoteRequest, Request, View};
use crate::ide::{self, Action, ActionKind, Changes, Document, Wish};
use crate::lsp::{Client, OPEN_NOTE, range};
use crate::text::visible;

pub(in crate::server) struct CodeAction;

impl Request for CodeAction {
    type Protocol = CodeActionRequest;

    fn offer(capabilities: &mut ServerCapabilities, client: &Client) {
        capabilities.code_action_provider = client.code_actions.then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(ActionKind::ALL.map(kind).to_vec()),
                resolve_provider: client.resolves_actions.then_some(true),
                ..CodeActionOptions::default()
            })
        });
    }
}

impl NoteRequest for CodeAction {
    const EDITS: bool = true;

    fn uri(params: &CodeActionParams) -> Option<Uri> {
        Some(params.text_document.uri.clone())
    }

    fn answer(view: Option<&View>, params: CodeActionParams) -> Option<CodeActionResponse> {
        let view = view.filter(|view| view.client.code_actions)?;
        let only = params.context.only.map(|only| only.iter().map(|kind| kind.as_str().to_owned()).collect());
        let only: Option<Vec<_>> = only;
        let is_wanted = |name: &String| ActionKind::ALL.iter().any(|kind| kind.is_a(name));
        if only.as_ref().is_some_and(|only| !only.iter().any(is_wanted)) {
            return None;
        }
        let document = view.document()?;
        let span = document.lines.span(&document.text, range(params.range), view.client.encoding);
        let wish = Wish {
            only: only.as_deref(),
            automatic: params.context.trigger_kind == Some(CodeActionTriggerKind::AUTOMATIC),
            changes: if view.client.resolves_actions { Changes::Later } else { Changes::All },
        };
        let actions = ide::code_actions(&view.analysis, view.note, span, &wish).into_iter();
        let actions = actions.filter_map(|found| action(view, &document, params.range, found));
        Some(actions.map(CodeActionOrCommand::CodeAction).collect())
    }
}

fn kind(kind: ActionKind) -> CodeActionKind {
    CodeActionKind::new(kind.name())
}

/// An action on `range` of `document`; `None` where the client cannot do what it needs.
fn action(view: &View, document: &Document, range: lsp::Range, found: Action) -> Option<lsp::CodeAction> {
    let answers = view.answers();
    let no_files = || "The editor does not let the server create files".to_owned();
    let cannot_make = found.makes.is_some() && !view.client.creates_files;
    let disabled = found.disabled.or_else(|| cannot_make.then(no_files));
    if disabled.is_some() && !view.client.disabled_actions {
        return None;
    }
    let mends = found.mends.as_ref().map(|mended| vec![answers.diagnostic(document, mended)]);
    let made = found.makes.as_deref().filter(|_| view.client.opens_notes && disabled.is_none());
    let command = made.and_then(|path| {
        let note = json!({"uri": answers.uri(path)?});
        Some(Command::new("Open the note".into(), OPEN_NOTE.into(), Some(vec![note])))
    });
    let edit = match (&disabled, found.change) {
        (None, Some(change)) => Some(answers.workspace_edit(&change).ok()?),
        (None, None) if !view.client.resolves_actions => return None,
        _ => None,
    };
    let data = (view.client.resolves_actions && disabled.is_none()).then(|| {
        let version = view.open().map(|open| open.version);
        let uri = answers.uri_of(view.note);
        json!({"uri": uri, "version": version, "range": range, "number": found.number})
    });
    Some(lsp::CodeAction {
        command,
        title: visible(&found.title).into_owned(),
        kind: Some(kind(found.kind)),
        diagnostics: mends,
        edit,
        data,
        disabled: disabled.map(|reason| CodeActionDisabled { reason: visible(&reason).into_owned() }),
        is_preferred: (found.preferred && view.client.preferred_actions).then_some(true),
    })
}
