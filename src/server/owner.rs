use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tower_lsp_server::ls_types::notification::PublishDiagnostics;
use tower_lsp_server::ls_types::request::{RegisterCapability, WorkspaceConfiguration};
use tower_lsp_server::ls_types::{
    ConfigurationItem, ConfigurationParams, Diagnostic, DidChangeWatchedFilesRegistrationOptions,
    FileSystemWatcher, GlobPattern, PublishDiagnosticsParams, Registration, RegistrationParams,
    TextDocumentItem, Uri,
};

use super::disk::Disk;
use super::events::{DiskEvent, Event, Query, Queue, Task};
use super::features::View;
use super::outgoing::Outgoing;
use super::vault::{Kind, Phase, Vault, VaultId, is_below};
use crate::ide::Document;
use crate::index::{Change, Delta, Facts};
use crate::lsp::{Client, config_diagnostics, file_path};
use crate::settings::Settings;
use crate::text::Buffer;
use crate::vfs::{CONFIG_FILE, Depth, Root, RootError, Step, vault_of};

/// A turn above this is logged: nobody else gets an answer meanwhile.
const SLOW: Duration = Duration::from_millis(50);
/// How long questions wait for the names of a vault before they are answered from what is known.
const PATIENCE: Duration = Duration::from_secs(3);

/// An open document.
struct Doc {
    uri: Uri,
    version: i32,
    buffer: Buffer,
    /// The note that it is; `None` for documents that are no files, or no notes.
    place: Option<(VaultId, Arc<str>)>,
    /// Edits that the index has not seen.
    dirty: bool,
    /// The byte behind the last edit since the last save.
    typing: Option<usize>,
    /// Counts what may change its diagnostics; those of an earlier count are dropped.
    generation: u64,
    /// Whether its diagnostics are to be computed.
    stale: bool,
    /// Whether the pool is at it.
    computing: bool,
    /// What the client shows, and of which version.
    published: Option<(i32, Vec<Diagnostic>)>,
}

impl Doc {
    fn touch(&mut self) {
        self.stale = true;
        self.generation += 1;
    }
}

/// What a request to the client was for.
enum Asked {
    Settings,
    Progress(VaultId, u64),
    Watching,
}

/// All state of a session, changed by one thread.
pub(super) struct Owner {
    queue: Queue,
    out: Outgoing,
    pool: tokio::runtime::Handle,
    client: Arc<Client>,
    /// Whether the client takes messages.
    initialized: bool,
    /// The client's workspace folders.
    folders: Vec<PathBuf>,
    /// Workspace folders that are too large to be read.
    refused: BTreeSet<PathBuf>,
    /// The settings of the client, for all vaults.
    settings: Settings,
    options: Value,
    vaults: BTreeMap<VaultId, Vault>,
    next_vault: VaultId,
    docs: HashMap<String, Doc>,
    /// Documents opened so far.
    opened: u64,
    asked: HashMap<i64, Asked>,
}

impl Owner {
    pub(super) fn new(queue: Queue, out: Outgoing, pool: tokio::runtime::Handle) -> Self {
        Self {
            queue,
            out,
            pool,
            client: Arc::default(),
            initialized: false,
            folders: Vec::new(),
            refused: BTreeSet::new(),
            settings: Settings::default(),
            options: Value::Null,
            vaults: BTreeMap::new(),
            next_vault: 0,
            docs: HashMap::new(),
            opened: 0,
            asked: HashMap::new(),
        }
    }

    /// Serves until the session is over.
    pub(super) fn run(mut self) {
        loop {
            let task = self.queue.next(self.deadline());
            if matches!(task, Task::Stop) {
                return;
            }
            let (name, start) = (task.name(), Instant::now());
            // A bug in one turn must not end the session.
            let turn = catch_unwind(AssertUnwindSafe(|| {
                self.turn(task);
                if self.queue.is_quiet() {
                    self.settle();
                }
            }));
            if turn.is_err() {
                tracing::error!("a turn of the loop failed: {name}");
            }
            let took = start.elapsed();
            if took > SLOW {
                tracing::warn!("a turn of the loop took {} ms: {name}", took.as_millis());
            }
        }
    }

