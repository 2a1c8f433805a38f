//! What a session takes of the machine, whatever its client does and does not do.
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, position, until, uri};

/// A number that Linux tells about a process: its `Threads`, its `VmRSS` in kB.
fn of_process(process: u32, what: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

fn handles(process: u32) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/{process}/fd")).ok()?.count())
}

/// Threads that come and go with the work: the pool's.
const POOL: u64 = 8;

#[test]
fn a_connection_that_ends_gives_back_its_threads() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut first = Client::listening();
    first.initialize(&[&vault], capabilities());
    let Some(before) = of_process(first.process(), "Threads") else { return };
    for how in 0..30 {
        let mut client = first.another();
        match how % 3 {
            0 => client.hang_up(),
            1 => drop(client.initialize(&[&vault], capabilities())),
            _ => {
                client.initialize(&[&vault], capabilities());
                client.request("shutdown", Value::Null);
                client.notify("exit", Value::Null);
            }
        }
        client.cut();
    }
    until("the threads of 30 connections to end", || {
        of_process(first.process(), "Threads").is_some_and(|now| now <= before + POOL)
    });
}

#[test]
fn connections_that_say_nothing_take_few_threads() {
    let vault = Vault::new(&[("a.md", "")]);
    let mut first = Client::listening();
    first.initialize(&[&vault], capabilities());
    let idle: Vec<_> = (0..200).map(|_| TcpStream::connect(("127.0.0.1", first.port())).unwrap()).collect();
    // One that talks is served all the same.
    let mut next = first.another();
    next.initialize(&[&vault], capabilities());
    let Some(threads) = of_process(first.process(), "Threads") else { return };
    assert!(threads < 100, "{threads} threads");
    drop(idle);
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let mut client = Client::unheard();
    client.initialize(&[&vault], capabilities());
    let nothing = |_| json!({"jsonrpc": "2.0", "method": "slugline/nothing", "params": {}});
    assert!(!client.send_until_full(20_000, nothing), "the server took no more");
    let a = vault.uri("a.md");
    client.open(&a, "[[b]]\n");
    assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
    assert_eq!(client.shutdown(), 0);
}

/// What was logged last is read, though the log is written by a thread of its own.
#[test]
fn the_log_is_complete_when_the_server_ends() {
    let mut client = Client::spawn();
    client.initialize(&[], capabilities());
    for n in 0..500 {
        client.notify(&format!("slugline/nothing{n}"), json!({}));
    }
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    let log = client.whole_log();
    assert!((0..500).all(|n| log.contains(&format!("slugline/nothing{n}`"))), "{log}");
}

/// A vault of which each completion is long.
fn wordy() -> Vault {
    let vault = Vault::new(&[("a.md", "")]);
    for n in 0..100 {
        let title = format!("A note number {n} of those with a title {}", "that is long ".repeat(80));
        vault.write(&format!("a_note_{n}.md"), &format!("---\ntitle: {title}\n---\n"));
    }
    vault
}

/// It gets its answers when it reads; until then the server keeps only so many.
#[test]
fn a_client_that_reads_late_gets_all_answers() {
    let vault = wordy();
    let a = vault.uri("a.md");
    let mut client = Client::spawn();
    client.initialize(&[&vault], capabilities());
    client.open(&a, "[[a\n");
    client.at("textDocument/completion", &a, 0, 3);
    client.stop_reading();
    const REQUESTS: i64 = 300;
    let first = client.ask("textDocument/completion", position(&a, 0, 3));
    for _ in 1..REQUESTS {
        client.ask("textDocument/completion", position(&a, 0, 3));
    }
    client.notify("$/cancelRequest", json!({"id": first + REQUESTS - 1}));
    let before = of_process(client.process(), "VmRSS");
    // What it does before its answers are read is done when it has no more to do.
    client.until_idle();
    client.go_on_reading();
    for id in first..first + REQUESTS - 1 {
        assert!(client.answer(id)["result"]["items"].is_array());
    }
    assert_eq!(client.answer(first + REQUESTS - 1)["error"]["code"], -32800);
    if let (Some(before), Some(most)) = (before, of_process(client.process(), "VmHWM")) {
        assert!(most < before + 60_000, "from {before} to {most} kB");
    }
    assert_eq!(client.shutdown(), 0);
}

