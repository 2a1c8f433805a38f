//! Random incremental edits of multi-byte text leave what a fresh server sees.
use serde_json::{Value, json};

use crate::client::{Client, Random, Vault, capabilities, pulling};

/// What edits are made of: links, timestamps, every width of character, every line end.
const PIECES: &[&str] = &[
    "a",
    "é",
    "e\u{301}",
    "😀",
    "👩\u{200d}👧",
    "ß",
    "\u{2028}",
    "\n",
    "\r\n",
    "\r",
    " ",
    "[",
    "]",
    "[[",
    "]]",
    "|",
    "#",
    "^",
    "[[b]]",
    "[[gone]]",
    "[[b#One|x]]",
    "[[😀]]",
    "# ",
    "- ",
    "`",
    "$",
    "%%",
    "<!--",
    "-->",
    "```\n",
    "---\n",
    "|a|b|\n|-|-|\n",
    "<a class=\"yt-timestamp\" data-t=\"00:01:02\">[00:01:02]</a>",
    "[00:04:32]",
    "[^1]",
    "[^1]: x",
    "^id",
    "#tag",
];

fn width(encoding: &str, c: char) -> usize {
    match encoding {
        "utf-8" => c.len_utf8(),
        "utf-16" => c.len_utf16(),
        _ => 1,
    }
}

/// The protocol's position of a character, counted from the definition: by walking the text.
fn position(text: &[char], at: usize, encoding: &str) -> Value {
    let (mut line, mut character) = (0, 0);
    for i in 0..at {
        match text[i] {
            '\n' => (line, character) = (line + 1, 0),
            '\r' if text.get(i + 1) != Some(&'\n') => (line, character) = (line + 1, 0),
            '\r' => {}
            c => character += width(encoding, c),
        }
    }
    json!({"line": line, "character": character})
}

/// What the server says about the links of an open text.
fn links(client: &mut Client, uri: &str, text: &[char], encoding: &str) -> Vec<Value> {
    let mut found = vec![client.request("textDocument/documentLink", json!({"textDocument": {"uri": uri}}))];
    for at in (0..text.len()).filter(|&at| text[at] == '[') {
        let params = json!({"textDocument": {"uri": uri}, "position": position(text, at, encoding)});
        found.push(client.request("textDocument/definition", params));
    }
    found
}

#[test]
fn random_edits_in_every_encoding_leave_what_a_fresh_server_sees() {
    for (encoding, seed) in
        [("utf-8", 88_172_645_463_325_252), ("utf-16", 99_194_853), ("utf-32", 362_436_069)]
    {
        let vault = Vault::new(&[("a.md", ""), ("b.md", "# One\n")]);
        let a = vault.uri("a.md");
        // One of them asks for diagnostics, the others are sent them.
        let pulls = encoding == "utf-16";
        let mut with = if pulls { pulling() } else { capabilities() };
        with["general"]["positionEncodings"] = json!([encoding]);
        let mut client = Client::start_with(&[&vault], with.clone());
        let (mut random, mut text) = (Random(seed), Vec::<char>::new());
        client.open(&a, "");
        for _ in 0..10_000 {
            // A text that stays of one size is edited everywhere.
            let start = random.below(text.len() + 1);
            let most = if text.len() > 2_000 { 60 } else { 6 };
            let mut end = (start + random.below(most)).min(text.len());
            let mut start = start;
            // No position stands between `\r` and `\n`.
            while start > 0 && start < text.len() && text[start] == '\n' && text[start - 1] == '\r' {
                start -= 1;
            }
            while end > 0 && end < text.len() && text[end] == '\n' && text[end - 1] == '\r' {
                end += 1;
            }
            let new = PIECES[random.below(PIECES.len())];
            let range =
                json!({"start": position(&text, start, encoding), "end": position(&text, end, encoding)});
            client.change(&a, json!([{"range": range, "text": new}]));
            text.splice(start..end, new.chars());
        }
        client.notify("textDocument/didSave", json!({"textDocument": {"uri": a}}));

        with["textDocument"]["diagnostic"] = Value::Null;
        let mut fresh = Client::start_with(&[&vault], with);
        fresh.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
        fresh.open(&a, &text.iter().collect::<String>());
        let expected = fresh.current(&a);
        assert!(expected.as_array().unwrap().len() > 5, "{encoding}: {expected:#}");
        assert_eq!(
            links(&mut client, &a, &text, encoding),
            links(&mut fresh, &a, &text, encoding),
            "{encoding}"
        );
        if pulls {
            client.until_pulled(&a, &expected);
            assert!(client.diagnostics.is_empty(), "nothing is told twice");
            continue;
        }
        // An unfinished link is told of only after the save.
        client.until(&format!("what a fresh server finds in {encoding}"), |client| {
            (client.diagnostics.get(&a)?["diagnostics"] == expected).then_some(())
        });
    }
}
