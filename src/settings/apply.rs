//! Taking over what a file or an editor has set.
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use super::{SETTINGS, Setting, Settings};

/// A setting that was refused; what was there before holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// The keys that lead to it, from the outermost table.
    pub path: Vec<String>,
    /// Whether the last key is what is wrong, not its value.
    pub is_key: bool,
    /// What is wrong and what is expected.
    pub message: String,
}

impl Invalid {
    /// Its full name, as `sources.url`; empty for the whole.
    pub fn name(&self) -> String {
        self.path.join(".")
    }

    pub(super) fn value(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), is_key: false, message: message.into() }
    }

    pub(super) fn key(name: &str, message: impl Into<String>) -> Self {
        Self { path: vec![name.to_owned()], is_key: true, message: message.into() }
    }

    /// The same, seen from the table that holds `key`.
    pub(super) fn below(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name().as_str(), self.is_key) {
            ("", _) => f.write_str(&self.message),
            (name, true) => write!(f, "`{name}`: {}", self.message),
            (name, false) => write!(f, "`{name}`: {}; using the default", self.message),
        }
    }
}

/// What some source of settings has set.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// The settings that it names, as their entries in [`SETTINGS`] are named.
    pub named: Vec<&'static str>,
    /// What was refused.
    pub invalid: Vec<Invalid>,
}

impl Settings {
    /// Takes over every setting that `value` (an object, tables nested) names. What is invalid or
    /// unknown is listed, and leaves what was there.
    pub fn apply(&mut self, value: &Value) -> Applied {
        let mut applied = Applied::default();
        self.apply_table(value, &[], &mut applied);
        applied
    }

    /// The same of what an editor has set, in its spelling (`maxFileSize`) or in that of the file. The
    /// latter goes first: VS Code sends a default for each name that it knows.
    pub fn apply_of_editor(&mut self, value: &Value) -> Applied {
        let Some(table) = value.as_object() else { return self.apply(value) };
        let mut spelled: BTreeMap<&str, &str> = BTreeMap::new();
        let mut as_in_file: Map<String, Value> = Map::new();
        for (key, value) in table {
            let first = |setting: &Setting| setting.name.split('.').next() == Some(key);
            if SETTINGS.iter().any(first) {
                merge(&mut as_in_file, key, value, true);
            } else {
                let of_editor = |setting: &&Setting| setting.name_in_editors().split('.').next() == Some(key);
                let name = SETTINGS.iter().find(of_editor).and_then(|setting| setting.name.split('.').next());
                spelled.extend(name.map(|name| (name, key.as_str())));
                merge(&mut as_in_file, name.unwrap_or(key), value, false);
            }
        }
        let mut applied = self.apply(&Value::Object(as_in_file));
        for first in applied.invalid.iter_mut().filter_map(|invalid| invalid.path.first_mut()) {
            if let Some(spelled) = spelled.get(first.as_str()).filter(|_| !table.contains_key(first.as_str()))
            {
                *first = (*spelled).to_owned();
            }
        }
        applied
    }

    fn apply_table(&mut self, value: &Value, path: &[&str], applied: &mut Applied) {
        let whole = |path: &[&str]| path.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
        let Some(table) = table(value) else {
            if !value.is_null() {
                applied.invalid.push(Invalid { path: whole(path), ..Invalid::value("expected a table") });
            }
            return;
        };
        for (key, value) in &*table {
            let path = [path, &[key.as_str()]].concat();
            let name = path.join(".");
            if value.is_null() {
                continue;
            }
            if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) {
                let mut invalid = Vec::new();
                (setting.set)(self, value, &mut invalid);
                // A value that was refused as a whole sets nothing.
                if !invalid.iter().any(|invalid| invalid.path.is_empty()) {
                    applied.named.push(setting.name);
                }
                for mut one in invalid {
                    one.path.splice(0..0, whole(&path));
                    applied.invalid.push(one);
                }
            } else if SETTINGS.iter().any(|setting| setting.name.starts_with(&format!("{name}."))) {
                self.apply_table(value, &path, applied);
            } else {
                let known: Vec<_> = SETTINGS.iter().map(|setting| setting.name).collect();
                let message = format!("unknown setting; expected one of: {}", known.join(", "));
                applied.invalid.push(Invalid { path: whole(&path), is_key: true, message });
            }
        }
    }
}

/// Puts what an editor has set into `table`, over what is there or below it. An empty text is a field of
/// a form that nobody has filled in.
fn merge(table: &mut Map<String, Value>, key: &str, value: &Value, over: bool) {
    match (table.get_mut(key), value) {
        (_, Value::Null) => {}
        (_, Value::String(text)) if text.is_empty() => {}
        (Some(Value::Object(there)), Value::Object(more)) => {
            for (key, value) in more {
                merge(there, key, value, over);
            }
        }
        (Some(there), value) if over => *there = value.clone(),
        (Some(_), _) => {}
        (None, Value::Object(more)) => {
            let mut fresh = Map::new();
            for (key, value) in more {
                merge(&mut fresh, key, value, over);
            }
            table.insert(key.to_owned(), Value::Object(fresh));
        }
        (None, value) => {
            table.insert(key.to_owned(), value.clone());
        }
    }
}

