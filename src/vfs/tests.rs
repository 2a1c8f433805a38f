use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use super::*;
use crate::index::Change;
use crate::settings::Settings;
use crate::text::{Span, VaultPath};

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

    /// The same in the order in which it is said.
    #[cfg(unix)]
    fn scan_in_order(&mut self) -> Vec<String> {
        let steps = Mutex::new(Vec::new());
        self.tree.scan(&AtomicBool::new(false), &|step| steps.lock().unwrap().extend(lines(step)));
        steps.into_inner().unwrap()
    }

    fn refresh(&mut self, paths: &[&str], gone: bool) -> (Vec<String>, Vec<VaultPath>) {
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
        #[cfg(not(unix))]
        panic!("no link to {target} can be made here");
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
        Step::Named(_) | Step::Index(_) | Step::Read(_) => Vec::new(),
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
    assert_eq!(missing, ["never.md"]);
    let lines: BTreeSet<_> = lines.into_iter().collect();
    assert_eq!(lines, found(&["read a.md", "note new.md", "read new.md", "file new.png", "gone x.tmp.md"]));

    fs::rename(vault.join("dir"), vault.join("moved")).unwrap();
    let (lines, missing) = disk.refresh(&["dir", "moved"], false);
    assert_eq!(
        lines.iter().cloned().collect::<BTreeSet<_>>(),
        found(&["note moved/b.md", "note moved/c.md", "read moved/b.md", "read moved/c.md"])
    );
    assert_eq!(missing, ["dir"], "it may come back: the caller asks again");
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
        "gone b.md",
        "gone c.md",
    ];
    assert_eq!(steps, found(&expected));
}

/// A new folder may be looked at before all of it is there; it is looked at once more a little later.
#[test]
fn a_folder_brings_its_rules_whenever_they_come() {
    let mut disk = Disk::new(&[("a.md", "a")], Settings::default());
    disk.scan();
    let vault = disk.vault();
    write(&vault, "new/b.md", "b");
    assert_eq!(disk.refresh(&["new"], false).0, ["note new/b.md", "read new/b.md"]);
    write(&vault, "new/.gitignore", "*.md");
    assert_eq!(disk.refresh(&["new"], false).0, ["gone new/b.md"]);
}

/// On a disk without regard to case, or to how accents are encoded, an editor may tell of a file by another
/// spelling than the disk's: macOS takes accents apart, VS Code puts them together. A link of that name stands
/// for such a disk here.
#[cfg(unix)]
#[test]
fn a_file_that_is_told_of_by_another_spelling_is_the_same_file() {
    for (real, told) in
        [("note.md", "Note.md"), ("cafe\u{301}.md", "caf\u{e9}.md"), ("a/É.md", "a/e\u{301}.md")]
    {
        let mut disk = Disk::new(&[(real, "before")], Settings::default());
        let vault = disk.vault();
        let name = real.rsplit('/').next().unwrap();
        std::os::unix::fs::symlink(name, vault.join(told)).unwrap();
        assert_eq!(disk.scan(), found(&[&format!("note {real}"), &format!("read {real}")]));
        write(&vault, real, "and after");
        let steps = disk.refresh(&[told], false).0;
        assert!(steps.contains(&format!("read {real}")), "{told}: {steps:?}");
        assert!(
            !steps.iter().any(|step| step.ends_with(told) && !step.starts_with("gone")),
            "{told}: {steps:?}"
        );
        // A new one too.
        fs::remove_file(vault.join(real)).unwrap();
        disk.scan();
        write(&vault, real, "again");
        let steps = disk.refresh(&[told], false).0;
        assert!(steps.contains(&format!("read {real}")), "{told}: {steps:?}");
        assert!(
            !steps.iter().any(|step| step.ends_with(told) && !step.starts_with("gone")),
            "{told}: {steps:?}"
        );
    }
}

