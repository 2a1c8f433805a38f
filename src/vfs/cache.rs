use std::fmt;
use std::fs::{DirBuilder, File};
use std::hash::BuildHasher;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use etcetera::BaseStrategy;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use super::{Limits, Root};
use crate::index::Facts;
use crate::settings::Settings;

/// Where the contents of notes are kept from one run to the next, as they were read, so that only notes that
/// have changed since are read again. Off by default.
///
/// There is a file for each vault, made for one program and for the settings that decide how a note is read. All of it
/// is checked before it is used: a file that is damaged, of another program or of another vault is as good as
/// none, and a note is taken from it only while its size and time are those with which it was read.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
    /// Whether what is in it is not to be used.
    anew: bool,
}

/// What a first reading had of the cache.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum CacheUse {
    /// It is off.
    #[default]
    Off,
    /// The vault is still being read.
    Unknown,
    /// The vault has too few notes.
    Small,
    /// This file had so many of the notes that were read.
    Read {
        /// The file.
        place: PathBuf,
        /// Notes that were taken from it.
        taken: usize,
        /// All notes.
        of: usize,
    },
    /// It cannot be written: a sentence.
    Unwritable(String),
}

impl fmt::Display for CacheUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Unknown => f.write_str("not known before all notes are read"),
            Self::Small => write!(f, "not used for fewer than {FEWEST_NOTES} notes"),
            Self::Read { place, taken, of } => {
                write!(f, "{}, had {taken} of {of} notes as they are now", place.display())
            }
            Self::Unwritable(why) => f.write_str(why),
        }
    }
}

/// A vault of fewer notes is read about as fast without.
pub(super) const FEWEST_NOTES: usize = if cfg!(test) { 3 } else { 256 };
/// A cache is written anew once it is wrong about more notes than these and one in [`SHARE`]: reading so few costs
/// less.
pub(super) const FEW_NOTES: usize = if cfg!(test) { 0 } else { 64 };
/// See [`FEW_NOTES`].
pub(super) const SHARE: usize = 50;
/// A file that was written less than this before it was read may have been written to again without another
/// time: some disks count in steps of two seconds.
pub(super) const FRESH: Duration = Duration::from_secs(3);
/// A cache that has not been used for so long is deleted when another is written.
const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The same of one of another program for the same vault: of an older version, mostly.
const REPLACED: Duration = Duration::from_secs(3 * 24 * 60 * 60);
/// That it is used is noted once in this time.
const USED: Duration = Duration::from_secs(24 * 60 * 60);
/// The extension of its files.
const EXTENSION: &str = "notes";
/// Bytes of facts in a block.
const BLOCK: usize = 256 << 10;

impl Cache {
    /// The one of the user: in the folder that the system has for such files. Off where there is none.
    pub fn of_user() -> Self {
        let folders = etcetera::choose_base_strategy().ok();
        Self { folder: folders.map(|folders| folders.cache_dir().join("slugline")), anew: false }
    }

    /// One in this folder, which is made when something is written.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()), anew: false }
    }

    /// The same where nothing that is in it is to be used, only written.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self { anew: true, ..self.clone() }
    }

    /// The file for a vault; `None` where the cache is off.
    pub(super) fn of_vault(&self, root: &Root, settings: &Settings, limits: &Limits) -> Option<CacheFile> {
        let folder = self.folder.as_ref()?;
        let (vault, program) = (vault(root, settings, limits), program()?);
        let hash = |identity: &str| format!("{:016x}", FxBuildHasher.hash_one(identity));
        let (stem, program_hash) = (hash(&vault), hash(&program));
        let place = folder.join(format!("{stem}-{program_hash}.{EXTENSION}"));
        Some(CacheFile { place, stem, identity: format!("{program} {vault}"), anew: self.anew })
    }
}

/// What the facts of notes depend on beside their texts and the program.
fn vault(root: &Root, settings: &Settings, limits: &Limits) -> String {
    let Limits { depth, without, named: _ } = limits;
    format!("{:?} {depth:?} {without:?} {:?}", root.real(), settings.reading())
}

/// This program, to the build.
fn program() -> Option<String> {
    let file = std::env::current_exe().ok()?.metadata().ok()?;
    Some(format!("{} {} {:?}", env!("SLUGLINE_VERSION"), file.len(), file.modified().ok()?))
}

/// The cache of one vault.
#[derive(Debug)]
pub(super) struct CacheFile {
    place: PathBuf,
    /// What the names of all files for the vault begin with, whichever program they are of.
    stem: String,
    identity: String,
    anew: bool,
}

