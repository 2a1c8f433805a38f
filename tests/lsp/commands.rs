//! What clients ask the server to do.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

pub fn create(client: &mut Client, arguments: Value) -> Value {
    client.request(
        "workspace/executeCommand",
        json!({"command": "slugline.createNote", "arguments": [arguments]}),
    )
}

/// The note is made by the client, beside the note that it is made from and of its channel; one that
/// is there is only named.
#[test]
fn a_note_is_made_by_its_name() {
    let vault = Vault::new(&[
        ("in/a.md", "---\ntitle: A\n---\nFrom: [[channel]] <br/>\n"),
        ("in/big_topic.md", ""),
        ("channel.md", ""),
    ]);
    let mut client = Client::start(&vault);
    let a = vault.uri("in/a.md");
    client.open(&a, "---\ntitle: A\n---\nFrom: [[channel]] <br/>\n");
    client.codes_when(&a, <[String]>::is_empty);
    let made = create(&mut client, json!({"name": "Tide tables", "uri": a}));
    // Its file is named as the others of the vault are.
    assert_eq!(made, json!({"uri": vault.uri("in/tide_tables.md")}));
    let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
    let changes = &edit["params"]["edit"]["documentChanges"];
    assert_eq!(changes[0]["kind"], "create");
    assert_eq!(changes[0]["options"]["overwrite"], false);
    let text = "---\ntitle: Tide tables\n---\n\nFrom: [[channel]] <br/>\n\n";
    assert_eq!(changes[1]["edits"][0]["newText"], text);
    assert_eq!(
        create(&mut client, json!({"name": "Big Topic", "uri": a})),
        json!({"uri": vault.uri("in/big_topic.md")})
    );
    // Without a note to start from: at the root of the only vault.
    assert_eq!(create(&mut client, json!({"name": "fresh"})), json!({"uri": vault.uri("fresh.md")}));
}

#[test]
fn what_cannot_be_made_is_refused_with_the_reason() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut client = Client::start(&vault);
    let command = |name: &str, arguments: Value| json!({"command": name, "arguments": arguments});
    for (arguments, code) in [
        (json!([{"name": "../outside"}]), -32803),
        (json!([{"name": " "}]), -32803),
        (json!([{"name": "a/../../b"}]), -32803),
        (json!([{"name": 3}]), -32602),
        (json!([]), -32602),
    ] {
        let refused =
            client.refused("workspace/executeCommand", command("slugline.createNote", arguments.clone()));
        assert_eq!(refused, code, "{arguments}");
    }
    assert_eq!(client.refused("workspace/executeCommand", command("rm", json!([]))), -32602);

    let mut without = capabilities();
    without["workspace"]["workspaceEdit"]["resourceOperations"] = json!([]);
    let mut client = Client::start_with(&[&vault], without);
    client.sync();
    let refused =
        client.refused("workspace/executeCommand", command("slugline.createNote", json!([{"name": "b"}])));
    assert_eq!(refused, -32803, "the client makes no files");

    let other = Vault::new(&[("a.md", "")]);
    let mut client = Client::start_with(&[&vault, &other], capabilities());
    let refused =
        client.refused("workspace/executeCommand", command("slugline.createNote", json!([{"name": "b"}])));
    assert_eq!(refused, -32803, "in which of two vaults?");
}

/// The vaults are read again, and the client is told how far that is, if it wants to know.
#[test]
fn reindexing_reads_again_and_the_status_follows() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let mut with = capabilities();
    with["experimental"] = json!({"serverStatusNotification": true});
    let mut client = Client::start_with(&[&vault], with);
    let all_read = |client: &Client| {
        client
            .status()
            .is_some_and(|status| *status == json!({"health": "ok", "quiescent": true, "message": "2 notes"}))
    };
    client.until("the status", |client| all_read(client).then_some(()));
    client.received.clear();
    assert_eq!(
        client.request("workspace/executeCommand", json!({"command": "slugline.reindex"})),
        Value::Null
    );
    client.until_received("a status between", |message| message["params"]["quiescent"] == false);
    client.until("the status again", |client| all_read(client).then_some(()));
    vault.write(".slugline.toml", "colour = 1\n");
    client.until("a warning", |client| (client.status()?["health"] == "warning").then_some(()));
    assert_eq!(client.status().unwrap()["message"], "2 notes, 1 mistake in .slugline.toml");
}

