//! `slugline doctor`: what it sees.
use std::fs::File;
use std::time::{Duration, SystemTime};

use super::{run, vault};

/// A line with one blank between its words.
fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn it_says_where_each_setting_comes_from_and_what_is_wrong() {
    let (_dir, root) = vault(&[
        ("a.md", "[[b]]\n"),
        ("b.txt", ""),
        (".slugline.toml", "exclude = [\"x/\"]\nmax_file_size = \"big\"\n"),
    ]);
    let (status, out, err) = run(&root, &["doctor", "--ext", "txt", "--ext", "md"]);
    assert_eq!((status, err.as_str()), (1, ""));
    // In one column, as wide as the longest name.
    let out: String = out.lines().map(|line| format!("{}\n", words(line))).collect();
    for line in [
        "notes      2 notes, 1 link",
        "  extensions         [\"txt\",\"md\"]  (--ext)",
        "  exclude            [\"x/\"]  (.slugline.toml:1)",
        "  max_file_size      10485760  (default)",
        "  invalid: .slugline.toml:2: `max_file_size`: expected a number of bytes; using the default",
    ] {
        assert!(out.lines().any(|found| found == words(line)), "no line {line:?} in\n{out}");
    }
    assert!(out.contains("contains .slugline.toml"), "{out}");
}

#[test]
fn all_is_well_or_it_could_not_look() {
    let (_dir, root) = vault(&[("a.md", "")]);
    let (status, out, _) = run(&root, &["doctor", "a.md"]);
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("the folder of the note (no vault marker above it)"), "{out}");
    let (status, _, err) = run(&root, &["doctor", "nowhere"]);
    assert_eq!(status, 2);
    assert!(err.contains("no such file or directory"), "{err}");
}

/// A large vault whose notes have not been written to for a minute is kept for the next run.
#[test]
fn it_says_what_was_kept_of_the_last_run() {
    let notes: Vec<_> =
        (0..300).map(|n| (format!("{n}.md"), format!("# Note {n}\n[[{}]]\n", n + 1))).collect();
    let (_dir, root) = vault(&notes.iter().map(|(path, text)| (&**path, &**text)).collect::<Vec<_>>());
    for (path, _) in &notes {
        let file = File::options().append(true).open(root.join(path)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }
    let line = |args: &[&str]| {
        let (status, out, err) = run(&root, &[&["doctor"], args].concat());
        assert_eq!((status, err.as_str()), (0, ""), "{out}");
        assert!(out.contains("notes      300 notes, 300 links"), "{out}");
        let line = out.lines().find_map(|line| line.strip_prefix("cache")).unwrap();
        line.rsplit(", ").next().unwrap().trim().to_owned()
    };
    assert_eq!(line(&[]), "had 0 of 300 notes as they are now");
    assert_eq!(line(&[]), "had 300 of 300 notes as they are now");
    std::fs::write(root.join("7.md"), "# Seven\n[[8]]\n").unwrap();
    assert_eq!(line(&[]), "had 299 of 300 notes as they are now");
    assert_eq!(line(&["--no-cache"]), "off");
    let (_, out, _) = run(&root, &["query", "backlinks", "8"]);
    assert!(out.contains("7.md"), "{out}");
}
