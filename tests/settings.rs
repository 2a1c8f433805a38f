//! Every list of settings is the one of the code. `SLUGLINE_UPDATE=1 cargo test --test settings`
//! writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use slugline::settings::{SETTINGS, Settings, schema};

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
fn the_readme_lists_them() {
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
    holds("README.md", &with_between("README.md", "<!-- settings -->", "<!-- /settings -->", &table));
}
