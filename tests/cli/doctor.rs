//! `slugline doctor`: what it sees.
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
