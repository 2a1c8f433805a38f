use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::*;
use crate::index::Change;
use crate::settings::Settings;

/// A vault on the disk and the engine over it.
struct Disk {
    dir: tempfile::TempDir,
    tree: Tree,
}

impl Disk {
    /// Files by path; a text is written, `-> target` makes a symbolic link, `fifo` a FIFO.
    fn new(files: &[(&str, &str)], settings: Settings) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vault = dir.path().join("vault");
        fs::create_dir(&vault).unwrap();
        for (path, text) in files {
            write(&vault, path, text);
        }
        let root = Arc::new(Root::new(&vault).unwrap());
        Self { dir, tree: Tree::new(root, Arc::new(settings), Limits::default()) }
    }

    fn vault(&self) -> std::path::PathBuf {
        self.dir.path().join("vault")
    }

    /// What a scan says, each step in a line; the order of files does not matter.
    fn scan(&mut self) -> BTreeSet<String> {
        let steps = Mutex::new(BTreeSet::new());
        self.tree.scan(&AtomicBool::new(false), &|step| steps.lock().unwrap().extend(lines(step)));
        steps.into_inner().unwrap()
    }

    fn refresh(&mut self, paths: &[&str], gone: bool) -> (Vec<String>, Vec<Arc<str>>) {
        let steps = Mutex::new(Vec::new());
        let missing = self.tree.refresh(
            paths.iter().map(|&path| path.into()),
            gone,
            &AtomicBool::new(false),
            &|step| steps.lock().unwrap().extend(lines(step)),
        );
        (steps.into_inner().unwrap(), missing)
    }
}

fn write(vault: &Path, path: &str, text: &str) {
    let place = vault.join(path);
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    if let Some(target) = text.strip_prefix("-> ") {
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, place).unwrap();
    } else if text == "fifo" {
        assert!(std::process::Command::new("mkfifo").arg(place).status().unwrap().success());
    } else {
        fs::write(place, text).unwrap();
    }
}

fn lines(step: Step) -> Vec<String> {
    match step {
        Step::Changes(changes) => changes
            .into_iter()
            .map(|change| match change {
                Change::Note(path) => format!("note {path}"),
                Change::Facts(path, _) => format!("read {path}"),
                Change::File(path) => format!("file {path}"),
                Change::Gone(path) => format!("gone {path}"),
            })
            .collect(),
        Step::Named(_) => Vec::new(),
        Step::Trouble(trouble) => vec![format!("trouble {trouble}")],
    }
}

