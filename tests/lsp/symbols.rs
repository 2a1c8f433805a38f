//! Symbols: of the workspace.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

/// What `query` finds: each symbol with its kind, file and range.
fn found(client: &mut Client, query: &str) -> Vec<String> {
    let symbols = client.request("workspace/symbol", json!({"query": query}));
    let show = |symbol: &Value| {
        let (location, number) = (&symbol["location"], |at: &Value| at.as_u64().unwrap());
        let place = |at: &Value| format!("{}:{}", number(&at["line"]), number(&at["character"]));
        let range = &location["range"];
        format!(
            "{} {} {} {}-{}",
            symbol["name"].as_str().unwrap(),
            symbol["kind"],
            location["uri"].as_str().unwrap().rsplit('/').next().unwrap(),
            place(&range["start"]),
            place(&range["end"]),
        )
    };
    symbols.as_array().unwrap().iter().map(show).collect()
}

/// Those of all folders, and of the vault of an open note outside of them: by the text of its buffer.
#[test]
fn symbols_of_all_vaults_are_found() {
    let one = Vault::new(&[("one.md", "# Tide one\n")]);
    let two = Vault::new(&[("two.md", "---\ntitle: Tide two\n---\n## é Tide three\n\né #tide-tag\n")]);
    let other = Vault::new(&[(".slugline.toml", ""), ("other.md", "")]);
    let mut client = Client::start_with(&[&one, &two], capabilities());
    client.open(&other.uri("other.md"), "# Tide four\n");
    let is_end = |message: &&Value| message["params"]["value"]["kind"] == "end";
    client.until("the end of reading", |client| {
        (client.received.iter().filter(is_end).count() == 3).then_some(())
    });
    let mut all = found(&mut client, "tide");
    all.sort();
    assert_eq!(
        all,
        [
            "#tide-tag 20 two.md 5:2-5:11",
            "Tide four 1 other.md 0:0-0:11",
            "Tide one 1 one.md 0:0-0:10",
            "Tide two 1 two.md 1:7-1:15",
            "é Tide three 15 two.md 3:0-3:0",
        ]
    );
    client.close(&other.uri("other.md"));
    assert!(!found(&mut client, "tide four").iter().any(|symbol| symbol.contains("other.md")));
}

/// What is asked before the names are known waits for them.
#[test]
fn symbols_wait_for_the_names() {
    let vault = Vault::new(&[("tide.md", "")]);
    let mut client = Client::spawn();
    let folders = json!([{"uri": vault.uri(""), "name": "vault"}]);
    let id = client.ask(
        "initialize",
        json!({"processId": null, "rootUri": null, "workspaceFolders": folders, "capabilities": capabilities()}),
    );
    client.answer(id);
    assert_eq!(found(&mut client, "tide"), ["tide 1 tide.md 0:0-0:0"]);
}
