//! Which note a document is. The disk is asked on threads of its own: a folder that hangs stops what is
//! asked about its own notes, and nothing else.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tower_lsp_server::ls_types::Uri;

use super::super::events::{About, Event, Query};
use super::super::vault::{Kind, VaultId, VaultSession};
use super::Owner;
use crate::lsp::file_path;
use crate::text::VaultPath;
use crate::vfs::{self, ConfigFile, Location, Opened, Root, RootError};

/// How long what is asked about other notes waits for a document or a folder to be found on the disk.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

/// How the disk is asked; the tests ask others.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    pub(super) locate: fn(&Path) -> Option<Location>,
    pub(super) open: fn(&Path) -> Opened,
    pub(super) real: fn(&Path) -> Option<PathBuf>,
}

impl Default for Ask {
    fn default() -> Self {
        Self { locate: vfs::locate, open: vfs::open, real: vfs::real }
    }
}

fn a_bug(folder: PathBuf) -> RootError {
    RootError::Unreadable(folder, "a bug, whose place the log has".to_owned())
}

impl Owner {
    /// Asks the disk where a document's file is.
    pub(super) fn seek(&self, key: &str) {
        let Some(doc) = self.docs.get(key) else { return };
        let Some(file) = doc.file.clone() else { return };
        let folder = file.parent().unwrap_or(&file).to_owned();
        let (uri, opened, ask, queue) = (doc.uri.clone(), doc.opened, self.ask, self.queue.clone());
        self.lanes.run(folder, move || {
            // After a bug, which the log has, it is where its name says.
            let found = catch_unwind(AssertUnwindSafe(|| (ask.locate)(&file))).unwrap_or_default();
            queue.post(Event::Located { uri, opened, location: found.map(Box::new) });
        });
    }

    /// The disk has said where a document's file is.
    pub(super) fn located(&mut self, uri: &Uri, opened: u64, location: Option<Box<Location>>) {
        let Some(doc) = self.docs.get_mut(uri.as_str()).filter(|doc| doc.opened == opened) else { return };
        let first = !doc.is_located;
        (doc.is_located, doc.location) = (true, location);
        self.place(uri.as_str());
        if let Some((id, path)) = self.docs.get(uri.as_str()).and_then(|doc| doc.place.clone())
            && let Some(vault) = self.vaults.get_mut(&id).filter(|_| first)
        {
            vault.engine.opened(&path);
        }
        self.resume();
    }

    /// Asks the disk for a workspace folder.
    pub(super) fn seek_folder(&mut self, folder: PathBuf) {
        self.pending.insert(folder.clone(), Instant::now());
        let (ask, queue) = (self.ask, self.queue.clone());
        self.lanes.run(folder.clone(), move || {
            let found = catch_unwind(AssertUnwindSafe(|| (ask.open)(&folder)));
            let found = found.unwrap_or_else(|_| Err(a_bug(folder.clone())));
            queue.post(Event::Folder { folder, found: Box::new(found) });
        });
    }

    /// The disk has said what a workspace folder is.
    pub(super) fn folder_found(&mut self, folder: &Path, found: Opened) {
        if self.pending.remove(folder).is_none() {
            return;
        }
        match found {
            Ok((root, config)) => drop(self.insert(root, config, Kind::Workspace)),
            Err(error) => {
                if matches!(error, RootError::TooLarge(_)) {
                    self.refused.insert(folder.to_owned());
                }
                self.out.show(&error.to_string());
            }
        }
        self.arrange();
        self.resume();
    }

    /// Asks the disk for the folder and the settings of a vault once more.
    pub(super) fn seek_again(&self, id: VaultId, moved: bool) {
        let Some(vault) = self.vaults.get(&id) else { return };
        let (folder, epoch) = (vault.root.path().to_owned(), vault.epoch);
        let (ask, queue) = (self.ask, self.queue.clone());
        self.lanes.run(folder.clone(), move || {
            let found = catch_unwind(AssertUnwindSafe(|| (ask.open)(&folder)));
            let found = Box::new(found.unwrap_or_else(|_| Err(a_bug(folder))));
            queue.post(Event::FoundAgain { vault: id, epoch, moved, found });
        });
    }

    /// The disk has said what a vault is now.
    pub(super) fn found_again(&mut self, id: VaultId, epoch: u64, moved: bool, found: Opened) {
        let Some(vault) = self.vaults.get_mut(&id).filter(|vault| vault.epoch == epoch) else { return };
        let config = match found {
            Ok((root, config)) => {
                if moved {
                    vault.root = Arc::new(root);
                }
                config
            }
            Err(error) => {
                if moved {
                    self.out.warn(&error.to_string());
                }
                ConfigFile::default()
            }
        };
        let changed = vault.config_file != config;
        vault.config_file = config;
        if moved {
            self.restart(id, None);
            let docs =
                self.docs.iter().filter(|(_, doc)| doc.place.as_ref().is_some_and(|(own, _)| *own == id));
            docs.for_each(|(key, _)| self.seek(key));
        } else if changed {
            self.reload_config(id);
        }
    }

    /// Whether the disk has not yet said which vault a file belongs to.
    pub(super) fn is_pending(&self, file: &Path) -> bool {
        self.pending.keys().any(|folder| file.starts_with(folder))
    }

    /// When the next wait for the disk is over for those who ask about other notes.
    pub(super) fn next_impatience(&self) -> Option<Instant> {
        let docs = self.docs.values().filter_map(|doc| doc.sought);
        let next = docs.chain(self.pending.values().copied()).map(|since| since + PATIENCE);
        // One that is over since then has not been noticed.
        next.filter(|until| *until > self.looked).min()
    }

