//! What is answered, what is offered and what docs/features.md lists are the same requests.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities, pulling};

/// Every request that a client may send, and where the server's capabilities offer it.
const PROTOCOL: &[(&str, &str)] = &[
    ("callHierarchy/incomingCalls", "/callHierarchyProvider"),
    ("callHierarchy/outgoingCalls", "/callHierarchyProvider"),
    ("codeAction/resolve", "/codeActionProvider/resolveProvider"),
    ("codeLens/resolve", "/codeLensProvider/resolveProvider"),
    ("completionItem/resolve", "/completionProvider/resolveProvider"),
    ("documentLink/resolve", "/documentLinkProvider/resolveProvider"),
    ("inlayHint/resolve", "/inlayHintProvider/resolveProvider"),
    ("textDocument/codeAction", "/codeActionProvider"),
    ("textDocument/codeLens", "/codeLensProvider"),
    ("textDocument/colorPresentation", "/colorProvider"),
    ("textDocument/completion", "/completionProvider"),
    ("textDocument/declaration", "/declarationProvider"),
    ("textDocument/definition", "/definitionProvider"),
    ("textDocument/diagnostic", "/diagnosticProvider"),
    ("textDocument/documentColor", "/colorProvider"),
    ("textDocument/documentHighlight", "/documentHighlightProvider"),
    ("textDocument/documentLink", "/documentLinkProvider"),
    ("textDocument/documentSymbol", "/documentSymbolProvider"),
    ("textDocument/foldingRange", "/foldingRangeProvider"),
    ("textDocument/formatting", "/documentFormattingProvider"),
    ("textDocument/hover", "/hoverProvider"),
    ("textDocument/implementation", "/implementationProvider"),
    ("textDocument/inlayHint", "/inlayHintProvider"),
    ("textDocument/inlineCompletion", "/inlineCompletionProvider"),
    ("textDocument/inlineValue", "/inlineValueProvider"),
    ("textDocument/linkedEditingRange", "/linkedEditingRangeProvider"),
    ("textDocument/moniker", "/monikerProvider"),
    ("textDocument/onTypeFormatting", "/documentOnTypeFormattingProvider"),
    ("textDocument/prepareCallHierarchy", "/callHierarchyProvider"),
    ("textDocument/prepareRename", "/renameProvider/prepareProvider"),
    ("textDocument/prepareTypeHierarchy", "/typeHierarchyProvider"),
    ("textDocument/rangeFormatting", "/documentRangeFormattingProvider"),
    ("textDocument/rangesFormatting", "/documentRangeFormattingProvider/rangesSupport"),
    ("textDocument/references", "/referencesProvider"),
    ("textDocument/rename", "/renameProvider"),
    ("textDocument/selectionRange", "/selectionRangeProvider"),
    ("textDocument/semanticTokens/full", "/semanticTokensProvider/full"),
    ("textDocument/semanticTokens/full/delta", "/semanticTokensProvider/full/delta"),
    ("textDocument/semanticTokens/range", "/semanticTokensProvider/range"),
    ("textDocument/signatureHelp", "/signatureHelpProvider"),
    ("textDocument/typeDefinition", "/typeDefinitionProvider"),
    ("textDocument/willSaveWaitUntil", "/textDocumentSync/willSaveWaitUntil"),
    ("typeHierarchy/subtypes", "/typeHierarchyProvider"),
    ("typeHierarchy/supertypes", "/typeHierarchyProvider"),
    ("workspace/diagnostic", "/diagnosticProvider/workspaceDiagnostics"),
    ("workspace/executeCommand", "/executeCommandProvider"),
    ("workspace/symbol", "/workspaceSymbolProvider"),
    ("workspace/textDocumentContent", "/workspace/textDocumentContent"),
    ("workspace/willCreateFiles", "/workspace/fileOperations/willCreate"),
    ("workspace/willDeleteFiles", "/workspace/fileOperations/willDelete"),
    ("workspace/willRenameFiles", "/workspace/fileOperations/willRename"),
    ("workspaceSymbol/resolve", "/workspaceSymbolProvider/resolveProvider"),
];

/// The requests that a server may send.
const OF_SERVER: &[&str] = &[
    "client/registerCapability",
    "client/unregisterCapability",
    "window/showDocument",
    "window/showMessageRequest",
    "window/workDoneProgress/create",
    "workspace/applyEdit",
    "workspace/codeLens/refresh",
    "workspace/configuration",
    "workspace/diagnostic/refresh",
    "workspace/foldingRange/refresh",
    "workspace/inlayHint/refresh",
    "workspace/inlineValue/refresh",
    "workspace/semanticTokens/refresh",
    "workspace/textDocumentContent/refresh",
    "workspace/workspaceFolders",
];

const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

/// Parameters that any of them understands.
fn params(method: &str, uri: &str) -> Value {
    let place = json!({"line": 0, "character": 3});
    let range = json!({"start": place, "end": place});
    let mut params = json!({
        "textDocument": {"uri": uri}, "position": place, "positions": [place], "range": range,
        "context": {
            "diagnostics": [], "includeDeclaration": true, "triggerKind": 1, "frameId": 1,
            "stoppedLocation": range, "isRetrigger": false,
        },
        "options": {"tabSize": 2, "insertSpaces": true}, "ch": "x", "newName": "x", "reason": 1,
        "color": {"red": 0.0, "green": 0.0, "blue": 0.0, "alpha": 0.0},
        "item": {"name": "x", "kind": 1, "uri": uri, "range": range, "selectionRange": range},
        "previousResultId": "x", "previousResultIds": [], "query": "x", "files": [],
        "label": "x", "title": "x", "name": "x", "location": {"uri": uri},
    });
    match method {
        "workspace/executeCommand" => params["command"] = json!("slugline.reindex"),
        "workspaceSymbol/resolve" => params["kind"] = json!(1),
        _ => {}
    }
    params
}

