//! What is being typed: nobody wants a word on a link whose target is half written.
use super::Diagnostic;
use crate::ide::{Document, prose};
use crate::settings::Code;
use crate::syntax::ProblemKind;
use crate::text::Span;

/// The links, timestamps and footnotes that hold the last edit, which ended at `offset`.
pub(super) struct Unfinished {
    offset: usize,
    spans: Vec<Span>,
}

impl Unfinished {
    pub(super) fn new(document: &Document, offset: usize) -> Self {
        let (text, note) = (&*document.text, &document.note);
        let problems = note.problems.iter().filter_map(|problem| match problem.kind {
            ProblemKind::UnclosedLink => Some(unclosed(text, problem.span)),
            ProblemKind::EmptyLink => Some(problem.span),
            _ => None,
        });
        let links = note.links.iter().map(|link| link.span);
        let timestamps = note.timestamps.iter().map(|timestamp| with_label(text, timestamp.span));
        let footnotes = note.footnotes.iter().map(|footnote| footnote.span);
        let spans = problems.chain(links).chain(timestamps).chain(footnotes);
        Self { offset, spans: spans.filter(|span| is_edited(*span, offset)).collect() }
    }

    /// Whether the finding is about something that is still being written.
    pub(super) fn holds(&self, finding: &Diagnostic) -> bool {
        // These are about the note as a whole, wherever they are shown.
        let whole = matches!(finding.code, Code::FrontMatter | Code::FencedNote | Code::DuplicateSlug);
        !whole
            && (is_edited(finding.span, self.offset)
                || self.spans.iter().any(|span| span.covers(finding.span)))
    }
}

/// Whether an edit that ended at `offset` is in `span`: text typed right before a link is none of it.
fn is_edited(span: Span, offset: usize) -> bool {
    span.start() < offset && offset <= span.end()
}

/// How far a link whose `]]` is not there yet can be meant to reach: to a bracket, the end of the
/// sentence or the end of the line. Typing behind that is typing elsewhere.
fn unclosed(text: &str, problem: Span) -> Span {
    let open = text.get(problem.start()..).unwrap_or("");
    let begin = open.find("[[").map_or(0, |at| at + 2);
    let inner = open.get(begin..).unwrap_or("");
    let stop = inner.find(['[', ']', '\n', '\r']).unwrap_or(inner.len());
    let sentence = prose::sentence_ends(inner.get(..stop).unwrap_or("")).first().copied().unwrap_or(stop);
    // A lone `]` of a closing pair that is being typed belongs to the link.
    let brackets = inner.get(sentence..).unwrap_or("").bytes().take_while(|&b| b == b']').count();
    Span::new(problem.start(), problem.start() + begin + sentence + brackets)
}

/// A timestamp with what stands right behind it: a label or an end tag may be half written there.
fn with_label(text: &str, timestamp: Span) -> Span {
    let behind = text.get(timestamp.end()..).unwrap_or("");
    let length = behind.find(char::is_whitespace).unwrap_or(behind.len());
    let label = behind.get(..length).filter(|label| {
        label.starts_with(['[', '<', ':']) || label.starts_with(|c: char| c.is_ascii_digit())
    });
    Span::new(timestamp.start(), timestamp.end() + label.map_or(0, str::len))
}
