use std::sync::{Arc, mpsc};

use super::{Disk, DiskEvent, Folder, Loaded, Vault, Watching};
use crate::vfs::{Root, Step};

/// A vault that follows its disk: for a program without a loop of its own, into which the events of a
/// [`Disk`] could go. Dropping it ends the thread behind it.
#[derive(Debug)]
pub struct Watch {
    folder: Folder,
    vault: Vault,
    troubles: Vec<String>,
    events: mpsc::Receiver<DiskEvent>,
    _disk: Disk,
}

impl Watch {
    pub(super) fn new(loaded: Loaded) -> Self {
        let Loaded { folder, vault, troubles, cache: _, tree } = loaded;
        let (sink, events) = mpsc::channel();
        // The other end is gone only when nobody wants to know.
        let disk = Disk::go_on(tree, Watching::System, move |event| drop(sink.send(event)));
        Self { folder, vault, troubles, events, _disk: disk }
    }

    /// The vault, as of the last [`wait`](Self::wait).
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The same, to open and edit notes.
    pub fn vault_mut(&mut self) -> &mut Vault {
        &mut self.vault
    }

    /// What could not be read or watched since this was asked last, each as a sentence for the user.
    pub fn troubles(&mut self) -> Vec<String> {
        std::mem::take(&mut self.troubles)
    }

    /// Waits until something in the vault's folder changes, and takes it over. `false`: a bug has ended the
    /// thread that follows it, and nothing more will be noticed.
    pub fn wait(&mut self) -> bool {
        while let Ok(event) = self.events.recv() {
            let mut changed = self.take(event);
            // What has come meanwhile is taken over with it.
            while let Ok(event) = self.events.try_recv() {
                changed |= self.take(event);
            }
            if changed {
                return true;
            }
        }
        false
    }

    /// Whether something in the vault is another now.
    fn take(&mut self, event: DiskEvent) -> bool {
        match event {
            DiskEvent::Step(Step::Changes(changes)) => {
                self.vault.apply(changes);
                return true;
            }
            DiskEvent::Step(Step::Index(index)) => {
                self.vault.adopt(*index);
                return true;
            }
            DiskEvent::Step(Step::Named(_) | Step::Read(_))
            | DiskEvent::Complete
            | DiskEvent::Kept(_)
            | DiskEvent::Watched => {}
            DiskEvent::Step(Step::Trouble(trouble)) | DiskEvent::Unwatched(trouble) => {
                self.troubles.push(trouble);
            }
            DiskEvent::Config => {
                let config = self.folder.read_config();
                if config == self.folder.config {
                    return false;
                }
                let alike = config.settings.reads_like(&self.folder.config.settings);
                self.folder.config = config;
                match alike {
                    true => self.vault.set_settings(Arc::clone(&self.folder.config.settings)),
                    false => self.read_again(),
                }
                return true;
            }
            DiskEvent::Moved => match Root::new(self.folder.root.path()) {
                Ok(root) => {
                    self.folder.root = Arc::new(root);
                    self.read_again();
                    return true;
                }
                Err(error) => self.troubles.push(error.to_string()),
            },
            DiskEvent::Failed => self.troubles.push("following the disk failed (a bug)".to_owned()),
        }
        false
    }

    /// Reads the vault from the start; open notes stay open.
    fn read_again(&mut self) {
        let mut loaded = self.folder.clone().load(&|_, _| {});
        for (path, text) in self.vault.open_notes() {
            loaded.vault.open(&path, &text);
        }
        loaded.troubles.splice(..0, self.troubles());
        *self = Self::new(loaded);
    }
}
