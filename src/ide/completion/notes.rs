//! Notes for the target of a link, and names that links use and no note has yet.
use rustc_hash::{FxHashMap, FxHashSet};

use super::context::Context;
use super::fuzzy::Query;
use super::style::{self, Style};
use super::{Completion, CompletionKind, files};
use crate::ide::obsidian::LinkPath;
use crate::ide::{Analysis, spelling};
use crate::index::{Facts, NoteId, Pairs, Slug, folder};
use crate::settings::{LinkStyle, Settings};
use crate::syntax::{LinkKind, is_time};
use crate::text::Span;

/// Notes that are ranked by more than how well they match.
const RANKED: usize = 300;

/// Notes that hold what is typed, of which the others are left out: more than anyone reads.
const HOLDING: usize = 1500;

/// Notes that hold what is typed, beyond which none is sought that has its letters only as a subsequence.
const ENOUGH_WHOLE_WORDS: usize = 20;

/// Notes per thread of a parallel scan.
const NOTES_PER_THREAD: usize = 4096;

/// Notes whose links tell which notes are linked most.
const SAMPLE: usize = 256;

/// Notes from all over the vault that are offered where nothing is typed.
const OTHERS: usize = 512;

/// Targets of links that are looked at for names that no note has.
const MOST_TARGETS: usize = 4_000;

/// Score bonus for a name that equals what is typed.
const EXACT_BONUS: i64 = 60;

/// Score bonus for a note that exists over a missing one: more than the place of a match in a name.
const EXISTING_BONUS: i64 = 74;

/// Backlinks beyond which more add no score.
const MAX_COUNTED_BACKLINKS: usize = 63;

/// Names that no note has, beside the notes.
const MOST_WANTED: usize = 20;

/// A note that matches.
pub(super) struct Candidate<'i> {
    pub(super) score: i64,
    pub(super) note: NoteId,
    /// The name that matched best.
    pub(super) name: &'i str,
    /// Whether that is an alias.
    is_alias: bool,
}

/// What to offer for a target.
pub(super) fn offer(analysis: &Analysis, from: NoteId, context: &Context, limit: usize) -> Vec<Completion> {
    let (mut query, candidates) = candidates(analysis, from, context.typed, limit);
    let style = Style::of(analysis);
    let enough = candidates.len() >= ENOUGH_WHOLE_WORDS;
    let mut wanted = wanted(analysis, from, context.typed, &mut query, enough);
    // Where nothing is typed yet, names without a note have their part of the list.
    let share = if query.is_empty() { limit / 5 } else { limit };
    wanted.truncate(MOST_WANTED.min(share));
    let room = if query.is_empty() { limit - wanted.len() } else { limit };
    let found = candidates.iter().filter_map(|candidate| {
        let item = item(analysis, from, context, &style, candidate)?;
        Some((candidate.score, item))
    });
    let mut items: Vec<_> = found.take(room).collect();
    for (score, name, count) in wanted {
        let backlinks = if count == 1 { "backlink" } else { "backlinks" };
        let detail = format!("not created yet, {count} {backlinks}");
        items.push((score, context.item(CompletionKind::Wanted, name, detail, name)));
    }
    // Stable: notes come before names without note that match as well.
    items.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    items.truncate(limit);
    let attachments = if context.embed || context.typed.contains('.') {
        attachments(analysis, from, context, query, limit)
    } else {
        Vec::new()
    };
    files::together(items, attachments, limit)
}

/// Files that are no notes: mostly what is embedded, and what is linked with its extension.
fn attachments(
    analysis: &Analysis,
    from: NoteId,
    context: &Context,
    query: Query,
    limit: usize,
) -> Vec<(i64, Completion)> {
    let found = files::matching(analysis, from, query, context.typed.contains('/'), limit);
    let ahead = if context.embed { files::AHEAD } else { 0 };
    let items = found.into_iter().filter_map(|(score, path)| {
        let target = spelling::attachment(&analysis.index, from, path)?;
        Some((score + ahead, files::item(&context.slot(), path, &target)))
    });
    items.collect()
}

