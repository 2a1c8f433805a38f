//! Diagnostics for clients that ask for them: of a document, and of all notes.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, pulling};

/// The report of a document.
fn pull(client: &mut Client, uri: &str, previous: &Value) -> Value {
    let mut params = json!({"textDocument": {"uri": uri}, "identifier": "slugline"});
    if !previous.is_null() {
        params["previousResultId"] = previous.clone();
    }
    client.request("textDocument/diagnostic", params)
}

fn codes(report: &Value) -> Vec<&str> {
    report["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap()).collect()
}

fn pull_all(client: &mut Client, previous: &[(String, Value)], token: &str) -> i64 {
    let previous = previous.iter().map(|(uri, id)| json!({"uri": uri, "value": id})).collect::<Vec<_>>();
    let params = json!({"previousResultIds": previous, "partialResultToken": token});
    client.ask("workspace/diagnostic", params)
}

/// The last report of each note.
type Shown = Vec<(String, Value)>;

/// What has been streamed with a token: of each note the last report.
fn streamed(client: &Client, token: &str) -> Shown {
    let mut found: Shown = Vec::new();
    let parts = client.received.iter().filter(|message| message["params"]["token"] == token);
    for report in parts.flat_map(|part| part["params"]["value"]["items"].as_array().unwrap()) {
        let uri = report["uri"].as_str().unwrap();
        found.retain(|(own, _)| own != uri);
        found.push((uri.to_owned(), report.clone()));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn ids(found: &Shown) -> Shown {
    found.iter().map(|(uri, report)| (uri.clone(), report["resultId"].clone())).collect()
}

fn is_refresh(message: &Value) -> bool {
    message["method"] == "workspace/diagnostic/refresh"
}

#[test]
fn a_document_is_asked_about_and_nothing_is_sent_unasked() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "# One\n"), ("c.md", "[[gone]]\n")]);
    let mut client = Client::start_with(&[&vault], pulling());
    let a = vault.uri("a.md");
    client.open(&a, "[[gone]] [[b#Two]]\n");
    let first = pull(&mut client, &a, &Value::Null);
    // Before all is read too little is said, and then there is a refresh: here, mostly, all is read.
    client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
    let full = pull(&mut client, &a, &Value::Null);
    assert_eq!(
        (&full["kind"], codes(&full)),
        (&json!("full"), vec!["broken-link", "broken-heading"]),
        "{first}"
    );
    let again = pull(&mut client, &a, &full["resultId"]);
    assert_eq!(again, json!({"kind": "unchanged", "resultId": full["resultId"]}));
    // What the client has sent before is answered for.
    client.set(&a, "[[b#One]]\n");
    let fixed = pull(&mut client, &a, &full["resultId"]);
    assert_eq!((&fixed["kind"], &fixed["items"]), (&json!("full"), &json!([])));
    // One that is not open is asked about, too, and one that is no note has nothing wrong.
    assert_eq!(codes(&pull(&mut client, &vault.uri("c.md"), &Value::Null)), ["broken-link"]);
    assert_eq!(pull(&mut client, "untitled:x", &Value::Null)["items"], json!([]));
    assert!(client.diagnostics.is_empty(), "{:?}", client.diagnostics);
}

/// A change in one note that breaks a link of another one comes with the answer about the first, or with a
/// word to ask again.
#[test]
fn what_changes_elsewhere_comes_along() {
    for (related, refresh) in [(true, false), (false, true)] {
        let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
        let mut with = pulling();
        with["textDocument"]["diagnostic"]["relatedDocumentSupport"] = json!(related);
        with["workspace"]["diagnostics"]["refreshSupport"] = json!(refresh);
        let mut client = Client::start_with(&[&vault], with);
        client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
        let (a, b) = (vault.uri("a.md"), vault.uri("b.md"));
        client.open(&a, "[[b#One]]\n");
        client.open(&b, "# One\n");
        let before = pull(&mut client, &a, &Value::Null);
        assert_eq!(before["items"], json!([]));
        pull(&mut client, &b, &Value::Null);
        client.received.clear();
        client.edit(&b, (0, 2), (0, 5), "Two");
        if related {
            let report = loop {
                let report = pull(&mut client, &b, &Value::Null);
                if !report["relatedDocuments"].is_null() {
                    break report;
                }
            };
            assert_eq!(codes(&report["relatedDocuments"][&a]), ["broken-heading"]);
            // Once is enough.
            assert!(pull(&mut client, &b, &Value::Null)["relatedDocuments"].is_null());
        } else {
            client.until_received("a refresh", is_refresh);
            assert_eq!(codes(&pull(&mut client, &a, &before["resultId"])), ["broken-heading"]);
        }
    }
}

