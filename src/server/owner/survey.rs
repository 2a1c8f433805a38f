//! Diagnostics of all notes, for clients that ask for them: of the open ones as they are told, and where the
//! setting says so of the others.
//!
//! One request of that kind is held until there is something to tell. What is wrong with a closed note is found
//! out once, by a job at a time, and again when something has changed that it depends on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::oneshot;
use tower_lsp_server::ls_types::{
    FullDocumentDiagnosticReport, ProgressToken, Uri, WorkspaceDiagnosticReportPartialResult,
    WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
};

use super::super::events::{Event, Report};
use super::super::partial::Partial;
use super::super::pool::{Class, Job, outcome};
use super::super::requests::View;
use super::super::vault::{Phase, VaultId};
use super::Owner;
use crate::ide::{Outcomes, Search};
use crate::index::{Cancel, Change, Index};
use crate::text::VaultPath;

/// Notes of a job.
const CHUNK: usize = 64;

/// A question for the diagnostics of all notes.
#[derive(Debug)]
pub(in crate::server) struct PullAll {
    /// The reports that the client shows.
    pub(in crate::server) previous: Vec<(Uri, String)>,
    /// Where parts of the answer go.
    pub(in crate::server) token: Option<ProgressToken>,
    pub(in crate::server) reply: oneshot::Sender<Vec<WorkspaceDocumentDiagnosticReport>>,
}

/// The one that is held.
#[derive(Debug)]
pub(super) struct Held {
    /// What the client shows: its name for a note, and the report.
    shown: HashMap<(VaultId, VaultPath), (Uri, String)>,
    /// What it shows of documents that are no notes.
    strangers: Vec<Uri>,
    token: Option<ProgressToken>,
    reply: oneshot::Sender<Vec<WorkspaceDocumentDiagnosticReport>>,
    /// What is to be told in the answer.
    items: Vec<WorkspaceDocumentDiagnosticReport>,
    /// Whether there is something to tell, or the client asks for the first time.
    is_due: bool,
    /// Whether some of what it shows may have gone.
    may_be_gone: bool,
}

impl Held {
    /// Takes a report in where the client shows another one. `uri`: the name of the note, `version` where it is open.
    fn tell(&mut self, place: (VaultId, VaultPath), uri: Option<Uri>, version: Option<i32>, report: &Report) {
        let shown = self.shown.get(&place);
        let is_news = match shown {
            Some((_, id)) => *id != report.id,
            None => !report.items.is_empty(),
        };
        let uri = match (shown, version) {
            // The client may spell it otherwise.
            (Some((uri, _)), None) => Some(uri.clone()),
            _ => uri,
        };
        if let Some(uri) = uri.filter(|_| is_news) {
            self.shown.insert(place, (uri.clone(), report.id.clone()));
            self.items.push(full(uri, version, report));
            self.is_due = true;
        }
    }
}

fn full(uri: Uri, version: Option<i32>, report: &Report) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version: version.map(i64::from),
        full_document_diagnostic_report: FullDocumentDiagnosticReport {
            result_id: Some(report.id.clone()),
            items: report.items.clone(),
        },
    })
}

/// The notes of a vault that the pool is to look at, in turns: all of them at first, then those that change.
#[derive(Debug)]
pub(super) struct Walk {
    /// Notes to look at, once more or for the first time.
    stale: BTreeSet<VaultPath>,
    /// All notes behind this path are to be looked at, too.
    behind: Option<VaultPath>,
    /// Whether the pool looks at some.
    running: bool,
    /// What the pool finds is of use as long as this is the same.
    round: u64,
}

/// A number that no round has had.
fn next_round() -> u64 {
    static ROUNDS: AtomicU64 = AtomicU64::new(0);
    ROUNDS.fetch_add(1, Ordering::Relaxed)
}

impl Default for Walk {
    fn default() -> Self {
        let behind = Some(VaultPath::from(""));
        Self { stale: BTreeSet::new(), behind, running: false, round: next_round() }
    }
}

