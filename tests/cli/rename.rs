//! `rename`.
use super::{run, vault};

const FILES: &[(&str, &str)] = &[
    ("tides.md", "# Tides\n\nSee [[moon#Phases|its phases]].\n"),
    ("sub/moon.md", "## Phases\n\n[up](../tides.md) [[ Tides ]]\n"),
    ("sun.md", "![[tides]] [t](tides.md#x \"title\") [[tides.md]]\r\n"),
];

#[test]
fn the_file_and_every_link_get_the_new_name() {
    let (_dir, root) = vault(FILES);
    let (code, out, err) = run(&root, &["rename", "tides", "spring tides"]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert_eq!(err, "Renamed tides.md to spring tides.md\nChanged 5 links in 2 files\n");
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert!(!root.join("tides.md").exists());
    assert_eq!(text("spring tides.md"), FILES[0].1);
    assert_eq!(text("sub/moon.md"), "## Phases\n\n[up](../spring%20tides.md) [[ Spring Tides ]]\n");
    assert_eq!(
        text("sun.md"),
        "![[spring tides]] [t](spring%20tides.md#x \"title\") [[spring tides.md]]\r\n"
    );
    let (code, ..) = run(&root, &["rename", "spring tides.md", "tides"]);
    assert_eq!(code, 0);
    assert!(FILES.iter().all(|(path, before)| text(path) == *before), "there and back");
}

#[test]
fn a_note_moves_to_another_folder() {
    let (_dir, root) = vault(FILES);
    let (code, _, err) = run(&root, &["rename", "tides.md", "old/2026/tides"]);
    assert_eq!((code, err.lines().next()), (0, Some("Renamed tides.md to old/2026/tides.md")), "{err}");
    let text = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    assert!(text("sub/moon.md").contains("(../old/2026/tides.md)"), "{}", text("sub/moon.md"));
    assert_eq!(run(&root, &["query", "broken"]).1, "");
}

#[test]
fn a_diff_changes_nothing() {
    for flag in ["--diff", "--dry-run"] {
        let (_dir, root) = vault(FILES);
        let (code, out, err) = run(&root, &["rename", "moon", "luna", flag]);
        assert_eq!(code, 0, "{err}");
        assert_eq!(err, "Would rename sub/moon.md to sub/luna.md\nWould change 1 link in 1 file\n");
        assert!(
            out.contains("-See [[moon#Phases|its phases]].\n+See [[luna#Phases|its phases]].\n"),
            "{out}"
        );
        assert!(
            FILES.iter().all(|(path, before)| std::fs::read_to_string(root.join(path)).unwrap() == *before)
        );
    }
}

#[test]
fn what_cannot_be_renamed_is_said_and_stays() {
    let (_dir, root) = vault(FILES);
    for (old, new, says) in [
        ("mars", "x", "is named `mars`"),
        ("tides", "sun", "there is already a file `sun.md`"),
        ("tides", "../x", "not a valid path"),
        ("tides", "/etc/../../x", "not a valid path"),
        ("tides", "a:b", "not a valid file name"),
        ("../mars", "x", "is named `../mars`"),
    ] {
        let (code, out, err) = run(&root, &["rename", old, new]);
        assert_eq!((code, out.as_str()), (2, ""), "{old} {new}");
        assert!(err.contains(says), "{old} {new}: {err}");
    }
    assert!(FILES.iter().all(|(path, before)| std::fs::read_to_string(root.join(path)).unwrap() == *before));
}

/// Where one link cannot follow, no other does, and the file stays.
#[test]
fn it_is_all_or_nothing() {
    let (_dir, root) = vault(FILES);
    let path = root.join("sun.md");
    let mut permissions = path.metadata().unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let (code, _, err) = run(&root, &["rename", "tides", "x"]);
    assert_eq!(code, 2);
    assert!(
        err.contains("cannot change sun.md: it is read-only") && err.contains("nothing is renamed"),
        "{err}"
    );
    assert!(root.join("tides.md").exists());
    assert_eq!(std::fs::read_to_string(root.join("sub/moon.md")).unwrap(), FILES[1].1);
}
