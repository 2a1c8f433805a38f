use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::name::{SidecarName, named_tokens, names_video, token_of};
use crate::text::{PathText, VaultPath};

/// Where a sidecar is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sidecar {
    /// In the vault, relative to it.
    Vault(VaultPath),
    /// In a folder that the settings name, relative to that.
    Folder(Arc<Path>, VaultPath),
}

impl Sidecar {
    /// Its path in the folder that it is in.
    pub fn path(&self) -> &str {
        match self {
            Self::Vault(path) | Self::Folder(_, path) => path,
        }
    }

    /// The name of the file.
    pub fn file_name(&self) -> &str {
        self.path().file_name()
    }

    /// How a message names it.
    pub fn shown(&self) -> String {
        match self {
            Self::Vault(path) => path.to_string(),
            Self::Folder(folder, path) => format!("{}/{path}", folder.display()),
        }
    }
}

/// A folder with the state in which it was listed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder {
    /// Its place on the disk.
    pub place: PathBuf,
    /// Its time, hashed: equal as long as no file in it comes or goes. `None` where it could not be listed.
    pub stamp: Option<u64>,
}

/// The sidecars of the folders that the settings name, by the words of their names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shelf {
    /// What was listed; the shelf holds as long as these are as they were.
    pub folders: Vec<Folder>,
    files: Vec<Sidecar>,
    by_token: FxHashMap<Box<str>, Vec<u32>>,
}

impl Shelf {
    /// What was found in `folders`; only what can be a sidecar is kept.
    pub fn new(folders: Vec<Folder>, found: impl IntoIterator<Item = Sidecar>) -> Self {
        let mut shelf = Self { folders, ..Self::default() };
        for place in found {
            if SidecarName::read(place.file_name()).is_none() {
                continue;
            }
            let number = u32::try_from(shelf.files.len()).unwrap_or(u32::MAX);
            for token in named_tokens(place.file_name()) {
                let filed = shelf.by_token.entry(token.into()).or_default();
                if filed.last() != Some(&number) {
                    filed.push(number);
                }
            }
            shelf.files.push(place);
        }
        shelf
    }

    /// All of them, in the order of the folders.
    pub fn files(&self) -> &[Sidecar] {
        &self.files
    }

    /// The sidecars of a video, in the order of the folders.
    pub fn of(&self, id: &str) -> Vec<Sidecar> {
        let holds = |place: &&Sidecar| names_video(place.file_name(), id);
        let filed = self.by_token.get(token_of(id)).map_or(&[][..], |filed| filed);
        filed.iter().filter_map(|&number| self.files.get(number as usize)).filter(holds).cloned().collect()
    }
}
