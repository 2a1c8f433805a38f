//! What a session has of an earlier one.
use std::fs::File;
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::client::{Client, Vault};

/// So many notes that they are kept, written to a minute ago: each links to the next.
fn large() -> Vault {
    let vault = Vault::new(&[]);
    (0..300).for_each(|n| vault.write(&format!("{n}.md"), &format!("# Note {n}\n[[{}]]\n", n + 1)));
    settle(&vault);
    vault
}

fn settle(vault: &Vault) {
    for n in 0..300 {
        let file = File::options().append(true).open(vault.path(&format!("{n}.md"))).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }
}

/// How many notes were taken from the cache, once that is known.
fn taken(client: &mut Client) -> String {
    loop {
        let report = client.request("workspace/executeCommand", json!({"command": "slugline.doctor"}));
        let report = report.as_str().unwrap();
        let cache = report.lines().find_map(|line| line.strip_prefix("cache")).unwrap();
        if let Some((_, taken)) = cache.split_once(", had ") {
            return taken.trim().to_owned();
        }
        assert_eq!(cache.trim(), "not known before all notes are read");
    }
}

/// One that ends keeps nothing at its end: what is kept is there from its start.
#[test]
fn only_what_has_changed_meanwhile_is_read_again() {
    let vault = large();
    let mut first = Client::start(&vault);
    assert_eq!(taken(&mut first), "0 of 300 notes as they are now");
    assert_eq!(first.shutdown(), 0);

    vault.write("7.md", "# Seven\n[[9#Nine]]\n");
    vault.write("9.md", "# Nine\n");
    std::fs::remove_file(vault.path("20.md")).unwrap();
    let mut second = Client::start(&vault);
    assert_eq!(taken(&mut second), "297 of 299 notes as they are now");
    let nine = vault.uri("9.md");
    second.open(&nine, "# Nine\n[[20]] [[8]]\n");
    second.codes_when(&nine, |codes| codes == ["broken-link"]);
    let at = json!({"textDocument": {"uri": nine}, "position": {"line": 0, "character": 3}, "context": {"includeDeclaration": false}});
    let found = second.request("textDocument/references", at);
    let of: Vec<_> = found.as_array().unwrap().iter().map(|place| place["uri"].as_str().unwrap()).collect();
    assert!(of.contains(&&*vault.uri("7.md")), "{found}");

    // Whoever asks for all to be read again has it read from the notes.
    second.request("workspace/executeCommand", json!({"command": "slugline.reindex"}));
    while taken(&mut second) != "0 of 299 notes as they are now" {}
    assert_eq!(second.shutdown(), 0);
}
