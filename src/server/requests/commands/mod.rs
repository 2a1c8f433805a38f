//! The commands, one a file.
//!
//! A new one is a file here and a line in [`commands!`]. What it finds is its JSON answer, for clients with code
//! for it; any other client shows it all the same: the server asks it to apply an edit, to show a document or a
//! message.

pub(super) mod add_block_id;
mod backlinks;
mod convert_links;
mod copy_link;
mod create_note;
mod daily_note;
mod doctor;
mod graph;
mod insert_link;
mod insert_timestamp;
mod link_mentions;
mod mentions;
mod missing_note;
mod moments;
mod new_attachment;
mod open_source;
mod random_note;
mod reindex;
mod show_resolution;
mod statistics;
mod tags;
mod templates;
mod timeline;
mod unresolved;
mod watch;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::{
    ExecuteCommandParams, Position, ProgressToken, ShowDocumentParams, Uri, WorkspaceEdit,
};

use super::{VaultView, View, Workspace, failed};
use crate::ide::{self, Analysis, Symbol};
use crate::lsp::{Answers, Client, WrittenLocation};
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::owner::{NO_VAULT, Reply};
use crate::sources::SourceId;
use crate::text::visible;

/// What is said where a command is about the video of a note, and there is none.
const NO_VIDEO: &str = "this note names no video; put its ID into the front matter, as `videoId:`";

/// Every command there is.
macro_rules! commands {
    ($($module:ident::$command:ident,)*) => {
        /// Their names.
        pub(super) const NAMES: &[&str] = &[$($module::$command::NAME,)*];

        /// Runs one of them.
        pub(super) async fn run(queue: &Queue, params: ExecuteCommandParams) -> Result<Box<RawValue>> {
            match params.command.as_str() {
                $($module::$command::NAME => {
                    let arguments = arguments::<$module::$command>(params.arguments)?;
                    let token = params.work_done_progress_params.work_done_token;
                    let answer = $module::$command::run_shown(queue, arguments, token).await?;
                    to_raw_value(&answer).map_err(|_| failed())
                })*
                other => Err(Error::invalid_params(format!("unknown command `{other}`"))),
            }
        }
    };
}

commands! {
    add_block_id::AddBlockId,
    backlinks::Backlinks,
    convert_links::ConvertLinks,
    copy_link::CopyLink,
    create_note::CreateNote,
    daily_note::DailyNote,
    doctor::Doctor,
    graph::GraphOfNotes,
    insert_link::InsertLink,
    insert_timestamp::InsertTimestamp,
    link_mentions::LinkMentions,
    mentions::Mentions,
    missing_note::MissingNote,
    moments::Moments,
    new_attachment::NewAttachment,
    open_source::OpenSource,
    random_note::RandomNote,
    reindex::Reindex,
    show_resolution::ShowResolution,
    statistics::VaultStatistics,
    tags::Tags,
    templates::Templates,
    timeline::Timeline,
    unresolved::Unresolved,
    watch::Watch,
}

/// A command.
pub(super) trait Command {
    /// Its name.
    const NAME: &'static str;

    /// Its one argument, an object; without one it is empty.
    type Arguments: DeserializeOwned;

    /// What it finds, for a client with code for it.
    type Answer: Serialize + Send;

    /// Posts to the owner before it awaits anything.
    fn run(queue: &Queue, arguments: Self::Arguments) -> impl Future<Output = Result<Self::Answer>> + Send;

    /// The same of a command that tells how far it is, where the client gives a token for that.
    fn run_shown(
        queue: &Queue,
        arguments: Self::Arguments,
        _: Option<ProgressToken>,
    ) -> impl Future<Output = Result<Self::Answer>> + Send {
        Self::run(queue, arguments)
    }
}

/// The name of the command that shows who links to a note.
pub(super) const BACKLINKS: &str = backlinks::Backlinks::NAME;

/// A source, as an earlier answer names it.
#[derive(serde::Serialize, serde::Deserialize)]
struct Named {
    kind: u8,
    id: String,
}

impl From<SourceId<'_>> for Named {
    fn from(SourceId { kind, id }: SourceId<'_>) -> Self {
        Self { kind, id: id.to_owned() }
    }
}

impl From<Named> for ide::SourceKey {
    fn from(Named { kind, id }: Named) -> Self {
        Self { kind, id }
    }
}

/// The place in a note that a command is about.
#[derive(Deserialize)]
struct AtCursor {
    /// The note.
    uri: Uri,
    /// Where the cursor is.
    position: Position,
}

/// The vault that a command is about.
#[derive(Deserialize)]
struct OfVault {
    /// A note of the vault, or its address; for [`random_note`], the note that is shown.
    uri: Option<Uri>,
}

