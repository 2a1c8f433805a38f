//! `textDocument/diagnostic`: what is wrong with a document, for clients that ask.
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::oneshot;
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::{
    DiagnosticOptions, DiagnosticServerCapabilities, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentDiagnosticReportKind, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, ServerCapabilities,
    UnchangedDocumentDiagnosticReport, Uri, request,
};

use super::{OwnerRequest, Request, View, failed};
use crate::ide::Outcomes;
use crate::lsp::Client;
use crate::server::backend::ask;
use crate::server::events::{About, Event, Pulled, Queue, Report};

pub(in crate::server) struct DocumentDiagnostic;

impl Request for DocumentDiagnostic {
    type Protocol = request::DocumentDiagnosticRequest;

    fn offer(capabilities: &mut ServerCapabilities, client: &Client) {
        capabilities.diagnostic_provider = client.pulls_diagnostics.then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("slugline".to_owned()),
                inter_file_dependencies: true,
                ..DiagnosticOptions::default()
            })
        });
    }
}

impl OwnerRequest for DocumentDiagnostic {
    async fn answer(
        queue: &Queue,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        let uri = params.text_document.uri;
        let (reply, pulled) = oneshot::channel();
        queue.post(Event::Pull { uri: uri.clone(), reply });
        let (report, related) = match pulled.await {
            Ok(Pulled::Found(report, related)) => (report, related),
            Ok(Pulled::Failed) => return Err(failed()),
            Ok(Pulled::NotOpen) => (Arc::new(of_closed(queue, uri).await?), Vec::new()),
            // It has been closed meanwhile.
            Err(_) => return Err(closed()),
        };
        Ok(DocumentDiagnosticReportResult::Report(answer(&report, related, params.previous_result_id)))
    }
}

/// What is wrong with a note that is not open.
async fn of_closed(queue: &Queue, uri: Uri) -> Result<Report> {
    let found = |view: Option<View>| view.map(|view| view.diagnostics(None, &Outcomes::default()).0);
    let found = ask(queue, |answer| About::Document(uri, answer), found).await?;
    Ok(Report::new(found.unwrap_or_default()))
}

fn answer(
    report: &Report,
    related: Vec<(Uri, Arc<Report>)>,
    previous: Option<String>,
) -> DocumentDiagnosticReport {
    #[allow(clippy::mutable_key_type, reason = "the protocol's own type; nothing in a Uri changes")]
    let related: HashMap<_, _> = related
        .into_iter()
        .map(|(uri, report)| (uri, DocumentDiagnosticReportKind::Full(full(&report))))
        .collect();
    let related_documents = (!related.is_empty()).then_some(related);
    if previous.as_ref() == Some(&report.id) {
        let unchanged = UnchangedDocumentDiagnosticReport { result_id: report.id.clone() };
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents,
            unchanged_document_diagnostic_report: unchanged,
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents,
            full_document_diagnostic_report: full(report),
        })
    }
}

fn full(report: &Report) -> FullDocumentDiagnosticReport {
    FullDocumentDiagnosticReport { result_id: Some(report.id.clone()), items: report.items.clone() }
}

/// The error of a question about a document that has been closed.
fn closed() -> Error {
    // ServerCancelled of the protocol.
    let data = Some(json!({"retriggerRequest": false}));
    Error { code: ErrorCode::ServerError(-32802), message: "the document has been closed".into(), data }
}
