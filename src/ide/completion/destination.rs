//! Paths of notes and attachments behind the `](` of a markdown link or the `]:` of a reference definition, and
//! headings behind `#`.
use percent_encoding::percent_decode_str;

use super::candidates::{candidates, query_of};
use super::context::{LONGEST, line_around};
use super::fuzzy::Query;
use super::{Completion, CompletionKind, Slot, files, notes};
use crate::ide::{Analysis, Document, spelling};
use crate::index::{AnchorOutcome, Anchors, NoteId, github_anchors};
use crate::settings::Settings;
use crate::syntax::{self, Link};
use crate::text::Span;

/// A destination that is being written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Destination<'t> {
    slot: Slot<'t>,
    /// The path, where the cursor is behind its `#`.
    path: Option<&'t str>,
    /// Whether it is that of a picture.
    image: bool,
}

impl<'t> Destination<'t> {
    /// The destination around a cursor at `offset`; `None` where there is none, or it is one on the web.
    pub(super) fn find(document: &'t Document, offset: usize, settings: &Settings) -> Option<Self> {
        let text = &*document.text;
        let (start_of_line, before, after) = line_around(document, offset)?;
        let definition = in_definition(before);
        let (inside, image) = match definition {
            Some(inside) => (inside, false),
            None => {
                let label = before.rfind("](")?;
                (label + "](".len(), is_image(before.get(..label)?))
            }
        };
        let written = before.get(inside..).filter(|written| written.len() <= LONGEST)?;
        let angle = written.starts_with('<');
        if ends(written, angle, 0).is_some() || has_scheme(written) {
            return None;
        }
        let end = ends(after, angle, parentheses(written));
        let (length, behind) = match end {
            Some(end) if angle => (end + 1, after.get(end + 1..)?),
            Some(end) => (end, after.get(end..)?),
            None => (0, ""),
        };
        // A title may stand between the destination and the `)`.
        let closed = definition.is_some()
            || behind.starts_with(')')
            || behind.trim_start().starts_with(['"', '\'']) && behind.len() > 1 && behind.contains(')');
        let length = match end {
            _ if !closed => 0,
            None if definition.is_some() => after.trim_end().len(),
            _ => length,
        };
        let hash = written.find('#').filter(|_| !angle);
        let start = start_of_line + inside + hash.map_or(0, |hash| hash + 1);
        let replaced = after.get(..length)?;
        let replaced = match (hash, replaced.find('#')) {
            (None, Some(hash)) if !angle => replaced.get(..hash)?,
            _ => replaced,
        };
        let slot = Slot {
            replace: Span::new(start, offset + replaced.len()),
            typed: text.get(start..offset)?,
            close: if closed { "" } else { ")" },
        };
        let open = start_of_line + inside;
        let behind = if definition.is_some() { "" } else { ")" };
        is_link(document, open, offset + length, behind, settings).then_some(Self {
            slot,
            path: hash.and_then(|hash| written.get(..hash)),
            image,
        })
    }
}

/// Where the destination of the reference definition begins whose line begins with `before`.
fn in_definition(before: &str) -> Option<usize> {
    let label = before.trim_start_matches([' ', '>']).strip_prefix('[')?;
    let (label, destination) = label.split_once("]:")?;
    let is_label = !label.trim().is_empty() && !label.starts_with('^') && !label.contains(['[', ']']);
    is_label.then(|| before.len() - destination.trim_start().len())
}

/// Where a destination ends in `text`, with so many parentheses open before it: at a blank or the `)`
/// of the link, or the `>` of one in angle brackets.
fn ends(text: &str, angle: bool, mut open: usize) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        let was_escaped = escaped;
        escaped = c == '\\' && !was_escaped;
        match c {
            _ if was_escaped => {}
            '>' if angle => return Some(at),
            _ if angle => {}
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            c if c.is_whitespace() => return Some(at),
            _ => {}
        }
    }
    None
}

/// How many parentheses are open at the end of `text`.
fn parentheses(text: &str) -> usize {
    text.bytes().fold(0usize, |open, byte| match byte {
        b'(' => open + 1,
        b')' => open.saturating_sub(1),
        _ => open,
    })
}

