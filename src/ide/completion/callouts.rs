//! Types of callouts, behind `> [!`.
use rustc_hash::FxHashSet;

use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::tags::is_text;
use super::{Completion, CompletionKind, Slot, by_score};
use crate::ide::Document;
use crate::settings::Settings;
use crate::text::Span;

/// The types that Obsidian draws, each with its other names. GitHub's alerts are among them.
const TYPES: [(&str, &[&str]); 13] = [
    ("note", &[]),
    ("tip", &["hint", "important"]),
    ("warning", &["caution", "attention"]),
    ("info", &[]),
    ("quote", &["cite"]),
    ("example", &[]),
    ("question", &["help", "faq"]),
    ("abstract", &["summary", "tldr"]),
    ("todo", &[]),
    ("success", &["check", "done"]),
    ("failure", &["fail", "missing"]),
    ("danger", &["error"]),
    ("bug", &[]),
];

/// Lines of the note in which its own types are sought.
const MOST_LINES: usize = 5000;

/// A callout that is being written.
pub(super) struct Written<'t> {
    slot: Slot<'t>,
    /// The marks of its quote, where it has no text yet that a snippet would lead to.
    marks: Option<&'t str>,
}

/// The type of the callout around a cursor at `offset`; `None` where there is none.
pub(super) fn find<'t>(document: &'t Document, offset: usize, settings: &Settings) -> Option<Written<'t>> {
    let (start_of_line, before, after) = line_around(document, offset)?;
    let open = before.find("[!").filter(|_| before.len() <= LONGEST)?;
    let (marks, typed) = (before.get(..open)?, before.get(open + "[!".len()..)?);
    let is_quote = marks.contains('>') && marks.chars().all(|c| matches!(c, ' ' | '\t' | '>'));
    if !is_quote || !typed.chars().all(is_of_type) {
        return None;
    }
    let length = after.find(|c| !is_of_type(c)).unwrap_or(after.len());
    let behind = after.get(length..)?;
    // `[!note|wide]` says how it is drawn.
    let closed = behind.starts_with([']', '|']);
    let rest = behind.strip_prefix(']').unwrap_or(behind);
    let start = start_of_line + open;
    let (end, close) = match (closed, rest.trim().is_empty()) {
        // Nothing follows: the cursor goes behind the bracket.
        (_, true) => (offset + length + usize::from(closed), "] "),
        (true, false) => (offset + length, ""),
        (false, false) => (offset, "]"),
    };
    let slot = Slot { replace: Span::new(start + "[!".len(), end), typed, close };
    let next =
        document.text.get(start_of_line + before.len() + after.len()..)?.trim_start_matches(['\r', '\n']);
    let has_text = next.trim_start_matches([' ', '\t']).starts_with('>');
    let marks = (close == "] " && !has_text).then(|| marks.trim());
    let written = Span::new(start, end);
    is_text(document, written, settings).then_some(Written { slot, marks })
}

fn is_of_type(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The types that match: those of the other callouts of the note first.
pub(super) fn offer(document: &Document, written: &Written) -> Vec<Completion> {
    let slot = &written.slot;
    let mut query = Query::new(slot.typed);
    let mut types: Vec<(String, String)> = Vec::new();
    for own in used(document, slot.replace.start()) {
        types.push((own, "used in this note".to_owned()));
    }
    types.extend(TYPES.iter().map(|(name, _)| ((*name).to_owned(), "callout".to_owned())));
    let others = TYPES.iter().flat_map(|(name, others)| others.iter().map(move |other| (other, name)));
    types.extend(others.map(|(other, name)| ((*other).to_owned(), format!("shown as {name}"))));
    // GitHub writes them in capitals.
    let capitals = slot.typed.chars().any(char::is_uppercase) && !slot.typed.chars().any(char::is_lowercase);
    let mut seen = FxHashSet::default();
    types.retain(|(name, _)| seen.insert(name.to_lowercase()));
    let found = types.into_iter().filter_map(|(name, detail)| {
        let score = query.score(&name)?;
        let name = if capitals { name.to_uppercase() } else { name };
        let mut item = slot.item(CompletionKind::Callout, &name, detail, &name);
        item.snippet = written.marks.map(|marks| format!("{name}] $1\n{marks} $0"));
        Some((score, item))
    });
    by_score(found.collect())
}

/// The types of the callouts of the note, but for the one that is being written at `writing`.
fn used(document: &Document, writing: usize) -> impl Iterator<Item = String> {
    let text = &*document.text;
    let lines = (0..document.lines.lines()).take(MOST_LINES).map(|line| document.lines.line(text, line));
    lines.filter(move |line| !line.touches(writing)).filter_map(|line| {
        let quoted = line.of(text).trim_start().strip_prefix('>')?;
        let name = quoted.trim_start_matches([' ', '\t', '>']).strip_prefix("[!")?;
        let name = name.get(..name.find([']', '|'])?)?;
        (!name.is_empty() && name.chars().all(is_of_type)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::super::completion;
    use super::super::tests::all_taken;
    use crate::ide::fixture::Fixture;

    #[test]
    fn the_type_of_a_callout_is_completed() {
        for (line, all) in [
            ("> [!not$0", vec!["> [!note]"]),
            ("> [!not$0]", vec!["> [!note]"]),
            ("> [!ca$0]- Title", vec!["> [!caution]- Title"]),
            ("> > [!war$0|wide] x", vec!["> > [!warning|wide] x"]),
            ("> [!WARN$0", vec!["> [!WARNING]"]),
            (">[!q$0uo] x", vec![">[!quote] x", ">[!question] x", ">[!faq] x"]),
            ("> [!lemma] x\n\n> [!lem$0", vec!["> [!lemma] x\n\n> [!lemma]"]),
            ("> text [!not$0", vec![]),
            ("[!not$0", vec![]),
            ("> [!note] $0", vec![]),
            ("```\n> [!not$0\n```", vec![]),
        ] {
            assert_eq!(all_taken(&format!("//- note.md\n{line}")), all, "{line}");
        }
    }

    /// What stands there already needs no snippet.
    #[test]
    fn a_new_callout_has_places_for_its_title_and_text() {
        for (line, snippet) in [
            ("> [!not$0]\n", Some("note] $1\n> $0")),
            ("- > > [!not$0", None),
            ("> > [!not$0", Some("note] $1\n> > $0")),
            ("> [!not$0] Title\n", None),
            ("> [!not$0\n> text\n", None),
        ] {
            let fixture = Fixture::new(line);
            let items = completion(&fixture.analysis, fixture.cursor(), 1).items;
            assert_eq!(items.first().and_then(|item| item.snippet.as_deref()), snippet, "{line}");
        }
    }
}
