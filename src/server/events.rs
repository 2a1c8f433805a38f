use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::oneshot;
use tower_lsp_server::ls_types::{Diagnostic, ShowDocumentParams, TextDocumentItem, Uri, WorkspaceEdit};

use super::owner::{Missing, PullAll, Reply};
use super::requests::{View, Workspace};
use super::vault::VaultId;
use crate::ide::{Document, Mentioned, Outcomes};
use crate::index::{Cancel, Facts, Mentions};
use crate::lsp::Client;
use crate::text::{Edit, VaultPath};
use crate::vault::DiskEvent;
use crate::vfs::{Location, Opened, Step};

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
    /// Captions or metadata that a vault's notes were read with have changed: those in folders outside of it are
    /// looked at only when somebody asks.
    Sources(VaultId),
    /// Settings, where the client sends them along.
    Configuration(Value),
    Folders {
        added: Vec<PathBuf>,
        removed: Vec<PathBuf>,
    },
    Query(Query),
    /// The client is about to leave: nothing is held for it any more.
    ShutDown,
    /// Reads all vaults again.
    Reindex,
    /// Says what there is, for somebody who looks for a mistake.
    Report(oneshot::Sender<String>),
    /// Makes a note; `uri` says from where.
    CreateNote {
        note: Wanted,
        uri: Option<Uri>,
        reply: Reply,
    },
    /// Has the client make a change, and gives `result` to who waits for it.
    ApplyEdit {
        edit: WorkspaceEdit,
        result: Value,
        reply: Reply,
    },
    /// Has the client show a document, or an address outside of it; likewise.
    /// Has the client show a document, or an address outside of it; likewise.
    ShowDocument {
        params: ShowDocumentParams,
        result: Value,
        reply: Reply,
    },
    /// Has the client show a message that somebody has asked for.
    ShowMessage(String),
    /// The client's answer to a request of ours.
    Answer(i64, Result<Value, Value>),
    /// The disk has said where the file of a document is, which is the so-manyth that was opened.
    Located {
        uri: Uri,
        opened: u64,
        location: Option<Box<Location>>,
    },
    /// The disk has said what a workspace folder is.
    Folder {
        folder: PathBuf,
        found: Box<Opened>,
    },
    /// The same of a vault whose settings may have changed, or which has `moved`.
    FoundAgain {
        vault: VaultId,
        epoch: u64,
        moved: bool,
        found: Box<Opened>,
    },
    /// The pool has read the text of a document.
    Read(Box<Reading>),
    /// The pool has made what finds names of notes in plain text.
    Mentions {
        vault: VaultId,
        epoch: u64,
        mentions: Option<Arc<Mentions>>,
    },
    /// The pool has looked for what some notes mention without a link.
    Counted {
        vault: VaultId,
        round: u64,
        found: Vec<(VaultPath, Mentioned)>,
    },
    /// The pool has looked for links to notes that are not there.
    Missing {
        vault: VaultId,
        epoch: u64,
        missing: Missing,
    },
    /// The pool has compared names that no note has with those that notes have; whether it has found something new.
    NearNames {
        vault: VaultId,
        epoch: u64,
        news: bool,
    },
    /// The pool has found what is wrong with a document.
    Diagnosed {
        uri: Uri,
        generation: u64,
        /// `None` where that met a bug.
        found: Option<Found>,
    },
    /// The client asks for the diagnostics of a document.
    Pull {
        uri: Uri,
        reply: oneshot::Sender<Pulled>,
    },
    /// The client asks for the diagnostics of all notes, and to be told of what changes.
    PullAll(PullAll),
    /// The pool has found what is wrong with some notes that are not open, each with its path.
    Surveyed {
        vault: VaultId,
        round: u64,
        found: Vec<(VaultPath, Arc<Report>)>,
    },
}

/// What is wrong with a document.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The number of its diagnostics.
    pub(super) count: usize,
    /// How the client is told of them.
    pub(super) message: Told,
    /// Where its links lead.
    pub(super) outcomes: Arc<Outcomes>,
}