/// A note whose facts are in a block.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept<'b> {
    pub(super) path: &'b str,
    /// That of the file when it was read.
    pub(super) stamp: u64,
    /// The bytes that each of its [parts](Facts::packed) has.
    pub(super) parts: [u32; 3],
}

/// Some notes with their facts, one behind the other.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Block<'b> {
    #[serde(borrow)]
    pub(super) notes: Vec<Kept<'b>>,
    #[serde(with = "serde_bytes")]
    pub(super) facts: &'b [u8],
}

impl CacheFile {
    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// What is in it; `None` where there is none, it is not for this vault and program, or not to be used.
    pub(super) fn read(&self) -> Option<Blocks> {
        if self.anew {
            return None;
        }
        let file = File::open(&self.place).ok()?;
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        if metadata.modified().ok()?.elapsed().is_ok_and(|unused| unused > USED) {
            // Who may not even note that can do without.
            let _ = file.set_modified(SystemTime::now());
        }
        let blocks = Blocks { rest: Mutex::new((BufReader::new(file), metadata.len())) };
        let mut identity = Vec::new();
        blocks.next(&mut identity).filter(|()| identity == self.identity.as_bytes())?;
        Some(blocks)
    }

    /// Writes it anew; whoever reads it meanwhile has the one before.
    ///
    /// # Errors
    /// When the system refuses.
    pub(super) fn write<'n>(&self, notes: impl Iterator<Item = (&'n str, u64, &'n Facts)>) -> io::Result<()> {
        let folder = self.place.parent().unwrap_or(Path::new(""));
        make_private(folder)?;
        let mut out = BufWriter::new(tempfile::NamedTempFile::new_in(folder)?);
        write_frame(&mut out, self.identity.as_bytes())?;
        let mut kept = Vec::new();
        let mut facts = Vec::new();
        for (path, stamp, one) in notes {
            let (packed, parts) = one.packed();
            facts.extend_from_slice(packed);
            kept.push(Kept { path, stamp, parts });
            if facts.len() >= BLOCK {
                write_block(&mut out, std::mem::take(&mut kept), &facts)?;
                facts.clear();
            }
        }
        write_block(&mut out, kept, &facts)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.persist(&self.place).map_err(|error| error.error)?;
        self.delete_unused(folder);
        Ok(())
    }

    /// Deletes the files of other vaults, and those of other programs for this one, that nobody uses any more.
    fn delete_unused(&self, folder: &Path) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let (name, modified) =
                (entry.file_name(), entry.metadata().and_then(|metadata| metadata.modified()));
            let name = name.to_string_lossy();
            let longest = if name.starts_with(&self.stem) { REPLACED } else { UNUSED };
            let unused = modified.is_ok_and(|at| at.elapsed().is_ok_and(|unused| unused > longest));
            if name.ends_with(&format!(".{EXTENSION}")) && unused {
                // The next one tries again.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// Makes a folder that no other user may read: what notes say is nobody else's to know.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_block(out: &mut impl Write, notes: Vec<Kept<'_>>, facts: &[u8]) -> io::Result<()> {
    let block = postcard::to_allocvec(&Block { notes, facts }).map_err(io::Error::other)?;
    write_frame(out, &block)
}

/// A length, a checksum, and the bytes that both are of.
fn write_frame(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&crc32fast::hash(bytes).to_le_bytes())?;
    out.write_all(bytes)
}

/// What is left to be read of a cache, by several threads.
#[derive(Debug)]
pub(super) struct Blocks {
    /// With the bytes that are left.
    rest: Mutex<(BufReader<File>, u64)>,
}

impl Blocks {
    /// Reads the next frame that is whole into `bytes`; `None` at the end. A damaged one is gone past as far as its
    /// length is to be trusted.
    pub(super) fn next(&self, bytes: &mut Vec<u8>) -> Option<()> {
        loop {
            let sum = self.next_frame(bytes)?;
            if crc32fast::hash(bytes) == sum {
                return Some(());
            }
        }
    }

    /// The same of any frame; the checksum that it should have.
    fn next_frame(&self, bytes: &mut Vec<u8>) -> Option<u32> {
        let mut rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, left) = &mut *rest;
        let mut word = || -> Option<u32> {
            let mut word = [0; 4];
            file.read_exact(&mut word).ok()?;
            *left = left.checked_sub(4)?;
            Some(u32::from_le_bytes(word))
        };
        let (length, sum) = (word()?, word()?);
        *left = left.checked_sub(u64::from(length))?;
        bytes.resize(usize::try_from(length).ok()?, 0);
        file.read_exact(bytes).ok()?;
        Some(sum)
    }
}

