use std::sync::Arc;

use tower_lsp_server::ls_types as lsp;

use super::semantic_tokens::LastTokens;
use crate::ide::{self, Analysis, Cursor, Document, Outcomes};
use crate::index::NoteId;
use crate::lsp::{Answers, Asked, Client, position};
use crate::server::partial::Partial;
use crate::vault::Root;

/// What a request sees: one state of a vault, and the note that it is about.
#[derive(Debug)]
pub(in crate::server) struct View {
    pub(in crate::server) analysis: Analysis,
    pub(in crate::server) note: NoteId,
    /// The name and version of the document, where it is open.
    pub(in crate::server) document: Option<(lsp::Uri, i32)>,
    /// The tokens that the client was told last, where the document is open.
    pub(in crate::server) tokens: Option<Arc<LastTokens>>,
    pub(in crate::server) client: Arc<Client>,
    /// What sends a long answer in parts.
    pub(in crate::server) partial: Partial,
}

impl View {
    /// What turns answers about this state into the protocol's.
    pub(super) fn answers(&self) -> Answers<'_> {
        let document = self.document.as_ref();
        let asked = document.map(|(uri, version)| Asked { note: self.note, uri, version: *version });
        Answers { analysis: &self.analysis, client: &self.client, asked }
    }

    /// The note's text; none where its file has gone meanwhile.
    pub(super) fn document(&self) -> Option<Arc<Document>> {
        self.analysis.document(self.note)
    }

    /// The note's path in the vault.
    pub(super) fn path(&self) -> &str {
        self.analysis.index.path(self.note)
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
}

/// One state of a vault.
#[derive(Debug)]
pub(in crate::server) struct VaultView {
    /// Where it is on the disk.
    pub(in crate::server) root: Arc<Root>,
    pub(in crate::server) analysis: Analysis,
    /// Its open notes, with the names by which the client knows them and the versions of their texts.
    pub(in crate::server) documents: Vec<(NoteId, lsp::Uri, i32)>,
}

impl VaultView {
    /// What turns answers about `note` into the protocol's.
    pub(super) fn answers<'v>(&'v self, client: &'v Client, note: NoteId) -> Answers<'v> {
        Answers { analysis: &self.analysis, client, asked: self.open(note) }
    }

    /// The name and version of a note that is open.
    pub(super) fn open(&self, note: NoteId) -> Option<Asked<'_>> {
        let open = self.documents.iter().find(|(own, ..)| *own == note);
        open.map(|(_, uri, version)| Asked { note, uri, version: *version })
    }
}