    /// When parked questions are answered whatever is known.
    fn deadline(&self) -> Option<Instant> {
        let waiting = self.vaults.values().filter(|vault| !vault.parked.is_empty());
        waiting
            .filter_map(
                |vault| if let Phase::Names(since) = vault.phase { Some(since + PATIENCE) } else { None },
            )
            .min()
    }

    fn turn(&mut self, task: Task) {
        match task {
            Task::Client(event) => self.client_event(event),
            Task::Disk { vault, epoch, event } => self.disk_event(vault, epoch, event),
            Task::Idle => {
                let now = Instant::now();
                let tired = self.vaults.iter().filter(|(_, vault)| match vault.phase {
                    Phase::Names(since) => since + PATIENCE <= now,
                    _ => false,
                });
                for id in tired.map(|(&id, _)| id).collect::<Vec<_>>() {
                    self.unpark(id);
                }
            }
            Task::Stop => {}
        }
    }

    fn client_event(&mut self, event: Event) {
        match event {
            Event::Initialize { client, folders, options } => {
                self.client = client;
                self.options = options;
                self.settings = self.client_settings(&Value::Null);
                self.set_folders(folders);
            }
            Event::Initialized => self.initialized(),
            Event::Open(item) => self.open(item),
            Event::Change { uri, version, edits } => self.change(&uri, version, edits),
            Event::Save(uri) => {
                if let Some(doc) = self.docs.get_mut(uri.as_str()) {
                    doc.typing = None;
                    doc.touch();
                }
            }
            Event::Close(uri) => self.close(&uri),
            Event::Watched(paths) => self.watched(&paths),
            Event::Configuration(settings) => {
                if self.client.configuration {
                    self.ask_settings();
                } else {
                    let settings = settings.get("slugline").unwrap_or(&Value::Null);
                    self.set_settings(self.client_settings(settings));
                }
            }
            Event::Folders { added, removed } => {
                let mut folders = std::mem::take(&mut self.folders);
                folders.retain(|folder| !removed.contains(folder));
                folders.extend(added);
                self.set_folders(folders);
            }
            Event::Query(query) => self.query(query),
            Event::Answer(id, outcome) => self.answer(id, outcome),
            Event::Diagnosed { uri, generation, diagnostics } => {
                self.diagnosed(&uri, generation, diagnostics)
            }
        }
    }

    // --- the session

