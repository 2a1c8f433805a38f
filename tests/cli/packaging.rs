//! What a release consists of has the same name wherever it is named.
use std::collections::BTreeSet;
use std::fs;

use regex::Regex;

use super::project;

fn text(path: &str) -> String {
    fs::read_to_string(project().join(path)).unwrap()
}

/// The archives that the workflow of a release makes, such as `slugline-linux-x64.tar.gz`.
fn archives() -> BTreeSet<String> {
    let workflow = text(".github/workflows/release.yml");
    let names = Regex::new(r"\{ runner: \S+, name: ([a-z0-9-]+)").unwrap();
    let found: BTreeSet<_> = names
        .captures_iter(&workflow)
        .map(|found| {
            let ending = if found[1].starts_with("windows") { "zip" } else { "tar.gz" };
            format!("slugline-{}.{ending}", &found[1])
        })
        .collect();
    assert!(found.len() >= 7, "{found:?}");
    found
}

/// The name of an archive without its ending, which is the folder in it.
fn folder(archive: &str) -> &str {
    archive.split_once('.').unwrap().0
}

/// All archives that `text` names, and their folders, are there.
#[track_caller]
fn names_archives(path: &str, text: &str) {
    let archives = archives();
    let names = Regex::new(r"slugline-(?:linux|macos|windows)-[a-z0-9-]+(?:\.[a-z]+(?:\.gz)?)?").unwrap();
    let mut named = 0;
    for name in names.find_iter(text).map(|found| found.as_str()) {
        let known = archives.iter().any(|archive| archive == name || folder(archive) == name);
        assert!(known, "{path} names {name}, which no release has");
        named += 1;
    }
    assert!(named > 0, "{path} names no archive");
}

/// `cargo binstall` looks for each archive, and in it for the program.
#[test]
fn binstall_finds_the_archives() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let mut found = BTreeSet::new();
    for (target, it) in binstall["overrides"].as_table().unwrap() {
        let url = it["pkg-url"].as_str().unwrap();
        let archive =
            url.strip_prefix("{ repo }/releases/download/v{ version }/").unwrap_or_else(|| panic!("{url}"));
        let windows = target.contains("windows");
        let program = if windows { "{ bin }{ binary-ext }" } else { "{ bin }" };
        assert_eq!(it["bin-dir"].as_str().unwrap(), format!("{}/{program}", folder(archive)), "{target}");
        let format = it.get("pkg-fmt").unwrap_or(&binstall["pkg-fmt"]).as_str().unwrap();
        assert_eq!(format, if archive.ends_with(".zip") { "zip" } else { "tgz" }, "{target}");
        for (part, of_target) in
            [("-linux-", "-linux-"), ("-macos-", "-darwin"), ("-arm64", "aarch64-"), ("-musl", "-musl")]
        {
            assert_eq!(archive.contains(part), target.contains(of_target), "{target}: {archive}");
        }
        found.insert(archive.to_owned());
    }
    assert_eq!(found, archives());
}

/// The files for package managers name archives that there are, and `fill` knows all that they leave open.
#[test]
fn the_templates_name_the_archives() {
    let open = Regex::new(r"@(version|repository|owner|project|sha256:([^@]+))@").unwrap();
    let mut files = 0;
    for manager in fs::read_dir(project().join("packaging")).unwrap().map(|it| it.unwrap().path()) {
        if !manager.is_dir() {
            continue;
        }
        for path in fs::read_dir(manager).unwrap().map(|it| it.unwrap().path()) {
            let name = path.display().to_string();
            let template = fs::read_to_string(&path).unwrap();
            for sum in open.captures_iter(&template).filter_map(|found| found.get(2)) {
                assert!(archives().contains(sum.as_str()), "{name}: {}", sum.as_str());
            }
            let filled = open.replace_all(&template, "1.2.3");
            assert!(!filled.contains("@sha256") && !filled.contains("@version"), "{name}: {filled}");
            if !name.ends_with(".nix") && filled.contains("slugline-") && !name.contains("locale") {
                names_archives(&name, &template.replace("slugline-linux-*", ""));
            }
            if name.ends_with(".yaml") {
                for event in saphyr_parser::Parser::new_from_str(&filled) {
                    event.unwrap_or_else(|error| panic!("{name}: {error}"));
                }
            }
            files += 1;
        }
    }
    assert!(files >= 7, "{files} files");
}

/// What templates take out of an archive is in it.
#[test]
fn the_archives_hold_what_the_packages_install() {
    let archive = text("packaging/archive");
    let taken = Regex::new(r#"[ "]((?:completions|man)/[\w.]+)"#).unwrap();
    for template in ["packaging/homebrew/slugline.rb", "packaging/aur/PKGBUILD"] {
        let template = text(template);
        let names: Vec<_> =
            taken.captures_iter(&template).map(|found| found.get(1).unwrap().as_str()).collect();
        assert_eq!(names.len(), 4, "{names:?}");
        for name in names {
            assert!(archive.contains(&format!("$name/{name}\"")), "no archive has {name}");
        }
    }
}

/// The script that makes the Linux part of a release gives its archives the names of the workflow's.
#[test]
fn the_script_makes_what_the_workflow_makes() {
    let script = text("packaging/release");
    for processor in ["x64", "arm64"] {
        let named = script.replace("$arch", processor).replace("slugline-linux-*", "");
        names_archives("packaging/release", &named);
        assert!(script.contains(&format!("arch={processor}")), "no archive for {processor}");
    }
}

/// One version in all that is released.
#[test]
fn the_versions_agree() {
    let version = env!("CARGO_PKG_VERSION");
    let extension: serde_json::Value = serde_json::from_str(&text("editors/vscode/package.json")).unwrap();
    assert_eq!(extension["version"], version);
    let zed: toml::Table = text("editors/zed/extension.toml").parse().unwrap();
    assert_eq!(zed["version"].as_str(), Some(version));
    let zed: toml::Table = text("editors/zed/Cargo.toml").parse().unwrap();
    assert_eq!(zed["package"]["version"].as_str(), Some(version));
}
