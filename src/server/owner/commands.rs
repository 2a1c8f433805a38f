//! Commands that change files: the client makes the change, and says whether it did.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp_server::ls_types::request::{ApplyWorkspaceEdit, ShowDocument};
use tower_lsp_server::ls_types::{
    ApplyWorkspaceEditParams, ApplyWorkspaceEditResponse, ShowDocumentParams, Uri, WorkspaceEdit,
};

use super::super::events::{Event, Wanted};
use super::super::pool::{Class, Job};
use super::super::vault::{Kind, Phase, VaultId};
use super::{Owner, PendingRequest};
use crate::ide::{self, NewNote};
use crate::index::Cancel;
use crate::lsp::{Answers, file_path};
use crate::text::VaultPath;

/// Who waits for a command: its result, or what the user is told.
pub(in crate::server) type Reply = oneshot::Sender<Result<Value, String>>;

/// What is said where a command is about a vault, and nothing says which.
pub(in crate::server) const NO_VAULT: &str = "no vault for this command; open a folder of notes first or, where \
     several are open, a note of one of them";

/// What is said where a note was to be made from one that is no longer open.
pub(super) const CLOSED: &str = "the note with the link has been closed";

impl Owner {
    /// Makes a note, in the vault of `uri` and where a link from there would want it.
    pub(super) fn create_note(&mut self, note: Wanted, uri: Option<Uri>, reply: Reply) {
        let event = self.wait_for_place(uri.clone().as_ref(), Event::CreateNote { note, uri, reply });
        let Some(event) = event.and_then(|event| self.wait_for_folders(event)) else { return };
        let Event::CreateNote { note, uri, reply } = event else { return };
        let Some((id, _)) = self.place_for(uri.as_ref()) else {
            return drop(reply.send(Err(NO_VAULT.to_owned())));
        };
        let own = uri.clone();
        let event = self.wait_for_texts(id, own.as_ref(), Event::CreateNote { note, uri, reply });
        if let Some(Event::CreateNote { note, uri, reply }) = event {
            self.make_note(note, uri, reply);
        }
    }

    /// The vault for a new note, and the note from which it is made: `uri` is that note's, or the vault's.
    fn place_for(&self, uri: Option<&Uri>) -> Option<(VaultId, Option<VaultPath>)> {
        let place = uri.and_then(|uri| self.docs.get(uri.as_str())?.place.clone());
        let named = || uri.and_then(file_path).and_then(|path| self.vault_at(&path));
        place.map(|(id, path)| (id, Some(path))).or_else(|| Some((named().or_else(|| self.only())?, None)))
    }

    /// The vault whose folder this is.
    fn vault_at(&self, folder: &Path) -> Option<VaultId> {
        let mut found = self.vaults.iter().filter(|(_, vault)| vault.root.path() == folder);
        found.next().map(|(&id, _)| id)
    }

    /// Makes it by what is known now.
    pub(super) fn make_note(&mut self, note: Wanted, uri: Option<Uri>, reply: Reply) {
        let refuse = |reply: Reply, why: &str| drop(reply.send(Err(why.to_owned())));
        let Some((id, from)) = self.place_for(uri.as_ref()) else {
            return refuse(reply, CLOSED);
        };
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        if vault.kind == Kind::Loose {
            return refuse(
                reply,
                "this folder is too large to index; open the folder that contains your notes",
            );
        }
        if vault.phase != Phase::Complete {
            // A title that is not yet read may be the name that is asked for.
            vault.postponed.push(Event::CreateNote { note, uri, reply });
            return;
        }
        let analysis = vault.engine.snapshot();
        let from = from.and_then(|path| vault.engine.index().note(&path));
        let (client, queue) = (Arc::clone(&self.client), self.queue.clone());
        let work = Box::new(move || {
            let answers = Answers { analysis: &analysis, client: &client, open: &[] };
            let uri = |path: &str| json!({"uri": analysis.texts().uri(path)});
            match ide::new_note(&analysis, from, &note.name, note.template.as_deref()) {
                Err(why) => refuse(reply, &why),
                // Nobody may be waiting any more.
                Ok(NewNote::Known(note)) => drop(reply.send(Ok(uri(analysis.index.path(note))))),
                Ok(NewNote::New(path, change)) => match answers.workspace_edit(&change) {
                    Ok(edit) => queue.post(Event::ApplyEdit { edit, result: uri(&path), reply }),
                    Err(why) => refuse(reply, why),
                },
            }
        });
        self.pool.run(Job { class: Class::Request, key: None, cancel: Cancel::default(), work });
    }

    /// The vault, where there is one only.
    fn only(&self) -> Option<VaultId> {
        let mut ids = self.vaults.keys();
        ids.next().copied().filter(|_| ids.next().is_none())
    }

    /// Has the client make a change; `result` is for who waits for it.
    pub(super) fn apply_edit(&mut self, edit: WorkspaceEdit, result: Value, reply: Reply) {
        let params = ApplyWorkspaceEditParams { label: None, edit };
        let id = self.out.request::<ApplyWorkspaceEdit>(&params);
        self.pending_requests.insert(id, PendingRequest::Edit(reply, result));
    }

    pub(super) fn edit_answered(reply: Reply, result: Value, outcome: Result<Value, Value>) {
        let outcome = match outcome.map(serde_json::from_value::<ApplyWorkspaceEditResponse>) {
            Ok(Ok(response)) if response.applied => Ok(result),
            Ok(Ok(response)) => Err(response.failure_reason.unwrap_or_default()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(error) => Err(error["message"].as_str().unwrap_or_default().to_owned()),
        };
        // Nobody may be waiting any more.
        let _ = reply.send(outcome.map_err(|why| format!("the editor rejected the edit: {why}")));
    }

    /// Has the client show a document; one that cannot shows where it is.
    pub(super) fn show_document(&mut self, params: ShowDocumentParams, result: Value, reply: Reply) {
        if self.client.shows_documents {
            let id = self.out.request::<ShowDocument>(&params);
            self.pending_requests.insert(id, PendingRequest::Show(reply, result));
        } else {
            self.out.inform(params.uri.as_str());
            // Nobody may be waiting any more.
            let _ = reply.send(Ok(result));
        }
    }

    pub(super) fn show_answered(reply: Reply, result: Value, outcome: Result<Value, Value>) {
        let outcome = match outcome {
            Ok(answer) if answer["success"] == Value::Bool(true) => Ok(result),
            Ok(_) => Err("the editor did not show the document".to_owned()),
            Err(error) => {
                let why = error["message"].as_str().unwrap_or_default();
                Err(format!("the editor did not show the document: {why}"))
            }
        };
        // Nobody may be waiting any more.
        let _ = reply.send(outcome);
    }
}
