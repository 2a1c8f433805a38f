//! Answers, which are written as JSON where they are made. What a handler of the router answers goes into a tree of
//! values before it is written, which of thousands of places takes longer than to find them.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp_server::jsonrpc::Response;

/// What goes before the name of a method: the router knows its handler by another name than the client, whose method
/// of that name it answers itself.
pub(super) const MARK: &str = "written/";

/// A method with the mark, of `N` bytes.
pub(super) const fn marked<const N: usize>(method: &str) -> [u8; N] {
    let (mut name, mut at) = ([0; N], 0);
    while at < N {
        name[at] = match at.checked_sub(MARK.len()) {
            Some(at) => method.as_bytes()[at],
            None => MARK.as_bytes()[at],
        };
        at += 1;
    }
    name
}

/// The response to a request up to its id, as JSON, which for the router is a text: so a long answer is not copied
/// again. Without one the answer is `null`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Written(Option<String>);

impl Written {
    /// Writes an answer.
    pub(super) fn new(answer: &impl Serialize) -> Self {
        let mut json = br#"{"jsonrpc":"2.0","result":"#.to_vec();
        let written = serde_json::to_writer(&mut json, answer);
        let written = written.map(|()| String::from_utf8(json).unwrap_or_default());
        Self(
            written.inspect_err(|error| tracing::error!("an answer cannot be written as JSON: {error}")).ok(),
        )
    }
}

/// The response with an answer that is written.
pub(super) fn response(response: Response) -> Result<Vec<u8>, serde_json::Error> {
    let (id, result) = match response.into_parts() {
        (id, Ok(Value::String(json))) => (serde_json::to_string(&id)?, json),
        (id, result) => return serde_json::to_vec(&Response::from_parts(id, result)),
    };
    let mut all = result.into_bytes();
    [r#","id":"#, &id, "}"].iter().for_each(|part| all.extend_from_slice(part.as_bytes()));
    Ok(all)
}

#[test]
fn a_written_answer_is_the_result_itself() {
    use tower_lsp_server::jsonrpc::{Error, Id};
    let read = |it: Response| serde_json::from_slice::<Value>(&response(it).unwrap_or_default()).ok();
    for (answer, result) in [
        (Written::new(&["\"\u{e9}\\"]), serde_json::json!(["\"\u{e9}\\"])),
        (Written::default(), Value::Null),
    ] {
        let given = serde_json::to_value(answer).unwrap_or_default();
        let found = read(Response::from_ok(Id::String("a\"".into()), given));
        assert_eq!(found, Some(serde_json::json!({"jsonrpc": "2.0", "result": result, "id": "a\""})));
    }
    let failed = Response::from_error(Id::Number(1), Error::request_cancelled());
    assert_eq!(read(failed.clone()), serde_json::to_value(&failed).ok());
}
