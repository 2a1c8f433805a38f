//! Where a file and a vault are on the disk: all that has to be asked there before either is known.
use std::path::{Path, PathBuf};

use super::{ConfigFile, Depth, Root, RootError, vault_of};

/// A vault's folder and its own settings.
pub type Opened = Result<(Root, ConfigFile), RootError>;

/// Opens the vault at `folder`.
///
/// # Errors
/// When the folder cannot be read, or holds a whole home or disk.
pub fn open(folder: &Path) -> Opened {
    let root = Root::new(folder)?;
    let config = ConfigFile::read(&root);
    Ok((root, config))
}

/// Where a file is, as far as the disk says it.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file with symbolic links resolved; `None` where there is none.
    pub real: Option<PathBuf>,
    /// The folder that is its vault where no workspace folder holds it, and how far that is read.
    pub folder: PathBuf,
    /// How far that is read.
    pub depth: Depth,
    /// The same, opened.
    pub opened: Opened,
    /// Its own folder, not to be read as a whole.
    pub loose: Root,
}

/// Asks the disk where `file` is; `None` where it is in no folder. It takes as long as the disk takes, which
/// may be for ever.
pub fn locate(file: &Path) -> Option<Location> {
    let own = file.parent()?;
    let (folder, depth) = match vault_of(file) {
        Some(folder) => (folder, Depth::All),
        None => (own.to_owned(), Depth::Folder),
    };
    Some(Location { real: real(file), opened: open(&folder), folder, depth, loose: Root::loose(own) })
}

/// The file behind `file`, with symbolic links resolved and in the case that the disk has; `None` where there
/// is none.
pub fn real(file: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(file).ok()
}