#[test]
fn who_does_not_ask_gets_no_status() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut client = Client::start(&vault);
    client.sync();
    assert_eq!(client.status(), None);
}

/// Picking a block without an ID in another note writes the link, and then asks for the ID there.
#[test]
fn a_block_of_another_note_gets_its_id_by_a_command() {
    let vault = Vault::new(&[("a.md", ""), ("sub/b.md", "One claim.\n\nAnother claim.\n")]);
    let mut with = capabilities();
    with["workspace"]["applyEdit"] = json!(true);
    let mut client = Client::start_with(&[&vault], with);
    let a = vault.uri("a.md");
    client.open(&a, "[[b#^]]\n");
    let items = client.at("textDocument/completion", &a, 0, 5)["items"].clone();
    let item = items.as_array().unwrap().iter().find(|item| item["label"] == "Another claim.").unwrap();
    let id = item["textEdit"]["newText"].as_str().unwrap().trim_start_matches('^').to_owned();
    let command = json!({"command": item["command"]["command"], "arguments": item["command"]["arguments"]});
    client.request("workspace/executeCommand", command.clone());
    let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
    let change = &edit["params"]["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["uri"], vault.uri("sub/b.md"));
    let end = json!({"line": 2, "character": 14});
    assert_eq!(change["edits"], json!([{"range": {"start": end, "end": end}, "newText": format!(" ^{id}")}]));

    // The block has changed since.
    client.open(&vault.uri("sub/b.md"), "One claim.\n");
    assert_eq!(client.refused("workspace/executeCommand", command), -32803);

    // A client that makes no changes would be left with a broken link.
    let mut client = Client::start(&vault);
    client.open(&a, "[[b#^]]\n");
    assert_eq!(client.at("textDocument/completion", &a, 0, 5)["items"], json!([]));
}

/// What the server has asked the client to show.
fn shown(client: &mut Client) -> Value {
    let request = client.until_received("showDocument", |message| message["method"] == "window/showDocument");
    client.received.clear();
    request["params"].clone()
}

pub fn run(client: &mut Client, command: &str, arguments: Value) -> Value {
    client.request("workspace/executeCommand", json!({"command": command, "arguments": [arguments]}))
}

#[test]
fn the_video_of_a_note_is_opened_at_the_moment_of_the_cursor() {
    let text = "---\nvideoId: PdiSU9-Fge4\n---\nAt [00:10:36].\n[other](https://youtu.be/dQw4w9WgXcQ?t=9)\n";
    let vault = Vault::new(&[("a.md", text), ("b.md", "")]);
    let mut client = Client::start(&vault);
    let a = vault.uri("a.md");
    for ((line, character), address) in [
        ((3, 6), "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=636s"),
        ((3, 0), "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=0s"),
        ((4, 3), "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=9s"),
    ] {
        let arguments = json!({"uri": a, "position": {"line": line, "character": character}});
        assert_eq!(run(&mut client, "slugline.openSource", arguments), json!({"uri": address}));
        assert_eq!(shown(&mut client), json!({"uri": address, "external": true}));
    }
    let without = json!({"command": "slugline.openSource", "arguments": [{"uri": vault.uri("b.md")}]});
    assert_eq!(client.refused("workspace/executeCommand", without), -32803);
}

/// Not the one that is open, where there is another.
#[test]
fn a_note_is_shown_by_chance() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", ""), ("c.md", "")]);
    let mut client = Client::start(&vault);
    let mut drawn = std::collections::BTreeSet::new();
    while drawn.len() < 2 {
        let note = run(&mut client, "slugline.randomNote", json!({"uri": vault.uri("a.md")}));
        assert_eq!(shown(&mut client), json!({"uri": note["uri"], "takeFocus": true}));
        drawn.insert(note["uri"].as_str().unwrap().to_owned());
    }
    assert_eq!(drawn, [vault.uri("b.md"), vault.uri("c.md")].into());
}

