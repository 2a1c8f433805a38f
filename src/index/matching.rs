//! Which notes a target matches, and which of them is meant (docs/links.md, "Steps").
//! Absent: files that are no notes.
use crate::text::PathText;
use std::cell::OnceCell;

use super::crowd::Group;
use super::name::{Key, Symbols, caseless, nfc};
use super::names::Name;
use super::postings::Spelling;
use super::refers::TargetKeys;
use super::resolve::MOST_CANDIDATES;
use super::store::Entry;
use super::trace::Trace;
use super::{Facts, Index, NoteId, Resolution, Tier};

/// A target in the forms in which it is compared, each made once.
pub(super) struct Target<'t> {
    /// Without its note extension.
    name: Name<'t>,
    /// Few names come so far that they are asked for.
    symbols: OnceCell<Symbols>,
}

impl<'t> Target<'t> {
    pub(super) fn new(name: &'t str) -> Self {
        Self { name: Name::new(name), symbols: OnceCell::new() }
    }

    /// The first tier by which a note with this stem and these names answers.
    pub(super) fn tier(&self, stem: Name<'_>, facts: Option<&Facts>) -> Option<Tier> {
        let names = || facts.into_iter().flat_map(Facts::own_names);
        if stem.is_exactly(self.name) {
            return Some(Tier::Stem);
        }
        if !self.name.is_folded() {
            // Compared as written: the stem is not it, so only a title or an alias may be.
            return names().any(|name| name.has_slug_of(self.name)).then_some(Tier::Title);
        }
        if stem.is_folded() && stem.is_caselessly(self.name) {
            return Some(Tier::StemCaseless);
        }
        let may_be = |name: Name| self.symbols.get_or_init(|| Symbols::of(&self.name)).allow(&name);
        if stem.has_slug_of(self.name) && may_be(stem) {
            return Some(Tier::StemSlug);
        }
        if names().any(|name| name.has_slug_of(self.name) && may_be(name)) {
            return Some(Tier::Title);
        }
        let squashes = |name: Name| name.is_squashed(self.name) && may_be(name);
        let any = squashes(stem) || names().any(squashes);
        any.then_some(Tier::Squashed)
    }
}

/// Whether two texts are taken for one.
pub(super) type Same = fn(&str, &str) -> bool;

/// How paths are compared: exact case if any note matches so, else caseless.
pub(super) const COMPARISONS: [Same; 2] = [|a, b| nfc(a) == nfc(b), |a, b| caseless(a) == caseless(b)];

impl Index {
    /// Tiers 2 to 5.
    pub(super) fn by_name(&self, from: &str, name: &str, trace: &mut Trace) -> Option<Resolution> {
        let target = Target::new(name);
        let key = target.name.key();
        let tier = |entry: &Entry| target.tier(entry.name(), entry.facts.as_ref());
        // Of notes with that file name the own folder comes first, in whatever case.
        let own = self.folders.get(from).into_iter();
        let own = own.flat_map(|own| self.stems.in_folder(key, Spelling::of(&target.name), own));
        let own: Vec<_> = own
            .filter_map(|posting| Some((tier(self.entry(posting.note)?)?, posting.note)))
            .filter(|(tier, _)| *tier <= Tier::StemCaseless)
            .collect();
        let own_tier = own.iter().map(|&(tier, _)| tier).min();
        let mut best = own.iter().filter(|(tier, _)| Some(*tier) == own_tier);
        if let (Some(&(tier, note)), None) = (best.next(), best.next()) {
            return trace.notes(name, tier, Some(Resolution::only(tier, note)));
        }
        let groups = self.crowds.groups(key);
        if groups.is_empty() {
            let named = self.named(key).filter_map(|note| Some((tier(self.entry(note)?)?, note)));
            let found: Vec<_> = named.collect();
            let tier = own_tier.or_else(|| found.iter().map(|&(tier, _)| tier).min());
            let of_tier = |tier: Tier| {
                let notes: Vec<_> = found.iter().filter(|(t, _)| *t == tier).map(|(_, note)| *note).collect();
                (!notes.is_empty()).then(|| self.ranked(from, tier, notes))
            };
            return by_tier(name, tier, of_tier, trace);
        }
        let first = groups.into_iter().filter_map(|group| Some((tier(self.example(group)?)?, group)));
        let found: Vec<_> = first.collect();
        let tier = own_tier.or_else(|| found.iter().map(|&(tier, _)| tier).min());
        let of_tier = |tier: Tier| {
            let groups: Vec<_> = found.iter().filter(|(t, _)| *t == tier).map(|(_, group)| *group).collect();
            let count = groups.iter().map(|&group| self.crowds.size(key, group)).sum();
            self.nearest(from, tier, &groups, count)
        };
        by_tier(name, tier, of_tier, trace)
    }

