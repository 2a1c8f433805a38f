use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use tower_lsp_server::ls_types::{self as lsp, Uri};

use super::Client;
use crate::ide::{self, Analysis, Document, Markdown, SourceChange};
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
    /// The open document that was asked about.
    pub asked: Option<Asked<'a>>,
}

/// The address of a file, by its absolute path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    uri_of_path(path).parse().ok()
}

/// A document that the client has asked about: it knows the note by this name, which need not be ours, and
/// refuses edits of an older version.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The note that it is.
    pub note: NoteId,
    /// Its name.
    pub uri: &'a Uri,
    /// Its version.
    pub version: i32,
}

impl Answers<'_> {
    /// A range of `document`.
    pub fn range(&self, document: &Document, span: Span) -> lsp::Range {
        to_range(document.lines.range(&document.text, span, self.client.encoding))
    }

    /// The address of a note or file, by its path.
    pub fn uri(&self, path: &str) -> Option<Uri> {
        self.analysis.texts().uri(path).parse().ok()
    }

    /// The address of a note, by which the client knows it.
    pub fn uri_of(&self, note: NoteId) -> Option<Uri> {
        match self.asked.filter(|asked| asked.note == note) {
            Some(asked) => Some(asked.uri.clone()),
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
        let mut last: Option<(NoteId, Option<Uri>, Option<Arc<Document>>)> = None;
        places.into_iter().filter_map(move |(note, place)| {
            self.analysis.index.cancel().check();
            let (_, uri, document) = match &mut last {
                Some(last) if last.0 == note => last,
                last => last.insert((note, self.uri_of(note), None)),
            };
            let uri = uri.clone()?;
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
            Some(lsp::Location::new(uri, range))
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

    /// A change of files. `None` where the client cannot make files and it needs one.
    pub fn workspace_edit(&self, change: SourceChange) -> Option<lsp::WorkspaceEdit> {
        if !change.create.is_empty() && !self.client.creates_files {
            return None;
        }
        let mut edited = Vec::new();
        for (note, edits) in change.edits {
            let document = self.analysis.document(note)?;
            let uri = self.uri_of(note)?;
            let edits = edits.into_iter();
            let edits = edits.map(|(span, text)| lsp::TextEdit::new(self.range(&document, span), text));
            let version = self.asked.filter(|asked| asked.note == note).map(|asked| asked.version);
            edited.push((uri, version, edits.collect::<Vec<_>>()));
        }
        if !self.client.document_changes {
            // Only a map: one entry a file.
            #[allow(clippy::mutable_key_type, reason = "the protocol's own type; nothing in a Uri changes")]
            let changes: HashMap<_, _> = edited.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
            return Some(lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() });
        }
        let mut operations = Vec::new();
        for (path, text) in change.create {
            let uri = self.uri(&path)?;
            // Never over a file that another program made meanwhile.
            let options = lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(false) };
            operations.push(lsp::DocumentChangeOperation::Op(lsp::ResourceOp::Create(lsp::CreateFile {
                uri: uri.clone(),
                options: Some(options),
                annotation_id: None,
            })));
            if !text.is_empty() {
                edited.push((uri, None, vec![lsp::TextEdit::new(lsp::Range::default(), text)]));
            }
        }
        operations.extend(edited.into_iter().map(|(uri, version, edits)| {
            lsp::DocumentChangeOperation::Edit(lsp::TextDocumentEdit {
                text_document: lsp::OptionalVersionedTextDocumentIdentifier { uri, version },
                edits: edits.into_iter().map(lsp::OneOf::Left).collect(),
            })
        }));
        let changes = lsp::DocumentChanges::Operations(operations);
        Some(lsp::WorkspaceEdit { document_changes: Some(changes), ..lsp::WorkspaceEdit::default() })
    }
}

/// Bytes of the text that the data of a diagnostic repeats.
const MOST_DATA: usize = 200;

/// What goes with a diagnostic for plugins: the text that it is about, and what mends it has by itself.
fn data(document: &Document, found: &ide::Diagnostic) -> serde_json::Value {
    let text = found.span.of(&document.text);
    let text = text.get(..text.floor_char_boundary(MOST_DATA)).unwrap_or(text);
    let fixes: Vec<_> = found.fixes.iter().map(|fix| visible(&fix.title).into_owned()).collect();
    serde_json::json!({"text": text, "fixes": fixes})
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
            let uri = uri_of(Path::new(path)).unwrap();
            assert_eq!(crate::lsp::file_path(&uri).as_deref(), Some(Path::new(path)));
        }
    }
}
