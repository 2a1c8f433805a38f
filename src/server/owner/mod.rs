//! The loop that owns all state of a session, and the session's own part of it.

mod commands;
mod counting;
mod doc;
mod documents;
mod many;
mod mentions;
mod near;
mod places;
mod pulls;
mod refresh;
mod settings;
mod status;
mod survey;
#[cfg(test)]
mod tests;
mod texts;
mod vaults;
mod workspace;

pub(super) use counting::Counting;
pub(super) use many::Missing;
pub(super) use mentions::MentionState;
pub(super) use near::NearState;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tower_lsp_server::ls_types::request::RegisterCapability;
use tower_lsp_server::ls_types::{
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, GlobPattern, Registration,
    RegistrationParams, Uri,
};

pub(in crate::server) use self::commands::{NO_VAULT, Reply};
use self::doc::Doc;
use self::places::Ask;
use self::settings::ClientSettings;
use self::status::ServerStatus;
use self::survey::Held;
pub(in crate::server) use self::survey::{PullAll, Survey};
use self::texts::Waiting;
use super::events::{Event, Queue, Task};
use super::lanes::Lanes;
use super::outgoing::Outgoing;
use super::pool::Pool;
use super::vault::{Phase, VaultId, VaultSession};
use crate::ide::Document;
use crate::lsp::Client;
use crate::settings::Settings;
use crate::vault::Cache;

/// A turn above this is logged: nobody else gets an answer meanwhile.
const SLOW: Duration = Duration::from_millis(50);
/// How long questions wait for the names of a vault before they are answered from what is known.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a request to the client was for.
enum PendingRequest {
    /// Its settings: of all vaults, and of each of these workspace folders.
    Settings(Vec<PathBuf>),
    Progress(VaultId, u64),
    Watching,
    Registration,
    /// To ask again for something.
    Refresh,
    /// An edit; who waits for it, and for what.
    Edit(Reply, Value),
    /// Showing a document, likewise.
    Show(Reply, Value),
    /// What to do about links to notes that are not there.
    Missing(VaultId),
}

/// All state of a session, changed by one thread.
pub(in crate::server) struct Owner {
    queue: Queue,
    out: Outgoing,
    pool: Pool,
    lanes: Lanes,
    client: Arc<Client>,
    /// Whether the client takes messages.
    initialized: bool,
    /// The client's workspace folders.
    folders: Vec<PathBuf>,
    /// Those of them of which the disk has not yet said what they are; since when.
    pending: BTreeMap<PathBuf, Instant>,
    /// Workspace folders that are too large to be read.
    refused: BTreeSet<PathBuf>,
    client_settings: ClientSettings,
    /// What the client has last been told.
    status: Option<ServerStatus>,
    vaults: BTreeMap<VaultId, VaultSession>,
    /// Whether the client has been told that a vault cannot be watched.
    unwatched_told: bool,
    next_vault: VaultId,
    docs: HashMap<String, Doc>,
    /// Documents opened so far.
    opened: u64,
    /// Edits so far.
    edited: u64,
    pending_requests: HashMap<i64, PendingRequest>,
    /// Whether names have changed that open notes show, since the client was last asked to look again.
    views_outdated: bool,
    /// The same of their code lenses.
    lenses_outdated: bool,
    /// Who asks for the diagnostics of all notes, and whether somebody has before.
    held: Option<Held>,
    pulled_all: bool,
    /// What waits for texts that are being read, in the order of arrival.
    waiting: Vec<Waiting>,
    /// When it was last looked through.
    looked: Instant,
    /// How a text is read.
    parse: fn(Option<&Document>, Arc<str>, &Settings) -> Document,
    /// How the disk is asked where something is.
    ask: Ask,
    /// What is kept of vaults between sessions.
    cache: Cache,
}

impl Owner {
    pub(in crate::server) fn new(queue: Queue, out: Outgoing, pool: Pool) -> Self {
        Self {
            queue,
            out,
            pool,
            lanes: Lanes::default(),
            client: Arc::default(),
            initialized: false,
            folders: Vec::new(),
            pending: BTreeMap::new(),
            refused: BTreeSet::new(),
            client_settings: ClientSettings::default(),
            status: None,
            vaults: BTreeMap::new(),
            unwatched_told: false,
            next_vault: 0,
            docs: HashMap::new(),
            opened: 0,
            edited: 0,
            pending_requests: HashMap::new(),
            views_outdated: false,
            lenses_outdated: false,
            held: None,
            pulled_all: false,
            waiting: Vec::new(),
            looked: Instant::now(),
            parse: Document::after,
            ask: Ask::default(),
            cache: Cache::default(),
        }
    }

