use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::events::{Event, Query};
use super::progress::Progress;
use crate::ide::{Analysis, Document};
use crate::index::{Change, Delta, Facts, Index, NoteId};
use crate::settings::Settings;
use crate::text::PathText;
use crate::vault::Disk;
use crate::vfs::{Config, Depth, DiskTexts, Limits, Root, read_config};

/// A vault of this session.
pub(super) type VaultId = u32;

/// Why a folder is a vault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// The client opened it.
    Workspace,
    /// It has the mark of a vault, or is the folder of an open file.
    Found(Depth),
    /// It is too large to be read: only its open files are known.
    Loose,
}

/// How far a vault has been read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// Not even the names are known; since when.
    Names(Instant),
    /// The names are known, and so many contents of so many.
    Contents(usize, usize),
    /// All of it.
    Complete,
}

/// One vault: its index, its open notes, its disk.
#[derive(Debug)]
pub(super) struct Vault {
    pub(super) root: Arc<Root>,
    pub(super) kind: Kind,
    pub(super) limits: Limits,
    pub(super) phase: Phase,
    /// Counts the readings from the start; what an earlier one still brings is dropped.
    pub(super) epoch: u64,
    pub(super) disk: Option<Disk>,
    /// How often the disk's thread has ended by a bug since somebody asked for a reading.
    pub(super) failures: u32,
    /// Whether it takes one of the system's watchers.
    pub(super) watched: bool,
    /// Since when none of its notes is open, where it is there for open notes only.
    pub(super) vacant: Option<Instant>,
    /// What waits until all is read.
    pub(super) postponed: Vec<Event>,
    /// Questions that wait for the names.
    pub(super) parked: Vec<Query>,
    pub(super) progress: Progress,
    /// What the vault's own file says; its settings are those that hold.
    pub(super) config: Config,
    /// Whether the client shows something about them.
    pub(super) config_shown: bool,
    pub(super) index: Index,
    open: imbl::OrdMap<NoteId, Arc<Document>>,
    /// Open notes by path, last opened first.
    recent: Vec<Arc<str>>,
    texts: Arc<DiskTexts>,
}

/// How many notes count as recently opened.
const RECENT: usize = 50;

impl Vault {
    /// A vault of which nothing is known; `settings` hold where its own file says nothing.
    pub(super) fn new(root: Root, kind: Kind, settings: Settings, token: String) -> Self {
        let root = Arc::new(root);
        let name = root.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let depth = if let Kind::Found(depth) = kind { depth } else { Depth::All };
        let settings = Arc::new(settings);
        Self {
            kind,
            limits: Limits { depth, ..Limits::default() },
            phase: Phase::Names(Instant::now()),
            epoch: 0,
            disk: None,
            failures: 0,
            watched: false,
            vacant: None,
            postponed: Vec::new(),
            parked: Vec::new(),
            progress: Progress::new(token, &name),
            config: Config::default(),
            config_shown: false,
            index: Index::new(Arc::clone(&settings)),
            open: imbl::OrdMap::new(),
            recent: Vec::new(),
            texts: Arc::new(DiskTexts::new(Arc::clone(&root), settings.max_file_size)),
            root,
        }
    }

    /// The settings that hold.
    pub(super) fn settings(&self) -> &Arc<Settings> {
        self.index.settings()
    }

    /// Reads the vault's own settings over `base`.
    pub(super) fn read_config(&mut self, base: &Settings) -> Arc<Settings> {
        if self.kind == Kind::Loose {
            return Arc::new(base.clone());
        }
        self.config = read_config(&self.root, base);
        Arc::clone(&self.config.settings)
    }

    /// What `slugline.doctor` tells about it. `by_editor`: the settings that the client sets;
    /// `watches`: whether the disk is watched by slugline itself.
    pub(super) fn report(&self, by_editor: &[&str], watches: bool) -> String {
        let why = match self.kind {
            Kind::Workspace => "opened by the editor",
            Kind::Found(Depth::All) => "found above an open note",
            Kind::Found(Depth::Folder) => "the folder of an open note",
            Kind::Loose => "too large to index; only open notes are known",
        };
        let state = match self.phase {
            Phase::Names(_) => "looking for notes".to_owned(),
            Phase::Contents(done, total) => format!("{done} of {total} read"),
            Phase::Complete => format!("{}, all read", self.index.len()),
        };
        let watcher = if watches || self.kind != Kind::Workspace { "built-in" } else { "the editor" };
        format!(
            "vault      {}, {why}\nnotes      {state}, {} open\nwatcher    {watcher}\n{}",
            self.root.path().display(),
            self.open.len(),
            self.config.report(self.settings(), |name| by_editor.contains(&name).then_some("the editor")),
        )
    }