/// Diagnostics on their way to the client.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Told {
    /// A message of the server.
    Push(Arc<Vec<u8>>),
    /// An answer to the client.
    Pull(Arc<Report>),
}

/// The diagnostics of a note as an answer.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Report {
    /// The same for the same diagnostics.
    pub(super) id: String,
    pub(super) items: Vec<Diagnostic>,
}

/// What is answered to who asks for the diagnostics of a document.
#[derive(Debug)]
pub(super) enum Pulled {
    /// It is not open.
    NotOpen,
    /// A bug.
    Failed,
    /// These, and what has changed in other open documents.
    Found(Arc<Report>, Vec<(Uri, Arc<Report>)>),
}

/// A text of an open document that the pool reads for the index.
pub(super) struct Reading {
    pub(super) uri: Uri,
    /// Which of the document's texts it is, and its version.
    pub(super) text: u64,
    pub(super) version: i32,
    /// The note that the document was, in which reading of its vault.
    pub(super) place: (VaultId, VaultPath),
    pub(super) epoch: u64,
    /// What it says; after a panic, the text alone.
    pub(super) document: Arc<Document>,
    pub(super) facts: Facts,
    pub(super) failed: bool,
}

/// What a question is answered from, beside one state of a vault.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    /// All of the vault is to be read: it waits for that.
    pub(super) all_read: bool,
    /// By what names and in which versions the client has other notes of the vault open. Questions about all vaults
    /// know it anyhow.
    pub(super) open_notes: bool,
}

impl Needs {
    /// All of the vault.
    pub(super) const ALL_READ: Self = Self { all_read: true, open_notes: false };
}

/// A note that is asked for.
pub(super) struct Wanted {
    /// What it is to be called.
    pub(super) name: String,
    /// Its template, a file relative to the vault, where it is not that of every new note.
    pub(super) template: Option<String>,
}

/// A question about the state in which its turn finds it.
pub(super) struct Query {
    /// What it is about, and what answers it.
    pub(super) about: About,
    /// Set when nobody waits for the answer any more.
    pub(super) cancelled: Cancel,
    /// What it is answered from.
    pub(super) needs: Needs,
    /// Whether the texts that it waited for have been read: it does not wait for what came later.
    pub(super) has_waited: bool,
    /// The real file behind one that is not open, once the disk was asked.
    pub(super) real: Option<Option<PathBuf>>,
}

/// Answers a question, on the pool. The count goes with the answer: one that is not yet written as JSON takes
/// memory too.
pub(super) type Answering<V> = Box<dyn FnOnce(V, Busy) + Send>;

/// What a question is about.
pub(super) enum About {
    /// A document; there is no view where it is no note.
    Document(Uri, Answering<Option<View>>),
    /// All vaults.
    Workspace(Answering<Workspace>),
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
    /// Bytes of the texts in it, and of the requests that are not answered.
    bytes: usize,
    /// Requests that are not answered.
    requests: usize,
    /// What cancels those of them that the pool has, by their number.
    busy: BTreeMap<u64, Cancel>,
    /// How many the pool was given so far.
    given: u64,
    /// The client does not read what it was sent: nothing more is done for it.
    held: bool,
    /// It has not read for so long that nothing more is read from it.
    deaf: bool,
    /// Whether the thread that reads from the client waits for room.
    reader_waits: bool,
    disk: VecDeque<(VaultId, u64, DiskEvent)>,
    /// What the client sent and was taken since the disk had its turn.
    since_disk: usize,
    stopped: bool,
}

impl Lanes {
    fn is_full(&self) -> bool {
        self.deaf
            || self.client.len() >= MOST_EVENTS
            || self.bytes >= MOST_BYTES
            || self.requests >= MOST_REQUESTS
    }

