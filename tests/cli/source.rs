//! `slugline source`: what is listed, in which order, as text and as JSON that its schema describes.
use serde_json::{Value, json};

use super::{project, run, vault};

const FILES: &[(&str, &str)] = &[
    (".slugline.toml", ""),
    (
        "tides/bulge.md",
        "---\nvideoId: twD4yMo0n-1\n---\nÄ: There are *two* bulges [00:00:04]. None is \u{202e}red here [00:59:00].\n",
    ),
    ("other.md", "It rises [twice](https://youtu.be/twD4yMo0n-1?t=2).\n"),
    ("law.md", "---\ntitle: Digits\nvideoId: -B3nf0rdLaw\n---\nOne is first [00:00:01].\n"),
    (
        "c/Tides [twD4yMo0n-1].info.json",
        r#"{"title": "Tides\u202e", "channel": "Sea", "duration": 100, "chapters": [{"start_time": 3, "title": "Two"}]}"#,
    ),
    (
        "c/Tides [twD4yMo0n-1].en.srt",
        "1\n00:00:01,000 --> 00:00:03,900\nthe sea rises twice a day\n\n2\n00:00:04,000 --> 00:00:09,000\nfor there are two \u{202e}bulges\n",
    ),
    ("c/Other [N0b0dy-here].vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nthe sea is calm\n"),
];