/// A client that never reads: its pipe fills, and what it sends more is not taken.
#[test]
fn a_client_that_never_reads_is_not_read() {
    let vault = wordy();
    let a = vault.uri("a.md");
    let mut client = Client::spawn();
    client.initialize(&[&vault], capabilities());
    client.open(&a, "[[a\n");
    client.at("textDocument/completion", &a, 0, 3);
    client.stop_reading();
    let waits = client.send_until_full(100_000, move |id| {
        json!({
            "jsonrpc": "2.0", "id": id, "method": "textDocument/completion", "params": position(&a, 0, 3)
        })
    });
    assert!(waits, "the server took all");
    if let Some(now) = of_process(client.process(), "VmRSS") {
        assert!(now < 300_000, "{now} kB");
    }
}

/// In a vault of folder notes, where each hover counts the links of all of them.
#[test]
fn a_definition_behind_cancelled_requests_is_answered() {
    let vault = Vault::new(&[("a.md", "[[index]] [[wanted]]\n"), ("wanted.md", "")]);
    for n in 0..50 {
        std::fs::create_dir(vault.path(&format!("{n}"))).unwrap();
        vault.write(&format!("{n}/index.md"), "[[index]]\n");
    }
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&a, "[[index]] [[wanted]]\n");
    client.current(&a);
    let asked: Vec<i64> = (0..1000)
        .map(|n| {
            let method = if n % 2 == 0 { "textDocument/hover" } else { "textDocument/completion" };
            client.ask(method, position(&a, 0, 3))
        })
        .collect();
    for id in &asked {
        client.notify("$/cancelRequest", json!({"id": id}));
    }
    assert_eq!(client.definition(&a, 0, 12), ["wanted.md"]);
    for id in asked {
        // It may have been faster than its cancellation.
        let answer = client.answer(id);
        assert!(answer["error"]["code"] == -32800 || answer["result"].is_object(), "{answer}");
    }
    client.until_idle();
    assert_eq!(client.shutdown(), 0);
}

/// The notes of 40 folders, opened and closed one after another as links between them are followed.
#[test]
fn single_notes_that_are_closed_leave_nothing() {
    let vault = Vault::new(&[("a.md", "")]);
    let outside = tempfile::tempdir().unwrap();
    let mut client = Client::start(&vault);
    client.open(&vault.uri("a.md"), "");
    client.current(&vault.uri("a.md"));
    let process = client.process();
    // Its own vault may not be watched yet.
    let (Some(threads), Some(open)) = (of_process(process, "Threads"), handles(process)) else { return };
    for n in 0..40 {
        let folder = dunce::canonicalize(outside.path()).unwrap().join(format!("folder {n}"));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("note.md"), "[[gone]]\n").unwrap();
        let note = uri(&folder.join("note.md"));
        client.open(&note, "[[gone]]\n");
        client.codes_when(&note, |codes| codes == ["broken-link"]);
        client.close(&note);
    }
    until("the threads and handles of 40 folders to go", || {
        of_process(process, "Threads").is_some_and(|now| now <= threads + POOL)
            && handles(process).is_some_and(|now| now <= open + 8)
    });
    // Opened again, such a note is read again.
    let folder = dunce::canonicalize(outside.path()).unwrap().join("folder 7");
    std::fs::write(folder.join("other.md"), "").unwrap();
    let note = uri(&folder.join("note.md"));
    client.open(&note, "[[other]] [[gone]]\n");
    client.codes_when(&note, |codes| codes == ["broken-link"]);
    assert_eq!(client.definition(&note, 0, 3), ["other.md"]);
    assert_eq!(client.shutdown(), 0);
}
