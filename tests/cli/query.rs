//! `query`.
use serde_json::{Value, json};

use super::{run, vault};

const FILES: &[(&str, &str)] = &[
    ("a.md", "---\ntitle: The A\ntags: [work/open]\nvideoId: PdiSU9-Fge4\n---\n[[b]] [[B|again]] [[a]]\n"),
    ("b.md", "é [[no]] ![[no.png]] [x](gone.md) [[a#None]] #work\n"),
    ("sub/c.md", "[[b]] [v](https://youtu.be/PdiSU9-Fge4?t=5)\n"),
];

#[test]
fn each_query_lists_what_it_asks_for() {
    let (_dir, root) = vault(FILES);
    for (query, lines) in [
        (&["backlinks", "b"][..], "a.md\nsub/c.md\n"),
        (&["backlinks", "The A"], "b.md\n"),
        (&["outlinks", "sub/c.md"], "b.md\n"),
        (&["outlinks", "a"], "b.md\n"),
        (&["orphans"], "sub/c.md\n"),
        (&["broken"], "b.md:1:5: no\nb.md:1:13: no.png\nb.md:1:26: gone.md\n"),
        (&["tag", "#work"], "a.md\nb.md\n"),
        (&["tag", "work/open"], "a.md\n"),
        (&["video", "PdiSU9-Fge4"], "a.md\nsub/c.md\n"),
    ] {
        let (code, out, err) = run(&root, &[&["query"], query].concat());
        assert_eq!((code, out.as_str(), err.as_str()), (0, lines, ""), "{query:?}");
    }
    assert_eq!(run(&root, &["query", "tag", "none"]), (1, String::new(), String::new()));
    let (code, _, err) = run(&root, &["query", "backlinks", "none"]);
    assert_eq!(code, 2);
    assert!(err.contains("is named `none`; use a path, or a name as in a link"), "{err}");
}

#[test]
fn json_has_titles_and_places() {
    let (_dir, root) = vault(FILES);
    let json = |query: &[&str]| -> Value {
        let (code, out, err) = run(&root, &[&["query"], query, &["--format", "json"]].concat());
        assert_eq!((code, err.as_str()), (0, ""));
        serde_json::from_str(&out).unwrap()
    };
    let tagged = json(&["tag", "work/open"]);
    assert_eq!((&tagged["version"], &tagged["vault"]), (&json!(1), &json!(root.to_str().unwrap())));
    assert_eq!(tagged["notes"], json!([{"path": "a.md", "title": "The A"}]));
    let broken = json(&["broken"]);
    assert_eq!(broken["links"][0], json!({"path": "b.md", "line": 1, "column": 5, "target": "no"}));
}