/// The arguments of a command that has none.
#[derive(serde::Deserialize)]
struct Nothing {}

fn arguments<C: Command>(sent: Vec<Value>) -> Result<C::Arguments> {
    let first = sent.into_iter().next().filter(|first| !first.is_null()).unwrap_or_else(|| json!({}));
    serde_json::from_value(first).map_err(|error| Error::invalid_params(format!("{}: {error}", C::NAME)))
}

/// Has the client make a change; its answer is `result` then.
async fn apply(queue: &Queue, edit: WorkspaceEdit, result: Value) -> Result<Option<Value>> {
    posted(queue, |reply| Event::ApplyEdit { edit, result, reply }).await
}

/// Has the client show a note; its answer is the note's address then.
async fn show(queue: &Queue, uri: Uri) -> Result<Option<Value>> {
    let result = json!({"uri": uri});
    let params = ShowDocumentParams { uri, external: None, take_focus: Some(true), selection: None };
    posted(queue, |reply| Event::ShowDocument { params, result, reply }).await
}

/// Has the client open an address in a browser or player, likewise.
async fn open(queue: &Queue, uri: Uri) -> Result<Option<Value>> {
    let result = json!({"uri": uri});
    let params = ShowDocumentParams { uri, external: Some(true), take_focus: None, selection: None };
    posted(queue, |reply| Event::ShowDocument { params, result, reply }).await
}

/// Answers about the vault of the note `uri`, or that has this address itself, else about the only one; once all of it is
/// read.
async fn in_vault<T: Send + 'static>(
    queue: &Queue,
    uri: Option<Uri>,
    answer: impl FnOnce(&Analysis, &Client) -> T + Send + 'static,
) -> Result<T> {
    let answer = match uri.clone() {
        Some(uri) => {
            let about = |answer| About::Document(uri, answer);
            let of_note = |view: Option<View>| match view {
                Some(view) => Ok(answer(&view.analysis, &view.client)),
                None => Err(answer),
            };
            match ask_when(queue, Needs::ALL_READ, about, of_note).await? {
                Ok(found) => return Ok(found),
                Err(answer) => answer,
            }
        }
        None => answer,
    };
    let of_workspace = move |workspace: Workspace| {
        let vault = which(&workspace, uri.as_ref())?;
        Ok(answer(&vault.analysis, &workspace.client))
    };
    ask_when(queue, Needs::ALL_READ, About::Workspace, of_workspace).await?
}

/// The vault with the address `uri`, else the only one; where there are several, the error has their addresses: the
/// user can be asked for one of them, with which the command is sent again.
fn which<'w>(workspace: &'w Workspace, uri: Option<&Uri>) -> Result<&'w VaultView> {
    let address = |vault: &VaultView| vault.analysis.texts().uri("");
    let bare = |uri: &str| uri.trim_end_matches('/').to_owned();
    let named = uri.map(|uri| bare(uri.as_str()));
    let named = named.and_then(|uri| workspace.vaults.iter().find(|vault| bare(&address(vault)) == uri));
    match &*workspace.vaults {
        [only] => Ok(only),
        vaults => named.ok_or_else(|| Error {
            data: (vaults.len() > 1)
                .then(|| json!({"vaults": vaults.iter().map(address).collect::<Vec<_>>()})),
            ..refused(NO_VAULT)
        }),
    }
}

/// Where a thing of the vault stands.
fn places(analysis: &Analysis, client: &Client, symbol: &Symbol) -> Vec<WrittenLocation> {
    let found = ide::occurrences(analysis, symbol);
    let answers = Answers { analysis, client, open: &[] };
    answers.written_locations(found.iter().map(|found| (found.note, found.place))).collect()
}

/// Things that a message names.
const MOST_NAMED: usize = 10;

/// The first few of `total` things, for a message.
fn some_of(named: impl Iterator<Item = String>, total: usize) -> String {
    let some = named.take(MOST_NAMED).collect::<Vec<_>>().join(", ");
    match total.saturating_sub(MOST_NAMED) {
        0 => some,
        more => format!("{some}, and {more} more"),
    }
}

/// What the owner answers.
async fn posted(queue: &Queue, event: impl FnOnce(Reply) -> Event) -> Result<Option<Value>> {
    let (reply, outcome) = oneshot::channel();
    queue.post(event(reply));
    outcome.await.map_err(|_| failed())?.map(Some).map_err(|why| refused(&why))
}

/// The error of a request that cannot be done as things are, in words for the user.
pub(super) fn refused(why: &str) -> Error {
    // RequestFailed of the protocol.
    Error { code: ErrorCode::ServerError(-32803), message: visible(why).into_owned().into(), data: None }
}
