use std::fmt;
use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use super::CONFIG_FILE;
use crate::text::VaultPath;

/// The folder of a vault: the only way from a path of a note to a place on the disk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    /// As the client or the user names it, absolute, without `.` and `..`.
    path: PathBuf,
    /// With symbolic links resolved.
    real: PathBuf,
    /// Whether the disk has no regard to case, as those of macOS and Windows mostly have none.
    folds_case: bool,
}

/// The folder that a root's path leads to at some time: another one than before is recognized, also
/// where it has the same name and content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Present {
    real: PathBuf,
    /// Device and number, where the system has them.
    id: Option<(u64, u64)>,
    /// A number may be given again at once.
    made: Option<SystemTime>,
}

/// Why a folder is no vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RootError {
    /// It is `/`, the home folder or a drive.
    TooLarge(PathBuf),
    /// It is not there, is no folder or cannot be entered.
    Unreadable(PathBuf, String),
}

impl fmt::Display for RootError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(path) => write!(
                f,
                "{} is too large to be a vault; open the folder of your notes instead. Only open files are known",
                path.display()
            ),
            Self::Unreadable(path, why) => write!(f, "cannot read folder {}: {why}", path.display()),
        }
    }
}

impl std::error::Error for RootError {}

impl Root {
    /// The vault at `path`.
    ///
    /// # Errors
    /// When the folder cannot be read, or holds a whole home or disk.
    pub fn new(path: &Path) -> Result<Self, RootError> {
        let unreadable = |why: std::io::Error| RootError::Unreadable(path.to_owned(), why.to_string());
        let given = normalize(&std::path::absolute(path).map_err(unreadable)?);
        let real = std::fs::canonicalize(&given).map_err(unreadable)?;
        if !real.is_dir() {
            return Err(RootError::Unreadable(path.to_owned(), "it is not a folder".into()));
        }
        let home = std::env::home_dir().and_then(|home| std::fs::canonicalize(home).ok());
        if real.parent().is_none() || home.as_deref() == Some(&*real) {
            return Err(RootError::TooLarge(given));
        }
        let folds_case = folds_case(&real);
        Ok(Self { path: given, real, folds_case })
    }

    /// The folder at `path` for files that are open in it, not to be read as a whole: of any size.
    pub fn loose(path: &Path) -> Self {
        let path = normalize(path);
        let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        let folds_case = folds_case(&real);
        Self { path, real, folds_case }
    }

    /// The folder, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder with symbolic links resolved.
    pub fn real(&self) -> &Path {
        &self.real
    }

    /// What is at the path now; `None` where no folder is.
    pub fn present(&self) -> Option<Present> {
        let real = std::fs::canonicalize(&self.path).ok()?;
        let metadata = real.metadata().ok().filter(Metadata::is_dir)?;
        #[cfg(unix)]
        let id = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let id = None;
        Some(Present { real, id, made: metadata.created().ok() })
    }

    /// Whether the path still leads to the real place that this root keeps its files in.
    pub fn leads_to(&self, present: &Present) -> bool {
        present.real == self.real
    }

    /// `path` (absolute) relative to the vault, with `/`. `None` where it is outside or is not
    /// Unicode. Nothing is asked of the disk.
    pub fn relative(&self, path: &Path) -> Option<VaultPath> {
        let path = normalize(path);
        join_segments(self.below(&path)?)
    }

