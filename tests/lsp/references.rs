//! Where something is named: references and highlights.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, position};

fn params(uri: &str, line: u32, character: u32, declaration: bool) -> Value {
    let mut params = position(uri, line, character);
    params["context"] = json!({"includeDeclaration": declaration});
    params
}

/// `file line:column-column` of each.
fn shown(locations: &Value) -> Vec<String> {
    let show = |location: &Value| {
        let (start, end) = (&location["range"]["start"], &location["range"]["end"]);
        let name = location["uri"].as_str().unwrap().rsplit('/').next().unwrap();
        format!("{name} {}:{}-{}", start["line"], start["character"], end["character"])
    };
    locations.as_array().unwrap().iter().map(show).collect()
}

#[test]
fn links_to_a_note_in_closed_and_open_notes() {
    let vault = Vault::new(&[
        ("big_topic.md", "---\ntitle: The big topic\n---\n"),
        ("a.md", "\u{1f30a} [[Big Topic]]\n"),
        ("b.md", "of the disk\n"),
        ("in/c.md", "[x](../big_topic.md#y)\n"),
    ]);
    let mut client = Client::start(&vault);
    let b = vault.uri("b.md");
    client.open(&b, "of the buffer: \u{1f30a} [[the big topic|alias]]\n");
    let links = ["a.md 0:3-16", "b.md 0:18-41", "c.md 0:0-22"];
    let found = client.request("textDocument/references", params(&b, 0, 25, false));
    assert_eq!(shown(&found), links);
    let found = client.request("textDocument/references", params(&b, 0, 25, true));
    assert_eq!(shown(&found), [links[0], links[1], "big_topic.md 1:7-20", links[2]]);
    // Of a note that is not open.
    let found = client.request("textDocument/references", params(&vault.uri("big_topic.md"), 0, 0, false));
    assert_eq!(shown(&found), links);
    let found = client.request("textDocument/references", params(&b, 0, 3, false));
    assert_eq!(shown(&found), [""; 0]);
}

/// Asked in the moment in which the vault is opened, whatever of it is read by then.
#[test]
fn all_of_the_vault_is_read_before_the_answer() {
    let names: Vec<String> = (0..600).map(|n| format!("n{n:03}.md")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), "see [[hub]]\n")).collect();
    let vault = Vault::new(&files);
    let mut client = Client::start(&vault);
    let hub = vault.uri("hub.md");
    client.open(&hub, "# Hub\n");
    let found = client.request("textDocument/references", params(&hub, 0, 0, false));
    assert_eq!(found.as_array().unwrap().len(), 600);
}

#[test]
fn many_come_in_parts() {
    let vault = Vault::new(&[("hub.md", "# Hub\n"), ("links.md", &"[[hub]]\n".repeat(1200))]);
    let mut client = Client::start(&vault);
    let mut asked = params(&vault.uri("hub.md"), 0, 0, false);
    let whole = client.request("textDocument/references", asked.clone());
    asked["partialResultToken"] = json!("parts");
    let rest = client.request("textDocument/references", asked.clone());
    assert_eq!(rest, json!([]));
    let parts = client.received.iter().filter(|message| message["method"] == "$/progress");
    let parts = parts.filter(|part| part["params"]["token"] == "parts");
    let parts: Vec<_> = parts.map(|part| part["params"]["value"].as_array().unwrap().clone()).collect();
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [512, 512, 176]);
    assert_eq!(json!(parts.concat()), whole);
    // Few come as the answer.
    let few = vault.uri("links.md");
    client.open(&few, "[[links]] [[links]]\n");
    asked["textDocument"]["uri"] = json!(few);
    asked["position"] = json!({"line": 0, "character": 3});
    assert_eq!(client.request("textDocument/references", asked).as_array().unwrap().len(), 2);
}

#[test]
fn highlights_of_a_link() {
    let vault = Vault::new(&[("b.md", "")]);
    let mut client = Client::start_with(&[&vault], capabilities());
    let a = vault.uri("a.md");
    client.open(&a, "# A\n\u{1f30a} [[b]] [[B|x]] [[a]]\n");
    let found = client.at("textDocument/documentHighlight", &a, 1, 5);
    let places = found.as_array().unwrap().iter().map(|found| {
        let range = &found["range"];
        json!([range["start"]["character"], range["end"]["character"], found["kind"]])
    });
    assert_eq!(json!(places.collect::<Vec<_>>()), json!([[3, 8, 2], [9, 16, 2]]));
    let found = client.at("textDocument/documentHighlight", &a, 0, 2);
    assert_eq!(found[0]["kind"], 3);
    assert_eq!(found[1]["range"]["start"], json!({"line": 1, "character": 17}));
}
