use std::sync::Arc;

use tower_lsp_server::ls_types as lsp;

use super::semantic_tokens::LastTokens;
use crate::ide::{self, Analysis, Cursor, Document, Outcomes};
use crate::index::NoteId;
use crate::lsp::{Answers, Client, OpenNote, position};
use crate::server::partial::Partial;
use crate::vault::Root;

/// What a request sees: one state of a vault, and the note that it is about.
#[derive(Debug)]
pub(in crate::server) struct View {
    pub(in crate::server) analysis: Analysis,
    pub(in crate::server) note: NoteId,
    /// The document, where it is open; other open notes of the vault, where the answer may
    /// [edit](super::NoteRequest::EDITS) them.
    pub(in crate::server) open: Vec<OpenNote>,
    /// The tokens that the client was told last, where the document is open.
    pub(in crate::server) tokens: Option<Arc<LastTokens>>,
    pub(in crate::server) client: Arc<Client>,
    /// What sends a long answer in parts.
    pub(in crate::server) partial: Partial,
}

impl View {
    /// What turns answers about this state into the protocol's.
    pub(super) fn answers(&self) -> Answers<'_> {
        Answers { analysis: &self.analysis, client: &self.client, open: &self.open }
    }

    /// The document, where it is open.
    pub(super) fn open(&self) -> Option<&OpenNote> {
        self.open.iter().find(|open| open.note == self.note)
    }

    /// The note's text; none where its file has gone meanwhile.
    pub(super) fn document(&self) -> Option<Arc<Document>> {
        self.analysis.document(self.note)
    }

    /// A place in the note's text.
    pub(super) fn cursor(&self, document: &Document, at: lsp::Position) -> Cursor {
        let offset = document.lines.offset(&document.text, position(at), self.client.encoding);
        Cursor { note: self.note, offset }
    }

    /// What the client is told about the note, and where its links lead. `typing`: the byte of the last edit.
    /// `before`: where they led, if nothing has changed but the text.
    pub(in crate::server) fn diagnostics(
        &self,
        typing: Option<usize>,
        before: &Outcomes,
    ) -> (Vec<lsp::Diagnostic>, Outcomes) {
        let Some(document) = self.document() else { return Default::default() };
        let (found, outcomes) = ide::diagnostics_after(&self.analysis, self.note, &document, typing, before);
        let found = found.iter().map(|found| self.answers().diagnostic(&document, found)).collect();
        (found, outcomes)
    }
}

/// What a request about the workspace sees: one state of each vault.
#[derive(Debug)]
pub(in crate::server) struct Workspace {
    /// The vaults, in the order in which they were opened.
    pub(in crate::server) vaults: Vec<VaultView>,
    pub(in crate::server) client: Arc<Client>,
    /// What tells how far a long answer is.
    pub(in crate::server) partial: Partial,
}

/// One state of a vault.
#[derive(Debug)]
pub(in crate::server) struct VaultView {
    /// Where it is on the disk.
    pub(in crate::server) root: Arc<Root>,
    pub(in crate::server) analysis: Analysis,
    /// Its open notes.
    pub(in crate::server) open: Vec<OpenNote>,
}

impl VaultView {
    /// What turns answers about this state into the protocol's.
    pub(super) fn answers<'v>(&'v self, client: &'v Client) -> Answers<'v> {
        Answers { analysis: &self.analysis, client, open: &self.open }
    }
}
