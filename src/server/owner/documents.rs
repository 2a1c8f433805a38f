//! Open documents: their edits, the questions about them, their diagnostics.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use tower_lsp_server::ls_types::notification::PublishDiagnostics;
use tower_lsp_server::ls_types::{PublishDiagnosticsParams, TextDocumentItem, Uri};

use super::super::events::{About, Answering, Event, Found, Query, Report, Told};
use super::super::outgoing::publication;
use super::super::partial::Partial;
use super::super::pool::{Class, Job};
use super::super::requests::View;
use super::super::vault::{Phase, VaultId};
use super::doc::{DiagnosticsState, Doc, News, Started, TextState};
use super::pulls::Pulls;
use super::{Owner, PATIENCE};
use crate::ide::Analysis;
use crate::index::{Cancel, Cancelled, Change, Delta, NoteId, catch};
use crate::lsp::{OpenNote, file_path};
use crate::text::{Buffer, PathText, VaultPath};
use crate::vfs::CONFIG_FILE;

/// Diagnostics that wait for a thread of the pool; those of more documents are computed after them.
const MAX_QUEUED_DIAGNOSTICS: usize = 8;

impl Owner {
    pub(super) fn open(&mut self, item: TextDocumentItem) {
        let key = item.uri.as_str().to_owned();
        if self.docs.contains_key(&key) {
            self.out.warn(&format!("{key} was opened twice; using the later text"));
            self.close(&item.uri);
        }
        self.opened += 1;
        // What is still computed about an earlier document of this name is not about this one.
        let first = self.opened << 32;
        let is_note = |file: &PathBuf| file.file_name().is_some_and(|name| name != CONFIG_FILE);
        let file = file_path(&item.uri).filter(is_note);
        let doc = Doc {
            uri: item.uri,
            version: item.version,
            buffer: Buffer::new(&item.text),
            opened: self.opened,
            edited: 0,
            sought: file.is_some().then(Instant::now),
            is_located: false,
            location: None,
            file,
            place: None,
            text: TextState::new(first, item.version),
            known: None,
            diagnostics: DiagnosticsState::new(first),
            tokens: Arc::default(),
            pulls: Pulls::default(),
        };
        self.docs.insert(key.clone(), doc);
        self.seek(&key);
    }

    /// Of the documents that are this note, by links or by names in another case, the one whose text holds
    /// for others: that which was edited last, else the first.
    pub(super) fn in_force(&self, place: &(VaultId, VaultPath)) -> Option<&Doc> {
        let same = self.docs.values().filter(|doc| doc.place.as_ref() == Some(place));
        same.max_by_key(|doc| doc.force())
    }

    /// Puts the text of a document into its vault, if it is that of its note.
    pub(super) fn put(&mut self, key: &str) {
        let Some(doc) = self.docs.get(key) else { return };
        let (Some(place), Some((document, facts))) = (&doc.place, &doc.known) else { return };
        if self.in_force(place).is_none_or(|other| other.opened != doc.opened) {
            return;
        }
        let ((id, path), document, facts) = (place.clone(), Arc::clone(document), facts.clone());
        if let Some(vault) = self.vaults.get_mut(&id) {
            let delta = vault.engine.put(&path, document, facts);
            if let Some(counting) = &mut vault.counting {
                counting.walk.touch(path);
            }
            self.spread(id, &delta);
        }
    }

    /// What a document sees: the state of its vault, with its own text where another document's holds for
    /// others. And the note that it is.
    fn analysis_of(&self, doc: &Doc) -> Option<(Analysis, NoteId)> {
        let place = doc.place.as_ref()?;
        let (vault, (_, path)) = (self.vaults.get(&place.0)?, place);
        let own = self.in_force(place).is_some_and(|other| other.opened == doc.opened);
        let analysis = match doc.known.clone().filter(|_| !own) {
            Some((document, facts)) => vault.engine.snapshot_with(path, document, facts),
            None => vault.engine.snapshot(),
        };
        let note = analysis.index.note(path)?;
        Some((analysis, note))
    }

    /// A document is a note no longer: another one of it says what it holds now, else the disk.
    pub(super) fn leave(&mut self, id: VaultId, path: &VaultPath) {
        if let Some(other) = self.in_force(&(id, path.clone())) {
            let key = other.uri.as_str().to_owned();
            return self.put(&key);
        }
        self.forget_shown();
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        if let Some(survey) = &mut vault.survey {
            survey.touch(path.clone());
        }
        if let Some(counting) = &mut vault.counting {
            counting.walk.touch(path.clone());
        }
        vault.engine.drop_open(path);
        let is_note = vault.engine.settings().is_note(path.file_name());
        let delta = match &vault.disk {
            Some(_) if is_note => Delta::default(),
            _ => vault.engine.apply([Change::Gone(path.clone())]),
        };
        if let Some(disk) = &vault.disk {
            disk.look(path.clone());
        }
        self.spread(id, &delta);
    }

