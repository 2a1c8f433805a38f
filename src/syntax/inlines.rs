//! What a paragraph's text is made of, for those who ask about one place of a note: emphasis, code, the parts of
//! links; and the definitions of labels.
//!
//! Absent: what a note keeps of that, which [`parse`](super::parse) finds.
use pulldown_cmark::{Event, Parser, Tag as Start};

use super::{Note, document, find, nesting};
use crate::text::Span;

/// The emphasis, the code and the links of `text`, which reads as `note`, with and without what marks them; of a
/// link its destination too. In no order.
pub fn inlines(text: &str, note: &Note) -> Vec<Span> {
    let body = note.parts.body as usize;
    let bounded = nesting::bounded(text.get(body..).unwrap_or_default());
    let mut found = Vec::new();
    for (event, range) in Parser::new_ext(&bounded, document::MARKDOWN).into_offset_iter() {
        let span = Span::new(body + range.start, body + range.end);
        let written = span.of(text);
        let inner = |open: usize, close: usize| {
            find::trim(text, span.start() + open, (span.end() - close).max(span.start() + open))
        };
        let marks = |mark: char| written.len() - written.trim_start_matches(mark).len();
        match event {
            Event::Start(Start::Emphasis) => found.extend([inner(1, 1), span]),
            Event::Start(Start::Strong) => found.extend([inner(2, 2), span]),
            Event::Start(Start::Strikethrough) => {
                let marks = marks('~').min(written.len() / 2);
                found.extend([inner(marks, marks), span]);
            }
            Event::Code(_) => {
                let marks = marks('`').min(written.len() / 2);
                found.extend([inner(marks, marks), span]);
            }
            Event::Start(Start::Link { .. } | Start::Image { .. }) => {
                let open = 1 + usize::from(written.starts_with('!'));
                match written.rfind("](").filter(|_| written.ends_with(')')) {
                    Some(close) => found.extend([
                        find::trim(text, span.start() + open, span.start() + close),
                        find::trim(text, span.start() + close + 2, span.end() - 1),
                    ]),
                    None => found.push(inner(open, 1)),
                }
                found.push(span);
            }
            _ => {}
        }
    }
    found
}

/// The definitions of labels in `text`, which reads as `note`: of several of one label the first. In no order.
pub fn definitions(text: &str, note: &Note) -> Vec<Span> {
    let body = note.parts.body as usize;
    let bounded = nesting::bounded(text.get(body..).unwrap_or_default());
    let mut parser = Parser::new_ext(&bounded, document::MARKDOWN);
    parser.by_ref().for_each(drop);
    let definitions = parser.reference_definitions().iter();
    definitions.map(|(_, own)| Span::new(body + own.span.start, body + own.span.end)).collect()
}