/// What `source --format json` says, held against the schema.
#[track_caller]
fn json_of(folder: &std::path::Path, args: &[&str]) -> Value {
    let (code, out, err) = run(folder, &[&["source"], args, &["--format", "json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let found: Value = serde_json::from_str(&out).unwrap();
    let schema = std::fs::read_to_string(project().join("docs/source.schema.json")).unwrap();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("schema.json", serde_json::from_str(&schema).unwrap()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("schema.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(&found, schema) {
        panic!("{error:#}\n{out}");
    }
    found
}

#[test]
fn videos_are_listed_with_their_notes() {
    let (_dir, root) = vault(FILES);
    let found = json_of(&root, &["list"]);
    assert_eq!((&found["version"], &found["vault"]), (&json!(1), &json!(root.to_str().unwrap())));
    let expected = json!({
        "id": "twD4yMo0n-1", "kind": "youtube", "url": "https://www.youtube.com/watch?v=twD4yMo0n-1&t=0s", "title": "Tides\u{202e}",
        "channel": "Sea", "duration": 100, "notes": ["other.md", "tides/bulge.md"], "citations": 3,
        "covered": 34, "covered_percent": 34,
    });
    assert_eq!(found["sources"][0], expected);
    assert_eq!(found["sources"][1]["title"], "Digits");
    assert_eq!(found["sources"][1]["covered_percent"], Value::Null);

    let (code, out, err) = run(&root, &["source", "list"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let expected = "\
VIDEO        CITED  COVERED    LENGTH  TITLE
twD4yMo0n-1      3      34%      1:40  Tides\\u{202e} · Sea
             other.md
             tides/bulge.md
-B3nf0rdLaw      1                     Digits
             law.md
2 videos, 4 citations
";
    assert_eq!(out, expected);
    // Of a folder of the vault: what its notes cite.
    let (_, out, _) = run(&root, &["source", "list", "tides"]);
    assert!(out.contains("twD4yMo0n-1") && !out.contains("B3nf0rd"), "{out}");
    let (_dir, empty) = vault(&[("a.md", "Nothing.")]);
    assert_eq!(run(&empty, &["source", "list"]), (0, "0 videos, 0 citations\n".into(), String::new()));
}

#[test]
fn a_timeline_is_in_the_order_of_the_video() {
    let (_dir, root) = vault(FILES);
    let found = json_of(&root, &["timeline", "twD4yMo0n-1"]);
    let entry = json!({
        "second": 4, "url": "https://www.youtube.com/watch?v=twD4yMo0n-1&t=4s",
        "claim": "Ä: There are two bulges", "path": "tides/bulge.md", "line": 4, "column": 27,
    });
    assert_eq!(found["entries"][1], entry);
    assert_eq!(found["chapters"], json!([{"second": 3, "title": "Two"}]));

    let (code, out, err) = run(&root, &["source", "timeline", "twD4yMo0n-1"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let expected = "\
Tides\\u{202e} · Sea
https://www.youtube.com/watch?v=twD4yMo0n-1&t=0s
3 citations in 2 notes · 1:40 · 34% covered

    0:02  It rises                 other.md:1
    0:03  Two
    0:04  Ä: There are two bulges  tides/bulge.md:4
   59:00  None is red here         tides/bulge.md:4
";
    assert_eq!(out, expected);
}

#[test]
fn a_video_is_named_by_id_address_or_note() {
    let (_dir, root) = vault(FILES);
    for (named, id) in [
        ("twD4yMo0n-1", "twD4yMo0n-1"),
        ("https://youtu.be/twD4yMo0n-1?t=3", "twD4yMo0n-1"),
        ("tides/bulge.md", "twD4yMo0n-1"),
        ("./tides/../law.md", "-B3nf0rdLaw"),
        ("-B3nf0rdLaw", "-B3nf0rdLaw"),
    ] {
        assert_eq!(json_of(&root, &["timeline", named])["source"]["id"], id, "{named}");
    }
    let (code, out, err) = run(&root, &["source", "timeline", "twD4ymoon-1"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("cites a video `twD4ymoon-1`"), "{err}");
    assert!(err.contains("Did you mean twD4yMo0n-1? `slugline source list` lists all"), "{err}");
    let (code, _, err) = run(&root, &["source", "transcript", "entirely else"]);
    assert_eq!(code, 2);
    assert!(err.contains("are of it. `slugline source list` lists all"), "{err}");
}

#[test]
fn a_transcript_has_the_notes_that_cite_it() {
    let (_dir, root) = vault(FILES);
    let found = json_of(&root, &["transcript", "twD4yMo0n-1"]);
    assert_eq!(found["file"], "c/Tides [twD4yMo0n-1].en.srt");
    assert_eq!(found["cues"][1]["start"], 4.0);
    assert_eq!(found["cues"][1]["citations"][0]["path"], "tides/bulge.md");
    assert_eq!(found["without_cue"][0]["second"], 3540);

    let (code, out, err) = run(&root, &["source", "transcript", "twD4yMo0n-1"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let expected = "\
Tides\\u{202e} · Sea
https://www.youtube.com/watch?v=twD4yMo0n-1&t=0s
c/Tides [twD4yMo0n-1].en.srt
3 citations in 2 notes · 1:40 · 34% covered

    0:01  the sea rises twice a day
          → other.md:1  It rises
    0:04  for there are two \\u{202e}bulges
          → tides/bulge.md:4  Ä: There are two bulges

Cited without captions
   59:00  → tides/bulge.md:4  None is red here
";
    assert_eq!(out, expected);

    let (code, out, err) = run(&root, &["source", "transcript", "law.md"]);
    assert_eq!(code, 0);
    assert!(err.contains("warning: no captions of -B3nf0rdLaw found"), "{err}");
    assert!(out.contains("Cited without captions\n    0:01  → law.md:5  One is first\n"), "{out}");
}

#[test]
fn words_are_found_in_all_captions() {
    let (_dir, root) = vault(FILES);
    let found = json_of(&root, &["search", "The SEA"]);
    let titles: Vec<_> = found["hits"].as_array().unwrap().iter().map(|hit| &hit["source"]).collect();
    assert_eq!(titles, ["N0b0dy-here", "twD4yMo0n-1"]);
    let expected = "    0:01  Tides\\u{202e}
          the sea rises twice a day
          https://www.youtube.com/watch?v=twD4yMo0n-1&t=1s
1 passage, 2 videos with captions searched; not said anywhere: elephants
";
    assert_eq!(run(&root, &["source", "search", "elephants rises"]), (0, expected.into(), String::new()));
    let (_, out, _) = run(&root, &["source", "search", "sea", "--limit", "1"]);
    assert!(out.ends_with("the best 1 passage, 2 videos with captions searched\n"), "{out}");

    let (code, out, err) = run(&root, &["source", "search", "elephants"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert_eq!(out, "0 passages, 2 videos with captions searched; not said anywhere: elephants\n");
    for nothing in ["", " ", "—"] {
        assert_eq!(run(&root, &["source", "search", nothing]).0, 2, "{nothing}");
    }
    // Who forgets the quotes is told of them.
    let (code, _, err) = run(&root, &["source", "search", "the", "sea"]);
    assert_eq!(code, 2);
    assert!(err.contains("Put several words in quotes: 'the sea'"), "{err}");
}

#[test]
fn words_found_are_marked_in_color() {
    let (_dir, root) = vault(FILES);
    let (_, out, _) = run(&root, &["source", "search", "bulges", "--color", "always"]);
    assert!(out.contains("two \u{1b}[1m\\u{202e}bulges\u{1b}[0m"), "{out:?}");
    let (_, out, _) = run(&root, &["source", "timeline", "law.md", "--color", "always"]);
    assert!(out.contains("\u{1b}[36m    0:01\u{1b}[0m  One is first  \u{1b}[2mlaw.md:5\u{1b}[0m"), "{out:?}");
}
