//! Code lenses, and the command behind them.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

fn vault() -> Vault {
    Vault::new(&[
        ("a.md", "# A\n\n## Part\n\n## Other\n"),
        ("b.md", "[[a]] and [[a#Part]]\n"),
        ("c.md", "\u{1f30a} [[A]]\n"),
    ])
}

fn lenses(client: &mut Client, uri: &str) -> Vec<Value> {
    let found = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    let found = found.as_array().unwrap().clone();
    assert!(found.iter().all(|lens| lens["command"].is_null()), "lenses are resolved when they are shown");
    found.into_iter().map(|lens| client.request("codeLens/resolve", lens)).collect()
}

/// `line title` of each.
fn shown(lenses: &[Value]) -> Vec<String> {
    let show = |lens: &Value| {
        format!("{} {}", lens["range"]["start"]["line"], lens["command"]["title"].as_str().unwrap())
    };
    lenses.iter().map(show).collect()
}

fn run(client: &mut Client, command: &Value) -> Value {
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    client.request("workspace/executeCommand", params)
}

#[test]
fn backlinks_are_shown_by_the_client_that_can() {
    let vault = vault();
    let mut can = capabilities();
    can["experimental"] = json!({"commands": {"commands": ["slugline.editor.showReferences"]}});
    let mut client = Client::start_with(&[&vault], can);
    let a = vault.uri("a.md");
    client.open(&a, "# A\n\n## Part\n\n## Other\n");
    let lenses = lenses(&mut client, &a);
    assert_eq!(shown(&lenses), ["0 2 backlinks", "2 1 backlink"]);
    let command = &lenses[0]["command"];
    assert_eq!(command["command"], "slugline.editor.showReferences");
    let [uri, position, locations] = &command["arguments"].as_array().unwrap()[..] else {
        panic!("{command}")
    };
    assert_eq!((uri, position), (&json!(a), &json!({"line": 0, "character": 0})));
    let places = locations.as_array().unwrap().iter();
    let places: Vec<_> = places.map(|at| json!([at["uri"], at["range"]["start"]["character"]])).collect();
    let (b, c) = (vault.uri("b.md"), vault.uri("c.md"));
    assert_eq!(json!(places), json!([[b, 0], [b, 10], [c, 3]]));
    // The command gives it the same, and shows nothing.
    let command = json!({"command": "slugline.backlinks", "arguments": [{"uri": a}]});
    assert_eq!(run(&mut client, &command), *locations);
    client.sync();
    assert!(!client.received.iter().any(|message| message["method"] == "window/showMessage"));
}

#[test]
fn backlinks_are_shown_to_a_plain_client() {
    let vault = vault();
    let mut can = capabilities();
    can["window"]["showDocument"] = json!({"support": true});
    let mut client = Client::start_with(&[&vault], can);
    let a = vault.uri("a.md");
    client.open(&a, "# A\n\n## Part\n\n## Other\n");
    let lenses = lenses(&mut client, &a);
    let whole = &lenses[0]["command"];
    assert_eq!(whole["command"], "slugline.backlinks");
    assert_eq!(run(&mut client, whole).as_array().unwrap().len(), 3);
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"]["message"], "2 backlinks: b.md:1, c.md:1");
    // The only one is gone to. The client of the tests says nothing of success.
    let part =
        json!({"command": lenses[1]["command"]["command"], "arguments": lenses[1]["command"]["arguments"]});
    client.ask("workspace/executeCommand", part);
    let asked = client.until_received("a document", |message| message["method"] == "window/showDocument");
    assert_eq!(asked["params"]["uri"], vault.uri("b.md"));
    assert_eq!(asked["params"]["selection"]["start"], json!({"line": 0, "character": 10}));
}

#[test]
fn lenses_can_be_switched_off() {
    let vault = vault();
    vault.write(".slugline.toml", "code_lens = false\n");
    let mut client = Client::start(&vault);
    let a = vault.uri("a.md");
    client.open(&a, "# A\n");
    assert!(lenses(&mut client, &a).is_empty());
}

/// Of the note that is edited the client asks by itself.
#[test]
fn lenses_are_asked_for_again_when_another_note_gets_a_link() {
    let vault = vault();
    let mut can = capabilities();
    can["workspace"]["codeLens"] = json!({"refreshSupport": true});
    let mut client = Client::start_with(&[&vault], can);
    let (a, d) = (vault.uri("a.md"), vault.uri("d.md"));
    client.open(&a, "# A\n");
    client.open(&d, "# D\n\n");
    client.codes_when(&d, <[String]>::is_empty);
    assert_eq!(shown(&lenses(&mut client, &a)), ["0 2 backlinks"]);
    let is_refresh = |message: &Value| message["method"] == "workspace/codeLens/refresh";
    client.received.retain(|message| !is_refresh(message));
    client.edit(&d, (1, 0), (1, 0), "[[a]]");
    client.until_received("a refresh", is_refresh);
    assert_eq!(shown(&lenses(&mut client, &a)), ["0 3 backlinks"]);
}
