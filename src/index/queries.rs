//! Questions about the vault as a whole: who links to a note, who cites a video, which names are wanted.
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rustc_hash::FxHashMap;

use super::facts::{LinkFact, TargetKeys, tag_key, video_key};
use super::name::caseless;
use super::store::{Entry, Index, NoteId};
use super::{Facts, Name};
use crate::syntax::{LinkKind, is_time};

/// A link to a note.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Backlink {
    /// The note that holds the link.
    pub from: NoteId,
    /// Index into its [`Facts::links`].
    pub link: usize,
}

impl Index {
    /// All links that lead to `note`, its own included, by note and place.
    pub fn backlinks(&self, note: NoteId) -> Vec<Backlink> {
        let mut found = Vec::new();
        self.each_backlink(note, |from, facts, target| {
            found.extend(facts.links_to(target).map(|link| Backlink { from, link }));
            ControlFlow::Continue(())
        });
        if let Some(facts) = self.facts(note) {
            // `[[#Heading]]` names no note, and leads to this one.
            let own = facts.targets().filter(|(_, text, _)| text.is_empty());
            found.extend(
                own.flat_map(|(target, ..)| facts.links_to(target)).map(|link| Backlink { from: note, link }),
            );
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The notes other than `note` with a link that leads to it, in order of id.
    pub fn linking(&self, note: NoteId) -> Vec<NoteId> {
        let mut found = Vec::new();
        self.each_backlink(note, |from, _, _| {
            found.push(from);
            ControlFlow::Break(())
        });
        found.sort_unstable();
        found.dedup();
        found.retain(|&from| from != note);
        found
    }

    /// Calls `found` for every distinct target in every note that leads to `note`; where it breaks
    /// off, the next note is next.
    fn each_backlink(&self, note: NoteId, mut found: impl FnMut(NoteId, &Facts, usize) -> ControlFlow<()>) {
        let Some(entry) = self.entry(note) else { return };
        // Notes of one folder that write the same target share the outcome: hubs have few of either.
        let mut outcomes: FxHashMap<(&str, &str, bool), bool> = FxHashMap::default();
        for key in entry.name_keys() {
            // A step for all notes at a time lets the processor wait for many of them at once.
            let from: Vec<NoteId> = self.filed(&self.links, key).collect();
            let entries: Vec<_> = from.iter().filter_map(|&from| Some((from, self.entry(from)?))).collect();
            let read = entries
                .iter()
                .filter_map(|&(from, entry)| Some((from, entry.folder(), entry.facts.as_deref()?)));
            for (from, folder, facts) in self.cancel.over(read.collect::<Vec<_>>().into_iter()) {
                for (target, text, markdown) in facts.targets_with(key) {
                    let leads_here =
                        || self.resolve_wanted(from, &facts.wanted_by(target)).note() == Some(note);
                    if *outcomes.entry((folder, text, markdown)).or_insert_with(leads_here)
                        && found(from, facts, target).is_break()
                    {
                        break;
                    }
                }
            }
        }
    }

    /// The other notes in the folder of `note` whose file stems have the slug of its stem, by path.
    pub fn twins(&self, note: NoteId) -> Vec<NoteId> {
        let Some(own) = self.entry(note) else { return Vec::new() };
        let is_twin = |&other: &NoteId| {
            other != note
                && self
                    .entry(other)
                    .is_some_and(|other| other.folder() == own.folder() && other.name.is_like(&own.name))
        };
        self.by_path(self.named(own.name.key()).filter(is_twin).collect())
    }

    /// How often `note` is linked, about: the number of notes with a link that could mean its stem,
    /// counted up to `most`. For ranking.
    pub fn weight(&self, note: NoteId, most: usize) -> usize {
        self.entry(note).map_or(0, |entry| self.filed(&self.links, entry.name.key()).take(most).count())
    }

    /// The number of notes other than `from` with a link that has the name of `target`, or one that
    /// differs from it only as names may.
    pub fn mentions(&self, from: NoteId, target: &str) -> usize {
        let keys = TargetKeys::of(target, &self.settings);
        keys.name.map_or(0, |key| self.filed(&self.links, key).filter(|&note| note != from).count())
    }

    /// The notes that cite `video` or link to it, by path.
    pub fn citing(&self, video: &str) -> Vec<NoteId> {
        let is_cited = |id: &NoteId| {
            self.facts(*id).is_some_and(|facts| {
                facts.video.as_deref() == Some(video)
                    || facts.video_links.iter().any(|link| facts.video_of(link) == video)
            })
        };
        self.by_path(self.filed(&self.videos, video_key(video)).filter(is_cited).collect())
    }

    /// The notes that have `tag` (without `#`) or a tag below it, by path.
    pub fn tagged(&self, tag: &str) -> Vec<NoteId> {
        let tag = caseless(tag);
        let has = |id: &NoteId| {
            self.facts(*id).is_some_and(|facts| {
                facts.tags.iter().any(|own| {
                    caseless(own)
                        .strip_prefix(&*tag)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
            })
        };
        let filed = tag_key(&tag).into_iter().flat_map(|key| self.filed(&self.tags, key));
        self.by_path(filed.filter(has).collect())
    }

    fn by_path(&self, mut notes: Vec<NoteId>) -> Vec<NoteId> {
        notes.sort_by_key(|&note| self.path(note));
        notes
    }

    /// The number of links in a note; a definition is no link of its own.
    pub fn link_count(&self, note: NoteId) -> usize {
        let links = self.facts(note).map_or(&[][..], |facts| &facts.links).iter().enumerate();
        let is_link = |&(at, link): &(usize, &LinkFact)| {
            link.kind != LinkKind::Definition && !self.is_timestamp(note, at)
        };
        links.filter(is_link).count()
    }

    /// Whether link `index` of `note` is none: a time in the brackets of a wikilink that names no note.
    pub fn is_timestamp(&self, note: NoteId, index: usize) -> bool {
        let Some(facts) = self.facts(note) else { return false };
        facts.links.get(index).is_some_and(|link| matches!(link.kind, LinkKind::Wiki | LinkKind::Embed))
            && is_time(facts.target(index))
            && facts.anchor(index).is_none()
            && self.resolve_link(note, index).tier.is_none()
    }

    /// Names that links use and no note has: the target as most notes write it, and the number of
    /// notes that use it. By name. Takes time with the number of links of the vault.
    pub fn wanted(&self) -> Vec<(String, usize)> {
        let mut wanted = Vec::new();
        let mut links = self.cancel.over(self.links.iter().copied()).peekable();
        while let Some((key, first)) = links.next() {
            let mut from = vec![first];
            from.extend(std::iter::from_fn(|| links.next_if(|(next, _)| *next == key)).map(|(_, note)| note));
            let named: Vec<&Name> =
                self.named(key).filter_map(|note| self.entry(note)).flat_map(Entry::names).collect();
            // Names with one key need not be alike.
            let mut missing: FxHashMap<&str, bool> = FxHashMap::default();
            let mut spelt: BTreeMap<&str, usize> = BTreeMap::new();
            let mut notes = 0;
            for facts in from.iter().filter_map(|&note| self.facts(note)) {
                let mut wants = false;
                for (_, text, _) in facts.targets().filter(|(.., keys)| keys.name == Some(key)) {
                    if text.contains('/') || is_time(text) || self.names_file(text, false) {
                        continue;
                    }
                    let is_missing = named.is_empty()
                        || *missing.entry(text).or_insert_with(|| {
                            let bare = Name::new(self.settings.note_stem(text).unwrap_or(text));
                            !named.iter().any(|own| own.shares_key(&bare))
                        });
                    if is_missing {
                        *spelt.entry(text).or_insert(0) += 1;
                        wants = true;
                    }
                }
                notes += usize::from(wants);
            }
            let most = spelt.into_iter().rev().max_by_key(|(_, count)| *count);
            wanted.extend(most.map(|(text, _)| (text.to_owned(), notes)));
        }
        wanted.sort_unstable();
        wanted
    }
}
