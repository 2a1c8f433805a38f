use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Disk, DiskEvent, Vault, Watch, Watching};
use crate::ide::Texts;
use crate::settings::Settings;
use crate::vfs::{
    self, CONFIG_FILE, Cache, CacheUse, Config, DiskTexts, Limits, Root, RootError, Tree, read_config,
};

/// Where a vault is on the disk, how far it reaches, and the settings that hold there.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The folder.
    pub root: Arc<Root>,
    /// What of it belongs to the vault.
    pub limits: Limits,
    /// The settings that hold where its own file says nothing.
    pub base: Settings,
    /// What its own file says, and the settings that hold.
    pub config: Config,
    /// What is kept of it between runs; nothing by default.
    pub cache: Cache,
}

impl Folder {
    /// The vault at `path`, all that is below it, with its own settings over the defaults.
    ///
    /// # Errors
    /// When there is no such folder, or it is one that holds everything.
    pub fn open(path: &Path) -> Result<Self, RootError> {
        Ok(Self::new(Arc::new(Root::new(path)?), Limits::default(), Settings::default()))
    }

    /// A vault with its own settings over `base`.
    pub fn new(root: Arc<Root>, limits: Limits, base: Settings) -> Self {
        let config = read_config(&root, &base);
        Self { root, limits, base, config, cache: Cache::default() }
    }

    /// What its own file says now.
    pub fn read_config(&self) -> Config {
        read_config(&self.root, &self.base)
    }

    /// The files, as the features see them.
    pub fn texts(&self) -> Arc<dyn Texts> {
        Arc::new(DiskTexts::new(Arc::clone(&self.root), self.config.settings.max_file_size))
    }

    /// The place of the file with its settings.
    pub fn config_place(&self) -> PathBuf {
        self.root.path().join(CONFIG_FILE)
    }

    /// Reads all of it. `progress` hears how many notes have been read, of how many; by several threads.
    pub fn load(self, progress: &(dyn Fn(usize, usize) + Sync)) -> Loaded {
        let settings = Arc::clone(&self.config.settings);
        let loaded = vfs::load(&self.root, settings, self.limits.clone(), &self.cache, progress);
        let vault = Vault::of(loaded.index, loaded.texts, true);
        Loaded { folder: self, vault, troubles: loaded.troubles, cache: loaded.cache, tree: loaded.tree }
    }

    /// Has a thread read it and follow its disk. `sink` is called by several threads.
    pub fn follow(&self, watching: Watching, sink: impl Fn(DiskEvent) + Send + Sync + 'static) -> Disk {
        Disk::start(
            Arc::clone(&self.root),
            Arc::clone(&self.config.settings),
            self.limits.clone(),
            self.cache.clone(),
            watching,
            sink,
        )
    }
}

/// A vault that has been read from its folder.
#[derive(Debug)]
pub struct Loaded {
    /// Where it is.
    pub folder: Folder,
    /// What it holds.
    pub vault: Vault,
    /// What is left out, each as a sentence for the user.
    pub troubles: Vec<String>,
    /// What was kept of it by an earlier run.
    pub cache: CacheUse,
    pub(super) tree: Tree,
}

impl Loaded {
    /// What leaves the file or folder at `path` out, as a sentence without its end; `None` where nothing does.
    pub fn why_left_out(&self, path: &str) -> Option<String> {
        self.tree.why_left_out(path)
    }

    /// Follows the disk from now on; what has changed since it was read is noticed too.
    pub fn watch(self) -> Watch {
        Watch::new(self)
    }
}

impl Vault {
    /// Reads the vault at `path` with its own settings over the defaults: [`Folder::open`] and
    /// [`Folder::load`].
    ///
    /// # Errors
    /// When there is no such folder, or it is one that holds everything.
    pub fn load(path: &Path, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Loaded, RootError> {
        Ok(Folder::open(path)?.load(progress))
    }
}
