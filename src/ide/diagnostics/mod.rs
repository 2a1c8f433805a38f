//! Diagnostics of one note (docs/diagnostics.md): for an open note as it is typed, and for `check`.
//!
//! The work is linear in the note: what a link names is looked up, never searched for. Nearest names
//! and other mends that cost a search belong to code actions.
//! Absent: how findings are shown, when they are published.
mod claims;
#[cfg(test)]
mod forms;
mod length;
mod links;
mod note;
mod suppress;
#[cfg(test)]
mod tests;
mod typing;

pub(super) use length::as_minutes;
pub use links::Outcomes;
use suppress::Suppressed;
use typing::Unfinished;

use super::near::Look;
use super::{Analysis, Document, Place, Search};
use crate::index::NoteId;
use crate::settings::{Code, Severity};
use crate::syntax::{Fix, Link, Timestamp, TimestampFault};
use crate::text::Span;

/// A finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// What it is about.
    pub code: Code,
    /// How severe it is; never [`Severity::Off`].
    pub severity: Severity,
    /// What is underlined.
    pub span: Span,
    /// What is wrong, without a final stop.
    pub message: String,
    /// Other places that belong to it, each with a remark.
    pub related: Vec<(Place, String)>,
    /// Mends within this note, best first.
    pub fixes: Vec<Fix>,
    /// Of a link to a note that is not there: no note has a similar name, so that nobody has written it yet.
    pub unwritten: bool,
}

/// The findings of `note`, by place; severities, folders and suppressions applied.
///
/// While the vault is not read to the end ([`Analysis::complete`]), only findings that no other note
/// could withdraw. `typing`: where the last edit ended. The link, timestamp or footnote that holds it is
/// not judged yet.
pub fn diagnostics(analysis: &Analysis, note: NoteId, typing: Option<usize>) -> Vec<Diagnostic> {
    let document = analysis.document(note);
    document.map_or_else(Vec::new, |document| diagnostics_of(analysis, note, &document, typing))
}

/// The same for a caller that has the text of the note: [`Analysis::document`] reads and parses the
/// file of a note that is not open.
pub fn diagnostics_of(
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    typing: Option<usize>,
) -> Vec<Diagnostic> {
    diagnostics_after(analysis, note, document, typing, &Outcomes::default()).0
}

/// The same once more, where nothing has changed but the text of the note: `before` is where its links led.
/// Also returns where they lead now. An [`Outcomes`] is of no use any more after a change that
/// [concerns](crate::index::Delta) the note.
pub fn diagnostics_after(
    analysis: &Analysis,
    note: NoteId,
    document: &Document,
    typing: Option<usize>,
    before: &Outcomes,
) -> (Vec<Diagnostic>, Outcomes) {
    let mut findings = Findings {
        analysis,
        note,
        document,
        path: analysis.index.path(note),
        suppressed: Suppressed::new(document),
        typing,
        searches: 0,
        found: Vec::new(),
    };
    note::problems(&mut findings);
    note::timestamps(&mut findings);
    claims::claims(&mut findings);
    note::footnotes(&mut findings);
    note::blocks(&mut findings);
    note::duplicate_slug(&mut findings);
    note::unknown_codes(&mut findings);
    note::mentions(&mut findings);
    let outcomes = links::links(&mut findings, before);
    let mut found = findings.found;
    if let Some(offset) = typing {
        let unfinished = Unfinished::new(document, offset);
        found.retain(|finding| !unfinished.holds(finding));
    }
    found.sort_by_key(|d| (d.span, d.code.name()));
    (found, outcomes)
}

/// Searches for near names while somebody waits for the findings: about as long as a screen has broken links. Each
/// takes some tenths of a millisecond.
const MOST_SEARCHES: usize = 32;

/// Takes findings in, and leaves out what settings and comments silence.
struct Findings<'a> {
    analysis: &'a Analysis,
    note: NoteId,
    document: &'a Document,
    path: &'a str,
    suppressed: Suppressed,
    /// Where somebody types.
    typing: Option<usize>,
    /// Searches for near names so far.
    searches: usize,
    found: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    /// The text of the note.
    fn text(&self) -> &'a str {
        &self.document.text
    }

    /// Whether a finding of `code` at `span` would be reported: to be asked before costly work.
    fn wants(&self, code: Code, span: Span) -> bool {
        self.severity(code) != Severity::Off && !self.suppressed.silences(code, span, self.document)
    }

    fn severity(&self, code: Code) -> Severity {
        self.analysis.settings().severity(code, self.path)
    }

    /// Reports a finding.
    fn add(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.add_with(code, span, message, Vec::new(), Vec::new());
    }

    /// Reports a finding with related places and mends.
    fn add_with(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        related: Vec<(Place, String)>,
        fixes: Vec<Fix>,
    ) {
        if self.wants(code, span) {
            let (severity, message) = (self.severity(code), message.into());
            let unwritten = false;
            self.found.push(Diagnostic { code, severity, span, message, related, fixes, unwritten });
        }
    }

    /// The note whose name is nearest to the target of a broken link, as far as that is known. It is found, unless
    /// the link is being typed: that of the first few at once.
    fn near(&mut self, link: &Link, target: &str) -> Option<Option<NoteId>> {
        let (analysis, from) = (self.analysis, self.note);
        let (near, is_typed) = (analysis.near_names(), self.typing.is_some_and(|at| link.span.touches(at)));
        let look = near.look(analysis, from, target);
        if matches!(look, Look::Known(_)) || is_typed || near.search() == Search::Never || !analysis.complete
        {
            return look.answer();
        }
        if near.search() == Search::Later && self.searches >= MOST_SEARCHES {
            near.want(analysis, from, target);
            return look.answer();
        }
        self.searches += 1;
        Some(near.find_now(analysis, from, target))
    }

    /// Reports a link to a note that nobody has written yet, at a severity of its own where it has one.
    fn add_unwritten(&mut self, span: Span, message: String, severity: Option<Severity>) {
        let code = Code::BrokenLink;
        let severity = severity.unwrap_or_else(|| self.severity(code));
        if severity != Severity::Off && !self.suppressed.silences(code, span, self.document) {
            let (related, fixes, unwritten) = (Vec::new(), Vec::new(), true);
            self.found.push(Diagnostic { code, severity, span, message, related, fixes, unwritten });
        }
    }

    /// Reports a finding that is not more severe than `severity`, whatever the settings say of its code.
    fn add_at_most(&mut self, severity: Severity, code: Code, span: Span, message: impl Into<String>) {
        let before = self.found.len();
        self.add(code, span, message);
        for finding in self.found.iter_mut().skip(before) {
            finding.severity = finding.severity.max(severity);
        }
    }

    /// Reports what is wrong with a timestamp.
    fn timestamp(&mut self, timestamp: &Timestamp) {
        let Some(problem) = &timestamp.problem else { return };
        let code = match problem.fault {
            TimestampFault::Malformed => Code::MalformedTimestamp,
            TimestampFault::MinutesAsHours => Code::MinutesAsHours,
            TimestampFault::Mismatched => Code::MismatchedTimestamp,
            TimestampFault::Bare => Code::BareTimestamp,
        };
        self.add_with(code, problem.span, problem.message.clone(), Vec::new(), problem.fixes.clone());
    }

    /// A place in this note.
    fn here(&self, span: Span) -> Place {
        Place { note: self.note, span }
    }
}

/// `name` in backquotes, cut where it is too long for a message.
fn quoted(name: &str) -> String {
    const LONGEST: usize = 80;
    match name.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("`{}…`", name.get(..cut).unwrap_or("")),
        None => format!("`{name}`"),
    }
}
