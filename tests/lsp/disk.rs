//! What happens on the disk while a session runs.
use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, uri};

/// Both ways in which changes are noticed: the server's own watching, and the client's.
fn both(
    test: impl Fn(&mut dyn FnMut(&[(&str, u8)], &mut Client), Client, &Vault),
    vault: impl Fn() -> Vault,
) {
    let own = vault();
    test(&mut |_, _| {}, Client::start(&own), &own);

    let watched = vault();
    let mut with = capabilities();
    with["workspace"]["didChangeWatchedFiles"] = json!({"dynamicRegistration": true});
    let mut client = Client::start_with(&[&watched], with);
    client.until_received("the registration", |message| message["method"] == "client/registerCapability");
    let mut tell = |changes: &[(&str, u8)], client: &mut Client| {
        let changes = changes.iter().map(|(path, kind)| json!({"uri": watched.uri(path), "type": kind}));
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": changes.collect::<Vec<_>>()}));
    };
    test(&mut tell, client, &watched);
}

const CREATED: u8 = 1;
const CHANGED: u8 = 2;
const DELETED: u8 = 3;

#[test]
fn notes_made_changed_and_deleted_by_others_reach_those_who_link_to_them() {
    both(
        |tell, mut client, vault| {
            let a = vault.uri("a.md");
            client.open(&a, "[[b#One]] ![[photo.png]]\n");
            client.codes_when(&a, |codes| codes == ["broken-link", "broken-file"]);
            vault.write("b.md", "# Two\n");
            vault.write("photo.png", "p");
            tell(&[("b.md", CREATED), ("photo.png", CREATED)], &mut client);
            client.codes_when(&a, |codes| codes == ["broken-heading"]);
            vault.write("b.md", "# One\n");
            tell(&[("b.md", CHANGED)], &mut client);
            client.codes_when(&a, <[String]>::is_empty);
            fs::remove_file(vault.path("b.md")).unwrap();
            tell(&[("b.md", DELETED)], &mut client);
            client.codes_when(&a, |codes| codes == ["broken-link"]);
        },
        || Vault::new(&[("a.md", "")]),
    );
}

/// A link by its path leads to an ignored file too.
#[test]
fn an_ignored_file_that_comes_or_goes_reaches_those_who_link_to_it() {
    both(
        |tell, mut client, vault| {
            let a = vault.uri("a.md");
            client.open(&a, "![[build/chart.png]]\n");
            client.codes_when(&a, |codes| codes == ["broken-file"]);
            vault.write("build/chart.png", "p");
            tell(&[("build/chart.png", CREATED)], &mut client);
            client.codes_when(&a, <[String]>::is_empty);
            fs::remove_file(vault.path("build/chart.png")).unwrap();
            tell(&[("build/chart.png", DELETED)], &mut client);
            client.codes_when(&a, |codes| codes == ["broken-file"]);
        },
        || Vault::new(&[("a.md", ""), (".gitignore", "build/\n"), ("build/other.png", "p")]),
    );
}

/// A folder that is moved comes as one event a side, under its own name.
#[test]
fn a_folder_can_be_moved_and_deleted() {
    both(
        |tell, mut client, vault| {
            let a = vault.uri("a.md");
            client.open(&a, "[[dir/b]] [[new/b]] [[c]]\n");
            client.codes_when(&a, |codes| codes == ["broken-link"]);
            fs::rename(vault.path("dir"), vault.path("new")).unwrap();
            tell(&[("dir", DELETED), ("new", CREATED)], &mut client);
            client.until("the move", |client| {
                let found = &client.diagnostics.get(&a)?["diagnostics"];
                let start = &found[0]["range"]["start"]["character"];
                (found.as_array()?.len() == 1 && *start == json!(2)).then_some(())
            });
            assert_eq!(client.definition(&a, 0, 22), ["c.md"]);
            fs::remove_dir_all(vault.path("new")).unwrap();
            tell(&[("new", DELETED)], &mut client);
            client.codes_when(&a, |codes| codes.len() == 3);
        },
        || Vault::new(&[("a.md", ""), ("dir/b.md", ""), ("dir/deep/c.md", "")]),
    );
}

/// A script that makes the notes anew deletes the whole vault first. The client's watcher says nothing
/// of the folder that it watches.
#[test]
fn a_vault_that_is_deleted_and_made_again_is_seen_again() {
    both(
        |_, mut client, vault| {
            let a = vault.uri("a.md");
            client.open(&a, "[[b]]\n");
            client.codes_when(&a, <[String]>::is_empty);
            fs::remove_dir_all(vault.path("")).unwrap();
            client.codes_when(&a, |codes| codes == ["broken-link"]);
            vault.write("b.md", "");
            client.codes_when(&a, <[String]>::is_empty);
        },
        || Vault::new(&[("a.md", ""), ("b.md", "")]),
    );
}

