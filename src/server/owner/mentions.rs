//! The automaton over the names of a vault: made in the background once somebody has asked for mentions, and
//! anew when names have changed and nothing has for a while.
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::super::events::Event;
use super::super::pool::{Class, Job};
use super::super::vault::{Phase, VaultId, VaultSession};
use super::{Owner, Survey};
use crate::index::{Cancel, Mentions, catch};
use crate::settings::Code;

/// How long after a question it is looked whether that has asked for mentions.
const LOOK: Duration = Duration::from_millis(100);
/// How long no name may have changed: a title that is being typed changes with every key.
const PAUSE: Duration = Duration::from_secs(1);

/// What is known of a vault's names.
#[derive(Debug, Default)]
pub(in crate::server) struct MentionState {
    /// Counts the changes of names.
    version: u64,
    /// When the last was.
    changed: Option<Instant>,
    /// The version that the automaton has, or the one that is being made.
    made: Option<u64>,
    /// When to look whether one is to be made.
    look: Option<Instant>,
}

impl MentionState {
    /// Names have come, gone or changed.
    pub(in crate::server) fn names_changed(&mut self) {
        self.version += 1;
        self.changed = Some(Instant::now());
        if self.made.is_some() {
            self.look = Some(Instant::now() + PAUSE);
        }
    }

    /// Somebody will have asked for mentions in a moment.
    pub(in crate::server) fn expect(&mut self) {
        if self.is_stale() {
            self.look.get_or_insert_with(|| Instant::now() + LOOK);
        }
    }

    fn is_stale(&self) -> bool {
        self.made != Some(self.version)
    }
}

impl Owner {
    /// A question that was answered may have asked for mentions.
    pub(super) fn expect_mentions(&mut self) {
        let stale = self.vaults.values_mut().filter(|vault| vault.mentions.is_stale());
        for vault in stale.filter(|vault| vault.phase == Phase::Complete) {
            vault.mentions.expect();
        }
    }

    /// When to look next.
    pub(super) fn next_mentions(&self) -> Option<Instant> {
        self.vaults.values().filter_map(|vault| vault.mentions.look).min()
    }

    /// Has the automata made that were asked for and are behind their vaults.
    pub(super) fn find_mentions(&mut self, now: Instant) {
        let due = self.vaults.iter().filter(|(_, vault)| vault.mentions.look.is_some_and(|look| look <= now));
        for id in due.map(|(&id, _)| id).collect::<Vec<_>>() {
            let Some(vault) = self.vaults.get_mut(&id) else { continue };
            vault.mentions.look = None;
            let asked = vault.engine.mentions().was_asked();
            if !asked || !vault.mentions.is_stale() || vault.phase != Phase::Complete {
                continue;
            }
            if let Some(changed) = vault.mentions.changed.filter(|changed| *changed + PAUSE > now) {
                vault.mentions.look = Some(changed + PAUSE);
                continue;
            }
            self.make_mentions(id);
        }
    }

    fn make_mentions(&mut self, id: VaultId) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        vault.mentions.made = Some(vault.mentions.version);
        let (queue, epoch, cancel) = (self.queue.clone(), vault.epoch, Cancel::new());
        let index = vault.engine.index().clone().with_cancel(cancel.clone());
        let work = Box::new(move || {
            let made = catch(|| Mentions::of(&index));
            if let Ok(mentions) = made {
                queue.post(Event::Mentions { vault: id, epoch, mentions: mentions.map(Arc::new) });
            }
        });
        self.pool.run(Job { class: Class::Diagnostics, key: Some(format!("mentions {id}")), cancel, work });
    }

    /// Takes over an automaton: what was looked through without it is looked through again.
    pub(super) fn take_mentions(&mut self, id: VaultId, epoch: u64, mentions: Option<Arc<Mentions>>) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) else { return };
        match &mentions {
            Some(mentions) => tracing::debug!(
                "{}: {} names to look for in texts, in {} kB",
                vault.root.path().display(),
                mentions.len(),
                mentions.bytes() / 1024
            ),
            None => tracing::info!("{}: too many names to look for in texts", vault.root.path().display()),
        }
        vault.engine.set_mentions(mentions);
        vault.counting.iter_mut().for_each(super::Counting::restart);
        if shows_mentions(vault) {
            self.views_outdated = true;
            vault.survey.iter_mut().for_each(Survey::restart);
            for doc in self.docs.values_mut() {
                if doc.place.as_ref().is_some_and(|(vault, _)| *vault == id) {
                    doc.diagnostics.touch();
                }
            }
        }
    }
}

/// Whether mentions are diagnostics anywhere in the vault.
fn shows_mentions(vault: &VaultSession) -> bool {
    vault.engine.settings().reports(Code::UnlinkedMention)
}
