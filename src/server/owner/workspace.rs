//! Questions about all vaults.

use std::sync::Arc;

use super::super::events::{About, Event, Query};
use super::super::requests::{VaultView, Workspace};
use super::super::vault::{Phase, VaultId, VaultSession};
use super::{Owner, PATIENCE};
use crate::index::Cancel;

impl Owner {
    /// Has a question about all vaults answered once their names are known and what is open is read, but for
    /// long texts.
    pub(super) fn workspace_query(&mut self, query: Query) {
        let Some(Event::Query(query)) = self.wait_for_folders(Event::Query(query)) else { return };
        let is_young = |phase: Phase| matches!(phase, Phase::Names(since) if since.elapsed() < PATIENCE);
        if let Some(vault) = self.vaults.values_mut().find(|vault| is_young(vault.phase)) {
            vault.parked.push(query);
            return;
        }
        let is_unread = |vault: &VaultSession| query.waits && vault.phase != Phase::Complete;
        if let Some(vault) = self.vaults.values_mut().find(|vault| vault.vacant.is_none() && is_unread(vault))
        {
            return vault.postpone(query);
        }
        let query = match query.has_waited {
            true => Some(Event::Query(query)),
            false => {
                let ids: Vec<VaultId> = self.vaults.keys().copied().collect();
                self.wait_for_texts_of(&ids, None, Event::Query(query))
            }
        };
        let Some(Event::Query(Query { about: About::Workspace(answer), cancelled, .. })) = query else {
            return;
        };
        let workspace = self.workspace(&cancelled);
        self.run_answer(cancelled, answer, workspace);
    }

    /// All vaults as they are now, but for those that only wait to be released.
    fn workspace(&self, cancel: &Cancel) -> Workspace {
        let vaults = self.vaults.iter().filter(|(_, vault)| vault.vacant.is_none());
        let views = vaults.map(|(id, vault)| {
            let analysis = vault.engine.snapshot().with_cancel(cancel.clone());
            let here = self.docs.values().filter_map(|doc| Some((doc, doc.place.as_ref()?)));
            let here = here.filter(|(doc, place)| {
                place.0 == *id && self.in_force(place).is_some_and(|other| other.opened == doc.opened)
            });
            let documents = here.filter_map(|(doc, (_, path))| {
                Some((analysis.index.note(path)?, doc.uri.clone(), doc.text.read_version()))
            });
            VaultView { root: Arc::clone(&vault.root), documents: documents.collect(), analysis }
        });
        Workspace { vaults: views.collect(), client: Arc::clone(&self.client) }
    }
}
