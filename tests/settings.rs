//! Every list of settings is the one of the code. `SLUGLINE_UPDATE=1 cargo test --test settings`
//! writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use slugline::settings::{SETTINGS, Setting, Settings, schema};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The file holds `expected`, or is made to.
fn holds(path: &str, expected: &str) {
    let place = project(path);
    let found = fs::read_to_string(&place).unwrap_or_default();
    if found != expected && std::env::var_os("SLUGLINE_UPDATE").is_some() {
        fs::write(&place, expected).unwrap();
    } else {
        assert!(
            found == expected,
            "{path} is behind the code: SLUGLINE_UPDATE=1 cargo test --test settings writes it anew"
        );
    }
}

/// The text of the file with `text` between the lines that hold `start` and `end`.
fn with_between(path: &str, start: &str, end: &str, text: &str) -> String {
    let whole = fs::read_to_string(project(path)).unwrap();
    let first = whole.find(start).unwrap_or_else(|| panic!("{path} has lost {start}"));
    let first = first + whole[first..].find('\n').unwrap() + 1;
    let last = first + whole[first..].find(end).unwrap_or_else(|| panic!("{path} has lost {end}"));
    let last = whole[..last].rfind('\n').unwrap() + 1;
    format!("{}{text}{}", &whole[..first], &whole[last..])
}

#[test]
fn the_schema_is_that_of_the_table() {
    holds("editors/slugline.schema.json", &format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap()));
}

#[test]
fn the_documentation_lists_them() {
    let mut table = String::from("| setting | default | |\n| --- | --- | --- |\n");
    for setting in SETTINGS {
        let default = match setting.value(&Settings::default()) {
            Value::Null => String::new(),
            Value::Object(_) => "`{}`".to_owned(),
            value => format!("`{value}`"),
        };
        let doc = setting.doc.replace('|', "\\|").replace("[[", "`[[").replace("]]", "]]`");
        table.push_str(&format!("| `{}` | {default} | {doc} |\n", setting.name));
    }
    let path = "docs/settings.md";
    holds(path, &with_between(path, "<!-- settings -->", "<!-- /settings -->", &table));
}

/// VS Code's settings, one group for each table, between two markers in the extension's manifest. They are
/// spelled as VS Code spells settings: its page of settings makes words of the names.
#[test]
fn the_extension_offers_them() {
    let mut groups: Vec<(String, Vec<&Setting>)> = Vec::new();
    for setting in SETTINGS {
        let title = match setting.name.split_once('.').map_or(setting.name, |(table, _)| table) {
            "completion" => "Completion",
            "new_note" => "New notes",
            "sources" => "Videos",
            "severity" | "folders" => "Diagnostics",
            _ => "Vault",
        };
        match groups.iter_mut().find(|(other, _)| other == title) {
            Some((_, group)) => group.push(setting),
            None => groups.push((title.to_owned(), vec![setting])),
        }
    }
    let mut text = String::new();
    for (title, settings) in groups {
        let properties: serde_json::Map<_, _> = settings
            .into_iter()
            .map(|setting| {
                let mut schema = setting.schema();
                let properties = schema.as_object_mut().unwrap();
                let doc = properties.remove("description").unwrap();
                properties.insert("markdownDescription".into(), doc);
                // What differs by folder of a workspace can be set there.
                properties.insert("scope".into(), json!("resource"));
                // A form has no way to say "none"; an empty field is that.
                if properties["default"].is_null() {
                    properties.insert("type".into(), json!("string"));
                    properties.insert("default".into(), json!(""));
                }
                (format!("slugline.{}", setting.name_in_editors()), schema)
            })
            .collect();
        let group = json!({"title": title, "properties": properties});
        for line in serde_json::to_string_pretty(&group).unwrap().lines() {
            text.push_str(&format!("      {line}\n"));
        }
        text.insert(text.len() - 1, ',');
    }
    let path = "editors/vscode/package.json";
    holds(path, &with_between(path, "$generated-start", "$generated-end", &text));
}
