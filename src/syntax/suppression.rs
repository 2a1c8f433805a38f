//! `slugline: allow CODE, CODE` in comments.

use super::find::{Line, behind_line_end, line_end};
use super::{Scope, Suppression};
use crate::text::Span;

/// Reads the comment `comment` (its marks included) whose words stand in `words`.
pub(super) fn read(text: &str, comment: Span, words: Span, line: &mut Line) -> Option<Suppression> {
    let rest = words.of(text);
    let body = rest.trim_start().strip_prefix("slugline:")?.trim_start().strip_prefix("allow")?;
    let (whole_note, body) = match body.strip_prefix("-file") {
        Some(body) => (true, body),
        None => (false, body),
    };
    if !body.starts_with([' ', '\t', '\r', '\n', ',']) {
        return None;
    }
    let mut at = words.end() - body.len();
    let mut codes = Vec::new();
    for code in body.split(|c: char| c == ',' || c.is_whitespace()) {
        if !code.is_empty() {
            codes.push(Span::new(at, at + code.len()));
        }
        // Every separator but U+0085 and the like is one byte; `char_at` keeps the others exact.
        at += code.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    let scope = if whole_note { Scope::Note } else { Scope::Lines(lines(text, comment, line)) };
    (!codes.is_empty()).then_some(Suppression { scope, codes })
}

/// The line that a comment is about: its own, or the next one where it stands alone.
fn lines(text: &str, comment: Span, line: &mut Line) -> Span {
    let start = line.around(text, comment.start()).start();
    let end = line.around(text, comment.end()).end();
    let before = text.get(start..comment.start()).unwrap_or_default();
    let behind = text.get(comment.end()..end).unwrap_or_default();
    let alone = before.chars().rev().all(|c| matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+'))
        && behind.trim().is_empty();
    if !alone {
        return Span::new(start, behind_line_end(text, end));
    }
    let next = behind_line_end(text, end);
    let next_end = line_end(text, next);
    Span::new(next, behind_line_end(text, next_end).max(next + usize::from(next == text.len())))
}
