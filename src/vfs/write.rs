use std::fmt;
use std::fs::{Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::read::{Bytes, decode};
use super::{FileReader, ReadError, Root};
use crate::index::caseless;
use crate::text::Span;

/// What a byte order mark takes in a file, in bytes.
const MARK: usize = "\u{feff}".len();

/// A file of a vault with changes that are still to be made.
#[derive(Debug)]
pub struct Rewrite<'r> {
    root: &'r Root,
    /// The file itself, where its name is a symbolic link.
    place: PathBuf,
    old: Vec<u8>,
    new: Vec<u8>,
}

/// Why a file is not changed.
#[derive(Debug)]
pub enum WriteError {
    /// It cannot be read.
    Unread(ReadError),
    /// It does not hold any more what the changes were made for.
    Changed,
    /// It may not be written.
    ReadOnly,
    /// A change would replace bytes that are not UTF-8, which have no text.
    NotText,
    /// The system refuses.
    Refused(io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread(error) => error.fmt(f),
            Self::Changed => f.write_str("another program has changed it meanwhile"),
            Self::ReadOnly => f.write_str("it is read-only"),
            Self::NotText => f.write_str("it is not UTF-8 where it would be changed"),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        Self::Refused(error)
    }
}

impl<'r> Rewrite<'r> {
    /// Makes `edits` of the file at `path`, which holds `text`. Whatever they do not name stays as it is, to the
    /// byte: line ends, a byte order mark, what is not UTF-8. Nothing is written yet.
    ///
    /// # Errors
    /// When the file holds something else, cannot be read, is outside the vault, or cannot be changed there.
    pub fn new(root: &'r Root, path: &str, text: &str, edits: &[(Span, String)]) -> Result<Self, WriteError> {
        let place = root.existing(path).ok_or(WriteError::Unread(ReadError::Gone))?;
        let old = read(root, &place, text.len() + MARK)?;
        if decode(&old) != text {
            return Err(WriteError::Changed);
        }
        let new = edited(&old, edits).ok_or(WriteError::NotText)?;
        Ok(Self { root, place, old, new })
    }

    /// What the file holds.
    pub fn old(&self) -> &[u8] {
        &self.old
    }

    /// What it will hold.
    pub fn new_bytes(&self) -> &[u8] {
        &self.new
    }

    /// Whether the file may be written, as far as that shows before it is.
    ///
    /// # Errors
    /// When it may not.
    pub fn check(&self) -> Result<(), WriteError> {
        if self.place.symlink_metadata()?.permissions().readonly() {
            return Err(WriteError::ReadOnly);
        }
        // Whoever may write to the folder might replace the file without being allowed to write to it.
        OpenOptions::new().write(true).open(&self.place)?;
        Ok(())
    }