/// Editors save by writing a new file and renaming it over the old one.
#[test]
fn saving_by_renaming_is_no_deletion() {
    both(
        |tell, mut client, vault| {
            let a = vault.uri("a.md");
            client.open(&a, "[[b#One]] [[b#Two]]\n");
            client.codes_when(&a, |codes| codes == ["broken-heading"]);
            vault.write("b.md.new", "# One\n# Two\n");
            fs::rename(vault.path("b.md"), vault.path("b.md~")).unwrap();
            fs::rename(vault.path("b.md.new"), vault.path("b.md")).unwrap();
            tell(&[("b.md", DELETED)], &mut client);
            tell(&[("b.md", CREATED)], &mut client);
            client.codes_when(&a, |codes| {
                assert!(codes.iter().all(|code| code != "broken-link"), "the note was never gone");
                codes.is_empty()
            });
        },
        || Vault::new(&[("a.md", ""), ("b.md", "# One\n")]),
    );
}

#[test]
fn a_note_deleted_while_it_is_open_stays_one_until_it_is_closed() {
    both(
        |tell, mut client, vault| {
            let (a, b) = (vault.uri("a.md"), vault.uri("dir/b.md"));
            client.open(&a, "[[b]] [[c]]\n");
            client.open(&b, "text [[gone]]\n");
            client.codes_when(&a, <[String]>::is_empty);
            fs::remove_dir_all(vault.path("dir")).unwrap();
            tell(&[("dir", DELETED)], &mut client);
            client.codes_when(&a, |codes| codes == ["broken-link"]);
            assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
            client.edit(&b, (0, 0), (0, 0), "more [[gone]] ");
            assert_eq!(client.current(&b).as_array().unwrap().len(), 2);
            client.close(&b);
            client.codes_when(&a, |codes| codes == ["broken-link", "broken-link"]);
        },
        || Vault::new(&[("a.md", ""), ("dir/b.md", ""), ("dir/c.md", "")]),
    );
}

#[test]
fn the_vaults_own_settings_are_followed() {
    both(
        |tell, mut client, vault| {
            let (a, config) = (vault.uri("a.md"), vault.uri(".slugline.toml"));
            client.open(&a, "[[b]]\n");
            client.codes_when(&a, |codes| codes == ["broken-link"]);
            vault.write(".slugline.toml", "extensions = [\"md\", \"txt\"]\nmax_file_size = \"big\"\n");
            tell(&[(".slugline.toml", CREATED)], &mut client);
            client.codes_when(&a, <[String]>::is_empty);
            client.codes_when(&config, |codes| codes.len() == 1);
            assert_eq!(client.diagnostics[&config]["diagnostics"][0]["range"]["start"]["line"], 1);
            vault.write(".slugline.toml", "[severity]\nbroken-link = \"error\"\n");
            tell(&[(".slugline.toml", CHANGED)], &mut client);
            client.codes_when(&config, <[String]>::is_empty);
            client.codes_when(&a, |codes| codes == ["broken-link"]);
            assert_eq!(client.diagnostics[&a]["diagnostics"][0]["severity"], 1);
            vault.write(".slugline.toml", "no = = settings\n");
            tell(&[(".slugline.toml", CHANGED)], &mut client);
            client.codes_when(&config, |codes| codes.len() == 1);
            fs::remove_file(vault.path(".slugline.toml")).unwrap();
            tell(&[(".slugline.toml", DELETED)], &mut client);
            client.codes_when(&config, <[String]>::is_empty);
            vault.write(".slugline.toml", &"# A comment.\n".repeat(100_000));
            tell(&[(".slugline.toml", CREATED)], &mut client);
            client.codes_when(&config, |codes| codes.len() == 1);
            assert_eq!(
                client.diagnostics[&config]["diagnostics"][0]["message"],
                "its 1300000 bytes are more than the 1048576 that are read; all settings in this file are ignored"
            );
        },
        || Vault::new(&[("a.md", ""), ("b.txt", "")]),
    );
}

