//! What a user may set, and the codes and severities of diagnostics.
//!
//! One table, [`SETTINGS`], is the source of defaults, of checking and of every list of settings.
//! Absent from this layer: where a setting was read from, files, the protocol.

mod apply;
mod codes;
mod kinds;
mod table;

pub use apply::{Applied, Invalid};
pub use codes::{Code, Severity};
pub use kinds::KindSettings;
pub use table::{SETTINGS, Setting, schema};

use std::fmt;
use std::sync::Arc;

use crate::sources::SourceKinds;
use crate::text::PathText;

/// How a completed link is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkStyle {
    /// `[[big_topic]]`.
    Slug,
    /// `[[big_topic | Big Topic]]`.
    SlugTitle,
    /// `[[Big Topic]]`.
    Title,
}

/// How a timestamp is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimestampStyle {
    /// `<a class="yt-timestamp" data-t="00:04:32">[00:04:32]</a>`.
    Html,
    /// `[4:32](https://…&t=272s)`.
    Markdown,
    /// `[04:32]`.
    Bare,
}

/// The settings of one vault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// File extensions of notes, without the dot; default `md`, `markdown`.
    pub extensions: Vec<String>,
    /// Whether `.gitignore` and `.ignore` hide files; default true.
    pub respect_gitignore: bool,
    /// More patterns of files to leave out, in `.gitignore` syntax.
    pub exclude: Vec<String>,
    /// Files above this size, in bytes, are indexed by name only; default 10 MiB.
    pub max_file_size: u64,
    /// How completion writes a link; `None`: as most links of the vault are written.
    pub link_style: Option<LinkStyle>,
    /// Whether the titles behind bare slugs are shown; default true.
    pub inlay_hints: bool,
    /// Whether chapters of videos are shown behind timestamps; default false.
    pub chapter_hints: bool,
    /// Whether hovers show pictures of videos, which the editor fetches; default false.
    pub hover_thumbnail: bool,
    /// Whether hovers of notes say how often other notes mention them without a link; default false.
    pub hover_mentions: bool,
    /// Whether backlinks are shown above notes and headings.
    pub code_lens: bool,
    /// Severities that differ from the defaults, by code.
    pub severity: Vec<(Code, Severity)>,
    /// The same for folders: path prefix relative to the vault, code, severity; later entries win.
    pub folder_severity: Vec<(String, Code, Severity)>,
    /// Severity of links to notes that nobody has written yet; `None`: that of every broken link.
    pub unwritten: Option<Severity>,
    /// The kinds of sources that notes cite: [`Settings::kinds`] has them.
    pub source_kinds: KindSettings,
    /// Folder of daily notes, relative to the vault; `None`: Obsidian's, else the root.
    pub daily_note_folder: Option<String>,
    /// Their names, as dates in Obsidian's letters; `None`: Obsidian's, else `YYYY-MM-DD`.
    pub daily_note_format: Option<String>,
    /// Their template, likewise.
    pub daily_note_template: Option<String>,
    /// Whether who asks for the diagnostics of the workspace gets those of notes that are not open.
    pub workspace_diagnostics: bool,
    /// Folders with captions and metadata beside the vault's own files: absolute, relative to the vault, or
    /// from `~` on.
    pub source_paths: Vec<String>,
    /// The language of captions; `None`: the note's, else the one that is spoken.
    pub source_language: Option<String>,
    /// How a timestamp is written in a note that has none yet; default HTML.
    pub timestamp_style: TimestampStyle,
    /// Folder of notes made by "create note", relative to the vault; `None`: beside the linking note.
    pub new_note_folder: Option<String>,
    /// What notes made by "create note" begin with: a file, relative to the vault; `None`: a title.
    pub new_note_template: Option<String>,
    /// Folder of templates, relative to the vault; `None`: Obsidian's, else that of a template that is set, else
    /// `templates`.
    pub templates_folder: Option<String>,
    /// Folder of pasted pictures, relative to the vault, or from `./` on to the note; `None`: Obsidian's, else the
    /// note's own.
    pub attachments_folder: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extensions: vec!["md".into(), "markdown".into()],
            respect_gitignore: true,
            exclude: Vec::new(),
            max_file_size: 10 * 1024 * 1024,
            link_style: None,
            inlay_hints: true,
            chapter_hints: false,
            hover_thumbnail: false,
            hover_mentions: false,
            code_lens: true,
            severity: Vec::new(),
            unwritten: None,
            folder_severity: Vec::new(),
            source_kinds: KindSettings::default(),
            daily_note_folder: None,
            daily_note_format: None,
            daily_note_template: None,
            workspace_diagnostics: false,
            source_paths: Vec::new(),
            source_language: None,
            timestamp_style: TimestampStyle::Html,
            new_note_folder: None,
            new_note_template: None,
            templates_folder: None,
            attachments_folder: None,
        }
    }
}

impl Settings {
    /// The severity of `code` in the note at `path` (relative to the vault, with `/`).
    pub fn severity(&self, code: Code, path: &str) -> Severity {
        let in_folder = |folder: &str| {
            let folder = folder.trim_matches('/');
            folder.is_empty() || path.below(folder).is_some()
        };
        let by_folder =
            self.folder_severity.iter().rev().find(|(folder, c, _)| *c == code && in_folder(folder));
        let by_code = || self.severity.iter().rev().find(|(c, _)| *c == code).map(|(_, severity)| *severity);
        by_folder.map(|(_, _, severity)| *severity).or_else(by_code).unwrap_or(code.default_severity())
    }

    /// Whether `code` is reported anywhere.
    pub fn reports(&self, code: Code) -> bool {
        let set = self.folder_severity.iter().map(|(_, code, severity)| (code, severity));
        let mut set = set.chain(self.severity.iter().map(|(code, severity)| (code, severity)));
        code.default_severity() != Severity::Off
            || set.any(|(c, severity)| *c == code && *severity != Severity::Off)
    }

    /// Whether a vault that was read under these settings is the same under `other`.
    pub fn reads_like(&self, other: &Self) -> bool {
        self.respect_gitignore == other.respect_gitignore
            && self.exclude == other.exclude
            && self.reading() == other.reading()
    }

    /// What decides how a note is read; it is only compared.
    pub(crate) fn reading(&self) -> impl PartialEq + fmt::Debug + use<> {
        (self.extensions.clone(), self.max_file_size, self.kinds().reading())
    }

    /// The kinds of sources that notes cite.
    pub fn kinds(&self) -> &SourceKinds {
        &self.source_kinds.all
    }

    /// What the parser of notes needs to know.
    pub fn syntax_options(&self) -> crate::syntax::Options {
        crate::syntax::Options { kinds: Arc::clone(&self.source_kinds.all) }
    }

    /// Whether a file name has the extension of a note (compared without regard to ASCII case).
    pub fn is_note(&self, file_name: &str) -> bool {
        self.note_stem(file_name).is_some()
    }

    /// `file_name` without its note extension; `None` where it has none.
    pub fn note_stem<'n>(&self, file_name: &'n str) -> Option<&'n str> {
        let (stem, extension) = file_name.rsplit_once('.')?;
        let known = self.extensions.iter().any(|e| e.eq_ignore_ascii_case(extension));
        (known && !stem.is_empty()).then_some(stem)
    }
}
