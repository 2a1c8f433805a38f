//! Completion as nvim-cmp and blink.cmp take it: they filter and sort by themselves, take a part of the protocol by rules of
//! their own, and edit the line as the cursor is when an item is accepted.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

/// What both announce.
fn announced(commits: bool) -> Value {
    let mut with = capabilities();
    with["textDocument"]["completion"] = json!({
        "completionItem": {
            "snippetSupport": true,
            "commitCharactersSupport": commits,
            "documentationFormat": ["markdown", "plaintext"],
            "insertReplaceSupport": true,
            "resolveSupport": {"properties": ["documentation", "detail", "additionalTextEdits"]},
            "insertTextModeSupport": {"valueSet": [1]},
            "labelDetailsSupport": true,
        },
        "completionList": {
            "itemDefaults": ["commitCharacters", "editRange", "insertTextFormat", "insertTextMode", "data"],
        },
        "contextSupport": true,
        "insertTextMode": 1,
    });
    with
}

/// The columns of a range, which both take to be in the line of the cursor.
#[track_caller]
fn columns(range: &Value, line: usize) -> (usize, usize) {
    let column = |end: &str| {
        assert_eq!(range[end]["line"], line, "{range}");
        usize::try_from(range[end]["character"].as_u64().unwrap()).unwrap()
    };
    (column("start"), column("end"))
}

/// The line once `item` is accepted with the cursor at `at`: first the edits beside it, which move the cursor, then as many
/// characters before and behind it as the item replaces.
#[track_caller]
fn accepted(text: &str, line: usize, at: usize, item: &Value) -> String {
    let (start, end) = columns(&item["textEdit"]["range"], line);
    let mut units: Vec<u16> = text.encode_utf16().collect();
    let mut cursor = at;
    for edit in item["additionalTextEdits"].as_array().into_iter().flatten() {
        let (from, to) = columns(&edit["range"], line);
        assert!(to <= start || from > end, "the edit beside it is apart: {item}");
        let new: Vec<u16> = edit["newText"].as_str().unwrap().encode_utf16().collect();
        cursor = if to <= cursor { cursor + new.len() - (to - from) } else { cursor };
        units.splice(from..to, new);
    }
    let new = item["textEdit"]["newText"].as_str().unwrap();
    let new = if item["insertTextFormat"] == 2 { new.replace('\\', "") } else { new.to_owned() };
    units.splice(cursor - (at - start)..cursor + (end - at), new.encode_utf16());
    String::from_utf16(&units).unwrap()
}

#[test]
fn plugins_that_match_by_themselves_get_what_they_can_take() {
    let vault = Vault::new(&[
        ("a.md", ""),
        ("tide.md", "## Neap $tide\ntext ^low\n\n#harbor\n"),
        ("spring_tides.md", "---\ntitle: Spring tides\naliases: [Springs]\n---\n"),
        ("c#.md", ""),
        ("img/tide.png", ""),
    ]);
    let a = vault.uri("a.md");
    for commits in [true, false] {
        let mut client = Client::start_with(&[&vault], announced(commits));
        client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
        client.open(&a, "");
        for (drawn, label, becomes) in [
            ("see [[|", "tide", "see [[tide]]"),
            ("see [[tid|", "tide", "see [[tide]]"),
            ("see [[tid|]] on", "tide", "see [[tide]] on"),
            // In the middle of a target, all of it goes, also where a plugin would replace up to the cursor only.
            ("see [[ti|dal wave]] on", "tide", "see [[tide]] on"),
            ("\u{e9}\u{1f30a} [[tid|", "tide", "\u{e9}\u{1f30a} [[tide]]"),
            // Words, of which they take the last for what is typed.
            ("see [[spring t|", "Spring tides", "see [[spring_tides]]"),
            ("see [[SPRI|", "Spring tides", "see [[spring_tides]]"),
            ("see [[prngs|", "Springs", "see [[spring_tides|Springs]]"),
            ("[[c|", "c#", "[c#](c%23.md)"),
            ("[[tide#ne|", "Neap $tide", "[[tide#Neap $tide]]"),
            ("[[tide#^l|", "^low", "[[tide#^low]]"),
            ("[x](ti|) on", "tide", "[x](tide.md) on"),
            ("![[tide.p|", "tide.png", "![[tide.png]]"),
            ("a #har|", "harbor", "a #harbor"),
        ] {
            let (before, after) = drawn.split_once('|').unwrap();
            let text = format!("{before}{after}");
            client.set(&a, &text);
            let at = before.encode_utf16().count();
            let params = json!({
                "textDocument": {"uri": a},
                "position": {"line": 0, "character": at},
                "context": {"triggerKind": 3}, // asked again, since the list was not complete
            });
            let found = client.request("textDocument/completion", params);
            assert!(
                !before.contains("[[") || before.contains('#') || found["isIncomplete"] == true,
                "{drawn}"
            );
            let items = found["items"].as_array().unwrap();
            for item in items {
                let (start, end) = columns(&item["textEdit"]["range"], 0);
                assert!(start <= at && at <= end, "{drawn}: the cursor is in {item}");
                let units: Vec<u16> = text.encode_utf16().collect();
                let typed = String::from_utf16(&units[start..at]).unwrap();
                // What is matched begins with what is typed, so none is filtered out and all match equally well.
                assert!(item["filterText"].as_str().unwrap().starts_with(&typed), "{drawn}: {item}");
                assert!(!item["label"].as_str().unwrap().contains('\n'), "{item}");
                assert!(commits || item.get("commitCharacters").is_none(), "{item}");
                accepted(&text, 0, at, item);
            }
            let order: Vec<_> = items.iter().map(|item| item["sortText"].as_str().unwrap()).collect();
            assert!(order.is_sorted(), "{drawn}: {order:?}");
            let item = items.iter().find(|item| item["label"] == label);
            let item = item.unwrap_or_else(|| panic!("{drawn}: {found:#}"));
            assert_eq!(accepted(&text, 0, at, item), becomes, "{drawn}: {item:#}");
            // They go on with what comes back when it is resolved.
            let resolved = client.request("completionItem/resolve", item.clone());
            for (part, value) in item.as_object().unwrap() {
                assert_eq!(&resolved[part], value, "{drawn}: {part}");
            }
        }
    }
}
