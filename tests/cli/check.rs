use serde_json::{Value, json};

use super::{findings, run, vault};

#[test]
fn the_json_is_that_of_the_contract() {
    let (_dir, root) =
        vault(&[("b.md", "Ä [[nowhere]] and [[a]].\n"), ("sub/a.md", "![[b]] [t](../b.md)\n")]);
    let (code, out, err) = run(&root, &["check", "--format", "json"]);
    assert_eq!((code, err.as_str()), (1, ""));
    let mut out: Value = serde_json::from_str(&out).unwrap();
    assert!(out["diagnostics"][0]["message"].as_str().is_some_and(|message| message.contains("nowhere")));
    out["diagnostics"][0].as_object_mut().unwrap().remove("message");
    let finding = json!({"path": "b.md", "line": 1, "column": 5, "end_line": 1, "end_column": 12,
        "code": "broken-link", "severity": "warning"});
    assert_eq!(out, json!({"version": 1, "vault": root, "notes": 2, "links": 4, "diagnostics": [finding]}));
}

#[test]
fn the_exit_status_follows_the_severity() {
    // `[[Big Topic]]` is found by its slug: a hint.
    let (_dir, root) = vault(&[("a.md", "[[Big Topic]]\n"), ("big_topic.md", "")]);
    for (severity, code) in [("error", 0), ("warning", 0), ("information", 0), ("hint", 1)] {
        assert_eq!(run(&root, &["check", "--severity", severity]).0, code, "{severity}");
    }
    let (_, out, _) = run(&root, &["check"]);
    assert_eq!(out, "2 notes, 1 link: no problems (1 more below warning; show all with --severity hint)\n");
}

#[test]
fn paths_choose_the_vault_and_what_is_listed() {
    let (_dir, root) = vault(&[
        (".slugline.toml", ""),
        ("a.md", "[[no]]"),
        ("sub/b.md", "[[a]] [[no]]"),
        ("sub/notes.txt", "[[a]] [[no]]"),
        ("subtle/c.md", "[[no]]"),
    ]);
    let all = ["a.md:1:3 broken-link", "sub/b.md:1:9 broken-link", "subtle/c.md:1:3 broken-link"];
    assert_eq!(findings(&root, &[]), all);
    assert_eq!(findings(&root, &["."]), all);
    assert_eq!(findings(&root.join("sub"), &[]), all[1..2], "the vault is above");
    assert_eq!(findings(&root, &["sub", "a.md"]), all[..2]);
    assert_eq!(
        findings(&root, &["sub/notes.txt"]),
        ["sub/notes.txt:1:9 broken-link"],
        "a note since it is named"
    );
    assert_eq!(
        findings(&root, &["--ext", "txt"]),
        ["sub/notes.txt:1:3 broken-link", "sub/notes.txt:1:9 broken-link"]
    );
    // Without the mark, a folder is a vault of its own.
    std::fs::remove_file(root.join(".slugline.toml")).unwrap();
    std::fs::create_dir(root.join(".git")).unwrap();
    assert_eq!(findings(&root, &["sub"]), ["b.md:1:3 broken-link", "b.md:1:9 broken-link"]);
    std::fs::create_dir(root.join(".obsidian")).unwrap();
    assert_eq!(findings(&root, &["sub"]), all[1..2]);
}

#[test]
fn printed_paths_lead_to_the_files_from_where_one_is() {
    let (_dir, root) = vault(&[("vault/.slugline.toml", ""), ("vault/sub/a.md", "[[no]]")]);
    let absolute = format!("{}/vault/sub/a.md:1:3", root.display()).replace('\\', "/");
    for (folder, path, shown) in [
        ("", "vault", "vault/sub/a.md:1:3"),
        ("", "vault/sub", "vault/sub/a.md:1:3"),
        ("vault", ".", " sub/a.md:1:3"),
        ("vault/sub", "a.md", &absolute),
    ] {
        let (_, out, _) = run(&root.join(folder), &["check", path]);
        assert!(out.contains(shown), "{shown} in\n{out}");
    }
}