    fn initialized(&mut self) {
        self.initialized = true;
        if self.client.configuration {
            self.ask_settings();
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
            self.asked.insert(id, Asked::Watching);
        }
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            self.ask_progress(id);
            self.publish_config(id);
        }
    }

    fn ask_settings(&mut self) {
        let items = vec![ConfigurationItem { scope_uri: None, section: Some("slugline".into()) }];
        let id = self.out.request::<WorkspaceConfiguration>(&ConfigurationParams { items });
        self.asked.insert(id, Asked::Settings);
    }

    fn ask_progress(&mut self, id: VaultId) {
        let Some(vault) = self.vaults.get(&id) else { return };
        if self.initialized && self.client.progress && vault.disk.is_some() {
            let request = vault.progress.ask(&self.out);
            self.asked.insert(request, Asked::Progress(id, vault.epoch));
        }
    }

    fn answer(&mut self, id: i64, outcome: Result<Value, Value>) {
        let Some(asked) = self.asked.remove(&id) else {
            tracing::warn!("the client answers a request {id} that it was not sent");
            return;
        };
        match (asked, outcome) {
            (Asked::Settings, Ok(answer)) => {
                let settings = answer.get(0).unwrap_or(&Value::Null);
                self.set_settings(self.client_settings(settings));
            }
            (Asked::Progress(id, epoch), Ok(_)) => {
                if let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) {
                    vault.progress.begin(&self.out);
                    if vault.phase == Phase::Complete {
                        vault.progress.end(vault.index.len(), &self.out);
                    }
                }
            }
            (Asked::Watching, Ok(_)) => {}
            (Asked::Watching, Err(error)) => {
                self.out.warn(&format!("the editor does not watch files, so slugline does: {error}"));
                self.client = Arc::new(Client { watches_files: false, ..(*self.client).clone() });
                for id in self.vaults.keys().copied().collect::<Vec<_>>() {
                    self.restart(id, None);
                }
            }
            (_, Err(error)) => tracing::info!("the client refused a request: {error}"),
        }
    }

    /// The settings of the client: those of `initialize`, and over them `given`.
    fn client_settings(&self, given: &Value) -> Settings {
        let mut settings = Settings::default();
        for value in [&self.options, given] {
            for invalid in settings.apply(value) {
                self.out.warn(&format!("the setting `{}` is left out: {}", invalid.name, invalid.message));
            }
        }
        settings
    }

    fn set_settings(&mut self, settings: Settings) {
        if settings == self.settings {
            return;
        }
        self.settings = settings;
        for id in self.vaults.keys().copied().collect::<Vec<_>>() {
            self.reload_config(id);
        }
    }

    // --- vaults

    fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.folders = folders;
        self.refused.clear();
        let folders = self.folders.clone();
        let gone = self.vaults.iter().filter(|(_, vault)| {
            vault.kind == Kind::Workspace && !folders.iter().any(|folder| vault.root.path() == folder)
        });
        for id in gone.map(|(&id, _)| id).collect::<Vec<_>>() {
            self.vaults.remove(&id);
        }
        for folder in &folders {
            if !self.vaults.values().any(|vault| vault.kind == Kind::Workspace && vault.root.path() == folder)
            {
                self.add_workspace(folder);
            }
        }
        // What is a vault of its own belongs to no vault around it.
        let roots: Vec<_> = self.workspaces().map(|(id, vault)| (id, vault.root.path().to_owned())).collect();
        for (id, root) in &roots {
            let inner = roots.iter().filter(|(other, inner)| other != id && inner.starts_with(root));
            let without: Vec<_> = inner.map(|(_, inner)| inner.clone()).collect();
            let Some(vault) = self.vaults.get_mut(id) else { continue };
            if vault.disk.is_none() || vault.limits.without != without {
                vault.limits.without = without;
                self.restart(*id, None);
            }
        }
        // Open documents go to the vault that is theirs now.
        for key in self.docs.keys().cloned().collect::<Vec<_>>() {
            self.place(&key);
        }
    }

    fn workspaces(&self) -> impl Iterator<Item = (VaultId, &Vault)> {
        self.vaults.iter().filter(|(_, vault)| vault.kind == Kind::Workspace).map(|(&id, vault)| (id, vault))
    }

    fn add_workspace(&mut self, folder: &Path) {
        match Root::new(folder) {
            Ok(root) => {
                self.insert(root, Kind::Workspace);
            }
            Err(error) => {
                if matches!(error, RootError::TooLarge(_)) {
                    self.refused.insert(folder.to_owned());
                }
                self.out.show(&error.to_string());
            }
        }
    }

    fn insert(&mut self, root: Root, kind: Kind) -> VaultId {
        let id = self.next_vault;
        self.next_vault += 1;
        let vault = Vault::new(root, kind, &self.settings, token(id, 0));
        self.vaults.insert(id, vault);
        id
    }

    /// The vault of a file (SPEC section 1), made where it is the first of it.
    fn vault_for(&mut self, file: &Path) -> Option<VaultId> {
        let innermost = |vaults: &mut dyn Iterator<Item = (VaultId, &Vault)>| {
            vaults.max_by_key(|(_, vault)| vault.root.path().as_os_str().len()).map(|(id, _)| id)
        };
        let by_name = innermost(&mut self.workspaces().filter(|(_, vault)| vault.holds(file)));
        let by_file = || {
            innermost(&mut self.workspaces().filter(|(_, vault)| vault.root.relative_real(file).is_some()))
        };
        if let Some(id) = by_name.or_else(by_file) {
            return Some(id);
        }
        let own = file.parent()?;
        let (folder, kind) = if self.refused.iter().any(|refused| file.starts_with(refused)) {
            (own.to_owned(), Kind::Loose)
        } else {
            match vault_of(file) {
                Some(folder) => (folder, Kind::Found(Depth::All)),
                None => (own.to_owned(), Kind::Found(Depth::Folder)),
            }
        };
        let known = |kind: Kind, folder: &Path, vaults: &BTreeMap<VaultId, Vault>| {
            let found = vaults.iter().find(|(_, vault)| vault.kind == kind && vault.root.path() == folder);
            found.map(|(&id, _)| id)
        };
        if let Some(id) = known(kind, &folder, &self.vaults) {
            return Some(id);
        }
        if kind != Kind::Loose {
            match Root::new(&folder) {
                Ok(root) => {
                    let id = self.insert(root, kind);
                    self.restart(id, None);
                    return Some(id);
                }
                Err(error @ RootError::TooLarge(_)) if known(Kind::Loose, own, &self.vaults).is_none() => {
                    self.out.show(&error.to_string());
                }
                Err(error) => tracing::info!("{error}"),
            }
        }
        if let Some(id) = known(Kind::Loose, own, &self.vaults) {
            return Some(id);
        }
        let id = self.insert(Root::loose(own), Kind::Loose);
        self.restart(id, None);
        Some(id)
    }

    /// Reads the vault from the start: with `settings`, or those of its own file.
    fn restart(&mut self, id: VaultId, settings: Option<Arc<Settings>>) {
        let base = self.settings.clone();
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        let settings = settings.unwrap_or_else(|| vault.read_config(&base).0);
        let epoch = vault.epoch + 1;
        vault.progress.end(vault.index.len(), &self.out);
        vault.reset(Arc::clone(&settings), token(id, epoch));
        if vault.kind == Kind::Loose {
            vault.phase = Phase::Complete;
        } else {
            let queue = self.queue.clone();
            let watches = vault.kind != Kind::Workspace || !self.client.watches_files;
            vault.disk = Some(Disk::start(
                Arc::clone(&vault.root),
                settings,
                vault.limits.clone(),
                watches,
                move |event| queue.post_disk(id, epoch, event),
            ));
        }
        for doc in self.docs.values_mut() {
            if doc.place.as_ref().is_some_and(|(vault, _)| *vault == id) {
                doc.dirty = true;
                doc.touch();
            }
        }
        if self.initialized {
            self.ask_progress(id);
            self.publish_config(id);
        }
    }

    /// Reads the vault's own settings again, and the vault where they have changed.
    fn reload_config(&mut self, id: VaultId) {
        let base = self.settings.clone();
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        match vault.read_config(&base) {
            (settings, true) => self.restart(id, Some(settings)),
            (_, false) => self.publish_config(id),
        }
    }

    /// Says what is wrong in the vault's own settings.
    fn publish_config(&self, id: VaultId) {
        let Some(vault) = self.vaults.get(&id) else { return };
        let Some((text, refused)) = &vault.config else { return };
        let uri = Uri::from_file_path(vault.config_place());
        if let (true, Some(uri)) = (self.initialized, uri) {
            let diagnostics = config_diagnostics(text, refused, self.client.encoding);
            self.out.tell::<PublishDiagnostics>(&PublishDiagnosticsParams {
                uri,
                diagnostics,
                version: None,
            });
        }
    }

    fn disk_event(&mut self, id: VaultId, epoch: u64, event: DiskEvent) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) else { return };
        match event {
            DiskEvent::Step(Step::Changes(changes)) => self.apply(id, changes),
            DiskEvent::Step(Step::Trouble(trouble)) => self.out.warn(&trouble),
            DiskEvent::Step(Step::Named(notes)) => {
                if matches!(vault.phase, Phase::Names(_)) {
                    vault.phase = Phase::Contents(0, notes);
                    // A document that was opened by a link is the note that the link leads to.
                    for key in self.docs.keys().cloned().collect::<Vec<_>>() {
                        if self
                            .docs
                            .get(&key)
                            .and_then(|doc| doc.place.as_ref())
                            .is_some_and(|(v, _)| *v == id)
                        {
                            self.place(&key);
                        }
                    }
                    self.unpark(id);
                }
            }
            DiskEvent::Complete => {
                vault.phase = Phase::Complete;
                vault.progress.end(vault.index.len(), &self.out);
                for doc in self.docs.values_mut() {
                    if doc.place.as_ref().is_some_and(|(vault, _)| *vault == id) {
                        doc.touch();
                    }
                }
            }
            DiskEvent::Config => self.reload_config(id),
            DiskEvent::Unwatched(why) => self.out.warn(&why),
        }
    }

    /// Takes over what the disk shows, but for the notes that are open.
    fn apply(&mut self, id: VaultId, changes: Vec<Change>) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        let mut delta = Delta::default();
        let mut read = 0;
        for change in changes {
            match &change {
                Change::Note(path) | Change::File(path) if vault.is_open(path) => continue,
                Change::Facts(path, _) => {
                    read += 1;
                    if vault.is_open(path) {
                        continue;
                    }
                }
                Change::Gone(gone) => {
                    // What is open stays a note: its text is put in again.
                    for doc in self.docs.values_mut() {
                        if doc.place.as_ref().is_some_and(|(v, path)| *v == id && is_below(path, gone)) {
                            doc.dirty = true;
                        }
                    }
                }
                _ => {}
            }
            let change = vault.apply(change);
            // Before all is read nothing is said that a change could withdraw.
            if vault.phase == Phase::Complete {
                delta.merge(change);
            }
        }
        if let Phase::Contents(done, total) = &mut vault.phase {
            *done += read;
            vault.progress.report(*done, *total, &self.out);
        }
        self.spread(id, &delta);
    }

    /// Marks the open notes whose diagnostics a change may concern.
    fn spread(&mut self, id: VaultId, delta: &Delta) {
        let Some(vault) = self.vaults.get(&id) else { return };
        if vault.phase != Phase::Complete {
            return;
        }
        for doc in self.docs.values_mut() {
            let Some((_, path)) = doc.place.as_ref().filter(|(vault, _)| *vault == id) else { continue };
            if vault.index.note(path).is_some_and(|note| delta.touches(&vault.index, note)) {
                doc.touch();
            }
        }
    }

    fn watched(&mut self, places: &[PathBuf]) {
        for vault in self.vaults.values() {
            let Some(disk) = &vault.disk else { continue };
            for path in places.iter().filter_map(|place| vault.root.relative(place)) {
                disk.look(path);
            }
        }
    }

    // --- documents

    fn open(&mut self, item: TextDocumentItem) {
        let key = item.uri.as_str().to_owned();
        if self.docs.contains_key(&key) {
            self.out.warn(&format!("{key} was opened twice; its later text holds"));
            self.close(&item.uri);
        }
        self.opened += 1;
        let doc = Doc {
            uri: item.uri,
            version: item.version,
            buffer: Buffer::new(&item.text),
            place: None,
            dirty: true,
            typing: None,
            // What is still computed about an earlier document of this name is not about this one.
            generation: self.opened << 32,
            stale: true,
            computing: false,
            published: None,
        };
        self.docs.insert(key.clone(), doc);
        self.place(&key);
        if let Some((id, path)) = self.docs.get(&key).and_then(|doc| doc.place.clone())
            && let Some(vault) = self.vaults.get_mut(&id)
        {
            vault.opened(&path);
        }
    }

    /// Finds the note that a document is, which may be another than before.
    fn place(&mut self, key: &str) {
        let Some(doc) = self.docs.get(key) else { return };
        let (before, uri) = (doc.place.clone(), doc.uri.clone());
        let file = file_path(&uri).filter(|file| file.file_name().is_some_and(|name| name != CONFIG_FILE));
        let place = file.and_then(|file| {
            let id = self.vault_for(&file)?;
            Some((id, self.vaults.get(&id)?.path_of(&file)?))
        });
        if place == before {
            return;
        }
        if let Some((id, path)) = before {
            self.leave(id, &path);
        }
        if let Some(doc) = self.docs.get_mut(key) {
            doc.place = place;
            doc.dirty = true;
            doc.touch();
        }
    }

    /// A note is open no longer: the disk says what it holds now.
    fn leave(&mut self, id: VaultId, path: &Arc<str>) {
        let Some(vault) = self.vaults.get_mut(&id) else { return };
        vault.drop_open(path);
        let is_note = vault.settings().is_note(path.rsplit('/').next().unwrap_or(path));
        let delta = match &vault.disk {
            Some(_) if is_note => Delta::default(),
            _ => vault.apply(Change::Gone(Arc::clone(path))),
        };
        if let Some(disk) = &vault.disk {
            disk.look(Arc::clone(path));
        }
        self.spread(id, &delta);
    }

    fn change(&mut self, uri: &Uri, version: i32, edits: Vec<crate::text::Edit>) {
        let Some(doc) = self.docs.get_mut(uri.as_str()) else {
            self.out.warn(&format!("a change of {} was left out: it is not open", uri.as_str()));
            return;
        };
        if version < doc.version {
            tracing::warn!("{}: version {version} comes after {}", uri.as_str(), doc.version);
        }
        doc.version = version;
        for edit in edits {
            match doc.buffer.apply(&edit, self.client.encoding) {
                Ok(new) => doc.typing = edit.range.map(|_| new.end()),
                Err(error) => self.out.warn(&format!("{}: {error}", uri.as_str())),
            }
        }
        doc.dirty = true;
        doc.touch();
    }

    fn close(&mut self, uri: &Uri) {
        let Some(doc) = self.docs.remove(uri.as_str()) else {
            self.out.warn(&format!("{} was closed but is not open", uri.as_str()));
            return;
        };
        if doc.published.is_some_and(|(_, diagnostics)| !diagnostics.is_empty()) {
            let params = PublishDiagnosticsParams { uri: doc.uri, diagnostics: Vec::new(), version: None };
            self.out.tell::<PublishDiagnostics>(&params);
        }
        if let Some((id, path)) = doc.place {
            self.leave(id, &path);
        }
    }

    /// Reads the documents of `only`, or of all vaults, whose edits the index has not seen.
    fn catch_up(&mut self, only: Option<VaultId>) {
        let dirty = self.docs.iter().filter(|(_, doc)| {
            doc.dirty && doc.place.as_ref().is_none_or(|(id, _)| only.is_none_or(|only| only == *id))
        });
        for key in dirty.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            let Some(doc) = self.docs.get_mut(&key) else { continue };
            // Before it is read: a text that fails once would fail for ever.
            doc.dirty = false;
            let Some((id, path)) = doc.place.clone() else { continue };
            let Some(vault) = self.vaults.get_mut(&id) else { continue };
            let text: Arc<str> = doc.buffer.to_string().into();
            let document = Arc::new(Document::new(Arc::clone(&text), vault.settings()));
            let facts = Facts::new(&text, &document.note, vault.settings());
            let delta = vault.put(&path, document, facts);
            self.spread(id, &delta);
        }
    }

    // --- questions

    fn query(&mut self, query: Query) {
        let known = self.docs.get(query.uri.as_str()).map(|doc| doc.place.clone());
        let place = known.unwrap_or_else(|| {
            // Some clients ask about files that they have not opened.
            let file = file_path(&query.uri)?;
            let vault = self.workspaces().filter(|(_, vault)| vault.holds(&file));
            let (id, vault) = vault.max_by_key(|(_, vault)| vault.root.path().as_os_str().len())?;
            Some((id, vault.path_of(&file)?))
        });
        let Some((id, path)) = place else { return self.run_query(query, None) };
        let Some(vault) = self.vaults.get_mut(&id) else { return self.run_query(query, None) };
        if let Phase::Names(since) = vault.phase
            && since.elapsed() < PATIENCE
        {
            // In a moment the names are known, and the answer is right.
            vault.parked.push(query);
            return;
        }
        self.catch_up(Some(id));
        let Some(vault) = self.vaults.get(&id) else { return self.run_query(query, None) };
        let view = vault.index.note(&path).map(|note| View {
            analysis: vault.analysis().with_cancel_flag(Arc::clone(&query.cancelled)),
            note,
            version: self.docs.get(query.uri.as_str()).map(|doc| doc.version),
            client: Arc::clone(&self.client),
        });
        self.run_query(query, view);
    }

    fn run_query(&self, query: Query, view: Option<View>) {
        self.pool.spawn_blocking(move || (query.answer)(view));
    }

    fn unpark(&mut self, id: VaultId) {
        let parked = self.vaults.get_mut(&id).map(|vault| std::mem::take(&mut vault.parked));
        for query in parked.unwrap_or_default() {
            self.query(query);
        }
    }

    // --- diagnostics

    /// Once nothing waits: reads what was edited, and has its diagnostics computed.
    fn settle(&mut self) {
        self.catch_up(None);
        for doc in self.docs.values_mut().filter(|doc| doc.stale && !doc.computing) {
            let Some((id, path)) = &doc.place else { continue };
            let Some(vault) = self.vaults.get(id) else { continue };
            let Some(note) = vault.index.note(path) else { continue };
            let version = Some(doc.version);
            let view = View { analysis: vault.analysis(), note, version, client: Arc::clone(&self.client) };
            let (uri, generation, typing) = (doc.uri.clone(), doc.generation, doc.typing);
            let queue = self.queue.clone();
            doc.stale = false;
            doc.computing = true;
            self.pool.spawn_blocking(move || {
                let diagnostics = catch_unwind(AssertUnwindSafe(|| view.diagnostics(typing)));
                // After a panic, whose place the log has, nothing is said about this text.
                let diagnostics = diagnostics.unwrap_or_default();
                queue.post(Event::Diagnosed { uri, generation, diagnostics });
            });
        }
    }

    fn diagnosed(&mut self, uri: &Uri, generation: u64, diagnostics: Vec<Diagnostic>) {
        let Some(doc) = self.docs.get_mut(uri.as_str()) else { return };
        doc.computing = false;
        // Something has changed since: they are being computed again, and these are dropped.
        if doc.generation != generation {
            doc.stale = true;
            return;
        }
        let published = (doc.version, diagnostics);
        if doc.published.as_ref() == Some(&published) {
            return;
        }
        let version = self.client.diagnostic_versions.then_some(doc.version);
        let params =
            PublishDiagnosticsParams { uri: doc.uri.clone(), diagnostics: published.1.clone(), version };
        doc.published = Some(published);
        self.out.tell::<PublishDiagnostics>(&params);
    }
}

/// The name under which the client shows the progress of one reading.
fn token(vault: VaultId, epoch: u64) -> String {
    format!("slugline/read/{vault}/{epoch}")
}