    /// Makes the changes: a file beside it is written, and takes its place, with its owner and permissions. So
    /// whoever reads the file meanwhile finds all of the changes or none.
    ///
    /// # Errors
    /// When the file has changed meanwhile, or cannot be written. It is as it was then.
    pub fn write(self) -> Result<(), WriteError> {
        self.check()?;
        let metadata = self.place.symlink_metadata()?;
        let folder = self.place.parent().unwrap_or(self.root.real());
        let mut file = tempfile::Builder::new().prefix(".slugline-").suffix(".tmp").tempfile_in(folder)?;
        // The folder may have been exchanged for a link.
        let real = std::fs::canonicalize(file.path())?;
        if real.parent() != Some(folder) || !real.starts_with(self.root.real()) {
            return Err(WriteError::Unread(ReadError::Outside));
        }
        file.write_all(&self.new)?;
        give_owner(file.as_file(), &metadata)?;
        file.as_file().set_permissions(metadata.permissions())?;
        file.as_file().sync_data()?;
        if read(self.root, &self.place, self.old.len())? != self.old {
            return Err(WriteError::Changed);
        }
        file.persist(&self.place).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Gives the file at `from` the path `to`, making the folders that it needs. No other file is replaced.
///
/// # Errors
/// When there is none, another is in its place, one of them would be outside the vault, or the system refuses.
pub fn move_file(root: &Root, from: &str, to: &str) -> Result<(), WriteError> {
    let old = root.existing(from).and(root.join(from)).ok_or(WriteError::Unread(ReadError::Gone))?;
    let new = root.creatable(to).ok_or(WriteError::Unread(ReadError::Outside))?;
    if let Some(folder) = new.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Where case does not count, the new name may be the file's own.
    let is_itself = || root.existing(to) == root.existing(from) && caseless(from) == caseless(to);
    if new.symlink_metadata().is_ok() && !is_itself() {
        return Err(WriteError::Refused(io::ErrorKind::AlreadyExists.into()));
    }
    std::fs::rename(old, new)?;
    Ok(())
}

/// The bytes of the file at `place`, of which there are at most so many.
fn read(root: &Root, place: &Path, most: usize) -> Result<Vec<u8>, WriteError> {
    match FileReader::new().read_bytes(root, place, most as u64) {
        Ok((Bytes::All(bytes), _)) => Ok(bytes.to_owned()),
        Ok((Bytes::TooMany(_), _)) => Err(WriteError::Changed),
        Err(error) => Err(WriteError::Unread(error)),
    }
}

/// `bytes` after edits of their text; `None` where one replaces something that is not text.
fn edited(bytes: &[u8], edits: &[(Span, String)]) -> Option<Vec<u8>> {
    let mark = if bytes.starts_with("\u{feff}".as_bytes()) { MARK } else { 0 };
    // Where the text goes on behind bytes that are not UTF-8: there, and in the file.
    let mut breaks = Vec::new();
    let (mut in_text, mut in_file) = (0, mark);
    for chunk in bytes.get(mark..)?.utf8_chunks() {
        in_text += chunk.valid().len();
        in_file += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            in_text += char::REPLACEMENT_CHARACTER.len_utf8();
            in_file += chunk.invalid().len();
            breaks.push((in_text, in_file));
        }
    }
    let last_break = |offset: usize| breaks.partition_point(|&(at, _)| at <= offset);
    let offset_in_file = |offset: usize| {
        let (text, file) =
            last_break(offset).checked_sub(1).and_then(|last| breaks.get(last)).copied().unwrap_or((0, mark));
        file + (offset - text)
    };
    let mut new = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for (span, text) in edits {
        if last_break(span.start()) != last_break(span.end()) {
            return None;
        }
        new.extend_from_slice(bytes.get(at..offset_in_file(span.start()))?);
        new.extend_from_slice(text.as_bytes());
        at = offset_in_file(span.end());
    }
    new.extend_from_slice(bytes.get(at..)?);
    Some(new)
}

/// Makes `file` belong to whom the file with `metadata` belongs.
#[cfg(unix)]
fn give_owner(file: &std::fs::File, metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (metadata.uid(), metadata.gid()) {
        return Ok(());
    }
    fchown(file, Some(metadata.uid()), Some(metadata.gid()))
}

#[cfg(not(unix))]
fn give_owner(_: &std::fs::File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(bytes: &[u8]) -> (tempfile::TempDir, Root, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let (root, path) = (Root::new(dir.path()).unwrap(), dir.path().join("a.md"));
        std::fs::write(&path, bytes).unwrap();
        (dir, root, path)
    }

    /// Replaces `x` by `new` in a file of these bytes.
    fn replaced(bytes: &[u8], new: &str) -> Vec<u8> {
        let (_dir, root, path) = vault(bytes);
        let text = decode(bytes);
        let edits: Vec<_> =
            text.match_indices('x').map(|(at, _)| (Span::new(at, at + 1), new.to_owned())).collect();
        Rewrite::new(&root, "a.md", &text, &edits).unwrap().write().unwrap();
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1, "nothing is left beside it");
        std::fs::read(path).unwrap()
    }

    #[test]
    fn every_other_byte_stays() {
        assert_eq!(replaced(b"x", "yy"), b"yy");
        assert_eq!(replaced(b"a x\r\nx \t\r\n\rx", "yy"), b"a yy\r\nyy \t\r\n\ryy");
        assert_eq!(replaced(b"\xef\xbb\xbfx\xef\xbb\xbfx", ""), b"\xef\xbb\xbf\xef\xbb\xbf");
        assert_eq!(replaced(b"\xffx\xc3\xa4x\xc3x\xe2\x82x\0", "y"), b"\xffy\xc3\xa4y\xc3y\xe2\x82y\0");
    }

