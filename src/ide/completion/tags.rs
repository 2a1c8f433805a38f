//! Tags of the vault, behind `#` in prose and in the front matter.
use rustc_hash::FxHashMap;

use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::{Completion, CompletionKind, Slot};
use crate::ide::{Analysis, Document};
use crate::index::NoteId;
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

/// The tags that match, best first.
pub(super) fn offer(analysis: &Analysis, from: NoteId, slot: &Slot) -> Vec<Completion> {
    let mut query = Query::new(slot.typed);
    let mut found = Vec::new();
    for (name, count) in used(analysis, from, slot.replace) {
        if let Some(score) = query.score(&name) {
            let notes = if count == 1 { "note" } else { "notes" };
            let item = slot.item(CompletionKind::Tag, &name, format!("{count} {notes}"), &name);
            found.push((score, count, item));
        }
    }
    found.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| a.2.label.cmp(&b.2.label)));
    found.into_iter().map(|(.., item)| item).collect()
}

/// The tags of the vault and those above them, each with the number of its notes. The tag at `writing`
/// in the note `from` is none yet.
fn used(analysis: &Analysis, from: NoteId, writing: Span) -> Vec<(String, usize)> {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for (note, _, facts) in analysis.index.scan() {
        if note != from {
            facts.iter().flat_map(|facts| facts.tags()).for_each(|tag| *counts.entry(tag).or_default() += 1);
        }
    }
    let document = analysis.document(from);
    if let Some(document) = &document {
        let tags = document.note.tags.iter().filter(|tag| !tag.span.touches(writing.start()));
        let mut names: Vec<_> = tags.map(|tag| tag.name.of(&document.text)).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().for_each(|name| *counts.entry(name).or_default() += 1);
    }
    // Tags differ in case only where somebody was careless: the spelling of most notes is offered.
    let mut folded: FxHashMap<String, (usize, usize, &str)> = FxHashMap::default();
    for (tag, count) in counts {
        let ends = tag.match_indices('/').map(|(at, _)| at).chain([tag.len()]);
        for name in ends.filter_map(|end| tag.get(..end)).filter(|name| !name.is_empty()) {
            let (all, most, spelt) = folded.entry(name.to_lowercase()).or_default();
            *all += count;
            if (count, name) > (*most, *spelt) {
                (*most, *spelt) = (count, name);
            }
        }
    }
    folded.into_values().map(|(all, _, name)| (name.to_owned(), all)).collect()
}
