//! Open documents, and what becomes of their diagnostics and answers.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, position};

/// Keys that come back to back are applied in order, and the answer is for the last of them.
#[test]
fn a_burst_of_edits_is_applied_in_order() {
    let vault = Vault::new(&[("a.md", ""), ("note_199.md", "# The last\n")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&a, "");
    for n in 0..200 {
        // Each edit stands where the one before has put it.
        client.edit(&a, (n, 0), (n, 0), &format!("[[note_{n}]]\n"));
    }
    let hover = client.ask("textDocument/hover", position(&a, 199, 4));
    let jump = client.ask("textDocument/definition", position(&a, 199, 4));
    let earlier = client.ask("textDocument/definition", position(&a, 198, 4));
    let complete = client.ask("textDocument/completion", position(&a, 199, 10));
    assert!(client.answer(hover)["result"]["contents"]["value"].as_str().unwrap().contains("The last"));
    assert!(client.answer(jump)["result"][0]["targetUri"].as_str().unwrap().ends_with("/note_199.md"));
    assert_eq!(client.answer(earlier)["result"], Value::Null, "there is no note_198");
    let items = client.answer(complete)["result"]["items"].clone();
    assert_eq!(items[0]["textEdit"]["range"]["start"], json!({"line": 199, "character": 2}));
    // Every link but the last is broken; while the vault is still being read, none is called so.
    client.codes_when(&a, |codes| codes.len() == 199);
    assert_eq!(client.diagnostics[&a]["version"], 201);
}

/// Answers come as soon as they can: about a short note before one about a long one that is being read.
#[test]
fn a_long_note_holds_up_no_other() {
    let vault = Vault::new(&[("short.md", "[[target]]\n"), ("long.md", ""), ("target.md", "# Target\n")]);
    let (short, long) = (vault.uri("short.md"), vault.uri("long.md"));
    let mut client = Client::start(&vault);
    client.open(&short, "[[target]]\n");
    client.codes_when(&short, <[String]>::is_empty);
    let marks = 100_000;
    client.open(
        &long,
        &format!("[[target]]\n\n{}\n{}", "- ".repeat(marks), "=\n[a]: target.md\n".repeat(marks)),
    );
    client.edit(&long, (0, 0), (0, 0), "[[gone]] ");
    let about_long = client.ask("textDocument/hover", position(&long, 0, 12));
    let about_short = client.ask("textDocument/hover", position(&short, 0, 4));
    let answer = client.answer(about_short);
    assert!(answer["result"]["contents"]["value"].as_str().unwrap().contains("Target"), "{answer}");
    assert!(!client.is_answered(about_long) && !client.diagnostics.contains_key(&long));
    let answer = client.answer(about_long);
    assert!(answer["result"]["contents"]["value"].as_str().unwrap().contains("Target"), "{answer}");
    client.codes_when(&long, |codes| codes == ["broken-link"]);
}

/// A client shows several definitions in an order of its own, so there is one; the rest have a request.
#[test]
fn of_an_ambiguous_link_the_best_is_the_definition_and_all_are_implementations() {
    let vault = Vault::new(&[("a.md", "[[same]]\n"), ("y/same.md", ""), ("x/same.md", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&a, "[[same]]\n");
    client.codes_when(&a, |codes| codes == ["ambiguous-link"]);
    let uris = |found: Value| -> Vec<String> {
        let uri = |place: &Value| place["targetUri"].as_str().or(place["uri"].as_str()).unwrap().to_owned();
        found.as_array().unwrap().iter().map(uri).collect()
    };
    let (best, other) = (vault.uri("x/same.md"), vault.uri("y/same.md"));
    assert_eq!(uris(client.at("textDocument/definition", &a, 0, 3)), [best.as_str()]);
    assert_eq!(uris(client.at("textDocument/implementation", &a, 0, 3)), [best, other]);
}

#[test]
fn an_open_buffer_wins_over_its_file_until_it_is_closed() {
    let vault = Vault::new(&[("a.md", "[[b#One]]\n"), ("b.md", "# One\n")]);
    let (a, b) = (vault.uri("a.md"), vault.uri("b.md"));
    let mut client = Client::start(&vault);
    client.open(&a, "[[b#One]]\n");
    assert!(client.current(&a).as_array().unwrap().is_empty());
    client.open(&b, "# Two\n");
    client.codes_when(&a, |codes| codes == ["broken-heading"]);
    vault.write("b.md", "# One\n\nagain\n");
    vault.write("c.md", "");
    client.set(&a, "[[b#One]] [[c]]\n");
    // The other file is noticed, so this one would be too.
    client.codes_when(&a, |codes| codes == ["broken-heading"]);
    client.close(&b);
    client.codes_when(&a, <[String]>::is_empty);
}

/// What was only ever in a buffer goes with it.
#[test]
fn a_note_that_was_never_saved_goes_when_it_is_closed() {
    let vault = Vault::new(&[("a.md", "")]);
    let (a, new) = (vault.uri("a.md"), vault.uri("new.md"));
    let mut client = Client::start(&vault);
    client.open(&a, "[[new]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    client.open(&new, "[[gone]]\n");
    client.codes_when(&a, <[String]>::is_empty);
    client.codes_when(&new, |codes| codes == ["broken-link"]);
    client.close(&new);
    client.codes_when(&new, <[String]>::is_empty);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
}

#[test]
fn documents_that_are_no_files_stay_out() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open("untitled:Untitled-1", "---\ntitle: draft\n---\n[[a]] [[gone]]\n");
    client.open(&a.replace("file:", "git:"), "---\ntitle: old\n---\n[[gone]]\n");
    client.open(&a, "[[draft]] [[old]] [[b]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link", "broken-link"]);
    assert_eq!(client.definition("untitled:Untitled-1", 3, 3), [""; 0]);
    client.edit("untitled:Untitled-1", (0, 0), (0, 0), "x");
    client.close("untitled:Untitled-1");
    client.sync();
    assert_eq!(client.diagnostics.keys().collect::<Vec<_>>(), [&a]);
}

#[test]
fn edits_that_no_client_should_send_do_no_harm() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let (a, b) = (vault.uri("a.md"), vault.uri("b.md"));
    let mut client = Client::start(&vault);
    // A change, a save and a close of what is not open.
    client.edit(&b, (0, 0), (0, 0), "[[gone]]");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": b}}));
    client.close(&b);
    client.open(&a, "first\n");
    client.open(&a, "[[b]]\n");
    client.edit(&a, (0, 3), (0, 1), "reversed: left out");
    client.edit(&a, (7, 7), (9, 9), "[[gone]]");
    client.edit(&a, (0, 4000), (0, u32::MAX), " end");
    client.change(&a, json!([]));
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let found = &client.diagnostics[&a]["diagnostics"][0]["range"];
    assert_eq!(*found, json!({"start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 6}}));
    assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
    assert_eq!(client.shutdown(), 0);
}

/// Nothing is said about what is being typed until the edit moves away, or the note is saved.
#[test]
fn what_is_being_typed_is_left_alone() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let (a, b) = (vault.uri("a.md"), vault.uri("b.md"));
    let mut client = Client::start(&vault);
    // Once this link is told of, the vault has been read, and the next one would be told of too.
    let line = "one [[nowhere]] ";
    let at = u32::try_from(line.len()).unwrap();
    client.open(&a, &format!("---\nvideoId: x\n---\n{line}\n\ntwo\n"));
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    for (typed, finding) in [
        ("[[tide", "unclosed-link"),
        ("[[tide]]", "broken-link"),
        ("[tide](tide.md)", "broken-link"),
        ("![[tide.png]]", "broken-file"),
        ("[[nowhere#tide|alias]]", "broken-link"),
        ("<a class=\"yt-timestamp\" data-t=\"0:01\">[00:0", "malformed-timestamp"),
    ] {
        for (column, key) in (at..).zip(typed.chars()) {
            client.edit(&a, (3, column), (3, column), &key.to_string());
            client.current(&a);
            assert_eq!(client.codes(&a).unwrap(), ["broken-link"], "{typed} after {key}");
        }
        let end = at + u32::try_from(typed.len()).unwrap();
        let told = |codes: &[String]| codes.len() == 2 && codes.iter().any(|code| code == finding);
        // An edit elsewhere in the note, a save, an edit of another note.
        client.edit(&a, (5, 3), (5, 3), "!");
        client.current(&a);
        assert!(told(&client.codes(&a).unwrap()), "{typed}: {:?}", client.codes(&a));
        client.edit(&a, (3, end - 1), (3, end), "");
        client.edit(&a, (3, end - 1), (3, end - 1), &typed[typed.len() - 1..]);
        client.current(&a);
        assert_eq!(client.codes(&a).unwrap(), ["broken-link"], "{typed} again");
        client.notify("textDocument/didSave", json!({"textDocument": {"uri": a}}));
        client.codes_when(&a, told);
        client.edit(&a, (3, end - 1), (3, end), "");
        client.edit(&a, (3, end - 1), (3, end - 1), &typed[typed.len() - 1..]);
        client.current(&a);
        assert_eq!(client.codes(&a).unwrap(), ["broken-link"], "{typed} for the third time");
        client.open(&b, "");
        client.edit(&b, (0, 0), (0, 0), "x");
        client.codes_when(&a, told);
        client.close(&b);
        client.edit(&a, (3, at), (3, end), "");
    }
    // An editor that pairs brackets has the cursor between them.
    for (column, pair) in [(at, "[]"), (at + 1, "[]"), (at + 2, "t")] {
        client.edit(&a, (3, column), (3, column), pair);
        client.current(&a);
        assert_eq!(client.codes(&a).unwrap(), ["broken-link"], "{pair}");
    }
}

#[test]
fn actions_and_links_are_offered_as_the_client_takes_them() {
    let note = "---\nvideoId: PdiSU9-Fge4\n---\n[[nearest_nam]] <a class=\"yt-timestamp\" data-t=\"00:00:04\">[00:00:04]</a>\n";
    let vault = Vault::new(&[("a.md", note), ("nearest_name.md", "")]);
    let a = vault.uri("a.md");
    let range = json!({"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 4}});
    let params = json!({"textDocument": {"uri": a}, "range": range, "context": {"diagnostics": []}});
    let titles = |actions: &Value| -> Vec<String> {
        actions
            .as_array()
            .unwrap()
            .iter()
            .map(|action| action["title"].as_str().unwrap().to_owned())
            .collect()
    };

    let mut client = Client::start(&vault);
    client.open(&a, note);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let actions = client.request("textDocument/codeAction", params.clone());
    let nearest = &actions[0];
    assert_eq!(nearest["edit"]["documentChanges"][0]["edits"][0]["newText"], "nearest_name", "{nearest:#}");
    assert_eq!(nearest["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    assert_eq!(nearest["diagnostics"][0]["code"], "broken-link");
    let create = |action: &&Value| action["edit"]["documentChanges"][0]["kind"] == "create";
    let created = actions.as_array().unwrap().iter().find(create).unwrap();
    assert_eq!(created["edit"]["documentChanges"][0]["uri"], json!(vault.uri("nearest_nam.md")));
    let links = client.request("textDocument/documentLink", json!({"textDocument": {"uri": a}}));
    assert_eq!(links[0]["target"], "https://www.youtube.com/watch?v=PdiSU9-Fge4&t=4s");
    let mut only = params.clone();
    only["context"]["only"] = json!(["source.organizeImports"]);
    assert_eq!(client.request("textDocument/codeAction", only), Value::Null);

    assert_eq!(created["command"], Value::Null);

    // One that says that it can open a new note is told to.
    let mut with = capabilities();
    with["experimental"] = json!({"commands": {"commands": ["slugline.editor.openNote"]}});
    let mut client = Client::start_with(&[&vault], with);
    client.open(&a, note);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let actions = client.request("textDocument/codeAction", params.clone());
    let opening = actions.as_array().unwrap().iter().filter(|action| !action["command"].is_null());
    let opening: Vec<_> = opening.collect();
    assert_eq!(opening.len(), 1, "{actions:#}");
    assert_eq!(opening[0]["edit"]["documentChanges"][0]["kind"], "create");
    assert_eq!(opening[0]["command"]["command"], "slugline.editor.openNote");
    assert_eq!(opening[0]["command"]["arguments"], json!([{"uri": vault.uri("nearest_nam.md")}]));

    // A client that cannot make files is not offered what would.
    let mut with = capabilities();
    with["workspace"]["workspaceEdit"] = json!({});
    let mut client = Client::start_with(&[&vault], with);
    client.open(&a, note);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    let fewer = client.request("textDocument/codeAction", params);
    assert_eq!(titles(&fewer).len() + 1, titles(&actions).len(), "{fewer:#}");
    assert!(fewer[0]["edit"]["changes"][&a].is_array(), "{fewer:#}");
}

#[test]
fn a_completion_can_be_resolved() {
    let vault = Vault::new(&[("a.md", ""), ("sub/some_note.md", "# Some title\n\nIts text.\n")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&a, "see [[some\n");
    let found = client.request("textDocument/completion", position(&a, 0, 10));
    // Its label is the title once that has been read.
    let is_it = |item: &&Value| item["data"]["note"] == "sub/some_note.md";
    let item = found["items"].as_array().unwrap().iter().find(is_it).unwrap().clone();
    assert!(item.get("documentation").is_none());
    let resolved = client.request("completionItem/resolve", item);
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("Its text."), "{resolved:#}");
    assert_eq!(
        client.request("completionItem/resolve", json!({"label": "of another server"}))["label"],
        "of another server"
    );
}

/// Each kind of item, and the edits beside the one at the cursor, as an editor gets them.
#[test]
fn completions_are_what_editors_take() {
    let vault = Vault::new(&[
        ("a.md", ""),
        ("c#.md", "#harbor [[not_written]]\n"),
        ("tide.md", ""),
        ("tide.png", ""),
    ]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
    client.open(&a, "");
    for (text, label, kind, detail, inserted, also) in [
        ("[[tid", "tide", 17, "tide.md", "tide]]", Value::Null),
        ("[[not", "not_written", 1, "not created yet, 1 backlink", "not_written]]", Value::Null),
        ("[[c", "c#", 17, "c#.md", "[c#](c%23.md)", json!([[0, 2]])),
        ("[x](tide.p", "tide.png", 17, "", "tide.png)", Value::Null),
        ("#har", "harbor", 14, "1 note", "harbor", Value::Null),
        ("---\nti", "title", 10, "title of the note", "title: ", Value::Null),
    ] {
        client.set(&a, text);
        let (line, last) = (text.matches('\n').count(), text.rsplit('\n').next().unwrap());
        let at = position(&a, line.try_into().unwrap(), last.len().try_into().unwrap());
        let found = client.request("textDocument/completion", at);
        let item = &found["items"][0];
        assert_eq!((&item["label"], &item["kind"]), (&json!(label), &json!(kind)), "{text}: {found:#}");
        assert_eq!(item["labelDetails"]["description"].as_str().unwrap_or(""), detail, "{text}");
        assert_eq!(item["textEdit"]["newText"], inserted, "{text}");
        let removed = item["additionalTextEdits"].as_array().map(|edits| {
            let place = |edit: &Value| {
                assert_eq!(edit["newText"], "", "{text}");
                json!([edit["range"]["start"]["character"], edit["range"]["end"]["character"]])
            };
            edits.iter().map(place).collect::<Value>()
        });
        assert_eq!(removed.unwrap_or(Value::Null), also, "{text}");
    }
}

/// Of two documents of one file the text of one holds for other notes; each has answers about its own.
#[cfg(unix)]
#[test]
fn a_note_may_be_open_under_two_names() {
    let vault = Vault::new(&[("a.md", "# Disk\n"), ("b.md", ""), ("summer_tides.md", "")]);
    std::os::unix::fs::symlink("a.md", vault.path("link.md")).unwrap();
    let (a, b, link) = (vault.uri("a.md"), vault.uri("b.md"), vault.uri("link.md"));
    let mut client = Client::start(&vault);
    client.open(&b, "[[a#Buffer]] [[a#Alias]] [[a#Disk]]\n");
    let broken = |client: &mut Client, headings: &[&str]| {
        let found = |client: &Client| {
            let found = client.diagnostics.get(&b)?["diagnostics"].as_array()?;
            let is_said = |heading: &&str| found.iter().any(|found| found.to_string().contains(heading));
            (found.len() == headings.len() && headings.iter().all(is_said)).then_some(())
        };
        // Nothing is on its way that would change it.
        client.sync();
        client.until("the broken links", found);
    };
    client.open(&a, "# Buffer\n[[b]]\n");
    broken(&mut client, &["Alias", "Disk"]);
    client.open(&link, "[[sumer_tides]] [[b]]\n");
    client.codes_when(&link, |codes| codes == ["broken-link"]);
    broken(&mut client, &["Alias", "Disk"]);
    // Each document has its own places.
    assert_eq!(client.definition(&link, 0, 18), ["b.md"]);
    assert_eq!(client.definition(&a, 1, 3), ["b.md"]);
    let range = json!({"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 3}});
    let wanted = json!({"textDocument": {"uri": link}, "range": range, "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", wanted).to_string();
    assert!(actions.contains("summer_tides") && !actions.contains(&a), "{actions}");
    client.close(&link);
    broken(&mut client, &["Alias", "Disk"]);
    // What is edited last holds, and ends with its document.
    client.open(&link, "# Disk\n");
    client.set(&link, "# Alias\n");
    broken(&mut client, &["Buffer", "Disk"]);
    client.close(&link);
    broken(&mut client, &["Alias", "Disk"]);
    client.close(&a);
    broken(&mut client, &["Buffer", "Alias"]);
    assert_eq!(client.shutdown(), 0);
}