    pub(super) fn change(&mut self, uri: &Uri, version: i32, edits: Vec<crate::text::Edit>) {
        let Some(doc) = self.docs.get_mut(uri.as_str()) else {
            self.out.warn(&format!("ignored a change to {}: it is not open", uri.as_str()));
            return;
        };
        if version < doc.version {
            tracing::warn!("{}: version {version} comes after {}", uri.as_str(), doc.version);
        }
        doc.version = version;
        self.edited += 1;
        doc.edited = self.edited;
        doc.text.outdate();
        doc.diagnostics.edited(None);
        doc.pulls.expect();
        for edit in edits {
            match doc.buffer.apply(&edit, self.client.encoding) {
                Ok(new) => doc.diagnostics.edited(edit.range.map(|_| new.end())),
                Err(error) => self.out.warn(&format!("{}: {error}", uri.as_str())),
            }
        }
        // Whoever types here types no longer elsewhere.
        for (key, other) in &mut self.docs {
            if key != uri.as_str() {
                other.diagnostics.left();
            }
        }
    }

    pub(super) fn close(&mut self, uri: &Uri) {
        let Some(doc) = self.docs.remove(uri.as_str()) else {
            self.out.warn(&format!("{} was closed but is not open", uri.as_str()));
            return;
        };
        if doc.diagnostics.shown() > 0 && !self.client.pulls_diagnostics {
            let params = PublishDiagnosticsParams { uri: doc.uri, diagnostics: Vec::new(), version: None };
            self.out.tell::<PublishDiagnostics>(&params);
        }
        if let Some((id, path)) = doc.place {
            self.leave(id, &path);
            self.vacate(id);
        }
    }

    pub(super) fn query(&mut self, query: Query) {
        if query.cancelled.is_cancelled() {
            return;
        }
        let uri = match &query.about {
            About::Document(uri, _) => uri.clone(),
            About::Workspace(_) => return self.workspace_query(query),
        };
        let Some(Event::Query(query)) = self.wait_for_place(Some(&uri), Event::Query(query)) else { return };
        let real = query.real.as_ref().and_then(|real| real.as_deref());
        let Some((id, _)) = self.place_of(&uri, real) else { return self.run_query(query, None) };
        let Some(vault) = self.vaults.get_mut(&id) else { return self.run_query(query, None) };
        if let Phase::Names(since) = vault.phase
            && since.elapsed() < PATIENCE
        {
            // In a moment the names are known, and the answer is right.
            vault.parked.push(query);
            return;
        }
        if query.needs.all_read && vault.phase != Phase::Complete {
            return vault.postpone(query);
        }
        if query.has_waited {
            return self.answer_query(&uri, query);
        }
        if let Some(Event::Query(query)) = self.wait_for_texts(id, Some(&uri), Event::Query(query)) {
            self.answer_query(&uri, query);
        }
    }

    /// Answers from what is known now.
    fn answer_query(&self, uri: &Uri, query: Query) {
        let doc = self.docs.get(uri.as_str());
        let real = query.real.as_ref().and_then(|real| real.as_deref());
        let found = match doc {
            Some(doc) => self.analysis_of(doc),
            None => self.place_of(uri, real).and_then(|(id, path)| {
                let vault = self.vaults.get(&id)?;
                Some((vault.engine.snapshot(), vault.engine.index().note(&path)?))
            }),
        };
        let Some(query) = self.seek_real(query, found.is_some()) else { return };
        let mut open = Vec::new();
        if let (Some(doc), Some((analysis, note))) = (doc, &found) {
            // Of two documents of the note, it is the one that was asked about.
            open.push(OpenNote { note: *note, uri: doc.uri.clone(), version: doc.text.read_version() });
            if let (true, Some((id, _))) = (query.needs.open_notes, &doc.place) {
                open.extend(self.open_notes(*id, analysis).into_iter().filter(|other| other.note != *note));
            }
        }
        let view = found.map(|(analysis, note)| View {
            analysis: analysis.with_cancel(query.cancelled.clone()),
            note,
            open,
            tokens: doc.map(|doc| Arc::clone(&doc.tokens)),
            client: Arc::clone(&self.client),
            partial: Partial::new(self.out.clone()),
        });
        self.run_query(query, view);
    }

