//! What Obsidian has been told about links and new notes, in `.obsidian/app.json`. People who share a
//! vault with it expect the same here.
use serde::Deserialize;

use super::Analysis;

/// Where Obsidian keeps it, below the vault's root.
const FILE: &str = ".obsidian/app.json";

/// The options that matter here; an option that is not set, or not understood, is none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Obsidian {
    /// "New link format": `shortest`, `relative` or `absolute`.
    new_link_format: String,
    /// The opposite of "Use [[Wikilinks]]".
    pub(super) use_markdown_links: bool,
    /// "Default location for new notes": `root`, `current` or `folder`.
    new_file_location: String,
    /// The folder of the last.
    new_file_folder_path: String,
    /// "Default location for new attachments": `/`, a folder, or `./` and one below that of the note.
    attachment_folder_path: String,
}

/// Which path a link to a note has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LinkPath {
    /// None where the name will do.
    Shortest,
    /// From the folder of the note with the link.
    Relative,
    /// From the vault's root.
    Absolute,
}

/// Where the plugin for templates keeps its options.
const TEMPLATES: &str = ".obsidian/templates.json";

/// The folder of templates that Obsidian has been told of.
pub(super) fn template_folder(analysis: &Analysis) -> Option<String> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Templates {
        folder: String,
    }
    let text = analysis.texts().read(TEMPLATES)?;
    let templates: Templates = serde_json::from_str(&text).ok()?;
    Some(templates.folder.trim_matches('/').to_owned()).filter(|folder| !folder.is_empty())
}

/// Where the plugin for daily notes keeps its options.
const DAILY_NOTES: &str = ".obsidian/daily-notes.json";

/// The options of the plugin for daily notes; an empty one is not set.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DailyNotes {
    folder: String,
    format: String,
    template: String,
}

impl DailyNotes {
    /// Reads the options of the vault.
    pub(super) fn read(analysis: &Analysis) -> Self {
        let text = analysis.texts().read(DAILY_NOTES);
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    pub(super) fn folder(&self) -> &str {
        self.folder.trim_matches('/')
    }

    pub(super) fn format(&self) -> Option<&str> {
        Some(&*self.format).filter(|format| !format.is_empty())
    }

    pub(super) fn template(&self) -> Option<&str> {
        Some(self.template.trim_start_matches('/')).filter(|template| !template.is_empty())
    }
}

impl Obsidian {
    /// Reads the options of the vault.
    pub(super) fn read(analysis: &Analysis) -> Self {
        let text = analysis.texts().read(FILE);
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    pub(super) fn link_path(&self) -> LinkPath {
        match self.new_link_format.as_str() {
            "relative" => LinkPath::Relative,
            "absolute" => LinkPath::Absolute,
            _ => LinkPath::Shortest,
        }
    }

    /// The folder of attachments as [`attachments.folder`](crate::settings::Settings::attachments_folder) has it;
    /// `None`: not set.
    pub(super) fn attachment_folder(&self) -> Option<&str> {
        match self.attachment_folder_path.as_str() {
            "" => None,
            "/" => Some(""),
            folder => Some(folder.trim_start_matches('/').trim_end_matches('/')),
        }
    }

    /// The folder of new notes; `None`: that of the note with the link.
    pub(super) fn new_note_folder(&self) -> Option<&str> {
        let folder = self.new_file_folder_path.trim_matches('/');
        match self.new_file_location.as_str() {
            "root" => Some(""),
            "folder" if !folder.split('/').any(|segment| segment.starts_with('.')) => Some(folder),
            _ => None,
        }
    }
}
