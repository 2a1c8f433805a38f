//! `slugline.convertLinks`: the links of a note or of the whole vault as wikilinks, or as markdown links. The client
//! shows them before it makes the change, where it can.
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{ProgressToken, Uri};

use super::{Command, apply, refused, which};
use crate::ide::{self, Converted, LinkForm};
use crate::index::NoteId;
use crate::lsp::Answers;
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::partial::Steps;
use crate::server::requests::{View, Workspace};

pub(super) struct ConvertLinks;

#[derive(Deserialize)]
pub(super) struct Arguments {
    /// A note of the vault, or its address.
    uri: Option<Uri>,
    /// The form that the links get.
    to: Form,
    /// Whose links.
    #[serde(default)]
    scope: Scope,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Form {
    Wiki,
    Markdown,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
enum Scope {
    Note,
    #[default]
    Vault,
}

impl Command for ConvertLinks {
    const NAME: &'static str = "slugline.convertLinks";
    type Arguments = Arguments;
    type Answer = Option<Value>;

    async fn run(queue: &Queue, arguments: Arguments) -> Result<Option<Value>> {
        Self::run_shown(queue, arguments, None).await
    }

    async fn run_shown(
        queue: &Queue,
        Arguments { uri, to, scope }: Arguments,
        token: Option<ProgressToken>,
    ) -> Result<Option<Value>> {
        let form = match to {
            Form::Wiki => LinkForm::Wiki,
            Form::Markdown => LinkForm::Markdown,
        };
        let needs = Needs { all_read: true, open_notes: true };
        let of_note = match uri.clone() {
            Some(uri) => {
                let (about, token) = (|answer| About::Document(uri, answer), token.clone());
                let answer = move |view: Option<View>| {
                    let view = view?;
                    let only = (scope == Scope::Note).then_some(view.note);
                    Some(convert(&view.answers(), only, form, view.partial.steps(token, TITLE)))
                };
                ask_when(queue, needs, about, answer).await?
            }
            None => None,
        };
        let found = match of_note {
            Some(found) => found,
            None if scope == Scope::Note => return Err(refused("this document is not a note")),
            None => {
                let answer = move |workspace: Workspace| {
                    let vault = which(&workspace, uri.as_ref())?;
                    let steps = workspace.partial.steps(token, TITLE);
                    Ok(convert(&vault.answers(&workspace.client), None, form, steps))
                };
                ask_when(queue, needs, About::Workspace, answer).await??
            }
        };
        let (edit, converted, shows) = found.map_err(|why: String| refused(&why))?;
        let Converted { change, links, left } = converted;
        let notes = change.edits.len();
        let result =
            |applied: bool| json!({"links": links, "notes": notes, "left": left, "applied": applied});
        let Some(edit) = edit else {
            if !shows {
                queue.post(Event::ShowMessage("no link to convert".to_owned()));
            }
            return Ok(Some(result(false)));
        };
        // Who looks at the change may think better of it: that is no error.
        Ok(Some(result(apply(queue, edit, Value::Null).await.is_ok())))
    }
}

/// What a client shows while the notes are read.
const TITLE: &str = "Converting links";

type Found = (Option<tower_lsp_server::ls_types::WorkspaceEdit>, Converted, bool);

fn convert(
    answers: &Answers<'_>,
    note: Option<NoteId>,
    form: LinkForm,
    mut steps: Steps,
) -> std::result::Result<Found, String> {
    if !answers.client.applies_edits {
        return Err("this editor does not support edits by a language server".to_owned());
    }
    let note = note.map(|note| [note]);
    let only = note.as_ref().map(<[_; 1]>::as_slice);
    let converted = ide::convert_vault(answers.analysis, only, form, |done, total| steps.at(done, total));
    let edit = match converted.links {
        0 => None,
        _ => Some(answers.workspace_edit(&converted.change)?),
    };
    Ok((edit, converted, answers.client.shows_references))
}
