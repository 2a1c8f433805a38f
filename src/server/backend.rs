use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use tower_lsp_server::jsonrpc::{Error, Result};
use tower_lsp_server::ls_types::*;
use tower_lsp_server::{LanguageServer, LspService};

use super::events::{About, Answering, Busy, Event, Needs, Query, Queue};
use super::requests::{
    self, NoteRequest, OwnerRequest, Params, View, Workspace, WorkspaceRequest, capabilities, failed,
    requests,
};
use super::written::{self, Written};
use crate::index::{Cancel, Cancelled, catch};
use crate::lsp::{Client, edit, file_path};

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
struct Waiting(Cancel, Queue);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.cancel();
        self.1.cancelled();
    }
}

impl Backend {
    fn post(&self, event: Event) {
        self.session.noted.fetch_add(1, Ordering::Relaxed);
        self.queue.post(event);
    }

    /// Asks about a note as every message before this one leaves it.
    async fn about_note<R: NoteRequest + 'static>(&self, params: Params<R>) -> Result<Written> {
        match R::uri(&params) {
            Some(uri) => {
                let about = |answer| About::Document(uri, answer);
                let needs = Needs { all_read: R::WAITS, open_notes: R::EDITS };
                let answer = |view: Option<View>| Written::new(&R::answer(view.as_ref(), params));
                ask_when(&self.queue, needs, about, answer).await
            }
            None => Ok(Written::new(&R::answer(None, params))),
        }
    }

    /// Asks about all vaults, likewise.
    async fn about_workspace<R: WorkspaceRequest + 'static>(&self, params: Params<R>) -> Result<Written> {
        let needs = Needs { all_read: R::WAITS, ..Needs::default() };
        let answer = |workspace: Workspace| R::answer(&workspace, params).map(|answer| Written::new(&answer));
        ask_when(&self.queue, needs, About::Workspace, answer).await.and_then(|answer| answer)
    }

    /// Asks the owner.
    async fn by_owner<R: OwnerRequest>(&self, params: Params<R>) -> Result<Written> {
        R::answer(&self.queue, params).await.map(|answer| Written::new(&answer))
    }
}

/// Has a question answered on the pool, from what is known, until nobody waits any more.
pub(super) async fn ask<V: 'static, T: Send + 'static>(
    queue: &Queue,
    about: impl FnOnce(Answering<V>) -> About,
    answer: impl FnOnce(V) -> T + Send + 'static,
) -> Result<T> {
    ask_when(queue, Needs::default(), about, answer).await
}

/// The same, of what needs more than that.
pub(super) async fn ask_when<V: 'static, T: Send + 'static>(
    queue: &Queue,
    needs: Needs,
    about: impl FnOnce(Answering<V>) -> About,
    answer: impl FnOnce(V) -> T + Send + 'static,
) -> Result<T> {
    let cancelled = Cancel::new();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let answer = move |what: V, busy: Busy| {
        let outcome = match catch_unwind(AssertUnwindSafe(|| catch(|| answer(what)))) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Cancelled)) => Err(Error::request_cancelled()),
            // The panic's own words and place are in the log.
            Err(_) => Err(failed()),
        };
        // Nobody waits for the answer to a request that was cancelled.
        let _ = sender.send((outcome, busy));
    };
    queue.post(Event::Query(Query {
        about: about(Box::new(answer)),
        cancelled: cancelled.clone(),
        needs,
        has_waited: false,
        real: None,
    }));
    let _waiting = Waiting(cancelled, queue.clone());
    let (outcome, _busy) = receiver.await.map_err(|_| failed())?;
    outcome
}

/// The service with the handlers of the requests, each by its way, which the router knows by their
/// [marked](written::MARK) names.
macro_rules! service {
    ($($way:ident { $($module:ident::$request:ident,)* })*) => {
        /// What handles the messages of one client.
        pub(super) fn service(self) -> LspService<Self> {
            LspService::build(|_| self)
                $($(.custom_method(
                    marked!(requests::$module::$request),
                    Self::$way::<requests::$module::$request>,
                ))*)*
                .finish()
                .0
        }

        /// The name by which the router knows the handler of `method`.
        pub(super) fn written(method: &str) -> Option<&'static str> {
            const NAMES: &[&str] = &[$($(marked!(requests::$module::$request),)*)*];
            NAMES.iter().copied().find(|name| name.strip_prefix(written::MARK) == Some(method))
        }
    };
}

/// The marked name of a request.
macro_rules! marked {
    ($request:ty) => {{
        const METHOD: &str = <<$request as requests::Request>::Protocol as request::Request>::METHOD;
        const NAME: [u8; written::MARK.len() + METHOD.len()] = written::marked(METHOD);
        const {
            match str::from_utf8(&NAME) {
                Ok(name) => name,
                Err(_) => METHOD,
            }
        }
    }};
}

impl Backend {
    requests!(service);
}

/// The files that the client has made, renamed or deleted: to be looked at before a watcher says so.
fn files<'u>(uris: impl Iterator<Item = &'u String>) -> Vec<PathBuf> {
    uris.filter_map(|uri| file_path(&uri.parse().ok()?)).collect()
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
        let docs = super::docs::diagnostics_page();
        let client = Arc::new(Client { docs, ..Client::new(&params) });
        let capabilities = capabilities(&client);
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
        self.queue.post(Event::ShutDown);
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

    async fn did_create_files(&self, params: CreateFilesParams) {
        self.post(Event::Watched(files(params.files.iter().map(|file| &file.uri))));
    }

    async fn did_rename_files(&self, params: RenameFilesParams) {
        let uris = params.files.iter().flat_map(|file| [&file.old_uri, &file.new_uri]);
        self.post(Event::Watched(files(uris)));
    }

    async fn did_delete_files(&self, params: DeleteFilesParams) {
        self.post(Event::Watched(files(params.files.iter().map(|file| &file.uri))));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.post(Event::Configuration(params.settings));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[WorkspaceFolder]| folders.iter().filter_map(|f| file_path(&f.uri)).collect();
        let (added, removed) = (paths(&params.event.added), paths(&params.event.removed));
        self.post(Event::Folders { added, removed });
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
            let About::Document(_, answer) = query.about else { panic!("no document") };
            answer(
                Some(View {
                    analysis,
                    note,
                    open: Vec::new(),
                    tokens: None,
                    client: Arc::default(),
                    partial: Default::default(),
                }),
                queue.busy(Cancel::new()),
            );
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let about = |answer| About::Document("file:///a.md".parse().unwrap(), answer);
        let outcome = runtime.block_on(ask(&backend.queue, about, |_| work()));
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
        let about = |answer| About::Document("file:///a.md".parse().unwrap(), answer);
        let mut handler = Box::pin(ask(&backend.queue, about, |_| Some(1)));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(handler.as_mut().poll(&mut context).is_pending());
        let Task::Client(Event::Query(query)) = backend.queue.next(None) else { panic!("no query") };
        assert!(!query.cancelled.is_cancelled());
        drop(handler);
        assert!(query.cancelled.is_cancelled());
    }
}
