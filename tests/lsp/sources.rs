//! Captions and metadata beside the notes: what timestamps show, when the files change, and who may say where
//! they are.
use serde_json::json;

use crate::client::{Client, Vault, capabilities, position};

const NOTE: &str = "---\nvideoId: PdiSU9-Fge4\n---\nSold [00:10:36].\n";
const SAID: &str = "1\n00:10:36,000 --> 00:10:41,000\na report suggested it\n";

fn hover(client: &mut Client, uri: &str) -> String {
    let found = client.request("textDocument/hover", position(uri, 3, 8));
    found["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

/// A client that has set a folder with captions.
fn with_sources(vault: &Vault, folder: &str) -> Client {
    let mut client = Client::spawn();
    let options = json!({"sources": {"paths": [folder]}});
    client.request(
        "initialize",
        json!({
            "processId": null, "capabilities": capabilities(), "initializationOptions": options,
            "workspaceFolders": [{"uri": vault.uri(""), "name": "v"}],
        }),
    );
    client.notify("initialized", json!({}));
    client
}

/// The client's log: what was told of files that cannot be read.
fn told(client: &Client) -> Vec<String> {
    let logged = client.received.iter().filter(|message| message["method"] == "window/logMessage");
    logged.filter_map(|message| Some(message["params"]["message"].as_str()?.to_owned())).collect()
}

#[test]
fn a_timestamp_shows_and_leads_to_what_was_said() {
    let vault = Vault::new(&[("a.md", NOTE), ("x/Talk [PdiSU9-Fge4].en.srt", SAID)]);
    let mut client = Client::start(&vault);
    let uri = vault.uri("a.md");
    client.open(&uri, NOTE);
    assert!(hover(&mut client, &uri).contains("> **10:36  a report suggested it**"));
    let found = client.request("textDocument/definition", position(&uri, 3, 8));
    let target = found.get(0).unwrap_or(&found);
    let place = target.get("targetUri").unwrap_or(&target["uri"]);
    assert_eq!(place, &json!(vault.uri("x/Talk [PdiSU9-Fge4].en.srt")));
    let range = target.get("targetSelectionRange").unwrap_or(&target["range"]);
    assert_eq!(range["start"], json!({"line": 2, "character": 0}));
}

/// The file is looked at, not what was said of it.
#[test]
fn changed_captions_are_read_again_and_broken_ones_told_of_once() {
    let vault = Vault::new(&[("a.md", NOTE), ("PdiSU9-Fge4.srt", SAID)]);
    let mut client = Client::start(&vault);
    let uri = vault.uri("a.md");
    client.open(&uri, NOTE);
    assert!(hover(&mut client, &uri).contains("**10:36  a report suggested it**"));
    vault.write(
        "PdiSU9-Fge4.srt",
        "1\n00:10:36,000 --> soon\nlost\n\n2\n00:10:36,000 --> 00:10:39,000\nit was otherwise\n",
    );
    for _ in 0..2 {
        assert!(hover(&mut client, &uri).contains("**10:36  it was otherwise**"));
    }
    // Who reads the file first tells of it, and that need not be who answers first.
    client.until_received("what is broken", |message| message["method"] == "window/logMessage");
    client.until_idle();
    client.sync();
    assert_eq!(told(&client), ["PdiSU9-Fge4.srt: line 2: not a time, or not two of them"]);
}

/// Nobody watches folders outside of the vault: their files are looked at when somebody asks, and what depends on
/// them follows.
#[test]
fn diagnostics_follow_captions_outside_of_the_vault() {
    const NOTE: &str = "---\nvideoId: PdiSU9-Fge4\n---\nSold <a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:10:36]</a> [[gone]]\n";
    let outside = Vault::new(&[("x.txt", "")]);
    let vault = Vault::new(&[("a.md", NOTE)]);
    let mut client = with_sources(&vault, &outside.path("").display().to_string());
    let uri = vault.uri("a.md");
    client.open(&uri, NOTE);
    client.codes_when(&uri, |codes| codes == ["broken-link"]);
    outside.write("PdiSU9-Fge4.info.json", "{\"duration\": 60, \"title\": \"Short\"}");
    assert!(hover(&mut client, &uri).contains("Short"));
    client.codes_when(&uri, |codes| codes == ["timestamp-past-end", "broken-link"]);
    outside.write("PdiSU9-Fge4.info.json", "{\"duration\": 6000, \"title\": \"Long enough\"}");
    assert!(hover(&mut client, &uri).contains("Long enough"));
    client.codes_when(&uri, |codes| codes == ["broken-link"]);
}

/// Who has made a vault says nothing of what is outside of it; who has opened it may.
#[test]
fn only_the_editor_names_folders_outside_of_the_vault() {
    let outside = Vault::new(&[("PdiSU9-Fge4.srt", SAID)]);
    let folder = outside.path("").display().to_string();
    let vault = Vault::new(&[("a.md", NOTE), (".slugline.toml", &format!("sources.paths = [{folder:?}]\n"))]);
    let mut client = Client::start(&vault);
    let uri = vault.uri("a.md");
    client.open(&uri, NOTE);
    assert!(!hover(&mut client, &uri).contains("a report suggested it"));
    client.shutdown();

    let vault = Vault::new(&[("a.md", NOTE)]);
    let mut client = with_sources(&vault, &folder);
    let uri = vault.uri("a.md");
    client.open(&uri, NOTE);
    assert!(hover(&mut client, &uri).contains("**10:36  a report suggested it**"));
}
