//! What clients ask the server to do.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

fn create(client: &mut Client, arguments: Value) -> Value {
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
