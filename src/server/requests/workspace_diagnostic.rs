//! `workspace/diagnostic`: what is wrong with all notes, held until something changes.
use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    DiagnosticServerCapabilities, ServerCapabilities, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, request,
};

use super::{OwnerRequest, Request, failed};
use crate::lsp::Client;
use crate::server::events::{Event, Queue};
use crate::server::owner::PullAll;

pub(in crate::server) struct WorkspaceDiagnostic;

impl Request for WorkspaceDiagnostic {
    type Protocol = request::WorkspaceDiagnosticRequest;

    fn offer(capabilities: &mut ServerCapabilities, _: &Client) {
        if let Some(DiagnosticServerCapabilities::Options(options)) = &mut capabilities.diagnostic_provider {
            options.workspace_diagnostics = true;
        }
    }
}

impl OwnerRequest for WorkspaceDiagnostic {
    async fn answer(
        queue: &Queue,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        let previous = params.previous_result_ids.into_iter().map(|previous| (previous.uri, previous.value));
        let (reply, items) = oneshot::channel();
        let token = params.partial_result_params.partial_result_token;
        queue.post(Event::PullAll(PullAll { previous: previous.collect(), token, reply }));
        let items = items.await.map_err(|_| failed())?;
        Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
    }
}