    /// Tier 1.
    pub(super) fn by_path(
        &self,
        from: &str,
        path: &str,
        keys: TargetKeys,
        markdown: bool,
    ) -> Option<Resolution> {
        let key = keys.name?;
        let relative = || from.join(path);
        let root = || "".join(path.trim_start_matches('/'));
        let whole = |wanted: Option<String>| self.by_whole_path(from, &wanted?, key);
        let end = || self.by_end_of_path(from, &root()?, key);
        if path.starts_with("./") || path.starts_with("../") {
            whole(relative())
        } else if path.starts_with('/') {
            // In a markdown link it is a path on the site, whose root may be a folder of the vault.
            whole(root()).or_else(|| if markdown { end() } else { None })
        } else {
            whole(relative()).or_else(|| whole(root())).or_else(end)
        }
    }

    /// The notes with the path `wanted`, but for its extension.
    fn by_whole_path(&self, from: &str, wanted: &str, key: Key) -> Option<Resolution> {
        let spelling = Spelling::of_target(wanted.file_name());
        let folders = self.folders.like(wanted.folder());
        let postings = folders.flat_map(|folder| self.stems.in_folder(key, spelling, folder));
        let notes: Vec<NoteId> = postings.map(|posting| posting.note).collect();
        self.first_same(from, |same| self.of_paths(notes.iter().copied(), |own| same(own, wanted)))
    }

    /// The notes whose path, but for its extension, ends with the segments `wanted`.
    fn by_end_of_path(&self, from: &str, wanted: &str, key: Key) -> Option<Resolution> {
        let segments = wanted.matches('/').count();
        let ends = |own: &str, same: Same| {
            let skip = own.matches('/').count().checked_sub(segments);
            skip.is_some_and(|skip| same(skip_segments(own, skip), wanted))
        };
        if !self.crowds.holds(key) {
            let spelling = Spelling::of_target(wanted.file_name());
            let postings = || self.cancel.over(self.stems.spelt(key, spelling)).map(|posting| posting.note);
            return self.first_same(from, |same| self.of_paths(postings(), |own| ends(own, same)));
        }
        let parent = wanted.folder().file_name();
        let (groups, is_all) = match segments {
            0 => (self.crowds.groups(key), true),
            _ => (self.crowds.groups_in(key, parent), segments == 1),
        };
        if is_all {
            // Who ends so is told by a group's name alone.
            return COMPARISONS.iter().find_map(|&same| {
                let is_same =
                    |group: &Group| self.example(*group).is_some_and(|entry| ends(entry.path_stem(), same));
                let groups: Vec<_> = groups.iter().copied().filter(is_same).collect();
                let size = |&group: &Group| match segments {
                    0 => self.crowds.size(key, group),
                    _ => self.crowds.size_in(key, parent, group),
                };
                self.nearest(from, Tier::Path, &groups, groups.iter().map(size).sum())
            });
        }
        let all = || groups.iter().flat_map(|&group| self.cancel.over(self.crowds.first(group, "")));
        self.first_same(from, |same| self.of_paths(all(), |own| ends(own, same)))
    }

    /// The best of the notes that the first comparison finds which finds any.
    fn first_same(&self, from: &str, find: impl Fn(Same) -> Vec<NoteId>) -> Option<Resolution> {
        let notes = COMPARISONS.iter().map(|&same| find(same)).find(|notes| !notes.is_empty())?;
        Some(self.ranked(from, Tier::Path, notes))
    }

    fn of_paths(&self, notes: impl Iterator<Item = NoteId>, matches: impl Fn(&str) -> bool) -> Vec<NoteId> {
        notes.filter(|&note| self.entry(note).is_some_and(|entry| matches(entry.path_stem()))).collect()
    }

