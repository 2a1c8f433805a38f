//! Tags of the vault, behind `#` in prose and in the front matter.
use rustc_hash::FxHashMap;

use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::{Completion, CompletionKind, Slot};
use crate::ide::{Analysis, Document};
use crate::index::{NoteId, caseless};
use crate::settings::Settings;
use crate::syntax;
use crate::text::Span;

/// The tag around a cursor at `offset`, without its `#`; `None` where there is none.
pub(super) fn find<'t>(document: &'t Document, offset: usize, settings: &Settings) -> Option<Slot<'t>> {
    let text = &*document.text;
    let (start_of_line, before, _) = line_around(document, offset)?;
    let hash = before.rfind('#')?;
    let typed = before.get(hash + 1..).filter(|typed| typed.len() <= LONGEST)?;
    let apart = before.get(..hash)?.chars().next_back().is_none_or(char::is_whitespace);
    if !apart || typed.contains(char::is_whitespace) {
        return None;
    }
    // What is typed need not be a tag yet, as a number is none: a letter behind it makes it one.
    let (before, after) = (text.get(..offset)?, text.get(offset..)?);
    let note = syntax::parse(&format!("{before}x{after}"), &settings.syntax_options());
    let hash = start_of_line + hash;
    let tag = note.tags.iter().find(|tag| tag.span.start() == hash && tag.span.end() > offset)?;
    Some(Slot { replace: Span::new(hash + 1, tag.span.end() - 1), typed, close: "" })
}

/// Whether markup means something where `written` stands: in text, and not in code, math or a comment.
pub(in crate::ide) fn is_text(document: &Document, written: Span, settings: &Settings) -> bool {
    let text = &*document.text;
    let (Some(before), Some(after)) = (text.get(..written.start()), text.get(written.end()..)) else {
        return false;
    };
    // A tag in its place is one or is none.
    let changed = format!("{before} #x {after}");
    let note = syntax::parse_change(text, &document.note, &changed, &settings.syntax_options());
    note.tags.iter().any(|tag| tag.span.start() == written.start() + 1)
}

/// Tags of a vault that are looked through.
const MOST_TAGS: usize = 4096;

/// Notes with a tag that are asked how they spell it.
const ASKED: usize = 16;

/// The tags that match, best first: `limit` of them, and one more where there are more. The tag at the cursor
/// is none yet.
pub(super) fn offer(analysis: &Analysis, from: NoteId, slot: &Slot, limit: usize) -> Vec<Completion> {
    let index = &analysis.index;
    let document = analysis.document(from);
    let own = document.as_ref().map(|document| own(document, slot.replace)).unwrap_or_default();
    let mut query = Query::new(slot.typed);
    let mut found = Vec::new();
    for (tag, _, notes) in index.distinct_tags().take(MOST_TAGS) {
        let Some(score) = query.score(tag) else { continue };
        // Of this note it counts what is written now.
        let others = notes.saturating_sub(usize::from(index.is_tagged(from, tag)));
        let count = others + usize::from(own.contains_key(&*caseless(tag)));
        if count > 0 {
            found.push((score, count, tag));
        }
    }
    found.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.cmp(b.2)));
    // Tags differ in case only where somebody was careless: the spelling of most notes is offered.
    let item = |(_, count, tag): (u32, usize, &str)| {
        let usual = || index.usual_tag(tag, from, ASKED).or_else(|| own.get(&*caseless(tag)).copied());
        let name = usual().unwrap_or(tag);
        let notes = if count == 1 { "note" } else { "notes" };
        slot.item(CompletionKind::Tag, name, format!("{count} {notes}"), name)
    };
    found.into_iter().take(limit.saturating_add(1)).map(item).collect()
}

/// The tags of a document and those above them, each caseless and as it is written there. The tag at `writing` is
/// none yet.
fn own(document: &Document, writing: Span) -> FxHashMap<String, &str> {
    let tags = document.note.tags.iter().filter(|tag| !tag.span.touches(writing.start()));
    let names = tags.map(|tag| tag.name.of(&document.text)).flat_map(|tag| {
        let ends = tag.match_indices('/').map(|(at, _)| at).chain([tag.len()]);
        ends.filter_map(|end| tag.get(..end))
    });
    names.map(|name| (caseless(name).into_owned(), name)).collect()
}
