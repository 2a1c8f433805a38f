use std::collections::HashMap;

use tower_lsp_server::ls_types::{self as lsp, Uri};

use super::client::{Client, OPEN_NOTE};
use crate::ide::{
    self, Action, Analysis, Completion, CompletionKind, Destination, Document, Markdown, SourceChange, Target,
};
use crate::index::NoteId;
use crate::settings::{Invalid, Severity};
use crate::text::{Encoding, LineIndex, PositionRange, Span, visible};

/// Turns answers about one state of a vault into the protocol's, as far as the client takes them.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    /// The state that the answers are about.
    pub analysis: &'a Analysis,
    /// Who gets them.
    pub client: &'a Client,
    /// The open note that was asked about, and its version: an edit of an older one is refused.
    pub version: Option<(NoteId, i32)>,
}

impl Answers<'_> {
    /// A range of `document`.
    pub fn range(&self, document: &Document, span: Span) -> lsp::Range {
        to_range(document.lines.range(&document.text, span, self.client.encoding))
    }

    /// The address of a note or file, by its path.
    fn uri(&self, path: &str) -> Option<Uri> {
        self.analysis.texts().uri(path).parse().ok()
    }

    /// A place in any note; its text is asked for only where the place is not the note's beginning.
    fn place(&self, note: NoteId, spans: [Span; 2]) -> Option<(Uri, [lsp::Range; 2])> {
        let path = self.analysis.index.path(note);
        let uri = self.uri(path)?;
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

    /// Places to jump to from `document`.
    pub fn definition(
        &self,
        document: &Document,
        targets: Vec<Target>,
    ) -> Option<lsp::GotoDefinitionResponse> {
        self.jumps(document, targets, self.client.definition_links)
    }

    /// The same for a client's way to all candidates.
    pub fn implementation(
        &self,
        document: &Document,
        targets: Vec<Target>,
    ) -> Option<lsp::GotoDefinitionResponse> {
        self.jumps(document, targets, self.client.implementation_links)
    }

    /// Places, as links with the range they start from where the client takes these.
    fn jumps(
        &self,
        document: &Document,
        targets: Vec<Target>,
        as_links: bool,
    ) -> Option<lsp::GotoDefinitionResponse> {
        let links: Vec<_> = targets
            .into_iter()
            .filter_map(|target| {
                let (uri, [full, focus]) = match target.to {
                    Destination::Note { note, full, focus } => self.place(note, [full, focus])?,
                    Destination::File(path) => (self.uri(&path)?, [lsp::Range::default(); 2]),
                };
                Some(lsp::LocationLink {
                    origin_selection_range: Some(self.range(document, target.origin)),
                    target_uri: uri,
                    target_range: full,
                    target_selection_range: focus,
                })
            })
            .collect();
        if links.is_empty() {
            return None;
        }
        Some(if as_links {
            lsp::GotoDefinitionResponse::Link(links)
        } else {
            let location =
                |link: lsp::LocationLink| lsp::Location::new(link.target_uri, link.target_selection_range);
            lsp::GotoDefinitionResponse::Array(links.into_iter().map(location).collect())
        })
    }

    fn markup(&self, markdown: &Markdown, supported: bool) -> lsp::MarkupContent {
        if supported {
            let value = markdown.to_commonmark(self.client.markdown_view);
            lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
        } else {
            lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: markdown.to_plain_text() }
        }
    }

    /// What to show over a place of `document`.
    pub fn hover(&self, document: &Document, hover: ide::Hover) -> lsp::Hover {
        lsp::Hover {
            range: Some(self.range(document, hover.span)),
            contents: lsp::HoverContents::Markup(self.markup(&hover.markdown, self.client.hover_markdown)),
        }
    }

    /// What stands beside a completion.
    pub fn documentation(&self, markdown: &Markdown) -> lsp::Documentation {
        lsp::Documentation::MarkupContent(self.markup(markdown, self.client.completion_markdown))
    }

    /// An item of a completion in `document`, the `rank`th. `data` comes back with its resolution.
    pub fn completion(
        &self,
        document: &Document,
        item: Completion,
        rank: usize,
        data: Option<serde_json::Value>,
    ) -> lsp::CompletionItem {
        let detail = (!item.detail.is_empty()).then(|| visible(&item.detail).into_owned());
        let (label_details, detail) = if self.client.label_details {
            (Some(lsp::CompletionItemLabelDetails { detail: None, description: detail }), None)
        } else {
            (None, detail)
        };
        // Neovim 0.11 cuts a plain text at its first blank, a snippet it inserts whole.
        let (insert, format) = if self.client.snippets && item.insert.contains(char::is_whitespace) {
            (as_snippet(&item.insert), lsp::InsertTextFormat::SNIPPET)
        } else {
            (item.insert, lsp::InsertTextFormat::PLAIN_TEXT)
        };
        lsp::CompletionItem {
            label: visible(&item.label).into_owned(),
            label_details,
            detail,
            kind: Some(match item.kind {
                CompletionKind::Note | CompletionKind::File => lsp::CompletionItemKind::FILE,
                CompletionKind::Tag => lsp::CompletionItemKind::KEYWORD,
                CompletionKind::Key => lsp::CompletionItemKind::PROPERTY,
                CompletionKind::Value => lsp::CompletionItemKind::VALUE,
                // Only a word so far: every other name has the icon of a file.
                CompletionKind::Wanted => lsp::CompletionItemKind::TEXT,
                CompletionKind::Heading => lsp::CompletionItemKind::CLASS,
                CompletionKind::Block => lsp::CompletionItemKind::REFERENCE,
                CompletionKind::Alias => lsp::CompletionItemKind::TEXT,
            }),
            // Clients sort by this; they would take the labels else.
            sort_text: Some(format!("{rank:05}")),
            filter_text: Some(item.filter),
            text_edit: Some(lsp::CompletionTextEdit::Edit(lsp::TextEdit::new(
                self.range(document, item.replace),
                insert,
            ))),
            insert_text_format: Some(format),
            additional_text_edits: item
                .also
                .map(|(span, text)| vec![lsp::TextEdit::new(self.range(document, span), text)]),
            data,
            ..lsp::CompletionItem::default()
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
            source: Some("slugline".to_owned()),
            message: visible(&found.message).into_owned(),
            related_information: related.filter(|related| !related.is_empty()),
            ..lsp::Diagnostic::default()
        }
    }

    /// An action on `document`; `None` where the client cannot do what it needs.
    pub fn action(&self, document: &Document, action: Action) -> Option<lsp::CodeAction> {
        let mends = action.mends.as_ref().map(|found| vec![self.diagnostic(document, found)]);
        let made = action.change.create.first().filter(|_| self.client.opens_notes);
        let command = made.and_then(|(path, _)| {
            let uri = serde_json::json!({"uri": self.uri(path)?});
            Some(lsp::Command::new("Open the note".into(), OPEN_NOTE.into(), Some(vec![uri])))
        });
        Some(lsp::CodeAction {
            command,
            title: visible(&action.title).into_owned(),
            kind: Some(lsp::CodeActionKind::QUICKFIX),
            diagnostics: mends,
            edit: Some(self.workspace_edit(action.change)?),
            is_preferred: (action.preferred && self.client.preferred_actions).then_some(true),
            ..lsp::CodeAction::default()
        })
    }

    /// A change of files. `None` where the client cannot make files and it needs one.
    pub fn workspace_edit(&self, change: SourceChange) -> Option<lsp::WorkspaceEdit> {
        if !change.create.is_empty() && !self.client.creates_files {
            return None;
        }
        let mut edited = Vec::new();
        for (note, edits) in change.edits {
            let document = self.analysis.document(note)?;
            let uri = self.uri(self.analysis.index.path(note))?;
            let edits = edits.into_iter();
            let edits = edits.map(|(span, text)| lsp::TextEdit::new(self.range(&document, span), text));
            let version =
                self.version.filter(|(versioned, _)| *versioned == note).map(|(_, version)| version);
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

    /// A range of `document` that opens an address.
    pub fn document_link(&self, document: &Document, link: ide::DocumentLink) -> Option<lsp::DocumentLink> {
        Some(lsp::DocumentLink {
            range: self.range(document, link.span),
            target: Some(link.url.parse().ok()?),
            tooltip: self.client.link_tooltips.then_some(link.tooltip),
            data: None,
        })
    }
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

fn to_range(range: PositionRange) -> lsp::Range {
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

/// `text` as a snippet that inserts just that.
fn as_snippet(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '$' | '}') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_inserts_what_it_is_made_of() {
        for (text, snippet) in
            [("plain text]]", "plain text]]"), ("cost $5 {a} \\b", "cost \\$5 {a\\} \\\\b"), ("", "")]
        {
            assert_eq!(as_snippet(text), snippet);
        }
    }
}
