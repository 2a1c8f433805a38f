//! What is wrong with a note by its own text, and by the name of its file.
use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::length::Length;
use super::{Findings, quoted};
use crate::ide::completion::Style;
use crate::ide::cursor::names_note;
use crate::ide::{Place, mentions};
use crate::settings::{Code, Severity};
use crate::syntax::{Fix, ProblemKind, Timestamp, TimestampForm};
use crate::text::{PathText, Span};

/// Unclosed and empty links, pipes in tables, front matter, fences.
pub(super) fn problems(findings: &mut Findings) {
    let document = findings.document;
    for problem in &document.note.problems {
        let code = match problem.kind {
            ProblemKind::UnclosedLink => Code::UnclosedLink,
            ProblemKind::EmptyLink => Code::EmptyLink,
            ProblemKind::UnescapedPipe => Code::UnescapedPipe,
            ProblemKind::FrontMatter => Code::FrontMatter,
            ProblemKind::FencedNote => Code::FencedNote,
        };
        findings.add_with(code, problem.span, problem.message.clone(), Vec::new(), problem.fixes.clone());
    }
}

/// Faulty timestamps, one code each, and timestamps of a note that names no video.
pub(super) fn timestamps(findings: &mut Findings) {
    let note = &findings.document.note;
    let length = Length::of(findings.analysis, findings.note, findings.document);
    // Whether a wikilink is a timestamp depends on where it leads.
    for timestamp in note.timestamps.iter().filter(|timestamp| timestamp.form != TimestampForm::Wikilink) {
        if !length.minutes_as_hours(findings, timestamp) {
            findings.timestamp(timestamp);
            length.past_end(findings, timestamp);
        }
    }
    // Where the front matter cannot be read, what it names is not known.
    let unreadable = note.problems.iter().any(|problem| problem.kind == ProblemKind::FrontMatter);
    let video = note.front_matter.as_ref().and_then(|front| front.video.as_ref());
    let written = video.map(|video| &*video.text).filter(|id| !id.trim().is_empty());
    if unreadable || findings.document.video().is_some() {
        return;
    }
    // One code per timestamp: the first without a fault of its own stands for all.
    let (analysis, document, own) = (findings.analysis, findings.document, findings.note);
    let is_moment = |timestamp: &&Timestamp| match timestamp.form {
        TimestampForm::Wikilink => analysis.complete && !names_note(analysis, document, own, timestamp),
        _ => true,
    };
    let sound = note.timestamps.iter().find(|timestamp| timestamp.problem.is_none());
    if let Some(first) = sound.or_else(|| note.timestamps.iter().find(is_moment)) {
        let key = analysis.settings().kinds().first_key();
        let message = match written {
            Some(id) => format!("No video for the timestamps in this note: {} is not a valid ID", quoted(id)),
            None => format!("No video for the timestamps in this note; add `{key}:` to the front matter"),
        };
        findings.add(Code::TimestampWithoutSource, first.span, message);
    }
}

/// Footnotes defined twice or not at all.
pub(super) fn footnotes(findings: &mut Findings) {
    let document = findings.document;
    let mut defined: FxHashMap<Cow<str>, Span> = FxHashMap::default();
    for footnote in document.note.footnotes.iter().filter(|footnote| footnote.definition) {
        let label = footnote.label.of(&document.text);
        if let Some(&first) = defined.get(&fold(label)) {
            let related = vec![(findings.here(first), "first defined here".to_owned())];
            findings.add_with(
                Code::DuplicateFootnote,
                footnote.span,
                format!("Duplicate footnote {}; only the first definition is used", quoted(label)),
                related,
                Vec::new(),
            );
        } else {
            defined.insert(fold(label), footnote.span);
        }
    }
    // Where no footnote is defined, `[^u]` is text: a class of a regular expression, say.
    let references = document.note.footnotes.iter().filter(|f| !f.definition && !defined.is_empty());
    for footnote in references {
        let label = footnote.label.of(&document.text);
        if !defined.contains_key(&fold(label)) {
            findings.add(
                Code::UndefinedFootnote,
                footnote.span,
                format!("Undefined footnote {}; add `[^{label}]: …`", quoted(label)),
            );
        }
    }
}

/// A footnote's label as it is compared: case folded, runs of white space as one blank.
fn fold(label: &str) -> Cow<'_, str> {
    if label.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase() && !b.is_ascii_whitespace()) {
        return Cow::Borrowed(label);
    }
    Cow::Owned(label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
}

/// Block ids that two blocks have.
pub(super) fn blocks(findings: &mut Findings) {
    let document = findings.document;
    let mut seen: FxHashMap<String, Span> = FxHashMap::default();
    for block in &document.note.blocks {
        let id = block.id.of(&document.text);
        let first = *seen.entry(id.to_ascii_lowercase()).or_insert(block.span);
        if first != block.span {
            let related = vec![(findings.here(first), "first used here".to_owned())];
            findings.add_with(
                Code::DuplicateBlock,
                block.span,
                format!("Duplicate block ID {}; links resolve to the first", quoted(&format!("^{id}"))),
                related,
                Vec::new(),
            );
        }
    }
}

/// Another note of the folder with the slug of this one's file name.
pub(super) fn duplicate_slug(findings: &mut Findings) {
    let span = title_span(findings);
    if !findings.wants(Code::DuplicateSlug, span) {
        return;
    }
    let index = &findings.analysis.index;
    let twins = index.twins(findings.note);
    let Some(&first) = twins.first() else { return };
    let related = twins
        .iter()
        .map(|&note| (Place { note, span: Span::at(0) }, "has the same slug".to_owned()))
        .collect();
    let message = format!(
        "Duplicate slug: {} in the same folder has the same slug; links may resolve to either",
        quoted(index.path(first).file_name())
    );
    findings.add_with(Code::DuplicateSlug, span, message, related, Vec::new());
}

/// What names the note: its front-matter title, else its first heading, else its first line.
fn title_span(findings: &Findings) -> Span {
    let document = findings.document;
    let title = document.note.front_matter.as_ref().and_then(|front| front.title.as_ref());
    let heading = || document.note.title_heading(&document.text).map(|h| h.content);
    let first_line = || document.lines.line(&document.text, 0);
    title.map(|title| title.span).or_else(heading).unwrap_or_else(first_line)
}

/// Names in `slugline: allow` comments that are no codes.
pub(super) fn unknown_codes(findings: &mut Findings) {
    for span in std::mem::take(&mut findings.suppressed.unknown) {
        let name = quoted(span.of(findings.text()));
        let message = format!("Unknown diagnostic code {name}; this comment suppresses nothing");
        findings.add(Code::UnknownCode, span, message);
    }
}

/// Names of other notes in plain text.
pub(super) fn mentions(findings: &mut Findings) {
    let (analysis, document, own) = (findings.analysis, findings.document, findings.note);
    if findings.severity(Code::UnlinkedMention) == Severity::Off {
        return;
    }
    let style = Style::of(analysis);
    for mention in mentions::mentions(analysis, own, document, Span::new(0, document.text.len())) {
        if !findings.wants(Code::UnlinkedMention, mention.span) {
            continue;
        }
        let title = analysis.index.title(mention.note);
        let message = format!("Mention of {} without a link", quoted(title));
        let fix = mention.link(analysis, own, document, &style).map(|link| Fix {
            title: format!("Link to `{title}`"),
            edits: vec![(mention.span, link)],
            certain: false,
        });
        let related = Vec::new();
        findings.add_with(Code::UnlinkedMention, mention.span, message, related, fix.into_iter().collect());
    }
}
