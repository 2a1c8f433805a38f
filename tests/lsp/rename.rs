//! Renames: the edits and file operations that editors get, and what those get that take less.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

const NOTE: &str = "😀 [[big_topic|the topic]] and [x](sub/c.md)\n";

fn vault() -> Vault {
    Vault::new(&[
        ("a.md", NOTE),
        ("big_topic.md", "# Something\n"),
        ("sub/c.md", "[[big_topic]] [up](../a.md) ![p](p.png)\n"),
        ("sub/p.png", ""),
    ])
}

/// What an editor can do that takes everything.
fn all() -> Value {
    let mut with = capabilities();
    with["textDocument"]["rename"] = json!({"prepareSupport": true});
    with["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = json!({"groupsOnLabel": true});
    with
}

fn at(uri: &str, character: u32) -> Value {
    json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": character}})
}

fn rename(client: &mut Client, uri: &str, character: u32, name: &str) -> Value {
    let mut params = at(uri, character);
    params["newName"] = json!(name);
    client.request("textDocument/rename", params)
}

#[test]
fn a_note_is_renamed_with_its_file() {
    let vault = vault();
    let mut client = Client::start_with(&[&vault], all());
    let a = vault.uri("a.md");
    client.open(&a, NOTE);
    let prepared = client.request("textDocument/prepareRename", at(&a, 8));
    let range = json!({"start": {"line": 0, "character": 5}, "end": {"line": 0, "character": 14}});
    assert_eq!(prepared, json!({"range": range, "placeholder": "big_topic"}));

    let edit = rename(&mut client, &a, 8, "huge_thing");
    let operations = edit["documentChanges"].as_array().unwrap();
    assert_eq!(operations.len(), 3, "{edit:#}");
    assert_eq!(operations[0]["textDocument"], json!({"uri": a, "version": 1}));
    assert_eq!(
        operations[0]["edits"],
        json!([{"range": range, "newText": "huge_thing", "annotationId": "links"}])
    );
    assert_eq!(operations[1]["textDocument"], json!({"uri": vault.uri("sub/c.md"), "version": null}));
    assert_eq!(operations[2]["kind"], "rename");
    assert_eq!(operations[2]["newUri"], json!(vault.uri("huge_thing.md")));
    assert_eq!(edit["changeAnnotations"]["links"], json!({"label": "Update 2 links in 2 notes"}));
    assert_eq!(
        edit["changeAnnotations"]["file"],
        json!({"label": "Rename `big_topic.md` to `huge_thing.md`"})
    );
}

#[test]
fn the_text_of_an_open_note_counts_and_not_its_file() {
    let vault = vault();
    let mut client = Client::start_with(&[&vault], all());
    let c = vault.uri("sub/c.md");
    client.open(&c, "Not saved: [[big_topic]]\n");
    client.edit(&c, (0, 0), (0, 0), "> ");
    let edit = rename(&mut client, &c, 16, "huge");
    let own = edit["documentChanges"].as_array().unwrap();
    let own = own.iter().find(|own| own["textDocument"]["uri"] == json!(c)).unwrap();
    assert_eq!(own["textDocument"]["version"], 2);
    assert_eq!(own["edits"][0]["range"]["start"], json!({"line": 0, "character": 15}));
}

#[test]
fn an_editor_that_cannot_rename_files_is_told_why() {
    let vault = vault();
    let mut with = capabilities();
    with["workspace"]["workspaceEdit"] = json!({});
    let mut client = Client::start_with(&[&vault], with);
    let a = vault.uri("a.md");
    client.open(&a, NOTE);
    let mut params = at(&a, 8);
    params["newName"] = json!("x");
    let id = client.ask("textDocument/rename", params);
    let error = client.answer(id)["error"].clone();
    assert_eq!(error["message"], "this editor does not let a language server rename files");
    // What needs no file operation is done all the same.
    let big = vault.uri("big_topic.md");
    client.open(&big, "\n# Part\n[[#Part]]\n");
    let params =
        json!({"textDocument": {"uri": big}, "position": {"line": 2, "character": 4}, "newName": "Other"});
    let edit = client.request("textDocument/rename", params);
    assert_eq!(edit["changes"][&big].as_array().map(Vec::len), Some(2), "{edit:#}");
}

#[test]
fn what_cannot_be_renamed_says_why() {
    let vault = vault();
    let mut client = Client::start_with(&[&vault], all());
    let a = vault.uri("a.md");
    client.open(&a, NOTE);
    let id = client.ask("textDocument/prepareRename", at(&a, 20));
    let error = client.answer(id)["error"].clone();
    assert!(error["message"].as_str().unwrap().starts_with("the text of a link is not a name"), "{error}");
    assert_eq!(client.request("textDocument/prepareRename", at(&a, 0)), Value::Null);
}

#[test]
fn links_follow_a_folder_that_is_moved_in_the_explorer() {
    let vault = vault();
    let mut client = Client::start_with(&[&vault], all());
    let a = vault.uri("a.md");
    client.open(&a, NOTE);
    let moved = json!({"files": [{"oldUri": vault.uri("sub"), "newUri": vault.uri("x/y")}]});
    let edit = client.request("workspace/willRenameFiles", moved.clone());
    let edits =
        edit["documentChanges"].as_array().unwrap().iter().flat_map(|own| own["edits"].as_array().unwrap());
    let texts: Vec<_> = edits.map(|edit| edit["newText"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, ["x/y/c.md", "../../a.md"]);
    // And the index follows without a watcher.
    std::fs::create_dir_all(vault.path("x")).unwrap();
    std::fs::rename(vault.path("sub"), vault.path("x/y")).unwrap();
    client.notify("workspace/didRenameFiles", moved);
    client.edit(&a, (0, 0), (0, 0), "[[x/y/c]] ");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
}

/// Ignored files move with their folder; what leaves the vault breaks its links.
#[test]
fn a_move_takes_ignored_files_along_and_warns_where_it_leaves_the_vault() {
    let vault = Vault::new(&[
        (".gitignore", "out\n"),
        ("a.md", "[x](sub/out/y.html) [[b]]\n"),
        ("b.md", ""),
        ("sub/out/y.html", ""),
    ]);
    let mut client = Client::start_with(&[&vault], all());
    let files = |from: &str, to: String| json!({"files": [{"oldUri": vault.uri(from), "newUri": to}]});
    let moved = client.request("workspace/willRenameFiles", files("sub", vault.uri("x")));
    assert_eq!(moved["documentChanges"][0]["edits"][0]["newText"], "x/out/y.html", "{moved:#}");
    let away = files("b.md", "file:///elsewhere/b.md".to_owned());
    assert_eq!(client.request("workspace/willRenameFiles", away), Value::Null);
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"]["message"], "Moving this out of the vault breaks 1 link in 1 note");
}

#[test]
fn a_deletion_says_what_it_breaks() {
    let vault = vault();
    let mut client = Client::start_with(&[&vault], all());
    let params = json!({"files": [{"uri": vault.uri("big_topic.md")}]});
    assert_eq!(client.request("workspace/willDeleteFiles", params), Value::Null);
    let told = client.until_received("a message", |message| message["method"] == "window/showMessage");
    assert_eq!(told["params"]["message"], "Deleting this breaks 2 links in 2 notes");
}
