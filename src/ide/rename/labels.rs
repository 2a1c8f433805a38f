//! Renames of what one word names: tags, footnotes, reference labels, timestamps.
use std::sync::LazyLock;

use regex::Regex;

use super::notes::add;
use super::{Edit, Reason, SourceChange};
use crate::ide::references::{Role, occurrences};
use crate::ide::symbol::{Symbol, definition_label, label_symbol, tag_name};
use crate::ide::{Analysis, Document, linked_editing};
use crate::index::NoteId;
use crate::syntax::{LinkKind, Options, Timestamp, is_time, parse, seconds};
use crate::text::Span;

/// Has a tag and the beginnings of those below it be called `new`.
pub(super) fn rename_tag(analysis: &Analysis, tag: &str, new: &str) -> Result<SourceChange, String> {
    let new = new.trim_start_matches('#');
    let note = parse(&format!("#{new}"), &Options::default());
    let whole = matches!(&*note.tags, [only] if only.span.len() == new.len() + 1);
    if !whole || new.split('/').any(str::is_empty) {
        return Err(format!("`{new}` cannot be a tag"));
    }
    let depth = tag.split('/').count();
    let mut renamed = SourceChange::default();
    for found in occurrences(analysis, &Symbol::Tag(tag.to_owned())) {
        let Role::Tag(_) = found.role else { continue };
        let Some(document) = analysis.unread(found.note) else { continue };
        let span = document.span(found.place);
        let Some(written) = document.text.get(span.range()) else { continue };
        let start = span.start() + written.find(|c: char| !"#'\"".contains(c)).unwrap_or(0);
        let name = written.get(start - span.start()..).unwrap_or_default();
        // The segments that are the tag; what is below it stays.
        let end = name
            .match_indices('/')
            .nth(depth - 1)
            .map_or(name.trim_end_matches(['\'', '"']).len(), |(at, _)| at);
        // A file that changed since it was read may have something else there.
        if name.get(..end).is_none_or(|name| tag_name(name) != tag) {
            continue;
        }
        let span = Span::new(start, start + end);
        add(&mut renamed.edits, found.note, Edit::new(span, new.to_owned(), Reason::Name));
    }
    Ok(renamed)
}

/// Has a footnote have another label.
pub(super) fn rename_footnote(
    analysis: &Analysis,
    note: NoteId,
    old: &str,
    new: &str,
) -> Result<SourceChange, String> {
    let document = analysis.document(note).ok_or("the note cannot be read")?;
    let text = &*document.text;
    if new.contains(|c: char| c.is_whitespace() || "[]^".contains(c)) {
        return Err("the label of a footnote cannot hold blanks, brackets or `^`".into());
    }
    let is = |label: Span, wanted: &str| label.of(text).to_lowercase() == wanted;
    if document.note.footnotes.iter().any(|own| is(own.label, &new.to_lowercase()))
        && new.to_lowercase() != old
    {
        return Err(format!("there is already a footnote `{new}` in this note"));
    }
    let own = document.note.footnotes.iter().filter(|own| is(own.label, old));
    let edits = own.map(|own| Edit::new(own.label, new.to_owned(), Reason::Name));
    Ok(SourceChange { edits: vec![(note, edits.collect())], ..SourceChange::default() })
}