#[test]
fn a_client_that_shows_no_documents_shows_where_they_are() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut without = capabilities();
    without["window"]["showDocument"] = json!({"support": false});
    let mut client = Client::start_with(&[&vault], without);
    let note = run(&mut client, "slugline.randomNote", json!({}));
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"], json!({"type": 3, "message": note["uri"]}));
}

/// What `slugline stats` counts; a client without code for the answer shows a message.
#[test]
fn a_vault_is_counted() {
    let vault = Vault::new(&[("a.md", "[[b]] [[gone]]\n"), ("b.md", "[[gone]]\n"), ("c.md", "[[b]]\n")]);
    let mut client = Client::start(&vault);
    let counted = run(&mut client, "slugline.statistics", json!({}));
    assert_eq!(
        (&counted["notes"], &counted["links"], &counted["tiers"]["broken"]),
        (&json!(3), &json!(4), &json!(2))
    );
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    let summary =
        "3 notes, 4 links; 2 broken, 0 ambiguous; 2 orphans; most linked: b.md (2); most wanted: gone (2)";
    assert_eq!(told["params"], json!({"type": 3, "message": summary}));
}

/// What `slugline graph --format json` prints, of the vault or of what is near a note.
#[test]
fn notes_are_told_as_a_graph() {
    let vault = Vault::new(&[("a.md", "[[b]] [[gone]] #x/y\n"), ("b.md", ""), ("c.md", "[[b]] #X\n")]);
    let mut client = Client::start(&vault);
    let ids = |graph: &Value| {
        let nodes = graph["nodes"].as_array().unwrap().iter();
        nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let whole = run(&mut client, "slugline.graph", json!({}));
    assert_eq!(ids(&whole), ["a.md", "b.md", "c.md", "?gone"]);
    let edge = |source, target| json!({"source": source, "target": target, "links": 1});
    assert_eq!(whole["edges"], json!([edge(0, 1), edge(0, 3), edge(2, 1)]));
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    let words = "3 notes, 3 pairs of linked notes; `slugline graph --format html` draws them";
    assert_eq!(told["params"]["message"], words);
    let near = run(&mut client, "slugline.graph", json!({"uri": vault.uri("c.md"), "hops": 1}));
    assert_eq!(ids(&near), ["b.md", "c.md"]);
    let page = run(&mut client, "slugline.graph", json!({"page": true}));
    let columns: Value = serde_json::from_str(page["page"].as_str().unwrap()).unwrap();
    assert_eq!((&page["root"], &columns["targets"]), (&whole["root"], &json!([1, 3, 1])));
}

#[test]
fn tags_are_counted_and_found() {
    let vault = Vault::new(&[("a.md", "#x/y\n"), ("b.md", "---\ntags: [z]\n---\n#X #x\n")]);
    let mut client = Client::start(&vault);
    let tags = run(&mut client, "slugline.tags", json!({}));
    let tag = |tag, notes| json!({"tag": tag, "notes": notes});
    assert_eq!(tags, json!([tag("x", 2), tag("x/y", 1), tag("z", 1)]));
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"]["message"], "#x (2), #x/y (1), #z (1)");
    let places = run(&mut client, "slugline.tags", json!({"tag": "X"}));
    let places: Vec<_> = places.as_array().unwrap().iter().map(|at| &at["range"]["start"]["line"]).collect();
    assert_eq!(places, [0, 3, 3]);
}

/// Each step of the resolver, with what it found: as JSON, and in words.
#[test]
fn a_link_tells_why_it_leads_where_it_leads() {
    let vault = Vault::new(&[("a.md", "See [[Big topic]].\n"), ("in/big_topic.md", "")]);
    let mut client = Client::start(&vault);
    let at = |character| json!({"uri": vault.uri("a.md"), "position": {"line": 0, "character": character}});
    let told = run(&mut client, "slugline.showResolution", at(8));
    assert_eq!((&told["target"], &told["uri"]), (&json!("Big topic"), &json!(vault.uri("in/big_topic.md"))));
    let deciding: Vec<_> =
        told["steps"].as_array().unwrap().iter().filter(|step| step["decides"] == true).collect();
    assert_eq!(deciding.len(), 1);
    assert_eq!((&deciding[0]["step"], &deciding[0]["by"]), (&json!(3), &json!("slug of a file name")));
    let message = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(message["params"]["message"], told["message"]);
    let none = json!({"command": "slugline.showResolution", "arguments": [at(0)]});
    assert_eq!(client.refused("workspace/executeCommand", none), -32803);
}

/// One that is not there is made by the client, and then shown.
#[test]
fn the_note_of_a_day_is_made_and_shown() {
    let options = "daily_note = { folder = \"days\", format = \"YYYY.MM.DD\", template = \"t.md\" }\n";
    let vault = Vault::new(&[
        (".slugline.toml", options),
        ("t.md", "# {{date:D MMMM}}\n"),
        ("days/2026.03.08.md", ""),
    ]);
    let mut with = capabilities();
    with["workspace"]["applyEdit"] = json!(true);
    let mut client = Client::start_with(&[&vault], with);
    let uri = vault.uri("days/2026.03.07.md");
    assert_eq!(run(&mut client, "slugline.dailyNote", json!({"date": "2026-03-07"})), json!({"uri": uri}));
    let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
    let changes = &edit["params"]["edit"]["documentChanges"];
    assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(uri)));
    assert_eq!(changes[1]["edits"][0]["newText"], "# 7 March\n");
    assert_eq!(shown(&mut client), json!({"uri": uri, "takeFocus": true}));

    let there = vault.uri("days/2026.03.08.md");
    assert_eq!(run(&mut client, "slugline.dailyNote", json!({"date": "2026-03-08"})), json!({"uri": there}));
    assert!(!client.received.iter().any(|message| message["method"] == "workspace/applyEdit"));
    // Today's, whenever that is.
    let today = run(&mut client, "slugline.dailyNote", json!({}));
    assert!(today["uri"].as_str().unwrap().starts_with(&vault.uri("days/2")), "{today}");
}

