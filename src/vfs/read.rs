use std::borrow::Cow;
use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, Read, Seek, SeekFrom};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustc_hash::FxBuildHasher;

use super::Root;
use crate::text::Span;

/// What a file holds.
#[derive(Debug)]
pub enum Content<'r> {
    /// Its text, without a byte order mark; bytes that are not UTF-8 became U+FFFD.
    Text(Cow<'r, str>),
    /// It is larger than was allowed: its length in bytes.
    TooLarge(u64),
}

/// Why a file is not read.
#[derive(Debug)]
pub enum ReadError {
    /// There is none.
    Gone,
    /// It is a folder, a FIFO, a socket or a device.
    Irregular,
    /// A symbolic link on the way leads out of the vault.
    Outside,
    /// The system refuses.
    Refused(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gone => f.write_str("there is no such file"),
            Self::Irregular => f.write_str("not a regular file"),
            Self::Outside => f.write_str("it is a link that leads out of the vault"),
            Self::Refused(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Gone,
            io::ErrorKind::IsADirectory => Self::Irregular,
            _ => Self::Refused(error),
        }
    }
}

/// Size and time of a file, hashed: equal as long as nobody wrote to it. Times are only compared,
/// never ordered, so that a clock that jumps does no harm. A vault keeps one for each note.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stamp(NonZeroU64);

impl Stamp {
    pub(super) fn new(metadata: &Metadata) -> Self {
        let time = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let hash = FxBuildHasher.hash_one((metadata.len(), time));
        Self(NonZeroU64::new(hash).unwrap_or(NonZeroU64::MIN))
    }

    /// As a number, for who keeps it elsewhere: equal for as long as the program is the same.
    pub(super) fn get(self) -> u64 {
        self.0.get()
    }

    /// The same of who may read the file, where the system tells when that changes: equal as long as a file
    /// that was refused will be refused again.
    #[cfg(unix)]
    pub(super) fn of_rights(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let hash = FxBuildHasher.hash_one((metadata.ctime(), metadata.ctime_nsec(), metadata.ino()));
        Some(Self(NonZeroU64::new(hash).unwrap_or(NonZeroU64::MIN)))
    }

    #[cfg(not(unix))]
    pub(super) fn of_rights(_: &Metadata) -> Option<Self> {
        None
    }
}

/// Reads one file after another into one buffer.
#[derive(Debug, Default)]
pub struct FileReader {
    /// As long as was ever needed: only a file's own part of it is read.
    bytes: Vec<u8>,
    /// The folder of the vault that all files are in.
    folder: Option<Folder>,
}

/// Buffers above this many bytes are given back after the file that needed them.
const MAX_KEPT_BUFFER_BYTES: usize = 1 << 20;