/// The notes that what is typed may mean, best first, and what was looked for.
pub(super) fn candidates<'i>(
    analysis: &'i Analysis,
    from: NoteId,
    typed: &str,
    limit: usize,
) -> (Query, Vec<Candidate<'i>>) {
    let typed = Typed::new(typed);
    let query = Query::new(typed.text);
    let mut found = if query.is_empty() {
        suggestions_for_empty_query(analysis, from, limit)
    } else {
        matching(analysis, from, typed, &query, limit)
    };
    found.sort_by_cached_key(|c| (std::cmp::Reverse(c.score), analysis.index.path(c.note)));
    (query, found)
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

/// The best of the notes with a name that matches.
fn matching<'i>(
    analysis: &'i Analysis,
    from: NoteId,
    typed: Typed,
    query: &Query,
    limit: usize,
) -> Vec<Candidate<'i>> {
    let index = &analysis.index;
    let name = typed.text.rsplit('/').next().unwrap_or(typed.text);
    let pairs = Pairs::inside(name);
    // Names that hold the words as they are match best, and a sieve finds them without a look at the
    // others. Nearly every name holds a single letter: then those do that anyone is offered.
    let likely = match pairs.is_empty() {
        true => suggestions_for_empty_query(analysis, from, limit)
            .iter()
            .map(|candidate| candidate.note)
            .collect(),
        false => index.holding(pairs, folder(index.path(from)), HOLDING),
    };
    let mut found = judged(analysis, from, typed, query, &likely);
    if found.len() < ENOUGH_WHOLE_WORDS {
        // A path has letters that no name of the note has.
        let notes = if typed.by_path { index.notes().collect() } else { index.lettered(query.letters()) };
        found = judged(analysis, from, typed, query, &notes);
    }
    for candidate in &mut found {
        candidate.score += same_folder_bonus(analysis, from, candidate.note);
    }
    if found.len() > RANKED {
        found.select_nth_unstable_by_key(RANKED, |c| (std::cmp::Reverse(c.score), c.name.len()));
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

/// Those of `notes` with a name that matches, by several threads where there are many.
fn judged<'i>(
    analysis: &'i Analysis,
    from: NoteId,
    typed: Typed,
    query: &Query,
    notes: &[NoteId],
) -> Vec<Candidate<'i>> {
    let (index, settings) = (&analysis.index, analysis.settings());
    let judge = |notes: &[NoteId]| {
        let (mut query, mut found) = (query.clone(), Vec::new());
        for &note in index.cancel().over(notes.iter()) {
            if note != from {
                let facts = index.facts(note).map(|facts| &**facts);
                found.extend(judge(&mut query, typed, note, index.path(note), facts, settings));
            }
        }
        found
    };
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(notes.len().div_ceil(NOTES_PER_THREAD));
    if threads <= 1 {
        return judge(notes);
    }
    std::thread::scope(|scope| {
        let shares = notes.chunks(notes.len().div_ceil(threads));
        let running: Vec<_> = shares.map(|share| scope.spawn(|| judge(share))).collect();
        let mut found = Vec::new();
        for thread in running {
            match thread.join() {
                Ok(share) => found.extend(share),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        found
    })
}

/// The name of a note that matches best.
fn judge<'i>(
    query: &mut Query,
    typed: Typed,
    note: NoteId,
    path: &'i str,
    facts: Option<&'i Facts>,
    settings: &Settings,
) -> Option<Candidate<'i>> {
    let mut best: Option<(u32, &str, bool)> = None;
    let mut consider = |name: &'i str, is_alias: bool| {
        let score = query.score(name);
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
            consider(bare.rsplit('/').next().unwrap_or(bare), false);
        }
        facts.into_iter().flat_map(|facts| facts.aliases()).for_each(|alias| consider(alias, true));
    }
    best.map(|(score, name, is_alias)| Candidate { score: i64::from(score), note, name, is_alias })
}

