//! Questions about all vaults.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::events::{About, Event, Query};
use super::super::partial::Partial;
use super::super::requests::{VaultView, Workspace};
use super::super::vault::{Phase, VaultId, VaultSession};
use super::doc::Doc;
use super::{Owner, PATIENCE};
use crate::ide::Analysis;
use crate::index::Cancel;
use crate::lsp::OpenNote;
use crate::text::VaultPath;

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
        let is_unread = |vault: &VaultSession| query.needs.all_read && vault.phase != Phase::Complete;
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

    /// The notes of a vault that the client has open, each by the document whose text holds.
    pub(super) fn open_notes(&self, id: VaultId, analysis: &Analysis) -> Vec<OpenNote> {
        let mut here: BTreeMap<&VaultPath, &Doc> = BTreeMap::new();
        for doc in self.docs.values() {
            let Some((_, path)) = doc.place.as_ref().filter(|(own, _)| *own == id) else { continue };
            let holds = |other: &&Doc| doc.force() > other.force();
            if here.get(path).is_none_or(holds) {
                here.insert(path, doc);
            }
        }
        let open = here.into_iter().filter_map(|(path, doc)| {
            let (uri, version) = (doc.uri.clone(), doc.text.read_version());
            Some(OpenNote { note: analysis.index.note(path)?, uri, version })
        });
        open.collect()
    }

    /// All vaults as they are now, but for those that only wait to be released: in the order of the client's
    /// folders, whichever the disk was sooner to find.
    fn workspace(&self, cancel: &Cancel) -> Workspace {
        let vaults = self.vaults.iter().filter(|(_, vault)| vault.vacant.is_none());
        let mut vaults: Vec<_> = vaults.collect();
        vaults.sort_by_key(|(_, vault)| {
            let place = self.folders.iter().position(|folder| folder == vault.root.path());
            place.unwrap_or(usize::MAX)
        });
        let views = vaults.into_iter().map(|(id, vault)| {
            let analysis = vault.engine.snapshot().with_cancel(cancel.clone());
            VaultView { root: Arc::clone(&vault.root), open: self.open_notes(*id, &analysis), analysis }
        });
        let partial = Partial::new(self.out.clone());
        Workspace { vaults: views.collect(), client: Arc::clone(&self.client), partial }
    }
}
