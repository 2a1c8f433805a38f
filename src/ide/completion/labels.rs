//! Labels of the note's reference definitions, behind the `][` of a markdown link.
use rustc_hash::FxHashSet;

use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::tags::is_text;
use super::{Completion, CompletionKind, Slot, by_score};
use crate::ide::symbol::definition_label;
use crate::ide::{Document, prose};
use crate::settings::Settings;
use crate::syntax;
use crate::text::Span;

/// Characters of a destination that its item shows.
const DESTINATION: usize = 60;

/// Definitions that are looked at.
const MOST: usize = 2000;

/// The label around a cursor at `offset`; `None` where there is none, or where links mean nothing.
pub(super) fn find<'t>(document: &'t Document, offset: usize, settings: &Settings) -> Option<Slot<'t>> {
    let (start_of_line, before, after) = line_around(document, offset)?;
    let close = before.rfind("][")?;
    let typed = before.get(close + "][".len()..).filter(|typed| typed.len() <= LONGEST)?;
    let ends = |c: char| matches!(c, '[' | ']');
    // `[[a]][` is a wikilink and a bracket.
    if typed.contains(ends) || typed.starts_with('^') || before.get(..close)?.ends_with([']', '\\']) {
        return None;
    }
    let length = after.find(ends).filter(|&end| after.get(end..).is_some_and(|rest| rest.starts_with(']')));
    let start = start_of_line + close + 1;
    let replace = Span::new(start + 1, offset + length.unwrap_or(0));
    let written = Span::new(start, replace.end() + usize::from(length.is_some()));
    let close = if length.is_some() { "" } else { "]" };
    is_text(document, written, settings).then_some(Slot { replace, typed, close })
}

/// What the note defines, with where it leads.
pub(super) fn offer(document: &Document, slot: &Slot) -> Vec<Completion> {
    let text = &*document.text;
    let mut query = Query::new(slot.typed);
    let mut seen = FxHashSet::default();
    let mut definitions = syntax::definitions(text, &document.note);
    definitions.sort_unstable();
    let found = definitions.into_iter().take(MOST).filter_map(|definition| {
        let label = definition_label(text, definition)?;
        // Definitions of the form `[//]: # (…)` are comments.
        let name = label.of(text).trim();
        if name.starts_with("//") || !seen.insert(name.to_lowercase()) {
            return None;
        }
        let destination = text.get(label.end() + "]:".len()..definition.end())?.trim();
        let destination = prose::shorten(destination, DESTINATION);
        let score = query.score(name).max(query.score_as_is(&destination))?;
        Some((score, slot.item(CompletionKind::Label, name, destination, name)))
    });
    by_score(found.collect())
}

#[cfg(test)]
mod tests {
    use super::super::tests::all_taken;

    #[test]
    fn a_reference_names_a_definition_of_the_note() {
        let definitions = "[my ref]: https://example.org 'T'\n[//]: # (no)\n[Rust]: <a b.md>\n[rust]: x.md";
        for (line, all) in [
            ("[text][$0", vec!["[text][Rust]", "[text][my ref]"]),
            ("![][$0]", vec!["![][Rust]", "![][my ref]"]),
            ("[a [b] c][r$0x] [d]", vec!["[a [b] c][Rust] [d]", "[a [b] c][my ref] [d]"]),
            ("[text][my$0] [y](z)", vec!["[text][my ref] [y](z)"]),
            ("`[text][$0`", vec![]),
            ("[text\\][$0", vec![]),
            ("[[a]][$0", vec![]),
        ] {
            let mut taken = all_taken(&format!("//- note.md\n{line}\n\n{definitions}\n"));
            taken.sort();
            let taken: Vec<_> = taken.iter().map(|text| text.split('\n').next().unwrap_or("")).collect();
            assert_eq!(taken, all, "{line}");
        }
    }
}
