use serde_json::Value;

use super::{Code, LinkStyle, Settings, Severity};

/// A setting that was refused; its default holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// Its full name, `sources.url` for `url` in the table `sources`.
    pub name: String,
    /// What is wrong and what is expected.
    pub message: String,
}

/// One setting.
pub struct Setting {
    /// Its full name, tables joined by dots.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    apply: fn(&mut Settings, &Value) -> Result<(), String>,
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "extensions",
        doc: "File extensions of notes, without the dot.",
        apply: |s, v| {
            let list = strings(v)?;
            if list.is_empty() || list.iter().any(|e| e.is_empty() || e.contains(['/', '.'])) {
                return Err("expected a list of extensions without dots, such as [\"md\"]".into());
            }
            s.extensions = list;
            Ok(())
        },
    },
    Setting {
        name: "respect_gitignore",
        doc: "Leave out what .gitignore and .ignore files name.",
        apply: |s, v| {
            v.as_bool().map(|b| s.respect_gitignore = b).ok_or_else(|| "expected true or false".into())
        },
    },
    Setting {
        name: "exclude",
        doc: "More files to leave out, in .gitignore syntax.",
        apply: |s, v| strings(v).map(|list| s.exclude = list),
    },
    Setting {
        name: "max_file_size",
        doc: "Notes above this size, in bytes, are known by name only.",
        apply: |s, v| {
            v.as_u64().map(|n| s.max_file_size = n).ok_or_else(|| "expected a number of bytes".into())
        },
    },
    Setting {
        name: "completion.style",
        doc: "How completion writes a link: slug, slug-title, title, or auto (as most links of the vault are written).",
        apply: |s, v| {
            s.link_style = match v.as_str() {
                Some("auto") => None,
                Some("slug") => Some(LinkStyle::Slug),
                Some("slug-title") => Some(LinkStyle::SlugTitle),
                Some("title") => Some(LinkStyle::Title),
                _ => return Err("expected auto, slug, slug-title or title".into()),
            };
            Ok(())
        },
    },
    Setting {
        name: "new_note.folder",
        doc: "Folder of notes that \"create note\" makes, relative to the vault; by default beside the linking note.",
        apply: |s, v| {
            let folder = v.as_str().ok_or("expected a folder relative to the vault")?;
            if folder.split('/').any(|segment| segment == "..") || folder.starts_with('/') {
                return Err("expected a folder inside the vault".into());
            }
            s.new_note_folder = Some(folder.trim_end_matches('/').to_owned());
            Ok(())
        },
    },
    Setting {
        name: "sources.keys",
        doc: "Front-matter keys that name the video of a note, first match wins.",
        apply: |s, v| strings(v).map(|list| s.video_keys = list),
    },
    Setting {
        name: "sources.url",
        doc: "Where a video plays, with {id} and {seconds} in it.",
        apply: |s, v| match v.as_str() {
            Some(url)
                if url.contains("{id}") && (url.starts_with("https://") || url.starts_with("http://")) =>
            {
                s.video_url = url.to_owned();
                Ok(())
            }
            _ => Err("expected an http or https address with {id} in it".into()),
        },
    },
    Setting {
        name: "severity",
        doc: "Severity by code: error, warning, information, hint or off.",
        apply: |s, v| severities(v).map(|list| s.severity = list),
    },
    Setting {
        name: "folders",
        doc: "Tables by folder, each with a table `severity`: severities for the notes below it.",
        apply: |s, v| {
            let mut all = Vec::new();
            for (folder, table) in v.as_object().ok_or("expected a table of folders")? {
                let table =
                    table.as_object().ok_or_else(|| format!("expected a table for the folder `{folder}`"))?;
                for (key, value) in table {
                    if key != "severity" {
                        return Err(format!("`{key}` cannot be set by folder; only `severity` can"));
                    }
                    all.extend(
                        severities(value)?
                            .into_iter()
                            .map(|(code, severity)| (folder.clone(), code, severity)),
                    );
                }
            }
            s.folder_severity = all;
            Ok(())
        },
    },
];

impl Settings {
    /// Takes over every setting that `value` (an object, tables nested) names. Those that are
    /// invalid or unknown are listed, and leave what was there.
    pub fn apply(&mut self, value: &Value) -> Vec<Invalid> {
        let mut invalid = Vec::new();
        self.apply_table(value, "", &mut invalid);
        invalid
    }

    fn apply_table(&mut self, value: &Value, prefix: &str, invalid: &mut Vec<Invalid>) {
        let Some(table) = value.as_object() else {
            if !value.is_null() {
                invalid.push(Invalid {
                    name: prefix.trim_end_matches('.').into(),
                    message: "expected a table".into(),
                });
            }
            return;
        };
        for (key, value) in table {
            let name = format!("{prefix}{key}");
            if value.is_null() {
                continue;
            }
            if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) {
                if let Err(message) = (setting.apply)(self, value) {
                    invalid.push(Invalid { name, message });
                }
            } else if SETTINGS.iter().any(|setting| setting.name.starts_with(&format!("{name}."))) {
                self.apply_table(value, &format!("{name}."), invalid);
            } else {
                let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
                invalid.push(Invalid {
                    name,
                    message: format!("no such setting; there are {}", known.join(", ")),
                });
            }
        }
    }
}

fn strings(value: &Value) -> Result<Vec<String>, String> {
    let list = value.as_array().ok_or("expected a list of strings")?;
    list.iter()
        .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| "expected a list of strings".into()))
        .collect()
}

fn severities(value: &Value) -> Result<Vec<(Code, Severity)>, String> {
    let table = value.as_object().ok_or("expected a table of codes and severities")?;
    table
        .iter()
        .map(|(code, severity)| {
            let severity = severity.as_str().ok_or_else(|| format!("expected a severity for `{code}`"))?;
            Ok((code.parse()?, severity.parse()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_invalid_setting_leaves_its_default_and_the_others_hold() {
        let mut settings = Settings::default();
        let invalid = settings.apply(&json!({
            "extensions": ["txt"],
            "max_file_size": "big",
            "colour": 1,
            "severity": {"broken-link": "error"},
            "folders": {"drafts": {"severity": {"broken-link": "off"}}},
        }));
        let names: Vec<_> = invalid.iter().map(|i| i.name.as_str()).collect();
        assert_eq!(names, ["colour", "max_file_size"]);
        assert_eq!(settings.extensions, ["txt"]);
        assert_eq!(settings.max_file_size, Settings::default().max_file_size);
        assert_eq!(settings.severity(Code::BrokenLink, "a.md"), Severity::Error);
        assert_eq!(settings.severity(Code::BrokenLink, "drafts/a.md"), Severity::Off);
        assert_eq!(settings.severity(Code::BrokenLink, "drafts.md"), Severity::Error);
    }
}
