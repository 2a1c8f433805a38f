use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use tower_lsp_server::ls_types::{self as lsp, Uri};

use super::Client;
use crate::ide::{self, Analysis, Document, Markdown};
use crate::index::{LinePlace, NoteId};
use crate::settings::{Code, Invalid, Severity};
use crate::text::{Encoding, LineIndex, PositionRange, Span, uri_of_path, visible};

/// Turns answers about one state of a vault into the protocol's, as far as the client takes them.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    /// The state that the answers are about.
    pub analysis: &'a Analysis,
    /// Who gets them.
    pub client: &'a Client,
    /// Documents that the client has open: the one that was asked about, and others where that matters.
    pub open: &'a [OpenNote],
}

/// The address of a file, by its absolute path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    uri_of_path(path).parse().ok()
}

/// A note that the client has open: it knows it by this name, which need not be ours, and refuses edits of an
/// older version.
#[derive(Clone, Debug)]
pub struct OpenNote {
    /// The note.
    pub note: NoteId,
    /// Its name.
    pub uri: Uri,
    /// Its version.
    pub version: i32,
}

/// A place as the protocol writes it: of many, all in a note share its address.
#[derive(Clone, Debug, Serialize)]
pub struct WrittenLocation {
    /// The address of its note.
    #[serde(serialize_with = "as_text")]
    pub uri: Arc<str>,
    /// Where it stands there.
    pub range: lsp::Range,
}

/// Writes a shared text.
///
/// # Errors
/// Those of the serializer.
pub fn as_text<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

impl Answers<'_> {
    /// A range of `document`.
    pub fn range(&self, document: &Document, span: Span) -> lsp::Range {
        to_range(document.lines.range(&document.text, span, self.client.encoding))
    }

    /// A note as the client has it open.
    pub(super) fn open(&self, note: NoteId) -> Option<&OpenNote> {
        self.open.iter().find(|open| open.note == note)
    }

    /// The address of a note or file, by its path.
    pub fn uri(&self, path: &str) -> Option<Uri> {
        self.analysis.texts().uri(path).parse().ok()
    }

    /// The address of a note, by which the client knows it.
    pub fn uri_of(&self, note: NoteId) -> Option<Uri> {
        match self.open(note) {
            Some(open) => Some(open.uri.clone()),
            None => self.uri(self.analysis.index.path(note)),
        }
    }

    /// A place in any note; its text is asked for only where the place is not the note's beginning.
    pub fn place(&self, note: NoteId, spans: [Span; 2]) -> Option<(Uri, [lsp::Range; 2])> {
        let path = self.analysis.index.path(note);
        let uri = self.uri_of(note)?;
        if spans.iter().all(|span| *span == Span::at(0)) {
            return Some((uri, [lsp::Range::default(); 2]));
        }
        let encoding = self.client.encoding;
        let ranges = |text: &str, lines: &LineIndex| spans.map(|s| to_range(lines.range(text, s, encoding)));
        let ranges = if self.analysis.is_open(note) {
            let document = self.analysis.document(note)?;
            ranges(&document.text, &document.lines)
        } else if let Some(text) = self.analysis.texts().read(path) {
            ranges(&text, &LineIndex::new(&text))
        } else {
            [lsp::Range::default(); 2]
        };
        Some((uri, ranges))
    }

    /// Places in notes, of which only those notes are opened whose lines are not ASCII: each once, where its
    /// places follow one another.
    pub fn locations(
        &self,
        places: impl IntoIterator<Item = (NoteId, LinePlace)>,
    ) -> impl Iterator<Item = lsp::Location> {
        let found = self.placed(places, |note| self.uri_of(note));
        found.map(|(uri, range)| lsp::Location::new(uri, range))
    }

    /// The same, as it is written.
    pub fn written_locations(
        &self,
        places: impl IntoIterator<Item = (NoteId, LinePlace)>,
    ) -> impl Iterator<Item = WrittenLocation> {
        let found = self.placed(places, |note| Some(self.written_uri(note)));
        found.map(|(uri, range)| WrittenLocation { uri, range })
    }

    /// The same, without their notes.
    pub fn ranges(
        &self,
        places: impl IntoIterator<Item = (NoteId, LinePlace)>,
    ) -> impl Iterator<Item = lsp::Range> {
        self.placed(places, |_| Some(())).map(|((), range)| range)
    }

    /// The address of a note, as it is written.
    pub fn written_uri(&self, note: NoteId) -> Arc<str> {
        match self.open(note) {
            Some(open) => open.uri.as_str().into(),
            None => self.analysis.texts().uri(self.analysis.index.path(note)).into(),
        }
    }

    /// Places, each with what there is `of` its note.
    fn placed<T: Clone>(
        &self,
        places: impl IntoIterator<Item = (NoteId, LinePlace)>,
        of: impl Fn(NoteId) -> Option<T>,
    ) -> impl Iterator<Item = (T, lsp::Range)> {
        let mut last: Option<(NoteId, Option<T>, Option<Arc<Document>>)> = None;
        places.into_iter().filter_map(move |(note, place)| {
            self.analysis.index.cancel().check();
            let (_, own, document) = match &mut last {
                Some(last) if last.0 == note => last,
                last => last.insert((note, of(note), None)),
            };
            let own = own.clone()?;
            let range = match place.range() {
                Some(range) => to_range(range),
                None => {
                    if document.is_none() {
                        *document = self.analysis.unread(note);
                    }
                    match document {
                        Some(document) => self.range(document, document.span(place)),
                        // The file has gone since it was read.
                        None => lsp::Range::default(),
                    }
                }
            };
            Some((own, range))
        })
    }

    /// One place in a note.
    pub fn location(&self, note: NoteId, place: LinePlace) -> Option<lsp::Location> {
        self.locations([(note, place)]).next()
    }

    /// A text in the form that the client shows: markdown where that is `supported`, else plain text.
    pub fn markup(&self, markdown: &Markdown, supported: bool) -> lsp::MarkupContent {
        if supported {
            let value = markdown.to_commonmark(self.client.markdown_view);
            lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
        } else {
            lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: markdown.to_plain_text() }
        }
    }

    /// A finding in `document`.
    pub fn diagnostic(&self, document: &Document, found: &ide::Diagnostic) -> lsp::Diagnostic {
        let related = self.client.related_information.then(|| {
            let places = found.related.iter().filter_map(|(place, message)| {
                let (uri, [range, _]) = self.place(place.note, [place.span; 2])?;
                let location = lsp::Location::new(uri, range);
                let message = visible(message).into_owned();
                Some(lsp::DiagnosticRelatedInformation { location, message })
            });
            places.collect::<Vec<_>>()
        });
        lsp::Diagnostic {
            range: self.range(document, found.span),
            severity: Some(severity(found.severity)),
            code: Some(lsp::NumberOrString::String(found.code.name().to_owned())),
            code_description: self.code_description(found.code),
            data: self.client.diagnostic_data.then(|| data(document, found)),
            source: Some("slugline".to_owned()),
            message: visible(&found.message).into_owned(),
            related_information: related.filter(|related| !related.is_empty()),
            ..lsp::Diagnostic::default()
        }
    }

    /// Where a code is explained.
    fn code_description(&self, code: Code) -> Option<lsp::CodeDescription> {
        let docs = self.client.docs.as_ref().filter(|_| self.client.code_descriptions)?;
        let href = format!("{}#{}", docs.as_str(), code.name()).parse().ok()?;
        Some(lsp::CodeDescription { href })
    }
}

