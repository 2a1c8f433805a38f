//! `workspace/executeCommand`: what editors have names and keys for.
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::{
    ExecuteCommandOptions, ExecuteCommandParams, ServerCapabilities, Uri, request,
};

use super::{OwnerRequest, Request, failed};
use crate::lsp::Client;
use crate::server::events::{Event, Queue};
use crate::text::visible;

const CREATE_NOTE: &str = "slugline.createNote";
const REINDEX: &str = "slugline.reindex";
const DOCTOR: &str = "slugline.doctor";

pub(in crate::server) struct ExecuteCommand;

impl Request for ExecuteCommand {
    type Protocol = request::ExecuteCommand;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.execute_command_provider = Some(ExecuteCommandOptions {
            commands: [CREATE_NOTE, REINDEX, DOCTOR].map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        });
    }
}

impl OwnerRequest for ExecuteCommand {
    async fn answer(queue: &Queue, params: ExecuteCommandParams) -> Result<Option<Value>> {
        match params.command.as_str() {
            REINDEX => {
                queue.post(Event::Reindex);
                Ok(None)
            }
            DOCTOR => {
                let (reply, report) = oneshot::channel();
                queue.post(Event::Report(reply));
                report.await.map(|report| Some(report.into())).map_err(|_| failed())
            }
            CREATE_NOTE => {
                let wanted = params.arguments.into_iter().next().unwrap_or(Value::Null);
                let CreateNote { name, uri } = serde_json::from_value(wanted)
                    .map_err(|error| Error::invalid_params(format!("{CREATE_NOTE}: {error}")))?;
                let (reply, outcome) = oneshot::channel();
                queue.post(Event::CreateNote { name, uri, reply });
                outcome.await.map_err(|_| failed())?.map(Some).map_err(refused)
            }
            other => Err(Error::invalid_params(format!("unknown command `{other}`"))),
        }
    }
}

/// The argument of [`CREATE_NOTE`].
#[derive(Deserialize)]
struct CreateNote {
    /// What it is to be called.
    name: String,
    /// The note from which it is made.
    uri: Option<Uri>,
}

/// The error of a request that cannot be done as things are, in words for the user.
fn refused(why: String) -> Error {
    // RequestFailed of the protocol.
    Error { code: ErrorCode::ServerError(-32803), message: visible(&why).into_owned().into(), data: None }
}
