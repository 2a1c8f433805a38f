//! Names that links use and no note has yet.
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

use super::candidates::{EXACT_BONUS, linked, logarithm};
use super::fuzzy::{MatchKind, Query};
use crate::ide::{Analysis, spelling};
use crate::index::{Compressed, NoteId, Slug, TypedName};
use crate::syntax::is_time;
use crate::text::PathText;

/// Targets of links that are looked at.
const MOST_TARGETS: usize = 2_000;

/// Targets of one note among them, so that no list of links outweighs the rest.
const MOST_OF_A_NOTE: usize = 128;

/// Notes of the folder whose links are looked at, and as many of the others.
const MOST_NOTES: usize = 1_024;

/// Score bonus for a note that exists over a missing one: more than the place of a match in a name.
const EXISTING_BONUS: i64 = 74;

/// Names that no note has, beside the notes.
pub(super) const MOST_WANTED: usize = 20;

/// How well a name matches, the name, a note that uses it, and how many do.
type Found<'i> = (u32, Cow<'i, str>, NoteId, usize);

/// Names that other notes link to and no note has, best first, with the number of notes that were
/// seen to use them. The notes that this one links to are looked at first, then those of its folder and some
/// of the others, and not more than [`MOST_TARGETS`] targets of links.
pub(super) fn wanted<'i>(
    analysis: &'i Analysis,
    from: NoteId,
    typed: &str,
    query: &mut Query,
    kind: MatchKind,
) -> Vec<(i64, Cow<'i, str>, usize)> {
    let index = &analysis.index;
    let own = index.path(from).folder();
    let mut looked_at = FxHashSet::from_iter([from]);
    let mut found: FxHashMap<Compressed, Option<Found>> = FxHashMap::default();
    let mut seen = 0;
    let typed_name = TypedName::new(typed);
    let folder = index.below(own).take(MOST_NOTES);
    for note in linked(index, from).chain(folder).chain(index.sample(MOST_NOTES)) {
        if seen >= MOST_TARGETS {
            break;
        }
        let Some(facts) = index.facts(note).filter(|_| looked_at.insert(note)) else { continue };
        for target in facts.distinct_targets().take(MOST_OF_A_NOTE) {
            seen += 1;
            if !query.may_match_kept(kind, target) {
                continue;
            }
            // Many notes have it: its text is looked at once.
            let score = || {
                let name = target.text();
                let target = &*name;
                let may_match = kind == MatchKind::Fuzzy || typed_name.may_be_in(target);
                (may_match && !is_time(target))
                    .then(|| query.score_of(kind, target))
                    .flatten()
                    .map(|score| (score, name, note, 0))
            };
            let found = found.entry(target).or_insert_with(score);
            found.iter_mut().for_each(|(.., count)| *count += 1);
        }
    }
    let mut matched: Vec<_> = found.into_values().flatten().collect();
    matched.sort_unstable_by(|(score, name, _, count), (other, other_name, _, others)| {
        (other, others).cmp(&(score, count)).then_with(|| name.cmp(other_name))
    });
    let most = if query.is_empty() { MOST_TARGETS / 10 } else { 4 * MOST_WANTED };
    let (mut wanted, mut slugs) = (Vec::new(), FxHashSet::default());
    let slug = Slug::of(typed);
    for (score, name, note, count) in matched.into_iter().take(most) {
        if query.is_empty() && wanted.len() == MOST_WANTED {
            break;
        }
        let is_missing = || {
            let found = analysis.resolve(note, &name);
            found.is_broken() && !found.names_file
        };
        let is_name = !name.contains('/') && !name.contains("{{") && !name.contains("<%");
        if is_name
            && spelling::is_writable(&name)
            && is_missing()
            && slugs.insert(Slug::of(&name).into_owned())
        {
            let exact = if Slug::of(&name) == slug { EXACT_BONUS } else { 0 };
            wanted.push((i64::from(score) + exact - EXISTING_BONUS + logarithm(count), name, count));
        }
    }
    wanted.sort_by_key(|&(score, ..)| std::cmp::Reverse(score));
    wanted
}
