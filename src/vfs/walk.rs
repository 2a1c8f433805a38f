use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use ignore::WalkState;

use super::Root;
use super::root::join_segments;
use super::rules::Rules;
use crate::text::{PathText, VaultPath};

/// How deep a vault goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Depth {
    /// All folders below it.
    #[default]
    All,
    /// The files of its own folder only.
    Folder,
}

/// What a vault does not reach into.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// How deep it goes.
    pub depth: Depth,
    /// Folders in it that are vaults of their own.
    pub without: Vec<PathBuf>,
    /// Files that are notes whatever their extension, relative to the vault: the user named them.
    pub named: Vec<VaultPath>,
}

/// Paths in a batch: enough that handing it on costs nothing, few enough that the first arrive soon.
const BATCH: usize = 512;

/// Finds all files that `rules` leave in, each real file once, and gives them to `sink` in batches
/// while it goes. Returns what could not be entered, each as a sentence.
pub(super) fn walk(
    root: &Root,
    rules: &Rules,
    cancelled: &AtomicBool,
    sink: &(dyn Fn(Vec<VaultPath>) + Sync),
) -> Vec<String> {
    let troubles = Mutex::new(Vec::new());
    let links = Mutex::new(Vec::new());
    let found = Mutex::new(Vec::new());
    let trouble = |text: String| lock(&troubles).push(text);
    rules.walk().build_parallel().run(|| {
        let mut batch = Batch { paths: Vec::new(), sink, found: &found };
        let (trouble, links) = (&trouble, &links);
        Box::new(move |entry| {
            if cancelled.load(Ordering::Relaxed) {
                return WalkState::Quit;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    trouble(format!("skipped a file or folder: {error}"));
                    return WalkState::Continue;
                }
            };
            // A FIFO, socket or device is neither, and is never opened.
            match entry.file_type() {
                Some(kind) if kind.is_symlink() => lock(links).push(entry.into_path()),
                Some(kind) if kind.is_file() => match relative(root, entry.path()) {
                    Some(path) => batch.push(path),
                    None => {
                        trouble(format!("skipped {}: file name is not valid Unicode", entry.path().display()))
                    }
                },
                _ => {}
            }
            WalkState::Continue
        })
    });
    let mut links = links.into_inner().unwrap_or_else(PoisonError::into_inner);
    if !links.is_empty() {
        links.sort();
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let seen = found.into_iter().collect();
        let mut follow = Follow { root, rules, known: &|_| false, seen, batch: Vec::new() };
        for link in links {
            follow.link(&link);
        }
        sink(follow.batch);
    }
    troubles.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// All files below `folder` that `rules` leave in. `known`: whether a file is known from elsewhere, so that a
/// link does not bring it once more; asked only for what is found.
pub(super) fn below(
    root: &Root,
    rules: &Rules,
    folder: &str,
    known: &dyn Fn(&str) -> bool,
) -> Vec<VaultPath> {
    let Some(place) = root.join(folder) else { return Vec::new() };
    let mut follow = Follow { root, rules, known, seen: BTreeSet::new(), batch: Vec::new() };
    if place.is_symlink() {
        follow.link(&place)
    } else {
        follow.folder(&place)
    }
    follow.batch
}

fn relative(root: &Root, path: &Path) -> Option<VaultPath> {
    if cfg!(windows) {
        return join_segments(path.strip_prefix(root.path()).ok()?);
    }
    // As the walk spells it: the root's path, a separator, and segments between single ones.
    path.to_str()?.strip_prefix(root.path().to_str()?)?.strip_prefix('/').map(VaultPath::from)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The paths that one thread of the walk has found and not yet handed on.
struct Batch<'w> {
    paths: Vec<VaultPath>,
    sink: &'w (dyn Fn(Vec<VaultPath>) + Sync),
    found: &'w Mutex<Vec<VaultPath>>,
}

impl Batch<'_> {
    fn push(&mut self, path: VaultPath) {
        self.paths.push(path);
        if self.paths.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if !self.paths.is_empty() {
            lock(self.found).extend(self.paths.iter().cloned());
            (self.sink)(std::mem::take(&mut self.paths));
        }
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Follows symbolic links to what the walk has not met: each real file and folder once, none
/// outside the vault.
struct Follow<'w> {
    root: &'w Root,
    rules: &'w Rules,
    /// Whether a real path has been met before.
    known: &'w dyn Fn(&str) -> bool,
    /// The real paths of what has been met since, relative to the vault.
    seen: BTreeSet<VaultPath>,
    batch: Vec<VaultPath>,
}

impl Follow<'_> {
    fn link(&mut self, link: &Path) {
        // A symbolic link that is broken or leads outside is no file of this vault.
        let Some(real) = self.root.relative_real(link) else { return };
        let Some(path) = relative(self.root, link) else { return };
        if link.is_dir() {
            // An ancestor of the link holds the link: its files are found under their own names.
            let holds_link = path.below(&real).is_some();
            if !holds_link && self.rules.allow(&path, true) && self.seen.insert(format!("{real}/").into()) {
                self.folder(link);
            }
        } else if link.is_file() && self.rules.allow(&path, false) && self.is_new(real) {
            self.batch.push(path);
        }
    }

    fn is_new(&mut self, real: VaultPath) -> bool {
        !(self.known)(&real) && self.seen.insert(real)
    }

    fn folder(&mut self, folder: &Path) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let Ok(kind) = entry.file_type() else { continue };
            let place = entry.path();
            let Some(path) = relative(self.root, &place) else { continue };
            if kind.is_symlink() {
                self.link(&place);
            } else if kind.is_dir() && self.rules.allow(&path, true) {
                self.folder(&place);
            } else if kind.is_file() && self.rules.allow(&path, false) {
                let Some(real) = self.root.relative_real(&place) else { continue };
                if self.is_new(real) {
                    self.batch.push(path);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::settings::Settings;

    /// A look at one folder of a large vault costs as much as the folder.
    #[test]
    fn what_is_known_elsewhere_is_asked_only_for_what_is_found() {
        let dir = tempfile::tempdir().unwrap();
        for path in ["a/one.md", "a/two.md", "a/sub/three.md", "b/other.md", "b/more.md"] {
            let place = dir.path().join(path);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink("../b/other.md", dir.path().join("a/link.md")).unwrap();
        let root = Arc::new(Root::new(dir.path()).unwrap());
        let (rules, _) = Rules::new(&root, &Settings::default(), &Limits::default());
        let asked = AtomicUsize::new(0);
        let known = |real: &str| {
            asked.fetch_add(1, Ordering::Relaxed);
            real.starts_with("b/")
        };
        let found = below(&root, &rules, "a", &known);
        let found: Vec<_> = found.iter().map(|path| &**path).collect();
        assert_eq!(found, ["a/one.md", "a/sub/three.md", "a/two.md"]);
        assert_eq!(asked.into_inner(), if cfg!(unix) { 4 } else { 3 });
    }
}