    /// The next of what the client has sent, where its turn has come. Behind too many questions that the
    /// pool has not answered nothing is taken: each holds the state of its turn.
    fn pop(&mut self) -> Option<Event> {
        while matches!(self.client.front(), Some(Event::Query(query)) if query.cancelled.is_cancelled()) {
            self.client.pop_front();
        }
        if self.held || self.busy.values().filter(|cancel| !cancel.is_cancelled()).count() >= MOST_BUSY {
            return None;
        }
        let event = self.client.pop_front()?;
        self.bytes -= event.weight();
        Some(event)
    }
}

/// Events of the client that may wait; beyond them nothing is read from it. Its pipe fills, and it waits.
const MOST_EVENTS: usize = 1 << 14;
/// The same in bytes of texts and requests.
const MOST_BYTES: usize = 16 << 20;
/// The same in requests that are not answered.
const MOST_REQUESTS: usize = 1 << 13;
/// Questions that the pool may have at once.
const MOST_BUSY: usize = 32;

/// Turns of the client after which the disk has one: it is read to its end, however steadily somebody types.
const CLIENT_TURNS: usize = 16;

/// Batches of the disk that may wait; its threads pause when there are more, to bound the memory.
const MOST_WAITING: usize = 64;

impl Queue {
    pub(super) fn new() -> Self {
        Self(Arc::default())
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never waits: who reads from the client asks for [room](Self::wait_for_room) before.
    pub(super) fn post(&self, event: Event) {
        let mut lanes = self.lanes();
        lanes.bytes += event.weight();
        lanes.client.push_back(event);
        self.0.1.notify_all();
    }

    /// Questions whose turn comes once more, before all that waits.
    pub(super) fn put_back(&self, queries: Vec<Query>) {
        let mut lanes = self.lanes();
        for query in queries.into_iter().rev() {
            lanes.client.push_front(Event::Query(query));
        }
        self.0.1.notify_all();
    }

    /// Waits until there is room for what the client may send next; whether the session goes on.
    pub(super) fn wait_for_room(&self) -> bool {
        let mut lanes = self.lanes();
        while lanes.is_full() && !lanes.stopped {
            lanes.reader_waits = true;
            lanes = self.0.1.wait(lanes).unwrap_or_else(PoisonError::into_inner);
        }
        lanes.reader_waits = false;
        !lanes.stopped
    }

    /// How far the client is behind with its reading.
    pub(super) fn hold(&self, held: bool, deaf: bool) {
        let mut lanes = self.lanes();
        if (lanes.held, lanes.deaf) != (held, deaf) {
            (lanes.held, lanes.deaf) = (held, deaf);
            self.0.1.notify_all();
        }
    }

    /// Counts a request of so many bytes until it is dropped.
    pub(super) fn request(&self, bytes: usize) -> Request {
        let mut lanes = self.lanes();
        lanes.requests += 1;
        lanes.bytes += bytes;
        Request(self.clone(), bytes)
    }

    /// Counts a question that the pool has, or its answer, until it is dropped or cancelled.
    pub(super) fn busy(&self, cancel: Cancel) -> Busy {
        let mut lanes = self.lanes();
        lanes.given += 1;
        let number = lanes.given;
        lanes.busy.insert(number, cancel);
        Busy(self.clone(), number)
    }

    /// A question has been cancelled: the owner may go on.
    pub(super) fn cancelled(&self) {
        // Under the lock, so that nobody is between looking and waiting.
        let _lanes = self.lanes();
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
            let disk_is_due = lanes.since_disk >= CLIENT_TURNS && !lanes.disk.is_empty();
            if !disk_is_due && let Some(event) = lanes.pop() {
                lanes.since_disk += 1;
                if lanes.reader_waits && !lanes.is_full() {
                    self.0.1.notify_all();
                }
                return Task::Client(event);
            }
            if let Some((vault, epoch, event)) = lanes.disk.pop_front() {
                lanes.since_disk = 0;
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

/// A request that is not answered.
pub(super) struct Request(Queue, usize);

impl Drop for Request {
    fn drop(&mut self) {
        let mut lanes = self.0.lanes();
        lanes.requests -= 1;
        lanes.bytes -= self.1;
        if lanes.reader_waits && !lanes.is_full() {
            self.0.0.1.notify_all();
        }
    }
}

/// A question that the pool has, or its answer that is not yet on its way.
pub(super) struct Busy(Queue, u64);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut lanes = self.0.lanes();
        lanes.busy.remove(&self.1);
        if lanes.busy.len() + 1 >= MOST_BUSY {
            self.0.0.1.notify_all();
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
        let uri = match &self.about {
            About::Document(uri, _) => Some(uri),
            About::Workspace(_) => None,
        };
        f.debug_struct("Query").field("uri", &uri).finish_non_exhaustive()
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl Event {
    /// Bytes of the texts that it holds.
    fn weight(&self) -> usize {
        match self {
            Self::Open(item) => item.text.len(),
            Self::Change { edits, .. } => edits.iter().map(|edit| size_of::<Edit>() + edit.text.len()).sum(),
            Self::Watched(paths) => paths.iter().map(|path| path.as_os_str().len()).sum(),
            _ => 0,
        }
    }

    /// What it is, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Initialize { .. } => "initialize",
            Self::Initialized => "initialized",
            Self::Open(_) => "didOpen",
            Self::Change { .. } => "didChange",
            Self::Save(_) => "didSave",
            Self::Close(_) => "didClose",
            Self::Sources(_) => "sources",
            Self::Watched(_) => "didChangeWatchedFiles",
            Self::Configuration(_) => "didChangeConfiguration",
            Self::Folders { .. } => "didChangeWorkspaceFolders",
            Self::Query(_) => "a request",
            Self::ShutDown => "shutdown",
            Self::Reindex => "slugline.reindex",
            Self::Report(_) => "slugline.doctor",
            Self::CreateNote { .. } => "slugline.createNote",
            Self::ApplyEdit { .. } => "applyEdit",
            Self::ShowDocument { .. } => "showDocument",
            Self::ShowMessage(_) => "showMessage",
            Self::Answer(..) => "an answer of the client",
            Self::Located { .. } => "placing a document",
            Self::Folder { .. } => "opening a folder",
            Self::FoundAgain { .. } => "taking over settings",
            Self::Read(_) => "taking over a text",
            Self::Mentions { .. } => "taking over names",
            Self::Counted { .. } => "counting mentions",
            Self::Missing { .. } => "counting links",
            Self::NearNames { .. } => "telling names apart",
            Self::Diagnosed { .. } => "publishing diagnostics",
            Self::Pull { .. } => "textDocument/diagnostic",
            Self::PullAll(_) => "workspace/diagnostic",
            Self::Surveyed { .. } => "taking over diagnostics",
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What the owner gets when it does not wait.
    fn now(queue: &Queue) -> &'static str {
        queue.next(Some(Instant::now())).name()
    }

    fn query(uri: &str, cancelled: &Cancel) -> Query {
        Query {
            about: About::Document(uri.parse().unwrap(), Box::new(|_, _| {})),
            cancelled: cancelled.clone(),
            needs: Needs::default(),
            has_waited: false,
            real: None,
        }
    }

    fn uri(query: &Query) -> &str {
        let About::Document(uri, _) = &query.about else { panic!("no document") };
        uri.as_str()
    }

    /// For a client that does not read nothing more is done, and in the end nothing more is read.
    #[test]
    fn a_client_that_does_not_read_waits() {
        let queue = Queue::new();
        queue.post(Event::Reindex);
        queue.hold(true, false);
        assert_eq!((now(&queue), queue.lanes().is_full()), ("waiting", false));
        queue.hold(true, true);
        assert_eq!((now(&queue), queue.lanes().is_full()), ("waiting", true));
        queue.hold(false, false);
        assert_eq!((now(&queue), queue.lanes().is_full()), ("slugline.reindex", false));
    }

    /// A macro that types without a pause does not keep the vault from being read.
    #[test]
    fn the_disk_has_its_turns_beside_a_steady_client() {
        let queue = Queue::new();
        for _ in 0..3 * CLIENT_TURNS {
            queue.post(Event::Reindex);
        }
        queue.post_disk(0, 0, DiskEvent::Config);
        queue.post_disk(0, 0, DiskEvent::Complete);
        let turns: Vec<_> = (0..3 * CLIENT_TURNS + 2).map(|_| now(&queue)).collect();
        let of_disk: Vec<_> =
            (0..).zip(&turns).filter(|(_, turn)| **turn == "reading the disk").map(|(n, _)| n).collect();
        assert_eq!(of_disk, [CLIENT_TURNS, 2 * CLIENT_TURNS + 1]);
    }

    #[test]
    fn so_many_questions_are_answered_at_once() {
        let queue = Queue::new();
        let mut busy: Vec<_> = (0..MOST_BUSY).map(|_| queue.busy(Cancel::new())).collect();
        queue.post(Event::Reindex);
        assert_eq!(now(&queue), "waiting");
        busy.pop();
        assert_eq!(now(&queue), "slugline.reindex");
    }

    /// A definition does not wait for the hovers before it that nobody wants any more.
    #[test]
    fn cancelled_questions_do_not_count() {
        let queue = Queue::new();
        let cancels: Vec<_> = (0..1000).map(|_| Cancel::new()).collect();
        let mut busy: Vec<_> =
            cancels.iter().take(MOST_BUSY).map(|cancel| queue.busy(cancel.clone())).collect();
        for cancelled in cancels.iter().skip(MOST_BUSY) {
            queue.post(Event::Query(query("file:///a", cancelled)));
        }
        queue.post(Event::Query(query("file:///b", &Cancel::new())));
        assert_eq!(now(&queue), "waiting");
        let owner = {
            let queue = queue.clone();
            std::thread::spawn(move || match queue.next(None) {
                Task::Client(Event::Query(query)) => uri(&query).to_owned(),
                other => other.name().to_owned(),
            })
        };
        for cancel in cancels.iter().rev() {
            cancel.cancel();
            queue.cancelled();
        }
        assert_eq!(owner.join().unwrap(), "file:///b");
        busy.clear();
        assert!(queue.lanes().busy.is_empty());
    }

    /// The thread that reads from the client goes on as soon as there is room, and when all is over.
    #[test]
    fn who_reads_from_the_client_waits_for_room() {
        let texts = |queue: &Queue| {
            let text = "x".repeat(MOST_BYTES);
            queue.post(Event::Open(TextDocumentItem::new("file:///a".parse().unwrap(), "".into(), 1, text)));
        };
        let requests = |queue: &Queue| (0..MOST_REQUESTS).map(|_| queue.request(1)).collect::<Vec<_>>();
        let waits = |queue: &Queue| {
            let queue = queue.clone();
            std::thread::spawn(move || queue.wait_for_room())
        };
        let queue = Queue::new();
        texts(&queue);
        let reader = waits(&queue);
        assert_eq!(now(&queue), "didOpen");
        assert!(reader.join().unwrap());
        let asked = requests(&queue);
        let reader = waits(&queue);
        drop(asked);
        assert!(reader.join().unwrap());
        assert_eq!(queue.lanes().bytes, 0);
        texts(&queue);
        let reader = waits(&queue);
        queue.stop();
        assert!(!reader.join().unwrap());
    }

    #[test]
    fn what_is_put_back_goes_before_what_waits() {
        let queue = Queue::new();
        queue.post(Event::Reindex);
        let never = Cancel::default();
        queue.put_back(vec![query("file:///a", &never), query("file:///b", &never)]);
        for uri in ["file:///a", "file:///b"] {
            let Task::Client(Event::Query(query)) = queue.next(None) else { panic!("no query") };
            assert_eq!(self::uri(&query), uri);
        }
        assert_eq!(now(&queue), "slugline.reindex");
    }
}
