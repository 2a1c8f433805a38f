use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::{CONFIG_FILE, Depth, Root};

/// Watches a vault as long as it lives.
#[derive(Debug)]
pub struct Watcher {
    _watcher: RecommendedWatcher,
    lost: Arc<AtomicBool>,
}

impl Watcher {
    /// Whether the folder has been deleted or moved: what may be at its place now is not watched.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }
}

/// Why a vault cannot be watched; it can still be looked at from time to time.
#[derive(Debug)]
pub struct WatchError(notify::Error);

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full = matches!(&self.0.kind, ErrorKind::MaxFilesWatch)
            || matches!(&self.0.kind, ErrorKind::Io(error) if error.raw_os_error() == Some(28));
        if full {
            f.write_str(
                "the system's limit of watched folders is reached (fs.inotify.max_user_watches); external changes appear with a delay of a few seconds",
            )
        } else {
            write!(f, "file watching is limited, external changes appear with a delay: {}", self.0)
        }
    }
}

impl std::error::Error for WatchError {}

impl WatchError {
    /// Whether the folder, or one in it, went before it was watched.
    pub fn is_gone(&self) -> bool {
        match &self.0.kind {
            ErrorKind::PathNotFound => true,
            ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
            _ => false,
        }
    }
}

/// Tells `sink` which paths may have changed, the root itself where anything may have.
///
/// # Errors
/// When the system refuses to watch.
pub fn watch(
    root: &Root,
    depth: Depth,
    sink: impl Fn(Vec<PathBuf>) + Send + 'static,
) -> Result<Watcher, WatchError> {
    let (path, real, below) = (root.path().to_owned(), root.real().to_owned(), root.clone());
    let lost = Arc::new(AtomicBool::new(false));
    let lose = Arc::clone(&lost);
    let handler = move |event: notify::Result<Event>| match event {
        Ok(event) if event.need_rescan() => sink(vec![path.clone()]),
        Ok(event) if concerns(event.kind) => {
            let goes = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
            if goes && event.paths.iter().any(|place| *place == path || *place == real) {
                lose.store(true, Ordering::Relaxed);
            }
            let mut paths = event.paths;
            paths.retain(|place| below.below(place).is_some_and(is_visible));
            if !paths.is_empty() {
                sink(paths);
            }
        }
        Ok(_) => {}
        Err(error) => {
            tracing::warn!("watching {}: {error}", path.display());
            sink(vec![path.clone()]);
        }
    };
    let config = Config::default().with_follow_symlinks(false);
    let mut watcher = RecommendedWatcher::new(handler, config).map_err(WatchError)?;
    let mode = if depth == Depth::All { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
    watcher.watch(root.path(), mode).map_err(WatchError)?;
    Ok(Watcher { _watcher: watcher, lost })
}

/// Whether an event can change what a vault holds: being read does not.
fn concerns(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}

/// Hidden files and folders belong to no vault, but for those that set its rules.
fn is_visible(below: &Path) -> bool {
    let name = below.file_name().unwrap_or_default();
    let rules = [CONFIG_FILE, ".gitignore", ".ignore"].iter().any(|rules| name == *rules);
    let folders = if rules { below.parent().unwrap_or(below) } else { below };
    folders.components().all(|part| !part.as_os_str().as_encoded_bytes().starts_with(b"."))
}
