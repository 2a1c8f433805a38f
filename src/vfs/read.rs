use std::borrow::Cow;
use std::fs::{File, Metadata, OpenOptions};
use std::hash::BuildHasher;
use std::io::{self, Read};
use std::num::NonZeroU64;
use std::path::Path;
use std::time::UNIX_EPOCH;

use rustc_hash::FxBuildHasher;

/// What a file holds.
#[derive(Debug)]
pub enum Content<'r> {
    /// Its text, without a byte order mark; bytes that are not UTF-8 became U+FFFD.
    Text(Cow<'r, str>),
    /// It is larger than was allowed: its length in bytes.
    TooLarge(u64),
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
}

/// Reads one file after another into one buffer.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
}

/// Buffers above this many bytes are given back after the file that needed them.
const KEEP: usize = 1 << 20;

impl Reader {
    /// A reader with nothing in its buffer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the file at `path` unless it is larger than `max` bytes.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or it is no regular file (a FIFO is never waited for).
    pub fn read(&mut self, path: &Path, max: u64) -> io::Result<Content<'_>> {
        self.read_stamped(path, max).map(|(content, _)| content)
    }

    pub(super) fn read_stamped(&mut self, path: &Path, max: u64) -> io::Result<(Content<'_>, Stamp)> {
        self.bytes.clear();
        self.bytes.shrink_to(KEEP);
        // Asked before it is opened, for opening a device may already act on it; and again
        // afterwards, for it may have been exchanged meanwhile.
        if !std::fs::metadata(path)?.is_file() {
            return Err(irregular());
        }
        let mut file = open(path)?;
        let (mut len, mut stamp) = stamp_of(&file)?;
        // A file that is written to while it is read is read again: half of the old and half of the
        // new text is neither. Who writes without pause is told of by the watcher.
        for _ in 0..3 {
            if len > max {
                return Ok((Content::TooLarge(len), stamp));
            }
            self.bytes.clear();
            self.bytes.reserve(usize::try_from(len).unwrap_or(0).saturating_add(1));
            (&mut file).take(max.saturating_add(1)).read_to_end(&mut self.bytes)?;
            let after = stamp_of(&file)?;
            if after == (len, stamp) {
                break;
            }
            (len, stamp) = after;
            file = open(path)?;
        }
        let read = self.bytes.len() as u64;
        if read > max {
            return Ok((Content::TooLarge(read), stamp));
        }
        let bytes = self.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.bytes);
        // Whole notes are nearly always UTF-8, and saying so is several times faster than replacing.
        let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        Ok((Content::Text(text), stamp))
    }
}

fn irregular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file")
}

fn stamp_of(file: &File) -> io::Result<(u64, Stamp)> {
    let metadata = file.metadata()?;
    if metadata.is_file() { Ok((metadata.len(), Stamp::new(&metadata))) } else { Err(irregular()) }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Opening a FIFO would wait for its writer.
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_bytes_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.md");
        let mut reader = Reader::new();
        for (bytes, text) in [
            (b"".as_slice(), ""),
            (b"a\r\nb\rc", "a\r\nb\rc"),
            (b"\xef\xbb\xbf---\n", "---\n"),
            (b"a\xffb\xc3", "a\u{fffd}b\u{fffd}"),
            (b"a\0b", "a\0b"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            match reader.read(&path, 100).unwrap() {
                Content::Text(found) => assert_eq!(found, text),
                Content::TooLarge(_) => panic!("{text:?}"),
            }
        }
        std::fs::write(&path, vec![b'x'; 101]).unwrap();
        assert!(matches!(reader.read(&path, 100), Ok(Content::TooLarge(101))));
        assert!(reader.read(dir.path(), 100).is_err(), "a folder");
        assert!(reader.read(&dir.path().join("gone.md"), 100).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_is_not_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.md");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        assert!(Reader::new().read(&path, 100).is_err());
    }
}
