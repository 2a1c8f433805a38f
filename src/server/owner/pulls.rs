//! Diagnostics for clients that ask for them: each answer waits until what the client has sent before is looked
//! through.

use std::hash::Hasher;
use std::sync::Arc;

use tokio::sync::oneshot;
use tower_lsp_server::ls_types::request::WorkspaceDiagnosticRefresh;
use tower_lsp_server::ls_types::{Diagnostic, Uri};

use super::super::events::{Event, Pulled, Report};
use super::Owner;
use super::doc::Doc;

/// Who asks for the diagnostics of a document.
#[derive(Debug, Default)]
pub(super) struct Pulls {
    waiting: Vec<oneshot::Sender<Pulled>>,
    /// The report that the client has got last.
    given: Option<String>,
    /// Whether the client asks again by itself, as it does for a document that is edited in it.
    expected: bool,
}

impl Pulls {
    /// The client will ask again by itself.
    pub(super) fn expect(&mut self) {
        self.expected = true;
    }

    fn give(&mut self, report: &Report) {
        self.given = Some(report.id.clone());
        self.expected = false;
    }

    /// Whether the client shows something else than `report`, and does not know.
    fn are_outdated_by(&self, report: &Report) -> bool {
        !self.expected && self.given.as_ref().is_some_and(|given| *given != report.id)
    }
}

impl Report {
    /// These diagnostics, with a fingerprint of them.
    pub(in crate::server) fn new(items: Vec<Diagnostic>) -> Self {
        let mut hasher = std::hash::DefaultHasher::new();
        match serde_json::to_vec(&items) {
            Ok(json) => hasher.write(&json),
            Err(error) => tracing::error!("diagnostics cannot be written as JSON: {error}"),
        }
        Self { id: format!("{:016x}", hasher.finish()), items }
    }
}

impl Doc {
    /// Its diagnostics, once all that was sent before is looked through; `None` until then.
    pub(super) fn report(&self) -> Option<Result<Arc<Report>, ()>> {
        match (&self.place, self.sought) {
            // It is no note.
            (None, None) => Some(Ok(Arc::new(Report::new(Vec::new())))),
            _ => self.diagnostics.report(),
        }
    }
}

impl Owner {
    /// Answers with the diagnostics of a document as it is now.
    pub(super) fn pull(&mut self, uri: Uri, reply: oneshot::Sender<Pulled>) {
        let key = uri.as_str().to_owned();
        let event = self.wait_for_place(Some(&uri), Event::Pull { uri: uri.clone(), reply });
        let Some(Event::Pull { reply, .. }) = event else { return };
        let Some(doc) = self.docs.get_mut(&key) else {
            // Nobody may be waiting any more.
            return drop(reply.send(Pulled::NotOpen));
        };
        doc.pulls.waiting.retain(|waiting| !waiting.is_closed());
        doc.pulls.waiting.push(reply);
        self.answer_pulls(&key);
    }

    /// Answers who has asked for the diagnostics of a document, if they are known.
    pub(super) fn answer_pulls(&mut self, key: &str) {
        let Some(doc) = self.docs.get_mut(key).filter(|doc| !doc.pulls.waiting.is_empty()) else { return };
        let Some(outcome) = doc.report() else { return };
        let waiting = std::mem::take(&mut doc.pulls.waiting);
        if let Ok(report) = &outcome {
            doc.pulls.give(report);
        }
        let related = if self.client.related_documents { self.outdated() } else { Vec::new() };
        for (uri, report) in &related {
            if let Some(doc) = self.docs.get_mut(uri.as_str()) {
                doc.pulls.give(report);
            }
        }
        for waiting in waiting {
            // Nobody may be waiting any more.
            let _ = waiting.send(match &outcome {
                Ok(report) => Pulled::Found(Arc::clone(report), related.clone()),
                Err(()) => Pulled::Failed,
            });
        }
    }

    /// The documents of which the client shows something else than there is, and does not know.
    fn outdated(&self) -> Vec<(Uri, Arc<Report>)> {
        let outdated = self.docs.values().filter_map(|doc| {
            let report = doc.report()?.ok()?;
            doc.pulls.are_outdated_by(&report).then(|| (doc.uri.clone(), report))
        });
        outdated.collect()
    }

    /// Once nothing waits: answers what can be answered, and tells the client to ask again where it shows what
    /// holds no longer.
    pub(super) fn settle_pulls(&mut self) {
        if !self.client.pulls_diagnostics {
            return;
        }
        let waiting = self.docs.iter().filter(|(_, doc)| !doc.pulls.waiting.is_empty());
        for key in waiting.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            self.answer_pulls(&key);
        }
        self.answer_pull_all();
        let is_awaited = |doc: &Doc| doc.pulls.given.is_some() && doc.report().is_none();
        if !self.client.refreshes_diagnostics || self.is_refreshing() || self.docs.values().any(is_awaited) {
            return;
        }
        let outdated = self.outdated();
        if !outdated.is_empty() {
            for (uri, _) in outdated {
                if let Some(doc) = self.docs.get_mut(uri.as_str()) {
                    doc.pulls.expect();
                }
            }
            self.ask_to_refresh::<WorkspaceDiagnosticRefresh>();
        }
    }
}
