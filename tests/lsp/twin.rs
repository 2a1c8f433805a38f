//! After any history of edits and of changes on the disk, a server sees what a fresh one sees.
use std::collections::BTreeSet;
use std::fs;

use serde_json::json;

use crate::client::{Client, Random, Vault, capabilities, pulling};

/// Few names, so that what happens to one note matters to the others.
const PATHS: &[&str] =
    &["a.md", "b.md", "dir/a.md", "dir/c.md", "dir/deep/b.md", "Big Topic.md", "big_topic.md", "x.png"];
const FOLDERS: &[&str] = &["dir", "dir/deep", "moved"];
const TEXTS: &[&str] = &[
    "[[a]] [[b#One]] [[c]]\n",
    "# One\n\n[[Big Topic]] [[dir/a]] ![[x.png]]\n",
    "---\ntitle: Big Topic\naliases: [c, other]\n---\n[[other]] [[b#Two]]\n",
    "# Two\n[[deep/b]] [[moved/a]] [[big-topic]] ^id\n",
    "",
];

/// One step of a history: in the editor, or on the disk by another program.
fn step(vault: &Vault, client: &mut Client, open: &mut BTreeSet<String>, random: &mut Random) {
    let path = PATHS[random.below(PATHS.len())];
    let text = TEXTS[random.below(TEXTS.len())];
    let uri = vault.uri(path);
    let is_open = open.contains(path);
    match random.below(8) {
        0 if path != "x.png" && !is_open => {
            client.open(&uri, text);
            open.insert(path.to_owned());
        }
        1 | 2 if is_open => client.set(&uri, text),
        3 if is_open => {
            client.close(&uri);
            open.remove(path);
        }
        4 | 5 => vault.write(path, text),
        // What is not there cannot be removed or moved, which is as good.
        6 => drop(fs::remove_file(vault.path(path))),
        7 => {
            let (from, to) = (FOLDERS[random.below(FOLDERS.len())], FOLDERS[random.below(FOLDERS.len())]);
            if random.below(3) > 0 {
                drop(fs::rename(vault.path(from), vault.path(to)));
            } else {
                drop(fs::remove_dir_all(vault.path(from)));
            }
        }
        _ => {}
    }
}

#[test]
fn any_history_leaves_what_a_fresh_server_sees() {
    for seed in 1..=8 {
        let vault = Vault::new(&[("a.md", TEXTS[0]), ("dir/c.md", TEXTS[1]), ("big_topic.md", TEXTS[3])]);
        // Every other one asks for diagnostics.
        let pulls = seed % 2 == 0;
        let with = if pulls { pulling() } else { capabilities() };
        let mut client = Client::start_with(&[&vault], with);
        let (mut random, mut open) = (Random(seed * 2_463_534_242), BTreeSet::new());
        for n in 0..400 {
            step(&vault, &mut client, &mut open, &mut random);
            if pulls && let Some(path) = open.iter().nth(random.below(open.len().max(1))) {
                // Nobody waits for the answer.
                client.ask("textDocument/diagnostic", json!({"textDocument": {"uri": vault.uri(path)}}));
            }
            if n % 20 == 0 {
                // Sometimes the server has come to rest, mostly it has not.
                client.sync();
            }
        }
        for path in open {
            client.close(&vault.uri(&path));
        }

        let mut fresh = Client::start_with(&[&vault], capabilities());
        fresh.until_received("the end of reading", |message| message["params"]["value"]["kind"] == "end");
        for (n, text) in TEXTS.iter().enumerate() {
            // A note of its own for each text, so that every link is asked about.
            let uri = vault.uri(&format!("probe_{n}.md"));
            fresh.open(&uri, text);
            client.open(&uri, text);
        }
        let mut found = 0;
        for (n, text) in TEXTS.iter().enumerate() {
            let uri = vault.uri(&format!("probe_{n}.md"));
            // Again, now that all probes are there.
            fresh.set(&uri, text);
            let expected = fresh.current(&uri);
            found += expected.as_array().unwrap().len();
            if pulls {
                client.until_pulled(&uri, &expected);
                continue;
            }
            client.until(&format!("what a fresh server says of {uri}: {expected:#}"), |client| {
                (client.diagnostics.get(&uri)?["diagnostics"] == expected).then_some(())
            });
        }
        assert!(found > 0, "there was nothing to compare");
        assert!(!pulls || client.diagnostics.is_empty(), "nothing is told twice");
        assert_eq!(client.shutdown(), 0);
    }
}