/// Has a reference definition have another label. What links show by it stays.
pub(super) fn rename_label(
    analysis: &Analysis,
    note: NoteId,
    old: &str,
    new: &str,
) -> Result<SourceChange, String> {
    let document = analysis.document(note).ok_or("the note cannot be read")?;
    let text = &*document.text;
    if new.contains(['[', ']', '\\']) || new.starts_with('^') {
        return Err("the label of a link cannot hold brackets or backslashes".into());
    }
    let symbol = Symbol::Label { note, label: old.to_owned() };
    let references = &document.note.references;
    let definitions = references.iter().map(|own| own.definition);
    let links =
        document.note.links.iter().filter(|link| link.kind == LinkKind::Definition).map(|link| link.span);
    let mut definitions: Vec<Span> = definitions.chain(links).collect();
    definitions.sort_unstable();
    definitions.dedup();
    let words = |label: &str| label.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    let wanted = Symbol::Label { note, label: words(new) };
    if wanted != symbol && definitions.iter().any(|own| label_symbol(note, text, *own) == wanted) {
        return Err(format!("there is already a definition `[{new}]` in this note"));
    }
    let mut edits = Vec::new();
    for definition in definitions.into_iter().filter(|own| label_symbol(note, text, *own) == symbol) {
        let label = definition_label(text, definition);
        edits.extend(label.map(|span| Edit::new(span, new.to_owned(), Reason::Name)));
    }
    for own in references.iter().filter(|own| label_symbol(note, text, own.definition) == symbol) {
        let behind = Span::new(own.text_end as usize, own.span.end());
        // `[text][label]`, `[label][]`, `[label]`.
        let (span, text) = match behind.len() {
            0 => (behind, format!("[{new}]")),
            _ => (Span::new(behind.start() + 1, behind.end() - 1), new.to_owned()),
        };
        edits.push(Edit::new(span, text, Reason::Link));
    }
    edits.sort_by_key(|edit| edit.span);
    Ok(SourceChange { edits: vec![(note, edits)], ..SourceChange::default() })
}

/// The times of the timestamp at `span`: the attribute's and the label's.
pub(super) fn times_at(document: &Document, span: Span) -> Option<(Option<Span>, Option<Span>)> {
    let is_here = |own: &&Timestamp| own.span == span;
    let own = document.note.timestamps.iter().find(is_here)?;
    Some((linked_editing::other_time(&document.text, own), own.label))
}

/// Has a timestamp name another time.
pub(super) fn rename_time(
    analysis: &Analysis,
    note: NoteId,
    value: Option<Span>,
    label: Option<Span>,
    new: &str,
) -> Result<SourceChange, String> {
    let document = analysis.document(note).ok_or("the note cannot be read")?;
    let (new, _) = time(new)?;
    let mut times: Vec<Span> =
        [value, label].into_iter().flatten().filter(|time| time.end() <= document.text.len()).collect();
    times.sort_unstable();
    times.dedup();
    let edits = times.into_iter().map(|span| Edit::new(span, new.to_owned(), Reason::Name));
    Ok(SourceChange { edits: vec![(note, edits.collect())], ..SourceChange::default() })
}

/// The second in the address of a link, as it is written there: `62`, `62s`, `1m2s`.
#[expect(clippy::unwrap_used, reason = "a literal pattern, compiled by the tests")]
static SECOND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[?&#;](?:t|start)=((?:\d+h)?(?:\d+m)?(?:\d+s?)?)(?:[&#)>\s]|$)").unwrap());

/// The text of the link to a video at `span`, where that is a time, and the second in its address.
pub(super) fn link_times_at(document: &Document, span: Span) -> Option<(Span, Span)> {
    let text = &*document.text;
    let link = document.note.video_links.iter().find(|link| link.span == span && link.moment.is_some())?;
    let address = Span::new(link.text.end(), link.span.end());
    let second = SECOND.captures(address.of(text))?.get(1)?;
    let start = address.start();
    is_time(link.text.of(text)).then(|| (link.text, Span::new(start + second.start(), start + second.end())))
}

/// Has a link to a video name another time.
pub(super) fn rename_link_time(
    analysis: &Analysis,
    note: NoteId,
    label: Span,
    address: Span,
    new: &str,
) -> Result<SourceChange, String> {
    let document = analysis.document(note).ok_or("the note cannot be read")?;
    let (new, second) = time(new)?;
    let unit =
        if address.of(&document.text).ends_with(|last: char| last.is_ascii_digit()) { "" } else { "s" };
    let edits = [(label, new.to_owned()), (address, format!("{second}{unit}"))];
    let edits = edits.map(|(span, text)| Edit::new(span, text, Reason::Name));
    Ok(SourceChange { edits: vec![(note, edits.into())], ..SourceChange::default() })
}

/// A time that is given as a name, without brackets, and its seconds.
fn time(new: &str) -> Result<(&str, u32), String> {
    let new = new.trim_matches(['[', ']']);
    let second = seconds(new).ok_or_else(|| format!("`{new}` is not a time such as 00:04:32"))?;
    Ok((new, second))
}