impl Walk {
    /// Everything may have changed. `known`: notes of which something is known.
    pub(super) fn restart<'p>(&mut self, known: impl Iterator<Item = &'p VaultPath>) {
        // Those that are no longer there are found out by their paths.
        *self = Self { stale: known.cloned().collect(), ..Self::default() };
    }

    /// A note may have changed.
    pub(super) fn touch(&mut self, path: VaultPath) {
        self.stale.insert(path);
    }

    /// Which round it is.
    pub(super) fn round(&self) -> u64 {
        self.round
    }

    /// The pool has looked at what it was given.
    pub(super) fn finish(&mut self) {
        self.running = false;
    }

    pub(super) fn is_done(&self) -> bool {
        self.stale.is_empty() && self.behind.is_none() && !self.running
    }

    /// The next notes for the pool; `None` where it has some, or there are none.
    pub(super) fn start(&mut self, index: &Index) -> Option<Vec<VaultPath>> {
        if self.running || self.is_done() {
            return None;
        }
        self.running = true;
        let mut next: Vec<_> = std::iter::from_fn(|| self.stale.pop_first()).take(CHUNK).collect();
        if let Some(behind) = self.behind.take_if(|_| next.len() < CHUNK) {
            let room = CHUNK - next.len();
            let more: Vec<_> = index.paths_behind(&behind).take(room).cloned().collect();
            self.behind = more.last().filter(|_| more.len() == room).cloned();
            next.extend(more);
        }
        Some(next)
    }
}

/// What is known of the diagnostics of a vault's closed notes.
#[derive(Debug, Default)]
pub(in crate::server) struct Survey {
    /// The reports of the notes that have diagnostics.
    found: BTreeMap<VaultPath, String>,
    walk: Walk,
}

impl Survey {
    /// Everything may have changed.
    pub(in crate::server) fn restart(&mut self) {
        self.walk.restart(self.found.keys());
    }

    /// A note may have changed.
    pub(super) fn touch(&mut self, path: VaultPath) {
        self.walk.touch(path);
    }

    /// What a change of the disk concerns by itself.
    pub(super) fn changed(&mut self, change: &Change) {
        match change {
            Change::Note(path) | Change::Facts(path, _) => self.touch(path.clone()),
            Change::Gone(path) => {
                let below = self.found.range(VaultPath::range_below(path));
                self.walk.stale.extend(below.map(|(path, _)| path.clone()));
                self.touch(path.clone());
            }
            Change::File(_) => {}
        }
    }
}

impl Owner {
    /// Answers with the diagnostics of all notes, once some have changed.
    pub(super) fn pull_all(&mut self, pull: PullAll) {
        let Some(Event::PullAll(pull)) = self.wait_for_folders(Event::PullAll(pull)) else { return };
        self.release_pull_all();
        if !self.client.pulls_diagnostics {
            // Nobody may be waiting any more.
            return drop(pull.reply.send(Vec::new()));
        }
        let (mut shown, mut strangers) = (HashMap::new(), Vec::new());
        for (uri, id) in pull.previous {
            match self.place_of(&uri, None) {
                Some(place) => drop(shown.insert(place, (uri, id))),
                None => strangers.push(uri),
            }
        }
        for (&id, vault) in &mut self.vaults {
            let Some(survey) = &mut vault.survey else { continue };
            for (path, found) in &survey.found {
                let is_shown = shown.get(&(id, path.clone())).is_some_and(|(_, shown)| shown == found);
                if !is_shown {
                    survey.walk.touch(path.clone());
                }
            }
        }
        self.held = Some(Held {
            shown,
            strangers,
            token: pull.token,
            reply: pull.reply,
            items: Vec::new(),
            is_due: !std::mem::replace(&mut self.pulled_all, true),
            may_be_gone: true,
        });
        self.answer_pull_all();
    }

    /// Ends the request that is held, if there is one.
    pub(super) fn release_pull_all(&mut self) {
        if let Some(held) = self.held.take() {
            // Nobody may be waiting any more.
            let _ = held.reply.send(held.items);
        }
    }

    /// A note that was open is closed, or a vault is gone: what is shown of it may go.
    pub(super) fn forget_shown(&mut self) {
        if let Some(held) = &mut self.held {
            held.may_be_gone = true;
        }
    }

