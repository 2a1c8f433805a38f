//! What notes on a disk may look like: every row is read, reported at the right
//! place, and never ends the program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn vault(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    dir
}

fn check(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_slugline")).arg("check").arg(root).args(arguments).output().unwrap()
}

/// Number of notes, and the findings as `path:line:column code`.
fn found(root: &Path) -> (u64, Vec<String>) {
    let output = check(root, &["--format", "json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {said}", output.status);
    assert!(!said.contains("panicked"), "{said}");
    let json: Value = serde_json::from_slice(&output.stdout).expect(&said);
    let findings = json["diagnostics"].as_array().unwrap().iter().map(|d| {
        format!(
            "{}:{}:{} {}",
            d["path"].as_str().unwrap(),
            d["line"],
            d["column"],
            d["code"].as_str().unwrap()
        )
    });
    (json["notes"].as_u64().unwrap(), findings.collect())
}

#[test]
fn every_kind_of_bytes_is_read_and_placed() {
    // A note, and where the target of `[[nowhere]]` in it is reported.
    let table: &[(&str, &[u8], &[&str])] = &[
        ("invalid UTF-8 counts as one character a byte", b"\xff\xfe [[nowhere]]\n", &["1:6"]),
        ("a cut multi-byte character", b"\xe2\x82 [[nowhere]]\n", &["1:5"]),
        ("invalid UTF-8 inside a target", b"[[now\xffhere]]\n", &["1:3"]),
        ("NUL bytes", b"a\0b\0[[nowhere]]\0\n\0\n[[nowhere]]", &["1:7", "3:3"]),
        ("CRLF", b"one\r\n\r\n[[nowhere]]\r\ntwo [[nowhere]]\r\n", &["3:3", "4:7"]),
        ("lone CR", b"one\r\rx [[nowhere]]\r[[nowhere]]", &["3:5", "4:3"]),
        ("all line ends in one note", b"a\rb\nc\r\n[[nowhere]]", &["4:3"]),
        ("a link does not cross a lone CR", b"[[now\rhere]] [[nowhere]]\n", &["1:1 unclosed-link", "2:10"]),
        ("a byte order mark is no character", b"\xef\xbb\xbf[[nowhere]]\n", &["1:3"]),
        ("and hides no front matter", b"\xef\xbb\xbf---\ntitle: T\n---\n[[T]] [[nowhere]]\n", &["4:9"]),
        ("U+2028 and U+2029 end no line", "a\u{2028}b\u{2029}[[nowhere]]".as_bytes(), &["1:7"]),
        ("nor do form feed, vertical tab and U+0085", "a\u{c}b\u{b}c\u{85}[[nowhere]]".as_bytes(), &["1:9"]),
        ("an empty note", b"", &[]),
        ("only a byte order mark", b"\xef\xbb\xbf", &[]),
        ("front matter that never ends", b"---\ntitle: T\n[[nowhere]]\n", &["3:3"]),
        ("brackets without end", &[b'['; 20_000], &[]),
        ("columns are scalar values", "😀e\u{301}[[nowhere]]".as_bytes(), &["1:6"]),
    ];
    for (what, bytes, expected) in table {
        let dir = vault(&[("note.md", bytes)]);
        let (notes, mut findings) = found(dir.path());
        // 20,000 brackets may be called unclosed: that is no matter of bytes.
        findings
            .retain(|finding| bytes[0..bytes.len().min(3)] != *b"[[[" || !finding.ends_with("unclosed-link"));
        let expected = expected.iter().map(|place| match place.split_once(' ') {
            Some((place, code)) => format!("note.md:{place} {code}"),
            None => format!("note.md:{place} broken-link"),
        });
        assert_eq!((notes, findings), (1, expected.collect()), "{what}");
    }
}

#[test]
fn a_note_above_the_limit_is_known_by_name() {
    let mut big = b"---\ntitle: Big\n---\n[[nowhere]]\n".to_vec();
    big.resize(3000, b'x');
    let dir = vault(&[
        (".slugline.toml", b"max_file_size = 2000\n"),
        ("big.md", &big),
        ("small.md", b"[[big]] [[big#Heading]] [[nowhere]]\n"),
    ]);
    assert_eq!(found(dir.path()), (2, vec!["small.md:1:27 broken-link".to_owned()]));
    let said = String::from_utf8(check(dir.path(), &[]).stderr).unwrap();
    assert!(said.contains("big.md") && said.contains("max_file_size"), "{said:?}");
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::process::CommandExt;

    use super::*;

    fn make_fifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[test]
    fn what_is_no_file_is_no_note_and_is_not_waited_for() {
        let dir = vault(&[("a.md", b"[[b]] [[x]] [[gone]] [[dir]]\n"), ("b.md", b"")]);
        make_fifo(&dir.path().join("x.md"));
        symlink("nothing", dir.path().join("gone.md")).unwrap();
        fs::create_dir(dir.path().join("dir.md")).unwrap();
        let broken: Vec<_> = ["1:9", "1:15", "1:24"].map(|at| format!("a.md:{at} broken-link")).into();
        assert_eq!(found(dir.path()), (2, broken));
        // Named outright, it is refused instead of read.
        let output = check(&dir.path().join("x.md"), &[]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }

    #[test]
    fn symbolic_links_are_followed_once_and_not_out_of_the_vault() {
        let outside = vault(&[("secret.md", b"[[nowhere]]\n")]);
        let dir = vault(&[("a/one.md", b"[[two]] [[secret]] [[nowhere]]\n"), ("b/real.md", b"")]);
        let at = |path: &str| dir.path().join(path);
        symlink("..", at("a/up")).unwrap();
        symlink(".", at("a/self")).unwrap();
        symlink("pong", at("ping")).unwrap();
        symlink("ping", at("pong")).unwrap();
        symlink("../b/real.md", at("a/two.md")).unwrap();
        symlink(outside.path(), at("out")).unwrap();
        symlink(outside.path().join("secret.md"), at("a/secret.md")).unwrap();
        // `b/real.md` is one note under its own name; the link to it adds no second one.
        let broken: Vec<_> = ["1:3", "1:11", "1:22"].map(|at| format!("a/one.md:{at} broken-link")).into();
        assert_eq!(found(dir.path()), (2, broken));
    }

    #[test]
    fn links_out_of_the_vault_lead_nowhere() {
        let parent = vault(&[
            ("secret.md", b""),
            ("vault/.obsidian/app.json", b"{}"),
            (
                "vault/deep/a.md",
                b"[[../../secret]] [s](../../secret.md) [[/../secret]] [[deep/../../secret]]\n",
            ),
            ("vault/b.md", b"![[../secret.md]] [e](/etc/passwd) [[../../../../etc/hosts]]\n"),
        ]);
        let (notes, findings) = found(&parent.path().join("vault"));
        assert_eq!(notes, 2);
        let places: Vec<_> = findings.iter().map(|f| f.split(' ').next().unwrap()).collect();
        let at = [
            "b.md:1:4",
            "b.md:1:23",
            "b.md:1:38",
            "deep/a.md:1:3",
            "deep/a.md:1:22",
            "deep/a.md:1:41",
            "deep/a.md:1:56",
        ];
        assert_eq!(places, at, "{findings:?}");
    }

    #[test]
    fn an_unreadable_folder_or_note_is_told_and_the_rest_is_checked() {
        let dir = vault(&[
            ("a.md", b"[[closed]] [[nowhere]]\n"),
            ("closed.md", b"[[nowhere]]\n"),
            ("locked/b.md", b"[[nowhere]]\n"),
        ]);
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for path in ["closed.md", "locked"] {
            fs::set_permissions(dir.path().join(path), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_slugline"));
        command.arg("check").arg(dir.path()).args(["--format", "json"]);
        if fs::read(dir.path().join("closed.md")).is_ok() {
            // Root reads everything, so the program runs as a user who does not.
            command.uid(65534).gid(65534).current_dir("/");
        }
        let output = command.output();
        fs::set_permissions(dir.path().join("locked"), fs::Permissions::from_mode(0o700)).unwrap();
        let output = match output {
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                eprintln!("skipped: only this user can run the program: {error}");
                return;
            }
            output => output.unwrap(),
        };
        let said = String::from_utf8(output.stderr).unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).expect(&said);
        let lines: Vec<_> = json["diagnostics"].as_array().unwrap().iter().map(|d| &d["column"]).collect();
        assert_eq!(lines, [14], "{json}");
        assert!(said.contains("closed.md") && said.contains("locked"), "{said:?}");
    }
}
