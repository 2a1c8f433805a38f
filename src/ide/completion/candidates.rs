//! Which notes what is typed may mean, best first.
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;

use super::fuzzy::{MatchKind, Query};
use super::style;
use crate::ide::Analysis;
use crate::index::{Compressed, Facts, Index, NoteId, Slug, TypedName};
use crate::settings::Settings;
use crate::text::PathText;

/// Notes that are ranked by more than how well they match.
const RANKED: usize = 300;

/// Notes that hold what is typed, of which the others are left out: more than anyone reads.
const HOLDING: usize = 512;

/// Notes that hold what is typed, beyond which none is sought that has its letters only as a subsequence.
pub(in crate::ide) const ENOUGH_WHOLE_WORDS: usize = 20;

/// Notes with the letters of what is typed that are looked at.
const LETTERED: usize = 2048;

/// So many notes are looked at by one thread: to wake others takes as long, and longer where these have to wait for a
/// processor.
const FEW: usize = 1280;

/// Notes per job of a parallel look.
const NOTES_PER_JOB: usize = 128;

/// Notes whose links tell which notes are linked most.
const SAMPLE: usize = 256;

/// Notes from all over the vault that are offered where nothing is typed.
const OTHERS: usize = 512;

/// Links of a note that are followed to the notes around it.
const LINKED: usize = 64;

/// Links of the note itself that are compared with what is typed.
const MOST_TARGETS: usize = 4096;

/// Score bonus for a note that this one links to already.
const LINKED_BONUS: i64 = 20;

/// Score bonus for a note that such a one links to.
const NEARLY_LINKED_BONUS: i64 = 16;

/// Score bonus for a name that equals what is typed.
pub(in crate::ide) const EXACT_BONUS: i64 = 60;

/// Backlinks beyond which more add no score.
const MAX_COUNTED_BACKLINKS: usize = 63;

/// A note that matches.
pub(in crate::ide) struct Candidate<'i> {
    pub(in crate::ide) score: i64,
    pub(in crate::ide) note: NoteId,
    /// The name that matched best.
    pub(in crate::ide) name: &'i str,
    /// Whether that is an alias.
    pub(in crate::ide) is_alias: bool,
}

/// What names are compared with where `typed` is typed.
pub(in crate::ide) fn query_of(typed: &str) -> Query {
    Query::new(Typed::new(typed).text)
}

/// The notes that what is typed may mean, in the note `from` or in none, best first; `query`: its [`query_of`].
pub(in crate::ide) fn candidates<'i>(
    analysis: &'i Analysis,
    from: Option<NoteId>,
    typed: &str,
    query: &Query,
    limit: usize,
) -> Vec<Candidate<'i>> {
    let mut found = if query.is_empty() {
        suggestions_for_empty_query(analysis, from, limit)
    } else {
        matching(analysis, from, Typed::new(typed), query, limit)
    };
    found.sort_by_cached_key(|c| (std::cmp::Reverse(c.score), analysis.index.path(c.note)));
    found
}

/// What is looked for.
#[derive(Clone, Copy)]
struct Typed<'t> {
    /// Of a path that begins at a folder (`../`, `/`) what comes behind that.
    text: &'t str,
    /// Whether it is a path, to be looked for in paths.
    by_path: bool,
}

impl<'t> Typed<'t> {
    fn new(typed: &'t str) -> Self {
        let text = typed.trim_start_matches("../").trim_start_matches("./").trim_start_matches('/');
        Self { text, by_path: typed.contains('/') }
    }
}

