//! Keys of the front matter that slugline reads, and values of some.
use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::{Completion, CompletionKind, Slot, by_score, tags};
use crate::ide::{Analysis, Document, spelling};
use crate::index::NoteId;
use crate::syntax::VideoLink;
use crate::text::Span;

/// The keys, with what each is for. Those of videos are a setting.
const KEYS: [(&str, &str); 3] =
    [("title", "title of the note"), ("aliases", "other names of the note"), ("tags", "tags of the note")];

/// The line of the cursor: where it starts, and what stands before the cursor and behind it.
struct Line<'t> {
    start: usize,
    before: &'t str,
    after: &'t str,
}

/// What to offer at `offset` in the front matter; `None` where that is in no front matter.
pub(super) fn offer(
    analysis: &Analysis,
    from: NoteId,
    document: &Document,
    offset: usize,
    limit: usize,
) -> Option<Vec<Completion>> {
    let text = &*document.text;
    if document.note.front_matter.as_ref().is_some_and(|front| offset > front.span.end()) {
        return None;
    }
    let above = text.get(..offset)?.trim_start_matches('\u{feff}');
    let mut lines = above.lines();
    let is_fence = |line: &str| line.trim_end() == "---";
    if !lines.next().is_some_and(is_fence) || !above.contains('\n') {
        return None;
    }
    let (start, before, after) =
        line_around(document, offset).filter(|(_, before, _)| before.len() <= LONGEST)?;
    let above: Vec<&str> = text.get(..start)?.lines().skip(1).collect();
    if above.iter().any(|line| is_fence(line)) || before.starts_with("---") {
        return None;
    }
    // Without its end it is a rule and text, unless it reads like one.
    let below = text.get(offset..)?;
    let closed = below.lines().skip(1).any(is_fence);
    if !closed && !above.iter().all(|line| line.contains(':') || line.trim_start().starts_with(['-', '#'])) {
        return None;
    }
    let line = Line { start, before, after };
    let Some((key, value)) = before.split_once(':') else {
        let indented = before.starts_with(char::is_whitespace);
        return Some(match before.trim_start().strip_prefix('-') {
            Some(item) if is_tags(parent(&above)) => tag(analysis, from, &line, item, limit),
            None if !indented => keys(analysis, document, start, before, after),
            _ => Vec::new(),
        });
    };
    Some(match key.trim() {
        key if is_tags(key) => tag(analysis, from, &line, value, limit),
        key => values(analysis, from, document, key, Span::new(offset - value.len(), offset), after),
    })
}

/// The keys whose values are lists.
const LISTS: [&str; 2] = ["aliases", "tags"];

fn is_tags(key: &str) -> bool {
    key.eq_ignore_ascii_case("tags") || key.eq_ignore_ascii_case("tag")
}

/// The key to which a list below these lines belongs.
fn parent<'t>(above: &[&'t str]) -> &'t str {
    let key =
        above.iter().rev().find(|line| !line.trim().is_empty() && !line.trim_start().starts_with(['-', '#']));
    key.and_then(|line| line.split_once(':')).map_or("", |(key, _)| key.trim())
}

/// Tags for the last word of `value`, which ends at the end of `before`.
fn tag(analysis: &Analysis, from: NoteId, line: &Line, value: &str, limit: usize) -> Vec<Completion> {
    let &Line { start, before, after } = line;
    let parts = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | ',' | '"' | '\'' | '#');
    let typed = value.rsplit(parts).next().unwrap_or("");
    let rest = after.find(parts).unwrap_or(after.len());
    // `tags:x` and `-x` are no key and no item.
    let gap = if typed.len() == value.len() { " " } else { "" };
    let offset = start + before.len();
    let slot = Slot { replace: Span::new(offset - typed.len(), offset + rest), typed, close: "" };
    let mut items = tags::offer(analysis, from, &slot, limit);
    items.iter_mut().for_each(|item| item.insert.insert_str(0, gap));
    items
}

/// The keys that are not there yet.
fn keys(
    analysis: &Analysis,
    document: &Document,
    start: usize,
    before: &str,
    after: &str,
) -> Vec<Completion> {
    let text = &*document.text;
    let colon = after.find(':');
    let end = colon.unwrap_or(0);
    let slot = Slot { replace: Span::new(start, start + before.len() + end), typed: before, close: "" };
    let end_of_block = document.note.front_matter.as_ref().map_or(text.len(), |front| front.span.end());
    let line = Span::new(start, start + before.len() + after.len());
    let others = [text.get(..line.start()), text.get(line.end()..end_of_block)].into_iter().flatten();
    let there: Vec<&str> =
        others.flat_map(str::lines).filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
    let videos = analysis.settings().kinds().keys().map(|key| (key, "video of the note"));
    let mut query = Query::new(before);
    let found = KEYS.into_iter().chain(videos).filter_map(|(key, detail)| {
        let is_there = there.iter().any(|there| there.eq_ignore_ascii_case(key));
        let score = query.score(key).filter(|_| !is_there)?;
        let insert = if colon.is_some() { key.to_owned() } else { format!("{key}: ") };
        let mut item = slot.item(CompletionKind::Key, key, detail.to_owned(), &insert);
        let is_list = LISTS.contains(&key) && colon.is_none();
        item.snippet = is_list.then(|| format!("{key}: [$0]"));
        Some((score, item))
    });
    by_score(found.collect())
}

/// What the note itself tells of the value of a key: its first heading, the videos that it links to.
fn values(
    analysis: &Analysis,
    from: NoteId,
    document: &Document,
    key: &str,
    written: Span,
    after: &str,
) -> Vec<Completion> {
    let text = &*document.text;
    let mut names: Vec<(String, &str)> = Vec::new();
    if key.eq_ignore_ascii_case("title") {
        let heading = document.note.headings.iter().find(|heading| heading.level == 1);
        names.extend(heading.map(|heading| (heading.text.clone(), "first heading")));
        names.push((analysis.index.stem(from).replace(['_', '-'], " "), "file name"));
    } else {
        let kinds = analysis.settings().kinds();
        let is_own = |link: &&VideoLink| {
            kinds.of_value(key, link.video.of(text)).is_some_and(|(_, kind)| kind == Some(link.kind))
        };
        let videos = document.note.video_links.iter().filter(is_own);
        names.extend(videos.map(|link| (link.video.of(text).to_owned(), "linked in this note")));
    }
    let typed = written.of(text).trim_start();
    let replace = Span::new(written.end() - typed.len(), written.end() + after.trim_end().len());
    let slot = Slot { replace, typed, close: "" };
    let gap = if written.is_empty() { " " } else { "" };
    let mut query = Query::new(typed.trim_start_matches(['"', '\'']));
    let mut seen = rustc_hash::FxHashSet::default();
    let found = names
        .into_iter()
        .filter(|(name, _)| !name.is_empty() && seen.insert(name.clone()))
        .filter_map(|(name, detail)| {
            let score = query.score(&name)?;
            let insert = format!("{gap}{}", spelling::yaml(&name));
            Some((score, slot.item(CompletionKind::Value, &name, detail.to_owned(), &insert)))
        });
    by_score(found.collect())
}
