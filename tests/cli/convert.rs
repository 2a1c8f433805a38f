//! `convert`.
use super::{run, vault};

#[test]
fn links_get_the_other_form() {
    let (_dir, root) = vault(&[
        ("a.md", "See [[b|this]] and [[gone]].\r\n"),
        ("in/b.md", "\u{feff}# B\n[[a]] ![[a]]\n"),
        ("c.md", "None.\n"),
        (".slugline.toml", ""),
    ]);
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let (code, out, err) = run(&root, &["convert", "--to", "markdown", "--diff"]);
    let left = "2 links unchanged (broken, or not possible in the other form)";
    assert_eq!((code, err.trim_end()), (1, &*format!("Would convert 2 links in 2 files; {left}")));
    assert!(out.contains("-See [[b|this]] and [[gone]].\r\n+See [this](in/b.md) and [[gone]].\r\n"), "{out}");
    assert_eq!(text("a.md"), "See [[b|this]] and [[gone]].\r\n");

    let (code, out, err) = run(&root, &["convert", "--to", "markdown"]);
    assert_eq!((code, &*out, err.trim_end()), (0, "", &*format!("Converted 2 links in 2 files; {left}")));
    assert_eq!(text("a.md"), "See [this](in/b.md) and [[gone]].\r\n");
    assert_eq!(text("in/b.md"), "\u{feff}# B\n[a](../a.md) ![[a]]\n");
    let (code, _, err) = run(&root, &["convert", "--to", "markdown"]);
    assert_eq!((code, err.trim_end()), (0, &*format!("No links to convert; {left}")));

    // Of what is asked for alone.
    let (code, _, err) = run(&root, &["convert", "--to", "wiki", "in", "-q"]);
    assert_eq!((code, &*err), (0, ""));
    assert_eq!(
        (&*text("in/b.md"), &*text("a.md")),
        ("\u{feff}# B\n[[a]] ![[a]]\n", "See [this](in/b.md) and [[gone]].\r\n")
    );
    assert_eq!(run(&root, &["convert"]).0, 2);
}
