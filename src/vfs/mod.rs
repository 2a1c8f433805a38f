//! The files of a vault: which there are, what they hold, when they change.
//!
//! [`Tree`] is the one engine that reads a vault: the server runs it in the background and follows
//! the disk with it, the command line runs it once ([`load`]). Paths that leave this layer are
//! relative to the vault, with `/`, and only [`Root`] turns them into places on the disk, none of
//! them outside the vault. Captions and metadata alone may be elsewhere: in folders that the editor's
//! settings name ([`Sidecar::Folder`]), each a root of its own that no path leads out of.
//!
//! [`Sidecar::Folder`]: crate::sources::Sidecar::Folder
//! Absent from this layer: open buffers, the protocol, what a note means to a reader.

mod cache;
mod config;
mod ignore_files;
mod locate;
mod read;
mod root;
mod rules;
mod sidecars;
mod texts;
mod tree;
mod walk;
mod watch;
mod write;

#[cfg(test)]
mod tests;

pub use cache::{Cache, CacheUse};
pub use config::{CONFIG_FILE, Config, ConfigFile, read_config};
pub use locate::{Location, Opened, locate, open, real};
pub use read::{Content, FileReader, ReadError};
pub use root::{Present, Root, RootError, vault_of};
pub use texts::DiskTexts;
pub use tree::{Loaded, Sink, Step, Tree, load};
pub use walk::{Depth, Limits};
pub use watch::{WatchError, Watcher, watch};
pub use write::{Rewrite, WriteError, move_file};
