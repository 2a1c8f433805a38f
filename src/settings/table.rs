//! Every setting: its name, what it does, its schema, how it is read and set.
use serde_json::{Map, Value, json};

use super::apply::{Invalid, strings, table};
use super::{Code, LinkStyle, Settings, Severity, TimestampStyle, kinds};
use crate::sources::SourceKind;

/// One setting.
pub struct Setting {
    /// Its full name, tables joined by dots.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    /// The JSON schema of its value, but for the description and the default.
    schema: fn() -> Value,
    /// Its value.
    get: fn(&Settings) -> Value,
    /// Takes a value over; what of it is invalid is added to the list and left out.
    pub(super) set: fn(&mut Settings, &Value, &mut Vec<Invalid>),
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "extensions",
        doc: "File extensions that count as notes, without the dot.",
        schema: || {
            json!({
                "type": "array", "items": {"type": "string", "pattern": "^[^./]+$"},
                "minItems": 1, "uniqueItems": true,
            })
        },
        get: |s| json!(s.extensions),
        set: |s, v, invalid| match strings(v) {
            Some(list)
                if !list.is_empty() && list.iter().all(|e| !e.is_empty() && !e.contains(['/', '.'])) =>
            {
                s.extensions = list;
            }
            _ => invalid.push(Invalid::value("expected a list of extensions without dots, such as [\"md\"]")),
        },
    },
    Setting {
        name: "respect_gitignore",
        doc: "Ignore files listed in .gitignore and .ignore.",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.respect_gitignore),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.respect_gitignore = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "exclude",
        doc: "Additional files and folders to exclude, in .gitignore syntax.",
        schema: || json!({"type": "array", "items": {"type": "string"}}),
        get: |s| json!(s.exclude),
        set: |s, v, invalid| match strings(v) {
            Some(list) => s.exclude = list,
            None => invalid.push(Invalid::value("expected a list of patterns, such as [\"templates/\"]")),
        },
    },
    Setting {
        name: "max_file_size",
        doc: "Maximum size of a note, in bytes. The content of larger notes is not indexed.",
        schema: || json!({"type": "integer", "minimum": 0}),
        get: |s| json!(s.max_file_size),
        set: |s, v, invalid| match v.as_u64() {
            Some(value) => s.max_file_size = value,
            None => invalid.push(Invalid::value("expected a number of bytes")),
        },
    },
    Setting {
        name: "completion.style",
        doc: "How completion writes a link: `slug` as [[big_topic]], `slug-title` as [[big_topic | Big Topic]], \
              `title` as [[Big Topic]], or `auto`, the most common style in the vault.",
        schema: || json!({"enum": ["auto", "slug", "slug-title", "title"]}),
        get: |s| {
            json!(match s.link_style {
                None => "auto",
                Some(LinkStyle::Slug) => "slug",
                Some(LinkStyle::SlugTitle) => "slug-title",
                Some(LinkStyle::Title) => "title",
            })
        },
        set: |s, v, invalid| {
            s.link_style = match v.as_str() {
                Some("auto") => None,
                Some("slug") => Some(LinkStyle::Slug),
                Some("slug-title") => Some(LinkStyle::SlugTitle),
                Some("title") => Some(LinkStyle::Title),
                _ => {
                    invalid.push(Invalid::value("expected auto, slug, slug-title or title"));
                    s.link_style
                }
            };
        },
    },
    Setting {
        name: "code_lens",
        doc: "Show the number of backlinks above notes and headings (code lenses).",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.code_lens),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.code_lens = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "inlay_hints",
        doc: "Show the title of the note behind a link that is only a slug, where the title says something else.",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.inlay_hints),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.inlay_hints = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "chapter_hints",
        doc: "Show the chapter of the video behind the first timestamp in each, where its metadata has chapters.",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.chapter_hints),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.chapter_hints = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "hover.thumbnail",
        doc: "Show a picture of the video in the hover of a timestamp. The editor loads it from the web: from YouTube, \
              or where `sources.kinds` says.",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.hover_thumbnail),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.hover_thumbnail = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "hover.mentions",
        doc: "Show in the hover of a note how often other notes mention it without a link. They are counted in the \
              background, which reads all notes once, and again when the names of notes change. Where \
              `unlinked-mention` is reported they are counted anyway.",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.hover_mentions),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.hover_mentions = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "new_note.folder",
        doc: "Folder for new notes, relative to the vault. Default: the folder of the note with the \
              link.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.new_note_folder),
        set: |s, v, invalid| match v.as_str() {
            Some(folder) if !folder.starts_with('/') && folder.split('/').all(|segment| segment != "..") => {
                s.new_note_folder = Some(folder.trim_end_matches('/').to_owned());
            }
            _ => invalid.push(Invalid::value("expected a folder inside the vault, relative to it")),
        },
    },
    Setting {
        name: "new_note.template",
        doc: "Template of new notes, a file relative to the vault. Replaced in it: `{{title}}`, `{{date}}`, `{{time}}` \
              (also `{{date:DD.MM.YYYY}}`), `{{from}}`, the link behind `From:` in the note with the link, and \
              `{{origin}}`, a link to that note. Default: the title as front matter, and the line `From:`.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.new_note_template),
        set: |s, v, invalid| match v.as_str() {
            Some(file) if !file.starts_with('/') && file.split('/').all(|segment| segment != "..") => {
                s.new_note_template = Some(file.to_owned());
            }
            _ => invalid.push(Invalid::value("expected a file inside the vault, relative to it")),
        },
    },
    Setting {
        name: "templates.folder",
        doc: "Folder of templates to choose from, relative to the vault. Default: Obsidian's setting, else the folder of \
              `new_note.template`, else `templates`.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.templates_folder),
        set: |s, v, invalid| match inside(v) {
            Some("") => s.templates_folder = None,
            Some(folder) => s.templates_folder = Some(folder.trim_end_matches('/').to_owned()),
            None => invalid.push(Invalid::value("expected a folder inside the vault, relative to it")),
        },
    },
    Setting {
        name: "attachments.folder",
        doc: "Folder for pasted pictures, relative to the vault, or to the note where it begins with `./`. Default: \
              Obsidian's setting, else the folder of the note.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.attachments_folder),
        set: |s, v, invalid| match inside(v) {
            Some("") => s.attachments_folder = None,
            Some(folder) => s.attachments_folder = Some(folder.to_owned()),
            None => invalid.push(Invalid::value("expected a folder inside the vault, relative to it")),
        },
    },
    Setting {
        name: "daily_note.folder",
        doc: "Folder for daily notes, relative to the vault. Default: Obsidian's setting, else the root of the vault.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.daily_note_folder),
        set: |s, v, invalid| match inside(v) {
            Some(folder) => s.daily_note_folder = Some(folder.trim_end_matches('/').to_owned()),
            None => invalid.push(Invalid::value("expected a folder inside the vault, relative to it")),
        },
    },
    Setting {
        name: "daily_note.format",
        doc: "File name of a daily note, a date in the letters that Obsidian takes, such as YYYY/MM/YYYY-MM-DD. \
              Default: Obsidian's setting, else YYYY-MM-DD.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.daily_note_format),
        set: |s, v, invalid| match inside(v) {
            Some("") => s.daily_note_format = None,
            Some(format) => s.daily_note_format = Some(format.to_owned()),
            None => invalid.push(Invalid::value("expected the form of a date, such as YYYY-MM-DD")),
        },
    },
    Setting {
        name: "daily_note.template",
        doc: "Template of daily notes, a file relative to the vault. Default: Obsidian's setting, else that of new notes.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.daily_note_template),
        set: |s, v, invalid| match inside(v) {
            Some("") => s.daily_note_template = None,
            Some(file) => s.daily_note_template = Some(file.to_owned()),
            None => invalid.push(Invalid::value("expected a file inside the vault, relative to it")),
        },
    },
    Setting {
        name: "workspace_diagnostics",
        doc: "Show problems of all notes in editors that ask for them, not only of open notes.",
        schema: || json!({"type": "boolean"}),
        get: |s| json!(s.workspace_diagnostics),
        set: |s, v, invalid| match v.as_bool() {
            Some(value) => s.workspace_diagnostics = value,
            None => invalid.push(Invalid::value("expected true or false")),
        },
    },
    Setting {
        name: "sources.keys",
        doc: "Front matter keys that contain the video ID, in order of precedence.",
        schema: || json!({"type": "array", "items": {"type": "string"}}),
        get: |s| json!(s.source_kinds.keys),
        set: |s, v, invalid| match strings(v) {
            Some(list) => {
                s.source_kinds.keys = list;
                s.source_kinds.combine();
            }
            None => invalid.push(Invalid::value("expected a list of keys, such as [\"videoId\"]")),
        },
    },
    Setting {
        name: "sources.url",
        doc: "URL of a video at a time; `{id}` and `{seconds}` are replaced.",
        schema: || json!({"type": "string", "pattern": "^https?://.*\\{id\\}"}),
        get: |s| json!(s.source_kinds.url.clone().unwrap_or_else(|| SourceKind::youtube().url)),
        set: |s, v, invalid| match v.as_str() {
            Some(url) if kinds::is_address(url) => {
                s.source_kinds.url = Some(url.to_owned()).filter(|url| *url != SourceKind::youtube().url);
                s.source_kinds.combine();
            }
            _ => invalid.push(Invalid::value("expected an http or https address with {id} in it")),
        },
    },
    Setting {
        name: "sources.kinds",
        doc: "Other kinds of sources than YouTube, by name: their front matter `keys`, a regular expression for an \
              `id`, the `url` of a source with `{id}` and `{seconds}`, and, optionally, the `links` that lead to one, \
              the `thumbnail`, an address of its picture, and `embed`, that of a page that plays it in a frame.",
        schema: kinds::schema,
        get: kinds::get,
        set: kinds::set,
    },
    Setting {
        name: "sources.paths",
        doc: "Folders to search for captions and metadata of videos, besides the vault: absolute, relative to the \
              vault, or beginning with `~`. In .slugline.toml, only folders inside the vault.",
        schema: || json!({"type": "array", "items": {"type": "string", "minLength": 1}}),
        get: |s| json!(s.source_paths),
        set: |s, v, invalid| match strings(v) {
            Some(list) if list.iter().all(|folder| !folder.is_empty()) => s.source_paths = list,
            _ => invalid.push(Invalid::value("expected a list of folders, such as [\"captions\"]")),
        },
    },
    Setting {
        name: "sources.language",
        doc: "Language of captions to show, such as `en`. Default: the `lang` of the note, else the language of \
              the video.",
        schema: || json!({"type": ["string", "null"]}),
        get: |s| json!(s.source_language),
        set: |s, v, invalid| match v.as_str() {
            Some(language) if !language.is_empty() => s.source_language = Some(language.to_owned()),
            _ => invalid.push(Invalid::value("expected a language, such as \"en\"")),
        },
    },
    Setting {
        name: "timestamps.form",
        doc: "How a timestamp is written in a note that has none yet: `html` as \
              `<a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a>`, `markdown` as `[4:32](https://…&t=272s)`, \
              `bare` as `[04:32]`. Other notes keep the form of most of their timestamps.",
        schema: || json!({"enum": ["html", "markdown", "bare"]}),
        get: |s| {
            json!(match s.timestamp_style {
                TimestampStyle::Html => "html",
                TimestampStyle::Markdown => "markdown",
                TimestampStyle::Bare => "bare",
            })
        },
        set: |s, v, invalid| match v.as_str() {
            Some("html") => s.timestamp_style = TimestampStyle::Html,
            Some("markdown") => s.timestamp_style = TimestampStyle::Markdown,
            Some("bare") => s.timestamp_style = TimestampStyle::Bare,
            _ => invalid.push(Invalid::value("expected html, markdown or bare")),
        },
    },
    Setting {
        name: "severity",
        doc: "Severity per diagnostic code: error, warning, information, hint or off.",
        schema: severity_schema,
        get: |s| severity_values(s.severity.iter().copied()),
        set: |s, v, invalid| s.severity = severities(v, invalid),
    },
    Setting {
        name: "diagnostics.unwritten",
        doc: "Severity of links to notes that nobody has written yet: broken links whose name is not similar to that \
              of any note. Default: the severity of `broken-link`.",
        schema: || {
            let names = Severity::ALL.map(|severity| json!(severity.name()));
            json!({"enum": names.into_iter().chain([Value::Null]).collect::<Vec<_>>()})
        },
        get: |s| json!(s.unwritten.map(Severity::name)),
        set: |s, v, invalid| match v.as_str().map(str::parse) {
            Some(Ok(severity)) => s.unwritten = Some(severity),
            _ => invalid.push(Invalid::value("expected error, warning, information, hint or off")),
        },
    },
    Setting {
        name: "folders",
        doc: "Overrides per folder; only `severity` can be overridden.",
        schema: || {
            let folder = json!({
                "type": "object", "properties": {"severity": severity_schema()}, "additionalProperties": false,
            });
            json!({"type": "object", "additionalProperties": folder})
        },
        get: |s| {
            let mut folders = Map::new();
            for (folder, _, _) in &s.folder_severity {
                let own = s.folder_severity.iter().filter(|(other, _, _)| other == folder);
                let own = severity_values(own.map(|(_, code, severity)| (*code, *severity)));
                folders.insert(folder.clone(), json!({"severity": own}));
            }
            Value::Object(folders)
        },
        set: |s, v, invalid| {
            let Some(folders) = table(v) else {
                return invalid.push(Invalid::value("expected a table of folders"));
            };
            s.folder_severity.clear();
            for (folder, table) in &*folders {
                let Some(table) = table.as_object() else {
                    invalid.push(Invalid::value("expected a table with the key `severity`").below(folder));
                    continue;
                };
                for (key, value) in table {
                    let mut wrong = Vec::new();
                    if key == "severity" {
                        let by_code = severities(value, &mut wrong);
                        wrong = wrong.into_iter().map(|invalid| invalid.below(key)).collect();
                        s.folder_severity.extend(
                            by_code.into_iter().map(|(code, severity)| (folder.clone(), code, severity)),
                        );
                    } else {
                        wrong.push(Invalid::key(key, "only `severity` can be set per folder"));
                    }
                    invalid.extend(wrong.into_iter().map(|invalid| invalid.below(folder)));
                }
            }
        },
    },
];