pub(super) fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// An object; an empty list is an empty one, since Lua does not tell them apart.
pub(super) fn table(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    match value {
        Value::Object(table) => Some(Cow::Borrowed(table)),
        Value::Array(list) if list.is_empty() => Some(Cow::Owned(Map::new())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Code, Severity};
    use super::*;

    #[test]
    fn an_invalid_setting_leaves_its_default_and_the_others_hold() {
        let mut settings = Settings::default();
        let applied = settings.apply(&json!({
            "extensions": ["txt"],
            "max_file_size": "big",
            "colour": 1,
            "severity": {"broken-link": "error", "broken-lnk": "off", "inexact-link": "loud"},
            "folders": {"drafts": {"severity": {"broken-link": "off"}, "style": 1}, "x": 1},
        }));
        let invalid: Vec<_> = applied.invalid.iter().map(|i| (i.name(), i.is_key)).collect();
        let expected = [
            ("colour", true),
            ("folders.drafts.style", true),
            ("folders.x", false),
            ("max_file_size", false),
            ("severity.broken-lnk", true),
            ("severity.inexact-link", false),
        ];
        assert_eq!(invalid, expected.map(|(name, is_key)| (name.to_owned(), is_key)));
        assert_eq!(applied.named, ["extensions", "folders", "severity"]);
        assert_eq!(settings.clone().apply(&json!({"severity": [], "completion": []})).invalid, []);
        assert_eq!(settings.extensions, ["txt"]);
        assert_eq!(settings.max_file_size, Settings::default().max_file_size);
        assert_eq!(settings.severity(Code::BrokenLink, "a.md"), Severity::Error);
        assert_eq!(settings.severity(Code::BrokenLink, "drafts/a.md"), Severity::Off);
        assert_eq!(settings.severity(Code::BrokenLink, "drafts.md"), Severity::Error);
    }

    #[test]
    fn an_editor_has_a_spelling_of_its_own() {
        for (set, size, folder, invalid) in [
            (json!({"maxFileSize": 7, "newNote": {"folder": "inbox"}}), 7, Some("inbox"), ""),
            (json!({"max_file_size": 7, "new_note": {"folder": "inbox"}}), 7, Some("inbox"), ""),
            // What VS Code sends where somebody has set the old names.
            (
                json!({"maxFileSize": 1, "max_file_size": 7, "newNote": {"folder": ""}, "new_note": {"folder": "a"}}),
                7,
                Some("a"),
                "",
            ),
            (json!({"max_file_size": 7, "maxFileSize": 1}), 7, None, ""),
            (json!({"newNote": {"folder": ""}, "maxFileSize": 7}), 7, None, ""),
            (json!({"maxFileSize": "big"}), 10_485_760, None, "maxFileSize"),
            (json!({"max_file_size": "big"}), 10_485_760, None, "max_file_size"),
            (json!({"newNote": {"folder": "../out"}, "maxFileSize": 7}), 7, None, "newNote.folder"),
            (json!({"maxFilesize": 1, "maxFileSize": 7}), 7, None, "maxFilesize"),
        ] {
            let mut settings = Settings::default();
            let refused = settings.apply_of_editor(&set).invalid;
            let refused: Vec<_> = refused.iter().map(Invalid::name).collect();
            assert_eq!(refused.join(" "), invalid, "{set}");
            assert_eq!(settings.max_file_size, size, "{set}");
            assert_eq!(settings.new_note_folder.as_deref(), folder, "{set}");
        }
        // The file has the one spelling.
        assert_eq!(Settings::default().apply(&json!({"maxFileSize": 7})).invalid.len(), 1);
    }

    /// What a setting gives is what it takes.
    #[test]
    fn every_setting_can_be_read_back() {
        let mut settings = Settings::default();
        settings.apply(&json!({
            "extensions": ["txt"], "respect_gitignore": false, "exclude": ["x/"], "max_file_size": 7,
            "code_lens": false, "completion": {"style": "title"}, "inlay_hints": false, "chapter_hints": true, "diagnostics": {"unwritten": "hint"}, "hover": {"thumbnail": true, "mentions": true}, "new_note": {"folder": "inbox", "template": "t.md"},
            "daily_note": {"folder": "log", "format": "YYYY", "template": "d.md"}, "workspace_diagnostics": true,
            "templates": {"folder": "t"}, "attachments": {"folder": "./img"},
            "sources": {"keys": ["episode"], "url": "https://example.org/{id}?at={seconds}",
                "kinds": {"vimeo": {"keys": ["vimeo"], "id": "[0-9]+", "url": "https://vimeo.com/{id}#t={seconds}s"}},
                "paths": ["~/captions"], "language": "de"},
            "timestamps": {"form": "bare"},
            "severity": {"broken-link": "error"}, "folders": {"a": {"severity": {"broken-file": "off"}}},
        }));
        let mut again = Settings::default();
        for setting in SETTINGS {
            let value = setting.value(&settings);
            assert_ne!(value, setting.value(&Settings::default()), "{} was not set", setting.name);
            let nested = setting.name.rsplit('.').fold(value, |value, key| json!({key: value}));
            assert_eq!(again.apply(&nested).invalid, [], "{}", setting.name);
        }
        assert_eq!(again, settings);
    }
}
