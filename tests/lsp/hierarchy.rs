//! The call hierarchy: who links to a note, and where its links lead.
use serde_json::{Value, json};

use crate::client::{Client, Vault};

fn shown(calls: &Value, end: &str) -> Vec<String> {
    let show = |call: &Value| {
        let item = &call[end];
        let ranges = call["fromRanges"].as_array().unwrap().iter();
        let ranges: Vec<_> =
            ranges.map(|at| format!("{}:{}", at["start"]["line"], at["start"]["character"])).collect();
        format!(
            "{} ({}) {}",
            item["name"].as_str().unwrap(),
            item["detail"].as_str().unwrap(),
            ranges.join(" ")
        )
    };
    calls.as_array().unwrap().iter().map(show).collect()
}

#[test]
fn backlinks_and_links_as_a_tree() {
    let vault = Vault::new(&[
        ("hub.md", "# The hub\n\n## Part\n[[leaf]]\n"),
        ("a.md", "# A\n\u{1f30a} First. This links to [[hub]], and to [[Hub#Part]]. Last.\n"),
        ("leaf.md", "---\ntitle: Leaf\n---\n"),
    ]);
    let mut client = Client::start(&vault);
    let a = vault.uri("a.md");
    client.open(&a, "# A\n\u{1f30a} First. This links to [[hub]], and to [[Hub#Part]]. Last.\n");
    // From a link to a note that is not open.
    let items = client.at("textDocument/prepareCallHierarchy", &a, 1, 28);
    let hub = &items[0];
    assert_eq!(
        (&hub["name"], &hub["detail"], &hub["kind"]),
        (&json!("The hub"), &json!("hub.md"), &json!(1))
    );
    let calls = client.request("callHierarchy/incomingCalls", json!({"item": hub}));
    assert_eq!(shown(&calls, "from"), ["A (This links to hub, and to Hub#Part.) 1:24 1:40"]);
    let calls = client.request("callHierarchy/outgoingCalls", json!({"item": hub}));
    assert_eq!(shown(&calls, "to"), ["Leaf (leaf.md) 3:0"]);
    // The tree goes on.
    let leaf = &calls[0]["to"];
    let calls = client.request("callHierarchy/incomingCalls", json!({"item": leaf}));
    assert_eq!(shown(&calls, "from"), ["The hub (leaf) 3:0"]);
    let calls = client.request("callHierarchy/outgoingCalls", json!({"item": leaf}));
    assert_eq!(calls, json!([]));
    // A section is a part of the tree, too.
    let items = client.at("textDocument/prepareCallHierarchy", &a, 1, 47);
    assert_eq!((&items[0]["name"], &items[0]["detail"]), (&json!("Part"), &json!("hub.md")));
    let calls = client.request("callHierarchy/incomingCalls", json!({"item": items[0]}));
    assert_eq!(shown(&calls, "from"), ["A (This links to hub, and to Hub#Part.) 1:40"]);
    let calls = client.request("callHierarchy/outgoingCalls", json!({"item": items[0]}));
    assert_eq!(shown(&calls, "to"), ["Leaf (leaf.md) 3:0"]);
}