/// A path that leads out of no vault.
fn inside(value: &Value) -> Option<&str> {
    value.as_str().filter(|path| !path.starts_with('/') && path.split('/').all(|segment| segment != ".."))
}

impl Setting {
    /// Its name as editors spell names: `maxFileSize`.
    pub fn name_in_editors(&self) -> String {
        camel_case(self.name)
    }

    /// Its value in `settings`, as JSON.
    pub fn value(&self, settings: &Settings) -> Value {
        (self.get)(settings)
    }

    /// The JSON schema of its value, with its description and default.
    pub fn schema(&self) -> Value {
        let mut schema = (self.schema)();
        schema["description"] = json!(self.doc);
        schema["default"] = self.value(&Settings::default());
        schema
    }
}

/// The JSON schema of `.slugline.toml`.
pub fn schema() -> Value {
    let mut root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "slugline",
        "description": "Settings of a slugline vault (.slugline.toml in its root folder).",
        "type": "object",
        "properties": {},
        "additionalProperties": false,
    });
    for setting in SETTINGS {
        let mut at = &mut root;
        let mut keys = setting.name.split('.').peekable();
        while let Some(key) = keys.next() {
            let slot = &mut at["properties"][key];
            if keys.peek().is_none() {
                *slot = setting.schema();
            } else if slot.is_null() {
                *slot = json!({"type": "object", "properties": {}, "additionalProperties": false});
            }
            at = &mut at["properties"][key];
        }
    }
    root
}

