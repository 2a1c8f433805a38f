//! Links by the name that they have, wherever they lead.
use super::refers::TargetKeys;
use super::store::file_key;
use super::{Backlink, Index};
use crate::text::PathText;

impl Index {
    /// The links whose target has the name of `target`, or one that differs from it only as names may, by note
    /// and place. Where each leads, the resolver says.
    pub fn links_named(&self, target: &str) -> Vec<Backlink> {
        let name = TargetKeys::of(target, &self.settings).name;
        let file = file_key(target.trim_end_matches('/').file_name());
        let mut found = Vec::new();
        for key in name.into_iter().chain([file]) {
            for posting in self.cancel.over(self.links.with_key(key)) {
                let Some(facts) = self.facts(posting.note) else { continue };
                for (number, _) in facts.targets_filed(key, posting.spelling, &self.settings) {
                    found.extend(facts.links_to(number).map(|link| Backlink { from: posting.note, link }));
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
