//! Code actions: their kinds, and edits that come when they are taken.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

const NOTE: &str = "[[nearest_nam]] and [[Big Topic]]\n";

fn vault() -> Vault {
    Vault::new(&[("a.md", NOTE), ("nearest_name.md", ""), ("big_topic.md", "")])
}

/// What a client can do that takes everything.
fn all() -> Value {
    let mut with = capabilities();
    with["textDocument"]["codeAction"] = json!({
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
        "isPreferredSupport": true, "disabledSupport": true, "dataSupport": true,
        "resolveSupport": {"properties": ["edit"]},
    });
    with
}

fn start(vault: &Vault, with: Value) -> (Client, String) {
    let mut client = Client::start_with(&[vault], with);
    let a = vault.uri("a.md");
    client.open(&a, NOTE);
    client.codes_when(&a, |codes| codes.len() == 2);
    (client, a)
}

fn actions(client: &mut Client, uri: &str, character: u32, context: Value) -> Vec<Value> {
    let at = json!({"line": 0, "character": character});
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context});
    client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

fn taken<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().unwrap().starts_with(title));
    found.unwrap_or_else(|| panic!("no {title} in {actions:#?}"))
}

#[test]
fn an_edit_comes_when_its_action_is_taken() {
    let vault = vault();
    let (mut client, a) = start(&vault, all());
    let menu = actions(&mut client, &a, 3, json!({"diagnostics": []}));
    assert!(menu.iter().all(|action| action.get("edit").is_none()), "{menu:#?}");
    let nearest = taken(&menu, "Change to");
    let resolved = client.request("codeAction/resolve", nearest.clone());
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["edits"][0]["newText"], "nearest_name", "{resolved:#}");
    assert_eq!(change["textDocument"], json!({"uri": a, "version": 1}));
    let create = client.request("codeAction/resolve", taken(&menu, "Create note").clone());
    assert_eq!(create["edit"]["documentChanges"][0]["uri"], json!(vault.uri("nearest_nam.md")));

    // One of a menu that was shown for another text changes nothing.
    client.edit(&a, (0, 0), (0, 0), "Yet ");
    let late = client.request("codeAction/resolve", nearest.clone());
    assert_eq!(late.get("edit"), None, "{late:#}");
}

#[test]
fn actions_are_of_the_kinds_that_are_asked_for() {
    let vault = vault();
    let mut client = Client::spawn();
    let offer = client.initialize(&[&vault], all())["capabilities"]["codeActionProvider"].clone();
    let kinds = [
        "quickfix",
        "refactor.extract",
        "refactor.inline",
        "refactor.rewrite",
        "source.fixAll.slugline",
        "source",
    ];
    assert_eq!(offer, json!({"codeActionKinds": kinds, "resolveProvider": true}));
    let (mut client, a) = start(&vault, all());
    for (only, wanted) in [
        ("quickfix", &["quickfix"][..]),
        ("source.fixAll", &["source.fixAll.slugline"]),
        ("source.organizeImports", &[]),
    ] {
        let found = actions(&mut client, &a, 3, json!({"diagnostics": [], "only": [only]}));
        let mut found: Vec<_> = found.iter().map(|action| action["kind"].as_str().unwrap()).collect();
        found.dedup();
        assert_eq!(found, wanted, "{only}");
    }
    let fix = actions(&mut client, &a, 3, json!({"diagnostics": [], "only": ["source.fixAll.slugline"]}));
    let fixed = client.request("codeAction/resolve", fix[0].clone());
    let edits = &fixed["edit"]["documentChanges"][0]["edits"];
    assert_eq!(edits[0]["newText"], "big_topic | Big Topic", "{fixed:#}");
    // The editor looks whether there is something to do: nothing about the whole note.
    let bulb = actions(&mut client, &a, 22, json!({"diagnostics": [], "triggerKind": 2}));
    assert!(bulb.iter().all(|action| !action["kind"].as_str().unwrap().starts_with("source")), "{bulb:#?}");
    assert_eq!(taken(&bulb, "Replace with")["isPreferred"], true);
}

/// What cannot be done here is shown with the reason, or not at all.
#[test]
fn an_action_that_cannot_be_taken_is_disabled() {
    let vault = vault();
    for (disabled, reason) in [(true, "The editor does not let the server create files"), (false, "")] {
        let mut with = all();
        with["workspace"]["workspaceEdit"]["resourceOperations"] = json!([]);
        with["textDocument"]["codeAction"]["disabledSupport"] = json!(disabled);
        let (mut client, a) = start(&vault, with);
        let menu = actions(&mut client, &a, 3, json!({"diagnostics": []}));
        let create = menu.iter().find(|action| action["title"] == "Create note `nearest_nam.md`");
        assert_eq!(
            create.map(|create| create["disabled"]["reason"].as_str().unwrap()),
            Some(reason).filter(|_| disabled)
        );
    }
}

