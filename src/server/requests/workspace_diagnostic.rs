//! `workspace/diagnostic`: what is wrong with all notes, held until something changes. By the identifier [`ALL`],
//! what is wrong with them now: for a client that is sent diagnostics of open notes, and lists the others when it is
//! told to.
use std::sync::Arc;

use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    DiagnosticServerCapabilities, FullDocumentDiagnosticReport, ServerCapabilities,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDiagnosticReportResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport, request,
};

use super::{OwnerRequest, Request, View, Workspace, failed};
use crate::ide::Outcomes;
use crate::index::{Mentions, MentionsSlot};
use crate::lsp::Client;
use crate::server::backend::ask_when;
use crate::server::events::{About, Event, Needs, Queue};
use crate::server::owner::PullAll;
use crate::server::partial::Partial;
use crate::settings::Code;

/// The identifier by which a client asks for what is wrong with all notes as they are, once.
const ALL: &str = "slugline.all";

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
        if params.identifier.as_deref() == Some(ALL) {
            let items =
                ask_when(queue, Needs::ALL_READ, About::Workspace, |workspace: Workspace| all(&workspace))
                    .await?;
            return Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }));
        }
        let previous = params.previous_result_ids.into_iter().map(|previous| (previous.uri, previous.value));
        let (reply, items) = oneshot::channel();
        let token = params.partial_result_params.partial_result_token;
        queue.post(Event::PullAll(PullAll { previous: previous.collect(), token, reply }));
        let items = items.await.map_err(|_| failed())?;
        Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }))
    }
}

/// What is wrong with all notes, whatever the settings say.
fn all(workspace: &Workspace) -> Vec<WorkspaceDocumentDiagnosticReport> {
    let mut reports = Vec::new();
    for vault in &workspace.vaults {
        let mut analysis = vault.analysis.clone();
        if analysis.settings().reports(Code::UnlinkedMention) {
            // What the owner has made of the names may be of another state, or not be made yet.
            let mut slot = MentionsSlot::default();
            slot.set(Mentions::of(&analysis.index).map(Arc::new));
            analysis = analysis.with_mentions(slot);
        }
        for note in vault.analysis.index.cancel().over(vault.analysis.index.notes()) {
            let open = vault.open.iter().find(|open| open.note == note).cloned();
            let Some(uri) = vault.answers(&workspace.client).uri_of(note) else { continue };
            let version = open.as_ref().map(|open| i64::from(open.version));
            let view = View {
                analysis: analysis.clone(),
                note,
                open: open.into_iter().collect(),
                tokens: None,
                partial: Partial::default(),
                client: Arc::clone(&workspace.client),
            };
            let items = view.diagnostics(None, &Outcomes::default()).0;
            if !items.is_empty() {
                let full_document_diagnostic_report = FullDocumentDiagnosticReport { result_id: None, items };
                reports.push(WorkspaceDocumentDiagnosticReport::Full(
                    WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report },
                ));
            }
        }
    }
    reports
}