#[test]
fn the_clients_settings_hold_where_the_vault_says_nothing() {
    let vault = Vault::new(&[("a.md", ""), ("b.txt", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::spawn();
    client.configuration = json!({"extensions": ["md", "txt"], "colour": true});
    client.initialize(&[&vault], capabilities());
    client.open(&a, "[[b]]\n");
    client.until_received("the refusal of what is no setting", |message| {
        message["params"]["message"].as_str().is_some_and(|text| text.contains("colour"))
    });
    client.codes_when(&a, <[String]>::is_empty);
    assert_eq!(client.definition(&a, 0, 2), ["b.txt"]);
    client.configuration = json!({"severity": {"broken-link": "off"}});
    client.notify("workspace/didChangeConfiguration", json!({"settings": null}));
    client.set(&a, "[[gone]] [[b]] [[\n");
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": a}}));
    client.codes_when(&a, |codes| codes == ["unclosed-link"]);
}

#[test]
fn each_folder_is_a_vault_of_its_own() {
    let (one, two) = (Vault::new(&[("a.md", ""), ("in/x.md", "")]), Vault::new(&[("b.md", "")]));
    let mut client = Client::start_with(&[&one, &two], capabilities());
    let (a, b) = (one.uri("a.md"), two.uri("b.md"));
    client.open(&a, "[[b]] [[x]]\n");
    client.open(&b, "[[a]] [[x]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    client.codes_when(&b, |codes| codes == ["broken-link", "broken-link"]);
    // The folder inside becomes a vault, and its notes leave the one around it.
    let inner = json!({"uri": one.uri("in"), "name": "in"});
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [inner], "removed": []}}));
    client.codes_when(&a, |codes| codes == ["broken-link", "broken-link"]);
    client.notify("workspace/didChangeWorkspaceFolders", json!({"event": {"added": [], "removed": [inner]}}));
    client.codes_when(&a, |codes| codes == ["broken-link"]);
}

#[test]
fn a_file_outside_all_folders_finds_its_vault() {
    let vault = Vault::new(&[("top.md", ""), ("deep/down/a.md", ""), ("deep/down/beside.md", "")]);
    let a = vault.uri("deep/down/a.md");
    let text = "[[top]] [[beside]]\n";
    // Its own folder only.
    let mut client = Client::start_with(&[], capabilities());
    client.open(&a, text);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    assert_eq!(client.definition(&a, 0, 12), ["beside.md"]);
    // The nearest folder with the mark of a vault.
    fs::create_dir(vault.path(".obsidian")).unwrap();
    let mut client = Client::start_with(&[], capabilities());
    client.open(&a, text);
    client.codes_when(&a, <[String]>::is_empty);
    assert_eq!(client.definition(&a, 0, 2), ["top.md"]);
}

#[test]
fn a_whole_disk_is_not_read() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::spawn();
    let disk = if cfg!(windows) { "file:///c%3A/" } else { "file:///" };
    let root = json!([{"uri": disk, "name": "all"}]);
    client.request("initialize", json!({"workspaceFolders": root, "capabilities": capabilities()}));
    client.notify("initialized", json!({}));
    client.until_received("the refusal", |message| message["method"] == "window/showMessage");
    client.open(&a, "[[b]] [[gone]] [[]]\n");
    client.open(&vault.uri("b.md"), "");
    // What was not read may be there: nothing is called missing.
    client.codes_when(&a, |codes| codes == ["empty-link"]);
    assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
}

#[cfg(unix)]
#[test]
fn a_note_opened_by_a_link_is_the_note() {
    let vault = Vault::new(&[("real.md", ""), ("a.md", "")]);
    std::os::unix::fs::symlink(vault.path("real.md"), vault.path("link.md")).unwrap();
    let mut client = Client::start(&vault);
    let (a, link) = (vault.uri("a.md"), vault.uri("link.md"));
    client.open(&a, "[[real#New]] [[link]]\n");
    client.codes_when(&a, |codes| codes == ["broken-heading", "broken-link"]);
    client.open(&link, "# New\n[[gone]]\n");
    client.codes_when(&link, |codes| codes == ["broken-link"]);
    client.codes_when(&a, |codes| codes == ["broken-link"]);
}

/// No link leads outside: neither to read nor to make a file.
#[test]
fn nothing_outside_the_vault_is_reached() {
    let vault = Vault::new(&[("a.md", "")]);
    let outside = vault.path("").parent().unwrap().join("secret.md");
    fs::write(&outside, "# Secret words\n").unwrap();
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&a, "[[../secret]] [x](../secret.md) ![[../secret.md]] [y](/../secret.md)\n");
    client.codes_when(&a, |codes| codes.len() == 4);
    for character in [4, 18, 36, 54] {
        assert_eq!(client.definition(&a, 0, character), [""; 0]);
        let hover = client.at("textDocument/hover", &a, 0, character);
        assert!(!hover.to_string().contains("Secret words"), "{hover}");
        let at = json!({"line": 0, "character": character});
        let params = json!({"textDocument": {"uri": a}, "range": {"start": at, "end": at}, "context": {"diagnostics": []}});
        let actions = client.request("textDocument/codeAction", params);
        assert!(!actions.to_string().contains(&uri(&outside)), "{actions:#}");
        let made = actions
            .as_array()
            .into_iter()
            .flatten()
            .map(|action| &action["edit"]["documentChanges"][0]["uri"]);
        assert!(made.filter_map(Value::as_str).all(|made| made.starts_with(&vault.uri(""))), "{actions:#}");
    }
}
