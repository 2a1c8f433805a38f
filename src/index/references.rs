//! Links by the name that they have, in the whole vault or in one note.
use super::refers::{TargetFact, TargetKeys, WithTargets};
use super::store::file_key;
use super::{Backlink, Index, NoteId};
use crate::text::PathText;

impl Index {
    /// The links whose target has the name of `target`, or one that differs from it only as names may, by note
    /// and place; of the note `only`, where that is given. Where each leads, the resolver says.
    pub fn links_named(&self, target: &str, only: Option<NoteId>) -> Vec<Backlink> {
        let name = TargetKeys::of(target, &self.settings).name;
        let file = file_key(target.trim_end_matches('/').file_name());
        let keys = name.into_iter().chain([file]);
        let mut found = Vec::new();
        let mut add = |note, links: Option<WithTargets>| {
            let links = links.iter().flat_map(WithTargets::links);
            found.extend(links.map(|link| Backlink { from: note, link }));
        };
        if let Some((note, facts)) = only.and_then(|note| Some((note, self.facts(note)?))) {
            let is_named = |target: TargetFact| {
                target.filed(&self.settings).any(|(own, _)| keys.clone().any(|key| key == own))
            };
            add(note, facts.with_targets(is_named));
        } else {
            for key in keys {
                for posting in self.cancel.over(self.links.with_key(key)) {
                    let Some(facts) = self.facts(posting.note) else { continue };
                    let is_filed =
                        |target: TargetFact| target.is_filed(key, posting.spelling, &self.settings);
                    add(posting.note, facts.with_targets(is_filed));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The links of the note `from` that lead to `to`, in order; those of a note to its own places among them.
    pub fn links_between(&self, from: NoteId, to: NoteId) -> Vec<Backlink> {
        let Some((facts, entry)) = self.facts(from).zip(self.entry(to)) else { return Vec::new() };
        let keys = entry.name_keys();
        let leads_there = |target: &super::refers::TargetFact| {
            target.keys.name.is_none() && from == to
                || target.may_be_filed(|key| keys.contains(&key))
                    && target.filed(&self.settings).any(|(key, _)| keys.contains(&key))
                    && self.resolve_wanted(from, &target.wanted()).note() == Some(to)
        };
        let targets: Vec<bool> = facts.targets().map(|target| leads_there(&target)).collect();
        let links = facts.links().enumerate().filter(|(_, link)| targets.get(link.number) == Some(&true));
        links.map(|(link, _)| Backlink { from, link }).collect()
    }
}
