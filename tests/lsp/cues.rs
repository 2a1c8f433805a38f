//! Timestamps that are written for what was said: completion, and the command that inserts one.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, position};

const SAID: &str = "1
00:00:03,000 --> 00:00:08,000
Good evening and welcome

2
00:04:32,500 --> 00:04:38,000
the European Union spoke of sanctions
";

const ABOUT: &str = "{\"title\": \"Talk\", \"duration\": 300, \"chapters\": [{\"start_time\": 200, \"title\": \"Sanctions\"}]}";

fn vault() -> Vault {
    Vault::new(&[
        ("a.md", "---\nvideoId: PdiSU9-Fge4\n---\n"),
        ("x/Talk [PdiSU9-Fge4].en.srt", SAID),
        ("x/Talk [PdiSU9-Fge4].info.json", ABOUT),
    ])
}

fn with_snippets() -> Value {
    let mut with = capabilities();
    with["textDocument"]["completion"]["completionItem"]["snippetSupport"] = json!(true);
    with
}

/// The items at the end of the note's last line, `typed` being the character that asked for them.
fn complete(client: &mut Client, uri: &str, line: &str, typed: Option<&str>) -> Vec<Value> {
    client.set(uri, &format!("---\nvideoId: PdiSU9-Fge4\n---\n{line}"));
    let mut at = position(uri, 3, line.encode_utf16().count().try_into().unwrap());
    if let Some(typed) = typed {
        at["context"] = json!({"triggerKind": 2, "triggerCharacter": typed});
    }
    let found = client.request("textDocument/completion", at);
    found["items"].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_cue_is_picked_by_its_words() {
    let vault = vault();
    let uri = vault.uri("a.md");
    let mut client = Client::start_with(&[&vault], with_snippets());
    client.open(&uri, "");
    let items = complete(&mut client, &uri, "é said. @ts sanct", None);
    assert_eq!(items.len(), 1, "{items:#?}");
    let item = &items[0];
    assert_eq!(item["label"], "4:32  the European Union spoke of sanctions");
    assert_eq!(item["labelDetails"]["description"], "Sanctions");
    assert_eq!(item["kind"], 23);
    // Clients compare it with all that is replaced.
    assert!(item["filterText"].as_str().unwrap().starts_with("@ts sanctions "), "{item:#}");
    let anchor = "<a class=\"yt-timestamp\" data-t=\"00:04:32\">[00:04:32]</a>";
    assert_eq!(item["textEdit"]["newText"], anchor);
    let range = json!({"start": {"line": 3, "character": 8}, "end": {"line": 3, "character": 17}});
    assert_eq!(item["textEdit"]["range"], range);
    assert!(item.get("documentation").is_none());
    let resolved = client.request("completionItem/resolve", item.clone());
    let shown = resolved["documentation"]["value"].as_str().unwrap();
    assert!(shown.contains("> **4:32  the European Union spoke of sanctions**"), "{shown}");
}

/// Behind each of the characters that ask for it; other uses of these bring up nothing.
#[test]
fn a_timestamp_is_offered_where_one_begins() {
    let vault = vault();
    let uri = vault.uri("a.md");
    let mut client = Client::start_with(&[&vault], with_snippets());
    client.open(&uri, "");
    for (line, typed) in [
        ("Said @", "@"),
        ("Said <a class=\"yt-timestamp\" data-t=\"", "\""),
        ("Said [4:", ":"),
        ("Said [00:", ":"),
    ] {
        let items = complete(&mut client, &uri, line, Some(typed));
        assert_eq!(items.last().unwrap()["kind"], if typed == "@" { 15 } else { 23 }, "{line}: {items:#?}");
    }
    for (line, typed) in [("Mail to me@", "@"), ("Note:", ":"), ("Said \"", "\"")] {
        assert_eq!(complete(&mut client, &uri, line, Some(typed)), [Value::Null; 0], "{line}");
    }
    // Keys and values are offered when they are asked for, not by what ends a key.
    client.set(&uri, "---\nvideoId: PdiSU9-Fge4\ntitle:\n---\n");
    let mut at = position(&uri, 2, 6);
    assert!(client.request("textDocument/completion", at.clone())["items"][0].is_object());
    at["context"] = json!({"triggerKind": 2, "triggerCharacter": ":"});
    assert_eq!(client.request("textDocument/completion", at), Value::Null);
}

#[test]
fn a_client_without_snippets_gets_the_text() {
    let vault = vault();
    let uri = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&uri, "");
    let items = complete(&mut client, &uri, "[00:03] @ts", None);
    let inserted: Vec<_> =
        items.iter().map(|item| (&item["textEdit"]["newText"], &item["insertTextFormat"])).collect();
    assert_eq!(
        inserted,
        [(&json!("[04:32]"), &json!(1)), (&json!("[00:03]"), &json!(1)), (&json!("[00:03]"), &json!(1))]
    );
}

fn insert(uri: &str, arguments: &Value) -> Value {
    let mut argument = json!({"uri": uri, "position": {"line": 3, "character": 9}});
    for (key, value) in arguments.as_object().unwrap() {
        argument[key] = value.clone();
    }
    json!({"command": "slugline.insertTimestamp", "arguments": [argument]})
}

#[test]
fn a_timestamp_is_inserted_by_a_command() {
    let vault = vault();
    let uri = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&uri, "---\nvideoId: PdiSU9-Fge4\n---\n[00:03] é and more\n");
    for (arguments, text, seconds) in [
        (json!({}), "[04:32]", 272),
        (json!({"seconds": 65}), "[01:05]", 65),
        (json!({"time": "1:02:14"}), "[01:02:14]", 3734),
    ] {
        let answer = client.request("workspace/executeCommand", insert(&uri, &arguments));
        assert_eq!(answer, json!({"seconds": seconds, "text": format!(" {text}")}));
        let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
        let edits = &edit["params"]["edit"]["documentChanges"][0]["edits"];
        let place = json!({"line": 3, "character": 9});
        assert_eq!(edits[0], json!({"range": {"start": place, "end": place}, "newText": format!(" {text}")}));
        client.received.clear();
    }
    for (arguments, code) in [(json!({"time": "soon"}), -32803), (json!({"seconds": "x"}), -32602)] {
        assert_eq!(client.refused("workspace/executeCommand", insert(&uri, &arguments)), code);
    }
    client.set(&uri, "---\nvideoId: abcdefghijk\n---\nand more\n");
    assert_eq!(client.refused("workspace/executeCommand", insert(&uri, &json!({}))), -32803);
}