/// A vault that is polled would say it every few seconds.
#[cfg(unix)]
#[test]
fn that_a_note_cannot_be_read_is_said_once() {
    use std::os::unix::fs::PermissionsExt;
    let mut disk = Disk::new(&[("a.md", "a")], Settings::default());
    let place = disk.vault().join("a.md");
    let allow = |mode| fs::set_permissions(&place, fs::Permissions::from_mode(mode)).unwrap();
    allow(0);
    if fs::read(&place).is_ok() {
        // The superuser may read all.
        return;
    }
    let said =
        |lines: BTreeSet<String>| lines.iter().any(|line| line.starts_with("trouble cannot read a.md"));
    assert!(said(disk.scan()));
    // It is not tried again before something about it changes.
    assert_eq!(disk.scan(), found(&[]));
    assert_eq!(disk.refresh(&["a.md"], false).0, ["note a.md"]);
    allow(0o644);
    assert!(disk.scan().contains("read a.md"));
    allow(0);
    fs::write(disk.vault().join("b.md"), "b").unwrap();
    assert!(!said(disk.scan()), "it has not changed since it was read");
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

#[test]
fn a_part_of_a_file_is_read_alone() {
    use crate::ide::Texts as _;
    let dir = tempfile::tempdir().unwrap();
    let files: [(&str, &[u8]); 3] = [
        ("a.md", "one \u{e9} two".as_bytes()),
        ("mark.md", "\u{feff}one \u{e9} two".as_bytes()),
        ("odd.md", b"one \xff two"),
    ];
    for (name, bytes) in files {
        std::fs::write(dir.path().join(name), bytes).unwrap();
    }
    let root = Arc::new(Root::new(dir.path()).unwrap());
    let texts = DiskTexts::new(Arc::clone(&root), 100);
    let part = |path, from, to| texts.read_part(path, Span::new(from, to)).as_deref().map(str::to_owned);
    for path in ["a.md", "mark.md"] {
        for (from, to, text) in [(0, 3, "one"), (4, 8, "\u{e9} t"), (7, 100, "two"), (50, 60, "")] {
            assert_eq!(part(path, from, to).as_deref(), Some(text), "{path} {from}..{to}");
        }
    }
    assert_eq!(part("odd.md", 0, 6).as_deref(), Some("one \u{fffd} "));
    assert_eq!(part("gone.md", 0, 6), None);
    assert_eq!(part("../a.md", 0, 6), None);
    assert_eq!(DiskTexts::new(root, 8).read_part("a.md", Span::new(0, 3)), None, "it is too large");
}

/// Between the look at a path and its being opened it may have become a link.
#[cfg(unix)]
#[test]
fn a_note_that_is_exchanged_for_a_link_is_never_read_from_outside() {
    use crate::ide::Texts as _;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::Ordering;
    let dir = tempfile::tempdir().unwrap();
    let (vault, outside) = (dir.path().join("vault"), dir.path().join("outside"));
    for folder in [&vault, &outside, &vault.join("real")] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("a.md"), if *folder == outside { "outside" } else { "inside" }).unwrap();
    }
    symlink("real", vault.join("sub")).unwrap();
    let texts = DiskTexts::new(Arc::new(Root::new(&vault).unwrap()), u64::from(u32::MAX));
    let ended = AtomicBool::new(false);
    let swap = || {
        let put = |target: &Path, place: &str| {
            symlink(target, vault.join("new")).unwrap();
            std::fs::rename(vault.join("new"), vault.join(place)).unwrap();
        };
        while !ended.load(Ordering::Relaxed) {
            put(&outside.join("a.md"), "a.md");
            put(&outside, "sub");
            std::fs::write(vault.join("new"), "inside").unwrap();
            std::fs::rename(vault.join("new"), vault.join("a.md")).unwrap();
            put(Path::new("real"), "sub");
        }
    };
    let (mut inside, mut leaked) = (0, 0);
    std::thread::scope(|scope| {
        scope.spawn(swap);
        for _ in 0..10_000 {
            for path in ["a.md", "sub/a.md"] {
                match texts.read(path).as_deref() {
                    Some("inside") => inside += 1,
                    Some(_) => leaked += 1,
                    None => {}
                }
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(leaked, 0, "of 20000 reads; {inside} found the note");
}

/// The same for the names, headings and aliases that a scan takes from a note.
#[cfg(unix)]
#[test]
fn a_note_that_becomes_a_link_before_it_is_read_is_withdrawn() {
    let files = [("a.md", "a"), ("b.md", "b"), ("sub/c.md", "c"), ("sub/d.png", "d")];
    let mut disk = Disk::new(&files, Settings::default());
    let (vault, outside) = (disk.vault(), disk.dir.path().join("outside"));
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("c.md"), "secret").unwrap();
    let steps = Mutex::new(BTreeSet::new());
    disk.tree.scan(&AtomicBool::new(false), &|step| {
        if matches!(step, Step::Named(_)) {
            fs::remove_file(vault.join("b.md")).unwrap();
            write(&vault, "b.md", "-> ../outside/c.md");
            fs::remove_dir_all(vault.join("sub")).unwrap();
            write(&vault, "sub", "-> ../outside");
        }
        steps.lock().unwrap().extend(lines(step));
    });
    let expected = [
        "note a.md",
        "note b.md",
        "note sub/c.md",
        "file sub/d.png",
        "read a.md",
        "gone b.md",
        "gone sub/c.md",
    ];
    assert_eq!(steps.into_inner().unwrap(), found(&expected));
}

/// What is no file of the vault any more is withdrawn, whatever has come in its place.
#[cfg(unix)]
#[test]
fn a_note_that_becomes_something_else_at_once_is_withdrawn() {
    let exchanges: [(&str, &[&str]); 5] = [
        ("folder", &["gone a.md", "note a.md/in.md", "file a.md/in.png", "read a.md/in.md"]),
        ("-> dir", &["gone a.md"]),
        ("-> ..", &["gone a.md"]),
        ("-> dir/b.md", &["gone a.md"]),
        ("fifo", &["gone a.md"]),
    ];
    for (exchange, expected) in exchanges {
        for by_event in [true, false] {
            let mut disk = Disk::new(&[("a.md", "a"), ("dir/b.md", "b")], Settings::default());
            disk.scan();
            let vault = disk.vault();
            fs::remove_file(vault.join("a.md")).unwrap();
            if exchange == "folder" {
                write(&vault, "a.md/in.md", "i");
                write(&vault, "a.md/in.png", "i");
            } else {
                write(&vault, "a.md", exchange);
            }
            let mut steps = Vec::new();
            if by_event {
                let (first, missing) = disk.refresh(&["a.md"], false);
                steps.extend(first);
                let missing: Vec<_> = missing.iter().map(|path| &**path).collect();
                steps.extend(disk.refresh(&missing, true).0);
            } else {
                steps.extend(disk.scan_in_order());
            }
            let all: BTreeSet<_> = steps.iter().cloned().collect();
            assert_eq!(all, found(expected), "{exchange}");
            // A folder that goes takes along what is below it, so what is new there is named afterwards.
            if let Some(last) = expected.get(2) {
                let at = |line: &str| steps.iter().rposition(|step| step == line);
                assert!(at(expected[0]) < at(last), "{steps:?}");
            }
        }
    }
}

/// Opening a FIFO waits for who writes to it; reading a device may never end.
#[cfg(unix)]
#[test]
fn rules_are_read_from_regular_files_only() {
    for name in
        [".gitignore", ".ignore", "sub/.gitignore", "sub/.ignore", ".git/info/exclude", "../.gitignore"]
    {
        for kind in ["fifo", "-> /dev/zero", "-> ../secret", "-> /dev", "-> nowhere", "-> ../../pipe"] {
            let mut disk = Disk::new(&[("a.md", "a"), ("sub/b.md", "b")], Settings::default());
            write(disk.dir.path(), "secret", "*.md");
            write(disk.dir.path(), "pipe", "fifo");
            write(&disk.vault(), name, kind);
            let mut lines = disk.scan();
            lines.retain(|line| !line.starts_with("trouble"));
            let expected = found(&["note a.md", "note sub/b.md", "read a.md", "read sub/b.md"]);
            assert_eq!(lines, expected, "{name} {kind}");
            assert_eq!(disk.scan(), found(&[]), "what is left out is said once");
            let (lines, missing) = disk.refresh(&["a.md", "sub/b.md"], false);
            assert!(lines.contains(&"read sub/b.md".to_owned()) && missing.is_empty(), "{lines:?}");
        }
    }
}

/// Who waits for a name waits for no contents, and who reads them files nothing one by one.
#[test]
fn a_first_reading_brings_the_names_then_a_part_of_the_contents_then_all() {
    let notes: Vec<_> = (0..90).map(|n| (format!("d/{n}.md"), format!("# Title {n}\n[[1]]\n"))).collect();
    let mut files: Vec<_> = notes.iter().map(|(path, text)| (&**path, &**text)).collect();
    files.push(("photo.png", "p"));
    let mut disk = Disk::new(&files, Settings::default());
    let (steps, last) = (Mutex::new(Vec::new()), Mutex::new(None));
    let read = std::sync::atomic::AtomicUsize::new(0);
    disk.tree.load(&AtomicBool::new(false), &|step| match step {
        Step::Index(index) => {
            let read = index.notes().filter(|&note| index.facts(note).is_some()).count();
            steps.lock().unwrap().push((index.len(), index.files().count(), read));
            *last.lock().unwrap() = Some(index);
        }
        Step::Named(notes) => steps.lock().unwrap().push((notes, 0, 0)),
        Step::Read(notes) => drop(read.fetch_add(notes, std::sync::atomic::Ordering::Relaxed)),
        step => panic!("{step:?}"),
    });
    let steps = steps.into_inner().unwrap();
    let &[names, named, part, all] = &*steps else { panic!("{steps:?}") };
    assert_eq!((names, named, all), ((90, 1, 0), (90, 0, 0), (90, 1, 90)));
    assert!(part.0 == 90 && part.2 >= 22, "{part:?}");
    assert_eq!(read.into_inner(), 90);
    // It is the index that changes make, one by one.
    let (mut changed, last) = (crate::index::Index::new(Arc::default()), last.into_inner().unwrap().unwrap());
    let mut again = Tree::new(Arc::new(Root::new(&disk.vault()).unwrap()), Arc::default(), Limits::default());
    let changes = Mutex::new(Vec::new());
    again.scan(&AtomicBool::new(false), &|step| {
        if let Step::Changes(some) = step {
            changes.lock().unwrap().extend(some);
        }
    });
    changed.apply_all(changes.into_inner().unwrap());
    let picture = |index: &crate::index::Index| -> Vec<_> {
        let one = |note| {
            let to = index.resolve(note, "title 7").note().map(|to| index.path(to).to_owned());
            (index.path(note).to_owned(), index.title(note).to_owned(), index.backlinks(note).len(), to)
        };
        index.notes().map(one).collect()
    };
    assert_eq!(picture(&last), picture(&changed));
    // Later looks bring changes again.
    write(&disk.vault(), "d/new.md", "x");
    assert_eq!(disk.scan(), found(&["note d/new.md", "read d/new.md"]));
}