    fn run_query(&self, query: Query, view: Option<View>) {
        let Query { cancelled: cancel, about: About::Document(_, answer), .. } = query else { return };
        self.run_answer(cancel, answer, view);
    }

    /// Answers a question about `what` on the pool.
    pub(super) fn run_answer<V: Send + 'static>(&self, cancel: Cancel, answer: Answering<V>, what: V) {
        let busy = self.queue.busy(cancel.clone());
        let work = Box::new(move || answer(what, busy));
        self.pool.run(Job { class: Class::Request, key: None, cancel, work });
    }

    /// Has the questions that waited for the names answered, before what came behind them.
    pub(super) fn unpark(&mut self, id: VaultId) {
        if let Some(vault) = self.vaults.get_mut(&id) {
            self.queue.put_back(std::mem::take(&mut vault.parked));
        }
    }

    /// Once nothing waits: has what was edited read, and what is read looked through for mistakes.
    pub(super) fn settle(&mut self) {
        self.resume();
        self.read_texts(None);
        self.refresh_views();
        self.count_mentions();
        // What a short text that is being read withdraws is not said before.
        let unsettled: BTreeSet<_> =
            self.vaults.keys().copied().filter(|&id| !self.awaited(id, None).is_empty()).collect();
        let room = MAX_QUEUED_DIAGNOSTICS.saturating_sub(self.pool.queued(Class::Diagnostics));
        let is_stale = |doc: &&Doc| {
            let settled = doc.place.as_ref().is_some_and(|(id, _)| !unsettled.contains(id));
            settled && doc.diagnostics.is_stale() && doc.text.is_read()
        };
        let mut stale: Vec<_> = self.docs.values().filter(is_stale).collect();
        // The note that is looked at goes first. The others come when there is room: each job holds a state.
        stale.sort_by_key(|doc| !doc.diagnostics.is_typing());
        let states = stale.into_iter().filter_map(|doc| Some((doc.uri.clone(), self.analysis_of(doc)?)));
        for (uri, (analysis, note)) in states.take(room).collect::<Vec<_>>() {
            let Some(doc) = self.docs.get_mut(uri.as_str()) else { continue };
            let Started { generation, cancel, typing, outcomes } = doc.diagnostics.start();
            let view = View {
                analysis: analysis.with_cancel(cancel.clone()),
                note,
                open: vec![OpenNote { note, uri: uri.clone(), version: doc.version }],
                tokens: None,
                client: Arc::clone(&self.client),
                partial: Partial::default(),
            };
            let (key, queue) = (uri.as_str().to_owned(), self.queue.clone());
            let version = self.client.diagnostic_versions.then_some(doc.version);
            let pulls = self.client.pulls_diagnostics;
            let find = move |uri| {
                let (diagnostics, outcomes) = view.diagnostics(typing, &outcomes);
                let count = diagnostics.len();
                let message = match pulls {
                    true => Told::Pull(Arc::new(Report::new(diagnostics))),
                    false => {
                        let params = PublishDiagnosticsParams { uri, diagnostics, version };
                        Told::Push(Arc::new(publication(&params)))
                    }
                };
                Found { count, message, outcomes: Arc::new(outcomes) }
            };
            let work = Box::new(move || {
                let found = match catch_unwind(AssertUnwindSafe(|| catch(|| find(uri.clone())))) {
                    Ok(Err(Cancelled)) => return,
                    Ok(Ok(found)) => Some(found),
                    // The log has its place.
                    Err(_) => None,
                };
                queue.post(Event::Diagnosed { uri, generation, found });
            });
            self.pool.run(Job { class: Class::Diagnostics, key: Some(key), cancel, work });
        }
        self.settle_pulls();
    }

    pub(super) fn diagnosed(&mut self, uri: &Uri, generation: u64, found: Option<Found>) {
        let Some(doc) = self.docs.get_mut(uri.as_str()) else { return };
        match doc.diagnostics.accept(generation, found) {
            News::None => {}
            News::Publish(Told::Push(message)) => self.out.publish(&doc.uri, message),
            News::Publish(Told::Pull(_)) => {}
            News::Failed => self.out.warn(&format!(
                "internal error in slugline: the diagnostics of {} may be out of date; see its log",
                uri.as_str()
            )),
        }
        self.answer_pulls(uri.as_str());
    }
}
