//! Names that no note has: whether they are near to one that some note has is found in the background, once an open
//! note shows them, and anew when names have changed and nothing has for a while.
use std::time::{Duration, Instant};

use super::super::events::Event;
use super::super::pool::{Class, Job, outcome};
use super::super::vault::{Phase, VaultId};
use super::Owner;
use crate::index::Cancel;

/// How long no name may have changed: a title that is being typed changes with every key.
const PAUSE: Duration = Duration::from_secs(1);

/// What is done about a vault's names.
#[derive(Debug, Default)]
pub(in crate::server) struct NearState {
    /// When to look whether somebody has asked for some: at once.
    look: Option<Instant>,
    /// When names that have changed are compared anew.
    again: Option<Instant>,
    /// Whether the pool is at it.
    running: bool,
}

impl NearState {
    /// Names have come, gone or changed: what is looked through from now on sees it, all else after a while.
    pub(in crate::server) fn names_changed(&mut self) {
        self.again = Some(Instant::now() + PAUSE);
    }
}

impl Owner {
    /// A note that was looked through may have asked for names.
    pub(super) fn expect_near(&mut self) {
        // What was found while it was looked through, the colors of links tell as well.
        self.views_outdated |= self.vaults.values().any(|vault| vault.engine.near_names().take_news());
        let wanted = self.vaults.values_mut().filter(|vault| vault.engine.near_names().is_wanted());
        wanted.for_each(|vault| vault.near.look = vault.near.look.or_else(|| Some(Instant::now())));
    }

    /// When to look next.
    pub(super) fn next_near(&self) -> Option<Instant> {
        let read = self.vaults.values().filter(|vault| vault.phase == Phase::Complete);
        read.map(|vault| &vault.near)
            .flat_map(|near| [near.look.filter(|_| !near.running), near.again])
            .flatten()
            .min()
    }

    /// Has those names looked at that were asked for.
    pub(super) fn find_near(&mut self, now: Instant) {
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.phase == Phase::Complete) else {
                continue;
            };
            if vault.near.again.take_if(|again| *again <= now).is_some() {
                self.look_again(id);
            }
            let Some(vault) = self.vaults.get_mut(&id).filter(|vault| !vault.near.running) else { continue };
            if vault.near.look.take_if(|look| *look <= now).is_none()
                || !vault.engine.near_names().is_wanted()
            {
                continue;
            }
            vault.near.running = true;
            let (queue, epoch, cancel) = (self.queue.clone(), vault.epoch, Cancel::new());
            let analysis = vault.engine.snapshot().with_cancel(cancel.clone());
            let near = vault.engine.near_names().clone();
            let work = Box::new(move || {
                // After a bug, which the log has, these names are all treated alike.
                let news = outcome(|| near.find(&analysis));
                queue.post(Event::NearNames { vault: id, epoch, news });
            });
            self.pool.run(Job { class: Class::Diagnostics, key: Some(format!("near {id}")), cancel, work });
        }
    }

    /// Some are known now.
    pub(super) fn take_near(&mut self, id: VaultId, epoch: u64, news: bool) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) else { return };
        vault.near.running = false;
        if vault.engine.near_names().is_wanted() {
            vault.near.look = Some(Instant::now());
        }
        if news {
            self.views_outdated = true;
            self.look_again(id);
        }
    }

    /// Has the open notes of a vault looked through again.
    fn look_again(&mut self, id: VaultId) {
        let own = |place: &Option<(VaultId, _)>| place.as_ref().is_some_and(|(vault, _)| *vault == id);
        let docs = self.docs.values_mut().filter(|doc| own(&doc.place));
        docs.for_each(|doc| doc.diagnostics.touch());
    }
}