/// What is being typed is not judged; once it is saved, the client has to ask again.
#[test]
fn a_finding_that_waits_for_the_save_is_told_by_a_refresh() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut client = Client::start_with(&[&vault], pulling());
    client.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
    let a = vault.uri("a.md");
    client.open(&a, "[[]]\n");
    pull(&mut client, &a, &Value::Null);
    client.edit(&a, (0, 2), (0, 2), "gone");
    let typing = pull(&mut client, &a, &Value::Null);
    assert_eq!(typing["items"], json!([]));
    client.received.clear();
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": a}}));
    client.until_received("a refresh", is_refresh);
    assert_eq!(codes(&pull(&mut client, &a, &typing["resultId"])), ["broken-link"]);
}

/// Neovim 0.11 asks, but cannot be told that another note has changed: it would show what holds no longer.
#[test]
fn a_client_that_cannot_be_told_to_ask_again_is_sent_them() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut with = capabilities();
    with["textDocument"]["diagnostic"] = json!({"dynamicRegistration": false});
    let mut client = Client::spawn();
    let offers = client.initialize(&[&vault], with);
    assert_eq!(offers["capabilities"]["diagnosticProvider"], Value::Null);
    let a = vault.uri("a.md");
    client.open(&a, "[[gone]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
}

#[test]
fn all_open_notes_are_asked_about_and_the_answer_waits_for_a_change() {
    let vault = Vault::new(&[("a.md", "[[gone]]\n"), ("b.md", "[[gone]]\n")]);
    let mut client = Client::start_with(&[&vault], pulling());
    let a = vault.uri("a.md");
    client.open(&a, "[[gone]]\n");
    let first = client.request("workspace/diagnostic", json!({"previousResultIds": []}));
    let report = &first["items"][0];
    assert_eq!((first["items"].as_array().unwrap().len(), codes(report)), (1, vec!["broken-link"]));
    assert_eq!((&report["uri"], &report["version"]), (&json!(a), &json!(1)));
    assert_eq!(report["resultId"], pull(&mut client, &a, &Value::Null)["resultId"]);

    let shown = vec![(a.clone(), report["resultId"].clone())];
    let held = pull_all(&mut client, &shown, "second");
    client.sync();
    client.until_idle();
    assert!(!client.is_answered(held));
    client.set(&a, "");
    assert_eq!(client.answer(held)["result"], json!({"items": []}));
    assert_eq!(streamed(&client, "second")[0].1["items"], json!([]));

    // One that is cancelled is over, and so is one at the end of the session.
    let shown = ids(&streamed(&client, "second"));
    let held = pull_all(&mut client, &shown, "third");
    client.notify("$/cancelRequest", json!({"id": held}));
    assert_eq!(client.answer(held)["error"]["code"], -32800);
    let held = pull_all(&mut client, &shown, "fourth");
    client.request("shutdown", Value::Null);
    assert_eq!(client.answer(held)["result"], json!({"items": []}));
}

/// With the setting, all notes; each answer tells what has changed since the one before.
#[test]
fn all_notes_are_asked_about_where_the_setting_says_so() {
    let texts: Vec<_> =
        (0..200).map(|n| (format!("n{n}.md"), format!("[[gone{n}]] [[hub#One]]\n"))).collect();
    let mut files: Vec<_> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.extend([("hub.md", "# One\n"), (".slugline.toml", "workspace_diagnostics = true\n")]);
    let vault = Vault::new(&files);
    let mut client = Client::start_with(&[&vault], pulling());
    let first = pull_all(&mut client, &[], "first");
    client.answer(first);
    let mut shown = streamed(&client, "first");
    assert_eq!(shown.len(), 200);
    assert!(shown.iter().all(|(_, report)| codes(report) == ["broken-link"] && report["version"].is_null()));

    /// The next answer, and what the client shows then.
    fn next(client: &mut Client, shown: &mut Shown, token: &str, change: impl FnOnce(&mut Client)) {
        let held = pull_all(client, &ids(shown), token);
        client.sync();
        change(client);
        client.answer(held);
        for (uri, report) in streamed(client, token) {
            shown.retain(|(own, _)| *own != uri);
            shown.push((uri, report));
        }
    }
    // By another program: the note itself, one that others depend on, one that goes.
    next(&mut client, &mut shown, "changed", |_| vault.write("n7.md", "fine\n"));
    assert_eq!(streamed(&client, "changed").len(), 1);
    let of = |shown: &Shown, path: &str| {
        let uri = vault.uri(path);
        shown.iter().find(|(own, _)| *own == uri).map(|(_, report)| codes(report).join(" "))
    };
    assert_eq!(of(&shown, "n7.md").as_deref(), Some(""));
    let mut token = 0;
    let mut until =
        |client: &mut Client, shown: &mut Shown, change: &dyn Fn(), done: &dyn Fn(&Shown) -> bool| {
            change();
            while !done(shown) {
                token += 1;
                next(client, shown, &format!("until {token}"), |_| {});
            }
        };
    until(&mut client, &mut shown, &|| vault.write("hub.md", "# Two\n"), &|shown| {
        of(shown, "n8.md").as_deref() == Some("broken-link broken-heading")
            && of(shown, "n199.md").as_deref() == Some("broken-link broken-heading")
    });
    until(&mut client, &mut shown, &|| std::fs::remove_file(vault.path("n9.md")).unwrap(), &|shown| {
        of(shown, "n9.md").as_deref() == Some("")
    });
    // In the editor.
    let n1 = vault.uri("n1.md");
    next(&mut client, &mut shown, "opened", |client| client.open(&n1, "[[hub]]\n"));
    assert_eq!(of(&shown, "n1.md").as_deref(), Some(""));
    next(&mut client, &mut shown, "closed", |client| client.close(&n1));
    assert_eq!(of(&shown, "n1.md").as_deref(), Some("broken-link broken-heading"));
    // Without the setting only what is open is left.
    until(&mut client, &mut shown, &|| vault.write(".slugline.toml", ""), &|shown| {
        shown.iter().all(|(_, report)| report["items"] == json!([]))
    });
    assert!(client.diagnostics.is_empty());
}