/// Some programs put it in front of a text.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl FileReader {
    /// A reader with nothing in its buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same for who reads many files of the vault, all of which were just seen to be regular ones.
    pub(super) fn of_many(root: &Root) -> Self {
        Self { folder: Folder::open(root), ..Self::default() }
    }

    /// Reads the file at `path`, relative to the vault, unless it is larger than `max` bytes.
    ///
    /// # Errors
    /// When there is none, it cannot be read, is outside the vault, or is no regular file (a FIFO is
    /// never waited for).
    pub fn read(&mut self, root: &Root, path: &str, max: u64) -> Result<Content<'_>, ReadError> {
        self.read_stamped(root, path, max).map(|(content, _)| content)
    }

    /// Reads the bytes `part` of the file at `path`, as far as it has them, likewise. What it cuts of characters
    /// becomes U+FFFD.
    ///
    /// # Errors
    /// Likewise.
    pub(super) fn read_part(
        &mut self,
        root: &Root,
        path: &str,
        part: Span,
        max: u64,
    ) -> Result<Content<'_>, ReadError> {
        let (mut file, metadata) = open(root, &root.join(path).ok_or(ReadError::Outside)?)?;
        if metadata.len() > max {
            return Ok(Content::TooLarge(metadata.len()));
        }
        self.bytes.clear();
        (&mut file).take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut self.bytes)?;
        let mark = if self.bytes == BYTE_ORDER_MARK.as_bytes() { self.bytes.len() } else { 0 };
        self.bytes.clear();
        file.seek(SeekFrom::Start((mark + part.start()) as u64))?;
        file.take(part.len() as u64).read_to_end(&mut self.bytes)?;
        Ok(Content::Text(decode(&self.bytes)))
    }

    pub(super) fn read_stamped(
        &mut self,
        root: &Root,
        path: &str,
        max: u64,
    ) -> Result<(Content<'_>, Stamp), ReadError> {
        let place = root.join(path).ok_or(ReadError::Outside)?;
        let opened = self.folder.as_ref().and_then(|folder| folder.file(path));
        let opened = opened.map_or_else(|| open(root, &place), Ok)?;
        let (bytes, stamp) = match self.read_opened(opened, || open(root, &place), max)? {
            (Bytes::All(bytes), stamp) => (bytes, stamp),
            (Bytes::TooMany(len), stamp) => return Ok((Content::TooLarge(len), stamp)),
        };
        Ok((Content::Text(decode(bytes)), stamp))
    }

    /// What is at `place`, which is in the vault by its text.
    pub(super) fn read_bytes(
        &mut self,
        root: &Root,
        place: &Path,
        max: u64,
    ) -> Result<(Bytes<'_>, Stamp), ReadError> {
        self.read_opened(open(root, place)?, || open(root, place), max)
    }

    /// What the `opened` file holds, which is opened `again` where somebody writes to it meanwhile.
    fn read_opened(
        &mut self,
        opened: (File, Metadata),
        again: impl Fn() -> Result<(File, Metadata), ReadError>,
        max: u64,
    ) -> Result<(Bytes<'_>, Stamp), ReadError> {
        self.bytes.truncate(MAX_KEPT_BUFFER_BYTES);
        self.bytes.shrink_to(MAX_KEPT_BUFFER_BYTES);
        let (mut file, metadata) = opened;
        let (mut len, mut stamp) = (metadata.len(), Stamp::new(&metadata));
        let mut read = 0;
        // A file that is written to while it is read is read again: half of the old and half of the
        // new text is neither. Who writes without pause is told of by the watcher.
        for _ in 0..3 {
            if len > max {
                return Ok((Bytes::TooMany(len), stamp));
            }
            read = match usize::try_from(len) {
                // That nothing follows, the length says: it need not be asked for. Some systems know of none.
                Ok(len) if len > 0 => fill(&mut file, &mut self.bytes, len)?,
                _ => {
                    self.bytes.clear();
                    (&mut file).take(max.saturating_add(1)).read_to_end(&mut self.bytes)?
                }
            };
            let after = file.metadata()?;
            let after = (after.len(), Stamp::new(&after));
            if after == (len, stamp) {
                break;
            }
            (len, stamp) = after;
            file = again()?.0;
        }
        if read as u64 > max {
            return Ok((Bytes::TooMany(read as u64), stamp));
        }
        Ok((Bytes::All(self.bytes.get(..read).unwrap_or_default()), stamp))
    }
}

/// Reads `len` bytes into the beginning of `bytes`; how many there were.
fn fill(file: &mut File, bytes: &mut Vec<u8>, len: usize) -> io::Result<usize> {
    if bytes.len() < len {
        bytes.resize(len, 0);
    }
    let mut read = 0;
    while let Some(rest) = bytes.get_mut(read..len).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// The text of a file's bytes: without a byte order mark; what is not UTF-8 becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap_or(bytes);
    // Whole notes are nearly always UTF-8, and saying so is several times faster than replacing.
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// What a file holds, whatever it means.
pub(super) enum Bytes<'r> {
    All(&'r [u8]),
    /// More than was allowed: how many.
    TooMany(u64),
}

/// The only way to a file's content: what is checked is the file that has been opened, for what is
/// at `place` may be exchanged at any time.
fn open(root: &Root, place: &Path) -> Result<(File, Metadata), ReadError> {
    // Asked before, for opening a device may already act on it; and again of the open file.
    if !std::fs::metadata(place)?.is_file() {
        return Err(ReadError::Irregular);
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Opening a FIFO would wait for its writer.
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(place)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(ReadError::Irregular);
    }
    let inside = match real_path(&file) {
        Some(real) => real.starts_with(root.real()),
        None => is_at_place_inside(&file, root, place),
    };
    if inside { Ok((file, metadata)) } else { Err(ReadError::Outside) }
}

/// The folder of a vault, held open: where the system can look for a file there and nowhere else, nobody has to
/// ask where the file is that was opened, which takes longer than opening it.
#[derive(Debug)]
struct Folder {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    folder: File,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Folder {
    fn open(root: &Root) -> Option<Self> {
        let folder = File::open(root.path()).ok()?;
        (real_path(&folder)? == root.real()).then_some(Self { folder })
    }

    /// The file at `path`. `None` where [`open`] says why, or finds it: behind a link by its absolute path.
    fn file(&self, path: &str) -> Option<(File, Metadata)> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let beneath = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        let file = File::from(openat2(&self.folder, path, flags, Mode::empty(), beneath).ok()?);
        let metadata = file.metadata().ok().filter(Metadata::is_file)?;
        Some((file, metadata))
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Folder {
    fn open(_: &Root) -> Option<Self> {
        None
    }

    fn file(&self, _: &str) -> Option<(File, Metadata)> {
        None
    }
}

/// Where an open file is, as the system knows it; `None` where it does not say.
fn real_path(file: &File) -> Option<PathBuf> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use std::os::fd::AsRawFd;
        std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).ok()
    }
    #[cfg(target_vendor = "apple")]
    {
        use std::os::unix::ffi::OsStringExt;
        let path = rustix::fs::getpath(file).ok()?;
        Some(std::ffi::OsString::from_vec(path.into_bytes()).into())
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = file;
        None
    }
}