fn found(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

#[test]
fn notes_and_files_that_no_rule_leaves_out() {
    let files = [
        ("a.md", "a"),
        ("B.MARKDOWN", "b"),
        ("sub/c.md", "c"),
        ("sub/photo.png", "p"),
        (".hidden/d.md", "d"),
        (".slugline.toml", ""),
        (".gitignore", "ignored/\n*.draft.md\n!keep.draft.md\n"),
        ("ignored/e.md", "e"),
        ("x.draft.md", "x"),
        ("keep.draft.md", "k"),
        ("sub/.ignore", "f.md"),
        ("sub/f.md", "f"),
        ("f.md", "f"),
        ("out/g.md", "g"),
        ("out/in.md", "g"),
    ];
    let settings = Settings { exclude: vec!["out/*".into(), "!in.md".into()], ..Settings::default() };
    let mut expected = found(&[
        "note a.md",
        "read a.md",
        "note B.MARKDOWN",
        "read B.MARKDOWN",
        "note sub/c.md",
        "read sub/c.md",
        "file sub/photo.png",
        "note keep.draft.md",
        "read keep.draft.md",
        "note f.md",
        "read f.md",
        "note out/in.md",
        "read out/in.md",
    ]);
    assert_eq!(Disk::new(&files, settings.clone()).scan(), expected);
    for more in ["ignored/e.md", "x.draft.md", "sub/f.md"] {
        expected.extend([format!("note {more}"), format!("read {more}")]);
    }
    assert_eq!(Disk::new(&files, Settings { respect_gitignore: false, ..settings }).scan(), expected);
}

/// Rules of the folders above the vault are not the vault's.
#[test]
fn ignore_files_above_the_vault_do_not_count() {
    let mut disk = Disk::new(&[("a.md", "a")], Settings::default());
    fs::write(disk.dir.path().join(".gitignore"), "*.md").unwrap();
    fs::write(disk.dir.path().join(".ignore"), "*.md").unwrap();
    assert_eq!(disk.scan(), found(&["note a.md", "read a.md"]));
}

#[cfg(unix)]
#[test]
fn each_real_file_once_and_none_from_outside() {
    let files = [
        ("a.md", "a"),
        ("same.md", "-> a.md"),
        ("dir/b.md", "b"),
        ("again", "-> dir"),
        (".store/c.md", "c"),
        (".store/loop", "-> .."),
        ("linked", "-> .store"),
        ("twice", "-> .store"),
        ("single.md", "-> .store/c.md"),
        ("up", "-> ."),
        ("dangling.md", "-> nowhere"),
        ("outside.md", "-> ../secret.md"),
        ("outside", "-> .."),
        ("pipe.md", "fifo"),
    ];
    let mut disk = Disk::new(&files, Settings::default());
    fs::write(disk.dir.path().join("secret.md"), "s").unwrap();
    let expected =
        ["note a.md", "read a.md", "note dir/b.md", "read dir/b.md", "note linked/c.md", "read linked/c.md"];
    assert_eq!(disk.scan(), found(&expected));
}

#[test]
fn what_cannot_be_read_is_known_by_name_and_said() {
    let mut disk = Disk::new(
        &[("big.md", "0123456789x"), ("small.md", "0123456789")],
        Settings { max_file_size: 10, ..Settings::default() },
    );
    let lines = disk.scan();
    assert!(lines.contains("read small.md") && lines.contains("note big.md"));
    assert!(!lines.contains("read big.md"));
    assert!(
        lines.iter().any(|line| line.starts_with("trouble big.md is known by its name only")),
        "{lines:?}"
    );
}

#[test]
fn a_refresh_follows_the_disk_whatever_the_event_said() {
    let mut disk = Disk::new(
        &[("a.md", "a"), ("dir/b.md", "b"), ("dir/c.md", "c"), (".gitignore", "*.tmp.md")],
        Settings::default(),
    );
    disk.scan();
    let vault = disk.vault();
    write(&vault, "x.tmp.md", "x");
    write(&vault, "new.md", "n");
    write(&vault, "new.png", "n");
    let (lines, missing) = disk.refresh(&["x.tmp.md", "new.md", "new.png", "a.md", "never.md"], false);
    assert_eq!(missing, ["never.md".into()]);
    let lines: BTreeSet<_> = lines.into_iter().collect();
    assert_eq!(lines, found(&["read a.md", "note new.md", "read new.md", "file new.png", "gone x.tmp.md"]));

    fs::rename(vault.join("dir"), vault.join("moved")).unwrap();
    let (lines, missing) = disk.refresh(&["dir", "moved"], false);
    assert_eq!(
        lines.iter().cloned().collect::<BTreeSet<_>>(),
        found(&["note moved/b.md", "note moved/c.md", "read moved/b.md", "read moved/c.md"])
    );
    assert_eq!(missing, ["dir".into()], "it may come back: the caller asks again");
    assert_eq!(disk.refresh(&["dir"], true).0, ["gone dir"]);

    write(&vault, ".gitignore", "moved/");
    let (lines, _) = disk.refresh(&[".gitignore"], false);
    assert!(
        lines.contains(&"gone moved/b.md".to_owned()) && lines.contains(&"read x.tmp.md".to_owned()),
        "{lines:?}"
    );
}

/// Between its name and its content a file may become anything.
#[cfg(unix)]
#[test]
fn files_may_go_and_change_while_they_are_read() {
    let mut disk =
        Disk::new(&[("a.md", "a"), ("b.md", "b"), ("c.md", "c"), ("d.md", "d")], Settings::default());
    let vault = disk.vault();
    let steps = Mutex::new(BTreeSet::new());
    disk.tree.scan(&AtomicBool::new(false), &|step| {
        if matches!(step, Step::Named(_)) {
            for path in ["a.md", "b.md", "c.md"] {
                fs::remove_file(vault.join(path)).unwrap();
            }
            write(&vault, "b.md", "fifo");
            fs::create_dir(vault.join("c.md")).unwrap();
        }
        steps.lock().unwrap().extend(lines(step));
    });
    let steps = steps.into_inner().unwrap();
    let expected = [
        "note a.md",
        "note b.md",
        "note c.md",
        "note d.md",
        "gone a.md",
        "read d.md",
        "trouble b.md is known by its name only: it is no regular file",
        "trouble c.md is known by its name only: it is no regular file",
    ];
    assert_eq!(steps, found(&expected));
}

/// What is looked at again and again is read again only when it has changed.
#[test]
fn a_second_scan_brings_only_what_has_changed() {
    let mut disk = Disk::new(&[("a.md", "a"), ("dir/b.md", "b"), ("c.png", "c")], Settings::default());
    disk.scan();
    assert_eq!(disk.scan(), found(&[]));
    let vault = disk.vault();
    write(&vault, "a.md", "longer");
    write(&vault, "new/d.md", "d");
    fs::remove_dir_all(vault.join("dir")).unwrap();
    assert_eq!(disk.scan(), found(&["read a.md", "note new/d.md", "read new/d.md", "gone dir/b.md"]));
}