/// `max_file_size` as `maxFileSize`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut chars = word.chars();
        name + &chars.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default() + chars.as_str()
    })
}

fn severities(value: &Value, invalid: &mut Vec<Invalid>) -> Vec<(Code, Severity)> {
    let Some(table) = table(value) else {
        invalid.push(Invalid::value("expected a table of codes and severities"));
        return Vec::new();
    };
    let mut list = Vec::new();
    for (name, value) in table.iter().filter(|(_, value)| !value.is_null()) {
        let code = match name.parse::<Code>() {
            Ok(code) => code,
            Err(error) => {
                invalid.push(Invalid::key(name, format!("{error}; `slugline check --help` lists them")));
                continue;
            }
        };
        let severity = value.as_str().ok_or_else(|| "expected a severity".to_owned());
        match severity.and_then(str::parse::<Severity>) {
            Ok(severity) => list.push((code, severity)),
            Err(error) => invalid.push(Invalid::value(error).below(name)),
        }
    }
    list
}

fn severity_values(list: impl Iterator<Item = (Code, Severity)>) -> Value {
    list.map(|(code, severity)| (code.name().to_owned(), json!(severity.name())))
        .collect::<Map<_, _>>()
        .into()
}

fn severity_schema() -> Value {
    let names = Severity::ALL.map(Severity::name);
    let by_code = Code::ALL.iter().map(|code| {
        let schema = json!({
            "type": "string", "enum": names, "default": code.default_severity().name(), "description": code.description(),
        });
        (code.name().to_owned(), schema)
    });
    let by_code: Map<_, _> = by_code.collect();
    json!({"type": "object", "properties": by_code, "additionalProperties": false})
}