/// The best of the notes with a name that matches. However many notes there are, only a bounded number is
/// looked at in full: those that a scan over the letters of all names finds likely, and those around `from`.
fn matching<'i>(
    analysis: &'i Analysis,
    from: Option<NoteId>,
    typed: Typed,
    query: &Query,
    limit: usize,
) -> Vec<Candidate<'i>> {
    let index = &analysis.index;
    let (own, typed_name) = (folder(index, from), TypedName::new(typed.text));
    let related = from.map(|from| related(index, from, &typed_name)).unwrap_or_default();
    let mut likely = index.holding(&typed_name, own, HOLDING);
    likely.extend(related.keys().chain(analysis.recent.iter().take(limit)));
    let mut seen = FxHashSet::from_iter(from);
    likely.retain(|&note| seen.insert(note));
    // A path is seldom typed as it is.
    let kind = if typed.by_path { MatchKind::Fuzzy } else { MatchKind::Substring };
    let mut found = judged(analysis, typed, query, kind, &likely);
    if found.len() < ENOUGH_WHOLE_WORDS {
        likely
            .extend(index.lettered(&typed_name, own, LETTERED).into_iter().filter(|&note| seen.insert(note)));
        found = judged(analysis, typed, query, MatchKind::Fuzzy, &likely);
    }
    for candidate in &mut found {
        candidate.score += same_folder_bonus(analysis, from, candidate.note);
        candidate.score += related.get(&candidate.note).copied().unwrap_or_default();
    }
    if found.len() > RANKED {
        // Of equal ones the same are left with every key.
        found.select_nth_unstable_by_key(RANKED, |c| (std::cmp::Reverse(c.score), c.name.len(), c.note));
        found.truncate(RANKED);
    }
    let slug = Slug::of(typed.text);
    for candidate in &mut found {
        let exact = if Slug::of(candidate.name) == slug { EXACT_BONUS } else { 0 };
        // Of equal matches the name of which less is left to type.
        let length = i64::try_from(candidate.name.len() / 8).unwrap_or(i64::MAX).min(12);
        candidate.score += exact - length + popularity_bonus(analysis, candidate.note);
    }
    found
}

/// Targets of links in a note, some.
fn targets(index: &Index, note: NoteId, most: usize) -> impl Iterator<Item = Compressed<'_>> {
    let targets = index.facts(note).into_iter().flat_map(|facts| facts.distinct_targets());
    targets.filter(|target| !target.is_empty()).take(most)
}

/// Notes that `from` links to, some.
pub(super) fn linked(index: &Index, from: NoteId) -> impl Iterator<Item = NoteId> {
    targets(index, from, LINKED).filter_map(move |target| index.resolve(from, &target.text()).note())
}

/// The notes that `from` links to, and those that these link to, as far as what is typed may mean them: each
/// with its score bonus.
fn related(index: &Index, from: NoteId, typed: &TypedName) -> FxHashMap<NoteId, i64> {
    let mut related = FxHashMap::default();
    let mut add = |note: NoteId, most: usize, bonus: i64| {
        let found = targets(index, note, most).filter(|target| typed.may_be_in_target(*target));
        let found = found.map(Compressed::text).filter(|target| typed.may_be_in(target.file_name()));
        related.extend(found.filter_map(|target| Some((index.resolve(note, &target).note()?, bonus))));
    };
    linked(index, from).for_each(|near| add(near, LINKED, NEARLY_LINKED_BONUS));
    add(from, MOST_TARGETS, LINKED_BONUS);
    related
}

/// Those of `notes` with a name that matches.
fn judged<'i>(
    analysis: &'i Analysis,
    typed: Typed,
    query: &Query,
    kind: MatchKind,
    notes: &[NoteId],
) -> Vec<Candidate<'i>> {
    let (index, settings) = (&analysis.index, analysis.settings());
    let judge = |query: &mut Query, notes: &[NoteId]| -> Vec<Candidate<'i>> {
        let judge = |note| {
            let facts = index.facts(note);
            judge(query, kind, typed, note, index.path(note), facts, settings)
        };
        index.cancel().over(notes.iter().copied()).filter_map(judge).collect()
    };
    if notes.len() <= FEW {
        return judge(&mut query.clone(), notes);
    }
    notes.par_chunks(NOTES_PER_JOB).map_init(|| query.clone(), judge).flatten_iter().collect()
}

