//! How often the notes of a vault are mentioned without a link, for hovers: counted in the background, where a setting asks
//! for it, and kept note by note.
use super::super::events::Event;
use super::super::pool::{Class, Job, outcome};
use super::super::vault::{Phase, VaultId, VaultSession};
use super::Owner;
use super::survey::Walk;
use crate::ide::{self, MentionCounts, Mentioned};
use crate::index::{Cancel, Change};
use crate::settings::Code;
use crate::text::VaultPath;

/// What is known of the mentions of a vault.
#[derive(Debug, Default)]
pub(in crate::server) struct Counting {
    counts: MentionCounts,
    pub(super) walk: Walk,
}

impl Counting {
    /// Everything may have changed.
    pub(in crate::server) fn restart(&mut self) {
        self.walk.restart(self.counts.mentioning());
        self.counts.set_complete(false);
    }

    /// What a change of the disk concerns by itself.
    pub(super) fn changed(&mut self, change: &Change) {
        match change {
            Change::Note(path) | Change::Facts(path, _) => self.walk.touch(path.clone()),
            Change::Gone(path) => {
                self.counts.mentioning_below(path).cloned().for_each(|path| self.walk.touch(path));
                self.walk.touch(path.clone());
            }
            Change::File(_) => {}
        }
    }
}

/// Whether the mentions of a vault are counted.
fn is_wanted(vault: &VaultSession) -> bool {
    let settings = vault.engine.settings();
    settings.hover_mentions || settings.reports(Code::UnlinkedMention)
}

impl Owner {
    /// Once nothing waits: has the pool count what is to be counted.
    pub(super) fn count_mentions(&mut self) {
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.phase == Phase::Complete) else {
                continue;
            };
            if !is_wanted(vault) {
                if vault.counting.take().is_some() {
                    vault.engine.set_mention_counts(MentionCounts::default());
                }
                continue;
            }
            // Without the names, which this asks for, there are none to count.
            if vault.engine.mentions().get().is_none() {
                vault.mentions.expect();
                continue;
            }
            let counting = vault.counting.get_or_insert_default();
            let Some(paths) = counting.walk.start(vault.engine.index()) else { continue };
            let (analysis, round) = (vault.engine.snapshot(), counting.walk.round());
            let queue = self.queue.clone();
            let work = Box::new(move || {
                let count = |path: VaultPath| {
                    let note = analysis.index.note(&path);
                    let found = note.map_or_else(Mentioned::default, |note| ide::mentioned(&analysis, note));
                    (path, found)
                };
                // After a bug these notes mention nothing.
                let found = outcome(|| paths.into_iter().map(count).collect());
                queue.post(Event::Counted { vault: id, round, found });
            });
            self.pool.run(Job { class: Class::Diagnostics, key: None, cancel: Cancel::default(), work });
        }
    }

    /// Takes over what was counted.
    pub(super) fn take_counts(&mut self, id: VaultId, round: u64, found: Vec<(VaultPath, Mentioned)>) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        let Some(counting) = vault.counting.as_mut().filter(|counting| counting.walk.round() == round) else {
            return;
        };
        counting.walk.finish();
        found.into_iter().for_each(|(path, mentioned)| counting.counts.set(path, mentioned));
        counting.counts.set_complete(counting.walk.is_done());
        vault.engine.set_mention_counts(counting.counts.clone());
    }
}
