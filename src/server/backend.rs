use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use tower_lsp_server::LanguageServer;
use tower_lsp_server::jsonrpc::{Error, Result};
use tower_lsp_server::ls_types::*;

use super::events::{Busy, Event, Query, Queue};
use super::features::View;
use crate::index::{Cancel, Cancelled, catch};
use crate::lsp::{Client, edit, file_path, server_capabilities};
use crate::text::visible;

/// What the session of one client shares with the thread that reads its messages.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// The client's process, where it says so.
    pub(super) parent: OnceLock<u32>,
    /// Whether the client has said who it is.
    pub(super) initialized: AtomicBool,
    /// Whether the client has asked us to shut down.
    pub(super) shut_down: AtomicBool,
    /// Notifications that reached their handler: one that does not was not understood.
    pub(super) noted: AtomicU64,
}

/// The handlers: each posts to the owner before it awaits anything.
#[derive(Debug)]
pub(super) struct Backend {
    pub(super) queue: Queue,
    pub(super) session: Arc<Session>,
}

/// Sets its flag when the handler that waits is dropped: the request was cancelled.
struct Waiting(Cancel);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Backend {
    fn post(&self, event: Event) {
        self.session.noted.fetch_add(1, Ordering::Relaxed);
        self.queue.post(event);
    }

    /// Asks about the document `uri` as every message before this one leaves it.
    async fn ask<T: Send + 'static>(
        &self,
        uri: Uri,
        answer: impl FnOnce(&View) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let cancelled = Cancel::new();
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let answer = move |view: Option<View>, busy: Busy| {
            let outcome = match view {
                None => Ok(None),
                Some(view) => match catch_unwind(AssertUnwindSafe(|| catch(|| answer(&view)))) {
                    Ok(Ok(answer)) => Ok(answer),
                    Ok(Err(Cancelled)) => Err(Error::request_cancelled()),
                    // The panic's own words and place are in the log.
                    Err(_) => Err(failed()),
                },
            };
            // Nobody waits for the answer to a request that was cancelled.
            let _ = sender.send((outcome, busy));
        };
        self.queue.post(Event::Query(Query {
            uri,
            cancelled: cancelled.clone(),
            has_waited: false,
            answer: Box::new(answer),
        }));
        let _waiting = Waiting(cancelled);
        let (outcome, _busy) = receiver.await.map_err(|_| failed())?;
        outcome
    }
}

/// The error of a request that met a bug.
fn failed() -> Error {
    let mut error = Error::internal_error();
    error.message = "internal error in slugline; see its log".into();
    error
}

/// The error of a request that cannot be done as things are, in words for the user.
fn refused(why: String) -> Error {
    // RequestFailed of the protocol.
    Error {
        code: tower_lsp_server::jsonrpc::ErrorCode::ServerError(-32803),
        message: visible(&why).into_owned().into(),
        data: None,
    }
}

/// The argument of `slugline.createNote`.
#[derive(serde::Deserialize)]
struct CreateNote {
    /// What it is to be called.
    name: String,
    /// The note from which it is made.
    uri: Option<Uri>,
}

fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    if let Some(folders) = &params.workspace_folders {
        return folders.iter().filter_map(|folder| file_path(&folder.uri)).collect();
    }
    #[allow(deprecated, reason = "what clients without workspace folders send")]
    let root = (params.root_uri.as_ref())
        .and_then(file_path)
        .or_else(|| params.root_path.as_ref().map(PathBuf::from));
    root.into_iter().filter(|root| root.is_absolute()).collect()
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        let client = Arc::new(Client::new(&params));
        let capabilities = server_capabilities(&client);
        if let Some(parent) = params.process_id {
            // A second `initialize` does not get here.
            let _ = self.session.parent.set(parent);
        }
        self.session.initialized.store(true, Ordering::Relaxed);
        let folders = folders(&params);
        let options = params.initialization_options.unwrap_or(Value::Null);
        self.queue.post(Event::Initialize { client, folders, options });
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo {
                name: "slugline".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            offset_encoding: None,
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.post(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        self.session.shut_down.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.post(Event::Open(params.text_document));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let edits = params.content_changes.into_iter().map(edit).collect();
        self.post(Event::Change { uri, version, edits });
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.post(Event::Save(params.text_document.uri));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.post(Event::Close(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        let paths = params.changes.iter().filter_map(|change| file_path(&change.uri)).collect();
        self.post(Event::Watched(paths));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.post(Event::Configuration(params.settings));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[WorkspaceFolder]| folders.iter().filter_map(|f| file_path(&f.uri)).collect();
        let (added, removed) = (paths(&params.event.added), paths(&params.event.removed));
        self.post(Event::Folders { added, removed });
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.ask(text_document.uri, move |view| view.definition(position)).await
    }

    async fn goto_implementation(
        &self,
        params: request::GotoImplementationParams,
    ) -> Result<Option<request::GotoImplementationResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.ask(text_document.uri, move |view| view.implementation(position)).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        self.ask(text_document.uri, move |view| view.hover(position)).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position;
        let uri = text_document.uri.clone();
        self.ask(text_document.uri, move |view| view.completion(position, &uri)).await
    }

    async fn completion_resolve(&self, item: CompletionItem) -> Result<CompletionItem> {
        let uri = item.data.as_ref().and_then(|data| data.get("uri")).and_then(Value::as_str);
        let Some(uri) = uri.and_then(|uri| uri.parse().ok()) else { return Ok(item) };
        let plain = item.clone();
        let resolved = self.ask(uri, move |view| Some(view.resolve_completion(item))).await?;
        Ok(resolved.unwrap_or(plain))
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let (range, only) = (params.range, params.context.only);
        self.ask(params.text_document.uri, move |view| view.code_actions(range, only.as_deref())).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        match params.command.as_str() {
            "slugline.reindex" => {
                self.queue.post(Event::Reindex);
                Ok(None)
            }
            "slugline.doctor" => {
                let (reply, report) = tokio::sync::oneshot::channel();
                self.queue.post(Event::Report(reply));
                report.await.map(|report| Some(report.into())).map_err(|_| failed())
            }
            "slugline.createNote" => {
                let wanted = params.arguments.into_iter().next().unwrap_or(Value::Null);
                let CreateNote { name, uri } = serde_json::from_value(wanted)
                    .map_err(|error| Error::invalid_params(format!("slugline.createNote: {error}")))?;
                let (reply, outcome) = tokio::sync::oneshot::channel();
                self.queue.post(Event::CreateNote { name, uri, reply });
                outcome.await.map_err(|_| failed())?.map(Some).map_err(refused)
            }
            other => Err(Error::invalid_params(format!("unknown command `{other}`"))),
        }
    }

    async fn document_link(&self, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
        self.ask(params.text_document.uri, |view| view.document_links()).await
    }
}

#[cfg(test)]
mod tests {
    use super::super::events::Task;
    use super::*;
    use crate::ide::{Analysis, MemoryTexts};
    use crate::index::{Change, Index};
    use crate::settings::Settings;

    /// What the client gets for a request whose work does this.
    fn outcome(work: impl FnOnce() -> Option<u8> + Send + 'static) -> Result<Option<u8>> {
        let backend = Backend { queue: Queue::new(), session: Arc::default() };
        let queue = backend.queue.clone();
        let pool = std::thread::spawn(move || {
            let Task::Client(Event::Query(query)) = queue.next(None) else { panic!("no query") };
            let mut index = Index::new(Arc::new(Settings::default()));
            index.apply(Change::Note("a.md".into()));
            let note = index.note("a.md").unwrap();
            let analysis = Analysis::new(index, imbl::OrdMap::new(), Arc::new(MemoryTexts::default()));
            (query.answer)(
                Some(View { analysis, note, version: None, client: Arc::default() }),
                queue.busy(),
            );
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcome = runtime.block_on(backend.ask("file:///a.md".parse().unwrap(), |_| work()));
        pool.join().unwrap();
        outcome
    }

    #[test]
    fn a_panic_is_the_error_of_one_request() {
        let stop = || {
            let cancel = Cancel::new();
            cancel.cancel();
            cancel.check();
            None
        };
        assert_eq!(outcome(|| Some(1)), Ok(Some(1)));
        assert_eq!(outcome(stop), Err(Error::request_cancelled()));
        let failed = outcome(|| panic!("a bug")).unwrap_err();
        assert_eq!(failed.code, tower_lsp_server::jsonrpc::ErrorCode::InternalError);
    }

    /// A handler posts before it waits, and says so when nobody waits for it any more.
    #[test]
    fn a_dropped_handler_stops_its_work() {
        let backend = Backend { queue: Queue::new(), session: Arc::default() };
        let mut handler = Box::pin(backend.ask("file:///a.md".parse().unwrap(), |_| Some(1)));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(handler.as_mut().poll(&mut context).is_pending());
        let Task::Client(Event::Query(query)) = backend.queue.next(None) else { panic!("no query") };
        assert!(!query.cancelled.is_cancelled());
        drop(handler);
        assert!(query.cancelled.is_cancelled());
    }
}