/// Where the code leads and what goes with it, as far as the client takes them.
#[test]
fn a_diagnostic_leads_to_its_explanation() {
    let vault = Vault::new(&[("a.md", "")]);
    for supported in [true, false] {
        let mut with = capabilities();
        with["textDocument"]["publishDiagnostics"]["codeDescriptionSupport"] = json!(supported);
        with["textDocument"]["publishDiagnostics"]["dataSupport"] = json!(supported);
        let mut client = Client::start_with(&[&vault], with);
        let a = vault.uri("a.md");
        client.open(&a, "[[gone]]\n");
        client.codes_when(&a, |codes| codes == ["broken-link"]);
        let found = client.current(&a)[0].clone();
        if supported {
            let href = found["codeDescription"]["href"].as_str().unwrap();
            assert!(href.ends_with("/docs/diagnostics.md#broken-link"), "{href}");
            assert_eq!(found["data"], json!({"text": "gone", "fixes": [], "unwritten": true}));
        } else {
            assert_eq!((&found["codeDescription"], &found["data"]), (&Value::Null, &Value::Null));
        }
    }
}

/// Which names there are to look for is found out behind the first answer; of closed notes as well.
#[test]
fn mentions_in_notes_that_are_not_open_are_told() {
    let settings = "workspace_diagnostics = true\nseverity = { unlinked-mention = \"hint\" }\n";
    let files =
        [(".slugline.toml", settings), ("a.md", "Of big topic much is said.\n"), ("big_topic.md", "")];
    let vault = Vault::new(&files);
    let mut client = Client::start_with(&[&vault], pulling());
    let mut shown: Shown = Vec::new();
    for turn in 0.. {
        let token = format!("turn {turn}");
        let held = pull_all(&mut client, &ids(&shown), &token);
        client.answer(held);
        for (uri, report) in streamed(&client, &token) {
            shown.retain(|(own, _)| *own != uri);
            shown.push((uri, report));
        }
        if shown
            .iter()
            .any(|(uri, report)| *uri == vault.uri("a.md") && codes(report) == ["unlinked-mention"])
        {
            break;
        }
    }
}

/// What a client lists when it is told to: all there is now, whether it is sent diagnostics or asks for them, and
/// whatever the setting says.
#[test]
fn all_notes_are_asked_about_once() {
    let files = [
        (".slugline.toml", "severity = { unlinked-mention = \"hint\" }\n"),
        ("a.md", "[[gone]]\n"),
        ("big_topic.md", "[[a]]\n"),
        ("c.md", ""),
        ("d.md", "Of big topic much is said.\n"),
    ];
    let vault = Vault::new(&files);
    for with in [capabilities(), pulling()] {
        let mut client = Client::start_with(&[&vault], with);
        let c = vault.uri("c.md");
        client.open(&c, "[[a#Nothing]]\n");
        let params = json!({"previousResultIds": [], "identifier": "slugline.all"});
        let report = client.request("workspace/diagnostic", params);
        let found = report["items"].as_array().unwrap().iter();
        let found: Vec<_> = found.map(|it| (&it["uri"], &it["version"], codes(it))).collect();
        let (a, d) = (json!(vault.uri("a.md")), json!(vault.uri("d.md")));
        let (none, one) = (Value::Null, json!(1));
        let expected = [
            (&a, &none, vec!["broken-link"]),
            (&json!(c), &one, vec!["broken-heading"]),
            (&d, &none, vec!["unlinked-mention"]),
        ];
        assert_eq!(found, expected);
    }
}
