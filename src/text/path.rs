use std::borrow::Borrow;
use std::fmt;
use std::ops::{Bound, Deref};
use std::sync::Arc;

use arcstr::ArcStr;

/// The path of a note, another file or a folder of a vault: relative to the vault, its segments between
/// single `/` on every system. The vault's own folder is empty. In the order of the code points.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VaultPath(ArcStr);

impl VaultPath {
    /// `segments` joined.
    pub fn from_segments<'s>(segments: impl IntoIterator<Item = &'s str>) -> Self {
        let mut path = String::new();
        for segment in segments {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(segment);
        }
        path.into()
    }

    /// The paths below `folder`, for `range` of an ordered map or set; all paths where it is empty.
    pub fn range_below(folder: &str) -> (Bound<Self>, Bound<Self>) {
        if folder.is_empty() {
            return (Bound::Unbounded, Bound::Unbounded);
        }
        // The character behind `/` is `0`: what lies between are the paths that go on with `/`.
        let (first, end) = (format!("{folder}/"), format!("{folder}0"));
        (Bound::Included(first.into()), Bound::Excluded(end.into()))
    }
}

impl Deref for VaultPath {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for VaultPath {
    fn borrow(&self) -> &str {
        self
    }
}

impl AsRef<str> for VaultPath {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Debug for VaultPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for VaultPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl From<Arc<str>> for VaultPath {
    fn from(path: Arc<str>) -> Self {
        Self(path.into())
    }
}

impl From<VaultPath> for Arc<str> {
    fn from(path: VaultPath) -> Self {
        path.0.into()
    }
}

impl From<&str> for VaultPath {
    fn from(path: &str) -> Self {
        Self(path.into())
    }
}

impl From<String> for VaultPath {
    fn from(path: String) -> Self {
        Self(path.into())
    }
}

impl PartialEq<str> for VaultPath {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for VaultPath {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

/// What the text of a path is made of: of a [`VaultPath`], or of the target of a link, which may begin with
/// `/`, `./` or `../`.
pub trait PathText {
    /// What stands before the last segment, without the `/` behind it; empty where there is nothing.
    fn folder(&self) -> &str;

    /// The last segment.
    fn file_name(&self) -> &str;

    /// The file name without its extension; all of it where it has none.
    fn file_stem(&self) -> &str;

    /// What stands behind the last `.` of the file name, where there is something on both sides of it.
    fn extension(&self) -> Option<&str>;

    /// The segments, without empty ones.
    fn segments(&self) -> impl DoubleEndedIterator<Item = &str> + Clone;

    /// The rest of it below `folder`, where it lies there and is not the folder itself.
    fn below(&self, folder: &str) -> Option<&str>;

    /// Whether it is `folder` or lies below it.
    fn is_within(&self, folder: &str) -> bool;

    /// `path` as it leads on from this folder, `.` and `..` resolved; `None` where it leads out of the vault
    /// or names no file.
    fn join(&self, path: &str) -> Option<String>;
}

impl PathText for str {
    fn folder(&self) -> &str {
        self.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn file_name(&self) -> &str {
        self.rsplit_once('/').map_or(self, |(_, name)| name)
    }

    fn file_stem(&self) -> &str {
        let name = self.file_name();
        extension_at(name).and_then(|dot| name.get(..dot)).unwrap_or(name)
    }

    fn extension(&self) -> Option<&str> {
        let name = self.file_name();
        name.get(extension_at(name)? + 1..)
    }

    fn segments(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        self.split('/').filter(|segment| !segment.is_empty())
    }

    fn below(&self, folder: &str) -> Option<&str> {
        let rest = match folder {
            "" => self,
            _ => self.strip_prefix(folder)?.strip_prefix('/')?,
        };
        (!rest.is_empty()).then_some(rest)
    }

    fn is_within(&self, folder: &str) -> bool {
        self == folder || self.below(folder).is_some()
    }

    fn join(&self, path: &str) -> Option<String> {
        let mut segments: Vec<&str> = self.segments().collect();
        for segment in path.segments() {
            match segment {
                "." => {}
                ".." => drop(segments.pop()?),
                _ => segments.push(segment),
            }
        }
        (!matches!(path.file_name(), "" | "." | "..")).then(|| segments.join("/"))
    }
}

/// Where the dot of a file name's extension is.
fn extension_at(name: &str) -> Option<usize> {
    name.rfind('.').filter(|&dot| dot > 0 && dot + 1 < name.len())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_path_has_its_parts() {
        for (path, folder, name, stem, extension) in [
            ("a/b/c.d.md", "a/b", "c.d.md", "c.d", Some("md")),
            ("c.md", "", "c.md", "c", Some("md")),
            ("a.b/c", "a.b", "c", "c", None),
            ("a/.md", "a", ".md", ".md", None),
            ("a/c.", "a", "c.", "c.", None),
            ("/c.md", "", "c.md", "c", Some("md")),
            ("a/", "a", "", "", None),
            ("", "", "", "", None),
        ] {
            let found = (path.folder(), path.file_name(), path.file_stem(), path.extension());
            assert_eq!(found, (folder, name, stem, extension), "{path}");
        }
        assert_eq!("a//b/".segments().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(VaultPath::from_segments(["a", "b", "c.md"]), "a/b/c.md");
    }

    #[test]
    fn a_name_that_begins_alike_is_not_below() {
        for (path, folder, rest) in [
            ("a/b.md", "a", Some("b.md")),
            ("a/b/c.md", "a", Some("b/c.md")),
            ("a.md", "", Some("a.md")),
            ("ab.md", "a", None),
            ("a", "a", None),
            ("", "", None),
            ("b/a/c", "a", None),
        ] {
            assert_eq!(path.below(folder), rest, "{path} below {folder}");
            assert_eq!(path.is_within(folder), rest.is_some() || path == folder, "{path} within {folder}");
        }
    }

    #[test]
    fn the_paths_below_a_folder_are_one_range() {
        let paths = ["a", "a!/x", "a-b", "a.md", "a/b.md", "a/b/c", "a/é", "a0", "a0/x", "b"];
        let paths: BTreeSet<_> = paths.into_iter().map(VaultPath::from).collect();
        for folder in ["", "a", "a/b", "a0", "b", "c"] {
            let range: Vec<_> = paths.range(VaultPath::range_below(folder)).collect();
            let below: Vec<_> = paths.iter().filter(|path| path.below(folder).is_some()).collect();
            assert_eq!(range, below, "{folder}");
        }
    }

    #[test]
    fn a_joined_path_stays_in_the_vault() {
        for (folder, path, joined) in [
            ("a/b", "c.md", Some("a/b/c.md")),
            ("a/b", "./c.md", Some("a/b/c.md")),
            ("a/b", "../c.md", Some("a/c.md")),
            ("a/b", "../../c.md", Some("c.md")),
            ("a/b", "../../../c.md", None),
            ("", "a/../b//c", Some("b/c")),
            ("", "../c", None),
            ("a", "b/", None),
            ("a", "..", None),
            ("a", ".", None),
            ("a", "", None),
        ] {
            assert_eq!(folder.join(path).as_deref(), joined, "{path} from {folder}");
        }
    }
}
