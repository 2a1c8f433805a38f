//! What editors show on top of a note's text: tokens, hints, links.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

/// A client that counts so, and asks again when it is told to.
fn start(vault: &Vault, encoding: &str) -> Client {
    let mut capabilities = capabilities();
    capabilities["general"]["positionEncodings"] = json!([encoding]);
    capabilities["workspace"]["semanticTokens"] = json!({"refreshSupport": true});
    capabilities["workspace"]["inlayHint"] = json!({"refreshSupport": true});
    Client::start_with(&[vault], capabilities)
}

fn document(uri: &str) -> Value {
    json!({"textDocument": {"uri": uri}})
}

fn range(first: (u32, u32), last: (u32, u32)) -> Value {
    let at = |(line, character)| json!({"line": line, "character": character});
    json!({"start": at(first), "end": at(last)})
}

/// How often the client was asked to ask again.
fn refreshes(client: &Client, of: &str) -> usize {
    let method = format!("workspace/{of}/refresh");
    client.received.iter().filter(|message| message["method"] == *method).count()
}

/// Waits until all is read: then the client is asked to ask again.
fn until_read(client: &mut Client) {
    client.until("a refresh", |client| (refreshes(client, "inlayHint") > 0).then_some(()));
}

/// Waits until these are the tokens: whether somebody has written a note is found out after the first answer, and the
/// client asked to ask again.
fn until_tokens(client: &mut Client, uri: &str, expected: &Value) {
    loop {
        let before = refreshes(client, "semanticTokens");
        let found = client.request("textDocument/semanticTokens/full", document(uri));
        if found["data"] == *expected {
            return;
        }
        client
            .until("another refresh", |client| (refreshes(client, "semanticTokens") > before).then_some(()));
    }
}

#[test]
fn tokens_count_in_the_units_of_the_client() {
    let vault = Vault::new(&[("é 🌊.md", "")]);
    for (encoding, column, length) in [("utf-8", 7, 7), ("utf-16", 5, 4), ("utf-32", 4, 3)] {
        let mut client = start(&vault, encoding);
        let uri = vault.uri("a.md");
        client.open(&uri, "#tag\n🌊 [[é 🌊]] [[gone]]\n");
        until_read(&mut client);
        // Unresolved, and unwritten.
        until_tokens(
            &mut client,
            &uri,
            &json!([0, 0, 4, 4, 0, 1, column, length, 0, 0, 0, length + 5, 4, 0, 10]),
        );
        let mut params = document(&uri);
        params["range"] = range((1, 0), (1, 9));
        let found = client.request("textDocument/semanticTokens/range", params);
        assert_eq!(found["data"], json!([1, column, length, 0, 0]), "{encoding}");
    }
}

#[test]
fn tokens_come_as_what_has_changed() {
    let vault = Vault::new(&[]);
    let mut client = start(&vault, "utf-16");
    let uri = vault.uri("a.md");
    client.open(&uri, "#one\n#two\n#three\n");
    let first = client.request("textDocument/semanticTokens/full", document(&uri));
    assert_eq!(first["data"].as_array().unwrap().len(), 15);
    let update = |client: &mut Client, previous: &Value| {
        let mut params = document(&uri);
        params["previousResultId"] = previous.clone();
        client.request("textDocument/semanticTokens/full/delta", params)
    };
    let same = update(&mut client, &first["resultId"]);
    assert_eq!(same["edits"], json!([]));
    client.edit(&vault.uri("a.md"), (1, 1), (1, 4), "second");
    let changed = update(&mut client, &same["resultId"]);
    assert_eq!(changed["edits"], json!([{"start": 5, "deleteCount": 5, "data": [1, 0, 7, 4, 0]}]));
    // Of what is not held, all.
    let all = update(&mut client, &first["resultId"]);
    assert_eq!(all["data"].as_array().unwrap().len(), 15);
}

