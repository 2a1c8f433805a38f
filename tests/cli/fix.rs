//! `check --fix` and `check --diff`.
use serde_json::Value;

use super::{findings, run, slugline, vault};

/// A problem that is fixed, one that is for somebody to decide, and the rest of a note.
fn note(time: &str) -> String {
    format!(
        "---\nvideoId: PdiSU9-Fge4\n---\nA <a class=\"yt-timestamp\" data-t=\"{time}\">[{time}]</a>, [[no]]  \nEnd"
    )
}

#[test]
fn certain_problems_are_fixed_and_the_rest_is_reported() {
    let (_dir, root) = vault(&[
        ("a.md", &note("9:07")),
        ("sub/b.md", &note("00:5:52").replace('\n', "\r\n")),
        ("c.md", &note("00:01:02").replace("[[no]]", "[[Big Topic]]")),
        ("big_topic.md", "# Big topic\n"),
    ]);
    let (code, out, err) = run(&root, &["check", "--fix", "--format", "concise"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let lines: Vec<_> = out.lines().collect();
    assert!(lines[0].starts_with("a.md:4:57: warning[broken-link]"), "{out}");
    assert_eq!(lines[2..], ["Fixed 3 problems in 3 files, 2 remain"], "{out}");
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert_eq!(text("a.md"), note("09:07"));
    assert_eq!(text("sub/b.md"), note("00:05:52").replace('\n', "\r\n"));
    assert_eq!(text("c.md"), note("00:01:02").replace("[[no]]", "[[big_topic | Big Topic]]"));
    // There is nothing more to be done.
    let (code, out, _) = run(&root, &["check", "--fix", "-q", "--format", "json"]);
    let out: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &out["fixed"], out["diagnostics"].as_array().unwrap().len()), (1, &0.into(), 2));
    assert_eq!(findings(&root, &[]).len(), 2);
}

#[test]
fn only_what_was_asked_for_is_fixed() {
    let (_dir, root) = vault(&[
        (".slugline.toml", "[folders.off.severity]\nmalformed-timestamp = \"off\"\n"),
        ("a.md", &note("9:07")),
        ("sub/b.md", &note("9:07")),
        ("off/c.md", &note("9:07")),
        ("d.md", &format!("{} <!-- slugline: allow-file malformed-timestamp -->", note("9:07"))),
    ]);
    let (code, out, _) = run(&root, &["check", "--fix", "sub"]);
    assert_eq!((code, out.lines().last()), (1, Some("Fixed 1 problem in 1 file, 1 remains")));
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert_eq!((text("a.md"), text("sub/b.md")), (note("9:07"), note("09:07")));
    let (_, out, _) = run(&root, &["check", "--fix"]);
    assert_eq!(out.lines().last(), Some("Fixed 1 problem in 1 file, 4 remain"));
    assert_eq!(text("off/c.md"), note("9:07"));
    assert!(text("d.md").contains("[9:07]"));
}

#[test]
fn the_diff_is_what_would_be_done() {
    let crlf = format!("\u{feff}{}\r\nOne more\r\n", note("9:07").replace('\n', "\r\n"));
    let files = [("a b.md", note("00:5:52")), ("c.md", crlf), ("d.md", note("00:01:02"))];
    let (_dir, root) = vault(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
    let (code, out, err) = run(&root, &["check", "--diff"]);
    assert_eq!((code, err.as_str()), (1, "Would fix 2 problems in 2 files\n"));
    let expected = "\
--- a b.md\t
+++ a b.md\t
@@ -1,5 +1,5 @@
 ---
 videoId: PdiSU9-Fge4
 ---
-A <a class=\"yt-timestamp\" data-t=\"00:5:52\">[00:5:52]</a>, [[no]]  
+A <a class=\"yt-timestamp\" data-t=\"00:05:52\">[00:05:52]</a>, [[no]]  
 End
\\ No newline at end of file
--- c.md
+++ c.md
@@ -1,6 +1,6 @@
";
    assert!(out.starts_with(expected), "{out}");
    assert!(
        out.contains("-A <a class=\"yt-timestamp\" data-t=\"9:07\">[9:07]</a>, [[no]]  \r\n+A "),
        "{out}"
    );
    for (path, text) in &files {
        assert_eq!(std::fs::read_to_string(root.join(path)).unwrap(), *text, "nothing is written");
    }
    assert_eq!(run(&root, &["check", "--diff", "--fix", "-q"]), (1, out, String::new()));
    assert_eq!(run(&root, &["check", "--diff", "d.md"]), (0, String::new(), "No problems to fix\n".into()));
    assert_eq!(run(&root, &["check", "--diff", "--format", "json"]).0, 2);
    assert_eq!(run(&root, &["check", "--fix", "-q"]).0, 1);
    assert_eq!(run(&root, &["check", "--diff", "-q"]), (0, String::new(), String::new()));
}

/// In colors it is for people: nothing in it moves the cursor.
#[test]
fn a_colored_diff_shows_controls() {
    let (_dir, root) = vault(&[("a.md", &note("9:07").replace("  \n", " \u{1b}[2J\u{9b}\n"))]);
    let out = slugline(&root, &["check", "--diff", "--color", "always"]).output().unwrap();
    let out = String::from_utf8(out.stdout).unwrap();
    assert!(out.contains("\u{1b}[31m-A <a") && out.contains("\u{fffd}[2J\u{fffd}\u{1b}[0m\n"), "{out:?}");
    assert!(!out.contains("\u{1b}[2J"), "{out:?}");
}

#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_written_does_not_keep_the_others() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (_dir, root) =
        vault(&[("a.md", &note("9:07")), ("b.md", &note("9:07")), ("sub/c.md", &note("9:07"))]);
    symlink("sub/c.md", root.join("link.md")).unwrap();
    std::fs::set_permissions(root.join("a.md"), std::fs::Permissions::from_mode(0o444)).unwrap();
    std::fs::set_permissions(root.join("b.md"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let (code, out, err) = run(&root, &["check", "--fix"]);
    assert_eq!((code, err.as_str()), (2, "error: cannot fix a.md: it is read-only\n"));
    assert_eq!(out.lines().last(), Some("Fixed 2 problems in 2 files, 4 remain"), "{out}");
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert_eq!([text("a.md"), text("b.md"), text("link.md")], [note("9:07"), note("09:07"), note("09:07")]);
    assert!(root.join("link.md").symlink_metadata().unwrap().is_symlink());
    assert_eq!(root.join("b.md").metadata().unwrap().permissions().mode() & 0o777, 0o600);
}