#[test]
fn what_is_left_out_or_refused_is_said_once() {
    let (_dir, root) = vault(&[
        (".slugline.toml", "max_file_size = 10\n[severity]\nbroken-link = \"loud\"\n"),
        ("a.md", "more than ten bytes"),
    ]);
    let (code, _, err) = run(&root, &["check"]);
    assert_eq!(code, 0);
    assert_eq!(err.matches("unknown severity `loud`").count(), 1, "{err}");
    assert!(err.contains(".slugline.toml:"), "{err}");
    assert_eq!(err.matches("a.md is known by its name only").count(), 1, "{err}");
    let (_dir, root) = vault(&[(".slugline.toml", &"#\n".repeat(600_000)), ("a.md", "")]);
    for command in ["check", "doctor"] {
        let (code, out, err) = run(&root, &[command]);
        let why = ".slugline.toml:1:1: its 1200000 bytes are more than the 1048576 that are read";
        let (said, why) =
            if command == "check" { (err, why.to_owned()) } else { (out, why.replace(":1:1", ":1")) };
        assert_eq!(said.matches(&why).count(), 1, "{said}");
        assert_eq!(code, i32::from(command == "doctor"));
    }
    let (_empty, root) = vault(&[("a.txt", "")]);
    let (code, out, err) = run(&root, &["check"]);
    assert_eq!((code, out.as_str()), (0, "0 notes, 0 links: no problems\n"));
    assert!(err.contains("found no notes under"), "{err}");
}

#[test]
fn what_a_vault_leaves_out_is_said_where_it_is_asked_for() {
    let (_dir, root) = vault(&[
        (".slugline.toml", "exclude = [\"/drafts\"]"),
        (".gitignore", "build/\n"),
        ("a.md", "[[no]]"),
        ("b/build/b.md", "[[no]]"),
        ("drafts/old/c.md", "[[no]]"),
        (".private/d.md", "[[no]]"),
    ]);
    for (folder, why) in [
        ("b/build", "b/build is left out by the rule `build/` in .gitignore."),
        ("drafts/old", "drafts is left out by the pattern `/drafts` of the setting `exclude`."),
        (".private", ".private is left out because it is hidden."),
    ] {
        let (code, out, err) = run(&root, &["check", folder]);
        assert_eq!((code, out.as_str()), (0, "0 notes, 0 links: no problems\n"));
        assert!(err.contains(why) && err.contains("put an empty .slugline.toml into"), "{err}");
        assert!(err.contains(&format!("found no notes under {}", root.join(folder).display())), "{err}");
        for command in ["stats", "graph"] {
            let (code, out, err) = run(&root, &[command, folder, "--quiet"]);
            assert_eq!((code, out.as_str()), (2, ""), "{command}");
            assert!(err.contains(why), "{err}");
        }
        // As the message says.
        std::fs::write(root.join(folder).join(".slugline.toml"), "").unwrap();
        let (code, out, _) = run(&root, &["stats", folder]);
        assert!(code == 0 && out.starts_with("1 note, 1 link"), "{out}");
    }
}

#[test]
fn the_numbers_of_stats_add_up() {
    let (_dir, root) = vault(&[
        ("a.md", "[[b]] [[B]] [[Big Topic]] [[x/b]] [[no]] [[NO]] ![[p.png]] [[A title]] [[bigtopic]]"),
        ("x/b.md", "---\ntitle: A title\n---\n[[no]] [[#here]]"),
        ("big_topic.md", ""),
        ("p.png", ""),
    ]);
    let (code, out, err) = run(&root, &["stats", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let stats: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&stats["notes"], &stats["links"]), (&json!(3), &json!(11)));
    assert_eq!(
        stats["tiers"],
        json!({"self": 1, "path": 1, "name": 2, "slug": 1, "title": 1, "squashed": 1, "attachment": 1, "broken": 3})
    );
    assert_eq!(stats["orphans"], json!(["a.md"]));
    assert_eq!(
        stats["most_linked"],
        json!([{"name": "big_topic.md", "notes": 1}, {"name": "x/b.md", "notes": 1}])
    );
    assert_eq!(stats["most_wanted"][0]["notes"], json!(2));
    let (_, text, _) = run(&root, &["stats"]);
    assert!(text.starts_with("3 notes, 11 links\n"), "{text}");
}

/// A name or a note can neither forge a finding nor talk to the terminal.
#[test]
#[cfg(unix)]
fn what_a_terminal_would_obey_is_shown() {
    let forged = "a\nwarning[broken-link]: forged\n --> x.md";
    let (_dir, root) = vault(&[
        (&format!("{forged}.md"), "[[none\u{9b}31m\u{202e}x]] \u{1b}[2J\u{9b}2J\n"),
        ("b\u{9b}.md", "orphan\n"),
    ]);
    for arguments in [["check", "."], ["stats", "."], ["doctor", "."]] {
        let (_, out, err) = run(&root, &arguments);
        let all = format!("{out}{err}");
        assert!(!all.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{all:?}");
        assert!(!all.lines().any(|line| line.starts_with("warning[broken-link]: forged")), "{all}");
    }
    let (_, out, _) = run(&root, &["check", "."]);
    assert!(out.contains("a\\nwarning[broken-link]: forged\\n --> x.md.md:1:3"), "{out}");
    assert!(out.contains("[[none\u{fffd}31m\u{fffd}x]] ␛[2J\u{fffd}2J"), "{out}");
}
