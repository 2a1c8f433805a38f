//! The vaults of a session: which there are, how they are read, what the disk brings.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tower_lsp_server::ls_types::PublishDiagnosticsParams;
use tower_lsp_server::ls_types::notification::PublishDiagnostics;

use super::super::events::Event;
use super::super::pool::{Class, Job};
use super::super::vault::{Kind, Phase, VaultId, VaultSession};
use super::Owner;
use super::commands::CLOSED;
use super::survey::Survey;
use crate::index::{Cancel, Change, Delta};
use crate::lsp::{config_diagnostics, uri_of};
use crate::settings::Settings;
use crate::vault::{Disk, DiskEvent, Watching};
use crate::vfs::{Depth, Step};

/// How long a vault without open notes is kept, and how many of them.
const VACANT: Duration = Duration::from_secs(2);
const MOST_VACANT: usize = 2;
/// Watchers of the system that a session takes before it looks at single folders by itself: a user has
/// 128 of them for all programs.
const MOST_WATCHERS: usize = 16;

/// How often a vault is read again by itself after a bug.
const MOST_FAILURES: u32 = 3;

impl Owner {
    pub(super) fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders;
        self.refused.clear();
        let folders = self.folders.clone();
        let gone = self.vaults.iter().filter(|(_, vault)| {
            vault.kind == Kind::Workspace && !folders.iter().any(|folder| vault.root.path() == folder)
        });
        for id in gone.map(|(&id, _)| id).collect::<Vec<_>>() {
            self.vaults.remove(&id).into_iter().for_each(|vault| self.discard(vault));
        }
        self.pending.retain(|folder, _| folders.contains(folder));
        for folder in folders {
            let is_there =
                |vault: &VaultSession| vault.kind == Kind::Workspace && *vault.root.path() == folder;
            if !self.vaults.values().any(is_there) && !self.pending.contains_key(&folder) {
                self.seek_folder(folder);
            }
        }
        self.arrange();
    }

    /// Has each workspace folder read what is its own, and each document be of the vault that is its own now.
    pub(super) fn arrange(&mut self) {
        // What is a vault of its own belongs to no vault around it.
        let roots = self.workspaces().map(|(_, vault)| vault.root.path().to_owned());
        let roots: Vec<_> = roots.chain(self.pending.keys().cloned()).collect();
        for id in self.workspaces().map(|(id, _)| id).collect::<Vec<_>>() {
            let Some(vault) = self.vaults.get_mut(&id) else { continue };
            let root = vault.root.path();
            let inner = roots.iter().filter(|inner| *inner != root && inner.starts_with(root));
            let without: Vec<_> = inner.cloned().collect();
            if vault.disk.is_none() || vault.limits.without != without {
                vault.limits.without = without;
                self.restart(id, None);
            }
        }
        // Open documents go to the vault that is theirs now.
        for key in self.docs.keys().cloned().collect::<Vec<_>>() {
            self.place(&key);
        }
    }

    pub(super) fn workspaces(&self) -> impl Iterator<Item = (VaultId, &VaultSession)> {
        self.vaults.iter().filter(|(_, vault)| vault.kind == Kind::Workspace).map(|(&id, vault)| (id, vault))
    }

    /// A document has left the vault: one that is there for open notes only goes with the last of them,
    /// but not at once. Who goes through notes one by one comes back in a moment.
    pub(super) fn vacate(&mut self, id: VaultId) {
        if self.docs.values().any(|doc| doc.place.as_ref().is_some_and(|(vault, _)| *vault == id)) {
            return;
        }
        if let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.kind != Kind::Workspace) {
            vault.vacant = Some(Instant::now());
        }
        let mut vacant: Vec<_> =
            self.vaults.iter().filter_map(|(&id, vault)| Some((vault.vacant?, id))).collect();
        vacant.sort_unstable();
        for (_, id) in vacant.iter().rev().skip(MOST_VACANT) {
            self.release(*id);
        }
    }

    /// When the next vault without open notes goes.
    pub(super) fn next_release(&self) -> Option<Instant> {
        self.vaults.values().filter_map(|vault| Some(vault.vacant? + VACANT)).min()
    }

    /// Gives back the vaults whose notes have been closed for a while.
    pub(super) fn release_vacant(&mut self, now: Instant) {
        let vacant = |vault: &VaultSession| vault.vacant.is_some_and(|since| since + VACANT <= now);
        let over = self.vaults.iter().filter(|(_, vault)| vacant(vault));
        for id in over.map(|(&id, _)| id).collect::<Vec<_>>() {
            self.release(id);
        }
    }

    /// Forgets a vault: its threads end, and nobody is left waiting for it.
    fn release(&mut self, id: VaultId) {
        let Some(mut vault) = self.vaults.remove(&id) else { return };
        tracing::debug!("{} has no open notes any more", vault.root.path().display());
        vault.progress.end(vault.engine.index().len(), &self.out);
        if vault.config_shown
            && let Some(uri) = uri_of(&vault.config_place())
        {
            let params = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
            self.out.tell::<PublishDiagnostics>(&params);
        }
        self.discard(vault);
    }

    /// Frees a vault: on the pool, for it takes as long as it is large.
    fn discard(&mut self, mut vault: VaultSession) {
        self.forget_shown();
        for event in std::mem::take(&mut vault.postponed) {
            match event {
                Event::CreateNote { reply, .. } => {
                    // Nobody may be waiting any more.
                    let _ = reply.send(Err(CLOSED.to_owned()));
                }
                Event::Query(query) => vault.parked.push(query),
                _ => {}
            }
        }
        // Who waited for its names or its end is answered without it.
        self.queue.put_back(std::mem::take(&mut vault.parked));
        let work = Box::new(move || drop(vault));
        self.pool.run(Job { class: Class::Diagnostics, key: None, cancel: Cancel::default(), work });
    }

    /// Reads the vault from the start: with `settings`, or those of its own file.
    pub(super) fn restart(&mut self, id: VaultId, settings: Option<Arc<Settings>>) {
        let Some(root) = self.vaults.get(&id).map(|vault| vault.root.path().to_owned()) else { return };
        let base = self.base(&root);
        let watchers = self.vaults.iter().filter(|(other, vault)| **other != id && vault.watched).count();
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        let settings = settings.unwrap_or_else(|| vault.configure(&base));
        let epoch = vault.epoch + 1;
        vault.progress.end(vault.engine.index().len(), &self.out);
        vault.reset(Arc::clone(&settings), token(id, epoch));
        if vault.kind == Kind::Loose {
            vault.phase = Phase::Complete;
        } else {
            let queue = self.queue.clone();
            let watching = match vault.kind {
                Kind::Workspace if self.client.watches_files => Watching::Client,
                Kind::Found(Depth::Folder) if watchers >= MOST_WATCHERS => Watching::Polls,
                _ => Watching::System,
            };
            vault.watched = watching == Watching::System;
            let cache = if std::mem::take(&mut vault.anew) { self.cache.anew() } else { self.cache.clone() };
            vault.disk = Some(Disk::start(
                Arc::clone(&vault.root),
                settings,
                vault.limits.clone(),
                cache,
                watching,
                move |event| queue.post_disk(id, epoch, event),
            ));
        }
        for doc in self.docs.values_mut() {
            if doc.place.as_ref().is_some_and(|(vault, _)| *vault == id) {
                doc.outdate();
            }
        }
        if self.initialized {
            self.ask_progress(id);
            self.publish_config(id);
        }
    }

    /// Says what is wrong in the vault's own settings, or that nothing is any more.
    pub(super) fn publish_config(&mut self, id: VaultId) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|_| self.initialized) else { return };
        let text = vault.config.text.as_deref().unwrap_or_default();
        let Some(uri) = uri_of(&vault.config_place()) else { return };
        let diagnostics = config_diagnostics(text, &vault.config.refused, self.client.encoding);
        let empty = diagnostics.is_empty();
        if !empty || vault.config_shown {
            self.out.tell::<PublishDiagnostics>(&PublishDiagnosticsParams {
                uri,
                diagnostics,
                version: None,
            });
        }
        vault.config_shown = !empty;
    }

    pub(super) fn disk_event(&mut self, id: VaultId, epoch: u64, event: DiskEvent) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) else { return };
        match event {
            DiskEvent::Step(Step::Changes(changes)) => self.apply(id, changes),
            DiskEvent::Step(Step::Index(index)) => vault.engine.adopt(*index),
            DiskEvent::Step(Step::Read(read)) => {
                if let Phase::Contents(done, total) = &mut vault.phase {
                    *done += read;
                    vault.progress.report(*done, *total, &self.out);
                }
            }
            DiskEvent::Step(Step::Trouble(trouble)) => self.out.warn(&trouble),
            DiskEvent::Step(Step::Named(notes)) => {
                if matches!(vault.phase, Phase::Names(_)) {
                    vault.phase = Phase::Contents(0, notes);
                    // A document that was opened by a link is the note that the link leads to.
                    for key in self.docs.keys().cloned().collect::<Vec<_>>() {
                        if self
                            .docs
                            .get(&key)
                            .and_then(|doc| doc.place.as_ref())
                            .is_some_and(|(v, _)| *v == id)
                        {
                            self.place(&key);
                        }
                    }
                    self.unpark(id);
                }
            }
            DiskEvent::Complete => {
                vault.phase = Phase::Complete;
                vault.survey.iter_mut().for_each(Survey::restart);
                vault.engine.set_complete(vault.kind != Kind::Loose);
                vault.progress.end(vault.engine.index().len(), &self.out);
                let postponed = std::mem::take(&mut vault.postponed);
                self.views_outdated = true;
                self.touch_documents(id);
                self.count_missing(id);
                for event in postponed {
                    self.client_event(event);
                }
            }
            DiskEvent::Kept(cache) => vault.cache = cache,
            // Whether a file is there that is not of the vault, as an ignored one, is asked of the disk.
            DiskEvent::Watched => self.touch_documents(id),
            DiskEvent::Config => self.seek_again(id, false),
            DiskEvent::Unwatched(why) => {
                vault.watched = false;
                let place = vault.root.path().display();
                // What holds for one vault mostly holds for the next.
                match self.unwatched_told {
                    true => tracing::info!("{place}: {why}"),
                    false => self.out.warn(&format!("{place}: {why}")),
                }
                self.unwatched_told = true;
            }
            DiskEvent::Moved => self.seek_again(id, true),
            DiskEvent::Failed => self.read_failed(id, "reading the disk"),
        }
    }

    /// Has the open documents of a vault looked through again.
    fn touch_documents(&mut self, id: VaultId) {
        for doc in self.docs.values_mut() {
            if doc.place.as_ref().is_some_and(|(vault, _)| *vault == id) {
                doc.diagnostics.touch();
            }
        }
    }

    /// A bug has ended the reading of a vault, or left half a change: it is read again, some times.
    pub(super) fn read_failed(&mut self, id: VaultId, at: &str) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        vault.failures += 1;
        let (place, epoch) = (vault.root.path().display(), vault.epoch);
        if vault.failures <= MOST_FAILURES {
            self.out.warn(&format!("{place}: {at} failed (a bug); it is read again from the start"));
            vault.anew = true;
            self.restart(id, None);
        } else {
            self.out.warn(&format!(
                "{place}: {at} failed again (a bug): what is not read yet is left out until it is reindexed"
            ));
            // Who waits for the end waits in vain.
            self.disk_event(id, epoch, DiskEvent::Step(Step::Named(0)));
            self.disk_event(id, epoch, DiskEvent::Complete);
        }
    }

    /// Takes over what the disk shows, but for the notes that are open.
    pub(super) fn apply(&mut self, id: VaultId, changes: Vec<Change>) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        if let Some(survey) = &mut vault.survey {
            changes.iter().for_each(|change| survey.changed(change));
        }
        if let Some(counting) = &mut vault.counting {
            changes.iter().for_each(|change| counting.changed(change));
        }
        let delta = vault.engine.apply(changes);
        self.spread(id, &delta);
    }

    /// Marks the open notes whose diagnostics a change may concern.
    pub(super) fn spread(&mut self, id: VaultId, delta: &Delta) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        if delta.changes_names() {
            vault.mentions.names_changed();
        }
        if vault.phase != Phase::Complete {
            return;
        }
        if delta.changes_names() {
            vault.near.names_changed();
            vault.engine.near_names().names_changed();
        }
        if !delta.is_empty() {
            self.views_outdated = true;
        }
        // Of the note that changes the client asks by itself.
        self.lenses_outdated |= delta.touches_backlinks() && self.docs.len() > 1;
        let index = vault.engine.index();
        if let Some(survey) = &mut vault.survey {
            delta.dependents(index).into_iter().for_each(|note| survey.touch(index.path(note).into()));
        }
        let placed = self.docs.values_mut().filter_map(|doc| {
            let (_, path) = doc.place.as_ref().filter(|(vault, _)| *vault == id)?;
            Some((index.note(path)?, doc))
        });
        let mut placed: Vec<_> = placed.collect();
        let concerned = delta.dependents_among(index, &placed.iter().map(|(note, _)| *note).collect());
        for (_, doc) in placed.iter_mut().filter(|(note, _)| concerned.contains(note)) {
            doc.diagnostics.touch();
        }
    }

    /// Captions and metadata are others than those with which a vault's notes were looked at.
    pub(super) fn sources_changed(&mut self, id: VaultId) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.phase == Phase::Complete) else {
            return;
        };
        vault.survey.iter_mut().for_each(Survey::restart);
        self.views_outdated = true;
        let own =
            self.docs.values_mut().filter(|doc| doc.place.as_ref().is_some_and(|(vault, _)| *vault == id));
        own.for_each(|doc| doc.diagnostics.touch());
    }

    pub(super) fn watched(&mut self, places: &[PathBuf]) {
        for vault in self.vaults.values() {
            let Some(disk) = &vault.disk else { continue };
            for path in places.iter().filter_map(|place| vault.root.relative(place)) {
                disk.look(path);
            }
        }
    }
}

/// The name under which the client shows the progress of one reading.
pub(super) fn token(vault: VaultId, epoch: u64) -> String {
    format!("slugline/read/{vault}/{epoch}")
}
