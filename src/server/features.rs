//! The requests of the protocol, each from a snapshot to the protocol's answer.
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::ls_types as lsp;

use crate::ide::{self, Analysis, Cursor, Document};
use crate::index::NoteId;
use crate::lsp::{Answers, Client, position, range};

/// What a request sees: one state of a vault, and the note that it is about.
#[derive(Debug)]
pub(super) struct View {
    pub(super) analysis: Analysis,
    pub(super) note: NoteId,
    /// The note's version, where it is open.
    pub(super) version: Option<i32>,
    pub(super) client: Arc<Client>,
}

/// Items of one completion.
const COMPLETIONS: usize = 100;

impl View {
    fn answers(&self) -> Answers<'_> {
        let version = self.version.map(|version| (self.note, version));
        Answers { analysis: &self.analysis, client: &self.client, version }
    }

    /// The note's text; none where its file has gone meanwhile.
    fn document(&self) -> Option<Arc<Document>> {
        self.analysis.document(self.note)
    }

    fn cursor(&self, document: &Document, at: lsp::Position) -> Cursor {
        let offset = document.lines.offset(&document.text, position(at), self.client.encoding);
        Cursor { note: self.note, offset }
    }

    pub(super) fn definition(&self, at: lsp::Position) -> Option<lsp::GotoDefinitionResponse> {
        let document = self.document()?;
        let targets = ide::definition(&self.analysis, self.cursor(&document, at));
        self.answers().definition(&document, targets)
    }

    pub(super) fn implementation(&self, at: lsp::Position) -> Option<lsp::GotoDefinitionResponse> {
        let document = self.document()?;
        let targets = ide::implementation(&self.analysis, self.cursor(&document, at));
        self.answers().implementation(&document, targets)
    }

    pub(super) fn hover(&self, at: lsp::Position) -> Option<lsp::Hover> {
        let document = self.document()?;
        let hover = ide::hover(&self.analysis, self.cursor(&document, at))?;
        Some(self.answers().hover(&document, hover))
    }

    /// `uri` is the document as the client names it: it comes back when an item is resolved.
    pub(super) fn completion(&self, at: lsp::Position, uri: &lsp::Uri) -> Option<lsp::CompletionResponse> {
        let document = self.document()?;
        let found = ide::completion(&self.analysis, self.cursor(&document, at), COMPLETIONS);
        let items = found.items.into_iter().enumerate().map(|(rank, item)| {
            let data = item.note.map(|note| json!({"uri": uri, "note": self.analysis.index.path(note)}));
            self.answers().completion(&document, item, rank, data)
        });
        Some(lsp::CompletionResponse::List(lsp::CompletionList {
            is_incomplete: found.incomplete,
            items: items.collect(),
        }))
    }

    pub(super) fn resolve_completion(&self, mut item: lsp::CompletionItem) -> lsp::CompletionItem {
        let path = item.data.as_ref().and_then(|data| data.get("note")).and_then(Value::as_str);
        let note = path.and_then(|path| self.analysis.index.note(path));
        let markdown = note.and_then(|note| ide::resolve_completion(&self.analysis, note));
        item.documentation = markdown.map(|markdown| self.answers().documentation(&markdown));
        item
    }

    pub(super) fn code_actions(
        &self,
        at: lsp::Range,
        only: Option<&[lsp::CodeActionKind]>,
    ) -> Option<lsp::CodeActionResponse> {
        // A kind stands for all below it: `quickfix` for `quickfix.link`, the empty one for all.
        let wanted = only.is_none_or(|only| only.iter().any(|kind| matches!(kind.as_str(), "" | "quickfix")));
        if !wanted || !self.client.code_actions {
            return None;
        }
        let document = self.document()?;
        let span = document.lines.span(&document.text, range(at), self.client.encoding);
        let actions = ide::code_actions(&self.analysis, self.note, span).into_iter();
        let actions = actions.filter_map(|action| self.answers().action(&document, action));
        Some(actions.map(lsp::CodeActionOrCommand::CodeAction).collect())
    }

    pub(super) fn document_links(&self) -> Option<Vec<lsp::DocumentLink>> {
        let document = self.document()?;
        let links = ide::document_links(&self.analysis, self.note).into_iter();
        Some(links.filter_map(|link| self.answers().document_link(&document, link)).collect())
    }

    /// `typing`: the byte of the last edit.
    pub(super) fn diagnostics(&self, typing: Option<usize>) -> Vec<lsp::Diagnostic> {
        let Some(document) = self.document() else { return Vec::new() };
        let found = ide::diagnostics(&self.analysis, self.note, typing);
        found.iter().map(|found| self.answers().diagnostic(&document, found)).collect()
    }
}
