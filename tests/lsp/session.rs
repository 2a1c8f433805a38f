//! The session itself: start, end, and everything that a client can get wrong.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, frame, position};

#[test]
fn a_session_ends_as_the_protocol_says() {
    let vault = Vault::new(&[("a.md", "")]);
    assert_eq!(Client::start(&vault).shutdown(), 0);

    let mut client = Client::start(&vault);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait(), 1, "without `shutdown`");

    let mut client = Client::start(&vault);
    client.hang_up();
    assert_eq!(client.wait(), 1, "the client has died");

    let mut client = Client::start(&vault);
    client.request("shutdown", Value::Null);
    client.hang_up();
    assert_eq!(client.wait(), 0, "it died after its goodbye");
}

/// The same conversation over TCP, whoever connects.
#[test]
fn a_session_may_go_over_a_socket() {
    let vault = Vault::new(&[("b.md", "")]);
    let talk = |client: &mut Client| {
        client.initialize(&[&vault], capabilities());
        let a = vault.uri("a.md");
        client.open(&a, "[[b]]\n");
        assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
    };
    let mut client = Client::connecting();
    talk(&mut client);
    assert_eq!(client.shutdown(), 0);
    // One that listens goes on with the next client.
    let mut client = Client::listening();
    talk(&mut client);
    let mut next = client.another();
    talk(&mut next);
    client.request("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert!(client.ended(), "its session is over");
    let b = vault.uri("b.md");
    next.open(&b, "[[a]]\n");
    assert_eq!(next.definition(&b, 0, 2), ["a.md"], "the other goes on");
}

/// A client that was killed may have left the pipe to a child of its own.
#[cfg(unix)]
#[test]
fn a_server_whose_client_is_gone_ends() {
    let mut parent = std::process::Command::new("sleep").arg("1000").spawn().unwrap();
    let mut client = Client::spawn();
    client.request("initialize", json!({"processId": parent.id(), "rootUri": null, "capabilities": {}}));
    client.notify("initialized", json!({}));
    // The process is seen alive before it goes: one that was never there is not waited for.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert_eq!(client.wait(), 1);
}

#[test]
fn encodings_are_negotiated() {
    for (offered, agreed) in [
        (json!(["utf-16", "utf-8", "utf-32"]), "utf-8"),
        (json!(["utf-32", "utf-16"]), "utf-32"),
        (json!(["utf-16"]), "utf-16"),
        (json!(["utf-7"]), "utf-16"),
        (json!(null), "utf-16"),
    ] {
        let vault = Vault::new(&[("b.md", "")]);
        let mut with = capabilities();
        with["general"]["positionEncodings"] = offered.clone();
        let mut client = Client::spawn();
        let answer = client.initialize(&[&vault], with);
        assert_eq!(answer["capabilities"]["positionEncoding"], agreed, "{offered}");
        // One emoji: four bytes, two UTF-16 units, one scalar value.
        let width = match agreed {
            "utf-8" => 4,
            "utf-16" => 2,
            _ => 1,
        };
        let a = vault.uri("a.md");
        client.open(&a, "😀[[gone]]\n");
        let found = client.codes_when(&a, |codes| !codes.is_empty());
        assert_eq!(found, ["broken-link"]);
        assert_eq!(client.diagnostics[&a]["diagnostics"][0]["range"]["start"]["character"], width + 2);
        client.edit(&a, (0, width + 2), (0, width + 6), "b");
        assert_eq!(client.definition(&a, 0, width + 2), ["b.md"]);
    }
}

/// What the protocol forbids gets its error, and the session goes on.
#[test]
fn requests_out_of_turn_get_their_error() {
    const NOT_INITIALIZED: i64 = -32002;
    const INVALID_REQUEST: i64 = -32600;
    let vault = Vault::new(&[("a.md", "")]);
    let mut client = Client::spawn();
    let hover = position(&vault.uri("a.md"), 0, 0);
    assert_eq!(client.refused("textDocument/hover", hover.clone()), NOT_INITIALIZED);
    assert_eq!(client.refused("shutdown", Value::Null), NOT_INITIALIZED);
    client.open(&vault.uri("a.md"), "");
    client.initialize(&[&vault], capabilities());
    assert_eq!(client.refused("initialize", json!({"capabilities": {}})), INVALID_REQUEST);
    assert_eq!(client.request("textDocument/hover", hover.clone()), Value::Null);
    client.request("shutdown", Value::Null);
    assert_eq!(client.refused("textDocument/hover", hover), INVALID_REQUEST);
    assert_eq!(client.refused("shutdown", Value::Null), INVALID_REQUEST);
    client.notify("exit", Value::Null);
    assert_eq!(client.wait(), 0);
}

#[test]
fn what_is_not_understood_is_refused_and_the_session_goes_on() {
    const METHOD_NOT_FOUND: i64 = -32601;
    const INVALID_PARAMS: i64 = -32602;
    let vault = Vault::new(&[("a.md", "[[b]]\n"), ("b.md", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    client.open(&a, "[[b]]\n");
    assert_eq!(client.refused("slugline/nothing", json!({})), METHOD_NOT_FOUND);
    for params in [json!(3), json!({}), json!({"textDocument": a, "position": {"line": -1, "character": 0}})]
    {
        assert_eq!(client.refused("textDocument/hover", params), INVALID_PARAMS);
    }
    for (method, params) in [
        ("slugline/nothing", json!({})),
        ("$/nothing", json!({})),
        ("textDocument/didOpen", json!({"textDocument": {"uri": a}})),
        ("textDocument/didChange", json!({"textDocument": {"uri": a, "version": 2}, "contentChanges": 3})),
        ("textDocument/didClose", json!([])),
        ("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": "no uri", "type": 9}]})),
    ] {
        client.notify(method, params);
    }
    client.sync();
    let told = client.received.iter().filter(|message| message["method"] == "window/logMessage").count();
    assert_eq!(told, 5, "each is told of, but for the one that may be left out: {:#?}", client.received);
    assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
    assert_eq!(client.shutdown(), 0);
}