/// Whether a destination begins with the scheme of a URL.
fn has_scheme(destination: &str) -> bool {
    let scheme = destination.trim_start_matches('<').split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.len() > 1
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

/// Whether the label that ends at the end of `before` is that of a picture.
fn is_image(before: &str) -> bool {
    let mut depth = 0usize;
    for (at, byte) in before.bytes().enumerate().rev() {
        match byte {
            b']' => depth += 1,
            b'[' if depth == 0 => return before.get(..at).is_some_and(|before| before.ends_with('!')),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Whether a destination from `open` to `end` would make a link, and not text, code or a comment.
/// `behind`: what ends the link.
fn is_link(document: &Document, open: usize, end: usize, behind: &str, settings: &Settings) -> bool {
    let text = &*document.text;
    let is_it = |link: &Link| !link.is_wiki() && (open..=open + 1).contains(&link.target.start());
    if document.note.links.iter().any(is_it) {
        return true;
    }
    let (Some(before), Some(after)) = (text.get(..open), text.get(end..)) else { return false };
    let note = syntax::parse(&format!("{before}x{behind}{after}"), &settings.syntax_options());
    note.links.iter().any(is_it)
}

/// What to offer for a destination.
pub(super) fn offer(analysis: &Analysis, from: NoteId, at: &Destination, limit: usize) -> Vec<Completion> {
    if let Some(path) = at.path {
        return headings(analysis, from, at, path);
    }
    let index = &analysis.index;
    let own = index.path(from);
    let raw = at.slot.typed.trim_start_matches('<');
    let typed = percent_decode_str(raw).decode_utf8_lossy();
    let spelt = |path: &str| match raw.starts_with('/') {
        true => format!("/{}", spelling::encoded(path)),
        false => spelling::destination(own, path),
    };
    let decoded = |spelt: &str| percent_decode_str(spelt).decode_utf8_lossy().into_owned();
    let by_path = typed.contains('/');
    let query = query_of(&typed);
    let candidates = candidates(analysis, Some(from), &typed, &query, limit);
    let found = candidates.iter().filter_map(|candidate| {
        let (note, path) = (candidate.note, index.path(candidate.note));
        let insert = spelt(path);
        if !spelling::leads(analysis, from, note, &decoded(&insert)) {
            return None;
        }
        let name = if by_path { index.title(note) } else { candidate.name };
        let detail = notes::fitted(name, index.stem(note), path);
        let mut item = at.slot.item(CompletionKind::Note, name, detail, &insert);
        item.note = Some(note);
        Some((candidate.score, item))
    });
    let notes = found.take(limit).collect();
    let files = files::matching(analysis, from, query, by_path, limit);
    let files = files.into_iter().filter_map(|(score, path)| {
        let insert = spelt(path);
        let found = analysis.resolve(from, &decoded(&insert));
        (found.attachment.as_deref() == Some(path)).then(|| {
            // A picture is a file, and nothing else.
            let ahead = if at.image { files::AHEAD } else { 0 };
            (score + ahead, files::item(&at.slot, path, &insert))
        })
    });
    files::together(notes, files.collect(), limit)
}

/// The headings of the note at `path`, as GitHub calls them.
fn headings(analysis: &Analysis, from: NoteId, at: &Destination, path: &str) -> Vec<Completion> {
    let index = &analysis.index;
    let target = percent_decode_str(path).decode_utf8_lossy();
    let Some(facts) = analysis.resolve(from, &target).note().and_then(|note| index.facts(note)) else {
        return Vec::new();
    };
    let mut query = Query::new(at.slot.typed);
    let anchors = Anchors::new(facts);
    let headings = facts.headings().zip(github_anchors(facts)).enumerate();
    let found = headings.filter_map(|(number, (heading, anchor))| {
        let text = heading.text();
        let score = query.score(&text).max(query.score(&anchor))?;
        let leads = anchors.resolve(&anchor, false, true) == AnchorOutcome::Heading(number);
        let detail = "#".repeat(usize::from(heading.level));
        leads.then(|| (score, at.slot.item(CompletionKind::Heading, &text, detail, &anchor)))
    });
    super::by_score(found.collect())
}
