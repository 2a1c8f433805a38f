use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp_server::ls_types::{Diagnostic, TextDocumentItem, Uri, WorkspaceEdit};

use super::features::View;
use super::owner::Reply;
use super::vault::VaultId;
use crate::lsp::Client;
use crate::text::Edit;
use crate::vfs::Step;

/// What the owner is told, in the order in which it happens.
pub(super) enum Event {
    /// The client has said who it is; its folders are read from now on.
    Initialize {
        client: Arc<Client>,
        folders: Vec<PathBuf>,
        options: Value,
    },
    /// The client takes messages now.
    Initialized,
    Open(TextDocumentItem),
    Change {
        uri: Uri,
        version: i32,
        edits: Vec<Edit>,
    },
    Save(Uri),
    Close(Uri),
    /// These files may have changed on the disk.
    Watched(Vec<PathBuf>),
    /// Settings, where the client sends them along.
    Configuration(Value),
    Folders {
        added: Vec<PathBuf>,
        removed: Vec<PathBuf>,
    },
    Query(Query),
    /// Reads all vaults again.
    Reindex,
    /// Says what there is, for somebody who looks for a mistake.
    Report(oneshot::Sender<String>),
    /// Makes a note; `uri` says from where.
    CreateNote {
        name: String,
        uri: Option<Uri>,
        reply: Reply,
    },
    /// Has the client make a change, and gives `result` to who waits for it.
    ApplyEdit {
        edit: WorkspaceEdit,
        result: Value,
        reply: Reply,
    },
    /// The client's answer to a request of ours.
    Answer(i64, Result<Value, Value>),
    /// The pool has found what is wrong with a document.
    Diagnosed {
        uri: Uri,
        generation: u64,
        diagnostics: Vec<Diagnostic>,
    },
}

/// A question about the state in which its turn finds it.
pub(super) struct Query {
    /// The document that it is about.
    pub(super) uri: Uri,
    /// Set when nobody waits for the answer any more.
    pub(super) cancelled: Arc<AtomicBool>,
    /// Answers it, on the pool; `None` where the document is no note.
    pub(super) answer: Box<dyn FnOnce(Option<View>) + Send>,
}

/// What a vault's disk thread says.
pub(super) enum DiskEvent {
    /// Something was read.
    Step(Step),
    /// The first reading has ended.
    Complete,
    /// The vault's own settings may have changed.
    Config,
    /// The vault's files cannot be watched.
    Unwatched(String),
}

/// The owner's next task.
pub(super) enum Task {
    Client(Event),
    Disk {
        vault: VaultId,
        epoch: u64,
        event: DiskEvent,
    },
    /// Nothing came until the deadline.
    Idle,
    /// The session is over.
    Stop,
}

/// Two lanes into the owner: what the client sends goes before what the disk brings, each in its
/// order.
#[derive(Clone)]
pub(super) struct Queue(Arc<(Mutex<Lanes>, Condvar)>);

#[derive(Default)]
struct Lanes {
    client: VecDeque<Event>,
    disk: VecDeque<(VaultId, u64, DiskEvent)>,
    stopped: bool,
}

/// Batches of the disk that may wait; its threads pause when there are more, to bound the memory.
const MOST_WAITING: usize = 64;

impl Queue {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn post(&self, event: Event) {
        self.lanes().client.push_back(event);
        self.0.1.notify_all();
    }

    /// Waits while too much of the disk is waiting.
    pub(super) fn post_disk(&self, vault: VaultId, epoch: u64, event: DiskEvent) {
        let mut lanes = self.lanes();
        while lanes.disk.len() >= MOST_WAITING && !lanes.stopped {
            lanes = self.0.1.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
        // Who waits for the names gets an answer before the contents take the processor.
        let named = matches!(event, DiskEvent::Step(Step::Named(_)));
        lanes.disk.push_back((vault, epoch, event));
        self.0.1.notify_all();
        while named && !lanes.disk.is_empty() && !lanes.stopped {
            lanes = self.0.1.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn stop(&self) {
        self.lanes().stopped = true;
        self.0.1.notify_all();
    }

    /// Whether the client has sent nothing that is not yet taken.
    pub(super) fn is_quiet(&self) -> bool {
        self.lanes().client.is_empty()
    }

    /// The next task, waiting for it until `deadline`.
    pub(super) fn next(&self, deadline: Option<Instant>) -> Task {
        let mut lanes = self.lanes();
        loop {
            if lanes.stopped {
                return Task::Stop;
            }
            if let Some(event) = lanes.client.pop_front() {
                return Task::Client(event);
            }
            if let Some((vault, epoch, event)) = lanes.disk.pop_front() {
                if lanes.disk.is_empty() || lanes.disk.len() + 1 == MOST_WAITING {
                    self.0.1.notify_all();
                }
                return Task::Disk { vault, epoch, event };
            }
            let wait = match deadline {
                None => Duration::from_secs(3600),
                Some(deadline) => match deadline.checked_duration_since(Instant::now()) {
                    Some(wait) if !wait.is_zero() => wait,
                    _ => return Task::Idle,
                },
            };
            lanes = self.0.1.wait_timeout(lanes, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query").field("uri", &self.uri).finish_non_exhaustive()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl Event {
    /// What it is, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Initialize { .. } => "initialize",
            Self::Initialized => "initialized",
            Self::Open(_) => "didOpen",
            Self::Change { .. } => "didChange",
            Self::Save(_) => "didSave",
            Self::Close(_) => "didClose",
            Self::Watched(_) => "didChangeWatchedFiles",
            Self::Configuration(_) => "didChangeConfiguration",
            Self::Folders { .. } => "didChangeWorkspaceFolders",
            Self::Query(_) => "a request",
            Self::Reindex => "slugline.reindex",
            Self::Report(_) => "slugline.doctor",
            Self::CreateNote { .. } => "slugline.createNote",
            Self::ApplyEdit { .. } => "applyEdit",
            Self::Answer(..) => "an answer of the client",
            Self::Diagnosed { .. } => "publishing diagnostics",
        }
    }
}

impl Task {
    /// What it is, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Client(event) => event.name(),
            Self::Disk { .. } => "reading the disk",
            Self::Idle => "waiting",
            Self::Stop => "stopping",
        }
    }
}
