//! `workspace/executeCommand`: what editors have names and keys for.
use serde_json::value::RawValue;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{ExecuteCommandOptions, ExecuteCommandParams, ServerCapabilities, request};

use super::{OwnerRequest, Request, commands, written};
use crate::lsp::Client;
use crate::server::events::Queue;

pub(in crate::server) struct ExecuteCommand;

written!(request::ExecuteCommand, ExecuteCommandParams);

impl Request for ExecuteCommand {
    type Protocol = Protocol;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        capabilities.execute_command_provider = Some(ExecuteCommandOptions {
            commands: commands::NAMES.iter().map(|&name| name.to_owned()).collect(),
            ..ExecuteCommandOptions::default()
        });
    }
}

impl OwnerRequest for ExecuteCommand {
    async fn answer(queue: &Queue, params: ExecuteCommandParams) -> Result<Option<Box<RawValue>>> {
        commands::run(queue, params).await.map(Some)
    }
}
