//! What a view and a player beside a note ask: the moments of its source, and where it plays.
use serde_json::{Value, json};

use crate::client::{Client, Vault};

const A: &str = "---\nvideoId: PdiSU9-Fge4\ntitle: Serbia\n---\nIt sold \u{1f30a} arms [00:10:36].\nBefore that it bought [00:00:05].\n";
const B: &str = "It [denied](https://youtu.be/PdiSU9-Fge4?t=637) it.\n";
const SAID: &str =
    "00:00:03,000 --> 00:00:08,000\nGood evening\n\n00:10:36,000 --> 00:10:40,000\na report suggested\n";

fn run(client: &mut Client, command: &str, arguments: Value) -> Value {
    client.request("workspace/executeCommand", json!({"command": command, "arguments": [arguments]}))
}

fn range(line: u32, from: u32, to: u32) -> Value {
    json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}})
}

/// As they are on the disk, and then as somebody edits them.
#[test]
fn moments_of_a_note_s_source_have_their_words_and_citations() {
    let vault = Vault::new(&[("a.md", A), ("b.md", B), ("c.md", "None.\n"), ("[PdiSU9-Fge4].en.srt", SAID)]);
    let mut client = Client::start(&vault);
    let found = run(&mut client, "slugline.moments", json!({"uri": vault.uri("a.md")}));
    let expected = json!({
        "source": {"kind": 0, "id": "PdiSU9-Fge4"},
        "title": "denied",
        "counts": "3 citations in 2 notes · 10% covered",
        "moments": [
            {
                "second": 5, "time": "0:05", "words": "Good evening", "said": true,
                "url": "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=5s",
                "citations": [{"uri": vault.uri("a.md"), "range": range(5, 22, 32)}], "total": 1,
            },
            {
                "second": 636, "time": "10:36", "words": "a report suggested", "said": true,
                "url": "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=636s",
                "citations": [
                    {"uri": vault.uri("a.md"), "range": range(4, 16, 26)},
                    {"uri": vault.uri("b.md"), "range": range(0, 3, 47)},
                ],
                "total": 2,
            },
        ],
        "total": 2,
    });
    assert_eq!(found, expected);
    client.open(&vault.uri("b.md"), "It [denied](https://youtu.be/PdiSU9-Fge4?t=4) it.\n");
    let found = run(&mut client, "slugline.moments", json!({"uri": vault.uri("a.md")}));
    assert_eq!(found["moments"][0]["citations"][0]["uri"], vault.uri("b.md"));
    assert_eq!(found["moments"][1]["total"], 1);
    for nothing in ["b.md", "c.md", "gone.md"] {
        assert_eq!(run(&mut client, "slugline.moments", json!({"uri": vault.uri(nothing)})), Value::Null);
    }
}

#[test]
fn a_player_is_told_where_the_moment_at_the_cursor_plays() {
    let files = [("a.md", A), ("b.md", B), ("[PdiSU9-Fge4].en.srt", SAID), ("media/x PdiSU9-Fge4.webm", "")];
    let vault = Vault::new(&files);
    let mut client = Client::start(&vault);
    let at = |path: &str, line, character| json!({"uri": vault.uri(path), "position": {"line": line, "character": character}});
    let source = json!({"kind": 0, "id": "PdiSU9-Fge4"});
    let moment = run(&mut client, "slugline.watch", at("a.md", 4, 0));
    assert_eq!(moment, json!({"source": source, "second": 636, "here": true}));
    let moment = run(&mut client, "slugline.watch", at("a.md", 6, 0));
    assert_eq!(moment, json!({"source": source, "second": 5, "here": false}));

    let mut plays = at("b.md", 0, 5);
    plays["plays"] = json!(true);
    let found = run(&mut client, "slugline.watch", plays);
    let player = json!({
        "title": "denied",
        "embed": "https://www.youtube-nocookie.com/embed/PdiSU9-Fge4?start=637&enablejsapi=1",
        "file": vault.uri("media/x PdiSU9-Fge4.webm").replace(' ', "%20"),
        "url": "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=637s",
        "builtIn": true,
    });
    assert_eq!(found["player"], player);
    let cues = json!([
        {"second": 3, "time": "0:03", "text": "Good evening", "notes": ["Serbia"], "cited": 1},
        {"second": 636, "time": "10:36", "text": "a report suggested", "notes": ["Serbia", "b"], "cited": 2},
    ]);
    assert_eq!(found["captions"], json!({"cues": cues, "before": 0, "after": 0}));

    // As a list beside the note names it.
    let named = json!({"uri": vault.uri("b.md"), "source": source, "second": 9, "plays": true});
    let found = run(&mut client, "slugline.watch", named);
    assert_eq!(found["player"]["url"], "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=9s");
    let no_id = json!({"uri": vault.uri("b.md"), "source": {"kind": 0, "id": "x?autoplay=1"}, "plays": true});
    let found = run(&mut client, "slugline.watch", no_id);
    assert_eq!((&found["player"]["embed"], &found["player"]["url"]), (&Value::Null, &Value::Null));
    let refused = json!({"command": "slugline.watch", "arguments": [at("b.md", 0, 0)]});
    assert_eq!(client.refused("workspace/executeCommand", refused), -32803);
}

/// The time of a player in a note about another video is a link to the one that plays.
#[test]
fn the_time_of_a_player_is_cited_as_of_its_source() {
    let vault = Vault::new(&[("a.md", A), ("b.md", B)]);
    let mut client = Client::start(&vault);
    let at = |path: &str, line| {
        json!({
            "uri": vault.uri(path), "position": {"line": line, "character": 0}, "seconds": 272,
            "source": {"kind": 0, "id": "PdiSU9-Fge4"},
        })
    };
    assert_eq!(run(&mut client, "slugline.insertTimestamp", at("a.md", 5))["text"], "[04:32]");
    let link = "[4:32](https://www.youtube.com/watch?v=PdiSU9-Fge4&t=272s)";
    assert_eq!(run(&mut client, "slugline.insertTimestamp", at("b.md", 0))["text"], link);
    let mut other = at("a.md", 5);
    other["source"]["id"] = json!("dQw4w9WgXcQ");
    let link = "[4:32](https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=272s)";
    assert_eq!(run(&mut client, "slugline.insertTimestamp", other)["text"], link);
}
