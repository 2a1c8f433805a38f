//! `codeAction/resolve`: the edit of the action that is taken.
use serde::Deserialize;
use tower_lsp_server::ls_types::request::CodeActionResolveRequest;
use tower_lsp_server::ls_types::{CodeAction, Range, ServerCapabilities, Uri};

use super::{NoteRequest, Request, View};
use crate::ide::{self, ActionKind, Changes, Wish};
use crate::lsp::{Client, range};

pub(in crate::server) struct CodeActionResolve;

/// What the menu has put into its action.
#[derive(Deserialize)]
struct Data {
    uri: Uri,
    version: Option<i32>,
    range: Range,
    number: usize,
}

impl Data {
    fn of(action: &CodeAction) -> Option<Self> {
        serde_json::from_value(action.data.clone()?).ok()
    }
}

impl Request for CodeActionResolve {
    type Protocol = CodeActionResolveRequest;

    // `code_action` tells of it.
    fn offer(_: &mut ServerCapabilities, _: &Client) {}
}

impl NoteRequest for CodeActionResolve {
    const EDITS: bool = true;

    fn uri(action: &CodeAction) -> Option<Uri> {
        Some(Data::of(action)?.uri)
    }

    fn answer(view: Option<&View>, mut action: CodeAction) -> CodeAction {
        action.edit = view.and_then(|view| {
            let data = Data::of(&action)?;
            // The place of the action is one in the text that it was offered for.
            if view.open().map(|open| open.version) != data.version {
                return None;
            }
            let name = action.kind.as_ref()?;
            let kind = ActionKind::ALL.into_iter().find(|kind| kind.name() == name.as_str())?;
            let changes = Changes::Of(kind, &action.title, data.number);
            let document = view.document()?;
            let span = document.lines.span(&document.text, range(data.range), view.client.encoding);
            let found =
                ide::code_actions(&view.analysis, view.note, span, &Wish { changes, ..Wish::default() });
            view.answers().workspace_edit(&found.into_iter().find_map(|action| action.change)?).ok()
        });
        action
    }
}