/// Whether the open file is the one at the real place behind `place`, and that is in the vault.
fn is_at_place_inside(file: &File, root: &Root, place: &Path) -> bool {
    // It may just have been saved by renaming.
    for _ in 0..3 {
        let Ok(real) = std::fs::canonicalize(place) else { return false };
        if !real.starts_with(root.real()) {
            return false;
        }
        let (Ok(open), Ok(there)) = (file.metadata(), real.symlink_metadata()) else { return false };
        let unmoved = std::fs::canonicalize(place).is_ok_and(|again| again == real);
        if is_same(&open, &there) && unmoved {
            return true;
        }
    }
    false
}

#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    b.is_file() && a.created().ok() == b.created().ok() && Stamp::new(a) == Stamp::new(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_bytes_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let root = Root::new(dir.path()).unwrap();
        let path = dir.path().join("a.md");
        let mut reader = FileReader::new();
        for (bytes, text) in [
            (b"".as_slice(), ""),
            (b"a\r\nb\rc", "a\r\nb\rc"),
            (b"\xef\xbb\xbf---\n", "---\n"),
            (b"a\xffb\xc3", "a\u{fffd}b\u{fffd}"),
            (b"a\0b", "a\0b"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            match reader.read(&root, "a.md", 100).unwrap() {
                Content::Text(found) => assert_eq!(found, text),
                Content::TooLarge(_) => panic!("{text:?}"),
            }
        }
        std::fs::write(&path, vec![b'x'; 101]).unwrap();
        assert!(matches!(reader.read(&root, "a.md", 100), Ok(Content::TooLarge(101))));
        assert!(reader.read(&root, "", 100).is_err(), "a folder");
        assert!(matches!(reader.read(&root, "gone.md", 100), Err(ReadError::Gone)));
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.md");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let root = Root::new(dir.path()).unwrap();
        assert!(matches!(FileReader::new().read(&root, "x.md", 100), Err(ReadError::Irregular)));
    }

    /// What the open file is asked where the system does not say its path.
    #[cfg(unix)]
    #[test]
    fn an_open_file_is_known_again_at_its_place() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        std::fs::create_dir_all(vault.join("sub")).unwrap();
        std::fs::write(vault.join("sub/a.md"), "inside").unwrap();
        std::fs::write(dir.path().join("secret.md"), "outside").unwrap();
        std::fs::write(vault.join("other.md"), "other").unwrap();
        symlink("sub/a.md", vault.join("link.md")).unwrap();
        symlink("../secret.md", vault.join("out.md")).unwrap();
        let root = Root::new(&vault).unwrap();
        let is_inside = |opened: &str, named: &str| {
            is_at_place_inside(&File::open(vault.join(opened)).unwrap(), &root, &vault.join(named))
        };
        assert!(is_inside("sub/a.md", "sub/a.md"));
        assert!(is_inside("link.md", "link.md"));
        assert!(!is_inside("out.md", "out.md"));
        assert!(!is_inside("out.md", "other.md"), "exchanged for a note after it was opened");
        assert!(!is_inside("other.md", "out.md"), "exchanged for a link after it was opened");
    }
}