/// The requests of the table of docs/features.md, and its commands.
fn features() -> (BTreeSet<String>, BTreeSet<String>) {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/features.md")).unwrap();
    let table = page.split("| in the editor | how | request |\n| --- | --- | --- |\n").nth(1).unwrap();
    let rows = table.split("\n\n").next().unwrap().lines();
    let requests = rows.clone().map(|row| row.rsplit('`').nth(1).unwrap().to_owned());
    let commands = rows.flat_map(|row| row.split('`')).filter(|word| word.starts_with("slugline."));
    (requests.collect(), commands.map(str::to_owned).collect())
}

/// The capabilities of a client to which everything is offered.
fn everything() -> Value {
    let mut with = pulling();
    with["textDocument"]["rename"] = json!({"prepareSupport": true});
    with["textDocument"]["codeAction"]["dataSupport"] = json!(true);
    with["textDocument"]["codeAction"]["resolveSupport"] = json!({"properties": ["edit"]});
    with
}

#[test]
fn what_is_answered_is_offered_and_listed() {
    let vault = Vault::new(&[("a.md", "[[b]]\n")]);
    let mut client = Client::spawn();
    let with = everything();
    let offers = client.initialize(&[&vault], with)["capabilities"].clone();
    let is_offered = |at: &str| offers.pointer(at).is_some_and(|offer| !offer.is_null() && *offer != false);

    let mut wrong = Vec::new();
    for (method, at) in PROTOCOL {
        let id = client.ask(method, params(method, &vault.uri("a.md")));
        let error = client.answer(id)["error"]["code"].as_i64();
        assert_ne!(error, Some(INVALID_PARAMS), "{method}");
        match (error != Some(METHOD_NOT_FOUND), is_offered(at)) {
            (true, false) => wrong.push(format!("{method} is answered, but not offered")),
            (false, true) => wrong.push(format!("{method} is offered, but not answered")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    let providers = offers.as_object().unwrap().keys().filter_map(|key| key.strip_suffix("Provider"));
    let offered: BTreeSet<_> = providers.map(str::to_owned).collect();
    for provider in &offered {
        let at = format!("/{provider}Provider");
        // Of semantic tokens, each request is offered by itself.
        let is_known = |offer: &str| offer == at || at == "/semanticTokensProvider" && offer.starts_with(&at);
        assert!(PROTOCOL.iter().any(|(_, offer)| is_known(offer)), "{at} is in no protocol");
    }
    assert_eq!(features().0, offered);
}

#[test]
fn the_commands_are_those_of_the_documentation() {
    let vault = Vault::new(&[]);
    let mut client = Client::spawn();
    let offers = client.initialize(&[&vault], capabilities());
    let commands = offers["capabilities"]["executeCommandProvider"]["commands"].as_array().unwrap();
    let offered: BTreeSet<_> = commands.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(features().1, offered);
    let mut is_known = |command: &str| {
        let id = client.ask("workspace/executeCommand", json!({"command": command, "arguments": []}));
        !client.answer(id).to_string().contains("unknown command")
    };
    assert!(offered.iter().all(|command| is_known(command)));
    assert!(!is_known("slugline.unheardOf"));
}

/// The rows of a table of docs/protocol.md that begins behind `heading`: the request, and what is said of it.
fn documented(heading: &str) -> Vec<(String, String, String)> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/protocol.md")).unwrap();
    let part = page.split(heading).nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows = rows.map(|(method, rest)| {
        let (verdict, why) = rest.split_once(" | ").unwrap();
        (method.to_owned(), verdict.to_owned(), why.trim_end_matches(" |").to_owned())
    });
    rows.collect()
}

/// Every request of the protocol has a row: it is offered, or the row says why not.
#[test]
fn what_is_answered_is_documented() {
    let vault = Vault::new(&[]);
    let offers = Client::spawn().initialize(&[&vault], everything());
    let is_offered = |at: &str| {
        let offer = offers["capabilities"].pointer(at);
        offer.is_some_and(|offer| !offer.is_null() && *offer != false)
    };
    let rows = documented("## From the client");
    let mut expected: Vec<_> = PROTOCOL.iter().map(|&(method, at)| (method, is_offered(at))).collect();
    expected.extend([("initialize", true), ("shutdown", true)]);
    expected.sort_unstable();
    let said: Vec<_> = rows.iter().map(|(method, verdict, _)| (&**method, verdict == "answered")).collect();
    assert_eq!(said, expected);
    let sent = documented("## From the server");
    assert_eq!(sent.iter().map(|(method, ..)| &**method).collect::<Vec<_>>(), OF_SERVER);
    for (method, verdict, why) in rows.iter().chain(&sent) {
        assert!(["answered", "sent", "no"].contains(&&**verdict), "{method}: {verdict}");
        assert!(verdict != "no" || why.len() > 15, "{method}: why not?");
    }
    let commands: BTreeSet<_> =
        documented("## What slugline adds").into_iter().map(|(name, ..)| name).collect();
    assert_eq!(commands, features().1);
}