    #[test]
    fn bytes_without_a_text_are_not_replaced() {
        let (_dir, root, path) = vault(b"a\xffb");
        let edit = |start, end| vec![(Span::new(start, end), "c".to_owned())];
        let of = |edits: &[_]| Rewrite::new(&root, "a.md", "a\u{fffd}b", edits);
        assert!(matches!(of(&edit(0, 4)), Err(WriteError::NotText)));
        of(&edit(0, 1)).unwrap().write().unwrap();
        assert_eq!(std::fs::read(path).unwrap(), b"c\xffb");
    }

    #[test]
    fn a_file_that_has_changed_is_left_alone() {
        let (_dir, root, path) = vault(b"one");
        let edits = vec![(Span::new(0, 1), "O".to_owned())];
        assert!(matches!(Rewrite::new(&root, "a.md", "two", &edits), Err(WriteError::Changed)));
        assert!(matches!(Rewrite::new(&root, "gone.md", "one", &edits), Err(WriteError::Unread(_))));
        for meanwhile in ["two", "one and more"] {
            std::fs::write(&path, "one").unwrap();
            let rewrite = Rewrite::new(&root, "a.md", "one", &edits).unwrap();
            std::fs::write(&path, meanwhile).unwrap();
            assert!(matches!(rewrite.write(), Err(WriteError::Changed)));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), meanwhile);
        }
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_moves_within_the_vault_and_replaces_no_other() {
        let (dir, root, path) = vault(b"one");
        std::fs::write(dir.path().join("b.md"), "two").unwrap();
        assert!(matches!(move_file(&root, "a.md", "b.md"), Err(WriteError::Refused(_))));
        assert!(move_file(&root, "a.md", "../c.md").is_err());
        assert!(move_file(&root, "../a.md", "c.md").is_err());
        assert!(matches!(move_file(&root, "gone.md", "c.md"), Err(WriteError::Unread(_))));
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        move_file(&root, "a.md", "new/c.md").unwrap();
        assert_eq!(std::fs::read(dir.path().join("new/c.md")).unwrap(), b"one");
        move_file(&root, "b.md", "B.md").unwrap();
        let names: Vec<_> =
            std::fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert!(names.len() == 2 && names.contains(&"B.md".into()), "{names:?}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay_and_nothing_outside_is_written() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let (dir, root, path) = vault(b"one");
        let edits = vec![(Span::new(0, 1), "O".to_owned())];
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.md", dir.path().join("link.md")).unwrap();
        Rewrite::new(&root, "link.md", "one", &edits).unwrap().write().unwrap();
        assert_eq!(std::fs::read_link(dir.path().join("link.md")).unwrap(), Path::new("a.md"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "One");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o640);

        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o440)).unwrap();
        let rewrite = Rewrite::new(&root, "a.md", "One", &edits).unwrap();
        assert!(matches!(rewrite.write(), Err(WriteError::ReadOnly)));

        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join("b.md"), "one").unwrap();
        symlink(other.path(), dir.path().join("out")).unwrap();
        symlink(other.path().join("b.md"), dir.path().join("b.md")).unwrap();
        for path in ["out/b.md", "b.md", "../b.md"] {
            assert!(Rewrite::new(&root, path, "one", &edits).is_err(), "{path}");
        }
        // Exchanged for a link after it was read.
        std::fs::create_dir(dir.path().join("sub")).unwrap();
        std::fs::write(dir.path().join("sub/b.md"), "one").unwrap();
        let rewrite = Rewrite::new(&root, "sub/b.md", "one", &edits).unwrap();
        std::fs::rename(dir.path().join("sub"), dir.path().join("was")).unwrap();
        symlink(other.path(), dir.path().join("sub")).unwrap();
        assert!(rewrite.write().is_err());
        assert_eq!(std::fs::read_to_string(other.path().join("b.md")).unwrap(), "one");
        assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 1);
    }
}
