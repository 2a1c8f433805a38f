//! Captions and metadata in the folders that the settings name.
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use super::Root;
use super::root::join_segments;
use crate::sources::{Folder, Shelf, Sidecar, SidecarName};
use crate::text::VaultPath;

/// Folders that are looked into, those below a named one included.
const MOST_FOLDERS: usize = 1000;
/// Sidecars that are listed.
const MOST_FILES: usize = 100_000;

/// Whether a folder of the setting `sources.paths` is inside of the vault by its text.
pub(super) fn is_inside(folder: &str) -> bool {
    let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
    !folder.starts_with('~') && Path::new(folder).components().all(inside)
}

/// Where such a folder is; none where a link leads a folder of the vault out of it.
fn place_of(root: &Root, folder: &str) -> Option<PathBuf> {
    if let Some(rest) = folder.strip_prefix('~') {
        let rest = rest.trim_start_matches(['/', std::path::MAIN_SEPARATOR]);
        return Some(std::env::home_dir()?.join(rest));
    }
    if is_inside(folder) {
        let parts = Path::new(folder).components().filter(|part| *part != Component::CurDir);
        return root.existing(&join_segments(&parts.collect::<PathBuf>())?);
    }
    Some(root.path().join(folder))
}

/// The sidecars in `folders`: `before` where nothing in them has come or gone. Also what is left out, each as
/// a sentence for the user.
pub(super) fn shelf(root: &Root, folders: &[String], before: &Arc<Shelf>) -> (Arc<Shelf>, Vec<String>) {
    if folders.is_empty() && before.folders.is_empty() {
        return (Arc::clone(before), Vec::new());
    }
    let is_as_before = |folder: &Folder| stamp(&folder.place) == folder.stamp;
    if !before.folders.is_empty() && before.folders.iter().all(is_as_before) {
        return (Arc::clone(before), Vec::new());
    }
    let mut listing = Listing::default();
    for folder in folders {
        let Some(place) = place_of(root, folder) else {
            listing.folders.push(Folder { place: root.path().join(folder), stamp: None });
            listing.troubles.push(format!("sources.paths: no folder `{folder}` in the vault"));
            continue;
        };
        match Root::new(&place) {
            Ok(found) => listing.add(&Arc::from(found.path())),
            Err(error) => {
                listing.folders.push(Folder { stamp: stamp(&place), place });
                listing.troubles.push(format!("sources.paths: {error}"));
            }
        }
        if listing.is_full {
            listing
                .troubles
                .push(format!("sources.paths: `{folder}` is too large; not all of it is searched"));
            break;
        }
    }
    (Arc::new(Shelf::new(listing.folders, listing.files)), listing.troubles)
}

#[derive(Default)]
struct Listing {
    folders: Vec<Folder>,
    files: Vec<Sidecar>,
    troubles: Vec<String>,
    is_full: bool,
}

impl Listing {
    /// Lists the folder `top` and those below it. Links are not followed.
    fn add(&mut self, top: &Arc<Path>) {
        let mut waiting = vec![top.to_path_buf()];
        while let Some(folder) = waiting.pop() {
            if self.folders.len() >= MOST_FOLDERS || self.files.len() >= MOST_FILES {
                self.is_full = true;
                return;
            }
            // Before it is read: what comes meanwhile makes another stamp.
            self.folders.push(Folder { stamp: stamp(&folder), place: folder.clone() });
            let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let mut entries: Vec<_> = entries.collect();
            entries.sort_by_key(std::fs::DirEntry::file_name);
            for entry in entries {
                let Ok(kind) = entry.file_type() else { continue };
                let place = entry.path();
                if kind.is_dir() {
                    waiting.push(place);
                } else if kind.is_file() {
                    self.files.extend(sidecar(top, &place));
                }
            }
        }
    }
}

/// A file below `top`, if it can be a sidecar by its name.
fn sidecar(top: &Arc<Path>, place: &Path) -> Option<Sidecar> {
    SidecarName::read(place.file_name()?.to_str()?)?;
    let path: VaultPath = join_segments(place.strip_prefix(top).ok()?)?;
    Some(Sidecar::Folder(Arc::clone(top), path))
}

/// The time of a folder as a number; `None` where there is none.
fn stamp(folder: &Path) -> Option<u64> {
    let modified = std::fs::metadata(folder).ok()?.modified().ok()?;
    let time = modified.duration_since(UNIX_EPOCH).ok()?;
    Some(time.as_secs().wrapping_mul(1_000_000_000).wrapping_add(u64::from(time.subsec_nanos())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(shelf: &Shelf, id: &str) -> Vec<String> {
        shelf.of(id).iter().map(|place| place.path().to_owned()).collect()
    }

    #[test]
    fn folders_of_the_settings_are_listed_and_listed_again() {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["vault/captions/deep", "outside"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        let write = |path: &str| std::fs::write(dir.path().join(path), "x").unwrap();
        write("vault/captions/deep/a [HZGCoVF3YvM].vtt");
        write("outside/HZGCoVF3YvM.info.json");
        write("outside/HZGCoVF3YvM.webp");
        let root = Root::new(&dir.path().join("vault")).unwrap();
        let list = |folders: &[&str], before: &Arc<Shelf>| {
            let folders: Vec<String> = folders.iter().map(|&folder| folder.to_owned()).collect();
            shelf(&root, &folders, before)
        };
        let (inside, troubles) = list(&["captions", "gone"], &Arc::default());
        assert_eq!(found(&inside, "HZGCoVF3YvM"), ["deep/a [HZGCoVF3YvM].vtt"]);
        assert_eq!(troubles, ["sources.paths: no folder `gone` in the vault"]);
        let both = ["./captions", "../outside"];
        let (shelf, troubles) = list(&both, &Arc::default());
        assert_eq!(found(&shelf, "HZGCoVF3YvM"), ["deep/a [HZGCoVF3YvM].vtt", "HZGCoVF3YvM.info.json"]);
        assert_eq!(troubles, Vec::<String>::new());
        assert!(Arc::ptr_eq(&shelf, &list(&both, &shelf).0));
        std::fs::remove_file(dir.path().join("outside/HZGCoVF3YvM.info.json")).unwrap();
        assert_eq!(found(&list(&both, &shelf).0, "HZGCoVF3YvM"), ["deep/a [HZGCoVF3YvM].vtt"]);
        let (_, troubles) = list(&["/"], &Arc::default());
        assert!(troubles.iter().any(|trouble| trouble.contains("too large")), "{troubles:?}");
    }

    /// A vault that somebody else has made says nothing of what is outside of it.
    #[cfg(unix)]
    #[test]
    fn a_folder_of_the_vault_that_leads_out_of_it_is_not_listed() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("vault")).unwrap();
        std::fs::write(dir.path().join("HZGCoVF3YvM.vtt"), "x").unwrap();
        std::os::unix::fs::symlink("..", dir.path().join("vault/out")).unwrap();
        let root = Root::new(&dir.path().join("vault")).unwrap();
        assert!(is_inside("out"));
        let (shelf, _) = shelf(&root, &["out".to_owned()], &Arc::default());
        assert_eq!(found(&shelf, "HZGCoVF3YvM"), Vec::<String>::new());
        for outside in ["..", "a/../..", "/x", "~", "~/x"] {
            assert!(!is_inside(outside), "{outside}");
        }
    }
}