/// Score bonus for a note in the same folder: nearly all links stay there.
fn same_folder_bonus(analysis: &Analysis, from: NoteId, note: NoteId) -> i64 {
    let near = in_folder(analysis.index.path(note), folder(analysis.index.path(from)));
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
fn logarithm(count: usize) -> i64 {
    2 * i64::from(usize::BITS - count.leading_zeros())
}

/// Suggestions for an empty query: notes opened recently, of the same folder, linked most, and others
/// from all over the vault as far as there is room.
fn suggestions_for_empty_query(analysis: &Analysis, from: NoteId, limit: usize) -> Vec<Candidate<'_>> {
    let index = &analysis.index;
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for (_, facts) in style::sample(index, SAMPLE) {
        for target in facts.distinct_targets().filter(|target| !target.is_empty()) {
            *counts.entry(target).or_default() += 1;
        }
    }
    let mut linked: Vec<(&str, usize)> = counts.into_iter().collect();
    linked.sort_unstable_by_key(|&(target, count)| (std::cmp::Reverse(count), target));
    let linked = linked.iter().take(limit).filter_map(|(target, _)| index.resolve(from, target).note());
    let own = folder(index.path(from));
    let beside = index.below(own).take(4 * RANKED).filter(|&note| in_folder(index.path(note), own));
    let anywhere = index.scan().step_by((index.len() / OTHERS).max(1)).map(|(note, ..)| note);
    let mut seen = FxHashSet::from_iter([from]);
    let notes = analysis.recent.iter().copied().take(limit).chain(linked).chain(beside.take(RANKED));
    notes
        .chain(anywhere)
        .filter(|&note| !index.path(note).is_empty() && seen.insert(note))
        .map(|note| Candidate {
            score: same_folder_bonus(analysis, from, note) + popularity_bonus(analysis, note),
            note,
            name: index.title(note),
            is_alias: false,
        })
        .collect()
}

/// Names that other notes link to and no note has, best first, with the number of notes that were
/// seen to use them. Notes of the same folder are looked at first, and not more than
/// [`MOST_TARGETS`] targets of links. `as_is`: only names that hold the words as they are.
fn wanted<'i>(
    analysis: &'i Analysis,
    from: NoteId,
    typed: &str,
    query: &mut Query,
    as_is: bool,
) -> Vec<(i64, &'i str, usize)> {
    let index = &analysis.index;
    let own = folder(index.path(from));
    let mut looked_at = FxHashSet::from_iter([from]);
    let mut found: FxHashMap<&str, Option<(u32, NoteId, usize)>> = FxHashMap::default();
    let mut seen = 0;
    for note in index.below(own).chain(index.notes()) {
        if seen >= MOST_TARGETS {
            break;
        }
        let Some(facts) = index.facts(note).filter(|_| looked_at.insert(note)) else { continue };
        for target in facts.distinct_targets() {
            seen += 1;
            if !is_time(target) && query.may_match(target) {
                let mut score = || if as_is { query.score_as_is(target) } else { query.score(target) };
                let first = || score().map(|score| (score, note, 0));
                found.entry(target).or_insert_with(first).iter_mut().for_each(|(.., count)| *count += 1);
            }
        }
    }
    let mut matched: Vec<_> = found
        .into_iter()
        .filter_map(|(name, found)| found.map(|(score, note, n)| (score, name, note, n)))
        .collect();
    let rank =
        |&(score, name, _, count): &(u32, &'i str, NoteId, usize)| (std::cmp::Reverse((score, count)), name);
    matched.sort_unstable_by_key(rank);
    let most = if query.is_empty() { MOST_TARGETS / 10 } else { 4 * MOST_WANTED };
    let (mut wanted, mut slugs) = (Vec::new(), FxHashSet::default());
    let slug = Slug::of(typed);
    for (score, name, note, count) in matched.into_iter().take(most) {
        if query.is_empty() && wanted.len() == MOST_WANTED {
            break;
        }
        let is_missing = || {
            let found = index.resolve(note, name);
            found.is_broken() && !found.names_file
        };
        let is_name = !name.contains('/') && !name.contains("{{") && !name.contains("<%");
        if is_name && spelling::is_writable(name) && is_missing() && slugs.insert(Slug::of(name)) {
            let exact = if Slug::of(name) == slug { EXACT_BONUS } else { 0 };
            wanted.push((i64::from(score) + exact - EXISTING_BONUS + logarithm(count), name, count));
        }
    }
    wanted.sort_by_key(|&(score, ..)| std::cmp::Reverse(score));
    wanted
}

/// The item of a note; `None` where no link can name it.
fn item(
    analysis: &Analysis,
    from: NoteId,
    context: &Context,
    style: &Style,
    candidate: &Candidate,
) -> Option<Completion> {
    let (index, note) = (&analysis.index, candidate.note);
    let kind = LinkKind::Wiki;
    let by_path = context.typed.contains('/');
    let (title, path) = (index.title(note), index.path(note));
    let exact = match style.path {
        _ if by_path => spelling::path_target(index, from, note, kind),
        LinkPath::Absolute if path.contains('/') => spelling::path_target(index, from, note, kind),
        LinkPath::Relative => spelling::relative_target(index, from, note),
        _ => spelling::target(index, from, note, kind),
    };
    let named = |name: &str| spelling::is_writable(name) && spelling::leads(index, from, note, name);
    // What a link shows: the alias that was picked, or what its target cannot say.
    let link = match exact {
        _ if style.markdown && context.whole.is_some() => Link::Markdown,
        Some(target) if candidate.is_alias => Link::Shown(target, candidate.name, ""),
        Some(target) if style.form == LinkStyle::SlugTitle && title != target => {
            Link::Shown(target, title, " ")
        }
        Some(_) if style.form == LinkStyle::Title && !by_path && named(title) => Link::Bare(title.to_owned()),
        Some(target) => Link::Bare(target),
        // `#` and its like cannot stand in a target: another name of the note may do.
        None => match spelling::other_target(index, from, note) {
            Some(target) if target == title => Link::Bare(target),
            Some(target) => Link::Shown(target, title, ""),
            None => Link::Markdown,
        },
    };
    let insert = match link {
        Link::Bare(target) => target,
        Link::Shown(target, ..) if context.continues => target,
        Link::Shown(target, shown, blank) => match spelling::shown(shown, context.in_table) {
            Some(shown) if shown != target => {
                let pipe = if context.in_table { "\\|" } else { "|" };
                format!("{target}{blank}{pipe}{blank}{shown}")
            }
            _ => target,
        },
        Link::Markdown => {
            let whole = context.whole?;
            let shown = if candidate.is_alias { candidate.name } else { title };
            let link = spelling::markdown_link(index, from, note, shown)?;
            let mut item =
                context.item(CompletionKind::Note, shown, fitted(shown, index.stem(note), path), "");
            item.insert = link;
            item.filter = context.filter(candidate.name);
            // The brackets go by an edit of their own: some clients complete no item where not all begin
            // at one place.
            item.also = Some((Span { end: context.replace.start, ..whole }, String::new()));
            item.replace.end = whole.end;
            item.note = Some(note);
            return Some(item);
        }
    };
    let label = if by_path { title } else { candidate.name };
    // A name that matched and is not the title says nothing without it.
    let detail = if label == title || same_words(label, title) {
        fitted(label, index.stem(note), path)
    } else {
        format!("{title} · {}", fitted(&format!("{label}{title}"), index.stem(note), path))
    };
    let shown = match index.stem(note) {
        // Some clients match what is typed against the label alone.
        stem if context.typed.contains('_') && stem.starts_with(context.typed) => stem,
        _ if same_words(label, title) => title,
        _ => label,
    };
    let mut item = context.item(CompletionKind::Note, shown, detail, &insert);
    item.filter = context.filter(if by_path { path } else { candidate.name });
    item.note = Some(note);
    Some(item)
}

/// How a link to a note is written.
enum Link<'n> {
    /// A target alone.
    Bare(String),
    /// A target, a text, and what stands around the pipe between them.
    Shown(String, &'n str, &'static str),
    /// A markdown link, where no wikilink can name the note.
    Markdown,
}

