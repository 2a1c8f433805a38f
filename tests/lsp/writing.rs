//! Commands for who writes: links copied, inserted and converted, templates, pictures.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};
use crate::commands::{create, run};

/// What a client that makes changes has been asked to change: the new texts by note.
fn changed(client: &mut Client, vault: &Vault) -> Vec<(String, Value, Vec<String>)> {
    let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
    client.received.clear();
    let root = vault.uri("");
    let texts = |change: &Value| {
        let edits = change["edits"].as_array().unwrap().iter();
        edits.map(|edit| edit["newText"].as_str().unwrap().to_owned()).collect()
    };
    let changes = edit["params"]["edit"]["documentChanges"].as_array().unwrap().iter();
    let changes = changes.map(|change| {
        let document = &change["textDocument"];
        let path =
            document["uri"].as_str().unwrap().trim_start_matches(&*root).trim_start_matches('/').to_owned();
        (path, document["version"].clone(), texts(change))
    });
    changes.collect()
}

fn applying() -> Value {
    let mut with = capabilities();
    with["workspace"]["applyEdit"] = json!(true);
    with["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = json!({});
    with
}

/// To a heading, a moment or a block, which gets an ID where it has none; a client without code for it is told.
#[test]
fn the_link_to_what_the_cursor_is_on_is_copied() {
    let text = "---\nvideoId: PdiSU9-Fge4\n---\n## Part one\n\nAt [00:10:36].\n\nA claim.\n";
    let vault = Vault::new(&[("a.md", text)]);
    let mut client = Client::start_with(&[&vault], applying());
    let a = vault.uri("a.md");
    client.open(&a, text);
    let at =
        |line: u32, character: u32| json!({"uri": a, "position": {"line": line, "character": character}});
    assert_eq!(run(&mut client, "slugline.copyLink", at(3, 4)), json!({"text": "[[a#Part one]]"}));
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"]["message"], "[[a#Part one]]");
    let video = "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=636s";
    assert_eq!(run(&mut client, "slugline.copyLink", at(5, 6)), json!({"text": video}));
    let block = run(&mut client, "slugline.copyLink", at(7, 3));
    let id = block["text"].as_str().unwrap().trim_start_matches("[[a#^").trim_end_matches("]]").to_owned();
    assert_eq!(changed(&mut client, &vault), [("a.md".into(), json!(1), vec![format!(" ^{id}")])]);

    // A client that makes no changes is told the note.
    let mut client = Client::start(&vault);
    assert_eq!(run(&mut client, "slugline.copyLink", at(7, 3)), json!({"text": "[[a]]"}));
    let none = json!({"uri": vault.uri("gone.md"), "position": {"line": 0, "character": 0}});
    let none = json!({"command": "slugline.copyLink", "arguments": [none]});
    assert_eq!(client.refused("workspace/executeCommand", none), -32803);
}

/// As the vault writes links, with what is selected as its text.
#[test]
fn a_link_to_a_note_is_inserted() {
    let vault = Vault::new(&[("a.md", ""), ("in/big_topic.md", "# Big topic\n")]);
    let mut client = Client::start_with(&[&vault], applying());
    let a = vault.uri("a.md");
    client.open(&a, "The topic of `code`.\n\n");
    let to = vault.uri("in/big_topic.md");
    let insert = |from: (u32, u32), end: (u32, u32)| {
        let range = json!({"start": {"line": from.0, "character": from.1}, "end": {"line": end.0, "character": end.1}});
        json!({"uri": a, "range": range, "to": to})
    };
    let made = run(&mut client, "slugline.insertLink", insert((0, 4), (0, 10)));
    assert_eq!(made, json!({"text": "[[big_topic|topic]]"}));
    assert_eq!(changed(&mut client, &vault), [("a.md".into(), json!(1), vec!["[[big_topic|topic]]".into()])]);
    let made = run(&mut client, "slugline.insertLink", insert((1, 0), (1, 0)));
    assert_eq!(made, json!({"text": "[[big_topic]]"}));
    let refused = json!({"command": "slugline.insertLink", "arguments": [insert((0, 15), (0, 16))]});
    assert_eq!(client.refused("workspace/executeCommand", refused), -32803, "in code");
}

/// Those of the folder that the setting names; what is none is not read.
#[test]
fn a_note_is_made_of_a_template() {
    let vault = Vault::new(&[
        (".slugline.toml", "templates.folder = \"t\"\nexclude = [\"t/\"]\n"),
        ("t/talk.md", "# {{title}}\nA talk.\n"),
        ("t/deep/person.md", ""),
        ("a.md", ""),
    ]);
    let mut client = Client::start_with(&[&vault], applying());
    assert_eq!(run(&mut client, "slugline.templates", json!({})), json!(["t/deep/person.md", "t/talk.md"]));
    let made = create(&mut client, json!({"name": "Tides", "template": "t/talk.md"}));
    assert_eq!(made, json!({"uri": vault.uri("Tides.md")}));
    let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
    let changes = &edit["params"]["edit"]["documentChanges"];
    assert_eq!(changes[1]["edits"][0]["newText"], "# Tides\nA talk.\n");
    for other in ["a.md", "../t/talk.md", "t/gone.md"] {
        let other =
            json!({"command": "slugline.createNote", "arguments": [{"name": "x", "template": other}]});
        assert_eq!(client.refused("workspace/executeCommand", other), -32803);
    }
}

/// The client makes the file: the server says where it goes, and how it is embedded.
#[test]
fn a_picture_gets_its_place() {
    let vault = Vault::new(&[("in/a.md", ""), (".slugline.toml", "attachments.folder = \"img\"\n")]);
    let mut client = Client::start(&vault);
    let uri = vault.uri("in/a.md");
    let place = run(&mut client, "slugline.newAttachment", json!({"uri": uri, "extension": "png"}));
    let name = place["uri"].as_str().unwrap().strip_prefix(&vault.uri("img/a-")).unwrap().to_owned();
    assert_eq!((name.len(), &name[15..]), (19, ".png"), "{name}");
    assert_eq!(place["embed"], format!("![[a-{name}]]"));
    let note = json!({"command": "slugline.newAttachment", "arguments": [{"uri": uri, "extension": "md"}]});
    assert_eq!(client.refused("workspace/executeCommand", note), -32803);
}

/// Of a vault as of a note: to be looked at first, in the versions of the open notes, and told how far it is.
#[test]
fn links_are_converted_in_all_notes() {
    let vault = Vault::new(&[
        ("a.md", "[[b]] [[in/c#Part]] [[gone]]\n"),
        ("b.md", "None.\n"),
        ("in/c.md", "# Part\n[the a](../a.md) ![[b]]\n"),
        ("d.md", "[[a]]\n"),
    ]);
    let mut client = Client::start_with(&[&vault], applying());
    let d = vault.uri("d.md");
    client.open(&d, "[[a]] [[in/c]]\n");
    let params = json!({
        "command": "slugline.convertLinks", "arguments": [{"to": "markdown"}], "workDoneToken": "t",
    });
    let done = client.request("workspace/executeCommand", params);
    assert_eq!(done, json!({"links": 4, "notes": 2, "left": 2, "applied": true}));
    let progress = |kind: &str| {
        let is_it = |message: &&Value| {
            message["params"]["token"] == "t" && message["params"]["value"]["kind"] == kind
        };
        client.received.iter().filter(is_it).count()
    };
    assert_eq!((progress("begin"), progress("report") > 0, progress("end")), (1, true, 1));
    let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
    let annotation = &edit["params"]["edit"]["changeAnnotations"]["form"];
    assert_eq!(annotation["label"], "Convert 4 links in 2 notes");
    assert_eq!(annotation["needsConfirmation"], true);
    let description = "2 links are unchanged: they are broken, or cannot be written in the other form";
    assert_eq!(annotation["description"], description);
    let texts = |of: &[&str]| of.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        changed(&mut client, &vault),
        [
            ("a.md".into(), Value::Null, texts(&["[b](b.md)", "[in/c \\> Part](in/c.md#part)"])),
            ("d.md".into(), json!(1), texts(&["[a](a.md)", "[in/c](in/c.md)"])),
        ]
    );
    let to_wiki = json!({"to": "wiki", "scope": "note", "uri": vault.uri("in/c.md")});
    let done = run(&mut client, "slugline.convertLinks", to_wiki);
    assert_eq!(done, json!({"links": 1, "notes": 1, "left": 0, "applied": true}));
    assert_eq!(changed(&mut client, &vault), [("in/c.md".into(), Value::Null, texts(&["[[a|the a]]"]))]);
    let nothing = json!({"to": "wiki", "scope": "note", "uri": d});
    assert_eq!(run(&mut client, "slugline.convertLinks", nothing)["applied"], false);
}
