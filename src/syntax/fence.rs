//! A note that is one code block: fenced by a generator that was asked for markdown.

use pulldown_cmark::CodeBlockKind;

use super::find::{behind_line_end, line_end, line_start, trim};
use super::{Fix, Problem, ProblemKind};
use crate::text::Span;

/// A markdown fence before any other text but the channel: it may hold the whole note.
#[derive(Default, Debug)]
pub(super) struct NoteFence {
    fence: Option<Span>,
    /// Empty fences behind it, left over by the same generator.
    empty: Vec<Span>,
    /// Bytes of text outside the fence.
    outside: usize,
    /// The first of them.
    pub(super) first_text: Option<u32>,
}

impl NoteFence {
    pub(super) fn is_found(&self) -> bool {
        self.fence.is_some()
    }

    /// Text that no fence holds.
    pub(super) fn text(&mut self, span: Span) {
        self.outside += span.len();
        if !span.is_empty() {
            self.first_text.get_or_insert(span.start);
        }
    }

    pub(super) fn code(&mut self, text: &str, kind: &CodeBlockKind<'_>, span: Span) {
        let whole = match kind {
            CodeBlockKind::Fenced(info) => {
                let language = info.split_whitespace().next().unwrap_or_default();
                language.eq_ignore_ascii_case("markdown") || language.eq_ignore_ascii_case("md")
            }
            CodeBlockKind::Indented => false,
        };
        let empty = span.of(text).bytes().all(|b| b == b'`' || b == b'~' || b.is_ascii_whitespace());
        match &self.fence {
            None if whole && self.outside == 0 => self.fence = Some(span),
            Some(_) if empty => self.empty.push(span),
            _ => self.text(span),
        }
    }

    /// What is wrong with the note. A last paragraph that the fence left out does not make it another kind
    /// of note.
    pub(super) fn problem(&self, text: &str) -> Option<Problem> {
        let fence = self.fence.filter(|fence| self.outside * 10 <= fence.len())?;
        let first_end = line_end(text, fence.start());
        let inside = behind_line_end(text, first_end);
        let body_end = trim(text, fence.start(), fence.end()).end();
        let last = line_start(text, body_end).max(inside);
        let closing = text.get(last..body_end).unwrap_or_default().trim();
        let whole_line =
            |start: usize, end: usize| Span::new(start, behind_line_end(text, line_end(text, end)));
        let mut edits = vec![(whole_line(line_start(text, fence.start()), fence.start()), String::new())];
        if closing.len() >= 3 && closing.bytes().all(|b| b == b'`' || b == b'~') {
            edits.push((whole_line(last, body_end), String::new()));
        }
        for span in &self.empty {
            edits.push((whole_line(span.start(), trim(text, span.start(), span.end()).end()), String::new()));
        }
        Some(Problem {
            kind: ProblemKind::FencedNote,
            span: Span::new(fence.start(), first_end),
            message: "The whole note is inside a code fence; its links and timestamps are not recognized"
                .to_owned(),
            fixes: vec![Fix { title: "Remove the code fence".to_owned(), edits, certain: false }],
        })
    }
}