/// Where several folders are open and no note says which is meant, the client is told which there are, and asks its user.
#[test]
fn one_of_several_folders_is_chosen() {
    let (one, other) = (Vault::new(&[("a.md", "[[b]]\n")]), Vault::new(&[("b.md", "")]));
    let mut with = capabilities();
    with["workspace"]["applyEdit"] = json!(true);
    let mut client = Client::start_with(&[&one, &other], with);
    let folders = json!({"vaults": [one.uri("") + "/", other.uri("") + "/"]});
    for (name, mut arguments) in [
        ("dailyNote", json!({"date": "2026-03-07"})),
        ("createNote", json!({"name": "new"})),
        ("convertLinks", json!({"to": "markdown"})),
        ("statistics", json!({"uri": "file:///elsewhere/settings.json"})),
    ] {
        let params =
            |arguments: &Value| json!({"command": format!("slugline.{name}"), "arguments": [arguments]});
        let asked = client.ask("workspace/executeCommand", params(&arguments));
        assert_eq!(client.answer(asked)["error"]["data"], folders, "{name}");
        arguments["uri"] = json!(other.uri(""));
        let answer = client.request("workspace/executeCommand", params(&arguments));
        match name {
            "statistics" => assert_eq!((&answer["notes"], &answer["links"]), (&json!(1), &json!(0))),
            "convertLinks" => assert_eq!(answer["links"], 0),
            _ => assert!(answer["uri"].as_str().unwrap().starts_with(&other.uri("")), "{answer}"),
        }
    }
}