#[test]
fn broken_frames_are_told_of_and_the_next_one_is_read() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let a = vault.uri("a.md");
    for broken in [
        b"Content-Length: 7\r\n\r\n{\"a\": 1".as_slice(),
        b"Content-Length: 5\r\n\r\n\"\xff\xfe\"\n",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n{}",
        b"Content-Size: 2\r\n\r\n{}\r\n\r\n",
        b"Content-Length: 2\r\n\r\n{}",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 4\r\n\r\nnull",
        b"Content-Length: 1\r\n\r\n{\"jsonrpc\":\"2.0\"}\r\n",
    ] {
        let mut client = Client::start(&vault);
        client.open(&a, "[[b]]\n");
        client.send_bytes(broken);
        // As the broken frame may have eaten a header, the first message may be lost with it.
        client.send(&json!({"jsonrpc": "2.0", "method": "$/nothing", "params": {}}));
        let shown = String::from_utf8_lossy(broken).into_owned();
        assert_eq!(client.definition(&a, 0, 2), ["b.md"], "{shown}");
        client.until_received(&shown, |message| message["id"].is_null() && message["error"]["code"].is_i64());
        assert_eq!(client.shutdown(), 0, "{shown}");
    }
}

/// Two messages in one piece, and one message in two.
#[test]
fn messages_need_not_come_in_one_piece_each() {
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    let item = json!({"uri": a, "languageId": "markdown", "version": 1, "text": "[[b]]\n"});
    let open = json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}});
    let ask = json!({"jsonrpc": "2.0", "id": 77, "method": "textDocument/definition", "params": position(&a, 0, 2)});
    let bytes = [frame(&open), frame(&ask)].concat();
    let (first, last) = bytes.split_at(bytes.len() - 9);
    client.send_bytes(first);
    client.send_bytes(last);
    assert!(client.answer(77)["result"].is_array());
}

/// The answer to a cancelled request is its error, and those behind it are answered.
#[test]
fn a_request_can_be_cancelled() {
    const CANCELLED: i64 = -32800;
    let vault = Vault::new(&[("a.md", ""), ("b.md", "")]);
    let a = vault.uri("a.md");
    let mut client = Client::start(&vault);
    // The text is large enough that the request is still waiting when its end comes.
    let text = "[[b]] and more\n".repeat(100_000);
    client.open(&a, &text);
    let id = client.ask("textDocument/documentLink", json!({"textDocument": {"uri": a}}));
    client.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.answer(id)["error"]["code"], CANCELLED);
    assert_eq!(client.definition(&a, 0, 2), ["b.md"]);
}

#[test]
fn reading_a_vault_reports_its_progress() {
    let vault = Vault::new(&[("a.md", "x"), ("b.md", "x")]);
    let mut client = Client::start(&vault);
    let of = |message: &Value, kind: &str| message["params"]["value"]["kind"] == kind;
    let end = client.until_received("the end of the progress", |message| of(message, "end"));
    let token = &end["params"]["token"];
    let asked = |message: &Value| message["method"] == "window/workDoneProgress/create";
    let steps: Vec<_> = client
        .received
        .iter()
        .filter(|message| message["params"]["token"] == *token)
        .map(
            |message| {
                if asked(message) { "asked" } else { message["params"]["value"]["kind"].as_str().unwrap() }
            },
        )
        .filter(|&step| step != "report")
        .collect();
    assert_eq!(steps, ["asked", "begin", "end"]);
    assert_eq!(end["params"]["value"]["message"], "2 notes");
}

/// A client that can do nothing is told nothing that it does not know.
#[test]
fn a_client_without_capabilities_gets_the_rest() {
    let vault = Vault::new(&[("a.md", "x"), ("b.md", "# Some title\n\nText with `code`.\n")]);
    let a = vault.uri("a.md");
    let mut client = Client::start_with(&[&vault], json!({}));
    client.open(&a, "[[b]] [[gone]]\n");
    client.codes_when(&a, |codes| codes == ["broken-link"]);
    assert!(client.diagnostics[&a].get("version").is_none());
    let jump = client.at("textDocument/definition", &a, 0, 3);
    assert!(jump[0]["uri"].is_string() && jump[0]["range"].is_object(), "{jump}");
    let hover = client.at("textDocument/hover", &a, 0, 3);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("Some title") && !text.contains('`') && !text.contains("**"), "{text}");
    let range = json!({"start": {"line": 0, "character": 8}, "end": {"line": 0, "character": 8}});
    let params = json!({"textDocument": {"uri": a}, "range": range, "context": {"diagnostics": []}});
    assert_eq!(client.request("textDocument/codeAction", params), Value::Null);
    assert!(client.received.iter().all(|message| message.get("id").is_none()), "{:#?}", client.received);
    assert_eq!(client.shutdown(), 0);
}

/// What reading a large vault has used is not kept.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn the_allocator_is_told_to_give_memory_back() {
    let vault = Vault::new(&[("a.md", "")]);
    let client = Client::start(&vault);
    let environment = std::fs::read(format!("/proc/{}/environ", client.process())).unwrap();
    assert!(String::from_utf8_lossy(&environment).contains("GLIBC_TUNABLES="));
    assert_eq!(client.shutdown(), 0);
}