/// The names of the vault are looked for in texts once somebody has asked, and again when they have changed.
#[test]
fn mentions_are_found_in_the_background() {
    let vault = Vault::new(&[
        ("a.md", ""),
        ("big_topic.md", ""),
        (".slugline.toml", "severity = { unlinked-mention = \"hint\" }\n"),
    ]);
    let a = vault.uri("a.md");
    let mut client = Client::start_with(&[&vault], all());
    client.open(&a, "Of a big topic and a new topic.\n");
    client.codes_when(&a, |codes| codes == ["unlinked-mention"]);
    let menu = actions(&mut client, &a, 6, json!({"diagnostics": []}));
    let taken = client.request("codeAction/resolve", taken(&menu, "Link to `big_topic`").clone());
    assert_eq!(taken["edit"]["documentChanges"][0]["edits"][0]["newText"], "[[big_topic|big topic]]");
    client.open(&vault.uri("new topic.md"), "");
    client.codes_when(&a, |codes| codes == ["unlinked-mention", "unlinked-mention"]);
}

/// The new note, the link in place of the text, and the links of others: one edit.
#[test]
fn a_section_is_extracted_by_one_edit() {
    let text = "# Top\n\n## Tides\nText.\n";
    let vault = Vault::new(&[("a.md", text), ("b.md", "\u{1f30a} [[a#Tides]]\n")]);
    let (a, b) = (vault.uri("a.md"), vault.uri("b.md"));
    let mut client = Client::start_with(&[&vault], all());
    client.open(&a, text);
    // Links of others are moved once all is read.
    client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
    let at = json!({"line": 2, "character": 4});
    let params = json!({
        "textDocument": {"uri": a}, "range": {"start": at, "end": at},
        "context": {"diagnostics": [], "only": ["refactor.extract"]},
    });
    let menu = client.request("textDocument/codeAction", params);
    let kinds: Vec<_> = menu.as_array().unwrap().iter().map(|action| &action["kind"]).collect();
    assert_eq!(kinds, ["refactor.extract", "refactor.extract"], "{menu:#}");
    let edit = client.request("codeAction/resolve", menu[0].clone())["edit"]["documentChanges"].clone();
    assert_eq!(edit[0]["kind"], "create");
    assert_eq!(edit[0]["uri"], json!(vault.uri("Tides.md")));
    let edits = edit.as_array().unwrap();
    let of = |uri: &str| edits.iter().find(|edit| edit["textDocument"]["uri"] == *uri).unwrap();
    assert_eq!(of(&vault.uri("Tides.md"))["edits"][0]["newText"], "---\ntitle: Tides\n---\n\nText.\n");
    assert_eq!(of(&a)["edits"][0]["newText"], "[[Tides]]");
    assert_eq!(of(&a)["textDocument"]["version"], 1);
    let place = |character: u32| json!({"line": 0, "character": character});
    assert_eq!(
        of(&b)["edits"][0],
        json!({"range": {"start": place(5), "end": place(12)}, "newText": "Tides"})
    );
}

/// An editor refuses an edit of a text that it has changed meanwhile, and shows why another note changes.
#[test]
fn an_edit_of_another_open_note_carries_its_version_and_its_reason() {
    let text = "# Top\n\n## Tides\nText.\n";
    let vault = Vault::new(&[("a.md", text), ("b.md", ""), ("c.md", "[[a#Tides]]\n")]);
    let (a, b, c) = (vault.uri("a.md"), vault.uri("b.md"), vault.uri("c.md"));
    for annotated in [true, false] {
        let mut with = all();
        if annotated {
            with["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = json!({});
        }
        let mut client = Client::start_with(&[&vault], with);
        client.open(&a, text);
        client.open(&b, "[[a#Tides]] \n");
        client.edit(&b, (0, 0), (0, 0), "> ");
        client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
        let at = json!({"line": 2, "character": 4});
        let params = json!({
            "textDocument": {"uri": a}, "range": {"start": at, "end": at},
            "context": {"diagnostics": [], "only": ["refactor.extract"]},
        });
        let menu = client.request("textDocument/codeAction", params);
        let edit = client.request("codeAction/resolve", menu[0].clone())["edit"].clone();
        let of = |uri: &str| {
            let edits = edit["documentChanges"].as_array().unwrap();
            edits.iter().find(|edit| edit["textDocument"]["uri"] == *uri).unwrap()
        };
        let version = |uri: &str| of(uri)["textDocument"]["version"].clone();
        assert_eq!([version(&a), version(&b), version(&c)], [json!(1), json!(2), json!(null)], "{edit:#}");
        let links = json!({"links": {"label": "Update 2 links in 2 notes"}});
        assert_eq!(edit.get("changeAnnotations"), annotated.then_some(&links));
        for (uri, wanted) in [(&a, None), (&b, Some("links")), (&c, Some("links"))] {
            let found = of(uri)["edits"][0]["annotationId"].as_str();
            assert_eq!(found, wanted.filter(|_| annotated), "{uri}");
        }
    }
}
