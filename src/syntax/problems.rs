//! The findings that one note's text shows, with their words and mends.

use super::links::is_escaped;
use super::{Fix, Problem, ProblemKind};
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
        vec![Fix { title: "Add the missing `]]`".to_owned(), edits, certain: false }]
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
        message: "Unclosed link: missing `]]`".to_owned(),
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
        message: "Link has no target".to_owned(),
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
        message: "Unescaped `|` in a table cell; use `\\|`".to_owned(),
        fixes: vec![Fix { title: "Escape `|` as `\\|`".to_owned(), edits, certain: true }],
    })
}
