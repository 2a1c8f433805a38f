//! Notes that are not there: told from slips, followed, and counted where there are thousands; and notes that are
//! there and mentioned without a link.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, position};

/// A client that is told of the kinds of broken links, and follows them by a command of its own.
fn following() -> Value {
    let mut capabilities = capabilities();
    capabilities["textDocument"]["publishDiagnostics"]["dataSupport"] = json!(true);
    capabilities["experimental"] = json!({"commands": {"commands": ["slugline.editor.followMissing"]}});
    capabilities
}

fn run(client: &mut Client, command: &str, argument: Value) -> Value {
    client.request("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))
}

const TEXT: &str = "[[sprong_tide]] [[Entirely else]]\n";

fn tides() -> Vault {
    Vault::new(&[("a.md", TEXT), ("spring_tide.md", "# Spring tide\n")])
}

/// Waits until it is known which kind each is: messages, and what is unwritten.
fn until_told(client: &mut Client, uri: &str) -> Vec<(String, bool)> {
    client.until("a message with a name", |client| {
        let found = client.diagnostics.get(uri)?["diagnostics"].as_array()?;
        let said = |it: &Value| {
            (it["message"].as_str().unwrap_or_default().to_owned(), it["data"]["unwritten"] == true)
        };
        let said: Vec<_> = found.iter().map(said).collect();
        said.iter().any(|(message, _)| message.contains("did you mean")).then_some(said)
    })
}

#[test]
fn slips_are_told_from_notes_that_nobody_has_written() {
    let vault = tides();
    let mut client = Client::start_with(&[&vault], following());
    let uri = vault.uri("a.md");
    client.open(&uri, TEXT);
    let expected = [
        ("Note not found: `sprong_tide`; did you mean `spring_tide`?".to_owned(), false),
        ("Note not found: `Entirely else`".to_owned(), true),
    ];
    assert_eq!(until_told(&mut client, &uri), expected);
    // Both are unresolved, one is unwritten.
    let tokens = client.request("textDocument/semanticTokens/full", json!({"textDocument": {"uri": uri}}));
    assert_eq!(tokens["data"], json!([0, 2, 11, 0, 2, 0, 16, 13, 0, 10]));
}

/// A new note may be what was meant: it is found out once no name has changed for a while.
#[test]
fn a_new_name_is_what_was_meant() {
    let vault = tides();
    let mut client = Client::start_with(&[&vault], following());
    let uri = vault.uri("a.md");
    client.open(&uri, TEXT);
    until_told(&mut client, &uri);
    client.open(&vault.uri("entirely elsa.md"), "");
    client.until("the other name", |client| {
        let found = &client.diagnostics.get(&uri)?["diagnostics"][1];
        (found["message"] == "Note not found: `Entirely else`; did you mean `entirely elsa`?").then_some(())
    });
}

#[test]
fn a_severity_of_its_own_takes_what_nobody_has_written_away() {
    let vault = tides();
    vault.write(".slugline.toml", "diagnostics.unwritten = \"off\"\n");
    let mut client = Client::start_with(&[&vault], following());
    let uri = vault.uri("a.md");
    client.open(&uri, TEXT);
    assert_eq!(until_told(&mut client, &uri).len(), 1);
}

#[test]
fn a_link_to_a_missing_note_can_be_followed_where_the_client_says_so() {
    let vault = tides();
    let uri = vault.uri("a.md");
    let document = json!({"textDocument": {"uri": uri}});
    let mut client = Client::start_with(&[&vault], following());
    client.open(&uri, TEXT);
    until_told(&mut client, &uri);
    let links = client.request("textDocument/documentLink", document.clone());
    assert_eq!(links.as_array().unwrap().len(), 2);
    assert!(links[1]["target"].as_str().unwrap().starts_with("command:slugline.editor.followMissing?"));
    assert_eq!(links[1]["tooltip"], "Note not found: Entirely else");

    let missing = |client: &mut Client, character| {
        let params = position(&uri, 0, character);
        let argument = json!({"uri": params["textDocument"]["uri"], "position": params["position"]});
        run(client, "slugline.missingNote", argument)
    };
    let range = json!({"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 13}});
    let near =
        json!([{"uri": vault.uri("spring_tide.md"), "path": "spring_tide.md", "title": "Spring tide"}]);
    assert_eq!(missing(&mut client, 4), json!({"name": "sprong_tide", "range": range, "near": near}));
    assert_eq!(missing(&mut client, 20)["near"], json!([]));

    // Any other client sees no change.
    let mut other = Client::start(&vault);
    other.open(&uri, TEXT);
    other.codes_when(&uri, |codes| codes.len() == 2);
    assert_eq!(other.request("textDocument/documentLink", document), json!([]));
}

#[test]
fn mentions_of_a_note_are_listed_and_linked() {
    let vault = Vault::new(&[
        ("spring_tide.md", "# Spring tide\n"),
        ("a.md", "The spring tide is high.\nA spring tide.\n"),
        ("b.md", "é 🌊 Spring-tide, [[spring_tide]].\n"),
    ]);
    let mut client = Client::start(&vault);
    let uri = vault.uri("spring_tide.md");
    client.open(&uri, "# Spring tide\n");
    let found = run(&mut client, "slugline.mentions", json!({"uri": uri, "limit": 2}));
    assert_eq!((&found["total"], found["places"].as_array().unwrap().len()), (&json!(3), 2));
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"]["message"], "3 unlinked mentions: a.md:1, b.md:1");

    let edits = |client: &mut Client, argument: Value| {
        client.received.clear();
        let linked = run(client, "slugline.linkMentions", argument)["linked"].clone();
        let edit = client.until_received("the edit", |message| message["method"] == "workspace/applyEdit");
        let files = edit["params"]["edit"]["documentChanges"].as_array().unwrap().clone();
        let texts = files.iter().flat_map(|file| file["edits"].as_array().unwrap().clone());
        (linked, texts.map(|edit| edit["newText"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    let one = edits(&mut client, json!({"place": found["places"][1]}));
    assert_eq!(one, (json!(1), vec!["[[spring_tide|spring tide]]".to_owned()]));
    let (linked, texts) = edits(&mut client, json!({"uri": uri}));
    assert_eq!((linked, texts.len()), (json!(3), 3), "{texts:?}");
}

/// A vault with so many links to notes that are not there.
fn imported(links: usize) -> Vault {
    let text: String = (0..100).map(|name| format!("[[nothing like {name}]]\n")).collect();
    let vault = Vault::new(&[]);
    (0..links / 100).for_each(|note| vault.write(&format!("{note}.md"), &text));
    vault
}

fn told<'c>(client: &'c Client, method: &str) -> Vec<&'c Value> {
    client.received.iter().filter(|message| message["method"] == method).collect()
}

#[test]
fn thousands_of_findings_are_said_once() {
    let (many, few) = (imported(1000), imported(900));
    let uri = many.uri("0.md");
    // By the client itself, where it can.
    let mut with = capabilities();
    with["experimental"] = json!({"manyFindings": true});
    let mut client = Client::start_with(&[&many, &few], with);
    let said =
        client.until_received("what is counted", |message| message["method"] == "slugline/manyFindings");
    assert_eq!(said["params"]["links"], 1000);
    run(&mut client, "slugline.reindex", json!({}));
    client.open(&uri, "[[nothing like 1]]\n");
    client.codes_when(&uri, |codes| codes == ["broken-link"]);
    client.until_idle();
    client.sync();
    assert_eq!(told(&client, "slugline/manyFindings").len(), 1);

    // By a message with the name of the setting, where there are no actions.
    let mut client = Client::start(&many);
    let said = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert!(said["params"]["message"].as_str().unwrap().contains("`diagnostics.unwritten`"), "{said}");

    // Whoever has chosen is not asked.
    many.write(".slugline.toml", "diagnostics.unwritten = \"hint\"\n");
    let mut client = Client::start(&many);
    client.open(&uri, "[[nothing like 1]]\n");
    client.codes_when(&uri, |codes| codes == ["broken-link"]);
    client.until_idle();
    client.sync();
    assert_eq!(told(&client, "window/showMessage").len(), 0);
}

/// By a question of the protocol: "Hide" hides what nobody has written, and not what is likely a slip.
#[test]
fn a_client_with_actions_is_asked() {
    let vault = imported(1000);
    vault.write("spring_tide.md", "");
    let mut with = capabilities();
    with["window"]["showMessage"] = json!({"messageActionItem": {"additionalPropertiesSupport": true}});
    let mut client = Client::start_with(&[&vault], with);
    client.choice = json!({"title": "Hide"});
    let asked =
        client.until_received("a question", |message| message["method"] == "window/showMessageRequest");
    let titles: Vec<_> =
        asked["params"]["actions"].as_array().unwrap().iter().map(|it| &it["title"]).collect();
    assert_eq!(titles, ["Show", "Hide"]);
    let uri = vault.uri("0.md");
    client.open(&uri, "[[nothing like 1]] [[spring_tidd]]\n");
    client.until("the slip alone", |client| {
        let found = client.diagnostics.get(&uri)?["diagnostics"].as_array()?;
        let [only] = &**found else { return None };
        only["message"].as_str()?.contains("spring_tide").then_some(())
    });
}

/// Where a setting asks for it, a hover says how often a note is mentioned: also after somebody has typed, and after a
/// name has changed.
#[test]
fn a_hover_counts_mentions_where_a_setting_says_so() {
    let files = [
        ("spring_tide.md", ""),
        ("a.md", "The spring tide is high.\nA spring tide.\n"),
        ("b.md", "Spring-tide\n"),
    ];
    let vault = Vault::new(&files);
    vault.write(".slugline.toml", "hover.mentions = true\n");
    let mut client = Client::start(&vault);
    let (a, uri) = (vault.uri("a.md"), vault.uri("b.md"));
    client.open(&uri, "[[spring_tide]] [[neap]]\n");
    let until = |client: &mut Client, character, wanted: &str| {
        crate::client::until(wanted, || {
            let hover = client.at("textDocument/hover", &uri, 0, character);
            hover["contents"]["value"].as_str().is_some_and(|text| text.contains(wanted))
        });
    };
    // `b.md` is open, and mentions nothing any more.
    until(&mut client, 4, "2 unlinked mentions");
    client.open(&a, "The spring tide is high, and the low tide.\n");
    until(&mut client, 4, "1 unlinked mention");
    client.open(&vault.uri("neap.md"), "---\naliases: [Low tide]\n---\n");
    until(&mut client, 18, "1 unlinked mention");

    let without = Vault::new(&files);
    let mut client = Client::start(&without);
    let uri = without.uri("b.md");
    client.open(&uri, "[[spring_tide]]\n");
    client.until_idle();
    let hover = client.at("textDocument/hover", &uri, 0, 4);
    assert!(!hover["contents"]["value"].as_str().unwrap().contains("mention"), "{hover}");
}
