//! Footnotes of the note, behind `[^`.
use rustc_hash::FxHashSet;

use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::tags::is_text;
use super::{Completion, CompletionKind, Slot, by_score};
use crate::ide::actions::footnote_definition;
use crate::ide::definition::definition_of_footnote;
use crate::ide::hover::footnote_text;
use crate::ide::{Document, excerpt, prose};
use crate::settings::Settings;
use crate::syntax::Footnote;
use crate::text::Span;

/// Characters of a footnote that its item shows.
const TEXT: usize = 60;

/// Footnotes that are looked at.
const MOST: usize = 2000;

/// A footnote that is being written.
pub(super) struct Written<'t> {
    slot: Slot<'t>,
    /// Whether it is a definition.
    definition: bool,
}

/// The label of the footnote around a cursor at `offset`; `None` where there is none, or where footnotes
/// mean nothing.
pub(super) fn find<'t>(document: &'t Document, offset: usize, settings: &Settings) -> Option<Written<'t>> {
    let (start_of_line, before, after) = line_around(document, offset)?;
    let open = before.rfind("[^")?;
    let typed = before.get(open + "[^".len()..).filter(|typed| typed.len() <= LONGEST)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '[' | ']');
    if typed.contains(ends) || before.get(..open)?.ends_with(['[', '\\']) {
        return None;
    }
    let length = after.find(ends).filter(|&end| after.get(end..).is_some_and(|rest| rest.starts_with(']')));
    let behind = length.and_then(|length| after.get(length + 1..)).unwrap_or("");
    let start = start_of_line + open;
    let label = Span::new(start + "[^".len(), offset + length.unwrap_or(0));
    let slot = Slot { replace: label, typed, close: if length.is_some() { "" } else { "]" } };
    let written = Span::new(start, label.end() + usize::from(length.is_some()));
    let begins_line = before.get(..open)?.chars().all(|c| matches!(c, ' ' | '>'));
    is_text(document, written, settings)
        .then_some(Written { slot, definition: begins_line && behind.starts_with(':') })
}

/// Behind a reference the footnotes that are defined, and a new one; in a definition those that are not.
pub(super) fn offer(document: &Document, written: &Written, settings: &Settings) -> Vec<Completion> {
    let text = &*document.text;
    let slot = &written.slot;
    let others = || {
        let footnotes = document.note.footnotes.iter().take(MOST);
        footnotes.filter(|footnote| !footnote.span.touches(slot.replace.start()))
    };
    let label = |footnote: &Footnote| footnote.label.of(text);
    let defined: FxHashSet<String> = others()
        .filter(|footnote| footnote.definition)
        .map(|footnote| label(footnote).to_lowercase())
        .collect();
    let mut query = Query::new(slot.typed);
    let mut seen = FxHashSet::default();
    let mut found = Vec::new();
    for footnote in others() {
        let is_defined = defined.contains(&label(footnote).to_lowercase());
        // A definition names what is referred to and not defined, a reference what is defined.
        if is_defined == written.definition || !seen.insert(label(footnote).to_lowercase()) {
            continue;
        }
        let definition = definition_of_footnote(document, footnote).unwrap_or(footnote.span);
        let says = if is_defined { said(document, definition) } else { "not defined yet".to_owned() };
        let (by_label, by_text) = (query.score(label(footnote)), query.score_as_is(&says));
        if let Some(score) = by_label.max(by_text) {
            let mut item =
                slot.item(CompletionKind::Footnote, label(footnote), says.clone(), label(footnote));
            if by_label.is_none() {
                item.filter = slot.filter(&says);
            }
            found.push((score, item));
        }
    }
    let mut items = by_score(found);
    if !written.definition {
        items.extend(new(document, written, settings, &|label| {
            seen.contains(label) || defined.contains(label)
        }));
    }
    items
}

/// What a footnote says, in a few words.
fn said(document: &Document, definition: Span) -> String {
    let span = footnote_text(document, definition);
    prose::shorten(&excerpt::plain(document, span), TEXT)
}

/// A footnote that is not there yet: with the label that is typed, else the next number. Its definition goes
/// to the end of the note.
fn new(
    document: &Document,
    written: &Written,
    settings: &Settings,
    is_taken: &dyn Fn(&str) -> bool,
) -> Option<Completion> {
    let slot = &written.slot;
    let number = (1..=MOST + 1).map(|number| number.to_string()).find(|number| !is_taken(number));
    let label = if slot.typed.is_empty() { number? } else { slot.typed.to_owned() };
    if is_taken(&label.to_lowercase()) {
        return None;
    }
    let mut item = slot.item(CompletionKind::Footnote, &label, "new footnote".to_owned(), &label);
    // Two edits at one place are in no order.
    let definition = footnote_definition(document, &format!("[^{label}]"), settings);
    item.also = definition.filter(|(at, _)| at.start() > slot.replace.end());
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::super::completion;
    use super::super::tests::all_taken;
    use crate::ide::fixture::Fixture;

    #[test]
    fn a_reference_names_a_footnote_or_makes_one() {
        let notes = "[^1]: Newton, *Principia*.\n[^tide]: Darwin, 1898.";
        for (line, all) in [
            ("a[^$0", vec!["a[^1]", "a[^tide]", "a[^2]"]),
            ("a[^ti$0] b", vec!["a[^tide] b", "a[^ti] b"]),
            ("a[^dar$0", vec!["a[^tide]", "a[^dar]"]),
            ("a[^ti$0de] b", vec!["a[^tide] b", "a[^ti] b"]),
            ("`a[^$0`", vec![]),
            ("a[[^$0", vec![]),
            ("a\\[^$0", vec![]),
        ] {
            let taken = all_taken(&format!("//- note.md\n{line}\n\n{notes}\n"));
            let taken: Vec<_> = taken.iter().map(|text| text.split('\n').next().unwrap_or("")).collect();
            assert_eq!(taken, all, "{line}");
        }
        let fixture = Fixture::new(&format!("a[^$0\n\n{notes}\n"));
        let items = completion(&fixture.analysis, fixture.cursor(), 9).items;
        let shown: Vec<_> = items.iter().map(|item| (&*item.label, &*item.detail)).collect();
        assert_eq!(shown, [("1", "Newton, Principia."), ("tide", "Darwin, 1898."), ("2", "new footnote")]);
    }

    #[test]
    fn a_new_footnote_gets_its_definition_at_the_end() {
        for (note, last) in [
            ("a[^$0] b\n\n[^x]: y\n", "a[^1] b\n\n[^x]: y\n[^1]:"),
            ("a[^new$0 b\n\nend\n", "a[^new] b\n\nend\n\n[^new]:"),
            ("a[^$0] b\r\n", "a[^1] b\r\n\r\n[^1]:"),
            // Where the two changes would touch, there is the reference only.
            ("a[^$0", "a[^1]"),
            ("a[^$0] b\n```\nopen", "a[^1] b\n```\nopen"),
        ] {
            assert_eq!(
                all_taken(&format!("//- note.md\n{note}")).last().map_or("", |text| text),
                last,
                "{note}"
            );
        }
    }

    /// What is referred to and not defined.
    #[test]
    fn a_definition_is_of_what_has_none() {
        let taken = all_taken("//- note.md\na[^1] b[^two]\n\n[^$0]: x\n\n[^1]: y\n");
        assert_eq!(taken, ["a[^1] b[^two]\n\n[^two]: x\n\n[^1]: y"]);
    }
}