/// The block in the bytes of a frame; an empty one where it is none.
pub(super) fn block(bytes: &[u8]) -> Block<'_> {
    postcard::from_bytes(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::vfs::{Loaded, load};

    /// A vault and a cache on the disk.
    struct Disk {
        dir: tempfile::TempDir,
        settings: Settings,
        /// Seconds since the files were written.
        age: u64,
    }

    impl Disk {
        fn new(notes: &[(&str, &str)]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join("vault")).unwrap();
            let disk = Self { dir, settings: Settings::default(), age: 1000 };
            notes.iter().for_each(|(path, text)| disk.write(path, text));
            disk
        }

        fn place(&self, path: &str) -> PathBuf {
            self.dir.path().join("vault").join(path)
        }

        fn folder(&self) -> PathBuf {
            self.dir.path().join("cache/slugline")
        }

        fn write(&self, path: &str, text: &str) {
            std::fs::write(self.place(path), text).unwrap();
            let written = SystemTime::now() - Duration::from_secs(self.age);
            File::options().append(true).open(self.place(path)).unwrap().set_modified(written).unwrap();
        }

        fn load(&self, cache: Cache) -> Loaded {
            let root = Arc::new(Root::new(&self.place("")).unwrap());
            load(&root, Arc::new(self.settings.clone()), Limits::default(), &cache, &|_, _| {})
        }

        /// Reads the vault with the cache; how many of how many notes were taken from it.
        fn taken(&self) -> (usize, usize) {
            match self.load(Cache::in_folder(self.folder())).cache {
                CacheUse::Read { taken, of, .. } => (taken, of),
                other => panic!("{other}"),
            }
        }

        /// The files of the cache.
        fn files(&self) -> Vec<PathBuf> {
            std::fs::read_dir(self.folder()).into_iter().flatten().map(|file| file.unwrap().path()).collect()
        }
    }

    /// All that is known of the notes of a vault.
    fn picture(loaded: &Loaded) -> BTreeMap<String, Option<Facts>> {
        let index = &loaded.index;
        index.notes().map(|note| (index.path(note).to_owned(), index.facts(note).cloned())).collect()
    }

    const NOTES: [(&str, &str); 4] = [
        ("a.md", "# Alpha\n[[b]] and [[c#Part]]\n"),
        ("b.md", "---\ntitle: Beta\nvideo_id: twD4yMo0n-1\n---\n[0:12] #tag\n"),
        ("c.md", "## Part\ntext ^block\n"),
        ("d.md", "no links\n"),
    ];

    #[test]
    fn only_what_has_changed_is_read_again() {
        let mut disk = Disk::new(&NOTES);
        assert_eq!(disk.taken(), (0, 4), "there is none");
        assert_eq!(disk.taken(), (4, 4));
        disk.write("d.md", "now [[a]]\n");
        assert_eq!(disk.taken(), (3, 4), "another size");
        assert_eq!(disk.taken(), (4, 4), "it is kept");
        disk.age -= 10;
        disk.write("d.md", "now [[b]]\n");
        assert_eq!(disk.taken(), (3, 4), "another time");
        std::fs::remove_file(disk.place("a.md")).unwrap();
        disk.write("new.md", "# New\n");
        assert_eq!(disk.taken(), (3, 4), "one is gone, one is new");
        let (with, without) = (disk.load(Cache::in_folder(disk.folder())), disk.load(Cache::default()));
        assert_eq!(picture(&with), picture(&without));
        assert_eq!(without.cache, CacheUse::Off);
    }

    /// Between two writes of one second no time may lie.
    #[test]
    fn a_note_that_was_only_just_written_is_not_kept() {
        let mut disk = Disk::new(&NOTES);
        disk.age = 0;
        disk.write("d.md", "only now\n");
        assert_eq!(disk.taken(), (0, 4));
        assert_eq!(disk.taken(), (3, 4));
    }

    #[test]
    fn a_cache_is_for_one_vault_and_its_settings() {
        let mut disk = Disk::new(&NOTES);
        disk.taken();
        disk.settings.extensions.push("txt".into());
        assert_eq!(disk.taken(), (0, 4), "other settings");
        disk.settings.extensions.pop();
        assert_eq!(disk.taken(), (4, 4), "both have theirs");
        disk.settings.inlay_hints = false;
        assert_eq!(disk.taken(), (4, 4), "by which notes do not read otherwise");
        let other = Disk::new(&NOTES);
        other.taken();
        for (theirs, ours) in other.files().iter().zip(disk.files()) {
            std::fs::copy(theirs, ours).unwrap();
        }
        disk.files().iter().skip(1).for_each(|file| std::fs::remove_file(file).unwrap());
        disk.settings.extensions = vec!["md".into(), "markdown".into()];
        let found: Vec<_> = [disk.taken(), disk.taken()].into();
        assert_eq!(found, [(0, 4), (4, 4)], "one of another vault is replaced");
    }

    #[test]
    fn it_may_be_written_anew_without_being_used() {
        let disk = Disk::new(&NOTES);
        disk.taken();
        let anew = disk.load(Cache::in_folder(disk.folder()).anew());
        assert!(matches!(anew.cache, CacheUse::Read { taken: 0, .. }), "{}", anew.cache);
        assert_eq!(disk.taken(), (4, 4));
    }

    #[test]
    fn small_vaults_have_none() {
        let disk = Disk::new(&NOTES[..2]);
        assert_eq!(disk.load(Cache::in_folder(disk.folder())).cache, CacheUse::Small);
        assert_eq!(disk.files(), [] as [PathBuf; 0]);
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_done_without() {
        let disk = Disk::new(&NOTES);
        std::fs::write(disk.dir.path().join("cache"), "a file").unwrap();
        let loaded = disk.load(Cache::in_folder(disk.folder()));
        assert!(loaded.cache.to_string().starts_with("cannot write "), "{}", loaded.cache);
        assert_eq!(picture(&loaded), picture(&disk.load(Cache::default())));
    }

    #[test]
    fn what_nobody_has_used_for_a_month_is_deleted() {
        let disk = Disk::new(&NOTES);
        std::fs::create_dir_all(disk.folder()).unwrap();
        let old = SystemTime::now() - UNUSED - Duration::from_secs(60);
        for name in ["old.notes", "old.txt", "new.notes"] {
            let file = File::create(disk.folder().join(name)).unwrap();
            file.set_modified(if name.starts_with("old") { old } else { SystemTime::now() }).unwrap();
        }
        disk.taken();
        let has = |name: &str| disk.folder().join(name).exists();
        assert_eq!((has("old.notes"), has("old.txt"), has("new.notes")), (false, true, true));
        assert_eq!(disk.files().len(), 3, "{:?}", disk.files());

        // One of another version for the same vault goes sooner.
        let ours = disk.files().into_iter().find(|file| file.to_string_lossy().contains('-')).unwrap();
        let name = ours.file_name().unwrap().to_str().unwrap();
        let other = disk.folder().join(format!("{}-0.notes", name.split('-').next().unwrap()));
        let file = File::create(&other).unwrap();
        disk.write("d.md", "x");
        disk.taken();
        assert!(other.exists());
        file.set_modified(SystemTime::now() - REPLACED - Duration::from_secs(60)).unwrap();
        disk.write("d.md", "longer");
        disk.taken();
        assert!(!other.exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let disk = Disk::new(&NOTES);
        disk.taken();
        let mode = |place: &Path| place.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&disk.folder()), mode(&disk.files()[0])), (0o700, 0o600));
    }

    /// What happens between two runs.
    #[derive(Clone, Debug)]
    enum Event {
        Write(usize, usize),
        Remove(usize),
        /// A byte of the cache is another, at this part of its length in 65536ths.
        Damage(u16, u8),
        /// It ends there.
        Cut(u16),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            3 => (0..6_usize, 0..NOTES.len()).prop_map(|(note, text)| Event::Write(note, text)),
            1 => (0..6_usize).prop_map(Event::Remove),
            3 => (any::<u16>(), 1..=u8::MAX).prop_map(|(at, by)| Event::Damage(at, by)),
            1 => any::<u16>().prop_map(Event::Cut),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn a_vault_is_the_same_with_a_cache_whatever_has_happened(runs in prop::collection::vec(prop::collection::vec(event(), 0..4), 1..5)) {
            let mut disk = Disk::new(&NOTES);
            for events in runs {
                for event in events {
                    disk.age -= 1;
                    match event {
                        Event::Write(note, text) => disk.write(&format!("{note}.md"), NOTES[text].1),
                        Event::Remove(note) => drop(std::fs::remove_file(disk.place(&format!("{note}.md")))),
                        Event::Damage(at, by) => for file in disk.files() {
                            let mut bytes = std::fs::read(&file).unwrap();
                            let at = (bytes.len() * usize::from(at)) >> 16;
                            bytes[at] ^= by;
                            std::fs::write(&file, bytes).unwrap();
                        },
                        Event::Cut(at) => for file in disk.files() {
                            let bytes = std::fs::read(&file).unwrap();
                            std::fs::write(&file, &bytes[..(bytes.len() * usize::from(at)) >> 16]).unwrap();
                        },
                    }
                }
                let cached = disk.load(Cache::in_folder(disk.folder()));
                prop_assert_eq!(picture(&cached), picture(&disk.load(Cache::default())));
            }
        }
    }
}
