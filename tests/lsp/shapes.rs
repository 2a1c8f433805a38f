//! The shape of one note: its outline, what folds, what a selection grows to, what changes together.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

/// With a letter of two bytes, one unit of UTF-16; and one of four bytes, two units.
const NOTE: &str =
    "---\ntitle: Café\nvideoId: dQw4w9WgXcQ\n---\n# 🌊 Tides\n\n🌊 see [[x]] [00:01](#00:01)\n\n## é\n";

/// A client that counts so, with the note open.
fn start(encoding: &str, more: Value) -> (Vault, Client, String) {
    let vault = Vault::new(&[("a.md", NOTE)]);
    let mut capabilities = capabilities();
    capabilities["general"]["positionEncodings"] = json!([encoding]);
    for (key, value) in more.as_object().unwrap() {
        capabilities["textDocument"][key] = value.clone();
    }
    let mut client = Client::start_with(&[&vault], capabilities);
    let uri = vault.uri("a.md");
    client.open(&uri, NOTE);
    (vault, client, uri)
}

/// A range as `line:column-line:column`.
fn range(range: &Value) -> String {
    let at = |at: &Value| format!("{}:{}", at["line"], at["character"]);
    format!("{}-{}", at(&range["start"]), at(&range["end"]))
}

#[test]
fn the_outline_is_a_tree_where_the_client_has_trees() {
    let trees = json!({"documentSymbol": {"hierarchicalDocumentSymbolSupport": true}});
    for (encoding, tides) in [("utf-8", 12), ("utf-16", 10), ("utf-32", 9)] {
        let (_vault, mut client, uri) = start(encoding, trees.clone());
        let found = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
        assert_eq!(found[0]["name"], "Café");
        assert_eq!(found[1]["name"], "🌊 Tides");
        assert_eq!(range(&found[1]["selectionRange"]), format!("4:0-4:{tides}"), "{encoding}");
        assert_eq!(found[1]["children"][0]["name"], "é");
    }
    let (_vault, mut client, uri) = start("utf-16", json!({}));
    let found = client.request("textDocument/documentSymbol", json!({"textDocument": {"uri": uri}}));
    assert_eq!(found[2]["name"], "é");
    assert_eq!((&found[2]["containerName"], &found[2]["location"]["uri"]), (&json!("🌊 Tides"), &json!(uri)));
    assert_eq!(range(&found[2]["location"]["range"]), "8:0-8:4");
}

#[test]
fn a_client_that_folds_lines_gets_lines() {
    let ask = |more: Value| {
        let (_vault, mut client, uri) = start("utf-16", more);
        client.request("textDocument/foldingRange", json!({"textDocument": {"uri": uri}}))
    };
    assert_eq!(
        ask(json!({"foldingRange": {"lineFoldingOnly": true}})),
        json!([{"startLine": 0, "endLine": 3}, {"startLine": 4, "endLine": 8}])
    );
    assert_eq!(
        ask(json!({"foldingRange": {"rangeLimit": 1}})),
        json!([{"startLine": 4, "startCharacter": 10, "endLine": 8, "endCharacter": 4}])
    );
}

#[test]
fn selections_grow_in_the_units_of_the_client() {
    for (encoding, x, steps) in [
        ("utf-8", 11, "6:11-6:12 6:9-6:14 6:0-6:30 4:0-8:5 0:0-9:0"),
        ("utf-16", 9, "6:9-6:10 6:7-6:12 6:0-6:28 4:0-8:4 0:0-9:0"),
        ("utf-32", 8, "6:8-6:9 6:6-6:11 6:0-6:27 4:0-8:4 0:0-9:0"),
    ] {
        let (_vault, mut client, uri) = start(encoding, json!({}));
        let positions = json!([{"line": 6, "character": x}, {"line": 9, "character": 0}]);
        let params = json!({"textDocument": {"uri": uri}, "positions": positions});
        let found = client.request("textDocument/selectionRange", params);
        let mut grown = Vec::new();
        let mut next = &found[0];
        while next.is_object() {
            grown.push(range(&next["range"]));
            next = &next["parent"];
        }
        assert_eq!(grown.join(" "), steps, "{encoding}");
        assert_eq!(range(&found[1]["range"]), "0:0-9:0");
    }
}

#[test]
fn the_two_times_of_a_timestamp_change_together() {
    let (_vault, mut client, uri) = start("utf-16", json!({}));
    let found = client.at("textDocument/linkedEditingRange", &uri, 6, 16);
    assert_eq!(range(&found["ranges"][0]), "6:14-6:19");
    assert_eq!(range(&found["ranges"][1]), "6:22-6:27");
    assert_eq!(client.at("textDocument/linkedEditingRange", &uri, 6, 8), Value::Null);
}
