//! The session itself: start, end, and everything that a client can get wrong.
use serde_json::{Value, json};

use crate::client::{Client, Vault, capabilities};

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
        let vault = Vault::new(&[]);
        let mut capabilities = capabilities();
        capabilities["general"]["positionEncodings"] = offered.clone();
        let answer = Client::spawn().initialize(&[&vault], capabilities);
        assert_eq!(answer["capabilities"]["positionEncoding"], agreed, "{offered}");
    }
}