/// Bytes of the text that the data of a diagnostic repeats.
const MOST_DATA: usize = 200;

/// What goes with a diagnostic for plugins: the text that it is about, and what mends it has by itself.
fn data(document: &Document, found: &ide::Diagnostic) -> serde_json::Value {
    let text = found.span.of(&document.text);
    let text = text.get(..text.floor_char_boundary(MOST_DATA)).unwrap_or(text);
    let fixes: Vec<_> = found.fixes.iter().map(|fix| visible(&fix.title).into_owned()).collect();
    let mut data = serde_json::json!({"text": text, "fixes": fixes});
    if found.unwritten {
        data["unwritten"] = true.into();
    }
    data
}

/// The findings in a vault's own settings.
pub fn config_diagnostics(
    text: &str,
    refused: &[(Span, Invalid)],
    encoding: Encoding,
) -> Vec<lsp::Diagnostic> {
    let lines = LineIndex::new(text);
    let found = refused.iter().map(|(span, invalid)| lsp::Diagnostic {
        range: to_range(lines.range(text, *span, encoding)),
        severity: Some(lsp::DiagnosticSeverity::ERROR),
        source: Some("slugline".to_owned()),
        message: visible(&invalid.to_string()).into_owned(),
        ..lsp::Diagnostic::default()
    });
    found.collect()
}

/// A range in the units of the client's encoding.
pub fn to_range(range: PositionRange) -> lsp::Range {
    let position = |p: crate::text::Position| lsp::Position::new(p.line, p.character);
    lsp::Range::new(position(range.start), position(range.end))
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Information => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint | Severity::Off => lsp::DiagnosticSeverity::HINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_an_address() {
        for path in ["/v/a.md", "/v/é [x]#?%.md", "/v/<a b>|^`{}\\.md", "/v/x:y&z=1;2.md"] {
            // On Windows a file has a drive, and no backslash in its name.
            let path = if cfg!(windows) { format!("C:{}", path.replace('\\', "")) } else { path.to_owned() };
            let uri = uri_of(Path::new(&path)).unwrap();
            assert_eq!(crate::lsp::file_path(&uri).as_deref(), Some(Path::new(&path)));
        }
    }
}