/// The most wanted first, and no more than are asked for; a client without code for them is told.
#[test]
fn names_that_no_note_has_are_listed() {
    let vault =
        Vault::new(&[("a.md", "[[one]] [[two]] [[b]]\n"), ("b.md", "[[two]] [[deep/three]] [[00:05]]\n")]);
    let mut client = Client::start(&vault);
    let two = json!({"name": "two", "notes": 2});
    let found = run(&mut client, "slugline.unresolved", json!({}));
    assert_eq!(found, json!({"total": 2, "names": [two, {"name": "one", "notes": 1}]}));
    let message = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(message["params"]["message"], "two (2), one (1)");
    let found = run(&mut client, "slugline.unresolved", json!({"uri": vault.uri("a.md"), "limit": 1}));
    assert_eq!(found, json!({"total": 2, "names": [two]}));
}

/// All that notes cite of a video, in its order: as a text, and what of it leads where.
#[test]
fn what_is_cited_of_a_video_is_told_in_its_order() {
    let a = "---\nvideoId: PdiSU9-Fge4\ntitle: Serbia\n---\nIt sold \u{1f30a} arms [00:10:36].\nBefore that it bought [00:00:05].\n";
    let b = "It [denied](https://youtu.be/PdiSU9-Fge4?t=60) it. [Other](https://youtu.be/dQw4w9WgXcQ?t=9)\n";
    let vault = Vault::new(&[("a.md", a), ("b.md", b), ("c.md", "None.\n")]);
    let mut client = Client::start(&vault);
    let at = |path: &str, line, character| json!({"uri": vault.uri(path), "position": {"line": line, "character": character}});
    let found = run(&mut client, "slugline.timeline", at("a.md", 4, 20));
    let text = "\
denied
https://www.youtube.com/watch?v=PdiSU9-Fge4&t=0s
3 citations in 2 notes

    0:05  Before that it bought  a.md:6
    1:00  It                     b.md:1
   10:36  It sold \u{1f30a} arms        a.md:5
";
    assert_eq!(found["text"], text);
    assert_eq!((&found["title"], &found["current"]), (&json!("denied"), &json!(6)));
    let range = |line: u32, from: u32, to: u32| json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}});
    let entry = json!({
        "line": 6, "time": range(6, 3, 8), "place": range(6, 33, 39),
        "url": "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=636s",
        "location": {"uri": vault.uri("a.md"), "range": range(4, 16, 26)},
    });
    assert_eq!(found["entries"][2], entry);
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    let message = "denied: 3 citations in 2 notes; `slugline source timeline PdiSU9-Fge4` lists them";
    assert_eq!(told["params"]["message"], message);

    let other = run(&mut client, "slugline.timeline", at("b.md", 0, 55));
    assert_eq!(other["source"], json!({"kind": 0, "id": "dQw4w9WgXcQ"}));
    // Once more, after an edit that nobody has saved.
    client.open(&vault.uri("c.md"), "It ends [at last](https://youtu.be/dQw4w9WgXcQ?t=99)\n");
    let again = json!({"uri": vault.uri("b.md"), "source": other["source"]});
    let again = run(&mut client, "slugline.timeline", again);
    assert!(again["text"].as_str().unwrap().ends_with("    1:39  It ends        c.md:1\n"), "{again}");
    assert_eq!(again["current"], Value::Null);
    for nothing in [at("b.md", 0, 0), json!({"uri": vault.uri("gone.md")})] {
        let refused = json!({"command": "slugline.timeline", "arguments": [nothing]});
        assert_eq!(client.refused("workspace/executeCommand", refused), -32803);
    }
}