/// Another note that gets the name which a link names makes it resolved; its title is a hint.
#[test]
fn the_client_is_told_that_names_have_changed() {
    let vault = Vault::new(&[]);
    let mut client = start(&vault, "utf-16");
    let (a, new) = (vault.uri("a.md"), vault.uri("new.md"));
    client.open(&a, "[[new]]\n");
    until_read(&mut client);
    let state = |client: &mut Client| {
        client.request("textDocument/semanticTokens/full", document(&a))["data"][4].clone()
    };
    // Unresolved, and unwritten.
    until_tokens(&mut client, &a, &json!([0, 2, 3, 0, 10]));
    let before = (refreshes(&client, "semanticTokens"), refreshes(&client, "inlayHint"));
    client.open(&new, "# Something else\n");
    client.until("both refreshes", |client| {
        let now = (refreshes(client, "semanticTokens"), refreshes(client, "inlayHint"));
        (now.0 > before.0 && now.1 > before.1).then_some(())
    });
    assert_eq!(state(&mut client), 0);
    let refresh = client.received.iter().find(|message| message["method"] == "workspace/inlayHint/refresh");
    assert!(refresh.unwrap().get("params").is_none());
}

#[test]
fn a_hint_can_be_taken_over_and_looked_at() {
    let vault = Vault::new(&[("rfc.md", "# HTTP semantics\n\nHow HTTP works.\n")]);
    let mut client = start(&vault, "utf-16");
    let uri = vault.uri("a.md");
    client.open(&uri, "é [[rfc]]\n[[rfc]]\n");
    until_read(&mut client);
    let mut params = document(&uri);
    params["range"] = range((0, 0), (0, 9));
    let hints = client.request("textDocument/inlayHint", params);
    assert_eq!(hints.as_array().unwrap().len(), 1);
    assert_eq!(hints[0]["position"], json!({"line": 0, "character": 7}));
    assert_eq!(hints[0]["label"], "|HTTP semantics");
    assert_eq!(
        hints[0]["textEdits"],
        json!([{"range": range((0, 7), (0, 7)), "newText": "|HTTP semantics"}])
    );
    let resolved = client.request("inlayHint/resolve", hints[0].clone());
    assert!(resolved["tooltip"]["value"].as_str().unwrap().contains("How HTTP works"), "{resolved}");
    client.configuration = json!({"inlayHints": false});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    let mut params = document(&uri);
    params["range"] = range((0, 0), (0, 9));
    let before = refreshes(&client, "inlayHint");
    client.until("a refresh", |client| (refreshes(client, "inlayHint") > before).then_some(()));
    assert_eq!(client.request("textDocument/inlayHint", params), json!([]));
}

#[test]
fn a_link_to_an_attachment_is_found_when_it_is_looked_at() {
    let vault = Vault::new(&[("x/plan.pdf", "")]);
    let mut client = start(&vault, "utf-16");
    let uri = vault.uri("a.md");
    client.open(&uri, "![[plan.pdf]]\n");
    until_read(&mut client);
    let links = client.request("textDocument/documentLink", document(&uri));
    assert_eq!((&links[0]["range"], links[0].get("target")), (&range((0, 3), (0, 11)), None));
    let resolved = client.request("documentLink/resolve", links[0].clone());
    assert_eq!(resolved["target"], json!(vault.uri("x/plan.pdf")));
}

/// Of a tag that says the same as its label, an editor may show the label alone.
#[test]
fn timestamps_tell_what_a_reader_needs_to_see() {
    let vault = Vault::new(&[]);
    let tag = "<a class=\"yt-timestamp\" data-t=\"00:04\">[00:04]</a>";
    let text = format!("---\nvideoId: dQw4w9WgXcQ\n---\n🌊 {tag}\n\n[00:05]\n");
    for (encoding, before) in [("utf-8", 5), ("utf-16", 3), ("utf-32", 2)] {
        let mut client = start(&vault, encoding);
        let uri = vault.uri("a.md");
        client.open(&uri, &text);
        let found = client.request("slugline/timestamps", document(&uri));
        let (all, label) = (range((3, before), (3, before + 50)), range((3, before + 39), (3, before + 46)));
        let bare = json!({"range": range((5, 0), (5, 7)), "label": range((5, 0), (5, 7)), "conceal": false});
        assert_eq!(found, json!([{"range": all, "label": label, "conceal": true}, bare]), "{encoding}");
        let mut params = document(&uri);
        params["range"] = range((4, 0), (5, 3));
        let found = client.request("slugline/timestamps", params);
        assert_eq!(found, json!([bare]), "{encoding}");
    }
}
