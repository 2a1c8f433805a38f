//! The findings that one note's text shows, with their words and mends.

use super::links::is_escaped;
use super::time::{self, Time};
use super::{Fix, Link, LinkKind, Problem, ProblemKind, TimestampFault, TimestampProblem};
use crate::text::Span;

/// A `[[` at `open` that is not closed on its line, which ends at `end`.
pub(super) fn unclosed(text: &str, open: usize, end: usize) -> Problem {
    let rest = text.get(open + 2..end).unwrap_or_default();
    // Where the link ends that was meant: at a single `]`, before another link, or behind the first
    // word; an alias runs on to the end of the line.
    let stop = rest.find(['[', ']', '|']).unwrap_or(rest.len());
    let behind = rest.get(stop..).unwrap_or_default();
    let fix = |at: usize, brackets: &str| {
        let at = open + 2 + at;
        let edits = vec![(Span::at(at), brackets.to_owned())];
        vec![Fix { title: "Close the link".to_owned(), edits, certain: false }]
    };
    let target = rest.get(..stop).unwrap_or_default();
    let fixes = if target.trim().is_empty() {
        Vec::new()
    } else if behind.starts_with(']') {
        fix(stop, "]")
    } else if let Some(alias) = behind.strip_prefix('|') {
        let alias = alias.get(..alias.find("[[").unwrap_or(alias.len())).unwrap_or_default();
        fix(stop + 1 + alias.trim_end().len(), "]]")
    } else {
        let word = target.trim_start();
        let blank = target.len() - word.len();
        let length = word.find(|c: char| c.is_whitespace() || ",;!?".contains(c)).unwrap_or(word.len());
        let word = word.get(..length).unwrap_or_default().trim_end_matches(['.', ':']);
        fix(blank + word.len(), "]]")
    };
    Problem {
        kind: ProblemKind::UnclosedLink,
        span: Span::new(open, open + 2),
        message: "This `[[` has no `]]` on its line".to_owned(),
        fixes,
    }
}

/// Brackets, or a markdown link, without a target.
pub(super) fn empty(text: &str, span: Span) -> Problem {
    let body = span.of(text);
    let inner = body.strip_prefix("[[").and_then(|body| body.strip_suffix("]]"));
    let shown = match inner {
        Some(inner) => inner.split_once('|').map_or("", |(_, alias)| alias),
        None => body.strip_prefix('[').and_then(|body| body.split_once("](")).map_or("", |(label, _)| label),
    };
    let edits = vec![(span, shown.trim().to_owned())];
    Problem {
        kind: ProblemKind::EmptyLink,
        span,
        message: "This link has no target".to_owned(),
        fixes: vec![Fix { title: "Remove the link".to_owned(), edits, certain: false }],
    }
}

/// The first bare pipe of a link in a table cell; the fix escapes them all.
pub(super) fn unescaped_pipe(text: &str, link: Span) -> Option<Problem> {
    let pipes = link.of(text).match_indices('|').map(|(at, _)| link.start() + at);
    let edits: Vec<_> = pipes
        .filter(|&at| !is_escaped(text, at))
        .map(|at| (Span::new(at, at + 1), "\\|".to_owned()))
        .collect();
    let span = edits.first()?.0;
    Some(Problem {
        kind: ProblemKind::UnescapedPipe,
        span,
        message: "In a table this `|` ends the cell for other programs; write `\\|`".to_owned(),
        fixes: vec![Fix { title: "Escape the pipe".to_owned(), edits, certain: true }],
    })
}

/// Bare times in brackets.
pub(super) fn bare_time(text: &str, span: Span, inner: Span, times: &[(Span, Time)]) -> TimestampProblem {
    let title = if times.len() == 1 { "Make it a timestamp" } else { "Make them timestamps" };
    let mut anchors = String::new();
    let mut at = inner.start();
    for (label, time) in times {
        anchors.push_str(text.get(at..label.start()).unwrap_or_default());
        anchors.push_str(&time::anchor(&time.mended(label.of(text))));
        at = label.end();
    }
    anchors.push_str(text.get(at..inner.end()).unwrap_or_default());
    TimestampProblem {
        fault: TimestampFault::Bare,
        span,
        message: "A bare time: it does not lead to the video".to_owned(),
        fixes: vec![Fix { title: title.to_owned(), edits: vec![(span, anchors)], certain: false }],
    }
}

/// A time that is the target of `link`; also says whether other words are its alias. With a video, the
/// fix is certain where the link shows nothing but the time.
pub(super) fn time_as_target(
    text: &str,
    link: &Link,
    time: Time,
    has_source: bool,
) -> (TimestampProblem, bool) {
    let alias = link.alias.map_or("", |alias| alias.of(text));
    let bare = alias.strip_prefix('[').and_then(|alias| alias.strip_suffix(']')).unwrap_or(alias);
    let repeats = alias.is_empty() || time::read(bare).is_some_and(|shown| shown.seconds == time.seconds);
    let mut anchor = time::anchor(&time.mended(link.target.of(text)));
    if !repeats {
        anchor = format!("{alias} {anchor}");
    }
    let title = "Write it as a timestamp".to_owned();
    let certain = repeats && has_source && link.kind == LinkKind::Wiki;
    let problem = TimestampProblem {
        fault: TimestampFault::Malformed,
        span: link.span,
        message: "A time in the brackets of a link does not lead to the video".to_owned(),
        fixes: vec![Fix { title, edits: vec![(link.span, anchor)], certain }],
    };
    (problem, !repeats)
}

/// Times at `span` in the alias of `link`: the link stays, the times go behind it.
pub(super) fn time_in_alias(text: &str, link: &Link, span: Span) -> TimestampProblem {
    let inner =
        if span.of(text).starts_with('[') { Span::new(span.start() + 1, span.end() - 1) } else { span };
    let times = time::list(text, inner).unwrap_or_default();
    let anchors: String = times
        .iter()
        .map(|(label, time)| format!(" {}", time::anchor(&time.mended(label.of(text)))))
        .collect();
    let alias = link.alias.unwrap_or(span);
    let bytes = text.as_bytes();
    let (mut start, mut end) = (span.start(), span.end());
    if start > alias.start() && bytes.get(start - 1) == Some(&b'(') && bytes.get(end) == Some(&b')') {
        (start, end) = (start - 1, end + 1);
    }
    let before = text.get(alias.start()..start).unwrap_or_default();
    let mut edits = Vec::new();
    if before.trim().is_empty() && text.get(end..alias.end()).is_none_or(|rest| rest.trim().is_empty()) {
        // Nothing is left of the alias: its pipe goes too.
        let target_end = link.anchor.as_ref().map_or(link.target.end(), |anchor| anchor.span.end());
        edits.push((Span::new(target_end, link.span.end() - 2), String::new()));
    } else {
        let kept = alias.start() + before.trim_end().len();
        edits.push((Span::new(kept, end), String::new()));
    }
    edits.push((Span::at(link.span.end()), anchors));
    TimestampProblem {
        fault: TimestampFault::Bare,
        span,
        message: "A time inside a link's text: it does not lead to the video".to_owned(),
        fixes: vec![Fix { title: "Move it behind the link".to_owned(), edits, certain: false }],
    }
}