    /// The rest of an absolute path below the folder, which it may name in another case where the disk has
    /// no regard to that. Nothing is asked of the disk.
    pub(super) fn below<'p>(&self, path: &'p Path) -> Option<&'p Path> {
        let roots = [&self.path, &self.real];
        let exact = roots.iter().find_map(|root| path.strip_prefix(root).ok());
        exact.or_else(|| roots.iter().filter(|_| self.folds_case).find_map(|root| strip_caseless(path, root)))
    }

    /// [`Self::relative`] of the real file behind `path`: another spelling of its case, or the
    /// target of a symbolic link. `None` where that is outside, or there is no such file.
    pub fn relative_real(&self, path: &Path) -> Option<VaultPath> {
        self.relative_of_real(&std::fs::canonicalize(path).ok()?)
    }

    /// The same of a path whose symbolic links are resolved. Nothing is asked of the disk.
    pub fn relative_of_real(&self, real: &Path) -> Option<VaultPath> {
        join_segments(real.strip_prefix(&self.real).ok()?)
    }

    /// The place of `path`, relative to the vault, whether or not there is anything. `None` where
    /// it would be outside by its text alone.
    pub fn join(&self, path: &str) -> Option<PathBuf> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
            && !(cfg!(windows) && is_odd_on_windows(path));
        inside.then(|| self.path.join(path))
    }

    /// The place of a file or folder that is there. `None` where there is none, and where a
    /// symbolic link on the way leads outside.
    pub fn existing(&self, path: &str) -> Option<PathBuf> {
        let real = std::fs::canonicalize(self.join(path)?).ok()?;
        real.starts_with(&self.real).then_some(real)
    }

    /// The place for a file to be made. `None` where the nearest folder on the way that is there is
    /// outside.
    pub fn creatable(&self, path: &str) -> Option<PathBuf> {
        let place = self.join(path)?;
        let nearest = place.ancestors().skip(1).find(|folder| folder.symlink_metadata().is_ok())?;
        let real = std::fs::canonicalize(nearest).ok()?;
        real.starts_with(&self.real).then_some(place)
    }
}

/// The folder that is the vault of `file` where no workspace folder holds it: the nearest ancestor
/// with `.slugline.toml`, else `.obsidian/`, else `.git`. `None`: its own folder, files only.
pub fn vault_of(file: &Path) -> Option<PathBuf> {
    let nearest = |mark: &str| {
        file.ancestors()
            .skip(1)
            .find(|folder| folder.join(mark).symlink_metadata().is_ok())
            .map(Path::to_owned)
    };
    nearest(CONFIG_FILE).or_else(|| nearest(".obsidian")).or_else(|| nearest(".git"))
}

/// Whether the disk finds the folder `real` by another case of its name too.
fn folds_case(real: &Path) -> bool {
    let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    let other = |name: &str| name.chars().map(swap).collect::<String>();
    // The nearest folder whose name has a case.
    let named = real.ancestors().find_map(|folder| {
        let name = folder.file_name()?.to_str()?;
        let other = other(name);
        (other != name).then(|| (folder, folder.with_file_name(other)))
    });
    let Some((folder, other)) = named else { return false };
    let is_link = other.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    !is_link && std::fs::canonicalize(other).is_ok_and(|other| is_same(folder, &other))
}

#[cfg(unix)]
fn is_same(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |path: &Path| path.metadata().map(|metadata| (metadata.dev(), metadata.ino())).ok();
    id(a).is_some() && id(a) == id(b)
}

#[cfg(not(unix))]
fn is_same(a: &Path, b: &Path) -> bool {
    a == b
}

/// `path` behind the segments of `root`, whatever their case.
fn strip_caseless<'p>(path: &'p Path, root: &Path) -> Option<&'p Path> {
    let mut rest = path.components();
    let folded = |part: Component| Some(part.as_os_str().to_str()?.to_lowercase());
    for own in root.components() {
        let other = rest.next()?;
        if own != other && (folded(own).is_none() || folded(own) != folded(other)) {
            return None;
        }
    }
    Some(rest.as_path())
}

/// Whether Windows would take a path between `/` for another one: a `\\` parts segments, a `:` names a
/// drive or a stream of a file, and a dot or blank at the end of a segment is dropped.
fn is_odd_on_windows(path: &str) -> bool {
    path.contains(['\\', ':']) || path.split('/').any(|segment| segment.ends_with(['.', ' ']))
}