    /// Forgets everything, to be read again with these settings.
    pub(super) fn reset(&mut self, settings: Arc<Settings>, token: String) {
        let name = self.root.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.epoch += 1;
        self.disk = None;
        self.phase = Phase::Names(Instant::now());
        self.progress = Progress::new(token, &name);
        self.texts = Arc::new(DiskTexts::new(Arc::clone(&self.root), settings.max_file_size));
        self.index = Index::new(settings);
        self.open = imbl::OrdMap::new();
    }

    /// The path of the note behind a file: its own, but that of the real file where a link or
    /// another spelling led to a note that is known.
    pub(super) fn path_of(&self, file: &Path) -> Option<Arc<str>> {
        let given = self.root.relative(file);
        let real = self.root.relative_real(file);
        match (given, real) {
            (Some(given), Some(real)) if given != real && self.index.note(&real).is_some() => Some(real),
            (Some(given), _) => Some(given),
            (None, real) => real,
        }
    }

    /// An open note has this text now.
    pub(super) fn put(&mut self, path: &Arc<str>, document: Arc<Document>, facts: Arc<Facts>) -> Delta {
        self.drop_open(path);
        let delta = self.index.apply(Change::Facts(Arc::clone(path), facts));
        if let Some(note) = self.index.note(path) {
            self.open.insert(note, document);
        }
        delta
    }

    /// The open note at `path` as it was last read.
    pub(super) fn document(&self, path: &str) -> Option<Arc<Document>> {
        self.open.get(&self.index.note(path)?).cloned()
    }

    /// A note was opened, for the ranking.
    pub(super) fn opened(&mut self, path: &Arc<str>) {
        self.recent.retain(|recent| recent != path);
        self.recent.insert(0, Arc::clone(path));
        self.recent.truncate(RECENT);
    }

    /// A note is open no longer; what it holds stays known until the disk has been asked.
    pub(super) fn drop_open(&mut self, path: &str) {
        if let Some(note) = self.index.note(path) {
            self.open.remove(&note);
        }
    }

    /// The open notes at `path` or below it, as they were put in.
    pub(super) fn open_below(&self, path: &str) -> Vec<(Arc<str>, Arc<Document>, Arc<Facts>)> {
        let open = self.open.iter().filter(|(note, _)| self.index.path(**note).is_within(path));
        open.filter_map(|(&note, document)| {
            let facts = self.index.facts(note)?;
            Some((Arc::from(self.index.path(note)), Arc::clone(document), Arc::clone(facts)))
        })
        .collect()
    }

    /// Whether an open note has been put in.
    pub(super) fn is_open(&self, path: &str) -> bool {
        self.index.note(path).is_some_and(|note| self.open.contains_key(&note))
    }

    /// Takes a change over that no open note stands against.
    pub(super) fn apply(&mut self, change: Change) -> Delta {
        if let Change::Gone(path) = &change {
            // Ids end with their notes: those of open ones that go are not to be found again.
            let gone: Vec<_> =
                self.open.keys().copied().filter(|&note| self.index.path(note).is_within(path)).collect();
            for note in gone {
                self.open.remove(&note);
            }
        }
        self.index.apply(change)
    }

    /// The state as it is now.
    pub(super) fn analysis(&self) -> Analysis {
        self.analysis_of(self.index.clone(), self.open.clone())
    }

    /// The state as it would be with this text of an open note.
    pub(super) fn analysis_with(
        &self,
        path: &Arc<str>,
        document: Arc<Document>,
        facts: Arc<Facts>,
    ) -> Analysis {
        let (mut index, mut open) = (self.index.clone(), self.open.clone());
        index.apply(Change::Facts(Arc::clone(path), facts));
        if let Some(note) = index.note(path) {
            open.insert(note, document);
        }
        self.analysis_of(index, open)
    }

    fn analysis_of(&self, index: Index, open: imbl::OrdMap<NoteId, Arc<Document>>) -> Analysis {
        let texts = Arc::clone(&self.texts) as Arc<dyn crate::ide::Texts>;
        let mut analysis = Analysis::new(index, open, texts);
        analysis.complete = self.phase == Phase::Complete && self.kind != Kind::Loose;
        analysis.recent = self.recent.iter().filter_map(|path| self.index.note(path)).collect();
        analysis
    }

    /// Whether the files of `folder` belong to this vault by its place alone.
    pub(super) fn holds(&self, file: &Path) -> bool {
        self.root.relative(file).is_some()
    }

    /// The place of the file with its settings.
    pub(super) fn config_place(&self) -> PathBuf {
        self.root.path().join(crate::vfs::CONFIG_FILE)
    }
}