    /// A path that is the title of a note (`TCP/IP`): tier 4.
    pub(super) fn by_path_as_title(&self, from: &str, path: &str, keys: TargetKeys) -> Option<Resolution> {
        let key = keys.whole?;
        let path = Name::new(path);
        let is_named = |entry: &Entry| entry.names().skip(1).any(|name| path.is_like(name));
        if self.crowds.holds(key) {
            let is_named = |group: &Group| self.example(*group).is_some_and(is_named);
            let groups: Vec<_> = self.crowds.groups(key).into_iter().filter(is_named).collect();
            let count = groups.iter().map(|&group| self.crowds.size(key, group)).sum();
            return self.nearest(from, Tier::Title, &groups, count);
        }
        let notes: Vec<_> = self.named(key).filter(|&note| self.entry(note).is_some_and(is_named)).collect();
        (!notes.is_empty()).then(|| self.ranked(from, Tier::Title, notes))
    }

    /// A note of a group: the others are spelt as it is.
    fn example(&self, group: Group) -> Option<&Entry> {
        self.entry(self.crowds.first(group, "").next()?)
    }

    /// The best of the notes of one tier: fewest hops, then fewest segments, then shortest path, then
    /// by code points. All of them in that order where the best two share their hops.
    fn ranked(&self, from: &str, tier: Tier, mut notes: Vec<NoteId>) -> Resolution {
        let near = notes.iter().map(|&note| (hops(from, self.path(note)), note)).min();
        if let Some((least, nearest)) = near {
            let is_as_near = |&&note: &&NoteId| hops(from, self.path(note)) == least;
            if notes.iter().filter(is_as_near).nth(1).is_none() {
                return Resolution::only(tier, nearest);
            }
        }
        notes.sort_by_cached_key(|&note| rank(from, self.path(note)));
        let more = notes.len().saturating_sub(MOST_CANDIDATES);
        notes.truncate(MOST_CANDIDATES);
        Resolution { tier: Some(tier), ambiguous: true, notes, more, ..Resolution::default() }
    }

    /// The same of `count` notes, those of `groups`, without a look at all of them.
    fn nearest(&self, from: &str, tier: Tier, groups: &[Group], count: usize) -> Option<Resolution> {
        let best = |most: usize| {
            let near = self.cancel.over(self.crowds.near(groups, from, most));
            let mut near: Vec<_> = near.map(|note| (rank(from, self.path(note)), note)).collect();
            near.sort_unstable();
            near.dedup();
            near.truncate(most);
            near
        };
        let notes = match &*best(2) {
            [] => return None,
            [((hops, ..), _), ((others, ..), _)] if hops == others => best(MOST_CANDIDATES),
            [(_, note), ..] => return Some(Resolution::only(tier, *note)),
        };
        let notes: Vec<_> = notes.into_iter().map(|(_, note)| note).collect();
        let more = count.saturating_sub(notes.len());
        Some(Resolution { tier: Some(tier), ambiguous: true, notes, more, ..Resolution::default() })
    }
}

/// What the tier `first` finds by `name`; a trace gets what each finds.
fn by_tier(
    name: &str,
    first: Option<Tier>,
    of_tier: impl Fn(Tier) -> Option<Resolution>,
    trace: &mut Trace,
) -> Option<Resolution> {
    if trace.is_on() {
        for tier in [Tier::Stem, Tier::StemCaseless, Tier::StemSlug, Tier::Title, Tier::Squashed] {
            trace.notes(name, tier, of_tier(tier));
        }
    }
    first.and_then(of_tier)
}

/// `path` without its first `count` segments.
pub(super) fn skip_segments(path: &str, count: usize) -> &str {
    let cut = path.match_indices('/').nth(count.wrapping_sub(1)).map(|(at, _)| at + 1);
    cut.and_then(|at| path.get(at..)).unwrap_or(path)
}

/// Segments up and down from a folder to the folder of `path`.
pub(super) fn hops(from: &str, path: &str) -> usize {
    let segments = |folder: &'_ str| folder.split('/').filter(|s| !s.is_empty()).count();
    let to = path.folder();
    let pairs = from.split('/').zip(to.split('/'));
    let shared = pairs.take_while(|(a, b)| a == b && !a.is_empty()).count();
    segments(from) + segments(to) - 2 * shared
}

/// How good a target `path` is from a folder, best first: hops, segments, length, code points (in
/// whose order UTF-8 sorts).
pub(super) fn rank<'p>(from: &str, path: &'p str) -> (usize, usize, usize, &'p str) {
    (hops(from, path), path.matches('/').count(), path.chars().count(), path)
}