/// The name of a note that matches best.
fn judge<'i>(
    query: &mut Query,
    kind: MatchKind,
    typed: Typed,
    note: NoteId,
    path: &'i str,
    facts: Option<&'i Facts>,
    settings: &Settings,
) -> Option<Candidate<'i>> {
    let mut best: Option<(u32, &str, bool)> = None;
    let mut consider = |name: &'i str, is_alias: bool| {
        let score = query.score_of(kind, name);
        if let Some(score) = score.filter(|&score| best.is_none_or(|(best, ..)| score > best)) {
            best = Some((score, name, is_alias));
        }
    };
    if typed.by_path {
        consider(path, false);
    } else {
        let title = facts.and_then(|facts| facts.title());
        let bare = settings.note_stem(path).unwrap_or(path);
        // Most titles are the stem in other letters: one of the two is enough.
        let is_stem = |title: &str| {
            let (folder, stem) = bare.split_at_checked(bare.len().wrapping_sub(title.len()))?;
            (folder.is_empty() || folder.ends_with('/')).then(|| same_words(stem, title))
        };
        if let Some(title) = title {
            consider(title, false);
        }
        if title.and_then(is_stem) != Some(true) {
            consider(bare.file_name(), false);
        }
        facts.into_iter().flat_map(|facts| facts.aliases()).for_each(|alias| consider(alias, true));
    }
    best.map(|(score, name, is_alias)| Candidate { score: i64::from(score), note, name, is_alias })
}

/// The folder in which something is typed; the vault's where it is typed in no note.
fn folder(index: &Index, from: Option<NoteId>) -> &str {
    from.map_or("", |from| index.path(from).folder())
}

/// Score bonus for a note in the same folder: nearly all links stay there.
fn same_folder_bonus(analysis: &Analysis, from: Option<NoteId>, note: NoteId) -> i64 {
    let index = &analysis.index;
    let near = from.is_some() && in_folder(index.path(note), folder(index, from));
    if near { 12 } else { 0 }
}

/// Score bonus for recency and inbound links.
fn popularity_bonus(analysis: &Analysis, note: NoteId) -> i64 {
    let index = &analysis.index;
    let opened = analysis.recent.iter().take(16).position(|&recent| recent == note);
    let opened = opened.map_or(0, |rank| 16 - i64::try_from(rank).unwrap_or(16));
    opened + logarithm(index.weight(note, MAX_COUNTED_BACKLINKS))
}

/// Twice the binary logarithm, about.
pub(super) fn logarithm(count: usize) -> i64 {
    2 * i64::from(usize::BITS - count.leading_zeros())
}

/// Suggestions for an empty query: notes opened recently, of the same folder, linked most, and others
/// from all over the vault as far as there is room.
fn suggestions_for_empty_query(
    analysis: &Analysis,
    from: Option<NoteId>,
    limit: usize,
) -> Vec<Candidate<'_>> {
    let index = &analysis.index;
    let mut counts: FxHashMap<Compressed, usize> = FxHashMap::default();
    for (_, facts) in style::sample(index, SAMPLE) {
        for target in facts.distinct_targets().filter(|target| !target.is_empty()) {
            *counts.entry(target).or_default() += 1;
        }
    }
    let mut linked: Vec<(Cow<str>, usize)> =
        counts.into_iter().map(|(target, count)| (target.text(), count)).collect();
    linked.sort_unstable_by(|(target, count), (other, less)| less.cmp(count).then_with(|| target.cmp(other)));
    let own = folder(index, from);
    let linked = linked.iter().take(limit).filter_map(|(target, _)| index.resolve_in(own, target).note());
    let beside = index.below(own).take(4 * RANKED).filter(|&note| in_folder(index.path(note), own));
    let mut seen = FxHashSet::from_iter(from);
    let notes = analysis.recent.iter().copied().take(limit).chain(linked).chain(beside.take(RANKED));
    notes
        .chain(index.sample(OTHERS))
        .filter(|&note| !index.path(note).is_empty() && seen.insert(note))
        .map(|note| Candidate {
            score: same_folder_bonus(analysis, from, note) + popularity_bonus(analysis, note),
            note,
            name: index.title(note),
            is_alias: false,
        })
        .collect()
}

/// Whether the file at `path` is in `folder` itself. Quicker than to find the folder of every path.
pub(super) fn in_folder(path: &str, folder: &str) -> bool {
    path.below(folder).is_some_and(|name| !name.contains('/'))
}

/// Whether two names are the same words, but for ASCII case and what parts the words.
pub(super) fn same_words(a: &str, b: &str) -> bool {
    let fold = |byte: u8| if matches!(byte, b'_' | b'-') { b' ' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().map(fold).eq(b.bytes().map(fold))
}
