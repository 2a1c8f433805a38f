//! Claims and the captions of their video: a moment for a sentence that has none, and a better one for a sentence
//! that has the wrong one.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

const SAID: &str = "\
00:01:00,000 --> 00:01:04,000
welcome back to the channel

00:10:36,000 --> 00:10:40,000
a report suggested that Serbia had supplied ammunition worth

00:10:41,000 --> 00:10:45,000
more than eight hundred million dollars
";
const NOTE: &str = "\
---
videoId: PdiSU9-Fge4
---
Ammunition worth more than eight hundred million dollars was supplied, a report says.

So a report suggested that ammunition worth millions of dollars was supplied <a class=\"yt-timestamp\" data-t=\"00:01:04\">[00:01:04]</a>.
";

fn start(settings: &str) -> (Vault, Client, String) {
    let vault = Vault::new(&[("a.md", NOTE), ("x/PdiSU9-Fge4.srt", SAID), (".slugline.toml", settings)]);
    let mut with = capabilities();
    with["textDocument"]["codeAction"] = json!({
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}},
        "dataSupport": true, "resolveSupport": {"properties": ["edit"]},
    });
    let mut client = Client::start_with(&[&vault], with);
    let a = vault.uri("a.md");
    client.open(&a, NOTE);
    (vault, client, a)
}

/// The actions at a place, by title.
fn actions(client: &mut Client, uri: &str, at: [u32; 2], only: &str) -> Vec<Value> {
    let at = json!({"line": at[0], "character": at[1]});
    let context = json!({"diagnostics": [], "only": [only]});
    let params = json!({"textDocument": {"uri": uri}, "range": {"start": at, "end": at}, "context": context});
    client.request("textDocument/codeAction", params).as_array().cloned().unwrap_or_default()
}

fn edits(client: &mut Client, action: &Value) -> Value {
    assert_eq!(action.get("edit"), None, "before it is taken");
    let resolved = client.request("codeAction/resolve", action.clone());
    resolved["edit"]["documentChanges"][0]["edits"].clone()
}

#[test]
fn a_sentence_gets_the_moment_at_which_it_is_said() {
    let (_vault, mut client, a) = start("");
    let menu = actions(&mut client, &a, [3, 20], "refactor.rewrite");
    let titles: Vec<_> = menu.iter().map(|action| action["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        ["Cite the source at 10:36: “a report suggested that Serbia had supplied ammunition worth”"]
    );
    let edits = edits(&mut client, &menu[0]);
    assert_eq!(edits[0]["newText"], " <a class=\"yt-timestamp\" data-t=\"00:10:36\">[00:10:36]</a>");
    assert_eq!(edits[0]["range"]["start"], json!({"line": 3, "character": 84}));
    assert!(actions(&mut client, &a, [5, 20], "refactor.rewrite").is_empty(), "one that has a timestamp");
}

#[test]
fn a_claim_that_is_said_elsewhere_gets_a_better_moment() {
    let (_vault, mut client, a) = start("severity = { unsupported-claim = \"hint\" }\n");
    client.codes_when(&a, |codes| codes == ["unsupported-claim"]);
    let found = client.current(&a)[0].clone();
    assert_eq!(
        found["message"],
        "Not said near 1:04, but at 10:36: “a report suggested that Serbia had supplied ammunition worth”"
    );
    let start = found["range"]["start"].clone();
    let at = [5, u32::try_from(start["character"].as_u64().unwrap()).unwrap()];
    let menu = actions(&mut client, &a, at, "quickfix");
    assert_eq!(menu[0]["title"], "Change to 10:36");
    let edits = edits(&mut client, &menu[0]);
    let texts: Vec<_> = edits.as_array().unwrap().iter().map(|edit| &edit["newText"]).collect();
    assert_eq!(texts, ["00:10:36", "00:10:36"]);
}