    /// The same with what is kept of earlier sessions.
    pub(in crate::server) fn with_cache(self, cache: Cache) -> Self {
        Self { cache, ..self }
    }

    /// Serves until the session is over.
    pub(in crate::server) fn run(mut self) {
        loop {
            let task = self.queue.next(self.deadline());
            if matches!(task, Task::Stop) {
                return;
            }
            let (name, start) = (task.name(), Instant::now());
            let vaults = self.concerned(&task);
            self.guarded(name, &vaults, |owner| {
                owner.turn(task);
                if owner.queue.is_quiet() {
                    owner.settle();
                }
                owner.tell_status();
            });
            let took = start.elapsed();
            if took > SLOW {
                tracing::warn!("a turn of the loop took {} ms: {name}", took.as_millis());
            }
        }
    }

    /// A bug in one turn must not end the session; but what the turn was to change is not to be relied on,
    /// so the vaults that it concerned are read again.
    fn guarded(&mut self, name: &str, vaults: &[VaultId], turn: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| turn(self))).is_ok() {
            return;
        }
        tracing::error!("a turn of the loop failed: {name}");
        for &id in vaults {
            let again = catch_unwind(AssertUnwindSafe(|| self.read_failed(id, name)));
            if again.is_err() {
                tracing::error!("a vault cannot be read again");
            }
        }
    }

    /// The vaults that a task may change.
    fn concerned(&self, task: &Task) -> Vec<VaultId> {
        let of = |uri: &Uri| {
            let place = self.docs.get(uri.as_str()).and_then(|doc| doc.place.as_ref());
            place.map(|(id, _)| *id).into_iter().collect()
        };
        match task {
            Task::Disk { vault, .. } => vec![*vault],
            Task::Client(Event::Change { uri, .. } | Event::Close(uri)) => of(uri),
            Task::Client(Event::Read(reading)) => vec![reading.place.0],
            // Which vault it is, is found out in the turn.
            Task::Client(Event::Located { .. }) => self.vaults.keys().copied().collect(),
            Task::Client(_) | Task::Idle | Task::Stop => Vec::new(),
        }
    }

    /// When something is to be done though nothing comes: parked questions are answered whatever is
    /// known, vaults without open notes go.
    fn deadline(&self) -> Option<Instant> {
        let waiting = self.vaults.values().filter(|vault| !vault.parked.is_empty());
        waiting
            .filter_map(
                |vault| if let Phase::Names(since) = vault.phase { Some(since + PATIENCE) } else { None },
            )
            .chain(self.next_release())
            .chain(self.next_impatience())
            .chain(self.next_mentions())
            .chain(self.next_near())
            .min()
    }

    fn turn(&mut self, task: Task) {
        match task {
            Task::Client(event) => {
                let may_ask =
                    matches!(event, Event::Query(_) | Event::Diagnosed { .. } | Event::Surveyed { .. });
                let is_looked_through = matches!(event, Event::Diagnosed { .. });
                self.client_event(event);
                if may_ask {
                    self.expect_mentions();
                }
                if is_looked_through {
                    self.expect_near();
                }
            }
            Task::Disk { vault, epoch, event } => self.disk_event(vault, epoch, event),
            Task::Idle => {
                let now = Instant::now();
                let timed_out = self.vaults.iter().filter(|(_, vault)| match vault.phase {
                    Phase::Names(since) => since + PATIENCE <= now,
                    _ => false,
                });
                for id in timed_out.map(|(&id, _)| id).collect::<Vec<_>>() {
                    self.unpark(id);
                }
                self.release_vacant(now);
                self.find_mentions(now);
                self.find_near(now);
                self.resume();
            }
            Task::Stop => {}
        }
    }

    fn client_event(&mut self, event: Event) {
        match event {
            Event::Initialize { client, folders, options } => {
                self.client = client;
                self.client_settings.options = options;
                self.set_folders(folders);
            }
            Event::Initialized => self.initialized(),
            Event::Open(item) => self.open(item),
            Event::Change { uri, version, edits } => self.change(&uri, version, edits),
            Event::Save(uri) => {
                if let Some(doc) = self.docs.get_mut(uri.as_str()) {
                    doc.diagnostics.saved();
                }
            }
            Event::Close(uri) => self.close(&uri),
            Event::Watched(paths) => self.watched(&paths),
            Event::Sources(vault) => self.sources_changed(vault),
            Event::Configuration(settings) => self.settings_sent(&settings),
            Event::Folders { added, removed } => {
                let mut folders = std::mem::take(&mut self.folders);
                folders.retain(|folder| !removed.contains(folder));
                folders.extend(added);
                self.set_folders(folders);
                self.ask_settings();
            }
            Event::ShutDown => self.release_pull_all(),
            Event::Reindex => {
                for id in self.vaults.keys().copied().collect::<Vec<_>>() {
                    if let Some(vault) = self.vaults.get_mut(&id) {
                        vault.failures = 0;
                        vault.anew = true;
                    }
                    self.restart(id, None);
                }
            }
            Event::Report(reply) => {
                if let Some(Event::Report(reply)) = self.wait_for_folders(Event::Report(reply)) {
                    // Nobody may be waiting any more.
                    let _ = reply.send(self.report());
                }
            }
            Event::CreateNote { note, uri, reply } => self.create_note(note, uri, reply),
            Event::ApplyEdit { edit, result, reply } => self.apply_edit(edit, result, reply),
            Event::ShowDocument { params, result, reply } => self.show_document(params, result, reply),
            Event::ShowMessage(message) => self.out.inform(&message),
            Event::Query(query) => self.query(query),
            Event::Answer(id, outcome) => self.answer(id, outcome),
            Event::Located { uri, opened, location } => self.located(&uri, opened, location),
            Event::Folder { folder, found } => self.folder_found(&folder, *found),
            Event::FoundAgain { vault, epoch, moved, found } => self.found_again(vault, epoch, moved, *found),
            Event::Read(reading) => self.take_text(*reading),
            Event::Mentions { vault, epoch, mentions } => self.take_mentions(vault, epoch, mentions),
            Event::Counted { vault, round, found } => self.take_counts(vault, round, found),
            Event::Missing { vault, epoch, missing } => self.take_missing(vault, epoch, missing),
            Event::NearNames { vault, epoch, news } => self.take_near(vault, epoch, news),
            Event::Diagnosed { uri, generation, found } => self.diagnosed(&uri, generation, found),
            Event::Pull { uri, reply } => self.pull(uri, reply),
            Event::PullAll(pull) => self.pull_all(pull),
            Event::Surveyed { vault, round, found } => self.surveyed(vault, round, found),
        }
    }

    // --- the session

    fn initialized(&mut self) {
        self.initialized = true;
        self.ask_settings();
        if self.client.registers_settings {
            self.register_settings();
        }
        if self.client.watches_files {
            // Everything: attachments are files that links lead to, and a folder that is moved or
            // deleted comes as one event, under its own name.
            let options = DidChangeWatchedFilesRegistrationOptions {
                watchers: vec![FileSystemWatcher {
                    glob_pattern: GlobPattern::String("**/*".into()),
                    kind: None,
                }],
            };
            let registration = Registration {
                id: "slugline-files".into(),
                method: "workspace/didChangeWatchedFiles".into(),
                register_options: serde_json::to_value(options).ok(),
            };
            let id = self
                .out
                .request::<RegisterCapability>(&RegistrationParams { registrations: vec![registration] });
            self.pending_requests.insert(id, PendingRequest::Watching);
        }
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            self.ask_progress(id);
            self.publish_config(id);
            self.count_missing(id);
        }
    }

    fn ask_progress(&mut self, id: VaultId) {
        let Some(vault) = self.vaults.get(&id) else { return };
        if self.initialized && self.client.progress && vault.disk.is_some() {
            let request = vault.progress.ask(&self.out);
            self.pending_requests.insert(request, PendingRequest::Progress(id, vault.epoch));
        }
    }

    fn answer(&mut self, id: i64, outcome: Result<Value, Value>) {
        let Some(asked) = self.pending_requests.remove(&id) else {
            tracing::warn!("the client answers a request {id} that it was not sent");
            return;
        };
        match (asked, outcome) {
            (PendingRequest::Settings(folders), Ok(answer)) => self.settings_answered(folders, answer),
            (PendingRequest::Edit(reply, result), outcome) => Self::edit_answered(reply, result, outcome),
            (PendingRequest::Missing(vault), Ok(answer)) => self.missing_answered(vault, &answer),
            (PendingRequest::Show(reply, result), outcome) => Self::show_answered(reply, result, outcome),
            (PendingRequest::Progress(id, epoch), Ok(_)) => {
                if let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) {
                    vault.progress.begin(&self.out);
                    if vault.phase == Phase::Complete {
                        vault.progress.end(vault.engine.index().len(), &self.out);
                    }
                }
            }
            (PendingRequest::Watching | PendingRequest::Registration | PendingRequest::Refresh, Ok(_)) => {}
            (PendingRequest::Watching, Err(error)) => {
                self.out.warn(&format!("the editor cannot watch files; using the built-in watcher: {error}"));
                self.client = Arc::new(Client { watches_files: false, ..(*self.client).clone() });
                for id in self.vaults.keys().copied().collect::<Vec<_>>() {
                    self.restart(id, None);
                }
            }
            (_, Err(error)) => tracing::info!("the client refused a request: {error}"),
        }
    }
}