/// Characters of an item's label and path together that a list shows without cutting both.
const WIDTH: usize = 56;

/// `path`, or as much of a long one as has room beside `label`: the folder where the label tells the
/// name of the file, else that name.
pub(super) fn fitted(label: &str, stem: &str, path: &str) -> String {
    let room = WIDTH.saturating_sub(label.chars().count()).max(WIDTH / 3);
    if path.chars().nth(room).is_none() {
        return path.to_owned();
    }
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let part = if same_words(label, stem) { folder } else { file };
    match part.char_indices().nth(room) {
        Some(_) => {
            let (cut, _) = part.char_indices().nth(room - 1).unwrap_or_default();
            format!("{}…", part.get(..cut).unwrap_or(""))
        }
        None => part.to_owned(),
    }
}

/// Whether the file at `path` is in `folder` itself. Quicker than to find the folder of every path.
pub(super) fn in_folder(path: &str, folder: &str) -> bool {
    let rest = if folder.is_empty() { Some(path) } else { path.strip_prefix(folder) };
    let rest = rest.and_then(|rest| if folder.is_empty() { Some(rest) } else { rest.strip_prefix('/') });
    rest.is_some_and(|name| !name.contains('/'))
}

/// Whether two names are the same words, but for ASCII case and what parts the words.
fn same_words(a: &str, b: &str) -> bool {
    let fold = |byte: u8| if matches!(byte, b'_' | b'-') { b' ' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().map(fold).eq(b.bytes().map(fold))
}