/// `path` without `.` and `..`, by its text alone.
fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// The segments of a relative path joined by `/`; `None` where one is not Unicode.
pub(super) fn join_segments(path: &Path) -> Option<VaultPath> {
    let mut out = String::with_capacity(path.as_os_str().len());
    for part in path.components() {
        if !out.is_empty() {
            out.push('/');
        }
        out.push_str(part.as_os_str().to_str()?);
    }
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_outside() {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        std::fs::create_dir_all(vault.join("in")).unwrap();
        std::fs::write(dir.path().join("secret.md"), "x").unwrap();
        std::fs::write(vault.join("in/note.md"), "x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(dir.path(), vault.join("out")).unwrap();
        let root = Root::new(&vault).unwrap();
        let by_link = ["out/secret.md", "out/new.md"].into_iter().filter(|_| cfg!(unix));
        for outside in ["../secret.md", "/etc/passwd", "in/../../secret.md", "./x"].into_iter().chain(by_link)
        {
            assert_eq!(root.existing(outside), None, "{outside}");
            assert_eq!(root.creatable(outside), None, "{outside}");
        }
        assert!(root.existing("in/note.md").is_some());
        assert!(root.creatable("new/deep/note.md").is_some());
        assert_eq!(root.relative(&vault.join("in/../in/note.md")).as_deref(), Some("in/note.md"));
        assert_eq!(root.relative(&vault.join("../secret.md")), None);
    }

    /// As on most disks of macOS and Windows.
    #[test]
    fn on_a_disk_without_regard_to_case_the_folder_has_any_case() {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("Notes");
        std::fs::create_dir(&vault).unwrap();
        let root = Root::new(&vault).unwrap();
        let other = dir.path().join("nOTES/Sub/A.md");
        for (folds_case, found) in [(true, Some("Sub/A.md")), (false, None)] {
            let root = Root { folds_case, ..root.clone() };
            assert_eq!(root.relative(&other).as_deref(), found, "{folds_case}");
            assert_eq!(root.relative(&vault.join("a.md")).as_deref(), Some("a.md"));
            assert_eq!(root.relative(&dir.path().join("notesbook/a.md")), None);
        }
        // A link says nothing of the disk.
        #[cfg(unix)]
        if !root.folds_case {
            std::os::unix::fs::symlink("Notes", dir.path().join("nOTES")).unwrap();
            assert!(!Root::new(&vault).unwrap().folds_case);
        }
    }

    #[test]
    fn what_windows_takes_for_another_path_is_none() {
        for odd in ["a\\b.md", "a.md:stream", "c:/a.md", "a/b.", "a /b.md", "a/.."] {
            assert!(is_odd_on_windows(odd), "{odd}");
        }
        for plain in ["a.md", "a b/c.d.md", ".slugline.toml", "é/日本.md"] {
            assert!(!is_odd_on_windows(plain), "{plain}");
        }
    }

    #[test]
    fn a_home_or_a_disk_is_no_vault() {
        assert!(matches!(Root::new(Path::new("/")), Err(RootError::TooLarge(_))));
        if let Some(home) = std::env::home_dir().filter(|home| home.is_dir()) {
            assert!(matches!(Root::new(&home), Err(RootError::TooLarge(_))));
        }
        assert!(matches!(Root::new(Path::new("/no/such/folder")), Err(RootError::Unreadable(..))));
    }

    #[test]
    fn the_nearest_mark_of_the_strongest_kind_names_the_vault() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("a/b/c");
        std::fs::create_dir_all(&deep).unwrap();
        let file = deep.join("note.md");
        std::fs::create_dir(dir.path().join("a/b/.git")).unwrap();
        assert_eq!(vault_of(&file), Some(dir.path().join("a/b")));
        std::fs::create_dir(dir.path().join("a/.obsidian")).unwrap();
        assert_eq!(vault_of(&file), Some(dir.path().join("a")));
        std::fs::write(dir.path().join(CONFIG_FILE), "").unwrap();
        assert_eq!(vault_of(&file), Some(dir.path().to_owned()));
    }
}
