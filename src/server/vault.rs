use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::events::{Event, Query};
use super::owner::Survey;
use super::owner::{Counting, MentionState, NearState};
use super::progress::Progress;
use crate::ide::Search;
use crate::settings::Settings;
use crate::text::VaultPath;
use crate::vault::{Disk, Vault};
use crate::vfs::{CacheUse, Config, ConfigFile, Depth, DiskTexts, Limits, Root};

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

/// A vault with what a session adds: who reads it, how far that is, who waits for it.
#[derive(Debug)]
pub(super) struct VaultSession {
    pub(super) root: Arc<Root>,
    pub(super) kind: Kind,
    pub(super) limits: Limits,
    pub(super) phase: Phase,
    /// What the last reading had of an earlier session.
    pub(super) cache: CacheUse,
    /// Whether the next reading is to have nothing of it.
    pub(super) anew: bool,
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
    /// The vault's own file, as it was read last.
    pub(super) config_file: ConfigFile,
    /// What it says; its settings are those that hold.
    pub(super) config: Config,
    /// Whether the client shows something about them.
    pub(super) config_shown: bool,
    /// What is wrong with its closed notes, where somebody asks.
    pub(super) survey: Option<Survey>,
    /// How often its notes are mentioned without a link, where somebody asks.
    pub(super) counting: Option<Counting>,
    /// What finds names of notes in plain text.
    pub(super) mentions: MentionState,
    /// Whether it is known how many links to notes that are not there it had when it was read first.
    pub(super) is_counted: bool,
    /// What tells notes that nobody has written from slips.
    pub(super) near: NearState,
    /// What it holds.
    pub(super) engine: Vault,
}

impl VaultSession {
    /// A vault of which nothing is known; `settings` hold where its own file says nothing.
    pub(super) fn new(
        root: Root,
        kind: Kind,
        settings: Settings,
        config_file: ConfigFile,
        token: String,
    ) -> Self {
        let root = Arc::new(root);
        let name = root.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let settings = Arc::new(settings);
        let texts = Arc::new(DiskTexts::new(Arc::clone(&root), settings.max_file_size));
        let mut engine = Vault::new(settings, texts);
        engine.search_near_names(Search::Later);
        let depth = if let Kind::Found(depth) = kind { depth } else { Depth::All };
        Self {
            kind,
            limits: Limits { depth, ..Limits::default() },
            phase: Phase::Names(Instant::now()),
            cache: CacheUse::Unknown,
            anew: false,
            epoch: 0,
            disk: None,
            failures: 0,
            watched: false,
            vacant: None,
            postponed: Vec::new(),
            parked: Vec::new(),
            progress: Progress::new(token, &name),
            config_file,
            config: Config::default(),
            config_shown: false,
            survey: None,
            counting: None,
            mentions: MentionState::default(),
            near: NearState::default(),
            is_counted: false,
            engine,
            root,
        }
    }

    /// Takes the vault's own settings over `base`.
    pub(super) fn configure(&mut self, base: &Settings) -> Arc<Settings> {
        if self.kind == Kind::Loose {
            return Arc::new(base.clone());
        }
        self.config = self.config_file.over(base);
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
            Phase::Names(_) => "scanning for notes".to_owned(),
            Phase::Contents(done, total) => format!("{done} of {total} read"),
            Phase::Complete => format!("{}, all read", self.engine.index().len()),
        };
        let watcher = if watches || self.kind != Kind::Workspace { "built-in" } else { "the editor" };
        format!(
            "vault      {}, {why}\nnotes      {state}, {} open\nwatcher    {watcher}\ncache      {}\n{}",
            self.root.path().display(),
            self.engine.open_notes().len(),
            self.cache,
            self.config
                .report(self.engine.settings(), |name| by_editor.contains(&name).then_some("the editor")),
        )
    }

    /// Forgets everything, to be read again with these settings.
    pub(super) fn reset(&mut self, settings: Arc<Settings>, token: String) {
        let name = self.root.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.epoch += 1;
        self.disk = None;
        self.cache = CacheUse::Unknown;
        self.phase = Phase::Names(Instant::now());
        self.progress = Progress::new(token, &name);
        let texts = DiskTexts::new(Arc::clone(&self.root), settings.max_file_size);
        self.engine.reset(settings, Arc::new(texts));
        self.survey.iter_mut().for_each(Survey::restart);
        self.counting = None;
        self.mentions = MentionState::default();
        self.near = NearState::default();
    }

    /// The path of the note behind a file: its own, but that of the `real` file where a link or another
    /// spelling led to a note that is known.
    pub(super) fn path_of(&self, file: &Path, real: Option<&Path>) -> Option<VaultPath> {
        let given = self.root.relative(file);
        let real = real.and_then(|real| self.root.relative_of_real(real));
        match (given, real) {
            (Some(given), Some(real)) if given != real && self.engine.index().note(&real).is_some() => {
                Some(real)
            }
            (Some(given), _) => Some(given),
            (None, real) => real,
        }
    }

    /// Has a question asked again once all is read. Those that nobody waits for any more go.
    pub(super) fn postpone(&mut self, query: Query) {
        let is_wanted =
            |event: &Event| !matches!(event, Event::Query(query) if query.cancelled.is_cancelled());
        self.postponed.retain(is_wanted);
        self.postponed.push(Event::Query(query));
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
