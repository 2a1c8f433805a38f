//! Settings take effect as they change, and what is wrong with them is said where it stands.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

fn range(diagnostics: &Value) -> Vec<[u64; 4]> {
    let list = diagnostics.as_array().unwrap().iter().map(|it| &it["range"]);
    let number = |value: &Value| value.as_u64().unwrap();
    list.map(|r| {
        let (start, end) = (&r["start"], &r["end"]);
        [&start["line"], &start["character"], &end["line"], &end["character"]].map(number)
    })
    .collect()
}

/// Each refusal of `.slugline.toml` stands where the mistake is, and goes with it.
#[test]
fn mistakes_in_the_file_are_told_at_their_place() {
    let text =
        "extensions = [\"md\"]\nexclude = 3\n\n[severity]\nbroken-lnk = \"off\"\nbroken-file = \"loud\"\n";
    let vault = Vault::new(&[("a.md", ""), (".slugline.toml", text)]);
    let mut client = Client::start(&vault);
    let config = vault.uri(".slugline.toml");
    client.codes_when(&config, |codes| codes.len() == 3);
    let mut found = range(&client.diagnostics[&config]["diagnostics"]);
    found.sort();
    assert_eq!(found, [[1, 10, 1, 11], [4, 0, 4, 10], [5, 14, 5, 20]]);
    vault.write(".slugline.toml", "[severity\n");
    client.codes_when(&config, |codes| codes.len() == 1);
    assert_eq!(range(&client.diagnostics[&config]["diagnostics"])[0][0], 0);
    vault.write(".slugline.toml", "[severity]\nbroken-link = \"off\"\n");
    client.codes_when(&config, <[String]>::is_empty);
}

/// A severity is another at once, without the vault being read again.
#[test]
fn what_changes_no_note_reads_none() {
    let vault = Vault::new(&[("a.md", ""), (".slugline.toml", "")]);
    let mut client = Client::start(&vault);
    let a = vault.uri("a.md");
    client.open(&a, "[[gone]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let readings = |client: &Client| {
        client.received.iter().filter(|m| m["method"] == "window/workDoneProgress/create").count()
    };
    assert_eq!(readings(&client), 1);
    vault.write(".slugline.toml", "[severity]\nbroken-link = \"off\"\n");
    client.codes_when(&a, <[String]>::is_empty);
    client.configuration = json!({"completion": {"style": "title"}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    vault.write(".slugline.toml", "");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    assert_eq!(readings(&client), 1);
    vault.write(".slugline.toml", "extensions = [\"md\", \"txt\"]\n");
    vault.write("gone.txt", "");
    client.codes_when(&a, <[String]>::is_empty);
    assert_eq!(readings(&client), 2);
}

/// Kinds of sources come and go while notes are open, and what is wrong with one is told where it stands.
#[test]
fn kinds_of_sources_are_followed() {
    const NOTE: &str =
        "---\nvimeo: 76979871\n---\nSaid <a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>.\n";
    let vault = Vault::new(&[("a.md", NOTE)]);
    let mut client = Client::start(&vault);
    let (a, config) = (vault.uri("a.md"), vault.uri(".slugline.toml"));
    client.open(&a, NOTE);
    client.codes_when(&a, |codes| codes.contains(&"timestamp-without-source".to_owned()));
    let kind = |id: &str| {
        format!(
            "[sources.kinds.vimeo]\nkeys = [\"vimeo\"]\nid = \"{id}\"\nurl = \"https://vimeo.com/{{id}}#t={{seconds}}s\"\n"
        )
    };
    vault.write(".slugline.toml", &kind("[0-9]+"));
    client.codes_when(&a, |codes| !codes.contains(&"timestamp-without-source".to_owned()));
    let links = client.request("textDocument/documentLink", json!({"textDocument": {"uri": a}}));
    assert_eq!(links[0]["target"], "https://vimeo.com/76979871#t=62s");
    vault.write(".slugline.toml", &kind("[0-9"));
    client.codes_when(&config, |codes| codes.len() == 1);
    let told = &client.diagnostics[&config]["diagnostics"][0];
    assert_eq!(told["range"]["start"]["line"], 2);
    assert_eq!(
        told["message"],
        "`sources.kinds.vimeo.id`: not a regular expression: unclosed character class; using the default"
    );
    client.codes_when(&a, |codes| codes.contains(&"timestamp-without-source".to_owned()));
}

/// The settings of one workspace folder are not those of another, and a folder may come late.
#[test]
fn each_folder_has_its_own() {
    let (one, two) = (Vault::new(&[("a.md", "")]), Vault::new(&[("a.md", "")]));
    let (a, b) = (one.uri("a.md"), two.uri("a.md"));
    let mut client = Client::spawn();
    client.folder_configuration.insert(two.uri(""), json!({"severity": {"broken-link": "off"}}));
    client.initialize(&[&one], capabilities());
    client.open(&a, "[[gone]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let folder = json!({"uri": two.uri(""), "name": "two"});
    let change = |added: Value, removed: Value| json!({"event": {"added": added, "removed": removed}});
    client.notify("workspace/didChangeWorkspaceFolders", change(json!([folder]), json!([])));
    client.open(&b, "[[gone]] [[\n");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": b}}));
    client.codes_when(&b, |codes| codes == ["unclosed-link"]);
    client.folder_configuration.clear();
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.codes_when(&b, |codes| codes == ["broken-link", "unclosed-link"]);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let report = client.request("workspace/executeCommand", json!({"command": "slugline.doctor"}));
    assert_eq!(report.as_str().unwrap().matches("opened by the editor").count(), 2, "{report}");
    client.notify("workspace/didChangeWorkspaceFolders", change(json!([]), json!([folder])));
    let report = client.request("workspace/executeCommand", json!({"command": "slugline.doctor"}));
    assert_eq!(report.as_str().unwrap().matches("opened by the editor").count(), 1, "{report}");
}

/// Clients that cannot be asked send their settings along.
#[test]
fn settings_may_be_pushed() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut without = capabilities();
    without["workspace"]["configuration"] = json!(false);
    let mut client = Client::start_with(&[&vault], without);
    let a = vault.uri("a.md");
    client.open(&a, "[[gone]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let settings = json!({"slugline": {"severity": {"broken-link": "off"}}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": settings}));
    client.codes_when(&a, <[String]>::is_empty);
}

/// A client that wants to be asked to tell is asked; what editors keep for themselves is no mistake.
#[test]
fn changes_are_registered_for() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut with = capabilities();
    with["workspace"]["didChangeConfiguration"] = json!({"dynamicRegistration": true});
    let mut client = Client::spawn();
    client.configuration = json!({"server": {"path": null}, "trace": {"server": "off"}});
    client.initialize(&[&vault], with);
    let registered = client.until_received("the registration", |message| {
        message["params"]["registrations"][0]["method"] == "workspace/didChangeConfiguration"
    });
    assert_eq!(registered["params"]["registrations"][0]["registerOptions"]["section"], "slugline");
    client.sync();
    assert!(!client.received.iter().any(|message| message["method"] == "window/logMessage"));
}