    /// Finds the note that a document is, which may be another than before.
    pub(super) fn place(&mut self, key: &str) {
        let Some(doc) = self.docs.get(key) else { return };
        let Some(file) = doc.file.clone().filter(|_| doc.is_located) else { return };
        if self.is_pending(&file) {
            return;
        }
        let (before, location) = (doc.place.clone(), doc.location.clone());
        let entered = self.vault_for(&file, location.as_deref());
        let real = location.as_ref().and_then(|location| location.real.as_deref());
        let place = entered.and_then(|id| {
            let vault = self.vaults.get_mut(&id)?;
            let path = vault.path_of(&file, real)?;
            vault.vacant = None;
            Some((id, path))
        });
        if let (None, Some(id)) = (&place, entered) {
            // It may have been made for nothing.
            self.vacate(id);
        }
        if let Some(doc) = self.docs.get_mut(key) {
            doc.sought = None;
        }
        if place == before {
            return;
        }
        if let Some(other) = place.as_ref().and_then(|place| self.in_force(place)) {
            let other = other.uri.as_str();
            self.out.warn(&format!(
                "{key} and {other} are the same note: links to it are answered by the text that was edited last"
            ));
        }
        if let Some(doc) = self.docs.get_mut(key) {
            doc.place = place;
            doc.outdate();
        }
        if let Some((id, path)) = before {
            self.leave(id, &path);
            self.vacate(id);
        }
    }

    /// The vault of a file (docs/links.md), made where it is the first of it.
    fn vault_for(&mut self, file: &Path, location: Option<&Location>) -> Option<VaultId> {
        let innermost = |vaults: &mut dyn Iterator<Item = (VaultId, &VaultSession)>| {
            vaults.max_by_key(|(_, vault)| vault.root.path().as_os_str().len()).map(|(id, _)| id)
        };
        let by_name = innermost(&mut self.workspaces().filter(|(_, vault)| vault.holds(file)));
        let real = location.and_then(|location| location.real.as_deref());
        let is_in =
            |vault: &VaultSession| real.is_some_and(|real| vault.root.relative_of_real(real).is_some());
        let by_file = || innermost(&mut self.workspaces().filter(|(_, vault)| is_in(vault)));
        if let Some(id) = by_name.or_else(by_file) {
            return Some(id);
        }
        let location = location?;
        let own = file.parent()?;
        let (folder, kind) = if self.refused.iter().any(|refused| file.starts_with(refused)) {
            (own, Kind::Loose)
        } else {
            (&*location.folder, Kind::Found(location.depth))
        };
        let known = |kind: Kind, folder: &Path, vaults: &BTreeMap<VaultId, VaultSession>| {
            let found = vaults.iter().find(|(_, vault)| vault.kind == kind && vault.root.path() == folder);
            found.map(|(&id, _)| id)
        };
        if let Some(id) = known(kind, folder, &self.vaults) {
            return Some(id);
        }
        if kind != Kind::Loose {
            match &location.opened {
                Ok((root, config)) => {
                    let id = self.insert(root.clone(), config.clone(), kind);
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
        let id = self.insert(location.loose.clone(), ConfigFile::default(), Kind::Loose);
        self.restart(id, None);
        Some(id)
    }

    pub(super) fn insert(&mut self, root: Root, config: ConfigFile, kind: Kind) -> VaultId {
        let id = self.next_vault;
        self.next_vault += 1;
        let settings = self.base(root.path());
        let vault = VaultSession::new(root, kind, settings, config, super::vaults::token(id, 0));
        let out = self.out.clone();
        vault.engine.library().tell_to(move |fault| out.warn(fault));
        let queue = self.queue.clone();
        vault.engine.library().tell_change_to(move || queue.post(Event::Sources(id)));
        self.vaults.insert(id, vault);
        id
    }

    /// The note that a document is, open or not.
    pub(super) fn place_of(&self, uri: &Uri, real: Option<&Path>) -> Option<(VaultId, VaultPath)> {
        let known = self.docs.get(uri.as_str()).map(|doc| doc.place.clone());
        known.unwrap_or_else(|| {
            // Some clients ask about files that they have not opened.
            let file = file_path(uri)?;
            let held = self.vaults.iter().filter(|(_, vault)| vault.holds(&file));
            let rank =
                |vault: &VaultSession| (vault.kind == Kind::Workspace, vault.root.path().as_os_str().len());
            let (&id, vault) = held.max_by_key(|(_, vault)| rank(vault))?;
            Some((id, vault.path_of(&file, real)?))
        })
    }

    /// Asks the disk for the real file behind one that is not open and no note of that name; gives the
    /// question back where that is known, or not needed.
    pub(super) fn seek_real(&self, query: Query, is_note: bool) -> Option<Query> {
        let About::Document(uri, _) = &query.about else { return Some(query) };
        if is_note || query.real.is_some() || self.docs.contains_key(uri.as_str()) {
            return Some(query);
        }
        let Some(file) = file_path(uri) else { return Some(query) };
        let Some(folder) = file.parent().map(Path::to_owned) else { return Some(query) };
        let (ask, queue) = (self.ask, self.queue.clone());
        self.lanes.run(folder, move || {
            let real = catch_unwind(AssertUnwindSafe(|| (ask.real)(&file))).unwrap_or_default();
            queue.put_back(vec![Query { real: Some(real), ..query }]);
        });
        None
    }
}