    /// Tells who asks for the diagnostics of all notes what has changed, and has looked at what may have.
    pub(super) fn answer_pull_all(&mut self) {
        let Some(mut held) = self.held.take_if(|held| !held.reply.is_closed()) else {
            self.held = None;
            return;
        };
        for vault in self.vaults.values_mut() {
            let is_over = !vault.engine.settings().workspace_diagnostics;
            held.may_be_gone |= vault.survey.take_if(|_| is_over).is_some();
        }
        let is_read = |phase: Phase| phase == Phase::Complete;
        if !self.pending.is_empty() || !self.vaults.values().all(|vault| is_read(vault.phase)) {
            self.held = Some(held);
            return;
        }
        let mut is_done = true;
        let mut open = BTreeSet::new();
        for doc in self.docs.values() {
            let Some(place) = doc.place.clone() else {
                // The disk has not said yet where it is.
                is_done &= doc.sought.is_none();
                continue;
            };
            if self.in_force(&place).is_none_or(|other| other.opened != doc.opened) {
                continue;
            }
            match doc.report() {
                Some(Ok(report)) => {
                    held.tell(place.clone(), Some(doc.uri.clone()), Some(doc.version), &report)
                }
                Some(Err(())) => {}
                None => is_done = false,
            }
            open.insert(place);
        }
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            is_done &= self.survey(id, &open);
        }
        if is_done && std::mem::take(&mut held.may_be_gone) {
            let none = Report::new(Vec::new());
            let found = |(id, path): &(VaultId, VaultPath)| {
                self.vaults.get(id).and_then(|vault| vault.survey.as_ref()?.found.get(path))
            };
            let gone = held.shown.keys().filter(|place| !open.contains(*place) && found(place).is_none());
            for place in gone.cloned().collect::<Vec<_>>() {
                held.tell(place, None, None, &none);
            }
            for uri in std::mem::take(&mut held.strangers) {
                held.items.push(full(uri, None, &none));
                held.is_due = true;
            }
        }
        if let Some(token) = held.token.as_ref().filter(|_| !held.items.is_empty()) {
            let items = std::mem::take(&mut held.items);
            self.out.partial(token, &WorkspaceDiagnosticReportPartialResult { items });
        }
        self.held = Some(held);
        if is_done && self.held.as_ref().is_some_and(|held| held.is_due) {
            self.release_pull_all();
        }
    }

    /// Has the pool look at some closed notes of a vault; whether there are none to look at.
    fn survey(&mut self, id: VaultId, open: &BTreeSet<(VaultId, VaultPath)>) -> bool {
        let Some(vault) = self.vaults.get_mut(&id) else { return true };
        if !vault.engine.settings().workspace_diagnostics {
            return true;
        }
        let survey = vault.survey.get_or_insert_default();
        let Some(mut paths) = survey.walk.start(vault.engine.index()) else { return survey.walk.is_done() };
        paths.retain(|path| !open.contains(&(id, path.clone())));
        // Told apart only where that makes a difference: each name takes a search.
        let is_told = vault.engine.settings().unwritten.is_some();
        let search = if is_told { Search::AtOnce } else { Search::Never };
        let (analysis, round) = (vault.engine.snapshot().searching(search), survey.walk.round());
        let (client, queue) = (Arc::clone(&self.client), self.queue.clone());
        let work = Box::new(move || {
            let reports = paths.into_iter().map(|path| {
                let found = analysis.index.note(&path).map(|note| {
                    let (analysis, client) = (analysis.clone(), Arc::clone(&client));
                    let view = View {
                        analysis,
                        note,
                        open: Vec::new(),
                        tokens: None,
                        partial: Partial::default(),
                        client,
                    };
                    Report::new(view.diagnostics(None, &Outcomes::default()).0)
                });
                (path, Arc::new(found.unwrap_or_else(|| Report::new(Vec::new()))))
            });
            // After a bug, which the log has, these notes are left out.
            let found = outcome(|| reports.collect());
            queue.post(Event::Surveyed { vault: id, round, found });
        });
        self.pool.run(Job { class: Class::Diagnostics, key: None, cancel: Cancel::default(), work });
        false
    }

    /// Takes over what the pool has found.
    pub(super) fn surveyed(&mut self, id: VaultId, round: u64, found: Vec<(VaultPath, Arc<Report>)>) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        let Some(survey) = vault.survey.as_mut().filter(|survey| survey.walk.round() == round) else {
            return;
        };
        survey.walk.finish();
        let texts = vault.engine.snapshot();
        for (path, report) in found {
            match report.items.is_empty() {
                true => survey.found.remove(&path),
                false => survey.found.insert(path.clone(), report.id.clone()),
            };
            if let Some(held) = &mut self.held {
                let uri = texts.texts().uri(&path).parse().ok();
                held.tell((id, path), uri, None, &report);
            }
        }
    }
}
