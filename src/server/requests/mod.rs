//! The requests of the protocol, one a file: its capability, and its way from the parameters to the
//! answer.
//!
//! A new one is a file here and a line in [`requests!`]; its handler and what the client is told of it
//! come from these.

pub(super) mod code_action;
pub(super) mod code_action_resolve;
pub(super) mod code_lens;
pub(super) mod code_lens_resolve;
mod commands;
pub(super) mod completion;
pub(super) mod completion_resolve;
pub(super) mod definition;
pub(super) mod document_diagnostic;
pub(super) mod document_highlight;
pub(super) mod document_link;
pub(super) mod document_link_resolve;
pub(super) mod document_symbol;
pub(super) mod execute_command;
pub(super) mod folding_range;
pub(super) mod hover;
pub(super) mod implementation;
pub(super) mod incoming_calls;
pub(super) mod inlay_hint;
pub(super) mod inlay_hint_resolve;
pub(super) mod linked_editing_range;
pub(super) mod outgoing_calls;
pub(super) mod prepare_call_hierarchy;
pub(super) mod prepare_rename;
pub(super) mod preview;
pub(super) mod references;
pub(super) mod rename;
pub(super) mod selection_range;
pub(super) mod semantic_tokens;
pub(super) mod semantic_tokens_delta;
pub(super) mod semantic_tokens_range;
pub(super) mod timestamps;
mod view;
pub(super) mod will_delete_files;
pub(super) mod will_rename_files;
pub(super) mod workspace_diagnostic;
pub(super) mod workspace_symbol;

use tower_lsp_server::jsonrpc;
use tower_lsp_server::ls_types::{
    FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, OneOf, PositionEncodingKind,
    SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri, WorkspaceFileOperationsServerCapabilities,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities, request,
};

pub(super) use self::view::{VaultView, View, Workspace};
use super::events::Queue;
use crate::lsp::Client;
use crate::text::Encoding;

/// Every request that is answered, by the trait that says how: `about_note` is [`NoteRequest`], `about_workspace` is
/// [`WorkspaceRequest`], `by_owner` is [`OwnerRequest`].
macro_rules! requests {
    ($then:ident) => {
        $then! {
            about_note {
                definition::Definition,
                implementation::Implementation,
                document_highlight::DocumentHighlight,
                prepare_call_hierarchy::PrepareCallHierarchy,
                incoming_calls::IncomingCalls,
                outgoing_calls::OutgoingCalls,
                code_lens::CodeLens,
                code_lens_resolve::CodeLensResolve,
                hover::Hover,
                references::References,
                completion::Completion,
                completion_resolve::CompletionResolve,
                code_action::CodeAction,
                code_action_resolve::CodeActionResolve,
                document_link::DocumentLink,
                document_link_resolve::DocumentLinkResolve,
                inlay_hint::InlayHint,
                inlay_hint_resolve::InlayHintResolve,
                document_symbol::DocumentSymbol,
                folding_range::FoldingRange,
                selection_range::SelectionRange,
                semantic_tokens::SemanticTokens,
                semantic_tokens_delta::SemanticTokensDelta,
                semantic_tokens_range::SemanticTokensRange,
                linked_editing_range::LinkedEditingRange,
                preview::Preview,
                timestamps::Timestamps,
            }
            about_workspace {
                workspace_symbol::WorkspaceSymbol,
                prepare_rename::PrepareRename,
                rename::Rename,
            }
            by_owner {
                document_diagnostic::DocumentDiagnostic,
                workspace_diagnostic::WorkspaceDiagnostic,
                execute_command::ExecuteCommand,
                will_delete_files::WillDeleteFiles,
                will_rename_files::WillRenameFiles,
            }
        }
    };
}
pub(super) use requests;

/// A request of the protocol as `Protocol`, whose answer is written piece by piece, and not first made of the
/// protocol's types.
macro_rules! written {
    ($request:ty, $params:ty) => {
        pub(in crate::server) enum Protocol {}

        impl request::Request for Protocol {
            type Params = $params;
            type Result = Option<Box<RawValue>>;
            const METHOD: &'static str = <$request as request::Request>::METHOD;
        }
    };
}
use written;

/// A request of the protocol.
pub(in crate::server) trait Request {
    /// Its name and types.
    type Protocol: request::Request;

    /// Adds what the client is told of it.
    fn offer(capabilities: &mut ServerCapabilities, client: &Client);
}

/// What a request is sent with.
pub(super) type Params<R> = <<R as Request>::Protocol as request::Request>::Params;
/// What it is answered with.
pub(super) type Answer<R> = <<R as Request>::Protocol as request::Request>::Result;

/// A request about a note: answered on a pool, from the state that every message before it leaves. Its
/// work ends when the client cancels it.
pub(super) trait NoteRequest: Request {
    /// Whether its answer is wrong before all of the vault is read: it waits for that, and can be cancelled
    /// meanwhile.
    const WAITS: bool = false;

    /// Whether its answer may edit other notes: of those that are open, the client wants the name and version.
    const EDITS: bool = false;

    /// The document that it is about.
    fn uri(params: &Params<Self>) -> Option<Uri>;

    /// The answer; there is no view where the document is no note.
    fn answer(view: Option<&View>, params: Params<Self>) -> Answer<Self>;
}

/// A request about all vaults: of the workspace folders, and those found around open notes. Answered on a
/// pool likewise.
pub(super) trait WorkspaceRequest: Request {
    /// Whether its answer is wrong before all vaults are read, likewise.
    const WAITS: bool = false;

    /// The answer.
    ///
    /// # Errors
    /// Why there is none, in words for the user.
    fn answer(workspace: &Workspace, params: Params<Self>) -> jsonrpc::Result<Answer<Self>>;
}

/// A request that the owner of all state answers itself.
pub(super) trait OwnerRequest: Request {
    /// Posts to the owner before it awaits anything.
    fn answer(
        queue: &Queue,
        params: Params<Self>,
    ) -> impl Future<Output = jsonrpc::Result<Answer<Self>>> + Send;
}

/// What the server offers to `client`.
pub(super) fn capabilities(client: &Client) -> ServerCapabilities {
    let mut capabilities = ServerCapabilities {
        position_encoding: Some(match client.encoding {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: Some(file_operations()),
        }),
        ..ServerCapabilities::default()
    };
    macro_rules! offer {
        ($($way:ident { $($module:ident::$request:ident,)* })*) => {
            $($($module::$request::offer(&mut capabilities, client);)*)*
        };
    }
    requests!(offer);
    capabilities
}

/// What the client tells of the files and folders that somebody moves, makes or deletes in it. All of them: links
/// lead to files of every kind.
fn file_operations() -> WorkspaceFileOperationsServerCapabilities {
    let pattern = FileOperationPattern { glob: "**".to_owned(), matches: None, options: None };
    let filter = FileOperationFilter { scheme: Some("file".to_owned()), pattern };
    let all = || Some(FileOperationRegistrationOptions { filters: vec![filter.clone()] });
    WorkspaceFileOperationsServerCapabilities {
        did_create: all(),
        did_rename: all(),
        did_delete: all(),
        will_rename: all(),
        will_delete: all(),
        will_create: None,
    }
}

/// The error of a request that met a bug.
pub(super) fn failed() -> jsonrpc::Error {
    let mut error = jsonrpc::Error::internal_error();
    error.message = "internal error in slugline; see its log".into();
    error
}
