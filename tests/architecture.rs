//! The layers' arrows point one way, and only the layers that are for it touch the disk.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with what it may use: the table in `src/lib.rs`, in the same order.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("sources", &["text"]),
    ("syntax", &["text", "sources"]),
    ("settings", &["text", "sources", "syntax"]),
    ("index", &["text", "sources", "syntax", "settings"]),
    ("ide", &["text", "sources", "syntax", "settings", "index"]),
    ("vfs", &["text", "sources", "syntax", "settings", "index", "ide"]),
    ("vault", &["text", "sources", "syntax", "settings", "index", "ide", "vfs"]),
    ("lsp", &["text", "sources", "settings", "index", "ide"]),
    ("server", &["text", "sources", "syntax", "settings", "index", "ide", "vfs", "vault", "lsp"]),
    ("cli", &["text", "sources", "syntax", "settings", "index", "ide", "vfs", "vault", "server"]),
];

/// Every source file with its layer and its text without comments.
fn sources() -> Vec<(PathBuf, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let code: String = fs::read_to_string(&path)
                    .unwrap()
                    .lines()
                    .map(|line| format!("{}\n", code(line)))
                    .collect();
                let path = path.strip_prefix(&src).unwrap().to_owned();
                let layer = path.components().next().unwrap().as_os_str().to_str().unwrap();
                let layer = layer.strip_suffix(".rs").unwrap_or(layer).to_owned();
                files.push((path, layer, code));
            }
        }
    }
    assert!(files.len() > 20, "the sources were not found");
    files
}

/// A line without its comment; `//` in a string is not one where a quote is before it.
fn code(line: &str) -> &str {
    match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    }
}

/// The modules of the crate that `code` names: `crate::x`, and each of `crate::{x, y::z}`.
fn used(code: &str) -> Vec<String> {
    let mut used: Vec<String> = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let name =
            |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(list) = rest.strip_prefix('{') else {
            used.push(name(rest));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    used.push(name(&list[start..at]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    used.push(name(&list[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
    }
    used.retain(|name| !name.is_empty());
    used
}

/// Whether a file holds unit tests alone.
fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.parent().is_some_and(|folder| folder.ends_with("tests"))
}

/// A file's text up to the unit tests at its end.
fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]\nmod").next().unwrap()
}

#[test]
fn uses_are_read_in_every_form() {
    assert_eq!(used("use crate::text::Span;"), ["text"]);
    assert_eq!(used("use crate::{\n  text::{Span, Edit},\n  vfs,\n};"), ["text", "vfs"]);
    assert_eq!(used("fn f() -> crate::ide::Hover { crate::server::go() }"), ["ide", "server"]);
}

#[test]
fn each_layer_uses_only_those_it_may() {
    let mut wrong = Vec::new();
    for (path, layer, code) in sources() {
        if matches!(layer.as_str(), "lib" | "main") {
            continue;
        }
        let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            panic!("{} is in no layer: add it to the table here and in src/lib.rs", path.display());
        };
        // The vaults of the features' tests are made as everybody makes one.
        let tests = ["fixture.rs", "rename/cases.rs", "rename/generated.rs"];
        let is_fixture = is_test(&path) || tests.iter().any(|test| path.ends_with(test));
        let in_tests = used(&code[without_tests(&code).len()..]).into_iter().filter(|name| name != "vault");
        let used = used(without_tests(&code)).into_iter().chain(in_tests);
        for name in used.filter(|name| !is_fixture || name != "vault") {
            if name != layer && !may.contains(&name.as_str()) {
                wrong.push(format!("{} uses crate::{name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_in_the_code_map_is_this_one() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let rows = map.lines().filter_map(|line| line.strip_prefix("//! | [`")?.split('`').next());
    let layers: Vec<_> = LAYERS.iter().map(|(name, _)| *name).collect();
    assert_eq!(rows.collect::<Vec<_>>(), layers);
    for (at, (layer, may)) in LAYERS.iter().enumerate() {
        for used in *may {
            assert!(layers[..at].contains(used), "{layer} may not use {used}, which comes after it");
        }
    }
}

#[test]
fn only_vfs_and_the_command_line_touch_the_disk() {
    const DISK: &[&str] = &["std::fs", "fs::File", "File::open", "tokio::fs", "ignore::Walk", "notify::"];
    let mut wrong = Vec::new();
    for (path, layer, code) in sources() {
        // Unit tests may lay out files.
        let code = without_tests(&code);
        if !matches!(layer.as_str(), "vfs" | "cli") && !is_test(&path) {
            wrong.extend(DISK.iter().filter(|disk| code.contains(**disk)).map(|disk| (path.clone(), *disk)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_dependency_is_locked_to_the_public_registry() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    for line in lock.lines().filter(|line| line.contains("source = ")) {
        assert_eq!(line, "source = \"registry+https://github.com/rust-lang/crates.io-index\"");
    }
}
